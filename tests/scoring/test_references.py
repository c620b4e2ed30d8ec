"""Skill against a named reference, and what each reference would have scored."""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from strategies import binary_pairs, set_pairs

from tracker import Pairs
from tracker.errors import UsageError
from tracker.scoring.references import ratio_skill, reference_scores, skill
from tracker.scoring.scorecard import scorecard

if TYPE_CHECKING:
    from pathlib import Path


# --- references ---------------------------------------------------------------------------------


def test_half_is_equal_chances() -> None:
    """50 % on a yes/no question, a third on each of three options."""
    pairs = Pairs(
        probability=[0.9, 0.5, 0.3, 0.2],
        outcome=[1, 0, 1, 0],
        kind=["binary", *["options"] * 3],
        forecast=[0, 1, 1, 1],
    )
    assert reference_scores(pairs, "half").tolist() == pytest.approx([0.25, 1 / 3])


@given(binary_pairs(min_size=1))
def test_skill_against_the_base_rate_is_that_of_the_card(pairs: Pairs) -> None:
    """One number in two places: the base rate is the one with hindsight in both."""
    found, card = skill(pairs, against="base rate").value, scorecard(pairs).skill
    assert (found is None) == (card is None)
    if found is not None:
        assert found == pytest.approx(card, abs=1e-9)


@given(set_pairs())
def test_that_holds_for_options_too(pairs: Pairs) -> None:
    """The reference of a card's skill spreads option sets into rows, and so does this one."""
    found, card = skill(pairs, against="base rate").value, scorecard(pairs).skill
    if found is not None and card is not None:
        assert found == pytest.approx(card, abs=1e-9)


def test_each_analyst_can_have_a_base_rate_of_their_own() -> None:
    """``by`` names whose: a's questions all came true, b's half of them."""
    pairs = Pairs(probability=[0.9] * 4, outcome=[1, 1, 1, 0], analyst=["a", "a", "b", "b"])
    scores = reference_scores(pairs, "base rate", by=pairs.analyst)
    assert scores.tolist() == pytest.approx([0, 0, 0.25, 0.25])


def test_the_crowd_is_the_median_of_the_others() -> None:
    """Never of oneself; the mean of the two in the middle; none where nobody else answered."""
    pairs = Pairs(
        probability=[0.1, 0.4, 0.8, 0.9, 0.7],
        outcome=[1, 1, 1, 1, 0],
        question=["q", "q", "q", "q", "alone"],
        analyst=["a", "b", "c", "d", "a"],
    )
    scores = reference_scores(pairs, "crowd")
    assert scores[:4].tolist() == pytest.approx([0.2**2, 0.2**2, 0.6**2, 0.6**2])
    assert math.isnan(scores[4])


def test_a_voice_in_the_crowd_is_the_mean_of_what_it_said() -> None:
    """Ten updates are one voice, weighted by how long each was held."""
    pairs = Pairs(
        probability=[0.2, 0.6, 0.9],
        outcome=[1, 1, 1],
        weight=[0.75, 0.25, 1],
        question=["q"] * 3,
        analyst=["a", "a", "b"],
    )
    scores = reference_scores(pairs, "crowd")
    assert scores.tolist() == pytest.approx([0.01, 0.01, 0.7**2])


def test_a_crowd_among_options_sums_to_one() -> None:
    """The medians (.5, .1, .3) of two others become (5/9, 1/9, 3/9)."""
    said = [[0.2, 0.2, 0.6], [0.5, 0.0, 0.5], [0.5, 0.2, 0.3], [0.7, 0.1, 0.2]]
    pairs = Pairs(
        probability=np.ravel(said),
        outcome=[1, 0, 0] * 4,
        kind=["options"] * 12,
        question=["q"] * 12,
        forecast=np.repeat(range(4), 3),
        analyst=np.repeat(["a", "b", "c", "d"], 3),
    )
    given_first = np.array([0.5, 0.1, 0.3]) / 0.9
    expected = ((given_first - [1, 0, 0]) ** 2).sum() / 2
    assert reference_scores(pairs, "crowd")[0] == pytest.approx(expected)


@given(binary_pairs())
def test_the_crowd_is_what_a_plain_loop_finds(pairs: Pairs) -> None:
    """Against the definition, written out."""
    analyst = np.arange(len(pairs)) % 4
    pairs = pairs.take(np.ones(len(pairs), dtype=bool), analyst=analyst)
    found = reference_scores(pairs, "crowd")
    for row in range(len(pairs)):
        voices = []
        for other in set(analyst.tolist()) - {analyst[row]}:
            own = (analyst == other) & (pairs.question == pairs.question[row])
            if own.any():
                voices.append(np.average(pairs.probability[own], weights=pairs.weight[own]))
        if voices:
            expected = (np.median(voices) - pairs.outcome[row]) ** 2
            assert found[row] == pytest.approx(expected, abs=1e-8)
        else:
            assert math.isnan(found[row])


def test_a_reference_of_another_name_is_refused() -> None:
    """The message says which there are."""
    with pytest.raises(UsageError, match="half, base rate or crowd; found luck"):
        reference_scores(Pairs(probability=[0.5], outcome=[1]), "luck")  # type: ignore[arg-type]


# --- skill --------------------------------------------------------------------------------------


def niamey(shared: Path) -> dict[str, Any]:
    """Squared errors of four forecasts of rain on 92 days."""
    with (shared / "data/niamey/precip_niamey_2016.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rain = np.array([float(row["obs"]) for row in rows])
    names = ("Logistic", "EMOS", "ENS", "EPC")
    return {name: (np.array([float(row[name]) for row in rows]) - rain) ** 2 for name in names}


@pytest.mark.parametrize(
    ("method", "value", "error"),
    [
        ("Logistic", 0.12180028, 0.05923732),
        ("EMOS", 0.00963189, 0.04839464),
        ("ENS", -0.13610073, 0.14721320),
    ],
)
def test_skill_in_niamey(shared: Path, method: str, value: float, error: float) -> None:
    """murphy_bias_corrected.txt: skill against EPC and its standard deviation, by the R package."""
    scores = niamey(shared)
    days = np.arange(92)
    found = ratio_skill(scores[method], scores["EPC"], np.ones(92), days)
    assert found[0] == pytest.approx(value, abs=5e-9)
    assert found[1] == pytest.approx(error, abs=5e-9)
    assert found[2] is not None
    assert found[2][0] < value < found[2][1]


def test_days_that_hang_together_widen_the_interval() -> None:
    """Each question twice, as one cluster: the error is that of the questions once."""
    rng = np.random.default_rng(1)
    score, reference = rng.random(40), rng.random(40)
    once = ratio_skill(score, reference, np.ones(40), np.arange(40))
    twice = ratio_skill(np.tile(score, 2), np.tile(reference, 2), np.ones(80), np.arange(80) % 40)
    assert twice[:2] == pytest.approx(once[:2])


def test_skill_leaves_out_what_has_no_reference() -> None:
    """Where nobody else answered, neither mean counts the question."""
    pairs = Pairs(
        probability=[0.9, 0.6, 0.1],
        outcome=[1, 1, 1],
        question=["q", "q", "alone"],
        analyst=["a", "b", "a"],
    )
    found = skill(pairs.take(pairs.analyst == "a"), against="crowd")
    assert (found.value, found.questions) == (None, 0)
    assert "Nothing to compare" in found.verdict
    whole = skill(pairs, against="crowd")
    assert whole.questions == 1
    assert whole.value == pytest.approx(0)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_skill_of_next_to_nothing(n: int) -> None:
    """No crash, no number that does not exist, and a sentence."""
    pairs = Pairs(probability=[0.8] * n, outcome=[1] * n)
    found = skill(pairs)
    assert found.interval is None
    assert (found.value is None) == (n == 0)
    assert found.verdict.startswith("Nothing" if n == 0 else "Cannot tell yet")


def test_a_reference_that_is_never_wrong_leaves_skill_undefined() -> None:
    """All came true: the base rate scores 0, and nothing can be divided by it."""
    found = skill(Pairs(probability=[0.8, 0.9], outcome=[1, 1]), against="base rate")
    assert found.value is None


def test_skill_says_better_worse_or_cannot_tell() -> None:
    """By the interval, from ten questions on."""
    outcome = np.arange(40) % 2
    sure = np.where(outcome == 1, 0.9, 0.15)
    assert skill(Pairs(probability=sure, outcome=outcome)).verdict == (
        "Better: a mean score 94% lower than always saying 50 %, over 40 settled questions."
    )
    assert skill(Pairs(probability=1 - sure, outcome=outcome)).verdict.startswith("Worse: ")
    mixed = np.where(np.arange(40) % 4 < 2, 0.6, 0.4)
    assert skill(Pairs(probability=mixed, outcome=outcome)).verdict.startswith("Cannot tell yet")


def test_option_sets_have_no_one_base_rate() -> None:
    """Saying nothing but how often things happen is no skill, whatever the number of options."""
    options = np.tile([1 / 3] * 3, 30)
    outcome = np.ravel(np.eye(3)[np.arange(30) % 3])
    yes_no = np.full(30, 0.9)
    mixed = Pairs(
        probability=np.r_[options, yes_no],
        outcome=np.r_[outcome, np.r_[np.ones(27), np.zeros(3)]],
        kind=["options"] * 90 + ["binary"] * 30,
        forecast=np.r_[np.repeat(np.arange(30), 3), np.arange(30, 60)],
        question=np.r_[np.repeat(np.arange(30), 3), np.arange(30, 60)],
    )
    assert scorecard(mixed).skill is None
    against = skill(mixed, against="base rate")
    assert against.questions == 30
    assert against.value == pytest.approx(0, abs=1e-9)
