"""Complaints about how a command was called, in one sentence, with what was meant perhaps."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

FEW = 2
CLOSE = 0.7
CALLED = {  # what else people call a command
    "log": "update new forecast record",
    "resolve": "settle close answer",
    "retract": "delete remove undo rm",
    "amend": "edit change rename extend",
    "list": "ls questions",
    "due": "remind next todo",
    "calendar": "ics reminders",
    "status": "where info config",
    "add": "import",
}
_OTHERWISE = {other: name for name, others in CALLED.items() for other in others.split()}
_UNKNOWN = re.compile(r"No such command '([^']*)'")
_BARE = re.compile(r"Got unexpected extra argument.* \((\S+%)\)")
_LISTED = re.compile(r"\.? (?:\(Possible options: (.+)\)|Did you mean (.+)\?)$")
_CHOICES = re.compile(r"'([^']*)' is not one of ([^.]+)\.?$")


def sentence(error: Any) -> str:
    """What was wrong with the call, and what to do."""
    said = str(error.format_message()).strip().replace("Value error, ", "")
    known: list[str] = []
    typed = ""
    if listed := _LISTED.search(said):
        known = (listed[1] or listed[2]).replace("'", "").split(", ")
        said = said[: listed.start()]
        typed = said.split()[-1].strip("'")
    elif choices := _CHOICES.search(said):
        typed, known = choices[1], choices[2].replace("'", "").split(", ")
        said = said.rstrip(".")
    near = get_close_matches(typed, known, FEW, CLOSE)
    near = near or [name for name in known if typed and name.startswith(typed)]
    if not near and (unknown := _UNKNOWN.match(said)):
        near = [name for name in [_OTHERWISE.get(unknown[1].lower())] if name]
    if bare := _BARE.match(said):
        near = [f"-p {bare[1]}"]
    if near:
        return f"{said}; did you mean {' or '.join(near)}?"
    context = getattr(error, "ctx", None)
    return f"{said.rstrip('.')}; see {context.command_path} --help" if context else said.rstrip(".")
