"""The scorecard: every number about a set of forecasts, and one plain sentence."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

from tracker.errors import UsageError
from tracker.scoring.counting import DEFAULT, count
from tracker.scoring.decomposition import decompose, mean_score
from tracker.scoring.forecasts import sample
from tracker.scoring.measures import measures
from tracker.scoring.rules import Rule, Scale
from tracker.scoring.simulation import FEWEST, draws_for
from tracker.scoring.uncertainty import further, mean_of
from tracker.scoring.verdict import verdict

if TYPE_CHECKING:
    from tracker.pairs import Pairs
    from tracker.tally import Sample, Tally

HALF = 0.25  # what always saying 50 % costs
CARD = 100_000  # levels times draws for a card
SPREADS: dict[str, Any] = dict.fromkeys(  # measures that need to know what shares questions
    (
        "miscalibration_null",
        "miscalibration_p",
        "in_the_large_interval",
        "spiegelhalter_z",
        "spiegelhalter_p",
        "slope_interval",
    )
)


@dataclass(frozen=True)
class Scorecard:
    """What can be said of some forecasts. None where a number does not exist.

    ``brier`` and its decomposition are on the scale asked for (0-1 unless said), lower is better;
    ``brier_interval`` is a 90 % interval, clustered by question. ``log`` is None where a
    probability of 0 came true; ``log_infinite`` counts those. ``skill`` is against always saying
    the base rate: 1 is perfect, 0 no better, None with option sets, which have no one base rate.
    ``miscalibration_null`` is what calibrated forecasts would show on average,
    ``miscalibration_p`` how often as much; the other measures of calibration are those of
    :class:`tracker.scoring.measures.Measures`. ``effective`` is the number of independent
    forecasts that would have the same spread, at most one a cluster, ``further_questions`` about
    how many more settled questions would tell the score from that of equal chances, if things go
    on as they are. Of a crowded sample, which does not know what shares questions, the measures
    of calibration are numbers without null, p, z or interval. ``sets`` is whether there are option
    sets, each option of which counts as one in the base rate, the mean probability and all of
    calibration; it is no part of the JSON content.
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
    spherical: float | None
    in_the_large: float | None
    in_the_large_interval: tuple[float, float] | None
    slope_interval: tuple[float, float] | None
    impossible: int
    effective: float | None
    further_questions: int | None
    sets: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The card as JSON content: keys in order, no number that does not exist."""
        every = asdict(self)
        del every["sets"]
        return {k: list(v) if isinstance(v, tuple) else v for k, v in every.items()}


def score(
    pairs: Pairs, *, counting: str = DEFAULT, rule: Rule = "brier", scale: Scale = "0-1"
) -> Scorecard:
    """Score pairs: count by a policy, then compute everything.

    ``rule`` chooses the score that is decomposed and that skill refers to. The log and spherical
    scores of option sets have no decomposition by level; their parts are then None.

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
    return card(sample(pairs), rule=rule, scale=scale)


def card(
    sample: Sample, *, rule: Rule = "brier", scale: Scale = "0-1", draws: int | None = None
) -> Scorecard:
    """The card of a sample, of pairs or of an archive.

    ``draws`` for what luck alone would do are 1,000 unless given, and fewer for large samples.
    """
    if rule not in get_args(Rule) or scale not in get_args(Scale):
        expected = f"{', '.join(get_args(Rule))} and scale 0-1 or 0-2"
        raise UsageError(f"expected rule {expected}; found {rule}, {scale}")
    factor = 2.0 if scale == "0-2" else 1.0
    tally, sets = sample.tally, sample.sets
    mean = mean_of(sample.sums)
    excess = mean_of(sample.sums.less(HALF) if sets is None else sets.excess)
    log, log_infinite = _log(sample)
    parts = decompose(tally, rule)
    by = factor if rule == "brier" else 1.0
    whole = rule == "brier" or sets is None
    known = measures(
        tally, sample.trials, rule=rule if whole else "brier", draws=draws or _draws(sample)
    )
    if sample.crowded:
        known = replace(known, **SPREADS)
    found = Scorecard(
        forecasts=sample.sums.forecasts,
        questions=sample.questions,
        base_rate=_ratio(tally.happened.sum(), tally.weight.sum()),
        mean_probability=_ratio(float(tally.probability @ tally.weight), tally.weight.sum()),
        brier=_number(mean.value * factor),
        brier_interval=_within(mean.interval, factor),
        log=log,
        log_infinite=log_infinite,
        miscalibration=_number(parts.miscalibration * by) if whole else None,
        discrimination=_number(parts.discrimination * by) if whole else None,
        uncertainty=_number(parts.uncertainty * by) if whole else None,
        miscalibration_null=_times(known.miscalibration_null, by) if whole else None,
        miscalibration_p=known.miscalibration_p if whole else None,
        skill=_skill(parts.score, parts.uncertainty) if sets is None else None,
        spiegelhalter_z=known.spiegelhalter_z,
        slope=known.slope,
        intercept=known.intercept,
        verdict="",
        spherical=_spherical(sample),
        in_the_large=known.in_the_large,
        in_the_large_interval=known.in_the_large_interval,
        slope_interval=known.slope_interval,
        impossible=known.impossible,
        effective=mean.effective if sample.questions else None,
        further_questions=further(excess),
        sets=sets is not None,
    )
    swing = 1.0 if sets is not None else float(abs(1 - 2 * tally.probability).max(initial=0.0))
    said = verdict(found.questions, mean, excess, swing=swing, scale=scale, sets=sets is not None)
    return replace(found, verdict=said)


def _draws(sample: Sample) -> int:
    """Draws for a card: fewer than for a band, which needs its tails."""
    fewer = max(CARD // max(len(sample.tally), 1), FEWEST)
    return min(draws_for(sample.tally, sample.trials), fewer)


def _log(sample: Sample) -> tuple[float | None, int]:
    """The mean log score, None where one is infinite, and how many are."""
    tally, sets = sample.tally, sample.sets
    if sets is not None:
        return None if sets.log_infinite else _ratio(sets.log, tally.total), sets.log_infinite
    missed = tally.forecasts - tally.events
    never, always = tally.probability == 0, tally.probability == 1
    infinite = int(tally.events[never].sum() + missed[always].sum())
    return None if infinite else _mean(tally, "log"), infinite


def _spherical(sample: Sample) -> float | None:
    if sample.sets is not None:
        return _ratio(sample.sets.spherical, sample.tally.total)
    return _mean(sample.tally, "spherical")


def _mean(tally: Tally, rule: Rule) -> float | None:
    if not tally.total:
        return None
    return _number(float(mean_score(tally, tally.happened, tally.probability, rule)))


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else _number(value * factor)


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
