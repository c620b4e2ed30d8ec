"""What a ledger gives back: questions with their histories, and how each of them stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tracker.values import begins, last_instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.records import Amendment, Forecast, Judgement, Question, Resolution


class Settled(NamedTuple):
    """How a question stands: its status, and the resolution behind it where there is one."""

    status: str  # open, resolved, annulled, ambiguous, condition failed
    outcome: str | None = None
    known: str | None = None
    resolution_id: int | None = None


@dataclass(frozen=True)
class KeptForecast:
    """A forecast as the ledger holds it; a withdrawal has no forecast."""

    entry: int
    recorded: str
    analyst: str
    made: str
    forecast: Forecast | None
    source: str | None
    reason: str | None = None  # of a withdrawal


@dataclass(frozen=True)
class KeptResolution:
    """A resolution as the ledger holds it."""

    entry: int
    recorded: str
    resolution: Resolution
    reason: str | None


@dataclass(frozen=True)
class KeptLesson:
    """What somebody learnt from a question, as the ledger holds it."""

    entry: int
    recorded: str
    analyst: str
    text: str


@dataclass(frozen=True)
class KeptJudgement:
    """How a second rater judged a question, as the ledger holds it."""

    entry: int
    recorded: str
    judgement: Judgement
    reason: str | None


@dataclass(frozen=True)
class KeptAmendment:
    """A question asked otherwise, as the ledger holds it; ``before`` has what was changed."""

    entry: int
    recorded: str
    amendment: Amendment
    reason: str
    before: Mapping[str, str | None]


@dataclass(frozen=True)
class KeptRetraction:
    """Something that was taken back: ``of`` is its entry; ``stands`` unless it was restored."""

    entry: int
    recorded: str
    by: str
    reason: str
    of: int
    stands: bool


Kept = KeptForecast | KeptResolution | KeptLesson | KeptJudgement | KeptAmendment


@dataclass(frozen=True)
class KeptQuestion:
    """A question with its history, oldest first.

    What was retracted is in ``retracted`` alone; ``retractions`` say by whom, when and why, those
    that were themselves retracted too. ``hidden`` forecasts are kept from view.
    """

    question: Question
    entry: int
    recorded: str
    settled: Settled
    forecasts: tuple[KeptForecast, ...]
    resolutions: tuple[KeptResolution, ...]
    lessons: tuple[KeptLesson, ...] = ()
    judgements: tuple[KeptJudgement, ...] = ()
    amendments: tuple[KeptAmendment, ...] = ()
    retracted: tuple[Kept, ...] = ()
    retractions: tuple[KeptRetraction, ...] = ()
    hidden: int = 0

    def is_late(self, forecast: KeptForecast) -> bool:
        """Whether a forecast was recorded after the outcome was known."""
        known = self.settled.known
        return known is not None and begins(forecast.recorded) > last_instant(known)

    def retraction(self, entry: int) -> KeptRetraction | None:
        """The retraction of an entry that stands, if there is one."""
        return next((one for one in self.retractions if one.of == entry and one.stands), None)
