"""Tables by DuckDB: the same numbers as the plain engine, from more kinds of files."""

from __future__ import annotations

import gzip
import json
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import missing
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import equal, rows, said, written

from tracker.archive import samples, table
from tracker.archive.table import Columns, Table
from tracker.errors import DataError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

USUAL = Columns("probability", "outcome")
EVERY = Columns("probability", "outcome", by="analyst", question="question")


@pytest.fixture(autouse=True, scope="module")
def _engine() -> None:
    if find_spec("duckdb") is None:
        missing("duckdb, of the extra for archives,")


def read(file: Path, columns: Columns = USUAL) -> Table:
    """What DuckDB finds in a file."""
    return table.read(str(file), columns, engine="duckdb")


def made(file: Path, sql: str) -> Path:
    """A Parquet file with the rows of a query."""
    import duckdb

    with duckdb.connect() as opened:
        opened.sql(sql).write_parquet(str(file))
    return file


def agree(one: Table, other: Table) -> None:
    """Two readings of a table are the same but for the engine."""
    for name in ("rows", "scored", "open", "weightless", "unreadable", "notes"):
        assert getattr(one, name) == getattr(other, name), name
    equal(one.whole, other.whole)
    assert [name for name, _ in one.groups] == [name for name, _ in other.groups]
    for (_, mine), (_, theirs) in zip(one.groups, other.groups, strict=True):
        equal(mine, theirs)


# --- the same numbers as the plain engine ---------------------------------------------------------

ODD = ["", "x", "1.5", "nan", "70%", "0,7", "-0.0", "1e-3", " .5 ", "yes", "TRUE", "inf", "é", "5%"]
cell = st.sampled_from(ODD)


@st.composite
def odd_tables(draw: st.DrawFn) -> str:
    """Tables of which some cells are not what they should be."""
    lines = []
    for good in draw(rows):
        said = [str(value) for value in good]
        if draw(st.integers(0, 3)) == 0:
            said[draw(st.integers(0, 5))] = draw(cell)
        lines.append(",".join(f'"{value}"' for value in said) + "\n")
    return written([]) + "".join(lines)


def outcome_of(file: Path, columns: Columns, engine: str) -> Table | str:
    """What an engine finds, or the message with which it refuses the table."""
    try:
        return table.read(str(file), columns, engine=engine)
    except DataError as error:
        return str(error)


@st.composite
def column_choices(draw: st.DrawFn) -> Columns:
    """Some of the columns, or all."""
    asked = draw(st.booleans())
    return Columns(
        "probability",
        "outcome",
        by="analyst",
        question="question" if asked else None,
        cluster="cluster" if asked and draw(st.booleans()) else None,
        weight="weight" if draw(st.booleans()) else None,
        percent=draw(st.booleans()),
    )


@settings(max_examples=25)
@given(odd_tables(), column_choices())
def test_both_engines_find_the_same(
    tmp_path_factory: pytest.TempPathFactory, content: str, columns: Columns
) -> None:
    """Counts are equal to the last, sums up to rounding, whatever the cells hold."""
    file = tmp_path_factory.mktemp("table") / "table.csv"
    file.write_text(content, "utf-8")
    plain, duck = (outcome_of(file, columns, engine) for engine in table.ENGINES)
    if isinstance(plain, str) or isinstance(duck, str):
        assert plain == duck
        return
    agree(plain, duck)
    assert [one[1:] for one in said(plain)] == [
        (key.partition(", ")[2], found) for _, key, found in said(duck)
    ]


def test_both_engines_round_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are many levels, and where there are many questions."""
    rng = np.random.default_rng(3)
    p = np.r_[0.0, 1.0, 1e-7, 0.9999, 0.12345, rng.random(500)]
    lines = [(float(a), n % 2, f"q{n % 60}", f"a{n % 3}", 1.0, "") for n, a in enumerate(p)]
    file = tmp_path / "table.csv"
    file.write_text(written(lines))
    monkeypatch.setattr(samples, "LEVELS", 100)
    plain, duck = table.read(str(file), EVERY), read(file, EVERY)
    assert plain.notes == (samples.ROUNDED,)
    agree(plain, duck)
    monkeypatch.setattr(samples, "CELLS", 50)
    plain, duck = table.read(str(file), EVERY), read(file, EVERY)
    assert plain.notes == duck.notes == (samples.ROUNDED, samples.CROWDED)
    assert duck.whole.trials is None
    agree(plain, duck)


@pytest.mark.parametrize("weight", [None, "weight"])
def test_the_same_table_gives_the_same_bits(tmp_path: Path, weight: str | None) -> None:
    """Several threads do not change the last digit."""
    rng = np.random.default_rng(4)
    p, w = rng.random(20_000).round(3), rng.random(20_000)
    lines = [
        (float(a), n % 2, f"q{n % 999}", "a", float(b), "")
        for n, (a, b) in enumerate(zip(p, w, strict=True))
    ]
    file = tmp_path / "table.csv"
    file.write_text(written(lines))
    columns = Columns("probability", "outcome", question="question", weight=weight)
    assert read(file, columns).whole.sums == read(file, columns).whole.sums


# --- CSV ------------------------------------------------------------------------------------------


def test_broken_rows_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    """Too few cells, too many, and a broken quotation: each with its line."""
    file = tmp_path / "table[1]*.csv"  # whose name stands for no other file
    file.write_text('\ufeffprobability;outcome\n0.5;1\n0.6\n0.7;1;x\n"0.8"x;1\n0.9;0\n', "utf-8")
    found = read(file)
    assert (found.rows, found.scored, found.unreadable) == (5, 2, 3)
    assert [one[:2] for one in said(found)] == [(3, "row"), (4, "row"), (5, "row")]


def test_a_wrong_cell_is_named_by_its_row(tmp_path: Path) -> None:
    """Rows are counted where lines are not known."""
    file = tmp_path / "table.csv"
    file.write_text("probability,outcome\n0.5,1\nx,1\n")
    (problem,) = read(file).problems
    assert str(problem).startswith(f"{file}, row 2, probability: found x; expected a probability")


def test_gzip_is_read_and_half_a_file_is_refused(tmp_path: Path) -> None:
    """Whatever the file is called."""
    file = tmp_path / "table.csv"
    content = gzip.compress(b"probability,outcome\n" + b"0.5,1\n0.25,0\n" * 50_000)
    file.write_bytes(content)
    assert read(file).scored == 100_000
    file.write_bytes(content[: len(content) // 2])
    with pytest.raises(DataError):
        read(file)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "expected a table that can be read"),
        ("nowhere.parquet", "expected a table that can be read"),
        ("nowhere.duckdb::forecasts", "expected a table that can be read"),
        ("https://example.org/table.parquet", "expected a table that can be read"),
        ("s3://bucket/table.csv", "expected a table that can be read"),
    ],
)
def test_only_files_that_are_there_are_read(tmp_path: Path, name: str, message: str) -> None:
    """A folder, no file, and addresses, which nobody asks for."""
    with pytest.raises(DataError, match=message):
        table.read(name if "//" in name else str(tmp_path / name), USUAL, engine="duckdb")


# --- Parquet --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("probability", "outcome"),
    [
        ("0.7::DOUBLE", "true"),
        ("0.7::FLOAT", "1::TINYINT"),
        ("0.7::DECIMAL(9, 4)", "1::DECIMAL(4, 2)"),
        ("'70%'", "'Yes'"),
        ("'0.7'", "1.0::DOUBLE"),
    ],
)
def test_parquet_of_any_type_is_read(tmp_path: Path, probability: str, outcome: str) -> None:
    """Numbers, text and truth values say what they say in CSV."""
    columns = Columns('p "; DROP', "select", by="g")
    sql = f"""SELECT {probability} AS "p ""; DROP", {outcome} AS "select", 7 AS g
        UNION ALL SELECT NULL, {outcome}, 8 UNION ALL SELECT {probability}, NULL, 9"""
    found = read(made(tmp_path / "a[1]?.parquet", sql), columns)
    assert (found.scored, found.open, found.unreadable) == (1, 1, 1)
    assert found.whole.tally.level.tolist() == [700_000_000]
    assert [name for name, _ in found.groups] == ["7"]
    assert said(found) == [(None, 'row 2, p "; DROP', "nothing")]


def test_a_million_rows_of_parquet(tmp_path: Path) -> None:
    """Counted in the file's own engine, with infinity and NaN among them."""
    sql = """SELECT (i % 101) / 100.0::DOUBLE AS probability, i % 2 = 0 AS outcome, i % 1000 AS q
        FROM range(1000000) t(i)
        UNION ALL SELECT 'nan', true, 1 UNION ALL SELECT 'inf', true, 1"""
    file = made(tmp_path / "table.parquet", sql)
    found = read(file, Columns("probability", "outcome", question="q"))
    assert (found.rows, found.scored, found.unreadable) == (1_000_002, 1_000_000, 2)
    assert found.whole.questions == found.whole.sums.clusters == 1000
    assert found.whole.tally.forecasts.sum() == 1_000_000
    assert found.whole.tally.events.sum() == 500_000


def test_a_missing_column_is_told_with_what_there_is(tmp_path: Path) -> None:
    """In Parquet as in CSV."""
    file = made(tmp_path / "table.parquet", "SELECT 0.5 AS probabilty, 1 AS outcome")
    with pytest.raises(DataError, match=r"expected one of probabilty, outcome; did you mean prob"):
        read(file)


def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path) -> None:
    """In one sentence."""
    for name in ("table.parquet", "table.duckdb::t"):
        file = tmp_path / name.partition("::")[0]
        file.write_bytes(b"probability,outcome\n0.5,1\n")
        with pytest.raises(DataError) as raised:
            table.read(str(tmp_path / name), USUAL)
        assert "\n" not in str(raised.value)


# --- JSON Lines and databases ---------------------------------------------------------------------


@pytest.mark.parametrize("zipped", [False, True])
def test_json_lines_are_read(tmp_path: Path, zipped: bool) -> None:
    """Keys in any order, numbers or text; a line that is no object is named."""
    lines: list[Any] = [
        {"a/b~c": 0.7, "outcome": True, "who": 'Zoë, \n"z"'},
        {"who": "ana", "outcome": 0, "a/b~c": "30%"},
        {"a/b~c": 0.5, "outcome": None},
        {"a/b~c": 0.5},
        {"a/b~c": None, "outcome": 1},
        [1],
    ]
    content = "\n".join([*map(json.dumps, lines), "not json", "", '{"a/b~c": 1, "outcome": 1}'])
    file = tmp_path / ("table.jsonl.gz" if zipped else "table.jsonl")
    file.write_bytes(gzip.compress(content.encode()) if zipped else content.encode())
    found = table.read(str(file), Columns("a/b~c", "outcome", by="who"))
    assert found.engine == "duckdb"
    assert (found.rows, found.scored, found.open, found.unreadable) == (8, 3, 2, 3)
    assert [name for name, _ in found.groups] == ["(none)", 'Zoë, \n"z"', "ana"]
    assert [one[1:] for one in said(found)] == [
        ("row 5, a/b~c", "nothing"),
        ("row 6", "no JSON object"),
        ("row 7", "no JSON object"),
    ]


def test_a_table_of_a_database_is_read(tmp_path: Path) -> None:
    """FILE::TABLE; the database is opened to be read and stays as it is."""
    import duckdb

    file, beside = tmp_path / "archive.duckdb", tmp_path / "beside.csv"
    beside.write_text("probability,outcome\n0.5,1\n")
    with duckdb.connect(str(file)) as opened:
        opened.execute('CREATE TABLE "my table" AS SELECT 0.7 AS probability, 1 AS outcome')
        opened.execute(f"CREATE VIEW other AS FROM read_csv('{beside}')")
    before = file.read_bytes()
    assert table.read(f"{file}::my table", USUAL).scored == 1
    assert file.read_bytes() == before
    for name in ("nothing", "other"):  # a view may not reach for another file
        with pytest.raises(DataError):
            table.read(f"{file}::{name}", USUAL)


def test_without_duckdb_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the plain engine does without."""
    monkeypatch.setitem(sys.modules, "duckdb", None)
    file = tmp_path / "table.csv"
    file.write_text("probability,outcome\n0.5,1\n")
    assert table.read(str(file), USUAL).scored == 1
    with pytest.raises(UsageError, match=r"pip install 'tracker\[archive\]'"):
        read(file)
