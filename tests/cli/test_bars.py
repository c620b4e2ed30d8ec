"""Bars: after a second, where somebody watches; gone in the end, and never among the data."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typing_desk import cases, environment

from tracker.cli import bars

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Ran

CASES = cases()
# What may take longer than a second on a large ledger, text or table, and what its bar says.
SAYS = {
    "list": "Reading",
    "show": "Reading",
    "due": "Reading",
    "review": "Reading",
    "calendar": "Reading",
    "status": "Counting",
    "extract": "Reading",
    "add": "Adding",
    "evidence": "Reading",
    "score": "Scoring",
    "calibration": "Scoring",
    "compare": "Comparing",
    "phrases": "Scoring",
    "retro": "Looking back",
    "report": "Writing",
    "evaluate": "Scoring",
    "verify": "Verifying",
    "backup": "Verifying the copy",
    "restore": "Verifying",
    "copy": "Verifying",
    "export": "Exporting",
    "upgrade": "Upgrading",
    "demo": "Looking back",
}
QUICK = {"log", "resolve", "withdraw", "amend", "retract", "lesson", "agreement", "schema", "mcp"}
WORK = """
import sys, time
from tracker.cli import bars
from tracker.cli.terminal import line, silence
bars.PATIENCE = float(sys.argv[1])
with silence("quiet" in sys.argv), bars.progress("Counting") as came:
    with bars.progress("Beginning"):
        time.sleep(0.5)
    for done in range(5):
        came(done, 5)
        time.sleep(0.1)
line("the data")
"""


def test_every_command_is_quick_or_has_a_bar() -> None:
    """A new command is put among the one or the other."""
    assert set(SAYS) | QUICK == set(CASES)
    assert set(SAYS) & QUICK == set()


@pytest.mark.parametrize("name", SAYS)
def test_what_may_take_long_has_a_bar(
    typed: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """One that says what goes on; it is asked for where stderr is a terminal."""
    said: list[str] = []

    @contextmanager
    def told(label: str) -> Iterator[Callable[[int, int], None]]:
        said.append(label)
        yield lambda done, total: None  # noqa: ARG005

    for module in [one for key, one in sys.modules.items() if key.startswith("tracker.cli")]:
        if hasattr(module, "progress"):
            monkeypatch.setattr(module, "progress", told)
    monkeypatch.setattr(bars, "progress", told)
    assert typed(*CASES[name]["words"]).code == 0
    assert SAYS[name] in said


def worked(*words: str) -> tuple[bytes, str]:
    """What a work of a second shows on stderr, a terminal, and what it prints."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", WORK, *words],
        env=environment(Path.cwd(), LANG="C.UTF-8"),
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    out, _ = process.communicate(timeout=60)
    shown = b""
    with suppress(OSError):  # the other end was closed
        while part := os.read(ours, 65536):
            shown += part
    os.close(ours)
    assert process.returncode == 0
    return shown, out.decode()


def test_a_bar_is_drawn_and_gone_in_the_end() -> None:
    """The innermost work, how far it came; then the line is empty and the cursor is there again."""
    shown, out = worked("0")
    assert out == "the data\n"
    text = shown.decode()
    assert text.index("Beginning") < text.index("Counting")
    assert "%" in text
    assert text.rstrip().endswith(("\x1b[2K", "\x1b[1A\x1b[2K"))
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")


@pytest.mark.parametrize("words", [("60",), ("0", "quiet")], ids=["quick", "quiet"])
def test_nothing_is_shown_of_what_is_quick_or_to_be_quiet(words: tuple[str, ...]) -> None:
    """Not a sign."""
    assert worked(*words) == (b"", "the data\n")


def test_a_pipe_gets_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    """Nor does a file, however long it takes."""
    with bars.progress("Counting") as came:
        came(1, 2)
    assert capsys.readouterr() == ("", "")
