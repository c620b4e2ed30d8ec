"""Adding rows: the one place where something is inserted into a ledger."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import insert, select

from tracker.errors import ClockError, LedgerError
from tracker.ledger import chain
from tracker.ledger.chain import PARTS, Head
from tracker.ledger.tables import TABLES, EntryRow, PassageRow, TagRow
from tracker.values import billionths, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection
    from sqlmodel import SQLModel

    from tracker.records import Forecast, Passage

SKEW = timedelta(minutes=5)  # by which clocks of one team may differ, waiting for a lock included
NEW = 0  # stands for the number of a row that is being added


class Recorded(NamedTuple):
    """What was added: the number of the entry, and that of its row."""

    entry: int
    row: int


class Rows:
    """Validated rows, added over one writing connection at one instant, each in the chain."""

    def __init__(self, connection: Connection, recorded: datetime) -> None:
        self.connection = connection
        self.recorded = recorded
        self._entries: dict[tuple[str, int], int | str] = {}  # of rows referred to so far

    def record(
        self,
        table: type[SQLModel],
        *,
        also: Iterable[tuple[type[SQLModel], dict[str, Any]]] = (),
        supersedes: int | None = None,
        reason: str | None = None,
        **values: Any,
    ) -> Recorded:
        """Add a row as an entry; with it what belongs to it, rows that refer to it.

        The values are validated, as a table class alone does not. Raises ClockError where the
        clock has been set back.
        """
        kind = str(table.__tablename__)
        own = f"{kind}_id"
        entry = self._head.entry + 1
        self._entries[kind, NEW] = entry
        row = _valid(table, {**values, "entry_id": entry})
        rest = [(t, _valid(t, {**given, own: NEW, "entry_id": entry})) for t, given in also]
        self._entry(kind, supersedes, reason, [(table, row), *rest])
        number = self._put(table, row)
        self._entries[kind, number] = entry
        for other, given in rest:
            self._put(other, {**given, own: number})
        return Recorded(entry, number)

    def tag(self, name: str) -> int:
        """The number of a tag, which is added if new."""
        table = TABLES["tag"]
        found = self.connection.execute(select(table.c.id).where(table.c.name == name)).scalar()
        return self._put(TagRow, _valid(TagRow, {"name": name})) if found is None else int(found)

    def passage(self, source: int, passage: Passage) -> int:
        """The number of a passage, which is added if new."""
        table = TABLES["passage"]
        span = passage.model_dump(include={"start", "end", "sha256", "quote"})
        same = [table.c[name].is_not_distinct_from(value) for name, value in span.items()]
        chosen = select(table.c.id).where(table.c.source_id == source, *same)
        found = self.connection.execute(chosen).scalar()
        if found is None:
            return self.record(PassageRow, source_id=source, **span).row
        return int(found)

    # --- the chain ------------------------------------------------------------------------

    @cached_property
    def _last(self) -> tuple[Head, str]:
        return chain.last(self.connection)

    @cached_property
    def _head(self) -> Head:
        return self._last[0]

    @property
    def last(self) -> int:
        """The number of the last entry."""
        return self._head.entry

    @cached_property
    def at(self) -> datetime:
        """When this is recorded: never before what was recorded before it."""
        now, last = stamp(self.recorded), self._last[1]
        if now >= last:
            return self.recorded
        stood = datetime.fromisoformat(last)
        if stood - self.recorded > SKEW:
            raise ClockError(now, last)
        return stood

    def _entry(
        self,
        kind: str,
        supersedes: int | None,
        reason: str | None,
        belonging: list[tuple[type[SQLModel], dict[str, Any]]],
    ) -> None:
        """Add the entry of rows that are about to be added."""
        said = {
            "kind": kind,
            "recorded": stamp(self.at),
            "supersedes": supersedes,
            "reason": reason,
        }
        rows: dict[str, list[dict[str, Any]]] = {}
        for table, values in belonging:
            part = PARTS[str(table.__tablename__)]
            row = part.content([values[c.name] for c in part.columns], self._refer)
            rows.setdefault(part.name, []).append(row)
        head = Head(self._head.entry + 1, chain.digest(chain.form(self._head, said, rows)))
        self._put(EntryRow, _valid(EntryRow, {**said, "id": head.entry, "hash": head.hash}))
        self._head = head

    def _refer(self, target: str, number: int) -> int | str:
        """The entry of a row that another refers to; of a tag its name."""
        if (target, number) not in self._entries:
            table = TABLES[target]
            column = table.c.name if target == "tag" else table.c.entry_id
            chosen = select(column).where(table.c.id == number)
            self._entries[target, number] = self.connection.execute(chosen).scalar_one()
        return self._entries[target, number]

    def _put(self, table: type[SQLModel], row: dict[str, Any]) -> int:
        name = str(table.__tablename__)
        adding = insert(TABLES[name]).values(row).execution_options(preserve_rowcount=True)
        done = self.connection.execute(adding)
        key = done.inserted_primary_key
        if done.rowcount != 1 or key is None or key[0] is None:
            raise LedgerError(
                f"the database did not keep a {name}; nothing was written; `tracker verify` says "
                "what is in its way"
            )
        return int(key[0])


def _valid(table: type[SQLModel], values: dict[str, Any]) -> dict[str, Any]:
    """The columns of a row, validated; a number that the database is to give is left out."""
    row = table.model_validate(values).model_dump()
    return {name: value for name, value in row.items() if (name, value) != ("id", None)}


def as_kept(forecast: Forecast, options: list[str]) -> dict[str, Any]:
    """The columns of a forecast: probabilities in billionths, distributions as JSON.

    Options stand in the order in which the question has them.
    """
    said: dict[str, Any] = {}
    columns: dict[str, Any] = {}
    for name in ("probability", "probabilities", "low", "high"):
        value = getattr(forecast, name)
        if isinstance(value, dict):
            said[name] = {option: billionths(value[option]) for option in options}
        elif name != "probabilities":
            columns[name] = None if value is None else billionths(value)
    if forecast.quantiles is not None:
        said["quantiles"] = [[billionths(q), v] for q, v in sorted(forecast.quantiles.items())]
    columns["distribution"] = json.dumps(said, ensure_ascii=False) if said else None
    rest = {"made", "phrase", "lexicon", "attribution", "rationale", "scorable"}
    return {**columns, **forecast.model_dump(include=rest)}
