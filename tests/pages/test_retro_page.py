"""The retrospective of one analyst, as a page and as Markdown."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from browser import Outline
from markdown_it import MarkdownIt

from tracker import Pairs
from tracker.pages.document import Site
from tracker.pages.lines import CallLine, Cited, Line, Other
from tracker.pages.retro import Learnt, Read, Retro, retro_page
from tracker.pages.retro_markdown import retro_markdown
from tracker.scoring.calibration import reliability_curve
from tracker.scoring.retrospect import Bias, Updating
from tracker.scoring.scorecard import scorecard

if TYPE_CHECKING:
    from pathlib import Path

    from browser import Browser

NONE = Pairs(probability=[], outcome=[])
SIX = Pairs(probability=[0.7, 0.9, 0.2, 0.5, 0.8, 0.95], outcome=[1, 1, 0, 1, 1, 0])
ESSAY = Cited(
    "An outlook",
    "https://example.org/outlook",
    "The bridge is almost certain to open by June.",
    ((10, 55),),
)
PROOF = Cited("Gazette", "javascript:alert(1)", None, ((3, 9), (20, 30)), "supports")
MISS = Line(
    title="Will the bridge open before July?",
    id="bridge",
    kind="binary",
    phrase="almost certain",
    reading="95 % (90–99 %)",
    shown="95 % (90–99 %)",
    made="2026-03-01T09:30:00Z",
    status="settled",
    outcome="no",
    known="2026-07-01",
    cost=0.9025,
    cost_kindest=0.81,
    cost_harshest=0.9801,
    rationale="The deck was laid in March.",
    evidence=2,
    passage=ESSAY,
    cited=(PROOF,),
    chances=(0.01, 0.05, 0.1),
)
HIT = replace(
    MISS, title="Rain?", id="rain", phrase=None, reading="80 %", shown="80 %",
    outcome="yes", cost=0.04,
    cost_kindest=0.04, cost_harshest=0.04, rationale=None, passage=None, cited=(), evidence=0,
    chances=(0.8, 0.8, 0.8),
)  # fmt: skip
OPEN = replace(
    HIT, title="Snow?", id="snow", status="open", outcome=None, known=None, cost=None,
    cost_kindest=None, cost_harshest=None, resolve_by="2026-10-01", overdue=True,
)  # fmt: skip
TWICE = replace(HIT, more="1 earlier", others=(Other("2026-02-01", "likely", "70 %"),))
LEANS = (
    Bias("tag", "war", 12, 14, 0.6, 0.3, -0.3, (-0.45, -0.15), "less often"),
    Bias("tag", "trade", 3, 3, 0.5, 0.52, 0.02, (-0.4, 0.44), "cannot tell"),
    Bias("tag", "sport", 1, 1, 0.5, 1.0, 0.5, None, "cannot tell"),
)
CHANGED = Updating(4, 6, 0.12, 0.5, 0.3, 0.25, 0.05, (-0.02, 0.12), "Cannot tell yet.")
EVIL = (
    "<script>document.title = 'broken'</script>\"'><img src=x onerror=\"document.title='broken'\">"
    "</title></style></figure>{{ 7 * 7 }} javascript:document.title='broken' \u202edesrever"
)


def retro(pairs: Pairs = SIX) -> Retro:
    """The retrospective of pairs, with a call of each kind and something in every section."""
    return Retro(
        title="Ana Ruiz",
        analyst="Ana Ruiz",
        handle="ana",
        about=("All forecasts", "counting last"),
        counting="last",
        card=scorecard(pairs),
        reading_range=(0.171, 0.291),
        chance=0.25,
        curve=reliability_curve(pairs, draws=50),
        counts={"settled": 2, "overdue": 1},
        best=(CallLine(HIT, 2, 0.32, 0.68, 0.04, 0.04, 0.04),),
        worst=(CallLine(MISS, 1, 4.32, -3.32, 0.9025, 0.81, 0.9801),),
        bias=LEANS,
        sets=1,
        updating=CHANGED,
        lines=(MISS, HIT, OPEN),
        told=(MISS, TWICE, OPEN),
        beyond=1,
        said=5,
        waiting=(OPEN,),
        open=1,
        overdue=1,
        read=(Read("An outlook", None, "2026-03-01", 4, 3, 2),),
        late=2,
        lessons=(Learnt("Rain?", "rain", "Look at the radar."),),
        notes=("One crisis.",),
    )


EMPTY = Retro(
    title="Ben", analyst="Ben", handle="ben", about=(), counting="last", card=scorecard(NONE),
    reading_range=None, chance=None, curve=reliability_curve(NONE, draws=50), counts={},
)  # fmt: skip


def test_the_answer_stands_at_the_top() -> None:
    """Name, which forecasts, the verdict and the numbers come before all else, in this order."""
    text = Outline(retro_page(retro())).text
    parts = [
        "Ana Ruiz All forecasts · counting last",
        "Cannot tell yet:",
        "Brier score 0-1 scale, lower is better; 90 % interval",
        "0.250 knowing nothing",
        "0.171⁠–⁠0.291 by reading",
        "6 settled questions 5 forecasts in all",
        "Best call Rain? Said 80 %; it happened.",
        "Worst call Will the bridge open before July? Said “almost certain”, read as 95 %",
        "by how the words are read, better or worse than knowing nothing.",
        "Lean War came true less often than said.",
        "2 settled 1 overdue",
        "Reliability diagram",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places, dict(zip(parts, places, strict=True))
    assert places == sorted(places)


def test_contents_lead_to_every_section_in_order() -> None:
    """Each entry names a heading of the page, in the order of the page; headings go down by one."""
    elements = Outline(retro_page(retro())).elements
    ids = [attrs["id"] for tag, attrs in elements if tag == "h2"]
    linked = [
        href.removeprefix("#")
        for tag, attrs in elements
        if tag == "a" and (href := attrs.get("href") or "").startswith("#") and href != "#content"
    ]
    assert linked == ids
    levels = [int(tag[1]) for tag, _ in elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_call_is_told_with_words_outcome_evidence_and_cost() -> None:
    """The phrase is marked in its quotation; only an address of the web becomes a link."""
    page = retro_page(retro())
    text = Outline(page).text
    worst = text[text.index("Worst calls What") : text.index("Where the forecasts lean Whether")]
    assert "almost certain, read as 95 %" in worst
    assert "on 2026-03-01 09:30 UTC → no known 2026-07-01" in worst
    assert "5 % for what happened; 1 % to 10 % by the reading of the words" in worst
    assert "surprise 4.3 bits; 3.3 beyond equal chances" in worst
    assert "cost 0.902 reading range 0.810 to 0.980" in worst
    assert "The bridge is almost certain to open by June." in worst
    assert "<mark>almost certain</mark>" in page
    assert "supports Gazette, characters 3⁠–⁠9 and 20⁠–⁠30" in worst
    assert "why The deck was laid in March." in worst
    assert 'href="https://example.org/outlook"' in page
    assert 'href="javascript' not in page
    best = text[text.index("Best calls What") : text.index("Worst calls What")]
    several = "(mean of 2 forecasts; the one that counts most is shown)"
    assert f"80 % {several} on 2026-03-01" in best
    assert f"said **80 %** {several}, on 2026-03-01" in retro_markdown(retro())
    assert "Said 80 %; it happened. Ranked by the mean of 2 forecasts" in text
    assert "surprise 0.3 bits; 0.7 below equal chances" in best


def test_leans_show_n_interval_and_verdict() -> None:
    """One question shows nothing; what cannot be told says so."""
    text = Outline(retro_page(retro())).text
    assert "war 12 60 % 30 % −30 −45 to −15 less often than said" in text
    assert re.search(r"trade 3 50 % 52 % \+2 \W+ cannot tell yet", text)
    assert "1 more, on fewer questions, is left out." in text
    assert "1 question with options is not in it" in text


def test_every_section_says_what_it_shows() -> None:
    """What is open, scorable, late and learnt, and how to see the rest."""
    text = Outline(retro_page(retro())).text
    assert "1 question waits for an outcome; 1 should have been settled by now." in text
    assert "Snow? snow 80 % 2026-03-01 09:30 UTC 2026-10-01, overdue" in text
    assert "Of 4 statements about the future kept from texts, 3 commit to a likelihood" in text
    assert "An outlook 2026-03-01 4 3 2 75 %" in text
    assert "2 of the 6 forecasts that are scored were recorded after the outcome was known." in text
    assert "tracker retro ana --prospective leaves such forecasts out." in text
    assert "1 more is not shown; tracker list --analyst ana shows all." in text
    assert "Look at the radar. Rain?" in text
    assert "gain +0.050" in text
    assert "Notes One crisis. Counting: last." in text


def test_one_line_a_question_and_the_others_behind_it() -> None:
    """How many stand behind a forecast is said beside it, and which they are."""
    text = Outline(retro_page(retro())).text
    assert "Rain? rain · binary 80 % +1 earlier 2026-02-01 likely, read as 70 %" in text
    assert "Of several forecasts on a settled question the one that counts most is shown." in text
    assert "**80 %** · +1 earlier · settled → yes" in retro_markdown(retro())


def test_what_holds_for_every_line_is_said_once() -> None:
    """Recorded afterwards: above the table where all were, else beside those that were."""
    some = replace(retro(), told=(replace(MISS, late=True), HIT))
    every = replace(retro(), told=(replace(MISS, late=True), replace(HIT, late=True), OPEN))
    once = "All settled ones were recorded after the outcome was known."
    for made in (lambda found: Outline(retro_page(found)).text, retro_markdown):
        assert made(some).count("recorded afterwards") == 1
        assert once not in made(some)
        assert made(every).count(once) == 1
        assert "recorded afterwards" not in made(every)


def test_a_page_for_others_names_no_command() -> None:
    """Whoever has no ledger gets no hints."""
    for told in (retro_page, retro_markdown):
        assert "tracker" in told(retro())
        assert "tracker" not in told(replace(retro(), commands=False))


def test_where_nothing_was_said_in_words_nothing_is_said_of_words() -> None:
    """No reading, no range of it, and no head for words."""
    numbers = replace(
        retro(), reading_range=None, told=(HIT,), waiting=(), worst=(), counts={"said again": 3}
    )
    for told in (retro_page(numbers), retro_markdown(numbers)):
        assert not re.search(r"words|reading|phrase|said again", Outline(told).text)


def test_all_forecasts_come_first_and_a_lead_that_is_all_is_not_repeated() -> None:
    """The main result in numbers; then what leans by itself; and why an interval may mislead."""
    whole = Bias("all", "all forecasts", 26, 28, 0.63, 0.49, -0.14, (-0.2, -0.08), "less often")
    lead = replace(whole, by="lead", key="over a year")
    odd = Bias("tag", "peace", 9, 9, 0.5, 0.3, -0.2, (-0.3, -0.06), "cannot tell")
    text = Outline(retro_page(replace(retro(), bias=(whole, *LEANS, odd, lead)))).text
    said = (
        "All yes/no forecasts: 63 % said, 49 % happened; they came true less often than said. "
        "War came true less often than said."
    )
    assert f"Lean {said}" in text
    assert "over a year" not in text
    for told in (text, retro_markdown(retro())):
        assert "the verdict allows for all rows of a table (Holm), needs ten questions" in told


def test_a_long_table_stands_at_the_end_of_the_twin() -> None:
    """The numbers of a picture with many rows do not keep the calls from the reader."""
    levels = [(place + 0.5) / 40 for place in range(40)]
    told = retro_markdown(retro(Pairs(probability=levels, outcome=[0, 1] * 20)))
    assert told.index("## Best calls") < told.index("## Reliability diagram: the numbers")
    assert told.index("## Notes") < told.index("## Reliability diagram: the numbers")
    assert "the numbers" not in retro_markdown(retro())


def test_updates_say_what_the_comparison_cannot_show() -> None:
    """The interval and the caution stand in the summary, the step in percentage points."""
    text = Outline(retro_page(retro())).text
    assert (
        "Updates Cannot tell yet; gain +0.050, 90 % interval −0.020 to +0.120 "
        "(last ones stand nearer the outcome)."
    ) in text
    assert "mean step 12.0 percentage points" in text
    assert "toward what happened 50 % of those that moved it" in text


def test_notes_may_stand_at_the_top() -> None:
    """What a caller wants read first stands between verdict and numbers."""
    found = replace(retro(), lead=("The main thing.",))
    for text in (Outline(retro_page(found)).text, retro_markdown(found)):
        assert text.index("Cannot tell yet:") < text.index("The main thing.") < text.index("; 90 %")


def test_titles_lead_to_their_pages_on_a_site() -> None:
    """Questions and sources that have a page are links."""
    essay = replace(ESSAY, link="../sources/essay.html")
    line = replace(MISS, link="../questions/bridge.html", passage=essay)
    found = replace(
        retro(), told=(line,), waiting=(replace(OPEN, link="../questions/snow.html"),),
        worst=(CallLine(line, 1, 4.32, -3.32, 0.9025, 0.81, 0.9801),),
        read=(Read("An outlook", None, None, 4, 3, 2, "../sources/essay.html"),),
        lessons=(Learnt("Rain?", "rain", "Look at the radar.", "../questions/rain.html"),),
    )  # fmt: skip
    page = retro_page(found, site=Site("All", "../"))
    linked = [attrs["href"] for tag, attrs in Outline(page).elements if tag == "a"]
    assert linked.count("../questions/bridge.html") == 2
    assert linked.count("../sources/essay.html") == 2
    assert linked.count("../questions/snow.html") == 1
    assert linked.count("../questions/rain.html") == 1


def test_an_empty_record_is_a_page() -> None:
    """Without a settled forecast there is a sentence and neither picture nor table."""
    page = retro_page(EMPTY)
    text = Outline(page).text
    assert "Nothing to score yet: no settled forecast counts." in text
    assert "Everything that was said No forecasts yet." in text
    assert "plotly" not in page
    assert not re.search(r"\b(None|nan|inf|Undefined)\b", text)
    told = retro_markdown(EMPTY)
    assert told.startswith("# Ben\n")
    assert "No forecasts yet." in told


def test_infinite_surprise_is_said_in_words() -> None:
    """What was called impossible and happened has no number of bits."""
    call = CallLine(MISS, 1, math.inf, -math.inf, 1.0, 1.0, 1.0)
    found = replace(retro(), worst=(call,))
    assert "beyond any number of bits" in Outline(retro_page(found)).text
    assert "surprise beyond any number of bits" in retro_markdown(found)


def test_a_page_of_a_site_shares_its_files() -> None:
    """Style and scripts stand beside it, and it carries none of its own."""
    page = retro_page(retro(), site=Site("All analysts", "../"))
    assert '<link rel="stylesheet" href="../page.css">' in page
    assert '<script src="../draw.js"></script>' in page
    assert "<style>" not in page
    assert len(page) < 200_000


def test_same_input_same_bytes() -> None:
    """A page made twice is equal, and so is its Markdown."""
    assert retro_page(retro()) == retro_page(retro())
    assert retro_markdown(retro()) == retro_markdown(retro())


def evil() -> Retro:
    """A retrospective in which every text tries to run something."""
    passage = Cited(EVIL, EVIL, f"It {EVIL} so.", (), EVIL)
    line = replace(
        MISS, title=EVIL, id=EVIL, kind=EVIL, phrase=EVIL, reading=EVIL, shown=EVIL, more=EVIL,
        others=(Other(EVIL, EVIL, EVIL),), made=EVIL, status=EVIL,
        outcome=EVIL, known=EVIL, rationale=EVIL, passage=passage, cited=(passage,),
        resolve_by=EVIL,
    )  # fmt: skip
    call = CallLine(line, 1, 4.32, -3.32, 0.9025, 0.81, 0.9801)
    return replace(
        retro(), title=EVIL, analyst=EVIL, handle=EVIL, about=(EVIL,), counts={EVIL: 1},
        best=(call,), worst=(call,), bias=tuple(replace(one, key=EVIL) for one in LEANS),
        lines=(line,), told=(line,), lead=(EVIL,), waiting=(line,),
        read=(Read(EVIL, EVIL, EVIL, 2, 1, 1),),
        lessons=(Learnt(EVIL, EVIL, EVIL),), notes=(EVIL,),
    )  # fmt: skip


def test_text_stays_text() -> None:
    """Markup in what people wrote is shown as written, and makes no element."""
    outline = Outline(retro_page(evil()))
    assert outline.count("script") == Outline(retro_page(retro())).count("script")
    assert outline.count("img") == 0
    assert "<img src=x onerror=" in outline.text
    assert "{{ 7 * 7 }}" in outline.text


def test_markdown_of_hostile_texts_has_the_elements_of_plain_ones() -> None:
    """Read as Markdown nothing of what people wrote becomes an element."""
    reader = MarkdownIt("commonmark").enable("table")
    rendered = reader.render(retro_markdown(evil()))
    ours = {
        "h1",
        "h2",
        "h3",
        "p",
        "ul",
        "li",
        "strong",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    assert {tag for tag, _ in Outline(rendered).elements} <= ours
    assert "\u202e" not in rendered


def test_browser_draws_the_page_and_runs_nothing_else(browser: Browser, tmp_path: Path) -> None:
    """Even without the page's policy nothing in the texts runs, and the pictures are drawn."""
    file = tmp_path / "page.html"
    policy = r'<meta http-equiv="Content-Security-Policy"[^>]*>'
    file.write_text(re.sub(policy, "", retro_page(evil())), encoding="utf-8")
    with browser.open(file) as tab:
        assert not tab.evaluate("document.title").startswith("broken")
        assert tab.evaluate("document.querySelectorAll('.main-svg').length")
        assert (tab.console, tab.errors) == ([], [])
        assert tab.requests == [tab.page.as_uri()]


@pytest.mark.parametrize("name", ["Scorecard", "Best calls", "Worst calls", "By tag", "Notes"])
def test_markdown_says_what_the_page_says(name: str) -> None:
    """The sections of the page are those of its twin."""
    told = retro_markdown(retro())
    assert re.search(rf"^##+ {name}$", told, re.MULTILINE)
    assert "supports: Gazette, characters 3–9 and 20–30" in told
    assert "[An outlook](<https://example.org/outlook>)" in told
    assert "javascript" not in told
