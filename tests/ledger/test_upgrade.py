"""Ledgers of every past schema are upgraded: backed up first, carried over whole, and usable."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import ROOT

from tracker import Ledger
from tracker.ledger import database
from tracker.ledger.place import Place
from tracker.ledger.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Ran

    Run = Callable[..., Ran]

PAST = sorted((ROOT / "tests" / "ledger" / "past").glob("*.db"))
LATER = datetime(2027, 1, 1, tzinfo=UTC)
# What `tracker` of the schema said of its ledger: a digest of its JSON, made when it was current.
HELD = json.loads((ROOT / "tests" / "ledger" / "past" / "held.json").read_text("utf-8"))


@pytest.fixture(params=[path.stem for path in PAST])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A ledger of a past schema, where commands look for theirs."""
    named: str = request.param
    return Path(shutil.copy(PAST[0].with_name(f"{named}.db"), tmp_path / "tracker.db"))


def everything(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(file)) as raw:
        names = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: sorted(raw.execute(f'SELECT * FROM "{name}"'), key=str) for (name,) in names}


def test_every_past_schema_has_its_file() -> None:
    """One committed ledger for each schema but the newest."""
    assert {path.stem for path in PAST} == database.revisions() - {database.SCHEMA}
    assert set(HELD) == {path.stem for path in PAST}


def test_an_old_ledger_is_not_touched_before_it_is_upgraded(run: Run, old: Path) -> None:
    """Every command but upgrade says what to run, and leaves the file as it is."""
    before = old.read_bytes()
    for words in (["list"], ["log", "q1", "-p", "70%"], ["verify"], ["backup", "b.db"], ["export"]):
        ran = run(*words)
        assert ran.code == 1
        assert "run `tracker upgrade" in ran.err
    assert old.read_bytes() == before


def test_an_upgrade_backs_up_first(run: Run, old: Path) -> None:
    """The ledger as it was stands beside it afterwards, row for row, and its place is said."""
    before, schema = everything(old), everything(old)["alembic_version"][0][0]
    ran = run("upgrade")
    kept = old.with_name(f"tracker.schema-{schema}.db")
    assert ran.code == 0
    assert str(kept) in ran.out
    assert everything(kept) == before
    assert kept.stat().st_mode & 0o777 == 0o600
    assert database.schema(Place.of(kept)) == schema
    assert database.schema(Place.of(old)) == database.SCHEMA
    assert {path.name for path in old.parent.glob("*.db*")} == {old.name, kept.name}


def test_a_backup_of_before_is_never_written_over(run: Run, old: Path) -> None:
    """A second upgrade beside a first one's backup takes another name."""
    schema = everything(old)["alembic_version"][0][0]
    kept = old.with_name(f"tracker.schema-{schema}.db")
    kept.write_text("mine")
    assert run("upgrade").code == 0
    assert kept.read_text() == "mine"
    assert old.with_name(f"tracker.schema-{schema}-2.db").exists()


def test_where_no_backup_can_be_made_nothing_is_upgraded(run: Run, old: Path) -> None:
    """Without a backup there is no upgrade."""
    before = old.read_bytes()
    ran = run("upgrade", "--backup", old.parent / "nowhere" / "kept.db")
    assert ran.code == 1
    assert "cannot be written" in ran.err
    assert ran.err.count("\n") == 1
    assert old.read_bytes() == before


def test_nothing_is_lost_in_an_upgrade(run: Run, old: Path) -> None:
    """Every row is there with all that it held; what is new are the chain and its end."""
    before = everything(old)
    schema = before["alembic_version"][0][0]
    assert run("upgrade").code == 0
    after = everything(old)
    for table, rows in before.items():
        if table == "alembic_version":
            continue
        with closing(sqlite3.connect(old)) as raw:
            held = raw.execute(f'SELECT * FROM "{table}" LIMIT 0').description
        columns = {name: place for place, (name, *_) in enumerate(held)}
        added = [columns[name] for name in NEW.get(schema, {}).get(table, ())]
        carried = [
            tuple(v for place, v in enumerate(row) if place not in added)
            for row in after[table]
            if not (table == "entry" and "chained" in row)
        ]
        assert sorted(carried, key=str) == rows


# Columns that tables of a past schema have got since.
NEW = {"0001": {"entry": ("hash",), "option": ("entry_id",), "question_tag": ("entry_id",)}}


# Linked questions count as one since, and option sets have no skill.
ANEW = {"brier_interval", "skill", "verdict"}


def still_says(now: Any, held: Any) -> None:
    """What was said is said, perhaps among more; what was null then may be known now."""
    if isinstance(held, dict):
        for name in held:
            if name not in ANEW:
                still_says(now[name], held[name])
    elif isinstance(held, list):
        assert len(now) == len(held)
        for one, other in zip(now, held, strict=True):
            still_says(one, other)
    elif held is not None:
        assert now == (pytest.approx(held) if isinstance(held, float) else held)


def test_an_upgraded_ledger_says_what_it_said(run: Run, old: Path) -> None:
    """Questions, histories and scores are those that the tracker of that schema gave."""
    schema = everything(old)["alembic_version"][0][0]
    assert run("upgrade").code == 0
    for command in (["list"], ["show", "q36"], ["score", "--by", "analyst"]):
        still_says(run(*command, "--json").json, HELD[schema][command[0]])


def test_an_upgraded_ledger_is_chained(run: Run, old: Path) -> None:
    """It verifies, and says from where on the chain was kept; what was chained is as it was."""
    before = everything(old)
    entries = len(before["entry"])
    assert run("upgrade").code == 0
    said = run("verify", "--json").json
    assert said["sound"]
    if "head" in before:
        _, _, head, _ = before["head"][0]
        assert (said["head"], said["entries"]) == (f"{entries}:{head}", entries)
    else:
        assert (said["chained"], said["entries"]) == (entries + 1, entries + 1)
        assert f"entries 1 to {entries} are older than the chain" in run("verify").out
    assert run("upgrade").out.endswith("nothing to do\n")


def test_an_upgraded_ledger_goes_on(run: Run, old: Path, clock: Callable[[datetime], None]) -> None:
    """New forecasts, tags and outcomes follow in the chain."""
    assert run("upgrade").code == 0
    earlier = run("verify", "--head").out.strip()
    clock(LATER)
    assert run("log", "q35", "-p", "20%", "--tag", "late").code == 0
    assert run("log", "An entirely new question", "-p", "20%").code == 0
    assert run("verify", "--since", earlier).code == 0
    with Ledger.open(old) as ledger:
        assert "late" in ledger.question("q35").question.tags


def test_what_an_upgrade_cannot_carry_over_it_leaves(run: Run, old: Path) -> None:
    """A ledger with an entry cut out is not chained as if it were whole."""
    with closing(sqlite3.connect(old)) as raw, raw:
        raw.execute("DROP TRIGGER forecast_no_delete")
        raw.execute("DROP TRIGGER entry_no_delete")
        number = raw.execute("SELECT min(entry_id) FROM forecast").fetchone()[0]
        raw.execute("DELETE FROM forecast WHERE entry_id = ?", [number])
        raw.execute("DELETE FROM entry WHERE id = ?", [number])
    before = everything(old)
    ran = run("upgrade")
    if "head" in before:  # its chain goes on to tell
        assert ran.code == 0
        assert f"entry {number}: found none" in run("verify").err
        return
    assert ran.code == 1
    assert f"entry {number} is missing" in ran.err
    assert ran.err.count("\n") == 1
    assert everything(old) == before


def test_a_past_ledger_can_be_restored(run: Run, old: Path, tmp_path: Path) -> None:
    """The backup of an upgrade is itself a ledger that can be upgraded again."""
    schema = everything(old)["alembic_version"][0][0]
    assert run("upgrade").code == 0
    kept = old.with_name(f"tracker.schema-{schema}.db")
    again = Path(shutil.copy(kept, tmp_path / "again.db"))
    assert run("upgrade", "--db", again).code == 0
    one, other = (run("export", "--db", file).out.splitlines() for file in (old, again))
    chained = verify(Place.of(again)).chained
    if schema == "0001":  # the last entry says when the upgrade was
        assert chained == len(one)
        one, other = one[:-1], other[:-1]
    else:
        assert chained == 0
    assert one == other
