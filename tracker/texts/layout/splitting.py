"""Sentences of a paragraph, by rules for English prose.

Every rule looks at a bounded stretch around a stop, so time grows with the length of the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 2_000  # characters of a sentence; what is longer is cut at a blank
NEAR = 40  # characters around a stop that decide what it is


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


TITLES = _set(  # a name follows, or the rest of what is abbreviated: no sentence ends here
    "mr mrs ms messrs dr prof gen sen rep reps sens gov lt col sgt cpl pvt capt cmdr adm maj brig"
    " rev fr hon pres amb supt insp sr. mt ft vs v e.g i.e eg ie cf viz approx"
)
NUMBERED = _set(  # a number follows; otherwise it is a word or an end
    "no nos fig figs p pp vol vols art arts sec secs ch chap par para eq c ca ed eds op tab ver est"
)
ENDINGS = _set(  # may end a sentence: it does where the next word is one that starts sentences
    "st inc ltd co corp plc llc bros jr sr dept univ assn ave blvd rd sq al ph.d"
    " jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun"
    " calif fla ill mass mich minn pa tex va wash wis ariz colo conn ga ind kan ky la md"
    " mo mont neb nev okla ore tenn vt wyo"
)
STARTERS = _set(
    "a after all also although among an and another any are as at back based because before both"
    " but by can could did despite do does during each earlier either even every few finally first"
    " for from given had has have he hence her here his how however i if in indeed instead is it"
    " its last later last many meanwhile moreover most much my nearly neither nevertheless next no"
    " nobody none nonetheless nor not nothing now of often on once one only or other others our"
    " overall perhaps rather recently several she should similarly since so some soon still such"
    " than that the their then there therefore these they this those though through thus to today"
    " together under unless unlike until we what when where whether which while who whose why will"
    " with within without would yet you your"
)
SAYING = (
    "said|says|asked|asks|wrote|writes|told|tells|added|adds|argued|argues|warned|warns|replied"
    "|insisted|insists|noted|notes|wondered|wonders|declared|declares|tweeted|posted|quipped"
)

STOP = re.compile(r"(?<![.!?])[.!?]++[\"')\]]*+(?:\[\w{1,4}\])*+(?=\s|[\"'(]?[A-Z])")
BLANKS = re.compile(r"\s*")
WORD_BEFORE = re.compile(r"[\w.&-]*$")
ACRONYM = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]$")
OPENERS = "\"'([{-*#"
BARE = re.compile(r"\W*(?:\d{1,3}|[a-z])?\W*")
LETTERED = re.compile(r"[a-z]\.\s[A-Z][a-z]")  # b. Another item
LOWER_INITIALS = re.compile(r"\b[a-z]\. ?[a-z]$")  # v. d.
REFUSAL = re.compile(r"\b(?:answer (?:is|was)|answered|said|says|say|voted) no$")
WHOLE = re.compile(r"\d{2,}|[^\W\d_.]*[a-z]{2}|\d[\w,]*[a-z]{1,2}")
NEXT_WORD = re.compile(r"[^\W\d_]+")
ROMAN = re.compile(r"[IVXLC]{2,8}\b")
UNSPACED = re.compile(r"[\"'(]?(?:[A-Z][a-z]+|A|I|(?:[A-Z]\.){2,6})(?=[\s,;:'\"!?-]|$)")
UNSPACED_SHORT = re.compile(r"[A-Z][a-z]+\.")  # after a mark that no name holds
SPEAKER = re.compile(rf"(?:[A-Z][\w.'-]{{0,30}} ){{1,4}}(?:{SAYING})\b")


def split(prose: str) -> Iterator[tuple[int, int]]:
    """The sentences of a paragraph in plain signs, as start and end in it.

    Closing quotes and brackets belong to the sentence that they end, blanks to none. Sentences
    within a quotation are sentences. What is longer than ``LONGEST`` is cut at a blank.

    >>> text = 'Mr. Li said no. "It will rain," he added.'
    >>> [text[start:end] for start, end in split(text)]
    ['Mr. Li said no.', '"It will rain," he added.']
    """
    last = len(prose.rstrip())
    begin = _past_blanks(prose, 0)
    for stop in STOP.finditer(prose, begin, last):
        end = stop.end()
        if begin < end < last:
            end = _closed(prose, end, last)
            if end < last and _ends(prose, begin, stop, end):
                yield from _bounded(prose, begin, end)
                begin = _past_blanks(prose, end)
    if begin < last:
        yield from _bounded(prose, begin, last)


def _past_blanks(prose: str, position: int) -> int:
    found = BLANKS.match(prose, position)
    return found.end() if found else position


def _closed(prose: str, end: int, last: int) -> int:
    """The end of a sentence with a closing quote that stands apart, as in « Oui. »."""
    mark = _past_blanks(prose, end)
    if end < mark < last and prose[mark] == '"' and (mark + 1 == last or prose[mark + 1].isspace()):
        return mark + 1
    return end


def _bounded(prose: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence, in pieces where it is too long."""
    while end - start > LONGEST:
        cut = prose.rfind(" ", start + 1, start + LONGEST)
        cut = cut if cut > 0 else start + LONGEST
        yield start, start + len(prose[start:cut].rstrip())
        start = _past_blanks(prose, cut)
    if start < end:
        yield start, end


def _ends(prose: str, begin: int, stop: re.Match[str], end: int) -> bool:
    """Whether a sentence ends with this stop, which is not the last of the paragraph."""
    marks = stop[0]
    before = prose[max(begin, stop.start() - NEAR) : stop.start()]
    if stop.start() - begin <= NEAR and BARE.fullmatch(before):
        return False  # an ellipsis, or 2. in a list that runs on
    if not prose[end].isspace():
        return _unspaced(before, marks, prose[end : end + NEAR])
    after = _past_blanks(prose, end)
    following = prose[after : after + 2 * NEAR]
    first = following.lstrip(OPENERS + " ")[:1] or following[:1]
    listed = LETTERED.match(following) and len(_word(before)) > 1
    if (first.islower() and not listed) or first in ",;:.!?)]%":
        return False
    if marks.startswith("..") or "!" in marks or "?" in marks:
        return not ('"' in marks and "." not in marks and SPEAKER.match(following))
    return not _abbreviated(before, following)


def _unspaced(before: str, marks: str, following: str) -> bool:
    """Whether a stop without a blank after it ends a sentence: "backs down.Washington"."""
    word = _word(before)
    whole = WHOLE.fullmatch(word) is not None
    if not whole or (marks[0] == "." and word.lower() in TITLES | NUMBERED | ENDINGS):
        return False
    short = marks[0] in "!?" and UNSPACED_SHORT.match(following)
    return bool(short or UNSPACED.match(following))


def _word(before: str) -> str:
    """The word at the end, with the dots inside it."""
    found = WORD_BEFORE.search(before)
    return found[0] if found else ""


def _abbreviated(before: str, following: str) -> bool:
    """Whether a full stop marks an abbreviation or an initial, and the sentence goes on."""
    word = _word(before)
    short = word.lower()
    if short in TITLES:
        return True
    if short in NUMBERED and (
        (following[:1].isdigit() and not REFUSAL.search(before))
        or (ROMAN.match(following) and short != "no")
    ):
        return True
    initial = (len(word) == 1 and word.isupper()) or LOWER_INITIALS.search(before)
    if short in ENDINGS and (word[0].isupper() or short == "al"):
        return following[:1].isdigit() or not _starts(following)
    return bool(initial or ACRONYM.match(word)) and not _starts(following)


def _starts(following: str) -> bool:
    """Whether the next word is one that starts sentences, and no initial."""
    opened = following.lstrip("\"'([")
    found = NEXT_WORD.match(opened)
    if not found:
        return False
    word = found[0]
    dotted = opened[found.end() : found.end() + 1] == "."
    return word.lower() in STARTERS and not (dotted and len(word) == 1)
