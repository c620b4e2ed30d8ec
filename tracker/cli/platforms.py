"""Scores as forecasting platforms publish them, in the terminal and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.cli.tables import table
from tracker.cli.terminal import line, paragraph, percent

if TYPE_CHECKING:
    from tracker.pairs import Pairs
    from tracker.scoring.platforms import PlatformMean

MEANINGS = {
    "baseline": "Metaculus's baseline score: HIGHER is better, 100 is perfect, 0 is what always "
    "saying 50 % (among options, the same for each) earns.",
    "peer": "Metaculus's peer score: HIGHER is better, 0 is as good as the others on the same "
    "questions at the same times.",
    "relative": "The relative Brier score of Fatebook and Cultivate, 0-2 scale: lower is better, "
    "below 0 is better than the median of those active that day.",
}
INFINITE = " infinite: on so many questions somebody gave no chance to what then happened."
HIGHER = {"baseline", "peer"}
COLUMNS = (
    "unscored: questions left out of the mean, as nobody else was there to compare with, or "
    "nothing was held while they were open. coverage: for how much of a question's time a "
    "forecast was held; questions weigh the same, whatever it is."
)


def means(everybody: Pairs, rule: str, analyst: str | None) -> list[PlatformMean]:
    """Each analyst's mean, compared with everybody; of one analyst only where one is wanted."""
    from tracker.scoring import platforms

    scored = {
        "baseline": platforms.baseline,
        "peer": platforms.peer,
        "relative": platforms.relative_brier,
    }[rule](everybody)
    found = platforms.by_analyst(scored)
    return [mean for mean in found if analyst in {None, mean.analyst}]


def show(rule: str, found: list[PlatformMean]) -> None:
    """A table by analyst, and what the score means."""
    heads = ("analyst", rule, "90 % interval", "questions", "unscored", "coverage")
    rows = [
        (
            mean.analyst,
            _score(mean, rule),
            _span(mean.interval, rule),
            f"{mean.questions:,}",
            f"{mean.unscored:,}",
            percent(None if mean.coverage is None else round(mean.coverage, 2)),
        )
        for mean in found
    ]
    table(heads, rows, right=heads[1:])
    line()
    infinite = INFINITE if any(mean.infinite for mean in found) else ""
    paragraph(f"{MEANINGS[rule]} {COLUMNS}{infinite}")


def as_json(rule: str, found: list[PlatformMean]) -> dict[str, Any]:
    """The same as JSON content."""
    return {
        "rule": rule,
        "higher_is_better": rule in HIGHER,
        "analysts": [mean.as_dict() for mean in found],
    }


def _score(mean: PlatformMean, rule: str) -> str:
    if mean.infinite:
        return f"infinite ({mean.infinite})"
    if mean.score is None:
        return "–"
    return _said(mean.score, rule)


def _span(interval: tuple[float, float] | None, rule: str) -> str:
    return "–" if interval is None else " to ".join(_said(end, rule) for end in interval)


def _said(score: float, rule: str) -> str:
    digits = 3 if rule == "relative" else 1
    return f"{round(score, digits) + 0.0:.{digits}f}"
