"""The command that says what commands print with --json, as JSON Schema."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer

FILE = Path(__file__).with_name("schema.json")
SHARED = re.compile(r'"#/\$defs/([^"]+)"')


def schema(
    command: Annotated[
        str | None, typer.Argument(metavar="COMMAND", help="A command; else all that have --json.")
    ] = None,
) -> None:
    """Print what a command prints with --json, as JSON Schema.

    A key is only ever added, and where one is, the schema has it.

    Example: tracker schema show
    """
    from tracker.cli.terminal import data

    whole = everything()
    if command is None:
        data(whole)
        return
    if command not in whole["properties"]:
        from difflib import get_close_matches

        near = get_close_matches(command, whole["properties"], 1)
        said = f"did you mean {near[0]}?" if near else f"expected {', '.join(whole['properties'])}"
        raise typer.BadParameter(f"{command} prints no JSON; {said}", param_hint="COMMAND")
    data(of(command))


def everything() -> dict[str, Any]:
    """The schema of what all commands print, by command."""
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found


def of(command: str) -> dict[str, Any]:
    """The schema of what one command prints, with the shapes that it shares with others.

    >>> of("lesson")["required"], sorted(of("lesson")["$defs"])
    (['id', 'new', 'question', 'lesson'], ['condition', 'lesson', 'option', 'question'])
    """
    whole = everything()
    own, used = whole["properties"][command], set[str]()
    waiting = [own]
    while waiting:
        new = set(SHARED.findall(json.dumps(waiting.pop()))) - used
        used |= new
        waiting += [whole["$defs"][name] for name in new]
    shared = {name: shape for name, shape in whole["$defs"].items() if name in used}
    return {"$schema": whole["$schema"], **own, **({"$defs": shared} if shared else {})}
