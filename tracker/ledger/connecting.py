"""Opening a database so that what it confirms is kept: on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from tracker.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from tracker.ledger.place import Place

WAIT = 30.0  # seconds that a writer waits for another
LOOK = 0.005  # seconds between two looks whether it is done
WRITE_LOCK = 727001  # PostgreSQL advisory lock: whoever holds it may add to the chain
REACH = "10"  # seconds in which a server must answer


def connect(place: Place, *, writable: bool, foreign_keys: bool = True) -> Engine:
    """An engine for the place, with everything that keeps a commit safe.

    A writing transaction holds the ledger's one lock from its beginning to its end; a reading one
    sees the ledger at one instant.
    """
    if place.path is None:
        return _server(place, writable=writable)
    path = place.path
    engine = create_engine(
        "sqlite://", creator=lambda: file(path, writable, foreign_keys), poolclass=NullPool
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if writable:
            _take_the_lock(connection)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _take_the_lock(connection: Connection) -> None:
    """Begin to write, as soon as others are done.

    Deferred transactions lose writers under load: the lock is taken when a write begins. Left to
    itself SQLite looks for it ten times a second, so that one program which writes again and again
    keeps another out for good. This looks sooner, and the sooner the longer it has waited.
    """
    raw: Any = connection.connection.driver_connection
    begun = time.monotonic()
    raw.execute("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except DBAPIError as error:
        if "is locked" not in str(error.orig):
            raise
        while not _taken(raw, last=time.monotonic() - begun > WAIT):
            time.sleep(max(LOOK / 10, LOOK / (1 + time.monotonic() - begun)))
    raw.execute(f"PRAGMA busy_timeout={int(WAIT * 1000)}")


def _taken(raw: sqlite3.Connection, *, last: bool) -> bool:
    """Whether the lock was free; the ``last`` time it must be."""
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if last or "is locked" not in str(error):
            raise
        return False
    return True


def may_write(path: Path) -> bool:
    """Whether the file may be written; its mode counts for root too."""
    return bool(path.stat().st_mode & 0o222) and os.access(path, os.W_OK)


def file(path: Path, writable: bool, foreign_keys: bool = True) -> sqlite3.Connection:
    """A connection to a SQLite file; a new file is for its owner alone."""
    if writable and not path.exists() and path.parent.is_dir():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
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
    path = Path(os.path.realpath(path))  # beside which SQLite keeps its log
    address = f"file:{quote(str(path))}"
    if writable:
        return f"{address}?mode=rwc"
    alone = not may_write(path) and unlocked(path)
    return f"{address}?mode=ro&immutable=1" if alone else f"{address}?mode=rw"


def unlocked(path: Path) -> bool:
    """Whether nobody has a SQLite file open for writing: there is no log beside it.

    A log cannot be kept beside a file that may not be written, and without one there is nothing to
    read from it.
    """
    real = Path(os.path.realpath(path))
    return not real.with_name(real.name + "-wal").exists()


def _server(place: Place, *, writable: bool) -> Engine:
    reach = {"client_encoding": "utf8"}
    if "connect_timeout" not in make_url(place.url).query:
        reach["connect_timeout"] = REACH
    try:
        engine = create_engine(
            place.url,
            poolclass=NullPool,
            connect_args=reach,
            # A writer sees what was committed while it waited for the lock.
            isolation_level="READ COMMITTED" if writable else "REPEATABLE READ",
            execution_options={} if writable else {"postgresql_readonly": True},
        )
    except (NoSuchModuleError, ImportError) as error:
        said = f"no driver for {place} is installed ({error}); `pip install 'tracker[postgres]'`"
        raise UsageError(said) from None
    if writable:

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.execute(_SAFELY, {"wait": f"{int(WAIT * 1000)}ms"})
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": WRITE_LOCK})

    return engine


# A commit is confirmed when it is on disk, also where the server's default is to confirm sooner.
_SAFELY = text(
    "SELECT set_config('lock_timeout', :wait, true), set_config('synchronous_commit', "
    "CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' "
    "ELSE current_setting('synchronous_commit') END, true)"
)
