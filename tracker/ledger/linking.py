"""Which questions hang together: their outcomes are one piece of evidence, not several.

Linked are questions that share a tag ``linked:NAME``, and a question with the one it is
conditional on; and what is linked to the same is linked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

    from tracker.ledger.reading import Reader

MARK = "linked:"


def clusters(reader: Reader) -> dict[int, str]:
    """For each question, by database id, the id of the first question that it is linked to."""
    first: dict[Hashable, Hashable] = {}

    def root(of: Hashable) -> Hashable:
        while first.setdefault(of, of) != of:
            first[of] = first[first[of]]
            of = first[of]
        return of

    for number, row in reader.question_rows.items():
        marks = [tag for tag in reader.tags.get(number, ()) if tag.startswith(MARK)]
        if row.condition_id is not None:
            marks.append(row.condition_id)
        for mark in marks:
            first[root(mark)] = root(number)
    named: dict[Hashable, str] = {}
    return {
        number: named.setdefault(root(number), row.key)
        for number, row in reader.question_rows.items()
    }
