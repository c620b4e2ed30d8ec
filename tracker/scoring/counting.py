"""Which of an analyst's forecasts on a question count, and with what weight.

A forecast is held from the moment it is made until the same analyst's next one on the question,
or until the question ends. Which of them counts changes a score more than the choice of score, so
the policy is named and printed with the number:

``time-weighted``
    each counts by the share of time for which it was held (the default);
``last``, ``first``
    only the last, or the first, counts;
``lead:N``
    only the one in force N days before the question ended counts.

Whatever the policy, an analyst's forecasts on one question have a total weight of 1, and one made
after the outcome was known never counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tracker.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.pairs import Pairs

DEFAULT = "time-weighted"
DAY = np.timedelta64(1, "D")


class Held(NamedTuple):
    """For how long each forecast was held, and what it counts; one entry a forecast."""

    until: NDArray[np.datetime64]
    weight: NDArray[np.float64]
    after_known: NDArray[np.bool_]


def check(counting: str) -> str:
    """A counting policy as it was given; UsageError if there is none of that name."""
    if counting in ("time-weighted", "last", "first") or re.fullmatch(r"lead:[0-9]{1,5}", counting):
        return counting
    raise UsageError(
        f"expected the counting time-weighted, last, first or lead:DAYS; found {counting}"
    )


def count(pairs: Pairs, counting: str = DEFAULT) -> Pairs:
    """The pairs that count, weighted by the policy.

    Pairs without times are taken as they are: every row counts with its own weight. The number of
    forecasts made after the outcome was known is added to ``left_out`` as ``after_known``.

    >>> from tracker.pairs import Pairs
    >>> days = np.array(["2026-09-01", "2026-09-03"], "datetime64[us]")
    >>> ended = np.array(["2026-09-05"] * 2, "datetime64[us]")
    >>> two = Pairs(probability=[0.5, 0.9], outcome=[1, 1], question=["q", "q"],
    ...             made=days, ended=ended)
    >>> count(two).weight.tolist(), count(two, "last").weight.tolist()
    ([0.5, 0.5], [1.0])
    """
    check(counting)
    if pairs.made is None or not len(pairs):
        return pairs.counted()
    held = hold(pairs, counting)
    starts = pairs.starts
    sizes = np.diff(np.r_[starts, len(pairs)])
    weight = np.repeat(held.weight * pairs.weight[starts], sizes)
    left_out = {**pairs.left_out, "after_known": int(held.after_known.sum())}
    return pairs.take(weight > 0, weight=weight[weight > 0], left_out=left_out)


def hold(pairs: Pairs, counting: str = DEFAULT) -> Held:
    """Until when each forecast was held, and its weight under a policy.

    Among forecasts made at the same moment the one that stands last is held.
    """
    check(counting)
    starts = pairs.starts
    if pairs.made is None or pairs.ended is None:
        raise UsageError("pairs without times have no history to count")
    made, ended = pairs.made[starts], pairs.ended[starts]
    known = ended if pairs.known is None else pairs.known[starts]
    late = made > known
    series = _series(pairs.analyst[starts], pairs.question[starts])
    order = np.lexsort((np.arange(len(starts)), made, late, series))
    in_time = order[~late[order]]
    same = series[in_time][1:] == series[in_time][:-1]
    until = ended.copy()
    if len(in_time) > 1:
        following = np.where(same, made[in_time][1:], until[in_time][:-1])
        until[in_time[:-1]] = np.minimum(until[in_time[:-1]], following)
    until = np.maximum(until, made)
    last = in_time[np.r_[~same, True]] if len(in_time) else in_time
    weight = np.zeros(len(starts))
    if counting == "last":
        weight[last] = 1.0
    elif counting == "first":
        first = in_time[np.r_[True, ~same]] if len(in_time) else in_time
        weight[_last_of_its_moment(first, in_time, series, made)] = 1.0
    elif counting.startswith("lead:"):
        at = known - int(counting.removeprefix("lead:")) * DAY
        in_force = (made <= at) & ((until > at) | ((until == at) & (at == known)))
        weight[_last_by(series, in_time[in_force[in_time]])] = 1.0
    else:
        span = (until - made).astype(np.float64)
        span[late] = 0.0
        total = np.bincount(series, span, minlength=int(series.max(initial=0)) + 1)
        instant = last[(total[series[last]] == 0) & (ended[last] >= known[last])]
        span[instant] = 1.0
        total[series[instant]] = 1.0
        weight = np.divide(span, total[series], out=weight, where=total[series] > 0)
    return Held(until, weight, late)


def _series(analyst: NDArray[np.generic], question: NDArray[np.generic]) -> NDArray[np.intp]:
    """A number for each analyst on each question."""
    _, a = np.unique(analyst, return_inverse=True)
    labels, q = np.unique(question, return_inverse=True)
    codes = a.reshape(-1) * len(labels) + q.reshape(-1)
    return np.unique(codes, return_inverse=True)[1].reshape(-1)


def _last_by(series: NDArray[np.intp], rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """The last of the rows, which are sorted by series, in each series."""
    if not len(rows):
        return rows
    return rows[np.r_[series[rows][1:] != series[rows][:-1], True]]


def _last_of_its_moment(
    first: NDArray[np.intp],
    in_time: NDArray[np.intp],
    series: NDArray[np.intp],
    made: NDArray[np.datetime64],
) -> NDArray[np.intp]:
    """What stood when the moment of the first forecast was over."""
    begun = np.zeros(int(series.max(initial=0)) + 1, dtype=made.dtype)
    begun[series[first]] = made[first]
    return _last_by(series, in_time[made[in_time] == begun[series[in_time]]])
