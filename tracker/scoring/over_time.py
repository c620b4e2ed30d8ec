"""How the mean score ran as outcomes became known, and what each period came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tracker.errors import UsageError
from tracker.scoring.forecasts import chance_scores, forecast_scores
from tracker.scoring.uncertainty import mean_of
from tracker.tally import Sums, summed

if TYPE_CHECKING:
    from datetime import date, datetime

    from numpy.typing import NDArray

    from tracker.pairs import Pairs
    from tracker.scoring.rules import Scale

    Floats = NDArray[np.float64]
    Positions = NDArray[np.intp]

PERIODS = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}  # in months
MOST_PERIODS = 40
MOST_POINTS = 500
YEAR_0 = 1970 * 12  # months from which numpy counts


class Running(NamedTuple):
    """The record as it stood when the outcomes of ``known`` had become known.

    ``score`` is the mean Brier score of all settled questions so far, ``low`` and ``high`` its
    90 % interval (None below two clusters, or without spread), ``chance`` the score of equal
    chances on the same questions.
    """

    known: datetime
    questions: int
    clusters: int
    score: float
    low: float | None
    high: float | None
    chance: float


class Period(NamedTuple):
    """The questions whose outcomes became known from ``begin`` until before ``end``."""

    begin: date
    end: date
    name: str
    forecasts: int
    questions: int
    score: float
    chance: float


@dataclass(frozen=True)
class OverTime:
    """The running mean, oldest first, and the periods in which anything was settled.

    ``thinned`` says that the running mean has fewer points than moments; the first and the last
    are always there. ``every`` is how long a period is.
    """

    running: tuple[Running, ...]
    periods: tuple[Period, ...]
    every: str
    scale: Scale
    thinned: bool


def over_time(pairs: Pairs, *, scale: Scale = "0-1") -> OverTime:
    """The mean Brier score of pairs that have been counted, as outcomes became known.

    What became known at the same moment enters together. The last point is the score of the
    scorecard, with its interval. Sums run on from moment to moment, so it takes time in proportion
    to the forecasts. A forecast has the weight it has in the end: one that was superseded before
    its question ended counts for the share of time for which it was held.

    Parameters
    ----------
    pairs : Pairs
        With times.
    scale : {"0-1", "0-2"}
        Lower is better on both.

    Raises
    ------
    UsageError
        Where the pairs have no times.
    """
    known = pairs.ended if pairs.known is None else pairs.known
    if not len(pairs):
        return OverTime((), (), "month", scale, thinned=False)
    if known is None:
        raise UsageError("expected pairs with the times at which outcomes became known; found none")
    order = pairs.starts[np.argsort(known[pairs.starts], kind="stable")]
    rank = np.searchsorted(pairs.starts, order)
    known = known[order]
    factor = 2.0 if scale == "0-2" else 1.0
    question, linked = _codes(pairs.question[order]), pairs.cluster
    columns = _Columns(
        score=forecast_scores(pairs)[0][rank],
        chance=chance_scores(pairs)[rank],
        weight=pairs.weight[order],
        question=question,
        cluster=question if linked is pairs.question else _codes(linked[order]),
    )
    ends = np.flatnonzero(np.r_[known[1:] != known[:-1], True])
    drawn = ends
    if len(ends) > MOST_POINTS:
        drawn = ends[np.rint(np.linspace(0, len(ends) - 1, MOST_POINTS)).astype(np.intp)]
    every, periods = _periods(known, columns, factor)
    running = _running(known, columns, drawn, factor)
    return OverTime(running, periods, every, scale, thinned=len(drawn) < len(ends))


class _Columns(NamedTuple):
    """One entry a forecast, in the order in which outcomes became known."""

    score: Floats
    chance: Floats
    weight: Floats
    question: Positions
    cluster: Positions


def _codes(labels: NDArray[Any]) -> Positions:
    return np.unique(labels, return_inverse=True)[1].reshape(-1)


def _running(
    known: NDArray[np.datetime64], columns: _Columns, at: Positions, factor: float
) -> tuple[Running, ...]:
    weight = columns.weight
    # Taken off first, as clustered_mean does: differences of large sums would lose the spread.
    centre = float(columns.score @ weight) / float(weight.sum())
    value = weight * (columns.score - centre)
    held, summed_up = (_before(column, columns.cluster) for column in (weight, value))
    sums = {
        "clusters": _news(columns.cluster),
        "forecasts": np.ones(len(weight)),
        "weight": weight,
        "value": value,
        "weight_squared": weight**2 + 2 * weight * held,
        "cross": weight * value + weight * summed_up + value * held,
        "value_squared": value**2 + 2 * value * summed_up,
        "own": weight * (columns.score - centre) ** 2,
    }
    ran = {name: np.cumsum(column)[at].tolist() for name, column in sums.items()}
    chance = (np.cumsum(weight * columns.chance)[at] / np.cumsum(weight)[at]).tolist()
    questions = np.cumsum(_news(columns.question))[at].tolist()
    found = []
    for i, moment in enumerate(known[at].tolist()):
        own = {name: column[i] for name, column in ran.items()}
        counts = {name: int(own[name]) for name in ("clusters", "forecasts")}
        mean = mean_of(Sums(**(own | counts)), above=centre)
        low, high = mean.interval or (None, None)
        found.append(
            Running(
                known=moment,
                questions=int(questions[i]),
                clusters=mean.clusters,
                score=mean.value * factor,
                low=None if low is None else max(low, 0.0) * factor,
                high=None if high is None else min(high, 1.0) * factor,
                chance=chance[i] * factor,
            )
        )
    return tuple(found)


def _before(values: Floats, code: Positions) -> Floats:
    """For each entry, the sum of the earlier ones of the same code."""
    order = np.argsort(code, kind="stable")
    through = np.cumsum(values[order]) - values[order]
    first = np.flatnonzero(np.r_[True, np.diff(code[order]) != 0])
    sizes = np.diff(np.r_[first, len(code)])
    found = np.empty(len(values))
    found[order] = through - np.repeat(through[first], sizes)
    return found


def _news(code: Positions) -> Floats:
    """1 where a code comes for the first time."""
    new = np.zeros(len(code))
    new[np.unique(code, return_index=True)[1]] = 1.0
    return new


def _periods(
    known: NDArray[np.datetime64], columns: _Columns, factor: float
) -> tuple[str, tuple[Period, ...]]:
    month = known.astype("datetime64[M]").astype(np.int64) + YEAR_0
    every = next(
        (
            name
            for name, months in PERIODS.items()
            if len(np.unique(month // months)) <= MOST_PERIODS
        ),
        "century",
    )
    months = PERIODS[every]
    number = month // months
    numbers, code = np.unique(number, return_inverse=True)
    code, size = code.reshape(-1), len(numbers)
    weight = summed(code, columns.weight, size)
    score, chance = (
        summed(code, columns.weight * column, size) / weight * factor
        for column in (columns.score, columns.chance)
    )
    forecasts = np.bincount(code, minlength=size)
    asked = np.unique(code * (int(columns.question.max()) + 1) + columns.question)
    questions = np.bincount(asked // (int(columns.question.max()) + 1), minlength=size)
    rows = zip(numbers, forecasts, questions, score, chance, strict=True)
    return every, tuple(
        Period(
            begin=_first_day(int(n) * months),
            end=_first_day(int(n + 1) * months),
            name=_name(int(n), every),
            forecasts=int(said),
            questions=int(asked_of),
            score=float(mean),
            chance=float(even),
        )
        for n, said, asked_of, mean, even in rows
    )


def _first_day(month: int) -> Any:
    """The first day of a month, counted from the year 0; within the years that dates have."""
    from datetime import date

    year, rest = divmod(month, 12)
    return date.max if year > date.max.year else date(max(year, 1), rest + 1 if year else 1, 1)


def _name(number: int, every: str) -> str:
    """The period in a word.

    >>> _name(2026 * 12 + 2, "month"), _name(2026 * 4, "quarter"), _name(202, "decade")
    ('2026-03', '2026 Q1', '2020s')
    """
    if every == "month":
        return f"{number // 12}-{number % 12 + 1:02}"
    if every == "quarter":
        return f"{number // 4} Q{number % 4 + 1}"
    return {"year": f"{number}", "decade": f"{number}0s"}.get(every, f"{number}00s")
