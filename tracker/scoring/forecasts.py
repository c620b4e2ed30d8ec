"""From pairs to scores of forecasts, and to the sample that a card is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tracker.pairs import BILLION
from tracker.tally import Sample, SetScores, Sums, Tally, Trials, summed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.pairs import Pairs


def sample(pairs: Pairs) -> Sample:
    """What a card is made from, of pairs that have been counted."""
    pairs = pairs.counted()
    tally = Tally.of(pairs)
    trials = Trials.of(pairs, tally)
    if pairs.independent and trials is None:
        return Sample(tally, Sums.of_tally(tally), questions=len(pairs))
    starts = pairs.starts
    weight, cluster = pairs.weight[starts], pairs.cluster[starts]
    squared, _ = forecast_scores(pairs)
    sums = Sums.of(squared, weight, cluster)
    linked = pairs.cluster is not pairs.question
    return Sample(
        tally=tally,
        sums=sums,
        questions=len(set(pairs.question[starts].tolist())) if linked else sums.clusters,
        trials=trials,
        sets=None if pairs.binary else _set_scores(pairs, squared, weight, cluster),
    )


def forecast_scores(pairs: Pairs) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Brier score (0-1 scale) and log score of each forecast, in order of the pairs."""
    rows = pairs.rows()
    error = rows.share * (rows.level / BILLION - rows.outcome) ** 2
    squared = summed(rows.forecast, error, len(pairs.starts))
    with np.errstate(divide="ignore"):
        return squared, np.abs(np.log(given(pairs)))


def given(pairs: Pairs) -> NDArray[np.float64]:
    """The probability that each forecast gave to what happened, in order of the pairs."""
    if pairs.binary:
        return np.abs(1 - pairs.outcome - pairs.probability)
    binary = pairs.kind == "binary"
    said = np.where(binary & (pairs.outcome == 0), 1 - pairs.probability, pairs.probability)
    return np.asarray(said[binary | (pairs.outcome == 1)])  # one row a forecast


def spherical_scores(pairs: Pairs) -> NDArray[np.float64]:
    """Spherical score of each forecast (0 to 1, lower is better), in order of the pairs."""
    square = pairs.probability**2
    square = square + np.where(pairs.kind == "binary", (1 - pairs.probability) ** 2, 0.0)
    norm = np.sqrt(np.add.reduceat(square, pairs.starts)) if len(pairs) else square
    return np.asarray(1 - given(pairs) / norm)


def chance(pairs: Pairs) -> float | None:
    """Mean Brier score (0-1 scale) of equal chances on every answer; None without forecasts."""
    weight = pairs.weight[pairs.starts]
    total = float(weight.sum())
    return float(chance_scores(pairs) @ weight) / total if total else None


def chance_scores(pairs: Pairs) -> NDArray[np.float64]:
    """Brier score (0-1 scale) that equal chances on every answer would have had, by forecast."""
    starts = pairs.starts
    if pairs.binary:
        return np.full(len(starts), 0.25)
    sizes = np.diff(np.r_[starts, len(pairs)])
    even = np.where(pairs.kind == "binary", 0.5, 1 / np.repeat(np.maximum(sizes, 1), sizes))
    every = np.ones(len(pairs), dtype=bool)
    return forecast_scores(pairs.take(every, probability=even, low=even, high=even))[0]


def _set_scores(
    pairs: Pairs,
    squared: NDArray[np.float64],
    weight: NDArray[np.float64],
    cluster: NDArray[np.generic],
) -> SetScores:
    _, logged = forecast_scores(pairs)
    finite = np.isfinite(logged)
    return SetScores(
        excess=Sums.of(squared - chance_scores(pairs), weight, cluster),
        log=float(weight[finite] @ logged[finite]),
        log_infinite=int((~finite).sum()),
        spherical=float(weight @ spherical_scores(pairs)),
    )
