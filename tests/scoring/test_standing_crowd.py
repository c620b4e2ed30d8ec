"""The crowd as it stood, and one analyst compared with it."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from duels import chosen_days, day_by_day, histories, timed
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import DataError
from tracker.pairs import BILLION, Pairs
from tracker.scoring.comparison import compare
from tracker.scoring.standing_crowd import CROWD, beside_crowd, standing_crowd

START, DAY = np.datetime64("2026-03-01", "us"), np.timedelta64(1, "D")


def spoken(crowd: Pairs) -> list[tuple[float, float, float]]:
    """When the crowd began each forecast, when it ended, in days, and what it said."""
    assert crowd.made is not None
    assert crowd.ended is not None
    begin, end = ((when - START) / DAY for when in (crowd.made, crowd.ended))
    return list(zip(begin.tolist(), end.tolist(), crowd.probability.tolist(), strict=True))


def sets(rows: list[tuple[str, int, int, list[float]]]) -> Pairs:
    """Forecasts (analyst, day made, day ended, shares) on three options, the first came true."""
    n = len(rows)
    return Pairs(
        probability=np.concatenate([row[3] for row in rows]),
        outcome=[1, 0, 0] * n,
        analyst=np.repeat([row[0] for row in rows], 3),
        question=["q"] * 3 * n,
        kind=["options"] * 3 * n,
        forecast=np.repeat(np.arange(n), 3),
        made=START + np.repeat([row[1] for row in rows], 3) * DAY,
        ended=START + np.repeat([row[2] for row in rows], 3) * DAY,
        known=np.full(3 * n, START + 10 * DAY),
    )


def test_the_crowd_speaks_while_two_hold_a_forecast() -> None:
    """It begins with the second, changes with the third, and ends when one is left."""
    crowd = standing_crowd(
        timed([("a", 0, 8, 0.2), ("b", 2, 7, 0.6), ("c", 4, 8, 0.9), ("d", 9, 10, 0.5)])
    )
    assert spoken(crowd) == [(2, 4, 0.4), (4, 7, 0.6), (7, 8, 0.55)]
    assert set(crowd.analyst.tolist()) == {CROWD}


def test_what_does_not_change_the_median_is_no_new_forecast() -> None:
    """A fourth who joins in the middle, and one who moves at the edge, change nothing."""
    rows = [("a", 0, 10, 0.2), ("b", 0, 10, 0.5), ("c", 0, 10, 0.7), ("c", 4, 10, 0.9)]
    assert spoken(standing_crowd(timed(rows))) == [(0, 10, 0.5)]
    away = [("a", 0, 3, 0.5), ("b", 0, 10, 0.5), ("a", 6, 10, 0.5)]
    assert spoken(standing_crowd(timed(away))) == [(0, 3, 0.5), (6, 10, 0.5)]


def test_one_who_changes_at_the_last_moment_has_one_say() -> None:
    """The crowd of the last moment is of what stands then."""
    rows = [("a", 0, 10, 0.2), ("b", 0, 10, 0.6), ("a", 10, 10, 1.0)]
    assert spoken(standing_crowd(timed(rows))) == [(0, 10, 0.4), (10, 10, 0.8)]


def test_options_are_pooled_one_by_one_at_each_moment() -> None:
    """In their order, to 1; where no option has a median above 0, the mean stands in."""
    crowd = standing_crowd(
        sets(
            [
                ("x", 0, 10, [0.6, 0.3, 0.1]),
                ("y", 1, 10, [0.2, 0.7, 0.1]),
                ("z", 3, 10, [0.1, 0.1, 0.8]),
            ]
        )
    )
    third = [0.2 / 0.6, 0.3 / 0.6, 0.1 / 0.6]
    assert crowd.probability == pytest.approx([0.4, 0.5, 0.1, *third], abs=2e-9)
    assert [one[:2] for one in spoken(crowd)] == [(1, 3)] * 3 + [(3, 10)] * 3
    apart = [("x", 0, 9, [1.0, 0, 0]), ("y", 0, 9, [0, 1.0, 0]), ("z", 0, 9, [0, 0, 1.0])]
    crowd = standing_crowd(sets(apart))
    assert crowd.probability == pytest.approx([1 / 3] * 3, abs=2e-9)
    assert np.rint(crowd.probability * BILLION).sum() == BILLION


def test_forecasts_on_different_things_are_not_pooled() -> None:
    """One question has one outcome."""
    pairs = timed([("a", 0, 1, 0.2), ("b", 0, 1, 0.2)])
    with pytest.raises(DataError, match="outcome of question q"):
        standing_crowd(pairs.take(np.arange(2), outcome=[0, 1]))


@pytest.mark.parametrize("rows", [[], [("ana", 0, 10, 0.3)], [("ben", 0, 10, 0.3)]])
def test_without_a_crowd_there_is_nothing_to_compare(rows: Any) -> None:
    """With and without times, of one kind or another."""
    pairs = timed(rows)
    for one in (pairs, pairs.take(np.arange(len(rows)), made=None, ended=None, known=None)):
        found = compare(beside_crowd(one, "ana"), "ana", CROWD)
        assert (found.questions, found.only_b) == (0, 0)
        assert found.verdict.startswith("Nothing to compare")


def test_early_forecasts_are_not_compared_with_a_crowd_that_spoke_later() -> None:
    """Ana on days 0 to 50, three others on days 80 to 100, each right for their date."""
    questions = 30
    draw = np.random.default_rng(1)
    outcome = draw.integers(0, 2, questions)
    rows = [("ana", 0, 50, 0.6), *((name, 80, 100, 0.9) for name in "bcd")]
    said = np.array([row[3] for row in rows])
    pairs = Pairs(
        probability=np.where(outcome[:, None] == 1, said, 1 - said).ravel(),
        outcome=np.repeat(outcome, 4),
        analyst=np.tile([row[0] for row in rows], questions),
        question=np.repeat(np.arange(questions), 4),
        made=START + np.tile([row[1] for row in rows], questions) * DAY,
        ended=START + np.tile([row[2] for row in rows], questions) * DAY,
        known=np.full(4 * questions, START + 100 * DAY),
    )
    found = compare(beside_crowd(pairs, "ana"), "ana", CROWD)
    assert (found.questions, found.apart, found.winner) == (0, 30, None)
    untimed = pairs.take(np.arange(len(pairs)), made=None, ended=None, known=None)
    assert compare(beside_crowd(untimed, "ana"), "ana", CROWD).winner == CROWD


@given(
    histories(analysts=4), st.sampled_from(["time-weighted", "first", "last", "lead:0", "lead:3"])
)
def test_the_crowd_worked_day_by_day(pairs: Pairs, counting: str) -> None:
    """The days on which one analyst and two others held a forecast, and the others' median."""
    scores = []
    for question in ("q", "r"):
        held = day_by_day(pairs, question)
        both = [day for day, said in enumerate(held) if "a0" in said and len(said) > 2]
        if days := chosen_days(both, counting):
            outcome = pairs.outcome[pairs.question == question][0]
            own = [held[day].pop("a0") for day in days]
            said = np.array([own, [np.median([*held[day].values()]) for day in days]])
            scores.append(((said - outcome) ** 2).mean(axis=1))
    found = compare(beside_crowd(pairs, "a0"), "a0", CROWD, counting=counting)
    assert found.counting == counting
    assert found.questions == len(scores)
    if scores:
        expected = np.mean(scores, axis=0)
        assert (found.score_a, found.score_b) == pytest.approx(tuple(expected), abs=1e-8)


def test_a_crowd_of_ten_thousand_forecasts_is_formed_in_no_time() -> None:
    """On a thousand questions, and on one: far less than the limit in processor time."""
    draw = np.random.default_rng(1)
    n = 10_000
    made = START + draw.integers(0, 100 * 24, n) * np.timedelta64(1, "h")
    over = np.full(n, START + 100 * DAY)
    for questions in (1000, 1):
        question = draw.integers(0, questions, n)
        pairs = Pairs(
            probability=draw.random(n).round(2),
            outcome=question % 2,
            analyst=draw.integers(0, 50, n).astype(str),
            question=question,
            made=made,
            ended=over,
            known=over,
        )
        begun = time.process_time()
        both = beside_crowd(pairs, "7")
        assert time.process_time() - begun < 5
        assert len(both) <= 2 * n
