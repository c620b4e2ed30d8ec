"""retract, withdraw, amend, resolve --second and agreement: what is typed and what is seen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from conftest import NOW

from tracker.cli import asking

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from conftest import Ran

    Run = Callable[..., Ran]
    Clock = Callable[[datetime], None]

HOUR = timedelta(hours=1)


@pytest.fixture
def asked(run: Run, clock: Clock) -> Run:
    """A ledger with one question, on which ana mistyped and ben did not; a day has passed."""
    clock(NOW - 24 * HOUR)
    assert run("log", "Rain on Sunday?", "-p", "7%", "--by", "2026-12-01").code == 0
    assert run("log", "q1", "-p", "60%", "--analyst", "ben").code == 0
    clock(NOW)
    return run


def words(text: str) -> str:
    """A text without its line breaks and indents."""
    return " ".join(text.split())


# --- retract -------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["3", "#3"])
def test_retract_says_what_it_took_back_and_what_stands(asked: Run, typed: str) -> None:
    """The entry, what it said, what is held now; and how to restore it."""
    ran = asked("retract", typed, "--why", "typed 7 % for 70 %")
    assert ran.code == 0
    assert ran.out == (
        "q1  Rain on Sunday?\n"
        "    retracted entry 3: forecast of ana: 7 %\n"
        "    what stands: ben: 60 %; outcome: open\n"
    )
    assert "tracker retract 6 --why" in ran.err
    shown = words(asked("show", "q1").out)
    assert "3 2026-11-20 12:00 UTC ana 7 % retracted 2026-11-21 by ana: typed 7 % for 70 %" in shown
    assert asked("list", "--json").json[0]["forecasts"] == 1


def test_retract_prints_json(asked: Run) -> None:
    """The question, the entry, and the retraction; show tells of it with the forecast."""
    said = asked("retract", "3", "--why", "typed wrongly", "--json").json
    retraction = {
        "entry": 6,
        "recorded": "2026-11-21T12:00:00.000000Z",
        "by": "ana",
        "reason": "typed wrongly",
        "of": 3,
        "stands": True,
    }
    assert {**said, "question": None} == {
        "id": "q1",
        "new": True,
        "entry": 6,
        "retraction": retraction,
        "question": None,
    }
    shown = asked("show", "q1", "--json").json
    kept = {"entry": 6, "by": "ana", "recorded": retraction["recorded"], "reason": "typed wrongly"}
    assert [one["retracted"] for one in shown["forecasts"]] == [kept, None]
    assert shown["retractions"] == [retraction]


def test_a_retraction_is_taken_back(asked: Run) -> None:
    """The forecast is held again, and show tells of the way there."""
    assert asked("retract", "3", "--why", "typed wrongly").code == 0
    ran = asked("retract", "6", "--why", "it was right", "--analyst", "ben")
    assert "retracted entry 6: retraction of entry 3 by ana: typed wrongly" in ran.out
    assert "what stands: ana: 7 %; ben: 60 %" in ran.out
    shown = asked("show", "q1").out
    assert "    retraction of entry 3 by ana: typed wrongly (entry 6, 2026-11-21)\n" in shown
    assert "    retraction of entry 6 by ben: it was right (entry 7, 2026-11-21)\n" in shown
    assert "retracted 2026" not in shown


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        (["q1"], 2, "q1 is a question; say which of its entries: 3, forecast of ana: 7 %; 5, fore"),
        (["3"], 2, "say why: it is kept with the correction"),
        (["3", "--why", "  "], 2, "say why: it is kept with the correction"),
        (["q7"], 1, "no question 'q7'"),
        (["99", "--why", "x"], 1, "no entry '99' in the ledger; its entries are 1 to 5"),
        (["0", "--why", "x"], 1, "no entry '0'"),
        (["9" * 18, "--why", "x"], 1, f"no entry '{'9' * 18}'"),
        (["9" * 40, "--why", "x"], 1, "no question"),
        (["1", "--why", "x"], 1, "`tracker resolve q1 annulled`"),
        (["2", "--why", "x"], 1, "entry 2 is an analyst and stays"),
    ],
)
def test_a_slip_in_retract_is_told(asked: Run, typed: list[str], code: int, told: str) -> None:
    """In one sentence, and nothing is written."""
    ran = asked("retract", *typed)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err
    assert ran.err.count("\n") == 1
    assert asked("verify", "--head").out.startswith("5:")


def test_nothing_is_retracted_twice(asked: Run) -> None:
    """Who comes second is told who was first, and why."""
    assert asked("retract", "3", "--why", "typed wrongly").code == 0
    ran = asked("retract", "3", "--why", "wrong", "--analyst", "ben")
    assert ran.code == 1
    assert "entry 3 is retracted already, 2026-11-21 by ana: typed wrongly" in ran.err


def test_a_person_is_asked_why(asked: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the reason is asked for; none, and nothing is written."""
    answers = iter(["", "typed wrongly"])
    monkeypatch.setattr(asking, "watched", lambda: True)
    monkeypatch.setattr(asking, "answer", lambda prompt, prefilled="": next(answers))  # noqa: ARG005
    assert asked("retract", "3").code == 2
    assert asked("retract", "3").code == 0
    (kept,) = asked("show", "q1", "--json").json["retractions"]
    assert kept["reason"] == "typed wrongly"


def test_an_interrupted_reason_writes_nothing(asked: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C and the end of the input leave everything as it was."""
    monkeypatch.setattr(asking, "watched", lambda: True)
    for ends in (KeyboardInterrupt, asking.InputEndedError):

        def stop(prompt: str, prefilled: str = "", ends: type[BaseException] = ends) -> str:
            raise ends(prompt, prefilled)

        monkeypatch.setattr(asking, "answer", stop)
        for command in (["retract", "3"], ["amend", "q1", "--by", "2026-12-05"]):
            assert asked(*command).code == 130
    assert asked("verify", "--head").out.startswith("5:")


# --- withdraw ------------------------------------------------------------------------------------


def test_withdraw_ends_a_forecast(asked: Run) -> None:
    """From now on nothing is held; the reason stands in show."""
    ran = asked("withdraw", "q1", "--why", "no idea")
    assert ran.out == "q1  Rain on Sunday?\n    ana holds no forecast from now on (entry 6)\n"
    assert "retract it instead" in ran.err
    assert "withdrawn because no idea" in words(asked("show", "q1").out)
    again = asked("withdraw", "q1")
    assert (again.code, again.out) == (1, "")
    assert "ana has no forecast on q1 to withdraw" in again.err
    said = asked("withdraw", "q1", "--analyst", "ben", "--json").json
    assert (said["id"], said["new"], said["entry"]) == ("q1", True, 7)
    assert asked("retract", "6", "--why", "the other question").code == 0
    assert "what stands: ben: 60 %" not in asked("show", "q1").out
    assert asked("show", "q1", "--json").json["forecasts"][2]["reason"] == "no idea"


@pytest.mark.parametrize(
    ("typed", "told"),
    [(["q7"], "no question 'q7'"), (["q1", "--analyst", "cyd"], "cyd has no forecast on q1")],
)
def test_a_slip_in_withdraw_is_told(asked: Run, typed: list[str], told: str) -> None:
    """In one sentence."""
    ran = asked("withdraw", *typed)
    assert (ran.code, ran.out) == (1, "")
    assert told in ran.err


# --- amend ---------------------------------------------------------------------------------------


def test_amend_asks_otherwise(asked: Run) -> None:
    """It prints what is and what was; show tells of it with the reason."""
    ran = asked(
        "amend", "q1", "--by", "2026-12-05", "--title", "Rain in Vienna?", "--why", "put off"
    )
    assert ran.out == (
        "q1  Rain in Vienna?\n"
        "    title Rain in Vienna? (was Rain on Sunday?)\n"
        "    settle by 2026-12-05 (was 2026-12-01)\n"
    )
    shown = words(asked("show", "q1").out)
    assert "settle by: 2026-12-05" in shown
    assert "asked otherwise 2026-11-21 12:00 UTC, by ana: title Rain in Vienna? (was" in shown
    assert "because put off" in shown
    again = asked("amend", "q1", "--title", "Rain in Vienna?", "--why", "so")
    assert "asked so already; nothing was recorded" in again.out
    said = asked("amend", "q1", "--criteria", "1 mm", "--why", "to be clear", "--json").json
    assert (said["new"], said["entry"], said["question"]["criteria"]) == (True, 7, "1 mm")
    (_, last) = asked("show", "q1", "--json").json["amendments"]
    assert (last["changes"], last["before"]) == ({"criteria": "1 mm"}, {"criteria": None})
    assert asked("retract", "7", "--why", "too strict").code == 0
    assert "1 mm (there was none), because to be clear (entry 7, retracted" in words(
        asked("show", "q1").out
    )


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        (["q1"], 2, "say what is asked otherwise: --by, --title or --criteria"),
        (["q1", "--by", "2026-12-05"], 2, "say why"),
        (["q1", "--by", "someday", "--why", "x"], 2, "--by"),
        (["q7", "--title", "Rain?", "--why", "x"], 1, "no question 'q7'"),
        (["q1", "--title", " ", "--why", "x"], 1, "title: found"),
    ],
)
def test_a_slip_in_amend_is_told(asked: Run, typed: list[str], code: int, told: str) -> None:
    """In one sentence, and nothing is written."""
    ran = asked("amend", *typed)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err
    assert asked("verify", "--head").out.startswith("5:")


def test_log_names_amend(asked: Run) -> None:
    """Who would ask a question otherwise by the way is told how."""
    ran = asked("log", "q1", "-p", "70%", "--by", "2026-12-24")
    assert ran.code == 1
    assert "expected 2026-12-01, as q1 has it; `tracker amend q1` asks it otherwise" in ran.err


# --- second raters -------------------------------------------------------------------------------


def test_a_second_rater_hears_the_first_answer_afterwards(asked: Run) -> None:
    """What is refused shows nothing of it; what is recorded says whether they agree."""
    assert asked("resolve", "q1", "no").code == 0
    refused = asked("resolve", "q1", "maybe", "--second", "--analyst", "ben")
    assert (refused.code, refused.out) == (1, "")
    assert "settled" not in refused.err
    ran = asked("resolve", "q1", "yes", "--second", "--analyst", "ben", "--note", "wet here")
    assert ran.out == (
        "q1  Rain on Sunday?\n    judgement of ben: yes\n    differs: ana settled it as no\n"
    )
    assert "talk it over with ana" in ran.err
    agreed = asked("resolve", "q1", "n", "--second", "--analyst", "cyd", "--json").json
    assert (agreed["agrees"], agreed["judgement"]["outcome"]) == (True, "no")
    assert asked("show", "q1", "--json").json["outcome"] == "no"
    shown = words(asked("show", "q1").out)
    assert "judged 2026-11-21 12:00 UTC: yes, by ben (entry 7) note: wet here" in shown
    again = asked("resolve", "q1", "yes", "--second", "--analyst", "ben", "--note", "wet here")
    assert "(as before; nothing was recorded)" in again.out


def test_an_open_question_can_be_judged(asked: Run) -> None:
    """Nothing is settled by it."""
    ran = asked("resolve", "q1", "annulled", "--second", "--analyst", "ben")
    assert "judgement of ben: annulled\n    nobody has settled it yet" in ran.out
    assert asked("show", "q1", "--json").json["status"] == "open"
    said = asked("resolve", "q1", "ambiguous", "--second", "--analyst", "cyd", "--json").json
    assert said["agrees"] is None


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        ([], 1, "ana settled q1; a second rater is somebody else"),
        (["--source", "s", "--quote", "q"], 2, "--second takes no --source"),
        (["--analyst", "ben", "--known", "2027-01-01"], 1, "known: found 2027-01-01"),
    ],
)
def test_a_slip_of_a_second_rater_is_told(
    asked: Run, typed: list[str], code: int, told: str
) -> None:
    """In one sentence."""
    assert asked("resolve", "q1", "no").code == 0
    ran = asked("resolve", "q1", "no", "--second", *typed)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err


def judged(run: Run, *both: tuple[str, str]) -> None:
    """Settle questions, and have them judged."""
    for number, (first, then) in enumerate(both, 1):
        assert run("log", f"Will it rain on day {number}?", "-p", "50%").code == 0
        assert run("resolve", f"q{number}", first).code == 0
        assert run("resolve", f"q{number}", then, "--second", "--analyst", "ben").code == 0


def test_agreement_is_shown(run: Run) -> None:
    """By pair of raters, with kappa and its interval; then where they differ."""
    judged(run, *[("yes", "yes")] * 5, *[("no", "no")] * 4, ("yes", "no"))
    assert run("resolve", "q1", "ambiguous", "--second", "--analyst", "cyd").code == 0
    ran = run("agreement")
    said = words(ran.out)
    assert "ana, ben 10 9 (90 %) 0.80 (" in said
    assert "ana, cyd 1 0 (0 %) cannot tell yet: 1 of yes or no" in said
    assert "q10 Will it rain on day 10? ana: yes, ben: no; it stands as yes" in said
    told = run("agreement", "--json").json
    first, _, third = told["pairs"]
    assert (first["a"], first["b"], first["questions"], first["agreed"]) == ("ana", "ben", 10, 9)
    assert first["kappa"] == pytest.approx(0.8)
    low, high = first["kappa_interval"]
    assert low < 0.8 < high
    assert (third["questions"], third["kappa"], third["kappa_interval"]) == (1, 0, None)
    assert [one["id"] for one in told["differ"]] == ["q1", "q10"]
    assert told["differ"][1]["ratings"] == {"ana": "yes", "ben": "no"}
    assert run("agreement").out == ran.out


def test_what_was_settled_anew_is_no_first_word(run: Run) -> None:
    """Raters are compared by what they said before they heard of each other."""
    judged(run, ("yes", "no"))
    assert run("resolve", "q1", "no", "--why", "ben is right").code == 0
    assert run("resolve", "q1", "yes", "--second", "--analyst", "ben", "--why", "or not").code == 0
    said = run("agreement", "--json").json
    assert said["differ"][0]["ratings"] == {"ana": "yes", "ben": "no"}
    assert said["differ"][0]["outcome"] == "no"
    entry = run("show", "q1", "--json").json["resolutions"][0]["entry"]
    assert run("retract", entry, "--why", "a slip of the pen").code == 0
    assert run("agreement", "--json").json["differ"] == []


def test_agreement_as_of_before_a_correction_is_what_it_was(run: Run, clock: Clock) -> None:
    """What was taken back since was counted then."""
    judged(run, ("yes", "no"))
    before = run("agreement", "--json").json
    clock(NOW + timedelta(days=2))
    entry = run("show", "q1", "--json").json["judgements"][0]["entry"]
    assert run("retract", entry, "--why", "a slip of the pen").code == 0
    assert run("agreement", "--json").json["pairs"] == []
    day = (NOW + timedelta(days=1)).date().isoformat()
    assert run("agreement", "--json", "--as-of", day).json == before


def test_without_second_raters_there_is_no_agreement(asked: Run) -> None:
    """It says how to come by some."""
    ran = asked("agreement")
    assert (ran.code, ran.out) == (0, "")
    assert "--second" in ran.err
    assert asked("agreement", "--json").json == {"level": 0.9, "pairs": [], "differ": []}


# --- the past ------------------------------------------------------------------------------------

LOOKED = [
    [*command, *form]
    for command in (["list"], ["show", "q1"], ["show", "q2"], ["score"], ["calibration"])
    for form in ([], ["--json"])
] + [["list", "--resolved"], ["list", "--open"], ["score", "--by", "analyst", "--json"]]


def test_every_view_as_of_before_a_correction_is_what_it_was(asked: Run, clock: Clock) -> None:
    """Byte for byte, whatever was corrected since."""
    assert asked("log", "Snow in Advent?", "-p", "30%", "--tag", "winter").code == 0
    for words_ in (["resolve", "q1", "yes"], ["resolve", "q2", "no"], ["withdraw", "q2"]):
        assert asked(*words_).code == 0
    assert asked("lesson", "q1", "Look at the wind.").code == 0
    clock(NOW + HOUR)
    instant = (NOW + HOUR).strftime("%Y-%m-%dT%H:%MZ")
    before = [asked(*words_, "--as-of", instant) for words_ in LOOKED]
    assert {one.code for one in before} == {0}
    plainly = [asked(*words_).out for words_ in LOOKED]
    assert [one.out for one in before] == plainly
    clock(NOW + 2 * HOUR)
    shown = asked("show", "q1", "--json").json
    lesson, settled = shown["lessons"][0]["entry"], shown["resolutions"][0]["entry"]
    for words_ in (
        ["retract", "3"],
        ["retract", lesson],
        ["retract", settled],
        ["amend", "q1", "--title", "Rain on Monday?", "--criteria", "1 mm"],
        ["resolve", "q2", "yes"],
        ["amend", "q2", "--by", "2027-01-01"],
    ):
        assert asked(*words_, "--why", "a mistake").code == 0
    assert asked("resolve", "q2", "no", "--second", "--analyst", "ben").code == 0
    assert [asked(*words_, "--as-of", instant).out for words_ in LOOKED] == plainly
    assert [asked(*words_).out for words_ in LOOKED] != plainly


@pytest.mark.parametrize(
    "words",
    [
        ("log", "q1", "-p", "10%"),
        ("resolve", "q1", "yes"),
        ("resolve", "q1", "yes", "--second"),
        ("lesson", "q1", "look at the clouds"),
        ("withdraw", "q1"),
        ("amend", "q1", "--title", "Snow on Sunday?", "--why", "typed"),
        ("retract", "3", "--why", "typed"),
    ],
)
def test_an_empty_name_is_nobody(run: Run, words: tuple[str, ...]) -> None:
    """A script whose variable is empty signs for nobody, least of all for who is logged in."""
    assert run("log", "Rain on Sunday?", "-p", "70%").code == 0
    ran = run(*words, "--analyst", "")
    assert (ran.code, ran.err) == (2, "error: --analyst: expected a name; found nothing\n")
    assert run("verify", "--json").json["entries"] == 3
