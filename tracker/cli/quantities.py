"""What the terminal and JSON say of forecasts of numbers and dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.charts.theme import amount
from tracker.cli.tables import table
from tracker.cli.terminal import line, paragraph, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tracker.scoring.quantity_card import QuantityCard


def show(cards: Sequence[QuantityCard]) -> None:
    """Print the cards: scores by unit, how often intervals held, and a sentence for each.

    Nothing is printed where there are none.
    """
    if not cards:
        return
    heads = ("unit", "forecasts", "questions", "CRPS", "90 % interval", "WIS", "bias")
    table(heads, map(_scores, cards), right=heads[1:])
    rows = [row for card in cards for row in _intervals(card)]
    if rows:
        line()
        heads = ("unit", "interval", "inside", "of", "share", "90 % interval", "mean width")
        table(heads, rows, right=heads[1:])
    line()
    for card in cards:
        said = " ".join([card.verdict, *_cautions(card)])
        paragraph(f"{measure(card)}: {said}" if len(cards) > 1 else said)


def as_json(cards: Iterable[QuantityCard]) -> list[dict[str, Any]]:
    """The cards as JSON content, one for each unit."""
    return [card.as_dict() for card in cards]


def measure(card: QuantityCard) -> str:
    """What a card counts."""
    return "days (dates)" if card.kind == "date" else card.unit or "(no unit)"


def _scores(card: QuantityCard) -> tuple[str, ...]:
    return (
        measure(card),
        str(card.forecasts),
        str(card.questions),
        amount(card.crps),
        _span(card.crps_interval, amount),
        amount(card.wis.value if card.wis else None),
        "–" if card.bias is None else f"{card.bias:+.2f}",
    )


def _intervals(card: QuantityCard) -> list[tuple[str, ...]]:
    return [
        (
            measure(card),
            percent(one.level),
            f"{one.hits:.4g}",
            str(one.questions),
            _share(one.share),
            _span(one.interval, _share),
            amount(one.width),
        )
        for one in card.intervals
    ]


def _cautions(card: QuantityCard) -> list[str]:
    """What must be known to read the scores of a card."""
    said = []
    if card.crps is None and not card.unit and card.questions > 1:
        said.append("No unit was named, so distances on several questions are not averaged.")
    if card.wis and card.wis.forecasts < card.forecasts:
        levels = ", ".join(map(percent, card.wis.levels))
        said.append(f"WIS of the {card.wis.forecasts} forecasts that name {levels}.")
    if card.grids > 1:
        sets = f"The forecasts name {card.grids} different sets of levels"
        said.append(f"{sets}: for the same knowledge fewer levels cost more.")
    return said


def _share(share: float) -> str:
    return percent(round(share, 2))


def _span(interval: tuple[float, float] | None, spelt: Callable[[float], str]) -> str:
    return "–" if interval is None else f"{spelt(interval[0])}–{spelt(interval[1])}"
