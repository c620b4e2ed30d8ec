"""What the terminal is told: data on stdout, talk on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import typer

PIPE_WIDTH = 100  # columns where no terminal says how many it has


def data(value: Any) -> None:
    """Print JSON."""
    typer.echo(json.dumps(value, ensure_ascii=_ascii(), indent=2))


def line(text: str = "") -> None:
    """Print a line of data."""
    typer.echo(text)


def talk(text: str) -> None:
    """Say something to the person at the terminal."""
    typer.echo(text, err=True)


def paragraph(text: str, *, indent: str = "") -> None:
    """Print a paragraph, in lines of a readable length."""
    import textwrap

    wide = min(width(), PIPE_WIDTH)
    typer.echo(textwrap.fill(text, wide, initial_indent=indent, subsequent_indent=indent))


def width() -> int:
    """Columns of the terminal, or of a pipe."""
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        import shutil

        return max(40, shutil.get_terminal_size().columns)
    return PIPE_WIDTH


def _ascii() -> bool:
    return not (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")


def plain() -> bool:
    """Whether only ASCII can be shown."""
    return _ascii()


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: str = "") -> None:
    """Print a table; the columns whose heads are named in ``right`` stand to the right."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=box.ASCII if plain() else box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for head in heads:
        numeric = head in right.split()
        grid.add_column(
            head, justify="right" if numeric else "left", overflow="fold", no_wrap=numeric
        )
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    console = Console(width=width(), highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(grid)
    typer.echo("\n".join(text.rstrip() for text in captured.get().split("\n")).strip("\n"))


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
