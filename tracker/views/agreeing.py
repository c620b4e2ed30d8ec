"""What several raters said of the same questions, and how far they agree."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from tracker.scoring.agreement import Agreement, agreement
from tracker.views.corrections import ended

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.ledger.kept import KeptQuestion


class Pair(NamedTuple):
    """Two raters: how they agree on ``all`` questions that both judged, and on those of yes or no.

    Chance agreement can be told only where questions share their answers, so kappa is that of
    ``binary``.
    """

    a: str
    b: str
    all: Agreement
    binary: Agreement


def ratings(kept: KeptQuestion) -> dict[str, str]:
    """What each rater said of a question before hearing of another, by rater.

    That is their first judgement, and the resolution that stood when the first judgement of all
    was recorded, or else the first one after it.
    """
    settled = [one for one in kept.resolutions if one.resolution.by is not None]
    first = kept.judgements[0].entry if kept.judgements else 0
    before = [one for one in settled if one.entry < first]
    found = {}
    if chosen := before[-1:] or settled[:1]:
        found[str(chosen[0].resolution.by)] = ended(chosen[0].resolution)
    for one in kept.judgements:
        found.setdefault(one.judgement.by, ended(one.judgement))
    return found


def pairs_of(questions: Iterable[KeptQuestion]) -> list[Pair]:
    """Every two raters who judged a question in common, by name."""
    said = [(kept.question.kind == "binary", ratings(kept)) for kept in questions]
    raters = sorted({rater for _, rated in said for rater in rated})
    found = []
    for a, b in combinations(raters, 2):
        both = [(binary, rated[a], rated[b]) for binary, rated in said if {a, b} <= rated.keys()]
        if both:
            every = agreement([one for _, one, _ in both], [other for _, _, other in both])
            plain = [(one, other) for binary, one, other in both if binary]
            alike = agreement([one for one, _ in plain], [other for _, other in plain])
            found.append(Pair(a, b, every, alike))
    return found


def differing(questions: Iterable[KeptQuestion]) -> list[tuple[KeptQuestion, dict[str, str]]]:
    """The questions on which raters differ, and what each said."""
    told = [(kept, ratings(kept)) for kept in questions]
    return [(kept, said) for kept, said in told if len(set(said.values())) > 1]
