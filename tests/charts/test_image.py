"""Figures as image files: size, text, nothing from outside, and what is said where none is made."""

from __future__ import annotations

import os
import re
import stat
import sys
from struct import unpack
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import plotly.graph_objects as go
import pytest
from browser import chromium

from tracker import Pairs
from tracker.charts import image as images_module
from tracker.charts.image import image, images, ready, titled
from tracker.charts.reliability import reliability
from tracker.charts.theme import plain, template
from tracker.errors import TrackerError
from tracker.scoring.calibration import reliability_curve

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = (
    "<script>alert(1)</script>",
    '<a href="javascript:alert(1)">x</a>',
    '<image href="http://example.org/x.png">',
    '"><svg onload=alert(1)>',
    "<b>bold</b> &lt;i&gt; $x^2$",
)
SVG = "{http://www.w3.org/2000/svg}"


def chart() -> go.Figure:
    """A reliability diagram."""
    pairs = Pairs(probability=[0.2, 0.2, 0.7, 0.9], outcome=[0, 1, 1, 1])
    return reliability(reliability_curve(pairs, draws=20)).figure


def with_texts(texts: tuple[str, ...]) -> go.Figure:
    """A figure with texts wherever a figure may hold them."""
    said = [plain(text) for text in texts]
    places = list(range(len(said)))
    figure = go.Figure(layout={"template": template(), "width": 500, "height": 400})
    for place, text in enumerate(said):
        figure.add_scatter(x=[place], y=[place], name=text, text=[text], mode="markers+text")
    figure.add_annotation(text=said[0], x=1, y=1)
    ticks = {"tickvals": places, "ticktext": said}
    return figure.update_layout(xaxis={**ticks, "title": {"text": said[1]}}, yaxis=ticks)


def size(png: bytes) -> tuple[int, ...]:
    """Width and height of a PNG."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return unpack(">II", png[16:24])


def texts(svg: bytes) -> str:
    """All that an SVG has as text."""
    return " ".join("".join(one.itertext()) for one in ET.fromstring(svg).iter(f"{SVG}text"))  # noqa: S314 - our own


def test_png_has_two_pixels_for_each() -> None:
    """In the size that the layout has."""
    chromium()
    figure = chart()
    found = size(image(figure, "png"))
    assert found == (2 * figure.layout.width, 2 * figure.layout.height)


def test_svg_has_its_text_and_nothing_from_outside() -> None:
    """The words of the axes stay text; no address, no script; the same bytes each time."""
    chromium()
    figure = chart()
    first, second = images([figure, figure], "svg")
    assert first == second
    assert "what was said" in texts(first)
    assert "100 %" in texts(first)
    named = re.sub(rb'xmlns(:xlink)?="[^"]*"', b"", first)
    assert b"http" not in named
    assert b"href" not in named
    assert b"<script" not in named
    assert b"data:" not in named


def test_a_title_stands_above_all_else() -> None:
    """It is wrapped, cut after three lines, and makes the picture higher; the rest stays."""
    chromium()
    figure = chart()
    found = titled(figure, "Calibration of <i>ana</i> " * 20, "all & everything")
    assert figure.layout.title.text in (None, "")
    assert found.layout.height == figure.layout.height + 28 + 3 * 22 + 14
    svg = image(found, "svg")
    assert "Calibration of <i>ana</i>" in texts(svg)
    assert "all & everything" in texts(svg)
    head = re.search(rb'<g class="g-gtitle">.*?</g>', svg)
    assert head is not None
    assert head[0].count(b'class="line"') == 4


def test_a_legend_moves_down_with_the_rest() -> None:
    """One that hangs from the top of the picture hangs from below the title."""
    legend = {"y": 1, "yref": "container", "yanchor": "top"}
    figure = go.Figure(layout={"width": 640, "height": 400, "margin": {"t": 40}, "legend": legend})
    found = titled(figure, "One line", "below")
    room = found.layout.height - 400
    assert found.layout.margin.t == 40 + room
    assert (1 - found.layout.legend.y) * found.layout.height == pytest.approx(room)


def test_what_people_wrote_is_text_alone() -> None:
    """No element and no address comes of it, wherever it stands."""
    chromium()
    svg = image(titled(with_texts(HOSTILE), HOSTILE[0], HOSTILE[1]), "svg")
    root = ET.fromstring(svg)  # noqa: S314 - our own
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert not names & {"script", "a", "image", "foreignObject", "iframe"}
    attributes = [name for element in root.iter() for name in element.attrib]
    assert not [name for name in attributes if name.startswith("on") or name.endswith("href")]
    assert "<script>alert(1)</script>" in texts(svg)


def test_the_browser_is_sent_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """It loads plotly.js from what is installed, no MathJax, and its proxy is a dead end."""
    import kaleido

    given: dict[str, Any] = {}
    monkeypatch.setattr(kaleido, "Kaleido", lambda **options: given.update(options))
    ready()
    assert given == {"mathjax": False, "proxy_server": "http://127.0.0.1:1"}
    page = kaleido.PageGenerator(mathjax=False).generate_index()
    sources = re.findall(r'src="([^"]*)"', page)
    assert len(sources) == 2
    assert all(source.startswith("file:///") for source in sources)


def test_without_kaleido(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names what to install."""
    monkeypatch.setitem(sys.modules, "kaleido", None)
    with pytest.raises(TrackerError, match=r"pip install 'tracker\[images\]'"):
        image(go.Figure(), "png")


def test_without_a_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The sentence names Chromium."""
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    with pytest.raises(TrackerError, match="apt-get install chromium"):
        ready()


def script(folder: Path, text: str) -> str:
    """A program that is no browser."""
    file = folder / "browser"
    file.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="a shell script is no program here")
@pytest.mark.parametrize(
    ("does", "said"),
    [("exit 3", "did not draw the image: "), ("exec sleep 100", "no answer in 1 seconds")],
)
def test_a_browser_that_fails(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    does: str,
    said: str,
) -> None:
    """One that ends at once or hangs is given up: a sentence, and nothing else is printed."""
    monkeypatch.setenv("BROWSER_PATH", script(tmp_path, does))
    monkeypatch.setattr(images_module, "PATIENCE", 1.0)
    with pytest.raises(TrackerError, match=said) as raised:
        image(go.Figure(), "png")
    assert "\n" not in str(raised.value)
    assert capfd.readouterr() == ("", "")
