"""The page on one analyst: how good the forecasts were, and what is to be learnt from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.charts.over_time import over_time
from tracker.charts.phrases import phrases
from tracker.charts.reliability import reliability
from tracker.pages import retro_above, retro_sections, retro_short
from tracker.pages.document import document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.charts.picture import Picture
    from tracker.pages.document import Site
    from tracker.pages.lines import CallLine, Line
    from tracker.pages.retro_sections import Section
    from tracker.scoring.calibration import ReliabilityCurve
    from tracker.scoring.over_time import OverTime
    from tracker.scoring.phrases import PhraseRecord
    from tracker.scoring.retrospect import Bias, Updating
    from tracker.scoring.scorecard import Scorecard
    from tracker.scoring.simultaneous import SimultaneousBand


@dataclass(frozen=True)
class Read:
    """A source and what its text came to: statements, those that commit to a likelihood, settled.

    ``scored`` of the ``scorable`` ones count in the score.
    """

    title: str
    url: str | None
    published: str | None
    statements: int
    scorable: int
    scored: int
    link: str | None = None


@dataclass(frozen=True)
class Learnt:
    """A lesson that a person wrote down, and the question it came from."""

    title: str
    id: str
    text: str
    link: str | None = None


@dataclass(frozen=True, eq=False)
class Retro:
    """All that the retrospective of one analyst shows.

    ``analyst`` is the name, ``handle`` what commands call it, ``about`` which forecasts these are,
    in short statements. ``reading_range`` is the Brier score from the kindest to the harshest
    reading of the words, ``chance`` that of equal chances on the same questions, ``counts`` how
    many forecasts have each status. ``lines`` are the newest of ``said`` forecasts; ``told`` are
    what the page shows of all of them, one a settled question, ``beyond`` how many it leaves out.
    ``waiting`` are the last forecasts on the first of ``open`` questions without an outcome,
    ``overdue`` of which are past their day; ``late`` counts those of the scored forecasts that were
    recorded after the outcome was known. ``histories`` are pictures of single questions. ``lead``
    are notes that stand at the top, ``notes`` those at the end. Without ``commands`` the page names
    none: whoever reads it has no ledger.
    """

    title: str
    analyst: str
    handle: str
    about: tuple[str, ...]
    counting: str
    card: Scorecard
    reading_range: tuple[float, float] | None
    chance: float | None
    curve: ReliabilityCurve
    counts: Mapping[str, int]
    best: tuple[CallLine, ...] = ()
    worst: tuple[CallLine, ...] = ()
    bias: tuple[Bias, ...] = ()
    sets: int = 0
    updating: Updating | None = None
    band: SimultaneousBand | None = None
    over_time: OverTime | None = None
    phrases: tuple[PhraseRecord, ...] = ()
    phrases_verdict: str = ""
    lines: tuple[Line, ...] = ()
    told: tuple[Line, ...] = ()
    beyond: int = 0
    said: int = 0
    waiting: tuple[Line, ...] = ()
    open: int = 0
    overdue: int = 0
    read: tuple[Read, ...] = ()
    late: int = 0
    lessons: tuple[Learnt, ...] = ()
    histories: tuple[Picture, ...] = ()
    lead: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    commands: bool = True

    @property
    def verbal(self) -> bool:
        """Whether anything was said in words."""
        if self.reading_range is not None or self.phrases:
            return True
        return any(line.phrase for line in (*self.told, *self.waiting))


def retro_page(retro: Retro, *, site: Site | None = None) -> str:
    """The page, by itself or as one of a site; scores are on the 0-1 scale."""
    sections = {section.name: section for section in retro_sections.sections(retro)}
    drawn = pictures(retro)
    return document(
        "retro.html",
        [*drawn, *(retro.histories if "updating" in sections else ())],
        title=retro.title,
        summary=retro.card.verdict,
        site=site,
        retro=retro,
        tiles=retro_short.tiles(retro),
        short=retro_short.in_short(retro),
        counts=retro_above.counted(retro),
        sections=sections,
        contents=_contents(retro, drawn, sections),
        rest=retro_sections.rest(retro),
        of_all=retro_above.said_of_all(retro),
        all_late=retro_above.all_late(retro),
        best=retro_above.best_calls(retro),
        worst=retro_above.worst_calls(retro),
        notes=(*retro.notes, *retro_sections.method(retro)),
        scale="0-1",
    )


def pictures(retro: Retro) -> list[Picture]:
    """The pictures of the page, for which there is something to show."""
    if not retro.card.forecasts:
        return []
    found = [reliability(retro.curve, retro.band)]
    if retro.over_time is not None and len(retro.over_time.running) > 1:
        found.append(over_time(retro.over_time))
    if retro.phrases:
        found.append(phrases(retro.phrases, summary=retro.phrases_verdict))
    return found


def _contents(
    retro: Retro, drawn: list[Picture], sections: Mapping[str, Section]
) -> dict[str, str]:
    """The titles of what is on the page, by id, in its order."""
    titles = {name: section.title for name, section in sections.items()}
    found = {f"{picture.name}-title": picture.title for picture in drawn[:1]}
    found |= {"scorecard": "Scorecard"} if drawn else {}
    found |= {f"{one.name}-title": one.title for one in drawn if one.name == "over-time"}
    found |= {"best": "Best calls"} if retro.best else {}
    found |= {"worst": "Worst calls"} if retro.worst else {}
    found |= {name: titles[name] for name in ("lean",) if name in titles}
    found |= {f"{one.name}-title": one.title for one in drawn if one.name == "phrases"}
    found |= {name: titles[name] for name in ("updating",) if name in titles}
    found["everything"] = "Everything that was said"
    found |= {name: titles[name] for name in ("waiting", "texts", "late") if name in titles}
    found |= {"lessons": "Lessons"} if retro.lessons else {}
    return {**found, "notes": "Notes"}
