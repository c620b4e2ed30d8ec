"""The only reader of the environment, the user's folders and the clock."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from tracker.errors import UsageError


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def data_folder() -> Path:
    """Where a user's ledger lives when nothing else is said."""
    import platformdirs

    return Path(platformdirs.user_data_dir("tracker", appauthor=False))


def config_folder() -> Path:
    """Where a user's own settings live, such as the aliases of names in texts."""
    import platformdirs

    return Path(platformdirs.user_config_dir("tracker", appauthor=False))


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


@dataclass(frozen=True)
class LanguageModel:
    """A language model that texts may be sent to: its server, its name there, and a key for it."""

    url: str
    name: str
    key: str | None = field(default=None, repr=False)


def language_model() -> LanguageModel:
    """The model of ``TRACKER_LLM_URL``, ``TRACKER_LLM_MODEL`` and, if need be, ``TRACKER_LLM_KEY``.

    Raises UsageError where there is none, and where the address is none that a text can go to. No
    message shows the address, which may hold a password, or the key.
    """
    names = ("TRACKER_LLM_URL", "TRACKER_LLM_MODEL", "TRACKER_LLM_KEY")
    url, name, key = (os.environ.get(one, "").strip() for one in names)
    if not url or not name:
        unset = " and ".join(one for one, said in zip(names, (url, name), strict=False) if not said)
        raise UsageError(f"no language model is set up; set {unset}, or do without one")
    if not _web_server(url):
        raise UsageError("TRACKER_LLM_URL is no address as http://127.0.0.1:8080/v1, without more")
    if not (key + name).isprintable() or not key.isascii():
        raise UsageError("TRACKER_LLM_MODEL or TRACKER_LLM_KEY has a character that none can have")
    return LanguageModel(url, name, key or None)


def _web_server(url: str) -> bool:
    """Whether an address names a server and a path on it, and nothing else."""
    try:
        parts = urlsplit(url)
        sound = parts.port != 0 and url.isascii() and url.isprintable() and " " not in url
    except ValueError:  # a port that is no number, brackets that do not close
        return False
    more = parts.query or parts.fragment or "@" in parts.netloc
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and sound and not more
