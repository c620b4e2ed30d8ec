"""Conditions: what a sentence says or lets one guess about what must hold first."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

import pytest

from tracker.texts.document import document
from tracker.texts.extract import Rules
from tracker.texts.rules import cues, present
from tracker.texts.rules.conditions import Condition, condition
from tracker.texts.rules.consequences import supposes
from tracker.texts.rules.cues import Cue, Found
from tracker.texts.rules.prose import Prose

if TYPE_CHECKING:
    from pathlib import Path

NO_CUE = Found(Cue("none", "present", re.compile(""), "none"), 0, 0)


def read(sentence: str, *, scene: bool = False) -> Condition | None:
    """The condition of the strongest cue of a sentence."""
    prose = Prose(sentence)
    found = next(one for one in (*cues.find(prose), present.find(prose), NO_CUE) if one)
    return condition(prose, found, scene=scene)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("If the lock gates jam, the barges will be late.", "If the lock gates jam"),
        ("The barges will be late if the lock gates jam.", "if the lock gates jam"),
        ("The vote will fail, unless two whips relent.", "unless two whips relent"),
        ("Should the dam crack, Lower Tarn floods.", "Should the dam crack"),
        ("The crop may yet come good should April be dry.", "should April be dry"),
        ("Prices could spike should the pipeline close again.", "should the pipeline close again"),
        ("Were the bank to blink, bonds would soar.", "Were the bank to blink"),
        ("A flop, were it to open, would ruin them.", "were it to open"),
        ("Had the ferry a captain, it would sail.", "Had the ferry a captain"),
        ("In case of a hung jury, a retrial is likely.", "In case of a hung jury"),
        ("In the event of frost, half the vines will die.", "In the event of frost"),
        ("In that event, the series will go to Perth.", "In that event"),
        ("The bridge will open in May provided that steel arrives.", "provided that steel arrives"),
        ("Assuming the trial succeeds, approval is likely.", "Assuming the trial succeeds"),
        ("The peg will hold as long as reserves last.", "as long as reserves last"),
        ("Once the snow melts, the pass will reopen.", "Once the snow melts"),
        ("Sales will recover once the new plant opens.", "once the new plant opens"),
        ("Without an anchor tenant, the mall will close.", "Without an anchor tenant"),
        ("Without war, grain will be cheap.", "Without war"),
        ("They cannot finish without a new grant.", "without a new grant"),
        ("Absent a deal, tariffs will double.", "Absent a deal"),
        ("Barring injury, she will win the pole vault.", "Barring injury"),
        ("Faced with a strike, managers will settle.", "Faced with a strike"),
        ("Under this scenario, ice will vanish by 2060.", "Under this scenario"),
        ("Otherwise the club will be relegated.", "Otherwise the club will be relegated"),
        ("Cut too deep and the ash tree dies.", "Cut too deep"),
        ("A wet July and that figure is history.", "A wet July"),
        ("Give her an inch, and she'll take the chair.", "Give her an inch"),
        ("Come the budget, fuel duty will rise.", "Come the budget"),
        ("Only if the tide turns will they sail.", "Only if the tide turns will they sail"),
        ("If rates, already high, rise, Orr will fold.", "If rates, already high, rise"),
        ("If, as many hope, it rains, wells will fill.", "If, as many hope, it rains"),
        ("It will pass if Lee, Rao and Ott agree.", "if Lee, Rao and Ott agree"),
        ("It will pass if two rebels agree, and the Lords will sulk.", "if two rebels agree"),
        ("Even if the patch shipped, users would leave.", "if the patch shipped"),
        ("Short of a miracle, the tower will not open.", "Short of a miracle"),
        ("But for the subsidy, the line would shut.", "But for the subsidy"),
        ("As soon as the visas come, they will leave.", "As soon as the visas come"),
    ],
)
def test_what_is_stated(sentence: str, words: str) -> None:
    """The words of the clause that states a condition, and no more."""
    assert read(sentence) == Condition("explicit", words)


@pytest.mark.parametrize(
    "sentence",
    [
        "Such a merger would draw the regulator's eye.",
        "A second drought would empty the reservoirs.",
        "Closing the ward would lengthen the queues.",
        "A defeat in Leith opens the door to a challenge.",
        "A strike at the mill raises the price of paper.",
        "Scrapping the levy complicates the budget.",
        "This could push the herd further north.",
        "Such a delay may cost them the season.",
        "An early thaw could close the ice road.",
        "The longer the talks drag on, the weaker the union gets.",
        "The navy may retaliate with a blockade of its own.",
        "It would likely lift the price of rice.",
        "Any attempt to refloat her will fail.",
    ],
)
def test_what_is_guessed(sentence: str) -> None:
    """A consequence of something that has not happened hangs on it."""
    assert read(sentence) == Condition("implicit")


@pytest.mark.parametrize(
    "sentence",
    [
        "The council will act as if nothing happened.",
        "If anything, demand will be higher next year.",
        "Growth will be slow, if not negative.",
        "It is unclear whether the bridge will open.",
        "Analysts ask if the mine will close.",
        "I would be surprised if they lost in June.",
        "Even if it rains, the match will go ahead.",
        "Without doubt, the rail link will be late.",
        "The airline will cut fares without warning.",
        "He will win without breaking sweat.",
        "The choir will sing at once.",
        "Prices will rise once again.",
        "The dean was absent; the vote will be repeated.",
        "The tunnel will take as long as two years.",
        "Grain will be scarce in any case.",
        "I would bet on a draw.",
        "She said the harbour would freeze in January.",
        "The museum will reopen in June.",
        "Funds provided by the state will run out in May.",
        "The bank should cut, and it will.",
        "A recession could come next year.",
        "Rising rents will be the story of 2031.",
        "We would not rule out a second vote.",
        "A spokesman could not say when it will end.",
    ],
)
def test_what_is_no_condition(sentence: str) -> None:
    """Questions, manners, concessions and reports are none."""
    assert read(sentence) is None


def test_a_scene_goes_on() -> None:
    """A possibility that points back hangs on what the sentence before supposed."""
    assert supposes(Prose("Suppose the levee breaks."))
    assert not supposes(Prose("The levee broke in 1931."))
    assert read("They may lose the lower fields.", scene=True) == Condition("implicit")
    assert read("They may lose the lower fields.") is None


def test_a_long_line_is_read_in_linear_time() -> None:
    """No pattern goes over the same words again and again."""
    for part in ("if ", "without a ", "a b ing ", "and , ", "should the ", "would ", "once the "):
        prose = Prose(f"It will rain {part * 60_000}")
        before = time.process_time()
        condition(prose, cues.find(prose)[0] if part == "if " else NO_CUE)
        assert time.process_time() - before < 4, part


def test_the_two_articles(shared: Path) -> None:
    """At least 20 of the 24 sentences that hang on something; few others."""
    found, wanted, wrong = 0, 0, 0
    for text in sorted((shared / "texts").glob("*.txt")):
        annotation = shared / "texts" / f"annotation_{text.name[:3]}.json"
        claims = json.loads(annotation.read_text("utf-8"))
        spans = {(one["start"], one["end"]) for one in claims}
        hanging = {(one["start"], one["end"]) for one in claims if one["conditional_on"]}
        drafts = Rules().extract(document(text.read_bytes().decode("utf-8")), "2026-02-27")
        said = {(one.start, one.end) for one in drafts if not one.reason and one.condition}
        found, wanted = found + len(said & hanging), wanted + len(hanging)
        wrong += len((said & spans) - hanging)
    assert wanted == 24
    assert found >= 20
    assert wrong <= 2
