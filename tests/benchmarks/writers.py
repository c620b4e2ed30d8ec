"""What many writers at once do to a ledger: errors, losses, and how long each waits.

    python tests/benchmarks/writers.py [--seconds 60] [--processes 8] [--url URL]

Eight processes log at once for a minute through the library and then with whole commands; after
them as many do the same inserts through sqlite3 alone, with the same guarantees, in the same run.
The code is 1 if a writer saw an error or if anything was lost, doubled, or does not verify.

With --url the ledger is made in an empty database on a PostgreSQL server; sqlite3 still writes to a
file here.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

QUESTIONS = 1000  # in the ledger before the writers begin; every forecast is an update of one


@dataclass
class Wrote:
    """What a writer did: what was confirmed to it, how long each took, and what went wrong."""

    confirmed: list[str]
    took: list[float]
    errors: list[str]

    def put(self, what: str, act: Callable[[], object]) -> None:
        """Do something, and keep whether it was confirmed, and when."""
        begun = time.perf_counter()
        try:
            act()
        except Exception as error:  # noqa: BLE001 - whatever a user would see
            self.errors.append(f"{type(error).__name__}: {error}")
        else:
            self.confirmed.append(what)
        self.took.append(time.perf_counter() - begun)


# --- writers, each a process of its own ------------------------------------------------------


def library(place: str, name: str, draws: Random, wrote: Wrote, end: float) -> None:
    """Log through the library until the end."""
    from tracker import Ledger

    with Ledger.open(place) as ledger:
        while time.time() < end:
            why = f"{name}:{len(wrote.took)}"
            question = f"q{draws.randrange(QUESTIONS) + 1}"
            said = {"analyst": "ana", "probability": 0.7, "rationale": why}
            now = datetime.now(UTC)
            wrote.put(
                why,
                lambda q=question, s=said, n=now: ledger.log(q, s, recorded=n),  # type: ignore[misc]
            )


def commands(place: str, name: str, draws: Random, wrote: Wrote, end: float) -> None:
    """Run whole commands until the end."""

    def command(question: str, why: str) -> None:
        words = ["log", question, "-p", "70%", "--why", why, "--analyst", "ana", "--db", place]
        ran = subprocess.run(
            [sys.executable, "-m", "tracker", *words], capture_output=True, text=True, check=False
        )
        if ran.returncode:
            raise RuntimeError(ran.stderr)

    while time.time() < end:
        why = f"{name}:{len(wrote.took)}"
        question = f"q{draws.randrange(QUESTIONS) + 1}"
        wrote.put(why, lambda q=question, w=why: command(q, w))  # type: ignore[misc]


def plain(place: str, name: str, draws: Random, wrote: Wrote, end: float) -> None:
    """Insert the two rows of an update through sqlite3 alone until the end."""
    with closing(sqlite3.connect(place, timeout=30, isolation_level=None)) as raw:
        raw.execute("PRAGMA synchronous=FULL")

        def insert(why: str) -> None:
            raw.execute("BEGIN IMMEDIATE")
            done = raw.execute(
                "INSERT INTO entry (kind, recorded, hash) VALUES ('forecast', ?, ?)",
                (datetime.now(UTC).isoformat(), "0" * 64),
            )
            raw.execute(
                "INSERT INTO forecast (entry_id, question_id, probability, rationale) "
                "VALUES (?, ?, 700000000, ?)",
                (done.lastrowid, draws.randrange(QUESTIONS) + 1, why),
            )
            raw.execute("COMMIT")

        while time.time() < end:
            why = f"{name}:{len(wrote.took)}"
            wrote.put(why, lambda w=why: insert(w))  # type: ignore[misc]


WRITERS = {writer.__name__: writer for writer in (library, commands, plain)}


def write(kind: str, place: str, name: str) -> None:
    """What one of the processes does: it says when it is ready, and what came of it."""
    if kind == "library":
        from tracker import Ledger

        Ledger.open(place).close()  # loads everything
    wrote = Wrote([], [], [])
    draws = Random(name)  # noqa: S311 - nobody is to be kept from guessing
    print("ready", flush=True)
    seconds = float(sys.stdin.readline())
    WRITERS[kind](place, name, draws, wrote, time.time() + seconds)
    print(json.dumps(vars(wrote)))


# --- the measurement --------------------------------------------------------------------------


def measured(kind: str, place: str, processes: int, seconds: float) -> Wrote:
    """What all the writers of a kind did together."""
    running = [
        subprocess.Popen(
            [sys.executable, __file__, "--write", kind, place, f"{kind}{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    for process in running:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write(f"{seconds}\n")
        process.stdin.flush()
    together = Wrote([], [], [])
    for process in running:
        out, _ = process.communicate()
        if process.returncode:
            together.errors.append(f"a writer ended with {process.returncode}")
            continue
        wrote = Wrote(**json.loads(out))
        together.confirmed += wrote.confirmed
        together.took += wrote.took
        together.errors += wrote.errors
    return together


def lost(wrote: Wrote, held: list[str]) -> list[str]:
    """What was confirmed and is not there, or there without being confirmed, or there twice."""
    there, said = Counter(held), Counter(wrote.confirmed)
    return [
        f"{why}: {there[why]} for {said[why]}" for why in (there | said) if there[why] != said[why]
    ]


def held(place: str, kind: str) -> list[str]:
    """The forecasts of the writers of a kind that a place holds."""
    from sqlalchemy import create_engine, text

    engine = create_engine(place if "://" in place else f"sqlite:///{place}")
    chosen = text("SELECT rationale FROM forecast WHERE rationale LIKE :like")
    with engine.connect() as connection:
        return list(connection.execute(chosen, {"like": f"{kind}%"}).scalars())


def shown(kind: str, wrote: Wrote, seconds: float) -> float:
    """Print how fast writers of a kind were; entries per second."""
    rate = len(wrote.confirmed) / seconds
    took = sorted(wrote.took) or [0.0]
    at = statistics.quantiles(took, n=100) if len(took) > 1 else took * 99
    print(
        f"{kind:<10} {rate:8.1f} entries/s   p50 {at[49]:6.3f}   p99 {at[98]:6.3f}   "
        f"max {took[-1]:6.3f} s   {len(wrote.errors)} errors"
    )
    for error, number in Counter(wrote.errors).most_common(5):
        print(f"  {number} x {error}", file=sys.stderr)
    return rate


def made(place: str) -> None:
    """A ledger with questions to forecast on."""
    from tracker import Ledger
    from tracker.records import Dossier, make

    source = {"name": "benchmark", "title": "A benchmark", "published": "2026-01-01"}
    questions = [
        {"id": f"q{number}", "title": f"Will thing number {number} happen?"}
        for number in range(1, QUESTIONS + 1)
    ]
    with Ledger.open(place, create=True) as ledger:
        dossier = make(Dossier, {"source": source, "questions": questions})
        ledger.add(dossier, recorded=datetime.now(UTC))


def main() -> int:
    """Let the writers write, and print what came of it."""
    told = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    told.add_argument("--seconds", type=float, default=60)
    told.add_argument("--processes", type=int, default=8)
    told.add_argument("--url", help="an empty database on a PostgreSQL server")
    told.add_argument("--write", nargs=3, help=argparse.SUPPRESS)
    said = told.parse_args()
    if said.write:
        write(*said.write)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return compared(Path(folder), said.url, said.processes, said.seconds)


def compared(folder: Path, url: str | None, processes: int, seconds: float) -> int:
    """Measure each kind of writers; 1 where anything went wrong, else 0."""
    from tracker import Ledger
    from tracker.ledger.place import Place

    os.environ["HOME"] = str(folder)  # no settings of whoever runs this
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or every command compiles everything
    place = url or str(folder / "tracker.db")
    made(place)
    print(f"{processes} processes, {seconds:g} s each, {QUESTIONS} questions, {Place.of(place)}")
    rates, faults = {}, 0
    for kind in ("library", "commands"):
        wrote = measured(kind, place, processes, seconds)
        rates[kind] = shown(kind, wrote, seconds)
        gone = lost(wrote, held(place, kind))
        print(f"{'':<10} {len(wrote.confirmed)} confirmed, {len(gone)} lost or doubled")
        faults += len(wrote.errors) + len(gone) + (not wrote.confirmed)
    with Ledger.open(place, writable=False) as ledger:
        found = ledger.verify()  # an error here is a traceback, and a code of 1
    print(f"{'':<10} verified, head {found.head}")
    bare = folder / "plain.db"
    with closing(sqlite3.connect(bare)) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.executescript(PLAIN)
    wrote = measured("plain", str(bare), processes, seconds)
    rates["plain"] = shown("plain", wrote, seconds)
    for kind in ("library", "commands"):
        print(f"{kind} is {rates[kind] / rates['plain']:.3f} of plain sqlite3")
    return 1 if faults or lost(wrote, held(str(bare), "plain")) else 0


PLAIN = """
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, recorded TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE TABLE forecast (
    id INTEGER PRIMARY KEY, entry_id INTEGER NOT NULL UNIQUE REFERENCES entry (id),
    question_id INTEGER NOT NULL, probability INTEGER, rationale TEXT
);
CREATE INDEX by_question ON forecast (question_id);
"""

if __name__ == "__main__":
    sys.exit(main())
