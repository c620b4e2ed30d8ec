"""What shells are offered, over their own protocols."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW, ROOT, missing
from typer.main import get_command

from tracker import Ledger
from tracker.cli.completion import VALUES
from tracker.cli.main import app
from tracker.ledger.peeking import names

if TYPE_CHECKING:
    from collections.abc import Callable

    Ask = Callable[..., list[str]]

PROGRAM: Any = get_command(app)
TITLE = """Snow: "before" $(touch stolen) 'Advent' `touch stolen` [/bold]?"""


@pytest.fixture(scope="module")
def asked_about(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with names of every kind, some of which mean something to a shell."""
    file = tmp_path_factory.mktemp("names") / "tracker.db"
    with Ledger.open(file, create=True) as ledger:
        said = {"analyst": "ana", "probability": 0.4}
        ledger.log(TITLE, said, recorded=NOW, question={"tags": ["weather", "oil & gas"]})
        shares = {"rain": 0.5, "snow fall": 0.5}
        options = {"kind": "options", "options": list(shares)}
        said = {"analyst": "d'Arc", "probabilities": shares}
        ledger.log("Which?", said, recorded=NOW, question=options)
    return file


@pytest.fixture
def place(asked_about: Path, tmp_path: Path) -> Path:
    """A copy of it, alone in a folder."""
    (tmp_path / "here").mkdir()
    return Path(shutil.copy(asked_about, tmp_path / "here" / "tracker.db"))


@pytest.fixture
def environment(place: Path) -> dict[str, str]:
    """The environment of a shell."""
    kept = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    path = os.pathsep.join(paths)
    return {**kept, "PYTHONPATH": path, "TRACKER_DATABASE_URL": str(place)}


@pytest.fixture
def ask(environment: dict[str, str], tmp_path: Path) -> Ask:
    """Ask what may follow a line, as a shell does; nothing else is ever said."""

    def offered(shell: str, line: str) -> list[str]:
        words = line.split(" ")
        told = {
            "_TRACKER_COMPLETE": f"complete_{shell}",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
            "_TYPER_COMPLETE_ARGS": line,
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        }
        ran = subprocess.run(
            [sys.executable, "-m", "tracker"],
            env={**environment, **told},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert ran.stderr == ""
        return ran.stdout.splitlines()

    return offered


def shell(name: str) -> str:
    """Where a shell is."""
    found = shutil.which(name)
    if found is None:
        missing(name)
    return str(found)


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("tracker sh", ["show"]),
        ("tracker show ", ["q2", "q1"]),
        ("tracker show --js", ["--json"]),
        ("tracker log q", ["q2", "q1"]),
        ("tracker log q2 --if q1", ["q1"]),
        ("tracker log q1 --analyst ", ["d\\'Arc", "ana"]),
        ("tracker log q2 --option s", ["snow\\ fall="]),
        ("tracker list --tag o", ["oil\\ \\&\\ gas"]),
        ("tracker retro a", ["ana"]),
        ("tracker resolve q1 y", ["yes"]),
        (
            "tracker resolve q2 ",
            ["rain", "snow\\ fall", "annulled", "ambiguous", "condition-failed"],
        ),
        ("tracker score --scale ", ["0-1", "0-2"]),
        ("tracker score --counting t", ["time-weighted"]),
        ("tracker --vers", ["--version"]),
        ("tracker show --db nowhere.db q", []),
        ("tracker show --db mongodb://ana:hunter2@localhost/tracker q", []),
        ("tracker show --db postgresql://localhost:1/tracker q", []),
    ],
)
def test_bash_is_offered_what_fits(ask: Ask, line: str, offered: list[str]) -> None:
    """Commands, options, choices and names of the ledger, as bash types them."""
    assert list(filter(None, ask("bash", line))) == offered


def test_fish_says_what_a_name_means(ask: Ask) -> None:
    """Beside an id stands its title, beside a command what it does."""
    assert ask("fish", "tracker show q") == ["q2\tWhich?", f"q1\t{TITLE}"]
    assert ask("fish", "tracker less") == ["lesson\tRecord what you learnt from a question."]


def test_zsh_evaluates_nothing_of_a_title(ask: Ask) -> None:
    """What zsh evaluates holds letters and dots of a title, and no name that would act."""
    first, second = ask("zsh", "tracker show q")
    assert first == """_arguments '*: :(("q2":"Which?\""""
    assert set(second) <= set("""q1":() '.?/-+%,""") | set(filter(str.isalnum, second))
    assert "$" not in second
    assert "`" not in second
    assert "Arc" not in "".join(ask("zsh", "tracker log q1 --analyst "))


def test_bash_itself_completes(environment: dict[str, str], tmp_path: Path) -> None:
    """The script that is installed, in a bash, for a command of that name."""
    bash = shell("bash")
    program = tmp_path / "bin" / "tracker"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m tracker "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    script = """
    eval "$(_TRACKER_COMPLETE=source_bash tracker)"
    complete -p tracker
    COMP_WORDS=(tracker show ""); COMP_CWORD=2
    _tracker_completion tracker
    printf '%s\\n' "${COMPREPLY[@]}"
    """
    ran = subprocess.run(
        [bash, "--norc", "-c", script],
        env={**environment, "PATH": path},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr == ""
    assert ran.stdout.splitlines()[-2:] == ["q2", "q1"]
    assert not (tmp_path / "stolen").exists()


def test_completion_installs_itself(environment: dict[str, str], tmp_path: Path) -> None:
    """``--install-completion`` writes the script and says where."""
    bash = shell("bash")
    ran = subprocess.run(
        [bash, "--norc", "-c", f"{sys.executable} -m tracker --install-completion; true"],
        env={**environment, "HOME": str(tmp_path), "SHELL": "/bin/bash"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "bash completion installed" in ran.stdout
    assert (tmp_path / ".bash_completions" / "tracker.sh").is_file()
    assert "tracker.sh" in (tmp_path / ".bashrc").read_text()


def test_a_look_leaves_no_trace_and_waits_for_nobody(place: Path) -> None:
    """No file beside the ledger, and names also while somebody writes."""
    assert list(names(str(place), "tag")) == ["oil & gas", "weather"]
    assert [file.name for file in place.parent.iterdir()] == ["tracker.db"]
    with closing(sqlite3.connect(place, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert list(names(f"sqlite:///{place}", "analyst", start="a")) == ["ana"]
    with pytest.raises(OSError, match="nowhere"):
        names(str(place.with_name("nowhere.db")), "tag")
    os.mkfifo(pipe := place.with_name("pipe"))
    assert names(str(pipe), "tag") == {}


def test_names_are_the_same_on_every_engine(empty_place: str) -> None:
    """A server is asked for what a file is asked for."""
    with Ledger.open(empty_place, create=True) as ledger:
        said = {"analyst": "ana", "probability": 0.4}
        ledger.log("Snow?", said, recorded=NOW, question={"tags": ["weather"]})
    assert names(empty_place, "question", start="q") == {"q1": "Snow?"}
    assert names(empty_place, "tag") == {"weather": ""}
    assert names(empty_place, "kind", question="q1") == {"binary": ""}
    assert names(empty_place, "option", question="q1") == {}


def test_every_value_of_a_kind_is_completed() -> None:
    """Wherever help has ID, A, T or S for a value, a shell offers it."""
    params = [(name, param) for name in PROGRAM.commands for param in PROGRAM.commands[name].params]
    told = [(name, p.name) for name, p in params if p.metavar in VALUES]
    bare = [(n, p.name) for n, p in params if p.metavar in VALUES and not p._custom_shell_complete]
    assert ("show", "question") in told
    assert bare == []
