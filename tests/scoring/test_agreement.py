"""Agreement of two raters: Cohen's own number, what does not exist, and intervals that hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import UsageError
from tracker.scoring.agreement import agreement

LABELS = st.lists(st.tuples(*[st.sampled_from(["yes", "no", "annulled"])] * 2), max_size=40)


def rated(table: list[list[int]]) -> tuple[list[str], list[str]]:
    """What two raters said, from how often each pair of categories was said."""
    said = [
        (str(row), str(column))
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        for _ in range(count)
    ]
    return [one for one, _ in said], [other for _, other in said]


def test_cohens_own_example() -> None:
    """Two judges and three categories: 70 % agreement, 41 % of it by chance, kappa .492."""
    found = agreement(*rated([[88, 14, 18], [10, 40, 10], [2, 6, 12]]))
    assert (found.questions, found.agreed, found.share) == (200, 140, 0.7)
    assert found.kappa == pytest.approx((0.70 - 0.41) / 0.59)
    assert round(found.kappa or 0, 3) == 0.492
    assert found.interval is not None
    # Cohen's standard error of .054 gives .403 to .581; the bootstrap need not agree to a digit.
    assert found.interval == pytest.approx((0.403, 0.581), abs=0.02)


def test_what_does_not_exist_is_none() -> None:
    """No questions, one category, or few questions: nothing is made up."""
    nothing = agreement([], [])
    assert (nothing.share, nothing.kappa, nothing.interval) == (None, None, None)
    alike = agreement(["yes"] * 20, ["yes"] * 20)
    assert (alike.share, alike.kappa, alike.interval) == (1, None, None)
    few = agreement(["yes", "no", "no"] * 3, ["yes", "no", "yes"] * 3)
    assert few.kappa is not None
    assert few.interval is None
    full = agreement(["yes", "no"] * 10, ["yes", "no"] * 10)
    assert (full.kappa, full.interval) == (1, None)
    rare = agreement(["yes"] * 19 + ["no"], ["yes"] * 18 + ["no", "yes"])
    assert rare.kappa is not None
    assert rare.interval is None  # one draw in eight has nothing but yes
    with pytest.raises(UsageError, match="2 and 1"):
        agreement(["yes", "no"], ["yes"])


def test_constant_raters_who_differ_have_no_better_than_chance() -> None:
    """One says yes always and the other no: kappa is 0, not less."""
    found = agreement(["yes"] * 12, ["no"] * 12)
    assert (found.agreed, found.kappa) == (0, 0)


@given(LABELS)
def test_agreement_is_the_same_from_either_side(said: list[tuple[str, str]]) -> None:
    """The raters may change places, and so may the questions; kappa is at most 1."""
    a, b = [one for one, _ in said], [other for _, other in said]
    found, turned = agreement(a, b), agreement(b[::-1], a[::-1])
    assert (found.questions, found.agreed, found.share) == (
        turned.questions,
        turned.agreed,
        turned.share,
    )
    assert (found.kappa is None) == (turned.kappa is None)
    if found.kappa is not None:
        assert found.kappa == pytest.approx(turned.kappa)
        assert -1 <= found.kappa <= 1 + 1e-12
        assert (found.kappa == pytest.approx(1)) == (found.agreed == found.questions)
    if found.interval is not None:
        low, high = found.interval
        assert -1 <= low <= high <= 1


def test_the_interval_holds_what_it_should() -> None:
    """Of many pairs of raters with a known kappa about nine in ten intervals hold it."""
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(200):
        a = rng.random(60) < 0.5
        b = np.where(rng.random(60) < 0.6, a, rng.random(60) < 0.5)  # kappa .6
        found = agreement([str(x) for x in a], [str(x) for x in b])
        assert found.interval is not None
        held += found.interval[0] <= 0.6 <= found.interval[1]
    assert 165 <= held <= 195
