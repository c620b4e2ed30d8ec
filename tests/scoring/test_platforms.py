"""What platforms publish, against their own test vectors and against slow counts by hand."""

from __future__ import annotations

import time
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import HOUR, TICK, timed_pairs

from tracker import Pairs
from tracker.errors import UsageError
from tracker.scoring.platforms import (
    PlatformScore,
    Within,
    baseline,
    by_analyst,
    peer,
    relative_brier,
    time_weighted_brier,
)
from tracker.scoring.rules import baseline_score, peer_score

HALF = np.timedelta64(30, "m")
OPENED = np.datetime64("2026-09-01T00:00:00", "us")
EVERY = [time_weighted_brier, relative_brier, baseline, peer]

Said = list[tuple[str, float, float]]


def at(days: float) -> np.datetime64:
    """A time, in days after the question opened."""
    return OPENED + np.timedelta64(round(days * 86_400_000_000), "us")


def asked(said: Said, days: float, *, happened: bool = True, **columns: Any) -> Pairs:
    """Forecasts (analyst, probability, day) on one question that is known after some days."""
    n = len(said)
    given: dict[str, Any] = {
        "probability": [p for _, p, _ in said],
        "outcome": [happened] * n,
        "analyst": np.array([analyst for analyst, _, _ in said], dtype=np.str_),
        "question": np.array(["q"] * n, dtype=np.str_),
        "made": np.array([at(day) for _, _, day in said], dtype="datetime64[us]"),
        "known": np.array([at(days)] * n, dtype="datetime64[us]"),
        "ended": np.array([at(days)] * n, dtype="datetime64[us]"),
    }
    return Pairs(**{**given, **columns})


def values(scores: list[PlatformScore]) -> dict[str, float | None]:
    """Score by analyst."""
    return {one.analyst: one.score for one in scores}


def covered(scores: list[PlatformScore]) -> dict[str, float]:
    """Coverage by analyst."""
    return {one.analyst: one.coverage for one in scores}


# --- Fatebook, Cultivate, Good Judgment ------------------------------------------------------

V1: Said = [("u1", 0.9, 0), ("u1", 0.95, 3), ("u2", 0.25, 0), ("u2", 0.2, 2), ("u3", 0.99, 5)]


def test_relative_brier_of_three() -> None:
    """scoring.md V1b, Fatebook's debug_scoring_test.ts and Cultivate's worked example, 7 days."""
    found = relative_brier(asked(V1, 7))
    assert values(found) == pytest.approx(
        {"u1": -0.43, "u2": 0.7942857, "u3": -0.0013714}, abs=1e-6
    )
    assert covered(found) == pytest.approx({"u1": 1, "u2": 1, "u3": 2 / 7})


def test_absolute_brier_is_over_the_time_held() -> None:
    """scoring.md V1a and c: u3 has 0.0002; Fatebook divides by all 7 days: 0.0000571 (wrong)."""
    found = time_weighted_brier(asked(V1, 7))
    expected = {"u1": 0.0114286, "u2": 1.2357143, "u3": 0.0002}
    assert values(found) == pytest.approx(expected, abs=1e-6)
    assert covered(found) == pytest.approx({"u1": 1, "u2": 1, "u3": 2 / 7})
    assert (found[2].score or 0) * found[2].coverage == pytest.approx(0.0000571, abs=1e-7)


@pytest.mark.parametrize(
    ("said", "days", "happened", "score"),
    [
        pytest.param([("a", 0.9, 0.2)], 0.7, True, 0.02, id="V1d, Fatebook"),
        pytest.param([("a", 0.9, 0), ("a", 0.95, 0.21)], 0.7, True, 0.0095, id="V1f, not .00845"),
        pytest.param([("a", 0.75, 0)], 5, True, 0.125, id="V3, GJP"),
        pytest.param([("a", 0.5, 0), ("a", 0.9, 2)], 4, True, 0.26, id="V3, GJP, to the last day"),
        pytest.param([("a", 0.8, 0), ("a", 0.4, 6)], 9, False, 0.96, id="V3, greaterwrong, x2"),
    ],
)
def test_time_weighted_brier(said: Said, days: float, happened: bool, score: float) -> None:
    """Numbers of scoring.md V1 and V3, on 0-2, of a question that opened on day 0."""
    found = time_weighted_brier(asked(said, days, happened=happened), opened={"q": OPENED})
    assert found[0].score == pytest.approx(score, abs=1e-6)
    assert found[0].coverage == pytest.approx(1 - said[0][2] / days)


def test_fatebook_scores_the_mean_forecast_of_a_day() -> None:
    """scoring.md V1e: .00845; the mean score of V1f is .0095. b is certain."""
    said: Said = [("a", 0.9, 0), ("a", 0.95, 0.21), ("b", 1.0, 0)]
    pairs = asked(said, 0.7)
    of_scores = values(relative_brier(pairs))
    of_mean = values(relative_brier(pairs, within_day="forecasts"))
    assert of_scores == pytest.approx({"a": 0.0095 / 2, "b": -0.0095 / 2}, abs=1e-9)
    assert of_mean == pytest.approx({"a": 0.00845 / 2, "b": -0.00845 / 2}, abs=1e-9)


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


def test_options_are_scored_as_one() -> None:
    """On 0-2 the sum over the options; two options and yes/no agree, in both ways of averaging."""
    said = [("a", 0.3, 0), ("a", 0.8, 0.4), ("b", 0.6, 0)]
    binary = asked([(analyst, p, day) for analyst, p, day in said], 1.5)
    twice = np.repeat(np.arange(3), 2)
    spread = binary.take(
        twice,
        probability=np.array([[p, 1 - p] for _, p, _ in said]).ravel(),
        low=np.zeros(6),
        high=np.ones(6),
        outcome=np.array([1, 0] * 3),
        kind=np.array(["options"] * 6),
    )
    for within in get_args(Within):
        one = values(relative_brier(binary, within_day=within))
        two = values(relative_brier(spread, within_day=within))
        assert one == pytest.approx(two, abs=1e-12)
    for score in (time_weighted_brier, baseline, peer):
        assert values(score(binary)) == pytest.approx(values(score(spread)), abs=1e-9)


def test_an_unknown_way_of_averaging_is_refused() -> None:
    """It must not pass for the default."""
    with pytest.raises(UsageError, match="scores or forecasts"):
        relative_brier(asked(V1, 7), within_day="days")  # type: ignore[arg-type]


# --- Metaculus ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "close", "score", "coverage"),
    [
        pytest.param([(0.9, 0)], 10, 84.79969066, 1, id="p .9"),
        pytest.param([(0.1, 0)], 10, -232.19280949, 1, id="p .1"),
        pytest.param([(2**-0.5, 0)], 10, 50, 1, id="p root of a half"),
        pytest.param([(2**-1.5, 0)], 10, -50, 1, id="p root of an eighth"),
        pytest.param([(0.9, 5)], 10, 84.79969066 / 2, 0.5, id="from day 5"),
        pytest.param([(0.9, 5)], 5, None, 0, id="from day 5, closed on day 5"),
        pytest.param([(0.9, 0)], 5, 84.79969066 / 2, 0.5, id="closed on day 5"),
        pytest.param([(0.9, 1)], 10, 84.79969066 * 0.9, 0.9, id="from day 1"),
        pytest.param([(0.9, 7)], 10, 84.79969066 * 0.3, 0.3, id="from day 7"),
    ],
)
def test_baseline(
    said: list[tuple[float, float]], close: float, score: float | None, coverage: float
) -> None:
    """scoring.md V5, Metaculus's test_score_math.py: planned for 10 days, yes."""
    pairs = asked([("a", p, day) for p, day in said], close)
    (found,) = baseline(pairs, opened={"q": OPENED}, closed={"q": at(10)})
    assert found.score == (None if score is None else pytest.approx(score, abs=1e-6))
    assert found.coverage == pytest.approx(coverage)


def test_baseline_goes_by_the_number_of_options() -> None:
    """scoring.md V5: one of eight, .999 and .001 on the truth; aib-analysis tests."""
    rest = (1 - 0.999) / 7
    pairs = Pairs(
        probability=[0.999, *[rest] * 7, 0.001, *[0.999 / 7] * 7],
        outcome=[1, *[0] * 7] * 2,
        kind=["options"] * 16,
        forecast=np.repeat([1, 2], 8),
        analyst=np.repeat(["a", "b"], 8),
        question=["q"] * 16,
        made=[OPENED] * 16,
        ended=[at(1)] * 16,
    )
    expected = {"a": 99.951886, "b": -232.192809}
    assert values(baseline(pairs)) == pytest.approx(expected, abs=1e-6)


V6 = [
    ([0.1, 0.9], [-219.722458, 219.722458]),
    ([0.4, 0.6], [-40.546511, 40.546511]),
    ([0.1, 0.5, 0.9], [-190.333124, 51.082562, 139.250562]),
    ([0.1, 0.3, 0.6, 0.9], [-169.586545, -23.104906, 69.314718, 123.376732]),
]


@pytest.mark.parametrize(("said", "scores"), V6)
def test_peer(said: list[float], scores: list[float]) -> None:
    """scoring.md V6, Metaculus's test_score_math.py: all from day 0 of 10."""
    found = peer(asked([(f"a{n}", p, 0) for n, p in enumerate(said)], 10))
    assert [one.score for one in found] == pytest.approx(scores, abs=1e-6)
    assert {one.coverage for one in found} == {1.0}


def test_peer_with_a_late_entrant() -> None:
    """scoring.md V6: .1 and .5 from day 0, .9 from day 5 of 10."""
    found = peer(asked([("a", 0.1, 0), ("b", 0.5, 0), ("c", 0.9, 5)], 10))
    expected = {"a": -175.638458, "b": 106.013177, "c": 69.625281}
    assert values(found) == pytest.approx(expected, abs=1e-6)
    assert covered(found) == {"a": 1, "b": 1, "c": 0.5}


def test_peer_of_a_question_settled_early() -> None:
    """Time that was planned and never came counts 0: half the score at half the coverage."""
    found = peer(asked([("a", 0.1, 0), ("b", 0.9, 0)], 5), closed={"q": at(10)})
    assert values(found) == pytest.approx({"a": -219.722458 / 2, "b": 219.722458 / 2}, abs=1e-6)
    assert covered(found) == {"a": 0.5, "b": 0.5}


def test_an_impossible_event_that_happens_is_infinite() -> None:
    """-inf for who excluded it, +inf for the others; two who did cannot be compared."""
    one = asked([("a", 0.0, 0), ("b", 0.5, 0), ("c", 0.9, 1)], 2)
    assert values(peer(one)) == {"a": -np.inf, "b": np.inf, "c": np.inf}
    assert values(baseline(one))["a"] == -np.inf
    two = asked([("a", 0.0, 0), ("b", 0.0, 0), ("c", 0.9, 1)], 2)
    assert values(peer(two)) == {"a": None, "b": None, "c": np.inf}
    apart = asked([("a", 0.0, 0), ("a", 0.9, 1), ("b", 0.5, 0), ("b", 0.0, 1)], 2)
    assert values(peer(apart)) == {"a": None, "b": None}


# --- all ------------------------------------------------------------------------------------


@pytest.mark.parametrize("score", [peer, relative_brier])
def test_alone_there_is_no_comparison(score: Any) -> None:
    """scoring.md V6: Metaculus gives 0, which would say as good as the others."""
    (found,) = score(asked([("a", 0.9, 0), ("a", 0.8, 2)], 10))
    assert found.score is None
    assert found.coverage == 1
    apart = asked([("a", 0.9, 0), ("b", 0.8, 5)], 10, ended=np.array([at(5), at(10)]))
    assert values(score(apart)) == {"a": None, "b": None}


@pytest.mark.parametrize("score", EVERY)
def test_a_forecast_after_the_fact_never_counts(score: Any) -> None:
    """Nor one that was held for no time; the question has a row and no score."""
    late = asked([("a", 0.9, 3), ("b", 0.9, 2)], 2)
    assert values(score(late)) == {"a": None, "b": None}
    assert covered(score(late)) == {"a": 0, "b": 0}


@pytest.mark.parametrize("score", EVERY)
def test_no_forecasts_have_no_scores(score: Any) -> None:
    """An empty list; and forecasts without times are refused."""
    assert score(asked([], 1)) == []
    assert by_analyst([]) == []
    with pytest.raises(UsageError, match="when forecasts were made"):
        score(Pairs(probability=[0.5], outcome=[1]))


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


def test_scores_come_by_analyst_and_question_in_any_order_of_rows() -> None:
    """And are the same whatever the order."""
    n = 40
    rng = np.random.default_rng(1)
    pairs = Pairs(
        probability=rng.integers(1, 20, n) / 20,
        outcome=np.zeros(n),
        analyst=rng.choice(["b", "a", "c"], n),
        question=rng.choice(["y", "x"], n),
        made=at(0) + np.arange(n) * HOUR,
        ended=[at(3)] * n,
        known=[at(3) - TICK] * n,
    )
    for score in EVERY:
        found = score(pairs)
        places = [(one.analyst, one.question) for one in found]
        assert places == sorted(places)
        turned = score(pairs.take(rng.permutation(n)))
        assert [one.score for one in turned] == pytest.approx([one.score for one in found])


def test_the_mean_is_over_questions_that_have_a_score() -> None:
    """Fatebook's averageScores divides by all of them; and clusters, not questions, are counted."""
    scores = [
        PlatformScore("ana", "q1", "c1", 0.2, 1.0),
        PlatformScore("ana", "q2", "c1", 0.2, 0.5),
        PlatformScore("ana", "q3", "c2", 0.5, 0.6),
        PlatformScore("ana", "q4", "c3", None, 0.9),
        PlatformScore("bo", "q1", "c1", -np.inf, 1.0),
        PlatformScore("bo", "q2", "c1", 1.0, 0.5),
        PlatformScore("cy", "q4", "c3", None, 0.0),
    ]
    ana, bo, cy = by_analyst(scores)
    assert ana.score == pytest.approx(0.3)
    assert ana.score != pytest.approx(0.9 / 4)
    assert (ana.questions, ana.unscored) == (3, 1)
    assert ana.coverage == pytest.approx(0.7)
    assert ana.interval is not None
    assert ana.interval[0] < 0 < ana.interval[1]
    assert (bo.score, bo.interval, bo.infinite, bo.questions) == (None, None, 1, 2)
    assert (cy.score, cy.interval, cy.questions, cy.coverage) == (None, None, 0, None)


def test_ten_thousand_forecasts_take_no_time() -> None:
    """On 1,000 questions of up to a year; under 2 s in all, by a wide margin."""
    n = 10_000
    rng = np.random.default_rng(1)
    question = rng.integers(0, 1000, n)
    days = rng.integers(30, 365, 1000)[question]
    ended = at(0) + days * np.timedelta64(1, "D")
    pairs = Pairs(
        probability=rng.integers(1, 100, n) / 100,
        outcome=question % 2,
        analyst=rng.integers(0, 50, n),
        question=question,
        made=at(0) + (rng.random(n) * days * 86_400_000_000).astype("timedelta64[us]"),
        ended=ended,
        known=ended - TICK,
    )
    begun = time.process_time()
    for score in EVERY:
        by_analyst(score(pairs))
    assert time.process_time() - begun < 4
