"""Reading a ledger: questions with their history, and how each of them stands.

Everything is read as of an instant: entries recorded later do not exist.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tracker.ledger.kept import KeptForecast, KeptLesson, KeptQuestion, KeptResolution, Settled
from tracker.ledger.tables import TABLES
from tracker.records import Evidence, Forecast, Passage, Question, Resolution
from tracker.values import BILLION, begins, last_instant, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Row, Select


def _conditional(own: Settled, wanted: str, on: Settled) -> Settled:
    """How a question stands that counts only if another came out as wanted."""
    if on.status != "resolved":  # it waits for its condition, or ends as that did
        return Settled(on.status, None, on.known)
    return own if on.outcome == wanted else Settled("condition failed", None, on.known)


class Reader:
    """One consistent view of a ledger, over one connection.

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
    def question_rows(self) -> dict[int, Row[Any]]:
        """The question rows by database id."""
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
        return {row.id: row.title for row in self._names}

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

    # --- questions ------------------------------------------------------------------------

    def question(self, number: int) -> Question:
        """A question as the record that was written."""
        row = self.question_rows[number]
        condition = None
        if row.condition_id is not None or row.condition_text is not None:
            on = self.question_rows.get(row.condition_id)
            condition = {
                "question": on.key if on else None,
                "outcome": row.condition_outcome or "yes",
                "text": row.condition_text,
            }
        options = [{"name": o.name, "label": o.label} for o in self.options.get(number, [])]
        return Question.model_validate(
            {
                "id": row.key,
                "condition": condition,
                "options": options,
                "tags": self.tags.get(number, ()),
                **{name: getattr(row, name) for name in _QUESTION_COLUMNS},
            }
        )

    def kept(self, numbers: Iterable[int]) -> list[KeptQuestion]:
        """Questions with their histories, in the order asked for."""
        wanted = list(numbers)
        forecasts, resolutions = self.forecasts(wanted), self.resolutions(wanted)
        lessons = self.lessons(wanted)
        return [
            KeptQuestion(
                question=self.question(number),
                entry=self.question_rows[number].entry_id,
                recorded=self.question_rows[number].recorded,
                settled=self.settled[number],
                forecasts=tuple(forecasts.get(number, ())),
                resolutions=tuple(resolutions.get(number, ())),
                lessons=tuple(lessons.get(number, ())),
            )
            for number in wanted
        ]

    def forecasts(self, numbers: Sequence[int]) -> dict[int, list[KeptForecast]]:
        """Forecasts by question, by when they were made."""
        rows = self._of_questions(TABLES["forecast"], numbers)
        passages = self._passages(row.passage_id for row in rows)
        found: dict[int, list[KeptForecast]] = defaultdict(list)
        for row in rows:
            passage = passages.get(row.passage_id)
            record = None if row.withdrawn else self._forecast(row, passage)
            found[row.question_id].append(
                KeptForecast(
                    entry=row.entry_id,
                    recorded=row.recorded,
                    analyst=self.analysts[row.analyst_id],
                    made=row.made,
                    forecast=record,
                    source=self.sources.get(row.source_id),
                )
            )
        for history in found.values():
            history.sort(key=lambda kept: (begins(kept.made), kept.entry))
        return found

    def resolutions(self, numbers: Sequence[int]) -> dict[int, list[KeptResolution]]:
        """Resolutions by question, in the order in which they were recorded."""
        rows = self._of_questions(TABLES["resolution"], numbers)
        evidence: dict[int, list[dict[str, Any]]] = defaultdict(list)
        cited = self._among("evidence", "resolution_id", [row.id for row in rows])
        passages = self._passages(row.passage_id for row in cited)
        for row in cited:
            span = passages[row.passage_id]
            evidence[row.resolution_id].append({**span, "stance": row.stance})
        found: dict[int, list[KeptResolution]] = defaultdict(list)
        for row in rows:
            record = Resolution(
                question=self.question_rows[row.question_id].key,
                outcome=row.outcome,
                status=row.status,
                known=row.known,
                by=self.analysts.get(row.by_id),
                note=row.note,
                evidence=tuple(Evidence(**span) for span in evidence[row.id]),
            )
            found[row.question_id].append(
                KeptResolution(row.entry_id, row.recorded, record, row.reason)
            )
        return found

    def lessons(self, numbers: Sequence[int]) -> dict[int, list[KeptLesson]]:
        """Lessons by question, in the order in which they were recorded."""
        found: dict[int, list[KeptLesson]] = defaultdict(list)
        for row in self._of_questions(TABLES["lesson"], numbers):
            whose = self.analysts[row.analyst_id]
            found[row.question_id].append(KeptLesson(row.entry_id, row.recorded, whose, row.text))
        return found

    def learnt(self, analyst: str) -> list[tuple[int, KeptLesson]]:
        """The lessons of one analyst with the numbers of their questions, newest first."""
        table = TABLES["lesson"]
        numbers = [number for number, handle in self.analysts.items() if handle == analyst]
        chosen = select(table).where(table.c.analyst_id.in_(numbers))
        return [
            (row.question_id, KeptLesson(row.entry_id, row.recorded, analyst, row.text))
            for row in self.rows(chosen, "lesson", order=table.c.entry_id.desc())
        ]

    def _forecast(self, row: Row[Any], passage: dict[str, Any] | None) -> Forecast:
        said = json.loads(row.distribution) if row.distribution else {}
        span = {k: v for k, v in passage.items() if k != "source"} if passage else None
        return Forecast.model_validate(
            {
                "question": self.question_rows[row.question_id].key,
                "analyst": self.analysts[row.analyst_id],
                "probability": _share(row.probability),
                "low": _share(row.low),
                "high": _share(row.high),
                "passage": None if span is None else Passage(**span),
                **{name: getattr(row, name) for name in _FORECAST_COLUMNS},
                **{name: _shares(values) for name, values in said.items() if name != "quantiles"},
                **({"quantiles": _quantiles(said["quantiles"])} if "quantiles" in said else {}),
            }
        )

    # --- rows -----------------------------------------------------------------------------

    def rows(self, chosen: Select[Any], name: str, order: Any = None) -> Sequence[Row[Any]]:
        """Rows of a table that were recorded in time, with when and why."""
        entry, table = TABLES["entry"], TABLES[name]
        joined = chosen.add_columns(entry.c.recorded, entry.c.reason).join_from(
            table, entry, entry.c.id == table.c.entry_id
        )
        if self.limit is not None:
            joined = joined.where(entry.c.recorded <= self.limit)
        return self.connection.execute(joined if order is None else joined.order_by(order)).all()

    def _in_view(self, name: str) -> Sequence[Row[Any]]:
        """The rows of a table for the questions in view, in the order recorded."""
        if self.only is not None:
            return self._of_questions(TABLES[name], self.question_rows)
        table = TABLES[name]
        return self.rows(select(table), name, order=table.c.entry_id)

    def _of_questions(self, table: Any, numbers: Iterable[int]) -> list[Row[Any]]:
        return self._among(table.name, "question_id", numbers)

    def _among(self, name: str, column: str, numbers: Iterable[int | None]) -> list[Row[Any]]:
        """The rows of a table whose column is one of the numbers, in the order recorded."""
        table = TABLES[name]
        wanted = sorted({number for number in numbers if number is not None})
        found: list[Row[Any]] = []
        for first in range(0, len(wanted), FEW):
            chosen = select(table).where(table.c[column].in_(wanted[first : first + FEW]))
            found.extend(self.rows(chosen, name))
        return sorted(found, key=lambda row: int(row.entry_id))

    def _passages(self, numbers: Iterable[int | None]) -> dict[int, dict[str, Any]]:
        """Passages with the names of their sources, by database id."""
        rows = self._among("passage", "id", numbers)
        names = ("start", "end", "sha256", "quote")
        return {
            row.id: {
                "source": self.sources[row.source_id],
                **{name: getattr(row, name) for name in names},
            }
            for row in rows
        }


FEW = 500  # parameters in one statement; SQLite bounds them
_QUESTION_COLUMNS = ("title", "kind", "unit", "criteria", "resolve_by")
_FORECAST_COLUMNS = ("made", "phrase", "lexicon", "attribution", "rationale", "scorable")


def _share(value: int | None) -> float | None:
    return None if value is None else value / BILLION


def _shares(values: dict[str, int]) -> dict[str, float]:
    return {name: value / BILLION for name, value in values.items()}


def _quantiles(values: list[tuple[int, float | str]]) -> dict[float, float | str]:
    return {level / BILLION: value for level, value in values}
