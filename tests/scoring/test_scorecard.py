"""The card: its keys, what it says of little data, its interval, its sentence, its JSON."""

from __future__ import annotations

import json
import math
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import binary_pairs, set_pairs, timed_pairs

from tracker import Pairs, Scorecard, score
from tracker.errors import UsageError
from tracker.scoring.counting import count
from tracker.scoring.forecasts import chance, chance_scores, forecast_scores
from tracker.scoring.rules import Rule, Scale, brier, log_score, ordered_brier
from tracker.scoring.scorecard import scorecard
from tracker.scoring.uncertainty import clustered_mean

# DESIGN.md, "JSON", CARD.
KEYS = [
    "forecasts", "questions", "base_rate", "mean_probability", "brier", "brier_interval", "log",
    "log_infinite", "miscalibration", "discrimination", "uncertainty", "miscalibration_null",
    "miscalibration_p", "skill", "spiegelhalter_z", "slope", "intercept", "verdict",
    "spherical", "in_the_large", "in_the_large_interval", "slope_interval", "impossible",
    "effective", "further_questions",
]  # fmt: skip
NOTHING = [
    key
    for key in KEYS
    if key not in {"forecasts", "questions", "log_infinite", "verdict", "impossible"}
]
PARTS = ("miscalibration", "discrimination", "uncertainty")

rules: st.SearchStrategy[Rule] = st.sampled_from(["brier", "log", "spherical"])
scales: st.SearchStrategy[Scale] = st.sampled_from(["0-1", "0-2"])
any_pairs = st.one_of(binary_pairs(), set_pairs(), timed_pairs())


def said(probability: list[float], outcome: list[int], **columns: Any) -> Pairs:
    """Yes/no forecasts."""
    return Pairs(probability=probability, outcome=outcome, **columns)


# --- keys and JSON ----------------------------------------------------------------------------


@given(any_pairs, rules, scales)
def test_a_card_has_the_same_keys_always(pairs: Pairs, rule: Rule, scale: Scale) -> None:
    """Exactly those of the design, in its order, and JSON can hold every value."""
    card = score(pairs, rule=rule, scale=scale).as_dict()
    assert list(card) == KEYS
    assert json.loads(json.dumps(card, allow_nan=False)) == card


def test_a_card_is_what_was_computed() -> None:
    """It cannot be edited afterwards."""
    card = score(said([0.9], [1]))
    with pytest.raises(FrozenInstanceError):
        card.brier = 0.0  # type: ignore[misc]


@given(any_pairs, rules)
def test_scoring_is_counting_and_then_the_card(pairs: Pairs, rule: Rule) -> None:
    """One path, whether the steps are taken apart or together."""
    assert score(pairs, counting="last", rule=rule) == scorecard(count(pairs, "last"), rule=rule)


# --- numbers ----------------------------------------------------------------------------------


def test_a_card_by_hand() -> None:
    """Three yes/no forecasts, worked on paper."""
    card = score(said([0.9, 0.7, 0.3], [1, 0, 0]))
    assert (card.forecasts, card.questions) == (3, 3)
    assert card.base_rate == pytest.approx(1 / 3)
    assert card.mean_probability == pytest.approx(1.9 / 3)
    assert card.brier == pytest.approx((0.01 + 0.49 + 0.09) / 3)
    assert card.log == pytest.approx(-(math.log(0.9) + math.log(0.3) + math.log(0.7)) / 3)
    assert card.log_infinite == 0
    assert card.uncertainty == pytest.approx(2 / 9)
    assert card.discrimination == pytest.approx(2 / 9)
    assert card.miscalibration == pytest.approx(0.59 / 3)
    assert card.skill == pytest.approx(1 - (0.59 / 3) / (2 / 9))


@given(st.one_of(binary_pairs(min_size=1), set_pairs()))
def test_the_mean_scores_are_those_of_the_rules(pairs: Pairs) -> None:
    """Forecast by forecast, each by the rule of its kind, weighted."""
    ends = [*pairs.starts[1:], len(pairs)]
    squared, logged, weights = [], [], []
    for start, end in zip(pairs.starts, ends, strict=True):
        p, y = pairs.probability[start:end], pairs.outcome[start:end]
        weights.append(pairs.weight[start])
        if pairs.kind[start] == "binary":
            squared.append(float(brier(p, y)[0]))
            logged.append(float(log_score(p, y)[0]))
        else:
            rule = ordered_brier if pairs.kind[start] == "ordered" else brier
            squared.append(float(rule(p, np.argmax(y))))
            logged.append(float(log_score(p, np.argmax(y))))
    card = scorecard(pairs)
    assert card.brier == pytest.approx(np.average(squared, weights=weights), abs=1e-6)
    assert card.log_infinite == np.isinf(logged).sum()
    if not np.isinf(logged).any():
        assert card.log == pytest.approx(np.average(logged, weights=weights))


@given(st.one_of(binary_pairs(min_size=1), set_pairs()), scales)
def test_the_parts_of_a_card_make_its_brier_score(pairs: Pairs, scale: Scale) -> None:
    """Score = miscalibration - discrimination + uncertainty, on either scale."""
    card = scorecard(pairs, scale=scale)
    parts = [card.miscalibration, card.discrimination, card.uncertainty]
    assert None not in parts
    assert card.brier == pytest.approx(np.dot([1, -1, 1], parts), abs=1e-6)  # type: ignore[arg-type]


@given(any_pairs, rules)
def test_the_other_scale_doubles_brier_scores_and_nothing_else(pairs: Pairs, rule: Rule) -> None:
    """0-2 is twice 0-1: a factor that has confused dashboards (scoring.md 3.1)."""
    one, two = (score(pairs, rule=rule, scale=scale).as_dict() for scale in ("0-1", "0-2"))
    parts = (*PARTS, "miscalibration_null")
    doubled = {"brier", "brier_interval", *(parts if rule == "brier" else ())}
    for key in set(KEYS) - {"verdict"}:
        if key in doubled and one[key] is not None:
            assert two[key] == pytest.approx(np.multiply(one[key], 2).tolist())
        else:
            assert two[key] == one[key]


def test_the_rule_says_what_is_decomposed() -> None:
    """By the log score the parts and the skill are those of the log score; Brier stays Brier."""
    pairs = said([0.9, 0.7, 0.3, 0.4], [1, 0, 0, 1])
    by_brier, by_log = score(pairs), score(pairs, rule="log")
    assert by_log.brier == by_brier.brier
    assert by_log.log is not None
    assert by_log.uncertainty == pytest.approx(math.log(2))
    assert by_log.skill == pytest.approx(1 - by_log.log / math.log(2))
    assert by_brier.uncertainty == pytest.approx(0.25)


def test_the_log_score_of_an_option_set_has_no_parts() -> None:
    """It is not a sum over levels; the score itself is there."""
    pairs = Pairs(probability=[0.2, 0.8], outcome=[0, 1], kind=["options"] * 2, forecast=[1, 1])
    card = score(pairs, rule="log")
    assert card.log == pytest.approx(-math.log(0.8))
    assert [getattr(card, key) for key in (*PARTS, "skill")] == [None] * 4
    assert score(pairs).miscalibration is not None


def test_a_two_option_question_is_a_yes_no_question() -> None:
    """The same card, whichever way it was put."""
    p, y = [0.9, 0.7, 0.3], [1, 0, 0]
    options = Pairs(
        probability=np.ravel([[1 - one, one] for one in p]),
        outcome=np.ravel([[1 - one, one] for one in y]),
        kind=["options"] * 6,
        forecast=np.repeat([1, 2, 3], 2),
    )
    asked, chosen = score(said(p, y)), score(options)
    for key in ("forecasts", "questions", "brier", "brier_interval", "log", "log_infinite"):
        assert getattr(chosen, key) == pytest.approx(getattr(asked, key))


@pytest.mark.parametrize("how", [{"scale": "0-3"}, {"scale": ""}, {"rule": "quadratic"}])
def test_an_unknown_rule_or_scale_is_refused(how: dict[str, Any]) -> None:
    """A card on a scale that does not exist would be read on another."""
    with pytest.raises(UsageError):
        score(said([0.9, 0.2], [1, 0]), **how)


# --- infinity ---------------------------------------------------------------------------------


def test_what_was_called_impossible_and_happened_is_counted() -> None:
    """The mean log score is then infinite: null, with the number of forecasts that made it so."""
    card = score(said([0.0, 1.0, 0.8], [1, 0, 1]), rule="log")
    assert (card.log, card.log_infinite) == (None, 2)
    assert (card.miscalibration, card.skill) == (None, None)
    assert card.discrimination is not None
    assert card.brier == pytest.approx((1 + 1 + 0.04) / 3)


def test_a_certainty_that_held_is_not_infinite() -> None:
    """0 times minus infinity is nothing."""
    card = score(said([0.0, 1.0], [0, 1]), rule="log")
    assert (card.log, card.log_infinite, card.miscalibration) == (0, 0, 0)


# --- little data ------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["brier", "log", "spherical"])
@pytest.mark.parametrize("weight", [[], [0, 0]])
def test_no_forecasts_make_a_card_of_nulls(rule: Rule, weight: list[int]) -> None:
    """And a sentence; forecasts of no weight are none."""
    n = len(weight)
    card = score(said([0.5] * n, [1] * n, weight=weight), rule=rule)
    assert (card.forecasts, card.questions, card.log_infinite) == (0, 0, 0)
    assert [getattr(card, key) for key in NOTHING] == [None] * len(NOTHING)
    assert card.verdict.startswith("Nothing ")


def test_one_forecast_has_a_score_and_no_interval() -> None:
    """Nor a skill: the base rate of one question is its outcome."""
    card = score(said([0.7], [1]))
    assert (card.forecasts, card.questions) == (1, 1)
    assert card.brier == pytest.approx(0.09)
    assert card.miscalibration == pytest.approx(0.09)
    assert (card.discrimination, card.uncertainty) == (0, 0)
    assert (card.brier_interval, card.skill) == (None, None)
    assert card.verdict.startswith("One question is no record: 0.090 against 0.250 for ")


def test_many_forecasts_on_one_question_are_no_record_either() -> None:
    """Questions, not forecasts, are the unit of evidence."""
    card = score(said([0.7] * 9, [1] * 9, question=["q"] * 9))
    assert (card.forecasts, card.questions) == (9, 1)
    assert card.brier_interval is None
    assert card.verdict.startswith("One question is no record")


def test_no_more_independent_ones_than_clusters() -> None:
    """Even where errors within clusters cancel: that may be luck."""
    probability, outcome = [0.9, 0.4, 0.8, 0.5, 0.85, 0.45], [1, 1, 1, 1, 1, 1]
    card = score(said(probability, outcome, cluster=[1, 1, 2, 2, 3, 3]))
    assert card.effective is not None
    assert card.effective <= 3


@pytest.mark.parametrize("y", [0, 1])
def test_one_class_has_no_skill_to_measure(y: int) -> None:
    """Always saying the base rate would have been perfect: the skill does not exist."""
    card = score(said([0.2, 0.6, 0.9], [y] * 3))
    assert (card.base_rate, card.uncertainty, card.discrimination) == (y, 0, 0)
    assert card.skill is None
    assert card.miscalibration == pytest.approx(card.brier)


def test_one_level_discriminates_nothing() -> None:
    """Always saying 70 % is miscalibration and base rate, and no more."""
    card = score(said([0.7] * 4, [1, 1, 0, 1]))
    assert card.discrimination == 0
    assert card.miscalibration == pytest.approx(0.05**2)
    assert card.skill == pytest.approx(-(0.05**2) / (0.75 * 0.25))


def test_a_perfect_record_is_perfect() -> None:
    """Score 0, skill 1."""
    card = score(said([1.0, 0.0, 1.0], [1, 0, 1]))
    assert (card.brier, card.log, card.miscalibration, card.skill) == (0, 0, 0, 1)
    assert card.brier_interval is None  # scores all alike say nothing of how they spread


# --- the interval -----------------------------------------------------------------------------


def test_the_interval_of_independent_values_is_students() -> None:
    """scoring.md V8: 20 values, 90 %: 127.45, [117.410934, 137.489066]."""
    values = np.array([
        79, 145, 147, 160, 116, 100, 159, 151, 156, 126,
        137, 83, 156, 94, 121, 144, 123, 114, 139, 99,
    ], dtype=float)  # fmt: skip
    mean = clustered_mean(values, np.ones(20), np.arange(20))
    assert mean.value == pytest.approx(127.45)
    assert mean.interval == pytest.approx((117.410934, 137.489066), abs=1e-6)


@given(binary_pairs(min_size=1), st.integers(2, 4))
def test_saying_it_again_is_no_new_evidence(pairs: Pairs, times: int) -> None:
    """Every forecast repeated on its own question: the same mean, the same interval."""
    again = np.repeat(np.arange(len(pairs)), times)
    repeated = Pairs(
        probability=pairs.probability[again],
        outcome=pairs.outcome[again],
        weight=pairs.weight[again],
        question=pairs.question[again],
    )
    one, other = score(pairs), score(repeated)
    assert other.questions == one.questions
    assert other.brier == pytest.approx(one.brier)
    assert (other.brier_interval is None) == (one.brier_interval is None)
    assert other.brier_interval == pytest.approx(one.brier_interval)
    assert other.verdict.split()[:2] == one.verdict.split()[:2]


def test_forecasts_on_other_questions_are_new_evidence() -> None:
    """The same numbers on questions of their own make a narrower interval."""
    p, y = [0.9, 0.6, 0.2, 0.7] * 5, [1, 0, 0, 1] * 5
    apart = score(said(p, y)).brier_interval
    shared = score(said(p, y, question=[0, 1, 2, 3] * 5)).brier_interval
    assert apart is not None
    assert shared is not None
    assert apart[1] - apart[0] < (shared[1] - shared[0]) / 2


@given(any_pairs, scales)
def test_the_interval_holds_the_score_within_what_is_possible(pairs: Pairs, scale: Scale) -> None:
    """It never leaves the scale, and the score never leaves it."""
    card = score(pairs, scale=scale)
    if card.brier_interval is None:
        counted = count(pairs)
        weight = counted.weight[counted.starts]
        mean = (card.brier or 0) / (2 if scale == "0-2" else 1)
        off = weight * (forecast_scores(counted)[0] - mean)
        _, question = np.unique(counted.question[counted.starts], return_inverse=True)
        assert card.questions < 2 or np.abs(np.bincount(question, off)).max() < 1e-9
        return
    low, high = card.brier_interval
    assert card.brier is not None
    assert 0 <= low <= card.brier + 1e-12
    assert card.brier - 1e-12 <= high <= (2 if scale == "0-2" else 1)


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    """90 % of 400 calibrated analysts with 50 questions; their expected score is known."""
    rng = np.random.default_rng(5)
    inside = 0
    for _ in range(400):
        probability = rng.uniform(0.1, 0.9, 50)
        expected = np.mean(probability * (1 - probability))
        interval = score(
            Pairs(probability=probability, outcome=rng.random(50) < probability)
        ).brier_interval
        assert interval is not None
        inside += bool(interval[0] <= expected <= interval[1])
    assert 0.85 < inside / 400 < 0.97


def test_the_interval_keeps_covering_where_questions_are_shared() -> None:
    """Ten analysts on each of 30 questions: taken as 300 trials, it would miss by far."""
    rng = np.random.default_rng(6)
    inside = 0
    for _ in range(200):
        truth = rng.uniform(0.1, 0.9, 30)
        happened = rng.random(30) < truth
        interval = score(
            Pairs(
                probability=np.repeat(truth, 10),
                outcome=np.repeat(happened, 10),
                question=np.repeat(np.arange(30), 10),
            )
        ).brier_interval
        assert interval is not None
        inside += bool(interval[0] <= np.mean(truth * (1 - truth)) <= interval[1])
    assert inside / 200 > 0.82


# --- the reference ----------------------------------------------------------------------------


def test_knowing_nothing_is_the_same_chance_for_every_answer() -> None:
    """A half for yes/no, a quarter for four options; ordered, the mean over the splits."""
    pairs = Pairs(
        probability=[0.9, *[0.7, 0.1, 0.1, 0.1] * 2],
        outcome=[1, *[0, 0, 1, 0] * 2],
        kind=["binary", *["options"] * 4, *["ordered"] * 4],
        forecast=[1, *[2] * 4, *[3] * 4],
        weight=[2, *[1] * 8],
    )
    assert chance_scores(pairs) == pytest.approx([0.25, 0.375, 0.125])
    assert chance(pairs) == pytest.approx((2 * 0.25 + 0.375 + 0.125) / 4)
    assert chance(said([], [])) is None


# --- the sentence -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("probability", "outcome", "begins"),
    [
        ([0.1, 0.2, 0.15, 0.05] * 4, [0] * 16, "Better than knowing nothing: 0.019 against 0.250"),
        ([0.9, 0.8, 0.85, 0.95] * 4, [0] * 16, "Worse than knowing nothing: 0.769 against 0.250"),
        (
            [0.9, 0.2, 0.3] * 4, [1, 0, 1] * 4,
            "Cannot tell yet: so far better than knowing nothing, 0.180 against 0.250",
        ),
        (
            [0.9, 0.2, 0.1] * 4, [1, 0, 1] * 4,
            "Cannot tell yet: so far worse than knowing nothing, 0.287 against 0.250",
        ),
        (
            [0.5] * 12, [1, 0, 1] * 4,
            "Cannot tell yet: so far no different than knowing nothing, 0.250 against 0.250",
        ),
    ],
)  # fmt: skip
def test_the_verdict_says_what_can_be_told(
    probability: list[float], outcome: list[int], begins: str
) -> None:
    """One plain sentence, with the numbers it rests on."""
    verdict = score(said(probability, outcome)).verdict
    assert verdict.startswith(begins)
    assert f"over {len(outcome)} settled questions" in verdict
    cannot = "so far better" in begins or "so far worse" in begins
    assert ("more would tell, if things go on as they are." in verdict) == cannot


@pytest.mark.parametrize(
    ("probability", "outcome", "begins"),
    [
        ([], [], "Nothing "),
        ([0.9], [0], "One question is no record: 0.810 against 0.250"),
        ([0.9, 0.8], [1, 1], "Cannot tell yet: so far better than knowing nothing, 0.025"),
        ([0.1] * 9, [1] * 9, "Cannot tell yet: so far worse than knowing nothing, 0.810"),
    ],
)
def test_little_data_are_said_to_be_little(
    probability: list[float], outcome: list[int], begins: str
) -> None:
    """However clear the numbers look."""
    assert score(said(probability, outcome)).verdict.startswith(begins)


def test_a_few_hits_alike_are_not_yet_skill() -> None:
    """Saying 60 % twice and being right twice happens to one in four who know nothing.

    The scores do not spread, for there is one score; that is no proof that they never would.
    """
    card = score(said([0.6, 0.6], [1, 1]))
    assert card.verdict.startswith("Cannot tell yet")


def test_the_verdict_speaks_in_the_scale_that_was_asked_for() -> None:
    """Both the score and what it is compared with."""
    verdict = score(said([0.9], [0]), scale="0-2").verdict
    assert "1.620 against 0.500" in verdict


def test_the_verdict_on_options_compares_with_equal_chances() -> None:
    """0.375 for four options, by half the sum of squares, and not a quarter."""
    verdict = score(
        Pairs(
            probability=[0.7, 0.1, 0.1, 0.1],
            outcome=[1, 0, 0, 0],
            kind=["options"] * 4,
            forecast=[1] * 4,
        )
    ).verdict
    assert "0.060 against 0.375" in verdict
    assert "option" in verdict or "answer" in verdict


@given(any_pairs, scales)
def test_there_is_always_one_sentence(pairs: Pairs, scale: Scale) -> None:
    """With no number in it that does not exist."""
    card: Scorecard = score(pairs, scale=scale)
    assert card.verdict.endswith(".")
    assert "\n" not in card.verdict
    assert "nan" not in card.verdict.split()


@pytest.mark.parametrize(
    ("right", "wrong", "begins"),
    [(12, 0, "Better"), (11, 1, "Cannot tell yet"), (37, 3, "Better"), (1, 11, "Worse")],
)
def test_a_verdict_would_stand_had_one_more_gone_the_other_way(
    right: int, wrong: int, begins: str
) -> None:
    """99 %, missed once in twelve: the interval leaves out chance, and luck would do as much."""
    card = score(said([0.99] * (right + wrong), [1] * right + [0] * wrong))
    assert card.verdict.startswith(begins)
    if (right, wrong) == (11, 1):
        assert card.brier_interval is not None
        assert card.brier_interval[1] < 0.25


def test_one_question_that_outweighs_all_others_is_no_record() -> None:
    """Thousands of rows on one question and one on each of eleven others are worth little more."""
    question = np.r_[np.zeros(5000), np.arange(1, 12)]
    card = score(said([0.9] * 5011, [1] * 5000 + [1, 0] * 5 + [1], question=question))
    assert card.questions == 12
    assert card.verdict.startswith("Cannot tell yet")
    assert "outweigh" in card.verdict
