"""What a draft is called: the title, the criteria and the id of the question that it suggests."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING

from tracker.records import ENDED
from tracker.values import sha256

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.texts.document import Document
    from tracker.texts.drafts import Draft, Horizon

NONE = "none of these"  # the option that every set has
WITHIN = str.maketrans("“”", "‘’")  # quotation marks within quotation marks
SHOWN = 160  # characters of a sentence that stand in a title
ENOUGH = 4  # words of content with which a sentence says by itself what it is about
SEARCHED = 1_000_000  # characters of a text in which names are looked for
COMMON = """
a about after all also among an and any are as at be been before but by can chance could did do does
even for from had has have he her him his if in into is it its just may might more most must no nor
not now of on one or other our out over said say says she should so some such than that the their
them then there these they this those through to under until up upon very was we were what when
which while who will with within would yet you your still
"""  # words that do not say what a forecast is about
STOP = frozenset(COMMON.split())

# Who or what, and a verb that only says how likely the next one is: then a question is its words
# in another order. Whoever that is stands there in few words, without a verb of their own.
_OPENING = r"(?:(?:and|but|or|so|yet|still|then|thus|indeed|moreover|however|instead),? )?"
_HOW = r"(?:(?:very|most|almost|quite|well|also|still|soon|now|[a-z]{2,15}ly) ){0,3}"
_ASKED = re.compile(
    rf"{_OPENING}(?P<who>[\w'’-]+(?: [\w'’&-]+){{0,7}}?) (?:(?-i:will|would|may|might|could|shall)"
    rf"(?: not| never)? {_HOW}"
    rf"|(?:is|are) {_HOW}(?:un)?(?:likely|set|expected|due|bound|poised) to )",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"(?!not |never |to |have (?!to ))(?!.{0,600}(?:;| (?:will|would|may|might|could) ))[A-Za-z]"
)
MAY = "May"  # the month
_SMALL_WORDS = """
a an the this these those it he she they we its his her their our my your some many most several few
all both no any each every another such one two three there such more less other others
"""
_SMALL = frozenset(_SMALL_WORDS.split())
_OPENERS = """
about after against among as at before by despite during even few for from how in into like little
neither never no nobody none nor not nothing of on once only since than to under until with without
"""
_NOT_FIRST = frozenset(_OPENERS.split())
_VERBS = """
because if that though unless what when where whether which while who why say says said think thinks
is are was were has have had does do did can cannot must will would may might could should shall
"""
_NOT_WHO = frozenset(_VERBS.split())


_POINTING_WORDS = """
he her hers him his i it its itself my our ours she that their them they this these those us we you
your
"""
_POINTING = frozenset(_POINTING_WORDS.split())  # to what another sentence says
_NO_DEED = _NOT_FIRST | {"because", "if", "that", "though", "unless", "when", "where", "whether"}
_BY = re.compile(r"(?:by|before) ", re.IGNORECASE)
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # which way is written
_YEAR = re.compile(r"\d{4}", re.ASCII)


@dataclass(frozen=True)
class Context:
    """What a text knows beyond a draft: its sentence without markup, the one before, names."""

    sentence: str = ""
    before: str = ""
    names: frozenset[str] = frozenset()


NOWHERE = Context()


def names(document: Document) -> frozenset[str]:
    """The words that have a capital in the midst of a sentence."""
    return frozenset(re.findall(r"(?<=[a-z,;] )[^\W\d_a-z]\w{1,30}", document.text[:SEARCHED]))


def context(draft: Draft, document: Document, known: frozenset[str]) -> Context:
    """Where a draft stands in its document."""
    position = draft.paragraph - 1
    if not 0 <= position < len(document.paragraphs):
        return NOWHERE
    paragraph = document.paragraphs[position]
    here, there = draft.start - paragraph.start, draft.end - paragraph.start
    if paragraph.text[max(0, here) : there] != draft.sentence:
        return NOWHERE
    pairs = zip(draft.sentence, paragraph.prose[here:there], strict=True)
    plain = "".join(" " if bare == " " else sign for sign, bare in pairs)
    at = bisect_left(paragraph.sentences, draft.start, key=attrgetter("start"))
    if not at and position:
        paragraph = document.paragraphs[position - 1]
        at = len(paragraph.sentences)
    before = paragraph.plain(paragraph.sentences[at - 1]) if at else ""
    return Context(plain, one_line(before, 120).strip(" .").translate(WITHIN), known)


def title(draft: Draft, day: str | None, context: Context = NOWHERE) -> str:
    """A question out of a sentence: its words without those that carry the probability.

    Of one that does not say by itself what it is about, the one before is quoted too.
    """
    draft = _plainly(draft, context)
    by = f" by {day}" if day else ""
    after = f" (after: “{context.before}”)" if context.before and _leans(draft) else ""
    if option_names(draft):
        return f"Which will it be{by}: “{_shortened('', draft.sentence)}”{after}?"
    asked = None if _leans(draft) else _asked(draft, context.names)
    if asked:
        return _dated(_shortened("", asked), draft.horizon, day)
    return f"Will it happen{by}: “{_shortened(*_around(draft))}”{after}?"


def _plainly(draft: Draft, context: Context) -> Draft:
    """A draft with its sentence in one line, without markup and signs that turn the writing."""
    said = context.sentence or draft.sentence
    start, end = draft.phrase_start - draft.start, draft.phrase_end - draft.start
    if not 0 <= start < end <= len(said):
        return replace(draft, sentence=said)
    before, phrase, after = (
        re.sub(r"\s+", " ", _TURNS.sub("", part))
        for part in (said[:start], said[start:end], said[end:])
    )
    before = before.lstrip()
    start = draft.start + len(before)
    sentence = f"{before}{phrase}{after}"
    return replace(draft, sentence=sentence, phrase_start=start, phrase_end=start + len(phrase))


def _leans(draft: Draft) -> bool:
    """Whether a sentence needs those around it to say what it is about."""
    before, after = _around(draft)
    if not _content(before[-2 * SHOWN :] + " " + draft.sentence[: 2 * SHOWN]):
        return True
    said = before if _content(before[-2 * SHOWN :]) else draft.sentence
    return (before, after) == ("", draft.sentence) or not _POINTING.isdisjoint(
        _plain(said[: 4 * SHOWN]).split()
    )


def event(draft: Draft) -> str | None:
    """What a sentence foresees, in its own words; None where others are needed to know it."""
    before, after = _around(draft)
    words = _plain(draft.sentence).split()
    if not before + after or draft.condition == "implicit" or not _POINTING.isdisjoint(words):
        return None
    if len(_content(f"{before} {after}")) < ENOUGH or (before, after) == ("", draft.sentence):
        return None
    return " … ".join(" ".join(part.casefold().split()) for part in (before, after))


def _dated(asked: str, horizon: Horizon | None, day: str | None) -> str:
    """A question with its day, which stands there once."""
    words = " ".join(horizon.words.split()) if horizon and horizon.words else ""
    if not day or horizon is None or horizon.day != day or not words:
        return f"{asked}, by {day}?" if day else f"{asked}?"
    if asked.endswith(f" {words}") and _BY.match(words):
        return f"{asked[: -len(words)].rstrip(' ,')} by {day}?"
    return f"{asked}?" if words in asked and _YEAR.search(words) else f"{asked}, by {day}?"


def _asked(draft: Draft, known: frozenset[str]) -> str | None:
    """A sentence turned into a question, where its form leaves no doubt how."""
    end = draft.phrase_end - draft.start
    said = draft.sentence[: 4 * SHOWN]
    found = _ASKED.match(said)
    if found is None or not 0 < end <= len(said) or abs(found.end() - end) > len(" to "):
        return None
    who, what = found["who"].split(), said[max(found.end(), end) :].strip()
    if who[0].casefold() in _NOT_FIRST or _NOT_WHO & {
        word.casefold() for word in who if word != MAY
    }:
        return None
    if not _DONE.match(what) or re.split(r"\W", what, maxsplit=1)[0].casefold() in _NO_DEED:
        return None
    if who[0].casefold() in _SMALL:
        who[0] = who[0].casefold()
    elif not _named(who, known):
        return None
    return f"Will {' '.join(who)} {what}"


def _named(who: Sequence[str], known: frozenset[str]) -> bool:
    """Whether the first word keeps its capital within a sentence, as names do."""
    first = who[0].removesuffix("'s").removesuffix("’s")
    return (
        first == first.lower()
        or first in known
        or any(not sign.islower() for sign in first[1:])
        or any(word[0].isupper() for word in who[1:])
    )


def option_names(draft: Draft) -> list[str]:
    """The options of a set with the one that every set has; none where no set is left."""
    names: dict[str, str] = {}
    for option in draft.options or ():
        if name := one_line(option, 90):
            ends = name.casefold().replace("-", " ") in ENDED  # not to be taken for an outcome
            names.setdefault(name.casefold(), f"{name} (option)" if ends else name)
    rivals = [name for folded, name in names.items() if folded != NONE]
    return [*rivals, NONE] if rivals else []


def criteria(horizon: Horizon | None, day: str | None, *, options: Sequence[str] = ()) -> str:
    """By what a question is settled, as far as a draft knows it, and whence the day is."""
    what = "The option that comes true" if options else "Yes if what is foreseen comes true"
    said = f"{what} by {day}." if day else f"{what}."
    if horizon is None:
        return said
    if horizon.words:
        return f"{said} The text says “{one_line(horizon.words, 200)}”."
    if horizon.policy:
        return f"{said} Horizon by policy: {one_line(horizon.policy, 200)}; the text names none."
    return said


def _around(draft: Draft) -> tuple[str, str]:
    """The words of a sentence before and after its phrase; all, where few would be left."""
    start, end = draft.phrase_start - draft.start, draft.phrase_end - draft.start
    if not 0 <= start < end <= len(draft.sentence):
        return "", draft.sentence
    before, after = draft.sentence[:start], draft.sentence[end:]
    said = _content(before[-2 * SHOWN :]) + _content(after[: 2 * SHOWN])
    return (before, after) if said else ("", draft.sentence)


def _shortened(before: str, after: str) -> str:
    """What stands around a gap, cut at words on both sides."""
    longest = 4 * SHOWN  # of a sentence of ten million characters only so much is looked at
    left = one_line(before[-longest:], longest)
    right = one_line(after[:longest], longest).strip(" .!?;:,")
    room = max(SHOWN // 2, SHOWN - len(right))
    if len(left) > room:
        left = f"…{left[-room:].partition(' ')[2] or left[-room:]}"
    room = max(SHOWN // 2, SHOWN - len(left))
    if len(right) > room:
        right = f"{right[:room].rpartition(' ')[0] or right[:room]} …"
    said = f"{left} … {right}".strip() if before.strip() else right
    return re.sub(r"(?<=\w) +(?=[,.;:!?])", "", said.translate(WITHIN))


def question_id(draft: Draft, source: str | None, context: Context = NOWHERE) -> str:
    """The words that say what a forecast is about, and a sign of where it stands in which text.

    ``source`` is the hash of the text: no other has a question of this id.
    """
    place = f"{source} {draft.start} {draft.end} {draft.phrase_start}"
    draft = _plainly(draft, context)
    before, after = _around(draft)
    near = [*_content(before[-2 * SHOWN :])[-2:], *_content(after[: 2 * SHOWN])[:3]]
    if _leans(draft):
        near = [*_content(context.before)[-3:], *near][:5]
    if len(near) < 2:  # noqa: PLR2004 - one word says too little
        near = ["forecast", *near]
    return f"{slug(' '.join(near), 43)}-{sha256(place)[:4]}"


def _content(text: str) -> list[str]:
    return [word for word in _plain(text).split() if word not in STOP and len(word) > 1]


def _plain(text: str) -> str:
    """Words of ASCII letters and digits, in small letters.

    >>> _plain("São Tomé’s 3 ports")
    'sao tomes 3 ports'
    """
    bare = unicodedata.normalize("NFKD", re.sub("['’]", "", text))
    return " ".join(re.findall(r"[a-z0-9]+", bare.encode("ascii", "ignore").decode().lower()))


def slug(text: str, longest: int = 48) -> str:
    """Words as an id or a handle has them; nothing where no letter of them can stand in one."""
    words = _plain(text).replace(" ", "-")
    return words if len(words) <= longest else words[:longest].rpartition("-")[0] or words[:longest]


def one_line(text: str, longest: int) -> str:
    """A text as one line of a record."""
    held = "".join(
        " " if unicodedata.category(c) in {"Cc", "Cs"} else c
        for c in _TURNS.sub("", text[: 4 * longest])
    )
    line = unicodedata.normalize("NFC", " ".join(held.split()))
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
