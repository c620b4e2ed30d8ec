"""The page of a question in a report."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tracker.charts.theme import amount, number
from tracker.pages import site
from tracker.pages.lines import when
from tracker.views.blind import hidden
from tracker.views.explain import LABEL, held, part, scores, share
from tracker.views.history import picture_of
from tracker.views.said import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tracker.ledger.kept import KeptForecast, KeptQuestion, KeptResolution
    from tracker.pages.document import Site
    from tracker.records import Evidence, Passage
    from tracker.views.gathered import Gathered

QUOTED = 400  # characters of a passage
MEASURED = ("quantity", "date")


def page_of_question(found: Gathered, kept: KeptQuestion, *, of: Site | None) -> str:
    """All that was said of a question and what came of it; without a site, a page by itself."""
    asked = kept.question
    holdings = [
        found.holdings[said.entry] for said in kept.forecasts if said.entry in found.holdings
    ]
    spelt, rule = _score(kept)
    shown = site.Asked(
        title=asked.title,
        id=asked.id,
        summary=_stands(kept),
        facts=_facts(kept),
        options=tuple((option.name, option.label or "") for option in asked.options),
        condition=_condition(found, kept),
        said=len(kept.forecasts),
        forecasts=[_said(found, kept, one) for one in kept.forecasts[-site.FORECASTS :]],
        scores=[
            (found.link("analysts", analyst), spelt(cost))
            for analyst, cost in scores(holdings).items()
        ],
        scored=f"{rule}; counting {found.counting}",
        resolutions=[_settled_as(found, one) for one in kept.resolutions],
        lessons=[(found.link("analysts", one.analyst), one.text) for one in kept.lessons],
    )
    picture = picture_of(kept)
    return site.question_page(shown, [] if picture is None else [picture], site=of)


def _score(kept: KeptQuestion) -> tuple[Callable[[float | None], str], str]:
    """How scores on a question are written, and which scores they are."""
    if kept.question.kind not in MEASURED:
        return number, LABEL
    unit = "days" if kept.question.kind == "date" else kept.question.unit
    return amount, f"CRPS in {unit or 'the unit of the question'}, lower is better"


def _stands(kept: KeptQuestion) -> str:
    """How a question stands, in a sentence."""
    settled, by = kept.settled, kept.question.resolve_by
    many = len(kept.forecasts)
    said = "; ".join(filter(None, [f"{many:,} forecast{'' if many == 1 else 's'}", hidden(kept)]))
    if settled.status == "resolved":
        return f"Settled: {settled.outcome}, known {when(settled.known)}; {said}."
    if settled.status == "open":
        until = f", to be settled by {when(by)}" if by else ""
        return f"Open{until}; {said}."
    return f"Ended without an outcome: {settled.status}; {said}."


def _facts(kept: KeptQuestion) -> dict[str, str]:
    asked = kept.question
    facts = {
        "kind": f"{asked.kind}, in {asked.unit}" if asked.unit else asked.kind,
        "criteria": asked.criteria,
        "settle by": when(asked.resolve_by) if asked.resolve_by else None,
        "tags": ", ".join(asked.tags),
        "recorded": when(kept.recorded),
    }
    return {name: fact for name, fact in facts.items() if fact}


def _condition(found: Gathered, kept: KeptQuestion) -> site.Link | None:
    on = kept.question.condition
    if on is None:
        return None
    if on.question is None:
        return site.Link(str(on), None)
    return found.link("questions", on.question, str(on))


def _said(found: Gathered, kept: KeptQuestion, one: KeptForecast) -> site.Said:
    said, holding = one.forecast, found.holdings.get(one.entry)
    counts = holding is not None and holding.weight > 0 and math.isfinite(holding.score)
    spelt, _ = _score(kept)
    passage = said.passage if said else None
    return site.Said(
        made=when(one.made),
        held=held(holding) if holding is not None and counts else None,
        analyst=found.link("analysts", one.analyst),
        phrase=said.phrase if said else None,
        reading=tuple(reading(said, "\n").split("\n")),
        quote=_quote(found, one.source, passage),
        source=_cited(found, one.source, passage),
        cost=spelt(holding.score) if holding is not None and counts else "–",
        share=share(holding) if holding is not None and counts else None,
        marks=tuple(_marks(found, kept, one)),
        rationale=said.rationale if said else None,
    )


def _marks(found: Gathered, kept: KeptQuestion, one: KeptForecast) -> Iterator[str]:
    holding = found.holdings.get(one.entry)
    if one.forecast is not None and not one.forecast.scorable:
        yield "not scorable: commits to no likelihood"
    if holding is not None and (holding.after_known or not holding.weight):
        yield part(holding)
    if kept.is_late(one):
        yield "recorded afterwards"


def _cited(found: Gathered, source: str | None, passage: Passage | None) -> site.Link | None:
    if source is None:
        return None
    if passage is None:
        return found.link("sources", source, found.sources.get(source, {}).get("title"))
    return found.passage(source, (passage.start, passage.end, passage.sha256))


def _quote(found: Gathered, source: str | None, passage: Passage | None) -> str | None:
    """The words of a passage: as they were quoted, or from the text where that is kept."""
    if passage is None:
        return None
    words = passage.quote
    if words is None and source is not None and passage.start is not None:
        text = found.text(source)
        words = None if text is None else text[passage.start : passage.end]
    return f"{words[: QUOTED - 1]}…" if words and len(words) > QUOTED else words


def _settled_as(found: Gathered, one: KeptResolution) -> site.SettledAs:
    record = one.resolution
    return site.SettledAs(
        outcome=record.outcome or record.status,
        recorded=when(one.recorded),
        known=when(record.known),
        by=found.link("analysts", record.by) if record.by else None,
        note=record.note,
        reason=one.reason,
        evidence=tuple(_proof(found, passage) for passage in record.evidence),
    )


def _proof(found: Gathered, passage: Evidence) -> site.Proof:
    link = found.passage(passage.source, (passage.start, passage.end, passage.sha256))
    return site.Proof(passage.stance, link, _quote(found, passage.source, passage))
