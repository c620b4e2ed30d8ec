"""Patterns kept as data: how a block of lines becomes a regular expression, and that all do."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from tracker.texts.patterns import expression, patterns, table

TABLES = sorted(
    file.name.removesuffix(".toml")
    for file in files("tracker.texts").joinpath("tables").iterdir()
    if file.name.endswith(".toml")
)
# A repetition without a bound of something that repeats without a bound: (a+)+, (\w+ )*.
NESTED = re.compile(r"\((?:[^()\\]|\\.)*(?<!\\)[*+](?:[^()\\]|\\.)*\)[*+]")


def test_lines_are_alternatives_and_indented_ones_go_on() -> None:
    """And parts stand for what they name."""
    block = "\nwill {not}\nshall (?:be|\n    have)\n"
    found = expression(block, {"not": "(?:not|never)"})
    assert found == "will (?:not|never)|shall (?:be|have)"
    assert re.fullmatch(found, "will never")
    assert re.fullmatch(found, "shall have")


def test_counts_in_braces_are_no_parts() -> None:
    """A bound of a repetition stays."""
    assert expression("a{2,3}", {}) == "a{2,3}"


def test_an_unknown_part_is_a_mistake() -> None:
    """It is not passed over in silence."""
    with pytest.raises(KeyError):
        expression("{nothing}", {})


def test_a_table_is_read_once() -> None:
    """Reading and compiling take their time."""
    assert table("cues") is table("cues")
    assert patterns("blockers") is patterns("blockers")


def blocks(name: str) -> dict[str, str]:
    """The blocks of a table, by name."""
    content = table(name)
    rows = enumerate(content.get("cue", []))
    found: dict[str, str] = {f"{row['name']} {number}": row["words"] for number, row in rows}
    found.update(content.get("patterns", {}))
    return found


@pytest.mark.parametrize("name", TABLES)
def test_every_block_compiles_and_no_part_is_idle(name: str) -> None:
    """A part that nothing names has been forgotten."""
    parts = table(name).get("parts", {})
    for block in blocks(name).values():
        re.compile(expression(block, parts))
    named = "".join([*blocks(name).values(), *parts.values()])
    assert [part for part in parts if f"{{{part}}}" not in named] == []


@pytest.mark.parametrize("name", TABLES)
def test_no_line_says_again_what_another_says(name: str) -> None:
    """The same alternative twice in a block is a slip."""
    for key, block in blocks(name).items():
        lines = re.split(r"\n(?! )", block.strip("\n"))
        assert len(lines) == len(set(lines)), key


@pytest.mark.parametrize("name", TABLES)
def test_no_repetition_without_a_bound_within_another(name: str) -> None:
    """Those take time that doubles with each letter."""
    for key, block in blocks(name).items():
        assert NESTED.search(expression(block, table(name).get("parts", {}))) is None, key
