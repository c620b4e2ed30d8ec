"""The reliability diagram: what was said against what happened."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from math import floor, sqrt
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from tracker.charts.picture import Picture
from tracker.charts.reliability_words import (
    NOTHING,
    WITHIN,
    describe,
    how_to_read,
    limits,
    numbers,
    span,
)
from tracker.charts.theme import BAND, BAND_EDGE, GREY, VERMILLION, percent, plain, template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.scoring.calibration import Level, ReliabilityCurve
    from tracker.scoring.simultaneous import SimultaneousBand

BAR = 5  # width of a bar of the histogram, in per cent
OVERHANG = 1.5  # by which the band passes its outermost probabilities: one alone has a band too
BINS = 500  # of probabilities, with two levels drawn in each; a browser slows down with more
LEAST, MOST = 5, 16  # pixels of a marker
WHOLE = 0.25  # share of all forecasts from which a marker is the largest
CROWD = 40  # levels from which the smallest markers shrink
FEW, MANY = 4, 100_000  # a bar's height below which each count has a tick; from which it says 200k
TITLE, LEGEND, PADDING = 48, 20, 14  # heights above the picture: title, line of the legend
PERCENTS = {
    "range": [-3, 103],
    "tickvals": [0, 20, 40, 60, 80, 100],
    "ticktext": ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"],
}


def reliability(curve: ReliabilityCurve, band: SimultaneousBand | None = None) -> Picture:
    """The reliability diagram (CORP) of a curve, with its twins.

    ``band`` is the simultaneous band of the same forecasts: where the true share lies.
    """
    return Picture(
        name="reliability",
        title="Reliability diagram",
        figure=reliability_diagram(curve, band),
        description=describe(curve, band),
        table=numbers(curve, band),
        how_to_read=how_to_read(curve, band),
        narrow=500,
    )


def reliability_diagram(
    curve: ReliabilityCurve, band: SimultaneousBand | None = None, *, title: str = ""
) -> go.Figure:
    """The reliability diagram (CORP), and below it how often each probability was said.

    A marker for each level at its recalibrated share of events, larger where it was said more
    often, and a line through them: level where probabilities were pooled. The consistency band
    about the diagonal; the simultaneous band as an outline. All axes of shares run from 0 to
    100 %.

    References
    ----------
    .. [1] T. Dimitriadis, T. Gneiting, A. I. Jordan, Stable reliability diagrams for
       probabilistic classifiers, PNAS 118 (2021), doi:10.1073/pnas.2016191118
    """
    figure = go.Figure(layout=_layout(title))
    levels = curve.levels()
    if not levels:
        figure.add_trace(_diagonal())
        figure.add_annotation(text=NOTHING, x=50, y=50, showarrow=False, font={"size": 16})
        alone = {"domain": [0, 1]}
        return figure.update_layout(showlegend=False, xaxis=_said_axis("y"), yaxis=alone)
    drawn = _thinned(levels)
    bars = _bars(levels)
    consistency = [_band(curve, drawn)] if curve.banded else []
    outline = [] if band is None else _outline(band)
    figure.add_traces(
        [*consistency, _diagonal(), *outline, _recalibrated(curve, drawn, band), bars]
    )
    lines = sum(trace.showlegend is not False for trace in figure.data)
    above = TITLE if title else 0
    figure.update_layout(
        margin={"t": above + LEGEND * lines + PADDING},
    )
    most = max(bars.y)
    ticks = {"dtick": 1} if most < FEW else {"tickformat": "~s" if most >= MANY else ",d"}
    return figure.update_layout(yaxis2={"range": [0, 1.05 * most], **ticks})


def _layout(title: str) -> dict[str, Any]:
    still = {"fixedrange": True}  # a finger on the picture scrolls the page
    return {
        "template": template(),
        "title": {"text": plain(title)},
        "width": 640,
        "height": 760,
        "margin": {"l": 72, "r": 16, "t": TITLE if title else 16, "b": 52},
        "dragmode": False,
        "legend": {"x": 0, "xanchor": "left", "y": 1.01, "yanchor": "bottom", "tracegroupgap": 0},
        "xaxis": {**PERCENTS, "showticklabels": False, **still},
        "xaxis2": {**_said_axis("y2"), "matches": "x"},
        "yaxis": {
            "title": {"text": "what happened, recalibrated", "standoff": 8},
            "domain": [0.24, 1],
            **PERCENTS,
            **still,
        },
        "yaxis2": {
            "title": {"text": "times said", "standoff": 8},
            "domain": [0, 0.17],
            "nticks": 4,
            **still,
        },
    }


def _said_axis(anchor: str) -> dict[str, Any]:
    return {
        "title": {"text": "what was said", "standoff": 8},
        "anchor": anchor,
        "showticklabels": True,
        "fixedrange": True,
        **PERCENTS,
    }


def _thinned(levels: Sequence[Level]) -> Sequence[Level]:
    """The first and the last level of each bin, where there are many."""
    if len(levels) <= 2 * BINS:
        return levels
    bins = groupby(levels, lambda level: min(int(level.probability * BINS), BINS - 1))
    ends = [(inside[0], inside[-1]) for inside in (list(each) for _, each in bins)]
    return [
        level for first, last in ends for level in ([first] if first is last else [first, last])
    ]


def _band(curve: ReliabilityCurve, levels: Sequence[Level]) -> go.Scatter:
    along = [_percent(level.probability) for level in levels]
    along = [round(along[0] - OVERHANG, 4), *along, round(along[-1] + OVERHANG, 4)]
    ends = [levels[0], *levels, levels[-1]]
    upper = [_percent(level.band_high) for level in ends]
    lower = [_percent(level.band_low) for level in reversed(ends)]
    return go.Scatter(
        name=f"consistency band ({percent(curve.level)})",
        x=along + along[::-1],
        y=upper + lower,
        mode="lines",
        line={"width": 1, "color": BAND_EDGE},
        fill="toself",
        fillcolor=BAND,
        hoverinfo="skip",
        legendrank=3,
    )


def _diagonal() -> go.Scatter:
    return go.Scatter(
        name="perfect calibration",
        x=[0, 100],
        y=[0, 100],
        mode="lines",
        line={"width": 1.5, "dash": "dash", "color": GREY},
        hoverinfo="skip",
        legendrank=2,
    )


def _outline(band: SimultaneousBand) -> list[go.Scatter]:
    """The two ends of the simultaneous band, as steps; each keeps its place where they cross."""
    said = [_percent(float(p)) for p in band.probability]
    low, high = ([_percent(float(end)) for end in ends] for ends in (band.low, band.high))
    lower = {"x": [0, *said, 100], "y": [0, *low, *low[-1:]], "line_shape": "hv"}
    upper = {"x": [0, *said, 100], "y": [*high[:1], *high, 100], "line_shape": "vh"}
    return [
        go.Scatter(
            name=WITHIN,
            legendgroup="simultaneous",
            showlegend=ends is lower,
            mode="lines",
            line={"width": 1.5, "dash": "dot", "color": VERMILLION},
            hoverinfo="skip",
            legendrank=4,
            **ends,
        )
        for ends in (lower, upper)
    ]


def _recalibrated(
    curve: ReliabilityCurve, levels: Sequence[Level], band: SimultaneousBand | None
) -> go.Scatter:
    total, many = max(50, int(curve.forecasts.sum())), len(curve)
    least = min(LEAST, LEAST * CROWD / many)
    shares = [min(1.0, sqrt(level.forecasts / total / WHOLE)) for level in levels]
    return go.Scatter(
        name="what happened (size: how often)",
        x=[_percent(level.probability) for level in levels],
        y=[_percent(level.recalibrated) for level in levels],
        mode="lines+markers",
        # In the colour of the template, the accent of the paper at hand.
        line={"width": 2 if many <= CROWD else 1.5},
        marker={
            "size": [round(least + (MOST - least) * share, 1) for share in shares],
            "line": {"width": 0},
            "opacity": 1,
        },
        hovertext=[_hover(curve, level, band) for level in levels],
        hoverinfo="text",
        legendrank=1,
    )


def _hover(curve: ReliabilityCurve, level: Level, band: SimultaneousBand | None) -> str:
    happened = percent(level.happened, 0)
    lines = [
        f"said {percent(level.probability)} · happened {happened} · n = {level.forecasts:,}",
        f"recalibrated {percent(level.recalibrated, 0)}",
    ]
    if curve.banded:
        lines[1] += f" · band {percent(level.band_low, 0)} to {percent(level.band_high, 0)}"
    if band is not None:
        lines.append(f"{WITHIN}: {span(*limits(band, level.probability))}")
    return "<br>".join(lines)


def _bars(levels: Sequence[Level]) -> go.Bar:
    """How many forecasts were said in each 5 %, centred on the round values."""
    times: Counter[int] = Counter()
    for level in levels:
        times[BAR * floor(level.probability * 100 / BAR + 0.5)] += level.forecasts
    return go.Bar(
        x=list(times),
        y=list(times.values()),
        width=BAR * 0.85,
        xaxis="x2",
        yaxis="y2",
        marker={"color": GREY},
        hovertext=[f"about {about} %, said {_times(n)}" for about, n in times.items()],
        hoverinfo="text",
        showlegend=False,
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _percent(share: float) -> float:
    """In per cent, rounded so that a last bit of a machine's arithmetic changes no byte."""
    return round(100 * share, 4)
