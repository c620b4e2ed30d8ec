"""What a ledger says of the seeds does not depend on the engine that holds them."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
from conftest import NOW, ROOT
from places import Databases, Files, counts

from tracker import Ledger, Pairs
from tracker.scoring.counting import count
from tracker.scoring.explain import explain
from tracker.scoring.scorecard import score
from tracker.texts.dossier import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgres import Server

SEEDS = ("prewar-essay", "war-article")


class Both(NamedTuple):
    """The same ledger on each engine."""

    sqlite: Ledger
    postgresql: Ledger


@pytest.fixture(scope="module")
def both(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """The seeds, recorded at the same instant on each engine."""
    with ExitStack() as opened:
        ledgers = []
        for places in (Files(tmp_path_factory.mktemp("seeds")), Databases(postgres)):
            place = opened.enter_context(places.lent())
            ledger = opened.enter_context(Ledger.open(place, create=True))
            for name in SEEDS:
                dossier = read(ROOT / "seeds" / f"{name}.dossier.yaml").dossier
                assert ledger.add(dossier, recorded=NOW)
            ledgers.append(ledger)
        yield Both(*ledgers)


def columns(pairs: Pairs) -> dict[str, Any]:
    """Pairs as plain values; NaN is equal to itself."""
    found: dict[str, Any] = {}
    for name in Pairs.__slots__:
        value = getattr(pairs, name)
        if isinstance(value, np.ndarray):
            found[name] = (str(value.dtype), list(map(repr, value.tolist())))
        elif name == "labels":
            found[name] = {label: column.tolist() for label, column in value.items()}
        else:
            found[name] = value
    return found


FILTERS = [
    {},
    {"prospective": True},
    {"since": "2026-03-01"},
    {"as_of": "2026-11-20"},
    {"source": "war-article"},
]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_pairs_and_questions_are_the_same_on_every_engine(
    both: Both, filters: dict[str, Any]
) -> None:
    """Every column of the pairs, and every question with its history, in the same order."""
    sqlite, postgresql = (ledger.pairs(**filters) for ledger in both)
    assert columns(sqlite) == columns(postgresql)
    assert both.sqlite.questions(**filters) == both.postgresql.questions(**filters)


@pytest.mark.parametrize("counting", ["time-weighted", "last", "first", "lead:3"])
@pytest.mark.parametrize("rule", ["brier", "log"])
def test_scores_are_the_same_on_every_engine(both: Both, counting: str, rule: Any) -> None:
    """To the last digit: the same pairs in the same order take the same sums."""
    sqlite, postgresql = (ledger.pairs() for ledger in both)
    cards = [asdict(score(p, counting=counting, rule=rule)) for p in (sqlite, postgresql)]
    assert cards[0] == cards[1]
    assert cards[0]["forecasts"] > 0
    assert explain(sqlite, counting) == explain(postgresql, counting)
    assert columns(count(sqlite, counting)) == columns(count(postgresql, counting))


def test_a_ledger_has_the_same_rows_on_every_engine(both: Both) -> None:
    """Names, sources and the number of rows in every table."""
    sqlite, postgresql = both
    assert counts(sqlite.place.url) == counts(postgresql.place.url)
    assert sqlite.analysts() == postgresql.analysts()
    assert sqlite.sources() == postgresql.sources()
    assert sqlite.counts() == postgresql.counts()
