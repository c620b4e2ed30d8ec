"""Reading a ledger: questions with their histories, as the records that were written."""

from __future__ import annotations

import json
from collections import defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tracker.ledger.kept import (
    KeptAmendment,
    KeptForecast,
    KeptJudgement,
    KeptLesson,
    KeptQuestion,
    KeptResolution,
    KeptRetraction,
)
from tracker.ledger.tables import TABLES
from tracker.ledger.viewing import AMENDED, View
from tracker.records import (
    Amendment,
    Evidence,
    Forecast,
    Judgement,
    Passage,
    Question,
    Resolution,
)
from tracker.values import BILLION, begins

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Row

    Histories = dict[int, dict[str, list[Any]]]  # by question, and by what they are histories of


class Reader(View):
    """Questions with their histories, and the records that were written, as of an instant."""

    # --- questions ------------------------------------------------------------------------

    def question(self, number: int) -> Question:
        """A question as the record that was written."""
        row = self.question_rows[number]
        condition = None
        if row.condition_id is not None or row.condition_text is not None:
            on = self.question_rows.get(row.condition_id)
            condition = {
                "question": on.key if on else None,
                "outcome": row.condition_outcome or "yes",
                "text": row.condition_text,
            }
        options = [{"name": o.name, "label": o.label} for o in self.options.get(number, [])]
        return Question.model_validate(
            {
                "id": row.key,
                "condition": condition,
                "options": options,
                "tags": self.tags.get(number, ()),
                **{name: getattr(row, name) for name in _QUESTION_COLUMNS},
            }
        )

    def kept(self, numbers: Iterable[int]) -> list[KeptQuestion]:
        """Questions with their histories, in the order asked for."""
        wanted = list(numbers)
        told = self._histories(wanted)
        struck = self._histories(wanted, struck=True) if self.retracted else {}
        return [
            KeptQuestion(
                question=self.question(number),
                entry=self.question_rows[number].entry_id,
                recorded=self.question_rows[number].recorded,
                settled=self.settled[number],
                **self._told(told[number], struck.get(number, {})),
            )
            for number in wanted
        ]

    def _histories(self, numbers: Sequence[int], *, struck: bool = False) -> Histories:
        """All there is on questions; with ``struck`` what was retracted of it."""
        found: dict[str, dict[int, list[Any]]] = {
            "forecasts": self.forecasts(numbers, struck=struck),
            "resolutions": self.resolutions(numbers, struck=struck),
            "lessons": self.lessons(numbers, struck=struck),
            "judgements": self.judgements(numbers, struck=struck),
            "amendments": self.asked_otherwise(numbers, struck=struck),
        }
        return {n: {name: held.get(n, []) for name, held in found.items()} for n in numbers}

    def _told(self, told: dict[str, list[Any]], struck: dict[str, list[Any]]) -> dict[str, Any]:
        """A history, what of it was retracted, and every retraction that bears on it."""
        retracted = sorted((one for held in struck.values() for one in held), key=_ENTRY)
        own = {one.entry for held in told.values() for one in held}
        own.update(one.entry for one in retracted)
        retractions = []
        for entry, row in self.retractions.items():
            if row.supersedes in own:
                own.add(entry)
                stands, by = entry not in self.retracted, self.analysts[row.by_id]
                retractions.append(
                    KeptRetraction(entry, row.recorded, by, row.reason, row.supersedes, stands)
                )
        said = {**told, "retracted": retracted, "retractions": retractions}
        return {name: tuple(held) for name, held in said.items()}

    def forecasts(
        self, numbers: Sequence[int], *, struck: bool = False
    ) -> dict[int, list[KeptForecast]]:
        """Forecasts by question, by when they were made."""
        rows = self._of_questions("forecast", numbers, struck=struck)
        passages = self._passages(row.passage_id for row in rows)
        found: dict[int, list[KeptForecast]] = defaultdict(list)
        for row in rows:
            passage = passages.get(row.passage_id)
            record = None if row.withdrawn else self._forecast(row, passage)
            found[row.question_id].append(
                KeptForecast(
                    entry=row.entry_id,
                    recorded=row.recorded,
                    analyst=self.analysts[row.analyst_id],
                    made=row.made,
                    forecast=record,
                    source=self.sources.get(row.source_id),
                    reason=row.reason,
                )
            )
        for history in found.values():
            history.sort(key=lambda kept: (begins(kept.made), kept.entry))
        return found

    def resolutions(
        self, numbers: Sequence[int], *, struck: bool = False
    ) -> dict[int, list[KeptResolution]]:
        """Resolutions by question, in the order in which they were recorded."""
        rows = self._of_questions("resolution", numbers, struck=struck)
        evidence: dict[int, list[dict[str, Any]]] = defaultdict(list)
        cited = self._among("evidence", "resolution_id", [row.id for row in rows])
        passages = self._passages(row.passage_id for row in cited)
        for row in cited:
            span = passages[row.passage_id]
            evidence[row.resolution_id].append({**span, "stance": row.stance})
        found: dict[int, list[KeptResolution]] = defaultdict(list)
        for row in rows:
            record = Resolution(
                question=self.question_rows[row.question_id].key,
                outcome=row.outcome,
                status=row.status,
                known=row.known,
                by=self.analysts.get(row.by_id),
                note=row.note,
                evidence=tuple(Evidence(**span) for span in evidence[row.id]),
            )
            found[row.question_id].append(
                KeptResolution(row.entry_id, row.recorded, record, row.reason)
            )
        return found

    def lessons(
        self, numbers: Sequence[int], *, struck: bool = False
    ) -> dict[int, list[KeptLesson]]:
        """Lessons by question, in the order in which they were recorded."""
        found: dict[int, list[KeptLesson]] = defaultdict(list)
        for row in self._of_questions("lesson", numbers, struck=struck):
            whose = self.analysts[row.analyst_id]
            found[row.question_id].append(KeptLesson(row.entry_id, row.recorded, whose, row.text))
        return found

    def judgements(
        self, numbers: Sequence[int], *, struck: bool = False
    ) -> dict[int, list[KeptJudgement]]:
        """What second raters judged, by question, in the order in which it was recorded."""
        found: dict[int, list[KeptJudgement]] = defaultdict(list)
        for row in self._of_questions("judgement", numbers, struck=struck):
            record = Judgement(
                question=self.question_rows[row.question_id].key,
                by=self.analysts[row.by_id],
                **{name: getattr(row, name) for name in ("status", "outcome", "known", "note")},
            )
            kept = KeptJudgement(row.entry_id, row.recorded, record, row.reason)
            found[row.question_id].append(kept)
        return found

    def asked_otherwise(
        self, numbers: Sequence[int], *, struck: bool = False
    ) -> dict[int, list[KeptAmendment]]:
        """How questions were amended, each with how it was asked before."""
        if not struck:
            rows = [row for number in numbers for row in self.amendments.get(number, ())]
        else:
            rows = self._of_questions("amendment", numbers, struck=True)
        found: dict[int, list[KeptAmendment]] = defaultdict(list)
        for row in rows:
            said = {name: getattr(row, name) for name in AMENDED if getattr(row, name) is not None}
            key, by = self.first_asked[row.question_id].key, self.analysts[row.by_id]
            record = Amendment(question=key, by=by, **said)
            asked = self.asked_at(row.question_id, row.entry_id)
            before = {name: getattr(asked, name) for name in said}
            kept = KeptAmendment(row.entry_id, row.recorded, record, row.reason, before)
            found[row.question_id].append(kept)
        return found

    def learnt(self, analyst: str) -> list[tuple[int, KeptLesson]]:
        """The lessons of one analyst with the numbers of their questions, newest first."""
        table = TABLES["lesson"]
        numbers = [number for number, handle in self.analysts.items() if handle == analyst]
        chosen = select(table).where(table.c.analyst_id.in_(numbers))
        return [
            (row.question_id, KeptLesson(row.entry_id, row.recorded, analyst, row.text))
            for row in self.rows(chosen, "lesson", order=table.c.entry_id.desc())
        ]

    def _forecast(self, row: Row[Any], passage: dict[str, Any] | None) -> Forecast:
        said = json.loads(row.distribution) if row.distribution else {}
        span = {k: v for k, v in passage.items() if k != "source"} if passage else None
        return Forecast.model_validate(
            {
                "question": self.question_rows[row.question_id].key,
                "analyst": self.analysts[row.analyst_id],
                "probability": _share(row.probability),
                "low": _share(row.low),
                "high": _share(row.high),
                "passage": None if span is None else Passage(**span),
                **{name: getattr(row, name) for name in _FORECAST_COLUMNS},
                **{name: _shares(values) for name, values in said.items() if name != "quantiles"},
                **({"quantiles": _quantiles(said["quantiles"])} if "quantiles" in said else {}),
            }
        )

    def _passages(self, numbers: Iterable[int | None]) -> dict[int, dict[str, Any]]:
        """Passages with the names of their sources, by database id."""
        rows = self._among("passage", "id", numbers)
        names = ("start", "end", "sha256", "quote")
        return {
            row.id: {
                "source": self.sources[row.source_id],
                **{name: getattr(row, name) for name in names},
            }
            for row in rows
        }


_QUESTION_COLUMNS = ("title", "kind", "unit", "criteria", "resolve_by")
_FORECAST_COLUMNS = ("made", "phrase", "lexicon", "attribution", "rationale", "scorable")


def _share(value: int | None) -> float | None:
    return None if value is None else value / BILLION


def _shares(values: dict[str, int]) -> dict[str, float]:
    return {name: value / BILLION for name, value in values.items()}


def _quantiles(values: list[tuple[int, float | str]]) -> dict[float, float | str]:
    return {level / BILLION: value for level, value in values}


_ENTRY = attrgetter("entry")
