"""Which ledger and which analyst are meant when nothing, or little, is said."""

from __future__ import annotations

import getpass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT, Ran

from tracker import settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The option, then TRACKER_DATABASE_URL, then the user's own file."""
    own = settings.database()
    monkeypatch.setenv("TRACKER_DATABASE_URL", "sqlite:///elsewhere.db")
    assert settings.database("given.db") == "given.db"
    assert settings.database() == "sqlite:///elsewhere.db"
    assert own == str(settings.data_folder() / "tracker.db")


def test_an_empty_variable_names_no_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty TRACKER_DATABASE_URL is as good as none."""
    own = settings.database()
    monkeypatch.setenv("TRACKER_DATABASE_URL", "")
    assert settings.database() == own


def test_the_data_folder_is_the_users(tmp_path: Path) -> None:
    """The default ledger lives in the user's data folder, in a folder of tracker's own."""
    assert settings.data_folder().is_relative_to(tmp_path / "home")
    assert settings.data_folder().name == "tracker"


def test_the_first_log_makes_the_users_own_ledger(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without option and variable the ledger is one file that nobody else can read."""
    monkeypatch.delenv("TRACKER_DATABASE_URL")
    assert run("log", "Snow in Vienna before Advent", "-p", "70%").code == 0
    assert [p.name for p in settings.data_folder().glob("*.db")] == ["tracker.db"]
    assert settings.data_folder().stat().st_mode & 0o077 == 0
    assert run("list", "--json").json[0]["title"] == "Snow in Vienna before Advent"


def test_the_option_names_the_ledger(run: Callable[..., Ran], tmp_path: Path) -> None:
    """``--db`` wins over the variable, for writing and for reading."""
    other = tmp_path / "other.db"
    assert run("log", "Snow in Vienna before Advent", "-p", "70%", "--db", other).code == 0
    assert other.is_file()
    assert not (tmp_path / "tracker.db").exists()
    assert len(run("list", "--json", "--db", other).json) == 1
    assert run("list").code == 1


@pytest.mark.parametrize("form", ["{}", "sqlite:///{}", "sqlite+pysqlite:///{}"])
def test_a_ledger_is_named_by_path_or_url(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: str
) -> None:
    """A path and a SQLite URL name the same file."""
    file = tmp_path / "named.db"
    monkeypatch.setenv("TRACKER_DATABASE_URL", form.format(file))
    assert run("log", "Snow in Vienna before Advent", "-p", "70%").code == 0
    assert run("status", "--json").json["ledger"] == str(file)
    assert file.is_file()


def test_a_ledger_elsewhere_leaves_the_users_folder_alone(run: Callable[..., Ran]) -> None:
    """Where the variable names the ledger, nothing is made in the user's data folder."""
    assert run("log", "Snow in Vienna before Advent", "-p", "70%").code == 0
    assert not settings.data_folder().exists()


def test_a_data_folder_that_cannot_be_made_is_one_sentence(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file that stands where the data folder should be is named, without a traceback."""
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(settings, "data_folder", lambda: tmp_path / "file" / "tracker")
    monkeypatch.delenv("TRACKER_DATABASE_URL")
    ran = run("log", "Snow in Vienna before Advent", "-p", "70%")
    assert ran.code == 1
    assert ran.err.startswith("error: ")
    assert str(tmp_path / "file") in ran.err


def test_the_analyst_is_named_by_option_variable_or_login(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``--analyst``, then TRACKER_ANALYST, then who is logged in."""
    monkeypatch.setattr(getpass, "getuser", lambda: "carla")

    def logged(*words: str) -> str:
        return str(
            run("log", "A question", "-p", "1/2", "--json", *words).json["forecast"]["analyst"]
        )

    assert logged("--analyst", "ben") == "ben"
    assert logged() == "ana"
    monkeypatch.setenv("TRACKER_ANALYST", "  ")
    assert logged() == "carla"


@pytest.mark.parametrize("error", [OSError, KeyError])
def test_nobody_logged_in_is_me(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    """A bare container knows no user names; the analyst is then "me"."""

    def nobody() -> str:
        raise error

    monkeypatch.delenv("TRACKER_ANALYST")
    monkeypatch.setattr(getpass, "getuser", nobody)
    assert settings.analyst() == "me"


def test_the_clock_says_utc() -> None:
    """The present instant carries its zone, UTC."""
    assert settings.now().tzinfo is UTC
    assert settings.now().utcoffset() == timedelta(0)


def test_only_settings_reads_the_environment() -> None:
    """No other module asks the environment for tracker's settings, or the clock for the time.

    What a terminal is told by its own variables is no setting of tracker's.
    """
    words = ("environ[", "environ.get", "getenv", "datetime.now", "date.today", "utcnow")
    of_terminals = ('"COLUMNS"', '"NO_COLOR"', '"CLICOLOR"')
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sorted((ROOT / "tracker").rglob("*.py"))
        if path.name != "settings.py"
        for line in path.read_text("utf-8").splitlines()
        if any(word in line for word in words) and not any(one in line for one in of_terminals)
    ]
    assert found == []
