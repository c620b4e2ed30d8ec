"""What people type at tracker, drawn at random: the words, and what they mean to a model ledger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from model import Asked, refuse
from model_times import instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from model import Book

ANALYSTS = ("ana", "ben", "Zoë K.")
TITLES = ("Will it rain?", "Who wins the seat?", "How many will come?")
TAGS = ("weather", "élan vital", "q1")
PHRASES = ("would likely", "“hardly”", "=1+1")
REPORT = "The gauge at the station shows that it rained on Sunday.\n"
QUOTES = ("it rained", "the station", "on Sunday")
COUNTINGS = ("time-weighted", "last", "first", "lead:0", "lead:1", "lead:30")
SHARES = {
    "0": Fraction(0),
    "1": Fraction(1),
    "50%": Fraction(1, 2),
    "7/10": Fraction(7, 10),
    "0.25": Fraction(1, 4),
    "1/3": Fraction(333_333_333, 10**9),
    "99.9999999%": Fraction(999_999_999, 10**9),
}
SETS = (
    {"Red": 50, "Blue": 30, "other": 20},
    {"Red": 0, "Blue": 100, "other": 0},
    {"other": 10, "Red": 20, "Blue": 70},
    {"nothing": 40, "a deal": 60},
    {"nothing": 0, "a deal": 100},
)
NUMBERS = (("850", "1000", "1300.5"), ("0", "0", "7"))
DAYS = (("2026-11-29", "2026-12-24", "2027-06-30"), ("2026-12-01", "2026-12-01", "2026-12-02"))
OUTCOMES = {
    "binary": ("yes", "no", "Y", "false"),
    "options": ("Red", "blue", "a deal", "NOTHING"),
    "ordered": ("Red", "blue", "other", "nothing"),
    "quantity": ("900", "1200.5", "0"),
    "date": ("2026-12-01", "2027-01-31"),
}
ENDS = ("annulled", "ambiguous", "condition-failed")


@dataclass(frozen=True)
class Forecast:
    """The words of a forecast, and what they say."""

    words: list[str]
    kind: str
    body: dict[str, Any]
    options: tuple[str, ...] = ()


def seldom(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly nothing."""
    return st.one_of(st.none(), st.none(), of)


def repeated(option: str, values: Iterable[str]) -> list[str]:
    """An option that may be repeated, with its values."""
    return [word for value in values for word in (option, value)]


@st.composite
def forecasts(draw: st.DrawFn, asked: Asked | None = None) -> Forecast:
    """A forecast: for a question there is, or for any."""
    kind = asked.kind if asked else draw(st.sampled_from(sorted(OUTCOMES)))
    sets = [each for each in SETS if asked is None or set(each) == set(asked.options)]
    body: dict[str, Any] = {"phrase": draw(seldom(st.sampled_from(PHRASES)))}
    body["rationale"] = draw(seldom(st.just("a cold front\nand more of it")))
    words = ["--phrase", body["phrase"]] if body["phrase"] else []
    words += ["--why", body["rationale"]] if body["rationale"] else []
    if kind == "binary":
        typed = draw(st.sampled_from(sorted(SHARES)))
        body["probability"] = SHARES[typed]
        words += ["-p", typed]
        if draw(st.booleans()):
            body |= {"low": body["probability"] / 2, "high": Fraction(1)}
            body["low"] = Fraction(round(body["low"] * 10**9), 10**9)
            words += ["--range", f"{float(body['low']):.9f}..100%"]
        return Forecast(words, kind, body)
    if kind in {"options", "ordered"}:
        percent = draw(st.sampled_from(sets))
        body["probabilities"] = {name: Fraction(share, 100) for name, share in percent.items()}
        words += repeated("--option", (f"{name}={share}%" for name, share in percent.items()))
        words += ["--ordered"] if kind == "ordered" else []
        return Forecast(words, kind, body, tuple(percent))
    values = draw(st.sampled_from(NUMBERS if kind == "quantity" else DAYS))
    body["quantiles"] = {
        level: float(value) if kind == "quantity" else value
        for level, value in zip(("0.1", "0.5", "0.9"), values, strict=True)
    }
    given = zip(("10%", "1/2", "0.9"), values, strict=True)
    words += repeated("--quantile", (f"{level}={value}" for level, value in given))
    return Forecast(words, kind, body)


@st.composite
def asking(draw: st.DrawFn, book: Book, now: datetime) -> tuple[list[str], dict[str, Any]]:
    """What a ``log`` may say about its question, and what that means."""
    words: list[str] = []
    said: dict[str, Any] = {}
    tags = draw(st.lists(st.sampled_from(TAGS), max_size=2, unique=True))
    words += repeated("--tag", tags)
    said["tags"] = set(tags)
    if by := draw(seldom(st.sampled_from([-2, 0, 3, 30]))):
        said["resolve_by"] = (now + timedelta(days=by)).date().isoformat()
        words += ["--by", said["resolve_by"]]
    if draw(st.integers(0, 5)) == 0:
        said["resolve_by"] = instant(now + timedelta(hours=draw(st.sampled_from([-1, 5, 30]))))
        words += ["--by", said["resolve_by"]]
    if draw(st.integers(0, 9)) == 0:
        said["unit"] = "people"
        words += ["--unit", said["unit"]]
    if draw(st.integers(0, 9)) == 0:
        said["criteria"] = "as the office counts it"
        words += ["--criteria", said["criteria"]]
    if draw(st.integers(0, 3)) == 0 and book.questions:
        on = draw(st.sampled_from(sorted(book.questions)))
        outcome = draw(st.sampled_from(["yes", *OUTCOMES[book.questions[on].kind]]))
        said["condition"] = (on, outcome)
        words += ["--if", on if outcome == "yes" else f"{on}={outcome}"]
    return words, said


@st.composite
def times(draw: st.DrawFn, now: datetime) -> tuple[str, str]:
    """A time that has been, mostly: as it is typed, and what it means."""
    day = timedelta(days=1)
    return draw(
        st.sampled_from(
            [
                ("now", instant(now)),
                ("yesterday", (now - day).date().isoformat()),
                ((now - 3 * day).date().isoformat(), (now - 3 * day).date().isoformat()),
                (now.date().isoformat(), now.date().isoformat()),
                (instant(now - day / 4), instant(now - day / 4)),
                (instant(now - 2 * day), instant(now - 2 * day)),
                ((now + day).date().isoformat(), (now + day).date().isoformat()),
                (instant(now + day / 24), instant(now + day / 24)),
            ]
        )
    )


def outcomes(asked: Asked) -> st.SearchStrategy[str]:
    """What may be typed as the outcome of a question, and now and then what may not."""
    wrong = st.sampled_from(["maybe", "5 or so"])
    right = st.sampled_from(OUTCOMES[asked.kind])
    return st.one_of(right, right, right, right, st.sampled_from(ENDS), wrong)


# --- dossiers -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Draft:
    """A dossier: its file, and what it says."""

    file: Path
    source: dict[str, str]
    author: str
    questions: list[dict[str, Any]]
    forecasts: list[dict[str, Any]]
    resolutions: list[dict[str, Any]]

    def write(self) -> None:
        """Write the file; JSON is YAML too."""
        forecasts = [{**said, "probability": f"{said['probability']}"} for said in self.forecasts]
        author = {"handle": self.author}
        content = {
            "tracker": "dossier/1",
            "source": {**self.source, "author": author},
            "questions": self.questions,
            "forecasts": [_with_passage(said) for said in forecasts],
            "resolutions": [_with_evidence(said, self.source["name"]) for said in self.resolutions],
        }
        self.file.write_text(json.dumps(content), encoding="utf-8")


def _with_passage(said: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in said.items() if name != "quote"}
    return {**rest, **({"passage": {"quote": said["quote"]}} if "quote" in said else {})}


def _with_evidence(said: dict[str, Any], source: str) -> dict[str, Any]:
    rest = {name: value for name, value in said.items() if name not in {"quote", "said"}}
    if said["said"] in {"annulled", "ambiguous"}:
        rest["status"] = said["said"]
    else:
        rest["outcome"] = said["said"]
    if "quote" in said:
        rest["evidence"] = [{"source": source, "quote": said["quote"]}]
    return rest


@st.composite
def drafts(draw: st.DrawFn, book: Book, now: datetime, file: Path) -> Draft:
    """A dossier with yes/no questions of its own and forecasts on any there are."""
    name = file.name.split(".")[0]
    there = [question.id for question in book.questions.values() if question.kind == "binary"]
    asked: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, 2))):
        question: dict[str, Any] = {
            "id": f"{name}-{number}",
            "title": draw(st.sampled_from(TITLES)),
        }
        question["tags"] = draw(st.lists(st.sampled_from(TAGS), max_size=2, unique=True))
        if draw(st.booleans()) and there:
            question["condition"] = {"question": draw(st.sampled_from(there)), "outcome": "no"}
        asked.append(question)
        there.append(question["id"])
    ids = st.sampled_from(there or ["nowhere"])
    quotes = st.fixed_dictionaries({}, optional={"quote": st.sampled_from(QUOTES)})
    said = []
    for _ in range(draw(st.integers(0, 3))):
        one: dict[str, Any] = {"question": draw(ids), "analyst": draw(st.sampled_from(ANALYSTS))}
        one |= {"made": draw(times(now))[1], **draw(quotes)}
        one["probability"] = draw(st.sampled_from(sorted(SHARES.values())))
        said.append(one)
    ended = [
        {
            "question": draw(ids),
            "said": draw(st.sampled_from(["yes", "no", "annulled"])),
            "known": draw(times(now))[1],
            **draw(quotes),
        }
        for _ in range(draw(st.sampled_from([0, 0, 1])))
    ]
    published = date(2026, 11, 1).isoformat()
    source = {"name": f"article {name}", "published": published}
    return Draft(file, source, draw(st.sampled_from(ANALYSTS)), asked, said, ended)


def added(book: Book, now: datetime, draft: Draft) -> None:
    """What ``tracker add`` does, in the model."""
    before = {id(said) for question in book.questions.values() for said in question.said}
    if draft.source["name"] not in book.sources:
        book.analyst(draft.author, now)
    book.source(draft.source["name"], {**draft.source, "author": draft.author}, now)
    for question in draft.questions:
        if question["id"] not in book.questions:
            on = question.get("condition")
            condition = (on["question"], on["outcome"]) if on else None
            new = Asked(id=question["id"], title=question["title"], kind="binary")
            new.condition, new.tags = condition, set(question["tags"])
            book.ask(now, new)
    for said in draft.forecasts:
        asked = book.questions.get(said["question"]) or refuse("no such question")
        rest: dict[str, Any] = {
            name: said[name] for name in ("probability", "quote") if name in said
        }
        body = {**rest, "source": draft.source["name"]}
        same = [
            held
            for held in asked.said
            if id(held) in before
            and (held.analyst, held.made) == (said["analyst"], said["made"])
            and held.body is not None
            and {name: held.body[name] for name in body if name in held.body} == body
            and ("quote" in held.body) == ("quote" in body)
        ]
        if not same:
            book.say(now, asked, body, said["analyst"], said["made"])
    for said in draft.resolutions:
        quoted = ((draft.source["name"], said["quote"]),) if "quote" in said else ()
        book.resolve(
            now, said["question"], said["said"], said["known"], None, None, quoted, None, again=True
        )


def day_or_instant(when: datetime) -> st.SearchStrategy[str]:
    """A past day or instant around a time, for filters."""
    near = [when - timedelta(days=1), when, when - timedelta(hours=1), when - timedelta(days=9)]
    return st.sampled_from([*(instant(t) for t in near), *(t.date().isoformat() for t in near)])
