"""What a database says when it refuses, in one sentence of ours."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from tracker.errors import (
    LedgerError,
    NotALedgerError,
    ReadOnlyError,
    TrackerError,
    UnexpectedError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.ledger.place import Place

NOTHING = "nothing was written"
BUSY = f"is being written by another program that does not finish; {NOTHING}, try again"
FULL = f"has no room: the disk is full; {NOTHING}"
STARTS = f"is on a server that is starting up; {NOTHING}, try again"
BROKE = f"broke off the connection; {NOTHING}, try again"

# Words of the databases, in the order in which they are looked for, and what they mean.
_MEANINGS = {
    "malformed": "is damaged; restore a backup",
    "is locked": BUSY,
    "lock timeout": BUSY,
    "unable to open": "cannot be opened: is the folder there, and may you write in it?",
    "disk is full": FULL,
    "No space left": FULL,
    "could not extend": FULL,
    "disk I/O": f"cannot be read or written: the disk fails; {NOTHING}",
    "invalid page": "is damaged; restore a backup",
    "permission denied": f"is not open to this role for that; {NOTHING}",
    'role "': "is on a server that knows no such role",
    "not permitted to log in": "is not open to this role, which may not log in",
    "not currently accepting": "does not accept connections",
    "authentication failed": "does not let this user in with this password",
    "no password supplied": "wants a password: put it into the URL, PGPASSWORD or a pgpass file",
    "starting up": STARTS,
    "in recovery mode": STARTS,
    "not yet accepting": STARTS,
    "shutting down": f"is on a server that is shutting down; {NOTHING}, try again",
    "too many": f"is on a server with no connection to spare; {NOTHING}, try again",
    "terminating connection": BROKE,
    "closed the connection": BROKE,
    "connection is lost": BROKE,
    "consuming input failed": BROKE,
    "connection is closed": BROKE,
    "timeout expired": "cannot be reached: no server answers there",
    "could not translate host": "cannot be reached: no such host",
    "failed to resolve host": "cannot be reached: no such host",
    "Connection refused": "cannot be reached: no server answers there",
    "No such file": "cannot be reached: no server answers there",
    "connection is bad": "cannot be reached: no server answers there",
}


@contextmanager
def translated(place: Place, *, reading: bool = False) -> Iterator[None]:
    """Errors of the database as errors of the ledger, in one sentence.

    Of a ``reading`` that failed it is not said that nothing was written: something may have been
    before it.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise as_ledger_error(place, error, reading=reading) from error
    except UnicodeDecodeError as error:  # not even what SQLite says of it can be read
        raise LedgerError(f"the ledger at {place} {_MEANINGS['malformed']}") from error


@contextmanager
def legible(place: Place) -> Iterator[None]:
    """What no record can be made of, since it is damaged or was rewritten, as an error of ours."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, TrackerError | UnexpectedError):
            raise
        raise LedgerError(
            f"the ledger at {place} holds what was never recorded like that; `tracker verify` "
            "says where"
        ) from error


def as_ledger_error(place: Place, error: Exception, *, reading: bool = False) -> LedgerError:
    """The one sentence for an error of the database."""
    said = str(getattr(error, "orig", None) or error).strip()
    if "readonly" in said or "read-only transaction" in said:
        return ReadOnlyError(str(place))
    if "not a database" in said:
        return NotALedgerError(str(place), "a file of another kind")
    if "database" in said and "does not exist" in said:
        return LedgerError(f"there is no database at {place}; `createdb` makes one")
    shown = UnexpectedError(said.split("\n")[0], "").found
    told = said.partition("FATAL:")[2].strip().split("\n")[0] or shown
    meaning = next(
        (meaning for sign, meaning in _MEANINGS.items() if sign in said),
        f"refused: {UnexpectedError(told, '').found}; {NOTHING}",
    )
    if reading:
        meaning = meaning.replace(f"; {NOTHING}", "")
    return LedgerError(f"the ledger at {place} {meaning}")
