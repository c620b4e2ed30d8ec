"""All that a report needs of a ledger, read as it stood at one instant."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.pages.filenames import file_names
from tracker.pages.site import PASSAGES, Link
from tracker.scoring.counting import count
from tracker.scoring.explain import explain
from tracker.scoring.forecasts import sample
from tracker.scoring.quantity_card import explain_quantities
from tracker.scoring.scorecard import card
from tracker.scoring.simulation import draws_beside
from tracker.views.as_read import AsRead

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tracker.ledger.kept import KeptForecast, KeptQuestion
    from tracker.ledger.ledger import Ledger
    from tracker.pairs import Pairs
    from tracker.records import Evidence
    from tracker.scoring.explain import Holding
    from tracker.scoring.scorecard import Scorecard


class Citing(NamedTuple):
    """What cites a passage: a forecast, or the evidence of a resolution, of a question."""

    question: KeptQuestion
    forecast: KeptForecast | None
    evidence: Evidence | None


Where = tuple[int | None, int | None, str | None]  # start, end, hash
TEXTS = 16  # that are held at once


@dataclass(frozen=True, eq=False)
class Gathered:
    """A ledger as a report shows it; ``filters`` are as the ledger takes them.

    ``asked`` are the same as of ``as_of``, the instant at which it is read: that of its last
    entry, unless another is asked for. ``forecasts`` counts those of each analyst, ``made_in``
    those of each source.
    """

    filters: Mapping[str, Any]
    asked: Mapping[str, Any]
    counting: str
    head: str
    as_of: str | None
    questions: list[KeptQuestion]
    pairs: Pairs
    holdings: Mapping[int, Holding]
    names: Mapping[str, str | None]
    sources: Mapping[str, Mapping[str, Any]]
    text: Callable[[str], str | None]
    forecasts: Mapping[str, int]
    made_in: Mapping[str, int]
    read: AsRead

    @property
    def about(self) -> tuple[str, ...]:
        """Which forecasts a report is about, in short statements."""
        names = {"since": "made since", "until": "made until", "as_of": "as of"}
        chosen = [
            f"{names.get(name, name)} {value}"
            for name, value in self.filters.items()
            if value and name != "prospective"
        ]
        late = ["recorded before the outcome was known"] if self.filters["prospective"] else []
        return (*(chosen or ["All forecasts"]), *late, f"counting {self.counting}")

    @cached_property
    def citing(self) -> Mapping[str, Mapping[Where, list[Citing]]]:
        """What cites each passage of each source, in the order of the passages."""
        found: dict[str, dict[Where, list[Citing]]] = defaultdict(lambda: defaultdict(list))
        for kept in self.questions:
            for said in kept.forecasts:
                passage = said.forecast.passage if said.forecast else None
                if said.source is not None and passage is not None:
                    where = (passage.start, passage.end, passage.sha256)
                    found[said.source][where].append(Citing(kept, said, None))
            for item in kept.resolutions:
                for one in item.resolution.evidence:
                    where = (one.start, one.end, one.sha256)
                    found[one.source][where].append(Citing(kept, None, one))
        return {
            source: dict(sorted(passages.items(), key=lambda item: _order(item[0])))
            for source, passages in found.items()
        }

    @cached_property
    def _numbers(self) -> Mapping[tuple[str, Where], int]:
        return {
            (source, where): number
            for source, passages in self.citing.items()
            for number, where in enumerate(passages, 1)
        }

    @cached_property
    def _files(self) -> Mapping[str, Mapping[str, str]]:
        return {
            "analysts": file_names(self.forecasts),
            "questions": file_names(kept.question.id for kept in self.questions),
            "sources": file_names(self.sources),
        }

    def link(self, kind: str, name: str, text: str | None = None) -> Link:
        """To the page of an analyst, question or source; to nowhere where it has none."""
        file = self._files[kind].get(name)
        return Link(text or name, None if file is None else f"{kind}/{file}.html")

    def passage(self, source: str, where: Where) -> Link:
        """To a passage, named by its source."""
        page = self.link("sources", source, self.sources.get(source, {}).get("title"))
        if where[0] is not None and where[1] is not None:
            page = page._replace(text=f"{page.text}, {where[0]:,}–{where[1]:,}")
        number = self._numbers.get((source, where), PASSAGES + 1)
        if page.to is None or number > PASSAGES:
            return page
        return Link(page.text, f"{page.to}#passage-{number}")

    @cached_property
    def cards(self) -> Mapping[str, Scorecard]:
        """The card of each analyst."""
        settled = dict(self.pairs.group("analyst"))
        fewer = draws_beside(len(settled))
        nothing = card(sample(self.pairs.take(self.pairs.starts[:0])))
        return {
            handle: card(sample(settled[handle]), draws=fewer) if handle in settled else nothing
            for handle in sorted(self.forecasts, key=lambda handle: (handle.casefold(), handle))
        }


def read(opened: Ledger, filters: Mapping[str, Any], counting: str) -> Gathered:
    """Read what passes the filters; what is recorded meanwhile does not exist."""
    sources, names = opened.sources(), opened.analysts()
    last, head = opened.recorded(), opened.head()
    as_of = filters["as_of"] or last
    asked = {**filters, "as_of": as_of}
    questions = opened.questions(**asked)
    found, measured = opened.pairs(**asked), opened.quantities(**asked)
    holdings = [*explain(found, counting), *explain_quantities(measured, counting)]
    forecasts: dict[str, int] = {}
    made_in: Counter[str | None] = Counter()
    cited: set[str | None] = set()
    for kept in questions:
        for said in kept.forecasts:
            forecasts[said.analyst] = forecasts.get(said.analyst, 0) + (said.forecast is not None)
            made_in[said.source] += said.forecast is not None
            cited.add(said.source)
        cited.update(e.source for item in kept.resolutions for e in item.resolution.evidence)
    text = lru_cache(TEXTS)(partial(opened.text, as_of=as_of))
    if any(filters.values()):
        sources = {name: about for name, about in sources.items() if name in cited}
    return Gathered(
        filters=filters,
        asked=asked,
        counting=counting,
        head=str(head),
        as_of=as_of,
        questions=questions,
        pairs=count(found, counting),
        holdings={holding.forecast: holding for holding in holdings},
        names=names,
        sources=sources,
        text=text,
        forecasts=forecasts,
        made_in={name: made_in[name] for name in sources},
        read=AsRead(
            found, opened.statements(**asked), questions, names=names, sources=sources, text=text
        ),
    )


def _order(where: Where) -> tuple[bool, int, int, str]:
    start, end, digest = where
    return start is None, start or 0, end or 0, digest or ""
