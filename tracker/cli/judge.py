"""Commands that judge: score and calibration."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.options import Wanted, ledger, reading
from tracker.cli.terminal import data, line, paragraph, talk

if TYPE_CHECKING:
    from tracker.pairs import Pairs
    from tracker.scoring.scorecard import Scorecard

GROUP = "Judge"
LEFT_OUT = ("open", "annulled", "ambiguous", "condition_failed", "after_known")


class By(StrEnum):
    """What a score can be split by."""

    analyst = "analyst"
    tag = "tag"
    source = "source"
    phrase = "phrase"
    month = "month"
    lead = "lead"


class RuleName(StrEnum):
    """Scoring rules; the last three as platforms publish them."""

    brier = "brier"
    log = "log"
    spherical = "spherical"
    baseline = "baseline"
    peer = "peer"
    relative = "relative"


class Decomposed(StrEnum):
    """Scoring rules that a mean score is decomposed by."""

    brier = "brier"
    log = "log"
    spherical = "spherical"


class ScaleName(StrEnum):
    """Scales of the Brier score."""

    one = "0-1"
    two = "0-2"


PLATFORM = {RuleName.baseline, RuleName.peer, RuleName.relative}
Counting = Annotated[
    str, typer.Option(metavar="C", help="time-weighted, last, first or lead:DAYS.")
]


def register(app: typer.Typer) -> None:
    """Put the commands on the app."""
    app.command(
        epilog="Example: tracker score --by analyst --counting last", rich_help_panel=GROUP
    )(reading(score))
    app.command(
        epilog="Example: tracker calibration --analyst ana -o ana.html", rich_help_panel=GROUP
    )(reading(calibration))


def score(
    wanted: Wanted,
    by: Annotated[
        By | None,
        typer.Option(help="Also a card for each; month: when the outcome became known."),
    ] = None,
    rule: Annotated[
        RuleName,
        typer.Option(
            help="The score that is decomposed; or, by analyst and as platforms publish them, "
            "baseline and peer (Metaculus), relative (Fatebook, Cultivate)."
        ),
    ] = RuleName.brier,
    scale: Annotated[
        ScaleName, typer.Option(help="0-1: 50 % costs 0.25. 0-2: it costs 0.5.")
    ] = ScaleName.one,
    counting: Counting = "time-weighted",
    personal: Annotated[
        bool,
        typer.Option(
            "--personal",
            help="Read words as what they came to mean from their analyst, on other questions.",
        ),
    ] = False,
) -> None:
    """Score the settled forecasts: Brier and log score, calibration, and one plain sentence."""
    from tracker.cli import platforms, quantities
    from tracker.scoring.counting import check, count
    from tracker.scoring.phrases import personal as read_personally
    from tracker.scoring.quantity_card import count_quantities, quantity_cards
    from tracker.scoring.readings import reading_scores

    check(counting)
    with ledger(wanted.db) as opened:
        found = opened.pairs(**wanted.filters())
        measured = opened.quantities(**wanted.filters())
        everybody = found
        if rule in PLATFORM and wanted.analyst is not None:  # compared with the others all the same
            everybody = opened.pairs(**{**wanted.filters(), "analyst": None})
    pairs = count(found, counting)
    if personal:
        pairs = read_personally(pairs)
    decomposed = RuleName.brier if rule in PLATFORM else rule
    scoring = {"rule": decomposed.value, "scale": scale.value}
    card, groups = _cards(pairs, by, scoring)
    readings = reading_scores(pairs)
    numbers = quantity_cards(count_quantities(measured, counting))
    means = platforms.means(everybody, rule.value, wanted.analyst) if rule in PLATFORM else None
    late = int(pairs.late[pairs.starts].sum())
    if wanted.json:
        data(
            {
                "counting": counting,
                "rule": rule.value,
                "scale": scale.value,
                "overall": card.as_dict(),
                "groups": [{"by": by, "key": key, **c.as_dict()} for key, c in groups],
                "left_out": {name: pairs.left_out.get(name, 0) for name in LEFT_OUT},
                "recorded_late": late,
                "personal": personal,
                "readings": asdict(readings),
                "quantities": quantities.as_json(numbers),
                "platform": None if means is None else platforms.as_json(rule.value, means),
            }
        )
    else:
        from tracker.cli import cards

        read = ", words read as their analyst came to mean them" if personal else ""
        cards.facts(card, **scoring, counting=counting + read)
        cards.reading(readings, scale.value)
        if groups:
            line()
            cards.groups(str(by), groups, scale.value)
        if card.forecasts:
            line()
        if card.forecasts or not numbers:
            paragraph(f"All together: {card.verdict}" if groups else card.verdict)
        if means:
            line()
            platforms.show(rule.value, means)
        if numbers:
            if card.forecasts:
                line()
            quantities.show(numbers)
    _left_out(pairs.left_out, late, quantities=bool(numbers))


def _cards(
    pairs: Pairs, by: By | None, scoring: dict[str, Any]
) -> tuple[Scorecard, list[tuple[str, Scorecard]]]:
    from tracker.cli.cards import draws
    from tracker.cli.terminal import progress
    from tracker.ledger.pairing import LEADS
    from tracker.scoring.forecasts import sample
    from tracker.scoring.scorecard import card as card_of

    card = card_of(sample(pairs), **scoring)
    parts = list(pairs.group(by.value)) if by else []
    groups = []
    with progress("Scoring") as done:
        for number, (key, part) in enumerate(parts, 1):
            groups.append((key, card_of(sample(part), draws=draws(len(parts)), **scoring)))
            done(number, len(parts))
    if by is By.lead:
        short_first = [name for _, name in LEADS]
        groups.sort(key=lambda group: short_first.index(group[0]))
    return card, groups


def _left_out(left_out: dict[str, int], late: int, *, quantities: bool) -> None:
    said = [
        ("questions still open", left_out.get("open", 0)),
        ("annulled", left_out.get("annulled", 0)),
        ("ambiguous", left_out.get("ambiguous", 0)),
        ("with a condition that failed", left_out.get("condition_failed", 0)),
        (
            "on quantities or dates, which have no Brier score",
            0 if quantities else left_out.get("quantities", 0),
        ),
        ("forecasts made after the outcome was known", left_out.get("after_known", 0)),
        ("forecasts recorded after the outcome was known", left_out.get("late", 0)),
        ("statements that commit to no likelihood", left_out.get("unscorable", 0)),
    ]
    named = "; ".join(f"{what}: {count}" for what, count in said if count)
    if named:
        talk(f"left out: {named}")
    if late:
        talk(f"recorded after the outcome was known: {late}; --prospective leaves them out")


def calibration(
    wanted: Wanted,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="A page (.html) or the numbers (.json)."
        ),
    ] = None,
    counting: Counting = "time-weighted",
) -> None:
    """Show whether what was said at 70 % came true seven times in ten."""
    from tracker.cli import calibrated
    from tracker.scoring.counting import check, count
    from tracker.scoring.forecasts import sample
    from tracker.scoring.scorecard import card

    check(counting)
    calibrated.check(output)
    with ledger(wanted.db) as opened:
        pairs = count(opened.pairs(**wanted.filters()), counting)
    counted = sample(pairs)
    found = calibrated.calibrated(counted, card(counted))
    if wanted.json:
        data({**calibrated.as_json(found), "card": found.card.as_dict()})
    elif output is None:
        calibrated.show(found)
        line()
        paragraph(found.card.verdict)
    if output is not None:
        title = f"Calibration of {wanted.analyst or 'all analysts'}"
        calibrated.write(output, found, title=title, subtitle=_which(wanted))
    _left_out(pairs.left_out, int(pairs.late[pairs.starts].sum()), quantities=False)


def _which(wanted: Wanted) -> str:
    chosen = {
        "tag": wanted.tag,
        "source": wanted.source,
        "made since": wanted.since,
        "made until": wanted.until,
        "as of": wanted.as_of,
    }
    said = "; ".join(f"{name} {value}" for name, value in chosen.items() if value)
    return said or "all settled forecasts"
