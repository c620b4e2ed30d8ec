"""The Murphy diagram: who is better, whatever the score."""

from __future__ import annotations

from bisect import bisect_right
from itertools import compress
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from tracker.charts.picture import Picture, Table
from tracker.charts.theme import DASHES, GREY, SERIES, SYMBOLS, number, percent, plain, template
from tracker.scoring.murphy import MurphyCurve, Stretch, stretches
from tracker.scoring.verdict import FEW

if TYPE_CHECKING:
    from collections.abc import Sequence


NOTHING = "No settled forecasts yet"
APART = "No settled question<br>that all answered"
DEPENDS = "who is better depends on the score, so far; crossings may be luck"
LEGEND, PADDING = 20, 14  # heights above the picture, in pixels: of a line of the legend
BINS = 500  # of thresholds; in each the first and the last point of a curve are drawn
SIGNS = 7  # on a curve, to tell it from others without colour
NAME = 24  # letters of a name in the legend of a phone
STRETCHES = 4  # named one by one
TABLE = 20  # steps of the thresholds in the table


def murphy(curves: Sequence[MurphyCurve]) -> Picture:
    """The Murphy diagram of one or several analysts, with its twins.

    Several must be curves on the same questions, at the same thresholds; see
    :func:`tracker.scoring.murphy.murphy_of_two`.
    """
    return Picture(
        name="murphy",
        title="Murphy diagram",
        figure=murphy_diagram(curves),
        description=describe(curves),
        table=_numbers(curves),
        how_to_read=_how_to_read(curves),
        narrow=400,
    )


def murphy_diagram(curves: Sequence[MurphyCurve]) -> go.Figure:
    """Mean elementary scores over the threshold, and those of two who know nothing."""
    figure = go.Figure(layout=_layout())
    if missing := _missing(curves):
        figure.add_annotation(
            text=missing, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font_size=16
        )
        blank = {"visible": False}
        return figure.update_layout(showlegend=False, xaxis=blank, yaxis=blank)
    figure.add_traces(_references(curves[0]))
    figure.add_traces([_line(curve, place, len(curves)) for place, curve in enumerate(curves)])
    most = max(max(trace.y) for trace in figure.data) or 1.0
    figure.update_layout(showlegend=True)
    return figure.update_layout(
        margin={"t": LEGEND * len(figure.data) + PADDING},
        yaxis={"range": [round(-0.02 * most, 6), round(1.06 * most, 6)]},
    )


def describe(curves: Sequence[MurphyCurve]) -> str:
    """The diagram in words: its areas, and where which curve is the lowest."""
    if missing := _missing(curves):
        words = missing.replace("<br>", " ")
        return f"Murphy diagram: {words[0].lower()}{words[1:]}."
    n = curves[0].questions
    shared = f"{n:,} {'shared ' if len(curves) > 1 else ''}question{'' if n == 1 else 's'}"
    areas = ", ".join(f"{curve.name} {number(curve.brier)}" for curve in curves if curve.name)
    if not areas:
        areas = number(curves[0].brier)
    said = (
        f"Murphy diagram on {shared}. Area below the curve (Brier score, 0-1 scale, lower is "
        f"better): {areas}."
    )
    if len(curves) == 2:  # noqa: PLR2004 - a pair
        said = f"{said} {_beside(stretches(*curves), curves)}"
        if n < FEW and DEPENDS[1:] not in said:
            said = f"{said} On so few questions, that may be luck."
    return said


def _missing(curves: Sequence[MurphyCurve]) -> str:
    if curves and all(curve.brier is not None for curve in curves):
        return ""
    return APART if len(curves) > 1 else NOTHING


def _beside(found: Sequence[Stretch], curves: Sequence[MurphyCurve]) -> str:
    """Whose curve is the lower, where."""
    if not found:
        return "The curves are the same."
    if len(found) == 1:
        lower = found[0].lower
        other = next(curve.name for curve in curves if curve.name != lower)
        return (
            f"{lower} is nowhere above {other}: on these questions {lower} is better by every "
            "proper score, or no worse."
        )
    if len(found) > STRETCHES:
        share = {curve.name: 0.0 for curve in curves}
        for stretch in found:
            share[stretch.lower] += stretch.end - stretch.begin
        parts = " and ".join(f"{name} over {percent(part, 0)}" for name, part in share.items())
        return (
            f"The curves cross {len(found) - 1} times; the lower is {parts} of the thresholds: "
            f"{DEPENDS}."
        )
    parts = "; ".join(
        f"from {percent(one.begin)} to {percent(one.end)} {one.lower} is lower" for one in found
    )
    return f"The curves cross: {parts}. {DEPENDS[0].upper()}{DEPENDS[1:]}."


def _line(curve: MurphyCurve, place: int, many: int) -> go.Scatter:
    points = _points(curve.threshold.tolist(), curve.score.tolist())
    name = plain(curve.name, NAME) or "mean elementary score"
    style: dict[str, Any] = {"mode": "lines", "line": {"width": 2}}
    if many > 1:
        known = place < len(SERIES)
        colour = SERIES[place] if known else GREY
        style = {
            "mode": "lines+markers",
            "line": {"width": 2, "color": colour, "dash": DASHES[place % len(DASHES)]},
            "marker": {
                "symbol": SYMBOLS[place % len(SYMBOLS)],
                "size": 8,
                "color": colour,
                "maxdisplayed": SIGNS,
            },
        }
    return go.Scatter(
        name=name,
        x=[round(100 * at, 4) for at, _ in points],
        y=[round(score, 6) for _, score in points],
        hovertext=[
            f"threshold {percent(round(at, 6))} · {name} {number(score)}<br>{_counts(curve)}"
            for at, score in points
        ],
        hoverinfo="text",
        **style,
    )


def _references(curve: MurphyCurve) -> list[go.Scatter]:
    """The curves of always saying the base rate and 50 %, where there are any."""
    return [
        go.Scatter(
            name=name,
            x=[round(100 * at, 4) for at, _ in points],
            y=[round(score, 6) for _, score in points],
            mode="lines",
            line={"width": 1.25, "color": GREY, "dash": dash},
            hoverinfo="skip",
            legendrank=2000,
        )
        for name, score, dash in (
            (f"always the base rate, {percent(curve.base_rate)}", curve.always_base_rate, "solid"),
            ("always 50 %", curve.always_half, "dot"),
        )
        if score is not None
        for points in [_points(curve.threshold.tolist(), score.tolist())]
    ]


def _points(threshold: list[float], score: list[float]) -> list[tuple[float, float]]:
    """The points to draw: where there are many, the first and the last of each bin."""
    points = list(zip(threshold, score, strict=True))
    if len(points) <= 2 * BINS:
        return points
    inside = [min(int(at * BINS), BINS - 1) for at in threshold]
    edges = zip([-1, *inside], inside, [*inside[1:], BINS], strict=False)
    kept = [before != here or here != after for before, here, after in edges]
    return list(compress(points, kept))


def _counts(curve: MurphyCurve) -> str:
    if curve.forecasts == curve.questions:
        return f"n = {curve.questions:,}"
    return f"n = {curve.questions:,} questions, {curve.forecasts:,} forecasts"


def _numbers(curves: Sequence[MurphyCurve]) -> Table:
    """The curves at round thresholds."""
    if _missing(curves):
        return Table(("threshold",), ())
    first = curves[0]
    columns = [(curve.name or "mean elementary score", curve.score) for curve in curves]
    if first.always_base_rate is not None and first.always_half is not None:
        columns += [
            ("always the base rate", first.always_base_rate),
            ("always 50 %", first.always_half),
        ]
    at = [step / TABLE for step in range(TABLE + 1)]
    threshold = first.threshold.tolist()
    each = [[_read(threshold, score.tolist(), x) for x in at] for _, score in columns]
    rows = tuple(
        (percent(x), *(number(column[row]) for column in each)) for row, x in enumerate(at)
    )
    return Table(("threshold", *(name for name, _ in columns)), rows)


def _read(threshold: list[float], score: list[float], at: float) -> float:
    """A curve between two of its points."""
    after = min(max(bisect_right(threshold, at), 1), len(threshold) - 1)
    (left, right), (low, high) = threshold[after - 1 : after + 1], score[after - 1 : after + 1]
    return low + (high - low) * (at - left) / (right - left)


def _how_to_read(curves: Sequence[MurphyCurve]) -> tuple[str, ...]:
    reading = [
        (
            "Across: the probability from which somebody would act on a forecast. Up: the mean "
            "cost of acting on these forecasts with that threshold, lower is better. Acting in "
            "vain costs twice the threshold; failing to act, twice what is left to 100 %."
        ),
        (
            "The area below a curve is the Brier score on the 0-1 scale. Other proper scores "
            "weigh the thresholds otherwise, so a curve nowhere above another is better, or no "
            "worse, by every one of them. Where curves cross, it depends on the score."
        ),
    ]
    if curves and curves[0].always_base_rate is not None:
        reading.append(
            "The thin grey curves are what always saying the base rate of these questions "
            "(hindsight), and always saying 50 %, would have cost."
        )
    if len(curves) > 1:
        reading.append(
            "Only questions that all answered count, each the same, and only the time during "
            "which all held a forecast. There is no interval here: with few questions, curves "
            "lie apart by luck alone."
        )
    return tuple(reading)


def _layout() -> dict[str, Any]:
    return {
        "template": template(),
        "width": 640,
        "height": 520,
        "margin": {"l": 64, "r": 24, "t": 16, "b": 52},
        "dragmode": False,
        "legend": {"x": 0, "xanchor": "left", "y": 1.01, "yanchor": "bottom"},
        "xaxis": {
            "title": {"text": "threshold for acting", "standoff": 8},
            "range": [-2, 102],
            "tickvals": [0, 20, 40, 60, 80, 100],
            "ticktext": ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"],
            "fixedrange": True,
        },
        "yaxis": {
            "title": {"text": "elementary score, lower is better", "standoff": 8},
            "nticks": 6,
            "fixedrange": True,
        },
    }
