"""The seeds: whole, true to the articles where these are at hand, and their figures pinned."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW, ROOT

from tracker import Ledger
from tracker.scoring.counting import count
from tracker.scoring.readings import harshest, kindest
from tracker.scoring.scorecard import scorecard
from tracker.texts.dossier import check_spans, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Ran

REWRITE = bool(os.environ.get("TRACKER_REWRITE_GOLDEN"))  # the tests' own ledger knows it no more
GOLDEN = ROOT / "tests" / "golden" / "essay_score.json"
NAMES = ("prewar-essay", "war-article")
TEXTS = {"prewar-essay": "003_2a82936c82bd7f2e.txt", "war-article": "000_45b8b57efa490c69.txt"}
RUN = 10  # words in a row that would be the author's and not ours


def dossier_file(name: str) -> Path:
    """The file of a dossier."""
    return ROOT / "seeds" / f"{name}.dossier.yaml"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with both seeds."""
    with Ledger.open(tmp_path / "seeds.db", create=True) as opened:
        for name in NAMES:
            opened.add(read(dossier_file(name)).dossier, recorded=NOW)
        yield opened


# --- whole ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "questions", "forecasts", "resolutions"),
    [("prewar-essay", 29, 33, 0), ("war-article", 5, 6, 11)],
)
def test_seeds_hold_what_their_readme_says(
    name: str, questions: int, forecasts: int, resolutions: int
) -> None:
    """So many questions, forecasts and outcomes, as the table in seeds/README.md has it."""
    dossier = read(dossier_file(name)).dossier
    assert len(dossier.questions) == questions
    assert len(dossier.forecasts) == forecasts
    assert len(dossier.resolutions) == resolutions
    row = next(
        line
        for line in (ROOT / "seeds" / "README.md").read_text("utf-8").splitlines()
        if f"`{name}.dossier.yaml`" in line
    )
    assert f"{questions} questions, {forecasts} forecasts" in row
    assert f"{resolutions} outcomes" in row or not resolutions


@pytest.mark.parametrize("name", NAMES)
def test_every_forecast_of_a_seed_points_into_its_article(name: str) -> None:
    """A forecast never parts from its words: phrase, span and hash are there."""
    for forecast in read(dossier_file(name)).dossier.forecasts:
        assert forecast.phrase
        assert forecast.passage is not None
        assert forecast.passage.start is not None
        assert forecast.passage.quote is None  # the sentence is not ours to print


def test_every_question_of_a_seed_can_be_settled() -> None:
    """Criteria for each, and a date or a condition from which one follows."""
    for name in NAMES:
        for question in read(dossier_file(name)).dossier.questions:
            assert question.criteria
            assert question.resolve_by or question.condition
            assert question.tags


@pytest.mark.parametrize("name", NAMES)
def test_a_digest_has_300_to_500_words(name: str) -> None:
    """Each argument is retold at a readable length."""
    words = (ROOT / "seeds" / f"{name}.digest.txt").read_text("utf-8").split()
    assert 300 <= len(words) <= 500


# --- true to the articles -------------------------------------------------------------------------


def test_spans_hold_the_words_they_say(shared: Path) -> None:
    """Every span of both dossiers has the hash of the words at its offsets."""
    written = [read(dossier_file(name)) for name in NAMES]
    for text in TEXTS.values():
        check_spans(written, shared / "texts" / text)


@pytest.mark.parametrize("name", NAMES)
def test_phrases_stand_in_their_spans(shared: Path, name: str) -> None:
    """The words that carried the probability are words of the span."""
    text = (shared / "texts" / TEXTS[name]).read_bytes().decode("utf-8")
    for forecast in read(dossier_file(name)).dossier.forecasts:
        assert forecast.passage is not None
        span = plain(text[forecast.passage.start : forecast.passage.end])
        words = iter(span)
        missing_words = [word for word in plain(forecast.phrase or "") if word not in words]
        assert missing_words == [], (forecast.question, forecast.phrase)


def plain(text: str) -> list[str]:
    """The words of a text, without case and signs."""
    return re.findall(r"\w+", text.casefold())


def runs(words: list[str]) -> set[tuple[str, ...]]:
    """All runs of ten words."""
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def kept_texts() -> Iterator[Path]:
    """The text files of this repository: what git keeps, or would keep."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        names = listed.stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):  # a copy without its history
        names = [
            str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if ".venv" not in str(path)
        ]
    yield from (ROOT / name for name in sorted(set(names)) if name and (ROOT / name).is_file())


def test_no_passage_of_the_articles_is_in_the_repository(shared: Path) -> None:
    """No ten words in a row of either article stand anywhere in what is published."""
    articles = [(shared / "texts" / name).read_text("utf-8") for name in TEXTS.values()]
    theirs = set().union(*(runs(plain(article)) for article in articles))
    assert len(theirs) > 1000
    found, read_files = [], 0
    for path in kept_texts():
        try:
            words = plain(path.read_text("utf-8"))
        except UnicodeDecodeError:
            continue
        read_files += 1
        found += [f"{path.relative_to(ROOT)}: {' '.join(run)}" for run in runs(words) & theirs]
    assert found == []
    assert read_files > 50


def test_the_search_for_passages_would_find_one(shared: Path) -> None:
    """Ten words of an article, wrapped and in capitals, are found; nine are not."""
    words = plain((shared / "texts" / TEXTS["prewar-essay"]).read_text("utf-8"))
    theirs = runs(words)
    assert runs(plain("Our words, " + ",\n  ".join(words[100:110]).upper() + "!")) & theirs
    assert not runs(["ours", *words[100:109], "ours"]) & theirs


# --- figures --------------------------------------------------------------------------------------


def essayist(run: Callable[..., Ran]) -> dict[str, Any]:
    """The score of the essay's author, from the seeds through the command line."""
    assert run("add", *(dossier_file(name) for name in NAMES)).code == 0
    ran = run("score", "--analyst", "essayist", "--by", "tag", "--json")
    assert ran.code == 0
    return dict(ran.json)


def test_the_essays_score_is_as_it_was(run: Callable[..., Ran]) -> None:
    """Every figure of the card, compared as data with the file kept here.

    Where a change is meant: TRACKER_REWRITE_GOLDEN=1 python -m pytest tests/test_seeds.py
    """
    said = essayist(run)
    if REWRITE:
        GOLDEN.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", "utf-8")
    agree(said, json.loads(GOLDEN.read_text("utf-8")), "score")


def agree(said: Any, kept: Any, where: str) -> None:
    """Compare JSON as data: numbers to nine digits, everything else exactly."""
    if isinstance(kept, dict):
        assert list(said) == list(kept), where
        for key in kept:
            agree(said[key], kept[key], f"{where}.{key}")
    elif isinstance(kept, list):
        assert len(said) == len(kept), where
        for number, (one, other) in enumerate(zip(said, kept, strict=True)):
            agree(one, other, f"{where}[{number}]")
    elif isinstance(kept, float):
        assert said == pytest.approx(kept, rel=1e-9), where
    else:
        assert said == kept, where


def test_the_essays_figures_are_those_of_the_readme(ledger: Ledger) -> None:
    """0.394 over seven questions, from 0.235 to 0.553 by how the words are read."""
    pairs = count(ledger.pairs(analyst="essayist"))
    card = scorecard(pairs)
    kind, harsh = scorecard(kindest(pairs)).brier, scorecard(harshest(pairs)).brier
    assert card.brier is not None
    assert kind is not None
    assert harsh is not None
    figures = (f"{card.brier:.3f}", f"{kind:.3f} to {harsh:.3f}")
    assert figures == ("0.394", "0.235 to 0.553")
    assert card.questions == card.forecasts == 7
    text = " ".join((ROOT / "seeds" / "README.md").read_text("utf-8").split())
    assert "the mean is 0.394, with a reading range of 0.235 to 0.553" in text


def test_the_essay_did_worse_than_knowing_nothing(run: Callable[..., Ran]) -> None:
    """Always saying 50 % would have cost 0.25; seven questions are too few to be sure of it."""
    card = essayist(run)["overall"]
    assert card["brier"] > 0.25
    low, high = card["brier_interval"]
    assert low < 0.25 < high
    assert "annot tell yet" in card["verdict"]
    assert "worse" in card["verdict"]
    assert "50 %" in card["verdict"]


def test_nothing_of_the_essay_was_foreseen_in_this_ledger(run: Callable[..., Ran]) -> None:
    """Every forecast was entered after its outcome was known: prospective leaves none."""
    said = essayist(run)
    assert said["recorded_late"] == said["overall"]["forecasts"] == 7
    ran = run("score", "--analyst", "essayist", "--prospective", "--json")
    assert ran.json["overall"]["forecasts"] == 0


def test_the_seven_questions_are_those_of_the_readme(ledger: Ledger) -> None:
    """The questions that count, by name."""
    pairs = count(ledger.pairs(analyst="essayist"))
    assert sorted(set(pairs.question.tolist())) == [
        "conventional-war",
        "form-of-force",
        "iran-answer",
        "iran-deterred",
        "limited-retaliation",
        "maximal-war-aims",
        "us-force-used",
    ]
