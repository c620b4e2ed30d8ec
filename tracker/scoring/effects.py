"""Skill of analysts on unequal questions: analyst and question effects, taken apart.

Every score is read as ``b = mean + analyst + question + rest``. As fixed effects, analysts and
questions are estimated side by side, so that nobody gains from easy questions; as random effects,
each analyst is also drawn towards the average by as much as a few questions deserve.

Both solve equations in the smaller of the two factors, with the larger one eliminated, so time
and memory depend on the square of the smaller: ``DENSE`` is the largest that is taken on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tracker.scoring.equations import BLOCK, TINY, Equations, product, weights
from tracker.tally import summed

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tracker.scoring.panel import Panel

    Floats = NDArray[np.float64]
    Solve = Callable[[Floats, Floats], tuple[Floats, Floats]]

DENSE = 3000  # analysts or questions, whichever are fewer: a matrix of 72 MB
FARTHEST = 16.0  # of a log ratio of variances
STEPS = 32  # of the grid on which the spread of analysts is uncertain
WIDEST = 0.5  # standard deviation that scores from 0 to 1 can have
DROP = 24.0  # rise of the deviance beyond which a spread is out of the question


@dataclass(frozen=True, eq=False)
class FixedEffects:
    """Analyst and question effects by least squares; in Brier score on the 0-1 scale.

    ``analyst`` (A,) is negative where better; it sums to 0 within each connected part.
    ``question`` (Q,) is the score of the part's average analyst on each question. ``residual``
    (n,) is what neither explains. ``error`` (A,) is the standard error of ``analyst``, clustered,
    and ``clusters`` (A,) the clusters of questions that others answered too; ``error`` is NaN
    where those are fewer than two, or nothing spreads.
    """

    analyst: Floats
    question: Floats
    residual: Floats
    error: Floats
    clusters: NDArray[np.int64]


def fixed_effects(panel: Panel, *, dense: int = DENSE) -> FixedEffects:
    """Analyst effects adjusted for the difficulty of the questions that each one answered.

    Exact by normal equations, with the larger factor eliminated. Where even the smaller has more
    than ``dense`` levels, by iteration (LSQR) to about nine digits, with errors that take the
    effects of the other analysts as known.

    References
    ----------
    .. [1] P. Guimarães, P. Portugal, A simple feasible procedure to fit models with
       high-dimensional fixed effects, Stata Journal 10 (2010), doi:10.1177/1536867X1101000406
    .. [2] A. C. Cameron, D. L. Miller, A practitioner's guide to cluster-robust inference,
       Journal of Human Resources 50 (2015), doi:10.3368/jhr.50.2.317

    Examples
    --------
    >>> from tracker.scoring.panel import Panel
    >>> panel = Panel.of_scores([0.1, 0.5, 0.6], analyst=["a", "a", "b"],
    ...                         question=["easy", "hard", "hard"])
    >>> fixed_effects(panel).analyst.round(3).tolist()
    [-0.05, 0.05]
    """
    analyst, question, solve = _least_squares(panel, dense)
    residual = panel.score - analyst[panel.analyst] - question[panel.question]
    error, clusters = _errors(panel, residual, solve)
    return FixedEffects(analyst, question, residual, error, clusters)


def _least_squares(panel: Panel, dense: int) -> tuple[Floats, Floats, Solve | None]:
    """The effects, and what solves the same equations again; None where that was iterated."""
    if not len(panel):
        return np.zeros(0), np.zeros(0), None
    if min(len(panel.analysts), len(panel.questions)) > dense:
        return *_iterated(panel), None
    solve = _solver(panel)
    moved = panel.weight * panel.score
    analyst, question = solve(
        summed(panel.analyst, moved, len(panel.analysts))[:, None],
        summed(panel.question, moved, len(panel.questions))[:, None],
    )
    return analyst[:, 0], question[:, 0], solve


def _solver(panel: Panel) -> Solve:
    """What solves the normal equations for right-hand sides (A, k) and (Q, k)."""
    from scipy.linalg import cho_factor, cho_solve

    parts = panel.parts()
    cross = weights(panel.analyst, panel.question, panel)
    flip = len(panel.analysts) > len(panel.questions)
    small_part = parts.question if flip else parts.analyst
    cross = cross.T.tocsr() if flip else cross
    small, large = np.asarray(cross.sum(axis=1)), np.asarray(cross.sum(axis=0))
    matrix = np.diag(small) - product(cross, 1 / large)
    # One level of each part is free; this asks for the sum of the part to be 0.
    matrix += (small_part[:, None] == small_part) * (small.mean() / len(small))
    factor = cho_factor(matrix, lower=True, overwrite_a=True)
    sizes = np.bincount(parts.analyst)

    def solve(analyst: Floats, question: Floats) -> tuple[Floats, Floats]:
        first, second = (question, analyst) if flip else (analyst, question)
        one = cho_solve(factor, first - cross @ (second / large[:, None]))
        two = (second - cross.T @ one) / large[:, None]
        analyst, question = (two, one) if flip else (one, two)
        shift = np.zeros((parts.number, analyst.shape[1]))
        np.add.at(shift, parts.analyst, analyst)
        shift /= sizes[:, None]
        return analyst - shift[parts.analyst], question + shift[parts.question]

    return solve


def _iterated(panel: Panel) -> tuple[Floats, Floats]:
    from scipy.sparse import csr_array
    from scipy.sparse.linalg import lsqr

    n, levels, root = len(panel), len(panel.analysts), np.sqrt(panel.weight)
    columns = np.column_stack((panel.analyst, levels + panel.question)).ravel()
    design = csr_array((np.repeat(root, 2), columns, np.arange(0, 2 * n + 1, 2)))
    both = lsqr(design, root * panel.score, atol=TINY, btol=TINY, iter_lim=10_000)[0]
    analyst, question = both[:levels], both[levels:]
    parts = panel.parts()
    shift = summed(parts.analyst, analyst, parts.number) / np.bincount(parts.analyst)
    return analyst - shift[parts.analyst], question + shift[parts.question]


def _errors(
    panel: Panel, residual: Floats, solve: Solve | None
) -> tuple[Floats, NDArray[np.int64]]:
    """Clustered standard errors of the analyst effects, and on how many clusters they rest."""
    from scipy.sparse import csr_array

    size = len(panel.analysts), len(panel.clusters)
    moved = csr_array((panel.weight * residual, (panel.analyst, panel.cluster)), shape=size)
    met = panel.answers[panel.question] > 1
    cells = np.unique(panel.analyst[met] * max(size[1], 1) + panel.cluster[met])
    clusters = np.bincount(cells // max(size[1], 1), minlength=size[0])
    squares = _others_known(panel, moved) if solve is None else _squares(panel, moved, solve)
    told = (clusters > 1) & (squares > TINY**2)
    factor = clusters / np.maximum(clusters - 1, 1)
    return np.where(told, np.sqrt(squares * factor), np.nan), clusters


def _squares(panel: Panel, moved: Any, solve: Solve) -> Floats:
    """The sandwich: how far each cluster's residuals move each analyst, squared and summed."""
    questions, columns = len(panel.questions), moved.tocsc()
    step = max(BLOCK // max(len(panel.analysts) + questions, 1), 1)
    total = np.zeros(len(panel.analysts))
    for start in range(0, columns.shape[1], step):
        block = columns[:, start : start + step].toarray()
        total += (solve(block, np.zeros((questions, block.shape[1])))[0] ** 2).sum(axis=1)
    return total


def _others_known(panel: Panel, moved: Any) -> Floats:
    """The same with the effects of the other analysts taken as known."""
    total = summed(panel.question, panel.weight, len(panel.questions))[panel.question]
    own = panel.weight * (1 - panel.weight / total)
    size = summed(panel.analyst, own, len(panel.analysts))
    squares: Floats = np.asarray(moved.multiply(moved).sum(axis=1), dtype=np.float64)
    return np.asarray(squares / np.maximum(size, TINY) ** 2)


@dataclass(frozen=True, eq=False)
class RandomEffects:
    """Analyst and question effects as draws from two normal distributions.

    ``analyst_variance``, ``question_variance`` and ``residual_variance`` are estimated by REML.
    ``analyst`` (A,) is the best linear unbiased prediction, negative where better, shrunk
    towards 0 the more the fewer questions; all 0 where the variance of analysts is 0. ``error``
    (A,) is its prediction error, that of the mean included. ``question`` (Q,) is the same for
    questions. ``deviance`` is -2 log of the restricted likelihood, up to a constant.
    """

    mean: float
    analyst_variance: float
    question_variance: float
    residual_variance: float
    analyst: Floats
    error: Floats
    question: Floats
    deviance: float
    equations: Equations

    @property
    def reliability(self) -> float | None:
        """The share of what analysts seem to differ by that is real, on average: 0 to 1.

        With n questions each, answered by all, about n / (n + residual / analyst variance).
        """
        if not self.analyst_variance:
            return None
        return float(np.clip(1 - (self.error**2).mean() / self.analyst_variance, 0, 1))

    def draws(self, count: int, *, seed: int) -> Floats:
        """Draws (count, A) of the analysts' effects, given the scores.

        The variance of analysts is itself uncertain, the more the fewer they are, so each draw
        first takes one: from the restricted likelihood, with every standard deviation up to 0.5
        as likely beforehand as any other.

        References
        ----------
        .. [1] A. Gelman, Prior distributions for variance parameters in hierarchical models,
           Bayesian Analysis 1 (2006), doi:10.1214/06-BA117A
        """
        rng = np.random.default_rng(seed)
        question = self.question_variance / self.residual_variance
        spreads, chances = self._spreads(question)
        taken = rng.multinomial(count, chances)
        found = [
            self.equations.solve(spread**2, question).sample(times, rng)
            for spread, times in zip(spreads, taken, strict=True)
            if times
        ]
        return np.concatenate(found)

    def _spreads(self, question: float) -> tuple[Floats, Floats]:
        """Standard deviations of analysts, in units of the residual one, and their chances."""
        unit = np.sqrt(self.residual_variance)
        most = WIDEST / unit
        top = max(np.sqrt(self.analyst_variance) / unit, most / 1024)
        while top < most and self.equations.solve(top**2, question).deviance < (
            self.deviance + DROP
        ):
            top *= 1.5
        steps = np.arange(STEPS) + 0.5  # finer towards 0, where a little changes most
        spreads = min(top, most) * (steps / STEPS) ** 2
        deviance = np.array([self.equations.solve(s**2, question).deviance for s in spreads])
        chances = steps * np.exp((deviance.min() - deviance) / 2)
        return spreads, chances / chances.sum()


def random_effects(panel: Panel, *, dense: int = DENSE) -> RandomEffects | None:
    """Crossed random effects of analysts and questions, by REML.

    None where they cannot be told apart: fewer than two analysts or two questions, parts that
    share nothing, no residual (each question answered once, or all analysts alike), or more than
    ``dense`` levels in the smaller factor.

    References
    ----------
    .. [1] H. D. Patterson, R. Thompson, Recovery of inter-block information when block sizes are
       unequal, Biometrika 58 (1971), doi:10.1093/biomet/58.3.545
    .. [2] G. K. Robinson, That BLUP is a good thing, Statistical Science 6 (1991),
       doi:10.1214/ss/1177011926

    Examples
    --------
    >>> from tracker.scoring.panel import Panel
    >>> panel = Panel.of_scores([0.1, 0.2, 0.3, 0.2, 0.3, 0.5], analyst=[1, 1, 1, 2, 2, 2],
    ...                         question=[1, 2, 3, 1, 2, 3])
    >>> random_effects(panel).analyst.round(3).tolist()
    [-0.063, 0.063]
    """
    levels = len(panel.analysts), len(panel.questions)
    if min(levels) < 2 or min(levels) > dense or panel.parts().number > 1:  # noqa: PLR2004 - one level has no spread
        return None
    fixed = _least_squares(panel, dense)
    left = panel.score - fixed[0][panel.analyst] - fixed[1][panel.question]
    if len(panel) < sum(levels) or np.abs(left).max() < 1e-9:  # noqa: PLR2004 - nothing but rounding
        return None
    equations = Equations(panel)
    analyst, question = _ratios(equations)
    solution = equations.solve(analyst, question)
    effects, error = solution.effects()
    return RandomEffects(
        mean=solution.mean,
        analyst_variance=analyst * solution.residual,
        question_variance=question * solution.residual,
        residual_variance=solution.residual,
        analyst=effects[0],
        error=error,
        question=effects[1],
        deviance=solution.deviance,
        equations=equations,
    )


def _ratios(equations: Equations) -> tuple[float, float]:
    """The ratios of the variances of analysts and questions to the residual one, by REML."""
    from scipy.optimize import minimize

    def deviance(logs: Floats) -> tuple[float, Floats]:
        solution = equations.solve(*np.exp(logs))
        return solution.deviance, solution.slope()

    best = minimize(
        deviance,
        np.array([-3.0, 0.0]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-FARTHEST, FARTHEST)] * 2,
        options={"ftol": 1e-13, "gtol": 1e-6},
    )
    analyst, question = (float(ratio) for ratio in np.exp(best.x))
    found = float(best.fun)
    for ratios in ((0.0, question), (analyst, 0.0), (0.0, 0.0)):
        if equations.solve(*ratios).deviance <= found + 1e-7:
            analyst, question = ratios
    return analyst, question
