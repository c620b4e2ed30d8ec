"""Drafts of forecasts that tests make by hand: words of a text, and what is read out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.texts.drafts import Draft, Horizon, Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

LETTER = (
    "On the harbour\n\n"
    "The dockers will vote on Thursday. A settlement is likely by the end of June.\n\n"
    "The minister says that talks may resume. The ships will sail, some say.\n"
)
SUMMER = Horizon("2026-06-30", "by the end of June")
YEAR = Horizon("2026-12-31", None, "the end of the year")


def likely(point: float | None = 0.7, **changed: Any) -> Reading:
    """A reading of "likely"."""
    bounds = (0.6, 0.85) if point == 0.7 else (None, None)
    said = {"point": point, "low": bounds[0], "high": bounds[1], "rule": "likely"}
    return Reading(**{**said, "profile": "lay", "version": "2026.1", **changed})


def draft(text: str, sentence: str, phrase: str, **changed: Any) -> Draft:
    """A draft of a sentence of a text, of which only what matters is said."""
    start = text.index(sentence)
    where = start + sentence.index(phrase)
    said: dict[str, Any] = {
        "start": start,
        "end": start + len(sentence),
        "phrase": phrase,
        "phrase_start": where,
        "phrase_end": where + len(phrase),
        "tier": "A",
        "reading": likely(),
        "sentence": sentence,
        "paragraph": text.count("\n\n", 0, start) + 1,
    }
    return Draft(**{**said, **changed})


def letter_drafts() -> list[Draft]:
    """What is found in the letter."""
    will = likely(0.9, rule="will")
    may = likely(0.4, rule="may", scorable=False)
    vote = "The dockers will vote on Thursday."
    settled = "A settlement is likely by the end of June."
    talks = "The minister says that talks may resume."
    sail = "The ships will sail, some say."
    return [
        draft(LETTER, vote, "will", reading=will, horizon=YEAR),
        draft(LETTER, settled, "likely", horizon=SUMMER),
        draft(
            LETTER, talks, "may", reading=may, tier="B", attribution="other",
            speaker="The minister", horizon=YEAR, condition="implicit",
        ),
        draft(LETTER, sail, "will", reading=will, attribution="unclear", horizon=YEAR),
        draft(LETTER, sail, "say", reason="a habit"),
    ]  # fmt: skip


def finding(monkeypatch: pytest.MonkeyPatch, drafts: list[Draft]) -> Callable[[], list[Any]]:
    """Have ``tracker extract`` find these drafts; gives what the extractor was asked."""
    asked: list[Any] = []

    def found(_rules: object, paragraphs: object, published: str | None = None) -> list[Draft]:
        asked.append((paragraphs, published))
        return drafts

    monkeypatch.setattr("tracker.texts.extract.Rules.drafts", found)
    return lambda: asked
