"""The reliability diagram in the terminal: plain text, as wide as it is told, fit for a pipe."""

from __future__ import annotations

from itertools import groupby
from math import floor, isnan
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from tracker.charts.theme import percent
from tracker.scoring.calibration import Level

if TYPE_CHECKING:
    from tracker.scoring.calibration import ReliabilityCurve

LEVELS = 20  # more levels than this are pooled into tenths
NARROWEST = 30  # columns; a narrower terminal gets this much
PICTURE = 21  # columns that the picture takes at least; columns of numbers make way for it
GAP = "  "
COUNTS = ("forecasts", "events")  # of a level; all else are shares
APART = 0.005  # a share by weight that differs by less is written like one of counts
WEIGHED = "happened: the share by what each forecast counts for, not events of n"
HARD = "\N{NO-BREAK SPACE}"  # between a sign and what it means


class Signs(NamedTuple):
    """What the picture is drawn with."""

    scale: str
    band: str
    said: str
    happened: str
    both: str


UNICODE = Signs("─", "░", "│", "●", "◆")
ASCII = Signs("-", "=", "|", "o", "@")


def reliability_rows(curve: ReliabilityCurve) -> list[Level]:
    """A row for each level, ascending; for more than 20 levels one for each tenth.

    In a pooled row the counts are sums; all else are means, weighted as its forecasts are.
    """
    rows = curve.levels()
    if len(rows) <= LEVELS:
        return rows
    weighed = zip(rows, curve.weight.tolist(), strict=True)
    tenths = groupby(weighed, key=lambda each: floor(each[0].probability * 10 + 0.5))
    return [_pooled(list(members)) for _, members in tenths]


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
    return "\n".join([*lines, "", *_legend(curve, rows, signs, width)])


def _pooled(weighed: list[tuple[Level, float]]) -> Level:
    total = sum(weight for _, weight in weighed)
    means = {
        name: sum(getattr(row, name) * weight for row, weight in weighed) / total
        for name in Level._fields
    }
    counts = {name: sum(getattr(row, name) for row, _ in weighed) for name in COUNTS}
    return Level(**means | counts)


def _table(rows: list[Level], width: int) -> list[str]:
    """The numbers of each row under a header, less the columns for which there is no room."""
    columns = {
        "said": [percent(row.probability) for row in rows],
        "n": [f"{row.forecasts:,}" for row in rows],
        "events": [f"{row.events:,}" for row in rows],
        "happened": [percent(row.happened, 0) for row in rows],
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


def _picture(row: Level, room: int, signs: Signs) -> str:
    picture = [signs.scale] * room
    if not isnan(row.band_low):
        low, high = _column(row.band_low, room), _column(row.band_high, room)
        picture[low : high + 1] = signs.band * (high + 1 - low)
    said, happened = _column(row.probability, room), _column(row.recalibrated, room)
    picture[said] = signs.said
    picture[happened] = signs.both if said == happened else signs.happened
    return "".join(picture)


def _column(share: float, room: int) -> int:
    return int(share * (room - 1) + 0.5)


def _legend(curve: ReliabilityCurve, rows: list[Level], signs: Signs, width: int) -> list[str]:
    named = (signs.said, "said"), (signs.happened, "happened, recalibrated"), (signs.both, "both")
    marks = "   ".join(f"{sign}{HARD}{meaning}" for sign, meaning in named)
    lines = [row.replace(HARD, " ") for row in wrap(marks, width)]
    if any(abs(row.happened - row.events / row.forecasts) > APART for row in rows):
        lines += wrap(WEIGHED, width)
    if not curve.banded:
        return lines
    band = (
        f"{signs.band} consistency band: {percent(curve.level)} of perfectly calibrated records "
        "would stay within, at each value"
    )
    return [*lines, *wrap(band, width)]
