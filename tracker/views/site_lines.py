"""Analysts, questions and sources as the lists of a report show them, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.pages import site
from tracker.pages.lines import when
from tracker.values import begins, last_instant
from tracker.views.said import latest, outcome, spoken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from tracker.ledger.kept import KeptQuestion
    from tracker.views.gathered import Gathered

SPOKEN = 3  # analysts whose last word stands in the line of a question


def analyst_lines(found: Gathered, handles: Iterable[str]) -> Iterator[site.AnalystLine]:
    """Some analysts, in the order given."""
    for handle in handles:
        yield site.AnalystLine(
            link=found.link("analysts", handle),
            name=found.names.get(handle),
            forecasts=found.forecasts[handle],
            card=found.cards[handle],
        )


def question_line(found: Gathered, kept: KeptQuestion) -> site.QuestionLine:
    """How a question stands, and what was said of it last."""
    settled, by = kept.settled, kept.question.resolve_by
    since = f"known {when(settled.known)}" if settled.known else ""
    if settled.status == "open" and by is not None:
        since = f"{'was due' if _overdue(found, by) else 'by'} {when(by)}"
    return site.QuestionLine(
        link=found.link("questions", kept.question.id, kept.question.title),
        id=kept.question.id,
        outcome=outcome(kept),
        settled=settled.status == "resolved",
        when=since,
        forecasts=len(kept.forecasts),
        said=tuple((one.analyst, spoken(one.forecast)) for one in latest(kept)[:SPOKEN]),
    )


def _overdue(found: Gathered, by: str) -> bool:
    return found.as_of is not None and begins(by) <= last_instant(found.as_of)


def source_lines(found: Gathered, kept: Collection[str]) -> Iterator[site.SourceLine]:
    """All sources; ``kept`` are those whose text the ledger has."""
    for name, about in found.sources.items():
        citing = [one for held in found.citing.get(name, {}).values() for one in held]
        author = about["author"]
        yield site.SourceLine(
            link=found.link("sources", name, about["title"]),
            author=None if author is None else found.names.get(author) or author,
            published=when(about["published"]) if about["published"] else None,
            forecasts=found.made_in[name],
            evidence=sum(one.evidence is not None for one in citing),
            kept=name in kept,
        )
