"""How two analysts compare as questions are settled one after the other: for every look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tracker.scoring.anytime import LEVEL, confidence_sequence
from tracker.scoring.comparison import check_terms
from tracker.scoring.counting import DEFAULT, check
from tracker.scoring.shared import shared_questions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.pairs import Pairs
    from tracker.scoring.rules import Rule, Scale

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DifferencePath:
    """The mean difference so far, score of a minus score of b: below 0, a is better.

    One entry a step, which is a cluster of linked questions, when the last of them is settled.
    ``questions`` counts those settled so far. ``settled`` is when; None where there are no times,
    and the steps are in the order of the rows. ``low`` and ``high`` hold at all steps together
    with chance ``level``; None for the log score, which is unbounded and has no such interval.
    ``bound`` is the largest difference there can be; None where there is none.
    """

    a: str
    b: str
    settled: NDArray[np.datetime64] | None
    questions: NDArray[np.int64]
    mean: Floats
    low: Floats | None
    high: Floats | None
    bound: float | None
    level: float
    rule: Rule
    scale: Scale
    counting: str

    def __len__(self) -> int:
        return len(self.mean)

    @property
    def step(self) -> NDArray[np.int64]:
        """The number of each step, from 1."""
        return np.arange(1, len(self) + 1)

    @property
    def side(self) -> NDArray[np.int64]:
        """After each step: -1 where the interval is below 0 (a is better), 1 above, 0 across it."""
        if self.low is None or self.high is None:
            return np.zeros(len(self), dtype=np.int64)
        return np.asarray((self.low > 0).astype(np.int64) - (self.high < 0))


def difference_path(
    pairs: Pairs,
    a: str,
    b: str,
    *,
    counting: str = DEFAULT,
    together: bool = True,
    rule: Rule = "brier",
    scale: Scale = "0-1",
    level: float = LEVEL,
) -> DifferencePath:
    """The difference of two analysts after each step, with its confidence sequence [1]_.

    The last step is the anytime part of :func:`tracker.scoring.comparison.compare`, whose
    parameters and errors these are. Clusters weigh the same, so that the mean may differ a little
    from the comparison's, in which questions do.

    References
    ----------
    .. [1] Y. J. Choe, A. Ramdas, Comparing sequential forecasters, Operations Research 72 (2024),
       doi:10.1287/opre.2021.0792

    Examples
    --------
    >>> from tracker.pairs import Pairs
    >>> four = Pairs(probability=[0.9, 0.6, 0.2, 0.3], outcome=[1, 1, 0, 0],
    ...              analyst=["ana", "ben"] * 2, question=["q", "q", "r", "r"])
    >>> difference_path(four, "ana", "ben").mean.round(3).tolist()
    [-0.15, -0.1]
    """
    check(counting)
    check_terms((a, b), rule, scale, (level, level))
    shared = shared_questions(pairs, a, b, counting=counting, together=together, rule=rule)
    steps = shared.steps
    factor = 2.0 if rule == "brier" and scale == "0-2" else 1.0
    low = high = None
    if rule == "log":
        with np.errstate(invalid="ignore"):
            mean = np.cumsum(steps.difference) / np.arange(1, len(steps.difference) + 1)
    else:
        found = confidence_sequence(steps.difference, level=level)
        mean, low, high = found.mean * factor, found.low * factor, found.high * factor
    timed = pairs.known is not None or pairs.ended is not None
    return DifferencePath(
        a=a,
        b=b,
        settled=steps.order.astype("datetime64[us]") if timed else None,
        questions=np.cumsum(steps.questions),
        mean=mean,
        low=low,
        high=high,
        bound=None if rule == "log" else factor,
        level=level,
        rule=rule,
        scale=scale,
        counting=counting,
    )
