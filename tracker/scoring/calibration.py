"""Calibration: whether what is said at 70 % comes true seven times in ten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tracker.scoring.decomposition import recalibrate
from tracker.tally import Tally, summed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.pairs import Pairs

LEVEL = 0.90  # of the band
DRAWS = 1000
SEED = 1
BLOCK = 4_000_000  # simulated outcomes held at once, about 32 MB


class Level(NamedTuple):
    """One probability that was said, and what became of it; see :class:`ReliabilityCurve`."""

    probability: float
    forecasts: int
    events: int
    recalibrated: float
    band_low: float
    band_high: float


@dataclass(frozen=True, eq=False)
class ReliabilityCurve:
    """One entry for each distinct probability that was said, ascending; m entries.

    ``forecasts`` and ``events`` are counts (each option of an options forecast counts as one).
    ``recalibrated`` is the share of events by isotonic regression. The band is the spread that
    ``recalibrated`` would have at that probability if the forecasts were calibrated, at level
    ``level``, by ``draws`` simulations from ``seed``.
    """

    probability: NDArray[np.float64]
    forecasts: NDArray[np.int64]
    events: NDArray[np.int64]
    recalibrated: NDArray[np.float64]
    band_low: NDArray[np.float64]
    band_high: NDArray[np.float64]
    level: float
    draws: int
    seed: int

    def __len__(self) -> int:
        return len(self.probability)

    def levels(self) -> list[Level]:
        """The curve as rows of plain numbers, ascending."""
        columns = (getattr(self, name).tolist() for name in Level._fields)
        return [Level(*row) for row in zip(*columns, strict=True)]


def reliability_curve(
    pairs: Pairs, *, level: float = LEVEL, draws: int = DRAWS, seed: int = SEED
) -> ReliabilityCurve:
    """The recalibrated curve with its consistency band, from pairs that count.

    The band takes the forecasts at their word and draws outcomes for the questions, so that all
    forecasts on one question share one outcome: ten updates are one trial.

    References
    ----------
    .. [1] T. Dimitriadis, T. Gneiting, A. I. Jordan, Stable reliability diagrams for
       probabilistic classifiers, PNAS 118 (2021), doi:10.1073/pnas.2016191118
    """
    pairs = pairs.take(pairs.weight > 0)
    tally = Tally.of(pairs)
    fits = _simulated(pairs, tally, draws, seed)
    tail = (1 - level) / 2
    low, high = np.quantile(fits, [tail, 1 - tail], axis=0)
    return ReliabilityCurve(
        probability=tally.probability,
        forecasts=tally.forecasts,
        events=tally.events,
        recalibrated=recalibrate(tally.happened, tally.weight),
        band_low=low,
        band_high=high,
        level=level,
        draws=draws,
        seed=seed,
    )


def _simulated(pairs: Pairs, tally: Tally, draws: int, seed: int) -> NDArray[np.float64]:
    """Recalibrated values by level, (draws, m), of outcomes drawn from the forecasts themselves."""
    fits = np.zeros((draws, len(tally.level)))
    if not len(tally.level):
        return fits
    rows = pairs.rows()
    starts = pairs.starts
    row_weight = rows.share * pairs.weight[starts][rows.forecast]
    _, question = np.unique(pairs.question[starts], return_inverse=True)
    question = question.reshape(-1)[rows.forecast]
    at = np.searchsorted(tally.level, rows.level)
    rng = np.random.default_rng(seed)
    questions = int(question.max()) + 1
    block = max(1, BLOCK // len(question))
    for first in range(0, draws, block):
        some = min(block, draws - first)
        draw = rng.integers(0, 1_000_000_000, size=(some, questions))[:, question]
        came_true = (draw >= rows.floor) & (draw < rows.floor + rows.level)
        for number in range(some):
            happened = summed(at, row_weight * came_true[number], len(tally.level))
            fits[first + number] = recalibrate(happened, tally.weight)
    return fits
