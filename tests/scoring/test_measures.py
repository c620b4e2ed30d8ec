"""Calibration in numbers: published ones, the null they stand beside, and shared questions."""

from __future__ import annotations

import csv
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import binary_pairs, set_pairs

from tracker import Pairs
from tracker.scoring import simulation
from tracker.scoring.measures import Measures, measures
from tracker.tally import Tally, Trials

if TYPE_CHECKING:
    from pathlib import Path

RULES: list[Any] = ["brier", "log", "spherical"]


def measured(pairs: Pairs, **options: Any) -> Measures:
    """The measures of pairs, by few draws unless more are asked for."""
    tally = Tally.of(pairs)
    trials = Trials.of(pairs, tally) if len(tally) else None
    return measures(tally, trials, **{"draws": 50, **options})


def niamey(shared: Path, method: str) -> Pairs:
    """Rain in Niamey in 2016: 92 days (R package reliabilitydiag, ECMWF-derived, CC BY 4.0)."""
    with (shared / "data/niamey/precip_niamey_2016.csv").open(encoding="utf-8") as file:
        days = list(csv.DictReader(file))
    said = [float(day[method]) for day in days]
    return Pairs(probability=said, outcome=[int(day["obs"]) for day in days])


def agree(one: Any, other: Any) -> bool:
    """Whether two numbers are equal but for rounding, or neither exists."""
    if one is None or other is None:
        return one is other
    return bool(one == pytest.approx(other, rel=1e-4, abs=1e-6))


# --- published numbers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "z", "slope", "certain"),
    [
        ("Logistic", -0.77066119, 1.23732942, 0),
        ("EMOS", -0.37122422, 1.16946797, 0),
        ("ENS", 9.15507144, 0.43571046, 24),
        ("EPC", -0.77602812, 1.32630801, 0),
    ],
)
def test_rain_in_niamey(shared: Path, method: str, z: float, slope: float, certain: int) -> None:
    """val.prob of the R package rms: Spiegelhalter's z, and the slope without forecasts of 1."""
    found = measured(niamey(shared, method))
    assert found.spiegelhalter_z == pytest.approx(z, abs=1e-7)
    assert found.slope == pytest.approx(slope, abs=1e-7)
    assert found.certain == certain
    assert found.impossible == (6 if method == "ENS" else 0)  # 24 said 1, of which 18 came true


@pytest.mark.parametrize(
    ("method", "p"), [("Logistic", 0.940), ("EMOS", 0.746), ("ENS", 0.0001), ("EPC", 0.354)]
)
def test_rain_in_niamey_against_its_null(shared: Path, method: str, p: float) -> None:
    """statistics.md: by 10,000 draws of another program; two of its and ours differ by .02."""
    found = measured(niamey(shared, method), draws=10_000)
    assert found.miscalibration_p == pytest.approx(p, abs=0.02)
    if method == "ENS":
        assert found.miscalibration_p == 1 / 10_001


@pytest.mark.parametrize(
    ("n", "tenths", "mean", "tolerance"),
    [
        (20, True, 0.043, 0.004),
        (50, True, 0.022, 0.002),
        (200, True, 0.007, 0.0008),
        (50, False, 0.034, 0.003),
        (200, False, 0.014, 0.001),
    ],
)
def test_miscalibration_of_the_calibrated(
    n: int, tenths: bool, mean: float, tolerance: float
) -> None:
    """statistics.md: how much of it there is by chance alone, by n and by how finely one says."""
    rng = np.random.default_rng(1)
    found = []
    for _ in range(40):
        said = rng.beta(0.8, 1.3, n)
        said = said.round(1) if tenths else said
        tally = Tally.of(Pairs(probability=said, outcome=np.zeros(n)))
        found.append(measures(tally, None, draws=100).miscalibration_null)
    assert np.mean([value or 0.0 for value in found]) == pytest.approx(mean, abs=tolerance)


# --- the null -----------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES)
def test_of_calibrated_analysts_few_are_found_wanting(rule: Any) -> None:
    """A p below one tenth in about a tenth of 200 records, on shared questions too."""
    rng = np.random.default_rng(5)
    question = np.arange(60) // 2
    found = []
    for _ in range(200):
        said = rng.choice([0.1, 0.2, 0.4, 0.5, 0.7, 0.8, 0.9], 60)
        happened = rng.random(30)[question] < said
        pairs = Pairs(probability=said, outcome=happened, question=question)
        found.append(measured(pairs, rule=rule, draws=50).miscalibration_p)
    share = np.mean([(p or 0.0) <= 0.1 for p in found])
    assert 0.05 < share < 0.16


def test_the_bold_are_found_out() -> None:
    """What is said at 90 and 10 % comes true at 65 and 35 %: every measure says so."""
    said = np.repeat([0.9, 0.1], 100)
    happened = np.r_[np.arange(100) < 65, np.arange(100) < 35]
    found = measured(Pairs(probability=said, outcome=happened), draws=999)
    assert found.miscalibration_p == 0.001
    assert found.miscalibration is not None
    assert found.miscalibration_null is not None
    assert found.miscalibration == pytest.approx(0.25**2)
    assert found.miscalibration_null < 0.002
    assert found.spiegelhalter_z is not None
    assert found.spiegelhalter_z > 5
    assert found.slope is not None
    assert found.slope_interval is not None
    assert found.slope == pytest.approx(np.log(65 / 35) / np.log(9))
    assert found.slope_interval[1] < 0.5
    assert found.intercept == pytest.approx(0, abs=1e-9)
    assert found.in_the_large == pytest.approx(0, abs=1e-12)


def test_an_impossible_outcome_refutes() -> None:
    """It is counted; the log score is infinite, which no calibrated record ever has."""
    pairs = Pairs(probability=[0, 0, 1, 1, 0.5, 0.5], outcome=[1, 0, 0, 1, 1, 0])
    found = measured(pairs, rule="log")
    assert (found.impossible, found.certain) == (2, 4)
    assert found.miscalibration == np.inf
    assert found.miscalibration_p == 1 / 51
    assert found.miscalibration_null is not None
    assert np.isfinite(found.miscalibration_null)


# --- by hand ------------------------------------------------------------------------------------


@given(binary_pairs(min_size=1))
def test_the_formulas_for_questions_apart(pairs: Pairs) -> None:
    """statistics.md: Spiegelhalter's z, and the mean outcome less the mean probability."""
    p, y = pairs.probability, pairs.outcome
    found = measured(Pairs(probability=p, outcome=y), draws=1)
    below = float(((1 - 2 * p) ** 2 * p * (1 - p)).sum())
    if below > 1e-12:
        assert found.spiegelhalter_z == pytest.approx(
            float(((y - p) * (1 - 2 * p)).sum()) / np.sqrt(below), abs=1e-7
        )
    elif np.isin(p, [0, 0.5, 1]).all():
        assert found.spiegelhalter_z is None
        assert found.spiegelhalter_p is None
    assert found.in_the_large == pytest.approx(float((y - p).mean()), abs=1e-12)
    if found.in_the_large_interval is not None:
        low, high = found.in_the_large_interval
        assert high - low >= 2 * 1.6448 * np.sqrt((p * (1 - p)).sum()) / len(p)


def test_the_slope_with_its_interval() -> None:
    """Two levels: the line goes through both log odds, with the spread of their counts."""
    said = np.repeat([0.3, 0.6], [40, 50])
    happened = np.r_[np.arange(40) < 10, np.arange(50) < 30]
    found = measured(Pairs(probability=said, outcome=happened))
    run = np.log(0.6 / 0.4) - np.log(0.3 / 0.7)
    slope = (np.log(30 / 20) - np.log(10 / 30)) / run
    spread = np.sqrt(1 / 30 + 1 / 20 + 1 / 10 + 1 / 30) / run
    assert found.slope == pytest.approx(slope)
    assert found.slope_interval == pytest.approx(
        (slope - 1.6449 * spread, slope + 1.6449 * spread), abs=1e-4
    )
    assert found.intercept == pytest.approx(np.log(1.5) - slope * np.log(1.5))


@pytest.mark.parametrize(
    ("probability", "outcome"),
    [
        ([0.3, 0.4, 0.6], [0, 0, 1]),  # told apart completely
        ([0.3, 0.5, 0.5, 0.6], [0, 0, 1, 1]),  # but for one level
        ([0.3, 0.4, 0.6], [1, 1, 0]),  # the wrong way round
        ([0.3, 0.6, 0.7], [1, 1, 1]),  # one class
        ([0.4, 0.4, 0.4], [0, 1, 1]),  # one level
        ([0.0, 1.0, 0.0, 1.0], [0, 1, 1, 0]),  # nothing but certainties
    ],
)
def test_no_slope_without_overlap(probability: list[float], outcome: list[int]) -> None:
    """The likelihood rises for ever: there is none to report."""
    found = measured(Pairs(probability=probability, outcome=outcome))
    assert (found.slope, found.slope_interval, found.intercept) == (None, None, None)


# --- shared questions ---------------------------------------------------------------------------


def test_ten_updates_are_not_ten_trials() -> None:
    """The same said ten times over weighs as much, and tells as much, as said once."""
    rng = np.random.default_rng(4)
    said = rng.choice([0.1, 0.3, 0.6, 0.8], 40)
    happened = rng.random(40) < said
    once = Pairs(probability=said, outcome=happened)
    often = Pairs(
        probability=np.repeat(said, 10),
        outcome=np.repeat(happened, 10),
        question=np.repeat(np.arange(40), 10),
        weight=np.full(400, 0.1),
    )
    single, many = measured(once, draws=2000), measured(often, draws=2000)
    for name in ("spiegelhalter_z", "slope", "slope_interval", "intercept", "in_the_large"):
        assert agree(getattr(many, name), getattr(single, name)), name
    assert agree(many.in_the_large_interval, single.in_the_large_interval)
    assert agree(many.miscalibration, single.miscalibration)
    assert single.miscalibration_null is not None
    assert many.miscalibration_null == pytest.approx(single.miscalibration_null, rel=0.05)
    apart = measured(Pairs(probability=often.probability, outcome=often.outcome))
    assert abs(apart.spiegelhalter_z or 0.0) > 3 * abs(many.spiegelhalter_z or 0.0)


@pytest.mark.parametrize("shared", ["analysts", "updates"])
def test_the_mean_excess_covers_0_where_questions_are_shared(shared: str) -> None:
    """Calibrated analysts with their own signals, and updates: 0 is missed one time in ten.

    With the spread of draws alone it was missed 14 times in a hundred.
    """
    from scipy.special import ndtr

    rng = np.random.default_rng(6)
    runs, questions, each = 1500, 30, 10
    question = np.arange(questions).repeat(each)
    missed = 0
    for _ in range(runs):
        if shared == "analysts":
            truth = rng.standard_normal(questions)
            seen = truth[:, None] + rng.standard_normal((questions, each))
            said = ndtr(seen / np.sqrt(6))
            happened = truth + rng.standard_normal(questions) > 0
        else:
            path = rng.standard_normal((questions, each + 1)).cumsum(axis=1)
            said = ndtr(path[:, :each] / np.sqrt(np.arange(each, 0, -1)))
            happened = path[:, each] > 0
        pairs = Pairs(
            probability=said.round(2).ravel(), outcome=happened.repeat(each), question=question
        )
        interval = measured(pairs, draws=1).in_the_large_interval
        assert interval is not None
        missed += not interval[0] <= 0 <= interval[1]
    assert missed / runs < 0.12


def test_the_mean_excess_has_the_spread_of_the_questions() -> None:
    """By hand: two analysts on each of three questions, by Student's t on two degrees."""
    pairs = Pairs(
        probability=[0.4, 0.6, 0.9, 0.9, 0.85, 0.95],
        outcome=[0, 0, 1, 1, 0, 0],
        question=[1, 1, 2, 2, 3, 3],
    )
    found = measured(pairs)
    excess = np.array([-0.5, 0.1, -0.9])
    reach = 2.91998558 * excess.std(ddof=1) / np.sqrt(3)
    assert found.in_the_large == pytest.approx(excess.mean())
    assert found.in_the_large_interval == pytest.approx(
        (excess.mean() - reach, excess.mean() + reach)
    )


@given(binary_pairs(min_size=1))
def test_the_opposite_question_measures_alike(pairs: Pairs) -> None:
    """With intercept and mean excess turned round; each on a question of its own."""
    p, y, weight = pairs.probability, pairs.outcome, pairs.weight
    one = measured(Pairs(probability=p, outcome=y, weight=weight), draws=1)
    other = measured(Pairs(probability=1 - p, outcome=1 - y, weight=weight), draws=1)
    for name in ("miscalibration", "spiegelhalter_z", "slope", "certain", "impossible"):
        assert agree(getattr(other, name), getattr(one, name)), name
    assert other.in_the_large == pytest.approx(-(one.in_the_large or 0.0), abs=1e-9)
    turned = None if other.intercept is None else -other.intercept
    assert agree(turned, one.intercept)


# --- whatever comes -----------------------------------------------------------------------------


@given(binary_pairs() | set_pairs(), st.sampled_from(RULES))
def test_there_is_a_number_or_none(pairs: Pairs, rule: Any) -> None:
    """Never NaN; chances between 0 and 1, intervals around their numbers; the same every time."""
    found = measured(pairs, rule=rule, draws=20)
    assert astuple(found) == astuple(measured(pairs, rule=rule, draws=20))
    for value in (found.miscalibration_p, found.spiegelhalter_p):
        assert value is None or 0 <= value <= 1
    for value, interval in (
        (found.slope, found.slope_interval),
        (found.in_the_large, found.in_the_large_interval),
    ):
        if interval is not None:
            assert value is not None
            assert interval[0] < value < interval[1]
    assert (found.miscalibration is None) == (len(pairs) == 0)


def test_nothing_is_known_of_no_forecasts() -> None:
    """Nones, and no outcome that was impossible."""
    found = measured(Pairs(probability=[], outcome=[]))
    assert set(vars(found).values()) == {None, 0, 50, 1}


def test_many_levels_are_compared_as_they_were_pooled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Observed and expected miscalibration are of the same levels: neither is the finer one."""
    rng = np.random.default_rng(2)
    said = rng.beta(0.8, 1.3, 4000)
    pairs = Pairs(probability=said, outcome=rng.random(4000) < said)
    fine = measured(pairs)
    monkeypatch.setattr(simulation, "MOST_LEVELS", 100)
    pooled = measured(pairs)
    assert fine.miscalibration is not None
    assert pooled.miscalibration is not None
    assert pooled.miscalibration < fine.miscalibration
    assert (pooled.miscalibration_null or 1.0) < (fine.miscalibration_null or 0.0)
    assert pooled.miscalibration_p == pytest.approx(fine.miscalibration_p, abs=0.25)
