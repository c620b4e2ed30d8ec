"""The band that holds everywhere at once, and what it shows."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from strategies import binary_pairs, set_pairs

from tracker import Pairs
from tracker.scoring import simultaneous
from tracker.scoring.simultaneous import (
    SimultaneousBand,
    confidence,
    simultaneous_band,
    statements,
)
from tracker.tally import Tally, Trials

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def band(pairs: Pairs, level: float = 0.9) -> SimultaneousBand:
    """The band of pairs."""
    tally = Tally.of(pairs)
    trials = Trials.of(pairs, tally) if len(tally) else None
    return simultaneous_band(tally, trials, level=level)


def same(one: SimultaneousBand, other: SimultaneousBand, within: float = 1e-9) -> bool:
    """Whether two bands are equal but for rounding."""
    return all(
        getattr(one, name) == pytest.approx(getattr(other, name), abs=within)
        for name in ("probability", "low", "high")
    )


def counts(said: dict[float, tuple[int, int]]) -> Pairs:
    """For each probability so many forecasts, of which so many came true."""
    probability = [p for p, (n, _) in said.items() for _ in range(n)]
    outcome = [int(i < k) for n, k in said.values() for i in range(n)]
    return Pairs(probability=probability, outcome=outcome)


# --- published numbers --------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["Logistic", "EMOS", "ENS", "EPC"])
def test_rain_in_niamey(shared: Path, method: str) -> None:
    """Output of the authors' R package calibrationband: 284 lower and upper ends to 12 digits."""
    folder = shared / "data/niamey"
    with (folder / "precip_niamey_2016.csv").open(encoding="utf-8") as file:
        days = list(csv.DictReader(file))
    with (folder / "simultaneous_band_alpha05.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["forecast"] == method]
    said = [float(day[method]) for day in days]
    found = band(Pairs(probability=said, outcome=[int(day["obs"]) for day in days]), 0.95)
    assert found.probability == pytest.approx([float(row["x"]) for row in rows], abs=1e-9)
    assert found.low == pytest.approx([float(row["lower"]) for row in rows], abs=1e-12)
    assert found.high == pytest.approx([float(row["upper"]) for row in rows], abs=1e-12)


def test_ens_said_too_much(shared: Path) -> None:
    """Its forecasts from 92 % on came true less often; the others' may be calibrated."""
    with (shared / "data/niamey/precip_niamey_2016.csv").open(encoding="utf-8") as file:
        days = list(csv.DictReader(file))
    outcome = [int(day["obs"]) for day in days]
    said = {
        method: statements(
            band(Pairs(probability=[float(day[method]) for day in days], outcome=outcome), 0.95)
        )[0]
        for method in ("ENS", "EMOS")
    }
    assert (said["ENS"].direction, said["ENS"].high) == ("less", 1)
    assert said["ENS"].low == pytest.approx(12 / 13)
    assert said["EMOS"].direction is None


# --- coverage -----------------------------------------------------------------------------------


def covered(
    said: NDArray[np.float64], question: NDArray[np.int64], runs: int, *, told: bool = True
) -> float:
    """In what share of calibrated records the band holds every true chance.

    ``told``: whether the band knows which forecasts share a question.
    """
    rng = np.random.default_rng(8)
    inside = 0
    for _ in range(runs):
        happened = rng.random(len(said))[question] < said
        known = question if told else np.arange(len(said))
        found = band(Pairs(probability=said, outcome=happened, question=known))
        true = found.probability
        inside += bool(((found.low <= true) & (true <= found.high)).all())
    return inside / runs


def test_the_band_holds_as_often_as_it_says() -> None:
    """In at least 90 % of 300 records: in more, since the limits are exact and shared out."""
    said = np.repeat([0.05, 0.2, 0.5, 0.6, 0.9], [20, 5, 40, 1, 30])
    assert covered(said, np.arange(96), 300) >= 0.9


def test_the_band_holds_where_forecasts_share_questions() -> None:
    """Five forecasts to a question; with questions ignored it would fail as often as not."""
    said = np.repeat(np.random.default_rng(1).choice([0.1, 0.4, 0.5, 0.8], 60), 5)
    question = np.arange(300) // 5
    assert covered(said, question, 200) >= 0.9
    assert covered(said, question, 200, told=False) < 0.6


@pytest.mark.parametrize(("levels", "analysts"), [(5, 1), (10, 1), (5, 30)])
def test_the_band_holds_where_a_few_questions_hold_most_of_a_range(
    levels: int, analysts: int
) -> None:
    """Five questions from 60 to 80 %, whose share of events is 70 %, and two thousand at 10 %.

    With every level scaled by the weights over all of them it missed in a third of the records.
    """
    rng = np.random.default_rng(9)
    few, singles = 5, 2000
    said = np.tile(np.linspace(0.6, 0.8, levels).repeat(analysts), few)
    question = np.r_[np.arange(few).repeat(levels * analysts), few + np.arange(singles)]
    said = np.r_[said, np.full(singles, 0.1)]
    chance = np.where(said > 0.5, 0.7, 0.1)
    missed = 0
    for _ in range(100):
        happened = rng.random(few + singles)[question] < chance
        found = band(Pairs(probability=said, outcome=happened, question=question))
        true = np.where(found.probability > 0.5, 0.7, 0.1)
        missed += not ((found.low <= true) & (true <= found.high)).all()
    assert missed <= 10


# --- the band -----------------------------------------------------------------------------------


@given(binary_pairs() | set_pairs())
def test_the_ends_rise_within_bounds(pairs: Pairs) -> None:
    """Between 0 and 1; and there is always something to say of it."""
    found = band(pairs)
    for end in (found.low, found.high):
        assert (np.diff(end) >= -1e-12).all()
        assert ((end >= 0) & (end <= 1)).all()
    assert statements(found)
    assert all(statement.sentence.endswith(".") for statement in statements(found))


@given(binary_pairs(min_size=1))
def test_the_opposite_question_has_the_band_turned_round(pairs: Pairs) -> None:
    """What is the lower end for rain is the upper end for none."""
    p, y = pairs.probability, pairs.outcome
    one = band(Pairs(probability=p, outcome=y))
    other = band(Pairs(probability=1 - p, outcome=1 - y))
    turned = SimultaneousBand(
        1 - other.probability[::-1], 1 - other.high[::-1], 1 - other.low[::-1], 0.9, 1, exact=True
    )
    assert same(one, turned)


def test_one_level_has_the_exact_limits_of_a_share() -> None:
    """Clopper and Pearson's for 3 of 10 at 95 %, from their tables: .0667 to .6525."""
    found = band(counts({0.5: (10, 3)}), 0.95)
    assert (found.low[0], found.high[0]) == pytest.approx((0.0667, 0.6525), abs=1e-4)


def test_updates_add_nothing() -> None:
    """Ten forecasts on each question count as one, whether they weigh a tenth or as much."""
    once = counts({0.2: (20, 9), 0.7: (30, 12)})
    for weight in (0.1, 1.0):
        often = Pairs(
            probability=once.probability.repeat(10),
            outcome=once.outcome.repeat(10),
            question=np.arange(50).repeat(10),
            weight=np.full(500, weight),
        )
        found = band(often)
        assert same(found, band(once))
        assert found.independent == pytest.approx(50)
        assert not found.exact
    assert band(once).exact


def test_one_question_of_many_analysts_is_one_piece_of_evidence() -> None:
    """Thirty agree on it and are wrong: nothing is shown."""
    pairs = Pairs(
        probability=[0.9] * 30,
        outcome=[0] * 30,
        question=["q"] * 30,
        analyst=[f"a{number}" for number in range(30)],
    )
    assert band(pairs).independent == pytest.approx(1)
    (statement,) = statements(band(pairs))
    assert statement.direction is None
    assert statement.sentence == (
        "No range of forecasts is shown to be miscalibrated, going by about 1 independent forecast "
        "(about 90 % confidence, all ranges at once)."
    )


@given(binary_pairs(min_size=1) | set_pairs())
def test_every_question_counts_once(pairs: Pairs) -> None:
    """Whatever it weighs, and with all the options of a set."""
    tally = Tally.of(pairs)
    if Trials.of(pairs, tally) is not None:
        assert band(pairs).independent == pytest.approx(len(np.unique(pairs.cluster)))


def test_one_option_set_is_one_piece_of_evidence() -> None:
    """Four options, of which one came true."""
    said = [0.1, 0.2, 0.3, 0.4]
    pairs = Pairs(probability=said, outcome=[1, 0, 0, 0], kind=["options"] * 4, forecast=[1] * 4)
    assert band(pairs).independent == pytest.approx(1)


# --- many levels --------------------------------------------------------------------------------


def test_very_many_levels_are_rounded_so_that_the_band_still_holds() -> None:
    """Down to thousandths for the upper ends, up for the lower ones: never within the exact."""
    rng = np.random.default_rng(2)
    said = rng.random(1500)
    happened = rng.random(1500) < said
    rounded = band(Pairs(probability=said, outcome=happened))
    assert len(rounded) <= 1001
    assert np.allclose(rounded.probability * 1000, np.rint(rounded.probability * 1000))
    down = band(Pairs(probability=np.floor(said * 1000) / 1000, outcome=happened))
    up = band(Pairs(probability=np.ceil(said * 1000) / 1000, outcome=happened))
    at = np.searchsorted(rounded.probability, down.probability)
    assert rounded.high[at] == pytest.approx(down.high)
    at = np.searchsorted(rounded.probability, up.probability)
    assert rounded.low[at] == pytest.approx(up.low)


def test_pools_passed_over_cost_little_and_never_narrow_the_band(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With hundreds of levels only the promising pools are worked out."""
    rng = np.random.default_rng(3)
    for n in (300, 5000):
        said = rng.integers(0, 401, n) / 400
        pairs = Pairs(probability=said, outcome=rng.random(n) < said**1.3)
        monkeypatch.setattr(simultaneous, "LOOKED_AT", 20)
        quick = band(pairs)
        monkeypatch.setattr(simultaneous, "LOOKED_AT", 1000)
        whole = band(pairs)
        assert (quick.low <= whole.low + 1e-12).all()
        assert (quick.high >= whole.high - 1e-12).all()
        assert np.abs(quick.low - whole.low).max() < 0.02
        assert np.abs(quick.low - whole.low).mean() < 0.001
        assert np.abs(quick.high - whole.high).mean() < 0.001


def test_the_band_does_not_depend_on_how_much_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """One row of pools at a time gives the same."""
    pairs = counts({level / 20: (3, level // 7) for level in range(21)})
    whole = band(pairs)
    monkeypatch.setattr(simultaneous, "BLOCK", 1)
    assert same(whole, band(pairs), within=0)


# --- what it says -------------------------------------------------------------------------------


def test_ranges_are_named_in_order() -> None:
    """Too timid below and too bold above, in one record."""
    said = counts(
        {0.1: (50, 25), 0.2: (50, 25), 0.55: (40, 22), 0.6: (50, 25), 0.8: (50, 26), 0.9: (50, 26)}
    )
    found = statements(band(said))
    assert [(one.low, one.high, one.direction) for one in found] == [
        (0.1, 0.2, "more"),
        (0.8, 0.9, "less"),
    ]
    assert [one.sentence for one in found] == [
        "The forecasts from 10 to 20 % came true more often than said.",
        "The forecasts from 80 to 90 % came true less often than said.",
    ]


def test_what_is_said_has_its_confidence() -> None:
    """That of the band, for all ranges at once; about that where forecasts share questions."""
    said = counts({0.9: (20, 8)})
    assert confidence(band(said, 0.95)) == "With 95 % confidence, for all ranges at once:"
    shared = Pairs(probability=said.probability, outcome=said.outcome, question=np.arange(20) // 2)
    assert confidence(band(shared)) == "With about 90 % confidence, for all ranges at once:"


def test_a_share_that_falls_is_said() -> None:
    """No calibration curve that rises goes through such a band."""
    found = statements(band(counts({0.3: (60, 50), 0.7: (60, 10)})))
    assert found[-1].direction == "falling"
    assert found[-1].sentence == "Higher probabilities did not always go with more events."
    assert {one.direction for one in found} == {"more", "less", "falling"}


def test_what_was_said_never_to_happen_and_did() -> None:
    """One such outcome is enough."""
    found = statements(band(counts({0.0: (5, 1), 1.0: (5, 5)})))
    assert [(one.low, one.direction) for one in found] == [(0.0, "more")]
    assert found[0].sentence == "The forecasts of 0 % came true more often than said."


@pytest.mark.parametrize(
    ("n", "going_by"),
    [
        (0, ""),
        (1, "1 independent forecast"),
        (2, "2 independent forecasts"),
    ],
)
def test_little_data_says_that_nothing_is_shown(n: int, going_by: str) -> None:
    """None, one and two forecasts; no range, and a plain sentence."""
    found = statements(band(Pairs(probability=[0.6] * n, outcome=[0] * n)))
    assert [(one.low, one.high, one.direction) for one in found] == [(None, None, None)]
    expected = "Nothing to tell yet: no settled forecast counts."
    if n:
        expected = (
            f"No range of forecasts is shown to be miscalibrated, going by {going_by} "
            "(90 % confidence, all ranges at once)."
        )
    assert found[0].sentence == expected
