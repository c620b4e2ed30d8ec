"""The tables. Rows are only ever added; the database refuses to change or remove them.

Every recorded row belongs to an ``entry``, which says when the ledger learnt it, what it
supersedes and why, and whose hash covers it and the entry before (:mod:`tracker.ledger.chain`).
A tag is only a name; its use on a question is what is recorded. Probabilities are integers
(billionths), times are canonical text (see :mod:`tracker.values`), so that a row means the same on
every engine.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.values import BILLION

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def _moment(name: str) -> CheckConstraint:
    return CheckConstraint(f"{name} LIKE '____-__-__%'", name=f"{name}_is_a_moment")


def _probability(name: str) -> CheckConstraint:
    return CheckConstraint(f"{name} BETWEEN 0 AND {BILLION}", name=f"{name}_in_range")


def _one_of(name: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{name} IN ({listed})", name=f"{name}_is_known")


def _settled() -> tuple[CheckConstraint, ...]:
    """A status, with an outcome where it is resolved, and when that was known."""
    return (
        _moment("known"),
        _one_of("status", "resolved", "annulled", "ambiguous", "condition failed"),
        CheckConstraint(
            "(status = 'resolved') = (outcome IS NOT NULL)", name="outcome_fits_status"
        ),
    )


class Row(SQLModel):
    """A row; what checks one is built when a first is added."""

    model_config = {"defer_build": True}


class EntryRow(Row, table=True):
    """One act of recording, by its number in the ledger's order; the ledger's own clock."""

    __tablename__: ClassVar[str] = "entry"
    __table_args__ = (_moment("recorded"),)

    id: int = Field(primary_key=True)
    kind: str
    recorded: str = Field(index=True)
    supersedes: int | None = Field(default=None, foreign_key="entry.id", index=True)
    reason: str | None = None
    hash: str


class HeadRow(Row, table=True):
    """The end of the chain, in one row that the database moves on with every entry.

    ``chained`` is the number of the entry that ends what was recorded before there was a chain.
    """

    __tablename__: ClassVar[str] = "head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(primary_key=True)
    entry: int
    hash: str
    chained: int


class AnalystRow(Row, table=True):
    """An analyst."""

    __tablename__: ClassVar[str] = "analyst"

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", unique=True)
    handle: str = Field(unique=True)
    name: str | None = None


class SourceRow(Row, table=True):
    """A document."""

    __tablename__: ClassVar[str] = "source"

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", unique=True)
    name: str = Field(unique=True)
    title: str | None = None
    author_id: int | None = Field(default=None, foreign_key="analyst.id")
    published: str | None = None
    published_note: str | None = None
    url: str | None = None
    sha256: str | None = None


class TextRow(Row, table=True):
    """The whole text of a document, where its keeper wants it in the ledger."""

    __tablename__: ClassVar[str] = "text"

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", unique=True)
    source_id: int = Field(foreign_key="source.id", unique=True)
    text: str


class PassageRow(Row, table=True):
    """A span of a document."""

    __tablename__: ClassVar[str] = "passage"
    __table_args__ = (
        CheckConstraint('start >= 0 AND "end" > start', name="in_order"),
        CheckConstraint(
            '(start IS NULL) = ("end" IS NULL) AND (start IS NOT NULL OR quote IS NOT NULL)',
            name="says_where",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", unique=True)
    source_id: int = Field(foreign_key="source.id")
    start: int | None = None
    end: int | None = None
    sha256: str
    quote: str | None = None


class QuestionRow(Row, table=True):
    """A question; ``key`` is the id that people type."""

    __tablename__: ClassVar[str] = "question"
    __table_args__ = (_one_of("kind", "binary", "options", "ordered", "quantity", "date"),)

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", unique=True)
    key: str = Field(unique=True)
    title: str = Field(index=True)
    kind: str
    unit: str | None = None
    criteria: str | None = None
    resolve_by: str | None = None
    condition_id: int | None = Field(default=None, foreign_key="question.id")
    condition_outcome: str | None = None
    condition_text: str | None = None


class OptionRow(Row, table=True):
    """An option of a question, by position."""

    __tablename__: ClassVar[str] = "option"
    __table_args__ = (
        UniqueConstraint("question_id", "position"),
        UniqueConstraint("question_id", "name"),
    )

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", index=True)
    question_id: int = Field(foreign_key="question.id")
    position: int
    name: str
    label: str | None = None


class ForecastRow(Row, table=True):
    """A forecast, or the withdrawal of one; ``distribution`` is JSON for all but binary."""

    __tablename__: ClassVar[str] = "forecast"
    __table_args__ = (
        _moment("made"),
        _probability("probability"),
        _probability("low"),
        _probability("high"),
        _one_of("attribution", "author", "other", "unclear"),
        CheckConstraint("low <= probability AND probability <= high", name="range_holds_point"),
        CheckConstraint(
            "probability IS NULL OR distribution IS NULL", name="one_kind_of_distribution"
        ),
        CheckConstraint(
            "NOT withdrawn OR (probability IS NULL AND distribution IS NULL)",
            name="withdrawal_says_nothing",
        ),
        CheckConstraint(
            "probability IS NOT NULL OR distribution IS NOT NULL OR withdrawn OR NOT scorable",
            name="scorable_says_something",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", unique=True)
    question_id: int = Field(foreign_key="question.id", index=True)
    analyst_id: int = Field(foreign_key="analyst.id", index=True)
    made: str
    probability: int | None = None
    distribution: str | None = None
    low: int | None = None
    high: int | None = None
    phrase: str | None = None
    lexicon: str | None = None
    attribution: str
    source_id: int | None = Field(default=None, foreign_key="source.id")
    passage_id: int | None = Field(default=None, foreign_key="passage.id")
    rationale: str | None = None
    scorable: bool = True
    withdrawn: bool = False


class ResolutionRow(Row, table=True):
    """A question settled; ``by_id`` is who settled it."""

    __tablename__: ClassVar[str] = "resolution"
    __table_args__ = _settled()

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", unique=True)
    question_id: int = Field(foreign_key="question.id", index=True)
    status: str
    outcome: str | None = None
    known: str
    by_id: int | None = Field(default=None, foreign_key="analyst.id")
    note: str | None = None


class EvidenceRow(Row, table=True):
    """A passage that bears on a resolution."""

    __tablename__: ClassVar[str] = "evidence"
    __table_args__ = (_one_of("stance", "supports", "refutes", "context"),)

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", unique=True)
    resolution_id: int = Field(foreign_key="resolution.id", index=True)
    passage_id: int = Field(foreign_key="passage.id")
    stance: str


class LessonRow(Row, table=True):
    """What a person learnt from a settled question."""

    __tablename__: ClassVar[str] = "lesson"

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", unique=True)
    question_id: int = Field(foreign_key="question.id", index=True)
    analyst_id: int = Field(foreign_key="analyst.id")
    text: str


class RetractionRow(Row, table=True):
    """Something that is taken back: the entry that this one supersedes; its reason says why."""

    __tablename__: ClassVar[str] = "retraction"

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", unique=True)
    by_id: int = Field(foreign_key="analyst.id")


class AmendmentRow(Row, table=True):
    """A question asked otherwise from now on; what is null is as it was."""

    __tablename__: ClassVar[str] = "amendment"
    __table_args__ = (
        CheckConstraint(
            "title IS NOT NULL OR criteria IS NOT NULL OR resolve_by IS NOT NULL",
            name="changes_something",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", unique=True)
    question_id: int = Field(foreign_key="question.id", index=True)
    by_id: int = Field(foreign_key="analyst.id")
    title: str | None = None
    criteria: str | None = None
    resolve_by: str | None = None


class JudgementRow(Row, table=True):
    """How a second rater would settle a question; it does not settle it."""

    __tablename__: ClassVar[str] = "judgement"
    __table_args__ = _settled()

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", unique=True)
    question_id: int = Field(foreign_key="question.id", index=True)
    by_id: int = Field(foreign_key="analyst.id")
    status: str
    outcome: str | None = None
    known: str | None = None
    note: str | None = None


class TagRow(Row, table=True):
    """A tag."""

    __tablename__: ClassVar[str] = "tag"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)


class QuestionTagRow(Row, table=True):
    """A tag on a question."""

    __tablename__: ClassVar[str] = "question_tag"

    question_id: int = Field(foreign_key="question.id", primary_key=True)
    tag_id: int = Field(foreign_key="tag.id", primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", index=True)


TABLES = SQLModel.metadata.tables
