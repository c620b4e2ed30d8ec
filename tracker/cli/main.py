"""The program: one Typer app, and the one place where errors become exit codes."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer

from tracker.cli.program import Program
from tracker.cli.terminal import silence, talk
from tracker.errors import TrackerError, UnexpectedError

app = typer.Typer(
    name="tracker",
    cls=Program,
    rich_markup_mode=None,
    help="Keep forecasts with their words, settle them, and see how far each analyst can be "
    "believed.",
    epilog='Example: tracker log "Snow in Vienna before Advent" -p 70% --by friday',
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        import tracker

        typer.echo(f"tracker {tracker.__version__}")
        raise typer.Exit


@app.callback()
def _program(
    context: typer.Context,
    version: bool = typer.Option(  # noqa: ARG001 - its callback speaks
        False, "--version", callback=_version, is_eager=True, help="Show the version and exit."
    ),
    quiet: bool = typer.Option(
        False, "-q", "--quiet", help="Say nothing but what was asked for, and errors."
    ),
) -> None:
    context.with_resource(silence(quiet))


INTERRUPTED = 130

# Every complaint about how the program was called; typer keeps the class to itself.
_CallError = typer.BadParameter.__mro__[2]


def main(words: Sequence[str] | None = None) -> None:
    """Run the command line: exit 0 done, 1 the data have problems, 2 the command was wrong.

    What was typed, unless ``words`` are given.
    """
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: PTH123, SIM115 - it was closed
    if not logging.getLogger().handlers:  # what libraries say of an interruption goes nowhere
        logging.getLogger().addHandler(logging.NullHandler())
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a locale without our signs is no reason to stop
    code = _done(words)
    if code == INTERRUPTED:  # typer makes an exit of most interruptions
        _complain("interrupted; nothing more was written", code)
    try:
        sys.stdout.flush()
    except OSError as error:
        code = _unheard(error)
    sys.exit(code)


def _done(words: Sequence[str] | None) -> int:
    """Run the command, and say what went wrong; its exit code."""
    try:
        return int(app(words, prog_name="tracker", standalone_mode=False) or 0)
    except (TrackerError, UnexpectedError) as error:
        return _complain(str(error), getattr(error, "exit_code", 2))
    except OSError as error:
        return _unheard(error)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except Exception as error:
        if not isinstance(error, _CallError):
            raise
        return _misused(error)


def _unheard(error: OSError) -> int:
    """End where the output goes nowhere: the reader of a pipe went away, or a disk is full."""
    if not isinstance(error, BrokenPipeError):
        _complain(f"{(error.strerror or str(error)).lower()}: {error.filename or 'output'}", 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still in the buffer
    return 1


def _misused(error: Any) -> int:
    """Say what was wrong with the call, or show the help where nothing was asked for."""
    from tracker.cli.complaints import sentence

    if "NoArgs" in type(error).__name__:
        talk(str(error.format_message()).strip(), always=True)
        return 2
    return _complain(sentence(error), 2)


def _complain(said: str, code: int) -> int:
    talk(f"error: {said}", always=True)
    return code
