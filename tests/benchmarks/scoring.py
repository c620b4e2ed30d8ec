"""How fast a million forecasts are scored, beside the library that decomposes the same way.

    pip install model-diagnostics
    python tests/benchmarks/scoring.py

First a table of a million rows through ``tracker evaluate``, as a whole process with its peak
memory, beside Python reading the same rows. Then the best of several runs, in turns within one
process, and ratios to ``model-diagnostics`` computing the same decomposition, and the same number
of draws of a band (theirs resamples rows, ours draws outcomes by level).
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tracker import Pairs, score
from tracker.scoring.calibration import reliability_curve

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 1_000_000
DRAWS = 100
TURNS = 5
READ = (
    "import csv, sys; print(sum(float(row[0]) for row in list(csv.reader(open(sys.argv[1])))[1:]))"
)


def forecasts() -> tuple[np.ndarray, np.ndarray]:
    """A million calibrated forecasts in thousandths, and their outcomes."""
    rng = np.random.default_rng(1)
    p = np.round(rng.beta(0.8, 1.3, ROWS), 3)
    return p, (rng.random(ROWS) < p).astype(float)


def seconds(work: Callable[[], object]) -> float:
    """The time that some work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_process() -> None:
    """Scores and bands, side by side."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt
    from model_diagnostics.calibration import plot_reliability_diagram
    from model_diagnostics.scoring import SquaredError, decompose

    p, y = forecasts()
    pairs = Pairs(probability=p, outcome=y)
    ours, theirs = [], []
    for _ in range(TURNS):
        ours.append(seconds(lambda: score(pairs)))
        theirs.append(
            seconds(lambda: decompose(y_obs=y, y_pred=p, scoring_function=SquaredError()))
        )
    _print("score(Pairs), everything on the card", min(ours), min(theirs))
    ours = [seconds(lambda: reliability_curve(pairs, draws=DRAWS)) for _ in range(TURNS)]
    plain = seconds(lambda: plot_reliability_diagram(y_obs=y, y_pred=p))
    plt.close("all")
    banded = seconds(lambda: plot_reliability_diagram(y_obs=y, y_pred=p, n_bootstrap=DRAWS))
    _print(f"band of {DRAWS} draws (theirs less the plot)", min(ours), banded - plain)


def whole_process() -> None:
    """``tracker evaluate`` on a CSV of a million rows."""
    p, y = forecasts()
    with tempfile.TemporaryDirectory() as name:
        table = Path(name) / "million.csv"
        lines = (
            f"{a:.3f},{b:.0f},q{i % 200_000}\n" for i, (a, b) in enumerate(zip(p, y, strict=True))
        )
        table.write_text("p,y,question\n" + "".join(lines))
        columns = ["--probability", "p", "--outcome", "y"]
        evaluate = [sys.executable, "-m", "tracker", "evaluate", str(table), *columns]
        reading = min(seconds(lambda: _run([sys.executable, "-c", READ, str(table)])) for _ in "12")
        for more in ([], ["--question", "question"]):
            command = [*evaluate, *more]
            taken = min(seconds(partial(_run, command)) for _ in "12")
            print(
                f"{'tracker evaluate, 1e6 rows ' + ' '.join(more):<48} {taken:8.2f} s   "
                f"{taken / reading:.1f} x Python's csv reading it ({reading:.2f} s)"
            )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of the largest of these processes: {peak:.0f} MB")


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _print(what: str, ours: float, theirs: float) -> None:
    print(
        f"{what:<48} {ours * 1000:8.1f} ms   {theirs / ours:.0f} x as fast as model-diagnostics "
        f"({theirs * 1000:.0f} ms)"
    )


def main() -> None:
    """Print both tables; whole processes first, whose peak memory would else include this one's."""
    whole_process()
    try:
        in_process()
    except ImportError as missing:
        print(f"not compared: {missing.name} is not installed", file=sys.stderr)


if __name__ == "__main__":
    main()
