"""Sets of answers over several sentences: "Alternatively, …"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tracker.texts.patterns import patterns
from tracker.texts.rules.answers import LEAST, trimmed

if TYPE_CHECKING:
    from tracker.texts.drafts import Draft


def linked(before: list[Draft], here: list[Draft]) -> tuple[list[Draft], list[Draft]]:
    """The drafts of two neighbouring paragraphs, "Alternatively, …" bound to what it stands for.

    The later of the two answers hangs on the same condition as the earlier.
    """
    drafts = [*before, *here]
    for at in range(len(before), len(drafts)):
        later = drafts[at]
        if (
            later.reason
            or later.options
            or not patterns("options")["instead"].match(later.sentence)
        ):
            continue
        first = next((n for n in range(at - 1, -1, -1) if _stands_alone(drafts[n])), None)
        if first is None or drafts[first].options:
            continue
        one, other = answer(drafts[first]), answer(later)
        if one and other and one.casefold() != other.casefold():
            inherited = later.condition or ("implicit" if drafts[first].condition else None)
            drafts[first] = replace(drafts[first], options=(one, other))
            drafts[at] = replace(later, options=(other, one), condition=inherited)
    return drafts[: len(before)], drafts[len(before) :]


def _stands_alone(draft: Draft) -> bool:
    """Whether a draft stands, and does not only go on with the one before."""
    return draft.reason is None and not patterns("options")["back"].match(draft.sentence)


def answer(draft: Draft) -> str:
    """What a draft says may happen: the words after its phrase, or else those before it."""
    words, known = draft.sentence, patterns("options")
    at = draft.phrase_end - draft.start
    frame = known["frame"].match(words, at)
    start, end = trimmed(words, (frame.end() if frame else at, len(words)))
    if end - start >= LEAST:
        return words[start:end]
    lead = known["instead"].match(words)
    subject = known["subject"].match(
        words, lead.end() if lead else 0, draft.phrase_start - draft.start
    )
    return subject[0] if subject else ""
