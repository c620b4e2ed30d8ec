"""How well forecasts are found in labelled prose: a fall below what was reached is a fault."""

from __future__ import annotations

from functools import cache
from itertools import product

import pytest
from labelled import FOLDER, READ, SETS, UNREAD, Measured, measure, texts, wilson

# Precision and recall, a little under what was measured.
LEAST = {
    ("ordinary-1", "ordinary"): (0.97, 0.88),
    ("hard-1", "hard"): (0.94, 0.88),
    ("mixed-1", "ordinary"): (0.92, 0.94),
    ("mixed-1", "hard"): (0.9, 0.83),
    ("mixed-2", "hard"): (0.86, 0.7),
    ("mixed-3", "ordinary"): (0.94, 0.94),
    ("mixed-4", "ordinary"): (0.92, 0.97),
    ("mixed-4", "hard"): (0.85, 0.81),
    ("mixed-5", "ordinary"): (0.97, 0.93),
    ("mixed-5", "hard"): (0.83, 0.89),
    ("mixed-6", "ordinary"): (0.96, 0.94),
    ("mixed-6", "hard"): (0.76, 0.75),
    ("mixed-7", "ordinary"): (0.97, 0.95),
    ("mixed-7", "hard"): (0.81, 0.73),
    ("held-back", "ordinary"): (0.9, 0.89),
    ("held-back", "hard"): (0.78, 0.67),
}
TIER = 0.9  # of the forecasts found
# Of the attributed ones found, at most: the goal is 0.03, and what was not read is far from it.
MISBOOKED = {READ: 0.01, UNREAD: 0.2}
DOUBTED = 0.18  # of the author's own, at most
NAMED = 0.75  # of the speakers that labels name
SUPPOSED = 0.85  # of the conditions
INVENTED = 0.05  # conditions where there are none, at most
KINDS = ("ordinary", "hard")


@cache
def measured(name: str, kind: str) -> Measured:
    """The counts of a set's texts of one kind."""
    return measure(one for one in texts(name) if one.kind == kind)


def test_every_file_is_measured() -> None:
    """No set of labels lies unused."""
    assert {file.stem for file in FOLDER.glob("*.jsonl")} == set(SETS)
    held = {(n, k) for n, k in product(SETS, KINDS) if any(t.kind == k for t in texts(n))}
    assert held == set(LEAST)


@pytest.mark.parametrize("name", SETS)
def test_labels_are_sound(name: str) -> None:
    """Sentences lie in their text, in order and apart; only forecasts have a voice."""
    for one in texts(name):
        end = 0
        for sentence in one.sentences:
            assert end <= sentence.start < sentence.end <= len(one.text)
            assert not one.text[end : sentence.start].strip(" \n#*->0123456789.\t_•")
            assert sentence.label in "ABCN"
            assert sentence.attribution in (
                {"author", "other", "unclear"} if sentence.forecasts else {None}
            )
            end = sentence.end


@pytest.mark.parametrize(("name", "kind"), LEAST)
def test_forecasts_are_found_and_little_else(name: str, kind: str) -> None:
    """Tiers A and B are to be found; C and N count against, contested ones with the rest."""
    counts = measured(name, kind)
    precision, recall = LEAST[name, kind]
    assert counts.precision >= precision
    assert counts.recall >= recall


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_promised_of_texts_never_seen(kind: str) -> None:
    """The goals themselves, over the sets that no rule was made from."""
    counts = measure(one for name in UNREAD for one in texts(name) if one.kind == kind)
    precision, recall = {"ordinary": (0.8, 0.85), "hard": (0.7, 0.65)}[kind]
    assert counts.precision >= precision
    assert counts.recall >= recall


@pytest.mark.parametrize("name", SETS)
def test_sentences_are_split_where_a_reader_would(name: str) -> None:
    """To the letter, but for headings in capitals that run on into a sentence."""
    counts = measure(texts(name))
    assert counts.exact >= (0.96 if name == "mixed-6" else 0.99) * counts.sentences


@pytest.mark.parametrize("name", SETS)
def test_tiers_agree(name: str) -> None:
    """With the label of the sentence, in most."""
    counts = measure(texts(name))
    assert counts.tier >= TIER * counts.right


@pytest.mark.parametrize("read", MISBOOKED)
def test_what_others_forecast_is_not_booked_to_the_author(read: tuple[str, ...]) -> None:
    """Hardly ever in texts that were read, and in others no more than was measured."""
    counts = measure(one for name in read for one in texts(name))
    assert counts.misbooked <= MISBOOKED[read] * counts.attributed


def test_the_authors_own_are_not_all_doubted() -> None:
    """Who doubts everything books nothing wrong."""
    counts = measure(one for name in SETS for one in texts(name))
    assert counts.doubted <= DOUBTED * counts.own


def test_speakers_are_named() -> None:
    """One of the words of the name at least."""
    counts = measure(one for name in SETS for one in texts(name))
    assert counts.named >= NAMED * counts.speakers


def test_conditions_are_found_and_not_invented() -> None:
    """Explicit or implicit."""
    counts = measure(one for name in SETS for one in texts(name))
    assert counts.supposed >= SUPPOSED * counts.conditional
    assert counts.unconditional <= INVENTED * (counts.right - counts.conditional)


def test_an_interval_of_a_share() -> None:
    """Wilson's, which never leaves 0 to 1: numbers from Newcombe 1998, table I, for 95 %."""
    assert wilson(81, 263, 1.96) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(15, 148, 1.96) == pytest.approx((0.0624, 0.1605), abs=1e-4)
    assert wilson(0, 20, 1.96) == pytest.approx((0, 0.1611), abs=1e-4)
    assert wilson(1, 29, 1.96) == pytest.approx((0.0061, 0.1718), abs=1e-4)
    assert wilson(0, 0) == (0, 1)
