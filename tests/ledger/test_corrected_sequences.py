"""Any sequence of recordings and corrections: nothing is lost, and the past stays what it was."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW, ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from places import Files

from tracker import Ledger
from tracker.errors import TrackerError
from tracker.values import moment

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

HOUR = timedelta(hours=1)
WHO = st.sampled_from(["ana", "ben"])
NUMBER = st.integers(0, 60)
DOING = st.one_of(
    st.tuples(st.just("log"), WHO, st.sampled_from([0.1, 0.5, 0.9])),
    st.tuples(st.just("withdraw"), WHO, st.none()),
    st.tuples(st.just("resolve"), WHO, st.sampled_from(["yes", "no"])),
    st.tuples(st.just("judge"), WHO, st.sampled_from(["yes", "no"])),
    st.tuples(st.just("lesson"), WHO, st.sampled_from(["wait", "look"])),
    st.tuples(st.just("amend"), WHO, st.sampled_from(["1 mm", "2 mm", "3 mm"])),
    st.tuples(st.just("retract"), WHO, NUMBER),
    st.tuples(st.just("retract"), WHO, NUMBER),
    st.tuples(st.just("retract last"), WHO, st.none()),
)


def do(ledger: Ledger, what: str, who: str, value: Any, at: datetime) -> None:
    """Record something, if it may be recorded."""
    key = "q1" if isinstance(value, str) or value != 0.9 else "q2"
    doing: dict[str, Callable[[], object]] = {
        "log": lambda: ledger.log(key, {"analyst": who, "probability": value}, recorded=at),
        "withdraw": lambda: ledger.withdraw("q1", who, recorded=at),
        "resolve": lambda: ledger.resolve(
            "q1", {"outcome": value, "by": who}, recorded=at, reason="as seen"
        ),
        "judge": lambda: ledger.judge(
            "q1", {"outcome": value, "by": who}, recorded=at, reason="as seen"
        ),
        "lesson": lambda: ledger.lesson("q1", value, analyst=who, recorded=at),
        "amend": lambda: ledger.amend(
            "q1", {"criteria": value}, by=who, reason="to be clear", recorded=at
        ),
        "retract": lambda: ledger.retract(value, by=who, reason="a mistake", recorded=at),
        "retract last": lambda: ledger.retract(
            ledger.head().entry, by=who, reason="a mistake", recorded=at
        ),
    }
    with suppress(TrackerError):
        doing[what]()


def seen(ledger: Ledger, as_of: str | None = None) -> list[Any]:
    """Everything that readers see, what is told of corrections left out."""
    pairs = ledger.pairs(as_of=as_of)
    plain = [
        (
            one.question,
            one.settled._replace(resolution_id=None),
            one.forecasts,
            one.resolutions,
            one.lessons,
            one.judgements,
            one.amendments,
        )
        for one in ledger.questions(as_of=as_of)
    ]
    columns = [column.tolist() for column in (pairs.analyst, pairs.probability, pairs.outcome)]
    return [plain, ledger.statements(as_of=as_of), columns, pairs.left_out]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Places for copies of a ledger with two questions, one on condition of the other."""
    places = Files(tmp_path_factory.mktemp("sequences"))
    with Ledger.open(places.empty) as ledger:
        said = {"analyst": "ana", "probability": 0.5}
        ledger.log("Rain on Sunday?", said, recorded=NOW)
        on = {"condition": {"question": "q1", "outcome": "yes"}}
        ledger.log("A flood then?", said, question=on, recorded=NOW)
    return places


FEW = settings(max_examples=8, deadline=None, derandomize=True, database=None)


@FEW
@given(doings=st.lists(DOING, min_size=4, max_size=12))
def test_the_past_stays_and_nothing_is_lost(
    started: Files, doings: list[tuple[str, str, Any]]
) -> None:
    """After each step all earlier views are what they were, and the export only grows."""
    views: list[tuple[str, list[Any]]] = []
    lines: list[str] = []
    with started.lent(started.empty) as place, Ledger.open(place) as ledger:
        for number, (what, who, value) in enumerate(doings, 1):
            do(ledger, what, who, value, NOW + number * HOUR)
            views.append((moment(NOW + number * HOUR + HOUR / 2), seen(ledger)))
            exported = list(ledger.export())
            assert exported[: len(lines)] == lines
            lines = exported
        for as_of, earlier in views:
            assert seen(ledger, as_of) == earlier
        assert ledger.verify().entries == len(lines)
        told = [one for key in ("q1", "q2") for one in everything(ledger, key)]
        kinds = {"amendment", "forecast", "judgement", "lesson", "resolution", "retraction"}
        recorded = [one for one in map(json.loads, lines) if one["kind"] in kinds]
        assert sorted(told) == [one["entry"] for one in recorded]


def everything(ledger: Ledger, key: str) -> list[int]:
    """The entries that a question tells of, corrections too."""
    kept = ledger.question(key)
    parts: list[tuple[Any, ...]] = [
        *(kept.forecasts, kept.resolutions, kept.lessons, kept.judgements),
        *(kept.amendments, kept.retracted, kept.retractions),
    ]
    return [one.entry for part in parts for one in part]


@FEW
@given(doings=st.lists(DOING, min_size=2, max_size=10), number=st.integers(1, 40))
def test_restoring_is_as_if_nothing_had_been_retracted(
    started: Files, doings: list[tuple[str, str, Any]], number: int
) -> None:
    """Whatever is retracted and restored at once, readers see what they saw before."""
    with started.lent(started.empty) as place, Ledger.open(place) as ledger:
        for step, (what, who, value) in enumerate(doings, 1):
            do(ledger, what, who, value, NOW + step * HOUR)
        before, later = seen(ledger), NOW + 100 * HOUR
        entry = number % ledger.head().entry + 1
        try:
            done = ledger.retract(entry, by="ana", reason="a mistake", recorded=later)
        except TrackerError:
            assert seen(ledger) == before
            return
        ledger.retract(done.entry, by="ana", reason="it was none", recorded=later)
        assert seen(ledger) == before


RACE = """
import sys
from datetime import UTC, datetime
from tracker import Ledger
from tracker.errors import LedgerError
with Ledger.open(sys.argv[1]) as ledger:
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        done = ledger.retract(3, by=sys.argv[2], reason="a mistake",
                              recorded=datetime(2026, 11, 21, 13, tzinfo=UTC))
        print("done", done.entry)
    except LedgerError as told:
        print(told)
"""


def test_two_who_retract_at_once_do_it_once(place: str) -> None:
    """One does, and the other is told that it is done, and by whom."""
    with Ledger.open(place) as ledger:
        ledger.log("Rain on Sunday?", {"analyst": "ana", "probability": 0.5}, recorded=NOW)
        both = [
            subprocess.Popen(
                [sys.executable, "-c", RACE, place, who],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for who in ("ben", "cyd")
        ]
        for process in both:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in both:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        said = sorted(process.communicate(timeout=60)[0] for process in both)
        assert said[0].startswith("done ")
        assert said[1].startswith("entry 3 is retracted already, 2026-11-21 by ")
        assert len(ledger.question("q1").retractions) == 1
        assert ledger.verify().entries == 5
