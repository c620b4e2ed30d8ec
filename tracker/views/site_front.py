"""The first page of a report."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from tracker.charts.plane import plane
from tracker.charts.ranking import ranking
from tracker.charts.reliability import reliability
from tracker.pages import site
from tracker.pages.lines import when
from tracker.scoring.calibration import reliability_curve
from tracker.scoring.plane import plane as positions
from tracker.scoring.ranking import rank
from tracker.scoring.scorecard import scorecard
from tracker.values import begins, last_instant
from tracker.views.site_lines import analyst_lines, question_line, source_lines

if TYPE_CHECKING:
    from collections.abc import Collection

    from tracker.charts.picture import Picture
    from tracker.ledger.kept import KeptQuestion
    from tracker.pages.document import Site
    from tracker.views.gathered import Gathered

FIRST = 25  # analysts, and sources, on the first page
LATEST = 10  # questions settled last there
SOON = timedelta(days=30)


def front_page(found: Gathered, kept: Collection[str], *, of: Site) -> str:
    """The page; ``kept`` are the sources whose text the ledger has."""
    card = scorecard(found.pairs)
    due, settled = _due(found), _settled(found)
    most = sorted(found.cards, key=lambda handle: -found.cards[handle].questions)
    shown = set(most[:FIRST])
    front = site.Front(
        about=found.about,
        as_of=when(found.as_of) if found.as_of else None,
        head=found.head,
        counts=_counts(found),
        card=card,
        analysts=list(analyst_lines(found, (name for name in found.cards if name in shown))),
        due=[question_line(found, one) for one in due[:FIRST]],
        settled=[question_line(found, one) for one in settled[:LATEST]],
        sources=list(islice(source_lines(found, kept), FIRST)),
        total={
            "analysts": len(found.cards),
            "questions": len(found.questions),
            "sources": len(found.sources),
            "due": len(due),
        },
    )
    together = "All together: " if len(found.cards) > 1 else ""
    return site.index_page(front, _pictures(found), summary=f"{together}{card.verdict}", site=of)


def _pictures(found: Gathered) -> list[Picture]:
    pairs = found.pairs
    calibration = reliability(reliability_curve(pairs))
    if sum(card.questions > 0 for card in found.cards.values()) < 2:  # noqa: PLR2004 - nobody to compare with
        return [calibration]
    return [ranking(rank(pairs)), plane(positions(pairs)), calibration]


def _counts(found: Gathered) -> dict[str, int]:
    status = [kept.settled.status for kept in found.questions]
    is_open, settled = status.count("open"), status.count("resolved")
    counts = {
        "analysts": len(found.cards),
        "forecasts": sum(found.forecasts.values()),
        "questions": len(status),
        "open": is_open,
        "settled": settled,
        "ended without an outcome": len(status) - is_open - settled,
        "sources": len(found.sources),
    }
    return {
        name.removesuffix("s") if many == 1 else name: many for name, many in counts.items() if many
    }


def _due(found: Gathered) -> list[KeptQuestion]:
    """Open questions that are overdue or fall due soon, the longest overdue first."""
    if found.as_of is None:
        return []
    until = last_instant(found.as_of) + SOON
    waiting = [
        (begins(kept.question.resolve_by), kept)
        for kept in found.questions
        if kept.settled.status == "open" and kept.question.resolve_by is not None
    ]
    due = [pair for pair in waiting if pair[0] <= until]
    return [kept for _, kept in sorted(due, key=lambda pair: (pair[0], pair[1].entry))]


def _settled(found: Gathered) -> list[KeptQuestion]:
    """Settled questions, those whose outcome became known last first."""
    settled = [
        (begins(kept.settled.known), kept)
        for kept in found.questions
        if kept.settled.status == "resolved" and kept.settled.known is not None
    ]
    order = sorted(settled, key=lambda pair: (pair[0], pair[1].entry), reverse=True)
    return [kept for _, kept in order]
