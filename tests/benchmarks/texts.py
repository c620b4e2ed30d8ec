"""How well and how fast forecasts are found in texts.

    python tests/benchmarks/texts.py

First a table of all labelled sets, and of the two articles where they are at hand: precision and
recall with Wilson's 90 % intervals, tiers, attributed forecasts booked to the author, the author's
own booked elsewhere, speakers and conditions. Then how long an article takes, and 20 MB of the
labelled texts read as a stream, as a whole process with its peak memory, beside a plain count of
the same file's words.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from labelled import SETS, Measured, Text, articles, measure, texts, wilson

from tracker.texts.document import document
from tracker.texts.extract import Rules

SHARED = Path(__file__).resolve().parents[3] / "shared" / "texts"
ARTICLE = 11_000  # characters
STREAMED = 20_000_000  # bytes
TURNS = 10
READ = """
import sys
from tracker.texts.extract import Rules
from tracker.texts.formats import stream
print(sum(1 for draft in Rules().drafts(stream(sys.argv[1])) if draft.reason is None))
"""
COUNT = """
import re, sys
print(sum(len(re.findall(r"\\w+", line)) for line in open(sys.argv[1], encoding="utf-8")))
"""


def _share(hits: int, n: int) -> str:
    low, high = wilson(hits, n)
    return f"{hits / max(1, n):.3f} [{low:.2f}, {high:.2f}] {n:4}"


def how_well() -> None:
    """A row for each set and kind, by the counts that its head names."""
    rows: list[tuple[str, list[Text]]] = [
        (f"{name}, {kind}", [one for one in texts(name) if one.kind == kind])
        for name in SETS
        for kind in ("ordinary", "hard")
    ]
    if SHARED.is_dir():
        rows.append(("the two articles", articles(SHARED)))
    heads = ("tier", "to author", "doubted", "named", "conditions", "invented", "contested")
    print(f"{'':<22} {'precision':<25} {'recall':<25}", *(f"{head:>10}" for head in heads))
    for name, found in rows:
        if found:
            print(f"{name:<22} {_row(measure(found))}")


def _row(one: Measured) -> str:
    counts = (
        (one.tier, one.right),
        (one.misbooked, one.attributed),
        (one.doubted, one.own),
        (one.named, one.speakers),
        (one.supposed, one.conditional),
        (one.unconditional, one.right - one.conditional),
        (one.contested, one.wrong + one.missed),
    )
    return " ".join(
        [
            _share(one.right, one.right + one.wrong),
            _share(one.right, one.right + one.missed),
            *(f"{f'{hits} of {n}':>10}" for hits, n in counts),
        ]
    )


def an_article() -> None:
    """The first of the articles, or as much of the labelled texts."""
    if SHARED.is_dir():
        text = articles(SHARED)[0].text
    else:
        text = "\n\n".join(one.text for one in texts(SETS[0]))[:ARTICLE]
    rules = Rules()
    rules.extract(document(text), "2026-11-02")  # which compiles the tables
    taken = []
    for _ in range(TURNS):
        begun = time.perf_counter()
        rules.extract(document(text), "2026-11-02")
        taken.append(time.perf_counter() - begun)
    print(f"an article of {len(text) / 1000:.0f} kB: {min(taken) * 1000:.0f} ms, best of {TURNS}")


def a_stream() -> None:
    """Whole processes on a file of 20 MB: ours with its peak memory, and a count of its words."""
    whole = "\n\n".join(one.text for name in SETS for one in texts(name)) + "\n\n"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "long.txt")
        file.write_text(whole * (STREAMED // len(whole.encode()) + 1), "utf-8")
        size = file.stat().st_size / 1e6
        counting, _ = _run(COUNT, file)
        ours, drafts = _run(READ, file)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"a stream of {size:.0f} MB: {ours:.0f} s, {size / ours:.2f} MB/s, {int(drafts)} drafts, "
        f"{ours / counting:.0f} x Python counting its words ({counting:.1f} s); peak {peak:.0f} MB"
    )


def _run(program: str, file: Path) -> tuple[float, str]:
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)], check=True, capture_output=True, text=True
    )
    return time.perf_counter() - begun, done.stdout


def main() -> None:
    """How well, then how fast."""
    how_well()
    an_article()
    a_stream()


if __name__ == "__main__":
    main()
