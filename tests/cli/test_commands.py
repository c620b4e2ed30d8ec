"""What holds for every command: help with an example that works, codes, sentences, JSON."""

from __future__ import annotations

import io
import json
import shlex
import shutil
import sys
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW
from typer.main import get_command

from tracker import Ledger
from tracker.cli.commands import COMMANDS as COMMAND_TABLE
from tracker.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]

PROGRAM: Any = get_command(app)
COMMANDS: dict[str, Any] = PROGRAM.commands
NAMES = sorted(COMMANDS)
FILTERS = {"--analyst", "--tag", "--source", "--since", "--until", "--as-of", "--prospective"}
READING = [
    name for name in NAMES if "--prospective" in str([p.opts for p in COMMANDS[name].params])
]
DOSSIER = """
tracker: dossier/1
source: {name: essay, sha256: HASH}
questions: [{id: peace, title: Peace by spring?}]
forecasts: [{question: peace, analyst: ana, made: 2026-03-02, probability: 60%}]
"""


@pytest.fixture(scope="module")
def one_question(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with one question; made once."""
    file = tmp_path_factory.mktemp("one") / "tracker.db"
    with Ledger.open(file, create=True) as ledger:
        said = {"analyst": "barbara", "probability": 0.4}
        ledger.log("Rain on Sunday?", said, recorded=NOW, question={"tags": ["weather"]})
    return file


@pytest.fixture
def asked(run: Run, one_question: Path, tmp_path: Path) -> Run:
    """Commands on a ledger with one question, q1."""
    shutil.copy(one_question, tmp_path / "tracker.db")
    return run


def words(text: str) -> str:
    """A text without its line breaks and indents."""
    return " ".join(text.split())


def test_the_commands_of_this_stage_are_there() -> None:
    """The main job, end to end, has its commands."""
    main_job = {"log", "resolve", "list", "show", "due", "status", "add", "score", "calibration"}
    judging = {"compare", "phrases", "evaluate"}
    assert {*main_job, *judging, "upgrade", "demo"} <= set(NAMES)
    reading = {"list", "show", "due", "score", "calibration", "compare", "phrases"}
    assert reading <= set(READING)


@pytest.mark.parametrize("name", NAMES)
def test_help_says_what_for_and_ends_with_an_example(run: Run, name: str) -> None:
    """``tracker COMMAND --help`` begins with its usage and ends with an example of the command."""
    ran = run(name, "--help")
    assert (ran.code, ran.err) == (0, "")
    said = words(ran.out)
    assert said.startswith(f"Usage: tracker {name} ")
    example = words(COMMANDS[name].epilog)
    assert example.startswith(f"Example: tracker {name}")
    assert said.endswith(example)
    assert run(name, "-h").out == ran.out


@pytest.mark.parametrize("name", NAMES)
def test_every_option_is_explained(name: str) -> None:
    """No option or argument of a command is without its help."""
    unexplained = [p.name for p in COMMANDS[name].params if not getattr(p, "help", None)]
    assert unexplained == []
    assert COMMANDS[name].help


def test_the_program_shows_all_its_commands(run: Run) -> None:
    """``tracker --help`` lists every command with what it does, and ends with an example."""
    said = words(run("--help").out)
    for name in NAMES:
        assert f" {name} " in said
    assert said.endswith(words(PROGRAM.epilog))
    assert PROGRAM.epilog.startswith("Example: tracker log ")


def example(name: str | None) -> list[str]:
    """The words of the example in a help text."""
    epilog = PROGRAM.epilog if name is None else COMMANDS[name].epilog
    return shlex.split(epilog.removeprefix("Example: "))[1:]


def test_every_example_works(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples run, one after the other as help lists them, on a ledger that was empty."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    text = "There will be peace by spring."
    (folder / "essay.txt").write_text(text)
    dossier = DOSSIER.replace("HASH", sha256(text.encode()).hexdigest())
    (folder / "essay.dossier.yaml").write_text(dossier)
    (folder / "forecasts.csv").write_text("analyst,question,probability,outcome\nana,q1,0.7,1\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO())))
    order = [None, *COMMANDS]
    for name in order:
        ran = run(*example(name))
        assert ran.code == 0, f"{name}: {ran.err}"
        if name is None:
            assert run("log", "Rain on Sunday?", "-p", "40%", "--tag", "weather").code == 0
    assert (folder / "ana.html").stat().st_size > 1000
    assert (folder / "reports" / "demo.html").stat().st_size > 1000


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["lis"], "No such command 'lis'; did you mean list?"),
        (["list", "--analist", "ana"], "No such option: --analist; did you mean --analyst?"),
        (["score", "--rule", "breir"], "'relative'; did you mean brier?"),
        (["export", "--format", "jsnl"], "'jsnl' is not one of 'jsonl'; did you mean jsonl?"),
        (["calib"], "did you mean calibration?"),
        (["update", "q1", "-p", "60%"], "No such command 'update'; did you mean log?"),
        (["log", "q1", "80%"], "did you mean -p 80%?"),
        (["frobnicate"], "No such command 'frobnicate'"),
        (["--frob"], "No such option: --frob"),
        (["list", "--frob"], "No such option: --frob"),
        (["list", "extra"], "unexpected extra argument"),
        (["show"], "Missing argument"),
        (["resolve", "q1"], "Missing argument"),
        (["add"], "Missing argument"),
        (["log"], "Missing argument"),
        (["score", "--by", "moon"], "moon"),
        (["score", "--scale", "0-3"], "0-3"),
        (["score", "--rule", "luck"], "luck"),
        (["score", "--counting", "all"], "expected the counting"),
        (["calibration", "--counting", "all"], "expected the counting"),
        (["show", "q1", "--counting", "lead:soon"], "expected the counting"),
        (["due", "--within", "-1"], "-1"),
        (["due", "--within", "soon"], "soon"),
        (["list", "--since", "soon"], "--since"),
        (["list", "--until", "03/04/2027"], "03/04/2027"),
        (["list", "--as-of", "31 june"], "--as-of"),
        (["calibration", "-o", "picture.gif"], "picture.gif"),
        (["extract"], "Missing argument"),
        (["extract", "essay.txt", "--json", "--review"], "leave out -o and --review"),
        (["extract", "-", "--review"], "name a file"),
        (["extract", "essay.txt", "--model"], "set TRACKER_LLM_URL and TRACKER_LLM_MODEL"),
        (["extract", "essay.txt", "--format", "docx"], "docx"),
        (["extract", "essay.txt", "--profile", "moon"], "moon"),
        (["extract", "essay.txt", "--published", "soon"], "--published"),
        (["evaluate"], "Missing argument"),
        (["evaluate", "table.csv", "--engine", "abacus"], "abacus"),
        (["evaluate", "table.csv", "--cluster", "c"], "needs a column of questions"),
        (["evaluate", "table.parquet", "--engine", "plain"], "the plain engine reads CSV"),
    ],
)
def test_a_wrong_call_is_told_in_a_sentence(asked: Run, given: list[str], said: str) -> None:
    """What is wrong with a call is said on stderr, with the code 2; stdout stays empty."""
    ran = asked(*given)
    assert (ran.code, ran.out) == (2, "")
    assert said in words(ran.err)
    assert ran.err.startswith("error: ")
    assert ran.err.count("\n") == 1


def test_the_bare_program_shows_its_help(run: Run) -> None:
    """Called with nothing, the program says what it can do."""
    ran = run()
    assert "Usage: tracker" in ran.out + ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("name", READING)
def test_reading_commands_share_their_filters(name: str) -> None:
    """Every reading command takes ``--json`` and the seven filters."""
    options = {option for p in COMMANDS[name].params for option in p.opts}
    assert {*FILTERS, "--json", "--db"} <= options


@pytest.mark.parametrize(
    "name", [n for n in NAMES if n not in {"demo", "copy", "evaluate", "extract", "schema"}]
)
def test_every_command_may_be_told_its_ledger(name: str) -> None:
    """``--db`` names the ledger for every command that has one."""
    assert "--db" in {option for p in COMMANDS[name].params for option in p.opts}


@pytest.mark.parametrize("name", READING)
@pytest.mark.parametrize("kind", ["analyst", "tag", "source"])
def test_a_filter_for_nobody_is_a_slip_of_the_pen(
    asked: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: str
) -> None:
    """An unknown analyst, tag or source is refused, with what is near."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "essay.txt").write_text("There will be peace by spring.")
    given = {"analyst": "barbra", "tag": "wether", "source": "nowhere"}[kind]
    near = {"analyst": "did you mean barbara?", "tag": "did you mean weather?", "source": ""}[kind]
    what = {"show": ["q1"], "evidence": ["essay.txt"], "retro": ["barbara"]}.get(name, [])
    named = (name, kind) == ("retro", "analyst")  # whom it is about is no option there
    ran = asked(name, given) if named else asked(name, *what, f"--{kind}", given)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"error: no {kind} '{given}'")
    assert near in ran.err


def test_json_is_all_that_json_prints(run: Run) -> None:
    """With --json stdout is JSON alone, without NaN, whatever there is to say."""
    calls = [
        ["log", "Rain on Sunday?", "-p", "40%"],
        ["log", "Which way?", "--option", "up=1/3", "--option", "down=2/3"],
        ["list"],
        ["show", "q1"],
        ["due"],
        ["status"],
        ["score"],
        ["calibration"],
        ["compare"],
        ["phrases"],
        ["resolve", "q1", "no"],
        ["score", "--by", "tag", "--rule", "peer"],
        ["calibration"],
        ["compare"],
        ["compare", "ana"],
        ["phrases"],
        ["show", "q1"],
    ]
    for call in calls:
        ran = run(*call, "--json")
        assert ran.code == 0

        def never(constant: str) -> None:
            pytest.fail(f"{call} prints {constant}")  # noqa: B023 - called at once

        json.loads(ran.out, parse_constant=never)


def test_help_fits_the_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Help keeps within the columns there are."""
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERMINAL_WIDTH", "60")
    for name in NAMES:
        assert max(map(len, run(name, "--help").out.splitlines())) <= 60


@pytest.mark.parametrize("name", NAMES)
def test_the_table_says_what_the_help_says(name: str) -> None:
    """What a command does stands in the table as it does in its docstring."""
    assert COMMAND_TABLE[name][1] == words(COMMANDS[name].help.partition("\n\n")[0])


def test_a_new_analyst_with_nearly_a_known_name_is_remarked(asked: Run) -> None:
    """A slip of the pen in --analyst is kept, as it may be meant, and said."""
    ran = asked("log", "q1", "-p", "30%", "--analyst", "Barbra")
    assert ran.code == 0
    assert ran.err.startswith("a new analyst: Barbra (did you mean barbara?)\n")
    assert "a new analyst" not in asked("log", "q1", "-p", "40%", "--analyst", "Barbra").err
    assert "a new analyst" not in asked("log", "q1", "-p", "40%", "--analyst", "zoe").err


@pytest.mark.parametrize("name", NAMES)
def test_quiet_is_for_every_command(name: str) -> None:
    """``--quiet`` and ``-q`` mean the same everywhere."""
    quiet = [param for param in COMMANDS[name].params if "-q" in param.opts]
    assert [param.opts for param in quiet] == [["-q", "--quiet"]]


def test_quiet_leaves_data_and_errors(asked: Run) -> None:
    """Talk is gone, what was asked for stays, and so does what went wrong."""
    spoken, quiet = asked("due"), asked("due", "--quiet")
    assert asked("-q", "due").err == ""
    assert (spoken.err, quiet.err) == ("nothing is due\n", "")
    logged = asked("log", "q1", "-p", "30%", "-q")
    assert (logged.code, logged.err) == (0, "")
    assert "30 %" in logged.out
    assert asked("show", "q9", "-q").err.startswith("error: no question 'q9'")
    assert asked("due").err == spoken.err
