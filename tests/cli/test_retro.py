"""The command retro: a page, its Markdown, or the numbers, on one analyst."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from conftest import NOW, ROOT

from tracker import Ledger
from tracker.values import stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]
    Clock = Callable[[datetime], None]

SEEDS = [ROOT / "seeds" / f"{name}.dossier.yaml" for name in ("prewar-essay", "war-article")]
KEYS = [
    "analyst", "name", "about", "counting", "scale", "card", "reading_range", "equal_chances",
    "counts", "recorded_late", "best", "worst", "bias", "sets", "updating", "phrases", "forecasts",
    "lines", "open", "overdue", "waiting", "sources", "lessons", "notes",
]  # fmt: skip


@pytest.fixture
def essay(run: Run, clock: Clock) -> Run:
    """Commands on a ledger with the two articles."""
    clock(NOW)
    assert run("add", *SEEDS).code == 0
    return run


def test_markdown_on_stdout(essay: Run) -> None:
    """Without -o it prints Markdown that says what the scorecard says."""
    ran = essay("retro", "essayist")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("# Author of the pre-war essay\n\nAll forecasts · counting time-")
    assert "as of 21 November 2026" in ran.out
    assert "- Brier score: **0.394** (0-1 scale, lower is better; 90 % interval 0.037" in ran.out
    assert "### 1. Will the United States and Iran be in a conventional war" in ran.out
    assert "said “not on the brink of”, read as **12 % (3–25 %)**, on 2026-02-27" in ran.out
    assert "cost 0.774 (0.562 to 0.941 by reading); surprise 3.1 bits" in ran.out


def test_page_twin_and_numbers_in_one_go(essay: Run, tmp_path: Path) -> None:
    """Several files are written at once, and each is named."""
    files = [tmp_path / f"essay.{kind}" for kind in ("html", "md", "json")]
    ran = essay("retro", "essayist", *(word for file in files for word in ("-o", file)))
    assert (ran.code, ran.out) == (0, "")
    assert [line.split("essay.")[1] for line in ran.err.splitlines()] == ["html", "md", "json"]
    page, told, numbers = (file.read_text(encoding="utf-8") for file in files)
    assert "<h1><bdi>Author of the pre-war essay</bdi></h1>" in page
    assert told == essay("retro", "essayist").out
    assert json.loads(numbers) == json.loads(essay("retro", "essayist", "--json").out)


def test_json_has_stable_keys(essay: Run) -> None:
    """Every key is there, also where there is nothing; the numbers are those of score."""
    found = json.loads(essay("retro", "essayist", "--json").out)
    assert list(found) == KEYS
    assert (
        found["card"]
        == json.loads(essay("score", "--analyst", "essayist", "--json").out)["overall"]
    )
    assert found["counts"] == {
        "settled": 7, "said again": 2, "open": 4, "overdue": 8, "not scorable": 9,
    }  # fmt: skip
    assert sum(found["counts"].values()) == found["forecasts"] == 30
    worst = found["worst"][0]
    assert worst["question"] == "conventional-war"
    assert worst["reading_range"] == pytest.approx([0.75**2, 0.97**2])
    assert worst["forecast"]["chances"] == pytest.approx([0.03, 0.12, 0.25])
    assert [source["statements"] for source in found["sources"]] == [30]
    scored = json.loads(essay("score", "--analyst", "essayist", "--json").out)
    assert found["recorded_late"] == scored["recorded_late"]
    assert 0 < scored["recorded_late"] < sum(line["late"] for line in found["lines"])


def test_filters_and_counting_are_named_and_used(essay: Run) -> None:
    """The subtitle says which forecasts these are."""
    ran = essay("retro", "essayist", "--tag", "talks", "--prospective", "--counting", "last")
    said = ran.out.splitlines()[2]
    assert said == (
        "tag talks · recorded before the outcome was known · counting last · as of 21 November 2026"
    )
    assert "Nothing to score yet" in ran.out


def test_an_analyst_without_settled_forecasts(run: Run, clock: Clock) -> None:
    """What is open is all there is to show."""
    clock(NOW)
    run("log", "Snow in Vienna?", "-p", "70%", "--by", "2026-11-29")
    found = json.loads(run("retro", "ana", "--json").out)
    assert list(found) == KEYS
    assert found["card"]["brier"] is None
    assert found["counts"] == {"open": 1}
    assert "1 question waits for an outcome." in run("retro", "ana").out
    clock(NOW + timedelta(days=30))
    assert json.loads(run("retro", "ana", "--json").out)["counts"] == {"overdue": 1}
    early = json.loads(run("retro", "ana", "--json", "--as-of", "2026-11-22").out)
    assert early["counts"] == {"open": 1}


VAGUE = """
tracker: dossier/1
source: {{name: column, title: A column, published: 2026-11-20}}
forecasts:
  - {{question: {question}, analyst: ana, made: 2026-11-20, phrase: may, scorable: false}}
"""


def test_words_without_a_number_close_no_question(run: Run, clock: Clock, tmp_path: Path) -> None:
    """The last number still stands after a vague statement, and is gone once withdrawn."""
    clock(NOW)
    assert run("log", "Snow in Vienna?", "-p", "95%", "--by", "2026-11-29").code == 0
    (tmp_path / "column.dossier.yaml").write_text(VAGUE.format(question="q1"), encoding="utf-8")
    clock(NOW + timedelta(days=30))
    ran = run("add", tmp_path / "column.dossier.yaml")
    assert ran.code == 0, ran.err
    found = run("retro", "ana", "--json").json
    assert (found["open"], found["overdue"]) == (1, 1)
    assert found["counts"] == {"overdue": 1, "not scorable": 1}
    assert [(one["id"], one["reading"]) for one in found["waiting"]] == [("q1", "95 %")]
    with Ledger.open(tmp_path / "tracker.db") as ledger:
        ledger.withdraw("q1", analyst="ana", recorded=NOW + timedelta(days=31))
    clock(NOW + timedelta(days=32))
    assert run("retro", "ana", "--json").json["waiting"] == []


def test_words_and_lessons_are_told(run: Run, clock: Clock, tmp_path: Path) -> None:
    """What was said in words is ranked by its surprise; lessons stand as they were written."""
    clock(NOW)
    with Ledger.open(tmp_path / "tracker.db", create=True) as ledger:
        said = {"analyst": "ana", "probability": 0.7, "low": 0.6, "high": 0.8, "phrase": "likely"}
        ledger.log("Will it snow in Vienna?", said, recorded=NOW)
        settled = {"outcome": "yes"}
        ledger.resolve("q1", settled, recorded=NOW + timedelta(days=1))
        ledger.lesson("q1", "Trust the radar.", analyst="ana", recorded=NOW + timedelta(days=1))
    clock(NOW + timedelta(days=2))
    found = json.loads(run("retro", "ana", "--json").out)
    assert found["lessons"] == [
        {"title": "Will it snow in Vienna?", "id": "q1", "text": "Trust the radar."}
    ]
    assert found["best"][0]["surprise"] == pytest.approx(0.5145731728297583)
    assert "- Trust the radar. (Will it snow in Vienna?)" in run("retro", "ana").out


def test_lessons_are_the_newest_first_and_of_their_time(tmp_path: Path) -> None:
    """Only the analyst's own, and none that was learnt later than asked for."""
    with Ledger.open(tmp_path / "tracker.db", create=True) as ledger:
        for day, (who, text) in enumerate((("ana", "One."), ("ben", "Two."), ("ana", "Three."))):
            said = {"analyst": who, "probability": 0.7}
            ledger.log(f"Will it snow on day {day}?", said, recorded=NOW + timedelta(days=day))
            ledger.lesson(f"q{day + 1}", text, analyst=who, recorded=NOW + timedelta(days=day))
        found = [(one.question, one.title[-6:], one.lesson.text) for one in ledger.lessons("ana")]
        assert found == [("q3", "day 2?", "Three."), ("q1", "day 0?", "One.")]
        early = ledger.lessons("ana", as_of=stamp(NOW + timedelta(days=1)))
        assert [one.lesson.text for one in early] == ["One."]


def test_what_was_said_every_day_is_one_line(run: Run, clock: Clock, tmp_path: Path) -> None:
    """The forecast that counts most stands for its question, to one decimal; JSON has all."""
    with Ledger.open(tmp_path / "tracker.db", create=True) as ledger:
        for day, p in enumerate((0.5, 0.61234567, 0.712345678)):
            at = NOW + timedelta(days=day)
            said = {"analyst": "ana", "probability": p}
            ledger.log("Will it snow in Vienna?", said, recorded=at)
        ledger.resolve("q1", {"outcome": "no"}, recorded=NOW + timedelta(days=30))
    clock(NOW + timedelta(days=31))
    out = run("retro", "ana", "--counting", "last").out
    assert out.count("Will it snow in Vienna? (q1)") == 1
    assert "**71.2 %** · +2 earlier · settled → no" in out
    assert "2 earlier, on the same questions" in out
    found = json.loads(run("retro", "ana", "--json").out)
    assert [line["reading"] for line in found["lines"]] == ["71.2345678 %", "61.234567 %", "50 %"]
    assert not {"shown", "link", "more", "others"} & found["lines"][0].keys()
    page = tmp_path / "ana.html"
    assert run("retro", "ana", "-o", page).code == 0
    assert 'id="history-1"' in page.read_text(encoding="utf-8")


def _options(**said: str) -> list[str]:
    return [word for name, p in said.items() for word in ("--option", f"{name}={p}")]


def test_best_calls_had_what_happened_as_their_favourite(run: Run, clock: Clock) -> None:
    """More than equal chances is not enough where another answer was given more."""
    clock(NOW)
    said = (
        ("Who is next?", *_options(a="35%", b="55%", c="5%", d="5%")),
        ("Who is last?", *_options(a="50%", b="50%", c="0%", d="0%")),
        ("Rain?", "-p", "98%"),
    )
    for words in said:
        ran = run("log", *words, "--analyst", "ana")
        assert ran.code == 0, ran.err
    clock(NOW + timedelta(days=1))
    for question, outcome in (("q1", "a"), ("q2", "a"), ("q3", "yes")):
        assert run("resolve", question, outcome).code == 0
    assert [one["question"] for one in run("retro", "ana", "--json").json["best"]] == ["q2", "q3"]
    out = run("retro", "ana").out
    assert "Who is last? Said 50 % where equal chances are 25 % for a, which happened." in out
    assert "surprise 1.0 bit; 1.0 below equal chances" in out


def test_json_says_what_had_been_called_impossible(run: Run, clock: Clock) -> None:
    """A surprise without end is null, as one that does not exist would be; a key tells which."""
    for title, said in (("Snow?", "0%"), ("Rain?", "30%")):
        assert run("log", title, "-p", said, "--analyst", "ana").code == 0
    clock(NOW + timedelta(days=1))
    for question in ("q1", "q2"):
        assert run("resolve", question, "yes").code == 0
    worst = run("retro", "ana", "--json").json["worst"]
    told = {call["question"]: (call["surprise"], call["impossible"]) for call in worst}
    assert told == {"q1": (None, True), "q2": (pytest.approx(1.737, abs=1e-3), False)}


def test_wrong_calls_are_one_sentence(essay: Run, tmp_path: Path) -> None:
    """An unknown analyst is named with those near; a picture is another command's."""
    ran = essay("retro", "essayst")
    assert (ran.code, ran.out) == (1, "")
    assert "did you mean essayist?" in ran.err
    ran = essay("retro", "essayist", "-o", tmp_path / "essay.png")
    assert ran.code == 2
    assert "expected a file.html, file.md or file.json (for a picture: tracker calib" in ran.err
    assert not list(tmp_path.glob("essay*"))
    ran = essay("retro", "essayist", "--analyst", "essayist")
    assert ran.code == 2
    assert "name the analyst as ANALYST" in ran.err
    assert essay("retro", "essayist", "--counting", "never").code == 2


def test_the_demo_leaves_the_same_page(run: Run, tmp_path: Path, clock: Clock) -> None:
    """The page of the demo is the retrospective of the essayist, with its cautions."""
    clock(NOW)
    ran = run("demo", "-o", tmp_path / "demo.html")
    assert ran.code == 0
    page = (tmp_path / "demo.html").read_text(encoding="utf-8")
    assert "What the pre-war essay forecast, and what came of it" in page
    for caution in ("entered after its outcome was known", "hang on one crisis", "one article"):
        assert caution in page
        assert caution in " ".join(ran.out.split())
    first, second = (
        ran.out.index("conventional war by the end"),
        ran.out.index("Which form does US"),
    )
    assert first < second  # in the order of the essay
