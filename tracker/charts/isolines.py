"""Lines of equal score in the plane of analysts, and their names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tracker.charts.theme import GREY, number

if TYPE_CHECKING:
    import plotly.graph_objects as go

LINES = 8  # at most
ROOM = {True: 24, False: 42}  # between names at the right, and at the top, in pixels


def equal_scores(
    figure: go.Figure,
    uncertainty: float | None,
    reach: tuple[float, float],
    phone: tuple[float, float],
) -> None:
    """Draw the lines on which miscalibration less discrimination is the same.

    They are named by the score where all share one uncertainty, else by how much better or worse
    it is than always saying the base rate. ``reach`` is how far the axes go, across and up,
    ``phone`` the least size of the plot in pixels, on which names must not meet.
    """
    across, up = reach
    step = _step((across + up) / LINES)
    base = uncertainty or 0.0
    least = base - up if uncertainty is None else max(base - up, 0.0)  # of scores, none is below 0
    first, last = math.ceil(least / step), math.floor((base + across) / step)
    excesses = [round(n * step - base, 9) for n in range(first, last + 1)]
    excesses = [one for one in excesses if abs(one) > 0.4 * step]
    xs: list[float | None] = []
    ys: list[float | None] = []
    for excess in excesses:
        (x0, y0), (x1, y1) = _ends(excess, across, up)
        xs += [x0, x1, None]
        ys += [y0, y1, None]
    (x0, y0), (x1, y1) = _ends(0.0, across, up)
    alike = "equal score" if uncertainty is not None else "equal gain over the base rate"
    line: dict[str, Any] = {"mode": "lines", "hoverinfo": "skip"}
    slight = {"width": 1, "color": "rgba(133,139,148,0.45)"}
    figure.add_scatter(x=xs, y=ys, name=f"lines of {alike}", line=slight, legendrank=5, **line)
    dashed = {"width": 1.5, "color": GREY, "dash": "dash"}
    name = "always saying the base rate"
    figure.add_scatter(x=[x0, x1], y=[y0, y1], name=name, line=dashed, legendrank=4, **line)
    _name_lines(figure, [0.0, *excesses], uncertainty, reach, phone)


def _step(least: float) -> float:
    """The next of 1, 2, 5, 10, …: what people count by."""
    size = float(10 ** math.floor(math.log10(least)))
    return round(next(size * by for by in (1, 2, 5, 10) if size * by >= least * 0.999), 9)


def _ends(excess: float, across: float, up: float) -> tuple[tuple[float, float], ...]:
    """Where a line of equal score enters and leaves the plot."""
    end = min(across, up + excess)
    begin = max(excess, 0.0)
    return (round(begin, 5), round(begin - excess, 5)), (round(end, 5), round(end - excess, 5))


def _name_lines(
    figure: go.Figure,
    excesses: list[float],
    uncertainty: float | None,
    reach: tuple[float, float],
    phone: tuple[float, float],
) -> None:
    """Names at the ends of lines, where a phone has room for them; the first ones first."""
    taken: dict[bool, list[float]] = {True: [0.0], False: [phone[0] + 20.0]}
    for excess in excesses:
        _, (x, y) = _ends(excess, *reach)
        right = x >= reach[0] - 1e-9
        at = y / reach[1] * phone[1] if right else x / reach[0] * phone[0]
        if all(abs(at - other) > ROOM[right] for other in taken[right]):
            taken[right].append(at)
            _name_line(figure, excess, uncertainty, (x, y), right=right)


def _name_line(
    figure: go.Figure,
    excess: float,
    uncertainty: float | None,
    end: tuple[float, float],
    *,
    right: bool,
) -> None:
    x, y = end
    if uncertainty is None:
        way = "better" if excess < 0 else "worse"
        text = f"{abs(excess):.3f}".rstrip("0").rstrip(".") + f"{' ' if right else '<br>'}{way}"
    else:
        text = f"{uncertainty + excess:.3f}".rstrip("0").rstrip(".")
    if excess == 0:
        text = f"base rate{'' if uncertainty is None else '<br>' + number(uncertainty)}"
    at: dict[str, Any] = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 4, "y": y}
    if not right:
        at = {"x": x, "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 2}
    figure.add_annotation(**at, text=text, showarrow=False, font={"size": 11}, align="left")
