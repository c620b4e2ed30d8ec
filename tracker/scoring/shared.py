"""What two analysts both answered, and how each scored on it while both held a forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tracker.scoring.counting import DEFAULT, count, hold
from tracker.scoring.forecasts import forecast_scores, spherical_scores
from tracker.scoring.uncertainty import TINY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.pairs import Pairs
    from tracker.scoring.rules import Rule

    Floats = NDArray[np.float64]

FOREVER = np.iinfo(np.int64)


class Steps(NamedTuple):
    """Clusters in the order in which the last question of each was settled; one entry a cluster.

    ``difference`` is the mean over its ``questions``; ``order`` as in :class:`Shared`.
    """

    difference: Floats
    questions: NDArray[np.int64]
    order: NDArray[np.int64]


class Shared(NamedTuple):
    """Scores on the shared questions, and what is left out; arrays have one entry a question.

    ``cluster`` numbers the clusters of shared questions from 0. ``order`` is when a question was
    settled or, without times, the first row of its cluster. ``only_a``, ``only_b`` and ``apart``
    count the questions that one analyst answered alone, or both, but never at the same time.
    """

    score_a: Floats
    score_b: Floats
    cluster: NDArray[np.intp]
    order: NDArray[np.int64]
    only_a: int
    only_b: int
    apart: int

    @property
    def difference(self) -> Floats:
        """Score of a minus score of b; what differs by rounding alone is 0."""
        with np.errstate(invalid="ignore"):
            difference = self.score_a - self.score_b
        difference[np.abs(difference) < TINY] = 0.0
        return difference

    @property
    def clusters(self) -> int:
        """How many groups of linked questions there are."""
        return int(self.cluster.max(initial=-1)) + 1

    @property
    def steps(self) -> Steps:
        """The clusters one after the other, as they were settled."""
        last = np.full(self.clusters, self.order.min(initial=0))
        np.maximum.at(last, self.cluster, self.order)
        questions = np.bincount(self.cluster)
        difference = np.bincount(self.cluster, self.difference) / questions
        settled = np.argsort(last, kind="stable")
        return Steps(difference[settled], questions[settled], last[settled])


def shared_questions(
    pairs: Pairs, a: str, b: str, *, counting: str, together: bool, rule: Rule
) -> Shared:
    """The scores of two analysts on each question that both answered.

    ``together`` compares only the time during which both held a forecast, where there are times.
    Each analyst's forecasts on a question are averaged by the weights of the counting.
    """
    two = _of_two(pairs, a, b)
    n = int(two.question.max(initial=-1)) + 1
    alone = scores = _scores(count(two, counting), n, rule)
    if together and two.made is not None and len(two):
        scores = _scores(count(_on_common_time(two), counting), n, rule)
    answered, compared = ~np.isnan(alone), ~np.isnan(scores).any(axis=0)
    cluster = np.zeros(n, dtype=np.intp)
    cluster[two.question] = two.cluster
    return Shared(
        score_a=scores[0, compared],
        score_b=scores[1, compared],
        cluster=np.unique(cluster[compared], return_inverse=True)[1],
        order=_order(two, cluster)[compared],
        only_a=int((answered[0] & ~answered[1]).sum()),
        only_b=int((answered[1] & ~answered[0]).sum()),
        apart=int((answered.all(axis=0) & ~compared).sum()),
    )


def shared_pairs(
    pairs: Pairs, a: str, b: str, *, counting: str = DEFAULT, together: bool = True
) -> tuple[Pairs, Pairs]:
    """The forecasts of two analysts on each question that both answered, as they count.

    As :func:`shared_questions` scores them: the mean score of either is that of the comparison.
    An analyst's forecasts on a question have a total weight of 1.
    """
    two = _of_two(pairs, a, b)
    n = int(two.question.max(initial=-1)) + 1
    if together and two.made is not None and len(two):
        two = _on_common_time(two)
    two = count(two, counting)
    cell = two.analyst.astype(np.intp) * n + two.question
    starts = two.starts
    held = np.bincount(cell[starts], two.weight[starts], minlength=2 * n)
    both = ((held[:n] > 0) & (held[n:] > 0))[two.question]
    weight = np.minimum(two.weight / held[cell], 1.0)
    sides = [np.flatnonzero(both & (two.analyst == side)) for side in (0, 1)]
    one, other = (
        two.take(rows, analyst=np.full(len(rows), name), weight=weight[rows], left_out={})
        for rows, name in zip(sides, (a, b), strict=True)
    )
    return one, other


def _of_two(pairs: Pairs, a: str, b: str) -> Pairs:
    """The pairs of two analysts, with analysts, questions and clusters numbered from 0."""
    side = (pairs.analyst == b).astype(np.intp)
    chosen = np.flatnonzero((pairs.analyst == a) | (side == 1))
    question, cluster = (
        np.unique(column[chosen], return_inverse=True)[1]
        for column in (pairs.question, pairs.cluster)
    )
    return pairs.take(chosen, analyst=side[chosen], question=question, cluster=cluster, labels={})


def _order(two: Pairs, cluster: NDArray[np.intp]) -> NDArray[np.int64]:
    """When each question was settled or, without times, the first row of its cluster."""
    settled = two.ended if two.known is None else two.known
    if settled is None:
        first = np.unique(two.cluster, return_index=True)[1]
        return np.asarray(first[cluster], dtype=np.int64)
    order = np.full(len(cluster), FOREVER.min)
    np.maximum.at(order, two.question, settled.astype(np.int64))
    return order


def _scores(counted: Pairs, questions: int, rule: Rule) -> Floats:
    """Mean score of either analyst on each question, array (2, questions); NaN where none."""
    starts = counted.starts
    cell = counted.analyst[starts].astype(np.intp) * questions + counted.question[starts]
    weight = counted.weight[starts]
    total = np.bincount(cell, weight * _by_rule(counted, rule), minlength=2 * questions)
    held = np.bincount(cell, weight, minlength=2 * questions)
    mean = np.full(2 * questions, np.nan)
    np.divide(total, held, out=mean, where=held > 0)
    return mean.reshape(2, questions)


def _by_rule(pairs: Pairs, rule: Rule) -> Floats:
    if rule == "spherical":
        return spherical_scores(pairs)
    brier, log = forecast_scores(pairs)
    return brier if rule == "brier" else log


class Spans(NamedTuple):
    """When forecasts were held, in half microseconds; one entry a forecast held for a while.

    A forecast that stands at the very last moment at which one could be made is held for half a
    microsecond more, so that this moment counts, as no other single moment does.
    """

    forecast: NDArray[np.intp]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]


def held_spans(pairs: Pairs) -> Spans:
    """When each forecast of pairs with times was held; those made too late are left out."""
    assert pairs.made is not None
    held = hold(pairs, "last")
    starts = pairs.starts
    begin, end = 2 * pairs.made[starts].astype(np.int64), 2 * held.until.astype(np.int64)
    end += (held.weight > 0) & (end == 2 * _last_moment(pairs)[starts].astype(np.int64))
    kept = np.flatnonzero(~held.after_known & (end > begin))
    return Spans(kept, begin[kept], end[kept])


def moment(half: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Times from half microseconds."""
    return (half // 2).astype("datetime64[us]")


def _last_moment(pairs: Pairs) -> NDArray[np.datetime64]:
    """The last moment at which a forecast on the question of each row could be made."""
    if pairs.known is not None:
        return pairs.known
    assert pairs.ended is not None
    question = np.unique(pairs.question, return_inverse=True)[1].reshape(-1)
    last = np.full(int(question.max(initial=-1)) + 1, FOREVER.min)
    np.maximum.at(last, question, pairs.ended.astype(np.int64))
    return last[question].astype(pairs.ended.dtype)


def _on_common_time(two: Pairs) -> Pairs:
    """The forecasts of two analysts, cut to the time during which both held one on the question.

    A forecast from which the other was absent for a while is several forecasts.
    """
    spans = held_spans(two)
    starts = two.starts
    side = two.analyst[starts[spans.forecast]].astype(np.int64)
    question = two.question[starts[spans.forecast]].astype(np.int64)
    stretch, begins, ends = _stretches(2 * question + side, spans)
    _, rank = np.unique(np.r_[begins, ends, spans.begin, spans.end], return_inverse=True)
    begun, over, begin, end = np.split(
        rank.reshape(-1), np.cumsum([len(begins), len(ends), len(side)])
    )
    scale = int(rank.max(initial=0)) + 1
    other = (2 * question + 1 - side) * scale
    low = np.searchsorted(stretch * scale + over, other + begin, side="right")
    met = np.searchsorted(stretch * scale + begun, other + end, side="left") - low
    span = np.repeat(np.arange(len(side)), met)
    at = np.arange(len(span)) + np.repeat(low - np.cumsum(met) + met, met)
    made = np.maximum(spans.begin[span], begins[at])
    ended = np.minimum(spans.end[span], ends[at])
    return _pieces(two, spans.forecast[span], moment(made), moment(ended))


def _stretches(
    series: NDArray[np.int64], spans: Spans
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """When each series held any forecast, in order: the series, the begin and the end."""
    order = np.lexsort((spans.begin, series))
    series, begin, end = series[order], spans.begin[order], spans.end[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (series[1:] != series[:-1]) | (begin[1:] > end[:-1])
    last = np.r_[first[1:], True][: len(order)]
    return series[first], begin[first], end[last]


def _pieces(
    two: Pairs,
    forecast: NDArray[np.intp],
    made: NDArray[np.datetime64],
    ended: NDArray[np.datetime64],
) -> Pairs:
    """Pieces of forecasts as forecasts of their own; of the same moment, the later made is last."""
    assert two.made is not None
    starts = two.starts
    order = np.argsort(two.made[starts[forecast]], kind="stable")
    size = np.diff(np.r_[starts, len(two)])[forecast[order]]
    number = np.repeat(np.arange(len(order)), size)
    rows = np.arange(len(number)) + np.repeat(
        starts[forecast[order]] - np.cumsum(size) + size, size
    )
    piece = order[number]
    known = _last_moment(two)[rows]
    return two.take(rows, forecast=number, made=made[piece], ended=ended[piece], known=known)
