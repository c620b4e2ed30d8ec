"""Damage, and what stands in the way of copies: one sentence, and nothing lost or left behind."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW, ROOT
from ledgers import everything
from places import Databases, counts
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from tracker import Ledger, files
from tracker.ledger import connecting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Ran
    from postgres import Server

    Run = Callable[..., Ran]

PAST = Path(__file__).parent / "past" / "0001.db"
DOSSIER = ROOT / "seeds" / "prewar-essay.dossier.yaml"
READ = {
    "list": ["list"],
    "list as json": ["list", "--json"],
    "show": ["show", "snow"],
    "due": ["due"],
    "score": ["score"],
    "calibration": ["calibration"],
    "status": ["status"],
    "export": ["export"],
    "verify": ["verify"],
}
LAST = NOW + timedelta(hours=4)  # when the last entry was recorded
WRITE = {
    "log": ["log", "Will it rain?", "-p", "70%"],
    "update": ["log", "how-much", "--quantile", "50%=7"],
    "resolve": ["resolve", "q5", "this"],
    "add": ["add", str(DOSSIER)],
}


@pytest.fixture(autouse=True)
def _afterwards(run: Run, clock: Callable[[Any], None]) -> None:
    """The clock stands after the last entry."""
    del run  # which sets the clock first
    clock(LAST + timedelta(hours=1))


def contents(folder: Path) -> dict[str, bytes | None]:
    """Everything in a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def refused(ran: Ran, *words: str) -> None:
    """An error of the data in one sentence on stderr, with these words, and nothing on stdout."""
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: ")
    assert ran.err.count("\n") == 1
    for word in words:
        assert word in ran.err


# --- damaged pages -------------------------------------------------------------------------------


def spoilt(whole: Path, file: Path, offset: int, by: bytes) -> None:
    """A ledger with some bytes of its file written over."""
    content = bytearray(whole.read_bytes())
    content[offset : offset + len(by)] = by
    file.write_bytes(content)


PAGE = 4096
GARBAGE = {
    "zeros at the beginning of a page": (0, bytes(16)),
    "other bytes at the beginning of a page": (0, bytes([13, 255, 0, 7, 3, 1])),
    "ones where cells point": (8, b"\xff" * 24),
    "text in the middle": (2500, b"something else"),
    "bytes that are no text at the end": (4000, b"\xfe\xff\x80" * 20),
    "a bit at the end": (4090, b"\x01"),
}


@pytest.mark.parametrize("how", GARBAGE)
def test_damage_is_found_wherever_it_is(run: Run, whole: Path, tmp_path: Path, how: str) -> None:
    """On any page: every command answers or says in one sentence why not; verify names it."""
    file, copy = tmp_path / "tracker.db", tmp_path / "backup.db"
    head = run("verify", "--head", "--db", whole).out
    within, by = GARBAGE[how]
    pages, first = whole.stat().st_size // PAGE, list(GARBAGE).index(how) % 3
    for page in [0, *range(first, pages, 6)]:
        spoilt(whole, file, page * PAGE + within, by)
        for words in [*READ.values(), WRITE["log"]] if page % 2 else [READ["list"]]:
            ran = run(*words)
            assert ran.code in {0, 1}, (page, words)
            assert "Traceback" not in ran.err
            if ran.code:
                assert ran.err.startswith("error: "), (page, words)
                assert ran.err.count("\n") == 1, (page, words, ran.err)
        spoilt(whole, file, page * PAGE + within, by)
        ran = run("verify", "--head")
        if ran.code == 0:  # bytes that hold nothing
            assert ran.out == head, page
            continue
        refused(ran)
        refused(run("backup", copy))
        assert not copy.exists()
        refused(run("restore", file, "--db", tmp_path / "again.db"))
        assert not (tmp_path / "again.db").exists()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_backup_that_broke_off_is_not_restored(
    run: Run, whole: Path, tmp_path: Path, share: float
) -> None:
    """A copy of which only a part arrived is refused, and leaves nothing behind."""
    content = whole.read_bytes()
    short = tmp_path / "short.db"
    short.write_bytes(content[: int(len(content) * share)])
    before = contents(tmp_path)
    refused(run("restore", short, "--db", tmp_path / "again.db"))
    refused(run("copy", short, tmp_path / "again.db"))
    assert contents(tmp_path) == before


def tamper(file: Path) -> None:
    """Change one word, and leave the triggers as they were."""
    with closing(sqlite3.connect(file)) as raw, raw:
        name = "lesson_no_update"
        held = "SELECT sql FROM sqlite_master WHERE name = ?"
        ((sql,),) = raw.execute(held, [name]).fetchall()
        raw.execute(f"DROP TRIGGER {name}")
        raw.execute("UPDATE lesson SET text = text || '!'")
        raw.execute(sql)


def test_what_was_tampered_with_is_not_copied(run: Run, held: Path, tmp_path: Path) -> None:
    """Backup, restore and copy name the fault as verify does; there is no copy, and no draft."""
    tamper(held)
    before = contents(tmp_path)
    target = tmp_path / "new.db"
    for words in (
        ["backup", target],
        ["restore", held, "--db", target],
        ["copy", held, target],
        ["verify"],
    ):
        refused(run(*words), "entry 31 (lesson")
        assert contents(tmp_path) == before


def test_what_was_tampered_with_is_not_copied_to_a_server(
    run: Run, held: Path, postgres: Server
) -> None:
    """The source is verified before anything is made on the server."""
    tamper(held)
    places = Databases(postgres)
    with places.lent() as place:
        refused(run("copy", held, place), "entry 31 (lesson")
        assert counts(place) == {}


def test_what_was_tampered_with_on_a_server_is_not_copied(
    run: Run, tmp_path: Path, postgres: Server
) -> None:
    """A backup of a server is verified as one of a file is."""
    places = Databases(postgres)
    with places.lent() as place:
        everything(place)
        name = str(make_url(place).database)
        assert run("backup", tmp_path / "sound.db", "--db", place).code == 0
        before = contents(tmp_path)
        for statement in (
            "ALTER TABLE lesson DISABLE TRIGGER ALL",
            "UPDATE lesson SET text = text || '!'",
            "ALTER TABLE lesson ENABLE TRIGGER ALL",
        ):
            postgres.execute(name, statement)
        for words in (["backup", tmp_path / "new.db"], ["backup", tmp_path / "sound.db"]):
            refused(run(*words, "--db", place), "entry 31 (lesson")
            assert contents(tmp_path) == before


# --- targets -------------------------------------------------------------------------------------


def test_what_stands_at_the_target_stays(run: Run, held: Path, tmp_path: Path) -> None:
    """Another ledger, another ledger's backup, notes, a folder: nothing is written over them."""
    other, notes, folder = tmp_path / "other.db", tmp_path / "notes.txt", tmp_path / "folder"
    with Ledger.open(tmp_path / "living.db", create=True) as ledger:
        for probability in (0.1, 0.2, 0.3):
            says = {"analyst": "zoë", "probability": probability}
            ledger.log("Another one?", says, recorded=NOW)
    assert run("backup", other, "--db", tmp_path / "living.db").code == 0
    notes.write_text("Dear diary\n" * 100)
    folder.mkdir()
    (folder / "inside.txt").write_text("x")
    before = contents(tmp_path)
    for target in (other, notes, folder):
        for words in (
            ["backup", target],
            ["restore", held, "--db", target],
            ["copy", held, target],
        ):
            refused(run(*words), str(target))
            assert contents(tmp_path) == before, words


def test_a_backup_replaces_one_that_it_extends_and_no_later_one(
    run: Run, held: Path, tmp_path: Path
) -> None:
    """Today's backup takes the place of yesterday's; that of an old copy takes nobody's."""
    old, backup = Path(shutil.copy(held, tmp_path / "old.db")), tmp_path / "backup.db"
    assert run("backup", backup).code == 0
    assert run(*WRITE["log"]).code == 0
    assert run("backup", backup).code == 0
    head = run("verify", "--head", "--db", backup).out
    assert head == run("verify", "--head").out
    before = contents(tmp_path)
    refused(run("backup", backup, "--db", old), str(backup), "old copy was put back")
    assert contents(tmp_path) == before


@pytest.mark.parametrize("tail", ["-wal", "-shm", "-journal"])
def test_a_log_left_beside_the_target_is_not_taken_for_ours(
    run: Run, held: Path, tmp_path: Path, tail: str
) -> None:
    """A write-ahead log of a ledger that was removed would be read into the new one."""
    target = tmp_path / "new.db"
    (tmp_path / f"new.db{tail}").write_bytes(b"\x37\x7f\x06\x82 what was")
    before = contents(tmp_path)
    for words in (
        ["restore", held, "--db", target],
        ["copy", held, target],
        ["backup", target],
    ):
        refused(run(*words), f"new.db{tail}")
        assert contents(tmp_path) == before


def test_a_server_with_a_ledger_is_no_target(run: Run, held: Path, postgres: Server) -> None:
    """Nothing is copied over a ledger on a server either, nor into another program's tables."""
    places = Databases(postgres)
    with places.lent() as place, places.lent() as other:
        assert run("copy", held, place).code == 0
        before = counts(place)
        refused(run("copy", held, place), "there is a ledger at")
        refused(run("restore", held, "--db", place), "there is a ledger at")
        assert counts(place) == before
        postgres.execute(str(make_url(other).database), "CREATE TABLE entry (id int)")
        refused(run("copy", held, other), "another program")
        assert counts(other) == {"entry": 0}


def test_a_folder_that_nobody_can_write_to(run: Run, held: Path, tmp_path: Path) -> None:
    """Backups, exports and copies are refused there in one sentence."""
    before = contents(tmp_path)
    nowhere = Path("/proc") if Path("/proc").is_dir() else tmp_path / "nowhere"
    for words in (
        ["backup", nowhere / "new.db"],
        ["export", "-o", nowhere / "new.jsonl"],
        ["restore", held, "--db", nowhere / "new.db"],
        ["copy", held, nowhere / "new.db"],
    ):
        refused(run(*words), str(nowhere))
        assert contents(tmp_path) == before


# --- no room -------------------------------------------------------------------------------------

FULL = """
import os, resource, sys
from tracker.cli.main import main
import alembic.command, sqlalchemy.dialects.sqlite  # what is compiled is not written then
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
os.environ["TRACKER_DATABASE_URL"] = sys.argv[1]
sys.argv = ["tracker", *sys.argv[2:]]
main()
"""


@pytest.mark.parametrize(
    "words",
    [
        ["backup", "new.db"],
        ["copy", "tracker.db", "new.db"],
        ["restore", "tracker.db", "--db", "new.db"],
        ["export", "-o", "new.jsonl"],
        ["upgrade"],
    ],
    ids=lambda words: words[0],
)
def test_a_disk_that_is_full(run: Run, tmp_path: Path, words: list[str]) -> None:
    """Where there is no room for a copy there is none, nor a part of one; the ledger is whole."""
    file = tmp_path / "tracker.db"
    if words == ["upgrade"]:
        shutil.copy(PAST, file)
    else:
        for name in ("prewar-essay", "war-article"):
            assert run("add", files.bundled("seeds") / f"{name}.dossier.yaml").code == 0
    before = contents(tmp_path)
    here = [str(tmp_path / word) if "." in word else word for word in words]
    ran = subprocess.run(
        [sys.executable, "-c", FULL, str(file), *here],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert (ran.returncode, ran.stdout) == (1, ""), ran.stderr
    assert ran.stderr.startswith("error: ")
    assert ran.stderr.count("\n") == 1
    assert contents(tmp_path) == before


def test_a_server_whose_disk_is_full(run: Run, postgres: Server) -> None:
    """What the server says of its disk is one sentence, and nothing was written."""
    places = Databases(postgres)
    with places.lent(places.empty) as place:
        name = str(make_url(place).database)
        postgres.execute(
            name,
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE 'could not extend file \"base/1\": No space left on device' "
            "USING ERRCODE = 'disk_full', HINT = 'Check free disk space.'; END $$",
        )
        postgres.execute(
            name,
            "CREATE TRIGGER no_room BEFORE INSERT ON forecast "
            "FOR EACH ROW EXECUTE FUNCTION no_room()",
        )
        before = counts(place)
        for command in ("log", "add"):
            refused(run(*WRITE[command], "--db", place), "disk is full", "nothing was written")
            assert counts(place) == before


# --- servers that may be read --------------------------------------------------------------------


@pytest.fixture
def served(run: Run, held: Path, postgres: Server) -> Iterator[str]:
    """A ledger on a server."""
    places = Databases(postgres)
    with places.lent() as place:
        assert run("copy", held, place).code == 0
        yield place


def reading_works(run: Run, place: str) -> None:
    """Whatever only looks does so."""
    for words in READ.values():
        ran = run(*words, "--db", place)
        assert ran.code == 0, ran.err


def writing_is_refused(run: Run, place: str, owner: str, *words: str) -> None:
    """Whatever records is refused in one sentence, and leaves no row."""
    before = counts(owner)
    for command in WRITE.values():
        refused(run(*command, "--db", place), "nothing was written", *words)
        assert counts(owner) == before


def test_a_server_that_takes_no_writes(run: Run, served: str, postgres: Server) -> None:
    """A standby, or a database that is set read-only, is read."""
    name = str(make_url(served).database)
    postgres.execute(name, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    reading_works(run, served)
    writing_is_refused(run, served, served, "read-only")


def test_a_role_that_may_only_read(run: Run, served: str, postgres: Server) -> None:
    """A role with no right but to read can verify, and cannot record."""
    name = str(make_url(served).database)
    for statement in (
        "DROP ROLE IF EXISTS looker",
        "CREATE ROLE looker LOGIN",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker",
    ):
        postgres.execute(name, statement)
    looker = served.replace("postgres@", "looker@")
    reading_works(run, looker)
    writing_is_refused(run, looker, served, "not open to this role")
    postgres.execute(name, "DROP OWNED BY looker")
    postgres.execute(name, "DROP ROLE looker")


def test_a_server_that_another_writes_to(
    run: Run, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that does not finish is waited for, then given up on; readers wait for nobody."""
    monkeypatch.setattr(connecting, "WAIT", 0.2)
    other = create_engine(served, poolclass=NullPool)
    with other.begin() as session:
        lock = f"SELECT pg_advisory_xact_lock({connecting.WRITE_LOCK})"
        session.exec_driver_sql(lock)
        writing_is_refused(run, served, served, "another program")
        reading_works(run, served)
    assert run(*WRITE["log"], "--db", served).code == 0


def test_a_ledger_that_another_writes_to_is_backed_up(run: Run, held: Path, tmp_path: Path) -> None:
    """A backup waits for no writer, and has nothing of what is not committed yet."""
    head = run("verify", "--head").out
    with closing(sqlite3.connect(held, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO tag VALUES (99, 'in the making')")
        assert run("backup", tmp_path / "backup.db").code == 0
    assert run("verify", "--head", "--db", tmp_path / "backup.db").out == head


# --- migrations ----------------------------------------------------------------------------------


@pytest.fixture
def without_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation from which the file of a migration was lost."""
    folder = tmp_path / "less" / "migrations"
    skip = shutil.ignore_patterns("__pycache__", "0003*")
    shutil.copytree(files.bundled("migrations"), folder, ignore=skip)
    monkeypatch.setattr(files, "bundled", lambda name: tmp_path / "less" / name)


@pytest.mark.usefixtures("without_the_last")
def test_a_migration_that_is_missing(run: Run, tmp_path: Path) -> None:
    """Neither is an old ledger upgraded half-way nor a new one made of an older schema."""
    file = tmp_path / "tracker.db"
    refused(run(*WRITE["log"]), "lacks the migration to schema 0003")
    assert not file.exists() or file.stat().st_size == 0
    shutil.copy(PAST, file)
    before = file.read_bytes()
    ran = run("upgrade")
    refused(ran, "lacks the migration to schema 0003", "nothing was changed")
    assert file.read_bytes() == before
    refused(run("list"), "tracker upgrade")


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("UPDATE alembic_version SET version_num = '0000'", "which no tracker had"),
        ("UPDATE alembic_version SET version_num = '9999'", "pip install --upgrade"),
        ("UPDATE alembic_version SET version_num = 'abc'", "another program"),
        ("UPDATE alembic_version SET version_num = CAST(x'ff' AS TEXT)", "tracker.db"),
        ("DELETE FROM alembic_version", "does not say its schema"),
        ("DROP TABLE alembic_version", "tracker.db"),
    ],
)
def test_a_schema_that_nobody_knows(run: Run, held: Path, sql: str, word: str) -> None:
    """A number of no schema, or none: every command refuses in one sentence, upgrade too."""
    with closing(sqlite3.connect(held)) as raw, raw:
        raw.execute(sql)
    before = held.read_bytes()
    refused(run("upgrade"), word)
    backup = ["backup", str(held.with_name("new.db"))]
    for words in [*READ.values(), *WRITE.values(), backup]:
        ran = run(*words)
        if words != ["status"]:
            refused(ran)
        assert "Traceback" not in ran.err
        assert held.read_bytes() == before


# --- the clock -----------------------------------------------------------------------------------


def test_a_clock_that_is_a_year_behind(run: Run, clock: Callable[[Any], None], held: Path) -> None:
    """Nothing can be recorded as if it had been said before; looking needs no clock."""
    clock(LAST - timedelta(days=365))
    before = counts(held)
    for words in WRITE.values():
        refused(run(*words), "2025-11-21T16:00:00", "2026-11-21T16:00:00", "nothing was written")
        assert counts(held) == before
    for words in READ.values():
        assert run(*words).code == 0


@pytest.mark.parametrize("minutes", [0, 3, 5])
def test_a_clock_that_is_a_little_behind(
    run: Run, clock: Callable[[Any], None], held: Path, minutes: int
) -> None:
    """It is taken to stand at the last entry, so that time never goes back."""
    clock(LAST - timedelta(minutes=minutes))
    for words in (WRITE["log"], WRITE["resolve"]):
        assert run(*words).code == 0
    assert run("verify").code == 0
    with closing(sqlite3.connect(held)) as raw:
        late = raw.execute("SELECT DISTINCT recorded FROM entry WHERE id > 36").fetchall()
    assert late == [("2026-11-21T16:00:00.000000Z",)]


def test_a_clock_that_is_just_too_far_behind(
    run: Run, clock: Callable[[Any], None], held: Path
) -> None:
    """One second more than five minutes is too much."""
    clock(LAST - timedelta(minutes=5, seconds=1))
    before = counts(held)
    refused(run(*WRITE["log"]), "set the clock right")
    assert counts(held) == before
