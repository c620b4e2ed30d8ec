"""From a ledger to quantities: quantiles of numbers and dates with what they came to."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tracker.ledger.pairing import LABELS, MEASURED, SHARED, Shared, counted, scorable, wanted
from tracker.values import begins, is_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.ledger.pairing import Filters, LeftOut
    from tracker.ledger.reading import Reader
    from tracker.quantities import Quantities

ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)


def quantities(reader: Reader, filters: Filters) -> Quantities:
    """The scorable forecasts on settled questions about quantities and dates.

    ``left_out`` counts, among such questions alone, what :func:`tracker.ledger.pairing.pairs`
    counts. Dates are days since 1970-01-01; see :func:`days`.
    """
    from tracker.pairs import BILLION
    from tracker.quantities import DAYS, Quantities  # numpy, which nobody needs who only logs

    left: LeftOut = defaultdict(set)
    columns: dict[str, list[Any]] = {
        name: [] for name in (*SHARED, "levels", "values", "outcome", "unit")
    }
    shared = Shared(reader)
    asked = reader.question_rows
    rows = [row for row in wanted(reader, filters) if asked[row.question_id].kind in MEASURED]
    for row, settled in scorable(reader, rows, left):
        question = asked[row.question_id]
        levels, said = zip(*json.loads(row.distribution)["quantiles"], strict=True)
        said_and_done = [*said, settled.outcome]
        dated = question.kind == "date"
        *values, outcome = days(said_and_done) if dated else map(float, said_and_done)
        unit = DAYS if dated else question.unit or ""
        own = ([level / BILLION for level in levels], values, outcome, unit)
        for name, value in zip(columns, shared.of(row, settled) + own, strict=True):
            columns[name].append(value)
    labels = {name: columns.pop(name) for name in LABELS}
    found = Quantities(**columns, labels=labels, left_out=counted(left))
    if not filters.prospective:
        return found
    late = int(found.late.sum())
    return found.take(~found.late, left_out={**found.left_out, "late": late})


def days(moments: Sequence[str]) -> list[float]:
    """Days since 1970-01-01 of moments that are compared with each other.

    A day does not say its hour, and none is invented: where one of the moments is a whole day all
    are taken as whole days. What was to come by the 2nd of March and came that day, whatever the
    hour, is not late. Instants among themselves keep their hours.

    >>> days(["2026-03-02", "2026-03-02T18:00:00Z"]), days(["1970-01-02T18:00:00Z"])
    ([20514.0, 20514.0], [1.75])
    """
    day = timedelta(days=1)
    since = [(begins(moment) - ORIGIN) / day for moment in moments]
    return [float(n // 1) for n in since] if any(map(is_day, moments)) else since
