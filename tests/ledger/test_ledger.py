"""The ledger through the library: what goes in, what comes out, and what is refused."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW, ROOT
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from places import counts, select

from tracker import Ledger
from tracker.errors import DataError, LedgerError, NoLedgerError, UnexpectedError, UnknownIdError
from tracker.records import Dossier, make
from tracker.scoring.counting import count
from tracker.scoring.explain import explain
from tracker.scoring.scorecard import score
from tracker.texts.dossier import loads, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from places import Places

DAY = timedelta(days=1)
SEEDS = ("prewar-essay", "war-article")


@pytest.fixture
def ledger(place: str) -> Iterator[Ledger]:
    """An empty ledger."""
    with Ledger.open(place) as opened:
        yield opened


def said(probability: object = 0.7, analyst: str = "ana", **more: Any) -> dict[str, Any]:
    """The fields of a yes/no forecast."""
    return {"analyst": analyst, "probability": probability, **more}


def log(
    ledger: Ledger,
    what: str,
    forecast: Mapping[str, Any] | None = None,
    *,
    at: datetime = NOW,
    **question: Any,
) -> str:
    """Log a forecast; the id of its question."""
    logged = ledger.log(what, forecast or said(), recorded=at, question=question)
    return logged.question.question.id


def settle(
    ledger: Ledger,
    question: str,
    outcome: str | None = "yes",
    *,
    at: datetime = NOW + DAY,
    known: object = None,
    reason: str | None = None,
    **more: Any,
) -> bool:
    """Settle a question; whether that was new."""
    resolution = {"outcome": outcome, "known": known or at, **more}
    return bool(ledger.resolve(question, resolution, recorded=at, reason=reason))


def rows(ledger: Ledger) -> dict[str, int]:
    """How many rows every table has."""
    return counts(ledger.place.url)


def problems(error: pytest.ExceptionInfo[DataError]) -> set[str]:
    """The keys that a refusal names."""
    return {problem.key for problem in error.value.problems}


# --- questions and their ids --------------------------------------------------------------------


def test_questions_are_numbered_as_they_come(ledger: Ledger) -> None:
    """The first question is q1, the next q2."""
    assert [log(ledger, title) for title in ("Rain?  Really", "Snow at all", "A hot day")] == [
        "q1",
        "q2",
        "q3",
    ]


def test_a_number_that_is_taken_is_passed_over(ledger: Ledger) -> None:
    """An id that came with a dossier is not given again."""
    question = {"id": "q2", "title": "From a dossier?"}
    ledger.add(make(Dossier, {"source": {"name": "s"}, "questions": [question]}), recorded=NOW)
    assert log(ledger, "A new question") == "q3"
    assert log(ledger, "Another question") == "q4"


@pytest.mark.parametrize("typed", ["q1", "Q1", " q1 ", "1"])
def test_an_id_is_taken_as_it_is_typed(ledger: Ledger, typed: str) -> None:
    """The case, the spaces and the q of an id do not matter."""
    log(ledger, "Rain on Sunday")
    assert log(ledger, typed, said(0.8)) == "q1"
    assert ledger.question(typed).question.title == "Rain on Sunday"
    assert len(ledger.question("q1").forecasts) == 2


@pytest.mark.parametrize("title", ["Rain on Sunday?", "rain  on SUNDAY?", " Rain on Sunday? "])
def test_the_title_of_an_open_question_names_it(ledger: Ledger, title: str) -> None:
    """Logging the same title again is an update, whatever its case and spaces."""
    log(ledger, "Rain on Sunday?")
    again = ledger.log(title, said(0.8), recorded=NOW + DAY)
    assert (again.question.question.id, again.new) == ("q1", False)


def test_the_title_of_a_settled_question_is_a_new_question(ledger: Ledger) -> None:
    """The next Sunday is another question with the same title."""
    log(ledger, "Rain on Sunday?")
    settle(ledger, "q1")
    again = ledger.log("Rain on Sunday?", said(), recorded=NOW + 2 * DAY)
    assert (again.question.question.id, again.new) == ("q2", True)


def test_an_unknown_id_is_refused_with_what_is_near(ledger: Ledger) -> None:
    """A slip of the pen starts no question."""
    question = {"id": "oil-price", "title": "Oil above 100?"}
    ledger.add(make(Dossier, {"source": {"name": "s"}, "questions": [question]}), recorded=NOW)
    before = rows(ledger)
    for refused in (
        lambda: log(ledger, "oil-prize"),
        lambda: ledger.question("oil-prize"),
        lambda: settle(ledger, "oil-prize"),
        lambda: ledger.withdraw("oil-prize", "ana", recorded=NOW),
    ):
        with pytest.raises(UnknownIdError, match=r"'oil-prize'.*did you mean oil-price"):
            refused()
    assert rows(ledger) == before


def test_a_question_keeps_what_was_said_of_it(ledger: Ledger) -> None:
    """Criteria, date and tags come back as they went in."""
    log(ledger, "Rain on Sunday?", criteria="1 mm", resolve_by="2026-11-29", tags=["b", "a"])
    kept = ledger.question("q1").question
    assert (kept.criteria, kept.resolve_by, kept.tags) == ("1 mm", "2026-11-29", ("a", "b"))
    assert kept.kind == "binary"


def test_an_update_does_not_ask_the_question_otherwise(ledger: Ledger) -> None:
    """A date or criteria that differ from the question's are refused, not ignored."""
    log(ledger, "Rain on Sunday?", resolve_by="2026-11-29")
    before = rows(ledger)
    with pytest.raises(DataError, match=r"2026-11-30.*2026-11-29") as refused:
        log(ledger, "q1", resolve_by="2026-11-30", criteria="1 mm")
    assert problems(refused) == {"resolve_by", "criteria"}
    assert rows(ledger) == before


def test_tags_given_with_an_update_are_not_dropped(ledger: Ledger) -> None:
    """A tag given when a question is updated is recorded or refused, never passed over."""
    log(ledger, "Rain on Sunday?", tags=["weather"])
    try:
        log(ledger, "q1", said(0.8), tags=["vienna"])
    except DataError as refused:
        assert "vienna" in str(refused)  # noqa: PT017 - refusing is as good as recording
    else:
        assert "vienna" in ledger.question("q1").question.tags


# --- kinds of question --------------------------------------------------------------------------


def shares(*values: float, names: str = "north south west") -> dict[str, Any]:
    """The fields of a forecast over options."""
    return {"analyst": "ana", "probabilities": dict(zip(names.split(), values, strict=True))}


def options(kind: str = "options") -> dict[str, Any]:
    """The fields of a question with three options."""
    return {"kind": kind, "options": ["north", "south", "west"]}


def test_options_keep_their_order(ledger: Ledger) -> None:
    """Options come back in the order in which they were asked, in question and forecast."""
    names = "west east north south"
    log(ledger, "Where will it start?", shares(0.4, 0.3, 0.2, 0.1, names=names), kind="options",
        options=names.split())  # fmt: skip
    kept = ledger.question("q1")
    assert [option.name for option in kept.question.options] == names.split()
    forecast = kept.forecasts[0].forecast
    assert forecast is not None
    assert forecast.probabilities == {"west": 0.4, "east": 0.3, "north": 0.2, "south": 0.1}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        # half the sum of squares: (0.5² + 0.5² + 0²)/2
        ("options", 0.25),
        # the mean over the two splits: (0.5² + 0²)/2
        ("ordered", 0.125),
    ],
)
def test_options_are_scored_as_a_set(ledger: Ledger, kind: str, expected: float) -> None:
    """A set costs half its squared differences; an ordered one less for a near miss."""
    log(ledger, "Where will it start?", shares(0.5, 0.5, 0.0), **options(kind))
    settle(ledger, "q1", "north")
    card = score(ledger.pairs())
    assert card.brier == pytest.approx(expected)
    assert (card.forecasts, card.questions) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        (shares(0.5, 0.4, 0.0), "forecast"),
        (shares(0.5, 0.5, names="north south"), "forecast.probabilities"),
        (shares(0.5, 0.3, 0.2, names="north south east"), "forecast.probabilities"),
        (said(0.5), "forecast.probability"),
        ({"analyst": "ana", "quantiles": {0.5: 10}}, "forecast.quantiles"),
        ({"analyst": "ana"}, "forecast"),
        ({"analyst": "ana", "probability": 0.5, "probabilities": {"a": 1}}, "forecast"),
    ],
)
def test_a_forecast_must_fit_its_question(ledger: Ledger, wrong: dict[str, Any], key: str) -> None:
    """Sums, names and kinds of answers are checked against the question; nothing is kept."""
    log(ledger, "Where will it start?", shares(0.5, 0.3, 0.2), **options())
    before = rows(ledger)
    with pytest.raises(DataError) as refused:
        log(ledger, "q1", wrong)
    assert problems(refused) == {key}
    assert rows(ledger) == before


def test_an_outcome_must_be_an_option(ledger: Ledger) -> None:
    """An option is known whatever its case; others are refused with the list."""
    log(ledger, "Where will it start?", shares(0.5, 0.3, 0.2), **options())
    with pytest.raises(DataError, match="found east; expected one of north, south, west"):
        settle(ledger, "q1", "east")
    settle(ledger, "q1", "WEST")
    assert ledger.question("q1").settled.outcome == "west"


def test_a_quantity_is_kept_and_has_no_brier_score(ledger: Ledger) -> None:
    """Quantiles of a number come back, and stay out of the pairs, counted."""
    forecast = {"analyst": "ana", "quantiles": {0.1: 60, 0.5: "72.5", 0.9: 85}}
    log(ledger, "What will a barrel cost?", forecast, kind="quantity", unit="USD")
    kept = ledger.question("q1").forecasts[0].forecast
    assert kept is not None
    assert kept.quantiles == {0.1: 60.0, 0.5: 72.5, 0.9: 85.0}
    settle(ledger, "q1", "80")
    assert float(str(ledger.question("q1").settled.outcome)) == 80.0
    assert len(ledger.pairs()) == 0
    assert ledger.pairs().left_out["quantities"] == 1


def test_a_date_is_kept(ledger: Ledger) -> None:
    """Quantiles of a date are days."""
    forecast = {"analyst": "ana", "quantiles": {"25%": "2026-12-01", "75%": "2027-02-01"}}
    log(ledger, "When will it open?", forecast, kind="date")
    kept = ledger.question("q1").forecasts[0].forecast
    assert kept is not None
    assert kept.quantiles == {0.25: "2026-12-01", 0.75: "2027-02-01"}
    with pytest.raises(DataError):
        settle(ledger, "q1", "80")
    settle(ledger, "q1", "2026-11-20")
    assert ledger.question("q1").settled.outcome == "2026-11-20"


@pytest.mark.parametrize(
    ("kind", "quantiles"),
    [
        ("date", {0.5: 10}),
        ("quantity", {0.5: "2026-12-01"}),
        ("quantity", {0.1: 10, 0.9: 5}),
        ("quantity", {0.0: 10}),
        ("quantity", {0.1: 10, 0.9: "2026-12-01"}),
        ("quantity", {}),
        ("quantity", {0.5: "nan"}),
    ],
)
def test_quantiles_must_make_sense(ledger: Ledger, kind: str, quantiles: dict[Any, Any]) -> None:
    """Levels lie within 0 and 1, values do not fall, and are of the question's kind."""
    before = rows(ledger)
    with pytest.raises(DataError):
        log(ledger, "How much, or when?", {"analyst": "ana", "quantiles": quantiles}, kind=kind)
    assert rows(ledger) == before


def test_a_statement_without_a_number_is_kept_and_never_scored(ledger: Ledger) -> None:
    """What commits to no likelihood stays out of the pairs, counted."""
    log(ledger, "Rain on Sunday?", {"analyst": "ana", "phrase": "could", "scorable": False})
    log(ledger, "q1", said(0.4, phrase="might", scorable=False), at=NOW + timedelta(hours=1))
    settle(ledger, "q1")
    assert len(ledger.question("q1").forecasts) == 2
    assert len(ledger.pairs()) == 0
    assert ledger.pairs().left_out["unscorable"] == 2


# --- conditions ----------------------------------------------------------------------------------


@pytest.fixture
def chain(ledger: Ledger) -> Ledger:
    """Three questions, each conditional on the one before, with a forecast on each."""
    log(ledger, "Will there be a strike?")
    log(ledger, "Will there be an answer?", condition={"question": "q1"})
    log(ledger, "Will there be talks?", condition={"question": "q2", "outcome": "no"})
    return ledger


def statuses(ledger: Ledger) -> list[str]:
    """How the questions stand."""
    return [question.settled.status for question in ledger.questions()]


def test_a_failed_condition_fails_the_chain(chain: Ledger) -> None:
    """What hangs on what did not come about is not scored, nor what hangs on that."""
    settle(chain, "q1", "no", known="2026-11-21")
    assert statuses(chain) == ["resolved", "condition failed", "condition failed"]
    assert chain.question("q3").settled.known == "2026-11-21"
    assert chain.question("q3").settled.outcome is None
    pairs = chain.pairs()
    assert pairs.question.tolist() == ["q1"]
    assert pairs.left_out["condition_failed"] == 2
    assert pairs.left_out["open"] == 0


def test_a_condition_that_holds_leaves_the_question_open(chain: Ledger) -> None:
    """A question whose condition came about is settled by itself."""
    settle(chain, "q1", "yes")
    assert statuses(chain) == ["resolved", "open", "open"]
    settle(chain, "q2", "yes")
    assert statuses(chain) == ["resolved", "resolved", "condition failed"]


def test_settling_the_condition_anew_settles_what_hangs_on_it_anew(chain: Ledger) -> None:
    """Whether a condition failed is derived, each time, from how its question stands."""
    settle(chain, "q1", "no")
    settle(chain, "q1", "yes", reason="the first report was wrong")
    assert statuses(chain) == ["resolved", "open", "open"]
    settle(chain, "q2", "no")
    settle(chain, "q1", "no", reason="it was right after all")
    assert statuses(chain) == ["resolved", "condition failed", "condition failed"]
    settle(chain, "q1", "yes", reason="no, it was not")
    assert statuses(chain) == ["resolved", "resolved", "open"]
    assert chain.pairs().question.tolist() == ["q1", "q2"]


def test_an_outcome_is_refused_where_the_condition_failed(chain: Ledger) -> None:
    """There is nothing to settle where the condition did not come about."""
    settle(chain, "q1", "no")
    before = rows(chain)
    with pytest.raises(DataError, match="condition of q2 failed"):
        settle(chain, "q2", "yes")
    assert rows(chain) == before


def test_an_outcome_is_refused_where_the_condition_fails_in_the_same_dossier(
    chain: Ledger,
) -> None:
    """A dossier cannot settle a question together with the failure of its condition."""
    resolutions = [
        {"question": "q1", "outcome": "no", "known": "2026-11-21"},
        {"question": "q2", "outcome": "yes", "known": "2026-11-21"},
    ]
    dossier = make(Dossier, {"source": {"name": "s"}, "resolutions": resolutions})
    before = rows(chain)
    with pytest.raises(DataError, match="condition of q2 failed"):
        chain.add(dossier, recorded=NOW)
    assert rows(chain) == before


def test_a_condition_may_be_an_option(ledger: Ledger) -> None:
    """A condition names an outcome of a question of any kind."""
    log(ledger, "Where will it start?", shares(0.5, 0.3, 0.2), **options())
    log(ledger, "Will it spread?", condition={"question": "q1", "outcome": "North"})
    with pytest.raises(DataError, match="one of north, south, west"):
        log(ledger, "Will it end?", condition={"question": "q1", "outcome": "east"})
    with pytest.raises(UnknownIdError, match="q9"):
        log(ledger, "Will it end?", condition={"question": "q9"})
    settle(ledger, "q1", "south")
    assert ledger.question("q2").settled.status == "condition failed"


def test_a_condition_in_words_alone_is_settled_by_a_person(ledger: Ledger) -> None:
    """Where the condition is no question, "condition failed" is said like an outcome."""
    log(ledger, "Will it spread?", condition={"text": "if it starts at all"})
    assert statuses(ledger) == ["open"]
    settle(ledger, "q1", None, status="condition failed")
    assert ledger.pairs().left_out["condition_failed"] == 1


# --- settling ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["annulled", "ambiguous", "condition failed"])
def test_a_question_that_ends_without_an_outcome_is_never_scored(
    ledger: Ledger, status: str
) -> None:
    """Annulled, ambiguous and condition failed are counted and left out."""
    log(ledger, "Rain on Sunday?")
    log(ledger, "Snow on Sunday?")
    settle(ledger, "q1", None, status=status)
    settle(ledger, "q2")
    pairs = ledger.pairs()
    assert pairs.question.tolist() == ["q2"]
    assert pairs.left_out[status.replace(" ", "_")] == 1
    assert sum(pairs.left_out.values()) == 1


@pytest.mark.parametrize(
    "resolution",
    [
        {"outcome": "yes", "status": "annulled", "known": NOW},
        {"status": "resolved", "known": NOW},
        {"outcome": "perhaps", "known": NOW},
        {"outcome": "yes", "known": "yesterday"},
        {"outcome": "yes", "known": NOW + 3 * DAY},
        {"outcome": "yes", "known": NOW, "certainty": 1},
        {"outcome": "yes", "known": NOW, "evidence": [{"source": "nowhere", "quote": "it rained"}]},
    ],
)
def test_a_wrong_resolution_is_refused(ledger: Ledger, resolution: dict[str, Any]) -> None:
    """A resolution has an outcome or ends without, a time that has come, known sources."""
    log(ledger, "Rain on Sunday?")
    before = rows(ledger)
    with pytest.raises(DataError):
        ledger.resolve("q1", resolution, recorded=NOW)
    assert rows(ledger) == before
    assert ledger.question("q1").settled.status == "open"


def test_settling_otherwise_needs_a_reason(ledger: Ledger) -> None:
    """A changed resolution is a new row that supersedes, with a reason; the old one stays."""
    log(ledger, "Rain on Sunday?", said(0.7))
    settle(ledger, "q1", "yes", at=NOW + DAY)
    before = rows(ledger)
    for change in ({"outcome": "no"}, {"known": NOW}, {"outcome": None, "status": "annulled"}):
        with pytest.raises(DataError, match="settled; to change that"):
            ledger.resolve("q1", {"outcome": "yes", "known": NOW + DAY, **change},
                           recorded=NOW + 2 * DAY)  # fmt: skip
    assert rows(ledger) == before
    settle(ledger, "q1", "no", at=NOW + 2 * DAY, reason="the gauge was broken")
    kept = ledger.question("q1")
    assert kept.settled.outcome == "no"
    assert [(r.resolution.outcome, r.reason) for r in kept.resolutions] == [
        ("yes", None),
        ("no", "the gauge was broken"),
    ]
    assert score(ledger.pairs()).brier == pytest.approx(0.49)
    entries = select(ledger.place.url, "SELECT supersedes, reason FROM entry ORDER BY id DESC")
    assert entries[0] == (kept.resolutions[0].entry, "the gauge was broken")


def test_settling_in_the_same_way_changes_nothing(ledger: Ledger) -> None:
    """The same resolution twice is one."""
    log(ledger, "Rain on Sunday?")
    assert settle(ledger, "q1", "yes", known="2026-11-21") is True
    before = rows(ledger)
    assert settle(ledger, "q1", "Y", known="2026-11-21", at=NOW + 5 * DAY) is False
    assert rows(ledger) == before


def test_more_evidence_for_the_same_outcome_needs_no_reason(ledger: Ledger) -> None:
    """The same outcome may be recorded again with more evidence."""
    log(ledger, "Rain on Sunday?")
    settle(ledger, "q1", "yes", known="2026-11-21")
    source = make(Dossier, {"source": {"name": "gauge"}}).source
    evidence = [{"source": "gauge", "quote": "4 mm"}]
    resolution = {"outcome": "yes", "known": "2026-11-21", "evidence": evidence}
    assert ledger.resolve("q1", resolution, recorded=NOW + DAY, source=source)
    kept = ledger.question("q1").resolutions
    assert [len(item.resolution.evidence) for item in kept] == [0, 1]
    assert kept[1].resolution.evidence[0].quote == "4 mm"


# --- dossiers ------------------------------------------------------------------------------------


def seed(name: str) -> Dossier:
    """A dossier of the seeds."""
    return read(ROOT / "seeds" / f"{name}.dossier.yaml").dossier


@pytest.fixture
def seeded(ledger: Ledger) -> Ledger:
    """A ledger with both seeds."""
    for name in SEEDS:
        assert ledger.add(seed(name), recorded=NOW)
    return ledger


def test_adding_the_same_dossier_twice_changes_nothing(seeded: Ledger) -> None:
    """Both seeds, again and in any order: not one row more."""
    before = rows(seeded)
    for name in (*reversed(SEEDS), *SEEDS):
        added = seeded.add(seed(name), recorded=NOW + 30 * DAY)
        assert not added
        assert set(vars(added).values()) == {0}
    assert rows(seeded) == before


def test_adding_a_dossier_again_does_not_undo_a_later_resolution(seeded: Ledger) -> None:
    """What was settled otherwise since, with a reason, stays so."""
    settle(seeded, "conventional-war", "no", reason="not on three separate days")
    before = rows(seeded)
    for name in SEEDS:
        assert not seeded.add(seed(name), recorded=NOW + 2 * DAY)
    assert rows(seeded) == before
    assert seeded.question("conventional-war").settled.outcome == "no"


TWICE = {
    "plain": "questions: [{id: a, title: A?}]",
    "outcome of a condition": "questions: [{id: a, title: A?}, {id: b, title: B?, condition: "
    "{question: a, outcome: Y}}]",
    "outcome of a condition on options": "questions: [{id: a, title: A?, kind: options, options: "
    "[x, y]}, {id: b, title: B?, condition: {question: a, outcome: X}}]",
    "condition after": "questions: [{id: b, title: B?, condition: {question: a}}, "
    "{id: a, title: A?}]",
    "condition in words": "questions: [{id: a, title: A?, condition: if so}]",
    "condition in words, denied": "questions: [{id: a, title: A?, condition: {text: if so, "
    "outcome: no}}]",
    "tags out of order": "questions: [{id: a, title: A?, tags: [z, b]}]",
    "a time with a zone": "questions: [{id: a, title: A?, resolve_by: '2026-12-01T10:00+02:00'}]",
    "quantity": "questions: [{id: a, title: A?, kind: quantity}]\n"
    "forecasts: [{question: a, analyst: x, made: 2026-03-02, quantiles: {10%: 1, '0.5': 2.50}}]\n"
    "resolutions: [{question: a, outcome: 2, known: 2026-03-03}]",
    "date": "questions: [{id: a, title: A?, kind: date}]\n"
    "forecasts: [{question: a, analyst: x, made: 2026-03-02, quantiles: {50%: 2026-04-01}}]\n"
    "resolutions: [{question: a, outcome: 2026-03-03, known: 2026-03-03}]",
    "options": "questions: [{id: a, title: A?, kind: ordered, options: [low, high]}]\n"
    "forecasts: [{question: a, analyst: x, made: 2026-03-02, probabilities: {high: 1/3, "
    "low: '2/3'}, low: {high: 10%, low: 10%}}]\n"
    "resolutions: [{question: a, outcome: HIGH, known: 2026-03-03}]",
    "words": "questions: [{id: a, title: A?}]\nforecasts: [{question: a, analyst: x, made: "
    "2026-03-02, probability: 2/3, low: 0.1, phrase: likely, passage: {quote: is likely}}]\n"
    "resolutions: [{question: a, outcome: true, known: 2026-03-03, by: y, note: n, evidence: "
    "[{source: s, quote: so it was}, {source: s, start: 1, end: 4, sha256: " + "a" * 64 + "}]}]",
    "unscorable": "questions: [{id: a, title: A?}]\nforecasts: [{question: a, analyst: x, made: "
    "2026-03-02, phrase: may, scorable: false}]",
}


@pytest.mark.parametrize("content", TWICE.values(), ids=TWICE.keys())
def test_any_dossier_twice_is_the_same_as_once(ledger: Ledger, content: str) -> None:
    """However a value is spelt in a dossier, adding it again changes nothing."""
    dossier = loads(f"tracker: dossier/1\nsource: {{name: s}}\n{content}\n").dossier
    assert ledger.add(dossier, recorded=NOW)
    before = rows(ledger)
    assert not ledger.add(dossier, recorded=NOW + DAY)
    assert rows(ledger) == before


CONFLICT = """
tracker: dossier/1
source: {name: prewar-essay, title: Another title, published: 2026-02-27}
questions:
  - {id: conventional-war, title: Another question?}
  - {id: new, title: New?, condition: {question: nowhere}}
  - {id: newer, title: Newer?, condition: {question: conventional-war, outcome: perhaps}}
  - {id: fine, title: Fine?}
forecasts:
  - {question: fine, analyst: x, made: 2026-03-02, probability: 0.5}
  - {question: missing, analyst: x, made: 2026-03-02, probability: 0.5}
  - {question: iran-answer, analyst: x, made: 2026-03-02, probability: 0.5}
  - {question: fine, analyst: x, made: 2030-03-02, probability: 0.5}
resolutions:
  - {question: conventional-war, outcome: no, known: 2026-03-02}
  - {question: absent, outcome: no, known: 2026-03-02}
  - {question: fine, outcome: no, known: 2030-03-02}
  - {question: fine, outcome: sometimes, known: 2026-03-02}
  - {question: fine, outcome: yes, known: 2026-03-02, evidence: [{source: unread, quote: so}]}
"""


def test_a_conflicting_dossier_is_refused_whole_with_every_problem(seeded: Ledger) -> None:
    """One problem is enough for nothing to be written, and all of them are named."""
    before = rows(seeded)
    with pytest.raises(DataError) as refused:
        seeded.add(loads(CONFLICT).dossier, recorded=NOW)
    assert rows(seeded) == before
    assert {
        "source.title",
        "questions[0].title",
        "questions[1].condition.question",
        "questions[2].condition.outcome",
        "forecasts[1].question",
        "forecasts[2].probability",
        "forecasts[3].made",
        "resolutions[0].outcome",
        "resolutions[1].question",
        "resolutions[2].known",
        "resolutions[3].outcome",
        "resolutions[4].evidence[0].source",
    } <= problems(refused)
    assert "nothing was written" in str(refused.value)
    assert "fine" not in {question.question.id for question in seeded.questions()}


A, B = "{id: a, title: A?", "{id: b, title: B?"
CIRCLE = "questions[0].condition"


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (f"{A}}}, {A}}}", "questions[1].id"),
        (f"{A}, condition: {{question: b}}}}, {B}, condition: {{question: a}}}}", CIRCLE),
        (f"{A}, condition: {{question: a}}}}", CIRCLE),
    ],
)
def test_questions_that_cannot_be_told_apart_or_hang_on_themselves(
    ledger: Ledger, content: str, key: str
) -> None:
    """An id twice and a circle of conditions are refused."""
    text = f"tracker: dossier/1\nsource: {{name: s}}\nquestions: [{content}]\n"
    before = rows(ledger)
    with pytest.raises(DataError) as refused:
        ledger.add(loads(text).dossier, recorded=NOW)
    assert key in problems(refused)
    assert rows(ledger) == before


def test_a_dossier_that_contradicts_itself_is_refused(ledger: Ledger) -> None:
    """Two outcomes of one question in one dossier are a conflict."""
    text = """
tracker: dossier/1
source: {name: s}
questions: [{id: a, title: A?}]
resolutions:
  - {question: a, outcome: yes, known: 2026-03-02}
  - {question: a, outcome: no, known: 2026-03-02}
"""
    with pytest.raises(DataError) as refused:
        ledger.add(loads(text).dossier, recorded=NOW)
    assert problems(refused) == {"resolutions[1].outcome"}
    assert rows(ledger)["entry"] == 0


# --- two clocks ----------------------------------------------------------------------------------


@pytest.fixture
def history(ledger: Ledger) -> Ledger:
    """A question with two forecasts and an outcome, recorded on three days."""
    log(ledger, "Rain on Sunday?", said(0.6), at=NOW)
    log(ledger, "q1", said(0.9), at=NOW + 2 * DAY)
    settle(ledger, "q1", "yes", at=NOW + 4 * DAY)
    log(ledger, "Another question", said(0.2, "ben"), at=NOW + 6 * DAY)
    return ledger


@pytest.mark.parametrize(
    ("as_of", "questions", "forecasts", "status"),
    [
        ("2026-11-21", 1, 1, "open"),
        ("2026-11-22", 1, 1, "open"),
        ("2026-11-23T11:59:59Z", 1, 1, "open"),
        ("2026-11-23T12:00:00Z", 1, 2, "open"),
        ("2026-11-24", 1, 2, "open"),
        ("2026-11-25", 1, 2, "resolved"),
        ("2026-11-30", 2, 2, "resolved"),
    ],
)
def test_as_of_shows_the_past(
    history: Ledger, as_of: str, questions: int, forecasts: int, status: str
) -> None:
    """What was recorded later does not exist."""
    kept = history.questions(as_of=as_of)
    assert len(kept) == questions
    assert len(kept[0].forecasts) == forecasts
    assert kept[0].settled.status == status
    assert history.question("q1", as_of=as_of) == kept[0]
    assert len(history.pairs(as_of=as_of)) == (forecasts if status == "resolved" else 0)


def test_before_the_first_entry_there_is_nothing(history: Ledger) -> None:
    """As of the day before the first forecast the ledger is empty."""
    assert history.questions(as_of="2026-11-20") == []
    assert len(history.pairs(as_of="2026-11-20")) == 0
    with pytest.raises(UnknownIdError):
        history.question("q1", as_of="2026-11-20")
    with pytest.raises(UnknownIdError, match="ben"):
        history.pairs(as_of="2026-11-24", analyst="ben")


def test_as_of_shows_the_outcome_that_stood_then(history: Ledger) -> None:
    """A resolution that was changed since shows as it was."""
    settle(history, "q1", "no", at=NOW + 8 * DAY, reason="the gauge was broken")
    assert history.question("q1", as_of="2026-11-25").settled.outcome == "yes"
    assert history.question("q1").settled.outcome == "no"


def test_what_is_entered_late_is_marked_and_can_be_left_out(ledger: Ledger) -> None:
    """A forecast recorded after the outcome was known counts, marked; prospective drops it."""
    log(ledger, "Rain on Sunday?", said(0.6), at=NOW)
    log(ledger, "q1", said(0.9, "ben", made="2026-11-20"), at=NOW + 5 * DAY)
    settle(ledger, "q1", "yes", known="2026-11-23", at=NOW + 6 * DAY)
    pairs = ledger.pairs()
    assert dict(zip(pairs.analyst.tolist(), pairs.late.tolist(), strict=True)) == {
        "ana": False,
        "ben": True,
    }
    assert ledger.pairs(prospective=True).analyst.tolist() == ["ana"]


@pytest.mark.parametrize(
    ("made", "known", "counts"),
    [
        ("2026-11-20", "2026-11-21", True),
        ("2026-11-21", "2026-11-21", True),  # the hours are not known: the day is given the doubt
        ("2026-11-21T10:00:00Z", "2026-11-21", True),
        ("2026-11-21", "2026-11-21T10:00:00Z", True),
        ("2026-11-21T09:59:59Z", "2026-11-21T10:00:00Z", True),
        ("2026-11-21T10:00:01Z", "2026-11-21T10:00:00Z", False),
        ("2026-11-22", "2026-11-21", False),
        ("2026-11-22T00:00:00Z", "2026-11-21", False),
    ],
)
def test_a_forecast_made_after_the_outcome_was_known_never_counts(
    ledger: Ledger, made: str, known: str, *, counts: bool
) -> None:
    """One made on the day the outcome became known does, unless the times say otherwise."""
    at = NOW + 3 * DAY
    log(ledger, "Rain on Sunday?", said(0.9, made=made), at=at)
    settle(ledger, "q1", "yes", known=known, at=at)
    for counting in ("time-weighted", "last", "first", "lead:0"):
        pairs = count(ledger.pairs(), counting)
        assert len(pairs) == counts
        assert pairs.left_out["after_known"] == (not counts)


@pytest.mark.parametrize("known", ["made", "known"])
def test_where_it_is_tomorrow_already_a_day_has_come(ledger: Ledger, known: str) -> None:
    """At noon in London it is tomorrow on the date line: that day is not from the future."""
    log(ledger, "Rain on Sunday?", said(0.7, made="2026-11-22" if known == "made" else NOW))
    settle(ledger, "q1", at=NOW, known="2026-11-22" if known == "known" else NOW)
    assert ledger.question("q1").settled.status == "resolved"


@pytest.mark.parametrize(
    "made", ["2026-11-23", "2026-11-24", "2027-01-01", NOW + DAY, NOW + timedelta(hours=2)]
)
def test_a_forecast_from_the_future_is_refused(ledger: Ledger, made: object) -> None:
    """Nobody has said yet what is dated after tomorrow; an instant has come everywhere or not."""
    before = rows(ledger)
    with pytest.raises(DataError, match="a time that has come") as refused:
        log(ledger, "Rain on Sunday?", said(0.7, made=made))
    assert problems(refused) == {"forecast.made"}
    assert rows(ledger) == before


@pytest.mark.parametrize("recorded", [0, 5.5, -8])
def test_the_ledgers_clock_is_utc_whatever_zone_it_is_told_in(
    ledger: Ledger, recorded: float
) -> None:
    """An instant told in another zone is the same instant."""
    elsewhere = NOW.astimezone(timezone(timedelta(hours=recorded)))
    log(ledger, "Rain on Sunday?", said(), at=elsewhere)
    ledger.withdraw("q1", "ana", recorded=elsewhere + timedelta(hours=1))
    kept = ledger.question("q1")
    assert kept.forecasts[0].made == "2026-11-21T12:00:00Z"
    assert kept.forecasts[0].recorded.startswith("2026-11-21T12:00:00")
    assert kept.forecasts[1].made == "2026-11-21T13:00:00Z"


def test_an_instant_without_a_zone_is_refused(ledger: Ledger) -> None:
    """A clock that does not say its zone is no clock."""
    naive = NOW.replace(tzinfo=None)
    before = rows(ledger)
    with pytest.raises((UnexpectedError, DataError)):
        ledger.add(seed("prewar-essay"), recorded=naive)
    assert rows(ledger) == before


# --- filters -------------------------------------------------------------------------------------


@pytest.fixture
def several(ledger: Ledger) -> Ledger:
    """Three questions with tags, two analysts, two sources."""
    log(ledger, "Rain on Sunday?", said(0.6, made="2026-11-02"), tags=["weather", "sunday"])
    log(ledger, "q1", said(0.7, "ben", made="2026-11-05"))
    log(ledger, "Snow on Monday?", said(0.2, made="2026-11-10T08:00:00Z"), tags=["weather"])
    for name, made in (("letter", "2026-11-12"), ("speech", "2026-11-14")):
        forecast = {"question": "q3", "analyst": "carla", "made": made, "probability": 0.4}
        content = {
            "source": {"name": name},
            "questions": [{"id": "q3", "title": "A deal?", "tags": ["politics"]}],
            "forecasts": [forecast],
        }
        ledger.add(make(Dossier, content), recorded=NOW)
    for question in ("q1", "q2", "q3"):
        settle(ledger, question)
    return ledger


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "ana:q1 ben:q1 ana:q2 carla:q3 carla:q3"),
        ({"analyst": "ana"}, "ana:q1 ana:q2"),
        ({"tag": "weather"}, "ana:q1 ben:q1 ana:q2"),
        ({"tag": "weather", "analyst": "ben"}, "ben:q1"),
        ({"source": "speech"}, "carla:q3"),
        ({"question": "q1"}, "ana:q1 ben:q1"),
        ({"since": "2026-11-05"}, "ben:q1 ana:q2 carla:q3 carla:q3"),
        ({"until": "2026-11-05"}, "ana:q1 ben:q1"),
        ({"since": "2026-11-10", "until": "2026-11-10"}, "ana:q2"),
        ({"since": "2026-11-10T08:00:00Z", "until": "2026-11-10T08:00:00Z"}, "ana:q2"),
        ({"since": "2026-11-10T08:00:01Z", "until": "2026-11-11"}, ""),
        ({"analyst": "ben", "tag": "politics"}, ""),
    ],
)
def test_filters_choose_forecasts(several: Ledger, filters: dict[str, Any], expected: str) -> None:
    """Filters hold for the pairs and for the histories alike, and together."""
    pairs = several.pairs(**filters)
    found = [f"{a}:{q}" for a, q in zip(pairs.analyst, pairs.question, strict=True)]
    assert found == expected.split()
    kept = [
        f"{forecast.analyst}:{question.question.id}"
        for question in several.questions(**filters)
        for forecast in question.forecasts
    ]
    assert kept == expected.split()


@pytest.mark.parametrize("name", ["analyst", "tag", "source", "question"])
def test_a_filter_for_what_is_not_there_is_refused(several: Ledger, name: str) -> None:
    """A name that nobody has is a slip of the pen, not an empty answer."""
    for read_by in (several.pairs, several.questions):
        with pytest.raises(UnknownIdError, match=f"no {name} 'nobody'"):
            read_by(**{name: "nobody"})


def test_since_and_until_see_parts_of_a_second(ledger: Ledger) -> None:
    """Half a second after the bound is after it."""
    log(ledger, "Rain on Sunday?", at=NOW + timedelta(milliseconds=500))
    bound = "2026-11-21T12:00:00Z"
    assert len(ledger.questions(since=bound)) == 1
    assert ledger.questions(until=bound) == []


# --- holding, withdrawing ------------------------------------------------------------------------


def test_a_forecast_counts_as_long_as_it_was_held(ledger: Ledger) -> None:
    """Two thirds of the time at 60 %, one third at 90 %, and the parts add up."""
    log(ledger, "Rain on Sunday?", said(0.6), at=NOW)
    log(ledger, "q1", said(0.9), at=NOW + 2 * DAY)
    settle(ledger, "q1", "yes", at=NOW + 3 * DAY)
    holdings = explain(ledger.pairs())
    assert [h.weight for h in holdings] == pytest.approx([2 / 3, 1 / 3])
    assert sum(h.cost for h in holdings) == pytest.approx(2 / 3 * 0.16 + 1 / 3 * 0.01)
    assert score(ledger.pairs()).brier == pytest.approx(sum(h.cost for h in holdings))


def test_a_withdrawn_forecast_is_held_no_longer(ledger: Ledger) -> None:
    """A withdrawal ends the holding; what comes after it begins anew."""
    log(ledger, "Rain on Sunday?", said(0.6), at=NOW)
    entry = ledger.withdraw("q1", "ana", recorded=NOW + DAY, reason="I know too little")
    log(ledger, "q1", said(0.9), at=NOW + 3 * DAY)
    settle(ledger, "q1", "yes", at=NOW + 4 * DAY)
    kept = ledger.question("q1").forecasts
    assert [f.forecast is None for f in kept] == [False, True, False]
    assert kept[1].entry == entry
    assert [h.weight for h in explain(ledger.pairs())] == pytest.approx([0.5, 0.5])


def test_only_a_forecast_there_is_can_be_withdrawn(ledger: Ledger) -> None:
    """Who has not forecast has nothing to withdraw."""
    log(ledger, "Rain on Sunday?")
    before = rows(ledger)
    with pytest.raises(LedgerError, match="ben has no forecast on q1"):
        ledger.withdraw("q1", "ben", recorded=NOW)
    assert rows(ledger) == before


def test_a_mind_changed_back_on_the_same_day_is_a_change(ledger: Ledger) -> None:
    """70, 80 and 70 again, all said on one day: the last holds, it is no repetition."""
    for probability in (0.7, 0.8, 0.7):
        log(ledger, "Rain on Sunday?", said(probability, made="2026-11-20"))
    settle(ledger, "q1", "yes")
    assert score(ledger.pairs(), counting="last").brier == pytest.approx(0.09)


# --- exactness -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_as", "kept"),
    [
        (0.1 + 0.2, 300_000_000),
        ("1/3", 333_333_333),
        ("70%", 700_000_000),
        ("7/10", 700_000_000),
        (0.7, 700_000_000),
        ("0.123456789", 123_456_789),
        (1e-9, 1),
        (1 - 1e-9, 999_999_999),
        (0, 0),
        (1, 1_000_000_000),
    ],
)
def test_probabilities_are_kept_to_the_billionth(
    ledger: Ledger, given_as: object, kept: int
) -> None:
    """Equal forecasts are equal rows, however they were written."""
    log(ledger, "Rain on Sunday?", said(given_as))
    assert select(ledger.place.url, "SELECT probability FROM forecast") == [(kept,)]
    forecast = ledger.question("q1").forecasts[0].forecast
    assert forecast is not None
    assert forecast.probability == kept / 1_000_000_000


@pytest.mark.parametrize("wrong", [1e-10, 1 - 1e-10, 1.1, -0.1, "70", 70, "nan", float("nan"), "?"])
def test_what_is_no_probability_is_refused(ledger: Ledger, wrong: object) -> None:
    """Outside 0 to 1, and where rounding would make a certainty of a chance."""
    before = rows(ledger)
    with pytest.raises(DataError):
        log(ledger, "Rain on Sunday?", said(wrong))
    assert rows(ledger) == before


@how(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 1_000_000_000), min_size=1, max_size=20, unique=True))
def test_every_billionth_comes_back(places: Places, levels: list[int]) -> None:
    """Any probability in billionths goes in, comes out and is paired without loss."""
    forecasts = [
        {"question": "a", "analyst": f"x{n}", "made": "2026-03-01", "probability": level / 10**9}
        for n, level in enumerate(levels)
    ]
    content = {
        "source": {"name": "s"},
        "questions": [{"id": "a", "title": "A?"}],
        "forecasts": forecasts,
        "resolutions": [{"question": "a", "outcome": "yes", "known": "2026-03-02"}],
    }
    with places.lent(places.empty) as place, Ledger.open(place) as ledger:
        ledger.add(make(Dossier, content), recorded=NOW)
        kept = ledger.question("a").forecasts
        found = ledger.pairs().probability.tolist()
    assert [k.forecast.probability for k in kept if k.forecast] == [n / 10**9 for n in levels]
    assert found == [n / 10**9 for n in levels]


@how(max_examples=60, deadline=None)
@given(
    st.sampled_from(["title", "criteria", "unit", "tag", "analyst", "phrase", "rationale"]),
    st.text(max_size=8) | st.text(" \t\n\u00a0\u200b\u3000\x1c", max_size=3),
)
def test_any_text_comes_back_or_is_refused(places: Places, name: str, text: str) -> None:
    """What the ledger takes it can read again: no text makes it unreadable."""
    question: dict[str, Any] = {"id": "a", "title": "A?"}
    forecast = {"question": "a", "analyst": "ana", "made": "2026-03-01", "probability": 0.5}
    if name in {"title", "criteria", "unit"}:
        question[name] = text
    elif name == "tag":
        question["tags"] = [text]
    else:
        forecast[name] = text
    with places.lent(places.empty) as place, Ledger.open(place) as ledger:
        content = {"source": {"name": "s"}, "questions": [question], "forecasts": [forecast]}
        try:
            dossier = make(Dossier, content)
        except DataError:
            return
        ledger.add(dossier, recorded=NOW)
        kept = ledger.question("a")
        assert kept.question == dossier.questions[0]
        assert kept.forecasts[0].forecast == dossier.forecasts[0]


# --- opening -------------------------------------------------------------------------------------


def test_reading_starts_no_ledger(empty_place: str) -> None:
    """Without ``create`` a ledger that is not there stays so."""
    name = Path(empty_place.partition("?")[0]).name
    with pytest.raises(NoLedgerError, match=re.escape(name)):
        Ledger.open(empty_place)
    if "://" in empty_place:
        assert counts(empty_place) == {}
    else:
        assert list(Path(empty_place).parent.iterdir()) == []


def test_a_ledger_opened_for_reading_is_not_written(ledger: Ledger) -> None:
    """Opened for reading only, it refuses every way of recording."""
    log(ledger, "Rain on Sunday?")
    before = rows(ledger)
    with Ledger.open(ledger.place.url, writable=False) as reading:
        assert len(reading.questions()) == 1
        for write in (
            lambda: log(reading, "q1"),
            lambda: settle(reading, "q1"),
            lambda: reading.withdraw("q1", "ana", recorded=NOW),
            lambda: reading.add(seed("prewar-essay"), recorded=NOW),
        ):
            with pytest.raises(LedgerError, match="for reading only"):
                write()
    assert rows(ledger) == before


# --- many at once --------------------------------------------------------------------------------

MANY = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from tracker import Ledger
place, folder, me, processes, logs = sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:])
now = datetime(2026, 11, 21, tzinfo=UTC)
(folder / f"ready-{me}").touch()
while len(list(folder.glob("ready-*"))) < processes:
    time.sleep(0.001)
with Ledger.open(place) as ledger:
    for number in range(logs):
        title = "What all ask?" if number == 0 else f"Question {number} of process {me}?"
        said = {"analyst": f"analyst {me % 2}", "probability": (me * logs + number) / 100}
        logged = ledger.log(title, said, recorded=now)
        print(logged.question.question.id, logged.entry)
"""


def test_many_processes_logging_at_once_lose_and_double_nothing(
    ledger: Ledger, tmp_path: Path
) -> None:
    """Eight processes log ten forecasts each: every one is there, once, and ids are unique."""
    processes, logs = 8, 10
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    words = [ledger.place.url, str(tmp_path)]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", MANY, *words, str(me), str(processes), str(logs)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for me in range(processes)
    ]
    done = [process.communicate(timeout=100) for process in started]
    assert [process.returncode for process in started] == [0] * processes, done
    acknowledged = [line.split() for out, _ in done for line in out.splitlines()]
    kept = ledger.questions()
    questions = 1 + processes * (logs - 1)
    assert [q.question.id for q in kept] == [f"q{n}" for n in range(1, questions + 1)]
    found = [
        (q.question.id, str(f.entry), f.forecast.probability)
        for q in kept
        for f in q.forecasts
        if f.forecast
    ]
    assert sorted((key, entry) for key, entry, _ in found) == sorted(map(tuple, acknowledged))
    assert sorted(p for _, _, p in found if p is not None) == [
        n / 100 for n in range(processes * logs)
    ]
    assert len({entry for _, entry, _ in found}) == processes * logs
    shared = next(q for q in kept if q.question.title == "What all ask?")
    assert len(shared.forecasts) == processes
    assert ledger.counts() == {
        "analyst": 2,
        "source": 0,
        "question": questions,
        "forecast": processes * logs,
        "resolution": 0,
        "lesson": 0,
        "entry": 2 + questions + processes * logs,
    }
