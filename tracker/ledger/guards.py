"""The triggers by which the database refuses to rewrite, as the migrations make them.

One that is missing or switched off, or has the name and does something else, protects nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint, text

from tracker.ledger.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Table

_IN_FILE = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'"
_ON_SERVER = """
SELECT relname, tgname,
tgtype || ' ON ' || relname || CASE
WHEN proconfig = ARRAY['search_path=' || quote_ident(nspname) || ', pg_temp'] AND prosecdef
THEN ' AS OWNER' WHEN proconfig IS NULL AND NOT prosecdef THEN '' ELSE ' UNSAFE' END || CASE
WHEN tgenabled IN ('O', 'A') AND tgqual IS NULL AND tgattr = '' THEN prosrc ELSE ' OFF' END
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE NOT tgisinternal AND pg_table_is_visible(tgrelid)
UNION ALL
SELECT tablename, rulename, 'a rule' FROM pg_rules
WHERE pg_table_is_visible(to_regclass(quote_ident(schemaname) || '.' || quote_ident(tablename)))
UNION ALL
SELECT relname, 'row security', 'on' FROM pg_class
WHERE relrowsecurity AND pg_table_is_visible(oid)
UNION ALL
SELECT relname, 'inheritance', 'of another table' FROM pg_class JOIN pg_inherits ON inhparent = oid
WHERE relkind = 'r' AND pg_table_is_visible(oid)
"""
_MOVED_BY_ONE = (
    "BEFORE UPDATE ON head WHEN NOT (NEW.id = OLD.id AND ("
    "(OLD.entry = 0 AND NEW.entry = 0 AND NEW.hash = OLD.hash) "
    "OR (NEW.entry = OLD.entry + 1 AND NEW.chained = OLD.chained "
    "AND NEW.hash IS (SELECT hash FROM entry WHERE id = NEW.entry)))) "
    "BEGIN SELECT RAISE(ABORT, 'head is append-only: it moves with each entry'); END"
)
_MOVES_HEAD = "UPDATE head SET entry = NEW.id, hash = NEW.hash;"


def off(connection: Connection) -> dict[str, str]:
    """The triggers that do not protect as they should, by name, and what is there instead.

    Then those of others on the ledger's tables: they could change or swallow what is recorded.
    """
    in_file = connection.dialect.name == "sqlite"
    wanted = dict(_in_file() if in_file else _on_server())
    found = connection.execute(text(_IN_FILE if in_file else _ON_SERVER)).all()
    there = [(name, does) for table, name, does in found if table in TABLES]
    wrong = {
        name: "one that does something else" if name in dict(there) else "none that is in force"
        for name in sorted(wanted)
        if (name, wanted[name]) not in there
    }
    others = sorted({name for name, does in there if wanted.get(name) != does} - wrong.keys())
    return {**wrong, **dict.fromkeys(others, "one of somebody else")}


def _in_file() -> Iterator[tuple[str, str]]:
    """Triggers of SQLite by name, as SQL."""
    for name, does in _done_in_file():
        yield name, f"CREATE TRIGGER {name} {does}"


def _done_in_file() -> Iterator[tuple[str, str]]:
    for name, table in TABLES.items():
        stays = f"BEGIN SELECT RAISE(ABORT, '{name} is append-only: what was recorded stays'); END"
        yield f"{name}_no_delete", f'BEFORE DELETE ON "{name}" {stays}'
        same = " OR ".join(
            "(" + " AND ".join(f"{column} = NEW.{column}" for column in key) + ")"
            for key in _keys(table)
        )
        there = f'WHEN EXISTS (SELECT 1 FROM "{name}" WHERE {same})'  # noqa: S608 - our own names
        yield f"{name}_no_replace", f'BEFORE INSERT ON "{name}" {there} {stays}'
        on_update = f'BEFORE UPDATE ON "{name}" {stays}' if name != "head" else _MOVED_BY_ONE
        yield f"{name}_no_update", on_update
    yield "entry_moves_head", f"AFTER INSERT ON entry BEGIN {_MOVES_HEAD} END"


def _keys(table: Table) -> list[list[str]]:
    """The columns that identify a row of a table: its primary key first."""
    place = {column.name: number for number, column in enumerate(table.columns)}
    found = [
        (isinstance(one, UniqueConstraint), [place[column.name] for column in one.columns])
        for one in table.constraints
        if isinstance(one, PrimaryKeyConstraint | UniqueConstraint)
    ]
    names = list(place)
    return [[names[number] for number in key] for _, key in sorted(found)]


# When a trigger fires, as PostgreSQL keeps it in bits.
_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 4, 8, 16, 32
_REFUSES = " BEGIN RAISE EXCEPTION '% is append-only: what was recorded stays', TG_TABLE_NAME; END "
_HEAD_MOVES_ON = (
    " BEGIN IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND OLD.entry = 0 AND NEW.entry = 0 "
    "AND NEW.hash = OLD.hash THEN RETURN NEW; END IF; "
    "IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.chained = OLD.chained "
    "AND NEW.entry > OLD.entry "
    "AND NEW.entry - OLD.entry = (SELECT count(*) FROM entry WHERE id > OLD.entry) "
    "AND NEW.entry = (SELECT max(id) FROM entry) "
    "AND NEW.hash = (SELECT hash FROM entry WHERE id = NEW.entry) THEN RETURN NEW; END IF; "
    "RAISE EXCEPTION 'head is append-only: it moves with each entry'; END "
)


def _on_server() -> Iterator[tuple[str, str]]:
    """Triggers of PostgreSQL by name: when they fire, on what, and the code that runs then."""
    for name in TABLES:
        if name != "head":
            when = _BEFORE | _UPDATE | _DELETE | _TRUNCATE
            yield f"{name}_append_only", f"{when} ON {name}{_REFUSES}"
    when = _ROW | _BEFORE | _INSERT | _UPDATE | _DELETE
    yield "head_append_only", f"{when} ON head AS OWNER{_HEAD_MOVES_ON}"
    yield "head_no_truncate", f"{_BEFORE | _TRUNCATE} ON head{_REFUSES}"
    last = "IF NEW.id = (SELECT max(id) FROM entry) THEN"
    moves = f" BEGIN {last} {_MOVES_HEAD} END IF; RETURN NULL; END "
    yield "entry_moves_head", f"{_ROW | _INSERT} ON entry AS OWNER{moves}"
