"""Shares and readings as Beta distributions: their intervals, and how evidence moves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tracker.scoring.uncertainty import LEVEL

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

UNRANGED = 8.0  # firmness without a range: the median over the phrases of the pooled survey
LOOSEST, FIRMEST = 1.0, 100.0  # so that no reading is empty, and evidence can move every one
DEVIATIONS = 3.29  # standard deviations in the central 90 % of a normal distribution


class Reading(NamedTuple):
    """A probability with its 90 % interval; numbers or arrays."""

    probability: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def firmness(probability: ArrayLike, low: ArrayLike, high: ArrayLike) -> NDArray[np.float64]:
    """How many questions a recorded reading is worth: a + b of a Beta around it.

    The Beta has the point as its mean, and the standard deviation of a normal distribution whose
    5 % and 95 % quantiles are as far apart as ``low`` and ``high``. It is kept from 1 to 100.
    Without a range, or at a point of 0 or 1, which no Beta with a spread has, it is 8, the median
    over the phrases of a survey of 169 readers.

    >>> firmness([0.7, 0.7], [0.55, 0.7], [0.8, 0.7]).round(1).tolist()
    [35.4, 8.0]
    """
    point, start, end = (np.asarray(of, dtype=np.float64) for of in (probability, low, high))
    deviation = (end - start) / DEVIATIONS
    own = point * (1 - point)
    fitted = np.divide(own, deviation**2, out=np.full_like(own, np.inf), where=deviation > 0) - 1
    return np.where((end > start) & (own > 0), np.clip(fitted, LOOSEST, FIRMEST), UNRANGED)


def updated(
    probability: ArrayLike, firm: ArrayLike, *, share: ArrayLike, effective: ArrayLike
) -> Reading:
    """A reading worth ``firm`` questions, after ``effective`` further ones with a share of events.

    The mean and the central 90 % of the Beta posterior, which is widened to its mean where that
    lies outside, close to 0 or 1.

    >>> moved = updated(0.7, 10, share=0.2, effective=10)
    >>> round(float(moved.probability), 3)
    0.45
    """
    from scipy.special import betaincinv

    point, firm, share, trials = (
        np.asarray(of, dtype=np.float64) for of in (probability, firm, share, effective)
    )
    for_it = firm * point + trials * share
    against = firm * (1 - point) + trials * (1 - share)
    mean = for_it / (for_it + against)
    open_ended = (for_it > 0) & (against > 0)
    a, b = np.where(open_ended, for_it, 1.0), np.where(open_ended, against, 1.0)
    low = np.where(open_ended, betaincinv(a, b, (1 - LEVEL) / 2), mean)
    high = np.where(open_ended, betaincinv(a, b, (1 + LEVEL) / 2), mean)
    return Reading(mean, np.minimum(low, mean), np.maximum(high, mean))


def share_interval(share: float, trials: float, *, level: float = LEVEL) -> tuple[float, float]:
    """The exact interval of a share of events among trials, which need not be whole.

    Clopper and Pearson's [1]_, with the effective number of trials in place of the number where
    they hang together, as Korn and Graubard [2]_ do. It holds the true share at least as often as
    it says.

    References
    ----------
    .. [1] C. J. Clopper, E. S. Pearson, Biometrika 26 (1934), doi:10.1093/biomet/26.4.404
    .. [2] E. L. Korn, B. I. Graubard, Survey Methodology 24 (1998) 193-201

    Examples
    --------
    >>> [round(end, 4) for end in share_interval(0, 20, level=0.95)]
    [0.0, 0.1684]
    """
    from scipy.special import betaincinv

    events = share * trials
    others = trials - events
    low = float(betaincinv(events, others + 1, (1 - level) / 2)) if events > 0 else 0.0
    high = float(betaincinv(events + 1, others, (1 + level) / 2)) if others > 0 else 1.0
    return low, high
