"""The retrospective as Markdown: what its page says, to be read in a terminal or kept as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.charts.theme import number, percent
from tracker.pages.document import web
from tracker.pages.lines import when
from tracker.pages.markdown import escaped, link, listing, table
from tracker.pages.retro import pictures
from tracker.pages.retro_above import all_late, best_calls, counted, said_of_all, worst_calls
from tracker.pages.retro_sections import method, rest, sections
from tracker.pages.retro_short import in_short, tiles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracker.charts.picture import Picture
    from tracker.pages.lines import CallLine, Cited, Line
    from tracker.pages.retro import Retro
    from tracker.pages.retro_sections import Command, Section

LONG = 20  # rows of a picture's numbers from which they stand at the end


def retro_markdown(retro: Retro) -> str:
    """The retrospective as Markdown; everything that people wrote is escaped."""
    return "\n\n".join(_blocks(retro)) + "\n"


def _blocks(retro: Retro) -> Iterator[str]:
    yield f"# {escaped(retro.title)}"
    yield escaped(" · ".join(retro.about))
    yield f"**{escaped(retro.card.verdict)}**"
    yield from (escaped(note) for note in retro.lead)
    yield from _top(retro)
    if retro.card.forecasts:
        yield "## Scorecard"
        yield _card(retro)
    drawn = {picture.name: picture for picture in pictures(retro)}
    for name in ("reliability", "over-time"):
        yield from _picture(drawn.get(name))
    yield from _calls("Best calls", best_calls(retro), retro.best)
    yield from _calls("Worst calls", worst_calls(retro), retro.worst)
    plain = {section.name: section for section in sections(retro)}
    yield from _section(plain.get("lean"))
    yield from _picture(drawn.get("phrases"))
    yield from _section(plain.get("updating"))
    yield from _everything(retro)
    for name in ("waiting", "texts", "late"):
        yield from _section(plain.get(name))
    if retro.lessons:
        yield "## Lessons"
        learnt = (f"{escaped(one.text)} ({escaped(one.title)})" for one in retro.lessons)
        yield listing(learnt)
    yield "## Notes"
    yield listing(escaped(note) for note in (*retro.notes, *method(retro)))
    for picture in drawn.values():
        if len(picture.table.rows) > LONG:
            yield f"## {escaped(picture.title)}: the numbers"
            yield from _numbers(picture)


def _top(retro: Retro) -> Iterator[str]:
    if retro.counts:
        counts = (f"{count:,} {status}" for status, count in counted(retro).items())
        yield f"Forecasts: {escaped(', '.join(counts))}."
    if found := tiles(retro):
        yield listing(f"{tile.name}: **{tile.value}** ({tile.meaning})" for tile in found)
    if short := in_short(retro):
        yield listing(f"**{name}.** {escaped(text)}" for name, text in short)


def _card(retro: Retro) -> str:
    card = retro.card
    rows = [
        ("Brier score (0-1 scale, lower is better)", number(card.brier)),
        ("90 % interval, clustered by question", _span(card.brier_interval)),
        ("reading range, not an interval", _span(retro.reading_range)),
        ("equal chances on the same questions", number(retro.chance)),
        ("miscalibration", number(card.miscalibration)),
        ("miscalibration that luck alone would show", number(card.miscalibration_null)),
        ("discrimination (higher is better)", number(card.discrimination)),
        ("uncertainty", number(card.uncertainty)),
        ("mean probability", percent(card.mean_probability)),
        ("base rate", percent(card.base_rate)),
        ("log score (lower is better)", number(card.log)),
    ]
    head = f"{card.forecasts:,} forecasts on {card.questions:,} questions"
    return table((head, "value"), rows, "lr")


def _span(ends: tuple[float, float] | None) -> str:
    return "–" if ends is None else f"{number(ends[0])} to {number(ends[1])}"


def _picture(picture: Picture | None) -> Iterator[str]:
    """A picture in words, and its numbers."""
    if picture is None:
        return
    yield f"## {escaped(picture.title)}"
    yield escaped(picture.description)
    if len(picture.table.rows) > LONG:
        yield "The numbers stand at the end."
    else:
        yield from _numbers(picture)


def _numbers(picture: Picture) -> Iterator[str]:
    heads, rows = picture.table.heads, picture.table.rows
    if rows:
        cells = [[escaped(cell, cell=True) for cell in row] for row in rows]
        yield table([escaped(head) for head in heads], cells, "l" + "r" * (len(heads) - 1))
    if picture.table.left_out:
        yield escaped(picture.table.left_out)


def _calls(title: str, ranked: str, calls: Sequence[CallLine]) -> Iterator[str]:
    if not calls:
        return
    yield f"## {title}"
    yield ranked
    for place, call in enumerate(calls, 1):
        yield f"### {place}. {escaped(call.line.title)}"
        yield listing(_call(call))


def _call(call: CallLine) -> Iterator[str]:
    line = call.line
    mean = f" ({call.several})" if call.several else ""
    yield f"said {_said(line)}{mean}, on {escaped(when(line.made))}{_from(line.passage)}"
    yield f"happened: **{escaped(line.outcome or '–')}**, known {escaped(when(line.known or '–'))}"
    yield from (f"{escaped(cited.stance or 'evidence')}: {_cited(cited)}" for cited in line.cited)
    spread = f" ({number(call.kindest)} to {number(call.harshest)} by reading)"
    ranged = spread if number(call.kindest) != number(call.harshest) else ""
    yield f"cost {number(call.cost)}{ranged}; surprise {call.ranked}"
    if line.rationale:
        yield f"why: {escaped(line.rationale)}"


def _said(line: Line) -> str:
    phrase = f"“{escaped(line.phrase)}”, read as " if line.phrase else ""
    return f"{phrase}**{escaped(line.shown)}**"


def _from(passage: Cited | None) -> str:
    return "" if passage is None else f", in {_cited(passage)}"


def _cited(cited: Cited) -> str:
    where = f", {cited.where}" if cited.where else ""
    quote = f": “{escaped(cited.quote)}”" if cited.quote else ""
    return f"{link(cited.source, web(cited.url))}{where}{quote}"


def _section(section: Section | None) -> Iterator[str]:
    if section is None:
        return
    yield f"## {section.title}"
    for sentence in section.sentences:
        yield escaped(sentence)
    for sheet in section.sheets:
        if sheet.title:
            yield f"### {sheet.title}"
        rows = [[escaped(cell, cell=True) for cell in row] for row in sheet.table.rows]
        for row, id_ in zip(rows, sheet.ids, strict=False):
            row[0] = f"{row[0]} ({escaped(id_, cell=True)})"
        yield table(sheet.table.heads, rows, sheet.aligned)
        if sheet.table.left_out:
            yield sheet.table.left_out
    if section.after:
        yield escaped(section.after)
    if section.command is not None:
        yield _command(section.command)


def _command(command: Command) -> str:
    """Without a code span, which a name could end."""
    return f"{escaped(command.typed)}: {command.does}."


def _everything(retro: Retro) -> Iterator[str]:
    yield "## Everything that was said"
    if not retro.told:
        yield "No forecasts yet."
        return
    yield escaped(said_of_all(retro))
    late = not all_late(retro)
    yield listing(_line(line, late=late) for line in retro.told)
    if more := rest(retro):
        yield escaped(more)


def _line(line: Line, *, late: bool) -> str:
    came = f" → {escaped(line.outcome)}" if line.outcome else ""
    cost = "" if line.cost is None else f"; cost {number(line.cost)}"
    title = f"{escaped(when(line.made))} · {escaped(line.title)} ({escaped(line.id)})"
    more = f" · +{escaped(line.more)}" if line.more else ""
    after = ", recorded afterwards" if late and line.late else ""
    return f"{title} · {_said(line)}{more} · {escaped(line.stands)}{came}{after}{cost}"
