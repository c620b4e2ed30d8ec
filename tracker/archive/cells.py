"""Rows of a table, added up as they come in: what is kept does not grow with the rows.

Kept are the counts and sums by group and level, the sums by group and question, and, up to a
limit, the weights by group, question and level, for simulations.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tracker.archive import samples
from tracker.archive.samples import Draws, Gathered, span
from tracker.pairs import BILLION
from tracker.tally import Sums, summed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

EDGE, FINE, COARSE = BILLION // 100, BILLION // 100_000, BILLION // 1000

# A key is one whole number: group, unit (a question in its cluster) and level, each a code.
LEVEL_BITS, UNIT_BITS, GROUP_BITS = 14, 29, 20
MERGE = 250_000  # rows that wait before they are merged


class Rows(NamedTuple):
    """Some rows that can be scored: codes of group and unit, and what was said and happened."""

    group: NDArray[np.int64]
    unit: NDArray[np.int64]
    level: NDArray[np.int64]  # billionths
    outcome: NDArray[np.float64]
    weight: NDArray[np.float64]


def codes() -> dict[object, int]:
    """A mapping that numbers what it has not seen, from 0 on."""
    from collections import defaultdict

    return defaultdict(count().__next__)


def rounded(level: NDArray[np.int64]) -> NDArray[np.int64]:
    """Levels by thousandths, finer towards 0 and 1, which nothing is rounded to.

    >>> rounded(np.array([0, 17, 123_456, 123_456_789, 999_999_999])).tolist()
    [0, 10000, 120000, 123000000, 999990000]
    """
    step = np.where((level < EDGE) | (level > BILLION - EDGE), FINE, COARSE)
    near = np.clip(np.rint(level / step).astype(np.int64) * step, FINE, BILLION - FINE)
    return np.where((level == 0) | (level == BILLION), level, near)


class Pool:
    """Sums by key, merged whenever enough has come in."""

    def __init__(self, width: int) -> None:
        self.key = np.zeros(0, dtype=np.int64)
        self.sums = [np.zeros(0) for _ in range(width)]
        self.waiting: list[tuple[NDArray[np.int64], Sequence[NDArray[np.float64]]]] = []
        self.rows = 0

    def add(self, key: NDArray[np.int64], *sums: NDArray[np.float64]) -> None:
        """Add to the sums of some keys."""
        self.waiting.append((key, sums))
        self.rows += len(key)
        if self.rows > max(MERGE, len(self.key)):
            self.merge()

    def merge(self) -> None:
        """Bring in what waits: every key once, ascending."""
        keys = [self.key, *(key for key, _ in self.waiting)]
        self.key, code = np.unique(np.concatenate(keys), return_inverse=True)
        code = code.reshape(-1)
        for at, before in enumerate(self.sums):
            every = np.concatenate([before, *(sums[at] for _, sums in self.waiting)])
            self.sums[at] = summed(code, every, len(self.key))
        self.waiting, self.rows = [], 0

    def recode(self, new: NDArray[np.int64]) -> None:
        """Give every key another level."""
        self.merge()
        mask = (1 << LEVEL_BITS) - 1
        self.waiting = [((self.key & ~mask) | new[self.key & mask], self.sums)]
        self.key, self.sums = np.zeros(0, dtype=np.int64), [np.zeros(0) for _ in self.sums]
        self.merge()


class Cells:
    """What is known of the rows so far.

    Without ``by_question`` each row is a question of its own. ``weighted`` says whether rows may
    differ in weight.
    """

    def __init__(self, *, by_question: bool, weighted: bool) -> None:
        self.by_question = by_question
        self.levels = codes()
        self.rounds = False
        self.tallies = Pool(4)  # forecasts, events, weight, happened
        self.units = Pool(2)  # weight, weight times score
        self.alone = np.zeros((8, 0))  # the fields of Sums by group, each row a cluster
        self.trials = Pool(2) if by_question or weighted else None  # weight, happened
        self.seen = 0

    def add(self, rows: Rows) -> None:
        """Add rows, all of positive weight."""
        n = len(rows.level)
        unit = rows.unit if self.by_question else np.arange(self.seen, self.seen + n)
        self.seen += n
        score = (rows.level / BILLION - rows.outcome) ** 2
        weight, product, one = rows.weight, rows.weight * score, np.ones(n)
        level = self._code(rows.level)
        group = rows.group << (UNIT_BITS + LEVEL_BITS)
        unit_key = group | (unit << LEVEL_BITS)
        happened = weight * rows.outcome
        self.tallies.add(group | level, one, rows.outcome, weight, happened)
        if self.by_question:
            self.units.add(unit_key, weight, product)
        if self.trials is not None:
            self.trials.add(unit_key | level, weight, happened)
            if len(self.trials.key) > samples.CELLS or self.seen >= 1 << UNIT_BITS:
                self.trials = None
        squares = (weight**2, weight * product, product**2, product * score)
        self._add_alone(rows.group, (one, one, weight, product, *squares))

    def _add_alone(self, group: NDArray[np.int64], fields: Sequence[NDArray[np.float64]]) -> None:
        width = int(group.max(initial=-1)) + 1
        missing = max(width - self.alone.shape[1], 0)
        self.alone = np.pad(self.alone, ((0, 0), (0, missing)))
        for at, values in enumerate(fields):
            self.alone[at, :width] += summed(group, values, width)

    def _code(self, level: NDArray[np.int64]) -> NDArray[np.int64]:
        """A small number for each level; levels are rounded once there are too many."""
        if self.rounds:
            level = rounded(level)
        distinct, at = np.unique(level, return_inverse=True)
        if not self.rounds and len(self.levels.keys() | distinct.tolist()) > samples.LEVELS:
            self._round()
            return self._code(level)
        return numbered(self.levels, distinct)[at.reshape(-1)]

    def _round(self) -> None:
        old = _listed(self.levels)
        self.levels, self.rounds = codes(), True
        new = numbered(self.levels, rounded(old))
        for pool in (self.tallies, self.trials):
            if pool is not None:
                pool.recode(new)

    def gathered(self, units: Iterable[tuple[int, int]]) -> Gathered:
        """All that was added; ``units`` are question and cluster of each unit, as codes."""
        self.tallies.merge()
        levels = _listed(self.levels)
        group, _, code = _parts(self.tallies.key)
        question, cluster = np.array([*units], dtype=np.int64).reshape(-1, 2).T
        groups = range(self.alone.shape[1])
        alone = [_sums(self.alone[:, at]) for at in groups]
        whole = _sums(self.alone.sum(axis=1))
        if not self.by_question:
            return Gathered(
                group, levels[code], self.tallies.sums, alone, whole,
                [one.forecasts for one in alone], whole.forecasts, self._draws(None, levels),
            )  # fmt: skip
        self.units.merge()
        of, unit, _ = _parts(self.units.key)
        weight, value = self.units.sums
        spans = [span(of, at) for at in groups]
        return Gathered(
            group,
            levels[code],
            self.tallies.sums,
            [_clustered(cluster[unit[s]], weight[s], value[s], alone[at])
             for at, s in enumerate(spans)],
            _clustered(cluster[unit], weight, value, whole),
            [len(np.unique(question[unit[s]])) for s in spans],
            len(np.unique(question[unit])),
            self._draws(cluster, levels),
        )  # fmt: skip

    def _draws(self, cluster: NDArray[np.int64] | None, levels: NDArray[np.int64]) -> Draws | None:
        if self.trials is None:
            return None
        self.trials.merge()
        if len(self.trials.key) > samples.CELLS:
            return None
        group, unit, code = _parts(self.trials.key)
        level, (weight, happened) = levels[code], self.trials.sums
        if cluster is None:  # rows that are alike may change places: draws go by what they say
            asked = np.empty_like(unit)
            asked[np.lexsort((happened, weight, level))] = np.arange(len(unit))
        else:
            asked = cluster[unit]
        return Draws(group, asked, level, weight, happened)


def _parts(key: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """Group, unit and level of keys."""
    unit = (key >> LEVEL_BITS) & ((1 << UNIT_BITS) - 1)
    return key >> (UNIT_BITS + LEVEL_BITS), unit, key & ((1 << LEVEL_BITS) - 1)


def numbered(known: dict[object, int], distinct: NDArray[np.int64]) -> NDArray[np.int64]:
    """The codes of whole numbers that are all different."""
    return np.fromiter(map(known.__getitem__, distinct.tolist()), np.int64, len(distinct))


def _listed(known: Mapping[object, int]) -> NDArray[np.int64]:
    return np.array([*known], dtype=np.int64)


def _sums(fields: NDArray[np.float64]) -> Sums:
    clusters, forecasts, *rest = fields.tolist()
    return Sums(round(clusters), round(forecasts), *rest)


def _clustered(
    cluster: NDArray[np.int64],
    weight: NDArray[np.float64],
    value: NDArray[np.float64],
    alone: Sums,
) -> Sums:
    _, code = np.unique(cluster, return_inverse=True)
    code = code.reshape(-1)
    size = int(code.max(initial=-1)) + 1
    return Sums.of_clusters(
        summed(code, weight, size),
        summed(code, value, size),
        forecasts=alone.forecasts,
        own=alone.own,
    )
