"""The words by which a sentence may forecast: which entry of the lexicon, and how they look.

They stand in ``cues.toml``, beside the plain phrases of the lexicon itself. A cue is looked for
only where one of its anchors is a word of the sentence. Patterns run on small letters and plain
signs; every repetition in them is bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Literal

from tracker.texts.lexicon import Lexicon
from tracker.texts.patterns import expression, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.texts.rules.prose import Prose

MOST = 12  # cues of a sentence that are looked at: more stand in what is no sentence
# What the words do, the strongest first: of several cues the strongest speaks.
Kind = Literal[
    "likelihood", "expectation", "idiom", "future", "would", "tendency", "possibility", "present"
]
KINDS: tuple[Kind, ...] = (
    "likelihood", "expectation", "idiom", "future", "would", "tendency", "possibility", "present",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Cue:
    """Words that may forecast: their name, what they do, how they look, and the entry to read."""

    name: str
    kind: Kind
    pattern: re.Pattern[str]
    entry: str


@dataclass(frozen=True)
class Found:
    """A cue in a sentence: where its words stand."""

    cue: Cue
    start: int
    end: int

    @property
    def rank(self) -> tuple[int, int, int]:
        """Stronger kinds first, then the earlier, then the longer words."""
        return KINDS.index(self.cue.kind), self.start, self.start - self.end


def find(prose: Prose) -> list[Found]:
    """Every cue in a sentence, the strongest first; of overlapping ones the longest."""
    found = sorted(_all(prose), key=lambda one: (one.start - one.end, one.rank))[: 4 * MOST]
    kept: list[Found] = []
    for one in found:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.rank)[:MOST]


def _all(prose: Prose) -> Iterator[Found]:
    anchored = _anchored()
    seen: set[Cue] = set()
    for word in sorted(prose.words & anchored.keys()):
        for cue in anchored[word]:
            if cue not in seen:
                seen.add(cue)
                for match in islice(cue.pattern.finditer(prose.small), MOST):
                    yield Found(cue, match.start(), match.end())


@cache
def _anchored() -> dict[str, list[Cue]]:
    """Every cue, by each of its anchors."""
    found: dict[str, list[Cue]] = {}
    for anchors, cue in (*_written(), *_phrases()):
        for anchor in anchors:
            found.setdefault(anchor, []).append(cue)
    return found


def _written() -> Iterator[tuple[list[str], Cue]]:
    content = table("cues")
    for row in content["cue"]:
        words = expression(row["words"], content["parts"])
        entry = row.get("read", row["name"])
        yield row["anchors"].split(), Cue(row["name"], row["kind"], _whole(words), entry)


def _phrases() -> Iterator[tuple[list[str], Cue]]:
    """The explicit phrases of the lexicon that are several plain words."""
    loose = set(table("cues")["loose"])
    for entry in Lexicon.load().entries.values():
        for phrase in entry.phrases if entry.cls == "explicit" else ():
            if _PLAIN.fullmatch(phrase) and phrase not in loose:
                anchor = max(re.findall(r"[a-z]+", phrase), key=len)
                yield [anchor], Cue(entry.id, "idiom", _whole(re.escape(phrase)), entry.id)


_PLAIN = re.compile(r"[a-z'-]+(?: [a-z'-]+){1,6}")


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{words})(?!\w)")
