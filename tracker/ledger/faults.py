"""The first thing that is not as it was recorded, as an error that names it."""

from __future__ import annotations

from tracker.errors import Problem, TamperedError, shown

LINE = 300  # characters of a fault that are shown


def tampered(key: str, found: object, expected: str) -> TamperedError:
    """The error that names what is not as it was recorded."""
    return TamperedError(Problem(shown(key, LINE), shown(found, LINE), shown(expected, LINE)))
