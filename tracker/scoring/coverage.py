"""How often outcomes fell where quantiles said they would, and the sentence that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tracker.scoring.distributions import coverage
from tracker.scoring.uncertainty import LEVEL, Mean, clustered_mean, further
from tracker.scoring.verdict import FEW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tracker.quantities import Grid, Quantities

    Floats = NDArray[np.float64]

DIGITS = 9  # of levels, as they are kept


@dataclass(frozen=True)
class Coverage:
    """How many outcomes fell where, by the forecasts, a share of ``level`` of them should.

    ``hits`` of ``questions`` (clusters of them, if linked); not a whole number where forecasts on
    one question disagree. They are worth ``effective`` ones of equal weight, from which comes
    ``interval``, the exact 90 % interval of ``share``. ``width`` is the
    mean width of the intervals, in the unit; it has a meaning only next to the share, and is None
    for what is not an interval.
    """

    level: float
    hits: float
    questions: int
    effective: float
    share: float
    interval: tuple[float, float]
    width: float | None = None


class Hits(NamedTuple):
    """Some forecasts: the level they name, which of them hit, and how wide they were."""

    level: float
    rows: NDArray[np.intp]
    hit: Floats  # 1 or 0
    width: Floats


def central(grids: list[Grid], quantities: Quantities) -> Iterator[Hits]:
    """The outcomes inside each central interval, its ends included."""
    for levels, rows, values in grids:
        outcome = quantities.outcome[rows]
        for at, level in enumerate(levels):
            if level < 0.5 and facing(level) in levels:  # noqa: PLR2004 - the lower half
                low, high = values[:, at], values[:, levels.index(facing(level))]
                with np.errstate(over="ignore"):
                    width = high - low
                held = coverage(low, high, outcome)
                yield Hits(round(1 - 2 * level, DIGITS), rows, held, width)


def single(grids: list[Grid], quantities: Quantities) -> Iterator[Hits]:
    """The outcomes at or below the value at each level."""
    for levels, rows, values in grids:
        outcome = quantities.outcome[rows]
        for at, level in enumerate(levels):
            reached = np.asarray(outcome <= values[:, at], dtype=np.float64)
            yield Hits(level, rows, reached, np.zeros(len(rows)))


def shares(
    quantities: Quantities, found: Iterator[Hits], *, measured: bool
) -> tuple[Coverage, ...]:
    """The share of hits at each level, the highest first."""
    by_level: dict[float, list[Hits]] = {}
    for hits in found:
        by_level.setdefault(hits.level, []).append(hits)
    return tuple(
        _share(quantities, by_level[level], measured=measured)
        for level in sorted(by_level, reverse=True)
    )


def _share(quantities: Quantities, found: list[Hits], *, measured: bool) -> Coverage:
    rows = np.concatenate([hits.rows for hits in found])
    hit = np.concatenate([hits.hit for hits in found])
    width = np.concatenate([hits.width for hits in found])
    weight, cluster = quantities.weight[rows], quantities.cluster[rows]
    share = float(np.average(hit, weights=weight))
    held = np.bincount(np.unique(cluster, return_inverse=True)[1].reshape(-1), weight)
    n = len(held)
    worth = round(float(held.sum() ** 2 / (held**2).sum()), DIGITS)
    hits = round(share * n, DIGITS)
    interval = proportion_interval(share * worth, worth)
    mean = summary(width, weight, cluster).value if measured else None
    return Coverage(found[0].level, hits, n, worth, share, interval, mean)


def proportion_interval(hits: float, n: float, *, level: float = LEVEL) -> tuple[float, float]:
    """The exact interval of a share, of which ``hits`` of ``n`` were seen.

    Neither need be a whole number: with clusters they are the effective ones [2]_.

    References
    ----------
    .. [1] C. J. Clopper, E. S. Pearson, The use of confidence or fiducial limits illustrated in
       the case of the binomial, Biometrika 26 (1934), doi:10.1093/biomet/26.4.404
    .. [2] E. L. Korn, B. I. Graubard, Confidence intervals for proportions with small expected
       number of positive counts estimated from survey data, Survey Methodology 24 (1998), 193-201

    Examples
    --------
    >>> [round(end, 4) for end in proportion_interval(9, 10, level=0.95)]
    [0.555, 0.9975]
    """
    from scipy.special import betaincinv

    low = float(betaincinv(hits, n - hits + 1, (1 - level) / 2)) if hits > 0 else 0.0
    high = float(betaincinv(hits + 1, n - hits, (1 + level) / 2)) if hits < n else 1.0
    return low, high


# --- the sentence -------------------------------------------------------------------------------


def verdict(intervals: tuple[Coverage, ...], levels: tuple[Coverage, ...]) -> str:
    """Whether the intervals were too narrow or too wide, as far as that can be told.

    Of the intervals that most questions have the widest speaks; without any, the level nearest
    50 %, and then whether the values were too low or too high.
    """
    if intervals:
        chosen = max(intervals, key=lambda one: (one.questions, one.level))
        words = _Words("intervals", "inside", "outside", "too narrow", "too wide")
    else:
        chosen = min(levels, key=lambda one: (-one.questions, abs(one.level - 0.5)))
        words = _Words("values", "at or below", "above", "too low", "too high")
    n, told = chosen.questions, _told(chosen, words)
    if n == 1:
        return f"One question is no record: {told}."
    if chosen.effective < FEW:
        return f"Cannot tell yet: {told}, too few to tell luck from skill."
    low, high = chosen.interval
    if high < chosen.level:
        return f"The {words.what} were {words.few}: {told}."
    if low > chosen.level:
        return f"The {words.what} were {words.many}: {told}."
    more = _further(chosen)
    would = f" If it goes on so, about {more} further questions would tell." if more else ""
    span = f"from {_percent(low, 0)} to {_percent(high, 0)}"
    return (
        f"Cannot tell yet whether the {words.what} are {words.few} or {words.many}: {told}, "
        f"so that in the long run it may be {span}.{would}"
    )


class _Words(NamedTuple):
    what: str
    hit: str
    missed: str
    few: str  # what they were where there are too few hits
    many: str


def _told(one: Coverage, words: _Words) -> str:
    where = f"the {_percent(one.level)} {words.what}"
    whole = one.hits == round(one.hits)
    if one.questions > 1:
        how = f"{one.hits:.0f}" if whole else f"on average {_percent(one.share, 0)}"
        return f"{how} of {one.questions} outcomes fell {words.hit} {where}"
    if whole:
        return f"its outcome fell {words.hit if one.hits else words.missed} {where}"
    return f"its outcome fell {words.hit} {where} {_percent(one.share, 0)} of the time"


def _further(one: Coverage) -> int | None:
    """How many more questions would tell the share from the level, if that is what it is."""
    spread = (one.level * (1 - one.level) / one.effective) ** 0.5
    return further(Mean(one.share - one.level, None, one.questions, one.effective, spread))


def _percent(share: float, digits: int = 7) -> str:
    return f"{round(share * 100, digits):.9g} %"


def facing(level: float) -> float:
    """The level as far above 50 % as this one is below."""
    return round(1 - level, DIGITS)


class Summary(NamedTuple):
    """A weighted mean and its interval, both None where they do not exist."""

    value: float | None = None
    interval: tuple[float, float] | None = None


def summary(values: Floats, weight: Floats, cluster: NDArray[np.generic]) -> Summary:
    """The clustered mean, computed near 1, so that no number is too large to square."""
    if not np.isfinite(values).all() or not weight.sum():
        return Summary()
    size = int(np.frexp(np.abs(values).max())[1])
    mean = clustered_mean(np.ldexp(values, -size), weight, cluster)
    value, low, high = (_back(x, size) for x in (mean.value, *(mean.interval or (None, None))))
    return Summary(value, None if low is None or high is None else (low, high))


def _back(value: float | None, size: int) -> float | None:
    if value is None:
        return None
    with np.errstate(over="ignore"):
        found = float(np.ldexp(value, size))
    return found if np.isfinite(found) else None
