"""Tables of forecasts: what they hold, and whether two readings of them agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st
from strategies import levels

if TYPE_CHECKING:
    from tracker.archive.table import Table
    from tracker.tally import Sample

Row = tuple[float, int, str, str, float, str]

row: st.SearchStrategy[Row] = st.tuples(
    levels,
    st.sampled_from([0, 1]),
    st.sampled_from(["q1", "q2", "q3", "q4"]),
    st.sampled_from(["ana", "Zoë", "日本"]),
    st.sampled_from([0.0, 0.25, 1.0, 2.0]),
    st.sampled_from(["c1", "c2", "q1"]),
)
rows = st.lists(row, max_size=25)


def written(of: list[Row]) -> str:
    """Rows as a table."""
    head = "probability,outcome,question,analyst,weight,cluster\n"
    return head + "".join(",".join(map(str, cells_of)) + "\n" for cells_of in of)


def said(found: Table) -> list[tuple[int | None, str, str]]:
    """Line, column and finding of each problem."""
    return [(one.line, one.key, one.found) for one in found.problems]


def equal(one: Sample, other: Sample) -> None:
    """Two samples are equal: counts to the last, sums up to rounding."""
    assert one.questions == other.questions
    for name in ("level", "forecasts", "events"):
        assert getattr(one.tally, name).tolist() == getattr(other.tally, name).tolist()
    for name in ("weight", "happened", "total"):
        assert getattr(one.tally, name) == pytest.approx(getattr(other.tally, name), rel=1e-12)
    assert (one.sums.clusters, one.sums.forecasts) == (other.sums.clusters, other.sums.forecasts)
    for name in ("weight", "value", "weight_squared", "cross", "value_squared", "own"):
        mine, theirs = getattr(one.sums, name), getattr(other.sums, name)
        assert mine == pytest.approx(theirs, rel=1e-9, abs=1e-12)
    assert (one.trials is None, one.crowded) == (other.trials is None, other.crowded)
    assert drawn(one) == pytest.approx(drawn(other))


def drawn(sample: Sample) -> list[float]:
    """The trials of each question, questions in no order: level and sums of each row."""
    if sample.trials is None:
        return []
    trials = sample.trials
    of: dict[int, list[float]] = {}
    sums = zip(trials.weight.tolist(), trials.happened.tolist(), strict=True)
    columns = (trials.question.tolist(), trials.at.tolist(), sums)
    for question, at, both in zip(*columns, strict=True):
        of.setdefault(question, []).extend([float(sample.tally.level[at]), *both])
    assert sorted(of) == list(range(len(of)))  # numbers from 0 on
    return [value for question in sorted(of.values()) for value in question]
