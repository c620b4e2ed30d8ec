"""Mean score = miscalibration - discrimination + uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.scoring.rules import Rule
    from tracker.tally import Tally


@dataclass(frozen=True, eq=False)
class Decomposition:
    """The CORP decomposition of a mean score, on the 0-1 scale for the Brier score.

    ``recalibrated`` holds, for each level of the tally, the share of events that isotonic
    regression gives it. NaN stands for what does not exist (no forecasts).
    """

    score: float
    miscalibration: float
    discrimination: float
    uncertainty: float
    recalibrated: NDArray[np.float64]


def recalibrate(happened: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Isotonic regression of the share of events on the level: pool adjacent violators.

    Takes the sums of a tally, by ascending level. Since a tally holds every level once, ties are
    pooled before the fit; fitting row by row would give equal forecasts different values, and a
    miscalibration that depends on the order of the rows.

    >>> recalibrate(np.array([1.0, 0.0, 1.0]), np.array([1.0, 1.0, 1.0])).tolist()
    [0.5, 0.5, 1.0]
    """
    from scipy.optimize import isotonic_regression

    if not len(weight):
        return np.zeros(0)
    fitted = isotonic_regression(happened / weight, weights=weight).x
    return np.clip(np.asarray(fitted, dtype=np.float64), 0.0, 1.0)


def decompose(tally: Tally, rule: Rule = "brier") -> Decomposition:
    """Decompose the mean score of a tally.

    Miscalibration is what recalibrating by isotonic regression would save, discrimination what
    the recalibrated forecasts gain over always saying the base rate, uncertainty the mean score
    of always saying the base rate. Miscalibration and discrimination are never negative.

    References
    ----------
    .. [1] T. Dimitriadis, T. Gneiting, A. I. Jordan, Stable reliability diagrams for
       probabilistic classifiers, PNAS 118 (2021), doi:10.1073/pnas.2016191118
    """
    if not tally.total:
        nan = float("nan")
        return Decomposition(nan, nan, nan, nan, np.zeros(0))
    recalibrated = recalibrate(tally.happened, tally.weight)
    base = np.full(len(tally.level), tally.happened.sum() / tally.weight.sum())
    score, fitted, constant = (
        _mean(tally, level, rule) for level in (tally.probability, recalibrated, base)
    )
    return Decomposition(
        score=score,
        miscalibration=max(score - fitted, 0.0),
        discrimination=max(constant - fitted, 0.0),
        uncertainty=constant,
        recalibrated=recalibrated,
    )


def _mean(tally: Tally, level: NDArray[np.float64], rule: Rule) -> float:
    """The mean score if each level of the tally had said ``level`` instead."""
    yes, no = tally.happened, tally.weight - tally.happened
    if rule == "brier":
        total = float(yes @ (1 - level) ** 2 + no @ level**2)
    elif rule == "spherical":
        norm = np.hypot(level, 1 - level)
        total = float(yes @ (1 - level / norm) + no @ (1 - (1 - level) / norm))
    else:
        total = _cost(yes, level) + _cost(np.clip(no, 0, None), 1 - level)
    return total / tally.total


def _cost(times: NDArray[np.float64], probability: NDArray[np.float64]) -> float:
    """Sum of -log probability over the times it was needed, where 0 times costs nothing."""
    with np.errstate(divide="ignore"):
        cost = -np.log(probability)
    return float(np.sum(times[times > 0] * cost[times > 0]))
