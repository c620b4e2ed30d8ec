"""What can be said of forecasts of numbers and dates: a card for each unit.

A distance in one unit cannot be averaged with one in another, so there is no card of them all.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tracker.scoring.counting import DEFAULT, count
from tracker.scoring.coverage import (
    Coverage,
    Summary,
    central,
    facing,
    shares,
    single,
    summary,
    verdict,
)
from tracker.scoring.distributions import crps_quantiles, quantile_bias, wis_parts
from tracker.scoring.explain import Holding, explain

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tracker.quantities import Grid, Quantities

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class IntervalScores:
    """The mean weighted interval score of the forecasts that name the same ``levels``.

    In the unit, lower is better. ``dispersion`` is the price of wide intervals, ``over`` and
    ``under`` that of outcomes below and above them; the three add up to ``value``.
    """

    levels: tuple[float, ...]
    forecasts: int
    questions: int
    value: float | None
    interval: tuple[float, float] | None
    dispersion: float | None
    over: float | None
    under: float | None


@dataclass(frozen=True)
class QuantityCard:
    """What can be said of some forecasts in one unit. None where a number does not exist.

    ``crps`` and ``wis`` are in the unit, lower is better; ``crps_interval`` is a 90 % interval,
    clustered by question. Both are None where numbers on several questions have no unit: nobody
    knows then that they count the same. ``wis`` is of the levels that most forecasts name, of
    those that are symmetric about 50 %: grids of levels are never mixed in one mean. ``grids``
    is how many there are; with several take ``crps`` with care, since for the same knowledge
    fewer levels cost more.
    ``intervals`` are the central intervals, widest first, ``levels`` the single levels (a hit is
    an outcome at or below the value). ``bias`` is from -1 (always too low) to 1 (too high).
    """

    kind: str
    unit: str
    forecasts: int
    questions: int
    grids: int
    crps: float | None
    crps_interval: tuple[float, float] | None
    wis: IntervalScores | None
    intervals: tuple[Coverage, ...]
    levels: tuple[Coverage, ...]
    bias: float | None
    verdict: str

    def as_dict(self) -> dict[str, Any]:
        """The card as JSON content: keys in order, no number that does not exist."""
        return {name: _listed(value) for name, value in asdict(self).items()}


def count_quantities(quantities: Quantities, counting: str = DEFAULT) -> Quantities:
    """The quantities that count, weighted by the policy; as :func:`~.counting.count` for pairs."""
    found = count(quantities.timeline(), counting)
    return quantities.take(found.forecast, weight=found.weight, left_out=found.left_out)


def explain_quantities(quantities: Quantities, counting: str = DEFAULT) -> list[Holding]:
    """The holdings behind a score; ``score`` and ``cost`` are CRPS in the question's own unit."""
    scores = crps_scores(quantities)
    return [
        replace(holding, forecast=int(quantities.forecast[row]), score=float(scores[row]))
        for row, holding in enumerate(explain(quantities.timeline(), counting))
    ]


def crps_scores(quantities: Quantities) -> Floats:
    """CRPS of each forecast in its own unit; lower is better.

    NaN where all levels lie on one side of 50 %: such a forecast has no middle to be far from.
    Infinite past what a float holds.
    """
    scores = np.full(len(quantities), np.nan)
    for grid in quantities.grids():
        if _has_median(grid):
            scores[grid.rows] = _scores(crps_quantiles, grid, quantities.outcome[grid.rows])
    return scores


def quantity_cards(quantities: Quantities) -> tuple[QuantityCard, ...]:
    """A card for each kind and unit, of quantities that have been counted.

    Parameters
    ----------
    quantities : Quantities
        What :func:`count_quantities` gives. For a card of each analyst group them first.

    Returns
    -------
    tuple of QuantityCard
        Sorted by kind and unit; none without forecasts.

    References
    ----------
    .. [1] T. Gneiting, A. E. Raftery, Strictly proper scoring rules, prediction, and estimation,
       JASA 102 (2007), doi:10.1198/016214506000001437
    .. [2] J. Bracher et al., Evaluating epidemic forecasts in an interval format, PLOS
       Computational Biology 17 (2021), doi:10.1371/journal.pcbi.1008618

    Examples
    --------
    >>> from tracker.quantities import Quantities
    >>> card, = quantity_cards(Quantities(levels=[[0.5]] * 2, values=[[3], [8]], outcome=[4, 5],
    ...                                   unit=["cm", "cm"]))
    >>> card.unit, card.questions, card.crps
    ('cm', 2, 2.0)
    """
    weighs = quantities.weight > 0
    chosen = quantities if weighs.all() else quantities.take(weighs)
    return tuple(_card(kind, unit, part) for kind, unit, part in chosen.measures())


def _card(kind: str, unit: str, quantities: Quantities) -> QuantityCard:
    grids = list(quantities.grids())
    questions = len(np.unique(quantities.question))
    alike = bool(unit) or questions == 1
    crps = _crps(quantities) if alike else Summary()
    intervals = shares(quantities, central(grids, quantities), measured=alike)
    levels = shares(quantities, single(grids, quantities), measured=False)[::-1]
    return QuantityCard(
        kind=kind,
        unit=unit,
        forecasts=len(quantities),
        questions=questions,
        grids=len(grids),
        crps=crps.value,
        crps_interval=crps.interval,
        wis=_interval_scores(quantities, grids) if alike else None,
        intervals=intervals,
        levels=levels,
        bias=_bias(quantities, grids),
        verdict=verdict(intervals, levels),
    )


def _crps(quantities: Quantities) -> Summary:
    scores = crps_scores(quantities)
    there = ~np.isnan(scores)
    found = summary(scores[there], quantities.weight[there], quantities.cluster[there])
    return found._replace(interval=_not_negative(found.interval))


def _bias(quantities: Quantities, grids: list[Grid]) -> float | None:
    centred = [grid for grid in grids if _has_median(grid)]
    if not centred:
        return None
    rows = np.concatenate([grid.rows for grid in centred])
    bias = np.concatenate(
        [quantile_bias(g.levels, g.values, quantities.outcome[g.rows]) for g in centred]
    )
    return summary(bias, quantities.weight[rows], quantities.cluster[rows]).value


def _has_median(grid: Grid) -> bool:
    return grid.levels[0] <= 0.5 <= grid.levels[-1]  # noqa: PLR2004 - the median


def _not_negative(interval: tuple[float, float] | None) -> tuple[float, float] | None:
    """An interval of a score, kept within what it can be."""
    return None if interval is None else (max(interval[0], 0.0), interval[1])


def _scores(rule: Callable[..., Any], grid: Grid, outcome: Floats) -> Floats:
    """The scores of a rule that grows with the unit, each computed near 1 and put back."""
    largest = np.maximum(np.abs(grid.values).max(axis=1), np.abs(outcome))
    size = np.frexp(largest)[1]
    near, came = np.ldexp(grid.values, -size[:, None]), np.ldexp(outcome, -size)
    scores = np.asarray(rule(np.array(grid.levels), near, came), dtype=np.float64)
    with np.errstate(over="ignore"):
        return np.asarray(np.ldexp(scores, size))


def _interval_scores(quantities: Quantities, grids: list[Grid]) -> IntervalScores | None:
    symmetric = [grid for grid in grids if all(facing(p) in grid.levels for p in grid.levels)]
    if not symmetric:
        return None
    grid = max(symmetric, key=lambda grid: (len(grid.rows), len(grid.levels), grid.levels))
    weight, cluster = quantities.weight[grid.rows], quantities.cluster[grid.rows]
    scores = _scores(_stacked_parts, grid, quantities.outcome[grid.rows])
    total, *parts = (summary(part, weight, cluster) for part in scores)
    return IntervalScores(
        grid.levels,
        len(grid.rows),
        len(np.unique(quantities.question[grid.rows])),
        total.value,
        _not_negative(total.interval),
        *(part.value for part in parts),
    )


def _stacked_parts(levels: Floats, values: Floats, outcome: Floats) -> Floats:
    return np.stack(wis_parts(levels, values, outcome))


def _listed(value: Any) -> Any:
    """Tuples as lists, all the way down."""
    if isinstance(value, dict):
        return {name: _listed(part) for name, part in value.items()}
    return [_listed(part) for part in value] if isinstance(value, tuple | list) else value
