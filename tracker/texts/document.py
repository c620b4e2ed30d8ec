"""A text as paragraphs and sentences, each a span of the text as it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from tracker.texts.layout.headers import LINES, Hints, front_matter, header
from tracker.texts.layout.lines import read_lines, wrapped
from tracker.texts.layout.markdown import inline, marked
from tracker.texts.layout.splitting import split
from tracker.values import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tracker.texts.layout.lines import Line

Markup = Literal["plain", "markdown"]
LONGEST_HEADING = 100  # characters
NONE = Hints()


@dataclass(frozen=True)
class Sentence:
    """A sentence: ``str`` offsets in the stored text."""

    start: int
    end: int


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``prose`` is ``text`` with markup blanked and typographic signs made plain.

    Both have the same length, so an offset in one is an offset in the other; ``start`` is where
    they stand in the stored text.
    """

    number: int
    start: int
    text: str
    prose: str
    sentences: tuple[Sentence, ...]
    heading: bool = False
    item: bool = False

    def words(self, sentence: Sentence) -> str:
        """A sentence as it stands in the text."""
        return self.text[sentence.start - self.start : sentence.end - self.start]

    def plain(self, sentence: Sentence) -> str:
        """A sentence in plain signs, of the same length."""
        return self.prose[sentence.start - self.start : sentence.end - self.start]


@dataclass(frozen=True)
class Document:
    """A text, its hash, its paragraphs, and what it says of itself."""

    text: str
    sha256: str
    paragraphs: tuple[Paragraph, ...]
    hints: Hints = NONE


def document(text: str, *, markup: Markup = "plain", hints: Hints | None = None) -> Document:
    r"""A text as a document.

    ``hints`` of a page come before those that its text gives.

    >>> one = document("By Ana Oda, 2 March 2026\n\nIt will rain. It will not snow.")
    >>> [one.text[sentence.start : sentence.end] for sentence in one.paragraphs[1].sentences]
    ['It will rain.', 'It will not snow.']
    >>> one.hints.author, one.hints.published
    ('Ana Oda', '2 March 2026')
    """
    found = tuple(paragraphs([text], markup=markup))
    return Document(text, sha256(text), found, _hints(hints or NONE, text, found, markup))


def paragraphs(chunks: Iterable[str], *, markup: Markup = "plain") -> Iterator[Paragraph]:
    """The paragraphs of a text that comes in chunks, in constant memory.

    A paragraph is a line; where lines are hard-wrapped, and in Markdown, it is a block of lines.
    One that is too long comes in several.
    """
    lines = read_lines(chunks)
    blocks = _spaced(wrapped(lines) if markup == "plain" else marked(lines))
    before = _Block([], gap=True)
    here = next(blocks, None)
    number = 0
    while here:
        after = next(blocks, None)
        number += 1
        yield _paragraph(here, number, markup, heading=_is_heading(before, here, after))
        before, here = here, after


@dataclass(frozen=True)
class _Block:
    """The lines of a paragraph, and whether a blank line stands before it."""

    lines: list[Line]
    gap: bool

    @property
    def short(self) -> bool:
        """Whether it is one line that could be a heading."""
        if len(self.lines) != 1 or self.lines[0].kind != "text":
            return False
        words = self.lines[0].prose.strip()
        return len(words) <= LONGEST_HEADING and (words[-1].isalnum() or words[-1] == ")")


def _spaced(blocks: Iterable[list[Line]]) -> Iterator[_Block]:
    gap = True
    for lines in blocks:
        if lines[0].blank:
            gap = True
        else:
            yield _Block(lines, gap)
            gap = False


def _is_heading(before: _Block, here: _Block, after: _Block | None) -> bool:
    """Whether a line is marked as a heading, or is short, has no full stop and stands alone."""
    if here.lines[0].kind == "heading":
        return True
    if after is None or not here.short:
        return False
    first = not before.lines
    return first or (not after.short and (here.gap or not before.short))


def _paragraph(block: _Block, number: int, markup: Markup, *, heading: bool) -> Paragraph:
    lines = block.lines
    start, end = lines[0].start, lines[-1].end
    text = "".join(line.text + line.end for line in lines).removesuffix(end)
    prose = "".join(line.prose + " " * len(line.end) for line in lines)[: len(text)]
    if markup == "markdown":
        prose = inline(prose)
    skip, _ = header(prose, number)
    sentences = tuple(
        Sentence(start + skip + begin, start + skip + stop) for begin, stop in split(prose[skip:])
    )
    heading = heading and skip < len(prose)
    return Paragraph(number, start, text, prose, sentences, heading, lines[0].kind == "item")


def _hints(given: Hints, text: str, found: tuple[Paragraph, ...], markup: Markup) -> Hints:
    """What is given, else what the first lines say; a heading at the top is a title."""
    offered = [given]
    if markup == "markdown":
        offered.append(front_matter(text))
    offered += [header(paragraph.prose, paragraph.number)[1] for paragraph in found[:LINES]]
    offered += [
        Hints(title=one.prose.strip())
        for one in found[:LINES]
        if one.heading and (one.number == 1 or markup == "markdown")
    ]
    return Hints(
        *(
            next((said for said in map(attrgetter(name), offered) if said), None)
            for name in ("title", "author", "published")
        )
    )
