"""Copies of a ledger: backing up, restoring, moving to another engine, upgrading safely.

A copy is made beside its place, verified, and only then put there.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData, func, insert, inspect, select, text, update

from tracker.errors import LedgerError, NoLedgerError
from tracker.ledger import chain, database, walking
from tracker.ledger.connecting import connect, file
from tracker.ledger.place import Place
from tracker.ledger.refusals import as_ledger_error, translated
from tracker.ledger.tables import TABLES
from tracker.ledger.verifying import Verified, proved, verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from tracker.ledger.verifying import Progress

BATCH = 5000  # rows inserted at once
BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a file that is in use


def backup(place: Place, target: Path, *, progress: Progress | None = None) -> Verified:
    """Copy a ledger, which may be in use, into one SQLite file, as it is at this instant.

    An earlier backup is replaced where this ledger extends it, and nothing else is.

    Raises TamperedError where the copy does not verify; then there is none.
    """
    _of_this_schema(place)
    target = Path(os.path.realpath(target))  # a link stays, and what it names is written
    if place.path is not None and target.exists() and target.samefile(place.path):
        raise LedgerError(f"{target} is the ledger itself; nothing was written over it")
    _earlier(target)
    with _draft(target) as draft:
        _fill(place, draft, database.SCHEMA)
        done = verify(draft, progress=progress)
        earlier = _earlier(target)
        if earlier is not None and not _has(draft, earlier):
            raise LedgerError(
                f"{target} has entries that this ledger has not: it is of another one, or an old "
                "copy was put back here; nothing was written over it"
            )
        _publish(draft, target, replace=earlier is not None)
    return done


def copy(source: Place, target: Place, *, progress: Progress | None = None) -> Verified:
    """Copy a ledger, row by row, to a place where there is none, on the same engine or the other.

    The two are the same entry for entry: the head that is given back is that of the copy. The copy
    refuses to be rewritten also where somebody had disarmed the source.

    Raises LedgerError where there is something at the target, TamperedError where the source does
    not verify.
    """
    _of_this_schema(source)
    path = None if target.path is None else Path(os.path.realpath(target.path))
    there = database.schema(target)
    if there is not None:
        with translated(target), connect(target, writable=False).connect() as connection:
            _nothing_in(target, connection)
    held = verify(source, disarmed=True, progress=progress)
    if path is None or there is not None:
        database.upgrade(target)
        return _proved_rows(source, target, held.head, progress)
    with _draft(path) as draft:
        database.migrate(draft, database.SCHEMA)
        done = _proved_rows(source, draft, held.head, progress)
        _one_file(draft)
        _publish(draft, path, replace=False)
    return done


def upgrade(place: Place, kept: Path) -> None:
    """Bring a ledger to this program's schema, after a backup of it as it is.

    Raises LedgerError where the backup cannot be made; then nothing was changed.
    """
    found = database.schema(place)
    if found is None:
        raise NoLedgerError(str(place))
    database.may_upgrade(place, found)
    if found == database.SCHEMA:
        return
    with _draft(kept) as draft:
        _fill(place, draft, found)
        assert draft.path is not None
        with closing(file(draft.path, writable=False)) as raw:
            said = raw.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if said != "ok":
            raise LedgerError(f"the ledger at {place} is damaged ({said}); nothing was changed")
        _publish(draft, kept, replace=False)
    try:
        database.upgrade(place)
    except BaseException:
        with suppress(LedgerError):
            if database.schema(place) == found:  # the ledger is as it was
                kept.unlink()
        raise


# --- a file in the making -----------------------------------------------------------------------


@contextmanager
def _draft(target: Path) -> Iterator[Place]:
    """A file beside the target, for its owner alone, which is gone in the end."""
    for name in BESIDE:
        if target.with_name(target.name + name).exists():
            raise LedgerError(
                f"{target}{name} is there, of a ledger in use or of one that was removed; choose "
                "another name or move it away"
            )
    name = ""
    try:
        try:
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        except OSError as error:
            raise _no_place(target, error) from None
        os.close(handle)
        yield Place(name, Path(name), shown=str(target))
    finally:
        for tail in ("", *BESIDE) if name else ():
            with suppress(OSError):
                os.unlink(name + tail)  # noqa: PTH108 - the name is text


def _publish(draft: Place, target: Path, *, replace: bool) -> None:
    """Give the draft its name; what stands there stays, unless it is to be replaced."""
    assert draft.path is not None
    try:
        with draft.path.open("rb") as made:
            os.fsync(made.fileno())
        if replace or _empty(target):
            draft.path.replace(target)
        else:
            _put(draft.path, target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except FileExistsError:
        raise LedgerError(f"{target} is there already; nothing was written over it") from None
    except OSError as error:
        raise _no_place(target, error) from None


def _put(draft: Path, target: Path) -> None:
    """Give a draft its name; FileExistsError where something came to stand there."""
    try:
        os.link(draft, target)
        draft.unlink()
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        draft.replace(target)


_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


def _empty(target: Path) -> bool:
    return target.is_file() and target.stat().st_size == 0


def _no_place(target: Path, error: OSError) -> LedgerError:
    said = (error.strerror or str(error)).lower()
    return LedgerError(f"{target} cannot be written: {said}")


def _of_this_schema(place: Place) -> None:
    """Make sure that there is a ledger to copy."""
    found = database.schema(place)
    if found is None:
        raise LedgerError(f"there is no ledger at {place}")
    if found < database.SCHEMA:
        raise LedgerError(
            f"the ledger at {place} has schema {found} and this tracker needs {database.SCHEMA}; "
            f"run `tracker upgrade --db {place}`"
        )
    database.check(place, writable=False)


def _earlier(target: Path) -> chain.Head | None:
    """The head of the backup that stands at a place, if one does."""
    place = Place.of(target)
    found = database.schema(place)
    if found is None:
        return None
    if found != database.SCHEMA:
        raise LedgerError(
            f"{target} is a ledger of schema {found}, from before an upgrade; it was left alone, "
            "choose another name"
        )
    with translated(place), connect(place, writable=False).connect() as connection:
        return chain.last(connection)[0]


def _has(place: Place, head: chain.Head) -> bool:
    """Whether a sound ledger extends a head."""
    if head.entry == 0:
        return True
    table = TABLES["entry"]
    with translated(place), connect(place, writable=False).connect() as connection:
        found = connection.execute(select(table.c.hash).where(table.c.id == head.entry))
        return found.scalar() == head.hash


# --- filling it ---------------------------------------------------------------------------------


def _fill(source: Place, draft: Place, revision: str) -> None:
    """Copy a ledger into a new file, as it is at this instant."""
    assert draft.path is not None
    if source.path is None:
        database.migrate(draft, revision)
        with _both(source, draft) as (reading, writing):
            _rows(reading, writing)
    else:
        with (
            closing(file(source.path, writable=False)) as held,
            closing(sqlite3.connect(draft.path)) as made,
        ):
            try:
                held.backup(made)
            except sqlite3.Error as error:
                full = any(sign in str(error) for sign in ("full", "disk I/O"))
                raise as_ledger_error(draft if full else source, error) from error
    _one_file(draft)


def _one_file(draft: Place) -> None:
    """Leave one file, with nothing beside it."""
    assert draft.path is not None
    with translated(draft), closing(sqlite3.connect(draft.path)) as made:
        made.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def _both(source: Place, target: Place) -> Iterator[tuple[Connection, Connection]]:
    """One instant of a ledger, and a transaction that fills another."""
    with (
        translated(source, reading=True),
        connect(source, writable=False).connect() as reading,
        translated(target),
        connect(target, writable=True).begin() as writing,
    ):
        yield reading, writing


def _proved_rows(
    source: Place, target: Place, since: chain.Head, progress: Progress | None
) -> Verified:
    """Copy a ledger to an empty one, and prove the copy before it is committed."""
    with _both(source, target) as (reading, writing):
        _nothing_in(target, writing)
        _rows(reading, writing)
        return proved(writing, since, {}, progress)


def _nothing_in(place: Place, connection: Connection) -> None:
    """Make sure that nothing was recorded yet."""
    if connection.execute(select(TABLES["entry"].c.id).limit(1)).first() is not None:
        raise LedgerError(f"there is a ledger at {place}; nothing was copied over it")


def _rows(reading: Connection, writing: Connection) -> None:
    """Copy every row to an empty ledger of the same schema."""
    tables = MetaData()
    held = set(inspect(reading).get_table_names())
    on_server = writing.dialect.name == "postgresql"
    if "head" in held:  # while nothing is there yet, the copy may be told from where it is chained
        writing.execute(update(TABLES["head"]).values(chained=walking.chained(reading)))
    tables.reflect(reading, only=sorted(held & set(TABLES) - {"head"}))  # it moves by itself
    for table in tables.sorted_tables:
        order = list(table.primary_key.columns)
        chosen = select(table).order_by(*order).execution_options(yield_per=BATCH)
        for part in reading.execute(chosen).mappings().partitions():
            writing.execute(insert(table), [dict(row) for row in part])
        if on_server and "id" in table.c:
            _count_on(writing, table)
    if "head" in held:  # the copy's own came to stand at the last entry
        if on_server:
            writing.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        walking.must_end_at(reading, chain.last(writing)[0])


def _count_on(connection: Connection, table: Any) -> None:
    """Let the server number new rows after those that were copied."""
    last = connection.execute(select(func.max(table.c.id))).scalar()
    if last is not None:
        chosen = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
        connection.execute(chosen, {"name": f'"{table.name}"', "last": last})
