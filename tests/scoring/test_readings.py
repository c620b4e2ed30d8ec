"""What the reading of words can do to a score: the kindest and the harshest end of each range."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import HOUR, ranged_pairs, set_pairs

from tracker import Pairs, score
from tracker.scoring.counting import count
from tracker.scoring.forecasts import forecast_scores
from tracker.scoring.readings import harshest, kindest

# How far the crisis goes: no strike, limited strike, regional war, invasion (extraction.md, S1).
LADDER = {
    "probability": [0.12, 0.65, 0.15, 0.08],
    "low": [0.05, 0.50, 0.05, 0.01],
    "high": [0.25, 0.80, 0.30, 0.20],
    "forecast": [1] * 4,
}


def ladder(true: int, kind: str) -> Pairs:
    """The ladder with the outcome at one of its rungs."""
    said: dict[str, Any] = {**LADDER, "outcome": np.eye(4)[true], "kind": [kind] * 4}
    return Pairs(**said)


def brier(pairs: Pairs, **how: Any) -> float:
    """The mean Brier score."""
    value = score(pairs, **how).brier
    assert value is not None
    return value


# --- worked numbers ---------------------------------------------------------------------------


def test_a_set_that_missed() -> None:
    """extraction.md, S1: regional war wins: 1.166 on 0-2, from 0.79 to 1.46 by its reading."""
    war = ladder(2, "options")
    assert round(brier(war, scale="0-2"), 3) == 1.166
    assert round(brier(kindest(war), scale="0-2"), 2) == 0.79
    assert round(brier(harshest(war), scale="0-2"), 2) == 1.46


def test_a_set_that_hit() -> None:
    """extraction.md, S1: had the limited strike come, 0.166 on 0-2."""
    assert round(brier(ladder(1, "options"), scale="0-2"), 3) == 0.166


def test_an_ordered_set_against_equal_chances() -> None:
    """extraction.md, S1: ordered, 0.205 on 0-1; equal chances on the same rungs cost 0.125."""
    war = ladder(2, "ordered")
    quarter = [0.25] * 4
    every = np.ones(4, dtype=bool)
    even = war.take(every, probability=quarter, low=quarter, high=quarter)
    assert round(brier(war), 3) == 0.205
    assert brier(even) == pytest.approx(0.125)
    assert brier(kindest(war)) < brier(war) < brier(harshest(war))


@pytest.mark.parametrize(
    ("happened", "kind_end", "harsh_end"), [(1, 0.8, 0.55), (0, 0.55, 0.8)]
)  # fmt: skip
def test_a_phrase_is_read_at_both_ends(happened: int, kind_end: float, harsh_end: float) -> None:
    """ICD 203: "likely" is 55 to 80 %; which end is kind depends on what happened."""
    likely = Pairs(probability=[0.7], low=[0.55], high=[0.8], outcome=[happened])
    assert kindest(likely).probability.tolist() == [kind_end]
    assert harshest(likely).probability.tolist() == [harsh_end]


def test_the_other_options_share_what_the_true_one_leaves() -> None:
    """In proportion to their points: 0.85 shared 12 : 65 : 8 becomes 0.70, or 0.95."""
    war = ladder(2, "options")
    for read, left in ((kindest(war), 0.70), (harshest(war), 0.95)):
        expected = [left * p / 0.85 for p in (0.12, 0.65)]
        assert read.probability[:2].tolist() == pytest.approx(expected, abs=2e-9)
        assert read.probability[2] == pytest.approx(1 - left)
        assert read.probability.sum() == pytest.approx(1)


def test_others_that_got_nothing_share_alike() -> None:
    """All on one option, read lower: no proportion says who gets the rest."""
    sure = Pairs(
        probability=[1.0, 0.0, 0.0],
        low=[0.8, 0.0, 0.0],
        outcome=[1, 0, 0],
        kind=["options"] * 3,
        forecast=[1] * 3,
    )
    assert harshest(sure).probability.tolist() == pytest.approx([0.8, 0.1, 0.1])
    assert kindest(sure).probability.tolist() == [1, 0, 0]


def test_a_reading_keeps_everything_else() -> None:
    """Only the probabilities move, and the range closes on them."""
    likely = Pairs(
        probability=[0.7, 0.3],
        low=[0.55, 0.2],
        high=[0.8, 0.45],
        outcome=[1, 0],
        question=["x", "y"],
        weight=[0.5, 2],
        labels={"tag": [("a",), ("b",)]},
        left_out={"open": 1},
    )
    for read in (kindest(likely), harshest(likely)):
        assert read.low.tolist() == read.high.tolist() == read.probability.tolist()
        assert read.question.tolist() == ["x", "y"]
        assert read.weight.tolist() == [0.5, 2]
        assert read.labels["tag"].tolist() == [("a",), ("b",)]
        assert read.left_out == {"open": 1}


# --- properties -------------------------------------------------------------------------------


@given(ranged_pairs())
def test_the_point_lies_between_the_readings(pairs: Pairs) -> None:
    """For every forecast of every kind, by both rules: kindest <= point <= harshest."""
    best, point, worst = (
        forecast_scores(read) for read in (kindest(pairs), pairs, harshest(pairs))
    )
    for rule in (0, 1):
        assert (best[rule] <= point[rule] + 1e-6).all()
        assert (point[rule] <= worst[rule] + 1e-6).all()


@given(ranged_pairs())
def test_the_true_answer_is_read_at_the_end_of_its_range(pairs: Pairs) -> None:
    """No reading leaves the range of what came true."""
    true = pairs.outcome == 1
    assert kindest(pairs).probability[true].tolist() == pairs.high[true].tolist()
    assert harshest(pairs).probability[true].tolist() == pairs.low[true].tolist()


@given(set_pairs())
def test_without_a_range_there_is_one_reading(pairs: Pairs) -> None:
    """What was said as a number can be read in one way only."""
    for read in (kindest(pairs), harshest(pairs)):
        assert read.probability.tolist() == pytest.approx(pairs.probability.tolist(), abs=3e-9)


@given(ranged_pairs(), st.sampled_from(["time-weighted", "last"]))
def test_reading_and_counting_may_go_in_either_order(pairs: Pairs, counting: str) -> None:
    """What a forecast counts does not depend on how it is read."""
    start = np.datetime64("2026-09-01", "us")
    timed = pairs.take(
        np.ones(len(pairs), dtype=bool),
        question=(pairs.forecast.astype(int) // 2),
        made=start + pairs.forecast.astype(int) * HOUR,
        ended=np.full(len(pairs), start + 100 * HOUR),
    )
    one, other = kindest(count(timed, counting)), count(kindest(timed), counting)
    assert one.probability.tolist() == other.probability.tolist()
    assert one.weight.tolist() == other.weight.tolist()


def test_nothing_is_read_as_nothing() -> None:
    """No forecasts have no readings."""
    empty = Pairs(probability=[], outcome=[])
    assert len(kindest(empty)) == len(harshest(empty)) == 0
