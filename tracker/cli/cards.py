"""Scorecards in the terminal: facts a person can read, then one plain sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.cli.terminal import line, number, paragraph, percent, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.scoring.readings import ReadingScores
    from tracker.scoring.scorecard import Scorecard

    Groups = Sequence[tuple[str, Scorecard]]

SENTENCES = 12  # groups up to which each has its sentence below the table
NAME = 17  # columns for the name of a fact


def facts(card: Scorecard, *, rule: str, scale: str, counting: str | None = None) -> None:
    """What a card says, one fact a line."""
    how = "" if counting is None else f", counting {counting}"
    said = {
        "forecasts": f"{card.forecasts:,} on {_questions(card)}{how}",
        "Brier score": f"{number(card.brier)}{_interval(card.brier_interval)}   "
        f"({scale} scale, lower is better)",
        "log score": f"{_log(card)}   (natural log, lower is better)",
        "spherical score": f"{number(card.spherical)}   (0 to 1, lower is better)",
        f"{rule} parts": f"{number(card.miscalibration)} miscalibration - "
        f"{number(card.discrimination)} discrimination + {number(card.uncertainty)} uncertainty",
        "miscalibration": _miscalibration(card),
        "skill": f"{number(card.skill)}   (against always saying the base rate, 1 is perfect)",
        "said on average": f"{_rounded(card.mean_probability)}, came true "
        f"{_rounded(card.base_rate)}",
        "calibration": _slope(card),
    }
    for name, value in said.items():
        _fact(name, value)
    if card.impossible:
        _fact("impossible", f"{card.impossible} outcomes had been given no chance at all")


def reading(scores: ReadingScores | None, scale: str) -> None:
    """What the reading of words costs, where words were read."""
    if scores is None or not scores.verbal:
        return
    by = 2.0 if scale == "0-2" else 1.0
    kind, harsh, expected = (
        number(None if value is None else value * by)
        for value in (scores.kindest, scores.harshest, scores.expected)
    )
    of = f"Brier, {scores.verbal:,} read from words"
    _fact("reading range", f"{kind} to {harsh}, expected {expected}   ({of})")


def groups(by: str, cards: Groups, scale: str) -> None:
    """A table with a row for each group, and a sentence for each where they are few."""
    rows = [
        (
            key,
            f"{card.forecasts:,}",
            f"{card.questions:,}",
            number(card.brier),
            span(card.brier_interval),
            number(card.log),
            number(card.skill),
        )
        for key, card in cards
    ]
    heads = (by, "forecasts", "questions", f"Brier ({scale})", "90 % interval", "log", "skill")
    table(heads, rows, right=heads[1:])
    if len(cards) <= SENTENCES:
        for key, card in cards:
            line()
            paragraph(f"{key}: {card.verdict}")


def span(interval: tuple[float, float] | None) -> str:
    """An interval in a table."""
    return "–" if interval is None else f"{interval[0]:.3f}–{interval[1]:.3f}"


def _fact(name: str, value: str) -> None:
    line(f"{name:<{NAME}} {value}")


def _questions(card: Scorecard) -> str:
    said = f"{card.questions:,} question{'' if card.questions == 1 else 's'}"
    if card.effective is None or round(card.effective) >= card.forecasts:
        return said
    return f"{said}, worth {card.effective:,.0f} independent ones"


def _interval(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"   90 % interval {interval[0]:.3f} to {interval[1]:.3f}"


def _log(card: Scorecard) -> str:
    return f"infinite (times: {card.log_infinite:,})" if card.log_infinite else number(card.log)


def _miscalibration(card: Scorecard) -> str:
    if card.miscalibration_null is None:
        return number(card.miscalibration)
    chance = "" if card.miscalibration_p is None else f", p = {card.miscalibration_p:.2g}"
    null = f"luck alone would give {number(card.miscalibration_null)} on average{chance}"
    return f"{number(card.miscalibration)}   ({null})"


def _slope(card: Scorecard) -> str:
    slope = "slope –" if card.slope is None else f"slope {card.slope:.2f} (below 1: too sure)"
    z = card.spiegelhalter_z
    return slope if z is None else f"{slope}, Spiegelhalter z {z:+.2f} (luck: within ±1.96)"


def _rounded(share: float | None) -> str:
    return percent(None if share is None else round(share, 3))
