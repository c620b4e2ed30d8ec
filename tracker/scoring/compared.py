"""What a comparison of two analysts found: the numbers, and the plain sentence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tracker.scoring.uncertainty import TINY
from tracker.scoring.verdict import FEW, rounded

if TYPE_CHECKING:
    from tracker.scoring.anytime import Anytime
    from tracker.scoring.rules import Rule, Scale

SHOWN = 0.0005  # what rounds to 0.000


@dataclass(frozen=True)
class Comparison:
    """What can be said of two analysts on shared questions. None where a number does not exist.

    ``difference`` is the mean score of a minus that of b: below 0, a is better. ``interval`` is
    its interval at level 0.90 (unless another was asked for), clustered by linked questions;
    ``p_value`` is from flipping signs, for "no difference". Both are for one look; ``anytime`` is
    for one who looks after every question.

    ``winner`` is the better analyst where that can be told: from ten clusters on, where the
    interval leaves out 0 and so few flips of signs give as large a difference.

    ``better_a``, ``better_b`` and ``equal`` count the shared questions on which either scored
    better. ``only_a`` and ``only_b`` count those that one answered alone, ``apart`` those both
    answered, but never at the same time: none of them is compared. ``infinite_a`` and
    ``infinite_b`` count the shared questions with an infinite log score. ``effective`` is how
    many independent questions would have the same spread, ``further`` about how many more
    clusters would tell, None where it can be told, or no number can be given.
    """

    a: str
    b: str
    questions: int
    difference: float | None
    interval: tuple[float, float] | None
    p_value: float | None
    anytime: Anytime | None
    verdict: str
    winner: str | None
    better_a: int
    better_b: int
    equal: int
    score_a: float | None
    score_b: float | None
    only_a: int
    only_b: int
    apart: int
    infinite_a: int
    infinite_b: int
    clusters: int
    effective: float
    further: int | None
    level: float
    rule: Rule
    scale: Scale
    counting: str
    together: bool

    def as_dict(self) -> dict[str, Any]:
        """The comparison as JSON content: keys in order, no number that does not exist."""
        content = asdict(self)
        for part in (content, content["anytime"]):
            if part is not None and part["interval"] is not None:
                part["interval"] = list(part["interval"])
        return content


def sentence(found: Comparison) -> str:
    """Who is better, by how much, and whether that can be told; for readers of no statistics."""
    if not found.questions:
        return _nothing(found)
    if found.infinite_a or found.infinite_b:
        return _ruled_out(found)
    shared = _counted(found.questions, "shared question")
    if found.better_a == found.better_b == 0:
        return f"No difference: {found.a} and {found.b} scored the same on {shared}."
    if found.winner is not None:
        return f"{_lead(found, shared)}, unlikely to be luck. {_looked(found)}"
    return f"Cannot tell yet who is better: {_lead(found, shared)}, {_undecided(found)}"


def _undecided(found: Comparison) -> str:
    """Why it cannot be told, and about how much more would tell."""
    linked = " group of linked question" if found.clusters < found.questions else " question"
    if found.clusters < FEW:
        return f"and {_counted(found.clusters, linked.strip())} cannot tell luck from skill."
    low, high = found.interval or (0.0, 0.0)
    may = "which may be luck"
    if low > 0 or high < 0:
        may = "which one more could undo"
    if found.further is None:
        return f"{may}."
    what = _counted(rounded(found.further), f"more{linked}")
    return f"{may}. About {what} would tell, if things go on as they are."


def _lead(found: Comparison, shared: str) -> str:
    """Who was closer on how many questions, and by how much on average."""
    gap = found.difference or 0.0
    a_leads = gap <= 0
    ahead, behind = (found.a, found.b) if a_leads else (found.b, found.a)
    counts = (found.better_a, found.better_b)
    times, other = counts if a_leads else counts[::-1]
    score = "Brier score" if found.rule == "brier" else f"{found.rule} score"
    by = "less than 0.001" if abs(gap) < SHOWN else f"{abs(gap):.3f}"
    but = "with" if times >= other else "yet with"
    said = f"{ahead} was closer than {behind} on {times} of {shared}, {but} a {score}"
    said = f"{said} {by} better on average" if abs(gap) > TINY else f"{said} no better on average"
    if found.interval is None or found.clusters < FEW:
        return said
    low, high = sorted(bound if gap > 0 else -bound for bound in found.interval)
    span = f"{low:.3f} to {high:.3f}" if low >= 0 else f"{-low:.3f} worse to {high:.3f} better"
    return f"{said} ({100 * found.level:g} % interval {span})"


def _looked(found: Comparison) -> str:
    """Whether the winner stands for one who has looked again and again on the way."""
    low, high = found.anytime.interval if found.anytime is not None else (0.0, 0.0)
    if low > 0 or high < 0:
        return "That stands even for one who has looked after every question."
    return "For one who has looked again and again on the way, it is not settled yet."


def _nothing(found: Comparison) -> str:
    """Why nothing is shared."""
    alone = f"{found.a} answered {found.only_a} alone, {found.b} {found.only_b}"
    if found.apart:
        apart = _counted(found.apart, "settled question")
        return f"Nothing to compare: both answered {apart}, but never at the same time; {alone}."
    return f"Nothing to compare: no settled question that both answered; {alone}."


def _ruled_out(found: Comparison) -> str:
    """Whose log score is infinite, and on how many questions."""
    infinite = ((found.a, found.infinite_a), (found.b, found.infinite_b))
    said = [f"{name} on {times}" for name, times in infinite if times]
    return (
        "The log score cannot compare: it is infinite where what happened had been given no "
        f"chance, {' and '.join(said)} of {_counted(found.questions, 'shared question')}."
    )


def _counted(number: int, what: str) -> str:
    """A number of things; "3 groups of linked questions"."""
    first, _, rest = what.partition(" of ")
    return f"{number:,} {first}{'' if number == 1 else 's'}{rest and f' of {rest}s'}"
