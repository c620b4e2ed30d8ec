"""Every picture there is, drawn from the same forecasts: many, one, or none at all."""

from __future__ import annotations

import inspect
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import numpy as np

from tracker import Pairs, charts
from tracker.charts import (
    difference,
    history,
    murphy,
    over_time,
    phrases,
    plane,
    ranking,
    reliability,
)
from tracker.scoring import over_time as running
from tracker.scoring import phrases as worded
from tracker.scoring import plane as planes
from tracker.scoring import ranking as ranked
from tracker.scoring.calibration import reliability_curve
from tracker.scoring.difference import difference_path
from tracker.scoring.murphy import murphy_of_two

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.charts.picture import Picture

NAMES = ("ana", "Benedikt Müller-Lüdenscheidt", "crowd", "Δημήτρης", "model <b>7</b>", "zoë")
WORDS = {0.05: "almost no chance", 0.2: "unlikely", 0.55: "about even", 0.7: "likely",
         0.9: "very likely"}  # fmt: skip


def pairs(questions: int) -> Pairs:
    """Forecasts of six analysts, better and worse, on so many questions, over three years."""
    draws = np.random.default_rng(11)
    truth = draws.beta(0.8, 0.8, questions)
    happened = draws.random(questions) < truth
    rows = [(number, name) for number in range(questions) for name in range(len(NAMES))][
        : None if questions > 1 else 1
    ]
    question, analyst = np.array(rows, dtype=int).reshape(-1, 2).T
    felt = truth[question] + draws.normal(0, 0.08 + 0.07 * analyst)
    levels = np.array(list(WORDS))
    said = levels[np.abs(felt[:, None] - levels).argmin(axis=1)]
    known = np.datetime64("2024-02-01") + (question * 17).astype("timedelta64[D]")
    return Pairs(
        probability=said,
        low=np.clip(said - 0.07, 0, 1),
        high=np.clip(said + 0.06, 0, 1),
        outcome=happened[question].astype(int),
        question=question,
        analyst=np.array(NAMES)[analyst],
        made=known - np.timedelta64(30, "D"),
        known=known,
        ended=known,
        labels={"phrase": np.array([WORDS[value] for value in said], dtype=object)},
    )


def _history(given: Pairs) -> Picture:
    """The forecasts of the first analysts, as if they were made one after another on a question."""
    lines = []
    for name in NAMES[: 1 if len(given) < 2 else 6]:
        own = given.take(np.flatnonzero(given.analyst == name)[:12])
        assert own.made is not None
        made = tuple(str(when)[:10] for when in own.made)
        if made:
            said, low, high = (tuple(map(float, c)) for c in (own.probability, own.low, own.high))
            lines.append(history.Held(name, None, made, said, low, high))
    ended = len(given) > 1
    moments = (history.Moment("2024-04-02", "news", "A report says otherwise"),) if ended else ()
    about = {"outcome": "yes", "known": "2024-09-01"} if ended else {}
    title = "Will the bridge open?"
    return history.history(history.History(title, "binary", tuple(lines), moments, **about))


EVERY: dict[str, Callable[[Pairs], Picture]] = {
    "difference": lambda given: difference.difference(difference_path(given, "ana", "zoë")),
    "history": _history,
    "murphy": lambda given: murphy.murphy(murphy_of_two(given, "ana", "zoë")),
    "over_time": lambda given: over_time.over_time(running.over_time(given)),
    "phrases": lambda given: phrases.phrases(worded.phrases(given)),
    "plane": lambda given: plane.plane(planes.plane(given)),
    "ranking": lambda given: ranking.ranking(ranked.rank(given, draws=200)),
    "reliability": lambda given: reliability.reliability(reliability_curve(given, draws=100)),
}
GIVEN = {"many": 60, "few": 3, "one": 1, "none": 0}


def drawn(name: str) -> list[Picture]:
    """A picture from many forecasts, from few, from one and from none."""
    return [
        replace(EVERY[name](pairs(size)), name=f"{name}-{many}", title=f"{name}, {many}")
        for many, size in GIVEN.items()
    ]


def modules() -> set[str]:
    """The modules of charts that have a function which makes a picture."""
    found = set()
    for module in iter_modules(charts.__path__):
        members = vars(import_module(f"{charts.__name__}.{module.name}"))
        if any(
            inspect.isfunction(member) and member.__annotations__.get("return") == "Picture"
            for member in members.values()
        ):
            found.add(module.name)
    return found
