"""Analyst and question effects: against dense algebra, by hand, and where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tracker.scoring.effects import RandomEffects, fixed_effects, random_effects
from tracker.scoring.panel import Panel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def simulated(
    analysts: int,
    questions: int,
    cells: int,
    *,
    seed: int = 1,
    spread: float = 0.1,
    weighted: bool = False,
) -> Panel:
    """Scores with normal effects on cells chosen by lot."""
    rng = np.random.default_rng(seed)
    i, j = np.divmod(rng.choice(analysts * questions, cells, replace=False), questions)
    score = 0.2 + spread * rng.standard_normal(analysts)[i]
    score += 0.2 * rng.standard_normal(questions)[j] + 0.1 * rng.standard_normal(cells)
    weight = rng.choice([0.5, 1, 2], cells) if weighted else None
    return Panel.of_scores(score, analyst=i, question=j, weight=weight)


def indicators(code: NDArray[np.intp]) -> Floats:
    """One column for each level."""
    return np.eye(int(code.max()) + 1)[code]


def known(fit: RandomEffects | None) -> RandomEffects:
    """A fit that is there."""
    assert fit is not None
    return fit


# --- fixed effects ------------------------------------------------------------------------------

V9 = Panel.of_scores(
    [0.04, 0.09, 0.25, 0.09, 0.16, 0.49, 0.36, 0.64],
    analyst=list("AAABBBCC"),
    question=[1, 2, 3, 1, 2, 4, 3, 4],
)


def test_difficulty_is_taken_out() -> None:
    """scoring.md V9: the raw means overstate how far B is behind A three times."""
    raw = np.bincount(V9.analyst, V9.score) / np.bincount(V9.analyst)
    assert raw.tolist() == pytest.approx([0.126667, 0.246667, 0.5], abs=1e-6)
    fixed = fixed_effects(V9)
    assert (fixed.analyst - fixed.analyst[0]).tolist() == pytest.approx([0, 0.04, 0.15])
    assert (fixed.question - fixed.question[0]).tolist() == pytest.approx([0, 0.06, 0.185, 0.425])
    assert fixed.analyst.sum() == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("size", [(6, 15), (15, 6)])
def test_fixed_effects_are_least_squares(size: tuple[int, int]) -> None:
    """The same fit as dense least squares on dummies, whichever factor is the larger."""
    panel = simulated(*size, 50, weighted=True)
    design = np.hstack((indicators(panel.analyst), indicators(panel.question)))
    root = np.sqrt(panel.weight)
    dense = np.linalg.lstsq(root[:, None] * design, root * panel.score, rcond=None)[0]
    fixed = fixed_effects(panel)
    assert fixed.residual == pytest.approx(panel.score - design @ dense, abs=1e-13)
    analyst = dense[: size[0]]
    assert fixed.analyst == pytest.approx(analyst - analyst.mean(), abs=1e-13)


@pytest.mark.parametrize("size", [(6, 15), (15, 6)])
def test_errors_are_those_of_the_clustered_sandwich(size: tuple[int, int]) -> None:
    """Built in full from dummies: bread, meat by cluster of questions, bread."""
    panel = simulated(*size, 60)
    panel = Panel.of_scores(
        panel.score, analyst=panel.analyst, question=panel.question, cluster=panel.question // 2
    )
    design = np.hstack((indicators(panel.analyst), indicators(panel.question)))
    centre = np.eye(design.shape[1])
    centre[: size[0], : size[0]] -= 1 / size[0]  # analyst effects that sum to 0
    influence = centre @ np.linalg.pinv(design)
    fixed = fixed_effects(panel)
    moved = (influence * fixed.residual) @ indicators(panel.cluster)
    factor = fixed.clusters / (fixed.clusters - 1)
    expected = np.sqrt((moved[: size[0]] ** 2).sum(axis=1) * factor)
    assert fixed.error == pytest.approx(expected, rel=1e-9)


def test_of_two_analysts_the_error_is_that_of_the_paired_t_test() -> None:
    """Half the difference, with half its standard error."""
    rng = np.random.default_rng(2)
    scores = rng.random((2, 12))
    panel = Panel.of_scores(
        scores.ravel(), analyst=np.repeat([0, 1], 12), question=np.tile(np.arange(12), 2)
    )
    fixed = fixed_effects(panel)
    difference = scores[0] - scores[1]
    assert fixed.analyst[0] == pytest.approx(difference.mean() / 2)
    assert fixed.error[0] == pytest.approx(difference.std(ddof=1) / np.sqrt(12) / 2)


def test_one_shared_question_has_no_error() -> None:
    """The effect of who met the others once only; the others keep their errors."""
    full = simulated(3, 9, 27)
    most = full.take((full.analyst != 2) | (full.question != 0))
    panel = Panel.of_scores(
        np.r_[most.score, 0.4, 0.9],
        analyst=np.r_[most.analyst, 3, 3],
        question=np.r_[most.question, 0, 99],
    )
    fixed = fixed_effects(panel)
    assert np.isnan(fixed.error).tolist() == [False, False, False, True]
    assert fixed.clusters.tolist() == [9, 9, 8, 1]


def test_each_part_has_its_own_zero() -> None:
    """Effects of analysts who share nothing are not set against each other."""
    one, two = simulated(4, 8, 25), simulated(8, 4, 25, seed=5)
    both = Panel.of_scores(
        np.r_[one.score, two.score + 0.5],
        analyst=np.r_[one.analyst, 100 + two.analyst],
        question=np.r_[one.question, 100 + two.question],
    )
    found = fixed_effects(both)
    alone = np.r_[fixed_effects(one).analyst, fixed_effects(two).analyst]
    assert found.analyst == pytest.approx(alone, abs=1e-13)


def test_large_panels_are_iterated_to_the_same_effects() -> None:
    """Where even the smaller factor is too large: the same effects, errors on the safe side."""
    panel = simulated(30, 40, 600, weighted=True)
    exact, iterated = fixed_effects(panel), fixed_effects(panel, dense=10)
    assert iterated.analyst == pytest.approx(exact.analyst, abs=1e-9)
    assert iterated.question == pytest.approx(exact.question, abs=1e-9)
    assert iterated.analyst.sum() == pytest.approx(0, abs=1e-12)
    assert iterated.error == pytest.approx(exact.error, rel=0.2)
    assert random_effects(panel, dense=10) is None


# --- random effects -----------------------------------------------------------------------------


def dense_fit(panel: Panel, analyst: float, question: float) -> tuple[float, Floats, Floats]:
    """Restricted deviance, predictions and their errors at two ratios, from V in full."""
    n = len(panel)
    za, zq, one = indicators(panel.analyst), indicators(panel.question), np.ones((n, 1))
    v = analyst * za @ za.T + question * zq @ zq.T + np.diag(1 / panel.weight)
    inverse = np.linalg.inv(v)
    information = one.T @ inverse @ one
    p = inverse - inverse @ one @ np.linalg.inv(information) @ one.T @ inverse
    rest = float(panel.score @ p @ panel.score)
    deviance = np.linalg.slogdet(v)[1] + np.log(information[0, 0]) + (n - 1) * np.log(rest)
    effect = analyst * za.T @ p @ panel.score
    variance = rest / (n - 1) * (analyst - analyst**2 * np.diag(za.T @ p @ za))
    return float(deviance), effect, np.sqrt(variance)


@pytest.mark.parametrize("size", [(5, 14), (14, 5), (8, 8)])
@pytest.mark.parametrize("seed", range(4))
def test_random_effects_are_those_of_brute_force(size: tuple[int, int], seed: int) -> None:
    """Predictions and errors at the estimates, and no better estimates anywhere on a grid."""
    panel = simulated(*size, 45, seed=seed, spread=0.05, weighted=True)
    fit = known(random_effects(panel))
    ratios = np.array([fit.analyst_variance, fit.question_variance]) / fit.residual_variance
    deviance, effect, error = dense_fit(panel, *ratios)
    assert fit.deviance == pytest.approx(deviance, abs=1e-9)
    assert fit.analyst == pytest.approx(effect, abs=1e-12)
    assert fit.error == pytest.approx(error, abs=1e-12)
    steps = np.r_[0, np.exp(np.linspace(-9, 6, 16))]
    grid = [dense_fit(panel, one, two)[0] for one in steps for two in steps]
    near = [dense_fit(panel, *(ratios * (1 + step)))[0] for step in (-0.01, 0.01)]
    assert fit.deviance <= min(grid + near) + 1e-6


def test_on_a_full_panel_reml_is_the_analysis_of_variance() -> None:
    """Mean squares give the variances, and shrinkage is n / (n + residual / analyst variance)."""
    analysts, n = 8, 20
    panel = simulated(analysts, n, analysts * n)
    y = panel.score.reshape(analysts, n)
    by_analyst, by_question = y.mean(axis=1), y.mean(axis=0)
    left = y - by_analyst[:, None] - by_question + y.mean()
    residual = (left**2).sum() / (analysts - 1) / (n - 1)
    analyst = by_analyst.var(ddof=1) - residual / n
    question = by_question.var(ddof=1) - residual / analysts
    fit = known(random_effects(panel))
    found = [fit.analyst_variance, fit.question_variance, fit.residual_variance]
    assert found == pytest.approx([analyst, question, residual], rel=1e-4)
    shrinkage = n / (n + residual / analyst)
    assert fit.analyst == pytest.approx(shrinkage * (by_analyst - y.mean()), rel=1e-4)
    assert fit.mean == pytest.approx(y.mean())
    reliability = 1 - (fit.error**2).mean() / analyst
    assert fit.reliability == pytest.approx(reliability, rel=1e-3)


def test_analysts_who_differ_no_more_than_luck_are_shrunk_to_nothing() -> None:
    """A variance of 0 is exact, every prediction is 0, and there is no reliability."""
    rng = np.random.default_rng(4)
    y = rng.random((6, 10))
    y -= y.mean(axis=1, keepdims=True)
    panel = Panel.of_scores(
        y.ravel(), analyst=np.repeat(np.arange(6), 10), question=np.tile(np.arange(10), 6)
    )
    fit = known(random_effects(panel))
    assert fit.analyst_variance == 0.0
    assert fit.analyst.tolist() == [0.0] * 6
    assert fit.reliability is None


@pytest.mark.parametrize(
    ("score", "analyst", "question"),
    [
        ([0.1, 0.4, 0.2], ["a", "a", "a"], [1, 2, 3]),  # one analyst
        ([0.1, 0.4, 0.2], ["a", "b", "c"], [1, 1, 1]),  # one question
        ([0.1, 0.4, 0.2], ["a", "b", "c"], [1, 2, 3]),  # each answered once
        ([0.1, 0.4, 0.2, 0.3], ["a", "b", "b", "a"], [1, 1, 2, 3]),  # none left for luck
        ([0.1, 0.4, 0.1, 0.4], ["a", "a", "b", "b"], [1, 2, 1, 2]),  # all alike
        ([0.1, 0.4, 0.2, 0.3] * 2, list("aabbccdd"), [1, 2, 1, 2, 3, 4, 3, 4]),  # two parts
        ([], [], []),
    ],
)
def test_what_cannot_be_told_apart_is_none(
    score: list[float], analyst: list[str], question: list[int]
) -> None:
    """No variances, and fixed effects without errors rather than wrong ones."""
    panel = Panel.of_scores(score, analyst=analyst, question=question)
    assert random_effects(panel) is None
    fixed = fixed_effects(panel)
    assert np.isfinite(fixed.analyst).all()
    if panel.parts().number < 2:
        assert np.isnan(fixed.error).all()


def test_draws_spread_as_the_errors_say_where_there_is_much_to_go_by() -> None:
    """With many analysts their variance is known well, and draws are the predictions' own."""
    for panel in (simulated(80, 40, 1200), simulated(40, 80, 1200)):
        fit = known(random_effects(panel))
        drawn = fit.draws(2000, seed=1)
        assert drawn.shape == (2000, len(panel.analysts))
        assert drawn.mean(axis=0) == pytest.approx(fit.analyst, abs=0.01)
        assert drawn.std(axis=0) == pytest.approx(fit.error, rel=0.12)


def test_draws_are_those_of_the_posterior() -> None:
    """Their variance by dense algebra, summed over a fine grid of the spread of analysts."""
    panel = simulated(5, 7, 24, seed=3)
    fit = known(random_effects(panel))
    question, n = fit.question_variance / fit.residual_variance, len(panel)
    spreads = np.linspace(0.001, 0.5 / np.sqrt(fit.residual_variance), 800)
    fits = [dense_fit(panel, spread**2, question) for spread in spreads]
    deviance = np.array([deviance for deviance, _, _ in fits])
    chance = np.exp((deviance.min() - deviance) / 2)
    chance /= chance.sum()
    effect = np.array([effect for _, effect, _ in fits])
    error = np.array([error for _, _, error in fits])
    mean = chance @ effect
    variance = chance @ (error**2 * (n - 1) / (n - 3) + (effect - mean) ** 2)
    drawn = fit.draws(40_000, seed=1)
    assert drawn.mean(axis=0) == pytest.approx(mean, abs=0.003)
    assert drawn.var(axis=0) == pytest.approx(variance, rel=0.04)


def test_draws_do_not_take_a_variance_of_nothing_at_its_word() -> None:
    """An estimate of 0 from six analysts leaves room for differences, and the draws take it."""
    rng = np.random.default_rng(4)
    y = rng.random((6, 10))
    y -= y.mean(axis=1, keepdims=True)
    panel = Panel.of_scores(
        y.ravel(), analyst=np.repeat(np.arange(6), 10), question=np.tile(np.arange(10), 6)
    )
    assert (known(random_effects(panel)).draws(200, seed=1).std(axis=0) > 0.01).all()


def test_the_same_seed_draws_the_same() -> None:
    """And another seed something else."""
    fit = known(random_effects(simulated(6, 15, 50)))
    assert (fit.draws(50, seed=3) == fit.draws(50, seed=3)).all()
    assert (fit.draws(50, seed=3) != fit.draws(50, seed=4)).any()
