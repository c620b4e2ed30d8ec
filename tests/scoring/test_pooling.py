"""Pooling: by hand, by property and against published numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import trim_mean
from strategies import levels

from tracker.errors import UsageError
from tracker.scoring.pooling import EPS, METHODS, Method, _geometric_mean, pool, recency_weights

methods: st.SearchStrategy[Method] = st.sampled_from(METHODS)
said_of_one = st.lists(levels, min_size=1, max_size=25)


def test_pooling_by_hand() -> None:
    """Three analysts on one question, two on another, which stands first in the answer."""
    said, question = [0.2, 0.3, 0.9, 0.5, 0.8], ["z", "z", "z", "a", "a"]
    by_hand = {
        "mean": [0.65, 1.4 / 3],
        "median": [0.65, 0.3],
        "trimmed": [0.65, (0.7 * 0.2 + 0.3 + 0.7 * 0.9) / 2.4],
        "geometric odds": [2 / 3, 1 / (1 + (4 * (7 / 3) / 9) ** (1 / 3))],
    }
    for method in METHODS:
        assert pool(said, question, method=method) == pytest.approx(by_hand[method]), method


@pytest.mark.parametrize(
    ("weight", "median"),
    [([1, 1, 1], 0.2), ([1, 1, 2], 0.55), ([1, 1, 2.1], 0.9), ([3, 1, 1], 0.1), ([0.1] * 3, 0.2)],
)
def test_the_weighted_median_has_half_of_the_weight_on_each_side(
    weight: list[float], median: float
) -> None:
    """Half way between the two where they share it exactly."""
    assert pool([0.1, 0.2, 0.9], ["q"] * 3, weight=weight)[0] == pytest.approx(median)


@given(said_of_one.map(lambda said: said * 10), st.sampled_from([0.1, 0.2, 0.3]))
def test_trimming_whole_forecasts_is_the_textbook_trimmed_mean(
    said: list[float], trim: float
) -> None:
    """As scipy has it, where the share trimmed is a whole number of forecasts."""
    ours = pool(said, [0] * len(said), method="trimmed", trim=trim)[0]
    assert ours == pytest.approx(trim_mean(said, trim + 1e-9), abs=1e-9)


@given(said_of_one)
def test_the_trimmed_mean_lies_between_the_mean_and_the_median(said: list[float]) -> None:
    """Without trimming it is the one, all but all trimmed the other; of two it is the mean."""
    question = [0] * len(said)
    mean, median = (pool(said, question, method=m)[0] for m in ("mean", "median"))
    trimmed = [pool(said, question, method="trimmed", trim=t)[0] for t in (0.0, 0.1, 0.499999)]
    assert trimmed[0] == pytest.approx(mean)
    assert len(said) > 2 or trimmed[1] == pytest.approx(mean)
    assert trimmed[2] == pytest.approx(median, abs=1e-6)


def test_a_certain_analyst_does_not_decide_the_geometric_odds() -> None:
    """0 and 1 count as 0.005 and 0.995, or as far as is asked for."""
    assert pool([0, 1], [0, 0], method="geometric odds")[0] == pytest.approx(0.5)
    assert pool([0, 0], [0, 0], method="geometric odds")[0] == pytest.approx(EPS)
    clipped = pool([1, 0.5], [0, 0], method="geometric odds", eps=0.1)[0]
    assert clipped == pytest.approx(math.sqrt(9) / (1 + math.sqrt(9)))


def test_the_geometric_mean_of_the_metaculus_test_vector() -> None:
    """Of 0.7, 0.8 and 0.9: (0.18171206, 0.79581144) before it is divided by its sum.

    Source: Metaculus, tests/unit/test_scoring (BSD-2), 8 digits. Two options and yes/no agree on
    the ratio.
    """
    yes = np.array([0.7, 0.8, 0.9])
    code, weight = np.zeros(3, dtype=np.intp), np.ones(3)
    no_mean, yes_mean = (_geometric_mean(p, code, weight, EPS)[0] for p in (1 - yes, yes))
    assert (no_mean, yes_mean) == pytest.approx((0.18171206, 0.79581144), abs=5e-9)
    normalised = 0.79581144 / (0.18171206 + 0.79581144)
    assert pool(yes, code, method="geometric odds")[0] == pytest.approx(normalised, abs=1e-8)


@given(said_of_one, methods, st.randoms(use_true_random=False), st.booleans())
def test_pooling_does_not_depend_on_the_order_nor_on_the_side(
    said: list[float], method: Method, random: Any, weighted: bool
) -> None:
    """Rows may be shuffled; pooling chances of No gives the chance of No."""
    question = [k % 3 for k in range(len(said))]
    weight = [1 + (k % 4) / 3 for k in range(len(said))] if weighted else None
    pooled = pool(said, question, method=method, weight=weight)
    order = list(range(len(said)))
    random.shuffle(order)
    again = pool(
        [said[k] for k in order],
        [question[k] for k in order],
        method=method,
        weight=[weight[k] for k in order] if weight else None,
    )
    assert again == pytest.approx(pooled, abs=1e-12)
    other = pool(1 - np.array(said), question, method=method, weight=weight)
    assert other == pytest.approx(1 - pooled, abs=1e-9)
    assert (pooled >= min([*said, 1 - EPS]) - 1e-9).all()
    assert (pooled <= max([*said, EPS]) + 1e-9).all()


@given(levels, st.integers(1, 12), methods)
def test_analysts_who_agree_are_the_crowd(level: float, n: int, method: Method) -> None:
    """One alone, too; geometric odds keep their distance from certainty."""
    pooled = pool([level] * n, ["q"] * n, method=method)
    expected = np.clip(level, EPS, 1 - EPS) if method == "geometric odds" else level
    assert pooled == pytest.approx(expected, abs=1e-9)


def test_recency_weights_are_those_of_metaculus() -> None:
    """exp(sqrt(n) - sqrt(N)) for the n-th of N; up to two alike, the same moment alike."""
    made = np.array(["2026-03-04", "2026-03-01", "2026-03-03", "2026-03-02"], "datetime64[D]")
    weight = recency_weights(np.r_[made, made[:2], made[[0, 0, 1]]], [0] * 4 + [1] * 2 + [2] * 3)
    four = np.exp(np.sqrt([4, 1, 3, 2]) - 2)
    assert weight[:4] == pytest.approx(four)
    assert weight[4:6].tolist() == [1, 1]
    assert weight[6:] == pytest.approx([1, 1, math.exp(1 - math.sqrt(3))])
    assert len(recency_weights([], [])) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "mode"},
        {"trim": 0.5},
        {"trim": -0.1},
        {"eps": 0.0},
        {"weight": [1.0, 0.0]},
        {"weight": [1.0]},
        {"weight": [1.0, math.nan]},
        {"probability": [0.5, 1.2]},
        {"probability": [0.5, math.nan]},
        {"question": ["q"]},
    ],
)
def test_wrong_arguments_are_refused(wrong: dict[str, Any]) -> None:
    """Each of them, one at a time."""
    right: dict[str, Any] = {"probability": [0.5, 0.6], "question": ["q", "q"]}
    assert len(pool(**right)) == 1
    with pytest.raises(UsageError):
        pool(**{**right, **wrong})


def test_no_probabilities_pool_to_none() -> None:
    """An empty answer, whatever the method."""
    for method in METHODS:
        assert pool([], [], method=method).shape == (0,)
