"""P-values: flips of signs, and families of p-values adjusted."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import UsageError
from tracker.scoring.significance import benjamini_hochberg, holm, sign_flip


@given(st.lists(st.sampled_from([-0.5, -0.2, 0.0, 0.1, 0.2, 0.7]), max_size=8))
def test_few_signs_are_flipped_in_every_way(sums: list[float]) -> None:
    """The share of all 2^n ways whose total is as large, ties included."""
    found = sign_flip(sums)
    if not any(sums):
        assert found is None
        return
    ways = itertools.product((1, -1), repeat=len(sums))
    totals = np.array([abs(np.dot(signs, sums)) for signs in ways])
    assert found == pytest.approx((totals >= abs(sum(sums)) - 1e-9).mean())


def test_many_signs_are_flipped_by_chance() -> None:
    """Close to the normal distribution of such totals, up to the blocks and beyond."""
    from scipy.special import ndtr

    for n in (21, 300, 5000):
        sums = np.random.default_rng(n).normal(0.08 * math.sqrt(300 / n), 1, n)
        z = abs(sums.sum()) / math.sqrt(float(sums @ sums))
        assert sign_flip(sums) == pytest.approx(2 * ndtr(-z), abs=0.02)
        assert sign_flip(sums) == sign_flip(-sums) == sign_flip(sums, seed=1)


def test_no_flip_as_large_is_not_a_chance_of_0() -> None:
    """The smallest p-value is one in ten thousand and one."""
    assert sign_flip(np.ones(50)) == 1 / 10_001
    assert sign_flip(np.ones(20)) == 2 / 2**20


def test_p_values_are_even_where_there_is_no_difference() -> None:
    """Of 400 samples that lean to neither side, however heavy their tails, x have p up to x."""
    samples = np.random.default_rng(1).standard_t(2, (400, 12))
    p = np.array([sign_flip(sample) for sample in samples], dtype=float)
    for x in (0.1, 0.3, 0.5, 0.8):
        assert (p <= x).mean() == pytest.approx(x, abs=4 * math.sqrt(x * (1 - x) / 400))


# --- many p-values ------------------------------------------------------------------------------


def test_adjusted_p_values_by_hand() -> None:
    """Four p-values, worked on paper, in the order given."""
    p = [0.01, 0.04, 0.03, 0.005]
    assert holm(p).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert benjamini_hochberg(p).tolist() == pytest.approx([0.02, 0.04, 0.04, 0.02])


def test_no_p_values_need_no_adjusting() -> None:
    """And one p-value stays what it is."""
    for adjust in (holm, benjamini_hochberg):
        assert adjust([]).tolist() == []
        assert adjust([0.3]).tolist() == [0.3]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusting_never_helps_and_keeps_the_order(p: list[float]) -> None:
    """Holm guards against more than Benjamini and Hochberg, and is never smaller."""
    strict, mild = holm(p), benjamini_hochberg(p)
    assert (strict >= mild - 1e-12).all()
    assert (mild >= np.array(p) - 1e-12).all()
    assert (strict <= 1).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(strict[order]) >= -1e-12).all()
    assert (np.diff(mild[order]) >= -1e-12).all()


@pytest.mark.parametrize("wrong", [[1.1], [-0.1], [math.nan], [[0.5]]])
def test_what_is_no_p_value_is_refused(wrong: list[Any]) -> None:
    """From 0 to 1, in one list."""
    for adjust in (holm, benjamini_hochberg):
        with pytest.raises(UsageError, match="p-values"):
            adjust(wrong)
