"""The score over time: the running mean with its interval, and what each period came to."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from tracker.charts.frame import (
    STILL,
    day,
    frame,
    legends,
    missing,
    moment,
    stamp,
    time_axis,
    upward,
)
from tracker.charts.picture import Picture, Table
from tracker.charts.theme import BAND, BAND_EDGE, GREY, number
from tracker.scoring.verdict import FEW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.scoring.over_time import OverTime, Period, Running

NOTHING = "No settled forecasts yet"
FAINT = 0.75  # of a line: still 3 to 1 against either paper
SWATCH = 48  # width in the legend, in pixels: dashes and dots show


def over_time(result: OverTime) -> Picture:
    """The mean Brier score as outcomes became known, with its twins.

    The running mean and its 90 % interval, what equal chances would have scored on the same
    questions, a dot for each period; below, how many questions each period settled.
    """
    return Picture(
        name="over-time",
        title="Score over time",
        figure=_figure(result),
        description=_describe(result),
        table=_table(result),
        how_to_read=_how_to_read(result) if result.running else (),
        narrow=520,
    )


def _figure(result: OverTime) -> go.Figure:
    figure = go.Figure(layout=frame(800, 560))
    running = result.running
    if not running:
        return missing(figure, NOTHING)
    first, last = running[0].known, running[-1].known
    shared = time_axis(first, last)
    top = _top(result)
    most = max(1, *(one.questions for one in result.periods))
    figure.update_layout(
        xaxis={
            **shared,
            "anchor": "y2",
            "title": {"text": "when outcomes became known", "standoff": 8},
        },
        yaxis={"domain": [0.3, 1], "range": [round(-0.02 * top, 4), top], **STILL},
        yaxis2={
            "domain": [0, 0.19],
            "range": [0, 1.1 * most],
            "nticks": 3,
            "tickformat": ",d",
            **({"dtick": 1} if most < 4 else {}),  # noqa: PLR2004 - else there are half questions
            **STILL,
        },
    )
    upward(figure, f"mean Brier score, {result.scale} scale, lower is better")
    upward(figure, f"questions settled in each {result.every}", top=0.19)
    few = [one for one in running if one.questions < FEW]
    rest = running[max(len(few) - 1, 0) :] if len(few) < len(running) else ()
    _band(figure, few + list(rest[1:2] if few else ()), faint=True)
    _band(figure, rest[1:] if few else rest, faint=False)
    figure.add_traces([_equal_chances(running), *_mean(few, rest), _dots(result)])
    figure.add_trace(_bars(result.periods))
    figure.update_layout(frame(800, 560, lines=legends(figure), top=28, bottom=76))
    return figure.update_layout(legend={"itemwidth": SWATCH, "itemsizing": "trace"})


def _top(result: OverTime) -> float:
    """The top of the axis: what is drawn, but no more of an early interval than has a meaning."""
    most = 2.0 if result.scale == "0-2" else 1.0
    held = [one.score for one in result.periods]
    held += [max(one.score, one.chance) for one in result.running]
    held += [one.high for one in result.running if one.high and one.questions >= FEW]
    return round(min(1.08 * max(held), 1.02 * most), 4)


def _at(running: Sequence[Running]) -> list[str]:
    return [stamp(one.known) for one in running]


def _band(figure: go.Figure, running: Sequence[Running], *, faint: bool) -> None:
    held = [one for one in running if one.low is not None and one.high is not None]
    if len(held) < 2:  # noqa: PLR2004 - a band has two ends
        return
    x = _at(held)
    figure.add_scatter(
        x=x + x[::-1],
        y=[_short(one.high) for one in held] + [_short(one.low) for one in reversed(held)],
        name="its 90 % interval" if not faint else "interval below ten questions",
        mode="lines",
        line={"width": 0 if faint else 1, "color": BAND_EDGE},
        fill="toself",
        fillcolor="rgba(86,180,233,0.12)" if faint else BAND,
        hoverinfo="skip",
        legendrank=2,
        showlegend=not faint,
    )


def _equal_chances(running: Sequence[Running]) -> go.Scatter:
    return go.Scatter(
        x=_at(running),
        y=[_short(one.chance) for one in running],
        name="equal chances on the same questions",
        mode="lines" if len(running) > 1 else "markers",
        marker={"symbol": "line-ew-open", "size": 24, "color": GREY},
        line={"width": 1.5, "dash": "dash", "color": GREY},
        hoverinfo="skip",
        legendrank=3,
    )


def _mean(few: Sequence[Running], rest: Sequence[Running]) -> list[go.Scatter]:
    """The running mean; faint as long as it rests on fewer than ten questions."""
    traces = []
    both = (
        (few, "below ten questions: cannot tell yet", FAINT, 1),
        (rest, "mean so far", 1.0, 0),
    )
    for running, name, opacity, rank in both:
        if not running:
            continue
        trace = go.Scatter(
            x=_at(running),
            y=[_short(one.score) for one in running],
            name=name,
            mode="lines" if len(running) > 1 else "markers",
            line={"width": 2.5, "dash": "dot" if rank else "solid", "shape": "linear"},
            marker={"size": 10, "symbol": "circle-open" if rank else "circle"},
            opacity=opacity,
            hovertext=[_hover(one) for one in running],
            hoverinfo="text",
            legendrank=rank,
        )
        traces.append(trace)
    return traces


def _hover(one: Running) -> str:
    span = f" ({number(one.low)} to {number(one.high)})" if one.low is not None else ""
    few = "<br>fewer than ten questions: cannot tell yet" if one.questions < FEW else ""
    return (
        f"{day(one.known)} · n = {_questions(one.questions)}<br>mean so far "
        f"{number(one.score)}{span}<br>equal chances {number(one.chance)}{few}"
    )


def _questions(count: int) -> str:
    return f"{count:,} question{'' if count == 1 else 's'}"


def _dots(result: OverTime) -> go.Scatter:
    periods = result.periods
    most = max(one.questions for one in periods)
    return go.Scatter(
        x=[_middle(one) for one in periods],
        y=[_short(one.score) for one in periods],
        name=f"each {result.every} alone (larger: more)",
        mode="markers",
        marker={
            "size": [round(5 + 7 * sqrt(one.questions / most), 1) for one in periods],
            "color": GREY,
            "line": {"width": 0},
            "opacity": 0.85,
        },
        hovertext=[_of_period(one) for one in periods],
        hoverinfo="text",
        legendrank=4,
        cliponaxis=False,
    )


def _of_period(one: Period) -> str:
    return (
        f"{one.name} · n = {_questions(one.questions)}<br>mean of it {number(one.score)}"
        f"<br>equal chances {number(one.chance)}"
    )


def _bars(periods: Sequence[Period]) -> go.Bar:
    lengths = [1000 * (one.end - one.begin).total_seconds() for one in periods]
    return go.Bar(
        x=[_middle(one) for one in periods],
        y=[one.questions for one in periods],
        width=[round(0.85 * length) for length in lengths],
        yaxis="y2",
        marker={"color": GREY},
        hovertext=[f"{one.name}: {_questions(one.questions)} settled" for one in periods],
        hoverinfo="text",
        showlegend=False,
    )


def _middle(one: Period) -> str:
    return stamp(moment(one.begin) + (one.end - one.begin) / 2)


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _describe(result: OverTime) -> str:
    if not result.running:
        return "Score over time: no settled forecasts yet."
    last = result.running[-1]
    span = (
        f", 90 % interval {number(last.low)} to {number(last.high)}" if last.low is not None else ""
    )
    few = " Fewer than ten questions: cannot tell yet." if last.questions < FEW else ""
    return (
        f"Mean Brier score ({result.scale} scale, lower is better) as outcomes became known, from "
        f"{day(result.running[0].known)} to {day(last.known)}: {number(last.score)} in the end"
        f"{span}, over {_questions(last.questions)}; equal chances on the same: "
        f"{number(last.chance)}.{few}"
    )


def _table(result: OverTime) -> Table:
    score = f"Brier score ({result.scale}, lower is better)"
    heads = (result.every, "questions", "forecasts", score, "equal chances")
    rows: list[tuple[str, ...]] = [
        (
            one.name,
            f"{one.questions:,}",
            f"{one.forecasts:,}",
            number(one.score),
            number(one.chance),
        )
        for one in result.periods
    ]
    if result.running:
        last = result.running[-1]
        forecasts = sum(one.forecasts for one in result.periods)
        span = f" ({number(last.low)} to {number(last.high)})" if last.low is not None else ""
        held = f"{number(last.score)}{span}"
        rows.append(("all", f"{last.questions:,}", f"{forecasts:,}", held, number(last.chance)))
    return Table(heads, tuple(rows))


def _how_to_read(result: OverTime) -> tuple[str, ...]:
    thinned = " Not every moment is drawn." if result.thinned else ""
    return (
        (
            "The line is the mean Brier score of all questions settled by then "
            f"({result.scale} scale, lower is better), with its 90 % interval, clustered by "
            f"question.{thinned} It holds for each moment by itself; who looks at all of them will "
            "now and then see it leave out the truth."
        ),
        "Below ten questions line and interval are faint: cannot tell yet.",
        (
            "The dashed line is what equal chances on every answer would have scored on the same "
            "questions. Below it is better than knowing nothing."
        ),
        (
            f"Each dot is the mean of the questions settled in one {result.every} alone; the bars "
            "below count them. Few questions scatter widely: a dot is no trend."
        ),
        "Questions stand where their outcomes became known, which may be long after the forecast.",
    )
