"""Panels: one score for each analyst on each question, and who can be compared with whom."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import timed_pairs

from tracker import Pairs
from tracker.errors import UsageError
from tracker.scoring.counting import count
from tracker.scoring.panel import Panel
from tracker.scoring.scorecard import scorecard


@st.composite
def panels(draw: st.DrawFn, analysts: int = 6, questions: int = 6) -> Panel:
    """Panels with holes, often in several parts."""
    every = list(itertools.product(range(analysts), range(questions)))
    cells = draw(st.lists(st.sampled_from(every), min_size=1, max_size=20, unique=True))
    n = len(cells)
    return Panel.of_scores(
        draw(st.lists(st.floats(0, 1), min_size=n, max_size=n)),
        analyst=[f"a{i}" for i, _ in cells],
        question=[f"q{j}" for _, j in cells],
        weight=draw(st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=n, max_size=n)),
    )


# --- cells --------------------------------------------------------------------------------------


def test_a_cell_is_the_weighted_mean_of_its_forecasts() -> None:
    """Three updates by one analyst on one question are one score; names are sorted."""
    pairs = Pairs(
        probability=[0.5, 0.9, 0.8, 0.6],
        outcome=[1, 1, 1, 0],
        weight=[0.75, 0.25, 1, 1],
        question=["q", "q", "q", "p"],
        analyst=["zoe", "zoe", "ana", "ana"],
    )
    panel = Panel.of(pairs)
    assert panel.analysts.tolist() == ["ana", "zoe"]
    assert panel.questions.tolist() == ["p", "q"]
    assert panel.analyst.tolist() == [0, 0, 1]
    assert panel.question.tolist() == [0, 1, 1]
    assert panel.score.tolist() == pytest.approx([0.36, 0.04, 0.75 * 0.25 + 0.25 * 0.01])
    assert panel.weight.tolist() == [1, 1, 1]


def test_an_option_set_is_one_score() -> None:
    """However many rows it has; its clusters are kept."""
    pairs = Pairs(
        probability=[0.5, 0.3, 0.2, 0.9],
        outcome=[1, 0, 0, 1],
        kind=["options"] * 3 + ["binary"],
        forecast=[0, 0, 0, 1],
        question=["q"] * 3 + ["r"],
        cluster=["c"] * 4,
    )
    panel = Panel.of(pairs)
    assert panel.score.tolist() == pytest.approx([(0.25 + 0.09 + 0.04) / 2, 0.01])
    assert (panel.clusters.tolist(), panel.cluster.tolist()) == (["c"], [0, 0])


@given(timed_pairs())
def test_the_mean_of_the_cells_is_the_score_of_the_card(pairs: Pairs) -> None:
    """A panel holds the same forecasts with the same weights as the card."""
    counted = count(pairs)
    panel, card = Panel.of(counted), scorecard(counted)
    assert len(panel.questions) == card.questions
    if card.brier is not None:
        assert float(np.average(panel.score, weights=panel.weight)) == pytest.approx(card.brier)


def test_no_forecasts_are_an_empty_panel() -> None:
    """And nothing about it fails."""
    panel = Panel.of(Pairs(probability=[], outcome=[]))
    assert (len(panel), panel.parts().number, panel.overlap().median) == (0, 0, None)
    assert panel.answered.tolist() == panel.shared.tolist() == []


def test_what_weighs_nothing_is_left_out() -> None:
    """An analyst all of whose forecasts weigh nothing is not in the panel."""
    panel = Panel.of_scores([0.1, 0.2], analyst=["a", "b"], question=[1, 1], weight=[1, 0])
    assert panel.analysts.tolist() == ["a"]


@pytest.mark.parametrize(
    "columns",
    [
        {"analyst": ["a"], "question": [1, 2]},
        {"analyst": ["a", "b"], "question": [1, 2], "weight": [1, -1]},
        {"analyst": ["a", "b"], "question": [1, 2], "weight": [1, float("nan")]},
    ],
)
def test_columns_that_do_not_fit_are_refused(columns: dict[str, list[float]]) -> None:
    """Wrong lengths and weights that are none."""
    with pytest.raises(UsageError, match="expected"):
        Panel.of_scores([0.1, 0.2], **columns)


@given(panels(), st.data())
def test_some_cells_are_a_panel_of_their_own(panel: Panel, data: st.DataObject) -> None:
    """With the names that are left, and the scores they had."""
    n = len(panel)
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=bool)
    found = panel.take(kept)
    assert found.score.tolist() == panel.score[kept].tolist()
    assert found.analysts[found.analyst].tolist() == panel.analysts[panel.analyst[kept]].tolist()
    assert len(found.questions) == len(set(panel.question[kept].tolist()))


# --- who met whom -------------------------------------------------------------------------------


@given(panels())
def test_parts_are_what_walking_the_graph_finds(panel: Panel) -> None:
    """Two analysts are in one part just if a chain of shared questions joins them."""
    sets = [set(panel.question[panel.analyst == i]) for i in range(len(panel.analysts))]
    groups: list[tuple[set[int], set[int]]] = []
    for i, questions in enumerate(sets):
        touching = [group for group in groups if group[1] & questions]
        groups = [group for group in groups if not group[1] & questions]
        members = {i}.union(*(group[0] for group in touching))
        groups.append((members, set(questions).union(*(group[1] for group in touching))))
    parts = panel.parts()
    assert parts.number == len(groups)
    for members, questions in groups:
        assert len({*parts.analyst[list(members)], *parts.question[list(questions)]}) == 1
    sizes = np.bincount(parts.analyst)
    assert sizes.tolist() == sorted(sizes.tolist(), reverse=True)


@given(panels())
def test_overlap_is_what_counting_pair_by_pair_finds(panel: Panel) -> None:
    """The number of pairs, those that share nothing, and the median."""
    sets = [set(panel.question[panel.analyst == i]) for i in range(len(panel.analysts))]
    both = [len(one & other) for one, other in itertools.combinations(sets, 2)]
    overlap = panel.overlap()
    assert (overlap.pairs, overlap.apart) == (len(both), both.count(0))
    assert overlap.median == (float(np.median(both)) if both else None)
    for i, own in enumerate(sets):
        others = set().union(*(other for j, other in enumerate(sets) if j != i))
        assert (panel.answered[i], panel.shared[i]) == (len(own), len(own & others))


# --- linked questions ---------------------------------------------------------------------------


def test_without_clusters_linking_changes_nothing() -> None:
    """Every question is a cluster of its own."""
    panel = Panel.of_scores([0.1, 0.2], analyst=["a", "b"], question=[1, 1])
    assert panel.linked(np.zeros(1)) is panel


def test_linked_questions_become_one_with_their_difficulty_evened_out() -> None:
    """Who answered only the harder of two linked questions is not the worse for it."""
    panel = Panel.of_scores(
        [0.1, 0.3, 0.3, 0.2],
        analyst=["a", "a", "b", "b"],
        question=["easy", "hard", "hard", "other"],
        cluster=["c", "c", "c", "d"],
    )
    easy, hard, other = 0.1, 0.3, 0.2
    linked = panel.linked(np.array([easy, hard, other]))
    assert linked.questions.tolist() == linked.clusters.tolist() == ["c", "d"]
    assert linked.analysts.tolist() == ["a", "b"]
    same = (easy + hard + hard) / 3
    assert linked.score.tolist() == pytest.approx([same, same, 0.2])
    assert linked.weight.tolist() == [1, 1, 1]
