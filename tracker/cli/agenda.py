"""The command that writes a calendar: what falls due, and when."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tracker.cli import output as files
from tracker.cli.bars import progress
from tracker.cli.options import Blind, Wanted, as_seen, ledger
from tracker.cli.terminal import data, inert, talk


def calendar(
    wanted: Wanted,
    open_only: Annotated[
        bool,
        typer.Option(
            "--open",
            help="Leave settled questions out: for a calendar that is subscribed to, and so "
            "forgets what is not in the file.",
        ),
    ] = False,
    blind: Blind = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE.ics", help="The file to write, else stdout."),
    ] = None,
) -> None:
    """Write what falls due as an iCalendar file, with reminders.

    Read again, the file changes the days that a calendar has; settled questions are cancelled.

    Example: tracker calendar -o due.ics
    """
    from tracker.files import write
    from tracker.views.agenda import agenda, icalendar
    from tracker.views.reviewing import still_open

    files.check([output] if output else [], wanted=wanted, kinds=(".ics",))
    filters = wanted.filters()
    with ledger(wanted.db) as opened, progress("Reading"):
        questions = opened.questions(**filters)
        questions = still_open(questions) if open_only else questions
        seen = as_seen(opened, questions, blind=blind, as_of=filters["as_of"])
        conditional = any(one.question.condition for one in seen)
        everything = opened.questions(as_of=filters["as_of"]) if conditional else []
        named = {one.question.id: one for one in everything}
        entries = agenda(seen, opened.question_hashes(), named)
    if wanted.json:
        data([entry._asdict() for entry in entries])
    elif output:
        write(output, icalendar(entries, safe=inert))
        talk(f"written: {output}")
    else:
        sys.stdout.buffer.write(icalendar(entries, safe=inert))  # in UTF-8 wherever it goes
        sys.stdout.flush()
    if not entries:
        talk("nothing is to be settled on a day: the calendar is empty")
    dateless = sum(one.question.resolve_by is None for one in still_open(seen))
    if dateless:
        talk(f"not in it: {dateless} open without a day to settle by")
