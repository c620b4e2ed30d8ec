"""Tables in the terminal; where it is too narrow for them, rows one below the other."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence

from tracker.cli.bars import progress
from tracker.cli.filling import records
from tracker.cli.terminal import columns, console, inert, plain, typed, width

ASCII_LINES = "    \n    \n -- \n" + "    \n" * 5  # of a table: one, below its heads
COLUMN = 9  # cells that words in a table need, to be read


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[str] = ()
) -> None:
    """Print a table; the columns in ``right`` hold numbers, which are never cut or broken.

    On a terminal that is too narrow for it, the rows stand one below the other.
    """
    shown = [[inert(cell) for cell in row] for row in rows]
    needed = -1  # the edges, less what the last column does not need
    for head, *cells in zip(heads, *shown, strict=True):
        longest = max(len(part) for cell in (head, *cells) for part in cell.split("\n"))
        needed += 3 + (longest if head in right else min(longest, COLUMN))
    piped = columns(sys.stdout) is None and "COLUMNS" not in os.environ
    if needed > width() and not piped:
        print(typed("\n".join(records(heads, shown, width()))))
    else:
        print(typed(_grid(heads, shown, right, max(width(), needed))))


def _grid(
    heads: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[str], wide: int
) -> str:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    lines = box.Box(ASCII_LINES, ascii=True) if plain() else box.SIMPLE_HEAD
    grid = Table(box=lines, pad_edge=False, padding=(0, 1))
    for head in heads:
        numeric = head in right
        grid.add_column(
            head, justify="right" if numeric else "left", overflow="fold", no_wrap=numeric
        )
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    screen = console(wide, sys.stdout)
    with progress("Drawing"), screen.capture() as captured:
        screen.print(grid)
    return "\n".join(text.rstrip() for text in captured.get().split("\n")).strip("\n")
