"""A walk through drafts in the terminal: accept, correct, skip."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from tracker.cli.asking import InputEndedError, answer, ask
from tracker.cli.drafts import horizon, page, reading, sentence
from tracker.cli.terminal import percent, talk
from tracker.errors import UnexpectedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tracker.records import Source
    from tracker.texts.drafting import Suggestion

KEYS = "Enter accept · e edit · s skip · u unscored · b back · q stop · ? help"
HELP = """\
  Enter, a  accept the draft as it stands
  e         correct its options, day, question, probability, analyst, condition, and accept it;
            in place of a question the id of one accepted before may be given
  s         skip it: no forecast, or none worth keeping
  u         accept it, but do not score it
  b         back to the one before
  q         stop here; what was accepted can be kept"""
AUTHOR = "author"

Ended = Literal["through", "stopped", "input ended", "interrupted"]


@dataclass
class Walk:
    """A walk through the drafts of a text: how far it came, and what was accepted, by position.

    ``keep`` is given what is accepted after each answer, so that no end of the walk loses it.
    """

    text: str
    source: Source
    suggestions: list[Suggestion]
    keep: Callable[[list[Suggestion]], None]
    accepted: dict[int, Suggestion] = field(default_factory=dict)
    at: int = 0

    def kept(self) -> list[Suggestion]:
        """What was accepted, in the order of the text."""
        return [self.accepted[position] for position in sorted(self.accepted)]


def walk(through: Walk) -> Ended:
    """Walk through drafts until all are seen, or the person stops, goes away or interrupts."""
    talk(KEYS)
    try:
        while through.at < len(through.suggestions):
            if not _one(through):
                return "stopped"
            through.keep(through.kept())
    except InputEndedError:
        return "input ended"
    except KeyboardInterrupt:
        talk("")
        return "interrupted"
    return "through"


def _one(through: Walk) -> bool:
    """Show a draft and do with it what is answered; whether the walk goes on."""
    suggestion = through.accepted.get(through.at) or _asked_before(through)
    _show(through, suggestion)
    while (key := answer("> ").lower()) not in {"", "a", "e", "u", "s", "b", "q"}:
        talk(HELP if key == "?" else f"  {KEYS}")
    if key == "q":
        return False
    if key == "b":
        through.at = max(0, through.at - 1)
        return True
    if key == "s":
        through.accepted.pop(through.at, None)
    else:
        _accept(through, _corrected(through, suggestion, key))
    through.at += 1
    return True


def _asked_before(through: Walk) -> Suggestion:
    """The draft that is next; where its question was accepted before, with that as corrected."""
    suggestion = through.suggestions[through.at]
    return _called(through, suggestion, suggestion.question.id)


def _accept(through: Walk, suggestion: Suggestion) -> None:
    """Accept a draft; other forecasts on its question take over what was corrected in that."""
    through.accepted[through.at] = suggestion
    for position, other in through.accepted.items():
        if other.question.id == suggestion.question.id:
            through.accepted[position] = replace(other, question=suggestion.question)


def _corrected(through: Walk, suggestion: Suggestion, key: str) -> Suggestion:
    from tracker.texts.drafting import unscored

    if key == "e":
        return _edited(through, suggestion)
    if suggestion.said["attribution"] == "unclear":
        suggestion = ask(
            "  whose voice? (a: the author, a name, Enter: unclear)",
            "",
            lambda said: _voiced(through, suggestion, AUTHOR if said == "a" else said),
        )
    return unscored(suggestion) if key == "u" else suggestion


def _edited(through: Walk, suggestion: Suggestion) -> Suggestion:
    """The suggestion as corrected, one answer after the other; each stands there as it was."""
    from tracker.texts.drafting import provided

    now = suggestion
    if now.question.options:
        of = " | ".join(option.name for option in now.question.options)
        now = ask("  one of (-: a yes or no)", of, lambda said: _among(through, suggestion, said))
    day, dated = now.question.resolve_by or "", now
    now = ask("  settle by", day, lambda said: _due(through, dated, said))
    now = ask("  question", now.question.title, lambda said: _called(through, now, said))
    options = now.question.options
    of = f" of “{options[0].name}”" if options else ""
    now = ask(f"  probability{of}", percent(now.share), lambda said: _given(now, said))
    who = now.analyst.handle if now.analyst else AUTHOR
    now = ask("  analyst", who, lambda said: _voiced(through, now, said))
    condition = str(now.question.condition or "")
    return ask("  only if", condition, lambda said: provided(now, said))


def _among(through: Walk, suggestion: Suggestion, said: str) -> Suggestion:
    """The suggestion on other options, or on none."""
    from tracker.texts.drafting import among

    names = tuple(filter(None, (name.strip() for name in said.split("|"))))
    same = names == tuple(option.name for option in suggestion.question.options)
    if same:
        return suggestion
    wrong = [name for name in names if _no_words(name)]
    if wrong or len(names) == 1:
        expected = "two or more options, with | between them, or - for a yes or no"
        raise UnexpectedError((wrong or names)[0], expected)
    return among(suggestion, names, through.source)


def _no_words(said: str) -> bool:
    """Whether what was typed is a date, a number or yes and no: an answer to another question."""
    from tracker import settings
    from tracker.cli.dates import read

    if said.casefold() in {"y", "yes", "n", "no"} or not any(map(str.isalpha, said)):
        return True
    try:
        read(said, settings.now(), ahead=True)
    except UnexpectedError:
        return False
    return True


def _due(through: Walk, suggestion: Suggestion, said: str) -> Suggestion:
    from tracker import settings
    from tracker.cli.dates import read
    from tracker.texts.drafting import due
    from tracker.values import begins

    if not said:
        return due(suggestion, None)
    published = begins(through.source.published or "0001-01-01")
    day = read(said, settings.now(), ahead=True, whole="last", earliest=published)
    return due(suggestion, day)


def _called(through: Walk, suggestion: Suggestion, said: str) -> Suggestion:
    """Another title, or the id of a question that was accepted before."""
    from tracker.texts.drafting import called

    for one in through.accepted.values():
        if one.question.id == said:
            return replace(suggestion, question=one.question)
    if said in {suggestion.question.id, suggestion.question.title}:
        return suggestion
    if said and (_no_words(said) or re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)+", said)):
        raise UnexpectedError(said, "a question in words, or the id of one accepted before")
    return called(suggestion, said)


def _given(suggestion: Suggestion, said: str) -> Suggestion:
    from tracker.cli.numbers import noted, share
    from tracker.texts.drafting import given

    if said in {"", percent(suggestion.share)}:
        return suggestion
    value = share(said)
    if note := noted(said, value):
        talk(f"  {note}")
    return given(suggestion, f"{value:.9f}")


def _voiced(through: Walk, suggestion: Suggestion, who: str) -> Suggestion:
    from tracker.texts.drafting import voiced

    if who in {"", suggestion.analyst.handle if suggestion.analyst else AUTHOR}:
        return suggestion
    return voiced(suggestion, None if who.lower() == AUTHOR else who, through.source)


def _show(through: Walk, suggestion: Suggestion) -> None:
    """A draft in its paragraph, and all that will be kept of it."""
    head = f"{through.at + 1} of {len(through.suggestions)} · {len(through.accepted)} accepted"
    again = ", this one too" if through.at in through.accepted else ""
    talk(f"\n{head}{again} · paragraph {suggestion.draft.paragraph}")
    words = sentence(suggestion.draft, to=sys.stderr, around=through.text)
    page(words, _rows(suggestion, through.source), to=sys.stderr)
    if suggestion.question.id in {one.question.id for one in through.kept()} and not again:
        talk("  the same question as one accepted: it counts once")


def _rows(suggestion: Suggestion, source: Source) -> Iterator[tuple[str, str]]:
    draft, question, said = suggestion.draft, suggestion.question, suggestion.said
    scored = "" if said.get("scorable", True) else ", not scored"
    by_hand = suggestion.share != draft.reading.point and not question.options
    number = percent(suggestion.share) if by_hand else reading(draft.reading)
    yield "reads", f"“{draft.phrase}”: {number}{scored}; tier {draft.tier}, {draft.reading.rule}"
    yield "analyst", _analyst(suggestion, source)
    yield "question", f"{question.title} [{question.id}]"
    for option in question.options:
        yield "", f"{option.name}: {percent(said.get('probabilities', {}).get(option.name))}"
    if question.condition:
        yield "only if", str(question.condition)
    origin = horizon(draft) if draft.horizon and draft.horizon.day == question.resolve_by else ""
    yield "by", origin or question.resolve_by or "no day"


def _analyst(suggestion: Suggestion, source: Source) -> str:
    if suggestion.analyst is None:
        return f"the author, {source.author.handle if source.author else 'not yet named'}"
    speaker = suggestion.draft.speaker
    hint = f" ({speaker}?)" if suggestion.said["attribution"] == "unclear" and speaker else ""
    return f"{suggestion.analyst.name or suggestion.analyst.handle}{hint}"
