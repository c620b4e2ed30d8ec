from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from duels import duel, simulated

from tracker import Pairs
from tracker.charts.murphy import murphy
from tracker.scoring.murphy import MurphyCurve, murphy_of_two
from tracker.scoring.murphy import murphy as curve_of
from tracker.tally import Tally


def test_area_drawn_is_the_brier_score() -> None:
    """The line has all of the curve: the area below it is the mean Brier score."""
    curve = curve_of(Tally.of(Pairs(probability=[0.2, 0.6, 0.6, 0.9], outcome=[0, 1, 0, 1])), "ana")
    line = next(trace for trace in murphy([curve]).figure.data if trace.name == "ana")
    assert np.trapezoid(line.y, np.asarray(line.x) / 100) == pytest.approx(curve.brier, abs=1e-6)


def test_references_are_drawn_thin_and_grey() -> None:
    """Always saying the base rate, and 50 %, stand behind the analysts."""
    names = [
        trace.name for trace in murphy(murphy_of_two(simulated(40, 1), "ana", "ben")).figure.data
    ]
    assert names[0].startswith("always the base rate, ")
    assert names[1:] == ["always 50 %", "ana", "ben"]


def test_the_grey_curves_are_explained_where_they_are_drawn() -> None:
    """And only there."""
    drawn = murphy_of_two(simulated(40, 1), "ana", "ben")
    bare = [replace(one, always_base_rate=None, always_half=None) for one in drawn]
    assert ["thin grey" in " ".join(murphy(one).how_to_read) for one in (drawn, bare)] == [
        True,
        False,
    ]


def test_two_are_told_apart_without_colour() -> None:
    """Each has a sign and a stroke of its own."""
    ana, ben = murphy(murphy_of_two(simulated(40, 1), "ana", "ben")).figure.data[2:]
    assert ana.line.dash != ben.line.dash
    assert ana.marker.symbol != ben.marker.symbol


def test_one_who_lies_nowhere_above_is_better_by_every_proper_score() -> None:
    """The words say it of who is nowhere above the other, and by whose counts."""
    outcome = np.arange(20) % 2
    pairs = duel(0.2 + 0.6 * outcome, np.full(20, 0.5), outcome)
    words = murphy(murphy_of_two(pairs, "ana", "ben")).description
    assert "ana is nowhere above ben: on these questions ana is better by every proper" in words
    assert "may be luck" not in words


def test_crossing_curves_say_where() -> None:
    """Where either is lower is said, and so few questions are called luck."""
    pairs = duel([0.1, 0.5], [0.3, 0.8], [0, 1])
    words = murphy(murphy_of_two(pairs, "ana", "ben")).description
    assert "from 0 % to 30 % ana is lower; from 30 % to 100 % ben is lower" in words
    assert words.endswith("depends on the score, so far; crossings may be luck.")


@pytest.mark.parametrize("nothing", [[], [curve_of(Tally.of(Pairs(probability=[], outcome=[])))]])
def test_nothing_settled_is_said(nothing: list[MurphyCurve]) -> None:
    """Without forecasts the figure says what is missing."""
    picture = murphy(nothing)
    assert picture.figure.layout.annotations[0].text == "No settled forecasts yet"
    assert picture.description == "Murphy diagram: no settled forecasts yet."


def test_many_levels_are_thinned() -> None:
    """Thousands of levels give a thousand points, on the curve."""
    said = np.random.default_rng(1).random(5000)
    curve = curve_of(Tally.of(Pairs(probability=said, outcome=said > 0.5)), "ana")
    line = murphy([curve]).figure.data[-1]
    assert len(curve.threshold) > 10_000
    assert len(line.x) <= 1000
    assert np.trapezoid(line.y, np.asarray(line.x) / 100) == pytest.approx(curve.brier, abs=1e-4)


def test_names_are_text_and_the_bytes_the_same() -> None:
    """Markup in a name is shown and not obeyed; n is in every hover."""
    tally = Tally.of(Pairs(probability=[0.2, 0.6], outcome=[0, 1]))
    once, twice = (murphy([curve_of(tally, "<b>")]).figure for _ in range(2))
    assert once.data[-1].name == "&lt;b&gt;"
    assert all("n = 2" in hover and "<b>" not in hover for hover in once.data[-1].hovertext)
    assert once.to_json() == twice.to_json()


def test_table_has_the_curves_at_round_thresholds() -> None:
    """The twin says what the curve is at 40 %."""
    curve = curve_of(Tally.of(Pairs(probability=[0.2, 0.6], outcome=[0, 0])), "ana")
    table = murphy([curve]).table
    assert table.heads == ("threshold", "ana", "always the base rate", "always 50 %")
    assert table.rows[8] == ("40 %", "0.400", "0.000", "0.800")
