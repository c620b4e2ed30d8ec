"""A track record as a small site: its front page, lists, and a page for each question and source.

All pages of a folder share a style sheet, a script and plotly.js. Every :class:`Link` is written
from the top of the site; a page puts the way to the top before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tracker.charts.theme import plotly_script
from tracker.pages.document import DRAW, PLOTLY, STYLE, document, draw_script, style_sheet
from tracker.pages.passages import paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tracker.charts.picture import Picture
    from tracker.pages.document import Site
    from tracker.scoring.scorecard import Scorecard

A_PAGE = 100  # rows of a list on a page
FORECASTS = 200  # the newest on a page of a question
PASSAGES = 500  # on a page of a source


class Link(NamedTuple):
    """Words that lead to a page of the site, by its address from the top; None leads nowhere."""

    text: str
    to: str | None


@dataclass(frozen=True)
class AnalystLine:
    """An analyst in a list; ``verdict`` is the beginning of the card's."""

    link: Link
    name: str | None
    forecasts: int
    card: Scorecard

    @property
    def verdict(self) -> str:
        """What can be told of the analyst, in a few words."""
        return self.card.verdict.partition(":")[0].rstrip(".")


@dataclass(frozen=True)
class QuestionLine:
    """A question in a list: how it stands, since or until when, and what was said last by whom."""

    link: Link
    id: str
    outcome: str
    settled: bool
    when: str
    forecasts: int
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SourceLine:
    """A source in a list; ``kept`` says whether its text is in the ledger."""

    link: Link
    author: str | None
    published: str | None
    forecasts: int
    evidence: int
    kept: bool


@dataclass(frozen=True)
class Listing:
    """All analysts, questions or sources: what ``kind`` says, in the order given."""

    kind: str
    lines: Sequence[AnalystLine] | Sequence[QuestionLine] | Sequence[SourceLine]


@dataclass(frozen=True, eq=False)
class Front:
    """What the first page shows.

    ``about`` says which forecasts these are, ``counts`` what there is of them by name, ``head`` and
    ``as_of`` to which state of the ledger all of it belongs. The lists are the first of ``total``.
    """

    about: tuple[str, ...]
    as_of: str | None
    head: str
    counts: Mapping[str, int]
    card: Scorecard
    analysts: Sequence[AnalystLine]
    due: Sequence[QuestionLine]
    settled: Sequence[QuestionLine]
    sources: Sequence[SourceLine]
    total: Mapping[str, int]


@dataclass(frozen=True)
class Said:
    """A forecast on the page of its question.

    ``held`` says until when it stood, ``share`` for how much of the question it counts. ``cost`` is
    written out, in the unit of the score that the page names; ``marks`` say what is special about
    the forecast.
    """

    made: str
    analyst: Link
    phrase: str | None
    reading: tuple[str, ...]
    quote: str | None
    source: Link | None
    cost: str
    marks: tuple[str, ...]
    rationale: str | None
    held: str | None = None
    share: str | None = None


@dataclass(frozen=True)
class Proof:
    """A passage that bears on an outcome."""

    stance: str
    source: Link
    quote: str | None


@dataclass(frozen=True)
class SettledAs:
    """A resolution."""

    outcome: str
    recorded: str
    known: str
    by: Link | None
    note: str | None
    reason: str | None
    evidence: tuple[Proof, ...]


@dataclass(frozen=True, eq=False)
class Asked:
    """A question with all that was said of it and what came of it.

    ``forecasts`` are the newest of ``said``, in the order made. ``facts`` are short, by name;
    ``scores`` the score of each analyst, ``scored`` which score that is.
    """

    title: str
    id: str
    summary: str
    facts: Mapping[str, str]
    options: tuple[tuple[str, str], ...]
    condition: Link | None
    said: int
    forecasts: Sequence[Said]
    scores: Sequence[tuple[Link, str]]
    scored: str
    resolutions: Sequence[SettledAs]
    lessons: Sequence[tuple[Link, str]]


class Use(NamedTuple):
    """What a passage is good for: the question, and what is said of it there."""

    question: Link
    what: str


@dataclass(frozen=True)
class Passage:
    """A passage of a source: its number there, where it stands if that is known, and its uses."""

    number: int
    start: int | None
    end: int | None
    quote: str | None
    uses: tuple[Use, ...]


@dataclass(frozen=True, eq=False)
class Document:
    """A source: what is known of it, its text where that is kept, and its passages."""

    title: str
    name: str
    author: Link | None
    published: str | None
    note: str | None
    url: str | None
    sha256: str | None
    text: str | None
    passages: Sequence[Passage]
    total: int


def index_page(front: Front, pictures: Sequence[Picture], *, summary: str, site: Site) -> str:
    """The first page of the site."""
    return document(
        "index.html", pictures, title=site.title, summary=summary, site=site, front=front
    )


def listing_pages(listing: Listing, *, site: Site) -> Iterator[tuple[str, str]]:
    """The pages of a list with their addresses; an empty list has one page too."""
    last = max(1, -(-len(listing.lines) // A_PAGE))
    for page in range(1, last + 1):
        first = (page - 1) * A_PAGE
        lines = listing.lines[first : first + A_PAGE]
        number = len(listing.lines)
        many = f"{number:,} {listing.kind[:-1] if number == 1 else listing.kind}"
        shown = f", {first + 1:,} to {first + len(lines):,} of them here" if last > 1 else ""
        yield (
            f"{listing.kind}/{_page(page)}",
            document(
                "listing.html",
                title=listing.kind.capitalize(),
                summary=f"{many}{shown}.",
                site=site,
                kind=listing.kind,
                lines=lines,
                pages=_neighbours(page, last),
            ),
        )


def question_page(asked: Asked, pictures: Sequence[Picture], *, site: Site | None) -> str:
    """The page of a question, in a site or by itself."""
    return document(
        "question.html", pictures, title=asked.title, summary=asked.summary, site=site, asked=asked
    )


def source_page(source: Document, *, site: Site) -> str:
    """The page of a source, with its passages marked in the text where that is kept."""
    spans = {p.number: (p.start, p.end) for p in source.passages if p.start is not None}
    known = {number: (a, b) for number, (a, b) in spans.items() if b is not None}
    text = [] if source.text is None else paragraphs(source.text, known)
    within = {number for pieces in text for piece in pieces for number in piece.begins}
    return document(
        "source.html",
        title=source.title,
        summary=_holds(source),
        site=site,
        source=source,
        text=text,
        within=within,
    )


def shared_files() -> Iterator[tuple[str, str]]:
    """The files that all pages share, by name."""
    yield STYLE, style_sheet()
    yield DRAW, draw_script()
    yield PLOTLY, plotly_script()


def _page(number: int) -> str:
    return "index.html" if number == 1 else f"page-{number}.html"


def _neighbours(page: int, last: int) -> list[tuple[str, str | None]]:
    """The pages to go to from one: the first, the last and those near by; None is the page."""
    near = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
    return [(f"{n:,}", None if n == page else _page(n)) for n in near] if last > 1 else []


def _holds(source: Document) -> str:
    """What there is of a source, in a sentence."""
    count = f"{source.total:,} passage{'' if source.total == 1 else 's'}"
    cited = f"{count} of it {'is' if source.total == 1 else 'are'} cited"
    if source.text is None:
        return f"{cited}; its text is not kept in the ledger."
    return f"{cited} and marked in the text below."
