"""The hash chain: the canonical form of an entry, and the head of the chain.

An entry is written as JSON in the canonical form of RFC 8785 and hashed by SHA-256 together with
the hash of the entry before, so that nothing recorded can be changed, removed, moved or slipped in
without changing every hash after it. ``tracker/ledger/README.md`` specifies the form for other
programs.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Boolean, select

from tracker.errors import LedgerError, UnexpectedError
from tracker.ledger.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Column, Connection

BEFORE_ALL = "0" * 64  # what stands for the hash of the entry before the first
CHAINED = "chained"  # the kind of the entry that ends what was recorded before there was a chain

# The whole form: sorted keys, no blanks, no escapes but those that JSON demands. Values are text,
# whole numbers, true and false, so that nothing else of RFC 8785 comes into play.
canonical: Callable[[object], str] = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode


class Head(NamedTuple):
    """The last entry of a chain: its number and its hash; written ``42:9f86d08…``."""

    entry: int
    hash: str

    @classmethod
    def of(cls, written: str) -> Head:
        """The head that was written down; UnexpectedError for anything else.

        >>> Head.of("0:" + BEFORE_ALL).entry
        0
        """
        found = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", written.strip(), re.ASCII)
        if found is None:
            raise UnexpectedError(
                written, "a head as `tracker verify --head` prints it, as 42:9f86…"
            )
        return cls(int(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.entry}:{self.hash}"


class Part:
    """A table whose rows belong to entries: how a row is written in the canonical form."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.columns = [c for c in TABLES[name].columns if c.name not in {"id", "entry_id"}]
        self._forms = [
            (column.name.removesuffix("_id"), _target(column), isinstance(column.type, Boolean))
            for column in self.columns
        ]

    def content(
        self, values: Iterable[Any], refer: Callable[[str, int], int | str]
    ) -> dict[str, Any]:
        """A row, by its values in the order of ``columns``, as the canonical form has it.

        What is null is left out; ``x_id`` becomes ``x``, for which ``refer`` gives the number of
        the entry of another row, or the name of a tag.
        """
        said: dict[str, Any] = {}
        for (name, target, boolean), value in zip(self._forms, values, strict=True):
            if value is None:
                continue
            if target is not None:
                said[name] = refer(target, value)
            elif boolean and value in (0, 1):
                said[name] = bool(value)
            else:
                said[name] = value
        return said


def _target(column: Column[Any]) -> str | None:
    """The table that a column refers to."""
    return next((str(key.column.table.name) for key in column.foreign_keys), None)


PARTS = {name: Part(name) for name, table in sorted(TABLES.items()) if "entry_id" in table.columns}
REFERRED = {
    target
    for part in PARTS.values()
    for column in part.columns
    if (target := _target(column)) is not None
}


def form(
    head: Head,
    row: Mapping[str, Any],
    rows: Mapping[str, list[dict[str, Any]]],
) -> dict[str, Any]:
    """An entry as the canonical form has it, to follow the head given.

    ``row`` has the kind, the instant and, if any, what is superseded and why; ``rows`` the
    contents of what belongs to the entry, by table.
    """
    said = {
        "before": head.hash,
        "entry": head.entry + 1,
        "rows": {
            name: sorted(found, key=canonical) if len(found) > 1 else found
            for name, found in rows.items()
        },
    }
    for name in ("kind", "recorded", "supersedes", "reason"):
        if row[name] is not None:
            said[name] = row[name]
    return said


def digest(said: Mapping[str, Any]) -> str:
    """The hash of an entry: SHA-256, in hex, of its canonical form in UTF-8."""
    return hashlib.sha256(canonical(said).encode("utf-8", "surrogateescape")).hexdigest()


def last(connection: Connection) -> tuple[Head, str]:
    """The head of a ledger and when its last entry was recorded, for the next to follow.

    Raises LedgerError where the head is not the last entry: nothing can be added to a broken chain.
    """
    head, entry = TABLES["head"], TABLES["entry"]
    same = (entry.c.id == head.c.entry) & (entry.c.hash == head.c.hash)
    chosen = select(head.c.entry, head.c.hash, entry.c.recorded).outerjoin_from(head, entry, same)
    row = connection.execute(chosen).one_or_none()
    if row is None or (row.recorded is None and (row.entry, row.hash) != (0, BEFORE_ALL)):
        raise LedgerError(
            "the chain of this ledger is broken, so nothing can be added to it; `tracker verify` "
            "says where"
        )
    return Head(row.entry, row.hash), row.recorded or ""
