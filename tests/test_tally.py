"""Tallies: the counts and sums of yes/no forecasts by level, and their addition."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import binary_pairs, set_pairs

from tracker import Pairs
from tracker.pairs import BILLION
from tracker.scoring.forecasts import forecast_scores
from tracker.scoring.uncertainty import clustered_mean
from tracker.tally import Sums, Tally, Trials, summed

both_kinds = st.one_of(binary_pairs(), set_pairs())


def same(one: Tally, other: Tally) -> bool:
    """Whether two tallies are equal, sums up to rounding."""
    counts = ("level", "forecasts", "events")
    sums = ("weight", "happened", "total")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in counts) and all(
        np.allclose(getattr(one, name), getattr(other, name), rtol=1e-12) for name in sums
    )


@given(both_kinds)
def test_a_tally_is_what_counting_by_hand_gives(pairs: Pairs) -> None:
    """Every row once, at its level, with its share of the weight of its forecast."""
    forecasts: dict[int, int] = defaultdict(int)
    events: dict[int, int] = defaultdict(int)
    weight: dict[int, float] = defaultdict(float)
    happened: dict[int, float] = defaultdict(float)
    rows = pairs.rows()
    weights = [float(pairs.weight[start]) for start in pairs.starts]
    for row, level in enumerate(rows.level.tolist()):
        part = float(rows.share[row]) * weights[rows.forecast[row]]
        forecasts[level] += 1
        events[level] += int(rows.outcome[row])
        weight[level] += part
        happened[level] += part * float(rows.outcome[row])
    tally = Tally.of(pairs)
    assert tally.level.tolist() == sorted(forecasts)
    assert tally.forecasts.tolist() == [forecasts[level] for level in sorted(forecasts)]
    assert tally.events.tolist() == [events[level] for level in sorted(events)]
    assert tally.weight.tolist() == pytest.approx([weight[level] for level in sorted(weight)])
    assert tally.happened.tolist() == pytest.approx([happened[lv] for lv in sorted(happened)])
    assert tally.total == pytest.approx(sum(weights))


@given(both_kinds, st.data())
def test_parts_tallied_apart_add_up_to_the_whole(pairs: Pairs, data: st.DataObject) -> None:
    """However the forecasts are shared out, and in either order."""
    n = len(pairs.starts)
    chosen = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=bool)
    sizes = np.diff(np.r_[pairs.starts, len(pairs)])
    mask = np.repeat(chosen, sizes)
    one, other = Tally.of(pairs.take(mask)), Tally.of(pairs.take(~mask))
    assert same(one + other, Tally.of(pairs))
    assert same(other + one, Tally.of(pairs))


@given(st.lists(both_kinds, min_size=3, max_size=3))
def test_addition_does_not_care_for_brackets(three: list[Pairs]) -> None:
    """Parts of an archive may be added as they come in."""
    a, b, c = (Tally.of(pairs) for pairs in three)
    assert same((a + b) + c, a + (b + c))


def test_nothing_adds_nothing() -> None:
    """The empty tally is the zero of addition."""
    nothing = Tally.of(Pairs(probability=[], outcome=[]))
    some = Tally.of(Pairs(probability=[0.3, 0.8], outcome=[0, 1], weight=[1, 2]))
    assert nothing.total == 0
    assert len(nothing.level) == len(nothing.probability) == 0
    assert same(nothing + nothing, nothing)
    assert same(some + nothing, some)
    assert same(nothing + some, some)


def test_sums_of_tenths_are_one_level() -> None:
    """0.1 + 0.2 and 0.3 differ in binary floating point, and are the same forecast."""
    tally = Tally.of(Pairs(probability=[0.1 + 0.2, 0.3, 0.6 - 0.3, 0.9 / 3], outcome=[1, 0, 1, 0]))
    assert tally.probability.tolist() == [0.3]
    assert tally.forecasts.tolist() == [4]
    assert tally.events.tolist() == [2]


def test_a_billionth_apart_is_two_levels() -> None:
    """Nothing coarser is pooled."""
    tally = Tally.of(Pairs(probability=[0.3, 0.300000001], outcome=[1, 0]))
    assert tally.level.tolist() == [300_000_000, 300_000_001]


def test_weights_are_summed_and_counts_are_not_weighted() -> None:
    """Both are needed: how many forecasts there were, and how much they count."""
    tally = Tally.of(Pairs(probability=[0.3, 0.3, 0.8], outcome=[1, 0, 1], weight=[0.25, 0.5, 2]))
    assert tally.forecasts.tolist() == [2, 1]
    assert tally.events.tolist() == [1, 1]
    assert tally.weight.tolist() == [0.75, 2]
    assert tally.happened.tolist() == [0.25, 2]
    assert tally.total == 2.75


def test_an_options_forecast_counts_once() -> None:
    """Three rows of half a share, one forecast by which a mean is divided."""
    tally = Tally.of(
        Pairs(
            probability=[0.2, 0.5, 0.3],
            outcome=[0, 1, 0],
            kind=["options"] * 3,
            forecast=[1, 1, 1],
        )
    )
    assert tally.forecasts.tolist() == [1, 1, 1]
    assert tally.weight.tolist() == [0.5, 0.5, 0.5]
    assert tally.total == 1


def test_levels_ascend_as_probabilities() -> None:
    """The order in which isotonic regression needs them."""
    tally = Tally.of(Pairs(probability=[1, 0.5, 0, 0.25], outcome=[1, 1, 0, 0]))
    assert tally.probability.tolist() == [0, 0.25, 0.5, 1]
    assert tally.level.tolist() == [0, BILLION // 4, BILLION // 2, BILLION]


def test_a_code_without_values_sums_to_zero() -> None:
    """And the sums are numbers with a fraction, even where there are none."""
    assert summed(np.array([2, 0, 2]), np.array([1.0, 2.0, 3.0]), 4).tolist() == [2, 0, 4, 0]
    assert summed(np.array([], dtype=np.intp), np.array([]), 2).dtype == np.float64


# --- sums by cluster ------------------------------------------------------------------------------

FIELDS = ("weight", "value", "weight_squared", "cross", "value_squared", "own")


def alike(one: Sums, other: Sums) -> bool:
    """Whether two sums are equal up to rounding."""
    counts = (one.clusters, one.forecasts) == (other.clusters, other.forecasts)
    return counts and all(
        getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-9, abs=1e-12)
        for name in FIELDS
    )


def sums_of(pairs: Pairs, constant: float = 0.0) -> Sums:
    """The sums of the Brier score, less a constant."""
    starts = pairs.starts
    values = forecast_scores(pairs)[0] - constant
    return Sums.of(values, pairs.weight[starts], pairs.cluster[starts])


@given(both_kinds)
def test_sums_are_what_adding_by_hand_gives(pairs: Pairs) -> None:
    """Weight and weighted score of each cluster, their squares and products."""
    starts = pairs.starts
    scores, weights = forecast_scores(pairs)[0].tolist(), pairs.weight[starts].tolist()
    weight: dict[object, float] = defaultdict(float)
    value: dict[object, float] = defaultdict(float)
    for cluster, w, s in zip(pairs.cluster[starts].tolist(), weights, scores, strict=True):
        weight[cluster] += w
        value[cluster] += w * s
    expected = Sums(
        clusters=len(weight),
        forecasts=len(starts),
        weight=sum(weight.values()),
        value=sum(value.values()),
        weight_squared=sum(w**2 for w in weight.values()),
        cross=sum(weight[cluster] * value[cluster] for cluster in weight),
        value_squared=sum(v**2 for v in value.values()),
        own=sum(w * s**2 for w, s in zip(weights, scores, strict=True)),
    )
    assert alike(sums_of(pairs), expected)


@given(binary_pairs())
def test_sums_of_different_clusters_add_up(pairs: Pairs) -> None:
    """Parts that share no cluster may be summed apart, in either order."""
    some = pairs.question.astype(int) % 2 == 0
    one, other = sums_of(pairs.take(some)), sums_of(pairs.take(~some))
    assert alike(one + other, sums_of(pairs))
    assert alike(other + one, sums_of(pairs))


@given(both_kinds, st.floats(0, 1))
def test_less_a_constant_is_the_sums_of_the_differences(pairs: Pairs, constant: float) -> None:
    """The excess over a constant needs no second look at the forecasts."""
    assert alike(sums_of(pairs).less(constant), sums_of(pairs, constant))


@given(binary_pairs(min_size=1))
def test_sums_hold_what_a_clustered_mean_needs(pairs: Pairs) -> None:
    """The mean and its standard error follow from them."""
    mean = clustered_mean(forecast_scores(pairs)[0], pairs.weight, pairs.cluster)
    sums = sums_of(pairs)
    assert sums.value / sums.weight == pytest.approx(mean.value)
    residual = sums.less(mean.value)
    worth = sums.weight**2 / sums.weight_squared  # clusters, where some outweigh the others
    count = sums.clusters if 2 * worth >= sums.clusters else worth
    if mean.error is not None:
        variance = count / (count - 1) * residual.value_squared / sums.weight**2
        assert max(variance, 0) ** 0.5 == pytest.approx(mean.error, abs=1e-7)


def test_sums_of_nothing_are_nothing() -> None:
    """No cluster, no forecast, no weight: the zero of addition."""
    nothing = Sums.of(np.zeros(0), np.zeros(0), np.zeros(0))
    assert nothing == Sums(0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    some = Sums.of(np.array([0.1, 0.4]), np.ones(2), np.array(["a", "b"]))
    assert some + nothing == some


def test_what_weighs_nothing_is_no_forecast_of_the_sums() -> None:
    """It is counted as a cluster only by who leaves it in."""
    sums = Sums.of(np.array([0.1, 0.4]), np.array([1.0, 0.0]), np.array(["a", "a"]))
    assert (sums.clusters, sums.forecasts, sums.value) == (1, 1, 0.1)


# --- trials ---------------------------------------------------------------------------------------


@given(both_kinds)
def test_trials_weigh_what_the_tally_weighs(pairs: Pairs) -> None:
    """And as much came true, at each level; questions count from 0 on, no row is there twice."""
    tally = Tally.of(pairs)
    trials = Trials.of(pairs, tally)
    if trials is None:
        return
    assert summed(trials.at, trials.weight, len(tally)) == pytest.approx(tally.weight)
    assert summed(trials.at, trials.happened, len(tally)) == pytest.approx(tally.happened)
    assert set(trials.question.tolist()) == set(range(len(np.unique(pairs.question))))
    rows = list(zip(trials.question, trials.at, trials.floor, strict=True))
    assert len(set(rows)) == len(rows) == len(trials)


@given(set_pairs())
def test_one_draw_makes_one_option_true(pairs: Pairs) -> None:
    """The options of a question share out the draws: any draw falls into one of them."""
    tally = Tally.of(pairs)
    trials = Trials.of(pairs, tally)
    if trials is None:
        return
    kinds = dict(zip(pairs.question.tolist(), pairs.kind.tolist(), strict=True))
    for number, question in enumerate(np.unique(pairs.question).tolist()):
        mine = trials.question == number
        floor, level = trials.floor[mine], tally.level[trials.at[mine]]
        if kinds[question] == "options":
            # one of 0 may share its floor with the next; those that can come true do not overlap
            order = np.lexsort((floor + level, floor))
            ends = (floor + level)[order]
            assert (floor[order][1:] >= ends[:-1]).all()
            assert (int(level.sum()), int(ends[-1])) == pytest.approx((BILLION, BILLION), abs=1000)
        else:  # yes/no, and the splits of a ladder, which come true from the bottom up
            assert (floor == 0).all()


def test_forecasts_on_one_question_are_one_row_where_they_say_the_same() -> None:
    """Their sums are added; another level is another row of the same question."""
    pairs = Pairs(
        probability=[0.3, 0.3, 0.8, 0.3],
        outcome=[1, 0, 1, 0],
        question=["a", "b", "a", "c"],
        cluster=["a", "a", "a", "c"],
    )
    trials = Trials.of(pairs, Tally.of(pairs))
    assert trials is not None
    assert trials.question.tolist() == [0, 0, 1]
    assert trials.at.tolist() == [0, 1, 0]
    assert trials.weight.tolist() == [2, 1, 1]
    assert trials.happened.tolist() == [1, 1, 0]
    assert trials.by_question(trials.weight).tolist() == [3, 1]


@pytest.mark.parametrize(
    ("columns", "needed"),
    [
        ({}, False),
        ({"question": ["a", "b"]}, False),
        ({"question": ["a", "a"]}, True),
        ({"weight": [2, 2]}, False),
        ({"weight": [1, 2]}, True),
        ({"question": ["a", "b"], "weight": [1, 2]}, True),
        ({"question": ["a", "a"], "weight": [1, 0]}, False),
    ],
)
def test_trials_are_kept_only_where_the_tally_does_not_say_it(
    columns: dict[str, list[object]], needed: bool
) -> None:
    """A question for each forecast, all of one weight: then the tally says all there is."""
    pairs = Pairs(probability=[0.3, 0.8], outcome=[1, 0], **columns)  # type: ignore[arg-type]
    assert (Trials.of(pairs, Tally.of(pairs)) is not None) == needed
