"""The crowd as an analyst: one forecast pooled from those of many, and what pooling gained.

An analyst's forecasts on a question are first averaged, by the weights with which they count, into
one opinion; then the opinions on the question are pooled. Where analysts forecast at different
times, an opinion is thus what was held on average and not what was held on any one day: the crowd
scored here could have been quoted on no single date. The crowd as it stood at each moment is in
:mod:`tracker.scoring.standing_crowd`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tracker.errors import UsageError
from tracker.scoring.extremizing import (
    Extremized,
    fit_extremizing,
    number_of,
    numbers,
    spread,
    told,
    would_tell,
)
from tracker.scoring.forecasts import forecast_scores
from tracker.scoring.pooling import (
    EPS,
    METHODS,
    TRIM,
    Method,
    check_method,
    coded,
    forecast_of,
    mean_by,
    merged,
    recency_weights,
    runs,
)
from tracker.scoring.verdict import FEW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.pairs import Pairs
    from tracker.scoring.uncertainty import Mean

ALIKE = 0.0005  # a difference of scores that rounds to none


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

    def as_dict(self) -> dict[str, Any]:
        """The score as JSON content: keys in order, None where a number does not exist."""
        brier, within = numbers(self.brier)
        against, interval = numbers(self.against_average)
        return {
            "method": self.method,
            "questions": self.questions,
            "analysts": self.analysts,
            "brier": brier,
            "brier_interval": within and [max(within[0], 0.0), min(within[1], 1.0)],
            "average": self.average,
            "against_average": against,
            "against_average_interval": interval,
            "extremized": self.extremized.as_dict(),
            "verdict": self.verdict,
        }


def opinions(pairs: Pairs) -> Pairs:
    """One forecast for each analyst and question: the average of those that count, by weight.

    Takes pairs that have been counted. An opinion weighs 1, however long it was held, and has the
    times of the analyst's last forecast that counts.
    """
    counted = pairs.counted()
    starts = counted.starts
    analysts, analyst = coded(counted.analyst[starts])
    _, question = coded(counted.question[starts])
    _, code = coded(question * len(analysts) + analyst)
    return merged(counted, code, "mean")


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
        See :func:`tracker.scoring.pooling.pool`, also for ``trim`` and ``eps``.
    minimum : int
        Questions with fewer analysts are left out, and counted as ``few_analysts``.
    recency : bool
        Weigh opinions by :func:`tracker.scoring.pooling.recency_weights`; best after counting only
        the last forecasts.

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
    check_method(method, trim, eps)
    said = _enough(opinions(pairs), minimum)
    return _crowd(said, method, recency=recency, trim=trim, eps=eps)


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
        check_method(method, trim, eps)
    said = _enough(opinions(pairs), minimum)
    starts = said.starts
    question = runs(said.question[starts])
    own = mean_by(forecast_scores(said)[0], question, np.ones(len(starts)))
    average = float(own.mean()) if len(own) else None
    analysts = len(np.unique(said.analyst[starts]))
    table = []
    for method in methods:
        formed = _crowd(said, method, recency=False, trim=trim, eps=eps)
        scores, cluster = forecast_scores(formed)[0], formed.cluster[formed.starts]
        score = CrowdScore(
            method=method,
            questions=len(own),
            left_out=said.left_out["few_analysts"],
            analysts=analysts,
            brier=spread(scores, cluster),
            average=average,
            against_average=spread(scores - own, cluster),
            trim=trim if method == "trimmed" else None,
            eps=eps if method == "geometric odds" else None,
            extremized=fit_extremizing(formed, seed=seed),
            verdict="",
        )
        table.append(replace(score, verdict=_said_of(score)))
    return tuple(table)


def _enough(said: Pairs, minimum: int) -> Pairs:
    """The opinions on questions with enough analysts; other questions are left out."""
    if minimum < 1:
        raise UsageError(f"expected a minimum of 1 analyst or more; found {minimum}")
    question = runs(said.question[said.starts])
    few = np.bincount(question) < minimum
    left_out = {**said.left_out, "few_analysts": int(few.sum())}
    return said.take(~few[question][forecast_of(said)], left_out=left_out)


def _crowd(said: Pairs, method: Method, *, recency: bool, trim: float, eps: float) -> Pairs:
    """Opinions pooled by question."""
    starts = said.starts
    code = runs(said.question[starts])
    every = np.ones(len(said), dtype=bool)
    if recency:
        if said.made is None:
            raise UsageError("forecasts without times cannot be weighed by recency")
        weight = recency_weights(said.made[starts], code)
        said = said.take(every, weight=weight[forecast_of(said)])
    formed = merged(said, code, method, trim=trim, eps=eps)
    name = np.full(len(formed), f"crowd ({method})")
    return formed.take(every[: len(formed)], analyst=name, made=None, ended=None)


def _said_of(score: CrowdScore) -> str:
    """How the crowd did against the average analyst, and whether extremizing would have helped."""
    against, n = score.against_average, score.questions
    if score.brier is None or against is None:
        return "Nothing to score yet: no settled question has enough analysts."
    name = {"trimmed": "trimmed mean", "geometric odds": "geometric mean of the odds"}
    who = f"The {name.get(score.method, score.method)} of {number_of(score.analysts, 'analyst')}"
    scored = f"{who} scored {score.brier.value:.3f} on {number_of(n, 'question')}"
    by = f"{abs(against.value):.3f} {'worse' if against.value > 0 else 'better'} than"
    if abs(against.value) < ALIKE:
        by = "no different from"
    extremizing = _gained(score.extremized)
    if told(against, n):
        return f"{scored}, {by} the average analyst; {extremizing}."
    yet = f"cannot tell yet whether it beats the average analyst (so far {by} that)"
    return f"{scored}; {yet}{would_tell(against, n)}; {extremizing}."


def _gained(tried: Extremized) -> str:
    if tried.gain is None or tried.questions < FEW:
        return "too few questions to try extremizing on"
    sign = told(tried.gain, tried.questions)
    if sign > 0:
        return f"extremizing gained {tried.gain.value:.3f} out of sample"
    return f"extremizing gained nothing{'' if sign else ' that can be told'} out of sample"
