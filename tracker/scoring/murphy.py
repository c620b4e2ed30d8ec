"""Murphy diagrams: who is better by which proper score, threshold by threshold.

Every proper score is a mixture of elementary scores, one for each threshold at which somebody might
act. Who is nowhere above another is better whatever the score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tracker.pairs import BILLION
from tracker.scoring.binned import murphy_curve
from tracker.scoring.counting import DEFAULT, check
from tracker.scoring.shared import shared_pairs
from tracker.scoring.uncertainty import TINY
from tracker.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from tracker.pairs import Pairs

    Floats = NDArray[np.float64]

BESIDE = 0.5 / BILLION  # between a level and the next that there can be
HALF = BILLION // 2


@dataclass(frozen=True, eq=False)
class MurphyCurve:
    """Mean elementary scores at ``threshold``, ascending from 0 to 1; lower is better, 0 to 2.

    The thresholds are just below, at and just above each level: between them the curve is
    straight, so that these points are all of it. ``brier`` is the area below it, the mean Brier
    score on the 0-1 scale; None without forecasts, as ``base_rate``. ``always_base_rate`` and
    ``always_half`` are the curves of always saying the base rate and 50 %, at the same thresholds;
    None for sets of three options or more, which have no one base rate.
    """

    name: str
    threshold: Floats
    score: Floats
    questions: int
    forecasts: int
    brier: float | None
    base_rate: float | None
    always_base_rate: Floats | None
    always_half: Floats | None


class Stretch(NamedTuple):
    """From one threshold to another, one curve is nowhere above the other: whose that is."""

    begin: float
    end: float
    lower: str


def murphy(
    tally: Tally, name: str = "", *, questions: int | None = None, beside: Sequence[Tally] = ()
) -> MurphyCurve:
    """The Murphy curve of a tally [1]_.

    Parameters
    ----------
    tally : Tally
    name : str
        Of the analyst.
    questions : int, optional
        How many questions it is about; every forecast is one of its own unless given.
    beside : sequence of Tally
        Others, at whose levels the curve is to have points too.

    References
    ----------
    .. [1] W. Ehm, T. Gneiting, A. Jordan, F. Krueger, Of quantiles and expectiles, JRSS B 78
       (2016), doi:10.1111/rssb.12154

    Examples
    --------
    >>> from tracker.pairs import Pairs
    >>> curve = murphy(Tally.of(Pairs(probability=[0.2, 0.6], outcome=[0, 1])), "ana")
    >>> curve.score[curve.threshold == 0.6].round(2).tolist(), round(curve.brier, 3)
    ([0.2], 0.1)
    """
    bases = [_base(one) for one in (tally, *beside)]
    constants = [round(base * BILLION) for base in bases if base is not None]
    threshold = _thresholds([tally.level, *(one.level for one in beside), [HALF, *constants]])
    score, base, whole = murphy_curve(tally, threshold), bases[0], _whole(tally)
    always = [
        murphy_curve(_constant(tally, level), threshold) if whole and base is not None else None
        for level in (round((base or 0.0) * BILLION), HALF)
    ]
    forecasts = int(tally.forecasts.sum())
    return MurphyCurve(
        name=name,
        threshold=threshold,
        score=score,
        questions=forecasts if questions is None else questions,
        forecasts=forecasts,
        brier=_brier(tally),
        base_rate=base if whole else None,
        always_base_rate=always[0],
        always_half=always[1],
    )


def murphy_of_two(
    pairs: Pairs, a: str, b: str, *, counting: str = DEFAULT, together: bool = True
) -> tuple[MurphyCurve, MurphyCurve]:
    """The curves of two analysts on the questions that both answered, at the same thresholds.

    What counts is as in :func:`tracker.scoring.comparison.compare`: each question the same and,
    where there are times, only the time during which both held a forecast. The area between the
    curves is the difference of the Brier scores.
    """
    check(counting)
    both = shared_pairs(pairs, a, b, counting=counting, together=together)
    one, other = (Tally.of(pairs) for pairs in both)
    questions = len(np.unique(both[0].question))
    return (
        murphy(one, a, questions=questions, beside=[other]),
        murphy(other, b, questions=questions, beside=[one]),
    )


def stretches(one: MurphyCurve, other: MurphyCurve) -> tuple[Stretch, ...]:
    """Where which of two curves is the lower, from 0 to 1; none where they are the same.

    A single stretch: its curve is nowhere above the other, and better or no worse by every proper
    score. The curves need the same thresholds, as :func:`murphy_of_two` gives them.
    """
    gap, at = one.score - other.score, one.threshold
    sign = np.where(np.abs(gap) < TINY, 0, np.sign(gap))
    apart = np.flatnonzero(sign)
    if not len(apart):
        return ()
    turns = np.flatnonzero(sign[apart][1:] != sign[apart][:-1])
    crossed = []
    for last in apart[turns]:
        from_, to = gap[last], gap[last + 1] if sign[last + 1] else 0.0
        crossed.append(float(at[last] + (at[last + 1] - at[last]) * from_ / (from_ - to)))
    names = [one.name if sign[k] < 0 else other.name for k in apart[np.r_[turns, -1]]]
    ends = [0.0, *crossed, 1.0]
    return tuple(Stretch(*each) for each in zip(ends[:-1], ends[1:], names, strict=True))


def _thresholds(levels: Iterable[Sequence[int] | NDArray[np.int64]]) -> Floats:
    every = np.unique(np.concatenate([np.asarray(one, dtype=np.int64) for one in levels])) / BILLION
    around = np.concatenate([every - BESIDE, every, every + BESIDE, [0.0, 1.0]])
    return np.unique(np.clip(around, 0.0, 1.0))


def _constant(tally: Tally, level: int) -> Tally:
    """The same questions, with one level said on all of them."""
    return Tally(
        level=np.array([level]),
        forecasts=tally.forecasts.sum(keepdims=True),
        events=tally.events.sum(keepdims=True),
        weight=tally.weight.sum(keepdims=True),
        happened=tally.happened.sum(keepdims=True),
        total=tally.total,
    )


def _whole(tally: Tally) -> bool:
    """Whether each forecast's rows weigh 1 together, as those of yes/no questions do."""
    return bool(np.isclose(tally.weight.sum(), tally.total))


def _base(tally: Tally) -> float | None:
    return float(tally.happened.sum() / tally.weight.sum()) if tally.total else None


def _brier(tally: Tally) -> float | None:
    if not tally.total:
        return None
    p, yes, no = tally.probability, tally.happened, tally.weight - tally.happened
    return float(((yes * (1 - p) ** 2).sum() + (no * p**2).sum()) / tally.total)
