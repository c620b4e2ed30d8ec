"""Calibration in the terminal, as JSON, and as a file: the same for a ledger and a table."""

from __future__ import annotations

from dataclasses import asdict
from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.cli.terminal import line, number, paragraph, plain, width

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tracker.charts.picture import Picture
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

    line(draw(found.curve, width=width(), ascii=plain()))
    line()
    _older(found)
    paragraph(_said(found))
    if len(found.said) > SENTENCES:
        paragraph(f"And {len(found.said) - SENTENCES:,} ranges more; --json has them all.")


def _said(found: Calibrated) -> str:
    """Which ranges are shown to be miscalibrated, in sentences."""
    from tracker.scoring.simultaneous import confidence

    if found.band is None:
        return CROWDED
    shown = [one.sentence for one in found.said[:SENTENCES]]
    if found.said[0].direction is not None:
        shown = [confidence(found.band), *shown]
    return " ".join(shown)


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


def write(
    outputs: Sequence[Path],
    found: Calibrated,
    *,
    title: str,
    subtitle: str,
    numbers: dict[str, Any] | None = None,
    notes: Sequence[str] = (),
    scale: str = "0-1",
    parents: bool = False,
) -> None:
    """Write pages, pictures or the numbers; these are the curve and the card, or what is given.

    Raises DataError where a picture is asked for and there is no band.
    """
    from tracker.cli import output as files

    said, card = _said(found), found.card
    about = files.About(title, subtitle, said, card.verdict, card=card, notes=notes, scale=scale)
    numbers = {**as_json(found), "card": found.card.as_dict()} if numbers is None else numbers
    files.write(outputs, numbers, lambda: _pictures(outputs, found), about, parents=parents)


def _pictures(outputs: Sequence[Path], found: Calibrated) -> list[Picture]:
    from tracker.charts.reliability import reliability
    from tracker.errors import DataError, Problem

    if found.band is None:
        expected = f"a file.json for the numbers, since a picture needs the band. {CROWDED}"
        raise DataError([Problem("--output", ", ".join(map(str, outputs)), expected)])
    return [reliability(found.curve, found.band)]
