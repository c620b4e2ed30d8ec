"""The crowd as it stood: at each moment, the median of those who then held a forecast."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tracker.pairs import BILLION, Pairs
from tracker.scoring.crowd import crowd, opinions
from tracker.scoring.pooling import cells, coded, ends_of_runs, forecast_of, whole
from tracker.scoring.shared import held_spans, moment

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Positions = NDArray[np.intp]

CROWD = "crowd (median)"
ENOUGH = 2  # analysts who make a crowd


class Standings(NamedTuple):
    """What those who held a forecast said in the middle and on average, until the next moment.

    One entry for each cell (a question, or an option of one) and moment at which anybody began,
    changed or ended a forecast, while there were enough of them.
    """

    cell: Positions
    begin: Integers
    end: Integers
    median: Floats
    mean: Floats


def beside_crowd(pairs: Pairs, analyst: str) -> Pairs:
    """One analyst's forecasts beside those of the crowd of all others, as pairs of two analysts.

    Where the pairs have times, the crowd is as it stood (see :func:`standing_crowd`), so that
    both can be compared over the time during which both held a forecast. Without times, both are
    averages of all that was said.

    Parameters
    ----------
    pairs : Pairs
        Not yet counted; of any analysts.
    analyst : str
    """
    counted = pairs.counted()
    mine = counted.analyst == analyst
    own, others = counted.take(mine), counted.take(~mine)
    if pairs.made is None:
        return _together(opinions(own), crowd(others), analyst)
    return _together(own, standing_crowd(others), analyst)


def standing_crowd(pairs: Pairs) -> Pairs:
    """The crowd's forecasts as they stood, as pairs of one analyst with times.

    On each question the crowd is the median of those who hold a forecast at the moment, two at
    least, and begins a new forecast when that changes. Each analyst weighs the same. Options are
    pooled one by one and divided by their sum; where no option has a median above 0, the mean
    stands in.

    Parameters
    ----------
    pairs : Pairs
        Not yet counted, with times, of many analysts.

    Raises
    ------
    DataError
        Where forecasts on one question differ in outcome, kind, cluster or number of options.

    Examples
    --------
    >>> days = np.array(["2026-09-01", "2026-09-01", "2026-09-03"], "datetime64[us]")
    >>> three = Pairs(probability=[0.2, 0.4, 0.9], outcome=[1, 1, 1], question=["q"] * 3,
    ...               analyst=["a", "b", "c"], made=days, ended=["2026-09-05"] * 3)
    >>> stood = standing_crowd(three)
    >>> stood.probability.tolist(), stood.made.astype("datetime64[D]").astype(str).tolist()
    ([0.3, 0.4], ['2026-09-01', '2026-09-03'])
    """
    _, question = coded(pairs.question[pairs.starts])
    rows, cell, asked = cells(pairs, question)
    stood = _standings(pairs, cell, asked)
    about = asked[stood.cell]
    ends = ends_of_runs(about) | ends_of_runs(stood.begin)
    at: Positions = np.cumsum(ends) - ends
    pooled = _pooled(stood, at, pairs.kind[rows][stood.cell] != "binary")
    kept, number, end = _changes(stood, about, at, pooled)
    n = len(kept)
    return pairs.take(
        rows[stood.cell[kept]],
        analyst=np.full(n, CROWD),
        probability=pooled[kept],
        low=pooled[kept],
        high=pooled[kept],
        weight=np.ones(n),
        forecast=number,
        made=moment(stood.begin[kept]),
        ended=moment(end),
        late=np.zeros(n, dtype=bool),
        labels={},
    )


def _standings(pairs: Pairs, cell: Positions, asked: Positions) -> Standings:
    """What was held after each moment of each cell; in order of the questions and moments."""
    spans = held_spans(pairs)
    span = np.full(len(pairs.starts), -1)
    span[spans.forecast] = np.arange(len(spans.forecast))
    span = span[forecast_of(pairs)]
    held = span >= 0
    level = np.tile(np.rint(pairs.probability[held] * BILLION).astype(np.int64), 2)
    time = np.r_[spans.begin[span[held]], spans.end[span[held]]]
    begins = np.repeat([True, False], held.sum())
    where = np.tile(cell[held], 2)
    order = np.lexsort((begins, time, where))  # who ends makes room before another begins
    level, time, begins, where = level[order], time[order], begins[order], where[order]
    twice = _twice_median(level, begins)
    sign = np.where(begins, 1, -1)
    n, total = np.cumsum(sign), np.cumsum(sign * level)
    last = np.flatnonzero(ends_of_runs(where) | ends_of_runs(time))
    stands = np.flatnonzero(n[last] >= ENOUGH)
    at, until = last[stands], time[last[np.minimum(stands + 1, len(last) - 1)]]
    order = np.lexsort((where[at], time[at], asked[where[at]]))
    at, until = at[order], until[order]
    median, mean = twice[at] / (2 * BILLION), total[at] / (n[at] * BILLION)
    return Standings(where[at], time[at], until, median, mean)


def _twice_median(level: Integers, begins: NDArray[np.bool_]) -> Integers:
    """After each event, the sum of the two levels in the middle of those held; 0 of none."""
    standing: list[int] = []
    twice = []
    for one, comes in zip(level.tolist(), begins.tolist(), strict=True):
        if comes:
            insort(standing, one)
        else:
            del standing[bisect_left(standing, one)]
        n = len(standing)
        twice.append(standing[(n - 1) // 2] + standing[n // 2] if n else 0)
    return np.array(twice, dtype=np.int64)


def _pooled(stood: Standings, at: Positions, sets: NDArray[np.bool_]) -> Floats:
    """The medians, or means where there is nothing in the middle; options divided by their sum."""
    nothing = np.bincount(at, stood.median)[at] == 0
    return whole(np.where(sets & nothing, stood.mean, stood.median), at, sets)


def _changes(
    stood: Standings, about: Positions, at: Positions, pooled: Floats
) -> tuple[Positions, Positions, Integers]:
    """The entries at which the crowd began a new forecast, its number, and when it ended."""
    options = np.bincount(at)[at]
    before = np.maximum(np.arange(len(at)) - options, 0)
    same = (about[before] == about) & (at[before] < at)
    same &= (stood.end[before] == stood.begin) & (pooled[before] == pooled)
    new = np.bincount(at, ~same) > 0
    first = np.flatnonzero(ends_of_runs(at[::-1])[::-1])
    last = np.r_[np.flatnonzero(new)[1:], len(new)][: new.sum()] - 1
    kept = np.flatnonzero(new[at])
    number = (np.cumsum(new) - 1)[at[kept]]
    return kept, number, stood.end[first[last]][number]


def _together(own: Pairs, others: Pairs, analyst: str) -> Pairs:
    """Pairs of two analysts from those of each."""
    names = ["probability", "outcome", "question", "cluster", "kind", "weight"]
    names += ["known"] if own.known is not None and others.known is not None else []
    names += ["made", "ended"] if own.made is not None and others.made is not None else []
    both: dict[str, Any] = {
        name: np.concatenate([getattr(own, name), getattr(others, name)]) for name in names
    }
    forecast = np.r_[forecast_of(own), forecast_of(others) + len(own)]
    return Pairs(**both, analyst=[analyst] * len(own) + [CROWD] * len(others), forecast=forecast)
