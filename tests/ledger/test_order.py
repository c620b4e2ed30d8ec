"""What comes after what: clocks that differ, things said at one moment, things said again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW

from tracker import Ledger, score
from tracker.errors import DataError, LedgerError
from tracker.records import Dossier, make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from conftest import Ran

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
RAIN = "Rain on Sunday?"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with one question, q1, and one forecast on it."""
    with Ledger.open(tmp_path / "order.db", create=True) as opened:
        log(opened, 0.3, NOW, RAIN)
        yield opened


def log(ledger: Ledger, probability: float, at: datetime, what: str = "q1") -> None:
    """Log a forecast of ana's."""
    ledger.log(what, {"analyst": "ana", "probability": probability}, recorded=at)


def forecasts(ledger: Ledger) -> list[Any]:
    """The forecasts on the question in order; None is a withdrawal."""
    kept = ledger.question("q1").forecasts
    return [said.forecast and said.forecast.probability for said in kept]


def test_a_clock_a_little_behind_stands_at_the_last_entry(ledger: Ledger) -> None:
    """What is said under it comes last all the same, and an outcome is not known before it."""
    log(ledger, 0.8, NOW - 2 * MINUTE)
    assert forecasts(ledger) == [0.3, 0.8]
    ledger.resolve("q1", {"outcome": "yes"}, recorded=NOW - 3 * MINUTE)
    assert ledger.question("q1").settled.known == "2026-11-21T12:00:00Z"
    assert score(ledger.pairs(), counting="last").brier == pytest.approx(0.04)


def test_a_withdrawal_under_a_clock_a_little_behind_withdraws(ledger: Ledger) -> None:
    """It takes back what was recorded before it."""
    ledger.withdraw("q1", "ana", recorded=NOW - MINUTE)
    assert forecasts(ledger) == [0.3, None]
    ledger.resolve("q1", {"outcome": "yes"}, recorded=NOW + DAY)
    assert score(ledger.pairs()).forecasts == 0


def test_what_was_withdrawn_is_not_withdrawn_again(ledger: Ledger) -> None:
    """Who holds nothing has nothing to withdraw."""
    ledger.withdraw("q1", "ana", recorded=NOW + MINUTE)
    with pytest.raises(LedgerError, match="ana has no forecast on q1"):
        ledger.withdraw("q1", "ana", recorded=NOW + 2 * MINUTE)
    log(ledger, 0.5, NOW + 3 * MINUTE)
    assert ledger.withdraw("q1", "ana", recorded=NOW + 4 * MINUTE)


def test_a_forecast_after_a_withdrawal_of_the_same_moment_is_held(ledger: Ledger) -> None:
    """Of what was said at one moment, what was recorded later is later."""
    ledger.withdraw("q1", "ana", recorded=NOW)
    log(ledger, 0.9, NOW)
    ledger.resolve("q1", {"outcome": "yes"}, recorded=NOW + DAY)
    assert score(ledger.pairs()).brier == pytest.approx(0.01)


def test_settling_as_it_stood_once_needs_a_reason_too(ledger: Ledger) -> None:
    """Whoever settles a question is not told that all is as before where it is not."""
    known = {"known": "2026-11-20"}
    ledger.resolve("q1", {"outcome": "yes", **known}, recorded=NOW)
    ledger.resolve("q1", {"outcome": "no", **known}, recorded=NOW, reason="a wrong gauge")
    with pytest.raises(DataError, match="settled; to change that"):
        ledger.resolve("q1", {"outcome": "yes", **known}, recorded=NOW)
    assert ledger.resolve("q1", {"outcome": "yes", **known}, recorded=NOW, reason="a right one")
    assert ledger.question("q1").settled.outcome == "yes"


def test_a_dossier_can_be_added_again_after_a_tag_was_put_on_its_question(ledger: Ledger) -> None:
    """What was said of the question since is no contradiction; a tag less would be one."""
    asked = {"id": "snow", "title": "Snow?", "tags": ["weather"]}
    dossier = make(Dossier, {"source": {"name": "essay"}, "questions": [asked]})
    assert ledger.add(dossier, recorded=NOW)
    said = {"analyst": "ana", "probability": 0.5}
    ledger.log("snow", said, question={"tags": ["vienna"]}, recorded=NOW)
    assert not ledger.add(dossier, recorded=NOW)
    other = make(Dossier, {"source": {"name": "essay"}, "questions": [{**asked, "tags": ["alps"]}]})
    with pytest.raises(DataError, match="tags"):
        ledger.add(other, recorded=NOW)


def test_due_as_of_a_day_is_due_by_its_end(run: Callable[..., Ran]) -> None:
    """The ledger is seen as the day left it, and so is what was due on it."""
    words = ["--made", "yesterday", "--by", "2026-11-21T10:00Z"]
    assert run("log", RAIN, "-p", "1/2", *words).code == 0
    assert [one["id"] for one in run("due", "--json").json] == ["q1"]
    found = run("due", "--as-of", "2026-11-21", "--json").json
    assert [one["id"] for one in found] == ["q1"]
