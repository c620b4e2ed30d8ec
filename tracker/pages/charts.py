"""A page of pictures: what a command that judges writes to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.pages.document import document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.charts.picture import Picture
    from tracker.scoring.rules import Scale
    from tracker.scoring.scorecard import Scorecard


def chart_page(
    pictures: Sequence[Picture],
    *,
    title: str,
    subtitle: str,
    verdict: str,
    beside: str | None = None,
    card: Scorecard | None = None,
    notes: Sequence[str] = (),
    scale: Scale = "0-1",
) -> str:
    """The page with some pictures and one sentence, beside a card where there is one.

    ``beside`` is a second sentence, said after the verdict; ``scale`` is that of the card.
    """
    return document(
        "charts.html",
        pictures,
        title=title,
        summary=verdict,
        subtitle=subtitle,
        beside=beside,
        card=card,
        notes=notes,
        scale=scale,
    )
