"""The command that shows one question, and explains its score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.options import Wanted, ledger
from tracker.cli.terminal import data, line, number, paragraph, table, when

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.ledger.kept import KeptForecast, KeptQuestion
    from tracker.scoring.explain import Holding


def show(
    wanted: Wanted,
    question: Annotated[str, typer.Argument(metavar="ID", help="The question.")],
    counting: Annotated[
        str, typer.Option(metavar="C", help="time-weighted, last, first or lead:DAYS.")
    ] = "time-weighted",
) -> None:
    """Show a question: its history, its evidence, and how its score came about."""
    from tracker.scoring.counting import check
    from tracker.scoring.explain import explain

    check(counting)
    filters = wanted.filters()
    with ledger(wanted.db) as opened:
        kept = opened.question(question, as_of=filters["as_of"])
        chosen = opened.questions(**filters, question=kept.question.id)
        pairs = opened.pairs(**filters, question=kept.question.id)
    kept = chosen[0] if chosen else kept
    holdings = explain(pairs, counting)
    if wanted.json:
        data(_as_json(kept, holdings, counting))
        return
    line(f"{kept.question.id}  {kept.question.title}")
    for text in _facts(kept):
        paragraph(text, indent="    ")
    by_entry = {holding.forecast: holding for holding in holdings}
    rows = [_row(forecast, kept, by_entry.get(forecast.entry)) for forecast in kept.forecasts]
    if rows:
        line()
        table(("made", "analyst", "forecast", "held", "cost"), rows)
        line()
    for text in (*_reasons(kept), *_settling(kept), *_scored(holdings, counting)):
        paragraph(text, indent="    ")


def _facts(kept: KeptQuestion) -> Iterator[str]:
    from tracker.cli.said import outcome

    question = kept.question
    for option in question.options:
        yield f"{option.name}: {option.label}" if option.label else option.name
    if question.criteria:
        yield f"criteria: {question.criteria}"
    if question.condition:
        yield f"only if {question.condition}"
    yield f"settle by: {when(question.resolve_by)}"
    if question.tags:
        yield f"tags: {', '.join(question.tags)}"
    known = f", known {when(kept.settled.known)}" if kept.settled.known else ""
    yield f"outcome: {outcome(kept)}{known}"


def _row(forecast: KeptForecast, kept: KeptQuestion, holding: Holding | None) -> tuple[str, ...]:
    from tracker.cli.explain import held, part
    from tracker.cli.said import spoken

    said = forecast.forecast
    marks = [part(holding)] if holding else []
    if said is not None and not said.scorable:
        marks.append("not scorable: commits to no likelihood")
    if kept.is_late(forecast):
        marks.append("entered after the outcome was known")
    span = held(holding) if holding else ""
    return (when(forecast.made), forecast.analyst, spoken(said, "\n"), span, "\n".join(marks))


def _reasons(kept: KeptQuestion) -> Iterator[str]:
    for forecast in kept.forecasts:
        if forecast.forecast and forecast.forecast.rationale:
            yield f"{forecast.analyst}: {forecast.forecast.rationale}"


def _settling(kept: KeptQuestion) -> Iterator[str]:
    for item in kept.resolutions:
        record = item.resolution
        by = f", by {record.by}" if record.by else ""
        why = f", because {item.reason}" if item.reason else ""
        yield f"settled {when(item.recorded)}: {record.outcome or record.status}{by}{why}"
        if record.note:
            yield f"note: {record.note}"
        for passage in record.evidence:
            where = "" if passage.start is None else f" at {passage.start}–{passage.end}"
            words = f" “{passage.quote}”" if passage.quote else ""
            yield f"{passage.stance}: {passage.source}{where}{words}"


def _scored(holdings: list[Holding], counting: str) -> Iterator[str]:
    from tracker.cli.explain import LABEL, scores

    for analyst, cost in scores(holdings).items():
        yield f"score of {analyst}: {number(cost)} ({LABEL}; counting {counting})"


def _as_json(kept: KeptQuestion, holdings: list[Holding], counting: str) -> dict[str, Any]:
    from tracker.cli.explain import scores
    from tracker.cli.said import forecast_json, question_json

    by_entry = {holding.forecast: holding for holding in holdings}

    def scored(entry: int) -> dict[str, Any]:
        holding = by_entry.get(entry)
        if holding is None:
            return dict.fromkeys(("until", "weight", "score", "cost"))
        return {
            "until": f"{holding.until.isoformat()}Z",
            "weight": holding.weight,
            "score": holding.score,
            "cost": holding.cost,
        }

    return {
        **question_json(kept),
        "counting": counting,
        "scale": "0-1",
        "scores": scores(holdings),
        "forecasts": [{**forecast_json(f, kept), **scored(f.entry)} for f in kept.forecasts],
        "resolutions": [
            {
                "entry": item.entry,
                "recorded": item.recorded,
                **item.resolution.model_dump(exclude={"question"}),
                "reason": item.reason,
            }
            for item in kept.resolutions
        ],
    }
