"""Check a ledger or an export by tracker/ledger/README.md alone: checker.py FILE [--since HEAD]."""

import json
import sqlite3
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

PARTS = {"question": {"option", "question_tag"}}  # what else may belong to an entry of a kind
TAKEN_BACK = {"amendment", "forecast", "judgement", "lesson", "resolution", "retraction"}
OWNED = "SELECT t.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE c.name = 'entry_id'"


def claim(holds: object, otherwise: str) -> None:
    """Raise what is wrong."""
    if not holds:
        raise ValueError(otherwise)


def canonical(value: object) -> str:
    """Give the canonical form, if there is nothing in it that no entry can have."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{canonical(k)}:{canonical(value[k])}" for k in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    claim(isinstance(value, str | int), f"no entry can have {value!r}")
    return json.dumps(value, ensure_ascii=False)


def from_database(db: sqlite3.Connection) -> Any:
    """Give each entry as it must have been hashed, with the hash that the ledger states."""
    db.row_factory = sqlite3.Row
    tables = list(db.execute("BEGIN").execute(OWNED))
    stored = {t: list(map(dict, db.execute(f'SELECT * FROM "{t}" ORDER BY 1'))) for (t,) in tables}
    home = {t: {row.get("id"): row["entry_id"] for row in rows} for t, rows in stored.items()}
    home["tag"] = {row["id"]: row["name"] for row in db.execute("SELECT * FROM tag")}
    claim(home["tag"].keys() <= {row["tag_id"] for row in stored["question_tag"]}, "an unused tag")
    entries = list(map(dict, db.execute("SELECT * FROM entry ORDER BY id")))
    rows_of: dict[Any, Any] = {entry["id"]: {} for entry in entries}
    for table, belongings in stored.items():
        keys = list(db.execute(f'PRAGMA foreign_key_list("{table}")'))
        means: dict[str, Any] = {key["from"]: home.get(key["table"], {}) for key in keys}
        means |= {key: {0: False, 1: True} for key in ("scorable", "withdrawn")}
        owners = [row["entry_id"] for row in belongings if "id" in row]
        claim(owners == sorted(owners), f"the rows of {table} are numbered as they were not added")
        for row in belongings:
            claim(row["entry_id"] in rows_of, f"a row of {table} belongs to no entry: {row}")
            said = {k: v for k, v in row.items() if v is not None and k not in ("id", "entry_id")}
            form = {k.removesuffix("_id"): means.get(k, {v: v}).get(v) for k, v in said.items()}
            rows_of[row["entry_id"]].setdefault(table, []).append(form)
    hashes = ["0" * 64, *(entry["hash"] for entry in entries)]
    for entry, before in zip(entries, hashes, strict=False):
        rows = {table: sorted(v, key=canonical) for table, v in rows_of[entry["id"]].items()}
        yield entry | {"id": None, "entry": entry["id"], "before": before, "rows": rows}
    heads = list(map(tuple, db.execute("SELECT entry, hash, chained FROM head")))
    late = sum(entry["id"] for entry in entries if entry["kind"] == "chained")
    claim(heads == [(len(entries), hashes[-1], late)], f"the head row is another: {heads}")


def check(entries: Any) -> list[str]:
    """Follow the chain; give every head there was."""
    back = ""  # the first entry since there is a chain that was recorded before the one before it
    past, texts, spans = [("0:" + "0" * 64, "", "")], dict[Any, str](), dict[str, Any]()
    for number, entry in enumerate(entries, 1):
        name, kind, rows, time = f"entry {number}", entry["kind"], entry["rows"], entry["recorded"]
        claim(entry["entry"] == number, f"{name} is missing; {entry['entry']} is there")
        claim(entry["before"] == past[-1][0][-64:], f"{name} does not follow the entry before")
        content = canonical({k: v for k, v in entry.items() if k != "hash" and v is not None})
        claim(sha256(content.encode()).hexdigest() == entry["hash"], f"{name} is not as recorded")
        shape = time.translate(str.maketrans("123456789", "000000000"))
        claim(shape == "0000-00-00T00:00:00.000000Z", f"{name} was recorded at no moment")
        back = "" if kind == "chained" else back or name * (time < past[-1][2])
        earlier = entry.get("supersedes") or 0
        claim(earlier in range(number), f"{name} supersedes a later entry")
        claim(kind != "retraction" or past[earlier][1] in TAKEN_BACK, f"{name} takes back another")
        told = kind not in {"amendment", "retraction"} or entry.get("reason")
        claim(told, f"{name} has no reason")
        claim(rows.keys() <= {kind} | PARTS.get(kind, set()), f"{name} has rows of another kind")
        claim(len(rows.get(kind, [])) == (kind != "chained"), f"{name} has not one {kind}")
        claim(kind not in [k for _, k, _ in past if kind == "chained"], f"{name} is a second one")
        row = {"source": number} | rows.get(kind, [{}])[0]
        texts |= {row["source"]: row["text"]} if kind == "text" else {}
        spans |= {name: row} if kind in {"source", "passage"} else {}
        past.append((f"{number}:{entry['hash']}", kind, time))
    for name, row in spans.items():
        text = texts.get(row["source"]) if "start" in row or "name" in row else row["quote"]
        words = (text or "")[row.get("start") : row.get("end")].encode()
        claim(text is None or sha256(words).hexdigest() == row["sha256"], f"{name} has other words")
    claim(not back, f"{back} was recorded before the entry before")
    return [head for head, _, _ in past]


if __name__ == "__main__":
    try:
        data = Path(sys.argv[1]).read_bytes()
        if data.startswith(b"SQLite"):
            heads = check(from_database(sqlite3.connect(sys.argv[1])))
        else:
            heads = check(lines := list(map(json.loads, data.splitlines())))
            claim(data == "".join(f"{canonical(x)}\n" for x in lines).encode(), "not canonical")
        claim(not sys.argv[3:] or sys.argv[3] in heads, "the ledger does not extend that head")
        print(heads[-1])
    except (AttributeError, LookupError, OSError, TypeError, ValueError, sqlite3.Error) as fault:
        sys.exit(f"{sys.argv[1]}: {fault!r}" if type(fault) is not ValueError else f"{fault}")
