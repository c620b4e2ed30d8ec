"""The command that reads a text: its forecasts as drafts, and the drafts as a dossier."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tracker.cli.asking import STDIN, InputEndedError, ask, standard_input, watched
from tracker.cli.bars import progress
from tracker.cli.options import Json, TextFormat
from tracker.cli.terminal import line, stream, talk
from tracker.cli.typed import past
from tracker.cli.writing import (
    Place,
    beside,
    name_of,
    place_for,
    quoted,
    reviewed,
    write_dossier,
)
from tracker.errors import UnexpectedError

if TYPE_CHECKING:
    from tracker.records import Source
    from tracker.texts.document import Document, Paragraph
    from tracker.texts.drafts import Draft
    from tracker.texts.lexicon import Lexicon

Profile = Literal["lay", "icd203", "kent", "ipcc", "phia"]
INTERRUPTED = 130
UNFINISHED = 1


@dataclass(frozen=True)
class Said:
    """What is said of a text on the command line."""

    analyst: str | None
    published: str | None
    title: str | None
    url: str | None

    @property
    def day(self) -> str | None:
        """The day of publication, without its hour."""
        return self.published[:10] if self.published else None


def extract(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Text, Markdown, HTML or PDF; - for stdin.")
    ],
    analyst: Annotated[
        str | None, typer.Option(metavar="A", help="Who wrote it: the author's handle.")
    ] = None,
    published: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day on which it came out.")
    ] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="Its title.")] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="Where it stands.")] = None,
    format: TextFormat = None,  # noqa: A002 - the word
    profile: Annotated[Profile, typer.Option(help="How words are read as numbers.")] = "lay",
    dropped: Annotated[
        bool, typer.Option("--dropped", help="Show also what was dropped, and why.")
    ] = False,
    as_json: Json = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DOSSIER", help="Write the drafts as a dossier."),
    ] = None,
    review: Annotated[
        bool, typer.Option("--review", help="Walk through the drafts, then write the dossier.")
    ] = False,
    model: Annotated[
        bool,
        typer.Option(
            "--model", help="Ask the language model that is set up as well: sends it the text."
        ),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Write over what is there already.")
    ] = False,
) -> None:
    """Find the forecasts in a text, as drafts or as a dossier.

    Example: tracker extract essay.txt --analyst ana --published 2026-03-02 -o ana.dossier.yaml
    """
    from tracker import settings
    from tracker.cli.consulting import consulted, record_of
    from tracker.texts.formats import lazily, read
    from tracker.texts.lexicon import Lexicon

    writing = output is not None or review
    if as_json and writing:
        raise typer.BadParameter("--json prints the drafts; leave out -o and --review")
    if review and str(file) == STDIN:
        raise typer.BadParameter("--review reads answers where the text would be; name a file")
    standard_input(file)
    said = Said(analyst, _come(published), title, url)
    asked = settings.language_model() if model else None
    lexicon = Lexicon.load(profile)
    if as_json and not asked and (passing := lazily(file, format=format)):
        _streamed(passing, said.day, lexicon, file.stat().st_size)
        return
    with progress("Reading"):
        document = read(file, format=format)
    place = place_for(file, output, document, force=force) if writing else None
    log = record_of(place.dossier if place else beside(file), force=force) if asked else None
    try:
        said = said if as_json else _asked_for(said, document, author=writing)
    except InputEndedError:
        raise typer.Abort from None
    source = _source(said, file, document) if place else None
    found = _found(document, said.day, lexicon)
    if asked and log:
        found = consulted(asked, found, document, published=said.day, lexicon=lexicon, log=log)
    if place is None or source is None:
        _listed(found, file, as_json=as_json, dropped=dropped, undated=said.published is None)
        return
    _drafted(found, document, place, source, review=review)


def _found(document: Document, day: str | None, lexicon: Lexicon) -> list[Draft]:
    """What the rules find, with a bar where that takes its time."""
    from tracker.texts.extract import Rules

    with progress("Reading") as show:
        passing = _shown_passing(document.paragraphs, show, len(document.text))
        return list(Rules(lexicon).drafts(passing, day))


def _streamed(passing: Iterator[Paragraph], day: str | None, lexicon: Lexicon, total: int) -> None:
    """Print what the rules find in a large text as it is found: nothing is held."""
    from tracker.cli.drafts import draft_json
    from tracker.texts.extract import Rules

    with nullcontext(_unseen) if sys.stdout.isatty() else progress("Reading") as show:
        drafts = Rules(lexicon).drafts(_shown_passing(passing, show, total), day)
        stream(draft_json(draft) for draft in drafts)


def _shown_passing(
    paragraphs: Iterable[Paragraph], show: Callable[[int, int], None], total: int
) -> Iterator[Paragraph]:
    for paragraph in paragraphs:
        yield paragraph
        show(paragraph.start + len(paragraph.text), total)


def _unseen(done: int, total: int) -> None:
    """No bar in the midst of what is printed."""


def _source(said: Said, file: Path, document: Document) -> Source:
    from tracker.texts import drafting

    return drafting.source(
        name=name_of(file),
        sha256=document.sha256,
        title=said.title,
        author=said.analyst,
        published=said.published,
        url=said.url,
    )


def _drafted(
    found: list[Draft], document: Document, place: Place, source: Source, *, review: bool
) -> None:
    from tracker.texts import drafting

    standing = [draft for draft in found if draft.status == "draft"]
    suggestions = drafting.suggestions(standing, source, document)
    if not review:
        write_dossier(suggestions, source, document, place)
        return
    ended = reviewed(suggestions, source, document, place)
    if ended in {"interrupted", "input ended"}:
        raise typer.Exit(INTERRUPTED if ended == "interrupted" else UNFINISHED)


# --- what is printed ------------------------------------------------------------------------------


def _listed(
    found: Iterable[Draft], file: Path, *, as_json: bool, dropped: bool, undated: bool
) -> None:
    from tracker.cli.drafts import draft_json

    if as_json:
        stream(draft_json(draft) for draft in found)
        return
    counted: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for draft in found:
        counted[draft.attribution if draft.status == "draft" else "dropped"] += 1
        if draft.reason:
            reasons[draft.reason] += 1
        if dropped or draft.status == "draft":
            _shown(draft, sum(counted.values()) - (0 if dropped else counted["dropped"]))
    _summed(counted, reasons, dropped=dropped)
    if undated:
        talk("no day of publication: --published DATE gives relative dates a day")
    if counted.total() > counted["dropped"]:
        talk(f"next: tracker extract {quoted(file)} --review   or   -o {quoted(beside(file))}")


def _shown(draft: Draft, number: int) -> None:
    from tracker.cli.drafts import facts, page, sentence

    why = f" · dropped: {draft.reason}" if draft.reason else ""
    head = f"{number} · paragraph {draft.paragraph}{why}"
    page(sentence(draft, to=sys.stdout), facts(draft), to=sys.stdout, head=head)
    line()


def _summed(counted: Counter[str], reasons: Counter[str], *, dropped: bool) -> None:
    voices = {"author": "the author's", "other": "of others", "unclear": "unclear whose"}
    parts = [f"{counted[who]} {said}" for who, said in voices.items() if counted[who]]
    total = counted.total() - counted["dropped"]
    drafts = "1 draft" if total == 1 else f"{total} drafts"
    line(f"{drafts}: {', '.join(parts)}" if parts else "no forecast found")
    if reasons:
        why = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
        line(f"dropped: {why}" + ("" if dropped else "  (--dropped shows them)"))


# --- what is asked --------------------------------------------------------------------------------


def _asked_for(said: Said, document: Document, *, author: bool) -> Said:
    """Day and author, asked for where a person sits there; what the text says is offered."""
    if not watched():
        return said
    published, analyst = said.published, said.analyst
    if published is None:
        published = ask("published on (Enter alone: not known)", _offered(document), _day)
    if author and analyst is None:
        analyst = ask("author", document.hints.author or "", lambda name: name or None)
    return Said(analyst, published, said.title, said.url)


def _offered(document: Document) -> str:
    """The day that the text itself says, to be confirmed; said aloud where it cannot be read."""
    said = document.hints.published or ""
    try:
        return _day(said) or ""
    except UnexpectedError:
        talk(f"the text says: published {said}")
        return ""


def _come(said: str | None) -> str | None:
    """A day that has come, from what was typed after --published."""
    day = past(said, "--published")
    try:
        return _has_come(day) if day else day
    except UnexpectedError as error:
        raise typer.BadParameter(str(error), param_hint="--published") from None


def _has_come(day: str) -> str:
    from tracker import settings

    if day[:10] > settings.now().date().isoformat():
        raise UnexpectedError(day, "a day that has come")
    return day


def _day(said: str) -> str | None:
    from tracker import settings
    from tracker.cli.dates import read

    return _has_come(read(said, settings.now(), ahead=False)) if said else None
