"""The reliability diagram: what was said against what happened."""

from __future__ import annotations

from collections import Counter
from html import escape
from math import floor, sqrt
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from tracker.charts.theme import BAND, BAND_EDGE, GREY, percent, template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.scoring.calibration import Level, ReliabilityCurve

NOTHING = "No settled forecasts yet"
BAR = 5  # width of a bar of the histogram, in per cent
OVERHANG = 1.5  # by which the band passes its outermost probabilities: one alone has a band too
DRAWN = 1000  # levels; the eye cannot tell more apart, and a browser slows down
SIZED = 200  # levels up to which a marker's size can be seen
FEW, MANY = 4, 100_000  # a bar's height below which each count has a tick; from which it says 200k
TITLE, LEGEND = 52, 76  # their heights above the picture, in pixels
PERCENTS = {
    "range": [-3, 103],
    "tickvals": [0, 20, 40, 60, 80, 100],
    "ticktext": ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"],
}


def reliability_diagram(curve: ReliabilityCurve, *, title: str = "") -> go.Figure:
    """The reliability diagram (CORP), and below it how often each probability was said.

    A marker for each level at its recalibrated share of events, larger where it was said more
    often; the consistency band; the diagonal. Both axes run from 0 to 100 %.

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
        figure.update_layout(showlegend=False, xaxis=_said_axis("y"), yaxis=alone)
        return figure.update_layout(margin={"t": TITLE if title else 16})
    drawn = _thinned(levels)
    bars = _bars(levels)
    figure.add_traces([_band(curve, drawn), _diagonal(), _recalibrated(drawn), bars])
    most = max(bars.y)
    ticks = {"dtick": 1} if most < FEW else {"tickformat": "~s" if most >= MANY else ",d"}
    return figure.update_layout(yaxis2={"range": [0, 1.05 * most], **ticks})


def describe(curve: ReliabilityCurve) -> str:
    """The diagram in words, for those who cannot see it."""
    levels = curve.levels()
    if not levels:
        return f"Reliability diagram: {NOTHING[0].lower()}{NOTHING[1:]}."
    many, first, last = len(levels), percent(levels[0].probability), percent(levels[-1].probability)
    at = f"{many:,} different values from {first} to {last}" if many > 1 else first
    above = sum(level.recalibrated > level.band_high + 1e-12 for level in levels)
    below = sum(level.recalibrated < level.band_low - 1e-12 for level in levels)
    outside = [f"{n:,} {side} it" for n, side in ((above, "above"), (below, "below")) if n]
    where = f"{many - above - below:,} inside the consistency band, {' and '.join(outside)}"
    if not outside:
        where = f"{'all ' if many > 1 else ''}inside the consistency band"
    return (
        f"Reliability diagram of {sum(level.forecasts for level in levels):,} stated "
        f"probabilities, at {at}. What happened at each of them: {where}."
    )


def band_words(curve: ReliabilityCurve) -> str:
    """What the consistency band promises."""
    return (
        f"{percent(curve.level)} of perfectly calibrated records would stay within, at each value"
    )


def _layout(title: str) -> dict[str, Any]:
    still = {"fixedrange": True}  # a finger on the picture scrolls the page
    return {
        "template": template(),
        "title": {"text": escape(title, quote=False)},
        "width": 640,
        "height": 760,
        "margin": {"l": 72, "r": 16, "t": TITLE + LEGEND if title else 16, "b": 52},
        "dragmode": False,
        "legend": {"x": 0, "xanchor": "left", "y": 1.01, "yanchor": "bottom"},
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
    """At most as many levels as are drawn, evenly picked, with the first and the last."""
    if len(levels) <= DRAWN:
        return levels
    step = (len(levels) - 1) / (DRAWN - 1)
    return [levels[round(step * place)] for place in range(DRAWN)]


def _band(curve: ReliabilityCurve, levels: Sequence[Level]) -> go.Scatter:
    along = [_percent(level.probability) for level in levels]
    along = [round(along[0] - OVERHANG, 4), *along, round(along[-1] + OVERHANG, 4)]
    ends = [levels[0], *levels, levels[-1]]
    upper = [_percent(level.band_high) for level in ends]
    lower = [_percent(level.band_low) for level in reversed(ends)]
    return go.Scatter(
        name=f"consistency band: {band_words(curve).replace('calibrated ', 'calibrated<br>')}",
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


def _recalibrated(levels: Sequence[Level]) -> go.Scatter:
    most = max(50, *(level.forecasts for level in levels))
    size = [round(5 + 11 * sqrt(level.forecasts / most), 1) for level in levels]
    return go.Scatter(
        name="what happened (larger: said more often)",
        x=[_percent(level.probability) for level in levels],
        y=[_percent(level.recalibrated) for level in levels],
        mode="lines+markers",
        line={"width": 2},  # in the colour of the template: the accent of the paper at hand
        marker={
            "size": size if len(levels) <= SIZED else 4,
            "line": {"width": 0},
            "opacity": 1,
        },
        hovertext=[_hover(level) for level in levels],
        hoverinfo="text",
        legendrank=1,
    )


def _hover(level: Level) -> str:
    happened = percent(level.events / level.forecasts, 0)
    low, high = percent(level.band_low, 0), percent(level.band_high, 0)
    return (
        f"said {percent(level.probability)} · happened {happened} · n = {level.forecasts:,}<br>"
        f"recalibrated {percent(level.recalibrated, 0)} · band {low} to {high}"
    )


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
