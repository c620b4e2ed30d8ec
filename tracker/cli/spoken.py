"""What was typed, made plain before it is read; and the error of what can be read in two ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tracker.errors import UnexpectedError, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGNS = {"−": "-", "‐": "-", "‑": "-", "–": "-", "—": "-", "⁄": "/", "∶": ":", "٪": "%", "’": "'"}
_WIDE = range(0xFF01, 0xFF5F)  # full-width forms of ASCII
_ASCII = 0xFEE0


class Reading(NamedTuple):
    """One meaning of what was typed: how it is written for certain, and how it is read aloud."""

    written: str
    aloud: str


class AmbiguousError(UnexpectedError):
    """What was typed has several readings, which it carries."""

    def __init__(self, found: str, readings: Sequence[Reading]) -> None:
        self.readings = tuple(readings)
        aloud = " or ".join(reading.aloud for reading in readings)
        written = " or ".join(reading.written for reading in readings)
        super().__init__(found, f"one meaning; write {written}")
        self.args = (f"{shown(found)} may be read as {aloud}: write {written}",)


def plain(text: str) -> str:
    """The text in ASCII digits and signs, with single spaces and no full stop at its end.

    Digits of any script count as what they are; raised and circled ones are no digits.

    >>> plain("  ７０\u00a0％. ")
    '70 %'
    """
    if not text.isascii():
        text = "".join(map(_plain, text))
    return " ".join(text.split()).rstrip(". ")


def _plain(char: str) -> str:
    if char.isdecimal():
        return str(int(char))
    return chr(ord(char) - _ASCII) if ord(char) in _WIDE else _SIGNS.get(char, char)
