"""A ledger read once, and cut by analyst: for the pages of many analysts, one after the other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from tracker.ledger.looking import Noted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tracker.ledger.kept import KeptQuestion
    from tracker.ledger.stating import Statement
    from tracker.pairs import Pairs


class Readable(Protocol):
    """What a retrospective reads: a ledger, or what was read of one before."""

    def pairs(self, **filters: Any) -> Pairs:
        """Forecasts matched with outcomes."""
        ...

    def statements(self, **filters: Any) -> Sequence[Statement]:
        """Forecasts and withdrawals in a light form."""
        ...

    def questions(self, **filters: Any) -> Sequence[KeptQuestion]:
        """Questions with their histories."""
        ...

    def analysts(self) -> Mapping[str, str | None]:
        """Names of analysts by handle."""
        ...

    def sources(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each source, by name."""
        ...

    def text(self, source: str, *, as_of: str | None = None) -> str | None:
        """The text of a source."""
        ...

    def lessons(self, analyst: str, *, as_of: str | None = None) -> Sequence[Noted]:
        """What an analyst learnt, newest first."""
        ...


class AsRead:
    """What was read of a ledger under some filters; of these, calls may only change the analyst.

    ``question`` chooses among the questions that were read.
    """

    def __init__(
        self,
        pairs: Pairs,
        statements: Iterable[Statement],
        questions: Iterable[KeptQuestion],
        *,
        names: Mapping[str, str | None],
        sources: Mapping[str, Mapping[str, Any]],
        text: Callable[[str], str | None],
    ) -> None:
        self._names, self._sources, self._text = names, sources, text
        self._none = pairs.take(pairs.starts[:0], left_out={})
        self._pairs = dict(pairs.group("analyst"))
        self._statements: dict[str, list[Statement]] = defaultdict(list)
        for one in statements:
            self._statements[one.analyst].append(one)
        self._questions = {kept.question.id: kept for kept in questions}
        self._lessons: dict[str, list[Noted]] = defaultdict(list)
        for kept in self._questions.values():
            for lesson in kept.lessons:
                learnt = Noted(kept.question.id, kept.question.title, lesson)
                self._lessons[lesson.analyst].append(learnt)

    def pairs(self, **filters: Any) -> Pairs:
        """Those of an analyst."""
        return self._pairs.get(filters["analyst"], self._none)

    def statements(self, **filters: Any) -> Sequence[Statement]:
        """Those of an analyst, in the order they were recorded."""
        return self._statements.get(filters["analyst"], [])

    def questions(self, **filters: Any) -> Sequence[KeptQuestion]:
        """Questions with what an analyst forecast on them, in the order they were recorded."""
        whose = filters["analyst"]
        found = [self._questions[key] for key in filters["question"] if key in self._questions]
        return [
            replace(kept, forecasts=tuple(f for f in kept.forecasts if f.analyst == whose))
            for kept in sorted(found, key=lambda kept: kept.entry)
        ]

    def analysts(self) -> Mapping[str, str | None]:
        """Names of analysts by handle."""
        return self._names

    def sources(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each source, by name."""
        return self._sources

    def text(self, source: str, *, as_of: str | None = None) -> str | None:  # noqa: ARG002
        """The text of a source, as of the same instant as all else."""
        return self._text(source)

    def lessons(self, analyst: str, *, as_of: str | None = None) -> Sequence[Noted]:  # noqa: ARG002
        """What an analyst learnt from the questions that were read, newest first."""
        return sorted(self._lessons.get(analyst, []), key=lambda one: -one.lesson.entry)
