"""Questions to the person at the terminal, answered in lines, so that a pipe can answer too."""

from __future__ import annotations

import contextlib
import io
import os
import select
import sys
from collections.abc import Callable
from typing import TypeVar

import typer

from tracker.cli.spoken import AmbiguousError
from tracker.cli.terminal import inert, talk
from tracker.errors import DataError, Problem, TrackerError, UnexpectedError

CLEAR = "-"
STDIN = "-"
ESCAPE, END_OF_INPUT, UNKNOWN = b"\x1b", "\x04", "\x00"
TOGETHER = 0.02  # seconds between the bytes of one key

Read = TypeVar("Read")


class InputEndedError(Exception):
    """There is nobody left to answer."""


def watched() -> bool:
    """Whether a person sits there who can be asked."""
    return bool(sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty())


def ask(label: str, default: str, read: Callable[[str], Read]) -> Read:
    """What was answered, as ``read`` takes it; asked again while that refuses it.

    On a terminal the default stands there to be changed; elsewhere an empty line keeps it, and a
    dash clears it. Raises InputEndedError at the end of the input.
    """
    edited = _prefills()
    prompt = f"{label}: " if edited or not default else f"{label} [{default}]: "
    while True:
        said = answer(prompt, default)
        said = default if not said and not edited else said
        try:
            return sure(read, "" if said == CLEAR else said)
        except (UnexpectedError, DataError) as error:
            talk(f"  {error}", always=True)


def standard_input(*named: object) -> bool:
    """Whether one of what a command is to read is ``-``; who types it in is told how to end.

    Raises typer.BadParameter where more than one is, or there is no standard input.
    """
    times = sum(str(one) == STDIN for one in named)
    if not times:
        return False
    if times > 1:
        raise typer.BadParameter("- is standard input, and can be read once; name files")
    if sys.stdin is None:
        raise typer.BadParameter("- is standard input, which is closed; name a file")
    if sys.stdin.isatty():
        talk("reading what you type or paste here; Ctrl-D on a line of its own ends it")
    return True


def sure(read: Callable[[str], Read], said: str) -> Read:
    """What was said, as ``read`` takes it; whoever sits there picks one of two readings."""
    try:
        return read(said)
    except UnexpectedError as error:
        return read(picked(error))


def picked(error: UnexpectedError) -> str:
    """The reading that is picked by its number; raises the error where none can be, or none is."""
    readings = error.readings if isinstance(error, AmbiguousError) and watched() else ()
    offers = "  ".join(f"{n}) {each.aloud}" for n, each in enumerate(readings, 1))
    while readings and (number := answer(f"{error.found}: {offers}  (Enter: neither) > ")):
        if number in {str(n + 1) for n in range(len(readings))}:
            return readings[int(number) - 1].written
    raise error


def confirmed(question: str) -> bool:
    """Whether a question was answered with yes, or with Enter alone."""
    return answer(f"{question} [Y/n] ").lower() in {"", "y", "yes"}


def asked(prompt: str, read: Callable[[str], Read]) -> Read | None:
    """What was answered, asked again while ``read`` refuses it; None for Enter alone."""
    while said := answer(prompt):
        try:
            return sure(read, said)
        except (TrackerError, UnexpectedError, typer.BadParameter) as error:
            talk(f"    {error}", always=True)
    return None


def waiting() -> bool:
    """Whether there is anybody to answer: a person, or lines on the standard input."""
    if watched():
        return True
    if sys.stdin is None or sys.stdin.isatty():  # one who would not see what is asked
        return False
    if isinstance(sys.stdin, io.TextIOWrapper):
        buffer = sys.stdin.buffer
        return not isinstance(buffer, io.BufferedReader) or bool(buffer.peek(1))
    at = sys.stdin.tell()
    some = sys.stdin.read(1)
    sys.stdin.seek(at)
    return bool(some)


def key(prompt: str) -> str:
    """One key, without Enter where a terminal can tell, else a line; lower case.

    Raises InputEndedError where there is none, and where it is Ctrl-D.
    """
    if not _prefills():
        return answer(prompt).lower()
    try:
        import termios
        import tty
    except ImportError:  # not every system has them
        return answer(prompt).lower()
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal, termios.TCSADRAIN)  # what was typed ahead is not thrown away
        print(inert(prompt), end="", file=sys.stderr, flush=True)
        pressed = _pressed(terminal)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
    if pressed in {"", END_OF_INPUT}:
        talk("")
        raise InputEndedError
    talk(pressed if pressed.isprintable() else "", always=True)
    return pressed.strip().lower()


def _pressed(terminal: int) -> str:
    """A key; what an arrow or another key of many bytes sends counts as one that means nothing."""
    first = os.read(terminal, 1)
    if first != ESCAPE and first.isascii():
        return first.decode()
    while select.select([terminal], [], [], TOGETHER)[0] and os.read(terminal, 1):
        pass
    return UNKNOWN


def answer(prompt: str, prefilled: str = "") -> str:
    """A line that was typed, without the blanks around it; InputEndedError where there is none."""
    try:
        if _prefills():
            return _edited(prompt, prefilled)
        print(inert(prompt), end="", file=sys.stderr, flush=True)
        said = sys.stdin.readline() if sys.stdin else ""
    except EOFError:
        said = ""
    except UnicodeDecodeError:
        problem = Problem("input", "bytes that are not UTF-8", "answers in UTF-8")
        raise DataError([problem]) from None
    if not said:
        talk("")
        raise InputEndedError
    return said.strip()


def _prefills() -> bool:
    return watched() and sys.stdout.isatty()


def _edited(prompt: str, prefilled: str) -> str:
    """A line as the terminal's own editor gives it."""
    with contextlib.ExitStack() as after:
        with contextlib.suppress(ImportError):  # not every Python has it
            import readline

            readline.set_auto_history(False)
            readline.set_startup_hook(lambda: readline.insert_text(prefilled))
            after.callback(readline.set_startup_hook)
        return input(inert(prompt)).strip()
