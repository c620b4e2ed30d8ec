"""The panels that ship with tracker: small real data sets of many analysts on one set of questions.

Where they come from, and under which licences, is said in ``seeds/README.md``.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from tracker.errors import UsageError
from tracker.files import bundled
from tracker.pairs import Pairs

if TYPE_CHECKING:
    from pathlib import Path

PANELS = ("midterms-2018", "replication-markets")
OWN = ("analyst", "question", "probability", "outcome")  # other columns are labels


def panel(name: str) -> Pairs:
    """The settled forecasts of a panel; columns beside the usual ones are labels to group by.

    >>> pairs = panel("midterms-2018")
    >>> len(pairs), sorted(pairs.labels), pairs.left_out
    (1512, ['made', 'office'], {'open': 6})
    """
    with path(name).open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    settled = [row for row in rows if row["outcome"]]
    columns = {column: [row[column] for row in settled] for column in rows[0]}
    return Pairs(
        probability=[float(said) for said in columns["probability"]],
        outcome=[int(happened) for happened in columns["outcome"]],
        question=columns["question"],
        analyst=columns["analyst"],
        labels={column: cells for column, cells in columns.items() if column not in OWN},
        left_out={"open": len(rows) - len(settled)},
    )


def path(name: str) -> Path:
    """The file of a panel."""
    if name not in PANELS:
        raise UsageError(f"expected one of the panels {', '.join(PANELS)}; found {name}")
    return bundled("seeds") / "panels" / f"{name}.csv"
