"""How a number is written in prose, and how it is read as a probability."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.texts.drafts import Reading
from tracker.texts.numbers.clause import ABOUT, AS_LOW, AT_LEAST, AT_MOST, UP_TO

if TYPE_CHECKING:
    from tracker.texts.numbers.clause import Clause

MOST = 40  # numbers of one kind in a sentence that are looked at: tables have more
ROUNDING = 0.025  # either side of a stated number
VAGUE = 0.05  # either side of one said to be rough
EVEN = 0.5
BETTER_THAN_EVEN = (0.51, 0.6, 0.65)  # the survey's median and range, as in the lexicon


@dataclass(frozen=True)
class Stated:
    """A number that states a probability: ``prose[start:end]``, read with a range, each 0 to 1.

    ``rule`` is the kind of number; ``bare`` says that no word of probability governs it.
    """

    start: int
    end: int
    point: float
    low: float
    high: float
    rule: str
    bare: bool = False

    def reading(self, version: str) -> Reading:
        """The reading; no profile changes what a number says."""
        return Reading(self.point, self.low, self.high, self.rule, "stated", version)


# --- as written ---------------------------------------------------------------------------------

UNITS = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
WORDS = {word: float(value) for value, word in enumerate(UNITS)}
WORDS |= {word: 10.0 * value for value, word in enumerate(TENS, 2)}
WORDS |= {"a": 1.0, "hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}
FRACTIONS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "tenth": 10}

SPELT = rf"(?:(?:{'|'.join(TENS)})(?:[- ](?:{'|'.join(UNITS[1:10])}))?|{'|'.join(UNITS)})"
HUNDRED = r"(?:an?|one) hundred"
NUMBER = rf"(?:(?<![\d.,])\d{{1,3}}(?:\.\d{{1,6}})?|\b{HUNDRED}|\b{SPELT}\b)"
PERCENT = r"(?:\s?%|[\s-]per\s?cent\b|[\s-]pct\b)(?![\s-](?:age|points?)\b)"


def value(words: str) -> float:
    """The number that words or digits say.

    >>> value("twenty-five"), value("ten thousand"), value("a hundred"), value("1,000")
    (25.0, 10000.0, 100.0, 1000.0)
    """
    total = 0.0
    for part in re.split(r"[- ]", words.casefold().removeprefix("an ")):
        number = WORDS[part] if part in WORDS else float(part.replace(",", ""))
        multiple = number >= 100  # noqa: PLR2004 - "a hundred", "ten thousand"
        total = max(total, 1.0) * number if multiple else total + number
    return total


# --- as read ------------------------------------------------------------------------------------


def around(point: float, width: float) -> tuple[float, float, float]:
    """A range about a point, never more than half of what is left to 0 or 1 but at the ends."""
    if point in {0.0, 1.0}:  # nothing is left on one side
        return max(0.0, point - width), point, min(1.0, point + width)
    width = min(width, point / 2, (1 - point) / 2)
    return point - width, point, point + width


def bounded(point: float, bound: str | None) -> tuple[float, float, float]:
    """Low, point and high of a number with the words that bound it."""
    if point == EVEN and bound in {AT_LEAST, AT_MOST}:
        low, middle, high = BETTER_THAN_EVEN
        return (low, middle, high) if bound == AT_LEAST else (1 - high, 1 - middle, 1 - low)
    ends = {
        AT_LEAST: (point, min(1.0, 2 * point)),
        AT_MOST: (max(0.0, 2 * point - 1), point),
        UP_TO: (point / 2, point),
        AS_LOW: (point, min(1.0, 2 * point)),
    }
    if bound in ends:
        low, high = ends[bound]
        return low, (low + high) / 2, high
    if bound == ABOUT and point in {0.0, 1.0}:
        return (0.0, VAGUE / 2, VAGUE) if point == 0 else (1 - VAGUE, 1 - VAGUE / 2, 1.0)
    return around(point, VAGUE if bound == ABOUT else ROUNDING)


def result(clause: Clause, read: tuple[float, float, float], rule: str, *, bare: bool) -> Stated:
    """A number with its range, in the place of its clause."""
    low, point, high = (round(value, 9) for value in read)
    return Stated(clause.start, clause.end, point, low, high, rule, bare=bare)
