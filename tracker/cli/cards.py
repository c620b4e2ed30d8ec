"""Scorecards in the terminal: facts a person can read, then one plain sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.cli.filling import HARD
from tracker.cli.tables import table
from tracker.cli.terminal import PIPE_WIDTH, line, number, paragraph, percent, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.scoring.readings import ReadingScores
    from tracker.scoring.scorecard import Scorecard

    Groups = Sequence[tuple[str, Scorecard]]

SENTENCES = 12  # groups up to which each has its sentence below the table
NAME = 17  # columns for the name of a fact
BETWEEN = 3  # columns of a table between two of its columns
NARROW, BROAD = 12, 24  # columns that bars need, and take at most
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
        "skill": f"{number(card.skill)}   ({_against(card)})",
        "said on average": _large(card),
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
    rows: list[tuple[str, ...]] = [
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
    heads: tuple[str, ...] = (by, "forecasts", "questions", brier, interval, "log", "skill")
    right = heads[1:]
    room = width() - _broad(heads, rows) - BETWEEN
    if cards and room >= NARROW:
        head, bars = _bars([card for _, card in cards], min(room, BROAD))
        heads = (*heads, head)
        rows = [(*row, bar) for row, bar in zip(rows, bars, strict=True)]
    table(heads, rows, right=right)
    if len(cards) <= SENTENCES:
        for key, card in cards:
            line()
            paragraph(f"{key}: {card.verdict}")


def _broad(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Columns that a table takes where nothing of it is broken."""
    cells = [
        [part for cell in column for part in cell.split("\n")]
        for column in zip(heads, *rows, strict=True)
    ]
    return sum(max(map(len, column)) + BETWEEN for column in cells)


def _bars(cards: Sequence[Scorecard], room: int) -> tuple[str, list[str]]:
    """The scores with their 90 % intervals on one scale, from 0 to the worst; and the scale."""
    spans = [card.brier_interval or (card.brier, card.brier) for card in cards]
    most = max((high for _, high in spans if high is not None), default=0) or 1.0
    bars = []
    for card, (low, high) in zip(cards, spans, strict=True):
        bar = [" "] * room
        if card.brier is not None and low is not None and high is not None:
            first, last, at = (round(end / most * (room - 1)) for end in (low, high, card.brier))
            bar[first : last + 1] = "─" * (last + 1 - first)
            bar[at] = "●"
        bars.append("".join(bar).rstrip())
    return f"0{f'{most:.2f}':>{room - 1}}", bars


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


def _against(card: Scorecard) -> str:
    if card.sets:
        return "option sets have no one base rate"
    return "against always saying the base rate, 1 is perfect"


def _large(card: Scorecard) -> str:
    """What was said on average and what came true; the difference with its interval."""
    said = f"{_rounded(card.mean_probability)}, came true {_rounded(card.base_rate)}"
    each = "   (each option counts as one)" if card.sets else ""
    if card.in_the_large is None or card.in_the_large_interval is None or card.questions < FEW:
        return said + each
    interval = _interval(card.in_the_large_interval)
    return f"{said}{each}   difference {card.in_the_large:+.3f}{interval}"


def _slope(card: Scorecard) -> str:
    if card.questions < FEW:
        return f"–   (fewer than {FEW} questions)"
    slope, z = "slope –", card.spiegelhalter_z
    if card.slope is not None:
        slope = f"slope {card.slope:.2f}{_sure(card.slope_interval)}"
    if z is None:
        return slope
    near = "luck: -1.96 to 1.96; near 0 proves nothing by itself"
    return f"{slope}   Spiegelhalter z {z:+.2f}   ({near})"


def _sure(interval: tuple[float, float] | None) -> str:
    """The interval of a slope, and what it says where 1 is outside it."""
    if interval is None:
        return ""
    low, high = interval
    said = ""
    if low > 1:
        said = "   (above 1: not sure enough)"
    elif high <= 0:
        said = "   (not above 0: what was likelier did not happen more)"
    elif high < 1:
        said = "   (below 1: too sure)"
    return f"   90 % interval {low:.2f} to {high:.2f}{said}"


def _rounded(share: float | None) -> str:
    return percent(None if share is None else round(share, 3))
