"""Whether a record can be made of what is recorded: the chain proves that it stayed, no more."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tracker.errors import UnexpectedError
from tracker.ledger.faults import tampered
from tracker.records import (
    Amendment,
    Analyst,
    Correction,
    Forecast,
    Judgement,
    Lesson,
    Passage,
    Question,
    Resolution,
    Source,
)
from tracker.values import BILLION, stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Content = Mapping[str, Any]
    Rows = Mapping[str, list[dict[str, Any]]]

SOME = {"question": "q", "analyst": "a"}  # entries are referred to by number, records by name
SAID = {"question": "q", "by": "a"}


def entry(key: str, row: Content, rows: Rows) -> None:
    """Check an entry, named by ``key``, and what belongs to it; raises TamperedError."""
    try:
        _instant(row["recorded"])
        if row["kind"] in CORRECTIONS:
            Correction(by="a", reason=row["reason"])
        for name, found in rows.items():
            for content in found:
                _own(content, row["id"], asked=name in {"option", "question_tag"} and len(rows) > 1)
                if name in RECORDS:
                    RECORDS[name](content, rows)
    except UnexpectedError as error:
        raise tampered(key, error.found, error.expected) from None
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        said = str(error).split("\n")[-2 if "\n" in str(error) else 0].strip()
        raise tampered(key, f"what no record can be made of ({said})", "what can be read") from None


CORRECTIONS = ("amendment", "retraction")  # never without a reason


def _instant(recorded: str) -> None:
    """When an entry was recorded is in the one form that sorts by time."""
    if stamp(datetime.fromisoformat(recorded)) != recorded:
        raise UnexpectedError(recorded, "an instant as 2026-11-21T12:00:00.000000Z")


def _own(content: Content, number: int, *, asked: bool) -> None:
    """Numbers are whole, and a row refers to its own entry only where it is part of a question."""
    for name, value in content.items():
        if isinstance(value, float):
            raise UnexpectedError(f"{name} {value}", "no fraction")
    if not isinstance(content.get("position", 0), int):
        raise UnexpectedError(f"position {content['position']}", "a whole number")
    if asked and content.get("question") != number:
        raise UnexpectedError(f"a part of question {content.get('question')}", "one of its own")
    if content.get("condition") == number:
        raise UnexpectedError("a question on condition of itself", "one on another's")


def _question(content: Content, rows: Rows) -> None:
    options = sorted(rows.get("option", ()), key=lambda option: int(option["position"]))
    given = {name: value for name, value in content.items() if not name.startswith("condition")}
    named = [{"name": o["name"], "label": o.get("label")} for o in options]
    Question.model_validate({"id": given.pop("key"), "options": named, **given})


def _forecast(content: Content, _rows: Rows) -> None:
    if content.get("withdrawn"):
        return
    said = json.loads(content.get("distribution", "{}"))
    shares = {n: v / BILLION for n, v in content.items() if n in {"probability", "low", "high"}}
    for name, value in said.items():
        shares[name] = (
            {level / BILLION: at for level, at in value}
            if name == "quantiles"
            else {option: share / BILLION for option, share in value.items()}
        )
    rest = {name: content[name] for name in KEPT if name in content}
    Forecast.model_validate({**SOME, **rest, **shares})


KEPT = ("made", "phrase", "lexicon", "attribution", "rationale", "scorable")


def _resolution(content: Content, _rows: Rows) -> None:
    given = {name: content[name] for name in ("status", "known", "note") if name in content}
    Resolution(question="q", outcome=content.get("outcome"), **given)


def _source(content: Content, _rows: Rows) -> None:
    Source(**{name: value for name, value in content.items() if name != "author"})


def _passage(content: Content, _rows: Rows) -> None:
    for name in ("start", "end"):
        if not isinstance(content.get(name, 0), int):
            raise UnexpectedError(f"{name} {content[name]}", "a whole number")
    Passage(**{name: value for name, value in content.items() if name != "source"})


def _amendment(content: Content, _rows: Rows) -> None:
    Amendment(
        **SAID, **{n: content[n] for n in ("title", "criteria", "resolve_by") if n in content}
    )


def _judgement(content: Content, _rows: Rows) -> None:
    names = ("status", "outcome", "known", "note")
    Judgement.model_validate(SAID | {n: content[n] for n in names if n in content})


RECORDS: dict[str, Callable[[Content, Rows], object]] = {
    "amendment": _amendment,
    "analyst": lambda content, _: Analyst(**content),
    "forecast": _forecast,
    "judgement": _judgement,
    "lesson": lambda content, _: Lesson(**SOME, text=content["text"]),
    "passage": _passage,
    "question": _question,
    "resolution": _resolution,
    "source": _source,
}
