"""Dossiers: what they say, how wrong ones are refused, and that nothing is lost on the way."""

from __future__ import annotations

import hashlib
import time
import warnings
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from hypothesis import given
from strategies import dossiers, paragraphs

from tracker.errors import DataError, Problem
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
from tracker.texts.dossier import Written, check_spans, dumps, loads, read
from tracker.values import sha256

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "tracker: dossier/1\nsource:\n  name: essay\n"
QUESTION = "questions:\n  - id: rain\n    title: Rain on 9 March?\n"
FORECAST = "forecasts:\n  - question: rain\n    analyst: ana\n    made: 2026-03-02\n"
RESOLUTION = "resolutions:\n  - question: rain\n    known: 2026-03-09\n"
WHOLE = """\
tracker: dossier/1
source:
  name: essay
  title: On the weather
  author: {handle: ana, name: Ana}
  published: 2026-03-02
  url: https://example.org/essay
analysts:
  - {handle: bo, name: Bo}
questions:
  - id: rain
    title: Rain on 9 March?
    criteria: >-
      Yes if the gauge shows
      one millimetre or more.
    resolve_by: 2026-03-09
    tags: [weather, spring]
  - id: how-much
    title: How much?
    kind: ordered
    options: [none, {name: some, label: Up to 5 mm}, much]
    condition: {question: rain, outcome: yes}
  - id: millimetres
    title: How many millimetres?
    kind: quantity
    unit: mm
    condition: if it rains
forecasts:
  - question: rain
    analyst: ana
    made: 2026-03-02T16:05:00+02:00
    probability: 70%
    low: 55%
    high: 0.8
    phrase: likely
    lexicon: icd203
    attribution: author
    passage: {start: 3, end: 9, sha256: HASH}
  - question: how-much
    analyst: bo
    made: 2026-03-02
    probabilities: {none: 1/4, some: 0.5, much: 0.25}
  - question: millimetres
    analyst: bo
    made: 2026-03-02
    quantiles: {10%: 0, 0.5: 3, 0.9: 12.5}
resolutions:
  - question: rain
    outcome: yes
    known: 2026-03-09
    evidence:
      - {source: gauge, quote: 7 mm}
  - question: how-much
    status: annulled
    known: 2026-03-09
    note: The gauge broke.
""".replace("HASH", "a" * 64)


def problems(text: str) -> list[Problem]:
    """The problems for which a dossier is refused."""
    with pytest.raises(DataError) as told:
        loads(text, "essay.yaml")
    assert told.value.exit_code == 1
    assert {problem.file for problem in told.value.problems} == {"essay.yaml"}
    return list(told.value.problems)


def problem(text: str) -> Problem:
    """The one problem of a dossier."""
    (only,) = problems(text)
    return only


# --- what it says -----------------------------------------------------------------------------


def test_a_dossier_says_everything_a_record_can_hold() -> None:
    """Dates with and without hours, percentages, fractions, conditions, options and evidence."""
    assert loads(WHOLE).dossier == Dossier(
        source=Source(
            name="essay",
            title="On the weather",
            author=Analyst(handle="ana", name="Ana"),
            published="2026-03-02",
            url="https://example.org/essay",
        ),
        analysts=(Analyst(handle="bo", name="Bo"),),
        questions=(
            Question(
                id="rain",
                title="Rain on 9 March?",
                criteria="Yes if the gauge shows one millimetre or more.",
                resolve_by="2026-03-09",
                tags=("weather", "spring"),
            ),
            Question(
                id="how-much",
                title="How much?",
                kind="ordered",
                options=(
                    Option(name="none"),
                    Option(name="some", label="Up to 5 mm"),
                    Option(name="much"),
                ),
                condition=Condition(question="rain", outcome="yes"),
            ),
            Question(
                id="millimetres",
                title="How many millimetres?",
                kind="quantity",
                unit="mm",
                condition=Condition(text="if it rains"),
            ),
        ),
        forecasts=(
            Forecast(
                question="rain",
                analyst="ana",
                made="2026-03-02T14:05:00Z",
                probability=0.7,
                low=0.55,
                high=0.8,
                phrase="likely",
                lexicon="icd203",
                attribution="author",
                passage=Passage(start=3, end=9, sha256="a" * 64),
            ),
            Forecast(
                question="how-much",
                analyst="bo",
                made="2026-03-02",
                probabilities={"none": 0.25, "some": 0.5, "much": 0.25},
            ),
            Forecast(
                question="millimetres",
                analyst="bo",
                made="2026-03-02",
                quantiles={0.1: 0.0, 0.5: 3.0, 0.9: 12.5},
            ),
        ),
        resolutions=(
            Resolution(
                question="rain",
                outcome="yes",
                known="2026-03-09",
                evidence=(Evidence(source="gauge", quote="7 mm"),),
            ),
            Resolution(
                question="how-much",
                status="annulled",
                known="2026-03-09",
                note="The gauge broke.",
            ),
        ),
    )


def test_a_source_is_enough() -> None:
    """A dossier may name a text in which nothing is forecast."""
    assert loads(HEAD).dossier == Dossier(source=Source(name="essay"))


@pytest.mark.parametrize("said", ["yes", "no", "Yes", "NO", "on", "off", "y"])
def test_yes_and_no_are_words(said: str) -> None:
    """In YAML 1.2, which knows only true and false."""
    text = HEAD + QUESTION.replace("Rain on 9 March?", said) + RESOLUTION + f"    outcome: {said}\n"
    dossier = loads(text).dossier
    assert dossier.questions[0].title == said
    assert dossier.resolutions[0].outcome == said


@pytest.mark.parametrize(("said", "kept"), [("true", "yes"), ("false", "no"), ("7", "7")])
def test_an_outcome_may_be_true_false_or_a_number(said: str, kept: str) -> None:
    """As people write them who know YAML."""
    text = HEAD + RESOLUTION + f"    outcome: {said}\n"
    assert loads(text).dossier.resolutions[0].outcome == kept


@pytest.mark.parametrize(
    "options", ["[2026, 2027]", "[{name: 2026}, {name: 2027}]", "['2026', \"2027\"]"]
)
def test_options_may_be_named_by_numbers(options: str) -> None:
    """And forecast by the same names, in the range too."""
    text = (
        f"{HEAD}{QUESTION}    kind: options\n    options: {options}\n{FORECAST}"
        "    probabilities: {2026: 0.6, 2027: 0.4}\n    low: {2026: 0.5, 2027: 0.2}\n"
    )
    dossier = loads(text).dossier
    assert [option.name for option in dossier.questions[0].options] == ["2026", "2027"]
    assert dossier.forecasts[0].probabilities == {"2026": 0.6, "2027": 0.4}
    assert dossier.forecasts[0].low == {"2026": 0.5, "2027": 0.2}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("2026-03-02", "2026-03-02"),
        ("'2026-03-02'", "2026-03-02"),
        ("2026-03-02T14:05:00Z", "2026-03-02T14:05:00Z"),
        ("2026-03-02T14:05Z", "2026-03-02T14:05:00Z"),
        ("2026-03-02T16:05:00+02:00", "2026-03-02T14:05:00Z"),
        ("2026-03-02 16:05:00+02:00", "2026-03-02T14:05:00Z"),
        ("2026-03-02T09:05:00-05:00", "2026-03-02T14:05:00Z"),
        ("'2026-03-02T16:05:00.5+02:00'", "2026-03-02T14:05:00.500000Z"),
    ],
)
def test_dates_are_read_as_they_were_meant(said: str, kept: str) -> None:
    """Bare or quoted, with the zone that was written."""
    text = HEAD + FORECAST.replace("2026-03-02", said) + "    probability: 0.5\n"
    assert loads(text).dossier.forecasts[0].made == kept


@pytest.mark.parametrize("name", ["prewar-essay", "war-article"])
def test_the_seeds_are_dossiers(name: str) -> None:
    """They ship with the program, and survive being written anew."""
    seed = read(ROOT / "seeds" / f"{name}.dossier.yaml").dossier
    assert seed.source.name == name
    assert len(seed.forecasts) > 4
    assert loads(dumps(seed)).dossier == seed


# --- from a file ------------------------------------------------------------------------------


def test_a_dossier_is_read_from_a_file(tmp_path: Path) -> None:
    """In UTF-8, with or without the mark that some editors put before it, and any line ends."""
    file = tmp_path / "essay.yaml"
    text = HEAD + QUESTION.replace("Rain on 9 March?", "Regnet es in Köln – später?")
    for raw in (text.encode(), text.encode("utf-8-sig"), text.replace("\n", "\r\n").encode()):
        file.write_bytes(raw)
        written = read(file)
        assert written.file == str(file)
        assert written.dossier.questions[0].title == "Regnet es in Köln – später?"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """And what the system says of it."""
    with pytest.raises(DataError, match=r"none.yaml.*no such file") as told:
        read(tmp_path / "none.yaml")
    assert told.value.problems[0].key == "file"


def test_a_folder_is_not_a_dossier(tmp_path: Path) -> None:
    """Nor does it end in a traceback."""
    with pytest.raises(DataError, match="is a directory"):
        read(tmp_path)


@pytest.mark.parametrize("raw", [b"\xff\xfe", "título".encode("latin-1"), b"tracker: \x80"])
def test_a_file_that_is_not_utf_8_is_refused_at_its_first_wrong_byte(
    tmp_path: Path, raw: bytes
) -> None:
    """Never read in another encoding."""
    file = tmp_path / "essay.yaml"
    file.write_bytes(raw)
    with pytest.raises(DataError, match=r"byte \d+ that is not UTF-8; expected a text in UTF-8"):
        read(file)


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "key", "found", "expected"),
    [
        pytest.param("", 1, "dossier", "nothing", "a mapping", id="an empty file"),
        pytest.param("# only words\n", 1, "dossier", "nothing", "a mapping", id="only a comment"),
        pytest.param("hello\n", 1, "dossier", "hello", "a mapping", id="a word"),
        pytest.param("- a\n- b\n", 1, "dossier", "a list", "a mapping", id="a list"),
        pytest.param("source: {name: a}\n", 1, "tracker", "nothing", "dossier/1", id="no version"),
        pytest.param(
            "source: {name: a}\ntracker: dossier/2\n",
            2, "tracker", "dossier/2", "dossier/1", id="another version",
        ),
        pytest.param(
            "tracker: dossier/1\n", 1, "source", "nothing", "the key source", id="no source"
        ),
        pytest.param(
            HEAD + "forcasts: []\n",
            4, "forcasts", "the key forcasts", "forecasts", id="a misspelt key",
        ),
        pytest.param(
            HEAD + FORECAST + "    probabilty: 0.7\n    scorable: false\n",
            8, "forecasts[0].probabilty", "the key probabilty", "probability",
            id="a misspelt key within",
        ),
        pytest.param(
            HEAD + "  quux: 1\n",
            4, "source.quux", "the key quux", "one of name, title, author", id="an unknown key",
        ),
        pytest.param(
            HEAD + "  author: {handle: a, nam: b}\n",
            4, "source.author.nam", "the key nam", "name", id="a misspelt key of an author",
        ),
        pytest.param(
            HEAD + QUESTION + "    condition:\n      questoin: a\n      text: b\n",
            8, "questions[0].condition.questoin", "the key questoin", "question",
            id="a misspelt key of a condition",
        ),
        pytest.param(
            HEAD + RESOLUTION + "    outcome: yes\n    evidence:\n      - source: a\n"
            "        quote: b\n        stanse: supports\n",
            11, "resolutions[0].evidence[0].stanse", "the key stanse", "stance",
            id="a misspelt key of evidence",
        ),
        pytest.param(
            HEAD + "questions:\n  - {id: rain, title: A}\n  - id: snow\n    tags: []\n",
            6, "questions[1].title", "nothing", "the key title", id="a missing key",
        ),
        pytest.param(
            HEAD + FORECAST + "    probability: 70\n",
            8, "forecasts[0].probability", "70", "70% is written with its sign",
            id="a percentage without its sign",
        ),
        pytest.param(
            HEAD + FORECAST + "    probability: true\n",
            8, "forecasts[0].probability", "True", "a probability", id="a truth as a probability",
        ),
        pytest.param(
            HEAD + FORECAST.replace("2026-03-02", "2026-02-30") + "    probability: 0.5\n",
            7, "forecasts[0].made", "2026-02-30", "a date that is in the calendar",
            id="a date in no calendar",
        ),
        pytest.param(
            HEAD + FORECAST.replace("2026-03-02", "2026-03-02T25:00:00Z") + "    low: 0.5\n"
            "    probability: 0.5\n",
            7, "forecasts[0].made", "2026-03-02T25:00:00Z", "a date that is in the calendar",
            id="an hour in no day",
        ),
        pytest.param(
            HEAD + FORECAST.replace("2026-03-02", "2026-03-02T14:05:00") + "    probability: 0.5\n",
            7, "forecasts[0].made", "2026-03-02T14:05:00", "a time with its zone",
            id="a time without a zone",
        ),
        pytest.param(
            HEAD + FORECAST.replace("2026-03-02", "9999-12-31T23:00:00-05:00")
            + "    probability: 0.5\n",
            7, "forecasts[0].made", "9999-12-31T23:00:00-05:00", "a date that is in the calendar",
            id="a time after the last year",
        ),
        pytest.param(
            HEAD + FORECAST,
            5, "forecasts[0]", "none", "a probability, probabilities or quantiles",
            id="a forecast of nothing",
        ),
        pytest.param(
            HEAD + FORECAST + "    probability: 0.7\n    low: 0.8\n",
            5, "forecasts[0]", "0.8", "a low on its own side", id="a range beside its point",
        ),
        pytest.param(
            HEAD + QUESTION + "    kind: maybe\n",
            7, "questions[0].kind", "maybe", "'binary', 'options'", id="an unknown kind",
        ),
        pytest.param(
            HEAD + QUESTION + "    kind: options\n    options: [a]\n",
            5, "questions[0]", "1", "two options or more", id="one option",
        ),
        pytest.param(
            HEAD + QUESTION.replace("Rain on 9 March?", "[a, b]"),
            6, "questions[0].title", "a list", "", id="a list for a title",
        ),
        pytest.param(
            HEAD + QUESTION.replace("Rain on 9 March?", ""),
            6, "questions[0].title", "nothing", "", id="no title",
        ),
        pytest.param(
            HEAD + QUESTION.replace("Rain on 9 March?", '"  "'),
            6, "questions[0].title", "", "", id="a blank title",
        ),
        pytest.param(
            HEAD + "  url: javascript:alert(1)\n",
            4, "source.url", "javascript:alert(1)", "http:// or https://", id="a script as address",
        ),
        pytest.param(
            HEAD + RESOLUTION + "    outcome: [yes]\n",
            7, "resolutions[0].outcome", "", "", id="a list for an outcome",
        ),
        pytest.param(
            HEAD + "questions: {rain: Rain?}\n",
            4, "questions", "a mapping", "", id="a mapping of questions",
        ),
        pytest.param(
            HEAD + "forecasts: [rain]\n",
            4, "forecasts[0]", "rain", "", id="a word for a forecast",
        ),
        pytest.param(HEAD + "questions: [\n", None, "YAML", "", "well-formed", id="half a list"),
        pytest.param(HEAD + "a: b: c\n", 4, "YAML", "", "well-formed", id="two colons"),
        pytest.param(HEAD + "\tquestions: []\n", 4, "YAML", "\\t", "well-formed", id="a tab"),
        pytest.param(
            HEAD + "source: {name: b}\n",
            4, "YAML", "duplicate key", "well-formed", id="a key twice",
        ),
        pytest.param(
            HEAD + FORECAST + "    probability: 0.5\n    probability: 0.6\n",
            9, "YAML", "duplicate key", "well-formed", id="a probability twice",
        ),
        pytest.param(HEAD + "questions: *all\n", 4, "YAML", "alias", "well-formed", id="no anchor"),
        pytest.param(HEAD + "---\na: b\n", 4, "YAML", "", "well-formed", id="two documents"),
        pytest.param(HEAD + "a: \x07\n", None, "YAML", "#x0007", "well-formed", id="a control"),
    ],
)  # fmt: skip
def test_a_problem_is_named_by_line_and_key(
    text: str, line: int | None, key: str, found: str, expected: str
) -> None:
    """What was found there, and what is expected."""
    only = problem(text)
    assert only.key == key
    assert line is None or only.line == line
    assert found in only.found
    assert expected in only.expected


def test_every_problem_is_named_at_once() -> None:
    """A person corrects a file once, from top to bottom."""
    text = (
        HEAD
        + "  published: yesterday\n"
        + "questions:\n  - id: Rain\n    title: Rain?\n    kind: maybe\n"
        + "forecasts:\n  - question: rain\n    made: 2026-03-02\n    probability: 2\n"
        + "resolutions:\n  - question: rain\n    known: 2026-13-01\n    outcom: yes\n"
        + "extra: 1\n"
    )
    found = [(one.line, one.key) for one in problems(text)]
    assert sorted(found) == [
        (4, "source.published"),
        (6, "questions[0].id"),
        (8, "questions[0].kind"),
        (10, "forecasts[0].analyst"),
        (12, "forecasts[0].probability"),
        (15, "resolutions[0].known"),
        (16, "resolutions[0].outcom"),
        (17, "extra"),
    ]
    assert [line for line, _ in found] == sorted(line for line, _ in found if line)
    with pytest.raises(DataError, match=r"essay\.yaml: 8 problems, nothing was written"):
        loads(text, "essay.yaml")


def test_a_date_in_no_calendar_does_not_hide_the_other_problems() -> None:
    """It is one of them."""
    text = HEAD + FORECAST.replace("2026-03-02", "2026-02-30") + "    probability: 2\n"
    assert [one.key for one in problems(text)] == ["forecasts[0].made", "forecasts[0].probability"]


def test_a_problem_found_later_is_located_in_the_file() -> None:
    """The ledger names a key; the dossier knows its line, or that of what stands around it."""
    written = loads(WHOLE, "essay.yaml")
    lines = {
        "source": 2,
        "questions[1].options[1].name": 21,
        "questions[2]": 23,
        "forecasts[0].question": 29,
        "forecasts[0].passage.sha256": 38,
        "forecasts[1].rationale": 39,
        "forecasts[9].question": 28,
        "resolutions[0].evidence[0].source": 52,
        "nowhere": 1,
    }
    found = {key: written.locate(Problem(key, "a", "b")) for key in lines}
    assert {key: one.line for key, one in found.items()} == lines
    assert str(found["source"]) == "essay.yaml, line 2, source: found a; expected b"


# --- there and back ---------------------------------------------------------------------------


@given(dossiers())
def test_what_is_written_is_read_again(dossier: Dossier) -> None:
    """Any dossier, with any text in it, comes back as it was."""
    assert loads(dumps(dossier)).dossier == dossier


@given(paragraphs())
def test_any_text_is_written_and_read_again(text: str) -> None:
    """Every character of it: tabs, quotes, line ends, however the lines are folded."""
    dossier = Dossier(source=Source(name="essay", published_note=text))
    assert loads(dumps(dossier)).dossier == dossier


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("one\ttwo three " * 30 + "end", id="tabs"),
        pytest.param("A line.\n" + "C:\\temp and " * 30 + "end", id="backslashes"),
        pytest.param("A \u2028line. " * 30 + "end", id="line separators"),
        pytest.param('"Quoted," she said.\n' * 30 + "'end'", id="quotes"),
        pytest.param("a" * 300 + " " + "b" * 300, id="long words"),
        pytest.param("As typed.  Two blanks. " * 30 + "End.", id="two blanks"),
    ],
)
def test_long_text_is_not_changed_where_it_is_folded(text: str) -> None:
    """A quote whose blanks moved would no longer have its hash."""
    dossier = Dossier(
        source=Source(name="essay"),
        forecasts=(
            Forecast(
                question="rain",
                analyst="ana",
                made="2026-03-02",
                probability=0.5,
                passage=Passage(quote=text),
                rationale=text,
            ),
        ),
    )
    assert loads(dumps(dossier)).dossier == dossier


@pytest.mark.parametrize("name", ["2026-03-02", "0001-01-01", "9999-12-31"])
def test_a_name_that_looks_like_a_date_stays_a_name(name: str) -> None:
    """An option named by a day is natural, where the question is on which day."""
    dossier = Dossier(
        source=Source(name=name, title=name),
        questions=(
            Question(
                id="when",
                title="Which day?",
                kind="options",
                options=(Option(name=name), Option(name="later", label=name)),
                tags=(name,),
            ),
        ),
        forecasts=(
            Forecast(
                question="when",
                analyst=name,
                made="2026-03-02",
                probabilities={name: 0.5, "later": 0.5},
                low={name: 0.4, "later": 0.4},
                phrase=name,
            ),
        ),
        resolutions=(Resolution(question="when", outcome=name, known="2026-03-09"),),
    )
    assert loads(dumps(dossier)).dossier == dossier


def test_a_dossier_is_written_to_be_read() -> None:
    """Plain keys in order, no defaults, days as days, words in their own script."""
    dossier = Dossier(
        source=Source(name="köln", published="2026-03-02"),
        forecasts=(
            Forecast(question="rain", analyst="ana", made="2026-03-02", probability=0.7, low=0.55),
        ),
    )
    assert dumps(dossier).splitlines() == [
        "tracker: dossier/1",
        "source:",
        "  name: köln",
        "  published: 2026-03-02",
        "forecasts:",
        "  - question: rain",
        "    analyst: ana",
        "    made: 2026-03-02",
        "    probability: 0.7",
        "    low: 0.55",
    ]


def test_the_same_dossier_makes_the_same_bytes() -> None:
    """So that a file under version control changes only where it changed."""
    dossier = loads(WHOLE).dossier
    assert dumps(dossier) == dumps(loads(dumps(dossier)).dossier)


# --- spans ------------------------------------------------------------------------------------

ESSAY = "\nIt’s likely to rain on Monday. It may snow.\n"


@pytest.fixture
def essay(tmp_path: Path) -> Path:
    """A text with a character of several bytes before its passages."""
    file = tmp_path / "essay.txt"
    file.write_bytes(ESSAY.encode())
    return file


def pointing(start: int, end: int, words: str, *, source: str = ESSAY) -> Written:
    """A dossier of the essay, with a passage and a piece of evidence at the same span."""
    span = f"{{start: {start}, end: {end}, sha256: {sha256(words)}}}"
    evidence = span.replace("{", "{source: essay, ")
    text = (
        f"{HEAD}  sha256: {sha256(source)}\n{FORECAST}    probability: 0.7\n    passage: {span}\n"
        f"{RESOLUTION}    outcome: yes\n    evidence:\n      - {evidence}\n"
    )
    return loads(text, "essay.yaml")


def test_spans_that_hold_their_words_are_right(essay: Path) -> None:
    """Counted in characters, not bytes."""
    start = ESSAY.index("likely")
    check_spans([pointing(start, start + 6, "likely")], essay)


@pytest.mark.parametrize("off", [-1, 1, 2, 10_000])
def test_a_span_beside_its_words_is_named(essay: Path, off: int) -> None:
    """Every one of them, with its line and the hash that was found there."""
    start = ESSAY.index("likely") + off
    with pytest.raises(DataError) as told:
        check_spans([pointing(start, start + 6, "likely")], essay)
    passage, evidence = told.value.problems
    assert (passage.key, passage.line) == ("forecasts[0].passage.sha256", 10)
    assert (evidence.key, evidence.line) == ("resolutions[0].evidence[0].sha256", 16)
    assert passage.file == "essay.yaml"
    assert passage.found == sha256("likely")
    assert sha256(ESSAY[start : start + 6]) in passage.expected


def test_a_text_that_no_dossier_is_about_is_refused(essay: Path) -> None:
    """An edited text is another text."""
    start = ESSAY.index("likely")
    right = pointing(start, start + 6, "likely")
    essay.write_bytes(ESSAY.replace("Monday", "Sunday").encode())
    with pytest.raises(DataError, match="expected the text of a source"):
        check_spans([right], essay)
    with pytest.raises(DataError, match="expected the text of a source"):
        check_spans([loads(HEAD)], essay)


def test_spans_into_other_texts_are_left_alone(essay: Path) -> None:
    """Only the source whose text it is can be checked against it; a quote needs no offsets."""
    own = pointing(1, 5, ESSAY[1:5])
    other = loads(
        HEAD.replace("essay", "another")
        + FORECAST
        + f"    probability: 0.5\n    passage: {{start: 0, end: 3, sha256: {'b' * 64}}}\n"
        + RESOLUTION
        + "    outcome: no\n    evidence:\n      - {source: essay, quote: not in it}\n"
    )
    check_spans([own, other], essay)


def test_evidence_of_one_dossier_is_checked_in_the_text_of_another(essay: Path) -> None:
    """A later article settles what an earlier one forecast."""
    own = pointing(1, 5, ESSAY[1:5])
    later = loads(
        HEAD.replace("essay", "later")
        + RESOLUTION
        + f"    outcome: no\n    evidence:\n      - {{source: essay, start: 0, end: 3, "
        f"sha256: {'b' * 64}}}\n",
        "later.yaml",
    )
    with pytest.raises(DataError, match=r"later.yaml, line 9, resolutions\[0\].evidence\[0\]"):
        check_spans([own, later], essay)


@pytest.mark.parametrize("raw", [None, b"\xff\xfe"])
def test_a_text_that_cannot_be_read_is_refused(tmp_path: Path, raw: bytes | None) -> None:
    """Missing, or not UTF-8."""
    file = tmp_path / "text.txt"
    if raw is not None:
        file.write_bytes(raw)
    with pytest.raises(DataError, match="expected a text in UTF-8"):
        check_spans([loads(HEAD)], file)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("prewar-essay", "003_2a82936c82bd7f2e.txt"),
        ("war-article", "000_45b8b57efa490c69.txt"),
    ],
)
def test_the_seeds_point_at_the_words_of_the_articles(shared: Path, name: str, text: str) -> None:
    """Every passage and every piece of evidence, where the articles are at hand."""
    seeds = [
        read(ROOT / "seeds" / f"{one}.dossier.yaml") for one in ("prewar-essay", "war-article")
    ]
    own = next(seed for seed in seeds if seed.dossier.source.name == name)
    file = shared / "texts" / text
    assert own.dossier.source.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    check_spans(seeds, file)


# --- hostile files ----------------------------------------------------------------------------


def survives(text: str) -> str:
    """Read a hostile dossier: it is refused, in a message one can print and read, or harmless."""
    begun = time.perf_counter()
    try:
        said = str(loads(text, "essay.yaml").dossier)
    except DataError as refused:
        said = str(refused)
    assert time.perf_counter() - begun < 5
    assert len(said.encode()) < 20_000
    return said


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.mkdir [{made}]",
        "!!python/object/new:os.mkdir [{made}]",
        "!!python/object/apply:pathlib.Path.touch [{made}]",
        "!!python/object/apply:eval [\"__import__('os').mkdir('{made}')\"]",
        "!!python/name:os.mkdir",
        "!!python/module:os",
    ],
)
@pytest.mark.parametrize("key", ["title", "outcome", "probability", "questions", "published"])
def test_no_tag_runs_code(tmp_path: Path, tag: str, key: str) -> None:
    """A dossier may come from anywhere."""
    made = tmp_path / "made"
    value = tag.format(made=made)
    survives(
        {
            "title": f"{HEAD}questions:\n  - id: rain\n    title: {value}\n",
            "outcome": f"{HEAD}{RESOLUTION}    outcome: {value}\n",
            "probability": f"{HEAD}{FORECAST}    probability: {value}\n",
            "questions": f"{HEAD}questions: {value}\n",
            "published": f"{HEAD}  published: {value}\n",
        }[key]
    )
    assert not made.exists()


ODD_VALUES = [
    "!foo bar", "!!int abc", "!!int ''", "!!int 0x", "!!float abc", "!!float ''", "!!null x",
    "!!bool maybe", "!!timestamp abc", "!!timestamp 2026-99-99", "!!binary '%%%'",
    "!!binary aGVsbG8=", "!!set {a, b}", "!!set [a]", "!!omap [a: b]", "!!omap {a: b}",
    "!!pairs [a: b]", "!!str [a]", "!!map [a]", "!!seq {a: b}", "!!int [1]", "!!float {a: 1}",
    "!!merge x", "!!set x", "!!omap x", "!!value x", "!!bool [a]", "!!timestamp [a]",
    "!!binary [a]", "!<x> y",
    '"\\ud800"', '"\\0"', '"\\e[2J"', '"\\xZZ"', '"\\UFFFFFFFF"', '"\\U00110000"',
    "9" * 400, "-" + "9" * 400, "9" * 5000, "0x" + "F" * 4000, "1e999", ".nan", "-.inf",
    "2026-03-02T10:00:00+99:00", "0001-01-01T00:00:00+05:00", "9999-12-31T23:00:00-05:00",
    "&a [*a]", "&a {a: *a}", "<<", "{<<: 1}", "{<<: [1]}", "{? [a] : b}", "{null: a}", "{1: a}",
    "!!pairs", "*", "&", "!", "!!", "%", "@", "`", "? ", "- ", "{", "}", "]", '"', "'", "|",
]  # fmt: skip


@pytest.mark.parametrize(
    "where",
    [
        "{value}\n",
        HEAD + "{value}: a\n",
        HEAD + "questions: {value}\n",
        HEAD + "  url: {value}\n",
        HEAD + "  published: {value}\n",
        HEAD + "questions:\n  - id: rain\n    title: {value}\n",
        HEAD + "questions:\n  - id: {value}\n    title: Rain?\n",
        HEAD + QUESTION + "    kind: {value}\n",
        HEAD + FORECAST + "    probability: {value}\n",
        HEAD + FORECAST + "    probability: 0.5\n    low: {value}\n",
        HEAD + FORECAST + "    scorable: {value}\n",
        HEAD + FORECAST + "    quantiles: {{0.5: {value}}}\n",
        HEAD + FORECAST + "    passage: {{start: {value}, end: 5, sha256: b}}\n",
        HEAD + RESOLUTION + "    outcome: {value}\n",
        HEAD.replace("dossier/1", "{value}"),
    ],
    ids=[
        "document", "key", "questions", "url", "published", "title", "id", "kind", "probability",
        "low", "scorable", "quantile", "start", "outcome", "version",
    ],
)  # fmt: skip
def test_an_odd_value_is_refused_or_harmless_anywhere(where: str) -> None:
    """Wrong tags, escapes, numbers, loops and half structures: never a traceback."""
    failed = {}
    for value in ODD_VALUES:
        try:
            survives(where.format(value=value))
        except Exception as error:  # noqa: BLE001 - what is looked for
            failed[value[:20]] = repr(error)[:100]
    assert failed == {}


@pytest.mark.parametrize(
    "head",
    [
        "%YAML 1.1\n---\n", "%YAML 1.2\n---\n", "%YAML 1.3\n---\n", "%YAML 2.0\n---\n",
        "%YAML x\n---\n", "%YAML 1.2\n%YAML 1.2\n---\n", "%TAG ! tag:example.org,2000:\n---\n",
        "\ufeff", "\x00", "\ud800", "---\n", "...\n",
    ],
)  # fmt: skip
def test_an_odd_beginning_is_refused_or_harmless(head: str) -> None:
    """Directives of other versions of YAML, marks and controls."""
    survives(head + HEAD + FORECAST + "    probability: 1e-3\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("%YAML 1.1\n---\n" + HEAD + FORECAST + "    low: 1e-3\n", id="a number"),
        pytest.param(HEAD + "  title: &a one\nquestions: [&a {id: x}]\n", id="an anchor twice"),
        pytest.param(HEAD + '  title: "\\/"\n', id="an escape"),
    ],
)
def test_what_the_parser_wonders_at_is_not_printed(text: str) -> None:
    """Its warnings speak of Python; what is wrong with a file is a problem, or nothing."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        survives(text)
    assert told == []


@pytest.mark.parametrize("depth", [20, 200, 5000])
@pytest.mark.parametrize(("opening", "closing"), [("{a: ", "}"), ("{a: ", ""), ("- ", "")])
def test_deep_nesting_is_refused(depth: int, opening: str, closing: str) -> None:
    """However deep, without running out of stack."""
    value = opening * depth + "a" + closing * depth
    assert "expected" in survives(f"{HEAD}questions: {value}\n" if opening[0] == "{" else value)


@pytest.mark.parametrize(
    "text", ["? " * 13 + "a", "{? " * 13 + "a" + "}" * 13, "? {a: [{b: c}]}\n"]
)
def test_keys_within_keys_are_refused(text: str) -> None:
    """At once: hashing them takes three times as long for every level."""
    begun = time.perf_counter()
    assert "expected" in survives(f"{HEAD}questions:\n  {text}")
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize("depth", [20, 200])
def test_deep_lists_are_refused(depth: int) -> None:
    """The same for lists in one line, which the parser reads slowly."""
    assert "expected" in survives(f"{HEAD}questions: {'[' * depth}{']' * depth}\n")


@pytest.mark.parametrize(
    "where",
    [
        HEAD + "questions: *e\n",
        HEAD + "questions: [{{id: rain, title: *e}}]\n",
        HEAD + FORECAST + "    probability: *e\n",
        HEAD + FORECAST.replace("2026-03-02", "*e") + "    probability: 0.5\n",
        HEAD + FORECAST + "    low: *e\n    probability: 0.5\n",
        HEAD + FORECAST + "    quantiles: {{0.5: *e}}\n",
        HEAD + FORECAST + "    probabilities: {{a: *e}}\n",
        HEAD + FORECAST + "    probabilities: *e\n",
        HEAD + RESOLUTION + "    outcome: *e\n",
        HEAD.replace("dossier/1", "*e"),
    ],
    ids=[
        "questions", "title", "probability", "made", "low", "quantile", "probabilities", "options",
        "outcome", "version",
    ],
)  # fmt: skip
def test_aliases_are_not_blown_up(where: str) -> None:
    """Five lines that stand for 100,000 words; with four more they would fill the memory."""
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    for last, name in zip("abcd", "bcde", strict=True):
        bomb += f"{name}: &{name} [{', '.join([f'*{last}'] * 10)}]\n"
    survives(bomb + where.replace("{{", "{").replace("}}", "}"))
