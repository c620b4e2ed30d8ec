"""From a ledger to pairs: scorable forecasts with the outcomes of their questions."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select, true

from tracker.ledger.linking import clusters
from tracker.ledger.tables import TABLES
from tracker.values import BILLION, begins, ends, last_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row

    from tracker.ledger.kept import Settled
    from tracker.ledger.reading import Reader
    from tracker.pairs import Pairs

    LeftOut = dict[str, set[int]]  # numbers by reason
    Said = tuple[datetime, int]  # when, and in which entry: what was recorded later is later

MEASURED = ("quantity", "date")
COLUMNS = ("question", "cluster", "analyst", "kind", "forecast", "made", "known", "ended", "late")
LABELS = ("tag", "source", "phrase", "month", "lead")
LEADS = (
    (7, "under 1 week"),
    (30, "1 to 4 weeks"),
    (91, "1 to 3 months"),
    (365, "3 to 12 months"),
    (10**9, "over a year"),
)
ENDED_WITHOUT = ("open", "annulled", "ambiguous", "condition_failed")


@dataclass(frozen=True)
class Filters:
    """Which forecasts are wanted; None means all. Times are canonical moments.

    ``since`` and ``until`` bound when a forecast was made, ``as_of`` when the ledger learnt of
    it, and ``prospective`` leaves out what was recorded after the outcome was known.
    """

    analyst: str | None = None
    question: str | None = None
    tag: str | None = None
    source: str | None = None
    since: str | None = None
    until: str | None = None
    as_of: str | None = None
    prospective: bool = False


def pairs(reader: Reader, filters: Filters) -> Pairs:
    """The scorable forecasts on settled questions that can be scored by level.

    ``left_out`` counts the questions that are open or ended without an outcome, the forecasts
    that commit to no likelihood (``unscorable``), and the questions on quantities and dates
    (``quantities``), which have no place in a Brier score, and the forecasts recorded after the
    outcome was known where they are not wanted (``late``).
    """
    left: LeftOut = defaultdict(set)
    columns = _Columns(reader)
    for row, settled in scorable(reader, wanted(reader, filters), left):
        if reader.question_rows[row.question_id].kind in MEASURED:
            left["quantities"].add(row.question_id)
        else:
            columns.add(row, settled)
    found = columns.pairs(counted(left, "quantities"))
    if not filters.prospective:
        return found
    late = int(found.late[found.starts].sum())
    return found.take(~found.late, left_out={**found.left_out, "late": late})


def scorable(
    reader: Reader, rows: Iterable[Row[Any]], left: LeftOut
) -> Iterator[tuple[Row[Any], Settled]]:
    """The forecasts that can be scored, each with how its question was settled.

    ``left`` gets the numbers of the questions without an outcome, by how they stand, and of the
    forecasts that commit to no likelihood.
    """
    for row in rows:
        settled = reader.settled[row.question_id]
        if row.withdrawn:
            continue
        if not row.scorable:
            left["unscorable"].add(row.entry_id)
        elif settled.outcome is None or settled.known is None:
            left[settled.status.replace(" ", "_")].add(row.question_id)
        else:
            yield row, settled


def counted(left: LeftOut, *more: str) -> dict[str, int]:
    """How many are left out for each reason there is, for which no column has been looked at."""
    counts = {name: len(left[name]) for name in (*ENDED_WITHOUT, *more)}
    return {**counts, "after_known": 0, "unscorable": len(left["unscorable"]), "late": 0}


def wanted(reader: Reader, filters: Filters) -> list[Row[Any]]:
    """The rows of the forecasts that pass the filters, in the order they were recorded."""
    table = TABLES["forecast"]
    tests: list[ColumnElement[bool]] = [true()]
    if filters.analyst is not None:
        tests.append(table.c.analyst_id.in_(_numbers(reader.analysts, filters.analyst)))
    if filters.question is not None:
        tests.append(table.c.question_id == reader.ids[filters.question])
    if filters.source is not None:
        tests.append(table.c.source_id.in_(_numbers(reader.sources, filters.source)))
    since = begins(filters.since or "0001-01-01")
    until = last_instant(filters.until or "9999-12-30")
    return [
        row
        for row in reader.rows(
            select(table).where(and_(*tests)), "forecast", order=table.c.entry_id
        )
        if (filters.tag is None or filters.tag in reader.tags.get(row.question_id, ()))
        and since <= begins(row.made) <= until
    ]


class Shared:
    """What pairs and quantities alike say of a forecast on a settled question."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.withdrawn = _withdrawals(reader)
        self.clusters = clusters(reader)

    def of(self, row: Row[Any], settled: Settled) -> dict[str, Any]:
        """The value of each shared column; times without their zone, which is UTC."""
        question = self.reader.question_rows[row.question_id]
        known = str(settled.known)
        made, last = begins(row.made), last_instant(known)
        said = (made, row.entry_id)
        withdrawn = self.withdrawn.get((row.question_id, row.analyst_id), [])
        ended = min([ends(known), *(at[0] for at in withdrawn if at > said)])
        return {
            "question": question.key,
            "cluster": self.clusters[row.question_id],
            "analyst": self.reader.analysts[row.analyst_id],
            "kind": question.kind,
            "forecast": row.entry_id,
            "made": made.replace(tzinfo=None),
            "known": last.replace(tzinfo=None),
            "ended": ended.replace(tzinfo=None),
            "late": begins(row.recorded) > last,
            "source": self.reader.sources.get(row.source_id) or "(none)",
            "phrase": row.phrase or "(number)",
            "tag": self.reader.tags.get(row.question_id) or ("(none)",),
            "month": known[:7],
            "lead": _lead(made, begins(known)),
        }


class _Columns:
    """Pairs in the making: one list of values a column."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.shared = Shared(reader)
        self.columns: dict[str, list[Any]] = defaultdict(list)

    def add(self, row: Row[Any], settled: Settled) -> None:
        """Add a forecast: one row, or one row an option."""
        shared = self.shared.of(row, settled)
        for probability, low, high, happened in self._said(row, settled):
            said = {"probability": probability, "low": low, "high": high, "outcome": happened}
            for name, value in {**shared, **said}.items():
                self.columns[name].append(value)

    def _said(self, row: Row[Any], settled: Settled) -> list[tuple[int, int, int, bool]]:
        """Point, low, high and outcome of a forecast, for each of its options."""
        if row.probability is not None:
            low = row.probability if row.low is None else row.low
            high = row.probability if row.high is None else row.high
            return [(row.probability, low, high, settled.outcome == "yes")]
        said = json.loads(row.distribution)
        point = said["probabilities"]
        low, high = said.get("low", point), said.get("high", point)
        names = [option.name for option in self.reader.options[row.question_id]]
        return [(point[n], low[n], high[n], n == settled.outcome) for n in names]

    def pairs(self, left_out: dict[str, int]) -> Pairs:
        from tracker.pairs import Pairs  # numpy, which nobody needs who only logs

        columns = self.columns
        shares: dict[str, Any] = {
            name: [value / BILLION for value in columns[name]]
            for name in ("probability", "low", "high")
        }
        plain: dict[str, Any] = {name: columns[name] for name in ("outcome", *COLUMNS)}
        labels = {name: columns[name] for name in LABELS}
        return Pairs(**shares, **plain, labels=labels, left_out=left_out)


def _withdrawals(reader: Reader) -> dict[tuple[int, int], list[Said]]:
    """When each analyst ceased to hold a forecast, by question; whichever forecasts are wanted."""
    table = TABLES["forecast"]
    found: dict[tuple[int, int], list[Said]] = defaultdict(list)
    for row in reader.rows(select(table).where(table.c.withdrawn), "forecast"):
        found[row.question_id, row.analyst_id].append((begins(row.made), row.entry_id))
    return found


def _numbers(names: dict[int, str], wanted_name: str) -> list[int]:
    return [number for number, name in names.items() if name == wanted_name]


def _lead(made: datetime, known: datetime) -> str:
    days = (known - made).total_seconds() / 86_400
    return next(name for above, name in LEADS if days < above)
