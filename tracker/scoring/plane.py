"""Where analysts stand between miscalibration and discrimination, each with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tracker.pairs import BILLION
from tracker.scoring.decomposition import decompose
from tracker.scoring.uncertainty import clustered_mean
from tracker.tally import Tally, summed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.pairs import Pairs

    Floats = NDArray[np.float64]

EQUAL = 1e-9  # a difference of uncertainties that is rounding


@dataclass(frozen=True, kw_only=True)
class Position:
    """One analyst in the plane. Everything is on the 0-1 scale of the Brier score.

    ``score`` = ``miscalibration`` - ``discrimination`` + ``uncertainty``; lower scores are better.
    The 90 % intervals are None below two clusters of questions, or without spread.
    """

    analyst: str
    forecasts: int
    questions: int
    score: float
    miscalibration: float
    miscalibration_interval: tuple[float, float] | None
    discrimination: float
    discrimination_interval: tuple[float, float] | None
    uncertainty: float

    @property
    def excess(self) -> float:
        """The score less that of always saying the base rate: below 0 is better than that."""
        return self.miscalibration - self.discrimination


@dataclass(frozen=True)
class Plane:
    """Analysts, who answered most questions first.

    ``uncertainty`` is theirs where all share one, else None: then their scores are not of
    equally hard questions, and only what they gain over their own base rates compares.
    """

    positions: tuple[Position, ...]
    uncertainty: float | None


def plane(pairs: Pairs) -> Plane:
    """The position of each analyst of pairs that have been counted [1]_.

    Miscalibration and discrimination are those of the scorecard: option sets enter by the yes/no
    rows of their tally. Taking the recalibrated values and the base rate as given, both are means
    over forecasts of a difference of two scores, and so have an interval by clusters of questions.
    It leaves out how far the recalibration itself depends on luck, which makes the miscalibration
    of short records too large and its interval too narrow. No interval reaches below 0, which
    neither can be.

    References
    ----------
    .. [1] T. Dimitriadis, T. Gneiting, A. I. Jordan, P. Vogel, Evaluating probabilistic
       classifiers: The triptych, International Journal of Forecasting 40 (2024),
       doi:10.1016/j.ijforecast.2023.09.007

    Examples
    --------
    >>> from tracker.pairs import Pairs
    >>> ana = plane(Pairs(probability=[0.9, 0.9, 0.2, 0.2], outcome=[1, 1, 0, 0],
    ...                   analyst=["ana"] * 4)).positions[0]
    >>> round(ana.miscalibration, 4), round(ana.discrimination, 4), round(ana.uncertainty, 4)
    (0.025, 0.25, 0.25)
    """
    found = [_position(name, own) for name, own in pairs.counted().group("analyst")]
    found.sort(key=lambda one: (-one.questions, one.analyst))
    own = [one.uncertainty for one in found]
    shared = bool(own) and max(own) - min(own) < EQUAL
    return Plane(tuple(found), own[0] if shared else None)


def _position(analyst: str, pairs: Pairs) -> Position:
    tally = Tally.of(pairs)
    parts = decompose(tally)
    rows, starts = pairs.rows(), pairs.starts
    weight, cluster = pairs.weight[starts], pairs.cluster[starts]

    def cost(level: Floats | float) -> Floats:
        return rows.share * (level - rows.outcome) ** 2

    recalibrated = cost(parts.recalibrated[np.searchsorted(tally.level, rows.level)])
    base = cost(float(tally.happened.sum() / tally.weight.sum()))

    def interval(difference: Floats) -> tuple[float, float] | None:
        values = summed(rows.forecast, difference, len(starts))
        found = clustered_mean(values, weight, cluster).interval
        return None if found is None else (max(found[0], 0.0), max(found[1], 0.0))

    return Position(
        analyst=analyst,
        forecasts=len(starts),
        questions=len(np.unique(pairs.question[starts])),
        score=parts.score,
        miscalibration=parts.miscalibration,
        miscalibration_interval=interval(cost(rows.level / BILLION) - recalibrated),
        discrimination=parts.discrimination,
        discrimination_interval=interval(base - recalibrated),
        uncertainty=parts.uncertainty,
    )
