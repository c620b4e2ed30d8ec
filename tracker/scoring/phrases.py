"""What a phrase came to mean: how often it came true, beside how it is read.

A lexicon says what readers take "likely" to mean. What one analyst means by it shows only in what
came true. The personal reading starts at the recorded reading and moves with the evidence; it is
never used for scoring unless asked for, and then without the question that is scored.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tracker.errors import UsageError
from tracker.scoring.beta import Reading, firmness, share_interval, updated
from tracker.scoring.uncertainty import clustered_mean
from tracker.scoring.verdict import FEW, more
from tracker.tally import summed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tracker.pairs import Pairs
    from tracker.scoring.uncertainty import Mean

NUMBER = "(number)"  # the label of a forecast that was made without words
HALF_A_PERCENT = 0.005
MANY = 10  # phrases among which luck alone makes some look odd


@dataclass(frozen=True)
class PhraseRecord:
    """What is known of one phrase, of one analyst or (``analyst`` None) of all.

    ``probability``, ``low`` and ``high`` are the means of the recorded readings. ``came_true`` is
    the weighted share that came true, with a 90 % ``interval`` by cluster of questions;
    ``effective`` is the number of equal clusters that would be worth as much. ``personal`` is the
    reading after the evidence, with its 90 % interval. ``difference`` is ``less often`` or ``more
    often`` where the phrase came true less or more often than any reading in its range, as far as
    can be told, else None.
    """

    analyst: str | None
    phrase: str
    forecasts: int
    questions: int
    clusters: int
    effective: float
    probability: float
    low: float
    high: float
    came_true: float
    interval: tuple[float, float]
    personal: float
    personal_interval: tuple[float, float]
    difference: str | None
    verdict: str

    @property
    def name(self) -> str:
        """The phrase in quotation marks, and whose it is."""
        whose = "" if self.analyst is None else f" from {self.analyst}"
        return f"“{self.phrase}”{whose}"

    def as_dict(self) -> dict[str, Any]:
        """The record as JSON content: what the program prints."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if name not in {"clusters", "effective", "difference"}
        }


def phrases(pairs: Pairs, *, by_analyst: bool = True) -> tuple[PhraseRecord, ...]:
    """The record of each phrase, by analyst and reading, of pairs that have been counted.

    Pairs need the label ``phrase``. Forecasts given as numbers, and option sets, whose words speak
    of the whole set, are left out (see :func:`left_out`). With ``by_analyst=False`` a phrase has
    one record over all analysts.

    A question counts for as much of it as the phrase was in force by the counting; over all
    analysts, for the mean of that over those who used the phrase. So none counts more than once.

    Examples
    --------
    >>> from tracker.pairs import Pairs
    >>> said = Pairs(probability=[0.7] * 3, low=[0.55] * 3, high=[0.8] * 3, outcome=[1, 0, 0],
    ...              analyst=["ana"] * 3, labels={"phrase": ["likely"] * 3})
    >>> print(phrases(said)[0].verdict)
    “likely” from ana: read as 70 % (55 to 80 %), came true 1 of 3 times; too few to tell.
    """
    found = [
        _record(analyst, phrase, said)
        for analyst, phrase, said, _ in _groups(pairs, by_analyst=by_analyst)
    ]
    return tuple(sorted(found, key=lambda one: (one.analyst or "", one.probability, one.phrase)))


def left_out(pairs: Pairs) -> dict[str, int]:
    """How many forecasts have no place among phrases: given as numbers, or option sets."""
    starts = pairs.starts
    number = _labels(pairs)[starts] == NUMBER
    sets = pairs.kind[starts] != "binary"
    return {"numbers": int(number.sum()), "sets": int((sets & ~number).sum())}


def personal(pairs: Pairs, *, by_analyst: bool = True) -> Pairs:
    """The pairs, each forecast made in words read as its analyst has come to mean them.

    Every forecast starts at its own recorded reading and is moved by the outcomes of the same
    phrase on the other clusters of questions, never by its own. The others may have been settled
    later: this says what the words were worth, not what could be known when they were said.
    Low and high become the 90 % interval of the reading. Numbers and option sets stay as they are.
    """
    columns = {name: getattr(pairs, name).copy() for name in Reading._fields}
    for _, _, said, rows in _groups(pairs, by_analyst=by_analyst):
        firm = firmness(said.probability, said.low, said.high)
        share, effective = _without_own(said)
        moved = updated(said.probability, firm, share=share, effective=effective)
        for name, values in moved._asdict().items():
            columns[name][rows] = values
    return pairs.take(np.ones(len(pairs), dtype=bool), **columns)


def summary(records: tuple[PhraseRecord, ...]) -> str:
    """One plain sentence about all phrases."""
    if not records:
        return "Nothing to say yet: no settled forecast was made in words."
    most = max(one.clusters for one in records)
    if most < FEW:
        return (
            f"Too few to tell: {FEW} independent settled questions are needed, the most is {most}."
        )
    odd = [one for one in records if one.difference]
    if not odd:
        return "Cannot tell yet that any phrase means something else than it is read as."
    parts = [
        f"{', '.join(one.name for one in odd if one.difference == way)} came true {way} than read"
        for way in dict.fromkeys(one.difference for one in odd)
    ]
    rest = " Of the others it cannot be told." if len(odd) < len(records) else ""
    luck = f" Of {len(records)} phrases some may look so by luck." if len(records) >= MANY else ""
    return f"{'; '.join(parts)}.{rest}{luck}"


def _groups(
    pairs: Pairs, *, by_analyst: bool
) -> Iterator[tuple[str | None, str, Pairs, NDArray[np.intp]]]:
    """The forecasts made in words, by phrase and analyst or by phrase alone, with their rows."""
    phrase = _labels(pairs)
    verbal = (pairs.kind == "binary") & (phrase != NUMBER) & (pairs.weight > 0)
    analyst = pairs.analyst if by_analyst else np.full(len(pairs), None)
    members: dict[tuple[Any, Any], list[int]] = {}
    keys = zip(analyst[verbal].tolist(), phrase[verbal].tolist(), strict=True)
    for row, key in zip(np.flatnonzero(verbal).tolist(), keys, strict=True):
        members.setdefault(key, []).append(row)
    for (whose, words), found in members.items():
        rows = np.asarray(found)
        said = pairs.take(rows, left_out={})
        name = str(whose) if by_analyst else None
        yield name, str(words), said if by_analyst else _each_once(said), rows


def _each_once(pairs: Pairs) -> Pairs:
    """The pairs with weights as if all analysts on a question were one: their mean."""
    _, question = np.unique(pairs.question, return_inverse=True)
    _, analyst = np.unique(pairs.analyst, return_inverse=True)
    both = np.unique(np.stack([question.reshape(-1), analyst.reshape(-1)]), axis=1)
    analysts = np.bincount(both[0])[question.reshape(-1)]
    return pairs.take(np.ones(len(pairs), dtype=bool), weight=pairs.weight / analysts)


def _labels(pairs: Pairs) -> NDArray[np.object_]:
    if "phrase" in pairs.labels:
        return pairs.labels["phrase"]
    if len(pairs):
        raise UsageError("expected pairs with the label phrase; found none")
    return np.zeros(0, dtype=object)


def _record(analyst: str | None, phrase: str, pairs: Pairs) -> PhraseRecord:
    share, effective, clusters = _pooled(pairs)
    said = [
        round(float(np.average(column, weights=pairs.weight)), 9)
        for column in (pairs.probability, pairs.low, pairs.high)
    ]
    reading = updated(said[0], firmness(*said), share=share, effective=effective)
    interval = share_interval(share, effective)
    record = PhraseRecord(
        analyst=analyst,
        phrase=phrase,
        forecasts=len(pairs),
        questions=len(np.unique(pairs.question)),
        clusters=clusters,
        effective=effective,
        probability=said[0],
        low=said[1],
        high=said[2],
        came_true=share,
        interval=interval,
        personal=float(reading.probability),
        personal_interval=(float(reading.low), float(reading.high)),
        difference=_difference(interval, *said[1:]) if clusters >= FEW else None,
        verdict="",
    )
    gap = clustered_mean(pairs.outcome - _nearest(record), pairs.weight, pairs.cluster)
    true = len(np.unique(pairs.question[pairs.outcome == 1]))
    return replace(record, verdict=f"{_told(record, true)}; {_conclusion(record, gap)}.")


def _told(record: PhraseRecord, true: int) -> str:
    ends = f" ({_percent(record.low)} to {_percent(record.high)} %)"
    ends = "" if record.low == record.high else ends
    told = f"{record.name}: read as {_percent(record.probability)} %{ends}"
    counted = abs(record.came_true - true / record.questions) < HALF_A_PERCENT
    share = "" if counted else f" ({_percent(record.came_true)} % by weight)"
    return f"{told}, came true {true} of {record.questions} times{share}"


def _conclusion(record: PhraseRecord, gap: Mean) -> str:
    if record.difference:
        return f"it came true {record.difference} than it is read"
    if record.clusters < FEW:
        linked = f", as they hang together in groups: {record.clusters}"
        return "too few to tell" + (linked if record.clusters < record.questions else "")
    if record.came_true == _nearest(record):
        return "that is within its range"
    side = "less" if gap.value < 0 else "more"
    return f"cannot tell yet: so far {side} often than it is read{more(gap, record.questions)}"


def _nearest(record: PhraseRecord) -> float:
    """The reading in the range that is nearest to the share that came true."""
    return min(max(record.came_true, record.low), record.high)


def _difference(interval: tuple[float, float], low: float, high: float) -> str | None:
    """On which side of the range the whole interval lies."""
    return "less often" if interval[1] < low else "more often" if interval[0] > high else None


def _pooled(pairs: Pairs) -> tuple[float, float, int]:
    """Share of events, effective number of clusters, and number of clusters."""
    weight, happened, _ = _by_cluster(pairs)
    total = weight.sum()
    return float(happened.sum() / total), float(total**2 / (weight @ weight)), len(weight)


def _without_own(pairs: Pairs) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share of events and effective number of clusters, for each row, of all clusters but its own.

    Both are 0 where there is no other.
    """
    weight, happened, code = _by_cluster(pairs)
    if len(weight) == 1:
        return np.zeros(len(pairs)), np.zeros(len(pairs))
    total = _others(weight)
    return (_others(happened) / total)[code], (total**2 / _others(weight**2))[code]


def _others(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum of all values but each; added up, for a difference would lose what is small."""
    before, after = np.cumsum(values[:-1]), np.cumsum(values[:0:-1])[::-1]
    return np.asarray(np.r_[0.0, before] + np.r_[after, 0.0])


def _by_cluster(
    pairs: Pairs,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """Weight and weighted events of each cluster, and the cluster of each row."""
    _, code = np.unique(pairs.cluster, return_inverse=True)
    code = code.reshape(-1)
    size = int(code.max()) + 1
    weight, happened = (
        summed(code, of, size) for of in (pairs.weight, pairs.weight * pairs.outcome)
    )
    return weight, happened, code


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0")
