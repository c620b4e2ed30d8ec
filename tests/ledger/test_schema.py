"""The schema: one with the migrations, append-only, and moved whole or not at all."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from conftest import NOW, ROOT
from sqlalchemy import create_engine, inspect
from sqlmodel import SQLModel

from tracker import Ledger, files
from tracker.errors import LedgerError, NewSchemaError, OldSchemaError, ReadOnlyError
from tracker.ledger import database
from tracker.ledger.database import Place
from tracker.ledger.tables import TABLES
from tracker.texts.dossier import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Ran
    from sqlalchemy import Engine


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A place at which a new ledger has been made."""
    at = Place.of(tmp_path / "tracker.db")
    database.upgrade(at)
    return at


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with a row in every table, made once."""
    file = tmp_path_factory.mktemp("filled") / "tracker.db"
    with Ledger.open(file, create=True) as ledger:
        for name in ("prewar-essay", "war-article"):
            dossier = read(files.bundled("seeds") / f"{name}.dossier.yaml").dossier
            ledger.add(dossier, recorded=NOW)
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("INSERT INTO entry (kind, recorded) VALUES ('lesson', '2026-11-21')")
        raw.execute(
            "INSERT INTO lesson (entry_id, question_id, analyst_id, text) "
            "VALUES (last_insert_rowid(), 1, 1, 'Ask sooner.')"
        )
    return file


@pytest.fixture
def full(filled: Path, tmp_path: Path) -> Path:
    """A ledger with a row in every table, at the place where commands look for theirs."""
    return Path(shutil.copy(filled, tmp_path / "tracker.db"))


def counts(file: Path) -> dict[str, int]:
    """How many rows each table has."""
    with closing(sqlite3.connect(file)) as raw:
        names = raw.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        return {
            name: raw.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names
        }


# --- one schema, said twice --------------------------------------------------------------------


def scripts() -> ScriptDirectory:
    """The migrations as alembic sees them."""
    config = Config()
    config.set_main_option("script_location", str(files.bundled("migrations")))
    return ScriptDirectory.from_config(config)


def test_the_program_needs_the_newest_revision() -> None:
    """SCHEMA is the one head of the migrations, and every file is named after its revision."""
    assert scripts().get_heads() == [database.SCHEMA]
    revisions = {script.revision for script in scripts().walk_revisions()}
    assert revisions == database._revisions()


def test_a_new_ledger_has_the_newest_schema(place: Place) -> None:
    """The version is written down where it is read."""
    assert database.schema(place) == database.SCHEMA
    database.check(place, writable=True)


def engine_on(file: Path) -> Engine:
    """An engine with nothing of ours on it."""
    return create_engine(f"sqlite:///{file}")


def test_migrations_and_tables_agree(place: Place) -> None:
    """Alembic finds nothing to add, drop or alter between the migrations and the tables."""
    assert place.path is not None
    engine = engine_on(place.path)
    options = {"compare_type": True, "compare_server_default": True}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def constraints(engine: Engine) -> dict[str, Any]:
    """Constraints and indexes of every table, which alembic compares only in part."""
    inspector = inspect(engine)
    found = {}
    for table in TABLES:
        parts: dict[str, list[Any]] = {
            "primary key": [inspector.get_pk_constraint(table)],
            "foreign key": inspector.get_foreign_keys(table),
            "unique": inspector.get_unique_constraints(table),
            "check": inspector.get_check_constraints(table),
            "index": inspector.get_indexes(table),
        }
        for kind, items in parts.items():
            for item in items:
                found[f"{table} {kind} {item.get('name')}"] = {
                    key: value for key, value in item.items() if key != "name"
                }
    return found


def test_constraints_of_migrations_and_tables_agree(place: Place, tmp_path: Path) -> None:
    """Also the CHECK constraints, which alembic does not compare, are the same in both."""
    assert place.path is not None
    migrated, made = engine_on(place.path), engine_on(tmp_path / "made.db")
    SQLModel.metadata.create_all(made)
    assert constraints(migrated) == constraints(made)
    migrated.dispose()
    made.dispose()


def test_every_constraint_has_a_name(place: Place) -> None:
    """A later migration can only alter what it can name."""
    assert place.path is not None
    engine = engine_on(place.path)
    found = constraints(engine)
    engine.dispose()
    assert [name for name in found if name.endswith("None")] == []
    assert len(found) > 60
    unnamed = [
        (table.name, constraint)
        for table in TABLES.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert unnamed == []


# --- append-only -------------------------------------------------------------------------------

RECORDED = sorted(TABLES)


@pytest.mark.parametrize("table", RECORDED)
def test_the_database_refuses_to_rewrite(full: Path, table: str) -> None:
    """UPDATE and DELETE fail on every table that holds a row, for any program."""
    before = counts(full)
    assert before[table] > 0
    with closing(sqlite3.connect(full)) as raw:
        column = raw.execute(f'SELECT * FROM "{table}"').description[-1][0]
        for statement in (
            f'UPDATE "{table}" SET "{column}" = "{column}"',
            f'DELETE FROM "{table}"',
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                raw.execute(statement)
            raw.rollback()
    assert counts(full) == before


def test_the_database_refuses_to_replace(full: Path) -> None:
    """INSERT OR REPLACE is a rewriting too: SQLite fires no DELETE trigger for it."""
    rewritten = []
    with closing(sqlite3.connect(full)) as raw:
        for table in RECORDED:
            held = raw.execute(f'SELECT * FROM "{table}"').fetchall()
            marks = ", ".join("?" * len(held[0]))
            try:
                raw.execute(f'INSERT OR REPLACE INTO "{table}" VALUES ({marks})', held[0])
            except sqlite3.IntegrityError:
                continue
            rewritten.append(table)
            raw.rollback()
    assert rewritten == []


# --- impossible rows ---------------------------------------------------------------------------

FORECAST = {
    "question_id": 1,
    "analyst_id": 1,
    "made": "'2026-03-02'",
    "probability": 700_000_000,
    "attribution": "'author'",
    "scorable": 1,
    "withdrawn": 0,
}
RESOLUTION = {"question_id": 1, "status": "'resolved'", "outcome": "'yes'", "known": "'2026-03-02'"}
PASSAGE = {"source_id": 1, "start": 900_000, "end": 900_001, "sha256": "'x'"}
NEW: dict[str, dict[str, object]] = {
    "forecast": FORECAST,
    "resolution": RESOLUTION,
    "passage": PASSAGE,
    "question": {"key": "'new'", "title": "'New?'", "kind": "'binary'"},
    "evidence": {"resolution_id": 1, "passage_id": 1, "stance": "'supports'"},
    "entry": {"kind": "'forecast'", "recorded": "'2026-11-21T12:00:00.000000Z'"},
}


def insert(file: Path, table: str, changed: dict[str, object]) -> None:
    """Insert a possible row, changed in one thing, by raw SQL."""
    row = {**NEW[table], **changed}
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("PRAGMA foreign_keys = ON")
        if table != "entry":
            raw.execute("INSERT INTO entry (kind, recorded) VALUES ('x', '2026-11-21')")
            row = {"entry_id": "last_insert_rowid()", **row}
        names = ", ".join(f'"{name}"' for name in row)
        values = ", ".join(str(value) for value in row.values())
        raw.execute(f'INSERT INTO "{table}" ({names}) VALUES ({values})')


@pytest.mark.parametrize("table", NEW)
def test_a_possible_row_goes_in(full: Path, table: str) -> None:
    """The rows that the next test makes impossible are possible before."""
    before = counts(full)[table]
    insert(full, table, {})
    assert counts(full)[table] == before + 1


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        ("forecast", {"probability": 1_000_000_001}),
        ("forecast", {"probability": -1}),
        ("forecast", {"low": 800_000_000, "high": 900_000_000}),
        ("forecast", {"low": 600_000_000, "high": 650_000_000}),
        ("forecast", {"low": -1}),
        ("forecast", {"high": 1_000_000_001}),
        ("forecast", {"made": "'yesterday'"}),
        ("forecast", {"attribution": "'hearsay'"}),
        ("forecast", {"distribution": "'{}'"}),
        ("forecast", {"withdrawn": 1}),
        ("forecast", {"probability": "NULL"}),
        ("forecast", {"question_id": 9999}),
        ("forecast", {"analyst_id": 9999}),
        ("forecast", {"made": "NULL"}),
        ("resolution", {"outcome": "NULL"}),
        ("resolution", {"status": "'annulled'"}),
        ("resolution", {"status": "'void'", "outcome": "NULL"}),
        ("resolution", {"known": "'soon'"}),
        ("resolution", {"by_id": 9999}),
        ("passage", {"start": -1}),
        ("passage", {"end": 900_000}),
        ("passage", {"start": "NULL"}),
        ("passage", {"start": "NULL", "end": "NULL"}),
        ("question", {"kind": "'multiple'"}),
        ("question", {"key": "'iran-answer'"}),
        ("evidence", {"stance": "'proves'"}),
        ("evidence", {"resolution_id": 9999}),
        ("entry", {"recorded": "'now'"}),
        ("entry", {"supersedes": 999_999}),
    ],
)
def test_an_impossible_row_is_refused(full: Path, table: str, changed: dict[str, object]) -> None:
    """The database itself refuses what no record could say."""
    before = counts(full)
    with pytest.raises(sqlite3.IntegrityError):
        insert(full, table, changed)
    assert counts(full) == before


# --- connections -------------------------------------------------------------------------------


@pytest.mark.parametrize("writable", [True, False])
def test_our_connections_are_safe(place: Place, *, writable: bool) -> None:
    """Foreign keys are on, the log is write-ahead, and a busy database is waited for."""
    engine = database.connect(place, writable=writable)
    with engine.connect() as connection:

        def pragma(name: str) -> object:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()

        assert pragma("foreign_keys") == 1
        assert pragma("journal_mode") == "wal"
        assert pragma("busy_timeout") == database.WAIT * 1000
        if writable:
            assert pragma("synchronous") == 2  # FULL: a commit survives a power cut
    engine.dispose()


def test_a_write_takes_the_lock_when_it_begins(place: Place) -> None:
    """A writer holds off other writers from its first statement, and never readers."""
    assert place.path is not None
    engine = database.connect(place, writable=True)
    with engine.begin() as connection, closing(sqlite3.connect(place.path, timeout=0)) as other:
        connection.exec_driver_sql("SELECT 1")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT count(*) FROM entry").fetchone() == (0,)
    engine.dispose()


# --- several processes, and sudden ends ----------------------------------------------------------


def child(code: str, *words: object) -> subprocess.Popen[str]:
    """A Python process that sees this checkout."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


RACE = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from tracker import Ledger
folder, me, processes, rounds = Path(sys.argv[1]), *map(int, sys.argv[2:])
import alembic.command
for number in range(rounds):
    (folder / f"ready-{number}-{me}").touch()
    end = time.monotonic() + 60
    while len(list(folder.glob(f"ready-{number}-*"))) < processes and time.monotonic() < end:
        time.sleep(0.001)
    with Ledger.open(folder / f"{number}.db", create=True) as ledger:
        ledger.log(f"Question of process {me}?", {"analyst": "ana", "probability": 0.5},
                   recorded=datetime(2026, 11, 21, tzinfo=UTC))
"""


def test_several_processes_may_make_the_same_ledger_at_once(tmp_path: Path) -> None:
    """Six first commands at the same moment all succeed, on one ledger, round after round."""
    processes, rounds = 6, 3
    started = [child(RACE, tmp_path, me, processes, rounds) for me in range(processes)]
    said = [process.communicate(timeout=100) for process in started]
    assert [process.returncode for process in started] == [0] * processes, said
    for number in range(rounds):
        held = counts(tmp_path / f"{number}.db")
        assert held["alembic_version"] == held["analyst"] == 1
        assert held["question"] == held["forecast"] == processes


STOP = """
import sys, time
from pathlib import Path
from alembic import op
from tracker.ledger import database
place, sign, name, count = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
do = getattr(op, name)
def slow(*args, **words):
    global count
    count -= 1
    if count == 0:
        sign.touch()
        time.sleep(100)
    return do(*args, **words)
setattr(op, name, slow)
database.upgrade(database.Place.of(place))
"""


@pytest.mark.parametrize(
    ("step", "count"), [("create_table", 2), ("create_index", 3), ("execute", 9)]
)
def test_a_killed_first_migration_leaves_nothing_half_done(
    tmp_path: Path, step: str, count: int
) -> None:
    """After kill -9 in the first migration there is no ledger yet; the next try makes it."""
    file, sign = tmp_path / "tracker.db", tmp_path / "sign"
    process = child(STOP, file, sign, step, count)
    while not sign.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert database.schema(Place.of(file)) is None
    with Ledger.open(file, create=True) as ledger:
        ledger.log("Rain on Sunday?", {"analyst": "ana", "probability": 0.7}, recorded=NOW)
        assert ledger.counts()["forecast"] == 1
    with closing(sqlite3.connect(file)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# --- from one schema to the next ---------------------------------------------------------------

NEXT = '''"""The next schema."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "{before}"


def upgrade():
    {steps}
'''
REBUILD = """with op.batch_alter_table("question", recreate="always") as table:
        table.add_column(sa.Column("colour", sa.String(), nullable=True))"""
ORPHAN = """op.execute("INSERT INTO lesson (entry_id, question_id, analyst_id, text) "
               "VALUES (9999, 9999, 9999, 'Nobody asked.')")"""
BREAK = """op.create_table("colour", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO nowhere VALUES (1)")"""


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give the program one more revision than it has, with these steps."""
    before = database.SCHEMA

    def add(steps: str) -> None:
        folder = tmp_path / "more" / "migrations"
        skip = shutil.ignore_patterns("__pycache__")
        shutil.copytree(files.bundled("migrations"), folder, ignore=skip)
        script = NEXT.format(before=before, steps=steps)
        (folder / "versions" / "0002_the_next.py").write_text(script)
        monkeypatch.setattr(files, "bundled", lambda name: tmp_path / "more" / name)
        monkeypatch.setattr(database, "SCHEMA", "0002")

    assert before < "0002"
    return add


def test_an_older_schema_names_the_command_to_run(
    run: Callable[..., Ran], full: Path, newer: Callable[[str], None]
) -> None:
    """A ledger of an older tracker is not touched; versions and `tracker upgrade` are named."""
    newer(REBUILD)
    before = full.read_bytes()
    with pytest.raises(OldSchemaError, match=r"schema 0001 .* needs 0002; run `tracker upgrade`"):
        Ledger.open(full)
    for words in (["list"], ["log", "A question", "-p", "70%"], ["score"]):
        ran = run(*words)
        assert (ran.code, ran.out) == (1, "")
        assert "tracker upgrade" in ran.err
    status = run("status")
    assert status.code == 0
    assert "next: tracker upgrade" in status.err
    assert full.read_bytes() == before


def test_upgrade_keeps_every_row(
    run: Callable[..., Ran], full: Path, newer: Callable[[str], None]
) -> None:
    """A full ledger goes to the next schema with all its rows, although a table is rebuilt."""
    newer(REBUILD)
    before = counts(full)
    ran = run("upgrade")
    assert ran.code == 0
    assert "0001" in ran.out
    assert "0002" in ran.out
    assert counts(full) == before
    again = run("upgrade")
    assert (again.code, "nothing to do" in again.out) == (0, True)
    assert run("show", "iran-answer").code == 0


@pytest.mark.parametrize("steps", [ORPHAN, BREAK])
def test_a_failing_upgrade_changes_nothing(
    run: Callable[..., Ran], full: Path, newer: Callable[[str], None], steps: str
) -> None:
    """An upgrade that breaks off, or would break references, is undone whole, and says so."""
    newer(steps)
    before = counts(full)
    ran = run("upgrade")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: ")
    assert "nothing" in ran.err
    assert counts(full) == before
    assert database.schema(Place.of(full)) == "0001"


def test_a_read_only_ledger_is_not_upgraded(full: Path, newer: Callable[[str], None]) -> None:
    """What may not be written is not migrated either."""
    newer(REBUILD)
    full.chmod(0o444)
    before = full.read_bytes()
    with pytest.raises(ReadOnlyError):
        database.upgrade(Place.of(full))
    assert full.read_bytes() == before


@pytest.fixture
def too_new(full: Path) -> Path:
    """A ledger of a tracker to come."""
    with closing(sqlite3.connect(full)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    return full


def test_a_newer_schema_names_the_command_to_run(run: Callable[..., Ran], too_new: Path) -> None:
    """A ledger of a newer tracker is not touched; upgrading the program is what helps."""
    before = too_new.read_bytes()
    with pytest.raises(NewSchemaError, match=r"schema 9999 .*pip install --upgrade tracker"):
        Ledger.open(too_new)
    for words in (["list"], ["log", "A question", "-p", "70%"], ["upgrade"]):
        ran = run(*words)
        assert (ran.code, ran.out) == (1, "")
        assert "pip install --upgrade tracker" in ran.err
    assert too_new.read_bytes() == before


def test_status_of_a_newer_ledger_does_not_send_one_in_circles(
    run: Callable[..., Ran], too_new: Path
) -> None:
    """`tracker upgrade` refuses a newer ledger, so status does not recommend it."""
    ran = run("status")
    assert ran.code == 0
    assert str(too_new) in ran.out
    assert "tracker upgrade" not in ran.err


def test_a_ledger_without_a_version_is_one_sentence(full: Path) -> None:
    """A ledger that somebody has cut the version out of is refused as such."""
    with closing(sqlite3.connect(full)) as raw, raw:
        raw.execute("DELETE FROM alembic_version")
    with pytest.raises(LedgerError) as refused:
        Ledger.open(full)
    assert "\n" not in str(refused.value)
    assert "None" not in str(refused.value)
