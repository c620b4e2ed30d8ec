"""Words as they are compared: stems without the words that every text has, under one name each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.errors import DataError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

# A country and its people, a leader and leadership: endings that the stemmer leaves.
ENDING = re.compile(r"(?<=[a-z]{4})(?:anis?|ians?|eans?|ans?|ese|is|i|ia|a|ships?)$")
SPELT = r"(?<![^\W_])(?:[A-Z]\.){1,9}[A-Z](?![^\W_])\.?"  # U.S., N.A.T.O.
WORD = re.compile(rf"{SPELT}|[^\W_]+(?:[.,]\d+)*")
LONGEST = 30  # letters of a word that is stemmed; what is longer is no word
_GRAMMAR = """
a about above after again all also although am among an and any are as at be because been before
being below between both but by can could did do does doing down during each either else even ever
every few for from further get gets got had has have having he her here hers him his how i if in
into is it its itself just least less made make makes many may me might more most much must my
neither no nor not now of off on once one only or other our out over own per rather same shall she
should since so some still such than that the their them then there these they this those though
through to too under until up upon us very was we were what when where whether which while who whom
whose why will with within without would yet you your first two three ain aren couldn didn doesn don
hadn hasn haven isn ll mustn re shan shouldn ve wasn weren wouldn use uses used using happen happens
happened take takes taking taken took go goes going gone went come comes coming came give gives
giving given gave
"""
GRAMMAR = frozenset(_GRAMMAR.split())
# What questions and their criteria say of themselves, and of when and by whom they are settled.
_FRAME = """
yes case cases end day days week weeks month months year years january february march april june
july august september october november december count counts counted counting report reports
reported reporting confirm confirms confirmed agency agencies figure figures announce announced
official officially publish published statement source sources state states say says said hold
holds option options question horizon policy resolve
"""
FRAME = frozenset(_FRAME.split())
# What news tells in the past and questions ask in the present, where no stem is shared.
_IRREGULAR = """
beaten/beat became/become began/begin begun/begin bought/buy broke/break broken/break brought/bring
built/build caught/catch chose/choose chosen/choose drawn/draw drew/draw driven/drive drove/drive
fallen/fall fed/feed fell/fall felt/feel fled/flee flew/fly flown/fly forbade/forbid
forbidden/forbid fought/fight found/find froze/freeze frozen/freeze grew/grow grown/grow held/hold
hidden/hide hid/hide kept/keep knew/know known/know laid/lay led/lead left/leave lent/lend lost/lose
meant/mean met/meet paid/pay ran/run rang/ring risen/rise rose/rise sank/sink sat/sit saw/see
seen/see sent/send shaken/shake shook/shake shot/shoot shown/show shrank/shrink shrunk/shrink
sold/sell sought/seek spent/spend spoke/speak spoken/speak stole/steal stolen/steal stood/stand
struck/strike stuck/stick sunk/sink sworn/swear swore/swear taught/teach thought/think threw/throw
thrown/throw told/tell torn/tear tore/tear understood/understand withdrawn/withdraw
withdrew/withdraw won/win wrote/write written/write
"""
IRREGULAR = dict(pair.split("/") for pair in _IRREGULAR.split())

# What drafts say of themselves, and by when: nothing by which evidence is known.
OWN = re.compile(
    r"\b(?:Yes if what is foreseen comes true|The option that comes true)\b"
    r"|\bHorizon by policy: .{1,200}?; the text names none\.|\bThe text says “[^”]{0,200}”\."
    r"|\bRead by the rule [\w.-]{1,40}\.|\bFound by .{1,200}\.$"
    r"|\bThe probability was set by hand\.|\bWill it happen\b|\bWhich will it be\b"
    r"|\b\d{4}-\d\d-\d\d\b|\b(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August"
    r"|September|October|November|December)(?: \d{1,2},)? (?:19|20)\d\d\b"
    r"|\b(?:by|before|until|in|of) (?:19|20)\d\d\b(?!-\d)"
)


class Term(NamedTuple):
    """A word of a text under the name by which it is compared, and where it stands."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Aliases:
    """Names that a user holds for the same: each sequence of stems, and what stands for it."""

    names: Mapping[tuple[str, ...], str] = field(default_factory=dict)

    @cached_property
    def lengths(self) -> dict[str, list[int]]:
        """How many words the names have that begin with a word, the longest first."""
        held: dict[str, set[int]] = {}
        for name in self.names:
            held.setdefault(name[0], set()).add(len(name))
        return {word: sorted(counts, reverse=True) for word, counts in held.items()}


def terms(text: str, aliases: Aliases | None = None) -> list[Term]:
    """The words of a text that say what it is about, as stems.

    >>> [term.name for term in terms("The governor's resignation was reported in 2027.")]
    ['governor', 'resign', '2027']
    """
    words = list(_words(text))
    if aliases is None or not aliases.names:
        return words
    found, at = [], 0
    while at < len(words):
        for count in aliases.lengths.get(words[at].name, ()):
            run = words[at : at + count]
            known = aliases.names.get(tuple(word.name for word in run))
            if known is not None:
                found.append(Term(known, run[0].start, run[-1].end))
                break
        else:
            count = 1
            found.append(words[at])
        at += count
    return found


def asked_terms(texts: Iterable[str], aliases: Aliases | None) -> dict[str, bool]:
    """The words of a question in order, and which of them are names: capitals say so."""
    found: dict[str, bool] = {}
    for said in texts:
        text = OWN.sub(lambda own: " " * len(own[0]), said)
        for term in terms(text, aliases):
            before = text[max(0, term.start - 9) : term.start].rstrip(' "“‘(')
            named = text[term.start].isupper() and before[-1:] not in {"", ".", "!", "?", ":", "…"}
            found[term.name] = named or found.get(term.name, False)
    return dict(sorted(found.items()))


def _words(text: str) -> Iterator[Term]:
    for match in WORD.finditer(text):
        word = match[0] if match[0][-1].isdecimal() else match[0].replace(".", "")
        name = word.replace(",", "").lower()
        if word.isupper() and len(word) > 1:  # "US" is a country, "IT" an industry
            yield Term(name.upper() if name in GRAMMAR else stem(name), *match.span())
        elif (len(name) > 1 or name.isdecimal()) and name not in GRAMMAR and name not in FRAME:
            yield Term(stem(name), *match.span())


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of an English word in small letters.

    >>> [stem(word) for word in ("retaliation", "retaliated", "fell", "fallen", "2.9")]
    ['retali', 'retali', 'fall', 'fall', '2.9']
    >>> stem("russia") == stem("russians"), stem("leader") == stem("leadership")
    (True, True)
    """
    if len(word) > LONGEST or not word.isalpha():
        return word
    plain = ENDING.sub("", ENDING.sub("", IRREGULAR.get(word, word)))  # Taiwan, Taiwanese
    return str(_stemmer().stemWord(plain))


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


def read_aliases(path: Path) -> Aliases:
    """The aliases in a YAML file, a name and a list of others on each line.

    ``Athens: [Greece, Greek]``: the three are then compared as one word. Names that share one are
    all the same. Raises DataError where the file is something else.
    """
    from ruamel.yaml import YAML

    expected = "names with lists of others, as  Athens: [Greece, Greek]"
    text = path.read_bytes()
    try:
        content = YAML(typ="safe", pure=True).load(text.decode("utf-8-sig"))
    except Exception as error:  # noqa: BLE001 - fed anything, the parser fails in any way
        said = " ".join(str(getattr(error, "problem", None) or "no YAML in UTF-8").split())
        raise DataError([Problem("aliases", said, expected, str(path))]) from None
    if not isinstance(content, dict | None):
        found = "a list" if isinstance(content, list) else " ".join(str(content).split())[:60]
        raise DataError([Problem("aliases", found, expected, str(path))])
    groups = []
    for name, others in (content or {}).items():
        group = [name, *others] if isinstance(others, list) else [name, others]
        if not all(isinstance(one, str) for one in group):
            found = " ".join(f"{name}: {others}".split())[:60]
            raise DataError([Problem("aliases", found, expected, str(path))])
        groups.append(group)
    return aliases_of(groups)


def aliases_of(groups: list[list[str]]) -> Aliases:
    """Groups of names, each of which means the same.

    >>> same = aliases_of([["Athens", "Greece", "Greek government"]])
    >>> len({term.name for term in terms("Athens and the Greek government", same)})
    1
    """
    held: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for group in groups:
        own = {tuple(term.name for term in terms(name)) for name in group} - {()}
        for name in list(own):
            other = held.get(name, own)
            if other is own:
                held[name] = own
                continue
            few, many = sorted((own, other), key=len)
            many |= few
            held.update(dict.fromkeys(few, many))
            own = many
    merged = {id(own): own for own in held.values()}
    first = {key: "=" + " ".join(min(own)) for key, own in merged.items()}
    return Aliases({name: first[id(own)] for name, own in held.items()})
