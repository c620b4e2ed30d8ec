"""The part of the demo that reads: what the rules find in our own digests of the articles."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from tracker.cli.terminal import line, paragraph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tracker.texts.drafts import Draft

DIGESTS = {"prewar-essay": "2026-02-27", "war-article": "2026-03-02"}
TIERS = {"A": "commit to a likelihood", "B": "to a possibility or a consequence"}
VOICES = {"author": "the author's", "other": "of others", "unclear": "unclear whose"}
# A sentence of each kind: scored, kept without a score, dropped.
SHOWN: list[Callable[[Draft], bool]] = [
    lambda draft: draft.reading.rule == "likely" and not draft.reason,
    lambda draft: draft.reading.rule == "might" and not draft.reason,
    lambda draft: bool(draft.reason),
]


def show() -> None:
    """Print what is found in both digests, and a sentence of each kind."""
    from tracker.cli.drafts import page, sentence

    found = list(_found())
    standing = [draft for draft in found if not draft.reason]
    line()
    line("READ BY THE RULES (our own digests of both articles, as `tracker extract` reads them)")
    tiers = _counted(Counter(TIERS[draft.tier] for draft in sorted(standing, key=_tier)))
    voices = _counted(Counter(VOICES[draft.attribution] for draft in standing))
    paragraph(f"{len(standing)} drafts: {tiers}; {voices}", indent="  ")
    reasons = _counted(Counter(draft.reason for draft in found if draft.reason))
    paragraph(f"dropped, with the reason: {reasons or 'none'}", indent="  ")
    for wanted in SHOWN:
        for draft in [one for one in found if wanted(one)][:1]:
            page(sentence(draft, to=sys.stdout), [_fact(draft)], to=sys.stdout)


def _found() -> Iterator[Draft]:
    from tracker.files import bundled
    from tracker.texts.extract import Rules
    from tracker.texts.formats import read

    rules = Rules()
    for name, published in DIGESTS.items():
        yield from rules.extract(read(bundled("seeds") / f"{name}.digest.txt"), published)


def _tier(draft: Draft) -> str:
    return draft.tier


def _fact(draft: Draft) -> tuple[str, str]:
    """What was made of a sentence, in a few words."""
    from tracker.cli.drafts import reading

    if draft.reason:
        return "dropped", draft.reason
    scored = "" if draft.reading.scorable else ", not scored"
    speaker = f": {draft.speaker}" if draft.speaker else ""
    return "reads", f"{reading(draft.reading)}{scored}; {VOICES[draft.attribution]}{speaker}"


def _counted(names: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in names.items())
