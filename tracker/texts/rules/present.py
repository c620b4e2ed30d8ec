"""Forecasts without a word of likelihood: the present tense with a time to come, and conditions.

"By Easter the coalition is gone." and "Cut too late and the trade unravels." say what will happen
in verbs that look like facts. The patterns stand in ``present.toml``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tracker.texts.patterns import patterns
from tracker.texts.rules.cues import Cue, Found

if TYPE_CHECKING:
    from tracker.texts.rules.prose import Prose

_ANY = re.compile("")
PRESENT = Cue("bare_present", "present", _ANY, "bare_present")
CONDITION = Cue("conditional_present", "present", _ANY, "conditional_would")
_FIRST_WORD = re.compile(r"\W*\w+")


def ahead(prose: Prose) -> bool:
    """Whether a sentence names a time to come."""
    return any(patterns("present")[name].search(prose.small) for name in ("by", "within"))


def find(prose: Prose) -> Found | None:
    """A forecast in the present tense, if the sentence is one."""
    if prose.asks or _search("agenda", prose):
        return None
    told = prose.past > 0 or _search("told", prose) is not None
    turn = _search("turns", prose)
    # A time by which something has happened: nobody says that of a timetable.
    by = _search("by", prose) or _search("by_first", prose)
    if by and not told and (turn or prose.present):
        return Found(PRESENT, by.start(), by.end())
    if supposed := _search("if", prose) or _search("order", prose):
        return _consequence(prose, supposed)
    if turn and not told and _search("within", prose):
        return Found(PRESENT, turn.start(), turn.end())
    return None


def _consequence(prose: Prose, supposed: re.Match[str]) -> Found | None:
    """What follows from a condition at the head of the sentence; the condition's first word."""
    small = prose.small
    if _search("told_of", prose) or _search("ours", prose):
        return None
    if "," not in small and " and " not in small:
        return None
    words = supposed[0]
    start = supposed.start() + len(words) - len(words.lstrip(" \"'(-"))
    first = _FIRST_WORD.match(small, start)
    return Found(CONDITION, start, first.end() if first else supposed.end())


def _search(pattern: str, prose: Prose) -> re.Match[str] | None:
    return patterns("present")[pattern].search(prose.small)
