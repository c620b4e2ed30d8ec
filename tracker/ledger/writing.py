"""One writing transaction: all of it or nothing, and an honest word where that is in doubt."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from tracker.errors import LedgerError
from tracker.ledger.refusals import translated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine, Transaction

    from tracker.ledger.place import Place


@contextmanager
def writing(place: Place, engine: Engine) -> Iterator[Connection]:
    """A connection whose transaction holds the ledger's lock; it is committed in the end.

    Raises LedgerError where the commit was not confirmed, or went to a file that is gone.
    """
    with translated(place), engine.connect() as connection:
        with connection.begin() as transaction:
            file = _file(place.path)
            yield connection
            _commit(place, transaction)
        if _file(place.path) != file:
            raise LedgerError(
                f"{place} was moved, removed or replaced while it was written; what was recorded "
                "went with the old file"
            )


def _commit(place: Place, transaction: Transaction) -> None:
    try:
        transaction.commit()
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise LedgerError(
            f"the connection to {place} broke off while the commit was confirmed: it may or may "
            "not have been recorded; look with `tracker list` before trying again"
        ) from error


def _file(path: Path | None) -> tuple[int, int] | None:
    """Which file a ledger is, if it is one."""
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_dev, found.st_ino)
