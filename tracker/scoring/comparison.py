"""Two analysts on the questions that both answered: who is better, and whether that can be told."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import numpy as np

from tracker.errors import UsageError
from tracker.scoring.anytime import LEVEL as ANYTIME_LEVEL
from tracker.scoring.anytime import Anytime, anytime
from tracker.scoring.counting import DEFAULT, check, count, hold
from tracker.scoring.forecasts import forecast_scores
from tracker.scoring.rules import Rule, Scale
from tracker.scoring.uncertainty import LEVEL, TINY, Mean, clustered_mean, further
from tracker.scoring.verdict import FEW

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from tracker.pairs import Pairs

    Floats = NDArray[np.float64]

EXACT = 20  # clusters up to which every flip of signs is tried
FLIPS = 10_000
BLOCKS = 1000
ROUNDING = 1e-9  # sums of flipped signs that differ by less, relatively, are alike
SHOWN = 0.0005  # what rounds to 0.000
FOREVER = np.iinfo(np.int64)


@dataclass(frozen=True)
class Comparison:
    """What can be said of two analysts on shared questions. None where a number does not exist.

    ``difference`` is the mean score of a minus that of b: below 0, a is better. ``interval`` is
    its interval at level 0.90 (unless another was asked for), clustered by linked questions;
    ``p_value`` is from flipping signs, for "no difference". Both are for one look; ``anytime`` is
    for one who looks after every question.

    ``winner`` is the better analyst where that can be told: from ten clusters on, where the
    interval leaves out 0 and so few flips of signs give as large a difference.

    ``better_a``, ``better_b`` and ``equal`` count the shared questions on which either scored
    better. ``only_a`` and ``only_b`` count those that one answered alone, ``apart`` those both
    answered, but never at the same time: none of them is compared. ``infinite_a`` and
    ``infinite_b`` count the shared questions with an infinite log score. ``effective`` is how
    many independent questions would have the same spread, ``further`` about how many more
    clusters would tell, None where it can be told, or no number can be given.
    """

    a: str
    b: str
    questions: int
    difference: float | None
    interval: tuple[float, float] | None
    p_value: float | None
    anytime: Anytime | None
    verdict: str
    winner: str | None
    better_a: int
    better_b: int
    equal: int
    score_a: float | None
    score_b: float | None
    only_a: int
    only_b: int
    apart: int
    infinite_a: int
    infinite_b: int
    clusters: int
    effective: float
    further: int | None
    level: float
    rule: Rule
    scale: Scale
    counting: str
    together: bool

    def as_dict(self) -> dict[str, Any]:
        """The comparison as JSON content: keys in order, no number that does not exist."""
        content = asdict(self)
        for part in (content, content["anytime"]):
            if part is not None and part["interval"] is not None:
                part["interval"] = list(part["interval"])
        return content


class _Shared(NamedTuple):
    """Scores on the shared questions, and what is left out; arrays have one entry a question."""

    score_a: Floats
    score_b: Floats
    cluster: NDArray[np.intp]
    order: NDArray[np.int64]  # by when it was settled, or else by its first row
    only_a: int
    only_b: int
    apart: int


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
    in it.

    Parameters
    ----------
    pairs : Pairs
        Not yet counted; of any analysts.
    a, b : str
    counting : str
        Which forecasts count; see :mod:`tracker.scoring.counting`.
    together : bool
        Whether only the time during which both held a forecast counts.
    rule : {"brier", "log"}
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
    _check(rule, scale, (level, anytime_level))
    if a == b:
        raise UsageError(f"expected two analysts to compare; found {a} twice")
    shared = _shared(pairs, (a, b), counting, together=together, rule=rule)
    n, clusters = len(shared.score_a), len(np.unique(shared.cluster))
    with np.errstate(invalid="ignore"):
        difference = shared.score_a - shared.score_b
    difference[np.abs(difference) < TINY] = 0.0
    mean, p_value = Mean(math.nan), None
    if n and np.isfinite(difference).all():
        mean = clustered_mean(difference, np.ones(n), shared.cluster, level=level)
        if clusters > 1:
            p_value = sign_flip(_sums(difference, shared.cluster), seed=seed)
    told = clusters >= FEW and p_value is not None and p_value <= 1 - level and _leaves_out_0(mean)
    factor = 2.0 if rule == "brier" and scale == "0-2" else 1.0
    better_a, better_b = int((difference < 0).sum()), int((difference > 0).sum())
    result = Comparison(
        a=a,
        b=b,
        questions=n,
        difference=_number(mean.value * factor),
        interval=_scaled(mean.interval, factor, bounded=rule == "brier"),
        p_value=p_value,
        anytime=_over_time(difference, shared, anytime_level, factor) if rule == "brier" else None,
        verdict="",
        winner=(a if mean.value < 0 else b) if told else None,
        better_a=better_a,
        better_b=better_b,
        equal=n - better_a - better_b,
        score_a=_number(_average(shared.score_a) * factor),
        score_b=_number(_average(shared.score_b) * factor),
        only_a=shared.only_a,
        only_b=shared.only_b,
        apart=shared.apart,
        infinite_a=int(np.isinf(shared.score_a).sum()),
        infinite_b=int(np.isinf(shared.score_b).sum()),
        clusters=clusters,
        effective=mean.effective,
        further=None if told else _further(mean, level),
        level=level,
        rule=rule,
        scale=scale,
        counting=counting,
        together=together,
    )
    return replace(result, verdict=_verdict(result))


def sign_flip(sums: ArrayLike, *, seed: int = 1) -> float | None:
    """How often chance alone gives as large a total, had each sum as well been of either sign.

    The two-sided p-value of "no difference", if differences are symmetric about 0 then: exact up
    to 20 sums that are not 0, else from 10,000 flips with (1 + as large)/(10,000 + 1). More than
    1,000 sums are flipped in 1,000 blocks, which is a test of the same level.

    Parameters
    ----------
    sums : array-like (n,)
        The summed differences of each cluster, in an order that does not depend on them.

    Returns
    -------
    float in (0, 1], or None
        None where nothing differs.

    References
    ----------
    .. [1] J. Hemerik, J. Goeman, Exact testing with random permutations, TEST 27 (2018),
       doi:10.1007/s11749-017-0571-1

    Examples
    --------
    >>> sign_flip([0.1, 0.2, 0.4])
    0.25
    """
    given = np.asarray(sums, dtype=np.float64)
    given = given[given != 0]
    if not len(given):
        return None
    least = abs(given.sum()) - ROUNDING * np.abs(given).sum()
    if len(given) <= EXACT:
        totals = given[:1]  # the first keeps its sign: flipping all changes no absolute value
        for one in given[1:]:
            totals = np.concatenate([totals + one, totals - one])
        return float((np.abs(totals) >= least).mean())
    blocks = np.bincount(np.arange(len(given)) % BLOCKS, given)
    signs = np.random.default_rng(seed).integers(0, 2, (FLIPS, len(blocks)), dtype=np.int8)
    totals = np.concatenate([part @ blocks for part in np.split(2 * signs - 1, FLIPS // BLOCKS)])
    return float(1 + (np.abs(totals) >= least).sum()) / (FLIPS + 1)


def holm(p_values: ArrayLike) -> Floats:
    """P-values of a chosen family, adjusted so that one false find in the family is that rare.

    Reject where the adjusted value is at most the error rate. Array (n,) in the order given.

    References
    ----------
    .. [1] S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal
       of Statistics 6 (1979), https://www.jstor.org/stable/4615733

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    given = _p_values(p_values)
    order = np.argsort(given, kind="stable")
    factor = np.arange(len(given), 0, -1)
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(np.maximum.accumulate(given[order] * factor), 1.0)
    return adjusted


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """P-values of a long list, adjusted so that of all finds the false share is that small.

    Reject where the adjusted value is at most the share. Array (n,) in the order given.

    References
    ----------
    .. [1] Y. Benjamini, Y. Hochberg, Controlling the false discovery rate, JRSS B 57 (1995),
       doi:10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    from scipy.stats import false_discovery_control

    given = _p_values(p_values)
    return np.asarray(false_discovery_control(given)) if len(given) else given


def _p_values(p_values: ArrayLike) -> Floats:
    given = np.asarray(p_values, dtype=np.float64)
    if given.ndim != 1 or not ((given >= 0) & (given <= 1)).all():
        raise UsageError("expected a list of p-values from 0 to 1; found others")
    return given


def _check(rule: str, scale: str, levels: tuple[float, float]) -> None:
    if rule not in get_args(Rule) or scale not in get_args(Scale):
        raise UsageError(f"expected rule brier or log, scale 0-1 or 0-2; found {rule}, {scale}")
    if not all(0 < level < 1 for level in levels):
        raise UsageError(f"expected levels between 0 and 1; found {levels[0]} and {levels[1]}")


def _shared(
    pairs: Pairs, names: tuple[str, str], counting: str, *, together: bool, rule: Rule
) -> _Shared:
    """The scores of two analysts on each question that both answered."""
    side = (pairs.analyst == names[1]).astype(np.intp)
    chosen = np.flatnonzero((pairs.analyst == names[0]) | (side == 1))
    questions, question = np.unique(pairs.question[chosen], return_inverse=True)
    _, first, cluster = np.unique(pairs.cluster[chosen], return_index=True, return_inverse=True)
    two = pairs.take(chosen, analyst=side[chosen], question=question, cluster=cluster, labels={})
    n = len(questions)
    alone = _scores(count(two, counting), n, rule)
    if together and two.made is not None and len(two):
        scores = _scores(count(_on_common_time(two, n), counting), n, rule)
    else:
        scores = alone
    answered, compared = ~np.isnan(alone), ~np.isnan(scores).any(axis=0)
    cluster_of = np.zeros(n, dtype=np.intp)
    cluster_of[question] = cluster
    order = first[cluster_of].astype(np.int64)
    settled = two.ended if two.known is None else two.known
    if settled is not None:
        order[:] = FOREVER.min
        np.maximum.at(order, question, settled.astype(np.int64))
    return _Shared(
        score_a=scores[0, compared],
        score_b=scores[1, compared],
        cluster=cluster_of[compared],
        order=order[compared],
        only_a=int((answered[0] & ~answered[1]).sum()),
        only_b=int((answered[1] & ~answered[0]).sum()),
        apart=int((answered.all(axis=0) & ~compared).sum()),
    )


def _scores(counted: Pairs, questions: int, rule: Rule) -> Floats:
    """Mean score of either analyst on each question, array (2, questions); NaN where none."""
    starts = counted.starts
    cell = counted.analyst[starts].astype(np.intp) * questions + counted.question[starts]
    weight = counted.weight[starts]
    score = forecast_scores(counted)[0 if rule == "brier" else 1]
    total = np.bincount(cell, weight * score, minlength=2 * questions)
    held = np.bincount(cell, weight, minlength=2 * questions)
    mean = np.full(2 * questions, np.nan)
    np.divide(total, held, out=mean, where=held > 0)
    return mean.reshape(2, questions)


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


def _over_time(difference: Floats, shared: _Shared, level: float, factor: float) -> Anytime | None:
    """The anytime comparison: one step a cluster, when the last of its questions is settled."""
    _, cluster = np.unique(shared.cluster, return_inverse=True)
    last = np.full(int(cluster.max(initial=-1)) + 1, FOREVER.min)
    np.maximum.at(last, cluster, shared.order)
    steps = np.bincount(cluster, difference) / np.bincount(cluster)
    found = anytime(steps[np.argsort(last, kind="stable")], level=level)
    if found is None or factor == 1:
        return found
    return replace(found, interval=(found.interval[0] * factor, found.interval[1] * factor))


def _sums(values: Floats, cluster: NDArray[np.intp]) -> Floats:
    return np.asarray(np.bincount(np.unique(cluster, return_inverse=True)[1], values), np.float64)


def _leaves_out_0(mean: Mean) -> bool:
    """Whether an interval lies on one side of 0; true where all clusters are alike."""
    low, high = mean.interval or (mean.value, mean.value)
    return low > 0 or high < 0


def _further(mean: Mean, level: float) -> int | None:
    """How many more clusters would tell, and at least as many as make ten."""
    needed = further(mean, level=level)
    return None if needed is None else max(needed, FEW - mean.clusters)


def _average(values: Floats) -> float:
    return float(values.mean()) if len(values) else math.nan


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


# --- the plain sentence -----------------------------------------------------------------------


def _verdict(found: Comparison) -> str:
    """Who is better, by how much, and whether that can be told; for readers of no statistics."""
    if not found.questions:
        return _nothing(found)
    if found.infinite_a or found.infinite_b:
        return _ruled_out(found)
    shared = _counted(found.questions, "shared question")
    if found.better_a == found.better_b == 0:
        return f"No difference: {found.a} and {found.b} scored the same on {shared}."
    if found.winner is not None:
        return f"{_lead(found, shared)}, unlikely to be luck. {_looked(found)}"
    return f"Cannot tell yet who is better: {_lead(found, shared)}, {_undecided(found)}"


def _undecided(found: Comparison) -> str:
    """Why it cannot be told, and about how much more would tell."""
    linked = " group of linked question" if found.clusters < found.questions else " question"
    if found.clusters < FEW:
        return f"and {_counted(found.clusters, linked.strip())} cannot tell luck from skill."
    if found.further is None:
        return "which may be luck."
    about = float(f"{found.further:.2g}")
    what = _counted(int(about), f"more{linked}")
    return f"which may be luck. About {what} would tell, if things go on as they are."


def _lead(found: Comparison, shared: str) -> str:
    """Who was closer on how many questions, and by how much on average."""
    gap = found.difference or 0.0
    a_leads = gap <= 0
    ahead, behind = (found.a, found.b) if a_leads else (found.b, found.a)
    counts = (found.better_a, found.better_b)
    times, other = counts if a_leads else counts[::-1]
    score = "Brier score" if found.rule == "brier" else "log score"
    by = "less than 0.001" if abs(gap) < SHOWN else f"{abs(gap):.3f}"
    but = "with" if times >= other else "yet with"
    said = f"{ahead} was closer than {behind} on {times} of {shared}, {but} a {score}"
    said = f"{said} {by} better on average" if abs(gap) > TINY else f"{said} no better on average"
    if found.interval is None or found.clusters < FEW:
        return said
    low, high = sorted(bound if gap > 0 else -bound for bound in found.interval)
    span = f"{low:.3f} to {high:.3f}" if low >= 0 else f"{-low:.3f} worse to {high:.3f} better"
    return f"{said} ({100 * found.level:g} % interval {span})"


def _looked(found: Comparison) -> str:
    """Whether the winner stands for one who has looked again and again on the way."""
    low, high = found.anytime.interval if found.anytime is not None else (0.0, 0.0)
    if low > 0 or high < 0:
        return "That stands even for one who has looked after every question."
    return "For one who has looked again and again on the way, it is not settled yet."


def _nothing(found: Comparison) -> str:
    """Why nothing is shared."""
    alone = f"{found.a} answered {found.only_a} alone, {found.b} {found.only_b}"
    if found.apart:
        apart = _counted(found.apart, "settled question")
        return f"Nothing to compare: both answered {apart}, but never at the same time; {alone}."
    return f"Nothing to compare: no settled question that both answered; {alone}."


def _ruled_out(found: Comparison) -> str:
    """Whose log score is infinite, and on how many questions."""
    infinite = ((found.a, found.infinite_a), (found.b, found.infinite_b))
    said = [f"{name} on {times}" for name, times in infinite if times]
    return (
        "The log score cannot compare: it is infinite where what happened had been given no "
        f"chance, {' and '.join(said)} of {_counted(found.questions, 'shared question')}."
    )


def _counted(number: int, what: str) -> str:
    """A number of things; "3 groups of linked questions"."""
    first, _, rest = what.partition(" of ")
    return f"{number:,} {first}{'' if number == 1 else 's'}{rest and f' of {rest}s'}"
