"""Commands that judge: score and calibration."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tracker.cli import output as files
from tracker.cli.bars import progress
from tracker.cli.options import Counting, Wanted, ledger, policy
from tracker.cli.terminal import data, line, paragraph, remark

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
    counting: Counting = None,
    personal: Annotated[
        bool,
        typer.Option(
            "--personal",
            help="Read words as what they came to mean from their analyst, on other questions.",
        ),
    ] = False,
    output: files.Output = None,
) -> None:
    """Score the settled forecasts, and say it in one sentence.

    Example: tracker score --by analyst --counting last
    """
    from tracker.cli import platforms, scored
    from tracker.scoring.counting import count
    from tracker.scoring.phrases import personal as read_personally
    from tracker.scoring.quantity_card import count_quantities, quantity_cards
    from tracker.scoring.readings import reading_scores

    counting = policy(counting)
    files.check(output, wanted=wanted)
    with ledger(wanted.db) as opened, progress("Reading"):
        found = opened.pairs(**wanted.filters())
        measured = opened.quantities(**wanted.filters())
        everybody = found
        if rule in PLATFORM and wanted.analyst is not None:  # compared with the others all the same
            everybody = opened.pairs(**{**wanted.filters(), "analyst": None})
    decomposed = RuleName.brier if rule in PLATFORM else rule
    with progress("Scoring"):
        pairs = count(found, counting)
        if personal:
            pairs = read_personally(pairs)
        card, groups = scored.cards_of(pairs, by, rule=decomposed.value, scale=scale.value)
        result = scored.Scored(
            pairs=pairs,
            card=card,
            by=by,
            groups=groups,
            readings=reading_scores(pairs),
            quantities=quantity_cards(count_quantities(measured, counting)),
            platform=platforms.means(everybody, rule.value, wanted.analyst)
            if rule in PLATFORM
            else None,
            rule=rule.value,
            decomposed=decomposed.value,
            scale=scale.value,
            counting=counting,
            personal=personal,
        )
    if wanted.json:
        data(scored.as_json(result))
    elif not output:
        scored.show(result)
    late = int(pairs.late[pairs.starts].sum())
    notes = _left_out(pairs.left_out, late, quantities=bool(result.quantities))
    if output:
        title = f"Score of {wanted.analyst or 'all analysts'}"
        scored.write(output, result, title=title, chosen=which(wanted), notes=notes)
    for note in notes:
        remark(note)


def _left_out(left_out: dict[str, int], late: int, *, quantities: bool) -> list[str]:
    """What does not count, in words."""
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
    notes = [f"left out: {named}"] if named else []
    if late:
        notes.append(f"recorded after the outcome was known: {late}; --prospective leaves them out")
    return notes


def calibration(
    wanted: Wanted,
    output: files.Output = None,
    counting: Counting = None,
) -> None:
    """Show whether what was said at 70 % came true seven times in ten.

    Example: tracker calibration --analyst ana -o ana.html
    """
    from tracker.cli import calibrated
    from tracker.scoring.counting import count
    from tracker.scoring.forecasts import sample
    from tracker.scoring.scorecard import card

    counting = policy(counting)
    files.check(output, wanted=wanted)
    with ledger(wanted.db) as opened, progress("Scoring"):
        pairs = count(opened.pairs(**wanted.filters()), counting)
        counted = sample(pairs)
        found = calibrated.calibrated(counted, card(counted))
    notes = _left_out(pairs.left_out, int(pairs.late[pairs.starts].sum()), quantities=False)
    if wanted.json:
        data({**calibrated.as_json(found), "card": found.card.as_dict()})
    elif not output:
        calibrated.show(found)
        line()
        paragraph(found.card.verdict)
    if output:
        title = f"Calibration of {wanted.analyst or 'all analysts'}"
        chosen = f"{which(wanted)}; counting {counting}"
        calibrated.write(output, found, title=title, subtitle=chosen, notes=notes)
    for note in notes:
        remark(note)


def which(wanted: Wanted) -> str:
    """Which forecasts were asked for, in words."""
    chosen = {
        "tag": wanted.tag,
        "source": wanted.source,
        "made since": wanted.since,
        "made until": wanted.until,
        "as of": wanted.as_of,
    }
    said = "; ".join(f"{name} {value}" for name, value in chosen.items() if value)
    return said or "all settled forecasts"
