"""How long commands take, beside what any Python program of this kind must load, and beside peers.

    python tests/benchmarks/commands.py [--turns 15] [--jrnl PROGRAM] [--sqlite-utils PROGRAM]

Whole processes, run in turns, each with its commit on disk: once with compiled bytecode, once as
with PYTHONDONTWRITEBYTECODE, where the modules of tracker are compiled at every start. Prints the
medians of the time that passed and of the processor's time, which other programs disturb less, and
the ratios to the imports measured in the same run. The peers are found on the PATH, or named.
Nothing here asserts: a machine has good and bad days.
"""

from __future__ import annotations

import argparse
import compileall
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
TRACKER = [sys.executable, "-m", "tracker"]
IMPORTS = {name: [sys.executable, "-c", f"import {name}"] for name in ("typer", "sqlmodel")}
COMMANDS = {
    "tracker --help": ["--help"],
    "tracker log --help": ["log", "--help"],
    "tracker log (update)": ["log", "q1", "-p", "60%"],
    "tracker list": ["list"],
    "tracker show": ["show", "q1"],
    "tracker score": ["score"],
}
COMPLETIONS = {"complete a command": "tracker sh", "complete an id": "tracker show q"}
JOURNAL = """
journals: {default: {journal: JOURNAL}}
colors: {body: none, date: none, tags: none, title: none}
version: v4.2
editor: ''
encrypt: false
template: false
default_hour: 9
default_minute: 0
timeformat: '%F %r'
tagsymbols: '#@'
highlight: true
linewrap: 79
indent_character: '|'
"""


class Timed(NamedTuple):
    """A program to be timed."""

    command: list[str]
    environment: dict[str, str]


def peers(folder: Path, programs: dict[str, str | None]) -> dict[str, Timed]:
    """What other programs do when they keep a line, where they are installed."""
    settings = folder / "jrnl.yaml"
    settings.write_text(JOURNAL.replace("JOURNAL", str(folder / "journal.txt")))
    rows = folder / "rows.csv"
    rows.write_text("question,probability\nq1,0.6\n")
    words = {
        "jrnl": ["--config-file", str(settings), "Snow is likely."],
        "sqlite-utils": ["insert", str(folder / "rows.db"), "forecast", str(rows), "--csv"],
    }
    found = {}
    for name, program in programs.items():
        at = program or shutil.which(name)
        if at is None:
            print(f"{name} is not installed: name it with --{name}")
        else:
            found[f"{name} (a line)"] = Timed([at, *words[name]], dict(os.environ))
    return found


def own(folder: Path, package: Path, *, compiled: bool) -> dict[str, Timed]:
    """The commands of the package in a folder."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(package),
        "TRACKER_DATABASE_URL": str(folder / "tracker.db"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if compiled:
        compileall.compile_dir(package / "tracker", quiet=2)
    timed = {title: Timed([*TRACKER, *words], environment) for title, words in COMMANDS.items()}
    for title, line in COMPLETIONS.items():
        asked = {
            "_TRACKER_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(line.count(" ")),
        }
        timed[title] = Timed(TRACKER, {**environment, **asked})
    return timed


def once(timed: Timed) -> tuple[float, float]:
    """The time of one whole process: what passed, and the processor's."""
    used, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        timed.command,
        env=timed.environment,
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    passed, now = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return passed, now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime


def measure(timed: dict[str, Timed], turns: int) -> None:
    """Time everything in turns, and print the table."""
    taken: dict[str, list[tuple[float, float]]] = {title: [] for title in timed}
    for _ in range(turns):
        for title, one in timed.items():
            taken[title].append(once(one))
    heads = ("passed", "typer", "sqlmodel", "processor", "typer", "sqlmodel")
    print(f"{'':<22}" + "".join(f"{head:>10}" for head in heads))
    medians = {
        title: [statistics.median(column) for column in zip(*times, strict=True)]
        for title, times in taken.items()
    }
    for title, (passed, processor) in medians.items():
        row = f"{title:<22}"
        for kind, value in enumerate((passed, processor)):
            ratios = [value / medians[f"import {name}"][kind] for name in ("typer", "sqlmodel")]
            row += f"{value * 1000:7.0f} ms" + "".join(f"{ratio:8.2f} x" for ratio in ratios)
        print(row)


def main() -> None:
    """Measure with bytecode and without."""
    parser = argparse.ArgumentParser(description="How long commands take.")
    parser.add_argument("--turns", type=int, default=15)
    parser.add_argument("--jrnl")
    parser.add_argument("--sqlite-utils")
    given = parser.parse_args()
    programs = {"jrnl": given.jrnl, "sqlite-utils": given.sqlite_utils}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("tracker", "migrations"):
            leaving = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / part, folder / "package" / part, ignore=leaving)
        base = {f"import {name}": Timed(of, dict(os.environ)) for name, of in IMPORTS.items()}
        others = peers(folder, programs)
        for compiled in (False, True):
            commands = own(folder, folder / "package", compiled=compiled)
            if not compiled:
                first = [*TRACKER, "log", "A question of the benchmark", "-p", "50%", "-q"]
                once(Timed(first, commands["tracker list"].environment))
            print(f"\n{'with' if compiled else 'without'} compiled bytecode of tracker")
            measure({**base, **commands, **others}, given.turns)


if __name__ == "__main__":
    main()
