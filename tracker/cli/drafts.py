"""Drafts of forecasts in words, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.cli.terminal import PIPE_WIDTH, console, inert, percent, typed, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from rich.text import Text

    from tracker.texts.drafts import Draft, Reading

AROUND = 240  # characters that are shown on each side of a sentence
LONG = 400  # characters of a sentence that are shown on each side of its phrase
MARK = "bold underline yellow"


def draft_json(draft: Draft) -> dict[str, Any]:
    """A draft as JSON content; DESIGN names the first sixteen keys."""
    reading, horizon = draft.reading, draft.horizon
    return {
        "start": draft.start,
        "end": draft.end,
        "phrase": draft.phrase,
        "phrase_start": draft.phrase_start,
        "phrase_end": draft.phrase_end,
        "tier": draft.tier,
        "status": draft.status,
        "reason": draft.reason,
        "probability": reading.point,
        "low": reading.low,
        "high": reading.high,
        "rule": reading.rule,
        "attribution": draft.attribution,
        "speaker": draft.speaker,
        "condition": draft.condition,
        "options": None if draft.options is None else list(draft.options),
        "horizon": horizon.day if horizon else None,
        "scorable": reading.scorable,
        "profile": reading.profile,
        "version": reading.version,
        "sentence": draft.sentence,
        "paragraph": draft.paragraph,
        "condition_words": draft.condition_words,
        "ordered": draft.ordered,
        "horizon_words": horizon.words if horizon else None,
        "horizon_policy": horizon.policy if horizon else None,
        "found_by": draft.found_by,
    }


def sentence(draft: Draft, *, to: TextIO, around: str | None = None) -> Text:
    """A sentence with its phrase marked; within the text around it, where that is given."""
    from rich.text import Text

    words, start = draft.sentence, draft.phrase_start - draft.start
    end = draft.phrase_end - draft.start
    if not 0 <= start < end <= len(words):
        start = end = 0
    before, after = _around(draft, around) if around is not None else ("", "")
    phrase = (
        words[start:end]
        if console(min(width(), PIPE_WIDTH), to).color_system
        else f"[{words[start:end]}]"
    )
    shown = Text()
    for part, style in (
        (before, "dim"),
        (_cut(words[:start], -LONG), ""),
        (phrase if start < end else "", MARK),
        (_cut(words[end:], LONG), ""),
        (after, "dim"),
    ):
        shown.append(inert(_flat(part)), style)
    return shown


def page(words: Text, rows: Iterable[tuple[str, str]], *, to: TextIO, head: str = "") -> None:
    """Print a sentence and, below it, what was read out of it."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    screen = console(min(width(), PIPE_WIDTH), to)
    below = Table.grid(padding=(0, 2, 0, 0))
    below.add_column(no_wrap=True)
    below.add_column()
    for name, said in rows:
        below.add_row(Text(inert(name), "dim"), Text(inert(said)))
    with screen.capture() as captured:
        if head:
            screen.print(Text(head))
        screen.print(Padding(words, (0, 0, 0, 2)))
        screen.print(Padding(below, (0, 0, 0, 2)))
    lines = captured.get().rstrip("\n").split("\n")
    print("\n".join(typed(line.rstrip()) for line in lines), file=to)


def _around(draft: Draft, text: str) -> tuple[str, str]:
    """What stands before and after a sentence in its paragraph."""
    before = text[max(0, draft.start - AROUND) : draft.start].rpartition("\n")[2]
    after = text[draft.end : draft.end + AROUND].partition("\n")[0]
    cut = len(before) == AROUND
    return (f"…{before.partition(' ')[2]}" if cut else before), (
        f"{after.rpartition(' ')[0]} …" if len(after) == AROUND else after
    )


def _cut(text: str, longest: int) -> str:
    """The beginning of a text, or its end where that is asked for by a minus."""
    if len(text) <= abs(longest):
        return text
    return f"… {text[longest:]}" if longest < 0 else f"{text[:longest]} …"


def _flat(text: str) -> str:
    """A text in one line, with the blanks at its ends."""
    return "".join(" " if sign in "\n\t\u2028\u2029" else sign for sign in text)


def facts(draft: Draft) -> Iterator[tuple[str, str]]:
    """What was read out of a draft, each with its name."""
    scored = "" if draft.reading.scorable else ", not scored"
    said = f"“{draft.phrase}”: {reading(draft.reading)}{scored}"
    yield "reads", f"{said}; tier {draft.tier}, {draft.reading.rule}"
    who = f": {draft.speaker}" if draft.speaker else ""
    if draft.attribution != "author" or who:
        yield "voice", f"{draft.attribution}{who}"
    if draft.found_by != "rules":
        yield "found by", draft.found_by
    if draft.condition:
        words = f": “{draft.condition_words}”" if draft.condition_words else ""
        yield "only if", f"{draft.condition}{words}"
    if draft.options:
        yield "one of", " | ".join([*draft.options, "none of these"])
    if draft.horizon and (day := horizon(draft)):
        yield "by", day


def reading(reading: Reading) -> str:
    """A reading in numbers: 70 % (60–85 %)."""
    if reading.point is None:
        return "no number"
    said = percent(reading.point)
    if reading.low is not None and reading.high is not None:
        said += f" ({percent(reading.low).removesuffix(' %')}–{percent(reading.high)})"
    return said


def horizon(draft: Draft) -> str:
    """By when, and who says so; nothing where nobody does."""
    if draft.horizon is None:
        return ""
    day, words, policy = draft.horizon.day, draft.horizon.words, draft.horizon.policy
    if not day and not words:
        return "no day stated, nor when it was published" if policy else ""
    origin = f" (“{words}”)" if words else (f" (no day stated: {policy})" if policy else "")
    return f"{day or 'no day'}{origin}" if day or origin else ""
