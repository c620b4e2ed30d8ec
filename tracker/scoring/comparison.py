"""Two analysts on the questions that both answered: who is better, and whether that can be told."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import numpy as np

from tracker.errors import UsageError
from tracker.scoring.anytime import LEVEL as ANYTIME_LEVEL
from tracker.scoring.anytime import Anytime, anytime
from tracker.scoring.compared import Comparison, sentence
from tracker.scoring.counting import DEFAULT, check
from tracker.scoring.rules import Rule, Scale
from tracker.scoring.shared import Shared, shared_questions
from tracker.scoring.significance import sign_flip
from tracker.scoring.uncertainty import LEVEL, Mean, clustered_mean, further, stands
from tracker.scoring.verdict import FEW

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.pairs import Pairs


def compare(
    pairs: Pairs,
    a: str,
    b: str,
    *,
    counting: str = DEFAULT,
    together: bool = True,
    rule: Rule = "brier",
    scale: Scale = "0-1",
    level: float = LEVEL,
    anytime_level: float = ANYTIME_LEVEL,
    seed: int = 1,
) -> Comparison:
    """Compare two analysts on the questions that both answered.

    An analyst's forecasts on a question are averaged first, as the counting weights them; every
    shared question then counts the same. Where the pairs have times, only the time during which
    both held a forecast counts, whatever the policy: else whoever came later, and knew more, would
    look better. ``last`` is then the last forecast of that time, ``first`` what stood when it
    began. The questions that one of them chose not to answer are counted, not guessed at.

    Linked questions count as one piece of evidence: the interval is clustered, signs are flipped
    for whole clusters, and a cluster is one step of the anytime sequence, at its mean difference,
    when the last of its questions is settled (without times, in order of the rows). That sequence
    is about the difference to be expected given what was settled before; clusters weigh the same
    in it. The order by settling time can itself depend on outcomes (what comes true early is
    settled early), so the anytime part is about the order in which things were settled.

    Parameters
    ----------
    pairs : Pairs
        Not yet counted; of any analysts.
    a, b : str
    counting : str
        Which forecasts count; see :mod:`tracker.scoring.counting`.
    together : bool
        Whether only the time during which both held a forecast counts.
    rule : {"brier", "log", "spherical"}
        An infinite log score has no mean: the numbers are then None. The log score is unbounded,
        and so has no anytime comparison.
    scale : {"0-1", "0-2"}
        Of the Brier scores shown.
    level, anytime_level : float in (0, 1)
    seed : int
        Of the flips of signs, where there are too many clusters to try all.

    Raises
    ------
    UsageError
        Where an argument is wrong.

    References
    ----------
    .. [1] Y. J. Choe, A. Ramdas, Comparing sequential forecasters, Operations Research 72 (2024),
       doi:10.1287/opre.2021.0792

    Examples
    --------
    >>> from tracker.pairs import Pairs
    >>> four = Pairs(probability=[0.9, 0.6, 0.2, 0.3], outcome=[1, 1, 0, 0],
    ...              analyst=["ana", "ben"] * 2, question=["q", "q", "r", "r"])
    >>> both = compare(four, "ana", "ben")
    >>> both.questions, round(both.difference, 3), both.better_a
    (2, -0.1, 2)
    """
    check(counting)
    check_terms((a, b), rule, scale, (level, anytime_level))
    shared = shared_questions(pairs, a, b, counting=counting, together=together, rule=rule)
    mean, p_value = _one_look(shared, level, seed)
    told = _is_told(mean, p_value, level, _swing(shared, rule))
    bounded, factor = rule != "log", 2.0 if rule == "brier" and scale == "0-2" else 1.0
    found = Comparison(
        a=a,
        b=b,
        difference=_number(mean.value * factor),
        interval=_scaled(mean.interval, factor, bounded=bounded),
        p_value=p_value,
        anytime=_every_look(shared, anytime_level, factor) if bounded else None,
        verdict="",
        winner=(a if mean.value < 0 else b) if told else None,
        score_a=_average(shared.score_a, factor),
        score_b=_average(shared.score_b, factor),
        effective=mean.effective,
        further=None if told else _further(mean, level),
        level=level,
        rule=rule,
        scale=scale,
        counting=counting,
        together=together,
        **_counts(shared),
    )
    return replace(found, verdict=sentence(found))


def check_terms(names: tuple[str, str], rule: str, scale: str, levels: tuple[float, float]) -> None:
    """UsageError where two analysts cannot be compared so."""
    if rule not in get_args(Rule) or scale not in get_args(Scale):
        expected = f"{', '.join(get_args(Rule))} and scale 0-1 or 0-2"
        raise UsageError(f"expected rule {expected}; found {rule}, {scale}")
    if not all(0 < level < 1 for level in levels):
        raise UsageError(f"expected levels between 0 and 1; found {levels[0]} and {levels[1]}")
    if names[0] == names[1]:
        raise UsageError(f"expected two analysts to compare; found {names[0]} twice")


def _counts(shared: Shared) -> dict[str, int]:
    """The fields of a comparison that count questions."""
    n, difference = len(shared.score_a), shared.difference
    better_a, better_b = int((difference < 0).sum()), int((difference > 0).sum())
    return {
        "questions": n,
        "better_a": better_a,
        "better_b": better_b,
        "equal": n - better_a - better_b,
        "only_a": shared.only_a,
        "only_b": shared.only_b,
        "apart": shared.apart,
        "infinite_a": int(np.isinf(shared.score_a).sum()),
        "infinite_b": int(np.isinf(shared.score_b).sum()),
        "clusters": shared.clusters,
    }


def _one_look(shared: Shared, level: float, seed: int) -> tuple[Mean, float | None]:
    """The mean difference and the p-value of none, for one who looks once."""
    difference = shared.difference
    if not len(difference) or not np.isfinite(difference).all():
        return Mean(math.nan), None
    mean = clustered_mean(difference, np.ones(len(difference)), shared.cluster, level=level)
    if shared.clusters == 1:
        return mean, None
    return mean, sign_flip(np.bincount(shared.cluster, difference), seed=seed)


def _every_look(shared: Shared, level: float, factor: float) -> Anytime | None:
    """The anytime comparison: one step a cluster, when the last of its questions is settled."""
    found = anytime(shared.steps.difference, level=level)
    if found is None or factor == 1:
        return found
    return replace(found, interval=(found.interval[0] * factor, found.interval[1] * factor))


def _is_told(mean: Mean, p_value: float | None, level: float, swing: float) -> bool:
    """Whether there is a winner: from ten clusters on, where flips of signs agree.

    And it must stand had one more question gone the other way: of two who both say that it is
    nearly certain, the bolder is ahead until the first miss.
    """
    if min(mean.clusters, mean.evidence) < FEW or p_value is None or p_value > 1 - level:
        return False
    return stands(mean, swing, level=level)


def _swing(shared: Shared, rule: Rule) -> float:
    """By how much the difference on one question could have been another, at most.

    Taking each answer for a yes/no forecast: a Brier score of e² becomes (1 - e)².
    """
    a, b = shared.score_a, shared.score_b
    if not len(a) or not (np.isfinite(a) & np.isfinite(b)).all():
        return 0.0
    if rule == "log":
        with np.errstate(divide="ignore", invalid="ignore"):
            other = np.log(-np.expm1(-b)) - np.log(-np.expm1(-a))
        moved = np.where(np.isfinite(other), a - b - other, 0.0)
    else:
        moved = 2 * (np.sqrt(a) - np.sqrt(b))
    return float(np.abs(moved).max())


def _further(mean: Mean, level: float) -> int | None:
    """How many more clusters would tell, and at least as many as make ten."""
    needed = further(mean, level=level)
    return None if needed is None else max(needed, FEW - mean.clusters)


def _average(values: NDArray[np.float64], factor: float) -> float | None:
    return _number(float(values.mean()) * factor) if len(values) else None


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _scaled(
    interval: tuple[float, float] | None, factor: float, *, bounded: bool
) -> tuple[float, float] | None:
    """An interval of a difference, kept within what a difference can be."""
    if interval is None:
        return None
    low, high = interval
    return (max(low, -1.0) * factor, min(high, 1.0) * factor) if bounded else interval
