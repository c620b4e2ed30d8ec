"""What the terminal is told: data on stdout, talk on stderr."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TextIO

from tracker.cli.filling import HARD, filled, fitted

if TYPE_CHECKING:
    pass

TYPEWRITER = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "–": "-",
        "…": "...",
        "×": "x",
        "·": "-",
        "→": "->",
        "─": "-",
        "●": "o",
        "−": "-",
    }
)
NARROW = 40  # columns for which everything is made to fit
PIPE_WIDTH = 100  # columns where no terminal says how many it has
# Signs that would move the cursor, colour the screen or turn the direction of reading round.
_ACTING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def data(value: Any) -> None:
    """Print JSON."""
    print(inert(json.dumps(steady(value), ensure_ascii=plain(), indent=2)))


def stream(values: Iterable[Any]) -> None:
    """Print a JSON list as :func:`data` does, one element after the other as they come."""
    between = "["
    for value in values:
        element = json.dumps([steady(value)], ensure_ascii=plain(), indent=2)
        print(between + inert(element)[1:-2], end="")
        between = ","
    print("\n]" if between == "," else "[]")


def steady(value: Any) -> Any:
    """The value with its numbers to twelve digits.

    Beyond them sums depend on the order of addition, and so on the number of processors.

    >>> steady({"brier": [0.1 + 0.2, 3]})
    {'brier': [0.3, 3]}
    """
    if isinstance(value, float):
        return float(f"{value:.12g}")
    if isinstance(value, dict):
        return {key: steady(one) for key, one in value.items()}
    return [steady(one) for one in value] if isinstance(value, list | tuple) else value


def line(text: str = "", *, whole: bool = False) -> None:
    """Print a line of data, broken on a terminal that is too narrow for it, unless it is whole."""
    print(_shown(text) if whole else _broken(text, sys.stdout))


def talk(text: str, *, always: bool = False) -> None:
    """Say something to the person at the terminal, unless they want quiet."""
    if always or not quiet:
        print(_broken(text, sys.stderr).replace(HARD, " "), file=sys.stderr)


@contextmanager
def silence(wanted: bool) -> Iterator[None]:
    """Say meanwhile only what is said always: errors, and questions to the person."""
    quiet.extend([True] * wanted)
    try:
        yield
    finally:
        del quiet[len(quiet) - wanted :]


quiet: list[bool] = []


def remark(text: str) -> None:
    """Say something longer: a paragraph where a person reads it, one line where a program does."""
    talk(text)


def paragraph(text: str, *, indent: str = "") -> None:
    """Print a paragraph, in lines of a readable length."""
    line(filled(text, min(width(), PIPE_WIDTH), indent))


def _broken(text: str, to: TextIO | None) -> str:
    """Text as it goes to a place: in lines that fit, where it is a terminal."""
    shown, wide = _shown(text), columns(to)
    if wide is None:
        return shown
    return "\n".join(fitted(part, wide) for part in shown.split("\n"))


def columns(to: TextIO | None) -> int | None:
    """How many columns a terminal has, if it is one."""
    if isinstance(to, Captured):
        return to.columns
    if to is None or not to.isatty():
        return None
    said = os.environ.get("COLUMNS", "")
    try:
        found = int(said) if said.isdecimal() else os.get_terminal_size(to.fileno()).columns
    except OSError:
        found = 0
    return max(NARROW, found or 80)


def marked(pieces: Iterable[tuple[str, bool]], *, indent: str = "") -> None:
    """Print a paragraph of pieces, those that are marked in bold where the terminal can."""
    from rich.text import Text

    words = Text()
    for piece, strong in pieces:
        words.append(_shown(piece), "bold" if strong else "")
    wide = min(width(), PIPE_WIDTH)
    screen = console(wide, sys.stdout)
    for row in words.wrap(screen, wide - len(indent)):
        row.rstrip()
        screen.print(Text(indent) + row)


@lru_cache(maxsize=1)
def console(wide: int, file: Any) -> Any:
    """One console for all that goes to a place: to make one takes longer than to print a line."""
    from rich.console import Console

    plainly = os.environ.get("NO_COLOR") or os.environ.get("CLICOLOR") == "0"
    return Console(
        width=wide,
        file=file,
        color_system=None if plainly else "auto",
        highlight=False,
        markup=False,
        emoji=False,
    )


class Captured(io.StringIO):
    """What would be printed: in lines as long as where it would go, and in its signs."""

    def __init__(self) -> None:
        super().__init__()
        self.columns = width()
        self._encoding = getattr(sys.stdout, "encoding", None)

    @property
    def encoding(self) -> str | None:  # type: ignore[override]
        """Of the place where it would go."""
        return self._encoding


def width() -> int:
    """Columns of the terminal, or of a pipe."""
    said = os.environ.get("COLUMNS", "")
    return columns(sys.stdout) or (max(NARROW, int(said)) if said.isdecimal() else PIPE_WIDTH)


def plain() -> bool:
    """Whether only ASCII can be shown."""
    return not (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")


def inert(text: str) -> str:
    """Text that does nothing to a terminal: what would is written out, as JSON writes it."""
    return _ACTING.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def typed(text: str) -> str:
    """Text in the signs that can be shown."""
    return text.translate(TYPEWRITER) if plain() else text


def _shown(text: str) -> str:
    return typed(inert(text))


def percent(value: float | None) -> str:
    """A probability to its last digit: 70 %, 2.5 %."""
    from tracker.values import percent as spelt

    return spelt(value)


def number(value: float | None) -> str:
    """A score, never minus zero."""
    return "–" if value is None else f"{round(value, 3) + 0.0:.3f}"


def signed(value: float | None) -> str:
    """A difference of scores, with its sign.

    >>> signed(-0.00001), signed(-0.02), signed(None)
    ('+0.000', '-0.020', '–')
    """
    return "–" if value is None else f"{round(value, 3) + 0.0:+.3f}"


def when(moment: str | None) -> str:
    """A moment as it is read: the day, and the minute where it is known."""
    if moment is None:
        return "–"
    return moment if len(moment) == len("2026-03-02") else f"{moment[:10]} {moment[11:16]} UTC"


def aloud(moment: str) -> str:
    """A moment as it is read aloud, with its weekday.

    >>> aloud("2027-02-15"), aloud("2027-02-15T18:00:00Z")
    ('Mon 15 Feb 2027', 'Mon 15 Feb 2027 18:00 UTC')
    """
    from datetime import date

    day = date.fromisoformat(moment[:10])
    name = "MonTueWedThuFriSatSun"[3 * day.weekday() :][:3]
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[3 * day.month - 3 :][:3]
    said = f"{name} {day.day} {month} {moment[:4]}"
    return said if len(moment) == len("2026-03-02") else f"{said} {moment[11:16]} UTC"
