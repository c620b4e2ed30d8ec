"""Dates as people say them: what is read, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.cli.dates import DAYS, read
from tracker.errors import UnexpectedError
from tracker.values import begins

SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

COMING = {
    "2027-03-02": "2027-03-02",
    " 2027-03-02 ": "2027-03-02",
    "2027-03-02T14:05Z": "2027-03-02T14:05:00Z",
    "2027-03-02 14:05+00:00": "2027-03-02T14:05:00Z",
    "2027-03-02T01:05+02:00": "2027-03-01T23:05:00Z",
    "now": "2026-11-21T12:00:00Z",
    "today": "2026-11-21",
    "tomorrow": "2026-11-22",
    "Tomorrow": "2026-11-22",
    "sunday": "2026-11-22",
    "monday": "2026-11-23",
    "FRIDAY": "2026-11-27",
    "saturday": "2026-11-28",  # today is one: the next is meant
    "in 1 day": "2026-11-22",
    "in a day": "2026-11-22",
    "in 10 days": "2026-12-01",
    "in a week": "2026-11-28",
    "in 2 weeks": "2026-12-05",
    "in  2   weeks": "2026-12-05",
    "in a month": "2026-12-21",
    "in 3 months": "2027-02-21",
    "in 12 months": "2027-11-21",
    "in a year": "2027-11-21",
    "in 10 years": "2036-11-21",
    "end of June": "2027-06-30",
    "end of june 2027": "2027-06-30",
    "the end of June 2027": "2027-06-30",
    "end of November": "2026-11-30",
    "end of February": "2027-02-28",
    "end of February 2028": "2028-02-29",
    "end of 2027": "2027-12-31",
    "end of the year": "2026-12-31",
    "end of this year": "2026-12-31",
    "end of the month": "2026-11-30",
    "end of month": "2026-11-30",
}
PAST = {
    "2026-03-02": "2026-03-02",
    "today": "2026-11-21T12:00:00Z",  # what has been, has been by now
    "now": "2026-11-21T12:00:00Z",
    "yesterday": "2026-11-20",
    "friday": "2026-11-20",
    "sunday": "2026-11-15",
    "saturday": "2026-11-14",  # today is one: the last is meant
    "a day ago": "2026-11-20",
    "3 days ago": "2026-11-18",
    "2 weeks ago": "2026-11-07",
    "a month ago": "2026-10-21",
    "11 months ago": "2025-12-21",
    "a year ago": "2025-11-21",
}
REFUSED = [
    "",
    "soon",
    "later",
    "03/04/2027",
    "3.4.2027",
    "04-03-2027",
    "2027",
    "2027-02-29",
    "2027-06-31",
    "2027-13-01",
    "2027-00-10",
    "2027-3-2",
    "20270302",
    "2027-03-02T14:05",  # in which zone?
    "2027-03-02T25:00Z",
    "31 june",
    "june 31",
    "june",
    "next month",
    "next week",
    "next friday",
    "this friday",
    "end of Juni",
    "end of next month",
    "end of the world",
    "in months",
    "in -3 days",
    "in 3 fortnights",
    "in 99999 days",
    "in 9999 years",
    "in two weeks",
    "in 1.5 years",
    "3 days",
    "in 3 days ago",
    "friday 13",
    "fri day",
    "²⁰²⁷-03-02",
]


@pytest.mark.parametrize(("said", "meant"), COMING.items())
def test_a_date_to_come_is_read(said: str, meant: str) -> None:
    """What people say of a date to come, on a Saturday in November."""
    assert read(said, SATURDAY, ahead=True) == meant


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


@pytest.mark.parametrize("said", REFUSED)
@pytest.mark.parametrize("ahead", [True, False])
def test_what_is_not_known_is_refused(said: str, *, ahead: bool) -> None:
    """What is ambiguous or unknown is refused with what is expected, never guessed."""
    with pytest.raises(UnexpectedError, match=r"expected a (date|time)"):
        read(said, SATURDAY, ahead=ahead)


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
        ("2028-03-01", "yesterday", "2028-02-29"),
        ("2027-06-30", "end of june", "2027-06-30"),
        ("2027-07-01", "end of june", "2028-06-30"),
        ("2027-12-31", "end of the year", "2027-12-31"),
    ],
)
def test_months_end_where_they_end(today: str, said: str, meant: str) -> None:
    """A month on from the 31st is the last of a shorter month; leap years have their day."""
    now = datetime.fromisoformat(f"{today}T12:00:00+00:00")
    ahead = not said.endswith("ago")
    assert read(said, now, ahead=ahead) == meant


days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(days, st.booleans())
def test_an_iso_date_is_itself(day: date, ahead: bool) -> None:
    """Any day in ISO form is read as that day, whatever today is."""
    assert read(day.isoformat(), SATURDAY, ahead=ahead) == day.isoformat()


@given(instants, st.booleans())
def test_an_iso_instant_is_itself(instant: datetime, ahead: bool) -> None:
    """Any instant in ISO form is read as that instant, and its reading as itself."""
    meant = read(instant.isoformat(), SATURDAY, ahead=ahead)
    assert datetime.fromisoformat(meant) == instant
    assert read(meant, SATURDAY, ahead=ahead) == meant


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


@given(st.text(max_size=30), st.booleans())
def test_any_text_is_read_or_refused(said: str, ahead: bool) -> None:
    """Whatever is typed gives a date or a refusal, never another error."""
    try:
        meant = read(said, SATURDAY, ahead=ahead)
    except UnexpectedError:
        return
    assert read(meant, SATURDAY, ahead=ahead) == meant
