"""What a ledger gives back: questions with their histories, and how each of them stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tracker.values import begins, last_instant

if TYPE_CHECKING:
    from tracker.records import Forecast, Question, Resolution


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
class KeptQuestion:
    """A question with its history, oldest first; ``hidden`` forecasts are kept from view."""

    question: Question
    entry: int
    recorded: str
    settled: Settled
    forecasts: tuple[KeptForecast, ...]
    resolutions: tuple[KeptResolution, ...]
    lessons: tuple[KeptLesson, ...] = ()
    hidden: int = 0

    def is_late(self, forecast: KeptForecast) -> bool:
        """Whether a forecast was recorded after the outcome was known."""
        known = self.settled.known
        return known is not None and begins(forecast.recorded) > last_instant(known)
