"""Calls, biases and updating: hand-computed numbers, and what must hold of any forecasts."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import set_pairs, timed_pairs

from tracker import Pairs, score
from tracker.errors import DataError
from tracker.scoring.bias import LEADS
from tracker.scoring.counting import count
from tracker.scoring.retrospect import Bias, Retrospect, retrospect


def plain(*said: tuple[str, float, int], **more: Any) -> Pairs:
    """One forecast on each question, without times: its id, the probability, the outcome."""
    questions, probability, outcome = zip(*said, strict=True)
    return Pairs(probability=probability, outcome=outcome, question=questions, **more)


def history(*said: tuple[str, float, int, int], **more: Any) -> Pairs:
    """Forecasts with times: question, probability, outcome, day; all known on the tenth day."""
    questions, probability, outcome, day = zip(*said, strict=True)
    end = np.full(len(said), np.datetime64("2026-09-11", "us"))
    made = np.datetime64("2026-09-01", "us") + np.array(day) * np.timedelta64(1, "D")
    columns = {"probability": probability, "outcome": outcome, "question": questions, **more}
    return Pairs(made=made, known=end, ended=np.maximum(end, made), **columns)


def bias_of(found: Retrospect, by: str, key: str) -> Bias:
    """The bias of one value of a label."""
    return next(one for one in found.bias if (one.by, one.key) == (by, key))


# --- calls ----------------------------------------------------------------------------------


def test_calls_are_ranked_by_what_they_gained() -> None:
    """log2 of twice the probability of what happened; equal chances are neither good nor bad."""
    found = retrospect(plain(("a", 0.8, 1), ("b", 0.75, 0), ("c", 0.5, 1), ("d", 0.0, 0)))
    assert [call.question for call in found.best] == ["d", "a"]
    assert [call.question for call in found.worst] == ["b"]
    assert found.best[0].surprise == 0
    assert found.best[0].gain == 1
    assert found.best[1].gain == pytest.approx(math.log2(1.6))
    assert found.best[1].surprise == pytest.approx(-math.log2(0.8))
    assert found.best[1].score == pytest.approx(0.04)
    assert found.worst[0].gain == -1
    assert found.worst[0].surprise == 2
    assert found.worst[0].score == pytest.approx(0.5625)


def test_what_was_called_impossible_and_happened_is_the_worst_call() -> None:
    """Infinite surprise is kept, and ties are broken by the question."""
    found = retrospect(plain(("b", 0.0, 1), ("c", 1.0, 0), ("a", 0.01, 1)), calls=2)
    assert [(call.question, call.surprise, call.gain) for call in found.worst] == [
        ("b", math.inf, -math.inf),
        ("c", math.inf, -math.inf),
    ]


def test_forecasts_on_one_question_make_one_call_by_their_weights() -> None:
    """Half the time 50 %, half the time 25 %: (1 + 2) / 2 bits; the later stands for it."""
    pairs = history(("q", 0.5, 1, 0), ("q", 0.25, 1, 5), forecast=[7, 9])
    (call,) = retrospect(pairs).worst
    assert (call.forecast, call.forecasts) == (9, 2)
    assert call.surprise == pytest.approx(1.5)
    assert call.gain == pytest.approx(-0.5)
    assert call.score == pytest.approx((0.25 + 0.5625) / 2)
    (last,) = retrospect(pairs, counting="last").worst
    assert (last.forecast, last.forecasts, last.surprise) == (9, 1, 2)
    longer = history(("q", 0.4, 1, 0), ("q", 0.25, 1, 6), forecast=[7, 9])
    assert retrospect(longer).worst[0].forecast == 7


@pytest.mark.parametrize("kind", ["options", "ordered"])
def test_a_set_gains_over_equal_chances_on_all_options(kind: str) -> None:
    """Half of four options' chance on the one that came: log2(4) - 1 bits; and no bias."""
    pairs = Pairs(
        probability=[0.5, 0.25, 0.125, 0.125],
        outcome=[1, 0, 0, 0],
        question=["q"] * 4,
        forecast=[3] * 4,
        kind=[kind] * 4,
    )
    found = retrospect(pairs)
    assert [(call.surprise, call.gain) for call in found.best] == [(1, 1)]
    assert (found.bias, found.sets) == ((), 1)


def test_equal_chances_on_three_options_gain_nothing() -> None:
    """Not even what rounding to billionths leaves."""
    pairs = Pairs(
        probability=[0.333333333, 0.333333333, 0.333333334],
        outcome=[1, 0, 0],
        forecast=[0] * 3,
        kind=["options"] * 3,
    )
    assert retrospect(pairs).best == retrospect(pairs).worst == ()


def test_what_two_analysts_say_of_one_question_are_two_calls() -> None:
    """Each is named."""
    pairs = plain(("q", 0.9, 1), ("q", 0.2, 1), analyst=["ana", "ben"])
    found = retrospect(pairs)
    assert [(call.question, call.analyst) for call in found.best] == [("q", "ana")]
    assert [(call.question, call.analyst) for call in found.worst] == [("q", "ben")]


@given(timed_pairs())
def test_surprises_add_up_to_the_log_score(pairs: Pairs) -> None:
    """Their mean over the questions, in bits, is the log score with one forecast a question."""
    found = retrospect(pairs, counting="last", calls=10**6)
    counted = count(pairs, "last")
    even = int((counted.probability == 0.5).sum())  # neither good nor bad: one bit each
    bits = [call.surprise for call in (*found.best, *found.worst)] + [1.0] * even
    assert len(bits) == len(counted)
    log = score(counted).log
    if log is None:
        assert not bits or math.inf in bits
    else:
        assert np.mean(bits) == pytest.approx(log / math.log(2))


@given(pairs=st.one_of(timed_pairs(), set_pairs()), seed=st.integers(0, 9))
def test_the_order_of_rows_does_not_matter(pairs: Pairs, seed: int) -> None:
    """Shuffled forecasts give the same retrospective; of one moment the last stands, as ever."""
    starts = pairs.starts
    ends = np.r_[starts[1:], len(pairs)]
    made = np.zeros(len(pairs)) if pairs.made is None else pairs.made
    moments = np.unique(made[starts], return_inverse=True)[1].ravel()
    keys = np.random.default_rng(seed).permutation(len(starts))[moments]
    rows = [np.arange(starts[at], ends[at]) for at in np.argsort(keys, kind="stable")]
    other = pairs.take(np.concatenate(rows) if rows else np.zeros(0, dtype=int))
    one, two = retrospect(pairs), retrospect(other)
    assert [(c.question, c.analyst, c.forecast) for c in (*one.best, *one.worst)] == [
        (c.question, c.analyst, c.forecast) for c in (*two.best, *two.worst)
    ]
    assert [(b.by, b.key, b.verdict) for b in one.bias] == [
        (b.by, b.key, b.verdict) for b in two.bias
    ]
    assert one.updating.updates == two.updating.updates
    assert one.updating.verdict == two.updating.verdict
    assert one.updating.mean_step == pytest.approx(two.updating.mean_step)


# --- bias -----------------------------------------------------------------------------------


def said(share: float, times: int, happened: int) -> list[tuple[str, float, int]]:
    """So many forecasts of one probability, of which so many came true."""
    return [(f"{share}-{n}", share, int(n < happened)) for n in range(times)]


def test_bias_is_the_share_that_came_true_less_what_was_said() -> None:
    """80 % twenty times, eight of which came true: 40 points less often than said."""
    (found,) = retrospect(plain(*said(0.8, 20, 8))).bias
    assert (found.by, found.key, found.questions, found.forecasts) == (
        "all",
        "all forecasts",
        20,
        20,
    )
    assert found.mean_probability == pytest.approx(0.8)
    assert found.happened == pytest.approx(0.4)
    assert found.difference == pytest.approx(-0.4)
    # Student's t on 19 degrees of freedom, sd sqrt(0.4 * 0.6 * 20 / 19): 1.7291 * 0.11239
    assert found.interval == pytest.approx((-0.5943, -0.2057), abs=1e-4)
    assert found.verdict == "less often"


@pytest.mark.parametrize(
    ("pairs", "verdict"),
    [
        (said(0.2, 20, 12), "more often"),
        (said(0.8, 9, 0), "cannot tell"),  # below ten questions
        (said(0.6, 12, 12), "more often"),  # no spread, and hardly luck
        (said(0.02, 12, 0), "cannot tell"),  # no spread, and one more would undo it
        (said(0.6, 20, 12), "cannot tell"),
    ],
)
def test_a_verdict_must_not_be_luck(pairs: list[tuple[str, float, int]], verdict: str) -> None:
    """It must stand had one more question gone the other way."""
    assert retrospect(plain(*pairs)).bias[0].verdict == verdict


def test_tags_that_link_questions_are_no_label() -> None:
    """They say what hangs together, not what a question is about."""
    tags = np.empty(2, dtype=object)
    tags[:] = [("weather", "linked:storm"), ("linked:storm",)]
    found = retrospect(plain(("a", 0.9, 1), ("b", 0.2, 0), labels={"tag": tags}))
    assert [one.key for one in found.bias if one.by == "tag"] == ["weather", "(none)"]
    only = retrospect(plain(("b", 0.2, 0), labels={"tag": tags[1:]}))
    assert [one.by for one in only.bias] == ["all"]


def test_linked_questions_are_one_piece_of_evidence() -> None:
    """Twenty questions in four groups are too few."""
    pairs = plain(*said(0.9, 20, 5), cluster=[n // 5 for n in range(20)])
    assert retrospect(pairs).bias[0].verdict == "cannot tell"


def test_a_verdict_must_survive_the_other_values_of_its_label() -> None:
    """What would be told of one tag alone is not told of the oddest of ten."""
    odd = said(0.7, 12, 3)
    alone = plain(*odd, labels={"tag": [("odd",)] * 12})
    assert bias_of(retrospect(alone), "tag", "odd").verdict == "less often"
    others = [(f"{name}{n}", 0.5, n % 2) for name in "abcdefghi" for n in range(12)]
    tags = [("odd",)] * 12 + [(name,) for name in "abcdefghi" for _ in range(12)]
    among = retrospect(plain(*odd, *others, labels={"tag": tags}))
    assert bias_of(among, "tag", "odd").verdict == "cannot tell"
    assert bias_of(among, "tag", "odd").difference == pytest.approx(3 / 12 - 0.7)


def test_labels_stand_in_order_with_a_tag_in_each_of_its_groups() -> None:
    """Tags by name, leads from the shortest, phrases by their questions."""
    pairs = plain(
        *said(0.5, 4, 2),
        labels={
            "tag": [("war", "oil"), ("war",), ("(none)",), ("oil",)],
            "lead": [LEADS[3], LEADS[0], LEADS[2], LEADS[0]],
            "phrase": ["likely", "(number)", "would", "would"],
        },
    )
    found = [(one.by, one.key, one.questions) for one in retrospect(pairs).bias]
    assert found == [
        ("all", "all forecasts", 4),
        ("tag", "oil", 2),
        ("tag", "war", 2),
        ("tag", "(none)", 1),
        ("lead", "under 1 week", 2),
        ("lead", "1 to 3 months", 1),
        ("lead", "3 to 12 months", 1),
        ("phrase", "would", 2),
        ("phrase", "(number)", 1),
        ("phrase", "likely", 1),
    ]


def test_a_label_of_which_nothing_is_known_is_left_out() -> None:
    """No tags, and all said in numbers."""
    labels = {"tag": [("(none)",)] * 2, "phrase": ["(number)"] * 2, "lead": [LEADS[0]] * 2}
    found = retrospect(plain(*said(0.5, 2, 1), labels=labels))
    assert [one.by for one in found.bias] == ["all", "lead"]


def test_leads_are_named_as_the_ledger_names_them() -> None:
    """The two tables say the same."""
    from tracker.ledger.pairing import LEADS as NAMED

    assert [name for _, name in NAMED] == list(LEADS)


# --- updating -------------------------------------------------------------------------------


def test_updating_by_hand() -> None:
    """Two questions of two and three forecasts; one alone, and one made too late, do not count."""
    pairs = history(
        ("a", 0.5, 1, 0),
        ("a", 0.8, 1, 2),
        ("b", 0.4, 0, 0),
        ("b", 0.6, 0, 3),
        ("b", 0.2, 0, 4),
        ("alone", 0.9, 1, 1),
        ("late", 0.5, 1, 1),
        ("late", 1.0, 1, 12),
    )
    found = retrospect(pairs).updating
    assert (found.questions, found.updates) == (2, 3)
    assert found.mean_step == pytest.approx((0.3 + 0.2 + 0.4) / 3)
    assert found.toward == pytest.approx(2 / 3)
    assert found.first == pytest.approx((0.25 + 0.16) / 2)
    assert found.last == pytest.approx((0.04 + 0.04) / 2)
    assert found.gain == pytest.approx((0.21 + 0.12) / 2)
    assert found.interval == pytest.approx((0.165 - 6.3138 * 0.045, 0.165 + 6.3138 * 0.045), 1e-4)
    assert found.verdict == (
        "Cannot tell yet whether updating helps: so far it helped, Brier score 0.040 of the last "
        "forecasts against 0.205 of the first, over 2 settled questions with more than one "
        "forecast, too few to tell luck from skill."
    )


def test_an_update_that_says_the_same_moved_neither_way() -> None:
    """It is an update of no length."""
    found = retrospect(history(("a", 0.5, 1, 0), ("a", 0.5, 1, 2))).updating
    assert (found.updates, found.mean_step, found.toward, found.gain) == (1, 0, None, 0)


def test_of_one_moment_what_stands_last_counts() -> None:
    """Twice in one text is no update."""
    found = retrospect(history(("a", 0.5, 1, 0), ("a", 0.6, 1, 0), forecast=[1, 2])).updating
    assert (found.questions, found.mean_step) == (0, None)
    assert found.verdict == ("Nothing to say yet: no settled question has more than one forecast.")


def test_a_set_moves_by_half_the_sum_of_what_its_options_move_by() -> None:
    """0.2 goes from the first to the second of three; what happened got no more likely."""
    when = np.datetime64("2026-09-01", "us") + np.repeat([0, 1], 3) * np.timedelta64(1, "D")
    pairs = Pairs(
        probability=[0.5, 0.25, 0.25, 0.3, 0.45, 0.25],
        outcome=[0, 0, 1] * 2,
        question=["q"] * 6,
        forecast=[0] * 3 + [1] * 3,
        kind=["options"] * 6,
        made=when,
        ended=np.full(6, np.datetime64("2026-10-01", "us")),
    )
    found = retrospect(pairs).updating
    assert (found.updates, found.toward) == (1, None)
    assert found.mean_step == pytest.approx(0.2)


def test_sets_of_several_sizes_on_one_question_are_refused() -> None:
    """They are not forecasts on the same options."""
    pairs = Pairs(
        probability=[0.5, 0.5, 0.5, 0.25, 0.25],
        outcome=[1, 0, 1, 0, 0],
        question=["q"] * 5,
        forecast=[0] * 2 + [1] * 3,
        kind=["options"] * 5,
        made=np.datetime64("2026-09-01", "us") + np.array([0, 0, 1, 1, 1]),
        ended=np.full(5, np.datetime64("2026-10-01", "us")),
    )
    with pytest.raises(DataError, match="sets of several sizes"):
        retrospect(pairs)


@pytest.mark.parametrize(
    ("first", "last", "begins"),
    [
        (0.5, 0.9, "Updating helped: Brier score 0.010 of the last forecasts against 0.250 of"),
        (0.9, 0.5, "Updating did harm: Brier score 0.250 of the last forecasts against 0.010 of"),
        (0.5, 0.5, "Cannot tell yet whether updating helps: so far no gain, Brier score 0.250"),
    ],
)
def test_a_verdict_on_updating(first: float, last: float, begins: str) -> None:
    """Forty questions, all of which came true, tell."""
    rows = [(f"q{n}", p, 1, day) for n in range(40) for day, p in enumerate((first, last))]
    found = retrospect(history(*rows)).updating
    assert found.verdict.startswith(begins)
    assert found.verdict.endswith("over 40 settled questions with more than one forecast.")


# --- little, and much -----------------------------------------------------------------------


def test_nothing_gives_nothing() -> None:
    """No forecast, no number, one sentence."""
    found = retrospect(Pairs(probability=[], outcome=[]))
    assert (found.best, found.worst, found.bias, found.sets) == ((), (), (), 0)
    assert found.updating.verdict.startswith("Nothing to say")
    assert found.updating.gain is None


def test_one_forecast_has_no_interval() -> None:
    """Nor a verdict."""
    found = retrospect(plain(("q", 0.7, 1)))
    assert found.bias[0].interval is None
    assert found.bias[0].verdict == "cannot tell"


def test_without_times_there_is_no_updating() -> None:
    """And it is said why."""
    found = retrospect(plain(("q", 0.7, 1), ("q", 0.9, 1)))
    assert found.updating.questions == 0
    assert found.updating.verdict == (
        "Nothing to say: these forecasts do not say when they were made."
    )
    assert found.best[0].forecasts == 2


def test_a_hundred_thousand_forecasts_take_a_second_or_two() -> None:
    """Five on each of twenty thousand questions, in twenty tags and a hundred phrases."""
    n, draw = 100_000, np.random.default_rng(1)
    question = np.repeat(np.arange(n // 5), 5)
    probability = np.round(draw.random(n), 2)
    made = np.datetime64("2026-01-01", "us") + draw.integers(0, 10**12, n)
    pairs = Pairs(
        probability=probability,
        outcome=np.repeat(draw.integers(0, 2, n // 5), 5),
        question=np.char.add("q", question.astype(str)),
        analyst=["ana"] * n,
        made=made,
        ended=np.full(n, np.datetime64("2026-06-01", "us")),
        labels={
            "tag": [(f"t{tag}",) for tag in np.repeat(draw.integers(0, 20, n // 5), 5)],
            "phrase": [f"p{phrase}" for phrase in draw.integers(0, 100, n)],
            "lead": [LEADS[lead] for lead in draw.integers(0, 5, n)],
        },
    )
    begun = time.process_time()
    found = retrospect(pairs)
    assert time.process_time() - begun < 5  # about 0.4 on a quiet machine
    assert len(found.bias) == 1 + 20 + 5 + 100
    assert found.updating.questions == n // 5
    assert len(found.best) == len(found.worst) == 5
