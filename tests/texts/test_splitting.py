"""Sentences: where they end, where they do not, and that no line takes for ever."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.texts.layout.splitting import LONGEST, split

# Each line is a paragraph; a bar stands between its sentences, and for the blank there.
SENTENCES = """\
Mr. Li met Dr. Ng and Gen. Oda in St. Ives.|They spoke.
J. K. Rowling and George W. Bush agreed.|It rained.
The U.S. Treasury and U.K. banks rose.|Rates fell in the U.S.|The dollar rose.
Trade with the U.S. will fall.|So will trade with the U.N. Security Council.
Prices may rise, e.g. Bread by 3.5 per cent, i.e. Much.|Wages may not.
It is France vs. Spain in No. 10 of Fig. 3.|He said no.|I agreed.
Acme Inc. Shares fell.|Acme Ltd. and Bolt Co. rose.|We own Acme Inc.|The rest is Bolt's.
On Jan. 5 it froze.|By Dec. 2027 it will thaw.|We meet in Feb.|The rest is later.
They meet at 5 p.m. on Monday.|We leave at 9 a.m.|The others stay.
It cost $1.2bn.|Then it cost 3.5 million, approx. Twice as much.
Inflation is 3.5%.|Growth is 2.|It fell.
"It will rain.|Then it stops," he said.|Nobody left.
He said "it will rain."|She did not.
They named it "regime change".|It failed (as we said.)|Nobody asked.
"Will it rain?" he asked.|"Will it rain?" Ms. Ng asked.|"Will it rain?"|Nobody knew.
What next?!|Really?|Yes!|It did.
Wait... and see.|They waited...|Then it rained.|Gone .|Left.
He said . . . nothing.|She left. ."|He stayed.
a. First thing.|b. Second thing.|c. Third thing.
Ms. v. d. Berg will win.|They meet at 5 p. m.|Then they leave.
They live on Main St.|They met in St. Ives.
The answer is no.|5 people disagree.|They said no.|10 left.|It is no. 5 of ten.
"""
UNSPACED = [
    ("Who wins?Nobody.Never!Ever.", ["Who wins?", "Nobody.", "Never!", "Ever."]),
    ("Nobody backs down.Washington waits.", ["Nobody backs down.", "Washington waits."]),
    ('"He backs down."Washington waits.', ['"He backs down."', "Washington waits."]),
    ("It ended in 2026.Then it rained.", ["It ended in 2026.", "Then it rained."]),
    ("It ended.[12] Then it rained.", ["It ended.[12]", "Then it rained."]),
    ("See www.example.org or Node.js or a.Baker.", ["See www.example.org or Node.js or a.Baker."]),
    ("The U.S.Army waits.", ["The U.S.Army waits."]),
    ("First this. 2. Then that.", ["First this.", "2. Then that."]),
    ('"Il pleut. " Then it stopped.', ['"Il pleut. "', "Then it stopped."]),
    ("A headline without a stop", ["A headline without a stop"]),
    ("  One.  Two.  ", ["One.", "Two."]),
    ("...", ["..."]),
    (" ", []),
    ("", []),
]


def words(text: str) -> list[str]:
    """The sentences of a text."""
    return [text[start:end] for start, end in split(text)]


@pytest.mark.parametrize("line", SENTENCES.splitlines())
def test_sentences_end_where_a_reader_ends_them(line: str) -> None:
    """Abbreviations, initials, numbers, quotes and brackets."""
    assert words(line.replace("|", " ")) == line.split("|")


@pytest.mark.parametrize(("text", "expected"), UNSPACED)
def test_stops_in_odd_places(text: str, expected: list[str]) -> None:
    """A missing blank, a number in a list, a quote that stands apart, nothing at all."""
    assert words(text) == expected


@given(st.text(alphabet=" .!?\"'()[]aBc1-U.S.Mr\n", max_size=300))
def test_sentences_hold_all_but_blanks(text: str) -> None:
    """Sentences stand in order, overlap nowhere, begin and end with ink, and leave nothing out."""
    spans = list(split(text))
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(start < end <= len(text) for start, end in spans)
    assert [w.strip() for w in words(text)] == words(text)
    assert "".join("".join(words(text)).split()) == "".join(text.split())


def test_a_long_sentence_is_cut_at_a_blank() -> None:
    """No sentence is so long that later rules choke on it."""
    found = words("very " * 3_000)
    assert {word for sentence in found for word in sentence.split()} == {"very"}
    assert max(map(len, found)) <= LONGEST
    assert words("x" * (LONGEST + 5)) == ["x" * LONGEST, "x" * 5]


@pytest.mark.parametrize(
    "unit",
    ["a.", ".", '"', ")]", "[1]", ".[1]", "Mr. ", "U.S.", "A. ", "1. ", "x", ' ." ', "no. I ",
     "a.B", '?" Ann B C D ', "\n"],
)  # fmt: skip
def test_no_line_takes_for_ever(unit: str) -> None:
    """A line of 600,000 characters, of whatever there are most rules about."""
    began = time.perf_counter()
    count = sum(1 for _ in split(unit * (600_000 // len(unit))))
    assert time.perf_counter() - began < 10
    assert count == 0 if unit == "\n" else count > 0
