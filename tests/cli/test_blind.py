"""Forecasts of others are hidden until one's own is in: a courtesy among colleagues."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]

WORDS = "cumulonimbus"
HIDDEN = "2 forecasts hidden until yours is in"


@pytest.fixture
def two(run: Run) -> Run:
    """A question with two forecasts of ben, each with words and reasons; ana has none."""
    said = ["--analyst", "ben", "--phrase", f"likely, {WORDS}", "--why", WORDS]
    assert run("log", "Rain on Sunday?", "-p", "41%", "--by", "2026-11-22", *said).code == 0
    assert run("log", "q1", "-p", "43%", *said).code == 0
    return run


def everything(run: Run, folder: Path, *words: str) -> str:
    """All that list, show and due say of q1, in all their forms."""
    said = []
    for command in (["list"], ["show", "q1"], ["due", "--within", "7"]):
        said += [run(*command, *words).out, run(*command, "--json", *words).out]
    for file in (folder / "q1.html", folder / "q1.json"):
        assert run("show", "q1", "-o", file, *words).code == 0
        said.append(file.read_text())
    return "\n".join(said)


def test_what_others_said_is_nowhere_until_ones_own_is_in(two: Run, tmp_path: Path) -> None:
    """Neither tables, words, reasons nor pages show it; each says that something is hidden."""
    said = everything(two, tmp_path, "--blind")
    assert WORDS not in said
    assert "43" not in said.replace("2026-11", "")
    assert said.count(HIDDEN) >= 4
    assert two("list", "--blind", "--json").json[0]["hidden"] == 2
    assert two("show", "q1", "--blind", "--json").json["forecasts"] == []
    assert WORDS in everything(two, tmp_path)


def test_ones_own_forecast_reveals_all(two: Run, tmp_path: Path) -> None:
    """From one's first forecast on everything is there, withdrawn or not."""
    assert two("log", "q1", "-p", "90%").code == 0
    said = everything(two, tmp_path, "--blind")
    assert (WORDS in said, "hidden until" in said) == (True, False)
    assert two("show", "q1", "--blind", "--json").json["hidden"] == 0


def test_only_ones_own_stays_in_view(two: Run) -> None:
    """Who looks is whom one logs for; ben, who has forecast, sees all."""
    assert two("log", "Snow on Monday?", "-p", "40%").code == 0
    assert two("log", "Snow on Monday?", "-p", "50%", "--analyst", "carla").code == 0
    listed = two("list", "--blind", "--json").json
    assert [(one["id"], one["hidden"]) for one in listed] == [("q1", 2), ("q2", 0)]


def test_filters_do_not_change_who_may_see(two: Run) -> None:
    """``--analyst ben`` shows of ben what may be seen, though one's own does not pass it."""
    ben = ["--analyst", "ben", "--blind", "--json"]
    assert two("list", *ben).json[0]["hidden"] == 2
    assert two("show", "q1", *ben).json["forecasts"] == []
    assert two("log", "q1", "-p", "90%").code == 0
    assert two("list", *ben).json[0]["hidden"] == 0
    assert len(two("show", "q1", *ben).json["forecasts"]) == 2


def test_a_settled_question_is_revealed(two: Run, tmp_path: Path) -> None:
    """Once it is settled there is nothing left to be led by; once it is open again, there is."""
    assert two("resolve", "q1", "yes").code == 0
    assert WORDS in everything(two, tmp_path, "--blind")


def test_a_past_view_is_as_it_was(two: Run, clock: Callable[[Any], None]) -> None:
    """As of a time before one's own forecast the others are hidden, as they then were."""
    clock(NOW + timedelta(days=2))
    assert two("log", "q1", "-p", "90%").code == 0
    before = ["show", "q1", "--blind", "--json", "--as-of", "2026-11-21"]
    assert two(*before).json["hidden"] == 2
    assert two(*before[:-2]).json["hidden"] == 0


def test_a_question_may_be_so_for_everybody(run: Run) -> None:
    """``log --blind`` tags it; no option of a reader takes that away."""
    words = ["log", "Rain on Sunday?", "-p", "41%", "--analyst", "ben"]
    assert run(*words, "--blind", "--tag", "weather").code == 0
    assert run("log", "Snow on Monday?", "-p", "41%", "--analyst", "ben").code == 0
    listed = run("list", "--json").json
    assert [one["tags"] for one in listed] == [["blind", "weather"], []]
    assert [one["hidden"] for one in listed] == [1, 0]
    assert run("show", "q1", "--no-blind", "--json").json["hidden"] == 1


def test_the_config_file_makes_it_the_rule(
    two: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``blind = true`` hides without an option; ``--no-blind`` looks all the same."""
    (tmp_path / "config.toml").write_text("blind = true")
    monkeypatch.setenv("TRACKER_CONFIG", str(tmp_path / "config.toml"))
    assert two("list", "--json").json[0]["hidden"] == 2
    assert two("list", "--json", "--no-blind").json[0]["hidden"] == 0
    assert two("list", "--json").json[0]["tags"] == []


def test_logging_shows_only_ones_own(two: Run) -> None:
    """What ``log`` prints, in words and as JSON, has nothing of others in it."""
    ran = two("log", "q1", "-p", "90%", "--blind")
    assert (WORDS in ran.out + ran.err, "43" in ran.out) == (False, False)
    assert WORDS not in two("log", "q1", "-p", "91%", "--json").out


def test_what_was_taken_back_is_hidden_too(two: Run, tmp_path: Path) -> None:
    """A retracted forecast of another says as much, and so may the reason for it."""
    first = two("show", "q1", "--json").json["forecasts"][0]["entry"]
    assert two("retract", first, "--why", WORDS, "--analyst", "ben").code == 0
    assert WORDS not in everything(two, tmp_path, "--blind")
    assert two("show", "q1", "--blind", "--json").json["hidden"] == 1
    assert WORDS in two("show", "q1").out


def test_ones_own_forecast_taken_back_hides_again(two: Run) -> None:
    """What was retracted is as if it had never been in."""
    assert two("log", "q1", "-p", "90%").code == 0
    entry = two("show", "q1", "--json").json["forecasts"][-1]["entry"]
    assert two("show", "q1", "--blind", "--json").json["hidden"] == 0
    assert two("retract", entry, "--why", "typed").code == 0
    assert two("show", "q1", "--blind", "--json").json["hidden"] == 2


def test_a_withdrawal_is_not_a_forecast(two: Run) -> None:
    """What is hidden counts forecasts, and one who has never forecast has nothing in."""
    assert two("list", "--blind", "--analyst", "ben").code == 0
    shown = two("show", "q1", "--blind")
    assert HIDDEN in shown.out
    assert shown.err == ""


def test_what_is_so_for_everybody_is_so_in_a_correction_and_a_walk(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither who retracts something of their own, nor who reads a text, sees what others said."""
    ben = ["--analyst", "ben", "--blind"]
    assert run("log", "Will it rain in Bern on Sunday?", "-p", "43%", *ben).code == 0
    assert run("lesson", "q1", "look at the clouds").code == 0
    named = run("retract", "q1", "--why", "typed")
    assert ("43" in named.err, "lesson of" in named.err) == (False, True)
    entry = run("show", "q1", "--json").json["lessons"][0]["entry"]
    stands = run("retract", entry, "--why", "typed")
    assert ("43" in stands.out, "1 forecast hidden" in stands.out) == (False, True)
    (tmp_path / "news.txt").write_text("It rained in Bern on Sunday.")
    monkeypatch.setattr("sys.stdin", io.StringIO("q\n"))
    walked = run("evidence", tmp_path / "news.txt", "--review", "--published", "2026-11-21")
    assert ("43" in walked.out, "1 forecast hidden" in walked.out) == (False, True)
