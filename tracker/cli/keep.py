"""Commands that keep: verify, backup, restore, copy, export, upgrade and demo."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.asking import STDIN, standard_input
from tracker.cli.bars import progress
from tracker.cli.options import Db, Json, starting
from tracker.cli.terminal import data, line, talk

if TYPE_CHECKING:
    from tracker.ledger.chain import Head
    from tracker.ledger.verifying import Verified


class Panel(StrEnum):
    """Panels that ship with tracker."""

    midterms = "midterms-2018"
    replications = "replication-markets"


class Format(StrEnum):
    """How a ledger is written out."""

    JSONL = "jsonl"


def verify(
    head: Annotated[
        bool, typer.Option("--head", help="Print the head alone, to publish or time-stamp.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(metavar="HEAD", help="Prove that the ledger extends this earlier head."),
    ] = None,
    text: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="The text of a source: its spans are checked too."),
    ] = None,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Prove that nothing was changed, removed or slipped in.

    Names the first fault if something was.

    Example: tracker verify --head
    """
    from tracker import settings
    from tracker.errors import TamperedError
    from tracker.ledger.place import Place
    from tracker.ledger.verifying import verify as prove

    place = Place.of(settings.database(db))
    earlier = _head(since)
    standard_input(*(text or []))
    texts = {str(path): _words(path) for path in text or ()}
    try:
        with progress("Verifying") as done:
            found = prove(place, since=earlier, texts=texts, progress=done)
    except TamperedError as error:
        if as_json:
            fault = {name: getattr(error.problem, name) for name in ("key", "found", "expected")}
            data({"ledger": str(place), "sound": False, "fault": fault})
        raise
    if as_json:
        data({"ledger": str(place), "sound": True, **_facts(found), "fault": None})
    elif head:
        line(str(found.head))
    else:
        _proved(str(place), found)


def _head(written: str | None) -> Head | None:
    from tracker.errors import UnexpectedError
    from tracker.ledger.chain import Head

    if written is None:
        return None
    try:
        return Head.of(written)
    except UnexpectedError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from None


def _words(path: Path) -> str:
    from tracker.errors import DataError, Problem

    try:
        raw = sys.stdin.buffer.read() if str(path) == STDIN else path.read_bytes()
        return raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise DataError([Problem("--text", f"{path}: {said.lower()}", "a text in UTF-8")]) from None


def _facts(found: Verified) -> dict[str, Any]:
    return {
        "entries": found.entries,
        "head": str(found.head),
        "chained": found.chained,
        "texts": found.texts,
        "spans": found.spans,
        "since": None if found.since is None else str(found.since),
    }


def _proved(place: str, found: Verified) -> None:
    """Say what was proved, and what was not."""
    line(f"ledger   {place}")
    line(f"entries  {found.entries}, each as it was recorded")
    line(f"head     {found.head}")
    if found.since is not None:
        new = found.entries - found.since.entry
        line(f"since    extends entry {found.since.entry} as it was published; {new} since")
    if found.texts:
        line(f"spans    {found.spans}, each as its text has it, in {found.texts} texts")
    else:
        line("spans    no text is kept or was given; --text FILE checks against one")
    if found.chained:
        line(
            f"chained  entries 1 to {found.chained - 1} are older than the chain: nothing proves "
            "what they were before the upgrade"
        )
    if found.since is None:
        talk("next: tracker verify --head   and publish what it prints")


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Copy the ledger, even in use, into one verified SQLite file.

    An earlier backup is replaced if the ledger extends it; no other file is.

    Example: tracker backup monday.db
    """
    from tracker import settings
    from tracker.ledger import copying
    from tracker.ledger.place import Place

    target = Path(os.path.expanduser(file))  # noqa: PTH111 - it never fails
    with progress("Verifying the copy") as done:
        found = copying.backup(Place.of(settings.database(db)), target, progress=done)
    _copied(str(target), found, as_json=as_json)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Make the ledger of a backup anew, where there is none.

    The backup is verified first.

    Example: tracker restore monday.db --db again.db
    """
    from tracker.ledger import copying
    from tracker.ledger.place import Place

    with progress("Verifying") as done:
        place = Place.of(starting(db))
        found = copying.copy(Place.of(file), place, progress=done)
    _copied(str(place), found, as_json=as_json)


def copy(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A file or URL of a ledger.")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="A file or URL without one.")],
    as_json: Json = False,
) -> None:
    """Copy a ledger to another place or engine, and verify the copy.

    Example: tracker copy monday.db elsewhere.db
    """
    from tracker.ledger import copying
    from tracker.ledger.place import Place

    with progress("Verifying") as done:
        found = copying.copy(Place.of(source), Place.of(target), progress=done)
    _copied(str(Place.of(target)), found, as_json=as_json)


def _copied(place: str, found: Verified, *, as_json: bool) -> None:
    if as_json:
        data({"ledger": place, **_facts(found)})
    else:
        line(f"{place}: {found.entries} entries, verified, head {found.head}")


def export(
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="The file to write, else stdout."),
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="jsonl: every entry, one a line, with its hash.")
    ] = Format.JSONL,
    db: Db = None,
) -> None:
    """Write every entry of the ledger, for other programs.

    Example: tracker export -o ledger.jsonl
    """
    from tracker.cli.options import ledger
    from tracker.files import write

    assert form is Format.JSONL
    silent = output is None and sys.stdout.isatty()  # no bar in the midst of what is printed
    with ledger(db) as opened, nullcontext() if silent else progress("Exporting"):
        if output is None:
            for entry in opened.export():  # in UTF-8 wherever it goes: hashes are of bytes
                sys.stdout.buffer.write(f"{entry}\n".encode("utf-8", "surrogateescape"))
            sys.stdout.flush()
            return
        write(output, "".join(f"{entry}\n" for entry in opened.export()))
    talk(f"written: {output}")


def upgrade(
    keep: Annotated[
        Path | None,
        typer.Option("--backup", metavar="FILE", help="Where to keep the ledger as it was."),
    ] = None,
    db: Db = None,
) -> None:
    """Bring the ledger to the schema of this tracker, after a backup.

    All of it or nothing.

    Example: tracker upgrade
    """
    from tracker import settings
    from tracker.errors import NoLedgerError
    from tracker.files import folder
    from tracker.ledger import copying, database
    from tracker.ledger.place import Place

    place = Place.of(settings.database(db))
    found = database.schema(place)
    if found is None:
        raise NoLedgerError(str(place))
    if found == database.SCHEMA:
        line(f"{place} has schema {found}, the newest; nothing to do")
        return
    if keep is None:
        if place.path is None:
            folder(settings.data_folder())
        keep = _unused(place.path or settings.data_folder() / "server.db", found)
    with progress("Upgrading"):
        copying.upgrade(place, keep)
    line(f"{place} went from schema {found} to {database.SCHEMA}; as it was: {keep}")


def _unused(path: Path, schema: str) -> Path:
    """A name for a ledger as it was, beside the ledger."""
    number = 1
    while True:
        count = "" if number == 1 else f"-{number}"
        kept = path.with_name(f"{path.stem}.schema-{schema}{count}{path.suffix}")
        if not kept.exists():
            return kept
        number += 1


def demo(
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="The page to write; reports/demo.html, or reports/PANEL.html.",
            show_default=False,
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Also write its `tracker report` there.", show_default=False
        ),
    ] = None,
    panel: Annotated[
        Panel | None,
        typer.Option(help="Instead: a ranking, a comparison and calibration on real forecasts."),
    ] = None,
) -> None:
    """Show the whole idea on two real articles, in a throw-away ledger.

    Example: tracker demo
    """
    if panel is not None:
        from tracker.cli import panel as panels

        if report is not None:
            raise typer.BadParameter("a panel has no report", param_hint="--report")
        panels.run(panel.value, output or Path(f"reports/{panel.value}.html"))
        return
    from tracker.cli.demo import run

    run(output or Path("reports/demo.html"), report)
