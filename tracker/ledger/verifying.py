"""Proving a ledger: that nothing was changed, removed or slipped in since it was recorded."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, inspect, select
from sqlalchemy.exc import DBAPIError

from tracker.errors import LedgerError, TamperedError
from tracker.ledger import database, guards, walking
from tracker.ledger.chain import BEFORE_ALL, Head
from tracker.ledger.connecting import connect, may_write, unlocked
from tracker.ledger.faults import tampered
from tracker.ledger.refusals import translated
from tracker.ledger.tables import TABLES
from tracker.values import sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from tracker.ledger.place import Place

    Progress = Callable[[int, int], None]  # entries done, entries in all

TRIES = 5  # times that a file is read which others write meanwhile
STEP = 5000  # entries between two words on the progress


@dataclass(frozen=True)
class Verified:
    """What was proved of a ledger.

    ``chained`` is the number of the entry up to which the chain was made afterwards, by an
    upgrade, and 0 where it was kept from the start; ``since`` the earlier head that the ledger
    extends.
    """

    head: Head
    chained: int
    spans: int
    texts: int
    since: Head | None = None

    @property
    def entries(self) -> int:
        """How many entries there are."""
        return self.head.entry


def verify(
    place: Place,
    *,
    since: Head | None = None,
    texts: Mapping[str, str] | None = None,
    disarmed: bool = False,
    progress: Progress | None = None,
) -> Verified:
    """Check every row, the chain, and every span whose text is at hand; all at one instant.

    ``since`` is an earlier head that the ledger must extend. ``texts`` are texts at hand that the
    ledger does not keep, by a name for messages; each must be that of a source, by its hash.
    ``disarmed`` passes a ledger whose triggers are gone, if what it holds is sound.

    Raises TamperedError naming the first fault, and LedgerError where the database cannot be read.
    """
    database.check(place, writable=False)
    for _ in range(TRIES):
        before = _as_it_stands(place)
        try:
            found = _verify(place, since, texts or {}, progress, disarmed=disarmed)
        except TamperedError:
            if _as_it_stands(place) == before:
                raise
        else:
            if _as_it_stands(place) == before:
                return found
    raise LedgerError(f"the ledger at {place} is written all the time; verify it where it is kept")


def _as_it_stands(place: Place) -> object:
    """What changes when a file that may only be read is written meanwhile by somebody else.

    Whoever may not write cannot take part in SQLite's locking where nobody else is connected.
    """
    path = place.path
    if path is None or may_write(path):
        return None
    found = path.stat()
    return (found.st_ino, found.st_size, found.st_mtime_ns, unlocked(path))


def _verify(
    place: Place,
    since: Head | None,
    texts: Mapping[str, str],
    progress: Progress | None,
    *,
    disarmed: bool,
) -> Verified:
    engine = connect(place, writable=False)
    with translated(place, reading=True):
        try:
            with engine.connect() as connection:
                found = proved(connection, since, texts, progress)
                if not disarmed:
                    _refuses_rewriting(connection)
                return found
        except DBAPIError as error:
            if not walking.undecodable(error):
                raise
        with engine.connect() as connection, suppress(UnicodeError):
            walking.leniently(connection)
            proved(connection, since, texts, progress)
        raise tampered("the ledger", "text that is no UTF-8", "text")


def proved(
    connection: Connection,
    since: Head | None,
    texts: Mapping[str, str],
    progress: Progress | None,
) -> Verified:
    """What a connection sees is proved, but for the triggers."""
    impossible = _sound(connection)
    head = _chain(connection, since, progress)
    if impossible is not None:
        raise tampered("the file", impossible, "a sound database")
    spans, kept = _spans(connection, texts)
    return Verified(head, walking.chained(connection), spans, kept, since)


def _sound(connection: Connection) -> str | None:
    """The database itself is whole: its pages and indexes, and every table and column.

    What is given back is said of a value that no table lets in. The chain tells where it is.
    """
    impossible = None
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        said = [str(line).split("\n")[-1] for line in found if line != "ok"]
        damage = [line for line in said if not re.match(_IMPOSSIBLE, line)]
        if damage:
            raise tampered("the file", damage[0], "a sound database")
        impossible = said[0] if said else None
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    for name, table in TABLES.items():
        if name not in there:
            raise tampered(f"table {name}", "none", "the table that the ledger had")
        columns = {column["name"] for column in inspector.get_columns(name)}
        for column in table.columns:
            if column.name not in columns:
                raise tampered(f"table {name}", f"no column {column.name}", "the one that it had")
    return impossible


_IMPOSSIBLE = r"CHECK constraint failed in |\w+ value in "


def _chain(connection: Connection, since: Head | None, progress: Progress | None) -> Head:
    """The head of the chain, every entry of which was checked."""
    number = TABLES["entry"].c.id
    total = connection.execute(select(func.max(number))).scalar() or 0
    head = Head(0, BEFORE_ALL)
    kept = walking.chained(connection)
    if since is not None and since.entry < kept:
        raise tampered(
            f"entry {kept}",
            "a claim that there was no chain before it",
            f"none after entry {since.entry}, whose head was published",
        )
    _as_published(head, since)
    with walking.entries(connection) as entries:
        for recorded in entries:
            head = Head(head.entry + 1, recorded.hash)
            _as_published(head, since)
            if progress is not None and head.entry % STEP == 0:
                progress(head.entry, total)
    if since is not None and since.entry > head.entry:
        raise tampered(
            f"entry {head.entry + 1}",
            f"none, the ledger ends at entry {head.entry}",
            f"entries up to {since.entry}, the head that was published: they were cut off, or an "
            "old copy was put back",
        )
    return head


def _as_published(head: Head, since: Head | None) -> None:
    """The chain passes through the head that was published."""
    if since is not None and head.entry == since.entry and head != since:
        raise tampered(
            f"entry {head.entry}",
            f"the hash {head.hash}",
            f"{since.hash}, as it was published: what was recorded up to there was rewritten",
        )


def _spans(connection: Connection, texts: Mapping[str, str]) -> tuple[int, int]:
    """How many spans agree with their text, and how many texts there are."""
    passage = TABLES["passage"]
    at_hand = _at_hand(connection, texts)
    checked = 0
    for number, (name, words) in at_hand.items():
        chosen = select(passage).where(passage.c.source_id == number).order_by(passage.c.entry_id)
        for row in connection.execute(chosen):
            if row.start is None:
                continue
            own = sha256(words[row.start : row.end])
            if own != row.sha256:
                raise tampered(
                    f"entry {row.entry_id} (passage, characters {row.start} to {row.end}, {name})",
                    f"words of sha256 {own}",
                    f"words of sha256 {row.sha256}",
                )
            checked += 1
    return checked, len(at_hand)


def _at_hand(connection: Connection, texts: Mapping[str, str]) -> dict[int, tuple[str, str]]:
    """Texts that are given or kept, each that of its source, with a name; by source."""
    source, kept = TABLES["source"], TABLES["text"]
    rows = connection.execute(select(source.c.id, source.c.name, source.c.sha256)).all()
    found: dict[int, tuple[str, str]] = {}
    for name, words in texts.items():
        own = sha256(words)
        of = [row.id for row in rows if row.sha256 == own]
        if not of:
            raise tampered(name, f"a text of sha256 {own}", "the text of a source of this ledger")
        found |= dict.fromkeys(of, (name, words))
    held = {row.id: row for row in rows}
    for number, words in connection.execute(select(kept.c.source_id, kept.c.text)):
        own, name = sha256(words), f"text of {held[number].name}"
        if own != held[number].sha256:
            expected = f"the text of sha256 {held[number].sha256}"
            raise tampered(name, f"one of sha256 {own}", expected)
        found[number] = (name, words)
    return found


def _refuses_rewriting(connection: Connection) -> None:
    """The triggers by which the database refuses to rewrite are all there, and do it."""
    for name, found in guards.off(connection).items():
        raise tampered(
            f"trigger {name}",
            f"{found}: the database would let what is recorded be changed",
            "those of the ledger alone, which refuse it; `tracker copy` makes a ledger with them",
        )
