"""Odds in prose: 3 to 1 against, 9/2, a line of a bookmaker's list; not scores, dates or ratios."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from tracker.texts.numbers.clause import AT_MOST, Clause, clause_of
from tracker.texts.numbers.figures import (
    EVEN,
    MOST,
    NUMBER,
    PERCENT,
    ROUNDING,
    TENS,
    Stated,
    around,
    bounded,
    result,
)
from tracker.texts.numbers.figures import value as number

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

_ODDS = re.compile(
    rf"(?<![/:$€£-])(?P<first>{NUMBER})(?P<sign>(?<=\d)(?:\s?[/:]\s?|-)(?=\d)"
    rf"|(?<=ty)-(?=(?:{'|'.join(TENS)})\b)|[\s-]to[\s-])"
    rf"(?P<second>{NUMBER})(?!\d|[%/:.-]\d|{PERCENT})",
    re.IGNORECASE,
)
_NEVER = frozenset({"24/7", "9/11"})
_HUNDREDTHS = 100
# The prices that bookmakers quote, the smaller number first: 2/7 is one as much as 7/2.
_QUOTED: dict[int, Container[int]] = dict.fromkeys((6, 7, 9, 12, 30), (100,))
_QUOTED |= {1: range(2, 1001), 2: range(3, 20, 2), 3: (10,), 4: (5, 6, 7, 9, 11), 5: (6, 7, 8, 9)}
_QUOTED |= {8: (11, 13, 15, 100), 10: (11,), 20: (21,)}
_SIDE = re.compile(
    r"(?P<on>\s(?:odds )?on\b(?! (?:the|a|an|[A-Z]))|\s(?:odds )?in favou?r\b)"
    r"|(?P<against>\s(?:odds )?against\b)"
)
_LAID = re.compile(r"\b(?:lay|lays|laid|laying)\s(?:you\s|me\s)?$", re.IGNORECASE)
_LAID_ON = re.compile(r"(?P<on>\s(?:on|that)\b)|(?P<against>\sagainst\b)")
# "The odds are 3 to 1 on a merger" says that it is likely; "on Kent" may be the price of a bet.
_ODDS_ON = re.compile(r"(?P<on>\son\b(?! (?:(?:the|an?) )?[A-Z]))|(?P<against>\sagainst\b)")
_NAMED = re.compile(
    r"[\s-](?:odds|favou?rites?|outsiders?|shot|chance|underdogs?|bet|long[\s-]?shots?|that"
    r"|either way)\b",
    re.IGNORECASE,
)
_AMBIGUOUS = re.compile(r"\bodds (?:of|are|is|at|were|stand at|now)\s*(?:about\s)?$", re.IGNORECASE)
_PRICED = re.compile(
    r"\b(?:odds|priced?|prices|bookmakers?|bookies|betting|quot(?:e|ed|ing)|offer(?:s|ed|ing)?"
    r"|available at)\b[^;:]{0,40}$"
    r"|\b(?:lay|lays|laid|laying|bet|wager(?:ed)?|call it|get|have|(?:I'd|we'd|would|I|we) make"
    r" (?:it|him|her|them))\s(?:you\s|me\s)?$",
    re.IGNORECASE,
)
_BETTING = re.compile(
    r"\b(?:odds(?! ratio)|bookmakers?|bookies?|betting|punters?|wagers?|tipsters?|evens|each[- ]way"
    r"|ante-post|starting price"
    r"|(?:about|against|bar) the (?:rest|field|others)|\d (?:bar|the field)\b)",
    re.IGNORECASE,
)
_AFTER = r"\s*(?:$|[;:|.)\]]|,(?!\d))|\s(?:the field|bar|each[- ]way|and (?:upwards?|up|over))\b"
_LAST = re.compile(_AFTER)
_CLOSED = re.compile(
    rf"{_AFTER}|\s-\s|\s(?:on|against|about|to|for|that|or|and|in|at|with|if|by|but|now|this|when|as"
    r"|before|after|while|just)\b"
)
_TO_DO = re.compile(r"\sto\s[a-z]")
_BENCH = re.compile(
    r"\b(?:court|panel|jury|justices|judges|board|bench|council|senate)\b", re.IGNORECASE
)
_IS = re.compile(r"(?:\b(?:is|are|was|were|be|at|look|still|now)|'s|'re|'m)\s*$", re.IGNORECASE)
_BEFORE = re.compile(r"(?:[:=|,(*+]|\s-)\s*$")
_COUNTED = re.compile(
    r"\b(?:vot(?:e|es|ed|ing)|pass(?:ed|es)?|approved|won|beat(?:en)?|lost|led|scored?|rul(?:ed|ing)"
    r"|decided|decision|split|shar(?:e|es|ed|ing)|divided?|owned|margin|majority|on)\b[^;]{0,30}$",
    re.IGNORECASE,
)
_NOT_PRICES = re.compile(
    r"\b(?:scores?|results?|final|half[- ]time|full[- ]time|aet|beat|v|vs|won|lost|draw|drew|defeat"
    r"|sets?|pages?|chapters?|verses?|age[ds]?|dates?|deadline|due|until|till|since|from|by|ratios?"
    r"|per|stars?|rat(?:ing|ed)|marks?|lines?|rows?|weeks?|days?|hours?|open|noon|seasons?|record"
    r"|votes?|split|scale|mix(?:ed|ture)?|staff|pupils?|teachers?|gear|leverage|stock|leading?|meetings?|minutes"
    r"|notes|version|issue|vol|room|size)\b",
    re.IGNORECASE,
)
_NEAR = 64  # characters before a price that are looked at
_LINE = 90  # characters of a line of a list


def odds(prose: str) -> Iterator[Stated]:
    """Odds of 3 to 1, 9/2, 11-4 on, 60-40 against; a price in a list is bare."""
    betting: bool | None = None
    for found in islice(_ODDS.finditer(prose), MOST):
        betting = bool(_BETTING.search(prose)) if betting is None else betting
        first, second = number(found["first"]), number(found["second"])
        clause = clause_of(prose, *found.span())
        if first == second or not first or not second or found[0] in _NEVER:
            continue
        if _COUNTED.search(clause.before[-_NEAR:]) and not _LAID.search(clause.before[-_NEAR:]):
            continue
        slash = "/" in found["sign"]
        quoted = max(first, second) in _QUOTED.get(int(min(first, second)), ())
        quoted &= ":" not in found["sign"]
        if clause.called and slash and first < second and not betting:
            read = bounded(first / second, clause.bound)
            yield result(clause, read, "fraction", bare=False)
        elif _said(clause, split=first + second == _HUNDREDTHS) or (
            quoted and _priced(clause, prose, betting=betting)
        ):
            yield _price(clause, first, second, bare=False)
        elif quoted and _listed(clause, prose) and (slash or first > second):
            yield _price(clause, first, second, bare=True)


def _said(clause: Clause, *, split: bool) -> bool:
    """Whether the words next to two numbers say that they are odds."""
    return bool(
        _SIDE.match(clause.after)
        or _NAMED.match(clause.after)
        or (split and clause.bare)
        or (_AMBIGUOUS.search(clause.before[-_NEAR:]) and _CLOSED.match(clause.after))
    )


def _priced(clause: Clause, prose: str, *, betting: bool) -> bool:
    """Whether a price that bookmakers quote is plainly one here."""
    if not _CLOSED.match(clause.after):
        return False
    if betting or _PRICED.search(clause.before[-_NEAR:]):
        return True
    to_do = _TO_DO.match(clause.after) and _IS.search(clause.before[-_NEAR:])
    return bool(to_do and not (_NOT_PRICES.search(prose) or _BENCH.search(clause.before)))


def _listed(clause: Clause, prose: str) -> bool:
    """Whether a price ends a line of a list: an outcome, then its price."""
    if len(prose) > _LINE or not _LAST.match(clause.after) or _NOT_PRICES.search(prose):
        return False
    return bool(_BEFORE.search(clause.before[-4:]) or "/" in prose[clause.start : clause.end])


def _price(clause: Clause, first: float, second: float, *, bare: bool) -> Stated:
    """Odds as bookmakers mean them: against, unless the words say on; of a hundred, a split."""
    laid = _LAID.search(clause.before[-_NEAR:])
    named = _AMBIGUOUS.search(clause.before[-_NEAR:])
    side = (_LAID_ON if laid else _SIDE).match(clause.after)
    side = side or (_ODDS_ON.match(clause.after) if named else None)
    share = first / (first + second)
    if first + second == _HUNDREDTHS:
        point = 1 - share if side and side["against"] else share
    else:
        point = share if side and side["on"] else 1 - share
    low, point, high = around(point, ROUNDING)
    if not side and named:
        low, high = min(low, 1 - high), max(high, 1 - low)
    end = clause.end + (side.end() if side and side.re is _SIDE else 0)
    return result(Clause("", "", clause.start, end, None), (low, point, high), "odds", bare=bare)


_EVENS = re.compile(
    r"\b(?:fifty[- ]fifty|50\s?[-/:]\s?50|even[- ]money|evens)\b"
    r"(?! out\b| up\b| the (?:score|series|odds)\b)",
    re.IGNORECASE,
)
_SHARED = re.compile(
    r"[\s-](?:joint|split|partner|venture|owner|owned|share|basis|deal|mix|raffle|draw|club)",
    re.IGNORECASE,
)
_EVENS_AFTER = re.compile(r"\s(?:favou?rites?|chance|bet|money|the field|about|bar|to)\b")
_EVENS_BEFORE = re.compile(
    r"(?:\b(?:an?|at|is|are|was|were|it|call it|say)|'s|'re)\s*$", re.IGNORECASE
)


_NO_BETTER = re.compile(
    r"\b(?:no|not|hardly|scarcely|barely) (?:any )?(?:better|higher|greater) than (?:even|evens)\b"
    r"(?! (?:the|an?)\b)",
    re.IGNORECASE,
)


def no_better(prose: str) -> Iterator[Stated]:
    """No better than even: at most that, and mostly not far below."""
    for found in _NO_BETTER.finditer(prose):
        clause = Clause("", "", *found.span(), None)
        point = bounded(EVEN, AT_MOST)[1]
        yield result(clause, (0.0, point, EVEN), "even, at most", bare=False)


def evens(prose: str) -> Iterator[Stated]:
    """Fifty-fifty, even money, better than 50-50; evens, which stands in a list too."""
    for found in islice(_EVENS.finditer(prose), MOST):
        clause = clause_of(prose, *found.span())
        if _COUNTED.search(clause.before[-_NEAR:]) or _SHARED.match(clause.after):
            continue
        said = found[0].casefold() != "evens" or (
            _EVENS_AFTER.match(clause.after)
            or _EVENS_BEFORE.search(prose[max(0, clause.start - 9) : found.start()])
        )
        if said or (_BEFORE.search(clause.before[-4:]) and _LAST.match(clause.after)):
            yield result(clause, bounded(EVEN, clause.bound), "even", bare=not said)


_SPLIT = re.compile(
    r"(?<![\d.,/:-])(\d{1,2})(?:\s?([/:-])\s?(\d{1,2}))(?:\s?\2\s?\d{1,2}){1,4}(?![\d%])"
)


def splits(prose: str) -> Iterator[Stated]:
    """Chances of 40/40/20: the first."""
    for found in islice(_SPLIT.finditer(prose), MOST):
        parts = [int(part) for part in re.findall(r"\d+", found[0])]
        clause = clause_of(prose, *found.span())
        if sum(parts) == _HUNDREDTHS and (clause.governed or clause.bare):
            first = Clause("", "", found.start(), found.start() + len(found[1]), None)
            read = bounded(parts[0] / _HUNDREDTHS, None)
            yield result(first, read, "percent", bare=not clause.governed)


_DECIMAL_ODDS = re.compile(r"(?<![\d.,$€£/:-])\d{1,3}\.\d{1,2}(?![\d%/:]|\.\d|\s?%)")
_DECIMALS = re.compile(
    r"\b(?:odds(?! ratio)|decimal prices?|starting prices?|best prices?|bookmakers?)\b",
    re.IGNORECASE,
)


def decimals(prose: str) -> Iterator[Stated]:
    """Decimal odds in a list that says so, each 1 over its price: odds: Red Fox 2.10."""
    if len(prose) > 2 * _LINE or not _DECIMALS.search(prose):
        return
    for found in islice(_DECIMAL_ODDS.finditer(prose), MOST):
        clause = clause_of(prose, *found.span())
        price = float(found[0])
        said = clause.before.split()[-1:]
        named = bool(said) and (said[0][0].isupper() or said[0][-1] in ":,(")
        closed = _LAST.match(clause.after) or clause.after.startswith(" (")
        if price > 1 and not clause.bound and named and closed:
            yield result(clause, around(1 / price, ROUNDING), "decimal odds", bare=True)
