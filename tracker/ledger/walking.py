"""Reading a ledger along its chain: every entry with what belongs to it, each checked on the way.

Values are read as the database has them, not as the tables' types would make them, so that nothing
passes for what it is not.
"""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, contextmanager
from heapq import merge
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import null, select, type_coerce
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import NullType

from tracker.ledger import chain, plausible
from tracker.ledger.chain import BEFORE_ALL, CHAINED, PARTS, REFERRED, Head
from tracker.ledger.faults import tampered
from tracker.ledger.tables import TABLES
from tracker.ledger.viewing import RETRACTABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from tracker.errors import TamperedError

BATCH = 2000  # rows fetched at once
ALSO = {"question": ("option", "question_tag")}  # what else belongs to an entry of a kind
NUMBERED = {name for name in PARTS if "id" in TABLES[name].columns}

Belonging = tuple[int, str, int, tuple[Any, ...]]  # entry, table, number of the row, its values


class Walked(NamedTuple):
    """An entry in its canonical form, with its hash."""

    said: dict[str, Any]
    hash: str

    @property
    def line(self) -> str:
        """The entry as one line of JSON: its canonical form, hash included."""
        return chain.canonical({**self.said, "hash": self.hash})


@contextmanager
def entries(connection: Connection) -> Iterator[Iterator[Walked]]:
    """Every entry of the ledger in order.

    The iterator raises TamperedError at the first that is not what was recorded, not in its place,
    or lacks what belongs to it, and at the first row that belongs to none.
    """
    with ExitStack() as results:  # cursors of a server are closed before their connection
        yield _walk(connection, results)


def _walk(connection: Connection, results: ExitStack) -> Iterator[Walked]:
    streams = [_rows(connection, results, name) for name in PARTS]
    belonging = merge(*streams, key=itemgetter(0))
    waiting: Belonging | None = next(belonging, None)
    numbers = _Numbers(connection)
    kept = chained(connection)
    mistaken = _mistaken(connection)
    head, last = Head(0, BEFORE_ALL), ""
    entry = TABLES["entry"]
    names = [column.name for column in entry.columns]
    for values in _fetched(connection, results, [entry.c[name] for name in names], entry.c.id):
        row = dict(zip(names, values, strict=True))
        number = _follows(row["id"], head)
        own: list[Belonging] = []
        while waiting is not None and waiting[0] <= number:
            if waiting[0] < number:
                raise _belongs_to_none(waiting)
            own.append(waiting)
            waiting = next(belonging, None)
        said = _said(head, row, numbers.contents(own), last)
        if number == kept and row["kind"] != CHAINED:
            raise tampered("head", f"chained {kept}", f"the number of an entry of kind {CHAINED}")
        if number in mistaken:
            raise mistaken[number]
        numbers.follow(own)
        head = Head(number, row["hash"])
        last = row["recorded"] if number >= kept else ""
        yield Walked(said, head.hash)
    if waiting is not None:
        raise _belongs_to_none(waiting)
    numbers.done()
    must_end_at(connection, head)
    if kept > head.entry:
        raise tampered("head", f"chained {kept}", f"the number of an entry of kind {CHAINED}")


def chained(connection: Connection) -> int:
    """The number of the entry that ends what was recorded before there was a chain, or 0.

    The head names it too, since the upgrade that made it: nobody can claim it later.
    """
    table, head = TABLES["entry"], TABLES["head"]
    named = connection.execute(select(head.c.chained)).scalar()
    if not isinstance(named, int) or named < 0:
        raise tampered("head", f"chained {named}", "the number of an entry, or 0")
    chosen = select(table.c.id).where(table.c.kind == CHAINED).order_by(table.c.id)
    found = connection.execute(chosen).scalars().all()
    for number in found:
        if number != named:
            raise tampered(
                f"entry {number}",
                f"a claim that there was no chain before entry {number}",
                f"that of entry {named} alone, which the head names" if named else "none",
            )
    return named


def _mistaken(connection: Connection) -> dict[int, TamperedError]:
    """The retractions of what cannot be taken back, by entry."""
    entry, earlier = TABLES["entry"], TABLES["entry"].alias()
    chosen = (
        select(entry.c.id, entry.c.supersedes, earlier.c.kind)
        .outerjoin_from(entry, earlier, earlier.c.id == entry.c.supersedes)
        .where(entry.c.id.in_(select(TABLES["retraction"].c.entry_id)))
    )
    wrong = [row for row in connection.execute(chosen) if row.kind not in RETRACTABLE]
    return {
        row.id: tampered(
            f"entry {row.id}",
            f"the retraction of entry {row.supersedes} ({row.kind})",
            f"that of an entry of kind {', '.join(RETRACTABLE)}",
        )
        for row in wrong
    }


def _follows(number: object, head: Head) -> int:
    """The number of an entry, which is the next."""
    if number != head.entry + 1 or not isinstance(number, int):
        missing = f"entry {head.entry + 1}"
        raise tampered(missing, f"none, but entry {number}", "an entry: one was removed")
    return number


def _said(head: Head, row: dict[str, Any], rows: dict[str, Any], last: str) -> dict[str, Any]:
    """The canonical form of an entry, whose hash is the one that was recorded."""
    key = f"entry {row['id']} ({row['kind']}, recorded {row['recorded']})"
    if row["kind"] != CHAINED and row["kind"] not in rows:
        raise tampered(key, f"no {row['kind']} that belongs to it", "the one that was recorded")
    if len(rows.get(row["kind"], ())) > 1:
        raise tampered(key, f"more than one {row['kind']}", "the one that was recorded")
    others = rows.keys() - {row["kind"], *ALSO.get(row["kind"], ())}
    if others:
        raise tampered(
            key, f"a row of {min(others)}", f"none but of {row['kind']}: it was slipped in"
        )
    try:
        said = chain.form(head, row, rows)
        own = chain.digest(said)
    except (TypeError, ValueError):
        raise tampered(key, "content that is no text or number", "what was recorded") from None
    if own != row["hash"]:
        raise tampered(
            key,
            f"content with the hash {own}",
            f"{row['hash']}, with which it was recorded: it was changed or moved",
        )
    plausible.entry(key, row, rows)
    if row["recorded"] < last:
        raise tampered(key, "a time before that of the entry before", f"{last} or later")
    supersedes = row["supersedes"]
    if supersedes is not None and supersedes not in range(1, row["id"]):
        raise tampered(key, f"it supersedes entry {supersedes}", "an entry before it")
    return said


def _belongs_to_none(row: tuple[Any, ...]) -> TamperedError:
    entry, name, number = row[:3]
    found = f"a row of entry {entry}, which is not there"
    return tampered(f"{name} {number}", found, "a row that belongs to an entry: it was slipped in")


def must_end_at(connection: Connection, head: Head) -> None:
    """Make sure that the last entry, which is given, is the one that the ledger's head names."""
    table = TABLES["head"]
    rows = connection.execute(select(table.c.entry, table.c.hash)).all()
    if len(rows) != 1:
        raise tampered("head", f"{len(rows)} rows", "one, which names the last entry")
    own = rows[0]
    if own.entry == head.entry and own.hash == head.hash:
        return
    if not isinstance(own.entry, int):
        raise tampered("head", f"the number {own.entry}", f"{head.entry}, that of the last entry")
    if own.entry > head.entry:
        missing = f"entry {head.entry + 1}"
        raise tampered(
            missing, "none", f"entries up to {own.entry}, which the head names: they were cut off"
        )
    if own.entry < head.entry:
        slipped = f"entry {max(own.entry, 0) + 1}"
        raise tampered(
            slipped, "an entry after the head", f"none after {own.entry}: it was slipped in"
        )
    raise tampered("head", f"the hash {own.hash}", f"{head.hash}, that of entry {head.entry}")


class _Numbers:
    """Which entry each row belongs to, for the rows that others refer to."""

    def __init__(self, connection: Connection) -> None:
        self._entries: dict[str, dict[int, int]] = {name: {} for name in REFERRED - {"tag"}}
        tag = TABLES["tag"]
        self._tags = {row.id: row.name for row in connection.execute(select(tag.c.id, tag.c.name))}
        self._used: set[int] = set()
        self._at = ""
        self._last: dict[str, int] = {}  # numbers of rows so far, by table

    def contents(self, belonging: list[Belonging]) -> dict[str, list[dict[str, Any]]]:
        """What belongs to an entry in its canonical form, by table."""
        for entry, name, own, _ in belonging:
            if name in self._entries:
                self._entries[name][own] = entry
        rows: dict[str, list[dict[str, Any]]] = {}
        for entry, name, own, values in belonging:
            self._at = f"{name} {own} of entry {entry}"
            rows.setdefault(name, []).append(PARTS[name].content(values, self._refer))
        return rows

    def follow(self, belonging: list[Belonging]) -> None:
        """Rows are numbered in the order in which they were recorded."""
        for entry, name, own, _ in sorted(belonging, key=itemgetter(1, 2)):
            last = self._last.get(name, 0)
            if name in NUMBERED and own <= last:
                wrong = "a number that is not after those of the rows recorded before"
                raise tampered(f"{name} {own} of entry {entry}", wrong, f"one after {last}")
            self._last[name] = own

    def _refer(self, target: str, number: int) -> int | str:
        held: dict[int, Any] = self._tags if target == "tag" else self._entries[target]
        if target == "tag":
            self._used.add(number)
        if number not in held:
            raise tampered(
                self._at,
                f"it refers to {target} {number}, which is not recorded before it",
                "one that was recorded before",
            )
        found: int | str = held[number]
        return found

    def done(self) -> None:
        """Every tag is on some question."""
        for number, name in self._tags.items():
            if number not in self._used:
                raise tampered(
                    f"tag {number}",
                    f"{name!r}, which is on no question",
                    "a tag in use: it was slipped in",
                )


def _rows(connection: Connection, results: ExitStack, name: str) -> Iterator[Belonging]:
    """The rows of a table with the entries they belong to, in the order of those."""
    table = TABLES[name]
    own = table.c.id if "id" in table.c else null()
    columns = [table.c.entry_id, own, *PARTS[name].columns]
    for entry, number, *values in _fetched(connection, results, columns, table.c.entry_id):
        if not isinstance(entry, int):
            raise _belongs_to_none((entry, name, number))
        yield entry, name, number or 0, tuple(values)


def _fetched(
    connection: Connection, results: ExitStack, columns: list[Any], order: Any
) -> Iterator[Any]:
    """Rows as the database has them, fetched as they are needed."""
    plain = [type_coerce(column, NullType()) for column in columns]
    chosen = select(*plain).order_by(order).execution_options(yield_per=BATCH)
    yield from results.enter_context(connection.execute(chosen))


def leniently(connection: Connection) -> None:
    """Let text that is no UTF-8 be read, and so be found to be another than was recorded."""
    raw: Any = connection.connection.driver_connection
    if isinstance(raw, sqlite3.Connection):
        raw.text_factory = lambda given: given.decode(errors="surrogateescape")


def undecodable(error: Exception) -> bool:
    """Whether the database holds text that is no UTF-8."""
    return isinstance(error, DBAPIError) and "decode" in str(error.orig)
