"""The cautious net behind the rules of voices: any sign that a forecast may be somebody else's.

The rules of voices know who says what in the common manners of reporting. The net knows only that
somebody is there who may be saying something, and rather doubts than believes.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from tracker.texts.patterns import patterns, table
from tracker.texts.voices import agents, saying
from tracker.texts.voices.speakers import Phrase, acts, after, head_of, subject

if TYPE_CHECKING:
    from tracker.texts.rules.prose import Prose
    from tracker.texts.voices.speakers import Token

_ANYWHERE = ("hearsay", "holds", "tag", "official")
_BEFORE = ("owned", "clause")  # signs only where they come before the forecast
_LONGEST_ASIDE = 7  # tokens
_NEAR = 7  # tokens before "that" in which "it is", "there is" stand
_MOODS = frozenset({"can", "will", "may", "must", "might", "shall"})


@cache
def listed(name: str) -> frozenset[str]:
    """A list of the table; of regular verbs, all their forms."""
    words = table("caution")["words"][name]
    return saying.forms(words) if name in {"views", "perhaps"} else frozenset(words.split())


@cache
def _thinking() -> frozenset[str]:
    return listed("views") | listed("viewed")


@cache
def _perhaps() -> frozenset[str]:
    return listed("perhaps") | listed("perhaps_irregular")


@cache
def _joined(name: str, *more: frozenset[str]) -> frozenset[str]:
    """A list of the table with others."""
    return listed(name).union(*more)


@cache
def _past() -> frozenset[str]:
    return frozenset(table("prose")["words"]["irregular"].split())


def doubtful(prose: Prose, words: list[Token], start: int) -> bool:
    """Whether a sentence shows any sign of another voice for the words at an offset.

    ``words`` are its tokens outside quotations.
    """
    if any(first <= start < last for first, last in prose.quoted):
        return True
    table_of = patterns("caution")
    return (
        any(table_of[name].search(prose.small) for name in _ANYWHERE)
        or any(table_of[name].search(prose.small, 0, start) for name in _BEFORE)
        or _views(words, start)
        or _asides(words)
        or _opened(words, start)
        or _embedded(words, start)
    )


def _views(words: list[Token], start: int) -> bool:
    """Whether somebody has a view before an offset, or a poll or an outlook is named."""
    agent = False
    papers, sources = listed("papers"), listed("sources")
    for at, one in enumerate(words):
        if one.start > start:
            return False
        following = words[at + 1] if at + 1 < len(words) else None
        said_of = following is not None and following.start < start
        if one.small in papers or (one.small in sources and said_of):
            return True
        if at and _thinks(words, at, agent=agent):
            return True
        agent = agent or _agent(words, at)
    return False


def _thinks(words: list[Token], at: int, *, agent: bool) -> bool:
    """Whether a word is a verb of thinking, or an adjective, of somebody who may think."""
    small = words[at].small
    if agent and small in listed("minded") and _first(words, at) < at:
        aims = at + 1 < len(words) and words[at + 1].small == "to"
        return not aims or small == "resigned"
    if _noun(words, at) or (words[at - 1].text == "," and not small.endswith(("s", "d", "g"))):
        return False
    if small in _thinking():
        return agent or _subject_thinks(words, at)
    return small in _perhaps() and _somebodys(words, at, agent=agent)


def _asides(words: list[Token]) -> bool:
    """Whether somebody speaks aside: ", the warden reasons," or "; so replies the miller"."""
    opened = 0
    for at, one in enumerate(words):
        if one.word:
            continue
        if opened and 1 < at - opened - 1 <= _LONGEST_ASIDE and _speaks(words, opened + 1, at - 1):
            return True
        if one.text in ",;-(" and _turned(words, at + 1):
            return True
        opened = at
    return False


def _turned(words: list[Token], verb: int) -> bool:
    """Whether a verb of thinking comes before its subject."""
    if verb + 1 >= len(words) or words[verb].small not in _thinking():
        return False
    right = words[verb + 1]
    whose = right.capital or right.small in _joined("people", agents.DETERMINERS)
    return whose and words[verb].small.endswith(("s", "d", "t", "w", "y"))


def _speaks(words: list[Token], first: int, verb: int) -> bool:
    """Whether the words of an aside are a subject and its verb."""
    one = words[first].small
    if one not in listed("people") and (one in agents.LINKS or one in agents.STOPS):
        return False
    small, left = words[verb].small, words[verb - 1]
    if small in _thinking():
        return True
    if not small.endswith(("s", "d")):
        return False
    whose = words[first].small in agents.DETERMINERS or left.capital
    return left.small in listed("people") or (whose and _agent(words, verb - 1))


def _opened(words: list[Token], start: int) -> bool:
    """Whether a clause hangs on what comes before: "the crews agree: …", "the proposition that"."""
    if words and words[0].small in {"for", "to"}:
        phrase = after(words, 1)
        if phrase and _agent(words, head_of(words, phrase)):
            return True
    agent = False
    for at, one in enumerate(words[:-1]):
        if one.start >= start:
            return False
        clause = len(words) > at + 4 and words[at + 1].text[0].isalpha()
        if one.text == ":" and agent and clause:
            return True
        if one.small == "that" and at > 1 and words[at + 1].start < start and _hangs(words, at):
            return True
        agent = agent or _agent(words, at)
    return False


def _hangs(words: list[Token], that: int) -> bool:
    """Whether a thought hangs on the word before "that", not a thing or a bare fact."""
    left = words[that - 1]
    if not left.word or left.small in _joined(
        "not_hanging", agents.STOPS, agents.LINKS, agents.TIMES
    ):
        return False
    near = {one.small for one in words[max(0, that - _NEAR) : that]}
    if near & {"it", "it's", "so", "such", "there", "isn't"}:
        return False
    if left.small.endswith(("s", "ed")) and not _subject_thinks(words, that - 1):
        return False
    following = words[that + 1].small
    return (
        following not in saying.AUXILIARIES
        and following not in _past()
        and not following.endswith(("ed", "ly"))
    )


def _embedded(words: list[Token], start: int) -> bool:
    """Whether somebody does something to what is forecast, with no clause between."""
    doing = False
    for at, one in enumerate(words):
        if one.start >= start:
            break
        if not one.word or one.small in listed("bounds"):
            doing = False
        elif at and not doing and _finite(words, at):
            phrase = subject(words, _first(words, at))
            doing = phrase is not None and _heads(words, phrase)
    return doing


def _finite(words: list[Token], at: int) -> bool:
    """Whether a word looks like a finite verb that is more than being or having."""
    small, left = words[at].small, words[at - 1]
    if words[at].capital or _noun(words, at) or small in _joined("being", agents.AGENTS):
        return False
    if small in _joined("bounds", agents.STOPS, agents.TIMES, agents.LINKS, agents.NEVER):
        return False
    if small in _past() or small.endswith("ed"):
        return True
    following = words[at + 1].small if at + 1 < len(words) else ""
    if following in saying.AUXILIARIES or following.endswith("ly"):
        return False
    if small.endswith("s") and not small.endswith(("ss", "ous", "'s", "s'")):
        return not left.small.endswith("s") or left.capital
    many = left.small.endswith("s") and not left.small.endswith(("'s", "ss"))
    bare = not small.endswith(("ing", "ly")) and small not in _joined(
        "bounds", agents.LEADING, agents.DETERMINERS
    )
    return many and bare and _agent(words, at - 1)


def _heads(words: list[Token], phrase: Phrase) -> bool:
    """Whether a phrase is a person, a body, or something of theirs."""
    if any(words[one].text.endswith(("'s", "s'")) for one in range(*phrase)):
        return True
    head = head_of(words, phrase)
    if words[head].small in agents.ABSTRACT:
        return False
    return acts(words, phrase) or _agent(words, head)


def _subject_thinks(words: list[Token], at: int) -> bool:
    """Whether the subject of a verb could think: not "history suggests", nor "to say"."""
    first = _first(words, at)
    if not first or words[first - 1].small in _joined("subjectless", agents.STOPS):
        return False
    phrase = subject(words, first)
    return phrase is not None and words[head_of(words, phrase)].small not in agents.ABSTRACT


def _somebodys(words: list[Token], at: int, *, agent: bool) -> bool:
    """Whether somebody is in the subject of a verb, or before it in a relative clause."""
    first = _first(words, at)
    if not first or any(one.small in _MOODS for one in words[first:at]):
        return False
    left = words[first - 1].small
    if left in listed("people") or (left in {"and", "or"} and agent):
        return True
    phrase = subject(words, first)
    if phrase is None:
        return False
    if acts(words, phrase) or any(_agent(words, one) for one in range(*phrase)):
        return True
    relative = words[max(0, at - 16) : at]
    return agent and any(one.small in agents.RELATIVE for one in relative)


def _first(words: list[Token], at: int) -> int:
    """Where a verb begins: "continues to describe", "has long held"."""
    going = listed("going")
    while at:
        left = words[at - 1].small
        if left in saying.ADVERBS or left.endswith("ly"):
            at -= 1
        elif left == "to" and at > 1 and words[at - 2].small in going:
            at -= 2
        elif left in going and words[at].small.endswith("ing"):
            at -= 1
        else:
            return at
    return at


def _noun(words: list[Token], at: int) -> bool:
    """Whether a word that could be a verb is a noun or an infinitive by what stands before."""
    left, one = words[at - 1].small, words[at]
    if one.small == "doubt" and left in saying.DOUBTS:
        return left != "some" or at > 1
    if one.small.endswith("ing"):
        return left.endswith("'s") or left in agents.DETERMINERS
    if one.capital or left.endswith(("'s", "s'")) or left in listed("before_nouns"):
        return True
    return left == "to" and words[max(0, at - 2)].small not in listed("going")


def _agent(words: list[Token], at: int) -> bool:
    """Whether a word is a person, a body or a name, by its form or by the list."""
    one = words[at]
    if not one.word or one.small in agents.TIMES:
        return False
    small = one.small.removesuffix("'s").removesuffix("'")
    if small in listed("people") or (one.capital and at):
        return True
    single = small[:-3] + "y" if small.endswith("ies") else small.removesuffix("s")
    if single in _joined("no_agents", agents.DETERMINERS, agents.THINGS):
        return False
    known = single in agents.AGENTS or small in agents.AGENTS
    return known or bool(agents.MANY.search(small) or _human().search(small))


@cache
def _human() -> re.Pattern[str]:
    return re.compile(table("caution")["forms"]["human"])
