from __future__ import annotations

import numpy as np
import pytest
from duels import duel, histories, panels, simulated, timed
from hypothesis import given, settings

from tracker.pairs import Pairs
from tracker.scoring.binned import murphy_curve
from tracker.scoring.comparison import compare
from tracker.scoring.murphy import murphy, murphy_of_two, stretches
from tracker.tally import Tally


@settings(deadline=None)
@given(panels())
def test_areas_are_the_scores_of_the_comparison(pairs: Pairs) -> None:
    """What is shared and how it counts is as in the comparison, weights and links and all."""
    found = compare(pairs, "ana", "ben")
    ana, ben = murphy_of_two(pairs, "ana", "ben")
    assert ana.questions == ben.questions == found.questions
    for curve, score in ((ana, found.score_a), (ben, found.score_b)):
        assert curve.brier == (None if score is None else pytest.approx(score))
        if score is not None:
            assert np.trapezoid(curve.score, curve.threshold) == pytest.approx(score, abs=1e-6)


@settings(deadline=None)
@given(histories())
def test_shared_time_is_that_of_the_comparison(pairs: Pairs) -> None:
    """With times, only the time during which both held a forecast counts."""
    for counting in ("time-weighted", "last", "lead:2"):
        found = compare(pairs, "a0", "a1", counting=counting)
        one, other = murphy_of_two(pairs, "a0", "a1", counting=counting)
        expected = [found.score_a, found.score_b]
        assert [one.brier, other.brier] == [
            None if score is None else pytest.approx(score, abs=1e-9) for score in expected
        ]


def test_late_comer_is_compared_with_what_was_said_late() -> None:
    """Ana's early view, when ben was not there, is no part of her curve."""
    pairs = timed([("ana", 0, 10, 0.2), ("ana", 8, 10, 0.8), ("ben", 8, 10, 0.8)])
    ana, ben = murphy_of_two(pairs, "ana", "ben")
    assert ana.score.tolist() == ben.score.tolist()
    assert stretches(ana, ben) == ()


def test_curve_is_straight_between_its_points() -> None:
    """Thresholds in between add nothing."""
    tally = Tally.of(simulated(30, 2))
    curve = murphy(tally)
    at = np.random.default_rng(1).random(200)
    read = np.interp(at, curve.threshold, curve.score)
    assert read == pytest.approx(murphy_curve(tally, at), abs=1e-9)


def test_stretches_are_where_the_curves_say() -> None:
    """At every threshold the curve named is no higher than the other."""
    ana, ben = murphy_of_two(simulated(50, 3), "ana", "ben")
    found = stretches(ana, ben)
    assert (found[0].begin, found[-1].end) == (0, 1)
    for stretch in found:
        inside = (ana.threshold >= stretch.begin) & (ana.threshold <= stretch.end)
        gap = (ana.score - ben.score)[inside] * (1 if stretch.lower == "ana" else -1)
        assert (gap < 1e-9).all()
        assert (gap < -1e-12).any()


def test_knowing_nothing_is_a_curve_too() -> None:
    """Always saying the base rate costs at most 2 q (1 - q), and 50 % has an area of 0.25."""
    curve = murphy(Tally.of(Pairs(probability=[0.2] * 4, outcome=[1, 0, 0, 0])))
    assert curve.always_base_rate is not None
    assert curve.always_half is not None
    assert curve.always_base_rate.max() == pytest.approx(2 * 0.25 * 0.75)
    assert np.trapezoid(curve.always_half, curve.threshold) == pytest.approx(0.25, abs=1e-8)


def test_sets_of_options_have_no_base_rate() -> None:
    """Three options have no one base rate, and so no curves of knowing nothing."""
    sets = Pairs(
        probability=[0.5, 0.3, 0.2], outcome=[1, 0, 0], kind=["options"] * 3, forecast=[0] * 3
    )
    curve = murphy(Tally.of(sets))
    assert (curve.base_rate, curve.always_base_rate, curve.always_half) == (None, None, None)
    assert curve.brier == pytest.approx((0.25 + 0.09 + 0.04) / 2)


def test_nothing_has_no_number() -> None:
    """Without forecasts no number exists."""
    ana, _ = murphy_of_two(duel([], [], []), "ana", "ben")
    assert (ana.brier, ana.base_rate, ana.questions) == (None, None, 0)
