"""The language model that is asked beside the rules, where somebody asks for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from replay import CHAT, Replay, Step, completion

from tracker.texts.document import document
from tracker.texts.dossier import read
from tracker.texts.drafts import Draft
from tracker.texts.lexicon import Lexicon
from tracker.texts.reading import UNKNOWN, reading, whose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]

NOTE = """\
A note on the harbour

The dockers will vote on Thursday. Rain is in the air for the day after.

The minister says that the crane is a goner by June.
"""
WHO = ("--analyst", "ana", "--published", "2026-03-02")
IN_THE_AIR = {"sentence": 3, "phrase": "in the air", "tier": "B", "attribution": "author"}
GONER = {
    "sentence": 4, "phrase": "is a goner", "tier": "A", "attribution": "author",
    "horizon": "by June",
}  # fmt: skip
VOTE = {"sentence": 2, "phrase": "will", "tier": "A", "attribution": "author"}
MADE_UP = {"sentence": 2, "phrase": "certainly", "tier": "A", "attribution": "author"}


def told(*forecasts: object) -> Step:
    """A model that answers with these."""
    return CHAT, 200, completion({"forecasts": list(forecasts)})


@pytest.fixture
def note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A note in the folder where commands run."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "note.txt"
    file.write_text(NOTE, "utf-8")
    return file


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Callable[[Replay], Replay]:
    """Set a replayed model up, as a person does."""

    def set_up(server: Replay) -> Replay:
        monkeypatch.setenv("TRACKER_LLM_URL", server.url)
        monkeypatch.setenv("TRACKER_LLM_MODEL", "tiny")
        monkeypatch.setenv("TRACKER_LLM_KEY", "sesame")
        return server

    return set_up


def test_what_both_find_is_one_list(run: Run, note: Path, model: Callable[..., Any]) -> None:
    """Readings are the lexicon's; the author's is only what both say is theirs."""
    with Replay([told(VOTE, IN_THE_AIR, GONER)]) as server:
        model(server)
        ran = run("extract", note.name, *WHO, "--model", "--json")
    assert ran.code == 0, ran.err
    vote, rain, crane = (one for one in ran.json if one["status"] == "draft")
    assert (vote["phrase"], vote["found_by"]) == ("will", "rules+model:tiny")
    assert (rain["phrase"], rain["probability"], rain["scorable"]) == ("in the air", None, False)
    assert (rain["rule"], rain["attribution"], rain["found_by"]) == (
        UNKNOWN,
        "author",
        "model:tiny",
    )
    assert (crane["attribution"], crane["horizon"]) == ("unclear", "2026-06-30")
    assert crane["horizon_words"] == "by June"


def test_what_was_asked_is_kept(run: Run, note: Path, model: Callable[..., Any]) -> None:
    """Beside the text or the dossier: when, what, the answers, what was refused; never the key."""
    with Replay([told(MADE_UP)]) as server:
        model(server)
        ran = run("extract", note.name, *WHO, "--model", "-o", "mine.dossier.yaml")
    assert ran.code == 0, ran.err
    assert "found “certainly”; expected words as they stand in 2" in ran.err
    kept = json.loads(note.with_name("mine.model.json").read_text("utf-8"))
    assert list(kept) == ["at", "asked", "refused", "unanswered"]
    assert kept["at"] == "2026-11-21T12:00:00+00:00"
    (asked,) = kept["asked"]
    assert (asked["model"], asked["first"], asked["last"]) == ("tiny", 1, 4)
    assert "certainly" in asked["raw"][0]
    assert "certainly" in kept["refused"][0]
    assert kept["unanswered"] == []
    assert "sesame" not in ran.out + ran.err + json.dumps(kept)
    assert read(note.with_name("mine.dossier.yaml")).dossier.forecasts


def test_who_found_it_is_said(run: Run, note: Path, model: Callable[..., Any]) -> None:
    """In the list and in the dossier."""
    with Replay([told(IN_THE_AIR)] * 2) as server:
        model(server)
        assert "found by  model:tiny" in run("extract", note.name, *WHO, "--model").out
        words = ("extract", note.name, *WHO, "--model", "--force", "-o", "note.dossier.yaml")
        assert run(*words).code == 0
    said = [one.rationale for one in read(note.with_name("note.dossier.yaml")).dossier.forecasts]
    assert f"Read by the rule {UNKNOWN}. Found by model:tiny." in said


@pytest.mark.parametrize("more", [(), ("--json",), ("-o", "note.dossier.yaml")])
def test_without_the_option_nothing_is_sent(
    run: Run, note: Path, model: Callable[..., Any], more: tuple[str, ...]
) -> None:
    """A model that is set up is not asked because it is."""
    with Replay([told(IN_THE_AIR)]) as server:
        model(server)
        ran = run("extract", note.name, *WHO, *more)
    assert ran.code == 0
    assert server.asked == []
    assert not list(note.parent.glob("*.model.json"))


def test_a_model_that_is_not_set_up(run: Run, note: Path) -> None:
    """The command was wrong, and says what to set."""
    ran = run("extract", note.name, *WHO, "--model")
    assert (ran.code, ran.out) == (2, "")
    assert "set TRACKER_LLM_URL and TRACKER_LLM_MODEL" in ran.err


def test_a_model_that_answers_nothing(run: Run, note: Path, model: Callable[..., Any]) -> None:
    """The data have problems: nothing is written that blocks the next run."""
    with Replay([(CHAT, 401, {"error": {"message": "no"}})]) as server:
        model(server)
        ran = run("extract", note.name, *WHO, "--model", "-o", "note.dossier.yaml")
    assert ran.code == 1
    assert "status 401" in ran.err
    assert not note.with_name("note.dossier.yaml").exists()
    assert not note.with_name("note.model.json").exists()


def test_a_part_without_an_answer_is_said(run: Run, note: Path, model: Callable[..., Any]) -> None:
    """And the rest is taken."""
    note.write_text("The dockers will vote on Thursday.\n\n" + "The crane is old.\n\n" * 500)
    steps = [told(VOTE | {"sentence": 1}), (CHAT, 400, {"error": {"message": "tired"}})]
    with Replay(steps) as server:
        model(server)
        ran = run("extract", note.name, *WHO, "--model", "--json")
    assert ran.code == 0, ran.err
    assert "tired" in ran.err
    assert [one["found_by"] for one in ran.json] == ["rules+model:tiny"]


def test_what_was_kept_is_not_written_over(run: Run, note: Path, model: Callable[..., Any]) -> None:
    """Before anything is asked."""
    note.with_name("note.model.json").write_text("kept")
    with Replay([told(IN_THE_AIR)]) as server:
        model(server)
        ran = run("extract", note.name, *WHO, "--model")
        assert server.asked == []
        assert ran.code == 2
        assert "already there: note.model.json" in ran.err
        assert run("extract", note.name, *WHO, "--model", "--force").code == 0


# --- what the rules say of words that a model found -----------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "phrase", "rule", "point"),
    [
        ("It is likely to rain.", "likely", "likely", 0.7),
        ("It will not rain.", "will", "will_not", 0.1),
        ("There is a 35 % chance of rain.", "a 35 % chance", "percent", 0.35),
        ("It may rain.", "may", "may", 0.4),
        ("Rain is in the air.", "in the air", UNKNOWN, None),
        ("It is likely to rain, and snow is in the air.", "in the air", UNKNOWN, None),
    ],
)
def test_a_phrase_is_read_by_the_rules(
    sentence: str, phrase: str, rule: str, point: float | None
) -> None:
    """Numbers before words, whole cues before parts, and no guess at words that are not known."""
    found = reading(Lexicon.load(), sentence, phrase)
    assert (found.rule, found.point) == (rule, point)
    assert found.scorable == (point is not None and rule != "may")


def test_whose_words_they_are() -> None:
    """By the sentence and those before it in the paragraph."""
    text = "It will rain. Officials say that it will snow. They say it will freeze.\n\nIt may hail."
    view = whose(parsed := document(text))
    found = {}
    for paragraph in parsed.paragraphs:
        for one in paragraph.sentences:
            words = paragraph.words(one)
            draft = Draft(
                one.start, one.end, words[-5:], one.end - 5, one.end, "A",
                reading(Lexicon.load(), words, words[-5:]), words, paragraph.number,
            )  # fmt: skip
            found[words.split()[0], words.split()[-1]] = view(draft)
    assert list(found.values()) == ["author", "other", "other", "author"]
