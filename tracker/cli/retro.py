"""The command that looks back on one analyst: a page, its Markdown, or the numbers."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli import output as files
from tracker.cli.bars import progress
from tracker.cli.options import Counting, Wanted, ledger, policy
from tracker.cli.terminal import data, line, talk

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.pages.lines import CallLine, Cited, Line
    from tracker.pages.retro import Learnt, Read, Retro

FILES = (".html", ".md", ".json")
OF_PAGES = {"shown", "link", "more", "others"}  # of a forecast, not in JSON
HINT = " (for a picture: tracker calibration -o FILE.png)"


def retro(
    wanted: Wanted,
    who: Annotated[str, typer.Argument(metavar="ANALYST", help="Whom to look back on.")],
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="A page (.html), its Markdown (.md) or the numbers (.json); may be repeated.",
            show_default=False,
        ),
    ] = None,
    counting: Counting = None,
) -> None:
    """Look back on one analyst: how good, best and worst calls, why.

    Example: tracker retro ana -o ana.html -o ana.md
    """
    from tracker import settings
    from tracker.values import last_instant
    from tracker.views.retro import gather

    counting = policy(counting)
    if wanted.analyst is not None:
        raise typer.BadParameter("name the analyst as ANALYST", param_hint="--analyst")
    files.check(output, wanted=wanted, kinds=FILES, hint=HINT)
    filters = {**wanted.filters(), "analyst": who}
    now = last_instant(filters["as_of"]) if filters["as_of"] else settings.now()
    about = which(wanted, filters, counting=counting, now=now)
    with ledger(wanted.db) as opened, progress("Looking back") as done:
        found = gather(opened, filters, counting=counting, about=about, now=now, done=done)
    if wanted.json:
        data(as_json(found))
    elif not output:
        from tracker.pages.retro_markdown import retro_markdown

        for row in retro_markdown(found).splitlines():
            line(row, whole=row.startswith("|"))
    for file in output or ():
        write(file, found)


def which(
    wanted: Wanted, filters: dict[str, Any], *, counting: str, now: datetime
) -> tuple[str, ...]:
    """Which forecasts these are, in short statements."""
    chosen = {
        "tag": wanted.tag,
        "source": wanted.source,
        "made since": filters["since"],
        "made until": filters["until"],
    }
    said = [f"{name} {value}" for name, value in chosen.items() if value]
    kept = ["recorded before the outcome was known"] if wanted.prospective else []
    day = f"{now.day} {now:%B %Y}"
    return (*(said or ["All forecasts"]), *kept, f"counting {counting}", f"as of {day}")


def write(file: Path, found: Retro) -> None:
    """Write a page, its Markdown, or the numbers, by the end of the file's name."""
    from tracker.files import write as put
    from tracker.pages.retro import retro_page
    from tracker.pages.retro_markdown import retro_markdown

    kind = file.suffix.lower()
    if kind == ".json":
        text = files.as_text(as_json(found))
    else:
        text = retro_page(found) if kind == ".html" else retro_markdown(found)
    put(file, text)
    talk(f"written: {file}")


def as_json(found: Retro) -> dict[str, Any]:
    """The retrospective as JSON content; a number that does not exist is null."""
    return {
        "analyst": found.handle,
        "name": found.analyst,
        "about": list(found.about),
        "counting": found.counting,
        "scale": "0-1",
        "card": found.card.as_dict(),
        "reading_range": None if found.reading_range is None else list(found.reading_range),
        "equal_chances": found.chance,
        "counts": dict(found.counts),
        "recorded_late": found.late,
        "best": [_call(call) for call in found.best],
        "worst": [_call(call) for call in found.worst],
        "bias": [_plain(asdict(one)) for one in found.bias],
        "sets": found.sets,
        "updating": None if found.updating is None else _plain(asdict(found.updating)),
        "phrases": [one.as_dict() for one in found.phrases],
        "forecasts": found.said,
        "lines": [_line(one) for one in found.lines],
        "open": found.open,
        "overdue": found.overdue,
        "waiting": [_line(one) for one in found.waiting],
        "sources": [_kept(one) for one in found.read],
        "lessons": [_kept(one) for one in found.lessons],
        "notes": [*found.lead, *found.notes],
    }


def _call(call: CallLine) -> dict[str, Any]:
    from math import isfinite, isinf

    return {
        "question": call.line.id,
        "forecasts": call.forecasts,
        "surprise": call.surprise if isfinite(call.surprise) else None,
        "impossible": isinf(call.surprise),  # what happened had been said to have no chance
        "gain": call.gain if isfinite(call.gain) else None,
        "brier": call.cost,
        "reading_range": [call.kindest, call.harshest],
        "forecast": _line(call.line),
    }


def _line(line: Line) -> dict[str, Any]:
    """A forecast to its last digit, without what only pages need."""
    found = {**asdict(line), "status": line.stands}
    found["passage"] = None if line.passage is None else _kept(line.passage)
    found["cited"] = [_kept(one) for one in line.cited]
    return _plain({name: value for name, value in found.items() if name not in OF_PAGES})


def _kept(record: Cited | Read | Learnt) -> dict[str, Any]:
    return {name: value for name, value in asdict(record).items() if name not in OF_PAGES}


def _plain(content: dict[str, Any]) -> dict[str, Any]:
    """Tuples as JSON has them."""
    return {
        key: list(value) if isinstance(value, tuple) else value for key, value in content.items()
    }
