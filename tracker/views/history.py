"""The history of a question as its picture takes it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.charts.held import Held, History, Moment
from tracker.charts.theme import percent
from tracker.values import begins

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracker.charts.picture import Picture
    from tracker.ledger.kept import KeptForecast, KeptQuestion
    from tracker.records import Forecast

READING = "reading range"
LONG = 3  # times as long as there were forecasts
QUANTILES = "lowest to highest level"  # where forecasts do not all name the same levels


class Said(NamedTuple):
    """What a forecast says at one point of the picture; None where it was withdrawn."""

    value: Any = None
    low: Any = None
    high: Any = None


def picture_of(kept: KeptQuestion) -> Picture | None:
    """The picture of a question's history; None where nobody changed anything, and no line runs."""
    from tracker.charts.history import history as drawn

    changes = {one.made for one in kept.forecasts if _shown(one)}
    return drawn(history(kept)) if len(changes) > 1 else None


def closer_picture_of(kept: KeptQuestion) -> Picture | None:
    """The picture as :func:`picture_of` has it, without a wait that would press it to the edge.

    Where the outcome became known long after the last forecast, the picture ends with that one.
    """
    from tracker.charts.history import history as drawn

    whole = picture_of(kept)
    made = sorted(begins(one.made) for one in kept.forecasts if _shown(one))
    known = kept.settled.known
    if whole is None or known is None or begins(known) - made[-1] < LONG * (made[-1] - made[0]):
        return whole
    told = history(kept)
    lines = tuple(one._replace(ended=None) for one in told.lines)
    picture = drawn(told._replace(lines=lines, moments=(), known=None))
    after = f"The picture ends with the last forecast; the outcome became known on {known[:10]}."
    return replace(picture, description=f"{picture.description} {after}")


def history(kept: KeptQuestion) -> History:
    """The lines of everybody, the date to settle it by, and how it ended."""
    question, settled = kept.question, kept.settled
    measured = question.kind in {"quantity", "date"}
    outcome: Any = settled.outcome
    if outcome is not None and question.kind == "quantity":
        outcome = float(outcome)
    moments = []
    if question.resolve_by:
        moments.append(Moment(question.resolve_by, "resolve by", "to be settled by"))
    if settled.known:
        ended = "outcome known" if settled.status == "resolved" else settled.status
        moments.append(Moment(settled.known, "known", ended))
    return History(
        title=question.title,
        kind=question.kind,
        lines=tuple(_lines(kept)),
        moments=tuple(moments),
        outcome=outcome,
        known=settled.known,
        unit=question.unit,
        band=_band(kept) if measured else READING,
    )


def _lines(kept: KeptQuestion) -> Iterator[Held]:
    """A line for each analyst; where there are options, for each of them."""
    options: list[str | None] = [one.name for one in kept.question.options]
    for analyst in dict.fromkeys(one.analyst for one in kept.forecasts):
        own = [one for one in kept.forecasts if one.analyst == analyst and _shown(one)]
        own.sort(key=lambda one: begins(one.made))
        for option in options or [None]:
            said = [_said(one.forecast, option) for one in own]
            value, low, high = zip(*said, strict=True) if said else ((), (), ())
            made = tuple(one.made for one in own)
            yield Held(analyst, option, made, value, low, high, ended=kept.settled.known)


def _shown(kept: KeptForecast) -> bool:
    """Whether it has a place in the picture: a number, or a withdrawal."""
    said = kept.forecast
    return said is None or said.scorable


def _said(said: Forecast | None, option: str | None) -> Said:
    if said is None:
        return Said()
    if said.quantiles is not None:
        levels = sorted(said.quantiles)
        middle = min(levels, key=lambda level: abs(level - 0.5))
        ends = (levels[0], levels[-1]) if len(levels) > 1 else ()
        return Said(said.quantiles[middle], *(said.quantiles[level] for level in ends))
    if said.probabilities is not None:
        shares: Sequence[Any] = (said.probabilities, said.low, said.high)
        return Said(*(one.get(option) if isinstance(one, dict) else None for one in shares))
    return Said(said.probability, said.low, said.high)


def _band(kept: KeptQuestion) -> str:
    """Between which levels the band of a quantity lies."""
    named = [one.forecast.quantiles for one in kept.forecasts if one.forecast]
    ends = {(min(levels), max(levels)) for levels in named if levels and len(levels) > 1}
    if len(ends) != 1:
        return QUANTILES
    low, high = ends.pop()
    return f"{percent(low)} to {percent(high)}"
