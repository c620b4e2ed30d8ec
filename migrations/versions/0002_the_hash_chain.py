"""The hash chain: every entry gets the hash of its content and of the entry before.

What was recorded so far is chained as it stands, and an entry of kind `chained` ends it: nothing
proves what stood there before. Options and tags get the entry of their question; the first schema
did not keep when a tag was put on.
"""

import hashlib
import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BEFORE_ALL = "0" * 64
# Tables of the first schema whose rows belong to entries, with what their columns refer to.
REFERS = {
    "analyst": {},
    "evidence": {"resolution_id": "resolution", "passage_id": "passage"},
    "forecast": {
        "question_id": "question",
        "analyst_id": "analyst",
        "source_id": "source",
        "passage_id": "passage",
    },
    "lesson": {"question_id": "question", "analyst_id": "analyst"},
    "option": {"question_id": "question"},
    "passage": {"source_id": "source"},
    "question": {"condition_id": "question"},
    "question_tag": {"question_id": "question", "tag_id": "tag"},
    "resolution": {"question_id": "question", "by_id": "analyst"},
    "source": {"author_id": "analyst"},
}
BOOLEANS = {"scorable", "withdrawn"}
# Each table that is new or made anew, with what identifies its rows.
IDENTIFIED = {
    "entry": ["id"],
    "option": ["id", "question_id, position", "question_id, name"],
    "question_tag": ["question_id, tag_id"],
    "text": ["id", "entry_id", "source_id"],
}


def upgrade():
    on_server = op.get_bind().dialect.name == "postgresql"
    for table in ("entry", "option", "question_tag"):
        _may_be_rewritten(table, on_server)
    op.create_table(
        "head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("chained", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head")),
    )
    op.create_table(
        "text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_text_entry_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_text_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_text_entry_id")),
        sa.UniqueConstraint("source_id", name=op.f("uq_text_source_id")),
    )
    op.add_column("entry", sa.Column("hash", sa.String(), nullable=True))
    for table in ("option", "question_tag"):
        op.add_column(table, sa.Column("entry_id", sa.Integer(), nullable=True))
        op.execute(
            f'UPDATE "{table}" SET entry_id = (SELECT entry_id FROM question '
            "WHERE question.id = question_id)"
        )
    last = _chain(op.get_bind())
    op.get_bind().execute(
        sa.text("INSERT INTO head (id, entry, hash, chained) VALUES (1, :entry, :hash, :entry)"),
        {"entry": last[0], "hash": last[1]},
    )
    _finish_columns()
    _append_only(on_server)


# --- the chain, as it was defined when this was written ----------------------------------------


def _chain(connection):
    """Chain every entry; the number and the hash of the last."""
    entries = (
        connection.execute(
            sa.text("SELECT id, kind, recorded, supersedes, reason FROM entry ORDER BY id")
        )
        .mappings()
        .all()
    )
    for place, row in enumerate(entries, 1):
        if row["id"] != place:
            raise ValueError(f"entry {place} is missing")
    belongs = _contents(connection)
    before, hashes = BEFORE_ALL, []
    for place, row in enumerate(entries, 1):
        before = _hash(place, before, row, belongs.get(place, {}))
        hashes.append({"entry": place, "hash": before})
    if not entries:
        return 0, BEFORE_ALL
    connection.execute(sa.text("UPDATE entry SET hash = :hash WHERE id = :entry"), hashes)
    now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    at = max([now, *(row["recorded"] for row in entries)])
    said = f"entries 1 to {len(entries)} were recorded before the ledger kept a chain"
    last = len(entries) + 1
    before = _hash(last, before, {"kind": "chained", "recorded": at, "reason": said}, {})
    connection.execute(
        sa.text(
            "INSERT INTO entry (id, kind, recorded, reason, hash) "
            "VALUES (:id, 'chained', :recorded, :reason, :hash)"
        ),
        {"id": last, "recorded": at, "reason": said, "hash": before},
    )
    return last, before


def _contents(connection):
    """What belongs to each entry, by table, as the canonical form has it."""
    rows = {
        table: connection.execute(sa.text(f'SELECT * FROM "{table}"')).mappings().all()
        for table in REFERS
    }
    named = {row.id: row.name for row in connection.execute(sa.text("SELECT id, name FROM tag"))}
    entry = {
        table: {row["id"]: row["entry_id"] for row in found if "id" in row}
        for table, found in rows.items()
    }
    entry["tag"] = named
    belongs = {}
    for table, found in rows.items():
        for row in found:
            said = {
                column.removesuffix("_id"): _said(table, column, value, entry)
                for column, value in row.items()
                if column not in {"id", "entry_id"} and value is not None
            }
            belongs.setdefault(row["entry_id"], {}).setdefault(table, []).append(said)
    return belongs


def _said(table, column, value, entry):
    target = REFERS[table].get(column)
    if target is None:
        return bool(value) if column in BOOLEANS else value
    if value not in entry[target]:
        raise ValueError(f"a {table} refers to {target} {value}, which is missing")
    return entry[target][value]


def _hash(entry, before, row, belonging):
    rows = {table: sorted(found, key=_json) for table, found in belonging.items()}
    said = {"before": before, "entry": entry, "rows": rows}
    for name in ("kind", "recorded", "supersedes", "reason"):
        if row.get(name) is not None:
            said[name] = row[name]
    return hashlib.sha256(_json(said).encode()).hexdigest()


def _json(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


# --- columns ------------------------------------------------------------------------------------


def _finish_columns():
    """The new columns are never null, and refer to entries."""
    tables = sa.MetaData()
    entry = sa.Table(
        "entry",
        tables,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("recorded", sa.String(), nullable=False),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("hash", sa.String(), nullable=True),
        sa.CheckConstraint(
            "recorded LIKE '____-__-__%'", name=op.f("ck_entry_recorded_is_a_moment")
        ),
        sa.ForeignKeyConstraint(["supersedes"], ["entry.id"], name=op.f("fk_entry_supersedes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.Index("ix_entry_recorded", "recorded"),
        sa.Index("ix_entry_supersedes", "supersedes"),
    )
    option = sa.Table(
        "option",
        tables,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_option_question_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_option")),
        sa.UniqueConstraint("question_id", "name", name=op.f("uq_option_question_id_name")),
        sa.UniqueConstraint("question_id", "position", name=op.f("uq_option_question_id_position")),
    )
    link = sa.Table(
        "question_tag",
        tables,
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_tag_question_id")
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_question_tag_tag_id")),
        sa.PrimaryKeyConstraint("question_id", "tag_id", name=op.f("pk_question_tag")),
    )
    with op.batch_alter_table("entry", copy_from=entry) as batch:
        batch.alter_column("hash", existing_type=sa.String(), nullable=False)
    for table in (option, link):
        with op.batch_alter_table(table.name, copy_from=table) as batch:
            batch.alter_column("entry_id", existing_type=sa.Integer(), nullable=False)
            batch.create_foreign_key(
                op.f(f"fk_{table.name}_entry_id"), "entry", ["entry_id"], ["id"]
            )
        op.create_index(f"ix_{table.name}_entry_id", table.name, ["entry_id"])


# --- what the database refuses ------------------------------------------------------------------


def _may_be_rewritten(table, on_server):
    """Lift the triggers of a table while it gets its new column."""
    if on_server:
        op.execute(f'DROP TRIGGER IF EXISTS {table}_append_only ON "{table}"')
        return
    for verb in ("update", "delete", "replace"):
        op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")


def _append_only(on_server):
    """Refuse UPDATE and DELETE again; let the head move with each entry, and only so."""
    if on_server:
        for table in IDENTIFIED:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
                f'ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()'
            )
        _moving_head_on_server()
        return
    for table, keys in {**IDENTIFIED, "head": ["id"]}.items():
        refused = (
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: what was recorded stays'); END"
        )
        for verb in ("UPDATE", "DELETE"):
            if (table, verb) != ("head", "UPDATE"):
                op.execute(
                    f'CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON "{table}" {refused}'
                )
        same = " OR ".join(
            "(" + " AND ".join(f"{name} = NEW.{name}" for name in key.split(", ")) + ")"
            for key in keys
        )
        op.execute(
            f'CREATE TRIGGER {table}_no_replace BEFORE INSERT ON "{table}" '
            f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {same}) {refused}'
        )
    op.execute(
        "CREATE TRIGGER head_no_update BEFORE UPDATE ON head "
        "WHEN NOT (NEW.id = OLD.id AND ("
        "(OLD.entry = 0 AND NEW.entry = 0 AND NEW.hash = OLD.hash) "
        "OR (NEW.entry = OLD.entry + 1 AND NEW.chained = OLD.chained "
        "AND NEW.hash IS (SELECT hash FROM entry WHERE id = NEW.entry)))) "
        "BEGIN SELECT RAISE(ABORT, 'head is append-only: it moves with each entry'); END"
    )
    op.execute(
        "CREATE TRIGGER entry_moves_head AFTER INSERT ON entry "
        "BEGIN UPDATE head SET entry = NEW.id, hash = NEW.hash; END"
    )


def _moving_head_on_server():
    """As on SQLite, but once for each transaction, when it commits.

    A row changed many times within one transaction is slow to find. The head is moved with its
    owner's rights, so that no role needs them; nobody's temporary tables come before the ledger's.
    """
    schema = op.get_bind().execute(sa.text("SELECT quote_ident(current_schema())")).scalar()
    as_owner = f"SECURITY DEFINER SET search_path = {schema}, pg_temp"
    op.execute(
        f"CREATE FUNCTION head_moves_on() RETURNS trigger LANGUAGE plpgsql {as_owner} AS $$ BEGIN "
        "IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND OLD.entry = 0 AND NEW.entry = 0 "
        "AND NEW.hash = OLD.hash THEN RETURN NEW; END IF; "
        "IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.chained = OLD.chained "
        "AND NEW.entry > OLD.entry "
        "AND NEW.entry - OLD.entry = (SELECT count(*) FROM entry WHERE id > OLD.entry) "
        "AND NEW.entry = (SELECT max(id) FROM entry) "
        "AND NEW.hash = (SELECT hash FROM entry WHERE id = NEW.entry) THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'head is append-only: it moves with each entry'; END $$"
    )
    op.execute(
        "CREATE TRIGGER head_append_only BEFORE INSERT OR UPDATE OR DELETE ON head "
        "FOR EACH ROW EXECUTE FUNCTION head_moves_on()"
    )
    op.execute(
        "CREATE TRIGGER head_no_truncate BEFORE TRUNCATE ON head "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
    )
    op.execute(
        f"CREATE FUNCTION entry_moves_head() RETURNS trigger LANGUAGE plpgsql {as_owner} "
        "AS $$ BEGIN "
        "IF NEW.id = (SELECT max(id) FROM entry) THEN "
        "UPDATE head SET entry = NEW.id, hash = NEW.hash; END IF; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER entry_moves_head AFTER INSERT ON entry "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_moves_head()"
    )


def downgrade():
    raise NotImplementedError("a chain once kept is not dropped")
