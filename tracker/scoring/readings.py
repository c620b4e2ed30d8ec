"""What the reading of words costs: the same forecasts at the ends of their ranges.

A phrase such as "likely" is a range, read at a point. The kindest reading takes each forecast at
the end of its range nearest to what happened, the harshest at the other end. The two bound what
the choice of reading can do to a score; they are not an interval in the statistical sense, and
the kind end uses hindsight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tracker.pairs import Pairs


def kindest(pairs: Pairs) -> Pairs:
    """The pairs, each forecast at the end of its range nearest to what happened.

    In an option set the option that came true takes its end, and the others share the rest in
    proportion to their points.

    >>> from tracker.pairs import Pairs
    >>> said = Pairs(probability=[0.7], low=[0.6], high=[0.8], outcome=[1])
    >>> kindest(said).probability.tolist(), harshest(said).probability.tolist()
    ([0.8], [0.6])
    """
    return _at_ends(pairs, kind=True)


def harshest(pairs: Pairs) -> Pairs:
    """The pairs, each forecast at the end of its range farthest from what happened."""
    return _at_ends(pairs, kind=False)


def _at_ends(pairs: Pairs, *, kind: bool) -> Pairs:
    for_it, against_it = (pairs.high, pairs.low) if kind else (pairs.low, pairs.high)
    happened = pairs.outcome == 1
    probability = np.where(happened, for_it, against_it)
    sets = pairs.kind != "binary"
    if sets.any():
        starts = pairs.starts
        sizes = np.diff(np.r_[starts, len(pairs)])
        point = np.where(happened, 0.0, pairs.probability)
        rest = np.repeat(np.add.reduceat(point, starts), sizes)
        taken = np.repeat(np.add.reduceat(np.where(happened, for_it, 0.0), starts), sizes)
        even = 1 / np.maximum(np.repeat(sizes, sizes) - 1, 1)
        part = np.divide(point, rest, out=even, where=rest > 0)
        probability = np.where(sets & ~happened, part * (1 - taken), probability)
    every = np.ones(len(pairs), dtype=bool)
    return pairs.take(every, probability=probability, low=probability, high=probability)
