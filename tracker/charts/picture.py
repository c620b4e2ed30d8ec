"""What every module of charts makes: a figure with all that a page or a file needs of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True)
class Table:
    """The numbers of a chart as a table; ``left_out`` says which rows are not in it, if any."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: str = ""


@dataclass(frozen=True, eq=False)
class Picture:
    """A chart: the figure, and its twins for those who cannot see it.

    ``name`` is its id on a page, ``title`` its heading there. The figure carries its size in
    pixels as ``layout.width`` and ``layout.height`` for a file; on a page it is as wide as there
    is room, up to that width, and on a phone ``narrow`` pixels high. ``description`` says in a
    sentence or two what it shows, ``how_to_read`` what each mark means, one item a mark. Neither
    figure nor texts are escaped: a page escapes the texts, and a figure holds what people wrote
    only through :func:`tracker.charts.theme.plain`.
    """

    name: str
    title: str
    figure: go.Figure
    description: str
    table: Table
    how_to_read: tuple[str, ...]
    narrow: int
