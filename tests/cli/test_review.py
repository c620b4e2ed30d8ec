"""The walk through drafts: accept, correct, skip, back, stop; and what becomes of it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import ROOT
from drafted import LETTER, finding, letter_drafts

from tracker.texts.dossier import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Ran

    from tracker.records import Dossier

    Review = Callable[..., tuple[Ran, Dossier | None]]

WHO = ("--analyst", "ana", "--published", "2026-03-02")


class Interrupted:
    """A stdin of lines, then Ctrl-C, and then what follows that."""

    def __init__(self, *lines: str, then: str) -> None:
        self.lines = iter([*lines, None, then])

    def isatty(self) -> bool:
        """Nobody can be seen there."""
        return False

    def readline(self) -> str:
        """The next line."""
        said = next(self.lines, "")
        if said is None:
            raise KeyboardInterrupt
        return said


@pytest.fixture
def review(run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Review:
    """Walk through the letter's four drafts with lines typed; what was said and written."""
    monkeypatch.chdir(tmp_path)
    finding(monkeypatch, letter_drafts())
    (tmp_path / "letter.txt").write_text(LETTER, "utf-8")

    def walk(*lines: str, stdin: Any = None) -> Any:
        typed = io.StringIO("".join(f"{line}\n" for line in lines))
        monkeypatch.setattr(sys, "stdin", stdin or typed)
        ran = run("extract", "letter.txt", "--review", *WHO)
        place = tmp_path / "letter.dossier.yaml"
        return ran, read(place).dossier if place.exists() else None

    return walk


def test_each_draft_is_shown_with_all_that_will_be_kept(review: Review) -> None:
    """The sentence in its paragraph, phrase marked; reading, voice, question, condition, day."""
    ran, _ = review("s", "s", "s", "s")
    assert (ran.code, ran.out) == (0, "")
    for said in (
        "1 of 4 · 0 accepted · paragraph 2",
        "The dockers [will] vote on Thursday. A settlement is likely by the end of June.",
        "“likely”: 70 % (60–85 %); tier A, likely",
        "the author, ana",
        "Will it happen by 2026-06-30: “A settlement is … by the end of June”?",
        "[settlement-end-june-",
        "The minister",
        "what the text supposes just before",
        "2026-12-31 (no day stated: the end of the year)",
        "0 of 4 drafts accepted",
        "nothing was written",
    ):
        assert said in ran.err


def test_enter_accepts(review: Review) -> None:
    """All four; the voice that is unclear is asked for, and Enter leaves it so."""
    ran, found = review("", "a", "", "", "")
    assert "whose voice?" in ran.err
    assert found is not None
    assert [one.analyst for one in found.forecasts] == [
        "ana", "ana", "the-minister", "unclear-in-letter",
    ]  # fmt: skip
    assert (
        "next: correct it, then  tracker add letter.dossier.yaml --text letter.txt --keep-text"
        in ran.err
    )


@pytest.mark.parametrize(
    ("said", "analyst", "attribution"),
    [("a", "ana", "author"), ("author", "ana", "author"), ("Bo Li", "bo-li", "other")],
)
def test_an_unclear_voice_is_named(
    review: Review, said: str, analyst: str, attribution: str
) -> None:
    """The author's, or somebody's."""
    _, found = review("s", "s", "s", "", said)
    assert found is not None
    (forecast,) = found.forecasts
    assert (forecast.analyst, forecast.attribution) == (analyst, attribution)


def test_a_draft_is_corrected(review: Review) -> None:
    """Day, question, probability, analyst and condition, one after the other."""
    ran, found = review(
        "e", "end of july 2027", "Will they vote?", "55%", "Bo", "if it rains", "q", "y"
    )
    assert found is not None
    (question,), (forecast,) = found.questions, found.forecasts
    assert (question.title, question.resolve_by) == ("Will they vote?", "2027-07-31")
    assert str(question.condition) == "if it rains"
    assert (forecast.probability, forecast.low, forecast.analyst) == (0.55, None, "bo")
    assert (
        "Will the dockers vote on Thursday, by 2027-07-31?" in ran.err
    )  # the title follows the day


def test_empty_answers_keep_and_a_dash_clears(review: Review) -> None:
    """Nothing that was not said changes; day and condition may go."""
    _, found = review("s", "s", "e", "-", "", "", "", "-", "q", "")
    assert found is not None
    (question,), (forecast,) = found.questions, found.forecasts
    assert (question.resolve_by, question.condition) == (None, None)
    assert (forecast.probability, forecast.scorable, forecast.analyst) == (
        0.4,
        False,
        "the-minister",
    )


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (("some day", "", "", "", "", ""), "expected a date"),
        (("", "x" * 501, "", "", "", ""), "at most 500 characters"),
        (("", "", "often", "", "", ""), "expected a probability"),
        (("", "2027-01-01", "", "", "", ""), "expected a question in words"),
        (("", "70%", "", "", "", ""), "expected a question in words"),
        (("", "settlement-end-jun", "", "", "", ""), "expected a question in words"),
        (("", "", "", "", "x" * 501, ""), "at most 500 characters"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_kept_is_asked_for_again(
    review: Review, answers: tuple[str, ...], said: str
) -> None:
    """With what is wrong with it; the rest stays as it was."""
    ran, found = review("e", *answers, "q", "y")
    assert said in ran.err
    assert found is not None
    assert len(found.forecasts) == 1


@pytest.mark.parametrize(
    ("said", "kind", "names"),
    [
        ("", "options", ["a truce", "war", "none of these"]),
        ("-", "binary", []),
        ("a truce | a treaty | a war", "options", ["a truce", "a treaty", "a war"]),
    ],
)
def test_options_are_corrected(
    review: Review, monkeypatch: pytest.MonkeyPatch, said: str, kind: str, names: list[str]
) -> None:
    """Kept, dropped for a question of yes or no, or named anew."""
    finding(monkeypatch, [replace(letter_drafts()[0], options=("a truce", "war"))])
    _, found = review("e", said, "", "", "", "", "", "q", "y")
    assert found is not None
    (question,), (forecast,) = found.questions, found.forecasts
    assert (question.kind, [option.name for option in question.options][: len(names)]) == (
        kind,
        names,
    )
    assert forecast.probability == (0.9 if kind == "binary" else None)


@pytest.mark.parametrize("said", ["yes", "2027-01-31", "70%", "treaty", "a truce | 2027-01-31"])
def test_what_answers_another_question_is_no_option(
    review: Review, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    """It is asked for again; nothing becomes an option unseen."""
    finding(monkeypatch, [replace(letter_drafts()[0], options=("a truce", "war"))])
    ran, found = review("e", said, "", "", "", "", "", "", "q", "y")
    assert "expected two or more options" in ran.err
    assert found is not None
    names = [option.name for option in found.questions[0].options]
    assert names == ["a truce", "war", "none of these"]


def test_unscored_skipped_back_and_help(review: Review) -> None:
    """Back shows what was done, and lets it be done again."""
    ran, found = review("u", "", "b", "b", "s", "s", "?", "x", "q", "")
    assert "this one too" in ran.err
    assert "s         skip it" in ran.err
    assert found is None
    _, found = review("u", "b", "b", "", "q", "")
    assert found is not None
    assert [one.scorable for one in found.forecasts] == [False]


def test_one_question_for_two_forecasts(review: Review) -> None:
    """The id of a question accepted before takes its place; a correction of it holds for both."""
    _, found = review("", "s", "s", "s")
    assert found is not None
    first = found.questions[0].id
    Path("letter.dossier.yaml").unlink()
    _, found = review(
        "", "e", "", first, "", "", "",
        "b", "b", "e", "2027-01-31", "A vote?", "", "", "", "q", "",
    )  # fmt: skip
    assert found is not None
    (question,) = found.questions
    assert (question.title, question.resolve_by) == ("A vote?", "2027-01-31")
    assert len(found.forecasts) == 2


@pytest.mark.parametrize(("answer", "written"), [("", True), ("y", True), ("n", False)])
def test_who_stops_is_asked_whether_to_write(review: Review, answer: str, written: bool) -> None:
    """What was accepted until then."""
    ran, found = review("", "q", answer)
    assert ran.code == 0
    assert "write the 1 accepted to letter.dossier.yaml?" in ran.err
    assert (found is not None) == written


def test_the_end_of_input_keeps_what_was_accepted(review: Review) -> None:
    """Nobody is left to ask; also in the midst of a correction. It does not look whole."""
    ran, found = review("", "e", "2027-01-01")
    assert ran.code == 1
    assert "the walk was not finished" in ran.err
    assert "input ended: 1 of 4 drafts accepted" in ran.err
    assert found is not None
    assert len(found.forecasts) == 1


def test_the_end_of_input_before_anything_was_accepted(review: Review) -> None:
    """Nothing is written, and that is no success."""
    ran, found = review("s")
    assert (ran.code, found) == (1, None)
    assert "the walk was not finished" in ran.err
    assert "nothing was written" in ran.err


@pytest.mark.parametrize(("then", "written"), [("n\n", False), ("y\n", True), ("", True)])
def test_an_interruption_offers_to_keep_what_was_accepted(
    review: Review, then: str, written: bool
) -> None:
    """And ends as interruptions do."""
    ran, found = review(stdin=Interrupted("\n", then=then))
    assert ran.code == 130
    assert "interrupted: 1 of 4 drafts accepted" in ran.err
    assert (found is not None) == written


def test_a_dossier_that_is_there_is_refused_before_the_walk(review: Review, tmp_path: Path) -> None:
    """Not after it, when the work would be lost."""
    (tmp_path / "letter.dossier.yaml").write_text("tracker: dossier/1\nsource: {name: mine}\n")
    ran, found = review("", "", "", "", "")
    assert ran.code == 2
    assert "1 of 4" not in ran.err
    assert found is not None
    assert found.source.name == "mine"


def test_a_text_without_forecasts_is_no_walk(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is said, and nothing is written."""
    finding(monkeypatch, [])
    ran, found = review()
    assert (ran.code, found) == (0, None)
    assert "0 of 0 drafts accepted" in ran.err


def test_answers_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 on stdin: one sentence, no traceback."""
    (tmp_path / "letter.txt").write_text("It will rain.")
    ran = subprocess.run(
        [sys.executable, "-m", "tracker", "extract", "letter.txt", "--review"],
        input=b"\xff\xfe\n",
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8:strict"},
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 1
    assert b"Traceback" not in ran.stderr
    assert b"UTF-8" in ran.stderr
