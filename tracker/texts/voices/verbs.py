"""Whose view a verb gives: "X expects", '", said X', "X is convinced that", "is expected to"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.texts.voices import agents, saying
from tracker.texts.voices.saying import Report, Who
from tracker.texts.voices.speakers import (
    Phrase,
    acts,
    after,
    computed,
    head_of,
    named,
    opening,
    subject,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.texts.voices.speakers import Token


@dataclass(frozen=True)
class Verbs:
    """The verbs of saying and thinking in a sentence; ``at`` is the index of one."""

    words: list[Token]
    text: str

    def reports(self) -> Iterator[Report]:
        """The report of every verb that gives somebody's view."""
        for at, one in enumerate(self.words):
            verb = one.small
            if verb in saying.INVERTED and (found := self._inverted(at)):
                yield found
            elif verb in saying.BE or verb.endswith(("'re", "'s")):
                yield from self._being(at)
            elif verb in saying.VERBS and self._says(at):
                if found := self._said(at):
                    yield found
                elif verb in saying.PLAIN and self._somebodys(at):
                    yield Report("nobody", one.start, one.start)

    def _small(self, at: int) -> str:
        """A word in small letters; nothing where the sentence has none."""
        return self.words[at].small if 0 <= at < len(self.words) else ""

    def _report(self, who: Who, first: int, at: int, speaker: str | None = None) -> Report:
        """The report of a speaker who begins at ``first``, before the verb."""
        return Report(
            who,
            self.words[first].start,
            self.words[at].start,
            self._aside(first, at),
            self._small(at) in saying.ARGUES,
            speaker,
            self._small(at + 1) in saying.CLAUSES,
        )

    def _says(self, at: int) -> bool:
        """Whether a word is a verb of saying there, as far as its neighbours tell."""
        verb = self.words[at].small
        if at and (self.words[at].capital or self._noun(at)):
            return False
        rest = self.text[self.words[at].end : self.words[at].end + 160].lstrip()
        if verb.startswith(("think", "thought", "know")) and saying.MUSED.match(rest):
            return False
        lemma = saying.LEMMAS.get(verb, verb)
        if lemma in saying.FOLLOW:
            return bool(saying.FOLLOW[lemma].match(rest))
        return verb not in saying.TAGS or self._clause(at)

    def _noun(self, at: int) -> bool:
        """Whether a word that could be a verb is a noun there: "the bank's estimate of"."""
        left, verb = self.words[at - 1], self._small(at)
        if verb == "doubt" and left.small in saying.DOUBTS:
            return left.small != "some" or at > 1
        if verb.endswith("ing"):
            return False
        if left.text.endswith("'s") or left.small in agents.DETERMINERS & saying.BEFORE_NOUNS:
            return True
        if left.small in saying.BEFORE_NOUNS or left.text.endswith("s'"):
            return verb not in saying.INVERTED
        return verb in saying.NOUNS and self._small(at + 1) in saying.AFTER_NOUNS

    def _clause(self, at: int) -> bool:
        """Whether a clause, a quotation or the end of an aside follows a verb."""
        following = self._small(at + 1)
        return following in saying.BEGINS_CLAUSE or following in agents.DETERMINERS

    def _first(self, at: int) -> int:
        """Where a verb begins: its adverbs and auxiliaries are passed over."""
        while at and (self._small(at - 1) in saying.ADVERBS or self._manner(at - 1)):
            at -= 1
        return at

    def _manner(self, at: int) -> bool:
        one = self.words[at]
        named = one.small in saying.NO_ADVERBS or (one.capital and at > 0)
        return one.small.endswith("ly") and not named

    def _supposed(self, first: int) -> bool:
        """Whether a clause that begins at an index is one of time, condition or comparison."""
        return self._small(first - 1) in saying.SUPPOSED

    def _aside(self, first: int, at: int) -> bool:
        """Whether subject and verb stand aside: ", they say," or ", bank says", "as they say"."""
        if self._small(first - 1) == "as":
            return True
        opened = first > 0 and self.words[first - 1].text in ',(-"'
        return opened and (at + 1 >= len(self.words) or self._small(at + 1) in saying.ENDS_ASIDE)

    def _somebodys(self, at: int) -> bool:
        """Whether a plain verb of saying has a subject that one cannot name."""
        first = self._first(at)
        skipped = {one.small for one in self.words[first:at]}
        left = self._small(first - 1).split("'")[0]
        if skipped & (saying.MODALS | saying.BE) or left in saying.NO_SUBJECTS:
            return False
        phrase = subject(self.words, first)
        if phrase is None or self._supposed(phrase.first):
            return False
        return self.words[head_of(self.words, phrase)].small not in agents.ABSTRACT

    def _said(self, at: int) -> Report | None:
        """The report of a verb whose subject stands before it."""
        verb, first = self._small(at), self._first(at)
        left = self._small(first - 1)
        if verb.endswith("ing") or (left == "and" and verb in saying.CARRIED_ON):
            return self._participle(at) if first == at else None
        if not first or not self._finite(first, at):
            return None
        if (found := self._pronoun(first - 1, at)) or left in saying.NO_NAMES:
            return found
        phrase = subject(self.words, first)
        if phrase is None or not self._agrees(phrase, verb):
            return None
        if verb in {"want", "wants"} and not computed(self.words, phrase):
            return None
        strict = verb in saying.STRICT or (
            verb not in saying.VIEWS and not self._aside(phrase.first, at)
        )
        return self._by(phrase, at, strict=strict)

    def _finite(self, first: int, at: int) -> bool:
        """Whether a verb is neither passive nor what somebody may do: "could conclude"."""
        skipped = {one.small for one in self.words[first:at]}
        if skipped & saying.BE:
            return False
        talks = skipped & {"will", "would"} and self._small(at) in saying.TALK
        return not skipped & saying.MODALS or bool(
            talks and (self._small(at) == "tell" or self._clause(at))
        )

    def _pronoun(self, left: int, at: int) -> Report | None:
        """The report of "they say", "nobody expects", "one of them thinks"."""
        word = self._small(left).split("'")[0]
        if word in saying.AUTHORS:
            return self._report("own", left, at)
        if (
            word in saying.NOBODY
            or self._against(left)
            or (word in {"serious", "else"} and self._small(left - 1) in saying.NOBODY)
        ):
            return Report("nobody", self.words[left].start, self.words[at].start)
        if word in saying.GROUPS and not self._supposed(left):
            return self._report("named", left, at)
        if word in saying.PEOPLE and not self._supposed(left):
            return self._report("pronoun", left, at)
        if word == "them" and left > 1 and self._small(left - 1) == "of":
            return self._report("pronoun", left - 2, at)
        return None

    def _agrees(self, phrase: Phrase, verb: str) -> bool:
        """Whether a verb agrees with its subject: not "people of large hopes"."""
        if verb not in saying.NOUNS or verb.endswith("ed"):
            return True
        head, last = self.words[head_of(self.words, phrase)], self.words[phrase.last - 1]
        many = _plural(head) and not head.capital
        if verb.endswith("s"):
            return not many
        if last.small.endswith(("ous", "ful", "able", "ible", "ive", "ic")):
            return False  # "in serious doubt"
        one = Phrase(phrase.last - 1, phrase.last)
        return many or _plural(last) or last.capital or acts(self.words, one)

    def _by(self, phrase: Phrase, at: int, *, strict: bool) -> Report | None:
        """The report of a noun phrase, if it can have a view."""
        first = phrase.first
        if self._small(phrase.last - 1).isdigit():
            return self._counted(at)
        if (strict and not acts(self.words, phrase)) or self._supposed(first):
            return None
        start, end = self.words[first].start, self.words[phrase.last - 1].end
        ours = self._small(first) in {"our", "my"} and computed(self.words, phrase)
        if ours or saying.AUTHORED.match(self.text[start:end].lower()):
            return self._report("own", first, at)
        against = self._against(first)
        if against or self._small(first) in saying.NOBODY or self._small(first - 1) == "not":
            name = None if against else self._within(phrase)
            return self._report("named" if name else "nobody", first, at, name)
        name = named(self.words, phrase, self.text)
        if name is None or self._small(first).split("'")[0] in saying.ANYBODY:
            return None
        report = self._report("named", first, at, name)
        return report._replace(lasts=report.lasts or self._argues(phrase, at))

    def _against(self, first: int) -> bool:
        """Whether a subject's saying is named to be set aside: "despite what Ann says"."""
        return self._small(first - 1) == "what" and self._small(first - 2) in saying.AGAINST

    def _argues(self, phrase: Phrase, at: int) -> bool:
        """Whether a camp speaks, or somebody of another opinion."""
        start = self.words[at].start
        camp = any(saying.OPENERS.fullmatch(one.small) for one in self.words[slice(*phrase)])
        return camp or bool(saying.ARGUED.search(self.text[start : start + 60].lower()))

    def _within(self, phrase: Phrase) -> str | None:
        """Of "few in the guild", the guild."""
        if self._small(phrase.first + 1) not in {"in", "at", "of", "within"}:
            return None
        return named(self.words, Phrase(phrase.first + 2, phrase.last), self.text)

    def _counted(self, at: int) -> Report | None:
        """Of "Of 18 dealers asked, 11 expect", the dealers."""
        found = after(self.words, 1) if self._small(0) in {"of", "among"} else None
        name = named(self.words, found, self.text) if found else None
        return self._report("named", 0, at, name) if name else None

    def _participle(self, at: int) -> Report | None:
        """The report of "…, warning that": who begins the sentence says so."""
        if self._small(at - 1) not in {",", "in", "and"}:
            return None
        told = saying.PARTICIPLES | saying.PLAIN | {"see", "sees"}
        if self._small(at) not in told or self._small(0) in {"our", "my"}:
            return None
        name = opening(self.words, self.text)
        return self._report("named", 0, at, name) if name else None

    def _inverted(self, at: int) -> Report | None:
        """The report of a verb before its subject: '…", said Ann Lee', "so say the bookmakers"."""
        left, following = self.words[at - 1], self._small(at + 1)
        turned = left.text in ",\"'?!)-" or left.small in {"so", "as"}
        if not at or not following or not turned:
            return None
        start = self.words[at].start
        if following in saying.AUTHORS:
            return Report("own", start, start, whole=True)
        if following in {"he", "she", "they"}:
            return Report("pronoun", start, start, whole=True)
        phrase = None if following in saying.NO_SPEAKERS else after(self.words, at + 1)
        name = named(self.words, phrase, self.text) if phrase else None
        if phrase is None or name is None or self._small(phrase.last) in saying.AUXILIARIES:
            return None
        ends = self._small(phrase.last) in {"", ",", ".", ";", '"', "'"}
        if acts(self.words, phrase) or left.text in "\"'" or (ends and left.text != ","):
            return Report("named", start, start, whole=True, speaker=name)
        return None

    def _being(self, at: int) -> Iterator[Report]:
        """The reports of "is convinced that", "are betting on", "is expected to"."""
        end = at + 1
        while end < min(at + 5, len(self.words)) and (
            self._small(end) in saying.ADVERBS or self._small(end).endswith("ly")
        ):
            end += 1
        word, following = self._small(end), self._small(end + 1)
        if word in saying.HEARSAY and self._small(at - 1) != "to":
            yield from self._heard(at, end)
            return
        sure = word in saying.SURE and following in saying.SURE_OF
        minded = (word, following) in saying.IN_MIND and self._small(end + 2) in saying.MINDS
        if word in saying.MINDED or sure or minded:
            yield from self._minded(at, word)

    def _minded(self, at: int, word: str) -> Iterator[Report]:
        """The report of somebody who is convinced, betting or in no doubt."""
        first = self._first(at)
        left = self._small(first - 1)
        if left in saying.AUTHORS:
            yield Report("own", self.words[at].start, self.words[at].start)
        elif left in {"they", "he", "she"}:
            yield Report("pronoun", self.words[first - 1].start, self.words[at].start)
        elif left not in saying.NOT_THEIRS and (phrase := subject(self.words, first)):
            found = self._by(phrase, at, strict=word in saying.STRICTLY_MINDED)
            if found:
                yield found._replace(lasts=found.lasts or word in {"convinced", "adamant"})

    def _heard(self, at: int, end: int) -> Iterator[Report]:
        """The report of "is expected": nobody's, or his whom "by" names."""
        word, following = self._small(end), self._small(end + 1)
        if word in {"seen", "viewed", "regarded"} and following not in {"as", "by"}:
            return
        phrase = after(self.words, end + 2) if following == "by" else None
        name = named(self.words, phrase, self.text) if phrase else None
        if phrase is None or name is None or not acts(self.words, phrase):
            yield Report("nobody", self.words[at].start, self.words[end].start, whole=True)
        else:
            start = self.words[at].start
            yield Report("named", start, self.words[end].start, whole=True, speaker=name)


def _plural(one: Token) -> bool:
    many = one.small.endswith("s") and not one.small.endswith(("ss", "'s"))
    return many or one.small in {"people", "men", "women"}
