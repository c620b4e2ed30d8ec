"""What changing one's mind was worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tracker.errors import DataError, Problem
from tracker.pairs import BILLION
from tracker.scoring.forecasts import forecast_scores, given
from tracker.scoring.uncertainty import clustered_mean, stands
from tracker.scoring.verdict import FEW, more

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.pairs import Pairs
    from tracker.scoring.uncertainty import Mean

ROUNDING = 1e-9


@dataclass(frozen=True)
class Updating:
    """What changing one's mind was worth; None where nobody changed it.

    ``questions`` settled ones have more than one forecast (counted once for each analyst),
    ``updates`` in all beyond the first. Only forecasts made before the outcome was known count, and
    of those made at the same moment the one that stands last. ``mean_step`` is how far an update
    moved, on average (0 to 1; of a set of options half the sum of what they moved by), ``toward``
    the share of those that moved the probability of what happened which raised it, None where none
    moved it. ``first`` and ``last`` are the mean Brier scores (0-1 scale, lower is better) on these
    questions of the first and of the last forecast; ``gain`` is the first minus the last, above 0
    where updating helped, with its 90 % ``interval`` by question. ``verdict`` is one plain
    sentence.
    """

    questions: int
    updates: int
    mean_step: float | None
    toward: float | None
    first: float | None
    last: float | None
    gain: float | None
    interval: tuple[float, float] | None
    verdict: str


class _Histories(NamedTuple):
    """Forecasts in the order in which they were made, by analyst and question.

    ``order`` are their positions, ``first`` and ``last`` where each history begins and ends.
    """

    order: NDArray[np.intp]
    first: NDArray[np.intp]
    last: NDArray[np.intp]


def updating(pairs: Pairs) -> Updating:
    """What changing one's mind was worth, of pairs that have not been counted.

    Examples
    --------
    >>> from tracker.pairs import Pairs
    >>> days = np.array(["2026-09-01", "2026-09-03"], "datetime64[us]")
    >>> ended = np.array(["2026-09-05"] * 2, "datetime64[us]")
    >>> two = Pairs(probability=[0.5, 0.9], outcome=[1, 1], question=["q", "q"],
    ...             made=days, ended=ended)
    >>> found = updating(two)
    >>> found.updates, round(found.mean_step, 3), found.toward, round(found.gain, 3)
    (1, 0.4, 1.0, 0.24)
    """
    if pairs.made is None:
        return _nothing("Nothing to say: these forecasts do not say when they were made.")
    pairs = pairs.counted()
    held = _histories(pairs)
    if not len(held.first):
        return _nothing("Nothing to say yet: no settled question has more than one forecast.")
    within = np.ones(len(held.order), dtype=bool)
    within[held.first] = False
    after = np.flatnonzero(within)
    before, after = held.order[after - 1], held.order[after]
    rose = np.rint(given(pairs) * BILLION)
    toward, moved = rose[after] > rose[before], rose[after] != rose[before]
    score = forecast_scores(pairs)[0]
    first, last = held.order[held.first], held.order[held.last]
    cluster = pairs.cluster[pairs.starts][first]
    gain = clustered_mean(score[first] - score[last], np.ones(len(first)), cluster)
    swing = 2 * float(_steps(pairs, first, last).max())  # had the other thing happened
    means = float(score[first].mean()), float(score[last].mean())
    return Updating(
        questions=len(first),
        updates=len(after),
        mean_step=float(_steps(pairs, before, after).mean()),
        toward=float(toward.sum() / moved.sum()) if moved.any() else None,
        first=means[0],
        last=means[1],
        gain=gain.value,
        interval=gain.interval,
        verdict=_verdict(len(first), gain, means, swing),
    )


def _nothing(verdict: str) -> Updating:
    return Updating(0, 0, None, None, None, None, None, None, verdict)


def _histories(pairs: Pairs) -> _Histories:
    """Histories of two forecasts or more, of what was made before the outcome was known."""
    starts = pairs.starts
    assert pairs.made is not None
    assert pairs.ended is not None
    known = pairs.ended if pairs.known is None else pairs.known
    made = pairs.made[starts]
    codes = [
        np.unique(c[starts], return_inverse=True)[1].ravel()
        for c in (pairs.analyst, pairs.question)
    ]
    order = np.lexsort((pairs.forecast[starts], made, *codes))
    order = order[made[order] <= known[starts][order]]
    same = np.logical_and.reduce([code[order][1:] == code[order][:-1] for code in codes])
    again = same & (made[order][1:] == made[order][:-1])
    stood = np.r_[~again, True][: len(order)]
    order = order[stood]
    if not len(order):
        return _Histories(order, order, order)
    new = np.logical_or.reduce([code[order][1:] != code[order][:-1] for code in codes])
    begins = np.flatnonzero(np.r_[True, new])
    sizes = np.diff(np.r_[begins, len(order)])
    kept = np.repeat(sizes > 1, sizes)
    sizes = sizes[sizes > 1]
    last = np.cumsum(sizes) - 1
    return _Histories(order[kept], last - sizes + 1, last)


def _steps(pairs: Pairs, before: NDArray[np.intp], after: NDArray[np.intp]) -> NDArray[np.float64]:
    """How far each forecast lies from an earlier one: 0 to 1, the most that any event moved by."""
    starts = pairs.starts
    sizes = np.diff(np.r_[starts, len(pairs)])
    if (sizes[before] != sizes[after]).any():
        raise DataError([Problem("question", "sets of several sizes", "the same options for all")])
    begins = np.cumsum(sizes[after]) - sizes[after]
    row = np.arange(sizes[after].sum()) - np.repeat(begins, sizes[after])
    here, there = (np.repeat(starts[at], sizes[after]) + row for at in (after, before))
    moved = np.add.reduceat(np.abs(pairs.probability[here] - pairs.probability[there]), begins)
    return np.asarray(np.where(sizes[after] > 1, moved / 2, moved))


def _verdict(questions: int, gain: Mean, means: tuple[float, float], swing: float) -> str:
    first, last = means
    over = (
        f"{questions:,} settled question{'s' if questions > 1 else ''} with more than one forecast"
    )
    if gain.clusters < questions:
        over += f", in {gain.clusters:,} linked group{'s' if gain.clusters > 1 else ''}"
    cost = f"Brier score {last:.3f} of the last forecasts against {first:.3f} of the first"
    if gain.evidence >= FEW - ROUNDING and stands(gain, swing):
        way = "helped" if gain.value > 0 else "did harm"
        return f"Updating {way}: {cost} (0-1 scale, lower is better), over {over}."
    way = (
        "it helped"
        if gain.value > ROUNDING
        else "it did harm"
        if gain.value < -ROUNDING
        else "no gain"
    )
    said = f"Cannot tell yet whether updating helps: so far {way}, {cost}, over {over}"
    if gain.evidence < FEW - ROUNDING:
        return f"{said}, too few to tell luck from skill."
    return f"{said}{more(gain, questions)}."
