"""Commands that judge: score and calibration."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.cli.options import Wanted, ledger, reading
from tracker.cli.terminal import (
    data,
    line,
    number,
    paragraph,
    percent,
    plain,
    table,
    talk,
    width,
)

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
    """Scoring rules."""

    brier = "brier"
    log = "log"


class ScaleName(StrEnum):
    """Scales of the Brier score."""

    one = "0-1"
    two = "0-2"


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
    rule: Annotated[RuleName, typer.Option(help="The score that is decomposed.")] = RuleName.brier,
    scale: Annotated[
        ScaleName, typer.Option(help="0-1: 50 % costs 0.25. 0-2: it costs 0.5.")
    ] = ScaleName.one,
    counting: Counting = "time-weighted",
) -> None:
    """Score the settled forecasts: Brier and log score, calibration, and one plain sentence."""
    from tracker.ledger.pairing import LEADS
    from tracker.scoring.counting import check, count
    from tracker.scoring.scorecard import scorecard

    check(counting)
    with ledger(wanted.db) as opened:
        pairs = count(opened.pairs(**wanted.filters()), counting)
    card = scorecard(pairs, rule=rule.value, scale=scale.value)
    groups = [
        (key, scorecard(part, rule=rule.value, scale=scale.value))
        for key, part in (pairs.group(by.value) if by else ())
    ]
    if by is By.lead:
        short_first = [name for _, name in LEADS]
        groups.sort(key=lambda group: short_first.index(group[0]))
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
            }
        )
    else:
        _card(card, rule.value, scale.value, counting)
        if by:
            line()
            _groups(by.value, groups, scale.value)
        line()
        paragraph(card.verdict)
    _left_out(pairs.left_out, late)


def _card(card: Any, rule: str, scale: str, counting: str) -> None:
    low_high = card.brier_interval
    span = "" if low_high is None else f"   90 % interval {low_high[0]:.3f} to {low_high[1]:.3f}"
    log = f"infinite (times: {card.log_infinite})" if card.log_infinite else number(card.log)
    parts = [
        number(value) for value in (card.miscalibration, card.discrimination, card.uncertainty)
    ]
    facts = [
        ("forecasts", f"{card.forecasts}, questions {card.questions}, counting {counting}"),
        ("Brier score", f"{number(card.brier)}{span}   ({scale} scale, lower is better)"),
        ("log score", f"{log}   (natural log, lower is better)"),
        (
            f"{rule} parts",
            f"{parts[0]} miscalibration - {parts[1]} discrimination + {parts[2]} uncertainty",
        ),
        ("skill", f"{number(card.skill)}   (against always saying the base rate, 1 is perfect)"),
        (
            "said on average",
            f"{_rounded(card.mean_probability)}, came true {_rounded(card.base_rate)}",
        ),
    ]
    for name, value in facts:
        line(f"{name:<16} {value}")


def _rounded(share: float | None) -> str:
    return percent(None if share is None else round(share, 3))


def _groups(by: str, groups: list[tuple[str, Any]], scale: str) -> None:
    rows = []
    for key, card in groups:
        low_high = card.brier_interval
        span = "–" if low_high is None else f"{low_high[0]:.3f}–{low_high[1]:.3f}"
        rows.append(
            (
                key,
                str(card.forecasts),
                str(card.questions),
                number(card.brier),
                span,
                number(card.log),
            )
        )
    heads = (by, "forecasts", "questions", f"Brier ({scale})", "90 % interval", "log")
    table(heads, rows, right=heads[1:])


def _left_out(left_out: dict[str, int], late: int) -> None:
    said = [
        ("questions still open", left_out.get("open", 0)),
        ("annulled", left_out.get("annulled", 0)),
        ("ambiguous", left_out.get("ambiguous", 0)),
        ("with a condition that failed", left_out.get("condition_failed", 0)),
        ("on quantities or dates, which have no Brier score", left_out.get("quantities", 0)),
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
    from tracker.scoring.calibration import reliability_curve
    from tracker.scoring.counting import check, count
    from tracker.scoring.scorecard import scorecard

    check(counting)
    if output is not None and output.suffix.lower() not in {".html", ".json"}:
        raise typer.BadParameter(f"expected a file.html or file.json; found {output}")
    with ledger(wanted.db) as opened:
        pairs = count(opened.pairs(**wanted.filters()), counting)
    curve, card = reliability_curve(pairs), scorecard(pairs)
    numbers = {
        "curve": [level._asdict() for level in curve.levels()],
        "card": card.as_dict(),
    }
    if wanted.json:
        data(numbers)
    elif output is None:
        from tracker.cli.diagram import draw

        line(draw(curve, width=width(), ascii=plain()))
        line()
        paragraph(card.verdict)
    if output is not None:
        _write(output, curve, card, numbers, wanted)
    _left_out(pairs.left_out, int(pairs.late[pairs.starts].sum()))


def _write(output: Path, curve: Any, card: Any, numbers: dict[str, Any], wanted: Wanted) -> None:
    import json

    from tracker.files import write
    from tracker.pages.page import calibration_page

    if output.suffix.lower() == ".json":
        write(output, json.dumps(numbers, ensure_ascii=False, indent=2) + "\n")
    else:
        whose = wanted.analyst or "all analysts"
        chosen = {
            "tag": wanted.tag,
            "source": wanted.source,
            "made since": wanted.since,
            "made until": wanted.until,
            "as of": wanted.as_of,
        }
        which = "; ".join(f"{name} {value}" for name, value in chosen.items() if value)
        page = calibration_page(
            curve, card, title=f"Calibration of {whose}", subtitle=which or "all settled forecasts"
        )
        write(output, page)
    talk(f"written: {output}")
