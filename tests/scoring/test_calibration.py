"""The recalibrated curve and its band: pooled, seeded, and as wide as it should be."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from strategies import binary_pairs, set_pairs

from tracker import Pairs
from tracker.scoring import calibration, simulation
from tracker.scoring.calibration import ReliabilityCurve, curve_of, reliability_curve
from tracker.scoring.decomposition import recalibrate
from tracker.tally import Tally, Trials

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

COLUMNS = ("probability", "forecasts", "events", "recalibrated", "band_low", "band_high")


def same(one: ReliabilityCurve, other: ReliabilityCurve) -> bool:
    """Whether two curves are equal in every number."""
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in COLUMNS)


def width(curve: ReliabilityCurve) -> float:
    """The mean width of a band."""
    return float((curve.band_high - curve.band_low).mean())


def grid(each: int) -> dict[str, Any]:
    """Forecasts of 10 %, 30 %, 50 %, 70 % and 90 %, the same number of each."""
    probability = np.repeat([0.1, 0.3, 0.5, 0.7, 0.9], each)
    return {"probability": probability, "outcome": np.arange(len(probability)) % 2}


# --- the curve --------------------------------------------------------------------------------


def test_equal_probabilities_are_one_point() -> None:
    """With their counts, and isotonic regression of the shares: worked by hand."""
    curve = reliability_curve(
        Pairs(probability=[0.8, 0.2, 0.2, 0.1 + 0.1, 0.5, 0.5], outcome=[1, 1, 0, 0, 0, 0])
    )
    assert curve.probability.tolist() == [0.2, 0.5, 0.8]
    assert curve.forecasts.tolist() == [3, 2, 1]
    assert curve.events.tolist() == [1, 0, 1]
    assert curve.recalibrated.tolist() == pytest.approx([0.2, 0.2, 1.0])
    assert (curve.level, curve.draws, curve.seed) == (0.9, 1000, 1)
    assert len(curve) == 3


def test_without_draws_there_is_no_band() -> None:
    """The curve is the same; its band is not a number."""
    pairs = Pairs(**grid(20))
    curve = reliability_curve(pairs, draws=0)
    assert reliability_curve(pairs).banded
    assert not curve.banded
    assert np.isnan([curve.band_low, curve.band_high]).all()
    assert curve.recalibrated.tolist() == reliability_curve(pairs).recalibrated.tolist()


def test_every_option_is_a_point() -> None:
    """An options forecast enters with each of its options, an ordered one with each split."""
    said: dict[str, Any] = {
        "probability": [0.2, 0.5, 0.3],
        "outcome": [0, 1, 0],
        "forecast": [1, 1, 1],
    }
    options = reliability_curve(Pairs(**said, kind=["options"] * 3))
    assert options.probability.tolist() == [0.2, 0.3, 0.5]
    assert options.events.tolist() == [0, 0, 1]
    ordered = reliability_curve(Pairs(**said, kind=["ordered"] * 3))
    assert ordered.probability.tolist() == [0.2, 0.7]
    assert ordered.events.tolist() == [0, 1]


@given(binary_pairs(min_size=1) | set_pairs())
def test_the_curve_rises_within_its_bounds(pairs: Pairs) -> None:
    """Shares between 0 and 1, in a band that rises with them, whatever was said."""
    curve = reliability_curve(pairs, draws=20)
    tally = Tally.of(pairs)
    assert (np.diff(curve.probability) > 0).all()
    assert curve.forecasts.sum() == tally.forecasts.sum()
    for rising in (curve.recalibrated, curve.band_low, curve.band_high):
        assert (np.diff(rising) >= -1e-12).all()
        assert ((rising >= 0) & (rising <= 1)).all()
    assert (curve.band_low <= curve.band_high).all()
    assert curve.recalibrated.tolist() == recalibrate(tally.happened, tally.weight).tolist()


def test_the_curve_as_rows_of_plain_numbers() -> None:
    """One row a level, ascending, ready for JSON."""
    curve = reliability_curve(Pairs(probability=[0.8, 0.2], outcome=[1, 0]))
    rows = curve.levels()
    assert [row.probability for row in rows] == [0.2, 0.8]
    assert [(row.forecasts, row.events, row.recalibrated) for row in rows] == [(1, 0, 0), (1, 1, 1)]
    assert {type(value) for row in rows for value in row} == {int, float}


def test_no_forecasts_have_an_empty_curve() -> None:
    """Every column is there, with nothing in it; however few the draws."""
    for draws in (1, 1000):
        curve = reliability_curve(Pairs(probability=[], outcome=[]), draws=draws)
        assert len(curve) == 0
        assert curve.levels() == []
        assert {len(getattr(curve, name)) for name in COLUMNS} == {0}


def test_a_tally_has_the_curve_of_its_pairs() -> None:
    """An archive has no pairs, and loses nothing by it."""
    pairs = Pairs(**grid(8), question=np.arange(40) // 3)
    tally = Tally.of(pairs)
    curve = curve_of(tally, Trials.of(pairs, tally), seed=5)
    assert same(curve, reliability_curve(pairs, seed=5))


def test_too_many_levels_are_pooled_by_thousandths() -> None:
    """A curve of 6,000 points is no picture; every forecast is in it all the same."""
    probability = np.linspace(0, 1, 6000)
    outcome = np.random.default_rng(1).random(6000) < probability
    curve = reliability_curve(Pairs(probability=probability, outcome=outcome), draws=100)
    assert len(curve) == 1003
    assert (curve.forecasts.sum(), curve.events.sum()) == (6000, outcome.sum())
    assert (curve.probability[0], curve.probability[-1]) == (0, 1)
    assert (curve.forecasts[0], curve.forecasts[-1]) == (1, 1)


def test_draws_are_as_many_as_can_be_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """The curve says how many there were."""
    monkeypatch.setattr(calibration, "HELD", 60)
    curve = reliability_curve(Pairs(**grid(2)), draws=500)
    assert curve.draws == 12


# --- the band ---------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_band() -> None:
    """Same input, same bytes; another seed, another band, by little."""
    pairs = Pairs(**grid(15))
    curve = reliability_curve(pairs, seed=3)
    assert same(curve, reliability_curve(pairs, seed=3))
    other = reliability_curve(pairs, seed=4)
    assert not same(curve, other)
    assert abs(width(curve) - width(other)) < 0.05


def test_the_band_does_not_depend_on_how_much_is_held_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Simulating one draw at a time, as for a huge table, gives the same numbers."""
    pairs = Pairs(**grid(3))
    whole = reliability_curve(pairs, draws=50)
    monkeypatch.setattr(simulation, "BLOCK", 1)
    assert same(whole, reliability_curve(pairs, draws=50))


def test_the_band_is_of_what_was_said_and_not_of_what_happened() -> None:
    """It takes the forecasts at their word."""
    said = grid(8)
    as_it_was = reliability_curve(Pairs(**said))
    otherwise = reliability_curve(Pairs(**{**said, "outcome": 1 - said["outcome"]}))
    assert as_it_was.band_low.tolist() == otherwise.band_low.tolist()
    assert as_it_was.band_high.tolist() == otherwise.band_high.tolist()


def test_certainties_have_no_spread() -> None:
    """If calibrated, what is impossible never happens and what is certain always does."""
    curve = reliability_curve(Pairs(probability=[0, 0, 1, 1], outcome=[1, 0, 1, 0]))
    assert curve.band_low.tolist() == curve.band_high.tolist() == [0, 1]


@pytest.mark.parametrize(("level", "least", "most"), [(0.5, 0.45, 0.75), (0.9, 0.86, 0.97)])
def test_a_calibrated_analyst_stays_within_the_band(
    level: float, least: float, most: float
) -> None:
    """In about as many of 2,000 simulations as it says, or more, since shares are whole counts."""
    pairs = Pairs(**grid(40))
    curve = reliability_curve(pairs, level=level, draws=4000)
    rng = np.random.default_rng(7)
    happened = rng.binomial(40, curve.probability, size=(2000, 5)).astype(float)
    fits = np.array([recalibrate(row, np.full(5, 40.0)) for row in happened])
    inside = (fits >= curve.band_low - 1e-9) & (fits <= curve.band_high + 1e-9)
    assert (inside.mean(axis=0) >= least).all()
    assert inside.mean() <= most


def test_more_forecasts_make_the_band_narrower() -> None:
    """With four times as many, about half as wide."""
    few, many = reliability_curve(Pairs(**grid(20))), reliability_curve(Pairs(**grid(80)))
    assert 0.4 < width(many) / width(few) < 0.65


def test_ten_updates_are_not_ten_trials() -> None:
    """On two questions a level, 20 forecasts spread as two do; on 20 questions, far less."""
    said = grid(20)
    apart = reliability_curve(Pairs(**said))
    shared = reliability_curve(Pairs(**said, question=np.arange(100) // 10))
    single = reliability_curve(Pairs(**grid(2)))
    assert width(shared) > 2 * width(apart)
    assert width(shared) == pytest.approx(width(single), abs=0.05)


def test_analysts_on_one_question_share_its_outcome() -> None:
    """The events are one, whoever spoke: all happen together or none does."""
    alone = reliability_curve(Pairs(probability=[0.5] * 30, outcome=[1] * 30))
    together = reliability_curve(
        Pairs(
            probability=[0.5] * 30,
            outcome=[1] * 30,
            question=["q"] * 30,
            analyst=[f"a{number}" for number in range(30)],
        )
    )
    assert 0.2 < alone.band_low[0] < alone.band_high[0] < 0.8
    assert (together.band_low[0], together.band_high[0]) == (0, 1)


def test_of_an_option_set_one_option_comes_true() -> None:
    """Of four even chances exactly one holds: a quarter, with no spread at all."""
    curve = reliability_curve(
        Pairs(probability=[0.25] * 4, outcome=[0, 1, 0, 0], kind=["options"] * 4, forecast=[1] * 4)
    )
    assert (curve.band_low.tolist(), curve.band_high.tolist()) == ([0.25], [0.25])


def test_weights_weigh_in_the_band() -> None:
    """A hundred forecasts of which one has nearly all the weight spread as that one does."""
    weight = np.array([1000.0, *[0.001] * 99])
    curve = reliability_curve(
        Pairs(probability=[0.5] * 100, outcome=[1] * 100, weight=weight), draws=200
    )
    assert curve.band_low[0] < 0.01
    assert curve.band_high[0] > 0.99


def test_a_forecast_of_no_weight_changes_no_other_level() -> None:
    """Nor the band around them; its own level may be left out."""
    said: dict[str, Any] = {
        "probability": [0.2, 0.2, 0.8, 0.8],
        "outcome": [0, 1, 1, 1],
        "question": [1, 2, 3, 4],
    }
    idle = {"probability": [0.5], "outcome": [0], "question": [1]}
    both = {name: said[name] + idle[name] for name in said}
    plain = reliability_curve(Pairs(**said))
    curve = reliability_curve(Pairs(**both, weight=[1, 1, 1, 1, 0]))
    kept = np.isin(curve.probability, [0.2, 0.8])
    assert curve.recalibrated[kept].tolist() == plain.recalibrated.tolist()
    assert curve.band_low[kept].tolist() == plain.band_low.tolist()
    assert curve.band_high[kept].tolist() == plain.band_high.tolist()


# --- the band of the authors --------------------------------------------------------------------


def published(shared: Path, method: str) -> tuple[Pairs, NDArray[np.float64], NDArray[np.float64]]:
    """The Niamey forecasts of a method, and the 90 % band that the authors' R code gives them."""
    folder = shared / "data/niamey"
    with (folder / "precip_niamey_2016.csv").open(encoding="utf-8") as file:
        days = list(csv.DictReader(file))
    with (folder / "consistency_band_90_B20000.csv").open(encoding="utf-8") as file:
        band = [
            (float(row["x"]), float(row["lower"]), float(row["upper"]))
            for row in csv.DictReader(file)
            if row["forecast"] == method and row["position"] == "diagonal"
        ]
    pairs = Pairs(
        probability=[float(day[method]) for day in days], outcome=[int(day["obs"]) for day in days]
    )
    x, low, high = np.array(band).T
    assert x == pytest.approx(Tally.of(pairs).probability)
    return pairs, low, high


@pytest.mark.parametrize("method", ["ENS", "EMOS"])
def test_the_band_is_that_of_the_authors_up_to_a_few_percent(shared: Path, method: str) -> None:
    """reliabilitydiag, 20,000 draws: its 90 % band lies between our 86 % and 94 % bands.

    Its draws also draw how often each level is said; ours keep that as it was. Between the two
    the chance beyond an end of the band differs by up to two points.
    """
    pairs, low, high = published(shared, method)
    curve = reliability_curve(pairs, draws=20_000)
    apart = np.abs(np.stack([curve.band_low - low, curve.band_high - high]))
    assert apart.mean() < 0.005
    narrow = reliability_curve(pairs, level=0.86, draws=20_000)
    wide = reliability_curve(pairs, level=0.94, draws=20_000)
    assert (wide.band_low <= low + 1e-9).all()
    assert (low <= narrow.band_low + 1e-9).all()
    assert (wide.band_high >= high - 1e-9).all()
    assert (high >= narrow.band_high - 1e-9).all()


def test_the_one_step_by_which_the_band_of_ens_differs(shared: Path) -> None:
    """At 5/13 the chance that nothing at all happened up to there is 4.5 %, just under a tail.

    With the counts drawn as well (reliabilitydiag) it is 5.8 %, just over: there the lower end is
    0, here it is one step up, 1/13 or 1/12. At the 32 other levels the ends agree within .025.
    """
    pairs, low, high = published(shared, "ENS")
    curve = reliability_curve(pairs, draws=20_000)
    apart = np.maximum(np.abs(curve.band_low - low), np.abs(curve.band_high - high))
    assert np.flatnonzero(apart > 0.025).tolist() == [8]
    assert curve.probability[8] == pytest.approx(5 / 13)
    assert apart.mean() < 0.01

    nothing = np.prod((1 - curve.probability[:9]) ** curve.forecasts[:9])
    assert nothing == pytest.approx(0.0446, abs=1e-4)
    assert low[8] == 0
    assert 1 / 13 - 1e-9 <= curve.band_low[8] <= 1 / 12 + 1e-9
    assert reliability_curve(pairs, level=0.92, draws=20_000).band_low[8] == 0
