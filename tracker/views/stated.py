"""What an analyst said, how each of it stands, and which of it is shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from tracker.values import begins

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tracker.ledger.stating import Statement

AGAIN, MEASURED = "said again", "on a quantity or a date"
# In which order statuses are counted up; others come after.
STATUSES = ("settled", AGAIN, MEASURED, "open", "overdue", "not scorable")
PENDING = ("open", "overdue")
ONE_A_QUESTION = ("settled", AGAIN, MEASURED)


class Told(NamedTuple):
    """A forecast that is shown, and those that stand behind it, the newest first."""

    main: Statement
    others: tuple[Statement, ...]


@dataclass(frozen=True, eq=False)
class Stated:
    """The statements of an analyst as they stand at an instant.

    ``weights`` are those of the forecasts that count, by entry; ``measurable`` the entries of all
    that could be scored by level.
    """

    said: Sequence[Statement]
    weights: Mapping[int, float]
    measurable: frozenset[int]
    now: datetime

    @cached_property
    def status(self) -> Mapping[int, str]:
        """How each of them stands, by entry."""
        return {one.entry: self._status(one) for one in self.said}

    def _status(self, one: Statement) -> str:
        stands = one.stands(self.now)
        if stands != "settled" or one.entry in self.weights:
            return stands
        return AGAIN if one.entry in self.measurable else MEASURED

    @property
    def counts(self) -> dict[str, int]:
        """How many have each status."""
        found = Counter(self.status.values())
        named = [*STATUSES, *sorted(set(found) - set(STATUSES))]
        return {status: found[status] for status in named if found[status]}

    @cached_property
    def open(self) -> list[Statement]:
        """The last number on each question without an outcome, the longest overdue first."""
        last: dict[str, Statement] = {}
        for one in self.said:
            if one.withdrawn:
                last.pop(one.question, None)
            elif self.status[one.entry] in PENDING:  # words without a number take none back
                last[one.question] = one
        return sorted(
            last.values(),
            key=lambda one: (one.resolve_by is None, one.resolve_by or "", one.question),
        )

    @cached_property
    def newest(self) -> list[Statement]:
        """All of them, the newest first."""
        return sorted(self.said, key=self._when, reverse=True)

    @cached_property
    def told(self) -> list[Told]:
        """One on each settled question, the one that counts most, and all others; newest first."""
        groups: dict[str | int, list[Statement]] = defaultdict(list)
        for one in self.newest:
            settled = self.status[one.entry] in ONE_A_QUESTION
            groups[one.question if settled else one.entry].append(one)
        found = []
        for group in groups.values():
            main = max(
                group, key=lambda one: self.weights.get(one.entry, 0.0)
            )  # the newest of them
            found.append(Told(main, tuple(one for one in group if one is not main)))
        return sorted(found, key=lambda told: self._when(told.main), reverse=True)

    def more(self, told: Told) -> str:
        """How many stand behind one, in words; nothing where none does."""
        if not told.others:
            return ""
        earlier = self._begun[told.others[0].made] < self._begun[told.main.made]
        return f"{len(told.others):,} {'earlier' if earlier else 'more'}"

    def most_updated(self) -> str | None:
        """The settled question with most forecasts that can be scored; None where no two are."""
        counts = Counter(one.question for one in self.said if one.entry in self.measurable)
        most = counts.most_common(1)
        return most[0][0] if most and most[0][1] > 1 else None

    def _when(self, one: Statement) -> tuple[datetime, int]:
        return self._begun[one.made], one.entry

    @cached_property
    def _begun(self) -> Mapping[str, datetime]:
        """When each moment begins; many forecasts are made on one day."""
        return {made: begins(made) for made in {one.made for one in self.said}}
