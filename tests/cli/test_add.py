"""The command that adds dossiers: whole or not at all, twice as once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]

ESSAY = ROOT / "seeds" / "prewar-essay.dossier.yaml"
ARTICLE = ROOT / "seeds" / "war-article.dossier.yaml"
SMALL = """tracker: dossier/1
source: {{name: letter, title: A letter, sha256: {text}}}
questions:
  - {{id: peace, title: Peace by spring?}}
forecasts:
  - question: peace
    analyst: ana
    made: 2026-03-02
    probability: 60%
    phrase: likely
    passage: {{start: 6, end: 21, sha256: {span}}}
"""
TEXT = "Peace is likely by spring; so I think."


def digest(text: str) -> str:
    """The hash that a dossier gives of a text."""
    return sha256(text.encode()).hexdigest()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small dossier."""
    file = tmp_path / "letter.dossier.yaml"
    file.write_text(SMALL.format(text=digest(TEXT), span=digest(TEXT[6:21])))
    return file


def rows(tmp_path: Path) -> dict[str, int]:
    """How many rows each table of the ledger has."""
    with closing(sqlite3.connect(tmp_path / "tracker.db")) as raw:
        tables = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {t: raw.execute(f'SELECT count(*) FROM "{t}"').fetchone()[0] for (t,) in tables}


def test_add_says_what_was_new(run: Run) -> None:
    """How many questions, forecasts and resolutions came in."""
    ran = run("add", ESSAY, ARTICLE)
    assert ran.code == 0
    essay, article = ran.out.splitlines()
    assert essay.endswith("29 questions, 33 forecasts, 0 resolutions added")
    assert article.endswith("5 questions, 6 forecasts, 11 resolutions added")
    assert "tracker list" in ran.err


def test_adding_twice_is_the_same_as_once(run: Run, tmp_path: Path) -> None:
    """The second time there is nothing new, and not a row more."""
    assert run("add", ESSAY, ARTICLE).code == 0
    before = rows(tmp_path)
    ran = run("add", ARTICLE, ESSAY, ESSAY)
    assert ran.code == 0
    assert ran.out.count("nothing new") == 3
    assert rows(tmp_path) == before


def test_add_prints_json(run: Run, small: Path) -> None:
    """For each file how much was new."""
    said = run("add", small, "--json").json
    names = {"analysts", "sources", "questions", "forecasts", "resolutions"}
    assert [set(item) for item in said] == [{"file", *names}]
    assert said[0]["file"] == str(small)
    assert {name: said[0][name] for name in names} == {
        "analysts": 1,
        "sources": 1,
        "questions": 1,
        "forecasts": 1,
        "resolutions": 0,
    }
    again = run("add", small, "--json").json
    assert {again[0][name] for name in names} == {0}


def test_spans_are_checked_against_the_text(run: Run, small: Path, tmp_path: Path) -> None:
    """With --text every span must hold the words it says."""
    text = tmp_path / "letter.txt"
    text.write_bytes(TEXT.encode())
    assert run("add", small, "--text", text).code == 0
    assert run("show", "peace", "--json").json["forecasts"][0]["passage"]["start"] == 6


def test_a_span_that_does_not_fit_the_text_is_refused(
    run: Run, small: Path, tmp_path: Path
) -> None:
    """A moved span is named with its line, and nothing is recorded."""
    text = tmp_path / "letter.txt"
    text.write_bytes(TEXT.encode())
    small.write_text(small.read_text().replace("start: 6", "start: 5"))
    ran = run("add", small, "--text", text)
    assert (ran.code, ran.out) == (1, "")
    assert "forecasts[0].passage" in ran.err
    assert "line 11" in ran.err
    assert not (tmp_path / "tracker.db").exists()


def test_a_text_of_no_dossier_is_refused(run: Run, small: Path, tmp_path: Path) -> None:
    """A text that belongs to another source checks nothing, and that is said."""
    text = tmp_path / "other.txt"
    text.write_text("Another letter.")
    ran = run("add", small, "--text", text)
    assert (ran.code, ran.out) == (1, "")
    assert "other.txt" in ran.err
    assert not (tmp_path / "tracker.db").exists()


@pytest.mark.parametrize("name", ["page.html", "page.pdf"])
def test_a_page_is_not_its_text(run: Run, small: Path, tmp_path: Path, name: str) -> None:
    """Spans point into the words that were drawn out of it: that file is named."""
    page = tmp_path / name
    page.write_bytes(b"\xff%PDF-1.4" if name.endswith("pdf") else b"<p>Peace is likely</p>")
    ran = run("add", small, "--text", page)
    assert (ran.code, ran.out) == (1, "")
    assert "expected the text that `tracker extract` drew out of it, page.txt" in ran.err


def test_every_problem_is_named_by_line_and_key(run: Run, small: Path, tmp_path: Path) -> None:
    """A wrong dossier is refused whole, with all that is wrong with it."""
    text = small.read_text()
    text = text.replace("probability: 60%", "probability: 160%").replace("title: Peace", "titel: P")
    small.write_text(text.replace("made: 2026-03-02", "made: soon"))
    ran = run("add", small)
    assert (ran.code, ran.out) == (1, "")
    for said in (
        "line 4",
        "questions[0].titel",
        "line 8, forecasts[0].made",
        "soon",
        "line 9, forecasts[0].probability",
        "160%",
        "nothing was written",
    ):
        assert said in ran.err
    assert not (tmp_path / "tracker.db").exists()


def test_a_date_in_no_calendar_is_named_by_line_and_key(run: Run, small: Path) -> None:
    """The 30th of February is a wrong date, not a broken file."""
    small.write_text(small.read_text().replace("made: 2026-03-02", "made: 2026-02-30"))
    ran = run("add", small)
    assert (ran.code, ran.out) == (1, "")
    assert "line 8" in ran.err
    assert "forecasts[0].made" in ran.err


def test_a_dossier_that_conflicts_with_the_ledger_is_refused_whole(
    run: Run, small: Path, tmp_path: Path
) -> None:
    """What the ledger holds otherwise is named by file, line and key; no row is added."""
    assert run("add", small).code == 0
    before = rows(tmp_path)
    text = small.read_text().replace("Peace by spring?", "War by spring?")
    small.write_text(text + "  - {question: war, analyst: ana, made: 2026-03-02, probability: 1}\n")
    ran = run("add", small)
    assert (ran.code, ran.out) == (1, "")
    assert "line 4, questions[0].title: found War by spring?" in ran.err
    assert "line 12, forecasts[1].question: found war" in ran.err
    assert str(small) in ran.err
    assert rows(tmp_path) == before


def test_outcomes_need_their_questions_first(run: Run, tmp_path: Path) -> None:
    """The second seed alone settles questions that nobody asked: all eleven are named."""
    ran = run("add", ARTICLE)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("a question that is in the dossier or in the ledger") == 11
    assert not (tmp_path / "tracker.db").exists() or rows(tmp_path)["entry"] == 0


def test_several_dossiers_are_added_whole_or_not_at_all(
    run: Run, small: Path, tmp_path: Path
) -> None:
    """Where the second of two is refused, nothing of the first is recorded either."""
    ran = run("add", small, ARTICLE)
    assert (ran.code, ran.out) == (1, "")
    assert str(ARTICLE) in ran.err
    assert "nothing was written" in ran.err
    assert rows(tmp_path)["forecast"] == 0
    assert rows(tmp_path)["source"] == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such file"),
        (b"", "a mapping of keys"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"just a sentence", "a mapping of keys"),
        (b"- a\n- list\n", "a mapping of keys"),
        (b"a: [1, 2\n", "well-formed YAML"),
        (b"a: 1\na: 2\n", "well-formed YAML"),
        (b"source: {name: s}\n", "dossier/1"),
        (b"tracker: dossier/2\nsource: {name: s}\n", "dossier/2"),
        (b"tracker: dossier/1\n", "source"),
        (b"tracker: dossier/1\nsource: {name: s}\nforecast: []\n", "forecasts"),
        (b"a: !!python/object/apply:os.system [ls]\n", "error"),
    ],
)
def test_what_is_no_dossier_is_refused(
    run: Run, tmp_path: Path, content: bytes | None, said: str
) -> None:
    """Not there, not text, not YAML, not a dossier: each is named, and nothing is recorded."""
    file = tmp_path / "wrong.yaml"
    if content is not None:
        file.write_bytes(content)
    ran = run("add", file)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: ")
    assert said in ran.err.lower() or said in ran.err
    assert str(file) in ran.err
    assert not (tmp_path / "tracker.db").exists()


def test_a_folder_is_no_dossier(run: Run, tmp_path: Path) -> None:
    """A folder is refused as such."""
    ran = run("add", tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert "directory" in ran.err
