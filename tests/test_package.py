"""The package as a stranger gets it: a wheel that works away from the checkout, and a README."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT, missing

import tracker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PARTS = ("pyproject.toml", "README.md", "LICENSE", "tracker", "migrations", "seeds")


def test_every_public_name_is_there() -> None:
    """The names of the public face load when they are asked for."""
    assert sorted(tracker.__all__) == tracker.__all__
    for name in tracker.__all__:
        assert getattr(tracker, name).__name__ == name
    assert set(tracker.__all__) <= set(dir(tracker))


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """The lazy face fails as a module does."""
    with pytest.raises(AttributeError, match="no attribute 'Ledgers'"):
        _ = tracker.Ledgers


def test_the_library_is_as_the_design_shows_it(tmp_path: Path) -> None:
    """Four lines of library use: a ledger opens, its pairs are scored."""
    from datetime import UTC, datetime

    from tracker import Ledger, Pairs, score

    place = tmp_path / "tracker.db"
    with Ledger.open(place, create=True) as ledger:
        said = {"analyst": "ana", "probability": 0.8}
        ledger.log("Rain on Sunday?", said, recorded=datetime(2026, 11, 1, tzinfo=UTC))
        known = datetime(2026, 11, 8, tzinfo=UTC)
        ledger.resolve("q1", {"outcome": "yes", "known": known}, recorded=known)
    with Ledger.open(place) as ledger:
        card = score(ledger.pairs(analyst="ana"))
    assert card.brier == pytest.approx(0.04)
    plain = Pairs(probability=[0.8], outcome=[1], question=["q"], analyst=["ana"], weight=[1])
    assert score(plain).brier == pytest.approx(0.04)


# --- the wheel ------------------------------------------------------------------------------------


def built(folder: Path) -> Path:
    """A wheel of this checkout, built from a copy of what it needs."""
    if importlib.util.find_spec("hatchling") is None:
        missing("hatchling, of the dev extra,")
    copy = folder / "checkout"
    copy.mkdir()
    skip = shutil.ignore_patterns("__pycache__")
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=skip)
        elif (ROOT / name).is_file():
            shutil.copy(ROOT / name, copy / name)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built once."""
    return built(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, installed in an empty folder without its dependencies and without network."""
    target = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet"]
    command += ["--disable-pip-version-check", "--target", str(target), str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


@pytest.fixture
def program(installed: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the installed program in an empty folder, where the checkout cannot be imported."""
    places = [p for p in sys.path if Path(p).name in {"site-packages", "dist-packages"}]
    folder = tmp_path / "elsewhere"
    folder.mkdir()

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        # -S: no .pth file is read, so that an editable installation does not help out
        return subprocess.run(
            [sys.executable, "-S", *words],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(installed), *places])},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_the_wheel_holds_what_the_program_needs(wheel: Path) -> None:
    """Migrations, seeds, templates and the typing mark are inside; tests are not."""
    names = set(zipfile.ZipFile(wheel).namelist())

    def inside(folder: str, home: str, *patterns: str) -> Sequence[str]:
        paths = [path for pattern in patterns for path in sorted((ROOT / folder).rglob(pattern))]
        assert paths
        return [f"{home}/{path.relative_to(ROOT / folder).as_posix()}" for path in paths]

    assert set(inside("migrations", "tracker/_migrations", "*.py", "*.mako")) <= names
    assert set(inside("seeds", "tracker/_seeds", "*.yaml", "*.txt", "*.md")) <= names
    assert set(inside("tracker", "tracker", "*.py", "*.html", "*.css", "*.js", "py.typed")) <= names
    assert not [name for name in names if name.startswith(("tests", "reports", "migrations"))]
    assert not [name for name in names if "__pycache__" in name]


def test_the_wheel_runs_away_from_the_checkout(
    program: Callable[..., subprocess.CompletedProcess[str]], installed: Path
) -> None:
    """From another folder, with the checkout out of reach, the ledger is made and looked at."""
    where = program("-c", "import tracker; print(tracker.__file__, tracker.__version__)")
    assert where.returncode == 0, where.stderr
    file, version = where.stdout.split()
    assert Path(file).is_relative_to(installed)
    assert version == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    script = str(installed / "bin" / "tracker")
    assert program(script, "--version").stdout.strip() == f"tracker {version}"
    status = program(script, "status")
    assert status.returncode == 0, status.stderr
    assert "ledger" in status.stdout
    logged = program("-m", "tracker", "log", "Rain on Sunday?", "-p", "70%")
    assert logged.returncode == 0, logged.stderr
    assert "70 % by ana" in logged.stdout


def test_the_demo_runs_from_the_wheel(
    program: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """The demo finds its articles in the wheel and writes its page where it is called."""
    ran = program("-m", "tracker", "demo")
    assert ran.returncode == 0, ran.stderr
    assert "0.394" in ran.stdout
    page = tmp_path / "elsewhere" / "reports" / "demo.html"
    assert "0.394" in page.read_text("utf-8")
    assert not list((tmp_path / "home").rglob("*.db"))


# --- the README -----------------------------------------------------------------------------------


def blocks() -> list[str]:
    """The fenced sh blocks of the README."""
    text = (ROOT / "README.md").read_text("utf-8")
    return re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_readme_begins_with_the_two_commands() -> None:
    """The first two sh blocks are one line each: the demo, and the tests."""
    demo, tests = blocks()[:2]
    for block in (demo, tests):
        assert block.count("\n") == 1
        assert "\\\n" not in block
    assert "tracker demo" in demo
    assert "pytest" in tests
    assert "pytest" not in demo


def test_the_readmes_commands_are_commands() -> None:
    """Every command of tracker that the README shows is one that tracker has."""
    from typer.main import get_command

    from tracker.cli.main import app

    program: object = get_command(app)
    known = set(getattr(program, "commands", {}))
    shown = {
        found
        for block in blocks()
        for found in re.findall(r"(?:^|[\s/])tracker ([a-z]+)\b", block, re.MULTILINE)
    }
    assert shown
    assert shown <= known


def test_the_sdist_leaves_nothing_out() -> None:
    """What the wheel maps in and what pyproject names is there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    mapped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert all((ROOT / name).is_dir() for name in mapped)
    assert all((ROOT / name).is_file() for name in project["project"]["license-files"])
    assert (ROOT / project["project"]["readme"]).is_file()
