"""Scores of numbers and dates in Metaculus's form: a range cut into buckets of equal width.

Arrays in, arrays out. HIGHER is better. Scores in the unit of the outcome are those of
:mod:`tracker.scoring.distributions`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tracker.errors import UsageError
from tracker.scoring.distributions import SAME, finite, fitting, rising

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

TAIL = 0.05  # what the baseline gives to everything beyond an open bound


def bucket(
    value: ArrayLike, low: float, high: float, *, inner: int = 200, zero: float | None = None
) -> NDArray[np.int64]:
    """Which bucket of a Metaculus question a value falls in.

    0 is below the range, 1 to ``inner`` divide it evenly, each with its upper end, and
    ``inner`` + 1 is above. With ``zero`` the scale is logarithmic and the ratio of distances from
    ``zero`` is what is divided evenly.

    Examples
    --------
    >>> bucket([-1, 0, 5, 10, 11], 0, 10, inner=4).tolist(), int(bucket(10, 1, 100, zero=0))
    ([0, 1, 2, 4, 5], 100)
    """
    given = finite(value, "values")
    if not high > low or inner < 1 or (zero is not None and low <= zero <= high):
        raise UsageError("expected a range with low < high, and zero outside it")
    place = (given - low) / (high - low)
    if zero is not None:
        ratio = (high - zero) / (low - zero)
        with np.errstate(invalid="ignore", divide="ignore"):
            logs = np.log1p(place * (ratio - 1)) / np.log(ratio)
        place = np.where((place > 0) & (place < 1), logs, place)
    within = np.clip(place, 0, 1) * inner + 1 - 1e-10  # a bound belongs to the bucket below it
    found = np.maximum(within.astype(np.int64), 1)
    return np.where(place < 0, 0, np.where(place > 1, inner + 1, found))


def baseline_score_cdf(
    cdf: ArrayLike, outcome_bucket: ArrayLike, *, open_low: bool = False, open_high: bool = False
) -> Floats:
    """Metaculus's baseline score of a number or date, of a moment. HIGHER IS BETTER.

    50 ln(p / base), p the probability of the bucket that the outcome fell in. The base is 0.05
    beyond an open bound, and what that leaves is spread evenly over the buckets of the range: 0
    is as good as that. A probability of 0 costs minus infinity.

    Parameters
    ----------
    cdf : array-like (m,) or (n, m)
        Probability up to each of the m evenly spaced points of the range; 201 on Metaculus.
    outcome_bucket : array-like (n,) of int
        From :func:`bucket` with ``inner`` = m - 1: 0 to m.
    open_low, open_high : bool
        Whether the outcome may lie below, or above, the range.

    Returns
    -------
    array (n,), higher is better

    Raises
    ------
    UsageError
        Where the function falls, puts probability beyond a closed bound, or the outcome lies there.

    References
    ----------
    .. [1] Metaculus, Scores FAQ, https://www.metaculus.com/help/scores-faq/

    Examples
    --------
    >>> float(baseline_score_cdf(np.linspace(0, 1, 201), 150).round(6)) + 0.0
    0.0
    """
    f, at = finite(cdf, "probabilities"), finite(outcome_bucket, "buckets")
    fitting(f, at)
    inner = f.shape[-1] - 1
    edges = np.concatenate([np.zeros((*f.shape[:-1], 1)), f, np.ones((*f.shape[:-1], 1))], axis=-1)
    rising(edges, "probabilities from 0 to 1")
    if inner < 1 or not ((at >= 0) & (at <= inner + 1) & (at == np.floor(at))).all():
        raise UsageError(f"expected buckets from 0 to {inner + 1}; found others")
    mass = np.diff(edges, axis=-1)
    for closed, end in ((not open_low, 0), (not open_high, inner + 1)):
        if closed and ((at == end).any() or (mass[..., end] > SAME).any()):
            raise UsageError("expected nothing beyond a closed bound; found a probability, or it")
    mass = np.broadcast_to(mass, (*at.shape, inner + 2))
    given = np.take_along_axis(mass, at[..., None].astype(np.intp), axis=-1)[..., 0]
    even = (1 - TAIL * (int(open_low) + int(open_high))) / inner
    with np.errstate(divide="ignore"):
        return np.asarray(50 * np.log(given / np.where((at == 0) | (at > inner), TAIL, even)))
