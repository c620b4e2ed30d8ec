"""A sentence made ready for the rules: its letters, words, quotations and tenses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.texts.rules.prose import Prose


@given(st.text(max_size=200))
def test_small_letters_keep_every_offset(text: str) -> None:
    """Also where a letter in small is longer, as İ is; nothing but A to Z is changed."""
    small = Prose(text).small
    assert len(small) == len(text)
    assert all(a == b or (a.isascii() and a.lower() == b) for a, b in zip(text, small, strict=True))


def test_words_are_those_that_occur_and_the_parts_of_what_is_drawn_together() -> None:
    """Hyphens part words, apostrophes do not, but their parts are words too."""
    words = Prose("They'll WON'T co-opt the Clerk's 3 cups.").words
    assert {"they'll", "they", "ll", "won't", "co", "opt", "clerk's", "clerk", "cups"} <= words
    assert "3" not in words


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('He calls it "a very long shot" and smiles.', ['"a very long shot"']),
        ('"One thing." And "another thing."', ['"One thing."', '"another thing."']),
        ("The 'last of the lamplighters' is ill.", ["'last of the lamplighters'"]),
        ("The clerk's and the miller's books agree.", []),
        ('It begins here: "and never ends', ['"and never ends']),
        ("It's the dogs' dinner, isn't it?", []),
        ("No quotation at all.", []),
    ],
)
def test_quotations_are_told_from_apostrophes(text: str, quoted: list[str]) -> None:
    """One that is never closed reaches to the end."""
    prose = Prose(text)
    assert [text[start:end] for start, end in prose.quoted] == quoted


def test_an_offset_lies_in_a_quotation_of_some_length() -> None:
    """A word in quotation marks is no speech."""
    text = 'The "new" mill, he says, "will be closed by the spring".'
    prose = Prose(text)
    assert prose.in_quotes(text.index("will"))
    assert not prose.in_quotes(text.index("new"))
    assert prose.in_quotes(text.index("new"), least=1)
    assert not prose.in_quotes(text.index("mill"))


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Will it hold?", True),
        ('"Will it hold?"', True),
        ("(Will it hold?)", True),
        ("Will it hold? Yes.", False),
        ("It will hold.", False),
        ("", False),
    ],
)
def test_a_question_is_told_by_its_end(text: str, asks: bool) -> None:
    """Quotation marks and brackets after it count for nothing."""
    assert Prose(text).asks is asks


@pytest.mark.parametrize(
    "text",
    [
        "The well ran dry.",
        "The guild voted on the lease.",
        "They quietly closed the mill.",
        "She had a lantern.",
        "It was cold, and the ropes froze.",
        "Nobody wrote the minutes.",
        "The keeper never walked the quay again.",
    ],
)
def test_what_was_has_verbs_in_the_past(text: str) -> None:
    """Regular ones and others."""
    prose = Prose(text)
    assert prose.past > 0
    assert not prose.present


@pytest.mark.parametrize(
    "text",
    [
        "The mill is closed on Mondays.",
        "The lease has been signed.",
        "An aged and battered lantern hangs there.",
        "The need for speed is indeed great.",
        "The red shed stays as it is.",
        "One hundred sacred texts are for sale.",
        "The half-timbered house is for sale.",
        "Were the well to run dry, the mill stops.",
        "If the well dried up, the mill stops.",
    ],
)
def test_what_is_has_none(text: str) -> None:
    """Participles, adjectives, nouns that look like verbs, and what is only supposed."""
    assert Prose(text).past == 0


def test_verbs_in_the_present_are_counted_where_their_form_tells() -> None:
    """Contractions among them."""
    assert Prose("It's late, he knows, and the mill isn't far.").present == 3
    assert Prose("Mills grind.").present == 0


def test_a_verb_in_the_past_stands_before_an_offset() -> None:
    """Not after it, and not far off."""
    text = "The guild voted, and the mill would close; it reopened later."
    prose = Prose(text)
    assert prose.past_before(text.index("would"))
    assert not prose.past_before(text.index("guild"))
    assert not prose.past_before(text.index("would"), within=5)


@given(st.text(alphabet="aed -'\",.?W\n", max_size=120))
def test_whatever_comes_is_read(text: str) -> None:
    """Counts are counts, and spans lie within the text, in order and apart."""
    prose = Prose(text)
    assert prose.past >= 0
    assert prose.present >= 0
    end = 0
    for start, stop in prose.quoted:
        assert end <= start < stop <= len(text)
        end = stop
