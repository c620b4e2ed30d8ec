"""Dates as people say them. What is not known is refused, never guessed."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta

from tracker.errors import UnexpectedError
from tracker.values import moment

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = tuple(name.lower() for name in calendar.month_name)
KNOWN = 'a date as 2026-03-02, or "tomorrow", "friday", "in 3 months", "end of June 2027"'
_COUNT = r"(\d{1,4}|an?) (day|week|month|year)s?"

_NTH = r"(\d{1,2})(?:st|nd|rd|th)?"
_WRITTEN = rf"(?:{_NTH} (?:of )?([a-z]+)\.?|([a-z]+)\.? {_NTH}),? (\d{{4}})"  # 2 March 2026


def read(text: str, now: datetime, *, ahead: bool, instant: bool = False) -> str:
    """The canonical moment that was said.

    A weekday is the next one where a date to come is wanted (``ahead``), the last one otherwise;
    "today" is the present instant where an hour matters (``instant``). Raises UnexpectedError for
    what it does not know.

    >>> from datetime import UTC
    >>> saturday = datetime(2026, 11, 21, 12, tzinfo=UTC)
    >>> [read(said, saturday, ahead=True) for said in ("friday", "in 3 months", "end of june")]
    ['2026-11-27', '2027-02-21', '2027-06-30']
    """
    said = " ".join(text.lower().split())
    if re.match(r"\d{4}-", said):
        return moment(text.strip())
    if said == "now" or (said == "today" and instant):
        return moment(now)  # to the last digit: what was logged a moment ago was before
    try:
        found = _day(said, now.date(), ahead=ahead)
    except (ValueError, OverflowError):
        raise UnexpectedError(text, "a date that is in the calendar") from None
    if found is None:
        raise UnexpectedError(text, KNOWN)
    if not ahead and found > now.date():
        raise UnexpectedError(text, "a date that has come")
    return found.isoformat()


def _day(said: str, today: date, *, ahead: bool) -> date | None:
    near = {"today": 0, "tomorrow": 1, "yesterday": -1}
    if said in near:
        return today + timedelta(days=near[said])
    if said in DAYS:
        away = (DAYS.index(said) - today.weekday()) % 7 or 7
        return today + timedelta(days=away if ahead else away - 7 or -7)
    if counted := re.fullmatch(f"(in )?{_COUNT}( ago)?", said):
        before, count, unit, after = counted.groups()
        if (before is None) != (after is None):
            return _shifted(today, count, unit, 1 if before else -1)
    if written := re.fullmatch(_WRITTEN, said):
        day, name = written[1] or written[4], written[2] or written[3]
        return _in_month(day, name, written[5])
    if ended := re.fullmatch(r"(?:the )?end of (?:this |the )?(\w+)(?: (\d{4}))?", said):
        return _end(ended[1], ended[2], today)
    return None


def _shifted(today: date, count: str, unit: str, sign: int) -> date:
    number = sign * (1 if count.startswith("a") else int(count))
    if unit in {"day", "week"}:
        return today + timedelta(days=number * (7 if unit == "week" else 1))
    months = today.year * 12 + today.month - 1 + number * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(today.day, last))


def _in_month(day: str, name: str, year: str) -> date | None:
    months = [month for month in MONTHS[1:] if len(name) > 2 and month.startswith(name)]  # noqa: PLR2004
    return date(int(year), MONTHS.index(months[0]), int(day)) if months else None


def _end(what: str, year: str | None, today: date) -> date | None:
    if what == "year" and year is None:
        return date(today.year, 12, 31)
    if re.fullmatch(r"\d{4}", what, re.ASCII) and year is None:
        return date(int(what), 12, 31)
    if what == "month" and year is None:
        return today.replace(day=calendar.monthrange(today.year, today.month)[1])
    if what not in MONTHS[1:]:
        return None
    month = MONTHS.index(what)
    in_year = int(year) if year else today.year + (month < today.month)
    return date(in_year, month, calendar.monthrange(in_year, month)[1])
