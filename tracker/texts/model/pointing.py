"""Words of a text that somebody points to: where they stand, and whether they stand there at all.

A model may be wrong, and may obey what the text tells it. So it is believed only where it points to
a sentence there is and to words that stand in it. There is no nearly: what is not in the text, but
for typographic signs and spaces, is refused and named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pydantic import ValidationError

from tracker.errors import Problem, shown
from tracker.texts.drafts import Draft, Horizon
from tracker.texts.layout.lines import plain
from tracker.texts.model.prompt import Found

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.records import Attribution
    from tracker.texts.drafts import Reading
    from tracker.texts.model.prompt import Numbered

    Read = Callable[[str, str], Reading]  # of a sentence and a phrase in it, both in plain signs
    When = Callable[[str, str | None], Horizon | None]  # of words and the day of publication

LONGEST = 300  # characters of the words for a speaker, an option, a condition, a horizon
GRAMMAR = """a an and are as at be been but by did do does for from had has have he her his i if in
is it its no not of on or our she so than that the their them then there these they this those to
was we were what which who with you your"""  # a phrase of these alone says nothing of a likelihood
EMPTY = frozenset(GRAMMAR.split())


@dataclass(frozen=True)
class Pointed:
    """Makes drafts of what a model points to, and problems of what is not there.

    ``text`` is all that was asked about, in plain signs and single spaces.
    """

    text: str
    found_by: str
    read: Read
    when: When | None = None
    published: str | None = None
    drafts: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def take(self, item: object, sentences: dict[int, Numbered], key: str) -> None:
        """One forecast of an answer about these sentences; ``key`` names it in a problem."""
        try:
            found = Found.model_validate(item)
        except ValidationError as error:
            self.problems.append(_malformed(error, key))
            return
        one = sentences.get(found.sentence)
        if one is None:
            self._refuse(f"{key}.sentence", found.sentence, "the number of a sentence asked about")
            return
        span = locate(found.phrase, one.plain)
        if span is None:
            self._refuse(f"{key}.phrase", found.phrase, f"words as they stand in {one.number}")
        elif not says_something(found.phrase):
            self._refuse(f"{key}.phrase", found.phrase, "words that carry a likelihood")
        elif self._taken(one.sentence.start + span[0], one.sentence.start + span[1]):
            self._refuse(f"{key}.phrase", found.phrase, "words of no other answer")
        else:
            self.drafts.append(self._draft(found, one, span, key))

    def _draft(self, found: Found, one: Numbered, span: tuple[int, int], key: str) -> Draft:
        begin, words = one.sentence.start, one.paragraph.words(one.sentence)
        condition, condition_words = self._condition(found, one, key)
        return Draft(
            start=begin,
            end=one.sentence.end,
            phrase=words[slice(*span)],
            phrase_start=begin + span[0],
            phrase_end=begin + span[1],
            tier=found.tier,
            reading=self.read(one.plain, one.plain[slice(*span)]),
            sentence=words,
            paragraph=one.paragraph.number,
            attribution=_attribution(found),
            speaker=self._there(found.speaker, f"{key}.speaker"),
            condition=condition,
            condition_words=condition_words,
            options=self._options(found, key),
            horizon=self._horizon(found, key),
            found_by=self.found_by,
        )

    def _taken(self, start: int, end: int) -> bool:
        """Whether a draft already rests on some of these words."""
        return any(one.phrase_start < end and start < one.phrase_end for one in self.drafts)

    def _there(self, words: str | None, key: str) -> str | None:
        """Words that stand in the text; what does not is left out."""
        if words is None:
            return None
        if len(words) <= LONGEST and says_something(words) and locate(words, self.text):
            return " ".join(words.split())
        self._refuse(key, words, "words as they stand in the text, and more than a pronoun")
        return None

    def _condition(
        self, found: Found, one: Numbered, key: str
    ) -> tuple[Literal["explicit", "implicit"] | None, str | None]:
        words = self._there(found.condition, f"{key}.condition")
        if words is None:
            return None, None
        return ("explicit" if locate(words, one.plain) else "implicit"), words

    def _options(self, found: Found, key: str) -> tuple[str, ...] | None:
        """The options, where all of them stand in the text and there is a choice."""
        given = found.options or []
        options = [self._there(option, f"{key}.options") for option in given]
        there = tuple(option for option in options if option is not None)
        if not given or len(there) < len(given):
            return None
        if len({option.casefold() for option in there}) < max(len(there), 2):
            self._refuse(f"{key}.options", ", ".join(there), "two options or more, each once")
            return None
        return there

    def _horizon(self, found: Found, key: str) -> Horizon | None:
        words = self._there(found.horizon, f"{key}.horizon")
        if words is None:
            return None
        return self.when(words, self.published) if self.when else Horizon(None, words)

    def _refuse(self, key: str, found: object, expected: str) -> None:
        said = f"“{shown(found)}”" if isinstance(found, str) else shown(found)
        self.problems.append(Problem(key, said, expected))


def locate(words: str, text: str) -> tuple[int, int] | None:
    """Where words first stand in a text in plain signs, as whole words; spaces are all alike.

    >>> locate("will  not", "It will not, it will not.")
    (3, 11)
    >>> locate("may", "To our dismay") is None
    True
    """
    parts = plain(words).split()
    if not parts or len(words) > 2 * len(text):
        return None
    before = r"(?<!\w)" if re.match(r"\w", parts[0]) else ""
    after = r"(?!\w)" if re.search(r"\w\Z", parts[-1]) else ""
    found = re.search(before + r"\s+".join(map(re.escape, parts)) + after, text)
    return found.span() if found else None


def says_something(words: str) -> bool:
    """Whether there is a word or a number among the words that is more than grammar.

    >>> says_something("will"), says_something("of the"), says_something("…")
    (True, False, False)
    """
    return any(word not in EMPTY for word in re.findall(r"\w+", words.casefold()))


def _attribution(found: Found) -> Attribution:
    """The author's own words have no other speaker: an answer that says both knows neither."""
    return "unclear" if found.attribution == "author" and found.speaker else found.attribution


def _malformed(error: ValidationError, key: str) -> Problem:
    """What is wrong with the form of one answer: a number it may not give, or its first fault."""
    faults = error.errors(include_url=False, include_context=False)
    fault = next((one for one in faults if one["type"] == "extra_forbidden"), faults[0])
    place = ".".join([key, *(shown(step) for step in fault["loc"])])
    if fault["type"] == "extra_forbidden":
        return Problem(place, shown(fault["input"]), "no such key: a model only points to words")
    found = "nothing" if fault["type"] == "missing" else shown(fault["input"])
    return Problem(place, found, fault["msg"].removeprefix("Input should be "))
