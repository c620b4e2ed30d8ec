"""Sufficient statistics of yes/no forecasts: counts and sums by probability level.

Everything about calibration is computed from a tally, and tallies add up, so fifty forecasts of a
person and a thousand million of an archive take the same path. What a tally cannot know, which
forecasts share a question, is held beside it: :class:`Sums` for intervals, :class:`Trials` for
simulations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tracker.pairs import BILLION, Pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

THOUSAND = 1000
MILLION = BILLION // THOUSAND


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

    def __len__(self) -> int:
        return len(self.level)

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
        pairs = pairs.counted()
        if pairs.binary:
            level, code = _levels(pairs.probability)
            return cls._sum(level, code, pairs.outcome, pairs.weight, float(pairs.weight.sum()))
        rows = pairs.rows()
        weight = pairs.weight[pairs.starts]
        level, code = np.unique(rows.level, return_inverse=True)
        share = rows.share * weight[rows.forecast]
        return cls._sum(level, code.reshape(-1), rows.outcome, share, float(weight.sum()))

    @classmethod
    def _sum(
        cls,
        level: NDArray[np.int64],
        code: NDArray[np.intp],
        outcome: NDArray[np.float64],
        weight: NDArray[np.float64],
        total: float,
    ) -> Tally:
        m = len(level)
        forecasts = np.bincount(code, minlength=m)
        events = np.bincount(code, outcome, minlength=m)  # of zeros and ones: exact
        if len(weight) and (weight == weight[0]).all():
            sums = forecasts * weight[0], events * weight[0]
        else:
            sums = summed(code, weight, m), summed(code, weight * outcome, m)
        kept = forecasts > 0
        return cls(
            level=level[kept],
            forecasts=forecasts[kept],
            events=events[kept].astype(np.int64),
            weight=sums[0][kept],
            happened=sums[1][kept],
            total=total,
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


@dataclass(frozen=True)
class Sums:
    """Sums over clusters of forecasts, from which a weighted mean and its spread follow.

    With W and S a cluster's weight and weighted sum of values: ``weight`` ΣW, ``value`` ΣS,
    ``weight_squared`` ΣW², ``cross`` ΣWS, ``value_squared`` ΣS². ``own`` is the sum of weight
    times value² over single forecasts. Sums over disjoint clusters add up.
    """

    clusters: int
    forecasts: int
    weight: float
    value: float
    weight_squared: float
    cross: float
    value_squared: float
    own: float

    @classmethod
    def of(
        cls,
        values: NDArray[np.float64],
        weight: NDArray[np.float64],
        cluster: NDArray[np.generic],
    ) -> Sums:
        """The sums of values (n,) with weights and labels of clusters."""
        _, code = np.unique(cluster, return_inverse=True)
        code = code.reshape(-1)
        clusters = int(code.max(initial=-1)) + 1
        return cls.of_clusters(
            summed(code, weight, clusters),
            summed(code, weight * values, clusters),
            forecasts=int(np.count_nonzero(weight)),
            own=float((weight * values**2).sum()),
        )

    @classmethod
    def of_tally(cls, tally: Tally) -> Sums:
        """The sums of Brier scores (0-1 scale) where every forecast is a cluster of its own.

        All forecasts must weigh the same.
        """
        p, yes, no = tally.probability, tally.events, tally.forecasts - tally.events
        n = int(tally.forecasts.sum())
        one = tally.total / n if n else 0.0
        first = float(yes @ (1 - p) ** 2 + no @ p**2)
        second = float(yes @ (1 - p) ** 4 + no @ p**4)
        return cls(
            clusters=n,
            forecasts=n,
            weight=tally.total,
            value=one * first,
            weight_squared=n * one**2,
            cross=one**2 * first,
            value_squared=one**2 * second,
            own=one * second,
        )

    @classmethod
    def of_clusters(
        cls, weight: NDArray[np.float64], value: NDArray[np.float64], *, forecasts: int, own: float
    ) -> Sums:
        """The sums of clusters' weights and weighted sums of values, both (clusters,)."""
        return cls(
            clusters=len(weight),
            forecasts=forecasts,
            weight=float(weight.sum()),
            value=float(value.sum()),
            weight_squared=float((weight * weight).sum()),  # not @, which adds up by threads
            cross=float((weight * value).sum()),
            value_squared=float((value * value).sum()),
            own=own,
        )

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            clusters=self.clusters + other.clusters,
            forecasts=self.forecasts + other.forecasts,
            weight=self.weight + other.weight,
            value=self.value + other.value,
            weight_squared=self.weight_squared + other.weight_squared,
            cross=self.cross + other.cross,
            value_squared=self.value_squared + other.value_squared,
            own=self.own + other.own,
        )

    def less(self, constant: float) -> Sums:
        """The sums of values less a constant."""
        return Sums(
            clusters=self.clusters,
            forecasts=self.forecasts,
            weight=self.weight,
            value=self.value - constant * self.weight,
            weight_squared=self.weight_squared,
            cross=self.cross - constant * self.weight_squared,
            value_squared=self.value_squared
            - 2 * constant * self.cross
            + constant**2 * self.weight_squared,
            own=self.own - 2 * constant * self.value + constant**2 * self.weight,
        )


@dataclass(frozen=True, eq=False)
class Trials:
    """Yes/no rows pooled by question and level: what a simulation draws outcomes for.

    All rows of one question share one draw, uniform over [0, 1): a row comes true where the draw,
    in billionths, falls in [``floor``, ``floor`` + its level). Linked questions are one here: how
    they hang together is not known, and sharing a draw is as closely as they can. ``question`` is
    a number from 0 on, ``at`` the position of the row's level in the tally. ``happened`` is the
    weighted sum of what came true, of ``weight``.
    """

    question: NDArray[np.int64]
    at: NDArray[np.int64]
    floor: NDArray[np.int64]
    weight: NDArray[np.float64]
    happened: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.question)

    def by_question(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sums of values of the rows (n,), by question."""
        return summed(self.question, values, int(self.question.max(initial=-1)) + 1)

    @classmethod
    def of(cls, pairs: Pairs, tally: Tally) -> Trials | None:
        """The trials of pairs; None where every forecast is a trial of its own, of equal weight.

        Then the numbers by level in the tally say all there is to draw.
        """
        pairs = pairs.counted()
        if not len(pairs) or (pairs.independent and (pairs.weight == pairs.weight[0]).all()):
            return None
        rows = pairs.rows()
        starts = pairs.starts
        labels, question = np.unique(pairs.cluster[starts], return_inverse=True)
        question = question.reshape(-1)
        weight = pairs.weight[starts]
        if pairs.binary and len(labels) == len(starts) and (weight == weight[0]).all():
            return None
        at = np.searchsorted(tally.level, rows.level)
        share = rows.share * weight[rows.forecast]
        return cls._pooled(question[rows.forecast], at, rows.floor, share, share * rows.outcome)

    @classmethod
    def _pooled(
        cls,
        question: NDArray[np.int64],
        at: NDArray[np.int64],
        floor: NDArray[np.int64],
        *sums: NDArray[np.float64],
    ) -> Trials:
        order = np.lexsort((floor, at, question))
        question, at, floor = question[order], at[order], floor[order]
        new = (np.diff(question) != 0) | (np.diff(at) != 0) | (np.diff(floor) != 0)
        first = np.flatnonzero(np.r_[True, new])
        weight, happened = (np.add.reduceat(one[order], first) for one in sums)
        return cls(question[first], at[first], floor[first], weight, happened)


@dataclass(frozen=True)
class SetScores:
    """What levels cannot say of option sets: weighted sums over forecasts of scores of their own.

    ``excess`` holds the Brier score less that of equal chances on every option. ``log`` leaves
    out the infinite scores, which ``log_infinite`` counts.
    """

    excess: Sums
    log: float
    log_infinite: int
    spherical: float


@dataclass(frozen=True, eq=False)
class Sample:
    """All that a card is made from, whether it came from pairs or from an archive.

    ``sums`` are of Brier scores (0-1 scale) over clusters. ``trials`` is None where every forecast
    is a question of its own, of equal weight; ``sets`` is None where there are no option sets.
    ``crowded``: forecasts share questions, or differ in weight, but there were too many to keep
    the trials, which are None then. Nothing may be claimed that needs them.
    """

    tally: Tally
    sums: Sums
    questions: int
    trials: Trials | None = None
    sets: SetScores | None = None
    crowded: bool = False


def summed(code: NDArray[np.intp], values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """The sums of values by code, from 0 to ``size`` - 1."""
    return np.bincount(code, values, minlength=size).astype(np.float64, copy=False)


def _levels(probability: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Levels in billionths, ascending, and the position of each probability's among them.

    People say whole percents: then the levels are known beforehand and nothing is sorted.
    """
    code = probability * THOUSAND
    np.rint(code, out=code)
    if np.array_equal(code / THOUSAND, probability):
        return np.arange(THOUSAND + 1) * MILLION, code.astype(np.intp)
    level, found = np.unique(np.rint(probability * BILLION).astype(np.int64), return_inverse=True)
    return level, found.reshape(-1)
