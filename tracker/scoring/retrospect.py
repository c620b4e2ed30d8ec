"""A retrospective in numbers: best and worst calls, bias, and what updating was worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tracker.scoring.bias import Bias, biases
from tracker.scoring.counting import DEFAULT, count
from tracker.scoring.forecasts import forecast_scores, given
from tracker.scoring.updating import Updating, updating

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.pairs import Pairs

__all__ = ["Bias", "Call", "Retrospect", "Updating", "retrospect"]

NOTHING = 1e-6  # bits: what rounding equal chances to billionths leaves is no gain


@dataclass(frozen=True)
class Call:
    """What an analyst said on one settled question, and how far the outcome surprised them.

    ``surprise`` is -log2 of the probability given to what happened, in bits: 0 for certainty that
    came true, infinite where it had been called impossible; the mean over the forecasts that count,
    by their weights. ``gain`` is by how many bits that is below equal chances on all answers: above
    0 the call was worth something, below 0 it misled. ``score`` is the Brier score (0-1 scale,
    lower is better). ``forecast`` is the forecast that counts most, the latest of those that count
    the same, of ``forecasts`` that count.
    """

    question: str
    forecast: int
    forecasts: int
    surprise: float
    gain: float
    score: float
    analyst: str = ""


@dataclass(frozen=True)
class Retrospect:
    """Calls, biases and updating; ``best`` by gain, the greatest first, ``worst`` the other way.

    A call of no gain is neither. ``sets`` counts the questions that :class:`Bias` leaves out: those
    with a set of options.
    """

    best: tuple[Call, ...]
    worst: tuple[Call, ...]
    bias: tuple[Bias, ...]
    updating: Updating
    sets: int


def retrospect(pairs: Pairs, *, counting: str = DEFAULT, calls: int = 5) -> Retrospect:
    """Look back on the settled forecasts of an analyst, of pairs that have not been counted.

    Calls and biases are of the forecasts that count by the policy ``counting``, updating of all
    that were made in time. At most ``calls`` are given on either side. Of several analysts a call
    is what one of them said on one question.

    Examples
    --------
    >>> from tracker.pairs import Pairs
    >>> found = retrospect(Pairs(probability=[0.8, 0.8], outcome=[1, 0], question=["a", "b"]))
    >>> [(call.question, round(call.gain, 3)) for call in (*found.best, *found.worst)]
    [('a', 0.678), ('b', -1.322)]
    """
    counted = count(pairs, counting)
    best, worst = _calls(counted, calls)
    sets = counted.question[counted.kind != "binary"]
    return Retrospect(best, worst, biases(counted), updating(pairs), sets=len(np.unique(sets)))


def _calls(pairs: Pairs, most: int) -> tuple[tuple[Call, ...], tuple[Call, ...]]:
    """The best and the worst calls, of counted pairs."""
    if not len(pairs):
        return (), ()
    starts = pairs.starts
    weight = pairs.weight[starts]
    sizes = np.maximum(np.diff(np.r_[starts, len(pairs)]), 2)  # a yes/no forecast has one row
    with np.errstate(divide="ignore"):
        bits = np.abs(np.log2(given(pairs)))
    order, begins = _by_question(pairs, weight)
    counts = np.diff(np.r_[begins, len(order)])
    total = np.add.reduceat(weight[order], begins)

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.add.reduceat((values * weight)[order], begins) / total)

    surprise, score = mean(bits), mean(forecast_scores(pairs)[0])
    main = order[begins]  # the forecast that counts most
    gain = np.log2(sizes[main]) - surprise
    question, analyst = pairs.question[starts][main], pairs.analyst[starts][main]
    rounded = [np.round(values, 12) for values in (score, gain)]

    def chosen(way: int) -> tuple[Call, ...]:
        """The greatest gains for 1, the greatest losses for -1."""
        there = np.flatnonzero(way * gain > NOTHING)
        keys = [analyst, question, way * rounded[0], -way * rounded[1]]
        first = there[np.lexsort([key[there] for key in keys])][:most]
        return tuple(
            Call(
                question=str(question[at]),
                forecast=pairs.forecast[starts][main[at]].item(),
                forecasts=int(counts[at]),
                surprise=float(surprise[at]),
                gain=float(gain[at]),
                score=float(score[at]),
                analyst=str(analyst[at]),
            )
            for at in first
        )

    return chosen(1), chosen(-1)


def _by_question(
    pairs: Pairs, weight: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The forecasts by analyst and question, the heaviest first, and where each call begins."""
    starts = pairs.starts
    made = np.zeros(len(starts)) if pairs.made is None else pairs.made[starts].astype(np.float64)
    question, analyst = (
        np.unique(column[starts], return_inverse=True)[1].ravel()
        for column in (pairs.question, pairs.analyst)
    )
    number = np.unique(pairs.forecast[starts], return_inverse=True)[1].ravel()
    order = np.lexsort((-number, -made, -np.round(weight, 12), analyst, question))
    new = (np.diff(question[order]) != 0) | (np.diff(analyst[order]) != 0)
    return order, np.flatnonzero(np.r_[True, new])
