"""Hypothesis strategies, once for all tests.

Importing them sets the profile: the same examples on every run, however slow the machine.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from typing import Any, TypeVar, get_args

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from tracker import Pairs
from tracker.records import (
    Analyst,
    Condition,
    Dossier,
    Evidence,
    Forecast,
    Kind,
    Option,
    Passage,
    Question,
    Resolution,
    Source,
    Stance,
    Status,
)
from tracker.values import BILLION, moment

settings.register_profile(
    "tracker", max_examples=60, deadline=None, derandomize=True, database=None
)
settings.load_profile("tracker")

T = TypeVar("T")
KINDS: tuple[Kind, ...] = get_args(Kind)
STATUSES: tuple[Status, ...] = get_args(Status)
STANCES: tuple[Stance, ...] = get_args(Stance)

# --- forecasts with outcomes ----------------------------------------------------------------

ROUND = [0.0, 0.05, 0.1, 0.25, 0.3, 0.5, 0.7, 0.9, 1.0]
levels = st.one_of(st.sampled_from(ROUND), st.floats(0, 1))
HOUR = np.timedelta64(1, "h")
TICK = np.timedelta64(1, "us")


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
        happened = [int(position == true) for position in range(size)]
        probability += said
        outcome += [int(draw(st.booleans()))] if what == "binary" else happened
        kind += [what] * size
        forecast += [number] * size
    return Pairs(probability=probability, outcome=outcome, kind=kind, forecast=forecast)


@st.composite
def ranged_pairs(draw: st.DrawFn) -> Pairs:
    """Forecasts of every kind, each with a range around its point."""
    point = draw(set_pairs())

    def towards(end: float) -> Any:
        steps = draw(st.lists(st.floats(0, 1), min_size=len(point), max_size=len(point)))
        return point.probability + np.array(steps) * (end - point.probability)

    return point.take(np.ones(len(point), dtype=bool), low=towards(0), high=towards(1))


@st.composite
def timed_pairs(draw: st.DrawFn, max_size: int = 16) -> Pairs:
    """Yes/no forecasts with times, as a ledger gives them: some late, some withdrawn.

    An analyst makes at most one forecast an hour on a question, so that no two tie.
    """
    where = st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 60))
    places = draw(st.lists(where, max_size=max_size, unique=True))
    n = len(places)
    start = np.datetime64("2026-03-01T00:00:00", "us")
    days = draw(st.lists(st.integers(0, 2), min_size=3, max_size=3))
    left = draw(st.dictionaries(st.tuples(st.integers(0, 2), st.integers(0, 2)), where))
    made = np.array([start + hour * HOUR for _, _, hour in places], dtype="datetime64[us]")
    over = np.array([start + (days[q] + 1) * 24 * HOUR for _, q, _ in places], made.dtype)
    ended = over.copy()
    for row, (analyst, question, _) in enumerate(places):
        if (analyst, question) in left:
            gone = start + left[analyst, question][2] * HOUR + np.timedelta64(30, "m")
            ended[row] = min(over[row], gone) if gone >= made[row] else over[row]
    return Pairs(
        probability=draw(st.lists(levels, min_size=n, max_size=n)),
        outcome=draw(st.lists(st.sampled_from([0, 1]), min_size=n, max_size=n)),
        analyst=np.array([f"a{analyst}" for analyst, _, _ in places], dtype=np.str_),
        question=np.array([f"q{question}" for _, question, _ in places], dtype=np.str_),
        made=made,
        known=over - TICK,
        ended=ended,
    )


# --- what people write down -----------------------------------------------------------------

# Valid text that YAML, a terminal or a careless reader could take for something else.
ODD = [
    "yes", "No", "true", "null", "~", "12", "007", "1_000", "1.5", ".5", "1e3", "0x1F", "0o17",
    "0b1", "1:30", ".inf", ".nan", "<<", "=", "*a", "&a", "!t", "%YAML", "@", "`", "|", ">", "?",
    "[", "{", "- a", "a: b", "a #b", "# a", "---", "...", "'", '"', "''", "\\", "\\n", "a  b",
    "2026-03-02", "2026-03-02T14:05:00Z", "2026-02-30", "Zoë", "São Tomé", "日本", "مرحبا",
    "🤷🏽\u200d♀️", "a\u00a0b", "a\ufeffb", "a\u200bb", "½", "Ⅳ", "\ufffd",
]  # fmt: skip

_one_line = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
_anything = st.one_of(
    st.characters(exclude_categories=("Cc", "Cs")),
    st.sampled_from("\n\t \\\"'\u2028\ufeff"),
)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def lines(max_size: int = 100) -> st.SearchStrategy[str]:
    """One line of text, from a plain word to whatever Unicode holds, in its canonical form."""
    written = st.one_of(st.sampled_from(ODD), st.text(_one_line, min_size=1, max_size=30))
    return written.map(_composed).filter(lambda text: 0 < len(text) <= max_size)


def paragraphs() -> st.SearchStrategy[str]:
    """Text of several lines, with tabs, blank lines and lines long enough to be folded."""
    parts = st.one_of(lines(), st.text(_anything, max_size=20), st.just("word " * 10))
    gaps = st.sampled_from([" ", " ", "\n", "\n\n", "\n  ", "\t", " \n", "\n- ", "\n# "])
    return (
        st.lists(st.tuples(parts, gaps), min_size=1, max_size=12)
        .map(lambda written: _composed("".join(text + gap for text, gap in written)))
        .filter(bool)
    )


days = st.dates().map(date.isoformat)
instants = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.timezones() | st.just(UTC),
)
moments = st.one_of(days, instants.map(moment))
billionths = st.integers(0, BILLION)
probabilities = st.one_of(st.sampled_from(ROUND), billionths.map(lambda n: n / BILLION))
question_ids = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)


def _maybe(of: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | of


def _few(of: st.SearchStrategy[T], size: int = 2) -> st.SearchStrategy[tuple[T, ...]]:
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
def _places(draw: st.DrawFn) -> dict[str, Any]:
    """Where a passage stands: offsets with a hash, a quote, or both."""
    quote = draw(_maybe(paragraphs()))
    place: dict[str, Any] = {"sha256": draw(hashes)} if quote is None else {"quote": quote}
    if quote is None or draw(st.booleans()):
        start = draw(st.integers(0, 10**6))
        place |= {"start": start, "end": start + draw(st.integers(1, 10**4))}
    return place


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """Conditions: another question's outcome, words alone, or both."""
    question = draw(_maybe(question_ids))
    text = draw(lines() if question is None else _maybe(lines()))
    return Condition(question=question, outcome=draw(lines()), text=text)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Questions of every kind."""
    kind = draw(st.sampled_from(KINDS))
    names = st.lists(lines(), min_size=2, max_size=4, unique_by=str.casefold)
    chosen = draw(names) if kind in {"options", "ordered"} else []
    return Question(
        id=draw(question_ids),
        title=draw(lines()),
        kind=kind,
        options=tuple(Option(name=name, label=draw(_maybe(lines()))) for name in chosen),
        unit=draw(_maybe(lines())),
        criteria=draw(_maybe(paragraphs())),
        resolve_by=draw(_maybe(moments)),
        condition=draw(_maybe(conditions())),
        tags=tuple(draw(st.lists(lines(), max_size=3, unique=True))),
    )


@st.composite
def _one_number(draw: st.DrawFn) -> dict[str, Any]:
    low, point, high = sorted(draw(st.tuples(probabilities, probabilities, probabilities)))
    ends: list[dict[str, float]] = [{}, {"low": low}, {"high": high}, {"low": low, "high": high}]
    return {"probability": point, "scorable": draw(st.booleans()), **draw(st.sampled_from(ends))}


@st.composite
def _by_option(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(lines(), min_size=1, max_size=4, unique=True))
    point = dict(zip(names, draw(shares(len(names))), strict=True))
    high = {name: draw(st.sampled_from([1.0, p])) for name, p in point.items()}
    return {"probabilities": point, "high": draw(st.sampled_from([None, high]))}


@st.composite
def _by_level(draw: st.DrawFn) -> dict[str, Any]:
    steps = sorted(draw(st.sets(st.integers(1, BILLION - 1), min_size=1, max_size=5)))
    numbers: st.SearchStrategy[Any] = st.floats(allow_nan=False, allow_infinity=False)
    of = draw(st.sampled_from([numbers, days]))
    values = sorted(draw(st.lists(of, min_size=len(steps), max_size=len(steps))))
    return {"quantiles": {n / BILLION: value for n, value in zip(steps, values, strict=True)}}


@st.composite
def forecasts(draw: st.DrawFn) -> Forecast:
    """Forecasts with every form of distribution, with and without a reading range."""
    none: st.SearchStrategy[dict[str, Any]] = st.just({"scorable": False})
    said = draw(st.one_of(_one_number(), _by_option(), _by_level(), none))
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


@st.composite
def evidence(draw: st.DrawFn) -> Evidence:
    """Evidence for, against or around an outcome."""
    stance = draw(st.sampled_from(STANCES))
    return Evidence(source=draw(lines()), stance=stance, **draw(_places()))


@st.composite
def resolutions(draw: st.DrawFn) -> Resolution:
    """Resolutions with an outcome, or one of the three ways to end without."""
    status = draw(st.sampled_from(STATUSES))
    return Resolution(
        question=draw(question_ids),
        outcome=draw(lines()) if status == "resolved" else None,
        status=status,
        known=draw(moments),
        by=draw(_maybe(lines())),
        note=draw(_maybe(paragraphs())),
        evidence=draw(_few(evidence())),
    )


def dossiers() -> st.SearchStrategy[Dossier]:
    """Dossiers of every kind of record; whether they fit each other is the ledger's to say."""
    return st.builds(
        Dossier,
        source=sources(),
        analysts=_few(analysts()),
        questions=_few(questions()),
        forecasts=_few(forecasts()),
        resolutions=_few(resolutions()),
    )
