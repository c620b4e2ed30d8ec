"""What can go wrong, and in which words it is said.

Wrong data are values (:class:`Problem`), collected and shown together; a broken state is an
exception. Every exception here is met by the command line with one sentence on stderr and its
``exit_code``: 2 where the command was wrong, 1 where the data or the ledger is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


LONGEST = 120  # characters of a wrong value that a message shows


@dataclass(frozen=True)
class Problem:
    """One thing wrong with what was given: where, what was found, what is expected."""

    key: str
    found: str
    expected: str
    file: str | None = None
    line: int | None = None

    def at(self, file: str | None, line: int | None) -> Problem:
        """The same problem, located in a file."""
        return replace(self, file=file, line=line)

    def __str__(self) -> str:
        place = [p for p in (self.file, f"line {self.line}" if self.line else None) if p]
        place.append(self.key)
        return f"{', '.join(place)}: found {self.found}; expected {self.expected}"


class UnexpectedError(ValueError):
    """A value that is not what it should be; says both."""

    def __init__(self, found: object, expected: str) -> None:
        self.found = shown(found)
        self.expected = expected
        super().__init__(f"expected {expected}; found {self.found}")


def shown(found: object, longest: int = LONGEST) -> str:
    """A value as a message can hold it: in one line, with nothing that a terminal would obey."""
    try:
        said = str(found)
    except ValueError:  # Python writes no integer of thousands of digits
        return "a number too long to show"
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in said[:longest])


class TrackerError(Exception):
    """The base of every error that tracker raises on purpose."""

    exit_code = 1


class UsageError(TrackerError, ValueError):
    """The command or call was wrong."""

    exit_code = 2


class DataError(TrackerError, ValueError):
    """The data given are wrong; nothing was written. Carries every problem found."""

    def __init__(self, problems: Iterable[Problem], *, what: str = "") -> None:
        self.problems = tuple(problems)
        self.what = what
        count = len(self.problems)
        lines = [str(problem) for problem in self.problems]
        if count > 1 or what:
            said = f"{count} problem{'s' if count != 1 else ''}"
            lines.insert(0, f"{what + ': ' if what else ''}{said}, nothing was written")
        super().__init__("\n  ".join(lines))


class UnknownIdError(TrackerError, KeyError):
    """No row of the ledger has this id."""

    def __init__(self, kind: str, given: str, near: Iterable[str] = (), hint: str = "") -> None:
        close = ", ".join(near)
        asked = f"did you mean {close}?" if close else ""
        hints = "; ".join(filter(None, [hint, asked])) or "`tracker list` shows what there is"
        self.message = f"no {kind} {given!r} in the ledger; {hints}"
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


class LedgerError(TrackerError):
    """The ledger cannot be used as asked; nothing was written."""


class NoLedgerError(LedgerError):
    """There is no ledger at the place named."""

    def __init__(self, place: str) -> None:
        super().__init__(f"no ledger at {place}; `tracker log` or `tracker add` starts one there")


class NotALedgerError(LedgerError):
    """There is something at the place named, but it is not a ledger."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"{place} is {what}, not a tracker ledger; nothing was changed")


class OldSchemaError(LedgerError):
    """The ledger was written by an older tracker."""

    def __init__(self, place: str, found: str, needed: str) -> None:
        super().__init__(
            f"the ledger at {place} has schema {found} and this tracker needs {needed}; "
            "run `tracker upgrade`"
        )


class NewSchemaError(LedgerError):
    """The ledger was written by a newer tracker."""

    def __init__(self, place: str, found: str, known: str) -> None:
        super().__init__(
            f"the ledger at {place} has schema {found} and this tracker knows schemas up to "
            f"{known}; run `pip install --upgrade tracker`"
        )


class ReadOnlyError(LedgerError):
    """The ledger may be read but not written."""

    def __init__(self, place: str) -> None:
        super().__init__(f"the ledger at {place} is read-only; nothing was written")


class ClockError(LedgerError):
    """The clock stands well before the ledger's last entry; nothing was written."""

    def __init__(self, now: str, last: str) -> None:
        super().__init__(
            f"the clock says {now}, but the ledger's last entry was recorded {last}; nothing was "
            "written; set the clock right and try again"
        )


class TamperedError(LedgerError):
    """The ledger is not what was recorded; names the first place where it differs."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))
