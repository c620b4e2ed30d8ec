"""Forecasts in a light form say what the full records say."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from conftest import NOW

from tracker import Ledger
from tracker.errors import UnknownIdError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOUR = timedelta(hours=1)


@pytest.fixture
def ledger(held: Path) -> Iterator[Ledger]:
    """A ledger with several rows of every table."""
    with Ledger.open(held) as opened:
        yield opened


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"analyst": "ana"},
        {"source": "essay"},
        {"tag": "weather"},
        {"question": "snow"},
        {"question": ("where", "snow")},
        {"since": "2026-10-02", "until": "2026-10-02"},
        {"prospective": True},
        {"as_of": "2026-11-21T13:30:00Z"},
    ],
)
def test_statements_are_the_forecasts_of_the_questions(
    ledger: Ledger, filters: dict[str, str]
) -> None:
    """Under every filter, field by field."""
    expected = [
        (
            kept.entry,
            question.question.id,
            question.question.kind,
            question.settled.status,
            question.settled.outcome,
            question.settled.known,
            question.question.resolve_by,
            kept.analyst,
            kept.made,
            kept.recorded,
            kept.source,
            kept.forecast.phrase if kept.forecast else None,
            kept.forecast.scorable if kept.forecast else True,
            kept.forecast is None,
            question.is_late(kept),
        )
        for question in ledger.questions(**filters)
        for kept in question.forecasts
    ]
    assert [tuple(one)[:-1] for one in ledger.statements(**filters)] == sorted(expected)
    assert expected


def test_each_forecast_stands_in_one_way(tmp_path: Path) -> None:
    """What counts, what is open or overdue, and what will never count."""
    says = {"analyst": "ana", "probability": 0.7}
    with Ledger.open(tmp_path / "tracker.db", create=True) as ledger:
        for number, by in enumerate((None, "2026-11-22", "2026-11-21", None, None, None)):
            question = {} if by is None else {"resolve_by": by}
            ledger.log(f"Question {number} of six?", says, recorded=NOW, question=question)
        early = {**says, "made": "2026-11-20T12:00:00Z"}
        ledger.log("q1", early, recorded=NOW)
        ledger.resolve("q1", {"outcome": "yes", "known": "2026-11-20"}, recorded=NOW)
        ledger.resolve("q4", {"status": "annulled"}, recorded=NOW + HOUR)
        ledger.resolve("q5", {"status": "ambiguous"}, recorded=NOW + HOUR)
        ledger.withdraw("q6", "ana", recorded=NOW + HOUR)
        found = ledger.statements()
    stands = [(one.question, one.stands(NOW + HOUR)) for one in found]
    assert stands == [
        ("q1", "after known"),
        ("q2", "open"),
        ("q3", "overdue"),
        ("q4", "annulled"),
        ("q5", "ambiguous"),
        ("q6", "open"),
        ("q1", "settled"),
        ("q6", "withdrawal"),
    ]
    assert [one.entry for one in found if one.late] == [found[0].entry, found[6].entry]
    assert Counter(one.stands(NOW + 24 * HOUR) for one in found)["overdue"] == 2


def test_questions_of_several_ids(ledger: Ledger) -> None:
    """As they are one by one, in the order recorded; an id that is not there is told."""
    found = ledger.questions(question=("where", "how-much"))
    assert found == [ledger.question("how-much"), ledger.question("where")]
    assert [one.question.id for one in ledger.questions(question=("where",), tag="weather")] == [
        "where"
    ]
    assert ledger.questions(question=("how-much",), tag="weather") == []
    with pytest.raises(UnknownIdError, match="wher"):
        ledger.questions(question=("how-much", "wher"))


def test_pairs_of_several_questions(ledger: Ledger) -> None:
    """The same as of all, without the others."""
    assert set(ledger.pairs(question=("snow", "where")).question) == {"snow"}
