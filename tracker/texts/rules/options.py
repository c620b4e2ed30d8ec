"""Answers that exclude each other: "neither A nor B, but C".

The patterns stand in ``options.toml``; in them ``win`` is the favoured answer, ``a`` and ``b`` are
the others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tracker.texts.patterns import patterns, table
from tracker.texts.rules.answers import Span, alike, comparable, form, trimmed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.texts.rules.cues import Found
    from tracker.texts.rules.prose import Prose

FAR = 140  # characters between a cue and its set
ALL = range(95, 106)  # per cent to which the shares of all answers add up
SET = 2  # answers that a set of shares has at least


@dataclass(frozen=True)
class OptionSet:
    """Answers of which one comes true: where they stand in the sentence, the favoured first.

    ``ordered`` is true only where the words say that they lie on a scale.
    """

    spans: tuple[Span, ...]
    ordered: bool | None = None

    def of(self, words: str) -> tuple[str, ...]:
        """The answers in the words of the text itself."""
        return tuple(words[start:end] for start, end in self.spans)


def option_set(prose: Prose, found: Found) -> OptionSet | None:
    """The answers that a sentence names as excluding each other, in the clause of its cue.

    >>> from tracker.texts.rules.cues import find
    >>> from tracker.texts.rules.prose import Prose
    >>> prose = Prose("The likely outcome is neither peace nor war, but a truce.")
    >>> option_set(prose, find(prose)[0]).of(prose.text)
    ('a truce', 'peace', 'war')
    """
    text = prose.text
    if found.cue.entry == "we_doubt":  # what is doubted is no answer
        return None
    if prose.small.startswith(" not ", found.end):  # "most likely not Smith" favours the others
        return None
    for whole, parts in _named(prose, found):
        spans = alike(text, tuple(trimmed(text, part) for part in parts))
        if comparable([text[start:end] for start, end in spans]) and _near(text, found, whole):
            return OptionSet(spans, True if patterns("options")["scale"].search(text) else None)
    return None


def _named(prose: Prose, found: Found) -> Iterator[tuple[Span, list[Span]]]:
    """Every set that a sentence announces: the span of all of it, and those of its answers."""
    text, here, known = prose.text, (found.start, found.end), patterns("options")
    for match in _announced(prose):
        yield match.span(), [match.span(g) for g in ("win", "a", "b") if g in match.re.groupindex]
    if ":" in text and (listed := known["listed"].search(text)):
        yield here, list(_items(text, *listed.span("items")))
    yield from _against(prose, found)
    if shared := _shared(text):
        yield here, shared
    if found.cue.entry == "superlative_in_set":
        favourite = known["favourite"].match(text, found.end)
        if favourite:
            yield here, [favourite.span("win")]


@cache
def _anchors() -> dict[str, frozenset[str]]:
    """The words of which one must occur, by the pattern that is then looked for."""
    return {name: frozenset(words.split()) for name, words in table("options")["anchors"].items()}


def _announced(prose: Prose) -> Iterator[re.Match[str]]:
    for name, anchors in _anchors().items():
        if not anchors.isdisjoint(prose.words):
            yield from patterns("options")[name].finditer(prose.text)


def _items(text: str, start: int, end: int) -> Iterator[Span]:
    """The answers of a list, between commas and before an "or"."""
    at = start
    for comma in re.finditer(r",? (?:or|and) |, ", text[start:end]):
        yield at, start + comma.start()
        at = start + comma.end()
    yield at, end


def _shared(text: str) -> list[Span] | None:
    """Answers with a share each, together all: the likeliest first."""
    if not any(sign in text for sign in ("%", "/", "per", "evens")):
        return None
    known = patterns("options")
    found = [(float(m["share"]), m.span("what")) for m in known["shares"].finditer(text)]
    if len(found) < SET or round(sum(share for share, _ in found)) not in ALL:
        found = [
            (_chance(m["odds"]), _behind(text, *m.span("what")))
            for m in known["priced"].finditer(text)
        ]
    ranked = [span for _, span in sorted(found, key=lambda one: -one[0])]
    return ranked if len(ranked) >= SET else None


def _chance(odds: str) -> float:
    against, _, stake = odds.partition("/")
    return 0.5 if odds == "evens" else int(stake) / max(1, int(against) + int(stake))


def _behind(text: str, start: int, end: int) -> Span:
    """What stands behind the last word that cannot belong to an answer."""
    heads = list(patterns("options")["head"].finditer(text, start, end))
    return (heads[-1].end() if heads else start), end


def _against(prose: Prose, found: Found) -> Iterator[tuple[Span, list[Span]]]:
    """Sets of two: "A rather than B" and "A, not B"."""
    text = prose.text
    if prose.words.isdisjoint({"than", "instead", "not"}):
        return
    for match in patterns("options")["against"].finditer(text):
        other = "a" if match["a"] else "b"
        if left := _left(text, found, match.start(), match[other]):
            yield (left[0], match.end()), [left, match.span(other)]


def _left(text: str, found: Found, end: int, other: str) -> Span | None:
    """Of the words before "rather than" those that have the form of what comes after."""
    start = max(0, end - FAR)
    start = max(start, *(text.rfind(sign, start, end) + 1 for sign in ",(;:."))
    if start <= found.start < found.end <= end:
        start = found.end
    kind = form(other)
    if (head := _head(kind, other.split(" ", 1)[0].lower())) is None:
        return _behind(text, start, end)
    if heads := list(re.finditer(head, text[start:end], re.IGNORECASE)):
        return start + heads[-1].start(), end
    return (start - 2, end) if kind == "to" and text.endswith("to", 0, start) else None


def _head(kind: str, first: str) -> str | None:
    """How an answer begins whose counterpart is of a form and begins with a word."""
    if kind == "np" and not first[0].isdigit():
        return (
            r"\ban? " if first in {"a", "an"} else rf"\b{table('options')['parts']['determiner']} "
        )
    if kind == "ing":
        return r"\b(?!thing)[a-z]+ing\b"
    if kind in {"to", "prep"}:
        return rf"\b{re.escape(first)} |\b(?:in|by|through|on|at|within|for|from|to) "
    return None


def _near(text: str, found: Found, whole: Span) -> bool:
    """Whether a set stands in the clause of the cue, and is not about an aim."""
    start, end = whole
    known = patterns("options")
    first, last = (found.end, start) if found.end <= start else (end, found.start)
    if last - first >= FAR or known["apart"].search(text[first : max(first, last)]):
        return False
    aim = known["aim"].search(text, max(0, start - 60), start)
    return not (aim or known["for"].search(text, max(0, start - 20), start))
