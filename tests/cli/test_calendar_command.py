"""The calendar of what falls due, parsed back by the library and held against RFC 5545."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW, ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from tracker import Ledger
from tracker.cli.terminal import inert
from tracker.views.agenda import Entry, icalendar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]
    Clock = Callable[[datetime], None]

DAY = timedelta(days=1)
OCTETS = 75  # of a line, without its end


def log(ledger: Ledger, title: str, at: datetime = NOW, **question: Any) -> None:
    """Log a forecast of ana."""
    ledger.log(title, {"analyst": "ana", "probability": 0.7}, recorded=at, question=question)


@pytest.fixture
def dated(run: Run, tmp_path: Path) -> Run:
    """Commands on a ledger of three questions, two of them with a day."""
    with Ledger.open(tmp_path / "tracker.db", create=True) as ledger:
        snow: dict[str, Any] = {
            "criteria": "Snow, lying; by noon.\nOr so.",
            "tags": ["weather", "a, b"],
        }
        log(ledger, "Snow before Advent?", resolve_by="2026-11-29", **snow)
        log(ledger, "A new cabinet?", resolve_by="2026-12-24T15:00Z")
        log(ledger, "Peace at last?")
    return run


def events(written: bytes) -> list[Any]:
    """The events of a calendar."""
    return list(Calendar.from_ical(written).walk("VEVENT"))


def read(run: Run, folder: Path, *words: str) -> dict[str, Any]:
    """The events that a command writes, by the question's id."""
    file = folder / "due.ics"
    ran = run("calendar", "-o", file, *words)
    assert (ran.code, ran.out) == (0, "")
    assert f"written: {file}" in ran.err
    found = events(file.read_bytes())
    return {str(event["summary"]).partition(":")[0]: event for event in found}


def test_each_day_is_an_event_with_a_reminder(dated: Run, tmp_path: Path) -> None:
    """All day long, with title, criteria, last forecasts, the command that settles it; an alarm."""
    found = read(dated, tmp_path)
    assert list(found) == ["q1", "q2"]
    snow = found["q1"]
    assert snow["summary"] == "q1: Snow before Advent?"
    assert snow["dtstart"].dt == date(2026, 11, 29)
    assert found["q2"]["dtstart"].dt == date(2026, 12, 24)
    text = str(snow["description"])
    assert text.startswith("Snow, lying; by noon.\nOr so.\n")
    assert "2026-11-21  ana: 70 %" in text
    assert text.endswith("tracker resolve q1 OUTCOME   (yes, no)")
    assert list(snow["categories"].cats) == ["a, b", "weather"]
    (alarm,) = snow.walk("VALARM")
    assert alarm["trigger"].dt == timedelta(hours=-15)
    assert (snow["status"], snow["sequence"]) == ("CONFIRMED", 0)
    assert snow["dtstamp"].dt == snow["last-modified"].dt == snow["created"].dt == NOW


def test_what_has_no_day_is_told(dated: Run, tmp_path: Path) -> None:
    """A question that never falls due is not in the calendar; that is said."""
    ran = dated("calendar", "-o", tmp_path / "due.ics")
    assert "not in it: 1 open without a day" in ran.err


def test_what_is_settled_is_cancelled(dated: Run, tmp_path: Path, clock: Clock) -> None:
    """A calendar that reads the file again takes it away: same UID, later, of a higher number."""
    before = read(dated, tmp_path)["q1"]
    clock(NOW + DAY)
    assert dated("resolve", "q1", "yes").code == 0
    after = read(dated, tmp_path)["q1"]
    assert before["uid"] == after["uid"]
    assert (after["status"], after["sequence"]) == ("CANCELLED", 1)
    assert after["last-modified"].dt == after["dtstamp"].dt == NOW + DAY
    assert after.walk("VALARM") == []
    assert "Settled: yes." in after["description"]
    assert list(read(dated, tmp_path, "--open")) == ["q2"]


def test_what_is_extended_moves(dated: Run, tmp_path: Path) -> None:
    """The same UID on another day, later, of a higher number."""
    before = read(dated, tmp_path)["q1"]
    with Ledger.open(tmp_path / "tracker.db") as ledger:
        new, why = {"resolve_by": "2026-12-06"}, {"by": "ana", "reason": "A late winter."}
        ledger.amend("q1", new, **why, recorded=NOW + DAY)
    after = read(dated, tmp_path)["q1"]
    assert before["uid"] == after["uid"]
    assert after["dtstart"].dt == date(2026, 12, 6)
    assert (after["status"], after["sequence"]) == ("CONFIRMED", 1)
    assert after["last-modified"].dt == NOW + DAY
    assert after["created"].dt == NOW


def test_what_is_taken_back_counts_too(dated: Run, tmp_path: Path) -> None:
    """A resolution that is retracted, and restored: the number never falls."""
    numbers = []
    with Ledger.open(tmp_path / "tracker.db") as ledger:
        ledger.resolve("q1", {"outcome": "yes"}, recorded=NOW + DAY)
        entry = ledger.question("q1").resolutions[0].entry
        for hour in range(3):
            event = read(dated, tmp_path)["q1"]
            numbers.append((event["sequence"], event["status"]))
            why = {"by": "ana", "reason": "A slip."}
            entry = ledger.retract(entry, **why, recorded=NOW + (2 + hour) * DAY).entry
    assert [status for _, status in numbers] == ["CANCELLED", "CONFIRMED", "CANCELLED"]
    assert numbers == sorted(set(numbers))


def test_what_a_condition_ends_is_cancelled(dated: Run, tmp_path: Path, clock: Clock) -> None:
    """Also where nobody settled the question itself."""
    words = ["-p", "50%", "--by", "2026-12-01", "--if", "q1", "--tag", "roof"]
    assert dated("log", "Does the roof hold?", *words).code == 0
    clock(NOW + DAY)
    assert dated("resolve", "q1", "no").code == 0
    roof = read(dated, tmp_path, "--tag", "roof")["q4"]
    assert (roof["status"], roof["sequence"]) == ("CANCELLED", 1)
    assert roof["last-modified"].dt == NOW + DAY


def test_the_same_ledger_gives_the_same_bytes(dated: Run, tmp_path: Path, clock: Clock) -> None:
    """Whatever the clock says; also on stdout."""
    read(dated, tmp_path)
    first = (tmp_path / "due.ics").read_bytes()
    clock(NOW + 9 * DAY)
    read(dated, tmp_path)
    assert (tmp_path / "due.ics").read_bytes() == first
    ran = dated("calendar")
    assert ran.out == first.decode()


def test_a_question_is_known_by_its_ledger(dated: Run, tmp_path: Path) -> None:
    """No two ledgers share a UID; filters do not change it."""
    uids = {str(event["uid"]) for event in read(dated, tmp_path).values()}
    assert {str(read(dated, tmp_path, "--tag", "weather")["q1"]["uid"])} < uids
    with Ledger.open(tmp_path / "other.db", create=True) as ledger:
        log(ledger, "Snow before Advent?", NOW + DAY, resolve_by="2026-11-29")
    other = read(dated, tmp_path, "--db", str(tmp_path / "other.db"))
    assert {str(event["uid"]) for event in other.values()}.isdisjoint(uids)


def test_json_has_what_the_calendar_has(dated: Run) -> None:
    """One element an event."""
    said = dated("calendar", "--json").json
    assert [one["question"] for one in said] == ["q1", "q2"]
    assert set(said[0]) == set(Entry._fields)


def test_other_files_are_refused(dated: Run, tmp_path: Path) -> None:
    """By their names, and where no file can be."""
    ran = dated("calendar", "-o", tmp_path / "due.txt")
    assert (ran.code, ran.out) == (2, "")
    assert "expected a file.ics" in ran.err
    ran = dated("calendar", "-o", tmp_path / "nowhere" / "due.ics")
    assert (ran.code, ran.out) == (1, "")


def test_an_empty_calendar_is_written_all_the_same(dated: Run, tmp_path: Path) -> None:
    """Whoever subscribes to it is to see that nothing is left."""
    assert read(dated, tmp_path, "--until", "2020-01-01") == {}
    assert "the calendar is empty" in dated("calendar", "--until", "2020-01-01").err


def test_a_plain_locale_gets_utf_8(dated: Run, tmp_path: Path) -> None:
    """The format has no other encoding."""
    assert dated("log", "Schnee in Zürich?", "-p", "70%", "--by", "2026-12-01").code == 0
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-m", "tracker", "calendar", "--db", tmp_path / "tracker.db"],
        env=plain,
        capture_output=True,
        check=True,
    )
    assert "Schnee in Zürich?" in ran.stdout.decode()


# --- the form -----------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=90)
DAYS = st.dates(date(1000, 1, 1), date(9999, 12, 31))


def entry(**said: Any) -> Entry:
    """An entry of a calendar."""
    stamp = "2026-11-21T12:00:00.000000Z"
    usual = {
        "uid": f"{'0f' * 32}@tracker",
        "question": "q1",
        "title": "Rain?",
        "text": "Rain.",
        "day": "2026-11-22",
        "created": stamp,
        "changed": stamp,
        "revision": 0,
        "cancelled": False,
        "tags": (),
    }
    return Entry(**{**usual, **said})


@given(title=TEXTS, text=TEXTS, day=DAYS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_text_and_day_come_back(title: str, text: str, day: date) -> None:
    """Lines of at most 75 octets, each of whole characters; what was said is read again."""
    text = f"{text}\n{text}"
    written = icalendar([entry(title=title, text=text, day=day.isoformat())], safe=inert)
    *lines, last = written.split(b"\r\n")
    assert last == b""
    assert max(map(len, lines)) <= OCTETS
    assert all(line.decode() for line in lines)  # no character is cut in two
    assert b"\n" not in b"".join(lines)
    (event,) = events(written)
    assert event["dtstart"].dt == day
    assert str(event["summary"]) == inert(f"q1: {title}")
    assert str(event["description"]) == inert(text)


@pytest.mark.parametrize(
    "title",
    [
        "هل سيسقط الثلج في فيينا؟",
        "ウィーンに雪が" * 30,
        'a\\n; b, c: "d"',
        "👩‍👩‍👧‍👦" * 20,
        "BEGIN:VEVENT",
    ],
)
def test_titles_in_any_script_come_back(title: str) -> None:
    """Whichever way they are read, and whatever they mean to the format."""
    (event,) = events(icalendar([entry(title=title)], safe=inert))
    assert str(event["summary"]) == f"q1: {title}"


def test_signs_that_act_on_a_screen_are_written_out() -> None:
    """A title that would turn the direction of reading round does not do it in a calendar."""
    written = icalendar([entry(title="rain \u202e?")], safe=inert).decode()
    assert "\u202e" not in written
    assert "\\\\u202e" in written
