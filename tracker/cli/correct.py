"""Commands that correct without loss: retract, withdraw, amend; and agreement of raters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.options import Db, Json, as_seen, ledger
from tracker.cli.tables import table
from tracker.cli.terminal import data, line, paragraph, talk
from tracker.cli.typed import coming, past, settles

if TYPE_CHECKING:
    from tracker.ledger.correcting import Corrected
    from tracker.ledger.kept import KeptQuestion
    from tracker.ledger.ledger import Ledger
    from tracker.scoring.agreement import Agreement

Id = Annotated[str, typer.Argument(metavar="ID", help="The question.")]
By = Annotated[
    str | None, typer.Option(metavar="A", help="Who corrects; else TRACKER_ANALYST, or you.")
]
Why = Annotated[str | None, typer.Option(metavar="TEXT", help="The reason; it is kept.")]


def retract(
    entry: Annotated[
        str, typer.Argument(metavar="ENTRY", help="The number of an entry, as show prints it.")
    ],
    why: Why = None,
    analyst: By = None,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Take back what was recorded by mistake; it stays to be seen.

    A retraction can be retracted too: that restores what it took back.

    Example: tracker retract 3 --why "typed 7 % for 70 %"
    """
    from tracker import settings

    with ledger(db, writable=True) as opened:
        number = _number(opened, entry)
        reason = _reason(why)
        by = settings.analyst(analyst)
        done = opened.retract(number, by=by, reason=reason, recorded=settings.now())
        (seen,) = as_seen(opened, [done.question], blind=None, as_of=None)
    if as_json:
        _say_json(done)
        return
    _say_retracted(done, seen)


def _number(opened: Ledger, entry: str) -> int:
    """The number of an entry that was typed; where a question was, its entries are named."""
    if re.fullmatch(r"#?\d{1,18}", entry, re.ASCII):
        return int(entry.removeprefix("#"))
    from textwrap import shorten

    from tracker.views.corrections import described, everything

    (kept,) = as_seen(opened, [opened.question(entry)], blind=None, as_of=None)
    said = "; ".join(
        f"{one.entry}, {shorten(described(one), 60, placeholder='…')}"
        for one in everything(kept)[-5:]
    )
    raise typer.BadParameter(
        f"{kept.question.id} is a question; say which of its entries: {said or 'there are none'}",
        param_hint="ENTRY",
    )


def _reason(why: str | None) -> str:
    """The reason that was given, or is asked for where a person sits."""
    from tracker.cli.asking import InputEndedError, answer, watched

    if why is None and watched():
        try:
            why = answer("why? ")
        except InputEndedError:
            raise typer.Abort from None
    if not why or not why.strip():
        raise typer.BadParameter("say why: it is kept with the correction", param_hint="--why")
    return why


def _say_json(done: Corrected) -> None:
    from tracker.views.corrections import retraction_json
    from tracker.views.said import question_json

    kept = done.question
    said = {"id": kept.question.id, "new": done.new, "entry": done.entry}
    taken = next((one for one in kept.retractions if one.entry == done.entry), None)
    more = {} if taken is None else {"retraction": retraction_json(taken)}
    data({**said, **more, "question": question_json(kept)})


def _say_retracted(done: Corrected, seen: KeptQuestion) -> None:
    from tracker.views.blind import hidden
    from tracker.views.corrections import described, everything
    from tracker.views.said import latest, outcome, spoken

    kept = done.question
    made = next(one for one in kept.retractions if one.entry == done.entry)
    known: dict[int, Any] = {one.entry: one for one in (*everything(kept), *kept.retractions)}
    line(f"{kept.question.id}  {kept.question.title}")
    paragraph(f"retracted entry {made.of}: {described(known[made.of])}", indent="    ")
    held = [f"{one.analyst}: {spoken(one.forecast)}" for one in latest(seen)]
    held += filter(None, [hidden(seen)])
    stands = f"outcome: {outcome(kept)}"
    paragraph(f"what stands: {'; '.join([*held, stands])}", indent="    ")
    talk(f"next: should it stand after all, restore it with  tracker retract {done.entry} --why …")


def withdraw(
    question: Id,
    why: Why = None,
    analyst: By = None,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Stop holding a forecast from now on; until now it counts.

    Example: tracker withdraw q1 --why "I know too little about it"
    """
    from tracker import settings
    from tracker.views.said import question_json

    by = settings.analyst(analyst)
    with ledger(db, writable=True) as opened:
        entry = opened.withdraw(question, by, recorded=settings.now(), reason=why)
        kept = opened.question(question)
    if as_json:
        said = {"id": kept.question.id, "new": True, "entry": entry}
        data({**said, "question": question_json(kept)})
        return
    line(f"{kept.question.id}  {kept.question.title}")
    line(f"    {by} holds no forecast from now on (entry {entry})")
    talk("next: was it never meant? then retract it instead; its number is in")
    talk(f"      tracker show {kept.question.id}")


def amend(
    question: Id,
    by: Annotated[
        str | None, typer.Option(metavar="DATE", help="When it is to be settled.")
    ] = None,
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The question in better words.")
    ] = None,
    criteria: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What exactly will settle it.")
    ] = None,
    why: Why = None,
    analyst: By = None,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Change a question's words, criteria or date from now on.

    Example: tracker amend q1 --by 2026-12-31 --why "the vote was put off"
    """
    from tracker import settings
    from tracker.views.corrections import changes

    given = {"title": title, "criteria": criteria, "resolve_by": coming(by, "--by")}
    said = {name: value for name, value in given.items() if value is not None}
    if not said:
        raise typer.BadParameter("say what is asked otherwise: --by, --title or --criteria")
    whose = settings.analyst(analyst)
    with ledger(db, writable=True) as opened:
        opened.question(question)  # before a reason is asked for
        done = opened.amend(question, said, by=whose, reason=_reason(why), recorded=settings.now())
    if as_json:
        _say_json(done)
        return
    kept = done.question
    line(f"{kept.question.id}  {kept.question.title}")
    if not done.new:
        line("    asked so already; nothing was recorded")
        return
    for change in changes(kept.amendments[-1]):
        paragraph(change, indent="    ")
    talk(f"next: see all there is on it with  tracker show {kept.question.id}")


def second(
    question: str, judgement: dict[str, Any], *, why: str | None, as_json: bool, db: str | None
) -> None:
    """Record what a second rater judges, and only then say whether it is what stands."""
    from tracker import settings
    from tracker.views.corrections import ended, settling_json
    from tracker.views.said import question_json

    with ledger(db, writable=True) as opened:
        if judgement["outcome"] is not None:
            kind = opened.question(question).question.kind
            judgement["outcome"] = settles(kind, judgement["outcome"])
        done = opened.judge(question, judgement, recorded=settings.now(), reason=why)
    kept = done.question
    given = next(one for one in kept.judgements if one.entry == done.entry)
    agrees = None
    if kept.resolutions:
        last = kept.resolutions[-1].resolution
        agrees = ended(last) == ended(given.judgement)
    if as_json:
        told = {"id": kept.question.id, "new": done.new, "entry": done.entry, "agrees": agrees}
        said = settling_json(given, given.judgement)
        data({**told, "judgement": said, "question": question_json(kept)})
        return
    _say_judged(kept, done, agrees=agrees)


def _say_judged(kept: KeptQuestion, done: Corrected, *, agrees: bool | None) -> None:
    from tracker.views.corrections import described, ended

    key = kept.question.id
    given = next(one for one in kept.judgements if one.entry == done.entry)
    line(f"{key}  {kept.question.title}")
    again = "" if done.new else " (as before; nothing was recorded)"
    paragraph(f"{described(given)}{again}", indent="    ")
    if agrees is None:
        line("    nobody has settled it yet")
        talk("next: this settles nothing; that is  tracker resolve without --second")
        return
    last = kept.resolutions[-1].resolution
    by = last.by or "somebody"
    line(f"    {'agrees' if agrees else 'differs'}: {by} settled it as {ended(last)}")
    if agrees:
        talk("next: see how often raters agree with  tracker agreement")
        return
    talk(
        f"next: talk it over with {by}; what stands is changed by  tracker resolve {key} "
        "OUTCOME --why …"
    )


def agreement(
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="The ledger as it stood then.")
    ] = None,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Say how far two raters agree on the outcomes they judged.

    The second judges with `tracker resolve ID OUTCOME --second`, before seeing the first answer.

    Example: tracker agreement --json
    """
    from tracker.scoring.agreement import LEVEL
    from tracker.views.agreeing import differing, pairs_of

    with ledger(db) as opened:
        judged = opened.judged(as_of=past(as_of, "--as-of"))
    pairs, differ = pairs_of(judged), differing(judged)
    if as_json:
        data(
            {
                "level": LEVEL,
                "pairs": [
                    {
                        "a": pair.a,
                        "b": pair.b,
                        "questions": pair.all.questions,
                        "agreed": pair.all.agreed,
                        "share": pair.all.share,
                        "kappa": pair.binary.kappa,
                        "kappa_interval": pair.binary.interval,
                        "kappa_questions": pair.binary.questions,
                    }
                    for pair in pairs
                ],
                "differ": [
                    {
                        "id": kept.question.id,
                        "title": kept.question.title,
                        "ratings": said,
                        "status": kept.settled.status,
                        "outcome": kept.settled.outcome,
                    }
                    for kept, said in differ
                ],
            }
        )
        return
    if not pairs:
        talk("no question was judged by two; the second does it with")
        talk("  tracker resolve ID OUTCOME --second --analyst NAME")
        return
    rows = [
        (f"{pair.a}, {pair.b}", str(pair.all.questions), _share(pair.all), _kappa(pair.binary))
        for pair in pairs
    ]
    table(("raters", "questions", "agreed", "Cohen's kappa, 90 % interval"), rows)
    for kept, said in differ:
        told = ", ".join(f"{rater}: {rating}" for rater, rating in said.items())
        stands = kept.settled.outcome or kept.settled.status
        paragraph(f"{kept.question.id}  {kept.question.title}")
        paragraph(f"{told}; it stands as {stands}", indent="    ")


def _share(found: Agreement) -> str:
    return f"{found.agreed} ({100 * (found.share or 0):.0f} %)"


def _kappa(found: Agreement) -> str:
    from tracker.scoring.agreement import FEWEST

    if found.questions < FEWEST:
        return f"cannot tell yet: {found.questions} of yes or no"
    if found.kappa is None:
        return "none: all were judged alike"
    if found.interval is None:
        return f"{found.kappa:.2f}, too much alike for an interval"
    low, high = found.interval
    return f"{found.kappa:.2f} ({low:.2f} to {high:.2f})"
