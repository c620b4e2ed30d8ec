"""Spells: what each analyst held when, while the question was open.

A spell is a forecast while it was held and its question open; a series is an analyst on a
question. Times are microseconds since the question opened. The scores of platforms are sums over
spells, over the moments between their ends, or over days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tracker.errors import UsageError
from tracker.scoring.counting import hold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from tracker.pairs import Pairs

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Positions = NDArray[np.intp]
    Times = Mapping[Any, Any] | None

DAY = 86_400_000_000  # microseconds


class Spells(NamedTuple):
    """What was held when: five columns with an entry a spell, four a series, two a question."""

    forecast: Positions
    series: Positions
    question: Positions
    begin: Integers
    end: Integers
    analyst: NDArray[Any]
    about: Positions  # the question of the series
    label: NDArray[Any]
    cluster: NDArray[Any]
    stopped: Integers  # when forecasts ceased to count
    planned: Integers  # when they were to cease

    def total(self, values: Floats) -> Floats:
        """The sum of each series, of values by spell; NaN where infinities cancel."""
        with np.errstate(invalid="ignore"):  # plus and minus infinity have no sum
            return np.asarray(np.bincount(self.series, values, minlength=len(self.analyst)))

    def coverage(self) -> Floats:
        """The share of the planned time of its question that each series covers."""
        span = self.total((self.end - self.begin).astype(np.float64))
        return share_of(span, self.planned[self.about])

    def events(self) -> Positions:
        """All begins and then all ends, sorted by question and time: the moments between them."""
        return np.lexsort((np.r_[self.begin, self.end], np.tile(self.question, 2)))

    def to_next(self, order: Positions) -> Floats:
        """From each event to the next on its question, as a share of the planned time."""
        if not len(order):
            return np.zeros(0)
        time = np.r_[self.begin, self.end][order]
        question = np.tile(self.question, 2)[order]
        step = np.where(question[1:] == question[:-1], np.diff(time), 0)
        return np.asarray(np.r_[step, 0] / self.planned[question])

    def stretches(self) -> tuple[Positions, Positions, Integers, Integers]:
        """Spells cut by whole days: the spell, the stretch, and when the stretch begins and ends.

        A stretch reaches from the first or last day of some spell on the question to the next such:
        the same spells meet all of its days, and unless it is one day, only one of each analyst.
        """
        first, beyond = self.begin // DAY, -(-self.end // DAY)
        days = -(-self.stopped // DAY)
        base = np.cumsum(np.r_[0, days + 1])[:-1]
        at = base[self.question]
        edges = np.unique(np.r_[at + first, at + beyond])
        low, high = np.searchsorted(edges, at + first), np.searchsorted(edges, at + beyond)
        spell = np.repeat(np.arange(len(low)), high - low)
        stretch = np.arange(len(spell)) - np.repeat(np.cumsum(high - low) - high, high - low)
        own = at[spell]
        end = np.minimum((edges[stretch + 1] - own) * DAY, self.stopped[self.question[spell]])
        return spell, stretch, (edges[stretch] - own) * DAY, end


def held_spells(pairs: Pairs, opened: Times, closed: Times) -> Spells:
    """The spells of all pairs, which need times; by the times told, otherwise those found."""
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
    latest = np.maximum(ended, known)
    opening, stopped, planned = _times(labels, question, made, latest, (opened, closed))
    begin = np.maximum(made, opening[question])
    end = np.minimum(held.until.astype(np.int64), stopped[question])
    kept = np.flatnonzero((end > begin) & ~held.after_known)
    since = opening[question[kept]]
    return Spells(
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


def _times(
    labels: NDArray[Any],
    question: Positions,
    made: Integers,
    latest: Integers,
    told: tuple[Times, Times],
) -> tuple[Integers, Integers, Integers]:
    """When each question opened, when forecasts on it ceased to count, and were to cease."""
    first = np.full(len(labels), np.iinfo(np.int64).max)
    last = np.full(len(labels), np.iinfo(np.int64).min)
    np.minimum.at(first, question, made)
    np.maximum.at(last, question, latest)
    opening, planned = _told(labels, first, told[0]), _told(labels, last, told[1])
    differ = (opening != first) | (planned != last)
    if (wrong := differ & (planned <= opening)).any():
        raise UsageError(f"question {labels[wrong][0]} closes no later than it opens")
    return opening, np.minimum(last, planned), planned


def _told(labels: NDArray[Any], found: Integers, told: Times) -> Integers:
    """Times by question, in microseconds: as the caller told them, otherwise as found."""
    times = found.copy()
    for position, label in enumerate(labels if told else ()):
        if told and label in told:
            times[position] = np.datetime64(told[label], "us").astype(np.int64)
    return times


def active(order: Positions, values: Floats) -> Floats:
    """After each event, the sum of values, one a spell, over the spells that are then held."""
    return np.cumsum(np.r_[values, -values][order])


def integral(order: Positions, rate: Floats) -> Floats:
    """Over each spell, the sum of what each moment gives."""
    through = np.r_[0.0, np.cumsum(rate)]
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    begin, end = np.split(place, 2)
    return np.asarray(through[end] - through[begin])


def share_of(part: Floats, whole: Floats | Integers) -> Floats:
    """Each part of its whole; 0 of nothing."""
    return np.asarray(np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0))


def medians(stretch: Positions, score: Floats) -> tuple[Floats, Positions]:
    """For each cell, the median score of its stretch, and how many cells that has."""
    order = np.lexsort((score, stretch))
    _, at, active = np.unique(stretch, return_inverse=True, return_counts=True)
    first = np.cumsum(active) - active
    ranked = score[order]
    middle = (ranked[first + (active - 1) // 2] + ranked[first + active // 2]) / 2
    return middle[at], active[at]
