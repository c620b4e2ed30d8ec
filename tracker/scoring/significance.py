"""Whether a difference may be luck: p-values by flipping signs, and p-values of many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tracker.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

EXACT = 20  # clusters up to which every flip of signs is tried
FLIPS = 10_000
BLOCKS = 1000
ROUNDING = 1e-9  # sums of flipped signs that differ by less, relatively, are alike


def sign_flip(sums: ArrayLike, *, seed: int = 1) -> float | None:
    """How often chance alone gives as large a total, had each sum as well been of either sign.

    The two-sided p-value of "no difference", if differences are symmetric about 0 then: exact up
    to 20 sums that are not 0, else from 10,000 flips with (1 + as large)/(10,000 + 1). More than
    1,000 sums are flipped in 1,000 blocks, which is a test of the same level.

    Parameters
    ----------
    sums : array-like (n,)
        The summed differences of each cluster, in an order that does not depend on them.

    Returns
    -------
    float in (0, 1], or None
        None where nothing differs.

    References
    ----------
    .. [1] J. Hemerik, J. Goeman, Exact testing with random permutations, TEST 27 (2018),
       doi:10.1007/s11749-017-0571-1

    Examples
    --------
    >>> sign_flip([0.1, 0.2, 0.4])
    0.25
    """
    given = np.asarray(sums, dtype=np.float64)
    given = given[given != 0]
    if not len(given):
        return None
    least = abs(given.sum()) - ROUNDING * np.abs(given).sum()
    if len(given) <= EXACT:
        totals = given[:1]  # the first keeps its sign: flipping all changes no absolute value
        for one in given[1:]:
            totals = np.concatenate([totals + one, totals - one])
        return float((np.abs(totals) >= least).mean())
    blocks = np.bincount(np.arange(len(given)) % BLOCKS, given)
    signs = np.random.default_rng(seed).integers(0, 2, (FLIPS, len(blocks)), dtype=np.int8)
    totals = np.concatenate([part @ blocks for part in np.split(2 * signs - 1, FLIPS // BLOCKS)])
    return float(1 + (np.abs(totals) >= least).sum()) / (FLIPS + 1)


def holm(p_values: ArrayLike) -> Floats:
    """P-values of a chosen family, adjusted so that one false find in the family is that rare.

    Reject where the adjusted value is at most the error rate. Array (n,) in the order given.

    References
    ----------
    .. [1] S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal
       of Statistics 6 (1979), https://www.jstor.org/stable/4615733

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    given = _p_values(p_values)
    order = np.argsort(given, kind="stable")
    factor = np.arange(len(given), 0, -1)
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(np.maximum.accumulate(given[order] * factor), 1.0)
    return adjusted


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """P-values of a long list, adjusted so that of all finds the false share is that small.

    Reject where the adjusted value is at most the share. Array (n,) in the order given.

    References
    ----------
    .. [1] Y. Benjamini, Y. Hochberg, Controlling the false discovery rate, JRSS B 57 (1995),
       doi:10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    given = _p_values(p_values)
    order = np.argsort(given, kind="stable")[::-1]
    factor = len(given) / np.arange(len(given), 0, -1)
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(np.minimum.accumulate(given[order] * factor), 1.0)
    return adjusted


def _p_values(p_values: ArrayLike) -> Floats:
    given = np.asarray(p_values, dtype=np.float64)
    if given.ndim != 1 or not ((given >= 0) & (given <= 1)).all():
        raise UsageError("expected a list of p-values from 0 to 1; found others")
    return given
