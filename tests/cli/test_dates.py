"""Dates as people say them: what is read, and what is refused."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.cli.dates import canonical, read
from tracker.cli.days import DAYS
from tracker.cli.numbers import amount, share
from tracker.cli.spoken import AmbiguousError
from tracker.errors import UnexpectedError
from tracker.values import begins, last_instant

SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

COMING = {
    # as it is kept
    "2027-03-02": "2027-03-02",
    " 2027-03-02 ": "2027-03-02",
    "2027-03-02.": "2027-03-02",
    "2027-03-02T14:05Z": "2027-03-02T14:05:00Z",
    "2027-03-02 14:05+00:00": "2027-03-02T14:05:00Z",
    "2027-03-02T01:05+02:00": "2027-03-01T23:05:00Z",
    "9999-12-31": "9999-12-31",
    # near days
    "now": "2026-11-21T12:00:00Z",
    "today": "2026-11-21",
    "tonight": "2026-11-21",
    "eod": "2026-11-21",
    "end of the day": "2026-11-21",
    "tomorrow": "2026-11-22",
    "TOMORROW.": "2026-11-22",
    "the day after tomorrow": "2026-11-23",
    # weekdays
    "sunday": "2026-11-22",
    "monday": "2026-11-23",
    "FRIDAY": "2026-11-27",
    "fri": "2026-11-27",
    "by friday": "2026-11-27",
    "on Friday": "2026-11-27",
    "until friday": "2026-11-27",
    "this friday": "2026-11-27",
    "the coming friday": "2026-11-27",
    "saturday": "2026-11-28",  # today is one: the next is meant
    "next saturday": "2026-11-28",
    "friday week": "2026-12-04",
    # spans
    "in 1 day": "2026-11-22",
    "in a day": "2026-11-22",
    "in 10 days": "2026-12-01",
    "within 10 days": "2026-12-01",
    "in a week": "2026-11-28",
    "in 2 weeks": "2026-12-05",
    "in  2   weeks": "2026-12-05",
    "in two weeks": "2026-12-05",
    "in two weeks' time": "2026-12-05",
    "in a fortnight": "2026-12-05",
    "in 3 fortnights": "2027-01-02",
    "3 weeks from now": "2026-12-12",
    "in a month": "2026-12-21",
    "in a month’s time": "2026-12-21",
    "in 3 months": "2027-02-21",
    "in half a year": "2027-05-21",
    "in two quarters": "2027-05-21",
    "in 12 months": "2027-11-21",
    "in a year": "2027-11-21",
    "in 10 years": "2036-11-21",
    "ninety days": "2027-02-19",  # 9 + 31 + 31 = 71 to 31 January, and 19
    "a hundred days": "2027-03-01",  # 71 to 31 January, 99 to 28 February
    "7d": "2026-11-28",
    "2w": "2026-12-05",
    "3mo": "2027-02-21",
    "1y": "2027-11-21",
    "the next 7 days": "2026-11-28",
    "in 2 hours": "2026-11-21T14:00:00Z",
    "in an hour": "2026-11-21T13:00:00Z",
    "36h": "2026-11-23T00:00:00Z",
    # ends
    "end of June": "2027-06-30",
    "end of june 2027": "2027-06-30",
    "by the end of June 2027": "2027-06-30",
    "end of November": "2026-11-30",
    "end of February": "2027-02-28",
    "end of February 2028": "2028-02-29",
    "end of Q2": "2027-06-30",
    "end of Q4": "2026-12-31",
    "end of Q1 2028": "2028-03-31",
    "end of the second quarter of 2027": "2027-06-30",
    "end of H1": "2027-06-30",
    "end of 2027": "2027-12-31",
    "end of the year": "2026-12-31",
    "end of this year": "2026-12-31",
    "end of next year": "2027-12-31",
    "year-end": "2026-12-31",
    "eoy": "2026-12-31",
    "EOM": "2026-11-30",
    "eoq": "2026-12-31",
    "end of the month": "2026-11-30",
    "end of month": "2026-11-30",
    "end of next month": "2026-12-31",
    "end of the quarter": "2026-12-31",
    "end of next quarter": "2027-03-31",
    "end of the week": "2026-11-22",  # its Friday was yesterday
    "start of Q2": "2027-04-01",
    # whole stretches: their last day
    "next month": "2026-12-31",
    "next quarter": "2027-03-31",
    "next year": "2027-12-31",
    "2027-07": "2027-07-31",
    "2027": "2027-12-31",
    "in 2027": "2027-12-31",
    "Mar 2027": "2027-03-31",
    "Sept. 2027": "2027-09-30",
    "in February 2028": "2028-02-29",
    "June": "2027-06-30",
    "by november": "2026-11-30",
    "Q2 2027": "2027-06-30",
    "2027-Q2": "2027-06-30",
    "Q1": "2027-03-31",
    "first half of 2027": "2027-06-30",
    # parts of a month, as the extractor reads them
    "by mid-February": "2027-02-15",
    "mid March 2028": "2028-03-15",
    "the middle of next month": "2026-12-15",
    "early June": "2027-06-10",
    "late February 2028": "2028-02-29",
    # before: the day before
    "before July": "2027-06-30",
    "before 2027": "2026-12-31",
    "before 1 March 2028": "2028-02-29",
    "before next month": "2026-11-30",
    "before Q2": "2027-03-31",
    "before friday": "2026-11-26",
    # written days
    "3 March 2027": "2027-03-03",
    "3rd of March, 2027": "2027-03-03",
    "March 3": "2027-03-03",
    "march 3rd 2028": "2028-03-03",
    "3 Mar": "2027-03-03",
    "3-Mar-2027": "2027-03-03",
    "21 november": "2026-11-21",
    "20 november": "2027-11-20",
    "29 February": "2028-02-29",
    "Fri 27 Nov": "2026-11-27",
    "Wednesday, 3 March 2027": "2027-03-03",
    "the 30th": "2026-11-30",
    "by the 15th": "2026-12-15",
    "the 31st": "2026-12-31",
    "25/12/2027": "2027-12-25",
    "12/25/2027": "2027-12-25",
    "25.12.2027": "2027-12-25",
    "25.12.": "2026-12-25",
    "4/4/2027": "2027-04-04",
    "2027/03/02": "2027-03-02",
    "2027-3-2": "2027-03-02",
    # hours
    "18:00 UTC": "2026-11-21T18:00:00Z",
    "tomorrow at noon UTC": "2026-11-22T12:00:00Z",
    "friday, 18:00 +01:00": "2026-11-27T17:00:00Z",
    "friday 6 pm UTC": "2026-11-27T18:00:00Z",
    "31 December 2026 18:30 -05:00": "2026-12-31T23:30:00Z",
    "2027-03-02 18:00 UTC": "2027-03-02T18:00:00Z",
    # other signs
    "２０２７-03-02": "2027-03-02",
    "٢٠٢٧-٠٣-٠٢": "2027-03-02",
    "in\u00a03\u2003months": "2027-02-21",
    "ｆｒｉｄａｙ": "2026-11-27",
    "2027‑03‑02": "2027-03-02",
}
PAST = {
    "2026-03-02": "2026-03-02",
    "today": "2026-11-21T12:00:00Z",  # what has been, has been by now
    "now": "2026-11-21T12:00:00Z",
    "yesterday": "2026-11-20",
    "the day before yesterday": "2026-11-19",
    "friday": "2026-11-20",
    "this friday": "2026-11-20",
    "sunday": "2026-11-15",
    "last sunday": "2026-11-15",  # of last week: nothing else can be meant
    "saturday": "2026-11-14",  # today is one: the last is meant
    "last saturday": "2026-11-14",
    "a day ago": "2026-11-20",
    "3 days ago": "2026-11-18",
    "2 weeks ago": "2026-11-07",
    "two weeks ago": "2026-11-07",
    "a month ago": "2026-10-21",
    "11 months ago": "2025-12-21",
    "half a year ago": "2026-05-21",
    "a year ago": "2025-11-21",
    "7d": "2026-11-14",
    "the last 7 days": "2026-11-14",
    "3 months": "2026-08-21",
    "2 hours ago": "2026-11-21T10:00:00Z",
    "24h": "2026-11-20T12:00:00Z",
    "end of June": "2026-06-30",
    "end of last year": "2025-12-31",
    "before July": "2026-06-30",
    "24 December": "2025-12-24",
    "29 February": "2024-02-29",
    "March 3": "2026-03-03",
    "the 15th": "2026-11-15",
    "the 31st": "2026-10-31",
    "25/10/2026": "2026-10-25",
    "friday 18:00 UTC": "2026-11-20T18:00:00Z",
    "09:30 UTC": "2026-11-21T09:30:00Z",
}
STRETCHES = {  # the first day, since; the last, until
    "2026-07": ("2026-07-01", "2026-07-31"),
    "2025": ("2025-01-01", "2025-12-31"),
    "Q2": ("2026-04-01", "2026-06-30"),
    "last week": ("2026-11-09", "2026-11-15"),
    "this week": ("2026-11-16", "2026-11-21"),  # as far as it has come
    "last month": ("2026-10-01", "2026-10-31"),
    "this month": ("2026-11-01", "2026-11-21"),
    "november": ("2026-11-01", "2026-11-21"),
    "december": ("2025-12-01", "2025-12-31"),
    "last quarter": ("2026-07-01", "2026-09-30"),
    "last year": ("2025-01-01", "2025-12-31"),
    "early june": ("2026-06-01", "2026-06-10"),
    "late june": ("2026-06-21", "2026-06-30"),
    "mid-june": ("2026-06-15", "2026-06-15"),
    "7d": ("2026-11-14", "2026-11-14"),
    "end of june": ("2026-06-30", "2026-06-30"),
}
READINGS = {  # where a date to come is wanted
    "next friday": ("2026-11-27", "2026-12-04"),
    "next sunday": ("2026-11-22", "2026-11-29"),
    "by next monday": ("2026-11-23", "2026-11-30"),
    "this saturday": ("2026-11-21", "2026-11-28"),
    "saturday week": ("2026-11-28", "2026-12-05"),
    "next week": ("2026-11-27", "2026-11-29"),
    "end of next week": ("2026-11-27", "2026-11-29"),
    "03/04/2027": ("2027-04-03", "2027-03-04"),
    "3.4.2027": ("2027-04-03", "2027-03-04"),
    "04-03-2027": ("2027-03-04", "2027-04-03"),
    "3/4": ("2027-04-03", "2027-03-04"),
    "12/11": ("2027-11-12", "2026-12-11"),
    "before next friday": ("2026-11-26", "2026-12-03"),
    "next friday 18:00 UTC": ("2026-11-27T18:00:00Z", "2026-12-04T18:00:00Z"),
}
REFUSED = [
    "",
    ".",
    "soon",
    "later",
    "a few days",
    "in a couple of weeks",
    "christmas",
    "easter",
    "next summer",
    "this weekend",
    "the beginning of June",
    "mid-2027",
    "early 2027",
    "before the end of June",
    "before early June",
    "before 3 months",
    "not before June",
    "after June",
    "3/4/27",
    "3-4",
    "31/06/2027",
    "30.2.",
    "13/13/2027",
    "0/0/2027",
    "20270302",
    "2027-02-29",
    "29 February 2027",
    "2027-06-31",
    "2027-13-01",
    "2027-13",
    "2027-00",
    "2027-00-10",
    "2027-03-02T14:05",  # in which zone?
    "friday 18:00",
    "noon",
    "friday midnight UTC",
    "friday 12 am UTC",
    "friday 25:00 UTC",
    "friday 18:00 CET",
    "in june 18:00 UTC",
    "2027-03-02T25:00Z",
    "31 june",
    "june 31",
    "32 june",
    "the 32nd",
    "Thu 27 Nov 2026",
    "june of",
    "marc 3",
    "next june",
    "month",
    "week",
    "end of Juni",
    "end of the world",
    "end of Q5",
    "H3 2027",
    "in months",
    "in -3 days",
    "in half a week",
    "in 99999 days",
    "in 9999 years",
    "in 1.5 years",
    "3m",
    "in 3 days ago",
    "the last a week",
    "friday 13",
    "fri day",
    "next friday week",
    "²⁰²⁷-03-02",
    "2027-03-0②",
]


@pytest.mark.parametrize(("said", "meant"), COMING.items())
def test_a_date_to_come_is_read(said: str, meant: str) -> None:
    """What people say of a date to come, on a Saturday in November."""
    assert read(said, SATURDAY, ahead=True, whole="last") == meant


@pytest.mark.parametrize(("said", "meant"), PAST.items())
def test_a_date_that_has_been_is_read(said: str, meant: str) -> None:
    """What people say of when a thing was said or known, where the hour may matter."""
    assert read(said, SATURDAY, ahead=False, instant=True) == meant


def test_today_is_not_before_what_was_logged_a_moment_ago() -> None:
    """A forecast of this very second was made before its outcome, known "today", was told."""
    now = SATURDAY.replace(microsecond=700_000)
    assert begins(read("today", now, ahead=False, instant=True)) == now


def test_today_is_a_day_where_no_hour_matters() -> None:
    """Since today is since the morning."""
    assert read("today", SATURDAY, ahead=False) == "2026-11-21"


@pytest.mark.parametrize(("said", "meant"), STRETCHES.items())
def test_a_stretch_has_a_first_and_a_last_day(said: str, meant: tuple[str, str]) -> None:
    """The first counts where it is said since when, the last where until when."""
    first = read(said, SATURDAY, ahead=False, whole="first")
    last = read(said, SATURDAY, ahead=False, whole="last")
    assert (first, last) == meant


@pytest.mark.parametrize("said", ["2026-07", "Q2", "last week", "mid-june", "early june", "may"])
def test_one_day_is_not_read_out_of_many(said: str) -> None:
    """Where it matters when something was said or known, a month is no day."""
    with pytest.raises(UnexpectedError, match="expected a date of one day"):
        read(said, SATURDAY, ahead=False, instant=True)


@pytest.mark.parametrize(("said", "readings"), READINGS.items())
def test_what_is_ambiguous_names_its_readings(said: str, readings: tuple[str, str]) -> None:
    """Both are said, and each is written so that it is read as itself."""
    with pytest.raises(AmbiguousError, match="may be read as") as refused:
        read(said, SATURDAY, ahead=True, whole="last")
    assert tuple(reading.written for reading in refused.value.readings) == readings
    for reading in refused.value.readings:
        assert read(reading.written, SATURDAY, ahead=True) == reading.written
        assert reading.written in str(refused.value)
        assert reading.aloud in str(refused.value)


@pytest.mark.parametrize(
    ("said", "readings"),
    [
        ("last friday", ("2026-11-20", "2026-11-13")),
        ("03/04/2026", ("2026-04-03", "2026-03-04")),
        ("05/12/2026", ("2026-12-05", "2026-05-12")),  # of which one has not come
        ("end of last week", ("2026-11-13", "2026-11-15")),
    ],
)
def test_what_has_been_may_be_ambiguous_too(said: str, readings: tuple[str, str]) -> None:
    """On a Saturday the last Friday is yesterday, or that of last week."""
    with pytest.raises(AmbiguousError) as refused:
        read(said, SATURDAY, ahead=False)
    assert tuple(reading.written for reading in refused.value.readings) == readings


@pytest.mark.parametrize("said", REFUSED)
@pytest.mark.parametrize("ahead", [True, False])
def test_what_is_not_known_is_refused(said: str, *, ahead: bool) -> None:
    """What is unknown or in no calendar is refused with what is expected, never guessed."""
    with pytest.raises(UnexpectedError, match=r"expected a (date|time)") as refused:
        read(said, SATURDAY, ahead=ahead, whole="last" if ahead else "first")
    assert not isinstance(refused.value, AmbiguousError)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("yesterday", "Fri 20 Nov 2026"),
        ("2 days ago", "Thu 19 Nov 2026"),
        ("last friday", "Fri 20 Nov 2026"),
        ("2026-07", "Fri 31 Jul 2026"),
        ("3 March 2026", "Tue 3 Mar 2026"),
        ("before november", "Sat 31 Oct 2026"),
        ("03/04/2026", "Fri 3 Apr 2026"),
        ("11:59 UTC", "Sat 21 Nov 2026 11:59 UTC"),
    ],
)
def test_what_has_been_is_not_to_come(said: str, day: str) -> None:
    """The day that was read is said with the refusal."""
    with pytest.raises(UnexpectedError, match="expected a date to come") as refused:
        read(said, SATURDAY, ahead=True, whole="last")
    assert day in str(refused.value)


@pytest.mark.parametrize(
    "said", ["tomorrow", "in 3 days", "next friday", "end of the year", "2027"]
)
def test_what_is_to_come_has_not_been(said: str) -> None:
    """Nothing was made or known tomorrow."""
    with pytest.raises(UnexpectedError, match="expected a date that has come"):
        read(said, SATURDAY, ahead=False, whole="first")


def test_of_what_was_made_long_ago_the_date_to_come_may_have_been() -> None:
    """A forecast of July was to be settled by August, whenever it is written down."""
    july = datetime(2026, 7, 1, tzinfo=UTC)
    assert read("2026-08-31", SATURDAY, ahead=True, earliest=july) == "2026-08-31"
    assert read("31 August 2026", SATURDAY, ahead=True, earliest=july) == "2026-08-31"
    with pytest.raises(UnexpectedError, match="expected a date to come"):
        read("30 June 2026", SATURDAY, ahead=True, earliest=july)


@pytest.mark.parametrize("said", ["end of 27", "end of 5", "end of 0", "end of 12345"])
def test_a_year_has_four_digits(said: str) -> None:
    """The year 27 is not meant by anybody who writes of the end of 27."""
    with pytest.raises(UnexpectedError, match="expected a date"):
        read(said, SATURDAY, ahead=True)


@pytest.mark.parametrize(
    "said", ["end of june", "end of the year", "in 3 days", "end of december", "tomorrow"]
)
def test_a_date_that_has_been_is_not_to_come(said: str) -> None:
    """Where a date that has been is wanted, one to come is refused, or the one before is meant."""
    try:
        meant = read(said, SATURDAY, ahead=False)
    except UnexpectedError:
        return
    assert date.fromisoformat(meant) <= SATURDAY.date()


@pytest.mark.parametrize(
    ("today", "said", "meant"),
    [
        ("2027-01-31", "in a month", "2027-02-28"),
        ("2028-01-31", "in a month", "2028-02-29"),
        ("2027-12-31", "in 2 months", "2028-02-29"),
        ("2027-08-31", "in 1 month", "2027-09-30"),
        ("2028-02-29", "in a year", "2029-02-28"),
        ("2028-02-29", "in 4 years", "2032-02-29"),
        ("2027-03-31", "a month ago", "2027-02-28"),
        ("2028-02-29", "a year ago", "2027-02-28"),
        ("2028-02-29", "in 0 days", "2028-02-29"),
        ("2028-02-10", "end of the month", "2028-02-29"),
        ("2027-12-31", "tomorrow", "2028-01-01"),
        ("2028-03-01", "a day ago", "2028-02-29"),
        ("2027-06-30", "end of june", "2027-06-30"),
        ("2027-07-01", "end of june", "2028-06-30"),
        ("2027-12-31", "end of the year", "2027-12-31"),
        ("2026-12-31", "next month", "2027-01-31"),
        ("2026-12-31", "Q4", "2026-12-31"),
        ("2026-12-31", "next quarter", "2027-03-31"),
        ("2026-12-31", "Q1", "2027-03-31"),
        ("2027-01-01", "Q4", "2027-12-31"),
        ("2027-01-31", "in a quarter", "2027-04-30"),
        ("2027-02-28", "in half a year", "2027-08-28"),
        ("2028-02-29", "29 february", "2028-02-29"),
        ("2028-03-01", "29 february", "2032-02-29"),
        ("2027-01-31", "the 30th", "2027-03-30"),
        ("2027-02-28", "the 31st", "2027-03-31"),
        ("2027-12-31", "the 1st", "2028-01-01"),
        ("2028-02-29", "before march", "2028-02-29"),
        ("9999-12-31", "end of the month", "9999-12-31"),
        ("9999-12-31", "today", "9999-12-31"),
        ("9999-12-31", "yesterday", None),
        ("9999-12-31", "tomorrow", None),
        ("9999-12-31", "next month", None),
        ("9999-12-31", "next week", None),
        ("9999-12-31", "june", None),
    ],
)
def test_months_end_where_they_end(today: str, said: str, meant: str | None) -> None:
    """A month on from the 31st is the last of a shorter month; leap years have their day."""
    now = datetime.fromisoformat(f"{today}T12:00:00+00:00")
    ahead = not said.endswith("ago")
    if meant is None:  # it lies beyond the calendar, or has been
        with pytest.raises(UnexpectedError, match="expected a date"):
            read(said, now, ahead=ahead, whole="last")
    else:
        assert read(said, now, ahead=ahead, whole="last") == meant


@pytest.mark.parametrize("day", range(16, 23))
def test_a_week_ends_with_its_work_or_its_sunday(day: int) -> None:
    """Until Friday both may be meant, after it Sunday alone."""
    now = datetime(2026, 11, day, 12, tzinfo=UTC)
    if day > 20:
        assert read("eow", now, ahead=True) == "2026-11-22"
        return
    with pytest.raises(AmbiguousError) as refused:
        read("eow", now, ahead=True)
    written = [reading.written for reading in refused.value.readings]
    assert written == ["2026-11-20", "2026-11-22"]


@pytest.mark.parametrize("day", range(16, 23))
def test_the_last_friday_is_ambiguous_after_a_friday_of_this_week(day: int) -> None:
    """From Monday to Friday it can only be that of last week; then it may be the one just gone."""
    now = datetime(2026, 11, day, 12, tzinfo=UTC)
    if day <= 20:
        assert read("last friday", now, ahead=False) == "2026-11-13"
        return
    with pytest.raises(AmbiguousError):
        read("last friday", now, ahead=False)


days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(days, st.booleans())
def test_an_iso_date_is_itself(day: date, ahead: bool) -> None:
    """Any day in ISO form is read as that day, whatever today is."""
    assert read(day.isoformat(), SATURDAY, ahead=ahead) == day.isoformat()


@given(instants, st.booleans())
def test_an_iso_instant_is_itself(instant: datetime, ahead: bool) -> None:
    """Any instant in ISO form is read as that instant, and its reading as itself."""
    meant = read(instant.isoformat(), SATURDAY, ahead=ahead, earliest=begins("0001-01-01"))
    assert datetime.fromisoformat(meant) == instant
    assert read(meant, SATURDAY, ahead=ahead, earliest=begins("0001-01-01")) == meant


@given(instants, st.sampled_from(DAYS))
def test_a_weekday_is_within_a_week(now: datetime, day: str) -> None:
    """A weekday to come lies one to seven days ahead, one that has been as far behind."""
    for ahead, sign in ((True, 1), (False, -1)):
        meant = date.fromisoformat(read(day, now, ahead=ahead))
        assert meant.weekday() == DAYS.index(day)
        assert timedelta(days=1) <= sign * (meant - now.date()) <= timedelta(days=7)


@given(instants, st.integers(0, 400), st.sampled_from(["day", "days", "weeks", "months", "years"]))
def test_in_so_many_is_never_before_today(now: datetime, count: int, unit: str) -> None:
    """Counting on never goes back, and counting back and on meet at the same day."""
    meant = date.fromisoformat(read(f"in {count} {unit}", now, ahead=True))
    assert meant >= now.date()
    past = date.fromisoformat(read(f"{count} {unit} ago", now, ahead=False))
    assert past <= now.date()
    if unit in {"day", "days", "weeks"}:
        assert meant - now.date() == now.date() - past


@given(instants, st.sampled_from(["end of the month", "end of june", "end of the year"]))
def test_an_end_is_never_before_today(now: datetime, said: str) -> None:
    """The end of a month or year to come is today at the earliest."""
    assert date.fromisoformat(read(said, now, ahead=True)) >= now.date()


WORDS = (
    "next last this end of start the mid- early late before in by ago from now week month quarter"
    " year friday sunday june 2027 Q2 H1 3 31 12/11 03 a two 15th 18:00 utc noon 2026-12-01 7d h"
    " days months today tomorrow - / . , ' ２ ½ ² \u0130"
)


def check(said: str, now: datetime, *, ahead: bool, whole: Literal["first", "last"]) -> None:
    """What is read lies on the right side of now; what is not read is refused, never crashes."""
    try:
        meant = read(said, now, ahead=ahead, whole=whole)
    except UnexpectedError:
        return
    assert read(meant, now, ahead=ahead) == meant
    if canonical(said):  # taken as it stands
        return
    if ahead:
        assert last_instant(meant) >= now
    else:
        assert begins(meant) <= now


@given(st.text(max_size=30), st.booleans(), st.sampled_from(["first", "last"]))
def test_any_text_is_read_or_refused(
    said: str, ahead: bool, whole: Literal["first", "last"]
) -> None:
    """Whatever is typed gives a date or a refusal, never another error."""
    check(said, SATURDAY, ahead=ahead, whole=whole)


@settings(max_examples=400)
@given(
    st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=5).map(" ".join),
    st.sampled_from([SATURDAY, datetime(2028, 2, 29, 23, 59, tzinfo=UTC)]),
    st.booleans(),
    st.sampled_from(["first", "last"]),
)
def test_words_in_any_order_are_read_or_refused(
    said: str, now: datetime, ahead: bool, whole: Literal["first", "last"]
) -> None:
    """A date to come is never over, one that has been never to come, whatever the words."""
    check(said, now, ahead=ahead, whole=whole)


@given(instants, st.sampled_from([said for said in COMING if "20" not in said]))
def test_a_date_to_come_is_never_over(now: datetime, said: str) -> None:
    """On any day, each phrase without a year means today at the earliest, or is ambiguous."""
    check(said, now, ahead=True, whole="last")


def readme(row: str) -> list[str]:
    """What a row of the README's table of forms says may be typed."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("| typed | read as |")[2]
    (found,) = (
        line for line in table.splitlines() if line.startswith((f"| `{row}`", f"| `{row} "))
    )
    return re.findall("`([^`]+)`", found.split("|")[1])


@pytest.mark.parametrize(
    ("row", "days"),
    [
        ("friday", ("2026-11-27", "2027-02-21", "2026-12-05", "2026-12-15", "2027-03-03")),
        ("7d", ("2026-11-28", "2026-12-05", "2027-02-21", "2027-11-21")),
        ("end of Q2", ("2027-06-30", "2026-12-31", "2027-02-15", "2027-06-30")),
        ("2027-07", ("2027-07-31", "2027-06-30", "2027-06-30", "2026-12-31", "2027-12-31")),
        ("tomorrow", ("2026-11-22T18:00:00Z", "2026-11-27T17:00:00Z")),
    ],
)
def test_the_forms_of_the_readme_are_read(row: str, days: tuple[str, ...]) -> None:
    """As it says."""
    assert tuple(read(said, SATURDAY, ahead=True, whole="last") for said in readme(row)) == days


def test_the_ambiguous_forms_of_the_readme_are_so() -> None:
    """On the day of the tests, a Saturday."""
    for said in readme("next friday"):
        with pytest.raises(AmbiguousError):
            read(said, SATURDAY, ahead=True, whole="last")


def test_the_numbers_of_the_readme_are_read() -> None:
    """Probabilities, odds and quantities."""
    assert {share(said) for said in readme("70%")} == {0.7}
    assert {share(said) for said in readme("2:1")} == {0.666666667}
    assert [amount(said) for said in readme("1,200.5")] == ["1200.5", "1200.5", "3000", "1200000"]
    for said in readme("5"):
        with pytest.raises(AmbiguousError):
            share(said)
