"""Cards of numbers and dates: distances in their own unit, and how often intervals held."""

from __future__ import annotations

import csv
import json
import math
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from test_quantities import numbers, quantities

from tracker.quantities import Quantities
from tracker.scoring.coverage import Coverage, proportion_interval, verdict
from tracker.scoring.quantity_card import (
    QuantityCard,
    count_quantities,
    crps_scores,
    explain_quantities,
    quantity_cards,
)

if TYPE_CHECKING:
    from pathlib import Path

DECILES = [0.1, 0.5, 0.9]


def card(levels: Any, values: Any, outcome: Any, unit: str = "cm", **columns: Any) -> QuantityCard:
    """The one card of forecasts in one unit."""
    n = len(outcome)
    named = [levels] * n if np.ndim(levels[0]) == 0 else levels
    found = Quantities(levels=named, values=values, outcome=outcome, unit=[unit] * n, **columns)
    (only,) = quantity_cards(found)
    return only


# --- scores ---------------------------------------------------------------------------------------

PUBLISHED = {
    # model, target: wis, over, under, dispersion, bias, coverage 50 %, 90 %, error of the median
    ("EuroCOVIDhub-ensemble", "Cases"): "17900 10000 4240 3660 -.0564 .391 .805 24100",
    ("EuroCOVIDhub-baseline", "Cases"): "28500 14100 10300 4100 .098 .328 .820 38500",
    ("epiforecasts-EpiNow2", "Cases"): "20800 11900 3260 5660 -.0789 .469 .789 27900",
    ("EuroCOVIDhub-ensemble", "Deaths"): "41.4 7.14 4.1 30.2 .0727 .875 1 53.1",
    ("EuroCOVIDhub-baseline", "Deaths"): "159 65.9 2.1 91.4 .339 .664 1 233",
    ("UMass-MechBayes", "Deaths"): "52.7 8.98 16.8 26.9 -.0223 .461 .875 78.5",
    ("epiforecasts-EpiNow2", "Deaths"): "66.6 18.9 15.9 31.9 -.00513 .420 .908 105",
}


def hub(file: Path) -> dict[tuple[str, str], Quantities]:
    """The forecasts of the European COVID hub by model and target; what was not observed is not."""
    with file.open(encoding="utf-8") as opened:
        rows = [r for r in csv.DictReader(opened) if "NA" not in (r["predicted"], r["observed"])]
    same = ("model", "target_type", "location", "target_end_date", "horizon")
    rows.sort(key=lambda row: (*(row[name] for name in same), float(row["quantile_level"])))
    found: dict[tuple[str, str], list[list[dict[str, str]]]] = {}
    for key, parts in groupby(rows, key=lambda row: tuple(row[name] for name in same)):
        found.setdefault((key[0], key[1]), []).append(list(parts))
    return {
        key: Quantities(
            levels=[[float(row["quantile_level"]) for row in one] for one in each],
            values=[[float(row["predicted"]) for row in one] for one in each],
            outcome=[float(one[0]["observed"]) for one in each],
            unit=[key[1]] * len(each),
        )
        for key, each in found.items()
    }


def test_the_table_of_the_hub(shared: Path) -> None:
    """56 numbers of the README of scoringutils (MIT), at the three digits printed."""
    found = hub(shared / "data" / "scoringutils" / "example_quantile.csv")
    assert set(found) == set(PUBLISHED)
    for key, printed in PUBLISHED.items():
        (whole,) = quantity_cards(found[key])
        median = [row.index(0.5) for row in found[key].levels]
        middle = [[values[at]] for values, at in zip(found[key].values, median, strict=True)]
        (error,) = quantity_cards(
            found[key].take(np.arange(len(median)), levels=[[0.5]] * len(median), values=middle)
        )
        wis = whole.wis
        assert wis is not None
        share = {one.level: one.share for one in whole.intervals}
        own = [wis.value, wis.over, wis.under, wis.dispersion, whole.bias]
        own += [share[0.5], share[0.9], error.crps]
        assert [float(f"{value:.3g}") for value in own if value is not None] == [
            float(text) for text in printed.split()
        ]


def test_a_median_alone_costs_its_distance() -> None:
    """CRPS and weighted interval score are then the absolute error."""
    found = card([0.5], [[3], [8], [-2]], [4, 5, -2])
    assert found.crps == pytest.approx(4 / 3)
    assert found.wis is not None
    assert found.wis.value == pytest.approx(4 / 3)
    assert (found.intervals, found.bias) == ((), 0.0)
    assert [(one.level, one.hits) for one in found.levels] == [(0.5, 2)]


def test_an_outcome_beyond_all_quantiles() -> None:
    """It costs the distance on top of the spread, and the bias is whole."""
    near, far = (card(DECILES, [[10, 20, 40]], [outcome]) for outcome in (40, 50))
    assert near.crps is not None
    assert far.crps == pytest.approx(near.crps + 10)
    assert (far.bias, card(DECILES, [[10, 20, 40]], [5]).bias) == (-1, 1)
    assert [one.hits for one in (*near.intervals, *far.intervals)] == [1, 0]


def test_levels_on_one_side_of_the_middle_have_no_distance() -> None:
    """One chance in ten that it is above 100 does not say how far 20 is off; it has a hit rate."""
    found = card([0.9], [[100], [50]], [20, 60])
    assert (found.crps, found.crps_interval, found.wis, found.bias) == (None,) * 4
    assert [(one.level, one.hits, one.questions) for one in found.levels] == [(0.9, 1, 2)]
    assert "1 of 2 outcomes fell at or below the 90 % values" in found.verdict
    mixed = card([[0.9], [0.5]], [[100], [50]], [20, 60])
    assert (mixed.crps, mixed.grids) == (10.0, 2)


def test_units_are_never_averaged() -> None:
    """Centimetres, dollars, days that are counted and dates have a card each, in order."""
    found = Quantities(
        levels=[[0.5]] * 5,
        values=[[1], [2], [3], [4], [5]],
        outcome=[2, 4, 6, 8, 10],
        unit=["cm", "USD", "days", "days", "cm"],
        kind=["quantity", "quantity", "quantity", "date", "quantity"],
    )
    cards = quantity_cards(found)
    assert [(one.kind, one.unit, one.crps) for one in cards] == [
        ("date", "days", 4),
        ("quantity", "USD", 2),
        ("quantity", "cm", 3),
        ("quantity", "days", 3),
    ]


def test_numbers_without_a_unit_are_not_averaged_over_questions() -> None:
    """Nobody knows that they count the same; what has no unit is still said, and one question."""
    two = card(DECILES, [[1, 2, 3]] * 2, [2, 9], unit="")
    assert (two.crps, two.wis, two.intervals[0].width) == (None, None, None)
    assert (two.intervals[0].share, two.bias) == (0.5, -0.5)
    one = card(DECILES, [[1, 2, 3]] * 2, [2, 2], unit="", question=["q", "q"], weight=[0.5, 0.5])
    assert one.crps == pytest.approx(0.31 * 2 / 3)
    assert one.intervals[0].width == 2


def test_grids_of_levels_are_not_mixed() -> None:
    """The weighted interval score is of the symmetric levels that most forecasts name."""
    levels = [[0.1, 0.9], [0.25, 0.5, 0.75], [0.1, 0.9], [0.1, 0.8], [0.1, 0.8], [0.1, 0.8]]
    found = card(levels, [sorted(range(len(named))) for named in levels], [0] * 6)
    assert found.grids == 3
    assert found.wis is not None
    assert (found.wis.levels, found.wis.forecasts, found.wis.questions) == ((0.1, 0.9), 2, 2)
    alone = card(levels[0], [[0, 1]] * 2, [0, 0])
    assert alone.wis == found.wis
    assert card([0.1, 0.8], [[0, 1]], [0]).wis is None


def test_linked_questions_are_one_piece_of_evidence() -> None:
    """Intervals and coverage count clusters of questions, where there are any."""
    values, outcome = [[1, 2, 3]] * 4, [2, 2, 9, 9]
    apart = card(DECILES, values, outcome)
    linked = card(DECILES, values, outcome, cluster=["a", "a", "b", "b"])
    assert (apart.crps, apart.questions) == (linked.crps, linked.questions)
    assert apart.crps_interval is not None
    assert linked.crps_interval is not None
    assert linked.crps_interval[1] > apart.crps_interval[1]
    ours, theirs = linked.intervals[0], apart.intervals[0]
    assert (ours.hits, ours.questions, ours.share) == (1, 2, theirs.share)
    assert ours.interval[1] > theirs.interval[1]


def test_what_weighs_nothing_is_not_there() -> None:
    """A forecast of weight 0 is neither counted nor scored; without others there is no card."""
    found = Quantities(levels=[[0.5]] * 2, values=[[1], [9]], outcome=[2, 2], weight=[1, 0])
    assert [(one.forecasts, one.questions, one.crps) for one in quantity_cards(found)] == [
        (1, 1, 1)
    ]
    assert quantity_cards(found.take(np.array([1]))) == ()


@given(quantities(), st.integers(-30, 30))
def test_scores_grow_with_the_unit(found: Quantities, power: int) -> None:
    """In millimetres everything costs ten times what it does in centimetres (here by twos)."""
    factor = 2.0**power
    small = all(abs(v) < 1e200 for v in [*found.outcome, *sum(found.values, ())])
    large = all(abs(v) > 1e-200 for v in [*found.outcome, *sum(found.values, ())] if v)
    assume(small and large)
    other = found.take(
        np.arange(len(found)),
        values=[[v * factor for v in row] for row in found.values],
        outcome=found.outcome * factor,
    )
    np.testing.assert_allclose(crps_scores(other), crps_scores(found) * factor, rtol=1e-12)
    for own, wide in zip(quantity_cards(found), quantity_cards(other), strict=True):
        assert (own.verdict, own.bias, own.levels) == (wide.verdict, wide.bias, wide.levels)
        assert [c.hits for c in own.intervals] == [c.hits for c in wide.intervals]
        assert (own.crps is None) == (wide.crps is None)
        if own.crps is not None:
            assert wide.crps == pytest.approx(own.crps * factor, rel=1e-9)


@given(quantities())
def test_a_card_has_no_number_that_does_not_exist(found: Quantities) -> None:
    """Whatever the values, JSON can hold the card; parts add up; intervals hold their means."""
    for one in quantity_cards(found):
        json.dumps(one.as_dict(), allow_nan=False)
        assert one.verdict.endswith(".")
        assert one.bias is None or -1 <= one.bias <= 1
        if one.crps is not None:
            assert one.crps >= 0
            low, high = one.crps_interval or (one.crps, one.crps)
            assert 0 <= low <= one.crps <= high
        wis = one.wis
        if wis is not None and wis.value is not None:
            assert wis.dispersion is not None
            assert wis.over is not None
            assert wis.under is not None
            total = wis.dispersion + wis.over + wis.under
            assert total == pytest.approx(wis.value, rel=1e-9)
        for seen in (*one.intervals, *one.levels):
            assert 0 <= seen.interval[0] <= seen.share <= seen.interval[1] <= 1
            assert seen.hits == pytest.approx(seen.share * seen.questions)


@given(st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=6))
def test_hits_are_counted(rows: list[tuple[float, float, float]]) -> None:
    """Both ends of an interval are inside it."""
    said = [sorted(row[:2]) for row in rows]
    found = card([0.05, 0.95], said, [row[2] for row in rows])
    inside = sum(low <= y <= high for (low, high), (_, _, y) in zip(said, rows, strict=True))
    below = [sum(row[2] <= ends[at] for row, ends in zip(rows, said, strict=True)) for at in (0, 1)]
    (only,) = found.intervals
    assert (only.level, only.hits, only.questions) == (0.9, inside, len(rows))
    assert [one.hits for one in found.levels] == below


@pytest.mark.parametrize("huge", [1e300, 1.7e308, 1e-300, 5e-324])
def test_numbers_at_the_ends_of_what_a_float_holds(huge: float) -> None:
    """No warning, no infinity: what cannot be written is None."""
    found = card(DECILES, [[-huge, 0, huge]] * 3, [huge, -huge, 0])
    assert found.intervals[0].hits == 3
    assert found.crps is None or 0 < found.crps < math.inf
    assert found.crps is not None or huge > 1e308
    wide = card(DECILES, [[-huge, -huge, -huge], [huge, huge, huge]], [huge, -huge])
    assert wide.crps == (2 * huge if 2 * huge < math.inf else None)
    json.dumps(wide.as_dict(), allow_nan=False)


# --- how the score came about ---------------------------------------------------------------------


@pytest.mark.parametrize("counting", ["time-weighted", "last", "first", "lead:2"])
def test_the_costs_add_up_to_the_score(counting: str) -> None:
    """Of one analyst on one question, in the unit, by the ids of the forecasts."""
    made = np.array(["2026-09-01", "2026-09-03"], "datetime64[us]")
    ended = np.array(["2026-09-05"] * 2, "datetime64[us]")
    found = Quantities(
        levels=[[0.5]] * 2,
        values=[[1], [4]],
        outcome=[5, 5],
        question=["q", "q"],
        forecast=[7, 9],
        made=made,
        ended=ended,
    )
    holdings = explain_quantities(found, counting)
    assert [(one.forecast, one.score) for one in holdings] == [(7, 4), (9, 1)]
    (only,) = quantity_cards(count_quantities(found, counting))
    assert sum(one.cost for one in holdings) == pytest.approx(only.crps)
    assert explain_quantities(found.take(np.zeros(2, dtype=bool))) == []


# --- coverage and the sentence --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (9, 10, 0.5550, 0.9975),
        (0, 10, 0.0, 0.3085),
        (10, 10, 0.6915, 1.0),
        (1, 1, 0.025, 1.0),
        (81, 263, 0.2527, 0.3676),
    ],
)
def test_the_exact_interval_of_a_share(hits: int, n: int, low: float, high: float) -> None:
    """81 of 263 is Newcombe's example (Statistics in Medicine 17, 1998, 857-872, method 5)."""
    assert proportion_interval(hits, n, level=0.95) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 40), st.floats(0, 1))
def test_the_interval_of_a_share_leaves_a_twentieth_on_each_side(n: int, share: float) -> None:
    """At its lower end so many hits or more have a chance of 5 %, at its upper so many or fewer."""
    hits = round(share * n)
    low, high = proportion_interval(hits, n)

    def chance(of: range, p: float) -> float:
        return sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in of)

    assert low == 0 if hits == 0 else chance(range(hits, n + 1), low) == pytest.approx(0.05)
    assert high == 1 if hits == n else chance(range(hits + 1), high) == pytest.approx(0.05)


def seen(hits: float, n: int, level: float = 0.8) -> Coverage:
    """So many hits."""
    return Coverage(level, hits, n, n, hits / n, proportion_interval(hits, n))


@pytest.mark.parametrize(
    ("hits", "n", "said"),
    [
        (1, 1, "One question is no record: its outcome fell inside the 80 % intervals."),
        (0, 1, "One question is no record: its outcome fell outside the 80 % intervals."),
        (0.25, 1, "its outcome fell inside the 80 % intervals 25 % of the time."),
        (
            3,
            4,
            "Cannot tell yet: 3 of 4 outcomes fell inside the 80 % intervals, too few to tell",
        ),
        (0, 9, "Cannot tell yet: 0 of 9 outcomes"),
        (9, 20, "The intervals were too narrow: 9 of 20 outcomes fell inside the 80 % intervals."),
        (40, 40, "The intervals were too wide: 40 of 40 outcomes fell inside the 80 % intervals."),
        (8.4, 20, "on average 42 % of 20 outcomes fell inside the 80 % intervals."),
        (
            15,
            20,
            "Cannot tell yet whether the intervals are too narrow or too wide: 15 of 20 outcomes",
        ),
        (15, 20, "so that in the long run it may be from 54 % to 90 %. If it goes on so, about "),
        (16, 20, "so that in the long run it may be from 60 % to 93 %."),
    ],
)
def test_the_sentence_says_what_can_be_told(hits: float, n: int, said: str) -> None:
    """Nothing of one question, no verdict below ten, and then what the exact interval allows."""
    assert said in verdict((seen(hits, n),), ())


def test_the_further_questions_would_tell() -> None:
    """15 of 20 inside 80 %: with so many more, at the same share, it can be told."""
    more = int(verdict((seen(15, 20),), ()).split("about ")[1].split()[0])
    n = 20 + more
    assert 0.7 < proportion_interval(0.75 * n, n)[1] < 0.8
    assert "about" not in verdict((seen(16, 20),), ())  # nothing to tell


def test_which_interval_speaks() -> None:
    """The one that most questions have; of those the widest; without intervals the middle level."""
    wide, narrow = seen(20, 20, 0.9), seen(2, 20, 0.5)
    assert "90 % intervals" in verdict((wide, narrow), ())
    assert "50 % intervals" in verdict((seen(9, 19, 0.9), narrow), ())
    levels = (seen(0, 20, 0.1), seen(20, 20, 0.5), seen(20, 20, 0.9))
    assert verdict((), levels) == (
        "The values were too high: 20 of 20 outcomes fell at or below the 50 % values."
    )
    assert "too low: 2 of 20" in verdict((), (seen(2, 20, 0.5),))
    assert "its outcome fell above the 50 % values" in verdict((), (seen(0, 1, 0.5),))


def test_intervals_that_are_too_narrow() -> None:
    """From the forecasts to the sentence: 9 of 20 outcomes lie inside."""
    found = card([0.1, 0.9], [[0, 10]] * 20, [5] * 9 + [20] * 11)
    assert found.verdict.startswith("The intervals were too narrow: 9 of 20 outcomes")
    (only,) = found.intervals
    assert (only.level, only.hits, only.share, only.width) == (0.8, 9, 0.45, 10)
