"""Numbers as people say them, handed on in their canonical form. What is not sure is refused."""

from __future__ import annotations

import re
from fractions import Fraction

from tracker.cli.spoken import AmbiguousError, Reading, plain
from tracker.errors import UnexpectedError
from tracker.values import percent, probability, quantity

PROBABILITY = "a probability, as 70%, 0.7, 7/10 or 2:1"
_NUMBER = r"\d{1,12}(?:\.\d{1,20})?|\.\d{1,20}"
_IN = rf"({_NUMBER}) ?(in|of|out of|to|/|:|-) ?({_NUMBER})(?: (on|against))?"
_NO_RANGE = "one probability; odds are 1:3, and a range is --range 50%..60% beside -p"
_SURE = 11  # from here on a bare whole number can only be meant as percent
_HUNDRED = 100


def share(text: str) -> float:
    """The probability that was said: 70%, .7, 7/10, 7 in 10, odds of 2:1; 70 alone is 70 %.

    Raises AmbiguousError for what has two readings, UnexpectedError for what has none.

    >>> share("7 in 10"), share("0,7"), share("2:1"), share("70")
    (0.7, 0.7, 0.666666667, 0.7)
    """
    said = re.sub(r" ?per ?cent$", "%", plain(text).lower())
    said = re.sub(r"(?<=in |of )[1-9]\d{0,2}(?:,\d{3})+$", lambda of: of[0].replace(",", ""), said)
    said = _decimal(said)
    if re.fullmatch(r"[1-9]\d?|100", said):
        return _whole(text, int(said))
    if said.endswith("‰") and re.fullmatch(_NUMBER, said[:-1].rstrip()):
        return _kept(Fraction(said[:-1].rstrip()) / 1000, text)
    if found := re.fullmatch(_IN, said):
        return _of(text, *found.groups())
    if re.fullmatch(rf"(?:{_NUMBER}) ?%? ?(?:-|\.\.|to) ?(?:{_NUMBER}) ?%?", said):
        raise UnexpectedError(text, _NO_RANGE)
    if re.fullmatch(r"[1-9]\d*\.\d+", said) and 1 < Fraction(said) < _HUNDRED:
        raise UnexpectedError(text, f"{PROBABILITY}; if percent is meant, {said}%")
    try:
        return probability(said)
    except UnexpectedError as error:
        raise UnexpectedError(text, error.expected) from None


def noted(text: str, value: float) -> str | None:
    """What is said of how a probability was read, where it could surprise."""
    said = _decimal(plain(text).lower())
    if said == "1":
        return "1 is read as certain, 100 %; one per cent is 1%"
    if said.isdigit() and value:
        return f"{said} is read as {percent(value)}"
    if (odds := re.fullmatch(_IN, said)) and odds[2] in {"to", ":"} and not odds[4]:
        against = f"{odds[3]}:{odds[1]}"
        return f"{said} is read as odds in favour, {percent(round(value, 4))}; against is {against}"
    return None


def _whole(text: str, number: int) -> float:
    if number == 1 or number >= _SURE:
        return 1.0 if number == 1 else number / _HUNDRED
    readings = (
        Reading(f"{number}%", f"{number} %"),
        Reading(f"{number}/10", f"{number} in 10, {10 * number} %"),
    )
    raise AmbiguousError(text, readings)


def _of(text: str, first: str, how: str, second: str, side: str | None) -> float:
    """Seven in ten, or odds; "50/50" is even odds, other shares of a hundred may be either."""
    one, two = Fraction(first), Fraction(second)
    if one == two == _HUNDRED // 2 and how in {"/", "-", ":"}:
        return 0.5
    if how in {"to", ":"} and (how == ":" or side or one >= two):
        if not one + two:
            raise UnexpectedError(text, PROBABILITY)
        return _kept((two if side == "against" else one) / (one + two), text)
    if how in {"-", "to"} or side:
        raise UnexpectedError(text, _NO_RANGE)
    if one > two or not two:
        raise UnexpectedError(text, f"{PROBABILITY}, of which the first is not the larger")
    if how != "/" and "." in second:
        raise UnexpectedError(text, f"{PROBABILITY}, of whole numbers")
    if how == "/" and one and one + two == _HUNDRED:
        odds = percent(round(float(one / two), 4))
        readings = [Reading(f"{first}%", f"{first} %"), Reading(f"{first} in {second}", odds)]
        raise AmbiguousError(text, readings)
    return _kept(one / two, text)


def _kept(exact: Fraction, text: str) -> float:
    if not 0 <= exact <= 1:
        raise UnexpectedError(text, PROBABILITY)
    return probability(float(exact))


def _decimal(said: str) -> str:
    """A comma that can only be a decimal one as a point."""
    return re.sub(
        r"(?<![\d.,])(0?|[1-9]\d*),(\d{1,2}|\d{4,}|(?<=\b0,)\d+)(?![\d.,])", r"\1.\2", said
    )


# --- quantities ----------------------------------------------------------------------------------

QUANTITY = "a number, as 1200.5, 1,200.5 or 1.2 million"
_POWERS = {"k": 3, "thousand": 3, "mn": 6, "million": 6, "bn": 9, "billion": 9}
_POWERS |= {"tn": 12, "trillion": 12}
_UNSURE = {"m": 6, "M": 6, "K": 3}  # metres, minutes, molar, kelvin
_GROUPED = (
    (r"\d{1,3}(?:[ '_]\d{3})+(?:[.,]\d+)?", " '_"),
    (r"\d{1,3}(?:(?:,\d{3}){2,}|(?:,\d{3})+(?=\.))(?:\.\d+)?", ","),
    (r"\d{1,3}(?:(?:\.\d{3}){2,}|(?:\.\d{3})+(?=,))(?:,\d+)?", "."),
)


def amount(text: str) -> str:
    """The quantity that was said, as a record takes it: 1,200.5, 1.200,5, 3k, 1.2 million.

    Raises AmbiguousError for what has two readings, UnexpectedError for what has none.

    >>> amount("1.200,5"), amount("1.2 million"), amount("850")
    ('1200.5', '1200000', '850')
    """
    said = plain(text)
    try:
        quantity(said)
    except UnexpectedError:
        pass
    else:
        return said
    found = re.fullmatch(r"([+-]?)([\d., '_]*\d) ?([a-zA-Z]*)", said)
    if not found:
        raise UnexpectedError(text, QUANTITY)
    sign, digits, word = found.groups()
    powers = _powers(word)
    values = [value * 10**power for value in _values(digits) for power in powers]
    written = [repr(float(-value if sign == "-" else value)) for value in values]
    readings = [Reading(*[each.removesuffix(".0")] * 2) for each in written]
    if not readings:
        raise UnexpectedError(text, QUANTITY)
    if len(readings) > 1:
        raise AmbiguousError(text, readings)
    return readings[0].written


def _powers(word: str) -> list[int]:
    """By how many tens a word multiplies; one that may be a unit, also by none."""
    if word in _UNSURE:
        return [_UNSURE[word], 0]
    power = _POWERS.get(word if word == "k" else word.lower().removesuffix("s"))
    return [0] if not word else [] if power is None else [power]


def _values(digits: str) -> list[Fraction]:
    """What digits with points and commas may mean: three after one comma, two things."""
    for grouped, marks in _GROUPED:
        if re.fullmatch(grouped, digits):
            bare = digits.translate({ord(mark): None for mark in marks})
            return [Fraction(bare.replace(",", "."))]
    if re.fullmatch(r"[1-9]\d{0,2},\d{3}", digits):
        return [Fraction(digits.replace(",", "")), Fraction(digits.replace(",", "."))]
    decimal = _decimal(digits)
    return [Fraction(decimal)] if re.fullmatch(_NUMBER, decimal) else []
