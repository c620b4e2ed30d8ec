"""How text is broken where a line of the terminal is too short for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

HARD = "\N{NO-BREAK SPACE}"  # where a line must not be broken
LABEL = 18  # cells of a label, beside which the lines of its value stand
COMMAND = "tracker "  # what is copied whole


def filled(text: str, columns: int, indent: str = "", *, then: str | None = None) -> str:
    """A paragraph in lines of so many columns; only a word that is longer stands out.

    ``then`` indents the lines after the first.
    """
    import textwrap

    held = text.replace(" %", f"{HARD}%")  # a number stays with its sign
    wrapped = textwrap.fill(
        held,
        columns,
        initial_indent=indent,
        subsequent_indent=indent if then is None else then,
        break_long_words=not text.isascii(),  # some scripts have no spaces
        break_on_hyphens=False,
    )
    return wrapped.replace(HARD, " ")


def fitted(text: str, columns: int) -> str:
    """A line, broken where it is too long: after a label, between parts that stand apart, in them.

    >>> print(fitted("next: settle it with  tracker resolve q11 yes|no", 30))
    next: settle it with
      tracker resolve q11 yes|no
    >>> print(fitted("spans  five, each as its text has it", 30))
    spans  five, each as its text
           has it
    """
    if len(text) <= columns:
        return text
    start = text[: len(text) - len(text.lstrip())]
    label = re.match(r"\s*\S.*?\s{2,}", text)
    if label and len(label[0]) <= LABEL and not text[label.end() :].startswith(COMMAND):
        rest = re.sub(r"\s{2,}", " ", text[label.end() :])
        return filled(rest, columns, label[0], then=" " * len(label[0]))
    first, *others = re.split(rf"\s{{2,}}|(?<=next:) (?={COMMAND})", text.strip())
    lines = [filled(first, columns, start, then=f"{start}  ")]
    for part in others:
        whole = part.startswith(COMMAND)
        lines.append(f"{start}  {part}" if whole else filled(part, columns, f"{start}  "))
    return "\n".join(lines)


def records(heads: Sequence[str], rows: Iterable[Sequence[str]], columns: int) -> Iterator[str]:
    """The rows of a table one below the other, each value beside its head."""
    named = [head.replace("-\n", "").replace("\n", " ") for head in heads]
    longest = max(map(len, named[1:]), default=0)
    wide = (longest if longest <= LABEL else 2) + 4  # long heads stand above their values
    for first, *cells in rows:
        yield filled(f"{named[0]} {first}".replace("\n", " ").strip(), columns)
        for head, cell in zip(named[1:], cells, strict=True):
            label = f"  {head}".ljust(wide)
            if longest > LABEL and cell:
                yield filled(head, columns, "  ")
                label = " " * wide
            for part in filter(None, cell.split("\n")):
                yield filled(part, columns, label, then=" " * wide)
                label = " " * wide
