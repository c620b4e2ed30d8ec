"""Where a ledger is: a SQLite file, or a PostgreSQL database by URL."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from tracker.errors import UnexpectedError, UsageError

ENGINES = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}

# What was meant for the address of a server and is no URL; it may hold a password, so that it is
# neither shown nor taken for the name of a file.
_ALMOST = re.compile(
    r"(postgres(ql)?|mysql|mariadb|oracle|mssql|sqlite)(\+\w+)?\s*[:;]|[^/\\]*:[^/\\]*@|"
    r".*\b(password|passwd|pwd)\s*=",
    re.IGNORECASE,
)
AN_ADDRESS = (
    "expected a file, or a database URL as postgresql://host/name or sqlite:///tracker.db, with "
    "@, : and / in a password written as %40, %3A and %2F"
)


@dataclass(frozen=True)
class Place:
    """Where a ledger is: a SQLite file, or a database by URL."""

    url: str = field(repr=False)  # it may hold a password
    path: Path | None
    shown: str | None = None  # what a file that is being made will be called

    @classmethod
    def of(cls, given: str | Path) -> Place:
        """The place named by a URL or by the path of a SQLite file."""
        named = str(given)
        if "://" not in named:
            if _ALMOST.match(named):
                raise UsageError(AN_ADDRESS)
            if not named.strip() or named == ":memory:" or not named.isprintable():
                raise UsageError(
                    f"expected a file or a database URL; found {UnexpectedError(named, '').found!r}"
                )
            return cls(named, Path(os.path.expanduser(named)))  # noqa: PTH111 - it never fails
        try:
            url = make_url(named)
        except (ArgumentError, ValueError):  # said without the URL, which may hold a password
            raise UsageError(AN_ADDRESS) from None
        if any(sign in (url.host or "") for sign in "@ ") or _ALMOST.match(url.database or ""):
            raise UsageError(AN_ADDRESS)  # a password with an @ in it ends as part of the host
        if url.drivername not in ENGINES:  # sqlite+pysqlcipher, for one, would encrypt
            raise UsageError(
                f"expected a URL of sqlite or postgresql; found one of {url.drivername}"
            )
        if url.get_backend_name() != "sqlite":
            url = url.set(drivername=ENGINES[url.drivername])
            return cls(url.render_as_string(hide_password=False), None)
        if not url.database or url.database == ":memory:" or url.host or url.username:
            raise UsageError("expected a SQLite URL with a file, as sqlite:///tracker.db")
        return cls(named, Path(url.database).expanduser())

    def __str__(self) -> str:
        """The place as it may be shown: without password or options."""
        if self.path:
            return self.shown or str(self.path)
        return make_url(self.url).set(query={}, drivername="postgresql").render_as_string()
