"""Horizons: the days that words state, relative to a day of publication, and the policy."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.texts.days.horizon import VAGUE, horizon, policy
from tracker.texts.drafts import Horizon

if TYPE_CHECKING:
    from datetime import date

DATED = [
    ("A deal by mid-February is likely.", "2026-01-12", "2026-02-15"),
    ("It falls by 30 June.", "2026-03-02", "2026-06-30"),
    ("It falls by June 30th, 2027.", "2026-03-02", "2027-06-30"),
    ("Rates will drop by the end of the year.", "2026-03-02", "2026-12-31"),
    ("Growth returns in 2027.", "2026-03-02", "2027-12-31"),
    ("War will come this winter.", "2026-01-12", "2026-02-28"),
    ("War will come this winter.", "2026-07-12", "2027-02-28"),
    ("They vote next spring.", "2026-01-12", "2026-05-31"),
    ("They vote next spring.", "2026-04-12", "2027-05-31"),
    ("It ends within two years.", "2026-03-02", "2028-03-02"),
    ("Over the next decade it fades.", "2026-03-02", "2036-03-02"),
    ("In the coming weeks talks resume.", "2026-03-02", "2026-04-13"),
    ("It will hold for at least a few years.", "2026-03-02", "2029-03-02"),
    ("Home by Christmas.", "2026-03-02", "2026-12-25"),
    ("A truce by Easter.", "2026-03-02", "2026-04-05"),
    ("A truce by Easter.", "2026-04-06", "2027-03-28"),
    ("In the second half of 2027 it recovers.", "2026-03-02", "2027-12-31"),
    ("In Q3 it recovers.", "2026-03-02", "2026-09-30"),
    ("By the first quarter of next year it is over.", "2026-03-02", "2027-03-31"),
    ("He will speak tonight.", "2026-03-02", "2026-03-02"),
    ("He will speak tomorrow.", "2026-03-02", "2026-03-03"),
    ("The vote on Friday will fail.", "2026-03-02", "2026-03-06"),
    ("Next Monday it starts.", "2026-03-02", "2026-03-09"),
    ("It comes next month.", "2026-03-02", "2026-04-30"),
    ("In the next 90 days it comes.", "2026-03-02", "2026-05-31"),
    ("Gone by the 2030s.", "2026-03-02", "2039-12-31"),
    ("It will come soon.", "2026-03-02", "2026-06-02"),
    ("In the short term prices rise.", "2026-03-02", "2026-09-01"),
    ("In the medium term prices rise.", "2026-03-02", "2029-03-01"),
    ("In the long run prices rise.", "2026-03-02", "2036-02-28"),
    ("It stays until April.", "2026-03-02", "2026-04-30"),
    ("Before June it is over.", "2026-03-02", "2026-05-31"),
    ("Early next year it comes.", "2026-03-02", "2027-05-01"),
    ("By late 2028 it comes.", "2026-03-02", "2028-12-31"),
    ("Later this year it comes.", "2026-03-02", "2026-12-31"),
    ("By year-end it comes.", "2026-03-02", "2026-12-31"),
    ("By the end of the decade it comes.", "2026-03-02", "2029-12-31"),
    ("In six to twelve months it comes.", "2026-03-02", "2027-03-02"),
    ("A year from now it is gone.", "2026-03-02", "2027-03-02"),
    ("This time next year it is gone.", "2026-03-02", "2027-03-02"),
    ("They win the 2028 election.", "2026-03-02", "2028-12-31"),
    ("In May it ends.", "2026-03-02", "2026-05-31"),
    ("By 29 February it ends.", "2026-03-02", "2028-02-29"),
    ("It will be over in days to come.", "2026-03-02", "2026-03-12"),
    ("Within weeks it breaks.", "2026-03-02", "2026-04-13"),
    ("The war ends this week.", "2026-03-04", "2026-03-08"),
    ("By mid-2027 it ends.", "2026-03-02", "2027-07-01"),
    ("For years to come it lasts.", "2026-03-02", "2031-03-01"),
    ("Over the coming year it fades.", "2026-03-02", "2027-03-02"),
    ("By the end of March.", "2026-03-02", "2026-03-31"),
    ("before the end of March", "2026-03-02", "2026-03-31"),
    ("During the summer it fades.", "2026-03-02", "2026-08-31"),
    ("In half a year.", "2026-03-02", "2026-09-02"),
    ("In a matter of months it folds.", "2026-03-02", "2026-09-01"),
    ("There will be no deal before 2028.", "2026-03-02", "2027-12-31"),
    ("by the end of this century", "2026-03-02", "2099-12-31"),
    ("in 18 months' time", "2026-03-02", "2027-09-02"),
    ("He will not see out the year.", "2026-03-02", "2026-12-31"),
    ("It takes effect in the new year.", "2026-03-02", "2027-03-31"),
    ("It won't survive the winter.", "2026-03-02", "2027-02-28"),
    ("For the rest of the decade growth is weak.", "2026-03-02", "2029-12-31"),
    ("Snow is likely at the weekend.", "2026-03-02", "2026-03-08"),
    ("Before the month is out he is gone.", "2026-03-02", "2026-03-31"),
    ("Between now and Christmas prices fall.", "2026-03-02", "2026-12-25"),
    ("Within a year or two it closes.", "2026-03-02", "2028-03-02"),
    ("On 2026-06-30 it ends.", "2026-03-02", "2026-06-30"),
    ("In a generation it is gone.", "2026-03-02", "2051-03-02"),
    ("It closes by the end of next year.", "2026-01-10", "2027-12-31"),
    ("The court will rule today.", "2026-01-10", "2026-01-10"),
    ("By 31/12/2026 it ends.", "2026-01-10", "2026-12-31"),
    ("By 12/31/2026 it ends.", "2026-01-10", "2026-12-31"),
    ("It won't open until 2030.", "2026-01-10", "2029-12-31"),
    ("It will last until 2030.", "2026-01-10", "2030-12-31"),
    ("It ends by the turn of the year.", "2026-01-10", "2026-12-31"),
    ("It ends this side of Christmas.", "2026-01-10", "2026-12-24"),
    ("It ends the day after tomorrow.", "2026-01-10", "2026-01-12"),
    ("It ends within two centuries.", "2026-01-10", "2226-01-10"),
    ("It ends in a hundred years.", "2026-01-10", "2126-01-10"),
    ("It ends by the year 2040.", "2026-01-10", "2040-12-31"),
    ("It takes effect in the new year.", "2026-01-10", "2026-03-31"),
    ("It ends before the weekend.", "2026-01-07", "2026-01-09"),
    ("It ends before the weekend.", "2026-01-10", "2026-01-16"),
    ("It opens in the coming weeks, the office said on Friday.", "2026-01-10", "2026-02-21"),
    ("Amsel predicted in May that it falls this year.", "2026-01-10", "2026-12-31"),
    ("The office said the vote on Friday will fail.", "2026-01-10", "2026-01-16"),
    ("The law will be announced on Friday.", "2026-01-10", "2026-01-16"),
    ("The office said in 2027 the bank will fail.", "2026-01-10", "2027-12-31"),
]
UNDATED = [
    ("By 30 June.", None),
    ("By 30 June 2027.", "2027-06-30"),
    ("In 2027.", "2027-12-31"),
    ("This winter.", None),
    ("Within two years.", None),
]
HANGING = [
    "He goes before the election.",
    "By the time the court rules, it is over.",
    "It comes within ten days of the strike.",
    "It comes after 2030.",
    "It comes after Easter.",
    "It comes within 5000 years.",
    "It comes by the year 9999.",
    "It comes in my lifetime.",
]
NO_TIME_TO_COME = [
    "The state of Europe today is weak.",
    "In 2024 it failed.",
    "Last winter it failed.",
    "It may march on.",
    "The first time in two years.",
    "It was so since June.",
    "A quarter of firms fail.",
    "By 30 February 2027 it ends.",
    "By 31 February it ends.",
    "By 05/06/2026 it ends.",
    "On 1 March it may have failed.",
    "The bank will fail, the regulator said on Friday.",
    "The bank will fail, the office said in a statement on Friday.",
    'The bank will fail," said the head of the office on Friday.',
    "On Friday the office said the bank will fail.",
    "A default now looks less likely than in January.",
    "A default looks less likely today than then.",
    "It came after 2024.",
    "The office said late on Friday that it will fail.",
    "Speaking on Friday, he said it will fail.",
]


@pytest.mark.parametrize(("prose", "published", "day"), DATED)
def test_stated_days(prose: str, published: str, day: str) -> None:
    """The last day on which it may come true."""
    found = horizon(prose, published)
    assert found is not None
    assert found.day == day
    assert found.words is not None
    assert found.words in prose


@pytest.mark.parametrize(("prose", "day"), UNDATED)
def test_without_a_day_of_publication(prose: str, day: str | None) -> None:
    """A full date is a day still; what is counted from publication keeps its words only."""
    found = horizon(prose, None)
    assert found is not None
    assert found.day == day
    assert found.words


@pytest.mark.parametrize("prose", HANGING)
def test_words_that_hang_on_something_else_have_no_day(prose: str) -> None:
    """Nobody knows from the sentence when that is."""
    found = horizon(prose, "2026-03-02")
    assert found is not None
    assert found.day is None
    assert found.words


@pytest.mark.parametrize("prose", NO_TIME_TO_COME)
def test_what_names_no_time_to_come_is_no_horizon(prose: str) -> None:
    """Past dates, the modal may, the verb march, a quarter of something."""
    assert horizon(prose, "2026-03-02") is None


def test_the_default_stands_where_no_words_do() -> None:
    """The caller says what then counts."""
    given_default = policy("2026-03-02")
    assert horizon("It will fail.", "2026-03-02", default=given_default) is given_default
    found = horizon("It will fail by May.", "2026-03-02", default=given_default)
    assert found == Horizon("2026-05-31", "by May")


def test_the_policy_names_itself() -> None:
    """120 days after publication; without such a day, none."""
    assert policy("2026-03-02") == Horizon("2026-06-30", None, "120 days after publication")
    assert policy("2026-03-02T09:00:00Z").day == "2026-06-30"
    assert policy(None).day is None
    assert policy("9999-12-01").day == "9999-12-31"


def test_vague_words_say_that_they_are_read() -> None:
    """Soon is three months, and the horizon says that this is our reading."""
    assert horizon("It ends soon.", "2026-03-02") == Horizon("2026-06-02", "soon", VAGUE)


def test_a_stated_day_comes_before_vague_words() -> None:
    """And those before words that hang on something else."""
    found = horizon("Soon, before the vote, by June at the latest, it ends.", "2026-03-02")
    assert found == Horizon("2026-06-30", "by June")
    found = horizon("Before the vote it will soon end.", "2026-03-02")
    assert found is not None
    assert found.words == "soon"


def test_an_instant_of_publication_counts_as_its_day() -> None:
    """The hour does not matter."""
    found = horizon("It ends tomorrow.", "2026-03-02T23:59:00Z")
    assert found == Horizon("2026-03-03", "tomorrow")


def test_an_instant_with_a_zone_counts_as_the_day_that_is_written() -> None:
    """Where it was published it is that day, whatever the day in Greenwich."""
    found = horizon("It ends tomorrow.", "2026-01-10T23:30:00-05:00")
    assert found == Horizon("2026-01-11", "tomorrow")


@pytest.mark.parametrize(
    ("prose", "phrase", "words"),
    [
        ("The port will likely close by May, and the inn could by July.", "likely", "by May"),
        ("The port will likely close by May, and the inn could by July.", "could", "by July"),
        ("By May it could close; by July it is likely to open.", "likely", "by July"),
        ("By May the port is likely to close, while the inn could stay.", "could", "By May"),
        ("It likely closes by May or opens by July.", "likely", "by May"),
        ("It could soon close by May but the inn will likely follow.", "could", "by May"),
    ],
)
def test_each_forecast_of_a_sentence_takes_the_time_of_its_clause(
    prose: str, phrase: str, words: str
) -> None:
    """The nearest in it; where it states none, the sentence's."""
    start = prose.index(phrase)
    found = horizon(prose, "2026-01-10", around=(start, start + len(phrase)))
    assert found is not None
    assert found.words == words


PIECES = [
    *(
        "by ",
        "the ",
        "end of ",
        "mid-",
        "next ",
        "this ",
        "in ",
        "within ",
        "until ",
        "not ",
        "said ",
        "after ",
        "before ",
        "June ",
        "30 ",
    ),
    *("2027", "2020s ", "two ", "few ", "coming ", "weeks ", "year ", "Q3 ", "Easter ", "winter "),
    *("second half ", "of ", "Friday ", "soon ", "999 ", "centuries ", "century ", "decade "),
]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.dates())
def test_no_horizon_lies_before_publication(prose: str, published: date) -> None:
    """Whatever the words and the day; and the words are the sentence's own."""
    found = horizon(prose, published.isoformat())
    if found:
        assert found.words is not None
        assert found.words in prose
        assert found.day is None or found.day >= published.isoformat()


@pytest.mark.parametrize(
    "piece",
    ["by ", "in the next ", "before a ", "2027 ", "mid-", "the ", "May ", "within two ", " ", "9"],
)
def test_a_long_line_takes_time_in_proportion(piece: str) -> None:
    """A line of nothing but the beginnings of dates is read in a second or so."""
    begun = time.perf_counter()
    horizon(piece * (30_000 // len(piece)), "2026-03-02")
    assert time.perf_counter() - begun < 8
