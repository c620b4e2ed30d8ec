"""Forecasts that the author mentions and does not vouch for: "it is a myth that", "is absurd"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.texts.patterns import patterns

if TYPE_CHECKING:
    from tracker.texts.rules.prose import Prose

_BACK = 400  # characters before the words of a forecast that may speak of it
_FAR = 160  # characters from the words of a forecast to what judges them


def rejected(prose: Prose, start: int) -> bool:
    """Whether the author calls the clause around an offset false, or will not say it himself.

    What is only doubted is still a forecast: "I do not think that it will fall".

    >>> from tracker.texts.rules.prose import Prose
    >>> rejected(Prose("It is a myth that rents will fall."), 24)
    True
    >>> rejected(Prose("It is a fact that rents will fall."), 24)
    False
    """
    table, small = patterns("rejected"), prose.small
    begin = max(0, start - _BACK)
    for turn in table["turn"].finditer(small, begin, start):
        begin = turn.end()
    if table["denied"].search(small, begin, start):
        return True
    if not table["opened"].search(small, begin, start):
        return False
    judged = table["judged"].search(small, start, start + _FAR)
    return judged is not None and not table["turn"].search(small, start, judged.start())
