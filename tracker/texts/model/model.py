"""Drafts by a language model: it points to words of the text, and everything else is ours.

Offsets and readings are not its own, and an answer that brings a number is refused. Whose words
they are is settled in :mod:`tracker.texts.model.merging`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.errors import DataError, Problem, shown
from tracker.texts.model.pointing import Pointed
from tracker.texts.model.prompt import INSTRUCTIONS, LARGEST, block, numbered, windows
from tracker.values import sha256

if TYPE_CHECKING:
    from tracker.texts.document import Document
    from tracker.texts.drafts import Draft
    from tracker.texts.model.pointing import Read, When
    from tracker.texts.model.prompt import Numbered

MOST = 50  # questions asked of one text


@dataclass(frozen=True)
class Asked:
    """What was asked and what came back, word for word: enough to check every draft again.

    ``first`` and ``last`` are the numbers of the sentences that were sent, counted from 1; ``raw``
    holds every body that the server answered with, without the key.
    """

    model: str
    prompt_sha256: str
    text_sha256: str
    first: int
    last: int
    raw: tuple[str, ...]

    @property
    def part(self) -> str:
        """The part of the text that the question is about, as a problem names it."""
        return f"{shown(self.model)}, sentences {self.first} to {self.last}"


@dataclass(frozen=True)
class Answers:
    """What a model made of a text.

    ``drafts`` in text order; ``unanswered``, the parts of the text that it did not answer for;
    ``refused``, what it said that is not so; and all that was asked.
    """

    drafts: tuple[Draft, ...]
    unanswered: tuple[Problem, ...]
    refused: tuple[Problem, ...]
    asked: tuple[Asked, ...]

    @property
    def silent(self) -> bool:
        """Whether the model was to answer, and answered for no part of the text."""
        left = {problem.key for problem in self.unanswered}
        return bool(left) and {one.part for one in self.asked} <= left


@dataclass(frozen=True)
class ModelExtractor:
    """Asks a model on a server that speaks the chat protocol of OpenAI, here or elsewhere.

    ``read`` reads a phrase in a sentence, ``when`` the words of a horizon. A question takes at most
    ``seconds``, and ``largest`` characters of the text.
    """

    url: str
    name: str
    read: Read
    key: str | None = field(default=None, repr=False)
    when: When | None = None
    seconds: float = 300.0
    largest: int = LARGEST

    def extract(self, document: Document, published: str | None = None) -> list[Draft]:
        """The drafts in text order.

        Raises DataError where the model did not answer for all of the text.
        """
        answers = self.ask(document, published)
        if answers.unanswered:
            raise DataError(answers.unanswered)
        return list(answers.drafts)

    def ask(self, document: Document, published: str | None = None) -> Answers:
        """The drafts, and whatever went wrong beside them.

        Raises UsageError where the library is not installed.
        """
        from tracker.texts.model.asking import Server, ask

        unanswered: list[Problem] = []
        groups = self._groups(document, unanswered)
        if not groups:
            return Answers((), tuple(unanswered), (), ())
        server = Server(self.url, self.name, self.key, self.seconds)
        replies = ask(server, INSTRUCTIONS, [block(document, group) for group in groups])
        text = " ".join(" ".join(one.plain.split()) for group in groups for one in group)
        pointed = Pointed(text, f"model:{self.name}", self.read, self.when, published)
        asked = []
        for group, reply in zip(groups, replies, strict=False):
            asked.append(self._asked(document, group, reply.raw))
            if reply.fault:
                unanswered.append(self._unanswered(group, reply.fault))
            sentences = {one.number: one for one in group}
            for number, item in enumerate(reply.found, 1):
                key = f"{self._part(group)}, answer {number}"
                pointed.take(item, sentences, key)
        rest = "nothing asked after what went wrong before"
        unanswered += [self._unanswered(group, rest) for group in groups[len(replies) :]]
        pointed.drafts.sort(key=lambda one: (one.start, one.phrase_start, one.phrase_end))
        return Answers(
            tuple(pointed.drafts), tuple(unanswered), tuple(pointed.problems), tuple(asked)
        )

    def _groups(self, document: Document, unanswered: list[Problem]) -> list[list[Numbered]]:
        """What is asked, question by question; what is too much is not."""
        groups: list[list[Numbered]] = []
        for group in windows(numbered(document), self.largest):
            if group[0].length > self.largest:
                found = f"a sentence of {group[0].length:,} characters"
                unanswered.append(self._unanswered(group, found, f"at most {self.largest:,}"))
            elif len(groups) == MOST:
                found = f"a text longer than {MOST} questions from there on"
                unanswered.append(self._unanswered(group, found, "a shorter text"))
                break
            else:
                groups.append(group)
        return groups

    def _asked(self, document: Document, group: list[Numbered], raw: tuple[str, ...]) -> Asked:
        first, last = group[0].number, group[-1].number
        return Asked(self.name, sha256(INSTRUCTIONS), document.sha256, first, last, raw)

    def _unanswered(
        self, group: list[Numbered], found: str, expected: str = "an answer of the model"
    ) -> Problem:
        return Problem(self._part(group), found, expected)

    def _part(self, group: list[Numbered]) -> str:
        """The part of the text that a question is about, as a problem names it."""
        return f"{shown(self.name)}, sentences {group[0].number} to {group[-1].number}"
