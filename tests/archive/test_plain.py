"""CSV with the base installation: every trap of real tables, and the same numbers as pairs."""

from __future__ import annotations

import gzip
import io
import os
import sys
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import Row, equal, rows, said, written

from tracker import Pairs
from tracker.archive import cells, plain, samples, table
from tracker.archive.table import Columns, Table
from tracker.errors import DataError, UsageError
from tracker.scoring.forecasts import forecast_scores
from tracker.tally import Sample, Sums, Tally, Trials

if TYPE_CHECKING:
    from pathlib import Path

USUAL = Columns("probability", "outcome")
BY = Columns("probability", "outcome", by="analyst", question="question")


def read(folder: Path, content: str | bytes, columns: Columns = USUAL) -> Table:
    """What the plain engine finds in a file of this content."""
    file = folder / "table.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return table.read(str(file), columns)


def refused(folder: Path, content: str | bytes, columns: Columns = USUAL) -> str:
    """The message with which a table is refused as a whole."""
    with pytest.raises(DataError) as raised:
        read(folder, content, columns)
    return str(raised.value)


def sample_of(pairs: Pairs) -> Sample:
    """The sample that pairs come to."""
    pairs = pairs.counted()
    tally = Tally.of(pairs)
    sums = Sums.of(forecast_scores(pairs)[0], pairs.weight, pairs.cluster)
    trials = Trials.of(pairs, tally) if len(pairs) else None
    return Sample(tally, sums, len(np.unique(pairs.question)), trials)


# --- the same numbers as pairs --------------------------------------------------------------------


@given(rows, st.booleans(), st.booleans(), st.booleans())
def test_a_table_comes_to_what_its_pairs_come_to(
    tmp_path_factory: pytest.TempPathFactory,
    of: list[Row],
    asked: bool,
    weighted: bool,
    linked: bool,
) -> None:
    """Tally, sums, questions and trials, of everything and of each group."""
    linked = linked and asked
    columns = Columns(
        "probability",
        "outcome",
        by="analyst",
        question="question" if asked else None,
        weight="weight" if weighted else None,
        cluster="cluster" if linked else None,
    )
    found = read(tmp_path_factory.mktemp("table"), written(of), columns)
    assert found.problems == ()
    assert found.rows == len(of)

    def pairs(of: list[Row]) -> Pairs:
        probability, outcome, question, _, weight, cluster = (
            zip(*of, strict=True) if of else [()] * 6
        )
        return Pairs(
            probability=probability,
            outcome=outcome,
            question=question if asked else None,
            weight=weight if weighted else None,
            cluster=cluster if linked else None,
        )

    equal(found.whole, sample_of(pairs(of)))
    kept = [one for one in of if one[4] > 0 or not weighted]
    assert [name for name, _ in found.groups] == sorted({one[3] for one in kept})
    for name, sample in found.groups:
        equal(sample, sample_of(pairs([one for one in kept if one[3] == name])))


def test_pieces_add_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rows are held at once, and whenever they are merged."""
    rng = np.random.default_rng(1)
    p, q = rng.integers(0, 101, 3000) / 100, rng.integers(0, 200, 3000)
    lines = [
        f"{a},{int(b < 0.5)},q{c},a{c % 3},1,x\n"
        for a, b, c in zip(p, rng.random(3000), q, strict=True)
    ]
    content = written([]) + "".join(lines)
    whole = read(tmp_path, content, BY)
    monkeypatch.setattr(plain, "PIECE", 7)
    monkeypatch.setattr(cells, "MERGE", 50)
    parts = read(tmp_path, content, BY)
    equal(parts.whole, whole.whole)
    for (name, one), (other_name, other) in zip(parts.groups, whole.groups, strict=True):
        assert name == other_name
        equal(one, other)


# --- what cells may hold --------------------------------------------------------------------------


def test_outcomes_are_read_as_people_write_them(tmp_path: Path) -> None:
    """Words and numbers in any case; nothing is open, and anything else is wrong."""
    outcomes = [
        "1",
        "0",
        "yes",
        "NO",
        "True",
        "false",
        " 1 ",
        "1.0",
        "0.0",
        "",
        " ",
        "0.3",
        "annulled",
    ]
    found = read(tmp_path, "probability,outcome\n" + "".join(f"0.5,{o}\n" for o in outcomes))
    assert (found.rows, found.scored, found.open, found.unreadable) == (13, 9, 2, 2)
    assert found.whole.tally.events.tolist() == [5]
    assert said(found) == [(13, "outcome", "0.3"), (14, "outcome", "annulled")]
    assert "0 or 1, yes or no" in str(found.problems[0])


@pytest.mark.parametrize(
    ("cell", "level"),
    [
        ("0.7", 700_000_000),
        ("70%", 700_000_000),
        ("70 %", 700_000_000),
        (" 0.7", 700_000_000),
        ("7e-1", 700_000_000),
        (".7", 700_000_000),
        ("+0.7", 700_000_000),
        ("1", 1_000_000_000),
        ("-0.0", 0),
        ("1e-300", 1),
        ("0.9999999999", 999_999_999),
        ("0.1%", 1_000_000),
    ],
)
def test_probabilities_are_read(tmp_path: Path, cell: str, level: int) -> None:
    """Plain decimals and percentages; a chance, however small, is not rounded away."""
    found = read(tmp_path, f"probability,outcome\n{cell},1\n")
    assert found.whole.tally.level.tolist() == [level]


@pytest.mark.parametrize(
    "cell",
    [
        "nan",
        "NaN",
        "inf",
        "-inf",
        "1e400",
        "-0.1",
        "1.5",
        "101%",
        "0_7",
        "0.7x",
        "7/10",
        "٠",
        "",
        "NA",
    ],
)
def test_what_is_no_probability_is_named(tmp_path: Path, cell: str) -> None:
    """Each with its line and what was found; the row beside it is scored."""
    found = read(tmp_path, f"probability,outcome\n0.5,1\n{cell},1\n0.6,0\n0.25,0\n")
    assert (found.scored, found.unreadable) == (3, 1)
    assert said(found) == [(3, "probability", cell or "nothing")]
    assert str(found.problems[0]).startswith(
        f"{tmp_path / 'table.csv'}, line 3, probability: found"
    )


def test_a_decimal_comma_is_named(tmp_path: Path) -> None:
    """In a table with semicolons 0,7 is a cell; it is refused, and not read as 7 or 0."""
    found = read(tmp_path, "probability;outcome\n0,7;1\n0.5;1\n")
    assert said(found) == [(2, "probability", "0,7")]
    assert found.scored == 1


def test_percent_without_sign_is_refused_until_it_is_asked_for(tmp_path: Path) -> None:
    """1 percent would be read as certain; with percent=True the column is read as meant."""
    content = "probability,outcome\n0,0\n1,0\n50,1\n70,1\n70%,1\n"
    assert "--percent" in refused(tmp_path, content)
    found = read(tmp_path, content, Columns("probability", "outcome", percent=True))
    assert found.whole.tally.probability.tolist() == [0, 0.01, 0.5, 0.7]


def test_weights_are_sums_and_nothing_where_they_are_nothing(tmp_path: Path) -> None:
    """A weight of 0 is left out and counted; one that is none is a problem."""
    weights = ["1", "2.5", "0", "-1", "nan", "inf", "", "x"]
    content = "probability,outcome,w\n" + "".join(f"0.5,1,{w}\n" for w in weights)
    found = read(tmp_path, content, Columns("probability", "outcome", weight="w"))
    assert (found.scored, found.weightless, found.unreadable) == (2, 1, 5)
    assert found.whole.tally.weight.tolist() == [3.5]
    assert found.whole.trials is not None


@pytest.mark.parametrize("content", ["probability,outcome\n", "probability,outcome"])
def test_a_table_without_rows_is_a_table(tmp_path: Path, content: str) -> None:
    """A header only: nothing to score, and nothing wrong."""
    found = read(tmp_path, content)
    assert (found.rows, len(found.whole.tally), found.whole.questions) == (0, 0, 0)
    assert found.whole.sums.clusters == 0


def test_a_table_with_only_open_questions_is_a_table(tmp_path: Path) -> None:
    """Nothing is settled: no forecast, no group, no problem."""
    content = "probability,outcome,question,analyst\n0.5,,q1,ana\nsoon,,,ana\n"
    found = read(tmp_path, content, BY)
    assert (found.rows, found.open, found.unreadable, found.groups) == (2, 2, 0, [])
    assert found.whole.trials is None


# --- what tables look like ------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_usual_form_is_read(tmp_path: Path, delimiter: str, bom: str, end: str) -> None:
    """Comma, semicolon or tab; with a byte order mark or without; any end of line."""
    lines = [["probability", "a, b; c", "outcome"], ["0.5", "x", "1"], ["0.6", "y\ny", "0"]]
    content = bom + end.join(delimiter.join(f'"{cell}"' for cell in one) for one in lines)
    found = read(tmp_path, content)
    assert (found.scored, found.unreadable) == (2, 0)
    assert found.whole.tally.probability.tolist() == [0.5, 0.6]


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    """Empty lines and line breaks within cells count; so the line named is the line."""
    content = 'probability,outcome,note\n0.5,1,"two\nlines"\n\nx,1,\n0.5,1\n"0.5,1,\n'
    found = read(tmp_path, content)
    assert said(found) == [
        (6, "row", "2 cells"),
        (5, "probability", "x"),
        (7, "row", "unexpected end of data"),
    ]
    assert (found.rows, found.scored, found.unreadable) == (4, 1, 3)


def test_a_broken_quotation_costs_its_row_only(tmp_path: Path) -> None:
    """What stands after a closing quotation mark is named; the next row is read."""
    found = read(tmp_path, 'probability,outcome\n"0.5"x,1\n0.6,1\n0.7,0\n')
    assert [one[:2] for one in said(found)] == [(2, "row")]
    assert found.whole.tally.probability.tolist() == [0.6, 0.7]


def test_twenty_problems_are_named_and_all_are_counted(tmp_path: Path) -> None:
    """A table of nonsense does not fill the screen."""
    content = "probability,outcome\n" + "x,1\n" * 50 + "0.5,1,2\n" * 50
    found = read(tmp_path, content)
    assert (len(found.problems), found.unreadable, found.rows) == (20, 100, 100)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "found nothing; expected a header"),
        (b"\n\n", "found nothing; expected a header"),
        (b"prob,outcome\n0.5,1\n", "no column probability; expected one of prob, outcome"),
        (b"Probability,outcome\n", "did you mean Probability?"),
        (b"probability,outcome,probability\n", "found probability twice"),
        ("probability,outcome\n".encode("utf-16"), "not UTF-8"),
        (b"PAR1\0\0\xff", "not UTF-8"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    """One sentence that says what is wrong, and what there is."""
    assert message in refused(tmp_path, content)


def test_two_missing_columns_are_both_named(tmp_path: Path) -> None:
    """And long headers are not listed whole."""
    header = ",".join(f"c{number}" for number in range(100))
    message = refused(tmp_path, header + "\n")
    assert "no column probability" in message
    assert "no column outcome" in message
    assert "and 70 more" in message


def test_another_columns_duplicate_is_no_matter(tmp_path: Path) -> None:
    """Only columns that are read must be told apart."""
    assert read(tmp_path, "probability,x,x,outcome\n0.5,1,2,1\n").scored == 1


def test_labels_are_trimmed_and_must_be_text(tmp_path: Path) -> None:
    """Blanks around a name are none of it; a question needs a name; a group may have none."""
    content = (
        b"probability,outcome,question,analyst\n0.5,1, q1,ana\n0.6,1,q1 ,ana \n0.5,0,,ana\n"
        b"0.5,1,q2,Zo\xeb\n0.5,1,q2,\n"
    )
    found = read(tmp_path, content, BY)
    assert [(name, one.questions) for name, one in found.groups] == [("(none)", 1), ("ana", 1)]
    assert said(found) == [(4, "question", "nothing"), (5, "analyst", "Zo\\udceb")]


def test_a_blank_cluster_is_the_question_itself(tmp_path: Path) -> None:
    """Only what hangs together needs a name for it."""
    content = "probability,outcome,q,c\n0.5,1,a,x\n0.5,1,b,x\n0.5,1,d,\n0.5,1,e,\n"
    found = read(tmp_path, content, Columns("probability", "outcome", question="q", cluster="c"))
    assert (found.whole.questions, found.whole.sums.clusters) == (4, 3)


def test_clusters_need_questions() -> None:
    """A cluster is of questions."""
    with pytest.raises(UsageError, match="needs a column of questions"):
        Columns("probability", "outcome", cluster="c")


# --- where tables come from -----------------------------------------------------------------------


def test_a_gzipped_table_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    """And one that ends too early is refused: half a table is another table."""
    content = gzip.compress(b"probability,outcome\n" + b"0.5,1\n0.25,0\n" * 1000)
    assert read(tmp_path, content).scored == 2000
    assert "expected a whole gzip file" in refused(tmp_path, content[:-10])
    assert "expected a whole gzip file" in refused(tmp_path, content[:20] + b"\0" * 20)


@pytest.mark.parametrize("name", ["", "nowhere.csv"])
def test_what_cannot_be_opened_is_said(tmp_path: Path, name: str) -> None:
    """A folder, and a file that is not there."""
    with pytest.raises(DataError, match="expected a table that can be read") as raised:
        table.read(str(tmp_path / name), USUAL)
    assert len(raised.value.problems) == 1


def test_a_pipe_is_read(tmp_path: Path) -> None:
    """A named pipe has no size, and may be read once."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text("probability,outcome\n0.5,1\n"))
    writer.start()
    assert table.read(str(pipe), USUAL).scored == 1
    writer.join(timeout=10)


def test_standard_input_is_read_and_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The place - is standard input."""
    stdin = io.TextIOWrapper(io.BufferedReader(io.BytesIO(b"probability,outcome\n0.5,1\n")))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert table.read("-", USUAL).scored == 1
    assert not stdin.closed
    assert not stdin.buffer.closed


def test_progress_is_in_bytes(tmp_path: Path) -> None:
    """It ends where the file ends."""
    file = tmp_path / "table.csv"
    file.write_text("probability,outcome\n" + "0.5,1\n" * 10)
    seen: list[tuple[int, int]] = []
    table.read(str(file), USUAL, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (file.stat().st_size, file.stat().st_size)


def test_an_unknown_engine_is_refused() -> None:
    """And so is a kind of file that the engine does not read."""
    with pytest.raises(UsageError, match="found abacus"):
        table.read("x.csv", USUAL, engine="abacus")
    with pytest.raises(UsageError, match="plain engine reads CSV"):
        table.read("x.parquet", USUAL, engine="plain")


# --- many rows ------------------------------------------------------------------------------------


def test_many_levels_are_rounded_and_the_score_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the limit levels go by thousandths, from the first row on; 0 and 1 stay theirs."""
    monkeypatch.setattr(samples, "LEVELS", 100)
    monkeypatch.setattr(plain, "PIECE", 64)
    rng = np.random.default_rng(2)
    p = np.r_[0.0, 1.0, 1e-7, 0.9999, 0.12345, rng.random(500)]
    y = (rng.random(len(p)) < p).astype(int)
    content = "probability,outcome,question\n"
    content += "".join(
        f"{a!r},{b},q{n % 60}\n"
        for n, (a, b) in enumerate(zip(p.tolist(), y.tolist(), strict=True))
    )
    found = read(tmp_path, content, Columns("probability", "outcome", question="question"))
    assert found.notes[0] == samples.ROUNDED
    tally = found.whole.tally
    assert set(tally.level.tolist()) == set(cells.rounded(np.rint(p * 1e9).astype(int)).tolist())
    assert {0, 10_000, 123_000_000, 999_900_000, 1_000_000_000} <= set(tally.level.tolist())
    assert (int(tally.forecasts.sum()), int(tally.events.sum())) == (len(p), y.sum())
    assert found.whole.sums.value == pytest.approx(((p - y) ** 2).sum(), abs=1e-6)
    assert found.whole.trials is not None
    assert found.whole.trials.at.max() < len(tally)
    assert found.whole.trials.weight.sum() == len(p)


def test_of_too_many_questions_it_is_not_kept_what_shares_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sample says so; intervals of the score go by question all the same."""
    monkeypatch.setattr(samples, "CELLS", 10)
    content = "probability,outcome,question\n" + "".join(
        f"0.{n % 9},1,q{n % 20}\n" for n in range(99)
    )
    found = read(tmp_path, content, Columns("probability", "outcome", question="question"))
    assert found.notes == (samples.CROWDED,)
    assert found.whole.trials is None
    assert found.whole.crowded
    assert (found.whole.questions, found.whole.sums.clusters) == (20, 20)


QUESTION = Columns("p", "y", by="who", question="q")
WEIGHT = Columns("p", "y", by="who", weight="w")


@pytest.mark.parametrize(
    ("rows", "columns", "crowded"),
    [
        ("0.5,1,q1,1,a 0.5,1,q2,1,a 0.6,0,q3,1,b", QUESTION, [False, False, False]),
        ("0.5,1,q1,1,a 0.5,1,q2,1,a 0.6,0,q2,1,b", QUESTION, [True, False, False]),
        ("0.5,1,q1,1,a 0.6,1,q1,1,a 0.6,0,q2,1,b", QUESTION, [True, True, False]),
        ("0.5,1,q1,2,a 0.5,1,q2,2,a 0.6,0,q2,1,b", WEIGHT, [True, False, False]),
        ("0.5,1,q1,2,a 0.5,1,q2,1,a 0.6,0,q3,1,b", WEIGHT, [True, True, False]),
    ],
)
def test_a_sample_is_crowded_only_where_something_is_lost(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rows: str,
    columns: Columns,
    crowded: list[bool],
) -> None:
    """Alone on their questions, and of equal weight, forecasts need no trials; then no note."""
    monkeypatch.setattr(samples, "CELLS", 0)
    file = tmp_path / "table.csv"
    file.write_text("p,y,q,w,who\n" + rows.replace(" ", "\n"))
    for engine in table.ENGINES:
        found = table.read(str(file), columns, engine=engine)
        assert [found.whole.crowded, *(sample.crowded for _, sample in found.groups)] == crowded
        assert found.notes == (samples.CROWDED,) * crowded[0]


def test_too_many_groups_are_no_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A column of names that are all different is not one to group by."""
    monkeypatch.setattr(plain, "GROUP_BITS", 3)
    content = "probability,outcome,analyst\n" + "".join(f"0.5,1,a{n}\n" for n in range(9))
    columns = Columns("probability", "outcome", by="analyst")
    assert "more than 8 groups" in refused(tmp_path, content, columns)
