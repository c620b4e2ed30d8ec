"""A PostgreSQL server for the tests: their own, in a folder of its own, gone when they end."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from types import TracebackType

WHERE = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin")  # Debian and Red Hat keep it off the PATH
# A database is three hundred files, which many file systems are slow to make; and the path of a
# socket must be short. What a program has written outlives its crash in memory as on a disk.
MEMORY, DISK = "/dev/shm", "/tmp"  # noqa: S108 - a folder of our own is made there
ENOUGH = 2**30  # bytes
PORT = 5432  # names the socket, which lies in a folder of the server's own

SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
port = {port}
max_connections = 50
shared_buffers = 32MB
dynamic_shared_memory_type = mmap
wal_level = minimal
max_wal_senders = 0
fsync = on
synchronous_commit = on
full_page_writes = on
autovacuum = off
timezone = 'UTC'
"""

# Reads until whoever started it closes the pipe or dies, then leaves nothing behind.
WATCH = 'read -r _; "$1" -D "$2/data" -m immediate stop; rm -rf "$2"'


@cache
def programs() -> Path | None:
    """The folder of the newest initdb and pg_ctl there are."""
    on_path = shutil.which("initdb")
    places = {Path(on_path).resolve().parent} if on_path else set()
    for pattern in WHERE:
        places.update(Path("/").glob(pattern))
    whole = [place for place in places if (place / "initdb").exists() and _has_server(place)]
    return max(whole, key=_version, default=None)


def absent() -> str | None:
    """What is missing to test on PostgreSQL; None if it is all here."""
    if programs() is None:
        return "a PostgreSQL server (apt-get install postgresql)"
    if find_spec("psycopg") is None:
        return "psycopg, the driver for PostgreSQL (pip install 'psycopg[binary]')"
    return None


class Server:
    """A server that listens on a socket in its own folder; a root's runs as another user.

    A commit is safe on disk as on a real server, so that a crash can be tested.
    """

    def __init__(self) -> None:
        found = programs()
        assert found is not None
        self.bin = found
        self.user = _unprivileged()
        self.folder = tempfile.mkdtemp(prefix="trkr", dir=_room())
        self._watch: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()

    # --- running ------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the server, on a new cluster the first time."""
        if self._watch is None:
            self._prepare()
        self._run("pg_ctl", "--wait", "--log", f"{self.folder}/log", "start")

    def stop(self) -> None:
        """Stop the server in order, whoever is connected."""
        self._run("pg_ctl", "--wait", "--mode", "fast", "stop")

    def kill(self) -> None:
        """Stop the server as a crash does: what it had in memory only is lost."""
        self._run("pg_ctl", "--wait", "--mode", "immediate", "stop")

    def restart(self) -> None:
        """Stop the server in order, if it runs, and start it again."""
        if Path(self.folder, "data", "postmaster.pid").exists():
            self.stop()
        self.start()

    def remove(self) -> None:
        """Stop the server for good and remove all it kept."""
        if self._watch is not None:
            self._watch.communicate(timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- databases ----------------------------------------------------------------------------

    def url(self, database: str) -> str:
        """The URL of a database, as tracker takes it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}&port={PORT}"

    def create(self, name: str, template: str | None = None) -> None:
        """Make a database: empty, or a copy of one that nobody is connected to."""
        self.execute("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}"')

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.execute("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, database: str, sql: str) -> list[tuple[Any, ...]]:
        """Run a statement by itself, committed at once; the rows it gives."""
        engine = create_engine(self.url(database), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect().execution_options(no_parameters=True) as connection:
            done = connection.exec_driver_sql(sql)
            return [tuple(row) for row in done] if done.returns_rows else []

    # --- inside -------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Make the cluster, and see to it that it goes even if this process is killed."""
        if self.user is not None:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        how = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        self._run("initdb", *how)
        with Path(self.folder, "data", "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(SETTINGS.format(folder=self.folder, port=PORT))
        self._watch = subprocess.Popen(
            ["/bin/sh", "-c", WATCH, "watch", str(self.bin / "pg_ctl"), self.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **self._as_user(),
        )

    def _run(self, program: str, *words: str) -> None:
        """Run a program of the server's; what it said, and the server's log, if it fails."""
        said = Path(self.folder, "said")  # no pipe: the server would keep it open
        with said.open("wb") as out:
            done = subprocess.run(
                [str(self.bin / program), "-D", f"{self.folder}/data", *words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=60,
                check=False,
                **self._as_user(),
            )
        if done.returncode:
            texts = [p.read_text() for p in (said, Path(self.folder, "log")) if p.exists()]
            raise RuntimeError("\n".join([f"{program} failed", *texts]))

    def _as_user(self) -> dict[str, Any]:
        """The words by which a process runs as the server's user, where it may stand."""
        here: dict[str, Any] = {"cwd": self.folder}
        if self.user is None:
            return here
        return {**here, "user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}


def _room() -> str:
    """Where the server's folder is made: in memory if that is large enough."""
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
    return MEMORY if roomy else DISK


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom the server runs as where this process is root, as whom it refuses to run."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _has_server(place: Path) -> bool:
    return (place / "pg_ctl").exists() and (place / "postgres").exists()


def _version(place: Path) -> tuple[int, ...]:
    said = subprocess.run([place / "initdb", "--version"], capture_output=True, text=True)  # noqa: PLW1510
    return tuple(map(int, re.findall(r"\d+", said.stdout)[:2]))
