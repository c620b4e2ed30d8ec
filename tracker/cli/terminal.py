"""What the terminal is told: data on stdout, talk on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

TYPEWRITER = str.maketrans(
    {"“": '"', "”": '"', "–": "-", "…": "...", "×": "x", "·": "-", "→": "->"}
)
PIPE_WIDTH = 100  # columns where no terminal says how many it has


def data(value: Any) -> None:
    """Print JSON."""
    print(json.dumps(value, ensure_ascii=plain(), indent=2))


def line(text: str = "") -> None:
    """Print a line of data."""
    print(_shown(text))


def talk(text: str) -> None:
    """Say something to the person at the terminal."""
    print(_shown(text), file=sys.stderr)


def paragraph(text: str, *, indent: str = "") -> None:
    """Print a paragraph, in lines of a readable length."""
    import textwrap

    wide = min(width(), PIPE_WIDTH)
    line(textwrap.fill(text, wide, initial_indent=indent, subsequent_indent=indent))


def width() -> int:
    """Columns of the terminal, or of a pipe."""
    if (sys.stdout and sys.stdout.isatty()) or "COLUMNS" in os.environ:
        import shutil

        return max(40, shutil.get_terminal_size().columns)
    return PIPE_WIDTH


def plain() -> bool:
    """Whether only ASCII can be shown."""
    return not (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")


def _shown(text: str) -> str:
    return text.translate(TYPEWRITER) if plain() else text


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[str] = ()
) -> None:
    """Print a table; the columns in ``right`` hold numbers, which are never cut or broken."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=box.ASCII if plain() else box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for head in heads:
        numeric = head in right
        grid.add_column(
            head, justify="right" if numeric else "left", overflow="fold", no_wrap=numeric
        )
    needed = 2
    columns = list(zip(heads, *rows, strict=True))
    for cells in columns:
        longest = max(len(part) for cell in cells for part in cell.split("\n"))
        needed += 2 + (longest if cells[0] in right else min(longest, 9))
    for row in zip(*(cells[1:] for cells in columns), strict=True):
        grid.add_row(*(Text(cell) for cell in row))
    wide = max(width(), needed) if right else width()
    console = Console(width=wide, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(grid)
    line("\n".join(text.rstrip() for text in captured.get().split("\n")).strip("\n"))


def percent(value: float | None) -> str:
    """A probability as it is read aloud: 70 %, 2.5 %."""
    if value is None:
        return "–"
    return f"{value * 100:.7f}".rstrip("0").rstrip(".") + " %"


def number(value: float | None) -> str:
    """A score."""
    return "–" if value is None else f"{value:.3f}"


def when(moment: str | None) -> str:
    """A moment as it is read: the day, and the minute where it is known."""
    if moment is None:
        return "–"
    return moment if len(moment) == len("2026-03-02") else f"{moment[:10]} {moment[11:16]} UTC"
