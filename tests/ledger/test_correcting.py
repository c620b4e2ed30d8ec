"""Corrections: what is taken back counts for nothing and is not lost; amendments, second raters."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW

from tracker import Ledger
from tracker.errors import DataError, LedgerError, UnknownIdError
from tracker.values import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = timedelta(days=1)


@pytest.fixture
def ledger(place: str) -> Iterator[Ledger]:
    """A ledger with one question on which two have forecast."""
    with Ledger.open(place) as opened:
        for analyst, probability in (("ana", 0.07), ("ben", 0.6)):
            opened.log(
                "Rain on Sunday?",
                {"analyst": analyst, "probability": probability},
                recorded=NOW - 3 * DAY,
            )
        yield opened


def entries(ledger: Ledger) -> list[int]:
    """The entries of the forecasts that stand."""
    return [one.entry for one in ledger.question("q1").forecasts]


def test_a_retracted_forecast_counts_for_nothing(ledger: Ledger) -> None:
    """It is in no list, no score and no statement; the question tells of it apart."""
    first, second = entries(ledger)
    done = ledger.retract(first, by="ana", reason="typed 7 % for 70 %", recorded=NOW)
    assert [one.entry for one in done.question.forecasts] == [second]
    (struck,) = done.question.retracted
    assert struck.entry == first
    retraction = done.question.retraction(first)
    assert retraction is not None
    assert (retraction.entry, retraction.by) == (done.entry, "ana")
    assert (retraction.reason, retraction.recorded[:10]) == ("typed 7 % for 70 %", "2026-11-21")
    assert done.question.retraction(second) is None
    ledger.resolve("q1", {"outcome": "yes"}, recorded=NOW)
    assert ledger.pairs().analyst.tolist() == ["ben"]
    assert [one.entry for one in ledger.statements()] == [second]
    assert [len(one.forecasts) for one in ledger.questions()] == [1]
    assert ledger.verify().entries == done.entry + 1


def test_what_was_before_a_retraction_can_be_seen(ledger: Ledger) -> None:
    """As of an instant before it nothing is known of it."""
    before = moment(NOW - DAY)
    earlier = ledger.question("q1")
    ledger.retract(entries(ledger)[0], by="ana", reason="typed wrongly", recorded=NOW)
    assert ledger.question("q1", as_of=before) == earlier
    assert ledger.question("q1") != earlier


def test_a_retraction_retracted_restores(ledger: Ledger) -> None:
    """The forecast stands again, and the question says that it did not for a while."""
    first, _ = both = entries(ledger)
    taken = ledger.retract(first, by="ana", reason="typed wrongly", recorded=NOW)
    back = ledger.retract(taken.entry, by="ben", reason="it was right", recorded=NOW)
    assert [one.entry for one in back.question.forecasts] == both
    assert back.question.retracted == ()
    assert [(one.of, one.stands) for one in back.question.retractions] == [
        (first, False),
        (taken.entry, True),
    ]
    again = ledger.retract(first, by="ana", reason="no, wrong", recorded=NOW)
    assert again.question.retraction(first) is not None
    with pytest.raises(LedgerError, match=f"entry {first} is retracted already"):
        ledger.retract(back.entry, by="ana", reason="would be so twice", recorded=NOW)


def test_an_earlier_resolution_stands_again(ledger: Ledger) -> None:
    """The last resolution that is not retracted says how the question stands."""
    for outcome in ("yes", "no"):
        ledger.resolve("q1", {"outcome": outcome}, recorded=NOW, reason="as measured")
    first, last = ledger.question("q1").resolutions
    back = ledger.retract(last.entry, by="ana", reason="the gauge was broken", recorded=NOW)
    assert back.question.settled.outcome == "yes"
    assert ledger.pairs().outcome.tolist() == [1, 1]
    open_again = ledger.retract(first.entry, by="ana", reason="that too", recorded=NOW)
    assert open_again.question.settled.status == "open"
    assert len(ledger.pairs()) == 0
    ledger.resolve("q1", {"outcome": "no"}, recorded=NOW)  # no reason is needed: it is open
    assert ledger.question("q1").settled.outcome == "no"


def test_a_withdrawal_retracted_lets_the_forecast_stand(ledger: Ledger) -> None:
    """Who takes back a withdrawal holds the forecast on."""
    gone = ledger.withdraw("q1", "ana", recorded=NOW - DAY, reason="no idea")
    kept = ledger.question("q1").forecasts[-1]
    assert (kept.entry, kept.forecast, kept.reason) == (gone, None, "no idea")
    ledger.resolve("q1", {"outcome": "yes"}, recorded=NOW)

    def ended() -> Any:
        ends: Any = ledger.pairs(analyst="ana").ended
        return ends[0]

    held = ended()
    ledger.retract(gone, by="ana", reason="meant the other question", recorded=NOW)
    assert ended() > held


def test_a_lesson_can_be_taken_back_and_learnt_again(ledger: Ledger) -> None:
    """It is no lesson any more; the same words later are a new one."""
    said = {"analyst": "ana", "recorded": NOW}
    first = ledger.lesson("q1", "Look at the wind.", **said).lesson  # type: ignore[arg-type]
    assert (
        ledger.retract(first.entry, by="ana", reason="trite", recorded=NOW).question.lessons == ()
    )
    assert ledger.lessons("ana") == []
    again = ledger.lesson("q1", "Look at the wind.", **said)  # type: ignore[arg-type]
    assert again.new
    assert [noted.lesson.entry for noted in ledger.lessons("ana")] == [again.lesson.entry]


def test_what_a_condition_hangs_on_can_be_taken_back(ledger: Ledger) -> None:
    """A question waits again for its condition when how that came out is retracted."""
    on = {"condition": {"question": "q1", "outcome": "yes"}}
    said = {"analyst": "ana", "probability": 0.5}
    key = ledger.log("Flood then?", said, question=on, recorded=NOW).question.question.id
    ledger.resolve("q1", {"outcome": "no"}, recorded=NOW)
    assert ledger.question(key).settled.status == "condition failed"
    (settled,) = ledger.question("q1").resolutions
    taken = ledger.retract(settled.entry, by="ana", reason="it rained at night", recorded=NOW)
    assert ledger.question(key).settled.status == "open"
    ledger.resolve("q1", {"outcome": "yes"}, recorded=NOW)
    ledger.resolve(key, {"outcome": "yes"}, recorded=NOW)
    (later,) = ledger.question("q1").resolutions
    ledger.retract(later.entry, by="ana", reason="it did not", recorded=NOW)
    assert ledger.question(key).settled.status == "open"
    ledger.retract(taken.entry, by="ana", reason="the first was right", recorded=NOW)
    assert ledger.question(key).settled.status == "condition failed"


@pytest.mark.parametrize("entry", [0, -1, 99, 10**30])
def test_an_unknown_entry_is_named(ledger: Ledger, entry: int) -> None:
    """There is no such entry, and the message says which there are."""
    with pytest.raises(UnknownIdError, match=r"its entries are 1 to 5"):
        ledger.retract(entry, by="ana", reason="wrong", recorded=NOW)


def test_what_stays_cannot_be_retracted(ledger: Ledger) -> None:
    """A question and an analyst stay; the message says what to do instead."""
    with pytest.raises(
        LedgerError, match=r"entry 1 is a question and stays; .* resolve q1 annulled"
    ):
        ledger.retract(1, by="ana", reason="never asked", recorded=NOW)
    with pytest.raises(LedgerError, match="entry 2 is an analyst and stays; forecasts, "):
        ledger.retract(2, by="ana", reason="a stranger", recorded=NOW)
    assert ledger.head().entry == 5


def test_nothing_is_retracted_twice(ledger: Ledger) -> None:
    """Who retracts what is retracted hears by whom and why, and what would restore it."""
    first = entries(ledger)[0]
    done = ledger.retract(first, by="ana", reason="typed wrongly", recorded=NOW)
    with pytest.raises(LedgerError) as told:
        ledger.retract(first, by="ben", reason="wrong", recorded=NOW)
    assert str(told.value) == (
        f"entry {first} is retracted already, 2026-11-21 by ana: typed wrongly; "
        f"`tracker retract {done.entry} --why TEXT` would restore it"
    )


@pytest.mark.parametrize("reason", ["", "  ", None])
def test_a_correction_needs_a_reason(ledger: Ledger, reason: Any) -> None:
    """Nothing is taken back or asked otherwise without one."""
    with pytest.raises(DataError, match="reason"):
        ledger.retract(entries(ledger)[0], by="ana", reason=reason, recorded=NOW)
    with pytest.raises(DataError, match="reason"):
        ledger.amend("q1", {"title": "Rain?"}, by="ana", reason=reason, recorded=NOW)
    assert ledger.head().entry == 5


# --- amendments ----------------------------------------------------------------------------------


def amend(ledger: Ledger, **changes: str) -> Any:
    """Ask the question otherwise."""
    return ledger.amend("q1", changes, by="ana", reason="to be clear", recorded=NOW)


def test_an_amended_question_is_asked_otherwise(ledger: Ledger) -> None:
    """Every reader sees the new words and date; the history says what was before."""
    done = amend(ledger, title="Rain on Sunday in Vienna?", resolve_by="2026-11-22")
    assert done.new
    asked = done.question.question
    assert (asked.title, asked.resolve_by) == ("Rain on Sunday in Vienna?", "2026-11-22")
    assert (asked.criteria, asked.kind) == (None, "binary")
    (one,) = done.question.amendments
    assert dict(one.before) == {"title": "Rain on Sunday?", "resolve_by": None}
    assert (one.amendment.by, one.reason) == ("ana", "to be clear")
    assert {one.resolve_by for one in ledger.statements()} == {"2026-11-22"}
    assert [one.question for one in ledger.questions()] == [asked]
    before = moment(NOW - DAY)
    assert ledger.question("q1", as_of=before).question.title == "Rain on Sunday?"


def test_amendments_follow_one_another(ledger: Ledger) -> None:
    """The last word on each field holds; one retracted is skipped."""
    amend(ledger, criteria="one millimetre")
    second = amend(ledger, criteria="two millimetres", resolve_by="2026-11-22")
    third = amend(ledger, criteria="three millimetres")
    assert dict(third.question.amendments[-1].before) == {"criteria": "two millimetres"}
    ledger.retract(third.entry, by="ana", reason="two will do", recorded=NOW)
    back = ledger.retract(second.entry, by="ana", reason="or one", recorded=NOW).question
    assert (back.question.criteria, back.question.resolve_by) == ("one millimetre", None)
    assert [one.entry for one in back.retracted] == [second.entry, third.entry]


def test_an_amendment_that_changes_nothing_is_none(ledger: Ledger) -> None:
    """What is asked so already is not recorded again; nothing at all is refused."""
    amend(ledger, criteria="one millimetre")
    last = ledger.head()
    assert not amend(ledger, criteria="one millimetre").new
    assert not amend(ledger, title="Rain on Sunday?").new
    with pytest.raises(DataError, match="a title, criteria or a date"):
        amend(ledger)
    with pytest.raises(DataError, match="unit"):
        amend(ledger, unit="mm")
    assert ledger.head() == last


def test_a_question_is_found_by_every_title_it_had(ledger: Ledger) -> None:
    """Who logs under the old title means the same question; another cannot take either."""
    amend(ledger, title="Rain on Sunday in Vienna?")
    said = {"analyst": "cyd", "probability": 0.2}
    for title in ("Rain on Sunday?", "rain on  Sunday in Vienna?"):
        assert ledger.log(title, said, recorded=NOW).question.question.id == "q1"
    other = ledger.log("Snow on Monday?", said, recorded=NOW).question.question.id
    with pytest.raises(DataError, match="a title that no other question has; q1 has"):
        ledger.amend(other, {"title": "Rain on Sunday?"}, by="ana", reason="x", recorded=NOW)
    amend(ledger, title="Rain on Sunday?")
    assert ledger.question("q1").question.title == "Rain on Sunday?"


# --- second raters -------------------------------------------------------------------------------


def test_a_judgement_stands_beside_the_resolution(ledger: Ledger) -> None:
    """It settles nothing, whatever it says."""
    judged = {"by": "ben", "outcome": "N", "note": "dry here"}
    done = ledger.judge("q1", judged, recorded=NOW)
    assert done.new
    assert done.question.settled.status == "open"
    ledger.resolve("q1", {"outcome": "yes", "by": "ana"}, recorded=NOW)
    kept = ledger.question("q1")
    assert kept.settled.outcome == "yes"
    (one,) = kept.judgements
    assert (one.judgement.by, one.judgement.outcome, one.judgement.note) == (
        "ben",
        "no",
        "dry here",
    )
    assert not ledger.judge("q1", judged, recorded=NOW).new


def test_a_rater_who_judges_otherwise_says_why(ledger: Ledger) -> None:
    """The later judgement supersedes the earlier, which is kept."""
    first = ledger.judge("q1", {"by": "ben", "outcome": "no"}, recorded=NOW).entry
    with pytest.raises(DataError, match="no, as ben judged it; to judge otherwise, say --why"):
        ledger.judge("q1", {"by": "ben", "status": "ambiguous"}, recorded=NOW)
    ledger.judge("q1", {"by": "ben", "status": "ambiguous"}, recorded=NOW, reason="two gauges")
    kept = ledger.question("q1").judgements
    assert [one.judgement.status for one in kept] == ["resolved", "ambiguous"]
    assert kept[0].entry == first


def test_nobody_is_their_own_second_rater(ledger: Ledger) -> None:
    """Who settled a question is told that a second rater is somebody else."""
    ledger.resolve("q1", {"outcome": "yes", "by": "ana"}, recorded=NOW)
    with pytest.raises(LedgerError, match="ana settled q1; a second rater is somebody else"):
        ledger.judge("q1", {"by": "ana", "outcome": "yes"}, recorded=NOW)


@pytest.mark.parametrize(
    "judged",
    [
        {"outcome": "perhaps"},
        {"status": "annulled", "outcome": "yes"},
        {"status": "resolved"},
        {"outcome": "yes", "known": "2027-01-01"},
        {"outcome": "yes", "by": ""},
    ],
)
def test_a_judgement_is_one_of_the_question(ledger: Ledger, judged: dict[str, str]) -> None:
    """It says how the question would be settled, by somebody, with what is known by now."""
    with pytest.raises(DataError):
        ledger.judge("q1", {"by": "ben", **judged}, recorded=NOW)
    assert ledger.head().entry == 5


def test_times_of_corrections_do_not_go_back(ledger: Ledger) -> None:
    """A correction is recorded after what was recorded before it."""
    said = {"analyst": "ana", "probability": 0.7}
    last = ledger.log("q1", said, recorded=datetime.fromisoformat("2026-11-21T12:00:03Z"))
    done = ledger.retract(last.entry, by="ana", reason="typed wrongly", recorded=NOW)
    assert done.question.retractions[-1].recorded == "2026-11-21T12:00:03.000000Z"
