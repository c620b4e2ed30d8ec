"""Forecasts of a ledger as pages show them: words, reading, outcome, evidence and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tracker.pages.lines import likelihood
from tracker.values import percent
from tracker.views.said import reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.ledger.kept import KeptForecast, KeptQuestion
    from tracker.pages.lines import Cited, Line
    from tracker.pairs import Pairs
    from tracker.records import Evidence, Forecast, Passage
    from tracker.views.as_read import Readable

    Links = Callable[[str, str], str | None]  # kind and name, to an address


class Scores(NamedTuple):
    """What one forecast cost, at its reading and at both ends of its range.

    The costs are Brier scores (0-1 scale, lower is better), ``weight`` the forecast's share of
    the score on its question. ``chances`` is what it gave to what happened, by the harshest
    reading, the reading itself, and the kindest.
    """

    question: str
    weight: float
    cost: float
    kindest: float
    harshest: float
    chances: tuple[float, float, float]


def scores(counted: Pairs) -> dict[int, Scores]:
    """The scores of the forecasts that count, by entry."""
    from tracker.scoring.forecasts import forecast_scores, given
    from tracker.scoring.readings import harshest, kindest

    if not len(counted):
        return {}
    readings = harshest(counted), counted, kindest(counted)
    hard, cost, kind = (forecast_scores(read)[0].tolist() for read in readings)
    chances = zip(*(given(read).tolist() for read in readings), strict=True)
    starts = counted.starts
    columns = (counted.forecast, counted.question, counted.weight)
    entries, questions, weights = (column[starts].tolist() for column in columns)
    rows = zip(entries, questions, weights, cost, kind, hard, chances, strict=True)
    return {entry: Scores(*row) for entry, *row in rows}


def _nowhere(kind: str, name: str) -> None:
    """A page by itself has none beside it."""


class Passages:
    """Passages as pages cite them, with the titles of their sources and the words if at hand.

    ``links`` gives the page of a question or source on the same site, by its kind and name.
    """

    def __init__(
        self, ledger: Readable, *, as_of: str | None = None, links: Links | None = None
    ) -> None:
        self.ledger, self.as_of = ledger, as_of
        self.links = links or _nowhere
        self.sources = ledger.sources()
        self.texts: dict[str, str | None] = {}

    def cited(self, passage: Passage, source: str, stance: str | None = None) -> Cited:
        """A passage of a source."""
        from tracker.pages.lines import Cited

        about = self.sources.get(source, {})
        return Cited(
            source=str(about.get("title") or source),
            url=about.get("url"),
            quote=passage.quote or self._words(passage, source),
            spans=() if passage.start is None else ((passage.start, passage.end or 0),),
            stance=stance,
            link=self.links("sources", source),
        )

    def _words(self, passage: Passage, source: str) -> str | None:
        """The words of a span, where its text is kept."""
        if passage.start is None or passage.end is None:
            return None
        if source not in self.texts:
            self.texts[source] = self.ledger.text(source, as_of=self.as_of)
        text = self.texts[source]
        return None if text is None else text[passage.start : passage.end]


def line(
    question: KeptQuestion,
    kept: KeptForecast,
    *,
    scored: Scores | None,
    passages: Passages,
    status: str,
    overdue: bool = False,
) -> Line:
    """One forecast as pages show it; ``scored`` where it counts."""
    from tracker.pages.lines import Line, together

    said, settled, asked = kept.forecast, question.settled, question.question
    evidence = _evidence(question)
    source = kept.source
    return Line(
        title=asked.title,
        id=asked.id,
        kind=asked.kind,
        phrase=said.phrase if said else None,
        reading=reading(said, spelt=percent),
        made=kept.made,
        status=status,
        outcome=settled.outcome,
        known=settled.known,
        cost=scored.cost if scored else None,
        cost_kindest=scored.kindest if scored else None,
        cost_harshest=scored.harshest if scored else None,
        rationale=said.rationale if said else None,
        evidence=len(evidence),
        entry=kept.entry,
        passage=passages.cited(said.passage, source) if said and said.passage and source else None,
        cited=together(passages.cited(one, one.source, one.stance) for one in evidence),
        chances=scored.chances if scored else None,
        resolve_by=asked.resolve_by,
        overdue=overdue,
        late=question.is_late(kept),
        shown=printed(said),
        link=passages.links("questions", asked.id),
    )


def printed(said: Forecast | None) -> str:
    """What a forecast says as pages print it, to one decimal."""
    return reading(said, spelt=likelihood)


def _evidence(question: KeptQuestion) -> tuple[Evidence, ...]:
    """What settled the question, or last spoke of it."""
    return question.resolutions[-1].resolution.evidence if question.resolutions else ()
