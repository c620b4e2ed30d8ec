"""The database under a ledger: finding it, opening it safely, and moving it between schemas."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from tracker.errors import (
    LedgerError,
    NewSchemaError,
    NoLedgerError,
    NotALedgerError,
    OldSchemaError,
    ReadOnlyError,
    UnexpectedError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

SCHEMA = "0001"  # the newest revision in migrations/; a test holds the two together
APPLICATION = 0x74726B72  # "trkr": marks a SQLite file as a ledger
WAIT = 30.0  # seconds that a writer waits for another
WRITE_LOCK = 727001  # PostgreSQL advisory lock


@dataclass(frozen=True)
class Place:
    """Where a ledger is: a SQLite file, or a database by URL."""

    url: str
    path: Path | None

    @classmethod
    def of(cls, given: str | Path) -> Place:
        """The place named by a URL or by the path of a SQLite file."""
        named = str(given)
        if "://" not in named:
            if not named.strip() or named == ":memory:" or not named.isprintable():
                raise UsageError(
                    f"expected a file or a database URL; found {UnexpectedError(named, '').found!r}"
                )
            return cls(named, Path(os.path.expanduser(named)))  # noqa: PTH111 - it never fails
        try:
            url = make_url(named)
        except (ArgumentError, ValueError):  # said without the URL, which may hold a password
            raise UsageError("expected a database URL as sqlite:///tracker.db") from None
        if url.get_backend_name() != "sqlite":
            return cls(named, None)
        if not url.database or url.database == ":memory:" or url.host:
            raise UsageError("expected a SQLite URL with a file, as sqlite:///tracker.db")
        return cls(named, Path(url.database).expanduser())

    def __str__(self) -> str:
        """The place as it may be shown: without password or options."""
        return str(self.path) if self.path else make_url(self.url).set(query={}).render_as_string()


def connect(place: Place, *, writable: bool, foreign_keys: bool = True) -> Engine:
    """An engine for the place; on SQLite with everything that keeps a commit safe."""
    if place.path is None:
        return _server(place, writable=writable)
    path = place.path
    engine = create_engine(
        "sqlite://", creator=lambda: _sqlite(path, writable, foreign_keys), poolclass=NullPool
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Deferred transactions lose writers under load: the lock is taken when a write begins.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writable else "BEGIN")

    return engine


def check(place: Place, *, writable: bool) -> None:
    """Make sure that a ledger of this program's schema is there; raises what is wrong instead."""
    found = schema(place)
    if found is None:
        raise NoLedgerError(str(place))
    if found != SCHEMA:
        raise (NewSchemaError if found > SCHEMA else OldSchemaError)(str(place), found, SCHEMA)
    if writable and place.path is not None and not _may_write(place.path):
        raise ReadOnlyError(str(place))


def schema(place: Place) -> str | None:
    """The schema of the ledger at a place; None where there is nothing yet.

    Raises NotALedgerError where there is something else.
    """
    path = place.path
    if path is not None and not _something(path):
        return None
    with translated(place), connect(place, writable=False).connect() as connection:
        if path is not None:
            mark = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
            tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
            if not tables:
                return None
            if mark != APPLICATION:
                raise NotALedgerError(str(place), "a database of another program")
        elif not connection.dialect.has_table(connection, "alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found is None:
            raise LedgerError(f"the ledger at {place} does not say its schema; restore a backup")
        return str(found)


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

    Safe when several processes do it at once.
    """
    from alembic import command
    from alembic.config import Config

    from tracker.files import bundled

    found = schema(place)
    if found == SCHEMA:
        return
    if place.path is not None and place.path.exists() and not _may_write(place.path):
        raise ReadOnlyError(str(place))
    if found is not None and found > SCHEMA:
        raise NewSchemaError(str(place), found, SCHEMA)
    if found is not None and found not in _revisions():
        raise LedgerError(f"the ledger at {place} has schema {found}, which no tracker had")
    config = Config()
    config.set_main_option("script_location", str(bundled("migrations")).replace("%", "%%"))
    # Foreign keys are off while tables are rebuilt, or SQLite would delete what refers to them.
    with (
        translated(place),
        connect(place, writable=True, foreign_keys=False).begin() as connection,
    ):
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if place.path is not None:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise LedgerError(f"the upgrade of {place} would break references; nothing changed")


@contextmanager
def translated(place: Place) -> Iterator[None]:
    """Errors of the database as errors of the ledger, in one sentence."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise _as_ledger_error(place, error) from error


def _as_ledger_error(place: Place, error: Exception) -> LedgerError:
    said = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
    if "readonly" in said:
        return ReadOnlyError(str(place))
    if "not a database" in said:
        return NotALedgerError(str(place), "a file of another kind")
    for sign, meaning in _MEANINGS.items():
        if sign in said:
            return LedgerError(f"the ledger at {place} {meaning}")
    return LedgerError(f"the ledger at {place} refused: {said}; nothing was written")


_MEANINGS = {
    "malformed": "is damaged; restore a backup",
    "locked": "is being written by another program that does not finish; nothing was written, "
    "try again",
    "unable to open": "cannot be opened: is the folder there, and may you write in it?",
    "disk is full": "has no room: the disk is full; nothing was written",
    "disk I/O": "cannot be read or written: the disk fails; nothing was written",
}


def _sqlite(path: Path, writable: bool, foreign_keys: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(_uri(path, writable), uri=True, timeout=WAIT, isolation_level=None)
    try:
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        if writable:
            _write_ahead(connection)
            connection.execute("PRAGMA synchronous=FULL")  # a commit survives a power cut
    except BaseException:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Keep a write-ahead log, waiting for others who make the same file: SQLite does not here."""
    end = time.monotonic() + WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


def _uri(path: Path, writable: bool) -> str:
    address = f"file:{quote(str(path.absolute()))}"
    if writable:
        return f"{address}?mode=rwc"
    # A write-ahead log cannot be kept beside a file that may not be written; without one there is
    # nothing to read from it.
    alone = not _may_write(path) and not path.with_name(path.name + "-wal").exists()
    return f"{address}?mode=ro&immutable=1" if alone else f"{address}?mode=rw"


def _may_write(path: Path) -> bool:
    """Whether the file may be written; its mode counts for root too."""
    return bool(path.stat().st_mode & 0o222) and os.access(path, os.W_OK)


def _server(place: Place, *, writable: bool) -> Engine:
    try:
        engine = create_engine(place.url, poolclass=NullPool)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise UsageError(f"no driver for {place} is installed ({error})") from None
    if writable:

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            # One writer at a time, as on SQLite: the next id of a question is read, then taken.
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": WRITE_LOCK})

    return engine


def _revisions() -> set[str]:
    from tracker.files import bundled

    return {path.name.split("_")[0] for path in bundled("migrations").glob("versions/[0-9]*.py")}
