"""What a comparison says: JSON, and the sentence for readers of no statistics."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from duels import duel, panels, rules, scored
from hypothesis import given
from hypothesis import strategies as st

from tracker.scoring.comparison import compare

if TYPE_CHECKING:
    from tracker.pairs import Pairs

# DESIGN.md, "JSON", compare.
KEYS = ["a", "b", "questions", "difference", "interval", "p_value", "anytime", "verdict"]


@given(panels(), rules, st.sampled_from(["0-1", "0-2"]))
def test_a_comparison_is_json_with_the_keys_of_the_design_first(
    pairs: Pairs, rule: Any, scale: Any
) -> None:
    """Whatever there is to compare; no number that does not exist."""
    content = compare(pairs, "ana", "ben", rule=rule, scale=scale).as_dict()
    assert list(content)[: len(KEYS)] == KEYS
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    assert content["anytime"] is None or list(content["anytime"])[:2] == ["interval", "e_value"]
    assert content["verdict"].endswith(".")


def test_a_comparison_cannot_be_edited() -> None:
    """It is what was computed."""
    with pytest.raises(FrozenInstanceError):
        compare(scored([0.1]), "ana", "ben").winner = "ana"  # type: ignore[misc]


def test_a_winner_is_named_with_the_interval() -> None:
    """In the reader's numbers, on the scale asked for."""
    gaps = np.r_[np.full(31, -0.1), np.full(9, 0.1)]
    found = compare(scored(gaps), "ana", "ben", scale="0-2")
    assert found.winner == "ana"
    assert found.further is None
    assert found.verdict == (
        "ana was closer than ben on 31 of 40 shared questions, with a Brier score 0.110 better on "
        "average (90 % interval 0.065 to 0.155), unlikely to be luck. "
        "For one who has looked again and again on the way, it is not settled yet."
    )
    other = compare(scored(gaps), "ben", "ana", scale="0-2")
    assert other.verdict == found.verdict


def test_what_cannot_be_told_says_how_many_more_it_would_take() -> None:
    """In questions, or in groups of linked ones."""
    gaps = [-0.3, 0.1, 0.1, -0.2] * 3
    found = compare(scored(gaps), "ana", "ben")
    assert (found.winner, found.further) == (None, 28)
    assert found.verdict == (
        "Cannot tell yet who is better: ana was closer than ben on 6 of 12 shared questions, with "
        "a Brier score 0.075 better on average (90 % interval 0.022 worse to 0.172 better), which "
        "may be luck. About 28 more questions would tell, if things go on as they are."
    )
    linked = compare(scored(gaps * 2, cluster=np.tile(np.arange(12), 2)), "ana", "ben")
    assert "About 28 more groups of linked questions would tell" in linked.verdict


def test_how_many_more_is_rounded_up_to_two_figures() -> None:
    """Any closer would be false precision; the number itself is kept whole."""
    found = compare(scored([-0.3, 0.25, 0.1, -0.13] * 3), "ana", "ben")
    assert found.further is not None
    assert found.further > 100
    assert found.further % 10
    assert f"About {found.further // 10 * 10 + 10:,} more questions would" in found.verdict


@pytest.mark.parametrize("rule", ["brier", "log", "spherical"])
def test_the_sentence_names_the_score(rule: Any) -> None:
    """As the rule is called."""
    found = compare(duel([0.9, 0.8], [0.6, 0.7], [1, 1]), "ana", "ben", rule=rule)
    assert f"with a {rule.replace('brier', 'Brier')} score " in found.verdict


def test_fewer_than_ten_questions_never_make_a_winner() -> None:
    """Nor do many questions in fewer than ten groups."""
    gaps = np.linspace(-0.5, -0.4, 36)
    few = compare(scored(gaps[:9]), "ana", "ben")
    assert few.interval is not None
    assert few.interval[1] < 0
    assert few.winner is None
    assert few.verdict.endswith("and 9 questions cannot tell luck from skill.")
    linked = compare(scored(gaps, cluster=np.arange(36) // 4), "ana", "ben")
    assert linked.winner is None
    assert linked.verdict.endswith("and 9 groups of linked questions cannot tell luck from skill.")
    assert compare(scored(gaps), "ana", "ben").winner == "ana"
    assert compare(scored(gaps[:4]), "ana", "ben").further == 6  # ten at least


def test_the_same_lead_on_every_question_is_a_lead() -> None:
    """There is no spread, and so no interval; but not by luck."""
    found = compare(scored([-0.25] * 12), "ana", "ben")
    assert found.interval is None
    assert (found.winner, found.p_value) == ("ana", 2 / 2**12)
    assert found.verdict.startswith("ana was closer than ben on 12 of 12 shared questions, with")


def test_better_on_average_though_seldom_closer_is_said() -> None:
    """A few heavy losses can outweigh many narrow wins."""
    gaps = np.r_[np.full(30, 0.01), np.full(20, -0.5)]
    found = compare(scored(gaps), "ana", "ben")
    assert found.winner == "ana"
    assert "closer than ben on 20 of 50 shared questions, yet with a Brier score" in found.verdict


def test_level_on_average_is_said() -> None:
    """Neither has a lead to speak of."""
    found = compare(scored([0.2, -0.2] * 6), "ana", "ben")
    assert found.difference == pytest.approx(0, abs=1e-9)
    assert "Cannot tell yet" in found.verdict
    assert "no better on average" in found.verdict or "less than 0.001 better" in found.verdict
