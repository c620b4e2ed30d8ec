"""Intervals of shares, and readings that evidence moves."""

from __future__ import annotations

import json
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.scoring.beta import FIRMEST, LOOSEST, UNRANGED, firmness, share_interval, updated

if TYPE_CHECKING:
    from pathlib import Path

unit = st.floats(0, 1)
trials = st.floats(0.5, 500)


@pytest.mark.parametrize(
    ("events", "of", "interval"),
    [
        (81, 263, (0.2527, 0.3676)),
        (15, 148, (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1684)),
        (1, 29, (0.0009, 0.1776)),
    ],
)
def test_the_interval_of_a_share(events: int, of: int, interval: tuple[float, float]) -> None:
    """Newcombe 1998, table I, method 5 (Clopper-Pearson, 95 %)."""
    found = share_interval(events / of, of, level=0.95)
    assert [round(end, 4) for end in found] == list(interval)


def test_the_interval_holds_the_share_as_often_as_it_says() -> None:
    """Exact coverage at every true share: never below 90 %, over all outcomes of ten trials."""
    ends = np.array([share_interval(k / 10, 10) for k in range(11)])
    choose = np.array([1, 10, 45, 120, 210, 252, 210, 120, 45, 10, 1])
    k = np.arange(11)
    for true in np.linspace(0.01, 0.99, 99):
        chance = choose * true**k * (1 - true) ** (10 - k)
        assert chance[(ends[:, 0] <= true) & (true <= ends[:, 1])].sum() >= 0.9


@given(unit, trials)
def test_the_interval_holds_its_share_and_mirrors(share: float, of: float) -> None:
    """Between 0 and 1, around the share; that of the opposite is the mirror image."""
    low, high = share_interval(share, of)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1
    mirrored = share_interval(1 - share, of)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high), abs=1e-6)


def test_a_range_says_how_firm_a_reading_is() -> None:
    """Likely, 70 % from 55 to 80 %: the 90 % of the Beta are about as wide, and about there."""
    firm = firmness(0.7, 0.55, 0.8)
    start = updated(0.7, firm, share=0.0, effective=0.0)
    assert float(start.probability) == pytest.approx(0.7)
    assert float(start.high - start.low) == pytest.approx(0.25, abs=0.01)
    assert (float(start.low), float(start.high)) == pytest.approx((0.55, 0.8), abs=0.03)


def test_readings_without_a_spread_have_a_firmness_all_the_same() -> None:
    """No range, certainty, a range as narrow or as wide as can be."""
    found = firmness(
        [0.7, 1.0, 0.0, 0.7, 0.001], [0.7, 0.9, 0.0, 0.6999, 0.0], [0.7, 1, 0.1, 0.7, 1]
    )
    assert found.tolist() == [UNRANGED, UNRANGED, UNRANGED, FIRMEST, LOOSEST]


def test_the_firmness_without_a_range_is_that_of_the_survey(shared: Path) -> None:
    """The median over the phrases of the pooled survey of 169 readers."""
    file = shared / "data/words/verbal_probability_survey.json"
    survey = json.loads(file.read_text("utf-8"))
    assert round(median(sum(phrase["beta"]) for phrase in survey)) == UNRANGED


@given(unit, st.floats(LOOSEST, FIRMEST), unit, trials)
def test_evidence_moves_a_reading_towards_what_came_true(
    point: float, firm: float, share: float, of: float
) -> None:
    """The posterior mean lies between, and more evidence moves it more."""
    some = updated(point, firm, share=share, effective=of)
    much = updated(point, firm, share=share, effective=2 * of)
    moved, further = abs(some.probability - point), abs(much.probability - point)
    assert min(point, share) - 1e-12 <= some.probability <= max(point, share) + 1e-12
    assert moved <= further + 1e-12
    if abs(point - share) > 1e-6:
        assert further > moved > 0
    assert 0 <= some.low <= some.probability <= some.high <= 1


def test_an_interval_close_to_an_end_holds_its_mean() -> None:
    """A Beta that piles up at 0 has its mean above its 95 % quantile; mirrored at 1."""
    near = updated([0.001, 0.999], 1, share=0, effective=0)
    assert near.high[0] == near.probability[0]
    assert near.low[1] == near.probability[1]


@given(unit, st.floats(LOOSEST, FIRMEST))
def test_no_evidence_moves_nothing(point: float, firm: float) -> None:
    """A reading stays where it was recorded."""
    assert updated(point, firm, share=0, effective=0).probability == pytest.approx(point)
