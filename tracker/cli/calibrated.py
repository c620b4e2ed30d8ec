"""Calibration in the terminal, as JSON, and as a file: the same for a ledger and a table."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from tracker.cli.terminal import line, number, paragraph, plain, steady, talk, width

if TYPE_CHECKING:
    from tracker.scoring.binned import BinnedDecomposition
    from tracker.scoring.calibration import ReliabilityCurve
    from tracker.scoring.scorecard import Scorecard
    from tracker.scoring.simultaneous import SimultaneousBand, Statement
    from tracker.tally import Sample

SENTENCES = 5  # of ranges that are miscalibrated
CROWDED = (
    "There is no band, and nothing is said of ranges: there were too many forecasts to keep which "
    "of them share a question."
)
FILES = (".html", ".json")


class Calibrated(NamedTuple):
    """Everything about the calibration of a sample.

    Without bands where it is not known which forecasts share questions.
    """

    curve: ReliabilityCurve
    band: SimultaneousBand | None
    said: tuple[Statement, ...]
    card: Scorecard
    binned: BinnedDecomposition
    area_under_curve: float | None


def calibrated(sample: Sample, card: Scorecard) -> Calibrated:
    """The curve, the bands and what they say, beside the card."""
    from tracker.scoring.binned import area_under_curve, binned
    from tracker.scoring.calibration import curve_of
    from tracker.scoring.simultaneous import simultaneous_band, statements

    older = binned(sample.tally), area_under_curve(sample.tally)
    if sample.crowded:
        return Calibrated(curve_of(sample.tally, None, draws=0), None, (), card, *older)
    curve = curve_of(sample.tally, sample.trials)
    band = simultaneous_band(sample.tally, sample.trials)
    return Calibrated(curve, band, statements(band), card, *older)


def as_json(found: Calibrated) -> dict[str, Any]:
    """The curve and the bands as JSON content."""
    return {
        "curve": [
            {name: None if isnan(value) else value for name, value in level._asdict().items()}
            for level in found.curve.levels()
        ],
        "simultaneous": None if found.band is None else found.band.as_dict(),
        "statements": [asdict(one) for one in found.said],
        "binned": asdict(found.binned),
        "area_under_curve": found.area_under_curve,
    }


def show(found: Calibrated) -> None:
    """The diagram, and what is shown at all probabilities at once."""
    from tracker.cli.diagram import draw
    from tracker.scoring.simultaneous import confidence

    line(draw(found.curve, width=width(), ascii=plain()))
    line()
    _older(found)
    if found.band is None:
        paragraph(CROWDED)
        return
    shown = [one.sentence for one in found.said[:SENTENCES]]
    if found.said[0].direction is not None:
        shown = [confidence(found.band), *shown]
    paragraph(" ".join(shown))
    if len(found.said) > SENTENCES:
        paragraph(f"And {len(found.said) - SENTENCES:,} ranges more; --json has them all.")


def _older(found: Calibrated) -> None:
    """The decomposition by tenths that older reports print, whose words it keeps."""
    old, area = found.binned, found.area_under_curve
    if old.score is None:
        return
    named = (
        f"As older reports have it, by tenths: reliability {number(old.miscalibration)}, "
        f"resolution {number(old.discrimination)}, uncertainty {number(old.uncertainty)}; area "
        f"under the ROC curve {number(area)}."
    )
    paragraph(named)
    line()


def check(output: Path | None, *, beside: str | None = None) -> None:
    """Refuse a file of a kind that cannot be written, or the very one that is read."""
    if output is None:
        return
    if output.suffix.lower() not in FILES:
        raise typer.BadParameter(f"expected a file.html or file.json; found {output}")
    read = Path((beside or "-").partition("::")[0])
    if output.exists() and read.exists() and output.samefile(read):
        raise typer.BadParameter(f"{output} is the table, and would be lost", param_hint="-o")


def write(
    output: Path, found: Calibrated, *, title: str, subtitle: str, parents: bool = False
) -> None:
    """Write a page, or the numbers."""
    from tracker import files
    from tracker.errors import DataError, Problem
    from tracker.pages.page import calibration_page

    if output.suffix.lower() == ".json":
        content = {**as_json(found), "card": found.card.as_dict()}
        text = json.dumps(steady(content), ensure_ascii=False, indent=2) + "\n"
    elif found.band is None:
        expected = f"a file.json for the numbers, since a page needs the band. {CROWDED}"
        raise DataError([Problem("--output", str(output), expected)])
    else:
        text = calibration_page(found.curve, found.card, title=title, subtitle=subtitle)
    files.write(output, text, parents=parents)
    talk(f"written: {output}")
