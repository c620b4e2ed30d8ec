"""The command that says where everything is, how much of it, and who said so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.cli.bars import progress
from tracker.cli.options import Db, Json, ledger
from tracker.cli.terminal import data, line, talk, when, width
from tracker.errors import TrackerError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.ledger.kept import KeptQuestion
    from tracker.ledger.ledger import Ledger
    from tracker.ledger.place import Place

LAST = ("overdue_longest", "last_recorded", "head")
COUNTED = ("analysts", "sources", "questions", "open", "due", "forecasts", "entries", *LAST)
MILLION = 1_000_000
ORIGINS = {"option": "--db", "config": "config file", "default": "default"}
NAMES = 16  # columns of the names


def status(as_json: Json = False, db: Db = None) -> None:
    """Say where the ledger and the settings are, and what they hold.

    Also where one of them cannot be used; the exit status then says that as well.

    Example: tracker status --json
    """
    from tracker import settings

    config, problem = _config()
    held = {
        key: settings.setting(key, db if key == "database" else None, held=config)
        for key in settings.KEYS
    }
    said, fault = _ledger(held["database"].value)
    said |= {
        "config": str(settings.config_file()),
        "config_exists": settings.config_file().is_file(),
        "config_problem": None if problem is None else str(problem),
        "settings": {
            key: {"value": said["ledger"] if key == "database" else one.value, "from": one.origin}
            for key, one in held.items()
        },
    }
    if as_json:
        data(said)
    else:
        _print(said)
    wrong = problem or fault
    if wrong:
        raise wrong


def _config() -> tuple[dict[str, Any], TrackerError | None]:
    """What the config file says, and why it is of no use."""
    from tracker import settings

    try:
        return settings.config(), None
    except UsageError as error:
        return {}, error


def _ledger(named: str) -> tuple[dict[str, Any], TrackerError | None]:
    """What is known of the ledger, and why it is not more."""
    import tracker
    from tracker.ledger import database
    from tracker.ledger.place import Place

    said: dict[str, Any] = {
        "version": tracker.__version__,
        "ledger": None,
        "exists": False,
        "size": None,
        "schema": None,
        "needed": database.SCHEMA,
        "problem": None,
        **dict.fromkeys(COUNTED),
    }
    try:
        place = Place.of(named)
        said |= {"ledger": str(place), "exists": _is_there(place), "size": _size(place)}
        said["schema"] = database.schema(place)
        said["exists"] = said["schema"] is not None
        if said["schema"] == database.SCHEMA:
            with ledger(named) as opened, progress("Counting"):
                said |= _counted(opened)
    except TrackerError as error:
        return {**said, "problem": str(error)}, error
    return said, None


def _is_there(place: Place) -> bool:
    return place.path is None or place.path.exists()


def _size(place: Place) -> int | None:
    """Bytes on disk, with what SQLite has not yet moved into the file; None of a server."""
    if place.path is None or not place.path.is_file():
        return None
    file = place.path.resolve()
    log = file.with_name(f"{file.name}-wal")
    return file.stat().st_size + (log.stat().st_size if log.is_file() else 0)


def _counted(opened: Ledger) -> dict[str, Any]:
    from tracker import settings
    from tracker.views.reviewing import falling_due, still_open

    counts, questions = opened.counts(), opened.questions()
    due = falling_due(questions, settings.now())
    return {
        "analysts": counts["analyst"],
        "sources": counts["source"],
        "questions": len(questions),
        "open": len(still_open(questions)),
        "due": len(due),
        "forecasts": counts["forecast"],
        "entries": counts["entry"],
        "overdue_longest": _named(due[0]) if due else None,
        "last_recorded": opened.recorded(),
        "head": str(opened.head()) if counts["entry"] else None,
    }


def _named(question: KeptQuestion) -> dict[str, Any]:
    asked = question.question
    return {"id": asked.id, "title": asked.title, "resolve_by": asked.resolve_by}


# --- in words -------------------------------------------------------------------------------------


def _print(said: dict[str, Any]) -> None:
    for name, *parts in _rows(said):
        shown = [str(part) for part in parts if part]
        if NAMES + len(" ".join(shown)) <= width():
            line(f"{name:<{NAMES}}{' '.join(shown)}".rstrip())
            continue
        line(name)
        for part in shown:  # unbroken: what is long here is there to be copied
            line(f"  {part}")
    if said["problem"]:
        return
    if not said["exists"]:
        talk('next: tracker log "…" -p 70%   or, to look around first, tracker demo')
    elif said["schema"] != said["needed"]:
        newer = said["schema"] > said["needed"]
        talk(f"next: {'pip install --upgrade tracker' if newer else 'tracker upgrade'}")


def _rows(said: dict[str, Any]) -> Iterator[tuple[str, *tuple[str | None, ...]]]:
    yield "version", said["version"]
    yield "ledger", said["ledger"], _origin(said, "database")
    if said["problem"]:
        yield "", "(cannot be used; see below)"
    elif not said["exists"]:
        yield "", "(none there yet)"
    if said["size"] is not None:
        yield "size", _spelt(said["size"])
    if said["schema"] is not None:
        other = said["schema"] != said["needed"]
        yield "schema", said["schema"], f"(this tracker needs {said['needed']})" if other else None
    exists = None if said["config_exists"] else "(none there; it need not be)"
    yield "config file", said["config"], "(wrong; see below)" if said["config_problem"] else exists
    for name in ("analyst", "counting", "blind", "within"):
        yield name, _value(said["settings"][name]["value"]), _origin(said, name)
    if said["questions"] is not None:
        yield from _counts(said)


def _counts(said: dict[str, Any]) -> Iterator[tuple[str, *tuple[str | None, ...]]]:
    for name in COUNTED:
        if name not in LAST:
            yield name, str(said[name])
    longest = said["overdue_longest"]
    if longest:
        yield "overdue longest", f"{longest['id']}, since {when(longest['resolve_by'])}"
    yield "last recorded", when(said["last_recorded"])
    yield "head", said["head"]


def _origin(said: dict[str, Any], name: str) -> str:
    from tracker import settings

    origin = said["settings"][name]["from"]
    if origin == "environment":
        return f"({settings.VARIABLES[name]})"
    return f"({ORIGINS[origin]})"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value} days" if isinstance(value, int) else str(value)


def _spelt(size: int) -> str:
    """Bytes in units of a thousand.

    >>> _spelt(152_000), _spelt(3_400_000)
    ('152 kB', '3.4 MB')
    """
    if size < MILLION:
        return f"{-(-size // 1000)} kB"
    return f"{size / MILLION:,.1f} MB"
