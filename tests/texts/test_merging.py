"""One list of drafts from the rules and a language model: the rules have the say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.texts.drafts import Draft, Horizon, Reading
from tracker.texts.model.merging import agreed, merge

if TYPE_CHECKING:
    from tracker.records import Attribution

ATTRIBUTIONS: list[Attribution] = ["author", "other", "unclear"]


def draft(found_by: str = "rules", *, start: int = 0, phrase: int = 3, **changed: object) -> Draft:
    """A draft of a sentence of 40 characters, with a phrase of 4."""
    made = Draft(
        start=start,
        end=start + 40,
        phrase="will",
        phrase_start=start + phrase,
        phrase_end=start + phrase + 4,
        tier="A",
        reading=Reading(0.9, 0.8, 0.97, found_by, "lay", "1"),
        sentence="It will rain in the afternoon, they say.",
        paragraph=1,
        found_by=found_by,
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def model(**changed: object) -> Draft:
    """A draft that a model found."""
    start, phrase = changed.pop("start", 0), changed.pop("phrase", 3)
    return replace(draft("model:x", start=start, phrase=phrase), **changed)  # type: ignore[arg-type]


def test_what_both_found_is_one_draft_with_the_reading_of_the_rules() -> None:
    """Found by both, with the words and numbers of the rules."""
    (one,) = merge([draft()], [model(phrase=5)])
    assert one == replace(draft(), found_by="rules+model:x")


def test_what_one_found_stays() -> None:
    """In text order, each with who found it."""
    merged = merge([draft(start=100), draft()], [model(start=50), model(start=100)])
    assert [(one.start, one.found_by) for one in merged] == [
        (0, "rules"),
        (50, "model:x"),
        (100, "rules+model:x"),
    ]


@pytest.mark.parametrize(
    ("rules", "models", "expected"),
    [
        ([3], [20], ["rules+model:x"]),
        ([3, 20], [30], ["rules", "rules", "model:x"]),
        ([3], [20, 30], ["rules", "model:x", "model:x"]),
        ([3, 20], [21, 4], ["rules+model:x", "rules+model:x"]),
    ],
    ids=["each has one", "the rules have two", "the model has two", "two and two"],
)
def test_two_forecasts_of_a_sentence_are_kept_apart(
    rules: list[int], models: list[int], expected: list[str]
) -> None:
    """Phrases that overlap are one forecast, and so are the only ones of a sentence."""
    merged = merge([draft(phrase=n) for n in rules], [model(phrase=n) for n in models])
    assert [one.found_by for one in merged] == expected


@pytest.mark.parametrize(
    ("rules", "model_says", "expected"),
    [
        ("author", "author", "author"),
        ("author", "other", "unclear"),
        ("author", "unclear", "unclear"),
        ("other", "author", "unclear"),
        ("other", "other", "other"),
        ("other", "unclear", "other"),
        ("unclear", "author", "unclear"),
        ("unclear", "other", "other"),
        ("unclear", "unclear", "unclear"),
    ],
)
def test_a_model_never_gives_words_to_the_author(
    rules: Attribution, model_says: Attribution, expected: Attribution
) -> None:
    """It can take them away; where the two contradict each other, it is unclear."""
    assert agreed(rules, model_says) == expected
    (one,) = merge([draft(attribution=rules)], [model(attribution=model_says)])
    assert one.attribution == expected


def test_what_only_the_model_found_is_nobodys_until_a_person_says_so() -> None:
    """Unless the rules can say whose words they are, and say so."""
    (one,) = merge([], [model()])
    assert (one.attribution, one.found_by) == ("unclear", "model:x")
    (one,) = merge([], [model()], attribution=lambda _: "author")
    assert one.attribution == "author"
    (one,) = merge([], [model()], attribution=lambda _: "other")
    assert one.attribution == "unclear"


def test_what_the_rules_dropped_stays_dropped_beside_what_the_model_found() -> None:
    """Both are kept; whose words they are is as the rules saw them."""
    dropped = draft(attribution="other", reason="a question")
    merged = merge([dropped], [model()])
    assert merged == [dropped, model(attribution="unclear")]


def test_the_model_adds_what_the_rules_did_not_see() -> None:
    """Speaker, condition, options and a dated horizon; nothing that the rules have is replaced."""
    more = model(
        attribution="other",
        speaker="Ana",
        condition="explicit",
        condition_words="if so",
        options=("a", "b"),
        horizon=Horizon("2027-03-31", "by March"),
    )
    (one,) = merge([draft(horizon=Horizon("2026-12-31", policy="end of year"))], [more])
    assert (one.attribution, one.speaker) == ("unclear", "Ana")
    assert (one.condition, one.condition_words) == ("explicit", "if so")
    assert (one.options, one.horizon) == (("a", "b"), Horizon("2027-03-31", "by March"))
    whole = draft(
        attribution="other",
        speaker="Ben",
        condition="implicit",
        options=("c", "d"),
        horizon=Horizon("2027-01-31", "in January"),
    )
    (one,) = merge([whole], [more])
    assert one == replace(whole, found_by="rules+model:x")


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 36), st.sampled_from(ATTRIBUTIONS))),
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 36), st.sampled_from(ATTRIBUTIONS))),
)
def test_nothing_is_lost_and_nothing_given_to_the_author(
    rules: list[tuple[int, int, Attribution]], models: list[tuple[int, int, Attribution]]
) -> None:
    """Every draft is there once, and the author has none that the rules do not give them."""
    ours = [draft(start=50 * n, phrase=at, attribution=who) for n, at, who in rules]
    theirs = [model(start=50 * n, phrase=at, attribution=who) for n, at, who in models]
    merged = merge(ours, theirs)
    both = sum("+" in one.found_by for one in merged)
    assert len(merged) == len(ours) + len(theirs) - both
    assert merged == sorted(merged, key=lambda one: (one.start, one.phrase_start, one.phrase_end))
    assert sum("rules" in one.found_by for one in merged) == len(ours)
    for one in merged:
        assert one.attribution != "author" or any(
            ruled.start == one.start and ruled.attribution == "author" for ruled in ours
        )
        assert one.reading.rule == one.found_by.partition("+")[0]
