"""How a score came about, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tracker.charts.theme import number
from tracker.values import percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.pairs import Pairs
    from tracker.quantities import Quantities
    from tracker.scoring.explain import Holding

UNITS = ((1440, "days"), (60, "hours"), (1, "minutes"))
A_HUNDREDTH = 0.01  # of the time; below it, whole per cent would say nothing
LABEL = "Brier score, 0-1 scale, lower is better"


def scores(holdings: list[Holding]) -> dict[str, float]:
    """Brier score by analyst; those with no forecast that counts are left out."""
    counted = {h.analyst for h in holdings if h.weight}
    return {
        analyst: sum(h.cost for h in holdings if h.analyst == analyst)
        for analyst in sorted(counted)
    }


def costs(pairs: Pairs) -> list[str]:
    """One line an analyst: what the question cost."""
    from tracker.scoring.explain import explain

    holdings = explain(pairs)
    said = [f"{analyst}: {number(cost)} ({LABEL})" for analyst, cost in scores(holdings).items()]
    after = sum(h.after_known for h in holdings)
    if after:
        said.append(f"{after} made after the outcome was known: not scored")
    return said


def measured_costs(quantities: Quantities, scale: str) -> list[str]:
    """One line an analyst: what a question on a number or a date cost, on its own scale."""
    from tracker.scoring.quantity_card import explain_quantities

    found = scores(explain_quantities(quantities)).items()
    label = f"{scale}, lower is better"
    return [
        f"{analyst}: {number(cost)} ({label})" for analyst, cost in found if math.isfinite(cost)
    ]


def held(holding: Holding) -> str:
    """From when to when, and for how long."""
    minutes = (holding.until - holding.begun).total_seconds() / 60
    size, unit = next((size, unit) for size, unit in UNITS if minutes >= 2 * size or size == 1)
    span = f"{minutes / size:.0f} {unit}" if minutes >= 2 else "a moment"  # noqa: PLR2004
    return f"until {holding.until:%Y-%m-%d} ({span})"


def part(holding: Holding, spelt: Callable[[float | None], str] = number) -> str:
    """What the forecast adds to the score, in numbers spelt as asked for."""
    if holding.after_known:
        return "made after the outcome was known"
    if not holding.weight:
        return (
            "does not count: said anew at once"
            if holding.begun == holding.until
            else ("does not count")
        )
    if math.isnan(holding.score):
        return "no CRPS: its levels lie on one side of 50 %"
    return f"{spelt(holding.score)} × {share(holding)} = {spelt(holding.cost)}"


def share(holding: Holding) -> str:
    """Of how much of the time the forecast counts: in whole per cent, unless that says nothing."""
    return percent(round(holding.weight, 2 if holding.weight >= A_HUNDREDTH else 4))
