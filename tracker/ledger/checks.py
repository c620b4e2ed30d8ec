"""Whether a record fits what the ledger holds: pure functions from records to problems."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tracker.errors import Problem
from tracker.values import begins, is_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tracker.records import Forecast, Question, Resolution

AHEAD = timedelta(hours=14)  # in the first of time zones it is tomorrow already

_ANSWERS = {
    "binary": "probability",
    "options": "probabilities",
    "ordered": "probabilities",
    "quantity": "quantiles",
    "date": "quantiles",
}


def same_question(held: Question, question: Question, key: str) -> list[Problem]:
    """What differs between a question and the one of the same id in the ledger."""
    problems = []
    for name in type(question).model_fields:
        here, there = getattr(question, name), getattr(held, name)
        if name == "tags" and set(here) <= set(there):  # others were put on it since
            continue
        if here != there:
            said = f"{_brief(there)}, as the ledger has it for {question.id}"
            problems.append(Problem(f"{key}.{name}", _brief(here), said))
    return problems


def in_order(questions: Sequence[Question]) -> tuple[list[int], list[Problem]]:
    """Positions of questions, each after the one it is conditional on; or what is wrong."""
    first: dict[str, int] = {}
    problems = []
    for number, question in enumerate(questions):
        if question.id in first:
            problems.append(Problem(f"questions[{number}].id", question.id, "an id used once"))
        first.setdefault(question.id, number)
    order: list[int] = []
    waiting = set() if problems else set(range(len(questions)))
    while waiting:
        ids = {questions[number].id for number in waiting}
        ready = sorted(
            number
            for number in waiting
            if (condition := questions[number].condition) is None or condition.question not in ids
        )
        if not ready:
            number = min(waiting)
            found = f"a circle through {questions[number].id}"
            key = f"questions[{number}].condition"
            return [], [Problem(key, found, "a condition that does not hang on itself")]
        order += ready
        waiting -= set(ready)
    return order, problems


def fits(forecast: Forecast, question: Question, key: str) -> list[Problem]:
    """What keeps a forecast from being an answer to its question."""
    said = {
        "probability": forecast.probability,
        "probabilities": forecast.probabilities,
        "quantiles": forecast.quantiles,
    }
    right = _ANSWERS[question.kind]
    given = next((name for name, value in said.items() if value is not None), None)
    if given not in {None, right}:
        expected = f"{right}, since {question.id} is of kind {question.kind}"
        return [Problem(f"{key}.{given}", str(given), expected)]
    names = [option.name for option in question.options]
    if forecast.probabilities is not None and set(forecast.probabilities) != set(names):
        found = ", ".join(forecast.probabilities)
        expected = f"a probability for each of {', '.join(names)}"
        return [Problem(f"{key}.probabilities", found, expected)]
    values = list((forecast.quantiles or {}).values())
    if question.kind == "date" and not all(isinstance(value, str) for value in values):
        return [Problem(f"{key}.quantiles", "numbers", "dates")]
    if question.kind == "quantity" and any(isinstance(value, str) for value in values):
        return [Problem(f"{key}.quantiles", "dates", "numbers")]
    return []


def may_settle(
    resolution: Resolution, held: Sequence[Resolution], key: str, reason: str | None
) -> list[Problem]:
    """What keeps a question, settled so far as ``held`` says, from being settled anew.

    The same outcome may be recorded again with more evidence; another one needs a reason.
    """
    if not held or reason is not None:
        return []
    last = held[-1]
    same = (last.status, last.outcome, last.known)
    if same == (resolution.status, resolution.outcome, resolution.known):
        return []
    found = f"{resolution.outcome or resolution.status}, known {resolution.known}"
    stands = f"{last.outcome or last.status}, known {last.known}"
    expected = (
        f"{stands}, as {resolution.question} is settled; to change that, resolve it with --why"
    )
    return [Problem(f"{key}.outcome", found, expected)]


def not_ahead(when: str, now: datetime, key: str) -> list[Problem]:
    """A time that has not come yet."""
    if begins(when) <= now + (AHEAD if is_day(when) else timedelta(0)):
        return []
    return [Problem(key, when, "a time that has come")]


def _brief(value: object) -> str:
    return "nothing" if value in (None, (), []) else str(value)[:120]
