"""Sufficient statistics of yes/no forecasts: counts and sums by probability level.

Everything about calibration is computed from a tally, and tallies add up, so fifty forecasts of a
person and a thousand million of an archive take the same path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tracker.pairs import BILLION, Pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Tally:
    """Counts and sums of m distinct probability levels, ascending.

    ``level`` is in billionths. ``forecasts`` and ``events`` are counts of rows; ``weight`` and
    ``happened`` are the weighted sums of the same. ``total`` is the weight of whole forecasts, by
    which a mean score is divided: an options forecast has several rows and counts once.
    """

    level: NDArray[np.int64]
    forecasts: NDArray[np.int64]
    events: NDArray[np.int64]
    weight: NDArray[np.float64]
    happened: NDArray[np.float64]
    total: float

    @property
    def probability(self) -> NDArray[np.float64]:
        """The levels as probabilities."""
        return self.level / BILLION

    @classmethod
    def of(cls, pairs: Pairs) -> Tally:
        """The tally of pairs.

        >>> tally = Tally.of(Pairs(probability=[0.3, 0.1 + 0.2, 0.8], outcome=[0, 1, 1]))
        >>> tally.probability.tolist(), tally.forecasts.tolist(), tally.events.tolist()
        ([0.3, 0.8], [2, 1], [1, 1])
        """
        pairs = pairs.take(pairs.weight > 0)
        rows = pairs.rows()
        weight = pairs.weight[pairs.starts]
        row_weight = rows.share * weight[rows.forecast]
        level, code = np.unique(rows.level, return_inverse=True)
        code = code.reshape(-1)
        m = len(level)
        return cls(
            level=level,
            forecasts=np.bincount(code, minlength=m),
            events=np.bincount(code[rows.outcome == 1], minlength=m),
            weight=summed(code, row_weight, m),
            happened=summed(code, row_weight * rows.outcome, m),
            total=float(weight.sum()),
        )

    def __add__(self, other: Tally) -> Tally:
        level, code = np.unique(np.r_[self.level, other.level], return_inverse=True)
        code = code.reshape(-1)

        def both(name: str) -> NDArray[np.float64]:
            return summed(code, np.r_[getattr(self, name), getattr(other, name)], len(level))

        return Tally(
            level=level,
            forecasts=both("forecasts").astype(np.int64),
            events=both("events").astype(np.int64),
            weight=both("weight"),
            happened=both("happened"),
            total=self.total + other.total,
        )


def summed(code: NDArray[np.intp], values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """The sums of values by code, from 0 to ``size`` - 1."""
    return np.bincount(code, values, minlength=size).astype(np.float64, copy=False)
