"""A cue in its sentence, as the rules that may speak against it look at it."""

from __future__ import annotations

import re  # noqa: TC003
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tracker.texts.patterns import patterns

if TYPE_CHECKING:
    from tracker.texts.rules.cues import Found
    from tracker.texts.rules.prose import Prose

NEAR = 40  # characters before a cue in which a fixed expression around it may begin
REACH = 60  # and after it, in which one may end


@dataclass(frozen=True)
class Case:
    """A cue in a sentence; ``past_around`` where the sentence before told what was."""

    prose: Prose
    found: Found
    past_around: bool = False

    @cached_property
    def name(self) -> str:
        """The name of the cue."""
        return self.found.cue.name

    @cached_property
    def kind(self) -> str:
        """What the cue's words do."""
        return self.found.cue.kind

    @cached_property
    def before(self) -> str:
        """The sentence up to the cue, in small letters."""
        return self.prose.small[: self.found.start]

    @cached_property
    def onward(self) -> str:
        """The sentence from the cue on, in small letters."""
        return self.prose.small[self.found.start :]

    @cached_property
    def after(self) -> str:
        """The sentence after the cue, in small letters."""
        return self.prose.small[self.found.end :]

    @property
    def only_past(self) -> bool:
        """Whether the sentence has verbs in the past and none in the present."""
        return self.prose.past > 0 and not self.prose.present

    @property
    def quoted(self) -> bool:
        """Whether the cue stands in a quotation."""
        return self.prose.in_quotes(self.found.start)

    @property
    def dated(self) -> bool:
        """Whether a year is named outside quotations."""
        years = _table()["year"].finditer(self.prose.small)
        return any(not self.prose.in_quotes(year.start(), least=3) for year in years)

    def says(self, pattern: str) -> bool:
        """Whether a pattern of the table occurs in the sentence."""
        return self.prose.says("blockers", pattern)

    def led_by(self, pattern: str) -> bool:
        """Whether a pattern occurs before the cue."""
        return _table()[pattern].search(self.before) is not None

    def followed_by(self, pattern: str) -> bool:
        """Whether a pattern matches what comes right after the cue."""
        return _table()[pattern].match(self.after) is not None

    def begins(self, pattern: str) -> bool:
        """Whether a pattern matches from the cue on."""
        return _table()[pattern].match(self.onward) is not None

    def inside(self, pattern: str, *, letters: bool = False) -> bool:
        """Whether the cue begins within a match of a pattern, with its capitals if asked."""
        text = self.prose.text if letters else self.prose.small
        first = max(0, self.found.start - NEAR)
        at = self.found.start - first
        around = text[first : self.found.start + REACH]
        return any(m.start() <= at < m.end() for m in _table()[pattern].finditer(around))


def _table() -> dict[str, re.Pattern[str]]:
    return patterns("blockers")
