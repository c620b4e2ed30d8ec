"""The reliability diagram in the terminal: plain text, as wide as it is told, fit for a pipe."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tracker.charts.theme import percent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.scoring.calibration import ReliabilityCurve

LEVELS = 20  # more levels than this are pooled into tenths
NARROWEST = 30  # columns; a narrower terminal gets this much
PICTURE = 21  # columns that the picture takes at least; columns of numbers make way for it
GAP = "  "


class Signs(NamedTuple):
    """What the picture is drawn with."""

    scale: str
    band: str
    said: str
    happened: str
    both: str


UNICODE = Signs("─", "░", "│", "●", "◆")
ASCII = Signs("-", "=", "|", "o", "@")


class Row(NamedTuple):
    """One line of the diagram: a level, or the levels that round to the same tenth."""

    said: float
    forecasts: int
    events: int
    recalibrated: float
    band_low: float
    band_high: float


def reliability_rows(curve: ReliabilityCurve) -> list[Row]:
    """A row for each level, ascending; for more than 20 levels one for each tenth.

    In a pooled row ``said``, ``recalibrated`` and the band are means over its forecasts.
    """
    group = np.arange(len(curve))
    if len(curve) > LEVELS:
        group = np.floor(curve.probability * 10 + 0.5).astype(np.intp)
    shares = (curve.probability, curve.recalibrated, curve.band_low, curve.band_high)
    return [_pooled(curve, np.flatnonzero(group == one), shares) for one in np.unique(group)]


def draw(curve: ReliabilityCurve, *, width: int = 80, ascii: bool = False) -> str:  # noqa: A002 - as the option is called
    """The diagram as lines of at most ``width`` columns (30 or more), without trailing blanks."""
    width = max(width, NARROWEST)
    if not len(curve):
        return "\n".join(wrap("No settled forecasts yet: there is no diagram.", width))
    signs = ASCII if ascii else UNICODE
    rows = reliability_rows(curve)
    table = _table(rows, width)
    room = width - len(table[0])
    lines = [table[0] + _scale(room)]
    for numbers, row in zip(table[1:], rows, strict=True):
        lines.append(numbers + _picture(row, room, signs))
    if len(rows) < len(curve):
        note = f"{len(curve):,} different probabilities, pooled into tenths; a row shows means."
        lines += ["", *wrap(note, width)]
    return "\n".join([*lines, "", *_legend(curve.level, signs, width)])


def _pooled(
    curve: ReliabilityCurve, at: NDArray[np.intp], shares: tuple[NDArray[np.float64], ...]
) -> Row:
    n = curve.forecasts[at]
    if len(at) == 1:
        said, recalibrated, low, high = (float(share[at[0]]) for share in shares)
    else:
        said, recalibrated, low, high = (float(np.average(s[at], weights=n)) for s in shares)
    return Row(said, int(n.sum()), int(curve.events[at].sum()), recalibrated, low, high)


def _table(rows: list[Row], width: int) -> list[str]:
    """The numbers of each row under a header, less the columns for which there is no room."""
    columns = {
        "said": [percent(row.said) for row in rows],
        "n": [f"{row.forecasts:,}" for row in rows],
        "events": [f"{row.events:,}" for row in rows],
        "happened": [percent(row.events / row.forecasts, 0) for row in rows],
        "recal.": [percent(row.recalibrated, 0) for row in rows],
    }
    blocks = {}
    for head, cells in columns.items():
        broad = max(len(cell) for cell in (head, *cells))
        blocks[head] = [f"{cell:>{broad}}{GAP}" for cell in (head, *cells)]
    for spare in ("events", "recal.", "happened", "n"):
        if width - sum(len(block[0]) for block in blocks.values()) < PICTURE:
            del blocks[spare]
    return ["".join(cells) for cells in zip(*blocks.values(), strict=True)]


def _scale(room: int) -> str:
    """The header of the picture: 0 % at its left edge, 100 % at its right."""
    marks = [" "] * room
    for share in (0, 50, 100):
        mark = f"{share} %"
        start = {0: 0, 50: _column(0.5, room) - 1, 100: room - len(mark)}[share]
        marks[start : start + len(mark)] = mark
    return "".join(marks)


def _picture(row: Row, room: int, signs: Signs) -> str:
    picture = [signs.scale] * room
    low, high = _column(row.band_low, room), _column(row.band_high, room)
    picture[low : high + 1] = signs.band * (high + 1 - low)
    said, happened = _column(row.said, room), _column(row.recalibrated, room)
    picture[said] = signs.said
    picture[happened] = signs.both if said == happened else signs.happened
    return "".join(picture)


def _column(share: float, room: int) -> int:
    return int(share * (room - 1) + 0.5)


def _legend(level: float, signs: Signs, width: int) -> list[str]:
    marks = f"{signs.said} said   {signs.happened} happened, recalibrated   {signs.both} both"
    band = (
        f"{signs.band} consistency band: {percent(level)} of perfectly calibrated records would "
        "stay within"
    )
    return [*wrap(marks, width), *wrap(band, width)]
