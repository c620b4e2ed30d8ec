"""Quantities: what goes in, what is refused, and what may be done with the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import timed_pairs

from tracker.errors import DataError, UsageError
from tracker.quantities import SHARED, Quantities
from tracker.scoring.counting import count
from tracker.scoring.quantity_card import count_quantities

if TYPE_CHECKING:
    from tracker import Pairs

LEVELS = [(0.5,), (0.1, 0.9), (0.1, 0.5, 0.9), (0.25, 0.75), (0.9,)]
numbers = st.one_of(st.integers(-5, 5).map(float), st.floats(allow_nan=False, allow_infinity=False))


@st.composite
def quantities(draw: st.DrawFn, max_size: int = 8) -> Quantities:
    """Forecasts of numbers and dates with different levels, ties and values of any size."""
    n = draw(st.integers(0, max_size))
    levels = draw(st.lists(st.sampled_from(LEVELS), min_size=n, max_size=n))
    kind = draw(st.lists(st.sampled_from(["quantity", "date"]), min_size=n, max_size=n))
    units = draw(st.lists(st.sampled_from(["cm", "", "USD"]), min_size=n, max_size=n))
    return Quantities(
        levels=levels,
        values=[sorted(draw(numbers) for _ in named) for named in levels],
        outcome=draw(st.lists(numbers, min_size=n, max_size=n)),
        kind=kind,
        unit=["days" if k == "date" else unit for k, unit in zip(kind, units, strict=True)],
        question=np.array(draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)), dtype=int),
        weight=draw(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=n, max_size=n)),
        labels={
            "tag": draw(st.lists(st.sampled_from([("a",), ("a", "b")]), min_size=n, max_size=n))
        },
    )


def plain(found: Quantities) -> dict[str, Any]:
    """Every column as a list."""
    columns = {name: getattr(found, name) for name in Quantities.__slots__ if name != "labels"}
    columns |= found.labels
    return {
        name: column.tolist() if isinstance(column, np.ndarray) else column
        for name, column in columns.items()
    }


def two(**columns: Any) -> Quantities:
    """Two forecasts, with columns as given."""
    own: dict[str, Any] = {"levels": [[0.1, 0.9], [0.5]], "values": [[3, 8], [5]]}
    return Quantities(**{**own, "outcome": [4, 7], **columns})


def test_columns_come_back_as_they_went_in() -> None:
    """Levels and values as tuples, each forecast its own; a question each unless said."""
    found = two(unit=["cm", "USD"])
    assert found.levels.tolist() == [(0.1, 0.9), (0.5,)]
    assert found.values.tolist() == [(3.0, 8.0), (5.0,)]
    assert found.question.tolist() == found.cluster.tolist() == [0, 1]
    assert (len(found), found.weight.tolist(), found.kind.tolist()) == (2, [1, 1], ["quantity"] * 2)


def test_equal_levels_are_equal() -> None:
    """A tenth and two tenths are the level three tenths; arrays are taken too."""
    found = Quantities(
        levels=np.array([[0.1 + 0.2], [0.3]]), values=np.array([[1], [2]]), outcome=[1, 2]
    )
    assert found.levels.tolist() == [(0.3,), (0.3,)]
    assert [grid.rows.tolist() for grid in found.grids()] == [[0, 1]]


def test_dates_are_days() -> None:
    """The unit of dates is days, and nothing else."""
    assert two(kind=["date", "quantity"]).unit.tolist() == ["days", ""]
    with pytest.raises(DataError, match=r"unit\[0\]"):
        two(kind=["date", "quantity"], unit=["weeks", "weeks"])


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"levels": [[0.9, 0.1], [0.5]]}, r"levels\[0\]"),
        ({"levels": [[0.1, 0.1], [0.5]]}, r"levels\[0\]"),
        ({"levels": [[0.1, 0.9], [0.0]]}, r"levels\[1\]"),
        ({"levels": [[0.1, 0.9], [1e-10]]}, r"levels\[1\]"),
        ({"levels": [[0.1, 0.9], [float("nan")]]}, r"levels\[1\]"),
        ({"levels": [[0.1, 0.9], []], "values": [[3, 8], []]}, r"levels\[1\]"),
        ({"levels": [[0.1, 0.9]]}, "levels"),
        ({"values": [[3, 8], [5, 6]]}, r"values\[1\]"),
        ({"values": [[8, 3], [5]]}, r"values\[0\]"),
        ({"values": [[3, 8], [float("inf")]]}, r"values\[1\]"),
        ({"outcome": [4, float("nan")]}, r"outcome\[1\]"),
        ({"outcome": [[4], [7]]}, "outcome"),
        ({"kind": ["quantity", "binary"]}, r"kind\[1\]"),
        ({"weight": [1, -1]}, r"weight\[1\]"),
        ({"forecast": [3, 3]}, "forecast"),
        ({"made": np.array(["2026-01-01"] * 2, "datetime64[us]")}, "made"),
        ({"labels": {"tag": ["a"]}}, "tag"),
    ],
)
def test_what_is_impossible_is_refused(columns: dict[str, Any], said: str) -> None:
    """The column, the position and the value are named."""
    with pytest.raises(DataError, match=said):
        two(**columns)


def test_a_column_of_something_else_is_refused() -> None:
    """Quantities have no probability and no range of a reading."""
    with pytest.raises(UsageError, match="low"):
        two(low=[0.1, 0.1])


def test_nothing_is_not_refused() -> None:
    """No forecasts have no grids, no measures and no groups."""
    none = Quantities(levels=[], values=[], outcome=[], labels={"tag": []})
    assert (list(none.grids()), list(none.measures()), list(none.group("tag"))) == ([], [], [])
    assert len(none.timeline()) == 0


@given(quantities())
def test_taking_everything_changes_nothing(found: Quantities) -> None:
    """A mask of all rows gives every column as it was."""
    assert plain(found.take(np.ones(len(found), dtype=bool))) == plain(found)


@given(quantities())
def test_every_forecast_is_in_one_measure_and_one_grid(found: Quantities) -> None:
    """Units and kinds part the forecasts, and so do their levels; no value is lost."""
    parts = list(found.measures())
    assert sum(len(part) for _, _, part in parts) == len(found)
    for kind, unit, part in parts:
        assert (set(part.kind), set(part.unit)) == ({kind}, {unit})
    grids = list(found.grids())
    assert sorted(row for grid in grids for row in grid.rows) == list(range(len(found)))
    for grid in grids:
        for row, values in zip(grid.rows, grid.values.tolist(), strict=True):
            assert (found.levels[row], found.values[row]) == (grid.levels, tuple(values))


@given(quantities())
def test_groups_hold_the_rows_with_their_label(found: Quantities) -> None:
    """A row with two tags is in both groups."""
    groups = dict(found.group("tag"))
    for tag, part in groups.items():
        having = [row for row, tags in enumerate(found.labels["tag"]) if tag in tags]
        assert plain(part)["values"] == [found.values[row] for row in having]
    assert set(groups) <= {"a", "b"}


@given(timed_pairs(), st.sampled_from(["time-weighted", "last", "first", "lead:1"]))
def test_quantities_count_as_pairs_do(pairs: Pairs, counting: str) -> None:
    """The same forecasts count, with the same weights, whatever they say."""
    n = len(pairs)
    shared = {name: getattr(pairs, name) for name in SHARED}
    shared["labels"] = {}
    found = Quantities(
        levels=[[0.5]] * n, values=[[row] for row in range(n)], outcome=np.zeros(n), **shared
    )
    own, theirs = count_quantities(found, counting), count(pairs, counting)
    assert [value for (value,) in own.values] == theirs.forecast.tolist()
    assert own.weight.tolist() == theirs.weight.tolist()
    assert own.left_out == theirs.left_out


def test_counting_leaves_the_columns_aligned() -> None:
    """What is left has its own values, ids and units."""
    made = np.array(["2026-09-01", "2026-09-03"], "datetime64[us]")
    ended = np.array(["2026-09-05"] * 2, "datetime64[us]")
    found = two(made=made, ended=ended, question=["q", "q"], forecast=[7, 9], unit=["a", "b"])
    last = count_quantities(found, "last")
    assert plain(last) | {"made": 0, "ended": 0} == plain(found.take(np.array([1]))) | {
        "made": 0,
        "ended": 0,
        "left_out": {"after_known": 0},
    }


def test_the_largest_numbers_warn_of_nothing() -> None:
    """Values at both ends of what a float holds."""
    found = two(values=[[-1.7e308, 1.7e308], [1e300]], outcome=[-1e300, 1.7e308])
    assert found.outcome.tolist() == [-1e300, 1.7e308]
