"""What points at the passages of a source: forecasts made there, and evidence found there."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from tracker.ledger.tables import TABLES

if TYPE_CHECKING:
    from tracker.ledger.reading import Reader


class Pointer(NamedTuple):
    """A forecast made in a passage, or a resolution that refers to it.

    ``entry`` is that of the forecast or the resolution; ``stance`` that of evidence (supports,
    refutes, context), None for a forecast. ``analyst`` is who forecast, or who settled the
    question, where that was said.
    """

    question: str
    analyst: str | None
    entry: int
    stance: str | None


class Cited(NamedTuple):
    """A passage of a source, and what points at it in the order in which it was recorded.

    ``start`` and ``end`` are offsets in the text, None where only the words are known; ``quote``
    is None where only the offsets are.
    """

    start: int | None
    end: int | None
    quote: str | None
    pointers: tuple[Pointer, ...]


class _Place(NamedTuple):
    """Where a passage stands: by offsets, or else by its words."""

    start: int | None
    end: int | None
    words: str | None


def kept_text(reader: Reader, source: int) -> str | None:
    """The text of a source, by its database id; None where it is not kept."""
    table = TABLES["text"]
    rows = reader.rows(select(table).where(table.c.source_id == source), "text")
    return str(rows[0].text) if rows else None


def cited(reader: Reader, source: int) -> tuple[Cited, ...]:
    """The passages of a source in text order; those of which no offsets are known come last.

    Words that were not kept with a passage are read from the text, where that is kept.
    """
    table = TABLES["passage"]
    passages = reader.rows(select(table).where(table.c.source_id == source), "passage")
    pointers = _pointers(reader, source)
    words = kept_text(reader, source)
    found: dict[_Place, list[Pointer]] = defaultdict(list)
    quotes: dict[_Place, str | None] = {}
    for passage in passages:
        place = _Place(passage.start, passage.end, None if passage.end else passage.quote)
        read = None if words is None or passage.end is None else words[passage.start : passage.end]
        quotes[place] = passage.quote or quotes.get(place) or read
        found[place] += pointers[passage.id]
    passing = [
        Cited(place.start, place.end, quotes[place], tuple(sorted(held, key=lambda p: p.entry)))
        for place, held in found.items()
        if held
    ]
    return tuple(sorted(passing, key=_order))


def _order(one: Cited) -> tuple[int, ...]:
    if one.start is None or one.end is None:
        return (1, one.pointers[0].entry)
    return (0, one.start, one.end)


def _pointers(reader: Reader, source: int) -> dict[int, list[Pointer]]:
    """What points at each passage of a source, by the passage's database id."""
    passage, forecast = TABLES["passage"], TABLES["forecast"]
    evidence, resolution = TABLES["evidence"], TABLES["resolution"]
    here = select(passage.c.id).where(passage.c.source_id == source)
    keys = {number: key for key, number in reader.ids.items()}
    found: dict[int, list[Pointer]] = defaultdict(list)
    said = select(forecast).where(forecast.c.passage_id.in_(here))
    for row in reader.rows(said, "forecast"):
        whose = reader.analysts[row.analyst_id]
        found[row.passage_id].append(Pointer(keys[row.question_id], whose, row.entry_id, None))
    cites = evidence.c.passage_id.in_(here)
    settling = select(evidence.c.resolution_id).where(cites)
    chosen = select(resolution).where(resolution.c.id.in_(settling))
    settled = {row.id: row for row in reader.rows(chosen, "resolution")}
    for row in reader.rows(select(evidence).where(cites), "evidence"):
        by = settled.get(row.resolution_id)
        if by is None:  # it was retracted
            continue
        who = reader.analysts.get(by.by_id)
        found[row.passage_id].append(Pointer(keys[by.question_id], who, by.entry_id, row.stance))
    return found
