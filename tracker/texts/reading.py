"""What the rules say of words that somebody else has found: how they are read, and whose they are.

A language model points to words. Neither their reading nor their author is its to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.texts.drafts import Reading
from tracker.texts.model.pointing import locate
from tracker.texts.numbers.stated import stated
from tracker.texts.rules import cues, polarity, present
from tracker.texts.rules.prose import Prose
from tracker.texts.voices.voices import Voices

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.records import Attribution
    from tracker.texts.document import Document
    from tracker.texts.drafts import Draft
    from tracker.texts.lexicon import Lexicon
    from tracker.texts.voices.voices import Said

UNKNOWN = "unknown words"


def reading(lexicon: Lexicon, sentence: str, phrase: str) -> Reading:
    """How a phrase in a sentence is read, both in plain signs.

    By the number that it states, else by the strongest cue that shares words with it: "will" in
    "will not" is read as that. Words that the rules do not know have no number and are not scored.

    >>> from tracker.texts.lexicon import Lexicon
    >>> reading(Lexicon.load(), "It will not rain.", "will").rule
    'will_not'
    >>> reading(Lexicon.load(), "Rain is in the air.", "in the air").rule
    'unknown words'
    """
    start, end = locate(phrase, sentence) or (0, 0)
    prose = Prose(sentence)
    for number in stated(sentence):
        if number.start < end and start < number.end:
            return number.reading(lexicon.version)
    plain = present.find(prose)
    for found in (*cues.find(prose), *([plain] if plain else [])):
        if found.start < end and start < found.end:
            return polarity.read(lexicon, prose, found)
    return Reading(None, None, None, UNKNOWN, lexicon.profile, lexicon.version, scorable=False)


def whose(document: Document) -> Callable[[Draft], Attribution]:
    """Whose words a draft is, by what the rules read in its sentence and those before it."""
    said: dict[int, Said] = {}
    voices = Voices()
    for paragraph in document.paragraphs:
        voices.paragraph()
        for sentence in paragraph.sentences:
            said[sentence.start] = voices.sentence(Prose(paragraph.plain(sentence)))

    def view(draft: Draft) -> Attribution:
        found = said.get(draft.start)
        return found.voice(draft.phrase_start - draft.start).attribution if found else "unclear"

    return view
