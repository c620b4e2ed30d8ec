"""The plane of analysts: coordinates of the scorecard, with intervals by cluster."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from strategies import binary_pairs, set_pairs

from tracker import Pairs
from tracker.scoring.plane import plane
from tracker.scoring.scorecard import scorecard
from tracker.scoring.uncertainty import clustered_mean


@given(set_pairs())
def test_parts_are_those_of_the_scorecard(pairs: Pairs) -> None:
    """Of yes/no forecasts and option sets alike, and they add up to the score."""
    (one,) = plane(pairs).positions
    card = scorecard(pairs)
    for name in ("miscalibration", "discrimination", "uncertainty"):
        assert getattr(one, name) == pytest.approx(getattr(card, name), abs=1e-12)
    assert one.score == pytest.approx(card.brier)
    assert one.excess + one.uncertainty == pytest.approx(one.score)
    assert (one.forecasts, one.questions) == (card.forecasts, card.questions)


@given(binary_pairs(min_size=1))
def test_an_interval_holds_its_coordinate_and_nothing_below_0(pairs: Pairs) -> None:
    """An interval is bounded by what a coordinate can be."""
    (one,) = plane(pairs).positions
    for name in ("miscalibration", "discrimination"):
        interval = getattr(one, f"{name}_interval")
        if interval is not None:
            assert 0 <= interval[0] <= getattr(one, name) + 1e-9
            assert interval[1] >= getattr(one, name) - 1e-9


def test_miscalibration_by_hand() -> None:
    """Who says 80 % of what happens half the time is off by 0.3², the same on every question."""
    pairs = Pairs(probability=[0.8] * 4 + [0.1] * 2, outcome=[1, 0, 1, 0, 0, 0])
    (one,) = plane(pairs).positions
    assert one.miscalibration == pytest.approx((4 * 0.09 + 2 * 0.01) / 6)
    assert one.discrimination == pytest.approx(2 / 9 - 4 * 0.25 / 6)
    saved = np.array([0.04 - 0.25, 0.64 - 0.25, 0.04 - 0.25, 0.64 - 0.25, 0.01, 0.01])
    low, high = clustered_mean(saved, np.ones(6), np.arange(6)).interval or (0, 0)
    assert one.miscalibration_interval == pytest.approx((max(low, 0), high))


def test_below_two_clusters_there_is_no_interval() -> None:
    """Five updates on one question say nothing of how questions differ."""
    pairs = Pairs(probability=[0.2, 0.4, 0.6, 0.7, 0.9], outcome=[1] * 5, question=["q"] * 5)
    (one,) = plane(pairs).positions
    assert one.questions == 1
    assert one.miscalibration_interval is None
    assert one.discrimination_interval is None


def test_the_uncertainty_is_shared_only_where_it_is_the_same() -> None:
    """Scores compare by lines of one name only on equally hard questions."""
    said = [0.9, 0.2, 0.6, 0.3]
    same = Pairs(probability=said, outcome=[1, 0, 1, 0], analyst=["a", "a", "b", "b"])
    other = Pairs(probability=said, outcome=[1, 0, 1, 1], analyst=["a", "a", "b", "b"])
    assert plane(same).uncertainty == pytest.approx(0.25)
    assert plane(other).uncertainty is None


def test_without_forecasts_nobody_stands_anywhere() -> None:
    """An empty record is an empty plane, and what weighs nothing does not count."""
    assert plane(Pairs(probability=[], outcome=[])).positions == ()
    assert plane(Pairs(probability=[0.5], outcome=[1], weight=[0])).positions == ()


def test_who_answered_most_comes_first() -> None:
    """The order is by questions, then by name."""
    pairs = Pairs(probability=[0.5] * 4, outcome=[1, 0, 1, 0], analyst=["b", "c", "c", "a"])
    assert [one.analyst for one in plane(pairs).positions] == ["c", "a", "b"]
