"""Where everything is, how much of it there is, and who said so."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW

import tracker
from tracker import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Ran

    Run = Callable[..., Ran]

PAST = Path(__file__).resolve().parents[1] / "ledger" / "past"
OLD = {"ledger", "exists", "schema", "needed", "analysts", "sources", "questions", "open", "due"}


def test_it_says_how_much_there_is(run: Run, clock: Callable[[Any], None]) -> None:
    """Counts, what is overdue longest, when something was last recorded, and the head."""
    for by in ("2026-11-25", "2026-11-23", "2026-12-24"):
        assert run("log", f"Rain by {by}?", "-p", "40%", "--by", by).code == 0
    assert run("log", "Rain ever?", "-p", "40%").code == 0
    clock(NOW + timedelta(days=5))
    said = run("status", "--json").json
    assert set(said) >= OLD | {"forecasts", "entries"}
    assert (said["questions"], said["open"], said["due"]) == (4, 4, 2)
    longest = {"id": "q2", "title": "Rain by 2026-11-23?", "resolve_by": "2026-11-23"}
    assert said["overdue_longest"] == longest
    assert said["last_recorded"].startswith("2026-11-21T12:00:00")
    assert said["head"] == run("verify", "--head").out.strip()
    assert said["version"] == tracker.__version__
    assert said["size"] >= Path(said["ledger"]).stat().st_size > 0
    assert "overdue longest q2, since 2026-11-23" in run("status").out


def test_it_says_where_each_setting_comes_from(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By option, environment, config file or default; the file is named, there or not."""
    said = run("status", "--json").json
    assert said["config"] == str(settings.config_file())
    assert said["config_exists"] is False
    origins = {name: one["from"] for name, one in said["settings"].items()}
    environment = {"database": "environment", "analyst": "environment"}
    assert origins == {**dict.fromkeys(settings.KEYS, "default"), **environment}
    config = tmp_path / "config.toml"
    config.write_text('analyst = "zoë"\nblind = true')
    monkeypatch.setenv("TRACKER_CONFIG", str(config))
    monkeypatch.delenv("TRACKER_ANALYST")
    said = run("status", "--json", "--db", "other.db").json
    assert said["settings"]["database"] == {"value": "other.db", "from": "option"}
    assert said["settings"]["analyst"] == {"value": "zoë", "from": "config"}
    out = run("status").out
    assert "analyst         zoë (config file)" in out
    assert "blind           yes (config file)" in out
    assert "(TRACKER_DATABASE_URL)" in out
    assert "within          0 days (default)" in out


def test_without_a_ledger_it_says_how_to_start(run: Run, tmp_path: Path) -> None:
    """That there is none yet is no error, and none is made."""
    ran = run("status")
    assert (ran.code, "none there yet" in ran.out) == (0, True)
    assert "tracker log" in ran.err
    said = run("status", "--json").json
    assert (said["exists"], said["schema"], said["size"], said["entries"]) == (False,) + (None,) * 3
    assert list(tmp_path.glob("*.db")) == []


def test_an_old_schema_is_named(run: Run, tmp_path: Path) -> None:
    """With what to do; that alone is no error either."""
    shutil.copy(min(PAST.glob("*.db")), tmp_path / "tracker.db")
    ran = run("status")
    assert (ran.code, "(this tracker needs " in ran.out) == (0, True)
    assert ran.err == "next: tracker upgrade\n"
    said = run("status", "--json").json
    assert (said["exists"], said["questions"], said["problem"]) == (True, None, None)
    assert said["schema"] < said["needed"]


def test_a_newer_schema_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a newer tracker wrote needs a newer tracker."""
    from tracker.ledger import database

    assert run("log", "Rain on Sunday?", "-p", "40%").code == 0
    monkeypatch.setattr(database, "SCHEMA", "0001")
    ran = run("status")
    assert (ran.code, ran.err) == (0, "next: pip install --upgrade tracker\n")
    assert run("status", "--json").json["needed"] == "0001"


@pytest.mark.parametrize("content", [b"no ledger at all, but a text of some length\n" * 40, None])
def test_what_is_no_ledger_is_told(run: Run, tmp_path: Path, content: bytes | None) -> None:
    """All else is said all the same; the sentence and the exit status are those of any command."""
    place = tmp_path / "tracker.db"
    place.mkdir() if content is None else place.write_bytes(content)
    ran = run("status")
    assert ran.code == 1
    assert ran.err.startswith("error: ")
    assert "(cannot be used; see below)" in ran.out
    assert "config file" in ran.out
    ran = run("status", "--json")
    assert (ran.code, ran.json["exists"], ran.json["schema"]) == (1, True, None)
    assert f"error: {ran.json['problem']}\n" == ran.err


def test_a_broken_config_is_told(run: Run) -> None:
    """The ledger is shown all the same, as it is without the file."""
    assert run("log", "Rain on Sunday?", "-p", "40%").code == 0
    settings.config_file().parent.mkdir(parents=True)
    settings.config_file().write_text("blind = perhaps")
    ran = run("status")
    assert ran.code == 2
    assert "(wrong; see below)" in ran.out
    assert "questions       1" in ran.out
    assert ran.err.startswith(f"error: {settings.config_file()}, line 1, ")
    ran = run("status", "--json")
    assert (ran.code, ran.json["questions"]) == (2, 1)
    assert ran.err == f"error: {ran.json['config_problem']}\n"


def test_an_address_that_is_none_is_told(run: Run) -> None:
    """So is a database that tracker does not know; the rest is there."""
    ran = run("status", "--db", "mysql://host/name", "--json")
    assert (ran.code, ran.json["ledger"], ran.json["exists"]) == (2, None, False)
    assert "found one of mysql" in ran.json["problem"]


def test_it_reads_well_in_forty_columns(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too long for a line stands below its name, whole, to be copied."""
    assert run("log", "Rain on Sunday?", "-p", "40%").code == 0
    monkeypatch.setenv("COLUMNS", "40")
    lines = run("status").out.splitlines()
    head = run("verify", "--head").out.strip()
    assert lines[lines.index("head") + 1] == f"  {head}"
    assert all(len(one) <= 40 for one in lines if head not in one and "/" not in one)
