"""Finding words again in a text that changed: exactly, then in normalised signs, never nearly.

Words that read almost the same may say the opposite, so a span that is not there is lost.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tracker.texts.layout.lines import INVISIBLE, PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

How = Literal["unchanged", "exact", "normalised"]
Loss = Literal["not_found", "ambiguous", "too_short", "empty"]

SHORTEST = 12  # characters of words that are looked for: fewer stand anywhere by chance
CONTEXT = 40  # characters on either side that tell one occurrence from another
MARKS = "\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f"
LETTERS = str.maketrans(  # numbers stay as they are: 10² is not 102
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "…": "..."}
)
TOKEN = re.compile(
    rf"(?P<same>[!-,.-~]+(?![{MARKS}]))|(?P<blank>\s+)|(?P<dash>[-‐‑‒–—―−]+)"
    rf"|(?P<nothing>[{INVISIBLE}]+)|(?P<other>.[{MARKS}]{{0,20}})",
    re.DOTALL,
)


@dataclass(frozen=True)
class Anchored:
    """Where words stand in a text, as ``str`` offsets, and how they were found; or why not."""

    start: int | None = None
    end: int | None = None
    how: How | None = None
    lost: Loss | None = None


@dataclass(frozen=True)
class _Around:
    """What stood before and after words, and whether they stood in the old text repeatedly."""

    before: str
    after: str
    repeated: bool


def anchor(words: str, text: str, *, start: int | None = None, old: str | None = None) -> Anchored:
    """Find words in a text, as they are or but for typography.

    Signs of one meaning (quotes, dashes, blanks, soft hyphens, ligatures) are taken for
    each other in the second try only. ``old`` is the text in which the words stood at ``start``:
    where the words occur repeatedly, the one place with the same surroundings is taken.

    >>> anchor("It's likely to  rain", "Yes. It’s likely to rain.")
    Anchored(start=5, end=24, how='normalised', lost=None)
    >>> anchor("It is likely to rain", "Yes. It is unlikely to rain.").lost
    'not_found'
    """
    sought = Normalised(words)
    if not sought.text.strip():
        return Anchored(lost="empty")
    if start is not None and old == text and text.startswith(words, start):
        return Anchored(start, start + len(words), "unchanged")
    if len(sought.text.strip()) < SHORTEST:
        return Anchored(lost="too_short")
    around = None
    if start is not None and old is not None:
        around = _around(words, start, old)
    places = list(_occurrences(words, text))
    if places:
        one = _only(places, text, around)
        if one is None:
            return Anchored(lost="ambiguous")
        return Anchored(*one, "unchanged" if one[0] == start else "exact")
    return _normalised(sought, text, around)


def _normalised(sought: Normalised, text: str, around: _Around | None) -> Anchored:
    whole = Normalised(text)
    if around:
        before, after = Normalised(around.before).text, Normalised(around.after).text
        around = _Around(before.strip(), after.strip(), around.repeated)
    places = list(_occurrences(sought.text.strip(), whole.text))
    one = _only(places, whole.text, around)
    if one is None:
        return Anchored(lost="ambiguous" if places else "not_found")
    return Anchored(whole.starts[one[0]], whole.ends[one[1] - 1], "normalised")


def _occurrences(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Every place where words stand in a text, but not as part of longer words."""
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        # of those that overlap one, the first: enough to know that the words stand repeatedly
        for place in (start, text.find(words, start + 1, end + len(words) - 1)):
            if place >= 0 and not _inside(text, place, place + len(words)):
                yield place, place + len(words)
        start = text.find(words, end)


def _inside(text: str, start: int, end: int) -> bool:
    return _within(text[max(0, start - 1) : start + 1]) or _within(text[end - 1 : end + 1])


def _within(pair: str) -> bool:
    return len(pair) > 1 and pair.isalnum()


def _around(words: str, start: int, old: str) -> _Around:
    end = start + len(words)
    before, after = old[max(0, start - CONTEXT) : start], old[end : end + CONTEXT]
    return _Around(before.strip(), after.strip(), old.find(words) != old.rfind(words))


def _only(
    places: list[tuple[int, int]], text: str, around: _Around | None
) -> tuple[int, int] | None:
    """The one place there is, or the one in the old surroundings."""
    if around and (len(places) > 1 or around.repeated):
        size = CONTEXT + 1
        places = [
            (start, end)
            for start, end in places
            if text[max(0, start - size) : start].rstrip().endswith(around.before)
            and text[end : end + size].lstrip().startswith(around.after)
        ]
    return places[0] if len(places) == 1 else None


class Normalised:
    """A text in normalised signs, and where each of them stands in the text itself."""

    def __init__(self, text: str) -> None:
        parts: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        for token in TOKEN.finditer(text):
            start, end = token.span()
            if token.lastgroup == "same":
                parts.append(token[0])
                self.starts += range(start, end)
                self.ends += range(start + 1, end + 1)
                continue
            for sign in _signs(token):
                if sign != " " or not parts or parts[-1] != " ":
                    parts.append(sign)
                    self.starts.append(start)
                    self.ends.append(end)
        self.text = "".join(parts)


def _signs(token: re.Match[str]) -> str:
    """What stands for a token: nothing, one sign, or the letters of a ligature."""
    if token.lastgroup == "nothing":
        return ""
    if token.lastgroup == "blank":
        return " "
    if token.lastgroup == "dash":
        return "-"
    return unicodedata.normalize("NFC", token[0]).translate(LETTERS).translate(PLAIN)
