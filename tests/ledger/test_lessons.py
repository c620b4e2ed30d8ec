"""Lessons: what was learnt from a question goes in once and comes out again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from conftest import NOW
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from places import counts
from strategies import paragraphs

from tracker import Ledger
from tracker.errors import DataError, LedgerError, UnknownIdError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]

HOUR = timedelta(hours=1)
WORDS = "Ask sooner.\nאל תמתין 🌨, cafe\u0301 \\ “so”"


@pytest.fixture
def ledger(place: str) -> Iterator[Ledger]:
    """A ledger with one question, q1."""
    with Ledger.open(place) as opened:
        opened.log("Rain on Sunday?", {"analyst": "ana", "probability": 0.7}, recorded=NOW)
        yield opened


def texts(ledger: Ledger, **as_of: str) -> list[tuple[str, str]]:
    """The lessons of q1: whose, and the words."""
    return [(one.analyst, one.text) for one in ledger.question("q1", **as_of).lessons]


def test_a_question_may_have_several_lessons(ledger: Ledger) -> None:
    """By several analysts, in the order recorded, each as it was written."""
    first = ledger.lesson("q1", f"  {WORDS}\n", analyst="ana", recorded=NOW + HOUR)
    assert first.new
    assert first.lesson in ledger.question("q1").lessons
    assert first.lesson.recorded == "2026-11-21T13:00:00.000000Z"
    assert first.question == ledger.question("q1")
    ledger.lesson("1", "Look at the wind.", analyst="ben", recorded=NOW + HOUR)
    ledger.lesson("Q1", "Look at the wind.", analyst="ana", recorded=NOW + HOUR)
    assert texts(ledger) == [
        ("ana", WORDS.replace("e\u0301", "é")),
        ("ben", "Look at the wind."),
        ("ana", "Look at the wind."),
    ]
    assert ledger.questions()[0].lessons == ledger.question("q1").lessons
    assert counts(ledger.place.url)["analyst"] == 2


def test_the_same_words_again_change_nothing(ledger: Ledger) -> None:
    """However they are spaced around; the lesson that is there is given."""
    first = ledger.lesson("q1", "Look at the wind.", analyst="ana", recorded=NOW)
    head = ledger.head()
    again = ledger.lesson("q1", " Look at the wind.\n", analyst="ana", recorded=NOW + HOUR)
    assert (again.new, again.lesson) == (False, first.lesson)
    assert ledger.head() == head


def test_lessons_as_the_ledger_stood(ledger: Ledger) -> None:
    """What was learnt later is not there yet."""
    ledger.lesson("q1", "One.", analyst="ana", recorded=NOW + HOUR)
    ledger.lesson("q1", "Two.", analyst="ana", recorded=NOW + 3 * HOUR)
    assert texts(ledger, as_of="2026-11-21T12:30:00Z") == []
    assert texts(ledger, as_of="2026-11-21T14:00:00Z") == [("ana", "One.")]
    assert texts(ledger) == [("ana", "One."), ("ana", "Two.")]


def test_a_lesson_needs_a_question_and_words(ledger: Ledger) -> None:
    """Else nothing is recorded, nor the analyst."""
    head = ledger.head()
    with pytest.raises(UnknownIdError):
        ledger.lesson("q2", "Look at the wind.", analyst="ben", recorded=NOW)
    with pytest.raises(DataError, match="text: found nothing"):
        ledger.lesson("q1", " \n", analyst="ben", recorded=NOW)
    with pytest.raises(DataError, match="at most 20000 characters"):
        ledger.lesson("q1", "x" * 20_001, analyst="ben", recorded=NOW)
    assert ledger.head() == head
    with (
        Ledger.open(ledger.place.url, writable=False) as reading,
        pytest.raises(LedgerError, match="reading only"),
    ):
        reading.lesson("q1", "Look at the wind.", analyst="ana", recorded=NOW)


@how(max_examples=4, deadline=None)
@given(words=st.lists(paragraphs(), min_size=1, max_size=6, unique=True))
def test_any_text_comes_out_as_it_went_in(words: list[str]) -> None:
    """In its canonical form, in a ledger that verifies."""
    from tempfile import TemporaryDirectory

    with (
        TemporaryDirectory() as folder,
        Ledger.open(f"{folder}/tracker.db", create=True) as ledger,
    ):
        ledger.log("Rain on Sunday?", {"analyst": "ana", "probability": 0.7}, recorded=NOW)
        for text in words:
            ledger.lesson("q1", text, analyst="ana", recorded=NOW)
        assert [one.text for one in ledger.question("q1").lessons] == words
        assert ledger.verify().head == ledger.head()


def test_copies_hold_the_lessons(run: Run, tmp_path: Path) -> None:
    """What verify proves, export writes, and backup, restore and copy carry over."""
    file = tmp_path / "tracker.db"
    with Ledger.open(file, create=True) as ledger:
        ledger.log("Rain on Sunday?", {"analyst": "ana", "probability": 0.7}, recorded=NOW)
        ledger.lesson("q1", WORDS, analyst="ana", recorded=NOW)
        head, kept = ledger.head(), ledger.question("q1").lessons
        exported = [json.loads(line) for line in ledger.export()]
    assert exported[-1]["rows"] == {"lesson": [{"analyst": 2, "question": 1, "text": kept[0].text}]}
    assert run("backup", tmp_path / "backup.db").code == 0
    assert run("restore", tmp_path / "backup.db", "--db", tmp_path / "again.db").code == 0
    assert run("copy", tmp_path / "backup.db", tmp_path / "copied.db").code == 0
    for name in ("backup.db", "again.db", "copied.db"):
        with Ledger.open(tmp_path / name) as other:
            assert other.verify().head == head
            assert other.question("q1").lessons == kept
