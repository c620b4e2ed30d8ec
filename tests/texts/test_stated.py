"""Stated numbers: which numbers in prose state a probability, how they are read, which do not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.texts.drafts import Reading
from tracker.texts.numbers.stated import Stated, stated

GOVERNED = [
    ("We see a 35 % chance of recession.", 0.35),
    ("A cut is 35% likely.", 0.35),
    ("There is a 70 per cent probability.", 0.7),
    ("Chances are seventy percent that he goes.", 0.7),
    ("The model gives a probability of 0.3.", 0.3),
    ("With p = 0.3 the bill dies.", 0.3),
    ("P(recession) = 0.3 on our view.", 0.3),
    ("The chance of a deal is two in three.", 0.667),
    ("A one in five chance of default.", 0.2),
    ("A 1-in-10 shot.", 0.1),
    ("It is a one-in-a-million chance.", 1e-06),
    ("It has one chance in five.", 0.2),
    ("Odds of 3 to 1 against a cut.", 0.25),
    ("The odds are 3 to 1 on.", 0.75),
    ("Odds of 3 to 1.", 0.25),
    ("The favourite is priced at 9/2.", 0.1818),
    ("He is 11-4 on to win.", 0.733),
    ("It is even money.", 0.5),
    ("A fifty-fifty call.", 0.5),
    ("It is 50-50.", 0.5),
    ("The odds are better than 50-50.", 0.6),
    ("The probability is 60-70 %.", 0.65),
    ("It is between 60 and 70 percent likely.", 0.65),
    ("There is at least an 80 % chance.", 0.9),
    ("The risk of default is <5 %.", 0.025),
    ("There is less than a 5% chance.", 0.025),
    ("Chances are under one in ten.", 0.05),
    ("Over a 90 % chance.", 0.95),
    ("The odds could be as high as 40 %.", 0.3),
    ("I am 80 % certain that it fails.", 0.8),
    ("She is 90 per cent sure.", 0.9),
    ("Analysts put the odds of a strike at 60%.", 0.6),
    ("There is a three-quarters chance.", 0.75),
    ("A quarter chance of snow.", 0.25),
    ("Roughly a 30% chance.", 0.3),
    ("There is no more than a 10 % chance.", 0.05),
    ("There is zero chance of that.", 0.0),
    ("I am 100 % sure.", 1.0),
    ("The probability that the deal fails is 60 %.", 0.6),
    ("The odds of a cut rose to 60 % from 25 %.", 0.6),
    ("I give the bill a 30% chance.", 0.3),
    ("There is a two-thirds probability of rain.", 0.667),
    ("They are a 100-1 shot.", 0.0099),
    ("It is 60-40 against him, the betting says.", 0.4),
    ("Bookmakers offer 7/2 on a spring vote.", 0.222),
    ("The chance is one in a thousand.", 0.001),
    ("Markets imply a 62 percent implied probability.", 0.62),
    ("A sixty to seventy percent likelihood.", 0.65),
    ("There's a twenty-five percent chance.", 0.25),
    ("The probability, in my view, is about 40%.", 0.4),
    ("The likelihood of war: 15 %.", 0.15),
    ("A deal by May has a 40% or better chance.", 0.6),
    ("He's an 8/1 outsider.", 0.111),
    ("There is a 5-10% risk of famine.", 0.075),
    ("I am ninety-five per cent confident it ends.", 0.95),
    ("Base case (probability 55%): no change.", 0.55),
    ("Base case (55% probability).", 0.55),
    ("The chances of success are less than 50 %.", 0.4),
    ("One in three odds.", 0.333),
    ("It's a 1 in 4 possibility.", 0.25),
    ("A win for the incumbent is 20 to 1 against.", 0.0476),
    ("I'd put the odds of a second vote no higher than one in four.", 0.125),
    ("The odds have doubled, to 14%.", 0.14),
    ("The probability of a thaw is rising from 40% to 55%.", 0.55),
    ("The odds of a thaw fell from 60% to 40%.", 0.4),
    ("With 90 percent confidence, the vote fails.", 0.9),
    ("I would not give it more than a 10% chance.", 0.05),
    ("I am nearly 100% confident.", 0.975),
    ("Nine chances in ten he blinks.", 0.9),
    ("Call it sixty-forty.", 0.6),
    ("They are 5-1 to go down.", 0.167),
    ("The deputy is 10-1 to succeed him.", 0.091),
    ("The whole circus: call it 3/10", 0.3),
    ("A wet fete: say 20 percent", 0.2),
    ("It's a long shot: I'd make it 15 per cent.", 0.15),
    ("I'd make it 4/6 the field", 0.6),
    ("We make it 5-2 that she stays.", 0.286),
    ("He would lay three to one on a breakdown.", 0.75),
    ("You can get 33-1 about the curate.", 0.029),
    ("Any other name, 12-1 bar", 0.077),
    ("Best in show: the terrier, at 1/5 with every bookmaker in town", 0.833),
    ("The dray horse is an evens chance.", 0.5),
    ("The hosts are evens.", 0.5),
    ("60-40 either way?", 0.6),
    ("It is better than 2-1 on.", 0.667),
    ("Chances: 40/40/20", 0.4),
    ("An 8 in 10 shot.", 0.8),
    ("There are three chances in five of it.", 0.6),
    ("A one-in-ten-thousand chance.", 0.0001),
    ("It is a one in two hundred chance.", 0.005),
    ("There is a 1 in 10 million chance of it.", 1e-7),
    ("It has a chance in a million.", 1e-6),
    ("A nine-tenths probability of frost.", 0.9),
    ("Chances that the show comes in under three hours: 15%", 0.15),
    ('She puts her own chances at "one in four on a good day."', 0.25),
    ("The odds are 3 to 1 on a merger this year.", 0.75),
    ("The odds are two to one on success.", 0.667),
    ("The odds are 3 to 1 on Kent.", 0.25),
    ("I lay 3 to 1 that the talks fail.", 0.75),
    ("I lay 3 to 1 against a thaw.", 0.25),
    ("The odds are no better than even that it fails.", 0.4),
    ("The chance that the fund will close is zero.", 0.0),
    ("The probability of a thaw is nil.", 0.0),
    ("The chance of frost is not 10% but 30%.", 0.3),
    ("There is not a 10% chance but a 30% chance.", 0.3),
    ("It is not 60% likely but 80% likely.", 0.8),
    ("The chance of a thaw is virtually nil.", 0.025),
    ("It is 90% unlikely to happen.", 0.1),
    ("It is at least 90% unlikely.", 0.05),
    ("There is not even a 10% chance.", 0.05),
    ("There isn't even a 10% chance.", 0.05),
    ("The chance is 10% at most.", 0.05),
    ("There is a 10% chance at best.", 0.05),
    ("There is at best a 20% chance.", 0.1),
    ("There is barely a 10% chance.", 0.05),
    ("There is barely more than a 10% chance.", 0.05),
    ("There is at the very least a 20% chance.", 0.3),
    (
        "We put the odds of a recall of the boiler that every house here bought at two in five.",
        0.4,
    ),
    ("We put the odds of rain at the fete, as every year, at one in three.", 0.333),
]
BARE = [
    ("Recession: 35%", 0.35),
    ("Scenario B (25 %)", 0.25),
    ("Stalemate (~25%).", 0.25),
    ("I'd put it at 70 percent.", 0.7),
    ("I'd say 60 percent.", 0.6),
    ("45 %: stalemate", 0.45),
    ("- Stalemate - 45 %", 0.45),
    ("Nine times out of ten this fails.", 0.9),
    ("Our model has the incumbent at 58 percent to win.", 0.58),
    ("The traders have it at 22%.", 0.22),
    ("Will it hold through June? Perhaps 30%.", 0.3),
    ("Merry Widower, 7-2", 0.222),
    ("Tin Bath, 100-8", 0.074),
    ("The committee, 2/1", 0.333),
    ("The old man himself, evens", 0.5),
    ("Bar these, 20-1 and upwards", 0.048),
    ("Red Fox: 11/4", 0.267),
    ("The Owl (33/1)", 0.029),
    ("Liberal hold 1/5", 0.833),
    ("| Liberal | 4/6 |", 0.6),
    ("The Ghost, 100 to 1", 0.0099),
    ("Nothing at all: the remaining 20%", 0.2),
    ("Decimal odds: Blue Boy 3.50", 0.286),
    ("Growth, call it 3 percent, is back.", 0.03),
    ("One in a hundred thousand.", 1e-5),
]
NONE = [
    "62 % believe he will go.",
    "52 % of voters back it.",
    "Shares are up 3 %.",
    "20 % of global oil trade passes there.",
    "Growth of 2 % is likely next year.",
    "Uranium at 60 % enriched.",
    "Inflation at 3 % will hurt.",
    "A 10 % tariff will follow.",
    "A 10% tariff likely follows.",
    "An interest rate of 5 % will hold.",
    "They hold a 50 % stake.",
    "They won 2-1 on Sunday.",
    "On 3/1 the law takes effect.",
    "Two in three households agree.",
    "One in five voters is undecided.",
    "The bill passed 60-40 in favour.",
    "It is a 50-50 joint venture.",
    "They split it 50-50.",
    "Turnout could fall by 10 percentage points.",
    "The risk premium is 5 %.",
    "The probability that inflation is above 3 % is rising.",
    "The risk of recession rose after growth of 2 %.",
    "A third of the seats may go.",
    "A quarter of all firms could close.",
    "Consumer confidence is 60 % of its peak.",
    "A one-in-a-hundred-year flood.",
    "In 2026-27 the risk is real.",
    "Prices evens out.",
    "Odds ratio of 1.5 was found.",
    "Debt will reach 120 % of output.",
    "The 2-1 lead against them.",
    "(+3%) in May",
    "A score of 3-1 on aggregate.",
    "Between 9 and 5 on weekdays.",
    "There will be a risk of 3 to 4 days of delay.",
    "Odds are that 30 percent of workers will strike.",
    "The probability of default rises by 10%.",
    "Chances are inflation stays near 3%.",
    "A likely 25% cut in output.",
    "The chance to win 50% of the market is real.",
    "They have a 2-to-1 majority.",
    "Rovers won 3-1.",
    "A 3-1 win for Rovers.",
    "Final score: 3-1",
    "Rovers 3-1 Albion, County 2-1 Town",
    "He headed in to make it 2-1.",
    "The favourites were beaten 3-1.",
    "Thistle are 2-1 up.",
    "The court was 6-3 to uphold the law.",
    "The panel is 5-4 to convict.",
    "The vote was six to five.",
    "It went by six votes to five.",
    "She left at twenty-six.",
    "Waits were quoted at twenty-six weeks.",
    "The odds are bad for twenty-six of them.",
    "It is nine-tenths of the law.",
    "They found a price effect of 2 to 4 per cent.",
    "Bookmakers offer 2 to 3 courses.",
    "The shop is open 24/7",
    "Betting runs 24/7",
    "The odds of another 9/11",
    "Deadline: 3/1",
    "By 5/2 we need it.",
    "Meeting notes, 5/2",
    "Aged 5-10",
    "The odds favour children of 6-12.",
    "Pupils to a teacher: 20/1",
    "The ratio is 20 to 1.",
    "A 50/50 raffle",
    "A 40/40/20 split of the estate",
    "Say 20 percent of them go.",
    "The chance of joblessness at 6% is small.",
    "They put the odds that inflation is at 3 percent in doubt.",
    "Odds ratio: 1.50",
    "Prices: oil 80.50, gas 3.20",
    "The Greens poll 12%, two points up.",
    "Sales grew 4 percent a year.",
    "The score evens out.",
    "Trains run 5-10 minutes late.",
    "The chance of frost is anything but zero.",
    "There is a non-zero chance.",
    "There is a 110% chance of frost.",
    "The chance that growth is zero has risen.",
]


def only(prose: str) -> Stated:
    """The one number that a sentence states."""
    (one,) = stated(prose)
    return one


@pytest.mark.parametrize(("prose", "point"), GOVERNED)
def test_a_number_with_a_word_of_probability_is_a_probability(prose: str, point: float) -> None:
    """In its clause, before it or after it, in figures or in words."""
    one = only(prose)
    assert one.point == pytest.approx(point, rel=0.02)
    assert not one.bare


@pytest.mark.parametrize(("prose", "point"), BARE)
def test_a_number_that_stands_alone_is_returned_as_bare(prose: str, point: float) -> None:
    """In a list, in brackets, or said of "it": the reader of the context decides."""
    one = only(prose)
    assert one.point == pytest.approx(point, rel=0.02)
    assert one.bare


@pytest.mark.parametrize("prose", NONE)
def test_shares_rates_scores_and_dates_are_left_alone(prose: str) -> None:
    """What is not a probability is not taken for one."""
    assert stated(prose) == []


@pytest.mark.parametrize(
    ("prose", "low", "point", "high", "rule"),
    [
        ("a 35 % chance", 0.325, 0.35, 0.375, "percent"),
        ("a 1 % chance", 0.005, 0.01, 0.015, "percent"),
        ("about a 35 % chance", 0.3, 0.35, 0.4, "percent, about"),
        ("a 35 % chance or so: a 20% chance", 0.325, 0.35, 0.375, "percent"),
        ("100 % certain", 0.975, 1, 1, "percent"),
        ("a zero chance", 0, 0, 0.025, "zero"),
        ("at least an 80 % chance", 0.8, 0.9, 1, "percent, at least"),
        ("at least a 20 % chance", 0.2, 0.3, 0.4, "percent, at least"),
        ("less than a 20 % chance", 0, 0.1, 0.2, "percent, at most"),
        ("less than a 90 % chance", 0.8, 0.85, 0.9, "percent, at most"),
        ("a chance as high as 40 %", 0.2, 0.3, 0.4, "percent, up to"),
        ("better than a 50 % chance", 0.51, 0.6, 0.65, "percent, at least"),
        ("a chance of under 50 %", 0.35, 0.4, 0.49, "percent, at most"),
        ("a 60-70 % chance", 0.6, 0.65, 0.7, "percent, range"),
        ("odds of 3 to 1", 0.225, 0.25, 0.775, "odds"),
        ("a wet fete: call it 3/10", 0.275, 0.3, 0.325, "fraction"),
        ("odds of 3 to 1 against", 0.225, 0.25, 0.275, "odds"),
        ("odds no better than even", 0, 0.4, 0.5, "even, at most"),
        ("a chance of 10 % at best", 0, 0.05, 0.1, "percent, at most"),
    ],
)
def test_ranges_bounds_and_rounding(
    prose: str, low: float, point: float, high: float, rule: str
) -> None:
    """As the README of the folder says, worked by hand."""
    one = stated(prose)[0]
    assert (one.low, one.point, one.high) == pytest.approx((low, point, high))
    assert one.rule == rule


def test_the_span_holds_the_number_and_what_bounds_it() -> None:
    """Offsets are those of the prose given."""
    prose = "By spring there is less than a 5 % chance of it."
    one = only(prose)
    assert prose[one.start : one.end] == "less than a 5 %"


def test_several_numbers_come_in_order() -> None:
    """Each clause has its own."""
    found = stated("A 60% chance of a deal; a 30 % chance of a truce, a one in ten chance of war.")
    assert [one.point for one in found] == [0.6, 0.3, 0.1]


def test_several_prices_in_a_sentence_make_it_plain_that_they_are_prices() -> None:
    """The words of betting stand once, for all of them."""
    found = stated("Kent are evens, Surrey are 9/2, and you can have 66 to 1 about the rest.")
    assert [(round(one.point, 3), one.bare) for one in found] == [
        (0.5, False),
        (0.182, False),
        (0.015, False),
    ]


def test_odds_put_at_a_number_reach_far_back() -> None:
    """Whatever comes between belongs to what is judged."""
    event = (
        "a recall, public and by name, of the boiler that half the county bought after the frost"
    )
    assert only(f"We put the odds of {event} at roughly two in five.").point == 0.4


def test_decimal_odds_in_a_list_are_each_one_over_the_price() -> None:
    """Where the list says that they are odds."""
    found = stated("Odds: Blue Boy 3.50, Red Fox 2.00")
    assert [(round(one.point, 3), one.bare) for one in found] == [(0.286, True), (0.5, True)]


def test_a_stated_number_reads_the_same_in_every_profile() -> None:
    """Its profile is "stated", and its rule the kind of number."""
    reading = only("a 35 % chance").reading("2026-11-21.r2")
    assert reading == Reading(0.35, 0.325, 0.375, "percent", "stated", "2026-11-21.r2")


PIECES = [
    *("a ", "50", "%", " per cent", "chance", " of ", "odds ", "in ", "one ", "twenty-", "five "),
    *(
        "to ",
        "-",
        "/",
        "3",
        "0.",
        ".",
        ":",
        "(",
        ")",
        " at least ",
        "<",
        "even ",
        "million ",
        "zero ",
    ),
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_whatever_is_found_is_a_range_in_its_place(prose: str) -> None:
    """Found spans lie within the prose, in order and apart; low, point and high ascend."""
    end = 0
    for one in stated(prose):
        assert end <= one.start < one.end <= len(prose)
        assert 0 <= one.low <= one.point <= one.high <= 1
        end = one.end


LONG = 30_000
STRAINING = [
    "50% ",
    "1 in ",
    "3-1-",
    "one in ten ",
    "chance ",
    "a",
    "9",
    " ",
    "twenty-",
    "0.",
    "<",
    "3/1, ",
    "evens, ",
]


@pytest.mark.parametrize("piece", [*STRAINING, "chance of 3 ", "the odds at that ", "(50%"])
def test_a_long_line_takes_time_in_proportion(piece: str) -> None:
    """A line of nothing but the beginnings of numbers is read in a few seconds at most."""
    begun = time.perf_counter()
    stated(piece * (LONG // len(piece)))
    assert time.perf_counter() - begun < 8
