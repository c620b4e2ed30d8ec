"""The schema: one with the migrations, append-only, and moved whole or not at all."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from conftest import NOW, ROOT
from places import counts, plain, select
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import SQLModel

from tracker import Ledger, files
from tracker.errors import LedgerError, NewSchemaError, OldSchemaError, ReadOnlyError
from tracker.ledger import connecting, database
from tracker.ledger.place import Place
from tracker.ledger.tables import TABLES
from tracker.texts.dossier import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Ran
    from places import Places
    from sqlalchemy import Engine

on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


@pytest.fixture(scope="module")
def filled(places: Places) -> Iterator[str]:
    """A ledger with a row in every table, made once."""
    with places.lent(places.empty) as place:
        with Ledger.open(place) as ledger:
            for name in ("prewar-essay", "war-article"):
                dossier = read(files.bundled("seeds") / f"{name}.dossier.yaml").dossier
                ledger.add(dossier, recorded=NOW)
        for table in ("lesson", "text", "amendment", "judgement", "retraction"):
            insert(place, table, {})
        yield place


@pytest.fixture
def full(filled: str, places: Places) -> Iterator[str]:
    """A ledger with a row in every table, to be spoilt."""
    with places.lent(filled) as place:
        yield place


def contents(place: str) -> object:
    """All that is at a place: every byte of a file, every row of a database."""
    if "://" not in place:
        return Path(place).read_bytes()
    return {
        table: sorted(select(place, f'SELECT * FROM "{table}"'), key=repr)
        for table in counts(place)
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
    assert revisions == database.revisions()


def test_a_new_ledger_has_the_newest_schema(place: str) -> None:
    """The version is written down where it is read."""
    at = Place.of(place)
    assert database.schema(at) == database.SCHEMA
    database.check(at, writable=True)


def test_migrations_and_tables_agree(place: str) -> None:
    """Alembic finds nothing to add, drop or alter between the migrations and the tables."""
    options = {"compare_type": True, "compare_server_default": True}
    with plain(place).connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, SQLModel.metadata) == []


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


def test_constraints_of_migrations_and_tables_agree(place: str, empty_place: str) -> None:
    """Also the CHECK constraints, which alembic does not compare, are the same in both."""
    made = plain(empty_place)
    SQLModel.metadata.create_all(made)
    assert constraints(plain(place)) == constraints(made)


def test_every_constraint_has_a_name(place: str) -> None:
    """A later migration can only alter what it can name."""
    found = constraints(plain(place))
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
def test_the_database_refuses_to_rewrite(full: str, engine: str, table: str) -> None:
    """UPDATE, DELETE and TRUNCATE fail on every table that holds a row, for any program."""
    before = counts(full)
    assert before[table] > 0
    column = TABLES[table].columns.keys()[-1]
    statements = [f'UPDATE "{table}" SET "{column}" = "{column}"', f'DELETE FROM "{table}"']
    if engine == "postgresql":
        statements.append(f'TRUNCATE "{table}" CASCADE')
    for statement in statements:
        with pytest.raises(DBAPIError, match="append-only"), plain(full).begin() as raw:
            raw.exec_driver_sql(statement)
    assert counts(full) == before


def test_the_database_refuses_to_replace(full: str, engine: str) -> None:
    """To insert a row in the place of another is a rewriting too, in every spelling."""
    before = {table: select(full, f'SELECT * FROM "{table}"') for table in RECORDED}
    tried = 0
    for name in RECORDED:
        table = TABLES[name]
        key = ", ".join(f'"{column.name}"' for column in table.primary_key)
        last = table.columns.keys()[-1]
        again = f'"{name}" SELECT * FROM "{name}" WHERE true LIMIT 1'
        update = f'ON CONFLICT ({key}) DO UPDATE SET "{last}" = EXCLUDED."{last}"'
        statements = [f"INSERT INTO {again} {update}"]
        if engine == "sqlite":  # which fires no DELETE trigger for this
            statements.append(f"INSERT OR REPLACE INTO {again}")
        for statement in statements:
            with pytest.raises(DBAPIError, match="append-only"), plain(full).begin() as raw:
                raw.exec_driver_sql(statement)
            tried += 1
    assert tried >= len(RECORDED)
    assert {table: select(full, f'SELECT * FROM "{table}"') for table in RECORDED} == before


# --- impossible rows ---------------------------------------------------------------------------

FORECAST = {
    "question_id": 1,
    "analyst_id": 1,
    "made": "'2026-03-02'",
    "probability": 700_000_000,
    "attribution": "'author'",
    "scorable": "TRUE",
    "withdrawn": "FALSE",
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
    "lesson": {"question_id": 1, "analyst_id": 1, "text": "'Ask sooner.'"},
    "text": {"source_id": 1, "text": "'Dear reader.'"},
    "amendment": {"question_id": 1, "by_id": 1, "criteria": "'As reported.'"},
    "judgement": {"question_id": 1, "by_id": 1, "status": "'resolved'", "outcome": "'yes'"},
    "retraction": {"by_id": 1},
}


def insert(place: str, table: str, changed: dict[str, object]) -> None:
    """Insert a possible row, changed in one thing, by raw SQL."""
    row = {**NEW[table], **changed}
    with plain(place).connect() as raw:
        if raw.dialect.name == "sqlite":
            raw.exec_driver_sql("PRAGMA foreign_keys = ON")
        number = raw.exec_driver_sql("SELECT coalesce(max(id), 0) + 1 FROM entry").scalar_one()
        entry = {**NEW["entry"], "id": number, "hash": "'x'"}
        for name, values in (
            [("entry", {**entry, **row})]
            if table == "entry"
            else [("entry", entry), (table, {**row, "entry_id": number})]
        ):
            columns = ", ".join(f'"{column}"' for column in values)
            said = ", ".join(map(str, values.values()))
            raw.exec_driver_sql(f'INSERT INTO "{name}" ({columns}) VALUES ({said})')
        raw.commit()


@pytest.mark.parametrize("table", sorted(NEW.keys() - {"text"}))
def test_a_possible_row_goes_in(full: str, table: str) -> None:
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
        ("forecast", {"withdrawn": "TRUE"}),
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
        ("amendment", {"criteria": "NULL"}),
        ("amendment", {"by_id": "NULL"}),
        ("judgement", {"outcome": "NULL"}),
        ("judgement", {"status": "'void'", "outcome": "NULL"}),
        ("judgement", {"known": "'soon'"}),
        ("judgement", {"by_id": 9999}),
        ("retraction", {"by_id": "NULL"}),
        ("evidence", {"resolution_id": 9999}),
        ("entry", {"recorded": "'now'"}),
        ("entry", {"supersedes": 999_999}),
    ],
)
def test_an_impossible_row_is_refused(full: str, table: str, changed: dict[str, object]) -> None:
    """The database itself refuses what no record could say."""
    before = counts(full)
    with pytest.raises(IntegrityError):
        insert(full, table, changed)
    assert counts(full) == before


# --- connections -------------------------------------------------------------------------------


@on_sqlite
@pytest.mark.parametrize("writable", [True, False])
def test_our_connections_are_safe(place: str, *, writable: bool) -> None:
    """Foreign keys are on, the log is write-ahead, and a busy database is waited for."""
    with connecting.connect(Place.of(place), writable=writable).connect() as connection:

        def pragma(name: str) -> object:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()

        assert pragma("foreign_keys") == 1
        assert pragma("journal_mode") == "wal"
        assert pragma("busy_timeout") == connecting.WAIT * 1000
        if writable:
            assert pragma("synchronous") == 2  # FULL: a commit survives a power cut


@on_sqlite
def test_a_write_takes_the_lock_when_it_begins(place: str) -> None:
    """A writer holds off other writers from its first statement, and never readers."""
    engine = connecting.connect(Place.of(place), writable=True)
    with engine.begin() as connection, closing(sqlite3.connect(place, timeout=0)) as other:
        connection.exec_driver_sql("SELECT 1")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT count(*) FROM entry").fetchone() == (0,)


@on_postgresql
def test_a_write_on_a_server_takes_the_lock_when_it_begins(place: str) -> None:
    """A writer waits for one that has begun, and a reader for none."""
    at = Place.of(place)
    first, second = (connecting.connect(at, writable=True).connect() for _ in range(2))
    with first, second:
        first.exec_driver_sql("SELECT 1")
        with ThreadPoolExecutor() as pool:
            begun = pool.submit(second.exec_driver_sql, "SELECT 1")
            with pytest.raises(TimeoutError):
                begun.result(timeout=0.3)
            assert select(place, "SELECT count(*) FROM entry") == [(0,)]
            first.rollback()
            assert begun.result(timeout=10).scalar_one() == 1


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
folder, me, processes, places = Path(sys.argv[1]), *map(int, sys.argv[2:4]), sys.argv[4:]
import alembic.command
for number, place in enumerate(places):
    (folder / f"ready-{number}-{me}").touch()
    end = time.monotonic() + 60
    while len(list(folder.glob(f"ready-{number}-*"))) < processes and time.monotonic() < end:
        time.sleep(0.001)
    with Ledger.open(place, create=True) as ledger:
        ledger.log(f"Question of process {me}?", {"analyst": "ana", "probability": 0.5},
                   recorded=datetime(2026, 11, 21, tzinfo=UTC))
"""


def test_several_processes_may_make_the_same_ledger_at_once(places: Places, tmp_path: Path) -> None:
    """Six first commands at the same moment all succeed, on one ledger, round after round."""
    processes, rounds = 6, 3
    with ExitStack() as lent:
        made = [lent.enter_context(places.lent()) for _ in range(rounds)]
        started = [child(RACE, tmp_path, me, processes, *made) for me in range(processes)]
        said = [process.communicate(timeout=100) for process in started]
        assert [process.returncode for process in started] == [0] * processes, said
        for held in map(counts, made):
            assert held["alembic_version"] == held["analyst"] == 1
            assert held["question"] == held["forecast"] == processes


STOP = """
import sys, time
from pathlib import Path
from alembic import op
from tracker.ledger import database
from tracker.ledger.place import Place
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
database.upgrade(Place.of(place))
"""


@pytest.mark.parametrize(
    ("step", "count"), [("create_table", 2), ("create_index", 3), ("execute", 9)]
)
def test_a_killed_first_migration_leaves_nothing_half_done(
    empty_place: str, tmp_path: Path, step: str, count: int
) -> None:
    """After kill -9 in the first migration there is no ledger yet; the next try makes it."""
    sign = tmp_path / "sign"
    process = child(STOP, empty_place, sign, step, count)
    while not sign.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert database.schema(Place.of(empty_place)) is None
    with Ledger.open(empty_place, create=True) as ledger:
        ledger.log("Rain on Sunday?", {"analyst": "ana", "probability": 0.7}, recorded=NOW)
        assert ledger.counts()["forecast"] == 1
    if "://" not in empty_place:
        assert select(empty_place, "PRAGMA integrity_check") == [("ok",)]


# --- from one schema to the next ---------------------------------------------------------------

BEFORE, AFTER = database.SCHEMA, f"{int(database.SCHEMA) + 1:04}"

NEXT = '''"""The next schema."""

import sqlalchemy as sa
from alembic import op

revision = "{after}"
down_revision = "{before}"


def upgrade():
    {steps}
'''
# On SQLite the table is made anew, as most changes there need.
REBUILD = """how = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("question", recreate=how) as table:
        table.add_column(sa.Column("colour", sa.String(), nullable=True))"""
ORPHAN = """op.execute("INSERT INTO lesson (entry_id, question_id, analyst_id, text) "
               "VALUES (9999, 9999, 9999, 'Nobody asked.')")"""
BREAK = """op.create_table("colour", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO nowhere VALUES (1)")"""


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give the program one more revision than it has, with these steps."""

    def add(steps: str) -> None:
        folder = tmp_path / "more" / "migrations"
        skip = shutil.ignore_patterns("__pycache__")
        shutil.copytree(files.bundled("migrations"), folder, ignore=skip)
        script = NEXT.format(before=BEFORE, after=AFTER, steps=steps)
        (folder / "versions" / f"{AFTER}_the_next.py").write_text(script)
        monkeypatch.setattr(files, "bundled", lambda name: tmp_path / "more" / name)
        monkeypatch.setattr(database, "SCHEMA", AFTER)

    return add


def test_an_older_schema_names_the_command_to_run(
    run: Callable[..., Ran], full: str, newer: Callable[[str], None]
) -> None:
    """A ledger of an older tracker is not touched; versions and `tracker upgrade` are named."""
    newer(REBUILD)
    before = contents(full)
    said = f"schema {BEFORE} .* needs {AFTER}; run `tracker upgrade`"
    with pytest.raises(OldSchemaError, match=said):
        Ledger.open(full)
    for words in (["list"], ["log", "A question", "-p", "70%"], ["score"]):
        ran = run(*words, "--db", full)
        assert (ran.code, ran.out) == (1, "")
        assert "tracker upgrade" in ran.err
    status = run("status", "--db", full)
    assert status.code == 0
    assert "next: tracker upgrade" in status.err
    assert contents(full) == before


def test_upgrade_keeps_every_row(
    run: Callable[..., Ran], full: str, newer: Callable[[str], None]
) -> None:
    """A full ledger goes to the next schema with all its rows, although a table is rebuilt."""
    newer(REBUILD)
    before = counts(full)
    ran = run("upgrade", "--db", full)
    assert ran.code == 0
    assert BEFORE in ran.out
    assert AFTER in ran.out
    assert counts(full) == before
    again = run("upgrade", "--db", full)
    assert (again.code, "nothing to do" in again.out) == (0, True)
    assert run("show", "iran-answer", "--db", full).code == 0


@pytest.mark.parametrize("steps", [ORPHAN, BREAK])
def test_a_failing_upgrade_changes_nothing(
    run: Callable[..., Ran], full: str, newer: Callable[[str], None], steps: str
) -> None:
    """An upgrade that breaks off, or would break references, is undone whole, and says so."""
    newer(steps)
    before = counts(full)
    ran = run("upgrade", "--db", full)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: ")
    assert "nothing" in ran.err
    assert counts(full) == before
    assert database.schema(Place.of(full)) == BEFORE


@on_sqlite
def test_a_read_only_ledger_is_not_upgraded(full: str, newer: Callable[[str], None]) -> None:
    """What may not be written is not migrated either."""
    newer(REBUILD)
    Path(full).chmod(0o444)
    before = contents(full)
    with pytest.raises(ReadOnlyError):
        database.upgrade(Place.of(full))
    assert contents(full) == before


@pytest.fixture
def too_new(full: str) -> str:
    """A ledger of a tracker to come."""
    with plain(full).begin() as raw:
        raw.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    return full


def test_a_newer_schema_names_the_command_to_run(run: Callable[..., Ran], too_new: str) -> None:
    """A ledger of a newer tracker is not touched; upgrading the program is what helps."""
    before = contents(too_new)
    with pytest.raises(NewSchemaError, match=r"schema 9999 .*pip install --upgrade tracker"):
        Ledger.open(too_new)
    for words in (["list"], ["log", "A question", "-p", "70%"], ["upgrade"]):
        ran = run(*words, "--db", too_new)
        assert (ran.code, ran.out) == (1, "")
        assert "pip install --upgrade tracker" in ran.err
    assert contents(too_new) == before


def test_status_of_a_newer_ledger_does_not_send_one_in_circles(
    run: Callable[..., Ran], too_new: str
) -> None:
    """`tracker upgrade` refuses a newer ledger, so status does not recommend it."""
    ran = run("status", "--db", too_new)
    assert ran.code == 0
    assert str(Place.of(too_new)) in ran.out
    assert "tracker upgrade" not in ran.err


def test_a_ledger_without_a_version_is_one_sentence(full: str) -> None:
    """A ledger that somebody has cut the version out of is refused as such."""
    with plain(full).begin() as raw:
        raw.exec_driver_sql("DELETE FROM alembic_version")
    with pytest.raises(LedgerError) as refused:
        Ledger.open(full)
    assert "\n" not in str(refused.value)
    assert "None" not in str(refused.value)
