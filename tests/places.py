"""Places for the ledgers of tests, on each engine: made fast, as copies, and gone afterwards."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from tracker import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgres import Server
    from sqlalchemy import Engine

ENGINES = ("sqlite", "postgresql")


class Places(ABC):
    """Places on one engine, named as ``--db`` takes them."""

    def __init__(self) -> None:
        self._empty: str | None = None

    @abstractmethod
    def new(self, like: str | None = None) -> str:
        """A place of its own: nothing is there, or a copy of the ledger at another place."""

    @abstractmethod
    def drop(self, place: str) -> None:
        """Remove what is at a place."""

    @property
    def empty(self) -> str:
        """The place of a ledger as it is when it has just been made; to be copied only."""
        if self._empty is None:
            place = self.new()
            Ledger.open(place, create=True).close()
            self._empty = place
        return self._empty

    @contextmanager
    def lent(self, like: str | None = None) -> Iterator[str]:
        """A place for as long as it is needed."""
        place = self.new(like)
        try:
            yield place
        finally:
            self.drop(place)


class Files(Places):
    """SQLite files, each in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folders = (folder / str(number) for number in count())

    def new(self, like: str | None = None) -> str:
        """The path of a file."""
        folder = next(self._folders)
        folder.mkdir()
        place = str(folder / "tracker.db")
        return place if like is None else shutil.copy(like, place)

    def drop(self, place: str) -> None:
        """Remove the folder of a file."""
        shutil.rmtree(Path(place).parent)


class Databases(Places):
    """Databases of a PostgreSQL server."""

    numbers = count()  # one server serves all the tests

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server = server

    def new(self, like: str | None = None) -> str:
        """The URL of a database."""
        name = f"ledger{next(self.numbers)}"
        self.server.create(name, None if like is None else make_url(like).database)
        return self.server.url(name)

    def drop(self, place: str) -> None:
        """Remove a database."""
        self.server.drop(str(make_url(place).database))


# --- looking into a ledger without the program -----------------------------------------------


def plain(place: str | Path) -> Engine:
    """An engine on a place with nothing of the program's on it."""
    named = str(place)
    url = named if "://" in named else f"sqlite:///{named}"
    return create_engine(url, poolclass=NullPool)


def select(place: str | Path, sql: str) -> list[tuple[Any, ...]]:
    """The rows that a statement gives."""
    with plain(place).connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def counts(place: str | Path) -> dict[str, int]:
    """How many rows each table has."""
    with plain(place).connect() as connection:
        names = sorted(inspect(connection).get_table_names())
        each = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in names)
        return dict(map(tuple, connection.exec_driver_sql(each))) if each else {}
