"""What was held when: opening, closing, moments and days, against slow counts by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from asked import V1, Said, asked, at, covered, values
from hypothesis import given
from hypothesis import strategies as st
from strategies import timed_pairs

from tracker.errors import UsageError
from tracker.scoring.platforms import baseline, peer, relative_brier, time_weighted_brier
from tracker.scoring.rules import baseline_score, peer_score
from tracker.scoring.spells import DAY, held_spells, medians

if TYPE_CHECKING:
    from tracker import Pairs

HALF = np.timedelta64(30, "m")
EVERY = [time_weighted_brier, relative_brier, baseline, peer]


def test_a_forecast_is_held_until_the_next_one() -> None:
    """Times count from when the question opened; what was never held is no spell."""
    spells = held_spells(asked(V1, 7), None, None)
    held = zip(spells.analyst[spells.series], spells.begin / DAY, spells.end / DAY, strict=True)
    assert sorted(held) == [
        ("u1", 0, 3),
        ("u1", 3, 7),
        ("u2", 0, 2),
        ("u2", 2, 7),
        ("u3", 5, 7),
    ]
    assert spells.coverage() == pytest.approx([1, 1, 2 / 7])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=1))
def test_medians_are_those_of_their_stretch(cells: list[tuple[int, int]]) -> None:
    """As numpy's, stretch by stretch."""
    stretch, score = np.array(cells).T
    median, active = medians(stretch, score.astype(np.float64))
    for place, at_once in enumerate(stretch):
        assert median[place] == np.median(score[stretch == at_once])
        assert active[place] == (stretch == at_once).sum()


def test_the_last_part_of_a_day_counts_for_its_part() -> None:
    """Two and a half days: 0 against 2 on the last half day, the same before."""
    pairs = asked([("a", 0.5, 0), ("b", 0.5, 0), ("a", 1.0, 2), ("b", 0.0, 2)], 2.5)
    assert values(relative_brier(pairs)) == pytest.approx({"a": -0.2, "b": 0.2})


def test_who_forecasts_in_the_course_of_a_day_is_compared_for_the_whole_of_it() -> None:
    """The published definition: bins are days, and b is in the second one throughout."""
    pairs = asked([("a", 0.5, 0), ("b", 1.0, 1.75)], 2)
    found = relative_brier(pairs)
    assert values(found) == pytest.approx({"a": 0.125, "b": -0.125})
    assert covered(found) == pytest.approx({"a": 1, "b": 0.5})


@pytest.mark.parametrize("score", EVERY)
def test_a_forecast_after_the_fact_never_counts(score: Any) -> None:
    """Nor one that was held for no time; the question has a row and no score."""
    late = asked([("a", 0.9, 3), ("b", 0.9, 2)], 2)
    assert values(score(late)) == {"a": None, "b": None}
    assert covered(score(late)) == {"a": 0, "b": 0}


@pytest.mark.parametrize("score", EVERY)
def test_a_question_cannot_close_before_it_opens(score: Any) -> None:
    """It is named."""
    with pytest.raises(UsageError, match="question q closes no later"):
        score(asked(V1, 7), closed={"q": at(0)})


def test_what_was_said_after_closing_does_not_count() -> None:
    """Nor does the time until the outcome was known."""
    pairs = asked([("a", 0.9, 0), ("a", 0.1, 6), ("b", 0.9, 7)], 10)
    for score in (baseline, time_weighted_brier):
        a, b = score(pairs, closed={"q": at(5)})
        assert (a.coverage, b.score, b.coverage) == (1, None, 0)
        assert a.score == pytest.approx(84.79969066 if score is baseline else 0.02)


@pytest.mark.parametrize("score", EVERY)
def test_nothing_counts_that_was_said_when_the_outcome_was_known(score: Any) -> None:
    """Though the question ended only later."""
    said: Said = [("a", 0.9, 0), ("b", 0.5, 0), ("b", 0.9, 2.5)]
    late = asked(said, 2, ended=np.array([at(3)] * 3))
    in_time = asked(said[:2], 2, ended=np.array([at(3)] * 2))
    assert values(score(late)) == pytest.approx(values(score(in_time)))


def test_what_was_said_before_opening_counts_from_then() -> None:
    """Metaculus takes the later of the two."""
    pairs = asked([("a", 0.9, 0)], 10)
    (found,) = baseline(pairs, opened={"q": at(5)})
    assert found.coverage == 1
    assert found.score == pytest.approx(84.79969066, abs=1e-6)


def _slots(pairs: Pairs, question: str) -> tuple[list[dict[str, float]], int]:
    """What each analyst held in every half hour of a question, and how it came out."""
    mine = pairs.take(pairs.question == question)
    assert mine.made is not None
    assert mine.ended is not None
    assert mine.known is not None
    begin = mine.made.min()
    close = max(mine.ended.max(), mine.known.max())
    slots = []
    while begin < close:
        held: dict[str, tuple[np.datetime64, float, bool]] = {}
        for row in np.argsort(mine.made, kind="stable"):
            if mine.made[row] <= begin and mine.made[row] <= mine.known[row]:
                still = bool(mine.ended[row] > begin)
                held[str(mine.analyst[row])] = (mine.made[row], mine.probability[row], still)
        slots.append({name: float(p) for name, (_, p, still) in held.items() if still})
        begin += HALF
    return slots, int(mine.outcome[0])


def _one_outcome(pairs: Pairs) -> Pairs:
    """The same, with one outcome a question and no certainties."""
    outcome = np.array([int(name == "q1") for name in pairs.question.tolist()])
    p = np.clip(pairs.probability, 0.01, 0.99)
    return pairs.take(np.arange(len(pairs)), outcome=outcome, probability=p, low=p, high=p)


@given(timed_pairs().map(_one_outcome))
def test_peer_and_baseline_are_sums_over_moments(pairs: Pairs) -> None:
    """As the score of each half hour, taken one by one."""
    found = {(one.analyst, one.question): one for one in peer(pairs)}
    based = {(one.analyst, one.question): one for one in baseline(pairs)}
    for question in sorted(set(pairs.question.tolist())):
        slots, happened = _slots(pairs, question)
        for analyst in sorted({name for name, about in found if about == question}):
            held = [slot for slot in slots if analyst in slot]
            met = [slot for slot in held if len(slot) > 1]
            one, base = found[analyst, question], based[analyst, question]
            assert one.coverage == base.coverage == pytest.approx(len(held) / max(len(slots), 1))
            assert (one.score is None, base.score is None) == (not met, not held)
            scores = [peer_score(list(s.values()), happened)[list(s).index(analyst)] for s in met]
            alone = [float(baseline_score(slot[analyst], happened)) for slot in held]
            for score, expected in ((one.score, sum(scores)), (base.score, sum(alone))):
                if score is not None:
                    assert score * len(slots) == pytest.approx(expected, abs=1e-6)


@st.composite
def long_questions(draw: st.DrawFn) -> Pairs:
    """A question of 12 days and a part, with so few forecasts that days between them are alike."""
    hours = st.tuples(st.sampled_from("abcd"), st.integers(0, 280))
    places = draw(st.lists(hours, min_size=2, max_size=8, unique=True))
    chances = st.lists(st.integers(1, 99), min_size=len(places), max_size=len(places))
    said = zip(places, draw(chances), strict=True)
    return asked([(analyst, p / 100, hour / 24) for (analyst, hour), p in said], 12.25)


@given(st.one_of(timed_pairs().map(_one_outcome), long_questions()))
def test_relative_brier_is_a_sum_over_days(pairs: Pairs) -> None:
    """As published: mean score of each day, less the median of those active, by days."""
    found = {(one.analyst, one.question): one for one in relative_brier(pairs)}
    for question in sorted(set(pairs.question.tolist())):
        slots, happened = _slots(pairs, question)
        total = dict.fromkeys([name for name, about in found if about == question], 0.0)
        company = set()
        for first in range(0, len(slots), 48):
            day = slots[first : first + 48]
            scores = {}
            for analyst in total:
                own = [2 * (slot[analyst] - happened) ** 2 for slot in day if analyst in slot]
                if own:
                    scores[analyst] = float(np.mean(own))
            for analyst, score in scores.items():
                total[analyst] += (score - float(np.median(list(scores.values())))) * len(day)
            company |= set(scores) if len(scores) > 1 else set()
        for analyst, summed in total.items():
            published = found[analyst, question].score
            assert (published is None) == (analyst not in company)
            if published is not None:
                assert published * len(slots) == pytest.approx(summed, abs=1e-9)


@given(timed_pairs().map(_one_outcome))
def test_peer_scores_sum_to_zero(pairs: Pairs) -> None:
    """Whoever comes and goes: at every moment what one gains the others lose."""
    for question in sorted(set(pairs.question.tolist())):
        scores = [one.score or 0.0 for one in peer(pairs) if one.question == question]
        assert sum(scores) == pytest.approx(0, abs=1e-7)
