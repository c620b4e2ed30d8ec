"""The command that writes a track record as a small site."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.bars import progress
from tracker.cli.options import Counting, Wanted, ledger, policy
from tracker.cli.terminal import data, talk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.ledger.ledger import Ledger

TITLE = "Track record"
SHARED = 3  # files that are not pages


def report(
    wanted: Wanted,
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="The folder to write: new, empty, or an earlier report.",
        ),
    ] = Path("reports/track-record"),
    title: Annotated[str, typer.Option(metavar="TEXT", help="What the report is called.")] = TITLE,
    counting: Counting = None,
) -> None:
    """Write everything as a small site that opens offline.

    Example: tracker report --title "Our track record"
    """
    counting = policy(counting)
    if not title.strip():
        raise typer.BadParameter("expected some text; found none", param_hint="--title")
    _check(output)
    with ledger(wanted.db) as opened:
        done = write(opened, output, title=title, filters=wanted.filters(), counting=counting)
    if wanted.json:
        data(done)
    talk(f"written: {output / 'index.html'}  ({done['files']:,} files; opens in any browser)")


def _check(output: Path) -> None:
    """Refuse a folder that a shell stands in: it would be moved away from under it."""
    if Path.cwd().is_relative_to(os.path.realpath(output)):
        message = (
            f"you are in {output}, which would be replaced whole; name a folder in it: -o site"
        )
        raise typer.BadParameter(message, param_hint="-o")


def write(
    opened: Ledger, output: Path, *, title: str, filters: Mapping[str, Any], counting: str
) -> dict[str, Any]:
    """Write the report of a ledger; what was written."""
    from tracker.files import new_folder
    from tracker.views.gathered import read
    from tracker.views.report import Report

    with progress("Reading"):
        gathered = read(opened, filters, counting)
        made = Report(gathered, title)
    about = {"title": title, "head": gathered.head, "as_of": gathered.as_of}
    size = files = 0
    with new_folder(output, about) as put, progress("Writing") as done:
        for files, (name, page) in enumerate(made.written(), 1):
            put(name, page)
            size += len(page.encode("utf-8", "replace"))
            done(min(files, made.pages), made.pages)
    return {"folder": str(output), "files": files + 1, "bytes": size, "head": gathered.head}
