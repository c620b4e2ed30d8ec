"""Days and instants, as the model ledger takes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

AHEAD = timedelta(hours=14)  # where it is tomorrow already, a day has come
TICK = timedelta(microseconds=1)


def instant(when: datetime) -> str:
    """An instant as it is written."""
    return when.isoformat().replace("+00:00", "Z")


def begins(when: str) -> datetime:
    """The first instant of a day, or an instant."""
    if len(when) == 10:
        day = date.fromisoformat(when)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    return datetime.fromisoformat(when)


def last_instant(when: str) -> datetime:
    """The last instant of a day, or an instant."""
    return begins(when) + (timedelta(days=1) - TICK if len(when) == 10 else timedelta(0))


def ahead(when: str, now: datetime) -> bool:
    """Whether a time has not come yet."""
    return begins(when) > now + (AHEAD if len(when) == 10 else timedelta(0))
