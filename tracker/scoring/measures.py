"""Calibration in single numbers, each beside what it would be if the forecasts were calibrated."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tracker.pairs import BILLION
from tracker.scoring.decomposition import decompose, mean_score, recalibrate
from tracker.scoring.simulation import SEED, coarse, covariance, draws_for, simulate
from tracker.scoring.uncertainty import LEVEL, mean_of
from tracker.tally import Sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.scoring.rules import Rule
    from tracker.tally import Tally, Trials

    Floats = NDArray[np.float64]

EQUAL = 1e-9  # as far as two miscalibrations that should be equal can be apart by rounding
NOTHING = 1e-13  # a share of the largest variance there could be: only rounding
STEPS = 100
CLOSE = 1e-10


@dataclass(frozen=True)
class Measures:
    """Measures of calibration. None where a number does not exist.

    Attributes
    ----------
    miscalibration : float
        Of the decomposition by ``rule``; infinite where the log score is. Its null and p refer to
        it: all three are of the same levels (over 5,000 are pooled by thousandths).
    miscalibration_null : float
        Its mean if the forecasts were calibrated: above 0, the more so the fewer they are.
    miscalibration_p : float
        The chance that calibrated forecasts show as much, from 1 / (draws + 1) to 1.
    in_the_large : float
        Mean outcome minus mean probability: below 0, things came true less often than said.
    in_the_large_interval : (low, high)
        At level 0.90: the widest of what chance leaves to the probabilities said, or to the shares
        found, and, where questions have several forecasts, of how far questions lie apart.
    spiegelhalter_z, spiegelhalter_p : float
        Standard normal if calibrated; above 0 mostly where forecasts are too bold.
    slope, intercept : float
        Of a logistic regression of the outcomes on the log odds said: 1 and 0 if calibrated, a
        slope below 1 if too bold. None where the outcomes are split without overlap.
    slope_interval : (low, high)
        At level 0.90.
    certain : int
        Forecasts of 0 or 1, which slope and intercept leave out.
    impossible : int
        Outcomes that had been said to be impossible; even one of them refutes calibration.
    draws, seed : int
        Of the simulation.
    """

    miscalibration: float | None
    miscalibration_null: float | None
    miscalibration_p: float | None
    in_the_large: float | None
    in_the_large_interval: tuple[float, float] | None
    spiegelhalter_z: float | None
    spiegelhalter_p: float | None
    slope: float | None
    slope_interval: tuple[float, float] | None
    intercept: float | None
    certain: int
    impossible: int
    draws: int
    seed: int


def measures(
    tally: Tally,
    trials: Trials | None,
    *,
    rule: Rule = "brier",
    draws: int | None = None,
    seed: int = SEED,
) -> Measures:
    """Measure the calibration of a tally.

    All spreads are those of outcomes drawn for whole questions, so forecasts that share a
    question share its outcome [1]_ [2]_. Each option of an option set is a yes/no forecast here.

    Parameters
    ----------
    tally : Tally
    trials : Trials or None
        None where every forecast is a question of its own and all weigh the same.
    rule : {"brier", "log", "spherical"}
        Of ``miscalibration``, its null and its p. Of option sets only the Brier score.
    draws : int, optional
        1,000 unless given, and fewer for large work.
    seed : int

    References
    ----------
    .. [1] D. J. Spiegelhalter, Probabilistic prediction in patient management and clinical
       trials, Statistics in Medicine 5 (1986), doi:10.1002/sim.4780050506
    .. [2] D. R. Cox, Two further applications of a model for binary regression, Biometrika 45
       (1958), doi:10.1093/biomet/45.3-4.562

    Examples
    --------
    >>> from tracker.pairs import Pairs
    >>> from tracker.tally import Tally
    >>> bold = Pairs(probability=[0.9] * 20 + [0.1] * 20, outcome=([1] * 13 + [0] * 7) * 2)
    >>> found = measures(Tally.of(bold), None)
    >>> found.spiegelhalter_z > 2, found.miscalibration_p < 0.05
    (True, True)
    """
    tally, trials = coarse(tally, trials)
    draws = draws_for(tally, trials) if draws is None else draws
    observed = expected = p = None
    if tally.total:
        observed = decompose(tally, rule).miscalibration
        null = _null(tally, trials, rule, draws, seed)
        expected = float(null.mean())
        p = (1 + int((null >= observed - EQUAL).sum())) / (draws + 1)
    large, large_interval, z = _sums(tally, trials)
    slope, slope_interval, intercept = _line(tally, trials)
    never, always = tally.level == 0, tally.level == BILLION
    missed = tally.events * never + (tally.forecasts - tally.events) * always
    return Measures(
        miscalibration=observed,
        miscalibration_null=expected,
        miscalibration_p=p,
        in_the_large=large,
        in_the_large_interval=large_interval,
        spiegelhalter_z=z,
        spiegelhalter_p=None if z is None else math.erfc(abs(z) / math.sqrt(2)),
        slope=slope,
        slope_interval=slope_interval,
        intercept=intercept,
        certain=int(tally.forecasts[never | always].sum()),
        impossible=int(missed.sum()),
        draws=draws,
        seed=seed,
    )


def _null(tally: Tally, trials: Trials | None, rule: Rule, draws: int, seed: int) -> Floats:
    """Miscalibrations of records drawn from the forecasts themselves, (draws,)."""
    found = []
    for happened in simulate(tally, trials, draws=draws, seed=seed):
        fitted = recalibrate(happened, tally.weight)
        score = mean_score(tally, happened, tally.probability, rule)
        found.append(np.maximum(score - mean_score(tally, happened, fitted, rule), 0.0))
    return np.concatenate(found)


def _sums(
    tally: Tally, trials: Trials | None
) -> tuple[float | None, tuple[float, float] | None, float | None]:
    """Calibration in the large with its interval, and Spiegelhalter's z."""
    if not len(tally):
        return None, None, None
    every = np.ones(len(tally))
    values = np.stack([every, every - 2 * tally.probability])
    excess = values @ (tally.happened - tally.weight * tally.probability)
    variance = np.diag(covariance(tally, trials, values))
    some = variance > NOTHING * (np.abs(values) @ tally.weight) ** 2
    weight = float(tally.weight.sum())
    large = float(excess[0]) / weight
    z = float(excess[1] / math.sqrt(variance[1])) if some[1] else None
    if not some[0]:
        return large, None, z
    # Bold forecasts leave little to chance by their own account: the shares found leave more.
    shares = recalibrate(tally.happened, tally.weight)
    found = covariance(_saying(tally, shares), trials, values[:1])[0, 0]
    spread = math.sqrt(max(float(variance[0]), float(found))) / weight
    interval = _interval(large, spread)
    found_apart = None if trials is None else _apart(tally, trials)
    if interval is None or found_apart is None:
        return large, interval, z
    reach = max(interval[1] - interval[0], found_apart[1] - found_apart[0]) / 2
    return large, (large - reach, large + reach), z


def _apart(tally: Tally, trials: Trials) -> tuple[float, float] | None:
    """The interval of the mean excess by how far the questions lie apart.

    None where each has one row: then its chance is known. How several forecasts on one question
    hang together is not: one draw for them all can be too little.
    """
    weight = trials.by_question(trials.weight)
    if len(weight) == len(trials):
        return None
    said = trials.weight * tally.probability[trials.at]
    excess = trials.by_question(trials.happened - said)
    own = float((excess**2 / weight).sum())
    return mean_of(Sums.of_clusters(weight, excess, forecasts=len(weight), own=own)).interval


def _line(
    tally: Tally, trials: Trials | None
) -> tuple[float | None, tuple[float, float] | None, float | None]:
    """The calibration slope with its interval, and the intercept."""
    from scipy.special import expit

    open_ = (tally.level > 0) & (tally.level < BILLION)
    yes, no = open_ & (tally.events > 0), open_ & (tally.events < tally.forecasts)
    level = tally.level
    if not (yes.any() and no.any()):
        return None, None, None
    if level[no].max() <= level[yes].min() or level[yes].max() <= level[no].min():
        return None, None, None  # split without overlap: the likelihood has no maximum
    p = tally.probability[open_]
    x = np.log(p) - np.log1p(-p)
    fit = _logistic(x, tally.happened[open_], tally.weight[open_])
    if fit is None:
        return None, None, None
    (intercept, slope), information = fit
    design = np.zeros((2, len(tally)))
    design[:, open_] = np.stack([np.ones(len(x)), x])
    said = tally.probability.copy()
    said[open_] = expit(intercept + slope * x)
    inverse = np.linalg.inv(information)
    variance = inverse @ covariance(_saying(tally, said), trials, design) @ inverse
    return slope, _interval(slope, math.sqrt(max(float(variance[1, 1]), 0.0))), intercept


def _logistic(x: Floats, yes: Floats, weight: Floats) -> tuple[tuple[float, float], Floats] | None:
    """Intercept and slope of greatest likelihood with the information, by Newton's method."""
    from scipy.special import expit

    design = np.stack([np.ones(len(x)), x])

    def cost(line: Floats) -> float:
        odds = line @ design
        return float(weight @ np.logaddexp(0, odds) - yes @ odds)

    line = np.zeros(2)
    for _ in range(STEPS):
        share = expit(line @ design)
        information = (design * (weight * share * (1 - share))) @ design.T
        if not np.linalg.det(information) > 0:
            return None
        step = np.linalg.solve(information, design @ (yes - weight * share))
        now = cost(line)
        while not cost(line + step) <= now + EQUAL * abs(now):
            step = step / 2
        line = line + step
        if np.abs(step).max() < CLOSE * (1 + np.abs(line).max()):
            return (float(line[0]), float(line[1])), information
    return None


def _saying(tally: Tally, probability: Floats) -> Tally:
    """The tally as if other probabilities had been said, in the same places."""
    return replace(tally, level=np.rint(probability * BILLION).astype(np.int64))


def _interval(value: float, spread: float) -> tuple[float, float] | None:
    from scipy.special import ndtri

    if not spread:
        return None
    reach = float(ndtri((1 + LEVEL) / 2)) * spread
    return value - reach, value + reach
