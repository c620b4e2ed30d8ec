"""Figures as image files: drawn by Chromium, which asks nothing of a network."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import textwrap
from typing import TYPE_CHECKING, Literal

from tracker.charts.theme import plain
from tracker.errors import TrackerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import kaleido
    import plotly.graph_objects as go

    Kind = Literal["png", "svg"]

KINDS = ("png", "svg")
SCALE = 2  # pixels of a PNG for each of the figure's, for sharp text on any screen and in print
LETTER, SMALL = 9, 6.5  # about the width of a letter of a title and of its subtitle, in pixels
LINE, LINES = 22, 3  # the height of a line of the title, and how many it may have
TOP, SIDE, BELOW = 28, 16, 14  # to its first line's foot, to its left, and below the subtitle
PATIENCE = 60.0  # seconds for the browser to start and draw
NOWHERE = "http://127.0.0.1:1"  # the proxy: a place where nothing answers
CHATTY = ("kaleido", "choreographer", "browser_proc", "logistro")

NO_KALEIDO = "an image file needs kaleido, which is not here: pip install 'tracker[images]'"
NO_BROWSER = (
    "an image file is drawn by Chromium, and none was found: apt-get install chromium, or write "
    "an .html file"
)
FAILED = "Chromium did not draw the image: {}; try again, or write an .html file"


def ready() -> None:
    """Raise TrackerError, which says what is missing, where no image can be drawn here."""
    _browser()


def image(figure: go.Figure, kind: Kind) -> bytes:
    """A figure as the content of an image file, in the size that its layout has.

    A PNG has two pixels for each of the figure's; an SVG holds its text as text, in the fonts of
    the machine that shows it.

    Raises TrackerError, which says what is missing, without kaleido or without a browser, and
    where the browser fails or takes longer than a minute.
    """
    return images([figure], kind)[0]


def images(figures: Sequence[go.Figure], kind: Kind) -> list[bytes]:
    """Several figures as :func:`image` makes them, drawn by one browser."""
    browser = _browser()
    from kaleido.errors import JavascriptError, KaleidoError

    try:
        return asyncio.run(_drawn(browser, figures, kind))
    except TimeoutError:
        raise TrackerError(FAILED.format(f"no answer in {PATIENCE:g} seconds")) from None
    except (OSError, RuntimeError, ValueError, JavascriptError, KaleidoError) as error:
        reason = str(error.args[0] if error.args else error).partition("\n")[0].rstrip(". ")
        raise TrackerError(FAILED.format(reason)) from None


def titled(figure: go.Figure, title: str, subtitle: str) -> go.Figure:
    """A copy with a title above all else, for a file that stands by itself; higher by so much."""
    import plotly.graph_objects as go

    wide, top = figure.layout.width - 2 * SIDE, figure.layout.margin.t or 0
    lines = textwrap.wrap(" ".join(title.split()), int(wide / LETTER))[:LINES]
    room = TOP + LINE * len(lines) + BELOW
    high = figure.layout.height + room
    text = [plain(line, longest=len(line)) for line in lines]
    text += [f'<span style="font-size: 13px">{plain(subtitle, int(wide / SMALL))}</span>']
    head = {"text": "<br>".join(text), "pad": {"l": SIDE, "t": TOP}}
    layout = {"title": head, "height": high, "margin": {"t": top + room}}
    legend = figure.layout.legend
    if legend.yref == "container":  # it moves down with the rest
        above = (1 - (1 if legend.y is None else legend.y)) * figure.layout.height
        layout["legend"] = {"y": 1 - (room + above) / high}
    return go.Figure(figure).update_layout(layout)


def _browser() -> kaleido.Kaleido:
    try:
        import kaleido
        from kaleido.errors import ChromeNotFoundError
    except ImportError:
        raise TrackerError(NO_KALEIDO) from None
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        # Without these two options it would fetch MathJax, which no figure of ours needs.
        return kaleido.Kaleido(mathjax=False, proxy_server=NOWHERE)
    except ChromeNotFoundError:
        raise TrackerError(NO_BROWSER) from None


async def _drawn(browser: kaleido.Kaleido, figures: Sequence[go.Figure], kind: Kind) -> list[bytes]:
    options = {"format": kind, "scale": SCALE if kind == "png" else 1}
    try:
        async with asyncio.timeout(PATIENCE) as limit:
            await browser.open()
            drawn = [await browser.calc_fig(figure, options) for figure in figures]
            await browser.close()
    except BaseException:
        _end(browser)
        await browser.close()
        if limit.expired():  # which kaleido may have taken for something else
            raise TimeoutError from None
        raise
    return [_steady(content) for content in drawn] if kind == "svg" else drawn


def _steady(svg: bytes) -> bytes:
    """The same SVG without the random part of its ids and classes."""
    random = re.findall(rb'<defs id="defs-([0-9a-f]{6})"', svg)
    random += re.findall(rb'class="trace [a-z]+ trace([0-9a-f]{6})"', svg)
    for number, part in enumerate(dict.fromkeys(random)):
        named = rb'((?:id|class)="[^"]*|url\(["\']?#[a-z]*|url\(&quot;#[a-z]*)' + part
        svg = re.sub(named, rb"\g<1>%d" % number, svg)
    return svg


def _end(browser: kaleido.Kaleido) -> None:
    """End the browser with all that it started; one that hangs would not listen to a request."""
    process = getattr(browser, "subprocess", None)
    if process is None or process.poll() is not None:
        return
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)  # it leads a group of its own
    else:
        process.kill()
    process.wait()
