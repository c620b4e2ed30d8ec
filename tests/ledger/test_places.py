"""Places: links, copies over what is there, other writers, full disks, signals, and messages."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from checker import canonical
from conftest import NOW, ROOT
from places import counts, select
from sqlalchemy.engine import make_url

from tracker import Ledger
from tracker.errors import LedgerError, TamperedError
from tracker.ledger import copying
from tracker.ledger.place import Place
from tracker.ledger.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Ran
    from places import Places
    from postgres import Server

    Run = Callable[..., Ran]

PAST = Path(__file__).parent / "past" / "0001.db"
SAYS = {"analyst": "ana", "probability": 0.25}
PROGRAM = "import sys; from tracker.cli.main import main; sys.argv[0] = 'tracker'; main()"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound ledger of more than 20,000 entries, which takes a while; made once, not changed."""
    file = tmp_path_factory.mktemp("large") / "tracker.db"
    with Ledger.open(file, create=True) as ledger:
        ledger.log("Snow in Vienna?", SAYS, recorded=NOW)
        before, first = ledger.head().hash, ledger.head().entry + 1
    ((question,),) = select(file, "SELECT entry_id FROM question")
    ((analyst,),) = select(file, "SELECT entry_id FROM analyst")
    entries, lessons = [], []
    for number in range(first, first + 20_000):
        text = f"Lesson {number} of many that all say the same and take some room. " * 2
        said = {
            "before": before,
            "entry": number,
            "kind": "lesson",
            "recorded": f"{NOW:%Y-%m-%dT%H:%M:%S.%f}Z",
            "rows": {"lesson": [{"analyst": analyst, "question": question, "text": text}]},
        }
        before = sha256(canonical(said).encode()).hexdigest()
        entries.append((number, said["recorded"], before))
        lessons.append((number, text))
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.executemany(
            "INSERT INTO entry (id, kind, recorded, hash) VALUES (?, 'lesson', ?, ?)", entries
        )
        raw.executemany(
            "INSERT INTO lesson (entry_id, question_id, analyst_id, text) VALUES (?, 1, 1, ?)",
            lessons,
        )
    with Ledger.open(file) as ledger:
        assert ledger.verify().entries == first + 19_999
    return file


def refused(ran: Ran) -> str:
    """What a command said that was refused, in one sentence."""
    assert ran.code in {1, 2}, ran
    assert ran.err.startswith("error: ")
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err
    return ran.err


def log(place: str | Path, hours: int = 24) -> None:
    """Record one thing more."""
    with Ledger.open(place) as ledger:
        new = ledger.counts()["question"] == 0
        asked = "A new question?" if new else ledger.questions()[0].question.id
        ledger.log(asked, SAYS, recorded=NOW + timedelta(hours=hours))


def head(place: str | Path) -> str:
    """The head of a ledger that verifies."""
    with Ledger.open(place) as ledger:
        return str(ledger.verify().head)


def before(monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[], object]) -> None:
    """Do something once, just before a function of the copying is called."""
    if not hasattr(copying, name):
        pytest.skip(f"no copying.{name}")
    original = getattr(copying, name)
    done: list[bool] = []

    def called(*given: Any, **named: Any) -> Any:
        if not done:
            done.append(True)
            act()
        return original(*given, **named)

    monkeypatch.setattr(copying, name, called)


# --- written over --------------------------------------------------------------------------------

PAGES = {
    "export": ["export", "-o"],
    "demo": ["demo", "-o"],
    "calibration": ["calibration", "-o"],
}
KINDS = ("the ledger", "a backup", "an old one", "of another program")


@pytest.mark.parametrize(
    ("page", "kind", "way"),
    [
        *((page, "the ledger", "by a link") for page in PAGES),
        ("calibration", "a backup", "by a link"),
        *(("export", kind, "directly") for kind in KINDS),
        *(("export", kind, "by another name") for kind in KINDS),
        ("demo", "the ledger", "directly"),
    ],
)
def test_no_page_is_written_over_a_database(
    run: Run, held: Path, page: str, kind: str, way: str
) -> None:
    """An export, a demo and a page are never written over a ledger, a backup or any database."""
    tmp_path = held.parent
    target = {"the ledger": held}.get(kind, tmp_path / "other.db")
    if kind == "a backup":
        assert run("backup", target).code == 0
    elif kind == "an old one":
        shutil.copy(PAST, target)
    elif kind == "of another program":
        with closing(sqlite3.connect(target)) as raw:
            raw.execute("CREATE TABLE mine (id)")
    named = target
    if way != "directly":
        named = tmp_path / "page.html"
        (named.hardlink_to if way == "by another name" else named.symlink_to)(target)
    was = target.read_bytes()
    said = refused(run(*PAGES[page], named))
    assert named.name in said or target.name in said
    assert target.read_bytes() == was
    assert named.is_symlink() == (way == "by a link")


@pytest.mark.parametrize("page", ["export", "calibration"])
def test_a_page_is_written_over_a_page(run: Run, held: Path, tmp_path: Path, page: str) -> None:
    """What is no database is replaced as ever, also through a link."""
    assert held.exists()
    file, link = tmp_path / "page.html", tmp_path / "link.html"
    file.write_text("old", "utf-8")
    link.symlink_to(file)
    for named in (file, link):
        assert run(*PAGES[page], named).code == 0
        assert file.read_bytes() != b"old"
    assert link.is_symlink()


# --- copies to where there is an empty ledger ----------------------------------------------------

LOG = """
import sys
from datetime import UTC, datetime
from tracker import Ledger
from tracker.errors import LedgerError
from tracker.ledger import connecting
connecting.WAIT = float(sys.argv[2])
ledger = Ledger.open(sys.argv[1])
print("open", flush=True)
try:
    said = {"analyst": "eve", "probability": 0.5}
    ledger.log("Was this lost?", said, recorded=datetime(2026, 12, 1, tzinfo=UTC))
except LedgerError as error:
    sys.exit(f"error: {error}")
"""


class Logging:
    """Somebody else who logs a forecast into the empty ledger while something is copied there."""

    def __init__(self, place: str, *, patient: bool) -> None:
        self.place, self.patient = place, patient
        self.process: subprocess.Popen[str] | None = None

    def __call__(self) -> None:
        """Log, and wait until it is done; or be about to, if patient."""
        wait = "20" if self.patient else "0.3"
        self.process = subprocess.Popen(
            [sys.executable, "-c", LOG, self.place, wait],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.process.stdout.readline()
        if self.patient:
            time.sleep(0.3)
        else:
            self.process.wait(timeout=30)

    def succeeded(self) -> bool:
        """Whether the forecast was confirmed."""
        assert self.process is not None
        _, said = self.process.communicate(timeout=60)
        assert "Traceback" not in said
        return self.process.returncode == 0


@pytest.mark.parametrize(
    "case",
    [
        ("copy", "_rows", "at once"),
        ("copy", "_rows", "waiting"),
        ("copy", "replace", "waiting"),
        ("restore", "verify", "at once"),
        ("restore", "_rows", "waiting"),
        ("restore", "replace", "at once"),
    ],
    ids=" ".join,
)
def test_nothing_is_lost_that_is_logged_while_a_copy_is_made(
    run: Run,
    tmp_path: Path,
    whole: Path,
    monkeypatch: pytest.MonkeyPatch,
    case: tuple[str, str, str],
) -> None:
    """A copy to an empty ledger and a forecast at once: never are both confirmed and one lost."""
    command, moment, how = case
    target = str(tmp_path / "empty.db")
    Ledger.open(target, create=True).close()
    someone = Logging(target, patient=how == "waiting")
    if moment == "replace":
        original = os.replace

        def replace(*given: Any, **named: Any) -> None:
            if someone.process is None and str(given[1]).endswith("empty.db"):
                someone()
            original(*given, **named)

        monkeypatch.setattr(os, "replace", replace)
    else:
        before(monkeypatch, moment, someone)
    words = [whole, "--db", target] if command == "restore" else [whole, target]
    ran = run(command, *words)
    if someone.process is None:
        return  # there is no such moment
    logged = someone.succeeded()
    assert ran.code == 0 or refused(ran)
    assert logged or ran.code == 0
    there = counts(target)["analyst"]
    with Ledger.open(target) as ledger:
        ledger.verify()
        kept = any("lost" in question.question.title for question in ledger.questions())
    assert kept == logged
    assert (there > 1) == (ran.code == 0)


@pytest.mark.parametrize("moment", ["verify", "_rows"])
def test_nothing_is_lost_on_a_server_either(
    run: Run, databases: Places, whole: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The same into an empty ledger on a server."""
    with databases.lent(databases.empty) as target:
        someone = Logging(target, patient=True)
        before(monkeypatch, moment, someone)
        ran = run("copy", whole, target)
        logged = someone.succeeded()
        assert ran.code == 0 or refused(ran)
        assert logged or ran.code == 0
        with Ledger.open(target) as ledger:
            ledger.verify()
            kept = any("lost" in question.question.title for question in ledger.questions())
        assert kept == logged
        assert (counts(target)["analyst"] > 1) == (ran.code == 0)


def test_a_second_restore_is_refused(run: Run, tmp_path: Path, whole: Path, places: Places) -> None:
    """Into an empty ledger once, and never over what is there."""
    with places.lent(places.empty) as target:
        assert run("restore", whole, "--db", target).code == 0
        was = counts(target)
        for words in (["restore", whole, "--db", target], ["copy", whole, target]):
            assert "there is a ledger" in refused(run(*words))
        assert counts(target) == was
    assert not list(tmp_path.glob(".*"))


def test_a_copy_that_does_not_verify_leaves_nothing_on_a_server(
    run: Run, held: Path, whole: Path, databases: Places
) -> None:
    """Nothing is there of a ledger that was tampered with, and a sound one can still come."""
    with closing(sqlite3.connect(held)) as raw, raw:
        raw.execute("DROP TRIGGER lesson_no_update")
        raw.execute("UPDATE lesson SET text = text || '!'")
    with databases.lent() as target:
        refused(run("copy", held, target))
        assert not sum(v for k, v in counts(target).items() if k not in {"head", "alembic_version"})
        assert run("copy", whole, target).code == 0
        assert head(target) == head(whole)


def test_a_ledger_that_is_tampered_with_meanwhile_leaves_nothing_on_a_server(
    run: Run, held: Path, whole: Path, databases: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it went wrong between the first look and the copying, there are no rows either."""

    def tamper() -> None:
        with closing(sqlite3.connect(held)) as raw, raw:
            raw.execute("DROP TRIGGER IF EXISTS lesson_no_update")
            raw.execute("UPDATE lesson SET text = text || '!'")

    with databases.lent() as target:
        with monkeypatch.context() as patch:
            before(patch, "_rows", tamper)
            ran = run("copy", held, target)
        if ran.code == 0:  # it had taken its copy before
            assert head(target) == head(whole)
            return
        refused(ran)
        assert not sum(v for k, v in counts(target).items() if k not in {"head", "alembic_version"})
        assert run("copy", whole, target).code == 0
        assert head(target) == head(whole)


@pytest.mark.parametrize(
    ("command", "moment"),
    [
        ("copy", "verify"),
        ("copy", "_rows"),
        ("backup", "_fill"),
        ("backup", "verify"),
        ("restore", "_rows"),
    ],
)
def test_the_head_that_is_said_is_that_of_the_copy(
    run: Run,
    held: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    moment: str,
) -> None:
    """Also where the ledger grows while it is copied."""
    target = held.with_name("copy.db")
    before(monkeypatch, moment, lambda: log(held))
    words: dict[str, list[object]] = {
        "copy": [held, target],
        "backup": [target],
        "restore": [held, "--db", target],
    }
    ran = run(command, "--json", *words[command])
    assert ran.code == 0, ran.err
    assert ran.json["head"] == head(target)
    assert ran.json["entries"] == counts(target)["entry"]


@pytest.mark.parametrize("moment", ["verify", "_rows"])
def test_two_copies_at_once_into_one_database(
    whole: Path, databases: Places, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """One of them is there; the other is refused for what it is."""
    failed: list[LedgerError] = []

    def copy(target: str) -> None:
        try:
            copying.copy(Place.of(whole), Place.of(target))
        except LedgerError as error:
            failed.append(error)

    with databases.lent() as target:
        other = threading.Thread(target=copy, args=[target])

        def both() -> None:
            other.start()
            other.join(1)  # unless it waits for the first

        before(monkeypatch, moment, both)
        copy(target)
        other.join(60)
        assert len(failed) == 1
        assert re.search("there is a ledger|another|at once|at the same time", str(failed[0]))
        assert "\n" not in str(failed[0])
        assert not isinstance(failed[0], TamperedError)
        assert head(target) == head(whole)


# --- links ---------------------------------------------------------------------------------------


def test_a_ledger_with_two_names_is_read_and_not_written(
    run: Run, held: Path, tmp_path: Path
) -> None:
    """Under each name SQLite would keep a log of its own, so that one would not see the other."""
    other = tmp_path / "other.db"
    other.hardlink_to(held)
    was = held.read_bytes()
    for file in (held, other):
        for words in (["log", "snow", "-p", "70%"], ["resolve", "snow", "yes", "--why", "x"]):
            said = refused(run(*words, "--db", file))
            assert "link" in said
            assert str(file) in said
        for reading in (["list"], ["show", "snow"], ["verify"], ["export"]):
            assert run(*reading, "--db", file).code == 0
    assert held.read_bytes() == was
    assert run("backup", tmp_path / "backup.db").code == 0
    other.unlink()
    assert run("list").code == 0


def test_an_old_ledger_with_two_names_is_not_upgraded(run: Run, tmp_path: Path) -> None:
    """Bringing it to a new schema is writing, too."""
    file = Path(shutil.copy(PAST, tmp_path / "tracker.db"))
    (tmp_path / "other.db").hardlink_to(file)
    was = file.read_bytes()
    assert "link" in refused(run("upgrade"))
    assert file.read_bytes() == was


@pytest.mark.parametrize("relative", [False, True])
def test_the_newest_is_read_through_a_link(
    run: Run, held: Path, tmp_path: Path, relative: bool
) -> None:
    """A ledger that may only be read is read with its log, whatever name it is read under."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    link = folder / "link.db"
    link.symlink_to(Path("..", held.name) if relative else held)
    with closing(sqlite3.connect(held)) as other:  # keeps the log from being put away
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("SELECT count(*) FROM entry").fetchall()
        log(held)
        newest = head(held)
        assert held.with_name("tracker.db-wal").stat().st_size > 0
        held.chmod(0o444)
        ran = run("verify", "--head", "--db", link)
        assert ran.out.strip() == newest, ran.err
        assert run("verify", "--head").out.strip() == newest
        assert run("backup", tmp_path / "backup.db", "--db", link).code == 0
    held.chmod(0o644)
    assert head(tmp_path / "backup.db") == newest


@pytest.mark.parametrize("relative", [False, True])
def test_a_backup_through_a_link_keeps_the_link(
    run: Run, held: Path, tmp_path: Path, relative: bool
) -> None:
    """It is the file named by the link that is written, the first time and every time."""
    folder = tmp_path / "backups"
    folder.mkdir()
    real, link = folder / "monday.db", tmp_path / "latest.db"
    link.symlink_to(real.relative_to(tmp_path) if relative else real)
    for hours in (24, 25):
        assert run("backup", link).code == 0
        assert link.is_symlink()
        assert not real.is_symlink()
        assert head(real) == head(held)
        log(held, hours)
    assert [path.name for path in folder.iterdir()] == ["monday.db"]


def test_a_backup_through_a_link_is_never_the_ledger(run: Run, held: Path, tmp_path: Path) -> None:
    """A link to the ledger, or to the backup of another ledger, is refused and stays."""
    other, link = tmp_path / "other.db", tmp_path / "link.db"
    with Ledger.open(other, create=True) as ledger:
        ledger.log("Another question?", SAYS, recorded=NOW)
    for target in (held, other):
        was = target.read_bytes()
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        refused(run("backup", link))
        assert link.is_symlink()
        assert target.read_bytes() == was


# --- read while another writes -------------------------------------------------------------------


def in_use(error: LedgerError) -> None:
    """The error says that somebody else is writing, and accuses nobody."""
    assert not isinstance(error, TamperedError), error
    assert re.search("being written|is written|try again", str(error))
    assert "\n" not in str(error)


def test_no_false_accusation_while_another_writes(large: Path, tmp_path: Path) -> None:
    """A ledger that may only be read is verified as it was or is, though it grows meanwhile."""
    file = Path(shutil.copy(large, tmp_path / "tracker.db"))
    file.chmod(0o444)
    grown: list[int] = []

    def grow(_done: int, _all: int) -> None:
        if len(grown) < 2:
            grown.append(len(grown))
            file.chmod(0o644)
            log(file, 24 + len(grown))
            file.chmod(0o444)

    try:
        found = verify(Place.of(file), progress=grow)
    except LedgerError as error:
        in_use(error)
    else:
        assert found.entries in {counts(file)["entry"] - n for n in range(3)}
    assert grown
    file.chmod(0o644)
    head(file)


def test_a_ledger_that_is_written_all_the_time_is_said_to_be(large: Path, tmp_path: Path) -> None:
    """Where it never stands still while it is read, that is said, and nobody is accused."""
    file = Path(shutil.copy(large, tmp_path / "tracker.db"))
    file.chmod(0o444)
    grown: list[int] = []

    def grow(done: int, _all: int) -> None:
        if done % 10_000 == 0:
            grown.append(done)
            file.chmod(0o644)
            log(file, 24 + len(grown))
            file.chmod(0o444)

    try:
        verify(Place.of(file), progress=grow)
    except LedgerError as error:
        in_use(error)
    assert grown


def test_what_is_wrong_in_a_ledger_that_may_only_be_read_is_said(run: Run, held: Path) -> None:
    """Looking twice is no reason to let a real fault pass."""
    with closing(sqlite3.connect(held)) as raw, raw:
        raw.execute("DROP TRIGGER lesson_no_update")
        raw.execute("UPDATE lesson SET text = text || '!' WHERE id = 1")
    held.chmod(0o444)
    assert "entry 31 " in refused(run("verify"))


# --- old ledgers and none ------------------------------------------------------------------------


def test_a_backup_of_before_an_upgrade_is_left_alone(run: Run, held: Path, tmp_path: Path) -> None:
    """A new backup over one of an older schema is refused, and another name is asked for."""
    assert held.exists()
    old = Path(shutil.copy(PAST, tmp_path / "old.db"))
    was = old.read_bytes()
    said = refused(run("backup", old))
    assert "another name" in said
    assert str(old) in said
    assert old.read_bytes() == was


@pytest.mark.parametrize("command", ["restore", "copy"])
def test_an_old_backup_is_upgraded_before_it_is_restored(
    run: Run, tmp_path: Path, command: str
) -> None:
    """The sentence names the command that does it to that file; done so, it works."""
    old, new = Path(shutil.copy(PAST, tmp_path / "old.db")), tmp_path / "new.db"
    words = [old, "--db", new] if command == "restore" else [old, new]
    said = refused(run(command, *words))
    assert f"tracker upgrade --db {old}" in said
    assert not new.exists()
    assert run("upgrade", "--db", old).code == 0
    assert run(command, *words).code == 0


NOWHERE = {
    "restore": ["restore", "nofile.db"],
    "copy": ["copy", "nofile.db", "x.db"],
    "backup": ["backup", "x.db", "--db", "nofile.db"],
    "an empty file": ["copy", "empty.db", "x.db"],
}


@pytest.mark.parametrize("what", NOWHERE)
def test_what_is_not_there_is_not_copied(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """It is said that there is none; to start one is no advice for who has one to copy."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.db").touch()
    said = refused(run(*NOWHERE[what]))
    assert ("empty.db" if "empty" in what else "nofile.db") in said
    assert "tracker log" not in said
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["empty.db"]


# --- roles of a server ---------------------------------------------------------------------------


@pytest.fixture
def role(postgres: Server) -> Iterator[str]:
    """A role that nobody logs in as."""
    postgres.execute("postgres", "CREATE ROLE nologin_role NOLOGIN")
    yield "nologin_role"
    postgres.execute("postgres", "DROP ROLE nologin_role")


def test_who_cannot_log_in_is_told_why(run: Run, databases: Places, role: str) -> None:
    """A role that is not there, and one that is not to log in, are said as what they are."""
    with databases.lent(databases.empty) as place:
        unknown = refused(run("list", "--db", place.replace("//postgres@", "//stranger@")))
        closed = refused(run("list", "--db", place.replace("//postgres@", f"//{role}@")))
        missing = refused(run("list", "--db", f"{make_url(place).set(database='nothing')}"))
    assert "stranger" in unknown or "no role" in unknown
    assert re.search("role|user", unknown)
    assert re.search("log ?in", closed, re.IGNORECASE)
    assert re.search("role|user", closed)
    assert "createdb" in missing
    for said in (unknown, closed):
        assert not re.search("no server answers|createdb|FATAL|connection failed", said)


# --- as programs ---------------------------------------------------------------------------------


def test_an_export_is_utf8_whatever_the_locale_says(held: Path, tmp_path: Path) -> None:
    """On stdout as in a file: the same bytes, which the independent checker verifies."""
    file = tmp_path / "whole.jsonl"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "PYTHON"))}
    program = [sys.executable, "-c", PROGRAM, "export", "--db", str(held)]
    subprocess.run([*program, "-o", str(file)], check=True, capture_output=True, timeout=60)
    for setting in (
        {"PYTHONIOENCODING": "utf-16"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ):
        exported = tmp_path / "exported.jsonl"
        with exported.open("wb") as out:
            done = subprocess.run(
                program,
                env={**environment, **setting},
                stdout=out,
                stderr=subprocess.PIPE,
                timeout=60,
                check=False,
            )
        assert (done.returncode, done.stderr) == (0, b"")
        assert exported.read_bytes() == file.read_bytes()
        checker = [sys.executable, "-I", str(ROOT / "tests" / "checker.py"), str(exported)]
        checked = subprocess.run(checker, capture_output=True, text=True, timeout=60, check=False)
        assert (checked.stdout.strip(), checked.returncode) == (head(held), 0), checked.stderr


@pytest.mark.parametrize("command", ["backup", "copy", "export"])
def test_a_full_disk_is_that_of_the_target(large: Path, tmp_path: Path, command: str) -> None:
    """Where there is no room for a copy, its place is named and not that of the ledger."""
    target = tmp_path / "full.db"
    words = {
        "backup": ["backup", target, "--db", large],
        "copy": ["copy", large, target],
        "export": ["export", "-o", target, "--db", large],
    }
    limited = ["sh", "-c", 'ulimit -f 1024; exec "$@"', "sh", sys.executable, "-c", PROGRAM]
    done = subprocess.run(
        [*limited, *map(str, words[command])],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    said = done.stderr.splitlines()[-1]
    assert str(target) in said
    assert str(large) not in said
    assert done.stderr.count("error: ") == 1
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


STOPPING = """
import os, sys
from sqlalchemy.engine.default import DefaultDialect
from tracker.__main__ import run as main
from tracker.ledger import chain

number, call, *sys.argv = sys.argv[1:]
owner, name, count = {
    "with a draft": (chain, "digest", 0),
    "while it reads": (chain, "digest", 9_000),
    "when it closes": (DefaultDialect, "do_close", 2),
}[call]
original, calls = getattr(owner, name), []

def counted(*given):
    calls.append(name)
    if len(calls) == count:
        os.kill(os.getpid(), int(number))
    return original(*given)

setattr(owner, name, counted)
sys.stderr.write("ready\\n")
sys.stderr.flush()
main()
"""
SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143}
# Each signal, and what is being done when it comes.
MOMENTS = [
    (signal.SIGINT, "while it reads"),
    (signal.SIGINT, "when it closes"),
    (signal.SIGINT, "with a draft"),
    (signal.SIGTERM, "while it reads"),
    (signal.SIGTERM, "with a draft"),
]
STOPPED = {
    "verify": ["verify"],
    "backup": ["backup", "{}/backup.db"],
    "export": ["export", "-o", "{}/export.jsonl"],
}


def stopped(words: list[str], folder: Path, number: signal.Signals, moment: str) -> str:
    """Run a program, stop it at some moment, and say what was wrong with how it ended."""
    folder.mkdir()
    said = ["tracker", *(word.replace("{}", str(folder)) for word in words)]
    with subprocess.Popen(
        [sys.executable, "-c", STOPPING, str(int(number)), moment, *said],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stderr is not None
        assert program.stderr.readline() == "ready\n"
        if moment == "with a draft":
            while program.poll() is None and not any(folder.iterdir()):
                time.sleep(0.001)
            program.send_signal(number)
        told = program.stderr.read()
        code = program.wait(timeout=60)
    left = {path.name: path.stat().st_size for path in folder.iterdir()}
    sound = (
        code in {SIGNALS[number], -number, 0}  # 0: it was done sooner
        and not re.search("Traceback|Exception|Error ", told)
        and not any(name.startswith(".") for name in left)
        and all(left.values())
        and told.count("error: ") == (code > 0)
    )
    return "" if sound else f"{number.name} {moment}: {code}, {left}, {told}"


@pytest.mark.parametrize("command", STOPPED)
def test_who_is_stopped_says_so_and_leaves_nothing(
    large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """At whatever moment: one sentence, the exit code of the signal, and no half-made file."""
    monkeypatch.setenv("TRACKER_DATABASE_URL", str(large))
    words = STOPPED[command]
    moments = [one for one in MOMENTS if command != "verify" or "draft" not in one[1]]
    with ThreadPoolExecutor(len(moments)) as pool:
        wrong = pool.map(
            lambda one: stopped(words, tmp_path / f"{one[0].name} {one[1]}", *one), moments
        )
        assert not [said for said in wrong if said]
