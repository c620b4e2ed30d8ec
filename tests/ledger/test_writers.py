"""Eight writers at once: nobody sees an error, nothing is lost, and the chain does not fork."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from conftest import NOW
from forks import Forks
from places import select

from tracker import Ledger
from tracker.errors import LedgerError
from tracker.values import BILLION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WRITERS = 8
SECONDS = 4.0


@pytest.fixture(scope="module")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """What forks writers off."""
    with Forks(tmp_path_factory.mktemp("forks") / "errors") as forks:
        yield forks


def test_many_writers_at_once(forks: Forks, place: str, tmp_path: Path) -> None:
    """Each gets its turn, and what was confirmed to it is there once, in one chain."""
    diary = tmp_path / "diary"
    numbers = [
        forks.start("write", place=place, writer=f"w{n}", diary=str(diary), seconds=SECONDS)
        for n in range(WRITERS)
    ]
    for number in numbers:
        forks.finish(number)
    noted = [json.loads(line) for line in diary.read_text().splitlines()]
    assert [line["error"] for line in noted if "error" in line] == []
    assert {line["why"].split(":")[0] for line in noted} == {f"w{n}" for n in range(WRITERS)}
    held = select(place, "SELECT rationale, probability, entry_id FROM forecast ORDER BY entry_id")
    said = [(line["why"], round(line["probability"] * BILLION), line["entry"]) for line in noted]
    assert Counter(held) == Counter(said)
    entries = [number for (number,) in select(place, "SELECT id FROM entry ORDER BY id")]
    assert entries == list(range(1, len(entries) + 1))
    questions = select(place, "SELECT title FROM question")
    assert len(set(questions)) == len(questions)  # nobody asked what another had just asked
    with Ledger.open(place, writable=False) as ledger:
        assert ledger.verify().head == ledger.head()
    # SQLite left to itself kept some out for as long as others wrote.
    assert max(line["took"] for line in noted) < SECONDS


def test_what_was_recorded_is_never_called_failed(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the commit nothing is asked of the database any more: it could be gone."""

    def gone(*_: object) -> None:
        raise LedgerError("the server went away; nothing was written, try again")

    with Ledger.open(place) as ledger:
        with monkeypatch.context() as patched:
            patched.setattr(ledger, "_connection", gone)
            for probability in (0.5, 0.6):
                said = {"analyst": "ana", "probability": probability}
                logged = ledger.log("Will it rain?", said, recorded=NOW)
        assert logged.question == ledger.question("q1")
        assert [kept.entry for kept in logged.question.forecasts][-1] == logged.entry
