"""The scores that forecasting platforms publish, computed from forecasts with times.

Each takes all pairs that have times, before or after counting by time, and gives one score for
each analyst on each question with its coverage: the share of the question's time it is about. A
forecast is held from when it was made until the analyst's next one, or until it ended. A question
opens with the earliest forecast on it and closes when its outcome is known, unless the caller
says otherwise: ``opened`` and ``closed`` map questions to times, and what was held outside them
does not count. Weights are not used; the platforms know none.

The platforms disagree on what is good: LOWER is better in ``time_weighted_brier`` and
``relative_brier``, HIGHER in ``baseline`` and ``peer``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import numpy as np

from tracker.errors import UsageError
from tracker.scoring.counting import hold
from tracker.scoring.forecasts import forecast_scores
from tracker.scoring.uncertainty import clustered_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from tracker.pairs import Pairs

    Floats = NDArray[np.float64]
    Times = Mapping[Any, Any] | None

Within = Literal["scores", "forecasts"]
DAY = 86_400_000_000  # microseconds


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


class _Spells(NamedTuple):
    """What was held when. The first five have one entry a spell, the next four a series.

    A spell is a forecast while it was held and its question open; a series is an analyst on a
    question. Times are microseconds since the question opened.
    """

    forecast: NDArray[np.intp]
    series: NDArray[np.intp]
    question: NDArray[np.intp]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    analyst: NDArray[Any]
    about: NDArray[np.intp]  # the question of the series
    label: NDArray[Any]
    cluster: NDArray[Any]
    stopped: NDArray[np.int64]  # when forecasts ceased to count, by question
    planned: NDArray[np.int64]  # when they were to cease, by question


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
        When questions opened, and when they were to close.

    Returns
    -------
    list of PlatformScore, by analyst and question
    """
    spells = _spells(pairs, opened, closed)
    span = (spells.end - spells.begin).astype(np.float64)
    brier = 2 * forecast_scores(pairs)[0][spells.forecast] if len(span) else span
    held = _sum(spells, span)
    length = spells.stopped[spells.about].astype(np.float64)
    return _results(spells, _over(_sum(spells, brier * span), held), _over(held, length), held > 0)


def baseline(pairs: Pairs, *, opened: Times = None, closed: Times = None) -> list[PlatformScore]:
    """Metaculus's baseline score. HIGHER is better; at most 100.

    The baseline score of each forecast times the share of the question's planned time for which
    it was held, summed; time without a forecast counts 0. Options are those of the forecast.

    Parameters
    ----------
    pairs : Pairs with times
    opened, closed : mapping of question to datetime64, optional
        When questions opened, and when they were to close; one that was settled before leaves
        the rest of its time uncovered.

    Returns
    -------
    list of PlatformScore, by analyst and question

    References
    ----------
    .. [1] Metaculus, Scores FAQ, https://www.metaculus.com/help/scores-faq/
    """
    spells = _spells(pairs, opened, closed)
    sizes = np.maximum(np.diff(np.r_[pairs.starts, len(pairs)]), 2)[spells.forecast]
    share = (spells.end - spells.begin) / spells.planned[spells.question]
    score = 100 * (1 + _logs(pairs, spells) / np.log(sizes))
    covered = _covered(spells)
    return _results(spells, _sum(spells, score * share), covered, covered > 0)


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
        When questions opened, and when they were to close.

    Returns
    -------
    list of PlatformScore, by analyst and question

    References
    ----------
    .. [1] Metaculus, Scores FAQ, https://www.metaculus.com/help/scores-faq/
    """
    spells = _spells(pairs, opened, closed)
    logs = _logs(pairs, spells)
    none = np.isneginf(logs)
    finite = np.where(none, 0.0, logs)
    order = np.lexsort((np.r_[spells.begin, spells.end], np.tile(spells.question, 2)))

    def active(what: Floats) -> Floats:  # the sum over those active, after each event
        return np.cumsum(np.r_[what, -what][order])

    n = np.rint(active(np.ones(len(logs))))
    nones = np.rint(active(none.astype(np.float64)))
    length = _to_next(spells, order) * (n > 1)
    ratio = length / np.maximum(n - 1, 1)

    def over(rate: Floats) -> Floats:  # the integral over each spell
        through = np.r_[0.0, np.cumsum(rate)]
        place = np.empty(len(order), dtype=np.intp)
        place[order] = np.arange(len(order))
        return np.asarray(through[place[len(logs) :]] - through[place[: len(logs)]])

    score = 100 * (finite * over(ratio * n) - over(ratio * active(finite)))
    own, others = over(length * (nones < 2)) > 0, over(length * (nones > 0)) > 0  # noqa: PLR2004
    both = over(length * (nones > 1)) > 0
    score = np.where(none, np.where(both, np.nan, np.where(own, -np.inf, 0.0)), score)
    score = np.where(~none & others, np.inf, score)
    company = _sum(spells, over(length)) > 0
    return _results(spells, _sum(spells, score), _covered(spells), company)


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
        When questions opened, and when they closed.
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
    spells = _spells(pairs, opened, closed)
    spell, stretch, begin, end = _stretches(spells)
    stretches = int(stretch.max(initial=0)) + 1
    cells, cell = np.unique(spells.series[spell] * stretches + stretch, return_inverse=True)
    series, at = np.divmod(cells, stretches)
    held = np.minimum(spells.end[spell], end) - np.maximum(spells.begin[spell], begin)
    brier = _by_cell(pairs, spells.forecast[spell], cell, held.astype(np.float64), within_day)
    length = np.zeros(len(cells))
    length[cell] = end - begin
    median, active = _medians(at, brier)
    n = len(spells.analyst)
    score, days, company = (
        np.asarray(np.bincount(series, what, minlength=n), dtype=np.float64)
        for what in ((brier - median) * length, length, active > 1)
    )
    whole = spells.stopped[spells.about].astype(np.float64)
    return _results(spells, _over(score, whole), _over(days, whole), company > 0)


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


# --- spells ---------------------------------------------------------------------------------


def _spells(pairs: Pairs, opened: Times, closed: Times) -> _Spells:
    if pairs.made is None or pairs.ended is None:
        raise UsageError("the scores of platforms need to know when forecasts were made and ended")
    starts = pairs.starts
    held = hold(pairs)
    labels, first, question = np.unique(
        pairs.question[starts], return_index=True, return_inverse=True
    )
    question = question.reshape(-1)
    analysts, analyst = np.unique(pairs.analyst[starts], return_inverse=True)
    codes, series = np.unique(analyst.reshape(-1) * len(labels) + question, return_inverse=True)
    who, about = np.divmod(codes, max(len(labels), 1))
    made, ended = pairs.made[starts].astype(np.int64), pairs.ended[starts].astype(np.int64)
    known = ended if pairs.known is None else pairs.known[starts].astype(np.int64)
    earliest = np.full(len(labels), np.iinfo(np.int64).max)
    latest = np.full(len(labels), np.iinfo(np.int64).min)
    np.minimum.at(earliest, question, made)
    np.maximum.at(latest, question, np.maximum(ended, known))
    opening, planned = _told(labels, earliest, opened), _told(labels, latest, closed)
    told = (opening != earliest) | (planned != latest)
    if (wrong := told & (planned <= opening)).any():
        raise UsageError(f"question {labels[wrong][0]} closes no later than it opens")
    stopped = np.minimum(latest, planned)
    begin = np.maximum(made, opening[question])
    end = np.minimum(held.until.astype(np.int64), stopped[question])
    kept = np.flatnonzero((end > begin) & ~held.after_known)
    since = opening[question[kept]]
    return _Spells(
        forecast=kept,
        series=series.reshape(-1)[kept],
        question=question[kept],
        begin=begin[kept] - since,
        end=end[kept] - since,
        analyst=analysts[who],
        about=about,
        label=labels[about],
        cluster=pairs.cluster[starts][first][about],
        stopped=np.maximum(stopped - opening, 0),
        planned=planned - opening,
    )


def _told(labels: NDArray[Any], found: NDArray[np.int64], told: Times) -> NDArray[np.int64]:
    """Times by question, in microseconds: as the caller told them, otherwise as found."""
    times = found.copy()
    for position, label in enumerate(labels if told else ()):
        if told and label in told:
            times[position] = np.datetime64(told[label], "us").astype(np.int64)
    return times


def _logs(pairs: Pairs, spells: _Spells) -> Floats:
    """The log of what each spell gave to what happened."""
    return np.negative(forecast_scores(pairs)[1][spells.forecast])


def _sum(spells: _Spells, values: Floats) -> Floats:
    """The sum of each series."""
    with np.errstate(invalid="ignore"):  # plus and minus infinity have no sum
        return np.asarray(np.bincount(spells.series, values, minlength=len(spells.analyst)))


def _covered(spells: _Spells) -> Floats:
    """The share of the planned time of its question that each series covers."""
    span = _sum(spells, (spells.end - spells.begin).astype(np.float64))
    return _over(span, spells.planned[spells.about].astype(np.float64))


def _over(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0))


def _results(
    spells: _Spells, score: Floats, covered: Floats, defined: NDArray[np.bool_]
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


# --- moments and days -----------------------------------------------------------------------


def _to_next(spells: _Spells, order: NDArray[np.intp]) -> Floats:
    """From each event, in order, to the next on its question, as a share of the planned time."""
    if not len(order):
        return np.zeros(0)
    time, question = np.r_[spells.begin, spells.end][order], np.tile(spells.question, 2)[order]
    step = np.where(question[1:] == question[:-1], np.diff(time), 0)
    return np.asarray(np.r_[step, 0] / spells.planned[question])


def _stretches(
    spells: _Spells,
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64], NDArray[np.int64]]:
    """Spells cut by whole days: the spell, the stretch, and when the stretch begins and ends.

    A stretch reaches from the first or last day of some spell on the question to the next such:
    the same spells meet all of its days, and unless it is one day, only one of each analyst.
    """
    first, beyond = spells.begin // DAY, -(-spells.end // DAY)
    days = -(-spells.stopped // DAY)
    base = np.cumsum(np.r_[0, days + 1])[:-1]
    at = base[spells.question]
    edges = np.unique(np.r_[at + first, at + beyond])
    low, high = np.searchsorted(edges, at + first), np.searchsorted(edges, at + beyond)
    spell = np.repeat(np.arange(len(low)), high - low)
    stretch = np.arange(len(spell)) - np.repeat(np.cumsum(high - low) - high, high - low)
    own = at[spell]
    end = np.minimum((edges[stretch + 1] - own) * DAY, spells.stopped[spells.question[spell]])
    return spell, stretch, (edges[stretch] - own) * DAY, end


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
        error = rows.level[row] / 1_000_000_000 - rows.outcome[row]
        mean = np.bincount(cell[has], held[has] * error, minlength=len(total)) / total
        share = np.zeros(len(total))
        share[cell[has]] = rows.share[row]
        brier += 2 * share * mean**2
    return brier


def _medians(stretch: NDArray[np.intp], score: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """For each cell, the median score of its stretch, and how many cells that has."""
    order = np.lexsort((score, stretch))
    _, at, active = np.unique(stretch, return_inverse=True, return_counts=True)
    first = np.cumsum(active) - active
    ranked = score[order]
    middle = (ranked[first + (active - 1) // 2] + ranked[first + active // 2]) / 2
    return middle[at], active[at]
