"""Pages as people have them: on a phone and a desk, light and dark, by keyboard, and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from auditing import faults
from browser import DESK, PHONE, Browser
from pdfminer.high_level import extract_text
from pictures import EVERY, drawn, modules

from tracker import Pairs
from tracker.charts.reliability import reliability
from tracker.charts.theme import GREY, SERIES, SERIES_DARK
from tracker.pages.charts import chart_page
from tracker.scoring.calibration import reliability_curve
from tracker.scoring.scorecard import scorecard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from browser import Tab
    from conftest import Ran

# Of the first figure, as it is when the page's own listener has run: its paper and its width.
ON_PAPER = """addEventListener("beforeprint", () => {
  const { paper_bgcolor, width } = document.querySelector(".plot")._fullLayout;
  window.onPaper = [paper_bgcolor, width];
})"""


STROKES = """[...document.querySelectorAll(".scatterlayer .js-line")]
  .map(line => getComputedStyle(line).stroke)"""


def said(levels: int) -> Pairs:
    """Forecasts at so many different probabilities, each said three times."""
    draws = np.random.default_rng(7)
    probability = np.repeat((np.arange(levels) + 0.5) / max(levels, 1), 3)
    return Pairs(
        probability=probability,
        outcome=(draws.random(len(probability)) < probability).astype(int),
        question=np.arange(len(probability)),
    )


def calibration(levels: int) -> str:
    """The page of a reliability diagram with so many levels."""
    pairs = said(levels)
    card = scorecard(pairs)
    picture = reliability(reliability_curve(pairs, draws=100))
    title, subtitle = "Calibration", "all that was said"
    return chart_page([picture], title=title, subtitle=subtitle, verdict=card.verdict, card=card)


def audited(browser: Browser, page: Path, folder: Path | None = None) -> dict[str, list[str]]:
    """The faults of a page on every screen, by screen; nothing where there are none."""
    found: dict[str, list[str]] = {}
    for width in (PHONE, DESK):
        with browser.open(page, width=width) as tab:
            for scheme in ("light", "dark"):
                tab.turn(dark=scheme == "dark")
                if told := faults(tab, folder=folder):
                    found[f"{page.name} {width} {scheme}"] = told
    return found


def written(folder: Path, text: str) -> Path:
    """A page in a folder of its own."""
    page = folder / "page.html"
    page.write_text(text, encoding="utf-8")
    return page


@pytest.mark.parametrize("levels", [0, 1, 7, 300])
def test_a_calibration_page_has_no_fault(browser: Browser, tmp_path: Path, levels: int) -> None:
    """From nothing said to more levels than can be told apart."""
    assert audited(browser, written(tmp_path, calibration(levels))) == {}


def test_the_page_of_the_demo_has_no_fault(
    browser: Browser, run: Callable[..., Ran], tmp_path: Path
) -> None:
    """What a stranger sees first."""
    assert run("demo", "-o", tmp_path / "demo.html").code == 0
    assert audited(browser, tmp_path / "demo.html") == {}


def test_a_retrospective_has_no_fault(
    browser: Browser, held: Path, run: Callable[..., Ran], tmp_path: Path
) -> None:
    """Of an analyst with every kind of forecast."""
    assert held.is_file()
    assert run("retro", "zoë", "-o", tmp_path / "retro.html").code == 0
    assert audited(browser, tmp_path / "retro.html") == {}


@pytest.mark.long
def test_a_site_has_no_fault(
    browser: Browser, held: Path, run: Callable[..., Ran], tmp_path: Path
) -> None:
    """Its first page, and the longest of each kind."""
    assert held.is_file()
    site = tmp_path / "site"
    assert run("report", "-o", site).code == 0
    kinds = [sorted(folder.glob("*.html")) for folder in site.iterdir() if folder.is_dir()]
    longest = [max(pages, key=lambda page: page.stat().st_size) for pages in kinds if pages]
    assert len(longest) >= 3
    for page in (site / "index.html", *longest):
        assert audited(browser, page, site) == {}


@pytest.mark.parametrize("name", sorted(EVERY))
def test_a_picture_has_no_fault(browser: Browser, tmp_path: Path, name: str) -> None:
    """Drawn from many forecasts, from few, from one and from none."""
    page = chart_page(drawn(name), title=name, subtitle="every size", verdict="As it is.")
    assert audited(browser, written(tmp_path, page)) == {}


def test_no_picture_escapes() -> None:
    """Every module of charts that makes a picture is looked at."""
    assert modules() == set(EVERY)


@pytest.fixture
def dark_tab(browser: Browser, tmp_path: Path) -> Iterator[Tab]:
    """A page with a figure on a dark desk."""
    with browser.open(written(tmp_path, calibration(7)), dark=True) as tab:
        yield tab


def test_a_page_is_printed_light_and_open(dark_tab: Tab, tmp_path: Path) -> None:
    """On paper the figure has the light palette and leaves room beside it, and details are open."""
    dark_tab.evaluate(ON_PAPER)
    printed = extract_text(dark_tab.pdf(tmp_path / "page.pdf"))
    assert dark_tab.evaluate("onPaper") == ["#FFFFFF", 440]
    assert "what was said" in printed  # the title of an axis
    assert "Each dot is a probability that was said." in " ".join(printed.split())
    assert "times" in printed.split()  # a head of the table
    assert 1 <= printed.count("\f") <= 4
    assert (
        dark_tab.evaluate("document.querySelector('.plot')._fullLayout.paper_bgcolor") == "#14171C"
    )


def test_several_series_are_brighter_on_dark_paper(browser: Browser, tmp_path: Path) -> None:
    """Each line takes its dark counterpart with the screen, and is light again when printed."""
    page = chart_page(drawn("murphy")[:1], title="Two", subtitle="one page", verdict="As it is.")
    with browser.open(written(tmp_path, page)) as tab:
        light = set(tab.evaluate(STROKES))
        tab.turn(dark=True)
        dark = set(tab.evaluate(STROKES))
        tab.evaluate(f"addEventListener('beforeprint', () => window.printed = {STROKES})")
        tab.pdf(tmp_path / "page.pdf")
        assert {_rgb(one) for one in SERIES[:2]} <= light == set(tab.evaluate("printed"))
        assert {_rgb(one) for one in SERIES_DARK[:2]} <= dark == set(tab.evaluate(STROKES))
        assert not light & dark - {_rgb(GREY)}


def _rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"


def test_a_finger_on_a_picture_tells_of_the_mark_below_it(dark_tab: Tab) -> None:
    """Each point says how often, in words."""
    place = dark_tab.evaluate("""(() => {
      document.querySelector(".plot").scrollIntoView();
      const point = document.querySelectorAll(".plot .scatterlayer .point")[3];
      const { x, y, width, height } = point.getBoundingClientRect();
      return [x + width / 2, y + height / 2];
    })()""")
    dark_tab.ask("Input.dispatchMouseEvent", type="mouseMoved", x=place[0], y=place[1])
    told = "document.querySelector('.hoverlayer').textContent"
    dark_tab.evaluate(f"new Promise(r => setTimeout(r, 200)).then(() => {told})")
    assert "n = 3" in dark_tab.evaluate(told)
