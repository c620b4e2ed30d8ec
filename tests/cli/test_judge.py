"""The commands that judge: score and calibration."""

from __future__ import annotations

import json
import math
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW
from scipy.stats import beta

from tracker import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]
    Clock = Callable[[datetime], None]

DAY = timedelta(days=1)
# The keys of DESIGN.md, "JSON".
SCORE = {"counting", "rule", "scale", "overall", "groups", "left_out", "recorded_late"}
SCORE |= {"personal", "readings", "quantities", "platform"}  # what the design leaves open
LEFT_OUT = {"open", "annulled", "ambiguous", "condition_failed", "after_known"}
CARD = {
    "forecasts",
    "questions",
    "base_rate",
    "mean_probability",
    "brier",
    "brier_interval",
    "log",
    "log_infinite",
    "miscalibration",
    "discrimination",
    "uncertainty",
    "miscalibration_null",
    "miscalibration_p",
    "skill",
    "spiegelhalter_z",
    "slope",
    "intercept",
    "verdict",
    "spherical",
    "in_the_large",
    "in_the_large_interval",
    "slope_interval",
    "impossible",
    "effective",
    "further_questions",
}
LEVEL = {"probability", "forecasts", "events", "recalibrated", "band_low", "band_high", "happened"}


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four settled questions of ana, one shared with ben, and one of each kind that is left out."""
    file = tmp_path_factory.mktemp("record") / "tracker.db"
    said = [(0.9, "yes"), (0.8, "yes"), (0.3, "no"), (0.6, "no")]
    half = {"analyst": "ana", "probability": 0.5}
    end = NOW + 10 * DAY
    with Ledger.open(file, create=True) as ledger:
        for number, (probability, _) in enumerate(said, 1):
            tag = "even" if number % 2 == 0 else "odd"
            forecast = {"analyst": "ana", "probability": probability, "phrase": f"phrase {tag}"}
            title = f"Question number {number}?"
            at = NOW + number * DAY
            ledger.log(title, forecast, recorded=at, question={"tags": [tag]})
        at = NOW + 4 * DAY
        ledger.log("q1", {**half, "analyst": "ben"}, recorded=at)
        for title in ("Still open?", "Annulled or not?", "Ambiguous or not?"):
            ledger.log(title, half, recorded=at)
        ledger.log("If number 3?", half, recorded=at, question={"condition": {"question": "q3"}})
        for number, (_, outcome) in enumerate(said, 1):
            ledger.resolve(f"q{number}", {"outcome": outcome, "known": end}, recorded=end)
        for question, status in (("q6", "annulled"), ("q7", "ambiguous")):
            ledger.resolve(question, {"status": status, "known": end}, recorded=end)
    return file


@pytest.fixture
def record(run: Run, settled: Path, tmp_path: Path, clock: Clock) -> Run:
    """Commands on the ledger with settled questions, on the day they were settled."""
    shutil.copy(settled, tmp_path / "tracker.db")
    clock(NOW + 10 * DAY)
    return run


# --- score ----------------------------------------------------------------------------------------


def test_score_prints_exactly_the_keys_of_the_design(record: Run) -> None:
    """Every key that scripts rely on, none missing and none more, in cards of groups too."""
    said = record("score", "--by", "analyst", "--json").json
    assert set(said) == SCORE
    assert set(said["overall"]) == CARD
    assert set(said["left_out"]) == LEFT_OUT
    assert [group["key"] for group in said["groups"]] == ["ana", "ben"]
    for group in said["groups"]:
        assert set(group) == CARD | {"by", "key"}
        assert group["by"] == "analyst"
    assert (said["counting"], said["rule"], said["scale"]) == ("time-weighted", "brier", "0-1")


def test_score_of_nothing_has_every_key_and_no_number(run: Run) -> None:
    """Where nothing is settled, counts are 0, numbers null, and the verdict says so."""
    assert run("log", "Rain on Sunday?", "-p", "70%").code == 0
    said = run("score", "--json").json
    assert set(said) == SCORE
    card = said["overall"]
    assert set(card) == CARD
    counts = {"forecasts": 0, "questions": 0, "log_infinite": 0, "impossible": 0}
    assert {name: card[name] for name in counts} == counts
    assert {card[name] for name in CARD - {*counts, "verdict"}} == {None}
    assert "Nothing to score" in card["verdict"]
    assert said["left_out"] == {**dict.fromkeys(LEFT_OUT, 0), "open": 1}
    ran = run("score")
    assert ran.code == 0
    assert "Nothing to score" in ran.out


def test_score_counts_what_it_scores_and_what_it_leaves_out(record: Run) -> None:
    """The figures of ana's four settled questions, by hand."""
    said = record("score", "--analyst", "ana", "--json").json
    card = said["overall"]
    assert (card["forecasts"], card["questions"]) == (4, 4)
    assert card["brier"] == pytest.approx((0.01 + 0.04 + 0.09 + 0.36) / 4)
    assert card["log"] == pytest.approx(-sum(map(math.log, (0.9, 0.8, 0.7, 0.4))) / 4)
    assert card["base_rate"] == 0.5
    assert card["mean_probability"] == pytest.approx(0.65)
    parts = card["miscalibration"] - card["discrimination"] + card["uncertainty"]
    assert parts == pytest.approx(card["brier"])
    low, high = card["brier_interval"]
    assert 0 <= low < card["brier"] < high <= 1
    assert said["left_out"] == {
        "open": 1,
        "annulled": 1,
        "ambiguous": 1,
        "condition_failed": 1,
        "after_known": 0,
    }
    assert said["recorded_late"] == 0


def test_score_says_the_same_in_words(record: Run) -> None:
    """What a person reads is what a script reads."""
    ran = record("score", "--analyst", "ana")
    assert ran.code == 0
    assert "0.125" in ran.out
    assert "0-1 scale, lower is better" in ran.out
    assert "time-weighted" in ran.out
    verdict = record("score", "--analyst", "ana", "--json").json["overall"]["verdict"]
    assert " ".join(verdict.split()) in " ".join(ran.out.split())
    assert "left out" in ran.err


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("analyst", ["ana", "ben"]),
        ("tag", ["even", "odd"]),
        ("phrase", ["(number)", "phrase even", "phrase odd"]),
        ("source", ["(none)"]),
        ("month", ["2026-12"]),
        ("lead", ["1 to 4 weeks", "under 1 week"]),
    ],
)
def test_score_by_group(record: Run, by: str, keys: list[str]) -> None:
    """A card for each value; together they hold every forecast that counts."""
    said = record("score", "--by", by, "--json").json
    assert sorted(group["key"] for group in said["groups"]) == keys
    assert sum(group["forecasts"] for group in said["groups"]) == said["overall"]["forecasts"] == 5
    out = record("score", "--by", by).out
    assert all(key in " ".join(out.split()) for key in keys)


def test_score_on_the_other_scale(record: Run) -> None:
    """On 0-2 the Brier score and its parts are twice as large, the log score is not."""
    one = record("score", "--json").json["overall"]
    said = record("score", "--scale", "0-2", "--json").json
    two = said["overall"]
    assert said["scale"] == "0-2"
    for name in ("brier", "miscalibration", "discrimination", "uncertainty"):
        assert two[name] == pytest.approx(2 * one[name])
    for name in ("log", "skill"):
        assert two[name] == pytest.approx(one[name])
    assert "0-2 scale" in record("score", "--scale", "0-2").out


def test_score_by_the_logarithm(record: Run) -> None:
    """With --rule log the parts are those of the log score."""
    said = record("score", "--rule", "log", "--json").json
    card = said["overall"]
    assert said["rule"] == "log"
    parts = card["miscalibration"] - card["discrimination"] + card["uncertainty"]
    assert parts == pytest.approx(card["log"])


def test_an_impossible_thing_that_happened_costs_infinitely(run: Run, clock: Clock) -> None:
    """A probability of 0 that came true makes the log score infinite: null, and counted."""
    assert run("log", "Rain on Sunday?", "-p", "0").code == 0
    assert run("log", "Snow on Sunday?", "-p", "50%").code == 0
    clock(NOW + DAY)
    assert run("resolve", "q1", "yes").code == 0
    assert run("resolve", "q2", "yes").code == 0
    card = run("score", "--json").json["overall"]
    assert (card["log"], card["log_infinite"]) == (None, 1)
    assert card["brier"] == pytest.approx(0.625)
    assert "infinite" in run("score").out


@pytest.mark.parametrize(
    ("counting", "brier"),
    [("time-weighted", 0.25 * 0.8 + 0.01 * 0.2), ("last", 0.01), ("first", 0.25), ("lead:5", 0.25)],
)
def test_score_by_the_policy_named(run: Run, clock: Clock, counting: str, brier: float) -> None:
    """Which forecasts count is named, and changes the score."""
    assert run("log", "Rain on Sunday?", "-p", "50%").code == 0
    clock(NOW + 8 * DAY)
    assert run("log", "q1", "-p", "90%").code == 0
    clock(NOW + 10 * DAY)
    assert run("resolve", "q1", "yes").code == 0
    said = run("score", "--counting", counting, "--json").json
    assert said["counting"] == counting
    assert said["overall"]["brier"] == pytest.approx(brier)


@pytest.mark.parametrize(
    ("words", "forecasts"),
    [
        ("--analyst ana", 4),
        ("--analyst ben", 1),
        ("--tag even", 2),
        ("--since 2026-11-24", 3),
        ("--until 2026-11-23", 2),
        ("--as-of 2026-11-30", 0),
        ("--as-of 2026-12-01", 5),
        ("--prospective", 5),
    ],
)
def test_score_is_filtered(record: Run, words: str, forecasts: int) -> None:
    """Filters choose which forecasts are scored."""
    assert record("score", "--json", *words.split()).json["overall"]["forecasts"] == forecasts


def test_score_marks_what_was_recorded_late(run: Run) -> None:
    """What was entered after the fact is counted, said, and left out where that is asked."""
    assert run("log", "Rain on Sunday?", "-p", "90%", "--made", "2026-11-01").code == 0
    assert run("resolve", "q1", "yes", "--known", "2026-11-08").code == 0
    said = run("score", "--json").json
    assert (said["overall"]["forecasts"], said["recorded_late"]) == (1, 1)
    assert "--prospective" in run("score").err
    said = run("score", "--prospective", "--json").json
    assert (said["overall"]["forecasts"], said["recorded_late"]) == (0, 0)


def test_a_verdict_does_not_call_settled_questions_unsettled(run: Run, clock: Clock) -> None:
    """Where all forecasts came too late the question is settled all the same."""
    assert run("log", "Rain on Sunday?", "-p", "90%").code == 0
    clock(NOW + DAY)
    assert run("resolve", "q1", "yes", "--known", "2026-11-01").code == 0
    said = run("score", "--json").json
    assert said["left_out"]["after_known"] == 1
    assert "Nothing settled" not in said["overall"]["verdict"]


# --- calibration ----------------------------------------------------------------------------------


def test_calibration_prints_exactly_the_keys_of_the_design(record: Run) -> None:
    """A level for each probability, with how often it came true, and the card."""
    said = record("calibration", "--analyst", "ana", "--json").json
    assert set(said) == {
        "curve",
        "card",
        "simultaneous",
        "statements",
        "binned",
        "area_under_curve",
    }
    assert set(said["card"]) == CARD
    assert all(set(level) == LEVEL for level in said["curve"])
    assert [level["probability"] for level in said["curve"]] == [0.3, 0.6, 0.8, 0.9]
    assert [level["events"] for level in said["curve"]] == [0, 0, 1, 1]
    recalibrated = [level["recalibrated"] for level in said["curve"]]
    assert recalibrated == sorted(recalibrated)
    assert all(0 <= level["band_low"] <= level["band_high"] <= 1 for level in said["curve"])
    assert said["card"] == record("score", "--analyst", "ana", "--json").json["overall"]


def test_calibration_of_nothing(run: Run) -> None:
    """Where nothing is settled there is an empty curve, and a sentence."""
    assert run("log", "Rain on Sunday?", "-p", "70%").code == 0
    said = run("calibration", "--json").json
    assert said["curve"] == []
    assert set(said["card"]) == CARD
    ran = run("calibration")
    assert ran.code == 0
    assert "settled" in ran.out


def test_calibration_draws_in_the_terminal(record: Run) -> None:
    """Every level is on the diagram, and the verdict below it."""
    ran = record("calibration", "--analyst", "ana")
    assert ran.code == 0
    for level in ("30 %", "60 %", "80 %", "90 %"):
        assert level in ran.out
    assert "question" in ran.out


@pytest.fixture
def too_sure(run: Run, tmp_path: Path, clock: Clock) -> Run:
    """Twenty questions at 90 %, of which eight came true."""
    with Ledger.open(tmp_path / "tracker.db", create=True) as ledger:
        for number in range(1, 21):
            said = {"analyst": "ana", "probability": 0.9}
            ledger.log(f"Question number {number}?", said, recorded=NOW)
        for number in range(1, 21):
            outcome = {"outcome": "yes" if number <= 8 else "no", "known": NOW + DAY}
            ledger.resolve(f"q{number}", outcome, recorded=NOW + DAY)
    clock(NOW + DAY)
    return run


def test_calibration_says_what_is_certain(too_sure: Run) -> None:
    """The band at one level is Clopper and Pearson's; what lies outside it is said."""
    said = too_sure("calibration", "--json").json
    band = said["simultaneous"]
    assert band["probability"] == [0.9]
    assert band["low"] == pytest.approx([beta.ppf(0.05, 8, 13)])
    assert band["high"] == pytest.approx([beta.ppf(0.95, 9, 12)])
    sentence = "The forecasts of 90 % came true less often than said."
    assert said["statements"] == [
        {"low": 0.9, "high": 0.9, "direction": "less", "sentence": sentence}
    ]
    assert sentence in too_sure("calibration").out


def test_calibration_that_says_nothing_says_so(record: Run) -> None:
    """Four questions are too few for any range to be certain."""
    said = record("calibration", "--analyst", "ana", "--json").json["statements"]
    assert [(one["low"], one["high"], one["direction"]) for one in said] == [(None, None, None)]
    sentence = (
        "No range of forecasts is shown to be miscalibrated, going by 4 independent forecasts "
        "(90 % confidence, all ranges at once)."
    )
    assert said[0]["sentence"] == sentence
    assert sentence in " ".join(record("calibration", "--analyst", "ana").out.split())


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_calibration_writes_its_numbers(record: Run, tmp_path: Path, words: list[str]) -> None:
    """A .json file holds what --json prints."""
    file = tmp_path / "curve.json"
    ran = record("calibration", "-o", file, *words)
    assert ran.code == 0
    assert str(file) in ran.err
    printed = record("calibration", "--json").json
    assert json.loads(file.read_text("utf-8")) == printed
    assert (json.loads(ran.out) if words else ran.out) == (printed if words else "")


def test_calibration_writes_a_page(record: Run, tmp_path: Path) -> None:
    """A .html file is a page of its own, the same for the same ledger, and fetches nothing."""
    files = [tmp_path / "one.html", tmp_path / "two.html"]
    for file in files:
        assert record("calibration", "--analyst", "ana", "-o", file).code == 0
    one, two = (file.read_bytes() for file in files)
    assert one == two
    assert one[:15].lower() == b"<!doctype html>"
    assert b'src="http' not in one
    assert b"ana" in one


@pytest.mark.parametrize(
    ("name", "code"),
    [("picture.gif", 2), ("picture", 2), ("nowhere/curve.html", 1), ("nowhere/curve.json", 1)],
)
def test_calibration_that_cannot_be_written(
    record: Run, tmp_path: Path, name: str, code: int
) -> None:
    """An unknown kind of file and a folder that is not there: a sentence, and no file."""
    before = set(tmp_path.rglob("*"))
    ran = record("calibration", "-o", tmp_path / name)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("error: ")
    assert ran.err.count("\n") == 1
    assert name in ran.err
    assert set(tmp_path.rglob("*")) == before


def test_a_page_that_cannot_be_written_leaves_the_old_one(record: Run, tmp_path: Path) -> None:
    """What stood at the place stays untouched where the new file cannot take its place."""
    place = tmp_path / "curve.json"
    place.mkdir()
    (place / "kept.txt").write_text("kept")
    ran = record("calibration", "-o", place)
    assert ran.code == 1
    assert [path.name for path in place.iterdir()] == ["kept.txt"]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("words", "forecasts"),
    [("--analyst ben", 1), ("--tag even", 2), ("--counting last", 5), ("--since 2026-11-24", 3)],
)
def test_calibration_is_filtered(record: Run, words: str, forecasts: int) -> None:
    """Filters and policy choose what is drawn."""
    said = record("calibration", "--json", *words.split()).json
    assert said["card"]["forecasts"] == forecasts
    assert sum(level["forecasts"] for level in said["curve"]) == forecasts


def test_the_same_call_prints_the_same_bytes(record: Run) -> None:
    """Same input, same bytes: bands and intervals are drawn with a fixed seed."""
    for words in (["score", "--json"], ["calibration", "--json"], ["calibration"]):
        first: Any = record(*words)
        assert record(*words) == first
