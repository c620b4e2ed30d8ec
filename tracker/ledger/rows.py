"""Adding rows: the one place where something is inserted into a ledger."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from tracker.ledger.reading import stamp
from tracker.ledger.tables import TABLES, EntryRow, PassageRow, TagRow
from tracker.values import billionths

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlmodel import SQLModel

    from tracker.records import Forecast, Passage


class Rows:
    """Validated rows, added over one writing connection at one instant."""

    def __init__(self, connection: Connection, recorded: datetime) -> None:
        self.connection = connection
        self.at = stamp(recorded)

    def put(self, table: type[SQLModel], **values: Any) -> int:
        """Add a row; its number. The values are validated, as a table class alone does not."""
        row = table.model_validate(values).model_dump(exclude={"id"})
        done = self.connection.execute(insert(TABLES[str(table.__tablename__)]).values(row))
        return int(done.inserted_primary_key[0])  # type: ignore[index]

    def entry(self, kind: str, supersedes: int | None = None, reason: str | None = None) -> int:
        """Add an entry; its number."""
        said = {"supersedes": supersedes, "reason": reason}
        return self.put(EntryRow, kind=kind, recorded=self.at, **said)

    def insert(self, table: type[SQLModel], **values: Any) -> int:
        """Add a row with an entry of its own; the number of the row."""
        return self.put(table, entry_id=self.entry(str(table.__tablename__)), **values)

    def recorded(self, table: type[SQLModel], *, reason: str | None = None, **values: Any) -> int:
        """Add a row with an entry of its own; the number of the entry."""
        entry = self.entry(str(table.__tablename__), reason=reason)
        self.put(table, entry_id=entry, **values)
        return entry

    def tag(self, name: str) -> int:
        """The number of a tag, which is added if new."""
        table = TABLES["tag"]
        found = self.connection.execute(select(table.c.id).where(table.c.name == name)).scalar()
        return self.put(TagRow, name=name) if found is None else int(found)

    def passage(self, source: int, passage: Passage) -> int:
        """The number of a passage, which is added if new."""
        table = TABLES["passage"]
        span = passage.model_dump(include={"start", "end", "sha256", "quote"})
        same = [table.c[name].is_not_distinct_from(value) for name, value in span.items()]
        chosen = select(table.c.id).where(table.c.source_id == source, *same)
        found = self.connection.execute(chosen).scalar()
        return self.insert(PassageRow, source_id=source, **span) if found is None else int(found)


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
