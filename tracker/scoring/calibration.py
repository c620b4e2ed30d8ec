"""Calibration: whether what is said at 70 % comes true seven times in ten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tracker.scoring.decomposition import recalibrate
from tracker.scoring.simulation import SEED, coarse, draws_for, simulate
from tracker.scoring.uncertainty import LEVEL
from tracker.tally import Tally, Trials

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.pairs import Pairs

    Floats = NDArray[np.float64]

HELD = 10_000_000  # recalibrated shares held at once, 80 MB


class Level(NamedTuple):
    """One probability that was said, and what became of it; see :class:`ReliabilityCurve`."""

    probability: float
    forecasts: int
    events: int
    recalibrated: float
    band_low: float
    band_high: float
    happened: float


@dataclass(frozen=True, eq=False)
class ReliabilityCurve:
    """One entry for each distinct probability that was said, ascending; m entries.

    ``forecasts`` and ``events`` are counts (each option of an options forecast counts as one).
    ``happened`` is the share of events by ``weight``, the sum of what the forecasts count for: not
    ``events / forecasts`` where some count for more. ``recalibrated`` is that share by isotonic
    regression. The band is the spread that
    ``recalibrated`` would have at that probability if the forecasts were calibrated, at level
    ``level``, by ``draws`` simulations from ``seed``. Without draws there is no band, and its ends
    are NaN.
    """

    probability: NDArray[np.float64]
    forecasts: NDArray[np.int64]
    events: NDArray[np.int64]
    recalibrated: NDArray[np.float64]
    band_low: NDArray[np.float64]
    band_high: NDArray[np.float64]
    happened: NDArray[np.float64]
    weight: NDArray[np.float64]
    level: float
    draws: int
    seed: int

    def __len__(self) -> int:
        return len(self.probability)

    @property
    def banded(self) -> bool:
        """Whether there is a band."""
        return self.draws > 0

    def levels(self) -> list[Level]:
        """The curve as rows of plain numbers, ascending."""
        columns = (getattr(self, name).tolist() for name in Level._fields)
        return [Level(*row) for row in zip(*columns, strict=True)]


def reliability_curve(
    pairs: Pairs, *, level: float = LEVEL, draws: int | None = None, seed: int = SEED
) -> ReliabilityCurve:
    """The recalibrated curve with its consistency band, from pairs that count.

    See :func:`curve_of`, for what has no pairs.
    """
    tally = Tally.of(pairs)
    trials = Trials.of(pairs, tally) if len(tally) else None
    return curve_of(tally, trials, level=level, draws=draws, seed=seed)


def curve_of(
    tally: Tally,
    trials: Trials | None,
    *,
    level: float = LEVEL,
    draws: int | None = None,
    seed: int = SEED,
) -> ReliabilityCurve:
    """The recalibrated curve of a tally with its consistency band [1]_.

    The band takes the forecasts at their word and draws outcomes for the questions, so that all
    forecasts on one question share one outcome: ten updates are one trial. How often each level
    was said stays as it was; drawing that as well makes the band 1 to 2 % wider, which is no more
    than how its ends jump from one whole count to the next. It holds at each level by itself; for
    all at once see :func:`tracker.scoring.simultaneous.simultaneous_band`.

    Parameters
    ----------
    tally : Tally
        Over 5,000 levels are pooled by thousandths.
    trials : Trials or None
    level : float
        Of the band.
    draws : int, optional
        1,000 unless given, and fewer for large work. 0 is for no band, where it is not known
        which forecasts share questions.
    seed : int

    References
    ----------
    .. [1] T. Dimitriadis, T. Gneiting, A. I. Jordan, Stable reliability diagrams for
       probabilistic classifiers, PNAS 118 (2021), doi:10.1073/pnas.2016191118
    """
    tally, trials = coarse(tally, trials)
    draws = draws_for(tally, trials) if draws is None else draws
    if draws:
        draws = max(min(draws, HELD // max(len(tally), 1)), 1)
    low, high = _band(tally, trials, level, draws, seed)
    return ReliabilityCurve(
        probability=tally.probability,
        forecasts=tally.forecasts,
        events=tally.events,
        recalibrated=recalibrate(tally.happened, tally.weight),
        band_low=low,
        band_high=high,
        happened=tally.happened / tally.weight,
        weight=tally.weight,
        level=level,
        draws=draws,
        seed=seed,
    )


def _band(tally: Tally, trials: Trials | None, level: float, draws: int, seed: int) -> Floats:
    """The ends of the band, (2, m): quantiles of what recalibration gives if calibrated."""
    if not draws:
        return np.full((2, len(tally)), np.nan)
    fits = np.empty((draws, len(tally)))
    filled = 0
    for happened in simulate(tally, trials, draws=draws, seed=seed):
        fits[filled : filled + len(happened)] = recalibrate(happened, tally.weight)
        filled += len(happened)
    tail = (1 - level) / 2
    return np.quantile(fits, [tail, 1 - tail], axis=0, overwrite_input=True)
