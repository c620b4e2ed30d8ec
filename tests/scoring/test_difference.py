from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from duels import duel, histories, panels, rules, scored
from hypothesis import given, settings

from tracker.errors import UsageError
from tracker.scoring.comparison import compare
from tracker.scoring.difference import difference_path

if TYPE_CHECKING:
    from tracker.pairs import Pairs
    from tracker.scoring.rules import Rule


@settings(deadline=None)
@given(panels(), rules)
def test_the_last_step_is_the_anytime_comparison(pairs: Pairs, rule: Rule) -> None:
    """Interval and number of steps agree with those of the comparison, on either scale."""
    for scale in ("0-1", "0-2"):
        how: dict[str, Any] = {"rule": rule, "scale": scale}
        found = compare(pairs, "ana", "ben", **how)
        path = difference_path(pairs, "ana", "ben", **how)
        assert len(path) == found.clusters
        if found.anytime is None:
            assert path.low is None or not len(path)
        else:
            assert path.low is not None
            assert path.high is not None
            ends = float(path.low[-1]), float(path.high[-1])
            assert ends == pytest.approx(found.anytime.interval, abs=1e-9)
            assert path.questions[-1] == found.questions


@settings(deadline=None)
@given(histories())
def test_steps_are_in_order_of_settlement(pairs: Pairs) -> None:
    """With times, no step is settled before the one before it."""
    path = difference_path(pairs, "a0", "a1")
    assert path.settled is not None
    assert (np.diff(path.settled) >= np.timedelta64(0)).all()
    assert (np.diff(path.questions) > 0).all()


def test_linked_questions_are_one_step_when_the_last_is_settled() -> None:
    """A cluster waits for its last question, and counts at its mean."""
    known = np.datetime64("2026-03-01", "us") + np.array([1, 9, 5]) * np.timedelta64(1, "D")
    pairs = scored([-0.4, -0.2, 0.1], cluster=[0, 0, 1], known=known, made=known, ended=known)
    path = difference_path(pairs, "ana", "ben")
    assert path.mean == pytest.approx([0.1, -0.1])
    assert path.questions.tolist() == [1, 3]
    assert path.settled is not None
    assert path.settled.tolist() == known[[2, 1]].tolist()


def test_side_says_for_whom_0_is_left_out() -> None:
    """-1 where a is shown to be better, 1 where b is, 0 until then."""
    better, worse = (difference_path(scored([gap] * 90), "ana", "ben") for gap in (-0.5, 0.5))
    assert (better.side[0], better.side[-1], worse.side[-1]) == (0, -1, 1)


def test_log_score_has_no_interval() -> None:
    """The log score is unbounded; an infinite one has no mean."""
    path = difference_path(duel([0.0, 0.5], [0.5, 0.0], [1, 1]), "ana", "ben", rule="log")
    assert (path.low, path.high, path.bound) == (None, None, None)
    assert path.side.tolist() == [0, 0]
    assert np.isnan(path.mean[-1])


def test_wrong_arguments_are_refused_as_in_the_comparison() -> None:
    """The same analyst twice, or a rule there is not."""
    with pytest.raises(UsageError, match="found ana twice"):
        difference_path(scored([0.1]), "ana", "ana")
    with pytest.raises(UsageError, match="found hyvarinen"):
        difference_path(scored([0.1]), "ana", "ben", rule="hyvarinen")  # type: ignore[arg-type]
