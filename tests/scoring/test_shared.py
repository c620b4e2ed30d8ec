"""What two analysts are compared on: the time during which both held a forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from duels import timed
from hypothesis import given
from strategies import timed_pairs

from tracker.scoring.comparison import compare

if TYPE_CHECKING:
    from tracker.pairs import Pairs

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


@given(timed_pairs())
def test_time_together_worked_half_hour_by_half_hour(pairs: Pairs) -> None:
    """From when both have begun until either ends; each then weighted by the time it stood."""
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
        if not (held["a0"] and held["a1"]):
            continue
        begin = max(min(said) for said in held.values())
        end = min(max(said) for said in held.values())
        cut = [[s for t, s in said.items() if begin <= t <= end] for said in held.values()]
        if all(cut):
            gaps.append(np.mean(cut[0]) - np.mean(cut[1]))
    found = compare(pairs, "a0", "a1")
    assert found.questions == len(gaps)
    if gaps:
        assert found.difference == pytest.approx(np.mean(gaps), abs=1e-9)
