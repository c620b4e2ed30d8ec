"""Outcomes drawn from the forecasts: as likely as was said, and shared within a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import binary_pairs, set_pairs

from tracker import Pairs
from tracker.pairs import BILLION
from tracker.scoring import simulation
from tracker.scoring.decomposition import decompose
from tracker.scoring.simulation import coarse, covariance, draws_for, simulate
from tracker.tally import Tally, Trials

if TYPE_CHECKING:
    from numpy.typing import NDArray

Both = tuple[Tally, Trials | None]


def taken(pairs: Pairs) -> Both:
    """The tally of pairs with its trials."""
    tally = Tally.of(pairs)
    return tally, Trials.of(pairs, tally)


def drawn(both: Both, draws: int, seed: int = 1) -> NDArray[np.float64]:
    """All draws in one, (draws, m)."""
    return np.concatenate(list(simulate(*both, draws=draws, seed=seed)))


def repeated(count: dict[float, int]) -> Pairs:
    """So many forecasts of each probability, on questions of their own."""
    probability = np.repeat(list(count), list(count.values()))
    return Pairs(probability=probability, outcome=np.zeros(len(probability)))


# --- drawing ------------------------------------------------------------------------------------


def test_counts_are_as_likely_as_was_said() -> None:
    """One forecast, a few, and so many that a normal stands for the binomial."""
    both = taken(repeated({0.1: 2000, 0.3: 7, 0.5: 500, 0.7: 1, 0.9: 40}))
    assert both[1] is None
    found = drawn(both, 20_000)
    n, p = both[0].forecasts, both[0].probability
    assert found.mean(axis=0) == pytest.approx(n * p, rel=0.02)
    assert found.var(axis=0) == pytest.approx(n * p * (1 - p), rel=0.04)
    assert (found == np.rint(found)).all()
    assert ((found >= 0) & (found <= n)).all()
    assert np.abs(np.corrcoef(found.T) - np.eye(5)).max() < 0.03


@given(binary_pairs(min_size=1) | set_pairs())
def test_what_is_certain_always_happens_and_nothing_else_is_sure(pairs: Pairs) -> None:
    """Sums stay between none and all of the weight; 0 and 1 are kept to."""
    tally, trials = taken(pairs)
    found = drawn((tally, trials), 5)
    assert found.shape == (5, len(tally))
    assert (found >= 0).all()
    assert (found <= tally.weight * (1 + 1e-9)).all()
    assert not found[:, tally.level == 0].any()
    sure = tally.level == BILLION
    assert np.allclose(found[:, sure], tally.weight[sure])


@pytest.mark.parametrize("question", [None, np.arange(60) // 4])
def test_the_draws_do_not_depend_on_the_blocks(
    question: NDArray[np.int64] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same seed, same numbers, however little is held at once; another seed, others."""
    said = np.tile([0.1, 0.5, 0.5, 0.9], 15)
    both = taken(Pairs(probability=said, outcome=said > 0.4, question=question))
    whole = drawn(both, 30)
    assert not np.array_equal(whole, drawn(both, 30, seed=2))
    monkeypatch.setattr(simulation, "BLOCK", 6)
    blocks = list(simulate(*both, draws=30))
    assert len(blocks) == 15
    assert np.array_equal(np.concatenate(blocks), whole)


def test_forecasts_on_one_question_share_its_outcome() -> None:
    """What was given more happens whenever what was given less does."""
    both = taken(Pairs(probability=[0.2, 0.5, 0.9], outcome=[0, 0, 1], question=[1, 1, 1]))
    found = drawn(both, 4000)
    assert (np.diff(found, axis=1) >= 0).all()
    assert found.mean(axis=0) == pytest.approx([0.2, 0.5, 0.9], abs=0.02)


def test_of_an_option_set_one_option_comes_true() -> None:
    """Each as often as was said; ordered ones in order."""
    said: dict[str, Any] = {
        "probability": [0.2, 0.5, 0.3],
        "outcome": [0, 1, 0],
        "forecast": [1] * 3,
    }
    options = drawn(taken(Pairs(**said, kind=["options"] * 3)), 4000)
    assert (options.sum(axis=1) == 0.5).all()
    assert (options > 0).mean(axis=0) == pytest.approx([0.2, 0.3, 0.5], abs=0.02)
    ordered = drawn(taken(Pairs(**said, kind=["ordered"] * 3)), 4000)
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert (ordered > 0).mean(axis=0) == pytest.approx([0.2, 0.7], abs=0.02)


def test_nothing_is_drawn_for_no_forecasts() -> None:
    """No levels, no blocks."""
    assert list(simulate(*taken(Pairs(probability=[], outcome=[])), draws=10)) == []


def test_large_work_gets_fewer_draws() -> None:
    """A thousand, and never under a hundred."""
    tally = taken(repeated({0.5: 3}))[0]
    empty = np.zeros(0)

    def trials(rows: int) -> Trials:
        none = np.broadcast_to(np.int64(0), rows)
        zero = np.broadcast_to(empty.sum(), rows)
        return Trials(none, none, none, zero, zero)

    assert draws_for(tally, None) == 1000
    assert [draws_for(tally, trials(n)) for n in (1000, 40_000, 10**8)] == [1000, 499, 100]


# --- the spread of what is drawn ----------------------------------------------------------------


@given(set_pairs() | binary_pairs(min_size=1), st.integers(0, 99))
def test_the_covariance_is_that_of_the_draws(pairs: Pairs, seed: int) -> None:
    """Of any two sums, with updates, option sets and weights."""
    tally, trials = taken(pairs)
    values = np.random.default_rng(seed).normal(size=(2, len(tally)))
    sums = drawn((tally, trials), 2000) @ values.T
    exact = covariance(tally, trials, values)
    assert exact == pytest.approx(exact.T)
    most = float((np.abs(values) @ tally.weight).max() ** 2)
    assert np.abs(np.cov(sums.T) - exact).max() < 0.08 * most + 1e-12


@given(binary_pairs(min_size=1))
def test_with_questions_apart_the_covariance_is_that_of_binomials(pairs: Pairs) -> None:
    """Trials of one row each say the same as no trials."""
    n = len(pairs)
    apart = Pairs(probability=pairs.probability, outcome=pairs.outcome, question=np.arange(n))
    tally, none = taken(apart)
    assert none is None
    level = np.rint(apart.probability * BILLION).astype(np.int64)
    at, floor = np.searchsorted(tally.level, level), np.zeros(n, np.int64)
    trials = Trials(np.arange(n), at, floor, np.ones(n), apart.outcome)
    values = np.stack([np.ones(len(tally)), tally.probability])
    exact = covariance(tally, trials, values)
    assert exact == pytest.approx(covariance(tally, None, values), abs=1e-9)


# --- pooling ------------------------------------------------------------------------------------


def test_few_levels_are_not_pooled() -> None:
    """They are given back as they are."""
    tally, trials = taken(Pairs(probability=[0.2, 0.2], outcome=[0, 1], question=[1, 1]))
    assert coarse(tally, trials) == (tally, trials)


def test_pooled_levels_keep_every_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those of the trials; 0 and 1 stay apart, and the score hardly moves."""
    monkeypatch.setattr(simulation, "MOST_LEVELS", 100)
    rng = np.random.default_rng(3)
    said = np.r_[0, 1, 0.0001, 0.9999, rng.random(3000)]
    question = np.arange(len(said)) // 3
    happened = rng.random(len(said)) < said
    tally, trials = taken(Pairs(probability=said, outcome=happened, question=question))
    pooled, moved = coarse(tally, trials)
    assert trials is not None
    assert moved is not None
    assert len(pooled) < 1004 < len(tally)
    assert (np.diff(pooled.level) > 0).all()
    assert pooled.level[[0, -1]].tolist() == [0, BILLION]
    assert pooled.forecasts[[0, -1]].tolist() == [1, 1]
    for name in ("forecasts", "events", "weight", "happened"):
        assert getattr(pooled, name).sum() == pytest.approx(getattr(tally, name).sum())
    apart = np.abs(pooled.probability[moved.at] - tally.probability[trials.at])
    assert apart.max() < 0.001
    assert decompose(pooled).score == pytest.approx(decompose(tally).score, abs=1e-5)
    assert drawn((pooled, moved), 200).sum(axis=1).mean() == pytest.approx(said.sum(), rel=0.01)
