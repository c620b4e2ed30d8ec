"""The plane of analysts: how far each is miscalibrated, and how well each tells cases apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from tracker.charts.frame import LINE, STILL, frame, legends, missing, upward
from tracker.charts.isolines import equal_scores
from tracker.charts.labels import place
from tracker.charts.picture import Picture, Table
from tracker.charts.theme import GREY, number, plain
from tracker.scoring.verdict import FEW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.scoring.plane import Plane, Position

NOTHING = "No settled forecasts yet"
NAMED = 12
LONGEST = 18  # of a name beside its point
DRAWN = 1000
ROWS = 200
WIDTH, HEIGHT, NARROW, PHONE = 720, 640, 480, 330
LEFT, RIGHT, ABOVE, BOTTOM = 44, 76, 64, 52  # margins
LEGEND = 5
SWATCH = 48  # width in the legend, in pixels: dashes show
WHISKER = "rgba(133,139,148,0.8)"


def plane(result: Plane) -> Picture:
    """The miscalibration-discrimination plane, with its twins.

    A point for each analyst, further up where cases are told apart better, further left where what
    is said comes true as often as said; so better is up and to the left. On each slanting line the
    score less that of the base rate is the same.

    References
    ----------
    .. [1] T. Dimitriadis, T. Gneiting, A. I. Jordan, P. Vogel, Evaluating probabilistic
       classifiers: The triptych, International Journal of Forecasting 40 (2024),
       doi:10.1016/j.ijforecast.2023.09.007
    """
    figure = _figure(result)
    return Picture(
        name="plane",
        title="Who is calibrated, and who tells cases apart",
        figure=figure,
        description=_describe(result),
        table=_table(result),
        how_to_read=_how_to_read(result) if result.positions else (),
        narrow=min(NARROW - HEIGHT + figure.layout.height, NARROW) if result.positions else 200,
    )


def _figure(result: Plane) -> go.Figure:
    shown = result.positions[:DRAWN]
    figure = go.Figure(
        layout=frame(WIDTH, HEIGHT, lines=LEGEND, left=LEFT, right=RIGHT, top=ABOVE, bottom=BOTTOM)
    )
    if not shown:
        return missing(figure, NOTHING)
    across, up = _reach(shown)
    for name, far in (("xaxis", across), ("yaxis", up)):
        axis = {"range": [0, far], "nticks": 7, "showgrid": False, "showline": True}
        figure.update_layout({name: {**axis, **STILL}})
    figure.update_layout(
        xaxis={"title": {"text": "miscalibration, lower is better", "standoff": 8}}
    )
    upward(figure, "discrimination, higher is better", left=LEFT)
    figure.layout.annotations[0].yshift = 34  # the names of the lines are between
    top = figure.layout.margin.t
    phone = PHONE - LEFT - RIGHT, NARROW - top - BOTTOM
    equal_scores(figure, result.uncertainty, (across, up), phone)
    named = _names(figure, shown, across, up)
    sure = [one for one in shown if one.questions >= FEW]
    figure.add_trace(_points([one for one in sure if id(one) not in named], "grey", NAMED))
    few = [one for one in shown if one.questions < FEW]
    figure.add_trace(_points(few, "hollow", NAMED))
    figure.add_trace(_points([one for one in sure if id(one) in named], "named", NAMED))
    figure.data = [trace for trace in figure.data if len(trace.x)]
    return _fitted(figure)


def _fitted(figure: go.Figure) -> go.Figure:
    """With no more legend than there is; the plot, for which names were placed, stays as high."""
    lines = legends(figure)
    margins = {"left": LEFT, "right": RIGHT, "top": ABOVE, "bottom": BOTTOM}
    figure.update_layout(frame(WIDTH, HEIGHT - LINE * (LEGEND - lines), lines=lines, **margins))
    return figure.update_layout(legend={"itemwidth": SWATCH, "itemsizing": "trace"})


def _reach(shown: Sequence[Position]) -> tuple[float, float]:
    """How far the axes go: past all points, and past the whiskers that are drawn."""
    across = [one.miscalibration for one in shown]
    up = [one.discrimination for one in shown]
    for one in shown[:NAMED]:
        if one.questions >= FEW:
            across.append((one.miscalibration_interval or (0.0, 0.0))[1])
            up.append((one.discrimination_interval or (0.0, 0.0))[1])
    far, high = max(1.08 * max(across), 0.02), max(1.08 * max(up), 0.02)
    return round(max(far, 0.4 * high), 4), round(max(high, 0.4 * far), 4)


def _names(figure: go.Figure, shown: Sequence[Position], across: float, up: float) -> set[int]:
    """Names beside the points, of those who answered most; which points have one."""
    legend = figure.layout.margin.t
    sizes = [
        (wide - LEFT - RIGHT, high - legend - BOTTOM)
        for wide, high in ((WIDTH, HEIGHT), (PHONE, NARROW))
    ]
    points = [(one.miscalibration / across, one.discrimination / up) for one in shown]
    first = shown[:NAMED]
    names = [plain(one.analyst, LONGEST) or "nobody" for one in first]
    lengths = [one.analyst[:LONGEST] for one in first]
    found = set()
    for one, name, label in zip(first, names, place(points, lengths, sizes), strict=True):
        if label is None:
            continue
        found.add(id(one))
        at: dict[str, Any] = {"x": round(one.miscalibration, 4), "y": round(one.discrimination, 4)}
        at |= {"text": name, "xanchor": label.side, "yanchor": "middle", "borderpad": 0}
        if label.far:
            lead = {"showarrow": True, "arrowhead": 0, "arrowwidth": 1, "arrowcolor": GREY}
            figure.add_annotation(**at, **lead, ax=label.across, ay=label.down, font={"size": 12})
        else:
            shift = {"xshift": label.across, "yshift": -label.down, "showarrow": False}
            figure.add_annotation(**at, **shift, font={"size": 12})
    return found


LOOKS: dict[str, tuple[str, dict[str, Any], int]] = {
    "named": ("analysts, with 90 % intervals", {"size": 10}, 1),
    "hollow": ("below ten questions: cannot tell yet", {"size": 9, "symbol": "circle-open"}, 2),
    "grey": ("others: point at one for its name", {"size": 6, "color": GREY, "opacity": 0.6}, 3),
}


def _points(positions: Sequence[Position], look: str, whiskers: int) -> go.Scatter:
    name, marker, rank = LOOKS[look]
    trace = go.Scatter(
        x=[round(one.miscalibration, 4) for one in positions],
        y=[round(one.discrimination, 4) for one in positions],
        name=name,
        mode="markers",
        marker=marker,
        cliponaxis=False,
        hovertext=[_hover(one) for one in positions],
        hoverinfo="text",
        legendrank=rank,
    )
    if look == "named" and len(positions) <= whiskers:
        trace.error_x = _whiskers(positions, "miscalibration")
        trace.error_y = _whiskers(positions, "discrimination")
    return trace


def _whiskers(positions: Sequence[Position], coordinate: str) -> dict[str, Any]:
    below, above = [], []
    for one in positions:
        value = getattr(one, coordinate)
        low, high = getattr(one, f"{coordinate}_interval") or (value, value)
        below.append(round(max(value - low, 0.0), 4))
        above.append(round(max(high - value, 0.0), 4))
    kind = {"type": "data", "symmetric": False, "thickness": 1, "width": 0, "color": WHISKER}
    return {**kind, "array": above, "arrayminus": below}


def _hover(one: Position) -> str:
    return (
        f"{plain(one.analyst)} · n = {one.questions:,} question{'' if one.questions == 1 else 's'}"
        f"<br>miscalibration {_with(one.miscalibration, one.miscalibration_interval)}"
        f"<br>discrimination {_with(one.discrimination, one.discrimination_interval)}"
        f"<br>Brier score {number(one.score)} (0-1 scale, lower is better)"
        f"<br>{_against(one)}"
    )


def _with(value: float, interval: tuple[float, float] | None) -> str:
    return f"{number(value)} ({_span(interval)})" if interval else number(value)


def _span(interval: tuple[float, float] | None) -> str:
    return f"{number(interval[0])} to {number(interval[1])}" if interval else "–"


def _against(one: Position) -> str:
    way = "worse" if one.excess > 0 else "better"
    base = f"always saying the base rate ({number(one.uncertainty)})"
    return f"{number(abs(one.excess))} {way} than {base}"


def _describe(result: Plane) -> str:
    many = len(result.positions)
    if not many:
        return "Plane of miscalibration and discrimination: no settled forecasts yet."
    sure = [one for one in result.positions if one.questions >= FEW]
    better = sum(one.excess < 0 for one in sure)
    said = f"Miscalibration and discrimination of {many:,} analyst{'' if many == 1 else 's'}."
    if not sure:
        return f"{said} None has ten settled questions: cannot tell yet."
    few = many - len(sure)
    rest = (
        f" {few:,} {'has' if few == 1 else 'have'} fewer than ten: cannot tell yet." if few else ""
    )
    return (
        f"{said} Of the {len(sure):,} with ten settled questions or more, {better:,} "
        f"scored better so far than always saying the base rate of their questions.{rest}"
    )


def _table(result: Plane) -> Table:
    heads = ("analyst", "questions", "miscalibration", "90 % interval", "discrimination")
    rows = tuple(
        (
            one.analyst,
            f"{one.questions:,}",
            number(one.miscalibration),
            _span(one.miscalibration_interval),
            number(one.discrimination),
            _span(one.discrimination_interval),
            number(one.uncertainty),
            number(one.score),
        )
        for one in result.positions[:ROWS]
    )
    many = len(result.positions)
    left_out = f"The {ROWS} analysts with most questions, of {many:,}." if many > ROWS else ""
    more = ("90 % interval", "uncertainty", "Brier score, 0-1, lower is better")
    return Table((*heads, *more), rows, left_out)


def _how_to_read(result: Plane) -> tuple[str, ...]:
    lines = (
        "On each slanting line the Brier score is the same (0-1 scale, lower is better)."
        if result.uncertainty is not None
        else (
            "Analysts answered different questions, so the slanting lines say how much better or "
            "worse a score is than always saying the base rate of the analyst's own questions."
        )
    )
    hidden = f" Only {DRAWN:,} are drawn." if len(result.positions) > DRAWN else ""
    return (
        (
            "Each point is an analyst. Further left: what is said comes true as often as said. "
            "Further up: what came true was given higher probabilities than what did not. Better "
            f"is up and to the left.{hidden}"
        ),
        lines,
        "On the dashed line, always saying the base rate would have scored the same.",
        (
            "The thin lines through a point are 90 % intervals, clustered by question. They take "
            "the recalibration as given, and so are somewhat too narrow."
        ),
        (
            "Few questions make miscalibration look larger than it is: luck alone looks like it. A "
            "hollow point has fewer than ten questions and no lines: cannot tell yet."
        ),
        (
            f"Up to {NAMED} analysts, those with most questions, have their names beside them; "
            "grey points are the others."
        ),
    )
