from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker import Pairs
from tracker.charts.reliability import reliability, reliability_diagram
from tracker.charts.reliability_words import describe
from tracker.charts.theme import (
    DARK,
    LIGHT,
    SERIES,
    SERIES_DARK,
    number,
    percent,
    plotly_script,
    template,
)
from tracker.scoring.calibration import ReliabilityCurve, reliability_curve
from tracker.scoring.calibration import curve_of as tally_curve
from tracker.scoring.simultaneous import SimultaneousBand, simultaneous_band
from tracker.tally import Tally

if TYPE_CHECKING:
    import plotly.graph_objects as go


def curve_of(*levels: tuple[float, int, int]) -> ReliabilityCurve:
    """The curve of forecasts told as (probability, times said, times it happened)."""
    said = [p for p, n, _ in levels for _ in range(n)]
    came = [i < events for _, n, events in levels for i in range(n)]
    return reliability_curve(Pairs(probability=said, outcome=came), draws=100)


def band_of(*levels: tuple[float, int, int]) -> SimultaneousBand:
    """The simultaneous band of forecasts told in the same way."""
    said = [p for p, n, _ in levels for _ in range(n)]
    came = [i < events for _, n, events in levels for i in range(n)]
    return simultaneous_band(Tally.of(Pairs(probability=said, outcome=came)))


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


def test_legend_fits_a_phone_and_the_page_says_what_the_band_promises() -> None:
    """No line of the legend is longer than a phone is wide; the promise is in how to read it."""
    curve = curve_of((0.5, 4, 2))
    picture = reliability(curve, band_of((0.5, 4, 2)))
    assert max(len(trace.name or "") for trace in picture.figure.data) <= 34
    words = "90 % of perfectly calibrated records would stay within, at each value"
    assert words in " ".join(picture.how_to_read)


def test_pooled_levels_lie_on_a_plateau_and_all_ends_of_blocks_are_drawn() -> None:
    """What was pooled is level from the first to the last, also where levels are thinned."""
    said = np.repeat(np.arange(1, 3001) / 3001, 2)
    came = (np.arange(6000) // 2 % 1500) < 750
    curve = reliability_curve(Pairs(probability=said, outcome=came), draws=0)
    drawn = traces(reliability_diagram(curve))["what happened"]
    y = np.interp(100 * curve.probability, drawn.x, drawn.y)
    assert len(drawn.x) <= 1000
    assert np.abs(y - 100 * curve.recalibrated).mean() < 0.1
    blocks = {round(100 * float(share), 4) for share in curve.recalibrated}
    assert blocks == set(drawn.y)


def test_simultaneous_band_is_an_outline_in_steps() -> None:
    """The lower end holds to the right until the next level, the upper one to the left."""
    levels = (0.2, 60, 50), (0.8, 60, 10)
    band = band_of(*levels)
    picture = reliability(curve_of(*levels), band)
    lower, upper = (trace for trace in picture.figure.data if trace.legendgroup == "simultaneous")
    assert (lower.line.shape, upper.line.shape) == ("hv", "vh")
    assert list(lower.x) == list(upper.x) == [0, 20, 80, 100]
    low, high = 100 * band.low, 100 * band.high
    assert list(lower.y) == pytest.approx([0, *low, low[-1]], abs=1e-4)
    assert list(upper.y) == pytest.approx([high[0], *high, 100], abs=1e-4)
    assert lower.fill is upper.fill is None


def test_a_falling_share_is_said_and_shown() -> None:
    """Where more was said of what happened less, hover, table and words say so."""
    levels = (0.2, 60, 50), (0.5, 60, 30), (0.8, 60, 10)
    picture = reliability(curve_of(*levels), band_of(*levels))
    assert "Higher probabilities did not always go with more events." in picture.description
    assert picture.table.heads[-1] == "where the true share may lie"
    assert picture.table.rows[1][-1].endswith(", falling")
    assert traces(picture.figure)["what happened"].hovertext[1].endswith(", falling")


def test_without_a_band_nothing_is_said_of_one() -> None:
    """A curve without draws has no band: none is drawn, listed or spoken of."""
    curve = reliability_curve(Pairs(probability=[0.1, 0.9], outcome=[0, 1]), draws=0)
    picture = reliability(curve)
    texts = (
        *picture.how_to_read,
        picture.description,
        picture.figure.to_json(),
        *picture.table.heads,
    )
    assert not [text for text in texts if "band" in text or "nan" in text.lower()]


@pytest.mark.parametrize("many", [1, 7, 100])
def test_a_thousand_million_forecasts_are_drawn(many: int) -> None:
    """Counts of any size are written out, and markers stay within their sizes."""
    level = np.linspace(0, 1, many + 2)[1:-1]
    n = np.full(many, 10**9 // many)
    events = (n * level).astype(np.int64)
    tally = Tally(
        np.rint(level * 1e9).astype(np.int64), n, events, n.astype(float), events.astype(float), 1e9
    )
    picture = reliability(tally_curve(tally, None, draws=10), simultaneous_band(tally))
    drawn = traces(picture.figure)["what happened"]
    assert f"n = {10**9 // many:,}" in drawn.hovertext[0]
    assert 0 < min(drawn.marker.size) <= max(drawn.marker.size) <= 16


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


@settings(deadline=None)
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
        ([(0.7, 1, 1)], "of 1 stated probability, at 70 %. What happened there: inside the"),
        ([(0.1, 9, 1), (0.9, 9, 8)], "2 different values from 10 % to 90 %. What happened at each"),
        ([(0.1, 40, 30), (0.9, 40, 35)], "1 inside the consistency band, 1 above it."),
    ],
)
def test_the_diagram_in_words(levels: list[tuple[float, int, int]], words: str) -> None:
    """The text alternative says how much was said and where it left the band."""
    assert words in describe(curve_of(*levels))


def test_values_outside_their_band_and_no_range_shown_are_no_contradiction() -> None:
    """Where the two bands differ the words say why, and claim no calibration."""
    levels = [(0.3 + place / 100, 1, 0) for place in range(12)]
    said = describe(curve_of(*levels, (0.8, 5, 5)), band_of(*levels, (0.8, 5, 5)))
    assert "below it (by luck alone up to about one in 10). To blame a range takes more" in said
    assert said.endswith("The forecasts as a whole may be off all the same.")
    inside = describe(curve_of((0.5, 4, 2)), band_of((0.5, 4, 2)))
    assert "inside the consistency band. No range of forecasts is shown" in inside


@pytest.mark.parametrize(
    ("probability", "shown"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.7, "70 %"),
        (0.999, "99.9 %"),
        (0.0004, "0.04 %"),
        (1e-9, "under 0.001 %"),
        (1 - 1e-9, "over 99.999 %"),
    ],
)
def test_a_chance_is_never_written_as_certain(probability: float, shown: str) -> None:
    """Only 0 and 1 are written 0 % and 100 %, however few digits are asked for."""
    assert percent(probability, 0) == shown


def test_numbers_that_do_not_exist_are_dashes() -> None:
    """None is an en dash; a negative nought is nought."""
    assert (number(None), percent(None), number(-0.0001)) == ("–", "–", "0.000")


def test_templates_differ_only_in_colour() -> None:
    """Light and dark have the same shape, so that either can redraw a figure."""
    light, dark = (template(palette).to_plotly_json() for palette in (LIGHT, DARK))
    strip = re.compile(r"#[0-9A-F]{6}")
    assert light != dark
    assert strip.sub("", str(light)) == strip.sub("", str(dark))


def test_series_stand_out_on_their_paper() -> None:
    """On dark paper text-like contrast; every colour of a series has a counterpart of its own."""
    assert len(set(SERIES_DARK)) == len(SERIES) == len(SERIES_DARK)
    assert min(contrast(colour, DARK.paper) for colour in SERIES_DARK) >= 4.5
    assert min(contrast(colour, LIGHT.paper) for colour in SERIES) >= 3


def contrast(one: str, other: str) -> float:
    """Of two colours, as the WCAG reckon it: from 1 to 21."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_plotly_script_cannot_end_its_element() -> None:
    """The script that pages carry closes no script element and opens no comment."""
    script = plotly_script()
    assert "plotly.js v" in script[:100]
    assert "</script" not in script
    assert "<!--" not in script
