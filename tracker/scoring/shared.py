"""What two analysts both answered, and how each scored on it while both held a forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tracker.scoring.counting import count, hold
from tracker.scoring.forecasts import forecast_scores, spherical_scores
from tracker.scoring.uncertainty import TINY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.pairs import Pairs
    from tracker.scoring.rules import Rule

    Floats = NDArray[np.float64]

FOREVER = np.iinfo(np.int64)


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
        scores = _scores(count(_on_common_time(two, n), counting), n, rule)
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


def _on_common_time(two: Pairs, questions: int) -> Pairs:
    """The forecasts of two analysts, cut to the time during which both held one on the question.

    That time runs from when the later of them began to when the first of them ended. It may be
    the very last moment at which a forecast could be made, but no other single moment.
    """
    made, ended = two.made, two.ended
    assert made is not None
    assert ended is not None
    held = hold(two)
    sizes = np.diff(np.r_[two.starts, len(two)])
    until, late = np.repeat(held.until, sizes), np.repeat(held.after_known, sizes)
    where = (two.analyst[~late], two.question[~late])
    begun = np.full((2, questions), FOREVER.max)
    over = np.full((2, questions), FOREVER.min)
    np.minimum.at(begun, where, made[~late].astype(np.int64))
    np.maximum.at(over, where, until[~late].astype(np.int64))
    begin = begun.max(axis=0)[two.question].astype(made.dtype)
    end = over.min(axis=0)[two.question].astype(made.dtype)
    final = ended if two.known is None else two.known
    reaches = (until > begin) | ((until == begin) & (until == final))
    starts = (made < end) | ((made == end) & (made == final))
    kept = np.flatnonzero(~late & reaches & starts)
    kept = kept[np.argsort(made[kept], kind="stable")]
    return two.take(kept, made=np.maximum(made, begin)[kept], ended=np.minimum(ended, end)[kept])
