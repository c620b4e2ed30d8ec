"""From what any engine has added up to the samples that cards are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tracker.tally import Sample, Sums, Tally, Trials, summed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LEVELS = 10_000  # distinct probabilities beyond which levels are rounded
CELLS = 5_000_000  # of group, question and level, beyond which there are no trials
EQUAL = 1e-9  # rounding of sums of equal weights
ROUNDED = (
    f"more than {LEVELS:,} different probabilities: calibration goes by thousandths, and by "
    "hundred-thousandths within a hundredth of 0 and 1; the Brier score is exact"
)
CROWDED = (
    f"more than {CELLS:,} combinations of question and probability: which forecasts share a "
    "question was not kept, so calibration has no bands, no intervals and no tests; the interval "
    "of the Brier score is exact"
)
SPLIT = 1e-9  # a share of weight that is more than rounding


class Gathered(NamedTuple):
    """What any engine knows of a table when it has read it; samples are made of this.

    Groups are numbers from 0 on, and ascend.
    """

    group: NDArray[np.int64]  # one entry for each group and level
    level: NDArray[np.int64]
    tallies: Sequence[NDArray[np.float64]]  # forecasts, events, weight, happened
    sums: Sequence[Sums]  # one for each group
    whole: Sums
    questions: Sequence[int]  # one for each group
    all_questions: int
    trials: Draws | None


class Draws(NamedTuple):
    """Sums by group, question (cluster, where questions are linked) and level."""

    group: NDArray[np.int64]
    question: NDArray[np.int64]
    level: NDArray[np.int64]
    weight: NDArray[np.float64]
    happened: NDArray[np.float64]


def notes(whole: Sample, *, rounds: bool, linked: bool) -> tuple[str, ...]:
    """What was simplified, levels and which forecasts share questions; and what looks wrong."""
    said = (ROUNDED,) * rounds + (CROWDED,) * whole.crowded
    split = 0 if linked else _split(whole.trials)
    if not split:
        return said
    which = "question has" if split == 1 else "questions have"
    return (*said, f"{split:,} {which} rows with both outcomes; they are taken as they stand")


def _split(trials: Trials | None) -> int:
    """How many questions came true in some rows and not in others."""
    if trials is None:
        return 0
    yes, no = (
        trials.by_question((part > SPLIT * trials.weight).astype(np.float64)) > 0
        for part in (trials.happened, trials.weight - trials.happened)
    )
    return int((yes & no).sum())


def samples(gathered: Gathered, names: Sequence[str]) -> tuple[Sample, list[tuple[str, Sample]]]:
    """The sample of everything, and that of each group that has forecasts, by name."""
    whole = _sample(gathered, gathered.whole, gathered.all_questions, None)
    parts = [
        (name, _sample(gathered, sums, questions, at))
        for at, (name, sums, questions) in enumerate(
            zip(names, gathered.sums, gathered.questions, strict=False)
        )
        if sums.forecasts
    ]
    return whole, sorted(parts, key=lambda part: part[0])


def _sample(gathered: Gathered, sums: Sums, questions: int, group: int | None) -> Sample:
    mine = span(gathered.group, group)
    level, code = np.unique(gathered.level[mine], return_inverse=True)
    forecasts, events, weight, happened = (
        summed(code.reshape(-1), column[mine], len(level)) for column in gathered.tallies
    )
    tally = Tally(
        level=level,
        forecasts=forecasts.astype(np.int64),
        events=events.astype(np.int64),
        weight=weight,
        happened=happened,
        total=float(weight.sum()),
    )
    crowded = gathered.trials is None and _unequal(sums)
    return Sample(tally, sums, questions, _trials(gathered.trials, tally, group), crowded=crowded)


def _unequal(sums: Sums) -> bool:
    """Whether some forecasts share a cluster, or differ in weight.

    By the number of equal clusters with the same spread of weights, (ΣW)²/ΣW²: all forecasts then.
    """
    return sums.weight**2 < sums.forecasts * sums.weight_squared * (1 - EQUAL)


def span(column: NDArray[np.int64], group: int | None) -> slice:
    """Where a group stands in a column of groups; None is all of them."""
    if group is None:
        return slice(None)
    first, after = np.searchsorted(column, [group, group + 1])
    return slice(int(first), int(after))


def _trials(draws: Draws | None, tally: Tally, group: int | None) -> Trials | None:
    """The trials of a group, or of all; None where every row is a question of equal weight."""
    if draws is None or not len(tally):
        return None
    mine = span(draws.group, group)
    _, question = np.unique(draws.question[mine], return_inverse=True)
    question = question.reshape(-1)
    weight, happened = draws.weight[mine], draws.happened[mine]
    alone = int(question.max()) + 1 == int(tally.forecasts.sum())
    if alone and (weight == weight[0]).all():
        return None
    at = np.searchsorted(tally.level, draws.level[mine])
    size = len(tally)
    key, code = np.unique(question * size + at, return_inverse=True)
    code = code.reshape(-1)
    return Trials(
        question=key // size,
        at=key % size,
        floor=np.zeros(len(key), dtype=np.int64),
        weight=summed(code, weight, len(key)),
        happened=summed(code, happened, len(key)),
    )
