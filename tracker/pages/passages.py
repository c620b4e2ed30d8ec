"""A text in paragraphs, with the passages that are cited marked in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

LONG = 200_000  # characters of a text from which only paragraphs with passages are shown
_BREAK = re.compile(r"\n[^\S\n]*\n\s*")


class Piece(NamedTuple):
    """A piece of a paragraph, inside the same passages from end to end.

    ``begins`` and ``ends`` are the numbers of the passages that begin and end with it.
    """

    text: str
    marked: bool
    begins: tuple[int, ...]
    ends: tuple[int, ...]


def paragraphs(text: str, spans: Mapping[int, tuple[int, int]]) -> list[list[Piece]]:
    """The paragraphs of a text in pieces, by its passages: their ``str`` offsets by number.

    Passages may overlap, lie in one another and run over paragraphs; what is no span of words of
    the text is left out. Of a text of more than 200,000 characters only the paragraphs with a
    passage are given; an empty one stands for those that are left out.

    >>> paragraphs("One. Two.", {1: (5, 9)})[0][1]
    Piece(text='Two.', marked=True, begins=(1,), ends=(1,))
    """
    begins, ends = _edges(text, spans)
    cuts = sorted({*begins, *ends})
    found: list[list[Piece]] = []
    deep, place = 0, 0
    for first, last in _bounds(text):
        pieces: list[Piece] = []
        start = first
        while start < last:
            opening: tuple[int, ...] = ()
            if place < len(cuts) and cuts[place] == start:
                opening = tuple(begins.get(start, ()))
                deep += len(opening)
                place += 1
            end = min(cuts[place], last) if place < len(cuts) else last
            closing = tuple(ends.get(end, ()))
            pieces.append(Piece(text[start:end], deep > 0, opening, closing))
            deep -= len(closing)
            start = end
        if place < len(cuts) and cuts[place] == last:
            place += 1  # where a passage ends with its paragraph
        found.append(pieces)
    return _shortened(found) if len(text) > LONG else found


def _edges(
    text: str, spans: Mapping[int, tuple[int, int]]
) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """The numbers of the passages by where their words begin, and by where they end."""
    begins: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for number, (start, end) in spans.items():
        words = text[start:end]
        if 0 <= start < end <= len(text) and words.strip():
            begins.setdefault(end - len(words.lstrip()), []).append(number)
            ends.setdefault(start + len(words.rstrip()), []).append(number)
    return begins, ends


def _bounds(text: str) -> list[tuple[int, int]]:
    """Where the paragraphs stand, without the blank around them."""
    breaks = [found.span() for found in _BREAK.finditer(text)]
    starts = [0, *(end for _, end in breaks)]
    lasts = [*(start for start, _ in breaks), len(text)]
    return [(a, b) for a, b in zip(starts, lasts, strict=True) if text[a:b].strip()]


def _shortened(paragraphs: list[list[Piece]]) -> list[list[Piece]]:
    kept: list[list[Piece]] = []
    for pieces in paragraphs:
        if any(piece.marked for piece in pieces):
            kept.append(pieces)
        elif not kept or kept[-1]:
            kept.append([])
    return kept
