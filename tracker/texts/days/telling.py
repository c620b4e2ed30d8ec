"""Times that are no horizon: the day on which something was said, and the time compared with."""

from __future__ import annotations

import re

_TOLD = (
    r"(?:said|says|told|warned|announced|wrote|reported|stated|predicted|forecast|projected|argued"
    r"|added|noted|estimated|suggested|insisted|claimed|declared|confirmed|testified|promised|reiterated|repeated)"
)
_WORD = r"[\w'.-]{1,30}\s"
_WHERE = (
    rf"(?:(?:in|at)\san?\s(?:{_WORD}){{0,2}}(?:statement|interview|speech|report|note|letter|article"
    r"|column|briefing|memo|paper|broadcast|post|testimony|conference|hearing|meeting)\s)"
)
_ACTIVE = rf"(?<!be )(?<!being )\b{_TOLD}\s"
_LATE = r"(?:late|early|earlier|again)\s"
_BEFORE = re.compile(
    rf"(?:{_ACTIVE}{_WHERE}?|\bspeaking\s|\btold\s(?:{_WORD}){{1,3}}{_WHERE}?"
    rf"|,[\"']?\s{_TOLD}\s(?:{_WORD}){{1,5}}"
    rf"|\baccording\sto\san?\s(?:{_WORD}){{1,3}})(?:{_LATE})?$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf",?\s(?:(?!(?:will|would|may|might|could|can|should|to)\s){_WORD}){{1,7}}?{_TOLD}\b",
    re.IGNORECASE,
)
_FRONT = re.compile(r"(?:^|[;:])\W{0,3}$")
_MOMENT = re.compile(r"(?:on|in|at|this|late|early|earlier|today|later)\b", re.IGNORECASE)
_COMPARED = re.compile(r"(?<!sooner )(?<!earlier )(?<!later )\bthan\s$", re.IGNORECASE)
_NEAR = 150  # characters on either side that are looked at


def told(prose: str, start: int, end: int) -> bool:
    """Whether ``prose[start:end]`` says when something was said, or what is compared with.

    >>> told("It will fail, the office said on Friday.", 30, 39)
    True
    """
    if not _MOMENT.match(prose, start):
        return False
    before = prose[max(0, start - _NEAR) : start]
    if _BEFORE.search(before) or _COMPARED.search(before):
        return True
    return bool(_FRONT.search(before) and _AFTER.match(prose[end : end + _NEAR]))


_BREAK = re.compile(
    r";|,\s(?=(?:and|but|while|whereas|yet|though|although|or)\b)"
    r"|\s(?=(?:and|but|while|whereas|although)\s)",
    re.IGNORECASE,
)


def clause(prose: str, around: tuple[int, int]) -> tuple[int, int]:
    """Where the clause around a phrase begins and ends."""
    start, end = 0, len(prose)
    for found in _BREAK.finditer(prose):
        if found.end() <= around[0]:
            start = found.end()
        elif found.start() >= around[1]:
            return start, found.start()
    return start, end
