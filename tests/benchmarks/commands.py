"""How long commands take, beside what any Python program of this kind must load.

    python tests/benchmarks/commands.py

Prints medians of whole processes, run in turns, and their ratio to the named alternative measured
in the same run. Nothing here asserts: a machine has good and bad days.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TURNS = 7
TRACKER = [sys.executable, "-m", "tracker"]
AGAINST = {
    "import sqlmodel": [sys.executable, "-c", "import sqlmodel"],
    "import typer": [sys.executable, "-c", "import typer"],
}


def commands(folder: Path) -> dict[str, tuple[list[str], str]]:
    """What is timed, and against what."""
    db = ["--db", str(folder / "tracker.db")]
    page = ["-o", str(folder / "demo.html")]
    return {
        "tracker --help": ([*TRACKER, "--help"], "import typer"),
        "tracker log (update)": ([*TRACKER, "log", "q1", "-p", "60%", *db], "import sqlmodel"),
        "tracker list": ([*TRACKER, "list", *db], "import sqlmodel"),
        "tracker score": ([*TRACKER, "score", *db], "import sqlmodel"),
        "tracker demo": ([*TRACKER, "demo", *page], "import sqlmodel"),
    }


def seconds(command: list[str]) -> float:
    """The time of one whole process."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


def main() -> None:
    """Time every command and every alternative in turns, and print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        timed = commands(folder)
        first = ["log", "A question of the benchmark", "-p", "50%"]
        subprocess.run(
            [*TRACKER, *first, "--db", str(folder / "tracker.db")], check=True, capture_output=True
        )
        everything = {**AGAINST, **{title: command for title, (command, _) in timed.items()}}
        taken: dict[str, list[float]] = {title: [] for title in everything}
        for _ in range(TURNS):
            for title, command in everything.items():
                taken[title].append(seconds(command))
    median = {title: statistics.median(times) for title, times in taken.items()}
    for title, (_, against) in timed.items():
        ratio = median[title] / median[against]
        print(f"{title:<22} {median[title]:6.3f} s   {ratio:5.2f} x {against}")
    for title in AGAINST:
        print(f"{title:<22} {median[title]:6.3f} s")


if __name__ == "__main__":
    main()
