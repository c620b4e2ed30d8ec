"""Commands that record: log, resolve and lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.options import Db, Json, ledger
from tracker.cli.terminal import aloud, data, line, paragraph, talk, when
from tracker.cli.typed import coming, moment_past, settles

if TYPE_CHECKING:
    from tracker.ledger.kept import KeptQuestion
    from tracker.ledger.ledger import Logged
    from tracker.pairs import Pairs

Title = Annotated[str, typer.Argument(metavar="TITLE|ID", help="A new question, or one there is.")]


def log(
    what: Title,
    probability: Annotated[
        str | None,
        typer.Option("-p", "--probability", metavar="P", help="70%, 0.7, 7/10 or odds of 2:1."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="When to settle it: friday, in 3 months, end of Q2."),
    ] = None,
    analyst: Annotated[
        str | None,
        typer.Option(metavar="A", help="Whose forecast; else TRACKER_ANALYST, else you."),
    ] = None,
    phrase: Annotated[
        str | None,
        typer.Option(metavar="WORDS", help="The words that were used; alone they are read."),
    ] = None,
    span: Annotated[
        str | None,
        typer.Option("--range", metavar="LOW..HIGH", help="What the words may mean: 60%..80%."),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=P", help="One of several outcomes; repeat for each."),
    ] = None,
    ordered: Annotated[bool, typer.Option("--ordered", help="The options are in order.")] = False,
    quantile: Annotated[
        list[str] | None,
        typer.Option(
            metavar="P=VALUE", help="10%=85, or a date: one chance in ten that it is below."
        ),
    ] = None,
    unit: Annotated[str | None, typer.Option(metavar="U", help="The unit of a quantity.")] = None,
    condition: Annotated[
        str | None,
        typer.Option("--if", metavar="ID[=OUTCOME]", help="Counts only if that comes true."),
    ] = None,
    criteria: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What exactly will settle it.")
    ] = None,
    made: Annotated[
        str | None, typer.Option(metavar="DATE", help="When it was said, if not now.")
    ] = None,
    why: Annotated[str | None, typer.Option(metavar="TEXT", help="Why you think so.")] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="T", help="May be repeated.")] = None,
    blind: Annotated[
        bool,
        typer.Option("--blind", help="Nobody sees what others forecast on it before their own."),
    ] = False,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Record a forecast: on a new question, or as an update.

    Example: tracker log "Snow in Vienna before Advent" -p 70% --by friday --why "a cold front"
    """
    from tracker import settings
    from tracker.cli import likelihood
    from tracker.values import like_an_id

    said = likelihood.of(probability, option, quantile, phrase=phrase, span=span)
    forecast = {
        "analyst": settings.analyst(analyst),
        "made": moment_past(made, "--made"),
        "phrase": phrase,
        "rationale": why,
        **said,
    }
    question = {
        "kind": likelihood.kind(said, ordered=ordered),
        "options": list(said.get("probabilities", ())),
        "unit": unit,
        "criteria": criteria,
        "resolve_by": coming(by, "--by", made=forecast["made"]),
        "condition": _condition(condition),
        "tags": [*(tag or []), *_blind(blind)],
    }
    given = {name: value for name, value in forecast.items() if value is not None}
    asked = {name: value for name, value in question.items() if value}
    with ledger(db, writable=True, create=not like_an_id(what)) as opened:
        known = list(opened.analysts())
        logged = opened.log(what, given, question=asked, recorded=settings.now())
    if analyst is not None:
        _newcomer(analyst, known)
    _confirm(logged, as_json=as_json)


def _newcomer(analyst: str, known: list[str]) -> None:
    """Say that nobody was called so before, where somebody nearly was."""
    from tracker.ledger.naming import near

    if analyst not in known and (meant := near(analyst, known)):
        talk(f"a new analyst: {analyst} (did you mean {meant[0]}?)")


def _blind(wanted: bool) -> list[str]:
    """The tag of a question on which everybody makes up their own mind first."""
    if not wanted:
        return []
    from tracker.views.blind import TAG

    return [TAG]


def _confirm(logged: Logged, *, as_json: bool) -> None:
    from tracker.views.said import forecast_json, question_json, reading, spoken

    kept, question = logged.question, logged.question.question
    held = next(f for f in kept.forecasts if f.entry == logged.entry)
    earlier = [f for f in kept.forecasts if f.analyst == held.analyst and f.entry < held.entry]
    if as_json:
        said = {"id": question.id, "new": logged.new, "question": question_json(kept)}
        data({**said, "forecast": forecast_json(held, kept)})
        return
    line(f"{question.id}  {question.title}")
    was = f", was {reading(earlier[-1].forecast)}" if earlier else ""
    line(f"    {spoken(held.forecast)} by {held.analyst}{was}, made {when(held.made)}")
    if question.resolve_by:
        line(f"    to be settled by {aloud(question.resolve_by)}")
    elif kept.settled.status == "open":
        talk(f"    never due; give it a day with  tracker amend {question.id} --by DATE")
    answer = {"binary": "yes|no", "quantity": "NUMBER", "date": "DATE"}.get(
        question.kind, "|".join(option.name for option in question.options)
    )
    if kept.settled.status != "open":
        known = when(kept.settled.known)
        talk(f"{question.id} is settled: only what was made before {known} counts in a score")
        return
    talk(f"next: change your mind with  tracker log {question.id} …")
    talk(f"      settle it with  tracker resolve {question.id} {answer}")


def resolve(
    question: Annotated[str, typer.Argument(metavar="ID", help="The question.")],
    outcome: Annotated[
        str,
        typer.Argument(
            metavar="OUTCOME",
            help="yes, no, an option, a number, a date; annulled, ambiguous, condition-failed.",
        ),
    ],
    known: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="When the outcome could first be known, if not now."),
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="S", help="Where it stands: a file, address or name.")
    ] = None,
    quote: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The words in the source that settle it.")
    ] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="A remark.")] = None,
    analyst: Annotated[
        str | None, typer.Option(metavar="A", help="Who settles it; else TRACKER_ANALYST, or you.")
    ] = None,
    why: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why an earlier resolution is changed.")
    ] = None,
    as_second: Annotated[
        bool,
        typer.Option(
            "--second", help="Judge as a second rater, who settles nothing (see agreement)."
        ),
    ] = False,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Settle a question: with an outcome, or ended without one.

    Example: tracker resolve q1 yes --known yesterday --source https://example.org/weather --quote
    "first snow of the year"
    """
    from tracker import settings
    from tracker.cli.cited import cited

    if (source is None) != (quote is None):
        raise typer.BadParameter("--source and --quote go together")
    if as_second and source is not None:
        raise typer.BadParameter("--second takes no --source; say where it stands in --note")
    status = outcome.strip().lower().replace("-", " ").replace("_", " ")
    ended = status if status in {"annulled", "ambiguous", "condition failed"} else None
    document, evidence = cited(source, quote) if source and quote else (None, [])
    resolution = {
        "status": ended or "resolved",
        "outcome": None if ended else outcome,
        "by": settings.analyst(analyst),
        "note": note,
        "evidence": evidence,
    }
    if known is not None:
        resolution["known"] = moment_past(known, "--known")
    if as_second:
        from tracker.cli.correct import second

        del resolution["evidence"]
        second(question, resolution, why=why, as_json=as_json, db=db)
        return
    with ledger(db, writable=True) as opened:
        if not ended:
            kind = opened.question(question).question.kind
            resolution["outcome"] = settles(kind, outcome)
        added = opened.resolve(
            question, resolution, recorded=settings.now(), source=document, reason=why
        )
        kept = opened.question(question)
        pairs = opened.pairs(question=kept.question.id)
    _settled(kept, pairs, new=bool(added), as_json=as_json, said_when=known is not None)


def _settled(
    kept: KeptQuestion, pairs: Pairs, *, new: bool, as_json: bool, said_when: bool
) -> None:
    from tracker.views.explain import costs
    from tracker.views.said import outcome, question_json

    if as_json:
        said = {"id": kept.question.id, "new": new, "entry": kept.resolutions[-1].entry}
        data({**said, "question": question_json(kept)})
        return
    line(f"{kept.question.id}  {kept.question.title}")
    again = "" if new else " (as before; nothing was recorded)"
    line(f"    {outcome(kept)}, known {when(kept.settled.known)}{again}")
    if kept.settled.status == "open" and kept.question.condition is not None:
        line(f"    counts once {kept.question.condition.question} is settled")
    for cost in costs(pairs):
        line(f"    {cost}")
    if not said_when and new:
        talk("      known since earlier? say so:  --known DATE --why TEXT")
    talk(f"next: see how the score came about with  tracker show {kept.question.id}")


def lesson(
    question: Annotated[str, typer.Argument(metavar="ID", help="The question.")],
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="What there is to learn from it; - for stdin.")
    ],
    analyst: Annotated[
        str | None, typer.Option(metavar="A", help="Who learnt it; else TRACKER_ANALYST, or you.")
    ] = None,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Record what you learnt from a question.

    Example: tracker lesson q1 "A cold front is not yet snow."
    """
    from tracker import settings
    from tracker.cli.asking import standard_input
    from tracker.views.said import lesson_json, question_json

    whose = settings.analyst(analyst)
    text = _typed() if standard_input(text) else text
    with ledger(db, writable=True) as opened:
        learnt = opened.lesson(question, text, analyst=whose, recorded=settings.now())
    kept, said = learnt.question, learnt.lesson
    if as_json:
        told = {"id": kept.question.id, "new": learnt.new, "question": question_json(kept)}
        data({**told, "lesson": lesson_json(said)})
        return
    line(f"{kept.question.id}  {kept.question.title}")
    again = "" if learnt.new else " (as before; nothing was recorded)"
    paragraph(f"lesson of {said.analyst}: {said.text}{again}", indent="    ")
    talk(f"next: see all there is on it with  tracker show {kept.question.id}")


def _typed() -> str:
    """A text from standard input."""
    import sys

    from tracker.errors import DataError, Problem

    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError:
        problem = Problem("standard input", "bytes that are not UTF-8", "a text in UTF-8")
        raise DataError([problem]) from None


def _condition(said: str | None) -> dict[str, str] | None:
    if said is None:
        return None
    question, equals, outcome = said.partition("=")
    return {"question": question.strip(), **({"outcome": outcome.strip()} if equals else {})}
