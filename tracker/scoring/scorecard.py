"""The scorecard: every number about a set of forecasts, and one plain sentence."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from tracker.errors import UsageError
from tracker.scoring.counting import DEFAULT, count
from tracker.scoring.decomposition import decompose
from tracker.scoring.rules import Rule, Scale
from tracker.scoring.uncertainty import clustered_mean
from tracker.scoring.verdict import verdict
from tracker.tally import Tally, summed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.pairs import Pairs


@dataclass(frozen=True)
class Scorecard:
    """What can be said of some forecasts. None where a number does not exist.

    ``brier`` and its decomposition are on the scale asked for (0-1 unless said), lower is better;
    ``brier_interval`` is a 90 % interval, clustered by question. ``log`` is None where a
    probability of 0 came true; ``log_infinite`` counts those. ``skill`` is against always saying
    the base rate: 1 is perfect, 0 no better.
    """

    forecasts: int
    questions: int
    base_rate: float | None
    mean_probability: float | None
    brier: float | None
    brier_interval: tuple[float, float] | None
    log: float | None
    log_infinite: int
    miscalibration: float | None
    discrimination: float | None
    uncertainty: float | None
    miscalibration_null: float | None
    miscalibration_p: float | None
    skill: float | None
    spiegelhalter_z: float | None
    slope: float | None
    intercept: float | None
    verdict: str

    def as_dict(self) -> dict[str, Any]:
        """The card as JSON content: keys in order, no number that does not exist."""
        card = asdict(self)
        interval = card["brier_interval"]
        card["brier_interval"] = None if interval is None else list(interval)
        return card


def score(
    pairs: Pairs, *, counting: str = DEFAULT, rule: Rule = "brier", scale: Scale = "0-1"
) -> Scorecard:
    """Score pairs: count by a policy, then compute everything.

    ``rule`` chooses the score that is decomposed and that skill refers to. The log score of
    option sets has no decomposition by level; its parts are then None.

    Examples
    --------
    >>> from tracker.pairs import Pairs
    >>> card = score(Pairs(probability=[0.9, 0.7, 0.3], outcome=[1, 0, 0]))
    >>> card.forecasts, round(card.brier, 4)
    (3, 0.1967)
    """
    return scorecard(count(pairs, counting), rule=rule, scale=scale)


def scorecard(pairs: Pairs, *, rule: Rule = "brier", scale: Scale = "0-1") -> Scorecard:
    """The card of pairs that have been counted."""
    if rule not in get_args(Rule) or scale not in get_args(Scale):
        raise UsageError(f"expected rule brier or log, scale 0-1 or 0-2; found {rule}, {scale}")
    factor = 2.0 if scale == "0-2" else 1.0
    tally = Tally.of(pairs)
    starts = pairs.starts
    weight = pairs.weight[starts]
    question, cluster = pairs.question[starts], pairs.cluster[starts]
    squared, logged = forecast_scores(pairs)
    mean = clustered_mean(squared, weight, cluster)
    excess = clustered_mean(squared - chance_scores(pairs), weight, cluster)
    finite = np.isfinite(logged)
    log = _number(np.average(logged, weights=weight)) if len(weight) and finite.all() else None
    whole = rule == "brier" or bool((pairs.kind == "binary").all())
    parts = decompose(tally, rule)
    by = factor if rule == "brier" else 1.0
    card = Scorecard(
        forecasts=len(starts),
        questions=len(np.unique(question)),
        base_rate=_ratio(tally.happened.sum(), tally.weight.sum()),
        mean_probability=_ratio(float(tally.probability @ tally.weight), tally.weight.sum()),
        brier=_number(mean.value * factor),
        brier_interval=_within(mean.interval, factor),
        log=log,
        log_infinite=int((~finite).sum()),
        miscalibration=_number(parts.miscalibration * by) if whole else None,
        discrimination=_number(parts.discrimination * by) if whole else None,
        uncertainty=_number(parts.uncertainty * by) if whole else None,
        miscalibration_null=None,
        miscalibration_p=None,
        skill=_skill(parts.score, parts.uncertainty) if whole else None,
        spiegelhalter_z=None,
        slope=None,
        intercept=None,
        verdict="",
    )
    sets = bool((pairs.kind != "binary").any())
    return replace(card, verdict=verdict(card.questions, mean, excess, scale=scale, sets=sets))


def forecast_scores(pairs: Pairs) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Brier score (0-1 scale) and log score of each forecast, in order of the pairs."""
    rows = pairs.rows()
    n = len(pairs.starts)
    error = rows.share * (rows.level / 1_000_000_000 - rows.outcome) ** 2
    squared = summed(rows.forecast, error, n)
    binary = pairs.kind == "binary"
    given = np.where(binary & (pairs.outcome == 0), 1 - pairs.probability, pairs.probability)
    said = given[binary | (pairs.outcome == 1)]  # one row a forecast: what it gave to what happened
    with np.errstate(divide="ignore"):
        return squared, np.abs(np.log(said))


def chance(pairs: Pairs) -> float | None:
    """Mean Brier score (0-1 scale) of equal chances on every answer; None without forecasts."""
    weight = pairs.weight[pairs.starts]
    return _ratio(float(chance_scores(pairs) @ weight), float(weight.sum()))


def chance_scores(pairs: Pairs) -> NDArray[np.float64]:
    """Brier score (0-1 scale) that equal chances on every answer would have had, by forecast."""
    starts = pairs.starts
    sizes = np.diff(np.r_[starts, len(pairs)])
    even = np.where(pairs.kind == "binary", 0.5, 1 / np.repeat(np.maximum(sizes, 1), sizes))
    every = np.ones(len(pairs), dtype=bool)
    return forecast_scores(pairs.take(every, probability=even, low=even, high=even))[0]


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _ratio(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None


def _skill(value: float, reference: float) -> float | None:
    if not (math.isfinite(value) and math.isfinite(reference) and reference > 0):
        return None
    return 1 - value / reference


def _within(interval: tuple[float, float] | None, factor: float) -> tuple[float, float] | None:
    """An interval of a Brier score, kept within what the score can be."""
    if interval is None:
        return None
    return max(interval[0], 0.0) * factor, min(interval[1], 1.0) * factor
