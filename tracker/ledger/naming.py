"""Which question a person means: by id, by title, or nearly."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING

from tracker.errors import DataError, Problem, UnknownIdError
from tracker.ledger.reading import Reader
from tracker.ledger.viewing import AMENDED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.ledger.pairing import Filters
    from tracker.ledger.viewing import View
    from tracker.records import Question


def unchanged(held: Question, asked: Question, given: Iterable[str]) -> list[str]:
    """Tags that are new on a question; refuses all else that would ask it otherwise.

    ``given`` names what was said about the question; its kind and options go with the forecast.
    """
    key = held.id
    problems = [
        Problem(
            name,
            str(getattr(asked, name)),
            f"{getattr(held, name) or 'none'}, as {key} has it"
            + (f"; `tracker amend {key}` asks it otherwise" if name in AMENDED else ""),
        )
        for name in given
        if name not in {"kind", "options", "tags"} and getattr(asked, name) != getattr(held, name)
    ]
    if problems:
        raise DataError(problems)
    return [tag for tag in asked.tags if tag not in held.tags]


def near(given: str, known: list[str]) -> list[str]:
    """What was meant, perhaps: capitals aside, the names that come closest."""
    folded = {name.casefold(): name for name in known}
    return [folded[name] for name in get_close_matches(given.casefold(), list(folded))]


def lookup(reader: Reader, named: str) -> str | None:
    """The id of a question as it was typed: ``q7``, ``Q7`` or plain ``7``."""
    typed = named.strip().lower()
    return next((key for key in (typed, f"q{typed}") if key in reader.ids), None)


def key(reader: Reader, named: str) -> str:
    """The id of a question that there is; UnknownIdError with what is near by."""
    found = lookup(reader, named)
    if found is None:
        raise UnknownIdError("question", named, meant(reader, named))
    return found


def meant(reader: Reader, named: str) -> list[str]:
    """The questions that were meant, perhaps: of an id near by, or with these words as title."""
    words = set(_words(named))
    said = [
        key
        for key, number in reader.ids.items()
        if words and any(words <= set(_words(title)) for title in reader.titles_ever[number])
    ]
    return near(named, list(reader.ids)) or said[-3:]


def _words(title: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", title).casefold())


def titled(reader: View, title: str) -> list[int]:
    """The questions with this very title, now or before they were amended."""
    wanted_title = " ".join(unicodedata.normalize("NFC", title).split()).casefold()
    return [
        number
        for number, titles in reader.titles_ever.items()
        if any(" ".join(held.split()).casefold() == wanted_title for held in titles)
    ]


def by_title(reader: Reader, title: str) -> str | None:
    """The id of the open question with this very title."""
    same = titled(reader, title)
    named = Reader(reader.connection, only=same)
    for number in reversed(same):
        if named.settled[number].status == "open":
            return str(named.question_rows[number].key)
    return None


def check(reader: Reader, filters: Filters) -> None:
    """A filter that names what is not there is a slip of the pen, not an empty answer."""
    if filters.analyst is not None:
        among("analyst", filters.analyst, list(reader.analysts.values()))
    if filters.source is not None:
        among("source", filters.source, list(reader.sources.values()))
    if filters.tag is not None:
        tags = {tag for tags in reader.tags.values() for tag in tags}
        among("tag", filters.tag, sorted(tags))
    for key in filters.asked:
        if key not in reader.ids:
            among("question", key, list(reader.ids))


def among(kind: str, given: str, known: list[str]) -> None:
    """UnknownIdError, with what is near, for a name that is not among those known."""
    if given not in known:
        there = ", ".join(known[:8]) or "none"
        hint = f"the ledger has {there}{' …' if len(known) > 8 else ''}"  # noqa: PLR2004
        close = near(given, known)
        raise UnknownIdError(kind, given, close, "" if close else hint)
