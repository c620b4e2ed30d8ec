"""One look for every picture and page: colours, fonts, and how a number is written.

The colours are from the palette of Okabe and Ito, which people with any common colour blindness
can tell apart, also in grey print; on dark paper a page replaces each by its counterpart there.

References
----------
.. [1] M. Okabe, K. Ito, Color universal design (2008), https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import plotly.graph_objects as go

BLUE = "#0072B2"
SKY = "#56B4E9"
VERMILLION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
GREY = "#858B94"
# Several series of one chart: told apart in any light, on either paper, and each with a sign and a
# stroke of its own. What comes after the fourth is grey.
SERIES = (BLUE, VERMILLION, GREEN, PURPLE)
# The same on dark paper: 4.5 to 1 against it at least, and as far from each other for any eye.
SERIES_DARK = (SKY, "#E66A1A", "#14A37A", "#F4C2DE")
SYMBOLS = ("circle", "square", "diamond", "triangle-up")
DASHES = ("solid", "dash", "dot", "dashdot")
BAND, BAND_EDGE = "rgba(86,180,233,0.28)", "rgba(86,180,233,0.55)"  # sky blue over any paper
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
MISSING = "–"
LEAST = 0.001  # per cent: what is nearer 0 or 100 is not spelt out
LARGE, SMALL = 1e9, 1e-4  # amounts beyond are written with an exponent
# Signs that control a screen or turn the direction of reading round.
_TURNING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Palette:
    """The colours of the paper and of what stands on it; the data take the accent."""

    paper: str
    panel: str
    ink: str
    quiet: str
    line: str
    accent: str


LIGHT = Palette("#FFFFFF", "#F4F6F8", "#1B1F24", "#555D66", "#D9DEE4", BLUE)
DARK = Palette("#14171C", "#1E232A", "#E8EBEF", "#A5AEB9", "#363D47", SKY)


@cache
def template(palette: Palette = LIGHT) -> go.layout.Template:
    """The plotly template of a palette; a figure drawn with one may be redrawn with another."""
    import plotly.graph_objects as go

    axis = {
        "gridcolor": palette.line,
        "linecolor": palette.line,
        "tickcolor": palette.line,
        "zeroline": False,
        "title": {"font": {"size": 13, "color": palette.ink}},
        "tickfont": {"size": 12, "color": palette.quiet},
    }
    hover = {"bgcolor": palette.panel, "bordercolor": palette.quiet, "align": "left"}
    return go.layout.Template(
        layout={
            "paper_bgcolor": palette.paper,
            "plot_bgcolor": palette.paper,
            "colorway": [palette.accent],
            "font": {"family": FONT, "size": 13, "color": palette.ink},
            "annotationdefaults": {"bgcolor": palette.paper},
            "title": {
                "x": 0,
                "y": 1,
                "yanchor": "top",
                "pad": {"l": 16, "t": 16},
                "font": {"size": 17},
            },
            "hoverlabel": {**hover, "font": {"family": FONT, "size": 13, "color": palette.ink}},
            "xaxis": axis,
            "yaxis": axis,
        }
    )


def plotly_script() -> str:
    """The text of plotly.js as the installed plotly carries it, safe inside a script element."""
    from plotly.offline import get_plotlyjs

    script: str = get_plotlyjs()
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def plain(text: str, longest: int = 60) -> str:
    """Text that people wrote, as a figure may hold it: no markup, no signs that turn its direction.

    A longer one is cut; titles of axes and hovers have no room for more.

    >>> plain("<b>bold</b> & sure")
    '&lt;b&gt;bold&lt;/b&gt; &amp; sure'
    """
    shown = " ".join(_TURNING.sub("", text).split())
    return escape(shown if len(shown) <= longest else f"{shown[: longest - 1]}…", quote=False)


def percent(probability: float | None, digits: int = 1) -> str:
    """A probability as people read it; never 0 % or 100 % unless it is exactly that.

    >>> percent(0.7), percent(0.123), percent(0.9999), percent(1e-9), percent(None)
    ('70 %', '12.3 %', '99.99 %', 'under 0.001 %', '–')
    """
    if probability is None:
        return MISSING
    value = 100 * probability
    edge = min(value, 100 - value)
    if 0 < edge < LEAST:
        return f"under {LEAST} %" if value < LEAST else f"over {100 - LEAST} %"
    if edge > 0:
        digits = max(digits, -math.floor(math.log10(edge)))
    text = f"{value:.{digits}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


def number(value: float | None, digits: int = 3) -> str:
    """A number with a fixed count of decimals; an en dash where there is none.

    >>> number(0.25), number(-1.5, 1), number(None)
    ('0.250', '−1.5', '–')
    """
    if value is None:
        return MISSING
    text = f"{value:,.{digits}f}"
    return text.replace("-", "" if float(text.replace(",", "")) == 0 else "−")


def amount(value: float | None) -> str:
    """A number of any size, to four digits.

    >>> amount(12.34567), amount(1234567.8), amount(0.0), amount(1e300), amount(-0.02)
    ('12.35', '1,234,568', '0', '1.000e+300', '-0.02000')
    """
    if value is None or not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    if not SMALL <= abs(value) < LARGE:
        return f"{value:.3e}"
    return f"{value:,.{max(0, 3 - math.floor(math.log10(abs(value))))}f}"
