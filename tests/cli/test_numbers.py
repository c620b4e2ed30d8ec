"""Numbers as people say them: what is read, what is asked about, what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.cli.numbers import amount, noted, share
from tracker.cli.spoken import AmbiguousError
from tracker.errors import UnexpectedError
from tracker.values import probability, quantity

SHARES = {
    "70%": 0.7,
    "70 %": 0.7,
    "70\u202f%": 0.7,
    "70.0%": 0.7,
    "70 percent": 0.7,
    "70 per cent": 0.7,
    "70%.": 0.7,
    "７０％": 0.7,
    "٧٠٪": 0.7,
    "5%": 0.05,
    "1%": 0.01,
    "0%": 0,
    "100%": 1,
    "12.5 %": 0.125,
    "12,5 %": 0.125,
    "7,25%": 0.0725,
    "99,9999%": 0.999999,
    "0.7": 0.7,
    ".7": 0.7,
    "0,7": 0.7,
    ",7": 0.7,
    "0,125": 0.125,
    "0": 0,
    "1": 1,
    "1.0": 1,
    "7/10": 0.7,
    "7 / 10": 0.7,
    "1/3": 0.333333333,
    "7 in 10": 0.7,
    "7 out of 10": 0.7,
    "7 of 10": 0.7,
    "1 in 20": 0.05,
    "1,5 in 10": 0.15,
    "1 in 1,000": 0.001,
    "1 in 1000": 0.001,
    "3 out of 10,000": 0.0003,
    "2:1": 0.666666667,
    "2 : 1": 0.666666667,
    "1:2": 0.333333333,
    "2 to 1": 0.666666667,
    "2 to 1 on": 0.666666667,
    "1 to 3 on": 0.25,
    "1 to 1": 0.5,
    "2 to 1 against": 0.333333333,
    "9:1": 0.9,
    "1:0": 1,
    "1.5:1": 0.6,
    "70:30": 0.7,
    "50/50": 0.5,
    "50-50": 0.5,
    "50:50": 0.5,
    "0/100": 0,
    "5‰": 0.005,
    "2,5 ‰": 0.0025,
    "11": 0.11,
    "70": 0.7,
    "70.": 0.7,
    "99": 0.99,
    "100": 1,
}
ASKED = {
    "2": (0.02, 0.2),
    "5": (0.05, 0.5),
    "10": (0.1, 1.0),
    "40/60": (0.4, 0.666666667),
    "1/99": (0.01, 0.010101010),
}
REFUSED = {
    "": "a probability",
    "likely": "a probability",
    "-0.1": "a probability",
    "-70%": "a probability",
    "+70%": "a probability",
    "101": "a probability",
    "101%": "a probability",
    "700%": "a probability",
    "070": "a probability",
    "1.5": "1.5%",
    "7,5": "7.5%",
    "70.5": "70.5%",
    "1,500": "a probability",
    "70,000%": "a probability",
    "50-60": "--range",
    "50–60 %": "--range",
    "50%..60%": "--range",
    "50% to 60%": "--range",
    "60-40": "--range",
    "50 to 60": "--range",
    "1 to 3": "1:3",
    "0.5 to 0.6": "--range",
    "10 in 7": "not the larger",
    "60/40": "not the larger",
    "7/0": "not the larger",
    "0:0": "a probability",
    "0/0": "not the larger",
    "7 in 10 against": "--range",
    "1001‰": "a probability",
    "1e-2": "a probability",
    "nan": "a probability",
    "7²%": "a probability",
    "½": "a probability",
    "1½ in 10": "a probability",
    "1 in 1,00": "a probability",
    "0.0000000000001": "one billionth",
    "999999999999:1": "one billionth",
    "50%%": "a probability",
    "1 in a hundred": "a probability",
    "~70%": "a probability",
    ">70%": "a probability",
}
AMOUNTS = {
    "850": "850",
    "-3.5": "-3.5",
    "1e6": "1e6",
    "1_200.5": "1_200.5",
    "1.085": "1.085",  # as any program writes it
    "0,5": "0.5",
    "12,5": "12.5",
    "-12,5": "-12.5",
    "0,125": "0.125",
    "1,2345": "1.2345",
    "1,200.5": "1200.5",
    "1.200,5": "1200.5",
    "1,200,000": "1200000",
    "1.200.000": "1200000",
    "1.200.000,25": "1200000.25",
    "1 200": "1200",
    "1\u00a0200,5": "1200.5",
    "1'200.50": "1200.5",
    "1’200": "1200",
    "3k": "3000",
    "2.5k": "2500",
    "3 thousand": "3000",
    "1.2 million": "1200000",
    "1,2 Million": "1200000",
    "1.2 millions": "1200000",
    "2mn": "2000000",
    "1.5 bn": "1500000000",
    "2 trillion": "2000000000000",
    "-1.2 million": "-1200000",
    "１２００": "1200",
    "−5": "-5",
}
TWO_AMOUNTS = {
    "1,200": ("1200", "1.2"),
    "-1,204": ("-1204", "-1.204"),
    "1,200 million": ("1200000000", "1200000"),
    "3m": ("3000000", "3"),
    "1.2M": ("1200000", "1.2"),
    "300K": ("300000", "300"),
    "1,200m": ("1200000000", "1200", "1200000", "1.2"),
}
NO_AMOUNTS = [
    *("", "many", "nan", "inf", "1.2.3", "1,2,3", "12,34,567", "1,20,000", "1.200,5,5", "5 %"),
    *("$5", "5€", "5 kg", "3 m2", "1..2", "1,,2", "1,200.5,5", "0,200,5", "--5", "1e999", "²"),
    *("3 mm", "3 b", "three", "5-6", "1/2", "1 2", "1 20", "1 2000"),
]


@pytest.mark.parametrize(("said", "meant"), SHARES.items())
def test_a_probability_is_read(said: str, meant: float) -> None:
    """Percent, decimals, fractions, so many in so many, odds in favour; a bare 70 is percent."""
    assert share(said) == meant


@pytest.mark.parametrize(("said", "readings"), ASKED.items())
def test_a_probability_with_two_readings(said: str, readings: tuple[float, float]) -> None:
    """Is 5 five per cent, or five in ten? Each reading is written as one that is read for sure."""
    with pytest.raises(AmbiguousError, match="may be read as") as refused:
        share(said)
    assert tuple(share(reading.written) for reading in refused.value.readings) == readings


@pytest.mark.parametrize(("said", "hint"), REFUSED.items())
def test_what_is_no_probability_is_refused(said: str, hint: str) -> None:
    """The value is named, and what to write instead."""
    with pytest.raises(UnexpectedError) as refused:
        share(said)
    assert not isinstance(refused.value, AmbiguousError)
    assert hint in str(refused.value)


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ("70", "70 is read as 70 %"),
        ("100", "100 is read as 100 %"),
        ("1", "1 is read as certain, 100 %; one per cent is 1%"),
        ("2:1", "2:1 is read as odds in favour, 66.67 %; against is 1:2"),
        ("2 to 1", "2 to 1 is read as odds in favour, 66.67 %; against is 1:2"),
        *((said, None) for said in ("0", "70%", "0.7", "7/10", "7 in 10", "2 to 1 against")),
    ],
)
def test_a_surprising_reading_is_told(said: str, note: str | None) -> None:
    """What can only be meant in one way is read so, and said; what is plain is not."""
    assert noted(said, share(said)) == note


@pytest.mark.parametrize(("said", "meant"), AMOUNTS.items())
def test_a_quantity_is_read(said: str, meant: str) -> None:
    """Thousands in groups, decimal commas, thousand and million, where there is no doubt."""
    assert amount(said) == meant


@pytest.mark.parametrize(("said", "readings"), TWO_AMOUNTS.items())
def test_a_quantity_with_two_readings(said: str, readings: tuple[str, ...]) -> None:
    """Three digits after one comma may be thousands or decimals; m is millions, or metres."""
    with pytest.raises(AmbiguousError, match="may be read as") as refused:
        amount(said)
    assert tuple(reading.written for reading in refused.value.readings) == readings
    assert [amount(written) for written in readings] == list(readings)


@pytest.mark.parametrize("said", NO_AMOUNTS)
def test_what_is_no_quantity_is_refused(said: str) -> None:
    """Units, ranges and groups of the wrong size."""
    with pytest.raises(UnexpectedError, match="expected a number") as refused:
        amount(said)
    assert not isinstance(refused.value, AmbiguousError)


@given(st.integers(1, 999), st.integers(1, 999))
def test_odds_one_way_and_the_other_are_one(first: int, second: int) -> None:
    """A probability and its complement; and odds are a share of their sum."""
    favour, against = share(f"{first}:{second}"), share(f"{second}:{first}")
    assert favour + against == pytest.approx(1)
    assert favour == share(f"{second} to {first} against")
    assert favour == probability(float(Fraction(first, first + second)))


@given(st.decimals(0, 100, places=3))
def test_a_percentage_is_itself_with_point_or_comma(percent: object) -> None:
    """However it is written, it is what a dossier says."""
    if 0 < share(f"{percent}%") < 1:
        assert share(f"{percent}%") == probability(f"{percent}%")
        assert share(f"{percent}0".replace(".", ",") + " %") == probability(f"{percent}%")


TYPED = st.text("0123456789.,:/%‰- inoutfk½²７٣", max_size=12) | st.text(max_size=12)


@given(TYPED)
def test_any_text_is_a_probability_or_refused(said: str) -> None:
    """Never another error; what dossiers take is the same here, but for what may surprise."""
    try:
        meant = share(said)
    except UnexpectedError:
        return
    assert 0 <= meant <= 1
    assert share(f"{meant:.9f}") == meant


@given(TYPED | st.floats(allow_nan=False, allow_infinity=False).map(str))
def test_any_text_is_a_quantity_or_refused(said: str) -> None:
    """Never another error; and what a record takes is taken as it is."""
    try:
        meant = amount(said)
    except UnexpectedError:
        return
    assert amount(meant) == meant
    if said.isascii() and "." not in said[-1:]:
        try:
            assert quantity(said) == quantity(meant)
        except UnexpectedError:
            return
