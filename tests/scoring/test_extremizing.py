"""Extremizing: of a probability, and out of sample."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit
from strategies import set_pairs

from tracker import Pairs
from tracker.errors import UsageError
from tracker.scoring.extremizing import _sharpened, extremize, fit_extremizing
from tracker.scoring.pooling import pool


def simulated(n: int, factor: float, *, seed: int = 3, **columns: Any) -> Pairs:
    """A crowd on n questions that would be calibrated if it were extremized by the factor."""
    rng = np.random.default_rng(seed)
    p = rng.uniform(0.1, 0.9, n)
    return Pairs(probability=p, outcome=rng.random(n) < extremize(p, factor), **columns)


# --- a probability --------------------------------------------------------------------------------


@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=9), st.floats(0.2, 4))
def test_extremizing_is_that_of_satopaa_and_of_baron(said: list[float], factor: float) -> None:
    """sigma(a * mean logit) of geometric odds; p^a / (p^a + (1 - p)^a) of any probability."""
    pooled = pool(said, [0] * len(said), method="geometric odds")
    assert extremize(pooled, factor)[0] == pytest.approx(expit(factor * logit(said).mean()))
    p = np.array(said)
    assert extremize(p, factor) == pytest.approx(p**factor / (p**factor + (1 - p) ** factor))
    assert extremize(1 - p, factor) == pytest.approx(1 - extremize(p, factor))
    assert extremize(p, 1.0) == pytest.approx(p)


def test_extremizing_leaves_certainty_and_a_half_alone() -> None:
    """And has no factor of its own."""
    assert extremize([0, 0.5, 1], 3).tolist() == [0, 0.5, 1]
    for factor in (0, -1, math.nan, math.inf):
        with pytest.raises(UsageError, match="factor"):
            extremize(0.7, factor)
    with pytest.raises(TypeError):
        extremize(0.7)  # type: ignore[call-arg]


# --- out of sample --------------------------------------------------------------------------------


def by_hand(pairs: Pairs, mine: np.ndarray[Any, np.dtype[np.bool_]], prior: float) -> float:
    """The factor fitted on some yes/no questions, by scipy; a cluster weighs as one question."""
    _, code, size = np.unique(pairs.cluster, return_inverse=True, return_counts=True)
    share = 1 / size[code][mine]
    margin = logit(pairs.probability[mine]) * (1 - 2 * pairs.outcome[mine])

    def cost(step: float) -> float:
        loss = float(share @ np.log1p(np.exp(np.exp(step) * margin)))
        return loss + step**2 / (2 * prior**2)

    return math.exp(minimize_scalar(cost, bounds=(-1.6, 1.6), method="bounded").x)


def test_a_factor_is_only_tried_on_what_was_resolved_later() -> None:
    """The same as fitting, for each question, on all clusters wholly resolved before its own."""
    n = 60
    rng = np.random.default_rng(8)
    cluster = rng.integers(0, 45, n)
    known = np.datetime64("2026-01-01", "us") + rng.integers(0, 50, n) * np.timedelta64(1, "D")
    pairs = simulated(n, 2.5, cluster=cluster, known=known)
    fitted = fit_extremizing(pairs, warm_up=5, prior=0.5)
    scores = []
    for row in range(n):
        first = known[cluster == cluster[row]].min()
        before = np.array([known[cluster == c].max() < first for c in cluster])
        if len(set(cluster[before].tolist())) >= 5:
            p = extremize(pairs.probability[row], by_hand(pairs, before, 0.5))
            scores.append(float((p - pairs.outcome[row]) ** 2))
    assert fitted.rolling
    assert (fitted.questions, fitted.warm_up) == (len(scores), n - len(scores))
    assert 20 < len(scores) < 55
    assert fitted.extremized == pytest.approx(np.mean(scores), abs=5e-4)
    assert fitted.factor == pytest.approx(by_hand(pairs, np.ones(n, dtype=bool), 0.5), rel=0.011)


def test_without_times_no_question_is_among_those_its_factor_was_fitted_on() -> None:
    """As many folds as clusters leave out each in turn: what can be worked out one by one."""
    pairs = simulated(24, 2.0, cluster=np.repeat(np.arange(12), 2))
    fitted = fit_extremizing(pairs, folds=12, prior=0.5)
    scores = [
        (extremize(pairs.probability[k], by_hand(pairs, pairs.cluster != c, 0.5)) - y) ** 2
        for k, (c, y) in enumerate(zip(pairs.cluster, pairs.outcome, strict=True))
    ]
    assert (fitted.rolling, fitted.questions, fitted.warm_up) == (False, 24, 0)
    assert fitted.extremized == pytest.approx(np.mean(scores), abs=5e-4)


@pytest.mark.parametrize(
    ("factor", "low", "high"), [(2.0, 1.6, 2.2), (1.0, 0.85, 1.15), (0.5, 0.4, 0.65)]
)
def test_the_factor_is_found_where_there_is_much_evidence(
    factor: float, low: float, high: float
) -> None:
    """And its gain is told from 0 where there is one; a calibrated crowd gains nothing."""
    fitted = fit_extremizing(simulated(2000, factor))
    assert low < fitted.factor < high
    helped = fitted.verdict.startswith("Extremizing helped")
    assert helped == (factor != 1)
    assert fitted.gain is not None
    assert fitted.plain is not None
    assert fitted.extremized is not None
    assert fitted.gain.value == pytest.approx(fitted.plain - fitted.extremized)


def test_the_prior_holds_a_factor_at_one_where_there_is_little_evidence() -> None:
    """Ten questions that all went the crowd's way would ask for as much as there is."""
    ten = Pairs(probability=[0.7] * 10, outcome=[1] * 10)
    factors = [fit_extremizing(ten, prior=prior).factor for prior in (0.01, 0.25, 1.0, 100.0)]
    assert factors == sorted(factors)
    assert factors[0] == 1
    assert 1 < factors[1] < 1.25
    assert factors[3] > 4.9


def test_a_gain_in_hindsight_is_not_reported() -> None:
    """Where the crowd is calibrated, the best factor always gains afterwards, and never before."""
    told, hindsight = [], []
    for seed in range(40):
        pairs = simulated(40, 1.0, seed=seed)
        fitted = fit_extremizing(pairs, prior=1.0)
        assert fitted.gain is not None
        told.append(fitted.gain.value)
        p = extremize(pairs.probability, fitted.factor)
        plain = (pairs.probability - pairs.outcome) ** 2
        hindsight.append(float((plain - (p - pairs.outcome) ** 2).mean()))
    assert np.mean(hindsight) > 0
    assert np.mean(told) < 0


@given(set_pairs())
@settings(max_examples=20)
def test_extremizing_takes_every_kind(pairs: Pairs) -> None:
    """Certain and mistaken crowds too; the factor is finite, and by 1 nothing changes."""
    fitted = fit_extremizing(pairs, folds=2)
    assert 0.2 <= fitted.factor <= 5
    same = _sharpened(pairs, np.ones(len(pairs.starts)))
    assert same.probability == pytest.approx(pairs.probability, abs=3e-9)


def test_extremizing_two_options_and_yes_or_no_agree() -> None:
    """The same factor and the same scores."""
    binary = simulated(50, 2.0)
    p, y = binary.probability, binary.outcome
    options = Pairs(
        probability=np.c_[p, 1 - p].reshape(-1),
        outcome=np.c_[y, 1 - y].reshape(-1),
        kind=["options"] * 100,
        forecast=np.repeat(np.arange(50), 2),
    )
    one, other = fit_extremizing(binary), fit_extremizing(options)
    assert other.factor == one.factor
    assert (other.plain, other.extremized) == pytest.approx((one.plain, one.extremized))


def test_certainty_tells_nothing_of_the_factor() -> None:
    """Neither when it was right nor when it was wrong, which costs infinitely much."""
    some = simulated(30, 2.0)
    more = Pairs(probability=[*some.probability, 1, 1, 0, 0], outcome=[*some.outcome, 1, 0, 1, 0])
    assert fit_extremizing(more).factor == fit_extremizing(some).factor
    assert fit_extremizing(Pairs(probability=[1, 0], outcome=[0, 1])).factor == 1


def test_all_known_at_once_leaves_nothing_to_try_on() -> None:
    """Then nothing was resolved before anything else, and no gain is claimed."""
    day = np.full(50, np.datetime64("2026-03-01", "us"))
    fitted = fit_extremizing(simulated(50, 3.0, known=day))
    assert (fitted.questions, fitted.warm_up) == (0, 50)
    assert (fitted.plain, fitted.extremized, fitted.gain) == (None, None, None)
    assert fitted.verdict.endswith("50 questions, and none left to try a fitted factor on.")


def test_wrong_arguments_of_the_fit_are_refused() -> None:
    """Among them several forecasts on a question, which a crowd does not make."""
    wrongs: list[dict[str, Any]] = [
        {"prior": 0.0},
        {"warm_up": 0},
        {"folds": 1},
        {"prior": math.nan},
    ]
    for wrong in wrongs:
        with pytest.raises(UsageError, match="prior"):
            fit_extremizing(simulated(5, 1.0), **wrong)
    with pytest.raises(UsageError, match="one forecast a question"):
        fit_extremizing(Pairs(probability=[0.2, 0.3], outcome=[1, 1], question=["q", "q"]))
