"""Corrections: what is retracted, questions asked otherwise, and what second raters judge."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("amendment", "judgement", "retraction")


def upgrade():
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("criteria", sa.String(), nullable=True),
        sa.Column("resolve_by", sa.String(), nullable=True),
        sa.CheckConstraint(
            "title IS NOT NULL OR criteria IS NOT NULL OR resolve_by IS NOT NULL",
            name=op.f("ck_amendment_changes_something"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["analyst.id"], name=op.f("fk_amendment_by_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_amendment_entry_id")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_amendment_question_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_amendment_entry_id")),
    )
    op.create_index("ix_amendment_question_id", "amendment", ["question_id"])
    op.create_table(
        "judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("known", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(status = 'resolved') = (outcome IS NOT NULL)",
            name=op.f("ck_judgement_outcome_fits_status"),
        ),
        sa.CheckConstraint("known LIKE '____-__-__%'", name=op.f("ck_judgement_known_is_a_moment")),
        sa.CheckConstraint(
            "status IN ('resolved', 'annulled', 'ambiguous', 'condition failed')",
            name=op.f("ck_judgement_status_is_known"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["analyst.id"], name=op.f("fk_judgement_by_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_judgement_entry_id")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_judgement_question_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_judgement_entry_id")),
    )
    op.create_index("ix_judgement_question_id", "judgement", ["question_id"])
    op.create_table(
        "retraction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["analyst.id"], name=op.f("fk_retraction_by_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_retraction_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retraction")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_retraction_entry_id")),
    )
    _append_only(op.get_bind().dialect.name == "postgresql")


def _append_only(on_server):
    """Refuse UPDATE and DELETE on the new tables too."""
    for table in TABLES:
        if on_server:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
                f'ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()'
            )
            continue
        refused = (
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: what was recorded stays'); END"
        )
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f'CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON "{table}" {refused}'
            )
        op.execute(
            f'CREATE TRIGGER {table}_no_replace BEFORE INSERT ON "{table}" '
            f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE (id = NEW.id) '
            f"OR (entry_id = NEW.entry_id)) {refused}"
        )


def downgrade():
    raise NotImplementedError("what was recorded is not dropped")
