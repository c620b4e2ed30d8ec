"""Who is named in a sentence: noun phrases before and after a verb, in the words of the text."""

from __future__ import annotations

import re
from typing import NamedTuple

from tracker.texts.voices import agents

_TOKEN = re.compile(
    r"(?:Mr|Mrs|Ms|Dr|Prof|St|Gen|Sen|Rep|Gov|Col|Capt|Lt|[A-Z])\.(?=\s[A-Z])"
    r"|[^\W_](?:[\w'&.-]{0,60}\w)?(?:'(?=\s))?|\S"
)
_YEAR = re.compile(r"\d{4}")
LONGEST_NAME = 5
LONGEST = 14  # tokens of a noun phrase


class Token(NamedTuple):
    """A word or sign of a sentence."""

    text: str
    small: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()

    @property
    def word(self) -> bool:
        """Whether it is a word or a number."""
        return self.text[0].isalnum() or self.text == "&"


class Phrase(NamedTuple):
    """The tokens of a noun phrase: from ``first`` up to but without ``last``."""

    first: int
    last: int


def tokens(text: str, hidden: tuple[tuple[int, int], ...] = ()) -> list[Token]:
    """The words and signs of a sentence; of a hidden span, a quotation, only its marks."""
    found: list[Token] = []
    spans = iter((*hidden, (len(text) + 1, len(text) + 1)))
    first, last = next(spans)
    for one in _TOKEN.finditer(text):
        start, end = one.span()
        while start >= last:
            first, last = next(spans)
        if start <= first or end >= last:
            found.append(Token(one[0], one[0].lower(), start, end))
    return found


def opening(words: list[Token], text: str) -> str | None:
    """Who the sentence begins with, where it is somebody: "The minister was blunt"."""
    first = 0
    if words and (words[0].small.endswith(("ed", "ing")) or words[0].small in agents.INTRO):
        first = next((at + 1 for at, one in enumerate(words[:16]) if one.text == ","), len(words))
    for last in range(first + 1, min(first + 9, len(words))):
        phrase, one, following = Phrase(first, last), words[last - 1], words[last]
        if not one.word or one.small in agents.BREAKS:
            return None
        if one.small in agents.DETERMINERS or following.capital or not acts(words, phrase):
            continue
        name_ends = one.capital and last > first + 1 and following.small not in agents.IN_NAMES
        if name_ends or not acts(words, Phrase(last, last + 1)):
            return named(words, phrase, text)
    return None


def named(words: list[Token], phrase: Phrase, text: str, *, figures: bool = False) -> str | None:
    """The words of a noun phrase as they stand in the text; ``None`` where it names nobody."""
    first, last = phrase
    while first < last and (words[first].small in agents.AHEAD or not words[first].word):
        first += 1
    if first >= last or last - first > LONGEST:
        return None
    head = words[head_of(words, Phrase(first, last))]
    if figures and head.small in {"figures", "numbers", "data", "results", "arithmetic"}:
        return text[words[first].start : words[last - 1].end]
    if head.small in agents.NOBODYS:
        return None
    if head.small.replace(",", "").replace(".", "").isdigit():
        return None
    return re.sub(r"(?:'s|')$", "", text[words[first].start : words[last - 1].end])


def head_of(words: list[Token], phrase: Phrase) -> int:
    """Where the head of a noun phrase stands: its last word before a preposition."""
    first, last = phrase
    counted = words[first].small in agents.DETERMINERS
    if counted and first + 2 < last and words[first + 1].small == "of":
        first += 2  # "seven of the nine judges"
    for at in range(first + 1, last):
        if words[at].small in agents.LINKS:
            return at - 1
    return last - 1


def computed(words: list[Token], phrase: Phrase) -> bool:
    """Whether a noun phrase names what people write and compute: a model, a report."""
    return words[head_of(words, phrase)].small in agents.SOURCES


def acts(words: list[Token], phrase: Phrase) -> bool:
    """Whether a noun phrase names a person, a body or a source, as far as one can tell."""
    at = head_of(words, phrase)
    head = re.sub(r"'s?$", "", words[at].small)
    if head in agents.AGENTS or head in agents.SOURCES or head.removesuffix("s") in agents.AGENTS:
        return True
    if head.endswith("ies") and head[:-3] + "y" in agents.AGENTS:
        return True
    if agents.MANY.search(head) and head.removesuffix("s") not in agents.THINGS:
        return True
    return (
        words[at].capital
        and head not in agents.TIMES
        and (at > 0 or phrase.last - phrase.first == 1)
    )


def subject(words: list[Token], verb: int) -> Phrase | None:
    """The noun phrase whose verb stands at an index, adverbs and auxiliaries skipped before."""
    last = verb
    if last and words[last - 1].small == ",":
        return _aside(words, last - 1)
    if last and words[last - 1].text == ")":
        opened = next(
            (i for i in range(last - 2, max(-1, last - 16), -1) if words[i].text == "("), None
        )
        return before(words, opened) if opened else None
    return _relative(words, last) or before(words, last)


def _aside(words: list[Token], comma: int) -> Phrase | None:
    """The phrase before an aside in commas or dashes: "Ann Lee, the treasurer, thinks"."""
    for at in range(comma - 1, max(0, comma - 22), -1):
        if words[at].text != ",":
            continue
        inside = words[at + 1 : comma]
        if (
            all(one.capital or one.small in agents.NAME_PARTS for one in inside)
            and len(inside) <= LONGEST_NAME
        ):
            return Phrase(at + 1, comma)
        found = _relative(words, at) or before(words, at)
        if found and found.last - found.first <= LONGEST:
            return found
    return None


def _relative(words: list[Token], last: int) -> Phrase | None:
    """The phrase before a relative clause: "a friend who sells seed", "two men I spoke to"."""
    for at in range(last - 1, max(0, last - 16), -1):
        one = words[at]
        if not one.word and one.text not in "'\"":
            return None
        own = one.small in {"i", "we"} and words[at + 1].small in agents.SPOKE
        if (one.small in agents.RELATIVE or own) and words[at - 1].word:
            return before(words, at)
        if one.small in agents.RELATIVE and at > 1 and words[at - 1].text == ",":
            return before(words, at - 1)
    return None


def before(words: list[Token], last: int) -> Phrase | None:
    """The noun phrase that ends before an index: to its determiner, and past "of the"."""
    first, at = last, last - 1
    while at >= 0 and last - at <= LONGEST + 1:
        one = words[at]
        if one.small == "by" and at and _participle(words, at - 1):
            first, at = at - 1, at - 2
            continue
        if not one.word or one.small in agents.STOPS or one.small in agents.NEVER:
            break
        if one.small == "and" and not _joined(words, at):
            break
        if one.small in agents.LINKS:
            if first == at + 1 and _linked(words, at):
                at -= 1
                continue
            break
        if one.small in agents.TIMES and first != last and words[first].small in agents.DETERMINERS:
            break
        first = at
        if one.small in agents.DETERMINERS and not (
            at and words[at - 1].small in agents.BEFORE_THE
        ):
            break
        at -= 1
    return _cut(words, Phrase(first, last)) if first < last else None


def _participle(words: list[Token], at: int) -> bool:
    """Whether "by" follows a participle: "a memo seen by", "economists polled by"."""
    return words[at].small.endswith("ed") or words[at].small in agents.DONE_BY


def _joined(words: list[Token], at: int) -> bool:
    """Whether "and" joins two names or two groups."""
    if not at or not words[at - 1].word or at + 1 >= len(words):
        return False
    left, right = words[at - 1], words[at + 1]
    if at == 1:
        return True
    if (
        left.capital
        and (right.capital or right.small in agents.DETERMINERS)
        and left.small not in agents.TIMES
    ):
        return True
    return acts(words, Phrase(at - 1, at)) and acts(words, Phrase(at + 1, at + 2))


def _linked(words: list[Token], at: int) -> bool:
    """Whether a preposition hangs on a noun before it, and does not open the clause."""
    if not at:
        return False
    left = words[at - 1]
    if not left.word or left.small in agents.LOOSE:
        return False
    loose = words[at].small in {"to", "with", "for"} and left.small != "close"
    return not loose or acts(words, Phrase(at - 1, at))


def _cut(words: list[Token], phrase: Phrase) -> Phrase:
    """A phrase without a participle and what follows it: "economists polled in May"."""
    for at in range(phrase.first + 1, phrase.last):
        one = words[at].small
        if one in agents.ALONE:
            return Phrase(phrase.first, at)
        if at + 1 < phrase.last and words[at + 1].small == "by" and _participle(words, at):
            return Phrase(phrase.first, at)
    return phrase


def after(words: list[Token], first: int) -> Phrase | None:
    """The noun phrase that begins at an index: of "its chairman, Ann Lee," the name."""
    at = first
    while at < min(len(words), first + LONGEST) and not _ends(words, first, at):
        at += 1
    while at > first and words[at - 1].small in agents.BEFORE_THE:
        at -= 1
    if at == first:
        return None
    at = _cut(words, Phrase(first, at)).last
    return _name_after(words, at) or Phrase(first, at)


def _ends(words: list[Token], first: int, at: int) -> bool:
    """Whether a noun phrase that began at ``first`` has ended before an index."""
    one = words[at]
    if (
        not one.word
        or one.small in {"by", "who"}
        or (one.small == "and" and not _joined(words, at))
    ):
        return True
    if at == first:
        return False
    if one.small in agents.LINKS:
        return one.small in {"to", "with"} or _dates(words, at)
    new = one.small in agents.TIMES | agents.DETERMINERS or one.small.endswith("ly")
    return one.small in agents.STOPS or (new and words[at - 1].small not in agents.BEFORE_THE)


def _name_after(words: list[Token], at: int) -> Phrase | None:
    """The name that stands beside a description: "its chairman, Ann Lee,"."""
    if at >= len(words) or words[at].text != "," or words[at - 1].capital:
        return None
    end = at + 1
    while end < len(words) and (words[end].capital or words[end].small in agents.NAME_PARTS):
        end += 1
    ended = end == len(words) or not words[end].word
    return Phrase(at + 1, end) if end > at + 2 and ended else None


def _dates(words: list[Token], at: int) -> bool:
    """Whether a preposition leads to a time or an occasion: "on Tuesday", "in an interview"."""
    for one in words[at + 1 : at + 4]:
        if one.small in agents.TIMES or _YEAR.fullmatch(one.text):
            return True
        if one.small not in agents.DETERMINERS and one.small not in {
            "last",
            "next",
            "late",
            "early",
        }:
            return False
    return False
