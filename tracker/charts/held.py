"""What was held on one question, from forecast to forecast, and the words about it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.charts.frame import day, moment
from tracker.charts.picture import Table
from tracker.charts.theme import percent, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

STRONG = 4  # lines with a colour of their own
ROWS = 200

When = str | date | datetime


class Held(NamedTuple):
    """What one analyst held, from forecast to forecast, oldest first.

    Entries of ``said`` are probabilities from 0 to 1; of a quantity numbers in its unit, and of a
    date days in ISO 8601 (the medians); None where a forecast was withdrawn. ``low`` and ``high``
    are the reading range, or the outer quantiles, in the same terms; None where there is none.
    ``ended`` is when the last one ended to be held, None where it still is: then the line runs on
    to the end of the picture. A day it ended, or became known, counts to its end. ``main`` marks
    lines that are to stand out among many, such as the crowd's median.
    """

    analyst: str
    option: str | None
    made: tuple[When, ...]
    said: tuple[float | str | None, ...]
    low: tuple[float | str | None, ...] = ()
    high: tuple[float | str | None, ...] = ()
    ended: When | None = None
    main: bool = False


class Moment(NamedTuple):
    """Something that happened: ``kind`` is ``news``, ``resolve by`` or ``known``."""

    when: When
    kind: str
    label: str


class History(NamedTuple):
    """One question: its lines, what happened meanwhile, and how it ended.

    ``kind`` is that of the question. ``outcome`` is ``yes`` or ``no``, the option that came true,
    the number, or the day in ISO 8601; None while there is none. ``known`` is when it became
    known. ``band`` says what ``low`` and ``high`` are: "reading range", "10 % to 90 %".
    """

    title: str
    kind: str
    lines: tuple[Held, ...]
    moments: tuple[Moment, ...] = ()
    outcome: str | float | None = None
    known: When | None = None
    unit: str | None = None
    band: str = "reading range"

    @property
    def shares(self) -> bool:
        """Whether the lines are probabilities."""
        return self.kind not in {"quantity", "date"}


def chosen(lines: Sequence[Held]) -> tuple[list[Held], list[Held]]:
    """The lines that stand out, and the grey ones.

    Up to four are all strong. Of more, those that are marked; else of one analyst's options the
    likeliest in the end, and of analysts those with most forecasts.
    """
    if len(lines) <= STRONG:
        return list(lines), []
    marked = [one for one in lines if one.main][:STRONG]
    if not marked:
        options = len({one.analyst for one in lines}) == 1

        def weight(one: Held) -> Any:
            said = one.said[-1] if options else len(one.said)
            return said if isinstance(said, float | int) else 0

        marked = sorted(lines, key=lambda one: -weight(one))[:STRONG]
    chosen = {id(one) for one in marked}
    return marked, [one for one in lines if id(one) not in chosen]


def span(result: History) -> tuple[datetime, datetime]:
    """The first and the last moment of all that is drawn."""
    whens: list[When] = [when for one in result.lines for when in one.made]
    ends: list[When] = [one.ended for one in result.lines if one.ended is not None]
    ends += [one.when for one in result.moments]
    ends += [] if result.known is None else [result.known]
    at = [moment(when) for when in whens] + [moment(when, over=True) for when in ends]
    return min(at), max(at)


def words(result: History, said: float | str | None) -> str:
    """A value as people read it: a share, a number with its unit, a day."""
    if said is None:
        return "withdrawn"
    if isinstance(said, str):
        return day(said)
    unit = f" {plain(result.unit, 20)}" if result.unit else ""
    return percent(said) if result.shares else f"{said:,.10g}{unit}"


def spread(one: Held, number: int) -> tuple[float | str | None, float | str | None]:
    """The low and the high of a forecast, None where it has none."""
    there = len(one.low) > number and len(one.high) > number
    return (one.low[number], one.high[number]) if there else (None, None)


def describe(result: History) -> str:
    """The history in a sentence or two, for those who cannot see it."""
    title = result.title
    if not result.lines:
        return f"History of “{title}”: no forecast yet."
    forecasts = sum(len(one.made) for one in result.lines)
    first, last = span(result)
    strong, _ = chosen(result.lines)
    ends = "; ".join(
        f"{one.analyst}{f', {one.option}' if one.option else ''}: "
        f"{words(result, one.said[0])}"
        + (f" to {words(result, one.said[-1])}" if len(one.said) > 1 else "")
        for one in strong
    )
    outcome = ""
    if result.outcome is not None:
        came = result.outcome if isinstance(result.outcome, str) else words(result, result.outcome)
        outcome = f" Outcome: {came}."
    lines = f"{len(result.lines):,} line{'' if len(result.lines) == 1 else 's'}"
    return (
        f"History of “{title}”, {day(first)} to {day(last)}: {lines} with {forecasts:,} "
        f"forecast{'' if forecasts == 1 else 's'}. {ends}.{outcome}"
    )


def table(result: History) -> Table:
    """The forecasts in the order in which they were made."""
    every = [
        (moment(one.made[number]), one, number)
        for one in result.lines
        for number in range(len(one.made))
    ]
    every.sort(key=lambda row: (row[0], row[1].analyst, row[1].option or ""))
    options = any(one.option for one in result.lines)
    rows = []
    for _, one, number in every[-ROWS:]:
        low, high = spread(one, number)
        ends = (
            "–" if low is None or low == high else f"{words(result, low)} to {words(result, high)}"
        )
        which = (one.option or "–",) if options else ()
        said = words(result, one.said[number])
        rows.append((day(one.made[number]), one.analyst, *which, said, ends))
    heads = ("made", "analyst", *(("option",) if options else ()), "forecast", result.band)
    left_out = f"The last {ROWS} of {len(every):,} entries." if len(every) > ROWS else ""
    return Table(heads, tuple(rows), left_out)


def how_to_read(result: History) -> tuple[str, ...]:
    """What each mark means."""
    lines = [
        (
            "Each line is what an analyst held: level from one forecast to the next, a step where "
            "it changed. A mark is a forecast; a gap is a withdrawal."
        ),
        f"The pale band is the {result.band} of what was said.",
    ]
    if len(result.lines) > STRONG:
        lines.append(f"At most {STRONG} lines have colours; the thin grey lines are the others.")
    if any(one.kind == "news" for one in result.moments):
        lines.append("A triangle and a thin upright line: a source was published that day.")
    lines.append("Dotted upright line: to be settled by then. Solid: the outcome became known.")
    if result.shares:
        lines.append("The star is the outcome: at 100 % what came true, at 0 % what did not.")
    else:
        lines.append("The dashed line is what it came to.")
    return tuple(lines)
