"""Writing to a ledger: rows are added inside one transaction, never changed.

Every record is checked against what the ledger already holds. Problems are collected, and one is
enough for the whole transaction to be undone: a wrong dossier is refused whole.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.errors import DataError, Problem, UnexpectedError
from tracker.ledger import checks
from tracker.ledger.reading import Reader
from tracker.ledger.rows import Rows, as_kept
from tracker.ledger.spans import KeptTexts
from tracker.ledger.tables import (
    TABLES,
    AnalystRow,
    EvidenceRow,
    ForecastRow,
    LessonRow,
    OptionRow,
    QuestionRow,
    QuestionTagRow,
    ResolutionRow,
    SourceRow,
    TextRow,
)
from tracker.ledger.viewing import AMENDED
from tracker.records import (
    Analyst,
    Dossier,
    Evidence,
    Forecast,
    Lesson,
    Question,
    Resolution,
    Source,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from tracker.ledger.kept import KeptForecast


@dataclass
class Added:
    """How much was new; what the ledger already held is not counted."""

    analysts: int = 0
    sources: int = 0
    questions: int = 0
    forecasts: int = 0
    resolutions: int = 0

    def __bool__(self) -> bool:
        return bool(self.sources + self.questions + self.forecasts + self.resolutions)


class Recorder:
    """Adds records to a ledger over one writing connection, at one instant."""

    def __init__(self, rows: Rows, reader: Reader) -> None:
        self.connection = rows.connection
        self.reader = reader
        self.rows = rows
        self.added = Added()
        self.problems: list[Problem] = []
        self.analysts = {handle: number for number, handle in reader.analysts.items()}
        self.sources = {name: number for number, name in reader.sources.items()}
        self.questions = dict(reader.ids)
        # Questions met so far, by id; what they held before, by number; how they are settled.
        self.asked: dict[str, Question] = {}
        self.held: dict[int, dict[tuple[str, str], list[KeptForecast]]] = {}
        self.new: list[tuple[int, str, str]] = []  # outcomes added: question, its id, key
        self.settled: dict[int, list[tuple[int, Resolution]]] = {}
        self.texts = KeptTexts(rows.connection)

    @property
    def at(self) -> datetime:
        """The instant of recording; a clock a little behind the last entry stands at that."""
        return self.rows.at

    # --- what may be recorded -------------------------------------------------------------

    def dossier(self, dossier: Dossier, texts: Mapping[str, str]) -> Added:
        """Add a dossier, and texts by the names of their sources; DataError with every problem."""
        for analyst in dossier.analysts:
            self.analyst(analyst)
        source = self.source(dossier.source)
        for name, words in texts.items():
            if name in self.sources:
                self.text(name, words)
        order, problems = checks.in_order(dossier.questions)
        self.problems += problems
        for number in order:
            self.question(dossier.questions[number], f"questions[{number}]")
        for number, forecast in enumerate(dossier.forecasts):
            self.forecast(forecast, source, key=f"forecasts[{number}]")
        for number, resolution in enumerate(dossier.resolutions):
            self.resolution(resolution, key=f"resolutions[{number}]")
        self.done()
        return self.added

    def done(self) -> None:
        """Raise what is wrong, before anything is committed."""
        if self.new and not self.problems:
            stands = Reader(self.connection).settled
            for number, question, key in self.new:
                if stands[number].status == "condition failed":
                    expected = f"none, since the condition of {question} failed"
                    self._wrong(f"{key}.outcome", "an outcome", expected)
        if self.problems:
            raise DataError(self.problems)

    def analyst(self, analyst: Analyst) -> int:
        """The database id of an analyst, who is added if new."""
        known = self.analysts.get(analyst.handle)
        if known is None:
            known = self.rows.record(AnalystRow, handle=analyst.handle, name=analyst.name).row
            self.analysts[analyst.handle] = known
            self.added.analysts += 1
        return known

    def source(self, source: Source, key: str = "source") -> int:
        """The database id of a source, which is added if new."""
        known = self.sources.get(source.name)
        author = None if source.author is None else self.analyst(source.author)
        plain = source.model_dump(exclude={"name", "author"})
        if known is None:
            known = self.rows.record(SourceRow, name=source.name, author_id=author, **plain).row
            self.sources[source.name] = known
            self.added.sources += 1
            return known
        table = TABLES["source"]
        row = self.connection.execute(select(table).where(table.c.id == known)).one()
        for name, value in {**plain, "author_id": author}.items():
            if value is not None and value != getattr(row, name):
                place = f"{key}.{name.removesuffix('_id')}"
                held = "another" if name == "author_id" else getattr(row, name)
                self._wrong(place, value, f"{held}, as the ledger has it for {source.name}")
        return known

    def text(self, source: str, words: str) -> None:
        """Keep the whole text of a source, if it is not kept yet."""
        number = self.sources[source]
        if self.texts.of(number) is not None:
            return
        if "\0" in words:
            self._wrong("--text", "a text with NUL characters", f"the text of {source} without")
            return
        self.rows.record(TextRow, source_id=number, text=words)
        self.texts.hold(number, words)

    def question(self, question: Question, key: str = "question") -> int | None:
        """The database id of a question, which is added if new."""
        known = self.questions.get(question.id)
        question = self.canonical(question, key)
        if known is not None:
            self.problems += self._same_question(known, question, key)
            return known
        condition = question.condition
        on = None
        if condition is not None and condition.question is not None:
            on = self._question_of(condition.question, f"{key}.condition.question")
            if on is None:
                return None
        known = self.rows.record(
            QuestionRow,
            also=[
                *(
                    (OptionRow, {"position": position, **option.model_dump()})
                    for position, option in enumerate(question.options)
                ),
                *((QuestionTagRow, {"tag_id": self.rows.tag(tag)}) for tag in question.tags),
            ],
            key=question.id,
            condition_id=on,
            condition_outcome=condition.outcome if condition else None,
            condition_text=condition.text if condition else None,
            **question.model_dump(include={"title", "kind", "unit", "criteria", "resolve_by"}),
        ).row
        self.questions[question.id] = known
        self.asked[question.id] = question
        self.added.questions += 1
        return known

    def tag(self, question: int, tags: Iterable[str]) -> None:
        """Put tags on a question that the ledger holds."""
        for tag in tags:
            self.rows.record(QuestionTagRow, question_id=question, tag_id=self.rows.tag(tag))

    def forecast(
        self, forecast: Forecast, source: int | None = None, key: str = "forecast"
    ) -> int | None:
        """The entry of a forecast; one from a source is added only if new."""
        number = self._question_of(forecast.question, f"{key}.question")
        if number is None:
            return None
        asked = self._asked(forecast.question)
        problems = checks.fits(forecast, asked, key)
        problems += checks.not_ahead(forecast.made, self.at, f"{key}.made")
        if forecast.passage is not None:
            problems += self.texts.problems(forecast.passage, source, f"{key}.passage")
        if problems:
            self.problems += problems
            return None
        if source is not None:
            for kept in self._history(number).get((forecast.analyst, forecast.made), ()):
                if kept.forecast == forecast and self.sources.get(str(kept.source)) == source:
                    return kept.entry
        analyst = self.analyst(Analyst(handle=forecast.analyst))
        passage = None
        if forecast.passage is not None and source is not None:
            passage = self.rows.passage(source, forecast.passage)
        self.added.forecasts += 1
        return self.rows.record(
            ForecastRow,
            question_id=number,
            analyst_id=analyst,
            source_id=source,
            passage_id=passage,
            **as_kept(forecast, [option.name for option in asked.options]),
        ).entry

    def withdraw(self, question: str, analyst: str, made: str, reason: str | None) -> int:
        """The entry by which an analyst stops holding a forecast."""
        return self.rows.record(
            ForecastRow,
            reason=reason,
            question_id=self.questions[question],
            analyst_id=self.analysts[analyst],
            made=made,
            attribution="author",
            withdrawn=True,
        ).entry

    def resolution(
        self,
        resolution: Resolution,
        key: str = "resolution",
        *,
        reason: str | None = None,
        known: bool = True,
        anew: bool = False,
    ) -> int | None:
        """The entry of a resolution, which is added if new; another outcome needs a reason.

        Where it was not said when the outcome was known (``known``), what stands is not changed.
        A dossier may say again what stood once; who settles a question ``anew`` may not, unless
        that still stands.
        """
        before = len(self.problems)
        number = self._question_of(resolution.question, f"{key}.question")
        evidence = self._evidence(resolution, key)
        self.problems += checks.not_ahead(resolution.known, self.at, f"{key}.known")
        if number is not None and resolution.outcome is not None:
            said = self._outcome(resolution.question, resolution.outcome, f"{key}.outcome")
            resolution = resolution.model_copy(update={"outcome": said})
        if number is None or evidence is None or len(self.problems) > before:
            return None
        held = self._settled(number)
        again = held if anew else held + self._struck(number)
        if held and not known and held[-1][1].outcome == resolution.outcome:
            resolution = resolution.model_copy(update={"known": held[-1][1].known})
        same = [
            e for e, earlier in (again if reason is None else held[-1:]) if earlier == resolution
        ]
        problems = checks.may_settle(resolution, [earlier for _, earlier in held], key, reason)
        if same and not (anew and problems):
            return same[0]
        if problems:
            self.problems += problems
            return None
        by = None if resolution.by is None else self.analyst(Analyst(handle=resolution.by))
        settled = self.rows.record(
            ResolutionRow,
            supersedes=held[-1][0] if held else None,
            reason=reason,
            question_id=number,
            by_id=by,
            **resolution.model_dump(include={"status", "outcome", "known", "note"}),
        )
        for passage, source in evidence:
            at = self.rows.passage(source, passage)
            self.rows.record(
                EvidenceRow, resolution_id=settled.row, passage_id=at, stance=passage.stance
            )
        held.append((settled.entry, resolution))
        if resolution.outcome is not None:
            self.new.append((number, resolution.question, key))
        self.added.resolutions += 1
        return settled.entry

    def lesson(self, lesson: Lesson) -> int:
        """The entry of a lesson that the analyst has not recorded on the question before."""
        return self.rows.record(
            LessonRow,
            question_id=self.questions[lesson.question],
            analyst_id=self.analyst(Analyst(handle=lesson.analyst)),
            text=lesson.text,
        ).entry

    # --- checks ---------------------------------------------------------------------------

    def _same_question(self, number: int, question: Question, key: str) -> list[Problem]:
        """What differs between a question and how it is asked, now or before it was amended."""
        held = self._asked(question.id)
        problems = checks.same_question(held, question, key)
        for row in self.reader.amendments.get(number, ()):
            asked = self.reader.asked_at(number, row.entry_id)
            before = held.model_copy(update={name: getattr(asked, name) for name in AMENDED})
            if problems and not checks.same_question(before, question, key):
                return []
        return problems

    def _outcome(self, question: str, said: str, key: str) -> str | None:
        try:
            return self._asked(question).reads_outcome(said)
        except UnexpectedError as error:
            self._wrong(key, error.found, error.expected)
            return None

    def _question_of(self, question: str, key: str) -> int | None:
        number = self.questions.get(question)
        if number is None:
            self._wrong(key, question, "a question that is in the dossier or in the ledger")
        return number

    def canonical(self, question: Question, key: str) -> Question:
        """A question with the outcome it is conditional on as that outcome is kept."""
        on = question.condition
        if on is None or on.question is None or on.question not in self.questions:
            return question
        said = self._outcome(on.question, on.outcome, f"{key}.condition.outcome")
        condition = on.model_copy(update={"outcome": said or on.outcome})
        return question.model_copy(update={"condition": condition})

    def _asked(self, question: str) -> Question:
        if question not in self.asked:
            self.asked[question] = self.reader.question(self.questions[question])
        return self.asked[question]

    def _history(self, number: int) -> dict[tuple[str, str], list[KeptForecast]]:
        """What the ledger held on a question before this recording, by analyst and time."""
        if number not in self.held:
            found: dict[tuple[str, str], list[KeptForecast]] = defaultdict(list)
            if number in self.reader.question_rows:
                held = [False, True] if self.reader.retracted else [False]
                for struck in held:  # a dossier does not bring back what was retracted
                    for kept in self.reader.forecasts([number], struck=struck).get(number, []):
                        found[kept.analyst, kept.made].append(kept)
            self.held[number] = found
        return self.held[number]

    def _evidence(self, resolution: Resolution, key: str) -> list[tuple[Evidence, int]] | None:
        """The passages of a resolution with their sources; None where one is not known."""
        found = []
        for position, passage in enumerate(resolution.evidence):
            source = self.sources.get(passage.source)
            if source is None:
                place = f"{key}.evidence[{position}].source"
                self._wrong(
                    place, passage.source, "a source that is in the dossier or in the ledger"
                )
                return None
            self.problems += self.texts.problems(passage, source, f"{key}.evidence[{position}]")
            found.append((passage, source))
        return found

    def _settled(self, number: int) -> list[tuple[int, Resolution]]:
        """Entries and resolutions of a question so far, oldest first."""
        if number not in self.settled:
            known = number in self.reader.question_rows
            kept = self.reader.resolutions([number]).get(number, []) if known else []
            self.settled[number] = [(k.entry, k.resolution) for k in kept]
        return self.settled[number]

    def _struck(self, number: int) -> list[tuple[int, Resolution]]:
        """Resolutions of a question that were retracted: a dossier does not bring them back."""
        if number not in self.reader.question_rows or not self.reader.retracted:
            return []
        kept = self.reader.resolutions([number], struck=True).get(number, [])
        return [(k.entry, k.resolution) for k in kept]

    def _wrong(self, key: str, found: object, expected: str) -> None:
        self.problems.append(Problem(key, str(found), expected))
