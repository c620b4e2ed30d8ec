"""The database under a ledger: what schema it has, and moving it from one to the next."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from tracker.errors import (
    LedgerError,
    NewSchemaError,
    NoLedgerError,
    NotALedgerError,
    OldSchemaError,
    ReadOnlyError,
    TamperedError,
    TrackerError,
)
from tracker.ledger.connecting import connect, may_write
from tracker.ledger.refusals import translated

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from tracker.ledger.place import Place

SCHEMA = "0003"  # the newest revision in migrations/; a test holds the two together
CHAIN = "0002"  # the revision that chains what was recorded before
APPLICATION = 0x74726B72  # "trkr": marks a SQLite file as a ledger


def check(place: Place, *, writable: bool) -> None:
    """Make sure that a ledger of this program's schema is there; raises what is wrong instead."""
    found = schema(place)
    if found is None:
        raise NoLedgerError(str(place))
    if found != SCHEMA:
        raise (NewSchemaError if found > SCHEMA else OldSchemaError)(str(place), found, SCHEMA)
    if writable:
        _may_write(place)


def _may_write(place: Place) -> None:
    if place.path is None or not place.path.exists():
        return
    if not may_write(place.path):
        raise ReadOnlyError(str(place))
    if place.path.stat().st_nlink > 1:
        raise LedgerError(
            f"the ledger at {place} has another name too (a hard link), and what is written under "
            "one is lost under the other; nothing was written; remove one of them"
        )


def schema(place: Place) -> str | None:
    """The schema of the ledger at a place; None where there is nothing yet.

    Raises NotALedgerError where there is something else.
    """
    if place.path is not None and not _something(place.path):
        return None
    reading = connect(place, writable=False)
    with translated(place, reading=True), reading.connect() as connection:
        if not _marked(place, connection):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is None:
        raise LedgerError(f"the ledger at {place} does not say its schema; restore a backup")
    if not re.fullmatch(r"\d{4}", str(found)):
        raise NotALedgerError(str(place), "a database of another program")
    return str(found)


def _marked(place: Place, connection: Connection) -> bool:
    """Whether there are tables of a ledger; False where there is nothing yet."""
    if place.path is None:
        tables = set(inspect(connection).get_table_names())
        if tables and not tables >= {"alembic_version", "entry"}:
            raise NotALedgerError(str(place), "a database of another program")
        return bool(tables)
    if not connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one():
        return False
    if connection.exec_driver_sql("PRAGMA application_id").scalar_one() != APPLICATION:
        raise NotALedgerError(str(place), "a database of another program")
    return True


def _something(path: Path) -> bool:
    """Whether there is a file with something in it."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise LedgerError(f"{str(path)[:200]} cannot be opened: {said.lower()}") from None
    if stat.S_ISDIR(found.st_mode):
        raise NotALedgerError(str(path), "a directory")
    if not stat.S_ISREG(found.st_mode):
        raise NotALedgerError(str(path), "no ordinary file")
    return found.st_size > 0


def upgrade(place: Place) -> None:
    """Bring the ledger to this program's schema, or make a new one; all of it or nothing.

    Safe when several processes do it at once. Whoever upgrades a ledger that holds something
    backs it up first: see :func:`tracker.ledger.copying.upgrade`.
    """
    found = schema(place)
    may_upgrade(place, found)
    if found != SCHEMA:
        migrate(place, SCHEMA, prove=found is not None and found < CHAIN)


def may_upgrade(place: Place, found: str | None) -> None:
    """Make sure that a ledger of the schema found can be brought to this program's."""
    if found == SCHEMA:
        return
    _may_write(place)
    if found is not None and found > SCHEMA:
        raise NewSchemaError(str(place), found, SCHEMA)
    if found is not None and found not in revisions():
        raise LedgerError(f"the ledger at {place} has schema {found}, which no tracker had")


def migrate(place: Place, revision: str, *, prove: bool = False) -> None:
    """Run the migrations up to a revision, in one transaction; ``prove`` what they chained."""
    from alembic import command
    from alembic.config import Config

    from tracker.files import bundled

    if revision not in revisions():
        raise LedgerError(
            f"this installation of tracker lacks the migration to schema {revision}; install it "
            "anew; nothing was changed"
        )
    config = Config()
    config.set_main_option("script_location", str(bundled("migrations")).replace("%", "%%"))
    # Foreign keys are off while tables are rebuilt, or SQLite would delete what refers to them.
    with (
        translated(place),
        connect(place, writable=True, foreign_keys=False).begin() as connection,
    ):
        if place.path is None:
            _speaks_unicode(place, connection)
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, revision)
            if prove:
                _sound(connection)
        except (ValueError, TypeError, KeyError, TamperedError) as error:
            if isinstance(error, TrackerError) and not isinstance(error, TamperedError):
                raise
            raise LedgerError(
                f"the ledger at {place} cannot be upgraded: {error}; nothing was changed"
            ) from None
        if place.path is not None:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise LedgerError(f"the upgrade of {place} would break references; nothing changed")


def _sound(connection: Connection) -> None:
    """What was carried over can be proved; TamperedError names what cannot."""
    from tracker.ledger.walking import entries

    with entries(connection) as found:
        for _ in found:
            pass


def _speaks_unicode(place: Place, connection: Connection) -> None:
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise LedgerError(
            f"the database at {place} keeps text as {encoding}; a ledger needs one made with "
            "`createdb --encoding UTF8 --template template0`"
        )


def revisions() -> set[str]:
    """The schemas that this installation knows the way to."""
    from tracker.files import bundled

    return {path.name.split("_")[0] for path in bundled("migrations").glob("versions/[0-9]*.py")}
