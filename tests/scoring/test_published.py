"""Numbers that others have published about real forecasts, from the same data."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tracker import Pairs, score
from tracker.scoring.counting import count
from tracker.scoring.forecasts import forecast_scores
from tracker.scoring.ranking import rank

if TYPE_CHECKING:
    from pathlib import Path


def table(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def numbers(rows: list[dict[str, str]], column: str) -> Any:
    """A column as numbers."""
    return np.array([float(row[column]) for row in rows])


# --- replication markets: PLOS ONE 16(4) e0248780, doi:10.1371/journal.pone.0248780 ------------


@pytest.mark.parametrize(
    ("column", "brier", "right", "correlation"),
    [("final_market_price", 0.19235, 75, 0.581), ("survey_mean", 0.20529, 68, 0.564)],
)
def test_replication_markets(
    shared: Path, column: str, brier: float, right: int, correlation: float
) -> None:
    """Right and correlation as published; Brier scores as in PROVENANCE.md."""
    rows = table(shared / "data/replication_markets/findings.csv")
    said, happened = numbers(rows, column), numbers(rows, "replicated")
    card = score(Pairs(probability=said, outcome=happened))
    assert (card.forecasts, round(card.brier or 0, 5)) == (103, brier)
    assert int(((said > 0.5) == (happened == 1)).sum()) == right
    assert round(float(np.corrcoef(said, happened)[0, 1]), 3) == correlation


def test_the_survey_mean_is_that_of_its_responses(shared: Path) -> None:
    """findings.csv gives a mean for each finding, survey_responses.csv what it is the mean of."""
    folder = shared / "data/replication_markets"
    said: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in table(folder / "survey_responses.csv"):
        said[row["project"], row["finding_id"]].append(float(row["response"]))
    for row in table(folder / "findings.csv"):
        responses = said[row["project"], row["finding_id"]]
        assert len(responses) == int(row["survey_n"])
        assert sum(responses) / len(responses) == pytest.approx(float(row["survey_mean"]))


def test_people_of_four_surveys_are_ranked_apart(shared: Path) -> None:
    """The four projects share no people and no findings: 345 people fall into four parts."""
    folder = shared / "data/replication_markets"
    outcome = {
        (row["project"], row["finding_id"]): int(row["replicated"])
        for row in table(folder / "findings.csv")
    }
    rows = table(folder / "survey_responses.csv")
    findings = [(row["project"], row["finding_id"]) for row in rows]
    pairs = Pairs(
        probability=numbers(rows, "response"),
        outcome=[outcome[finding] for finding in findings],
        question=["/".join(finding) for finding in findings],
        analyst=[row["forecaster_id"] for row in rows],
        labels={"project": [project for project, _ in findings]},
    )
    ranking = rank(count(pairs), draws=200)
    assert (ranking.analysts, ranking.questions, ranking.parts) == (345, 103, 4)
    projects = [group for _, group in pairs.group("project")]
    sizes = sorted((len(np.unique(group.analyst)) for group in projects), reverse=True)
    found = [sum(one.part == part for one in ranking.standings) for part in (1, 2, 3, 4)]
    assert found == sizes == [97, 92, 81, 75]
    assert ranking.question_variance is not None
    assert ranking.analyst_variance is not None
    assert ranking.question_variance > 20 * ranking.analyst_variance
    assert ranking.first is not None
    assert ranking.first > 10
    best, worst = ranking.standings[0], ranking.standings[96]
    assert best.skill is not None
    assert worst.skill is not None
    assert best.skill < 0 < worst.skill


# --- FiveThirtyEight's midterms of 2018 ---------------------------------------------------------

MODELS = {
    # expected Republican Governors, House and Senate seats; then Brier, MCB, DSC
    "lite": ((18.3, 202.1, 9.7), (0.03475, 0.00716, 0.22050)),
    "deluxe": ((18.8, 203.6, 9.5), (0.02652, 0.00702, 0.22860)),
    "classic": ((19.0, 200.6, 9.5), (0.03018, 0.00689, 0.22481)),
}


@pytest.fixture
def midterms(shared: Path) -> list[dict[str, str]]:
    """506 races, each by three models."""
    return table(shared / "data/midterms2018_538/forecasts.csv")


@pytest.mark.parametrize("model", MODELS)
def test_midterms(midterms: list[dict[str, str]], model: str) -> None:
    """Expected seats as published; the 504 called races scored as in PROVENANCE.md.

    Scored by the Democrat's chance. In four races the two chances do not sum to 1, and in one of
    the models two of those are tied by the one and not by the other (KS-G1 and PA-1, classic).
    """
    rows = [row for row in midterms if row["version"] == model]
    assert len(rows) == 506
    seats, (brier, miscalibration, discrimination) = MODELS[model]
    for branch, expected in zip(("Governor", "House", "Senate"), seats, strict=True):
        own = [row for row in rows if row["branch"] == branch]
        assert round(float(numbers(own, "Republican_WinProbability").sum()), 1) == expected
    rows = [row for row in rows if row["uncalled"] == "0"]
    said, won = numbers(rows, "Democrat_WinProbability"), numbers(rows, "Democrat_Won")
    card = score(Pairs(probability=said, outcome=won))
    assert card.forecasts == 504
    parts = [card.brier, card.miscalibration, card.discrimination, card.uncertainty]
    given = [brier, miscalibration, discrimination, 0.24809]
    assert [round(part or 0, 5) for part in parts] == given


def test_three_models_on_the_same_races(midterms: list[dict[str, str]]) -> None:
    """On a full panel adjusting changes nothing: the ranking's scores are the Brier scores."""
    rows = [row for row in midterms if row["uncalled"] == "0"]
    pairs = Pairs(
        probability=numbers(rows, "Republican_WinProbability"),
        outcome=numbers(rows, "Republican_Won"),
        question=[row["branch"] + row["race"] for row in rows],
        analyst=[row["version"] for row in rows],
    )
    ranking = rank(count(pairs), draws=200)
    assert [one.analyst for one in ranking.standings] == ["deluxe", "classic", "lite"]
    for one in ranking.standings:
        assert round(one.score, 5) == MODELS[one.analyst][1][0]
        assert one.adjusted == pytest.approx(one.score, abs=1e-12)
        assert one.against_base_rate == pytest.approx(1 - one.score / 0.24809, abs=1e-4)


# --- FiveThirtyEight's NFL game and NCAA tournaments --------------------------------------------


def test_nfl_points_a_season(shared: Path) -> None:
    """nfl-elo-game: 648.24 points a season, playoffs doubled, ties skipped, over 101 seasons."""
    rows = [
        row
        for row in table(shared / "data/nfl_elo/games.csv")
        if row["result1"] in {"0.0", "1.0", "0", "1"}
    ]
    said = np.round(numbers(rows, "elo_prob1"), 2)
    squared = forecast_scores(Pairs(probability=said, outcome=numbers(rows, "result1")))[0]
    seasons: dict[str, float] = defaultdict(float)
    for row, cost in zip(rows, squared.tolist(), strict=True):
        points = math.floor((25 - 100 * cost) * 10 + 0.5 + 1e-9) / 10
        seasons[row["season"]] += points * (2 if row["playoff"] == "1" else 1)
    assert len(seasons) == 101
    assert round(sum(seasons.values()) / 101, 2) == 648.24


def test_ncaa_favourites(shared: Path) -> None:
    """FiveThirtyEight: favourites won 70.0 % of 253 games, where 72.1 % were expected."""
    rows = table(shared / "data/ncaa_538/games_2011_2014.csv")
    card = score(
        Pairs(
            probability=numbers(rows, "favorite_probability"),
            outcome=numbers(rows, "favorite_win_flag"),
        )
    )
    assert card.forecasts == 253
    assert round(100 * (card.base_rate or 0), 1) == 70.0
    assert round(100 * (card.mean_probability or 0), 1) == 72.1


# --- ForecastBench, human question set of July 2024 ---------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [(0.0, (0.328, 0.259)), (1.0, (0.672, 0.741)), (0.5, (0.25, 0.25))],
)
def test_forecastbench_dummies(shared: Path, said: float, expected: tuple[float, float]) -> None:
    """The leaderboard's "Always 0", "Always 1", "Always 0.5": data sets, resolved markets."""
    rows = table(shared / "data/forecastbench2024/human_set_resolutions.csv")
    for kind, brier, n in zip(("dataset", "market"), expected, (521, 54), strict=True):
        own = [row for row in rows if row["kind"] == kind and row["resolved"] == "True"]
        card = score(Pairs(probability=[said] * n, outcome=numbers(own, "resolved_to")))
        assert (card.forecasts, round(card.brier or 0, 3)) == (n, brier)


@pytest.mark.parametrize(("said", "expected"), [(0.0, 0.238), (1.0, 0.496), (0.5, 0.117)])
def test_forecastbench_open_markets(shared: Path, said: float, expected: float) -> None:
    """The same against the prices of 22 markets still open: marks, not outcomes, so no pairs."""
    rows = table(shared / "data/forecastbench2024/human_set_resolutions.csv")
    mark = numbers([row for row in rows if row["resolved"] == "False"], "resolved_to")
    assert len(mark) == 22
    assert round(float(((said - mark) ** 2).mean()), 3) == expected
