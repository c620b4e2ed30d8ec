"""Rankings: adjusted, shrunk, with honest places; and what is said where nothing can be told."""

from __future__ import annotations

import json
import math
import re
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from strategies import set_pairs, timed_pairs

from tracker import Pairs
from tracker.scoring import effects
from tracker.scoring.counting import count
from tracker.scoring.ranking import rank
from tracker.scoring.scorecard import scorecard
from tracker.scoring.standings import Standing

PANEL = {"adjusted", "adjusted_error", "skill", "skill_error", "rank", "rank_low", "rank_high"}


def field_of(noise: Any, questions: int, each: int, *, seed: int = 1) -> Pairs:
    """Analysts who see the log odds of every question with noise of their own.

    The true order of skill is that of the noise. Each answers ``each`` questions drawn by lot.
    """
    rng = np.random.default_rng(seed)
    noise = np.asarray(noise)
    odds = 1.5 * rng.standard_normal(questions)
    happened = rng.random(questions) < 1 / (1 + np.exp(-odds))
    asked = [rng.choice(questions, each, replace=False) for _ in noise]
    analyst, question = np.repeat(np.arange(len(noise)), each), np.concatenate(asked)
    seen = odds[question] + noise[analyst] * rng.standard_normal(len(question))
    return Pairs(
        probability=1 / (1 + np.exp(-seen)),
        outcome=happened[question],
        question=question,
        analyst=np.array([f"a{i:03}" for i in analyst]),
    )


def scores(rows: dict[str, dict[str, float]]) -> Pairs:
    """Pairs that cost what is given, by analyst and question."""
    cells = [(a, q, cost) for a, costs in rows.items() for q, cost in costs.items()]
    return Pairs(
        probability=[math.sqrt(cost) for _, _, cost in cells],
        outcome=[0] * len(cells),
        question=[q for _, q, _ in cells],
        analyst=[a for a, _, _ in cells],
    )


# --- standings ----------------------------------------------------------------------------------


def test_an_analyst_of_easy_questions_does_not_come_first() -> None:
    """Raw, the one who answered only what was easy is best; adjusted, the worst."""
    rng = np.random.default_rng(1)
    hard = {f"h{i}": 0.4 + 0.02 * rng.random() for i in range(12)}
    easy = {f"e{i}": 0.05 + 0.02 * rng.random() for i in range(12)}

    def costs(of: dict[str, float], more: float) -> dict[str, float]:
        return {q: cost + more + 0.005 * rng.random() for q, cost in of.items()}

    ranking = rank(
        scores(
            {
                "easy": costs(easy, 0.03),
                "both": costs({**easy, **hard}, 0.01),
                "hard": costs(hard, 0.0),
            }
        )
    )
    by_raw = sorted(ranking.standings, key=lambda one: one.score)
    assert [one.analyst for one in by_raw] == ["easy", "both", "hard"]
    assert [one.analyst for one in ranking.standings] == ["hard", "both", "easy"]
    assert [one.rank for one in ranking.standings] == [1, 2, 3]
    assert ranking.verdict.startswith("Of 3 analysts over 24 questions, 2 are better")


def test_adjusted_scores_read_as_means_on_all_questions() -> None:
    """scoring.md V9: A, B and C as if each had answered all four."""
    ranking = rank(
        scores(
            {
                "A": {"1": 0.04, "2": 0.09, "3": 0.25},
                "B": {"1": 0.09, "2": 0.16, "4": 0.49},
                "C": {"3": 0.36, "4": 0.64},
            }
        )
    )
    found = {one.analyst: one for one in ranking.standings}
    raw = [found[name].score for name in "ABC"]
    assert raw == pytest.approx([0.126667, 0.246667, 0.5], abs=1e-6)
    adjusted = [found[name].adjusted for name in "ABC"]
    easiest = 0.38 / 3 - (0 + 0.06 + 0.185) / 3  # question 1 for A, by the question effects
    first = easiest + (0 + 0.06 + 0.185 + 0.425) / 4
    assert adjusted == pytest.approx([first, first + 0.04, first + 0.15], abs=1e-6)


def test_few_questions_are_shrunk_more() -> None:
    """Half of the analysts answered ten questions, half eighty: how much of the gap is kept."""
    pairs = field_of(np.exp(np.linspace(-1, 1, 40)), 80, 80)
    few = np.arange(len(pairs)) % 80 < 10
    ranking = rank(pairs.take(few | (np.arange(len(pairs)) // 80 % 2 == 0)), draws=200)
    average = float(np.mean([one.adjusted or 0 for one in ranking.standings]))
    kept: dict[int, list[float]] = {10: [], 80: []}
    for one in ranking.standings:
        assert one.adjusted is not None
        assert one.skill is not None
        kept[one.questions] += [abs(one.skill), abs(one.adjusted - average)]
        assert one.interval is not None
    shares = {n: sum(gaps[::2]) / sum(gaps[1::2]) for n, gaps in kept.items()}
    assert 0 < shares[10] < shares[80] / 2 < 0.5


def test_the_best_and_the_worst_are_found_where_there_is_enough_to_go_by() -> None:
    """Three very good and three very bad ones among thirty, on 200 questions each."""
    noise = np.r_[[0.1] * 3, [1.0] * 24, [3.0] * 3]
    ranking = rank(field_of(noise, 250, 200))
    assert {one.analyst for one in ranking.standings[:3]} == {"a000", "a001", "a002"}
    assert {one.analyst for one in ranking.standings[-3:]} == {"a027", "a028", "a029"}
    assert ranking.better >= 3
    assert ranking.worse >= 3
    assert ranking.first is not None
    assert 3 <= ranking.first <= 10
    assert all(one.rank_high is not None and one.rank_high <= 15 for one in ranking.standings[:3])
    assert "than the average beyond luck; the first place could belong to any of" in ranking.verdict


def test_of_equals_nobody_is_found_better() -> None:
    """Twenty alike on 30 questions each: wide places, and "cannot tell"."""
    found = [rank(field_of([0.8] * 20, 40, 30, seed=seed), draws=300) for seed in range(8)]
    assert sum(one.better + one.worse for one in found) <= 4
    wide = [
        (one.rank_high or 0) - (one.rank_low or 0) for ranking in found for one in ranking.standings
    ]
    assert np.mean(wide) > 13
    assert any(ranking.verdict.startswith("Cannot tell yet") for ranking in found)


def test_places_hold_the_true_ones_as_often_as_said() -> None:
    """Few questions each, unequal and skewed scores: 90 % intervals hold 90 % or so."""
    rng = np.random.default_rng(7)
    held = []
    for seed in range(15):
        noise = np.exp(rng.normal(-0.2, 0.5, 20))
        true = noise.argsort().argsort() + 1
        for one in rank(field_of(noise, 40, 10, seed=seed), draws=200).standings:
            assert one.rank_low is not None
            assert one.rank_high is not None
            held.append(one.rank_low <= true[int(one.analyst[1:])] <= one.rank_high)
    assert 0.87 <= np.mean(held) <= 0.98


def test_equal_skill_is_an_equal_place() -> None:
    """Where all is luck everybody is first, and the adjusted score orders the list."""
    rng = np.random.default_rng(4)
    y = 0.2 + 0.3 * rng.random((5, 12))
    y += 0.35 - y.mean(axis=1, keepdims=True)
    table = {f"a{i}": {f"q{j:02}": float(y[i, j]) for j in range(12)} for i in range(5)}
    ranking = rank(scores(table))
    assert [one.rank for one in ranking.standings] == [1] * 5
    assert [one.skill for one in ranking.standings] == [0] * 5
    assert all((one.skill_error or 0) > 0 for one in ranking.standings)
    assert {one.rank_high for one in ranking.standings} <= {4, 5}
    assert ranking.analyst_variance == 0
    assert "could be told from luck" in ranking.reading
    assert ranking.verdict.startswith("Cannot tell yet: of 5 analysts over 12 questions")


def test_analysts_in_different_parts_are_ranked_apart() -> None:
    """Each within its own; the verdict speaks of the largest and says how many are not in it."""
    one, two = field_of([0.5] * 6, 15, 12), field_of([0.5] * 3, 12, 12, seed=2)
    both = Pairs(
        probability=np.r_[one.probability, two.probability, 0.7],
        outcome=np.r_[one.outcome, two.outcome, 1],
        question=np.r_[one.question, 100 + two.question, 999],
        analyst=np.r_[one.analyst, np.char.add("z", two.analyst), ["alone"]],
    )
    ranking = rank(both, draws=200)
    assert (ranking.parts, ranking.compared, ranking.compared_questions) == (3, 6, 15)
    assert [entry.part for entry in ranking.standings] == [1] * 6 + [2] * 3 + [3]
    alone = ranking.standings[-1]
    assert (alone.analyst, alone.shared, alone.crowd_questions) == ("alone", 0, 0)
    assert alone.score == pytest.approx(0.09)
    assert {name for name in PANEL if getattr(alone, name) is not None} == set()
    assert "4 more share no question with these and are not compared." in ranking.verdict
    for own, entry in zip(rank(one, draws=200).standings, ranking.standings, strict=False):
        assert [getattr(own, name) for name in PANEL] == [getattr(entry, name) for name in PANEL]


def test_linked_questions_count_as_one() -> None:
    """Every question five times over is no more evidence than once."""
    once = field_of([0.3, 0.5, 0.8, 1.0, 1.5, 2.0], 20, 20)
    five = np.tile(np.arange(len(once)), 5)
    copy = np.repeat(np.arange(5), len(once))
    more = once.take(
        five,
        question=once.question[five] * 10 + copy,
        cluster=once.question[five],
        forecast=np.arange(len(five)),
    )
    little, linked = rank(once, draws=300), rank(more, draws=300)
    for one, other in zip(little.standings, linked.standings, strict=True):
        assert (one.analyst, one.clusters) == (other.analyst, other.clusters)
        assert other.skill == pytest.approx(one.skill, rel=1e-4)
        assert other.adjusted_error == pytest.approx(one.adjusted_error)
        assert other.p_value == pytest.approx(one.p_value)
        assert (other.rank_low, other.rank_high) == (one.rank_low, one.rank_high)


# --- single columns -----------------------------------------------------------------------------


def test_each_standing_agrees_with_the_analysts_own_card() -> None:
    """The raw score, its interval and the skill against the base rate are the card's."""
    pairs = field_of([0.5, 1.0, 2.0], 20, 12)
    cards = {name: scorecard(own) for name, own in pairs.group("analyst")}
    for one in rank(pairs, draws=100).standings:
        card = cards[one.analyst]
        assert one.score == pytest.approx(card.brier)
        assert one.interval == pytest.approx(card.brier_interval)
        assert one.against_base_rate == pytest.approx(card.skill)
        assert one.against_half == pytest.approx(1 - 4 * one.score)
        assert one.questions == card.questions


def test_the_crowd_is_the_others() -> None:
    """On the question that only a answered there is no crowd."""
    pairs = Pairs(
        probability=[0.9, 0.6, 0.5, 0.2],
        outcome=[1, 1, 1, 1],
        question=["q", "q", "q", "r"],
        analyst=["a", "b", "c", "a"],
    )
    found = {one.analyst: one for one in rank(pairs).standings}
    assert found["a"].against_crowd == pytest.approx(1 - 0.01 / 0.45**2)
    assert (found["a"].questions, found["a"].crowd_questions) == (2, 1)
    assert found["b"].against_crowd == pytest.approx(1 - 0.16 / 0.3**2)


def test_q_values_are_those_of_benjamini_and_hochberg() -> None:
    """The same as SciPy's, never below the p-value."""
    from scipy.stats import false_discovery_control

    ranking = rank(field_of(np.linspace(0.3, 2.5, 12), 60, 40), draws=100)
    p = [one.p_value for one in ranking.standings]
    q = [one.q_value for one in ranking.standings]
    assert q == pytest.approx(false_discovery_control(p).tolist())


def test_of_two_analysts_the_p_value_is_that_of_the_paired_t_test() -> None:
    """Student's, two-sided, over the questions that both answered."""
    from scipy.stats import ttest_rel

    pairs = field_of([0.4, 1.6], 18, 18)
    score = (pairs.probability - pairs.outcome) ** 2
    order = np.lexsort((pairs.question, pairs.analyst))
    one, two = np.split(score[order], 2)
    expected = float(ttest_rel(one, two).pvalue)
    assert [entry.p_value for entry in rank(pairs).standings] == pytest.approx([expected] * 2)


def test_a_place_is_always_within_its_interval() -> None:
    """Though the leader of a large field is hardly ever the best: one in twenty or less."""
    ranking = rank(field_of([0.8] * 80, 30, 15, seed=8), draws=400)
    leader = ranking.standings[0]
    assert leader.best is not None
    assert leader.best < 0.05
    assert (leader.rank, leader.rank_low) == (1, 1)


def test_below_ten_questions_there_is_no_p_value() -> None:
    """Few skewed scores look surer than they are."""
    ranking = rank(field_of([0.3, 1.0, 2.0, 2.0], 9, 9), draws=100)
    assert [one.p_value for one in ranking.standings] == [None] * 4
    assert ranking.verdict.startswith("Cannot tell yet: 4 analysts over 9 questions, too few")


def test_a_sentence_says_how_many_more_questions_would_tell() -> None:
    """Where the leader may be better but it cannot be told yet."""
    ranking = rank(field_of([0.4, 0.8, 1.2, 1.6], 25, 20, seed=7), draws=100)
    assert ranking.better + ranking.worse == 0
    assert re.search(r" About [1-9][0-9]* more questions would tell", ranking.verdict)


def test_a_field_too_large_to_shrink_is_put_in_order_of_adjusted_scores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No skill and no place, but what fixed effects can tell."""
    monkeypatch.setattr(effects.random_effects, "__kwdefaults__", {"dense": 5})
    ranking = rank(field_of(np.linspace(0.2, 3, 12), 60, 50), draws=100)
    assert [one.rank for one in ranking.standings] == [None] * 12
    adjusted = [one.adjusted or 0 for one in ranking.standings]
    assert adjusted == sorted(adjusted)
    assert ranking.worse > 0
    assert ranking.verdict.endswith("than the average beyond luck.")


# --- the whole ----------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_ranking() -> None:
    """In whatever order the rows stand."""
    pairs = field_of([0.3, 0.6, 1.0, 1.5], 20, 15)
    one = rank(pairs, seed=5, draws=100)
    assert one == rank(pairs, seed=5, draws=100)
    assert (one.seed, one.draws) == (5, 100)
    mixed = pairs.take(np.random.default_rng(1).permutation(len(pairs)))
    other = rank(mixed, seed=5, draws=100)
    assert [entry.analyst for entry in other.standings] == [e.analyst for e in one.standings]
    assert [e.rank_low for e in other.standings] == [e.rank_low for e in one.standings]


@given(timed_pairs())
def test_a_ranking_of_anything_is_plain_json(pairs: Pairs) -> None:
    """Nothing crashes or warns, no number is NaN, and places are in order."""
    ranking = rank(count(pairs), draws=20)
    content = ranking.as_dict()
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    assert [list(row) for row in content["standings"]] == [
        [field.name for field in fields(Standing)] for _ in content["standings"]
    ]
    assert ranking.verdict
    for one in ranking.standings:
        if one.rank is not None:
            assert one.rank_low is not None
            assert one.rank_high is not None
            assert 1 <= one.rank_low <= one.rank <= one.rank_high <= ranking.analysts


@given(set_pairs())
def test_options_can_be_ranked(pairs: Pairs) -> None:
    """One analyst is no ranking, whatever the kinds of questions."""
    ranking = rank(pairs, draws=20)
    assert ranking.verdict == "One analyst is no ranking: there is nobody to compare with."
    assert ranking.standings[0].score == pytest.approx(scorecard(pairs).brier)


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (Pairs(probability=[], outcome=[]), "Nothing to rank yet"),
        (
            Pairs(probability=[0.5, 0.6], outcome=[1, 0], analyst=["a", "b"]),
            "Cannot rank: no two of the 2 analysts have answered the same question",
        ),
        (
            Pairs(probability=[0.5, 0.6], outcome=[1, 1], analyst=["a", "b"], question=[1, 1]),
            "Cannot tell yet: 2 analysts over 1 question, nothing left to tell",
        ),
        (
            Pairs(
                probability=[0.5, 0.6] * 2,
                outcome=[1, 0] * 2,
                analyst=["a", "a", "b", "b"],
                question=[1, 2] * 2,
            ),
            "Cannot tell yet: 2 analysts over 2 questions, nothing left to tell",
        ),
    ],
)
def test_what_cannot_be_ranked_says_why(pairs: Pairs, said: str) -> None:
    """A plain sentence, and no places."""
    ranking = rank(pairs)
    assert ranking.verdict.startswith(said)
    assert all(one.rank is None for one in ranking.standings)
    assert ranking.first is None
    assert "cannot be told apart" in ranking.reading


def test_one_large_group_of_linked_questions_is_no_ground_for_a_ranking() -> None:
    """Thirty that hang together and ten that do not are worth two, and nobody is called better."""
    apart = field_of([0.2, 2.5], 40, 40, seed=2)
    assert any(one.p_value is not None for one in rank(apart, draws=50).standings)
    group = np.where(apart.question < 30, 0, apart.question)
    linked = rank(apart.take(np.ones(len(apart), dtype=bool), cluster=group), draws=50)
    assert [one.p_value for one in linked.standings] == [None, None]
    assert linked.verdict.startswith("Cannot tell yet")
