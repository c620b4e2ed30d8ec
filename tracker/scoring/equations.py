"""Mixed-model equations of a panel, with the larger factor eliminated.

Henderson's equations for analysts and questions together would be too large; one factor's block
is diagonal, so it is eliminated, and what is left is a matrix in the smaller factor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tracker.tally import summed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.scoring.panel import Panel

    Floats = NDArray[np.float64]

BLOCK = 4_000_000  # numbers held at once
TINY = 1e-12


class Equations:
    """The equations of a panel, to be solved at any ratios of variances.

    Effects are scaled by their standard deviations, so a variance of 0 is nothing special.

    References
    ----------
    .. [1] G. K. Robinson, That BLUP is a good thing, Statistical Science 6 (1991),
       doi:10.1214/ss/1177011926
    """

    def __init__(self, panel: Panel) -> None:
        from scipy.sparse import csr_array, vstack

        w = panel.weight
        self.cells = len(panel)
        self.centre = float(np.average(panel.score, weights=w))
        y = panel.score - self.centre
        self.flip = len(panel.analysts) > len(panel.questions)
        small, large = panel.analyst, panel.question
        if self.flip:
            small, large = large, small
        self.small, self.large = int(small.max()) + 1, int(large.max()) + 1
        own = summed(small, w, self.small)
        self.total = summed(large, w, self.large)
        self.cross = vstack([csr_array(self.total[None, :]), weights(small, large, panel)]).tocsr()
        self.corner = np.diag(np.r_[w.sum(), own])
        self.corner[0, 1:] = self.corner[1:, 0] = own
        self.right = np.r_[w @ y, summed(small, w * y, self.small)]
        self.right_large = summed(large, w * y, self.large)
        self.square = float(w @ y**2)
        self.constant = -float(np.log(w).sum())

    def solve(self, analyst: float, question: float) -> Solution:
        """The solution at two ratios of variance to the residual one."""
        from scipy.linalg import cho_factor, cho_solve

        small, large = (question, analyst) if self.flip else (analyst, question)
        kept = 1 / (1 + large * self.total)
        scale = np.r_[1.0, np.full(self.small, np.sqrt(small))]
        matrix = self.corner - large * product(self.cross, kept)
        matrix *= scale[:, None] * scale
        matrix[np.arange(1, len(matrix)), np.arange(1, len(matrix))] += 1
        right = scale * (self.right - large * (self.cross @ (kept * self.right_large)))
        factor = cho_factor(matrix, lower=True, overwrite_a=True)
        found = cho_solve(factor, right)
        rest = self.square - large * float(kept @ self.right_large**2) - float(right @ found)
        rest = max(rest, TINY * self.square)
        determinant = 2 * np.log(np.diag(factor[0])).sum() - np.log(kept).sum()
        deviance = self.constant + determinant + (self.cells - 1) * np.log(rest)
        residual = rest / (self.cells - 1)
        return Solution(self, small, large, kept, scale, factor, found, residual, float(deviance))


class Solution(NamedTuple):
    """What the equations say at given variances; effects of the smaller factor are scaled."""

    equations: Equations
    small: float
    large: float
    kept: Floats
    scale: Floats
    factor: Any
    found: Floats
    residual: float
    deviance: float

    @property
    def mean(self) -> float:
        """The score of the average analyst on the average question."""
        return self.equations.centre + float(self.found[0])

    def larger(self, found: Floats) -> Floats:
        """The effects of the larger factor (B, k), given mean and smaller (1 + S, k)."""
        known = self.equations.cross.T @ (self.scale[:, None] * found)
        left = self.equations.right_large[:, None] - known
        return np.asarray(self.large * self.kept[:, None] * left)

    def slope(self) -> Floats:
        """The derivative of the deviance by the logs of the ratios of analysts and questions."""
        from scipy.linalg import cho_solve

        inverse = cho_solve(self.factor, np.eye(len(self.found)))
        one = self.equations.small - np.trace(inverse) + inverse[0, 0]
        one -= float(self.found[1:] @ self.found[1:]) / self.residual
        spread = product(self.equations.cross, self.kept**2) * (self.scale[:, None] * self.scale)
        two = self.equations.large - self.kept.sum() - self.large * float((inverse * spread).sum())
        effect = self.larger(self.found[:, None])[:, 0]
        two -= float(effect @ effect) / (self.large * self.residual)
        return np.array([two, one] if self.equations.flip else [one, two])

    def effects(self) -> tuple[tuple[Floats, Floats], Floats]:
        """Effects of analysts and of questions, and the errors of the analysts'."""
        from scipy.linalg import cho_solve

        small = self.scale[1:] * self.found[1:]
        large = self.larger(self.found[:, None])[:, 0]
        inverse = cho_solve(self.factor, np.eye(len(self.found)))
        if not self.equations.flip:
            variance = self.small * np.diag(inverse)[1:]
            return (small, large), np.sqrt(self.residual * variance)
        variance = self.large * self.kept
        step = max(BLOCK // len(self.found), 1)
        for start in range(0, len(large), step):
            block = slice(start, start + step)
            side = self.equations.cross[:, block].toarray() * self.scale[:, None]
            side *= self.large * self.kept[block]
            variance[block] += (side * (inverse @ side)).sum(axis=0)
        return (large, small), np.sqrt(self.residual * variance)

    def sample(self, times: int, rng: np.random.Generator) -> Floats:
        """Draws (times, A) of the analysts' effects at these variances."""
        from scipy.linalg import solve_triangular

        cells = self.equations.cells
        unit = np.sqrt(self.residual * (cells - 1) / rng.chisquare(cells - 1, times))
        noise = rng.standard_normal((len(self.found), times))
        moved = solve_triangular(self.factor[0], noise, lower=True, trans="T")
        found = self.found[:, None] + unit * moved
        if not self.equations.flip:
            return np.asarray((self.scale[1:, None] * found[1:]).T)
        spread = np.sqrt(self.large * self.kept)[:, None]
        noise = rng.standard_normal((self.equations.large, times))
        return np.asarray((self.larger(found) + unit * spread * noise).T)


def weights(row: NDArray[np.intp], column: NDArray[np.intp], panel: Panel) -> Any:
    """The weights of the cells as a sparse matrix."""
    from scipy.sparse import csr_array

    return csr_array((panel.weight, (row, column)))


def product(cross: Any, middle: Floats) -> Floats:
    """``cross @ diag(middle) @ cross.T`` in full."""
    scaled = cross.copy()
    scaled.data *= middle[cross.indices]
    return np.asarray((scaled @ cross.T).toarray())
