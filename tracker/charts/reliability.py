"""The reliability diagram: what was said against what happened."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from tracker.charts.theme import BAND, BAND_EDGE, GREY, percent, template

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.scoring.calibration import ReliabilityCurve

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
    if not len(curve):
        figure.add_trace(_diagonal())
        figure.add_annotation(text=NOTHING, x=50, y=50, showarrow=False, font={"size": 16})
        alone = {"domain": [0, 1]}
        figure.update_layout(showlegend=False, xaxis=_said_axis("y"), yaxis=alone)
        return figure.update_layout(margin={"t": TITLE if title else 16})
    levels = np.unique(np.linspace(0, len(curve) - 1, DRAWN).round().astype(np.intp))
    said = _said(curve)
    figure.add_traces([_band(curve, levels), _diagonal(), _recalibrated(curve, levels), said])
    most = max(said.y)
    ticks = {"dtick": 1} if most < FEW else {"tickformat": "~s" if most >= MANY else ",d"}
    return figure.update_layout(yaxis2={"range": [0, 1.05 * most], **ticks})


def describe(curve: ReliabilityCurve) -> str:
    """The diagram in words, for those who cannot see it."""
    levels = len(curve)
    if not levels:
        return f"Reliability diagram: {NOTHING[0].lower()}{NOTHING[1:]}."
    first, last = percent(curve.probability[0]), percent(curve.probability[-1])
    at = f"{first}" if levels == 1 else f"{levels:,} different values from {first} to {last}"
    above = int((curve.recalibrated > curve.band_high + 1e-12).sum())
    below = int((curve.recalibrated < curve.band_low - 1e-12).sum())
    outside = [f"{n:,} {side} it" for n, side in ((above, "above"), (below, "below")) if n]
    where = f"{levels - above - below:,} inside the consistency band, {' and '.join(outside)}"
    if not outside:
        where = "inside the consistency band" if levels == 1 else "all inside the consistency band"
    return (
        f"Reliability diagram of {int(curve.forecasts.sum()):,} stated probabilities, at {at}. "
        f"What happened at each of them: {where}."
    )


def band_words(curve: ReliabilityCurve) -> str:
    """What the consistency band promises."""
    return f"{percent(curve.level)} of perfectly calibrated records would stay within"


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


def _band(curve: ReliabilityCurve, levels: NDArray[np.intp]) -> go.Scatter:
    low, high = (_percents(side[levels]) for side in (curve.band_low, curve.band_high))
    along = _percents(curve.probability[levels])
    along = [round(along[0] - OVERHANG, 4), *along, round(along[-1] + OVERHANG, 4)]
    upper, lower = ([side[0], *side, side[-1]] for side in (high, low))
    return go.Scatter(
        name=f"consistency band: {band_words(curve).replace('calibrated ', 'calibrated<br>')}",
        x=along + along[::-1],
        y=upper + lower[::-1],
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


def _recalibrated(curve: ReliabilityCurve, levels: NDArray[np.intp]) -> go.Scatter:
    n = curve.forecasts[levels]
    size = np.full(len(n), 4.0)
    if len(levels) <= SIZED:
        size = 5 + 11 * np.sqrt(n / max(n.max(), 50))
    return go.Scatter(
        name="what happened (larger: said more often)",
        x=_percents(curve.probability[levels]),
        y=_percents(curve.recalibrated[levels]),
        mode="lines+markers",
        line={"width": 2},  # in the colour of the template: the accent of the paper at hand
        marker={
            "size": np.round(size, 1).tolist(),
            "line": {"width": 0},
            "opacity": 1,
        },
        hovertext=[_hover(curve, level) for level in levels],
        hoverinfo="text",
        legendrank=1,
    )


def _hover(curve: ReliabilityCurve, level: int) -> str:
    n = int(curve.forecasts[level])
    low, high = percent(curve.band_low[level], 0), percent(curve.band_high[level], 0)
    return (
        f"said {percent(curve.probability[level])} · "
        f"happened {percent(curve.events[level] / n, 0)} · n = {n:,}<br>"
        f"recalibrated {percent(curve.recalibrated[level], 0)} · band {low} to {high}"
    )


def _said(curve: ReliabilityCurve) -> go.Bar:
    """How many forecasts were said in each 5 %, centred on the round values."""
    at = np.floor(curve.probability * 100 / BAR + 0.5).astype(np.intp)
    counts = np.zeros(100 // BAR + 1, dtype=np.int64)
    np.add.at(counts, at, curve.forecasts)
    filled = np.flatnonzero(counts)
    return go.Bar(
        x=(filled * BAR).tolist(),
        y=counts[filled].tolist(),
        width=BAR * 0.85,
        xaxis="x2",
        yaxis="y2",
        marker={"color": GREY},
        hovertext=[f"about {bar * BAR} %, said {_times(int(counts[bar]))}" for bar in filled],
        hoverinfo="text",
        showlegend=False,
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _percents(shares: NDArray[np.float64]) -> list[float]:
    """In per cent, rounded so that a last bit of a machine's arithmetic changes no byte."""
    return [float(value) for value in np.round(100 * shares, 4)]
