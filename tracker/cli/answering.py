"""What becomes of a question in a review: each answer is recorded whole, or not at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tracker.cli.asking import answer, asked
from tracker.cli.terminal import line, paragraph, talk, when
from tracker.cli.typed import coming, moment_past, settles

if TYPE_CHECKING:
    from tracker.ledger.kept import KeptQuestion
    from tracker.ledger.ledger import Ledger
    from tracker.records import Question, Source

EACH = re.compile(r",(?=[^,=]*=)")  # a comma before a name; not one among thousands
ENDED = "or annulled, ambiguous, condition-failed"


def resolve(opened: Ledger, kept: KeptQuestion) -> bool:
    """Ask for the outcome and what goes with it, and settle the question; whether it was."""
    from tracker import settings
    from tracker.views.said import answers

    question = kept.question
    talk(f"  {answers(question)}; {ENDED}; Enter goes back")
    found = asked("outcome > ", lambda said: read(question, said))
    if found is None:
        return False
    known = asked("known since, Enter: now > ", lambda said: _known(kept, said))
    source, evidence = _cited()
    resolution = {**found, "by": settings.analyst(), "evidence": evidence}
    if known is not None:
        resolution["known"] = known
    opened.resolve(question.id, resolution, recorded=settings.now(), source=source)
    _settled(opened, question.id)
    return True


def annul(opened: Ledger, kept: KeptQuestion) -> bool:
    """Ask why, and end the question without an outcome; whether it was."""
    from tracker import settings

    why = answer("annul it, because > ")
    if not why:
        return False
    resolution = {"status": "annulled", "note": why, "by": settings.analyst()}
    opened.resolve(kept.question.id, resolution, recorded=settings.now())
    _settled(opened, kept.question.id)
    return True


def extend(opened: Ledger, kept: KeptQuestion) -> bool:
    """Ask for another day, and why; whether the question is to be settled by it now."""
    from tracker import settings

    day = asked("settle by > ", _to_come)
    why = answer("because > ") if day else ""
    if not (day and why):
        return False
    opened.amend(
        kept.question.id,
        {"resolve_by": day},
        by=settings.analyst(),
        reason=why,
        recorded=settings.now(),
    )
    was = f", was {when(kept.question.resolve_by)}" if kept.question.resolve_by else ""
    line(f"{kept.question.id}  to be settled by {when(day)}{was}")
    return True


def update(opened: Ledger, kept: KeptQuestion) -> bool:
    """Ask for a forecast, and why; whether there is a new one."""
    from tracker import settings
    from tracker.views.said import spoken

    form = {"binary": "70%", "quantity": "10%=85, 50%=100", "date": "50%=2027-03-01"}.get(
        kept.question.kind, ", ".join(f"{option.name}=P" for option in kept.question.options)
    )
    said = asked(f"your forecast, as {form} > ", lambda text: given(kept.question, text))
    if said is None:
        return False
    why = answer("because, Enter: no reason > ")
    forecast = {**said, "analyst": settings.analyst(), **({"rationale": why} if why else {})}
    logged = opened.log(kept.question.id, forecast, recorded=settings.now())
    held = next(one for one in logged.question.forecasts if one.entry == logged.entry)
    line(f"{kept.question.id}  {spoken(held.forecast)} by {held.analyst}")
    return True


ACTS = {"r": resolve, "a": annul, "e": extend, "u": update}


# --- what is answered -----------------------------------------------------------------------------


def read(question: Question, said: str) -> dict[str, Any]:
    """An outcome, or a way to end without one, as a resolution takes it."""
    status = said.lower().replace("-", " ").replace("_", " ")
    if status in {"annulled", "ambiguous", "condition failed"}:
        return {"status": status}
    return {"outcome": question.reads_outcome(settles(question.kind, said))}


def given(question: Question, said: str) -> dict[str, Any]:
    """A forecast, as `log` takes it after -p, --option or --quantile."""
    from tracker.cli.likelihood import distribution

    if question.kind == "binary":
        return distribution(said, None, None)
    items = [item.strip() for item in EACH.split(said)]
    if question.options:
        return distribution(None, items, None)
    return distribution(None, None, items)


def _known(kept: KeptQuestion, said: str) -> str | None:
    """When the outcome was known; said where that is before every forecast."""
    from tracker.cli.settling import come
    from tracker.values import begins, last_instant

    known = come(moment_past(said, "known"))
    first = min((held.made for held in kept.forecasts), default=known)
    if known and first and last_instant(known) < begins(first):
        talk(f"    {when(known)} is before the first forecast ({when(first)}): none will count")
    return known


def _to_come(said: str) -> str:
    """A day that has not come yet."""
    from tracker import settings
    from tracker.errors import UnexpectedError
    from tracker.values import begins

    day = coming(said, "settle by")
    if day is None or begins(day) <= settings.now():
        raise UnexpectedError(said, "a day that is still to come")
    return day


def _cited() -> tuple[Source | None, list[dict[str, Any]]]:
    """Where the outcome stands, in which words: a source and its passage, or nothing."""
    from tracker.cli.cited import cited

    source = answer("source, Enter: none > ")
    if not source:
        return None, []
    found = asked("its words, Enter: no source > ", lambda quote: cited(source, quote))
    return found or (None, [])


def _settled(opened: Ledger, question: str) -> None:
    """How a question stands now, and what it cost each analyst."""
    from tracker.views.explain import costs, measured_costs
    from tracker.views.reviewing import scale
    from tracker.views.said import outcome

    kept = opened.question(question)
    line(f"{question}  {outcome(kept)}, known {when(kept.settled.known)}")
    if kept.settled.status == "open" and kept.question.condition is not None:
        line(f"    counts once {kept.question.condition.question} is settled")
    measured = measured_costs(opened.quantities(question=question), scale(kept))
    for cost in (*costs(opened.pairs(question=question)), *measured):
        paragraph(cost, indent="    ")


def learn(opened: Ledger, question: str) -> None:
    """One line for the lesson; the outcome stands without it."""
    from tracker import settings
    from tracker.errors import TrackerError

    try:
        text = answer("lesson, Enter: none > ")
        if text:
            opened.lesson(question, text, analyst=settings.analyst(), recorded=settings.now())
    except TrackerError as error:
        said = f"error: {error}; say it again with  tracker lesson {question} TEXT"
        talk(said, always=True)
