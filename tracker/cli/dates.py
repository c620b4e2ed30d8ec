"""Dates as people say them. What is not known is refused, never guessed.

Words mean a stretch of days (:mod:`tracker.cli.days`); here one moment of it is chosen, and checked
to be one to come or one that has been.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal

from tracker.cli.days import COUNT, COUNTS, Days, Seen, meant
from tracker.cli.spoken import AmbiguousError, Reading, plain
from tracker.cli.terminal import aloud
from tracker.errors import UnexpectedError
from tracker.values import begins, is_day, moment

Edge = Literal["first", "last"]
KNOWN = 'a date as 2026-03-02, or "tomorrow", "friday", "in 3 months", "end of June 2027"'
_ISO = r"\d{4}-\d\d-\d\d(?:[t ][\d:.+z-]+)?"
_TIMED = (
    r"(?:(?P<day>.+?)(?:,| at)? )??(?:at )?"
    r"(?P<clock>noon|\d{1,2}:\d\d|\d{1,2}(?::\d\d)? ?[ap]m)"
    r"(?: ?(?P<zone>z|utc|gmt|[+-]\d\d?:?\d\d))?"
)
_HOURS = rf"(in |within )?({COUNT}) ?(h|hour|hr|min|minute)s?( ago| from now)?"
_FRIDAY, _SUNDAY, _NOON = 4, 6, 12
_UNITS = {"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}
_ORDER = ("first", "second", "third", "fourth")


def read(
    text: str,
    now: datetime,
    *,
    ahead: bool,
    instant: bool = False,
    whole: Edge | None = None,
    earliest: datetime | None = None,
) -> str:
    """The canonical moment that was said.

    A weekday is the next one where a date to come is wanted (``ahead``), the last one otherwise;
    "today" is the present instant where an hour matters (``instant``). Of a longer stretch the
    first or the last day counts, as ``whole`` says; without it one day must be named. A date to
    come is now or later, or not before ``earliest``; one in ISO form is taken as it stands. Raises
    AmbiguousError where there are several readings, UnexpectedError for what is not known.

    >>> saturday = datetime(2026, 11, 21, 12, tzinfo=UTC)
    >>> said = ("friday", "in 3 months", "end of june")
    >>> [read(each, saturday, ahead=True) for each in said]
    ['2026-11-27', '2027-02-21', '2027-06-30']
    """
    bare = plain(text)
    said = _simple(bare)
    if re.fullmatch(_ISO, said):
        return moment(bare.upper())
    if said == "now" or (said == "today" and instant):
        return moment(now)  # to the last digit: what was logged a moment ago was before
    try:
        readings = list(dict.fromkeys(_readings(said, now, ahead=ahead, whole=whole)))
    except UnexpectedError as error:
        raise UnexpectedError(text, error.expected) from None
    except (ValueError, OverflowError):
        raise UnexpectedError(text, "a date that is in the calendar") from None
    if not readings:
        raise UnexpectedError(text, KNOWN)
    return _chosen(text, readings, now, earliest=(earliest or now) if ahead else None)


def canonical(text: str) -> bool:
    """Whether a date was typed in its one certain form, and needs no reading back."""
    return re.fullmatch(_ISO, plain(text).lower()) is not None


def _simple(said: str) -> str:
    """Words in lower case without those that add nothing: "by the end of June"."""
    said = re.sub(r"\bthe (?=\S)", "", said.lower())
    said = re.sub(r"^(?:by|until|till|on|since|from) (?=\S)", "", said)
    said = re.sub(r"\beo([dwmqy])\b", lambda found: f"end of {_UNITS[found[1]]}", said)
    said = re.sub(r"\b(year|quarter|month)[- ]end\b", r"end of \1", said)
    return re.sub(
        r"\b(first|second|third|fourth) (quarter|half)\b",
        lambda found: f"{found[2][0]}{_ORDER.index(found[1]) + 1}",
        said,
    )


def _chosen(text: str, readings: list[str], now: datetime, *, earliest: datetime | None) -> str:
    """The one reading there is; one of several must fit at least."""
    wrong = [_misplaced(text, each, now, earliest=earliest) for each in readings]
    if error := wrong[0] if all(wrong) else None:
        raise error
    if len(readings) > 1:
        raise AmbiguousError(text, [Reading(each, aloud(each)) for each in readings])
    return readings[0]


def _misplaced(
    text: str, when: str, now: datetime, *, earliest: datetime | None
) -> UnexpectedError | None:
    """What is wrong with a date that lies on the other side of now."""
    found = text if when == plain(text).upper() else f"{text} ({aloud(when)})"
    if earliest is not None:
        over = when < str(earliest.date()) if is_day(when) else begins(when) < earliest
        return UnexpectedError(found, "a date to come") if over else None
    if begins(when) > now:
        return UnexpectedError(found, "a date that has come")
    return None


def _readings(said: str, now: datetime, *, ahead: bool, whole: Edge | None) -> list[str]:
    """Each moment that words may mean."""
    seen = Seen(now.date(), ahead)
    if counted := re.fullmatch(_HOURS, said):
        return _hours(counted, now, ahead=ahead)
    if timed := re.fullmatch(_TIMED, said):
        at = _clock(timed["clock"], timed["zone"])
        days = meant(timed["day"], seen) if timed["day"] else (Days(now.date(), now.date()),)
        return [
            moment(datetime.combine(day, at)) for each in days for day in _day(each, seen, None)
        ]
    return [day.isoformat() for each in meant(said, seen) for day in _day(each, seen, whole)]


def _hours(counted: re.Match[str], now: datetime, *, ahead: bool) -> list[str]:
    before, count, unit, after = counted.groups()
    if before and after:
        return []
    number = COUNTS.get(count) or int(count)
    span = timedelta(hours=number) if unit.startswith("h") else timedelta(minutes=number)
    back = after == " ago" or not (before or after or ahead)
    return [moment((now - span if back else now + span).replace(second=0, microsecond=0))]


def _clock(clock: str, zone: str | None) -> time:
    if zone is None:
        raise UnexpectedError(clock, "a time with its zone, as 18:00 UTC or 18:00+01:00")
    found = re.match(r"(\d+)(?::(\d\d))? ?([ap]m)?", clock)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (_NOON, 0)
    half = found[3] if found else None
    sign, ahead = (-1 if zone[0] == "-" else 1), re.sub(r"\D", "", zone).rjust(4, "0")
    offset = sign * timedelta(hours=int(ahead[:2]), minutes=int(ahead[2:]))
    if half and (not 1 <= hour <= _NOON or (half == "am" and hour == _NOON)):
        hour = 99  # 0 am and 12 am may be any hour
    hour += _NOON if half == "pm" and hour < _NOON else 0
    try:
        return time(hour, minute, tzinfo=timezone(offset) if offset else UTC)
    except ValueError:
        raise UnexpectedError(clock, "a time of day, as 18:00 UTC") from None


def _day(days: Days, seen: Seen, whole: Edge | None) -> list[date]:
    """The day of a stretch that is meant; two where a week may end with its work."""
    if days.said == "about" and not whole:
        raise UnexpectedError(days.said, f"a date of one day, as {days.first}")
    if days.first == days.last:
        return [days.first]
    if not whole and days.said != "end":
        raise UnexpectedError(days.said, f"a date of one day, as {days.first}")
    if whole == "first" and days.said != "end":
        return [days.first]
    if (days.last - days.first).days == _SUNDAY and (seen.ahead or days.said):
        ends = [days.first + timedelta(days=end) for end in (_FRIDAY, _SUNDAY)]
        return [end for end in ends if end >= seen.today or not seen.ahead] or ends
    return [days.last if seen.ahead or days.last < seen.today else seen.today]
