"""The command compare where analysts did not forecast at the same time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW

from tracker import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from conftest import Ran

DAY = timedelta(days=1)
CAUTION = (
    "Everybody is scored over the time they held a forecast; who came later knew more. "
    "--counting lead:30 compares all at one moment."
)


@pytest.fixture
def record(
    run: Callable[..., Ran], tmp_path: Path, clock: Callable[[datetime], None]
) -> Callable[..., Ran]:
    """Two questions: ben came on day 4, cleo on day 6; ana stayed on one and left the other."""
    with Ledger.open(tmp_path / "tracker.db", create=True) as ledger:
        for title in ("Will it rain?", "Will it snow?"):
            ledger.log(title, {"analyst": "ana", "probability": 0.6}, recorded=NOW)
        ledger.withdraw("q2", "ana", recorded=NOW + 2 * DAY)
        for day, who, probability in ((4, "ben", 0.8), (6, "cleo", 1.0)):
            for question in ("q1", "q2"):
                forecast = {"analyst": who, "probability": probability}
                ledger.log(question, forecast, recorded=NOW + day * DAY)
        ledger.log("q1", {"analyst": "ben", "probability": 0.6}, recorded=NOW + 8 * DAY)
        for question in ("q1", "q2"):
            known: dict[str, Any] = {"outcome": "yes", "known": NOW + 10 * DAY}
            ledger.resolve(question, known, recorded=NOW + 10 * DAY)
    clock(NOW + 10 * DAY)
    return run


@pytest.mark.parametrize(
    ("counting", "crowd"),
    [("time-weighted", (0.1**2 + 0.2**2) / 2), ("first", 0.1**2), ("last", 0.2**2)],
)
def test_the_crowd_is_that_of_the_moment(
    record: Callable[..., Ran], counting: str, crowd: float
) -> None:
    """The median of ben and cleo, of 0.9 from day 6 and 0.8 from day 8; by the policy named."""
    said = record("compare", "ana", "--counting", counting, "--json").json
    assert (said["questions"], said["apart"], said["counting"]) == (1, 1, counting)
    assert said["score_b"] == pytest.approx(crowd)
    assert f"counting {counting}" in record("compare", "ana", "--counting", counting).out


def test_a_ranking_over_different_times_comes_with_a_caution(record: Callable[..., Ran]) -> None:
    """After the verdicts on analysts and crowd; not where all are taken at one moment."""
    out = " ".join(record("compare").out.split())
    content = record("compare", "--json").json
    median = next(one for one in content["crowd"] if one["method"] == "median")
    assert content["caution"] == CAUTION
    assert content["ranking"]["verdict"] in out
    assert out.endswith(f"{median['verdict']} {CAUTION}")
    assert record("compare", "--counting", "lead:1", "--json").json["caution"] is None
    assert "came later" not in record("compare", "--counting", "lead:1").out


def test_where_nothing_is_ranked_there_is_nothing_to_caution_of(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    """A ledger without settled questions."""
    Ledger.open(tmp_path / "tracker.db", create=True).close()
    assert "came later" not in run("compare").out
    assert run("compare", "--json").json["caution"] is None
