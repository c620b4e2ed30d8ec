"""The layers of DESIGN.md: who may import whom, and which libraries where.

The table below is DESIGN's. Imports are read from the source, those inside functions too.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from conftest import ROOT

from tracker.cli.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = None  # everything may be imported
OWN = frozenset({"its own libraries"})  # any library that is not another layer's


@dataclass(frozen=True)
class Layer:
    """What a layer may import: layers of tracker, libraries, libraries inside functions only."""

    tracker: frozenset[str] | None
    libraries: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()


def may(*tracker: str, libraries: str = "", inside: str = "") -> Layer:
    """A row of the table; every layer but errors may import errors."""
    layers = frozenset({"errors", *tracker})
    return Layer(layers, frozenset(libraries.split()), frozenset(inside.split()))


LAYERS = {
    "errors": Layer(frozenset()),
    "settings": may(libraries="platformdirs"),
    "values": may(libraries="pydantic"),
    "records": may("values", libraries="sqlmodel pydantic"),
    "pairs": may(libraries="numpy"),
    "quantities": may("pairs", libraries="numpy"),
    "tally": may("pairs", libraries="numpy"),
    "scoring": may("pairs", "quantities", "tally", libraries="numpy", inside="scipy scoringrules"),
    "texts": Layer(frozenset({"records", "values", "errors"}), OWN),
    "exchange": Layer(frozenset({"records", "values", "errors"}), OWN),
    "files": may(),
    "ledger": may(
        "files",
        "records",
        "values",
        "pairs",
        "quantities",
        libraries="sqlmodel sqlalchemy",
        inside="alembic",
    ),
    "archive": may(
        "tally", "pairs", "files", libraries="numpy sqlalchemy", inside="duckdb pyspark"
    ),
    "charts": may("scoring", libraries="plotly", inside="kaleido"),
    "pages": may("charts", "scoring", "records", "values", libraries="jinja2"),
    "views": may(
        "ledger",
        "records",
        "values",
        "pairs",
        "quantities",
        "tally",
        "scoring",
        "charts",
        "pages",
        libraries="numpy",
        inside="icalendar",
    ),
    "cli": Layer(ALL, frozenset({"typer", "rich"}), frozenset({"mcp", "anyio", "jsonschema"})),
    "__main__": Layer(frozenset({"cli"})),
    "__init__": Layer(ALL),
}
TAKEN = frozenset().union(*(layer.libraries | layer.inside for layer in LAYERS.values())) - {
    "numpy",
    "pydantic",
}  # what texts and exchange may not call their own


class Import(NamedTuple):
    """One import: what of, where it stands, and whether it runs when the module loads."""

    module: str
    line: int
    inside: bool  # in a function
    typing: bool  # for type checkers only: never runs


def imports(path: Path, package: Path) -> Iterator[Import]:
    """Every import of a module, as absolute names; of ``from tracker import x`` the x."""
    module = ["tracker", *path.relative_to(package).with_suffix("").parts]
    yield from _walk(ast.parse(path.read_text("utf-8")), module, inside=False, typing=False)


def _walk(node: ast.AST, module: list[str], *, inside: bool, typing: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        for name in _named(child, module):
            yield Import(name, getattr(child, "lineno", 0), inside, typing)
        deeper = inside or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            for part in child.body:
                holder = ast.Module([part], [])
                yield from _walk(holder, module, inside=deeper, typing=True)
            child = ast.Module(child.orelse, [])  # noqa: PLW2901 - its body is done
        yield from _walk(child, module, inside=deeper, typing=typing)


def _named(node: ast.AST, module: list[str]) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = module[: -node.level] if node.level else []
        whole = ".".join([*base, *([node.module] if node.module else [])])
        if whole == "tracker":
            return [f"tracker.{alias.name}" for alias in node.names]
        return [f"{whole}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        called = ast.unparse(node.func)
        if called.endswith(("import_module", "__import__")):
            return [str(node.args[0].value)]
    return []


def modules(package: Path, layer: str) -> list[Path]:
    """The modules of a layer: a file or a folder of the package."""
    file = package / f"{layer}.py"
    return [file] if file.is_file() else sorted((package / layer).rglob("*.py"))


def violations(package: Path, layer: str) -> list[str]:
    """What the layer imports and may not, each with file and line."""
    allowed = LAYERS[layer]
    found = []
    for path in modules(package, layer):
        for one in imports(path, package):
            complaint = _complaint(one, layer, allowed)
            if complaint:
                place = path.relative_to(package.parent)
                found.append(f"{place}:{one.line}: {layer} {complaint}")
    return found


def _complaint(one: Import, layer: str, allowed: Layer) -> str | None:
    top, _, rest = one.module.partition(".")
    if top == "tracker":
        other = rest.partition(".")[0] or "__init__"
        known = allowed.tracker is ALL or other == layer or other in allowed.tracker
        return None if known else f"may not import tracker.{other}"
    if top in allowed.inside and not one.inside and not one.typing:
        return f"may import {top} inside functions only"
    own = allowed.libraries is OWN and top not in TAKEN
    known = own or top in sys.stdlib_module_names | allowed.libraries | allowed.inside
    return None if known else f"may not import {top}"


def loaded_with_main(package: Path) -> dict[str, Path]:
    """The modules of cli that load when the program starts, and with one of its commands."""
    places = [place.partition(":")[0] for place, _ in COMMANDS.values()]
    waiting, found = ["main", *places], dict[str, Path]()
    while waiting:
        name = waiting.pop()
        path = package / "cli" / f"{name}.py"
        if name in found or not path.is_file():
            continue
        found[name] = path
        for one in imports(path, package):
            parts = one.module.split(".")
            if not one.inside and not one.typing and parts[:2] == ["tracker", "cli"]:
                waiting += parts[2:3]
    return found


def early(package: Path) -> list[str]:
    """Parts of tracker that load with the command line, before any command runs."""
    return [
        f"{path.relative_to(package.parent)}:{one.line}: {one.module} outside a command"
        for path in loaded_with_main(package).values()
        for one in imports(path, package)
        if one.module.startswith("tracker.") and not one.inside and not one.typing
        if one.module.split(".")[1] not in {"cli", "errors"}
    ]


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_only_what_its_row_allows(layer: str) -> None:
    """Each layer imports what DESIGN's table allows it, and nothing else."""
    found = violations(ROOT / "tracker", layer)
    assert not found, "\n".join(found)


def test_every_module_belongs_to_a_layer() -> None:
    """No file or folder of the package stands outside the table."""
    package = ROOT / "tracker"
    held = {path for layer in LAYERS for path in modules(package, layer)}
    assert set(package.rglob("*.py")) - held == set()


def test_commands_load_the_rest_of_tracker_when_they_run() -> None:
    """The command line imports other layers inside commands only, and errors anywhere."""
    found = early(ROOT / "tracker")
    assert not found, "\n".join(found)
    assert {"main", "record", "look", "judge"} <= set(loaded_with_main(ROOT / "tracker"))


def test_the_face_imports_nothing_when_it_loads() -> None:
    """``import tracker`` runs no import of another module of tracker."""
    face = ROOT / "tracker" / "__init__.py"
    ran = [one for one in imports(face, ROOT / "tracker") if not one.inside and not one.typing]
    assert [one for one in ran if one.module.startswith("tracker")] == []


def test_migrations_know_nothing_of_tracker() -> None:
    """History does not depend on the present: migrations import alembic and sqlalchemy alone."""
    folder = ROOT / "migrations"
    found = [
        f"{path.relative_to(ROOT)}:{one.line}: {one.module}"
        for path in sorted(folder.rglob("*.py"))
        for one in imports(path, folder)
        if one.module.split(".")[0] not in {"alembic", "sqlalchemy", *sys.stdlib_module_names}
    ]
    assert not found, "\n".join(found)
    assert list(folder.glob("versions/*.py"))


@pytest.mark.parametrize(
    ("file", "source", "said"),
    [
        ("errors.py", "import numpy\n", "tracker/errors.py:1: errors may not import numpy"),
        (
            "scoring/crowd.py",
            '"""Crowds."""\n\n\ndef crowd():\n    from tracker.ledger import Ledger\n',
            "tracker/scoring/crowd.py:5: scoring may not import tracker.ledger",
        ),
        ("scoring/fit.py", "import scipy.special\n", "scipy inside functions only"),
        ("ledger/a.py", "if True:\n    import alembic\n", "alembic inside functions only"),
        ("ledger/b.py", "from tracker import settings\n", "ledger may not import tracker.settings"),
        ("ledger/c.py", "from ..scoring import rules\n", "ledger may not import tracker.scoring"),
        ("pairs.py", "def f():\n    __import__('scipy')\n", "pairs.py:2: pairs may not import"),
        ("texts/x.py", "import sqlalchemy\n", "texts may not import sqlalchemy"),
        (
            "charts/x.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import tracker.cli.main\n",
            "tracker/charts/x.py:3: charts may not import tracker.cli",
        ),
    ],
)
def test_a_planted_violation_is_caught(tmp_path: Path, file: str, source: str, said: str) -> None:
    """The walk sees what it is there to see, and names file and line."""
    planted = tmp_path / "tracker" / file
    planted.parent.mkdir(parents=True)
    planted.write_text(source)
    found = violations(tmp_path / "tracker", Path(file).parts[0].removesuffix(".py"))
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("scoring/fit.py", "def fit():\n    from scipy.special import stdtrit\n"),
        ("ledger/a.py", "def upgrade():\n    from alembic import command\n"),
        ("texts/x.py", "import ruamel.yaml, json\nfrom tracker.records import Dossier\n"),
        ("scoring/y.py", "from .rules import brier\nfrom tracker.pairs import Pairs\n"),
    ],
)
def test_what_the_table_allows_is_let_through(tmp_path: Path, file: str, source: str) -> None:
    """The walk complains of nothing that the table allows."""
    planted = tmp_path / "tracker" / file
    planted.parent.mkdir(parents=True)
    planted.write_text(source)
    assert violations(tmp_path / "tracker", Path(file).parts[0]) == []


def test_a_planted_early_import_is_caught(tmp_path: Path) -> None:
    """A module of cli that loads with the program may not load the ledger with it."""
    cli = tmp_path / "tracker" / "cli"
    cli.mkdir(parents=True)
    (cli / "main.py").write_text("from tracker.cli import record\n")
    (cli / "record.py").write_text("import typer\nfrom tracker.ledger.ledger import Ledger\n")
    assert len(early(tmp_path / "tracker")) == 1
    assert "tracker/cli/record.py:2" in early(tmp_path / "tracker")[0]
