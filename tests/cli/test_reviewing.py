"""The walk through what is due: what is shown, what each key records, and that nothing is lost."""

from __future__ import annotations

import io
import re
import shutil
import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW, ROOT

from tracker import Ledger
from tracker.texts.dossier import read
from tracker.views.reviewing import curves, falling_due, lateness, newest_first, news

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]
    Clock = Callable[[datetime], None]
    Walk = Callable[..., Ran]

DAY = timedelta(days=1)
LATER = NOW + 20 * DAY


class Lines(io.StringIO):
    """Lines that are typed; then somebody presses Ctrl-C."""

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        """The next line."""
        said = super().readline(-1 if size is None else size)
        if not said:
            raise KeyboardInterrupt
        return said


def log(ledger: Ledger, at: datetime, what: str, said: Any, **question: Any) -> None:
    """Log a forecast: a probability, or more."""
    given = said if isinstance(said, dict) else {"probability": said}
    ledger.log(what, {"analyst": "ana", **given}, recorded=at, question=question)


@pytest.fixture(scope="module")
def five_questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """q3, q1 and q2 are due, in this order of news; q4 is not yet, and q5 has no day."""
    file = tmp_path_factory.mktemp("five") / "tracker.db"
    with Ledger.open(file, create=True) as ledger:
        rain = {"criteria": "A drop on the sill.", "tags": ["weather"]}
        log(ledger, NOW, "Rain on Sunday?", 0.6, resolve_by="2026-11-22", **rain)
        seat = {"analyst": "ben", "probabilities": {"Red": 0.6, "Blue": 0.4}}
        options = {"kind": "options", "options": ["Red", "Blue"]}
        log(ledger, NOW, "Who wins the seat?", seat, resolve_by="2026-12-01", **options)
        ships = {"quantiles": {0.1: 3, 0.5: 5, 0.9: 8}}
        measured = {"kind": "quantity", "unit": "ships"}
        log(ledger, NOW + DAY, "Ships by May?", ships, resolve_by="2026-11-30", **measured)
        log(ledger, NOW + DAY, "Snow in Advent?", 0.2, resolve_by="2026-12-24")
        log(ledger, NOW + DAY, "Peace at last?", 0.1)
        later = {"analyst": "ben", "probability": 0.3, "phrase": "rather not"}
        log(ledger, NOW + 2 * DAY, "q1", later)
        log(ledger, NOW + 3 * DAY, "q3", {"quantiles": {0.1: 4, 0.5: 6, 0.9: 9}})
    return file


@pytest.fixture
def asked(run: Run, five_questions: Path, tmp_path: Path, clock: Clock) -> Run:
    """Commands on that ledger, when three questions are due."""
    shutil.copy(five_questions, tmp_path / "tracker.db")
    clock(LATER)
    return run


@pytest.fixture
def walk(asked: Run, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """Review with lines typed, and words of the command after them."""

    def walked(*lines: str, words: str = "", stdin: type[io.StringIO] = io.StringIO) -> Ran:
        monkeypatch.setattr(sys, "stdin", stdin("".join(f"{line}\n" for line in lines)))
        return asked("review", *words.split())

    return walked


def stands(run: Run, question: str) -> tuple[str, str | None, str | None]:
    """How a question stands."""
    said = run("show", question, "--json").json
    return said["status"], said["outcome"], said["known"]


def entries(run: Run) -> int:
    """How many entries a ledger has, which is sound."""
    assert run("verify").code == 0
    count: int = run("status", "--json").json["entries"]
    return count


# --- which, and in which order --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", "q3 q1 q2"),
        ("--within 30", "q3 q1 q4 q2"),
        ("--within 2w", "q3 q1 q4 q2"),
        ("--within 1d", "q3 q1 q2"),
        ("--all", "q3 q1 q4 q5 q2"),
        ("--analyst ben", "q1 q2"),
        ("--tag weather", "q1"),
        ("--after q3", "q1 q2"),
        ("--after q2", ""),
        ("--after q5", "q3 q1 q2"),
        ("--as-of 2026-11-23", "q1"),
    ],
)
def test_the_newest_news_comes_first(asked: Run, words: str, expected: str) -> None:
    """Those that are due, and as far ahead as is asked; those of one moment in their order."""
    said = asked("review", "--json", *words.split()).json
    assert [one["id"] for one in said] == expected.split()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--all --within 7", "exclude one another"),
        ("--as-of 2026-11-23", "the past cannot be reviewed"),
        ("--within soon", "--within"),
        ("--within -1", "--within"),
    ],
)
def test_what_cannot_be_walked_is_refused(asked: Run, words: str, said: str) -> None:
    """In a sentence, with the code 2."""
    ran = asked("review", *words.split())
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_nothing_to_review_is_said(asked: Run, clock: Clock) -> None:
    """It is no error."""
    clock(NOW)
    ran = asked("review")
    assert (ran.code, ran.out) == (0, "")
    assert "nothing to review" in ran.err


def test_where_nobody_answers_the_walk_is_listed(walk: Walk) -> None:
    """And nothing is recorded."""
    ran = walk()
    assert ran.code == 0
    assert ran.out.index("q3") < ran.out.index("q1") < ran.out.index("q2")
    assert "these wait for a review" in ran.err


# --- what is shown --------------------------------------------------------------------------------


def test_a_question_is_shown_with_its_history(walk: Walk) -> None:
    """Criteria, day, who said what when, and a line for each analyst."""
    ran = walk("s", "q")
    for said in (
        "[1 of 3]",
        "settle by 2026-11-30, 11 days overdue",
        "ana  ▁",
        "5 → 6",
        "[2 of 3]",
        "q1  Rain on Sunday?",
        "criteria: A drop on the sill.",
        "2026-11-23 12:00 UTC  ben: 30 % “rather not”",
        "tracker evidence FILE --question q1 --review",
    ):
        assert said in ran.out
    assert (
        "r resolve · a annul · e extend · u update · s skip · l look · ? help · q quit" in ran.err
    )


def test_the_words_are_shown_with_the_phrase_marked(run: Run, monkeypatch: Any) -> None:
    """The sentence of the text in which a forecast was made."""
    assert run("add", ROOT / "seeds" / "digest.dossier.yaml").code == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("s\ns\ns\n"))
    said = " ".join(run("review").out.split())
    assert "essayist, in essay at 1826–1905: “A show of dominance [would likely] follow" in said


def test_look_shows_all_there_is(walk: Walk) -> None:
    """What show has, and then the same question again."""
    ran = walk("s", "l", "q")
    assert "made" in ran.out
    assert "outcome: open" in ran.out
    assert ran.err.count("1 skipped; 2 left") == 1


def test_help_tells_the_keys(walk: Walk) -> None:
    """Enter and keys that mean nothing do nothing."""
    ran = walk("?", "", "x", "q")
    assert "r  resolve: the outcome, when it was known" in ran.err
    assert ran.err.count("one of these keys") == 2
    assert "nothing was recorded; 3 left" in ran.err


def test_forty_columns_are_enough(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line of the pages fits."""
    monkeypatch.setenv("COLUMNS", "40")
    assert max(map(len, walk("s", "s", "s").out.splitlines())) <= 40


# --- what is recorded -----------------------------------------------------------------------------


def test_a_question_is_resolved_with_its_lesson(walk: Walk, asked: Run) -> None:
    """The outcome, when it was known, where it stands; what it cost; what there is to learn."""
    answers = ["yes", "2026-11-22", "https://example.org/w", "It rained.", "Clouds tell."]
    ran = walk("s", "r", *answers, "q")
    assert "q1  yes, known 2026-11-22" in ran.out
    assert "ana: 0.160 (Brier score, 0-1 scale, lower is better)" in ran.out
    assert ran.err.endswith(
        "1 skipped, 1 resolved; 1 left\ngo on with  tracker review --after q3\n"
    )
    said = asked("show", "q1", "--json").json
    (resolution,) = said["resolutions"]
    assert (resolution["outcome"], resolution["known"], resolution["by"]) == (
        "yes", "2026-11-22", "ana",
    )  # fmt: skip
    assert resolution["evidence"][0]["quote"] == "It rained."
    assert [lesson["text"] for lesson in said["lessons"]] == ["Clouds tell."]


def test_enter_leaves_out_what_need_not_be_said(walk: Walk, asked: Run) -> None:
    """Known now, without a source, without a lesson."""
    walk("s", "r", "y", "", "", "", "q")
    assert stands(asked, "q1") == ("resolved", "yes", "2026-12-11T12:00:00Z")
    assert asked("show", "q1", "--json").json["lessons"] == []


def test_what_a_number_cost_is_told(walk: Walk) -> None:
    """On its own scale."""
    assert re.search(r"ana: 0\.\d+ \(CRPS in ships, lower is better\)", walk("r", "5", "", "").out)


@pytest.mark.parametrize(
    ("skipped", "outcome", "expected"),
    [
        (0, "1 200", ("resolved", "1200")),
        (2, "blue", ("resolved", "Blue")),
        (1, "ambiguous", ("ambiguous", None)),
        (1, "condition-failed", ("condition failed", None)),
    ],
)
def test_outcomes_of_every_kind(
    walk: Walk, asked: Run, skipped: int, outcome: str, expected: tuple[str, str | None]
) -> None:
    """A number, an option, a way to end without an outcome."""
    assert walk(*["s"] * skipped, "r", outcome, "", "", "", "q").code == 0
    question = ("q3", "q1", "q2")[skipped]
    assert stands(asked, question)[:2] == expected


def test_wrong_answers_are_asked_for_again(walk: Walk, asked: Run) -> None:
    """With what is wrong with them."""
    ran = walk("s", "r", "maybe", "yes", "2031-01-01", "soon", "2026-11-01", "", "", "q")
    assert ran.code == 0
    assert "expected yes or no; found maybe" in ran.err
    assert "none will count" in ran.err
    assert stands(asked, "q1") == ("resolved", "yes", "2026-11-01")


def test_a_question_is_annulled_for_a_reason(walk: Walk, asked: Run) -> None:
    """Without one it is not."""
    ran = walk("a", "", "a", "Nobody counts them.", "q")
    assert "1 annulled; 2 left" in ran.err
    assert stands(asked, "q3")[0] == "annulled"
    assert asked("show", "q3", "--json").json["resolutions"][0]["note"] == "Nobody counts them."


def test_a_question_is_extended_for_a_reason(walk: Walk, asked: Run) -> None:
    """To a day that is still to come; then it is due no more."""
    days = ["2026-12-01", "soonish", "2027-02-03", "They are late."]
    ran = walk("e", "2027-02-03", "", "e", *days, "q")
    assert "q3  to be settled by 2027-02-03, was 2026-11-30" in ran.out
    assert "1 extended; 2 left" in ran.err
    assert "expected a day that is still to come; found 2026-12-01" in ran.err
    assert asked("show", "q3", "--json").json["resolve_by"] == "2027-02-03"
    assert [one["id"] for one in asked("due", "--json").json] == ["q1", "q2"]


def test_a_forecast_of_ones_own_is_updated(walk: Walk, asked: Run) -> None:
    """As it is typed after -p, --option and --quantile."""
    ran = walk(
        "u", "10%=4, 50%=7, 90%=9", "", "u", "often", "85%", "More clouds.",
        "u", "Red=30%, Blue=70%", "",
    )  # fmt: skip
    assert "3 updated; none left" in ran.err
    latest = asked("list", "--analyst", "ana", "--json").json
    by_id = {one["id"]: one["latest"][0] for one in latest}
    assert by_id["q3"]["quantiles"]["0.5"] == 7
    assert (by_id["q1"]["probability"], by_id["q1"]["rationale"]) == (0.85, "More clouds.")
    assert by_id["q2"]["probabilities"] == {"Red": 0.3, "Blue": 0.7}


@pytest.mark.parametrize("key", ["r", "a", "e", "u"])
def test_enter_alone_records_nothing(walk: Walk, asked: Run, key: str) -> None:
    """It leads back to the keys."""
    before = entries(asked)
    ran = walk(key, "", "q")
    assert "nothing was recorded; 3 left" in ran.err
    assert entries(asked) == before


def test_what_is_refused_can_be_said_otherwise(walk: Walk, asked: Run, clock: Clock) -> None:
    """The ledger's own refusal is a sentence, and the walk goes on."""
    clock(NOW)  # before the last entry
    ran = walk("r", "5", "", "", "q", words="--all")
    assert "error: " in ran.err
    assert "Traceback" not in ran.err
    assert stands(asked, "q3")[0] == "open"


# --- ends and interruptions -----------------------------------------------------------------------

PROMPTS = {
    "a key": ["?"],
    "an outcome": ["r"],
    "when it was known": ["r", "5"],
    "a source": ["r", "5", ""],
    "its words": ["r", "5", "", "https://example.org"],
    "why it is annulled": ["a"],
    "a day": ["e"],
    "why it is extended": ["e", "2027-01-01"],
    "a forecast": ["u"],
    "why": ["u", "50%=4"],
}


@pytest.mark.parametrize("lines", PROMPTS.values(), ids=PROMPTS)
def test_ctrl_c_leaves_nothing_half_done(walk: Walk, asked: Run, lines: list[str]) -> None:
    """At any prompt: what was recorded stays, the rest is as it was; it is said how to go on."""
    ran = walk("s", "r", "y", "", "", "", stdin=Lines)
    assert ran.code == 130
    before = entries(asked)
    ran = walk(*lines, stdin=Lines)
    assert ran.code == 130
    assert "nothing was recorded; 2 left\ngo on with  tracker review\n" in ran.err
    assert "interrupted" in ran.err
    assert entries(asked) == before
    assert stands(asked, "q1")[0] == "resolved"
    assert stands(asked, "q3")[0] == "open"


@pytest.mark.parametrize("stdin", [io.StringIO, Lines])
def test_the_outcome_stands_whatever_becomes_of_the_lesson(
    walk: Walk, asked: Run, stdin: type[io.StringIO]
) -> None:
    """It was kept before the lesson was asked for."""
    ran = walk("r", "5", "", "", stdin=stdin)
    assert ran.code == (130 if stdin is Lines else 0)
    assert "1 resolved; 2 left" in ran.err
    assert stands(asked, "q3")[0] == "resolved"


@pytest.mark.parametrize("lines", [one for one in PROMPTS.values() if one != ["?"]])
def test_answers_that_end_in_the_midst_are_no_success(
    walk: Walk, asked: Run, lines: list[str]
) -> None:
    """Of the answer that was cut short nothing is recorded."""
    before = entries(asked)
    ran = walk(*lines)
    assert ran.code == 1
    assert "the answers ended in the midst of one" in ran.err
    assert entries(asked) == before


def test_the_walk_goes_on_where_it_was_left(walk: Walk) -> None:
    """What is settled is not asked again; what was skipped can be gone past, filters and all."""
    ran = walk("r", "5", "", "", "", "s", "q", words="--within 30 --tag weather --all")
    assert ran.code == 2
    ran = walk("r", "5", "", "", "", "s", "q", words="--within 30")
    assert "go on with  tracker review --within 30 --after q1" in ran.err
    ran = walk("s", "s", words="--within 30 --after q1")
    assert "[1 of 2]" in ran.out
    assert "q3" not in ran.out
    assert "2 skipped; none left" in ran.err


def test_what_another_settled_meanwhile_is_passed_over(
    walk: Walk, asked: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said how it stands."""
    from tracker.cli import reviewing

    shown = reviewing._show

    def and_settle(*given: Any) -> None:
        with Ledger.open(tmp_path / "tracker.db") as ledger:
            ledger.resolve("q1", {"outcome": "no"}, recorded=LATER)
        shown(*given)

    monkeypatch.setattr(reviewing, "_show", and_settle)
    ran = walk("s", "s")
    assert "q1 is resolved by now" in ran.err
    assert "q1  Rain" not in ran.out
    assert asked("show", "q1", "--json").json["outcome"] == "no"


# --- in numbers and signs -------------------------------------------------------------------------


def kept(place: Path) -> dict[str, Any]:
    """The questions of a ledger, by id."""
    with Ledger.open(place, writable=False) as ledger:
        return {one.question.id: one for one in ledger.questions()}


def test_a_curve_runs_from_the_first_forecast_to_now(five_questions: Path) -> None:
    """One sign a column; blank before an analyst spoke; digits where only ASCII can be shown."""
    ana, ben = curves(kept(five_questions)["q1"], NOW + 4 * DAY, columns=5, ascii_only=False)
    assert (ana.drawn, ana.first, ana.last) == ("▅▅▅▅▅", "60 %", "60 %")
    assert (ben.drawn, ben.forecasts) == ("  ▃▃▃", 1)
    plain = curves(kept(five_questions)["q1"], NOW + 4 * DAY, columns=5, ascii_only=True)
    assert [curve.drawn for curve in plain] == ["66666", "  333"]


def test_a_curve_of_a_quantity_spans_what_was_said(five_questions: Path) -> None:
    """From the lowest median to the highest."""
    (ana,) = curves(kept(five_questions)["q3"], NOW + 4 * DAY, columns=4, ascii_only=True)
    assert (ana.drawn, ana.first, ana.last) == ("0099", "5", "6")


def test_a_curve_breaks_where_a_forecast_was_withdrawn(tmp_path: Path) -> None:
    """A full stop stands for nothing held."""
    with Ledger.open(tmp_path / "w.db", create=True) as ledger:
        log(ledger, NOW, "Rain on Sunday?", 0.6)
        ledger.withdraw("q1", "ana", recorded=NOW + 2 * DAY)
    (ana,) = curves(kept(tmp_path / "w.db")["q1"], NOW + 3 * DAY, columns=4, ascii_only=True)
    assert (ana.drawn, ana.last) == ("66..", "withdrawn")


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "in 1 day"), (1, "due today"), (2, "1 day overdue"), (1401, "1,400 days overdue")],
)
def test_lateness_in_words(five_questions: Path, days: int, said: str) -> None:
    """In whole days."""
    assert lateness(kept(five_questions)["q1"], NOW + days * DAY) == said


def test_news_of_every_sort_counts(five_questions: Path, tmp_path: Path) -> None:
    """A question, a forecast, a resolution, a lesson: whatever was recorded last."""
    shutil.copy(five_questions, tmp_path / "n.db")
    with Ledger.open(tmp_path / "n.db") as ledger:
        ledger.lesson("q2", "Seats fall.", analyst="ana", recorded=LATER)
    found = kept(tmp_path / "n.db")
    assert news(found["q2"]) == "2026-12-11T12:00:00.000000Z"
    assert newest_first(found.values())[0].question.id == "q2"
    assert [one.question.id for one in falling_due(found.values(), LATER)] == ["q1", "q3", "q2"]


def test_a_seed_is_walked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Conditions, options with labels and words without a number are shown."""
    dossier = read(ROOT / "seeds" / "prewar-essay.dossier.yaml").dossier
    with Ledger.open(run("status", "--json").json["ledger"], create=True) as ledger:
        ledger.add(dossier, recorded=NOW)
    number = len(run("review", "--all", "--json").json)
    monkeypatch.setattr(sys, "stdin", io.StringIO("s\n" * number))
    ran = run("review", "--all")
    assert f"{number} skipped; none left" in ran.err
    assert "only if us-force-used = yes" in ran.out
    assert "limited-symbolic: A limited, symbolic answer" in ran.out
