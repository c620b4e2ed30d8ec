"""Writers that are killed and servers that crash: what was confirmed is there, once and whole.

The instants are drawn with the seed below; what a machine was doing at each differs from run to
run, which is the point. A kill is not a power cut: what was written stays with the system.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW, ROOT, missing
from forks import Forks
from places import select
from postgres import MEMORY, Server, absent

from tracker import Ledger
from tracker.ledger import copying, database
from tracker.ledger.chain import PARTS
from tracker.ledger.place import Place
from tracker.texts.dossier import read
from tracker.values import BILLION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEED = 20261121
# How often writers are killed in all: 510 times. Each while it was at work; one that was through
# before its time had come is not counted.
ALONE, AMONG_OTHERS, ADDING, STARTING, UPGRADING, BACKING_UP = 280, 70, 40, 40, 40, 40
CRASHES = 20  # of a server
OFTEN = 25  # kills between two proofs of the whole chain
PAST = ROOT / "tests" / "ledger" / "past" / "0001.db"
DOSSIER = ROOT / "seeds" / "prewar-essay.dossier.yaml"


@pytest.fixture(scope="module")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """What forks writers off."""
    with Forks(tmp_path_factory.mktemp("forks") / "errors") as forks:
        yield forks


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory, if there is one: what was written outlives a kill there as on a disk."""
    with tempfile.TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as name:
        yield Path(name)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of some hundred entries, made once; copied, never touched."""
    file = tmp_path_factory.mktemp("long") / "tracker.db"
    with Ledger.open(file, create=True) as ledger:
        ledger.add(read(DOSSIER).dossier, recorded=NOW)
        ledger.log("Is it raining?", {"analyst": "ana", "probability": 0.7}, recorded=NOW)
    return file


@pytest.fixture
def draws(request: pytest.FixtureRequest) -> Random:
    """Where the instants come from: the same for a test in every run."""
    return Random(f"{SEED} {request.node.name}")  # noqa: S311 - nobody is to be kept from guessing


# --- what must hold ------------------------------------------------------------------------------


def told(diary: Path) -> list[dict[str, Any]]:
    """What writers noted; a line is whole or not there."""
    return [json.loads(line) for line in diary.read_text().splitlines()] if diary.exists() else []


def more(diary: Path, than: int) -> int:
    """How many confirmations there are, once there are more than so many."""
    end = time.monotonic() + 30
    while (found := sum("error" not in line for line in told(diary))) <= than:
        assert time.monotonic() < end, "nobody writes any more"
        time.sleep(0.01)
    return found


FORECASTS = (
    "SELECT f.rationale, q.key, f.probability, f.entry_id FROM forecast AS f "
    "JOIN question AS q ON q.id = f.question_id"
)
WHOLE = [
    "SELECT entry, hash FROM head WHERE entry > 0 EXCEPT SELECT id, hash FROM entry",
    "SELECT entry FROM head WHERE entry <> (SELECT count(*) FROM entry)",
    "SELECT entry FROM head WHERE entry <> (SELECT coalesce(max(id), 0) FROM entry)",
    *(
        f"SELECT id FROM entry WHERE kind = '{kind}' "
        f'AND id NOT IN (SELECT entry_id FROM "{kind}")'
        for kind in PARTS
    ),
    *(
        f'SELECT entry_id FROM "{kind}" WHERE entry_id NOT IN (SELECT id FROM entry)'
        for kind in PARTS
    ),
]


def whole(connection: sqlite3.Connection) -> None:
    """The head is the last entry, and no entry is without its row, no row without its entry."""
    for sql in WHOLE:
        assert connection.execute(sql).fetchall() == [], sql


class Watched:
    """A SQLite ledger under writers, and what they noted."""

    def __init__(self, folder: Path, forks: Forks, draws: Random) -> None:
        self.file, self.notes = folder / "tracker.db", folder / "notes"
        self.forks, self.draws = forks, draws
        self.killed: set[str] = set()
        self.notes.mkdir()
        Ledger.open(self.file, create=True).close()

    def start(self, writer: str) -> int:
        """Start a writer that goes on for ever."""
        diary = str(self.notes / writer)
        return self.forks.start("write", place=str(self.file), writer=writer, diary=diary)

    def kill(self, writer: str) -> None:
        """Start a writer and kill it: at once or a little later, or after its first forecast."""
        number = self.start(writer)
        if self.draws.random() < 1 / 2:
            more(self.notes / writer, 0)
        time.sleep(self.draws.uniform(0, 0.06))
        assert self.forks.kill(number)
        self.killed.add(writer)

    def noted(self) -> list[dict[str, Any]]:
        """What all the writers noted."""
        return [line for diary in self.notes.iterdir() for line in told(diary)]

    def check(self, *, writing: bool = False) -> None:
        """What was confirmed is there, once; nothing else but what a killed writer had in hand.

        While others are ``writing``, what they have in hand may be there too.
        """
        noted = self.noted()
        with closing(sqlite3.connect(self.file, isolation_level=None)) as raw:
            raw.execute("BEGIN")
            whole(raw)
            held = raw.execute(FORECASTS).fetchall()
        confirmed(noted, held)
        surplus = Counter(why.split(":")[0] for why in unconfirmed(noted, held))
        if not writing:
            assert set(surplus) <= self.killed
        assert all(number == 1 for writer, number in surplus.items() if writer in self.killed)

    def verify(self) -> None:
        """The whole ledger is proved."""
        with Ledger.open(self.file, writable=False) as ledger:
            ledger.verify()


def confirmed(noted: list[dict[str, Any]], held: list[Any]) -> None:
    """Every forecast that was confirmed is held as it was said, and none is held twice."""
    assert [why for why, n in Counter(row[0] for row in held).items() if n > 1] == []
    there = {row[0]: tuple(row[1:]) for row in held}
    for line in noted:
        if "error" not in line:
            billionths = round(line["probability"] * BILLION)
            assert there.get(line["why"]) == (line["question"], billionths, line["entry"])


def unconfirmed(noted: list[dict[str, Any]], held: list[Any]) -> set[str]:
    """Forecasts that are held although nobody was told so."""
    return {row[0] for row in held} - {line["why"] for line in noted if "error" not in line}


# --- a writer is killed --------------------------------------------------------------------------


@pytest.mark.long
def test_a_killed_writer_loses_nothing_that_was_confirmed(
    forks: Forks, folder: Path, draws: Random
) -> None:
    """Writers are killed one after the other, at any instant, on the same ledger."""
    ledger = Watched(folder, forks, draws)
    for kill in range(1, ALONE + 1):
        ledger.kill(f"ana-{kill}")
        ledger.check()
        if kill % OFTEN == 0:
            ledger.verify()
    ledger.verify()
    assert not any("error" in line for line in ledger.noted())


def test_a_killed_writer_is_no_hindrance_to_others(
    forks: Forks, folder: Path, draws: Random
) -> None:
    """Of three who write at once one after the other is killed; the others notice nothing."""
    ledger = Watched(folder, forks, draws)
    others = [ledger.start(name) for name in ("bob", "cleo")]
    for kill in range(1, AMONG_OTHERS + 1):
        ledger.kill(f"ana-{kill}")
        ledger.check(writing=True)
        if kill % OFTEN == 0:
            ledger.verify()
    for number in others:
        forks.stop(number)
    ledger.check()
    ledger.verify()
    noted = ledger.noted()
    assert not any("error" in line for line in noted)
    assert {line["why"].split(":")[0] for line in noted} >= {"bob", "cleo"}


def interrupted(
    forks: Forks, draws: Random, times: int, job: str, prepare: Callable[[int], dict[str, Any]]
) -> Iterator[int]:
    """Kill a job so many times in its midst, each time anew; the number of each kill.

    ``prepare`` is given a number and makes what the job is told.
    """
    lengths = []
    for warming in range(-2, 1):  # the first has to read what it needs from the disk
        begun = time.monotonic()
        forks.finish(forks.start(job, **prepare(warming)))
        lengths.append(time.monotonic() - begun)
    length = min(lengths)
    kill = 0
    for attempt in range(1, 20 * times):
        words = prepare(attempt)
        number = forks.start(job, **words)
        time.sleep(draws.uniform(0, length))
        if forks.kill(number):
            kill += 1
            yield attempt
        if kill == times:
            return
    raise AssertionError(f"{job} was killed {kill} times only")


def contents(file: Path) -> str:
    """What a SQLite file holds, in words of its own."""
    with closing(sqlite3.connect(file)) as raw:
        return "\n".join(raw.iterdump())


@pytest.mark.long
def test_a_killed_add_is_whole_or_nothing(
    forks: Forks, folder: Path, draws: Random, long: Path
) -> None:
    """Of a dossier every row is there or none, and adding it again makes up for it."""
    dossier = read(DOSSIER).dossier
    short = folder / "short.db"
    with Ledger.open(short, create=True) as ledger:
        ledger.log("Is it raining?", {"analyst": "ana", "probability": 0.7}, recorded=NOW)

    def first(attempt: int) -> dict[str, Any]:
        place = folder / str(attempt)
        place.mkdir()
        return {"place": str(shutil.copy(short, place / "tracker.db"))}

    with Ledger.open(long, writable=False) as ledger:
        after = ledger.counts()
    before = {"analyst": 1, "question": 1, "forecast": 1, "entry": 3}
    for kill, attempt in enumerate(interrupted(forks, draws, ADDING, "add", first), 1):
        file = folder / str(attempt) / "tracker.db"
        with closing(sqlite3.connect(file)) as raw:
            whole(raw)
        with Ledger.open(file) as ledger:
            found = {name: number for name, number in ledger.counts().items() if number}
            assert found in (before, {n: c for n, c in after.items() if c})
            if kill % OFTEN == 0:
                ledger.verify()
                ledger.add(dossier, recorded=NOW)
                assert ledger.counts() == after
                ledger.verify()


@pytest.mark.long
def test_a_killed_start_of_a_ledger_is_no_obstacle(
    forks: Forks, folder: Path, draws: Random
) -> None:
    """Whoever comes next, or at the same time, makes the ledger and records in it."""

    def nowhere(attempt: int) -> dict[str, Any]:
        place = folder / str(attempt)
        place.mkdir()
        words = {"place": str(place / "tracker.db"), "diary": str(place / "diary")}
        if attempt % 5 == 0:
            others[attempt] = forks.start("write", writer="other", create=True, enough=1, **words)
        return {**words, "writer": "ana", "create": True, "enough": 1}

    others: dict[int, int] = {}
    for attempt in interrupted(forks, draws, STARTING, "write", nowhere):
        place = folder / str(attempt)
        file = place / "tracker.db"
        if attempt in others:
            forks.finish(others.pop(attempt))
        assert database.schema(Place.of(file)) in {None, database.SCHEMA}
        with Ledger.open(file, create=True) as ledger:
            last = {"analyst": "bob", "probability": 0.5, "rationale": "bob:0"}
            logged = ledger.log(
                "Will thing number 0 happen?", last, recorded=NOW.replace(year=2099)
            )
            assert logged.new or logged.question.forecasts[0].analyst != "bob"
            ledger.verify()
        with closing(sqlite3.connect(file)) as raw:
            whole(raw)
            held = raw.execute(FORECASTS).fetchall()
        noted = told(place / "diary")
        confirmed(noted, held)
        assert unconfirmed(noted, held) <= {"ana:0", "bob:0"}
        shutil.rmtree(place)


@pytest.mark.long
def test_a_killed_upgrade_is_whole_or_nothing(forks: Forks, folder: Path, draws: Random) -> None:
    """The ledger is of the one schema or the other, its backup whole or not there."""
    was = contents(PAST)

    def past(attempt: int) -> dict[str, Any]:
        place = folder / str(attempt)
        place.mkdir()
        shutil.copy(PAST, place / "tracker.db")
        return {"place": str(place / "tracker.db"), "kept": str(place / "kept.db")}

    stages: Counter[str] = Counter()
    for attempt in interrupted(forks, draws, UPGRADING, "upgrade", past):
        place = folder / str(attempt)
        file, kept = place / "tracker.db", place / "kept.db"
        if kept.exists():
            assert contents(kept) == was
        found = database.schema(Place.of(file))
        stages[f"{found} {kept.exists()}"] += 1
        if found == "0001":
            assert contents(file) == was
            copying.upgrade(Place.of(file), place / "again.db")
            assert contents(place / "again.db") == was
        else:
            assert kept.exists()
        assert database.schema(Place.of(file)) == database.SCHEMA
        with Ledger.open(file, writable=False) as ledger:
            ledger.verify()
        shutil.rmtree(place)
    assert stages.total() == UPGRADING  # where they landed is up to what else the machine does


def test_a_killed_backup_leaves_the_earlier_or_the_new_one(
    forks: Forks, folder: Path, draws: Random, long: Path
) -> None:
    """Where none was there is none or a whole one; what is there is never half of anything."""
    file = Path(shutil.copy(long, folder / "tracker.db"))
    earlier = folder / "earlier.db"
    copying.backup(Place.of(file), earlier)
    old = hashlib.sha256(earlier.read_bytes()).digest()
    with Ledger.open(file) as ledger:
        ledger.log("Is it raining?", {"analyst": "ana", "probability": 0.6}, recorded=NOW)
        head = ledger.head()

    def standing(attempt: int) -> dict[str, Any]:
        place = folder / str(attempt)
        place.mkdir()
        if attempt % 2:
            shutil.copy(earlier, place / "backup.db")
        return {"place": str(file), "target": str(place / "backup.db")}

    for attempt in interrupted(forks, draws, BACKING_UP, "backup", standing):
        place = folder / str(attempt)
        target = place / "backup.db"
        there = target.exists()
        assert there or attempt % 2 == 0
        if there and hashlib.sha256(target.read_bytes()).digest() != old:
            with Ledger.open(target, writable=False) as ledger:
                assert ledger.verify().head == head
        if attempt % 5 == 0:
            assert copying.backup(Place.of(file), target).head == head
        shutil.rmtree(place)


# --- a server crashes ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that this module may crash as it likes."""
    if what := absent():
        missing(what)
    with Server() as server:
        server.execute("postgres", "ALTER SYSTEM SET wal_level = replica")
        server.execute("postgres", "ALTER SYSTEM SET max_wal_senders = 1")
        server.restart()
        yield server


@pytest.mark.long
def test_a_server_that_crashes_loses_nothing_that_was_confirmed(
    forks: Forks, server: Server, tmp_path: Path, draws: Random
) -> None:
    """Writers are told in a sentence and go on; what was in doubt is there once or not at all."""
    server.create("crashing")
    url, diary = server.url("crashing"), tmp_path / "diary"
    Ledger.open(url, create=True).close()
    names = ("ana", "bob", "cleo")
    writers = [forks.start("write", place=url, diary=str(diary), writer=name) for name in names]
    written = 0
    while {line["why"].split(":")[0] for line in told(diary)} < set(names):
        written = more(diary, written)  # all have opened the ledger
    for _ in range(CRASHES):
        written = more(diary, written)
        time.sleep(draws.uniform(0, 0.2))
        server.kill()
        server.start()
    more(diary, written)
    for number in writers:
        forks.stop(number)
    noted = told(diary)
    held = select(url, FORECASTS)
    confirmed(noted, held)
    doubtful = {line["why"] for line in noted if "may or may not" in line.get("error", "")}
    assert unconfirmed(noted, held) <= doubtful
    sentences = [line["error"] for line in noted if "error" in line]
    assert len(sentences) >= CRASHES
    for said in sentences:
        assert "\n" not in said
        assert "refused" not in said, said  # the last resort, for what nobody foresaw
    assert forks.errors.read_text() == ""
    with Ledger.open(url, writable=False) as ledger:
        ledger.verify()
    server.drop("crashing")


IN_HAND = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


def test_a_commit_in_doubt_is_said_to_be(forks: Forks, server: Server, tmp_path: Path) -> None:
    """Where the server wrote but could not confirm any more, nobody is told that it failed."""
    server.create("doubtful")
    url, diary = server.url("doubtful"), tmp_path / "diary"
    Ledger.open(url, create=True).close()
    server.execute("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    server.execute("postgres", "SELECT pg_reload_conf()")
    writer = forks.start("write", place=url, diary=str(diary), writer="ana", enough=1)
    end = time.monotonic() + 30
    while server.execute("doubtful", IN_HAND) != [(1,)]:
        assert time.monotonic() < end
        time.sleep(0.01)
    server.kill()
    with (Path(server.folder) / "data" / "postgresql.auto.conf").open("a") as settings:
        settings.write("synchronous_standby_names = ''\n")
    server.start()
    forks.finish(writer)
    (line,) = told(diary)
    assert "it may or may not have been recorded" in line["error"]
    assert [row[0] for row in select(url, FORECASTS)] == ["ana:0"]
    server.drop("doubtful")
