"""The walk through what a text may settle: a person reads, says which words settle what, or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from tracker.cli.asking import InputEndedError, answer
from tracker.cli.options import as_seen
from tracker.cli.terminal import line, marked, paragraph, talk, when
from tracker.cli.typed import past, settles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.ledger.kept import KeptQuestion
    from tracker.ledger.ledger import Ledger
    from tracker.records import Source, Stance
    from tracker.texts.document import Document
    from tracker.texts.evidence import Found, FoundPassage

STANCES: dict[str, Stance] = {"s": "supports", "r": "refutes", "c": "context"}
ENDED = "annulled, ambiguous or condition-failed"
HELP = f"""\
  1y     yes, quoting passage 1        1n   no, quoting passage 1
  1 3c y yes, quoting passages 1 and 3: s supports it (the default), r refutes, c is context
  1o     another outcome, which is asked for: an option, a number, a date; {ENDED}
  k      skip this, as Enter does            q    quit; what was recorded is kept"""


@dataclass(frozen=True)
class Answer:
    """What a person says of a question: which passages, with their stance, give which outcome."""

    passages: dict[int, Stance]
    outcome: str | None


def walk(
    opened: Ledger,
    document: Document,
    found: list[tuple[KeptQuestion, Found]],
    source: Source,
    *,
    text: str | None = None,
) -> None:
    """Show the questions one after the other, and settle those that the person settles.

    ``text`` is kept in the ledger as that of the source once a question is settled with it.
    """
    settled = 0
    try:
        for number, (kept, one) in enumerate(found, 1):
            if _settled_by_now(opened, kept.question.id):
                continue
            line(f"[{number} of {len(found)}]")
            (seen,) = as_seen(opened, [kept], blind=None, as_of=None)
            _show(document, seen, one)
            if one.passages and _settle(opened, kept, one, source):
                settled += 1
                if text is not None:
                    _keep(opened, source, text)
    except (InputEndedError, _Quit):
        pass
    except KeyboardInterrupt:
        talk("")
        raise
    finally:
        done = "1 question" if settled == 1 else f"{settled} questions"
        talk(f"{done} settled and kept, of {len(found)} on which there are passages")


def come(day: str | None) -> str | None:
    """A day, if it has come; raises UnexpectedError where it has not."""
    from tracker import settings
    from tracker.errors import UnexpectedError
    from tracker.values import begins

    if day is not None and begins(day) > settings.now():
        raise UnexpectedError(day, "a day that has come")
    return day


def _settled_by_now(opened: Ledger, question: str) -> bool:
    """Whether a question was settled meanwhile, which is said."""
    stands = opened.question(question)
    if stands.settled.status == "open" and not stands.resolutions:
        return False
    talk(f"{question} is {stands.settled.status} by now")
    return True


def _keep(opened: Ledger, source: Source, text: str) -> None:
    from tracker import settings
    from tracker.records import Dossier

    with opened.adding(settings.now()) as add:
        add(Dossier(source=source), {source.name: text})


class _Quit(Exception):  # noqa: N818 - nothing went wrong
    """The person has had enough."""


def _show(document: Document, kept: KeptQuestion, found: Found) -> None:
    from tracker.views.blind import hidden
    from tracker.views.said import latest, spoken

    question = kept.question
    paragraph(f"{question.id}  {question.title}")
    if question.criteria:
        paragraph(f"criteria: {question.criteria}", indent="    ")
    if question.condition:
        paragraph(f"only if {question.condition}", indent="    ")
    for option in question.options:
        label = f": {option.label}" if option.label and option.label != option.name else ""
        paragraph(f"{option.name}{label}", indent="    ")
    for held in latest(kept):
        said = f"{held.analyst}, {when(held.made)}: {spoken(held.forecast)}"
        paragraph(said, indent="    ")
    if more := hidden(kept):
        paragraph(more, indent="    ")
    if not found.likely:
        said = "probably nothing here" if found.passages else "no word of it is in the text"
        paragraph(said, indent="  ")
    for around in _grouped(found):
        line(f"  paragraph {around[0].paragraph}")
        marked(_within(document, around), indent="     ")


def _grouped(found: Found) -> list[list[FoundPassage]]:
    """The passages by paragraph, the best paragraph first, each in text order."""
    groups: dict[int, list[FoundPassage]] = {}
    for passage in found.passages:
        groups.setdefault(passage.paragraph, []).append(passage)
    return [sorted(group, key=lambda passage: passage.start) for group in groups.values()]


def _within(document: Document, group: list[FoundPassage]) -> Iterator[tuple[str, bool]]:
    """A paragraph in pieces, with its number before each passage and the shared words marked."""
    number = group[0].paragraph
    around = next(one for one in document.paragraphs if one.number == number)
    at = around.start
    for passage in group:
        yield f"{document.text[at : passage.start]}[{passage.rank}] ", False
        yield from pieces(passage)
        at = passage.end
    yield document.text[at : around.start + len(around.text)], False


def _settle(opened: Ledger, kept: KeptQuestion, found: Found, source: Source) -> bool:
    """Ask until the question is settled or skipped; whether it was settled."""
    from tracker.errors import TrackerError, UnexpectedError

    numbers = len(found.passages)
    while True:
        said = answer(f"{kept.question.id}: which passage, what outcome (? for help) > ")
        if said in {"k", ""}:
            return False
        if said == "q":
            raise _Quit
        if said == "?":
            talk(HELP)
            continue
        try:
            given = read(said, numbers, binary=kept.question.kind == "binary")
            if _record(opened, kept, found, source, given):
                return True
        except (TrackerError, UnexpectedError, typer.BadParameter) as error:
            talk(f"error: {error}", always=True)
            if _settled_by_now(opened, kept.question.id):
                return False


def read(said: str, numbers: int, *, binary: bool) -> Answer:
    """What was typed: numbers of passages, each with its stance, and an outcome or none.

    >>> read("1 3c y", 5, binary=True)
    Answer(passages={1: 'supports', 3: 'context'}, outcome='yes')
    """
    from tracker.errors import UnexpectedError

    expected = f"a passage from 1 to {numbers} and an outcome, as 1y"
    passages: dict[int, Stance] = {}
    outcome = last = None
    for word in re.findall(r"\d{1,4}|[^\s,]", said.lower()):
        if word.isdecimal() and outcome is None and 1 <= int(word) <= numbers:
            last = int(word)
            passages[last] = "supports"
        elif word in STANCES and last is not None and outcome is None:
            passages[last] = STANCES[word]
        elif word in {"y", "n", "o"} and outcome is None and (binary or word == "o"):
            outcome = word
        else:
            raise UnexpectedError(said, expected)
    if not passages:
        raise UnexpectedError(said, expected)
    return Answer(passages, {"y": "yes", "n": "no"}.get(outcome or "o"))


def _record(
    opened: Ledger, kept: KeptQuestion, found: Found, source: Source, given: Answer
) -> bool:
    """Settle the question as the person confirms; False where they do not."""
    from tracker import settings
    from tracker.errors import UnexpectedError
    from tracker.values import begins, last_instant
    from tracker.views.said import answers

    question = kept.question
    said = given.outcome or answer(f"outcome: {answers(kept.question)}; or {ENDED} > ")
    status = said.lower().replace("-", " ")
    ended = status in {"annulled", "ambiguous", "condition failed"}
    outcome = None if ended else question.reads_outcome(settles(question.kind, said))
    quoted = ", ".join(f"{number} ({stance})" for number, stance in given.passages.items())
    known: str | None = source.published
    while True:
        day = when(known) if known else "now"
        confirm = f"record {outcome or status}, known {day}, quoting {quoted}"
        answered = answer(f"{confirm}: Enter or y does, n does not, or when it was known > ")
        if answered.lower() in {"", "y", "yes"}:
            break
        if answered.lower() in {"n", "no"}:
            return False
        try:
            known = come(past(answered, "known")) or known
        except (typer.BadParameter, UnexpectedError) as error:
            talk(f"error: {error}", always=True)
            continue
        first = min((held.made for held in kept.forecasts), default=known)
        if known and first and last_instant(known) < begins(first):
            talk(f"{when(known)} is before the first forecast ({when(first)}): none would count")
    resolution: dict[str, Any] = {
        "status": status if ended else "resolved",
        "outcome": outcome,
        "by": settings.analyst(),
        "evidence": [
            quote(found.passages[number - 1], source.name, stance)
            for number, stance in given.passages.items()
        ],
    }
    if known is not None:
        resolution["known"] = known
    opened.resolve(question.id, resolution, recorded=settings.now(), source=source)
    line(f"{question.id}  {outcome or status}, known {day}")
    condition = question.condition
    if opened.question(question.id).settled.status == "open" and condition is not None:
        line(f"    counts once {condition.question} is settled")
    return True


def quote(passage: FoundPassage, source: str, stance: Stance) -> dict[str, Any]:
    """A passage as evidence, with its words where a record can hold them as they stand."""
    from tracker.errors import DataError
    from tracker.records import Evidence, make

    span = {"start": passage.start, "end": passage.end, "sha256": passage.sha256}
    evidence = {"source": source, "stance": stance, **span}
    try:
        make(Evidence, {**evidence, "quote": passage.text})
    except DataError:  # other signs for the same letters, or signs that act on a terminal
        return evidence
    return {**evidence, "quote": passage.text}


def pieces(found: FoundPassage) -> Iterator[tuple[str, bool]]:
    """A passage in pieces: those that the question shares are marked."""
    at = 0
    for start, end in found.matched:
        yield found.text[at : start - found.start], False
        yield found.text[start - found.start : end - found.start], True
        at = end - found.start
    yield found.text[at:], False
