"""The command that says what words came to mean."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from conftest import NOW, ROOT

from tracker import Ledger
from tracker.texts.dossier import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]
    Clock = Callable[[datetime], None]

DAY = timedelta(days=1)
PHRASE = {
    "analyst", "phrase", "forecasts", "questions", "probability", "low", "high", "came_true",
    "interval", "personal", "personal_interval", "verdict",
}  # fmt: skip
LEFT_OUT = {
    "open", "annulled", "ambiguous", "condition_failed", "after_known", "numbers", "sets",
}  # fmt: skip


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve times ana said likely and was wrong; ben said it once and was right; one number."""
    file = tmp_path_factory.mktemp("words") / "tracker.db"
    likely = {"probability": 0.7, "low": 0.55, "high": 0.8, "phrase": "likely"}
    with Ledger.open(file, create=True) as ledger:
        for number in range(1, 13):
            said = {**likely, "analyst": "ana"}
            ledger.log(f"Question number {number}?", said, recorded=NOW, question={"tags": ["a"]})
        ledger.log("And another?", {**likely, "analyst": "ben"}, recorded=NOW)
        ledger.log("And a number?", {"analyst": "ben", "probability": 0.4}, recorded=NOW)
        ledger.log("Still open?", {**likely, "analyst": "ben"}, recorded=NOW)
        end = NOW + DAY
        for number in range(1, 15):
            outcome = {"outcome": "yes" if number == 13 else "no", "known": end}
            ledger.resolve(f"q{number}", outcome, recorded=end)
    return file


@pytest.fixture
def record(run: Run, settled: Path, tmp_path: Path, clock: Clock) -> Run:
    """Commands on the ledger with settled questions, on the day they were settled."""
    shutil.copy(settled, tmp_path / "tracker.db")
    clock(NOW + DAY)
    return run


def words(text: str) -> str:
    """A text without its line breaks and indents."""
    return " ".join(text.split())


def test_phrases_print_exactly_the_keys_of_the_design(record: Run) -> None:
    """Every key that scripts rely on, none missing and none more."""
    said = record("phrases", "--json").json
    assert set(said) == {"counting", "phrases", "left_out"}
    assert said["counting"] == "time-weighted"
    assert set(said["left_out"]) == LEFT_OUT
    assert [(one["analyst"], one["phrase"]) for one in said["phrases"]] == [
        ("ana", "likely"),
        ("ben", "likely"),
    ]
    assert all(set(one) == PHRASE for one in said["phrases"])
    assert {name: n for name, n in said["left_out"].items() if n} == {"open": 1, "numbers": 1}


def test_phrases_say_how_often_they_came_true(record: Run) -> None:
    """Zero of twelve, beside 70 %, from 55 to 80 %, and a reading that moved towards it."""
    ana, ben = record("phrases", "--json").json["phrases"]
    assert (ana["forecasts"], ana["questions"], ana["came_true"]) == (12, 12, 0)
    assert (ana["probability"], ana["low"], ana["high"]) == (0.7, 0.55, 0.8)
    assert ana["interval"][1] == pytest.approx(1 - 0.05 ** (1 / 12))
    assert 0.5 < ana["personal"] < 0.55
    assert 0.7 < ben["personal"] < 0.72
    assert ana["verdict"].endswith("came true less often than it is read.")
    assert ben["verdict"].endswith("too few to tell.")


def test_phrases_say_the_same_in_words(record: Run) -> None:
    """A row for each, one honest sentence, and what is left out."""
    ran = record("phrases")
    assert ran.code == 0
    assert "70 (55–80)" in ran.out
    assert "0–22 %" in ran.out
    assert words(ran.out).endswith(
        "“likely” from ana came true less often than read. Of the others it cannot be told."
    )
    assert "questions still open: 1; forecasts given as numbers: 1" in ran.err


def test_phrases_over_all_analysts(record: Run) -> None:
    """With --pooled a phrase has one row, and no analyst."""
    (one,) = record("phrases", "--pooled", "--json").json["phrases"]
    assert (one["analyst"], one["questions"]) == (None, 13)
    assert one["came_true"] == pytest.approx(1 / 13)
    assert "analyst" not in record("phrases", "--pooled").out


@pytest.mark.parametrize(
    ("given", "questions"),
    [
        ("--analyst ben", 1),
        ("--tag a", 12),
        ("--since 2026-11-22", 0),
        ("--as-of 2026-11-21", 0),
        ("--counting last", 13),
        ("--counting lead:300", 0),
    ],
)
def test_phrases_are_filtered(record: Run, given: str, questions: int) -> None:
    """Filters and policy choose which forecasts count."""
    said = record("phrases", "--json", *given.split()).json
    assert sum(one["questions"] for one in said["phrases"]) == questions


def test_a_wrong_policy_is_told(record: Run) -> None:
    """An unknown way of counting is a wrong call."""
    ran = record("phrases", "--counting", "all")
    assert (ran.code, ran.out) == (2, "")
    assert "expected the counting" in ran.err


def test_phrases_of_nothing(run: Run) -> None:
    """Where nothing is settled there is a sentence, and an empty list."""
    assert run("log", "Rain on Sunday?", "-p", "70%", "--phrase", "likely").code == 0
    ran = run("phrases")
    assert (ran.code, words(ran.out)) == (
        0,
        "Nothing to say yet: no settled forecast was made in words.",
    )
    assert run("phrases", "--json").json["phrases"] == []


def test_phrases_fit_eighty_columns_in_any_locale(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The phrases of the seeds, and in plain signs where the terminal knows no others."""
    with Ledger.open(tmp_path / "tracker.db", create=True) as ledger:
        for name in ("prewar-essay", "war-article"):
            dossier = read(ROOT / "seeds" / f"{name}.dossier.yaml").dossier
            ledger.add(dossier, recorded=NOW)
    monkeypatch.setenv("COLUMNS", "80")
    out = run("phrases").out
    assert max(map(len, out.splitlines())) <= 80
    assert "70 (55–80)" in out
    assert "Too few to tell" in out
    assert run("phrases", "--json").json["left_out"]["sets"] == 2
    monkeypatch.setattr("tracker.cli.terminal.plain", lambda: True)
    out = run("phrases").out
    assert out.isascii()
    assert max(map(len, out.splitlines())) <= 80
    assert "70 (55-80)" in out
