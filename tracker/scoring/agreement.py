"""How far two raters agree on how questions are settled, beyond what chance would bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tracker.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LEVEL = 0.90
SEED = 1
DRAWS = 2000
FEWEST = 10  # questions below which an interval says nothing
UNDEFINED = 0.05  # share of draws without a kappa beyond which there is no interval


@dataclass(frozen=True)
class Agreement:
    """What two raters said of the same questions.

    ``share`` is the part of the questions on which they agree; ``kappa`` what is left of it beyond
    chance: 1 for full agreement, 0 for that of chance. Each is None where it does not exist, and
    ``interval``, that of kappa at level 0.90, where the questions are too few or too much alike to
    tell.
    """

    questions: int
    agreed: int
    share: float | None
    kappa: float | None
    interval: tuple[float, float] | None


def agreement(a: Sequence[str], b: Sequence[str], *, seed: int = SEED) -> Agreement:
    """Cohen's kappa of two raters, with a bootstrap interval over questions.

    There is no kappa where both always said the same one thing: chance alone would agree as well.
    No interval below ten questions, without any disagreement, or where more than one draw in
    twenty has no kappa.

    Parameters
    ----------
    a, b : sequence of str, length n
        What each said of the n questions, in the same order: names of categories.

    References
    ----------
    .. [1] J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological
       Measurement 20 (1960), doi:10.1177/001316446002000104

    Examples
    --------
    >>> found = agreement(["yes"] * 25 + ["no"] * 25, ["yes"] * 20 + ["no"] * 20 + ["yes"] * 10)
    >>> found.share, round(found.kappa, 3)
    (0.7, 0.4)
    """
    if len(a) != len(b):
        raise UsageError(f"two raters said {len(a)} and {len(b)} things; expected as many")
    questions = len(a)
    if not questions:
        return Agreement(0, 0, None, None, None)
    names, codes = np.unique(np.array([a, b], dtype=str), return_inverse=True)
    first, second = codes.reshape(2, questions)
    counts = np.zeros((1, len(names), len(names)))
    np.add.at(counts[0], (first, second), 1)
    agreed = int(np.trace(counts[0]))
    kappa = float(_kappa(counts)[0])
    interval = None
    if questions >= FEWEST and agreed < questions:
        interval = _interval(counts[0], seed)
    found = None if np.isnan(kappa) else kappa
    return Agreement(questions, agreed, agreed / questions, found, interval)


def _kappa(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kappa of each of several tables of counts; NaN where chance alone agrees always."""
    total = counts.sum(axis=(1, 2))
    seen = np.trace(counts, axis1=1, axis2=2) / total
    chance = (counts.sum(axis=1) * counts.sum(axis=2)).sum(axis=1) / total**2
    left = np.where(np.isclose(chance, 1), np.nan, 1 - chance)
    kappa: NDArray[np.float64] = (seen - chance) / left
    return kappa


def _interval(counts: NDArray[np.float64], seed: int) -> tuple[float, float] | None:
    """The middle of kappas on questions drawn anew; to draw questions is to draw their cells."""
    total = counts.sum()
    drawn = np.random.default_rng(seed).multinomial(int(total), counts.ravel() / total, size=DRAWS)
    kappas = _kappa(drawn.reshape(DRAWS, *counts.shape).astype(float))
    kappas = kappas[~np.isnan(kappas)]
    if len(kappas) < (1 - UNDEFINED) * DRAWS:
        return None
    low, high = np.quantile(kappas, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
