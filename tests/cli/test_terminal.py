"""Where the output goes: pipes, narrow terminals, plain locales, readers that go away."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import NOW, ROOT, missing

from tracker import Ledger
from tracker.texts.dossier import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Ran

    Run = Callable[..., Ran]

ESCAPE = "\x1b"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
TITLES = [
    "Снег в Вене до Рождества?",
    "ウィーンに雪が降りますか?",
    "هل سيسقط الثلج في فيينا؟",
    "Schnee – in „Zürich“ 🌨️ übers Wochenende?",
    "[bold]Markup[/bold] and :smile: are text?",
    "100 % of {braces} & <tags>?",
]
LOOK = [["list"], ["show", "iran-answer"], ["due"], ["status"], ["score", "--by", "tag"],
        ["calibration"]]  # fmt: skip


@pytest.fixture(scope="module")
def both_seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with both seeds and titles in many scripts; made once."""
    file = tmp_path_factory.mktemp("seeds") / "tracker.db"
    with Ledger.open(file, create=True) as ledger:
        for name in ("prewar-essay", "war-article"):
            dossier = read(ROOT / "seeds" / f"{name}.dossier.yaml").dossier
            ledger.add(dossier, recorded=NOW)
        for title in TITLES:
            ledger.log(title, {"analyst": "ana", "probability": 0.7}, recorded=NOW)
    return file


@pytest.fixture
def seeded(run: Run, both_seeds: Path, tmp_path: Path) -> Run:
    """Commands on a ledger with both seeds."""
    shutil.copy(both_seeds, tmp_path / "tracker.db")
    return run


def started(
    words: list[str], ledger: Path, command: str = "", **environment: str
) -> subprocess.Popen[bytes]:
    """The program in a process of its own, or a shell command in which $TRACKER is the program."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHONUTF8"))}
    return subprocess.Popen(
        ["sh", "-c", command] if command else [sys.executable, "-m", "tracker", *words],
        env={
            **plain,
            "PYTHONPATH": os.pathsep.join(paths),
            "TRACKER_DATABASE_URL": str(ledger),
            "TRACKER": f"{sys.executable} -m tracker",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


# --- pipes and colours ----------------------------------------------------------------------------


def test_a_pipe_gets_no_escape_codes(seeded: Run) -> None:
    """Nothing but text goes into a pipe, help and errors included."""
    for words in (*LOOK, ["--help"], ["log", "--help"], ["show", "nothing"], ["frobnicate"]):
        ran = seeded(*words)
        assert ESCAPE not in ran.out + ran.err


def test_a_terminal_without_colours_gets_none(both_seeds: Path) -> None:
    """NO_COLOR holds on a terminal too."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    code = (
        "import sys\n"
        "from tracker.cli.main import main\n"
        "for words in (['list'], ['score', '--by', 'tag'], ['calibration'], ['list', '--help']):\n"
        "    sys.argv = ['tracker', *words]\n"
        "    try: main()\n"
        "    except SystemExit as stopped: assert not stopped.code\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "TRACKER_DATABASE_URL": str(both_seeds),
            "NO_COLOR": "1",
            "TERM": "xterm-256color",
        },
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    try:
        while part := os.read(ours, 65536):
            said += part
    except OSError:  # the other end was closed
        pass
    os.close(ours)
    assert process.wait(timeout=60) == 0, said
    text = said.decode()
    assert "iran-answer" in text
    colours = {code for code in COLOUR.findall(text) if re.search(r"[\[;](3|4|9|10)\d", code)}
    assert colours == set()


@pytest.mark.parametrize("words", [["list"], ["list", "--json"], ["show", "iran-answer"]])
def test_a_reader_that_goes_away_is_no_reason_to_cry(both_seeds: Path, words: list[str]) -> None:
    """``tracker list | head -1`` prints one line and no complaint."""
    command = f"$TRACKER {' '.join(words)} | head -1"
    shell = started([], both_seeds, command)
    out, err = shell.communicate(timeout=60)
    assert shell.returncode == 0
    assert out.count(b"\n") == 1
    assert err == b""


def test_a_reader_that_was_never_there(both_seeds: Path) -> None:
    """A pipe that is closed before the first byte is met in silence, with a code of 0 or 1."""
    command = "{ $TRACKER list; echo $? >&2; } | true"
    shell = started([], both_seeds, command)
    _, err = shell.communicate(timeout=60)
    assert err.strip() in {b"0", b"1"}


def test_output_that_cannot_be_written_is_one_sentence(both_seeds: Path) -> None:
    """A full disk behind ``>`` is told, not shown as a traceback."""
    if not Path("/dev/full").exists():
        missing("/dev/full")
    shell = started([], both_seeds, "$TRACKER list > /dev/full")
    _, err = shell.communicate(timeout=60)
    assert shell.returncode == 1
    assert b"Traceback" not in err
    assert b"Exception ignored" not in err
    assert err.startswith(b"error: ")


def test_a_closed_output_is_no_crash(both_seeds: Path) -> None:
    """With stdout closed there is nobody to talk to, and no traceback."""
    shell = started([], both_seeds, "$TRACKER list >&-")
    _, err = shell.communicate(timeout=60)
    assert shell.returncode in {0, 1}
    assert b"Traceback" not in err


# --- narrow and plain -----------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["list"], ["due"], ["calibration"]], ids=" ".join)
def test_forty_columns_are_enough(
    seeded: Run, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    """In a narrow terminal every line of a table or diagram fits."""
    monkeypatch.setenv("COLUMNS", "40")
    ran = seeded(*words)
    assert ran.code == 0
    assert max(map(len, ran.out.splitlines())) <= 40


@pytest.mark.parametrize("words", [["show", "iran-answer"], ["score", "--by", "tag"]], ids=" ".join)
def test_forty_columns_show_all_there_is(
    seeded: Run, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    """In a narrow terminal nothing is cut off that a wider one shows; heads may be repeated."""
    monkeypatch.setenv("COLUMNS", "80")  # one with room for bars of intervals shows more
    wide = seeded(*words)
    monkeypatch.setenv("COLUMNS", "40")
    narrow = seeded(*words)
    assert narrow.code == 0
    signs = re.compile(r"[\s\-–─━═+|]+")
    shown, there = (Counter(signs.sub("", ran.out)) for ran in (narrow, wide))
    assert there - shown == Counter()


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}


@pytest.mark.parametrize(
    "words",
    [["list"], ["show", "iran-answer"], ["calibration"], ["--help"]],
    ids=" ".join,
)
def test_an_ascii_terminal_gets_ascii(both_seeds: Path, words: list[str]) -> None:
    """Where only ASCII can be shown, ASCII is shown, and no traceback."""
    process = started(words, both_seeds, **ASCII)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"Traceback" not in err
    assert out.strip()
    assert out.isascii()
    assert err.isascii()


def test_json_is_whole_in_any_locale(both_seeds: Path) -> None:
    """JSON in an ASCII locale is escaped, and so loses nothing."""
    process = started(["list", "--json"], both_seeds, **ASCII)
    out, _ = process.communicate(timeout=60)
    assert out.isascii()
    assert set(TITLES) <= {question["title"] for question in json.loads(out)}


def test_titles_in_any_script(run: Run, tmp_path: Path) -> None:
    """What was typed comes back, in words, JSON and tables, whatever the script."""
    for number, title in enumerate(TITLES, 1):
        ran = run("log", title, "-p", "70%")
        assert ran.code == 0
        assert title in ran.out
        assert run("show", f"q{number}", "--json").json["title"] == title
    said = run("list")
    assert said.code == 0
    letters = "".join(said.out.split())
    assert all("".join(title.split()) in letters for title in TITLES)
    assert [question["title"] for question in run("list", "--json").json] == TITLES
    page = tmp_path / "page.html"
    assert run("calibration", "-o", page).code == 0


def test_the_same_letters_are_the_same_title(run: Run) -> None:
    """An accent typed as one sign or as two is one title."""
    assert run("log", "Caf\u00e9 open on Sunday?", "-p", "70%").code == 0
    ran = run("log", "Cafe\u0301 open on Sunday?", "-p", "80%", "--json")
    assert (ran.json["id"], ran.json["new"]) == ("q1", False)
