"""The command for archives: evaluate, which scores a table without a ledger."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.asking import standard_input
from tracker.cli.bars import progress
from tracker.cli.judge import LEFT_OUT, Decomposed, ScaleName
from tracker.cli.options import Json
from tracker.cli.output import Output, check
from tracker.cli.terminal import data, line, paragraph, remark, talk

if TYPE_CHECKING:
    from tracker.archive.table import Table

COUNTING = "as given"


class Engine(StrEnum):
    """What reads a table."""

    plain = "plain"
    duckdb = "duckdb"


def _column(text: str) -> Any:
    return typer.Option(metavar="COLUMN", help=text)


def evaluate(
    table: Annotated[
        str,
        typer.Argument(
            metavar="TABLE",
            help="A file: .csv (.gz), .jsonl, .parquet, FILE.duckdb::TABLE; or - for CSV from "
            "standard input.",
        ),
    ],
    probability: Annotated[str, _column("From 0 to 1, or with a % sign.")] = "probability",
    outcome: Annotated[
        str, _column("1 or 0, yes or no, true or false; nothing while it is open.")
    ] = "outcome",
    by: Annotated[str | None, _column("Also a card for each of its values.")] = None,
    question: Annotated[
        str | None, _column("Rows on one question share one outcome; else each is one of its own.")
    ] = None,
    cluster: Annotated[
        str | None, _column("Questions that hang together, and count as one piece of evidence.")
    ] = None,
    weight: Annotated[str | None, _column("How much a row counts; else all the same.")] = None,
    percent: Annotated[
        bool, typer.Option("--percent", help="Probabilities without a sign are percent.")
    ] = False,
    engine: Annotated[
        Engine | None,
        typer.Option(help="plain reads CSV; duckdb any of these, of any size. By file name."),
    ] = None,
    rule: Annotated[
        Decomposed, typer.Option(help="The score that is decomposed.")
    ] = Decomposed.brier,
    scale: Annotated[
        ScaleName, typer.Option(help="0-1: 50 % costs 0.25. 0-2: it costs 0.5.")
    ] = ScaleName.one,
    output: Output = None,
    as_json: Json = False,
) -> None:
    """Score a table of forecasts of any size, without a ledger.

    Example: tracker evaluate forecasts.csv --question question --by analyst
    """
    from tracker.archive.table import Columns, read
    from tracker.cli import calibrated, cards
    from tracker.scoring.scorecard import card

    check(output, table=table)
    standard_input(table)
    columns = Columns(probability, outcome, by, question, cluster, weight, percent)
    scoring: dict[str, Any] = {"rule": rule.value, "scale": scale.value}
    with progress("Reading") as done:
        read_in = read(table, columns, engine=engine.value if engine else None, progress=done)
    with progress("Scoring"):
        found = calibrated.calibrated(read_in.whole, card(read_in.whole, **scoring))
    from tracker.scoring.simulation import draws_beside

    draws = draws_beside(len(read_in.groups))
    groups = []
    with progress("Scoring") as done:
        for key, sample in read_in.groups:
            groups.append((key, card(sample, draws=draws, **scoring)))
            done(len(groups), len(read_in.groups))
    numbers = {
        "counting": COUNTING,
        **scoring,
        "overall": found.card.as_dict(),
        "groups": [{"by": by, "key": key, **c.as_dict()} for key, c in groups],
        "left_out": {**dict.fromkeys(LEFT_OUT, 0), "open": read_in.open},
        "recorded_late": 0,
        **calibrated.as_json(found),
        "engine": read_in.engine,
        "rows": read_in.rows,
        "weightless": read_in.weightless,
        "unreadable": read_in.unreadable,
        "notes": list(read_in.notes),
    }
    if as_json:
        data(numbers)
    else:
        cards.facts(found.card, **scoring, counting=COUNTING)
        if groups:
            line()
            cards.groups(str(by), groups, scale.value)
        line()
        calibrated.show(found)
        line()
        paragraph(f"All together: {found.card.verdict}" if groups else found.card.verdict)
    if output:
        about: dict[str, Any] = {"title": f"Calibration of {table}", "subtitle": "all rows"}
        notes = _notes(read_in)
        calibrated.write(output, found, numbers=numbers, notes=notes, scale=scale.value, **about)
    _said(read_in)


def _notes(found: Table) -> list[str]:
    """What was left out or simplified."""
    left = [("still open", found.open), ("of weight 0", found.weightless)]
    named = "; ".join(f"{what}: {count}" for what, count in left if count)
    return [*([f"left out: {named}"] if named else []), *(f"note: {one}" for one in found.notes)]


def _said(found: Table) -> None:
    """Tell it, and end with the code 1 where rows are wrong."""
    for note in _notes(found):
        remark(note)
    if not found.unreadable:
        return
    more = found.unreadable - len(found.problems)
    shown = [str(problem) for problem in found.problems] + ([f"and {more} more"] if more else [])
    head = f"error: {found.unreadable} of {found.rows} rows cannot be read and were left out:"
    talk("\n  ".join([head, *shown]))
    raise typer.Exit(1)
