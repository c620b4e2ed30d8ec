"""From a text to drafts of its forecasts, by rules over versioned tables of words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tracker.texts.days.horizon import horizon, policy
from tracker.texts.drafts import Draft, Reading
from tracker.texts.lexicon import Lexicon
from tracker.texts.numbers.stated import stated
from tracker.texts.rules import alternatives, cues, polarity, present
from tracker.texts.rules.blockers import why_not
from tracker.texts.rules.conditions import condition
from tracker.texts.rules.consequences import supposes
from tracker.texts.rules.cues import Cue, Found
from tracker.texts.rules.options import option_set
from tracker.texts.rules.prose import Prose, Squeezed, squeezed
from tracker.texts.voices.rejected import rejected
from tracker.texts.voices.voices import AUTHOR, Voices

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tracker.texts.document import Document, Paragraph, Sentence
    from tracker.texts.drafts import Tier
    from tracker.texts.numbers.stated import Stated
    from tracker.texts.voices.voices import Said

NUMBER = Cue("stated", "likelihood", re.compile(""), "stated")
SHORT = 90  # characters of a line in a list; a longer sentence without a verb is not one
_HELD = {"suspect", "expects", "set_to"}  # views that the author may call false
_MARKED = re.compile(r"[*_`]")  # emphasis between a modal and a cue is no part of a phrase
_CLAUSE = re.compile(r";|, (?:but|and|while|whereas|yet|though|although|or) | - ")


class Candidate(NamedTuple):
    """A cue in a sentence, with a number where one is stated, and why it is none, if so."""

    found: Found
    number: Stated | None
    reason: str | None


class Before(NamedTuple):
    """What the rules remember of the sentence before, in the same paragraph."""

    past: bool = False
    scene: bool = False


class Here(NamedTuple):
    """A sentence as the rules come to it."""

    paragraph: Paragraph
    sentence: Sentence
    prose: Prose
    kept: Squeezed
    said: Said
    before: Before
    published: str | None


class Rules:
    """The extractor of our own: no model, no network, the same drafts for the same text."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self.lexicon = lexicon or Lexicon.load()

    def extract(self, document: Document, published: str | None = None) -> list[Draft]:
        """The drafts of a document in text order, dropped candidates among them."""
        return list(self.drafts(document.paragraphs, published))

    def drafts(
        self, paragraphs: Iterable[Paragraph], published: str | None = None
    ) -> Iterator[Draft]:
        """The drafts of paragraphs, one paragraph behind: an alternative may come in the next."""
        waiting: list[Draft] = []
        voices = Voices()
        for paragraph in paragraphs:
            found = list(self._of(paragraph, published, voices))
            waiting, found = alternatives.linked(waiting, found)
            yield from waiting
            waiting = found
        yield from waiting

    def _of(self, paragraph: Paragraph, published: str | None, voices: Voices) -> Iterator[Draft]:
        before = Before()
        voices.paragraph()
        for sentence in paragraph.sentences:
            kept = squeezed(paragraph.plain(sentence))
            prose = Prose(kept.text)
            said = voices.sentence(prose)
            here = Here(paragraph, sentence, prose, kept, said, before, published)
            for chosen in _chosen(here):
                yield self._draft(here, chosen)
            scene = supposes(prose) or (before.scene and said.voice(0) == AUTHOR)
            before = Before(prose.past > prose.present, scene)

    def _draft(self, here: Here, chosen: Candidate) -> Draft:
        found, prose = chosen.found, here.prose
        words = here.paragraph.words(here.sentence)
        start, end = here.kept.before(polarity.first(prose, found)), here.kept.before(found.end)
        if _MARKED.search(words, start, end):
            start = here.kept.before(found.start)
        voice = here.said.voice(found.start)
        supposed = condition(prose, found, scene=here.before.scene)
        stands = chosen.reason is None
        named = option_set(prose, found) if stands else None
        due = policy(here.published) if stands else None
        return Draft(
            start=here.sentence.start,
            end=here.sentence.end,
            phrase=words[start:end],
            phrase_start=here.sentence.start + start,
            phrase_end=here.sentence.start + end,
            tier=self._tier(found),
            reading=self._reading(here, chosen),
            sentence=words,
            paragraph=here.paragraph.number,
            attribution=voice.attribution,
            speaker=voice.speaker,
            condition=supposed.kind if supposed else None,
            condition_words=supposed.words if supposed else None,
            options=named.of(here.kept.of(words)) if named else None,
            ordered=named.ordered if named else None,
            horizon=horizon(
                prose.text, here.published, default=due, around=(found.start, found.end)
            )
            if stands
            else None,
            reason=chosen.reason,
        )

    def _reading(self, here: Here, chosen: Candidate) -> Reading:
        if chosen.number is not None:
            return chosen.number.reading(self.lexicon.version)
        return polarity.read(self.lexicon, here.prose, chosen.found)

    def _tier(self, found: Found) -> Tier:
        return "A" if found.cue is NUMBER else self.lexicon.entry(found.cue.entry).tier


def _chosen(here: Here) -> list[Candidate]:
    """The strongest cue that stands, and likelihoods in other clauses, in text order.

    Where none stands, the strongest with the reason against it.
    """
    chosen: list[Candidate] = []
    dropped: list[Candidate] = []
    for found, number in _found(here):
        if chosen and not (found.cue.kind == "likelihood" and _apart(here.prose, found, chosen)):
            continue
        reason = _reason(here, found)
        (dropped if reason else chosen).append(Candidate(found, number, reason))
    if not chosen and (plain := present.find(here.prose)):
        reason = _reason(here, plain)
        (dropped if reason else chosen).append(Candidate(plain, None, reason))
    return sorted(chosen, key=lambda one: one.found.start) or dropped[:1]


def _reason(here: Here, found: Found) -> str | None:
    """Why a cue is no forecast of anybody's, or not one that the author lets stand."""
    reason = why_not(here.prose, found, past_around=here.before.past)
    held = found.cue.entry in _HELD and rejected(here.prose, found.end)
    denied = held or rejected(here.prose, found.start)
    return reason or ("is denied" if denied else None)


def _found(here: Here) -> Iterator[tuple[Found, Stated | None]]:
    """Stated numbers first, then words by their rank."""
    prose = here.prose
    short = len(prose.text) < SHORT and not prose.past and not prose.present
    listed = short or here.paragraph.item or here.paragraph.heading
    for number in stated(prose.text):
        if listed or not number.bare:
            yield Found(NUMBER, number.start, number.end), number
    for found in cues.find(prose):
        yield found, None


def _apart(prose: Prose, found: Found, chosen: list[Candidate]) -> bool:
    """Whether a cue stands in a clause of its own."""
    for other in chosen:
        first, second = sorted((found, other.found), key=lambda one: one.start)
        if not _CLAUSE.search(prose.text, first.end, second.start):
            return False
    return True
