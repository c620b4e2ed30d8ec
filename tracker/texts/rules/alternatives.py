"""Sets of answers over several sentences: "Alternatively, …", and scenarios in a row."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tracker.texts.patterns import patterns
from tracker.texts.rules.answers import LEAST, LONGEST, trimmed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.texts.drafts import Draft

SET = 2  # answers that a set has at least
SLACK = 0.05  # by which stated shares may miss the whole


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


def scenario_set(drafts: Sequence[Draft]) -> tuple[tuple[str, float], ...] | None:
    """The names and shares of scenarios in a row, where their stated shares add up to all.

    The shares are brought to a sum of 1; the likeliest comes first.
    """
    shares = [
        (name, one.reading.point)
        for one in drafts
        if not one.reason
        and one.reading.profile == "stated"
        and one.reading.point is not None
        and (name := _scenario(one))
    ]
    total = sum(point for _, point in shares)
    if not SET <= len(shares) == len(drafts) or abs(total - 1) > SLACK:
        return None
    likeliest = sorted(shares, key=lambda one: -one[1])
    return tuple((name, round(point / total, 6)) for name, point in likeliest)


def _scenario(draft: Draft) -> str:
    """The name of a scenario: what its line says before its number, or else after it."""
    start, end = draft.phrase_start - draft.start, draft.phrase_end - draft.start
    for words in (draft.sentence[:start], draft.sentence[end:]):
        bare = re.sub(r"^\W*(?:\d{1,2}[.)] |[a-z][.)] )?", "", words[: 2 * LONGEST])
        name = re.split(r"[:;.,(]| -+ | (?:at|is|with)\W*$", bare)[0].strip(" -–—")
        if len(name) >= LEAST:
            return name[:LONGEST]
    return ""
