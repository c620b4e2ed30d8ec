"""What older reports print, to compare with them: Murphy's decomposition by bins, areas, curves.

The decomposition by bins depends on the bins, and has two terms more than is commonly printed;
that of :mod:`tracker.scoring.decomposition` has neither fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tracker.errors import UsageError
from tracker.pairs import BILLION
from tracker.tally import Tally, summed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BINS = 10
MOST = 0.25  # the uncertainty of a base rate of one half


@dataclass(frozen=True)
class BinnedDecomposition:
    """Murphy's decomposition of the mean Brier score on the 0-1 scale; None without forecasts.

    The score is exactly ``miscalibration`` - ``discrimination`` + ``uncertainty`` +
    ``within_variance`` - ``within_covariance``. The last two come from different probabilities in
    one bin. The ``corrected`` numbers take out what few forecasts a bin add to each part; None
    where forecasts do not all weigh the same, or there is only one. ``bins`` are those with any.
    """

    bins: int
    score: float | None
    miscalibration: float | None
    discrimination: float | None
    uncertainty: float | None
    within_variance: float | None
    within_covariance: float | None
    corrected_miscalibration: float | None
    corrected_discrimination: float | None
    corrected_uncertainty: float | None


def binned(tally: Tally, *, bins: int | None = BINS) -> BinnedDecomposition:
    """Murphy's decomposition [1]_ with the terms within bins [2]_ and without the bias [3]_.

    Parameters
    ----------
    tally : Tally
    bins : int or None
        Of equal width, with the upper end in the bin and 0 in the first. None: every level is a
        bin, and the terms within bins are 0.

    References
    ----------
    .. [1] A. H. Murphy, A new vector partition of the probability score, Journal of Applied
       Meteorology 12 (1973), doi:10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2
    .. [2] D. B. Stephenson, C. A. S. Coelho, I. T. Jolliffe, Two extra components in the Brier
       score decomposition, Weather and Forecasting 23 (2008), doi:10.1175/2007WAF2006116.1
    .. [3] C. A. T. Ferro, T. E. Fricker, A bias-corrected decomposition of the Brier score,
       QJRMS 138 (2012), doi:10.1002/qj.1924

    Examples
    --------
    >>> from tracker.pairs import Pairs
    >>> found = binned(Tally.of(Pairs(probability=[0.1, 0.1, 0.7, 0.7], outcome=[0, 0, 1, 0])))
    >>> round(found.miscalibration, 4), found.discrimination, found.uncertainty
    (0.025, 0.0625, 0.1875)
    """
    if bins is not None and bins < 1:
        raise UsageError(f"expected one bin or more; found {bins}")
    if not tally.total:
        return BinnedDecomposition(0, *[None] * 9)
    # The number of a bin's upper end, in whole numbers: exact.
    of = tally.level if bins is None else np.maximum(-(-tally.level * bins // BILLION), 1)
    of = np.unique(of, return_inverse=True)[1].reshape(-1)
    size = int(of.max()) + 1
    p, share = tally.probability, tally.happened / tally.weight
    weight, happened = summed(of, tally.weight, size), summed(of, tally.happened, size)
    said, found = summed(of, tally.weight * p, size) / weight, happened / weight
    base = float(happened.sum() / weight.sum())
    off = p - said[of]
    yes, no = tally.happened, tally.weight - tally.happened
    score = yes @ (1 - p) ** 2 + no @ p**2
    parts = [
        float(part / tally.total)
        for part in (
            score,
            weight @ (said - found) ** 2,
            weight @ (found - base) ** 2,
            weight.sum() * base * (1 - base),
            tally.weight @ off**2,
            2 * (tally.weight * off) @ (share - found[of]),
        )
    ]
    numbers = [*parts, *_corrected(tally, of, parts)]
    return BinnedDecomposition(size, *numbers)


def _corrected(
    tally: Tally, of: NDArray[np.intp], parts: list[float]
) -> tuple[float | None, float | None, float | None]:
    """The three parts less their bias, or as much of it as leaves them possible."""
    n = summed(of, tally.forecasts.astype(np.float64), len(tally))
    k = summed(of, tally.events.astype(np.float64), len(tally))
    total = float(n.sum())
    each = tally.weight / tally.forecasts
    if total <= 1 or not np.allclose(each, tally.total / total):
        return None, None, None
    _, miscalibration, discrimination, uncertainty, *_ = parts
    several = n > 1
    n, k = n[several], k[several]
    within = float((k * (n - k) / (n * (n - 1))).sum()) / total
    between = uncertainty / (total - 1)
    most = 1.0
    for room, bias in (
        (miscalibration, within),
        (discrimination, within - between),
        (MOST - uncertainty, between),
    ):
        if bias > 0:
            most = min(most, room / bias)
    return (
        max(miscalibration - most * within, 0.0),
        max(discrimination - most * (within - between), 0.0),
        min(uncertainty + most * between, MOST),
    )


def area_under_curve(tally: Tally) -> float | None:
    """The chance that an event had been given more than what did not happen; ties count half.

    The area under the ROC curve [1]_: higher is better, from 0 to 1, and 0.5 is no better than
    chance. It knows nothing of calibration. None where all or nothing happened.

    References
    ----------
    .. [1] J. A. Hanley, B. J. McNeil, The meaning and use of the area under a receiver operating
       characteristic (ROC) curve, Radiology 143 (1982), doi:10.1148/radiology.143.1.7063747

    Examples
    --------
    >>> from tracker.pairs import Pairs
    >>> area_under_curve(Tally.of(Pairs(probability=[0.2, 0.5, 0.5], outcome=[0, 0, 1])))
    0.75
    """
    if tally.events.sum() in (0, tally.forecasts.sum()):
        return None
    yes, no = tally.happened, tally.weight - tally.happened
    return float(yes @ (np.cumsum(no) - no / 2) / (yes.sum() * no.sum()))


def murphy_curve(tally: Tally, threshold: Floats) -> Floats:
    """Mean elementary scores at thresholds from 0 to 1; lower is better, from 0 to 2 [1]_.

    At t it is twice the regret of who acts where the probability is above t, and for whom acting
    in vain costs t and failing to act 1 - t; at a level that was said, half of each. The area
    below it is the Brier score on the 0-1 scale. Who is nowhere above another is better by every
    proper score. NaN without forecasts.

    References
    ----------
    .. [1] W. Ehm, T. Gneiting, A. Jordan, F. Krueger, Of quantiles and expectiles, JRSS B 78
       (2016), doi:10.1111/rssb.12154

    Examples
    --------
    >>> from tracker.pairs import Pairs
    >>> tally = Tally.of(Pairs(probability=[0.2, 0.6], outcome=[0, 1]))
    >>> murphy_curve(tally, np.array([0.1, 0.4, 0.6, 0.8])).round(2).tolist()
    [0.1, 0.0, 0.2, 0.2]
    """
    if not tally.total:
        return np.full(len(threshold), np.nan)
    missed = np.r_[0.0, np.cumsum(tally.happened)]
    no = np.r_[0.0, np.cumsum(tally.weight - tally.happened)]
    cost = np.zeros(len(threshold))
    for side in ("left", "right"):
        at = np.searchsorted(tally.probability, threshold, side=side)
        cost += (1 - threshold) * missed[at] + threshold * (no[-1] - no[at])
    return cost / tally.total
