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


@st.composite
def histories(draw: st.DrawFn, analysts: int = 2, days: int = 8) -> Pairs:
    """Forecasts that were made, changed, withdrawn and made again, day by day, on two questions."""
    start, day = np.datetime64("2026-03-01", "us"), np.timedelta64(1, "D")
    says = st.one_of(st.none(), st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.8, 1.0]))
    column: dict[str, Any] = {
        name: [] for name in ("analyst", "question", "outcome", "probability", "made", "ended")
    }
    for question in ("q", "r"):
        outcome = draw(st.sampled_from([0, 1]))
        for number in range(analysts):
            events = sorted(draw(st.dictionaries(st.integers(0, days - 1), says)).items())
            for at, said in events:
                gone = [other for other, then in events if then is None and other > at]
                if said is not None:
                    row = (f"a{number}", question, outcome, said, at, min([*gone, days]))
                    for values, value in zip(column.values(), row, strict=True):
                        values.append(value)
    made, ended = (start + np.array(column.pop(name), int) * day for name in ("made", "ended"))
    over = np.full(len(made), start + days * day)
    return Pairs(**column, made=made, ended=ended, known=over - np.timedelta64(1, "us"))


def day_by_day(pairs: Pairs, question: str, days: int = 8) -> list[dict[str, float]]:
    """What each analyst held on each day of a history, the latest if several."""
    assert pairs.made is not None
    assert pairs.ended is not None
    held: list[dict[str, float]] = []
    for day in np.datetime64("2026-03-01", "us") + np.arange(days) * np.timedelta64(1, "D"):
        stands = (pairs.made <= day) & (pairs.ended > day) & (pairs.question == question)
        rows = sorted(np.flatnonzero(stands), key=lambda row: pairs.made[row])  # type: ignore[index]
        held.append({str(pairs.analyst[row]): float(pairs.probability[row]) for row in rows})
    return held


def chosen_days(days: list[int], counting: str, length: int = 8) -> list[int]:
    """The days that count under a policy, of those that two analysts have in common."""
    if counting.startswith("lead:"):
        return [day for day in days if day == length - 1 - int(counting.removeprefix("lead:"))]
    return {"first": days[:1], "last": days[-1:], "time-weighted": days}[counting]
