"""The list of settled questions: what happened, what it cost, what it taught."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.cli.bars import progress
from tracker.cli.terminal import data, line, number, paragraph, talk, when

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.ledger.kept import KeptQuestion
    from tracker.ledger.ledger import Ledger
    from tracker.scoring.explain import Holding


def list_settled(opened: Ledger, filters: Mapping[str, Any], *, as_json: bool) -> None:
    """List what became known between ``since`` and ``until``, the newest first."""
    from tracker.views.reviewing import last_costs, settlements

    since, until = filters["since"], filters["until"]
    wanted = {**filters, "since": None, "until": None}
    with progress("Reading"):
        found = settlements(opened.questions(**wanted), since, until)
        ids = tuple(kept.question.id for kept in found.known)
        asked = {**wanted, "question": ids}
        costs = last_costs(opened.pairs(**asked), opened.quantities(**asked)) if ids else {}
    if as_json:
        data([_as_json(kept, costs) for kept in found.known])
        return
    for kept in found.known:
        _print(kept, costs)
    count = len(found.known)
    if not count:
        talk("no outcome became known in that time" if since or until else "nothing is settled yet")
    elif costs:
        talk("cost: the score of the last forecast that counts; lower is better")
    if found.known_before:
        talk(f"and {found.known_before} settled in that time, but known before it: not listed")


def _print(kept: KeptQuestion, costs: Mapping[int, Holding]) -> None:
    from tracker.views.reviewing import scale
    from tracker.views.said import latest, outcome, spoken

    paragraph(f"{kept.question.id}  {kept.question.title}")
    paragraph(f"{outcome(kept)}, known {when(kept.settled.known)}", indent="    ")
    counted = [one for one in kept.forecasts if one.entry in costs]
    for one in counted:
        cost = number(costs[one.entry].cost)
        said = f"{one.analyst}: {spoken(one.forecast)}; cost {cost} ({scale(kept)})"
        paragraph(said, indent="    ")
    for one in latest(kept):
        if one.analyst not in {other.analyst for other in counted}:
            paragraph(f"{one.analyst}: {spoken(one.forecast)}; not scored", indent="    ")
    for lesson in kept.lessons:
        paragraph(f"lesson of {lesson.analyst}: {lesson.text}", indent="    ")
    line()


def _as_json(kept: KeptQuestion, costs: Mapping[int, Holding]) -> dict[str, Any]:
    from tracker.views.reviewing import scale
    from tracker.views.said import lesson_json, listed_json

    counted = {one.analyst: costs[one.entry] for one in kept.forecasts if one.entry in costs}
    return {
        **listed_json(kept),
        "costs": {analyst: holding.cost for analyst, holding in counted.items()},
        "scale": scale(kept),
        "lessons": [lesson_json(lesson) for lesson in kept.lessons],
    }
