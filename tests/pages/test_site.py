"""Pages of a site: file names, marked passages, lists and links."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from browser import Outline
from hypothesis import given
from hypothesis import strategies as st

from tracker.pages.document import Site
from tracker.pages.filenames import file_names
from tracker.pages.passages import LONG, paragraphs
from tracker.pages.site import (
    A_PAGE,
    Asked,
    Document,
    Link,
    Listing,
    Passage,
    QuestionLine,
    Said,
    Use,
    listing_pages,
    question_page,
    source_page,
)

SITE = Site("Ours", "../")
ODD = ["../../etc/passwd", "a:b", "A/b", "a/B", "Ana", "ana", "ANA", "x" * 300, "мария", "é", "con",
       "index", "page-2", "-", ".", "..", "\u202eevil", "a b", "a%20b", "?q#f"]  # fmt: skip


@given(st.lists(st.one_of(st.text(min_size=1), st.sampled_from(ODD)), max_size=40))
def test_every_text_has_a_file_of_its_own(texts: list[str]) -> None:
    """Names are plain, short, unlike each other on any system, and never those of lists."""
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    names = file_names(texts)
    assert set(names) == set(texts)
    assert len({name.casefold() for name in names.values()}) == len(names)
    for name in names.values():
        assert name == quote(name, safe="")
        assert 0 < len(name) < 100
        assert "." not in name
        assert name not in {"index", "page-2", "con"}


def test_a_name_does_not_depend_on_its_neighbours() -> None:
    """A page keeps its address when others come and go."""
    alone = {text: file_names([text])[text] for text in ODD}
    assert file_names(ODD) == alone
    assert alone["ana"] == "ana"


SPANS = st.dictionaries(
    st.integers(1, 9), st.tuples(st.integers(0, 40), st.integers(0, 45)), max_size=6
)


@given(st.text(alphabet="ab é𝔖\n", max_size=40), SPANS)
def test_marks_cover_the_passages_and_nothing_else(
    text: str, spans: dict[int, tuple[int, int]]
) -> None:
    """No word is lost or moved; each passage begins and ends once, where it stands."""
    pieces = [piece for found in paragraphs(text, spans) for piece in found]
    assert "".join("".join(piece.text.split()) for piece in pieces) == "".join(text.split())
    real = {n: (a, b) for n, (a, b) in spans.items() if a < b <= len(text) and text[a:b].strip()}
    covered = {at for a, b in real.values() for at in range(a, b)}
    marked = "".join("".join(piece.text.split()) for piece in pieces if piece.marked)
    expected = [sign for at, sign in enumerate(text) if at in covered and not sign.isspace()]
    assert marked == "".join(expected)
    assert sorted(n for piece in pieces for n in piece.begins) == sorted(real)
    assert sorted(n for piece in pieces for n in piece.ends) == sorted(real)
    for number, (a, b) in real.items():
        first = next(at for at, piece in enumerate(pieces) if number in piece.begins)
        last = next(at for at, piece in enumerate(pieces) if number in piece.ends)
        words = "".join(piece.text for piece in pieces[first : last + 1])
        assert "".join(words.split()) == "".join(text[a:b].split())


def test_of_a_long_text_only_what_is_cited_is_shown() -> None:
    """Beyond 200,000 characters the paragraphs without a passage make way for an ellipsis."""
    filler = "word " * (LONG // 10)
    text = f"{filler}\n\nThe passage.\n\n{filler}\n\n{filler}"
    start = text.index("The passage")
    found = paragraphs(text, {1: (start, start + 3)})
    assert [len(pieces) for pieces in found] == [0, 2, 0]


def line(number: int) -> QuestionLine:
    """A question in a list."""
    link = Link(f"Question {number}?", f"questions/q{number}.html")
    return QuestionLine(link, f"q{number}", "open", False, "by 2026-12-24", 1, (("ana", "70 %"),))


@pytest.mark.parametrize(
    ("many", "pages"), [(0, 1), (1, 1), (A_PAGE, 1), (A_PAGE + 1, 2), (1050, 11)]
)
def test_lists_are_paged(many: int, pages: int) -> None:
    """A hundred rows a page; each page leads to the first, the last and its neighbours."""
    lines = [line(number) for number in range(many)]
    found = dict(listing_pages(Listing("questions", lines), site=SITE))
    assert len(found) == pages
    assert next(iter(found)) == "questions/index.html"
    rows = sum(page.count('role="rowheader"') for page in found.values())
    assert rows == many
    for page in found.values():
        assert "plotly" not in page
        hrefs = {attrs.get("href") for tag, attrs in Outline(page).elements if tag == "a"}
        leaves = {href for href in hrefs if href and href.startswith(("page-", "index"))}
        assert leaves <= {name.partition("/")[2] for name in found}
        assert bool(leaves) == (pages > 1)


EVIL = "<script>document.title='broken'</script>\"' \u202e"
SAID = Said(
    "2026-03-01", Link(EVIL, "analysts/a.html"), EVIL, (EVIL,), EVIL, Link(EVIL, None), "0.1",
    (), EVIL,
)  # fmt: skip


def test_a_question_shows_words_reading_and_where_they_stand() -> None:
    """Everything that people wrote is there as text, and makes no element."""
    asked = Asked(
        title=EVIL, id="q", summary=EVIL, facts={"criteria": EVIL}, options=((EVIL, EVIL),),
        condition=Link(EVIL, "questions/b.html"), said=3, forecasts=[SAID], scores=[(SAID.analyst,
        "0.1")], scored="Brier score, 0-1 scale, lower is better", resolutions=[],
        lessons=[(SAID.analyst, EVIL)],
    )  # fmt: skip
    page = Outline(question_page(asked, [], site=SITE))
    assert page.count("script") == 0
    assert page.text.count("<script>document.title='broken'</script>") == 16
    assert "The 1 newest of 3 forecasts." in page.text
    hrefs = [attrs["href"] for tag, attrs in page.elements if tag == "a"]
    assert "../analysts/a.html" in hrefs
    assert "../questions/b.html" in hrefs


def source(text: str | None, **about: str | None) -> Document:
    """A source with two passages, one in the other."""
    uses = (Use(Link("Rain?", "questions/rain.html"), "ana: 70 %"),)
    whole = Passage(1, 0, 9, None, uses)
    part = Passage(2, 4, 9, "words", uses)
    known: dict[str, str | None] = {"url": None, "note": None, **about}
    return Document(
        title="Essay", name="essay", author=None, published="2026-03-01", sha256=None, text=text,
        passages=[whole, part], total=2, **known,
    )  # fmt: skip


def test_a_kept_text_has_its_passages_marked() -> None:
    """Marks, anchors in the text, numbers that lead back, and what each passage is good for."""
    page = source_page(source("Few words.\n\nMore."), site=SITE)
    assert '<mark>Few </mark><span id="passage-2" class="begin"></span><mark>words</mark>' in page
    assert '<a href="#use-2">2</a>' in page
    assert '<a href="#passage-1">in the text</a>' in page
    assert "ana: 70 % on Rain?" in Outline(page).text


def test_of_a_text_that_is_not_kept_the_passages_are_listed() -> None:
    """By where they stand and with what is quoted; and the page says that there is no text."""
    page = source_page(source(None), site=SITE)
    text = Outline(page).text
    assert "2 passages of it are cited; its text is not kept in the ledger." in text
    assert "characters 4 to 9 words ana: 70 % on Rain?" in text
    assert 'id="passage-2"' in page
    assert "<mark>" not in page


@pytest.mark.parametrize(
    ("url", "linked"),
    [("https://example.org/a", True), ("javascript:alert(1)", False), ("data:text/html,x", False)],
)
def test_only_an_address_of_the_web_is_a_link(url: str, linked: bool) -> None:
    """Any other address is text."""
    page = Outline(source_page(source(None, url=url), site=SITE))
    assert (url in {attrs.get("href") for _, attrs in page.elements}) is linked
    assert url in page.text
