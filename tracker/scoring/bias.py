"""Whether what an analyst says of one kind comes true as often as said."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tracker.scoring.significance import holm
from tracker.scoring.uncertainty import LEVEL, clustered_mean
from tracker.scoring.verdict import FEW

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tracker.pairs import Pairs
    from tracker.scoring.uncertainty import Mean

ALL = "all forecasts"
CANNOT_TELL = "cannot tell"
UNTAGGED, LINKED = "(none)", "linked:"  # LINKED begins a tag that says what hangs together
UNNAMED = {UNTAGGED, "(number)"}  # keys of what has no tag, and of what was said without words
# By how long before the outcome was known, as the label has it.
LEADS = ("under 1 week", "1 to 4 weeks", "1 to 3 months", "3 to 12 months", "over a year")
ROUNDING = 1e-9


@dataclass(frozen=True)
class Bias:
    """Whether things of one kind came true as often as said; one value of one label.

    ``difference`` is the share that came true minus the mean probability, both weighted: below 0,
    less often than said. Its 90 % ``interval`` is clustered by question, None without spread.
    ``verdict`` is ``less often``, ``more often`` or ``cannot tell``. Only yes/no questions: of a
    set of options something always comes true.
    """

    by: str  # all, tag, lead, phrase
    key: str
    questions: int
    forecasts: int
    mean_probability: float
    happened: float
    difference: float
    interval: tuple[float, float] | None
    verdict: str


class _Binary(NamedTuple):
    """The columns of yes/no forecasts; questions and clusters as numbers."""

    probability: NDArray[np.float64]
    outcome: NDArray[np.float64]
    weight: NDArray[np.float64]
    question: NDArray[np.intp]
    cluster: NDArray[np.intp]

    def only(self, rows: NDArray[np.intp]) -> _Binary:
        """The forecasts of some rows."""
        return _Binary._make(column[rows] for column in self)


def biases(pairs: Pairs) -> tuple[Bias, ...]:
    """The bias of all yes/no forecasts, then by tag, lead and phrase, of counted pairs.

    Tags stand in the order of the alphabet, leads from the shortest, phrases from the one with
    most questions. Tags that only link questions (``linked:NAME``) are not among them. A label on
    which nothing is known (no tags, all said in numbers) is left out.

    A verdict other than ``cannot tell`` needs evidence worth ten clusters of questions, and must
    stand had one more question gone the other way. And it must survive Holm's correction among the
    values of its label, of which some look odd by luck: a wrong verdict anywhere among the tags has
    a chance of 10 %, and so among the leads and among the phrases.

    Examples
    --------
    >>> from tracker.pairs import Pairs
    >>> said = Pairs(probability=[0.8] * 20, outcome=[1] * 8 + [0] * 12)
    >>> found = biases(said)[0]
    >>> round(found.difference, 3), found.verdict
    (-0.4, 'less often')
    """
    rows = np.flatnonzero(pairs.kind == "binary")
    if not len(rows):
        return ()
    said = _Binary(
        pairs.probability[rows],
        pairs.outcome[rows],
        pairs.weight[rows],
        np.unique(pairs.question[rows], return_inverse=True)[1].ravel(),
        np.unique(pairs.cluster[rows], return_inverse=True)[1].ravel(),
    )
    found = _of_label("all", {ALL: np.arange(len(rows))}, said)
    for by, order in _ORDERS.items():
        if by in pairs.labels:
            groups = _groups(pairs.labels[by][rows], tags=by == "tag")
            if not groups.keys() <= UNNAMED:
                found += sorted(_of_label(by, groups, said), key=order)
    return tuple(found)


def _groups(column: NDArray[np.object_], *, tags: bool) -> dict[str, NDArray[np.intp]]:
    """The rows of each value; one with several values is in several groups."""
    members: dict[str, list[int]] = {}
    for row, value in enumerate(column.tolist()):
        several = {str(one) for one in (value if isinstance(value, tuple) else (value,))}
        if tags:
            several = {one for one in several if not one.startswith(LINKED)} or {UNTAGGED}
        for one in several:
            members.setdefault(one, []).append(row)
    return {key: np.asarray(rows) for key, rows in members.items()}


def _of_label(by: str, groups: dict[str, NDArray[np.intp]], said: _Binary) -> list[Bias]:
    """The bias of each group, with a verdict that holds among all of them."""
    found, luck = [], []
    for key, rows in groups.items():
        bias, mean = _bias(by, key, said.only(rows))
        found.append(bias)
        luck.append(_luck(mean))
    tried = [position for position, p in enumerate(luck) if p is not None]
    for position, p in zip(tried, holm([p for p in luck if p is not None]), strict=True):
        if p < 1 - LEVEL:
            way = "less often" if found[position].difference < 0 else "more often"
            found[position] = replace(found[position], verdict=way)
    return found


def _bias(by: str, key: str, said: _Binary) -> tuple[Bias, Mean]:
    mean = clustered_mean(said.outcome - said.probability, said.weight, said.cluster)
    bias = Bias(
        by=by,
        key=key,
        questions=len(np.unique(said.question)),
        forecasts=len(said.weight),
        mean_probability=float(np.average(said.probability, weights=said.weight)),
        happened=float(np.average(said.outcome, weights=said.weight)),
        difference=mean.value,
        interval=mean.interval,
        verdict=CANNOT_TELL,
    )
    return bias, mean


def _luck(mean: Mean) -> float | None:
    """How often luck alone gives as much, after one more question has gone the other way.

    None where too little is known for any verdict. Below 0.1 just where
    :func:`tracker.scoring.uncertainty.stands` says so of an outcome that turns from yes to no.
    """
    from scipy.special import stdtr

    if mean.clusters < FEW or mean.evidence < FEW - ROUNDING:
        return None
    moved = 1 / mean.evidence
    beyond = (abs(mean.value) - moved) / math.hypot(mean.error or 0.0, moved)
    return float(2 * stdtr(mean.evidence - 1, -max(beyond, 0.0)))


def _by_lead(bias: Bias) -> tuple[int, str]:
    return (LEADS.index(bias.key) if bias.key in LEADS else len(LEADS), bias.key)


_ORDERS: dict[str, Callable[[Bias], tuple[int, str]]] = {
    "tag": lambda bias: (int(bias.key in UNNAMED), bias.key),
    "lead": _by_lead,
    "phrase": lambda bias: (-bias.questions, bias.key),
}
