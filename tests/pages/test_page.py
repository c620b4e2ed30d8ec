from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from browser import Outline

from tracker import Pairs
from tracker.charts.reliability import reliability
from tracker.pages.charts import chart_page
from tracker.scoring.calibration import reliability_curve
from tracker.scoring.scorecard import scorecard

if TYPE_CHECKING:
    from pathlib import Path

    from browser import Browser

    from tracker.scoring.calibration import ReliabilityCurve
    from tracker.scoring.scorecard import Scorecard

NONE = Pairs(probability=[], outcome=[])
SEVEN = Pairs(
    probability=[0.7, 0.9, 0.2, 0.5, 0.6, 0.3, 0.1, 0.8, 0.2, 0.95],
    outcome=[1, 1, 0, 1, 0, 1, 0, 1, 0, 0],
    kind=["binary"] * 4 + ["options"] * 5 + ["binary"],
    forecast=[0, 1, 2, 3, 4, 4, 4, 5, 5, 6],
)


def calibration_page(curve: ReliabilityCurve, card: Scorecard, **about: Any) -> str:
    """The page with a curve and its card."""
    return chart_page([reliability(curve)], card=card, verdict=card.verdict, **about)


def calibration(pairs: Pairs, *, title: str = "Seven") -> str:
    """The calibration page of pairs."""
    curve = reliability_curve(pairs, draws=100)
    return calibration_page(curve, scorecard(pairs), title=title, subtitle="all", notes=["A note."])


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
        "said times happened recalibrated band 10 % 1 0 % 0 %",
        "Scorecard Forecasts that count, on 7 settled questions 7",
        "Brier score scale 0-1, lower is better 0.252",
        "Notes A note.",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_chart_has_a_text_alternative_and_a_table() -> None:
    """The figure is named for those who do not see it, and its numbers stand in a table."""
    elements = Outline(calibration(SEVEN)).elements
    plot = next(attrs for _, attrs in elements if attrs.get("id") == "reliability")
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
    assert "100 % 2 100 %" in page.text


def test_page_is_one_file_that_names_no_other() -> None:
    """Nothing is linked, fetched or embedded from elsewhere; plotly.js is there once."""
    page = calibration(SEVEN)
    outline = Outline(page)
    for _, attrs in outline.elements:
        assert attrs.get("src") is None
        assert attrs.get("href") in (None, "data:,", "#content")
        assert not any(name.startswith("on") for name in attrs)
    assert page.count("plotly.js v") == 1
    assert outline.count("script") == 3
    assert outline.count("h1") == 1
    assert outline.count("html") == 1


def test_same_input_same_bytes() -> None:
    """A page made twice is equal."""
    assert calibration(SEVEN) == calibration(SEVEN)


def test_policy_stops_what_slips_in(browser: Browser, tmp_path: Path) -> None:
    """A script or a request that got into the file all the same is refused by the browser."""
    intruder = "<script>document.title = 'broken'</script><img src='http://tracker.invalid/x.png'>"
    page = saved(tmp_path, calibration(SEVEN).replace("</main>", f"{intruder}</main>"))
    with browser.open(page) as tab:
        assert tab.evaluate("document.title") == "Seven"
        assert not any("tracker.invalid" in url for url in tab.requests)
        assert len(tab.console) == 2
        assert all("Content Security Policy" in message for message in tab.console)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_browser_draws_the_diagram(browser: Browser, tmp_path: Path, *, dark: bool) -> None:
    """Every point and bar is drawn, in the colours of the scheme."""
    with browser.open(saved(tmp_path, calibration(SEVEN)), dark=dark) as tab:
        dom = tab.evaluate("document.getElementById('reliability').outerHTML")
    assert len(re.findall(r'<path class="point"', dom)) == 9
    assert len(re.findall(r'<g class="point"', dom)) == 9
    accent, paper = ("86, 180, 233", "20, 23, 28") if dark else ("0, 114, 178", "255, 255, 255")
    assert f"fill: rgb({accent})" in dom
    assert f"background: rgb({paper})" in dom


def test_browser_draws_the_empty_diagram(browser: Browser, tmp_path: Path) -> None:
    """The empty diagram says what is missing."""
    with browser.open(saved(tmp_path, calibration(NONE))) as tab:
        drawn = tab.evaluate("document.getElementById('reliability').textContent")
    assert "No settled forecasts yet" in drawn


@pytest.mark.parametrize(("questions", "told"), [(9, False), (10, True)])
def test_nothing_is_said_of_calibration_below_ten_questions(questions: int, *, told: bool) -> None:
    """Neither z nor slope nor p, from which so few would tell too much."""
    said = Pairs(probability=[0.9, 0.2] * 5, outcome=[1, 0, 0, 1, 1, 0, 1, 0, 1, 1])
    pairs = said.take(np.arange(questions))
    page = calibration_page(reliability_curve(pairs), scorecard(pairs), title="t", subtitle="s")
    for name in ("Spiegelhalter z", "Calibration slope", "Miscalibration p<", "Happened −"):
        assert (name in page) == told, name


def test_the_scorecard_shows_intervals_and_says_why_there_is_no_skill() -> None:
    """The slope's interval stands below it; option sets have no one base rate."""
    said = Pairs(probability=[0.9, 0.2] * 10, outcome=[1, 0, 0, 1, 1, 0, 1, 0, 1, 1] * 2)
    card = scorecard(said)
    assert card.slope_interval is not None
    page = calibration_page(reliability_curve(said), card, title="t", subtitle="s")
    assert f"{card.slope_interval[0]:.2f} to {card.slope_interval[1]:.2f}".replace("-", "−") in page
    sets = "option sets have no one base rate", "each option counts as one</span>"
    assert not any(words in page for words in sets)
    several = replace(card, sets=True, skill=None)
    page = calibration_page(reliability_curve(said), several, title="t", subtitle="s")
    assert all(words in page for words in sets)
