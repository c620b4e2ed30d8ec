"""What phrases came to mean: how often they came true, and the reading of them after that."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import Pairs
from tracker.errors import UsageError
from tracker.scoring.beta import firmness, share_interval, updated
from tracker.scoring.phrases import PhraseRecord, left_out, personal, phrases, summary

KEYS = [
    "analyst", "phrase", "forecasts", "questions", "probability", "low", "high", "came_true",
    "interval", "personal", "personal_interval", "verdict",
]  # fmt: skip
READ = {"likely": (0.7, 0.55, 0.8), "unlikely": (0.2, 0.2, 0.2), "(number)": (0.4, 0.4, 0.4)}


def said(outcome: list[int], *, words: str = "likely", **columns: Any) -> Pairs:
    """One forecast of ana on each question, in the same words."""
    n = len(outcome)
    point, low, high = READ[words]
    given: dict[str, Any] = {
        "probability": [point] * n,
        "low": [low] * n,
        "high": [high] * n,
        "outcome": outcome,
        "question": list(range(n)),
        "analyst": ["ana"] * n,
        "labels": {"phrase": [words] * n},
    }
    return Pairs(**(given | columns))


def only(pairs: Pairs, **how: Any) -> PhraseRecord:
    """The record of the one phrase there is."""
    (record,) = phrases(pairs, **how)
    return record


@st.composite
def verbal_pairs(draw: st.DrawFn) -> Pairs:
    """Forecasts of two analysts in words and numbers, on questions in a few clusters."""
    n = draw(st.integers(0, 20))

    def column(of: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(of, min_size=n, max_size=n))

    outcome, cluster = draw(st.tuples(*[st.lists(st.integers(0, 1), min_size=7, max_size=7)] * 2))
    question = column(st.integers(0, 6))
    point = np.array(column(st.sampled_from([0.0, 0.2, 0.7, 0.95, 1.0])), dtype=float)
    return Pairs(
        probability=point,
        low=point * np.array(column(st.sampled_from([0.5, 1.0])), dtype=float),
        high=1 - (1 - point) * np.array(column(st.sampled_from([0.5, 1.0])), dtype=float),
        outcome=[outcome[q] for q in question],
        question=np.array(question, dtype=int),
        cluster=np.array([q + 10 * cluster[q] if cluster[q] else 99 for q in question], dtype=int),
        analyst=np.array(column(st.sampled_from(["ana", "ben"])), dtype=np.str_),
        weight=np.array(column(st.sampled_from([0.0, 0.25, 1.0])), dtype=float),
        labels={"phrase": column(st.sampled_from(list(READ)))},
    )


# --- a record ---------------------------------------------------------------------------------


def test_a_phrase_with_few_questions_says_so() -> None:
    """Four of nine: everything is computed, and nothing is concluded."""
    record = only(said([1] * 4 + [0] * 5))
    assert (record.forecasts, record.questions, record.clusters) == (9, 9, 9)
    assert record.effective == pytest.approx(9)
    assert (record.probability, record.low, record.high) == (0.7, 0.55, 0.8)
    assert record.came_true == pytest.approx(4 / 9)
    assert record.interval == pytest.approx(share_interval(4 / 9, 9))
    firm = float(firmness(0.7, 0.55, 0.8))
    assert record.personal == pytest.approx((0.7 * firm + 4) / (firm + 9))
    assert record.personal_interval[0] < record.personal < record.personal_interval[1]
    assert record.difference is None
    assert record.verdict == (
        "“likely” from ana: read as 70 % (55 to 80 %), came true 4 of 9 times; too few to tell."
    )


@pytest.mark.parametrize(
    ("outcome", "words", "end"),
    [
        ([0] * 18 + [1] * 2, "likely", "2 of 20 times; it came true less often than it is read."),
        ([0] * 5 + [1] * 95, "likely", "95 of 100 times; it came true more often than it is read."),
        ([0] * 3 + [1] * 7, "likely", "7 of 10 times; that is within its range."),
        (
            [0] * 5 + [1] * 5,
            "likely",
            "less often than it is read; about 680 more would tell, if things go on as they are.",
        ),
        ([1] * 3, "unlikely", "read as 20 %, came true 3 of 3 times; too few to tell."),
    ],
)
def test_the_verdict_is_as_strong_as_the_evidence(outcome: list[int], words: str, end: str) -> None:
    """From too few to tell, over luck, to a difference that the whole interval shows."""
    assert only(said(outcome, words=words)).verdict.endswith(end)


def test_questions_that_hang_together_are_one_piece_of_evidence() -> None:
    """Twelve questions in three groups: the interval is that of three, and none is concluded."""
    linked = only(said([0] * 12, cluster=[0, 1, 2] * 4))
    assert (linked.questions, linked.clusters, linked.effective) == (12, 3, 3)
    assert linked.interval == share_interval(0, 3)
    assert linked.verdict.endswith("too few to tell, as they hang together in groups: 3.")
    alone = only(said([0] * 12))
    assert alone.difference == "less often"
    assert alone.personal < linked.personal < 0.7


def test_many_questions_in_few_groups_are_few() -> None:
    """Never true in 32 questions, but of eight groups: no difference is named."""
    record = only(said([0] * 32, cluster=list(range(8)) * 4))
    assert record.interval[1] < record.low
    assert record.difference is None
    assert summary((record,)).startswith("Too few to tell")


def test_a_phrase_counts_for_the_time_it_was_held() -> None:
    """A question on which it was said for a quarter of the time counts for a quarter."""
    record = only(said([1, 0], weight=[1, 0.25]))
    assert record.came_true == pytest.approx(0.8)
    assert record.effective == pytest.approx(1.25**2 / (1 + 0.25**2))
    assert "came true 1 of 2 times (80 % by weight)" in record.verdict


def test_each_analyst_has_a_record_of_their_own() -> None:
    """Sorted by analyst, then from the least likely reading to the most."""
    both = Pairs(
        probability=[0.7, 0.2, 0.7],
        outcome=[1, 0, 0],
        question=["x", "y", "x2"],
        analyst=["ben", "ben", "ana"],
        labels={"phrase": ["likely", "unlikely", "likely"]},
    )
    found = [(one.analyst, one.phrase) for one in phrases(both)]
    assert found == [("ana", "likely"), ("ben", "unlikely"), ("ben", "likely")]
    pooled = phrases(both, by_analyst=False)
    assert [(one.analyst, one.phrase) for one in pooled] == [(None, "unlikely"), (None, "likely")]
    assert pooled[1].came_true == 0.5
    assert pooled[1].verdict.startswith("“likely”: read as 70 %, came true 1 of 2 times")


def test_over_all_analysts_a_question_counts_once() -> None:
    """Three analysts on one question and one on another: one of two came true."""
    shared = said([1, 1, 1, 0], question=["x", "x", "x", "y"], analyst=["a", "b", "c", "a"])
    record = only(shared, by_analyst=False)
    assert (record.forecasts, record.questions) == (4, 2)
    assert (record.came_true, record.effective) == (0.5, 2)


def test_numbers_and_option_sets_are_left_out_and_counted() -> None:
    """A phrase on a set speaks of the whole set; a number is no phrase."""
    mixed = Pairs(
        probability=[0.7, 0.4, 0.6, 0.4, 0.5, 0.5],
        outcome=[1, 1, 1, 0, 1, 0],
        kind=["binary"] * 2 + ["options"] * 4,
        forecast=[1, 2, 3, 3, 4, 4],
        labels={"phrase": ["likely", "(number)", "most likely", "most likely", *["(number)"] * 2]},
    )
    assert [one.phrase for one in phrases(mixed)] == ["likely"]
    assert left_out(mixed) == {"numbers": 2, "sets": 1}
    read = personal(mixed)
    assert read.probability[1:].tolist() == mixed.probability[1:].tolist()


def test_a_record_as_json_has_the_keys_that_scripts_rely_on() -> None:
    """In order, with lists for intervals."""
    content = only(said([1, 0])).as_dict()
    assert list(content) == KEYS
    assert isinstance(content["interval"], list)


# --- the sentence about all -------------------------------------------------------------------


def test_the_summary_of_nothing() -> None:
    """No forecasts, or none in words."""
    assert phrases(Pairs(probability=[], outcome=[])) == ()
    assert left_out(Pairs(probability=[], outcome=[])) == {"numbers": 0, "sets": 0}
    assert len(personal(Pairs(probability=[], outcome=[]))) == 0
    assert phrases(said([1, 0], words="(number)")) == ()
    assert summary(()) == "Nothing to say yet: no settled forecast was made in words."


def test_the_summary_names_what_can_be_told_and_no_more() -> None:
    """Few, none, some of two, and the luck among many."""
    few, fits = only(said([1, 0])), only(said([0] * 3 + [1] * 7))
    odd, often = only(said([0] * 30)), only(said([1] * 30, words="unlikely"))
    assert summary((few,)).endswith("10 independent settled questions are needed, the most is 2.")
    assert summary((few, fits)).startswith("Cannot tell yet")
    assert summary((odd,)) == "“likely” from ana came true less often than read."
    assert summary((odd, fits, often)) == (
        "“likely” from ana came true less often than read; "
        "“unlikely” from ana came true more often than read. Of the others it cannot be told."
    )
    assert summary((odd, *[few] * 9)).endswith("Of 10 phrases some may look so by luck.")


def test_pairs_that_know_no_phrases_are_refused() -> None:
    """Plain arrays need the label."""
    with pytest.raises(UsageError, match="label phrase"):
        phrases(Pairs(probability=[0.5], outcome=[1]))


# --- the personal reading ---------------------------------------------------------------------


def test_a_forecast_is_never_read_with_its_own_outcome() -> None:
    """Whatever becomes of a question, the reading of the forecasts on its cluster is the same."""
    linked = [0, 0, 1, 2]
    one = personal(said([1, 1, 0, 0], cluster=linked))
    other = personal(said([0, 0, 0, 0], cluster=linked))
    assert one.probability[:2].tolist() == other.probability[:2].tolist()
    assert one.probability[2] > other.probability[2]


def test_a_phrase_said_once_keeps_its_reading() -> None:
    """There is no other evidence."""
    assert personal(said([0])).probability.tolist() == [0.7]
    assert personal(said([0, 0], cluster=[1, 1])).probability.tolist() == [0.7, 0.7]


def test_the_evidence_of_others_moves_only_the_pooled_reading() -> None:
    """By analyst each starts anew; over all, what ben said moves what ana said."""
    two = said([0, 0], analyst=["ana", "ben"])
    assert personal(two).probability.tolist() == [0.7, 0.7]
    assert (personal(two, by_analyst=False).probability < 0.7).all()


@given(verbal_pairs(), st.booleans())
def test_the_personal_reading_is_that_of_the_other_clusters(pairs: Pairs, alone: bool) -> None:
    """Against the record of all rows but those of the cluster, one forecast at a time."""
    read = personal(pairs, by_analyst=alone)
    for row in range(len(pairs)):
        words, analyst = pairs.labels["phrase"][row], pairs.analyst[row]
        before = [float(column[row]) for column in (pairs.probability, pairs.low, pairs.high)]
        after = [float(column[row]) for column in (read.probability, read.low, read.high)]
        if words == "(number)" or not pairs.weight[row]:
            assert after == before
            continue
        others = pairs.take(pairs.cluster != pairs.cluster[row])
        found = [
            one
            for one in phrases(others, by_analyst=alone)
            if one.phrase == words and one.analyst in {None, str(analyst)}
        ]
        share, effective = (found[0].came_true, found[0].effective) if found else (0.0, 0.0)
        expected = updated(before[0], firmness(*before), share=share, effective=effective)
        assert after == pytest.approx([float(value) for value in expected], abs=2e-9)


# --- properties -------------------------------------------------------------------------------


@given(verbal_pairs())
def test_records_hold_together(pairs: Pairs) -> None:
    """Point within the range, share within its interval, reading between reading and share."""
    for one in phrases(pairs):
        assert one.effective >= 1 - 1e-9
        assert one.effective <= one.clusters + 1e-9
        assert one.clusters <= one.questions <= one.forecasts
        assert one.low <= one.probability <= one.high
        assert one.interval[0] - 1e-9 <= one.came_true <= one.interval[1] + 1e-9
        between = sorted([one.probability, one.came_true])
        assert between[0] - 1e-9 <= one.personal <= between[1] + 1e-9
        assert one.personal_interval[0] <= one.personal <= one.personal_interval[1]
    words = (pairs.labels["phrase"] != "(number)") & (pairs.weight > 0)
    assert sum(one.forecasts for one in phrases(pairs)) == words.sum()


def numbers(records: tuple[PhraseRecord, ...]) -> list[list[float]]:
    """All numbers of records but the count of forecasts."""
    names = ("questions", "clusters", "effective", "probability", "low", "high", "came_true",
             "interval", "personal", "personal_interval")  # fmt: skip
    return [np.hstack([asdict(one)[name] for name in names]).tolist() for one in records]


@given(verbal_pairs(), st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_rows_does_not_matter(pairs: Pairs, random: Any, alone: bool) -> None:
    """Forecasts in any order have the same records."""
    order = random.sample(range(len(pairs)), len(pairs))
    turned = phrases(pairs.take(np.array(order, dtype=int)), by_analyst=alone)
    here = phrases(pairs, by_analyst=alone)
    assert [one.name for one in turned] == [one.name for one in here]
    assert [one.forecasts for one in turned] == [one.forecasts for one in here]
    for one, other in zip(numbers(here), numbers(turned), strict=True):
        assert one == pytest.approx(other)


@given(verbal_pairs(), st.booleans())
def test_a_weight_of_two_is_a_row_twice(pairs: Pairs, alone: bool) -> None:
    """But for the number of forecasts."""
    doubled = pairs.take(np.ones(len(pairs), dtype=bool), weight=2 * pairs.weight)
    rows = np.repeat(np.arange(len(pairs)), 2)
    twice = pairs.take(rows, forecast=np.arange(2 * len(pairs)))
    one, other = (phrases(of, by_analyst=alone) for of in (doubled, twice))
    for expected, found in zip(numbers(one), numbers(other), strict=True):
        assert found == pytest.approx(expected)
