"""Forgeries: entries with the right hash that were never recorded, and triggers of others.

Who may insert rows can hash them rightly, and who owns a database can put triggers on its tables.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import checker
import pytest
from conftest import NOW, ROOT
from hypothesis import example, given
from hypothesis import settings as how
from hypothesis import strategies as st
from ledgers import SAYS, everything
from places import Databases, counts, plain, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from tracker import Ledger
from tracker.errors import LedgerError
from tracker.ledger.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Ran
    from places import Places
    from postgres import Server

    Run = Callable[..., Ran]

WRONG = (AttributeError, LookupError, TypeError, ValueError, sqlite3.Error)  # what the checker says
GRANTS = re.findall(
    r"```sql\n(.*?)```", (ROOT / "tracker" / "ledger" / "README.md").read_text("utf-8"), re.DOTALL
)


def refused(ran: Ran) -> str:
    """What a command said that was refused, in one sentence."""
    assert ran.code == 1, ran
    assert ran.err.startswith("error: ")
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err
    return ran.err


# --- making forgeries ----------------------------------------------------------------------------


def lenient(value: object) -> str:
    """The canonical form of what no entry can have, too."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def strike(file: Path, *statements: str) -> None:
    """Rewrite a ledger with nothing in the way, and leave every trigger as it was."""
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        found = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        raw.execute("PRAGMA ignore_check_constraints = ON")
        raw.execute("PRAGMA synchronous = OFF")
        raw.execute("BEGIN")
        for name, _ in found:
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement)
        for _, sql in found:
            raw.execute(sql)
        raw.execute("COMMIT")


def rehash(file: Path) -> None:
    """Make a chain anew over whatever a ledger holds now, its head row too."""
    hashes: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checker, "canonical", lenient)
        with closing(sqlite3.connect(file)) as raw, suppress(*WRONG):  # the old head is off
            for entry in checker.from_database(raw):
                said = {k: v for k, v in entry.items() if k != "hash" and v is not None}
                said["before"] = (hashes or ["0" * 64])[-1]
                hashes.append(sha256(lenient(said).encode()).hexdigest())
    moved = [f"UPDATE entry SET hash = '{own}' WHERE id = {n}" for n, own in enumerate(hashes, 1)]
    if hashes:
        moved.append(f"UPDATE head SET entry = {len(hashes)}, hash = '{hashes[-1]}'")
    strike(file, *moved)


def objection(file: Path) -> str | None:
    """What the independent checker finds wrong, if anything."""
    with closing(sqlite3.connect(file)) as raw:
        try:
            checker.check(checker.from_database(raw))
        except WRONG as fault:
            return repr(fault)
    return None


NEXT = 46  # the number of the next entry
AT = "2026-11-22T12:00:00.000000Z"
NO_HASH = sha256(b"").hexdigest()


def entry(kind: str, at: str = AT, number: int = NEXT) -> str:
    """The statement that adds an entry, to be hashed."""
    return f"INSERT INTO entry (id, kind, recorded, hash) VALUES ({number}, '{kind}', '{at}', 'x')"


def row(table: str, number: int = NEXT, **values: object) -> str:
    """The statement that adds a row to an entry."""
    values["entry_id"] = number
    said = ["NULL" if v is None else f"'{v}'" if isinstance(v, str) else v for v in values.values()]
    names = ", ".join(f'"{name}"' for name in values)
    return f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(map(str, said))})'


def because(reason: str = "'so'", supersedes: object = "NULL") -> str:
    """The statement that gives an entry a reason, and what it supersedes."""
    said = f"reason = {reason}, supersedes = {supersedes}"
    return f"UPDATE entry SET {said} WHERE id = {NEXT}"


LESSON = row("lesson", question_id=1, analyst_id=1, text="x")


def forecast(number: int = NEXT, **values: object) -> str:
    """The statement that adds a forecast of the first question, which is binary."""
    usual: dict[str, object] = {
        "question_id": 1,
        "analyst_id": 1,
        "made": "2026-11-01",
        "probability": 900_000_000,
        "attribution": "author",
        "scorable": 1,
        "withdrawn": 0,
    }
    return row("forecast", number, **{**usual, **values})


def settled(known: str = "2026-11-02") -> str:
    """The statement that settles the first question."""
    return row("resolution", question_id=1, status="resolved", outcome="no", known=known)


def asked(number: int = NEXT, **values: object) -> str:
    """The statement that adds a question."""
    usual: dict[str, object] = {"key": "forged", "title": "Forged?", "kind": "binary"}
    return row("question", number, **{**usual, **values})


def option(place: int, number: int = NEXT, question: str = "max(id)") -> str:
    """The statement that adds an option to the last question, or to another."""
    return (
        "INSERT INTO option (entry_id, question_id, position, name) "
        f"SELECT {number}, {question}, {place}, 'o{place}' FROM question"
    )


# Entries that a role which may insert can add, hashed rightly.
FORGED: dict[str, list[str]] = {
    "a lesson with a forecast": [entry("lesson"), LESSON, forecast()],
    "a lesson with a resolution": [entry("lesson"), LESSON, settled()],
    "a forecast with a resolution": [entry("forecast"), forecast(), settled()],
    "a question with a forecast": [entry("question"), asked(), forecast()],
    "a lesson with an analyst": [entry("lesson"), LESSON, row("analyst", handle="eve")],
    "a lesson with options for a binary question": [
        entry("lesson"),
        LESSON,
        option(0, question="min(id)"),
        option(1, question="min(id)"),
    ],
    "a lesson with an option more": [
        entry("lesson"),
        LESSON,
        row("option", question_id=2, position=2, name="west"),
    ],
    "a lesson with a tag": [entry("lesson"), LESSON, row("question_tag", question_id=2, tag_id=3)],
    "a tag with an option": [
        entry("question_tag"),
        row("question_tag", question_id=2, tag_id=3),
        row("option", question_id=2, position=2, name="west"),
    ],
    "an entry of an unknown kind": [entry("rumour")],
    "an entry that holds nothing": [entry("lesson")],
    "an entry of kind tag": [entry("tag")],
    "an entry of kind entry": [entry("entry")],
    "an option by itself": [
        entry("option"),
        row("option", question_id=2, position=2, name="west"),
        row("option", question_id=2, position=3, name="east"),
    ],
    "a time that is garbage": [entry("lesson", "2027-99-99 garbage"), LESSON],
    "a time without decimals": [entry("lesson", "2026-11-22T12:00:00Z"), LESSON],
    "a time with three decimals": [entry("lesson", "2026-11-22T12:00:00.000Z"), LESSON],
    "a time elsewhere": [entry("lesson", "2026-11-22T12:00:00.000000+00:00"), LESSON],
    "a time without a zone": [entry("lesson", "2026-11-22T12:00:00.000000"), LESSON],
    "a time with a blank": [entry("lesson", "2026-11-22 12:00:00.000000Z"), LESSON],
    "a day for a time": [entry("lesson", "2026-11-22"), LESSON],
    "digits of another writing": [entry("lesson", "2026-11-22T12:00:00.00000٠Z"), LESSON],
    "a probability with a fraction": [entry("forecast"), forecast(probability=900000000.5)],
    "a position with a fraction": [
        entry("question"),
        asked(kind="options"),
        option(0),
        option(1),
        f"UPDATE option SET position = 0.5 WHERE entry_id = {NEXT} AND position = 1",
    ],
    "a passage that was never said": [
        entry("passage"),
        row("passage", source_id=1, sha256="00", quote="never said"),
    ],
    "a passage with the hash of nothing": [
        entry("passage"),
        row("passage", source_id=1, sha256=NO_HASH, quote="never said"),
    ],
    "it supersedes itself": [
        entry("lesson"),
        LESSON,
        f"UPDATE entry SET supersedes = {NEXT} WHERE id = {NEXT}",
    ],
    "a claim that there was no chain": [entry("chained")],
    "it supersedes a word": [
        entry("lesson"),
        LESSON,
        f"UPDATE entry SET supersedes = 'x' WHERE id = {NEXT}",
    ],
    "a retraction of a question": [
        entry("retraction"),
        row("retraction", by_id=1),
        because(supersedes=4),
    ],
    "a retraction of nothing": [entry("retraction"), row("retraction", by_id=1), because()],
    "a retraction of itself": [
        entry("retraction"),
        row("retraction", by_id=1),
        because(supersedes=NEXT),
    ],
    "a retraction without a reason": [
        entry("retraction"),
        row("retraction", by_id=1),
        because("NULL", 8),
    ],
    "an amendment without a reason": [
        entry("amendment"),
        row("amendment", question_id=1, by_id=1, criteria="x"),
    ],
    "a judgement with an amendment": [
        entry("judgement"),
        row("judgement", question_id=1, by_id=1, status="annulled"),
        row("amendment", question_id=1, by_id=1, criteria="x"),
    ],
    "a passage that ends at a word": [
        entry("passage"),
        row("passage", source_id=1, start=1, end="x", sha256=NO_HASH),
    ],
}
# Of these the specification of the chain says nothing, so that the checker has nothing to say.
UNREADABLE: dict[str, list[str]] = {
    "a recorded day that no month has": [entry("lesson", "2027-02-30T12:00:00.000000Z"), LESSON],
    "a recorded month that no year has": [entry("lesson", "2027-99-99T12:00:00.000000Z"), LESSON],
    "made on no day": [entry("forecast"), forecast(made="2026-99-99")],
    "made on a day and something": [entry("forecast"), forecast(made="2026-11-01 or so")],
    "half a distribution": [entry("forecast"), forecast(probability=None, distribution="{")],
    "a list for a distribution": [
        entry("forecast"),
        forecast(question_id=3, probability=None, distribution="[1]"),
    ],
    "known on no day": [
        entry("resolution"),
        settled("2026-99-99"),
    ],
    "a binary question with options": [entry("question"), asked(), option(0), option(1)],
    "options that are none": [entry("question"), asked(kind="options")],
    "one option": [entry("question"), asked(kind="ordered"), option(0)],
    "a question without words": [entry("question"), asked(title="")],
    "a question on condition of itself": [
        entry("question"),
        asked(),
        f"UPDATE question SET condition_id = id, condition_outcome = 'yes' WHERE entry_id = {NEXT}",
    ],
    "an analyst without a name": [entry("analyst"), row("analyst", handle="")],
    "a passage with offsets and another quote": [
        entry("passage"),
        row(
            "passage", source_id=1, start=0, end=6, sha256=sha256(b"Zuerst").hexdigest(), quote="x"
        ),
    ],
    "a place that is a word": [
        entry("question"),
        asked(kind="options"),
        option(0),
        option(1),
        f"UPDATE option SET position = 'x' WHERE entry_id = {NEXT} AND position = 1",
    ],
    "an amendment to no day": [
        entry("amendment"),
        row("amendment", question_id=1, by_id=1, resolve_by="2026-99-99"),
        because(),
    ],
    "an amendment that changes nothing": [
        entry("amendment"),
        row("amendment", question_id=1, by_id=1, title=None),
        because(),
    ],
    "judged with no day": [
        entry("judgement"),
        row("judgement", question_id=1, by_id=1, status="annulled", known="2026-99-99"),
    ],
    "judged both ways": [
        entry("judgement"),
        row("judgement", question_id=1, by_id=1, status="annulled", outcome="yes"),
    ],
    "a question for no day": [entry("question"), asked(resolve_by="2026-99-99")],
}


def forge(file: Path, statements: list[str]) -> None:
    """Add what is forged and hash it."""
    strike(file, *statements)
    rehash(file)


def test_what_is_forged_rightly_is_sound(run: Run, held: Path) -> None:
    """An entry with nothing wrong in it passes, so that it is not the forging that is found."""
    forge(held, [entry("lesson"), LESSON])
    assert objection(held) is None
    ran = run("verify", "--head")
    assert ran.out.startswith(f"{NEXT}:"), ran.err
    taken = [
        entry("retraction", number=50),
        row("retraction", 50, by_id=1),
        "UPDATE entry SET supersedes = 8, reason = 'forged' WHERE id = 50",
    ]
    told = [
        entry("question", number=47),
        asked(47, kind="ordered"),
        option(0, 47),
        option(1, 47),
        entry("passage", number=48),
        row(
            "passage",
            48,
            source_id=1,
            sha256=sha256(b"truly said").hexdigest(),
            quote="truly said",
        ),
        entry("forecast", number=49),
        forecast(49),
        *taken,
    ]
    forge(held, told)
    assert objection(held) is None
    assert run("verify", "--head").out.startswith("50:")


@pytest.mark.parametrize("what", [*FORGED, *UNREADABLE])
def test_a_forged_entry_is_named(run: Run, held: Path, what: str) -> None:
    """What could never have been recorded is named, though every hash and the head are right."""
    forge(held, {**FORGED, **UNREADABLE}[what])
    ran = run("verify", "--json")
    said = refused(ran)
    assert str(NEXT) in ran.json["fault"]["key"], ran.json
    assert "hash" not in ran.json["fault"]["found"] or "passage" in what
    assert "trigger" not in said


@pytest.mark.parametrize("what", FORGED)
def test_the_checker_finds_a_forged_entry_too(held: Path, what: str) -> None:
    """What the specification of the chain rules out, a program written from it alone finds."""
    forge(held, FORGED[what])
    assert objection(held) is not None


@pytest.mark.parametrize("what", ["a lesson with a forecast", "half a distribution"])
def test_no_copy_is_made_of_a_forged_entry(run: Run, held: Path, tmp_path: Path, what: str) -> None:
    """A backup and a copy of such a ledger are refused, and nothing is left of them."""
    forge(held, {**FORGED, **UNREADABLE}[what])
    refused(run("backup", tmp_path / "backup.db"))
    refused(run("copy", held, tmp_path / "copy.db"))
    assert [path.name for path in tmp_path.glob("*.db")] == ["tracker.db"]


# --- any forgery ---------------------------------------------------------------------------------

COLUMNS = [(table, c.name) for table in TABLES if table != "head" for c in TABLES[table].columns]
VALUES = (
    "{0} || 'x'",
    "'x'",
    "''",
    "NULL",
    "{0} + 1",
    "{0} - 1",
    "{0} + 0.5",
    "0",
    "1",
    "2",
    "20",
    "99",
    "'lesson'",
    "'forecast'",
    "'question'",
    "'question_tag'",
    "'chained'",
    "'2026-99-99'",
    "'2026-11-21T12:00:00.000000Z'",
    "'2027-11-21T12:00:00Z'",
    "'{'",
    "substr({0}, 2)",
    "(SELECT max({0}) FROM {1})",
)
CHANGES = st.lists(
    st.tuples(st.sampled_from(COLUMNS), st.sampled_from(VALUES), st.integers(1, 50)),
    min_size=1,
    max_size=3,
)


def change(file: Path, column: tuple[str, str], value: str, which: int) -> None:
    """Put a value into one of the rows of a table, if it can be there."""
    table, name = column
    wanted = value.replace("{0}", f'"{name}"').replace("{1}", f'"{table}"')
    chosen = f'(SELECT max(rowid) FROM "{table}" WHERE rowid <= {which})'
    with suppress(sqlite3.IntegrityError):  # never null, or never twice
        strike(file, f'UPDATE "{table}" SET "{name}" = {wanted} WHERE rowid = {chosen}')


Changes = list[tuple[tuple[str, str], str, int]]


def rewritten(whole: Path, folder: str, changes: Changes) -> Path:
    """A ledger with some values changed, its chain made anew."""
    file = Path(shutil.copy(whole, folder))
    for one in changes:
        change(file, *one)
    rehash(file)
    return file


@how(max_examples=50, deadline=None)
@given(changes=CHANGES)
@example(changes=[(("forecast", "entry_id"), "99", 1)])
@example(changes=[(("forecast", "entry_id"), "20", 1)])
@example(changes=[(("entry", "kind"), "'lesson'", 8)])
@example(changes=[(("option", "entry_id"), "{0} + 1", 1)])
@example(changes=[(("passage", "sha256"), "'x'", 4)])
@example(changes=[(("entry", "supersedes"), "99", 3)])
def test_where_the_checker_says_no_so_does_verify(whole: Path, changes: Changes) -> None:
    """Whatever is rewritten and hashed anew: no ledger passes here that fails there."""
    with TemporaryDirectory() as folder:
        file = rewritten(whole, folder, changes)
        if objection(file) is not None:
            with Ledger.open(file) as ledger, pytest.raises(LedgerError):
                ledger.verify()


@how(max_examples=50, deadline=None)
@given(changes=CHANGES)
@example(changes=[(("analyst", "handle"), "''", 1)])
def test_what_verify_passes_can_be_read(whole: Path, changes: Changes) -> None:
    """No command sends somebody to `tracker verify` who finds nothing wrong there."""
    with TemporaryDirectory() as folder:
        file = rewritten(whole, folder, changes)
        with Ledger.open(file) as ledger:
            try:
                ledger.verify()
            except LedgerError:
                return
            for kept in ledger.questions():
                ledger.question(kept.question.id)


# --- triggers of others --------------------------------------------------------------------------

FOREIGN = {
    "a trigger that does nothing": "CREATE TRIGGER mine AFTER INSERT ON {0} BEGIN SELECT 1; END",
    "a trigger that swallows": (
        "CREATE TRIGGER mine BEFORE INSERT ON {0} BEGIN SELECT RAISE(IGNORE); END"
    ),
    "a trigger that sometimes swallows": (
        "CREATE TRIGGER mine BEFORE INSERT ON {0} WHEN NEW.entry_id > 40 "
        "BEGIN SELECT RAISE(IGNORE); END"
    ),
    "a trigger with almost a name of ours": (
        "CREATE TRIGGER {0}_no_updates BEFORE UPDATE ON {0} BEGIN SELECT 1; END"
    ),
}


@pytest.mark.parametrize("what", FOREIGN)
@pytest.mark.parametrize("table", ["forecast", "resolution", "option"])
def test_a_trigger_of_somebody_else_is_named(run: Run, held: Path, what: str, table: str) -> None:
    """Every trigger is as tracker makes it, and there is none besides."""
    with closing(sqlite3.connect(held)) as raw, raw:
        raw.execute(FOREIGN[what].format(table))
    ran = run("verify", "--json")
    refused(ran)
    assert ("mine" if "mine" in FOREIGN[what] else f"{table}_no_updates") in ran.err


QUIET = "CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
BEFORE = "CREATE TRIGGER mine BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION quiet()"
ON_SERVER: dict[str, tuple[str, list[str]]] = {
    "a trigger": ("mine", [QUIET, BEFORE]),
    "a trigger that is off": ("mine", [QUIET, BEFORE, "ALTER TABLE {0} DISABLE TRIGGER mine"]),
    "a rule": ("mine|rule", ["CREATE RULE mine AS ON INSERT TO {0} DO INSTEAD NOTHING"]),
    "a rule that adds": ("mine|rule", ["CREATE RULE mine AS ON INSERT TO {0} DO ALSO NOTIFY x"]),
    "row security": ("row security|polic", ["ALTER TABLE {0} ENABLE ROW LEVEL SECURITY"]),
    "a policy": (
        "row security|polic|mine",
        [
            "ALTER TABLE {0} ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE {0} FORCE ROW LEVEL SECURITY",
            "CREATE POLICY mine ON {0} USING (true)",
        ],
    ),
}


@pytest.mark.parametrize("what", ON_SERVER)
def test_what_somebody_put_on_a_table_of_a_server_is_named(
    run: Run, postgres: Server, what: str
) -> None:
    """The same on a server, where rules and row security can change what is written, too."""
    named, statements = ON_SERVER[what]
    places = Databases(postgres)
    with places.lent(places.empty) as place:
        for statement in statements:
            postgres.execute(str(make_url(place).database), statement.format("forecast"))
        assert re.search(named, refused(run("verify", "--db", place)))


FUNCTIONS = ("head_moves_on", "entry_moves_head")
SETTINGS = {
    "no search path": "ALTER FUNCTION {0}() RESET ALL",
    "temporary tables first": "ALTER FUNCTION {0}() SET search_path = pg_temp, public",
    "a search path without temporary tables": "ALTER FUNCTION {0}() SET search_path = public",
    "a caller's rights": "ALTER FUNCTION {0}() SECURITY INVOKER",
}


@pytest.mark.parametrize("what", SETTINGS)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_that_looks_elsewhere_is_named(
    run: Run, postgres: Server, function: str, what: str
) -> None:
    """With whose rights the head is moved, and where its tables are looked for, is as it was."""
    places = Databases(postgres)
    with places.lent(places.empty) as place:
        assert run("verify", "--db", place).code == 0
        changed = SETTINGS[what].format(function)
        postgres.execute(str(make_url(place).database), changed)
        said = refused(run("verify", "--db", place))
    assert re.search("head_moves_on|entry_moves_head|head_append_only", said)


def test_functions_of_the_owner_look_among_temporary_tables_last(databases: Places) -> None:
    """Every function that runs with its owner's rights has a search path that ends so."""
    with databases.lent(databases.empty) as place:
        Ledger.open(place).close()
        found = select(
            place,
            "SELECT proname, array_to_string(proconfig, ';') FROM pg_proc "
            "WHERE prosecdef AND pronamespace = 'public'::regnamespace",
        )
    assert {name for name, _ in found} == set(FUNCTIONS)
    for _, setting in found:
        assert re.fullmatch(r"search_path=.*\bpg_temp", setting)


# --- rows that are swallowed ---------------------------------------------------------------------

ASK = ["log", "A new question?", "-p", "70%", "--tag", "new"]
SETTLE = ["resolve", "snow", "yes", "--why", "it did", "--source", "new", "--quote", "it snowed"]
SWALLOWED = [
    *((ASK, table) for table in ("entry", "analyst", "question", "forecast", "question_tag")),
    *((SETTLE, table) for table in ("entry", "resolution", "source", "passage", "evidence")),
    (["log", "snow", "-p", "70%"], "forecast"),
    (["log", "snow", "-p", "70%", "--tag", "new"], "question_tag"),
    (["log", "Which?", "--option", "a=50%", "--option", "b=50%"], "option"),
]
NAMES = [f"{' '.join(words[:2])}, {table}" for words, table in SWALLOWED]


@pytest.fixture
def at(
    places: Places, whole_place: str, monkeypatch: pytest.MonkeyPatch, run: Run
) -> Iterator[str]:
    """A ledger on each engine, where commands look for theirs."""
    del run  # which sets a place of its own first
    with places.lent(whole_place) as place:
        monkeypatch.setenv("TRACKER_DATABASE_URL", place)
        monkeypatch.setenv("TRACKER_ANALYST", "new-one")
        yield place


@pytest.fixture(scope="module")
def whole_place(places: Places) -> str:
    """The place of a sound ledger with several rows of every table; to be copied only."""
    place = places.new()
    everything(place)
    return place


def swallow(place: str, table: str) -> None:
    """Put a trigger on a table that takes every new row and says nothing."""
    statements = [QUIET, BEFORE] if "://" in place else [FOREIGN["a trigger that swallows"]]
    with plain(place).begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement.format(table))


@pytest.mark.parametrize(("words", "table"), SWALLOWED, ids=NAMES)
def test_what_a_trigger_swallows_is_not_confirmed(
    run: Run, clock: Callable[[Any], None], at: str, words: list[str], table: str
) -> None:
    """Where one row of what is recorded is swallowed, nothing is kept, and that is said."""
    clock(NOW.replace(day=23))
    swallow(at, table)
    before = counts(at)
    said = refused(run(*words))
    assert counts(at) == before
    assert said.isprintable() or said[:-1].isprintable()
    assert not re.search("NoneType|IntegrityError|KeyError|duplicate key|FOREIGN KEY", said)


def test_a_rule_that_swallows_is_found_out(run: Run, databases: Places) -> None:
    """A rule of a server does nothing instead of an insert: the same."""
    with databases.lent(databases.empty) as place:
        with plain(place).begin() as connection:
            connection.exec_driver_sql(
                "CREATE RULE mine AS ON INSERT TO forecast DO INSTEAD NOTHING"
            )
        before = counts(place)
        refused(run(*ASK, "--db", place))
        assert counts(place) == before


# --- a role that would be more -------------------------------------------------------------------

AS_TABLE = {
    "head": (
        "CREATE TEMP TABLE head (id int, entry int, hash text, chained int)",
        "INSERT INTO pg_temp.head VALUES (1, 0, '', 0)",
    ),
    "entry": (
        "CREATE TEMP TABLE entry (id int, kind text, recorded text, hash text)",
        "INSERT INTO pg_temp.entry VALUES (99, 'lesson', '', '')",
    ),
}
EVIL = """CREATE FUNCTION pg_temp.evil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
EXECUTE 'ALTER TABLE public.forecast DISABLE TRIGGER forecast_append_only';
EXECUTE 'UPDATE public.forecast SET probability = 10000000';
EXECUTE 'ALTER TABLE public.forecast ENABLE TRIGGER forecast_append_only';
EXECUTE 'GRANT ALL ON ALL TABLES IN SCHEMA public TO ana';
RETURN NULL; END $$"""
ATTACK = (
    "INSERT INTO public.entry (id, kind, recorded, hash) "
    "SELECT max(id) + 1, 'lesson', '2026-11-21T23:00:00.000000Z', 'x' FROM public.entry"
)


@pytest.fixture
def owned(databases: Places) -> Iterator[str]:
    """The place of a ledger on a server with a forecast, its roles as the documentation has them.

    Whatever it says of temporary tables, here the analyst may make them.
    """
    with databases.lent(databases.empty) as place:
        with Ledger.open(place) as ledger:
            ledger.log("Snow in Vienna?", {"analyst": "ana", "probability": 0.7}, recorded=NOW)
        with plain(place).begin() as connection:
            for statement in GRANTS[0].split(";"):
                if statement.strip():
                    connection.exec_driver_sql(statement)
            connection.exec_driver_sql("CREATE ROLE ana LOGIN IN ROLE analysts")
            connection.exec_driver_sql(f"GRANT TEMP ON DATABASE {make_url(place).database} TO ana")
        yield place
        with plain(place).begin() as connection:
            connection.exec_driver_sql("DROP OWNED BY ana, analysts, readers")
            connection.exec_driver_sql("DROP ROLE ana, analysts, readers")


@pytest.mark.parametrize("table", AS_TABLE)
def test_no_temporary_table_stands_in_for_one_of_the_ledger(owned: str, table: str) -> None:
    """A role that may insert gets no code of its own run with the owner's rights."""
    before = select(owned, "SELECT probability FROM forecast")
    ana = owned.replace("//postgres@", "//ana@")
    with plain(ana).connect() as connection:
        for statement in AS_TABLE[table]:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"GRANT ALL ON pg_temp.{table} TO PUBLIC")
        connection.exec_driver_sql(EVIL)
        connection.exec_driver_sql(
            f"CREATE TRIGGER t BEFORE INSERT OR UPDATE ON pg_temp.{table} "
            "FOR EACH ROW EXECUTE FUNCTION pg_temp.evil()"
        )
        connection.commit()
        with suppress(DBAPIError):
            connection.exec_driver_sql(ATTACK)
            connection.commit()
    assert select(owned, "SELECT probability FROM forecast") == before
    may = "has_table_privilege('ana', 'public.forecast', 'UPDATE')"
    assert select(owned, f"SELECT {may}") == [(False,)]
    # The head that moved is the ledger's own, with the last of its entries.
    assert select(owned, "SELECT entry FROM head") == select(owned, "SELECT max(id) FROM entry")


# --- ledgers older than the chain ----------------------------------------------------------------

PAST = Path(__file__).parent / "past" / "0001.db"
SETS = {
    "a title that is no text": "UPDATE question SET title = x'00ff' WHERE id = 1",
    "another kind": "UPDATE entry SET kind = 'lesson' WHERE kind = 'forecast' AND id % 2 = 0",
    "it supersedes a later entry": "UPDATE entry SET supersedes = 9 WHERE id = 8",
    "a second end of what was not chained": (
        "INSERT INTO entry (id, kind, recorded) "
        "SELECT max(id) + 1, 'chained', '2026-11-21T12:00:00.000000Z' FROM entry"
    ),
    "recorded at no time": "UPDATE entry SET recorded = '2026-99-99 garbage' WHERE id = 8",
    "made on no day": "UPDATE forecast SET made = '2026-99-99' WHERE id = 1",
    "an entry is gone": "DELETE FROM entry WHERE id = 8",
    "a row is gone": "DELETE FROM forecast WHERE id = 1",
    "a fraction": "UPDATE forecast SET probability = probability + 0.5 WHERE id = 1",
}


def tables(file: Path) -> list[str]:
    """Everything that a file holds, as statements."""
    with closing(sqlite3.connect(file)) as raw:
        raw.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
        return list(raw.iterdump())


@pytest.mark.parametrize("what", SETS)
def test_a_tampered_ledger_is_not_upgraded(run: Run, tmp_path: Path, what: str) -> None:
    """It stays as it was; and of the backup that was made it is said where it is, or it is gone."""
    file = Path(shutil.copy(PAST, tmp_path / "tracker.db"))
    strike(file, SETS[what])
    before = tables(file)
    said = refused(run("upgrade"))
    assert str(file) in said
    assert tables(file) == before
    for other in tmp_path.iterdir():
        named = str(other) in said or other.name.startswith("tracker.db")
        assert named or other.is_dir(), other


def test_a_sound_old_ledger_is_upgraded(run: Run, tmp_path: Path) -> None:
    """So that it is not the age that is refused."""
    file = Path(shutil.copy(PAST, tmp_path / "tracker.db"))
    strike(file)
    assert run("upgrade").code == 0
    assert run("verify").code == 0


# --- texts ---------------------------------------------------------------------------------------


def test_a_text_that_is_kept_and_at_hand_counts_once(run: Run, held: Path, tmp_path: Path) -> None:
    """Each span was checked once, whoever has the text."""
    kept = run("verify", "--json", "--db", held).json
    file = tmp_path / "essay.txt"
    file.write_text(SAYS, encoding="utf-8")
    both = run("verify", "--json", "--text", file).json
    again = run("verify", "--json", "--text", file, "--text", file).json
    assert kept["spans"] == both["spans"] == again["spans"] > 0
