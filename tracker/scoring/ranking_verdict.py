"""What a ranking says, in plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.scoring.uncertainty import LEVEL, Mean, further
from tracker.scoring.verdict import rounded

if TYPE_CHECKING:
    from tracker.scoring.effects import RandomEffects
    from tracker.scoring.standings import Ranking, Standing

HARDLY = 0.1
MANY = 10  # times from which whole numbers say enough


def reading(random: RandomEffects | None) -> str:
    """What the variances say, in words."""
    if random is None:
        return "How much analysts and questions differ cannot be told apart."
    analyst, question = random.analyst_variance, random.question_variance
    if not analyst:
        return "No lasting difference between analysts could be told from luck."
    times = question / analyst
    if times < HARDLY:
        return "Questions hardly differ in difficulty beside how analysts differ in skill."
    much = f"{rounded(round(times)):,}" if times >= MANY else f"{times:.2g}"
    return f"The difficulty of questions varies {much} times as much as the skill of analysts."


def verdict(ranking: Ranking) -> str:
    """How far the ranking can be believed, in a sentence or two."""
    many, asked = ranking.compared, ranking.compared_questions
    if many < 2:  # noqa: PLR2004 - nobody to compare with
        return _alone(ranking.analysts)
    over = f"{many:,} analysts over {asked:,} question{'s' if asked > 1 else ''}"
    others = ranking.analysts - many
    end = f"{_first(ranking)}."
    if others:
        share = "share no question with these and are" if others > 1 else "shares none and is"
        end += f" {others:,} more {share} not compared."
    part = [one for one in ranking.standings if one.part == 1]
    if all(one.adjusted_error is None for one in part):
        return f"Cannot tell yet: {over}, nothing left to tell luck from skill by{end}"
    if all(one.p_value is None for one in part):
        return f"Cannot tell yet: {over}, too few answers in common to tell luck from skill{end}"
    if not ranking.better + ranking.worse:
        end += _further(part)
        return f"Cannot tell yet: of {over}, none is better or worse than average beyond luck{end}"
    found = f"{ranking.better} {'is' if ranking.better == 1 else 'are'} better"
    worse = f" and {ranking.worse} worse" if ranking.worse else ""
    return f"Of {over}, {found}{worse} than the average beyond luck{end}"


def _first(ranking: Ranking) -> str:
    if ranking.first is None:
        return ""
    if ranking.first == 1:
        return f"; the first place is that of {ranking.standings[0].analyst}"
    return f"; the first place could belong to any of {ranking.first}"


def _alone(analysts: int) -> str:
    if not analysts:
        return "Nothing to rank yet: no settled forecast counts."
    if analysts == 1:
        return "One analyst is no ranking: there is nobody to compare with."
    return (
        f"Cannot rank: no two of the {analysts} analysts have answered the same question, so "
        "nothing tells a better analyst from easier questions."
    )


def _further(part: list[Standing]) -> str:
    """About how many more questions would tell the leader from the average, among so many."""
    leader, tested = part[0], sum(one.p_value is not None for one in part)
    if leader.skill is None or leader.adjusted_error is None:
        return ""
    # Not by the raw gap: the first of many is first by luck as well.
    mean = Mean(leader.skill, clusters=leader.clusters, error=leader.adjusted_error)
    more = further(mean, level=1 - (1 - LEVEL) / tested)
    if more is None:
        return ""
    count = f"{rounded(more):,} more question{'s' if more > 1 else ''}"
    return f" About {count} would tell the leader from the average, if things go on as they are."
