"""Scores of single forecasts against worked numbers of others, and the bugs found there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import levels, shares

from tracker.errors import UsageError
from tracker.scoring.rules import (
    Scale,
    baseline_score,
    brier,
    log_score,
    ordered_brier,
    peer_score,
    spherical,
)

UNIFORM = [0.2] * 5

# --- Brier ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "score"),
    [(0, 2), (0.2, 1.28), (0.4, 0.72), (0.5, 0.5), (0.65, 0.245), (0.8, 0.08), (1, 0)],
)
def test_brier_of_a_probability_given_to_the_truth(said: float, score: float) -> None:
    """On 0-2: scoring.md V2a (python-prediction-scorer tests); half of it on 0-1."""
    assert brier(said, 1, scale="0-2") == pytest.approx(score, abs=1e-12)
    assert brier(1 - said, 0, scale="0-2") == pytest.approx(score, abs=1e-12)
    assert brier(said, 1) == pytest.approx(score / 2, abs=1e-12)


@pytest.mark.parametrize(
    ("said", "truth", "score"),
    [
        pytest.param((0.55, 0.35, 0.10), 1, 0.735, id="V2a, python-prediction-scorer"),
        pytest.param((0.15, 0.45, 0.25, 0.15), 2, 0.81, id="V2b, Cultivate's page"),
        pytest.param((0.25, 0.25, 0.30, 0.20), 1, 0.755, id="V2c, computed from the rule"),
        pytest.param(UNIFORM, 0, 0.80, id="V2d, computed from the rule"),
        pytest.param((0.7, 0.3), 0, 0.18, id="V2f, magoo tests"),
        pytest.param((0.85, 0.15), 0, 0.045, id="V2g, Cleodora"),
        pytest.param((0.99, 0.01), 0, 0.0002, id="V2g, Cleodora, near certain"),
        pytest.param((0.2, 0.5, 0.3), 1, 0.38, id="V2h"),
        pytest.param((0.5, 0.5, 0.0), 2, 1.5, id="V2h, truth never listed"),
        pytest.param((1.0, 0.0), 0, 0, id="V2f, certain and right"),
        pytest.param((1.0, 0.0), 1, 2, id="V2f, certain and wrong"),
    ],
)
def test_brier_of_options(said: tuple[float, ...], truth: int, score: float) -> None:
    """On 0-2 the sum over the options; half of it on 0-1. Numbers of scoring.md V2."""
    assert brier(said, truth, scale="0-2") == pytest.approx(score, abs=1e-12)
    assert brier(said, truth, scale="0-1") == pytest.approx(score / 2, abs=1e-12)


def test_brier_on_the_half_scale() -> None:
    """scoring.md V2i (themis, brier.rs), where the outcome is 0 or 1."""
    assert brier([0.5, 0.7, 0.3], [0, 0, 1]) == pytest.approx([0.25, 0.49, 0.49], abs=1e-12)


@given(levels, st.sampled_from([0, 1]), st.sampled_from(["0-1", "0-2"]))
def test_a_question_put_as_two_options_scores_the_same(said: float, y: int, scale: Scale) -> None:
    """So yes/no questions and choices stand in one mean."""
    as_options = brier([1 - said, said], y, scale=scale)
    assert brier(said, y, scale=scale) == pytest.approx(float(as_options), abs=1e-12)


# --- ordered Brier --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "truth", "score"),
    [
        pytest.param((0.15, 0.45, 0.25, 0.15), 2, 0.27, id="V2b, splits .045 .72 .045"),
        pytest.param((0.25, 0.25, 0.30, 0.20), 1, 0.2350, id="V2c, Good Judgment's example"),
        pytest.param(UNIFORM, 0, 0.60, id="V2d, computed from the rule"),
        pytest.param(UNIFORM, 4, 0.60, id="V2d from the other end"),
    ],
)
def test_ordered_brier(said: tuple[float, ...], truth: int, score: float) -> None:
    """On 0-2 the mean over the cumulative splits; half of it on 0-1. Numbers of scoring.md V2."""
    assert ordered_brier(said, truth, scale="0-2") == pytest.approx(score, abs=1e-12)
    assert ordered_brier(said, truth) == pytest.approx(score / 2, abs=1e-12)


@pytest.mark.parametrize(
    ("said", "truth", "buggy"), [((0.15, 0.45, 0.25, 0.15), 2, 0.7367), (UNIFORM, 0, 0.30)]
)
def test_the_true_option_is_below_its_own_split(
    said: tuple[float, ...], truth: int, buggy: float
) -> None:
    """python-prediction-scorer had ``index > true`` for ``>=``; scoring.md, table of bugs."""
    splits = np.cumsum(said)[:-1]
    wrong = 2 * np.mean((splits - (np.arange(len(splits)) > truth)) ** 2)
    assert wrong == pytest.approx(buggy, abs=1e-4)
    assert abs(float(ordered_brier(said, truth, scale="0-2")) - buggy) > 0.25


@given(levels, st.sampled_from([0, 1]))
def test_with_two_options_order_is_nothing(said: float, truth: int) -> None:
    """scoring.md V2e: the ordered score is then the Brier score."""
    one = ordered_brier([1 - said, said], truth)
    assert one == pytest.approx(float(brier([1 - said, said], truth)), abs=1e-12)


def test_a_near_miss_costs_less_than_a_far_one() -> None:
    """What ordering is for; the Brier score of options does not tell the two apart."""
    near, far = (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0)
    assert ordered_brier(near, 0) < ordered_brier(far, 0) == 1
    assert brier(near, 0) == brier(far, 0)


@given(st.integers(2, 6).flatmap(lambda size: st.tuples(shares(size), st.integers(0, size - 1))))
def test_turning_the_order_round_changes_nothing(said_true: tuple[list[float], int]) -> None:
    """The score knows what lies between, not which end is up."""
    said, truth = said_true
    turned = ordered_brier(said[::-1], len(said) - 1 - truth)
    assert ordered_brier(said, truth) == pytest.approx(float(turned), abs=1e-12)


# --- log ------------------------------------------------------------------------------------


def test_log_score_in_bits() -> None:
    """scoring.md V2j: base 2, 0.2 on the truth costs 2.3219 and 0.8 costs 0.3219."""
    bits = log_score([0.2, 0.8, 0.8, 0.2], [1, 1, 0, 0]) / np.log(2)
    assert bits == pytest.approx([2.3219, 0.3219, 2.3219, 0.3219], abs=1e-4)


def test_log_score_of_options_is_that_of_the_truth() -> None:
    """Whatever the other options got."""
    assert log_score((0.2, 0.5, 0.3), 1) == pytest.approx(np.log(2))
    assert log_score((0.0, 0.5, 0.5), 1) == pytest.approx(np.log(2))


def test_an_impossible_event_that_happens_costs_infinity() -> None:
    """It is never clipped: statistics.md (sklearn's log_loss makes it 36.04)."""
    assert log_score([0.0, 1.0, 1e-300], [1, 0, 1]).tolist()[:2] == [np.inf, np.inf]
    assert log_score((0.5, 0.5, 0.0), 2) == np.inf
    assert np.isfinite(log_score(1e-300, 1))


def test_a_certainty_that_holds_costs_nothing() -> None:
    """Nothing, with no sign of its own."""
    costs = log_score([1.0, 0.0], [1, 0])
    assert costs.tolist() == [0, 0]
    assert not np.signbit(costs).any()


# --- spherical ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "truth", "score"),
    [
        pytest.param(0.5, 1, 1 - 0.5**0.5, id="fifty-fifty"),
        pytest.param(0.8, 1, 1 - 0.8 / 0.68**0.5, id="right"),
        pytest.param(0.8, 0, 1 - 0.2 / 0.68**0.5, id="wrong"),
        pytest.param((0.2, 0.5, 0.3), 1, 1 - 0.5 / 0.38**0.5, id="options"),
        pytest.param((0.25,) * 4, 2, 0.5, id="four alike"),
    ],
)
def test_spherical(said: Any, truth: int, score: float) -> None:
    """Worked from the formula, 1 - p(outcome) / |p|; within 0 and 1 even at the ends."""
    assert float(spherical(said, truth)) == pytest.approx(score, abs=1e-12)
    assert spherical([0.0, 1.0, 1e-300], [1, 0, 0]).tolist() == [1, 1, 0]


# --- Metaculus ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "truth", "score"),
    [
        pytest.param(0.9, 1, 84.79969066, id="V5, Metaculus"),
        pytest.param(0.1, 1, -232.19280949, id="V5, Metaculus, wrong"),
        pytest.param(2**-0.5, 1, 50, id="V5, Metaculus, half way"),
        pytest.param(2**-1.5, 1, -50, id="V5, Metaculus, half way down"),
        pytest.param(0.4, 1, -32.192809, id="V5, aib .4"),
        pytest.param(0.7, 1, 48.542683, id="V5, aib .7"),
        pytest.param(0.001, 1, -896.578428, id="V5, aib .001"),
        pytest.param(0.999, 1, 99.855658, id="V5, aib .999"),
        pytest.param(0.001, 0, 99.855658, id="V5, aib .999 on no"),
        pytest.param([0.999, *[0.001 / 7] * 7], 0, 99.951886, id="V5, aib of 8"),
        pytest.param([0.001, *[0.999 / 7] * 7], 0, -232.192809, id="V5, aib of 8, wrong"),
        pytest.param([0.5, 0.25, 0.25], 0, 36.907025, id="V5, aib of 3"),
        pytest.param([0.5, 0.5, 0.0], 2, -np.inf, id="never clipped"),
        pytest.param(0.5, 1, 0, id="equal chances"),
        pytest.param([0.25] * 4, 3, 0, id="equal chances of 4"),
    ],
)
def test_baseline_score(said: Any, truth: int, score: float) -> None:
    """scoring.md V5: Metaculus's test_score_math.py and aib-analysis; higher is better."""
    assert float(baseline_score(said, truth)) == pytest.approx(score, abs=1e-6)


@pytest.mark.parametrize(("truth", "score"), [(0, 0), (2, 50), (3, 50)])
def test_options_that_could_not_be_chosen_yet_do_not_count(truth: int, score: float) -> None:
    """scoring.md V5: three of four were there; the fourth is scored by the last, "other"."""
    said = [1 / 3, 1 - 3**-0.5 - 1 / 3, 0, 3**-0.5]
    there = [True, True, False, True]
    got = baseline_score([said], [truth], available=there)
    assert got == pytest.approx([score], abs=1e-6)
    assert float(baseline_score(said, 0)) > 0  # of four, a third is more than chance


@pytest.mark.parametrize(
    ("said", "truth", "there", "expected"),
    [
        ([0.5, 0.5], 0, [True, False], "were not available"),
        ([1.0, 0.0], 0, [True, False], "two available options"),
        ([0.5, 0.5, 0.0], 2, [True, True, False], "or the last one"),
        (0.5, 1, [True, True], "leave available out"),
        ([1.0], 0, [True], "two available options"),
    ],
)
def test_impossible_availability_is_refused(
    said: Any, truth: int, there: list[bool], expected: str
) -> None:
    """A probability on what was not there, or no choice at all."""
    with pytest.raises(UsageError, match=expected):
        baseline_score(said, truth, available=there)


@pytest.mark.parametrize(
    ("said", "scores"),
    [
        ([0.1, 0.9], [-219.722458, 219.722458]),
        ([0.4, 0.6], [-40.546511, 40.546511]),
        ([0.1, 0.5, 0.9], [-190.333124, 51.082562, 139.250562]),
        ([0.1, 0.3, 0.6, 0.9], [-169.586545, -23.104906, 69.314718, 123.376732]),
    ],
)
def test_peer_score(said: list[float], scores: list[float]) -> None:
    """scoring.md V6: Metaculus's test_score_math.py; higher is better."""
    assert peer_score(said, 1) == pytest.approx(scores, abs=1e-6)
    assert peer_score([1 - p for p in said], 0) == pytest.approx(scores, abs=1e-6)
    assert peer_score([[p, 1 - p] for p in said], 0) == pytest.approx(scores, abs=1e-6)


def test_peer_score_is_against_the_geometric_mean() -> None:
    """scoring.md V6: of .7, .8 and .9 it is .79581144, and of the misses .18171206."""
    for outcome, mean in ((1, 0.79581144), (0, 0.18171206)):
        given_to_it = np.array([0.7, 0.8, 0.9]) if outcome else np.array([0.3, 0.2, 0.1])
        expected = 150 * np.log(given_to_it / mean)
        assert peer_score([0.7, 0.8, 0.9], outcome) == pytest.approx(expected, abs=1e-5)


def test_alone_there_is_no_peer_score() -> None:
    """Metaculus gives 0, which would say as good as the others."""
    assert np.isnan(peer_score([0.7], 1)).tolist() == [True]
    assert peer_score([], 1).shape == (0,)


def test_who_excluded_what_happened_has_lost_against_all() -> None:
    """-inf, and +inf for the others; two who did cannot be told apart."""
    assert peer_score([0.0, 0.5, 0.9], 1).tolist() == [-np.inf, np.inf, np.inf]
    two = peer_score([0.0, 0.0, 0.9], 1)
    assert np.isnan(two).tolist() == [True, True, False]
    assert two[2] == np.inf


@pytest.mark.parametrize(("said", "truth"), [(0.5, 1), ([0.5, 0.6], [1, 1]), ([0.5, 0.6], [1])])
def test_peers_are_on_one_question(said: Any, truth: Any) -> None:
    """Several forecasts and one outcome."""
    with pytest.raises(UsageError, match="one outcome"):
        peer_score(said, truth)


@given(st.lists(st.floats(0.001, 0.999), min_size=2, max_size=8))
def test_peer_scores_sum_to_zero(said: list[float]) -> None:
    """What one gains the others lose; and it is 100 ln of p over the others' geometric mean."""
    scores = peer_score(said, 1)
    assert float(scores.sum()) == pytest.approx(0, abs=1e-7)
    others = np.exp(np.mean(np.log(said[1:])))
    assert float(scores[0]) == pytest.approx(100 * np.log(said[0] / others), abs=1e-7)


# --- every rule -----------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [brier, log_score, spherical])
def test_the_truth_itself_costs_nothing(rule: Any) -> None:
    """S(x, x) = 0, for yes/no and for options."""
    assert rule([0.0, 1.0], [0, 1]).tolist() == [0, 0]
    assert rule(np.eye(4), np.arange(4)).tolist() == [0, 0, 0, 0]
    assert ordered_brier(np.eye(4), np.arange(4)).tolist() == [0, 0, 0, 0]


@given(st.integers(2, 5).flatmap(lambda size: st.tuples(shares(size), shares(size))))
def test_the_rules_are_proper(both: tuple[list[float], list[float]]) -> None:
    """Who believes q expects no better score from saying anything else."""
    q, other = (np.array(side) for side in both)
    every = np.arange(len(q))

    def expected(rule: Any, said: Any) -> float:
        costs = rule(np.tile(said, (len(q), 1)), every)
        return float(np.sum(q[q > 0] * costs[q > 0]))

    for rule in (brier, ordered_brier, log_score, spherical, _baseline_cost):
        assert expected(rule, q) <= expected(rule, other) + 1e-9


def _baseline_cost(said: Any, happened: Any) -> Any:
    """Metaculus's baseline score, turned round."""
    return -baseline_score(said, happened)


@pytest.mark.parametrize("rule", [brier, log_score, spherical, _baseline_cost])
@pytest.mark.parametrize("truth", [0.0, 0.07, 0.3, 0.5, 0.8, 1.0])
def test_the_expected_cost_is_least_at_the_truth(rule: Any, truth: float) -> None:
    """On a grid of hundredths, and nowhere else."""
    grid = np.arange(101) / 100
    yes, no = rule(grid, np.ones(101)), rule(grid, np.zeros(101))
    cost = np.zeros(101)
    for chance, paid in ((truth, yes), (1 - truth, no)):
        cost += chance * paid if chance else 0.0
    assert grid[np.flatnonzero(cost <= cost.min() + 1e-12)].tolist() == [truth]


@given(levels, st.sampled_from([0, 1]))
def test_yes_and_no_are_names(said: float, y: int) -> None:
    """To say p for yes is to say 1 - p for no, and to say both as two options."""
    for rule in (brier, log_score, spherical, _baseline_cost):
        score = float(rule(1 - (1 - said), y))
        assert score == pytest.approx(float(rule(1 - said, 1 - y)), rel=1e-9, abs=1e-9)
        options = float(rule([1 - said, 1 - (1 - said)], y))
        assert score == pytest.approx(options, rel=1e-9, abs=1e-9)


def test_many_forecasts_are_scored_at_once() -> None:
    """One score for each, in order; none for none."""
    said = np.array([[0.2, 0.5, 0.3], [0.7, 0.2, 0.1]])
    for rule in (brier, ordered_brier, log_score, spherical, baseline_score):
        apart = [float(rule(row, truth)) for row, truth in zip(said, [1, 2], strict=True)]
        assert rule(said, [1, 2]).tolist() == apart
        assert rule(np.zeros((0, 3)), []).shape == (0,)
    for rule in (brier, log_score, spherical, baseline_score):
        assert rule([], []).shape == (0,)


@pytest.mark.parametrize("rule", [brier, log_score, ordered_brier, spherical, baseline_score])
@pytest.mark.parametrize(
    ("said", "happened", "expected"),
    [
        ([[1.2, -0.2]], [0], "probabilities from 0 to 1"),
        ([[np.nan, 1.0]], [0], "probabilities from 0 to 1"),
        ([[0.5, 0.4]], [0], "sum to 1"),
        ([[0.5, 0.6]], [0], "sum to 1"),
        ([[0.5, 0.5]], [2], "position of the option"),
        ([[0.5, 0.5]], [-1], "position of the option"),
        ([[0.5, 0.5]], [0.5], "position of the option"),
        ([[0.5, 0.5]], [np.nan], "position of the option"),
        ([[0.5, 0.5]], [0, 1, 1], "one outcome for each forecast"),
    ],
)
def test_impossible_option_forecasts_are_refused(
    rule: Any, said: Any, happened: Any, expected: str
) -> None:
    """Nothing is renormalised, clipped or counted from 1."""
    with pytest.raises(UsageError, match=expected):
        rule(said, happened)


@pytest.mark.parametrize("rule", [brier, log_score, spherical, baseline_score])
@pytest.mark.parametrize(
    ("said", "happened", "expected"),
    [
        ([1.5], [1], "probabilities from 0 to 1"),
        ([-0.1], [1], "probabilities from 0 to 1"),
        ([np.nan], [1], "probabilities from 0 to 1"),
        ([0.3], [0.7], "outcomes 0 or 1"),
        ([0.3], [2], "outcomes 0 or 1"),
        ([0.3], [np.nan], "outcomes 0 or 1"),
        ([0.3, 0.4], [1], "one outcome for each forecast"),
    ],
)
def test_impossible_yes_no_forecasts_are_refused(
    rule: Any, said: Any, happened: Any, expected: str
) -> None:
    """A fractional outcome, which is a mark and not a resolution, is among them."""
    with pytest.raises(UsageError, match=expected):
        rule(said, happened)


@pytest.mark.parametrize(("said", "happened"), [([0.5], [1]), ([[1.0]], [0]), (0.5, 1)])
def test_an_ordered_forecast_needs_a_split(said: Any, happened: Any) -> None:
    """Two options or more, on the last axis."""
    with pytest.raises(UsageError, match="two options or more"):
        ordered_brier(said, happened)


@pytest.mark.parametrize("scale", ["0-3", "1", "", None])
def test_an_unknown_scale_is_refused(scale: Any) -> None:
    """The scale is part of the number's name; a wrong one must not pass for the default."""
    with pytest.raises(UsageError, match="the scale 0-1 or 0-2"):
        brier(0.5, 1, scale=scale)
    with pytest.raises(UsageError, match="the scale 0-1 or 0-2"):
        ordered_brier([0.5, 0.5], 1, scale=scale)
