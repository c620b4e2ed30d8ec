"""One list of drafts from two: what the rules found, and what a language model found.

The rules have the say: their reading stays, and a model can take a forecast away from the author
but never give one to them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tracker.records import Attribution
    from tracker.texts.drafts import Draft


def merge(
    rules: Iterable[Draft],
    model: Iterable[Draft],
    *,
    attribution: Callable[[Draft], Attribution] | None = None,
) -> list[Draft]:
    """Every draft of both in text order; what both found is one draft, found by both.

    ``attribution`` says whose words a draft is by the rules, where only the model found it; else
    that is the rules' view of their own drafts of the sentence, and unclear where there is none.
    """
    by_rules, by_model = list(rules), list(model)
    left = defaultdict(list)
    for draft in by_model:
        left[draft.start, draft.end].append(draft)
    merged = []
    for draft in by_rules:
        same = _partner(draft, by_rules, left[draft.start, draft.end])
        if same is not None:
            left[draft.start, draft.end].remove(same)
        merged.append(_both(draft, same) if same is not None else draft)
    view = attribution or _view(by_rules)
    for drafts in left.values():
        merged += [replace(one, attribution=agreed(view(one), one.attribution)) for one in drafts]
    return sorted(merged, key=lambda one: (one.start, one.phrase_start, one.phrase_end))


def agreed(rules: Attribution, model: Attribution) -> Attribution:
    """Whose words they are by both: the author's only where both say so.

    >>> agreed("author", "author"), agreed("author", "other"), agreed("unclear", "other")
    ('author', 'unclear', 'other')
    """
    if rules == model:
        return rules
    return "unclear" if "author" in {rules, model} else "other"


def _partner(draft: Draft, by_rules: list[Draft], there: list[Draft]) -> Draft | None:
    """The model's draft of the same forecast.

    Its phrase overlaps with that of the rules, or each has this one draft of the sentence.
    """
    if draft.reason:
        return None
    for other in there:
        if draft.phrase_start < other.phrase_end and other.phrase_start < draft.phrase_end:
            return other
    alone = sum(one.start == draft.start and not one.reason for one in by_rules) == 1
    return there[0] if alone and len(there) == 1 else None


def _both(rules: Draft, model: Draft) -> Draft:
    """The draft of the rules, with what only the model saw: never another phrase or reading."""
    whose = agreed(rules.attribution, model.attribution)
    conditioned = rules if rules.condition else model
    dated = model.horizon is not None and model.horizon.day and model.horizon.words
    stated = rules.horizon is not None and rules.horizon.words
    return replace(
        rules,
        attribution=whose,
        speaker=rules.speaker or (model.speaker if whose != "author" else None),
        condition=conditioned.condition,
        condition_words=conditioned.condition_words,
        options=rules.options or model.options,
        horizon=model.horizon if dated and not stated else rules.horizon,
        found_by=f"{rules.found_by}+{model.found_by}",
    )


def _view(by_rules: list[Draft]) -> Callable[[Draft], Attribution]:
    """Whose words a sentence is by the rules: what their drafts of it say, where they agree."""
    said: dict[tuple[int, int], set[Attribution]] = defaultdict(set)
    for draft in by_rules:
        said[draft.start, draft.end].add(draft.attribution)

    def view(draft: Draft) -> Attribution:
        found = said.get((draft.start, draft.end), set())
        return next(iter(found)) if len(found) == 1 else "unclear"

    return view
