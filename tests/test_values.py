"""Canonical times, probabilities and texts: what is accepted, and in which form it is kept."""

from __future__ import annotations

import hashlib
import math
import time
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from strategies import billionths, days, instants, moments

from tracker import values
from tracker.errors import UnexpectedError
from tracker.values import (
    BILLION,
    Line,
    Name,
    Text,
    begins,
    ends,
    is_day,
    moment,
    probability,
    quantity,
)

LINE: TypeAdapter[str] = TypeAdapter(Line)
NAME: TypeAdapter[str] = TypeAdapter(Name)
TEXT: TypeAdapter[str] = TypeAdapter(Text)
EVERY_TEXT = pytest.mark.parametrize("kind", [LINE, NAME, TEXT], ids=["line", "name", "text"])
EAST = timezone(timedelta(hours=5))
WEST = timezone(timedelta(hours=-5))

# --- probabilities --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("0.7", 0.7),
        (".7", 0.7),
        (" 0.7\n", 0.7),
        (0.7, 0.7),
        (Decimal("0.7"), 0.7),
        (np.float64(0.7), 0.7),
        ("70%", 0.7),
        ("70 %", 0.7),
        ("12.5%", 0.125),
        ("7/10", 0.7),
        ("7 / 10", 0.7),
        ("1/3", 0.333333333),
        (1 / 3, 0.333333333),
        (0, 0.0),
        ("0", 0.0),
        ("0%", 0.0),
        (1, 1.0),
        ("1", 1.0),
        ("100%", 1.0),
        ("10/10", 1.0),
        (1e-9, 1e-9),
        ("99.9999999%", 0.999999999),
    ],
)
def test_a_probability_is_a_number_a_percentage_or_a_fraction(said: object, level: float) -> None:
    """Whichever way it is written, the same chance is the same level."""
    assert probability(said) == level


def test_equal_forecasts_are_equal() -> None:
    """0.1 + 0.2 is the level 0.3, whatever binary floating point makes of the sum."""
    assert probability(0.1 + 0.2) == probability(0.3) == probability("30%")


def test_a_zero_has_no_sign() -> None:
    """Minus zero, which a subtraction may leave behind, is plain zero."""
    assert math.copysign(1, probability(-0.0)) == 1


@pytest.mark.parametrize(
    "said",
    [
        -0.1, 1.1, "-0.5", "+0.5", "101%", "11/10", "1e-5", "0,5", "<5%", "~5%", "50%%", "2/3%",
        "1/0", "0/0", "", " ", "likely", "0.5 0.6", "0.5\x00", "٠٫٥", "５０%", "½", None, True,
        False, [0.5], {"p": 0.5}, b"0.5", 0.5j, math.nan, math.inf, -math.inf, "nan", "inf",
    ],
)  # fmt: skip
def test_what_is_no_probability_is_refused_by_name(said: object) -> None:
    """The refusal shows the value, and how a probability is written."""
    with pytest.raises(UnexpectedError, match="a probability from 0 to 1, as") as told:
        probability(said)
    assert told.value.found == str(said).replace("\x00", "\\u0000")


@pytest.mark.parametrize("said", [70, "70", 70.0, "70."])
def test_a_percentage_without_its_sign_is_asked_for(said: object) -> None:
    """70 is not read as 70 %, nor as 0.7: the refusal says how to write it."""
    with pytest.raises(UnexpectedError, match="70% is written with its sign"):
        probability(said)


@pytest.mark.parametrize(
    "said",
    [
        5e-324,
        1e-10,
        "0.0000000001",
        "1/9999999999",
        0.9999999999,
        math.nextafter(1, 0),
        "99.99999999%",
    ],
)
def test_a_chance_is_never_rounded_to_a_certainty(said: object) -> None:
    """What would round to 0 or 1 is refused: a certainty must be said."""
    with pytest.raises(UnexpectedError, match="at least one billionth away"):
        probability(said)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("1" * 10**6, id="a million digits"),
        pytest.param("0." + "3" * 10**6, id="a million decimals"),
        pytest.param("1/" + "1" * 10**6, id="a long fraction"),
        pytest.param(" " * 10**6 + "x", id="blanks"),
        pytest.param("1 " * 10**6, id="many numbers"),
        pytest.param(10**400, id="an integer beyond floating point"),
        pytest.param(-(10**400), id="an integer far below zero"),
        pytest.param("1e400", id="an exponent"),
    ],
)
def test_huge_input_is_refused_quickly(said: object) -> None:
    """No input makes the reader of probabilities slow, or fail in another way."""
    begun = time.perf_counter()
    with pytest.raises(UnexpectedError):
        probability(said)
    assert time.perf_counter() - begun < 1


@given(billionths)
def test_every_rendering_of_a_billionth_is_the_same_level(n: int) -> None:
    """As a decimal, a percentage, a fraction or a number, a level is read as it was written."""
    level = n / BILLION
    written = [f"{n / BILLION:.9f}", f"{Decimal(n) / 10**7:f}%", f"{n}/{BILLION}", level]
    assert {probability(said) for said in written} == {level}
    assert values.billionths(level) == n


@given(st.one_of(st.text(), st.floats(), st.integers(), st.from_regex(r"\d*\.?\d*[%/]?\d*")))
def test_anything_is_a_level_or_refused(said: object) -> None:
    """What comes out is a whole number of billionths in [0, 1], or nothing does."""
    try:
        level = probability(said)
    except UnexpectedError:
        return
    assert 0 <= level <= 1
    assert level == values.billionths(level) / BILLION


# --- times ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "canonical"),
    [
        ("2026-03-02", "2026-03-02"),
        (" 2026-03-02\n", "2026-03-02"),
        (date(2026, 3, 2), "2026-03-02"),
        ("2024-02-29", "2024-02-29"),
        ("0001-01-01", "0001-01-01"),
        ("9999-12-31", "9999-12-31"),
        ("2026-03-02T14:05Z", "2026-03-02T14:05:00Z"),
        ("2026-03-02 14:05:00Z", "2026-03-02T14:05:00Z"),
        ("2026-03-02T16:05+02:00", "2026-03-02T14:05:00Z"),
        ("2026-03-02T23:05-05:30", "2026-03-03T04:35:00Z"),
        ("2026-03-02T14:05:00.25Z", "2026-03-02T14:05:00.250000Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        (datetime(2026, 3, 2, 14, 5, tzinfo=UTC), "2026-03-02T14:05:00Z"),
        (datetime(2026, 3, 2, 2, 5, tzinfo=EAST), "2026-03-01T21:05:00Z"),
    ],
)
def test_a_moment_is_a_day_or_an_instant_in_utc(said: object, canonical: str) -> None:
    """An hour is kept where it was said, and never invented."""
    assert moment(said) == canonical


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("2026-02-30", id="30 February"),
        pytest.param("2025-02-29", id="29 February of a common year"),
        pytest.param("2026-13-01", id="month 13"),
        pytest.param("2026-00-01", id="month 0"),
        pytest.param("0000-01-01", id="year 0"),
        pytest.param("2026-03-02T25:00Z", id="hour 25"),
        pytest.param("2026-03-02T14:60Z", id="minute 60"),
        pytest.param("2026-03-02T14:05:60Z", id="a leap second"),
        pytest.param("2026-03-02T14:05+24:00", id="an offset of a day"),
        pytest.param("2026-03-02T", id="no time after the T"),
        pytest.param("2026-03-02T１４:05Z", id="full-width digits"),
        pytest.param("2026-03-02T14:05\x00Z", id="a null character"),
        pytest.param("9999-12-31T23:00-05:00", id="after the last year"),
        pytest.param("0001-01-01T00:00+05:00", id="before the first year"),
        pytest.param(datetime(9999, 12, 31, 23, tzinfo=WEST), id="a datetime after the last year"),
        pytest.param(datetime(1, 1, 1, tzinfo=EAST), id="a datetime before the first year"),
    ],
)
def test_a_date_that_no_calendar_has_is_refused(said: object) -> None:
    """It is not moved to a date that there is."""
    with pytest.raises(UnexpectedError, match="expected a date"):
        moment(said)


@pytest.mark.parametrize(
    "said",
    ["2026-03-02T14:05", "2026-03-02 14:05:00", datetime(2026, 3, 2, 14, 5)],  # noqa: DTZ001
)
def test_a_time_without_a_zone_is_refused(said: object) -> None:
    """Nobody can know which instant it is."""
    with pytest.raises(UnexpectedError, match="a time with its zone"):
        moment(said)


@pytest.mark.parametrize(
    "said",
    [
        "", "friday", "2 March 2026", "02.03.2026", "03/02/2026", "2026-3-2", "20260302", "2026",
        "12026-03-02", "-2026-03-02", "2026-W10-1", "2026-061", "２０２６-０３-０２", "٢٠٢٦-٠٣-٠٢",
        "2026–03–02", "2026-03-02t14:05z", 20260302, 1772460300.0, None, True, ["2026-03-02"],
    ],
)  # fmt: skip
def test_a_date_in_another_form_is_refused(said: object) -> None:
    """Only the two forms are read here; the command line reads what people say."""
    with pytest.raises(UnexpectedError, match="a date as 2026-03-02 or a time as"):
        moment(said)


@given(instants)
def test_an_instant_is_kept_exactly(when: datetime) -> None:
    """The canonical text gives the same instant back, to the microsecond, and is stable."""
    text = moment(when)
    assert begins(text) == ends(text) == when.astimezone(UTC)
    assert moment(text) == moment(begins(text)) == text
    assert not is_day(text)


@given(days)
def test_a_day_lasts_from_midnight_to_midnight(when: str) -> None:
    """A day is its own canonical form, and ends when the next one begins."""
    assert moment(when) == when
    assert is_day(when)
    assert begins(when).isoformat() == f"{when}T00:00:00+00:00"
    assert ends(when) - begins(when) == timedelta(days=when < "9999-12-31")


def test_the_last_day_of_the_calendar_has_an_end() -> None:
    """There is no midnight after 31 December 9999, and no failure for want of it."""
    assert ends("9999-12-31") >= begins("9999-12-31") == datetime(9999, 12, 31, tzinfo=UTC)


@given(moments)
def test_canonical_moments_stay_as_they_are(when: str) -> None:
    """Reading a moment again changes nothing."""
    assert moment(when) == when


# --- quantities -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "number"), [("1_200.5", 1200.5), (7, 7.0), (-1.5, -1.5), ("1e3", 1000.0), (" 2 ", 2.0)]
)
def test_a_quantity_is_a_number(said: object, number: float) -> None:
    """However it is written."""
    assert quantity(said) == number


@pytest.mark.parametrize(
    "said", ["", "many", "1,200", "12%", "nan", "inf", "1e400", None, True, [1]]
)
def test_what_is_no_finite_number_is_refused(said: object) -> None:
    """Neither words nor infinities."""
    with pytest.raises(UnexpectedError, match="expected a number"):
        quantity(said)


# --- texts ----------------------------------------------------------------------------------


@EVERY_TEXT
@pytest.mark.parametrize(
    "control", ["\x00", "\x07", "\x08", "\x0b", "\x1b[2J", "\r", "\x7f", "\x80", "\x85", "\x9b31m"]
)
def test_control_characters_are_refused(kind: TypeAdapter[str], control: str) -> None:
    """Nothing that could move a cursor, ring a bell or end a string inside a text."""
    with pytest.raises(ValidationError, match="text without control characters"):
        kind.validate_python(f"a{control}b")


@EVERY_TEXT
@pytest.mark.parametrize("half", ["\ud800", "\udfff"])  # noqa: PT014 - one is high, one is low
def test_half_surrogates_are_refused(kind: TypeAdapter[str], half: str) -> None:
    """They cannot be written as UTF-8."""
    with pytest.raises(ValidationError):
        kind.validate_python(f"a{half}b")


def test_only_a_text_has_several_lines() -> None:
    """A title or a name is one line; a rationale may have more, and tabs."""
    assert TEXT.validate_python("a\n\n\tb") == "a\n\n\tb"
    for kind in (LINE, NAME):
        for several in ("a\nb", "a\tb"):
            with pytest.raises(ValidationError, match="one line of text"):
                kind.validate_python(several)


def test_text_is_kept_composed() -> None:
    """The same letters are the same text, however the keyboard made them (Unicode NFC)."""
    assert LINE.validate_python("Cafe\u0301") == "Caf\u00e9"
    assert TEXT.validate_python("A\u030angstro\u0308m") == "\u00c5ngstr\u00f6m"


@EVERY_TEXT
def test_text_is_kept_without_blanks_around_it(kind: TypeAdapter[str]) -> None:
    """Blanks, tabs and line ends around a text are no part of it."""
    assert kind.validate_python(" \t\u00a0ana \n") == "ana"


@EVERY_TEXT
@pytest.mark.parametrize("blank", ["", " ", " \n\t ", "\u00a0", "\u3000"])
def test_a_blank_is_no_text(kind: TypeAdapter[str], blank: str) -> None:
    """A name of blanks would be a name of nothing."""
    with pytest.raises(ValidationError):
        kind.validate_python(blank)


@pytest.mark.parametrize(
    ("kind", "longest"), [(NAME, 100), (LINE, 500), (TEXT, 20_000)], ids=["name", "line", "text"]
)
def test_text_has_a_longest_length(kind: TypeAdapter[str], longest: int) -> None:
    """What counts is the text that is kept, without the blanks around it."""
    assert kind.validate_python("é" * longest) == "é" * longest
    assert kind.validate_python(" " + "a" * longest + "\n") == "a" * longest
    with pytest.raises(ValidationError):
        kind.validate_python("a" * (longest + 1))


@EVERY_TEXT
def test_composing_does_not_stretch_a_text_past_its_longest(kind: TypeAdapter[str]) -> None:
    """Some letters grow when composed (U+0958 to two); the length that is kept is what counts."""
    for said in ("\u0958" * 60, "\u0958" * 400, "\u0958" * 20_000):
        try:
            kept = kind.validate_python(said)
        except ValidationError:
            continue
        assert kind.validate_python(kept) == kept


@given(st.text(st.characters()))
def test_a_text_that_is_kept_is_accepted_again(said: str) -> None:
    """What the ledger holds can be written to a dossier and read from it."""
    for kind in (LINE, NAME, TEXT):
        try:
            kept = kind.validate_python(said)
        except ValidationError:
            continue
        assert kind.validate_python(kept) == kept


@EVERY_TEXT
def test_a_number_may_be_a_name(kind: TypeAdapter[str]) -> None:
    """YAML reads an option named 2026 as a number; a name it is all the same."""
    assert kind.validate_python(2026) == "2026"


@pytest.mark.parametrize("said", [True, None, 1.5, ["a"], {"a": 1}])
def test_what_is_no_text_is_refused(said: Any) -> None:
    """Nothing else is turned into its Python spelling."""
    with pytest.raises(ValidationError, match="valid string"):
        LINE.validate_python(said)


def test_the_hash_of_a_text_is_that_of_its_utf_8() -> None:
    """SHA-256 of "abc": FIPS 180-4, example B.1."""
    assert values.sha256("abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert values.sha256("’") == hashlib.sha256(b"\xe2\x80\x99").hexdigest()


@pytest.mark.parametrize(
    ("said", "like"),
    [("q1", True), ("rain-9.march", True), ("Rain on Sunday?", False), ("", False), ("é", False)],
)
def test_an_id_can_be_told_from_a_title(said: str, like: bool) -> None:
    """One word of letters that any keyboard has."""
    assert values.like_an_id(said) is like
