"""The scores of a model ledger, from the definitions in the README, in exact fractions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from model_times import TICK, begins, last_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from model import Asked, Book, Said

SCORED = ("binary", "options", "ordered")
MEASURED = ("quantity", "date")
NO_SPLITS: tuple[tuple[Fraction, bool], ...] = ()


@dataclass(frozen=True)
class Counted:
    """A forecast on a settled question, and what it counts."""

    question: Asked
    said: Said
    until: datetime
    weight: Fraction
    cost: Fraction  # Brier score, or the CRPS where the answer is a number or a date
    given: Fraction  # the probability of what happened
    splits: tuple[tuple[Fraction, bool], ...]  # as a reliability diagram counts it
    after_known: bool
    late: bool


@dataclass(frozen=True)
class Filter:
    """Which forecasts are looked at."""

    analyst: str | None = None
    tag: str | None = None
    source: str | None = None
    since: str | None = None
    until: str | None = None
    prospective: bool = False

    def words(self) -> list[str]:
        """As the command line takes it."""
        named = vars(self).items()
        given = [(f"--{name}", value) for name, value in named if isinstance(value, str)]
        words = [word for pair in given for word in pair]
        return [*words, *(["--prospective"] if self.prospective else [])]

    def known(self, book: Book) -> bool:
        """Whether the ledger has what is named; a slip of the pen is refused."""
        tags = {tag for question in book.questions.values() for tag in question.tags}
        given = ((self.analyst, book.analysts), (self.source, book.sources), (self.tag, tags))
        return all(name is None or name in there for name, there in given)

    def passes(self, question: Asked, said: Said) -> bool:
        """Whether a forecast is looked at."""
        return (
            self.analyst in {None, said.analyst}
            and self.source in {None, said.source}
            and (self.tag is None or self.tag in question.tags)
            and self.within(begins(said.made))
        )

    def within(self, at: datetime) -> bool:
        """Whether an instant lies between ``since`` and ``until``."""
        return (self.since is None or at >= begins(self.since)) and (
            self.until is None or at <= last_instant(self.until)
        )

    def questions(self, book: Book) -> list[tuple[Asked, list[Said]]]:
        """The questions that are listed, with the forecasts that are."""
        narrow = any((self.analyst, self.source, self.since, self.until))
        found = []
        for question in book.questions.values():
            said = [each for each in question.history() if self.passes(question, each)]
            if (narrow and not said) or (self.tag is not None and self.tag not in question.tags):
                continue
            if self.prospective:
                said = [each for each in said if not book.late(question, each)]
            found.append((question, said))
        return found


def counted(
    book: Book, wanted: Filter, counting: str, kinds: Sequence[str] = SCORED
) -> list[Counted]:
    """The forecasts on questions that have come out, with their weights."""
    found = []
    for question in book.questions.values():
        status, outcome, known = book.stands(question)
        if status != "resolved" or question.kind not in kinds:
            continue
        assert outcome is not None
        assert known is not None
        for analyst in book.analysts:
            said = [
                each
                for each in question.history()
                if each.analyst == analyst
                and wanted.passes(question, each)
                # what was entered late is as if it had not been said
                and not (wanted.prospective and each.body and book.late(question, each))
            ]
            series = _series(said, known, counting)
            for each, until, weight in series:
                cost, given, splits = _cost(question, each.body or {}, outcome)
                after = begins(each.made) > last_instant(known)
                late = book.late(question, each)
                found.append(
                    Counted(question, each, until, weight, cost, given, splits, after, late)
                )
    return sorted(found, key=lambda each: each.said.entry)


def left_out(book: Book, wanted: Filter, counting: str) -> dict[str, int]:
    """What is not in a score, and why."""
    asked = [
        book.stands(question)[0]
        for question in book.questions.values()
        if any(said.body and wanted.passes(question, said) for said in question.said)
    ]
    ways = ("open", "annulled", "ambiguous", "condition failed")
    counts = {way.replace(" ", "_"): asked.count(way) for way in ways}
    return {**counts, "after_known": sum(c.after_known for c in counted(book, wanted, counting))}


def card(found: Sequence[Counted]) -> dict[str, Any]:
    """The numbers of a scorecard that can be had by plain means."""
    found = [each for each in found if each.weight]
    total = sum((each.weight for each in found), Fraction(0))
    logs = [
        -math.log(each.given) * float(each.weight / total) if each.given else math.inf
        for each in found
    ]
    infinite = logs.count(math.inf)
    brier = sum((each.weight * each.cost for each in found), Fraction(0))
    return {
        "forecasts": len(found),
        "questions": len({each.question.id for each in found}),
        "brier": float(brier / total) if total else None,
        "log": None if infinite or not found else math.fsum(logs),
        "log_infinite": infinite,
    }


def groups(found: Iterable[Counted], by: str) -> dict[str, list[Counted]]:
    """The forecasts that count, split by what they are or where they come from."""
    parts: dict[str, list[Counted]] = {}
    for each in found:
        labels = {
            "analyst": [each.said.analyst],
            "tag": sorted(each.question.tags) or ["(none)"],
            "source": [each.said.source or "(none)"],
            "phrase": [(each.said.body or {}).get("phrase") or "(number)"],
            "month": [(each.question.settlings[-1].known)[:7]],
        }[by]
        for label in labels if each.weight else ():
            parts.setdefault(label, []).append(each)
    return parts


def curve(found: Iterable[Counted]) -> dict[float, tuple[int, int]]:
    """How often each probability was said, and how often it came true."""
    levels: dict[float, tuple[int, int]] = {}
    for each in found:
        for level, came_true in each.splits if each.weight else ():
            said, true = levels.get(float(level), (0, 0))
            levels[float(level)] = (said + 1, true + came_true)
    return levels


# --- what counts ----------------------------------------------------------------------------------


def _series(said: list[Said], known: str, counting: str) -> list[tuple[Said, datetime, Fraction]]:
    """One analyst's forecasts on one question: until when each was held, and its weight."""
    over = last_instant(known) + (TICK if len(known) == 10 else timedelta(0))
    spoken = [each for each in said if each.body is not None]
    in_time = [each for each in spoken if begins(each.made) <= last_instant(known)]
    until = {}
    for each in spoken:
        gone = [begins(w.made) for w in said if w.body is None and w.order > each.order]
        until[each.entry] = max(min([over, *gone]), begins(each.made))
    for each, following in pairwise(in_time):
        until[each.entry] = min(until[each.entry], begins(following.made))
    weight = dict.fromkeys(until, Fraction(0))
    if in_time:
        weight |= _weights(in_time, until, last_instant(known), counting)
    return [(each, until[each.entry], weight[each.entry]) for each in spoken]


def _weights(
    in_time: list[Said], until: dict[int, datetime], known: datetime, counting: str
) -> dict[int, Fraction]:
    if counting == "last":
        return {in_time[-1].entry: Fraction(1)}
    if counting == "first":  # what stood when its moment was over
        moment = begins(in_time[0].made)
        return {[s for s in in_time if begins(s.made) == moment][-1].entry: Fraction(1)}
    if counting.startswith("lead:"):
        at = known - timedelta(days=int(counting.removeprefix("lead:")))
        force = [
            s
            for s in in_time
            if begins(s.made) <= at and (until[s.entry] > at or until[s.entry] == at == known)
        ]
        return {force[-1].entry: Fraction(1)} if force else {}
    span = {s.entry: (until[s.entry] - begins(s.made)) // TICK for s in in_time}
    total = sum(span.values())
    if total:
        return {entry: Fraction(length, total) for entry, length in span.items()}
    last = in_time[-1]  # said at the very end, it counts whole; taken back before that, not at all
    return {last.entry: Fraction(1)} if until[last.entry] >= known else {}


def _cost(
    question: Asked, body: dict[str, Any], outcome: str
) -> tuple[Fraction, Fraction, tuple[tuple[Fraction, bool], ...]]:
    """Brier score on the 0-1 scale, the probability of what happened, and what a diagram counts."""
    if question.kind in MEASURED:
        return _crps(body["quantiles"], outcome), Fraction(1), NO_SPLITS
    if question.kind == "binary":
        p, y = body["probability"], outcome == "yes"
        return (p - y) ** 2, p if y else 1 - p, ((p, y),)
    said = [(body["probabilities"][name], name == outcome) for name in question.options]
    (given,) = (p for p, happened in said if happened)
    if question.kind == "options":
        return sum(((p - y) ** 2 for p, y in said), Fraction(0)) / 2, given, tuple(said)
    splits = []
    for end in range(1, len(said)):
        below = said[:end]
        splits.append((sum((p for p, _ in below), Fraction(0)), any(y for _, y in below)))
    mean = sum(((p - y) ** 2 for p, y in splits), Fraction(0)) / len(splits)
    return mean, given, tuple(splits)


def _crps(quantiles: dict[str, Any], outcome: str) -> Fraction:
    """The integral of (F(x) - 1{x >= y})², which Simpson's rule has exactly where F is a line."""
    *values, y = _on_a_line([*quantiles.values(), outcome])

    def area(begin: Fraction, end: Fraction, before: Fraction, after: Fraction) -> Fraction:
        middle = (before + after) / 2
        return (end - begin) * (before**2 + 4 * middle**2 + after**2) / 6

    zero, one = Fraction(0), Fraction(1)
    total = area(y, values[0], one, one) if y < values[0] else zero
    total += area(values[-1], y, one, one) if y > values[-1] else zero
    for (a, p), (b, q) in pairwise(zip(values, map(Fraction, quantiles), strict=True)):
        if a == b:
            continue
        cut = min(max(y, a), b)
        at = p + (q - p) * (cut - a) / (b - a)
        total += area(a, cut, p, at) + area(cut, b, 1 - at, 1 - q)
    return total


def _on_a_line(said: list[Any]) -> list[Fraction]:
    """Numbers as they are; dates in days, whole ones where the hour of any is not known."""
    if not any("-" in str(one)[1:] for one in said):
        return [Fraction(str(one)) for one in said]
    since = [(begins(one) - datetime(1970, 1, 1, tzinfo=UTC)) for one in said]
    if any(len(one) == len("2026-03-02") for one in said):
        return [Fraction(one.days) for one in since]
    return [Fraction(one // TICK, timedelta(days=1) // TICK) for one in since]
