"""Numbers in prose that state a probability: percentages, fractions, odds.

A number counts where a word of probability governs it in its clause. One that stands alone in a
list or in brackets may be a probability or not: it is returned as ``bare``, and whoever knows what
the item is about decides. Shares, rates, scores and dates are left alone. How bounds and rounding
are read is told in the README of this folder.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from tracker.texts.numbers.clause import ABOUT, Clause, clause_of
from tracker.texts.numbers.figures import (
    FRACTIONS,
    MOST,
    NUMBER,
    PERCENT,
    SPELT,
    UNITS,
    WORDS,
    Stated,
    bounded,
    result,
    value,
)
from tracker.texts.numbers.odds import decimals, evens, no_better, odds, splits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Stated", "stated"]


def stated(prose: str) -> list[Stated]:
    """The numbers in a stretch of plain prose that state a probability, in order.

    >>> [(s.point, s.low, s.high) for s in stated("The odds of a deal are now below 10 %.")]
    [(0.05, 0.0, 0.1)]
    >>> stated("62 % of voters believe it.")
    []
    """
    if not (_SIGN.search(prose) or _TELLING.intersection(_WORD.findall(prose.casefold()))):
        return []
    found = [one for finder in _FINDERS for one in finder(prose)]
    kept: list[Stated] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


# A sentence without one of these states no number; "one" alone does not either.
_SIGN = re.compile(r"[\d%]")
_WORD = re.compile(r"[a-z]{3,}")
_TELLING = frozenset(
    {*WORDS, *FRACTIONS, "even", "evens", "money", "nil", "cent", "percent", "pct"}
)
_TELLING = _TELLING.union(f"{word}s" for word in FRACTIONS) - {"one"}


def _accepted(prose: str, found: re.Match[str], point: float, rule: str) -> Iterator[Stated]:
    """One number, if its clause says that it is a probability, or leaves it open."""
    clause = clause_of(prose, *found.span())
    if point <= 1 and (clause.governed or clause.bare):
        name = f"{rule}, {clause.bound}" if clause.bound else rule
        yield result(clause, bounded(point, clause.bound), name, bare=not clause.governed)


# --- the kinds -----------------------------------------------------------------------------------

_PERCENTAGE = re.compile(
    rf"(?:(?P<low>{NUMBER})(?:{PERCENT})?\s?(?:(?<=[\d% ])-\s?|(?:-|\s)to(?:-|\s)|or\s|and\s))?"
    rf"(?P<high>{NUMBER}){PERCENT}",
    re.IGNORECASE,
)
_UNLIKELY = re.compile(r"[\s-]unlikely\b", re.IGNORECASE)
_HAS_PERCENT = re.compile(r"%|per\s?cent|\bpct", re.IGNORECASE)


def _percentages(prose: str) -> Iterator[Stated]:
    """A 35 % chance, seventy per cent likely, between 60 and 70 percent, from 40 % to 55 %."""
    if not _HAS_PERCENT.search(prose):
        return
    for found in islice(_PERCENTAGE.finditer(prose), MOST):
        sign = prose[max(0, found.start() - 2) : found.start()]
        if sign.endswith("+") or (sign.endswith("-") and not sign[:-1].strip(" (")):
            continue  # a change, not a chance
        high = value(found["high"]) / 100
        low = value(found["low"]) / 100 if found["low"] else None
        clause = clause_of(prose, *found.span())
        if low is not None and clause.changed:
            before = f"{clause.before.rstrip().removesuffix('from')}to "
            clause = Clause(before, clause.after, found.start("high"), clause.end, None)
            read, kind = bounded(high, None), "percent"
        elif low is not None and low < high:
            before = re.sub(r"\b(?:between|from)\s$", "", clause.before, flags=re.IGNORECASE)
            clause = Clause(before, clause.after, clause.start, clause.end, None)
            read, kind = (low, (low + high) / 2, high), "percent, range"
        else:
            read = bounded(high, clause.bound)
            kind = f"percent, {clause.bound}" if clause.bound else "percent"
        if _UNLIKELY.match(clause.after):
            read = (1 - read[2], 1 - read[1], 1 - read[0])
        if clause.denied:
            continue
        if high <= 1 and (clause.governed or clause.bare):
            yield result(clause, read, kind, bare=not clause.governed)


_LARGE = r"(?:hundred|thousand|million|billion)"
_IN = re.compile(
    rf"(?P<part>{NUMBER}|\ba(?=\schance))(?:[\s-](?:chances?|times))?"
    rf"[\s-](?:in|out[\s-]of)[\s-]"
    rf"(?P<whole>(?:a(?=[ -]{_LARGE})|\d{{1,3}}(?:,\d{{3}}){{0,3}}|{SPELT})"
    rf"(?:[ -]{_LARGE}){{0,2}})\b"
    rf"(?![\s-](?:years?|{_LARGE})\b|%|\s%)",
    re.IGNORECASE,
)


def _parts(prose: str) -> Iterator[Stated]:
    """One in five, 1-in-10, two chances in three, nine times out of ten."""
    for found in islice(_IN.finditer(prose), MOST):
        part, whole = value(found["part"]), value(found["whole"])
        if not 0 < part < whole:
            continue
        said = found[0].casefold()
        clause = clause_of(prose, *found.span())
        known = "chance" in said or clause.governed
        if known or clause.bare or "times" in said or said.endswith(("illion", "thousand")):
            read = bounded(part / whole, clause.bound)
            yield result(clause, read, "n in m", bare=not known)


_FRACTION = re.compile(
    rf"\b(?:(?P<part>an?|{'|'.join(UNITS[1:10])})[\s-])"
    rf"(?P<whole>{'|'.join(list(FRACTIONS)[1:])})s?\b",
    re.IGNORECASE,
)
_DECIMAL = re.compile(r"(?<![\d.,$€£])(?:0?\.\d{1,6}|1\.0{1,3})(?![\d%]|\s?%|\s?per\s?cent|\.\d)")
_SYMBOL = re.compile(r"\b(?:p|P|Pr|Prob)\s?(?:\([^()]{1,60}\)\s?)?[=≈~]\s?$")


def _fractions(prose: str) -> Iterator[Stated]:
    """A three-quarters chance, a probability of 0.3, p = 0.3."""
    for found in islice(_FRACTION.finditer(prose), MOST):
        part = found["part"].casefold().removesuffix("n")
        point = WORDS[part] / FRACTIONS[found["whole"].casefold()]
        yield from (one for one in _accepted(prose, found, point, "fraction") if not one.bare)
    for found in islice(_DECIMAL.finditer(prose), MOST):
        point = float(found[0])
        if _SYMBOL.search(prose[max(0, found.start() - 70) : found.start()]):
            clause = Clause("", "", *found.span(), None)
            yield result(clause, bounded(point, None), "decimal", bare=False)
        else:
            yield from (one for one in _accepted(prose, found, point, "decimal") if not one.bare)


_ZERO = re.compile(
    r"(?<!non-)(?<!non )(?<!but )(?<!from )(?<!than )(?<!above )\b(?:zero|nil)(?:"
    r"(?P<chance>(?= (?:chance|probability|likelihood|odds|possibility|prospect)\b))"
    r"|(?=\s*(?:$|[.;,)])|\s(?:that|if|for|by|now|this|in|and|or|but)\b))",
    re.IGNORECASE,
)


def _zeros(prose: str) -> Iterator[Stated]:
    """Zero chance; the chance is nil."""
    for found in islice(_ZERO.finditer(prose), MOST):
        clause = clause_of(prose, *found.span())
        if found["chance"] is not None:
            clause = Clause("", "", *found.span(), None)
        elif not clause.governed or clause.bound not in {None, ABOUT}:
            continue
        yield result(clause, bounded(0.0, clause.bound), "zero", bare=False)


_FINDERS: tuple[Callable[[str], Iterator[Stated]], ...] = (
    _percentages,
    _parts,
    _fractions,
    odds,
    no_better,
    evens,
    splits,
    decimals,
    _zeros,
)
