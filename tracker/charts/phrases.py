"""Words of likelihood: how each is read, and how often it came true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from tracker.charts.frame import STILL, column, frame, missing, row_axis, rows_frame
from tracker.charts.picture import Picture, Table
from tracker.charts.theme import percent, plain
from tracker.scoring.verdict import FEW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.scoring.phrases import PhraseRecord

NOTHING = "No settled forecast was made in words yet"
SHOWN = 30
ROWS = 200
ROW = 30  # height in pixels of a row; of two lines, a half more
RANGE = "rgba(86,180,233,0.35)"  # of a bar, over any paper; on it faint marks are still 3 to 1
FAINT = 0.85
SHARES = {
    "range": [-3, 103],
    "tickvals": [0, 25, 50, 75, 100],
    "ticktext": ["0", "25", "50", "75", "100"],  # beside the names a phone has little room
    "tickangle": 0,
}


def phrases(records: Sequence[PhraseRecord], *, summary: str = "") -> Picture:
    """What each phrase was meant to mean and what it came to mean, with its twins.

    A row a phrase, of one analyst or of all, sorted by how it is read; of more than thirty, those
    with most questions. ``summary`` is what scoring says of them all in a sentence.
    """
    most = sorted(records, key=lambda one: (-one.questions, one.phrase, one.analyst or ""))
    shown = sorted(most[:SHOWN], key=_order)
    figure = _figure(shown)
    return Picture(
        name="phrases",
        title="What words came to mean",
        figure=figure,
        description=_describe(records, summary),
        table=_table(most),
        how_to_read=_how_to_read() if records else (),
        narrow=figure.layout.height,
    )


def _order(one: PhraseRecord) -> tuple[float, float, str, str]:
    """The likeliest at the top."""
    return -one.probability, -one.came_true, one.phrase, one.analyst or ""


def _figure(shown: Sequence[PhraseRecord]) -> go.Figure:
    named = [f"{one.phrase}\n{one.analyst}" if one.analyst else one.phrase for one in shown]
    axis, left = row_axis(named, longest=18)
    two = any(one.analyst for one in shown)
    figure = go.Figure(layout=frame(720, 200))
    if not shown:
        return missing(figure, NOTHING)
    title = {"text": "probability, %", "standoff": 8}
    figure.update_layout(xaxis={"title": title, **SHARES, **STILL}, yaxis=axis)
    rows = list(enumerate(shown))
    figure.add_trace(_ranges(rows))
    figure.add_trace(_points(rows))
    sure = [(y, one) for y, one in rows if one.clusters >= FEW]
    few = [(y, one) for y, one in rows if one.clusters < FEW]
    figure.add_trace(_came_true(sure, 0))  # without a row too, for the legend
    if few:
        figure.add_trace(_came_true(few, 1))
    column(figure, "questions", [f"{one.questions:,}" for one in shown])
    return rows_frame(figure, round(ROW * (1.4 if two else 1)) * len(shown), left)


def _ranges(rows: Sequence[tuple[int, PhraseRecord]]) -> go.Scatter:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for y, one in rows:
        xs += [round(100 * one.low, 2), round(100 * one.high, 2), None]
        ys += [y, y, None]
    return go.Scatter(
        x=xs,
        y=ys,
        name="how it is read: the range",
        mode="lines",
        line={"width": 14, "color": RANGE},
        hoverinfo="skip",
        legendrank=0,
    )


def _points(rows: Sequence[tuple[int, PhraseRecord]]) -> go.Scatter:
    return go.Scatter(
        x=[round(100 * one.probability, 2) for _, one in rows],
        y=[y for y, _ in rows],
        name="… and its point",
        mode="markers",
        marker={"symbol": "line-ns-open", "size": 16, "line": {"width": 2}},
        hovertext=[_hover(one) for _, one in rows],
        hoverinfo="text",
        legendrank=1,
    )


def _came_true(rows: Sequence[tuple[int, PhraseRecord]], few: int) -> go.Scatter:
    name = "below ten questions: cannot tell yet" if few else "came true, 90 % interval"
    above = [round(100 * (one.interval[1] - one.came_true), 2) for _, one in rows]
    below = [round(100 * (one.came_true - one.interval[0]), 2) for _, one in rows]
    ends = {"type": "data", "symmetric": False, "array": above, "arrayminus": below}
    nowhere = [] if rows else [None]  # an empty trace would not be in the legend
    return go.Scatter(
        x=[round(100 * one.came_true, 2) for _, one in rows] or nowhere,
        y=[y for y, _ in rows] or nowhere,
        name=name,
        mode="markers",
        marker={
            "size": 10,
            "symbol": "circle-open" if few else "circle",
            "line": {"width": 2 * few},
        },
        error_x={**ends, "thickness": 1 if few else 2, "width": 4},
        opacity=FAINT if few else 1,
        hovertext=[_hover(one) for _, one in rows],
        hoverinfo="text",
        legendrank=2 + few,
        cliponaxis=False,
    )


def _hover(one: PhraseRecord) -> str:
    whose = "" if one.analyst is None else f" from {plain(one.analyst, 30)}"
    few = "<br>fewer than ten questions: cannot tell yet" if one.clusters < FEW else ""
    return (
        f"“{plain(one.phrase)}”{whose} · n = {one.questions:,} question"
        f"{'' if one.questions == 1 else 's'}<br>read as {percent(one.probability)} "
        f"({_span((one.low, one.high), 1)})<br>came true {percent(one.came_true, 0)} "
        f"({_span(one.interval)})<br>reading after the evidence {percent(one.personal, 0)}{few}"
    )


def _span(ends: tuple[float, float], digits: int = 0) -> str:
    low, high = (percent(end, digits) for end in ends)
    return low if low == high else f"{low.removesuffix(' %')} to {high}"


def _describe(records: Sequence[PhraseRecord], summary: str) -> str:
    if not records:
        return "What words came to mean: no settled forecast was made in words yet."
    enough = sum(one.clusters >= FEW for one in records)
    many = len(records)
    hidden = f" The picture has the {SHOWN} with most questions." if many > SHOWN else ""
    return (
        f"How {many:,} phrase{' was' if many == 1 else 's were'} read, and how often "
        f"{'it' if many == 1 else 'each'} came true; {enough:,} on ten questions or more."
        f"{hidden}{' ' if summary else ''}{summary}"
    )


def _table(most: Sequence[PhraseRecord]) -> Table:
    whose = any(one.analyst is not None for one in most)
    heads = ("phrase", *(("analyst",) if whose else ()), "questions", "read as", "range")
    rows = tuple(
        (
            one.phrase,
            *((one.analyst or "all",) if whose else ()),
            f"{one.questions:,}",
            percent(one.probability),
            _span((one.low, one.high), 1),
            percent(one.came_true, 0),
            _span(one.interval),
            one.difference or "cannot tell yet",
        )
        for one in sorted(most[:ROWS], key=_order)
    )
    many = len(most)
    left_out = f"The {ROWS} phrases with most questions, of {many:,}." if many > ROWS else ""
    return Table((*heads, "came true", "90 % interval", "than it is read"), rows, left_out)


def _how_to_read() -> tuple[str, ...]:
    return (
        (
            "Each row is a phrase, the likeliest at the top. The pale bar is how it is read: the "
            "range in which readers place it, with a stroke at the point that scores use."
        ),
        (
            "The dot is the share of questions that came true when it was said, with its 90 % "
            "interval, clustered by question. A question counts for as much of it as the phrase "
            "was in force."
        ),
        (
            "An interval wholly outside the bar: the phrase came true more or less often than any "
            "reading of it. An interval that touches the bar is no evidence of that."
        ),
        (
            "A hollow, faint dot has fewer than ten questions (linked ones count once): cannot "
            "tell yet."
        ),
    )
