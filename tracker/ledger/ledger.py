"""The ledger: the only way to read and write what was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from tracker.errors import LedgerError, NoLedgerError, UnknownIdError
from tracker.ledger import database, naming
from tracker.ledger.connecting import connect
from tracker.ledger.correcting import Corrected, Corrector
from tracker.ledger.looking import Looking
from tracker.ledger.place import Place
from tracker.ledger.reading import Reader
from tracker.ledger.recording import Added, Recorder
from tracker.ledger.refusals import legible
from tracker.ledger.rows import Rows
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

    from sqlalchemy import Connection

    from tracker.ledger.kept import KeptLesson, KeptQuestion
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


class Ledger(Looking):
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
        super().__init__(place)
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
        super().close()
        if self._writer is not None:
            self._writer.dispose()

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
            key, new = _named(recorder, what, question or {})
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
            key = naming.key(recorder.reader, question)
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
            key = naming.key(recorder.reader, question)
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
            key = naming.key(recorder.reader, question)
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
            key = naming.key(recorder.reader, question)
            why = make(Reason, {"reason": reason}).reason
            entry, new = recorder.judge(make(Judgement, {**judgement, "question": key}), why)
            number = recorder.questions[key]
            kept = Reader(recorder.connection, only=[number]).kept([number])[0]
        return Corrected(kept, entry, new)

    def lesson(self, question: str, text: str, *, analyst: str, recorded: datetime) -> Learnt:
        """Record what an analyst learnt from a question; the same words again change nothing."""
        with self._recorder(recorded) as recorder:
            key = naming.key(recorder.reader, question)
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


def _named(recorder: Recorder, what: str, fields: Mapping[str, Any]) -> tuple[str, bool]:
    """The id of the question that ``what`` names, which is added if new."""
    reader = recorder.reader
    on = fields.get("condition")
    if isinstance(on, Mapping) and on.get("question"):
        named = {**on, "question": naming.key(reader, str(on["question"]))}
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
        asked = recorder.canonical(make(Question, {"id": key, "title": what, **said}), "question")
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
