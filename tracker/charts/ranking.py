"""The ranking of analysts: a place for each, and the places it could as well be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from tracker.charts.frame import STILL, column, frame, missing, row_axis, rows_frame
from tracker.charts.picture import Picture, Table
from tracker.charts.theme import GREY, number, percent, plain
from tracker.scoring.verdict import FEW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.scoring.standings import Ranking, Standing

NOTHING = "No settled forecasts yet"
ALONE = "No places yet: no two analysts share a question"
SHOWN = 30
ROWS = 200
ROW = 26  # height in pixels
PLACES = 4  # named on the axis


def ranking(result: Ranking) -> Picture:
    """The places of analysts with their 90 % intervals, the best at the top, with its twins.

    References
    ----------
    .. [1] H. Goldstein, D. J. Spiegelhalter, League tables and their limitations, Journal of the
       Royal Statistical Society A 159 (1996), doi:10.2307/2983325
    """
    placed = [one for one in result.standings if one.rank is not None]
    figure = _figure(placed, result)
    return Picture(
        name="ranking",
        title="Ranking",
        figure=figure,
        description=_describe(placed, result),
        table=_table(result),
        how_to_read=_how_to_read(placed, result) if placed else (),
        narrow=figure.layout.height,
    )


def _figure(placed: Sequence[Standing], result: Ranking) -> go.Figure:
    shown = placed[:SHOWN]
    rows = _rows(shown)
    axis, left = row_axis([row if isinstance(row, str) else row.analyst for row in rows])
    figure = go.Figure(layout=frame(720, 200))
    if not shown:
        return missing(figure, ALONE if result.standings else NOTHING)
    lowest = max(one.rank_high or 1 for one in shown)
    side = 0.5 + 0.03 * lowest
    places = {
        "range": [round(1 - side, 2), round(lowest + side, 2)],
        "tickvals": _ticks(lowest),
        "tickangle": 0,
    }
    title = {"text": "place, 1 is the best", "standoff": 8}
    figure.update_layout(xaxis={"title": title, **places, **STILL}, yaxis=axis)
    at = [(y, row) for y, row in enumerate(rows) if not isinstance(row, str)]
    sure = [(y, one) for y, one in at if one.clusters >= FEW]
    few = [(y, one) for y, one in at if one.clusters < FEW]
    figure.add_traces(
        [_intervals(at), *(_places(*group) for group in ((sure, 0), (few, 1)) if group[0])]
    )
    cells = ["" if isinstance(row, str) else f"{row.questions:,}" for row in rows]
    column(figure, "questions", cells)
    for y, row in enumerate(rows):
        if isinstance(row, str):
            figure.add_hline(y=y - 0.5, line={"width": 1, "color": GREY})
    return rows_frame(figure, ROW * len(rows), left)


def _ticks(lowest: int) -> list[int]:
    """The first place, and round ones: no more than a phone has room for.

    >>> _ticks(4), _ticks(30)
    ([1, 2, 3, 4], [1, 10, 20, 30])
    """
    sizes = (by * 10**power for power in range(9) for by in (1, 2, 5))
    step = next(size for size in sizes if lowest / size <= PLACES)
    return sorted({1, *range(step, lowest + 1, step)})


def _rows(shown: Sequence[Standing]) -> list[Standing | str]:
    """The standings, with a line before each further group that shares no question."""
    rows: list[Standing | str] = []
    several = len({one.part for one in shown}) > 1
    for before, one in zip([None, *shown], shown, strict=False):
        if several and (before is None or before.part != one.part):
            rows.append(f"group {one.part}")
        rows.append(one)
    return rows


def _intervals(at: Sequence[tuple[int, Standing]]) -> go.Scatter:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for y, one in at:
        # A place is a whole number: its line is as long as the places it may be, and not a point.
        low, high = one.rank_low or 1, one.rank_high or 1
        xs += [low - 0.2, high + 0.2, None]
        ys += [y, y, None]
    return go.Scatter(
        x=xs,
        y=ys,
        name="places it could be, with 90 %",
        mode="lines",
        line={"width": 7},
        opacity=0.35,
        hoverinfo="skip",
        legendrank=2,
    )


def _places(at: Sequence[tuple[int, Standing]], few: int) -> go.Scatter:
    words = "below ten shared questions" if few else "place"
    return go.Scatter(
        x=[one.rank for _, one in at],
        y=[y for y, _ in at],
        name=words,
        mode="markers",
        marker={
            "size": 11,
            "symbol": "circle-open" if few else "circle",
            "line": {"width": 2 * few},
        },
        hovertext=[_hover(one) for _, one in at],
        hoverinfo="text",
        legendrank=few,
        cliponaxis=False,
    )


def _hover(one: Standing) -> str:
    few = "<br>fewer than ten shared questions: cannot tell yet" if one.clusters < FEW else ""
    return (
        f"{plain(one.analyst)} · place {one.rank}, with 90 % {_span(one)}<br>n = {one.questions:,} "
        f"question{'' if one.questions == 1 else 's'}, {one.shared:,} of them shared"
        f"<br>skill {_skill(one)} (difference from the average analyst, below 0 is better)"
        f"<br>the best with {percent(one.best, 0)}"
        f"<br>Brier score {number(one.score)} (0-1 scale, lower is better){few}"
    )


def _span(one: Standing) -> str:
    if one.rank_low is None:
        return "–"
    alone = one.rank_low == one.rank_high
    return f"{one.rank_low}" if alone else f"{one.rank_low} to {one.rank_high}"


def _skill(one: Standing) -> str:
    error = "" if one.skill_error is None else f" ± {number(one.skill_error)}"
    return f"{number(one.skill)}{error}"


def _describe(placed: Sequence[Standing], result: Ranking) -> str:
    if not result.standings:
        return "Ranking of analysts: no settled forecasts yet."
    if not placed:
        return "Ranking of analysts: no places yet. " + result.verdict
    more = len(placed) - SHOWN
    hidden = f" The picture has the first {SHOWN}; {more:,} more are not drawn." if more > 0 else ""
    alone = len(result.standings) - len(placed)
    no_place = (
        f" {alone:,} without a place {'is' if alone == 1 else 'are'} not drawn." if alone else ""
    )
    groups = f" in {result.parts:,} groups that share no question" if result.parts > 1 else ""
    return (
        f"Places of {len(placed):,} analyst{'' if len(placed) == 1 else 's'}{groups}, with the "
        f"places each could be with 90 %. {result.verdict}{hidden}{no_place}"
    )


def _table(result: Ranking) -> Table:
    heads = ("analyst", "place", "90 % interval", "skill, below 0 is better", "the best with")
    more = ("questions", "shared", "Brier score, 0-1, lower is better", "group")
    rows = tuple(
        (
            one.analyst,
            "–" if one.rank is None else f"{one.rank}",
            _span(one),
            _skill(one),
            percent(one.best, 0),
            f"{one.questions:,}",
            f"{one.shared:,}",
            number(one.score),
            f"{one.part}",
        )
        for one in result.standings[:ROWS]
    )
    many = len(result.standings)
    left_out = f"The first {ROWS} of {many:,} analysts." if many > ROWS else ""
    return Table((*heads, *more), rows, left_out)


def _how_to_read(placed: Sequence[Standing], result: Ranking) -> tuple[str, ...]:
    lines = [
        (
            "Each row is an analyst, the best at the top. The dot is the place by skill: the "
            "score adjusted for how hard the questions were, and drawn towards the average where "
            "there is little to go by."
        ),
        (
            "The line holds the true place with 90 %, for all analysts together. Where lines "
            "overlap widely, the order may be luck."
        ),
        (
            "A hollow dot rests on fewer than ten questions that others answered too (linked ones "
            "count once): cannot tell yet. At the right, how many questions were answered."
        ),
    ]
    if result.parts > 1:
        lines.append("Groups share no question: places are within each, and do not compare.")
    if len(placed) > SHOWN:
        lines.append(f"The first {SHOWN} are drawn; {len(placed) - SHOWN:,} more have places.")
    return tuple(lines)
