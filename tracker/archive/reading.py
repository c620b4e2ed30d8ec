"""Cells of a text table read as numbers, outcomes and labels, many at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from tracker.archive.table import BLANK, OUTCOMES
from tracker.pairs import BILLION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BAD, OPEN = -2, -1
NUMBER = re.compile(
    r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*(%?)\s*", re.ASCII
)


def numbers(cells: Sequence[str], *, percent: bool = False) -> NDArray[np.float64]:
    """Numbers, with or without a percent sign; NaN where a cell is none.

    ``percent``: those without the sign are percent too.

    >>> numbers(["0.7", "70%", " 7e-1 ", "0,7"]).tolist()
    [0.7, 0.7, 0.7, nan]
    """
    text = "".join(cells)
    if text.isascii() and "_" not in text:  # which Python reads as numbers, and nobody else
        try:
            found = np.fromiter(map(float, cells), np.float64, len(cells))
        except ValueError:
            pass
        else:
            return found / 100 if percent else found
    return np.fromiter((_number(cell, percent) for cell in cells), np.float64, len(cells))


def _number(cell: str, percent: bool) -> float:
    written = NUMBER.fullmatch(cell)
    if written is None:
        return float("nan")
    return float(written[1]) / 100 if percent or written[2] else float(written[1])


def levels(said: NDArray[np.float64]) -> NDArray[np.int64]:
    """Probabilities in billionths; a chance, however small, is never rounded to 0 or 1."""
    level = np.rint(said * BILLION).astype(np.int64)
    return np.where((said > 0) & (said < 1), np.clip(level, 1, BILLION - 1), level)


def outcomes(cells: Sequence[str]) -> NDArray[np.int64]:
    """1 or 0, OPEN where there is nothing, BAD where it is something else.

    >>> outcomes(["Yes", "0", "", "0.3"]).tolist()
    [1, 0, -1, -2]
    """
    return np.fromiter(map(_Outcomes().__getitem__, cells), np.int64, len(cells))


class _Outcomes(dict[str, int]):
    """What cells say, each looked at once."""

    def __missing__(self, cell: str) -> int:
        self[cell] = OUTCOMES.get(cell.strip(BLANK).casefold(), BAD)
        return self[cell]


class Labels(dict[str, int]):
    """A number for each label, from 0 on; BAD for what is not UTF-8, and for nothing.

    ``blank`` is what nothing stands for, where it stands for something.
    """

    def __init__(self, blank: str | None = None) -> None:
        self.blank = blank
        self.names: list[str] = []
        self.known: dict[str, int] = {}

    def __missing__(self, cell: str) -> int:
        name = cell.strip(BLANK) or self.blank
        if name is None or not readable(name):
            return BAD
        if name not in self.known:
            self.known[name] = len(self.names)
            self.names.append(name)
        self[cell] = self.known[name]
        return self[cell]

    def ranks(self) -> list[int]:
        """The place of each label, by its number, among all of them in order."""
        ranks = [0] * len(self.names)
        for rank, number in enumerate(sorted(range(len(ranks)), key=self.names.__getitem__)):
            ranks[number] = rank
        return ranks


def readable(text: str) -> bool:
    """Whether a text was UTF-8: bytes that are not have become lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
