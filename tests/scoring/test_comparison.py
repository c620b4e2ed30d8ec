"""Two analysts compared: what is compared, and what can be told."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from duels import duel, panels, rules, scored, simulated
from hypothesis import given
from hypothesis import strategies as st
from strategies import timed_pairs

from tracker.errors import UsageError
from tracker.pairs import Pairs
from tracker.scoring.comparison import compare

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.scoring.compared import Comparison


def numbers(found: Comparison) -> dict[str, Any]:
    """What was computed, without the words; floats that may differ in the last digit rounded."""
    content = found.as_dict()
    del content["verdict"]
    content.pop("anytime")
    return {
        key: pytest.approx(value, abs=1e-9) if isinstance(value, (float, list)) else value
        for key, value in content.items()
    }


def flat(found: Comparison) -> list[float]:
    """The numbers of the anytime comparison."""
    assert found.anytime is not None
    return [*found.anytime.interval, found.anytime.e_value, found.anytime.p_value]


def present(found: Comparison, *names: str) -> list[str]:
    """Those of the numbers that exist."""
    return [name for name in names if getattr(found, name) is not None]


# --- what is compared ---------------------------------------------------------------------------


@given(panels(), rules)
def test_a_comparison_is_of_mean_scores_question_by_question(pairs: Pairs, rule: Any) -> None:
    """Worked with dictionaries: averages by weight, shared questions only, each the same."""
    sums: dict[tuple[str, int], list[float]] = {}
    columns = (pairs.analyst, pairs.question, pairs.probability, pairs.outcome, pairs.weight)
    for who, question, p, y, weight in zip(*columns, strict=True):
        said = p if y else 1 - p
        score = {
            "brier": (1 - said) ** 2,
            "log": -math.log(said) if said else math.inf,
            "spherical": 1 - said / math.hypot(said, 1 - said),
        }[rule]
        cell = sums.setdefault((str(who), int(question)), [0.0, 0.0])
        cell[0] += weight * score
        cell[1] += weight
    scores = {
        name: {q: total / weight for (who, q), (total, weight) in sums.items() if who == name}
        for name in ("ana", "ben")
    }
    shared = sorted(set(scores["ana"]) & set(scores["ben"]))
    found = compare(pairs, "ana", "ben", rule=rule)
    assert found.questions == len(shared)
    assert found.only_a == len(set(scores["ana"]) - set(shared))
    assert found.only_b == len(set(scores["ben"]) - set(shared))
    a, b = ([scores[name][q] for q in shared] for name in ("ana", "ben"))
    assert found.infinite_a == sum(map(math.isinf, a))
    assert found.infinite_b == sum(map(math.isinf, b))
    assert found.better_a == sum(x < y - 1e-12 for x, y in zip(a, b, strict=True))
    assert found.better_a + found.better_b + found.equal == len(shared)
    if shared and found.infinite_a == found.infinite_b == 0:
        assert found.score_a == pytest.approx(np.mean(a))
        assert found.difference == pytest.approx(np.mean(a) - np.mean(b), abs=1e-12)
    else:
        assert not present(found, "difference", "interval", "p_value", "anytime")


def test_a_comparison_by_hand() -> None:
    """Two shared questions, one that ana answered alone, two that ben did."""
    pairs = Pairs(
        probability=[0.9, 0.6, 0.2, 0.4, 0.5, 0.5, 0.5],
        outcome=[1, 1, 0, 0, 1, 1, 1],
        analyst=["ana", "ben", "ana", "ben", "ana", "ben", "ben"],
        question=["q", "q", "r", "r", "s", "t", "u"],
    )
    found = compare(pairs, "ana", "ben")
    assert (found.questions, found.only_a, found.only_b) == (2, 1, 2)
    assert found.score_a == pytest.approx((0.01 + 0.04) / 2)
    assert found.score_b == pytest.approx((0.16 + 0.16) / 2)
    assert found.difference == pytest.approx(-0.135)
    assert (found.better_a, found.better_b, found.equal) == (2, 0, 0)
    assert found.p_value == 0.5
    assert found.winner is None


def test_option_sets_are_compared_by_their_own_score() -> None:
    """A set is one question, whatever its number of options; the 0-2 scale is twice as wide."""
    pairs = Pairs(
        probability=[0.2, 0.5, 0.3, 0.1, 0.8, 0.1],
        outcome=[0, 1, 0, 0, 1, 0],
        analyst=np.repeat(["ana", "ben"], 3),
        question=["q"] * 6,
        kind=["options"] * 6,
        forecast=np.repeat([1, 2], 3),
    )
    assert compare(pairs, "ana", "ben").difference == pytest.approx((0.38 - 0.06) / 2)
    assert compare(pairs, "ana", "ben", scale="0-2").difference == pytest.approx(0.38 - 0.06)
    spherical = compare(pairs, "ana", "ben", rule="spherical").difference
    assert spherical == pytest.approx(0.8 / math.sqrt(0.66) - 0.5 / math.sqrt(0.38))


@pytest.mark.parametrize(("rule", "bounded"), [("log", False), ("spherical", True)])
def test_only_brier_scores_have_a_scale_and_only_bounded_ones_an_anytime_comparison(
    rule: Any, bounded: bool
) -> None:
    """The scale that was asked for is kept with the result, and changes no other number."""
    pairs = duel([0.99, 0.01], [0.01, 0.98], [1, 1])
    found, other = (compare(pairs, "ana", "ben", rule=rule, scale=s) for s in ("0-1", "0-2"))
    assert replace(other, scale="0-1") == found
    assert found.difference is not None
    assert (found.anytime is not None) == bounded
    assert found.interval is not None
    assert (found.interval == (-1, 1)) == bounded  # two questions: the widest there is


# --- numbers published and by other ways --------------------------------------------------------


def test_538_against_vegas_on_25165_games(shared: Path) -> None:
    """Choe and Ramdas: Vegas was closer, by 0.001633 on average; tuned for the general case."""
    games = np.genfromtxt(
        shared / "data" / "mlb_538_vs_vegas" / "games_2010_2019.csv",
        delimiter=",",
        skip_header=1,
        usecols=(2, 3, 4),
    )
    found = compare(duel(games[:, 1], games[:, 2], games[:, 0]), "ana", "ben")
    assert found.difference == pytest.approx(0.0016332828, abs=1e-9)
    assert found.winner == "ben"
    assert found.anytime is not None
    assert found.anytime.interval == pytest.approx((0.000497557, 0.002769008), abs=1e-8)
    assert found.p_value is not None
    assert found.p_value < 0.001
    assert "That stands even for one who has looked" in found.verdict


def test_the_interval_is_student_s_t_where_questions_stand_alone() -> None:
    """Two samples with published t intervals, shrunk into the range of a difference."""
    few = np.array([8.6, 9.4, 7.9, 6.8, 8.3, 7.3, 9.2, 9.6, 8.7, 11.4, 10.3, 5.4, 8.1, 5.5, 6.9])
    found = compare(scored(few / 20), "ana", "ben", level=0.95)
    assert found.interval is not None
    assert 20 * np.array(found.interval) == pytest.approx([7.300612, 9.152721], abs=1e-6)
    low = [79, 145, 147, 160, 116, 100, 159, 151, 156, 126]
    more = np.array([*low, 137, 83, 156, 94, 121, 144, 123, 114, 139, 99])
    found = compare(scored(-more / 200), "ana", "ben")
    assert found.interval is not None
    assert -200 * np.array(found.interval) == pytest.approx([137.489066, 117.410934], abs=1e-5)


def test_luck_seldom_makes_a_winner_and_skill_mostly_does() -> None:
    """At 90 %, at most one in ten comparisons of equals; most where one is far worse.

    A winner must also stand had one more question gone the other way, which costs power.
    """
    even = [compare(simulated(40, seed), "ana", "ben") for seed in range(200)]
    assert np.mean([found.winner is not None for found in even]) <= 0.1
    p = np.array([found.p_value for found in even], dtype=float)
    for x in (0.1, 0.3, 0.5, 0.8):
        assert (p <= x).mean() == pytest.approx(x, abs=4 * math.sqrt(x * (1 - x) / 200))
    uneven = [compare(simulated(150, seed, worse=0.25), "ana", "ben").winner for seed in range(50)]
    assert np.mean([winner == "ana" for winner in uneven]) >= 0.7
    assert "ben" not in uneven


# --- what must not matter -----------------------------------------------------------------------


@given(panels(), rules)
def test_swapping_the_analysts_turns_the_comparison_round(pairs: Pairs, rule: Any) -> None:
    """Everything that has a side changes it, and nothing else changes."""
    there = compare(pairs, "ana", "ben", rule=rule)
    back = compare(pairs, "ben", "ana", rule=rule)
    turned = numbers(back) | {"a": "ana", "b": "ben"}
    for name in ("better", "score", "only", "infinite"):
        turned[f"{name}_a"], turned[f"{name}_b"] = turned[f"{name}_b"], turned[f"{name}_a"]
    if back.difference is not None:
        turned["difference"] = pytest.approx(-back.difference, abs=1e-9)
    if back.interval is not None:
        turned["interval"] = pytest.approx([-back.interval[1], -back.interval[0]], abs=1e-9)
    plain = asdict(there) | {"interval": there.interval and list(there.interval)}
    assert {key: plain[key] for key in turned} == turned
    if there.anytime is not None:
        assert back.anytime is not None
        assert back.anytime.e_value == pytest.approx(there.anytime.e_value)


@given(panels(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(pairs: Pairs, random: Any) -> None:
    """But for the anytime comparison, which without times has no other order to go by."""
    rows = list(range(len(pairs)))
    random.shuffle(rows)
    shuffled = pairs.take(np.array(rows, dtype=int))
    plain = compare(shuffled, "ana", "ben").as_dict()
    expected = numbers(compare(pairs, "ana", "ben"))
    assert {key: plain[key] for key in expected} == expected


@given(timed_pairs(), st.randoms(use_true_random=False))
def test_with_times_the_order_of_the_rows_does_not_matter_at_all(pairs: Pairs, random: Any) -> None:
    """The anytime comparison goes by when questions were settled."""
    rows = list(range(len(pairs)))
    random.shuffle(rows)
    there, back = (
        compare(one, "a0", "a1") for one in (pairs, pairs.take(np.array(rows, dtype=int)))
    )
    assert numbers(there) == {key: back.as_dict()[key] for key in numbers(there)}
    if there.anytime is not None:
        assert back.anytime is not None
        assert flat(back) == pytest.approx(flat(there), abs=1e-9)


@given(panels())
def test_a_row_of_weight_2_is_the_row_twice(pairs: Pairs) -> None:
    """Within a question, weights are numbers of rows."""
    twice = pairs.take(np.repeat(np.arange(len(pairs)), 2), forecast=np.arange(2 * len(pairs)))
    double = pairs.take(np.arange(len(pairs)), weight=2 * pairs.weight)
    expected = numbers(compare(twice, "ana", "ben"))
    found = compare(double, "ana", "ben").as_dict()
    assert {key: found[key] for key in expected} == expected


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=30))
def test_copies_of_linked_questions_are_no_new_evidence(gaps: list[float]) -> None:
    """Neither the interval nor the p-value nor the e-value moves."""
    n = len(gaps)
    once = compare(scored(gaps, cluster=np.arange(n)), "ana", "ben")
    twice = compare(scored(gaps * 2, cluster=np.tile(np.arange(n), 2)), "ana", "ben")
    assert (twice.questions, twice.clusters) == (2 * n, n)
    assert twice.interval == (once.interval and pytest.approx(once.interval, abs=1e-9))
    assert twice.p_value == once.p_value
    assert flat(twice) == pytest.approx(flat(once), abs=1e-9)
    assert twice.winner == once.winner


def test_the_anytime_comparison_goes_by_when_questions_were_settled() -> None:
    """A lead that came first and was lost again says less than one that came last."""
    gaps = np.r_[np.full(60, -0.5), np.full(60, 0.5)]
    days = np.datetime64("2026-03-01", "us") + np.arange(120) * np.timedelta64(1, "D")
    made = np.full(120, np.datetime64("2026-01-01", "us"))
    found = [
        compare(scored(gaps, made=made, ended=settled, known=settled), "ana", "ben").anytime
        for settled in (days, np.r_[days[::2], days[1::2]])
    ]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0].p_value < 0.001  # ana was far ahead half-way
    assert found[1].p_value > 0.5  # never far ahead, taking turns


@given(panels(), st.integers(0, 3))
def test_the_same_input_gives_the_same_result(pairs: Pairs, seed: int) -> None:
    """To the last digit."""
    assert compare(pairs, "ana", "ben", seed=seed) == compare(pairs, "ana", "ben", seed=seed)


# --- little data and certainty ------------------------------------------------------------------


def test_nothing_shared_is_said() -> None:
    """None of each number, and how many each answered alone."""
    found = compare(
        Pairs(probability=[0.5, 0.5], outcome=[1, 0], analyst=["ana", "eva"]), "ana", "b"
    )
    assert (found.questions, found.only_a, found.only_b) == (0, 1, 0)
    assert not present(found, "difference", "interval", "p_value", "anytime")
    assert found.verdict == (
        "Nothing to compare: no settled question that both answered; ana answered 1 alone, b 0."
    )
    empty = compare(Pairs(probability=[], outcome=[]), "ana", "ben")
    assert (empty.questions, empty.score_a, empty.further) == (0, None, None)


def test_one_question_has_a_difference_and_no_spread() -> None:
    """Nor a p-value; and it makes no winner."""
    found = compare(scored([-1.0]), "ana", "ben")
    assert found.difference == -1
    assert not present(found, "interval", "p_value", "further", "winner")
    assert "1 question cannot tell luck from skill." in found.verdict


def test_identical_forecasts_are_no_difference() -> None:
    """However many, however certain."""
    found = compare(duel([0.0, 1.0, 0.3] * 9, [0.0, 1.0, 0.3] * 9, [0, 0, 1] * 9), "ana", "ben")
    assert (found.difference, found.equal) == (0, 27)
    assert not present(found, "interval", "p_value", "winner")
    assert found.verdict == "No difference: ana and ben scored the same on 27 shared questions."


def test_an_average_that_is_out_by_rounding_is_equal() -> None:
    """Ana said the same three times, ben once."""
    pairs = Pairs(
        probability=[0.7] * 48,
        outcome=[0] * 48,
        analyst=["ana", "ana", "ana", "ben"] * 12,
        question=np.repeat(np.arange(12), 4),
        weight=[0.1, 0.2, 0.7, 1.0] * 12,
    )
    found = compare(pairs, "ana", "ben")
    assert (found.equal, found.difference, found.p_value) == (12, 0, None)


def test_certainty_that_failed_has_no_mean_log_score() -> None:
    """It is counted, for either, and the finite one keeps its mean."""
    found = compare(duel([0.0, 0.5], [0.5, 0.5], [1, 1]), "ana", "ben", rule="log")
    assert (found.infinite_a, found.infinite_b, found.better_b) == (1, 0, 1)
    assert not present(found, "score_a", "difference", "anytime")
    assert found.score_b == pytest.approx(math.log(2))
    assert "ana on 1 of 2 shared questions." in found.verdict


@pytest.mark.parametrize(
    "wrong",
    [
        {"b": "ana"}, {"rule": "sum"}, {"scale": "0-3"}, {"counting": "best"}, {"level": 1.0},
        {"anytime_level": 0.0},
    ],
)  # fmt: skip
def test_wrong_arguments_are_refused(wrong: dict[str, Any]) -> None:
    """With what was found."""
    given = {"a": "ana", "b": "ben", **wrong}
    with pytest.raises(UsageError, match="found"):
        compare(scored([0.1]), given.pop("a"), given.pop("b"), **given)


def test_the_bolder_of_two_is_no_winner_for_want_of_a_miss() -> None:
    """99 % and 90 %, ten of ten come true: so would most of ten at 95 %, which favours neither."""
    pairs = Pairs(
        probability=[0.99, 0.9] * 10,
        outcome=[1] * 20,
        analyst=["ana", "ben"] * 10,
        question=np.repeat(np.arange(10), 2),
    )
    found = compare(pairs, "ana", "ben")
    assert found.better_a == 10
    assert found.p_value == pytest.approx(2 / 2**10)
    assert found.winner is None
    assert found.verdict.startswith("Cannot tell yet")


def test_both_infinite_on_the_same_question() -> None:
    """Neither gave what happened a chance: nothing to subtract, and no warning."""
    pairs = Pairs(
        probability=[0.0, 0.0, 0.6, 0.7],
        outcome=[1, 1, 1, 1],
        analyst=["ana", "ben"] * 2,
        question=[1, 1, 2, 2],
    )
    found = compare(pairs, "ana", "ben", rule="log")
    assert (found.infinite_a, found.infinite_b, found.difference) == (1, 1, None)
