"""How far a mean can be trusted: intervals by question, effective n, and what more it would take.

Questions are the unit of evidence. Ten updates on one question share one outcome, and questions
that hang together share their luck, so spreads are taken over clusters, never over rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.tally import Sums

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEVEL = 0.90  # of every interval, unless said
POWER = 0.80  # the chance with which the further questions named would tell
TINY = 1e-12
ROUNDING = 1e-13
MOST = 1_000_000  # further questions beyond which no number is honest


@dataclass(frozen=True)
class Mean:
    """A weighted mean over clusters of questions.

    ``error`` is the standard error and ``interval`` the interval at level 0.90, both None where
    there are fewer than two clusters or no spread at all. ``effective`` is the number of
    independent forecasts that would have the same spread, at most that of the clusters: that
    errors within a cluster cancelled may be luck. ``evidence`` is the number of clusters
    of equal weight that these are worth: one that outweighs all others leaves little more than
    one. ``value`` is NaN without forecasts.
    """

    value: float
    interval: tuple[float, float] | None = None
    clusters: int = 0
    effective: float = 0.0
    error: float | None = None
    evidence: float = 0.0


def clustered_mean(
    values: NDArray[np.float64],
    weight: NDArray[np.float64],
    cluster: NDArray[np.generic],
    *,
    level: float = LEVEL,
) -> Mean:
    """A weighted mean with its interval, where values of one cluster are not independent.

    The spread is that of the clusters' summed residuals, with Student's t on clusters - 1 degrees
    of freedom; where a few clusters outweigh the others, on as many as they are worth. No interval
    below two clusters, nor where there is no spread at all.

    Parameters
    ----------
    values, weight, cluster : array (n,)

    References
    ----------
    .. [1] A. C. Cameron, D. L. Miller, A practitioner's guide to cluster-robust inference,
       Journal of Human Resources 50 (2015), doi:10.3368/jhr.50.2.317

    Examples
    --------
    >>> import numpy as np
    >>> mean = clustered_mean(np.array([0.1, 0.1, 0.4]), np.ones(3), np.array(["a", "a", "b"]))
    >>> round(mean.value, 3), mean.clusters
    (0.2, 2)
    """
    total = float(weight.sum())
    if not total:
        return Mean(float("nan"))
    value = float((values * weight).sum()) / total
    return mean_of(Sums.of(values - value, weight, cluster), level=level, above=value)


def mean_of(sums: Sums, *, level: float = LEVEL, above: float = 0.0) -> Mean:
    """The mean that sums over clusters come to, plus ``above``; see :func:`clustered_mean`."""
    if not sums.weight:
        return Mean(float("nan"))
    centre = sums.value / sums.weight
    value, clusters = above + centre, sums.clusters
    evidence = min(sums.weight**2 / sums.weight_squared, float(clusters))
    alone = Mean(value, clusters=clusters, effective=float(clusters), evidence=evidence)
    if clusters < 2 or evidence - 1 < TINY:  # noqa: PLR2004 - one cluster has no spread
        return alone
    # Squares of sums were added up before the mean was known: what is left of them after it is
    # taken off is rounding where all are alike, and that says nothing of how they spread.
    raw = sums.value_squared + centre**2 * sums.weight_squared
    spread = sums.value_squared - 2 * centre * sums.cross + centre**2 * sums.weight_squared
    if spread <= ROUNDING * raw or math.sqrt(spread) < TINY * sums.weight:
        return alone
    count = float(clusters) if 2 * evidence >= clusters else evidence
    factor = count / (count - 1)
    error = math.sqrt(factor * spread) / sums.weight
    own = factor * (sums.own / sums.weight - centre**2)
    reach = quantile(level, count) * error
    effective = min(own / error**2, float(clusters))
    return Mean(value, (value - reach, value + reach), clusters, effective, error, evidence)


def stands(mean: Mean, swing: float, *, level: float = LEVEL) -> bool:
    """Whether a mean is told from 0, and would be had one more question gone the other way.

    Scores are skewed: who says 99 % loses much where nothing has gone wrong yet, and a record
    without a miss has hardly any spread. So the mean must keep its sign, beyond its interval, after
    one question has moved by ``swing`` against it, as far as one can.
    """
    if mean.evidence <= 1 or math.isnan(mean.value) or mean.value == 0:
        return False
    moved = abs(swing) / mean.evidence
    error = math.hypot(mean.error or 0.0, moved)
    return abs(mean.value) - moved > quantile(level, mean.evidence) * error


def quantile(level: float, clusters: float) -> float:
    """The two-sided quantile of Student's t on clusters - 1 degrees of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(clusters - 1, (1 + level) / 2))


def further(mean: Mean, *, level: float = LEVEL, power: float = POWER) -> int | None:
    """How many more clusters would tell the mean from 0, if things go on as they are.

    The number with which an interval at ``level`` leaves out 0 with a chance of ``power``, taking
    the mean and the spread so far at their word; both are themselves uncertain. None where there
    is no spread to go by, no difference to tell, or more than a million would be needed.
    """
    from scipy.special import ndtri

    if mean.error is None or mean.value == 0 or math.isnan(mean.value):
        return None
    one = mean.error * math.sqrt(mean.clusters) / abs(mean.value)  # spread of a single cluster
    needed = (float(ndtri((1 + level) / 2)) + float(ndtri(power))) ** 2 * one**2
    if needed > MOST:
        return None
    reach = quantile(level, max(needed, 2.0)) + float(ndtri(power))  # few clusters: wider tails
    return max(math.ceil(reach**2 * one**2) - mean.clusters, 1)
