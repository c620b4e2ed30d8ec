"""What is defended: texts stay texts, files stay their owner's, secrets stay unsaid."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import socket
import sqlite3
import stat
import struct
import subprocess
import sys
import threading
import traceback
from contextlib import closing
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser import Outline
from conftest import NOW, ROOT, missing
from typer.main import get_command

from tracker import Ledger, files
from tracker.cli.main import app
from tracker.errors import DataError, TrackerError
from tracker.ledger.place import Place
from tracker.pages.lines import Cited, Other
from tracker.pages.retro import Learnt, Read
from tracker.records import Source, make
from tracker.texts.dossier import loads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Ran

    from tracker.pages.lines import Line

    Run = Callable[..., Ran]

PACKAGE = ROOT / "tracker"
ESSAY = ROOT / "seeds" / "prewar-essay.dossier.yaml"
README = ROOT / "README.md"
DIGEST = ROOT / "seeds" / "war-article.digest.txt"
PANEL = ROOT / "seeds" / "panels" / "midterms-2018.csv"

# Every command, in an order in which each can do its work.
TRIED: dict[str, list[str]] = {
    "log": ["log", "Will it snow?", "-p", "70%"],
    "list": ["list"],
    "show": ["show", "q1"],
    "due": ["due"],
    "review": ["review"],
    "calendar": ["calendar", "-o", "due.ics"],
    "withdraw": ["withdraw", "q1", "--why", "I know too little"],
    "amend": ["amend", "q1", "--by", "2026-12-31", "--why", "it was put off"],
    "retract": ["retract", "4", "--why", "I know enough"],
    "resolve": ["resolve", "q1", "yes"],
    "agreement": ["agreement"],
    "lesson": ["lesson", "q1", "Look at the forecast of the wind."],
    "score": ["score"],
    "compare": ["compare"],
    "calibration": ["calibration", "-o", "calibration.html"],
    "phrases": ["phrases"],
    "report": ["report", "-o", "track-record"],
    "retro": ["retro", "ana", "-o", "ana.html", "-o", "ana.md"],
    "evaluate": ["evaluate", str(PANEL), "--question", "question", "--by", "office"],
    "extract": ["extract", str(README), "-o", "readme.dossier.yaml"],
    "add": ["add", str(ESSAY)],
    "evidence": ["evidence", str(DIGEST), "--published", "2026-03-02"],
    "status": ["status"],
    "schema": ["schema", "show"],
    "mcp": ["mcp"],
    "verify": ["verify"],
    "backup": ["backup", "backup.db"],
    "restore": ["restore", "backup.db", "--db", "again.db"],
    "copy": ["copy", "backup.db", "elsewhere.db"],
    "export": ["export", "-o", "export.jsonl"],
    "upgrade": ["upgrade"],
    "demo": ["demo", "-o", "demo.html"],
}


def commands() -> set[str]:
    """The commands that the program has."""
    program: object = get_command(app)
    return set(getattr(program, "commands", {}))


COMMANDS = {name: words for name, words in TRIED.items() if name in commands()}


# --- SQL: every value is bound --------------------------------------------------------------------

# Calls that take SQL; those that take nothing else must be given a constant.
TAKES_SQL = {"execute", "executemany"}
ONLY_SQL = {
    "exec_driver_sql",
    "executescript",
    "text",
    "literal_column",
    "DDL",
    "CheckConstraint",
    "Computed",
}
SQL_TEXT = {"text", "sa.text", "sqlalchemy.text"}  # other things have texts too
# SQL that is put together all the same, from words that stand in the source, and why.
PUT_TOGETHER = {
    "f\"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}\"": "a pragma takes no parameter",
    "f'PRAGMA busy_timeout={int(WAIT * 1000)}'": "the same, and a constant",
    "f\"{name} LIKE '____-__-__%'\"": "the name of a column of ours",
    "f'{name} BETWEEN 0 AND {BILLION}'": "the name of a column of ours, and a constant",
    "f'{name} IN ({listed})'": "the name of a column of ours, and words of ours",
}


EXCUSED = {ast.unparse(ast.parse(said)) for said in PUT_TOGETHER}  # as this Python writes it


def sql_put_together(source: str) -> Iterator[tuple[int, str]]:
    """SQL that is not a constant: the line, and the expression."""
    yield from _in_scope(ast.parse(source), {})


def _in_scope(scope: ast.AST, around: dict[str, list[ast.expr]]) -> Iterator[tuple[int, str]]:
    own: list[ast.AST] = []
    inner: list[ast.AST] = []
    waiting = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        within = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        (inner if within else own).append(node)
        waiting += [] if within else ast.iter_child_nodes(node)
    given = {**around, **_assigned(own)}
    for node in own:
        if isinstance(node, ast.Call) and node.args:
            name = ast.unparse(node.func)
            called, first = name.rpartition(".")[2], node.args[0]
            only = called in ONLY_SQL and (called != "text" or name in SQL_TEXT)
            if only and not _constant(first, given):
                yield node.lineno, ast.unparse(first)
            if called in TAKES_SQL and _put_together(first, given):
                yield node.lineno, ast.unparse(first)
    for node in inner:
        yield from _in_scope(node, given)


def _assigned(nodes: list[ast.AST]) -> dict[str, list[ast.expr]]:
    """All that names are given; what is added to one counts as put together."""
    given: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            added = ast.BinOp(node.value, node.op, node.value)
            given.setdefault(node.target.id, []).append(added)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and node.value is not None:
                    given.setdefault(target.id, []).append(node.value)
    return given


def _constant(node: ast.expr, given: dict[str, list[ast.expr]]) -> bool:
    if isinstance(node, ast.IfExp):
        return _constant(node.body, given) and _constant(node.orelse, given)
    if isinstance(node, ast.Name):
        return node.id in given and all(_constant(value, {}) for value in given[node.id])
    return isinstance(node, ast.Constant)


def _put_together(node: ast.expr, given: dict[str, list[ast.expr]]) -> bool:
    if isinstance(node, ast.IfExp):
        return _put_together(node.body, given) or _put_together(node.orelse, given)
    if isinstance(node, ast.Name):
        return any(_put_together(value, {}) for value in given.get(node.id, ()))
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func).rpartition(".")[2]
        return called in {"format", "format_map", "join", "replace", "substitute"}
    return isinstance(node, ast.BinOp) or (
        isinstance(node, ast.JoinedStr)
        and any(isinstance(part, ast.FormattedValue) for part in node.values)
    )


def test_all_sql_is_constant_or_built_by_the_library() -> None:
    """No SQL is put together from text, but for the few that are explained above."""
    found = {
        f"{path.relative_to(ROOT)}:{line}: {said}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, said in sql_put_together(path.read_text("utf-8"))
        if said not in EXCUSED
    }
    assert found == set()


def test_what_is_excused_is_there() -> None:
    """An excuse for SQL that is gone excuses something else one day."""
    found = {
        said
        for path in PACKAGE.rglob("*.py")
        for _, said in sql_put_together(path.read_text("utf-8"))
    }
    assert found == EXCUSED


@pytest.mark.parametrize(
    "source",
    [
        "c.execute(f'SELECT {x}')",
        "c.execute('SELECT %s' % x)",
        "c.execute('SELECT ' + x)",
        "c.execute('SELECT {}'.format(x))",
        "c.execute(' '.join(x))",
        "c.execute('SELECT 1' if x else f'SELECT {x}')",
        "sql = f'SELECT {x}'\nc.execute(sql)",
        "sql = 'SELECT '\nsql += x\nc.execute(sql)",
        "c.execute(text(x))",
        "c.execute(sa.text(f'{x}'))",
        "c.exec_driver_sql(x)",
        "if (sql := 'SELECT %s' % x):\n    c.executemany(sql, rows)",
        "select(literal_column(x))",
        "c.executescript(x)",
        "def f():\n    sql = f'SELECT {x}'\n    def g():\n        c.execute(sql)",
    ],
)
def test_planted_sql_is_found(source: str) -> None:
    """The walk sees what it is there to see."""
    assert len(list(sql_put_together(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "c.execute('SELECT 1')",
        "c.execute(text('SELECT :n'), {'n': x})",
        "c.exec_driver_sql('BEGIN' if x else 'ROLLBACK')",
        "c.execute(select(table.c.id).where(table.c.name == x))",
        "SQL = text('SELECT 1')\nc.execute(SQL)",
        "def f():\n    sql = 'SELECT 1'\n    c.execute(text(sql))\ndef g():\n    sql = h()",
        "self.text(x)",
    ],
)
def test_bound_sql_is_let_through(source: str) -> None:
    """The walk complains of nothing that is bound."""
    assert list(sql_put_together(source)) == []


HOSTILE_SQL = [
    "'; DROP TABLE forecast; --",
    '"; DELETE FROM entry; --',
    "a' OR '1'='1",
    "Robert\\'); DROP TABLE question; --",
    "100 % :name %(x)s %s ? $1 ?1",
    "back\\slash \\0 '' \"\" `tick` [x]",
    "NULL /* not closed",
]


def shape(file: Path) -> list[tuple[str, str, str]]:
    """The tables, indices and triggers of a ledger."""
    with closing(sqlite3.connect(file)) as raw:
        return raw.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()


@pytest.mark.parametrize("text", HOSTILE_SQL)
def test_sql_in_a_text_is_text(run: Run, tmp_path: Path, text: str) -> None:
    """SQL in any text comes back as written, finds what it names, and changes no table."""
    assert run("log", "First of all", "-p", "50%").code == 0
    before = shape(tmp_path / "tracker.db")
    said = {"analyst": text, "phrase": text, "why": text, "tag": text, "criteria": text}
    options = [word for name, value in said.items() for word in (f"--{name}", value)]
    logged = run("log", text, "-p", "70%", "--json", *options)
    assert logged.code == 0, logged.err
    assert run("resolve", "q2", "yes", "--analyst", text, "--note", text, "--json").code == 0
    source = f"x {text.replace('/', '-')}"  # with a slash it would be a file
    proof = ("--source", source, "--quote", text)
    assert run("resolve", "q2", "no", "--why", text, *proof).code == 0
    shown = run("show", "q2", "--json").json
    assert (shown["title"], shown["criteria"], shown["tags"]) == (text, text, [text])
    (forecast,) = shown["forecasts"]
    assert {forecast[name] for name in ("analyst", "phrase", "rationale")} == {text}
    first, last = shown["resolutions"]
    assert (first["by"], first["note"], last["reason"]) == (text, text, text)
    assert (last["evidence"][0]["source"], last["evidence"][0]["quote"]) == (source, text)
    for option in ("--analyst", "--tag"):
        found = run("list", option, text, "--json").json
        assert [question["id"] for question in found] == ["q2"]
    assert run("log", text.upper(), "-p", "60%", "--analyst", "bo").code == 0
    assert run("show", text, "--json").code == 1  # no id, and nothing happens
    assert shape(tmp_path / "tracker.db") == before
    assert run("status", "--json").json["forecasts"] >= 3


@pytest.mark.parametrize("option", ["--analyst", "--phrase", "--why", "--tag", "--criteria"])
def test_nul_is_refused(run: Run, option: str) -> None:
    """A NUL, where some databases end a text, is no text."""
    ran = run("log", "Will it snow?", "-p", "70%", option, "a\x00b")
    assert ran.code == 1
    assert "U+0000" in ran.err
    assert run("log", "Will it\x00 snow?", "-p", "70%").code == 1
    assert run("list", "--json").json == []


# --- YAML: read as data, in bounded time and memory -----------------------------------------------

HEAD = "tracker: dossier/1\nsource:\n  name: x\n"
FORECAST = "forecasts:\n  - {question: r, analyst: a, made: 2026-03-02, probability: "


def laughs(first: str, one: str, around: str) -> str:
    """Nine lines that stand for a thousand million of the first."""
    lines = [f"a0: &a0 {first}\n"]
    for level in range(1, 10):
        ten = ", ".join(one.format(number=number, name=f"*a{level - 1}") for number in range(10))
        lines += [f"a{level}: &a{level} {around.format(ten)}\n"]
    return "".join(lines)


LISTS = laughs("lol", "{name}", "[{}]")
MAPS = laughs("lol", "k{number}: {name}", "{{{}}}")
MERGES = laughs("{x: 1}", "{name}", "{{<<: [{}]}}")
BOMBS = {
    "a tag that runs a command": HEAD + "  title: !!python/object/apply:os.system [touch made]\n",
    "a tag that makes an object": HEAD + "  title: !!python/object/new:os.system [touch made]\n",
    "a tag that names a function": HEAD + "  title: !!python/name:os.system\n",
    "a tag that names a module": HEAD + "questions: !!python/module:subprocess\n",
    "a tag at the root": "!!python/object/apply:os.system ['touch made']\n",
    "laughs as the questions": HEAD + LISTS + "questions: *a9\n",
    "laughs as a title": HEAD + LISTS + "questions: [{id: r, title: *a9}]\n",
    "laughs as tags": HEAD + LISTS + "questions: [{id: r, title: Rain?, tags: *a9}]\n",
    "laughs as the version": LISTS + "tracker: *a9\n",
    "laughs in mappings": HEAD + MAPS + "questions: [*a9, *a9]\n",
    "laughs in merges": HEAD + MERGES + "questions: [*a9, *a9]\n",
    "a loop": HEAD + "questions: &a [*a]\n",
    "deep lists": HEAD + "questions: " + "[" * 50_000 + "]" * 50_000 + "\n",
    "deep lists without end": HEAD + "questions: " + "[" * 50_000 + "\n",
    "deep mappings": HEAD + "questions: " + "{a: " * 50_000 + "}" * 50_000 + "\n",
    "deep lines": HEAD + "questions:\n  " + "- " * 50_000 + "x\n",
    "deep keys": HEAD + "questions:\n  " + "? " * 50_000 + "x\n",
    "a number of a million digits": HEAD + FORECAST + "9" * 1_000_000 + "}\n",
    "a number in hexadecimal": HEAD + FORECAST + "0x" + "F" * 1_000_000 + "}\n",
    "a number with a huge exponent": HEAD + FORECAST + "1e999999999}\n",
    "a number with a million places": HEAD + FORECAST + "1." + "9" * 1_000_000 + "}\n",
    "a key twice": HEAD + "questions: []\nquestions: []\n",
    "a text of a million letters": HEAD + "  title: " + "x" * 1_000_000 + "\n",
    "thousands of keys": HEAD + "".join(f"k{number}: 1\n" for number in range(2000)),
    "thousands of documents": (HEAD + "---\n") * 2000,
}
READING = """
import resource, sys, time
from pathlib import Path
from tracker.errors import DataError
from tracker.texts.dossier import read
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begun = time.process_time()
try:
    print("read as", read(Path(sys.argv[1])).dossier)
except DataError as refused:
    print(refused)
print(time.process_time() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before,
      file=sys.stderr)
"""


def process(code: str, *words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """What became of a Python process that sees this checkout."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_dossier_is_refused_at_once(tmp_path: Path, name: str) -> None:
    """In words, within seconds and little memory, and without running anything."""
    (tmp_path / "bomb.yaml").write_text(BOMBS[name])
    ran = process(READING, "bomb.yaml", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "expected" in ran.stdout or ("a tag" in name and "read as" in ran.stdout)
    seconds, kilobytes = map(float, ran.stderr.split())
    assert seconds < 5
    assert kilobytes < 200_000
    assert [path.name for path in tmp_path.iterdir()] == ["bomb.yaml"]


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_too_many_brackets_are_refused_where_they_stand(opening: str) -> None:
    """The parser takes seconds over thousands of them, so that it is not let try."""
    closing = {"[": "]", "{a: ": "}"}[opening]
    with pytest.raises(DataError) as raised:
        loads(f"{HEAD}questions:\n  {opening * 60}{closing * 60}\n")
    (problem,) = raised.value.problems
    assert (problem.found, problem.line) == ("too many brackets", 5)


# --- pages and terminals: a text does nothing -----------------------------------------------------

HOSTILE = [
    "<script>document.title='broken'</script>",
    "</script><script>document.title='broken'</script><!--",
    "\"'><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)' x='",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "</title></style></textarea></bdi></figure>",
    "&lt;b&gt; &amp;amp; &#60;",
    "abc \u202e desrever \u2066 \u200f",
]


class Sheltered(HTMLParser):
    """The texts of a page that stand outside of bdi."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.depth = 0
        self.outside = ""
        self.data = False
        self.scripts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count bdi, and begin a script."""
        self.depth += tag in {"bdi", "title"}
        self.data = tag == "script" and ("type", "application/json") in attrs
        if self.data:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        """Leave a bdi."""
        self.depth -= tag in {"bdi", "title"}

    def handle_data(self, data: str) -> None:
        """Keep what stands outside, and scripts."""
        if self.data:
            self.scripts[-1] += data
        elif self.depth == 0:
            self.outside += data


def hostile_pages(file: Path, texts: list[str]) -> tuple[str, str]:
    """The retrospective and the calibration page of a ledger in which every text is one of these.

    The forecasts are all by one analyst, or each would have a page of their own.
    """
    from tracker.charts.reliability import reliability
    from tracker.pages.charts import chart_page
    from tracker.pages.retro import retro_page
    from tracker.views.retro import gather

    with Ledger.open(file, create=True) as ledger:
        for number, text in enumerate(texts, 1):
            said = {"probability": 0.7, "phrase": text, "rationale": text, "analyst": "ana"}
            asked = {"tags": [text], "criteria": text}
            ledger.log(f"{number} {text}", said, recorded=NOW, question=asked)
            evidence = [{"source": text, "quote": text}]
            settled = {"outcome": "yes", "note": text, "by": text, "evidence": evidence}
            source = make(Source, {"name": text, "title": text})
            ledger.resolve(f"q{number}", settled, source=source, recorded=NOW)
        analyst, about = {"analyst": "ana"}, tuple(texts)
        found = gather(ledger, analyst, counting="time-weighted", about=about, now=NOW)
    everything = " ".join(texts)
    lines = tuple(everywhere(found.told[0], text) for text in texts)
    hostile = replace(
        found,
        title=everything,
        analyst=everything,
        handle=everything,
        counts=dict.fromkeys(texts, 1),
        worst=tuple(replace(found.best[0], line=line) for line in lines),
        told=(*found.told, *lines),
        beyond=1000,
        waiting=lines,
        open=100,
        read=tuple(Read(text, text, text, 3, 2, 1) for text in texts),
        lessons=tuple(Learnt(text, text, text) for text in texts),
        lead=tuple(texts),
        notes=tuple(texts),
    )
    calibrated = chart_page(
        [reliability(found.curve)],
        title=everything,
        subtitle=everything,
        verdict=found.card.verdict,
        card=found.card,
        notes=texts,
    )
    return retro_page(hostile), calibrated


def everywhere(line: Line, text: str) -> Line:
    """A line in which every text is this one."""
    names = ("title", "id", "kind", "phrase", "reading", "shown", "more", "made", "status")
    said = Cited(text, text, f"It {text} so.")
    texts: dict[str, Any] = dict.fromkeys(
        (*names, "outcome", "known", "rationale", "resolve_by"), text
    )
    others = (Other(text, text, text),)
    return replace(line, **texts, others=others, passage=said, cited=(replace(said, stance=text),))


def test_no_text_becomes_part_of_a_page(tmp_path: Path) -> None:
    """A ledger full of markup gives pages with the very elements of one full of plain words."""
    hostile = hostile_pages(tmp_path / "hostile.db", HOSTILE)
    plain = hostile_pages(tmp_path / "plain.db", [f"word {n}" for n, _ in enumerate(HOSTILE)])
    for evil, good in zip(hostile, plain, strict=True):
        there, here = Outline(evil), Outline(good)
        assert [tag for tag, _ in there.elements] == [tag for tag, _ in here.elements]
        for (_, attributes), (_, expected) in zip(there.elements, here.elements, strict=True):
            assert list(attributes) == list(expected)
            assert attributes == expected
        for text in HOSTILE:
            assert " ".join(text.split()) in there.text


def test_the_direction_of_a_text_ends_with_it(tmp_path: Path) -> None:
    """Marks that turn the direction of reading round stand in elements of their own."""
    for page in hostile_pages(tmp_path / "tracker.db", HOSTILE):
        assert "\u202e" in page
        assert "\u202e" not in Sheltered(page).outside


def test_no_text_ends_the_script_it_stands_in(tmp_path: Path) -> None:
    """The data of the diagram are JSON in which nothing can be taken for markup."""
    from tracker.charts.reliability import reliability_diagram
    from tracker.pages import document
    from tracker.pairs import Pairs
    from tracker.scoring.calibration import reliability_curve

    for made in hostile_pages(tmp_path / "tracker.db", HOSTILE):
        blocks = Sheltered(made).scripts
        assert blocks
        for block in blocks:
            assert "<" not in block
            json.loads(block)
    curve = reliability_curve(Pairs(probability=[0.7], outcome=[1]), draws=50)
    for text in HOSTILE:
        assert json.loads(document._json({text: [text]})) == {text: [text]}
        assert "<" not in document._json({text: [text]})
        title = reliability_diagram(curve, title=text).to_plotly_json()["layout"]["title"]["text"]
        assert "<" not in title  # plotly draws some of HTML


# What is put into a page as it is: made by the program, and free of what people wrote.
UNESCAPED = {"themes", "swaps", "figure", "script", "font", "style"}


def test_every_template_escapes() -> None:
    """Autoescape is on for each, and turned off for nothing but what the program itself makes."""
    from tracker.pages.document import _environment

    environment = _environment()
    names = environment.list_templates()
    assert {"base.html", "retro.html", "charts.html", "parts.html"} <= set(names)
    assert environment.autoescape is True
    for name in names:
        source = (PACKAGE / "pages" / "templates" / name).read_text("utf-8")
        assert "autoescape" not in source
        assert "Markup" not in source
        assert set(re.findall(r"(\w+)\s*\|\s*safe\b", source)) <= UNESCAPED
    assert environment.from_string("{{ x }}").render(x="<") == "&lt;"


ACTING = ["\x1b[31m", "\x1b]0;title\x07", "\x9b31m", "\u202e", "\x08", "\r"]


@pytest.mark.parametrize("sign", ACTING)
def test_a_stranger_s_file_does_not_speak_to_the_terminal(
    run: Run, tmp_path: Path, sign: str
) -> None:
    """A dossier's keys are shown in complaints, but not obeyed."""
    escaped = "".join(f"\\u{ord(char):04x}" for char in sign)
    for wrong in (f'"{escaped}key": 1\n', f'"{escaped}": 1\n"{escaped}": 2\n'):
        (tmp_path / "a.yaml").write_text(f"{HEAD}{wrong}")
        ran = run("add", tmp_path / "a.yaml")
        assert ran.code == 1
        assert sign[0] not in ran.err
        assert f"\\u{ord(sign[0]):04x}" in ran.err or sign.isspace()


def test_nothing_shown_acts_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Lines, tables, talk and JSON: what would act is written out, and JSON means the same."""
    from tracker.cli import terminal
    from tracker.cli.tables import table

    text = "a".join(ACTING)
    terminal.line(text)
    terminal.talk(text)
    terminal.paragraph(text)
    table(("head",), [(text,)])
    terminal.data({text: text})
    said = capsys.readouterr()
    for sign in ACTING:
        assert sign[0] not in said.out + said.err
    assert json.loads(said.out[said.out.index("{") :]) == {text: text}
    terminal.line("Größe\t日本語 \u200f\u0627 👩\u200d🚀\n")
    assert capsys.readouterr().out == "Größe\t日本語 \u200f\u0627 👩\u200d🚀\n\n"


# --- files: whole, and their owner's --------------------------------------------------------------


@pytest.fixture
def umask() -> Iterator[Callable[[int], None]]:
    """Set the umask for the rest of a test."""
    before = os.umask(0o022)

    def set_to(mask: int) -> None:
        os.umask(mask)

    yield set_to
    os.umask(before)


def mode(path: Path) -> int:
    """The permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o027, 0o077])
def test_a_written_file_is_for_whom_the_umask_says(
    tmp_path: Path, umask: Callable[[int], None], mask: int
) -> None:
    """Somebody with a umask of 077 keeps their reports to themselves."""
    umask(mask)
    files.write(tmp_path / "page.html", "text")
    assert mode(tmp_path / "page.html") == 0o666 & ~mask


@pytest.mark.parametrize("kept", [0o600, 0o640, 0o666])
def test_a_file_written_again_keeps_its_permissions(
    tmp_path: Path, umask: Callable[[int], None], kept: int
) -> None:
    """What was made private stays private, whatever the umask."""
    umask(0o022)
    place = tmp_path / "page.html"
    place.write_text("old")
    place.chmod(kept)
    files.write(place, "new")
    assert (place.read_text(), mode(place)) == ("new", kept)


class HalfwayError(Exception):
    """Something that is no error of the system."""


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), HalfwayError()])
@pytest.mark.parametrize("step", ["write", "replace"])
def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, step: str
) -> None:
    """Where writing breaks off the old file stays as it was, and no draft is left."""
    place = tmp_path / "page.html"
    place.write_text("old")

    def fail(*_: object, **__: object) -> None:
        raise error

    if step == "replace":
        monkeypatch.setattr(Path, "replace", fail)
        monkeypatch.setattr(os, "replace", fail)
    else:
        real = os.fdopen

        def half(*words: Any, **options: Any) -> Any:
            out = real(*words, **options)
            out.write(b"new, but only ha")
            out.flush()
            out.close()
            raise error

        monkeypatch.setattr(os, "fdopen", half)
    with pytest.raises(DataError if isinstance(error, OSError) else HalfwayError):
        files.write(place, "new" * 1000)
    monkeypatch.undo()
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("page.html", "old")]


def test_a_full_disk_leaves_the_old_page(run: Run, tmp_path: Path) -> None:
    """The same through the command line: a limit on the size of files stands for a full disk."""
    assert run("log", "Will it snow?", "-p", "70%").code == 0
    (tmp_path / "out").mkdir()
    place = tmp_path / "out" / "page.html"
    place.write_text("old")
    code = (
        "import resource, signal, sys\n"
        "from tracker.cli.main import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "sys.argv = ['tracker', 'calibration', '-o', sys.argv[1]]\n"
        "main()\n"
    )
    ran = process(code, place, cwd=tmp_path)
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert [(path.name, path.read_text()) for path in (tmp_path / "out").iterdir()] == [
        ("page.html", "old")
    ]


def test_a_pipe_is_written_through_and_not_replaced(tmp_path: Path) -> None:
    """What is no ordinary file stays what it is: as root a device would else be lost."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    heard: list[str] = []
    reader = threading.Thread(target=lambda: heard.append(pipe.read_text()))
    reader.start()
    files.write(pipe, "said")
    reader.join(timeout=10)
    assert heard == ["said"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_link_is_followed_and_not_replaced(tmp_path: Path) -> None:
    """A link stays a link, and what it leads to is written."""
    link, target = tmp_path / "latest.html", tmp_path / "page.html"
    target.write_text("old")
    link.symlink_to(target)
    files.write(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_text_that_is_none_is_written_all_the_same(tmp_path: Path) -> None:
    """Half a letter, from a file that somebody tampered with, becomes a question mark."""
    files.write(tmp_path / "page.html", "a\udc80b")
    assert (tmp_path / "page.html").read_text("utf-8") == "a?b"


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_a_new_ledger_is_for_its_owner_alone(
    run: Run, tmp_path: Path, umask: Callable[[int], None], mask: int
) -> None:
    """It may hold opinions that are not yet published: its write-ahead log as well."""
    umask(mask)
    place = tmp_path / "private.db"
    assert run("log", "Will it snow?", "-p", "70%", "--db", place).code == 0
    assert mode(place) == 0o600
    with (
        closing(sqlite3.connect(place)) as other,
        Ledger.open(place) as ledger,
    ):
        other.execute("SELECT count(*) FROM entry").fetchall()  # keeps the log beside the file
        ledger.log("q1", {"analyst": "ana", "probability": 0.8}, recorded=NOW)
        beside = sorted(path for path in tmp_path.iterdir() if path.name.startswith("private.db"))
        assert [path.name for path in beside] == ["private.db", "private.db-shm", "private.db-wal"]
        assert [mode(path) for path in beside] == [0o600] * 3


@pytest.mark.skipif("backup" not in commands(), reason="no such command yet")
def test_a_copy_of_a_ledger_is_as_private_as_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: Callable[[int], None]
) -> None:
    """Backups, restored ledgers and copies are for their owner alone too."""
    umask(0o000)
    monkeypatch.chdir(tmp_path)
    assert run(*COMMANDS["log"]).code == 0
    for name in ("backup", "restore", "copy"):
        ran = run(*COMMANDS[name])
        assert ran.code == 0, ran.err
    made = {path.name: mode(path) for path in tmp_path.glob("*.db")}
    assert made == dict.fromkeys(["tracker.db", "backup.db", "again.db", "elsewhere.db"], 0o600)


@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_the_folder_of_the_users_own_ledger_is_private(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    umask: Callable[[int], None],
    mask: int,
) -> None:
    """Where no ledger is named the data folder is made for its owner alone."""
    umask(mask)
    monkeypatch.delenv("TRACKER_DATABASE_URL")
    assert run("log", "Will it snow?", "-p", "70%").code == 0
    (ledger,) = (tmp_path / "home").rglob("tracker.db")
    assert mode(ledger.parent) == 0o700


# --- secrets: never said --------------------------------------------------------------------------

SECRET = "hunter2"  # noqa: S105 - nobody's
AWAY = "127.0.0.1:1"  # where nobody answers
URLS = {
    "unreachable": f"postgresql://ana:{SECRET}@{AWAY}/t",
    "unreachable, psycopg": f"postgresql+psycopg://ana:{SECRET}@{AWAY}/t",
    "encoded": f"postgresql+psycopg://ana:%68unter2%40{SECRET}@{AWAY}/t",
    "wrongly encoded": f"postgresql+psycopg://ana:{SECRET}%zz@{AWAY}/t",
    "at sign in the password": f"postgresql+psycopg://ana:x@{SECRET}@{AWAY}/t",
    "signs in the password": f"postgresql+psycopg://ana:a/b?c#{SECRET}@{AWAY}/t",
    "password as an option": f"postgresql+psycopg://{AWAY}/t?user=ana&password={SECRET}",
    "encoded, as an option": f"postgresql+psycopg://{AWAY}/t?password=%68unter2{SECRET}",
    "password misspelt": f"postgresql+psycopg://{AWAY}/t?passwort={SECRET}",
    "password of a key": f"postgresql+psycopg://{AWAY}/t?sslpassword={SECRET}",
    "password in options": f"postgresql+psycopg://{AWAY}/t?options=-c%20x%3D{SECRET}",
    "pgpass file": f"postgresql+psycopg://{AWAY}/t?passfile=/home/ana/{SECRET}",
    "service": f"postgresql+psycopg:///t?service=none&password={SECRET}",
    "two hosts": f"postgresql+psycopg:///t?host={AWAY}&host={AWAY}&password={SECRET}",
    "no such socket": f"postgresql+psycopg://ana:{SECRET}@/t?host=/nowhere",
    "impossible port": f"postgresql+psycopg://ana:{SECRET}@127.0.0.1:99999999/t",
    "no port": f"postgresql+psycopg://ana:{SECRET}@127.0.0.1:port/t",
    "bad timeout": f"postgresql+psycopg://ana:{SECRET}@{AWAY}/t?connect_timeout=soon",
    "unknown driver": f"postgresql+nosuchdriver://ana:{SECRET}@{AWAY}/t",
    "driver not installed": f"mysql+pymysql://ana:{SECRET}@{AWAY}/t",
    "driver of another kind": f"postgresql+psycopg_async://ana:{SECRET}@{AWAY}/t",
    "no database": f"https://ana:{SECRET}@{AWAY}/t",
    "broken address": f"postgresql://ana:{SECRET}@[::1/t",
    "no scheme": f"://ana:{SECRET}@{AWAY}/t",
    "blank in the scheme": f"post gres://ana:{SECRET}@{AWAY}/t",
    "blank before": f" postgresql://ana:{SECRET}@{AWAY}/t",
    "no slashes": f"postgresql:ana:{SECRET}@{AWAY}/t",
    "one slash": f"postgresql:/ana:{SECRET}@{AWAY}/t",
    "semicolon": f"postgresql;//ana:{SECRET}@{AWAY}/t",
    "nothing before the user": f"ana:{SECRET}@{AWAY}/t",
    "as libpq takes it": f"host=127.0.0.1 port=1 user=ana password={SECRET} dbname=t",
    "sqlite with a password": f"sqlite://ana:{SECRET}@/t.db",
    "encrypted sqlite": f"sqlite+pysqlcipher://:{SECRET}@/t.db",
}


def test_every_command_is_tried() -> None:
    """A new command comes into the list above, and so into the tests below."""
    assert commands() == set(COMMANDS)


@pytest.mark.parametrize("case", URLS)
def test_no_command_says_a_password(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    case: str,
) -> None:
    """Refused in one sentence, by option or environment, with nothing said, logged or made."""
    caplog.set_level("DEBUG")
    monkeypatch.chdir(tmp_path)
    to = {name: [*words, "--db", URLS[case]] for name, words in COMMANDS.items()}
    del to["demo"], to["evaluate"], to["extract"]  # whose ledger is its own, and which has none
    if "copy" in to:
        to |= {"copy": ["copy", URLS[case], "a.db"], "copy to": ["copy", "a.db", URLS[case]]}
    for name, words in to.items():
        ran = run(*words)
        monkeypatch.setenv("TRACKER_DATABASE_URL", URLS[case])
        again = run(*words[:-2]) if name in {"log", "status"} else ran
        for said in (ran, again):
            assert SECRET not in said.out + said.err
            assert said.out == "" or name == "status"  # which says what it can
            assert said.code in {1, 2}
            assert said.err.startswith("error: ")
            assert said.err.count("\n") == 1
    assert SECRET not in caplog.text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("case", URLS)
def test_no_traceback_shows_a_password(case: str) -> None:
    """Who uses the library sees a chain of causes; none of them holds it, nor does a place."""
    given = URLS[case]
    with pytest.raises(TrackerError) as raised:
        Ledger.open(given)
    assert SECRET not in "".join(traceback.format_exception(raised.value))


def test_a_place_does_not_show_its_password() -> None:
    """Not even where a program prints it for its makers."""
    place = Place.of(f"postgresql://ana:{SECRET}@localhost/t?sslpassword={SECRET}")
    assert SECRET not in f"{place!r} {place!s}"


def refusing_server(said: str) -> tuple[int, threading.Thread]:
    """A server of PostgreSQL that asks one visitor for a password, and refuses it."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(30)

    def serve() -> None:
        with server, server.accept()[0] as visitor:
            visitor.settimeout(30)
            while (code := struct.unpack("!i", _message(visitor)[:4])[0]) in (80877103, 80877104):
                visitor.sendall(b"N")  # no encryption
            assert code == 196608  # version 3.0
            visitor.sendall(b"R" + struct.pack("!ii", 8, 3))  # the password, in clear
            visitor.recv(1)
            heard = _message(visitor).rstrip(b"\0").decode()
            fields = ["SFATAL", "VFATAL", "C28P01", f"M{said.format(heard=heard)}", ""]
            body = "\0".join(fields).encode() + b"\0"
            visitor.sendall(b"E" + struct.pack("!i", len(body) + 4) + body)

    thread = threading.Thread(target=serve)
    thread.start()
    return server.getsockname()[1], thread


def _message(visitor: socket.socket) -> bytes:
    size = struct.unpack("!i", visitor.recv(4, socket.MSG_WAITALL))[0]
    return visitor.recv(size - 4, socket.MSG_WAITALL)


def test_a_refused_password_is_not_said(run: Run) -> None:
    """A server that lets nobody in: the sentence names the place, and not the password."""
    if importlib.util.find_spec("psycopg") is None:
        missing("psycopg, of the extra for PostgreSQL,")
    port, thread = refusing_server('password authentication failed for user "ana"')
    url = f"postgresql+psycopg://ana:{SECRET}@127.0.0.1:{port}/t?gssencmode=disable"
    ran = run("status", "--db", url)
    thread.join(timeout=30)
    assert (ran.code, SECRET in ran.out) == (1, False)
    assert f"127.0.0.1:{port}/t" in ran.err
    assert "password" in ran.err  # it was asked for
    assert SECRET not in ran.err
    assert ran.err.count("\n") == 1


# --- network: none unless asked -------------------------------------------------------------------

# Runs commands one after the other; whatever reaches for the network, or starts a program that
# could, ends the process at once.
OFFLINE = """
import json, os, socket, sys

REACHING = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr",
    "socket.getnameinfo", "socket.sendto", "socket.sendmsg", "socket.bind", "subprocess.Popen",
    "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty",
    "webbrowser.open", "urllib.Request", "http.client.connect"}

def watch(event, arguments):
    if event in REACHING:
        local = event.startswith("socket.") and getattr(arguments[0], "family", 0) == socket.AF_UNIX
        if not local:
            os.write(2, f"reached out: {event} {arguments!r}".encode())
            os._exit(99)

sys.addaudithook(watch)
for words in json.loads(sys.argv[1]):
    if words == ["reach out"]:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("127.0.0.1", 9))
    from tracker.cli.main import main
    sys.argv = ["tracker", *words]
    try:
        main()
    except SystemExit as ended:
        assert not ended.code, words
    sys.stderr.write(f"done: {words[0]}\\n")
"""


def test_no_command_reaches_for_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command does its work without asking anybody; nor does it start another program."""
    monkeypatch.setenv("TRACKER_DATABASE_URL", str(tmp_path / "tracker.db"))
    monkeypatch.setenv("TRACKER_LLM_URL", "http://127.0.0.1:9/v1")  # set up, and not asked for
    monkeypatch.setenv("TRACKER_LLM_MODEL", "tiny")
    ran = process(OFFLINE, json.dumps([*COMMANDS.values()]), cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert [name for name in COMMANDS if f"done: {name}\n" in ran.stderr] == list(COMMANDS)
    assert (tmp_path / "calibration.html").is_file()
    assert (tmp_path / "demo.html").is_file()


def test_reaching_for_the_network_is_seen(tmp_path: Path) -> None:
    """The watch sees what it is there to see."""
    ran = process(OFFLINE, json.dumps([["reach out"]]), cwd=tmp_path)
    assert ran.returncode == 99
    assert "reached out: socket.connect" in ran.stderr


# --- code: nothing that runs what it reads --------------------------------------------------------

UNSAFE_CALLS = {
    "eval", "exec", "compile", "__import__", "breakpoint", "os.system", "os.popen", "os.execv",
    "os.execvp", "os.spawnv", "yaml.load", "yaml.unsafe_load", "yaml.full_load", "tempfile.mktemp",
    "code.interact", "builtins.eval", "builtins.exec", "Markup", "markupsafe.Markup",
}  # fmt: skip
UNSAFE_MODULES = {
    "pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "dbm",
    "subprocess", "pty", "commands", "telnetlib", "ftplib", "smtplib", "requests", "httpx",
    "urllib.request", "urllib3", "http.client", "http.server", "socket", "socketserver", "ssl",
    "xml", "yaml", "ctypes", "code", "importlib.machinery", "webbrowser", "markupsafe",
}  # fmt: skip
MODEL_MODULES = {"httpx2", "openai", "pydantic_ai"}  # for the one place that asks a model
ASKING = PACKAGE / "texts" / "model" / "asking.py"


TYPES = {"'rt'", "'safe'"}  # of YAML: neither makes objects of what it reads
UNSAFE_WORDS = {"shell": "False", "allow_pickle": "False", "autoescape": "True"}


def unsafe(source: str, modules: set[str] = UNSAFE_MODULES | MODEL_MODULES) -> Iterator[str]:
    """What would run what it reads, or reach for a network: with its line."""
    tree = ast.parse(source)
    calls = [ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Call)]
    parsers = any(call.startswith("YAML(") for call in calls)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            base = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            for name in (f"{base}{alias.name}" for alias in node.names):
                steps = name.split(".")
                if modules & {".".join(steps[:n]) for n in range(1, len(steps) + 1)}:
                    yield f"{node.lineno}: import {name}"
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            words = {word.arg: ast.unparse(word.value) for word in node.keywords if word.arg}
            if (
                (called == "YAML" and (node.args or words.get("typ", "'rt'") not in TYPES))
                or (called in UNSAFE_CALLS and not (called == "yaml.load" and parsers))
                or any(words.get(word, safe) != safe for word, safe in UNSAFE_WORDS.items())
            ):
                yield f"{node.lineno}: {ast.unparse(node)}"


def test_the_program_runs_nothing_that_it_reads() -> None:
    """No pickle, eval, shell, unsafe YAML, XML or network library anywhere in the program."""
    found = [
        f"{path.relative_to(ROOT)}:{said}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for said in unsafe(
            path.read_text("utf-8"),
            UNSAFE_MODULES if path == ASKING else UNSAFE_MODULES | MODEL_MODULES,
        )
    ]
    assert found == []


def test_the_one_place_that_asks_a_model_is_there() -> None:
    """What it alone may use, it uses: an excuse for a file that moved excuses nothing."""
    found = {said.split()[-1].partition(".")[0] for said in unsafe(ASKING.read_text("utf-8"))}
    assert found == MODEL_MODULES


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import loads",
        "import urllib.request",
        "from pydantic_ai import Agent",
        "from openai import OpenAI",
        "import httpx2",
        "from urllib import request",
        "from xml.etree import ElementTree",
        "eval(x)",
        "exec(x)",
        "os.system(x)",
        "run(x, shell=True)",
        "np.load(x, allow_pickle=True)",
        "import yaml",
        "yaml.load(x)",
        "YAML(typ='unsafe')",
        "Environment(autoescape=False)",
        "Markup(x)",
    ],
)
def test_planted_code_is_found(source: str) -> None:
    """The walk sees what it is there to see."""
    assert len(list(unsafe(source))) == 1


@pytest.mark.parametrize(
    "source", ["from urllib.parse import quote", "yaml = YAML()\nyaml.load(x)", "re.compile(x)"]
)
def test_harmless_code_is_let_through(source: str) -> None:
    """The walk complains of nothing harmless."""
    assert list(unsafe(source)) == []
