"""Drills: what a thief with the whole database in hand may try, and by what it is found out."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from checker import canonical, from_database
from conftest import NOW
from ledgers import ALSO, SAYS, everything
from places import Databases, plain
from sqlalchemy import Boolean, Integer
from sqlalchemy.engine import make_url

from tracker import Ledger
from tracker.ledger.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Ran
    from places import Places
    from postgres import Server

    Run = Callable[..., Ran]

LATER = NOW + timedelta(days=1)
ZEROS = "0" * 64


def strike(file: Path, *statements: str, **values: object) -> None:
    """Rewrite a ledger with nothing in the way, and leave every trigger as it was."""
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        held = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        triggers = raw.execute(held).fetchall()
        raw.execute("PRAGMA ignore_check_constraints = ON")
        raw.execute("PRAGMA synchronous = OFF")
        raw.execute("BEGIN")
        for name, _ in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement, values)
        for _, sql in triggers:
            raw.execute(sql)
        raw.execute("COMMIT")


def select(file: Path, sql: str) -> list[tuple[Any, ...]]:
    """The rows that a statement gives."""
    with closing(sqlite3.connect(file)) as raw:
        raw.text_factory = bytes
        return raw.execute(sql).fetchall()


def fault(run: Run, *words: object) -> str:
    """What `tracker verify` names as the first fault: in one sentence, and as JSON."""
    ran = run("verify", "--json", *words)
    assert ran.code == 1, ran.out
    assert ran.err.startswith("error: ")
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err
    assert ran.json["sound"] is False
    key = str(ran.json["fault"]["key"])
    assert ran.err.isprintable() or ran.err[:-1].isprintable()
    assert key in ran.err
    assert ran.json["fault"]["found"] in ran.err
    return key


def head(run: Run, *words: object) -> str:
    """The head of a sound ledger."""
    ran = run("verify", "--head", *words)
    assert ran.code == 0, ran.err
    return ran.out.strip()


def rehash(file: Path) -> None:
    """Make a chain anew over whatever a ledger holds now, its head row too."""
    hashes: list[str] = []
    with closing(sqlite3.connect(file)) as raw, suppress(ValueError):  # the old head is off
        for entry in from_database(raw):
            said = {k: v for k, v in entry.items() if k != "hash" and v is not None}
            said["before"] = (hashes or [ZEROS])[-1]
            hashes.append(sha256(canonical(said).encode()).hexdigest())
    moved = [f"UPDATE entry SET hash = '{own}' WHERE id = {n}" for n, own in enumerate(hashes, 1)]
    strike(file, *moved, f"UPDATE head SET entry = {len(hashes)}, hash = '{hashes[-1]}'")


def test_the_drills_begin_with_a_sound_ledger(run: Run, held: Path) -> None:
    """Nothing is found before anything is done, also when the triggers were away for a while."""
    before = head(run)
    assert all(select(held, f'SELECT count(*) FROM "{name}"') > [(0,)] for name in TABLES)
    strike(held)
    assert head(run) == before
    rehash(held)
    assert head(run) == before


# --- change --------------------------------------------------------------------------------------

TEXTS = (
    "'x'",
    "''",
    "NULL",
    "{0} || ' '",
    "{0} || char(10, 27) || '[2K'",
    "{0} || char(0)",
    "CAST({0} AS BLOB)",
    "CAST({0} || x'ff' AS TEXT)",
)
NUMBERS = ("{0} + 1", "{0} + 0.5", "{0} + 1000", "'x'", "-1", "NULL", "x'31'")
TRUTHS = ("1 - {0}", "2", "'true'", "NULL", "0.5", "x'31'")
COLUMNS = [(table, column.name) for table in TABLES for column in TABLES[table].columns]


def alterations(table: str, column: str) -> tuple[str, ...]:
    """What a value of a column may become."""
    kind = TABLES[table].columns[column].type
    return TRUTHS if isinstance(kind, Boolean) else NUMBERS if isinstance(kind, Integer) else TEXTS


def changed(whole: Path, file: Path, table: str, column: str) -> Iterator[tuple[str, Any]]:
    """One ledger after the other with one value changed: how, and the entry concerned."""
    own = {"entry": "id", "tag": "id", "head": "id"}.get(table, "entry_id")
    for empty in ("NOT NULL", "NULL"):
        row = f'SELECT min(rowid) FROM "{table}" WHERE "{column}" IS {empty}'
        ((number,),) = select(whole, row)
        to_what = alterations(table, column) if empty == "NOT NULL" else ("''",)
        for to in to_what if number is not None else ():
            shutil.copy(whole, file)
            look = f'SELECT typeof("{column}"), "{column}", {own} FROM "{table}" '
            look += f"WHERE rowid = {number}"
            ((*before, entry),) = select(file, look)
            value = to.replace("{0}", f'"{column}"')
            try:
                strike(file, f'UPDATE "{table}" SET "{column}" = {value} WHERE rowid = {number}')
            except sqlite3.IntegrityError:  # never null, or never twice
                continue
            if column != "id" and select(file, look)[0][:2] != tuple(before):
                yield f"{column} {to}", entry
            elif column == "id":
                yield f"{column} {to}", None


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[".".join(both) for both in COLUMNS])
def test_a_changed_value_is_found(
    run: Run, whole: Path, held: Path, table: str, column: str
) -> None:
    """Whatever becomes of whichever value in whichever table, the entry it belongs to is named."""
    for how, entry in changed(whole, held, table, column):
        named = fault(run)
        if column in {"id", "entry_id"} or table in {"head", "tag"}:
            assert re.match(r"entry \d+|head|the file|\w+ (-?\d+|None)\b", named), (how, named)
        else:
            assert re.search(rf"\bentry {entry}\b", named), (how, named)


def test_a_number_that_is_no_schema_is_found(run: Run, held: Path) -> None:
    """The number of the schema is no part of the chain, and still cannot be made up."""
    for number in ("0001", "0009", "", "two", "0003 "):
        with closing(sqlite3.connect(held)) as raw, raw:
            raw.execute("UPDATE alembic_version SET version_num = ?", [number])
        ran = run("verify")
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
        assert str(held) in ran.err


# --- drills on each engine -----------------------------------------------------------------------


def hit(place: str, *statements: str) -> None:
    """Rewrite a ledger on either engine as who owns the server or the file can."""
    if "://" not in place:
        strike(Path(place), *statements)
        return
    with plain(place).begin() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.fixture(scope="module")
def original(places: Places) -> str:
    """The place of a sound ledger with several rows of every table; to be copied only."""
    place = places.new()
    everything(place)
    return place


@pytest.fixture
def at(places: Places, original: str, monkeypatch: pytest.MonkeyPatch, run: Run) -> Iterator[str]:
    """A ledger on each engine, where commands look for theirs."""
    del run  # which sets a place of its own first
    with places.lent(original) as place:
        monkeypatch.setenv("TRACKER_DATABASE_URL", place)
        yield place


ALL = 45  # entries
LESSON = "INSERT INTO lesson (id, entry_id, question_id, analyst_id, text) VALUES "
OPTION = "INSERT INTO option (id, question_id, position, name, entry_id) VALUES "
ENTRY = "INSERT INTO entry (id, kind, recorded, hash) VALUES "
QUESTIONS = ("question_tag", "option", "forecast", "lesson", "resolution", "amendment", "judgement")


def swap(table: str, column: str, one: int, two: int) -> list[str]:
    """Statements that exchange two numbers."""
    return [
        f'UPDATE "{table}" SET {column} = {to} WHERE {column} = {number}'
        for number, to in ((one, -1), (two, one), (-1, two))
    ]


# What is done, and the beginning of what is named.
DRILLS: dict[str, tuple[str, list[str]]] = {
    "a row is deleted": ("entry 8 ", ["DELETE FROM forecast WHERE entry_id = 8"]),
    "an option is deleted": (
        "entry 6 ",
        ["DELETE FROM option WHERE entry_id = 6 AND position = 1"],
    ),
    "a tag is taken off": ("entry 23 ", ["DELETE FROM question_tag WHERE entry_id = 23"]),
    "a tag is taken off a question": (
        "entry 4 ",
        ["DELETE FROM question_tag WHERE entry_id = 4 AND tag_id = 2"],
    ),
    "an entry is deleted": ("entry 8", ["DELETE FROM entry WHERE id = 8"]),
    "an entry is deleted with its row": (
        "entry 8",
        ["DELETE FROM forecast WHERE entry_id = 8", "DELETE FROM entry WHERE id = 8"],
    ),
    "the first is deleted": (
        "entry 1",
        ["DELETE FROM analyst WHERE entry_id = 1", "DELETE FROM entry WHERE id = 1"],
    ),
    "the last is deleted": (
        "entry 45",
        ["DELETE FROM retraction WHERE entry_id = 45", "DELETE FROM entry WHERE id = 45"],
    ),
    "a row without an entry": ("lesson 99", [f"{LESSON} (99, 99, 1, 1, 'x')"]),
    "a row before all entries": ("lesson 99", [f"{LESSON} (99, 0, 1, 1, 'x')"]),
    "a row is hung on an entry": ("entry 8 ", [f"{LESSON} (99, 8, 1, 1, 'x')"]),
    "an option is added": ("entry 6 ", [f"{OPTION} (99, 3, 2, 'west', 6)"]),
    "a tag is added": (
        "entry 5 ",
        ["INSERT INTO question_tag (question_id, tag_id, entry_id) VALUES (2, 3, 5)"],
    ),
    "a tag on no question": ("tag 99", ["INSERT INTO tag (id, name) VALUES (99, 'spare')"]),
    "an entry with a hash that was made up": (
        "entry 46 ",
        [
            f"{ENTRY} (46, 'lesson', '2026-11-22T12:00:00.000000Z', '{'f' * 64}')",
            f"{LESSON} (99, 46, 1, 1, 'x')",
            f"UPDATE head SET entry = 46, hash = '{'f' * 64}'",
        ],
    ),
    "what a retraction takes back is changed": (
        "entry 42 ",
        ["UPDATE entry SET supersedes = 35 WHERE id = 42"],
    ),
    "a retraction is taken out": ("entry 43 ", ["DELETE FROM retraction WHERE entry_id = 43"]),
    "an amendment says otherwise": (
        "entry 37 ",
        ["UPDATE amendment SET resolve_by = '2027-01-01' WHERE entry_id = 37"],
    ),
    "a judgement is turned": (
        "entry 39 ",
        ["UPDATE judgement SET outcome = 'no' WHERE entry_id = 39"],
    ),
    "two entries change places": ("entry 8 ", swap("entry", "id", 8, 10)),
    "two rows change entries": ("forecast 2 of entry 8", swap("forecast", "entry_id", 8, 10)),
    "two rows change numbers": ("forecast 1 of entry 10", swap("forecast", "id", 1, 2)),
    "two rows change their words": (
        "entry 31 ",
        ["UPDATE lesson SET text = (SELECT text FROM lesson AS o WHERE o.id <> lesson.id)"],
    ),
    "two questions change numbers, and all that refers to them": (
        "question 1 of entry 5",
        [
            *swap("question", "id", 1, 2),
            *swap("question", "condition_id", 1, 2),
            *(part for table in QUESTIONS for part in swap(table, "question_id", 1, 2)),
        ],
    ),
    "a kept text is replaced": ("entry 3 ", ["UPDATE text SET text = 'other' WHERE id = 1"]),
    "a kept text is replaced, and its hash": (
        "entry 2 ",
        [
            "UPDATE text SET text = 'other' WHERE id = 1",
            f"UPDATE source SET sha256 = '{sha256(b'other').hexdigest()}' WHERE id = 1",
        ],
    ),
    "the head is moved back": (
        "entry 45",
        ["UPDATE head SET entry = 44, hash = (SELECT hash FROM entry WHERE id = 44)"],
    ),
    "the head has another hash": ("head", ["UPDATE head SET hash = 'x'"]),
    "there is no head": ("head", ["DELETE FROM head"]),
    **{
        f"nothing is left of {table}": ("", [f'DELETE FROM "{table}"'])
        for table in TABLES
        if table != "head"
    },
}


@pytest.mark.parametrize("drill", DRILLS)
def test_a_drill_is_found(run: Run, at: str, drill: str) -> None:
    """What was removed, slipped in, moved or exchanged is named, with a published head too."""
    published = head(run)
    key, statements = DRILLS[drill]
    hit(at, *statements)
    assert fault(run).startswith(key)
    assert fault(run, "--since", published).startswith(key)
    ran = run("export")
    assert ran.code == 1
    assert ran.err.startswith("error: ")
    assert ran.err.count("\n") == 1


def cut(to: int) -> list[str]:
    """Statements that remove everything after an entry."""
    owned = [name for name in TABLES if "entry_id" in TABLES[name].columns]
    return [
        *(f'DELETE FROM "{name}" WHERE entry_id > {to}' for name in owned),
        "DELETE FROM tag WHERE id NOT IN (SELECT tag_id FROM question_tag)",
        f"DELETE FROM entry WHERE id > {to}",
    ]


@pytest.mark.parametrize("to", [ALL - 1, 22, 5, 0])
def test_a_ledger_that_was_cut_off_is_found(run: Run, at: str, to: int) -> None:
    """Without its last entries it is found by its own head, or by one that was published."""
    published = head(run)
    hit(at, *cut(to))
    assert fault(run) == f"entry {to + 1}"
    moved = f"entry = {to}, hash = coalesce((SELECT hash FROM entry WHERE id = {to}), '{ZEROS}')"
    hit(at, f"UPDATE head SET {moved}")
    assert head(run).startswith(f"{to}:")  # the ledger alone cannot tell: it is whole up to here
    assert fault(run, "--since", published) == f"entry {to + 1}"


def append(place: str) -> None:
    """Record one thing more."""
    says = {"analyst": "ana", "probability": 0.99}
    with Ledger.open(place) as ledger:
        ledger.log("snow", says, recorded=LATER)


def test_an_entry_slipped_in_after_the_head_is_found(run: Run, at: str) -> None:
    """An entry with the right hash is found where the head was not moved with it."""
    published = head(run)
    old = published.split(":")[1]
    append(at)
    hit(at, f"UPDATE head SET entry = {ALL}, hash = '{old}'")
    assert fault(run) == f"entry {ALL + 1}"
    assert fault(run, "--since", published) == f"entry {ALL + 1}"


def forged(whole: Path, file: Path, *statements: str) -> list[str]:
    """Statements that rewrite a ledger, its whole chain made anew."""
    shutil.copy(whole, file)
    append(str(file))
    strike(file, *statements)
    rehash(file)
    hashes = select(file, "SELECT id, hash FROM entry")
    last, own = hashes[-1]
    return [
        *statements,
        *(f"UPDATE entry SET hash = '{own.decode()}' WHERE id = {n}" for n, own in hashes),
        f"UPDATE head SET entry = {last}, hash = '{own.decode()}'",
    ]


EARLY = "2026-11-21T12:30:00.000000Z"
BACKDATED = f"UPDATE entry SET recorded = '{EARLY}' WHERE id = {ALL + 1}"


def test_a_backdated_entry_is_found(run: Run, at: str, whole: Path, tmp_path: Path) -> None:
    """What is said today cannot pass for said before, though its hash and the head are right."""
    published = head(run)
    append(at)
    hit(at, *forged(whole, tmp_path / "forged.db", BACKDATED))
    assert fault(run).startswith(f"entry {ALL + 1} ")
    assert fault(run, "--since", published).startswith(f"entry {ALL + 1} ")


def test_a_claim_that_there_was_no_chain_is_found_by_a_published_head(
    run: Run, at: str, whole: Path, tmp_path: Path
) -> None:
    """A backdated entry cannot be excused by one of kind chained after it.

    Where the head was made to name that one too, `tracker verify` says what nothing proves, and a
    head that was published shows the forgery.
    """
    published = head(run)
    append(at)
    late = "2026-11-23T12:00:00.000000Z"
    claim = f"{ENTRY} ({ALL + 2}, 'chained', '{late}', '{ZEROS}')"
    hit(at, *forged(whole, tmp_path / "forged.db", BACKDATED, claim))
    assert fault(run) == f"entry {ALL + 2}"
    hit(at, f"UPDATE head SET chained = {ALL + 2}")
    said = run("verify")
    assert said.code == 0
    assert f"entries 1 to {ALL + 1} are older than the chain: nothing proves" in said.out
    assert fault(run, "--since", published) == f"entry {ALL + 2}"


def test_a_rewritten_chain_is_found_by_a_published_head_alone(
    run: Run, at: str, whole: Path, tmp_path: Path
) -> None:
    """Who makes every hash anew has a sound ledger, and another head than the one published."""
    published = head(run)
    append(at)
    after = head(run)
    better = "UPDATE forecast SET probability = 990000000, high = 995000000 WHERE entry_id = 8"
    hit(at, *forged(whole, tmp_path / "forged.db", better))
    assert head(run) != after  # no fault: the ledger alone cannot tell
    assert fault(run, "--since", published) == f"entry {ALL}"
    assert fault(run, "--since", after) == f"entry {ALL + 1}"


def test_a_rewritten_chain_does_not_hide_another_text(
    run: Run, at: str, whole: Path, tmp_path: Path
) -> None:
    """Texts are held against the hashes of sources and passages, whatever the chain says."""
    append(at)
    other = SAYS.replace("Cafe", "Kaff")
    text = f"UPDATE text SET text = '{other}' WHERE id = 1"
    hit(at, *forged(whole, tmp_path / "forged.db", text))
    assert fault(run) == "text of essay"
    own = f"UPDATE source SET sha256 = '{sha256(other.encode()).hexdigest()}' WHERE id = 1"
    hit(at, *forged(whole, tmp_path / "forged.db", text, own))
    assert fault(run).startswith("entry 12 (passage")


def test_an_old_ledger_put_back_is_found_by_a_published_head_alone(
    run: Run, whole: Path, held: Path
) -> None:
    """A backup of yesterday is sound; that there was more is known from a head of today."""
    append(str(held))
    published = head(run)
    shutil.copy(whole, held)
    for tail in ("-wal", "-shm"):
        held.with_name(held.name + tail).unlink(missing_ok=True)
    assert head(run).startswith(f"{ALL}:")  # no fault: the ledger alone cannot tell
    assert fault(run, "--since", published) == f"entry {ALL + 1}"


def test_an_edited_text_at_hand_is_found(run: Run, held: Path, tmp_path: Path) -> None:
    """A text given with --text is one of a source to the last byte, or is refused by name."""
    assert held.exists()
    file = tmp_path / "report.txt"
    file.write_text(ALSO, encoding="utf-8")
    assert run("verify", "--text", file).code == 0
    for edited in (f"{ALSO} ", ALSO.replace("little", "much"), ""):
        file.write_text(edited, encoding="utf-8")
        assert fault(run, "--text", file) == str(file)


def test_no_fault_is_lost_in_a_copy(run: Run, at: str, tmp_path: Path) -> None:
    """A head that is off stays a fault: no backup or copy is made whose head is right again."""
    old = head(run)
    hit(at, *cut(30))
    for words in (["backup", tmp_path / "b.db"], ["copy", at, tmp_path / "c.db"]):
        ran = run(*words)
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
        assert "entry 31:" in ran.err
    append_to = f"UPDATE head SET entry = 20, hash = '{old.split(':')[1]}'"
    hit(at, append_to)
    for words in (["backup", tmp_path / "b.db"], ["copy", at, tmp_path / "c.db"]):
        assert "entry 21:" in run(*words).err
    assert not list(tmp_path.glob("*.db"))


# --- the triggers --------------------------------------------------------------------------------

NOTHING = {
    "dropped": "",
    "empty": "CREATE TRIGGER {0} BEFORE {1} ON {2} BEGIN SELECT 1; END",
    "never": "CREATE TRIGGER {0} BEFORE {1} ON {2} WHEN 0 BEGIN SELECT RAISE(ABORT, 'no'); END",
    "elsewhere": "CREATE TRIGGER {0} BEFORE {1} ON tag BEGIN SELECT RAISE(ABORT, 'no'); END",
    "in words": "CREATE TRIGGER {0} BEFORE {1} ON {2} BEGIN SELECT 1; /* RAISE(ABORT) */ END",
    "quietly": "CREATE TRIGGER {0} BEFORE {1} ON {2} BEGIN SELECT RAISE(IGNORE); END",
}


TRIGGERS = {
    "forecast_no_update": ("UPDATE", "forecast"),
    "entry_no_delete": ("DELETE", "entry"),
    "option_no_replace": ("INSERT", "option"),
    "head_no_update": ("UPDATE", "head"),
    "entry_moves_head": ("INSERT", "entry"),
}


@pytest.mark.parametrize("how", NOTHING)
@pytest.mark.parametrize("name", TRIGGERS)
def test_a_trigger_that_protects_nothing_is_found(
    run: Run, held: Path, name: str, how: str
) -> None:
    """A trigger that is gone, or has the name and does nothing, is named, though no row differs."""
    with closing(sqlite3.connect(held)) as raw, raw:
        raw.execute(f"DROP TRIGGER {name}")
        raw.execute(NOTHING[how].format(name, *TRIGGERS[name]) or "SELECT 1")
    assert fault(run) == f"trigger {name}"


def test_a_ledger_without_any_trigger_is_found(run: Run, held: Path, tmp_path: Path) -> None:
    """All of them gone and nothing else changed: named, and a copy has them again."""
    before = head(run)
    with closing(sqlite3.connect(held)) as raw, raw:
        for (name,) in raw.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            raw.execute(f"DROP TRIGGER {name}")
    assert fault(run) == "trigger amendment_no_delete"
    assert fault(run, "--since", before) == "trigger amendment_no_delete"
    assert run("backup", tmp_path / "backup.db").code == 1  # a backup is what it is a backup of
    assert run("copy", held, tmp_path / "copy.db").code == 0
    assert head(run, "--db", tmp_path / "copy.db") == before


DROPPED = "DROP TRIGGER forecast_append_only ON forecast"
MADE = (
    "CREATE TRIGGER forecast_append_only BEFORE {} FOR EACH {} EXECUTE FUNCTION refuse_rewriting()"
)
HOLLOW = "CREATE OR REPLACE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {}; END $$"
SERVER = {
    "dropped": [DROPPED],
    "switched off": ["ALTER TABLE forecast DISABLE TRIGGER ALL"],
    "of replicas only": ["ALTER TABLE forecast ENABLE REPLICA TRIGGER forecast_append_only"],
    "never": [DROPPED, MADE.format("UPDATE ON forecast", "ROW WHEN (false)")],
    "elsewhere": [DROPPED, MADE.format("UPDATE OR DELETE OR TRUNCATE ON tag", "STATEMENT")],
    "half": [DROPPED, MADE.format("DELETE OR TRUNCATE ON forecast", "STATEMENT")],
    "one column": [DROPPED, MADE.format("UPDATE OF id ON forecast", "STATEMENT")],
    "hollow": [HOLLOW.format("refuse_rewriting", "RETURN NULL")],
    "a head that goes where it is put": [HOLLOW.format("head_moves_on", "RETURN NEW")],
    "a head that stands still": [HOLLOW.format("entry_moves_head", "RETURN NULL")],
}


@pytest.mark.parametrize("how", SERVER)
def test_a_trigger_of_a_server_that_protects_nothing_is_found(
    run: Run, postgres: Server, how: str
) -> None:
    """The same on a server, where a function can be hollowed out under the triggers as well."""
    places = Databases(postgres)
    with places.lent(places.empty) as place:
        for statement in SERVER[how]:
            postgres.execute(str(make_url(place).database), statement)
        named = fault(run, "--db", place)
    if "head" in how:
        assert named in {"trigger head_append_only", "trigger entry_moves_head"}
    else:
        every = "trigger amendment_append_only"  # the first of all
        assert named == (every if how == "hollow" else "trigger forecast_append_only")
