"""The first tables, which the database lets nobody rewrite."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPLICATION = 0x74726B72  # "trkr": marks a SQLite file as a ledger
# Each table with what identifies its rows.
TABLES = {
    "entry": ["id"],
    "analyst": ["id", "entry_id", "handle"],
    "source": ["id", "entry_id", "name"],
    "passage": ["id", "entry_id"],
    "question": ["id", "entry_id", "key"],
    "option": ["id", "question_id, position", "question_id, name"],
    "forecast": ["id", "entry_id"],
    "resolution": ["id", "entry_id"],
    "evidence": ["id", "entry_id"],
    "lesson": ["id", "entry_id"],
    "tag": ["id", "name"],
    "question_tag": ["question_id, tag_id"],
}


def upgrade():
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("recorded", sa.String(), nullable=False),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "recorded LIKE '____-__-__%'", name=op.f("ck_entry_recorded_is_a_moment")
        ),
        sa.ForeignKeyConstraint(["supersedes"], ["entry.id"], name=op.f("fk_entry_supersedes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
    )
    op.create_index("ix_entry_recorded", "entry", ["recorded"])
    op.create_index("ix_entry_supersedes", "entry", ["supersedes"])

    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("name", name=op.f("uq_tag_name")),
    )
    op.create_table(
        "analyst",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_analyst_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analyst")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_analyst_entry_id")),
        sa.UniqueConstraint("handle", name=op.f("uq_analyst_handle")),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("criteria", sa.String(), nullable=True),
        sa.Column("resolve_by", sa.String(), nullable=True),
        sa.Column("condition_id", sa.Integer(), nullable=True),
        sa.Column("condition_outcome", sa.String(), nullable=True),
        sa.Column("condition_text", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('binary', 'options', 'ordered', 'quantity', 'date')",
            name=op.f("ck_question_kind_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["condition_id"], ["question.id"], name=op.f("fk_question_condition_id")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_question_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_question_entry_id")),
        sa.UniqueConstraint("key", name=op.f("uq_question_key")),
    )
    op.create_index("ix_question_title", "question", ["title"])

    op.create_table(
        "lesson",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("analyst_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["analyst_id"], ["analyst.id"], name=op.f("fk_lesson_analyst_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_lesson_entry_id")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_lesson_question_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_lesson_entry_id")),
    )
    op.create_index("ix_lesson_question_id", "lesson", ["question_id"])

    op.create_table(
        "option",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_option_question_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_option")),
        sa.UniqueConstraint("question_id", "name", name=op.f("uq_option_question_id_name")),
        sa.UniqueConstraint("question_id", "position", name=op.f("uq_option_question_id_position")),
    )
    op.create_table(
        "question_tag",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_tag_question_id")
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_question_tag_tag_id")),
        sa.PrimaryKeyConstraint("question_id", "tag_id", name=op.f("pk_question_tag")),
    )
    op.create_table(
        "resolution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("known", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(status = 'resolved') = (outcome IS NOT NULL)",
            name=op.f("ck_resolution_outcome_fits_status"),
        ),
        sa.CheckConstraint(
            "known LIKE '____-__-__%'", name=op.f("ck_resolution_known_is_a_moment")
        ),
        sa.CheckConstraint(
            "status IN ('resolved', 'annulled', 'ambiguous', 'condition failed')",
            name=op.f("ck_resolution_status_is_known"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["analyst.id"], name=op.f("fk_resolution_by_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_resolution_entry_id")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_resolution_question_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolution")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_resolution_entry_id")),
    )
    op.create_index("ix_resolution_question_id", "resolution", ["question_id"])

    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("published", sa.String(), nullable=True),
        sa.Column("published_note", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["analyst.id"], name=op.f("fk_source_author_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_source_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_source_entry_id")),
        sa.UniqueConstraint("name", name=op.f("uq_source_name")),
    )
    op.create_table(
        "passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), nullable=True),
        sa.CheckConstraint(
            '(start IS NULL) = ("end" IS NULL) AND (start IS NOT NULL OR quote IS NOT NULL)',
            name=op.f("ck_passage_says_where"),
        ),
        sa.CheckConstraint('start >= 0 AND "end" > start', name=op.f("ck_passage_in_order")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_passage_entry_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_passage_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_passage_entry_id")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("resolution_id", sa.Integer(), nullable=False),
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("stance", sa.String(), nullable=False),
        sa.CheckConstraint(
            "stance IN ('supports', 'refutes', 'context')", name=op.f("ck_evidence_stance_is_known")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_evidence_entry_id")),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_evidence_passage_id")
        ),
        sa.ForeignKeyConstraint(
            ["resolution_id"], ["resolution.id"], name=op.f("fk_evidence_resolution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_evidence_entry_id")),
    )
    op.create_index("ix_evidence_resolution_id", "evidence", ["resolution_id"])

    op.create_table(
        "forecast",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("analyst_id", sa.Integer(), nullable=False),
        sa.Column("made", sa.String(), nullable=False),
        sa.Column("probability", sa.Integer(), nullable=True),
        sa.Column("distribution", sa.String(), nullable=True),
        sa.Column("low", sa.Integer(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=True),
        sa.Column("phrase", sa.String(), nullable=True),
        sa.Column("lexicon", sa.String(), nullable=True),
        sa.Column("attribution", sa.String(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("passage_id", sa.Integer(), nullable=True),
        sa.Column("rationale", sa.String(), nullable=True),
        sa.Column("scorable", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "attribution IN ('author', 'other', 'unclear')",
            name=op.f("ck_forecast_attribution_is_known"),
        ),
        sa.CheckConstraint("made LIKE '____-__-__%'", name=op.f("ck_forecast_made_is_a_moment")),
        sa.CheckConstraint(
            "NOT withdrawn OR (probability IS NULL AND distribution IS NULL)",
            name=op.f("ck_forecast_withdrawal_says_nothing"),
        ),
        sa.CheckConstraint("high BETWEEN 0 AND 1000000000", name=op.f("ck_forecast_high_in_range")),
        sa.CheckConstraint(
            "low <= probability AND probability <= high", name=op.f("ck_forecast_range_holds_point")
        ),
        sa.CheckConstraint("low BETWEEN 0 AND 1000000000", name=op.f("ck_forecast_low_in_range")),
        sa.CheckConstraint(
            "probability BETWEEN 0 AND 1000000000", name=op.f("ck_forecast_probability_in_range")
        ),
        sa.CheckConstraint(
            "probability IS NOT NULL OR distribution IS NOT NULL OR withdrawn OR NOT scorable",
            name=op.f("ck_forecast_scorable_says_something"),
        ),
        sa.CheckConstraint(
            "probability IS NULL OR distribution IS NULL",
            name=op.f("ck_forecast_one_kind_of_distribution"),
        ),
        sa.ForeignKeyConstraint(
            ["analyst_id"], ["analyst.id"], name=op.f("fk_forecast_analyst_id")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_forecast_entry_id")),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_forecast_passage_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_forecast_question_id")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_forecast_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_forecast_entry_id")),
    )
    op.create_index("ix_forecast_analyst_id", "forecast", ["analyst_id"])
    op.create_index("ix_forecast_question_id", "forecast", ["question_id"])
    _append_only()


def _append_only():
    """Refuse UPDATE and DELETE on every table."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION '% is append-only: what was recorded stays', TG_TABLE_NAME; END $$"
        )
        for table in TABLES:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
                f'ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()'
            )
        return
    op.execute(f"PRAGMA application_id = {APPLICATION}")
    for table, keys in TABLES.items():
        refused = (
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: what was recorded stays'); END"
        )
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f'CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON "{table}" {refused}'
            )
        # INSERT OR REPLACE deletes without firing a DELETE trigger.
        same = " OR ".join(
            "(" + " AND ".join(f"{name} = NEW.{name}" for name in key.split(", ")) + ")"
            for key in keys
        )
        op.execute(
            f'CREATE TRIGGER {table}_no_replace BEFORE INSERT ON "{table}" '
            f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {same}) {refused}'
        )


def downgrade():
    raise NotImplementedError("before the first schema there was no ledger")
