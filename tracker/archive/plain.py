"""CSV with the base installation: in pieces, each checked and added up, then forgotten."""

from __future__ import annotations

import csv
import gzip
import io
import sys
import zlib
from contextlib import contextmanager
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, cast

import numpy as np

from tracker.archive import table
from tracker.archive.cells import GROUP_BITS, Cells, Rows, codes, numbered
from tracker.archive.reading import BAD, OPEN, Labels, levels, numbers, outcomes, readable
from tracker.archive.samples import notes, samples
from tracker.archive.table import BLANK, NAMED, NO_GROUP
from tracker.errors import DataError, Problem
from tracker.pairs import usable

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from tracker.archive.table import Columns, Progress, Table

PIECE = 20_000  # rows held at once
DELIMITERS = (",", ";", "\t")
HEADER_LINES = 100  # of a header with line breaks in its names
GZIP = b"\x1f\x8b"
PAIR = 1 << 31  # a question and its cluster in one whole number


def read(place: str, columns: Columns, *, progress: Progress) -> Table:
    """Read a CSV file, gzipped or not, or standard input where the place is ``-``."""
    with opened(place) as (lines, content):
        header, reader = start(lines, columns, place)
        found = _Found(place, columns, header)
        while found.take(reader):
            progress(content.done(), content.size)
    return found.table()


class Bytes(NamedTuple):
    """A file that is being read: of standard input no size is known."""

    raw: io.BufferedReader
    size: int
    zipped: bool

    def done(self) -> int:
        """How many bytes have been read."""
        return self.raw.tell() if self.size else 0


@contextmanager
def opened(place: str) -> Iterator[tuple[Iterator[str], Bytes]]:
    """The lines of a file, and its bytes; DataError where it cannot be read to the end."""
    try:
        with _bytes(place) as raw:
            size = 0 if place == "-" else Path(place).stat().st_size
            zipped = raw.peek(2)[:2] == GZIP
            content = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if zipped else raw
            text = io.TextIOWrapper(content, "utf-8-sig", "surrogateescape", newline="")
            yield text, Bytes(raw, size, zipped)
            text.detach()  # or standard input would be closed
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        said = str(error).lower().rstrip(".")
        raise DataError([Problem(place, said, "a whole gzip file; nothing was scored")]) from None
    except OSError as error:
        raise table.unopened(place, error) from None


@contextmanager
def _bytes(place: str) -> Iterator[io.BufferedReader]:
    if place != "-":
        with Path(place).open("rb") as raw:
            yield raw
    elif sys.stdin is None:
        raise OSError("no standard input")
    else:
        yield cast("io.BufferedReader", sys.stdin.buffer)


def start(lines: Iterator[str], columns: Columns, file: str) -> tuple[list[str], Reader]:
    """The header, and a reader of the rows, by the delimiter that the header shows."""
    first = [next(lines, "")]
    while sum(line.count('"') for line in first) % 2 and len(first) < HEADER_LINES:
        more = next(lines, "")
        if not more:
            break
        first.append(more)
    if "\0" in first[0] or not readable(first[0]):
        raise DataError([Problem("header", "what is not UTF-8", "a table in UTF-8", file)])
    headers = {delimiter: _header(first, delimiter) for delimiter in DELIMITERS}
    wanted = {*columns.asked().values()}
    best = max(DELIMITERS, key=lambda d: (len(wanted & {*headers[d]}), len(headers[d])))
    if not any(headers[best]):
        raise DataError([Problem("header", "nothing", "a header and rows", file)])
    reader = csv.reader(chain(first, lines), delimiter=best, strict=True)
    next(reader)
    return headers[best], reader


def _header(lines: list[str], delimiter: str) -> list[str]:
    try:
        row = next(csv.reader(lines, delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
    return [name.strip(BLANK) for name in row]


class _Found:
    """What has been found in the rows so far."""

    def __init__(self, file: str, columns: Columns, header: list[str]) -> None:
        self.file = file
        self.columns = columns
        self.width = len(header)
        self.at = columns.places(header, file)
        self.cells = Cells(
            by_question=columns.question is not None, weighted=columns.weight is not None
        )
        self.labels = {
            role: Labels(NO_GROUP if role == "by" else None)
            for role in ("question", "cluster", "by")
            if role in self.at
        }
        self.units = codes()
        self.rows = self.open = self.weightless = self.unreadable = 0
        self.above = self.inside = 0
        self.problems: list[Problem] = []

    def take(self, reader: Reader) -> bool:
        """Take one piece of the rows; False where there is none left."""
        rows: list[list[str]] = []
        begun = reader.line_num + 1
        fault = None
        try:
            rows.extend(islice(reader, PIECE))
        except csv.Error as error:  # what was read before it stays in the list
            fault = str(error)
        lines = _Lines(begun, rows, reader.line_num)
        self._add(rows, lines)
        if fault:
            self.rows += 1
            self.unreadable += 1
            expected = "a row of CSV, with its quotation marks in pairs"
            self._name(Problem("row", fault, expected, self.file, lines.after()))
        return bool(rows or fault)

    def table(self) -> Table:
        """Everything that was found."""
        gathered = self.cells.gathered(self._unit_codes())
        names = self.labels["by"].names if "by" in self.labels else []
        whole, groups = samples(gathered, names)
        return table.Table(
            engine="plain",
            rows=self.rows,
            open=self.open,
            weightless=self.weightless,
            unreadable=self.unreadable,
            problems=tuple(self.problems),
            notes=notes(whole, rounds=self.cells.rounds, linked=self.columns.cluster is not None),
            whole=whole,
            groups=groups,
        )

    def _unit_codes(self) -> list[tuple[int, int]]:
        """Question and cluster of each unit, the clusters in the order of their names.

        Draws go by that order, so they do not depend on the order of the rows.
        """
        if self.columns.question is None:
            return []
        if self.columns.cluster is None:
            return list(enumerate(self.labels["question"].ranks()))
        ranks = self.labels["cluster"].ranks()
        pairs = (divmod(cast("int", unit), PAIR) for unit in self.units)
        return [(question, ranks[cluster]) for question, cluster in pairs]

    def _add(self, rows: list[list[str]], lines: _Lines) -> None:
        """Check the rows of a piece, add what can be scored, and name what is wrong."""
        if {*map(len, rows)} - {self.width}:
            rows = self._whole_rows(rows, lines)
        self.rows += len(rows)
        cells = {role: [*map(itemgetter(at), rows)] for role, at in self.at.items()}
        outcome = outcomes(cells["outcome"])
        said = numbers(cells["probability"], percent=self.columns.percent)
        weight = numbers(cells["weight"]) if "weight" in cells else np.ones(len(rows))
        label = self._labels(cells)
        wrong = {
            "outcome": outcome == BAD,
            "probability": ~((said >= 0) & (said <= 1)),
            "weight": ~usable(weight),
            **{role: code == BAD for role, code in label.items()},
        }
        is_open = outcome == OPEN
        bad = np.logical_or.reduce([*wrong.values()]) & ~is_open
        weightless = (weight == 0) & ~bad & ~is_open
        self._percent(said[~is_open])
        if bad.any():
            self._name_all(rows, lines, wrong, bad)
        self.open += int(is_open.sum())
        self.weightless += int(weightless.sum())
        kept = ~(is_open | bad | weightless)
        nothing = np.zeros(len(rows), dtype=np.int64)
        self.cells.add(
            Rows(
                group=label.get("by", nothing)[kept],
                unit=self._units(label)[kept] if "question" in label else nothing[kept],
                level=levels(said[kept]),
                outcome=outcome[kept].astype(np.float64),
                weight=weight[kept],
            )
        )

    def _labels(self, cells: dict[str, list[str]]) -> dict[str, NDArray[np.int64]]:
        """The codes of questions, clusters and groups; a blank cluster is the question itself."""
        if "cluster" in cells:
            both = zip(cells["cluster"], cells["question"], strict=True)
            cells["cluster"] = [own if own.strip(BLANK) else asked for own, asked in both]
        found: dict[str, NDArray[np.int64]] = {
            role: np.fromiter(map(known.__getitem__, cells[role]), np.int64, len(cells[role]))
            for role, known in self.labels.items()
        }
        if "by" in found and len(self.labels["by"].names) > 1 << GROUP_BITS:
            many = f"more than {1 << GROUP_BITS:,} groups"
            key = f"column {self.columns.by}"
            raise DataError([Problem(key, many, "a column to group by", self.file)])
        return found

    def _units(self, label: dict[str, NDArray[np.int64]]) -> NDArray[np.int64]:
        """A code for each question in its cluster."""
        if "cluster" not in label:
            return label["question"]
        pair = label["question"] * PAIR + label["cluster"]
        distinct, at = np.unique(pair, return_inverse=True)
        units: NDArray[np.int64] = numbered(self.units, distinct)[at.reshape(-1)]
        return units

    def _percent(self, said: NDArray[np.float64]) -> None:
        self.above += int(((said > 1) & (said <= 100)).sum())  # noqa: PLR2004 - percent
        self.inside += int(((said > 0) & (said < 1)).sum())
        table.check_percent(self.columns, self.above, self.inside, self.file)

    def _whole_rows(self, rows: list[list[str]], lines: _Lines) -> list[list[str]]:
        """The rows that have as many cells as the header; empty lines are no rows."""
        broken = [at for at, row in enumerate(rows) if row and len(row) != self.width]
        self.rows += len(broken)
        self.unreadable += len(broken)
        for at in broken[:NAMED]:
            found, expected = f"{len(rows[at])} cells", f"{self.width}, as the header has"
            self._name(Problem("row", found, expected, self.file, lines.of(at)))
        kept = [at for at, row in enumerate(rows) if len(row) == self.width]
        lines.kept = kept
        return [rows[at] for at in kept]

    def _name_all(
        self,
        rows: list[list[str]],
        lines: _Lines,
        wrong: dict[str, NDArray[np.bool_]],
        bad: NDArray[np.bool_],
    ) -> None:
        """Name the first cell that is wrong in each row."""
        places = np.flatnonzero(bad)
        self.unreadable += len(places)
        for at in places[:NAMED].tolist():
            role = next(role for role, which in wrong.items() if which[at])
            cell = rows[at][self.at[role]]
            self._name(table.problem(self.columns, role, cell, self.file, lines.of_kept(at)))

    def _name(self, problem: Problem) -> None:
        if len(self.problems) < NAMED:
            self.problems.append(problem)


class _Lines:
    """On which lines of the file the rows of a piece begin; worked out where it is asked for."""

    def __init__(self, begun: int, rows: list[list[str]], last: int) -> None:
        self.begun = begun
        self.rows = rows
        self.straight = last - begun + 1 == len(rows)  # one line a row
        self.kept: Sequence[int] | None = None

    def of(self, at: int) -> int:
        """The line on which a row of the piece begins."""
        if self.straight:
            return self.begun + at
        breaks = sum(cell.count("\n") for row in self.rows[:at] for cell in row)
        return self.begun + at + breaks

    def of_kept(self, at: int) -> int:
        """The same, counting only the rows that were kept."""
        return self.of(at if self.kept is None else self.kept[at])

    def after(self) -> int:
        """The line after the piece."""
        self.straight = False
        return self.of(len(self.rows))
