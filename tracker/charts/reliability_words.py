"""The reliability diagram in words and numbers, for those who cannot see it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from tracker.charts.picture import Table
from tracker.charts.theme import percent
from tracker.scoring.simultaneous import confidence, statements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.scoring.calibration import Level, ReliabilityCurve
    from tracker.scoring.simultaneous import SimultaneousBand

NOTHING = "No settled forecasts yet"
ROWS = 200  # of the table
ENOUGH = 10  # values of which some are outside the band by luck
STATED = 3  # statements of the simultaneous band in the description
INSIDE = ("inside the consistency band", "all inside the consistency band")
TOGETHER = "To blame a range takes more evidence than values on their own:"
WITHIN = "where the true share may lie"


def describe(curve: ReliabilityCurve, band: SimultaneousBand | None = None) -> str:
    """What the diagram shows, in a few sentences."""
    levels = curve.levels()
    if not levels:
        return f"Reliability diagram: {NOTHING[0].lower()}{NOTHING[1:]}."
    many, first, last = len(levels), percent(levels[0].probability), percent(levels[-1].probability)
    at = f"{many:,} different values from {first} to {last}" if many > 1 else first
    total = sum(level.forecasts for level in levels)
    stated = f"{total:,} stated probabilit{'y' if total == 1 else 'ies'}"
    said = [f"Reliability diagram of {stated}, at {at}."]
    outside = _outside(levels) if curve.banded else ""
    if curve.banded:
        where = "at each value, on its own" if many > 1 else "there"
        luck = f" (by luck alone up to {_expected(curve)})" if outside and many >= ENOUGH else ""
        said.append(f"What happened {where}: {outside or INSIDE[many > 1]}{luck}.")
    return " ".join(said + ([] if band is None else _shown(band, differs=bool(outside))))


def _shown(band: SimultaneousBand, *, differs: bool) -> list[str]:
    """What the simultaneous band shows; why that may be nothing, where the other has shown some."""
    found = statements(band)
    if found[0].direction is not None:
        more = [f"And {len(found) - STATED:,} more ranges."] if len(found) > STATED else []
        return [confidence(band), *(one.sentence for one in found[:STATED]), *more]
    sentence = found[0].sentence
    if not differs:
        return [sentence]
    return [
        f"{TOGETHER} {sentence[0].lower()}{sentence[1:]}",
        "The forecasts as a whole may be off all the same.",
    ]


def _outside(levels: Sequence[Level]) -> str:
    """How many levels are inside the consistency band, above and below; empty if all inside."""
    many = len(levels)
    above = sum(level.recalibrated > level.band_high + 1e-12 for level in levels)
    below = sum(level.recalibrated < level.band_low - 1e-12 for level in levels)
    outside = [f"{n:,} {side} it" for n, side in ((above, "above"), (below, "below")) if n]
    if not outside:
        return ""
    return f"{many - above - below:,} inside the consistency band, {' and '.join(outside)}"


def _expected(curve: ReliabilityCurve, thing: str = "") -> str:
    """How many of many values luck takes out of the band."""
    return f"about one {thing}in {round(1 / (1 - curve.level))}"


def band_words(curve: ReliabilityCurve) -> str:
    """What the consistency band promises."""
    return (
        f"{percent(curve.level)} of perfectly calibrated records would stay within, at each value"
    )


def numbers(curve: ReliabilityCurve, band: SimultaneousBand | None) -> Table:
    """The levels as a table; of many those said most often, or a page would be all table."""
    every = curve.levels()
    often = sorted(every, key=lambda level: (-level.forecasts, level.probability))
    rows = tuple(
        (
            percent(level.probability),
            f"{level.forecasts:,}",
            percent(level.happened, 0),
            percent(level.recalibrated, 0),
            *([span(level.band_low, level.band_high)] if curve.banded else []),
            *([] if band is None else [span(*limits(band, level.probability))]),
        )
        for level in sorted(often[:ROWS])
    )
    heads = ["said", "times", "happened", "recalibrated"]
    heads += ["band"] if curve.banded else []
    heads += [] if band is None else [WITHIN]
    left_out = f"The {ROWS} probabilities said most often, of {len(every):,}."
    return Table(tuple(heads), rows, left_out if len(every) > ROWS else "")


def span(low: float, high: float) -> str:
    """Two ends; they are the wrong way round where the simultaneous band says so."""
    span = f"{percent(low, 0).removesuffix(' %')} to {percent(high, 0)}"
    return f"{span}, falling" if low > high else span


def limits(band: SimultaneousBand, probability: float) -> tuple[float, float]:
    """The ends at a probability: the lower of the one at or below, the upper of that above."""
    below = bisect_right(band.probability, probability) - 1
    above = bisect_left(band.probability, probability)
    return (
        float(band.low[below]) if below >= 0 else 0.0,
        float(band.high[above]) if above < len(band) else 1.0,
    )


def how_to_read(curve: ReliabilityCurve, band: SimultaneousBand | None) -> tuple[str, ...]:
    """What each mark means."""
    reading = [
        (
            "Each dot is a probability that was said. Across: what was said. Up: the share of "
            "those forecasts that came true, after recalibration, which pools neighbouring "
            "probabilities until what happened rises with what was said: where the line is level, "
            "the probabilities along it were pooled. A larger dot was said more often."
        ),
        (
            "On the dashed line, what is said at 70 % happens seven times in ten. Dots below the "
            "line: the forecasts were too high. Dots above it: too low."
        ),
    ]
    if curve.banded:
        reading.append(
            "The shaded consistency band is where luck alone can take a perfect record: "
            f"{band_words(curve)} at each probability. A dot inside it is no evidence of a fault. "
            "With few forecasts the band is wide, and then nothing can be told yet. With a "
            f"{percent(curve.level)} band {_expected(curve, 'dot ')} outside is to be expected."
        )
    if band is not None:
        reading.append(
            "Between the two dotted lines lies the true share of events, at all probabilities at "
            f"once ({'' if band.exact else 'about '}{percent(band.level)} confidence), if it does "
            "not fall as what was said rises. Where the dashed line is outside them, the forecasts "
            "are shown to be off. Where the lines change places, more was said of what happened "
            "less."
        )
    reading.append(
        "The bars below count how often about each probability was said. In a set of options, "
        "each option counts as one."
    )
    return tuple(reading)
