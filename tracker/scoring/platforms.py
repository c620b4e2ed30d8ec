"""The scores that forecasting platforms publish, computed from forecasts with times.

Each takes all pairs that have times, before or after counting by time, and gives one score for
each analyst on each question with its coverage: the share of the question's time it is about. A
forecast is held from when it was made until the analyst's next one, or until it ended. A question
opens with the earliest forecast on it and closes when its outcome is known, unless the caller
says otherwise: ``opened`` and ``closed`` map questions to when they opened and were to close, and
what was held outside these does not count. Weights are not used; the platforms know none.

The platforms disagree on what is good: LOWER is better in ``time_weighted_brier`` and
``relative_brier``, HIGHER in ``baseline`` and ``peer``.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from tracker.errors import UsageError
from tracker.pairs import BILLION
from tracker.scoring.forecasts import forecast_scores
from tracker.scoring.spells import active, held_spells, integral, medians, share_of
from tracker.scoring.uncertainty import clustered_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from tracker.pairs import Pairs
    from tracker.scoring.spells import Spells, Times

    Floats = NDArray[np.float64]

Within = Literal["scores", "forecasts"]


@dataclass(frozen=True)
class PlatformScore:
    """An analyst's score on one question.

    ``score`` is None where there is none: nothing was held while the question was open, or there
    was nobody to compare with. It is infinite where a log score is. ``coverage`` is from 0 to 1.
    """

    analyst: str
    question: str
    cluster: str
    score: float | None
    coverage: float


@dataclass(frozen=True)
class PlatformMean:
    """An analyst's mean over the questions that have a score.

    ``interval`` is at level 0.90, by cluster; ``questions`` those with a score, ``unscored`` those
    without. ``score`` is None without questions, and where ``infinite`` of them are infinite.
    """

    analyst: str
    score: float | None
    interval: tuple[float, float] | None
    questions: int
    unscored: int
    infinite: int
    coverage: float | None

    def as_dict(self) -> dict[str, Any]:
        """The mean as JSON content: keys in order, None where a number does not exist."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}


def time_weighted_brier(
    pairs: Pairs, *, opened: Times = None, closed: Times = None
) -> list[PlatformScore]:
    """The Brier score over the time for which forecasts were held. LOWER is better; 0 to 2.

    Good Judgment's scale and Fatebook's: 0.5 is what 50 % costs. It is averaged over the time
    held, not over the question's, so who comes late is not rewarded; ``coverage`` says how late.
    (Fatebook divides by the question's length, and who says 99 % on day 5 of 7 gets 0.00006.)

    Parameters
    ----------
    pairs : Pairs with times
    opened, closed : mapping of question to datetime64, optional

    Returns
    -------
    list of PlatformScore, by analyst and question
    """
    spells = held_spells(pairs, opened, closed)
    span = (spells.end - spells.begin).astype(np.float64)
    brier = 2 * forecast_scores(pairs)[0][spells.forecast] if len(span) else span
    held = spells.total(span)
    score = share_of(spells.total(brier * span), held)
    return _results(spells, score, share_of(held, spells.stopped[spells.about]), held > 0)


def baseline(pairs: Pairs, *, opened: Times = None, closed: Times = None) -> list[PlatformScore]:
    """Metaculus's baseline score. HIGHER is better; at most 100.

    The baseline score of each forecast times the share of the question's planned time for which
    it was held, summed; time without a forecast counts 0. Options are those of the forecast.

    Parameters
    ----------
    pairs : Pairs with times
    opened, closed : mapping of question to datetime64, optional
        A question settled before it was to close leaves the rest of its time uncovered.

    Returns
    -------
    list of PlatformScore, by analyst and question

    References
    ----------
    .. [1] Metaculus, Scores FAQ, https://www.metaculus.com/help/scores-faq/
    """
    spells = held_spells(pairs, opened, closed)
    sizes = np.maximum(np.diff(np.r_[pairs.starts, len(pairs)]), 2)[spells.forecast]
    share = (spells.end - spells.begin) / spells.planned[spells.question]
    score = 100 * (1 + _logs(pairs, spells) / np.log(sizes))
    covered = spells.coverage()
    return _results(spells, spells.total(score * share), covered, covered > 0)


def peer(pairs: Pairs, *, opened: Times = None, closed: Times = None) -> list[PlatformScore]:
    """Metaculus's peer score. HIGHER is better; 0 is as good as the others.

    At each moment 100 times the log of the probability given to what happened, over the geometric
    mean of the others'; integrated over the question's planned time. Moments without a forecast,
    or without others, count 0; who had no company at all has no score (Metaculus gives 0).
    Analysts who were there throughout sum to 0. A probability of 0 for what happened gives minus
    infinity to its analyst and plus infinity to the others of that time, and no score to whoever
    would have both.

    Parameters
    ----------
    pairs : Pairs with times
        Of all analysts; a score against some is another score.
    opened, closed : mapping of question to datetime64, optional

    Returns
    -------
    list of PlatformScore, by analyst and question

    References
    ----------
    .. [1] Metaculus, Scores FAQ, https://www.metaculus.com/help/scores-faq/
    """
    spells = held_spells(pairs, opened, closed)
    logs = _logs(pairs, spells)
    none = np.isneginf(logs)
    finite = np.where(none, 0.0, logs)
    order = spells.events()
    n = np.rint(active(order, np.ones(len(logs))))
    nones = np.rint(active(order, none.astype(np.float64)))
    length = spells.to_next(order) * (n > 1)
    ratio = length / np.maximum(n - 1, 1)
    others = integral(order, ratio * active(order, finite))
    score = 100 * (finite * integral(order, ratio * n) - others)
    some, sole, both = (
        integral(order, length * which) > 0
        for which in (nones > 0, nones < 2, nones > 1)  # noqa: PLR2004
    )
    score = np.where(none, np.where(both, np.nan, np.where(sole, -np.inf, 0.0)), score)
    score = np.where(~none & some, np.inf, score)
    company = spells.total(integral(order, length)) > 0
    return _results(spells, spells.total(score), spells.coverage(), company)


def relative_brier(
    pairs: Pairs, *, opened: Times = None, closed: Times = None, within_day: Within = "scores"
) -> list[PlatformScore]:
    """The Brier score less the median of those active that day. LOWER is better; -2 to 2.

    Fatebook's and Cultivate's relative score. Days are counted from when the question opened, the
    last may be a part; who forecasts in the course of a day is compared for the whole of it. Days
    without a forecast count 0, and the sum is divided by the question's days. Below 0 is better
    than the median. Who had no company at all has no score.

    Parameters
    ----------
    pairs : Pairs with times
        Of all analysts; a score against some is another score.
    opened, closed : mapping of question to datetime64, optional
    within_day : {"scores", "forecasts"}
        What is averaged over a day with several forecasts. Fatebook averages the forecasts and
        scores the mean, which costs less than they did: 0.9 for 30 % and 0.95 for 70 % of a day
        cost 0.0095, their mean 0.00845.

    Returns
    -------
    list of PlatformScore, by analyst and question

    References
    ----------
    .. [1] Cultivate Labs, Assessing the accuracy of crowd forecasts,
       https://www.cultivatelabs.com/support/forecasts/running-a-pilot/assessing-accuracy
    """
    if within_day not in get_args(Within):
        raise UsageError(f"expected within_day scores or forecasts; found {within_day}")
    spells = held_spells(pairs, opened, closed)
    spell, stretch, begin, end = spells.stretches()
    stretches = int(stretch.max(initial=0)) + 1
    cells, cell = np.unique(spells.series[spell] * stretches + stretch, return_inverse=True)
    series, at = np.divmod(cells, stretches)
    held = np.minimum(spells.end[spell], end) - np.maximum(spells.begin[spell], begin)
    brier = _by_cell(pairs, spells.forecast[spell], cell, held.astype(np.float64), within_day)
    length = np.zeros(len(cells))
    length[cell] = end - begin
    median, present = medians(at, brier)
    n = len(spells.analyst)
    score, days, company = (
        np.asarray(np.bincount(series, what, minlength=n), dtype=np.float64)
        for what in ((brier - median) * length, length, present > 1)
    )
    whole = spells.stopped[spells.about]
    return _results(spells, share_of(score, whole), share_of(days, whole), company > 0)


def by_analyst(scores: Iterable[PlatformScore]) -> list[PlatformMean]:
    """The mean of each analyst over the questions that have a score, by analyst.

    Questions without a score are left out of the mean, not counted as 0. Every question weighs
    the same, whatever its coverage.
    """
    ordered = sorted(scores, key=lambda one: one.analyst)
    return [_mean(name, list(own)) for name, own in groupby(ordered, lambda one: one.analyst)]


def _mean(analyst: str, scores: list[PlatformScore]) -> PlatformMean:
    defined = [one for one in scores if one.score is not None]
    values = np.array([one.score for one in defined], dtype=np.float64)
    infinite = int(np.isinf(values).sum())
    mean = None
    if defined and not infinite:
        cluster = np.array([one.cluster for one in defined])
        mean = clustered_mean(values, np.ones(len(values)), cluster)
    return PlatformMean(
        analyst=analyst,
        score=mean.value if mean else None,
        interval=mean.interval if mean else None,
        questions=len(defined),
        unscored=len(scores) - len(defined),
        infinite=infinite,
        coverage=sum(one.coverage for one in defined) / len(defined) if defined else None,
    )


def _logs(pairs: Pairs, spells: Spells) -> Floats:
    """The log of what each spell gave to what happened."""
    return np.negative(forecast_scores(pairs)[1][spells.forecast])


def _by_cell(
    pairs: Pairs, forecast: NDArray[np.intp], cell: NDArray[np.intp], held: Floats, within: Within
) -> Floats:
    """Brier scores, 0 to 2, of the forecasts in each cell: their mean, or that of their mean."""
    total = np.bincount(cell, held)
    if within == "scores":
        brier = forecast_scores(pairs)[0][forecast] if len(cell) else held
        return np.asarray(2 * np.bincount(cell, held * brier) / total)
    rows = pairs.rows()
    first = np.searchsorted(rows.forecast, np.arange(len(pairs.starts)))
    size = np.diff(np.r_[first, len(rows.forecast)])[forecast]
    brier = np.zeros(len(total))
    for option in range(int(size.max(initial=0))):
        has = size > option
        row = first[forecast[has]] + option
        error = rows.level[row] / BILLION - rows.outcome[row]
        mean = np.bincount(cell[has], held[has] * error, minlength=len(total)) / total
        share = np.zeros(len(total))
        share[cell[has]] = rows.share[row]
        brier += 2 * share * mean**2
    return brier


def _results(
    spells: Spells, score: Floats, covered: Floats, defined: NDArray[np.bool_]
) -> list[PlatformScore]:
    columns = (spells.analyst, spells.label, spells.cluster, score, covered, defined)
    return [
        PlatformScore(
            str(analyst),
            str(question),
            str(cluster),
            value + 0.0 if there and not math.isnan(value) else None,
            min(share, 1.0),
        )
        for analyst, question, cluster, value, share, there in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]
