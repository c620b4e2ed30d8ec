"""Markdown in which what people wrote stays text: one function escapes it, the rest lays it out."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# What begins an element within a line, or ends a heading; a backslash before it is not shown.
_INSIDE = re.compile(r"[\\`*_\[\]<>|~&$]|:(?=//)|(?<=www)\.|#(?=#*$)", re.IGNORECASE)
_NUMBERED = re.compile(r"^(\d+)([.)])(?= |$)")
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
ALIGNED = {"l": ":---", "n": ":---", "r": "---:"}


def escaped(text: str, *, cell: bool = False) -> str:
    r"""Text as Markdown shows it, on one line and without any element of its own.

    It may stand at the beginning of a line, within one, and in a heading; with ``cell`` only in a
    cell of a table, where nothing can begin a block. Signs that control a screen or turn the
    direction of reading are left out.

    >>> escaped("# 1 < 2 | [a](b)\n***")
    '\\# 1 \\< 2 \\| \\[a\\](b) \\*\\*\\*'
    >>> escaped("12. May"), escaped("the 12. of May")
    ('12\\. May', 'the 12. of May')
    """
    line = _INSIDE.sub(r"\\\g<0>", " ".join(_straight(text).split()))
    if cell:
        return line
    line = _NUMBERED.sub(r"\1\\\2", line)
    return f"\\{line}" if re.match(r"[-+=#:]", line) else line


def _straight(text: str) -> str:
    return "".join(
        sign
        for sign in text
        if sign.isspace()
        or (
            unicodedata.category(sign) not in {"Cc", "Cs"}
            and unicodedata.bidirectional(sign) not in _TURNING
        )
    )


def link(text: str, url: str | None) -> str:
    """A link where there is an address, else the text alone; the text is escaped here."""
    if url is None:
        return escaped(text)
    return f"[{escaped(text)}](<{_ADDRESS.sub(lambda sign: _percent(sign[0]), url)}>)"


_ADDRESS = re.compile(r"[\s<>\\|`\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _percent(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode())


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], aligned: str) -> str:
    """A table; cells are Markdown already. ``aligned`` has ``r`` for columns of numbers."""
    lines = [heads, [ALIGNED[side] for side in aligned], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def listing(items: Iterable[str]) -> str:
    """A list; items are Markdown already."""
    return "\n".join(f"- {item}" for item in items)
