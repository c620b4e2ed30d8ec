"""Processes that write to ledgers and can be killed at any instant, at little cost.

    python tests/forks.py

is a process that has loaded tracker and forks off a writer for each order on its standard input.
Those who order, with threads of their own, are not forked.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Self

from tracker import Ledger
from tracker.errors import LedgerError

if TYPE_CHECKING:
    from types import TracebackType

ROOT = Path(__file__).resolve().parents[1]
DOSSIER = ROOT / "seeds" / "prewar-essay.dossier.yaml"
QUESTIONS = 12  # on which the writers forecast: new ones first, then updates


class Forks:
    """A process that forks writers off; they are named by their numbers."""

    def __init__(self, errors: Path) -> None:
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self.errors = errors
        with errors.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, __file__],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def start(self, job: str, **words: object) -> int:
        """Start a writer: what it does is one of JOBS."""
        return int(self._ask("start", job, words))

    def kill(self, number: int) -> bool:
        """Kill a writer, now; whether it was still at work."""
        os.kill(number, signal.SIGKILL)  # until it is waited for, its number is its own
        return self.wait(number) == -signal.SIGKILL

    def stop(self, number: int) -> None:
        """Let a writer that goes on for ever finish what it is doing."""
        os.kill(number, signal.SIGTERM)
        self.finish(number)

    def finish(self, number: int) -> None:
        """Wait for the end of a writer that must not fail."""
        code = self.wait(number)
        assert code == 0, f"a writer ended with {code}: {self.errors.read_text()}"

    def wait(self, number: int) -> int:
        """The code with which a writer ends, or its signal, negative."""
        return int(self._ask("wait", number))

    def _ask(self, *order: object) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline()
        assert said, self.errors.read_text()
        return json.loads(said)


# --- what writers do -------------------------------------------------------------------------


class Diary:
    """A file to which writers add lines, each whole, of what was confirmed to them."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)

    def tell(self, **said: object) -> None:
        """Add a line."""
        os.write(self._file, json.dumps(said).encode() + b"\n")


class Until:
    """Counts on, until this process is told to stop or there were enough."""

    def __init__(self, enough: int | None, seconds: float | None) -> None:
        self.enough = enough
        self.end = None if seconds is None else time.monotonic() + seconds
        self.stopped = False
        signal.signal(signal.SIGTERM, self._stop)

    def _stop(self, *_: object) -> None:
        self.stopped = True

    def __iter__(self) -> Self:
        self._numbers = count()
        return self

    def __next__(self) -> int:
        number = next(self._numbers)
        late = self.end is not None and time.monotonic() > self.end
        if self.stopped or late or number == self.enough:
            raise StopIteration
        return number


def write(
    place: str,
    writer: str,
    diary: str,
    *,
    enough: int | None = None,
    seconds: float | None = None,
    create: bool = False,
) -> None:
    """Log forecasts, and note each as soon as it is confirmed.

    What the ledger refuses in a sentence is noted too, and logged again, unless the ledger says
    that it may have been recorded.
    """
    draws, noted = Random(writer), Diary(diary)  # noqa: S311 - nobody is to be kept from guessing
    analyst = writer.partition("-")[0]
    with Ledger.open(place, create=create) as ledger:
        for number in Until(enough, seconds):
            title = f"Will thing number {draws.randrange(QUESTIONS)} happen?"
            said = {"analyst": analyst, "probability": draws.randrange(1, 100) / 100}
            why = f"{writer}:{number}"
            begun = time.monotonic()
            while True:
                now = datetime.now(UTC)
                try:
                    logged = ledger.log(title, {**said, "rationale": why}, recorded=now)
                except LedgerError as error:
                    noted.tell(why=why, error=str(error))
                    if "may or may not" in str(error):
                        break
                    time.sleep(0.02)
                else:
                    took = time.monotonic() - begun
                    noted.tell(
                        why=why,
                        question=logged.question.question.id,
                        probability=said["probability"],
                        entry=logged.entry,
                        took=took,
                    )
                    break


def add(place: str) -> None:
    """Add a dossier."""
    with Ledger.open(place) as ledger:
        ledger.add(_dossier(), recorded=datetime.now(UTC))


def upgrade(place: str, kept: str) -> None:
    """Bring a ledger to the newest schema, and keep it as it was."""
    from tracker.ledger import copying
    from tracker.ledger.place import Place

    copying.upgrade(Place.of(place), Path(kept))


def backup(place: str, target: str) -> None:
    """Back a ledger up."""
    from tracker.ledger import copying
    from tracker.ledger.place import Place

    copying.backup(Place.of(place), Path(target))


JOBS = {job.__name__: job for job in (write, add, upgrade, backup)}


# --- the process that forks ------------------------------------------------------------------

_read: list[Any] = []


def _dossier() -> Any:
    """The dossier, read once, before there are writers."""
    if not _read:
        from tracker.texts.dossier import read

        _read.append(read(DOSSIER).dossier)
    return _read[0]


def _load() -> None:
    """Load whatever a writer may need, so that it spends its life on writing."""
    with tempfile.TemporaryDirectory() as name:
        place, diary, target = (str(Path(name, one)) for one in ("tracker.db", "diary", "backup"))
        write(place, "first", diary, enough=1, create=True)
        backup(place, target)
    _dossier()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _fork(job: str, words: dict[str, Any]) -> int:
    number = os.fork()
    if number:
        return number
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        JOBS[job](**words)
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, this process ends here
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def main() -> None:
    """Do what is ordered, line by line; writers that are left are killed in the end."""
    _load()
    alive: set[int] = set()
    while order := sys.stdin.buffer.readline():
        what, *words = json.loads(order)
        if what == "start":
            done = _fork(*words)
            alive.add(done)
        else:
            done = os.waitstatus_to_exitcode(os.waitpid(words[0], 0)[1])
            alive.discard(words[0])
        sys.stdout.buffer.write(json.dumps(done).encode() + b"\n")
        sys.stdout.buffer.flush()
    for number in alive:
        os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)


if __name__ == "__main__":
    main()
