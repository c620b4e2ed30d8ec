"""One forecast as pages show it, and the passages it rests on."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from tracker.charts.theme import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable

EDGE = 0.0005  # what is nearer to 0 or 1 would be rounded to it


class Quoted(NamedTuple):
    """A quotation in three parts, with the words that carried the forecast in the middle."""

    before: str
    phrase: str
    after: str


@dataclass(frozen=True)
class Cited:
    """Passages of one source: its title, its address if any, their words or where they stand.

    ``spans`` are offsets in the text. ``stance`` says what evidence does for the outcome; None
    where the passage is the forecast's. ``link`` is the page of the source on the same site.
    """

    source: str
    url: str | None = None
    quote: str | None = None
    spans: tuple[tuple[int, int], ...] = ()
    stance: str | None = None
    link: str | None = None

    @property
    def where(self) -> str | None:
        """Where the words stand in the text.

        >>> Cited("Essay", spans=((3, 9), (1200, 1250))).where
        'characters 3–9 and 1,200–1,250'
        """
        spans = [f"{start:,}–{end:,}" for start, end in self.spans]
        *first, last = spans or [""]
        return f"characters {', '.join(first)}{' and ' if first else ''}{last}" if spans else None

    def marked(self, phrase: str | None) -> Quoted | None:
        """The quotation around a phrase; None without one, or where the phrase is not once in it.

        >>> Cited("Essay", quote="It would likely rain.").marked("would likely")
        Quoted(before='It ', phrase='would likely', after=' rain.')
        """
        if not self.quote or not phrase or self.quote.count(phrase) != 1:
            return None
        before, _, after = self.quote.partition(phrase)
        return Quoted(before, phrase, after)


def when(moment: str | None) -> str:
    """A moment as it is read: the day, and the minute where it is known.

    >>> when("2026-03-02"), when("2026-03-02T14:05:00Z"), when(None)
    ('2026-03-02', '2026-03-02 14:05 UTC', '–')
    """
    if moment is None:
        return MISSING
    is_instant = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", moment)
    return f"{moment[:10]} {moment[11:16]} UTC" if is_instant else moment


def bits(surprise: float) -> str:
    """A surprise in bits, as it is read.

    >>> bits(3.06), bits(1.0), bits(float("inf"))
    ('3.1 bits', '1.0 bit', 'beyond any number of bits')
    """
    if math.isinf(surprise):
        return "beyond any number of bits"
    said = f"{surprise:.1f}"
    return f"{said} bit{'' if said == '1.0' else 's'}"


def likelihood(probability: float | None) -> str:
    """A probability to one decimal; 0 % and 100 % only where it is exactly that.

    >>> likelihood(0.7), likelihood(0.71234), likelihood(4e-20), likelihood(0.999993)
    ('70 %', '71.2 %', 'under 0.1 %', 'over 99.9 %')
    >>> likelihood(0.0), likelihood(1.0), likelihood(None)
    ('0 %', '100 %', '–')
    """
    if probability is None:
        return MISSING
    if 0 < probability < EDGE:
        return "under 0.1 %"
    if 1 - EDGE < probability < 1:
        return "over 99.9 %"
    return f"{100 * probability:.1f}".removesuffix(".0") + " %"


def together(passages: Iterable[Cited]) -> tuple[Cited, ...]:
    """Passages of which only the places are known, once for each source and stance.

    >>> both = together([Cited("Essay", spans=((3, 9),)), Cited("Essay", spans=((20, 30),))])
    >>> [one.where for one in both]
    ['characters 3–9 and 20–30']
    """
    found: dict[object, Cited] = {}
    for number, one in enumerate(passages):
        key = number if one.quote else (one.source, one.stance)
        held = found.get(key)
        found[key] = one if held is None else replace(held, spans=(*held.spans, *one.spans))
    return tuple(found.values())


class Other(NamedTuple):
    """Another forecast on a question: when it was made, in which words, read how."""

    made: str
    phrase: str | None
    shown: str


@dataclass(frozen=True)
class Line:
    """One forecast: in which words, read how, and what came of it.

    ``reading`` is the probability to its last digit, ``shown`` the same as pages print it; the
    costs are Brier scores of this forecast on the 0-1 scale, at the reading and at the kindest and
    harshest end of its range. ``link`` is the page of the question on the same site. ``more`` says
    how many forecasts stand behind this one ("11 earlier"), ``others`` are the newest of them.
    ``chances`` are the probabilities it gave to what happened: by the harshest reading, by the
    reading itself, by the kindest. ``late`` was recorded after the outcome was known, ``overdue``
    is past its date and open.
    """

    title: str
    id: str
    kind: str
    phrase: str | None
    reading: str
    made: str
    status: str
    outcome: str | None
    known: str | None
    cost: float | None
    cost_kindest: float | None
    cost_harshest: float | None
    rationale: str | None
    evidence: int
    entry: int = 0
    passage: Cited | None = None
    cited: tuple[Cited, ...] = ()
    chances: tuple[float, float, float] | None = None
    resolve_by: str | None = None
    overdue: bool = False
    late: bool = False
    shown: str = ""
    link: str | None = None
    more: str = ""
    others: tuple[Other, ...] = ()

    @property
    def stands(self) -> str:
        """Its status as it is said."""
        return "overdue" if self.overdue else self.status

    @property
    def given(self) -> str:
        """What it gave to what happened, and by the readings of the words."""
        if self.chances is None:
            return MISSING
        low, read, high = (likelihood(one) for one in self.chances)
        spread = f"; {low} to {high} by the reading of the words" if low != high else ""
        return f"{read} for what happened{spread}"


@dataclass(frozen=True)
class CallLine:
    """A call: the forecast that counts most on its question, and how the outcome surprised.

    ``surprise`` and ``gain`` are in bits, see :class:`tracker.scoring.retrospect.Call`. ``cost``
    is the Brier score on the question (0-1 scale, lower is better), over all ``forecasts`` that
    count; ``kindest`` and ``harshest`` are its ends over the readings of the words.
    """

    line: Line
    forecasts: int
    surprise: float
    gain: float
    cost: float
    kindest: float
    harshest: float

    @property
    def equal(self) -> float | None:
        """What equal chances gave to each answer; None where the surprise is infinite."""
        return None if math.isinf(self.surprise) else 2.0 ** -(self.gain + self.surprise)

    @property
    def ranked(self) -> str:
        """The surprise, and how far it lies from that of equal chances, by which calls rank."""
        said = bits(self.surprise)
        if math.isinf(self.surprise):
            return said
        side = "below" if self.gain > 0 else "beyond"
        return f"{said}; {abs(self.gain):.1f} {side} equal chances"

    @property
    def several(self) -> str:
        """That its numbers are of several forecasts; nothing where there is one."""
        if self.forecasts == 1:
            return ""
        return f"mean of {self.forecasts:,} forecasts; the one that counts most is shown"
