"""Copies of a ledger: backing up, restoring, moving to another engine, upgrading safely.

A copy is made beside its place, verified, and only then put there.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData, func, insert, inspect, select, text, update

from tracker.errors import LedgerError, NoLedgerError
from tracker.ledger import chain, database, walking
from tracker.ledger.connecting import connect, file
from tracker.ledger.place import Place
from tracker.ledger.refusals import translated
from tracker.ledger.tables import TABLES
from tracker.ledger.verifying import Verified, verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from tracker.ledger.verifying import Progress

BATCH = 5000  # rows inserted at once
BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a file that is in use


def backup(place: Place, target: Path, *, progress: Progress | None = None) -> Verified:
    """Copy a ledger, which may be in use, into one SQLite file, as it is at this instant.

    An earlier backup is replaced where this ledger extends it, and nothing else is.

    Raises TamperedError where the copy does not verify; then there is none.
    """
    database.check(place, writable=False)
    if place.path is not None and target.exists() and target.samefile(place.path):
        raise LedgerError(f"{target} is the ledger itself; nothing was written over it")
    earlier = _earlier(target)
    with _draft(target) as draft:
        _fill(place, draft, database.SCHEMA)
        done = verify(draft, progress=progress)
        if earlier is not None and not _has(draft, earlier):
            raise LedgerError(
                f"{target} has entries that this ledger has not: it is of another one, or an old "
                "copy was put back here; nothing was written over it"
            )
        _publish(draft, target, replace=earlier is not None)
    return done


def restore(source: Path, place: Place, *, progress: Progress | None = None) -> Verified:
    """Make the ledger that a backup holds anew, where there is none; the backup is verified first.

    Raises LedgerError where there is something at the place, TamperedError where the backup does
    not verify.
    """
    if place.path is None:
        return copy(Place.of(source), place, progress=progress)
    empty = _empty_ledger(place)
    database.check(Place.of(source), writable=False)
    with _draft(place.path) as draft:
        _fill(Place.of(source), draft, database.SCHEMA)
        done = verify(draft, progress=progress)
        _publish(draft, place.path, replace=empty)
    return done


def copy(source: Place, target: Place, *, progress: Progress | None = None) -> Verified:
    """Copy a ledger, row by row, to a place where there is none, on the same engine or the other.

    The two are the same entry for entry: the head that is given back is that of both. The copy
    refuses to be rewritten also where somebody had disarmed the source.

    Raises LedgerError where there is something at the target, TamperedError where the source does
    not verify.
    """
    empty = _empty_ledger(target)
    held = verify(source, disarmed=True, progress=progress)
    if target.path is None:
        database.migrate(target, database.SCHEMA)
        _rows(source, target)
        return verify(target, since=held.head, progress=progress)
    with _draft(target.path) as draft:
        database.migrate(draft, database.SCHEMA)
        _rows(source, draft)
        _one_file(draft)
        verify(draft, since=held.head, progress=progress)
        _publish(draft, target.path, replace=empty)
    return held


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
    database.upgrade(place)


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
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise _no_place(target, error) from None
    os.close(handle)
    try:
        yield Place.of(name)
    finally:
        for tail in ("", *BESIDE):
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


def _empty_ledger(place: Place) -> bool:
    """Whether there is a ledger in which nothing was recorded; LedgerError if something was."""
    found = database.schema(place)
    if found is None:
        return False
    table = TABLES["entry"]
    with translated(place), connect(place, writable=False).connect() as connection:
        held = connection.execute(select(func.count()).select_from(table)).scalar()
    if held or found != database.SCHEMA:
        raise LedgerError(f"there is a ledger at {place}; nothing was copied over it")
    return True


def _earlier(target: Path) -> chain.Head | None:
    """The head of the backup that stands at a place, if one does."""
    place = Place.of(target)
    if database.schema(place) is None:
        return None
    database.check(place, writable=False)
    with translated(place), connect(place, writable=False).connect() as connection:
        return chain.end(connection)[0]


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
        _rows(source, draft)
    else:
        with (
            translated(source),
            closing(file(source.path, writable=False)) as held,
            closing(sqlite3.connect(draft.path)) as made,
        ):
            held.backup(made)
    _one_file(draft)


def _one_file(draft: Place) -> None:
    """Leave one file, with nothing beside it."""
    assert draft.path is not None
    with translated(draft), closing(sqlite3.connect(draft.path)) as made:
        made.execute("PRAGMA journal_mode=DELETE")


def _rows(source: Place, target: Place) -> None:
    """Copy every row to an empty ledger of the same schema, as they are at this instant."""
    tables = MetaData()
    with (
        translated(source),
        connect(source, writable=False).connect() as reading,
        translated(target),
        connect(target, writable=True).begin() as writing,
    ):
        held = set(inspect(reading).get_table_names())
        if (
            "head" in held
        ):  # while nothing is there yet the copy may be told from where it is chained
            table = TABLES["head"]
            writing.execute(update(table).values(chained=walking.chained(reading)))
        tables.reflect(reading, only=sorted(held & set(TABLES) - {"head"}))  # it moves by itself
        for table in tables.sorted_tables:
            order = list(table.primary_key.columns)
            chosen = select(table).order_by(*order).execution_options(yield_per=BATCH)
            for part in reading.execute(chosen).mappings().partitions():
                writing.execute(insert(table), [dict(row) for row in part])
            if target.path is None and "id" in table.c:
                _count_on(writing, table)
        if "head" in held:  # the copy's own came to stand at the last entry
            if target.path is None:
                writing.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            walking.ends(reading, chain.end(writing)[0])


def _count_on(connection: Connection, table: Any) -> None:
    """Let the server number new rows after those that were copied."""
    last = connection.execute(select(func.max(table.c.id))).scalar()
    if last is not None:
        chosen = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
        connection.execute(chosen, {"name": f'"{table.name}"', "last": last})
