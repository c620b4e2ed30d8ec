"""The page of a source in a report."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from tracker.pages import site
from tracker.pages.lines import when
from tracker.views.said import outcome, spoken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.pages.document import Site
    from tracker.views.gathered import Citing, Gathered


def page_of_source(found: Gathered, name: str, text: str | None, *, of: Site) -> str:
    """What is known of a source, and its passages, marked in its text where that is kept."""
    about, author = found.sources[name], found.sources[name]["author"]
    return site.source_page(
        site.Document(
            title=about["title"] or name,
            name=name,
            author=author and found.link("analysts", author, found.names.get(author)),
            published=when(about["published"]) if about["published"] else None,
            note=about["published_note"],
            url=about["url"],
            sha256=about["sha256"],
            text=text,
            passages=list(_passages(found, name, text)),
            total=len(found.citing.get(name, {})),
        ),
        site=of,
    )


def _passages(found: Gathered, name: str, text: str | None) -> Iterator[site.Passage]:
    """The first passages; one that was cited by its words stands where these are found once."""
    cited = found.citing.get(name, {})
    for place, ((start, end, _), uses) in enumerate(islice(cited.items(), site.PASSAGES), 1):
        span = start, end
        quote = next((words for one in uses if (words := _words(one))), None)
        if start is None and quote and text and text.count(quote) == 1:
            at = text.index(quote)
            span = at, at + len(quote)
        own = tuple(_use(found, one) for one in uses[: site.FORECASTS])
        yield site.Passage(place, *span, quote, own)


def _use(found: Gathered, one: Citing) -> site.Use:
    asked = one.question.question
    if one.forecast is not None:
        what = f"{one.forecast.analyst}: {spoken(one.forecast.forecast)}"
    else:
        assert one.evidence is not None  # one of the two
        what = f"{one.evidence.stance} {outcome(one.question)}"
    return site.Use(found.link("questions", asked.id, asked.title), what)


def _words(one: Citing) -> str | None:
    """The words with which something is cited."""
    if one.evidence is not None:
        return one.evidence.quote
    said = one.forecast.forecast if one.forecast else None
    return said.passage.quote if said and said.passage else None
