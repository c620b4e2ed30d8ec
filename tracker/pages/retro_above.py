"""What stands above the calls, the counts and the table of a retrospective."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.pages.retro import Retro

BITS = (
    "Surprise is measured in bits: 0 for a certainty that came true, 1 for what had been given "
    "50 %, and one more each time the chance is halved."
)
COST = (
    "A cost is the Brier score (0-1 scale, lower is better): 50 % on a yes/no question costs 0.250 "
    "whatever happens."
)
RANGE = (
    "The reading range, not a confidence interval, is the cost from the kindest to the harshest "
    "reading of the words."
)


def best_calls(retro: Retro) -> str:
    """How the best calls are ranked."""
    ranked = "What happened was the favourite: ranked by bits of surprise below equal chances."
    return f"{ranked} {BITS} {COST}" if not retro.worst else f"{ranked} {BITS}"


def worst_calls(retro: Retro) -> str:
    """How the worst calls are ranked."""
    ranked = "What happened had been called unlikely: ranked by surprise beyond equal chances."
    bits = "" if retro.best else f" {BITS}"
    return f"{ranked}{bits} {COST}{f' {RANGE}' if retro.verbal else ''}"


def said_of_all(retro: Retro) -> str:
    """What holds for every line of what was said, and so is said once."""
    said = ["Newest first.", COST]
    if retro.verbal and not retro.worst:
        said.append(RANGE)
    if any(line.more for line in retro.told):
        said.append("Of several forecasts on a settled question the one that counts most is shown.")
    if all_late(retro):
        said.append("All settled ones were recorded after the outcome was known.")
    return " ".join(said)


def all_late(retro: Retro) -> bool:
    """Whether every settled forecast that is shown was recorded afterwards."""
    settled = [line for line in retro.told if line.outcome is not None]
    return bool(settled) and all(line.late for line in settled)


def counted(retro: Retro) -> dict[str, int]:
    """How many forecasts have each status, in words that fit them."""
    named = {} if retro.verbal else {"said again": "earlier, on the same questions"}
    return {named.get(status, status): count for status, count in retro.counts.items()}
