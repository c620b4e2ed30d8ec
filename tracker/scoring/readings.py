"""What the reading of words costs: the same forecasts at the ends of their ranges, and over them.

A phrase such as "likely" is a range, read at a point. The kindest reading takes each forecast at
the end of its range nearest to what happened, the harshest at the other end. The two bound what
the choice of reading can do to a score; they are not an interval in the statistical sense, and
the kind end uses hindsight. The expectation takes the whole range: what the score would be on
average if nobody knew where in it the forecast was meant. It is never below the score at the
point; the difference is the price of vagueness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tracker.scoring.forecasts import forecast_scores, given

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.pairs import Pairs


@dataclass(frozen=True)
class ReadingScores:
    """Mean Brier scores (0-1 scale, lower is better) of the same forecasts, read four ways.

    ``kindest <= point <= expected <= harshest``, all None without forecasts. ``verbal`` is the
    number of forecasts that have a range.
    """

    point: float | None
    kindest: float | None
    harshest: float | None
    expected: float | None
    verbal: int


def reading_scores(pairs: Pairs) -> ReadingScores:
    """What pairs that have been counted score at their points, at both ends, and on average.

    >>> from tracker.pairs import Pairs
    >>> said = Pairs(probability=[0.7], low=[0.55], high=[0.8], outcome=[1])
    >>> scores = reading_scores(said)
    >>> [round(score, 4) for score in (scores.point, scores.kindest, scores.harshest)]
    [0.09, 0.04, 0.2025]
    >>> round(scores.expected, 4)
    0.095
    """
    pairs = pairs.counted()
    starts = pairs.starts
    if not len(starts):
        return ReadingScores(None, None, None, None, 0)
    weight = pairs.weight[starts]
    at_point, at_kind, at_harsh = (
        forecast_scores(read)[0] for read in (pairs, kindest(pairs), harshest(pairs))
    )
    return ReadingScores(
        point=float(np.average(at_point, weights=weight)),
        kindest=float(np.average(at_kind, weights=weight)),
        harshest=float(np.average(at_harsh, weights=weight)),
        expected=float(np.average(expected_scores(pairs)[0], weights=weight)),
        verbal=int(np.logical_or.reduceat(pairs.high > pairs.low, starts).sum()),
    )


def expected_scores(pairs: Pairs) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Expected Brier score (0-1 scale) and log score of each forecast over its range.

    The probability is spread evenly from ``low`` to the point and evenly from the point to
    ``high``, with the weights of the two sides that keep its mean at the point. Its variance is
    then (point - low)(high - point) / 3, and so much is added to the Brier score of a yes/no
    forecast, whatever happens. In an option set the option that came true is spread so over its
    own range, and the others share the rest in proportion to their points, as at the two ends.

    A range that ends at the point has no spread that keeps the mean, and costs nothing more.

    Returns
    -------
    brier, log : array (forecasts,)
        In order of ``pairs.starts``; lower is better. The log score is infinite where the point
        gave 0 to what happened.
    """
    readings = harshest(pairs), pairs, kindest(pairs)
    low, point, high = (given(read) for read in readings)
    at_low, at_point, at_high = (forecast_scores(read)[0] for read in readings)
    width = high - low
    below = np.divide(high - point, width, out=np.zeros_like(width), where=width > 0)
    # Exact: along the range a Brier score is a quadratic, so three of its values give its mean.
    brier = (2 * at_point + below * at_low + (1 - below) * at_high) / 3
    logged = np.full(len(point), np.inf)
    some = point > 0
    low, point, high, below = low[some], point[some], high[some], below[some]
    logged[some] = below * _mean_log(low, point) + (1 - below) * _mean_log(point, high)
    return brier, logged


def _mean_log(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of -ln over [start, end], where end > 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = (end - start) / start
        mean = 1 - np.log1p(growth) / growth
    mean = np.where(start == end, 0.0, np.where(start == 0, 1.0, mean))
    return np.abs(mean - np.log(end))


def kindest(pairs: Pairs) -> Pairs:
    """The pairs, each forecast at the end of its range nearest to what happened.

    In an option set the option that came true takes its end, and the others share the rest in
    proportion to their points.

    >>> from tracker.pairs import Pairs
    >>> said = Pairs(probability=[0.7], low=[0.6], high=[0.8], outcome=[1])
    >>> kindest(said).probability.tolist(), harshest(said).probability.tolist()
    ([0.8], [0.6])
    """
    return _at_ends(pairs, kind=True)


def harshest(pairs: Pairs) -> Pairs:
    """The pairs, each forecast at the end of its range farthest from what happened."""
    return _at_ends(pairs, kind=False)


def _at_ends(pairs: Pairs, *, kind: bool) -> Pairs:
    for_it, against_it = (pairs.high, pairs.low) if kind else (pairs.low, pairs.high)
    happened = pairs.outcome == 1
    probability = np.where(happened, for_it, against_it)
    sets = pairs.kind != "binary"
    if sets.any():
        starts = pairs.starts
        sizes = np.diff(np.r_[starts, len(pairs)])
        point = np.where(happened, 0.0, pairs.probability)
        rest = np.repeat(np.add.reduceat(point, starts), sizes)
        taken = np.repeat(np.add.reduceat(np.where(happened, for_it, 0.0), starts), sizes)
        even = 1 / np.maximum(np.repeat(sizes, sizes) - 1, 1)
        part = np.divide(point, rest, out=even, where=rest > 0)
        probability = np.where(sets & ~happened, part * (1 - taken), probability)
    every = np.ones(len(pairs), dtype=bool)
    return pairs.take(every, probability=probability, low=probability, high=probability)
