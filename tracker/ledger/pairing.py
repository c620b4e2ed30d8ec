"""From a ledger to pairs: scorable forecasts with the outcomes of their questions."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, select, true

from tracker.ledger.linking import clusters
from tracker.ledger.tables import TABLES
from tracker.values import BILLION, begins, ends, last_instant, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
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
SHARED = (*COLUMNS, *LABELS)
LEADS = (
    (7, "under 1 week"),
    (30, "1 to 4 weeks"),
    (91, "1 to 3 months"),
    (365, "3 to 12 months"),
    (10**9, "over a year"),
)
_ABOVE = [days for days, _ in LEADS]
ENDED_WITHOUT = ("open", "annulled", "ambiguous", "condition_failed")


@dataclass(frozen=True)
class Filters:
    """Which forecasts are wanted; None means all. Times are canonical moments.

    ``question`` is the id of one question, or the ids of several.
    ``since`` and ``until`` bound when a forecast was made, ``as_of`` when the ledger learnt of
    it, and ``prospective`` leaves out what was recorded after the outcome was known.
    """

    analyst: str | None = None
    question: str | tuple[str, ...] | None = None
    tag: str | None = None
    source: str | None = None
    since: str | None = None
    until: str | None = None
    as_of: str | None = None
    prospective: bool = False

    @property
    def asked(self) -> tuple[str, ...]:
        """The ids of the questions that are wanted; none where all are."""
        return (self.question,) if isinstance(self.question, str) else self.question or ()


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


def wanted(reader: Reader, filters: Filters, *, struck: bool = False) -> Sequence[Row[Any]]:
    """The rows of the forecasts that pass the filters, in the order they were recorded.

    With ``struck`` those that are retracted instead.
    """
    table = TABLES["forecast"]
    tests: list[ColumnElement[bool]] = [true()]
    if filters.analyst is not None:
        tests.append(table.c.analyst_id.in_(_numbers(reader.analysts, filters.analyst)))
    if filters.question is not None:
        numbers = [reader.ids[key] for key in filters.asked]
        tests.append(table.c.question_id.in_(numbers))
    if filters.source is not None:
        tests.append(table.c.source_id.in_(_numbers(reader.sources, filters.source)))
    chosen = select(table).where(and_(*tests))
    rows = reader.rows(chosen, "forecast", order=table.c.entry_id, struck=struck)
    if filters.tag is not None:
        rows = [row for row in rows if filters.tag in reader.tags.get(row.question_id, ())]
    if filters.since is not None:
        since = begins(filters.since)
        rows = [row for row in rows if begins(row.made) >= since]
    if filters.until is not None:
        until = last_instant(filters.until)
        rows = [row for row in rows if begins(row.made) <= until]
    return rows


class _Ended(NamedTuple):
    """A settled question, the same for all forecasts on it, and when its outcome became known."""

    key: str
    kind: str
    cluster: str
    begins: datetime
    ends: datetime
    last: datetime  # instant of it, without its zone
    stamp: str  # of the last instant, as entries have theirs
    tags: tuple[str, ...]
    month: str


class Shared:
    """What pairs and quantities alike say of a forecast on a settled question."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.withdrawn = _withdrawals(reader)
        self.clusters = clusters(reader)
        self._ended: dict[int, _Ended] = {}

    def of(self, row: Row[Any], settled: Settled) -> tuple[Any, ...]:
        """The values of :data:`SHARED`; times without their zone, which is UTC."""
        number = row.question_id
        ended = self._ended.get(number) or self._end(number, settled)
        made, until = begins(row.made), ended.ends
        withdrawn = self.withdrawn.get((number, row.analyst_id))
        if withdrawn is not None:
            said = (made, row.entry_id)
            until = min([until, *(at[0] for at in withdrawn if at > said)])
        return (
            ended.key,
            ended.cluster,
            self.reader.analysts[row.analyst_id],
            ended.kind,
            row.entry_id,
            made.replace(tzinfo=None),
            ended.last,
            until.replace(tzinfo=None),
            row.recorded > ended.stamp,
            ended.tags,
            self.reader.sources.get(row.source_id) or "(none)",
            row.phrase or "(number)",
            ended.month,
            _lead(made, ended.begins),
        )

    def _end(self, number: int, settled: Settled) -> _Ended:
        question, known = self.reader.question_rows[number], str(settled.known)
        last = last_instant(known)
        self._ended[number] = _Ended(
            question.key,
            question.kind,
            self.clusters[number],
            begins(known),
            ends(known),
            last.replace(tzinfo=None),
            stamp(last),
            self.reader.tags.get(number) or ("(none)",),
            known[:7],
        )
        return self._ended[number]


class _Columns:
    """Pairs in the making: one tuple a row."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.shared = Shared(reader)
        self.rows: list[tuple[Any, ...]] = []

    def add(self, row: Row[Any], settled: Settled) -> None:
        """Add a forecast: one row, or one row an option."""
        shared = self.shared.of(row, settled)
        self.rows.extend(said + shared for said in self._said(row, settled))

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

        names = ("probability", "low", "high", "outcome", *SHARED)
        values = zip(*self.rows, strict=True) if self.rows else ((),) * len(names)
        columns: dict[str, Any] = dict(zip(names, values, strict=True))
        for name in ("probability", "low", "high"):
            columns[name] = [value / BILLION for value in columns[name]]
        labels = {name: columns.pop(name) for name in LABELS}
        return Pairs(**columns, labels=labels, left_out=left_out)


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
    return LEADS[bisect_right(_ABOVE, days)][1]
