"""By when a forecast is to come true: the dates that a sentence states, or a policy's.

The day is the last one on which the forecast may still come true, counted from the day of
publication and never before it. Words that hang on something else ("before the election", "within
ten days of the vote") are kept without a day. Nothing here reads a clock.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tracker.texts.days.periods import PERIOD, begun, follows, months, period
from tracker.texts.days.telling import clause, told
from tracker.texts.drafts import Horizon

if TYPE_CHECKING:
    from collections.abc import Iterator

POLICY_DAYS = 120
POLICY = f"{POLICY_DAYS} days after publication"
FARTHEST = 200  # years for which a day is counted
VAGUE = "our reading of vague words"

# Without one of these, no finder below finds a time.
_TIMELY = re.compile(
    r"\d|\b(?:day|week|month|year|quarter|decade|centur|hour|minute|mon|tue|wed|thu|fri|sat|sun|jan"
    r"|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|spring|summer|autumn|fall|winter|christmas|easter"
    r"|new year|to(?:morrow|night|day)|soon|time|term|before|until|till|after|ahead|within|once|by"
    r"|end|turn|weekend|season|fortnight|lifetime|generation|eventual|shortly|imminent|long|ever"
    r"|future|coming|course|next|later|hallowe|whitsun|lent|advent|noon|midnight|dawn|evening"
    r"|morning|night|mid)",
    re.IGNORECASE,
)
_Found = tuple[int, int, int, Horizon]  # rank, start, end; a stated day ranks before vague words


def horizon(
    prose: str,
    published: str | None,
    *,
    default: Horizon | None = None,
    around: tuple[int, int] | None = None,
) -> Horizon | None:
    """By when a sentence says that something is to come true; ``default`` where it does not say.

    ``published`` is the day of publication, or an instant, whose day counts as it is written, in
    its own zone. Without it, words that are counted from it are kept without a day. A stated day
    comes before vague words ("soon"), those before words that hang on something else; among equals
    the first counts. ``around`` is where a forecast's phrase stands: the time nearest to it in its
    own clause then counts, and the sentence's where that clause states none.

    >>> horizon("A deal by mid-February is likely.", "2026-01-12")
    Horizon(day='2026-02-15', words='by mid-February', policy=None)
    """
    if not _TIMELY.search(prose):
        return default
    now = date.fromisoformat(published[:10]) if published else None
    found = [one for finder in (_periods, _spans, _vague, _hanging) for one in finder(prose, now)]
    if around and len(found) > 1:
        start, end = clause(prose, around)
        own = [one for one in found if start <= one[1] < end]
        nearest = sorted(own, key=lambda one: max(one[1] - around[1], around[0] - one[2]))
        found = sorted(nearest, key=lambda one: one[0])[:1] or found
    return min(found, key=lambda one: one[:2])[3] if found else default


def policy(published: str | None) -> Horizon:
    """The horizon of a forecast whose text states none: 120 days after publication.

    >>> policy("2026-03-02").day
    '2026-06-30'
    """
    if published is None:
        return Horizon(None, None, POLICY)
    day = date.fromisoformat(published[:10])
    return Horizon(
        (day + timedelta(days=min(POLICY_DAYS, (date.max - day).days))).isoformat(), None, POLICY
    )


def _stated(
    found: re.Match[str], day: date | None, now: date | None, *, vague: bool = False
) -> Iterator[_Found]:
    if day and now and day.year - now.year > FARTHEST:
        yield 2, *found.span(), Horizon(None, found[0].strip())
    elif day is None or now is None or day >= now:
        said = Horizon(day.isoformat() if day else None, found[0].strip(), VAGUE if vague else None)
        yield (int(vague), *found.span(), said)


def _periods(prose: str, now: date | None) -> Iterator[_Found]:
    """By mid-February, in 2027, next spring, before Christmas; after Easter, without a day."""
    for found in PERIOD.finditer(prose):
        try:
            if follows(found, now):
                yield 2, *found.span(), Horizon(None, found[0].strip())
            named = period(found, now)
            if named and _NOT_UNTIL.search(prose[max(0, found.start() - 80) : found.start()]):
                named = named._replace(last=begun(found, now) or named.last)
            relative = now is None and period(found, date(2000, 1, 1)) is not None
        except (ValueError, OverflowError):
            continue  # no such day in the calendar
        ahead = now and named and named.first > now and (found["year"] or found["alone"])
        if (named or relative) and (ahead or not told(prose, *found.span())):
            yield from _stated(found, named.last if named else None, now)


_NOT_UNTIL = re.compile(
    r"(?:\b(?:not(?! only)|never|no(?! doubt)|nothing|nobody|none|unlikely)\b|n't\b)[^.;:,]{0,60}$",
    re.IGNORECASE,
)


# --- spans of time -------------------------------------------------------------------------------

_NAMES = [
    *("a an one", "two couple", "three few", "four", "five several", "six", "seven", "eight"),
    *("nine", "ten", "eleven", "twelve dozen", "thirteen", "fourteen", "fifteen"),
]
_COUNT = {word: float(count) for count, words in enumerate(_NAMES, 1) for word in words.split()}
_COUNT |= {"half": 0.5, "eighteen": 18, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90}
_MULTIPLE = {"hundred": 100.0, "thousand": 1000.0}
_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "fortnight": 14.0}
_MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "generation": 300, "centurie": 1200}
_MONTHS["century"] = _MONTHS["centurie"]
_UNIT = rf"(?P<unit>{'|'.join([*_DAYS, *_MONTHS])})"
_LARGE = rf"(?:\d{{1,3}}|an?|{'|'.join(_COUNT)})\s(?:{'|'.join(_MULTIPLE)})"
_FEW = r"(?:an?\s)?(?:few|couple\sof|couple|dozen)|half\san?"
_FIGURES = r"\d{1,3}|(?:\d,?\d{3})(?=\syears)"
_NUMBER = rf"(?:{_LARGE}|{_FIGURES}|{_FEW}|{'|'.join(_COUNT)})"
_ROUGHLY = (
    r"(?:(?:at\s(?:least|most)|about|around|roughly|perhaps|maybe|another|only|just|up\sto"
    r"|(?:less|more|no\smore|fewer)\sthan|under|a\smatter\sof|many|some)\s){0,2}"
)
_NEXT = r"(?:next|coming|following|first)\s"
_SPAN = re.compile(
    rf"\b(?<!time )(?P<lead>within|in|over|for|during|inside)\s(?:the\s)?(?P<some>{_ROUGHLY})"
    rf"(?P<next>{_NEXT})?(?:(?P<count>{_NUMBER})(?:(?:-|\s(?:to|or)\s)(?P<most>{_NUMBER}))?\s)?"
    rf"{_UNIT}(?P<many>s)?\b(?P<two>\sor\stwo\b)?(?P<on>\s(?:ahead|to\scome))?"
    r"(?!\s(?:of|after|from(?! now)|since|once|following|earlier|before)\b|-)",
    re.IGNORECASE,
)
_HENCE = re.compile(
    rf"\b(?P<count>{_NUMBER})\s{_UNIT}s?(?:'\stime|'s\stime|\sfrom\snow|\shence|\saway)\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"\bthis\stime\snext\s(?P<unit>week|month|year)\b", re.IGNORECASE)
_TODAY = re.compile(
    r"\b(?:(?P<today>later\stoday|tonight|this\s(?:morning|afternoon|evening))"
    r"|(?P<after>the\sday\safter\s)?tomorrow)\b"
    # a day of its own, not "Europe today is weak" or "less likely today than then"
    r"|(?<!of )(?<!as )(?<!than )(?<!likely )(?<!until )(?<!unlike )\b(?P<now>today)\b"
    r"(?=\s*(?:$|[.,;:!?)])|\s(?:or|and|at|in|on|if|by)\b)",
    re.IGNORECASE,
)


def later(day: date, count: float, unit: str) -> date:
    """A day so many units later; the month's last where the month has no such day.

    >>> later(date(2026, 1, 31), 1, "month")
    datetime.date(2026, 2, 28)
    """
    if unit in _DAYS:
        return day + timedelta(days=-int(-count * _DAYS[unit] // 1))
    last = months(day.year, day.month + int(count * _MONTHS[unit] + 0.5)).last
    return last.replace(day=min(day.day, last.day))


def _counted(words: str) -> float:
    *said, last = words.casefold().replace(",", "").split()
    if last in _MULTIPLE:
        return _counted(" ".join(said)) * _MULTIPLE[last]
    if last.isdigit():
        return float(last)
    said.append(last)
    return next((_COUNT[word] for word in said if word not in {"a", "an", "or"}), 1.0)


def _spans(prose: str, now: date | None) -> Iterator[_Found]:
    """Within two years, over the next decade, in the coming weeks, a year from now, tomorrow."""
    for found in _SPAN.finditer(prose):
        unit, count = found["unit"].casefold(), found["two"] or found["most"] or found["count"]
        if count or (found["next"] and not found["many"]):
            yield from _later(found, now, _counted(count or "one"), unit)
        elif found["many"] and _ahead(found):
            yield from _later(found, now, _SOME[unit], "day", vague=True)
    for found in _HENCE.finditer(prose):
        yield from _later(found, now, _counted(found["count"]), found["unit"].casefold())
    for found in _TIME.finditer(prose):
        yield from _later(found, now, 1, found["unit"].casefold())
    for found in _TODAY.finditer(prose):
        ahead = 0 if found["today"] or found["now"] else 2 if found["after"] else 1
        if ahead or not told(prose, *found.span()):
            yield from _later(found, now, ahead, "day")


def _ahead(found: re.Match[str]) -> bool:
    """Whether days, weeks or years without a number are to come: "in years" may be past."""
    to_come = {"within", "inside", "for"}
    return bool(found["next"] or found["some"] or found["on"] or found["lead"].lower() in to_come)


_SOME = {  # days in "the coming weeks" and their like
    "hour": 2,
    "day": 10,
    "week": 42,
    "fortnight": 42,
    "month": 183,
    "quarter": 365,
    "year": 5 * 365,
    "decade": 30 * 365,
    "generation": 50 * 365,
    "century": 100 * 365,
    "centurie": 100 * 365,
}


def _later(
    found: re.Match[str], now: date | None, count: float, unit: str, *, vague: bool = False
) -> Iterator[_Found]:
    try:
        day = later(now, count, unit) if now else None
    except (ValueError, OverflowError):  # beyond the calendar
        yield 2, *found.span(), Horizon(None, found[0].strip())
        return
    yield from _stated(found, day, now, vague=vague)


# --- vague words, and words that hang on something else ------------------------------------------

_VAGUE = (
    (r"(?:very\s|quite\s|any\s?time\s|pretty\s)?soon(?!\safter)|shortly(?!\sa|\sb)", 92),
    (r"before\slong|in\sthe\s(?:short|near)(?:er)?[\s-](?:term|run|future)", 183),
    (r"(?:over|in|for)\sthe\s(?:foreseeable\sfuture)", 2 * 365),
    (r"(?:over|in)\sthe\smedium[\s-](?:term|run)|(?:over|in)\sthe\smiddle\sterm", 3 * 365),
    (r"(?:over|in)\sthe\slong(?:er)?[\s-](?:term|run)", 10 * 365),
)
_VAGUE_WORDS = re.compile(
    "|".join(rf"(?P<v{days}>\b(?:{words})\b)" for words, days in _VAGUE), re.IGNORECASE
)
_HANGING = re.compile(
    r"\b(?:(?:before|until|till|ahead\sof|prior\sto|by\sthe\stime)\s(?!now\b|then\b|long\b|that\b)"
    rf"[A-Za-z][^,.;:!?()]{{1,50}}|(?:within|in)\s(?:{_NUMBER}\s)?{_UNIT}s?\s(?:of|after|from)\s"
    r"[^,.;:!?()]{1,40}|(?:in|within|during)\s(?:my|our|your|his|her|their|its|a|one)\s"
    r"lifetimes?\b|eventually\b|in\sdue\scourse\b|(?:one|some)\s?day\b|sooner\sor\slater\b)",
    re.IGNORECASE,
)


def _vague(prose: str, now: date | None) -> Iterator[_Found]:
    """Soon, in the short term, for the foreseeable future."""
    for found in _VAGUE_WORDS.finditer(prose):
        days = int((found.lastgroup or "v0")[1:])
        yield from _later(found, now, days, "day", vague=True)


def _hanging(prose: str, now: date | None) -> Iterator[_Found]:
    """Before the election, by the time the court rules, within ten days of the vote."""
    del now
    for found in _HANGING.finditer(prose):
        yield 2, *found.span(), Horizon(None, found[0].strip())
