"""The only reader of the environment, the user's folders and the clock."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime
from pathlib import Path


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def data_folder() -> Path:
    """Where a user's ledger lives when nothing else is said."""
    import platformdirs

    return Path(platformdirs.user_data_dir("tracker", appauthor=False))


def database(given: str | None = None) -> str:
    """The ledger to use: what was given, else ``TRACKER_DATABASE_URL``, else the user's own file.

    The answer is a database URL or the path of a SQLite file.
    """
    if given is not None:  # an empty name is a slip of the pen, not the user's own ledger
        return given
    return os.environ.get("TRACKER_DATABASE_URL") or own_database()


def own_database() -> str:
    """The path of the user's own ledger."""
    return str(data_folder() / "tracker.db")


def analyst() -> str:
    """The analyst whose forecast is logged when none is named.

    ``TRACKER_ANALYST``, else the name the user logged in with, else ``me``.
    """
    named = os.environ.get("TRACKER_ANALYST", "").strip()
    if named:
        return named
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such user in a bare container
        return "me"
