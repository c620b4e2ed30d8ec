"""Option sets: which answers a sentence names as excluding each other."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

import pytest

from tracker.texts.document import document
from tracker.texts.extract import Rules
from tracker.texts.rules import cues, present
from tracker.texts.rules.cues import Cue, Found
from tracker.texts.rules.options import option_set
from tracker.texts.rules.prose import Prose

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.texts.drafts import Draft

NO_CUE = Found(Cue("none", "present", re.compile(""), "none"), 0, 0)


def named(sentence: str) -> tuple[str, ...] | None:
    """The answers of the strongest cue of a sentence."""
    prose = Prose(sentence)
    found = option_set(
        prose, next(one for one in (*cues.find(prose), present.find(prose), NO_CUE) if one)
    )
    return found.of(sentence) if found else None


def standing(text: str) -> list[Draft]:
    """The drafts of a text that stand."""
    return [one for one in Rules().extract(document(text), "2031-01-05") if not one.reason]


@pytest.mark.parametrize(
    ("sentence", "options"),
    [
        (
            "The likely result is neither a merger nor a sale, but a slow wind-down.",
            ("a slow wind-down", "a merger", "a sale"),
        ),
        (
            "It will be neither by rail nor by road, but by river that the ore leaves.",
            ("by river that the ore leaves", "by rail", "by road"),
        ),
        ("The verdict will be not guilt but a hung jury.", ("a hung jury", "guilt")),
        ("The herd will not move north but stay put.", ("stay put", "move north")),
        ("What comes will be not so much a boom as a bounce.", ("a bounce", "a boom")),
        ("We expect a drizzle rather than a downpour.", ("a drizzle", "a downpour")),
        ("Rents will fall rather than rise.", ("fall", "rise")),
        (
            "The club will be saved by a fan rather than by a bank.",
            ("by a fan", "by a bank"),
        ),
        ("The likely winner is a newcomer, not a veteran.", ("a newcomer", "a veteran")),
        (
            "The board is likely to sell the mine rather than to close it.",
            ("to sell the mine", "to close it"),
        ),
        (
            "Either the lava reaches the harbour or the wind turns by May.",
            ("the lava reaches the harbour", "the wind turns by May"),
        ),
        ("She will face either a fine or a ban.", ("a fine", "a ban")),
        ("It will be less a summit than a photograph.", ("a photograph", "a summit")),
        ("It will be more a truce than a treaty.", ("a truce", "a treaty")),
        (
            "Ministers are more likely to delay the tax than to drop it.",
            ("to delay the tax", "to drop it"),
        ),
        ("A draw is more likely than a win.", ("A draw", "a win")),
        ("A win is far less likely than a draw.", ("a draw", "A win")),
        (
            "Three outcomes are possible: a cut, a hold or a rise.",
            ("a cut", "a hold", "a rise"),
        ),
        (
            "Two roads are likely to be open: a sale to the staff, or a trust.",
            ("a sale to the staff", "a trust"),
        ),
        ("It will come down to two, Hale or the Wolves.", ("Hale", "the Wolves")),
        (
            "There is a 60% chance of a cut, a 30% chance of a hold and a 10% chance of a rise.",
            ("a cut", "a hold", "a rise"),
        ),
        (
            "There is a 20% chance of a flood and an 80% chance of a dry spell.",
            ("a dry spell", "a flood"),
        ),
        ("The most likely winner is a dark horse from Goa.", ("a dark horse from Goa",)),
        (
            "The most likely outcome is a small, quiet sale, which few would notice.",
            ("a small, quiet sale",),
        ),
        (
            "The most likely course is a short closure aimed at calming tempers.",
            ("a short closure",),
        ),
    ],
)
def test_answers_that_exclude_each_other(sentence: str, options: tuple[str, ...]) -> None:
    """The favoured first, in the words of the text."""
    assert named(sentence) == options


@pytest.mark.parametrize(
    "sentence",
    [
        "A lockout aimed at shaping talks rather than ending them is likely.",
        "The likely move is a short strike, meant to win time rather than to win.",
        "The fund will probably lose more than 40 million.",
        "Profits will rise more than they did in 2019.",
        "The vaccine will arrive in ports where queues rather than stocks are the trouble.",
        "The tribe will vote not only for land but for water.",
        "It will not rain, but it will be cold.",
        "The bank will not cut this year but may next.",
        "The aim will be less to win than to survive.",
        "The question will be not whether but when.",
        "The crew will leave, not least because of the heat.",
        "The tour is likely to end with applause and not much more.",
        "It is unclear whether a 12 or a 13 will be drawn.",
        "The mayor, who prefers trams rather than buses, will lose.",
        "A rise is more likely than not.",
        "A late frost is more likely than in 2019.",
        "Wages will grow faster than prices.",
        "The mine will close in June.",
    ],
)
def test_what_is_no_set(sentence: str) -> None:
    """Aims, quantities, asides and additions are no answers to what will be."""
    assert named(sentence) is None


def test_only_words_put_answers_on_a_scale() -> None:
    """Whether a set is ordered is known where the words say so."""
    said = "On the ladder of sanctions, the next step will be a fine rather than a ban."
    prose = Prose(said)
    found = option_set(prose, cues.find(prose)[0])
    assert found is not None
    assert (found.ordered, found.of(said)) == (True, ("a fine", "a ban"))
    plain = Prose("The next step will be a fine rather than a ban.")
    unsaid = option_set(plain, cues.find(plain)[0])
    assert unsaid is not None
    assert unsaid.ordered is None


def test_the_words_are_those_of_the_text() -> None:
    """Typographic signs stay as they stand in the text."""
    (draft,) = standing("The likely winner is the people’s choice, not the whips’ choice.\n")
    assert draft.options == ("the people’s choice", "the whips’ choice")


@pytest.mark.parametrize("gap", [" ", "\n\n"])
def test_an_alternative_is_bound_to_what_it_stands_for(gap: str) -> None:
    """In the same paragraph or the next; what only adds to the first is passed over."""
    first, second = standing(
        "The choir may tour Norway. Such a tour could take a year."
        f"{gap}Alternatively, it may stay at home for good."
    )[::2]
    assert first.options == ("tour Norway", "stay at home for good")
    assert second.options == ("stay at home for good", "tour Norway")


def test_an_answer_keeps_its_adjectives() -> None:
    """A comma between two adjectives does not end an answer; a second verb does."""
    first, second = standing(
        "The guild may choose a short, noisy walkout, which costs little."
        " Or it may refuse to talk and could sue."
    )
    assert first.options == ("choose a short, noisy walkout", "refuse to talk")
    assert second.options == ("refuse to talk", "choose a short, noisy walkout")


def test_an_alternative_hangs_on_the_same_condition() -> None:
    """What stands for a consequence is one too."""
    _, second = standing("The guild may retaliate. Alternatively, it may give in.")
    assert second.condition == "implicit"


def test_a_long_line_is_read_in_linear_time() -> None:
    """No pattern goes over the same words again and again."""
    for part in (
        "not a ",
        "rather than a ",
        "either or ",
        "less a than ",
        "more to ",
        "at 1/2 a ",
        "5% of a ",
    ):
        prose = Prose(f"It will be {part * 40_000}")
        before = time.process_time()
        option_set(prose, Found(NO_CUE.cue, 3, 7))
        assert time.process_time() - before < 4, part


def test_the_sets_of_the_article(shared: Path) -> None:
    """The first three sets of the annotation are found, in words of the text."""
    (path,) = (shared / "texts").glob("003_*.txt")
    claims = json.loads((shared / "texts" / "annotation_003.json").read_text("utf-8"))
    text = path.read_bytes().decode("utf-8")
    spans = {one["id"][-3:]: (one["start"], one["end"]) for one in claims}
    drafts = {
        (d.start, d.end): d for d in Rules().extract(document(text), "2026-02-27") if not d.reason
    }
    sizes = {"F02": 3, "F16": 2, "F24": 2, "F26": 2}
    for claim, size in sizes.items():
        options = drafts[spans[claim]].options
        assert options is not None
        assert len(options) == size
        assert all(one in text and len(one) <= 90 for one in options)
    one, other = drafts[spans["F24"]].options, drafts[spans["F26"]].options
    assert one is not None
    assert other == one[::-1]
    winner = drafts[spans["F02"]].options
    assert winner is not None
    assert winner[0].endswith("strike")
    assert sum(1 for d in drafts.values() if d.options) <= 8
