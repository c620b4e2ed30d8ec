"""A ledger in plain lists: what README and DESIGN say of the commands, in the simplest way.

Written without a look at how tracker does it, and slow on purpose; the commands are tested against
it. One instant at a time: whoever wants the past keeps a copy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from model_times import ahead, begins, instant, last_instant

SLOW = timedelta(minutes=5)  # a clock so far behind the last entry is taken to stand at it
ENDED = ("annulled", "ambiguous", "condition failed")


class Refused(Exception):  # noqa: N818 - it is no error of this program
    """The command is refused, and nothing is recorded."""


def refuse(why: str) -> Any:
    """The command is refused."""
    raise Refused(why)


@dataclass
class Said:
    """A forecast, or a withdrawal, which has no body."""

    entry: int
    recorded: datetime
    analyst: str
    made: str
    body: dict[str, Any] | None
    source: str | None = None

    @property
    def order(self) -> tuple[datetime, int]:
        """When it was said; of what was said at one moment, what was recorded later is later."""
        return begins(self.made), self.entry


@dataclass
class Settling:
    """One act of settling a question."""

    entry: int
    recorded: datetime
    status: str
    outcome: str | None
    known: str
    by: str | None
    note: str | None
    evidence: tuple[tuple[str, str], ...]  # sources and quotes
    why: str | None = None

    @property
    def stands(self) -> tuple[str, str | None, str]:
        """What it says of the question."""
        return self.status, self.outcome, self.known

    @property
    def content(self) -> tuple[Any, ...]:
        """All that was said."""
        return (*self.stands, self.by, self.note, self.evidence)


@dataclass
class Asked:
    """A question with all that was recorded on it."""

    id: str
    title: str
    kind: str
    options: tuple[str, ...] = ()
    unit: str | None = None
    criteria: str | None = None
    resolve_by: str | None = None
    condition: tuple[str, str] | None = None  # a question and its outcome
    tags: set[str] = field(default_factory=set)
    said: list[Said] = field(default_factory=list)
    settlings: list[Settling] = field(default_factory=list)

    def history(self) -> list[Said]:
        """The forecasts, oldest first."""
        return sorted(self.said, key=lambda said: said.order)

    def latest(self) -> dict[str, Said]:
        """The last word of each analyst."""
        return {said.analyst: said for said in self.history()}

    def outcome(self, said: str) -> str:
        """An outcome as it is kept."""
        yes_no = {"yes": "yes", "y": "yes", "true": "yes", "no": "no", "n": "no", "false": "no"}
        found: str | None = None
        if self.kind == "binary":
            found = yes_no.get(said.lower())
        elif self.kind in {"options", "ordered"}:
            same = [name for name in self.options if name.lower() == said.lower()]
            found = same[0] if same else None
        elif self.kind == "quantity":
            number = said.replace(".", "", 1)
            found = f"{float(said):.12g}" if number.isdecimal() else None
        elif len(said) == 10 and said[4] == "-":
            found = said
        return found if found is not None else refuse(f"{said} is no outcome")


@dataclass
class Book:
    """All that was recorded."""

    questions: dict[str, Asked] = field(default_factory=dict)
    analysts: list[str] = field(default_factory=list)
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    quotes: set[tuple[str, str]] = field(default_factory=set)
    entries: int = 0
    last: datetime = datetime(1, 1, 1, tzinfo=UTC)

    # --- recording ----------------------------------------------------------------------------

    def at(self, now: datetime) -> datetime:
        """When something is recorded that is recorded now."""
        if self.last - now > SLOW:
            refuse("the clock was set back")
        return max(now, self.last)

    def entry(self, now: datetime) -> int:
        """The number of one more entry."""
        self.last = self.at(now)
        self.entries += 1
        return self.entries

    def analyst(self, handle: str | None, now: datetime) -> None:
        """Meet an analyst."""
        if handle is not None and handle not in self.analysts:
            self.entry(now)
            self.analysts.append(handle)

    def source(self, name: str, said: dict[str, str], now: datetime) -> None:
        """Meet a source, which is the same source ever after."""
        if name not in self.sources:
            self.entry(now)
            self.sources[name] = said
        elif any(self.sources[name].get(key) != value for key, value in said.items()):
            refuse(f"{name} is another source")

    def quote(self, source: str, words: str, now: datetime) -> None:
        """Meet a passage of a source."""
        if (source, words) not in self.quotes:
            self.entry(now)
            self.quotes.add((source, words))

    def ask(self, now: datetime, question: Asked) -> Asked:
        """Add a question."""
        self._condition(question)
        self.entry(now)
        self.questions[question.id] = question
        return question

    def say(
        self, now: datetime, asked: Asked, body: dict[str, Any], analyst: str, made: str
    ) -> Said:
        """Add a forecast, which has to fit its question."""
        (form,) = {"probability", "probabilities", "quantiles"} & set(body)
        right = {"binary": "probability", "options": "probabilities", "ordered": "probabilities"}
        if right.get(asked.kind, "quantiles") != form:
            refuse(f"no answer to a question of kind {asked.kind}")
        if form == "probabilities" and set(body[form]) != set(asked.options):
            refuse("other options")
        if form == "quantiles":
            dates = [isinstance(value, str) for value in body[form].values()]
            if not all(each == (asked.kind == "date") for each in dates):
                refuse("numbers for dates or the other way round")
        if ahead(made, self.at(now)):
            refuse("said in the future")
        self.analyst(analyst, now)
        if "quote" in body:
            self.quote(body["source"], body["quote"], now)
        entry = self.entry(now)
        said = Said(entry, self.last, analyst, made, body, body.get("source"))
        asked.said.append(said)
        return said

    def log(  # noqa: PLR0917 - as many as the command has options
        self,
        now: datetime,
        what: str,
        body: dict[str, Any],
        asked: dict[str, Any],
        analyst: str,
        made: str | None,
    ) -> tuple[Said, bool]:
        """What ``tracker log`` does: the forecast, and whether its question is new."""
        at = self.at(now)
        question = self.named(what) or self.titled(what)
        new = question is None
        if question is None:
            if " " not in what:
                refuse("no such question")
            number = len(self.questions) + 1
            while f"q{number}" in self.questions:
                number += 1
            question = self.ask(now, Asked(id=f"q{number}", title=what, **asked))
        else:
            given = Asked(**{"id": "", "title": "", **asked})
            self._condition(given)
            for name in ("unit", "criteria", "resolve_by", "condition"):
                if name in asked and getattr(given, name) != getattr(question, name):
                    refuse(f"{name} is another")
            for tag in sorted(given.tags - question.tags):
                question.tags.add(tag)
                self.entry(now)
        return self.say(now, question, body, analyst, made or instant(at)), new

    def withdraw(self, now: datetime, named: str, analyst: str) -> Said:
        """What the library's ``withdraw`` does."""
        at = self.at(now)
        question = self.named(named) or refuse("no such question")
        held = question.latest().get(analyst)
        if held is None or held.body is None:
            refuse("nothing to withdraw")
        said = Said(self.entry(now), self.last, analyst, instant(at), None)
        question.said.append(said)
        return said

    def resolve(  # noqa: PLR0917
        self,
        now: datetime,
        named: str,
        outcome: str,
        known: str | None,
        by: str | None,
        note: str | None,
        evidence: tuple[tuple[str, str], ...],
        why: str | None,
        *,
        again: bool = False,
    ) -> bool:
        """What ``tracker resolve`` does: whether anything was recorded.

        With ``again`` what stood once is no news: so a dossier can be added twice.
        """
        at = self.at(now)
        question = self.named(named) or refuse("no such question")
        for source, _ in evidence if not again else ():
            self.source(source, {"url": source} if source.startswith("http") else {}, now)
        if known is not None and ahead(known, at):
            refuse("known in the future")
        status = outcome if outcome in ENDED else "resolved"
        kept = question.outcome(outcome) if status == "resolved" else None
        held = question.settlings
        if known is None:
            known = held[-1].known if held and held[-1].outcome == kept else instant(at)
        settling = Settling(0, now, status, kept, known, by, note, evidence, why)
        if any(
            earlier.content == settling.content
            and (again or earlier.stands == held[-1].stands)
            and (why is None or earlier is held[-1])
            for earlier in held
        ):
            return False
        if held and why is None and held[-1].stands != settling.stands:
            refuse("it is settled otherwise")
        self.analyst(by, now)
        settling.entry = self.entry(now)
        settling.recorded = self.last
        for source, words in evidence:
            self.quote(source, words, now)
            self.entry(now)
        held.append(settling)
        if kept is not None and self.stands(question)[0] == "condition failed":
            refuse("its condition failed")
        return True

    # --- looking ------------------------------------------------------------------------------

    def named(self, what: str) -> Asked | None:
        """A question by its id, as people type it."""
        typed = what.lower()
        return self.questions.get(typed) or self.questions.get(f"q{typed}")

    def titled(self, title: str) -> Asked | None:
        """The newest open question of this title."""
        for question in reversed(self.questions.values()):
            if question.title.lower() == title.lower() and self.stands(question)[0] == "open":
                return question
        return None

    def stands(self, question: Asked) -> tuple[str, str | None, str | None]:
        """How a question stands: status, outcome, and since when that could be known."""
        own = question.settlings[-1].stands if question.settlings else ("open", None, None)
        if question.condition is None or own[0] in ENDED:
            return own
        status, outcome, known = self.stands(self.questions[question.condition[0]])
        if status != "resolved":  # it waits, or ends as its condition did
            return status, None, known
        if outcome != question.condition[1]:
            return "condition failed", None, known
        return own

    def late(self, question: Asked, said: Said) -> bool:
        """Whether it was recorded after the outcome was known."""
        known = self.stands(question)[2]
        return known is not None and said.recorded > last_instant(known)

    def _condition(self, question: Asked) -> None:
        """The condition of a question as it is kept."""
        if question.condition is not None:
            on = self.questions.get(question.condition[0]) or refuse("a condition on nothing")
            question.condition = (on.id, on.outcome(question.condition[1]))
