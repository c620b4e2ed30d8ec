"""Tables of forecasts with outcomes: which columns are read, and what is found in them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.errors import DataError, Problem, UsageError, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tracker.tally import Sample

    Progress = Callable[[int, int], None]

ENGINES = ("plain", "duckdb")
DUCKDB_ENDINGS = (".parquet", ".pq", ".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
NAMED = 20  # wrong rows that are named; the others are counted
LISTED = 30  # columns that a message lists
NO_GROUP = "(none)"
BLANK = " \t\r\n"

OUTCOMES = {"1": 1, "0": 0, "1.0": 1, "0.0": 0, "yes": 1, "no": 0, "true": 1, "false": 0, "": -1}
EXPECTED = {
    "probability": "a probability from 0 to 1, or with its sign, as 70%",
    "outcome": "0 or 1, yes or no, true or false; or nothing while it is open",
    "weight": "0, or a number from 1e-100 to 1e100",
    "question": "a question, in UTF-8",
    "cluster": "a group of questions, in UTF-8",
    "by": "a group, in UTF-8",
}


@dataclass(frozen=True)
class Columns:
    """The names of the columns to be read.

    Without ``question`` every row is a question of its own. ``cluster`` names groups of linked
    questions, where its cell is not empty. ``percent``: numbers without a sign are percent.
    """

    probability: str
    outcome: str
    by: str | None = None
    question: str | None = None
    cluster: str | None = None
    weight: str | None = None
    percent: bool = False

    def __post_init__(self) -> None:
        if self.cluster is not None and self.question is None:
            raise UsageError("a column of clusters needs a column of questions")

    def asked(self) -> dict[str, str]:
        """What is read, and the name of its column."""
        names = {role: getattr(self, role) for role in EXPECTED}
        return {role: name for role, name in names.items() if name is not None}

    def places(self, header: Sequence[str], file: str) -> dict[str, int]:
        """Where in a header each column stands; DataError where one is missing, or there twice."""
        problems = []
        for name in dict.fromkeys(self.asked().values()):
            if name not in header:
                problems.append(_missing(name, header, file))
            elif header.count(name) > 1:
                problems.append(Problem("header", f"{name} twice", "each column once", file))
        if problems:
            raise DataError(problems)
        return {role: header.index(name) for role, name in self.asked().items()}


@dataclass(frozen=True, eq=False)
class Table:
    """What a table holds. ``groups`` are sorted by name; there are none unless asked for.

    ``rows`` counts all of them: ``scored`` ones, those still ``open``, those ``weightless`` and
    those ``unreadable``, the first of which ``problems`` names. ``notes`` are sentences on what
    was simplified.
    """

    engine: str
    rows: int
    open: int
    weightless: int
    unreadable: int
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    whole: Sample
    groups: list[tuple[str, Sample]]

    @property
    def scored(self) -> int:
        """The number of rows that are scored."""
        return self.rows - self.open - self.weightless - self.unreadable


def read(
    place: str, columns: Columns, *, engine: str | None = None, progress: Progress | None = None
) -> Table:
    """Read a table with the engine named, or the one that its file name calls for.

    ``plain`` reads CSV with the base installation. ``duckdb`` reads CSV, JSON Lines and Parquet,
    also larger than memory, and needs the extra ``archive``. Wrong rows are left out and named.

    Raises DataError where the table as a whole cannot be read.
    """
    from tracker.archive import plain

    if engine not in (None, *ENGINES):
        raise UsageError(f"expected the engine plain or duckdb; found {engine}")
    needs = place.lower().endswith(DUCKDB_ENDINGS) or "::" in place
    chosen = engine or ("duckdb" if needs else "plain")
    if chosen == "plain" and needs:
        raise UsageError(f"the plain engine reads CSV; found {place}")
    if chosen == "duckdb":
        from tracker.archive import duck

        return duck.read(place, columns, progress=progress or _silent)
    return plain.read(place, columns, progress=progress or _silent)


def _silent(done: int, total: int) -> None:
    pass


def check_percent(columns: Columns, above: int, inside: int, file: str) -> None:
    """Refuse a column of percentages without sign: its 1 would be read as certain."""
    if above > inside and not columns.percent:
        found = f"more numbers above 1 ({above}) than between 0 and 1 ({inside})"
        expected = "probabilities from 0 to 1, or a % sign; --percent if all are percent"
        raise DataError([Problem(f"column {columns.probability}", found, expected, file)])


def problem(columns: Columns, role: str, found: str | None, file: str, line: int | None) -> Problem:
    """What is wrong with a cell."""
    said = "nothing" if found is None or not found.strip() else shown(found)
    return Problem(columns.asked()[role], said, EXPECTED[role], file, line)


def unopened(place: str, error: OSError) -> DataError:
    """Why a table cannot be read."""
    found = (error.strerror or str(error)).lower()
    return DataError([Problem(place, found, "a table that can be read")])


def _missing(name: str, header: Sequence[str], file: str) -> Problem:
    close = difflib.get_close_matches(name.casefold(), [h.casefold() for h in header], 1, 0.6)
    near = next((h for h in header if close and h.casefold() == close[0]), None)
    listed = ", ".join(shown(h, 40) for h in header[:LISTED])
    more = f" and {len(header) - LISTED} more" if len(header) > LISTED else ""
    hint = f"; did you mean {shown(near)}?" if near else ""
    return Problem("header", f"no column {shown(name)}", f"one of {listed}{more}{hint}", file)
