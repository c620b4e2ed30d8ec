"""Questions and forecasts in words, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.values import rounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tracker.ledger.kept import KeptForecast, KeptLesson, KeptQuestion
    from tracker.records import Forecast, Question


def reading(
    forecast: Forecast | None,
    between: str = ", ",
    *,
    spelt: Callable[[float | None], str] = rounded,
) -> str:
    """What a forecast says, with the range of its reading; each probability as it is ``spelt``."""
    if forecast is None:
        return "withdrawn"
    if forecast.probabilities is not None:
        return between.join(f"{name} {spelt(p)}" for name, p in forecast.probabilities.items())
    if forecast.quantiles is not None:
        levels = sorted(forecast.quantiles.items())
        return between.join(f"{spelt(level)} below {_value(value)}" for level, value in levels)
    if forecast.probability is None:
        return "no number"
    said = spelt(forecast.probability)
    if forecast.low is None or forecast.high is None:
        return said
    low, high = spelt(_one(forecast.low)), spelt(_one(forecast.high))
    return f"{said} ({low.removesuffix(' %')}–{high})"


def spoken(forecast: Forecast | None, between: str = ", ") -> str:
    """What a forecast says, with its words where there are any."""
    return f"{reading(forecast, between)} {words(forecast)}".rstrip()


def words(forecast: Forecast | None) -> str:
    """The phrase, in quotation marks."""
    return f"“{forecast.phrase}”" if forecast and forecast.phrase else ""


class Sentence(NamedTuple):
    """Where a forecast was made, and in which words; those that carried it stand apart."""

    place: str
    before: str
    phrase: str
    after: str


def sentences(kept: KeptQuestion) -> Iterator[Sentence]:
    """The sentences in which forecasts were made."""
    for forecast in kept.forecasts:
        said = forecast.forecast
        if said is None or said.passage is None or said.passage.quote is None:
            continue
        passage, words = said.passage, said.passage.quote
        phrase = said.phrase if said.phrase and words.count(said.phrase) == 1 else ""
        before, _, after = words.partition(phrase) if phrase else (words, "", "")
        at = "" if passage.start is None else f" at {passage.start}–{passage.end}"
        yield Sentence(f"{forecast.analyst}, in {forecast.source}{at}", before, phrase, after)


def latest(question: KeptQuestion) -> list[KeptForecast]:
    """The last forecast of each analyst, in the order in which they came in."""
    last = {kept.analyst: kept for kept in question.forecasts}
    return [kept for kept in last.values() if kept.forecast is not None]


def outcome(question: KeptQuestion) -> str:
    """How a question stands, in a word or two."""
    settled = question.settled
    return settled.outcome or settled.status


def question_json(question: KeptQuestion) -> dict[str, Any]:
    """A question as JSON content, without its history."""
    asked = question.question
    return {
        "id": asked.id,
        "title": asked.title,
        "kind": asked.kind,
        "options": [option.model_dump() for option in asked.options],
        "unit": asked.unit,
        "criteria": asked.criteria,
        "resolve_by": asked.resolve_by,
        "condition": asked.condition.model_dump() if asked.condition else None,
        "tags": list(asked.tags),
        "status": question.settled.status,
        "outcome": question.settled.outcome,
        "known": question.settled.known,
    }


def forecast_json(kept: KeptForecast, question: KeptQuestion) -> dict[str, Any]:
    """A forecast as JSON content."""
    said = (
        kept.forecast.model_dump(exclude={"question", "analyst", "made"}) if kept.forecast else {}
    )
    return {
        "entry": kept.entry,
        "analyst": kept.analyst,
        "made": kept.made,
        "recorded": kept.recorded,
        "late": question.is_late(kept),
        "withdrawn": kept.forecast is None,
        "source": kept.source,
        **said,
    }


def answers(question: Question) -> str:
    """What may settle a question, in words."""
    if question.kind == "quantity":
        return f"a number{f' of {question.unit}' if question.unit else ''}"
    if question.kind == "date":
        return "a date"
    return ", ".join(option.name for option in question.options) or "yes, no"


def listed_json(kept: KeptQuestion) -> dict[str, Any]:
    """A question as lists have it: with how many forecasts, and the last of each analyst."""
    return {
        **question_json(kept),
        "forecasts": len(kept.forecasts),
        "hidden": kept.hidden,
        "latest": [forecast_json(one, kept) for one in latest(kept)],
    }


def lesson_json(kept: KeptLesson) -> dict[str, Any]:
    """A lesson as JSON content."""
    return {
        "entry": kept.entry,
        "recorded": kept.recorded,
        "analyst": kept.analyst,
        "text": kept.text,
    }


def _value(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.15g}"


def _one(bound: float | dict[str, float]) -> float | None:
    return None if isinstance(bound, dict) else bound
