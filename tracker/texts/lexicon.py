"""The lexicon: what the words of a forecast are read as, by whom, on what ground.

The table is ``lexicon.json``, described in the README of this folder.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from tracker.errors import UsageError
from tracker.texts.drafts import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.texts.drafts import Tier

DEFAULT = "lay"

Class = Literal[
    "explicit", "future", "future_neg", "conditional", "tendency", "possibility", "comparative"
]

INTENSIFIERS = {  # how often each halves the distance to certainty
    **dict.fromkeys(("very", "highly", "most", "really"), 1),
    **dict.fromkeys(("extremely", "overwhelmingly", "exceedingly", "vanishingly"), 2),
}
WEAKENERS = ("fairly", "reasonably", "quite", "rather", "somewhat", "moderately", "pretty")
NEGATIONS = ("not", "hardly", "scarcely")
EVEN = 0.5
WEAKENED = 0.75  # of the distance to even odds that a weakener leaves; own rule


@dataclass(frozen=True)
class Entry:
    """A row of the lexicon: phrases that are read alike.

    ``cls`` is the kind of statement; ``phrases`` show a person which words are meant, and are not
    matched. ``readings`` holds, by profile, ``point``, ``low`` and ``high`` with their ``source``,
    a key of the table's sources, and ``words``, the term there, or ``reason`` for our own rule.
    """

    id: str
    cls: Class
    tier: Tier
    scorable: bool
    phrases: tuple[str, ...]
    readings: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Lexicon:
    """The table as one profile reads it."""

    profile: str
    version: str
    profiles: Mapping[str, str]  # what each profile is, by name
    sources: Mapping[str, str]
    entries: Mapping[str, Entry]

    @classmethod
    def load(cls, profile: str = DEFAULT) -> Lexicon:
        """The lexicon of this package as a profile reads it; UsageError for one it has not.

        >>> Lexicon.load("icd203").reading("likely").high
        0.8
        """
        table = _table()
        if profile not in table.profiles:
            known = ", ".join(table.profiles)
            raise UsageError(f"the lexicon has no profile {profile!r}; it has {known}")
        return table if profile == DEFAULT else replace(table, profile=profile)

    @property
    def name(self) -> str:
        """Profile and version, as dossiers keep them: ``lay/2026-11-21.r2``."""
        return f"{self.profile}/{self.version}"

    def entry(self, entry_id: str) -> Entry:
        """The entry with this id; KeyError if there is none."""
        return self.entries[entry_id]

    def reading(self, entry_id: str, *, scorable: bool | None = None) -> Reading:
        """How the profile reads an entry, or the default profile where it says nothing of it.

        The reading names the profile that it is from. ``scorable`` overrules the entry's.

        >>> Lexicon.load("kent").reading("unlikely").profile  # Kent has no such term
        'lay'
        """
        entry = self.entries[entry_id]
        profile = self.profile if self.profile in entry.readings else DEFAULT
        found = entry.readings[profile]
        return Reading(
            point=found["point"],
            low=found["low"],
            high=found["high"],
            rule=entry.id,
            profile=profile,
            version=self.version,
            scorable=entry.scorable if scorable is None else scorable,
        )


@cache
def _table() -> Lexicon:
    data = json.loads(files("tracker.texts").joinpath("lexicon.json").read_text("utf-8"))
    entries = {
        row["id"]: Entry(
            id=row["id"],
            cls=row["class"],
            tier=row["tier"],
            scorable=row["scorable"],
            phrases=tuple(row["phrases"]),
            readings=row["readings"],
        )
        for row in data["entries"]
    }
    return Lexicon(DEFAULT, data["version"], data["profiles"], data["sources"], entries)


def modified(reading: Reading, modifier: str) -> Reading:
    """The reading of a phrase with a modifier that the lexicon has no entry for.

    An intensifier leaves half the distance to the near boundary, 0 or 1, and a negation half the
    distance to the other one: Mosteller & Youtz 1990, "Quantifying Probabilistic Expressions",
    Statistical Science 5(1), 2-12, doi:10.1214/ss/1177012242. "Extremely" counts as "very, very",
    and a weakener leaves three quarters of the distance to even odds: own rules. A phrase without
    a number, and an unknown modifier, leave the reading as it is.

    >>> likely = Lexicon.load().reading("likely")
    >>> [modified(likely, word).point for word in ("very", "fairly", "not")]
    [0.85, 0.65, 0.15]
    """
    word = modifier.casefold()
    if reading.point is None or reading.low is None or reading.high is None:
        return reading
    if word in NEGATIONS:
        share, end = -0.5, 1 / 3  # p becomes (1 - p) / 2, which leaves 1/3 where it is
    elif word in WEAKENERS:
        share, end = WEAKENED, EVEN
    elif word in INTENSIFIERS:
        share, end = 0.5 ** INTENSIFIERS[word], float(reading.point > EVEN)
    else:
        return reading
    values = [end + share * (p - end) for p in (reading.low, reading.point, reading.high)]
    low, point, high = sorted(round(value, 4) for value in values)
    return replace(reading, point=point, low=low, high=high, rule=f"{word} {reading.rule}")
