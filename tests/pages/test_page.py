from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from browser import Outline, render

from tracker import Pairs
from tracker.pages.page import Line, Record, calibration_page, record_page
from tracker.scoring.calibration import reliability_curve
from tracker.scoring.scorecard import scorecard

if TYPE_CHECKING:
    from pathlib import Path

NONE = Pairs(probability=[], outcome=[])
SEVEN = Pairs(
    probability=[0.7, 0.9, 0.2, 0.5, 0.6, 0.3, 0.1, 0.8, 0.2, 0.95],
    outcome=[1, 1, 0, 1, 0, 1, 0, 1, 0, 0],
    kind=["binary"] * 4 + ["options"] * 5 + ["binary"],
    forecast=[0, 1, 2, 3, 4, 4, 4, 5, 5, 6],
)
MISS = Line(
    title="Will the bridge open before July?",
    id="bridge",
    kind="binary",
    phrase="almost certain",
    reading="95 %",
    made="2026-03-01",
    status="settled",
    outcome="no",
    known="2026-07-01",
    cost=0.9025,
    cost_kindest=0.8649,
    cost_harshest=0.9801,
    rationale="The deck was laid in March.",
    evidence=2,
)
HIT = replace(
    MISS, title="Rain?", id="rain", phrase=None, reading="80 %", outcome="yes", cost=0.04,
    cost_kindest=0.04, cost_harshest=0.04, rationale=None, evidence=1,
)  # fmt: skip
OPEN = replace(
    HIT, title="Snow?", id="snow", status="open", outcome=None, known=None, cost=None,
    cost_kindest=None, cost_harshest=None, evidence=0,
)  # fmt: skip
EVIL = (
    "<script>document.title = 'broken'</script>\"'><img src=x onerror=\"document.title='broken'\">"
    "</title></style></figure>{{ 7 * 7 }} javascript:document.title='broken' \u202edesrever"
)


def calibration(pairs: Pairs, *, title: str = "Seven") -> str:
    """The calibration page of pairs."""
    curve = reliability_curve(pairs, draws=100)
    return calibration_page(curve, scorecard(pairs), title=title, subtitle="all", notes=["A note."])


def record(pairs: Pairs = SEVEN, *lines: Line) -> Record:
    """A record of pairs with some lines."""
    return Record(
        title="One year on",
        analyst="Ana Ruiz",
        source="An outlook",
        source_note="Archived copy.",
        lines=lines,
        card=scorecard(pairs),
        reading_range=(0.171, 0.243),
        curve=reliability_curve(pairs, draws=100),
        chance=0.262,
        counts={"settled": 2, "open": 1},
        notes=["Counting: last."],
    )


def saved(folder: Path, page: str) -> Path:
    """A page as a file."""
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    return file


def test_calibration_page_has_verdict_diagram_numbers_card_and_help() -> None:
    """Title, verdict, figure with its text, table twin, scorecard and how to read it, in order."""
    page = calibration(SEVEN)
    text = Outline(page).text
    parts = [
        "Seven all Cannot tell yet: so far better than knowing nothing",
        "Reliability diagram of 10 stated probabilities, at 9 different values from 10 % to 95 %.",
        "said times happened recalibrated band 10 % 1 0 0 %",
        "Scorecard Forecasts that count, on 7 settled questions 7",
        "Brier score scale 0-1, lower is better 0.252",
        "Notes A note.",
        "How to read the diagram",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_chart_has_a_text_alternative_and_a_table() -> None:
    """The figure is named for those who do not see it, and its numbers stand in a table."""
    elements = Outline(calibration(SEVEN)).elements
    plot = next(attrs for _, attrs in elements if attrs.get("id") == "diagram")
    assert plot["role"] == "img"
    assert plot["aria-label"].startswith("Reliability diagram of 10 ")  # type: ignore[union-attr]
    assert sum(tag == "th" and attrs.get("scope") == "row" for tag, attrs in elements) > 9


def test_numbers_that_do_not_exist_are_dashes() -> None:
    """An empty page has dashes and a sentence, and never None or nan."""
    text = Outline(calibration(NONE)).text
    assert "Nothing to score yet: no settled forecast counts." in text
    assert "Brier score scale 0-1, lower is better –" in text
    assert not re.search(r"\b(None|nan|inf|Undefined)\b", text)


def test_the_scale_is_named() -> None:
    """A card on the 0-2 scale says so."""
    card = scorecard(SEVEN, scale="0-2")
    page = calibration_page(
        reliability_curve(SEVEN, draws=50), card, title="T", subtitle="s", scale="0-2"
    )
    assert "scale 0-2, lower is better" in page
    assert "0-1" not in Outline(page).text


def test_infinite_log_score_is_explained() -> None:
    """A log score that 0 % made infinite is a dash with its reason."""
    text = Outline(calibration(Pairs(probability=[0.0, 0.4], outcome=[1, 0]))).text
    assert "lower is better; infinite, since 1 time what was given 0 % happened –" in text


def test_table_twin_of_very_many_levels_says_what_it_leaves_out() -> None:
    """Beyond 200 levels the table keeps those said most often, and says so."""
    said = np.linspace(0, 1, 301)
    page = Outline(calibration(Pairs(probability=np.r_[said, 1.0], outcome=np.ones(302))))
    assert "The 200 probabilities said most often, of 301." in page.text
    assert "100 % 2 2" in page.text


def test_record_page_tells_misses_and_everything_said() -> None:
    """Misses come highest cost first with words and reading range; then every line."""
    text = Outline(record_page(record(SEVEN, HIT, OPEN, MISS))).text
    misses = text[text.index("Worst misses") : text.index("Everything that was said")]
    assert misses.index("bridge") < misses.index("Rain?")
    assert "Snow?" not in misses
    assert "almost certain, read as 95 %" in misses
    assert "no known 2026-07-01" in misses
    assert "0.902 reading range 0.865 to 0.980" in misses
    everything = text[text.index("Everything that was said") :]
    order = [everything.index(word) for word in ("Rain?", "Snow?", "Will the bridge")]
    assert order == sorted(order)
    assert "settled no known 2026-07-01 2 pieces of evidence" in everything
    assert "open –" in everything


def test_record_page_labels_the_reading_range() -> None:
    """The range of readings stands beside the point and is not passed off as an interval."""
    text = Outline(record_page(record(SEVEN, MISS))).text
    assert "reading range, not a confidence interval" in text
    assert "0.171 to 0.243" in text
    assert "2 settled 1 open" in text
    assert "Forecasts by Ana Ruiz, from An outlook. Archived copy." in text


def test_empty_record_is_a_page() -> None:
    """A record of nothing says so everywhere."""
    nothing = replace(record(NONE), reading_range=None, chance=None, counts={}, source_note=None)
    text = Outline(record_page(nothing)).text
    assert "None: no settled forecast has cost anything yet." in text
    assert "Everything that was said No forecasts yet." in text
    assert "reading range" not in text


@pytest.mark.parametrize("kind", ["calibration", "record"])
def test_page_is_one_file_that_names_no_other(kind: str) -> None:
    """Nothing is linked, fetched or embedded from elsewhere; plotly.js is there once."""
    page = calibration(SEVEN) if kind == "calibration" else record_page(record(SEVEN, MISS))
    outline = Outline(page)
    for _, attrs in outline.elements:
        assert attrs.get("src") is None
        assert attrs.get("href") in (None, "data:,")
        assert not any(name.startswith("on") for name in attrs)
    assert page.count("plotly.js v") == 1
    assert outline.count("script") == 4
    assert outline.count("h1") == 1
    assert outline.count("html") == 1


def test_same_input_same_bytes() -> None:
    """Pages made twice are equal."""
    assert calibration(SEVEN) == calibration(SEVEN)
    assert record_page(record(SEVEN, MISS)) == record_page(record(SEVEN, MISS))


def evil_page() -> str:
    """A page in which every text tries to run something."""
    line = replace(
        MISS, title=EVIL, id=EVIL, kind=EVIL, phrase=EVIL, reading=EVIL, made=EVIL, status=EVIL,
        outcome=EVIL, known=EVIL, rationale=EVIL,
    )  # fmt: skip
    texts = replace(
        record(SEVEN, line),
        title=EVIL,
        analyst=EVIL,
        source=EVIL,
        source_note=EVIL,
        counts={EVIL: 1},
        notes=[EVIL],
    )
    return record_page(texts)


def test_text_stays_text() -> None:
    """Markup in what people wrote is shown as written, and makes no element."""
    outline = Outline(evil_page())
    plain = Outline(record_page(record(SEVEN, MISS)))
    assert outline.count("script") == plain.count("script")
    assert outline.count("img") == 0
    assert "<img src=x onerror=" in outline.text
    assert "{{ 7 * 7 }}" in outline.text


def test_browser_runs_nothing_of_what_was_written(tmp_path: Path) -> None:
    """Even without the page's policy nothing in the text runs, and the diagram is drawn."""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", evil_page())
    seen = render(saved(tmp_path, page))
    assert "<title>broken" not in seen.dom
    assert 'class="main-svg"' in seen.dom
    assert seen.console == []
    assert seen.requests == []


def test_policy_stops_what_slips_in(tmp_path: Path) -> None:
    """A script or a request that got into the file all the same is refused by the browser."""
    intruder = "<script>document.title = 'broken'</script><img src='http://tracker.invalid/x.png'>"
    seen = render(saved(tmp_path, calibration(SEVEN).replace("</main>", f"{intruder}</main>")))
    assert "<title>broken" not in seen.dom
    assert seen.requests == []
    assert len(seen.console) == 2
    assert all("Content Security Policy" in message for message in seen.console)


def test_browser_tells_of_requests_and_messages(tmp_path: Path) -> None:
    """The helper sees what it should: a request to a network and a message on the console."""
    page = "<img src='http://tracker.invalid/x.png'><script>console.error('seen')</script>"
    seen = render(saved(tmp_path, page))
    assert "http://tracker.invalid/x.png" in seen.requests
    assert "seen" in seen.console


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_browser_draws_the_diagram(tmp_path: Path, *, dark: bool) -> None:
    """Every point and bar is drawn in the colours of the scheme, silently and offline."""
    seen = render(saved(tmp_path, calibration(SEVEN)), dark=dark)
    assert 'class="main-svg"' in seen.dom
    assert seen.console == []
    assert seen.requests == []
    dom = seen.dom[seen.dom.index('id="diagram"') :]
    assert len(re.findall(r'<path class="point"', dom)) == 9
    assert len(re.findall(r'<g class="point"', dom)) == 9
    accent, paper = ("86, 180, 233", "20, 23, 28") if dark else ("0, 114, 178", "255, 255, 255")
    assert f"fill: rgb({accent})" in dom
    assert f"background: rgb({paper})" in dom


def test_browser_draws_the_empty_diagram(tmp_path: Path) -> None:
    """The empty page opens without a complaint and says what is missing."""
    seen = render(saved(tmp_path, calibration(NONE)))
    assert seen.console == []
    assert "No settled forecasts yet</text>" in seen.dom


@pytest.mark.parametrize(("questions", "told"), [(9, False), (10, True)])
def test_nothing_is_said_of_calibration_below_ten_questions(questions: int, *, told: bool) -> None:
    """Neither z nor slope nor p, from which so few would tell too much."""
    said = Pairs(probability=[0.9, 0.2] * 5, outcome=[1, 0, 0, 1, 1, 0, 1, 0, 1, 1])
    pairs = said.take(np.arange(questions))
    page = calibration_page(reliability_curve(pairs), scorecard(pairs), title="t", subtitle="s")
    for name in ("Spiegelhalter z", "Calibration slope", "… p<"):
        assert (name in page) == told, name
