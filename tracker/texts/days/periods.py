"""Stretches of the calendar that words name: "mid-February", "next spring", "the end of 2027".

Months and holidays without a year are the next that are not over; seasons are the north's.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Period(NamedTuple):
    """The first and the last day of a stretch of time."""

    first: date
    last: date


if TYPE_CHECKING:
    _Make = Callable[[dict[str, str], int], Period]


def months(year: int, month: int, count: int = 1) -> Period:
    """So many months, the first of them counted from January of a year.

    >>> months(2026, 12, 3).last
    datetime.date(2027, 2, 28)
    """
    first = year * 12 + month - 1
    last_year, last_month = divmod(first + count - 1, 12)
    last = date(last_year, last_month + 1, monthrange(last_year, last_month + 1)[1])
    return Period(date(first // 12, first % 12 + 1, 1), last)


# --- words ---------------------------------------------------------------------------------------

_MONTHS = (
    r"Jan(?:uary)?|Feb(?:ruary)?|(?-i:Mar(?:ch)?)|Apr(?:il)?|(?-i:May)|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"
)
_MONTH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAY = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_SEASON = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_PART = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4, "last": 2}
_FEAST = {"christmas": (12, 25), "new year": (12, 31), "halloween": (10, 31), "nowruz": (3, 20)}
_SPANS = {"year": 1, "decade": 10, "century": 100}

PERIOD = re.compile(
    r"(?<![\w-])(?P<past>(?:last(?!\s(?:until|till|through|for)\b)|past|since|after|previous|that)\s(?:the\s)?)?"
    r"(?P<lead>(?:by|before|until|till|through(?:out)?|in|on|during|within|over|at|come|from|for"
    r"|no later than|sometime|survives?|sees?\sout|outlasts?|this side of"
    r"|between\s(?:\w{1,12}\s){1,3}and)\s(?:in\s)?)?"
    r"(?P<the>the\s)?(?P<modifier>(?:very\s)?(?:end|close|start|beginning|middle|rest|remainder)\sof\s"
    r"|later?\s(?:in\s)?|early\s(?:in\s)?|(?:mid|end|late|early)[- ])?"
    r"(?:(?P<which>this\scoming|this|next|the\scoming|coming)\s|the\s)?(?:year\s(?=\d{4}\b))?"
    rf"(?:(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s(?:of\s)?(?P<day_month>{_MONTHS})"
    rf"|(?P<month_day>{_MONTHS})\s(?P<day_after>[0-3]?\d)(?:st|nd|rd|th)?(?![\d%])"
    rf"|(?P<month>{_MONTHS})"
    r"|(?P<iso>(?:19|20|21)\d\d-[01]\d-[0-3]\d)"
    r"|(?P<numeric>[0-3]?\d(?P<stroke>[/.])[0-3]?\d(?P=stroke)(?:19|20|21)\d\d)"
    r"|Q(?P<q>[1-4])|(?P<quarter>first|second|third|fourth|final)\squarter"
    r"|H(?P<h>[12])|(?P<half>first|second|last)\shalf"
    rf"|(?P<season>{'|'.join(_SEASON)})"
    rf"|(?P<feast>{'|'.join(_FEAST)}|easter|turn of the year|year(?:'?s)?[- ]end)"
    rf"|(?P<weekday>{'|'.join(_WEEKDAY)})"
    r"|(?P<span>weekend|week|month|quarter|year|decade|century)"
    r"|(?P<alone>(?:19|20|21)\d\d|(?<=year )[1-9]\d{3})(?P<plural>'?s)?(?!\s?(?:%|per))"
    r"(?P<event>\s(?:\w{1,20}\s)?(?:elections?|vote|race|Olympics|World Cup|referendum)\b)?)"
    r"(?:(?:,?\s(?:of\s)?|\sin\s)(?P<year>(?:19|20|21)\d\d)|\sof\s(?P<of>(?:this|next|the)\syear))?"
    r"(?P<out>\s(?:is|are)\s(?:out|over|up|done)\b)?(?!\w|-\w)",
    re.IGNORECASE,
)


def period(found: re.Match[str], now: date | None) -> Period | None:
    """The stretch that a match of PERIOD means as a time to come, as far as it goes.

    None where the words name no time to come, or only one that is counted from a day not known.
    """
    said = {key: text.casefold().strip() for key, text in found.groupdict().items() if text}
    if "past" in said or not _means_time(said):
        return None
    named = _named(said, now)
    if named is None:
        return None
    last = _part(named, said.get("modifier", ""))
    if said.get("lead") not in {"before", "this side of"} or "out" in said:
        return Period(named.first, last)
    if said.get("modifier", "").startswith(("end", "very end", "close")):
        return Period(named.first, last)  # "before the end of June" has all of June
    day = (named.first if "modifier" not in said else last) - _DAY
    if said.get("span") == "weekend" and now and day < now:
        day += 7 * _DAY
    return Period(named.first, day)


def begun(found: re.Match[str], now: date | None) -> date | None:
    """The day before a stretch that a match of PERIOD names: "not until 2030"."""
    said = {key: text.casefold().strip() for key, text in found.groupdict().items() if text}
    named = _named(said, now) if said.get("lead") in {"until", "till"} else None
    return named.first - _DAY if named and "modifier" not in said else None


def follows(found: re.Match[str], now: date | None) -> bool:
    """Whether a match of PERIOD means some time after a stretch to come: "after Easter"."""
    said = {key: text.casefold().strip() for key, text in found.groupdict().items() if text}
    if not said.get("past", "").startswith("after") or not _means_time(said | {"lead": "after"}):
        return False
    named = _named(said, now)
    return named is not None and (now is None or named.last >= now)


_DAY = timedelta(days=1)
_RECENT = timedelta(days=31)


def _means_time(said: dict[str, str]) -> bool:
    """Whether the words around the name of a period make it a time, not a thing."""
    if said.keys() & {"day", "day_after", "iso", "numeric", "q", "h", "year", "of", "event"}:
        return True
    if "span" in said:
        if "coming" in said.get("which", "") or (
            "the" in said and "modifier" not in said and said.get("which") == "next"
        ):
            return False  # "over the next year" is counted from the day
        whole = said.get("lead", "").startswith(_WHOLE) or said["span"] == "weekend"
        return (whole and "lead" in said) or "which" in said or "modifier" in said
    return "half" not in said and bool(said.keys() & {"lead", "modifier", "which"})


_WHOLE = ("within", "before", "through", "during", "survive", "see", "outlast", "between")


def _named(said: dict[str, str], now: date | None) -> Period | None:
    """The whole period that is named, of its year or the next that is not over."""
    if "iso" in said:
        day = date.fromisoformat(said["iso"])
        return Period(day, day)
    if "numeric" in said:
        return _numeric(said["numeric"])
    if "alone" in said:
        first = int(said["alone"])
        return Period(date(first, 1, 1), date(first + 9 * ("plural" in said), 12, 31))
    make = next((make for key, make in _YEARLY.items() if key in said), None)
    if make and "year" in said:
        return make(said, int(said["year"]))
    return _counted(said, now, make) if now else None


def _numeric(written: str) -> Period | None:
    """A date in figures, where it does not matter which is the day and which the month."""
    first, second, year = (int(part) for part in re.split(r"[/.]", written))
    if max(first, second) <= 12 and first != second:  # noqa: PLR2004
        return None
    day = date(year, min(first, second), max(first, second))
    return Period(day, day)


def _counted(said: dict[str, str], now: date, make: _Make | None) -> Period | None:
    """A period without a year, counted from a day."""
    after = said.get("which") == "next" or _new_year(said)
    if make is None:
        return _weekday(said, now) if "weekday" in said else _current(said["span"], now, int(after))
    if "of" in said:
        return make(said, now.year + (said["of"] == "next year"))
    since = now - timedelta(days=31) if _new_year(said) else now  # in January it is this one
    years = range(max(1, now.year - 1), min(now.year + 9, date.max.year))
    coming = [one for year in years if (one := _exists(make, said, year))]
    if said.get("lead") == "on" and any(now - _RECENT <= one.last < now for one in coming):
        return None  # "on 9 January", written on the tenth
    return next((one for one in coming if (one.first > since if after else one.last >= now)), None)


def _exists(make: _Make, said: dict[str, str], year: int) -> Period | None:
    """A period in a year that has it: not every year has a 29 February."""
    try:
        return make(said, year)
    except ValueError:
        return None


def _weekday(said: dict[str, str], now: date) -> Period:
    ahead = (_WEEKDAY.index(said["weekday"]) - now.weekday()) % 7
    day = now + timedelta(days=ahead or 7 * (said.get("which") == "next"))
    return Period(day, day)


def _current(span: str, now: date, step: int) -> Period:
    """The week, month, quarter, year, decade or century of a day, or so many later."""
    if span in {"week", "weekend"}:
        monday = now + timedelta(days=7 * step - now.weekday())
        return Period(monday + 5 * _DAY * (span == "weekend"), monday + 6 * _DAY)
    if span == "month":
        return months(now.year, now.month + step)
    if span == "quarter":
        return months(now.year, 3 * ((now.month - 1) // 3 + step) + 1, 3)
    first = (now.year // _SPANS[span] + step) * _SPANS[span]
    return Period(date(first, 1, 1), date(first + _SPANS[span] - 1, 12, 31))


def _part(whole: Period, modifier: str) -> date:
    """The last day of the part of a period that is meant."""
    days = (whole.last - whole.first).days + 1
    if modifier.startswith(("mid", "middle")):
        return whole.first + timedelta(days=14 if days < 32 else days // 2 - 1)  # noqa: PLR2004
    if modifier.startswith(("early", "start", "beginning")):
        return whole.first + timedelta(days=days // 3 - 1)
    return whole.last


def _one_day(said: dict[str, str], year: int) -> Period:
    month = _MONTH.index(said.get("day_month", said.get("month_day", ""))[:3]) + 1
    number = int(said.get("day", said.get("day_after", "")))
    day = date(year, month, number)
    return Period(day, day)


def _new_year(said: dict[str, str]) -> bool:
    """Whether the first months of a year are meant: "in the new year"."""
    early = said.get("lead", "").startswith("in") or "modifier" in said
    return said.get("feast") == "new year" and early


def _feast(said: dict[str, str], year: int) -> Period:
    name = said["feast"]
    if _new_year(said):
        return months(year, 1, 3)
    day = _easter(year) if name == "easter" else date(year, *_FEAST.get(name, (12, 31)))
    return Period(day, day)


def _easter(year: int) -> date:
    """Easter Sunday: the anonymous Gregorian computus (Nature, 20 April 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + k - 7 * ((a + 11 * h + 22 * k) // 451) + 114, 31)
    return date(year, month, day + 1)


_YEARLY: dict[str, _Make] = {
    "day": _one_day,
    "day_after": _one_day,
    "month": lambda said, year: months(year, _MONTH.index(said["month"][:3]) + 1),
    "season": lambda said, year: months(year, _SEASON[said["season"]], 3),
    "feast": _feast,
    "q": lambda said, year: months(year, 3 * int(said["q"]) - 2, 3),
    "quarter": lambda said, year: months(year, 3 * _PART[said["quarter"]] - 2, 3),
    "h": lambda said, year: months(year, 6 * int(said["h"]) - 5, 6),
    "half": lambda said, year: months(year, 6 * _PART[said["half"]] - 5, 6),
}
