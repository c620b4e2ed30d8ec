"""What platforms publish, against their own test vectors and against slow counts by hand."""

from __future__ import annotations

import json
import time
from typing import Any, get_args

import numpy as np
import pytest
from asked import OPENED, V1, Said, asked, at, covered, values
from strategies import HOUR, TICK

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

EVERY = [time_weighted_brier, relative_brier, baseline, peer]


# --- Fatebook, Cultivate, Good Judgment ------------------------------------------------------


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
def test_no_forecasts_have_no_scores(score: Any) -> None:
    """An empty list; and forecasts without times are refused."""
    assert score(asked([], 1)) == []
    assert by_analyst([]) == []
    with pytest.raises(UsageError, match="when forecasts were made"):
        score(Pairs(probability=[0.5], outcome=[1]))


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


def test_a_mean_as_json_has_no_number_that_does_not_exist() -> None:
    """Keys in order, intervals as lists, and what is infinite counted."""
    given = [("ana", 0.2, 1.0), ("ana", 0.5, 0.5), ("bo", -np.inf, 1.0), ("cy", None, 0.0)]
    scores = [
        PlatformScore(name, f"q{n}", f"q{n}", score, coverage)
        for n, (name, score, coverage) in enumerate(given)
    ]
    ana, bo, cy = (mean.as_dict() for mean in by_analyst(scores))
    assert " ".join(ana) == "analyst score interval questions unscored infinite coverage"
    assert (ana["analyst"], ana["questions"], ana["coverage"]) == ("ana", 2, 0.75)
    low, high = ana["interval"]
    assert low < ana["score"] < high
    assert list(bo.values()) == ["bo", None, None, 1, 0, 1, 1.0]
    assert list(cy.values()) == ["cy", None, None, 0, 1, 0, None]
    for content in (ana, bo, cy):
        assert json.loads(json.dumps(content, allow_nan=False)) == content


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
