"""Scores of single forecasts: arrays in, arrays out. Lower is better everywhere.

A yes/no forecast is a probability p with an outcome 0 or 1. A forecast over K options is a vector
on the last axis, with the position of the option that came true (from 0) as outcome.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from tracker.errors import UsageError
from tracker.pairs import BILLION, SUM_TOLERANCE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

Scale = Literal["0-1", "0-2"]
Rule = Literal["brier", "log", "spherical"]


def brier(probability: ArrayLike, outcome: ArrayLike, *, scale: Scale = "0-1") -> Floats:
    """Squared error of a forecast. Lower is better.

    On ``0-1`` it is half the sum over the options of squared differences, so that a yes/no
    question, (p - y)², and the same question put as two options agree and 50 % costs 0.25. On
    ``0-2`` it is the sum [1]_.

    Parameters
    ----------
    probability : array-like (n,) or (n, K)
    outcome : array-like (n,)
        0 or 1, or the position of the option that came true.
    scale : {"0-1", "0-2"}

    Returns
    -------
    array (n,)

    References
    ----------
    .. [1] G. W. Brier, Verification of forecasts expressed in terms of probability, Monthly
       Weather Review 78 (1950), doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2

    Examples
    --------
    >>> brier([0.4, 0.65], [1, 1], scale="0-2").round(4).tolist()
    [0.72, 0.245]
    >>> float(brier([0.15, 0.45, 0.25, 0.15], 2, scale="0-2").round(4))
    0.81
    """
    p, y = _aligned(probability, outcome)
    if p.ndim == y.ndim:
        return np.asarray((p - y) ** 2 * _factor(scale))
    hit = np.arange(p.shape[-1]) == y[..., None]
    return np.asarray(((p - hit) ** 2).sum(axis=-1) / 2 * _factor(scale))


def log_score(probability: ArrayLike, outcome: ArrayLike) -> Floats:
    """Minus the natural logarithm of the probability given to what happened.

    Lower is better; from 0 to infinity. A probability of 0 for what happened costs infinity, and
    is never clipped: clipping rewards false certainty.

    Parameters
    ----------
    probability : array-like (n,) or (n, K)
    outcome : array-like (n,)

    Returns
    -------
    array (n,)

    References
    ----------
    .. [1] I. J. Good, Rational decisions, JRSS B 14 (1952), doi:10.1111/j.2517-6161.1952.tb00104.x

    Examples
    --------
    >>> (log_score([0.2, 0.8, 0.0], [1, 1, 1]) / np.log(2)).round(4).tolist()
    [2.3219, 0.3219, inf]
    """
    p, y = _aligned(probability, outcome)
    if p.ndim == y.ndim:
        given = np.where(y == 1, p, 1 - p)
    else:
        given = np.take_along_axis(p, y[..., None].astype(np.intp), axis=-1)[..., 0]
    with np.errstate(divide="ignore"):
        return np.abs(np.log(given))


def ordered_brier(probability: ArrayLike, outcome: ArrayLike, *, scale: Scale = "0-1") -> Floats:
    """Brier score of options in order: the mean over the cumulative splits. Lower is better.

    A near miss costs less than a far one. With two options it is the Brier score.

    Parameters
    ----------
    probability : array-like (n, K), options in order
    outcome : array-like (n,)
        Position of the option that came true.
    scale : {"0-1", "0-2"}

    Returns
    -------
    array (n,)

    References
    ----------
    .. [1] V. R. R. Jose, R. F. Nau, R. L. Winkler, Sensitivity to distance and baseline
       distributions in forecast evaluation, Management Science 55 (2009),
       doi:10.1287/mnsc.1080.0955

    Examples
    --------
    >>> float(ordered_brier([0.15, 0.45, 0.25, 0.15], 2, scale="0-2").round(4))
    0.27
    """
    p, y = _aligned(probability, outcome)
    if p.ndim == y.ndim or p.shape[-1] < 2:  # noqa: PLR2004 - a split needs two sides
        raise UsageError("an ordered forecast needs two options or more on the last axis")
    through = np.cumsum(p, axis=-1)[..., :-1]
    reached = y[..., None] <= np.arange(p.shape[-1] - 1)
    return np.asarray(((through - reached) ** 2).mean(axis=-1) * _factor(scale))


def _factor(scale: str) -> int:
    if scale not in ("0-1", "0-2"):
        raise UsageError(f"expected the scale 0-1 or 0-2; found {scale}")
    return 2 if scale == "0-2" else 1


def _aligned(probability: ArrayLike, outcome: ArrayLike) -> tuple[Floats, Floats]:
    p = np.asarray(probability, dtype=np.float64)
    y = np.asarray(outcome, dtype=np.float64)
    if not ((p >= 0) & (p <= 1)).all():
        raise UsageError("expected probabilities from 0 to 1; found others")
    if p.shape == y.shape:
        if not ((y == 0) | (y == 1)).all():
            raise UsageError("expected outcomes 0 or 1; found others")
        return p, y
    if p.shape[:-1] != y.shape:
        raise UsageError(f"expected one outcome for each forecast; found {y.shape} for {p.shape}")
    if not (np.abs(p.sum(axis=-1) * BILLION - BILLION) <= SUM_TOLERANCE).all():
        raise UsageError("expected probabilities that sum to 1 over the options")
    if not ((y >= 0) & (y < p.shape[-1]) & (y == np.floor(y))).all():
        raise UsageError("expected the position of the option that came true, counted from 0")
    return p, y
