"""Every command as a person types it: the good case, the likely mistakes, and its JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from typer.main import get_command
from typing_desk import cases, held

from tracker import Ledger
from tracker.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]

CASES = cases()
NAMES = sorted(CASES)
COMMANDS: dict[str, Any] = getattr(get_command(app), "commands", {})
WITH_JSON = [
    name
    for name in NAMES
    if name in COMMANDS and any("--json" in p.opts for p in COMMANDS[name].params)
]
MISTAKES = [(" ".join(one["words"]), one) for name in NAMES for one in CASES[name]["mistakes"]]


def has(text: str, wanted: str) -> bool:
    """Whether a text, whose lines may be broken anywhere, holds one of the words wanted."""
    flat = " ".join(text.split())
    return any(one in flat for one in wanted.split("|"))


def test_every_command_has_its_cases() -> None:
    """A new command has a good case and three mistakes, or this fails."""
    assert set(CASES) == set(COMMANDS)
    assert {name for name in NAMES if len(CASES[name]["mistakes"]) < 3} == set()
    for name in NAMES:
        typed = [CASES[name]["words"], *(one["words"] for one in CASES[name]["mistakes"])]
        assert {words[0] for words in typed} == {name}


@pytest.mark.parametrize("name", NAMES)
def test_the_good_case(typed: Run, name: str) -> None:
    """It is done without a question, and says what was done."""
    case = CASES[name]
    ran = typed(*case["words"])
    assert ran.code == 0, ran.err
    assert "error" not in ran.err
    assert [said for said in case.get("says", ()) if not has(ran.out, said)] == []
    assert [said for said in case.get("talks", ()) if not has(ran.err, said)] == []


@pytest.mark.parametrize("case", [one for _, one in MISTAKES], ids=[name for name, _ in MISTAKES])
def test_a_likely_mistake(typed: Run, desk: Path, case: dict[str, Any]) -> None:
    """One sentence says what is wrong and what to do; nothing on the desk is touched."""
    before = held(desk)
    with Ledger.open(desk / "t.db") as ledger:
        head = ledger.head()
    ran = typed(*case["words"])
    assert ran.code == case["code"], ran
    assert not ran.out or case.get("prints")
    assert ran.err.startswith("error: ")
    assert ran.err.count("error: ") == 1
    assert len(ran.err.splitlines()) == case.get("lines", 1)
    assert [said for said in case["says"] if not has(ran.err, said)] == []
    with Ledger.open(desk / "t.db") as ledger:
        assert ledger.head() == head
    assert held(desk) == before


@pytest.mark.parametrize("name", WITH_JSON)
def test_json_is_all_there_is_on_stdout(typed: Run, name: str) -> None:
    """It can be parsed; hints of what to type next are for people."""
    ran = typed(*CASES[name]["words"], "--json")
    assert ran.code == 0, ran.err
    assert isinstance(ran.json, dict | list)
    assert "next: " not in ran.err
    assert "NaN" not in ran.out


@pytest.mark.parametrize("name", NAMES)
def test_help_in_forty_columns(run: Run, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line fits that can be broken, and every option is named whole."""
    monkeypatch.setenv("COLUMNS", "40")
    ran = run(name, "--help")
    assert ran.code == 0
    assert [row for row in ran.out.splitlines() if len(row) > 40 and "|" not in row] == []
    options = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    assert {option for option in options if option.startswith("-")} <= set(
        re.split(r"[\s,]+", ran.out)
    )
