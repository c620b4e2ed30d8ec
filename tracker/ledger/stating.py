"""Forecasts in a light form: how each stands, without its record."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tracker.ledger.pairing import wanted
from tracker.values import begins, last_instant, stamp

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.ledger.pairing import Filters
    from tracker.ledger.reading import Reader


class Statement(NamedTuple):
    """What an analyst said of a question, or that they withdrew it, and how the question stands.

    ``late`` is one recorded after the outcome was known, ``known_before`` one made after that.
    """

    entry: int
    question: str
    kind: str
    status: str  # of the question: open, resolved, annulled, ambiguous, condition failed
    outcome: str | None
    known: str | None
    resolve_by: str | None
    analyst: str
    made: str
    recorded: str
    source: str | None
    phrase: str | None
    scorable: bool
    withdrawn: bool
    late: bool
    known_before: bool

    def stands(self, at: datetime) -> str:
        """How it stands at an instant, in one word or two.

        ``withdrawal``, ``not scorable``, ``after known``, ``open``, ``overdue`` (its question
        should have been settled), ``annulled``, ``ambiguous``, ``condition failed`` or
        ``settled``. All forecasts and withdrawals are one of these.
        """
        if self.withdrawn:
            return "withdrawal"
        if not self.scorable:
            return "not scorable"
        if self.status == "open":
            overdue = self.resolve_by is not None and begins(self.resolve_by) <= at
            return "overdue" if overdue else "open"
        if self.status == "resolved":
            return "after known" if self.known_before else "settled"
        return self.status


def statements(reader: Reader, filters: Filters) -> list[Statement]:
    """The forecasts and withdrawals that pass the filters, in the order they were recorded."""
    found = []
    ends: dict[str, tuple[datetime, str]] = {}  # last instants by when outcomes were known
    for row in wanted(reader, filters):
        asked, settled = reader.question_rows[row.question_id], reader.settled[row.question_id]
        late = known_before = False
        if settled.known is not None:
            if settled.known not in ends:
                last = last_instant(settled.known)
                ends[settled.known] = last, stamp(last)
            last, end = ends[settled.known]
            late, known_before = row.recorded > end, begins(row.made) > last
        if late and filters.prospective:
            continue
        found.append(
            Statement(
                entry=row.entry_id,
                question=asked.key,
                kind=asked.kind,
                status=settled.status,
                outcome=settled.outcome,
                known=settled.known,
                resolve_by=asked.resolve_by,
                analyst=reader.analysts[row.analyst_id],
                made=row.made,
                recorded=row.recorded,
                source=reader.sources.get(row.source_id),
                phrase=row.phrase,
                scorable=row.scorable,
                withdrawn=row.withdrawn,
                late=late,
                known_before=known_before,
            )
        )
    return found
