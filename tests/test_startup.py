"""What the program loads when it starts: stable where times are not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

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


@pytest.mark.parametrize("words", [["--help"], ["score", "--help"]])
def test_help_loads_nothing_heavy(loaded: Callable[..., set[str]], words: list[str]) -> None:
    """Help is there at once: no database, no mathematics, no charts."""
    modules = loaded(*words)
    assert "typer" in packages(modules)
    assert packages(modules) & HEAVY == set()
    assert {m for m in modules if m.startswith(("tracker.ledger", "tracker.scoring"))} == set()


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


def test_logging_loads_no_mathematics_charts_or_migrations(
    loaded: Callable[..., set[str]],
) -> None:
    """An update on a ledger there is loads what it needs to write a row, and no more."""
    first = loaded("log", "Snow in Vienna before Advent", "-p", "70%")
    assert "alembic" in packages(first)  # a new ledger is made by the migrations
    modules = loaded("log", "q1", "-p", "80%")
    assert "sqlalchemy" in packages(modules)
    assert packages(modules) & {"scipy", "plotly", "alembic", "jinja2", "numpy"} == set()


def test_listing_loads_no_mathematics_charts_or_migrations(
    loaded: Callable[..., set[str]],
) -> None:
    """Looking is as light as logging."""
    loaded("log", "Snow in Vienna before Advent", "-p", "70%")
    modules = loaded("list")
    assert "sqlalchemy" in packages(modules)
    assert packages(modules) & {"scipy", "plotly", "alembic", "jinja2", "numpy"} == set()
