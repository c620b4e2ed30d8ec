"""What all pages are made in: one HTML document that opens offline and asks nothing of a network.

A page by itself carries plotly.js and all else inside itself; a page of a site shares them with the
others of its folder. In either case its content security policy forbids the browser every request
to a network, and every script but those two.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from tracker.charts.theme import (
    DARK,
    FONT,
    LIGHT,
    SERIES,
    SERIES_DARK,
    number,
    percent,
    plotly_script,
    template,
)
from tracker.pages.lines import bits, when
from tracker.scoring.verdict import FEW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.charts.picture import Picture

STYLE, DRAW, PLOTLY = "page.css", "draw.js", "plotly.min.js"  # files that the pages of a site share


@dataclass(frozen=True)
class Site:
    """The site a page belongs to: its title, and the way from the page to the folder's top."""

    title: str
    top: str = ""  # "" or "../"


def document(
    name: str,
    pictures: Sequence[Picture] = (),
    *,
    title: str,
    summary: str,
    site: Site | None = None,
    **values: Any,
) -> str:
    """The page of a template; ``summary`` is its one sentence, also for search engines.

    A page without pictures carries no plotly.js.
    """
    inside = () if site or not pictures else (_plotly(), _hashed(draw_script()))
    return (
        _environment()
        .get_template(name)
        .render(
            values,
            title=title,
            summary=summary,
            site=site,
            pictures={picture.name: picture for picture in pictures},
            figures={picture.name: _json(_figure(picture)) for picture in pictures},
            scripts=inside,
            style=None if site else style_sheet(),
        )
    )


def style_sheet() -> str:
    """The style sheet of every page."""
    palettes = {"light": asdict(LIGHT), "dark": asdict(DARK), "font": FONT}
    return _environment().get_template(STYLE).render(palettes)


def draw_script() -> str:
    """The script that draws the figures of a page, in the palette of the reader's screen."""
    themes = {name: template(palette).to_plotly_json() for name, palette in _PALETTES.items()}
    dark = dict(zip(SERIES, SERIES_DARK, strict=True))
    swaps = {"light": {}, "dark": dark}
    return _environment().get_template(DRAW).render(themes=_json(themes), swaps=_json(swaps))


_PALETTES = {"light": LIGHT, "dark": DARK}


def _figure(picture: Picture) -> dict[str, Any]:
    """The figure without what the page decides: its size, its palette and its title."""
    figure: dict[str, Any] = picture.figure.to_plotly_json()
    layout = {k: v for k, v in figure["layout"].items() if k not in _PAGES_OWN}
    return {"data": figure["data"], "layout": layout}


_PAGES_OWN = {"template", "width", "height", "title"}


def _json(content: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=_plain)
    return text.replace("<", "\\u003c")


def _plain(column: Any) -> Any:
    """Arrays of numpy as lists."""
    return column.tolist()


def _hashed(script: str) -> tuple[str, str]:
    """A script, and its hash as a content security policy names it."""
    digest = hashlib.sha256(script.encode()).digest()
    return script, f"sha256-{base64.b64encode(digest).decode()}"


@cache
def _plotly() -> tuple[str, str]:
    """plotly.js and its hash; 5 MB, so once a process."""
    return _hashed(plotly_script())


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tracker.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "percent": percent,
        "number": number,
        "tied": _tied,
        "web": web,
        "when": when,
        "bits": bits,
        "count": lambda n: f"{n:,}",
    }
    environment.globals["few"] = FEW  # questions below which nothing is said of calibration
    return environment


def _tied(text: str) -> str:
    """Text in which no line ends inside 70 % or 60–80 %."""
    return text.replace(" %", "\u00a0%").replace("–", "\u2060–\u2060")


def web(url: str | None) -> str | None:
    """An address that a reader may follow; None for what is none, or would run something.

    >>> web("https://example.org/a"), web("javascript:alert(1)"), web(None)
    ('https://example.org/a', None, None)
    """
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None
