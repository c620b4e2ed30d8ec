"""The command that finds evidence in a text, and settles questions with it as a person says."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW

from tracker import Ledger, settings
from tracker.values import sha256

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]

NEWS = """\
Ferry sinks off the cape

The ferry Aurora sank on Monday in a storm off the northern cape. All 212 passengers were rescued \
by fishing boats and a coastguard cutter.

The transport minister, Ida Holm, resigned in the evening. “I should have grounded her,” she said. \
The shipping line paid 4.5 million to the families.

The harbour of Vik stays closed until Friday. Two tugs are on their way.
"""
DAY = "2026-11-16"
BINARY = {"analyst": "ana", "probability": 0.4, "made": "2026-11-01"}


def log(ledger: Ledger, title: str, said: dict[str, Any] | None = None, **question: Any) -> None:
    """Record a question with one forecast."""
    ledger.log(title, {**BINARY, **(said or {})}, recorded=NOW, question=question)


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """An article that has evidence on some of the questions below."""
    file = tmp_path / "news.txt"
    file.write_text(NEWS, encoding="utf-8")
    return file


@pytest.fixture
def asked(run: Run, tmp_path: Path) -> Run:
    """Commands on a ledger with questions of several kinds, some of them on the ferry."""
    with Ledger.open(tmp_path / "tracker.db", create=True) as ledger:
        log(ledger, "Will a ferry sink in a storm this winter?", {"rationale": "Old ships."})
        log(ledger, "Will the transport minister Ida Holm resign?", criteria="She says so.")
        log(ledger, "Will wheat cost more than maize in Chicago?", criteria="Closing prices.")
        form = {"probability": None, "probabilities": {"tugs": 0.5, "divers": 0.5}}
        log(
            ledger,
            "Who reaches the harbour of Vik first?",
            form,
            kind="options",
            options=["tugs", "divers"],
        )
        paid = {"probability": None, "quantiles": {0.5: 3}}
        log(
            ledger,
            "How much does the shipping line pay to the families?",
            paid,
            kind="quantity",
            unit="million",
        )
        late = {"made": "2026-11-18"}
        log(ledger, "Will the ferry Aurora sink on Monday?", late)
    return run


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Type lines: what the next command reads."""

    def lines(*said: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{one}\n" for one in said)))

    return lines


def found(ran: Ran) -> dict[str, dict[str, Any]]:
    """What a command with --json found, by question."""
    assert ran.code == 0, ran.err
    return {one["question"]: one for one in ran.json}


def only(run: Run, question: str) -> dict[str, Any]:
    """The one resolution of a question."""
    (resolution,) = run("show", question, "--json").json["resolutions"]
    return dict(resolution)


# --- finding ----------------------------------------------------------------------------------


def test_each_open_question_gets_its_passages(asked: Run, news: Path) -> None:
    """Verdict, ranked passages with true offsets and hashes, ranked paragraphs."""
    ran = asked("evidence", news, "--published", DAY, "--json")
    assert ran.err == ""
    one = found(ran)["q2"]
    assert list(one) == ["question", "title", "verdict", "score", "passages", "paragraphs"]
    assert (one["title"], one["verdict"]) == (
        "Will the transport minister Ida Holm resign?",
        "passages",
    )
    best = one["passages"][0]
    assert list(best) == ["rank", "score", "start", "end", "paragraph", "text", "sha256"]
    assert best["text"] == "The transport minister, Ida Holm, resigned in the evening."
    assert best["text"] == NEWS[best["start"] : best["end"]]
    assert best["sha256"] == sha256(best["text"])
    paragraph = one["paragraphs"][0]
    assert list(paragraph) == ["rank", "paragraph", "start", "end", "score"]
    assert paragraph["paragraph"] == best["paragraph"]
    assert NEWS[paragraph["start"] : paragraph["end"]].startswith(best["text"])


def test_what_has_nothing_comes_last_and_is_said(asked: Run, news: Path) -> None:
    """Questions on something else get the verdict; the same input gives the same bytes."""
    ran = asked("evidence", news, "--published", DAY, "--json")
    verdicts = [one["verdict"] for one in ran.json]
    assert verdicts == sorted(verdicts)
    assert found(ran)["q3"]["verdict"] == "probably nothing here"
    assert asked("evidence", news, "--published", DAY, "--json").out == ran.out
    said = asked("evidence", news, "--published", DAY).out
    assert said.endswith("probably nothing here on 1 of 5: q3\n")


def test_only_forecasts_made_before_the_text_count(asked: Run, news: Path) -> None:
    """A question first forecast after the text is left out, unless nobody knows when that was."""
    assert "q6" not in found(asked("evidence", news, "--published", DAY, "--json"))
    assert "q6" in found(asked("evidence", news, "--published", "2026-11-18", "--json"))
    assert found(asked("evidence", news, "--published", "2026-10-31", "--json")) == {}
    ran = asked("evidence", news, "--json")
    assert "q6" in found(ran)
    assert "no date of publication" in ran.err


def test_nothing_to_look_for_is_said(asked: Run, news: Path) -> None:
    """Where every forecast is later than the text, stdout stays empty."""
    ran = asked("evidence", news, "--published", "2026-10-31")
    assert (ran.code, ran.out) == (0, "")
    assert "no open question" in ran.err


def test_settled_questions_are_not_looked_for(asked: Run, news: Path) -> None:
    """Nor one whose outcome waits for that of its condition."""
    asked("resolve", "q1", "yes")
    asked(
        "log", "Will the ferry captain resign?", "-p", "50%", "--made", "2026-11-01", "--if", "q2"
    )
    assert "q7" in found(asked("evidence", news, "--published", DAY, "--json"))
    asked("resolve", "q7", "yes")
    left = found(asked("evidence", news, "--published", DAY, "--json"))
    assert set(left) == {"q2", "q3", "q4", "q5"}


def test_questions_may_be_named(asked: Run, news: Path) -> None:
    """The named ones alone, each once; a settled one is spoken of, an unknown one refused."""
    asked("resolve", "q1", "yes")
    named = ["--question", "q3", "--question", "q2", "--question", "q1"]
    ran = asked("evidence", news, "--published", DAY, *named, "--json")
    assert set(found(ran)) == {"q2", "q3"}
    assert "q1 is left out" in ran.err
    assert asked("evidence", news, "--published", DAY, "--question", "q99").code == 1


def test_filters_narrow_what_is_looked_for(asked: Run, news: Path) -> None:
    """As for every command that reads."""
    asked("log", "q2", "-p", "60%", "--analyst", "bo", "--made", "2026-11-02")
    ran = asked("evidence", news, "--published", DAY, "--analyst", "bo", "--json")
    assert set(found(ran)) == {"q2"}


def test_top_bounds_the_passages(asked: Run, news: Path) -> None:
    """One passage and one paragraph for each question, if that is all that is wanted."""
    ran = asked("evidence", news, "--published", DAY, "--top", "1", "--json")
    assert {len(one["passages"]) for one in ran.json if one["verdict"] == "passages"} == {1}
    assert asked("evidence", news, "--top", "0").code == 2


def test_a_person_reads_question_place_and_words(asked: Run, news: Path) -> None:
    """The plain output names question, paragraph, offsets and score, and shows the sentence."""
    ran = asked("evidence", news, "--published", DAY, "--question", "q2")
    start = NEWS.index("The transport")
    assert "q2  Will the transport minister Ida Holm resign?" in ran.out
    assert f"paragraph 3, {start}–{start + 58}, score " in ran.out
    assert "     The transport minister, Ida Holm, resigned in the evening.\n" in ran.out
    assert "\x1b" not in ran.out


def test_aliases_are_the_users_own(asked: Run, news: Path, tmp_path: Path) -> None:
    """From the file that is named, else from the folder of settings."""
    asked("log", "Will Freya compensate relatives?", "-p", "50%", "--made", "2026-11-01")

    def texts(*more: object) -> list[str]:
        ran = asked("evidence", news, "--published", DAY, "--question", "q7", "--json", *more)
        return [one["text"] for one in found(ran)["q7"]["passages"][:1]]

    assert texts() == []
    own = tmp_path / "own.yaml"
    own.write_text("Freya: shipping line\nrelatives: [families]\ncompensate: paid\n")
    right = ["The shipping line paid 4.5 million to the families."]
    assert texts("--aliases", own) == right
    settings.config_folder().mkdir(parents=True)
    (settings.config_folder() / "aliases.yaml").write_text(own.read_text())
    assert texts() == right


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["nowhere.txt"], "no such file"),
        (["bytes.txt"], "expected a text in UTF-8"),
        (["news.txt", "--aliases", "nowhere.yaml"], "no such file"),
        (["news.txt", "--aliases", "news.txt"], "Athens: [Greece, Greek]"),
        (["."], "a directory"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(
    asked: Run, news: Path, monkeypatch: pytest.MonkeyPatch, given: list[str], said: str
) -> None:
    """A missing file, one that is no text, and aliases that are none."""
    monkeypatch.chdir(news.parent)
    (news.parent / "bytes.txt").write_bytes(b"\xff\xfe")
    ran = asked("evidence", *given)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: ")
    assert said in ran.err
    assert "Traceback" not in ran.err


# --- settling ---------------------------------------------------------------------------------


def review(run: Run, news: Path, question: str, *more: object) -> Ran:
    """Walk one question."""
    return run("evidence", news, "--published", DAY, "--question", question, "--review", *more)


def test_two_keystrokes_settle_a_question(
    asked: Run, typed: Callable[..., None], news: Path
) -> None:
    """Passage and outcome, then Enter: recorded with words, offsets, hash, source and day."""
    typed("1y", "")
    ran = review(asked, news, "q2", "--title", "Ferry sinks")
    assert ran.code == 0
    assert "[1] The transport minister" in ran.out
    assert "q2  yes, known 2026-11-16" in ran.out
    resolution = only(asked, "q2")
    start = NEWS.index("The transport")
    words = NEWS[start : start + 58]
    assert (resolution["outcome"], resolution["known"], resolution["by"]) == ("yes", DAY, "ana")
    (evidence,) = resolution["evidence"]
    assert (evidence["source"], evidence["stance"]) == ("news", "supports")
    assert (evidence["start"], evidence["end"]) == (start, start + 58)
    assert (evidence["quote"], evidence["sha256"]) == (words, sha256(words))
    assert words in " ".join(asked("show", "q2").out.split())


def test_the_source_is_kept_with_hash_title_and_day(
    asked: Run, typed: Callable[..., None], news: Path, tmp_path: Path
) -> None:
    """Under the name that was given, and met again by its hash."""
    typed("1y", "")
    review(asked, news, "q2", "--name", "daily", "--title", "Ferry sinks")
    with Ledger.open(tmp_path / "tracker.db") as ledger:
        ((name, source),) = ledger.sources().items()
    assert name == "daily"
    assert (source["title"], source["published"]) == ("Ferry sinks", DAY)
    assert source["sha256"] == sha256(NEWS)
    moved = news.rename(news.with_name("moved.txt"))
    typed("1y", "")
    ran = asked("evidence", moved, "--question", "q1", "--review")
    assert "no date" not in ran.err
    assert only(asked, "q1")["evidence"][0]["source"] == "daily"
    assert only(asked, "q1")["known"] == DAY


def test_several_passages_each_with_its_stance(
    asked: Run, typed: Callable[..., None], news: Path
) -> None:
    """A letter after the number says how the passage bears on the outcome."""
    typed("1 2c 3r n", "y")
    review(asked, news, "q1")
    resolution = only(asked, "q1")
    assert resolution["outcome"] == "no"
    stances = [one["stance"] for one in resolution["evidence"]]
    assert stances == ["supports", "context", "refutes"]


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        ("q4", ["1", "tugs", ""]),
        ("q4", ["1o", "anchors", "1o", "divers", ""]),
        ("q5", ["1", "4.5", ""]),
        ("q5", ["1", "much", "1", "4", ""]),
        ("q2", ["1", "no", ""]),
        ("q2", ["1y", "n", "1o", "no", ""]),
    ],
)
def test_other_outcomes_are_asked_for(
    asked: Run,
    typed: Callable[..., None],
    news: Path,
    question: str,
    lines: list[str],
) -> None:
    """Options by name, quantities as numbers; what is none is asked for again."""
    *_, outcome, _ = lines
    typed(*lines)
    ran = review(asked, news, question)
    assert ran.code == 0
    assert only(asked, question)["outcome"] == outcome


def test_a_question_may_end_without_outcome(
    asked: Run, typed: Callable[..., None], news: Path
) -> None:
    """Annulled, ambiguous, condition failed: with a passage too."""
    typed("1o", "annulled", "")
    review(asked, news, "q2")
    assert only(asked, "q2")["status"] == "annulled"


def test_the_day_may_be_another(asked: Run, typed: Callable[..., None], news: Path) -> None:
    """When the outcome was known is the day of the text, unless the person says otherwise."""
    typed("1y", "someday", "2026-11-15", "")
    ran = review(asked, news, "q2")
    assert "error: " in ran.err
    assert only(asked, "q2")["known"] == "2026-11-15"


@pytest.mark.parametrize("line", ["y", "9y", "1x", "y1", "1yy", "s", "0y", "²y"])
def test_what_says_nothing_is_asked_again(
    asked: Run, typed: Callable[..., None], news: Path, line: str
) -> None:
    """Nothing is ever settled by a slip of the finger."""
    typed(line, "q")
    ran = review(asked, news, "q2")
    assert ran.code == 0
    assert "error: expected a passage from 1 to " in ran.err
    assert asked("show", "q2", "--json").json["status"] == "open"


def test_help_skip_and_quit(asked: Run, typed: Callable[..., None], news: Path) -> None:
    """Help explains the keys; what is skipped stays open; quitting ends the walk."""
    typed("?", "k", "q")
    ran = asked("evidence", news, "--published", DAY, "--review")
    assert ran.code == 0
    assert "quoting passage 1" in ran.err
    assert "[2 of 4]" in ran.out
    assert "[3 of 4]" not in ran.out
    assert "0 questions settled and kept, of 4" in ran.err
    assert len(asked("list", "--open", "--json").json) == 6


def test_what_was_confirmed_is_kept_when_the_lines_end(
    asked: Run, typed: Callable[..., None], news: Path
) -> None:
    """The end of the input ends the walk; what came before stands."""
    typed("1", "yes", "", "1")
    ran = asked("evidence", news, "--published", DAY, "--review")
    assert ran.code == 0
    assert "1 question settled and kept, of 4" in ran.err
    assert len(asked("list", "--resolved", "--json").json) == 1


def test_what_was_confirmed_is_kept_when_interrupted(
    asked: Run, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control-C does the same, with the code of an interruption."""

    class Keyboard(io.StringIO):
        def readline(self, *_: object) -> str:  # type: ignore[override]
            said = super().readline()
            if not said:
                raise KeyboardInterrupt
            return said

    monkeypatch.setattr(sys, "stdin", Keyboard("1n\n\n"))
    ran = review(asked, news, "q2", "--question", "q1")
    assert ran.code == 130
    assert "1 question settled and kept" in ran.err
    assert len(asked("list", "--resolved", "--json").json) == 1


def test_a_conditional_question_is_said_to_wait(
    asked: Run, typed: Callable[..., None], news: Path
) -> None:
    """Its outcome is recorded, and counts once that of its condition is."""
    asked(
        "log", "Will the ferry captain resign?", "-p", "50%", "--made", "2026-11-01", "--if", "q2"
    )
    typed("1y", "")
    ran = review(asked, news, "q7")
    assert "counts once q2 is settled" in ran.out
    assert only(asked, "q7")["outcome"] == "yes"


def test_a_condition_that_fails_on_the_way_ends_its_questions(
    asked: Run, typed: Callable[..., None], news: Path
) -> None:
    """A question that another answer has closed is not asked any more."""
    asked(
        "log",
        "Will transport minister Holm weep?",
        "-p",
        "5%",
        "--made",
        "2026-11-01",
        "--if",
        "q2",
    )
    named = ["--question", "q2", "--question", "q7"]
    typed("1n", "", "1n", "")
    ran = asked("evidence", news, "--published", DAY, "--review", *named)
    assert ran.code == 0
    assert "q7 is condition failed by now" in ran.err
    assert "[2 of 2]" not in ran.out


def test_words_that_no_record_holds_are_kept_by_place_alone(
    asked: Run, typed: Callable[..., None], news: Path
) -> None:
    """Letters written in two signs have another hash than in one: offsets and hash suffice."""
    news.write_bytes("The transport minister, Ida Ho\u0308lm, resigned.".encode())
    typed("1y", "")
    assert review(asked, news, "q2").code == 0
    (evidence,) = only(asked, "q2")["evidence"]
    assert evidence["quote"] is None
    assert (evidence["start"], evidence["end"]) == (0, 44)


def test_review_prints_no_json(asked: Run, news: Path) -> None:
    """The two options exclude one another."""
    ran = review(asked, news, "q2", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "--review and --json" in ran.err


def test_on_a_terminal_the_day_is_asked_for(
    asked: Run, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One question before the rest; Enter means that nobody knows, unless the text says it."""
    answers: list[str] = []

    def typed(prompt: str = "") -> str:
        prompts.append(prompt)
        return answers.pop()

    prompts: list[str] = []
    for stream in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", typed)
    answers.append("2026-11-16")
    ran = asked("evidence", news, "--question", "q2")
    assert prompts[0].startswith("published on")
    assert "no date of publication" not in ran.err
    answers.append("")
    assert "no date of publication" in asked("evidence", news, "--question", "q2").err
    assert "published on" not in asked("evidence", news, "--json").err
    assert len(prompts) == 2


def test_a_text_from_standard_input_is_read_but_not_reviewed(
    asked: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A minus stands for it; answers could not come the same way."""

    class Piped(io.StringIO):
        buffer = io.BytesIO(NEWS.encode())

    monkeypatch.setattr(sys, "stdin", Piped())
    best = found(asked("evidence", "-", "--published", DAY, "--json"))["q2"]["passages"][0]
    assert best["text"].startswith("The transport minister")
    ran = asked("evidence", "-", "--published", DAY, "--review")
    assert (ran.code, ran.out) == (2, "")
    assert "--review" in ran.err


# --- days, names, texts -------------------------------------------------------------------------


def test_a_named_question_is_shown_where_little_is(
    asked: Run, typed: Callable[..., None], news: Path
) -> None:
    """Its passages are given, and marked; the review offers them too."""
    asked(
        "log", "Will the northern parliament dissolve itself?", "-p", "5%", "--made", "2026-11-01"
    )
    ran = asked("evidence", news, "--published", DAY, "--question", "q7")
    assert "probably nothing here" in ran.out
    assert "northern cape" in ran.out
    typed("1n", "")
    ran = review(asked, news, "q7")
    assert "probably nothing here" in ran.out
    assert only(asked, "q7")["outcome"] == "no"


@pytest.mark.parametrize("day", ["2031-01-01", "2031", ""])
def test_a_day_that_has_not_come_is_refused(asked: Run, news: Path, day: str) -> None:
    """No text comes out in the future."""
    ran = asked("evidence", news, "--published", day)
    assert (ran.code, ran.out) == (2, "")
    assert "--published" in ran.err


def test_a_day_that_contradicts_the_ledger_is_an_error(
    asked: Run, typed: Callable[..., None], news: Path
) -> None:
    """Both days are named."""
    typed("1y", "")
    review(asked, news, "q2")
    ran = asked("evidence", news, "--published", "2026-11-10")
    assert (ran.code, ran.out) == (1, "")
    assert "2026-11-10" in ran.err
    assert DAY in ran.err


def test_when_it_was_known_is_judged_at_once(
    asked: Run, typed: Callable[..., None], news: Path
) -> None:
    """A day to come is refused; one before the first forecast is warned of, and asked again."""
    typed("1y", "2031-01-01", "2026-10-01", "2026-11-15", "")
    ran = review(asked, news, "q2")
    assert "a day that has come" in ran.err
    assert "2026-10-01 is before the first forecast (2026-11-01)" in ran.err
    assert only(asked, "q2")["known"] == "2026-11-15"


def test_another_text_of_the_same_name_is_refused_at_the_start(
    asked: Run, typed: Callable[..., None], news: Path
) -> None:
    """Before anything is asked, with the option that helps."""
    typed("1y", "")
    review(asked, news, "q2")
    news.write_text(NEWS + "More.\n", encoding="utf-8")
    ran = review(asked, news, "q1")
    assert (ran.code, ran.out) == (2, "")
    assert "--name" in ran.err
    typed("1y", "")
    assert review(asked, news, "q1", "--name", "later").code == 0


def test_what_another_settled_meanwhile_is_left(
    asked: Run, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal is told, and the walk goes on."""

    class Slow(io.StringIO):
        def readline(self, *_: object) -> str:  # type: ignore[override]
            said = super().readline()
            if said.startswith("1"):
                asked("resolve", "q2", "no")
            return said

    monkeypatch.setattr(sys, "stdin", Slow("1y\n\n"))
    ran = review(asked, news, "q2")
    assert ran.code == 0
    assert "q2 is resolved by now" in ran.err
    assert only(asked, "q2")["outcome"] == "no"


def test_the_text_may_be_kept(asked: Run, typed: Callable[..., None], news: Path) -> None:
    """Then the ledger can check the words of its evidence."""
    typed("1y", "")
    assert review(asked, news, "q2", "--keep-text").code == 0
    ran = asked("verify")
    assert ran.code == 0
    assert "1 text" in ran.out + ran.err
    assert asked("evidence", news, "--keep-text").code == 2


def test_outcomes_are_read_as_people_write_them(
    asked: Run, typed: Callable[..., None], news: Path
) -> None:
    """Thousands in groups; a comma that may be a decimal one is asked about again."""
    typed("1", "1,204", "1", "1 204", "")
    assert "1204 or 1.204" in review(asked, news, "q5").err
    assert only(asked, "q5")["outcome"] == "1204"


def test_the_format_may_be_named(asked: Run, news: Path) -> None:
    """As for extract."""
    page = news.rename(news.with_suffix(".news"))
    ran = asked("evidence", page, "--published", DAY, "--format", "markdown", "--json")
    assert "q2" in found(ran)
    assert asked("evidence", page, "--published", DAY, "--format", "pdf").code == 1
