"""What ``list`` chooses: the weekly review of what became known, what is overdue, what is mine."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW

from tracker import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]
    Clock = Callable[[datetime], None]

DAY = timedelta(days=1)


def log(ledger: Ledger, what: str, said: Any, **question: Any) -> None:
    """Log a forecast: a probability, or more."""
    given = said if isinstance(said, dict) else {"probability": said}
    ledger.log(what, {"analyst": "ana", **given}, recorded=NOW, question=question)


@pytest.fixture(scope="module")
def a_week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """q1 became known long ago, q2 to q4 this week, q5 long ago though settled now; q6 is open."""
    file = tmp_path_factory.mktemp("week") / "tracker.db"
    with Ledger.open(file, create=True) as ledger:
        for number in (1, 2):
            log(ledger, f"Rain on Sunday {number}?", 0.6, resolve_by="2026-11-22")
        seven = {"quantiles": {0.1: 3, 0.5: 5, 0.9: 8}}
        log(ledger, "Ships by May?", seven, kind="quantity", unit="ships")
        log(ledger, "Peace at last?", 0.1)
        log(ledger, "War at last?", 0.2)
        log(ledger, "Snow in Advent?", 0.2, resolve_by="2026-12-24")
        log(ledger, "q2", {"analyst": "ben", "probability": 0.3, "phrase": "rather not"})
        when = NOW + 20 * DAY
        ledger.resolve("q1", {"outcome": "no", "known": "2026-11-22"}, recorded=NOW + 2 * DAY)
        ledger.resolve("q2", {"outcome": "yes", "known": "2026-12-08"}, recorded=when)
        ledger.lesson("q2", "Look at the clouds.", analyst="ana", recorded=when)
        ledger.resolve("q3", {"outcome": "7", "known": "2026-12-10"}, recorded=when)
        ledger.resolve("q4", {"status": "annulled", "known": "2026-12-09"}, recorded=when)
        ledger.resolve("q5", {"outcome": "no", "known": "2026-11-25"}, recorded=when)
    return file


@pytest.fixture
def week(run: Run, a_week: Path, tmp_path: Path, clock: Clock) -> Run:
    """Commands on that ledger, at the end of that week."""
    shutil.copy(a_week, tmp_path / "tracker.db")
    clock(NOW + 21 * DAY)
    return run


def ids(ran: Ran) -> list[str]:
    """The ids of the questions in a list."""
    assert ran.code == 0, ran.err
    return [question["id"] for question in ran.json]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--resolved", "q3 q4 q2 q5 q1"),
        ("--resolved --since 2026-12-05", "q3 q4 q2"),
        ("--resolved --since 2026-12-05 --until 2026-12-08", "q2"),
        ("--resolved --until 2026-11-25", "q5 q1"),
        ("--resolved --analyst ben", "q2"),
        ("--resolved --as-of 2026-12-01", "q1"),
        ("--open", "q6"),
        ("--overdue", ""),
        ("--overdue --as-of 2026-11-22", "q1 q2"),
        ("--mine", "q1 q2 q3 q4 q5 q6"),
        ("--mine --open", "q6"),
        ("--since 2026-12-05", ""),
    ],
)
def test_what_is_listed(week: Run, words: str, expected: str) -> None:
    """With --resolved the days are those on which outcomes became known, the newest first."""
    assert ids(week("list", "--json", *words.split())) == expected.split()


def test_the_week_is_told(week: Run) -> None:
    """Outcome, what each last forecast cost on its scale, the lesson; and what is not listed."""
    ran = week("list", "--resolved", "--since", "2026-12-05")
    assert ran.code == 0
    for said in (
        "q2  Rain on Sunday 2?\n    yes, known 2026-12-08\n",
        "    ana: 60 %; cost 0.160 (Brier score, 0-1 scale)\n",
        "    ben: 30 % “rather not”; cost 0.490 (Brier score, 0-1 scale)\n",
        "    lesson of ana: Look at the clouds.\n",
        "(CRPS in ships)",
        "annulled, known 2026-12-09\n    ana: 10 %; not scored\n",
    ):
        assert said in ran.out
    assert "lower is better" in ran.err
    assert "1 settled in that time, but known before it: not listed" in ran.err


def test_the_cost_is_that_of_the_last_forecast(week: Run) -> None:
    """As show has it, counting the last one."""
    listed = {one["id"]: one for one in week("list", "--resolved", "--json").json}
    for question in ("q1", "q2", "q3"):
        shown = week("show", question, "--counting", "last", "--json").json
        assert listed[question]["costs"] == shown["scores"]
    assert listed["q4"]["costs"] == {}
    assert [one["text"] for one in listed["q2"]["lessons"]] == ["Look at the clouds."]


def test_a_forecast_that_came_too_late_costs_nothing(week: Run) -> None:
    """The one before it counts, or none."""
    assert week("log", "q2", "-p", "99%").code == 0
    assert week("log", "q2", "-p", "99%", "--analyst", "carla").code == 0
    out = week("list", "--resolved", "--since", "2026-12-08", "--until", "2026-12-08").out
    assert "ana: 60 %; cost 0.160" in out
    assert "carla: 99 %; not scored" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--resolved --open", "what is settled is not open"),
        ("--resolved --overdue", "what is settled is not open"),
        ("--mine --analyst ben", "--mine and --analyst exclude one another"),
    ],
)
def test_what_excludes_itself_is_refused(week: Run, words: str, said: str) -> None:
    """With the code 2, in a sentence."""
    ran = week("list", *words.split())
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_who_never_forecast_has_nothing(week: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is no error, and the name is said, which may be wrong."""
    monkeypatch.setenv("TRACKER_ANALYST", "dora")
    ran = week("list", "--mine")
    assert (ran.code, ran.out) == (0, "")
    assert "nothing is forecast by dora" in ran.err
    assert ids(week("list", "--mine", "--json")) == []


def test_a_week_without_outcomes_is_told(week: Run) -> None:
    """On stderr."""
    ran = week("list", "--resolved", "--since", "2026-12-12")
    assert (ran.code, ran.out) == (0, "")
    assert "no outcome became known in that time" in ran.err


def test_help_says_what_the_days_mean(week: Run) -> None:
    """They are others with --resolved."""
    said = " ".join(week("list", "--help").out.split())
    assert "--since and --until say when the outcome became known" in said
    assert "Without --resolved, --since and --until say when forecasts were made." in said
