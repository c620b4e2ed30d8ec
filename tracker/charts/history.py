"""The forecast history of one question: who held what, what happened meanwhile, how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from tracker.charts.frame import (
    LINE,
    PERCENTS,
    STILL,
    above,
    day,
    frame,
    missing,
    moment,
    stamp,
    thinned,
    time_axis,
)
from tracker.charts.held import (
    Held,
    History,
    Moment,
    chosen,
    describe,
    how_to_read,
    span,
    spread,
    table,
    words,
)
from tracker.charts.picture import Picture
from tracker.charts.theme import DASHES, GREY, SERIES, SYMBOLS, plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

__all__ = ["Held", "History", "Moment", "history"]
NOTHING = "No forecast yet"
BANDED = 3
THIN = 60  # grey lines at most
MARKS = 600  # of all strong lines together
THIN_MARKS = 400
NOTE = 17  # height of what stands over the plot, in pixels
NEWS = 100
PALE = ("rgba(0,114,178,0.16)", "rgba(213,94,0,0.16)", "rgba(0,158,115,0.16)")
ONE = "rgba(86,180,233,0.28)"


def history(result: History) -> Picture:
    """What was held on one question from day to day, with its twins."""
    lines = tuple(one for one in result.lines if any(said is not None for said in one.said))
    result = result._replace(lines=lines)
    figure = _figure(result)
    return Picture(
        name="history",
        title="How the forecasts ran",
        figure=figure,
        description=describe(result),
        table=table(result),
        how_to_read=how_to_read(result) if lines else (),
        narrow=figure.layout.height - (60 if lines else 0),
    )


def _figure(result: History) -> go.Figure:
    if not result.lines:
        return missing(go.Figure(layout=frame(800, 480)), NOTHING)
    first, last = span(result)
    signs, shapes, labels = _moments(result, first, last)
    data = [
        *_outcome_line(result, first, last),
        *_lines(result, last),
        *signs,
        *_outcome(result, last),
    ]
    if not result.shares:
        title = "day" if result.kind == "date" else plain(result.unit or "", 30)
        labels.append(above(title, left=64))
    lines = sum(trace.get("showlegend", True) for trace in data)
    lines = lines if len(data) > 1 else 0  # of one trace there is none
    top = 20 + NOTE * len(labels)
    after = 0.12 if result.outcome is not None and result.shares else 0.03
    layout = {
        **frame(800, 364 + top + LINE * lines, lines=lines, top=top, left=64),
        "shapes": shapes,
        "annotations": labels,
        "xaxis": time_axis(first, last, after=after),
        "yaxis": _axis(result),
    }
    return go.Figure(data=data, layout=layout)  # at once: each change is looked at whole again


def _lines(result: History, last: datetime) -> Iterator[dict[str, Any]]:
    """Ranges behind, then the grey lines, then those that stand out."""
    strong, thin = chosen(result.lines)
    fills = (ONE,) if len(strong) == 1 else PALE
    bands = [_band(result, one, last, fill) for one, fill in zip(strong, fills, strict=False)]
    for number, band in enumerate(found for found in bands if found):
        yield {**band, "showlegend": number == 0}
    for number, one in enumerate(thin[:THIN]):
        most = max(THIN_MARKS // len(thin[:THIN]), 2)
        yield _thin(result, one, last, most=most, shown=number == 0, many=len(thin))
    for number, one in enumerate(strong):
        place = number if len(strong) > 1 else None
        yield _strong(result, one, last, place, most=MARKS // len(strong))


def _axis(result: History) -> dict[str, Any]:
    if result.shares:
        return {**PERCENTS, **STILL}
    return {"nticks": 7, **({"type": "date"} if result.kind == "date" else {}), **STILL}


def _value(result: History, said: float | str | None) -> float | str | None:
    """As the axis has it: in per cent, in the unit, or a day."""
    if said is None or isinstance(said, str):
        return said if said is None else stamp(moment(said))
    return round(100 * said, 4) if result.shares else float(f"{said:.10g}")


def _times(one: Held, last: datetime) -> list[datetime]:
    """When each began, and when the last ended."""
    at = [moment(when) for when in one.made]
    end = last if one.ended is None else moment(one.ended, over=True)
    return [*at, max(end, at[-1])]


def _steps(result: History, one: Held, last: datetime, most: int, size: int) -> dict[str, Any]:
    at = _times(one, last)
    kept = thinned(len(one.made), most)
    marks: list[tuple[str, float | str | None, str, int]] = []
    for number in kept:
        value = _value(result, one.said[number])
        if value is None and marks:  # held until it was withdrawn
            marks.append((stamp(at[number]), marks[-1][1], _hover(result, one, number), 0))
        marks.append((stamp(at[number]), value, _hover(result, one, number), 1))
    marks.append((stamp(at[-1]), marks[-1][1], marks[-1][2], 0))
    x, y, hover, shown = (list(column) for column in zip(*marks, strict=True))
    # Where a line ends or is withdrawn there is no forecast, and no mark.
    marker = {"size": [size * forecast for forecast in shown], "line": {"width": 0}, "opacity": 1}
    return {**_told(x, y, hover), "marker": marker, "mode": "lines+markers"}


def _told(x: list[Any], y: list[Any], hover: list[str]) -> dict[str, Any]:
    """A trace whose every point says in words what it is."""
    texts = {"hovertext": hover, "hoverinfo": "text"}
    return {"type": "scatter", "x": x, "y": y, **texts, "cliponaxis": False}


def _hover(result: History, one: Held, number: int) -> str:
    said = words(result, one.said[number])
    low, high = spread(one, number)
    told = low is not None and high is not None and low != high
    ends = f"<br>{plain(result.band)} {words(result, low)} to {words(result, high)}" if told else ""
    which = f" · {plain(one.option, 30)}" if one.option else ""
    of = f"<br>n = {len(one.made):,} forecast{'' if len(one.made) == 1 else 's'} of this line"
    return f"{plain(one.analyst, 30)}{which}<br>{day(one.made[number])} · {said}{ends}{of}"


def _name(result: History, one: Held) -> str:
    """The option, the analyst, or both where both differ between the lines."""
    analysts = {line.analyst for line in result.lines}
    if one.option is None:
        return plain(one.analyst, 32)
    if len(analysts) == 1:
        return plain(one.option, 32)
    return f"{plain(one.option, 16)} · {plain(one.analyst, 16)}"


def _strong(
    result: History, one: Held, last: datetime, place: int | None, *, most: int
) -> dict[str, Any]:
    steps = _steps(result, one, last, most, 8)
    line: dict[str, Any] = {"width": 2.5, "shape": "hv"}
    if place is not None:
        line |= {"color": SERIES[place], "dash": DASHES[place]}
        steps["marker"] |= {"color": SERIES[place], "symbol": SYMBOLS[place]}
    name = _name(result, one)
    return {**steps, "line": line, "name": name}


def _thin(
    result: History, one: Held, last: datetime, *, most: int, shown: bool, many: int
) -> dict[str, Any]:
    left = f", {THIN} of them drawn" if many > THIN else ""
    steps = _steps(result, one, last, most, 3)
    steps["marker"]["color"] = GREY
    return {
        **steps,
        "name": f"{many:,} others{left}" if many > 1 else _name(result, one),
        "line": {"width": 1, "color": GREY, "shape": "hv"},
        "opacity": 0.6,
        "showlegend": shown,
        "legendrank": 1001,
    }


def _band(result: History, one: Held, last: datetime, fill: str) -> dict[str, Any] | None:
    """The range around a line, with corners where the line has them; None where none is wide."""
    at = _times(one, last)
    kept = thinned(len(one.made), MARKS // 4)
    ends = [*(at[number] for number in kept[1:]), at[-1]]
    x: list[str | None] = []
    y: list[float | str | None] = []
    wide = False
    for number, end in zip(kept, ends, strict=True):
        low, high = (_value(result, side) for side in spread(one, number))
        if low is None or high is None or one.said[number] is None:
            continue
        wide = wide or low != high
        begin, until = stamp(at[number]), stamp(end)
        x += [begin, until, until, begin, begin, None]
        y += [high, high, low, low, high, None]
    if not wide:
        return None
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": fill,
        "hoverinfo": "skip",
        "name": plain(result.band),
        "legendrank": 1000,
    }


def _moments(
    result: History, first: datetime, last: datetime
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """What happened: the signs of the news, upright lines, and what those are called."""
    shapes: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    for kind in ("resolve by", "known"):
        for one in [found for found in result.moments if found.kind == kind][:1]:
            at = moment(one.when, over=True)
            late = at - first > (last - first) / 2
            mark = {"dash": "dot" if kind == "resolve by" else "solid", "width": 1.5, "color": GREY}
            shapes.append(_upright(at, mark))
            row = len(labels) + (not result.shares)  # above what the axis counts
            labels.append(_label(one, at, late=late, row=row))
    news = [one for one in result.moments if one.kind == "news"]
    shown = [news[number] for number in thinned(len(news), NEWS)]
    slight = {"width": 1, "color": "rgba(133,139,148,0.4)"}
    shapes += [_upright(moment(one.when), slight) for one in shown]
    return ([_news(result, shown)] if shown else []), shapes, labels


def _label(one: Moment, at: datetime, *, late: bool, row: int) -> dict[str, Any]:
    return {
        "text": plain(one.label, 34),
        "x": stamp(at),
        "y": 1,
        "yref": "paper",
        "yshift": 12 + NOTE * (row + 1),
        "xanchor": "right" if late else "left",
        "showarrow": False,
        "font": {"size": 12},
    }


def _news(result: History, shown: list[Moment]) -> dict[str, Any]:
    return {
        **_told(
            [stamp(moment(one.when)) for one in shown],
            [_floor(result)] * len(shown),
            [f"{day(one.when)} · {plain(one.label)}" for one in shown],
        ),
        "name": "news: a source was published",
        "mode": "markers",
        "marker": {"symbol": "triangle-up", "size": 9, "color": GREY},
        "legendrank": 1002,
    }


def _upright(at: datetime, line: dict[str, Any]) -> dict[str, Any]:
    where = stamp(at)
    return {
        "type": "line",
        "x0": where,
        "x1": where,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": line,
    }


def _floor(result: History) -> float | str:
    """The lowest value that anybody named, where the signs of the news stand."""
    if result.shares:
        return 0.0
    named = [said for one in result.lines for said in (*one.said, *one.low, result.outcome)]
    days = [moment(said) for said in named if isinstance(said, str)]
    if days:
        return stamp(min(days))
    return min(float(said) for said in named if said is not None and not isinstance(said, str))


def _outcome_line(result: History, first: datetime, last: datetime) -> Iterator[dict[str, Any]]:
    """Of a number or a day: where it came to lie, across the picture."""
    if result.outcome is None or result.shares:
        return
    value = _value(result, result.outcome)
    came = f"came to {words(result, result.outcome)}"
    yield {
        **_told([stamp(first), stamp(_known(result, last))], [value, value], [came, came]),
        "name": came,
        "mode": "lines",
        "line": {"width": 1.5, "dash": "dash", "color": GREY},
        "legendrank": 1003,
    }


def _outcome(result: History, last: datetime) -> Iterator[dict[str, Any]]:
    """Of a probability: at 100 % what came true, at 0 % what did not."""
    if result.outcome is None or not result.shares:
        return
    came = str(result.outcome)
    at = 0 if came == "no" else 100
    yield {
        **_told([stamp(_known(result, last))], [at], [f"outcome: {plain(came)}"]),
        "name": f"outcome: {plain(came, 14)}",
        "mode": "markers",
        "marker": {"symbol": "star", "size": 14, "color": GREY, "line": {"width": 0}},
        "legendrank": 1003,
    }


def _known(result: History, last: datetime) -> datetime:
    return last if result.known is None else moment(result.known, over=True)
