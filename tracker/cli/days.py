"""The stretches of days that words mean: "friday", "mid-February", "in two weeks", "Q2 2027".

A month, quarter or date without a year is the next that is not over where a date to come is wanted,
the last that has begun otherwise. A week begins on Monday.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import NamedTuple

from tracker.cli.terminal import aloud
from tracker.errors import UnexpectedError


class Days(NamedTuple):
    """A stretch of days; ``said`` is "end" where its end was said, "about" where none is exact."""

    first: date
    last: date
    said: str = ""


class Seen(NamedTuple):
    """From where words are read: the present day, and whether a date to come is wanted."""

    today: date
    ahead: bool


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_COUNTS = ("a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
COUNTS = {word: max(1, count) for count, word in enumerate(_COUNTS)}
COUNTS |= {"an": 1, "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30, "sixty": 60}
COUNTS |= {"ninety": 90, "hundred": 100, "a hundred": 100}
_NEAR = {"today": 0, "tonight": 0, "end of day": 0, "tomorrow": 1, "yesterday": -1}
_NEAR |= {"day after tomorrow": 2, "day before yesterday": -2}
_IN_DAYS = {"d": 1, "day": 1, "w": 7, "wk": 7, "week": 7, "fortnight": 14}
_IN_MONTHS = {"mo": 1, "month": 1, "quarter": 3, "y": 12, "yr": 12, "year": 12}
_LENGTHS = {"q": 3, "h": 6, "quarter": 3, "month": 1, "year": 12}
_STEPS = {"last": -1, "next": 1}
_ONE = timedelta(days=1)
_WEEK = timedelta(days=7)
_LEAP = 9  # years within which each day of the calendar comes

_DAY = "mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs?|rsday)?|fri(?:day)?|sat(?:urday)?"
_DAY += "|sun(?:day)?"
_MONTH = "|".join(rf"{name[:3]}(?:{name[3:]})?\.?" for name in MONTHS) + r"|sept\.?"
_YEAR = r"(?:19|20|21)\d\d"
_NTH = r"(\d{1,2})(?:st|nd|rd|th)?"
COUNT = rf"\d{{1,4}}|{'|'.join(COUNTS)}"
_SPAN = (
    r"(?:((?:in |within |over )?next|in|within|last|past) )?"
    rf"(?:(\d{{1,4}}) ?(d|wk?|mo|yr?)s?|({COUNT}|half an?)"
    r" (day|week|fortnight|month|quarter|year)s?)(?:'?s?'? (time)| (ago|from now|hence))?"
)

_Rule = Callable[[re.Match[str], Seen], tuple[Days, ...]]
_RULES: list[tuple[str, _Rule]] = []


def meant(said: str, seen: Seen) -> tuple[Days, ...]:
    """Each stretch of days that words may mean; nothing where they are not known.

    Raises ValueError or OverflowError for what is not in the calendar.

    >>> [str(days.last) for days in meant("mid-february", Seen(date(2026, 11, 21), ahead=True))]
    ['2027-02-15']
    """
    for pattern, rule in _RULES:
        if (found := re.fullmatch(pattern, said)) and (days := rule(found, seen)):
            return days
    return ()


def shifted(day: date, count: int, unit: str) -> date:
    """A day so many units later; the month's last where the month has no such day.

    >>> shifted(date(2027, 1, 31), 1, "month")
    datetime.date(2027, 2, 28)
    """
    if unit in _IN_DAYS:
        return day + timedelta(days=count * _IN_DAYS[unit])
    year, month = divmod(day.year * 12 + day.month - 1 + count * _IN_MONTHS[unit], 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _rule(pattern: str) -> Callable[[_Rule], _Rule]:
    def added(rule: _Rule) -> _Rule:
        _RULES.append((pattern, rule))
        return rule

    return added


def _one(*days: date) -> tuple[Days, ...]:
    return tuple(Days(day, day) for day in days)


def _months(year: int, month: int, count: int = 1) -> Days:
    """So many months, the first of them counted from January of a year."""
    year, month = divmod(year * 12 + month - 1, 12)
    last_year, last = divmod(year * 12 + month + count - 1, 12)
    length = monthrange(last_year, last + 1)[1]
    return Days(date(year, month + 1, 1), date(last_year, last + 1, length))


def _nearest(make: Callable[[int], Days], seen: Seen) -> Days:
    """What comes once a year: the next that is not over, or the last that has begun."""
    for away in range(_LEAP):
        with suppress(ValueError):  # not every year has 29 February
            days = make(seen.today.year + (away if seen.ahead else -away))
            if days.last >= seen.today if seen.ahead else days.first <= seen.today:
                return days
    raise ValueError


# --- single days ---------------------------------------------------------------------------------


@_rule("|".join(_NEAR))
def _near(found: re.Match[str], seen: Seen) -> tuple[Days, ...]:
    return _one(seen.today + timedelta(days=_NEAR[found[0]]))


@_rule(rf"(?:(this|next|last|coming) )?({_DAY})( week)?")
def _weekday(found: re.Match[str], seen: Seen) -> tuple[Days, ...]:
    """The one that is nearest; the next or the last may be that or the one after it."""
    which, week = found[1], found[3]
    number = next(n for n, name in enumerate(DAYS) if name.startswith(found[2][:3]))
    same = number == seen.today.weekday()
    coming = seen.today + timedelta(days=(number - seen.today.weekday()) % 7 or 7)
    last = coming - (2 * _WEEK if same else _WEEK)
    if week:
        return () if which else _one(*([coming] if same else []), coming + _WEEK)
    if which in {"next", "coming"}:
        return _one(coming, *([] if same or which == "coming" else [coming + _WEEK]))
    begun = seen.today - timedelta(days=seen.today.weekday())
    if which == "last":
        return _one(last, *([last - _WEEK] if last >= begun else []))
    if which == "this":
        this = coming if seen.ahead else begun + timedelta(days=number)
        return _one(*([seen.today] if same else []), *([this] if not same or seen.ahead else []))
    return _one(coming if seen.ahead else last)


@_rule(_SPAN)
def _span(found: re.Match[str], seen: Seen) -> tuple[Days, ...]:
    """So many days, weeks, months or years from today, or ago."""
    lead, count, unit = found[1] or found[6], found[2] or found[4], found[3] or found[5]
    after = found[7]
    if (lead and after) or (lead in {"last", "past", "next"} and count in {"a", "an"}):
        return ()
    if found[6] and found[1] not in {None, "in"}:
        return ()
    if count.startswith("half"):
        if unit != "year":
            return ()
        count, unit = "six", "month"
    number = COUNTS.get(count) or int(count)
    back = after == "ago" or lead in {"last", "past"} or not (lead or after or seen.ahead)
    return _one(shifted(seen.today, -number if back else number, unit))


@_rule(
    rf"(?:({_DAY}),? )?(?:{_NTH}[ -](?:of )?({_MONTH})|({_MONTH})[ -]{_NTH})"
    rf"(?:(?:, ?| |-)({_YEAR}))?"
)
def _written(found: re.Match[str], seen: Seen) -> tuple[Days, ...]:
    """3 March 2027, March 3, Wed 3 Mar: where a weekday is named, it must be right."""
    number, month = int(found[2] or found[5]), _month(found[3] or found[4])
    day = _in_year(number, month, found[6], seen)
    if found[1] and not DAYS[day.weekday()].startswith(found[1][:3]):
        raise UnexpectedError(found[0], f"a date with its own weekday, as {aloud(day.isoformat())}")
    return _one(day)


@_rule(r"(\d{1,2})(?:st|nd|rd|th)")
def _of_month(found: re.Match[str], seen: Seen) -> tuple[Days, ...]:
    """The 15th: of this month or the next, or the last that has been."""
    for away in range(3):
        with suppress(ValueError):
            month = _months(seen.today.year, seen.today.month + (away if seen.ahead else -away))
            day = month.first.replace(day=int(found[1]))
            if day >= seen.today if seen.ahead else day <= seen.today:
                return _one(day)
    raise ValueError


@_rule(rf"(\d{{1,2}})([/.-])(\d{{1,2}})(?:\2({_YEAR}))?")
def _numeric(found: re.Match[str], seen: Seen) -> tuple[Days, ...]:
    """25/12/2027; both readings where day and month may be either."""
    if found[2] == "-" and not found[4]:
        return ()
    numbers, days = (int(found[1]), int(found[3])), []
    for day, month in (numbers, numbers[::-1]):
        with suppress(ValueError):
            days.append(_in_year(day, month, found[4], seen))
    if not days:
        raise ValueError
    return _one(*dict.fromkeys(days))


@_rule(r"(\d{4})([/-])(\d{1,2})\2(\d{1,2})")
def _year_first(found: re.Match[str], _: Seen) -> tuple[Days, ...]:
    return _one(date(int(found[1]), int(found[3]), int(found[4])))


def _in_year(day: int, month: int, year: str | None, seen: Seen) -> date:
    if year:
        return date(int(year), month, day)
    return _nearest(lambda each: _one(date(each, month, day))[0], seen).first


def _month(name: str) -> int:
    return next(n for n, month in enumerate(MONTHS, 1) if month.startswith(name[:3]))


# --- longer stretches ----------------------------------------------------------------------------


@_rule(r"before (.+)")
def _before(found: re.Match[str], seen: Seen) -> tuple[Days, ...]:
    """The day before the first: "before July". What is before an end, or a span, is not sure."""
    if re.match(rf"(?:end|early|late|before|in)\b|(?:{_SPAN})$", found[1]):
        return ()
    return _one(*(days.first - _ONE for days in meant(found[1], seen)))


@_rule(r"(end|start)(?: of |-| )(.+)|(?:(middle) of |(mid|early|late)[- ])(.+)")
def _part(found: re.Match[str], seen: Seen) -> tuple[Days, ...]:
    """The end, exact but for a week's; the first third of a month, its 15th, its last third."""
    part, named = found[1] or found[3] or found[4], _named(found[2] or found[5], seen)
    if not named:
        return ()
    if part == "start":
        return _one(named.first)
    week = named.last - named.first < _WEEK
    if part == "end":
        return (named._replace(said="end"),) if week else _one(named.last)
    length = (named.last - named.first + _ONE).days
    if week or length > 31:  # noqa: PLR2004 - a month's
        return ()
    first = {"early": 1, "late": 21}.get(part, 15)
    last = {"early": length // 3, "late": length}.get(part, 15)
    return (Days(named.first.replace(day=first), named.first.replace(day=last), "about"),)


@_rule(r"(?:in )?((?!week$|month$|quarter$|year$).+)")
def _whole(found: re.Match[str], seen: Seen) -> tuple[Days, ...]:
    days = _named(found[1], seen)
    return (days,) if days else ()


def _named(name: str, seen: Seen) -> Days | None:
    """A week, month, quarter, half or year that is named or counted from this one."""
    if found := re.fullmatch(r"(?:(this|next|last) )?(week|month|quarter|year)", name):
        return _counted(_STEPS.get(found[1], 0), found[2], seen.today)
    if found := re.fullmatch(rf"({_YEAR})-(\d\d)|({_YEAR})", name):
        return _months(int(found[3]), 1, 12) if found[3] else _iso_month(found[1], found[2])
    if found := re.fullmatch(rf"({_MONTH})(?:,? (?:of )?({_YEAR}))?", name):
        return _yearly(_month(found[1]), 1, found[2], seen)
    pattern = rf"(?:({_YEAR})[ -]?)?(?:(q)([1-4])|(h)([12]))(?:[ -]?(?:of )?({_YEAR}))?"
    if (found := re.fullmatch(pattern, name)) and not (found[1] and found[6]):
        length, number = _LENGTHS[found[2] or found[4]], int(found[3] or found[5])
        return _yearly(length * (number - 1) + 1, length, found[1] or found[6], seen)
    return None


def _iso_month(year: str, month: str) -> Days:
    first = date(int(year), int(month), 1)
    return _months(first.year, first.month)


def _yearly(month: int, count: int, year: str | None, seen: Seen) -> Days:
    if year:
        return _months(int(year), month, count)
    return _nearest(lambda each: _months(each, month, count), seen)


def _counted(step: int, unit: str, today: date) -> Days:
    """The present week, month, quarter or year, or one beside it."""
    if unit == "week":
        first = today - timedelta(days=today.weekday()) + step * _WEEK
        return Days(first, first + 6 * _ONE)
    length = _LENGTHS[unit]
    return _months(today.year, (today.month - 1) // length * length + 1 + step * length, length)
