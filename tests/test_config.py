"""The config file: what it may say, what goes before it, and how it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tracker import settings
from tracker.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]
    Config = Callable[[str | bytes], Path]


@pytest.fixture
def config() -> Config:
    """Write the config file of the person who runs the test."""

    def write(said: str | bytes) -> Path:
        file = settings.config_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(said if isinstance(said, bytes) else said.encode())
        return file

    return write


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    """Nobody needs a config file; it would be in the folder for settings."""
    assert settings.config() == {}
    assert settings.config_file() == settings.config_folder() / "config.toml"
    assert settings.config_file().is_relative_to(tmp_path)
    assert (settings.counting(), settings.blind(), settings.within()) == ("time-weighted", False, 0)
    assert {settings.setting(key).origin for key in settings.KEYS} == {"default", "environment"}


def test_the_file_goes_before_the_default_and_after_all_else(
    config: Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The option, then the environment, then the file."""
    place = tmp_path / "own.db"
    config(f'database = "{place}"\nanalyst = "zoë"\ncounting = "lead:30"\nblind = true\nwithin = 7')
    assert settings.setting("database") == settings.Setting(str(place), "config")
    assert settings.setting("analyst") == settings.Setting("ana", "environment")
    monkeypatch.delenv("TRACKER_ANALYST")
    assert settings.setting("analyst") == settings.Setting("zoë", "config")
    assert (settings.counting(), settings.blind(), settings.within()) == ("lead:30", True, 7)
    assert (settings.counting("last"), settings.blind(given=False)) == ("last", False)
    monkeypatch.setenv("TRACKER_DATABASE_URL", "else.db")
    assert settings.setting("database") == settings.Setting("else.db", "environment")
    assert settings.setting("database", "given.db") == settings.Setting("given.db", "option")


def test_a_file_may_be_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: Config
) -> None:
    """TRACKER_CONFIG names another file, which then must be there; an empty one names none."""
    config('counting = "first"')
    other = tmp_path / "other.toml"
    monkeypatch.setenv("TRACKER_CONFIG", str(other))
    ran = run("due")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {other}, TRACKER_CONFIG: found no file there; expected")
    other.write_text('counting = "last"')
    assert settings.counting() == "last"
    monkeypatch.setenv("TRACKER_CONFIG", " ")
    assert settings.counting() == "first"


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ('analist = "ana"', "analist: found an unknown key; expected one of database, analyst, "),
        ('analist = "ana"', "; did you mean analyst?"),
        ("[tracker]\nblind = true", "tracker: found an unknown key"),
        ('analyst = ""', 'analyst: found nothing; expected a name, as "ana"'),
        ('analyst = "  "', 'analyst: found "  "; expected a name'),
        ("analyst = 7", "analyst: found 7; expected a name"),
        ('analyst = "a\\u0007"', 'analyst: found "a\\u0007"; expected a name'),
        ('counting = "all"', 'counting: found "all"; expected "time-weighted", "last"'),
        ('counting = "lead:soon"', 'counting: found "lead:soon"'),
        ('blind = "yes"', 'blind: found "yes"; expected true or false'),
        ("blind = 1", "blind: found 1; expected true or false"),
        ("within = true", "within: found true; expected a number of days"),
        ("within = -1", "within: found -1; expected a number of days"),
        ("within = 1.5", "within: found 1.5; expected a number of days"),
        ("within = 100000", "within: found 100000; expected a number of days"),
        ('within = "7"', 'within: found "7"; expected a number of days'),
        ("database = []", "database: found nothing; expected a whole path"),
        ('database = "own.db"', "database: found something else; expected a whole path"),
        ("blind = true\nwithin 7", "line 2, config file: found no TOML (Expected '='"),
        ("blind = true\n\nwithin =", "line 3, config file: found no TOML (Invalid value)"),
        ("blind = true\nblind = true", "line 2, config file: found no TOML (Cannot overwrite"),
        (b'blind = true\nanalyst = "\xff"', "line 2, config file: found bytes that are not UTF-8"),
    ],
)
def test_what_it_may_not_say_is_refused(
    run: Run, config: Config, said: str | bytes, complaint: str
) -> None:
    """One sentence names the file, the key or line, what was found and what is expected."""
    file = config(said)
    ran = run("due")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {file}, ")
    assert complaint in ran.err
    assert ran.err.count("\n") == 1


def test_the_mark_that_some_editors_put_first_is_no_mistake(config: Config) -> None:
    """An editor may begin a file with a byte order mark that nobody sees."""
    config(b"\xef\xbb\xbfwithin = 3\r\n")
    assert settings.config() == {"within": 3}


def test_a_file_that_cannot_be_read_is_refused(run: Run) -> None:
    """A folder where the file should be is named."""
    settings.config_file().mkdir(parents=True)
    ran = run("due")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {settings.config_file()}, config file: found is a directory")


def test_no_message_shows_a_password(run: Run, config: Config) -> None:
    """What was meant for the address of a database is not said, wherever it is refused."""
    config('database = "postgres:ana:secret@host"')
    assert "secret" not in run("due").err
    config('database = "postgresql://ana:secret@host:99999/name"')
    assert "secret" not in run("due", "--db", "x.db").err + run("status").err


def test_what_is_not_needed_is_not_read(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where option or environment say enough, a wrong file stands in nobody's way."""
    config("nonsense")
    assert settings.analyst() == "ana"
    assert settings.database("given.db") == "given.db"
    monkeypatch.delenv("TRACKER_ANALYST")
    with pytest.raises(UsageError, match="no TOML"):
        settings.analyst()


@pytest.mark.parametrize(
    ("said", "words", "shown"),
    [
        ('counting = "last"', ["score"], "last"),
        ('counting = "last"', ["show", "q1"], "last"),
        ('counting = "last"', ["phrases"], "last"),
        ('counting = "last"', ["score", "--counting", "first"], "first"),
    ],
)
def test_every_command_that_counts_heeds_it(
    run: Run, config: Config, said: str, words: list[str], shown: str
) -> None:
    """The policy that is in force is printed with the number."""
    config(said)
    run("log", "Rain on Sunday?", "-p", "40%")
    assert run(*words, "--json").json["counting"] == shown


def test_the_file_names_ledger_and_analyst(
    run: Run, config: Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With them in the file nothing else need be said; ``~`` is the user's own folder."""
    monkeypatch.delenv("TRACKER_DATABASE_URL")
    monkeypatch.delenv("TRACKER_ANALYST")
    (tmp_path / "home").mkdir()
    config('database = "~/own.db"\nanalyst = "zoë"')
    logged: Any = run("log", "Rain on Sunday?", "-p", "40%", "--json").json
    assert logged["forecast"]["analyst"] == "zoë"
    assert (tmp_path / "home" / "own.db").is_file()


def test_within_is_what_is_soon(run: Run, config: Config) -> None:
    """``due`` looks so far ahead, unless it is told otherwise."""
    run("log", "Rain on Sunday?", "-p", "40%", "--by", "2026-11-25")
    assert run("due", "--json").json == []
    config("within = 7")
    assert [one["id"] for one in run("due", "--json").json] == ["q1"]
    assert run("due", "--within", "1", "--json").json == []
