"""The command that says what words came to mean: phrases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli import output as files
from tracker.cli.bars import progress
from tracker.cli.judge import LEFT_OUT, which
from tracker.cli.options import Counting, Wanted, ledger, policy
from tracker.cli.tables import table
from tracker.cli.terminal import data, line, paragraph, remark

if TYPE_CHECKING:
    from tracker.charts.picture import Picture
    from tracker.scoring.phrases import PhraseRecord

OUT = {
    "open": "questions still open",
    "numbers": "forecasts given as numbers",
    "sets": "forecasts on options, whose words speak of the whole set",
}


def phrases(
    wanted: Wanted,
    pooled: Annotated[
        bool, typer.Option("--pooled", help="Each phrase once, over all analysts.")
    ] = False,
    counting: Counting = None,
    output: files.Output = None,
) -> None:
    """Say what "likely" came to mean, beside how it is read.

    Example: tracker phrases --counting last
    """
    from tracker.scoring import phrases as scoring
    from tracker.scoring.counting import count

    counting = policy(counting)
    files.check(output, wanted=wanted)
    with ledger(wanted.db) as opened, progress("Scoring"):
        pairs = count(opened.pairs(**wanted.filters()), counting)
        records = scoring.phrases(pairs, by_analyst=not pooled)
    out = {name: pairs.left_out.get(name, 0) for name in LEFT_OUT} | scoring.left_out(pairs)
    said = [record.as_dict() for record in records]
    content = {"counting": counting, "phrases": said, "left_out": out}
    if wanted.json:
        data(content)
    elif not output:
        if records:
            _table(records, pooled=pooled)
            line()
        paragraph(scoring.summary(records))
    named = "; ".join(f"{what}: {out[name]}" for name, what in OUT.items() if out[name])
    notes = [f"left out: {named}"] if named else []
    if output:
        chosen = f"{which(wanted)}; counting {counting}"
        title = f"What words came to mean{f' from {wanted.analyst}' if wanted.analyst else ''}"
        about = files.About(title, chosen, scoring.summary(records), notes=notes)
        files.write(output, content, lambda: _pictures(records), about)
    for note in notes:
        remark(note)


def _pictures(records: tuple[PhraseRecord, ...]) -> list[Picture]:
    from tracker.charts.phrases import phrases as drawn
    from tracker.scoring.phrases import summary

    return [drawn(records, summary=summary(records))]


def _table(records: tuple[Any, ...], *, pooled: bool) -> None:
    """One row a phrase, all in percent."""
    heads = ("questions", "read as, %", "came\ntrue", "90 %\ninterval", "personal\nreading")
    rows = []
    for one in records:
        ends = "" if one.low == one.high else f" ({_said(one.low)}–{_said(one.high)})"
        numbers = (
            str(one.questions),
            f"{_said(one.probability)}{ends}",
            f"{_whole(one.came_true)} %",
            "–".join(_whole(end) for end in one.interval) + " %",
            f"{_whole(one.personal)} %",
        )
        rows.append((*(() if pooled else (one.analyst,)), one.phrase, *numbers))
    table((*(() if pooled else ("analyst",)), "phrase", *heads), rows, right=heads)


def _said(probability: float) -> str:
    return f"{100 * probability:.1f}".removesuffix(".0")


def _whole(share: float) -> str:
    return f"{100 * share:.0f}"
