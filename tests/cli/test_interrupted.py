"""Every prompt, and every way to leave it: nothing is lost, and nothing is left half-done."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from conftest import NOW
from ledgers import HOUR
from terminals import Terminal
from typing_desk import held

from tracker import Ledger
from tracker.texts.dossier import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Typed = Callable[..., Terminal]

pytest.importorskip("pty")
CTRL_D = "\x15\x04"  # what stands on the line is wiped out first
WAYS = ["Ctrl-C", "Ctrl-D", "kill -9", "closed"]
EXTRACT = ("extract", "letter.txt", "--review")
WHO = ("--analyst", "ana", "--published", "2026-03-02")
EVIDENCE = ("evidence", "weather.txt", "--review")


@pytest.fixture
def typed(desk: Path) -> Typed:  # not in this process
    """Type a command on a terminal."""
    return lambda *words: Terminal(*words, ledger=desk / "t.db", now=NOW + 12 * HOUR)


def leave(terminal: Terminal, how: str) -> int | None:
    """Leave a prompt in one of the ways; the code where the command gives one."""
    if how == "closed":
        terminal.hang_up()
        terminal.command.wait(timeout=60)
        return None
    if how == "kill -9":
        terminal.command.send_signal(signal.SIGKILL)
        terminal.command.wait(timeout=60)
        return None
    if how == "Ctrl-C":
        terminal.interrupt()
    else:
        terminal.type(CTRL_D)
    return terminal.ended()


def sound(desk: Path) -> dict[str, str | None]:
    """The outcome of each question; raises where the ledger is not as it was recorded."""
    with Ledger.open(desk / "t.db", writable=False) as ledger:
        ledger.verify()
        return {one.question.id: one.settled.outcome for one in ledger.questions()}


def echoes(terminal: Terminal) -> bool:
    """Whether what is typed on a terminal is shown."""
    import termios

    return bool(termios.tcgetattr(terminal.ours)[3] & termios.ECHO)


PROMPTS: dict[str, tuple[tuple[str, ...], list[tuple[str, str]]]] = {
    "the day of a text": (EXTRACT, [("published on", "")]),
    "the author of a text": (EXTRACT, [("published on", "\x152026-03-02\r"), ("author: ", "")]),
    "a draft": ((*EXTRACT, *WHO), [("> ", "")]),
    "a correction": ((*EXTRACT, *WHO), [("> ", "e\r"), ("settle by: ", "")]),
    "the last correction": (
        (*EXTRACT, *WHO),
        [("> ", "e\r"), ("settle by: ", "\r"), ("question: ", "\r"), ("probability: ", "\r"),
         ("analyst: ", "\r"), ("only if: ", "")],
    ),
    "when news came out": (EVIDENCE, [("published on", "")]),
    "a passage": ((*EVIDENCE, "--published", "2026-11-22"), [("which passage", "")]),
    "an outcome": (
        (*EVIDENCE, "--published", "2026-11-22"),
        [("which passage", "1o\r"), ("outcome: yes, no", "")],
    ),
    "the last word": (
        (*EVIDENCE, "--published", "2026-11-22"),
        [("which passage", "1y\r"), ("record yes", "")],
    ),
    "a number with two readings": (("log", "Hail?", "-p", "7"), [("neither) > ", "")]),
    "a date with two readings": (
        ("log", "Hail?", "-p", "7%", "--by", "03/04/2027"),
        [("neither) > ", "")],
    ),
    "a dossier that is typed": (("add", "-"), [("Ctrl-D on a line of its own", "")]),
}  # fmt: skip
KILLED = {"a draft", "the last word"}  # where a process is killed that might have written


@pytest.mark.parametrize(
    ("where", "how"),
    [(where, how) for where in PROMPTS for how in WAYS if "Ctrl" in how or where in KILLED],
)
def test_who_leaves_has_done_nothing(typed: Typed, desk: Path, where: str, how: str) -> None:
    """The desk and the ledger are as they were; a sentence says so, and the terminal works."""
    before, (words, steps) = held(desk), PROMPTS[where]
    with typed(*words) as terminal:
        for prompt, answer in steps:
            terminal.until(prompt)
            if answer:
                terminal.type(answer)
        code = leave(terminal, how)
        if code is not None:
            assert code in ({130} if how == "Ctrl-C" else {0, 1, 130})
            assert echoes(terminal)
            assert b"Traceback" not in terminal.shown
            said = terminal.shown[terminal.at :].decode()
            assert "nothing" in said or "not finished" in said or "0 questions settled" in said
    assert held(desk) == before
    assert "yes" not in {outcome for name, outcome in sound(desk).items() if name == "q6"}


@pytest.mark.parametrize("how", WAYS)
def test_what_was_accepted_is_on_disk(typed: Typed, desk: Path, how: str) -> None:
    """A walk through drafts may be left or killed after an answer: the answer stays."""
    with typed(*EXTRACT, *WHO) as terminal:
        terminal.until("> ")
        terminal.type("\r")
        terminal.until("2 of 3 · 1 accepted")
        terminal.until("> ")
        if how == "Ctrl-C":
            terminal.interrupt()
            terminal.until("[Y/n]")
        leave(terminal, how)
    (forecast,) = read(desk / "letter.dossier.yaml").dossier.forecasts
    assert forecast.phrase == "will"


def test_what_was_accepted_is_gone_if_that_is_wanted(typed: Typed, desk: Path) -> None:
    """Who does not want it written has nothing on the desk."""
    before = held(desk)
    with typed(*EXTRACT, *WHO) as terminal:
        terminal.until("> ")
        terminal.type("\r")
        terminal.until("2 of 3")
        terminal.until("> ")
        terminal.type("q\r")
        terminal.until("[Y/n]")
        terminal.type("n\r")
        assert terminal.ended() == 0
    assert held(desk) == before


@pytest.mark.parametrize("how", WAYS)
def test_what_was_settled_stays_settled(typed: Typed, desk: Path, how: str) -> None:
    """Each answer to what a text says is recorded before the next is asked for."""
    with typed(*EVIDENCE, "--published", "2026-11-22", "--question", "q6", "--question", "q5") as t:
        t.until("which passage")
        t.type("1y\r")
        t.until("record yes")
        t.type("\r")
        t.until("yes, known")
        leave(t, how)
    assert sound(desk)["q6"] == "yes"
