"""What ``-o FILE`` writes, for every command that judges."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from browser import Outline, chromium
from conftest import NOW

from tracker import Ledger
from tracker.charts.image import images
from tracker.errors import TrackerError
from tracker.files import new_folder
from tracker.records import Source, make

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    import plotly.graph_objects as go
    from conftest import Ran

    Run = Callable[..., Ran]
    Clock = Callable[[datetime], None]

HALF_A_DAY = timedelta(hours=12)
END = NOW + timedelta(days=30)
EVIL = "<script>x</script>"
# Each command, the pictures that its page has, and words of the axes of the first.
COMMANDS = {
    "calibration": (["reliability"], "what was said"),
    "score": (["over-time"], "when outcomes became known"),
    "compare ana ben": (["difference", "murphy"], "settled"),
    "compare ana": (["difference", "murphy"], "settled"),
    "compare": (["ranking", "plane"], "place, 1 is the best"),
    "phrases": (["phrases"], "probability"),
    "show q1": (["history"], "to be settled by"),
}


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three analysts on twelve questions; one title and one name are markup."""
    file = tmp_path_factory.mktemp("record") / "tracker.db"
    likely = {"probability": 0.7, "low": 0.55, "high": 0.8, "phrase": "likely"}
    with Ledger.open(file, create=True) as ledger:
        for number in range(1, 13):
            title = f"Question {number} {EVIL}?"
            asked = {"tags": ["weather"], "resolve_by": "2026-12-24"}
            ledger.log(title, {"analyst": "ana", **likely}, recorded=NOW, question=asked)
            said = {"probability": number / 13}
            for analyst in ("ben", EVIL):
                ledger.log(f"q{number}", {"analyst": analyst, **said}, recorded=NOW)
        ledger.log("q1", {"analyst": "ana", "probability": 0.8}, recorded=NOW + HALF_A_DAY)
        for number in range(1, 13):
            known = NOW + timedelta(days=number)
            settling = {"outcome": "yes" if number % 3 else "no", "known": known}
            ledger.resolve(f"q{number}", settling, recorded=known)
    return file


@pytest.fixture
def record(run: Run, settled: Path, tmp_path: Path, clock: Clock) -> Run:
    """Commands on that ledger, after all was settled."""
    shutil.copy(settled, tmp_path / "tracker.db")
    clock(END)
    return run


@pytest.mark.parametrize("command", COMMANDS)
def test_a_page_has_every_picture(record: Run, tmp_path: Path, command: str) -> None:
    """With title and verdict; no markup of what people wrote; the terminal stays quiet."""
    file = tmp_path / "page.html"
    ran = record(*command.split(), "-o", file)
    assert (ran.code, ran.out) == (0, "")
    assert f"written: {file}" in ran.err
    text = file.read_text("utf-8")
    page = Outline(text)
    plots = [attrs["id"] for _, attrs in page.elements if attrs.get("class") == "plot"]
    assert plots == COMMANDS[command][0]
    assert EVIL not in text
    assert page.count("h1") == 1
    assert record(*command.split(), "-o", file).code == 0
    assert file.read_text("utf-8") == text


@pytest.mark.parametrize("command", COMMANDS)
def test_numbers_are_those_of_json(record: Run, tmp_path: Path, command: str) -> None:
    """The .json file holds what --json prints."""
    file = tmp_path / "numbers.json"
    assert record(*command.split(), "-o", file).out == ""
    assert json.loads(file.read_text("utf-8")) == record(*command.split(), "--json").json


def test_a_picture_file_holds_the_first(
    record: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An SVG with its axis in words, as text; what people wrote is text in it too."""
    chromium()
    figures = []

    def kept(figure: go.Figure, kind: str) -> bytes:
        figures.append(figure)
        return kind.encode()

    with monkeypatch.context() as patched:  # one browser draws them all, below
        patched.setattr("tracker.charts.image.image", kept)
        for command in COMMANDS:
            assert record(*command.split(), "-o", tmp_path / "picture.svg").code == 0
            assert (tmp_path / "picture.svg").read_bytes() == b"svg"
    for command, svg in zip(COMMANDS, images(figures, "svg"), strict=True):
        root = ET.fromstring(svg)  # noqa: S314 - our own
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert COMMANDS[command][1] in "".join(root.itertext())
        assert not [one for one in root.iter() if one.tag.endswith(("}script", "}a", "}image"))]
        assert not [name for one in root.iter() for name in one.attrib if name.endswith("href")]


def test_another_picture_is_chosen_by_name(record: Run, tmp_path: Path) -> None:
    """As PNG too, whose name may be in capitals."""
    chromium()
    file = tmp_path / "MURPHY.PNG"
    assert record("compare", "ana", "ben", "-o", file, "--chart", "murphy").code == 0
    assert file.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("score -o x.gif", "expected a file.html, file.png, file.svg or file.json; found x.gif"),
        ("phrases -o x", "found x"),
        ("show nothing -o x.pdf", "found x.pdf"),
        ("compare -o x.png --chart murphy", "expected ranking or plane; found murphy"),
        ("compare ana ben -o x.png --chart plane", "expected difference or murphy; found plane"),
        ("compare --chart plane", "chooses the picture of -o FILE.png or .svg"),
        ("compare -o x.html --chart plane", "chooses the picture of -o FILE.png or .svg"),
        ("score -o x.html -o x.gif", "found x.gif"),
        ("score -o x.html -o x.json -o ./x.html", "x.html is named twice; name each file once"),
        ("retro ana -o x.md -o x.md", "x.md is named twice; name each file once"),
    ],
)
def test_refused_before_any_work(record: Run, words: str, said: str) -> None:
    """One sentence, code 2."""
    ran = record(*words.split())
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("command", ["score", "calibration", "compare", "phrases", "show q1"])
def test_the_ledger_is_not_written_over(record: Run, tmp_path: Path, command: str) -> None:
    """Not through a link either."""
    ledger, link = tmp_path / "tracker.db", tmp_path / "link.json"
    link.symlink_to(ledger)
    before = ledger.read_bytes()
    ran = record(*command.split(), "-o", link)
    assert ran.code == 2
    assert "is the ledger, and would be lost" in ran.err
    assert ledger.read_bytes() == before


def test_what_is_missing_is_said_at_once(
    record: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without kaleido, and without a browser: code 1, one sentence, no file."""
    file = tmp_path / "x.png"
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    without_browser = record("score", "-o", file)
    monkeypatch.setitem(sys.modules, "kaleido", None)
    without_kaleido = record("score", "-o", file)
    for ran, words in ((without_browser, "chromium"), (without_kaleido, "tracker[images]")):
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
        assert words in ran.err
    assert not file.exists()


LEDGERS = {
    "one open question": [["Rain on Sunday?", "-p", "70%", "--analyst", "ana"]],
    "one analyst": [["Rain?", "-p", "70%", "--analyst", "ana"]],
    "none shared": [
        ["Rain?", "-p", "70%", "--analyst", "ana"],
        ["Snow?", "-p", "20%", "--analyst", "ben"],
    ],
    "only quantities": [
        ["How much rain?", "--quantile", "50%=10", "--analyst", "ana"],
        ["How much snow?", "--quantile", "50%=10", "--analyst", "ben"],
    ],
}


@pytest.mark.parametrize("which", LEDGERS)
def test_every_command_on_a_tiny_ledger(
    run: Run, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    """All three files in one go; what is missing is said, and is no error."""
    monkeypatch.setattr("tracker.charts.image.ready", lambda: None)
    monkeypatch.setattr(  # as much as is done before a browser draws
        "tracker.charts.image.image", lambda figure, _: figure.to_json().encode()
    )
    for words in LEDGERS[which]:
        assert run("log", *words).code == 0
    clock(NOW + timedelta(days=2))
    for number in range(1, len(LEDGERS[which]) + 1 if which != "one open question" else 1):
        outcome = "12" if which == "only quantities" else "yes"
        assert run("resolve", f"q{number}", outcome).code == 0
    analysts = {words[-1] for words in LEDGERS[which]}
    files = [tmp_path / f"x.{kind}" for kind in ("html", "svg", "json")]
    for command in COMMANDS:
        if "ben" in command and "ben" not in analysts:
            continue
        ran = run(*command.split(), *(word for file in files for word in ("-o", file)))
        assert (ran.code, ran.out) == (0, ""), (command, ran.err)
        assert [line for line in ran.err.splitlines() if line.startswith("written")] == [
            f"written: {file}" for file in files
        ]
        page, picture, numbers = (file.read_text("utf-8") for file in files)
        assert Outline(page).count("h1") == 1
        assert json.loads(picture)["layout"]
        assert json.loads(numbers)
        for file in files:
            file.unlink()


def test_an_archive_has_every_file_too(run: Run, tmp_path: Path) -> None:
    """Also where no row is settled."""
    table = tmp_path / "table.csv"
    table.write_text("probability,outcome\n0.7,\n", "utf-8")
    files = [tmp_path / "x.html", tmp_path / "x.json"]
    ran = run("evaluate", table, "-o", files[0], "-o", files[1])
    assert ran.code == 0
    assert all(file.is_file() for file in files)
    assert run("evaluate", table, "-o", files[0], "-o", files[0]).code == 2


def test_a_link_to_a_file_is_that_file(record: Run, tmp_path: Path) -> None:
    """One of two names would be lost: neither is written."""
    file, link = tmp_path / "a.html", tmp_path / "b.html"
    link.symlink_to(file)
    ran = record("score", "-o", file, "-o", link)
    assert ran.code == 2
    assert f"{link} is named twice" in ran.err
    assert not file.exists()


def test_nothing_is_written_where_a_picture_cannot_be_drawn(
    record: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the page either, which comes first."""

    def failing(*_: object) -> bytes:
        raise TrackerError("no browser")

    monkeypatch.setattr("tracker.charts.image.ready", lambda: None)
    monkeypatch.setattr("tracker.charts.image.image", failing)
    assert record("score", "-o", tmp_path / "x.html", "-o", tmp_path / "x.svg").code == 1
    assert not (tmp_path / "x.html").exists()


@pytest.mark.parametrize("command", ["score", "calibration", "compare", "phrases", "retro ana"])
@pytest.mark.parametrize("name", ["report.json", "index.html", "questions/mine.html"])
def test_no_file_goes_into_a_report(record: Run, tmp_path: Path, command: str, name: str) -> None:
    """It would be lost with the next report, or be in its way: one sentence, nothing is changed."""
    with new_folder(tmp_path / "site", {}) as put:
        put("index.html", "front")
        put("questions/q1.html", "question")
    manifest = (tmp_path / "site" / "report.json").read_bytes()
    ran = record(*command.split(), "-o", tmp_path / "site" / name)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "is in a report" in ran.err
    assert (tmp_path / "site" / "report.json").read_bytes() == manifest
    assert (tmp_path / "site" / "index.html").read_text() == "front"
    assert not (tmp_path / "site" / "questions" / "mine.html").exists()


def test_a_report_of_somebody_else_is_no_report(record: Run, tmp_path: Path) -> None:
    """A file of that name with other things in it is a place like any other."""
    (tmp_path / "report.json").write_text('{"files": ["index.html"]}', "utf-8")
    assert record("score", "-o", tmp_path / "index.html").code == 0
    assert record("retro", "ana", "-o", tmp_path / "report.json").code == 0


def test_the_page_of_a_question_stands_alone(record: Run, tmp_path: Path) -> None:
    """What was said in which words, what it cost, evidence and lessons; no link leads anywhere."""
    with Ledger.open(tmp_path / "tracker.db", writable=True) as ledger:
        seen = {"source": "gazette", "stance": "supports", "quote": f"It rained. {EVIL}"}
        settling = {"outcome": "yes", "known": NOW + timedelta(days=1), "evidence": [seen]}
        gazette = make(Source, {"name": "gazette", "title": "The Gazette"})
        ledger.resolve("q1", settling, recorded=END, source=gazette, reason="seen")
        ledger.lesson("q1", "Trust the radar.", analyst="ana", recorded=END)
    file = tmp_path / "question.html"
    assert record("show", "q1", "-o", file).code == 0
    text = file.read_text("utf-8")
    page = Outline(text)
    words = " ".join(" ".join(page.text.split()).split())
    for said in ("likely", "read as", "70 %", "held until", "(12 hours)", "× 50 %", "settle by"):
        assert said in words, said
    for said in ("Score of ana: 0.065", "The Gazette", "It rained.", "Trust the radar.", "seen"):
        assert said in words, said
    assert [attrs["href"] for name, attrs in page.elements if name == "a"] == ["#content"]
    assert EVIL not in text
    assert "plotly" in text


def test_calibration_leads_with_calibration(record: Run, tmp_path: Path) -> None:
    """What is shown of ranges first, how good the forecasts are after it."""
    file = tmp_path / "page.html"
    assert record("calibration", "-o", file).code == 0
    text = " ".join(file.read_text("utf-8").replace("\u00a0", " ").split())
    assert '<p class="verdict"><bdi>No range of forecasts is shown to be miscal' in text
    verdict = record("calibration", "--json").json["card"]["verdict"]
    assert text.index(verdict.split(":")[0]) > text.index("No range of forecasts")


@pytest.mark.parametrize(("watched", "lines"), [(True, 2), (False, 1)])
def test_what_is_left_out_fits_a_terminal(
    run: Run, monkeypatch: pytest.MonkeyPatch, watched: bool, lines: int
) -> None:
    """And is one line for a program that reads it."""
    assert run("log", "Rain?", "-p", "70%").code == 0
    assert run("log", "How much?", "--quantile", "50%=10").code == 0
    assert run("log", "Snow?", "-p", "70%", "--made", "2026-11-01").code == 0
    assert run("resolve", "q3", "yes", "--known", "2026-10-01").code == 0
    assert run("resolve", "q1", "ambiguous").code == 0
    monkeypatch.setattr("sys.stderr.isatty", lambda: watched)
    monkeypatch.setenv("COLUMNS", "60")
    said = run("calibration").err.splitlines()
    assert len(said) == lines, said
    assert said[0].startswith("left out: ")
    assert not watched or max(map(len, said)) <= 60


@pytest.mark.parametrize(
    "words",
    [
        ["--ordered", "--option", "nothing=50%", "--option", "talks=30%", "--option", "deal=20%"],
        ["--quantile", "10%=850", "--quantile", "50%=1000", "--quantile", "90%=1300"],
        ["--quantile", "50%=2026-12-01"],
        ["-p", "70%", "--range", "60%..80%"],
    ],
)
def test_history_of_every_kind(run: Run, tmp_path: Path, words: list[str]) -> None:
    """Options, quantities and dates have a picture too."""
    assert run("log", "How far does it go?", *words).code == 0
    assert run("show", "q1", "-o", tmp_path / "page.html").code == 0
    assert "ana" in (tmp_path / "page.html").read_text("utf-8")
