"""Who answered which question, and how well: one score for each analyst on each question.

Analysts choose their questions, and questions differ far more than analysts do. Before two of
them are compared it has to be seen whether they, or others between them, met on any question.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tracker.errors import UsageError
from tracker.scoring.forecasts import forecast_scores
from tracker.tally import summed

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from tracker.pairs import Pairs

BLOCK = 256  # analysts whose shared questions are counted at once


class Parts(NamedTuple):
    """Which connected part each analyst and each question is in; 0 has the most analysts.

    Within a part any two analysts meet on a question, or through others who do. Between parts
    nothing tells a better analyst from easier questions.
    """

    number: int
    analyst: NDArray[np.intp]
    question: NDArray[np.intp]


class Overlap(NamedTuple):
    """How many questions two analysts share, over all pairs of analysts.

    ``median`` is None where there are fewer than two analysts.
    """

    pairs: int
    apart: int  # pairs that share no question
    median: float | None


@dataclass(frozen=True, eq=False)
class Panel:
    """One cell for each question that an analyst answered; n cells.

    ``analysts``, ``questions`` and ``clusters`` are the names, sorted. ``analyst``, ``question``
    and ``cluster`` (n,) say by position in those which cell is whose. ``score`` (n,) is the mean
    Brier score of the cell's forecasts on the 0-1 scale, lower is better, and ``weight`` (n,) the
    sum of their weights, which is 1 for forecasts that have been counted and given no other.
    """

    analysts: NDArray[Any]
    questions: NDArray[Any]
    clusters: NDArray[Any]
    analyst: NDArray[np.intp]
    question: NDArray[np.intp]
    cluster: NDArray[np.intp]
    score: NDArray[np.float64]
    weight: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.score)

    @classmethod
    def of(cls, pairs: Pairs) -> Panel:
        """The panel of pairs that have been counted.

        >>> from tracker.pairs import Pairs
        >>> panel = Panel.of(Pairs(probability=[0.9, 0.6, 0.8], outcome=[1, 1, 1],
        ...                        analyst=["b", "a", "b"], question=["q", "q", "r"]))
        >>> panel.analysts.tolist(), panel.score.round(2).tolist()
        (['a', 'b'], [0.16, 0.01, 0.04])
        """
        starts = pairs.starts
        return cls.of_scores(
            forecast_scores(pairs)[0],
            analyst=pairs.analyst[starts],
            question=pairs.question[starts],
            cluster=pairs.cluster[starts],
            weight=pairs.weight[starts],
        )

    @classmethod
    def of_scores(
        cls,
        score: ArrayLike,
        *,
        analyst: ArrayLike,
        question: ArrayLike,
        cluster: ArrayLike | None = None,
        weight: ArrayLike | None = None,
    ) -> Panel:
        """The panel of scores (n,), each of an analyst on a question.

        Several of one analyst on one question become their weighted mean; one of weight 0 is
        left out. Raises UsageError where the columns do not match or hold what is no number.
        """
        values = np.asarray(score, dtype=np.float64)
        weights = np.ones(len(values)) if weight is None else np.asarray(weight, dtype=np.float64)
        labels = [np.asarray(analyst), np.asarray(question)]
        labels.append(labels[1] if cluster is None else np.asarray(cluster))
        if any(column.shape != values.shape for column in (weights, *labels)):
            raise UsageError("expected score, analyst, question, cluster, weight of one length")
        if not (np.isfinite(values).all() and np.isfinite(weights).all() and (weights >= 0).all()):
            raise UsageError("expected finite scores, and finite weights that are not negative")
        kept = weights > 0
        (analysts, i), (questions, j), (clusters, c) = (_coded(column[kept]) for column in labels)
        _, first, cell = np.unique(
            i * max(len(questions), 1) + j, return_index=True, return_inverse=True
        )
        cell = cell.reshape(-1)
        total = summed(cell, weights[kept], len(first))
        mean = summed(cell, weights[kept] * values[kept], len(first)) / total
        return cls(analysts, questions, clusters, i[first], j[first], c[first], mean, total)

    def take(self, cells: NDArray[Any]) -> Panel:
        """The panel of some cells (a mask or positions), with the names that are left."""
        return Panel.of_scores(
            self.score[cells],
            analyst=self.analysts[self.analyst[cells]],
            question=self.questions[self.question[cells]],
            cluster=self.clusters[self.cluster[cells]],
            weight=self.weight[cells],
        )

    def linked(self, difficulty: NDArray[np.float64]) -> Panel:
        """The panel with each cluster of linked questions as one question.

        ``difficulty`` (questions,) is the effect of each question on its scores. Within a cluster
        it is evened out first, or whoever answered only the harder ones would seem worse. The
        panel itself where no questions are linked.
        """
        if len(self.clusters) == len(self.questions):
            return self
        own = np.bincount(self.cluster, self.weight * difficulty[self.question])
        mean = own / np.bincount(self.cluster, self.weight)
        together = Panel.of_scores(
            self.score - difficulty[self.question] + mean[self.cluster],
            analyst=self.analyst,
            question=self.cluster,
            weight=self.weight,
        )
        cells = self.analyst * len(self.clusters) + self.cluster
        times = np.unique(cells, return_counts=True)[1]
        return replace(
            together,
            analysts=self.analysts,
            questions=self.clusters,
            clusters=self.clusters,
            weight=together.weight / times,
        )

    @property
    def answers(self) -> NDArray[np.int64]:
        """How many analysts answered each question (questions,)."""
        return np.bincount(self.question, minlength=len(self.questions))

    @property
    def answered(self) -> NDArray[np.int64]:
        """How many questions each analyst answered (analysts,)."""
        return np.bincount(self.analyst, minlength=len(self.analysts))

    @property
    def shared(self) -> NDArray[np.int64]:
        """How many questions of each analyst were answered by another one too (analysts,)."""
        met = self.answers[self.question] > 1
        return np.bincount(self.analyst[met], minlength=len(self.analysts))

    def parts(self) -> Parts:
        """The connected parts of the graph of analysts and questions, by falling size."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        a, q = len(self.analysts), len(self.questions)
        edges = (np.ones(len(self)), (self.analyst, a + self.question))
        count, label = connected_components(coo_array(edges, shape=(a + q, a + q)), directed=False)
        if not a:
            return Parts(0, np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp))
        _, first = np.unique(label[:a], return_index=True)
        order = np.lexsort((first, -np.bincount(label[:a], minlength=count)))
        place = np.empty(count, dtype=np.intp)
        place[order] = np.arange(count)
        return Parts(int(count), place[label[:a]], place[label[a:]])

    def overlap(self) -> Overlap:
        """How many questions two analysts share; bounded memory, however many analysts."""
        from scipy.sparse import csr_array

        a = len(self.analysts)
        met = self.answers[self.question] > 1
        cells = (np.ones(met.sum(), dtype=np.int64), (self.analyst[met], self.question[met]))
        answered = csr_array(cells, shape=(a, max(len(self.questions), 1)))
        times = np.zeros(int(self.answered.max(initial=0)) + 1, dtype=np.int64)
        for start in range(0, a, BLOCK):
            both = (answered[start : start + BLOCK] @ answered.T).tocoo()
            above = both.col > both.row + start
            times += np.bincount(both.data[above], minlength=len(times))
        pairs = a * (a - 1) // 2
        times[0] = pairs - times[1:].sum()
        if not pairs:
            return Overlap(0, 0, None)
        through = np.cumsum(times)
        middle = [
            int(np.searchsorted(through, k, side="right")) for k in (_below(pairs), pairs // 2)
        ]
        return Overlap(pairs, int(times[0]), sum(middle) / 2)


def _below(count: int) -> int:
    """The position of the lower of the two middle values."""
    return (count - 1) // 2


def _coded(column: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    names, code = np.unique(column, return_inverse=True)
    return names, code.reshape(-1)
