"""``-`` is standard input wherever a command reads a file, once in a call."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]
    Fed = Callable[..., None]

ESSAY = ROOT / "seeds" / "digest.dossier.yaml"
TEXT = ROOT / "seeds" / "prewar-essay.digest.txt"
CALLS = {
    "add": ["add", "-"],
    "extract": ["extract", "-"],
    "evidence": ["evidence", "-"],
    "evaluate": ["evaluate", "-"],
    "lesson": ["lesson", "q1", "-"],
    "verify": ["verify", "--text", "-"],
}


class Terminal(io.TextIOWrapper):
    """Standard input as a terminal has it."""

    def isatty(self) -> bool:
        """Somebody sits there."""
        return True


@pytest.fixture
def fed(monkeypatch: pytest.MonkeyPatch) -> Fed:
    """Put something on standard input."""

    def feed(content: bytes, kind: type[io.TextIOWrapper] = io.TextIOWrapper) -> None:
        raw = io.BufferedReader(io.BytesIO(content))
        monkeypatch.setattr(sys, "stdin", kind(raw, encoding="utf-8"))

    return feed


def test_a_dossier_is_added(run: Run, fed: Fed, tmp_path: Path) -> None:
    """Alone, or as one of several; what is wrong in it is said of standard input."""
    letter = tmp_path / "letter.yaml"
    letter.write_text("tracker: dossier/1\nsource: {name: letter}\n")
    fed(ESSAY.read_bytes())
    ran = run("add", letter, "-")
    assert ran.code == 0
    assert "standard input: 4 questions, 4 forecasts" in ran.out
    fed(b"\xef\xbb\xbf" + ESSAY.read_bytes())
    assert "standard input: nothing new" in run("add", "-").out
    fed(b"tracker: dossier/9")
    assert run("add", "-").err.startswith("error: standard input: 1 problem")


def test_the_text_of_a_dossier_is_checked(run: Run, fed: Fed) -> None:
    """``--text -`` takes the text that its spans point into, and verify does too."""
    fed(TEXT.read_bytes())
    assert run("add", ESSAY, "--text", "-").code == 0
    fed(TEXT.read_bytes())
    assert " in 1 texts" in run("verify", "--text", "-").out
    fed(b"something else")
    assert run("verify", "--text", "-").code == 1


def test_a_lesson_is_read(asked: Run, fed: Fed) -> None:
    """Of several lines, as they stand."""
    fed("Wet feet.\nNässe.\n".encode())
    assert asked("lesson", "q1", "-", "--json").json["lesson"]["text"] == "Wet feet.\nNässe."
    fed(b"\xff")
    ran = asked("lesson", "q1", "-")
    assert (ran.code, ran.out) == (1, "")
    assert "bytes that are not UTF-8" in ran.err


def test_a_text_and_a_table_are_read(asked: Run, fed: Fed) -> None:
    """As extract, evidence and evaluate take them from files."""
    fed(TEXT.read_bytes())
    assert len(asked("extract", "-", "--json").json) > 5
    fed(b"It rained on Sunday.")
    assert [one["question"] for one in asked("evidence", "-", "--json").json] == ["q1"]
    fed(b"probability,outcome\n0.7,1\n0.2,0\n")
    assert asked("evaluate", "-", "--json").json["overall"]["forecasts"] == 2


@pytest.mark.parametrize(
    "words", [["add", "-", "-"], ["add", "-", "--text", "-"], ["verify", *["--text", "-"] * 2]]
)
def test_it_can_be_read_once(asked: Run, words: list[str]) -> None:
    """More than one ``-`` in a call is refused."""
    ran = asked(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "can be read once" in ran.err


@pytest.mark.parametrize("name", CALLS)
def test_who_types_it_in_is_told_how_to_end(asked: Run, fed: Fed, name: str) -> None:
    """A terminal as standard input gets a sentence, not silence; there is then nothing in it."""
    fed(b"", Terminal)
    ran = asked(*CALLS[name])
    assert ran.err.startswith("reading what you type or paste here; Ctrl-D ")
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("name", CALLS)
def test_closed_is_not_empty(asked: Run, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Where there is no standard input, that is said."""
    monkeypatch.setattr(sys, "stdin", None)
    ran = asked(*CALLS[name])
    assert (ran.code, ran.out) == (2, "")
    assert "which is closed" in ran.err
