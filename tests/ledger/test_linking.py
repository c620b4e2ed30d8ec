"""Questions that hang together count as one piece of evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import NOW

from tracker import Ledger, score

if TYPE_CHECKING:
    from collections.abc import Iterator

SAID = {"analyst": "ana", "probability": 0.7}


@pytest.fixture
def ledger(place: str) -> Iterator[Ledger]:
    """An empty ledger."""
    with Ledger.open(place) as opened:
        yield opened


def ask(ledger: Ledger, title: str, *tags: str, after: str | None = None) -> None:
    """A question with tags, perhaps conditional on another, settled with yes."""
    condition = None if after is None else {"question": after}
    ledger.log(title, SAID, question={"tags": list(tags), "condition": condition}, recorded=NOW)
    question = ledger.questions()[-1].question.id
    ledger.resolve(question, {"outcome": "yes"}, recorded=NOW)


def test_a_question_hangs_together_with_itself_alone(ledger: Ledger) -> None:
    """Unless something links it; a tag that is shared does not."""
    ask(ledger, "Rain?", "weather")
    ask(ledger, "Snow?", "weather")
    assert ledger.pairs().cluster.tolist() == ["q1", "q2"]


def test_questions_that_share_a_linked_tag_hang_together(ledger: Ledger) -> None:
    """Whoever marks them with ``linked:NAME`` says that they share their luck."""
    for title, tag in (("Strike?", "war"), ("Talks?", "war"), ("Rain?", "weather")):
        ask(ledger, title, f"linked:{tag}")
    assert ledger.pairs().cluster.tolist() == ["q1", "q1", "q3"]


def test_a_question_hangs_together_with_its_condition(ledger: Ledger) -> None:
    """It is asked only if the other comes out that way."""
    ask(ledger, "Rain?")
    ask(ledger, "If it rains, does the roof hold?", after="q1")
    assert ledger.pairs().cluster.tolist() == ["q1", "q1"]


def test_links_reach_through(ledger: Ledger) -> None:
    """What is linked to the same is linked, in whatever order it was recorded."""
    ask(ledger, "One?", "linked:a")
    ask(ledger, "Two?", "linked:b")
    ask(ledger, "Three?")
    ask(ledger, "Four?", "linked:a", "linked:b", after="q3")
    assert ledger.pairs().cluster.tolist() == ["q1"] * 4


def test_linked_questions_widen_the_interval(ledger: Ledger) -> None:
    """Ten questions in two groups tell as much as two."""
    for number in range(10):
        title, tag = f"Question {number}?", f"linked:{'even' if number % 2 == 0 else 'odd'}"
        said = {**SAID, "probability": 0.7 + 0.01 * number}
        ledger.log(title, said, question={"tags": [tag]}, recorded=NOW)
        outcome = "yes" if number % 2 == 0 else "no"
        ledger.resolve(f"q{number + 1}", {"outcome": outcome}, recorded=NOW)
    pairs = ledger.pairs()
    assert len(set(pairs.cluster.tolist())) == 2
    card = score(pairs)
    assert card.questions == 10
    assert card.effective is not None
    assert card.effective < 10
    assert "too few to tell" in card.verdict
