"""Texts that are kept, and what points at their passages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ledgers import ALSO, SAYS, span

from tracker import Ledger
from tracker.errors import UnknownIdError
from tracker.values import sha256

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def ledger(held: Path) -> Iterator[Ledger]:
    """A ledger with two sources, whose texts are kept."""
    with Ledger.open(held, writable=False) as opened:
        yield opened


def test_a_kept_text_is_given(ledger: Ledger) -> None:
    """Character by character; of an earlier instant as it was then."""
    assert ledger.text("essay") == SAYS
    assert ledger.text("report") == ALSO
    with pytest.raises(UnknownIdError, match="essay"):
        ledger.text("essays")
    with pytest.raises(UnknownIdError):
        ledger.text("essay", as_of="2026-01-01")


def test_passages_stand_in_text_order_with_what_points_at_them(ledger: Ledger) -> None:
    """Forecasts and evidence; words that were not kept are read from the text."""
    found = ledger.cited("essay")
    words = ["𝔖𝔫𝔬𝔴 vor Advent 🌨", "לא גשם", "Cafe\u0301", "“quoted”"]
    assert [one.quote for one in found] == [*words, "it may fall"]
    for one, said in zip(found, words, strict=False):
        assert {"start": one.start, "end": one.end, "sha256": sha256(said)} == span(said)
    assert (found[-1].start, found[-1].end) == (None, None)
    told = [[(p.question, p.analyst, p.stance) for p in one.pointers] for one in found]
    assert told == [
        [("snow", "zoë", None)],
        [("snow", "bob", "context")],
        [("how-much", "bob", None)],
        [("where", "zoë", None)],
        [("how-much", "bob", None)],
    ]
    (report,) = ledger.cited("report")
    assert [(p.question, p.stance) for p in report.pointers] == [("snow", "supports")]
    snow = ledger.question("snow")
    assert report.pointers[0].entry == snow.resolutions[0].entry
    assert found[0].pointers[0].entry == snow.forecasts[0].entry


def test_several_pointers_at_one_passage(tmp_path: Path) -> None:
    """Two forecasts in the same words, one with the quotation and one without, without a text."""
    from conftest import NOW

    from tracker.records import Dossier, make

    place = span("Advent")
    said = {"analyst": "zoë", "made": "2026-10-01"}
    dossier = make(
        Dossier,
        {
            "source": {"name": "essay"},
            "questions": [{"id": "a", "title": "This one?"}, {"id": "b", "title": "That one?"}],
            "forecasts": [
                {**said, "question": "b", "probability": 0.5, "passage": place},
                {
                    **said,
                    "question": "a",
                    "probability": 0.6,
                    "passage": {**place, "quote": "Advent"},
                },
            ],
        },
    )
    with Ledger.open(tmp_path / "tracker.db", create=True) as ledger:
        ledger.add(dossier, recorded=NOW)
        (found,) = ledger.cited("essay")
        assert ledger.text("essay") is None
    assert found.quote == "Advent"
    assert [pointer.question for pointer in found.pointers] == ["b", "a"]


def test_as_of_leaves_out_what_pointed_there_later(ledger: Ledger) -> None:
    """Before the first entry there is no source."""
    first = ledger.question("snow").recorded
    assert len(ledger.cited("essay", as_of=first)) == 5
    with pytest.raises(UnknownIdError):
        ledger.cited("essay", as_of="2026-11-20")
