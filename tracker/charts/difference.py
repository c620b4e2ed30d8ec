"""Two analysts as questions are settled: the difference so far, for one who looks every week."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from tracker.charts.frame import STILL, frame, legends, missing, upward
from tracker.charts.picture import Picture, Table
from tracker.charts.theme import BAND, BAND_EDGE, GREY, number, percent, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.scoring.difference import DifferencePath

NOTHING = "No settled question that both answered"
ONE = "Only one shared question is settled"
LINKED = "All shared questions hang together"
AT_ONCE = "All shared questions were settled at once"
UNBOUNDED = "The log score has no interval that is valid at all times"
DRAWN, ROWS = 500, 200  # steps drawn, with two marks each; rows of the table twin
WIDTH, HEIGHT = 860, 480
MARKED = 30  # steps up to which each has a marker
NAME = 20  # letters of a name inside the picture
ROOM = 1.15  # of the widest interval of the second half: the first ones are as wide as can be


def difference(path: DifferencePath) -> Picture:
    """The difference of two analysts as questions are settled one after the other."""
    figure = difference_figure(path)
    return Picture(
        name="difference",
        title="The difference, as questions were settled",
        figure=figure,
        description=describe(path),
        table=_numbers(path),
        how_to_read=() if _missing(path) else _how_to_read(path),
        narrow=min(400, figure.layout.height),
    )


def difference_figure(path: DifferencePath) -> go.Figure:
    """The mean difference so far, its confidence sequence, and the line of no difference."""
    figure = go.Figure(layout=frame(WIDTH, HEIGHT))
    lacking = _missing(path)
    if lacking or path.low is None or path.high is None:
        return missing(figure, lacking)
    steps = _thinned(_looks(path), DRAWN)
    when = _when(path)
    along = [when[step] for step in steps]
    figure.add_traces([_band(path, steps, along), _none(along), _mean(path, steps, along)])
    half = len(path) // 2
    widest = float(max(path.high[half:].max(), -path.low[half:].min()))
    reach = round(ROOM * min(widest, path.bound or widest), 4)
    figure.update_layout(_axes(path, reach))
    score = f"Brier score, {path.scale} scale" if path.rule == "brier" else f"{path.rule} score"
    upward(figure, f"mean difference, {score}")
    for name, side, y, anchor in ((path.b, "above", 1, "top"), (path.a, "below", 0, "bottom")):
        figure.add_annotation(
            text=f"{side} 0: {plain(name, NAME)} is better",
            showarrow=False,
            x=1,
            xref="paper",
            xanchor="right",
            y=y,
            yref="paper",
            yanchor=anchor,
        )
    return figure.update_layout(frame(WIDTH, HEIGHT, lines=legends(figure), top=28, bottom=68))


def describe(path: DifferencePath) -> str:
    """The path in words: where it ends, and since when it can be told who is better."""
    lacking = _missing(path)
    if lacking or path.low is None or path.high is None:
        return f"{_score(path)}, {path.a} and {path.b}: {lacking[0].lower()}{lacking[1:]}."
    mean, low, high = (float(ends[-1]) for ends in (path.mean, path.low, path.high))
    n = int(path.questions[-1])
    return (
        f"{_score(path)}, {path.a} less {path.b}, as {n:,} shared questions were settled one "
        f"after the other: {number(mean)} in the end, with an interval of {number(low)} to "
        f"{number(high)} ({_level(path)}, valid at all times together). {_told(path)}"
        f"{_linked(path)}"
    )


def _linked(path: DifferencePath) -> str:
    """Why the mean is not that of the questions."""
    if path.questions[-1] == len(path):
        return ""
    return (
        " Linked questions count as one step, hence another mean than where each question counts "
        f"the same: {len(path):,} steps."
    )


def _told(path: DifferencePath) -> str:
    """Whether the interval leaves out 0 in the end, and since when."""
    side = path.side.tolist()
    if not side[-1]:
        once = " It had left out 0 for a while." if any(side) else ""
        return f"It holds 0: one who looked after every question cannot tell yet.{once}"
    better = path.a if side[-1] < 0 else path.b
    other = [step for step, one in enumerate(side) if one != side[-1]]
    since = _says(path, other[-1] + 1 if other else 0)
    return f"It has left out 0 since {since}: {better} is better, however often one looked."


def _says(path: DifferencePath, step: int) -> str:
    """The day or number of a step."""
    if path.settled is not None:
        return str(path.settled[step].astype("datetime64[D]"))
    return f"step {step + 1:,}"


def _missing(path: DifferencePath) -> str:
    """What keeps the path from being drawn; empty if nothing does."""
    if not len(path):
        return NOTHING
    if path.low is None:
        return UNBOUNDED
    if len(path) == 1:
        return ONE if path.questions[-1] == 1 else LINKED
    return AT_ONCE if len(_looks(path)) == 1 else ""


def _looks(path: DifferencePath) -> list[int]:
    """The steps after which one can look: of those settled at one moment, the last."""
    if path.settled is None or not len(path):
        return list(range(len(path)))
    last = (path.settled[1:] != path.settled[:-1]).tolist()
    return [step for step, alone in enumerate([*last, True]) if alone]


def _thinned(steps: list[int], most: int) -> list[int]:
    """At most so many of the steps, evenly, with the first and the last."""
    if len(steps) <= most:
        return steps
    return [steps[round(place * (len(steps) - 1) / (most - 1))] for place in range(most)]


def _when(path: DifferencePath) -> list[Any]:
    """Where the steps stand on the axis: their times, or their numbers."""
    if path.settled is None:
        return list(path.step.tolist())
    return list(path.settled.astype("datetime64[s]").astype(str).tolist())


def _band(path: DifferencePath, steps: list[int], along: Sequence[Any]) -> go.Scatter:
    """The intervals; each is drawn until the next step."""
    assert path.low is not None
    assert path.high is not None
    x = [place for place in along for _ in (0, 1)][1:]
    lower, upper = (
        [round(float(ends[step]), 6) for step in steps for _ in (0, 1)][:-1]
        for ends in (path.low, path.high)
    )
    return go.Scatter(
        name=f"{_level(path)} interval, valid at all times",
        x=[*x, *reversed(x)],
        y=[*upper, *reversed(lower)],
        mode="lines",
        line={"width": 1, "color": BAND_EDGE},
        fill="toself",
        fillcolor=BAND,
        hoverinfo="skip",
        legendrank=2,
    )


def _none(along: Sequence[Any]) -> go.Scatter:
    return go.Scatter(
        name="no difference",
        x=[along[0], along[-1]],
        y=[0, 0],
        mode="lines",
        line={"width": 1.5, "dash": "dash", "color": GREY},
        hoverinfo="skip",
        legendrank=3,
    )


def _mean(path: DifferencePath, steps: list[int], along: list[Any]) -> go.Scatter:
    return go.Scatter(
        name="mean difference so far",
        x=along,
        y=[round(float(path.mean[step]), 6) for step in steps],
        mode="lines+markers" if len(steps) <= MARKED else "lines",
        line={"width": 2, "shape": "hv"},
        marker={"size": 5},
        hovertext=[_hover(path, step) for step in steps],
        hoverinfo="text",
        legendrank=1,
    )


def _hover(path: DifferencePath, step: int) -> str:
    _, questions, mean, low, high = _row(path, step)
    return f"{_says(path, step)} · n = {questions} settled<br>{mean} · interval {low} to {high}"


def _row(path: DifferencePath, step: int) -> tuple[str, ...]:
    ends = [None if of is None else float(of[step]) for of in (path.low, path.high)]
    mean = float(path.mean[step])
    numbers = (mean if isfinite(mean) else None, *ends)
    return _says(path, step), f"{path.questions[step]:,}", *(number(one) for one in numbers)


def _numbers(path: DifferencePath) -> Table:
    looks = _looks(path)
    rows = tuple(_row(path, step) for step in _thinned(looks, ROWS))
    left_out = f"{ROWS} of {len(looks):,} steps, the first and the last among them."
    heads = (
        "settled" if path.settled is not None else "step",
        "questions so far",
        f"difference, {path.a} less {path.b}",
        "interval from",
        "to",
    )
    return Table(heads, rows, left_out if len(looks) > ROWS else "")


def _how_to_read(path: DifferencePath) -> tuple[str, ...]:
    return (
        (
            f"The line is the mean difference of the {_named(path)} on all shared questions "
            f"settled so far, {path.a} less {path.b}: below 0, {path.a} is better; above 0, "
            f"{path.b}. Linked questions are one step, when the last of them is settled."
        ),
        (
            f"The shaded interval is valid at all times together ({_level(path)}): one may look "
            "after every question and stop when it leaves out the dashed line. It is wider than "
            "an interval for a single look. At first it may be wider than the picture."
        ),
        (
            "It is about the questions in the order in which they were settled. What comes true "
            "early is settled early, so the first part may be of another kind than the rest."
        ),
    )


def _score(path: DifferencePath) -> str:
    return f"Difference of the {_named(path)}"


def _named(path: DifferencePath) -> str:
    scale = f" ({path.scale} scale)" if path.rule == "brier" else ""
    return f"{path.rule.replace('brier', 'Brier')} scores{scale}"


def _level(path: DifferencePath) -> str:
    return percent(path.level)


def _axes(path: DifferencePath, reach: float) -> dict[str, Any]:
    linked = path.questions[-1] > len(path)
    counted = f"{'groups of linked questions' if linked else 'shared questions'} settled"
    along = counted if path.settled is None else "when questions were settled"
    return {
        "xaxis": {"title": {"text": along, "standoff": 8}, "nticks": 5, "tickangle": 0, **STILL},
        "yaxis": {"range": [-reach, reach], "nticks": 7, **STILL},
    }
