"""The essay of early 2026, annotated by hand: what its author's forecasts were worth."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tracker import Pairs, score
from tracker.scoring.readings import harshest, kindest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def claims(shared: Path) -> list[dict[str, Any]]:
    """The author's own scorable claims that the later article settles with yes or no."""
    file = shared / "texts/annotation_003.json"
    annotated = json.loads(file.read_text(encoding="utf-8"))
    return [
        claim
        for claim in annotated
        if claim["attribution"]["type"] in {"author", "author_reporting"}
        and claim["probability"]["scorable"]
        and claim["resolution_by_000"]["outcome"] in {"yes", "no"}
    ]


@pytest.fixture
def said(claims: list[dict[str, Any]]) -> Pairs:
    """The claims as pairs, each with the range of its phrase."""
    return Pairs(
        probability=[claim["probability"]["point"] for claim in claims],
        low=[claim["probability"]["low"] for claim in claims],
        high=[claim["probability"]["high"] for claim in claims],
        outcome=[claim["resolution_by_000"]["outcome"] == "yes" for claim in claims],
        question=[claim["id"] for claim in claims],
    )


def test_ten_claims_are_settled(claims: list[dict[str, Any]]) -> None:
    """Those of extraction.md, "author and scorable only n=10"."""
    assert [claim["id"].removeprefix("003-") for claim in claims] == [
        "F01", "F02", "F16", "F18", "F19", "F20", "F24", "F26", "F27", "F31",
    ]  # fmt: skip


def test_the_author_scores_0_401(said: Pairs) -> None:
    """extraction.md: mean Brier 0.401, 0.224 to 0.605 by the reading of the words."""
    card = score(said)
    assert (card.forecasts, card.questions) == (10, 10)
    scores = [score(read).brier for read in (said, kindest(said), harshest(said))]
    assert [None if value is None else round(value, 3) for value in scores] == [0.401, 0.224, 0.605]


def test_the_author_did_worse_than_always_saying_50_percent(said: Pairs) -> None:
    """0.25 on the same claims. The interval leaves it out; ten questions still do not tell."""
    card = score(said)
    assert card.brier is not None
    assert card.brier > 0.25
    assert card.brier_interval is not None
    assert card.brier_interval[0] > 0.25
    assert card.verdict == (
        "Cannot tell yet: so far worse than knowing nothing, 0.401 against 0.250 for always saying "
        "50 %, over 10 settled questions, and one more could undo it; about 6 more would tell, if "
        "things go on as they are."
    )
    assert "Cannot tell yet: so far better" in score(kindest(said)).verdict
