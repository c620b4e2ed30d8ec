"""The plane of analysts, drawn: points, whiskers, lines of equal score, names that do not meet."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import Pairs
from tracker.charts.frame import wide
from tracker.charts.labels import HALF, place
from tracker.charts.plane import DRAWN, NAMED, ROWS, plane
from tracker.scoring.plane import Plane, Position
from tracker.scoring.plane import plane as positions

if TYPE_CHECKING:
    import plotly.graph_objects as go


def position(analyst: str, across: float, up: float, *, questions: int = 40) -> Position:
    """A position with intervals of 0.01 to each side."""
    return Position(
        analyst=analyst,
        forecasts=questions,
        questions=questions,
        score=0.25 + across - up,
        miscalibration=across,
        miscalibration_interval=(max(across - 0.01, 0), across + 0.01),
        discrimination=up,
        discrimination_interval=(up - 0.01, up + 0.01),
        uncertainty=0.25,
    )


def traces(figure: go.Figure) -> dict[str, go.Scatter]:
    """The traces by the first word of their names."""
    return {trace.name.split()[0].strip(":,"): trace for trace in figure.data}


def names(figure: go.Figure) -> list[str]:
    """The names of lines and points that are written into the figure."""
    return [note.text for note in figure.layout.annotations]


def test_an_analyst_is_a_point_with_whiskers() -> None:
    """Miscalibration across, discrimination up, the intervals as whiskers, n in the hover."""
    picture = plane(Plane((position("ana", 0.02, 0.1),), 0.25))
    point = traces(picture.figure)["analysts"]
    assert (point.x, point.y) == ((0.02,), (0.1,))
    assert (point.error_x.array, point.error_x.arrayminus) == ((0.01,), (0.01,))
    assert point.hovertext[0].startswith("ana · n = 40 questions<br>miscalibration 0.020 (0.010 to")
    assert "0.080 better than always saying the base rate (0.250)" in point.hovertext[0]
    assert "ana" in names(picture.figure)
    assert picture.table.rows[0][:4] == ("ana", "40", "0.020", "0.010 to 0.030")
    assert "1 scored better so far" in picture.description


def test_lines_are_of_equal_score() -> None:
    """On every line miscalibration less discrimination is the same, and its name says the score."""
    figure = plane(Plane((position("ana", 0.1, 0.1),), 0.25)).figure
    line = traces(figure)["lines"]
    for begin in range(0, len(line.x), 3):
        (x0, x1), (y0, y1) = line.x[begin : begin + 2], line.y[begin : begin + 2]
        assert x0 - y0 == pytest.approx(x1 - y1, abs=1e-4)
        assert (x1 - y1 + 0.25) / 0.05 == pytest.approx(round((x1 - y1 + 0.25) / 0.05), abs=1e-2)
    assert "base rate<br>0.250" in names(figure)
    assert "0.3" in names(figure)


def test_no_line_is_of_a_score_below_0() -> None:
    """There is none, however far up the axes go."""
    near = Plane((position("ana", 0.02, 0.3),), 0.05)
    lines = [
        float(name.split("<br>")[-1]) for name in names(plane(near).figure) if name[-1].isdigit()
    ]
    assert min(lines) >= 0


def test_of_different_questions_lines_say_how_much_better() -> None:
    """Without one uncertainty no line has a score."""
    picture = plane(Plane((position("ana", 0.1, 0.1), position("bob", 0.05, 0.02)), None))
    assert "0.05<br>better" in names(picture.figure)
    assert "base rate" in names(picture.figure)
    assert any("different questions" in item for item in picture.how_to_read)


def test_below_ten_questions_a_point_is_hollow_and_bare() -> None:
    """Cannot tell yet: in the legend, in the hover's numbers, and in the description."""
    figure = plane(Plane((position("ana", 0.1, 0.1, questions=9),), 0.25)).figure
    assert list(traces(figure)) == ["lines", "always", "below"]
    few = traces(figure)["below"]
    assert few.marker.symbol == "circle-open"
    assert few.error_x.array is None


def test_many_are_grey_and_thinned() -> None:
    """Twelve names at most; the picture and its table have an end."""
    rng = np.random.default_rng(2)
    many = tuple(
        position(f"a{i}", x, y)
        for i, (x, y) in enumerate(zip(*rng.random((2, 3000)) / 5, strict=True))
    )
    picture = plane(Plane(many, None))
    drawn = traces(picture.figure)
    assert 1 <= len(drawn["analysts"].x) <= NAMED
    assert len(drawn["analysts"].x) + len(drawn["others"].x) == DRAWN
    assert len(picture.table.rows) == ROWS
    assert "of 3,000" in picture.table.left_out


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=14),
    st.integers(1, 18),
)
def test_names_never_meet(points: list[tuple[float, float]], length: int) -> None:
    """On a wide screen and on a phone, no name covers another or leaves the plot."""
    sizes = [(600.0, 400.0), (210.0, 250.0)]
    labels = place(points, ["x" * length] * min(len(points), 12), sizes)
    for width, height in sizes:
        boxes = []
        for (across, up), label in zip(points, labels, strict=False):
            if label is None:
                continue
            x, y = across * width + label.across, (1 - up) * height + label.down
            left = x - {"left": 0, "center": 0.5, "right": 1}[label.side] * wide("x" * length)
            boxes.append((left, y - HALF, left + wide("x" * length), y + HALF))
        for box in boxes:
            assert box[0] >= -1e-6
            assert box[2] <= width + 1e-6
        for one, two in combinations(boxes, 2):
            assert one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]


def test_nobody_yet() -> None:
    """An empty plane says what is missing."""
    picture = plane(positions(Pairs(probability=[], outcome=[])))
    assert names(picture.figure) == ["No settled forecasts yet"]
    assert picture.table.rows == ()
    assert "no settled forecasts yet" in picture.description


def test_a_perfect_record_and_a_single_forecast_are_drawn() -> None:
    """Points on the axes, or one alone, have axes of some length."""
    for said, came in (([1.0, 0.0], [1, 0]), ([0.5], [1])):
        figure = plane(positions(Pairs(probability=said, outcome=came))).figure
        assert figure.layout.xaxis.range[1] > 0
        assert figure.layout.yaxis.range[1] > 0


def test_names_are_text_and_bytes_are_the_same() -> None:
    """Markup and signs that turn the direction of reading are shown as text or left out."""
    result = Plane((position("<b>x</b>\u202e", 0.02, 0.1),), None)
    once, twice = (plane(result).figure.to_json() for _ in range(2))
    assert once == twice
    assert "\\u003cb\\u003e" not in once
    assert "\u202e" not in once
    assert "&lt;b&gt;x" in plane(result).figure.layout.annotations[-1].text
