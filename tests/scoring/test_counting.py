"""Which forecasts count and with what weight, against worked numbers and a slow count by hand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import HOUR, TICK, set_pairs, timed_pairs

from tracker import Pairs, score
from tracker.errors import UsageError
from tracker.scoring.counting import check, count, hold

POLICIES = ["time-weighted", "last", "first", "lead:0", "lead:1"]
DAY = np.timedelta64(1, "D")


def held_by(
    said: list[tuple[float, str]],
    *,
    happened: bool = True,
    known: str = "2026-09-08T00:00:00",
    ended: list[str] | None = None,
) -> Pairs:
    """One analyst's forecasts on one question: each with its time; ``known`` as the ledger has it.

    A day is known at its last instant and ends at the next midnight; an instant is both.
    """
    when = np.array([time for _, time in said], dtype="datetime64[us]")
    last = np.datetime64(known, "us")
    over = last
    if len(known) == len("2026-09-08"):
        last, over = last + DAY - TICK, last + DAY
    return Pairs(
        probability=[p for p, _ in said],
        outcome=[happened] * len(said),
        question=["q"] * len(said),
        analyst=["ana"] * len(said),
        made=when,
        known=np.full(len(said), last),
        ended=np.full(len(said), over) if ended is None else np.array(ended, dtype=when.dtype),
    )


def brier(pairs: Pairs, counting: str = "time-weighted", **how: Any) -> float:
    """The mean Brier score under a policy."""
    value = score(pairs, counting=counting, **how).brier
    assert value is not None
    return value


# --- worked numbers -------------------------------------------------------------------------


def test_an_update_is_weighted_by_time() -> None:
    """scoring.md V1a: 0.9 on day 0, 0.95 on day 3 of 7, yes: 0.0114286 on 0-2 (Fatebook)."""
    u1 = held_by([(0.9, "2026-09-01"), (0.95, "2026-09-04")])
    assert brier(u1, scale="0-2") == pytest.approx(0.0114286, abs=1e-6)
    assert count(u1).weight.tolist() == pytest.approx([3 / 7, 4 / 7])


def test_a_late_entrant_is_scored_over_the_time_it_held() -> None:
    """scoring.md V1c: 0.99 from day 5 of 7 is 0.0002; divided by all 7 days, 0.0000571 (wrong)."""
    u3 = held_by([(0.99, "2026-09-06")])
    assert brier(u3, scale="0-2") == pytest.approx(0.0002, abs=1e-9)


def test_a_forecast_after_the_question_began_is_scored_whole() -> None:
    """scoring.md V1d: a question of 0.7 day, 0.9 from 0.2 on: 0.02."""
    said = held_by([(0.9, "2026-09-01T04:48")], known="2026-09-01T16:48:00")
    assert brier(said, scale="0-2") == pytest.approx(0.02, abs=1e-9)


def test_scores_are_averaged_over_time_and_not_forecasts() -> None:
    """scoring.md V1f: 0.9 for 30 %, 0.95 for 70 % of the time is 0.0095, not 0.00845."""
    said = held_by(
        [(0.9, "2026-09-01"), (0.95, "2026-09-01T05:02:24")], known="2026-09-01T16:48:00"
    )
    assert brier(said, scale="0-2") == pytest.approx(0.0095, abs=1e-9)


def test_one_forecast_is_its_own_score() -> None:
    """scoring.md V3: 0.75 on the truth, carried to the close: 0.125 on 0-2 (GJP)."""
    assert brier(held_by([(0.75, "2026-09-01")]), scale="0-2") == pytest.approx(0.125)


def test_days_are_carried_forward_to_the_end_of_the_last_one() -> None:
    """scoring.md V3: .5 on 09-01, .9 on 09-03, close 09-04: (.5+.5+.02+.02)/4 = 0.26 (GJP)."""
    said = held_by([(0.5, "2026-09-01"), (0.9, "2026-09-03")], known="2026-09-04")
    assert brier(said, scale="0-2") == pytest.approx(0.26)


def test_nine_days_on_the_half_scale() -> None:
    """scoring.md V3: 0.8 for 6 days, then 0.4 for 3, no event: (6*.64+3*.16)/9 = 0.48."""
    said = held_by(
        [(0.8, "2026-09-01"), (0.4, "2026-09-07")], happened=False, known="2026-09-10T00:00:00"
    )
    assert brier(said) == pytest.approx(0.48)


@pytest.mark.parametrize(
    ("said", "happened", "mean"),
    [([0.8], [1], 0.04), ([1.0], [1], 0.0), ([0.9, 0.7, 0.3], [0, 1, 0], (0.81 + 0.09 + 0.09) / 3)],
)
def test_without_times_every_forecast_counts_alike(
    said: list[float], happened: list[int], mean: float
) -> None:
    """scoring.md V4 (PredictionBook): 0.04, 0 and 0.33 on 0-1."""
    for counting in POLICIES:
        assert brier(Pairs(probability=said, outcome=happened), counting) == pytest.approx(mean)


# --- policies -------------------------------------------------------------------------------

THREE = [(0.2, "2026-09-01"), (0.5, "2026-09-03"), (0.9, "2026-09-06")]


@pytest.mark.parametrize(
    ("counting", "weights"),
    [
        ("time-weighted", [2 / 7, 3 / 7, 2 / 7]),
        ("last", [0, 0, 1]),
        ("first", [1, 0, 0]),
        ("lead:0", [0, 0, 1]),
        ("lead:1", [0, 0, 1]),
        ("lead:2", [0, 0, 1]),
        ("lead:3", [0, 1, 0]),
        ("lead:5", [0, 1, 0]),
        ("lead:6", [1, 0, 0]),
        ("lead:7", [1, 0, 0]),
        ("lead:8", [0, 0, 0]),
        ("lead:99999", [0, 0, 0]),
    ],
)
def test_each_policy_counts_what_it_says(counting: str, weights: list[float]) -> None:
    """On a question known at the end of its seventh day."""
    assert hold(held_by(THREE), counting).weight.tolist() == pytest.approx(weights)


def test_lead_counts_whole_days_back_from_the_last_instant() -> None:
    """Known on the 7th: two days before that the forecast of the 5th stands, not the 6th's."""
    said = held_by([(0.2, "2026-09-05"), (0.9, "2026-09-06")], known="2026-09-07")
    assert hold(said, "lead:1").weight.tolist() == [0, 1]
    assert hold(said, "lead:2").weight.tolist() == [1, 0]


@pytest.mark.parametrize(
    "counting", ["", "mean", "lead", "lead:", "lead:-1", "lead:1.5", "Last", "lead:x"]
)
def test_an_unknown_policy_is_refused(counting: str) -> None:
    """Wherever it is named; never taken for the default."""
    for wrong in (check, lambda said: count(held_by(THREE), said)):
        with pytest.raises(UsageError, match="expected the counting time-weighted, last, first"):
            wrong(counting)


def test_holding_by_an_unknown_policy_is_refused() -> None:
    """An explanation must not explain another policy than was asked for."""
    with pytest.raises(UsageError):
        hold(held_by(THREE), "mean")


@pytest.mark.parametrize("counting", POLICIES)
def test_a_policy_is_kept_as_it_was_given(counting: str) -> None:
    """It is printed with the number."""
    assert check(counting) == counting


def test_pairs_without_times_have_no_history() -> None:
    """They can be counted, and not explained."""
    plain = Pairs(probability=[0.5, 0.6], outcome=[1, 0], weight=[0, 2])
    assert count(plain, "last").weight.tolist() == [2]
    with pytest.raises(UsageError, match="no history"):
        hold(plain)


# --- the border at which the outcome became known ---------------------------------------------


@pytest.mark.parametrize("counting", POLICIES)
def test_a_forecast_after_the_outcome_was_known_never_counts(counting: str) -> None:
    """Whatever the policy; what was held before it is held to the end."""
    said = held_by([(0.5, "2026-09-01"), (1.0, "2026-09-05")], known="2026-09-04")
    counted = count(said, counting)
    assert counted.probability.tolist() == [0.5]
    assert counted.weight.tolist() == [1]
    assert counted.left_out == {"after_known": 1}


@pytest.mark.parametrize("counting", POLICIES)
def test_only_hindsight_is_nothing(counting: str) -> None:
    """An analyst who spoke only afterwards has no score on the question."""
    late = held_by([(1.0, "2026-09-05"), (0.9, "2026-09-06")], known="2026-09-04")
    counted = count(late, counting)
    assert len(counted) == 0
    assert counted.left_out == {"after_known": 2}
    assert score(late, counting=counting).brier is None


@pytest.mark.parametrize("made", ["2026-09-04", "2026-09-04T09:00", "2026-09-04T23:59:59"])
def test_a_forecast_made_on_the_day_the_outcome_became_known_counts(made: str) -> None:
    """The hour of the outcome is not known, and the analyst has the benefit of the doubt."""
    assert count(held_by([(0.9, made)], known="2026-09-04"), "last").weight.tolist() == [1]
    assert count(held_by([(0.9, made)], known="2026-09-04")).weight.tolist() == [1]


def test_where_the_times_say_otherwise_they_are_believed() -> None:
    """Known at noon: a forecast of noon counts, one of a second later does not."""
    said = [(0.5, "2026-09-01"), (0.8, "2026-09-04T12:00:00"), (0.9, "2026-09-04T12:00:01")]
    held = hold(held_by(said, known="2026-09-04T12:00:00"), "last")
    assert held.weight.tolist() == [0, 1, 0]
    assert held.after_known.tolist() == [False, False, True]


def test_what_is_left_out_already_is_kept() -> None:
    """Counting adds to the tally of what is missing, and does not replace it."""
    said = held_by([(0.5, "2026-09-01"), (0.9, "2026-09-09")], known="2026-09-04")
    known = said.take(np.array([True, True]), left_out={"open": 3})
    assert count(known).left_out == {"open": 3, "after_known": 1}


# --- moments that coincide --------------------------------------------------------------------


@pytest.mark.parametrize("counting", POLICIES)
def test_of_forecasts_made_at_one_moment_the_last_stands(counting: str) -> None:
    """The order in which they were recorded says which corrected which."""
    said = held_by([(0.2, "2026-09-01"), (0.3, "2026-09-01"), (0.7, "2026-09-01")])
    counted = count(said, counting)
    assert counted.probability.tolist() == [0.7]
    assert counted.weight.tolist() == [1]


def test_the_first_is_what_stood_when_its_moment_was_over() -> None:
    """A slip corrected in the same moment is not the first forecast."""
    said = held_by([(0.2, "2026-09-01"), (0.7, "2026-09-01"), (0.9, "2026-09-05")])
    assert hold(said, "first").weight.tolist() == [0, 1, 0]


@pytest.mark.parametrize("counting", ["time-weighted", "last", "first", "lead:0"])
def test_a_forecast_held_for_no_time_counts_where_it_is_the_only_one(counting: str) -> None:
    """Made in the very instant in which the outcome became known."""
    said = held_by([(0.8, "2026-09-04T12:00:00")], known="2026-09-04T12:00:00")
    assert count(said, counting).weight.tolist() == [1]


def test_a_forecast_held_for_no_time_weighs_nothing_beside_one_that_was() -> None:
    """Nor does it disturb it."""
    said = [(0.5, "2026-09-01"), (0.8, "2026-09-04T12:00:00")]
    held = hold(held_by(said, known="2026-09-04T12:00:00"))
    assert held.weight.tolist() == [1, 0]


# --- withdrawal -------------------------------------------------------------------------------


def test_a_withdrawal_ends_the_holding() -> None:
    """Held for two days of seven, then for one after a gap: two thirds and one third."""
    said = held_by([(0.2, "2026-09-01"), (0.9, "2026-09-07")], ended=["2026-09-03", "2026-09-08"])
    assert hold(said).weight.tolist() == pytest.approx([2 / 3, 1 / 3])
    assert hold(said).until.astype("datetime64[D]").astype(str).tolist() == [
        "2026-09-03",
        "2026-09-08",
    ]


def test_a_forecast_withdrawn_at_once_was_never_held() -> None:
    """Said and taken back on one day: no time was it held, and nothing came of it."""
    said = held_by([(0.9, "2026-09-01")], known="2026-09-04", ended=["2026-09-01"])
    assert hold(said).weight.tolist() == [0]


def test_after_a_withdrawal_nothing_is_in_force() -> None:
    """Three days before the end there was no forecast to count."""
    said = held_by([(0.2, "2026-09-01")], ended=["2026-09-03"])
    assert hold(said, "lead:3").weight.tolist() == [0]
    assert hold(said, "lead:6").weight.tolist() == [1]
    assert score(said, counting="lead:3").forecasts == 0


# --- every table ------------------------------------------------------------------------------


def by_hand(pairs: Pairs, counting: str) -> list[float]:
    """The weights, computed series by series and forecast by forecast, in the plainest way."""
    weight = [0.0] * len(pairs)
    made, known, ended = pairs.made, pairs.known, pairs.ended
    assert made is not None
    assert known is not None
    assert ended is not None
    for series in {*zip(pairs.analyst.tolist(), pairs.question.tolist(), strict=True)}:
        rows = [
            row
            for row in sorted(range(len(pairs)), key=lambda row: made[row])
            if (pairs.analyst[row], pairs.question[row]) == series and made[row] <= known[row]
        ]
        if not rows:
            continue
        until = {row: ended[row] for row in rows}
        for row, following in pairwise(rows):
            until[row] = min(until[row], made[following])
        if counting in {"last", "first"}:
            weight[rows[-1 if counting == "last" else 0]] = 1.0
        elif counting.startswith("lead"):
            at = known[rows[0]] - int(counting.removeprefix("lead:")) * DAY
            standing = [row for row in rows if made[row] <= at < until[row]]
            for row in standing:
                weight[row] = 1.0
        else:
            spans = {row: float((until[row] - made[row]) / TICK) for row in rows}
            total = sum(spans.values())
            for row in rows:
                weight[row] = spans[row] / total if total else float(row == rows[-1])
    return weight


@given(timed_pairs(), st.sampled_from(POLICIES))
def test_counting_is_what_counting_by_hand_gives(pairs: Pairs, counting: str) -> None:
    """Several analysts and questions, late forecasts and withdrawals among them."""
    assert hold(pairs, counting).weight.tolist() == pytest.approx(by_hand(pairs, counting))


@given(timed_pairs(), st.sampled_from(POLICIES))
def test_an_analyst_has_one_vote_on_a_question(pairs: Pairs, counting: str) -> None:
    """However many updates: the weights sum to 1, or to 0 where nothing counts."""
    held = hold(pairs, counting)
    series = [*zip(pairs.analyst.tolist(), pairs.question.tolist(), strict=True)]
    for one in set(series):
        mine = np.array([this == one for this in series])
        in_time = mine & ~held.after_known
        total = held.weight[mine].sum()
        if counting.startswith("lead") or not in_time.any():
            assert total in {0, 1}
        else:
            assert total == pytest.approx(1)
        assert not held.weight[mine & held.after_known].any()


@given(timed_pairs(), st.sampled_from(POLICIES), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(pairs: Pairs, counting: str, dice: Any) -> None:
    """Rows come from a database in any order; only ties in time go by position."""
    order = np.arange(len(pairs))
    dice.shuffle(order)
    shuffled = hold(pairs.take(order), counting)
    assert shuffled.weight.tolist() == pytest.approx(hold(pairs, counting).weight[order].tolist())
    assert shuffled.until.tolist() == hold(pairs, counting).until[order].tolist()


@given(timed_pairs(), st.sampled_from(POLICIES))
def test_what_does_not_count_is_not_among_the_pairs(pairs: Pairs, counting: str) -> None:
    """What is left has a weight, and keeps its order."""
    counted = count(pairs, counting)
    weight = hold(pairs, counting).weight if len(pairs) else np.zeros(0)
    assert counted.forecast.tolist() == pairs.forecast[weight > 0].tolist()
    assert counted.weight.tolist() == weight[weight > 0].tolist()


@given(timed_pairs())
def test_a_forecast_is_held_until_something_ends_it(pairs: Pairs) -> None:
    """Never backwards in time, and never past the end of the question."""
    held = hold(pairs)
    assert pairs.made is not None
    assert pairs.ended is not None
    assert (held.until >= pairs.made).all()
    assert (held.until <= np.maximum(pairs.ended, pairs.made)).all()


def test_a_weight_of_its_own_is_kept_beside_the_policy() -> None:
    """A question that counts double does so under every policy."""
    said = held_by(THREE)
    double = said.take(np.ones(3, dtype=bool), weight=[2, 2, 2])
    assert count(double).weight.tolist() == pytest.approx([4 / 7, 6 / 7, 4 / 7])
    assert count(double, "last").weight.tolist() == [2]


@given(set_pairs(max_forecasts=4))
def test_the_rows_of_an_option_set_count_together(pairs: Pairs) -> None:
    """One weight for each forecast, over all its options."""
    start = np.datetime64("2026-09-01", "us")
    made = start + (pairs.forecast.astype(int) * HOUR)
    timed = pairs.take(
        np.ones(len(pairs), dtype=bool),
        question=np.array(["q"] * len(pairs)),
        made=made,
        ended=np.full(len(pairs), start + DAY),
    )
    counted = count(timed)
    assert counted.weight[counted.starts].sum() == pytest.approx(1)
    assert len(count(timed, "last").starts) == 1


@pytest.mark.parametrize("counting", POLICIES)
def test_no_forecasts_count_as_none(counting: str) -> None:
    """With times and without."""
    plain = Pairs(probability=[], outcome=[])
    timed = Pairs(probability=[], outcome=[], made=[], ended=[])
    assert len(count(plain, counting)) == len(count(timed, counting)) == 0
    assert hold(timed, counting).weight.tolist() == []
