"""Skill: how much lower a mean score is than that of a named reference on the same questions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from tracker.errors import UsageError
from tracker.scoring.forecasts import chance_scores, forecast_scores
from tracker.scoring.uncertainty import LEVEL, TINY, clustered_mean, quantile
from tracker.scoring.verdict import FEW
from tracker.tally import summed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.pairs import Pairs

Against = Literal["half", "base rate", "crowd"]
NAMES = {
    "half": "always saying 50 %",
    "base rate": "always saying how often it came true in the end",
    "crowd": "the middle of the other analysts",
}


@dataclass(frozen=True)
class Skill:
    """Skill against a reference: 1 is perfect, 0 no better, below 0 worse; no lower limit.

    ``value`` is None without forecasts, or where the reference scores 0. ``error`` is the standard
    error and ``interval`` the 90 % interval, clustered; None where there is no spread to go by.
    ``questions`` are those on which the reference exists.
    """

    value: float | None
    error: float | None
    interval: tuple[float, float] | None
    questions: int
    verdict: str


def skill(pairs: Pairs, *, against: Against = "half") -> Skill:
    """Skill of pairs that have been counted: 1 - mean Brier score / mean Brier of the reference.

    See :func:`reference_scores` for what each reference is. Forecasts on which there is none (the
    crowd where nobody else answered) are left out of both means.

    >>> from tracker.pairs import Pairs
    >>> round(skill(Pairs(probability=[0.9, 0.7, 0.4], outcome=[1, 1, 0])).value, 3)
    0.653
    """
    starts = pairs.starts
    reference = reference_scores(pairs, against)
    there = ~np.isnan(reference)
    value, error, interval = ratio_skill(
        forecast_scores(pairs)[0][there],
        reference[there],
        pairs.weight[starts][there],
        pairs.cluster[starts][there],
    )
    questions = len(np.unique(pairs.question[starts][there]))
    return Skill(
        value, error, interval, questions, _verdict(value, interval, questions, NAMES[against])
    )


def ratio_skill(
    score: NDArray[np.float64],
    reference: NDArray[np.float64],
    weight: NDArray[np.float64],
    cluster: NDArray[np.generic],
    *,
    level: float = LEVEL,
) -> tuple[float | None, float | None, tuple[float, float] | None]:
    """1 - mean score / mean reference score (n,), with standard error and interval.

    The error is that of the linearised ratio (delta method), clustered. Where every forecast is
    a cluster it is the usual ``sqrt(v/r² + u s²/r⁴ - 2 c s/r³) / sqrt(n)`` of the mean scores s
    and r, their variances v and u, and covariance c.

    References
    ----------
    .. [1] S. Siegert, Variance estimation for Brier score decomposition, Quarterly Journal of the
       Royal Meteorological Society 140 (2014), doi:10.1002/qj.2228
    """
    total = float(weight.sum())
    base = float((weight * reference).sum()) / total if total else 0.0
    if base <= TINY:
        return None, None, None
    share = float((weight * score).sum()) / total / base
    mean = clustered_mean((share * reference - score) / base, weight, cluster)
    if mean.error is None:
        return 1 - share, None, None
    reach = quantile(level, mean.clusters) * mean.error
    return 1 - share, mean.error, (1 - share - reach, 1 - share + reach)


def reference_scores(
    pairs: Pairs, against: Against, *, by: NDArray[np.generic] | None = None
) -> NDArray[np.float64]:
    """Brier score (0-1 scale) of a reference for each forecast, aligned with ``pairs.starts``.

    ``half``
        equal chances on every answer: 50 %, or among K options 1/K each.
    ``base rate``
        always the share of events among these very yes/no pairs. It is known only afterwards, so
        it is a reference with hindsight, the same as that of ``skill`` on a scorecard. With ``by``
        (one entry a forecast) each of its values has a base rate of its own. NaN for option sets:
        no one rate could be said of all of them.
    ``crowd``
        the median of what the *other* analysts said on the question, each by the weighted mean
        of their forecasts; among options the medians, made to sum to 1. It is taken over the
        same forecasts that count, so it may hold opinions that were later than the analyst's.
        NaN where nobody else answered.

    Raises UsageError for another name.
    """
    if against not in get_args(Against):
        raise UsageError(f"expected half, base rate or crowd; found {against}")
    if against == "half":
        return chance_scores(pairs)
    if against == "base rate":
        return _base_rate_scores(pairs, by)
    return _crowd_scores(pairs)


def _base_rate_scores(pairs: Pairs, by: NDArray[np.generic] | None) -> NDArray[np.float64]:
    starts = pairs.starts
    group = np.zeros(len(starts), dtype=np.intp)
    if by is not None:
        group = np.unique(by, return_inverse=True)[1].reshape(-1)
    binary, outcome = pairs.kind[starts] == "binary", pairs.outcome[starts]
    weight = np.where(binary, pairs.weight[starts], 0.0)
    size = int(group.max(initial=0)) + 1
    happened, total = summed(group, weight * outcome, size), summed(group, weight, size)
    rate = np.divide(happened, total, out=np.zeros(size), where=total > 0)
    return np.where(binary, (rate[group] - outcome) ** 2, np.nan)


def _crowd_scores(pairs: Pairs) -> NDArray[np.float64]:
    starts = pairs.starts
    if not len(starts):
        return np.zeros(0)
    sizes = np.diff(np.r_[starts, len(pairs)])
    forecast = np.repeat(np.arange(len(starts)), sizes)
    said = _others(pairs, np.repeat(sizes, sizes), np.arange(len(pairs)) - starts[forecast])
    alone = np.isnan(said)
    said = np.where(alone, 1 / np.repeat(sizes, sizes), said)
    total = summed(forecast, said, len(starts))[forecast]
    even = np.where(total > 0, said / np.where(total > 0, total, 1), 1 / sizes[forecast])
    said = np.where(pairs.kind == "binary", said, even)
    every = np.ones(len(pairs), dtype=bool)
    crowd = pairs.take(every, probability=said, low=said, high=said)
    return np.where(alone[starts], np.nan, forecast_scores(crowd)[0])


def _others(
    pairs: Pairs, size: NDArray[np.intp], position: NDArray[np.intp]
) -> NDArray[np.float64]:
    """For each row the median of the other analysts on the same answer; NaN where none."""
    question = np.unique(pairs.question, return_inverse=True)[1].reshape(-1)
    analysts, analyst = np.unique(pairs.analyst, return_inverse=True)
    answer = np.unique(np.column_stack((question, size, position)), axis=0, return_inverse=True)[
        1
    ].reshape(-1)
    cells, cell = np.unique(answer * len(analysts) + analyst.reshape(-1), return_inverse=True)
    cell = cell.reshape(-1)
    value = summed(cell, pairs.weight * pairs.probability, len(cells))
    value /= summed(cell, pairs.weight, len(cells))
    slot = cells // len(analysts)
    order = np.lexsort((value, slot))
    ordered, slot = value[order], slot[order]
    first = np.searchsorted(slot, slot)
    others = np.bincount(slot)[slot] - 1
    rank, last = np.arange(len(slot)) - first, len(slot) - 1

    def at(place: NDArray[np.intp]) -> NDArray[np.float64]:
        place = np.maximum(place, 0)
        found: NDArray[np.float64] = ordered[np.minimum(first + place + (place >= rank), last)]
        return found

    median = np.empty(len(cells))
    median[order] = np.where(others > 0, (at((others - 1) // 2) + at(others // 2)) / 2, np.nan)
    return median[cell]


def _verdict(
    value: float | None, interval: tuple[float, float] | None, questions: int, name: str
) -> str:
    if value is None or math.isnan(value):
        return f"Nothing to compare with {name}."
    settled = f"{questions} settled question{'s' if questions > 1 else ''}"
    than = "higher" if value < 0 else "lower"
    cost = f"a mean score {abs(value):.0%} {than} than {name}, over {settled}"
    if questions < FEW:
        return f"Cannot tell yet: {cost}, too few to tell luck from skill."
    if interval is None or interval[0] <= 0 <= interval[1]:
        return f"Cannot tell yet: {cost}."
    return f"{'Better' if value > 0 else 'Worse'}: {cost}."
