"""Parquet, JSON Lines and CSV of any size, added up by DuckDB; memory is bounded, it spills.

Columns are picked by DuckDB's expressions and files named by its functions, never by SQL put
together: those of statements.py are constant.
"""

from __future__ import annotations

import errno
import json
import stat
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tracker.archive import plain, samples, table
from tracker.archive import statements as sql
from tracker.archive.samples import Draws, Gathered
from tracker.errors import DataError, Problem, UsageError, shown
from tracker.tally import Sums

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.archive.table import Columns, Progress, Table

MEMORY = "1GB"
KEYS = 100  # first lines of JSON, in which the columns are looked for
NUMERIC = {
    "DOUBLE", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT",
    "UBIGINT", "UINTEGER", "USMALLINT", "UTINYINT",
}  # fmt: skip


def read(place: str, columns: Columns, *, progress: Progress) -> Table:
    """Read a CSV, JSON Lines or Parquet file, or ``FILE::TABLE`` of a DuckDB database."""
    with _connected(place) as opened:
        _give(opened, place, columns)
        opened.execute(sql.JUDGED)
        if columns.weight is not None:
            opened.execute("SET threads = 1")
        steps = _Steps(opened, progress)
        steps.rows(sql.FOUND)
        counted = {status: [*map(int, counts)] for status, *counts in steps.rows(sql.COUNTS)}
        lines, broken = _rejected(opened)
        bad = {s: c[0] for s, c in counted.items() if s not in {"open", "weightless", "scored"}}
        above, inside = (sum(c[at] for s, c in counted.items() if s != "open") for at in (1, 2))
        table.check_percent(columns, above, inside, place)
        problems = [_broken(place, *line) for line in lines]
        if bad:
            problems += [_wrong(columns, place, *row) for row in steps.rows(sql.WRONG)]
        names, gathered, rounds = _gather(steps, columns)
    whole, groups = samples.samples(gathered, names if columns.by else [])
    count = {status: counts[0] for status, counts in counted.items()}
    return table.Table(
        engine="duckdb",
        rows=sum(count.values()) + broken,
        open=count.get("open", 0),
        weightless=count.get("weightless", 0),
        unreadable=sum(bad.values()) + broken,
        problems=tuple(problems[: table.NAMED]),
        notes=samples.notes(whole, rounds=rounds, linked=columns.cluster is not None),
        whole=whole,
        groups=groups,
    )


class _Steps:
    """Statements, one after the other."""

    STEPS = 10

    def __init__(self, opened: Any, progress: Progress) -> None:
        self.opened = opened
        self.progress = progress
        self.done = 0

    def rows(self, statement: str, *given: object) -> list[tuple[Any, ...]]:
        """All rows of an answer."""
        found: list[tuple[Any, ...]] = self.opened.execute(statement, given).fetchall()
        self._step()
        return found

    def columns(self, statement: str, *given: object) -> list[Any]:
        """All columns of an answer."""
        found = self.opened.execute(statement, given).fetchnumpy()
        self._step()
        return [np.asarray(column) for column in found.values()]

    def _step(self) -> None:
        self.done += 1
        self.progress(min(self.done, self.STEPS), self.STEPS)


def _gather(steps: _Steps, columns: Columns) -> tuple[list[str], Gathered, bool]:
    """What samples are made of, from views of the rows that are scored; whether levels round."""
    opened = steps.opened
    rounds = steps.rows(sql.DISTINCT_LEVELS)[0][0] > samples.LEVELS
    opened.execute(sql.SCORED_ROUNDED if rounds else sql.SCORED)
    opened.execute(sql.TOTAL if columns.weight is None else sql.TOTAL_WEIGHTED)
    by_question = columns.question is not None
    opened.execute(sql.CLUSTERS if by_question else sql.ROWS)
    opened.execute(sql.ALL_CLUSTERS if by_question else sql.ALL_ROWS)
    names = [str(name) for (name,) in steps.rows(sql.NAMES)]
    group, level, *tallies = steps.columns(sql.TALLIES)
    own, spread = steps.rows(sql.OWN), steps.rows(sql.SPREAD)
    (all_own,), (all_spread,) = steps.rows(sql.ALL_OWN), steps.rows(sql.ALL_SPREAD)
    draws = None
    if by_question or columns.weight is not None:
        every = steps.columns(sql.DRAWS if by_question else sql.ROW_DRAWS, samples.CELLS + 1)
        draws = Draws(*every) if len(every[0]) <= samples.CELLS else None
    gathered = Gathered(
        group=group,
        level=level,
        tallies=tallies,
        sums=[_sums(*parts) for parts in zip(own, spread, strict=True)],
        whole=_sums(all_own, all_spread),
        questions=[int(of[1 if by_question else 0]) for of in own],
        all_questions=int(all_own[1 if by_question else 0] or 0),
        trials=draws,
    )
    return names, gathered, rounds


def _sums(own: tuple[Any, ...], spread: tuple[Any, ...]) -> Sums:
    forecasts, _, squares = (float(value or 0) for value in own)
    clusters, weight, value, weight_squared, cross, value_squared = (
        float(value or 0) for value in spread
    )
    return Sums(
        clusters=round(clusters),
        forecasts=round(forecasts),
        weight=weight,
        value=value,
        weight_squared=weight_squared,
        cross=cross,
        value_squared=value_squared,
        own=squares,
    )


@contextmanager
def _connected(place: str) -> Iterator[Any]:
    """A database in memory, beside the one that was named; its complaints become DataErrors."""
    try:
        import duckdb
    except ImportError:
        raise UsageError(
            "this needs DuckDB, which is not installed: pip install 'tracker[archive]'"
        ) from None
    file, inside, _ = place.partition("::")
    with tempfile.TemporaryDirectory(prefix="tracker-duckdb-") as spill:
        config: dict[str, Any] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": MEMORY,
            "temp_directory": spill,
        }
        try:
            _check(file)
            with duckdb.connect(":memory:", config=config) as opened:
                opened.execute("SET enable_progress_bar = false")
                if inside:
                    opened.execute("ATTACH $file AS archive (READ_ONLY)", {"file": file})
                    opened.execute("SET enable_external_access = false")  # for views in it
                yield opened
        except OSError as error:
            raise table.unopened(file, error) from None
        except (duckdb.InterruptException, RuntimeError) as stopped:
            if "interrupt" not in str(stopped).lower():
                raise
            raise KeyboardInterrupt from None
        except duckdb.Error as error:
            said = str(error).strip().split("\n", 1)[0]
            raise DataError([Problem(place, said, "a table that DuckDB can read")]) from None


def _check(file: str) -> None:
    if not stat.S_ISREG(Path(file).stat().st_mode):
        raise OSError(errno.EINVAL, "no plain file")


def _give(opened: Any, place: str, columns: Columns) -> None:
    """Make the view ``given``: the cells asked for, under our names, as text or as number."""
    from duckdb import ConstantExpression

    relation, given = _source(opened, place, columns)
    given.setdefault("broken", ConstantExpression(False))
    for role, text in (("question", "-"), ("cluster", ""), ("by", "-")):
        given.setdefault(f"{role}_text", ConstantExpression(text))
    given.setdefault("weight_number", ConstantExpression(None if columns.weight else 1.0))
    for name in ("probability_text", "probability_number", "weight_text"):
        given.setdefault(name, ConstantExpression(None))
    types = {name: "DOUBLE" for name in given if name.endswith("number")}
    types |= {name: "VARCHAR" for name in given if name.endswith("text")}
    cells_of = [given[name].cast(type_).alias(name) for name, type_ in types.items()]
    flags = [given["broken"].alias("broken"), ConstantExpression(columns.percent).alias("percent")]
    relation.project(*cells_of, *flags).create_view("given")


def _source(opened: Any, place: str, columns: Columns) -> tuple[Any, dict[str, Any]]:
    """What is read, and the expression of each cell in it."""
    file, _, name = place.partition("::")
    kind = file.lower().removesuffix(".gz").rpartition(".")[2]
    if name:
        return _typed(opened.table(f"archive.{name}"), place, columns)
    if kind in {"parquet", "pq"}:
        return _typed(opened.read_parquet(_literal(file)), place, columns)
    if kind in {"jsonl", "ndjson"}:
        return _json_lines(opened, file, columns)
    return _csv(opened, file, columns)


def _typed(relation: Any, place: str, columns: Columns) -> tuple[Any, dict[str, Any]]:
    from duckdb import ColumnExpression

    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    columns.places(relation.columns, place)
    given = {}
    for role, name in columns.asked().items():
        cell = ColumnExpression(name)
        if types[name].startswith("DECIMAL"):
            cell = cell.cast("DOUBLE")
        numeric = types[name] in NUMERIC or types[name].startswith("DECIMAL")
        number = numeric and role in {"probability", "weight"}
        given[f"{role}_number" if number else f"{role}_text"] = cell
    return relation, given


def _csv(opened: Any, file: str, columns: Columns) -> tuple[Any, dict[str, Any]]:
    """CSV by the header and the delimiter that the plain engine finds."""
    from duckdb import ColumnExpression

    with plain.opened(file) as (lines, _):
        header, reader = plain.start(lines, columns, file)
    at = columns.places(header, file)
    relation = _lines(
        opened,
        file,
        header=True,
        delimiter=reader.dialect.delimiter,
        quotechar='"',
        escapechar='"',
        columns={f"c{number}": "VARCHAR" for number in range(len(header))},
    )
    return relation, {f"{role}_text": ColumnExpression(f"c{place}") for role, place in at.items()}


def _json_lines(opened: Any, file: str, columns: Columns) -> tuple[Any, dict[str, Any]]:
    """One JSON object a line; what is none is a wrong row."""
    from duckdb import CaseExpression, ColumnExpression, ConstantExpression, FunctionExpression

    columns.places(_keys(file), file)
    line = ColumnExpression("line")
    relation = _lines(
        opened,
        file,
        header=False,
        delimiter="\x1f",
        quotechar="",
        escapechar="",
        strict_mode=False,
        columns={"line": "VARCHAR"},
    ).filter(line.isnotnull())
    # an object, or null, so that nothing is asked of what is no JSON
    valid = CaseExpression(FunctionExpression("json_valid", line), line)
    is_object = FunctionExpression("json_type", valid) == ConstantExpression("OBJECT")
    written = CaseExpression(is_object, valid)

    def cell(name: str) -> Any:
        pointer = "/" + name.replace("~", "~0").replace("/", "~1")
        return FunctionExpression("json_extract_string", written, ConstantExpression(pointer))

    given = {f"{role}_text": cell(name) for role, name in columns.asked().items()}
    return relation, {**given, "broken": written.isnull()}


def _lines(opened: Any, file: str, **form: Any) -> Any:
    with plain.opened(file) as (_, content):
        zipped = content.zipped
    return opened.read_csv(
        _literal(file),
        auto_detect=False,
        comment="",
        compression="gzip" if zipped else "none",
        ignore_errors=True,
        store_rejects=True,
        **form,
    )


def _keys(file: str) -> list[str]:
    """The keys of the first lines of a JSON Lines file."""
    keys: dict[str, None] = {}
    with plain.opened(file) as (lines, _):
        for line in islice(lines, KEYS):
            try:
                said = json.loads(line)
            except ValueError:
                continue
            keys |= dict.fromkeys(said) if isinstance(said, dict) else {}
    return list(keys)


def _literal(file: str) -> str:
    """A path in which nothing stands for other names."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in file)


def _rejected(opened: Any) -> tuple[list[tuple[int, str]], int]:
    """The first lines that are no rows of CSV, each with what is wrong, and how many there are."""
    if not opened.execute(sql.REJECTS).fetchone()[0]:  # where no text was read
        return [], 0
    found = opened.execute(sql.REJECTED).fetchall()
    return [(line, said) for line, said, _ in found], found[0][2] if found else 0


def _broken(file: str, line: int, said: str) -> Problem:
    first = said.strip().split("\n", 1)[0].removeprefix("Error when converting column ")
    return Problem(
        "row", shown(first), "a row of CSV, with as many cells as the header", file, line
    )


def _wrong(columns: Columns, file: str, row: int, role: str, cell: str | None) -> Problem:
    if role == "row":
        return Problem(f"row {row}", "no JSON object", "one JSON object a line", file)
    found = table.problem(columns, role, cell, file, None)
    return replace(found, key=f"row {row}, {found.key}")
