"""Comparison at all times: published numbers, its promise kept on simulated paths, its edges."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import UsageError
from tracker.scoring.anytime import (
    LARGEST,
    OPTIMAL,
    Sequence,
    _log_mixture,
    _variation,
    anytime,
    confidence_sequence,
    e_process,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

differences = st.lists(
    st.one_of(st.sampled_from([-1.0, -0.25, 0.0, 0.25, 1.0]), st.floats(-1, 1)), max_size=60
)
everything: list[Any] = [confidence_sequence, e_process, anytime]


@pytest.fixture
def baseball(shared: Path) -> NDArray[np.float64]:
    """By how much 538 was closer than Vegas, game by game: Vegas's Brier score minus 538's."""
    games = np.genfromtxt(
        shared / "data" / "mlb_538_vs_vegas" / "games_2010_2019.csv",
        delimiter=",",
        skip_header=1,
        usecols=(2, 3, 4),
    )
    y, five, vegas = games.T
    return np.asarray((vegas - y) ** 2 - (five - y) ** 2)


# --- published numbers --------------------------------------------------------------------------


def test_the_interval_published_for_25165_baseball_games(baseball: NDArray[np.float64]) -> None:
    """Choe and Ramdas, doi:10.1287/opre.2021.0792, their tables: (-.00265, -.00061)."""
    after = confidence_sequence(baseball, tuned=100)
    assert len(after.mean) == 25_165
    assert (round(after.low[-1], 6), round(after.high[-1], 6)) == (-0.002652, -0.000615)


def test_the_e_values_published_for_25165_baseball_games(baseball: NDArray[np.float64]) -> None:
    """Choe and Ramdas, their tables: 2979.039872 for Vegas, and .09131 at most for 538.

    The tables print an upper bound where nearly everything speaks against: the mixture at the
    total where its form changes. The exact value is below it.
    """
    evidence = e_process(baseball, tuned=100)
    assert round(math.exp(evidence.below[-1]), 6) == 2979.039872
    last = _variation(baseball, -1, 1)[-1:]
    rare = 2 * math.log(1 / OPTIMAL)
    rho = 100 / (rare + math.log(1 + rare))
    bound = _log_mixture(-(last + rho) / 2, last, 2.0, 100)[0]
    assert round(math.exp(bound), 5) == 0.09131
    assert evidence.above[-1] < bound
    assert math.exp(evidence.above[-1]) == pytest.approx(0.0593928, abs=1e-7)


# --- the mixture ----------------------------------------------------------------------------------


@pytest.mark.parametrize("total", [-300.0, -41.0, -10.0, -0.5, 0.0, 0.5, 10.0, 60.0])
@pytest.mark.parametrize("variation", [1.0, 40.0, 1500.0])
def test_the_mixture_is_the_integral_it_stands_for(total: float, variation: float) -> None:
    """Bets exp(x total - psi(x) variation), weighed by a gamma density, added up numerically."""
    width, tuned = 2.0, 10.0
    rare = 2 * math.log(1 / OPTIMAL)
    rho = tuned / (rare + math.log(1 + rare)) / width**2
    even = (np.arange(200_000) + 0.5) / 200_000
    left = even ** (1 / rho)  # 1 - width x, for bets x from 0 to 1/width
    density = np.exp(-rho * left)  # times left^(rho - 1), which the power has taken in
    psi = (-np.log(left) - (1 - left)) / width**2
    bets = np.exp((1 - left) / width * total - psi * variation)
    expected = math.log(float(bets @ density) / float(density.sum()))
    found = _log_mixture(np.array([total]), np.array([variation]), width, tuned)[0]
    assert found == pytest.approx(expected, abs=1e-5)


@given(differences, st.sampled_from([1.0, 10.0, 100.0]))
def test_0_leaves_the_interval_just_when_an_e_value_passes_the_line(
    values: list[float], tuned: float
) -> None:
    """Interval and evidence are one thing: outside at 95 % is an e-value of 40 on either side."""
    after = confidence_sequence(values, tuned=tuned)
    evidence = e_process(values, tuned=tuned)
    line = math.log(40)
    near = np.minimum(np.abs(evidence.above - line), np.abs(evidence.below - line)) < 1e-6
    assert ((after.low > 0) == (evidence.above > line))[~near].all()
    assert ((after.high < 0) == (evidence.below > line))[~near].all()


# --- the promise ----------------------------------------------------------------------------------


def walks(seed: int, paths: int = 200, steps: int = 150) -> NDArray[np.float64]:
    """Differences of mean 0 as awkward as they come: skewed, and with a spread that changes."""
    draw = np.random.default_rng(seed)
    rare = np.where(draw.random((paths, steps)) < 0.1, 0.9, -0.1)
    even = draw.choice([-1.0, 1.0], (paths, steps)) * draw.random((paths, 1))
    return np.where(np.arange(steps) % 50 < 25, rare, even)


def ever_outside(after: Sequence, truth: float) -> bool:
    """Whether any of the intervals leaves out the truth."""
    return bool(((after.low > truth) | (after.high < truth)).any())


def test_looking_after_every_step_seldom_misleads() -> None:
    """Of 200 paths without a difference, no more than 5 % ever leave 0 out; at 50 %, half."""
    paths = walks(1)
    assert np.mean([ever_outside(confidence_sequence(path), 0.0) for path in paths]) <= 0.05
    at_half = [ever_outside(confidence_sequence(path, level=0.5), 0.0) for path in paths]
    assert 0 < np.mean(at_half) <= 0.5


def test_the_e_value_of_no_difference_is_1_at_most_on_average() -> None:
    """Also where one stops at the first e-value above 3: a fair bet stays fair."""
    stopped = []
    for path in walks(2, paths=600):
        either = e_process(path).either
        above = np.flatnonzero(either > math.log(3))
        stopped.append(math.exp(either[above[0] if len(above) else -1]))
    assert np.mean(stopped) <= 1.05


def test_an_anytime_p_value_is_seldom_small_without_a_difference() -> None:
    """At most x of the paths have one of x or less."""
    found = [anytime(path) for path in walks(3)]
    p = np.array([one.p_value for one in found if one is not None])
    assert len(p) == 200
    assert all((p <= x).mean() <= x + 0.02 for x in (0.05, 0.1, 0.3, 0.5))


def test_a_difference_is_found_in_the_end() -> None:
    """The interval closes in on the truth, and leaves 0 out."""
    draw = np.random.default_rng(4)
    after = confidence_sequence(draw.uniform(-0.5, 0.3, 2000))
    assert after.high[-1] < 0
    assert not ever_outside(Sequence(after.mean[-1:], after.low[-1:], after.high[-1:]), -0.1)
    width = after.high - after.low
    assert width[1999] < width[499] / 1.7 < width[99]


# --- shape and symmetry -------------------------------------------------------------------------


@given(differences)
def test_turning_the_differences_round_turns_the_results_round(values: list[float]) -> None:
    """What was above is below."""
    there, back = confidence_sequence(values), confidence_sequence([-value for value in values])
    np.testing.assert_allclose(there.low, -back.high)
    evidence, turned = e_process(values), e_process([-value for value in values])
    np.testing.assert_allclose(evidence.above, turned.below)
    np.testing.assert_allclose(evidence.either, turned.either)


@given(differences)
def test_the_mean_lies_within_its_interval_within_the_bounds(values: list[float]) -> None:
    """After every step; and one value a step."""
    after = confidence_sequence(values)
    assert len(after.mean) == len(after.low) == len(after.high) == len(values)
    assert (after.low >= -1).all()
    assert (after.high <= 1).all()
    assert (after.low <= after.mean + 1e-9).all()
    assert (after.high >= after.mean - 1e-9).all()


@given(differences, st.floats(0.5, 0.99))
def test_a_higher_level_is_wider(values: list[float], level: float) -> None:
    """A stronger promise costs width."""
    some, more = (confidence_sequence(values, level=one) for one in (level, level + 0.005))
    assert (more.low <= some.low + 1e-9).all()
    assert (more.high >= some.high - 1e-9).all()


@given(differences)
def test_what_is_said_at_the_end_is_the_last_of_the_sequence(values: list[float]) -> None:
    """Interval and e-value of the last step, p-value of the largest e-value on the way."""
    found = anytime(values)
    if not values:
        assert found is None
        return
    assert found is not None
    after, either = confidence_sequence(values), e_process(values).either
    assert found.interval == pytest.approx((after.low[-1], after.high[-1]), abs=1e-9)
    assert found.e_value == pytest.approx(math.exp(either[-1]))
    assert found.p_value == pytest.approx(min(1, math.exp(-either.max())))
    assert found.steps == len(values)


def test_the_past_does_not_change_with_what_follows() -> None:
    """Results up to a step depend on the differences up to it, and on no later ones."""
    path = walks(5, paths=1)[0]
    whole, part = confidence_sequence(path), confidence_sequence(path[:70])
    np.testing.assert_allclose(whole.low[:70], part.low)
    np.testing.assert_allclose(e_process(path).above[:70], e_process(path[:70]).above)


def test_overwhelming_evidence_does_not_overflow() -> None:
    """Logarithms go on; the e-value shown stops at 1e7, and the p-value with it."""
    found = anytime(np.full(20_000, 0.9))
    assert found is not None
    assert found.e_value == pytest.approx(LARGEST)
    assert found.p_value == pytest.approx(1 / LARGEST)
    evidence = e_process(np.full(20_000, 0.9))
    assert evidence.above[-1] > 1000
    assert np.isfinite(evidence.below).all()


def test_other_bounds_shift_and_stretch_the_interval() -> None:
    """A score twice as large, with bounds and tuning to match, has an interval twice as wide."""
    path = walks(6, paths=1)[0]
    once, twice = (confidence_sequence(k * path, low=-k, high=k, tuned=10 * k * k) for k in (1, 2))
    settled = np.cumsum(path**2) > 4  # the least sum of squares is 1 on either scale
    np.testing.assert_allclose(2 * once.high[settled], twice.high[settled])


# --- wrong arguments ----------------------------------------------------------------------------


@pytest.mark.parametrize("function", everything)
@pytest.mark.parametrize("wrong", [[0.0, 1.1], [-2.0], [math.nan], [math.inf], [[0.1, 0.2]]])
def test_only_bounded_scores_are_taken(function: Any, wrong: list[Any]) -> None:
    """A log score has no bound, and no promise can be made of it."""
    with pytest.raises(UsageError, match="found"):
        function(wrong)


def test_a_difference_beyond_the_bounds_is_named() -> None:
    """The value and where it stands."""
    with pytest.raises(UsageError, match=r"from -1 to 1; found 3\.5 at step 2"):
        anytime([0.1, 3.5])


@pytest.mark.parametrize(
    "wrong", [{"low": 1.0}, {"high": math.inf}, {"level": 1.0}, {"level": 0.0}, {"tuned": 0.0}]
)
def test_impossible_settings_are_refused(wrong: dict[str, float]) -> None:
    """Bounds without a width or an end, levels that promise nothing or everything."""
    with pytest.raises(UsageError, match="expected"):
        confidence_sequence([0.1], **wrong)


def test_a_sum_that_is_out_by_rounding_is_taken() -> None:
    """Means of exact scores may leave their bounds in the last digit."""
    assert confidence_sequence([1.0 + 1e-12]).high[0] == 1.0
