"""What the program loads when it starts: stable where times are not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from tracker.cli.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAVY = {"scipy", "plotly", "alembic", "sqlmodel", "sqlalchemy", "numpy"}

# Runs the program as `python -m tracker` does, and then writes down what was loaded.
WATCH = """
import json, os, runpy, sys
os._exit = sys.exit  # or nothing could be written down
place, *words = sys.argv[1:]
bare = set(sys.modules)
sys.argv = ["tracker", *words]
try:
    runpy.run_module("tracker", run_name="__main__", alter_sys=True)
except SystemExit as stopped:
    code = stopped.code or 0
with open(place, "w") as out:
    json.dump({"code": code, "loaded": sorted(set(sys.modules) - bare)}, out)
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a process that sees this checkout and this test's own ledger."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "TRACKER_DATABASE_URL": str(tmp_path / "tracker.db"),
    }


@pytest.fixture
def loaded(tmp_path: Path, environment: dict[str, str]) -> Callable[..., set[str]]:
    """Run a command in a process of its own; the names of the modules it loaded."""

    def command(*words: str) -> set[str]:
        place = tmp_path / "loaded.json"
        subprocess.run(
            [sys.executable, "-c", WATCH, str(place), *words],
            env=environment,
            check=True,
            capture_output=True,
        )
        said = json.loads(place.read_text())
        assert said["code"] == 0
        return set(said["loaded"])

    return command


def packages(modules: set[str]) -> set[str]:
    """The packages that modules belong to."""
    return {module.partition(".")[0] for module in modules}


@pytest.mark.parametrize("words", [["--help"], ["score", "--help"], ["log", "-h"], ["--version"]])
def test_help_loads_nothing_heavy(loaded: Callable[..., set[str]], words: list[str]) -> None:
    """Help is there at once: no database, no mathematics, no charts, no validation, no markup."""
    modules = loaded(*words)
    assert "typer" in packages(modules)
    assert packages(modules) & (HEAVY | {"pydantic", "rich"}) == set()
    assert {m for m in modules if m.startswith(("tracker.ledger", "tracker.scoring"))} == set()


def test_the_list_of_commands_loads_none_of_them(loaded: Callable[..., set[str]]) -> None:
    """A command is loaded when it is called, and no other with it."""
    places = {f"tracker.cli.{entry.place.partition(':')[0]}" for entry in COMMANDS.values()}
    assert loaded("--help") & places == set()
    assert loaded("log", "--help") & places == {"tracker.cli.record"}


@pytest.mark.parametrize(
    "line", ["tracker sh", "tracker log ", "tracker show q", "tracker list --"]
)
def test_completion_loads_nothing_heavy(
    loaded: Callable[..., set[str]], environment: dict[str, str], line: str
) -> None:
    """A name is offered before a person has lifted the finger."""
    loaded("log", "Snow in Vienna before Advent", "-p", "70%")
    environment |= {
        "_TRACKER_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(line.count(" ")),
    }
    assert packages(loaded()) & (HEAVY | {"pydantic", "rich"}) == set()


def test_importing_tracker_loads_next_to_nothing(environment: dict[str, str]) -> None:
    """``import tracker`` loads no other module of tracker and no other package."""
    code = (
        "import sys; bare = set(sys.modules); import tracker; "
        "print(*sorted(set(sys.modules) - bare))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    )
    modules = set(ran.stdout.split())
    assert {m for m in modules if m.startswith("tracker")} == {"tracker"}
    assert packages(modules) - {"tracker"} <= sys.stdlib_module_names


@pytest.mark.parametrize(
    "words",
    [
        ["log", "q1", "-p", "80%"],
        ["log", "Rain on Sunday?", "--option", "rain=70%", "--option", "none=30%"],
        ["list"],
        ["due", "--json"],
    ],
)
def test_what_is_done_daily_loads_no_mathematics_charts_or_migrations(
    loaded: Callable[..., set[str]], words: list[str]
) -> None:
    """On a ledger there is, a command loads what it needs to read or write rows, and no more."""
    first = loaded("log", "Snow in Vienna before Advent", "-p", "70%")
    assert "alembic" in packages(first)  # a new ledger is made by the migrations
    modules = loaded(*words)
    assert "sqlalchemy" in packages(modules)
    assert packages(modules) & {"scipy", "plotly", "alembic", "jinja2", "numpy"} == set()


def test_settling_loads_no_charts_or_migrations(loaded: Callable[..., set[str]]) -> None:
    """What a forecast cost is told at once: numbers are loaded for it, and no more."""
    loaded("log", "Snow in Vienna before Advent", "-p", "70%")
    modules = loaded("resolve", "q1", "yes")
    assert packages(modules) & {"scipy", "plotly", "alembic", "jinja2"} == set()


@pytest.mark.parametrize(
    ("words", "code"), [(["--version"], 0), (["show", "q9"], 1), (["frobnicate"], 2)]
)
def test_the_end_at_once_keeps_what_was_said(
    environment: dict[str, str], words: list[str], code: int
) -> None:
    """The process says all and keeps its exit code, also into a pipe."""
    ran = subprocess.run(
        [sys.executable, "-m", "tracker", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == code
    assert (ran.stdout or ran.stderr).endswith("\n")
