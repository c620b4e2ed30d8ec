"""What stands in the ledger's way: one sentence, a code, and nothing written."""

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
from typing import TYPE_CHECKING

import pytest
from conftest import NOW, ROOT

from tracker import Ledger
from tracker.errors import TrackerError, UsageError
from tracker.ledger import connecting
from tracker.ledger.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Ran

    Run = Callable[..., Ran]

READ = {
    "list": ["list"],
    "show": ["show", "q1"],
    "due": ["due"],
    "score": ["score"],
    "calibration": ["calibration"],
    "status": ["status"],
}
WRITE = {
    "log": ["log", "Will it snow?", "-p", "70%"],
    "update": ["log", "q1", "-p", "80%"],
    "resolve": ["resolve", "q1", "yes"],
    "add": ["add", str(ROOT / "seeds" / "prewar-essay.dossier.yaml")],
}
EVERY = {**READ, **WRITE, "upgrade": ["upgrade"]}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound ledger with some forecasts, made once; copied, never touched."""
    file = tmp_path_factory.mktemp("good") / "tracker.db"
    with Ledger.open(file, create=True) as ledger:
        for number in range(1, 40):
            forecast = {"analyst": "ana", "probability": 0.7, "rationale": "because " * 50}
            ledger.log(f"Question number {number}?", forecast, recorded=NOW)
    return file


@pytest.fixture
def held(good: Path, tmp_path: Path) -> Path:
    """A sound ledger where commands look for theirs."""
    return Path(shutil.copy(good, tmp_path / "tracker.db"))


def contents(folder: Path) -> dict[str, bytes | None]:
    """Everything in a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def rows(file: Path) -> list[int]:
    """How many rows the tables have."""
    with closing(sqlite3.connect(file)) as raw:
        tables = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return [raw.execute(f'SELECT count(*) FROM "{t}"').fetchone()[0] for (t,) in tables]


def one_sentence(ran: Ran) -> None:
    """An error in one line on stderr, a code of 1 or 2, and nothing else but a report by status."""
    assert ran.code in {1, 2}
    assert ran.out == "" or ran.out.startswith("version")
    assert ran.err.startswith("error: ")
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err


# --- not a ledger --------------------------------------------------------------------------------


def a_directory(place: Path, good: Path) -> None:
    """A folder with something in it."""
    place.mkdir()
    shutil.copy(good, place / "inside.db")


def a_text(place: Path, good: Path) -> None:  # noqa: ARG001 - all take both
    """Somebody's notes."""
    place.write_text("Dear diary, it rained today.\n" * 100)


def a_short_text(place: Path, good: Path) -> None:  # noqa: ARG001
    """A few bytes."""
    place.write_text("7\n")


def another_program(place: Path, good: Path) -> None:  # noqa: ARG001
    """Another program's database, with a table named as one of ours."""
    with closing(sqlite3.connect(place)) as raw, raw:
        raw.execute("CREATE TABLE forecast (id INTEGER PRIMARY KEY, text TEXT)")
        raw.execute("INSERT INTO forecast (text) VALUES ('sunny')")


def another_programs_log(place: Path, good: Path) -> None:  # noqa: ARG001
    """Another program's database in WAL mode, with alembic's own table."""
    with closing(sqlite3.connect(place)) as raw, raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("CREATE TABLE alembic_version (version_num TEXT)")
        raw.execute("INSERT INTO alembic_version VALUES ('0001')")


def cut_in_half(place: Path, good: Path) -> None:
    """A ledger whose copy broke off."""
    whole = good.read_bytes()
    place.write_bytes(whole[: len(whole) // 2])


def cut_after_a_page(place: Path, good: Path) -> None:
    """The first page of a ledger."""
    place.write_bytes(good.read_bytes()[:4096])


def cut_in_the_header(place: Path, good: Path) -> None:
    """Not even the header is whole."""
    place.write_bytes(good.read_bytes()[:60])


FAULTS = {
    fault.__name__: fault
    for fault in (
        a_directory,
        a_text,
        a_short_text,
        another_program,
        another_programs_log,
        cut_in_half,
        cut_after_a_page,
        cut_in_the_header,
    )
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_ledger_is_refused_and_left_alone(
    run: Run, good: Path, tmp_path: Path, fault: str
) -> None:
    """Every command says in one sentence what is there instead, and changes not one byte."""
    place = tmp_path / "place" / "tracker.db"
    place.parent.mkdir()
    FAULTS[fault](place, good)
    before = contents(place.parent)
    for words in EVERY.values():
        ran = run(*words, "--db", place)
        one_sentence(ran)
        assert ran.code == 1
        assert str(place) in ran.err
        assert contents(place.parent) == before


def test_an_empty_file_is_no_ledger_yet(run: Run, tmp_path: Path) -> None:
    """An empty file is as good as none: nothing to read, and a first forecast starts a ledger."""
    place = tmp_path / "empty.db"
    place.touch()
    for name, words in {**READ, "upgrade": ["upgrade"]}.items():
        ran = run(*words, "--db", place)
        assert place.stat().st_size == 0
        if name == "status":
            assert ran.code == 0
            continue
        one_sentence(ran)
        assert "no ledger at" in ran.err
    assert run(*WRITE["log"], "--db", place).code == 0
    assert run("list", "--json", "--db", place).json[0]["id"] == "q1"


@pytest.mark.parametrize("name", [*READ, "upgrade"])
def test_reading_makes_no_ledger(run: Run, tmp_path: Path, name: str) -> None:
    """Looking at a ledger that is not there leaves nothing behind."""
    ran = run(*EVERY[name], "--db", tmp_path / "new.db")
    if name == "status":
        assert ran.code == 0
        assert "tracker log" in ran.err
    else:
        one_sentence(ran)
        assert "`tracker log` or `tracker add` starts one" in ran.err
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("name", ["update", "resolve"])
def test_a_refused_command_starts_no_ledger(run: Run, tmp_path: Path, name: str) -> None:
    """There is no question to update or settle where there is no ledger: none is made."""
    one_sentence(run(*WRITE[name], "--db", tmp_path / "new.db"))
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("name", EVERY)
def test_a_ledger_in_a_folder_that_is_not_there(run: Run, tmp_path: Path, name: str) -> None:
    """The folder is not made by the way, and its absence is what is complained of."""
    place = tmp_path / "nowhere" / "tracker.db"
    ran = run(*EVERY[name], "--db", place)
    assert not place.parent.exists()
    if name == "status":
        assert ran.code == 0
        return
    one_sentence(ran)
    assert str(place) in ran.err
    if name == "log":
        assert "is the folder there" in ran.err


@pytest.mark.parametrize("name", ["list", "log", "status"])
def test_a_name_that_no_file_can_have(run: Run, tmp_path: Path, name: str) -> None:
    """A path that the system refuses is one sentence too."""
    one_sentence(run(*EVERY[name], "--db", tmp_path / ("long" * 80)))


# --- not to be written ---------------------------------------------------------------------------


def test_a_read_only_ledger_is_read_and_not_written(run: Run, held: Path) -> None:
    """A mode of 0444 counts for everyone: reading works, writing is refused."""
    held.chmod(0o444)
    before = contents(held.parent)
    for words in READ.values():
        assert run(*words).code == 0
    assert len(run("list", "--json").json) == 39
    for words in WRITE.values():
        ran = run(*words)
        one_sentence(ran)
        assert "read-only" in ran.err
        assert "nothing was written" in ran.err
    assert contents(held.parent) == before


def test_a_read_only_copy_of_a_living_ledger_can_be_read(run: Run, held: Path) -> None:
    """What is still in the write-ahead log is seen in a read-only ledger too."""
    with closing(sqlite3.connect(held)) as raw, raw:
        raw.execute("PRAGMA wal_autocheckpoint = 0")
        raw.execute("INSERT INTO tag (name) VALUES ('late')")
        raw.execute(
            "INSERT INTO entry (id, kind, recorded, hash) "
            "SELECT max(id) + 1, 'tag', '2026-11-21', '' FROM entry"
        )
        raw.commit()
        held.chmod(0o444)
        assert held.with_name("tracker.db-wal").stat().st_size > 0
        entries = run("status", "--json").json["entries"]
        held.chmod(0o644)
    assert entries == run("status", "--json").json["entries"]


@pytest.fixture
def locked(held: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A ledger that another program is writing and does not finish with."""
    monkeypatch.setattr(connecting, "WAIT", 0.05)
    with closing(sqlite3.connect(held, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield held


@pytest.mark.parametrize("name", WRITE)
def test_a_locked_ledger_is_waited_for_and_then_refused(
    run: Run, locked: Path, good: Path, name: str
) -> None:
    """Writing gives up in one sentence, and nothing was written."""
    ran = run(*WRITE[name])
    one_sentence(ran)
    assert ran.code == 1
    assert "another program" in ran.err
    assert rows(locked) == rows(good)


def test_a_locked_ledger_can_be_read(run: Run, locked: Path) -> None:
    """A writer keeps nobody from looking."""
    assert locked.exists()
    for words in READ.values():
        assert run(*words).code == 0


def process(code: str, *words: object) -> subprocess.Popen[str]:
    """A Python process that sees this checkout."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


FULL = """
import os, resource, sys
from tracker.cli.main import main
size = 40_000  # less than the dossier takes in the write-ahead log
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
os.environ["TRACKER_DATABASE_URL"] = sys.argv[1]
sys.argv = ["tracker", "add", sys.argv[2]]
main()
"""


def test_a_disk_without_room_is_one_sentence(held: Path, good: Path) -> None:
    """Where nothing more can be written a dossier is refused whole."""
    ran = process(FULL, held, ROOT / "seeds" / "prewar-essay.dossier.yaml")
    out, err = ran.communicate(timeout=100)
    assert (ran.returncode, out) == (1, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert "nothing was written" in err
    assert rows(held) == rows(good)


KILLED = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from sqlalchemy import Engine, event
from tracker import Ledger
from tracker.texts.dossier import read
place, dossier, sign, count = *sys.argv[1:4], int(sys.argv[4])
@event.listens_for(Engine, "before_cursor_execute")
def slow(connection, cursor, statement, *rest):
    global count
    count -= statement.startswith("INSERT")
    if count == 0:
        Path(sign).touch()
        time.sleep(100)
with Ledger.open(place) as ledger:
    ledger.add(read(Path(dossier)).dossier, recorded=datetime(2026, 11, 21, 12, tzinfo=UTC))
"""


@pytest.mark.parametrize("count", [2, 200])
def test_a_killed_add_leaves_nothing_half_done(
    held: Path, good: Path, tmp_path: Path, count: int
) -> None:
    """After kill -9 in the middle of a dossier the ledger is as it was, and sound."""
    sign = tmp_path / "sign"
    running = process(KILLED, held, ROOT / "seeds" / "prewar-essay.dossier.yaml", sign, count)
    while not sign.exists():
        assert running.poll() is None, running.communicate()
        time.sleep(0.005)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert rows(held) == rows(good)
    with closing(sqlite3.connect(held)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


INTERRUPTED = """
import os, signal, sys, threading
from sqlalchemy import Engine, event
from tracker.cli.main import main
from tracker.ledger import connecting
connecting.WAIT = 1.0
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background ignores it
os.environ["TRACKER_DATABASE_URL"] = sys.argv[1]
sys.argv = ["tracker", "log", "q1", "-p", "80%"]
@event.listens_for(Engine, "before_cursor_execute")
def begun(connection, cursor, statement, *rest):
    if statement == "BEGIN IMMEDIATE":
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
main()
"""


def test_an_interrupted_command_says_so_and_writes_nothing(held: Path, good: Path) -> None:
    """Ctrl-C while another program holds the ledger: a sentence, 130, and not a row."""
    with closing(sqlite3.connect(held, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        running = process(INTERRUPTED, held)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (130, "")
    assert "interrupted" in err
    assert "Traceback" not in err
    assert rows(held) == rows(good)


# --- addresses -----------------------------------------------------------------------------------

SECRET = "hunter2"  # noqa: S105 - nobody's


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+nosuchdriver://ana:{SECRET}@localhost/tracker",
        f"mongodb://ana:{SECRET}@localhost/tracker",
        f"oracle+nothing://ana:{SECRET}@localhost/tracker",
        f"postgresql://ana:{SECRET}@localhost:port/tracker",
        f"postgresql://ana:{SECRET}@[::1/tracker",
        f"postgresql://ana:{SECRET}@127.0.0.1:1/tracker",  # where nobody answers
        f"://ana:{SECRET}@localhost/tracker",
        f"post gres://ana:{SECRET}@localhost/tracker",
        f"postgresql://localhost/tracker?password={SECRET}&user=ana&driver=none",
    ],
)
@pytest.mark.parametrize("name", ["log", "status"])
def test_an_address_that_leads_nowhere_keeps_its_secret(run: Run, url: str, name: str) -> None:
    """Unknown drivers and broken addresses are one sentence, without the password."""
    ran = run(*EVERY[name], "--db", url)
    one_sentence(ran)
    assert SECRET not in ran.err + ran.out


@pytest.mark.parametrize("named", ["", ":memory:", "sqlite://", "sqlite:///:memory:", "://"])
def test_a_ledger_needs_a_file(named: str) -> None:
    """A ledger in memory would be gone before it could be read."""
    with pytest.raises(UsageError, match="expected a"):
        Place.of(named)


@pytest.mark.parametrize("url", ["sqlite://home/tracker.db", "sqlite://ana:x@home/tracker.db"])
def test_a_sqlite_file_is_on_this_machine(url: str) -> None:
    """With one slash too few the first folder is taken for a host; that is refused, not guessed."""
    with pytest.raises(UsageError):
        Place.of(url)


def test_a_place_shows_no_password() -> None:
    """A place is named without what is secret in it, wherever in the address that stands."""
    for url in (
        f"postgresql://ana:{SECRET}@localhost/tracker",
        f"postgresql://localhost/tracker?user=ana&password={SECRET}",
    ):
        assert SECRET not in str(Place.of(url))
        assert "localhost/tracker" in str(Place.of(url))


def test_a_path_may_hold_any_sign(tmp_path: Path) -> None:
    """Percent, question mark, hash, blanks and other scripts in a path are only signs."""
    place = tmp_path / "100% of? #1 наш журнал.db"
    with Ledger.open(place, create=True) as ledger:
        ledger.log("Will it snow?", {"analyst": "ana", "probability": 0.5}, recorded=NOW)
    with Ledger.open(place, writable=False) as ledger:
        assert ledger.counts()["forecast"] == 1
    assert [path.name for path in tmp_path.iterdir()] == [place.name]


def test_every_error_is_one_of_trackers_own(good: Path, tmp_path: Path) -> None:
    """The library raises what the command line says: a TrackerError with a code."""
    for number, fault in enumerate(FAULTS.values()):
        place = tmp_path / f"{number}.db"
        fault(place, good)
        with pytest.raises(TrackerError) as raised:
            Ledger.open(place)
        assert raised.value.exit_code == 1
