"""Forecasts of others, kept from view until one's own is in.

A courtesy among colleagues, so that each makes up their own mind; not a lock.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tracker.errors import UnknownIdError
from tracker.ledger.kept import KeptForecast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.ledger.kept import KeptQuestion
    from tracker.ledger.ledger import Ledger

TAG = "blind"  # of a question that is so for everybody


def blinded(
    ledger: Ledger,
    questions: Iterable[KeptQuestion],
    *,
    own: str,
    everywhere: bool = False,
    as_of: str | None = None,
) -> list[KeptQuestion]:
    """The questions without what others forecast on those that are open and not yet answered.

    Only those with the tag ``blind`` are looked at, unless ``everywhere``. ``own`` is the analyst
    who looks; a question is answered from their first forecast on. ``hidden`` of each question
    says how many forecasts of others were left out.
    """
    given = list(questions)
    veiled = {
        one.question.id
        for one in given
        if one.settled.status == "open" and (everywhere or TAG in one.question.tags)
    }
    if veiled:
        veiled -= _answered(ledger, own, as_of)
    return [_without_others(one, own) if one.question.id in veiled else one for one in given]


def _answered(ledger: Ledger, own: str, as_of: str | None) -> set[str]:
    """The questions on which an analyst has forecast, whatever filters there are."""
    try:
        said = ledger.statements(analyst=own, as_of=as_of)
    except UnknownIdError:  # they have never forecast
        return set()
    return {one.question for one in said if not one.withdrawn}


def _without_others(question: KeptQuestion, own: str) -> KeptQuestion:
    left = tuple(one for one in question.forecasts if one.analyst == own)
    others = [one for one in question.forecasts if one.analyst != own and one.forecast is not None]
    unseen = {
        one.entry
        for one in question.retracted
        if isinstance(one, KeptForecast) and one.analyst != own
    }
    return replace(
        question,
        forecasts=left,
        retracted=tuple(one for one in question.retracted if one.entry not in unseen),
        retractions=tuple(one for one in question.retractions if one.of not in unseen),
        hidden=len(others),
    )


def hidden(question: KeptQuestion) -> str | None:
    """What is hidden of a question, in words."""
    if not question.hidden:
        return None
    many = "1 forecast" if question.hidden == 1 else f"{question.hidden} forecasts"
    return f"{many} hidden until yours is in"
