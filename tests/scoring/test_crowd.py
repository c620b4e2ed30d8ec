"""The crowd: its pairs, its table and the replication markets."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import levels, shares

from tracker import Pairs
from tracker.errors import DataError, UsageError
from tracker.pairs import BILLION
from tracker.scoring.counting import count
from tracker.scoring.crowd import CrowdScore, crowd, crowd_table, opinions
from tracker.scoring.forecasts import forecast_scores
from tracker.scoring.pooling import METHODS, Method

if TYPE_CHECKING:
    from pathlib import Path

methods: st.SearchStrategy[Method] = st.sampled_from(METHODS)


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
    """Where luck could have made the difference; with linked questions it speaks of groups.

    Three groups are too few to say what would tell.
    """
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
    ten = Pairs(**columns, cluster=np.repeat([0, 1, 2, 0, 4, 5, 6, 7, 8, 9, 10, 9], 2))
    (apart,) = crowd_table(ten, methods=["geometric odds"])
    assert "more groups of linked questions would tell" in apart.verdict
    three = Pairs(**columns, cluster=np.repeat([0, 1, 2, 0] * 3, 2))
    (few,) = crowd_table(three, methods=["geometric odds"])
    assert "cannot tell yet" in few.verdict
    assert "would tell" not in few.verdict


def test_a_score_as_json_content() -> None:
    """Every number that exists, a Brier interval within what a score can be, None otherwise."""
    said = np.tile([0.95, 0.9, 0.99, 0.7], 5)
    outcome = np.r_[np.ones(18), np.zeros(2)]
    pairs = Pairs(
        probability=said,
        outcome=outcome,
        question=np.repeat(np.arange(10), 2),
        analyst=["a", "b"] * 10,
    )
    (score,) = crowd_table(pairs, methods=["mean"])
    content = json.loads(json.dumps(score.as_dict(), allow_nan=False))
    assert list(content) == [
        "method", "questions", "analysts", "brier", "brier_interval", "average",
        "against_average", "against_average_interval", "extremized", "verdict",
    ]  # fmt: skip
    assert list(content["extremized"]) == [
        "factor", "questions", "plain", "extremized", "gain", "gain_interval", "verdict"
    ]  # fmt: skip
    assert (content["method"], content["questions"], content["analysts"]) == ("mean", 10, 2)
    assert score.brier is not None
    assert score.brier.interval is not None
    assert score.brier.interval[0] < 0
    assert content["brier"] == score.brier.value
    assert content["brier_interval"] == [0, score.brier.interval[1]]
    assert score.against_average is not None
    assert score.against_average.interval is not None
    assert content["against_average"] == score.against_average.value
    assert content["against_average_interval"] == list(score.against_average.interval)
    tried = content["extremized"]
    assert tried["gain"] == pytest.approx(tried["plain"] - tried["extremized"])
    assert tried["gain_interval"][0] < tried["gain"] < tried["gain_interval"][1]
    assert (content["verdict"], tried["verdict"]) == (score.verdict, score.extremized.verdict)


def test_what_does_not_exist_is_none_in_json_content() -> None:
    """Of no question there is no number, of one no interval."""
    none, one = (
        crowd_table(panel(said), methods=["mean"])[0].as_dict() for said in ([], [0.0, 1.0])
    )
    missing = {key for key, value in none.items() if value is None}
    assert missing == {
        "brier", "brier_interval", "average", "against_average", "against_average_interval"
    }  # fmt: skip
    assert {key for key, value in none["extremized"].items() if value is None} == {
        "plain", "extremized", "gain", "gain_interval"
    }  # fmt: skip
    assert (one["brier"], one["average"], one["against_average"]) == (0.25, 0.5, -0.25)
    assert (one["brier_interval"], one["against_average_interval"]) == (None, None)


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
