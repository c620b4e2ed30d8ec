"""The history of one question, drawn: steps, ranges, moments, and how it ended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tracker.charts.history import Held, History, Moment, history

if TYPE_CHECKING:
    import plotly.graph_objects as go

ANA = Held(
    analyst="ana",
    option=None,
    made=("2026-03-01", "2026-04-01T12:00:00Z"),
    said=(0.4, 0.8),
    low=(0.3, 0.7),
    high=(0.5, 0.9),
    ended="2026-06-12",
)
MOMENTS = (
    Moment("2026-03-10", "news", "talks begin"),
    Moment("2026-06-30", "resolve by", "resolve by 2026-06-30"),
    Moment("2026-06-12", "known", "known 2026-06-12"),
)


def question(*lines: Held, **others: object) -> History:
    """A yes/no question that came true, unless said otherwise."""
    told = {"kind": "binary", "moments": MOMENTS, "outcome": "yes", "known": "2026-06-12"}
    return History(title="Will it?", lines=lines, **{**told, **others})  # type: ignore[arg-type]


def traces(figure: go.Figure) -> dict[str, go.Scatter]:
    """The traces by name."""
    return {trace.name: trace for trace in figure.data}


def test_a_line_steps_from_forecast_to_forecast() -> None:
    """Held until the next, and to the end; the end has no mark of its own."""
    line = traces(history(question(ANA)).figure)["ana"]
    assert line.x == ("2026-03-01T00:00:00", "2026-04-01T12:00:00", "2026-06-12T23:59:59")
    assert line.y == (40, 80, 80)
    assert line.line.shape == "hv"
    assert line.line.color is None  # the accent of the paper at hand
    assert list(line.marker.size) == [8, 8, 0]
    assert line.hovertext[1] == (
        "ana<br>2026-04-01 12:00 · 80 %<br>reading range 70 % to 90 %"
        "<br>n = 2 forecasts of this line"
    )


def test_the_reading_range_is_a_band() -> None:
    """From each forecast to the next, between low and high."""
    band = traces(history(question(ANA)).figure)["reading range"]
    assert band.y[:5] == (50, 50, 30, 30, 50)
    assert band.x[:2] == ("2026-03-01T00:00:00", "2026-04-01T12:00:00")


def test_a_withdrawal_is_a_gap() -> None:
    """What was withdrawn is held until then, and not after."""
    withdrawn = ANA._replace(said=(0.4, None), low=(), high=())
    line = traces(history(question(withdrawn)).figure)["ana"]
    assert line.y == (40, 40, None, None)
    assert line.x[1] == line.x[2] == "2026-04-01T12:00:00"


def test_moments_are_upright_lines_and_the_outcome_a_star() -> None:
    """News at the foot, days named above, the outcome at 100 or 0 per cent."""
    picture = history(question(ANA))
    assert [note.text for note in picture.figure.layout.annotations] == [
        "resolve by 2026-06-30",
        "known 2026-06-12",
    ]
    assert len(picture.figure.layout.shapes) == 3
    drawn = traces(picture.figure)
    assert drawn["news: a source was published"].hovertext == ("2026-03-10 · talks begin",)
    assert (drawn["outcome: yes"].x, drawn["outcome: yes"].y) == (("2026-06-12T23:59:59",), (100,))
    assert traces(history(question(ANA, outcome="no")).figure)["outcome: no"].y == (0,)
    assert picture.description.endswith("ana: 40 % to 80 %. Outcome: yes.")
    assert picture.table.rows[0] == ("2026-03-01", "ana", "40 %", "30 % to 50 %")


def test_among_many_the_median_stands_out() -> None:
    """The line that is marked is strong, the others grey with one entry in the legend."""
    many = [ANA._replace(analyst=f"a{i}") for i in range(80)]
    crowd = ANA._replace(analyst="crowd (median)", main=True)
    picture = history(question(*many, crowd))
    lines = [trace for trace in picture.figure.data if trace.line.shape == "hv"]
    assert [trace.line.width for trace in lines].count(2.5) == 1
    assert len(lines) == 61
    assert "80 others, 60 of them drawn" in traces(picture.figure)
    assert sum(trace.showlegend is not False for trace in lines) == 2


def test_up_to_four_have_colour_sign_and_stroke() -> None:
    """Several lines are told apart by more than colour."""
    several = [ANA._replace(analyst=name) for name in "abcd"]
    lines = [t for t in history(question(*several)).figure.data if t.line.shape == "hv"]
    assert len({trace.line.color for trace in lines}) == 4
    assert len({trace.line.dash for trace in lines}) == 4
    assert len({trace.marker.symbol for trace in lines}) == 4
    assert sum(t.fill == "toself" for t in history(question(*several)).figure.data) == 3


def test_options_are_a_line_each() -> None:
    """The likeliest in the end have colours; the outcome is the option that came true."""
    options = [ANA._replace(option=f"o{i}", said=(0.2, i / 15), low=(), high=()) for i in range(6)]
    picture = history(question(*options, kind="options", outcome="o5"))
    drawn = traces(picture.figure)
    assert {"o5", "o4", "o3", "o2", "2 others", "outcome: o5"} <= set(drawn)
    assert drawn["outcome: o5"].y == (100,)
    assert picture.table.heads[:3] == ("made", "analyst", "option")


def test_a_quantity_has_its_unit_and_a_level_outcome() -> None:
    """The median with its quantile band in the unit; where it came to lie, across."""
    held = ANA._replace(said=(2.5e6, 2.9e6), low=(2e6, 2.6e6), high=(3.5e6, 3.3e6))
    picture = history(
        question(held, kind="quantity", unit="t of wheat", outcome=2.7e6, band="10 % to 90 %")
    )
    drawn = traces(picture.figure)
    assert drawn["ana"].y == (2.5e6, 2.9e6, 2.9e6)
    assert drawn["came to 2,700,000 t of wheat"].y == (2.7e6, 2.7e6)
    assert drawn["10 % to 90 %"].y[:2] == (3.5e6, 3.5e6)
    assert "t of wheat" in [note.text for note in picture.figure.layout.annotations]
    assert picture.table.rows[0][2] == "2,500,000 t of wheat"


def test_dates_before_1970_and_far_away() -> None:
    """Days stay days, whenever they are."""
    held = Held("ana", None, ("1955-03-01",), ("1957-01-01",), ("0001-01-01",), ("9999-12-31",))
    picture = history(
        question(held, kind="date", outcome="1961-04-12", known="1961-04-12", moments=())
    )
    assert traces(picture.figure)["ana"].y[0] == "1957-01-01T00:00:00"
    assert picture.figure.layout.yaxis.type == "date"
    assert "Outcome: 1961-04-12." in picture.description
    edge = Held("ana", None, ("0001-01-01", "9999-12-31"), (0.5, 0.6))
    axis = history(question(edge, moments=(), outcome=None, known=None)).figure.layout.xaxis
    assert axis.range == ("0001-01-01T00:00:00", "9999-12-31T00:00:00")


def test_a_single_forecast_of_one_day_is_a_line() -> None:
    """The day it was held has a length, and days around it."""
    one = Held("ana", None, ("2026-03-01",), (0.7,), (0.55,), (0.8,), "2026-03-01")
    figure = history(question(one, moments=(), outcome=None, known=None)).figure
    assert traces(figure)["ana"].x == ("2026-03-01T00:00:00", "2026-03-01T23:59:59")
    assert figure.layout.xaxis.range == ("2026-02-28T00:00:00", "2026-03-02T23:59:59")


def test_there_is_room_over_the_plot_for_what_stands_there_and_no_more() -> None:
    """One line needs no legend, and moments that there are not need no names."""
    bare = question(ANA._replace(low=(), high=()), moments=(), outcome=None, known=None)
    layout = history(bare).figure.layout
    assert layout.margin.t == 20
    named = history(bare._replace(moments=(Moment("2026-06-30", "resolve by", "by then"),)))
    (note,) = named.figure.layout.annotations
    assert 20 < note.yshift < named.figure.layout.margin.t < 40


def test_an_open_line_runs_to_the_end() -> None:
    """What is still held is held until further notice."""
    still = ANA._replace(ended=None)
    assert traces(history(question(still)).figure)["ana"].x[-1] == "2026-06-30T23:59:59"


def test_days_instants_and_their_zones_mix() -> None:
    """Strings and times are the same moments."""
    times = (datetime(2026, 3, 1, tzinfo=UTC), "2026-04-01T14:00:00+02:00")
    line = traces(history(question(ANA._replace(made=times))).figure)["ana"]
    assert line.x[:2] == ("2026-03-01T00:00:00", "2026-04-01T12:00:00")


@pytest.mark.parametrize("lines", [(), (ANA._replace(said=(None, None)),)])
def test_no_forecast_yet(lines: tuple[Held, ...]) -> None:
    """Nothing held, or nothing left: the picture says so."""
    picture = history(question(*lines))
    assert picture.figure.layout.annotations[0].text == "No forecast yet"
    assert picture.table.rows == ()


def test_thousands_of_forecasts_are_thinned() -> None:
    """The picture has hundreds of marks, the table the last rows."""
    made = tuple(
        f"2026-03-{1 + i // 200:02}T{i % 200 // 10:02}:{i % 10:02}:00Z" for i in range(5000)
    )
    long = Held("ana", None, made, tuple(i / 5000 for i in range(5000)))
    picture = history(question(long))
    assert len(traces(picture.figure)["ana"].x) <= 601
    assert traces(picture.figure)["ana"].y[-1] == 99.98
    assert len(picture.table.rows) == 200
    assert "of 5,000" in picture.table.left_out


def test_what_people_wrote_is_text_and_bytes_the_same() -> None:
    """Names, options, labels and units are shown and not obeyed."""
    odd = "<b>x</b>\u202e"
    result = question(
        ANA._replace(analyst=odd, option=odd),
        ANA._replace(analyst="bob", option=odd),
        moments=(Moment("2026-03-10", "news", odd), Moment("2026-03-11", "known", odd)),
        outcome=odd,
        kind="options",
        band=odd,
    )._replace(title=odd)
    picture = history(result)
    drawn = str(picture.figure.to_dict())
    assert "<b>" not in drawn
    assert "\u202e" not in drawn
    assert "&lt;b&gt;x" in drawn
    assert picture.figure.to_json() == history(result).figure.to_json()
