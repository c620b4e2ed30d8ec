"""The command that shows one question, and explains its score."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli import output as files
from tracker.cli.bars import progress
from tracker.cli.options import Blind, Counting, Wanted, as_seen, ledger, policy
from tracker.cli.tables import table
from tracker.cli.terminal import data, line, number, paragraph, when

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tracker.charts.picture import Picture
    from tracker.ledger.kept import KeptForecast, KeptQuestion
    from tracker.ledger.ledger import Ledger
    from tracker.scoring.explain import Holding


def show(
    wanted: Wanted,
    question: Annotated[str, typer.Argument(metavar="ID", help="The question.")],
    counting: Counting = None,
    blind: Blind = None,
    output: files.Output = None,
) -> None:
    """Show a question: its history, its evidence, and its score.

    Example: tracker show q1
    """
    counting = policy(counting)
    files.check(output, wanted=wanted)
    filters = wanted.filters()
    with ledger(wanted.db) as opened:
        with progress("Reading"):
            kept = opened.question(question, as_of=filters["as_of"])
            filters["question"] = kept.question.id
            chosen = opened.questions(**filters)
            holdings = _holdings(opened, kept, filters, counting)
            shown = chosen[:1] or [kept]
            kept = as_seen(opened, shown, blind=blind, as_of=filters["as_of"])[0]
            content = _as_json(kept, holdings, counting)
        if output:
            _write(output, kept, content, partial(_page, opened, kept, filters, counting))
    if wanted.json:
        data(content)
    elif not output:
        _print(kept, holdings, counting)


def show_open(kept: KeptQuestion) -> None:
    """Print all there is on a question that is open, and so has no score."""
    _print(kept, [], "")


def _write(
    outputs: Sequence[Path], kept: KeptQuestion, content: dict[str, Any], page: Callable[[], str]
) -> None:
    """Write the page of the question, its history as a picture, or the content."""
    from tracker.views.blind import hidden

    def pictures() -> list[Picture]:
        from tracker.charts.history import history as drawn
        from tracker.views.history import history

        return [drawn(history(kept))]

    question = kept.question
    subtitle = "; ".join(filter(None, [f"question {question.id}", hidden(kept)]))
    about = files.About(question.title, subtitle, verdict="", page=page)
    files.write(outputs, content, pictures, about)


def _page(opened: Ledger, kept: KeptQuestion, filters: dict[str, Any], counting: str) -> str:
    """All that is known of the question, as a report has it, on a page by itself."""
    from tracker.views.gathered import read
    from tracker.views.site_question import page_of_question

    return page_of_question(read(opened, filters, counting), kept, of=None)


def _print(kept: KeptQuestion, holdings: list[Holding], counting: str) -> None:
    from tracker.ledger.kept import KeptForecast
    from tracker.views.blind import hidden
    from tracker.views.corrections import undone, whole

    paragraph(f"{kept.question.id}  {kept.question.title}")
    for text in _facts(kept):
        paragraph(text, indent="    ")
    by_entry = {holding.forecast: holding for holding in holdings}
    forecasts = whole(kept, kept.forecasts, KeptForecast)
    rows = [_row(forecast, kept, by_entry.get(forecast.entry)) for forecast in forecasts]
    if rows:
        line()
        table(("entry", "made", "analyst", "forecast", "held", "cost"), rows)
        line()
    unseen = filter(None, [hidden(kept)])
    for text in (*unseen, *_words(kept), *_reasons(kept), *_settling(kept)):
        paragraph(text, indent="    ")
    for text in (*_scored(kept, holdings, counting), *_learnt(kept), *undone(kept)):
        paragraph(text, indent="    ")


def _holdings(
    opened: Ledger, kept: KeptQuestion, filters: dict[str, Any], counting: str
) -> list[Holding]:
    if _measured(kept):
        from tracker.scoring.quantity_card import explain_quantities

        return explain_quantities(opened.quantities(**filters), counting)
    from tracker.scoring.explain import explain

    return explain(opened.pairs(**filters), counting)


def _measured(kept: KeptQuestion) -> bool:
    """Whether the answer is a number or a date, and its distance the score."""
    return kept.question.kind in {"quantity", "date"}


def _unit(kept: KeptQuestion) -> str | None:
    return "days" if kept.question.kind == "date" else kept.question.unit


def _spelt(kept: KeptQuestion) -> Callable[[float | None], str]:
    from tracker.charts.theme import amount

    return amount if _measured(kept) else number


def _facts(kept: KeptQuestion) -> Iterator[str]:
    from tracker.views.said import outcome

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
    from tracker.views.corrections import mark
    from tracker.views.explain import held, part
    from tracker.views.said import spoken

    said = forecast.forecast
    marks = [part(holding, _spelt(kept))] if holding else []
    if said is not None and not said.scorable:
        marks.append("not scorable: commits to no likelihood")
    if kept.is_late(forecast):
        marks.append("entered after the outcome was known")
    if said is None and forecast.reason:
        marks.append(f"because {forecast.reason}")
    marks += filter(None, [mark(kept, forecast.entry)])
    made, span = when(forecast.made), held(holding) if holding else ""
    return (str(forecast.entry), made, forecast.analyst, spoken(said, "\n"), span, "\n".join(marks))


def _words(kept: KeptQuestion) -> Iterator[str]:
    """The sentences in which forecasts were made, with the words that carried them marked."""
    from tracker.views.said import sentences

    for words in sentences(kept):
        phrase = f"[{words.phrase}]" if words.phrase else ""
        yield f"{words.place}: “{words.before}{phrase}{words.after}”"


def _reasons(kept: KeptQuestion) -> Iterator[str]:
    for forecast in kept.forecasts:
        if forecast.forecast and forecast.forecast.rationale:
            yield f"{forecast.analyst}: {forecast.forecast.rationale}"


def _settling(kept: KeptQuestion) -> Iterator[str]:
    from tracker.ledger.kept import KeptAmendment, KeptJudgement, KeptResolution
    from tracker.views.corrections import changes, ended, whole

    for one in whole(kept, kept.amendments, KeptAmendment):
        asked = f"asked otherwise {when(one.recorded)}, by {one.amendment.by}: "
        asked += f"{'; '.join(changes(one))}, because {one.reason}"
        yield _numbered(kept, one.entry, asked)
    for item in whole(kept, kept.resolutions, KeptResolution):
        record = item.resolution
        by = f", by {record.by}" if record.by else ""
        why = f", because {item.reason}" if item.reason else ""
        settled = f"settled {when(item.recorded)}: {ended(record)}{by}{why}"
        yield _numbered(kept, item.entry, settled)
        if record.note:
            yield f"note: {record.note}"
        for passage in record.evidence:
            where = "" if passage.start is None else f" at {passage.start}–{passage.end}"
            words = f" “{passage.quote}”" if passage.quote else ""
            yield f"{passage.stance}: {passage.source}{where}{words}"
    for judged in whole(kept, kept.judgements, KeptJudgement):
        said = judged.judgement
        why = f", because {judged.reason}" if judged.reason else ""
        told = f"judged {when(judged.recorded)}: {ended(said)}, by {said.by}{why}"
        yield _numbered(kept, judged.entry, told)
        if said.note:
            yield f"note: {said.note}"


def _numbered(kept: KeptQuestion, entry: int, text: str) -> str:
    """What an entry says with its number, and with who took it back if somebody did."""
    from tracker.views.corrections import mark

    taken = mark(kept, entry)
    return f"{text} (entry {entry}{f', {taken}' if taken else ''})"


def _scored(kept: KeptQuestion, holdings: list[Holding], counting: str) -> Iterator[str]:
    from tracker.views.explain import LABEL, scores

    unit = f" in {_unit(kept)}" if _unit(kept) else ""
    label = f"CRPS{unit}, lower is better" if _measured(kept) else LABEL
    for analyst, cost in scores(holdings).items():
        yield f"score of {analyst}: {_spelt(kept)(cost)} ({label}; counting {counting})"


def _learnt(kept: KeptQuestion) -> Iterator[str]:
    from tracker.ledger.kept import KeptLesson
    from tracker.views.corrections import whole

    for lesson in whole(kept, kept.lessons, KeptLesson):
        yield _numbered(kept, lesson.entry, f"lesson of {lesson.analyst}: {lesson.text}")


def _as_json(kept: KeptQuestion, holdings: list[Holding], counting: str) -> dict[str, Any]:
    from tracker.views.corrections import history_json
    from tracker.views.explain import scores
    from tracker.views.said import question_json

    by_entry = {holding.forecast: holding for holding in holdings}
    told = history_json(kept)

    def scored(entry: int) -> dict[str, Any]:
        holding = by_entry.get(entry)
        if holding is None:
            return dict.fromkeys(("until", "weight", "score", "cost"))
        return {
            "until": f"{holding.until.isoformat()}Z",
            "weight": holding.weight,
            "score": _finite(holding.score),
            "cost": _finite(holding.cost),
        }

    return {
        **question_json(kept),
        "counting": counting,
        "rule": "crps" if _measured(kept) else "brier",
        "scale": _unit(kept) if _measured(kept) else "0-1",
        "scores": {analyst: _finite(cost) for analyst, cost in scores(holdings).items()},
        "hidden": kept.hidden,
        **told,
        "forecasts": [{**said, **scored(said["entry"])} for said in told["forecasts"]],
    }


def _finite(value: float) -> float | None:
    """A number that JSON can hold."""
    return value if math.isfinite(value) else None
