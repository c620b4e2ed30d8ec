"""What commands print with --json is as the schema says, with no key more."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW, ROOT
from jsonschema import Draft202012Validator

from tracker import Ledger
from tracker.cli import schema
from tracker.cli.commands import COMMANDS
from tracker.cli.program import load
from tracker.texts.dossier import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]

SEEDS = ROOT / "seeds"
TEXT = SEEDS / "war-article.digest.txt"
PANEL = SEEDS / "panels" / "midterms-2018.csv"
LEDGERS = ["empty", "whole", "essay"]
CALLS = """
list; list --resolved; due --within 99999; review --all; status; score; score --by tag
score --by phrase --rule log; score --rule peer; score --rule relative; score --personal
calibration; compare; phrases; phrases --pooled; verify; show ID; retro ANALYST; compare ANALYST
compare ANALYST OTHER; evidence TEXT --published 2026-03-02; report -o site; calendar; agreement
backup copy.db; extract TEXT
"""
WRITING = """
log 'Rain on Sunday?' -p 40% --by 2026-11-22 --range 30%..50% --phrase maybe --why w --tag t
log 'Which way?' --option up=1/3 --option down=2/3 --if q1; log q1 -p 50% --analyst ben
log 'How many?' --quantile 10%=3 --quantile 90%=9 --unit cm
log 'When?' --quantile 10%=2027-01-01 --quantile 90%=2027-02-01
resolve q1 yes --source https://example.org --quote wet; resolve q3 4
resolve q2 annulled; lesson q1 'Look out.'; show q1; show q2; show q3; show q4; list
list --resolved; withdraw q4; amend q2 --title 'Which way then?' --why clearer; show q2
resolve q1 yes --second --analyst ben; resolve q1 no --second --analyst carla; agreement; show q1
retract 3 --why typed; show q1; retract 24 --why 'it was right'; show q1; resolve q1 yes
status; backup copy.db; restore copy.db --db again.db; copy copy.db more.db; score
add DIGEST; add DIGEST; evaluate PANEL --question question --by office; verify
"""


def calls(text: str) -> list[list[str]]:
    """The calls of a list, as words."""
    import shlex

    return [shlex.split(one) for line in text.strip().splitlines() for one in line.split(";")]


def check(ran: Ran, words: list[str]) -> None:
    """What was printed is as its schema says."""
    found = Draft202012Validator(schema.of(words[0])).iter_errors(ran.json)
    assert [f"{error.json_path}: {error.message}"[:300] for error in found] == []


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory, whole: Path) -> dict[str, Path]:
    """An empty ledger, one with every kind of row, and that of the demo."""
    folder = tmp_path_factory.mktemp("schema")
    found = {"whole": whole, "empty": folder / "empty.db", "essay": folder / "essay.db"}
    with Ledger.open(found["empty"], create=True):
        pass
    with Ledger.open(found["essay"], create=True) as ledger:
        for name in ("prewar-essay", "war-article"):
            ledger.add(read(SEEDS / f"{name}.dossier.yaml").dossier, recorded=NOW)
    return found


@pytest.mark.parametrize("name", LEDGERS)
def test_what_is_read_is_as_the_schema_says(
    run: Run, places: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Every reading command, on ledgers of every kind."""
    monkeypatch.chdir(tmp_path)
    place = shutil.copy(places[name], tmp_path / "tracker.db")
    with Ledger.open(place) as ledger:
        analysts = list(ledger.analysts())
        ids = [one.question.id for one in ledger.questions()]
    stand_for = {"TEXT": [str(TEXT)], "ANALYST": analysts, "OTHER": analysts[-1:], "ID": ids}
    for call in calls(CALLS):
        if call[0] not in COMMANDS:
            continue
        needed = [word for word in call if word in stand_for]
        if len(needed) == 2 and len(analysts) < 2:
            continue
        first = stand_for[needed[0]][:12] if needed else [""]
        for value in first:
            words = [value if word in needed[:1] else word for word in call]
            words = [analysts[-1] if word == "OTHER" else word for word in words]
            if words[1:2] * 2 == words[1:3]:  # with oneself
                continue
            ran = run(*words, "--json")
            assert ran.code == 0, (words, ran.err)
            check(ran, words)


def test_what_is_written_is_as_the_schema_says(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command that records or keeps, with questions of all kinds."""
    monkeypatch.chdir(tmp_path)
    stand_for = {"DIGEST": str(SEEDS / "digest.dossier.yaml"), "PANEL": str(PANEL)}
    for call in calls(WRITING):
        words = [stand_for.get(word, word) for word in call]
        ran = run(*words, "--json")
        assert ran.code == 0, (words, ran.err)
        check(ran, words)


def test_a_fault_is_as_the_schema_says(run: Run, tmp_path: Path) -> None:
    """A ledger or config file that cannot be used is told in JSON of the same shape."""
    (tmp_path / "tracker.db").write_bytes(b"no ledger at all, but a text of some length\n" * 40)
    ran = run("status", "--json")
    assert ran.code == 1
    check(ran, ["status"])
    check(run("status", "--json", "--db", "mysql://host/name"), ["status"])


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_with_json_has_a_schema(name: str) -> None:
    """And no other has; each is valid by itself, and closed."""
    prints = "--json" in {option for one in load(name).params for option in one.opts}
    assert prints == (name in schema.everything()["properties"])
    if prints:
        own = schema.of(name)
        Draft202012Validator.check_schema(own)
        assert own["title"] == f"tracker {name} --json"
        surprise: Any = {"surprise": 1}
        given = [surprise] if own.get("type") == "array" else surprise
        assert "surprise" in str(list(Draft202012Validator(own).iter_errors(given)))


def test_no_object_is_open(run: Run) -> None:
    """Whatever shape is used closes itself, so that no key goes unseen."""
    whole = run("schema").json
    Draft202012Validator.check_schema(whole)
    shapes: list[Any] = [whole]
    closed = {"additionalProperties", "unevaluatedProperties"}
    for shape in shapes:
        inner = shape.values() if isinstance(shape, dict) else shape
        shapes += [one for one in inner if isinstance(one, dict | list)]
        if isinstance(shape, dict) and "$ref" in shape:
            assert shape["unevaluatedProperties"] is False, shape
        if isinstance(shape, dict) and "object" in str(shape.get("type", "")):
            assert closed & set(shape) or shape in whole["$defs"].values(), shape


def test_the_schema_is_printed(run: Run) -> None:
    """All of it, or one command's with what it shares; a slip of the pen is put right."""
    assert run("schema").json == json.loads(schema.FILE.read_text("utf-8"))
    assert run("schema", "show").json == schema.of("show")
    ran = run("schema", "shwo")
    assert (ran.code, ran.out) == (2, "")
    assert "shwo prints no JSON; did you mean show?" in ran.err
    assert "expected log, list" in run("schema", "upgrade").err
