"""Commands that look: list, show, due, status."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.options import Db, Json, Wanted, ledger, reading
from tracker.cli.show import show
from tracker.cli.terminal import data, line, progress, table, talk

if TYPE_CHECKING:
    from tracker.ledger.kept import KeptQuestion
    from tracker.ledger.ledger import Ledger

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
) -> None:
    """List the questions, with each analyst's last forecast."""
    with ledger(wanted.db) as opened, progress("Reading"):
        questions = opened.questions(**wanted.filters())
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
        str, typer.Option(metavar="DAYS", help="Also what falls due in so many days.")
    ] = "0",
) -> None:
    """List the open questions that are due or overdue, the longest overdue first."""
    from tracker import settings
    from tracker.values import begins, last_instant

    filters = wanted.filters()
    today = last_instant(filters["as_of"]) if filters["as_of"] else settings.now()
    if not re.fullmatch(r"\d{1,5}", within, re.ASCII):
        raise typer.BadParameter(
            f"expected a number of days; found {within}", param_hint="--within"
        )
    horizon = today + min(timedelta(days=int(within)), LAST - today)
    with ledger(wanted.db) as opened, progress("Reading"):
        questions = opened.questions(**filters)
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
    from tracker.views.said import forecast_json, latest, outcome, question_json, spoken

    if as_json:
        data(
            [
                {
                    **question_json(question),
                    "forecasts": len(question.forecasts),
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
        by = when(asked.resolve_by)
        rows.append((asked.id, asked.title, "\n".join(said), outcome(question), by))
    table(("id", "question", "last forecast", "outcome", "settle by"), rows)


def status(as_json: Json = False, db: Db = None) -> None:
    """Say where the ledger is and what it holds."""
    from tracker import settings
    from tracker.ledger import database
    from tracker.ledger.place import Place

    place = Place.of(settings.database(db))
    found = database.schema(place)
    said: dict[str, Any] = {
        "ledger": str(place),
        "exists": found is not None,
        "schema": found,
        "needed": database.SCHEMA,
    }
    if found == database.SCHEMA:
        with ledger(db) as opened, progress("Counting"):
            said |= _counted(opened)
    if as_json:
        data(said)
        return
    for name, value in said.items():
        line(f"{name:<16} {'–' if value is None else value}")
    if found is None:
        talk('next: tracker log "…" -p 70%   or, to look around first, tracker demo')
    elif found != database.SCHEMA:
        newer = found > database.SCHEMA
        talk(f"next: {'pip install --upgrade tracker' if newer else 'tracker upgrade'}")


def _counted(opened: Ledger) -> dict[str, Any]:
    from tracker import settings
    from tracker.values import begins

    now = settings.now()
    questions = opened.questions()
    open_ones = [q for q in questions if q.settled.status == "open"]
    overdue = [
        q
        for q in open_ones
        if q.question.resolve_by is not None and begins(q.question.resolve_by) <= now
    ]
    return {
        "analysts": opened.counts()["analyst"],
        "sources": opened.counts()["source"],
        "questions": len(questions),
        "open": len(open_ones),
        "due": len(overdue),
        "forecasts": opened.counts()["forecast"],
        "entries": opened.counts()["entry"],
    }
