"""What two analysts are compared on: the time during which both held a forecast."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from duels import chosen_days, day_by_day, histories, timed
from hypothesis import given
from hypothesis import strategies as st
from strategies import timed_pairs

from tracker.pairs import Pairs
from tracker.scoring.comparison import compare

HALF_HOUR = np.timedelta64(30, "m")


def test_whoever_comes_late_is_compared_with_what_was_said_late() -> None:
    """Ana said 20 % early and 80 % at the end; ben came on day 8 and said 80 %."""
    pairs = timed([("ana", 0, 10, 0.2), ("ana", 8, 10, 0.8), ("ben", 8, 10, 0.8)])
    assert compare(pairs, "ana", "ben").difference == 0
    whole = compare(pairs, "ana", "ben", together=False)
    assert whole.difference == pytest.approx(0.8 * 0.64 + 0.2 * 0.04 - 0.04)


def test_policies_look_at_the_time_together_only() -> None:
    """First is what stood when both had begun; last what stood before one withdrew."""
    pairs = timed(
        [("ana", 0, 10, 0.2), ("ana", 2, 10, 0.5), ("ana", 9, 10, 1.0), ("ben", 4, 7, 0.5)]
    )
    for counting in ("first", "last", "time-weighted", "lead:5"):
        assert compare(pairs, "ana", "ben", counting=counting).difference == 0
    assert compare(pairs, "ana", "ben", counting="lead:1").questions == 0


def test_forecasts_that_never_met_are_set_apart() -> None:
    """Ana withdrew on the day on which ben began."""
    pairs = timed([("ana", 0, 4, 0.2), ("ben", 4, 10, 0.8)])
    found = compare(pairs, "ana", "ben")
    assert (found.questions, found.apart, found.only_a, found.only_b) == (0, 1, 0, 0)
    assert "1 settled question, but never at the same time" in found.verdict
    assert compare(pairs, "ana", "ben", together=False).questions == 1


def test_the_last_moment_is_a_time_together() -> None:
    """Ben spoke when the question ended: both are held to what stood then."""
    pairs = timed([("ana", 0, 10, 0.2), ("ana", 5, 10, 0.6), ("ben", 10, 10, 0.8)])
    found = compare(pairs, "ana", "ben")
    assert found.questions == 1
    assert found.difference == pytest.approx(0.16 - 0.04)


@pytest.mark.parametrize("gone", [2, 3])
def test_what_was_withdrawn_before_both_began_does_not_count(gone: int) -> None:
    """Ana's first view was gone when ben came, if only just; her second is compared."""
    pairs = timed([("ana", 0, gone, 0.1), ("ana", 5, 10, 0.6), ("ben", 3, 10, 0.6)])
    for counting in ("first", "last", "time-weighted"):
        assert compare(pairs, "ana", "ben", counting=counting).difference == 0


def test_what_was_said_when_the_other_had_withdrawn_does_not_count() -> None:
    """Ana changed her mind at the moment at which ben left."""
    pairs = timed([("ana", 0, 10, 0.6), ("ana", 7, 10, 0.9), ("ben", 3, 7, 0.6)])
    for counting in ("first", "last", "time-weighted"):
        assert compare(pairs, "ana", "ben", counting=counting).difference == 0


def test_what_was_held_while_the_other_was_away_does_not_count() -> None:
    """Ana was away from day 2 to day 8; ben, who changed his mind on day 6, was not."""
    pairs = timed([("ana", 0, 2, 0.4), ("ana", 8, 10, 0.9), ("ben", 0, 10, 0.3), ("ben", 6, 10, 1)])
    early, late = 0.49, 0.0
    for a, b in (("ana", "ben"), ("ben", "ana")):
        found = compare(pairs, a, b)
        assert {a: found.score_a, b: found.score_b} == pytest.approx(
            {"ana": (0.36 + 0.01) / 2, "ben": (early + late) / 2}
        )
    assert compare(pairs, "ana", "ben", counting="first").score_b == pytest.approx(early)
    assert compare(pairs, "ana", "ben", counting="last").score_b == pytest.approx(late)
    assert compare(pairs, "ana", "ben", counting="lead:1").score_b == pytest.approx(late)
    assert compare(pairs, "ana", "ben", counting="lead:5").questions == 0


def test_an_option_set_in_pieces_stays_whole() -> None:
    """Ben's one forecast is compared with ana's two, between which she was away."""
    start, days = np.datetime64("2026-03-01", "us"), np.timedelta64(1, "D")
    pairs = Pairs(
        probability=[0.5, 0.5, 0.0, 0.8, 0.1, 0.1, 0.2, 0.3, 0.5],
        outcome=[1, 0, 0] * 3,
        analyst=np.repeat(["ana", "ana", "ben"], 3),
        question=["q"] * 9,
        kind=["options"] * 9,
        forecast=np.repeat([7, 8, 9], 3),
        made=start + np.repeat([0, 8, 0], 3) * days,
        ended=start + np.repeat([2, 10, 10], 3) * days,
        known=np.full(9, start + 10 * days),
    )
    found = compare(pairs, "ana", "ben")
    assert found.score_a == pytest.approx((0.25 + 0.03) / 2)
    assert found.score_b == pytest.approx((0.64 + 0.09 + 0.25) / 2)


def test_without_a_known_end_the_last_moment_is_that_of_the_last_forecast() -> None:
    """Whoever withdrew as another came was never there with them."""
    pairs = timed([("ana", 0, 4, 0.2), ("ben", 4, 10, 0.8), ("ana", 10, 10, 0.5)])
    pairs = pairs.take(np.arange(3), known=None)
    found = compare(pairs, "ana", "ben")
    assert (found.score_a, found.score_b) == pytest.approx((0.25, 0.04))
    assert compare(pairs.take(np.arange(2)), "ana", "ben").apart == 1


@given(histories(), st.sampled_from(["time-weighted", "first", "last", "lead:0", "lead:3"]))
def test_histories_with_withdrawals_worked_day_by_day(pairs: Pairs, counting: str) -> None:
    """The days on which both held a forecast, and of those the ones that the policy takes."""
    scores = []
    for question in ("q", "r"):
        held = day_by_day(pairs, question)
        both = [day for day, said in enumerate(held) if said.keys() >= {"a0", "a1"}]
        if days := chosen_days(both, counting):
            outcome = pairs.outcome[pairs.question == question][0]
            said = np.array([[held[day][name] for name in ("a0", "a1")] for day in days])
            scores.append(((said - outcome) ** 2).mean(axis=0))
    found = compare(pairs, "a0", "a1", counting=counting)
    assert found.questions == len(scores)
    if scores:
        expected = np.mean(scores, axis=0)
        assert (found.score_a, found.score_b) == pytest.approx(tuple(expected), abs=1e-9)


@given(timed_pairs())
def test_time_together_worked_half_hour_by_half_hour(pairs: Pairs) -> None:
    """The half-hours in which both held a forecast; the mean of what they held."""
    assert pairs.made is not None
    assert pairs.ended is not None
    assert pairs.known is not None
    in_time = pairs.made <= pairs.known
    gaps = []
    for question in np.unique(pairs.question):
        held: dict[str, dict[Any, float]] = {"a0": {}, "a1": {}}
        for name, said in held.items():
            rows = np.flatnonzero(in_time & (pairs.question == question) & (pairs.analyst == name))
            for row in rows[np.argsort(pairs.made[rows])]:
                for tick in [tick for tick in said if tick >= pairs.made[row]]:
                    del said[tick]
                score = (pairs.probability[row] - pairs.outcome[row]) ** 2
                for tick in np.arange(pairs.made[row], pairs.ended[row], HALF_HOUR):
                    said[tick] = score
        both = held["a0"].keys() & held["a1"].keys()
        cut = [[said[tick] for tick in both] for said in held.values()]
        if all(cut):
            gaps.append(np.mean(cut[0]) - np.mean(cut[1]))
    found = compare(pairs, "a0", "a1")
    assert found.questions == len(gaps)
    if gaps:
        assert found.difference == pytest.approx(np.mean(gaps), abs=1e-9)
