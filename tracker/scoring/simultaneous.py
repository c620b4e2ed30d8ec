"""Which ranges of probabilities are shown to be miscalibrated: one band for all of them at once.

A consistency band holds at each level by itself, so of twenty levels of a calibrated analyst two
leave a 90 % band. This one holds everywhere at once, whatever n is: with its confidence, what
leaves it is miscalibrated.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tracker.pairs import BILLION
from tracker.scoring.uncertainty import LEVEL
from tracker.tally import MILLION, Tally, Trials, summed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_LEVELS = 1001  # beyond which levels are rounded to thousandths
LOOKED_AT = 250  # levels up to which every pool is looked at
FIVE = 5.0
MARGIN = 0.005
BLOCK = 200_000  # pools of levels held at once


@dataclass(frozen=True, eq=False)
class SimultaneousBand:
    """Where the true share of events lies at every probability at once, with chance ``level``.

    Between two probabilities the lower end is that of the one below and the upper end that of the
    one above. ``low`` above ``high`` says that the share of events does not rise with the
    probability. ``independent`` is the number of independent forecasts it rests on, and ``exact``
    whether these are forecasts on questions of their own; otherwise the level is approximate.
    """

    probability: Floats
    low: Floats
    high: Floats
    level: float
    independent: float
    exact: bool

    def __len__(self) -> int:
        return len(self.probability)

    def as_dict(self) -> dict[str, Any]:
        """The band as JSON content."""
        content = asdict(self)
        return {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in content.items()}


@dataclass(frozen=True)
class Statement:
    """What can be said, with the confidence of the band, of the forecasts from ``low`` to ``high``.

    ``direction`` is ``less`` where they came true less often than said, ``more`` where more
    often, ``falling`` where a higher probability went with fewer events, and None where nothing
    is shown; then there is no range either. :func:`confidence` introduces the sentences.
    """

    low: float | None
    high: float | None
    direction: str | None
    sentence: str


def simultaneous_band(
    tally: Tally, trials: Trials | None = None, *, level: float = LEVEL
) -> SimultaneousBand:
    """The band in which the share of events lies at every probability at once.

    It supposes only that the share does not fall as the probability rises, and holds for any n:
    the chance that it misses anywhere is at most 1 - ``level``, shared out over all ranges of
    levels with exact binomial limits [1]_.

    The limits need independent outcomes. Where forecasts share questions (``trials``), every
    question counts 1, shared out over its forecasts by their weights: no range of levels then has
    more in it than the number of independent forecasts with the same spread, (Σw)²/Σw² over its
    questions. The level is then approximate. Linked questions are one, and so are the options of
    a set. How much questions weigh beside each other makes no difference.

    Parameters
    ----------
    tally : Tally
        Over 1,001 levels are rounded to thousandths, down for the upper ends and up for the lower
        ones, so that the band still holds.
    trials : Trials or None
        None where every forecast is a question of its own and all weigh the same.
    level : float
        Also called the confidence.

    References
    ----------
    .. [1] T. Dimitriadis, L. Duembgen, A. Henzi, M. Puke, J. Ziegel, Honest calibration
       assessment for binary outcome predictions, Biometrika 110 (2023),
       doi:10.1093/biomet/asac068

    Examples
    --------
    >>> from tracker.pairs import Pairs
    >>> tally = Tally.of(Pairs(probability=[0.9] * 20, outcome=[1] * 8 + [0] * 12))
    >>> band = simultaneous_band(tally)
    >>> band.low.round(2).tolist(), band.high.round(2).tolist()
    ([0.22], [0.61])
    >>> statements(band)[0].sentence
    'The forecasts of 90 % came true less often than said.'
    """
    count, happened = tally.forecasts.astype(np.float64), tally.events.astype(np.float64)
    if trials is not None:
        part = 1 / trials.by_question(trials.weight)[trials.question]
        count = summed(trials.at, part * trials.weight, len(tally))
        happened = summed(trials.at, part * trials.happened, len(tally))
    down, up = tally.level, tally.level
    if len(tally) > MOST_LEVELS:
        down, up = tally.level // MILLION * MILLION, -(-tally.level // MILLION) * MILLION
    below, low = _lower(up, count, happened, level)
    above, high = _lower((BILLION - down)[::-1], count[::-1], (count - happened)[::-1], level)
    above, high = (BILLION - above)[::-1], 1 - high[::-1]
    every = np.union1d(below, above)
    return SimultaneousBand(
        probability=every / BILLION,
        low=np.r_[0.0, low][np.searchsorted(below, every, side="right")],
        high=np.r_[high, 1.0][np.searchsorted(above, every)],
        level=level,
        independent=float(count.sum()),
        exact=trials is None,
    )


def _lower(
    point: NDArray[np.int64], count: Floats, happened: Floats, level: float
) -> tuple[NDArray[np.int64], Floats]:
    """The lower ends at the distinct points, which are ascending.

    An end is the highest that any pool of levels up to the point gives. The upper ends are lower
    ends too, of the opposite events.
    """
    from scipy.special import betaincinv

    point, code = np.unique(point, return_inverse=True)
    m = len(point)
    through, true = (
        np.r_[0.0, np.cumsum(summed(code.reshape(-1), of, m))] for of in (count, happened)
    )
    miss = (1 - level) / (m * (m + 1)) if m else 0.0
    low = np.zeros(m)
    rows = max(1, BLOCK // max(m, 1))
    for first in range(0, m, rows):
        last = np.arange(first, min(first + rows, m))[:, None]
        start = np.arange(last[-1, 0] + 1)
        n, k = through[last + 1] - through[start], true[last + 1] - true[start]
        kept = (start <= last) & (k > 0)
        if m > LOOKED_AT:
            kept &= _promising(n, k, kept, miss)
        limit = np.zeros(n.shape)
        limit[kept] = betaincinv(k[kept], np.maximum(n - k, 0.0)[kept] + 1, miss)
        low[first : first + len(last)] = limit.max(axis=1)
    return point, np.maximum.accumulate(low)


def _promising(n: Floats, k: Floats, kept: NDArray[np.bool_], miss: float) -> NDArray[np.bool_]:
    """The pools in each row whose lower limit can be the highest, and a few more.

    By the approximation 26.5.22 of Abramowitz and Stegun, good from five events on. A pool that
    was passed over would only have made the band narrower: it holds all the same.
    """
    from scipy.special import ndtri

    good = kept & (k >= FIVE)
    a, b = np.where(good, k, FIVE), np.where(good, n - k, 0.0) + 1
    one, other = 1 / (2 * a - 1), 1 / (2 * b - 1)
    z = float(-ndtri(miss))
    h, shift = 2 / (one + other), (z**2 - 3) / 6
    w = z * np.sqrt(h + shift) / h - (other - one) * (shift + 5 / 6 - 2 / (3 * h))
    limit = np.where(good, a / (a + b * np.exp(2 * w)), 0.0)
    return np.asarray(~good | (limit >= limit.max(axis=1, keepdims=True) - MARGIN))


def confidence(band: SimultaneousBand) -> str:
    """What introduces the sentences: how sure they are, and that they are so all together."""
    return f"With {_level(band)} confidence, for all ranges at once:"


def statements(band: SimultaneousBand) -> tuple[Statement, ...]:
    """What the band shows, in plain sentences; one that says so if that is nothing."""
    said = band.probability
    found = sorted(
        (float(said[first]), float(said[last]), direction)
        for direction, out in (("less", said > band.high), ("more", said < band.low))
        for first, last in _runs(out)
    )
    shown = [Statement(*one, _sentence(*one)) for one in found]
    crossed = said[band.low > band.high]
    if len(crossed):
        sentence = "Higher probabilities did not always go with more events."
        shown.append(Statement(float(crossed[0]), float(crossed[-1]), "falling", sentence))
    if shown:
        return tuple(shown)
    number = round(band.independent)
    if not number:
        return (Statement(None, None, None, "Nothing to tell yet: no settled forecast counts."),)
    about, plural = "" if band.exact else "about ", "" if number == 1 else "s"
    sentence = (
        f"No range of forecasts is shown to be miscalibrated, going by {about}{number:,} "
        f"independent forecast{plural} ({_level(band)} confidence, all ranges at once)."
    )
    return (Statement(None, None, None, sentence),)


def _level(band: SimultaneousBand) -> str:
    return f"{'' if band.exact else 'about '}{_percent(band.level)} %"


def _runs(out: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The first and last position of every run of true values."""
    edge = np.diff(np.r_[0, out.astype(np.int8), 0])
    return list(zip(np.flatnonzero(edge == 1), np.flatnonzero(edge == -1) - 1, strict=True))


def _sentence(low: float, high: float, direction: str) -> str:
    of = f"of {_percent(low)} %" if low == high else f"from {_percent(low)} to {_percent(high)} %"
    return f"The forecasts {of} came true {direction} often than said."


def _percent(probability: float) -> str:
    return f"{100 * probability:.4g}"
