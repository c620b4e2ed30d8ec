"""Markdown made prose: markup is blanked sign for sign, so that offsets stay true."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from tracker.texts.layout.lines import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tracker.texts.layout.lines import Line

QUOTE = re.compile(r"(?: {0,3}> ?){1,20}")
HEADING = re.compile(r" {0,3}#{1,6}(?=\s|$)")
CLOSING = re.compile(r"\s#{1,6}\s*$")
UNDERLINE = re.compile(r" {0,3}(?:={2,100}|-{2,100})\s*$")
FENCE = re.compile(r" {0,3}(`{3,20}|~{3,20})")
ROW = re.compile(r"\s{0,3}\|")
DEFINITION = re.compile(r" {0,3}\[[^\[\]^]{1,200}\]: {0,9}\S{1,2000}")
TASK = re.compile(r"\s*\[[ xX]\] ")

ADDRESS = r"\([^()]{0,2000}(?:\([^()]{0,500}\)[^()]{0,500})?\)"
IMAGE = re.compile(rf"!\[[^\[\]]{{0,500}}\](?:{ADDRESS}|\[[^\[\]]{{0,200}}\])")
LINK = re.compile(rf"\[([^\[\]]{{1,1000}})\](?:{ADDRESS}|\[[^\[\]]{{0,200}}\])")
NOTE = re.compile(r"\[\^[^\[\]\s]{1,100}\]:?")
TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>|<(?:https?:|mailto:)[^<>\s]{1,1000}>")
SIGN = re.compile(  # an escaped sign stays, emphasis and code do not
    r"\\[!-/:-@\[-`{-~]"
    r"|\*{1,50}|~~|`{1,20}|(?<!\w)_{1,3}(?=\w)|(?<=[\w.!?,)\"'])_{1,3}(?!\w)"
)


def marked(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The paragraphs of a Markdown text, as their lines; blank lines are paragraphs too."""
    return joined(_masked(lines), _runs_on)


def _runs_on(line: Line, following: Line) -> bool:
    goes_on = line.kind in {"text", "item"} and following.kind == "text"
    return goes_on and line.capitals == following.capitals


def _masked(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines without the markup of blocks; code, comments and the front matter are blank."""
    hidden = _Hidden()
    for line, following in pairwise(chain(lines, [None])):
        if line is None:
            continue
        shown = replace(line, prose=hidden.blanked(line))
        underlined = following is not None and UNDERLINE.match(following.text) is not None
        yield shown if shown.blank else _block(shown, underlined=underlined)


class _Hidden:
    """What spans lines and is not prose: fenced code, comments, the front matter."""

    def __init__(self) -> None:
        self.fence = ""
        self.comment = False
        self.front: bool | None = None  # not known before the first line

    def blanked(self, line: Line) -> str:
        """The prose of a line without what is hidden in it."""
        if self.front is None:
            self.front = line.text.rstrip("\ufeff ") == "---"
            if self.front:
                return " " * len(line.prose)
        if self.front:
            self.front = line.text.rstrip() not in {"---", "..."}
            return " " * len(line.prose)
        fence = None if self.comment else FENCE.match(line.prose)
        if self.fence:
            if fence and fence[1].startswith(self.fence):
                self.fence = ""
            return " " * len(line.prose)
        if fence:
            self.fence = fence[1]
            return " " * len(line.prose)
        return self._without_comments(line.prose)

    def _without_comments(self, prose: str) -> str:
        parts, position = [], 0
        while position < len(prose):
            sign = "-->" if self.comment else "<!--"
            found = prose.find(sign, position)
            end = len(prose) if found < 0 else found + len(sign)
            shown = prose[position : end if found < 0 else found]
            parts.append(" " * (end - position) if self.comment else shown.ljust(end - position))
            self.comment ^= found >= 0
            position = end
        return "".join(parts)


def _block(line: Line, *, underlined: bool) -> Line:
    """A line without the signs that say what it is, and what it is."""
    prose = _without(QUOTE, line.prose)
    if DEFINITION.match(prose):
        return replace(line, prose=" " * len(prose))
    if HEADING.match(prose):
        prose = CLOSING.sub(lambda found: " " * len(found[0]), _without(HEADING, prose))
        return replace(line, prose=prose, kind="heading")
    if ROW.match(prose):
        return replace(line, prose=prose.replace("|", " "), kind="row")
    if line.kind == "item":
        return replace(line, prose=_without(TASK, prose))
    return replace(line, prose=prose, kind="heading" if underlined else "text")


def _without(sign: re.Pattern[str], prose: str) -> str:
    found = sign.match(prose)
    return " " * found.end() + prose[found.end() :] if found else prose


def inline(prose: str) -> str:
    """A paragraph without the markup within lines; of a link, the words stay.

    >>> inline("It is **likely** ([why](https://example.org)).")
    'It is   likely   ( why                      ).'
    """
    prose = IMAGE.sub(_blank, prose)
    prose = LINK.sub(lambda link: f" {link[1]}".ljust(len(link[0])), prose)
    prose = TAG.sub(_blank, NOTE.sub(_blank, prose))
    return SIGN.sub(lambda sign: f" {sign[0][1:]}" if sign[0][0] == "\\" else _blank(sign), prose)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
