from __future__ import annotations

from itertools import starmap

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import Pairs
from tracker.cli.diagram import draw, reliability_rows
from tracker.scoring.calibration import Level, ReliabilityCurve, reliability_curve

CURVE = ReliabilityCurve(
    probability=np.array([0.1, 0.5, 0.9]),
    forecasts=np.array([10, 4, 20]),
    events=np.array([2, 2, 15]),
    recalibrated=np.array([0.2, 0.5, 0.75]),
    band_low=np.array([0.0, 0.25, 0.8]),
    band_high=np.array([0.3, 0.75, 1.0]),
    happened=np.array([0.2, 0.5, 0.75]),
    weight=np.array([10.0, 4.0, 20.0]),
    level=0.9,
    draws=1,
    seed=1,
)


def test_without_a_band_none_is_drawn() -> None:
    """Nor explained; pooled levels too."""
    curve = reliability_curve(Pairs(probability=[0.1, 0.9], outcome=[0, 1]), draws=0)
    assert draw(curve, width=57).splitlines() == [
        "said  n  events  happened  recal.  0 %       50 %   100 %",
        "10 %  1       0       0 %     0 %  ●─│───────────────────",
        "90 %  1       1     100 %   100 %  ───────────────────│─●",
        "",
        "│ said   ● happened, recalibrated   ◆ both",
    ]
    many = np.arange(50) / 50
    assert "░" not in draw(reliability_curve(Pairs(probability=many, outcome=many > 0.4), draws=0))


def test_draws_the_numbers_and_the_picture() -> None:
    """Header, one row a level with its numbers, band and markers, and a legend of two lines."""
    assert draw(CURVE, width=57).splitlines() == [
        "said   n  events  happened  recal.  0 %      50 %   100 %",
        "10 %  10       2      20 %    20 %  ░░│░●░░──────────────",
        "50 %   4       2      50 %    50 %  ─────░░░░░◆░░░░░─────",
        "90 %  20      15      75 %    75 %  ───────────────●░░│░░",
        "",
        "│ said   ● happened, recalibrated   ◆ both",
        "░ consistency band: 90 % of perfectly calibrated records",
        "would stay within, at each value",
    ]


def test_plain_ascii() -> None:
    """The plain variant has no sign beyond ASCII."""
    assert draw(CURVE, width=80, ascii=True).isascii()
    assert "=" in draw(CURVE, ascii=True)


def test_numbers_make_way_for_the_picture() -> None:
    """A narrow terminal keeps what was said and the picture, and drops other columns."""
    first, second = draw(CURVE, width=30).splitlines()[:2]
    assert first.split()[0] == "said"
    assert "happened" not in first
    assert "●" in second


def test_nothing_settled() -> None:
    """Without forecasts there is one sentence."""
    empty = reliability_curve(Pairs(probability=[], outcome=[]))
    assert reliability_rows(empty) == []
    assert draw(empty) == "No settled forecasts yet: there is no diagram."


def test_more_than_twenty_levels_are_pooled_into_tenths() -> None:
    """Many levels give at most eleven rows whose counts add up, and the diagram says so."""
    said = np.linspace(0, 1, 101)
    curve = reliability_curve(Pairs(probability=said, outcome=said > 0.5), draws=20)
    rows = reliability_rows(curve)
    assert len(rows) == 11
    assert sum(row.forecasts for row in rows) == 101
    assert sum(row.events for row in rows) == 50
    assert [row.probability for row in rows[1:-1]] == pytest.approx(np.arange(0.095, 0.9, 0.1))
    assert "101 different probabilities, pooled into tenths" in draw(curve)


def test_rows_of_few_levels_are_the_curve() -> None:
    """Up to twenty levels, the rows are the curve's own numbers."""
    columns = (
        "probability",
        "forecasts",
        "events",
        "recalibrated",
        "band_low",
        "band_high",
        "happened",
    )
    expected = zip(*(getattr(CURVE, name).tolist() for name in columns), strict=True)
    assert reliability_rows(CURVE) == list(starmap(Level, expected))


@given(
    st.lists(st.tuples(st.integers(0, 100), st.booleans()), max_size=60),
    st.integers(1, 140),
    st.booleans(),
)
def test_fits_any_terminal(forecasts: list[tuple[int, bool]], width: int, plain: bool) -> None:
    """No line is wider than asked (from 30 columns up) or ends in a blank."""
    pairs = Pairs(probability=[p / 100 for p, _ in forecasts], outcome=[y for _, y in forecasts])
    curve = reliability_curve(pairs, draws=10)
    drawn = draw(curve, width=width, ascii=plain)
    assert all(len(line) <= max(width, 30) for line in drawn.splitlines())
    assert all(line == line.rstrip() for line in drawn.splitlines())
    assert drawn == draw(curve, width=width, ascii=plain)


def test_what_happened_is_weighed_as_the_curve_is() -> None:
    """The share by weight, pooled too, and that it is not events of n is said."""
    said = Pairs(probability=[0.3, 0.3], outcome=[1, 0], weight=[1, 3], question=["q", "r"])
    curve = reliability_curve(said, draws=0)
    (level,) = curve.levels()
    assert (level.events, level.happened, level.recalibrated) == (1, 0.25, 0.25)
    drawn = draw(curve)
    assert "25 %    25 %" in drawn
    assert "not events of n" in drawn
    assert "not events of n" not in draw(CURVE)
    many = np.arange(44) // 2 / 22
    weight, outcome = np.tile([1.0, 3.0], 22), np.tile([1, 0], 22)
    curve = reliability_curve(Pairs(probability=many, outcome=outcome, weight=weight), draws=0)
    assert [row.happened for row in reliability_rows(curve)] == pytest.approx([0.25] * 11)
