"""The only reader of the environment, the config file, the user's folders and the clock."""

from __future__ import annotations

import getpass
import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import urlsplit

from tracker.errors import Problem, UsageError, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Origin = Literal["option", "environment", "config", "default"]


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def data_folder() -> Path:
    """Where a user's ledger lives when nothing else is said."""
    import platformdirs

    return Path(platformdirs.user_data_dir("tracker", appauthor=False))


def config_folder() -> Path:
    """Where a user's own settings live, such as the aliases of names in texts."""
    import platformdirs

    return Path(platformdirs.user_config_dir("tracker", appauthor=False))


# --- what a user sets ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Setting:
    """A setting as it is in force, and who said so."""

    value: Any
    origin: Origin


def setting(key: str, given: object = None, *, held: Mapping[str, Any] | None = None) -> Setting:
    """A setting: what was given, else its variable, else the config file, else its default.

    An empty variable says nothing. ``held`` is what the config file says, if it was read already.
    Raises UsageError where the config file is wrong.
    """
    if given is not None:  # an empty name is a slip of the pen, not the user's own ledger
        return Setting(given, "option")
    said = os.environ.get(VARIABLES.get(key, ""), "").strip()
    if said:
        return Setting(said, "environment")
    held = config() if held is None else held
    return Setting(held[key], "config") if key in held else Setting(KEYS[key].default(), "default")


def database(given: str | None = None) -> str:
    """The ledger to use: a database URL, or the path of a SQLite file."""
    return str(setting("database", given).value)


def own_database() -> str:
    """The path of the user's own ledger."""
    return str(data_folder() / "tracker.db")


def analyst(given: str | None = None) -> str:
    """The analyst whose forecast is logged when none is named: at last, who is logged in.

    Raises UsageError for an empty name, as a script gives whose variable is not set.
    """
    if given is not None and not given.strip():
        raise UsageError("--analyst: expected a name; found nothing")
    return str(setting("analyst", given).value)


def act_as(name: str) -> None:
    """Let somebody be the analyst for the rest of this process."""
    os.environ[VARIABLES["analyst"]] = name


def counting(given: str | None = None) -> str:
    """Which forecasts count, where a command does not say."""
    return str(setting("counting", given).value)


def blind(given: bool | None = None) -> bool:
    """Whether forecasts of others on open questions are hidden until one's own is in."""
    return bool(setting("blind", given).value)


def within() -> int:
    """How many days ahead is soon, for what falls due."""
    return int(setting("within").value)


def _logged_in() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such user in a bare container
        return "me"


# --- the config file ------------------------------------------------------------------------------


class Key(NamedTuple):
    """A key of the config file: its default, what it expects in words, and whether that is so."""

    default: Callable[[], Any]
    expected: str
    fits: Callable[[Any], bool]


def _is_place(said: Any) -> bool:
    """Whether it names the same ledger in whichever folder a command is run."""
    return _is_name(said) and (said[0] == "~" or "://" in said or Path(said).is_absolute())


def _is_name(said: Any) -> bool:
    return isinstance(said, str) and bool(said.strip()) and said.isprintable()


def _is_counting(said: Any) -> bool:
    return isinstance(said, str) and bool(
        re.fullmatch(r"time-weighted|last|first|lead:[0-9]{1,5}", said)
    )


def _is_days(said: Any) -> bool:
    return type(said) is int and 0 <= said <= MOST_DAYS


MOST_DAYS = 99_999
VARIABLES = {"database": "TRACKER_DATABASE_URL", "analyst": "TRACKER_ANALYST"}
KEYS = {
    "database": Key(
        own_database,
        'a whole path, as "~/forecasts.db", or a database URL',
        _is_place,
    ),
    "analyst": Key(_logged_in, 'a name, as "ana"', _is_name),
    "counting": Key(
        lambda: "time-weighted", '"time-weighted", "last", "first" or "lead:DAYS"', _is_counting
    ),
    "blind": Key(lambda: False, "true or false", lambda said: isinstance(said, bool)),
    "within": Key(lambda: 0, f"a number of days, from 0 to {MOST_DAYS}", _is_days),
}


def config_file() -> Path:
    """Where the config file is, or would be: as ``TRACKER_CONFIG`` says, or the user's own."""
    named = os.environ.get("TRACKER_CONFIG", "").strip()
    return Path(named).expanduser() if named else config_folder() / "config.toml"


def config() -> dict[str, Any]:
    """What the config file says; nothing where there is none.

    Raises UsageError where it cannot be read, is no TOML, or has a key or value it may not have.
    """
    file = config_file()
    try:
        raw = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        if not os.environ.get("TRACKER_CONFIG", "").strip():
            return {}
        raise _wrong(file, "TRACKER_CONFIG", "no file there", "a config file") from None
    except (OSError, ValueError) as error:
        found = (getattr(error, "strerror", None) or str(error)).lower()
        raise _wrong(file, "config file", found, "a file that can be read") from None
    held = _parsed(file, raw)
    for key, value in held.items():
        _check(file, key, value)
    return held


def _parsed(file: Path, raw: bytes) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        said = re.fullmatch(
            r"(?s)(.*?)(?: \(at (?:line (\d+), column \d+|end of document)\))?", str(error)
        )
        line = said[2] if said else None
        why = shown(said[1] if said else error)
        last = raw.count(b"\n") + 1
        raise _wrong(
            file, "config file", f"no TOML ({why})", 'lines as  analyst = "ana"', int(line or last)
        ) from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _wrong(
            file, "config file", "bytes that are not UTF-8", "a text in UTF-8", line
        ) from None


def _check(file: Path, key: str, value: Any) -> None:
    if key not in KEYS:
        import difflib

        near = difflib.get_close_matches(key, KEYS, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise _wrong(file, shown(key), "an unknown key", f"one of {', '.join(KEYS)}{hint}")
    if not KEYS[key].fits(value):
        # What was meant for the address of a database may hold a password.
        found = "something else" if key == "database" and value else _as_toml(value)
        raise _wrong(file, key, found, KEYS[key].expected)


def _as_toml(value: Any) -> str:
    if value in ("", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    return shown(f'"{value}"' if isinstance(value, str) else value)


def _wrong(file: Path, key: str, found: str, expected: str, line: int | None = None) -> UsageError:
    return UsageError(str(Problem(key, found, expected, str(file), line)))


# --- a language model -----------------------------------------------------------------------------


@dataclass(frozen=True)
class LanguageModel:
    """A language model that texts may be sent to: its server, its name there, and a key for it."""

    url: str
    name: str
    key: str | None = field(default=None, repr=False)


def language_model() -> LanguageModel:
    """The model of ``TRACKER_LLM_URL``, ``TRACKER_LLM_MODEL`` and, if need be, ``TRACKER_LLM_KEY``.

    Raises UsageError where there is none, and where the address is none that a text can go to. No
    message shows the address, which may hold a password, or the key.
    """
    names = ("TRACKER_LLM_URL", "TRACKER_LLM_MODEL", "TRACKER_LLM_KEY")
    url, name, key = (os.environ.get(one, "").strip() for one in names)
    if not url or not name:
        unset = " and ".join(one for one, said in zip(names, (url, name), strict=False) if not said)
        raise UsageError(f"no language model is set up; set {unset}, or do without one")
    if not _web_server(url):
        raise UsageError("TRACKER_LLM_URL is no address as http://127.0.0.1:8080/v1, without more")
    if not (key + name).isprintable() or not key.isascii():
        raise UsageError("TRACKER_LLM_MODEL or TRACKER_LLM_KEY has a character that none can have")
    return LanguageModel(url, name, key or None)


def _web_server(url: str) -> bool:
    """Whether an address names a server and a path on it, and nothing else."""
    try:
        parts = urlsplit(url)
        sound = parts.port != 0 and url.isascii() and url.isprintable() and " " not in url
    except ValueError:  # a port that is no number, brackets that do not close
        return False
    more = parts.query or parts.fragment or "@" in parts.netloc
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and sound and not more
