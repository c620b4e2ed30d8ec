"""The ledger: the only way to read and write what was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

from sqlalchemy import func, select

from tracker.errors import LedgerError, NoLedgerError, UnknownIdError
from tracker.ledger import chain, citing, database, naming
from tracker.ledger.connecting import connect
from tracker.ledger.correcting import Corrected, Corrector
from tracker.ledger.kept import KeptForecast
from tracker.ledger.pairing import Filters, pairs, wanted
from tracker.ledger.place import Place
from tracker.ledger.quantifying import quantities
from tracker.ledger.reading import Reader
from tracker.ledger.recording import Added, Recorder
from tracker.ledger.refusals import legible, translated
from tracker.ledger.rows import Rows
from tracker.ledger.stating import statements
from tracker.ledger.tables import TABLES
from tracker.ledger.writing import writing
from tracker.records import (
    Amendment,
    Correction,
    Forecast,
    Judgement,
    Lesson,
    Question,
    Reason,
    Resolution,
    Source,
    make,
)
from tracker.values import like_an_id, moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from sqlalchemy import Connection

    from tracker.ledger.chain import Head
    from tracker.ledger.citing import Cited
    from tracker.ledger.kept import KeptLesson, KeptQuestion
    from tracker.ledger.stating import Statement
    from tracker.ledger.verifying import Verified
    from tracker.pairs import Pairs
    from tracker.quantities import Quantities
    from tracker.records import Dossier


class Adding(Protocol):
    """Adds a dossier, and keeps texts, inside a transaction."""

    def __call__(self, dossier: Dossier, texts: Mapping[str, str] | None = None) -> Added:
        """How much was new."""
        ...


class Logged(NamedTuple):
    """What became of a logged forecast."""

    question: KeptQuestion
    new: bool  # whether the question is new too
    entry: int


class Learnt(NamedTuple):
    """What became of a lesson."""

    question: KeptQuestion
    lesson: KeptLesson
    new: bool


class Noted(NamedTuple):
    """A lesson, and the id and title of the question it came from."""

    question: str
    title: str
    lesson: KeptLesson


class Ledger:
    """A ledger of forecasts and outcomes, in a SQLite file or a database named by URL.

    Examples
    --------
    >>> import tempfile, os
    >>> from datetime import UTC, datetime
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Ledger.open(os.path.join(folder.name, "tracker.db"), create=True) as ledger:
    ...     logged = ledger.log("Rain on Sunday?", {"analyst": "ana", "probability": 0.7},
    ...                         recorded=datetime(2026, 3, 1, tzinfo=UTC))
    ...     logged.question.question.id
    'q1'
    >>> folder.cleanup()
    """

    def __init__(self, place: Place, *, writable: bool = True) -> None:
        self.place = place
        self._engine = connect(place, writable=False)
        self._writer = connect(place, writable=True) if writable else None

    @classmethod
    def open(cls, place: str | Path, *, create: bool = False, writable: bool = True) -> Ledger:
        """Open the ledger at a path or URL.

        With ``create`` a ledger is made where there is none. Raises LedgerError where there is
        something else, a schema of another version, or no leave to write.
        """
        at = Place.of(place)
        try:
            database.check(at, writable=writable)
        except NoLedgerError:
            if not create:
                raise
            database.upgrade(at)
        return cls(at, writable=writable)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()
        if self._writer is not None:
            self._writer.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- recording ------------------------------------------------------------------------

    def add(self, dossier: Dossier, *, recorded: datetime) -> Added:
        """Add a dossier whole; adding it again changes nothing.

        Raises DataError with every problem, and then nothing was written.
        """
        with self.adding(recorded) as add:
            return add(dossier)

    @contextmanager
    def adding(self, recorded: datetime) -> Iterator[Adding]:
        """Add several dossiers, all or none: what is given takes one, as :meth:`add`.

        It also takes texts to keep, by the names of their sources.
        """
        with self._write() as connection:
            rows = Rows(connection, recorded)

            def add(dossier: Dossier, texts: Mapping[str, str] | None = None) -> Added:
                with legible(self.place):
                    return Recorder(rows, Reader(connection)).dossier(dossier, texts or {})

            yield add

    def log(
        self,
        what: str,
        forecast: Mapping[str, Any],
        *,
        recorded: datetime,
        question: Mapping[str, Any] | None = None,
    ) -> Logged:
        """Record a forecast on a new question, by title, or on one there is, by id or title.

        ``forecast`` holds the fields of a Forecast without its question, ``question`` those of a
        new Question without id and title.
        """
        with self._recorder(recorded) as recorder:
            key, new = self._named(recorder, what, question or {})
            said = {"made": recorder.at, "attribution": "author", **forecast, "question": key}
            entry = recorder.forecast(make(Forecast, said))
            recorder.done()
            assert entry is not None  # or done() had raised
            # Read before the commit: after it a fault would pass for one of the recording.
            number = recorder.questions[key]
            kept = Reader(recorder.connection, only=[number]).kept([number])[0]
        return Logged(kept, new, entry)

    def resolve(
        self,
        question: str,
        resolution: Mapping[str, Any],
        *,
        recorded: datetime,
        source: Source | None = None,
        reason: str | None = None,
    ) -> Added:
        """Settle a question; ``resolution`` holds the fields of a Resolution without it.

        Without ``known`` the outcome is known when it is recorded. ``source`` is added for the
        evidence to refer to. Settling otherwise what is settled
        already needs a reason; settling it again in the same way changes nothing.
        """
        with self._recorder(recorded) as recorder:
            key = self._key(recorder.reader, question)
            if source is not None:
                recorder.source(source)
            said = {"known": recorder.at, **resolution, "question": key}
            settling, why = make(Resolution, said), make(Reason, {"reason": reason}).reason
            known = "known" in resolution
            recorder.resolution(settling, reason=why, known=known, anew=True)
            recorder.done()
            return recorder.added

    def withdraw(
        self, question: str, analyst: str, *, recorded: datetime, reason: str | None = None
    ) -> int:
        """Stop holding the analyst's forecast on a question; the entry that says so."""
        with self._recorder(recorded) as recorder:
            key = self._key(recorder.reader, question)
            history = recorder.reader.kept([recorder.questions[key]])[0].forecasts
            last = [kept for kept in history if kept.analyst == analyst][-1:]
            if not last or last[0].forecast is None:
                raise LedgerError(f"{analyst} has no forecast on {key} to withdraw")
            why = make(Reason, {"reason": reason}).reason
            return recorder.withdraw(key, analyst, moment(recorder.at), why)

    def retract(self, entry: int, *, by: str, reason: str, recorded: datetime) -> Corrected:
        """Take back a forecast, withdrawal, resolution, lesson, amendment, judgement or retraction.

        It stays in the ledger and counts for nothing from now on; a retraction retracted restores
        what it took back. Raises UnknownIdError where there is no such entry, LedgerError where it
        is none of these or is retracted already.
        """
        with self._recorder(recorded) as recorder:
            correction = make(Correction, {"by": by, "reason": reason})
            number, done = recorder.retract(entry, correction)
            kept = Reader(recorder.connection, only=[number]).kept([number])[0]
        return Corrected(kept, done, new=True)

    def amend(
        self, question: str, changes: Mapping[str, Any], *, by: str, reason: str, recorded: datetime
    ) -> Corrected:
        """Ask a question otherwise from now on: ``title``, ``criteria``, ``resolve_by``.

        What is asked so already changes nothing, and the entry is that of the question.
        """
        with self._recorder(recorded) as recorder:
            key = self._key(recorder.reader, question)
            why = make(Correction, {"by": by, "reason": reason})
            done = recorder.amend(
                make(Amendment, {**changes, "question": key, "by": why.by}), why.reason
            )
            number = recorder.questions[key]
            kept = Reader(recorder.connection, only=[number]).kept([number])[0]
        return Corrected(kept, done or kept.entry, new=done is not None)

    def judge(
        self,
        question: str,
        judgement: Mapping[str, Any],
        *,
        recorded: datetime,
        reason: str | None = None,
    ) -> Corrected:
        """Record how a second rater would settle a question, which settles nothing.

        ``judgement`` holds the fields of a Judgement without its question. Judging otherwise than
        before needs a reason; the same again changes nothing.
        """
        with self._recorder(recorded) as recorder:
            key = self._key(recorder.reader, question)
            why = make(Reason, {"reason": reason}).reason
            entry, new = recorder.judge(make(Judgement, {**judgement, "question": key}), why)
            number = recorder.questions[key]
            kept = Reader(recorder.connection, only=[number]).kept([number])[0]
        return Corrected(kept, entry, new)

    def lesson(self, question: str, text: str, *, analyst: str, recorded: datetime) -> Learnt:
        """Record what an analyst learnt from a question; the same words again change nothing."""
        with self._recorder(recorded) as recorder:
            key = self._key(recorder.reader, question)
            said = make(Lesson, {"question": key, "analyst": analyst, "text": text})
            number = recorder.questions[key]
            held = recorder.reader.lessons([number]).get(number, [])
            words = (said.analyst, said.text)
            new = words not in [(one.analyst, one.text) for one in held]
            if new:
                recorder.lesson(said)
            # Read before the commit: after it a fault would pass for one of the recording.
            kept = Reader(recorder.connection, only=[number]).kept([number])[0]
        lesson = next(one for one in kept.lessons if (one.analyst, one.text) == words)
        return Learnt(kept, lesson, new)

    # --- reading --------------------------------------------------------------------------

    def question(self, named: str, *, as_of: str | None = None) -> KeptQuestion:
        """A question with its history; UnknownIdError with what is near if there is none."""
        with self._reader(as_of) as reader:
            number = reader.ids[self._key(reader, named)]
            return Reader(reader.connection, as_of, only=[number]).kept([number])[0]

    def judged(self, *, as_of: str | None = None) -> list[KeptQuestion]:
        """The questions that a second rater judged, with their histories."""
        with self._reader(as_of) as reader:
            rows = reader.rows(select(TABLES["judgement"]), "judgement")
            numbers = sorted({row.question_id for row in rows})
            return Reader(reader.connection, as_of, only=numbers).kept(numbers)

    def questions(self, **filters: Any) -> list[KeptQuestion]:
        """Questions with their histories, in the order they were recorded.

        Takes the fields of :class:`~tracker.ledger.pairing.Filters`. With any filter on forecasts
        only the questions and forecasts that pass it are given.
        """
        with self._chosen(filters) as (everything, chosen):
            asked = {everything.ids[key] for key in chosen.asked}
            reader = everything
            if asked:
                reader = Reader(everything.connection, chosen.as_of, only=asked)
            rows = wanted(reader, chosen)
            passing = {row.entry_id for row in rows}
            if reader.retracted:
                passing |= {row.entry_id for row in wanted(reader, chosen, struck=True)}
            narrowed = (chosen.analyst, chosen.source, chosen.since, chosen.until)
            if any(value is not None for value in narrowed):
                numbers = sorted({row.question_id for row in rows})
            else:
                numbers = [
                    number
                    for number in reader.question_rows
                    if chosen.tag is None or chosen.tag in reader.tags.get(number, ())
                ]
            if asked:  # others are in view on which these are conditional
                numbers = [number for number in numbers if number in asked]
            return [
                replace(
                    kept,
                    forecasts=tuple(
                        f
                        for f in kept.forecasts
                        if f.entry in passing and not (chosen.prospective and kept.is_late(f))
                    ),
                    retracted=tuple(
                        one
                        for one in kept.retracted
                        if one.entry in passing or not isinstance(one, KeptForecast)
                    ),
                )
                for kept in reader.kept(numbers)
            ]

    def statements(self, **filters: Any) -> list[Statement]:
        """Forecasts and withdrawals in a light form, and how the question of each stands.

        In the order they were recorded; takes the fields of
        :class:`~tracker.ledger.pairing.Filters`.
        """
        with self._chosen(filters) as (reader, chosen):
            return statements(reader, chosen)

    def pairs(self, **filters: Any) -> Pairs:
        """The scorable forecasts on settled questions, matched with their outcomes.

        Takes the fields of :class:`~tracker.ledger.pairing.Filters`: ``analyst``, ``tag``,
        ``source``, ``since``, ``until``, ``as_of``, ``prospective``.
        """
        with self._chosen(filters) as (reader, chosen):
            return pairs(reader, chosen)

    def quantities(self, **filters: Any) -> Quantities:
        """The scorable forecasts on settled questions about quantities and dates.

        Takes what :meth:`pairs` takes.
        """
        with self._chosen(filters) as (reader, chosen):
            return quantities(reader, chosen)

    def lessons(self, analyst: str, *, as_of: str | None = None) -> list[Noted]:
        """What an analyst learnt, newest first."""
        with self._reader(as_of) as reader:
            return [
                Noted(reader.question_rows[number].key, reader.titles[number], lesson)
                for number, lesson in reader.learnt(analyst)
            ]

    def analysts(self) -> dict[str, str | None]:
        """Names of analysts by handle."""
        table = TABLES["analyst"]
        with self._connection() as connection:
            found = connection.execute(select(table.c.handle, table.c.name).order_by(table.c.id))
            return {row.handle: row.name for row in found}

    def sources(self) -> dict[str, dict[str, Any]]:
        """Sources by name: title, author (a handle), published, published_note, url, sha256."""
        table, author = TABLES["source"], TABLES["analyst"].c
        names = ("title", "author", "published", "published_note", "url", "sha256")
        chosen = select(table, author.handle.label("author")).outerjoin_from(
            table, TABLES["analyst"], author.id == table.c.author_id
        )
        with self._connection() as connection:
            found = connection.execute(chosen.order_by(table.c.id))
            return {row.name: {name: getattr(row, name) for name in names} for row in found}

    def text(self, source: str, *, as_of: str | None = None) -> str | None:
        """The text of a source by its name; None where the ledger does not keep it.

        Raises UnknownIdError, as :meth:`cited` does, if there is no such source.
        """
        with self._source(source, as_of) as (reader, number):
            return citing.kept_text(reader, number)

    def cited(self, source: str, *, as_of: str | None = None) -> tuple[Cited, ...]:
        """The passages of a source that forecasts or evidence point at, in text order."""
        with self._source(source, as_of) as (reader, number):
            return citing.cited(reader, number)

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        tables = ("analyst", "source", "question", "forecast", "resolution", "lesson", "entry")
        with self._connection() as connection:
            return {
                name: connection.execute(
                    select(func.count()).select_from(TABLES[name])
                ).scalar_one()
                for name in tables
            }

    def question_hashes(self) -> dict[str, str]:
        """The hash of the entry by which each question was recorded, by the question's id."""
        table, entry = TABLES["question"], TABLES["entry"]
        chosen = select(table.c.key, entry.c.hash).where(entry.c.id == table.c.entry_id)
        with self._connection() as connection:
            return {row.key: row.hash for row in connection.execute(chosen)}

    # --- proving --------------------------------------------------------------------------

    def head(self) -> Head:
        """The last entry, by number and hash: what stands for all that was recorded."""
        with self._connection() as connection:
            return chain.last(connection)[0]

    def recorded(self) -> str | None:
        """When the last entry was recorded; None where there is none."""
        with self._connection() as connection:
            return chain.last(connection)[1] or None

    def verify(self, *, since: Head | None = None) -> Verified:
        """Prove every row, the chain and the kept texts; raises TamperedError at the first fault.

        ``since`` is an earlier head that the ledger must extend.
        """
        from tracker.ledger.verifying import verify

        return verify(self.place, since=since)

    def export(self) -> Iterator[str]:
        """Every entry as one line of JSON in canonical form, its hash included.

        Raises TamperedError at the first entry that is not what was recorded.
        """
        from tracker.ledger.walking import entries

        with self._connection() as connection, entries(connection) as found:
            for recorded in found:
                yield recorded.line

    # --- inside ---------------------------------------------------------------------------

    @contextmanager
    def _recorder(self, recorded: datetime) -> Iterator[Corrector]:
        with self._write() as connection, legible(self.place):
            yield Corrector(Rows(connection, recorded), Reader(connection))

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        if self._writer is None:
            raise LedgerError(f"the ledger at {self.place} was opened for reading only")
        with writing(self.place, self._writer) as connection:
            yield connection

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        with (
            translated(self.place, reading=True),
            self._engine.connect() as connection,
            legible(self.place),
        ):
            yield connection

    @contextmanager
    def _reader(self, as_of: str | None) -> Iterator[Reader]:
        with self._connection() as connection:
            yield Reader(connection, as_of)

    @contextmanager
    def _chosen(self, filters: Mapping[str, Any]) -> Iterator[tuple[Reader, Filters]]:
        """A reader as of the instant asked for, and the filters."""
        chosen = Filters(**filters)
        with self._reader(chosen.as_of) as reader:
            naming.check(reader, chosen)
            yield reader, chosen

    @contextmanager
    def _source(self, named: str, as_of: str | None) -> Iterator[tuple[Reader, int]]:
        with self._reader(as_of) as reader:
            table = TABLES["source"]
            rows = reader.rows(select(table).where(table.c.name == named), "source")
            if not rows:
                naming.among("source", named, list(reader.sources.values()))
            yield reader, rows[0].id

    def _named(self, recorder: Recorder, what: str, fields: Mapping[str, Any]) -> tuple[str, bool]:
        """The id of the question that ``what`` names, which is added if new."""
        reader = recorder.reader
        on = fields.get("condition")
        if isinstance(on, Mapping) and on.get("question"):
            named = {**on, "question": self._key(reader, str(on["question"]))}
            fields = {**fields, "condition": named}
        key = naming.lookup(reader, what)
        if key is None and like_an_id(what):
            hint = "a new question needs a title of two words or more"
            raise UnknownIdError("question", what, naming.meant(reader, what), hint)
        key = key or naming.by_title(reader, what)
        if key is not None:
            number = reader.ids[key]
            held = Reader(reader.connection, only=[number]).question(number)
            recorder.asked[key] = held
            said = {name: fields[name] for name in fields if name not in {"kind", "options"}}
            asked = recorder.canonical(
                make(Question, {"id": key, "title": what, **said}), "question"
            )
            tags = naming.unchanged(held, asked, said)
            recorder.tag(number, tags)
            return key, False
        number = len(reader.ids) + 1
        while f"q{number}" in reader.ids:
            number += 1
        key = f"q{number}"
        recorder.question(make(Question, {"id": key, "title": what, **fields}))
        recorder.done()
        return key, True

    def _key(self, reader: Reader, named: str) -> str:
        key = naming.lookup(reader, named)
        if key is None:
            raise UnknownIdError("question", named, naming.meant(reader, named))
        return key
