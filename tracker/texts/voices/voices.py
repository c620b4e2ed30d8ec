"""Whose forecast it is: the author's, somebody else's, or unclear.

A sentence is the author's only where nothing in it, or just before it, speaks of another voice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from tracker.texts.voices import agents, saying, turns
from tracker.texts.voices.agents import INTRODUCES, words
from tracker.texts.voices.caution import doubtful, listed
from tracker.texts.voices.reports import reports
from tracker.texts.voices.speakers import opening, tokens

if TYPE_CHECKING:
    from tracker.records import Attribution
    from tracker.texts.rules.prose import Prose
    from tracker.texts.voices.saying import Report
    from tracker.texts.voices.speakers import Token

_SHORTEST = 10  # characters of a quotation that is somebody's sentence, not a word under doubt
_NEAR = 40  # characters from the words of a forecast to "I think" after them
_ACTING = 20  # characters before the forecast of what a person does: "she will"
_REACH = 4  # sentences that an argument of others lasts, where nothing ends it

_FIRST = re.compile(r"\W{0,3}([a-z]+)")
_ACTORS, _PERSON = words("he she they"), re.compile(r"\W{0,3}(?:he|she|they) ")
_CONDITIONS, _MAY = words("if were should had unless such"), words("would could might may")


@dataclass(frozen=True)
class Voice:
    """Whose words a sentence gives, and the speaker's name where one is named."""

    attribution: Attribution
    speaker: str | None = None


AUTHOR = Voice("author")


@dataclass(frozen=True)
class Said:
    """What a sentence says of voices, and what was known before it."""

    prose: Prose
    reports: tuple[Report, ...]
    quoted: tuple[tuple[int, int], ...]
    around: Voice  # of words on which the sentence itself says nothing
    label: str | None = None
    speaker: str | None = None  # whom "they" and an unsigned quotation mean
    last: Said | None = None  # the sentence before
    fresh: bool = False  # first of its paragraph

    @cached_property
    def tokens(self) -> list[Token]:
        """The words and signs outside quotations."""
        return tokens(self.prose.text, self.quoted)

    @property
    def small(self) -> str:
        """The sentence in small letters."""
        return self.prose.small

    def voice(self, start: int) -> Voice:
        """Whose words stand at an offset of the sentence."""
        heard = self._heard(start)
        if heard != AUTHOR or any(one.who == "own" for one in self.reports):
            return heard
        if self.doubted(start) or self._signed(start) or self._goes_on(start):
            return Voice("unclear")
        return heard

    def doubted(self, start: int) -> bool:
        """Whether the sentence shows any sign of another voice for the words at an offset."""
        return doubtful(self.prose, self.tokens, start)

    def _signed(self, start: int) -> bool:
        """Whether a name and a colon stand before the words."""
        signed = turns.COLON.match(self.prose.text, 0, start)
        return signed is not None and signed[1].lower() not in listed("headings") | agents.TIMES

    def _goes_on(self, start: int) -> bool:
        """Whether the sentence before gave another's view, and this one may carry it on."""
        last, small, words = self.last, self.small, self.prose.words
        own = last is None or any(one.who == "own" for one in last.reports)
        if last is None or own or turns.TURN.match(small) or turns.JUDGED.search(small):
            return False
        first = _FIRST.match(small)
        begins = first[1] if first else ""
        theirs = begins in listed("theirs") and not (start < _ACTING and begins in _ACTORS)
        if self.fresh and not theirs:
            return False
        supposed = "would" in words and words.isdisjoint(_CONDITIONS)
        onward = begins in listed("onward") | listed("theirs") and not words.isdisjoint(_MAY)
        argued = not self.fresh and turns.ARGUMENT.search(last.small) is not None
        if not (theirs or onward or supposed or argued):
            return False
        if argued or last.reports or last.quoted or last.doubted(len(last.small)):
            return True
        text = last.prose.text
        if not (supposed and last.prose.past):
            return False
        return bool(_PERSON.match(last.small)) or opening(tokens(text), text) is not None

    def _heard(self, start: int) -> Voice:
        if any(first <= start < last for first, last in self.quoted):
            return Voice("other", self._tagged() or self.label or self.speaker)
        if self.label is not None:
            return Voice("other", self.label or None)
        own = [one for one in self.reports if one.who == "own"]
        others = [one for one in self.reports if one.who != "own"]
        turn = turns.CONTRAST.search(self.small, start)
        reach = turn.start() if turn else len(self.small)
        covering = [
            one for one in others if one.start <= start or (one.whole and one.start <= reach)
        ]
        if covering:
            taken = bool(own) and self._takes_over(own[-1], covering[-1], start)
            return AUTHOR if taken else self._of(covering, start)
        if own:
            return AUTHOR
        if others and others[0].start <= reach:
            return Voice("unclear", others[0].speaker)
        return self.around

    def _takes_over(self, own: Report, other: Report, start: int) -> bool:
        """Whether the author takes the word after another: "they expect a rise; we doubt it"."""
        if not other.start < own.start <= start + _NEAR:
            return False
        thinks = own.verb > own.start and not other.whole  # not "they say we will all pay"
        return thinks or bool(turns.CONTRAST.search(self.small[other.start : own.start]))

    def _of(self, covering: list[Report], start: int) -> Voice:
        best = next(
            (one for one in reversed(covering) if one.who in {"named", "pronoun"}), covering[-1]
        )
        if best.who == "nobody":
            return Voice("unclear", covering[-1].speaker)
        name = best.speaker if best.who == "named" else self.speaker
        if not best.whole and turns.CONTRAST.search(self.small[best.verb : start]):
            return Voice("unclear", name)
        return Voice("other", name)

    def _tagged(self) -> str | None:
        """Who is said to say what the sentence quotes."""
        named = [one for one in self.reports if one.who in {"named", "pronoun"}]
        best = next((one for one in named if one.who == "named"), None)
        return best.speaker if best else (self.speaker if named else None)


@dataclass
class Voices:
    """Listens to a text sentence by sentence, and remembers who has the word."""

    speaker: str | None = None
    label: str | None = None
    person: str | None = None
    quoting: bool = False
    recent: tuple[str, ...] = ()  # how the sentences since the last report begin
    last: Said | None = None
    fresh: bool = True
    lasting: int = 0  # sentences for which others keep the word
    supposing: bool = False  # the sentence before gave another's view as a clause
    _first: bool = field(default=True, repr=False)

    def paragraph(self) -> None:
        """Begin a paragraph: the author has the word, unless a quotation runs on."""
        self.fresh = True
        self.label, self.lasting, self.supposing, self._first = None, 0, False, True
        self.recent = ()
        if not self.quoting:
            self.speaker = self.person = None

    def sentence(self, prose: Prose) -> Said:
        """What the next sentence of the paragraph says of voices."""
        text, small = prose.text, prose.small
        if self._first:
            self._begin(text)
        quoted = self._quoted(prose)
        found: tuple[Report, ...] = ()
        if quoted or not saying.TRIGGERS.isdisjoint(prose.words) or "'" in text or ": " in text:
            found = tuple(reports(prose, tokens(text, quoted), quoted))
        around = self._around(prose, found)
        person = turns.NAME.search(text)
        if person and person[1].partition(" ")[0].lower() not in INTRODUCES:
            self.person = person[1]
        if quoted and (spoken := turns.SPOKEN.search(text)):
            self.speaker = spoken[1]
        heard = self._meant(found, quoted)
        said = Said(prose, found, quoted, around, self.label, heard, self.last, fresh=self.fresh)
        self.last, self.fresh = replace(said, last=None), False
        self._remember(found, quoted)
        if any(one.who == "named" for one in found):
            self.recent = ()
        elif not self.lasting and not any(one.who == "own" for one in found):
            if saying.OPENERS.search(small[:60]) and (camp := opening(tokens(text[:120]), text)):
                self._camp(camp, prose.words)
            self.recent = (*self.recent[-2:], text[:120])
        return said

    def _camp(self, name: str, words: frozenset[str]) -> None:
        """A sentence begins with a camp: "One camp wants to wait". The next may be theirs."""
        found = [word for word in name.lower().split() if saying.OPENERS.fullmatch(word)]
        apart = not turns.APART.isdisjoint(name.lower().split())
        thinks = not (words - set(name.lower().split())).isdisjoint(saying.THINKS) and not (
            found and turns.OTHERWISE.fullmatch(found[0])
        )
        if found and (apart or thinks):
            self.speaker, self.lasting = name, _REACH

    def _begin(self, text: str) -> None:
        self._first = False
        if self.quoting and not text.startswith(('"', "'")):
            self.quoting = False
        if text.startswith('"'):
            self.quoting = False
        label = turns.LABEL.match(text)
        if label and label[1] not in turns.NOT_LABELS:
            self.label = label[1].title() if label[1].isupper() else label[1]
            if self.label in turns.NAMELESS:
                self.label = ""

    def _quoted(self, prose: Prose) -> tuple[tuple[int, int], ...]:
        """The quotations of a sentence, one that began before it among them."""
        text = prose.text
        if not self.quoting:
            self.quoting = text.count('"') % 2 == 1
            return tuple(one for one in prose.quoted if one[1] - one[0] >= _SHORTEST)
        marks = [at for at, sign in enumerate(text) if sign == '"']
        self.quoting = len(marks) % 2 == 0
        edges = [-1, *marks, len(text)]
        return tuple(
            (first + 1, last)
            for first, last in zip(edges[::2], edges[1::2], strict=False)
            if last - first >= _SHORTEST or first < 0
        )

    def _around(self, prose: Prose, found: tuple[Report, ...]) -> Voice:
        """The voice of words on which a sentence says nothing itself."""
        small = prose.small
        if any(one.who == "own" for one in found):
            self.lasting = 0
        if self.lasting and (turns.TURN.match(small) or turns.JUDGED.search(small)):
            self.lasting, self.supposing = 0, False
        if self.lasting:
            return Voice("other" if turns.ONWARD.match(small) else "unclear", self.speaker)
        if (
            self.supposing
            and ("would" in prose.words or "those" in prose.words)
            and not turns.TURN.match(small)
            and not turns.JUDGED.search(small)
        ):
            return Voice("unclear", self.speaker)
        return AUTHOR

    def _meant(self, found: tuple[Report, ...], quoted: tuple[tuple[int, int], ...]) -> str | None:
        named = next((one.speaker for one in found if one.who == "named" and one.speaker), None)
        if named or not (quoted or any(one.who == "pronoun" for one in found)):
            return named or self.speaker
        begun = (opening(tokens(text), text) for text in reversed(self.recent))
        return next(filter(None, begun), None) or self.speaker or self.person

    def _remember(self, found: tuple[Report, ...], quoted: tuple[tuple[int, int], ...]) -> None:
        """Who has the word after a sentence."""
        others = [one for one in found if one.who in {"named", "pronoun"}]
        self.supposing = any(one.clause for one in others)
        self.lasting = max(0, self.lasting - 1)
        for one in others:
            if (
                one.who == "named"
                and one.speaker
                and one.speaker.lower() not in {"some", "others", "many"}
                and not one.speaker.lower().endswith((" of them", "one of them"))
            ):
                self.speaker = one.speaker
            if one.lasts:
                self.lasting = _REACH
        if quoted and self.speaker is None:
            self.speaker = self.person
