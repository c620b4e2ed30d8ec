"""What several pictures have around their data: margins, legend, dates, rows with names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from textwrap import wrap
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from tracker.charts.theme import plain, template

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

STILL = {"fixedrange": True}  # a finger on the picture scrolls the page
LINE = 19  # height of a line of the legend, in pixels
EM = 6.8  # width of a letter of 12 pixels, about
PERCENTS = {
    "range": [-3, 103],
    "tickvals": [0, 20, 40, 60, 80, 100],
    "ticktext": ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"],
}
NARROW = 32  # letters of 16 pixels on a phone
DAY = timedelta(days=1)
BEGINNING = datetime.combine(date.min, datetime.min.time())
END = datetime.combine(date.max, datetime.min.time())
LAST = datetime.max.time().replace(microsecond=0)


def frame(
    width: int,
    height: int,
    *,
    lines: int = 0,
    left: int = 52,
    right: int = 16,
    top: int = 16,
    bottom: int = 52,
) -> dict[str, Any]:
    """A layout of that size, with room for a legend of so many lines above the plot."""
    legend = {"x": 0, "xref": "container", "y": 1, "yref": "container", "yanchor": "top"}
    above = top + (LINE * lines + 8 if lines else 0)
    legend |= {"font": {"size": 12}}  # about 38 letters are as wide as a phone
    return {
        "template": template(),
        "width": width,
        "height": height,
        # A legend across the whole picture would else push the plot to its right.
        "margin": {"l": left, "r": right, "t": above, "b": bottom, "autoexpand": False},
        "dragmode": False,
        "hovermode": "closest",
        "legend": {
            **legend,
            "xanchor": "left",
            "bgcolor": "rgba(0,0,0,0)",
            "itemsizing": "constant",
        },
    }


def above(text: str, *, top: float = 1, left: int = 52) -> dict[str, Any]:
    """What the axis that goes up counts, over its top: to read without turning the head."""
    return {
        "text": text,
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "xshift": 8 - left,
        "y": top,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 9,  # clear of the figure at the axis' end
        "showarrow": False,
        "font": {"size": 12},
    }


def upward(figure: go.Figure, text: str, *, top: float = 1, left: int = 52) -> None:
    """Write on a figure what its axis that goes up counts."""
    figure.add_annotation(above(text, top=top, left=left))


def legends(figure: go.Figure) -> int:
    """How many lines the legend of a figure has."""
    return sum(trace.showlegend is not False for trace in figure.data)


def missing(figure: go.Figure, words: str) -> go.Figure:
    """The figure with nothing but what is missing, in its middle."""
    lines = "<br>".join(wrap(words, NARROW))
    figure.add_annotation(
        text=lines, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font={"size": 16}
    )
    unseen = {"visible": False}
    margin = dict.fromkeys("lrtb", 16)
    return figure.update_layout(
        xaxis=unseen, yaxis=unseen, showlegend=False, height=200, margin=margin
    )


def moment(when: str | date, *, over: bool = False) -> datetime:
    """A day (its first second, or when it is ``over`` its last) or an instant, all in UTC.

    >>> moment("2026-03-01"), moment("2026-03-01T12:00:00+02:00").hour
    (datetime.datetime(2026, 3, 1, 0, 0), 10)
    """
    if isinstance(when, str):
        a_day = len(when) == len("2026-03-01")
        when = date.fromisoformat(when) if a_day else datetime.fromisoformat(when)
    if not isinstance(when, datetime):
        time = LAST if over else datetime.min.time()
        return datetime.combine(when, time)
    return when if when.tzinfo is None else when.astimezone(UTC).replace(tzinfo=None)


def stamp(when: datetime) -> str:
    """An instant as a figure holds it."""
    return when.isoformat(timespec="seconds")


def day(when: str | date) -> str:
    """An instant or day as people read it: the day, and the minute where there is one.

    >>> day("2026-03-01"), day("2026-03-01T12:30:00Z")
    ('2026-03-01', '2026-03-01 12:30')
    """
    at = moment(when)
    whole = at.time().replace(microsecond=0) in {datetime.min.time(), LAST}
    return at.date().isoformat() if whole else at.isoformat(" ", timespec="minutes")


def time_axis(first: datetime, last: datetime, *, after: float = 0.03) -> dict[str, Any]:
    """An axis of time with room on both sides: a day at least, ``after`` on the right."""
    span = last - first
    low, high = max(0.03 * span, DAY), max(after * span, DAY)
    begin = BEGINNING if first - BEGINNING < low else first - low
    end = END if END - last < high else last + high
    axis: dict[str, Any] = {"type": "date", "range": [stamp(begin), stamp(end)], "nticks": 6}
    months = [{"dtickrange": ["M1", "M11"], "value": "%b\n%Y"}]  # the year below, and only once
    if span < 4 * DAY:  # a forecast of one day: no ticks at hours
        axis |= {"dtick": DAY // timedelta(milliseconds=1), "tickformat": "%-d %b\n%Y"}
    quiet = {"tickangle": 0, "showgrid": False, "ticks": "outside", **STILL}
    return {**axis, "tickformatstops": months, **quiet}


def thinned(count: int, most: int) -> list[int]:
    """Positions of at most so many of ``count`` things, evenly picked, with first and last."""
    if count <= most:
        return list(range(count))
    return [round((count - 1) * place / (most - 1)) for place in range(most)]


def wide(text: str) -> float:
    """About how many pixels wide a text of 12 pixels is."""
    return EM * sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def row_axis(names: Sequence[str], *, longest: int = 18) -> tuple[dict[str, Any], int]:
    """An axis with a name at each row, the first at the top, and the margin they take, in pixels.

    A name may have a second line, after a line feed.
    """
    shown = ["<br>".join(plain(part, longest) for part in name.split("\n")) for name in names]
    cut = [part[:longest] for name in names for part in name.split("\n")]
    axis = {"range": [len(names) - 0.5, -0.5], "tickvals": list(range(len(names)))}
    quiet = {"showgrid": False, "showline": False, "ticklabelstandoff": 6, **STILL}
    return {**axis, "ticktext": shown, **quiet}, round(20 + max(map(wide, cut), default=0))


def rows_frame(figure: go.Figure, rows: int, left: int) -> go.Figure:
    """The figure with the frame of a picture whose rows are so many pixels high in all."""
    lines = legends(figure)
    height = rows + 36 + LINE * lines + 8 + 52
    return figure.update_layout(frame(720, height, lines=lines, left=left, right=72, top=36))


def column(figure: go.Figure, head: str, cells: Sequence[str]) -> None:
    """Words at the right of each row, under a head."""
    side = {"x": 1, "xref": "paper", "xanchor": "right", "showarrow": False, "font": {"size": 12}}
    side |= {"xshift": 56, "align": "right"}
    for row, cell in enumerate(cells):
        figure.add_annotation(**side, y=row, yref="y", yanchor="middle", text=cell)
    figure.add_annotation(**side, y=1, yref="paper", yanchor="bottom", text=head)
