"""Hypothesis strategies, once for all tests."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from tracker import Pairs

ROUND = [0.0, 0.05, 0.1, 0.25, 0.3, 0.5, 0.7, 0.9, 1.0]
levels = st.one_of(st.sampled_from(ROUND), st.floats(0, 1))


@st.composite
def binary_pairs(draw: st.DrawFn, min_size: int = 0, max_size: int = 30) -> Pairs:
    """Yes/no forecasts with ties, certainties, weights and several forecasts on one question."""
    n = draw(st.integers(min_size, max_size))

    def columns(of: st.SearchStrategy[float]) -> list[float]:
        return draw(st.lists(of, min_size=n, max_size=n))

    return Pairs(
        probability=columns(levels),
        outcome=np.array(columns(st.sampled_from([0, 1])), dtype=float),
        weight=columns(st.sampled_from([0.25, 0.5, 1.0, 2.0])),
        question=np.array(columns(st.integers(0, 8)), dtype=int),
    )


@st.composite
def shares(draw: st.DrawFn, size: int) -> list[float]:
    """Probabilities of ``size`` options that sum to 1."""
    parts = draw(st.lists(st.integers(0, 20), min_size=size, max_size=size))
    total = sum(parts)
    return [part / total for part in parts] if total else [1 / size] * size


@st.composite
def set_pairs(draw: st.DrawFn, max_forecasts: int = 8) -> Pairs:
    """Forecasts of every kind in one: yes/no, options and ordered."""
    probability: list[float] = []
    outcome: list[int] = []
    kind: list[str] = []
    forecast: list[int] = []
    for number in range(draw(st.integers(1, max_forecasts))):
        what = draw(st.sampled_from(["binary", "options", "ordered"]))
        size = 1 if what == "binary" else draw(st.integers(2, 5))
        said = [draw(levels)] if what == "binary" else draw(shares(size))
        true = draw(st.integers(0, size - 1))
        happened = (
            [int(draw(st.booleans()))]
            if what == "binary"
            else [int(position == true) for position in range(size)]
        )
        probability += said
        outcome += happened
        kind += [what] * size
        forecast += [number] * size
    return Pairs(probability=probability, outcome=outcome, kind=kind, forecast=forecast)
