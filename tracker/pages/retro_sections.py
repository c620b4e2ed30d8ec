"""What a retrospective says in words and tables, the same on its page and in Markdown."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from tracker.charts.picture import Table
from tracker.charts.theme import number, percent
from tracker.pages.lines import when
from tracker.pages.retro_short import (
    CANNOT_TELL,
    KINDS,
    entire,
    key,
    leaning,
    leans,
    plural,
    same,
    signed,
)
from tracker.scoring.verdict import FEW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracker.pages.retro import Retro
    from tracker.scoring.retrospect import Bias

ROWS = 20  # of a table of biases
EXPLAINED = (
    "Whether things of one kind came true as often as was said, on yes/no questions: the "
    "difference in percentage points. Below 0 they came true less often, so the forecasts were too "
    "high."
)
CAREFUL = (
    "Each interval is for its row alone; the verdict allows for all rows of a table (Holm), needs "
    "ten questions, and must stand had one more question gone the other way."
)


class Command(NamedTuple):
    """A command as it is typed, and what it does."""

    typed: str
    does: str


@dataclass(frozen=True)
class Sheet:
    """A table under a title of its own; ``aligned`` has a letter for each column.

    ``l`` to the left, ``n`` the same and never broken, ``r`` for numbers, to the right. ``ids``
    and ``links`` (addresses on the same site) belong to the first cells of the rows; ``few`` are
    rows on few questions, which take little room on a phone.
    """

    title: str
    table: Table
    aligned: str
    ids: tuple[str, ...] = ()
    links: tuple[str | None, ...] = ()
    few: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Section:
    """Plain sentences, tables, what is to be said ``after`` them, and a command that goes on."""

    name: str
    title: str
    sentences: tuple[str, ...]
    sheets: tuple[Sheet, ...] = ()
    command: Command | None = None
    after: str = ""


def sections(retro: Retro) -> list[Section]:
    """The sections for which there is something to say, in their order."""
    found = (_lean(retro), _updating(retro), _waiting(retro), _read(retro), _late(retro))
    kept = [section for section in found if section is not None]
    return kept if retro.commands else [replace(section, command=None) for section in kept]


def _lean(retro: Retro) -> Section | None:
    if not leans(retro.bias):
        return None
    sentences = [EXPLAINED, leaning(retro)]
    if retro.sets:
        sets = plural(retro.sets, "question with options is", "questions with options are")
        sentences.append(f"{retro.sets:,} {sets} not in it: of options one always comes true.")
    shown = {by: found for by in KINDS if (found := _several(retro.bias, by))}
    sheets = tuple(_biases(retro.bias, by, found) for by, found in shown.items())
    kept = tuple(sentence for sentence in sentences if sentence)
    after = CAREFUL if any(shown.values()) else ""
    return Section("lean", "Where the forecasts lean", kept, sheets, after=after)


def _several(bias: Sequence[Bias], by: str) -> list[Bias]:
    """What rests on more than one question, and is not all there is; the verdicts first."""
    several = [one for one in bias if one.by == by and one.questions > 1]
    if all(same(one, entire(bias)) for one in several):
        return []
    if len(several) <= ROWS:
        return several
    return sorted(several, key=lambda one: (one.verdict == CANNOT_TELL, -one.questions))[:ROWS]


def _biases(bias: Sequence[Bias], by: str, shown: Sequence[Bias]) -> Sheet:
    cells = tuple(
        (
            key(one),
            f"{one.questions:,}",
            percent(one.mean_probability, 0),
            percent(one.happened, 0),
            points(one.difference),
            _interval(one),
            "cannot tell yet" if one.verdict == CANNOT_TELL else f"{one.verdict} than said",
        )
        for one in shown
    )
    rest = sum(one.by == by for one in bias) - len(shown)
    left_out = f"{rest:,} more, on fewer questions, {plural(rest, 'is', 'are')} left out."
    heads = (by, "questions", "said", "happened", "points", "90 % interval", "verdict")
    few = tuple(one.questions < FEW for one in shown)
    return Sheet(KINDS[by], Table(heads, cells, left_out if rest else ""), "lrrrrrl", few=few)


def _interval(one: Bias) -> str:
    if one.interval is None or one.questions < FEW:
        return "–"
    return " to ".join(points(end) for end in one.interval)


def points(difference: float) -> str:
    """A difference of shares in percentage points, with its sign.

    >>> points(-0.114), points(0.05), points(-0.001)
    ('−11', '+5', '0')
    """
    value = round(100 * difference)
    return f"{value:+d}".replace("-", "−") if value else "0"


def _updating(retro: Retro) -> Section | None:
    found = retro.updating
    if found is None or not retro.card.forecasts:
        return None
    if not found.questions:
        return Section("updating", "Changes of mind", (found.verdict,))
    interval = "–" if found.interval is None else " to ".join(signed(end) for end in found.interval)
    rows = [
        ("questions with updates", f"{found.questions:,}"),
        ("updates", f"{found.updates:,}"),
        ("mean step", _step(found.mean_step)),
        ("toward what happened", f"{percent(found.toward, 0)} of those that moved it"),
        ("mean score of the first forecast", number(found.first)),
        ("mean score of the last", number(found.last)),
        ("gain", signed(found.gain)),
        ("90 % interval", interval),
    ]
    explained = (
        "The first forecast on each question against the last, where there is more than one, by "
        "the Brier score (0-1 scale, lower is better). A gain above 0: updating helped."
    )
    sheet = Sheet("", Table(("", "value"), tuple(rows)), "lr")
    return Section("updating", "Changes of mind", (found.verdict, explained), (sheet,))


def _step(share: float | None) -> str:
    return "–" if share is None else f"{number(100 * share, 1)} percentage points"


def _waiting(retro: Retro) -> Section | None:
    if not retro.open:
        return None
    overdue = retro.overdue
    said = f"{retro.open:,} {plural(retro.open, 'question waits', 'questions wait')} for an outcome"
    late = f"; {overdue:,} should have been settled by now" if overdue else ""
    rows = tuple(
        (
            line.title,
            f"“{line.phrase}” {line.shown}" if line.phrase else line.shown,
            when(line.made),
            f"{when(line.resolve_by or 'no day set')}{', overdue' if line.overdue else ''}",
        )
        for line in retro.waiting
    )
    left_out = f"{len(rows):,} of {retro.open:,}."
    heads = ("question", "said", "made", "settle by")
    table = Table(heads, rows, left_out if len(rows) < retro.open else "")
    first = ". The longest overdue stand first." if overdue > 1 else "."
    settle = Command("tracker resolve ID OUTCOME", "settles one")
    ids = tuple(line.id for line in retro.waiting)
    links = tuple(line.link for line in retro.waiting)
    sheets = (Sheet("", table, "llnn", ids, links),)
    return Section("waiting", "Still open", (f"{said}{late}{first}",), sheets, settle)


def _read(retro: Retro) -> Section | None:
    if not retro.read:
        return None
    rows = tuple(
        (
            one.title,
            when(one.published or "–"),
            f"{one.statements:,}",
            f"{one.scorable:,}",
            f"{one.scored:,}",
            percent(one.scorable / one.statements, 0),
        )
        for one in retro.read
    )
    made, scorable = (sum(getattr(one, name) for one in retro.read) for name in _MADE)
    sentences = (
        (
            f"Of {made:,} {plural(made, 'statement')} about the future kept from texts, "
            f"{scorable:,} {plural(scorable, 'commits', 'commit')} to a likelihood, and can be "
            "scored once settled. A text that never commits cannot be wrong."
        ),
    )
    heads = ("source", "published", "statements", "scorable", "scored", "share")
    links = tuple(one.link for one in retro.read)
    sheet = Sheet("", Table(heads, rows), "lnrrrr", links=links)
    return Section("texts", "How much could be scored at all", sentences, (sheet,))


_MADE = ("statements", "scorable")


def _late(retro: Retro) -> Section | None:
    if not retro.late:
        return None
    scored, late = retro.card.forecasts, retro.late
    which = (
        f"{late:,} of the {scored:,} forecasts that are scored" if scored > 1 else "The forecast"
    )
    said = (
        f"{which} {plural(late, 'was', 'were')} recorded after the outcome was known. Such a "
        "forecast shows what somebody said, and not that it was written down in time."
    )
    prospective = Command(f"{command(retro)} --prospective", "leaves such forecasts out")
    return Section("late", "Recorded afterwards", (said,), command=prospective)


def command(retro: Retro, name: str = "retro") -> str:
    """A command about the analyst, as it is typed."""
    option = "" if name == "retro" else "--analyst "
    return f"tracker {name} {option}{shlex.quote(retro.handle)}"


def rest(retro: Retro) -> str:
    """How many forecasts are not shown; nothing where all are."""
    if not retro.beyond:
        return ""
    left = f"{retro.beyond:,} more {plural(retro.beyond, 'is', 'are')} not shown"
    return f"{left}; {command(retro, 'list')} shows all." if retro.commands else f"{left}."


def method(retro: Retro) -> Iterator[str]:
    """How the numbers came about, in notes."""
    yield (
        f"Counting: {retro.counting}. It says which of several forecasts on one question count, "
        "and with what weight; all those on one question weigh as much as one."
    )
    yield (
        "Scores are Brier scores on the 0-1 scale, lower is better. Intervals are 90 % intervals, "
        "clustered by question: questions that hang together count as one piece of evidence."
    )
    if retro.reading_range is not None:
        yield (
            "The reading range is no interval: it runs from the reading of the words that is "
            "kindest to what happened to the harshest."
        )
