"""Whole pages: one HTML file that opens offline and asks nothing of any network.

A page carries plotly.js and its figures inside itself, and its content security policy forbids
the browser every request and every script but those two, known by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from tracker.charts.reliability import band_words, describe, reliability_diagram
from tracker.charts.theme import DARK, FONT, LIGHT, number, percent, plotly_script, template
from tracker.scoring.verdict import FEW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tracker.scoring.calibration import Level, ReliabilityCurve
    from tracker.scoring.rules import Scale
    from tracker.scoring.scorecard import Scorecard

MISSES = 5  # forecasts shown as the worst misses
LEVELS = 200  # rows of the table twin; a page of an archive would else be all table


@dataclass(frozen=True)
class Line:
    """One forecast as a record shows it: in which words, read how, and what came of it.

    ``reading`` is the probability as it is to be shown; the costs are Brier scores of this
    forecast on the 0-1 scale, at the reading and at the kindest and harshest end of its range.
    """

    title: str
    id: str
    kind: str
    phrase: str | None
    reading: str
    made: str
    status: str
    outcome: str | None
    known: str | None
    cost: float | None
    cost_kindest: float | None
    cost_harshest: float | None
    rationale: str | None
    evidence: int


@dataclass(frozen=True, eq=False)
class Record:
    """All that the page on one analyst, or on one source of theirs, shows.

    ``reading_range`` is the Brier score from the kindest to the harshest reading of the words,
    ``chance`` that of equal chances on the same questions, ``counts`` how many forecasts have
    each status.
    """

    title: str
    analyst: str
    source: str
    source_note: str | None
    lines: Sequence[Line]
    card: Scorecard
    reading_range: tuple[float, float] | None
    curve: ReliabilityCurve
    chance: float | None
    counts: Mapping[str, int]
    notes: Sequence[str]


def calibration_page(
    curve: ReliabilityCurve,
    card: Scorecard,
    *,
    title: str,
    subtitle: str,
    notes: Sequence[str] = (),
    scale: Scale = "0-1",
) -> str:
    """The page on how well some forecasts are calibrated; ``scale`` is that of the card."""
    return _document(
        "calibration.html",
        curve,
        title=title,
        subtitle=subtitle,
        card=card,
        notes=notes,
        scale=scale,
        reading_range=None,
        chance=None,
    )


def record_page(record: Record) -> str:
    """The page on one record: what was said in which words, what came of it, and how good it was.

    The scores are on the 0-1 scale.
    """
    costly = [line for line in record.lines if line.cost]
    worst = sorted(costly, key=lambda line: (-(line.cost or 0), line.id))[:MISSES]
    return _document(
        "record.html",
        record.curve,
        title=record.title,
        record=record,
        worst=worst,
        card=record.card,
        notes=record.notes,
        scale="0-1",
        reading_range=record.reading_range,
        chance=record.chance,
    )


def _levels(curve: ReliabilityCurve) -> list[Level]:
    """The rows of the table twin: all levels, or those said most often."""
    often = sorted(curve.levels(), key=lambda level: (-level.forecasts, level.probability))
    return sorted(often[:LEVELS])


def _document(name: str, curve: ReliabilityCurve, **values: Any) -> str:
    """The page of a template, with the diagram of a curve and all that draws it."""
    plotly, plotly_hash = _script()
    draw = _environment().get_template("draw.js").render()
    return (
        _environment()
        .get_template(name)
        .render(
            values,
            scripts=(plotly, draw),
            script_hashes=(plotly_hash, _hash(draw)),
            light=asdict(LIGHT),
            dark=asdict(DARK),
            font=FONT,
            themes=_json({"light": _theme("light"), "dark": _theme("dark")}),
            figure=_json(_figure(curve)),
            description=describe(curve),
            band_words=band_words(curve),
            levels=_levels(curve),
            level_count=len(curve),
        )
    )


def _figure(curve: ReliabilityCurve) -> dict[str, Any]:
    """The diagram without what the page decides: its size and its palette."""
    figure: dict[str, Any] = reliability_diagram(curve).to_plotly_json()
    for name in ("template", "width", "height"):
        del figure["layout"][name]
    return figure


def _theme(name: str) -> dict[str, Any]:
    made: dict[str, Any] = template({"light": LIGHT, "dark": DARK}[name]).to_plotly_json()
    return made


def _json(content: dict[str, Any]) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(content, sort_keys=True, separators=(",", ":")).replace("<", "\\u003c")


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


@cache
def _script() -> tuple[str, str]:
    """plotly.js and its hash; 5 MB, so once a process."""
    script = plotly_script()
    return script, _hash(script)


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
    environment.filters |= {"percent": percent, "number": number, "tied": _tied}
    environment.globals["few"] = FEW  # questions below which nothing is said of calibration
    return environment


def _tied(text: str) -> str:
    """Text in which no line ends inside 70 % or 60–80 %."""
    return text.replace(" %", "\u00a0%").replace("–", "\u2060–\u2060")
