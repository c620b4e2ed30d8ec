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

_NAMES = """
SELECT name, said FROM (
  SELECT 'question' AS what, q.key AS name, q.id AS n, coalesce(
      (SELECT a.title FROM amendment a WHERE a.question_id = q.id AND a.title IS NOT NULL
       ORDER BY a.id DESC LIMIT 1), q.title) AS said
    FROM question q WHERE NOT EXISTS
      (SELECT 1 FROM entry e JOIN retraction r ON r.entry_id = e.id
       WHERE e.supersedes = q.entry_id)
  UNION ALL SELECT 'analyst', handle, id, name FROM analyst
  UNION ALL SELECT 'tag', name, id, NULL FROM tag
  UNION ALL SELECT 'source', name, id, title FROM source
  UNION ALL SELECT 'kind', kind, id, NULL FROM question WHERE key = :question
  UNION ALL SELECT 'option', o.name, -o.position, o.label
    FROM option o JOIN question q ON q.id = o.question_id WHERE q.key = :question
) AS found
WHERE what = :what AND substr(name, 1, length(:start)) = :start ORDER BY n DESC LIMIT :most
"""


def names(place: str, what: str, *, start: str = "", question: str = "") -> dict[str, str]:
    """Names that begin with ``start``, the newest first, and what each means.

    ``what`` is question, analyst, tag or source; option or kind, of the ``question``.
    """
    values = {"what": what, "start": start, "question": question, "most": MOST}
    path = _file(place)
    found = _of_server(place, values) if path is None else _of_file(path, values)
    return {str(name): str(said or "") for name, said in found}


def _file(place: str) -> Path | None:
    for prefix in FILE_URLS:
        if place.startswith(prefix):
            return Path(place.removeprefix(prefix).partition("?")[0]).expanduser()
    return None if "://" in place else Path(place).expanduser()


def _of_file(path: Path, values: dict[str, Any]) -> list[Any]:
    real = path.resolve(strict=True)
    if not real.is_file():  # a pipe would wait for somebody to write
        return []
    log = real.with_name(real.name + "-wal").exists()
    how = "mode=ro" if log else "mode=ro&immutable=1"  # or SQLite would put a log there
    reading = sqlite3.connect(f"file:{quote(str(real))}?{how}", uri=True, timeout=0)
    try:
        return reading.execute(_NAMES, values).fetchall()
    finally:
        reading.close()


def _of_server(place: str, values: dict[str, Any]) -> list[Any]:
    from sqlalchemy import text

    from tracker.ledger.connecting import connect
    from tracker.ledger.place import Place

    soon = "" if "connect_timeout" in place else f"{'&' if '?' in place else '?'}connect_timeout=2"
    with connect(Place.of(place + soon), writable=False).connect() as reading:
        return list(reading.execute(text(_NAMES), values).fetchall())
