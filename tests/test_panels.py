"""The panels: rebuilt from their origins byte for byte, and what is published of them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, datetime
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


REPORTS = {  # of each project: the day of publication, before which its outcomes were known
    "RPP": ("2015-08-28", "10.1126/science.aac4716"),
    "EERP": ("2016-03-03", "10.1126/science.aaf0918"),
    "SSRP": ("2018-08-27", "10.1038/s41562-018-0399-z"),
    "ML2": ("2018-12-24", "10.1177/2515245918810225"),
}
ASTRAY = {"20", "90", "91", "102"}  # findings whose DOI in the origin leads elsewhere or nowhere


def findings(shared: Path) -> bytes:
    """What each finding is, and when its project was published."""
    origin = rows(shared / "data" / "replication_markets" / "findings.csv")
    return written(
        "question,citation,doi,known,report",
        (
            (
                f"{row['project']}-{row['finding_id']}",
                " ".join(row["cite"].split()),
                ""
                if row["finding_id"] in ASTRAY
                else row["doi"].strip().removeprefix("https://doi.org/"),
                *REPORTS[row["project"]],
            )
            for row in origin
        ),
    )


def trades(shared: Path) -> list[dict[str, str]]:
    """The trades of all markets."""
    return rows(shared / "data" / "replication_markets" / "market_trades.csv")


def prices(shared: Path) -> bytes:
    """The last price of each day on which a finding was traded; of one second, the last row's."""
    by_time = sorted(trades(shared), key=lambda row: (int(row["finding_id"]), row["time_stamp"]))
    closing = {
        (f"{row['project']}-{row['finding_id']}", row["time_stamp"][:10]): row["price"]
        for row in by_time
    }
    return written(
        "question,day,price", ((asked, day, price) for (asked, day), price in closing.items())
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
    "replication-markets.findings": findings,
    "replication-markets.prices": prices,
    "midterms-2018": midterms,
}


@pytest.mark.parametrize("name", BUILT)
def test_a_panel_is_what_its_origin_gives(shared: Path, name: str) -> None:
    """The conversion, run again, writes the very bytes that are kept."""
    assert (FOLDER / f"{name}.csv").read_bytes() == BUILT[name](shared)


def test_every_panel_is_small_and_described() -> None:
    """The README names each table with its rows and hash; none is large."""
    text = (ROOT / "seeds" / "README.md").read_text("utf-8")
    assert {path.stem for path in FOLDER.iterdir()} == set(BUILT)
    assert {name.partition(".")[0] for name in BUILT} == set(PANELS)
    for name in BUILT:
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


def test_a_market_closed_at_the_price_of_the_panel_before_its_project_was_published() -> None:
    """The last of a finding's prices is the panel's, to the digit; none is 0, 1 or late."""
    said = {
        row["question"]: row["probability"]
        for row in rows(FOLDER / "replication-markets.csv")
        if row["analyst"] == "market"
    }
    about = {row["question"]: row for row in rows(FOLDER / "replication-markets.findings.csv")}
    closing = rows(FOLDER / "replication-markets.prices.csv")
    last = {row["question"]: row for row in closing}
    assert {asked: row["price"] for asked, row in last.items()} == said
    assert list(about) == list(last) == list(said)
    leads = [
        date.fromisoformat(about[row["question"]]["known"]) - date.fromisoformat(row["day"])
        for row in closing
    ]
    assert min(leads).days == 297
    assert all(0.07 < float(row["price"]) < 0.97 for row in closing)
    assert closing == sorted(
        closing, key=lambda row: (list(said).index(row["question"]), row["day"])
    )


def test_what_is_odd_in_the_trades_is_as_the_readme_says(shared: Path) -> None:
    """No price at 0 or 1, every row in order of time, every market open for 10 to 14 days."""
    days: dict[str, list[str]] = {}
    for row in trades(shared):
        assert 0 < float(row["price"]) < 1
        days.setdefault(row["finding_id"], []).append(row["time_stamp"])
    assert len(days) == 103
    assert all(times == sorted(times) for times in days.values())
    spans = [
        (datetime.fromisoformat(t[-1]) - datetime.fromisoformat(t[0])).days for t in days.values()
    ]
    assert (min(spans), max(spans)) == (10, 14)


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
