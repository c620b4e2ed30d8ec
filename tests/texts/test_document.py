"""Documents: paragraphs and sentences whose offsets stay true, whatever the text holds."""

from __future__ import annotations

import json
import time
import tracemalloc
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.texts.document import Document, Markup, document, paragraphs
from tracker.texts.layout.lines import LONGEST
from tracker.values import sha256

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG_LINE = "The river will rise by the end of the week, as it did in every spring before this."
WRAPPED = """\
Outlook for the river

The river will rise by the end of the week, as it
did in every spring before. Nobody expects the dam
to break.
Ana Oda
\tEditor

What to watch:
- snow in the hills, which is deeper than it was
  last year
- rain
1. A flood.
"""
MARKDOWN = """\
---
title: "On the river"
author: Ana Oda
date: 2026-03-02
---
# The river #

It is **very _likely_** to rise ([why](https://example.org/a_(b)_c)), see
`gauge` and ![a picture. Nobody sees it.](x.png) below<!-- it
will not. -->.

> It *will* rise. <b>Soon</b>.

Setext
------
* [x] The dam \\*holds\\* up
* It breaks[^1]

```
It will never be read.
```
| May | 40 % |
|-----|-----:|

[ref]: https://example.org
"""
TEXTS = st.text(
    alphabet=st.sampled_from("aB. \t\n\r\f-*#>`[]()<!~_|\"'“’…\u00a0\u200b\u0085\u2028\ufeff\0é1"),
    max_size=200,
)


def sentences(one: Document) -> list[str]:
    """The sentences of a document, in plain signs, with single blanks."""
    return [
        " ".join(paragraph.plain(sentence).split())
        for paragraph in one.paragraphs
        for sentence in paragraph.sentences
    ]


@pytest.mark.parametrize(
    ("number", "file"), [("000", "000_45b8b57efa490c69"), ("003", "003_2a82936c82bd7f2e")]
)
def test_the_annotated_sentences_are_found(shared: Path, number: str, file: str) -> None:
    """On both articles, exactly the annotation's spans."""
    text = (shared / "texts" / f"{file}.txt").read_bytes().decode()
    annotated = json.loads((shared / "texts" / f"sentences_{number}.json").read_bytes())
    found = [(s.start, s.end) for p in document(text).paragraphs for s in p.sentences]
    assert found == [(s["start"], s["end"]) for s in annotated]


@given(TEXTS, st.sampled_from(["plain", "markdown"]))
def test_offsets_are_those_of_the_stored_text(text: str, markup: Markup) -> None:
    """Paragraphs and sentences stand where they say, and prose has the length of its text."""
    one = document(text, markup=markup)
    assert (one.text, one.sha256) == (text, sha256(text))
    last = 0
    for number, paragraph in enumerate(one.paragraphs, 1):
        assert paragraph.number == number
        assert paragraph.start >= last
        last = paragraph.start + len(paragraph.text)
        assert text[paragraph.start : last] == paragraph.text
        assert len(paragraph.prose) == len(paragraph.text)
        for sentence in paragraph.sentences:
            assert paragraph.start <= sentence.start < sentence.end <= last
            assert paragraph.plain(sentence).strip() == paragraph.plain(sentence)


@given(TEXTS, st.lists(st.integers(0, 200), max_size=20), st.sampled_from(["plain", "markdown"]))
def test_chunks_make_no_difference(text: str, cuts: list[int], markup: Markup) -> None:
    """A text in pieces has the paragraphs of the whole text."""
    edges = sorted({0, *cuts, len(text)})
    chunks = [text[a:b] for a, b in pairwise(edges)]
    assert list(paragraphs(chunks, markup=markup)) == list(paragraphs([text], markup=markup))


@given(TEXTS)
def test_plain_words_are_all_read(text: str) -> None:
    """In a plain text without headers, no letter is left outside the sentences."""
    one = document(f"x\n{text}")
    read = sum(map(str.isalpha, "".join(p.words(s) for p in one.paragraphs for s in p.sentences)))
    assert read == sum(map(str.isalpha, one.text))


def test_a_line_is_a_paragraph() -> None:
    """Wherever lines are no wrapped blocks; any sign that ends a line ends it."""
    one = document(f"\ufeff {LONG_LINE}\r\nIt rains.\rIt snows.\fIt hails.\n\n \nIt thaws.\n")
    assert [p.text.strip("\ufeff ") for p in one.paragraphs] == [
        LONG_LINE, "It rains.", "It snows.", "It hails.", "It thaws.",
    ]  # fmt: skip


def test_wrapped_lines_are_one_paragraph() -> None:
    """Blocks of a hard-wrapped text are paragraphs; items and lines that stop short stay apart."""
    for text in (WRAPPED, WRAPPED.replace("\n", "\r\n")):
        one = document(text)
        assert sentences(one) == [
            "Outlook for the river",
            "The river will rise by the end of the week, as it did in every spring before.",
            "Nobody expects the dam to break.",
            "Ana Oda",
            "Editor",
            "What to watch:",
            "snow in the hills, which is deeper than it was last year",
            "rain",
            "A flood.",
        ]
        assert [p.number for p in one.paragraphs if p.item] == [6, 7, 8]
        assert [p.number for p in one.paragraphs if p.heading] == [1]


def test_headings_stand_alone() -> None:
    """A short line without a full stop is a heading between paragraphs, but not in a list."""
    text = f"The river\n{LONG_LINE}\nThe dam (again)\n{LONG_LINE}\nAna\nBo\nCy\n{LONG_LINE}\nEnd"
    found = [p.text for p in document(text).paragraphs if p.heading]
    assert found == ["The river", "The dam (again)"]


@pytest.mark.parametrize("markup", ["plain", "markdown"])
def test_a_line_in_capitals_runs_into_no_sentence(markup: Markup) -> None:
    """A heading in capitals stands for itself in a hard-wrapped text; an abbreviation does not."""
    text = (
        "OUTLOOK FOR THE RIVER IN THE SPRING OF 2026\nThe river will rise, as it did when the\n"
        "NATO\nmembers were there and saw it rise.\nWHAT TO WATCH\nThe snow, which is deeper than\n"
        "it was.\n"
    )
    assert sentences(document(text, markup=markup)) == [
        "OUTLOOK FOR THE RIVER IN THE SPRING OF 2026",
        "The river will rise, as it did when the NATO members were there and saw it rise.",
        "WHAT TO WATCH",
        "The snow, which is deeper than it was.",
    ]


@pytest.mark.parametrize(
    "bullet", ["- ", "* ", "• ", "  – ", "1. ", "12) ", "(a) ", "b) ", "(iv) "]
)
def test_an_item_starts_after_its_bullet(bullet: str) -> None:
    """The bullet belongs to no sentence."""
    (paragraph,) = document(f"{bullet}It rains. It snows.").paragraphs
    assert paragraph.item
    assert [paragraph.words(s) for s in paragraph.sentences] == ["It rains.", "It snows."]


@pytest.mark.parametrize("words", ["-5 is cold.", "A. Oda said so.", "2026 will be wet.", "I) see"])
def test_no_item(words: str) -> None:
    """A number below zero, an initial and a year are no bullets."""
    (paragraph,) = document(words).paragraphs
    assert paragraph.item == (words == "I) see")


def test_markup_is_blanked() -> None:
    """Markdown's signs, code, comments, pictures and addresses are not prose; link words are."""
    one = document(MARKDOWN, markup="markdown")
    assert sentences(one) == [
        "The river",
        "It is very likely to rise ( why ), see gauge and below",
        "It will rise.",
        "Soon .",
        "Setext",
        "The dam *holds * up",
        "It breaks",
        "May 40 %",
    ]
    assert [p.number for p in one.paragraphs if p.heading] == [1, 4]
    assert [p.number for p in one.paragraphs if p.item] == [5, 6]
    assert one.hints.title == "On the river"
    assert (one.hints.author, one.hints.published) == ("Ana Oda", "2026-03-02")


@pytest.mark.parametrize(
    ("head", "author", "published"),
    [
        (" date 2026-03-02 ", None, "2026-03-02"),
        ("Published: 2 March 2026 - ", None, "2 March 2026"),
        ("Updated on March 2nd, 2026\n", None, "March 2nd, 2026"),
        ("By Ana Oda\n", "Ana Oda", None),
        ("By Ana Oda and Bo van Ek | 2 Mar. 2026\n\n", "Ana Oda and Bo van Ek", "2 Mar. 2026"),
        ("Author: Ana Oda\nDate: 2026-03-02\n", "Ana Oda", "2026-03-02"),
    ],
)
def test_a_header_is_a_hint(head: str, author: str | None, published: str | None) -> None:
    """What the first lines say of the text is offered, and is no sentence of it."""
    one = document(f"{head}It will rain. It will snow.\nIt thaws.")
    assert sentences(one) == ["It will rain.", "It will snow.", "It thaws."]
    assert (one.hints.title, one.hints.author, one.hints.published) == (None, author, published)


@pytest.mark.parametrize(
    "words",
    ["By March 2026 it will rain.", "By Monday Ana Oda will go.", "Date palms will die.",
     "On 2 March 2026 it will rain.", "By Ana Oda's reckoning it will rain."],
)  # fmt: skip
def test_a_forecast_is_no_header(words: str) -> None:
    """What only looks like a header stays a sentence."""
    one = document(words)
    assert sentences(one) == [words]
    assert one.hints.author is None
    assert one.hints.published is None


def test_a_long_line_is_cut_where_a_sentence_ends() -> None:
    """One line of megabytes comes as paragraphs of bounded length, whole sentences in each."""
    found = list(paragraphs([f"{LONG_LINE} " * 5_000]))
    assert len(found) > 3
    assert max(len(paragraph.text) for paragraph in found) <= LONGEST
    assert {p.words(s) for p in found for s in p.sentences} == {LONG_LINE}
    assert sum(len(paragraph.text) for paragraph in found) == 5_000 * (len(LONG_LINE) + 1)


@pytest.mark.parametrize("markup", ["plain", "markdown"])
@pytest.mark.parametrize(
    "unit",
    ["a.", "[", "[a](", "<!--", "`", "* ", "_", "<a ", "![a]", "(", "\r", "\ufeff", "> ", "#",
     "|", "\\", "1. ", "By A B, ", "---\n", "- a\n"],
)  # fmt: skip
def test_no_text_takes_for_ever(unit: str, markup: Markup) -> None:
    """A megabyte of one sign or markup, most of it in a single line."""
    size = 200_000
    began = time.perf_counter()
    document(unit * (size // len(unit)), markup=markup)
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize("end", ["\n", " "], ids=["lines", "one line"])
def test_a_stream_is_read_in_constant_memory(end: str) -> None:
    """Ten megabytes, as lines or as one, take no more than a few buffers."""

    def chunks() -> Iterator[str]:
        for _ in range(50):
            yield (LONG_LINE * 12 + end) * 200

    tracemalloc.start()
    try:
        size = sum(len(paragraph.text) for paragraph in paragraphs(chunks()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 9_000_000
    assert peak < 3_000_000
