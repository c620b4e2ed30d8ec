"""The crowd as an analyst: one forecast pooled from those of many, and what pooling gained.

An analyst's forecasts on a question are first averaged, by the weights with which they count, into
one opinion; then the opinions on the question are pooled. Where analysts forecast at different
times, an opinion is thus what was held on average and not what was held on any one day: the crowd
scored here could have been quoted on no single date.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from tracker.errors import DataError, Problem, UsageError
from tracker.pairs import BILLION
from tracker.scoring.forecasts import forecast_scores
from tracker.scoring.uncertainty import Mean, clustered_mean, further
from tracker.scoring.verdict import FEW
from tracker.tally import summed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from tracker.pairs import Pairs

    Floats = NDArray[np.float64]
    Codes = NDArray[np.intp]

Method = Literal["mean", "median", "trimmed", "geometric odds"]
METHODS: tuple[Method, ...] = get_args(Method)
TRIM = 0.10  # of the weight, cut at each side
EPS = 0.005  # geometric odds take probabilities as at least this far from 0 and 1
PRIOR = 0.25  # standard deviation of the logarithm of the extremizing factor
WARM_UP = 20  # clusters resolved before the first one on which a fitted factor is tried
FOLDS = 10
SAME = 1e-9  # shares of weight nearer than this are one
ALIKE = 0.0005  # a difference of scores that rounds to none
STEPS = np.arange(-80, 81) * 0.02  # of the logarithm of the factor: from 1/5 to 5, by 2 %


@dataclass(frozen=True)
class Extremized:
    """What an extremizing factor, always fitted on other questions, would have gained.

    ``factor`` is fitted on all questions, for those to come; it was tried on none of them.
    ``plain`` and ``extremized`` are mean Brier scores (0-1 scale, lower is better) over the
    ``questions`` on which factors fitted elsewhere were tried; ``gain`` is the first minus the
    second, above 0 where extremizing helped. ``warm_up`` questions were only learnt from.
    ``rolling`` says that factors were fitted on what was resolved before. None where there is no
    question to try on.
    """

    factor: float
    prior: float
    rolling: bool
    warm_up: int
    questions: int
    plain: float | None
    extremized: float | None
    gain: Mean | None
    verdict: str


@dataclass(frozen=True)
class CrowdScore:
    """How one way of pooling scored; all ways are scored on the same questions.

    ``brier`` is on the 0-1 scale, lower is better. ``against_average`` is that score minus the
    mean score of the opinions pooled, question by question: below 0 is better than the average
    analyst. ``trim`` and ``eps`` are what the method used, None if nothing. None where there are
    no questions.
    """

    method: Method
    questions: int
    left_out: int
    analysts: int
    brier: Mean | None
    average: float | None
    against_average: Mean | None
    trim: float | None
    eps: float | None
    extremized: Extremized
    verdict: str


# --- probabilities on one question ----------------------------------------------------------------


def pool(
    probability: ArrayLike,
    question: ArrayLike,
    *,
    method: Method = "median",
    weight: ArrayLike | None = None,
    trim: float = TRIM,
    eps: float = EPS,
) -> Floats:
    """One probability for each question, from those of several analysts.

    ``mean``
        the average.
    ``median``
        the middle one; where half of the weight lies on each side, half way between the two.
    ``trimmed``
        the average without the lowest and the highest share ``trim`` of the weight. One on the
        border counts in part: of three analysts the outer two count 0.7 each at 10 %, of two or
        one it is the mean, and of ten or a multiple of it whole forecasts are cut.
    ``geometric odds``
        the probability whose odds are the geometric mean of the odds, sigma(mean logit). All
        probabilities are first brought within [eps, 1 - eps], since one that is certain would
        decide alone.

    Parameters
    ----------
    probability, question : array-like (n,)
    weight : array-like (n,), optional
        Above 0; alike unless given. See :func:`recency_weights`.
    trim : float in [0, 0.5)
    eps : float in (0, 0.5)

    Returns
    -------
    array (number of distinct questions,)
        In ascending order of the questions.

    References
    ----------
    .. [1] V. A. Satopää et al., Combining multiple probability predictions using a simple logit
       model, International Journal of Forecasting 30 (2014), doi:10.1016/j.ijforecast.2013.09.009

    Examples
    --------
    >>> said, question = [0.7, 0.8, 0.9, 0.2], [1, 1, 1, 2]
    >>> pool(said, question, method="geometric odds").round(6).tolist()
    [0.81411, 0.2]
    """
    _check(method, trim, eps)
    said = np.asarray(probability, dtype=np.float64)
    counts = np.ones(len(said)) if weight is None else np.asarray(weight, dtype=np.float64)
    if said.shape != np.shape(question) or said.shape != counts.shape:
        raise UsageError("expected a question and a weight for each probability; found others")
    if not ((said >= 0) & (said <= 1)).all() or not (np.isfinite(counts) & (counts > 0)).all():
        raise UsageError("expected probabilities from 0 to 1 and weights above 0; found others")
    return _pool(said, _coded(question)[1], counts, method, trim=trim, eps=eps)


def recency_weights(made: ArrayLike, question: ArrayLike) -> Floats:
    """Weights by which the later forecasts on a question count more.

    The n-th of N, from the oldest, weighs exp(sqrt(n) - sqrt(N)), as on Metaculus; up to two are
    weighed alike, and so are those made at the same moment.

    >>> recency_weights([1, 2, 3, 4], [0, 0, 0, 0]).round(3).tolist()
    [0.368, 0.557, 0.765, 1.0]
    """
    when, (_, code) = np.asarray(made), _coded(question)
    order = np.lexsort((when, code))
    size = np.bincount(code)
    rank = np.arange(1, len(order) + 1) - np.repeat(np.cumsum(size) - size, size)
    ends = np.flatnonzero(_ends(code[order]) | _ends(when[order]))
    rank = np.repeat(rank[ends], np.diff(np.r_[-1, ends]))
    weight = np.ones(len(order))
    total = size[code[order]]
    weight[order] = np.where(total > 2, np.exp(np.sqrt(rank) - np.sqrt(total)), 1.0)  # noqa: PLR2004
    return weight


def extremize(probability: ArrayLike, factor: ArrayLike) -> Floats:
    """Probabilities with their log odds multiplied: sigma(factor * logit p).

    A factor above 1 moves them away from a half, one below 1 towards it. There is no default: a
    factor that helped elsewhere often hurts here; :func:`fit_extremizing` tells.

    >>> extremize([0.5, 0.8, 1.0], 2.0).round(4).tolist()
    [0.5, 0.9412, 1.0]
    """
    from scipy.special import expit, logit

    by = np.asarray(factor, dtype=np.float64)
    if not (np.isfinite(by) & (by > 0)).all():
        raise UsageError(f"expected an extremizing factor above 0; found {by.tolist()}")
    return np.asarray(expit(by * logit(np.asarray(probability, dtype=np.float64))))


# --- pairs ----------------------------------------------------------------------------------------


def opinions(pairs: Pairs) -> Pairs:
    """One forecast for each analyst and question: the average of those that count, by weight.

    Takes pairs that have been counted. An opinion weighs 1, however long it was held, and has the
    times of the analyst's last forecast that counts.
    """
    counted = pairs if (pairs.weight > 0).all() else pairs.take(pairs.weight > 0)
    starts = counted.starts
    analysts, analyst = _coded(counted.analyst[starts])
    _, question = _coded(counted.question[starts])
    _, code = _coded(question * len(analysts) + analyst)
    return _merged(counted, code, "mean")


def crowd(
    pairs: Pairs,
    method: Method = "median",
    *,
    minimum: int = 2,
    recency: bool = False,
    trim: float = TRIM,
    eps: float = EPS,
) -> Pairs:
    """The crowd's forecasts: pairs of one analyst, named after the method, one a question.

    Takes counted pairs of many analysts. Each analyst's counted forecasts on a question are
    averaged into one opinion, and the opinions are pooled, each weighing the same (or by
    ``recency``, of the last forecast in them). Options are pooled one by one and divided by their
    sum; their geometric odds are the normalised geometric mean. Where option by option nothing
    is left (no option has a median above 0), the mean stands in.

    The crowd has no times but ``known``, for it was not formed at one moment.

    Parameters
    ----------
    pairs : Pairs
        Counted; see :func:`tracker.scoring.counting.count`.
    method : {"mean", "median", "trimmed", "geometric odds"}
        See :func:`pool`, also for ``trim`` and ``eps``.
    minimum : int
        Questions with fewer analysts are left out, and counted as ``few_analysts``.
    recency : bool
        Weigh opinions by :func:`recency_weights`; best after counting only the last forecasts.

    Raises
    ------
    DataError
        Where forecasts on one question differ in outcome, kind, cluster or number of options.

    Examples
    --------
    >>> from tracker.pairs import Pairs
    >>> three = Pairs(probability=[0.6, 0.7, 0.9], outcome=[1, 1, 1], question=["q"] * 3,
    ...               analyst=["a", "b", "c"])
    >>> one = crowd(three)
    >>> one.analyst.tolist(), one.probability.tolist()
    (['crowd (median)'], [0.7])
    """
    _check(method, trim, eps)
    said, left_out = _enough(opinions(pairs), minimum)
    formed = _crowd(said, method, recency=recency, trim=trim, eps=eps)
    return formed.take(
        np.ones(len(formed), dtype=bool), left_out={**pairs.left_out, "few_analysts": left_out}
    )


def crowd_table(
    pairs: Pairs,
    *,
    methods: Sequence[Method] = METHODS,
    minimum: int = 2,
    trim: float = TRIM,
    eps: float = EPS,
    seed: int = 1,
) -> tuple[CrowdScore, ...]:
    """Each way of pooling, scored on the same questions and against the average analyst.

    The average analyst of a question is the mean Brier score of the opinions pooled there. That
    the mean of several probabilities never scores worse is arithmetic (the squared error is
    convex) and no sign of a wise crowd; how much better it scores is what there is to learn. Which
    way of pooling scored best is known only afterwards, so no score is set against the best.

    Parameters
    ----------
    pairs : Pairs
        Counted pairs of many analysts.
    methods, minimum, trim, eps
        See :func:`crowd`.
    seed : int
        Of the folds in which extremizing is tried, where no times are known.
    """
    for method in methods:
        _check(method, trim, eps)
    said, left_out = _enough(opinions(pairs), minimum)
    starts = said.starts
    question = _runs(said.question[starts])
    own = _mean(forecast_scores(said)[0], question, np.ones(len(starts)))
    average = float(own.mean()) if len(own) else None
    analysts = len(np.unique(said.analyst[starts]))
    table = []
    for method in methods:
        formed = _crowd(said, method, recency=False, trim=trim, eps=eps)
        scores, cluster = forecast_scores(formed)[0], formed.cluster[formed.starts]
        score = CrowdScore(
            method=method,
            questions=len(own),
            left_out=left_out,
            analysts=analysts,
            brier=_spread(scores, cluster),
            average=average,
            against_average=_spread(scores - own, cluster),
            trim=trim if method == "trimmed" else None,
            eps=eps if method == "geometric odds" else None,
            extremized=fit_extremizing(formed, seed=seed),
            verdict="",
        )
        table.append(replace(score, verdict=_said_of(score)))
    return tuple(table)


# --- extremizing ----------------------------------------------------------------------------------


def fit_extremizing(
    pairs: Pairs,
    *,
    prior: float = PRIOR,
    warm_up: int = WARM_UP,
    folds: int = FOLDS,
    seed: int = 1,
) -> Extremized:
    """Whether multiplying the log odds helps, told on questions the factor was not fitted on.

    The factor minimises the log score plus (log factor)² / (2 ``prior``²), on a grid of 2 %. The
    prior pulls it to 1; at its default of 0.25 a factor beyond 0.6 to 1.6 needs strong evidence.
    Linked questions weigh together as one. A probability of 0 or 1 tells nothing of the factor.
    Options are raised to the factor and divided by their sum. The interval of the gain takes the
    factors as given.

    Where times are known, a cluster of questions is tried with the factor fitted on the clusters
    resolved wholly before its first question was (which is later than when the forecast was made:
    some of these were then still open). Where they are not, clusters are dealt into folds.

    Parameters
    ----------
    pairs : Pairs
        Of one analyst with one forecast a question, as :func:`crowd` gives them.
    prior : float
        Standard deviation of the logarithm of the factor; smaller shrinks more.
    warm_up : int
        With times: how many clusters must have been resolved before a factor is tried.
    folds, seed : int
        Without times: how many folds, and from which seed they are dealt.

    References
    ----------
    .. [1] V. A. Satopää et al., Combining multiple probability predictions using a simple logit
       model, International Journal of Forecasting 30 (2014), doi:10.1016/j.ijforecast.2013.09.009
    """
    if not prior > 0 or warm_up < 1 or folds < 2:  # noqa: PLR2004 - one fold leaves none to fit on
        raise UsageError("expected a prior above 0, a warm-up of 1 or more and 2 folds or more")
    starts = pairs.starts
    if len(np.unique(pairs.question[starts])) < len(starts):
        raise UsageError("expected one forecast a question, as the crowd makes them; found more")
    _, cluster = _coded(pairs.cluster[starts])
    rolling = pairs.known is not None
    learnt = (
        _before(pairs.known[starts], cluster)
        if pairs.known is not None
        else _elsewhere(int(cluster.max(initial=-1)) + 1, folds, seed)
    )
    fitted, enough = _fitted(pairs, cluster, learnt, prior)
    tried = enough[cluster] >= (warm_up if rolling else 1)
    factor = fitted[:-1][cluster]
    sharper = forecast_scores(_sharpened(pairs, factor))[0][tried]
    plain = forecast_scores(pairs)[0][tried]
    gain = _spread(plain - sharper, cluster[tried])
    scores = (float(plain.mean()), float(sharper.mean())) if len(plain) else None
    return Extremized(
        factor=float(fitted[-1]),
        prior=prior,
        rolling=rolling,
        warm_up=int((~tried).sum()),
        questions=len(plain),
        plain=scores[0] if scores else None,
        extremized=scores[1] if scores else None,
        gain=gain,
        verdict=_said_of_extremizing(scores, gain, len(plain), len(starts)),
    )


def _before(known: NDArray[np.datetime64], cluster: Codes) -> Callable[[Floats], Floats]:
    """Sums over the clusters resolved wholly before each cluster, from a number by cluster."""
    order = np.lexsort((known, cluster))
    sorted_known, at = known[order], cluster[order]
    first, last = sorted_known[_ends(at[::-1])[::-1]], sorted_known[_ends(at)]
    by_last = np.argsort(last, kind="stable")
    resolved = np.searchsorted(last[by_last], first, side="left")
    return lambda values: np.r_[0.0, np.cumsum(values[by_last])][resolved]


def _elsewhere(clusters: int, folds: int, seed: int) -> Callable[[Floats], Floats]:
    """Sums over the clusters of all other folds, from a number by cluster."""
    fold = np.random.default_rng(seed).permutation(clusters) % folds
    inside = [fold == number for number in range(folds)]
    return lambda values: np.array([values[~mine].sum() for mine in inside])[fold]


def _fitted(
    pairs: Pairs, cluster: Codes, learnt: Callable[[Floats], Floats], prior: float
) -> tuple[Floats, Floats]:
    """The factor for each cluster from what it may learn, and last that from all; and how many."""
    size = np.bincount(cluster)
    margin, forecast = _margins(pairs)
    certain = np.bincount(forecast[margin == np.inf], minlength=len(cluster)) > 0
    share = np.where(certain, 0.0, 1 / size[cluster])
    finite = np.where(certain[forecast], 0.0, margin)
    best, chosen = np.full(len(size) + 1, np.inf), np.zeros(len(size) + 1)
    for step in sorted(STEPS.tolist(), key=abs):
        loss = np.log1p(summed(forecast, np.exp(np.exp(step) * finite), len(cluster)))
        own = summed(cluster, share * loss, len(size))
        value = np.r_[learnt(own), own.sum()] + step**2 / (2 * prior**2)
        better = value < best
        best, chosen = np.where(better, value, best), np.where(better, step, chosen)
    return np.exp(chosen), learnt(np.ones(len(size)))


def _margins(pairs: Pairs) -> tuple[Floats, Codes]:
    """By how much each answer that did not come true was likelier, in logs; and its forecast."""
    forecast = _forecast_of(pairs)
    binary = pairs.kind == "binary"
    given = np.where(binary & (pairs.outcome == 0), 1 - pairs.probability, pairs.probability)
    true = given[binary | (pairs.outcome == 1)][forecast]
    wrong = binary | (pairs.outcome == 0)
    other = np.where(binary, 1 - given, pairs.probability)
    with np.errstate(divide="ignore", invalid="ignore"):
        margin = np.where(true > 0, np.log(other) - np.log(true), np.inf)
    return margin[wrong], forecast[wrong]


def _sharpened(pairs: Pairs, factor: Floats) -> Pairs:
    """The pairs with each forecast extremized by its factor."""
    forecast = _forecast_of(pairs)
    sets, by = pairs.kind != "binary", factor[forecast]
    powered = np.where(sets, pairs.probability**by, extremize(pairs.probability, by))
    every = np.ones(len(pairs), dtype=bool)
    p = _whole(powered, forecast, sets)
    return pairs.take(every, probability=p, low=p, high=p)


# --- pooling --------------------------------------------------------------------------------------


def _enough(said: Pairs, minimum: int) -> tuple[Pairs, int]:
    """The opinions on questions with enough analysts, and the number of other questions."""
    if minimum < 1:
        raise UsageError(f"expected a minimum of 1 analyst or more; found {minimum}")
    starts = said.starts
    question = _runs(said.question[starts])
    few = np.bincount(question) < minimum
    if not few.any():
        return said, 0
    return said.take(~few[question][_forecast_of(said)]), int(few.sum())


def _crowd(said: Pairs, method: Method, *, recency: bool, trim: float, eps: float) -> Pairs:
    """Opinions pooled by question."""
    starts = said.starts
    code = _runs(said.question[starts])
    every = np.ones(len(said), dtype=bool)
    if recency:
        if said.made is None:
            raise UsageError("forecasts without times cannot be weighed by recency")
        weight = recency_weights(said.made[starts], code)
        said = said.take(every, weight=weight[_forecast_of(said)])
    formed = _merged(said, code, method, trim=trim, eps=eps)
    name = np.full(len(formed), f"crowd ({method})")
    return formed.take(every[: len(formed)], analyst=name, made=None, ended=None)


def _merged(
    pairs: Pairs, code: Codes, method: Method, *, trim: float = TRIM, eps: float = EPS
) -> Pairs:
    """One forecast for each code, pooled row by row; the rest is that of the last one made."""
    rows, cell, forecast = _cells(pairs, code)
    p, weight = pairs.probability, pairs.weight
    sets = pairs.kind[rows] != "binary"
    pooled = _pool(p, cell, weight, method, trim=trim, eps=eps)
    if sets.any():
        if method == "geometric odds":
            pooled = np.where(sets, _geometric_mean(p, cell, weight, eps), pooled)
        nothing = np.bincount(forecast, pooled)[forecast] == 0
        pooled = _whole(np.where(sets & nothing, _mean(p, cell, weight), pooled), forecast, sets)
    return pairs.take(
        rows,
        probability=pooled,
        low=pooled,
        high=pooled,
        weight=np.ones(len(rows)),
        forecast=forecast,
        late=np.bincount(cell, pairs.late, minlength=len(rows)) > 0,
        labels={},
    )


def _cells(pairs: Pairs, code: Codes) -> tuple[Codes, Codes, Codes]:
    """Where forecasts of one code meet.

    The rows that stand for the merged forecasts (those of the last one made), the place of every
    row among them, and the merged forecast that each of them belongs to.
    """
    starts = pairs.starts
    sizes = np.diff(np.r_[starts, len(pairs)])
    made = None if pairs.made is None else pairs.made[starts]
    order = np.argsort(code, kind="stable") if made is None else np.lexsort((made, code))
    last = order[_ends(code[order])]
    size = sizes[last]
    question = pairs.question[starts]
    _alike(sizes, size[code], question, "options")
    begins = np.cumsum(size) - size
    forecast = np.repeat(np.arange(len(last)), size)
    rows = np.arange(len(forecast)) + (starts[last] - begins)[forecast]
    cell = np.arange(len(pairs)) + (begins[code] - starts)[_forecast_of(pairs)]
    for name in ("kind", "outcome", "cluster"):
        column = getattr(pairs, name)
        _alike(column, column[rows][cell], pairs.question, name)
    return rows, cell, forecast


def _alike(found: NDArray[Any], expected: NDArray[Any], question: NDArray[Any], what: str) -> None:
    """Refuse forecasts on one question that are not about the same thing."""
    if (found != expected).any():
        at = int(np.argmax(found != expected))
        other = f"{expected[at]}, as in other forecasts on the question"
        raise DataError([Problem(f"{what} of question {question[at]}", str(found[at]), other)])


def _pool(
    p: Floats, code: Codes, weight: Floats, method: Method, *, trim: float, eps: float
) -> Floats:
    """See :func:`pool`; the codes count from 0, and none is missing."""
    if method == "mean":
        return _mean(p, code, weight)
    if method == "geometric odds":
        from scipy.special import expit, logit

        return np.asarray(expit(_mean(logit(np.clip(p, eps, 1 - eps)), code, weight)))
    order = np.lexsort((p, code))
    p, code, weight = p[order], code[order], weight[order]
    total = np.bincount(code, weight)
    through = np.cumsum(weight)
    ends = _ends(code)
    through -= np.r_[0.0, through[ends]][code]
    share = through / total[code]  # of the weight on the question, up to and with this one
    if method == "median":
        low, high = (np.bincount(code, share < 0.5 + side) for side in (-SAME, SAME))
        begins = np.cumsum(np.bincount(code)) - np.bincount(code)
        return np.asarray((p[begins + low.astype(int)] + p[begins + high.astype(int)]) / 2)
    kept = np.minimum(share, 1 - trim) - np.maximum(share - weight / total[code], trim)
    return _mean(p, code, np.maximum(kept, 0))


def _mean(values: Floats, code: Codes, weight: Floats) -> Floats:
    return np.asarray(np.bincount(code, values * weight) / np.bincount(code, weight))


def _geometric_mean(p: Floats, code: Codes, weight: Floats, eps: float) -> Floats:
    return np.exp(_mean(np.log(np.clip(p, eps, 1 - eps)), code, weight))


def _whole(p: Floats, forecast: Codes, sets: NDArray[np.bool_]) -> Floats:
    """Probabilities with those of each option set divided by their sum, to 1 in billionths."""
    shares = p / np.where(sets, np.bincount(forecast, p)[forecast], 1.0)
    levels = np.rint(shares * BILLION)
    levels = np.where((p > 0) & (p < 1), np.clip(levels, 1, BILLION - 1), levels)
    largest = np.lexsort((levels, forecast))[_ends(forecast)]
    levels[largest] += BILLION - np.bincount(forecast, levels)
    return np.where(sets, levels / BILLION, p)


def _coded(labels: ArrayLike) -> tuple[NDArray[Any], Codes]:
    """The distinct labels, ascending, and the position of each label among them."""
    distinct, code = np.unique(np.asarray(labels), return_inverse=True)
    return distinct, code.reshape(-1)


def _ends(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a run of equal values ends."""
    ends = np.ones(len(values), dtype=bool)
    ends[:-1] = values[1:] != values[:-1]
    return ends


def _runs(values: NDArray[Any]) -> Codes:
    """The position of each value's run of equal values; opinions come in order of the questions."""
    ends = _ends(values)
    return np.cumsum(ends) - ends


def _forecast_of(pairs: Pairs) -> Codes:
    """The position of each row's forecast."""
    starts = pairs.starts
    return np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(pairs)]))


def _check(method: str, trim: float, eps: float) -> None:
    if method not in METHODS:
        raise UsageError(f"expected the method {', '.join(METHODS)}; found {method}")
    if not 0 <= trim < 0.5 or not 0 < eps < 0.5:  # noqa: PLR2004 - a half would leave nothing
        raise UsageError(f"expected trim and eps between 0 and 0.5; found {trim}, {eps}")


# --- sentences ------------------------------------------------------------------------------------


def _spread(values: Floats, cluster: NDArray[Any]) -> Mean | None:
    return clustered_mean(values, np.ones(len(values)), cluster) if len(values) else None


def _told(mean: Mean, questions: int) -> int:
    """The sign of a mean that can be told from 0: 1, -1, or 0 where it cannot."""
    if mean.interval is None or questions < FEW:
        return 0
    low, high = mean.interval
    return int(low > 0) - int(high < 0)


def _more(mean: Mean, questions: int) -> str:
    """How many more questions would tell, in two digits, where that can be said."""
    needed = further(mean) if questions >= FEW else None
    if needed is None:
        return ""
    what, of = ("question", "") if mean.clusters == questions else ("group", " of linked questions")
    return f"; about {_counted(int(float(f'{needed:.2g}')), 'more ' + what)}{of} would tell"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _said_of(score: CrowdScore) -> str:
    """How the crowd did against the average analyst, and whether extremizing would have helped."""
    against, n = score.against_average, score.questions
    if score.brier is None or against is None:
        return "Nothing to score yet: no settled question has enough analysts."
    name = {"trimmed": "trimmed mean", "geometric odds": "geometric mean of the odds"}
    scored = f"The {name.get(score.method, score.method)} of {_counted(score.analysts, 'analyst')} "
    scored += f"scored {score.brier.value:.3f} on {_counted(n, 'question')}"
    by = f"{abs(against.value):.3f} {'worse' if against.value > 0 else 'better'} than"
    if abs(against.value) < ALIKE:
        by = "no different from"
    extremizing = _gained(score.extremized)
    if _told(against, n):
        return f"{scored}, {by} the average analyst; {extremizing}."
    yet = f"cannot tell yet whether it beats the average analyst (so far {by} that)"
    return f"{scored}; {yet}{_more(against, n)}; {extremizing}."


def _gained(tried: Extremized) -> str:
    if tried.gain is None or tried.questions < FEW:
        return "too few questions to try extremizing on"
    told = _told(tried.gain, tried.questions)
    if told > 0:
        return f"extremizing gained {tried.gain.value:.3f} out of sample"
    return f"extremizing gained nothing{'' if told else ' that can be told'} out of sample"


def _said_of_extremizing(
    scores: tuple[float, float] | None, gain: Mean | None, tried: int, questions: int
) -> str:
    if scores is None or gain is None:
        left = f"{_counted(questions, 'question')}, and none left to try a fitted factor on"
        return f"Cannot tell whether extremizing helps: {left}."
    told = _told(gain, tried)
    begins = {
        1: "Extremizing helped",
        0: "Cannot tell whether extremizing helps",
        -1: "Extremizing gained nothing",
    }
    plain, sharper = scores
    against = f"{sharper:.3f} against {plain:.3f} over {_counted(tried, 'question')}"
    more = "" if told else _more(gain, tried)
    return f"{begins[told]}, with factors fitted on other questions: {against}{more}."
