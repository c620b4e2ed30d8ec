"""Mean score = miscalibration - discrimination + uncertainty, against published tables."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import binary_pairs, set_pairs

from tracker import Pairs, score
from tracker.scoring.decomposition import Decomposition, decompose, recalibrate
from tracker.scoring.rules import Rule, brier, log_score
from tracker.tally import Tally

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

RULES: list[Any] = ["brier", "log", "spherical"]
rules = st.sampled_from(RULES)
PARTS = ("score", "miscalibration", "discrimination", "uncertainty")
NAN = float("nan")


def spherical(probability: NDArray[np.float64], outcome: NDArray[np.float64]) -> Any:
    """One minus the share of what happened in the length of the forecast (statistics.md)."""
    given = np.abs(1 - outcome - probability)
    return 1 - given / np.sqrt(2 * probability**2 - 2 * probability + 1)


COSTS: dict[str, Any] = {"brier": brier, "log": log_score, "spherical": spherical}


def parts(pairs: Pairs, rule: Rule = "brier") -> list[float]:
    """The four numbers of a decomposition."""
    return numbers(decompose(Tally.of(pairs), rule))


def numbers(whole: Decomposition) -> list[float]:
    """The four numbers, in the order of the identity."""
    return [getattr(whole, name) for name in PARTS]


def niamey(shared: Path, method: str) -> Pairs:
    """Rain in Niamey in 2016: 92 days (R package reliabilitydiag, ECMWF-derived, CC BY 4.0)."""
    with (shared / "data/niamey/precip_niamey_2016.csv").open(encoding="utf-8") as file:
        days = list(csv.DictReader(file))
    return Pairs(
        probability=[float(day[method]) for day in days], outcome=[int(day["obs"]) for day in days]
    )


# --- published numbers ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "published"),
    [
        ("EMOS", (0.2320, 0.0183, 0.0305, 0.2442)),
        ("Logistic", (NAN, 0.017, 0.056, 0.244)),
        ("ENS", (NAN, 0.066, 0.044, 0.244)),
        ("EPC", (NAN, 0.022, 0.032, 0.244)),
    ],
)
def test_rain_in_niamey_as_published(
    shared: Path, method: str, published: tuple[float, ...]
) -> None:
    """README of reliabilitydiag and figures of PNAS 118 (2021), doi:10.1073/pnas.2016191118."""
    for found, printed in zip(parts(niamey(shared, method)), published, strict=True):
        digits = 4 if method == "EMOS" else 3
        assert np.isnan(printed) or round(found, digits) == printed


@pytest.mark.parametrize(
    ("method", "computed"),
    [
        ("EMOS", (0.232025, 0.018283, 0.030469)),
        ("ENS", (0.266168, 0.066072, 0.044115)),
        ("EPC", (0.234282, 0.022350, 0.032279)),
        ("Logistic", (0.205746, 0.017076, 0.055541)),
    ],
)
def test_rain_in_niamey_to_six_digits(
    shared: Path, method: str, computed: tuple[float, ...]
) -> None:
    """statistics.md, Niamey table; ENS has ties: a fit that does not pool them gives .0702."""
    found = parts(niamey(shared, method))
    assert found == pytest.approx([*computed, 0.244211], abs=1e-6)


@pytest.mark.parametrize(
    ("method", "computed"),
    [
        ("Logistic", (0.598297, 0.050874, 0.134100)),
        ("EMOS", (0.653682, 0.048736, 0.076578)),
        ("ENS", (np.inf, np.inf, 0.099827)),
        ("EPC", (0.661282, 0.057558, 0.077800)),
    ],
)
def test_rain_in_niamey_by_log_score(
    shared: Path, method: str, computed: tuple[float, ...]
) -> None:
    """statistics.md, Niamey table, last column."""
    found = parts(niamey(shared, method), "log")
    assert found == pytest.approx([*computed, 0.681524], abs=1e-6)


def test_an_infinite_log_score_is_counted_and_not_clipped(shared: Path) -> None:
    """PROVENANCE.md: ENS said 1 on days without rain."""
    pairs = niamey(shared, "ENS")
    impossible = int(((pairs.probability == 1) & (pairs.outcome == 0)).sum())
    card = score(pairs, rule="log")
    assert card.log_infinite == impossible > 0
    assert card.log is None
    assert card.miscalibration is None
    assert card.discrimination == pytest.approx(0.099827, abs=1e-6)
    assert card.uncertainty == pytest.approx(0.681524, abs=1e-6)


def test_a_fit_that_does_not_pool_ties_is_caught(shared: Path) -> None:
    """Row by row, ENS gets .0661 to .0895 by the order of its rows; PROVENANCE.md met .0702."""
    from scipy.optimize import isotonic_regression

    pairs = niamey(shared, "ENS")

    def naive(order: NDArray[np.intp]) -> float:
        happened = pairs.outcome[order]
        fitted = isotonic_regression(happened).x
        return float(np.mean((pairs.probability[order] - happened) ** 2 - (fitted - happened) ** 2))

    kindest = naive(np.lexsort((-pairs.outcome, pairs.probability)))
    harshest = naive(np.lexsort((pairs.outcome, pairs.probability)))
    assert parts(pairs)[1] == pytest.approx(kindest, abs=1e-9)
    assert kindest < 0.0702 < harshest


# --- properties -------------------------------------------------------------------------------


@given(st.one_of(binary_pairs(min_size=1), set_pairs()), rules)
def test_the_parts_make_the_whole_and_none_is_negative(pairs: Pairs, rule: Rule) -> None:
    """The identity holds for any table; with an infinite score, for what is finite."""
    whole = decompose(Tally.of(pairs), rule)
    assert min(whole.miscalibration, whole.discrimination, whole.uncertainty) >= 0
    assert whole.score == pytest.approx(
        whole.miscalibration - whole.discrimination + whole.uncertainty, abs=1e-9
    )
    assert np.isfinite([whole.discrimination, whole.uncertainty]).all()


@given(binary_pairs(min_size=1), rules)
def test_the_score_is_the_weighted_mean_of_the_rules(pairs: Pairs, rule: Rule) -> None:
    """Pooling by level loses nothing, and infinity stays infinite."""
    costs = COSTS[rule](pairs.probability, pairs.outcome)
    expected = np.average(costs, weights=pairs.weight)
    assert parts(pairs, rule)[0] == pytest.approx(float(expected), rel=1e-9, abs=1e-12)


@given(binary_pairs(min_size=1), rules, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(
    pairs: Pairs, rule: Rule, dice: np.random.Generator
) -> None:
    """Ties are pooled before the fit, so no row is first among equals."""
    order = np.arange(len(pairs))
    dice.shuffle(order)
    assert parts(pairs.take(order), rule) == pytest.approx(parts(pairs, rule), abs=1e-9)


@given(binary_pairs(min_size=1), rules)
def test_the_opposite_question_decomposes_alike(pairs: Pairs, rule: Rule) -> None:
    """Saying 1 - p of what did not happen is the same forecast."""
    opposite = Pairs(
        probability=1 - pairs.probability, outcome=1 - pairs.outcome, weight=pairs.weight
    )
    assert parts(opposite, rule) == pytest.approx(parts(pairs, rule), abs=1e-7)


@given(binary_pairs(min_size=1), rules, st.data())
def test_a_weight_of_two_is_the_row_twice(pairs: Pairs, rule: Rule, data: st.DataObject) -> None:
    """Weights are counts that need not be whole."""
    n = len(pairs)
    times = np.array(data.draw(st.lists(st.sampled_from([1, 2, 3]), min_size=n, max_size=n)))
    weighted = Pairs(probability=pairs.probability, outcome=pairs.outcome, weight=times)
    repeated = Pairs(
        probability=np.repeat(pairs.probability, times), outcome=np.repeat(pairs.outcome, times)
    )
    assert parts(weighted, rule) == pytest.approx(parts(repeated, rule), abs=1e-9)


@given(binary_pairs(min_size=1), rules, st.data())
def test_tallied_apart_and_added_is_the_whole(
    pairs: Pairs, rule: Rule, data: st.DataObject
) -> None:
    """However the rows are split, as those of an archive are."""
    cut = data.draw(st.integers(0, len(pairs)))
    before = np.arange(len(pairs)) < cut
    both = Tally.of(pairs.take(before)) + Tally.of(pairs.take(~before))
    assert numbers(decompose(both, rule)) == pytest.approx(parts(pairs, rule), abs=1e-9)


@given(binary_pairs(min_size=1), rules)
def test_a_forecast_of_no_weight_changes_nothing(pairs: Pairs, rule: Rule) -> None:
    """Also where it is the only one of its level."""
    n = len(pairs)
    idle = Pairs(
        probability=[*pairs.probability, 0.123456789, 0.5],
        outcome=[*pairs.outcome, 1, 0],
        weight=[*pairs.weight, 0, 0],
    )
    assert len(idle) == n + 2
    assert parts(idle, rule) == pytest.approx(parts(pairs, rule), abs=1e-9)


@given(binary_pairs(min_size=1), rules)
def test_recalibrating_again_saves_nothing(pairs: Pairs, rule: Rule) -> None:
    """What isotonic regression gives is calibrated, and discriminates as well as before."""
    tally = Tally.of(pairs)
    fitted = decompose(tally, rule).recalibrated[np.searchsorted(tally.level, pairs.rows().level)]
    again = decompose(
        Tally.of(Pairs(probability=fitted, outcome=pairs.outcome, weight=pairs.weight)), rule
    )
    before = decompose(tally, rule)
    assert again.miscalibration == pytest.approx(0, abs=1e-6)
    assert again.discrimination == pytest.approx(before.discrimination, abs=1e-6)
    assert again.uncertainty == pytest.approx(before.uncertainty, abs=1e-9)


@given(binary_pairs(min_size=1))
def test_recalibrated_shares_rise_with_the_level(pairs: Pairs) -> None:
    """They are shares, they never fall, and their mean is the base rate."""
    tally = Tally.of(pairs)
    fitted = recalibrate(tally.happened, tally.weight)
    assert (np.diff(fitted) >= -1e-12).all()
    assert ((fitted >= 0) & (fitted <= 1)).all()
    assert fitted @ tally.weight == pytest.approx(tally.happened.sum())


@given(binary_pairs(min_size=1), st.integers(0, 2**32 - 1))
def test_many_records_are_recalibrated_as_each_is(pairs: Pairs, seed: int) -> None:
    """A thousand simulated records in one go are the fits of scipy, one by one."""
    from scipy.optimize import isotonic_regression

    tally = Tally.of(pairs)
    rng = np.random.default_rng(seed)
    happened = tally.weight * rng.integers(0, 4, (20, len(tally))) / 3
    many = recalibrate(happened, tally.weight)
    for row, fitted in zip(happened, many, strict=True):
        assert fitted.tolist() == pytest.approx(recalibrate(row, tally.weight).tolist())
        alone = isotonic_regression(row / tally.weight, weights=tally.weight).x
        assert fitted.tolist() == pytest.approx(alone.tolist(), abs=1e-9)


# --- little data ------------------------------------------------------------------------------


def test_no_forecasts_have_no_score() -> None:
    """NaN for what does not exist, and no level to recalibrate."""
    nothing = decompose(Tally.of(Pairs(probability=[], outcome=[])))
    assert np.isnan(numbers(nothing)).all()
    assert len(nothing.recalibrated) == 0
    assert recalibrate(np.zeros(0), np.zeros(0)).tolist() == []


@pytest.mark.parametrize("y", [0, 1])
def test_one_forecast_is_all_miscalibration(y: int) -> None:
    """With one forecast the base rate is the outcome itself: n = 1 of statistics.md."""
    cost = (0.3 - y) ** 2
    assert parts(Pairs(probability=[0.3], outcome=[y])) == pytest.approx([cost, cost, 0, 0])


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ((0, 1), (0.09, 0.09, 0.25, 0.25)),  # told apart, but not boldly enough
        ((1, 0), (0.49, 0.24, 0.0, 0.25)),  # the wrong way round: pooled to one half
        ((1, 1), (0.29, 0.29, 0.0, 0.0)),  # one class: nothing to discriminate
    ],
)
def test_two_forecasts_by_hand(outcome: tuple[int, int], expected: tuple[float, ...]) -> None:
    """0.3 and 0.7, worked on paper."""
    assert parts(Pairs(probability=[0.3, 0.7], outcome=outcome)) == pytest.approx(list(expected))


@given(binary_pairs(min_size=1), st.sampled_from([0, 1]), rules)
def test_of_one_class_there_is_nothing_to_discriminate(pairs: Pairs, y: int, rule: Rule) -> None:
    """statistics.md, CORP: UNC = DSC = 0, and MCB is the whole score."""
    whole = parts(Pairs(probability=pairs.probability, outcome=np.full(len(pairs), y)), rule)
    assert whole[2:] == pytest.approx([0, 0], abs=1e-12)
    assert whole[1] == pytest.approx(whole[0])


@given(st.integers(1, 20), st.integers(1, 20), st.sampled_from([0.0, 0.3, 0.5, 1.0]))
def test_of_one_level_there_is_nothing_to_discriminate(yes: int, no: int, p: float) -> None:
    """statistics.md, CORP: DSC = 0, and MCB = S - UNC."""
    said = Pairs(probability=[p] * (yes + no), outcome=[1] * yes + [0] * no)
    total, miscalibration, discrimination, uncertainty = parts(said)
    assert discrimination == pytest.approx(0, abs=1e-12)
    assert miscalibration == pytest.approx(total - uncertainty)
    base = yes / (yes + no)
    assert uncertainty == pytest.approx(base * (1 - base))
