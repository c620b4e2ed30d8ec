"""What an assistant may do: a few commands of the program, each as a tool with typed arguments.

A tool is a command with some of its arguments; what they are called and what they mean is read off
the command itself. None of them reads or writes a file but the ledger.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

import typer

from tracker.errors import UsageError

WRITES = {"log", "update", "resolve", "lesson"}
FILTERS = ("analyst", "tag", "source", "since", "until", "as-of", "prospective")
HELD = ("probability", "option", "quantile", "range", "phrase", "made", "why", "analyst")
NEW = ("by", "criteria", "ordered", "unit", "if", "tag", "blind")
NUMBERS = {"probability", "outcome", "within"}  # which may be given as numbers too
MEANT = {  # where a command says more than holds of a tool
    "id": {"description": "The id of the question, as q1."},
    "title": {"description": "What is asked, so that a stranger could settle it."},
    "text": {"description": "What there is to learn from it."},
    "source": {"description": "The address of where it stands; goes with quote."},
}
FORM = re.compile(r"=|\.\.")  # in a metavar that says how the value is written
ADDRESS = "^https?://"  # what a source is cited by: of a file, its words could be asked about


@dataclass(frozen=True)
class Tool:
    """A command as a tool: what it stands for, and which arguments and options it takes."""

    command: str
    does: str
    named: tuple[str, ...] = ()  # arguments, in their order
    options: tuple[str, ...] = ()


TOOLS = {
    "log": Tool(
        "log",
        "Record a forecast on a new question, which gets an id. Say how likely with probability, "
        "option (one for each outcome) or quantile.",
        ("title",),
        (*HELD, *NEW),
    ),
    "update": Tool(
        "log",
        "Record a new forecast on a question there is, by its id; what was said before is kept.",
        ("id",),
        HELD,
    ),
    "list": Tool(
        "list",
        "List the questions, with each analyst's last forecast.",
        (),
        ("open", "overdue", "resolved", "mine", "blind", *FILTERS),
    ),
    "show": Tool(
        "show",
        "Show one question: its history, its evidence, and how its score came about.",
        ("id",),
        ("counting", "blind", *FILTERS),
    ),
    "resolve": Tool(
        "resolve",
        "Settle a question with an outcome, or as annulled, ambiguous or condition-failed. Only "
        "when the person you work for has said so, or has seen the evidence.",
        ("id", "outcome"),
        ("known", "source", "quote", "note", "why", "analyst"),
    ),
    "due": Tool(
        "due",
        "List the open questions that are due or overdue, the longest overdue first.",
        (),
        ("within", "blind", *FILTERS),
    ),
    "score": Tool(
        "score",
        "Score the settled forecasts. The verdict says what so few can show; do not say more.",
        (),
        ("by", "rule", "scale", "counting", "personal", *FILTERS),
    ),
    "lesson": Tool(
        "lesson",
        "Record what somebody learnt from a question, in their words.",
        ("id", "text"),
        ("analyst",),
    ),
}


class Ran(NamedTuple):
    """What a command did: its exit status, its data, and what it said."""

    code: int
    out: str
    err: str


def takes(name: str, *, signed: bool) -> dict[str, Any]:
    """The arguments of a tool as JSON Schema; without the analyst where one signs for all."""
    tool = TOOLS[name]
    arguments, options = _parameters(tool.command)
    properties = {
        said: {**_described(said, parameter), **MEANT.get(said, {})}
        for said, parameter in zip(tool.named, arguments, strict=True)
    }
    for option in tool.options:
        if not (signed and option == "analyst" and name in WRITES):
            properties[option.replace("-", "_")] = _described(option, options[option])
    if "source" in properties and name in WRITES:
        properties["source"] |= {"pattern": ADDRESS, **MEANT["source"]}
    return {
        "type": "object",
        "properties": properties,
        "required": list(tool.named),
        "additionalProperties": False,
    }


def words(name: str, given: Mapping[str, Any], *, db: str | None) -> list[str]:
    """The call of the command; no value can be taken for an option."""
    tool = TOOLS[name]
    _, options = _parameters(tool.command)
    said = [tool.command, "--json", *([f"--db={db}"] if db is not None else [])]
    for option in tool.options:
        value = given.get(option.replace("-", "_"))
        if isinstance(value, bool):
            said += _flag(option, options[option], wanted=value)
        elif isinstance(value, list):
            said += [f"--{option}={one}" for one in value]
        elif value is not None:
            said.append(f"--{option}={value}")
    return [*said, "--", *(str(given[one]) for one in tool.named)]


def run(call: Sequence[str]) -> Ran:
    """Run a command in this process, with nobody to ask and nothing on standard input."""
    from tracker.cli.main import main

    out, err, before = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = None
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main(call)
    except SystemExit as ended:
        return Ran(int(ended.code or 0), out.getvalue(), err.getvalue())
    finally:
        sys.stdin = before
    raise AssertionError  # every command ends so


def use(name: str, given: Mapping[str, Any], *, db: str | None, signed: bool) -> dict[str, Any]:
    """What a tool answers: the data of the command, and its remarks.

    Raises UsageError, with the sentence of the command, where that would say an error.
    """
    arguments = {key: value for key, value in given.items() if value is not None}
    _check(name, arguments, signed=signed)
    ran = run(words(name, arguments, db=db))
    if ran.code:
        raise UsageError(ran.err.partition("error: ")[2].strip() or ran.err.strip())
    return {"result": json.loads(ran.out), "remarks": ran.err.splitlines()}


def _check(name: str, given: Mapping[str, Any], *, signed: bool) -> None:
    from jsonschema import Draft202012Validator

    from tracker.values import like_an_id

    wrong = [
        "".join([*(f"{key}: " for key in error.path), error.message])
        for error in Draft202012Validator(takes(name, signed=signed)).iter_errors(given)
    ]
    if wrong:
        raise UsageError("; ".join(sorted(wrong)))
    if name == "log" and like_an_id(given["title"]):
        raise UsageError(f"expected a title of two words or more; found {given['title']}")
    if name == "update" and not like_an_id(given["id"]):
        raise UsageError(f"expected the id of a question, as q1; found {given['id']}")


# --- what a command takes -------------------------------------------------------------------------


def _parameters(command: str) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a command in their order, and its options by name."""
    from typer.main import get_command

    from tracker.cli.main import app

    program: Any = get_command(app)
    found = program.get_command(typer.Context(program), command).params
    arguments = [one for one in found if one.param_type_name == "argument"]
    options = {
        name.removeprefix("--"): one
        for one in found
        if one.param_type_name == "option"
        for name in one.opts
        if name.startswith("--")
    }
    return arguments, options


def _described(name: str, parameter: Any) -> dict[str, Any]:
    form = parameter.metavar or ""
    said: dict[str, Any] = {
        "description": f"{form}. {parameter.help}" if FORM.search(form) else parameter.help
    }
    if getattr(parameter, "is_flag", False):
        return {"type": "boolean", **said}
    if parameter.multiple:
        return {"type": "array", "items": {"type": "string"}, **said}
    kind = getattr(getattr(parameter, "type_descriptor", None), "annotation", None)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": [one.value for one in kind], **said}
    return {"type": ["string", "number"] if name in NUMBERS else "string", **said}


def _flag(option: str, parameter: Any, *, wanted: bool) -> list[str]:
    if wanted:
        return [f"--{option}"]
    return parameter.secondary_opts[:1] if parameter.secondary_opts else []
