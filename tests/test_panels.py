"""The panels: rebuilt from their origins byte for byte, and what is published of them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
import pytest
from conftest import ROOT

from tracker.archive.panels import PANELS, panel
from tracker.errors import UsageError
from tracker.scoring.scorecard import score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tracker import Pairs

FOLDER = ROOT / "seeds" / "panels"


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table of origin."""
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def written(header: str, lines: Iterable[tuple[str, ...]]) -> bytes:
    """A table as it is kept."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(header.split(","))
    table.writerows(lines)
    return out.getvalue().encode()


def replication_markets(shared: Path) -> bytes:
    """Every answer of the surveys, and the market's last price as one more analyst.

    Four whole sheets of answers have no code; they are numbered in order of the file.
    """
    folder = shared / "data" / "replication_markets"
    findings = {row["finding_id"]: row for row in rows(folder / "findings.csv")}
    lines = []
    uncoded: Counter[str] = Counter()
    for row in rows(folder / "survey_responses.csv"):
        finding = findings[row["finding_id"]]
        analyst = row["forecaster_id"]
        if not analyst:
            uncoded[row["finding_id"]] += 1
            analyst = f"uncoded-{uncoded[row['finding_id']]}"
        lines.append((analyst, finding, row["response"]))
    lines += [("market", finding, finding["final_market_price"]) for finding in findings.values()]
    return written(
        "analyst,question,probability,outcome,project",
        (
            (who, f"{f['project']}-{f['finding_id']}", said, f["replicated"], f["project"])
            for who, f, said in lines
        ),
    )


def midterms(shared: Path) -> bytes:
    """Each model's chance of a Democratic win; a race not called then has no outcome."""
    return written(
        "analyst,question,probability,outcome,office,made",
        (
            (
                row["version"],
                row["race"],
                row["Democrat_WinProbability"],
                "" if row["uncalled"] == "1" else row["Democrat_Won"],
                row["branch"],
                datetime.strptime(row["forecastdate"], "%m/%d/%y").date().isoformat(),  # noqa: DTZ007
            )
            for row in rows(shared / "data" / "midterms2018_538" / "forecasts.csv")
        ),
    )


BUILT: dict[str, Callable[[Path], bytes]] = {
    "replication-markets": replication_markets,
    "midterms-2018": midterms,
}


@pytest.mark.parametrize("name", BUILT)
def test_a_panel_is_what_its_origin_gives(shared: Path, name: str) -> None:
    """The conversion, run again, writes the very bytes that are kept."""
    assert (FOLDER / f"{name}.csv").read_bytes() == BUILT[name](shared)


def test_every_panel_is_small_and_described() -> None:
    """The README names each table with its rows and hash; none is large."""
    text = (ROOT / "seeds" / "README.md").read_text("utf-8")
    assert {path.stem for path in FOLDER.iterdir()} == set(PANELS) == set(BUILT)
    for name in PANELS:
        content = (FOLDER / f"{name}.csv").read_bytes()
        assert len(content) < 400_000
        assert f"`panels/{name}.csv`" in text
        assert f"{content.count(10) - 1:,} rows" in text
        assert sha256(content).hexdigest() in text


def test_an_unknown_panel_is_refused() -> None:
    """The names there are, are said."""
    with pytest.raises(UsageError, match="midterms-2018, replication-markets; found moon"):
        panel("moon")


def means(pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    """The mean probability and the outcome of each question, in order of their names."""
    _, code = np.unique(pairs.question, return_inverse=True)
    number = np.bincount(code)
    mean = np.bincount(code, pairs.probability) / number
    return mean, np.bincount(code, pairs.outcome) / number


def test_the_market_and_the_surveys_are_right_as_often_as_published() -> None:
    """PLOS ONE 16(4) e0248780: 75 and 68 of 103; correlations with the outcome .581 and .564."""
    pairs = panel("replication-markets")
    market = pairs.analyst == "market"
    for rows_of, right, correlation, brier in (
        (market, 75, 0.581, 0.19235),
        (~market, 68, 0.564, 0.20529),
    ):
        mean, outcome = means(pairs.take(rows_of))
        assert len(mean) == 103
        assert int(((mean > 0.5) == outcome).sum()) == right
        assert np.corrcoef(mean, outcome)[0, 1] == pytest.approx(correlation, abs=5e-4)
        assert np.mean((mean - outcome) ** 2) == pytest.approx(brier, abs=5e-6)


def test_an_analyst_of_the_surveys_answers_a_question_once() -> None:
    """345 people: 344 with a code and a blank one, which stands for four; and the market."""
    pairs = panel("replication-markets")
    once = Counter(zip(pairs.analyst, pairs.question, strict=True))
    assert set(once.values()) == {1}
    assert len(set(pairs.analyst)) == 344 + 4 + 1
    assert Counter(pairs.labels["project"][pairs.analyst == "market"]) == {
        "RPP": 40,
        "EERP": 18,
        "SSRP": 21,
        "ML2": 24,
    }


@pytest.mark.parametrize(
    ("model", "seats", "scores"),
    [
        ("lite", (18.3, 202.1, 9.7), (0.03475, 0.00716, 0.22050, 0.24809)),
        ("deluxe", (18.8, 203.6, 9.5), (0.02652, 0.00702, 0.22860, 0.24809)),
        ("classic", (19.0, 200.6, 9.5), (0.03018, 0.00689, 0.22481, 0.24809)),
    ],
)
def test_the_midterm_models_are_as_published(
    model: str, seats: tuple[float, ...], scores: tuple[float, ...]
) -> None:
    """The expected Republican seats of FiveThirtyEight, all 506 races; and our scores of 504."""
    of_model = [row for row in rows(FOLDER / "midterms-2018.csv") if row["analyst"] == model]
    expected = [
        sum(1 - float(row["probability"]) for row in of_model if row["office"] == office)
        for office in ("Governor", "House", "Senate")
    ]
    assert expected == pytest.approx(seats, abs=0.05)
    pairs = panel("midterms-2018")
    assert pairs.left_out == {"open": 6}
    card = score(pairs.take(pairs.analyst == model))
    assert card.questions == 504
    said = (card.brier, card.miscalibration, card.discrimination, card.uncertainty)
    assert said == pytest.approx(scores, abs=5.5e-6)
