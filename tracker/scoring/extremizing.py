"""Extremizing: a crowd's forecasts moved away from a half, and whether that would have helped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tracker.errors import UsageError
from tracker.scoring.forecasts import forecast_scores, given
from tracker.scoring.pooling import coded, ends_of_runs, forecast_of, whole
from tracker.scoring.uncertainty import Mean, clustered_mean, further
from tracker.scoring.verdict import FEW, rounded
from tracker.tally import summed

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from tracker.pairs import Pairs
    from tracker.scoring.pooling import Codes, Floats

PRIOR = 0.25  # standard deviation of the logarithm of the extremizing factor
WARM_UP = 20  # clusters resolved before the first one on which a fitted factor is tried
FOLDS = 10
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

    def as_dict(self) -> dict[str, Any]:
        """The main numbers as JSON content, None where one does not exist."""
        gain, interval = numbers(self.gain)
        return {
            "factor": self.factor,
            "questions": self.questions,
            "plain": self.plain,
            "extremized": self.extremized,
            "gain": gain,
            "gain_interval": interval,
            "verdict": self.verdict,
        }


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
        Of one analyst with one forecast a question, as those of a crowd are.
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
    clusters, cluster = coded(pairs.cluster[starts])
    if pairs.known is None:
        needed, learnt = 1, _elsewhere(len(clusters), folds, seed)
    else:
        needed, learnt = warm_up, _before(pairs.known[starts], cluster)
    fitted, enough = _fitted(pairs, cluster, learnt, prior)
    tried = enough[cluster] >= needed
    sharper = forecast_scores(_sharpened(pairs, fitted[:-1][cluster]))[0][tried]
    plain = forecast_scores(pairs)[0][tried]
    found = Extremized(
        factor=float(fitted[-1]),
        prior=prior,
        rolling=pairs.known is not None,
        warm_up=int((~tried).sum()),
        questions=len(plain),
        plain=float(plain.mean()) if len(plain) else None,
        extremized=float(sharper.mean()) if len(plain) else None,
        gain=spread(plain - sharper, cluster[tried]),
        verdict="",
    )
    return replace(found, verdict=_said_of(found))


def _before(known: NDArray[np.datetime64], cluster: Codes) -> Callable[[Floats], Floats]:
    """Sums over the clusters resolved wholly before each cluster, from a number by cluster."""
    order = np.lexsort((known, cluster))
    sorted_known, at = known[order], cluster[order]
    first, last = sorted_known[ends_of_runs(at[::-1])[::-1]], sorted_known[ends_of_runs(at)]
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
    forecast = forecast_of(pairs)
    binary = pairs.kind == "binary"
    true = given(pairs)[forecast]
    other = np.where(binary, 1 - true, pairs.probability)
    wrong = binary | (pairs.outcome == 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        margin = np.where(true > 0, np.log(other) - np.log(true), np.inf)
    return margin[wrong], forecast[wrong]


def _sharpened(pairs: Pairs, factor: Floats) -> Pairs:
    """The pairs with each forecast extremized by its factor."""
    forecast = forecast_of(pairs)
    sets, by = pairs.kind != "binary", factor[forecast]
    powered = np.where(sets, pairs.probability**by, extremize(pairs.probability, by))
    every = np.ones(len(pairs), dtype=bool)
    p = whole(powered, forecast, sets)
    return pairs.take(every, probability=p, low=p, high=p)


def _said_of(tried: Extremized) -> str:
    """Whether extremizing helped, and what it would take to tell."""
    n, gain = tried.questions, tried.gain
    if gain is None:
        left = f"{number_of(tried.warm_up, 'question')}, and none left to try a fitted factor on"
        return f"Cannot tell whether extremizing helps: {left}."
    sign = told(gain, n)
    begins = {
        1: "Extremizing helped",
        0: "Cannot tell whether extremizing helps",
        -1: "Extremizing gained nothing",
    }
    against = f"{tried.extremized:.3f} against {tried.plain:.3f} over {number_of(n, 'question')}"
    more = "" if sign else would_tell(gain, n)
    return f"{begins[sign]}, with factors fitted on other questions: {against}{more}."


def spread(values: Floats, cluster: NDArray[Any]) -> Mean | None:
    """The mean of values that weigh alike, with its interval; None of no values."""
    return clustered_mean(values, np.ones(len(values)), cluster) if len(values) else None


def numbers(mean: Mean | None) -> tuple[float | None, list[float] | None]:
    """A mean and its interval as JSON content, None where they do not exist."""
    if mean is None:
        return None, None
    return mean.value, list(mean.interval) if mean.interval else None


def told(mean: Mean, questions: int) -> int:
    """The sign of a mean that can be told from 0: 1, -1, or 0 where it cannot."""
    if mean.interval is None or min(questions, mean.clusters) < FEW:
        return 0
    low, high = mean.interval
    return int(low > 0) - int(high < 0)


def would_tell(mean: Mean, questions: int) -> str:
    """How many more questions would tell, as the rest of a sentence, where that can be said."""
    needed = further(mean) if min(questions, mean.clusters) >= FEW else None
    if needed is None:
        return ""
    what, of = ("question", "") if mean.clusters == questions else ("group", " of linked questions")
    return f"; about {number_of(rounded(needed), 'more ' + what)}{of} would tell"


def number_of(number: int, what: str) -> str:
    """A number of things in words: 1 question, 2 questions."""
    return f"{number} {what}{'' if number == 1 else 's'}"
