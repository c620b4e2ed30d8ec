"""Evidence: the passages of a text that may settle a question.

Sentences are ranked by BM25 (Robertson and Zaragoza 2009, k1 and b as in Anserini) over the words
of the question, its criteria and the reasons given for its forecasts. Words that few of the open
questions have weigh more: "agency" and "horizon" stand in many criteria and tell nothing. What is
said to have happened goes before what may happen. Who reads decides: nothing is settled here.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tracker.texts.matching import IRREGULAR, asked_terms, terms
from tracker.values import sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from tracker.records import Forecast, Question
    from tracker.texts.document import Document, Paragraph, Sentence
    from tracker.texts.matching import Aliases, Term

K1, B = 0.9, 0.4
CONTEXT = 0.2  # what a sentence gets of the score of its paragraph
REST = 0.25  # what a paragraph gets of its sentences beside the best
WINDOW = 10  # sentences within which the words of a question are looked for
LONGEST = 2000  # characters of a sentence in which its tense is looked for
UNSEEN = 2  # words added to every question, so that one word of two is not half
# Below this nothing is probably there. Measured on 65 questions and the texts that settle them, of
# which 93 to 100 % reach it, and on 415 pairs of a question and a text on something else: 6 to 9 %.
THRESHOLD = 0.17

HAPPENED = re.compile(
    rf"\b(?:has|have|had|been|was|were|did|came|gave|took|went|[a-z]{{2,20}}ed|{'|'.join(IRREGULAR)})\b",
    re.IGNORECASE,
)
PERFECT = re.compile(r"\b(?:has|have)\b", re.IGNORECASE)
OPEN = re.compile(r"\b(?:may|might|could|would|should|will|can|likely|unlikely)\b", re.IGNORECASE)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
FAMILY = 100  # other questions, as it were: a few on one thing do not make its words common
WEIGHTY = 0.3  # from here a word tells something


@dataclass(frozen=True)
class FoundPassage:
    """A sentence that may bear on a question; ``matched`` are the spans of the words it shares."""

    rank: int
    score: float
    start: int
    end: int
    paragraph: int
    text: str
    sha256: str
    matched: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class FoundParagraph:
    """A paragraph that may bear on a question."""

    rank: int
    paragraph: int
    start: int
    end: int
    score: float


@dataclass(frozen=True)
class Found:
    """What a text has on a question.

    ``score`` is the share of the question's words, by weight, that stand within ten sentences of
    one another, 0 to 1. ``likely`` is whether that is enough for something to be there: two words
    at least, a name that no other question has, or the only word that there is.
    """

    question: str
    score: float
    likely: bool
    passages: tuple[FoundPassage, ...]
    paragraphs: tuple[FoundParagraph, ...]


class _Line(NamedTuple):
    """A sentence with its words, and how far it tells of what has happened."""

    paragraph: Paragraph
    sentence: Sentence
    terms: list[Term]
    prior: float


class _Word(NamedTuple):
    """How much a word of a question weighs in a sentence and in the share; if it is a rare name."""

    weight: float
    share: float
    name: bool


class _Index:
    """Which units of a text have a word, and how often: the inverted file of BM25."""

    def __init__(self, units: Sequence[Iterable[str]]) -> None:
        self.postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        counts = [Counter(unit) for unit in units]
        lengths = [count.total() for count in counts]
        mean = sum(lengths) / len(lengths) or 1 if lengths else 1
        for number, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            for word, times in count.items():
                part = times * (K1 + 1) / (times + K1 * (1 - B + B * length / mean))
                self.postings[word].append((number, part))
        self.size = len(counts)

    def scores(self, weights: Mapping[str, float]) -> dict[int, float]:
        """The score of every unit that has one of the words."""
        found: dict[int, float] = defaultdict(float)
        for word, weight in weights.items():
            units = self.postings.get(word, ())
            rare = weight * rarity(len(units), self.size)
            for number, part in units:
                found[number] += rare * part
        return found


def wording(question: Question, forecasts: Iterable[Forecast]) -> list[str]:
    """The texts that say what a question asks, and on what its forecasts rest."""
    condition = question.condition.text if question.condition else None
    options = [option.label or option.name for option in question.options]
    reasons = [forecast.rationale for forecast in forecasts]
    return [
        text for text in (question.title, question.criteria, condition, *options, *reasons) if text
    ]


def rank(
    document: Document,
    questions: Mapping[str, Iterable[str]],
    *,
    wanted: Collection[str] | None = None,
    published: str | None = None,
    aliases: Aliases | None = None,
    top: int = 5,
    progress: Callable[[int, int], None] | None = None,
) -> list[Found]:
    """The passages of a text that may settle each question, the best first.

    Parameters
    ----------
    document
        The text.
    questions
        By id the texts that say what a question asks: its title and criteria, the labels of its
        options, the reasons for its forecasts. All open questions should be here: a word that many
        of them have weighs less.
    wanted
        The ids of the questions to look for; all of them by default.
    published
        When the text was published, as 2026-03-02: what it tells of earlier years weighs less.
    aliases
        Names that mean the same.
    top
        How many passages and paragraphs of each question to give.
    progress
        Is told how many questions are done, and of how many.
    """
    reader = _Reader(document, aliases, published)
    asked = {key: asked_terms(texts, aliases) for key, texts in questions.items()}
    spread = Counter(word for words in asked.values() for word in words)
    rarest = rarity(1, len(asked))
    weights = {word: rarity(count, len(asked)) / rarest for word, count in spread.items()}
    rarest = rarity(1, len(asked) + FAMILY)
    shares = {word: rarity(count, len(asked) + FAMILY) / rarest for word, count in spread.items()}
    found = []
    chosen = [key for key in asked if wanted is None or key in wanted]
    for done, key in enumerate(chosen, 1):
        words = {
            word: _Word(weights[word], shares[word], named and spread[word] == 1)
            for word, named in asked[key].items()
        }
        found.append(reader.found(key, words, top))
        if progress and (done % 100 == 0 or done == len(chosen)):
            progress(done, len(chosen))
    return found


def rarity(units: int, of: int) -> float:
    """The weight of a word that so many units have, of so many; never below 0.

    >>> rarity(1, 30) > rarity(10, 30) > rarity(30, 30) > 0
    True
    """
    return math.log1p((of - units + 0.5) / (units + 0.5))


def occurrence(sentence: str, year: int | None = None) -> float:
    """How much a sentence weighs as a report of what has happened.

    >>> occurrence("The court has rejected the appeal.")
    1.2
    >>> occurrence("In 2019 it did.", 2027) < occurrence("The court may reject it.") < 1
    True
    """
    weight, sentence = 1.0, sentence[:LONGEST]
    if PERFECT.search(sentence):
        weight = 1.2
    elif HAPPENED.search(sentence):
        weight = 1.1
    if OPEN.search(sentence):
        weight *= 0.8
    years = [int(said) for said in YEAR.findall(sentence)]
    return weight * 0.7 if years and year and max(years) < year else weight


def _tells(held: Iterable[str], words: Mapping[str, _Word]) -> bool:
    """Whether words that stand together are more than one that any text may have."""
    weighty = [word for word in held if words[word].share >= WEIGHTY]
    return len(weighty) > 1 or len(words) == 1 or any(words[word].name for word in weighty)


class _Reader:
    """A text, read for all questions once."""

    def __init__(self, document: Document, aliases: Aliases | None, published: str | None) -> None:
        year = int(published[:4]) if published else None
        self.paragraphs = document.paragraphs
        self.lines = [
            _Line(
                paragraph,
                sentence,
                terms(paragraph.plain(sentence), aliases),
                occurrence(paragraph.plain(sentence), year),
            )
            for paragraph in document.paragraphs
            for sentence in paragraph.sentences
        ]
        names = [[term.name for term in line.terms] for line in self.lines]
        self.sentence_index = _Index(names)
        at = {paragraph.number: place for place, paragraph in enumerate(self.paragraphs)}
        self.holder = [at[line.paragraph.number] for line in self.lines]
        held: list[list[str]] = [[] for _ in self.paragraphs]
        for place, words in zip(self.holder, names, strict=True):
            held[place] += words
        self.paragraph_index = _Index(held)

    def found(self, key: str, words: Mapping[str, _Word], top: int) -> Found:
        """What the text has on one question."""
        weights = {name: word.weight for name, word in words.items()}
        around = self.paragraph_index.scores(weights)
        scores = {
            number: (score + CONTEXT * around[self.holder[number]]) * self.lines[number].prior
            for number, score in self.sentence_index.scores(weights).items()
        }
        best = sorted(scores, key=lambda number: (-scores[number], number))[:top]
        share, enough = self._share(words)
        passages = tuple(
            self._passage(number, place, scores[number], weights)
            for place, number in enumerate(best, 1)
        )
        likely = enough and share >= THRESHOLD
        return Found(key, share, likely, passages, self._paragraphs(scores, top))

    def _share(self, words: Mapping[str, _Word]) -> tuple[float, bool]:
        """The largest share of the words that stands in a run of sentences, and if it tells."""
        places = sorted(
            (number, word)
            for word in words
            for number, _ in self.sentence_index.postings.get(word, ())
        )
        held: Counter[str] = Counter()
        most, enough, first, now = 0.0, False, 0, 0.0
        for number, word in places:
            now += 0 if held[word] else words[word].share
            held[word] += 1
            while places[first][0] <= number - WINDOW:
                gone = places[first][1]
                held[gone] -= 1
                if not held[gone]:
                    del held[gone]
                    now -= words[gone].share
                first += 1
            most, enough = max(most, now), enough or _tells(held, words)
        total = math.fsum(word.share for word in words.values())
        return most / (total * (1 + UNSEEN / len(words))) if words else 0.0, enough

    def _passage(
        self, number: int, place: int, score: float, weights: Mapping[str, float]
    ) -> FoundPassage:
        paragraph, sentence, words, _ = self.lines[number]
        said = paragraph.words(sentence)
        matched = tuple(
            (sentence.start + term.start, sentence.start + term.end)
            for term in words
            if term.name in weights
        )
        span = (sentence.start, sentence.end, paragraph.number)
        return FoundPassage(place, score, *span, said, sha256(said), matched)

    def _paragraphs(self, scores: Mapping[int, float], top: int) -> tuple[FoundParagraph, ...]:
        held: dict[int, list[float]] = defaultdict(list)
        for number, score in scores.items():
            held[self.holder[number]].append(score)
        totals = {
            place: max(own) * (1 - REST) + REST * math.fsum(own) for place, own in held.items()
        }
        best = sorted(totals, key=lambda place: (-totals[place], place))[:top]
        found = []
        for rank, place in enumerate(best, 1):
            one = self.paragraphs[place]
            span = (one.start, one.start + len(one.text))
            found.append(FoundParagraph(rank, one.number, *span, totals[place]))
        return tuple(found)
