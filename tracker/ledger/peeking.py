"""A quick look for names in a ledger, while somebody types one: of no use for anything else.

SQLAlchemy takes longer to load than a person waits for a name; a SQLite file is read without it.
Nothing is made, nobody is waited for, and whatever is in the way raises.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

MOST = 200  # names, the newest
FILE_URLS = ("sqlite:///", "sqlite+pysqlite:///")

_TITLE = """coalesce((SELECT a.title FROM amendment a WHERE a.question_id = q.id
AND a.title IS NOT NULL ORDER BY a.id DESC LIMIT 1), q.title)"""
_STANDS = """NOT EXISTS (SELECT 1 FROM entry e JOIN retraction r ON r.entry_id = e.id
WHERE e.supersedes = q.entry_id)"""
# Each gives a name, what it means, and a number by which the newest is found.
_NAMES = {
    "question": f"SELECT q.key AS name, {_TITLE} AS said, q.id AS n "  # noqa: S608 - those above
    f"FROM question q WHERE {_STANDS}",
    "analyst": "SELECT handle AS name, name AS said, id AS n FROM analyst",
    "tag": "SELECT name, NULL AS said, id AS n FROM tag",
    "source": "SELECT name, title AS said, id AS n FROM source",
    "option": "SELECT o.name AS name, o.label AS said, -o.position AS n FROM option o "
    "JOIN question q ON q.id = o.question_id WHERE q.key = :question",
    "kind": "SELECT kind AS name, NULL AS said, id AS n FROM question WHERE key = :question",
}


def names(place: str, what: str, *, start: str = "", question: str = "") -> dict[str, str]:
    """Names that begin with ``start``, the newest first, and what each means.

    ``what`` is question, analyst, tag or source; option or kind, of the ``question``.
    """
    chosen = (
        f"SELECT name, said FROM ({_NAMES[what]}) AS found "  # noqa: S608 - one of the above
        "WHERE substr(name, 1, length(:start)) = :start ORDER BY n DESC LIMIT :most"
    )
    values = {"start": start, "question": question, "most": MOST}
    path = _file(place)
    found = _of_server(place, chosen, values) if path is None else _of_file(path, chosen, values)
    return {str(name): str(said or "") for name, said in found}


def _file(place: str) -> Path | None:
    for prefix in FILE_URLS:
        if place.startswith(prefix):
            return Path(place.removeprefix(prefix).partition("?")[0]).expanduser()
    return None if "://" in place else Path(place).expanduser()


def _of_file(path: Path, chosen: str, values: dict[str, Any]) -> list[Any]:
    real = path.resolve(strict=True)
    log = real.with_name(real.name + "-wal").exists()
    how = "mode=ro" if log else "mode=ro&immutable=1"  # or SQLite would put a log there
    reading = sqlite3.connect(f"file:{quote(str(real))}?{how}", uri=True, timeout=0)
    try:
        return reading.execute(chosen, values).fetchall()
    finally:
        reading.close()


def _of_server(place: str, chosen: str, values: dict[str, Any]) -> list[Any]:
    from sqlalchemy import text

    from tracker.ledger.connecting import connect
    from tracker.ledger.place import Place

    soon = "" if "connect_timeout" in place else f"{'&' if '?' in place else '?'}connect_timeout=2"
    with connect(Place.of(place + soon), writable=False).connect() as reading:
        return list(reading.execute(text(chosen), values).fetchall())
