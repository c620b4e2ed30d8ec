"""Which way words point: denials in and around the words of a forecast."""

from __future__ import annotations

import pytest

from tracker.texts.document import document
from tracker.texts.extract import Rules

ROWS = [
    ("It is more likely than not that the port stays closed.", "better_than_even"),
    ("The port will more likely than not stay closed.", "better_than_even"),
    ("The fund will probably not be saved.", "likely_not"),
    ("It will definitely not happen.", "almost_no_chance"),
    ("It will almost certainly not happen.", "almost_no_chance"),
    ("It is by no means certain that the fund will close.", "far_from_certain"),
    ("There is no guarantee that the fund will close.", "far_from_certain"),
    ("The deal won't necessarily be revived this year.", "far_from_certain"),
    ("The fund is not certain to close this year.", "far_from_certain"),
    ("The fund will not fail to close this year.", "bare_will"),
    ("The fund will not only close but take its sister with it.", "bare_will"),
    ("No one will be surprised if the fund closes.", "would_not_bet_against"),
    ("Nobody should be surprised if the fund closes.", "would_not_bet_against"),
    ("I don't doubt that the fund will close.", "no_doubt"),
    ("Few doubt that the euro will weaken.", "no_doubt"),
    ("It is not impossible that the bridge will open.", "not_impossible"),
    ("A closure is not a remote possibility.", "not_unlikely"),
    ("A closure is far from unlikely.", "not_unlikely"),
    ("A closure is hardly unlikely.", "not_unlikely"),
    ("I don't think it unlikely that the fund will close.", "not_unlikely"),
    ("The fund is no less likely to close than its rival.", "comparative"),
    ("The deal is unlikely not to hold.", "likely"),
    ("A closure is far from inevitable.", "far_from_certain"),
    ("It is anything but certain that the fund will close.", "far_from_certain"),
    ("I'm not so sure the fund will survive.", "we_doubt"),
    ("The smart money is against the fund closing.", "would_not_bet_on"),
    ("Don't bet on a ceasefire before Easter.", "would_not_bet_on"),
    ("I wouldn't bet on the fund closing this year.", "would_not_bet_on"),
    ("I would not bet against the fund closing.", "would_not_bet_against"),
    ("There is no question that the fund will close.", "no_doubt"),
    ("There is hardly any doubt that it will close.", "no_doubt"),
    ("The fund is certain to close this year.", "certain"),
    ("The fund is almost certain not to close this year.", "almost_no_chance"),
    ("It would be astonishing if the bridge opened on time.", "unlikely"),
    ("We can safely exclude a rise in duty this year.", "all_but_impossible"),
    ("A rise in duty is off the table.", "not_on_the_cards"),
    ("The fund is as likely to close as not.", "about_even"),
    ("The odds are not good.", "not prospects_good"),
    ("They are not on the brink of a strike.", "near_term_negation"),
    ("The union isn't poised to strike.", "not set_to"),
    ("Prices are not expected to fall before June.", "not set_to"),
    ("It will not be long before prices rise.", "expects"),
    ("Nobody expects a cut.", "nobody_expects"),
    ("Not a single analyst expects a cut.", "nobody_expects"),
    ("Few now expect a cut.", "few_expect"),
    ("There will be no cut.", "will_not"),
    ("No government will survive that.", "will_not"),
    ("The bill is a dead duck.", "not_on_the_cards"),
    ("It is not inevitable that rates rise.", "far_from_certain"),
]
DENIED = [
    "It is a myth that the deal will hold.",
    "Anyone who believes that the deal will hold is dreaming.",
    "Only a fool would expect the deal to hold.",
    "To say that the fund will close is premature.",
    "I am not saying the fund will close.",
    "I refuse to believe that the fund will close.",
    "It is not the case that inflation will probably fall.",
]


@pytest.mark.parametrize(("sentence", "rule"), ROWS)
def test_a_denial_turns_what_is_read(sentence: str, rule: str) -> None:
    """A forecast with the wrong sign is the worst there is."""
    (draft,) = Rules().extract(document(sentence))
    assert (draft.reading.rule, draft.reason) == (rule, None)


@pytest.mark.parametrize("sentence", DENIED)
def test_what_the_author_calls_false_is_dropped(sentence: str) -> None:
    """It is kept in sight, with the reason."""
    assert [draft.reason for draft in Rules().extract(document(sentence))] == ["is denied"]


def test_a_favourite_that_is_denied_makes_no_set() -> None:
    """Most likely not A: that favours the others."""
    (draft,) = Rules().extract(document("Either Lund or Okoro will win, most likely not Lund."))
    assert draft.options is None


def test_each_of_two_forecasts_has_its_own_day() -> None:
    """The time in its own clause counts."""
    text = (
        "The port will likely close by May 2026, and the airport will almost certainly follow "
        "by July 2026."
    )
    days = [d.horizon.day for d in Rules().extract(document(text), "2026-01-10") if d.horizon]
    assert days == ["2026-05-31", "2026-07-31"]
