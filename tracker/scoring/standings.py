"""What a ranking holds: one standing for each analyst, and what can be said of the whole."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One analyst in a ranking. Brier scores are on the 0-1 scale; None is what does not exist.

    ``questions`` were answered, ``shared`` of them by others too; these fall into ``clusters`` of
    linked questions, on which every comparison rests. ``part`` numbers the group of analysts who
    can be compared at all, from 1; places are within it. ``score`` is the raw mean with its 90 %
    ``interval``. ``adjusted`` is what the mean would have been on all questions of the part, by
    fixed effects, with its standard error; it may leave 0 to 1. ``skill`` is the difference from
    the average analyst, shrunk: negative is better; ``skill_error`` is how far the draws stray
    from it.

    ``rank`` goes by ``skill``, equal where that is. ``rank_low`` to ``rank_high`` holds the true
    place with 90 %, and always ``rank``; ``best`` is the chance of being the best.

    ``against_…`` is 1 - score / score of the reference on the same questions: positive is better;
    ``crowd_questions`` are those that somebody else answered. ``p_value`` tests ``adjusted``
    against the average of the part, for those with ten clusters of shared questions or more;
    ``q_value`` is the same with all analysts tested in view.
    """

    analyst: str
    questions: int
    shared: int
    clusters: int = 0
    part: int
    score: float
    interval: tuple[float, float] | None
    adjusted: float | None = None
    adjusted_error: float | None = None
    skill: float | None = None
    skill_error: float | None = None
    rank: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    best: float | None = None
    against_base_rate: float | None
    against_half: float | None
    against_crowd: float | None
    crowd_questions: int
    p_value: float | None = None
    q_value: float | None = None


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Standings by part, in each by shrunk skill, best first; and what can be said of the whole.

    ``parts`` is the number of groups with no question in common. Two analysts share
    ``median_shared`` questions in the median; ``apart`` of ``analyst_pairs`` share none.

    What follows is said of the largest part, with ``compared`` analysts and
    ``compared_questions``. The variances are those of analysts, of questions (of clusters, where
    questions are linked) and of what is left, by REML; ``reliability`` (0 to 1) is the share of
    the differences between analysts that is real. ``better`` and ``worse`` count the q-values up
    to 0.10, so about one in ten of those may be luck. ``first`` is the number of analysts among
    whom the best is with 90 %.
    """

    standings: tuple[Standing, ...]
    analysts: int
    questions: int
    parts: int
    compared: int
    compared_questions: int
    analyst_pairs: int
    apart: int
    median_shared: float | None
    analyst_variance: float | None
    question_variance: float | None
    residual_variance: float | None
    reliability: float | None
    better: int
    worse: int
    first: int | None
    draws: int
    seed: int
    reading: str
    verdict: str

    def as_dict(self) -> dict[str, Any]:
        """The ranking as JSON content: keys in order, null for what does not exist."""
        content = asdict(self)
        content["standings"] = rows = list(content["standings"])
        for row in rows:
            row["interval"] = None if row["interval"] is None else list(row["interval"])
        return content
