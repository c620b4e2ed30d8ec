"""A small ledger with every kind of row, whose texts are in every kind of writing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from conftest import NOW

from tracker import Ledger
from tracker.records import Dossier, make
from tracker.values import sha256

if TYPE_CHECKING:
    from pathlib import Path

HOUR = timedelta(hours=1)
SAYS = "Zuerst: 𝔖𝔫𝔬𝔴 vor Advent 🌨, לא גשם. Cafe\u0301 im Mai?\nThen\tthe rest, “quoted” \\ so."
ALSO = "The second text says little."


def span(words: str, text: str = SAYS) -> dict[str, Any]:
    """A passage of a text, by where its words stand."""
    start = text.index(words)
    return {"start": start, "end": start + len(words), "sha256": sha256(words)}


def dossier() -> Dossier:
    """A dossier with a condition, options, all kinds of answers, and evidence."""
    return make(
        Dossier,
        {
            "source": {
                "name": "essay",
                "title": "Ein Essay – über Schnee ❄",
                "author": {"handle": "zoë", "name": "Zoë Žižková"},
                "published": "2026-10-01",
                "published_note": "as the page says",
                "url": "https://example.org/essay",
                "sha256": sha256(SAYS),
            },
            "questions": [
                {"id": "snow", "title": "Snow before Advent?", "tags": ["weather", "зима"]},
                {
                    "id": "where",
                    "title": "Where first?",
                    "kind": "options",
                    "options": [{"name": "north", "label": "Der Norden"}, {"name": "south"}],
                    "criteria": "The first station that reports it.",
                    "resolve_by": "2026-12-24",
                    "tags": ["weather"],
                    "condition": {"question": "snow", "outcome": "yes"},
                },
                {
                    "id": "how-much",
                    "title": "How much will fall?",
                    "kind": "quantity",
                    "unit": "cm",
                    "condition": {"text": "if the station is repaired"},
                },
            ],
            "forecasts": [
                {
                    "question": "snow",
                    "analyst": "zoë",
                    "made": "2026-10-01",
                    "attribution": "author",
                    "probability": 0.7,
                    "low": 0.6,
                    "high": 0.8,
                    "phrase": "likely",
                    "lexicon": "words",
                    "passage": span("𝔖𝔫𝔬𝔴 vor Advent 🌨"),
                    "rationale": 'eine "Kaltfront" \\ am Freitag\nund \u202eגשם\u202c',
                },
                {
                    "question": "where",
                    "analyst": "zoë",
                    "made": "2026-10-01",
                    "attribution": "author",
                    "probabilities": {"north": 0.25, "south": 0.75},
                    "passage": {**span("“quoted”"), "quote": "“quoted”"},
                },
                {
                    "question": "how-much",
                    "analyst": "bob",
                    "made": "2026-10-02",
                    "attribution": "other",
                    "quantiles": {0.1: 2, 0.5: 5.5, 0.9: 12},
                    "passage": span("Cafe\u0301"),
                },
                {
                    "question": "how-much",
                    "analyst": "bob",
                    "made": "2026-10-03",
                    "attribution": "unclear",
                    "scorable": False,
                    "passage": {"quote": "it may fall"},
                    "rationale": "it may fall or not",
                },
            ],
        },
    )


def other() -> Dossier:
    """A second source, whose text is kept too, with evidence for what the first says."""
    return make(
        Dossier,
        {
            "source": {"name": "report", "sha256": sha256(ALSO)},
            "resolutions": [
                {
                    "question": "snow",
                    "outcome": "yes",
                    "known": "2026-11-20",
                    "by": "bob",
                    "note": "seen",
                    "evidence": [
                        {"source": "report", "stance": "supports", **span("second text", ALSO)},
                        {"source": "essay", "stance": "context", **span("לא גשם")},
                    ],
                }
            ],
        },
    )


def everything(place: str | Path) -> None:
    """Make a ledger in which there are several rows of every table."""
    with Ledger.open(place, create=True) as ledger:
        with ledger.adding(NOW) as add:
            add(dossier(), {"essay": SAYS})
            add(other(), {"report": ALSO})
        says = {"analyst": "ana", "probability": 0.25}
        ledger.log("snow", says, recorded=NOW + HOUR, question={"tags": ["put later"]})
        ledger.log("snow", says, recorded=NOW + HOUR, question={"tags": ["later still"]})
        new = ledger.log("A new question?", says, recorded=NOW + HOUR).question.question.id
        ledger.withdraw("snow", "ana", recorded=NOW + 2 * HOUR, reason="I know no more")
        for lesson in ("Ask sooner.", "Frage früher."):
            ledger.lesson("snow", lesson, analyst="zoë", recorded=NOW + 2 * HOUR)
        ledger.resolve(
            "snow", {"outcome": "no"}, recorded=NOW + 3 * HOUR, reason="it was hail, not snow"
        )
        ledger.resolve(new, {"status": "annulled"}, recorded=NOW + 3 * HOUR)
        ledger.log(
            "Which one more?",
            {"analyst": "ana", "probabilities": {"this": 0.5, "that": 0.25, "neither": 0.25}},
            recorded=NOW + 4 * HOUR,
            question={
                "kind": "ordered",
                "options": [{"name": name} for name in ("this", "that", "neither")],
                "tags": ["put later", "weather"],
            },
        )
        _corrections(ledger, new)


def _corrections(ledger: Ledger, question: str) -> None:
    """Amendments, judgements, and retractions, of which one is taken back."""
    at: Any = {"recorded": NOW + 4 * HOUR}
    changes = {"title": "Snow before Advent, ❄?", "resolve_by": "2026-11-29"}
    ledger.amend("snow", changes, by="ana", reason="Ende November – nicht später", **at)
    ledger.amend(question, {"criteria": "“as reported”"}, by="zoë", reason="to be clear", **at)
    ledger.judge("snow", {"by": "bob", "outcome": "yes", "known": "2026-11-20"}, **at)
    ledger.judge(question, {"by": "zoë", "status": "ambiguous", "note": "unklar ☁"}, **at)
    said = ledger.log(question, {"analyst": "ana", "probability": 0.07}, **at).entry
    taken = ledger.retract(said, by="ana", reason="7 % getippt für 70 %", **at).entry
    ledger.retract(taken, by="bob", reason="it was meant", **at)
    ledger.retract(
        ledger.log(question, {"analyst": "ana", "probability": 0.5}, **at).entry,
        by="ana",
        reason="on the wrong question",
        **at,
    )
