from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import Pairs
from tracker.charts.reliability import describe, reliability_diagram
from tracker.charts.theme import DARK, LIGHT, number, percent, plotly_script, template
from tracker.scoring.calibration import ReliabilityCurve, reliability_curve

if TYPE_CHECKING:
    import plotly.graph_objects as go


def curve_of(*levels: tuple[float, int, int]) -> ReliabilityCurve:
    """The curve of forecasts told as (probability, times said, times it happened)."""
    said = [p for p, n, _ in levels for _ in range(n)]
    came = [i < events for _, n, events in levels for i in range(n)]
    return reliability_curve(Pairs(probability=said, outcome=came), draws=100)


def traces(figure: go.Figure) -> dict[str, go.Scatter | go.Bar]:
    """The traces of a figure by the first word of their name."""
    return {(trace.name or "bars").split(":")[0].split(" (")[0]: trace for trace in figure.data}


def test_draws_band_diagonal_recalibrated_shares_and_bars() -> None:
    """Each mark of the diagram is there once, in per cent, on the curve's own numbers."""
    curve = curve_of((0.2, 5, 1), (0.45, 111, 51), (0.8, 10, 9))
    drawn = traces(reliability_diagram(curve))
    assert list(drawn) == ["consistency band", "perfect calibration", "what happened", "bars"]
    assert list(drawn["what happened"].x) == [20, 45, 80]
    assert list(drawn["what happened"].y) == pytest.approx([20, 100 * 51 / 111, 90], abs=1e-4)
    assert list(drawn["bars"].x) == [20, 45, 80]
    assert list(drawn["bars"].y) == [5, 111, 10]
    assert list(drawn["perfect calibration"].x) == list(drawn["perfect calibration"].y) == [0, 100]
    sides = np.reshape(drawn["consistency band"].y, (2, 5))
    assert sides[0, 1:4] == pytest.approx(100 * curve.band_high, abs=1e-4)
    assert sides[1, 1:4] == pytest.approx(100 * curve.band_low[::-1], abs=1e-4)


def test_hover_says_said_happened_and_n() -> None:
    """Pointing at a marker shows what was said, what happened and how many."""
    hover = traces(reliability_diagram(curve_of((0.45, 111, 51))))["what happened"].hovertext
    assert hover[0].startswith("said 45 % · happened 46 % · n = 111<br>recalibrated 46 % · band ")


def test_legend_says_what_the_band_promises() -> None:
    """The legend explains the band by its level."""
    name = traces(reliability_diagram(curve_of((0.5, 4, 2))))["consistency band"].name
    words = "90 % of perfectly calibrated records would stay within, at each value"
    assert words in name.replace("<br>", " ")


def test_markers_grow_with_n() -> None:
    """A probability said more often has a larger marker."""
    sizes = traces(reliability_diagram(curve_of((0.2, 5, 1), (0.8, 50, 40))))["what happened"]
    assert sizes.marker.size[0] < sizes.marker.size[1]


def test_axes_are_shared_and_run_from_0_to_100() -> None:
    """The bars stand below the diagram on the same axis of what was said."""
    layout = reliability_diagram(curve_of((0.3, 3, 1))).layout
    assert layout.xaxis2.matches == "x"
    assert layout.xaxis.range == layout.xaxis2.range == layout.yaxis.range == (-3, 103)
    assert layout.yaxis.domain[0] > layout.yaxis2.domain[1]


def test_empty_curve_says_what_is_missing() -> None:
    """Without settled forecasts the figure says so, and draws no marker."""
    figure = reliability_diagram(curve_of())
    assert [note.text for note in figure.layout.annotations] == ["No settled forecasts yet"]
    assert list(traces(figure)) == ["perfect calibration"]


def test_one_level_has_a_band_that_can_be_seen() -> None:
    """The band of a single probability is wider than a line."""
    band = traces(reliability_diagram(curve_of((0.7, 5, 4))))["consistency band"]
    assert max(band.x) - min(band.x) == pytest.approx(3)
    assert max(band.y) > min(band.y)


def test_many_levels_are_thinned_but_all_counted() -> None:
    """An archive's thousands of levels give a figure that a browser can draw."""
    said = np.linspace(0, 1, 5001)
    pairs = Pairs(probability=said, outcome=said > 0.5)
    drawn = traces(reliability_diagram(reliability_curve(pairs, draws=20)))
    assert len(drawn["what happened"].x) == 1000
    assert (drawn["what happened"].x[0], drawn["what happened"].x[-1]) == (0, 100)
    assert sum(drawn["bars"].y) == 5001


def test_title_is_text() -> None:
    """Markup in a title is shown and not obeyed."""
    title = reliability_diagram(curve_of((0.5, 2, 1)), title="<a href='x'>A & B</a>").layout.title
    assert title.text == "&lt;a href='x'&gt;A &amp; B&lt;/a&gt;"


@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.1, 0.3, 0.55, 0.9, 1.0]), st.booleans()), max_size=12
    )
)
def test_same_forecasts_same_bytes(forecasts: list[tuple[float, bool]]) -> None:
    """Any forecasts can be drawn, and twice the same forecasts are twice the same bytes."""
    said, came = [p for p, _ in forecasts], [y for _, y in forecasts]
    once, twice = (
        reliability_diagram(reliability_curve(Pairs(probability=said, outcome=came), draws=20))
        for _ in range(2)
    )
    assert once.to_json() == twice.to_json()


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ([], "Reliability diagram: no settled forecasts yet."),
        ([(0.7, 5, 4)], "of 5 stated probabilities, at 70 %."),
        ([(0.1, 9, 1), (0.9, 9, 8)], "2 different values from 10 % to 90 %. What happened at each"),
        ([(0.1, 40, 30), (0.9, 40, 35)], "1 inside the consistency band, 1 above it."),
    ],
)
def test_the_diagram_in_words(levels: list[tuple[float, int, int]], words: str) -> None:
    """The text alternative says how much was said and where it left the band."""
    assert words in describe(curve_of(*levels))


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(0, "0 %"), (1, "100 %"), (0.7, "70 %"), (0.999, "99.9 %"), (0.0004, "0.04 %"), (1e-9, None)],
)
def test_a_chance_is_never_written_as_certain(probability: float, shown: str | None) -> None:
    """Only 0 and 1 are written 0 % and 100 %, however few digits are asked for."""
    assert percent(probability, 0) == (shown or "0.0000001 %")


def test_numbers_that_do_not_exist_are_dashes() -> None:
    """None is an en dash; a negative nought is nought."""
    assert (number(None), percent(None), number(-0.0001)) == ("–", "–", "0.000")


def test_templates_differ_only_in_colour() -> None:
    """Light and dark have the same shape, so that either can redraw a figure."""
    light, dark = (template(palette).to_plotly_json() for palette in (LIGHT, DARK))
    strip = re.compile(r"#[0-9A-F]{6}")
    assert light != dark
    assert strip.sub("", str(light)) == strip.sub("", str(dark))


def test_plotly_script_cannot_end_its_element() -> None:
    """The script that pages carry closes no script element and opens no comment."""
    script = plotly_script()
    assert "plotly.js v" in script[:100]
    assert "</script" not in script
    assert "<!--" not in script
