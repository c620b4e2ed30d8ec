"""A ledger on a server that crashes: what was confirmed is there, and nothing is half done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import NOW

from tracker import Ledger
from tracker.errors import LedgerError
from tracker.records import Dossier, make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgres import Server

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
SAID = {"analyst": "ana", "probability": 0.7}


@pytest.fixture
def ledger(place: str) -> Iterator[Ledger]:
    """A ledger with a forecast in it."""
    with Ledger.open(place) as opened:
        opened.log("Rain on Sunday?", SAID, recorded=NOW)
        yield opened


@pytest.fixture
def crashed(ledger: Ledger, postgres: Server) -> Iterator[Server]:
    """The server of the ledger, which has just crashed; it runs again for other tests."""
    assert ledger.counts()["forecast"] == 1
    postgres.kill()
    yield postgres
    postgres.restart()


def test_what_was_confirmed_outlives_a_crash_of_the_server(ledger: Ledger, crashed: Server) -> None:
    """After the server has come back the same ledger is read and written as before."""
    crashed.start()
    assert ledger.question("q1").question.title == "Rain on Sunday?"
    ledger.log("q1", SAID, recorded=NOW)
    assert ledger.counts()["forecast"] == 2


@pytest.mark.usefixtures("crashed")
def test_a_server_that_is_gone_is_one_sentence(ledger: Ledger) -> None:
    """Opening, reading and writing are refused by the ledger, in one line."""
    for refused in (
        ledger.questions,
        lambda: ledger.log("q1", SAID, recorded=NOW),
        lambda: Ledger.open(ledger.place.url),
    ):
        with pytest.raises(LedgerError) as said:
            refused()
        assert "\n" not in str(said.value)


def break_off(ledger: Ledger, server: Server) -> None:
    """Add a dossier; the server crashes before that is confirmed."""
    source, question = {"name": "letter"}, {"id": "snow", "title": "Snow on Sunday?"}
    with ledger.adding(NOW) as add:
        add(make(Dossier, {"source": source, "questions": [question]}))
        server.kill()


def test_a_crash_in_the_middle_of_a_recording_leaves_nothing(
    ledger: Ledger, postgres: Server
) -> None:
    """What was not confirmed is gone whole, and its lock with it."""
    before = ledger.counts()
    with pytest.raises(LedgerError):
        break_off(ledger, postgres)
    postgres.start()
    assert ledger.counts() == before
    ledger.log("Snow on Sunday?", SAID, recorded=NOW)
    assert [kept.question.id for kept in ledger.questions()] == ["q1", "q2"]
