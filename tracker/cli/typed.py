"""What was typed, read as a record takes it; whoever sits there is asked which of two was meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal, TypeVar

import typer

from tracker.cli.terminal import aloud, remark
from tracker.errors import DataError, Problem, UnexpectedError

Read = TypeVar("Read")


def past(text: str | None, option: str) -> str | None:
    """A date that has been, from what was typed."""
    return _date(text, option, ahead=False, whole=_WHOLE.get(option))


def moment_past(text: str | None, option: str) -> str | None:
    """When something was said or known: "today" is now, not some hour of the day."""
    return _date(text, option, ahead=False, instant=True)


def coming(text: str | None, option: str, *, made: str | None = None) -> str | None:
    """A date to come, from what was typed; for what was made earlier, one to come then.

    One in ISO form may have passed: what was asked long ago is entered so.
    """
    from tracker import settings
    from tracker.values import begins, ends

    earliest = begins(made) if made else None
    found = _date(text, option, ahead=True, whole="last", earliest=earliest)
    if found and option.startswith("--") and ends(found) <= (earliest or settings.now()):
        remark(f"{option}: {found} has passed already")
    return found


def share(text: str | None, option: str) -> float | None:
    """A probability from what was typed."""
    from tracker.values import probability

    if text is None:
        return None
    if text.endswith("%") or text[:1] in {"0", "."}:  # most are: nothing more is loaded for them
        with suppress(UnexpectedError):
            return probability(text)
    from tracker.cli import numbers

    value = _sure(numbers.share, text, option)
    if note := numbers.noted(text, value):
        remark(f"{option}: {note}")
    return value


def amount(text: str, option: str) -> str:
    """A number, or a date, from what was typed, as a record takes it."""
    return _sure(_amount, text, option)


def settles(kind: str, text: str) -> str:
    """The outcome of a question, from what was typed, as a record takes it.

    What cannot be one is an error of the data, as it is with any other question.
    """
    if kind not in {"date", "quantity"}:
        return text
    from tracker.cli.spoken import AmbiguousError

    read = _happened if kind == "date" else _number
    try:
        return read(text)
    except AmbiguousError as error:
        return _picked(read, error, "OUTCOME")
    except UnexpectedError as error:
        raise DataError([Problem("outcome", error.found, error.expected)]) from None


def _happened(text: str) -> str:
    from tracker import settings
    from tracker.cli.dates import read

    return read(text, settings.now(), ahead=False)


def _number(text: str) -> str:
    from tracker.cli.numbers import amount

    return amount(text)


_WHOLE: dict[str, Literal["first", "last"]] = {
    "--since": "first",
    "--until": "last",
    "--as-of": "last",
}
_SHOWN = {"--by", "--made", "--known", "--quantile"}  # the command prints what was read


def _date(text: str | None, option: str, **how: Any) -> str | None:
    from tracker import settings
    from tracker.cli.dates import canonical, read

    if text is None:
        return None
    now = settings.now()
    found = _sure(lambda said: read(said, now, **how), text, option)
    if option.startswith("--") and option not in _SHOWN and not canonical(text):
        remark(f"{option}: {text} is read as {aloud(found)}")
    return found


def _amount(text: str) -> str:
    from tracker import settings
    from tracker.cli import dates, numbers, spoken
    from tracker.values import begins

    try:
        return numbers.amount(text)
    except spoken.AmbiguousError:
        raise
    except UnexpectedError:
        dated = re.search(r"[a-z]|\d{4}", text.lower()) is not None
        if not dated:
            raise
    return dates.read(text, settings.now(), ahead=True, earliest=begins("0001-01-01"))


def _sure(read: Callable[[str], Read], text: str, option: str) -> Read:
    """What was typed, as ``read`` takes it; whoever sits there picks one of two readings."""
    try:
        return read(text)
    except UnexpectedError as error:
        return _picked(read, error, option)


def _picked(read: Callable[[str], Read], wrong: UnexpectedError, option: str) -> Read:
    from tracker.cli.asking import InputEndedError, picked

    try:
        return read(picked(wrong))
    except UnexpectedError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None
    except InputEndedError:
        raise typer.Abort from None


def named(items: list[str], option: str, form: str) -> dict[str, str]:
    """``NAME=VALUE`` items as a mapping; each name once."""
    found: dict[str, str] = {}
    for item in items:
        name, equals, value = item.rpartition("=")
        if not equals or not name.strip() or not value.strip():
            raise typer.BadParameter(f"expected {form}; found {item}", param_hint=option)
        if name.strip() in found:
            raise typer.BadParameter(f"{name.strip()} is given twice", param_hint=option)
        found[name.strip()] = value.strip()
    return found
