"""Metaculus's buckets and its baseline score of numbers, against its published numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tracker.errors import UsageError
from tracker.scoring.buckets import baseline_score_cdf, bucket

UNIFORM = np.linspace(0, 1, 201)
E = float(np.e)


@pytest.mark.parametrize(
    ("cdf", "at", "bounds", "score"),
    [
        pytest.param(UNIFORM, 150, 0, 0, id="uniform"),
        pytest.param(np.linspace(0.05, 0.95, 201), 150, 2, 0, id="uniform, two open bounds"),
        pytest.param(np.linspace(0.05, 0.95, 201), 0, 2, 0, id="below an open bound"),
        pytest.param(np.linspace(0.05, 0.95, 201), 201, 2, 0, id="above an open bound"),
        pytest.param([0, E / 4, 0.8, 0.9, 1], 1, 0, 50, id="e times the base"),
        pytest.param([0, 1 / (2 * E), 1], 1, 0, -50, id="1/e of the base"),
        pytest.param([0, 5e-5, *np.linspace(0.1, 1, 199)], 1, 0, -230.258509, id="least step"),
        pytest.param([0, 0, 1], 1, 0, -np.inf, id="none at all"),
    ],
)
def test_baseline_score_of_a_number(cdf: Any, at: int, bounds: int, score: float) -> None:
    """scoring.md V5, Metaculus's test_score_math.py (whose e/2 of two buckets is here e/4 of 4)."""
    is_open = bounds == 2
    got = baseline_score_cdf(cdf, at, open_low=is_open, open_high=is_open)
    assert float(got) == pytest.approx(score, abs=1e-6)


def test_the_tails_are_buckets_of_their_own() -> None:
    """metaculus-forecast-ledger loses them: its bucket 0 is the first of the range."""
    cdf = [0.2, 0.5, 0.9]
    scores = baseline_score_cdf([cdf] * 4, range(4), open_low=True, open_high=True)
    mass, base = np.array([0.2, 0.3, 0.4, 0.1]), np.array([0.05, 0.45, 0.45, 0.05])
    assert scores == pytest.approx(50 * np.log(mass / base))


@pytest.mark.parametrize(
    ("value", "found"),
    [(-1, 0), (0, 1), (1, 1), (2.5, 1), (2.6, 2), (5, 2), (9.9, 4), (10, 4), (10.1, 5)],
)
def test_bucket_of_a_value(value: float, found: int) -> None:
    """scoring.md 3.4: 0 to 10 in four; a bound belongs to the bucket below it."""
    assert int(bucket(value, 0, 10, inner=4)) == found


def test_bucket_on_a_logarithmic_scale() -> None:
    """scoring.md V6: of 1 to 100 around zero 0 the middle is 10."""
    values = [0.5, 1, 9.99, 10.01, 100, 101, -3]
    assert bucket(values, 1, 100, inner=2, zero=0).tolist() == [0, 1, 1, 2, 2, 3, 0]


@pytest.mark.parametrize(
    ("cdf", "at", "expected"),
    [
        ([0, E / 2, 1], 1, "do not fall"),
        ([0, 0.6, 0.5, 1], 1, "do not fall"),
        ([0, 0.5, 1], 4, "buckets from 0 to 3"),
        ([0, 0.5, 1], 0.5, "buckets from 0 to 3"),
        ([0, 0.5, 1], 0, "closed bound"),
        ([0.1, 0.5, 1], 1, "closed bound"),
        ([0, 0.5, 0.9], 1, "closed bound"),
    ],
)
def test_what_cannot_be_is_refused(cdf: Any, at: float, expected: str) -> None:
    """A function that falls, a bucket that is not there, anything beyond a closed bound."""
    with pytest.raises(UsageError, match=expected):
        baseline_score_cdf(cdf, at)
    for how in ({"low": 1, "high": 1}, {"low": 1, "high": 5, "zero": 2}):
        with pytest.raises(UsageError, match="low < high"):
            bucket(3, **how)
