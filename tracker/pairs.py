"""Forecasts matched with outcomes, as aligned columns: all that scoring knows of a ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tracker.errors import DataError, Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import ArrayLike, NDArray

BILLION = 1_000_000_000
LARGEST = 1e100  # weight
SUM_TOLERANCE = 1000  # billionths
KINDS = ("binary", "options", "ordered")


class Rows(NamedTuple):
    """Pairs spread into yes/no rows, as a tally counts them; one entry a row.

    A binary forecast is one row with share 1. An options forecast is one row an option with share
    1/2. An ordered forecast of K options is one row for each of the K - 1 cumulative splits, with
    share 1/(K - 1). So the sum of share times (level - outcome)² over the rows of a forecast is
    its Brier score on the 0-1 scale, and a two-option question agrees with a yes/no one.
    """

    level: NDArray[np.int64]  # billionths
    outcome: NDArray[np.float64]  # 0 or 1
    share: NDArray[np.float64]
    floor: NDArray[np.int64]  # the row comes true when a uniform draw falls in [floor, floor+level)
    forecast: NDArray[np.intp]  # position of the row's forecast


class Pairs:
    """Probabilities with outcomes: frozen, aligned columns of length n.

    Parameters
    ----------
    probability : array-like (n,), in [0, 1]
        Kept in billionths; a chance, however small, is never rounded to 0 or 1.
    outcome : array-like (n,), 0 or 1
        1 where the event, or this option, came true.
    question, analyst : array-like (n,), optional
        Labels. Without ``question`` every forecast is a question of its own.
    cluster : array-like (n,), optional
        Which group of linked questions a question belongs to: their outcomes hang together, and
        count as one piece of evidence. The question itself unless given.
    weight : array-like (n,), optional
        How much a forecast counts: 0, or from 1e-100 to 1e100; 1 unless given.
    kind : array-like (n,), optional
        ``binary`` (unless given), ``options`` or ``ordered``. The latter two have one row an
        option, in order, and the rows of one forecast stand together.
    forecast : array-like (n,), optional
        Which forecast a row belongs to.
    low, high : array-like (n,), optional
        The range of the reading; the probability itself unless given.
    made, known, ended : array-like (n,) of datetime64, optional
        When the forecast was made; the last instant at which it could still be made (the outcome
        is known after it); when holding it ended.
    late : array-like (n,) of bool, optional
        Recorded after the outcome was known.
    labels : mapping of name to (n,), optional
        Further columns to group by; an entry may be a tuple of several labels.
    left_out : mapping of reason to count, optional
        What is not among the pairs, and why.

    Attributes
    ----------
    binary : bool
        Whether there are no option sets.
    independent : bool
        Whether every row is known to be a forecast on a question of its own.

    Raises
    ------
    DataError
        Where a value is impossible; names its column, position and value.

    Examples
    --------
    >>> len(Pairs(probability=[0.7, 0.2], outcome=[1, 0]))
    2
    """

    COLUMNS = (
        "analyst",
        "cluster",
        "ended",
        "forecast",
        "high",
        "kind",
        "known",
        "labels",
        "late",
        "left_out",
        "low",
        "made",
        "outcome",
        "probability",
        "question",
        "weight",
    )
    __slots__ = (*COLUMNS, "binary", "independent")

    def __init__(
        self,
        *,
        probability: ArrayLike,
        outcome: ArrayLike,
        question: ArrayLike | None = None,
        analyst: ArrayLike | None = None,
        cluster: ArrayLike | None = None,
        weight: ArrayLike | None = None,
        kind: ArrayLike | None = None,
        forecast: ArrayLike | None = None,
        low: ArrayLike | None = None,
        high: ArrayLike | None = None,
        made: ArrayLike | None = None,
        known: ArrayLike | None = None,
        ended: ArrayLike | None = None,
        late: ArrayLike | None = None,
        labels: Mapping[str, ArrayLike] | None = None,
        left_out: Mapping[str, int] | None = None,
    ) -> None:
        self.probability = _probabilities("probability", probability)
        n = len(self.probability)
        self.forecast = np.arange(n) if forecast is None else np.asarray(forecast)
        self.outcome = np.asarray(outcome, dtype=np.float64)
        self.question = self.forecast if question is None else np.asarray(question)
        self.cluster = self.question if cluster is None else np.asarray(cluster)
        self.analyst = np.full(n, "") if analyst is None else np.asarray(analyst)
        self.weight = np.ones(n) if weight is None else np.asarray(weight, dtype=np.float64)
        self.kind = np.full(n, "binary") if kind is None else np.asarray(kind, dtype=np.str_)
        self.low = self.probability if low is None else _probabilities("low", low)
        self.high = self.probability if high is None else _probabilities("high", high)
        self.made = _times(made)
        self.known = _times(known)
        self.ended = _times(ended)
        self.late = np.zeros(n, dtype=bool) if late is None else np.asarray(late, dtype=bool)
        self.labels = {name: _objects(column) for name, column in (labels or {}).items()}
        self.left_out = dict(left_out or {})
        self.binary = kind is None or bool((self.kind == "binary").all())
        given = [name for name in (forecast, question, cluster) if name is not None]
        self.independent = self.binary and not given
        self._check()

    def __len__(self) -> int:
        return len(self.probability)

    @property
    def starts(self) -> NDArray[np.intp]:
        """The first row of each forecast, in order of the rows."""
        if not len(self):
            return np.zeros(0, dtype=np.intp)
        if self.independent:
            return np.arange(len(self))
        return np.flatnonzero(np.r_[True, self.forecast[1:] != self.forecast[:-1]])

    def counted(self) -> Pairs:
        """The pairs whose weight is not 0."""
        kept = self.weight > 0
        return self if kept.all() else self.take(kept)

    def take(self, rows: NDArray[Any], **columns: Any) -> Pairs:
        """The pairs of some rows (a mask or positions), with columns replaced as given."""
        kept: dict[str, Any] = {}
        taken: dict[int, Any] = {}  # columns that are one stay one
        for name in self.COLUMNS:
            column = getattr(self, name)
            if name == "labels":
                kept[name] = {label: values[rows] for label, values in column.items()}
            elif isinstance(column, np.ndarray):
                if id(column) not in taken:
                    taken[id(column)] = column[rows]
                kept[name] = taken[id(column)]
            else:
                kept[name] = column
        return Pairs(**{**kept, **columns})

    def group(self, by: str) -> Iterator[tuple[str, Pairs]]:
        """The pairs of each analyst, or of each value of a label, sorted by that value.

        A row with several labels (tags) is in several groups; one with none is in no group.
        """
        if by != "analyst" and by not in self.labels:
            known = ", ".join(["analyst", *sorted(self.labels)])
            raise UsageError(f"expected to group by one of {known}; found {by}")
        column = self.analyst if by == "analyst" else self.labels[by]
        members: dict[Any, list[int]] = {}
        for row, value in enumerate(column):
            for one in set(value) if isinstance(value, tuple) else (value,):
                members.setdefault(one, []).append(row)
        for value in sorted(members, key=str):
            yield str(value), self.take(np.asarray(members[value]), left_out={})

    def rows(self) -> Rows:
        """Spread into yes/no rows; see :class:`Rows`."""
        levels = np.rint(self.probability * BILLION).astype(np.int64)
        starts = self.starts
        sizes = np.diff(np.r_[starts, len(self)])
        forecast = np.repeat(np.arange(len(starts)), sizes)
        sets, ordered = self.kind != "binary", self.kind == "ordered"
        if not sets.any():
            floor = np.zeros(len(self), dtype=np.int64)
            return Rows(levels, self.outcome, np.ones(len(self)), floor, forecast)
        through = np.cumsum(levels)
        through -= np.repeat(through[starts] - levels[starts], sizes)  # within the forecast
        happened = np.cumsum(self.outcome)
        happened -= np.repeat(happened[starts] - self.outcome[starts], sizes)
        last = np.r_[starts[1:], len(self)] - 1
        share = np.where(sets, 0.5, 1.0)
        share[ordered] = 1.0 / (np.repeat(sizes, sizes)[ordered] - 1)
        kept = np.ones(len(self), dtype=bool)
        kept[last[ordered[last]]] = False  # the whole ladder is no split
        level = np.where(ordered, np.minimum(through, BILLION), levels)
        floor = np.where(sets & ~ordered, through - levels, 0)
        outcome = np.where(ordered, happened, self.outcome)
        return Rows(level[kept], outcome[kept], share[kept], floor[kept], forecast[kept])

    def _check(self) -> None:
        n = len(self)
        for name in self.COLUMNS:
            column = getattr(self, name)
            if isinstance(column, np.ndarray) and column.shape != (n,):
                raise _wrong(name, f"shape {column.shape}", f"shape ({n},), as probability")
        _first(self.outcome, (self.outcome != 0) & (self.outcome != 1), "outcome", "0 or 1")
        _first(self.weight, ~usable(self.weight), "weight", "0, or a number from 1e-100 to 1e100")
        if not self.binary:
            _first(self.kind, ~np.isin(self.kind, KINDS), "kind", f"one of {', '.join(KINDS)}")
        _first(self.low, self.low > self.probability, "low", "no more than the probability")
        _first(self.high, self.high < self.probability, "high", "no less than the probability")
        for label, values in self.labels.items():
            if values.shape != (n,):
                raise _wrong(f"labels[{label}]", f"shape {values.shape}", f"shape ({n},)")
        if (self.made is None) != (self.ended is None):
            raise _wrong("made", "one of them", "made and ended for every row, or for none")
        for name in ("made", "ended", "known"):
            column = getattr(self, name)
            if column is not None:
                _first(column, np.isnat(column), name, "a time")
        self._check_sets()

    def _check_sets(self) -> None:
        if self.independent:
            return
        starts = self.starts
        ids = self.forecast[starts]
        rising = bool((ids[1:] > ids[:-1]).all())  # as they mostly do: no need to sort
        if not rising and len(np.unique(ids)) != len(starts):
            raise _wrong("forecast", "a forecast in pieces", "its rows together")
        if self.binary and len(starts) == len(self):
            return
        sizes = np.diff(np.r_[starts, len(self)])
        for name in (
            "kind",
            "question",
            "cluster",
            "analyst",
            "weight",
            "made",
            "known",
            "ended",
            "late",
        ):
            column = getattr(self, name)
            if column is not None:
                mixed = column != np.repeat(column[starts], sizes)
                _first(column, mixed, name, "the same for all rows of a forecast")
        binary = self.kind[starts] == "binary"
        if (sizes[binary] > 1).any():
            raise _wrong("forecast", "several rows", "one row for a binary forecast")
        if not binary.all():
            levels = np.rint(self.probability * BILLION)
            total = np.add.reduceat(levels, starts)[~binary]
            off = np.abs(total - BILLION) > SUM_TOLERANCE
            _first(total / BILLION, off, "option set", "a sum of 1")
            true = np.add.reduceat(self.outcome, starts)[~binary]
            _first(true, true != 1, "option set", "one option that came true")
        if (sizes[~binary] < 2).any():  # noqa: PLR2004 - one option is no choice
            raise _wrong("option set", "one option", "two options or more")


def usable(weight: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which numbers can be weights: squares of others leave what a computer can hold."""
    return np.asarray((weight == 0) | ((weight >= 1 / LARGEST) & (weight <= LARGEST)))


def _probabilities(name: str, values: ArrayLike) -> NDArray[np.float64]:
    given = np.asarray(values, dtype=np.float64)
    if given.ndim != 1:
        raise _wrong(name, f"shape {given.shape}", "one dimension")
    _first(given, ~((given >= 0) & (given <= 1)), name, "a probability from 0 to 1")
    levels = np.rint(given * BILLION)
    uncertain = (given > 0) & (given < 1)
    return np.where(uncertain, np.clip(levels, 1, BILLION - 1), levels) / BILLION


def _times(values: ArrayLike | None) -> NDArray[np.datetime64] | None:
    return None if values is None else np.asarray(values, dtype="datetime64[us]")


def _objects(values: Any) -> NDArray[np.object_]:
    """A column of labels; tuples stay tuples."""
    column = np.empty(len(values), dtype=object)
    for row, value in enumerate(values):
        column[row] = value
    return column


def _first(values: NDArray[Any], wrong: NDArray[np.bool_], name: str, expected: str) -> None:
    if wrong.any():
        at = int(np.argmax(wrong))
        raise _wrong(f"{name}[{at}]", str(values[at]), expected)


def _wrong(key: str, found: str, expected: str) -> DataError:
    return DataError([Problem(key, found, expected)])
