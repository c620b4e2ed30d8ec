"""Words are found again where they stand, or said to be lost; what is nearly there is not there."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.texts.anchoring import Anchored, Normalised, anchor

TEXT = (
    "The “river” won’t rise — it’s dry.\n\nIt is likely to rain by 10\u00a0May. "
    "It is unlikely to snow. The ofﬁce said so… and cafe\u0301s may co\u00adoperate.\n"
    "It may well hold. Nobody knows. It may well hold. It ends."
)
SENTENCES = [
    "The “river” won’t rise — it’s dry.",
    "It is likely to rain by 10\u00a0May.",
    "It is unlikely to snow.",
    "The ofﬁce said so… and cafe\u0301s may co\u00adoperate.",
]
TYPED = str.maketrans("“”’—\u00a0", '""\'- ', "\u00ad")
WORDS = st.lists(
    st.sampled_from(["may", "rain", "“so”", "don’t", "–", "5\u00a0%", "é", "ﬁt"]), min_size=1
)


@pytest.mark.parametrize("words", SENTENCES)
def test_words_are_found_as_they_stand(words: str) -> None:
    """In the same text at the same place, and in one that grew before them."""
    start = TEXT.index(words)
    end = start + len(words)
    assert anchor(words, TEXT, start=start, old=TEXT) == Anchored(start, end, "unchanged")
    assert anchor(words, TEXT, start=start) == Anchored(start, end, "unchanged")
    assert anchor(words, f"New. {TEXT}", start=start, old=TEXT) == Anchored(
        start + 5, end + 5, "exact"
    )


@pytest.mark.parametrize("words", SENTENCES)
@pytest.mark.parametrize("blank", ["  ", "\n", "\u2009", " \u200b"])
def test_words_are_found_as_they_are_typed(words: str, blank: str) -> None:
    """Straight quotes, a plain dash, other blanks, no soft hyphen: the same offsets."""
    typed = words.translate(TYPED).replace("ﬁ", "fi").replace("e\u0301", "é").replace("…", "...")
    start = TEXT.index(words)
    found = anchor(f" {typed.replace(' ', blank)} ", TEXT)
    assert found == Anchored(start, start + len(words), "normalised")


@pytest.mark.parametrize("words", SENTENCES)
def test_other_words_are_lost(words: str) -> None:
    """Without any one word, with any one replaced, or with one more: never found."""
    parts = words.split(" ")
    for number in range(len(parts)):
        for other in ([], ["zebra"], [parts[number], "not"]):
            changed = " ".join([*parts[:number], *other, *parts[number + 1 :]])
            inside = changed in TEXT  # without its first or last word it stands there still
            assert (anchor(changed, TEXT).lost is None) == inside, changed
            text = TEXT.replace(words, changed)
            lost = None if words in text else "not_found"
            assert anchor(words, text).lost == lost


def test_a_lost_span_has_a_reason() -> None:
    """Nothing, too little, twice the same, not there."""
    assert anchor(" \u200b", TEXT).lost == "empty"
    assert anchor("It ends.", TEXT).lost == "too_short"
    assert anchor("It may well hold.", TEXT).lost == "ambiguous"
    assert anchor("It  may well hold.", TEXT).lost == "ambiguous"
    assert anchor("It is likely to hail", TEXT).lost == "not_found"
    assert anchor("likely to snow", "It is unlikely to snow").lost == "not_found"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("a growth of 102 units", "a growth of 10² units"),
        ("a growth of 10 ", "a growth of 10² units"),
        ("a chance of 1⁄2 or so", "a chance of ½ or so"),
        ("at least 3 of them all", "at least ③ of them all"),
    ],
)
def test_numbers_are_not_normalised(words: str, text: str) -> None:
    """A raised figure, a fraction and a circled figure are other numbers."""
    assert anchor(words, text).lost == "not_found"
    assert anchor(text, f"{text}.").how == "exact"


@pytest.mark.parametrize("count", [4, 5])
def test_overlapping_words_are_ambiguous(count: int) -> None:
    """Words that stand twice stand repeatedly, though they share some."""
    assert anchor("aaaa aaaa aaaa", "aaaa " * 3).how == "exact"
    assert anchor("aaaa aaaa aaaa", "aaaa " * count).lost == "ambiguous"
    assert anchor("aaaa  aaaa aaaa", "aaaa " * count).lost == "ambiguous"


@pytest.mark.parametrize("edit", [str, lambda text: f"New. {text}", lambda text: text.upper()[:9]])
def test_surroundings_tell_one_from_another(edit: object) -> None:
    """Of words that stand twice, the one between the same words is taken, or none."""
    assert callable(edit)
    words = "It may well hold."
    for start in (TEXT.index(words), TEXT.rindex(words)):
        text = edit(TEXT)
        shift = len(text) - len(TEXT)
        found = anchor(words, text, start=start, old=TEXT)
        if words in text:
            assert (found.start, found.end) == (start + shift, start + shift + len(words))
        else:
            assert found.lost == "not_found"
    apart = TEXT.replace("Nobody knows.", "")
    assert anchor(words, apart, start=TEXT.index(words), old=TEXT).lost == "ambiguous"


def test_one_of_two_is_not_taken_for_the_other() -> None:
    """Where the words stood twice and stand once, it must be the right one that is left."""
    words = "It may well hold."
    first, last = TEXT.index(words), TEXT.rindex(words)
    left = TEXT[:first] + TEXT[first + len(words) + 1 :]
    assert anchor(words, left, start=first, old=TEXT).lost == "ambiguous"
    assert TEXT[last:].startswith(words)


@given(WORDS, st.text(alphabet="ab .“”\u00a0\u00ad\u200bé\u0301—-ﬁ\n", max_size=60))
def test_what_is_found_reads_the_same(words: list[str], around: str) -> None:
    """What is found has the normalised signs of what was sought; exact words are the words."""
    sought = " ".join(words)
    text = f"{around} {sought} {around}"
    found = anchor(sought, text)
    if found.start is None:
        assert found.lost in {"too_short", "ambiguous"}
        return
    there = text[found.start : found.end]
    assert Normalised(there).text.strip() == Normalised(sought).text.strip()
    assert found.how == "exact"
    assert there == sought


@given(st.text(max_size=100))
def test_normalised_signs_know_where_they_stand(text: str) -> None:
    """Each has a stretch of the text, in order."""
    one = Normalised(text)
    assert len(one.text) == len(one.starts) == len(one.ends)
    assert one.starts == sorted(one.starts)
    assert all(0 <= a < b <= len(text) for a, b in zip(one.starts, one.ends, strict=True))


@pytest.mark.parametrize("unit", ["a", "it may well rain ", "\u0301", " ", "-", "\u00ad", "ﬁ", "“"])
def test_no_text_takes_for_ever(unit: str) -> None:
    """A third of a megabyte of one sign, and words of it that stand everywhere or nowhere."""
    text = unit * (300_000 // len(unit))
    began = time.perf_counter()
    assert anchor(text[:20_000] + "b", text, start=0, old=text).start is None
    anchor(text[:200_000], text, start=0, old=f"{text}.")
    assert time.perf_counter() - began < 10
