"""Which way words point: negations in and before the words of a forecast turn its reading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tracker.texts.lexicon import EVEN, modified

if TYPE_CHECKING:
    from tracker.texts.drafts import Reading
    from tracker.texts.lexicon import Lexicon
    from tracker.texts.rules.cues import Found
    from tracker.texts.rules.prose import Prose

_MODAL = re.compile(r"\b(?:would|will|could|may|might|'ll|should) (?:very |quite |most )?$")
_NOT_WITHIN = re.compile(r"(?:\b(?:not|never|hardly|scarcely|neither)|n't)\b")
_NOT_BEFORE = re.compile(
    r"(?:\b(?:not|never|nor|neither|hardly|scarcely|no longer|by no means|far from"
    r"|anything but)|n't)"
    r"(?: (?:be|yet|the|an?|\w+ly)){0,2}[ ]$"
)
# Cues whose words hold a negation and are read as they stand.
_WITH_NOT = {
    "no_longer_whether", "not_unlikely", "no_doubt", "would_not_bet_against", "not_surprised",
    "not_the_last", "sure_idiom", "borrowed_time", "certain_idiom", "it_takes_until",
    "before_long", "better_than_even",
    "less_than_even", "will_not_fail", "unlikely_not", "about_even", "definitely_not", "maybe_not",
}  # fmt: skip
_LOW = {
    "unlikely", "very_unlikely", "improbable", "remote", "impossible", "poor_prospects",
    "low_rated", "we_doubt", "little_chance", "pipe_dream",
}  # fmt: skip
# What words of certainty and of a time at hand are read as when they are denied.
_DENIED = {
    "imminent": "near_term_negation",
    **dict.fromkeys(
        ("certain", "inevitable", "foregone_conclusion", "slam_dunk", "almost_certain", "doomed",
         "safe_bet", "very_likely", "extremely_likely", "surely", "suspect", "no_doubt",
         "confident"),
        "far_from_certain",
    ),
}  # fmt: skip


def read(lexicon: Lexicon, prose: Prose, found: Found) -> Reading:
    """How the words of a cue are read, and where a negation turns them, how that is read.

    Low words that are denied ("far from unlikely") are read as "not unlikely", denied certainty as
    far from certain; the rest by the rule for negations of :func:`tracker.texts.lexicon.modified`.
    """
    reading = lexicon.reading(found.cue.entry)
    if not _denied(prose, found, reading):
        return reading
    if reading.point is not None and reading.point <= EVEN:
        return lexicon.reading("not_unlikely")
    if reading.rule in _DENIED:
        return lexicon.reading(_DENIED[reading.rule])
    return modified(reading, "not")


def first(prose: Prose, found: Found) -> int:
    """Where the phrase begins: at the modal or the negation that leads up to a cue."""
    leading = _MODAL.search(prose.small, 0, found.start) if found.cue.kind == "likelihood" else None
    leading = leading or _NOT_BEFORE.search(prose.small, 0, found.start)
    return leading.start() if leading else found.start


def _denied(prose: Prose, found: Found, reading: Reading) -> bool:
    """Whether a negation in or before the words turns them, which they do not have by nature."""
    if found.cue.name in _WITH_NOT or reading.point is None:
        return False
    if reading.point <= EVEN:  # low words are turned by what stands before them
        return found.cue.name in _LOW and bool(_NOT_BEFORE.search(prose.small, 0, found.start))
    return bool(
        _NOT_BEFORE.search(prose.small, 0, found.start)
        or _NOT_WITHIN.search(prose.small, found.start, found.end)
    )
