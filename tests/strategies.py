"""Hypothesis strategies, once for all tests."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st

from tracker import Pairs
from tracker.records import (
    Analyst,
    Condition,
    Dossier,
    Evidence,
    Forecast,
    Option,
    Passage,
    Question,
    Resolution,
    Source,
)
from tracker.values import BILLION, moment

T = TypeVar("T")

ROUND = [0.0, 0.05, 0.1, 0.25, 0.3, 0.5, 0.7, 0.9, 1.0]
levels = st.one_of(st.sampled_from(ROUND), st.floats(0, 1))


@st.composite
def binary_pairs(draw: st.DrawFn, min_size: int = 0, max_size: int = 30) -> Pairs:
    """Yes/no forecasts with ties, certainties, weights and several forecasts on one question."""
    n = draw(st.integers(min_size, max_size))

    def columns(of: st.SearchStrategy[float]) -> list[float]:
        return draw(st.lists(of, min_size=n, max_size=n))

    return Pairs(
        probability=columns(levels),
        outcome=np.array(columns(st.sampled_from([0, 1])), dtype=float),
        weight=columns(st.sampled_from([0.25, 0.5, 1.0, 2.0])),
        question=np.array(columns(st.integers(0, 8)), dtype=int),
    )


@st.composite
def shares(draw: st.DrawFn, size: int) -> list[float]:
    """Probabilities of ``size`` options that sum to 1."""
    parts = draw(st.lists(st.integers(0, 20), min_size=size, max_size=size))
    total = sum(parts)
    return [part / total for part in parts] if total else [1 / size] * size


@st.composite
def set_pairs(draw: st.DrawFn, max_forecasts: int = 8) -> Pairs:
    """Forecasts of every kind in one: yes/no, options and ordered."""
    probability: list[float] = []
    outcome: list[int] = []
    kind: list[str] = []
    forecast: list[int] = []
    for number in range(draw(st.integers(1, max_forecasts))):
        what = draw(st.sampled_from(["binary", "options", "ordered"]))
        size = 1 if what == "binary" else draw(st.integers(2, 5))
        said = [draw(levels)] if what == "binary" else draw(shares(size))
        true = draw(st.integers(0, size - 1))
        happened = (
            [int(draw(st.booleans()))]
            if what == "binary"
            else [int(position == true) for position in range(size)]
        )
        probability += said
        outcome += happened
        kind += [what] * size
        forecast += [number] * size
    return Pairs(probability=probability, outcome=outcome, kind=kind, forecast=forecast)


# --- what people write down -----------------------------------------------------------------

# Valid text that YAML, a terminal or a careless reader could take for something else.
ODD = [
    "yes", "No", "true", "null", "~", "12", "007", "1_000", "1.5", ".5", "1e3", "0x1F", "0o17",
    "0b1", "1:30", ".inf", ".nan", "<<", "=", "*a", "&a", "!t", "%YAML", "@", "`", "|", ">", "?",
    "[", "{", "- a", "a: b", "a #b", "# a", "---", "...", "'", '"', "''", "\\", "\\n", "a  b",
    "2026-03-02", "2026-03-02T14:05:00Z", "2026-02-30", "Zoë", "São Tomé", "Çeşme", "日本", "مرحبا",
    "🤷🏽\u200d♀️", "a\u00a0b", "a\u2028b", "a\ufeffb", "a\u200bb", "a\u202eb", "½", "Ⅳ", "\ufffd",
]  # fmt: skip

_visible = st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"))
_anything = st.characters(exclude_categories=("Cc", "Cs"))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def lines(max_size: int = 30) -> st.SearchStrategy[str]:
    """One line of text, from plain words to whatever Unicode holds, in its canonical form."""
    words = st.lists(st.text(_visible, min_size=1, max_size=12), min_size=1, max_size=8)
    return (
        st.one_of(
            st.sampled_from(ODD),
            words.map(" ".join),
            st.text(_anything, min_size=1, max_size=max_size),
        )
        .map(_composed)
        .filter(lambda text: 0 < len(text) <= 100)  # noqa: PLR2004 - the longest name
    )


def paragraphs() -> st.SearchStrategy[str]:
    """Text of several lines, with tabs, blank lines and lines long enough to be folded."""
    long = st.lists(lines(), min_size=1, max_size=30).map(" ".join)
    breaks = st.sampled_from(["\n", "\n\n", "\n  ", "\t", " \n", "\n\t", "\n- ", "\n# "])
    return (
        st.lists(st.tuples(st.one_of(lines(), long), breaks), min_size=1, max_size=4)
        .map(lambda parts: _composed("".join(text + gap for text, gap in parts)))
        .filter(bool)
    )


days = st.dates().map(date.isoformat)
instants = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.timezones() | st.just(UTC),
)
moments = st.one_of(days, instants.map(moment))
question_ids = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True)
billionths = st.integers(0, BILLION)
probabilities = st.one_of(st.sampled_from(ROUND), billionths.map(lambda n: n / BILLION))
hashes = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)


def _maybe(of: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | of


def _few(of: st.SearchStrategy[T], size: int = 3) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(of, max_size=size).map(tuple)


def analysts() -> st.SearchStrategy[Analyst]:
    """Analysts, with or without a name."""
    return st.builds(Analyst, handle=lines(), name=_maybe(lines()))


def sources() -> st.SearchStrategy[Source]:
    """Sources, from a bare name to every key."""
    return st.builds(
        Source,
        name=lines(),
        title=_maybe(lines()),
        author=_maybe(analysts()),
        published=_maybe(moments),
        published_note=_maybe(paragraphs()),
        url=_maybe(st.sampled_from(["https://example.org/a?b=c#d", "http://例え.jp/ä"])),
        sha256=_maybe(hashes),
    )


@st.composite
def _places(draw: st.DrawFn) -> dict[str, object]:
    """Where a passage stands: offsets with a hash, a quote, or both."""
    quote = draw(_maybe(paragraphs()))
    place: dict[str, object] = {} if quote is None else {"quote": quote}
    if quote is None or draw(st.booleans()):
        start = draw(st.integers(0, 10**6))
        place |= {"start": start, "end": start + draw(st.integers(1, 10**4))}
    if quote is None:
        place["sha256"] = draw(hashes)
    return place


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Questions of every kind."""
    kind = draw(st.sampled_from(["binary", "options", "ordered", "quantity", "date"]))
    names = st.lists(lines(), min_size=2, max_size=4, unique_by=str.casefold)
    return Question(
        id=draw(question_ids),
        title=draw(lines()),
        kind=kind,
        options=tuple(Option(name=name, label=draw(_maybe(lines()))) for name in draw(names))
        if kind in {"options", "ordered"}
        else (),
        unit=draw(_maybe(lines())),
        criteria=draw(_maybe(paragraphs())),
        resolve_by=draw(_maybe(moments)),
        condition=draw(_maybe(conditions())),
        tags=tuple(draw(st.lists(lines(), max_size=3, unique=True))),
    )


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """Conditions: another question's outcome, words alone, or both."""
    question = draw(_maybe(question_ids))
    text = draw(lines() if question is None else _maybe(lines()))
    return Condition(question=question, outcome=draw(lines()), text=text)


@st.composite
def forecasts(draw: st.DrawFn) -> Forecast:
    """Forecasts with every form of distribution, with and without a reading range."""
    said = draw(
        st.sampled_from([_no_number, _one_number, _by_option, _by_level]).flatmap(lambda of: of())
    )
    return Forecast(
        question=draw(question_ids),
        analyst=draw(lines()),
        made=draw(moments),
        phrase=draw(_maybe(lines())),
        lexicon=draw(_maybe(lines())),
        attribution=draw(st.sampled_from(["author", "other", "unclear"])),
        passage=draw(_maybe(_places().map(lambda place: Passage(**place)))),
        rationale=draw(_maybe(paragraphs())),
        **said,
    )


def _no_number() -> st.SearchStrategy[dict[str, Any]]:
    return st.just({"scorable": False})


@st.composite
def _one_number(draw: st.DrawFn) -> dict[str, Any]:
    low, point, high = sorted(draw(st.tuples(probabilities, probabilities, probabilities)))
    said = {"probability": point, "scorable": draw(st.booleans())}
    return said | draw(st.sampled_from([{}, {"low": low}, {"low": low, "high": high}]))


@st.composite
def _by_option(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(lines(), min_size=1, max_size=4, unique=True))
    point = dict(zip(names, draw(shares(len(names))), strict=True))
    low = {name: draw(st.sampled_from([0.0, p])) for name, p in point.items()}
    return {"probabilities": point} | draw(st.sampled_from([{}, {"low": low}]))


@st.composite
def _by_level(draw: st.DrawFn) -> dict[str, Any]:
    levels = sorted(draw(st.sets(st.integers(1, BILLION - 1), min_size=1, max_size=5)))
    numbers = st.floats(allow_nan=False, allow_infinity=False)
    of: st.SearchStrategy[Any] = draw(st.sampled_from([numbers, days]))
    values = sorted(draw(st.lists(of, min_size=len(levels), max_size=len(levels))))
    return {"quantiles": {n / BILLION: value for n, value in zip(levels, values, strict=True)}}


@st.composite
def resolutions(draw: st.DrawFn) -> Resolution:
    """Resolutions with an outcome, or one of the three ways to end without."""
    status = draw(st.sampled_from(["resolved", "annulled", "ambiguous", "condition failed"]))
    evidence = st.builds(
        lambda place, source, stance: Evidence(**place, source=source, stance=stance),
        _places(), lines(), st.sampled_from(["supports", "refutes", "context"]),
    )  # fmt: skip
    return Resolution(
        question=draw(question_ids),
        outcome=draw(lines()) if status == "resolved" else None,
        status=status,
        known=draw(moments),
        by=draw(_maybe(lines())),
        note=draw(_maybe(paragraphs())),
        evidence=draw(_few(evidence, 2)),
    )


def dossiers() -> st.SearchStrategy[Dossier]:
    """Dossiers of every kind of record; whether they fit each other is the ledger's to say."""
    return st.builds(
        Dossier,
        source=sources(),
        analysts=_few(analysts(), 2),
        questions=_few(questions(), 2),
        forecasts=_few(forecasts(), 2),
        resolutions=_few(resolutions(), 2),
    )
