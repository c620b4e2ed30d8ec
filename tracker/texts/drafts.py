"""Drafts of forecasts found in a text: what a person corrects before anything is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from tracker.records import Attribution
    from tracker.texts.document import Document

Tier = Literal["A", "B"]  # commits to a likelihood; a possibility or a consequence


@dataclass(frozen=True)
class Reading:
    """How the words of a forecast are read: a probability and a central 80 % range, each 0 to 1.

    ``rule`` names the entry of the lexicon, or the kind of stated number; where the words only
    order chances, there is no number. ``scorable`` is false where they commit to no likelihood.
    """

    point: float | None
    low: float | None
    high: float | None
    rule: str
    profile: str
    version: str
    scorable: bool = True


@dataclass(frozen=True)
class Horizon:
    """By when a forecast is to come true: a day with the words that state it, or a policy's."""

    day: str | None  # as 2026-06-30; None where the text has no date to count from
    words: str | None = None
    policy: str | None = None  # why this day, where no words state one


@dataclass(frozen=True)
class Draft:
    """A sentence that may hold a forecast; offsets are ``str`` offsets in the stored text.

    ``reason`` says why a candidate was dropped; one that stands has none. ``condition`` is
    explicit where the sentence says on what it depends, implicit where that must be read from
    those around it; ``condition_words`` are the words, where there are any. ``options`` are
    answers that exclude each other, the one that is forecast first, and ``ordered`` whether they
    lie on a scale, where that is known.
    """

    start: int
    end: int
    phrase: str
    phrase_start: int
    phrase_end: int
    tier: Tier
    reading: Reading
    sentence: str
    paragraph: int  # counted from 1
    attribution: Attribution = "author"
    speaker: str | None = None
    condition: Literal["explicit", "implicit"] | None = None
    condition_words: str | None = None
    options: tuple[str, ...] | None = None
    ordered: bool | None = None
    horizon: Horizon | None = None
    reason: str | None = None
    found_by: str = "rules"

    @property
    def status(self) -> str:
        """``draft``, or ``dropped`` with a reason."""
        return "dropped" if self.reason else "draft"


class Extractor(Protocol):
    """Finds drafts in a document: our rules, or a language model."""

    def extract(self, document: Document, published: str | None = None) -> list[Draft]:
        """The drafts in text order; ``published`` is the day from which horizons are counted."""
        ...
