"""Spans of the texts that a ledger keeps: whether a passage has the words that it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.errors import Problem
from tracker.ledger.tables import TABLES
from tracker.values import sha256

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tracker.records import Passage


class KeptTexts:
    """The texts that a ledger keeps, by the database id of their source; read as needed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._texts: dict[int, str | None] = {}

    def of(self, source: int) -> str | None:
        """The text of a source; None where it is not kept."""
        if source not in self._texts:
            table = TABLES["text"]
            chosen = select(table.c.text).where(table.c.source_id == source)
            self._texts[source] = self._connection.execute(chosen).scalar()
        return self._texts[source]

    def hold(self, source: int, words: str) -> None:
        """Take note of a text that is being kept."""
        self._texts[source] = words

    def problems(self, passage: Passage, source: int | None, key: str) -> list[Problem]:
        """What is wrong with a passage of a source, as far as its text is kept."""
        if source is None:
            return [Problem(key, "no source", "a passage of a source")]
        words = None if passage.start is None else self.of(source)
        if words is None:
            return []
        found = sha256(words[passage.start : passage.end])
        if found == passage.sha256:
            return []
        expected = f"the hash of characters {passage.start} to {passage.end}, {found}"
        return [Problem(f"{key}.sha256", str(passage.sha256), expected)]
