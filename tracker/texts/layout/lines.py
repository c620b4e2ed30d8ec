"""A stream of text as lines of bounded length, and lines as the blocks that are paragraphs.

What comes out depends on the text alone, not on the chunks in which it comes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Literal

from tracker.texts.layout.splitting import split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

LONGEST = 100_000  # characters of a line or paragraph; what is longer is cut
TAIL = 4_000  # characters before such a cut in which the end of a sentence is looked for
PIECE = 65_536  # characters taken from the stream at a time
HEAD = 10_000  # characters from which it is told whether a text is hard-wrapped
SHOUTED = 6  # letters in capitals that are no abbreviation
WIDEST = 100  # characters of a line of a hard-wrapped text

LINE_END = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
INK = re.compile(r"[^\W_]")
ITEM = re.compile(
    r"[ \t>]{0,40}(?:[-*+•‣▪●◦·–—]|\(?(?:\d{1,3}|[ivx]{1,4}|[a-zA-Z])\)|\d{1,2}\.)[ \t\u00a0]+"
)
CONTROL = [chr(code) for code in (*range(32), *range(0x7F, 0xA0))]

Kind = Literal["text", "heading", "item", "row"]  # a row of a table stands for itself
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
SPACES = (
    "\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
PLAIN = str.maketrans(
    {
        **dict.fromkeys("’‘‚‛′‹›", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys((*CONTROL, *INVISIBLE, *SPACES, "\u00a0", "\u2028", "\u2029"), " "),
        "…": ".",
        "％": "%",
    }
)


@dataclass(frozen=True)
class Line:
    """A line, or a piece of one: where it starts, its words, and the signs that end it."""

    start: int
    text: str
    end: str
    prose: str  # in plain signs and without markup, of the same length
    kind: Kind = "text"

    @cached_property
    def blank(self) -> bool:
        """Whether there is nothing to read in it."""
        return INK.search(self.prose) is None

    @cached_property
    def capitals(self) -> bool:
        """Whether it is words in capitals alone, without a stop, as a heading may be."""
        words = self.prose.strip()
        ended = words[-1:].isalnum() or words[-1:] == ")"
        return ended and len(words) >= SHOUTED and words.isupper()


def plain(text: str) -> str:
    """A text with typographic signs made plain and invisible ones blank, of the same length.

    >>> plain("“It will — or not…”")
    '"It will - or not."'
    """
    return text.translate(PLAIN)


def read_lines(chunks: Iterable[str]) -> Iterator[Line]:
    """The lines of a text; one longer than ``LONGEST`` in pieces cut where a sentence ends."""
    start, rest = 0, ""
    for piece in chain(_pieces(chunks), [None]):
        rest += piece or ""
        begin = 0
        for found in LINE_END.finditer(rest):
            if piece is not None and found.end() == len(rest) and found[0] == "\r":
                break  # a line feed may follow
            yield from _cut(start + begin, rest[begin : found.start()], found[0])
            begin = found.end()
        if piece is None:
            yield from _cut(start + begin, rest[begin:], "")
            return
        while len(rest) - begin > LONGEST + 1:
            size = _size(rest[begin : begin + LONGEST])
            yield _line(start + begin, rest[begin : begin + size], "")
            begin += size
        start, rest = start + begin, rest[begin:]


def _pieces(chunks: Iterable[str]) -> Iterator[str]:
    """The stream in pieces neither large nor, however small the chunks, many."""
    held: list[str] = []
    size = 0
    for chunk in chunks:
        for position in range(0, len(chunk), PIECE):
            held.append(chunk[position : position + PIECE])
            size += len(held[-1])
            if size >= PIECE:
                yield "".join(held)
                held, size = [], 0
    yield "".join(held)


def _line(start: int, text: str, end: str) -> Line:
    item = ITEM.match(text)
    prose = plain(text)
    if item:
        return Line(start, text, end, " " * item.end() + prose[item.end() :], "item")
    return Line(start, text, end, prose)


def _cut(start: int, text: str, end: str) -> Iterator[Line]:
    while len(text) > LONGEST:
        size = _size(text[:LONGEST])
        yield _line(start, text[:size], "")
        start, text = start + size, text[size:]
    yield _line(start, text, end)


def _size(window: str) -> int:
    """How much of a line that is too long goes into one piece."""
    tail = len(window) - TAIL
    last = max((begin for begin, _ in split(plain(window[tail:]))), default=0)
    return tail + last if last else len(window)


def wrapped(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The paragraphs of a plain text, as their lines; blank lines are paragraphs too.

    Each line is a paragraph, but where a text is hard-wrapped, as its head shows, a line runs on
    unless the next is blank or an item, or it stops short for no reason.
    """
    lines = iter(lines)
    head, size = [], 0
    for line in lines:
        head.append(line)
        size += len(line.text)
        if size > HEAD:
            break
    width = _width(head)
    return joined(chain(head, lines), lambda line, after: _runs_on(line, after, width))


def joined(lines: Iterable[Line], runs_on: Callable[[Line, Line], bool]) -> Iterator[list[Line]]:
    """Lines together with those that they run on in, up to ``LONGEST`` characters."""
    block: list[Line] = []
    size = 0
    for line in lines:
        if block and (
            size + len(line.text) > LONGEST
            or block[-1].blank
            or line.blank
            or not runs_on(block[-1], line)
        ):
            yield block
            block, size = [], 0
        block.append(line)
        size += len(line.text) + len(line.end)
    if block:
        yield block


def _width(head: list[Line]) -> int:
    """The width at which a text is hard-wrapped; 0 where its lines are paragraphs.

    It is wrapped where no line is wide, and most ends of lines within blocks stand in the middle
    of a sentence: the next line goes on in lower case.
    """
    ends = [
        (a, b)
        for a, b in pairwise(head)
        if not (a.blank or b.blank or a.capitals or b.capitals) and b.kind == "text"
    ]
    going_on = sum(after.prose.lstrip()[:1].islower() for _, after in ends)
    widest = max((len(line.text) for line in head), default=0)
    return widest if ends and widest <= WIDEST and 2 * going_on >= len(ends) else 0


def _runs_on(line: Line, following: Line, width: int) -> bool:
    if not width or following.kind != "text" or line.capitals != following.capitals:
        return False
    first = following.prose.split(maxsplit=1)[0]
    room = width - len(line.prose.rstrip()) - len(first)
    return first[0].islower() or room < width / 3
