"""Texts with a label on every sentence, and how well the rules find their forecasts."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.texts.document import document
from tracker.texts.extract import Rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.texts.drafts import Draft

FOLDER = Path(__file__).with_name("texts") / "labelled"
READ = ("ordinary-1", "hard-1", *(f"mixed-{number}" for number in range(1, 8)))
UNREAD = ("held-back",)  # nobody who writes rules has seen these sentences
SETS = READ + UNREAD
ARTICLES = {"003": "2026-02-27", "000": "2026-03-02"}  # and the days they are read as of


@dataclass(frozen=True)
class Sentence:
    """A sentence of a text and what its label says."""

    start: int
    end: int
    label: str
    attribution: str | None = None
    speaker: str | None = None
    condition: str | None = None
    contested: bool = False

    @property
    def forecasts(self) -> bool:
        """Whether it is to be found."""
        return self.label in {"A", "B"}


@dataclass(frozen=True)
class Text:
    """A text whose sentences are labelled."""

    kind: str
    published: str
    text: str
    sentences: tuple[Sentence, ...]


@cache
def texts(name: str) -> list[Text]:
    """The texts of a set, in the order of its file."""
    lines = (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [_text(json.loads(line)) for line in lines]


def _text(row: dict[str, Any]) -> Text:
    known = Sentence.__dataclass_fields__
    sentences = tuple(
        Sentence(**{key: value for key, value in one.items() if key in known})
        for one in row["sentences"]
    )
    return Text(row["kind"], row["published"], row["text"], sentences)


def article(folder: Path, number: str) -> tuple[str, list[dict[str, Any]], list[dict[str, Any]]]:
    """One of the two articles, its labelled sentences and the forecasts annotated in it."""
    (file,) = folder.glob(f"{number}_*.txt")
    sentences, annotated = (
        json.loads((folder / f"{part}_{number}.json").read_text("utf-8"))
        for part in ("sentences", "annotation")
    )
    return file.read_bytes().decode(), sentences, annotated


def articles(folder: Path) -> list[Text]:
    """The two articles, without the sentences on which their readers differ."""
    found = []
    for number, published in ARTICLES.items():
        text, sentences, annotated = article(folder, number)
        camps = {_span(row) for row in annotated if row["attribution"]["type"] == "camp"}
        conditions = {_span(row) for row in annotated if row["conditional_on"]}
        labelled = [
            Sentence(
                *span,
                row["label"],
                attribution="other" if span in camps else "author",
                condition="either" if span in conditions else None,
            )
            for row in sentences
            if not row.get("contested")
            for span in [_span(row)]
        ]
        found.append(Text("article", published, text, tuple(labelled)))
    return found


def _span(row: dict[str, Any]) -> tuple[int, int]:
    return row["start"], row["end"]


@dataclass
class Measured:
    """Counts over sentences. Of those that are forecasts and found: voices, conditions, tiers."""

    right: int = 0
    wrong: int = 0  # found, and no forecast
    missed: int = 0
    missed_firm: int = 0  # of tier A
    contested: int = 0  # of the wrong and the missed
    sentences: int = 0
    exact: int = 0  # sentences that the splitter finds to the letter
    tier: int = 0
    attributed: int = 0
    misbooked: int = 0  # attributed, and booked to the author
    own: int = 0
    doubted: int = 0  # the author's own, and not booked to the author
    speakers: int = 0
    named: int = 0
    conditional: int = 0
    supposed: int = 0  # conditional, and found so
    unconditional: int = 0  # found conditional, and not so

    @property
    def precision(self) -> float:
        """Of the sentences found, the share that are forecasts."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Of the forecasts, the share found."""
        return self.right / max(1, self.right + self.missed)

    def add(self, one: Sentence, drafts: list[Draft]) -> None:
        """Count a sentence and the drafts that stand in it."""
        self.right += one.forecasts and bool(drafts)
        self.missed += one.forecasts and not drafts
        self.missed_firm += one.label == "A" and not drafts
        self.wrong += bool(drafts) and not one.forecasts
        self.contested += one.contested and one.forecasts != bool(drafts)
        if one.forecasts and drafts:
            self._found(one, drafts)

    def _found(self, one: Sentence, drafts: list[Draft]) -> None:
        author = [draft.attribution == "author" for draft in drafts]
        conditional = any(draft.condition for draft in drafts)
        self.tier += drafts[0].tier == one.label
        self.attributed += one.attribution == "other"
        self.misbooked += one.attribution == "other" and any(author)
        self.own += one.attribution == "author"
        self.doubted += one.attribution == "author" and not all(author)
        self.conditional += bool(one.condition)
        self.supposed += bool(one.condition) and conditional
        self.unconditional += conditional and not one.condition
        if one.speaker:
            self.speakers += 1
            self.named += any(_words(draft.speaker) & _words(one.speaker) for draft in drafts)


def _words(name: str | None) -> set[str]:
    return set(re.findall(r"\w{3,}", (name or "").casefold())) - {"the", "and"}


@cache
def found_in(one: Text) -> tuple[set[tuple[int, int]], list[Draft]]:
    """The spans of a text's sentences as they are split, and the drafts that stand in them."""
    read = document(one.text)
    spans = {(s.start, s.end) for paragraph in read.paragraphs for s in paragraph.sentences}
    return spans, [d for d in Rules().extract(read, one.published) if d.reason is None]


def measure(read: Iterable[Text]) -> Measured:
    """How well the rules find the forecasts of some texts."""
    counts = Measured()
    for one in read:
        spans, drafts = found_in(one)
        for sentence in one.sentences:
            counts.sentences += 1
            counts.exact += (sentence.start, sentence.end) in spans
            here = [d for d in drafts if d.start < sentence.end and sentence.start < d.end]
            counts.add(sentence, here)
    return counts


def wilson(hits: int, n: int, z: float = 1.645) -> tuple[float, float]:
    """Wilson's interval of a share, 90 % by default.

    >>> [round(end, 2) for end in wilson(9, 10)]
    [0.65, 0.98]
    """
    if not n:
        return 0.0, 1.0
    share, spread = hits / n, z * z / n
    centre = share + spread / 2
    half = z * sqrt(share * (1 - share) / n + spread / (4 * n))
    return (centre - half) / (1 + spread), (centre + half) / (1 + spread)
