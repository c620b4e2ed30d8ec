"""Questions that count only if another came out in a certain way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import NOW

from tracker import Ledger
from tracker.records import Dossier, make

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def pair(place: str) -> Iterator[Ledger]:
    """A question, q1, and one that is asked only if q1 comes true, q2; both forecast."""
    with Ledger.open(place) as ledger:
        said = {"analyst": "ana", "probability": 0.7}
        ledger.log("Will it rain?", said, recorded=NOW)
        condition = {"condition": {"question": "q1"}}
        ledger.log("If it rains, does the roof hold?", said, question=condition, recorded=NOW)
        yield ledger


def settle(ledger: Ledger, question: str, said: str) -> None:
    """Settle a question, with an outcome or without."""
    ended = {"status": said} if said in {"annulled", "ambiguous"} else {"outcome": said}
    ledger.resolve(question, ended, recorded=NOW)


def status(ledger: Ledger) -> str:
    """How the dependent question stands."""
    return ledger.question("q2").settled.status


def test_an_outcome_waits_for_its_condition(pair: Ledger) -> None:
    """It is recorded, and counts once the condition has come about."""
    settle(pair, "q2", "yes")
    assert status(pair) == "open"
    assert len(pair.pairs()) == 0
    settle(pair, "q1", "yes")
    assert status(pair) == "resolved"
    assert pair.pairs().question.tolist() == ["q1", "q2"]


@pytest.mark.parametrize("ended", ["annulled", "ambiguous"])
def test_a_question_ends_as_its_condition_did(pair: Ledger, ended: str) -> None:
    """Where the condition has no outcome, neither has what hangs on it, whatever was recorded."""
    settle(pair, "q2", "yes")
    settle(pair, "q1", ended)
    assert status(pair) == ended
    assert len(pair.pairs()) == 0


def test_a_question_may_be_annulled_before_its_condition_is_known(pair: Ledger) -> None:
    """That ends it, whatever becomes of the condition."""
    settle(pair, "q2", "annulled")
    assert status(pair) == "annulled"
    settle(pair, "q1", "no")
    assert status(pair) == "annulled"


def test_a_long_chain_of_conditions_is_followed(place: str) -> None:
    """Thousands of links are no more than a few."""
    with Ledger.open(place) as ledger:
        said = {"analyst": "ana", "probability": 0.7}
        ledger.log("Link number 1?", said, recorded=NOW)
        links = [
            {"id": f"q{n}", "title": f"Link number {n}?", "condition": {"question": f"q{n - 1}"}}
            for n in range(2, 1200)
        ]
        dossier = make(Dossier, {"source": {"name": "chain"}, "questions": links})
        ledger.add(dossier, recorded=NOW)
        settle(ledger, "q1", "no")
        assert {q.settled.status for q in ledger.questions()} == {"resolved", "condition failed"}
