"""Two analysts on the same questions, as the tests of comparisons want them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from tracker.pairs import Pairs

if TYPE_CHECKING:
    from tracker.scoring.rules import Rule

rules: st.SearchStrategy[Rule] = st.sampled_from(["brier", "log", "spherical"])
chances = st.one_of(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.floats(0, 1))


def duel(ana: Any, ben: Any, outcome: Any, **columns: Any) -> Pairs:
    """Two analysts on the same yes/no questions, one forecast each; clusters by question."""
    n = len(outcome)
    each: dict[str, Any] = {
        name: np.concatenate([column, column]) for name, column in columns.items()
    }
    return Pairs(
        probability=np.concatenate([ana, ben]),
        outcome=np.concatenate([outcome, outcome]),
        analyst=np.repeat(["ana", "ben"], n),
        question=np.tile(np.arange(n), 2),
        **each,
    )


def scored(differences: Any, **columns: Any) -> Pairs:
    """A duel with these Brier differences, ana's minus ben's; who loses, loses to certainty."""
    gap = np.asarray(differences, dtype=float)
    ana, ben = np.sqrt(np.maximum(gap, 0)), np.sqrt(np.maximum(-gap, 0))
    return duel(ana, ben, np.zeros(len(gap)), **columns)


def simulated(n: int, seed: int, *, worse: float = 0.0, noise: float = 0.15) -> Pairs:
    """Analysts who know the chances but for noise; ben's is larger by ``worse``."""
    draw = np.random.default_rng(seed)
    chance = draw.random(n)
    ana, ben = (
        np.clip(chance + draw.normal(0, spread, n), 0, 1) for spread in (noise, noise + worse)
    )
    return duel(ana, ben, draw.random(n) < chance)


@st.composite
def panels(draw: st.DrawFn, max_rows: int = 24) -> Pairs:
    """Three analysts, several forecasts on a question, linked questions, odd weights."""
    where = st.tuples(st.sampled_from(["ana", "ben", "eva"]), st.integers(0, 7))
    rows = draw(st.lists(where, max_size=max_rows))
    n = len(rows)
    came_true = draw(st.lists(st.integers(0, 1), min_size=8, max_size=8))
    linked = draw(st.lists(st.integers(0, 4), min_size=8, max_size=8))
    return Pairs(
        probability=draw(st.lists(chances, min_size=n, max_size=n)),
        outcome=np.array([came_true[q] for _, q in rows], dtype=float),
        analyst=np.array([analyst for analyst, _ in rows], dtype=np.str_),
        question=np.array([q for _, q in rows], dtype=int),
        cluster=np.array([linked[q] for _, q in rows], dtype=int),
        weight=draw(st.lists(st.sampled_from([0.25, 0.5, 1.0, 2.0]), min_size=n, max_size=n)),
    )


def timed(rows: list[tuple[str, int, int, float]], **columns: Any) -> Pairs:
    """Forecasts (analyst, day made, day ended, probability) on a question settled on day 10."""
    start = np.datetime64("2026-03-01", "us")
    days = np.timedelta64(1, "D")
    n = len(rows)
    return Pairs(
        analyst=[row[0] for row in rows],
        made=start + np.array([row[1] for row in rows]) * days,
        ended=start + np.array([row[2] for row in rows]) * days,
        known=np.full(n, start + 10 * days),
        probability=[row[3] for row in rows],
        outcome=np.ones(n),
        question=["q"] * n,
        **columns,
    )
