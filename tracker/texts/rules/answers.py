"""The words of one answer of a set: which belong to it, and whether answers are of one form."""

from __future__ import annotations

import re

from tracker.texts.patterns import patterns, table

LONGEST = 90  # characters of an answer: what a question can show of it
LEAST = 3  # characters of the shortest
FORMS = ("to", "prep", "clause", "none", "ing", "np")
Span = tuple[int, int]


def trimmed(text: str, span: Span) -> Span:
    """An answer without what leads up to it, what it is for, and what is said beside it."""
    start, end = span
    known = patterns("options")
    lead = known["lead"].match(text, start, end)
    start = lead.end() if lead else start
    adjectives = known["adjectives"].match(text, start, end)
    beside = known["purpose"].search(text, adjectives.end() if adjectives else start + 1, end)
    end = beside.start() if beside else end
    if end - start > LONGEST:
        end = start + _shortened(text[start : start + LONGEST])
    said = text[start:end]
    start += len(said) - len(said.lstrip(" ,;:-\"'"))
    return start, start + len(text[start:end].rstrip(" ,;:.!?-\"'"))


def _shortened(words: str) -> int:
    """Where a long answer can end: before its first participle, or its last preposition."""
    if participle := re.search(r"(?<=[\w ,]{12}) [a-z]{2,12}(?:ed|ing) ", words):
        return participle.start()
    cuts = list(re.finditer(r" (?:in|by|with|without|at|on|for|from|through|to)\b", words))
    return cuts[-1].start() if cuts else words.rfind(" ")


def alike(text: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The answers without a verb that only the others have: "not mean the end but a start"."""
    if form(text[slice(*spans[0])]) != "np":
        return spans
    verb = re.compile(rf"[a-z]+ (?={table('options')['parts']['determiner']} )")
    return spans[0], *(
        (found.end(), end)
        if (found := verb.match(text, start, end)) and form(text[start:end]) == "bare"
        else (start, end)
        for start, end in spans[1:]
    )


def form(words: str) -> str:
    """Of what kind words are, by the first of them."""
    known = patterns("options")
    return next((name for name in FORMS if known[f"form_{name}"].match(words)), "bare")


def comparable(named: list[str]) -> bool:
    """Whether answers are of one form, each another, and none too long to be one."""
    forms = {form(name) for name in named}
    if forms & {"none", "clause"} or any(patterns("options")["beside"].search(n) for n in named):
        return False
    distinct = len({name.casefold() for name in named}) == len(named)
    fit = all(LEAST <= len(name) <= LONGEST and re.search(r"[a-zA-Z]", name) for name in named)
    return distinct and fit and (len(forms) == 1 or forms <= {"np", "bare"})
