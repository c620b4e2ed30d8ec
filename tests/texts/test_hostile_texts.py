"""Texts made to hang the rules or to break them: they take time in proportion, and answer."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.texts.document import document, paragraphs
from tracker.texts.extract import Rules
from tracker.texts.patterns import table
from tracker.texts.rules.cues import MOST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.texts.drafts import Draft

RULES = Rules()
SENTENCE = 2_000  # characters: the splitter cuts what is longer
BOUND = 0.2  # seconds for such a sentence: ten times and more what the worst of them takes
UNITS = [
    *("a", "A", "0", ".", "?", "…", ",", ";", "(", '"', "'", "-", " ", "\t", "\u00a0", "é", "🔔"),
    *("\u200b", "\u202e", "e\u0301", "w'", "A ", "B C D ", "Ab Cd ", "x-y ", "x'x ", "xly ", "1 "),
    *("7%, ", "% ", '"x ', "“x ” ", "' ", "(a ", ", and ", "; but ", ": ", " - ", "... "),
    *("the ", "if ", "would be ", "will ", "may ", "likely to ", "most likely ", "not ", "no "),
    *("said ", "said the ", "was ", "walked ", "had ", "should ", "were it to ", "whether the "),
    *("I ", "who ", "nobody ", "Will ", "May ", "Mr Smith of the Bank says ", "analysts say "),
    *("according to the ", "in the view of ", "of the ", "de van ", "he thinks that "),
    *("by the end of ", "in May ", "within a few ", "odds of 3 to 1 ", "one in five "),
    *("at least ", "the chance of ", "neither x nor ", "not a but b ", "either a or "),
    *("rather than ", "more likely than ", "as likely as ", "the longer the ", "makes it "),
    *("raises the risk of ", "expects ", "prospects for x ", "sees x ", "has x ", "cut and "),
]


def taken(text: str) -> float:
    """The seconds that reading a text takes, the better of two."""
    best = float("inf")
    for _ in range(2):
        begun = time.perf_counter()
        RULES.extract(document(text), "2026-11-02")
        best = min(best, time.perf_counter() - begun)
    return best


def check(text: str) -> list[Draft]:
    """The drafts of a text, whose spans are those of the text."""
    found = RULES.extract(document(text), "2026-11-02")
    for one in found:
        assert text[one.start : one.end] == one.sentence
        assert text[one.phrase_start : one.phrase_end] == one.phrase
        assert one.start <= one.phrase_start < one.phrase_end <= one.end
    return found


@pytest.mark.parametrize("unit", UNITS)
def test_a_sentence_of_one_thing_said_over_and_over(unit: str) -> None:
    """No regular expression tries again and again."""
    text = (unit * SENTENCE)[:SENTENCE]
    assert taken(text) < BOUND
    check(text)


@pytest.mark.parametrize(
    "unit", ["a", "the ", "7%, ", "A ", "if ", "said ", "bet ", "odds of 3 to 1 ", "close; "]
)
def test_twice_the_text_takes_twice_the_time(unit: str) -> None:
    """A line of any length is read in pieces; four times leaves room for a busy machine."""
    once = (unit * 6_000)[:6_000]
    assert taken(once * 2) < 4 * taken(once) + 0.1


WORDS = sorted(
    {word for row in table("cues")["cue"] for word in row["anchors"].split()}
    | {"if", "the", "of", "said", "that", "by", "May", "2027", "35 %", "not", "was", "he", "never"}
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=12),
    st.sampled_from([" ", ", ", " - ", "; ", " “", "’ ", ' "', " the ", " of the "]),
)
def test_words_of_forecasts_in_any_order(words: list[str], between: str) -> None:
    """Repeated up to the longest sentence there is."""
    unit = between.join(words) + between
    text = (unit * (SENTENCE // len(unit) + 1))[:SENTENCE]
    begun = time.perf_counter()
    check(text)
    assert time.perf_counter() - begun < 4 * BOUND


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=300))
def test_any_text_at_all(text: str) -> None:
    """Whatever the signs, the spans are true."""
    check(text)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from([*WORDS, ".", "?", ",", "\n", "\n\n", "“", "”", "-", "\u200b"])))
def test_any_words_at_all(words: list[str]) -> None:
    """The same for words that forecast."""
    check(" ".join(words))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        "\n\n\n",
        "\t\r\n",
        "a",
        ".",
        "?",
        "%",
        "“",
        "will",
        "WILL",
        "\ufeff",
        "\u200b\u200d\u2060",
        "\u202e",
        "🔔",
        "\x00",
        "\ud800",
        "\u0301",
    ],
)
def test_next_to_nothing(text: str) -> None:
    """No forecast, and no failure; a lone word is no sentence that could be scored."""
    try:
        found = check(text)
    except UnicodeEncodeError:  # half a sign cannot be hashed, and no file holds one
        assert text == "\ud800"
        return
    assert [one for one in found if one.phrase.casefold() != "will"] == []


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffThe bell will crack.",
        "The bell\u200b will\u200b crack.",
        "\u202eThe bell will crack.\u202c",
        "The bell will crack 🔔🔔🔔.",
        "جرس. The bell will crack. جرس",
        "The bell will crack.\x00",
        "THE BELL WILL CRACK!!!!!!!!!!",
        "the bell will crack",
        "The\tbell\twill\tcrack.",
    ],
)
def test_a_forecast_among_strange_signs(text: str) -> None:
    """Marks of order and direction, bytes of nothing, other scripts: it is still found."""
    assert "will" in [one.phrase.casefold() for one in check(text) if one.reason is None]


def test_an_endless_line_comes_in_drafts_one_by_one() -> None:
    """Of a line without an end the first drafts are there before the rest is read."""
    read = 0

    def line() -> Iterator[str]:
        nonlocal read
        while True:
            read += 1
            yield (
                "the bell is old and hangs low in the tower by the weir, " * 80 + "and will crack, "
            )

    drafts = RULES.drafts(paragraphs(line()))
    assert "will" in {next(drafts).phrase for _ in range(20)}
    assert read < 100


@pytest.mark.parametrize("unit", ["a", "7%, ", "sees x ", "would be "])
def test_a_long_line(unit: str) -> None:
    """Of 200 kB: every sentence in it stays far below the bound."""
    line = (unit * 200_000)[:200_000]
    begun = time.process_time()
    found = list(RULES.drafts(paragraphs(iter([line]))))
    assert time.process_time() - begun < 100 * BOUND / 4
    assert len(found) <= 100 * MOST


READ = """
import sys, time
from tracker.texts.extract import Rules
from tracker.texts.formats import stream
found = sum(1 for draft in Rules().drafts(stream(sys.argv[1])) if draft.reason is None)
print(found, time.process_time())
"""


def test_a_line_of_ten_megabytes(tmp_path: Path) -> None:
    """Encoded data with forecasts in it, read as a stream in a process: seconds, and all found."""
    unit = "QUJD" * 4_000 + " and the bell will crack, "
    file = tmp_path / "line.txt"
    file.write_text(unit * (10_000_000 // len(unit) + 1), "ascii")
    done = subprocess.run(
        [sys.executable, "-c", READ, str(file)],
        check=True,
        capture_output=True,
        text=True,
        timeout=180,
    )
    found, seconds = map(float, done.stdout.split())
    assert found > 0.9 * file.stat().st_size / len(unit)  # a cut may fall within "will"
    assert seconds < 20  # of the processor, however busy the machine is
