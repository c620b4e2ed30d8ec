"""tracker: who forecast what, when and in which words, and how far each analyst can be believed.

The names below load on first use, so that ``import tracker`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.ledger.ledger import Ledger
    from tracker.pairs import Pairs
    from tracker.scoring.scorecard import Scorecard, score

__all__ = ["Ledger", "Pairs", "Scorecard", "score"]

_HOMES = {
    "Ledger": "tracker.ledger.ledger",
    "Pairs": "tracker.pairs",
    "Scorecard": "tracker.scoring.scorecard",
    "score": "tracker.scoring.scorecard",
}


def __getattr__(name: str) -> object:
    from importlib import import_module, metadata

    if name == "__version__":
        return metadata.version("tracker")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'tracker' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
