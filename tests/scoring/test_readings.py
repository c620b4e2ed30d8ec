"""What the reading of words can do to a score: the ends of each range, and the mean over it."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import HOUR, ranged_pairs, set_pairs

from tracker import Pairs, score
from tracker.scoring.counting import count
from tracker.scoring.forecasts import forecast_scores
from tracker.scoring.readings import (
    ReadingScores,
    expected_scores,
    harshest,
    kindest,
    reading_scores,
)

if TYPE_CHECKING:
    from pathlib import Path

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


# --- the mean over a range --------------------------------------------------------------------

NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(60)


def mean_over(low: float, point: float, high: float, score_at: Any) -> float:
    """The mean of a score over a range, by its definition: even on each side, mean at the point."""

    def even(start: float, end: float) -> float:
        at = start + (NODES + 1) / 2 * (end - start)
        return float(np.array([score_at(q) for q in at]) @ NODE_WEIGHTS / 2)

    below = (high - point) / (high - low)
    return below * even(low, point) + (1 - below) * even(point, high)


@pytest.mark.parametrize("happened", [0, 1])
def test_the_price_of_vagueness_is_the_same_whatever_happens(happened: int) -> None:
    """Likely: 70 %, from 55 to 80 %: 0.15 × 0.10 / 3 more than at the point."""
    likely = Pairs(probability=[0.7], low=[0.55], high=[0.8], outcome=[happened])
    expected, _ = expected_scores(likely)
    assert expected.tolist() == pytest.approx([(0.7 - happened) ** 2 + 0.005])


@pytest.mark.parametrize(
    ("low", "point", "high"),
    [(0.55, 0.7, 0.8), (0.0, 0.02, 0.1), (0.9, 0.99, 1.0), (0.2, 0.5, 0.9)],
)
def test_the_mean_over_a_range_is_that_of_its_definition(
    low: float, point: float, high: float
) -> None:
    """Both scores against numerical integration."""
    for happened in (0, 1):
        said = Pairs(probability=[point], low=[low], high=[high], outcome=[happened])
        squared, logged = expected_scores(said)
        by_hand = mean_over(low, point, high, lambda q: (q - happened) ** 2)  # noqa: B023
        assert squared[0] == pytest.approx(by_hand)
        by_hand = mean_over(low, point, high, lambda q: -math.log(abs(1 - happened - q)))  # noqa: B023
        assert logged[0] == pytest.approx(by_hand, rel=1e-3)


@pytest.mark.parametrize("kind", ["options", "ordered"])
def test_in_a_set_the_true_option_moves_and_the_others_share_the_rest(kind: str) -> None:
    """Numerical integration over the readings of the whole set."""
    war = ladder(2, kind)

    def read_at(q: float) -> Pairs:
        shared = [(1 - q) * p / 0.85 for p in (0.12, 0.65, 0.15, 0.08)]
        shared[2] = q
        said: dict[str, Any] = {"probability": shared, "outcome": np.eye(4)[2]}
        return Pairs(**said, kind=[kind] * 4, forecast=[1] * 4)

    for rule in (0, 1):
        by_hand = mean_over(0.05, 0.15, 0.30, lambda q: forecast_scores(read_at(q))[rule][0])  # noqa: B023
        assert expected_scores(war)[rule][0] == pytest.approx(by_hand, abs=1e-7)


def test_an_end_at_zero_costs_no_infinity() -> None:
    """The harshest reading of 10 %, from 0 to 20 %, is infinite when it happens, the mean not."""
    slight = Pairs(probability=[0.1], low=[0.0], high=[0.2], outcome=[1])
    _, logged = expected_scores(slight)
    assert math.isinf(forecast_scores(harshest(slight))[1][0])
    assert -math.log(0.1) < logged[0] < math.inf


def test_an_impossible_thing_stays_impossible() -> None:
    """Where the point gave 0 to what happened, the log score is infinite over any range."""
    never = Pairs(probability=[0.0, 1.0], low=[0.0, 0.9], high=[0.1, 1.0], outcome=[1, 0])
    assert expected_scores(never)[1].tolist() == [math.inf, math.inf]


def test_the_essay_claims_read_four_ways(shared: Path) -> None:
    """extraction.md, 15 yes/no claims: 0.369, from 0.192 to 0.590; the mean lies between."""
    annotated = json.loads((shared / "texts/annotation_003.json").read_text("utf-8"))
    claims = [c for c in annotated if c["resolution_by_000"]["outcome"] in {"yes", "no"}]
    said = Pairs(
        probability=[claim["probability"]["point"] for claim in claims],
        low=[claim["probability"]["low"] for claim in claims],
        high=[claim["probability"]["high"] for claim in claims],
        outcome=[claim["resolution_by_000"]["outcome"] == "yes" for claim in claims],
    )
    scores = reading_scores(said)
    assert scores.verbal == len(claims) == 15
    read = (scores.point, scores.kindest, scores.harshest)
    assert [round(value or 0, 3) for value in read] == [0.369, 0.192, 0.590]
    price = np.mean((said.probability - said.low) * (said.high - said.probability) / 3)
    assert scores.expected == pytest.approx((scores.point or 0) + price)


def test_means_are_weighted_and_ranges_counted() -> None:
    """A weight of 3 counts three times, 0 not at all; one of the forecasts has a range."""
    said = Pairs(
        probability=[0.7, 0.5, 0.9],
        low=[0.55, 0.5, 0.1],
        high=[0.8, 0.5, 1.0],
        outcome=[1, 1, 0],
        weight=[3, 1, 0],
    )
    scores = reading_scores(said)
    assert scores.verbal == 1
    assert scores.point == pytest.approx((3 * 0.09 + 0.25) / 4)
    assert scores.expected == pytest.approx((3 * 0.095 + 0.25) / 4)


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
def test_the_mean_lies_between_the_point_and_the_harshest(pairs: Pairs) -> None:
    """For every forecast of every kind, by both rules: point <= expected <= harshest."""
    point, expected, worst = (
        forecast_scores(pairs),
        expected_scores(pairs),
        forecast_scores(harshest(pairs)),
    )
    for rule in (0, 1):
        assert (point[rule] <= expected[rule] + 1e-6).all()
        assert (expected[rule] <= worst[rule] + 1e-6).all()
    scores = reading_scores(pairs)
    four = [scores.kindest, scores.point, scores.expected, scores.harshest]
    assert [value or 0 for value in four] == pytest.approx(sorted(value or 0 for value in four))


@given(set_pairs())
def test_without_a_range_the_mean_is_the_point(pairs: Pairs) -> None:
    """A degenerate range adds nothing to either score."""
    for expected, point in zip(expected_scores(pairs), forecast_scores(pairs), strict=True):
        assert expected.tolist() == pytest.approx(point.tolist(), abs=1e-7)
    assert reading_scores(pairs).verbal == 0


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
    assert [len(scores) for scores in expected_scores(empty)] == [0, 0]
    assert reading_scores(empty) == ReadingScores(None, None, None, None, verbal=0)
