"""The two real articles, where they are at hand: what was promised of them holds.

They are other people's property: nothing here quotes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from labelled import ARTICLES, article, articles, measure

from tracker.texts.document import document
from tracker.texts.extract import Rules

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.texts.drafts import Draft

Annotated = dict[str, Any]


@pytest.fixture(params=ARTICLES)
def annotated(request: pytest.FixtureRequest, shared: Path) -> list[tuple[Annotated, list[Draft]]]:
    """The forecasts annotated in an article, each with the drafts in its sentence."""
    text, _, rows = article(shared / "texts", request.param)
    drafts = Rules().extract(document(text), ARTICLES[request.param])
    return [
        (row, [one for one in drafts if one.start < row["end"] and row["start"] < one.end])
        for row in rows
    ]


def standing(drafts: list[Draft]) -> list[Draft]:
    """The drafts that are not dropped."""
    return [draft for draft in drafts if draft.reason is None]


def test_the_labels_fit_the_texts(shared: Path) -> None:
    """Every sentence of theirs is one of ours."""
    for one in articles(shared / "texts"):
        spans = {
            (sentence.start, sentence.end)
            for paragraph in document(one.text).paragraphs
            for sentence in paragraph.sentences
        }
        assert {(sentence.start, sentence.end) for sentence in one.sentences} <= spans


def test_forecasts_are_found_and_little_else(shared: Path) -> None:
    """Both together, tiers A and B against C and N, without those on which readers differ."""
    counts = measure(articles(shared / "texts"))
    assert counts.right + counts.missed == 32
    assert counts.precision >= 0.8
    assert counts.recall >= 0.97


def test_every_firm_forecast_is_found(annotated: list[tuple[Annotated, list[Draft]]]) -> None:
    """Tier A, which commits to a likelihood."""
    firm = {row["id"]: standing(drafts) for row, drafts in annotated if row["tier"] == "A"}
    assert firm
    assert [name for name, drafts in firm.items() if not drafts] == []


def test_nobody_elses_forecast_is_booked_to_the_author(shared: Path) -> None:
    """None of those that the annotation gives to a camp."""
    camps = 0
    for number, published in ARTICLES.items():
        text, _, rows = article(shared / "texts", number)
        drafts = standing(Rules().extract(document(text), published))
        for row in rows:
            if row["attribution"]["type"] == "camp":
                here = [one for one in drafts if one.start < row["end"] and row["start"] < one.end]
                camps += 1
                assert all(draft.attribution != "author" for draft in here), row["id"]
    assert camps


def test_sets_of_answers_are_found(shared: Path) -> None:
    """S1, S2 and S3: a sentence of each names its answers, and they stand in the text."""
    text, _, rows = article(shared / "texts", "003")
    drafts = standing(Rules().extract(document(text), ARTICLES["003"]))
    for name in ("S1", "S2", "S3"):
        members = [row for row in rows if row["set_id"] == f"003-{name}"]
        found = [
            draft.options
            for row in members
            for draft in drafts
            if draft.options and draft.start < row["end"] and row["start"] < draft.end
        ]
        assert found, name
        assert all(len(options) >= 2 for options in found)
        assert all(option in text for options in found for option in options)


def test_conditions_are_found(shared: Path) -> None:
    """In at least 20 of the 24 sentences that have one."""
    supposed: dict[tuple[str, int], bool] = {}
    for number, published in ARTICLES.items():
        text, _, rows = article(shared / "texts", number)
        drafts = standing(Rules().extract(document(text), published))
        for row in rows:
            if row["conditional_on"]:
                supposed[number, row["start"]] = any(
                    one.condition
                    for one in drafts
                    if one.start < row["end"] and row["start"] < one.end
                )
    assert len(supposed) == 24
    assert sum(supposed.values()) >= 20
