"""The pages of a report, one after the other, from what was gathered for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tracker.pages import site
from tracker.pages.document import Site
from tracker.pages.retro import retro_page
from tracker.values import last_instant
from tracker.views.retro import gather
from tracker.views.site_front import front_page
from tracker.views.site_lines import analyst_lines, question_line, source_lines
from tracker.views.site_question import page_of_question
from tracker.views.site_source import page_of_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.views.gathered import Gathered


class Report:
    """The pages of what was gathered, under a title."""

    def __init__(self, gathered: Gathered, title: str) -> None:
        self.gathered = gathered
        self.front = Site(title)
        self.within = Site(title, "../")
        self.kept: set[str] = set()  # sources whose text the ledger has

    @property
    def pages(self) -> int:
        """How many there are, but for those of lists."""
        found = self.gathered
        return len(found.questions) + len(found.cards) + len(found.sources)

    def written(self) -> Iterator[tuple[str, str]]:
        """Every file of the report with its address, made as it is asked for."""
        found, within = self.gathered, self.within
        yield from site.shared_files()
        for kept in found.questions:
            page = page_of_question(found, kept, of=within)
            yield str(found.link("questions", kept.question.id).to), page
        for name in found.sources:
            text = found.text(name)
            if text is not None:
                self.kept.add(name)
            page = page_of_source(found, name, text, of=within)
            yield str(found.link("sources", name).to), page
        for handle in found.cards:
            yield str(found.link("analysts", handle).to), self._analyst(handle)
        for listing in self._lists():
            yield from site.listing_pages(listing, site=within)
        yield "index.html", front_page(found, self.kept, of=self.front)

    def _lists(self) -> Iterator[site.Listing]:
        found = self.gathered
        yield site.Listing("analysts", list(analyst_lines(found, found.cards)))
        yield site.Listing("questions", [question_line(found, kept) for kept in found.questions])
        yield site.Listing("sources", list(source_lines(found, self.kept)))

    def _analyst(self, handle: str) -> str:
        found = self.gathered
        retro = gather(
            found.read,
            {**found.asked, "analyst": handle},
            counting=found.counting,
            about=found.about,
            now=last_instant(str(found.as_of)),
            links=self._beside,
        )
        return retro_page(replace(retro, commands=False), site=self.within)

    def _beside(self, kind: str, name: str) -> str | None:
        """The address of a page as the page of an analyst has it."""
        to = self.gathered.link(kind, name).to
        return None if to is None else f"{self.within.top}{to}"
