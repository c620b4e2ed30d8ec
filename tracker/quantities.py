"""Quantiles of numbers and dates matched with outcomes, as aligned columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tracker.errors import DataError, Problem, UsageError
from tracker.pairs import BILLION, Pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import ArrayLike, NDArray

KINDS = ("quantity", "date")
DAYS = "days"  # the unit of dates
SHARED = (
    "question",
    "cluster",
    "analyst",
    "weight",
    "made",
    "known",
    "ended",
    "late",
    "labels",
    "left_out",
)  # the columns that mean here what they mean for pairs


class Grid(NamedTuple):
    """The forecasts that name the same levels."""

    levels: tuple[float, ...]
    rows: NDArray[np.intp]  # their positions, rising
    values: NDArray[np.float64]  # (rows, levels)


class Quantities:
    """Quantiles with outcomes: frozen, aligned columns, one row a forecast.

    Parameters
    ----------
    levels : sequence of n sequences, rising, between 0 and 1
        The levels that each forecast names, not the same for all; kept in billionths.
    values : sequence of n sequences, finite, not falling
        The quantile at each of these levels. Dates are days since 1970-01-01.
    outcome : array-like (n,), finite
        What it came to, in the same unit.
    unit : array-like (n,), optional
        What the numbers count; ``days`` for dates, nothing unless given.
    kind : array-like (n,), optional
        ``quantity`` (unless given) or ``date``.
    forecast : array-like (n,), optional
        Which forecast a row is; its position unless given.
    question, cluster, analyst, weight, made, known, ended, late, labels, left_out : optional
        As in :class:`~tracker.pairs.Pairs`.

    Raises
    ------
    DataError
        Where a value is impossible; names its column, position and value.

    Examples
    --------
    >>> len(Quantities(levels=[[0.1, 0.9], [0.5]], values=[[3, 8], [5]], outcome=[4, 7]))
    2
    """

    __slots__ = (*SHARED, "forecast", "kind", "levels", "outcome", "unit", "values")

    question: NDArray[Any]
    cluster: NDArray[Any]
    analyst: NDArray[Any]
    weight: NDArray[np.float64]
    made: NDArray[np.datetime64] | None
    known: NDArray[np.datetime64] | None
    ended: NDArray[np.datetime64] | None
    late: NDArray[np.bool_]
    labels: dict[str, NDArray[np.object_]]
    left_out: dict[str, int]

    def __init__(
        self,
        *,
        levels: Iterable[Iterable[float]],
        values: Iterable[Iterable[float]],
        outcome: ArrayLike,
        unit: ArrayLike | None = None,
        kind: ArrayLike | None = None,
        forecast: ArrayLike | None = None,
        **shared: Any,
    ) -> None:
        self.outcome = np.asarray(outcome, dtype=np.float64)
        if self.outcome.ndim != 1:
            raise _wrong("outcome", f"shape {self.outcome.shape}", "one dimension")
        n = len(self.outcome)
        self.levels = _levels(_listed(levels))
        self.values = _objects([tuple(map(float, row)) for row in _listed(values)])
        self.kind = np.full(n, "quantity") if kind is None else np.asarray(kind, dtype=np.str_)
        spelt = np.where(self.kind == "date", DAYS, "") if unit is None else unit
        self.unit = np.asarray(spelt, dtype=np.str_)
        self.forecast = np.arange(n) if forecast is None else np.asarray(forecast)
        if shared.get("question") is None:
            shared["question"] = self.forecast
        if unknown := sorted(shared.keys() - set(SHARED)):
            raise UsageError(f"expected columns of quantities; found {', '.join(unknown)}")
        checked = Pairs(probability=np.full(n, 0.5), outcome=np.zeros(n), **shared)
        for name in SHARED:
            setattr(self, name, getattr(checked, name))
        self._check()

    def __len__(self) -> int:
        return len(self.outcome)

    def timeline(self) -> Pairs:
        """The same forecasts as pairs that say nothing (1/2 on what did not happen).

        They have the questions, analysts, times, weights and labels of these, and the positions
        as ``forecast``: for what asks only who forecast when, as counting and grouping do.
        """
        shared: dict[str, Any] = {name: getattr(self, name) for name in SHARED}
        even = np.full(len(self), 0.5)
        return Pairs(probability=even, outcome=np.zeros(len(self)), **shared)

    def take(self, rows: NDArray[Any], **columns: Any) -> Quantities:
        """The quantities of some rows (a mask or positions), with columns replaced as given."""
        kept: dict[str, Any] = {}
        for name in self.__slots__:
            column = getattr(self, name)
            if name == "labels":
                kept[name] = {label: values[rows] for label, values in column.items()}
            else:
                kept[name] = column[rows] if isinstance(column, np.ndarray) else column
        return Quantities(**{**kept, **columns})

    def group(self, by: str) -> Iterator[tuple[str, Quantities]]:
        """The quantities of each analyst, or of each value of a label, sorted by that value.

        As :meth:`tracker.pairs.Pairs.group`.
        """
        for value, part in self.timeline().group(by):
            yield value, self.take(part.forecast, left_out={})

    def measures(self) -> Iterator[tuple[str, str, Quantities]]:
        """Kind, unit and the quantities of each kind and unit, which alone may be averaged."""
        found = sorted(set(zip(self.kind.tolist(), self.unit.tolist(), strict=True)))
        if len(found) == 1:
            yield *found[0], self
            return
        for kind, unit in found:
            rows = np.flatnonzero((self.kind == kind) & (self.unit == unit))
            yield kind, unit, self.take(rows)

    def grids(self) -> Iterator[Grid]:
        """The forecasts by the levels they name, sorted by these."""
        members: dict[tuple[float, ...], list[int]] = {}
        for row, levels in enumerate(self.levels):
            members.setdefault(levels, []).append(row)
        for levels in sorted(members):
            rows = members[levels]
            values = np.array([self.values[row] for row in rows], dtype=np.float64)
            yield Grid(levels, np.asarray(rows), values)

    def _check(self) -> None:
        n = len(self)
        for name in ("levels", "values", "outcome", "kind", "unit", "forecast"):
            shape = getattr(self, name).shape
            if shape != (n,):
                raise _wrong(name, f"shape {shape}", f"shape ({n},), as outcome")
        _each(self, "outcome", ~np.isfinite(self.outcome), "a finite number")
        _each(self, "kind", ~np.isin(self.kind, KINDS), f"one of {', '.join(KINDS)}")
        _each(self, "unit", (self.kind == "date") & (self.unit != DAYS), "days, as for every date")
        if len(np.unique(self.forecast)) != n:
            raise _wrong("forecast", "several rows", "one row for each forecast")
        named, given = (list(map(len, column)) for column in (self.levels, self.values))
        _each(self, "values", np.not_equal(named, given), "one value for each level")
        for levels, rows, values in self.grids():
            steps = np.array([0.0, *levels, 1.0])
            wrong = np.full(len(rows), not levels or not (np.diff(steps) > 0).all())
            _each(self, "levels", wrong, "levels that rise, between 0 and 1", rows)
            finite = np.isfinite(values).all(axis=1)
            _each(self, "values", ~finite, "finite numbers", rows)
            falls = (values[:, 1:] < values[:, :-1]).any(axis=1)
            _each(self, "values", falls, "values that do not fall as their levels rise", rows)


def _listed(rows: Iterable[Iterable[float]]) -> Iterable[Iterable[float]]:
    return rows.tolist() if isinstance(rows, np.ndarray) else rows


def _levels(rows: Iterable[Iterable[float]]) -> NDArray[np.object_]:
    """Levels in billionths, so that equal levels are equal; each set of them is one object."""
    known: dict[tuple[float, ...], tuple[float, ...]] = {}
    column = []
    for row in map(tuple, rows):
        if row not in known:
            known[row] = tuple((np.rint(np.multiply(row, BILLION)) / BILLION).tolist())
        column.append(known[row])
    return _objects(column)


def _objects(rows: list[tuple[float, ...]]) -> NDArray[np.object_]:
    column = np.empty(len(rows), dtype=object)
    for at, row in enumerate(rows):
        column[at] = row
    return column


def _each(
    quantities: Quantities,
    name: str,
    wrong: Any,
    expected: str,
    rows: NDArray[np.intp] | None = None,
) -> None:
    if wrong.any():
        at = int(np.argmax(wrong))
        row = at if rows is None else int(rows[at])
        raise _wrong(f"{name}[{row}]", str(getattr(quantities, name)[row]), expected)


def _wrong(key: str, found: str, expected: str) -> DataError:
    return DataError([Problem(key, found, expected)])
