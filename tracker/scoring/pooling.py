"""Pooling: one probability for a question, from those of several analysts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from tracker.errors import DataError, Problem, UsageError
from tracker.pairs import BILLION

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from tracker.pairs import Pairs

    Floats = NDArray[np.float64]
    Codes = NDArray[np.intp]

Method = Literal["mean", "median", "trimmed", "geometric odds"]
METHODS: tuple[Method, ...] = get_args(Method)
TRIM = 0.10  # of the weight, cut at each side
EPS = 0.005  # geometric odds take probabilities as at least this far from 0 and 1
SAME = 1e-9  # shares of weight nearer than this are one


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
    check_method(method, trim, eps)
    said = np.asarray(probability, dtype=np.float64)
    counts = np.ones(len(said)) if weight is None else np.asarray(weight, dtype=np.float64)
    if said.shape != np.shape(question) or said.shape != counts.shape:
        raise UsageError("expected a question and a weight for each probability; found others")
    if not ((said >= 0) & (said <= 1)).all() or not (np.isfinite(counts) & (counts > 0)).all():
        raise UsageError("expected probabilities from 0 to 1 and weights above 0; found others")
    return _pool(said, coded(question)[1], counts, method, trim=trim, eps=eps)


def recency_weights(made: ArrayLike, question: ArrayLike) -> Floats:
    """Weights by which the later forecasts on a question count more.

    The n-th of N, from the oldest, weighs exp(sqrt(n) - sqrt(N)), as on Metaculus; up to two are
    weighed alike, and so are those made at the same moment.

    >>> recency_weights([1, 2, 3, 4], [0, 0, 0, 0]).round(3).tolist()
    [0.368, 0.557, 0.765, 1.0]
    """
    when, (_, code) = np.asarray(made), coded(question)
    order = np.lexsort((when, code))
    size = np.bincount(code)
    rank = np.arange(1, len(order) + 1) - np.repeat(np.cumsum(size) - size, size)
    ends = np.flatnonzero(ends_of_runs(code[order]) | ends_of_runs(when[order]))
    rank = np.repeat(rank[ends], np.diff(np.r_[-1, ends]))
    weight = np.ones(len(order))
    total = size[code[order]]
    weight[order] = np.where(total > 2, np.exp(np.sqrt(rank) - np.sqrt(total)), 1.0)  # noqa: PLR2004
    return weight


def merged(
    pairs: Pairs, code: Codes, method: Method, *, trim: float = TRIM, eps: float = EPS
) -> Pairs:
    """One forecast for each code, pooled row by row; the rest is that of the last one made."""
    rows, cell, forecast = cells(pairs, code)
    p, weight = pairs.probability, pairs.weight
    sets = pairs.kind[rows] != "binary"
    pooled = _pool(p, cell, weight, method, trim=trim, eps=eps)
    if sets.any():
        if method == "geometric odds":
            pooled = np.where(sets, _geometric_mean(p, cell, weight, eps), pooled)
        nothing = np.bincount(forecast, pooled)[forecast] == 0
        pooled = whole(np.where(sets & nothing, mean_by(p, cell, weight), pooled), forecast, sets)
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


def cells(pairs: Pairs, code: Codes) -> tuple[Codes, Codes, Codes]:
    """Where forecasts of one code meet.

    The rows that stand for the merged forecasts (those of the last one made), the place of every
    row among them, and the merged forecast that each of them belongs to.
    """
    starts = pairs.starts
    sizes = np.diff(np.r_[starts, len(pairs)])
    made = None if pairs.made is None else pairs.made[starts]
    order = np.argsort(code, kind="stable") if made is None else np.lexsort((made, code))
    last = order[ends_of_runs(code[order])]
    size = sizes[last]
    question = pairs.question[starts]
    _alike(sizes, size[code], question, "options")
    begins = np.cumsum(size) - size
    forecast = np.repeat(np.arange(len(last)), size)
    rows = np.arange(len(forecast)) + (starts[last] - begins)[forecast]
    cell = np.arange(len(pairs)) + (begins[code] - starts)[forecast_of(pairs)]
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
        return mean_by(p, code, weight)
    if method == "geometric odds":
        from scipy.special import expit, logit

        return np.asarray(expit(mean_by(logit(np.clip(p, eps, 1 - eps)), code, weight)))
    order = np.lexsort((p, code))
    p, code, weight = p[order], code[order], weight[order]
    total = np.bincount(code, weight)
    through = np.cumsum(weight)
    ends = ends_of_runs(code)
    through -= np.r_[0.0, through[ends]][code]
    share = through / total[code]  # of the weight on the question, up to and with this one
    if method == "median":
        low, high = (np.bincount(code, share < 0.5 + side) for side in (-SAME, SAME))
        begins = np.cumsum(np.bincount(code)) - np.bincount(code)
        return np.asarray((p[begins + low.astype(int)] + p[begins + high.astype(int)]) / 2)
    kept = np.minimum(share, 1 - trim) - np.maximum(share - weight / total[code], trim)
    return mean_by(p, code, np.maximum(kept, 0))


def mean_by(values: Floats, code: Codes, weight: Floats) -> Floats:
    """The weighted mean of the values of each code."""
    return np.asarray(np.bincount(code, values * weight) / np.bincount(code, weight))


def _geometric_mean(p: Floats, code: Codes, weight: Floats, eps: float) -> Floats:
    return np.exp(mean_by(np.log(np.clip(p, eps, 1 - eps)), code, weight))


def whole(p: Floats, forecast: Codes, sets: NDArray[np.bool_]) -> Floats:
    """Probabilities with those of each option set divided by their sum, to 1 in billionths."""
    shares = p / np.where(sets, np.bincount(forecast, p)[forecast], 1.0)
    levels = np.rint(shares * BILLION)
    levels = np.where((p > 0) & (p < 1), np.clip(levels, 1, BILLION - 1), levels)
    largest = np.lexsort((levels, forecast))[ends_of_runs(forecast)]
    levels[largest] += BILLION - np.bincount(forecast, levels)
    return np.where(sets, levels / BILLION, p)


def coded(labels: ArrayLike) -> tuple[NDArray[Any], Codes]:
    """The distinct labels, ascending, and the position of each label among them."""
    distinct, code = np.unique(np.asarray(labels), return_inverse=True)
    return distinct, code.reshape(-1)


def ends_of_runs(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a run of equal values ends."""
    ends = np.ones(len(values), dtype=bool)
    ends[:-1] = values[1:] != values[:-1]
    return ends


def runs(values: NDArray[Any]) -> Codes:
    """The position of each value's run of equal values; opinions come in order of the questions."""
    ends = ends_of_runs(values)
    return np.cumsum(ends) - ends


def forecast_of(pairs: Pairs) -> Codes:
    """The position of each row's forecast."""
    starts = pairs.starts
    return np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(pairs)]))


def check_method(method: str, trim: float, eps: float) -> None:
    """Refuse a method that is none, and what would leave nothing of the weight."""
    if method not in METHODS:
        raise UsageError(f"expected the method {', '.join(METHODS)}; found {method}")
    if not 0 <= trim < 0.5 or not 0 < eps < 0.5:  # noqa: PLR2004 - a half leaves nothing
        raise UsageError(f"expected trim and eps between 0 and 0.5; found {trim}, {eps}")
