"""Scores of single forecasts: arrays in, arrays out.

Lower is better, except in ``baseline_score`` and ``peer_score``, which are Metaculus's and where
HIGHER is better. A yes/no forecast is a probability p with an outcome 0 or 1. A forecast over K
options is a vector on the last axis, with the position of the option that came true (from 0) as
outcome. An impossible probability or outcome raises a ``UsageError``. The scores of quantiles,
intervals and distributions are those of :mod:`tracker.scoring.distributions`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tracker.errors import UsageError
from tracker.pairs import BILLION, SUM_TOLERANCE
from tracker.scoring import distributions

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

crps_cdf = distributions.crps_cdf
crps_quantiles = distributions.crps_quantiles
interval_score = distributions.interval_score
weighted_interval_score = distributions.weighted_interval_score

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
    with np.errstate(divide="ignore"):
        return np.abs(np.log(_given(*_aligned(probability, outcome))))


def spherical(probability: ArrayLike, outcome: ArrayLike) -> Floats:
    """1 minus the probability given to what happened, over the length of the forecast's vector.

    Lower is better; from 0 to 1. Between the Brier score and the log score in how hard it is on
    false certainty, and bounded. A yes/no question and the same question put as two options agree.

    Parameters
    ----------
    probability : array-like (n,) or (n, K)
    outcome : array-like (n,)

    Returns
    -------
    array (n,)

    References
    ----------
    .. [1] T. Gneiting, A. E. Raftery, Strictly proper scoring rules, prediction, and estimation,
       JASA 102 (2007), doi:10.1198/016214506000001437

    Examples
    --------
    >>> spherical([1.0, 0.5, 0.0], [1, 1, 1]).round(4).tolist()
    [0.0, 0.2929, 1.0]
    """
    p, y = _aligned(probability, outcome)
    length = np.hypot(p, 1 - p) if p.ndim == y.ndim else np.sqrt((p**2).sum(axis=-1))
    return np.clip(1 - _given(p, y) / length, 0.0, 1.0)


def baseline_score(
    probability: ArrayLike, outcome: ArrayLike, *, available: ArrayLike | None = None
) -> Floats:
    """Metaculus's baseline score of a moment. HIGHER IS BETTER, unlike the other rules.

    100 ln(p C) / ln C for the probability p given to what happened among C options: 100 is
    certain and right, 0 no better than equal chances on all options, and minus infinity a
    probability of 0 for what happened (Metaculus admits none; here it is not clipped). For
    numbers and dates see :func:`tracker.scoring.buckets.baseline_score_cdf`.

    Parameters
    ----------
    probability : array-like (n,) or (n, K)
    outcome : array-like (n,)
    available : array-like of bool (K,) or (n, K), optional
        Which options could be chosen when the forecast was made; all unless given. The others
        must have probability 0. An outcome that could not be chosen yet is scored by the last
        option, Metaculus's "other".

    Returns
    -------
    array (n,)

    Raises
    ------
    UsageError
        Where fewer than two options were available.

    References
    ----------
    .. [1] Metaculus, Scores FAQ, https://www.metaculus.com/help/scores-faq/

    Examples
    --------
    >>> baseline_score([0.9, 0.5, 0.1], [1, 1, 1]).round(4).tolist()
    [84.7997, 0.0, -232.1928]
    """
    p, y = _aligned(probability, outcome)
    options: Any = 2
    if p.ndim > y.ndim:
        options, y = _open_options(p, y, True if available is None else available)
    elif available is not None:
        raise UsageError("a yes/no forecast has both its answers available; leave available out")
    with np.errstate(divide="ignore"):
        return np.asarray(100 * (1 + np.log(_given(p, y)) / np.log(options)))


def peer_score(probability: ArrayLike, outcome: ArrayLike) -> Floats:
    """Metaculus's peer score of a moment: analysts on one question. HIGHER IS BETTER.

    100 (ln p - the mean of ln p over the other analysts), for the probability p given to what
    happened: how much better than the others, who sum to 0 with oneself. Alone, there is nobody
    to compare with and no score: NaN. Who gave what happened a probability of 0 has minus
    infinity, and all others plus infinity; two who did cannot be compared: NaN.

    Parameters
    ----------
    probability : array-like (n,) or (n, K)
        One row an analyst, all on the same question at the same time.
    outcome : int
        0 or 1, or the position of the option that came true.

    Returns
    -------
    array (n,)

    References
    ----------
    .. [1] Metaculus, Scores FAQ, https://www.metaculus.com/help/scores-faq/

    Examples
    --------
    >>> peer_score([0.1, 0.5, 0.9], 1).round(4).tolist()
    [-190.3331, 51.0826, 139.2506]
    """
    p, y = np.asarray(probability, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    if p.ndim == 0 or y.ndim:
        raise UsageError("expected several analysts' forecasts and one outcome, of one question")
    given = _given(*_aligned(p, np.full(len(p), y)))
    n, none = len(given), given == 0
    if n < 2:  # noqa: PLR2004 - a comparison needs two
        return np.full(n, np.nan)
    if none.any():
        return np.where(none, -np.inf if none.sum() == 1 else np.nan, np.inf)
    logs = np.log(given)
    return np.asarray(100 * (n * logs - logs.sum()) / (n - 1))


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


def _given(p: Floats, y: Floats) -> Floats:
    """The probability given to what happened."""
    if p.ndim == y.ndim:
        return np.where(y == 1, p, 1 - p)
    return np.take_along_axis(p, y[..., None].astype(np.intp), axis=-1)[..., 0]


def _open_options(p: Floats, y: Floats, available: ArrayLike) -> tuple[Floats, Floats]:
    """How many options could be chosen, and which of them the outcome is scored by."""
    mask = np.broadcast_to(np.asarray(available, dtype=bool), p.shape)
    if (p[~mask] > 0).any():
        raise UsageError("expected probability 0 for options that were not available")
    known = _given(mask.astype(np.float64), y) == 1
    count = mask.sum(axis=-1).astype(np.float64)
    if (count < 2).any() or (~known & ~mask[..., -1]).any():  # noqa: PLR2004 - a choice is of two
        raise UsageError("expected two available options or more, with the outcome or the last one")
    return count, np.where(known, y, p.shape[-1] - 1)


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
