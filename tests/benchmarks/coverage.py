"""Whether intervals hold what they promise, by simulation.

    python tests/benchmarks/coverage.py [RUNS]

Panels of analysts are made from known truths, and every interval that tracker prints is asked
whether it holds the truth. Beside each stands the naive interval that treats forecasts, levels or
looks as independent, to show why it is not used. The error in the last column is that of the
simulation itself.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tracker import Pairs
from tracker.scoring.anytime import confidence_sequence
from tracker.scoring.comparison import compare
from tracker.scoring.forecasts import forecast_scores
from tracker.scoring.simultaneous import simultaneous_band
from tracker.scoring.uncertainty import clustered_mean, quantile
from tracker.tally import Tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 1
RUNS = 1000
ANALYSTS = 20
TENTHS = np.arange(1, 20) / 20
LARGE = 400_000  # questions from which a truth is computed

Held = Iterator[tuple[bool, bool]]  # whether our interval, and the naive one, held the truth


class Simulation(NamedTuple):
    """An interval that is tried: its promise, and one trial of it."""

    name: str
    naive: str
    promise: float
    held: Callable[[int], Held]


def said(
    rng: np.random.Generator, chance: NDArray[np.float64], noise: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Forecasts of events with these chances, off by some noise in log odds, in steps of 5 %."""
    odds = np.log(chance / (1 - chance)) + noise * rng.standard_normal(chance.shape)
    return np.asarray(np.clip(np.rint(20 / (1 + np.exp(-odds))) / 20, 0.05, 0.95))


def panel(
    rng: np.random.Generator, questions: int, analysts: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Forecasts (questions, analysts) and outcomes (questions,); the last is less well informed."""
    chance = np.clip(rng.beta(0.8, 0.8, questions), 0.02, 0.98)
    noise = np.where(np.arange(analysts) == analysts - 1, 1.2, 0.6)
    forecasts = said(rng, np.repeat(chance[:, None], analysts, axis=1), noise)
    return forecasts, (rng.random(questions) < chance).astype(float)


def mean_score(questions: int) -> Callable[[int], Held]:
    """The mean Brier score of a panel in which every question is answered by all."""

    def held(runs: int) -> Held:
        rng = np.random.default_rng(SEED)
        p, y = panel(rng, LARGE, ANALYSTS)
        truth = float(((p - y[:, None]) ** 2).mean())
        for _ in range(runs):
            p, y = panel(rng, questions, ANALYSTS)
            pairs = Pairs(
                probability=p.ravel(),
                outcome=np.repeat(y, ANALYSTS),
                question=np.repeat(np.arange(questions), ANALYSTS),
            )
            scores, _ = forecast_scores(pairs)
            ours = clustered_mean(scores, pairs.weight, pairs.cluster).interval
            naive = clustered_mean(scores, pairs.weight, np.arange(len(scores))).interval
            yield within(ours, truth), within(naive, truth)

    return held


def linked(groups: int, size: int) -> Callable[[int], Held]:
    """The mean score of one analyst on groups of questions that come out alike."""

    def held(runs: int) -> Held:
        rng = np.random.default_rng(SEED)

        def record(count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
            chance = np.clip(rng.beta(0.8, 0.8, count), 0.02, 0.98)
            happened = (rng.random(count) < chance).astype(float)
            return said(rng, np.repeat(chance, size), np.array(0.6)), np.repeat(happened, size)

        p, y = record(LARGE)
        truth = float(((p - y) ** 2).mean())
        group = np.repeat(np.arange(groups), size)
        for _ in range(runs):
            p, y = record(groups)
            pairs = Pairs(probability=p, outcome=y, question=np.arange(len(p)), cluster=group)
            scores, _ = forecast_scores(pairs)
            ours = clustered_mean(scores, pairs.weight, pairs.cluster).interval
            naive = clustered_mean(scores, pairs.weight, pairs.question).interval
            yield within(ours, truth), within(naive, truth)

    return held


def difference(questions: int) -> Callable[[int], Held]:
    """The difference of two analysts; the naive interval takes their scores for unrelated."""

    def held(runs: int) -> Held:
        rng = np.random.default_rng(SEED)
        p, y = panel(rng, LARGE, 2)
        costs = (p - y[:, None]) ** 2
        truth = float((costs[:, 0] - costs[:, 1]).mean())
        for _ in range(runs):
            p, y = panel(rng, questions, 2)
            pairs = Pairs(
                probability=p.ravel(),
                outcome=np.repeat(y, 2),
                question=np.repeat(np.arange(questions), 2),
                analyst=np.tile(["a", "b"], questions),
            )
            costs = (p - y[:, None]) ** 2
            error = math.sqrt(costs.var(axis=0, ddof=1).sum() / questions)
            reach, middle = (
                quantile(0.9, questions) * error,
                costs[:, 0].mean() - costs[:, 1].mean(),
            )
            ours = compare(pairs, "a", "b").interval
            yield within(ours, truth), within((middle - reach, middle + reach), truth)

    return held


def band(forecasts: int, bend: float) -> Callable[[int], Held]:
    """All levels at once; the naive band is an interval at each level on its own."""

    def held(runs: int) -> Held:
        from scipy.special import betaincinv

        rng = np.random.default_rng(SEED)
        truth = TENTHS**bend
        for _ in range(runs):
            level = rng.integers(0, len(TENTHS), forecasts)
            y = (rng.random(forecasts) < truth[level]).astype(float)
            one = simultaneous_band(Tally.of(Pairs(probability=TENTHS[level], outcome=y)))
            there = np.isin(TENTHS, one.probability)
            ours = ((one.low <= truth[there]) & (truth[there] <= one.high)).all()
            n = np.bincount(level, minlength=len(TENTHS))[there]
            k = np.bincount(level, y, minlength=len(TENTHS))[there]
            low = np.where(k > 0, betaincinv(np.maximum(k, 1), n - k + 1, 0.05), 0)
            high = np.where(k < n, betaincinv(k + 1, np.maximum(n - k, 1), 0.95), 1)
            yield bool(ours), bool(((low <= truth[there]) & (truth[there] <= high)).all())

    return held


def sequence(steps: int) -> Callable[[int], Held]:
    """One who looks after every question from the tenth on; the naive one uses Student's t."""

    def held(runs: int) -> Held:
        rng = np.random.default_rng(SEED)
        p, y = panel(rng, LARGE, 2)
        costs = (p - y[:, None]) ** 2
        truth = float((costs[:, 0] - costs[:, 1]).mean())
        n = np.arange(1, steps + 1)
        reach = np.array([quantile(0.95, count) for count in n[1:]])
        for _ in range(runs):
            p, y = panel(rng, steps, 2)
            d = (p[:, 0] - y) ** 2 - (p[:, 1] - y) ** 2
            ours = confidence_sequence(d, level=0.95)
            mean = np.cumsum(d) / n
            spread = np.sqrt(np.maximum(np.cumsum(d**2) - n * mean**2, 0)[1:] / n[:-1] / n[1:])
            off = np.abs(mean[1:] - truth) <= reach * spread
            held_always = ((ours.low <= truth) & (truth <= ours.high)).all()
            yield bool(held_always), bool(off[9:].all())

    return held


def within(interval: tuple[float, float] | None, truth: float) -> bool:
    """Whether an interval holds the truth; none holds nothing."""
    return interval is not None and interval[0] <= truth <= interval[1]


SIMULATIONS = [
    *(
        Simulation(f"mean score, {n} questions x {ANALYSTS}", "by forecast", 0.90, mean_score(n))
        for n in (20, 50, 200)
    ),
    Simulation("mean score, 30 groups of 5 linked", "by question", 0.90, linked(30, 5)),
    *(
        Simulation(f"difference, {n} questions", "unpaired", 0.90, difference(n))
        for n in (20, 50, 200)
    ),
    *(
        Simulation(f"band, {n} forecasts, {what}", "level by level", 0.90, band(n, bend))
        for n in (50, 500)
        for what, bend in (("calibrated", 1.0), ("bent", 1.5))
    ),
    *(Simulation(f"sequence, {n} looks", "Student's t", 0.95, sequence(n)) for n in (50, 500)),
]


def main() -> None:
    """Try every interval and print how often it, and the naive one, held the truth."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    print(f"{'interval':<34} {'promise':>8} {'tracker':>8} {'naive':>8}  naive is       ± error")
    for one in SIMULATIONS:
        ours, naive = np.mean(list(one.held(runs)), axis=0)
        error = math.sqrt(one.promise * (1 - one.promise) / runs)
        print(
            f"{one.name:<34} {one.promise:>8.0%} {ours:>8.1%} {naive:>8.1%}  "
            f"{one.naive:<14} {error:.1%}"
        )


if __name__ == "__main__":
    main()
