"""Bars for what takes more than a second, where somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

from tracker.cli.terminal import quiet

if TYPE_CHECKING:
    from threading import Event

    from rich.progress import Progress

PATIENCE = 1.0  # seconds before a bar is shown
TICK = 0.1  # seconds between two looks at how far a work came


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar for what takes more than a second, where somebody watches; it is gone in the end.

    What is given takes how much is done, and of how much; until it is called, the bar says only
    that work goes on. Of works within works the innermost is shown. Nothing may be printed
    meanwhile.
    """
    if quiet or not (sys.stderr and sys.stderr.isatty()):
        yield lambda done, total: None  # noqa: ARG005
        return
    stage = _Stage(label)
    with nullcontext() if _stages else _drawing():
        _stages.append(stage)
        try:
            yield stage.came
        finally:
            _stages.remove(stage)


class _Stage:
    """A work that goes on, and how far it came."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.done: int = 0
        self.total: int | None = None

    def came(self, done: int, total: int) -> None:
        self.done, self.total = done, total


_stages: list[_Stage] = []  # the innermost last


@contextmanager
def _drawing() -> Iterator[None]:
    """Draw the bar beside the work, which need not be asked how far it is."""
    from threading import Event, Thread

    ended = Event()
    drawing = Thread(target=_draw, args=(ended,), daemon=True)
    drawing.start()
    try:
        yield
    finally:
        ended.set()
        drawing.join()


def _draw(ended: Event) -> None:
    if ended.wait(PATIENCE):
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    drawn = Progress(
        *columns,
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        auto_refresh=False,
        redirect_stdout=False,  # data are data also while a bar stands there
        redirect_stderr=False,
    )
    with suppress(OSError), drawn:  # the terminal may be closed
        _follow(drawn, ended)


def _follow(drawn: Progress, ended: Event) -> None:
    """Show the innermost work until there is none."""
    shown = None
    while not ended.wait(TICK):
        for stage in _stages[-1:]:
            if stage is not shown:
                for task in drawn.task_ids:
                    drawn.remove_task(task)
                drawn.add_task(stage.label, total=None)
                shown = stage
            drawn.update(drawn.task_ids[0], completed=stage.done, total=stage.total)
        drawn.refresh()
