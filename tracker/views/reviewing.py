"""What a review goes through: which questions, in which order, and how each came to stand."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.values import begins, is_day, last_instant, rounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tracker.charts.held import Held
    from tracker.ledger.kept import KeptQuestion
    from tracker.pairs import Pairs
    from tracker.quantities import Quantities
    from tracker.scoring.explain import Holding

LAST = datetime(9999, 12, 31, tzinfo=UTC)
BLOCKS, DIGITS = "▁▂▃▄▅▆▇█", "0123456789"
WITHDRAWN, NOTHING = ".", " "
MEASURED = {"quantity", "date"}


# --- which questions ------------------------------------------------------------------------------


def still_open(questions: Iterable[KeptQuestion]) -> list[KeptQuestion]:
    """Those that are not settled."""
    return [kept for kept in questions if kept.settled.status == "open"]


def falling_due(questions: Iterable[KeptQuestion], horizon: datetime) -> list[KeptQuestion]:
    """The open ones whose day has come by then, the longest overdue first."""
    dated = [(kept.question.resolve_by, kept) for kept in still_open(questions)]
    falling = [(begins(day), kept) for day, kept in dated if day and begins(day) <= horizon]
    return [kept for _, kept in sorted(falling, key=lambda pair: pair[0])]


def in_days(now: datetime, days: int) -> datetime:
    """So many days on, and never past the end of the calendar."""
    return now + min(timedelta(days=days), LAST - now)


def newest_first(questions: Iterable[KeptQuestion]) -> list[KeptQuestion]:
    """Those first of which the ledger learnt something last; what came together by id."""
    in_order = sorted(questions, key=lambda kept: kept.entry)
    return sorted(in_order, key=news, reverse=True)


def news(kept: KeptQuestion) -> str:
    """When the ledger last learnt something of a question."""
    learnt: list[Any] = [*kept.forecasts, *kept.resolutions, *kept.lessons, *kept.judgements]
    learnt += [*kept.amendments, *kept.retractions]
    return max(kept.recorded, *(str(one.recorded) for one in learnt), "")


def lateness(kept: KeptQuestion, now: datetime) -> str:
    """How far the day is on which a question is to be settled.

    >>> from types import SimpleNamespace as Some
    >>> kept = Some(question=Some(resolve_by="2026-11-20"))
    >>> lateness(kept, datetime(2026, 11, 21, tzinfo=UTC))
    '1 day overdue'
    """
    if kept.question.resolve_by is None:
        return "no day to settle it by"
    days = (now.date() - begins(kept.question.resolve_by).date()).days
    if not days:
        return "due today"
    count = f"{abs(days):,} day{'s' if abs(days) > 1 else ''}"
    return f"{count} overdue" if days > 0 else f"in {count}"


# --- what became known ----------------------------------------------------------------------------


class Settlements(NamedTuple):
    """The questions settled in some time, newest first, and how many were known before it."""

    known: list[KeptQuestion]
    known_before: int


def settlements(
    questions: Iterable[KeptQuestion], since: str | None, until: str | None
) -> Settlements:
    """The questions whose outcome became known in that time.

    Beside them it counts those that were settled in that time and known before it began.
    """
    begun = begins(since) if since else None
    ended = last_instant(until) if until else None

    def within(when: str) -> bool:
        at = begins(when)
        return (begun is None or at >= begun) and (ended is None or at <= ended)

    settled = [(kept.settled.known, kept) for kept in questions if kept.settled.status != "open"]
    known = [(begins(when), kept) for when, kept in settled if when and within(when)]
    before = [
        kept
        for when, kept in settled
        if when and begun and begins(when) < begun
        if kept.resolutions and within(kept.resolutions[-1].recorded)
    ]
    known.sort(key=lambda pair: pair[0], reverse=True)
    return Settlements([kept for _, kept in known], len(before))


def last_costs(pairs: Pairs, quantities: Quantities) -> dict[int, Holding]:
    """What the last forecast of each analyst cost on each settled question, by entry."""
    from tracker.scoring.explain import explain
    from tracker.scoring.quantity_card import explain_quantities

    holdings = [*explain(pairs, "last"), *explain_quantities(quantities, "last")]
    return {holding.forecast: holding for holding in holdings if _scored(holding)}


def _scored(holding: Holding) -> bool:
    """Whether it counts, and has a score: a quantity without a middle has none."""
    return bool(holding.weight) and math.isfinite(holding.cost)


def scale(kept: KeptQuestion) -> str:
    """On which scale the score of a question is."""
    if kept.question.kind not in MEASURED:
        return "Brier score, 0-1 scale"
    unit = "days" if kept.question.kind == "date" else kept.question.unit
    return f"CRPS in {unit}" if unit else "CRPS"


# --- how a question came to stand -----------------------------------------------------------------


class Curve(NamedTuple):
    """What one analyst held over time, as a line of signs, with the first and the last of it."""

    label: str
    drawn: str
    first: str
    last: str
    forecasts: int


def curves(kept: KeptQuestion, now: datetime, *, columns: int, ascii_only: bool) -> list[Curve]:
    """A line for each analyst, and for each option; as long as time from first forecast to now."""
    from tracker.views.history import history

    lines = [line for line in history(kept).lines if line.made]
    if not lines:
        return []
    ends = [begins(str(made)) for line in lines for made in line.made]
    instants = list(_instants(min(ends), max(*ends, now), columns))
    spread = _spread(lines, kept.question.kind)
    signs = DIGITS if ascii_only else BLOCKS
    return [
        Curve(
            label=f"{line.analyst} {line.option}" if line.option else line.analyst,
            drawn="".join(_sign(_held(line, at), spread, signs) for at in instants),
            first=_spelt(line.said[0], kept.question.kind),
            last=_spelt(line.said[-1], kept.question.kind),
            forecasts=len(line.made),
        )
        for line in lines
    ]


def _instants(first: datetime, last: datetime, columns: int) -> Iterator[datetime]:
    """The instants of the columns, from the first forecast to the end."""
    if first == last:
        yield first
        return
    for number in range(columns):
        yield first + (last - first) * (number / (columns - 1))


def _held(line: Held, at: datetime) -> Any:
    """What was said last at an instant; nothing before the first, a sign after a withdrawal."""
    before = [said for made, said in zip(line.made, line.said, strict=True) if _made(made) <= at]
    if not before:
        return NOTHING
    return WITHDRAWN if before[-1] is None else before[-1]


def _made(made: Any) -> datetime:
    return begins(str(made))


def _spread(lines: Sequence[Held], kind: str) -> tuple[float, float]:
    if kind not in MEASURED:
        return 0.0, 1.0
    values = [_number(said) for line in lines for said in line.said if said is not None]
    return (min(values), max(values)) if values else (0.0, 1.0)


def _number(said: float | str) -> float:
    if isinstance(said, str):
        return float(date.fromisoformat(said[:10]).toordinal())
    return said


def _sign(said: Any, spread: tuple[float, float], signs: str) -> str:
    if said in {NOTHING, WITHDRAWN}:
        return str(said)
    low, high = spread
    part = (_number(said) - low) / (high - low) if high > low else 0.5
    return signs[min(len(signs) - 1, int(part * len(signs)))]


def _spelt(said: Any, kind: str) -> str:
    if said is None:
        return "withdrawn"
    if isinstance(said, str):
        return said if is_day(said) else said[:10]
    return f"{said:,.10g}" if kind in MEASURED else rounded(said)
