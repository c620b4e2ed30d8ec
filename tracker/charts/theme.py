"""One look for every picture and page: colours, fonts, and how a number is written.

The colours are from the palette of Okabe and Ito, which people with any common colour blindness
can tell apart; each stands out on light paper and on dark, and in grey print.

References
----------
.. [1] M. Okabe, K. Ito, Color universal design (2008), https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import plotly.graph_objects as go

BLUE = "#0072B2"
SKY = "#56B4E9"
GREY = "#858B94"
BAND, BAND_EDGE = "rgba(86,180,233,0.28)", "rgba(86,180,233,0.55)"  # sky blue over any paper
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
MISSING = "–"


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


def percent(probability: float | None, digits: int = 1) -> str:
    """A probability as people read it; never 0 % or 100 % unless it is exactly that.

    >>> percent(0.7), percent(0.123), percent(0.9999), percent(None)
    ('70 %', '12.3 %', '99.99 %', '–')
    """
    if probability is None:
        return MISSING
    value = 100 * probability
    edge = min(value, 100 - value)
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
