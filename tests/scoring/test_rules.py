"""Scores of single forecasts against worked numbers of others, and the bugs found there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import levels, shares

from tracker.errors import UsageError
from tracker.scoring.rules import Scale, brier, log_score, ordered_brier

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


# --- every rule -----------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [brier, log_score])
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

    for rule in (brier, ordered_brier, log_score):
        assert expected(rule, q) <= expected(rule, other) + 1e-12


def test_many_forecasts_are_scored_at_once() -> None:
    """One score for each, in order; none for none."""
    said = np.array([[0.2, 0.5, 0.3], [0.7, 0.2, 0.1]])
    for rule in (brier, ordered_brier, log_score):
        apart = [float(rule(row, truth)) for row, truth in zip(said, [1, 2], strict=True)]
        assert rule(said, [1, 2]).tolist() == apart
        assert rule(np.zeros((0, 3)), []).shape == (0,)
    assert brier([], []).shape == log_score([], []).shape == (0,)


@pytest.mark.parametrize("rule", [brier, log_score, ordered_brier])
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


@pytest.mark.parametrize("rule", [brier, log_score])
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
