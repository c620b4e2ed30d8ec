"""The score over time: a running mean that ends at the scorecard's, and periods that add up."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from strategies import timed_pairs

from tracker import Pairs
from tracker.errors import UsageError
from tracker.scoring.counting import count
from tracker.scoring.over_time import MOST_PERIODS, MOST_POINTS, over_time
from tracker.scoring.scorecard import scorecard


def settled(known: list[str], said: list[float], came: list[int], **columns: Any) -> Pairs:
    """Forecasts on questions whose outcomes became known on some days."""
    days = np.array(known, "datetime64[us]")
    return Pairs(probability=said, outcome=came, made=days, ended=days, known=days, **columns)


def test_the_running_mean_by_hand() -> None:
    """After each question, the mean so far; an interval from the second on."""
    pairs = settled(["2026-03-03", "2026-01-01", "2026-02-02"], [0.9, 0.6, 0.5], [0, 1, 1])
    found = over_time(pairs).running
    assert [one.known.isoformat()[:10] for one in found] == [
        "2026-01-01",
        "2026-02-02",
        "2026-03-03",
    ]
    assert [one.score for one in found] == pytest.approx([0.16, 0.205, 1.22 / 3])
    assert [one.chance for one in found] == [0.25] * 3
    assert [one.low is None for one in found] == [True, False, False]
    assert [(one.questions, one.clusters) for one in found] == [(1, 1), (2, 2), (3, 3)]


@given(timed_pairs())
def test_every_point_is_the_scorecard_of_what_was_known(pairs: Pairs) -> None:
    """Running sums give what a computation from the start would give, interval and all."""
    counted = count(pairs)
    for one in over_time(counted).running:
        known = counted.ended if counted.known is None else counted.known
        assert known is not None
        card = scorecard(counted.take(known <= np.datetime64(one.known)))
        assert one.score == pytest.approx(card.brier, abs=1e-9)
        assert one.questions == card.questions
        if card.brier_interval is None:
            assert one.low is None
        else:
            assert (one.low, one.high) == pytest.approx(card.brier_interval, abs=1e-6)


def test_linked_questions_are_one_cluster() -> None:
    """Four questions in two linked groups are two pieces of evidence."""
    days = ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"]
    pairs = settled(
        days, [0.9, 0.8, 0.3, 0.4], [1, 0, 0, 1], question=list("abcd"), cluster=[1, 2, 1, 2]
    )
    last = over_time(pairs).running[-1]
    assert (last.questions, last.clusters) == (4, 2)
    assert (last.low, last.high) == pytest.approx(scorecard(pairs).brier_interval)


def test_the_other_scale_doubles() -> None:
    """Scores, intervals and equal chances are twice as much on 0-2."""
    pairs = settled(["2026-01-01", "2026-02-02"], [0.9, 0.6], [0, 1])
    single, double = (over_time(pairs, scale=scale) for scale in ("0-1", "0-2"))
    for one, two in zip(
        single.running + single.periods, double.running + double.periods, strict=True
    ):
        assert two.score == pytest.approx(2 * one.score)
        assert two.chance == pytest.approx(2 * one.chance)
    assert double.running[-1].high == pytest.approx(2 * (single.running[-1].high or 0))


@pytest.mark.parametrize(
    ("days", "every", "first"),
    [
        (["2026-03-05", "2026-03-30"], "month", "2026-03"),
        ([f"{y}-{m:02}-15" for y in range(2015, 2020) for m in range(1, 13)], "quarter", "2015 Q1"),
        ([f"{y}-{m:02}-01" for y in range(1960, 1990) for m in (1, 7)], "year", "1960"),
        ([f"{y}-06-01" for y in range(1800, 2100)], "decade", "1800s"),
        ([f"{y:04}-06-01" for y in range(1, 9999, 50)], "century", "000s"),
    ],
)
def test_periods_are_as_short_as_there_is_room(days: list[str], every: str, first: str) -> None:
    """At most forty periods, before 1970 and far away too; every question is in one."""
    found = over_time(settled(days, [0.5] * len(days), [1] * len(days)))
    assert (found.every, found.periods[0].name) == (every, first)
    assert sum(one.questions for one in found.periods) == len(days)
    if every != "century":
        assert len(found.periods) <= MOST_PERIODS
    for one in found.periods:
        assert one.begin < one.end


def test_periods_have_the_mean_of_their_own_questions() -> None:
    """A period by itself, with its n."""
    pairs = settled(["2026-01-01", "2026-01-31", "2026-02-01"], [0.9, 0.5, 0.8], [1, 1, 0])
    january, february = over_time(pairs).periods
    assert (january.score, january.questions) == pytest.approx((0.13, 2))
    assert (february.score, february.questions) == pytest.approx((0.64, 1))
    assert (str(january.begin), str(january.end)) == ("2026-01-01", "2026-02-01")


def test_option_sets_are_weighed_against_their_own_equal_chances() -> None:
    """Three equal options cost a third on 0-1."""
    day = np.array(["2026-01-01"] * 3, "datetime64[us]")
    pairs = Pairs(
        probability=[0.6, 0.3, 0.1],
        outcome=[1, 0, 0],
        kind=["options"] * 3,
        forecast=[1] * 3,
        made=day,
        ended=day,
    )
    (one,) = over_time(pairs).running
    assert (one.score, one.chance) == pytest.approx((0.13, 1 / 3))


def test_without_forecasts_or_times() -> None:
    """An empty record is empty; one without times is a wrong use."""
    assert over_time(Pairs(probability=[], outcome=[])).running == ()
    with pytest.raises(UsageError, match="times"):
        over_time(Pairs(probability=[0.5], outcome=[1]))


def test_a_hundred_thousand_forecasts_take_no_time() -> None:
    """Running sums, and no more points than a picture needs; the last is exact."""
    rng = np.random.default_rng(1)
    n = 100_000
    day = np.datetime64("2000-01-01", "us") + rng.integers(0, 9000, n).astype("timedelta64[D]")
    pairs = Pairs(
        probability=rng.random(n).round(2),
        outcome=rng.integers(0, 2, n),
        made=day,
        ended=day,
        question=[f"q{i}" for i in range(n)],
    )
    begun = time.process_time()
    found = over_time(pairs)
    assert time.process_time() - begun < 3
    assert len(found.running) == MOST_POINTS
    assert found.thinned
    assert found.running[-1].questions == n
    assert found.running[-1].score == pytest.approx(scorecard(pairs).brier)
