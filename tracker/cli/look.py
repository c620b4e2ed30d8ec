"""Commands that look: list, show, due, status."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.bars import progress
from tracker.cli.options import Blind, Wanted, as_seen, ledger
from tracker.cli.tables import table
from tracker.cli.terminal import data, talk

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.ledger.kept import KeptQuestion

DUE = 3  # 1 and 2 say that something went wrong: a script can tell a reminder from a failure
SPAN = re.compile(r"(\d{1,5}) *(d|days?|w|weeks?)?", re.ASCII)
Within = Annotated[
    str | None,
    typer.Option(
        metavar="SPAN",
        help="Also what falls due within 7 (days), 7d or 2 weeks; else as your config file says, "
        "else nothing.",
        show_default=False,
    ),
]


def list_questions(
    wanted: Wanted,
    open_only: Annotated[bool, typer.Option("--open", help="Only questions still open.")] = False,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only open questions whose day has come.")
    ] = False,
    resolved: Annotated[
        bool,
        typer.Option(
            "--resolved",
            help="Only settled questions, with what they cost and taught, newest first; then "
            "--since and --until say when the outcome became known.",
        ),
    ] = False,
    mine: Annotated[
        bool, typer.Option("--mine", help="Only what TRACKER_ANALYST, or else you, forecast.")
    ] = False,
    blind: Blind = None,
) -> None:
    """List the questions, with each analyst's last forecast.

    The weekly review: --resolved --since 7d. Without --resolved, --since and --until say when
    forecasts were made.

    Example: tracker list --open --tag weather
    """
    if resolved and (open_only or overdue):
        raise typer.BadParameter("what is settled is not open; leave out one of them")
    filters = wanted.filters()
    if mine:
        _mine(wanted, filters)
    with ledger(wanted.db) as opened:
        if mine and filters["analyst"] not in opened.analysts():
            listed([], as_json=wanted.json, empty=f"nothing is forecast by {filters['analyst']}")
            return
        if resolved:
            from tracker.cli.settled import list_settled

            list_settled(opened, filters, as_json=wanted.json)
            return
        with progress("Reading"):
            questions = as_seen(
                opened, opened.questions(**filters), blind=blind, as_of=filters["as_of"]
            )
    listed(
        _standing(questions, filters["as_of"], open_only=open_only, overdue=overdue),
        as_json=wanted.json,
        empty="no question fits; `tracker log` adds one",
    )


def _mine(wanted: Wanted, filters: dict[str, Any]) -> None:
    """Choose the forecasts of whoever types."""
    from tracker import settings

    if wanted.analyst is not None:
        raise typer.BadParameter("--mine and --analyst exclude one another")
    filters["analyst"] = settings.analyst()


def _standing(
    questions: list[KeptQuestion], as_of: str | None, *, open_only: bool, overdue: bool
) -> list[KeptQuestion]:
    from tracker.views.reviewing import falling_due, still_open

    if overdue:
        return falling_due(questions, horizon("0", as_of))
    return still_open(questions) if open_only else questions


def due(
    wanted: Wanted,
    within: Within = None,
    exit_code: Annotated[
        bool,
        typer.Option(
            "--exit-code", help=f"Exit with {DUE} where something is due, for scripts; else 0."
        ),
    ] = False,
    blind: Blind = None,
) -> None:
    """List the open questions that are due, longest overdue first.

    Example: tracker due --within 7
    """
    from tracker.views.reviewing import falling_due

    filters = wanted.filters()
    until = horizon(within, filters["as_of"])
    with ledger(wanted.db) as opened, progress("Reading"):
        questions = opened.questions(**filters)
        falling = falling_due(questions, until)
        falling = as_seen(opened, falling, blind=blind, as_of=filters["as_of"])
    listed(falling, as_json=wanted.json, empty=_nothing_due(questions))
    if falling and not wanted.json:
        talk(
            f"next: tracker review   or, for one,  tracker resolve {falling[0].question.id} OUTCOME"
        )
    if falling and exit_code:
        raise typer.Exit(DUE)


def _nothing_due(questions: list[KeptQuestion]) -> str:
    """That nothing is due, and what will be first."""
    from tracker.cli.terminal import aloud
    from tracker.views.reviewing import LAST, falling_due

    coming = falling_due(questions, LAST)
    asked = coming[0].question if coming else None
    if asked is None or asked.resolve_by is None:
        return "nothing is due"
    return f"nothing is due; the next is {asked.id}, by {aloud(asked.resolve_by)}"


def horizon(within: str | None, as_of: str | None) -> datetime:
    """The instant until which a question falls due, from what was typed after --within."""
    from tracker import settings
    from tracker.values import last_instant
    from tracker.views.reviewing import in_days

    today = last_instant(as_of) if as_of else settings.now()
    within = str(settings.within()) if within is None else within
    span = SPAN.fullmatch(within.strip().lower())
    if span is None:
        expected = f"expected a number of days, or a span as 7d or 2 weeks; found {within}"
        raise typer.BadParameter(expected, param_hint="--within")
    return in_days(today, int(span[1]) * (7 if (span[2] or "d").startswith("w") else 1))


def listed(questions: list[KeptQuestion], *, as_json: bool, empty: str) -> None:
    """Print questions as a table, or as JSON; what is ``empty`` is said where there is none."""
    from tracker.cli.terminal import when
    from tracker.views.blind import hidden
    from tracker.views.said import latest, listed_json, outcome, spoken

    if as_json:
        data([listed_json(question) for question in questions])
        return
    if not questions:
        talk(empty)
        return
    rows = []
    for question in questions:
        asked = question.question
        said = [f"{kept.analyst}: {spoken(kept.forecast)}" for kept in latest(question)]
        said += filter(None, [hidden(question)])
        by = when(asked.resolve_by)
        rows.append((asked.id, asked.title, "\n".join(said), outcome(question), by))
    table(("id", "question", "last forecast", "outcome", "settle by"), rows)
