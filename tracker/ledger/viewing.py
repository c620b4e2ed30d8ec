"""What is in view of a ledger at an instant: rows, names, and how each question stands.

Entries recorded later do not exist, and neither does what is retracted by then; questions are
asked as they were last amended.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tracker.ledger.kept import Settled
from tracker.ledger.tables import TABLES
from tracker.values import last_instant, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row, Select

FEW = 500  # parameters in one statement; SQLite bounds them
AMENDED = ("title", "criteria", "resolve_by")
# What can be taken back; a retraction too, which restores what it took back.
RETRACTABLE = ("amendment", "forecast", "judgement", "lesson", "resolution", "retraction")


def standing(retractions: Mapping[int, int]) -> dict[int, int]:
    """Of retractions, each with what it takes back, those that stand: by what they take back.

    >>> standing({5: 2, 7: 5, 9: 3})
    {3: 9, 5: 7}
    """
    found: dict[int, int] = {}
    for entry in sorted(retractions, reverse=True):  # a retraction comes after what it takes back
        if entry not in found:
            found[retractions[entry]] = entry
    return found


def _conditional(own: Settled, wanted: str, on: Settled) -> Settled:
    """How a question stands that counts only if another came out as wanted."""
    if on.status != "resolved":  # it waits for its condition, or ends as that did
        return Settled(on.status, None, on.known)
    return own if on.outcome == wanted else Settled("condition failed", None, on.known)


class View:
    """What is in view over one connection, which sees one instant of the database.

    With ``only`` no questions are in view but those with these database ids, and what they are
    conditional on: whoever holds up others reads no more than is needed.
    """

    def __init__(
        self,
        connection: Connection,
        as_of: str | None = None,
        *,
        only: Iterable[int] | None = None,
    ) -> None:
        self.connection = connection
        self.limit = None if as_of is None else stamp(last_instant(as_of))
        self.only = None if only is None else set(only)

    # --- what there is --------------------------------------------------------------------

    @cached_property
    def retractions(self) -> dict[int, Row[Any]]:
        """What was taken back, by entry: all retractions, those that were retracted too."""
        table, entry = TABLES["retraction"], TABLES["entry"]
        rows = self.rows(select(table, entry.c.supersedes), "retraction", order=table.c.entry_id)
        return {row.entry_id: row for row in rows}

    @cached_property
    def retracted(self) -> dict[int, int]:
        """The entries that are retracted, each with the retraction that stands."""
        return standing({entry: row.supersedes for entry, row in self.retractions.items()})

    @cached_property
    def amendments(self) -> dict[int, list[Row[Any]]]:
        """How questions were asked otherwise, by question, in the order recorded."""
        table = TABLES["amendment"]
        found: dict[int, list[Row[Any]]] = defaultdict(list)
        for row in self.rows(select(table), "amendment", order=table.c.entry_id):
            found[row.question_id].append(row)
        return found

    @cached_property
    def question_rows(self) -> dict[int, Any]:
        """The questions by database id, as they are asked now."""
        first, amended = self.first_asked, self.amendments
        return {n: _amended(row, amended[n]) if n in amended else row for n, row in first.items()}

    def asked_at(self, number: int, entry: int) -> Any:
        """A question as it was asked before an entry, by what stands."""
        earlier = [row for row in self.amendments.get(number, ()) if row.entry_id < entry]
        return _amended(self.first_asked[number], earlier)

    @cached_property
    def first_asked(self) -> dict[int, Row[Any]]:
        """The questions by database id, as they were first asked."""
        table = TABLES["question"]
        if self.only is None:
            return {row.id: row for row in self.rows(select(table), "question", order=table.c.id)}
        found: dict[int, Row[Any]] = {}
        wanted: set[int | None] = {*self.only}
        sought: set[int | None] = {None}
        while wanted:
            sought |= wanted
            rows = self._among("question", "id", wanted)
            found.update((row.id, row) for row in rows)
            wanted = {row.condition_id for row in rows} - sought
        return dict(sorted(found.items()))

    @cached_property
    def titles(self) -> dict[int, str]:
        """Titles of all questions by database id, in the order recorded."""
        return {number: titles[-1] for number, titles in self.titles_ever.items()}

    @cached_property
    def titles_ever(self) -> dict[int, list[str]]:
        """All titles that each question had, the one that it has last."""
        found = {row.id: [row.title] for row in self._names}
        for number, rows in self.amendments.items():
            found[number] += [row.title for row in rows if row.title is not None]
        return found

    @cached_property
    def ids(self) -> dict[str, int]:
        """Database ids of all questions by the id that people type."""
        return {row.key: row.id for row in self._names}

    @cached_property
    def _names(self) -> Sequence[Any]:
        table = TABLES["question"]
        chosen = select(table.c.id, table.c.key, table.c.title).order_by(table.c.id)
        if self.limit is None:
            return self.connection.execute(chosen).all()
        return self.rows(chosen, "question")

    @cached_property
    def analysts(self) -> dict[int, str]:
        """Handles of analysts by database id."""
        table = TABLES["analyst"]
        return {row.id: row.handle for row in self.rows(select(table), "analyst", order=table.c.id)}

    @cached_property
    def sources(self) -> dict[int, str]:
        """Names of sources by database id."""
        table = TABLES["source"]
        return {row.id: row.name for row in self.rows(select(table), "source", order=table.c.id)}

    @cached_property
    def options(self) -> dict[int, list[Row[Any]]]:
        """Options in order, by question."""
        found: dict[int, list[Row[Any]]] = defaultdict(list)
        for row in sorted(self._in_view("option"), key=lambda row: int(row.position)):
            found[row.question_id].append(row)
        return found

    @cached_property
    def tags(self) -> dict[int, tuple[str, ...]]:
        """Tags, sorted, by question."""
        names = {row.id: row.name for row in self.connection.execute(select(TABLES["tag"]))}
        found: dict[int, list[str]] = defaultdict(list)
        for row in self._in_view("question_tag"):
            found[row.question_id].append(names[row.tag_id])
        return {number: tuple(sorted(tags)) for number, tags in found.items()}

    @cached_property
    def settled(self) -> dict[int, Settled]:
        """How each question stands: its last resolution, if what it depends on came about."""
        own: dict[int, Settled] = {}
        for row in self._in_view("resolution"):
            own[row.question_id] = Settled(row.status, row.outcome, row.known, row.id)
        found: dict[int, Settled] = {}
        for number, row in self.question_rows.items():  # a condition was recorded before
            stands = own.get(number, Settled("open"))
            if row.condition_id is not None and stands.status in {"open", "resolved"}:
                stands = _conditional(stands, row.condition_outcome, found[row.condition_id])
            found[number] = stands
        return found

    # --- rows -----------------------------------------------------------------------------

    def rows(
        self, chosen: Select[Any], name: str, order: Any = None, *, struck: bool = False
    ) -> Sequence[Row[Any]]:
        """Rows of a table that were recorded in time and stand, with when and why.

        With ``struck`` those that are retracted instead.
        """
        entry, table = TABLES["entry"], TABLES[name]
        joined = chosen.add_columns(entry.c.recorded, entry.c.reason).join_from(
            table, entry, entry.c.id == table.c.entry_id
        )
        if self.limit is not None:
            joined = joined.where(entry.c.recorded <= self.limit)
        found = self.connection.execute(joined if order is None else joined.order_by(order)).all()
        if name in RETRACTABLE and name != "retraction" and (struck or self.retracted):
            return [row for row in found if (row.entry_id in self.retracted) is struck]
        return found

    def _in_view(self, name: str) -> Sequence[Row[Any]]:
        """The rows of a table for the questions in view, in the order recorded."""
        if self.only is not None:
            return self._of_questions(name, self.first_asked)
        table = TABLES[name]
        return self.rows(select(table), name, order=table.c.entry_id)

    def _of_questions(
        self, name: str, numbers: Iterable[int], *, struck: bool = False
    ) -> list[Row[Any]]:
        return self._among(name, "question_id", numbers, struck=struck)

    def _among(
        self, name: str, column: str, numbers: Iterable[int | None], *, struck: bool = False
    ) -> list[Row[Any]]:
        """The rows of a table whose column is one of the numbers, in the order recorded."""
        table = TABLES[name]
        wanted = sorted({number for number in numbers if number is not None})
        found: list[Row[Any]] = []
        for first in range(0, len(wanted), FEW):
            chosen = select(table).where(table.c[column].in_(wanted[first : first + FEW]))
            found.extend(self.rows(chosen, name, struck=struck))
        return sorted(found, key=lambda row: int(row.entry_id))


def _amended(row: Row[Any], amendments: Iterable[Row[Any]]) -> Any:
    """A question as it is asked since it was amended."""
    asked = row._asdict()
    for changed in amendments:
        said = {name: getattr(changed, name) for name in AMENDED}
        asked |= {name: value for name, value in said.items() if value is not None}
    return SimpleNamespace(**asked)
