"""On what a forecast depends, as far as its sentence says or lets one guess.

The patterns stand in ``conditions.toml``; those of what is left unsaid in ``consequences.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from tracker.texts.patterns import patterns, table
from tracker.texts.rules.consequences import hangs

if TYPE_CHECKING:
    import re

    from tracker.texts.rules.cues import Found
    from tracker.texts.rules.prose import Prose

LONGEST = 300  # characters of a clause that are looked at
FEW = 3  # words before a comma, in which a clause has hardly begun


@dataclass(frozen=True)
class Condition:
    """Whether the sentence says what must hold, and the words that say it."""

    kind: Literal["explicit", "implicit"]
    words: str | None = None


def condition(prose: Prose, found: Found, *, scene: bool = False) -> Condition | None:
    """The condition under which a cue's forecast stands, if any.

    ``scene`` says that the sentence before, in the same paragraph, supposed something.
    """
    start = _stated(prose, found)
    if start is not None:
        return Condition("explicit", _clause(prose.text, start))
    if half := _half(prose.small):
        return Condition("explicit", prose.text[half.start("at") : half.end("at")].strip(" ,"))
    if found.cue.name == "conditional_present":
        return Condition("explicit", _clause(prose.text, found.start))
    return Condition("implicit") if hangs(prose, found, scene=scene) else None


@cache
def _anchors() -> dict[str, frozenset[str]]:
    """The words of which one must occur, by the pattern that is then looked for."""
    return {
        name: frozenset(words.split()) for name, words in table("conditions")["anchors"].items()
    }


def _stated(prose: Prose, found: Found) -> int | None:
    """Where the first clause begins that states a condition."""
    starts = []
    for name, anchors in _anchors().items():
        if anchors.isdisjoint(prose.words):
            continue
        for match in patterns("conditions")[name].finditer(prose.small):
            start = match.start(match.lastgroup or 0)
            if _conditional(prose, found, start):
                starts.append(start)
                break
    named = "should" in prose.words and patterns("conditions")["should_named"].search(prose.text)
    if named and not prose.asks:
        starts.append(named.start())
    return min(starts, default=None)


def _conditional(prose: Prose, found: Found, start: int) -> bool:
    """Whether words that look like a condition are one: of this forecast, not a question."""
    small = prose.small
    before = small[max(0, start - 40) : start]
    if small.startswith("if", start) and patterns("conditions")["asks"].search(before):
        return False
    if small.startswith(("should", "were", "had"), start) and prose.asks:
        return False
    if before.endswith("even "):  # it holds all the same, unless all of it is supposed
        return found.cue.kind == "would" or small.find(" would", start) > 0
    return True


def _half(small: str) -> re.Match[str] | None:
    """A sentence of two halves, the first of which supposes: "Cut too late and it unravels"."""
    known = patterns("conditions")
    order = known["order"].match(small)
    if order and known["short_verb"].search(order["so"]) and not known["state"].search(order["at"]):
        return order
    named = known["named"].match(small)
    if not named or known["finite"].search(named["at"]):
        return None
    if not known["short_verb"].search(named["so"][:60]):
        return None
    # "A strike and a lockout would hurt" names two subjects, not two halves.
    two = not small.startswith(",", named.end("at")) and known["modal"].search(named["so"])
    return None if two else named


def _clause(text: str, start: int) -> str:
    """The words of a condition from where it begins to the end of its clause."""
    words = text[start : start + LONGEST]
    first = patterns("conditions")["initial"].search(text[max(0, start - 40) : start]) is not None
    end = _end(words, first=first)
    if end == LONGEST:  # not in the middle of a word
        return words.rpartition(" ")[0]
    return words[:end].strip(" \"')")


def _end(words: str, *, first: bool) -> int:
    """Where a clause ends: before its main clause, or with what it belongs to."""
    known = patterns("conditions")
    at = 0
    while end := known["ends"].search(words, at):
        if end[0] != ",":
            return end.start()
        aside = known["aside"].match(words, end.start()) if first else None
        if first and _begun(words[: end.start()], aside or "," in words[end.end() :]):
            return end.start()
        if not first and known["after"].match(words, end.start()):
            return end.start()
        at = aside.end() if aside else end.end()
    return len(words)


def _begun(words: str, more: object) -> bool:
    """Whether a clause before a comma is whole: it has a verb, or nothing comes after it."""
    known = patterns("conditions")
    short = len(words.split()) <= FEW and not known["one_word"].match(words)
    return not (short and more and not known["verbal"].search(words))
