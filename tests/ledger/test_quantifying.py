"""Numbers and dates from the ledger: what is matched with its outcome, and what is left out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import NOW
from hypothesis import given
from hypothesis import strategies as st
from strategies import moments

from tracker import Ledger
from tracker.ledger.quantifying import days
from tracker.scoring.quantity_card import (
    count_quantities,
    crps_scores,
    explain_quantities,
    quantity_cards,
)
from tracker.values import begins

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = timedelta(days=1)
BARREL = {0.1: 60, 0.5: "72.5", 0.9: 85}


@pytest.fixture
def ledger(place: str) -> Iterator[Ledger]:
    """An empty ledger."""
    with Ledger.open(place) as opened:
        yield opened


def ask(ledger: Ledger, title: str, quantiles: dict[Any, Any], **more: Any) -> str:
    """Log quantiles; the id of the question. ``more`` goes to the forecast or the question."""
    of_forecast = ("analyst", "made", "scorable", "phrase")
    forecast = {"analyst": "ana", "made": "2026-11-01", "quantiles": quantiles or None}
    forecast |= {name: more.pop(name) for name in of_forecast if name in more}
    at = more.pop("at", NOW)
    return ledger.log(title, forecast, recorded=at, question=more).question.question.id


def settle(ledger: Ledger, question: str, outcome: str | None, known: str, **more: Any) -> None:
    """Settle a question."""
    ledger.resolve(question, {"outcome": outcome, "known": known, **more}, recorded=NOW + 30 * DAY)


def barrel(ledger: Ledger, **more: Any) -> str:
    """A forecast of the price of a barrel."""
    return ask(ledger, "What will a barrel cost?", BARREL, kind="quantity", unit="USD", **more)


def opening(ledger: Ledger, quantiles: dict[Any, Any] | None = None, **more: Any) -> str:
    """A forecast of a day."""
    said = {"25%": "2026-12-01", "75%": "2027-02-01"} if quantiles is None else quantiles
    return ask(ledger, "When will it open?", said, kind="date", **more)


def test_a_settled_quantity_is_matched_with_its_outcome(ledger: Ledger) -> None:
    """Levels, values, outcome and unit; who said it when, and under which labels."""
    key = barrel(ledger, tags=["oil"])
    settle(ledger, key, "80", "2026-12-01")
    found = ledger.quantities()
    assert (found.levels.tolist(), found.values.tolist()) == ([(0.1, 0.5, 0.9)], [(60, 72.5, 85)])
    assert (found.outcome.tolist(), found.unit.tolist()) == ([80.0], ["USD"])
    assert (found.kind.tolist(), found.question.tolist()) == (["quantity"], [key])
    assert (found.analyst.tolist(), found.late.tolist()) == (["ana"], [False])
    assert found.labels["tag"].tolist() == [("oil",)]
    assert found.labels["lead"].tolist() == ["1 to 3 months"]
    assert found.made is not None
    assert found.made.tolist() == [begins("2026-11-01").replace(tzinfo=None)]
    assert ledger.pairs().left_out["quantities"] == 1


def test_the_entry_of_the_forecast_is_kept(ledger: Ledger) -> None:
    """By it a score is laid beside the forecast it belongs to."""
    key = barrel(ledger)
    barrel(ledger, analyst="ben")
    settle(ledger, key, "80", "2026-12-01")
    entries = [kept.entry for kept in ledger.question(key).forecasts]
    assert ledger.quantities().forecast.tolist() == entries
    assert [one.forecast for one in explain_quantities(ledger.quantities())] == entries


def test_dates_are_days_since_1970(ledger: Ledger) -> None:
    """The distance of two dates is a number of days."""
    settle(ledger, opening(ledger), "2026-12-11", "2026-12-12")
    found = ledger.quantities()
    assert (found.kind.tolist(), found.unit.tolist()) == (["date"], ["days"])
    ((low, high),) = found.values
    assert (high - low, found.outcome[0] - low) == (62, 10)
    assert low == (date(2026, 12, 1) - date(1970, 1, 1)).days


def test_what_has_no_unit_says_so(ledger: Ledger) -> None:
    """A number without a unit has an empty one."""
    key = ask(ledger, "How many will come?", {0.5: 3}, kind="quantity")
    settle(ledger, key, "4", "2026-12-01")
    assert ledger.quantities().unit.tolist() == [""]


def test_other_kinds_are_not_among_them(ledger: Ledger) -> None:
    """A yes/no question is neither matched nor left out; pairs have it."""
    log = ledger.log("Rain on Sunday?", {"analyst": "ana", "probability": 0.7}, recorded=NOW)
    ledger.log("Snow on Monday?", {"analyst": "ana", "probability": 0.7}, recorded=NOW)
    settle(ledger, log.question.question.id, "yes", "2026-12-01")
    found = ledger.quantities()
    assert len(found) == 0
    assert set(found.left_out.values()) == {0}
    assert ledger.pairs().left_out["open"] == 1
    assert quantity_cards(count_quantities(found)) == ()


def test_questions_without_an_outcome_are_counted(ledger: Ledger) -> None:
    """By how they ended; open ones too."""
    statuses = ("annulled", "ambiguous", "condition failed")
    titles = [f"How many of these are {status}?" for status in statuses]
    keys = [ask(ledger, title, {0.5: 1}, kind="quantity") for title in titles]
    opening(ledger)
    for key, status in zip(keys, statuses, strict=True):
        settle(ledger, key, None, "2026-12-01", status=status)
    found = ledger.quantities()
    assert len(found) == 0
    ended = {"open": 1, "annulled": 1, "ambiguous": 1, "condition_failed": 1}
    assert found.left_out == {**ended, "after_known": 0, "unscorable": 0, "late": 0}


def test_withdrawn_unscorable_and_late_forecasts(ledger: Ledger) -> None:
    """A withdrawal ends what was said; what commits to nothing is counted; late ones are marked."""
    key = barrel(ledger)
    ask(ledger, key, {}, made="2026-11-03", scorable=False, phrase="dear")
    ledger.withdraw(key, "ana", recorded=NOW)
    barrel(ledger, analyst="ben", at=NOW + 20 * DAY)
    settle(ledger, key, "80", "2026-12-01")
    found = ledger.quantities()
    assert found.analyst.tolist() == ["ana", "ben"]
    assert found.ended is not None
    assert found.ended[0] == np.datetime64(NOW.replace(tzinfo=None))
    assert found.late.tolist() == [False, True]
    assert (found.left_out["unscorable"], found.left_out["late"]) == (1, 0)
    prospective = ledger.quantities(prospective=True)
    assert prospective.analyst.tolist() == ["ana"]
    assert prospective.left_out["late"] == 1


def test_a_forecast_after_the_fact_does_not_count(ledger: Ledger) -> None:
    """What was made after the outcome was known has no weight, and is counted as such."""
    key = barrel(ledger)
    barrel(ledger, made="2026-11-20")
    settle(ledger, key, "80", "2026-11-10")
    counted = count_quantities(ledger.quantities())
    assert (len(counted), counted.left_out["after_known"]) == (1, 1)
    (card,) = quantity_cards(counted)
    assert (card.forecasts, card.questions, card.unit) == (1, 1, "USD")


def test_filters_are_those_of_pairs(ledger: Ledger) -> None:
    """Analyst, question, tag, and when a forecast was made; an unknown name is refused."""
    first = barrel(ledger, tags=["oil"])
    barrel(ledger, analyst="ben", made="2026-11-05")
    second = opening(ledger)
    settle(ledger, first, "80", "2026-12-01")
    settle(ledger, second, "2026-12-11", "2026-12-12")

    def asked(**filters: Any) -> list[tuple[str, str]]:
        found = ledger.quantities(**filters)
        return list(zip(found.question.tolist(), found.analyst.tolist(), strict=True))

    assert asked() == [(first, "ana"), (first, "ben"), (second, "ana")]
    assert asked(analyst="ben") == [(first, "ben")]
    assert asked(question=second) == [(second, "ana")]
    assert asked(tag="oil") == [(first, "ana"), (first, "ben")]
    assert asked(since="2026-11-02") == [(first, "ben")]
    assert asked(as_of=(NOW + DAY).isoformat()) == []
    assert ledger.quantities(as_of=(NOW + DAY).isoformat()).left_out["open"] == 2
    with pytest.raises(Exception, match="zoe"):
        ledger.quantities(analyst="zoe")


@pytest.mark.parametrize(
    ("said", "came", "off"),
    [
        ("2026-12-01", "2026-12-01", 0),
        ("2026-12-01", "2026-12-01T23:00:00Z", 0),
        ("2026-12-01T01:00:00Z", "2026-12-01", 0),
        ("2026-12-01T06:00:00Z", "2026-12-01T18:00:00Z", 0.5),
        ("2028-02-28", "2028-03-01", 2),
        ("2027-02-28", "2027-03-01", 1),
        ("9999-12-30", "9999-12-31", 1),
        ("0001-01-01", "9999-12-31", (date.max - date.min).days),
        ("1969-07-20", "1970-01-02", 166),
    ],
)
def test_distances_of_dates(said: str, came: str, off: float) -> None:
    """In days; by the hour where all hours are known; over leap years and to the last of years."""
    first, then = days([said, came])
    assert then - first == off


def test_dates_of_every_precision_are_scored(ledger: Ledger) -> None:
    """The last of days, and a day beside an instant, from the ledger to the score."""
    keys = [
        opening(ledger, {0.5: "9999-12-31"}),
        ask(ledger, "When will it close?", {0.5: "2026-12-01T01:00:00Z"}, kind="date"),
    ]
    for key in keys:
        settle(ledger, key, "2026-12-02", "2026-12-03")
    assert crps_scores(ledger.quantities()).tolist() == [
        float((date.max - date(2026, 12, 2)).days),
        1.0,
    ]


def test_numbers_come_back_as_they_were_said(ledger: Ledger) -> None:
    """Negative, huge and equal ones, with levels to the billionth."""
    said: dict[str, dict[Any, Any]] = {
        "-1e300": {0.1: -1e300, 0.5: 0, 0.9: 1e300},
        "-7.25": {0.1: -20, 0.9: -5.5},
        "1": {0.123456789: 1, 0.5: 1, 0.9: 1},
    }
    keys = [ask(ledger, f"Will it be {o}?", q, kind="quantity", unit=o) for o, q in said.items()]
    for key, outcome in zip(keys, said, strict=True):
        settle(ledger, key, outcome, "2026-12-01")
    found = ledger.quantities()
    named = [dict(zip(*both, strict=True)) for both in zip(found.levels, found.values, strict=True)]
    assert named == list(said.values())
    assert found.outcome.tolist() == [float(outcome) for outcome in said]
    cards = {card.unit: card.crps for card in quantity_cards(count_quantities(found))}
    assert cards["1"] == 0
    assert cards["-1e300"] is not None


@given(st.lists(moments, min_size=1, max_size=6))
def test_days_keep_the_order_of_moments(said: list[str]) -> None:
    """What came later is never earlier; whole days where one of them is a whole day."""
    ordered = sorted(said, key=begins)
    found = days(ordered)
    assert found == sorted(found)
    if any(len(moment) == 10 for moment in said):
        ordinals = [begins(moment).date().toordinal() for moment in ordered]
        assert found == [n - date(1970, 1, 1).toordinal() for n in ordinals]


def test_a_card_of_what_the_ledger_holds(ledger: Ledger) -> None:
    """An update counts by the time it was held; dates and dollars have a card each."""
    key = barrel(ledger)
    ask(ledger, key, {0.1: 70, 0.5: 75, 0.9: 80}, made="2026-11-06")
    day = opening(ledger)
    settle(ledger, key, "81", "2026-11-10")
    settle(ledger, day, "2026-12-11", "2026-12-12")
    counted = count_quantities(ledger.quantities())
    assert counted.weight.tolist() == [0.5, 0.5, 1.0]
    dates, dollars = quantity_cards(counted)
    assert (dates.unit, dates.questions, dates.intervals[0].hits) == ("days", 1, 1)
    assert (dollars.unit, dollars.forecasts, dollars.questions) == ("USD", 2, 1)
    assert [one.hits for one in dollars.intervals] == [0.5]
    by_hand = (4.895333333333333 + 4.033333333333333) / 2  # in fractions
    assert dollars.crps == pytest.approx(by_hand, rel=1e-12)
    assert dollars.wis is not None
    assert dollars.wis.value == pytest.approx((4.5 + 10 / 3) / 2, rel=1e-12)
