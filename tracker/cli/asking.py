"""Questions to the person at the terminal, answered in lines, so that a pipe can answer too."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from typing import TypeVar

import typer

from tracker.cli.terminal import inert, talk
from tracker.errors import DataError, Problem, UnexpectedError

CLEAR = "-"
STDIN = "-"

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
            return read("" if said == CLEAR else said)
        except (UnexpectedError, DataError) as error:
            talk(f"  {error}")


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


def confirmed(question: str) -> bool:
    """Whether a question was answered with yes, or with Enter alone."""
    return answer(f"{question} [Y/n] ").lower() in {"", "y", "yes"}


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
