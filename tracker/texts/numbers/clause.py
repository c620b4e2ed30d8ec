"""A number's clause: whether a word of probability governs it, and the words that bound it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

BEFORE, AFTER = 200, 48  # characters of a clause that are looked at
QUALIFIER, JUDGED = 32, 48  # of those before it: the words that bound it, or judge it

_STRONG = r"probabilit(?:y|ies)|chances?|likelihoods?|odds"
_NOUN = (
    rf"(?:{_STRONG}|(?<!consumer )(?<!business )(?<!investor )confidence|certainty"
    r"|risks?(?! premi)|possibility|prospects?)"
)
_FILLER = r"(?:now|only|just|still|currently|somewhere|probably|then|today|again|here)"
_LINK = rf"(?:of|at|is|are|was|were|be|being|stands?|sits?|remains?|[:=,-]|{_FILLER})"
_CHANGE = (
    r"(?:r[io]se[ns]?|rising|f[ae]ll(?:en|s|ing)?|fell|drop(?:s|ped)?|climb(?:s|ed)?|slip(?:s|ped)?"
    r"|jump(?:s|ed)?|increased?|raised?|cut|lower(?:s|ed)|moved?|up|down|back|gone|grown|shrunk"
    r"|halved|doubled|slid|sunk|sank|surged?|tumbled)"
)
_GOVERNED = re.compile(
    rf"\b{_NOUN}(?:\s*{_LINK}){{0,4}}\s*$"
    rf"|\b{_NOUN}\b(?P<middle>[^;:]{{0,80}}?)\s"
    rf"(?:(?:is|are|was|were|remains?|stands?|sits?|be|being)(?:\s(?:at|{_FILLER})){{0,3}}(?:,[^,;:]{{1,30}},)?"
    rf"|{_CHANGE}(?:\s(?:back|again|sharply|slightly)){{0,2}},?\sto)\s*$"
    rf"|\b(?:{_STRONG})\b(?P<between>[^;:]{{0,80}}?)\s?(?:\bat|[:=])(?:\s{_FILLER})?\s*$"
    # "We put the odds of ... at": whatever comes between belongs to what is judged
    rf"|\b(?:put|puts|putting|placed?|places|peg|pegs|rated?|rates|estimated?|estimates)\s"
    rf"[^,;:]{{0,30}}?\b(?:{_STRONG})\s[^;:]{{0,160}}?(?<! is)(?<! are)\sat(?:\s{_FILLER})?\s*$",
    re.IGNORECASE,
)
_BOUND = re.compile(rf"\b(?:{_STRONG})(?: (?:of|for)\b[^,;:]{{0,40}})?\s*$", re.IGNORECASE)
_NOUNS = (
    *("probab", "chance", "likelihood", "odds", "confid", "certain", "risk", "possib", "prospect"),
)
_ELSEWHERE = re.compile(r"\b(?:as|after|while|because|but|which|who|with|despite)\b", re.IGNORECASE)
_WITHIN = re.compile(r"\s(?:is|are|was|were|has|have|rose|fell|seems?|remains?)\b")  # of the event
_THAT = re.compile(r"\s*that\s+(?:\S+\s*){0,2}$", re.IGNORECASE)  # no clause of its own yet
_GOVERNS = re.compile(
    rf"[\s-](?:(?!of\b|in\b|and\b|by\b)[a-z-]{{2,20}}\s)?(?:{_STRONG})\b"
    r"|[\s-](?:overall |implied |annual |tail )?(?:risk(?! (?:premi|weight))|possibility|prospect"
    r"|shot|confidence(?=,| that| in)|certainty)\b"
    r"|[\s-](?:likely|unlikely|probable|certain|sure|confident|convinced)\b",
    re.IGNORECASE,
)
_JUDGED = re.compile(
    r"\b(?:ha[sd]|have|sees?|makes?|prices?|priced) (?:it|that|this|him|her|them) at\s*$"
    r"|\b(?:markets?|bookmakers|bookies|model)\b[^;:]{0,34}\bat\s*$|"
    r"\b(?:put|puts|putting|place|places|peg|pegs|rate|rates) (?:it|that|this|them) at\s*$"
    r"|\b(?:give|gives|gave|giving) (?:it|that|this|him|her|them|[\w' ]{2,30}?)(?: an?)?\s*$"
    r"|\b(?:I'd|I would|we'd|we would) (?:say|guess|go for)\s*$"
    r"|\b(?:call|I'd make|we'd make) it\s*$"
    r"|\bmy (?:number|estimate|guess|figure)(?: is|:)\s*$",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?:^|[:(-])\s*(?:say|(?:(?:I'd|I'll|I|we'd|we|let's) )?"
    r"(?:call|make) (?:it|that)),?\s*$",
    re.IGNORECASE,
)
_CALLED_AFTER = re.compile(r"\s*(?:$|[;:|.)]|,(?!\d)|(?:that|if|by|before|or|at best|the field)\b)")
_ITEM_BEFORE = re.compile(r"(?:[:=|,(*+]|\w\s?-|\s-|^-)\s*$")
_ITEM_AFTER = re.compile(r"\s*(?:$|[;|.\])]|,(?!\d))")
_FIRST_AFTER = re.compile(r"\s*(?:[:|]|-\s|\s-)\s*[A-Za-z]")

AT_LEAST, AT_MOST, UP_TO, AS_LOW, ABOUT = "at least", "at most", "up to", "as low as", "about"
_BOUNDS = {  # the longer phrase first: it begins before the shorter one does
    "q0": (ABOUT, r"(?:just|slightly|a (?:little|bit|shade|touch))(?: \w+)?(?: than| of)?"),
    "q1": (
        AT_MOST,
        r"at (?:the )?(?:very )?(?:mo|be)st|no(?: above|t? (?:more|better|higher|greater) than)",
    ),
    "q2": (AT_LEAST, r"at (?:the )?(?:very )?least|(?:no|not) (?:less|lower|worse|fewer) than"),
    "q3": (
        AT_LEAST,
        r"(?:more|greater|higher|better) than|over|above|north of|upwards? of|in excess of",
    ),
    "q4": (AT_LEAST, r"exceed(?:s|ing)?|>=?|≥"),
    "q5": (AT_MOST, r"(?:less|lower|fewer|worse) than|under|below|short of|south of|<=?|≤"),
    "qb": (ABOUT, r"virtually|next to"),
    "qa": (AT_MOST, r"not even|(?<=n't )even|barely|hardly|scarcely"),
    "q6": (UP_TO, r"as (?:high|much) as|up to"),
    "q7": (AS_LOW, r"as (?:low|little) as"),
    "q8": (
        ABOUT,
        r"about|around|roughly|approximately|some|circa|nearly|almost|close to|maybe|perhaps",
    ),
    "q9": (
        ABOUT,
        r"something like|in the region of|on the order of|near|(?<!'d )(?<!would )say|~|≈",
    ),
}
_QUALIFIED = re.compile(
    rf"(?<!\w)(?:{'|'.join(f'(?P<{name}>{words})' for name, (_, words) in _BOUNDS.items())})"
    r"\s?(?:(?:an?|the)\s)?$",
    re.IGNORECASE,
)
_CLOSED = r"(?=\s*(?:$|[.;:,)])|\s(?:that|of|for|by|in|on|this|now|and|but)\b)"
_MOST = rf",?\sat (?:the )?(?:very )?(?:most|best){_CLOSED}"
_LEAST = rf",?\sat (?:the )?(?:very )?least{_CLOSED}"
_SUFFIXED = (
    (AT_LEAST, re.compile(r"\s?\+|\s(?:or|and) (?:more|better|higher|above)\b", re.IGNORECASE)),
    (AT_MOST, re.compile(r"\s(?:or|and) (?:less|lower|worse|below|fewer)\b", re.IGNORECASE)),
    (AT_MOST, re.compile(_MOST, re.IGNORECASE)),
    (AT_LEAST, re.compile(_LEAST, re.IGNORECASE)),
    (ABOUT, re.compile(r"\s(?:or so|or thereabouts)\b|-?ish\b", re.IGNORECASE)),
)
_NOUN_SUFFIXED = (  # "a 20 % chance at best": the noun still governs
    (AT_MOST, re.compile(rf"\s(?:{_STRONG}){_MOST}", re.IGNORECASE)),
    (AT_LEAST, re.compile(rf"\s(?:{_STRONG}){_LEAST}", re.IGNORECASE)),
)
_OPPOSITE = {AT_LEAST: AT_MOST, AT_MOST: AT_LEAST}
_DENIED = re.compile(
    r"(?:\bnot|n't|\bnever|\bhardly|\bbarely|\bscarcely|\bcannot)\b[^,;]{0,25}$", re.IGNORECASE
)
_CONTRAST = re.compile(  # "not 10 % but": what follows stands in the place of both
    r"\bnot (?:an? )?[\w.]{1,12}(?: ?%| per ?cent| in \w{2,8})?(?: chance| likely)?,? but "
    r"(?:rather )?(?:an? )?$",
    re.IGNORECASE,
)
_CONTRASTED = re.compile(
    r"[\s-]?(?:chance|probability|likel(?:ihood|y))?,? but (?:rather |an? )?\d"
)
_NOT = re.compile(r"(?:\bnot|n't)\s*$", re.IGNORECASE)
_CHANGED = re.compile(rf"\b{_CHANGE} from\s*$", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:(?<=\s)|^)(?:an?|the(?: (?:remaining|other|last))?)\s$", re.IGNORECASE)


@dataclass(frozen=True)
class Clause:
    """A number's clause on both sides, its qualifiers taken off, and how they bound it."""

    before: str
    after: str
    start: int
    end: int
    bound: str | None
    called: bool = False  # "an outcome: call it ..."

    @cached_property
    def governed(self) -> bool:
        """Whether a word of probability says what the number is."""
        if self.called or _GOVERNS.match(self.after):
            return True
        if self.bound and _BOUND.search(self.before) and not self.after.startswith(" of "):
            return not _ELSEWHERE.search(self.before)
        small = self.before.casefold()
        named = _worded(small) and any(noun in small for noun in _NOUNS)
        found = _GOVERNED.search(self.before) if named else None
        if not found:
            return False
        if found["between"] and _WITHIN.match(self.after):
            return False
        middle = found["middle"] or found["between"] or ""
        return not (_ELSEWHERE.search(middle) or _THAT.match(middle))

    @property
    def changed(self) -> bool:
        """Whether the number is what a chance has changed from."""
        return bool(_CHANGED.search(self.before))

    @property
    def denied(self) -> bool:
        """Whether another number is put in its place: "not a 10 % chance but 30 %"."""
        return bool(_NOT.search(self.before) and _CONTRASTED.match(self.after))

    @property
    def bare(self) -> bool:
        """Whether the number stands alone: in a list, in brackets, or as a judgement of "it"."""
        if _worded(self.before) and _JUDGED.search(self.before[-JUDGED:]):
            return True
        if self.before.strip() and not _ITEM_BEFORE.search(self.before[-4:]):
            return False
        first = not self.before.strip("-*+ \t(") and _FIRST_AFTER.match(self.after)
        return bool(first or _ITEM_AFTER.match(self.after))


def _worded(before: str) -> bool:
    """Whether words come before a number, or a sign that may tell what it is; most do not."""
    last = before.rstrip()[-1:]
    return last.isalpha() or last in set("<>=≥≤~≈:,-(")


def clause_of(prose: str, start: int, end: int) -> Clause:
    """The clause of the number in ``prose[start:end]``, with what bounds it made part of it."""
    before = re.split(r"[;!?]|\.\s", prose[max(0, start - BEFORE) : start])[-1].replace('"', " ")
    after = re.split(r"[!?]|\.\s", prose[end : end + AFTER])[0].replace('"', " ")
    worded = _worded(before)
    called = bool(worded and _CALLED_AFTER.match(after) and _CALLED.search(before))
    bound, even = None, False  # "not even": the "not" is part of the bound
    for kind, pattern in _SUFFIXED:
        if found := pattern.match(after):
            bound, after, end = kind, after[found.end() :], end + found.end()
            break
    if worded and (found := _QUALIFIED.search(before[-QUALIFIER:])):
        bound = bound or _BOUNDS[found.lastgroup or ""][0]
        even = found[0].casefold().startswith("even")
        before, start = before[: -len(found[0])], start - len(found[0])
    bound = bound or next((kind for kind, one in _NOUN_SUFFIXED if one.match(after)), None)
    if worded and (found := _CONTRAST.search(before[-2 * QUALIFIER :])):
        before = before[: -len(found[0])]
    if bound and not even and _DENIED.search(before):
        bound = _OPPOSITE.get(bound, bound)
    if worded and (found := _ARTICLE.search(before[-QUALIFIER:])):
        before = before[: -len(found[0])]
    return Clause(before, after, start, end, bound, called)
