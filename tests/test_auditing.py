"""The audit of pages finds each kind of fault where one was planted, and no other."""
# ruff: noqa: E501 - a plant is a line

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from auditing import faults

from tracker.charts.theme import plotly_script

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from browser import Browser

HEAD = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>body { font: 16px/1.5 sans-serif; margin: 8px } .scroll { overflow-x: auto }
.scroll table { width: 900px } .plot { width: 100%; height: 300px }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee } a { color: #9cf } }
</style></head><body>"""
TEXTS = (
    HEAD
    + """<nav><a href="#two" style="display: block">Two</a></nav><main><h1>One</h1><h2 id="two">Two</h2>
<p>Some words with <a href="https://example.org/">a link</a> in them.</p><ul><li>A point</li></ul>
<details><summary>More</summary><div class="scroll" tabindex="0" role="region" aria-label="Numbers">
<table><tr><th scope="col">a</th></tr><tr><td>1</td></tr></table></div></details></main></body></html>"""
)
FIGURE = (
    HEAD
    + """<main><h1>One</h1><figure><div class="plot" id="it" role="img" aria-label="A line"></div>
<details><summary>Numbers</summary><table><tr><th scope="col">a</th></tr></table></details></figure>
</main><script src="plotly.min.js"></script><script>
const data = [{ type: "scatter", mode: "lines+markers", x: [1, 2, 3], y: [1, 3, 2], name: "said" },
  { type: "bar", x: [1, 2, 3], y: [1, 1, 1], name: "times" }];
const layout = { margin: { l: 60, r: 10, t: 60, b: 40 }, font: { color: "#222" }, showlegend: true,
  legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" }, annotations: [] };
Plotly.newPlot(document.getElementById("it"), data, layout, { displayModeBar: false });
</script></body></html>"""
)
WORDS = [  # what is replaced, by what, and the fault that comes of it
    ('lang="en"', "", "no language: html"),
    ("<title>A page</title>", "<title> </title>", "no title: <title>"),
    ("width=device-width, ", "", "no viewport for phones: <meta>"),
    ("main>", "div>", "not one main part: 0 of <main>"),
    ("<main>", "<nav aria-label='B'></nav><main>", "one of several navs without a name: <nav> “Two”"),
    ("<h1>One</h1>", "", "not one h1: 0 of <h1>"),
    ("<h2 id", "<h3 id", "a level of headings is skipped: <h3 id=two> “Two” after h1"),
    ("<p>Some", "<h2></h2><p>Some", "an empty heading: <h2>"),
    ("<ul>", '<ul id="two">', "an id that is there twice: <ul id=two> “A point”"),
    ("<ul>", '<ul aria-labelledby="x">', "named by #x, which is not there: <ul> “A point”"),
    ('<th scope="col">a</th>', "<td>a</td>", "a table without heads: <table> “a1”"),
    (' scope="col"', "", "a head of a table without scope: <th> “a”"),
    ("<ul>", '<ul tabindex="1">', "a positive tabindex: <ul> “A point”"),
    (">a link<", "><", 'a link without text: <a href="https://example.org/"></a>'),
    ('href="https://example.org/"', "", "a link to nowhere: <a> “a link”"),
    ("https:", "javascript:", "a link that is neither relative nor of the web: <a> “a link” (javas"),
    ("https://example.org/", "ftp://x.org", "a link that is neither relative nor of the web: <a> “a link” (ft"),
    ("#two", "#three", "a link to a part that is not there: <a> “Two” (#three)"),
    ("https://example.org/", "other.html", "a link to a file that is not there: other.html"),
    ("https://example.org/", "plotly.min.js#x", "a link to a part that is not there: plotly.min.js#x"),
    ("<p>", '<p style="color: #888">', "text is too faint: <p> “Some words with a link in them.” (con"),
    ("<p>", '<p style="opacity: 0.4">', "text is too faint: <p> “Some words with a link in them.” (con"),
    ("<ul>", '<ul style="width: 500px; visibility: hidden">', "the page scrolls sideways: <html> is 548 pixels wide, not 390"),
    ("<ul>", '<ul style="position: relative; left: -20px">', "sticks out of the screen: <ul> “A point” ("),
    (' tabindex="0"', "", "scrolls sideways, but not by the keyboard: <div class=scroll> “a1”"),
    ("<p>", '<p style="overflow: hidden; width: 90px; white-space: nowrap">', "its text is cut off: <p>"),
    ("display: block", "", "too low for a finger: <a> “Two” (1"),
    ("<li>A point", '<li><a style="line-height: 1" href="#two">A point</a>', "too low for a finger: <a> “A point”"),
    ("<ul>", '<p style="line-height: 1"><a style="font-size: 8px" href="#two">I</a><br><a style="font-size: 8px" href="#two">J</a></p><ul>', "too low for a finger: <a> “I”"),
    ("<summary>", '<summary style="outline: 0">', "the focus cannot be seen: <summary> “More”"),
    ("<summary>", '<summary tabindex="-1">', "the keyboard does not reach: <summary> “More”"),
    ("<ul>", "<ul><script>console.warn('odd')</script>", "a message: odd"),
    ("<ul>", "<ul><script>throw new Error('bad')</script>", "an error: Error: bad"),
    ("<ul>", "<ul><script src='data:,1'></script><script src='../outside.js'></script>", "a request beyond the folder: file:"),
]  # fmt: skip
PICTURES = [
    ("Plotly.newPlot(", "(() => 0)(", "a picture is not drawn: <div id=it class=plot>"),
    ('role="img"', "", "a picture without its words: <div id=it class=plot js-plotly-plot>"),
    ('aria-label="A line"', "", "a picture without its words: <div id=it class=plot js-plotly-plot>"),
    ("table>", "div>", "a picture without its table: <div id=it"),
    ("height: 300px", "height: 40px", "a picture has no room: <div id=it"),
    ('"bar",', '"bar", visible: false,', "a trace is not drawn: <div id=it"),
    ('type: "bar"', 'type: "barr"', "a trace is of another type: <div id=it"),
    ("margin:", "yaxis: { tickvals: [99] }, margin:", "an axis without tick labels: <div id=it"),
    ("l: 60", "l: 1", "cut off by the edge of the picture: “0” in #it"),
    ("[] }", "[{ text: 'here', x: 2, y: 0, yref: 'paper', yshift: -14, showarrow: false }] }", "texts lie on each other: “2” and “here” in #it"),
    ("[] }", "[{ text: 'here', x: 2, y: 0, yref: 'paper', yanchor: 'middle', yshift: 20, height: 76, bgcolor: '#fff', showarrow: false }] }", "covered by a note: “2” by “here” in #it"),
    ("#222", "#aaa", "text is too faint: “"),
    ("y: 1.02", "y: 0.8", "the legend lies on the data: <div id=it"),
]  # fmt: skip


@pytest.fixture(scope="module")
def plotly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script that draws."""
    file = tmp_path_factory.mktemp("plotly") / "plotly.min.js"
    file.write_text(plotly_script(), encoding="utf-8")
    return file


@pytest.fixture
def found(browser: Browser, plotly: Path, tmp_path: Path) -> Callable[[str], list[str]]:
    """The faults of a page on a phone."""

    def audit(text: str) -> list[str]:
        (tmp_path / "outside.js").touch()
        page = tmp_path / "site" / "page.html"
        page.parent.mkdir()
        page.write_text(text, encoding="utf-8")
        (page.parent / plotly.name).symlink_to(plotly)
        with browser.open(page, width=390) as tab:
            return faults(tab)

    return audit


@pytest.mark.parametrize("page", [TEXTS, FIGURE], ids=["texts", "figure"])
def test_a_good_page_has_no_fault(found: Callable[[str], list[str]], page: str) -> None:
    """What the other tests spoil is found good."""
    assert found(page) == []


@pytest.mark.parametrize(
    ("page", "old", "new", "fault"),
    [(TEXTS, *plant) for plant in WORDS] + [(FIGURE, *plant) for plant in PICTURES],
    ids=[fault.partition(":")[0] for *_, fault in WORDS + PICTURES],
)
def test_a_planted_fault_is_found(
    found: Callable[[str], list[str]], page: str, old: str, new: str, fault: str
) -> None:
    """Each kind of fault is told, and nothing else of a page that has only it."""
    assert old in page
    told = found(page.replace(old, new))
    assert told
    kind = fault.partition(":")[0]
    assert [one for one in told if not one.startswith(kind)] == []
    assert any(one.startswith(fault) for one in told), told
