"""A sentence made ready for the rules: small letters, its words, its quotations and its tense."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from tracker.texts.patterns import patterns, table

if TYPE_CHECKING:
    from collections.abc import Iterator

_SMALL = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}  # keeps every length
_BLANKS = re.compile(r"\s\s|[^\S ]")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_QUOTED = re.compile(r'"[^"]{1,1500}"?|(?<![a-z0-9])\'(?=[A-Za-z])[^\']{8,600}\'(?![a-z])')

REACH = 60  # characters in which the word before is looked for


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(table("prose")["words"][kind].split())


class Squeezed(NamedTuple):
    """A sentence with single blanks, and where each of its signs stands in the sentence itself."""

    text: str
    places: tuple[int, ...] | None  # None where nothing was left out

    def before(self, at: int) -> int:
        """The offset in the sentence itself of what ends, or begins, at an offset here."""
        if self.places is None:
            return at
        return self.places[at] if at < len(self.places) else self.places[-1] + 1

    def of(self, words: str) -> str:
        """The same signs of another text as long as the sentence itself."""
        return words if self.places is None else "".join(words[at] for at in self.places)


def squeezed(text: str) -> Squeezed:
    """A sentence without blanks beyond one, which markup and line ends leave behind.

    >>> squeezed("will  not").text, squeezed("will  not").before(5)
    ('will not', 6)
    """
    if not _BLANKS.search(text):
        return Squeezed(text, None)
    places = tuple(
        at for at, sign in enumerate(text) if not (sign.isspace() and text[at - 1 : at].isspace())
    )
    return Squeezed("".join(" " if text[at].isspace() else text[at] for at in places), places)


@dataclass(frozen=True)
class Prose:
    """A sentence as the rules see it; every offset is one in ``text``."""

    text: str  # in plain signs

    @cached_property
    def small(self) -> str:
        """The same in small letters, of the same length."""
        return self.text.translate(_SMALL)

    @cached_property
    def _in_order(self) -> list[str]:
        return _WORD.findall(self.small)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words that occur; of ``they'll`` also the parts."""
        found = set(self._in_order)
        return frozenset(found.union(*(word.split("'") for word in found if "'" in word)))

    @cached_property
    def quoted(self) -> tuple[tuple[int, int], ...]:
        """The spans within quotation marks."""
        return tuple(found.span() for found in _QUOTED.finditer(self.text))

    def in_quotes(self, at: int, *, least: int = 10) -> bool:
        """Whether an offset lies in a quotation of some length."""
        return any(start <= at < end and end - start >= least for start, end in self.quoted)

    @cached_property
    def _answers(self) -> dict[str, bool]:
        return {}

    def says(self, table_name: str, pattern: str) -> bool:
        """Whether a pattern of a table occurs; looked for once."""
        known = self._answers.get(pattern)
        if known is None:
            known = patterns(table_name)[pattern].search(self.small) is not None
            self._answers[pattern] = known
        return known

    @cached_property
    def asks(self) -> bool:
        """Whether the sentence is a question."""
        return self.text.rstrip("\"')] ").endswith("?")

    @cached_property
    def past(self) -> int:
        """How many of its verbs stand in the past, as far as their forms tell."""
        return len(self._past_verbs)

    @cached_property
    def _past_verbs(self) -> list[int]:
        supposed = patterns("prose")["supposed"].search(self.small)
        first, last = supposed.span() if supposed else (0, 0)
        found = [
            m.start()
            for m in (_WORD.finditer(self.small) if self.words & _words("irregular") else ())
            if m[0] in _words("irregular")
            and not (
                m[0] in _words("participles") and self._before(m.start()) in _words("not_finite")
            )
        ]
        if any(word.endswith("ed") for word in self.words):
            found += self._regular()
        return sorted(at for at in found if not first <= at < last)

    def _regular(self) -> Iterator[int]:
        """Words in -ed that follow another word which does not make participles of them."""
        small = self.small
        for verb in _WORD.finditer(small):
            at = verb.start()
            if not verb[0].endswith("ed") or verb[0] in _words("not_verbs"):
                continue
            if at < 2 or small[at - 1] != " " or not small[at - 2].isalpha():  # noqa: PLR2004
                continue
            # After a participle "by" says whose deed it was.
            if not small.startswith((" by ", "-"), verb.end()):
                before = self._before(at)
                if before and before not in _words("not_finite"):
                    yield at

    def _before(self, at: int) -> str:
        """The word before an offset, adverbs left out."""
        words = self.small[max(0, at - REACH) : at].rstrip(" ,;:(\"'-").split()
        while len(words) > 1 and (words[-1] in _words("between") or words[-1].endswith("ly")):
            words.pop()
        return words[-1].strip(",;:(\"'") if words else ""

    @cached_property
    def present(self) -> int:
        """How many of its verbs stand in the present, of those whose forms tell."""
        return sum(1 for word in self._in_order if word in _words("present"))

    def past_before(self, at: int, within: int = 200) -> bool:
        """Whether a verb in the past stands before an offset, not far off."""
        return any(at - within <= start < at for start in self._past_verbs)
