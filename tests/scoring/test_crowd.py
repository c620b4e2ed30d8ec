"""The crowd: pooling by hand and by property, its pairs, its table, extremizing out of sample."""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit
from scipy.stats import trim_mean
from strategies import levels, shares

from tracker import Pairs
from tracker.errors import DataError, UsageError
from tracker.pairs import BILLION
from tracker.scoring.counting import count
from tracker.scoring.crowd import (
    EPS,
    METHODS,
    CrowdScore,
    Method,
    _geometric_mean,
    _sharpened,
    crowd,
    crowd_table,
    extremize,
    fit_extremizing,
    opinions,
    pool,
    recency_weights,
)
from tracker.scoring.forecasts import forecast_scores

if TYPE_CHECKING:
    from pathlib import Path

methods: st.SearchStrategy[Method] = st.sampled_from(METHODS)
said_of_one = st.lists(levels, min_size=1, max_size=25)


@st.composite
def panels(draw: st.DrawFn, max_forecasts: int = 15) -> Pairs:
    """Forecasts of several analysts on the same questions, of every kind, some repeated."""
    asked = [
        ("binary", 1, int(draw(st.booleans())))
        if (kind := draw(st.sampled_from(["binary", "options", "ordered"]))) == "binary"
        else (kind, size := draw(st.integers(2, 4)), draw(st.integers(0, size - 1)))
        for _ in range(draw(st.integers(1, 5)))
    ]
    column: dict[str, Any] = {
        name: []
        for name in (
            "probability", "outcome", "kind", "question", "cluster", "analyst", "forecast", "weight"
        )
    }  # fmt: skip
    for number in range(draw(st.integers(1, max_forecasts))):
        q = draw(st.integers(0, len(asked) - 1))
        kind, size, true = asked[q]
        column["probability"] += [draw(levels)] if kind == "binary" else draw(shares(size))
        column["outcome"] += [true] if size == 1 else [int(k == true) for k in range(size)]
        column["kind"] += [kind] * size
        column["question"] += [f"q{q}"] * size
        column["cluster"] += [f"c{q // 2}"] * size
        column["analyst"] += [f"a{draw(st.integers(0, 4))}"] * size
        column["forecast"] += [number] * size
        column["weight"] += [draw(st.sampled_from([0.25, 0.5, 1.0]))] * size
    return Pairs(**column)


def panel(probability: list[float], outcome: int = 1, **columns: Any) -> Pairs:
    """Analysts a0, a1, … on one yes/no question."""
    n = len(probability)
    columns = {"question": ["q"] * n, "analyst": [f"a{k}" for k in range(n)], **columns}
    return Pairs(probability=probability, outcome=[outcome] * n, **columns)


def simulated(n: int, factor: float, *, seed: int = 3, **columns: Any) -> Pairs:
    """A crowd on n questions that would be calibrated if it were extremized by the factor."""
    rng = np.random.default_rng(seed)
    p = rng.uniform(0.1, 0.9, n)
    return Pairs(probability=p, outcome=rng.random(n) < extremize(p, factor), **columns)


# --- probabilities on one question ----------------------------------------------------------------


def test_pooling_by_hand() -> None:
    """Three analysts on one question, two on another, which stands first in the answer."""
    said, question = [0.2, 0.3, 0.9, 0.5, 0.8], ["z", "z", "z", "a", "a"]
    by_hand = {
        "mean": [0.65, 1.4 / 3],
        "median": [0.65, 0.3],
        "trimmed": [0.65, (0.7 * 0.2 + 0.3 + 0.7 * 0.9) / 2.4],
        "geometric odds": [2 / 3, 1 / (1 + (4 * (7 / 3) / 9) ** (1 / 3))],
    }
    for method in METHODS:
        assert pool(said, question, method=method) == pytest.approx(by_hand[method]), method


@pytest.mark.parametrize(
    ("weight", "median"),
    [([1, 1, 1], 0.2), ([1, 1, 2], 0.55), ([1, 1, 2.1], 0.9), ([3, 1, 1], 0.1), ([0.1] * 3, 0.2)],
)
def test_the_weighted_median_has_half_of_the_weight_on_each_side(
    weight: list[float], median: float
) -> None:
    """Half way between the two where they share it exactly."""
    assert pool([0.1, 0.2, 0.9], ["q"] * 3, weight=weight)[0] == pytest.approx(median)


@given(said_of_one.map(lambda said: said * 10), st.sampled_from([0.1, 0.2, 0.3]))
def test_trimming_whole_forecasts_is_the_textbook_trimmed_mean(
    said: list[float], trim: float
) -> None:
    """As scipy has it, where the share trimmed is a whole number of forecasts."""
    ours = pool(said, [0] * len(said), method="trimmed", trim=trim)[0]
    assert ours == pytest.approx(trim_mean(said, trim + 1e-9), abs=1e-9)


@given(said_of_one)
def test_the_trimmed_mean_lies_between_the_mean_and_the_median(said: list[float]) -> None:
    """Without trimming it is the one, all but all trimmed the other; of two it is the mean."""
    question = [0] * len(said)
    mean, median = (pool(said, question, method=m)[0] for m in ("mean", "median"))
    trimmed = [pool(said, question, method="trimmed", trim=t)[0] for t in (0.0, 0.1, 0.499999)]
    assert trimmed[0] == pytest.approx(mean)
    assert len(said) > 2 or trimmed[1] == pytest.approx(mean)
    assert trimmed[2] == pytest.approx(median, abs=1e-6)


def test_a_certain_analyst_does_not_decide_the_geometric_odds() -> None:
    """0 and 1 count as 0.005 and 0.995, or as far as is asked for."""
    assert pool([0, 1], [0, 0], method="geometric odds")[0] == pytest.approx(0.5)
    assert pool([0, 0], [0, 0], method="geometric odds")[0] == pytest.approx(EPS)
    clipped = pool([1, 0.5], [0, 0], method="geometric odds", eps=0.1)[0]
    assert clipped == pytest.approx(math.sqrt(9) / (1 + math.sqrt(9)))


def test_the_geometric_mean_of_the_metaculus_test_vector() -> None:
    """Of 0.7, 0.8 and 0.9: (0.18171206, 0.79581144) before it is divided by its sum.

    Source: Metaculus, tests/unit/test_scoring (BSD-2), 8 digits. Two options and yes/no agree on
    the ratio.
    """
    yes = np.array([0.7, 0.8, 0.9])
    code, weight = np.zeros(3, dtype=np.intp), np.ones(3)
    no_mean, yes_mean = (_geometric_mean(p, code, weight, EPS)[0] for p in (1 - yes, yes))
    assert (no_mean, yes_mean) == pytest.approx((0.18171206, 0.79581144), abs=5e-9)
    normalised = 0.79581144 / (0.18171206 + 0.79581144)
    assert pool(yes, code, method="geometric odds")[0] == pytest.approx(normalised, abs=1e-8)


@given(said_of_one, methods, st.randoms(use_true_random=False), st.booleans())
def test_pooling_does_not_depend_on_the_order_nor_on_the_side(
    said: list[float], method: Method, random: Any, weighted: bool
) -> None:
    """Rows may be shuffled; pooling chances of No gives the chance of No."""
    question = [k % 3 for k in range(len(said))]
    weight = [1 + (k % 4) / 3 for k in range(len(said))] if weighted else None
    pooled = pool(said, question, method=method, weight=weight)
    order = list(range(len(said)))
    random.shuffle(order)
    again = pool(
        [said[k] for k in order],
        [question[k] for k in order],
        method=method,
        weight=[weight[k] for k in order] if weight else None,
    )
    assert again == pytest.approx(pooled, abs=1e-12)
    other = pool(1 - np.array(said), question, method=method, weight=weight)
    assert other == pytest.approx(1 - pooled, abs=1e-9)
    assert (pooled >= min([*said, 1 - EPS]) - 1e-9).all()
    assert (pooled <= max([*said, EPS]) + 1e-9).all()


@given(levels, st.integers(1, 12), methods)
def test_analysts_who_agree_are_the_crowd(level: float, n: int, method: Method) -> None:
    """One alone, too; geometric odds keep their distance from certainty."""
    pooled = pool([level] * n, ["q"] * n, method=method)
    expected = np.clip(level, EPS, 1 - EPS) if method == "geometric odds" else level
    assert pooled == pytest.approx(expected, abs=1e-9)


def test_recency_weights_are_those_of_metaculus() -> None:
    """exp(sqrt(n) - sqrt(N)) for the n-th of N; up to two alike, the same moment alike."""
    made = np.array(["2026-03-04", "2026-03-01", "2026-03-03", "2026-03-02"], "datetime64[D]")
    weight = recency_weights(np.r_[made, made[:2], made[[0, 0, 1]]], [0] * 4 + [1] * 2 + [2] * 3)
    four = np.exp(np.sqrt([4, 1, 3, 2]) - 2)
    assert weight[:4] == pytest.approx(four)
    assert weight[4:6].tolist() == [1, 1]
    assert weight[6:] == pytest.approx([1, 1, math.exp(1 - math.sqrt(3))])
    assert len(recency_weights([], [])) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "mode"},
        {"trim": 0.5},
        {"trim": -0.1},
        {"eps": 0.0},
        {"weight": [1.0, 0.0]},
        {"weight": [1.0]},
        {"weight": [1.0, math.nan]},
        {"probability": [0.5, 1.2]},
        {"probability": [0.5, math.nan]},
        {"question": ["q"]},
    ],
)
def test_wrong_arguments_are_refused(wrong: dict[str, Any]) -> None:
    """Each of them, one at a time."""
    right: dict[str, Any] = {"probability": [0.5, 0.6], "question": ["q", "q"]}
    assert len(pool(**right)) == 1
    with pytest.raises(UsageError):
        pool(**{**right, **wrong})


def test_no_probabilities_pool_to_none() -> None:
    """An empty answer, whatever the method."""
    for method in METHODS:
        assert pool([], [], method=method).shape == (0,)


# --- extremizing a probability --------------------------------------------------------------------


@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=9), st.floats(0.2, 4))
def test_extremizing_is_that_of_satopaa_and_of_baron(said: list[float], factor: float) -> None:
    """sigma(a * mean logit) of geometric odds; p^a / (p^a + (1 - p)^a) of any probability."""
    pooled = pool(said, [0] * len(said), method="geometric odds")
    assert extremize(pooled, factor)[0] == pytest.approx(expit(factor * logit(said).mean()))
    p = np.array(said)
    assert extremize(p, factor) == pytest.approx(p**factor / (p**factor + (1 - p) ** factor))
    assert extremize(1 - p, factor) == pytest.approx(1 - extremize(p, factor))
    assert extremize(p, 1.0) == pytest.approx(p)


def test_extremizing_leaves_certainty_and_a_half_alone() -> None:
    """And has no factor of its own."""
    assert extremize([0, 0.5, 1], 3).tolist() == [0, 0.5, 1]
    for factor in (0, -1, math.nan, math.inf):
        with pytest.raises(UsageError, match="factor"):
            extremize(0.7, factor)
    with pytest.raises(TypeError):
        extremize(0.7)  # type: ignore[call-arg]


# --- the crowd's pairs ----------------------------------------------------------------------------


def test_an_analyst_has_one_say_however_often_they_speak() -> None:
    """Her forecasts are averaged by how long each was held, and then pooled with his."""
    day = np.datetime64("2026-03-01", "us") + np.arange(9) * np.timedelta64(1, "D")
    two = panel(
        [0.2, 0.6, 0.8, 0.1],
        question=["q", "q", "q", "alone"],
        analyst=["a", "a", "b", "a"],
        made=day[[0, 1, 2, 0]],
        ended=day[[4, 4, 4, 4]],
        known=day[[4, 4, 4, 4]],
        late=[True, False, False, False],
        cluster=["c"] * 4,
        left_out={"open": 3},
    )
    counted = count(two)
    said = opinions(counted)
    assert said.probability.tolist() == [0.1, 0.5, 0.8]
    assert said.made is not None
    assert said.made.tolist() == day[[0, 1, 2]].tolist()
    pooled = crowd(counted, "mean")
    assert pooled.probability.tolist() == [0.65]
    assert pooled.analyst.tolist() == ["crowd (mean)"]
    assert (pooled.question[0], pooled.cluster[0], pooled.weight[0]) == ("q", "c", 1)
    assert pooled.known is not None
    assert pooled.known[0] == day[4]
    assert (pooled.made, pooled.ended) == (None, None)
    assert pooled.late.tolist() == [True]
    assert pooled.left_out == {"open": 3, "after_known": 0, "few_analysts": 1}
    assert len(crowd(counted, minimum=1)) == 2
    assert len(crowd(counted, minimum=3)) == 0


def test_recency_weighs_by_the_last_forecast_of_each_analyst() -> None:
    """A long silence counts less; without times there is nothing to weigh by."""
    day = np.datetime64("2026-03-01", "us") + np.arange(9) * np.timedelta64(1, "D")
    four = panel(
        [0.3, 0.9, 0.1, 0.5, 0.7],
        analyst=["a", "a", "b", "c", "d"],
        made=day[[0, 5, 1, 2, 3]],
        ended=day[[8] * 5],
    )
    by = np.exp(np.sqrt([4, 1, 2, 3]) - 2)
    expected = np.average([0.9, 0.1, 0.5, 0.7], weights=by)
    assert crowd(count(four, "last"), "mean", recency=True).probability == pytest.approx(expected)
    with pytest.raises(UsageError, match="times"):
        crowd(panel([0.2, 0.3]), recency=True)


@given(panels(), methods)
def test_the_crowd_says_one_thing_on_each_question(pairs: Pairs, method: Method) -> None:
    """With the question's outcome, kind and cluster; options sum to 1 in billionths."""
    pooled = crowd(pairs, method, minimum=1)
    for q in set(pairs.question.tolist()):
        asked = pairs.take(pairs.question == q)
        first = asked.take(asked.forecast == asked.forecast[0])
        answered = pooled.take(pooled.question == q)
        for name in ("outcome", "kind", "cluster"):
            assert getattr(answered, name).tolist() == getattr(first, name).tolist()
        if answered.kind[0] != "binary":
            assert np.rint(answered.probability * BILLION).sum() == BILLION
    assert len(pooled.starts) == len(set(pairs.question.tolist()))
    assert (pooled.weight == 1).all()


@given(panels(), methods, st.randoms(use_true_random=False))
def test_the_crowd_does_not_depend_on_the_order_of_forecasts(
    pairs: Pairs, method: Method, random: Any
) -> None:
    """Nor on how the analysts are called."""
    numbers = sorted(set(pairs.forecast.tolist()))
    random.shuffle(numbers)
    shuffled = pairs.take(np.concatenate([np.flatnonzero(pairs.forecast == k) for k in numbers]))
    renamed = shuffled.take(
        np.arange(len(pairs)), analyst=[f"{9 - int(a[1])}" for a in shuffled.analyst]
    )
    one, other = (crowd(p, method, minimum=2) for p in (pairs, renamed))
    assert other.question.tolist() == one.question.tolist()
    assert other.outcome.tolist() == one.outcome.tolist()
    assert other.probability == pytest.approx(one.probability, abs=3e-9)


@given(panels())
def test_the_mean_never_scores_worse_than_the_average_analyst(pairs: Pairs) -> None:
    """On any question, of any kind: the squared error is convex (Jensen)."""
    said = opinions(pairs)
    each, own = said.question[said.starts], forecast_scores(said)[0]
    pooled = crowd(pairs, "mean", minimum=1)
    for q, score in zip(pooled.question[pooled.starts], forecast_scores(pooled)[0], strict=True):
        assert score <= own[each == q].mean() + 1e-8


@given(st.lists(levels, min_size=2, max_size=12), methods)
def test_two_options_and_yes_or_no_agree(said: list[float], method: Method) -> None:
    """Whichever way one question is put."""
    n = len(said)
    options = Pairs(
        probability=np.c_[said, 1 - np.array(said)].reshape(-1),
        outcome=[1, 0] * n,
        kind=["options"] * 2 * n,
        question=["q"] * 2 * n,
        forecast=np.repeat(np.arange(n), 2),
        analyst=np.repeat(np.arange(n), 2),
    )
    yes = crowd(panel(said), method).probability[0]
    assert crowd(options, method).probability == pytest.approx([yes, 1 - yes], abs=3e-9)


def test_options_are_pooled_one_by_one_and_divided_by_their_sum() -> None:
    """In their order; where no option has a median above 0, the mean stands in."""
    said = [0.6, 0.3, 0.1, 0.2, 0.7, 0.1, 0.1, 0.1, 0.8]

    def pooled(probability: list[float], method: Method) -> Any:
        return crowd(
            Pairs(
                probability=probability,
                outcome=[0, 1, 0] * 3,
                kind=["ordered"] * 9,
                question=["q"] * 9,
                forecast=np.repeat([5, 6, 7], 3),
                analyst=np.repeat(["x", "y", "z"], 3),
            ),
            method,
        ).probability.tolist()

    assert pooled(said, "median") == pytest.approx([0.2 / 0.6, 0.3 / 0.6, 0.1 / 0.6], abs=2e-9)
    by_hand = np.cbrt([0.012, 0.021, 0.008])
    assert pooled(said, "geometric odds") == pytest.approx(by_hand / by_hand.sum(), abs=2e-9)
    apart = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]
    assert pooled(apart, "median") == pytest.approx([1 / 3] * 3, abs=2e-9)


def test_forecasts_on_different_things_are_not_pooled() -> None:
    """One question has one outcome, one kind and one list of options."""
    four: dict[str, Any] = {
        "probability": [0.5, 0.5] * 2,
        "question": ["q"] * 4,
        "forecast": [1, 1, 2, 2],
    }
    analyst = ["a", "a", "b", "b"]
    sets = ["options"] * 4
    with pytest.raises(DataError, match="outcome of question q"):
        crowd(Pairs(**four, outcome=[0, 1, 1, 0], kind=sets, analyst=analyst))
    with pytest.raises(DataError, match="kind of question q"):
        crowd(
            Pairs(**four, outcome=[0, 1] * 2, kind=[*sets[:2], *["ordered"] * 2], analyst=analyst)
        )
    with pytest.raises(DataError, match="options of question q"):
        crowd(
            Pairs(
                probability=[0.5, 0.5, 0.2, 0.3, 0.5],
                outcome=[0, 1, 0, 1, 0],
                kind=["options"] * 5,
                question=["q"] * 5,
                forecast=[1, 1, 2, 2, 2],
                analyst=["a", "a", "b", "b", "b"],
            )
        )
    with pytest.raises(UsageError, match="minimum"):
        crowd(panel([0.2, 0.3]), minimum=0)
    with pytest.raises(UsageError, match="method"):
        crowd_table(panel([0.2, 0.3]), methods=["mode"])  # type: ignore[list-item]


# --- the table ------------------------------------------------------------------------------------


@settings(max_examples=10)
@given(panels())
def test_there_is_always_one_sentence_a_method(pairs: Pairs) -> None:
    """On the same questions, with no number in it that does not exist."""
    table = crowd_table(pairs)
    assert [score.method for score in table] == list(METHODS)
    assert len({(score.questions, score.average) for score in table}) == 1
    for score in table:
        for verdict in (score.verdict, score.extremized.verdict):
            assert verdict.endswith(".")
            assert "nan" not in verdict
            assert "None" not in verdict
        if score.brier is not None and score.against_average is not None:
            assert score.average is not None
            assert score.against_average.value == pytest.approx(score.brier.value - score.average)
    assert table == crowd_table(pairs)


@pytest.mark.parametrize(
    ("pairs", "begins"),
    [
        (Pairs(probability=[], outcome=[]), "Nothing to score yet"),
        (panel([0.4]), "Nothing to score yet"),
        (
            panel([0.4, 0.4]),
            "The mean of 2 analysts scored 0.360 on 1 question; cannot tell yet whether",
        ),
        (
            panel([0.0, 0.8]),
            "The mean of 2 analysts scored 0.360 on 1 question; cannot tell yet",
        ),
        (
            panel([0.0, 0.0]),
            "The mean of 2 analysts scored 1.000 on 1 question; cannot tell yet whether",
        ),
    ],
)
def test_little_data_are_said_to_be_little(pairs: Pairs, begins: str) -> None:
    """None for what does not exist, and no claim."""
    score: CrowdScore = crowd_table(pairs, methods=["mean"])[0]
    assert score.verdict.startswith(begins)
    assert score.extremized.gain is None
    assert score.extremized.verdict.startswith("Cannot tell whether extremizing helps")
    assert (score.brier is None) == begins.startswith("Nothing")


def test_the_sentence_says_what_is_so_far_and_what_would_tell() -> None:
    """Where luck could have made the difference; with linked questions it speaks of groups."""
    said = [[0.9, 0.6], [0.1, 0.6], [0.5, 0.7], [0.8, 0.8]] * 3
    columns: dict[str, Any] = {
        "probability": np.reshape(said, -1),
        "outcome": np.repeat([1, 1, 0, 1] * 3, 2),
        "question": np.repeat(np.arange(12), 2),
        "analyst": ["a", "b"] * 12,
    }
    (alone,) = crowd_table(Pairs(**columns), methods=["geometric odds"])
    assert alone.verdict.startswith(
        "The geometric mean of the odds of 2 analysts scored 0.239 on 12 questions; cannot tell "
        "yet whether it beats the average analyst (so far 0.006 better than that); about 68 more "
        "questions would tell; extremizing gained nothing out of sample."
    )
    linked = Pairs(**columns, cluster=np.repeat([0, 1, 2, 0] * 3, 2))
    (apart,) = crowd_table(linked, methods=["geometric odds"])
    assert "more groups of linked questions would tell" in apart.verdict


def replications(folder: Path) -> tuple[Pairs, dict[str, dict[str, str]]]:
    """The survey of the replication markets, as pairs, and the findings it was about."""
    place = folder / "data" / "replication_markets"
    with (place / "findings.csv").open(encoding="utf-8") as file:
        found = {f"{r['project']} {r['finding_id']}": r for r in csv.DictReader(file)}
    with (place / "survey_responses.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    question = [f"{r['project']} {r['finding_id']}" for r in rows]
    pairs = Pairs(
        probability=[float(r["response"]) for r in rows],
        outcome=[int(found[q]["replicated"]) for q in question],
        question=question,
        analyst=[  # those without a code are each their own
            f"{r['project']} {r['forecaster_id'] or k}" for k, r in enumerate(rows)
        ],
    )
    return pairs, found


def test_the_crowd_of_the_replication_markets(shared: Path) -> None:
    """The mean response is right on 68 of 103 findings with Brier 0.20529, the market on 75.

    Gordon et al., PLOS ONE 16 (2021) e0248780, for 68, 75 and each finding's mean and median
    response (pooledmaRket, CC0); the Brier scores, 0.20529 and 0.19235, are computed from them.
    """
    pairs, found = replications(shared)
    table = crowd_table(pairs)
    for method in ("mean", "median"):
        pooled = crowd(pairs, method)
        published = [float(found[str(q)][f"survey_{method}"]) for q in pooled.question]
        assert pooled.probability == pytest.approx(published, abs=1e-9)
    mean = crowd(pairs, "mean")
    assert ((mean.probability > 0.5) == mean.outcome).sum() == 68
    assert table[0].brier is not None
    assert table[0].brier.value == pytest.approx(0.20529, abs=5e-6)
    price = np.array([float(found[str(q)]["final_market_price"]) for q in mean.question])
    market = mean.take(np.arange(103), probability=price, low=price, high=price)
    assert ((price > 0.5) == mean.outcome).sum() == 75
    assert forecast_scores(market)[0].mean() == pytest.approx(0.19235, abs=5e-6)
    assert table[0].verdict == (
        "The mean of 440 analysts scored 0.205 on 103 questions, 0.048 better than the average "
        "analyst; extremizing gained nothing that can be told out of sample."
    )


# --- extremizing, out of sample -------------------------------------------------------------------


def by_hand(pairs: Pairs, mine: np.ndarray[Any, np.dtype[np.bool_]], prior: float) -> float:
    """The factor fitted on some yes/no questions, by scipy; a cluster weighs as one question."""
    _, code, size = np.unique(pairs.cluster, return_inverse=True, return_counts=True)
    share = 1 / size[code][mine]
    margin = logit(pairs.probability[mine]) * (1 - 2 * pairs.outcome[mine])

    def cost(step: float) -> float:
        loss = float(share @ np.log1p(np.exp(np.exp(step) * margin)))
        return loss + step**2 / (2 * prior**2)

    return math.exp(minimize_scalar(cost, bounds=(-1.6, 1.6), method="bounded").x)


def test_a_factor_is_only_tried_on_what_was_resolved_later() -> None:
    """The same as fitting, for each question, on all clusters wholly resolved before its own."""
    n = 60
    rng = np.random.default_rng(8)
    cluster = rng.integers(0, 45, n)
    known = np.datetime64("2026-01-01", "us") + rng.integers(0, 50, n) * np.timedelta64(1, "D")
    pairs = simulated(n, 2.5, cluster=cluster, known=known)
    fitted = fit_extremizing(pairs, warm_up=5, prior=0.5)
    scores = []
    for row in range(n):
        first = known[cluster == cluster[row]].min()
        before = np.array([known[cluster == c].max() < first for c in cluster])
        if len(set(cluster[before].tolist())) >= 5:
            p = extremize(pairs.probability[row], by_hand(pairs, before, 0.5))
            scores.append(float((p - pairs.outcome[row]) ** 2))
    assert fitted.rolling
    assert (fitted.questions, fitted.warm_up) == (len(scores), n - len(scores))
    assert 20 < len(scores) < 55
    assert fitted.extremized == pytest.approx(np.mean(scores), abs=5e-4)
    assert fitted.factor == pytest.approx(by_hand(pairs, np.ones(n, dtype=bool), 0.5), rel=0.011)


def test_without_times_no_question_is_among_those_its_factor_was_fitted_on() -> None:
    """As many folds as clusters leave out each in turn: what can be worked out one by one."""
    pairs = simulated(24, 2.0, cluster=np.repeat(np.arange(12), 2))
    fitted = fit_extremizing(pairs, folds=12, prior=0.5)
    scores = [
        (extremize(pairs.probability[k], by_hand(pairs, pairs.cluster != c, 0.5)) - y) ** 2
        for k, (c, y) in enumerate(zip(pairs.cluster, pairs.outcome, strict=True))
    ]
    assert (fitted.rolling, fitted.questions, fitted.warm_up) == (False, 24, 0)
    assert fitted.extremized == pytest.approx(np.mean(scores), abs=5e-4)


@pytest.mark.parametrize(
    ("factor", "low", "high"), [(2.0, 1.6, 2.2), (1.0, 0.85, 1.15), (0.5, 0.4, 0.65)]
)
def test_the_factor_is_found_where_there_is_much_evidence(
    factor: float, low: float, high: float
) -> None:
    """And its gain is told from 0 where there is one; a calibrated crowd gains nothing."""
    fitted = fit_extremizing(simulated(2000, factor))
    assert low < fitted.factor < high
    helped = fitted.verdict.startswith("Extremizing helped")
    assert helped == (factor != 1)
    assert fitted.gain is not None
    assert fitted.plain is not None
    assert fitted.extremized is not None
    assert fitted.gain.value == pytest.approx(fitted.plain - fitted.extremized)


def test_the_prior_holds_a_factor_at_one_where_there_is_little_evidence() -> None:
    """Ten questions that all went the crowd's way would ask for as much as there is."""
    ten = Pairs(probability=[0.7] * 10, outcome=[1] * 10)
    factors = [fit_extremizing(ten, prior=prior).factor for prior in (0.01, 0.25, 1.0, 100.0)]
    assert factors == sorted(factors)
    assert factors[0] == 1
    assert 1 < factors[1] < 1.25
    assert factors[3] > 4.9


def test_a_gain_in_hindsight_is_not_reported() -> None:
    """Where the crowd is calibrated, the best factor always gains afterwards, and never before."""
    told, hindsight = [], []
    for seed in range(40):
        pairs = simulated(40, 1.0, seed=seed)
        fitted = fit_extremizing(pairs, prior=1.0)
        assert fitted.gain is not None
        told.append(fitted.gain.value)
        p = extremize(pairs.probability, fitted.factor)
        plain = (pairs.probability - pairs.outcome) ** 2
        hindsight.append(float((plain - (p - pairs.outcome) ** 2).mean()))
    assert np.mean(hindsight) > 0
    assert np.mean(told) < 0


@given(panels())
@settings(max_examples=20)
def test_extremizing_takes_every_kind(pairs: Pairs) -> None:
    """Certain and mistaken crowds too; the factor is finite, and by 1 nothing changes."""
    pooled = crowd(pairs, "mean", minimum=1)
    fitted = fit_extremizing(pooled, folds=2)
    assert 0.2 <= fitted.factor <= 5
    same = _sharpened(pooled, np.ones(len(pooled.starts)))
    assert same.probability == pytest.approx(pooled.probability, abs=3e-9)


def test_extremizing_two_options_and_yes_or_no_agree() -> None:
    """The same factor and the same scores."""
    binary = simulated(50, 2.0)
    p, y = binary.probability, binary.outcome
    options = Pairs(
        probability=np.c_[p, 1 - p].reshape(-1),
        outcome=np.c_[y, 1 - y].reshape(-1),
        kind=["options"] * 100,
        forecast=np.repeat(np.arange(50), 2),
    )
    one, other = fit_extremizing(binary), fit_extremizing(options)
    assert other.factor == one.factor
    assert (other.plain, other.extremized) == pytest.approx((one.plain, one.extremized))


def test_certainty_tells_nothing_of_the_factor() -> None:
    """Neither when it was right nor when it was wrong, which costs infinitely much."""
    some = simulated(30, 2.0)
    more = Pairs(probability=[*some.probability, 1, 1, 0, 0], outcome=[*some.outcome, 1, 0, 1, 0])
    assert fit_extremizing(more).factor == fit_extremizing(some).factor
    assert fit_extremizing(Pairs(probability=[1, 0], outcome=[0, 1])).factor == 1


def test_all_known_at_once_leaves_nothing_to_try_on() -> None:
    """Then nothing was resolved before anything else, and no gain is claimed."""
    day = np.full(50, np.datetime64("2026-03-01", "us"))
    fitted = fit_extremizing(simulated(50, 3.0, known=day))
    assert (fitted.questions, fitted.warm_up) == (0, 50)
    assert (fitted.plain, fitted.extremized, fitted.gain) == (None, None, None)
    assert fitted.verdict.endswith("50 questions, and none left to try a fitted factor on.")


def test_wrong_arguments_of_the_fit_are_refused() -> None:
    """Among them several forecasts on a question, which a crowd does not make."""
    wrongs: list[dict[str, Any]] = [
        {"prior": 0.0},
        {"warm_up": 0},
        {"folds": 1},
        {"prior": math.nan},
    ]
    for wrong in wrongs:
        with pytest.raises(UsageError, match="prior"):
            fit_extremizing(simulated(5, 1.0), **wrong)
    with pytest.raises(UsageError, match="one forecast a question"):
        fit_extremizing(panel([0.2, 0.3]))
