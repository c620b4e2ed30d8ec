"""Why words that look like a forecast are none. The patterns stand in ``blockers.toml``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.texts.rules import bygone
from tracker.texts.rules.case import Case

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.texts.rules.cues import Found
    from tracker.texts.rules.prose import Prose

_MODALS = {"may", "might", "could", "bare_will", "conditional_would", "would_not"}
_OPEN = {"future", "would", "possibility"}


def why_not(prose: Prose, found: Found, *, past_around: bool = False) -> str | None:
    """The reason why a cue is no forecast here; None where it may be one.

    ``past_around`` says that the sentence before told what was.
    """
    case = Case(prose, found, past_around)
    return next((reason for rule in _RULES if (reason := rule(case))), None)


def _no_modal(case: Case) -> str | None:
    """Names, months and nouns that look like modals."""
    capital = case.prose.text[case.found.start].isupper()
    word = case.name if case.name in {"may", "might"} else "will"
    if case.name not in {"may", "might", "bare_will", "will_not"}:
        return None
    if word == "may" and capital and case.inside("may_month", letters=True):
        return "May is a month"
    if capital and case.inside("name", letters=True):
        return f"{word.title()} is a name"
    return f"{word} is a noun" if word != "may" and case.inside(f"noun_{word}") else None


def _no_verb(case: Case) -> str | None:
    """Modals without their verb, permissions, words that are only mentioned, names."""
    if case.name in _MODALS and case.followed_by("elliptic"):
        return "leaves out what would happen"
    if case.name == "may" and case.says("law"):
        return "a permission"
    if case.led_by("mention"):
        return "a word that is spoken of"
    if _named(case):
        return "a name"
    return "a fixed expression" if case.inside("definition") else None


def _named(case: Case) -> bool:
    """Whether the cue has the capitals of a name, in a sentence that is no headline."""
    if case.kind not in {"likelihood", "idiom", "future"} or case.name == "stated":
        return False
    text, start, end = case.prose.text, case.found.start, case.found.end
    words = text.split()
    if sum(word[:1].isupper() for word in words) > len(words) / 2:
        return False
    own, before = text[start:end].split(), text[:start].rstrip()
    if len(own) > 1:
        return all(word[0].isupper() for word in own)
    opening = not before or before[-1] in ":.\"'(-"
    return own[0][0].isupper() and own[0] != "I" and not opening


def _manner(case: Case) -> str | None:
    """What is said to the reader, of the text itself, or out of courtesy."""
    if case.inside("talk") or case.inside("as_you_see"):
        return "speaks of the text itself"
    if case.led_by("hoping"):
        return "a wish"
    return "a manner of speaking" if case.inside("polite") else None


def _pledge(case: Case) -> str | None:
    """Pledges and plans are about one's own conduct."""
    if case.kind in {"future", "would", "tendency"} and case.says("pledge"):
        return "a pledge about one's own conduct"
    if case.kind == "would" and case.says("own"):
        return "a pledge about one's own conduct"
    if case.kind in {"future", "present", "possibility"} and case.led_by("plan"):
        return "a plan or a promise"
    if case.kind == "present" and case.says("planning"):
        return "a plan or a promise"
    return None


def _question(case: Case) -> str | None:
    """Questions, direct and indirect, and what is said not to follow or not to be known."""
    if case.prose.asks and case.name != "question_denial":
        return "a question"
    if case.kind in _OPEN and (case.led_by("whether") or case.says("what_first")):
        return "an indirect question"
    if case.led_by("denied"):
        return "is denied to follow"
    if case.kind in {*_OPEN, "present"} and case.says("unknown"):
        return "says that it is not known"
    return None


def _not_of_the_world(case: Case) -> str | None:
    """Judgements of what is only supposed, shares of people asked, norms."""
    if case.kind == "present" and case.prose.text.rstrip().endswith(":"):
        return "a heading"
    if case.kind == "would" and case.begins("judged"):
        return "judges what is only supposed"
    if (case.kind in {*_OPEN, "expectation"} or case.name == "stated") and case.says("poll"):
        return "a share of people asked"
    if case.name == "bare_present" and case.says("norm"):
        return "says what ought to be"
    return None


_RULES: tuple[Callable[[Case], str | None], ...] = (
    _no_modal,
    _no_verb,
    _manner,
    _pledge,
    bygone.perfect,
    bygone.was_to_be,
    bygone.ability,
    bygone.would,
    bygone.expectation,
    _question,
    _not_of_the_world,
)
