"""Comparison that stays valid however often one looks, and whenever one stops.

An interval at 90 % keeps its promise for one look. Who looks after every settled question, and
stops once the interval leaves out 0, will be misled sooner or later. The intervals and e-values
here hold for all looks at once, with no assumption but that the differences are bounded. The price
is that they are wider.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tracker.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

LEVEL = 0.95
TUNED = 10.0
OPTIMAL = 0.05  # the error rate for which the mixture is tuned, as in the published tables
LARGEST = 1e7  # e-values are cut here, as in the published tables
ROUNDING = 1e-9  # by how much sums of exact scores may leave their bounds
HALVINGS = 50


@dataclass(frozen=True, eq=False)
class Sequence:
    """A confidence sequence: after each step the mean so far and its interval; arrays (n,)."""

    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class Evidence:
    """Natural logarithms of e-values after each step; arrays (n,).

    ``above`` is evidence that the mean of the differences is above 0, ``below`` that it is below.
    Large is strong: a fair bettor who started with 1 and bet against "not above" holds the
    e-value. ``either`` is their mean, evidence against "no difference".
    """

    above: Floats
    below: Floats

    @property
    def either(self) -> Floats:
        """Evidence against "no difference in either direction"."""
        return np.logaddexp(self.above, self.below) - math.log(2)


@dataclass(frozen=True)
class Anytime:
    """What can be said after the last step, by one who has looked after every step.

    ``interval`` holds the mean difference at every step with a chance of 95 % (unless another
    level was asked for). ``e_value`` is the evidence against "no difference in either direction":
    1 says nothing, 20 is as rare as 1 in 20, and 1e7 stands for all beyond it. ``p_value`` is 1
    over the largest e-value on the way.
    """

    interval: tuple[float, float]
    e_value: float
    p_value: float
    steps: int


def confidence_sequence(
    differences: ArrayLike,
    *,
    low: float = -1.0,
    high: float = 1.0,
    level: float = LEVEL,
    tuned: float = TUNED,
) -> Sequence:
    """Intervals for the mean of bounded differences that hold at all times together.

    With a chance of at least ``level`` no interval, over all steps, leaves out the mean so far of
    what the differences were expected to be given all that came before. Nothing is assumed of
    their distribution or of how it changes: an empirical-Bernstein bound by a gamma-exponential
    mixture [1]_ [2]_.

    Parameters
    ----------
    differences : array-like (n,)
        In order of time, in the unit of the score; each within [low, high].
    low, high : float
        What a difference can be: -1 and 1 for Brier scores on the 0-1 scale. An unbounded score,
        such as the log score, has no such interval.
    level : float in (0, 1)
    tuned : float above 0
        The sum of squared deviations at which the interval is to be narrowest; to be chosen
        before looking. It holds whatever this is.

    Returns
    -------
    Sequence
        The mean, and the interval, cut to [low, high].

    Raises
    ------
    UsageError
        Where a difference is not within the bounds, or not a number.

    References
    ----------
    .. [1] Y. J. Choe, A. Ramdas, Comparing sequential forecasters, Operations Research 72 (2024),
       doi:10.1287/opre.2021.0792
    .. [2] S. R. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, Time-uniform, nonparametric,
       nonasymptotic confidence sequences, Annals of Statistics 49 (2021), doi:10.1214/20-AOS1991

    Examples
    --------
    >>> after = confidence_sequence(np.tile([-0.2, -0.1], 200))
    >>> [round(float(of[-1]), 3) for of in (after.mean, after.low, after.high)]
    [-0.15, -0.175, -0.125]
    """
    values = _bounded(differences, low, high, level, tuned)
    steps = np.arange(1, len(values) + 1)
    mean = np.cumsum(values) / steps
    reach = _boundary(_variation(values, low, high), high - low, level, tuned) / steps
    return Sequence(mean, np.maximum(mean - reach, low), np.minimum(mean + reach, high))


def e_process(
    differences: ArrayLike, *, low: float = -1.0, high: float = 1.0, tuned: float = TUNED
) -> Evidence:
    """Evidence after each step that the mean of bounded differences is above, or below, 0.

    If the mean expected difference has never been above 0, the chance that the e-value ``above``
    ever reaches x is at most 1/x; likewise ``below`` [1]_. Parameters and errors as for
    :func:`confidence_sequence`; logarithms, so that nothing overflows.

    Published tables of these e-values put an upper bound in the place of those against which
    nearly everything speaks. They are exact here.

    References
    ----------
    .. [1] Y. J. Choe, A. Ramdas, Comparing sequential forecasters, Operations Research 72 (2024),
       doi:10.1287/opre.2021.0792

    Examples
    --------
    >>> evidence = e_process(np.tile([-0.2, -0.1], 200))
    >>> bool(evidence.below[-1] > np.log(20)), bool(evidence.above[-1] < 0)
    (True, True)
    """
    values = _bounded(differences, low, high, LEVEL, tuned)
    total, variation = np.cumsum(values), _variation(values, low, high)
    above, below = (_log_mixture(s, variation, high - low, tuned) for s in (total, -total))
    return Evidence(above, below)


def anytime(
    differences: ArrayLike,
    *,
    low: float = -1.0,
    high: float = 1.0,
    level: float = LEVEL,
    tuned: float = TUNED,
) -> Anytime | None:
    """The interval, e-value and p-value after the last step; None without differences.

    Parameters and errors as for :func:`confidence_sequence`.
    """
    values = _bounded(differences, low, high, level, tuned)
    if not len(values):
        return None
    variation = _variation(values, low, high)[-1:]
    reach = float(_boundary(variation, high - low, level, tuned)[0]) / len(values)
    mean = float(values.mean())
    either = e_process(values, low=low, high=high, tuned=tuned).either
    most = math.log(LARGEST)
    return Anytime(
        interval=(max(mean - reach, low), min(mean + reach, high)),
        e_value=math.exp(min(float(either[-1]), most)),
        p_value=min(1.0, math.exp(-min(float(either.max()), most))),
        steps=len(values),
    )


def _bounded(differences: ArrayLike, low: float, high: float, level: float, tuned: float) -> Floats:
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise UsageError(f"expected finite bounds, the lower first; found {low} and {high}")
    if not 0 < level < 1:
        raise UsageError(f"expected a level between 0 and 1; found {level}")
    if not 0 < tuned < math.inf:
        raise UsageError(f"expected tuned to be a finite number above 0; found {tuned}")
    values = np.asarray(differences, dtype=np.float64)
    if values.ndim != 1:
        raise UsageError(f"expected one difference a step; found the shape {values.shape}")
    wrong = ~((values >= low - ROUNDING) & (values <= high + ROUNDING))
    if wrong.any():
        at = int(np.argmax(wrong))
        raise UsageError(
            f"expected differences from {low:g} to {high:g}; found {values[at]} at step {at + 1}: "
            "only a bounded score can be compared at all times"
        )
    return np.asarray(np.clip(values, low, high))


def _variation(values: Floats, low: float, high: float) -> Floats:
    """Sum of squared deviations, each from the mean of those before it; at least 1."""
    before = np.full(len(values), min(max(0.0, low), high))
    before[1:] = (np.cumsum(values) / np.arange(1, len(values) + 1))[:-1]
    return np.asarray(np.maximum(np.cumsum((values - before) ** 2), 1.0))


def _boundary(variation: Floats, width: float, level: float, tuned: float) -> Floats:
    """How far from its expectation a sum can be, by bisection for all steps at once."""
    aim = math.log(2 / (1 - level))
    below, above = np.zeros_like(variation), np.sqrt(variation) + width
    while (short := _log_mixture(above, variation, width, tuned) < aim).any():
        above[short] *= 2
    for _ in range(HALVINGS):
        middle = (below + above) / 2
        short = _log_mixture(middle, variation, width, tuned) < aim
        below, above = np.where(short, middle, below), np.where(short, above, middle)
    return above


def _log_mixture(total: Floats, variation: Floats, width: float, tuned: float) -> Floats:
    """Logarithm of the gamma-exponential mixture (Howard et al., proposition 9).

    With a = (variation + rho)/width² and z = a + total/width it is, but for a constant,
    1F1(1; a + 1; z)/a: a form that exists for every total, and below z = 0 is less than 1/a.
    """
    from scipy.special import gammainc, gammaln, hyp1f1

    rare = 2 * math.log(1 / OPTIMAL)
    rho = tuned / (rare + math.log(1 + rare)) / width**2
    a = variation / width**2 + rho
    z = a + total / width
    log = np.empty_like(z)
    far = z > a
    log[~far] = np.log(hyp1f1(1.0, a[~far] + 1, z[~far])) - np.log(a[~far])
    a, z = a[far], z[far]
    log[far] = gammaln(a) + np.log(gammainc(a, z)) - a * np.log(z) + z
    constant = rho * math.log(rho) - gammaln(rho) - math.log(gammainc(rho, rho)) - rho
    return np.asarray(constant + log)
