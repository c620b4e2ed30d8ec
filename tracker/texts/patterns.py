"""Patterns kept as data: tables of regular expressions that people can read and mend.

A pattern is a block of lines. Each line is one alternative; an indented line goes on with the one
before. ``{name}`` stands for one of the table's parts.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

_PART = re.compile(r"\{([a-z_]+)\}")


@cache
def table(name: str) -> dict[str, Any]:
    """A table of this package as it is written."""
    return tomllib.loads(
        files("tracker.texts").joinpath("tables", f"{name}.toml").read_text("utf-8")
    )


@cache
def patterns(name: str) -> dict[str, re.Pattern[str]]:
    """The patterns of a table, by name."""
    content = table(name)
    return {
        key: re.compile(expression(block, content["parts"]))
        for key, block in content["patterns"].items()
    }


def expression(block: str, parts: dict[str, str]) -> str:
    r"""A block of lines as one regular expression.

    >>> expression("will {not}\nshall", {"not": "(?:not|never)"})
    'will (?:not|never)|shall'
    """
    lines: list[str] = []
    for line in block.strip("\n").split("\n"):
        if line.startswith(" "):
            lines[-1] += line.lstrip(" ")
        else:
            lines.append(line)
    return _PART.sub(lambda found: parts[found[1]], "|".join(lines))
