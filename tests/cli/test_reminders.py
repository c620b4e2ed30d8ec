"""Reminders that cannot fail silently: exit statuses, and the recipes of the README."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from conftest import NOW, ROOT

from tracker import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]

DAY = timedelta(days=1)


def ledger_at(place: Path, resolve_by: str) -> None:
    """A ledger with one question."""
    with Ledger.open(place, create=True) as ledger:
        said = {"analyst": "ana", "probability": 0.7}
        asked = {"resolve_by": resolve_by}
        ledger.log(
            "Rain on Sunday?", said, recorded=datetime(2026, 11, 1, tzinfo=UTC), question=asked
        )


# --- the exit status ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", 0),
        ("--exit-code", 0),
        ("--exit-code --within 2", 3),
        ("--exit-code --within 2d --json", 3),
        ("--exit-code --within 1w --tag rain", 1),
        ("--exit-code --within soon", 2),
        ("--within 2", 0),
    ],
)
def test_the_exit_status_tells(run: Run, tmp_path: Path, words: str, code: int) -> None:
    """Nothing due, something due, wrong data, a wrong call: 0, 3, 1, 2."""
    ledger_at(tmp_path / "tracker.db", "2026-11-23")
    assert run("due", *words.split()).code == code


def test_a_ledger_that_cannot_be_read_is_not_nothing_due(run: Run, tmp_path: Path) -> None:
    """Neither where there is none, nor where there is something else."""
    assert run("due", "--exit-code").code == 1
    (tmp_path / "tracker.db").write_text("no ledger")
    assert run("due", "--exit-code").code == 1


@pytest.mark.parametrize(
    ("within", "due"),
    [("1", False), ("2", True), ("2d", True), ("2 days", True), ("1w", True), ("99999", True)],
)
def test_within_takes_spans(run: Run, tmp_path: Path, within: str, due: bool) -> None:
    """Numbers are days."""
    ledger_at(tmp_path / "tracker.db", "2026-11-23")
    assert bool(run("due", "--within", within, "--json").json) == due


# --- the recipes ----------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home where a shell finds tracker."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "tracker").write_text(f'#!/bin/sh\nexec {sys.executable} -m tracker "$@"\n')
    (programs / "tracker").chmod(0o755)
    return tmp_path


def blocks() -> tuple[str, str]:
    """The line for cron, without its times, and the function for the prompt."""
    text = (ROOT / "README.md").read_text("utf-8")
    cron = re.search(r"^0 \* \* \* \*  (.*)$", text, re.MULTILINE)
    prompt = re.search(r"^tracker_due\(\) {\n.*?^}$", text, re.MULTILINE | re.DOTALL)
    assert cron
    assert prompt
    return cron[1], prompt[0]


def shell(home: Path, script: str) -> str:
    """What a script prints in a shell of a fresh home."""
    environment = {
        "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "TRACKER_DATABASE_URL": str(home / "tracker.db"),
    }
    ran = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, check=True)
    assert ran.stderr == b""
    return ran.stdout.decode()


@pytest.mark.parametrize(
    ("state", "mark"),
    [
        ("nothing due", ""),
        ("due", "due "),
        ("no ledger", "tracker? "),
        ("not a ledger", "tracker? "),
        ("no tracker", "tracker? "),
    ],
)
def test_the_prompt_shows_what_the_check_found(home: Path, state: str, mark: str) -> None:
    """Also that it failed."""
    day = (datetime.now(UTC) + (9 if state == "nothing due" else -9) * DAY).date().isoformat()
    if state != "no ledger":
        ledger_at(home / "tracker.db", day)
    if state == "not a ledger":
        (home / "tracker.db").write_text("something else")
    if state == "no tracker":
        shutil.rmtree(home / "bin")
        (home / "bin").mkdir()
        (home / "bin" / "tracker").write_text("not a program")
        (home / "bin" / "tracker").chmod(0o755)
    cron, prompt = blocks()
    shell(home, cron)
    assert shell(home, f"{prompt}\ntracker_due") == mark


def test_the_prompt_shows_that_the_check_does_not_run(home: Path) -> None:
    """Neither ever, nor of late."""
    _, prompt = blocks()
    assert shell(home, f"{prompt}\ntracker_due") == "tracker? "
    (home / ".tracker-due").write_text("0\n")
    assert shell(home, f"{prompt}\ntracker_due") == ""
    old = (NOW - 9 * DAY).timestamp()
    os.utime(home / ".tracker-due", (old, old))
    assert shell(home, f"{prompt}\ntracker_due") == "tracker? "
