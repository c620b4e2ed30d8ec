"""Who says what within one sentence: "X expects", "according to X", "X's view", "is said to"."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING

from tracker.texts.voices import agents, saying
from tracker.texts.voices.saying import Report
from tracker.texts.voices.speakers import acts, after, before, named, opening
from tracker.texts.voices.verbs import Verbs

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from tracker.texts.rules.prose import Prose
    from tracker.texts.voices.speakers import Token

Spans = tuple[tuple[int, int], ...]


def reports(prose: Prose, words: list[Token], quoted: Spans = ()) -> list[Report]:
    """The reports of a sentence outside its quotations, in the order of their verbs."""
    found = [
        *Verbs(words, prose.text).reports(),
        *_phrases(words, prose),
        *_own(prose, quoted),
        *_hearsay(words, prose),
        *_owners(words, prose.text),
    ]
    return sorted(found, key=attrgetter("verb"))


def _phrases(words: list[Token], prose: Prose) -> Iterator[Report]:
    """The reports without a verb: "according to X", "in their view", "for the optimists"."""
    text, small, known = prose.text, prose.small, prose.words
    for found in saying.ACCORDING.finditer(text) if known & saying.ACCORDING_IN else ():
        yield from _according(words, found, text)
    for found in saying.THEIRS.finditer(small) if known & saying.THEIRS_IN else ():
        yield Report("pronoun", found.start(), found.start(), whole=True)
    if known & saying.HELD_IN and (held := saying.HELD.search(small)):
        name = _holders(words, held.start(1), text) if held[1] else None
        yield _of(held.start(), name, whole=True)
    if them := saying.TO_THEM.match(small[:100]):
        yield Report("named", 0, 0, True, True, text[them.start(1) : them.end(1)])
    if (colon := text.find(": ")) > 0 and (name := opening(words, text)) and _told(words, colon):
        yield Report("nobody", colon, colon, speaker=name if " " in name else None)


def _of(start: int, name: str | None, *, whole: bool) -> Report:
    return Report("named" if name else "nobody", start, start, whole, speaker=name)


def _own(prose: Prose, quoted: Spans) -> Iterator[Report]:
    """Where the author speaks in person, not in a quotation."""
    if prose.words.isdisjoint(saying.OWN_IN):
        return
    for found in saying.OWN.finditer(prose.small):
        at = bisect_right(quoted, (found.start(), len(prose.text))) - 1
        if at < 0 or found.start() >= quoted[at][1]:
            yield Report("own", found.start(), found.start())
    for found in saying.HEAR.finditer(prose.small):
        yield Report("nobody", found.start(), found.start(), whole=True)


def _hearsay(words: list[Token], prose: Prose) -> Iterator[Report]:
    """The reports of markets and rumours: "futures imply", "there is talk", "reportedly"."""
    for found in saying.MARKET.finditer(prose.text) if prose.words & saying.MARKET_IN else ():
        yield _of(found.start(), found[1], whole=not found[1])
    for one in words if prose.words & saying.HEARD else ():
        if one.small in saying.HEARD:
            yield Report("nobody", one.start, one.start, whole=True)


def _according(words: list[Token], found: re.Match[str], text: str) -> Iterator[Report]:
    """The report of "according to X", "in the eyes of X"."""
    at = bisect_left(words, found.end(), key=attrgetter("start"))
    if at >= len(words):
        return
    phrase = after(words, at)
    name = named(words, phrase, text, figures=True) if phrase else None
    if words[at].small in {"them", "him", "her", "one"}:
        yield Report("pronoun", found.start(), found.start(), whole=True)
    elif name and phrase and (found[0].lower() != "as far as" or acts(words, phrase)):
        yield Report("named", found.start(), found.start(), whole=True, speaker=name)


def _told(words: list[Token], colon: int) -> bool:
    """Whether a sentence tells of somebody before a colon: "Farmers are resigned: …"."""
    told = {one.small for one in words if one.start < colon}
    return bool(told & saying.TOLD) and told.isdisjoint(saying.AUTHORS)


def _holders(words: list[Token], start: int, text: str) -> str | None:
    """Of "the consensus among cardiologists", those who hold it."""
    at = bisect_left(words, start, key=attrgetter("start"))
    phrase = after(words, at)
    return named(words, phrase, text) if phrase and acts(words, phrase) else None


def _owners(words: list[Token], text: str) -> Iterator[Report]:
    for at, one in enumerate(words):
        if one.text.endswith(("'s", "s'")) and one.small not in saying.VAGUE_OWNERS:
            yield from _owner(words, at, text)


def _owner(words: list[Token], at: int, text: str) -> Iterator[Report]:
    """The report of "the ambassador's view": the owner's, if it can have one."""
    owner = words[at].small.rstrip("'").removesuffix("'s")
    opens = bool(saying.OPENERS.fullmatch(owner))
    phrase = before(words, at + 1)
    if (
        phrase is None
        or owner in agents.TIMES | saying.ANYBODY
        or not _opinion(words, at, opens=opens)
    ):
        return
    first = words[phrase.first].small
    mine = first in {"my", "our"} and phrase.last - phrase.first == 1
    name = named(words, phrase, text)
    if name and not mine and first not in saying.NOBODY:
        yield Report("named", words[phrase.first].start, words[at].start, True, opens, name)


def _opinion(words: list[Token], at: int, *, opens: bool) -> bool:
    """Whether an opinion follows its owner, not far: "Ann's own view", "the bears' case"."""
    for place in range(at + 1, min(at + 4, len(words))):
        following = [one.small for one in words[place + 1 : place + 3]]
        one = words[place].small
        if one in saying.OPINIONS:
            return one != "view" or following[:1] not in (["from"], ["over"], ["of"])
        if (opens and one in saying.CASES) or following == ["is", "that"]:
            return True
        if not words[place].word:
            return False
    return False
