"""Scorecards in the terminal: facts a person can read, then one plain sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.cli.terminal import HARD, PIPE_WIDTH, line, number, paragraph, percent, table, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.scoring.readings import ReadingScores
    from tracker.scoring.scorecard import Scorecard

    Groups = Sequence[tuple[str, Scorecard]]

SENTENCES = 12  # groups up to which each has its sentence below the table
NAME = 17  # columns for the name of a fact
MANY = 100  # groups from which simulations for each are short
FEW = 10  # questions below which nothing is said of calibration


def facts(card: Scorecard, *, rule: str, scale: str, counting: str | None = None) -> None:
    """What a card says, one fact a line; nothing where there is nothing."""
    if not card.forecasts:
        return
    how = "" if counting is None else f", counting {counting}"
    said = {
        "forecasts": f"{card.forecasts:,} on {_questions(card)}{how}",
        "Brier score": f"{number(card.brier)}{_interval(card.brier_interval)}   "
        f"({scale} scale, lower is better)",
        "log score": f"{_log(card)}   (natural log, lower is better)",
        "spherical score": f"{number(card.spherical)}   (0 to 1, lower is better)",
        f"{rule} parts": _parts(card),
        "miscalibration": _miscalibration(card),
        "skill": f"{number(card.skill)}   (against always saying the base rate, 1 is perfect)",
        "said on average": f"{_rounded(card.mean_probability)}, came true "
        f"{_rounded(card.base_rate)}",
        "calibration": _slope(card),
    }
    for name, value in said.items():
        fact(name, value)
    if card.impossible:
        which = "outcome" if card.impossible == 1 else "outcomes"
        fact("impossible", f"{card.impossible:,} {which} had been given no chance at all")


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
    fact("reading range", f"{kind} to {harsh}, expected {expected}   ({of})")


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
    brier, interval = f"Brier\n({scale})", "90 %\ninterval"
    heads = (by, "forecasts", "questions", brier, interval, "log", "skill")
    table(heads, rows, right=heads[1:])
    if len(cards) <= SENTENCES:
        for key, card in cards:
            line()
            paragraph(f"{key}: {card.verdict}")


def draws(groups: int) -> int | None:
    """How many simulations a card gets: the usual number, and fewer where there are many cards."""
    from tracker.scoring.simulation import FEWEST

    return FEWEST if groups > MANY else None


def span(interval: tuple[float, float] | None) -> str:
    """An interval in a table."""
    return "–" if interval is None else f"{interval[0]:.3f}–{interval[1]:.3f}"


def fact(name: str, value: str) -> None:
    """Print a named fact; the parts that do not fit on its line go below, whole if they can."""
    import textwrap

    wide, rest = min(width(), PIPE_WIDTH), " " * (NAME + 1)
    parts = [
        part.replace(" ", HARD) if len(part) <= wide - len(rest) else part
        for part in value.split("   ")
    ]
    text = f"{name:<{NAME}} {'   '.join(parts)}"
    filled = textwrap.fill(text, wide, subsequent_indent=rest, break_on_hyphens=False)
    line(filled.replace(HARD, " "))


def _parts(card: Scorecard) -> str:
    if card.miscalibration is None:
        return "–" + ("   (none where there are option sets)" if card.forecasts else "")
    return (
        f"{number(card.miscalibration)} miscalibration - {number(card.discrimination)} "
        f"discrimination + {number(card.uncertainty)} uncertainty"
    )


def _questions(card: Scorecard) -> str:
    said = f"{card.questions:,} question{'' if card.questions == 1 else 's'}"
    if card.effective is None or round(card.effective) >= card.forecasts:
        return said
    ones = "one" if round(card.effective) == 1 else "ones"
    return f"{said}, worth {card.effective:,.0f} independent {ones}"


def _interval(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"   90 % interval {interval[0]:.3f} to {interval[1]:.3f}"


def _log(card: Scorecard) -> str:
    return f"infinite (times: {card.log_infinite:,})" if card.log_infinite else number(card.log)


def _miscalibration(card: Scorecard) -> str:
    if card.miscalibration_null is None:
        return number(card.miscalibration)
    chance = "" if card.miscalibration_p is None else f", p = {card.miscalibration_p:.2g}"
    if card.questions < FEW:
        chance = ""  # which nobody should lean on
    null = f"luck alone would give {number(card.miscalibration_null)} on average{chance}"
    return f"{number(card.miscalibration)}   ({null})"


def _slope(card: Scorecard) -> str:
    if card.questions < FEW:
        return f"–   (fewer than {FEW} questions)"
    slope, z = "slope –", card.spiegelhalter_z
    if card.slope is not None:
        which = "below 1: too sure" if card.slope < 1 else "above 1: not sure enough"
        if card.slope <= 0:
            which = "not above 0: what was likelier did not happen more"
        slope = f"slope {card.slope:.2f} ({which})"
    return slope if z is None else f"{slope}   Spiegelhalter z {z:+.2f} (luck: -1.96 to 1.96)"


def _rounded(share: float | None) -> str:
    return percent(None if share is None else round(share, 3))
