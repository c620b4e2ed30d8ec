"""Scores of numbers and dates: quantiles, intervals and distribution functions.

Arrays in, arrays out. LOWER is better, except in ``coverage`` and ``quantile_bias``, which have no
better end; scores are in the unit of the outcome. Dates are numbers once they are days from a
stated origin. Never average over forecasts with different quantile levels.

Quantiles are ``levels`` (m,), rising, from 0 to 1, with ``values`` (m,) or (n, m), not falling, in
the unit of the outcome. ``outcome`` is (n,) or a number, and there is one score for each. What does
not rise, fit together or is not finite raises a ``UsageError``. The scores of Metaculus's buckets
are in :mod:`tracker.scoring.buckets`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tracker.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

SAME = 5e-10  # levels closer than this are one; the ledger keeps billionths


class WisParts(NamedTuple):
    """A weighted interval score and what it is made of; ``total`` is the sum of the other three.

    ``dispersion`` is what the width of the intervals costs, ``over`` what forecasts above the
    outcome cost, ``under`` those below.
    """

    total: Floats
    dispersion: Floats
    over: Floats
    under: Floats


def crps_cdf(points: ArrayLike, cdf: ArrayLike, outcome: ArrayLike) -> Floats:
    """Continuous ranked probability score of a distribution function, linear between points.

    The integral of (F(x) - 1{x >= y})², exactly; for a point forecast it is the distance. What
    the function leaves below the first point is taken to lie at that point, and what it leaves
    above the last point at that one, so an open tail costs no more than reaching the last point.

    Parameters
    ----------
    points : array-like (m,) or (n, m)
        In the unit of the outcome, not falling; equal points are a jump.
    cdf : array-like (m,) or (n, m)
        The probability of an outcome up to each point: from 0 to 1, not falling.
    outcome : array-like (n,) or a number

    Returns
    -------
    array (n,), not negative

    References
    ----------
    .. [1] T. Gneiting, A. E. Raftery, Strictly proper scoring rules, prediction, and estimation,
       JASA 102 (2007), doi:10.1198/016214506000001437

    Examples
    --------
    >>> float(crps_cdf([0, 1], [0, 1], 0.3).round(7))
    0.1233333
    """
    x, f = finite(points, "points"), finite(cdf, "probabilities")
    y = finite(outcome, "outcomes")
    fitting(x, y)
    fitting(f, y)
    if x.shape[-1] != f.shape[-1]:
        raise UsageError(f"expected a probability for each point; found {f.shape} for {x.shape}")
    rising(x, "points")
    rising(f, "probabilities")
    if f.min(initial=0.0) < 0 or f.max(initial=1.0) > 1:
        raise UsageError("expected probabilities from 0 to 1; found others")
    left, right, before, after = x[..., :-1], x[..., 1:], f[..., :-1], f[..., 1:]
    at = np.clip(y[..., None], left, right)  # the part of a segment below y counts F, above 1 - F
    width = right - left
    share = np.divide(at - left, width, out=np.zeros(at.shape), where=width > 0)
    there = before + (after - before) * share
    inside = (at - left) * _square(before, there) + (right - at) * _square(1 - there, 1 - after)
    outside = np.maximum(x[..., 0] - y, 0) + np.maximum(y - x[..., -1], 0)
    return np.asarray(inside.sum(axis=-1) + outside)


def crps_quantiles(levels: ArrayLike, values: ArrayLike, outcome: ArrayLike) -> Floats:
    """Continuous ranked probability score of the distribution through stored quantiles.

    As :func:`crps_cdf`: linear between the quantiles, and the probability outside the outermost
    two is taken to lie at them, which completes the distribution without making up tails.

    Returns
    -------
    array (n,), not negative

    Examples
    --------
    >>> crps_quantiles([0.1, 0.5, 0.9], [10, 20, 40], [20, 50]).round(4).tolist()
    [3.1, 21.1]
    """
    a, _, _ = _quantiles(levels, values, outcome)
    return crps_cdf(values, a, outcome)


def interval_score(low: ArrayLike, high: ArrayLike, outcome: ArrayLike, level: ArrayLike) -> Floats:
    """Winkler's score of a central interval: its width, and a penalty for missing.

    (high - low) + 2/a (low - y) where y is below, + 2/a (y - high) where it is above, a = 1 -
    level. Lower is better.

    Parameters
    ----------
    low, high, outcome : array-like (n,)
        In one unit; low = high is allowed.
    level : array-like
        What the interval is to hold, between 0 and 1: 0.9 for 90 %.

    Returns
    -------
    array (n,), not negative

    References
    ----------
    .. [1] R. L. Winkler, A decision-theoretic approach to interval estimation, JASA 67 (1972),
       doi:10.1080/01621459.1972.10481224

    Examples
    --------
    >>> interval_score(10, 20, [15, 22], 0.9).round(4).tolist()
    [10.0, 50.0]
    """
    lower, upper, y = _interval(low, high, outcome)
    inside = np.asarray(level, dtype=np.float64)
    if not ((inside > 0) & (inside < 1)).all():
        raise UsageError("expected levels of intervals between 0 and 1; found others")
    miss = np.maximum(lower - y, 0) + np.maximum(y - upper, 0)
    return np.asarray(upper - lower + 2 / (1 - inside) * miss)


def coverage(low: ArrayLike, high: ArrayLike, outcome: ArrayLike) -> Floats:
    """1 where the outcome lies in the interval, its ends included; 0 where not.

    The mean is the share of intervals that held, and should be the level of the intervals.

    >>> coverage([10, 10, 10], [20, 20, 20], [10, 21, 15]).tolist()
    [1.0, 0.0, 1.0]
    """
    lower, upper, y = _interval(low, high, outcome)
    return np.asarray((lower <= y) & (y <= upper), dtype=np.float64)


def pinball(level: ArrayLike, value: ArrayLike, outcome: ArrayLike) -> Floats:
    """The cost of a quantile: (1{y < q} - level)(q - y). Lower is better; 0 where it was hit.

    >>> pinball(0.9, [10, 10], [12, 8]).round(4).tolist()
    [1.8, 0.2]
    """
    a = np.asarray(level, dtype=np.float64)
    q, y = finite(value, "quantiles"), finite(outcome, "outcomes")
    if not ((a >= 0) & (a <= 1)).all():
        raise UsageError("expected levels from 0 to 1; found others")
    return np.asarray(((y < q) - a) * (q - y))


def weighted_interval_score(levels: ArrayLike, values: ArrayLike, outcome: ArrayLike) -> Floats:
    """The weighted interval score of quantiles; see :func:`wis_parts`. Lower is better.

    >>> weighted_interval_score([0.1, 0.5, 0.9], [10, 20, 40], [20, 50]).round(4).tolist()
    [2.0, 18.6667]
    """
    return wis_parts(levels, values, outcome).total


def wis_parts(levels: ArrayLike, values: ArrayLike, outcome: ArrayLike) -> WisParts:
    """The weighted interval score of quantiles, and its parts. Lower is better.

    Of K central intervals and the median: (|y - median| / 2 + the sum of a/2 times the interval
    score at 1 - a) / (K + 1/2), which is twice the mean pinball loss. Without a median the first
    term is left out and the sum divided by K alone; it is then another score, not to be averaged
    with the first.

    Parameters
    ----------
    levels, values, outcome : array-like
        Levels between 0 and 1, in pairs a/2 and 1 - a/2; 0.5 is the median.

    Returns
    -------
    WisParts, each (n,), not negative

    References
    ----------
    .. [1] J. Bracher, E. L. Ray, T. Gneiting, N. G. Reich, Evaluating epidemic forecasts in an
       interval format, PLOS Computational Biology 17 (2021), doi:10.1371/journal.pcbi.1008618

    Examples
    --------
    >>> [float(part) for part in wis_parts([0.25, 0.75], [10, 20], 22)]
    [4.5, 2.5, 0.0, 2.0]
    """
    a, q, y = _quantiles(levels, values, outcome)
    if np.abs(a + a[::-1] - 1).max() > SAME or a[0] <= 0:
        raise UsageError("expected levels in pairs that sum to 1, as 0.05 and 0.95; found others")
    intervals = len(a) // 2
    low, high, middle = q[..., :intervals], q[..., ::-1][..., :intervals], q[..., len(a) // 2]
    half = 0.5 * (len(a) % 2)
    width = ((high - low) * a[:intervals]).sum(axis=-1)
    over = np.maximum(low - y[..., None], 0).sum(axis=-1) + half * np.maximum(middle - y, 0)
    under = np.maximum(y[..., None] - high, 0).sum(axis=-1) + half * np.maximum(y - middle, 0)
    by = intervals + half
    width = np.broadcast_to(width, over.shape)
    return WisParts((width + over + under) / by, width / by, over / by, under / by)


def quantile_bias(levels: ArrayLike, values: ArrayLike, outcome: ArrayLike) -> Floats:
    """How far the outcome lies to one side of the quantiles: from -1 to 1; 0 at the median.

    Above 0 the forecast was too high, below 0 too low. 1 - 2 times the highest level whose
    quantile the outcome reaches, or, above the median, the lowest level it does not exceed;
    beyond all quantiles it is 1 or -1. Without a median, it is interpolated.

    Parameters
    ----------
    levels, values, outcome : array-like
        Levels on both sides of 0.5, or 0.5 itself among them.

    Returns
    -------
    array (n,)

    Examples
    --------
    >>> quantile_bias([0.1, 0.5, 0.9], [10, 20, 40], [5, 15, 20, 30, 50]).round(4).tolist()
    [1.0, 0.8, 0.0, -0.8, -1.0]
    """
    a, q, y = _quantiles(levels, values, outcome)
    above = int(np.searchsorted(a, 0.5 - SAME))
    if above == len(a) or (above == 0 and a[0] > 0.5 + SAME):
        raise UsageError("expected levels on both sides of 0.5; found them on one")
    median = q[..., above]
    if a[above] > 0.5 + SAME:
        share = (0.5 - a[above - 1]) / (a[above] - a[above - 1])
        median = q[..., above - 1] * (1 - share) + median * share
    reached = np.where(q <= y[..., None], a, 0.0).max(axis=-1)
    unmet = np.where(q >= y[..., None], a, 1.0).min(axis=-1)
    side = np.where(y < median, 1 - 2 * reached, 1 - 2 * unmet)
    return np.where(y == median, 0.0, side)


def _square(a: Floats, b: Floats) -> Floats:
    """The mean square of what goes evenly from a to b."""
    return np.asarray((a * a + a * b + b * b) / 3)


def _quantiles(
    levels: ArrayLike, values: ArrayLike, outcome: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    a, q, y = finite(levels, "levels"), finite(values, "quantiles"), finite(outcome, "outcomes")
    if a.ndim != 1 or not len(a) or not ((a >= 0) & (a <= 1)).all() or (np.diff(a) <= SAME).any():
        raise UsageError("expected levels that rise, from 0 to 1; found others")
    if q.shape[-1:] != a.shape:
        raise UsageError(f"expected a quantile for each level; found {q.shape} for {a.shape}")
    fitting(q, y)
    rising(q, "quantiles")
    return a, q, y


def _interval(low: ArrayLike, high: ArrayLike, outcome: ArrayLike) -> tuple[Floats, Floats, Floats]:
    lower, upper = finite(low, "intervals"), finite(high, "intervals")
    if (lower > upper).any():
        raise UsageError("expected intervals with low not above high; found others")
    return lower, upper, finite(outcome, "outcomes")


def finite(values: ArrayLike, what: str) -> Floats:
    """The values as numbers, where all are finite."""
    given: Any = np.asarray(values, dtype=np.float64)
    if not np.isfinite(given).all():
        raise UsageError(f"expected {what} that are finite numbers; found others")
    return given  # type: ignore[no-any-return]


def rising(values: Floats, what: str) -> None:
    """Refuse values that fall along the last axis."""
    if (np.diff(values, axis=-1) < 0).any():
        raise UsageError(f"expected {what} that do not fall from left to right; found others")


def fitting(values: Floats, outcome: Floats) -> None:
    """Refuse all but one row of values for all outcomes, or one for each."""
    one = values.ndim == 1 and values.shape[-1] > 0
    if not one and (values.ndim < 1 or not values.shape[-1] or values.shape[:-1] != outcome.shape):
        raise UsageError(
            f"expected one outcome for each forecast; found {outcome.shape} for {values.shape}"
        )
