"""Commands that look: list, show, due, status."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.options import Blind, Wanted, as_seen, ledger, reading
from tracker.cli.show import show
from tracker.cli.status import status
from tracker.cli.terminal import data, progress, table, talk

if TYPE_CHECKING:
    from tracker.ledger.kept import KeptQuestion

GROUP = "Look"
LAST = datetime(9999, 12, 31, tzinfo=UTC)


def register(app: typer.Typer) -> None:
    """Put the commands on the app."""
    app.command("list", epilog="Example: tracker list --open --tag weather", rich_help_panel=GROUP)(
        reading(list_questions)
    )
    app.command(epilog="Example: tracker show q1", rich_help_panel=GROUP)(reading(show))
    app.command(epilog="Example: tracker due --within 7", rich_help_panel=GROUP)(reading(due))
    app.command(epilog="Example: tracker status --json", rich_help_panel=GROUP)(status)


def list_questions(
    wanted: Wanted,
    open_only: Annotated[bool, typer.Option("--open", help="Only questions still open.")] = False,
    settled_only: Annotated[
        bool, typer.Option("--resolved", help="Only questions that were settled.")
    ] = False,
    blind: Blind = None,
) -> None:
    """List the questions, with each analyst's last forecast."""
    filters = wanted.filters()
    with ledger(wanted.db) as opened, progress("Reading"):
        questions = as_seen(
            opened, opened.questions(**filters), blind=blind, as_of=filters["as_of"]
        )
    chosen = [
        question
        for question in questions
        if (question.settled.status == "open" or not open_only)
        and (question.settled.status != "open" or not settled_only)
    ]
    _questions(chosen, as_json=wanted.json, empty="no question fits; `tracker log` adds one")


def due(
    wanted: Wanted,
    within: Annotated[
        str | None,
        typer.Option(
            metavar="DAYS",
            help="Also what falls due in so many days; else as your config file says, else 0.",
        ),
    ] = None,
    blind: Blind = None,
) -> None:
    """List the open questions that are due or overdue, the longest overdue first."""
    from tracker import settings
    from tracker.values import begins, last_instant

    within = str(settings.within()) if within is None else within
    filters = wanted.filters()
    today = last_instant(filters["as_of"]) if filters["as_of"] else settings.now()
    if not re.fullmatch(r"\d{1,5}", within, re.ASCII):
        raise typer.BadParameter(
            f"expected a number of days; found {within}", param_hint="--within"
        )
    horizon = today + min(timedelta(days=int(within)), LAST - today)
    with ledger(wanted.db) as opened, progress("Reading"):
        questions = as_seen(
            opened, opened.questions(**filters), blind=blind, as_of=filters["as_of"]
        )
    falling = [
        question
        for question in questions
        if question.settled.status == "open"
        and question.question.resolve_by is not None
        and begins(question.question.resolve_by) <= horizon
    ]
    falling.sort(key=lambda question: begins(str(question.question.resolve_by)))
    _questions(falling, as_json=wanted.json, empty="nothing is due")
    if falling and not wanted.json:
        talk(f"next: tracker resolve {falling[0].question.id} OUTCOME")


def _questions(questions: list[KeptQuestion], *, as_json: bool, empty: str) -> None:
    from tracker.cli.terminal import when
    from tracker.views.blind import hidden
    from tracker.views.said import forecast_json, latest, outcome, question_json, spoken

    if as_json:
        data(
            [
                {
                    **question_json(question),
                    "forecasts": len(question.forecasts),
                    "hidden": question.hidden,
                    "latest": [forecast_json(kept, question) for kept in latest(question)],
                }
                for question in questions
            ]
        )
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
