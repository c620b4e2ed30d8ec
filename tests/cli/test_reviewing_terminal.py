"""The walk on a terminal: one key without Enter, interruptions of every sort, plain terminals."""

from __future__ import annotations

import re
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW
from ledgers import HOUR
from terminals import Terminal

from tracker import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable

pytest.importorskip("pty")
LATER = NOW + 24 * 20 * HOUR
CTRL_D, LEFT = "\x04", "\x1b[D"


@pytest.fixture(scope="module")
def two_due(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two questions that are due, q2 first; q1 with words of any script and a long history."""
    file = tmp_path_factory.mktemp("two") / "tracker.db"
    with Ledger.open(file, create=True) as ledger:
        due: dict[str, Any] = {"resolve_by": "2026-11-22"}
        for hour in range(30):
            said = {"analyst": "ana", "probability": 0.3 + hour / 100, "phrase": "“gut möglich”"}
            ledger.log("Schnee in Zürich – 雪?", said, recorded=NOW + hour * HOUR, question=due)
        said = {"analyst": "ana", "probability": 0.7}
        ledger.log("Rain on Sunday?", said, recorded=NOW + 30 * HOUR, question=due)
    return file


@pytest.fixture
def place(two_due: Path, tmp_path: Path) -> Path:
    """A copy of that ledger."""
    return Path(shutil.copy(two_due, tmp_path / "tracker.db"))


@pytest.fixture
def review(place: Path) -> Callable[..., Terminal]:
    """Type ``tracker review`` on a terminal."""

    def typed(**more: Any) -> Terminal:
        return Terminal("review", ledger=place, now=LATER, **more)

    return typed


def settled(place: Path) -> dict[str, str | None]:
    """The outcome of each question of a ledger, which is sound."""
    with Ledger.open(place, writable=False) as ledger:
        ledger.verify()
        return {one.question.id: one.settled.outcome for one in ledger.questions()}


def test_one_key_does_it(review: Callable[..., Terminal], place: Path) -> None:
    """Without Enter; keys of several bytes mean nothing; what is typed ahead is not lost."""
    with review() as terminal:
        terminal.until("[1 of 2]")
        terminal.until("> ")
        terminal.type(LEFT)
        terminal.until("one of these keys")
        terminal.until("> ")
        terminal.type("ryes\r\r\r")
        assert "0.090" in terminal.until("lesson, Enter: none > ")
        terminal.type("Look out.\r")
        terminal.until("[2 of 2]")
        terminal.until("> ")
        terminal.type("s")
        terminal.until("1 resolved, 1 skipped; none left")
        assert terminal.ended() == 0
    assert settled(place) == {"q1": None, "q2": "yes"}


@pytest.mark.parametrize("how", ["Ctrl-C", "Ctrl-D", "kill -9", "closed"])
@pytest.mark.parametrize("where", ["key", "question", "lesson"])
def test_nothing_is_lost_and_nothing_half_done(
    review: Callable[..., Terminal], place: Path, how: str, where: str
) -> None:
    """However the walk ends, and wherever: what was recorded is, the rest is not."""
    with review() as terminal:
        terminal.until("> ")
        if where != "key":
            terminal.type("ryes\r")
            terminal.until("known since, Enter: now > ")
        if where == "lesson":
            terminal.type("\r\r")
            terminal.until("lesson, Enter: none > ")
        if how == "closed":
            terminal.hang_up()
            terminal.command.wait(timeout=60)
        elif how == "kill -9":
            terminal.command.send_signal(signal.SIGKILL)
        else:
            if how == "Ctrl-C":
                terminal.interrupt()
            else:
                terminal.type(CTRL_D)
            terminal.until("2 left" if where != "lesson" else "1 left")
            terminal.until("go on with")
            middle = where == "question"
            assert terminal.ended() == (130 if how == "Ctrl-C" else int(middle))
    assert settled(place) == {"q1": None, "q2": "yes" if where == "lesson" else None}


def test_the_terminal_is_as_it_was(review: Callable[..., Terminal]) -> None:
    """Keys are shown again as they are typed, also after an interruption."""
    import termios

    with review() as terminal:
        before = termios.tcgetattr(terminal.ours)
        terminal.until("> ")
        terminal.interrupt()
        assert terminal.ended() == 130
        assert termios.tcgetattr(terminal.ours)[3] == before[3]


def test_what_is_long_goes_through_a_pager(review: Callable[..., Terminal]) -> None:
    """All of it, without signs that colour; the walk goes on after it."""
    with review(PAGER="cat", TERM="xterm") as terminal:
        terminal.until("> ")
        terminal.type("s")
        terminal.until("> ")
        terminal.type("l")
        shown = terminal.until("l look").replace("\r\n", "\n")
        assert shown.count("gut möglich") >= 30
        assert "\x1b" not in shown
        terminal.until("> ")
        terminal.type("q")
        terminal.until("1 skipped; 1 left")


def test_a_narrow_plain_terminal(review: Callable[..., Terminal]) -> None:
    """In 40 columns every line fits; NO_COLOR is respected."""
    with review(columns=40, NO_COLOR="1") as terminal:
        terminal.until("> ")
        terminal.type("s")
        terminal.until("> ")
        terminal.type("q")
        terminal.ended()
        text = terminal.shown.decode()
    lines = text.replace("\r\n", "\n").split("\n")
    assert max(len(line) for line in lines) <= 40
    assert not re.search(r"\x1b\[[\d;]*(3|4|9|10)\dm", text)


def test_a_terminal_without_our_signs(review: Callable[..., Terminal]) -> None:
    """Where only ASCII can be shown, the curve is of digits."""
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with review(PYTHONIOENCODING="ascii", **plain) as terminal:
        terminal.until("> ")
        terminal.type("s")
        terminal.until("> ")
        assert re.search(rb"ana  35{19}  30 % -> 59 %", terminal.shown)
        assert terminal.shown.isascii()
