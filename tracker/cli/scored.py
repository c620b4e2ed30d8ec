"""Scores in the terminal, as JSON, and as a file."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.cli import cards, platforms, quantities
from tracker.cli.bars import progress
from tracker.cli.judge import LEFT_OUT
from tracker.cli.terminal import line, paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tracker.charts.picture import Picture
    from tracker.pairs import Pairs
    from tracker.scoring.platforms import PlatformMean
    from tracker.scoring.quantity_card import QuantityCard
    from tracker.scoring.readings import ReadingScores
    from tracker.scoring.scorecard import Scorecard


class Scored(NamedTuple):
    """Everything that was scored of some pairs, and how."""

    pairs: Pairs
    card: Scorecard
    by: str | None
    groups: list[tuple[str, Scorecard]]
    readings: ReadingScores
    quantities: Sequence[QuantityCard]
    platform: list[PlatformMean] | None
    rule: str
    decomposed: str
    scale: Any
    counting: str
    personal: bool

    @property
    def how(self) -> str:
        """What counts, in words."""
        read = ", words read as their analyst came to mean them" if self.personal else ""
        return self.counting + read


def cards_of(
    pairs: Pairs, by: str | None, **scoring: Any
) -> tuple[Scorecard, list[tuple[str, Scorecard]]]:
    """The card of all, and one for each group."""
    from tracker.ledger.pairing import LEADS
    from tracker.scoring.forecasts import sample
    from tracker.scoring.scorecard import card as card_of
    from tracker.scoring.simulation import draws_beside

    card = card_of(sample(pairs), **scoring)
    parts = list(pairs.group(by)) if by else []
    groups = []
    with progress("Scoring") as done:
        for number, (key, part) in enumerate(parts, 1):
            groups.append((key, card_of(sample(part), draws=draws_beside(len(parts)), **scoring)))
            done(number, len(parts))
    if by == "lead":
        short_first = [name for _, name in LEADS]
        groups.sort(key=lambda group: short_first.index(group[0]))
    return card, groups


def as_json(found: Scored) -> dict[str, Any]:
    """The scores as JSON content."""
    platform = found.platform
    return {
        "counting": found.counting,
        "rule": found.rule,
        "scale": found.scale,
        "overall": found.card.as_dict(),
        "groups": [{"by": found.by, "key": key, **card.as_dict()} for key, card in found.groups],
        "left_out": {name: found.pairs.left_out.get(name, 0) for name in LEFT_OUT},
        "recorded_late": int(found.pairs.late[found.pairs.starts].sum()),
        "personal": found.personal,
        "readings": asdict(found.readings),
        "quantities": quantities.as_json(found.quantities),
        "platform": None if platform is None else platforms.as_json(found.rule, platform),
    }


def show(found: Scored) -> None:
    """Facts, groups, one plain sentence, and what cannot be averaged with the rest."""
    card, groups = found.card, found.groups
    cards.facts(card, rule=found.decomposed, scale=found.scale, counting=found.how)
    cards.reading(found.readings, found.scale)
    if groups:
        line()
        cards.groups(str(found.by), groups, found.scale)
    if card.forecasts:
        line()
    if card.forecasts or not found.quantities:
        paragraph(f"All together: {card.verdict}" if groups else card.verdict)
    if found.platform:
        line()
        platforms.show(found.rule, found.platform)
    if found.quantities:
        if card.forecasts:
            line()
        quantities.show(found.quantities)


def write(
    outputs: Sequence[Path], found: Scored, *, title: str, chosen: str, notes: Sequence[str]
) -> None:
    """Write pages, pictures or the numbers."""
    from tracker.cli import output as files

    subtitle = f"{chosen}; counting {found.how}"
    about = files.About(
        title, subtitle, found.card.verdict, card=found.card, notes=notes, scale=found.scale
    )
    files.write(outputs, as_json(found), lambda: _pictures(found), about)


def _pictures(found: Scored) -> list[Picture]:
    from tracker.charts.over_time import over_time as drawn
    from tracker.scoring.over_time import over_time

    return [drawn(over_time(found.pairs, scale=found.scale))]
