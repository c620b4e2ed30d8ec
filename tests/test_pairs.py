"""Pairs: what they refuse and how they say it, how they are cut, and how they spread into rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import binary_pairs, set_pairs

from tracker import Pairs
from tracker.errors import DataError, UsageError
from tracker.pairs import BILLION
from tracker.records import Forecast
from tracker.scoring.rules import brier, ordered_brier

DAYS = ["2026-03-01", "2026-03-02", "2026-03-03"]
BINARY: dict[str, Any] = {"probability": [0.7, 0.2, 0.5], "outcome": [1, 0, 1]}
CHOICE: dict[str, Any] = {
    "probability": [0.2, 0.5, 0.3],
    "outcome": [0, 1, 0],
    "kind": ["options"] * 3,
    "forecast": [1, 1, 1],
}

# --- what goes in ---------------------------------------------------------------------------


def test_what_is_not_said_has_a_plain_meaning() -> None:
    """Yes/no forecasts of nobody in particular, each on a question of its own, of weight 1."""
    pairs = Pairs(**BINARY)
    assert len(pairs) == 3
    assert pairs.question.tolist() == pairs.forecast.tolist() == [0, 1, 2]
    assert pairs.weight.tolist() == [1, 1, 1]
    assert set(pairs.kind) == {"binary"}
    assert set(pairs.analyst) == {""}
    assert pairs.low.tolist() == pairs.high.tolist() == pairs.probability.tolist()
    assert not pairs.late.any()
    assert (pairs.made, pairs.known, pairs.ended) == (None, None, None)
    assert pairs.left_out == {}


def test_probabilities_are_kept_in_billionths() -> None:
    """Sums that binary floating point misses are the level that was meant."""
    pairs = Pairs(probability=[0.1 + 0.2, 0.3, 1 / 3], outcome=[0, 0, 0])
    assert pairs.probability.tolist() == [0.3, 0.3, 0.333333333]


def test_a_chance_is_never_rounded_to_a_certainty() -> None:
    """However small, it stays one billionth; certainties stay certain."""
    given_ = [1e-300, 1e-10, 1 - 1e-10, 0.0, 1.0]
    pairs = Pairs(probability=given_, outcome=[0] * 5)
    assert pairs.probability.tolist() == [1e-9, 1e-9, 1 - 1e-9, 0.0, 1.0]


@given(st.lists(st.integers(0, BILLION), max_size=20))
def test_a_level_in_is_the_same_level_out(levels: list[int]) -> None:
    """No billionth is lost between the ledger and a tally."""
    pairs = Pairs(probability=np.array(levels) / BILLION, outcome=[0] * len(levels))
    assert pairs.rows().level.tolist() == levels


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"probability": [0.7, 1.5, 0.5]}, r"probability\[1\]: found 1.5; expected a probability"),
        ({"probability": [0.7, 0.5, -0.1]}, r"probability\[2\]: found -0.1"),
        ({"probability": [np.nan, 0.5, 0.5]}, r"probability\[0\]: found nan"),
        ({"low": [0.7, 0.2, 2]}, r"low\[2\]: found 2.0"),
        ({"high": [0.7, -1, 0.5]}, r"high\[1\]: found -1.0"),
        ({"low": [0.7, 0.3, 0.5]}, r"low\[1\]: found 0.3"),
        ({"high": [0.7, 0.2, 0.4]}, r"high\[2\]: found 0.4"),
        ({"outcome": [1, 0, 0.5]}, r"outcome\[2\]: found 0.5; expected 0 or 1"),
        ({"outcome": [1, np.nan, 0]}, r"outcome\[1\]: found nan"),
        ({"weight": [1, -1, 1]}, r"weight\[1\]: found -1.0; expected 0, or a number from 1e-100"),
        ({"weight": [1, 1, np.inf]}, r"weight\[2\]: found inf"),
        ({"kind": ["binary", "binary", "date"]}, r"kind\[2\]: found date; expected one of binary"),
        ({"outcome": [1, 0]}, r"outcome: found shape \(2,\); expected shape \(3,\)"),
        ({"outcome": 1}, r"outcome: found shape \(\)"),
        ({"probability": 0.5}, r"probability: found shape \(\); expected one dimension"),
        ({"probability": [[0.7, 0.2, 0.5]]}, r"probability: found shape \(1, 3\)"),
        ({"analyst": ["ana"]}, r"analyst: found shape \(1,\)"),
        ({"late": [True]}, r"late: found shape \(1,\)"),
        ({"labels": {"tag": ["iran"]}}, "tag"),
        ({"made": DAYS}, "made and ended for every row, or for none"),
        ({"ended": DAYS}, "made and ended for every row, or for none"),
        ({"made": [DAYS[0], "NaT", DAYS[2]], "ended": DAYS}, r"made\[1\]: found NaT"),
        ({"made": DAYS, "ended": [*DAYS[:2], "NaT"]}, r"ended\[2\]: found NaT"),
        ({"made": DAYS, "ended": DAYS, "known": ["NaT", *DAYS[1:]]}, r"known\[0\]: found NaT"),
        ({"forecast": [1, 2, 1]}, "forecast: found a forecast in pieces"),
        ({"forecast": [1, 1, 2]}, "expected one row for a binary forecast"),
    ],
)
def test_what_is_impossible_is_named(columns: dict[str, Any], said: str) -> None:
    """The refusal names the column, the position and the value."""
    with pytest.raises(DataError, match=said):
        Pairs(**{**BINARY, **columns})


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"probability": [0.2, 0.5, 0.4]}, "found 1.1.*; expected a sum of 1"),
        ({"outcome": [0, 1, 1]}, "found 2.0; expected one option that came true"),
        ({"outcome": [0, 0, 0]}, "found 0.0; expected one option that came true"),
        ({"forecast": [1, 1, 2]}, "expected a sum of 1"),
        ({"forecast": [1, 2, 1]}, "a forecast in pieces"),
        ({"kind": ["options", "options", "ordered"]}, "kind"),
        ({"kind": ["options", "binary", "binary"]}, "kind"),
        ({"question": ["a", "a", "b"]}, "question"),
        ({"analyst": ["ana", "bo", "ana"]}, "analyst"),
        ({"weight": [1, 1, 2]}, "weight"),
        ({"made": DAYS, "ended": [DAYS[2]] * 3}, "made"),
    ],
)
def test_an_impossible_option_set_is_refused(columns: dict[str, Any], said: str) -> None:
    """It sums to 1, one option came true, and its rows are one forecast of one analyst."""
    with pytest.raises(DataError, match=said):
        Pairs(**{**CHOICE, **columns})


@pytest.mark.parametrize("kind", ["options", "ordered"])
def test_a_choice_of_one_option_is_refused(kind: str) -> None:
    """There is nothing to forecast, and no split to score."""
    with pytest.raises(DataError):
        Pairs(probability=[1.0], outcome=[1], kind=[kind])


@given(st.lists(st.integers(0, BILLION // 6), min_size=2, max_size=6), st.sampled_from([-1, 0, 1]))
def test_an_option_set_that_a_record_takes_can_be_scored(parts: list[int], off: int) -> None:
    """At the very end of the tolerance of sums too: the ledger could never score again."""
    parts.append(BILLION + off * 1000 - sum(parts))
    said = {f"o{number}": part / BILLION for number, part in enumerate(parts)}
    try:
        Forecast(question="q", analyst="ana", made="2026-03-02", probabilities=said)
    except ValueError:
        return
    n = len(parts)
    kind, true = ["options"] * n, [1] + [0] * (n - 1)
    assert len(Pairs(probability=[*said.values()], outcome=true, kind=kind, forecast=[7] * n)) == n


# --- how they are cut -----------------------------------------------------------------------


def test_take_keeps_every_column_in_step() -> None:
    """By mask or by position, with columns replaced as given."""
    pairs = Pairs(
        **BINARY,
        analyst=["ana", "bo", "ana"],
        question=["x", "y", "z"],
        weight=[1, 2, 3],
        low=[0.6, 0.1, 0.4],
        made=DAYS,
        ended=DAYS,
        known=DAYS,
        late=[False, True, False],
        labels={"tag": [("a", "b"), ("b",), ()]},
        left_out={"open": 4},
    )
    masked = pairs.take(np.array([False, True, True]))
    placed = pairs.take(np.array([1, 2]), weight=[5, 6])
    for part in (masked, placed):
        assert part.probability.tolist() == [0.2, 0.5]
        assert part.outcome.tolist() == [0, 1]
        assert part.analyst.tolist() == ["bo", "ana"]
        assert part.question.tolist() == ["y", "z"]
        assert part.forecast.tolist() == [1, 2]
        assert part.low.tolist() == [0.1, 0.4]
        assert part.late.tolist() == [True, False]
        assert part.labels["tag"].tolist() == [("b",), ()]
        for times in (part.made, part.known, part.ended):
            assert times is not None
            assert times.astype("datetime64[D]").astype(str).tolist() == DAYS[1:]
        assert part.left_out == {"open": 4}
    assert masked.weight.tolist() == [2, 3]
    assert placed.weight.tolist() == [5, 6]


def test_half_an_option_set_cannot_be_taken() -> None:
    """What is left would be no distribution."""
    with pytest.raises(DataError, match="a sum of 1"):
        Pairs(**CHOICE).take(np.array([True, True, False]))


def test_groups_are_sorted_and_leave_nothing_out() -> None:
    """One group for each analyst, whatever the order of the rows."""
    pairs = Pairs(**BINARY, analyst=["bo", "ana", "bo"], left_out={"open": 4})
    groups = dict(pairs.group("analyst"))
    assert list(groups) == ["ana", "bo"]
    assert groups["bo"].probability.tolist() == [0.7, 0.5]
    assert groups["bo"].left_out == {}


def test_a_row_with_several_labels_is_in_several_groups() -> None:
    """A question tagged twice counts under both tags; one without a tag under none."""
    pairs = Pairs(**BINARY, labels={"tag": [("war", "iran"), ("iran",), ()], "month": ["m"] * 3})
    groups = {name: part.forecast.tolist() for name, part in pairs.group("tag")}
    assert groups == {"iran": [0, 1], "war": [0]}
    assert [name for name, _ in pairs.group("month")] == ["m"]


def test_a_label_given_twice_to_a_row_counts_it_once() -> None:
    """The group holds the row, not two of it."""
    pairs = Pairs(**BINARY, labels={"tag": [("war", "war"), (), ()]})
    assert [(name, len(part)) for name, part in pairs.group("tag")] == [("war", 1)]


def test_an_option_set_is_grouped_whole() -> None:
    """All its rows have the same labels."""
    pairs = Pairs(**CHOICE, labels={"tag": [("war", "iran")] * 3})
    assert [(name, len(part)) for name, part in pairs.group("tag")] == [("iran", 3), ("war", 3)]


def test_grouping_by_what_there_is_not_names_what_there_is() -> None:
    """The refusal is the help."""
    pairs = Pairs(**BINARY, labels={"tag": ["a", "b", "c"], "month": ["m"] * 3})
    with pytest.raises(UsageError, match="one of analyst, month, tag; found source"):
        list(pairs.group("source"))


def test_nothing_is_enough() -> None:
    """Empty pairs can be cut, grouped and spread."""
    empty = Pairs(probability=[], outcome=[], labels={"tag": []})
    assert len(empty) == len(empty.starts) == len(empty.rows().level) == 0
    assert len(empty.take(np.zeros(0, dtype=bool))) == 0
    assert list(empty.group("tag")) == list(empty.group("analyst")) == []


# --- how they spread ------------------------------------------------------------------------


def test_a_binary_forecast_is_one_row() -> None:
    """As it stands, with the whole share."""
    rows = Pairs(**BINARY).rows()
    assert rows.level.tolist() == [700_000_000, 200_000_000, 500_000_000]
    assert rows.outcome.tolist() == [1, 0, 1]
    assert rows.share.tolist() == [1, 1, 1]
    assert rows.floor.tolist() == [0, 0, 0]
    assert rows.forecast.tolist() == [0, 1, 2]


def test_an_options_forecast_is_one_row_an_option() -> None:
    """With half a share each, and floors that lay the options side by side."""
    rows = Pairs(**CHOICE).rows()
    assert (rows.level / BILLION).tolist() == [0.2, 0.5, 0.3]
    assert (rows.floor / BILLION).tolist() == [0.0, 0.2, 0.7]
    assert rows.outcome.tolist() == [0, 1, 0]
    assert rows.share.tolist() == [0.5, 0.5, 0.5]
    assert rows.forecast.tolist() == [0, 0, 0]


def test_an_ordered_forecast_is_one_row_a_split() -> None:
    """Cumulative, without the whole ladder, all from the same floor."""
    rows = Pairs(**{**CHOICE, "kind": ["ordered"] * 3}).rows()
    assert (rows.level / BILLION).tolist() == [0.2, 0.7]
    assert rows.outcome.tolist() == [0, 1]
    assert rows.share.tolist() == [0.5, 0.5]
    assert rows.floor.tolist() == [0, 0]


def test_kinds_mix_in_one_table() -> None:
    """Each forecast spreads by its own kind, and keeps its place."""
    rows = Pairs(
        probability=[0.9, 0.6, 0.4, 0.1, 0.2, 0.3, 0.4, 0.5],
        outcome=[1, 0, 1, 0, 0, 1, 0, 0],
        kind=["binary", "options", "options", "ordered", "ordered", "ordered", "ordered", "binary"],
        forecast=[5, 8, 8, 3, 3, 3, 3, 1],
    ).rows()
    assert (rows.level / BILLION).tolist() == [0.9, 0.6, 0.4, 0.1, 0.3, 0.6, 0.5]
    assert rows.outcome.tolist() == [1, 0, 1, 0, 0, 1, 0]
    assert rows.share.tolist() == [1, 1 / 2, 1 / 2, 1 / 3, 1 / 3, 1 / 3, 1]
    assert (rows.floor / BILLION).tolist() == [0, 0, 0.6, 0, 0, 0, 0]
    assert rows.forecast.tolist() == [0, 1, 1, 2, 2, 2, 3]


@given(set_pairs())
def test_the_rows_of_a_forecast_add_up_to_its_brier_score(pairs: Pairs) -> None:
    """Share times (level - outcome)², as the rules say it of the forecast itself."""
    rows = pairs.rows()
    costs = rows.share * (rows.level / BILLION - rows.outcome) ** 2
    found = np.bincount(rows.forecast, costs)
    ends = [*pairs.starts[1:], len(pairs)]
    for number, (start, end) in enumerate(zip(pairs.starts, ends, strict=True)):
        said, happened = pairs.probability[start:end], pairs.outcome[start:end]
        if pairs.kind[start] == "binary":
            expected = brier(said, happened)[0]
        else:
            rule = brier if pairs.kind[start] == "options" else ordered_brier
            expected = rule(said, np.argmax(happened))
        assert found[number] == pytest.approx(float(expected), abs=1e-7)


@given(set_pairs(), st.integers(0, BILLION - 1))
def test_one_draw_makes_one_option_come_true(pairs: Pairs, draw: int) -> None:
    """Levels and floors share out the numbers from 0 to a billion; splits are nested."""
    rows = pairs.rows()
    true = (draw >= rows.floor) & (draw < rows.floor + rows.level)
    for number, start in enumerate(pairs.starts):
        mine = rows.forecast == number
        if pairs.kind[start] == "options":
            gap = BILLION - rows.level[mine].sum()
            assert true[mine].sum() == 1 or (draw >= BILLION - gap and gap < 10)
        else:
            assert (np.diff(true[mine].astype(int)) >= 0).all()


@given(binary_pairs())
def test_weights_and_order_do_not_change_the_rows(pairs: Pairs) -> None:
    """A yes/no forecast is its own row, wherever it stands."""
    back = np.arange(len(pairs))[::-1]
    assert pairs.take(back).rows().level.tolist() == pairs.rows().level[::-1].tolist()
