"""The score over time, drawn: the running mean with its interval, dots and bars of periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from strategies import timed_pairs

from tracker import Pairs
from tracker.charts.over_time import over_time
from tracker.scoring.counting import count
from tracker.scoring.over_time import over_time as ran

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from tracker.scoring.over_time import OverTime


def record(questions: int, *, scale: str = "0-1", start: str = "2026-01-01") -> OverTime:
    """A record of questions that became known every ten days."""
    day = np.datetime64(start, "us") + 10 * np.arange(questions) * np.timedelta64(1, "D")
    said, came = np.tile([0.9, 0.6, 0.2], questions)[:questions], np.arange(questions) % 2
    pairs = Pairs(probability=said, outcome=came, made=day, ended=day)
    return ran(pairs, scale="0-2" if scale == "0-2" else "0-1")


def traces(figure: go.Figure) -> dict[str, go.Scatter | go.Bar]:
    """The traces by the first words of their names."""
    return {" ".join((trace.name or "bars").split()[:2]): trace for trace in figure.data}


def test_the_line_is_the_running_mean() -> None:
    """Faint up to the ninth question, then drawn; both halves meet."""
    result = record(30)
    drawn = traces(over_time(result).figure)
    few, mean = drawn["below ten"], drawn["mean so"]
    assert few.y == pytest.approx([one.score for one in result.running[:9]], abs=1e-4)
    assert mean.y == pytest.approx([one.score for one in result.running[8:]], abs=1e-4)
    assert few.opacity < 1
    assert mean.hovertext[-1].startswith("2026-10-18 · n = 30 questions<br>mean so far ")
    assert "cannot tell yet" in few.hovertext[0]


def test_the_interval_begins_with_the_second_question() -> None:
    """Its ends are those of the result, the early part fainter than the rest."""
    result = record(30)
    bands = [trace for trace in over_time(result).figure.data if trace.to_plotly_json().get("fill")]
    faint, full = bands
    assert faint.x[0].startswith("2026-01-11")
    assert len(faint.x) == 2 * 9  # from the second to the tenth, where the next begins
    high = [one.high for one in result.running[9:]]
    assert full.y[: len(high)] == pytest.approx(high, abs=1e-4)
    assert float(full.fillcolor.split(",")[-1][:-1]) > float(faint.fillcolor.split(",")[-1][:-1])


def test_periods_are_dots_and_bars_with_n() -> None:
    """A dot in the middle of each month, larger for more questions, and a bar that counts."""
    result = record(30)
    drawn = traces(over_time(result).figure)
    assert list(drawn["bars"].y) == [one.questions for one in result.periods]
    assert drawn["each month"].y == pytest.approx([one.score for one in result.periods], abs=1e-4)
    assert drawn["each month"].x[0] == "2026-01-16T12:00:00"
    assert drawn["bars"].hovertext[0] == "2026-01: 4 questions settled"


def test_equal_chances_are_a_line_of_reference() -> None:
    """A quarter on 0-1 and a half on 0-2, and the axis names the scale."""
    for scale, even in (("0-1", 0.25), ("0-2", 0.5)):
        picture = over_time(record(12, scale=scale))
        assert set(traces(picture.figure)["equal chances"].y) == {even}
        assert f"{scale} scale, lower is better" in picture.figure.layout.annotations[0].text
        assert f"{scale} scale, lower is better" in picture.description


def test_one_question_is_a_mark() -> None:
    """A single moment is drawn, with no interval and days around it."""
    picture = over_time(record(1))
    figure = picture.figure
    assert traces(figure)["below ten"].mode == "markers"
    assert not any(trace.to_plotly_json().get("fill") for trace in figure.data)
    assert figure.layout.xaxis.range == ("2025-12-31T00:00:00", "2026-01-02T00:00:00")
    assert "Fewer than ten questions: cannot tell yet." in picture.description


def test_nothing_yet() -> None:
    """An empty record says what is missing."""
    picture = over_time(ran(Pairs(probability=[], outcome=[])))
    assert [note.text for note in picture.figure.layout.annotations] == ["No settled forecasts yet"]
    assert picture.table.rows == ()
    assert picture.how_to_read == ()


def test_many_are_thinned_and_the_table_is_of_periods() -> None:
    """Thousands of questions make a few hundred points, and no more rows than periods."""
    result = record(3000, start="1900-01-01")
    picture = over_time(result)
    lengths = [len(trace.x) for trace in picture.figure.data if trace.type == "scatter"]
    assert max(lengths) <= 1000  # a band has two sides
    assert len(picture.table.rows) == len(result.periods) + 1 <= 41
    assert picture.table.rows[-1][:3] == ("all", "3,000", "3,000")
    assert "Not every moment is drawn." in picture.how_to_read[0]


@given(timed_pairs())
def test_any_record_is_drawn_with_the_same_bytes(pairs: Pairs) -> None:
    """Twice the same forecasts are twice the same picture."""
    once, twice = (over_time(ran(count(pairs))).figure.to_json() for _ in range(2))
    assert once == twice
