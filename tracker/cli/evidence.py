"""The command that finds, and with a person's word settles, what a text says on open questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.asking import STDIN, standard_input, watched
from tracker.cli.bars import progress
from tracker.cli.options import TextFormat, Wanted, ledger
from tracker.cli.terminal import data, line, marked, number, paragraph, talk
from tracker.cli.typed import past
from tracker.cli.writing import name_of, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracker.ledger.kept import KeptForecast, KeptQuestion
    from tracker.ledger.ledger import Ledger
    from tracker.records import Source
    from tracker.texts.document import Document
    from tracker.texts.evidence import Found
    from tracker.texts.matching import Aliases

ALIASES = "aliases.yaml"  # in the user's folder of settings
NOTHING = "probably nothing here"


def evidence(
    wanted: Wanted,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Text, Markdown, HTML or PDF; - for stdin.")
    ],
    published: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="When it was published: later forecasts do not count."),
    ] = None,
    format: TextFormat = None,  # noqa: A002 - the word
    question: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this question; may be repeated.")
    ] = None,
    top: Annotated[
        int, typer.Option(metavar="N", min=1, max=1000, help="Passages for each question.")
    ] = 5,
    aliases: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Names that mean the same, as  Athens: [Greece, Greek]  in YAML; else "
            f"{ALIASES} in your folder of settings.",
        ),
    ] = None,
    review: Annotated[
        bool, typer.Option("--review", help="Walk the questions found, and settle them.")
    ] = False,
    name: Annotated[
        str | None, typer.Option(metavar="S", help="With --review: what to call the source.")
    ] = None,
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help="With --review: the title of the source.")
    ] = None,
    keep_text: Annotated[
        bool,
        typer.Option(
            "--keep-text", help="With --review: keep the text, so that verify checks its words."
        ),
    ] = False,
) -> None:
    """Find the passages of a text that may settle open questions.

    Example: tracker evidence essay.txt --published 2026-03-09
    """
    from tracker.texts.formats import read

    if review and wanted.json:
        raise typer.BadParameter("--review and --json exclude one another")
    if review and file == STDIN:
        raise typer.BadParameter("--review reads answers where the text would be; name a file")
    if keep_text and not review:
        raise typer.BadParameter("--keep-text needs --review")
    standard_input(file)
    same = _aliases(aliases)
    with progress("Reading"):
        document = read(file, format=format)
    day = _come(past(published, "--published"), "--published")
    with ledger(wanted.db, writable=review) as opened:
        source = _source(opened, document, name or name_of(Path(file)), title, review=review)
        day = _agreed(day, source) or source.published
        if day is None and watched() and not wanted.json:
            day = _asked_day(document)
        with progress("Reading"):
            kept = {one.question.id: one for one in _open(opened, wanted, day)}
        if day is None:
            hint = document.hints.published
            said = f"; the text says {hint}" if hint else ""
            talk(f"no date of publication (--published DATE{said}): all open questions count")
        chosen = _chosen(opened, question, kept)
        found = _found(document, kept, day, chosen=chosen, aliases=same, top=top)
        shown = [one for one in found if one.likely or question]
        if wanted.json:
            data([_as_json(one, kept[one.question]) for one in found])
        elif review:
            from tracker.cli.settling import walk

            dated = source.model_copy(update={"published": source.published or day})
            text = document.text if keep_text else None
            walk(opened, document, [(kept[one.question], one) for one in shown], dated, text=text)
        else:
            _show(shown, [one.question for one in found if one not in shown], kept)
            _next(found, shown, file, day)


def _come(day: str | None, option: str) -> str | None:
    """A day that has come; raises typer.BadParameter for one that has not."""
    from tracker.cli.settling import come
    from tracker.errors import UnexpectedError

    try:
        return come(day)
    except UnexpectedError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def _agreed(day: str | None, source: Source) -> str | None:
    """The day that was given, if it is the one that the ledger has of the same text."""
    from tracker.errors import DataError, Problem

    if day and source.published and day[:10] != source.published[:10]:
        expected = f"{source.published}, as the ledger has it of {source.name}, the same text"
        raise DataError([Problem("--published", day, expected)])
    return day


def _aliases(file: str | None) -> Aliases | None:
    from tracker import settings
    from tracker.errors import DataError, Problem
    from tracker.texts.matching import read_aliases

    path = Path(file) if file is not None else settings.config_folder() / ALIASES
    try:
        return read_aliases(path)
    except OSError as error:
        if file is None and isinstance(error, FileNotFoundError):
            return None
        found = (error.strerror or str(error)).lower()
        raise DataError([Problem("--aliases", f"{path}: {found}", "a file of aliases")]) from None


def _source(
    opened: Ledger, document: Document, name: str, title: str | None, *, review: bool
) -> Source:
    """The text as a source: the one that the ledger has of it, or a new one."""
    from tracker.records import Source, make

    sources = opened.sources()
    for known, fields in sources.items():
        if fields["sha256"] == document.sha256:
            return make(Source, {**fields, "name": known})
    if review and name in sources and sources[name]["sha256"] is not None:
        said = f"the ledger has another text called {name}; give this one another name"
        raise typer.BadParameter(said, param_hint="--name")
    title = title or document.hints.title
    return make(Source, {"name": name, "title": title, "sha256": document.sha256})


def _asked_day(document: Document) -> str | None:
    """When the text came out, as the person says; what the text itself says is offered."""
    from tracker.cli.asking import InputEndedError, ask
    from tracker.errors import UnexpectedError

    offered = document.hints.published or ""
    try:
        _day(offered)
    except UnexpectedError:
        talk(f"the text says: published {offered}")
        offered = ""
    try:
        return ask("published on (Enter alone: not known)", offered, _day)
    except InputEndedError:
        raise typer.Abort from None


def _day(said: str) -> str | None:
    from tracker import settings
    from tracker.cli.dates import read
    from tracker.cli.settling import come

    return come(read(said, settings.now(), ahead=False)) if said else None


def _open(opened: Ledger, wanted: Wanted, day: str | None) -> list[KeptQuestion]:
    """The open questions that pass the filters and had a forecast when the text came out.

    One that has an outcome, and only waits for that of its condition, is not looked for.
    """
    return [
        one
        for one in opened.questions(**wanted.filters())
        if one.settled.status == "open"
        and not one.resolutions
        and (day is None or list(_before(one, day)))
    ]


def _chosen(opened: Ledger, named: list[str] | None, kept: dict[str, KeptQuestion]) -> list[str]:
    """The ids of the questions that are named, of those that may be looked for; else all."""
    if not named:
        return list(kept)
    chosen = [opened.question(one).question.id for one in named]
    for key in chosen:
        if key not in kept:
            talk(f"{key} is left out: settled, or without a forecast made before the text")
    return [key for key in chosen if key in kept]


def _before(question: KeptQuestion, day: str | None) -> Iterator[KeptForecast]:
    """The forecasts made by the time the text came out; one of the same day is."""
    from tracker.values import begins, last_instant

    for kept in question.forecasts:
        made_by_then = day is None or begins(kept.made) <= last_instant(day)
        if kept.forecast is not None and made_by_then:
            yield kept


def _found(
    document: Document,
    kept: dict[str, KeptQuestion],
    day: str | None,
    *,
    chosen: Sequence[str],
    aliases: Aliases | None,
    top: int,
) -> list[Found]:
    """What the text has on the chosen questions: those where something is likely come first."""
    from tracker.texts.evidence import rank, wording

    asked = {}
    for key, one in kept.items():
        last = {held.analyst: held.forecast for held in _before(one, day) if held.forecast}
        asked[key] = wording(one.question, last.values())
    with progress("Reading") as show:
        found = rank(
            document,
            asked,
            wanted=set(chosen),
            published=day,
            aliases=aliases,
            top=top,
            progress=show,
        )
    return sorted(found, key=lambda one: (not one.likely, -one.score))


def _as_json(found: Found, kept: KeptQuestion) -> dict[str, Any]:
    def without(one: Any, *left: str) -> dict[str, Any]:
        return {name: value for name, value in vars(one).items() if name not in left}

    return {
        "question": found.question,
        "title": kept.question.title,
        "verdict": "passages" if found.likely else NOTHING,
        "score": found.score,
        "passages": [without(one, "matched") for one in found.passages],
        "paragraphs": [without(one) for one in found.paragraphs],
    }


def _show(shown: list[Found], rest: list[str], kept: dict[str, KeptQuestion]) -> None:
    for one in shown:
        _passages(kept[one.question], one)
        line()
    if rest:
        paragraph(f"{NOTHING} on {len(rest)} of {len(rest) + len(shown)}: {', '.join(rest)}")


def _next(found: list[Found], shown: list[Found], file: str, day: str | None) -> None:
    if not found:
        talk("no open question was forecast before this text; see  tracker list --open")
    elif file != STDIN and any(one.passages for one in shown):
        said = f" --published {day}" if day else ""
        talk(f"next: settle them with  tracker evidence {quoted(Path(file))}{said} --review")


def _passages(question: KeptQuestion, found: Found) -> None:
    """Print a question and the passages that may bear on it, with the words they share."""
    from tracker.cli.settling import pieces

    share = f"{found.score:.0%}".replace("%", " %")
    paragraph(f"{found.question}  {question.question.title}")
    if not found.likely:
        paragraph(NOTHING if found.passages else f"{NOTHING}: no word is shared", indent="  ")
    for one in found.passages:
        where = f"paragraph {one.paragraph}, {one.start}–{one.end}, score {number(one.score)}"
        best = f"; {share} of the question's words nearby" if one.rank == 1 else ""
        paragraph(f"{one.rank}  {where}{best}", indent="  ")
        marked(pieces(one), indent="     ")
