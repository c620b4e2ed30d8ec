"""How long pages and images take, beside what any Python program that draws them must do.

    python tests/benchmarks/pages.py [TURNS]

Prints medians of whole processes, run in turns, their ratio to the named alternative measured in
the same run, and the size of what was written. It first makes a ledger of 100,000 forecasts and one
of 1,000 questions, which takes about two minutes. Nothing here asserts: a machine has good and bad
days.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from tracker import Ledger
from tracker.records import Dossier, make

TURNS = 3
LARGE, UPDATES, SITE = 10_000, 10, 1_000  # questions, forecasts on each of them; questions
START = datetime(2020, 1, 1, tzinfo=UTC)
PLOTLY = "import plotly.graph_objects"
IMAGE = """
import sys, plotly.graph_objects as go
go.Figure(go.Scatter(x=[0, 1], y=[0, 1])).write_image(sys.argv[1], width=640, height=760, scale=2)
"""


def main(turns: int = TURNS) -> None:
    """Time every command and every alternative in turns, and print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, questions, updates in (("large", LARGE, UPDATES), ("site", SITE, 3)):
            fill(folder / f"{file}.db", questions, updates)
        against, timed = alternatives(folder), commands(folder)
        everything = {**against, **{title: command for title, (command, _, _) in timed.items()}}
        taken: dict[str, list[float]] = {title: [] for title in everything}
        for _ in range(turns):
            for title, command in everything.items():
                taken[title].append(seconds(command))
        middle = {title: median(times) for title, times in taken.items()}
        for title, (_, other, made) in timed.items():
            ratio, size = middle[title] / middle[other], written(folder / made) / 1e6
            print(f"{title:<32} {middle[title]:6.2f} s   {ratio:5.2f} x {other:<28} {size:6.2f} MB")
        for title in against:
            print(f"{title:<32} {middle[title]:6.2f} s")


def alternatives(folder: Path) -> dict[str, list[str]]:
    """What commands are held against."""
    python = [sys.executable, "-c"]
    return {
        "import plotly": [*python, PLOTLY],
        "plotly's own write_image": [*python, IMAGE, str(folder / "plain.png")],
        "score, 100,000 forecasts": tracker(folder / "large.db", "score", "--analyst", "ana"),
        "score, 1,000 questions": tracker(folder / "site.db", "score", "--analyst", "ana"),
    }


def commands(folder: Path) -> dict[str, tuple[list[str], str, str]]:
    """What is timed, against what, and the file or folder that it writes."""
    large, site = folder / "large.db", folder / "site.db"
    asked = {
        "retro, 100,000 forecasts": (large, "retro ana", "score, 100,000 forecasts", "retro.html"),
        "calibration, 100,000 forecasts": (
            large, "calibration", "score, 100,000 forecasts", "calibration.html"),
        "retro, 1,000 questions": (site, "retro ana", "score, 1,000 questions", "small.html"),
        "report, 1,000 questions": (site, "report", "score, 1,000 questions", "site"),
        "calibration.html": (site, "calibration", "import plotly", "curve.html"),
        "calibration.png": (site, "calibration", "plotly's own write_image", "curve.png"),
    }  # fmt: skip
    return {
        title: (tracker(db, *words.split(), "-o", str(folder / made)), other, made)
        for title, (db, words, other, made) in asked.items()
    }


def tracker(db: Path, *words: str) -> list[str]:
    """A command of tracker on a ledger."""
    return [sys.executable, "-m", "tracker", *words, "--db", str(db)]


def seconds(command: list[str]) -> float:
    """The time of one whole process."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


def written(place: Path) -> int:
    """The bytes of a file, or of all in a folder."""
    files = place.rglob("*") if place.is_dir() else [place]
    return sum(file.stat().st_size for file in files if file.is_file())


def fill(place: Path, questions: int, updates: int) -> None:
    """A ledger with so many questions, nine of ten settled, each forecast so many times by ana."""
    draws = random.Random(1)  # noqa: S311 - not for secrets
    asked, said, settled = [], [], []
    for number in range(questions):
        name, truth, late = f"b{number}", draws.random(), number % 1500
        asked.append({
            "id": name,
            "title": f"Will thing number {number} of the benchmark come about?",
            "tags": [draws.choice(["politics", "war", "trade", "weather"])],
            "resolve_by": day(400 + late),
        })  # fmt: skip
        said += [forecast(name, truth, draws) for _ in range(updates)]
        if number % 10:
            outcome = "yes" if draws.random() < truth else "no"
            settled.append({"question": name, "outcome": outcome, "known": day(310 + late)})
    content = {"source": {"name": "benchmark"}, "questions": asked}
    dossier = make(Dossier, {**content, "forecasts": said, "resolutions": settled})
    with Ledger.open(place, create=True) as ledger:
        ledger.add(dossier, recorded=datetime.now(UTC))


def forecast(question: str, truth: float, draws: random.Random) -> dict[str, Any]:
    """A forecast near the truth, half of them in words."""
    made = START + timedelta(days=draws.randrange(300), seconds=draws.randrange(86400))
    probability = min(0.99, max(0.01, round(truth + draws.gauss(0, 0.15), 2)))
    words = {"phrase": draws.choice(["likely", "perhaps"])} if draws.random() < 0.5 else {}
    about = {"question": question, "analyst": "ana", "made": made.isoformat()}
    return {**about, "probability": probability, **words}


def day(number: int) -> str:
    """A date so many days after the start."""
    return (START + timedelta(days=number)).date().isoformat()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
