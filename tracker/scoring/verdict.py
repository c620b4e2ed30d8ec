"""The one plain sentence that ends every card."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tracker.scoring.uncertainty import further, stands

if TYPE_CHECKING:
    from tracker.scoring.rules import Scale
    from tracker.scoring.uncertainty import Mean


FEW = 10  # settled questions below which no verdict is given


def verdict(
    questions: int, mean: Mean, excess: Mean, *, swing: float, scale: Scale, sets: bool
) -> str:
    """How the mean Brier score compares with knowing nothing, and whether that can be told.

    Below ten questions it cannot: so few scores, skewed and often alike, have no honest interval.
    From there on it must stand (:func:`tracker.scoring.uncertainty.stands`).

    ``excess`` is the score minus that of equal chances on every answer, on the same questions;
    above 0 is worse than knowing nothing. ``swing`` is by how much the score of one question
    could have been another.
    """
    if not questions or math.isnan(mean.value):
        return "Nothing to score yet: no settled forecast counts."
    factor = 2.0 if scale == "0-2" else 1.0
    chance = (mean.value - excess.value) * factor
    answers = "always saying 50 %" + (" (among options, the same for each)" if sets else "")
    settled = f"{questions:,} settled question{'s' if questions > 1 else ''}"
    if excess.clusters < questions:
        settled += f" in {excess.clusters:,} linked group{'s' if excess.clusters > 1 else ''}"
    cost = f"{mean.value * factor:.3f} against {chance:.3f} for {answers}"
    if questions == 1:
        return f"One question is no record: {cost}, and luck cannot be told from skill."
    so_far = "worse" if excess.value > 0 else "better" if excess.value < 0 else "no different"
    said = f"Cannot tell yet: so far {so_far} than knowing nothing, {cost}"
    if excess.clusters < FEW:
        return f"{said}, over {settled}, too few to tell luck from skill."
    if excess.evidence < FEW:
        few = f"a few of them outweigh the others, and all are worth {excess.evidence:.0f}"
        return f"{said}, over {settled}: {few}, too few to tell luck from skill."
    if stands(excess, swing):
        found = "Worse" if excess.value > 0 else "Better"
        return f"{found} than knowing nothing: {cost}, over {settled}."
    low, high = excess.interval or (0.0, 0.0)
    undone = ", and one more could undo it" if low > 0 or high < 0 else ""
    return f"{said}, over {settled}{undone}{more(excess, questions)}."


def more(difference: Mean, questions: int) -> str:
    """How many further questions would tell, as the rest of a sentence."""
    needed = further(difference)
    if needed is None:
        return ""
    what = " groups of linked questions" if difference.clusters < questions else ""
    return f"; about {rounded(needed):,} more{what} would tell, if things go on as they are"


def rounded(questions: int) -> int:
    """A number of questions to two figures: more would be false precision.

    >>> rounded(7), rounded(234), rounded(98765)
    (7, 240, 99000)
    """
    size = int(10 ** max(len(str(questions)) - 2, 0))
    return -(-questions // size) * size
