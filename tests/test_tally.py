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
from tracker.tally import Tally, summed

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
