"""What would have happened if the forecasts were calibrated: outcomes drawn from them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tracker.pairs import BILLION
from tracker.tally import MILLION, THOUSAND, Tally, Trials, summed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SEED = 1
DRAWS = 1000
FEWEST = 100
MANY = 100  # groups from which simulations for each are short
WORK = 20_000_000  # levels and trials times draws, beyond which there are fewer draws
BLOCK = 500_000  # simulated sums held at once, 4 MB
MOST_LEVELS = 5000  # beyond which levels are pooled by thousandths
SMOOTH = 100.0  # variance of a count from which it is drawn as a rounded normal


def draws_for(tally: Tally, trials: Trials | None) -> int:
    """How many draws a simulation gets: 1,000, and fewer for large work, never under 100."""
    work = len(tally) + (0 if trials is None else len(trials))
    return min(max(WORK // max(work, 1), FEWEST), DRAWS)


def coarse(tally: Tally, trials: Trials | None) -> tuple[Tally, Trials | None]:
    """The same forecasts with levels pooled by thousandths, where there are over 5,000 of them.

    A pooled level is the weighted mean of those in it; 0 and 1 stay apart, since they say that
    something cannot be. Few levels are given back as they are. The mean score of what is pooled
    is off by less than a millionth; what is compared must be pooled alike.
    """
    if len(tally) <= MOST_LEVELS:
        return tally, trials
    cell = np.rint(tally.level / MILLION).astype(np.int64)
    cell[tally.level == 0] = -1
    cell[tally.level == BILLION] = THOUSAND + 1
    first = np.flatnonzero(np.r_[True, np.diff(cell) > 0])
    code = np.repeat(np.arange(len(first)), np.diff(np.r_[first, len(cell)]))
    weight = np.add.reduceat(tally.weight, first)
    level = np.add.reduceat(tally.weight * tally.level, first) / weight
    pooled = Tally(
        level=np.rint(level).astype(np.int64),
        forecasts=np.add.reduceat(tally.forecasts, first),
        events=np.add.reduceat(tally.events, first),
        weight=weight,
        happened=np.add.reduceat(tally.happened, first),
        total=tally.total,
    )
    return pooled, None if trials is None else replace(trials, at=code[trials.at])


def simulate(
    tally: Tally, trials: Trials | None, *, draws: int, seed: int = SEED
) -> Iterator[Floats]:
    """Weighted sums of events by level, drawn as if every forecast meant what it says.

    Parameters
    ----------
    tally : Tally of m levels
    trials : Trials or None
        All rows on one question share one draw. None where every forecast is a question of its
        own and all weigh the same.
    draws, seed : int

    Yields
    ------
    array (b, m)
        As ``tally.happened``, in blocks of a few draws; ``draws`` rows in all, whose numbers do
        not depend on the size of the blocks.

    Examples
    --------
    >>> from tracker.pairs import Pairs
    >>> tally = Tally.of(Pairs(probability=[0, 0.5, 0.5, 1], outcome=[0, 1, 0, 1]))
    >>> np.concatenate(list(simulate(tally, None, draws=3))).tolist()
    [[0.0, 1.0, 1.0], [0.0, 1.0, 1.0], [0.0, 0.0, 1.0]]
    """
    if not len(tally):
        return
    block = max(1, BLOCK // len(tally))
    sizes = [min(block, draws - first) for first in range(0, draws, block)]
    yield from _apart(tally, sizes, seed) if trials is None else _shared(tally, trials, sizes, seed)


def _apart(tally: Tally, sizes: list[int], seed: int) -> Iterator[Floats]:
    """Counts by level. A rounded normal is ten times as fast as a binomial, and near enough."""
    count, p = tally.forecasts, tally.probability
    variance = count * p * (1 - p)
    alone, many = count == 1, variance > SMOOTH
    some = ~alone & ~many
    for_alone, for_some, for_many = np.random.default_rng(seed).spawn(3)
    each = tally.weight / count
    for size in sizes:
        happened = np.empty((size, len(tally)))
        happened[:, alone] = for_alone.random((size, int(alone.sum()))) < p[alone]
        happened[:, some] = for_some.binomial(count[some], p[some], (size, int(some.sum())))
        normal = for_many.standard_normal((size, int(many.sum())))
        normal = np.rint(normal * np.sqrt(variance[many]) + (count * p)[many])
        happened[:, many] = np.clip(normal, 0, count[many])
        happened *= each
        yield happened


def _shared(tally: Tally, trials: Trials, sizes: list[int], seed: int) -> Iterator[Floats]:
    """One uniform draw a question, held in billionths."""
    rng = np.random.default_rng(seed)
    questions = int(trials.question.max()) + 1
    floor = trials.floor.astype(np.int32)
    top = floor + tally.level[trials.at].astype(np.int32)
    raised = bool(floor.any())
    for size in sizes:
        happened = np.empty((size, len(tally)))
        for row in happened:
            draw = rng.integers(0, BILLION, questions, dtype=np.int32)[trials.question]
            true = draw < top
            if raised:
                true &= draw >= floor
            row[:] = summed(trials.at, trials.weight * true, len(tally))
        yield happened


def covariance(tally: Tally, trials: Trials | None, values: Floats) -> Floats:
    """The exact covariance, over what :func:`simulate` draws, of sums of values times events.

    Parameters
    ----------
    values : array (k, m)
        What a unit weight of events counts at each level, for each of k sums.

    Returns
    -------
    array (k, k)
    """
    if trials is None:
        p = tally.probability
        return np.asarray(values * (tally.weight**2 / tally.forecasts * p * (1 - p)) @ values.T)
    level = tally.level[trials.at]
    step = values[:, trials.at] * trials.weight
    # As a question's draw goes from 0 to 1, a sum steps up where a row comes true, and down again.
    end = np.r_[trials.floor, trials.floor + level]
    start = np.r_[trials.question, trials.question] * (2 * BILLION)
    order = np.argsort(start + end, kind="stable")  # mostly two sorted runs: merged, not sorted
    height = np.cumsum(np.concatenate([step, -step], axis=1)[:, order], axis=1)[:, :-1]
    width = np.where(np.diff(start[order]) == 0, np.diff(end[order]), 0) / BILLION
    size = int(trials.question.max(initial=-1)) + 1
    mean = np.array([summed(trials.question, one * level / BILLION, size) for one in step])
    return np.asarray((height * width) @ height.T - mean @ mean.T)


def draws_beside(cards: int) -> int | None:
    """How many draws each of several cards gets: the usual number, fewer where there are many."""
    return FEWEST if cards > MANY else None
