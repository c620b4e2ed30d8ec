"""A ledger looked at: what was recorded, as of any instant, and the proof of it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from sqlalchemy import func, select

from tracker.ledger import chain, citing, naming
from tracker.ledger.connecting import connect
from tracker.ledger.kept import KeptForecast
from tracker.ledger.pairing import Filters, pairs, wanted
from tracker.ledger.quantifying import quantities
from tracker.ledger.reading import Reader
from tracker.ledger.refusals import legible, translated
from tracker.ledger.stating import statements
from tracker.ledger.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from tracker.ledger.chain import Head
    from tracker.ledger.citing import Cited
    from tracker.ledger.kept import KeptLesson, KeptQuestion
    from tracker.ledger.place import Place
    from tracker.ledger.stating import Statement
    from tracker.ledger.verifying import Verified
    from tracker.pairs import Pairs
    from tracker.quantities import Quantities


class Noted(NamedTuple):
    """A lesson, and the id and title of the question it came from."""

    question: str
    title: str
    lesson: KeptLesson


class Looking:
    """What a ledger at a place holds; :class:`~tracker.ledger.ledger.Ledger` also records."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._engine = connect(place, writable=False)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- reading --------------------------------------------------------------------------

    def question(self, named: str, *, as_of: str | None = None) -> KeptQuestion:
        """A question with its history; UnknownIdError with what is near if there is none."""
        with self._reader(as_of) as reader:
            number = reader.ids[naming.key(reader, named)]
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
