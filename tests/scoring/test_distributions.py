"""Scores of quantiles, intervals and distribution functions, against published numbers."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import UsageError
from tracker.scoring import rules
from tracker.scoring.distributions import (
    coverage,
    crps_cdf,
    crps_quantiles,
    interval_score,
    pinball,
    quantile_bias,
    weighted_interval_score,
    wis_parts,
)

if TYPE_CHECKING:
    from pathlib import Path

numbers = st.floats(-100, 100).map(lambda x: round(x, 3))


@st.composite
def quantile_forecasts(draw: st.DrawFn) -> tuple[list[float], list[float], float]:
    """Levels in pairs, with or without a median, quantiles that may be equal, and an outcome."""
    steps = sorted(draw(st.sets(st.integers(1, 49), min_size=1, max_size=5)))
    middle = draw(st.sampled_from([[], [50]]))
    levels = [step / 100 for step in [*steps, *middle, *[100 - step for step in steps[::-1]]]]
    values = sorted(draw(st.lists(numbers, min_size=len(levels), max_size=len(levels))))
    return levels, values, draw(st.one_of(numbers, st.sampled_from(values)))


# --- the 56 numbers of scoringutils ---------------------------------------------------------

HEADS = ("wis", "over", "under", "dispersion", "bias", "cov50", "cov90", "ae")
TABLE = {
    ("Cases", "EuroCOVIDhub-ensemble"): "17900 10000 4240 3660 -.0564 .391 .805 24100",
    ("Cases", "EuroCOVIDhub-baseline"): "28500 14100 10300 4100 .098 .328 .820 38500",
    ("Cases", "epiforecasts-EpiNow2"): "20800 11900 3260 5660 -.0789 .469 .789 27900",
    ("Deaths", "EuroCOVIDhub-ensemble"): "41.4 7.14 4.1 30.2 .0727 .875 1 53.1",
    ("Deaths", "EuroCOVIDhub-baseline"): "159 65.9 2.1 91.4 .339 .664 1 233",
    ("Deaths", "UMass-MechBayes"): "52.7 8.98 16.8 26.9 -.0223 .461 .875 78.5",
    ("Deaths", "epiforecasts-EpiNow2"): "66.6 18.9 15.9 31.9 -.00513 .420 .908 105",
}


SHORT = ("Deaths", "epiforecasts-EpiNow2")  # has no forecast for nine of the outcomes


class Hub(NamedTuple):
    """The forecasts of one model: 23 levels, a row of quantiles a forecast, outcomes."""

    levels: np.ndarray[Any, Any]
    values: np.ndarray[Any, Any]
    outcome: np.ndarray[Any, Any]

    def summary(self) -> dict[str, float]:
        """The mean scores, by head of the table."""
        parts = wis_parts(*self)
        median = self.values[:, 11]
        scores = [parts.total, parts.over, parts.under, parts.dispersion, quantile_bias(*self)]
        for low in (6, 2):  # the levels .25 and .05
            low_value, high_value = self.values[:, low], self.values[:, -1 - low]
            scores.append(coverage(low_value, high_value, self.outcome))
        scores.append(np.abs(median - self.outcome))
        return dict(zip(HEADS, [float(score.mean()) for score in scores], strict=True))


def hub(shared: Path, target: str, model: str) -> Hub:
    """What a model forecast of a target; epiforecasts/scoringutils, example_quantile.csv, MIT."""
    units: dict[tuple[str, ...], dict[float, tuple[float, float]]] = {}
    with (shared / "data/scoringutils/example_quantile.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if (row["target_type"], row["model"]) == (target, model):
                unit = row["location"], row["target_end_date"], row["horizon"]
                said = float(row["predicted"]), float(row["observed"])
                units.setdefault(unit, {})[float(row["quantile_level"])] = said
    levels = sorted(next(iter(units.values())))
    values = np.array([[unit[level][0] for level in levels] for unit in units.values()])
    return Hub(np.array(levels), values, np.array([unit[0.5][1] for unit in units.values()]))


@pytest.mark.parametrize(("target", "model"), TABLE)
def test_the_table_of_scoringutils(shared: Path, target: str, model: str) -> None:
    """README of epiforecasts/scoringutils, summarise_scores at three digits: 8 of 56 numbers."""
    forecasts = hub(shared, target, model)
    assert len(forecasts.outcome) == (119 if (target, model) == SHORT else 128)
    summary = forecasts.summary()
    printed = dict(zip(HEADS, map(float, TABLE[target, model].split()), strict=True))
    assert {head: float(f"{summary[head]:.3g}") for head in HEADS} == printed


# --- CRPS -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "cdf", "y", "score"),
    [
        pytest.param([0, 1], [0, 1], 0.3, 0.37 / 3, id="uniform, statistics.md .1233333"),
        pytest.param([0, 1], [0, 1], 0.0, 1 / 3, id="uniform, at its end"),
        pytest.param([0, 1], [0, 1], -2.0, 2 + 1 / 3, id="uniform, beyond it"),
        pytest.param([5], [1], 7.0, 2.0, id="a point costs its distance"),
        pytest.param([5, 5], [0, 1], 3.0, 2.0, id="a jump is a point"),
        pytest.param([0, 0, 2, 2], [0, 0.5, 0.5, 1], 1.0, 0.5, id="two points, fair coin"),
        pytest.param([0, 2], [0.5, 0.5], 1.0, 0.5, id="mass outside lies at the outer points"),
        pytest.param([0, 2], [0.5, 0.5], 3.0, 1.5, id="and the distance comes on top"),
    ],
)
def test_crps_of_a_distribution_function(
    points: list[float], cdf: list[float], y: float, score: float
) -> None:
    """Worked by hand."""
    assert float(crps_cdf(points, cdf, y)) == pytest.approx(score, abs=1e-12)


def test_crps_of_many_quantiles_is_that_of_the_distribution() -> None:
    """N(0, 1) at .7 costs .4216 (statistics.md, closed form); scoringrules says so too."""
    import scoringrules
    from scipy.special import ndtri

    levels = (np.arange(4000) + 0.5) / 4000
    closed = float(scoringrules.crps_normal(0.7, 0.0, 1.0))
    assert closed == pytest.approx(0.4216, abs=1e-4)
    assert float(crps_quantiles(levels, ndtri(levels), 0.7)) == pytest.approx(closed, abs=1e-4)


@given(st.lists(numbers, min_size=1, max_size=6), numbers)
def test_crps_of_a_sample_is_that_of_its_steps(sample: list[float], y: float) -> None:
    """Of a step function it is the ensemble's, here by scoringrules."""
    import scoringrules

    points = np.repeat(np.sort(sample), 2)
    steps = np.repeat(np.arange(len(sample) + 1) / len(sample), 2)[1:-1]
    expected = scoringrules.crps_ensemble(y, np.array(sample), estimator="nrg")
    assert float(crps_cdf(points, steps, y)) == pytest.approx(float(expected), abs=1e-9)


@given(quantile_forecasts())
def test_crps_of_quantiles_is_its_integral(
    forecast: tuple[list[float], list[float], float],
) -> None:
    """By quadrature on a fine grid, with the mass outside at the outermost quantiles."""
    levels, values, y = forecast
    values = [value + number * 1e-6 for number, value in enumerate(values)]
    x = np.linspace(min(values[0], y) - 1, max(values[-1], y) + 1, 20_001)
    f = np.interp(x, values, levels, left=0.0, right=1.0)
    expected = np.trapezoid((f - (x >= y)) ** 2, x)
    assert float(crps_quantiles(levels, values, y)) == pytest.approx(expected, abs=0.05)


@given(quantile_forecasts(), st.floats(-50, 50), st.floats(0.1, 10))
def test_scores_move_with_the_unit(
    forecast: tuple[list[float], list[float], float], shift: float, scale: float
) -> None:
    """Not negative; another origin changes nothing, another unit the score by its factor."""
    levels, values, y = forecast
    moved = np.array(values) * scale + shift
    for score in (crps_quantiles, weighted_interval_score):
        before = float(score(levels, values, y))
        assert before >= 0
        after = float(score(levels, moved, y * scale + shift))
        assert after == pytest.approx(before * scale, abs=1e-8)


@given(quantile_forecasts())
def test_up_and_down_are_alike(forecast: tuple[list[float], list[float], float]) -> None:
    """Turned round, what was over is under, and the rest stays."""
    levels, values, y = forecast
    turned = [-value for value in values[::-1]]
    one, other = wis_parts(levels, values, y), wis_parts(levels, turned, -y)
    assert float(one.over) == pytest.approx(float(other.under), abs=1e-9)
    assert float(one.total) == pytest.approx(float(other.total), abs=1e-9)
    crps = float(crps_quantiles(levels, values, y))
    assert crps == pytest.approx(float(crps_quantiles(levels, turned, -y)), abs=1e-9)


# --- intervals and quantiles ----------------------------------------------------------------


def test_interval_score() -> None:
    """Example of scoringrules' documentation, 50 %; and 90 %, missed on both sides by 1 and 2."""
    got = interval_score([0.0, 0.1, 0.2], [0.4, 0.3, 0.5], [0.1, 0.2, 0.3], 0.5)
    assert got == pytest.approx([0.4, 0.2, 0.3])
    assert interval_score(10, 20, [9, 22, 20], 0.9) == pytest.approx([30, 50, 10])
    assert float(interval_score(3, 3, 3, 0.9)) == 0


@given(numbers, st.floats(0, 50), numbers, st.floats(0.05, 0.99))
def test_interval_score_is_that_of_scoringrules(
    low: float, width: float, y: float, level: float
) -> None:
    """And twice the pinball losses of its ends over what lies outside."""
    import scoringrules

    high, outside = low + width, 1 - level
    ours = float(interval_score(low, high, y, level))
    assert ours == pytest.approx(float(scoringrules.interval_score(y, low, high, outside)))
    ends = pinball([outside / 2, 1 - outside / 2], [low, high], y).sum()
    assert ours == pytest.approx(float(ends) * 2 / outside, abs=1e-6)


@given(quantile_forecasts())
def test_the_weighted_interval_score_is_mean_pinball_loss(
    forecast: tuple[list[float], list[float], float],
) -> None:
    """2 sum pinball / (2K + 1), Bracher et al. 2021; / 2K without a median; parts add up."""
    levels, values, y = forecast
    parts = wis_parts(*forecast)
    expected = 2 * pinball(levels, values, y).sum() / len(levels)
    assert float(parts.total) == pytest.approx(expected, abs=1e-9)
    assert float(parts.total) == pytest.approx(float(sum(parts[1:])), abs=1e-12)
    assert min(float(part) for part in parts) >= 0
    assert not (parts.over > 0 and parts.under > 0) or values[0] < y < values[-1]


def test_the_median_alone_costs_its_distance() -> None:
    """K = 0: |y - median|, as with one interval its score is weighed against that."""
    assert float(weighted_interval_score([0.5], [4], 7)) == 3
    assert [float(part) for part in wis_parts([0.25, 0.75], [4, 8], 3)] == [2, 1, 1, 0]


def test_one_set_of_quantiles_meets_many_outcomes() -> None:
    """A row of quantiles for each outcome, or one for all."""
    levels, values, y = [0.1, 0.5, 0.9], [10, 20, 40], [5, 25, 60, 20]
    for score in (weighted_interval_score, crps_quantiles, quantile_bias):
        apart = [float(score(levels, values, one)) for one in y]
        assert score(levels, values, y).tolist() == pytest.approx(apart)
        assert score(levels, [values] * 4, y).tolist() == pytest.approx(apart)
        assert score(levels, np.zeros((0, 3)), []).shape == (0,)
    assert wis_parts(levels, values, y).dispersion.shape == (4,)


@pytest.mark.parametrize(
    ("y", "bias"),
    [(5, 1), (10, 0.8), (15, 0.8), (20, 0), (30, -0.8), (40, -0.8), (41, -1)],
)
def test_quantile_bias(y: float, bias: float) -> None:
    """1 - 2 max{level reached} below the median, 1 - 2 min{level not exceeded} above it."""
    assert float(quantile_bias([0.1, 0.5, 0.9], [10, 20, 40], y)) == pytest.approx(bias)


def test_a_median_is_interpolated_where_there_is_none() -> None:
    """Between .25 at 10 and .75 at 20 it is 15; levels on one side have none."""
    levels, values = [0.25, 0.75], [10, 20]
    assert quantile_bias(levels, values, [14, 15, 16]).tolist() == [0.5, 0, -0.5]
    for lopsided in ([0.1, 0.2], [0.6, 0.9]):
        with pytest.raises(UsageError, match="both sides"):
            quantile_bias(lopsided, values, 15)


@pytest.mark.parametrize(
    ("levels", "values", "y", "expected"),
    [
        ([0.5, 0.1], [1, 2], 1, "levels that rise"),
        ([0.1, 0.1], [1, 2], 1, "levels that rise"),
        ([-0.1, 1.1], [1, 2], 1, "levels that rise"),
        ([], [], 1, "levels that rise"),
        ([0.1, 0.9], [2, 1], 1, "do not fall"),
        ([0.1, 0.9], [1, np.inf], 1, "finite"),
        ([0.1, 0.9], [1, 2], np.nan, "finite"),
        ([0.1, np.nan], [1, 2], 1, "finite"),
        ([0.1, 0.9], [1, 2, 3], 1, "a quantile for each level"),
        ([0.1, 0.9], [[1, 2]] * 3, [1, 1], "one outcome for each forecast"),
    ],
)
@pytest.mark.parametrize("score", [crps_quantiles, weighted_interval_score, quantile_bias])
def test_impossible_quantiles_are_refused(
    score: Any, levels: Any, values: Any, y: Any, expected: str
) -> None:
    """Crossing quantiles are not sorted, missing ones not made up."""
    with pytest.raises(UsageError, match=expected):
        score(levels, values, y)


@pytest.mark.parametrize("levels", [[0.1, 0.5], [0.1, 0.8], [0.2], [0.0, 1.0]])
def test_levels_that_are_no_pairs_make_no_intervals(levels: list[float]) -> None:
    """The weighted interval score is of central intervals; 0 to 1 would hold everything."""
    with pytest.raises(UsageError, match="in pairs"):
        weighted_interval_score(levels, range(len(levels)), 1)


def test_impossible_intervals_are_refused() -> None:
    """Unlike in scoringrules, which scores them."""
    with pytest.raises(UsageError, match="low not above high"):
        interval_score(2, 1, 1, 0.9)
    with pytest.raises(UsageError, match="low not above high"):
        coverage([2], [1], [1])
    for level in (0, 1, 1.5, np.nan):
        with pytest.raises(UsageError, match="between 0 and 1"):
            interval_score(1, 2, 1, level)
    with pytest.raises(UsageError, match="levels from 0 to 1"):
        pinball(1.1, 1, 1)


@pytest.mark.parametrize(
    ("points", "cdf", "expected"),
    [
        ([1, 0], [0, 1], "points that do not fall"),
        ([0, 1], [0.6, 0.5], "probabilities that do not fall"),
        ([0, 1], [0, 1.2], "from 0 to 1"),
        ([0, 1], [0, 0.5, 1], "a probability for each point"),
        ([], [], "one outcome for each forecast"),
    ],
)
def test_impossible_distribution_functions_are_refused(
    points: Any, cdf: Any, expected: str
) -> None:
    """Among them ones that fall."""
    with pytest.raises(UsageError, match=expected):
        crps_cdf(points, cdf, 0.5)


def test_rules_has_them_by_name() -> None:
    """DESIGN's public names are those of one module."""
    assert rules.crps_quantiles is crps_quantiles
    assert rules.crps_cdf is crps_cdf
    assert rules.interval_score is interval_score
    assert rules.weighted_interval_score is weighted_interval_score
