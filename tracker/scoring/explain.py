"""How a score came about: which forecast was held when, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.scoring.counting import DEFAULT, hold
from tracker.scoring.forecasts import forecast_scores

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.pairs import Pairs


@dataclass(frozen=True)
class Holding:
    """One forecast on a settled question: while it was held, and its part in the score.

    ``score`` is the Brier score of the forecast itself (0-1 scale, lower is better), ``weight``
    its share under the counting policy, ``cost`` the product. The costs of an analyst's forecasts
    on one question add up to the score on it. ``weight`` is 0 where the forecast does not count.
    """

    forecast: int
    analyst: str
    question: str
    begun: datetime
    until: datetime
    weight: float
    score: float
    after_known: bool

    @property
    def cost(self) -> float:
        """The forecast's part in the score."""
        return self.weight * self.score


def explain(pairs: Pairs, counting: str = DEFAULT) -> list[Holding]:
    """The holdings behind a score, in the order of the pairs, which must have times."""
    if not len(pairs):
        return []
    held = hold(pairs, counting)
    scores, _ = forecast_scores(pairs)
    assert pairs.made is not None  # or hold() had refused
    return [
        Holding(
            forecast=int(pairs.forecast[row]),
            analyst=str(pairs.analyst[row]),
            question=str(pairs.question[row]),
            begun=pairs.made[row].item(),
            until=held.until[number].item(),
            weight=float(held.weight[number]),
            score=float(scores[number]),
            after_known=bool(held.after_known[number]),
        )
        for number, row in enumerate(pairs.starts)
    ]
