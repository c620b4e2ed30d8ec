"""Mean score = miscalibration - discrimination + uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.scoring.rules import Rule
    from tracker.tally import Tally

    Floats = NDArray[np.float64]

NOTHING = 1e-12  # a share of a level's weight below which there is only rounding


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
    recalibrated: Floats


def recalibrate(happened: Floats, weight: Floats) -> Floats:
    """Isotonic regression of the share of events on the level: pool adjacent violators.

    Takes the sums of a tally, by ascending level. Since a tally holds every level once, ties are
    pooled before the fit; fitting row by row would give equal forecasts different values, and a
    miscalibration that depends on the order of the rows.

    Parameters
    ----------
    happened : array (m,) or (b, m)
        One series, or many of the same levels.
    weight : array (m,)

    Returns
    -------
    array of the shape of ``happened``

    Examples
    --------
    >>> recalibrate(np.array([1.0, 0.0, 1.0]), np.array([1.0, 1.0, 1.0])).tolist()
    [0.5, 0.5, 1.0]
    """
    from scipy.optimize import isotonic_regression

    if not happened.size:
        return np.zeros(happened.shape)
    many = np.atleast_2d(happened)
    # Shares are at most 1: with 2 added from row to row, one fit does for all of them, and blocks
    # never pass from one row to the next. The sums of its blocks are then exact again.
    step = 2.0 * np.arange(len(many))[:, None]
    weights = np.broadcast_to(weight, many.shape).ravel()
    starts = isotonic_regression((many / weight + step).ravel(), weights=weights).blocks
    first = starts[:-1]
    share = np.add.reduceat(many.ravel(), first) / np.add.reduceat(weights, first)
    fitted = np.repeat(np.clip(share, 0.0, 1.0), np.diff(starts))
    return np.asarray(fitted.reshape(happened.shape))


def decompose(tally: Tally, rule: Rule = "brier") -> Decomposition:
    """Decompose the mean score of a tally.

    Miscalibration is what recalibrating by isotonic regression would save, discrimination what
    the recalibrated forecasts gain over always saying the base rate, uncertainty the mean score
    of always saying the base rate. Miscalibration and discrimination are never negative. The
    smaller the record, the more miscalibration even a calibrated analyst shows:
    :func:`tracker.scoring.measures.measures` says how much.

    Parameters
    ----------
    tally : Tally
    rule : {"brier", "log", "spherical"}
        Of option sets only the Brier score is a sum over levels.

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
        float(mean_score(tally, tally.happened, level, rule))
        for level in (tally.probability, recalibrated, base)
    )
    return Decomposition(
        score=score,
        miscalibration=max(score - fitted, 0.0),
        discrimination=max(constant - fitted, 0.0),
        uncertainty=constant,
        recalibrated=recalibrated,
    )


def mean_score(tally: Tally, happened: Floats, level: Floats, rule: Rule) -> Floats:
    """The mean score if at each level of the tally ``level`` had been said.

    ``happened`` are sums of events by level, (m,) or (b, m) of as many records; so is ``level``.
    """
    if rule == "brier":
        cost = happened * (1 - level) ** 2 + (tally.weight - happened) * level**2
        return np.asarray(cost.sum(axis=-1) / tally.total)
    least = NOTHING * tally.weight
    total = np.zeros(happened.shape[:-1])
    for times, said in ((happened, level), (tally.weight - happened, 1 - level)):
        with np.errstate(divide="ignore", invalid="ignore"):
            log = rule == "log"
            cost = np.abs(np.log(said)) if log else 1 - said / np.hypot(said, 1 - said)
            total = total + np.where(times > least, times * cost, 0.0).sum(axis=-1)
    return np.asarray(total / tally.total)
