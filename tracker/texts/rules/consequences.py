"""Forecasts that hang on something unsaid: "such a strike would …", "a defeat opens …"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.texts.patterns import patterns

if TYPE_CHECKING:
    from tracker.texts.rules.cues import Found
    from tracker.texts.rules.prose import Prose

NEAR = 60  # characters after a cue in which a "would" is one of its own clause
BACK = 120  # characters before it in which somebody may have said it
POLITE = 45  # characters in which a speaker's own "would" is one of politeness


def hangs(prose: Prose, found: Found, *, scene: bool = False) -> bool:
    """Whether a forecast is the consequence of something that has not happened.

    ``scene`` says that the sentence before, in the same paragraph, supposed something.
    """
    small, kind, known = prose.small, found.cue.kind, patterns("consequences")
    if _would(prose, found) or known["back"].search(small) or known["event"].search(small):
        return True
    if kind == "possibility" and known["reaction"].search(small):
        return True
    return scene and kind in {"possibility", "tendency"} and bool(known["onward"].match(small))


def supposes(prose: Prose) -> bool:
    """Whether a sentence supposes something that those after it may build on."""
    return bool(patterns("consequences")["scene"].match(prose.small))


def _would(prose: Prose, found: Found) -> bool:
    """Whether a "would" of the forecast supposes something that is not said."""
    small, known = prose.small, patterns("consequences")
    for match in known["would"].finditer(small, 0, found.end + NEAR):
        before = small[max(0, match.start() - BACK) : match.start()]
        if known["speaker"].search(small, max(0, match.start() - 5), match.start() + POLITE):
            continue
        told = known["told"].search(before)
        if not told or known["hypothetical"].search(told["whom"]):
            return True
    return False
