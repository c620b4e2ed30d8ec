"""Commands that keep: upgrade and demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.options import Db
from tracker.cli.terminal import line

GROUP = "Keep"


def register(app: typer.Typer) -> None:
    """Put the commands on the app."""
    app.command(epilog="Example: tracker upgrade", rich_help_panel=GROUP)(upgrade)
    app.command(epilog="Example: tracker demo", rich_help_panel=GROUP)(demo)


def upgrade(db: Db = None) -> None:
    """Bring a ledger to the schema of this tracker; all of it or nothing."""
    from tracker import settings
    from tracker.errors import NoLedgerError
    from tracker.ledger import database

    place = database.Place.of(settings.database(db))
    found = database.schema(place)
    if found is None:
        raise NoLedgerError(str(place))
    database.upgrade(place)
    if found == database.SCHEMA:
        line(f"{place} has schema {found}, the newest; nothing to do")
    else:
        line(f"{place} went from schema {found} to {database.SCHEMA}")


def demo(
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="The page to write.")
    ] = Path("reports/demo.html"),
) -> None:
    """Show the whole idea on two real articles, in a throw-away ledger."""
    from tracker.cli.demo import run

    run(output)
