"""The days on which questions are to be settled, as a calendar takes them (RFC 5545)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.values import begins
from tracker.views.reviewing import news
from tracker.views.said import answers, latest, outcome, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tracker.ledger.kept import KeptQuestion

BEFORE = timedelta(hours=-15)  # from the midnight on which the day begins: at nine the day before


class Entry(NamedTuple):
    """One day of the calendar. Times are canonical moments; ``revision`` never falls."""

    uid: str
    question: str
    title: str
    text: str
    day: str
    created: str
    changed: str
    revision: int
    cancelled: bool
    tags: tuple[str, ...]


def agenda(
    questions: Iterable[KeptQuestion],
    hashes: Mapping[str, str],
    everything: Mapping[str, KeptQuestion],
) -> list[Entry]:
    """The questions that have a day, by that day.

    A settled one is cancelled: a calendar that reads the file again takes its reminder away.
    ``hashes`` are those of the entries by which questions came into the ledger; nothing else
    tells two ledgers apart for ever. ``everything`` holds what questions are conditional on.
    """
    found = [
        Entry(
            uid=f"{hashes[kept.question.id]}@tracker",
            question=kept.question.id,
            title=kept.question.title,
            text="\n".join(_text(kept)),
            day=begins(kept.question.resolve_by).date().isoformat(),
            created=kept.recorded,
            changed=max(news(one) for one in _chain(kept, everything)),
            revision=sum(_revision(one) for one in _chain(kept, everything)),
            cancelled=kept.settled.status != "open",
            tags=kept.question.tags,
        )
        for kept in questions
        if kept.question.resolve_by is not None
    ]
    return sorted(found, key=lambda entry: entry.day)


def _chain(kept: KeptQuestion, everything: Mapping[str, KeptQuestion]) -> list[KeptQuestion]:
    """A question, and what it is conditional on: that may end it too."""
    on = kept.question.condition
    if on is None or on.question is None or on.question not in everything:
        return [kept]
    return [kept, *_chain(everything[on.question], everything)]


def _revision(kept: KeptQuestion) -> int:
    """How often a question was settled or asked otherwise; to take that back is one more."""
    taken_back = len(kept.retracted) + len(kept.retractions)
    return len(kept.resolutions) + len(kept.amendments) + taken_back


def _text(kept: KeptQuestion) -> Iterable[str]:
    if kept.question.criteria:
        yield kept.question.criteria
    if kept.question.condition:
        yield f"Only if {kept.question.condition}."
    for said in latest(kept):
        yield f"{said.made[:10]}  {said.analyst}: {spoken(said.forecast)}"
    if kept.settled.status == "open":
        yield f"tracker resolve {kept.question.id} OUTCOME   ({answers(kept.question)})"
    else:
        yield f"Settled: {outcome(kept)}."


def icalendar(entries: Iterable[Entry], *, safe: Callable[[str], str]) -> bytes:
    """The calendar as a file: the same bytes for the same entries; text is made ``safe``."""
    from icalendar import Calendar

    calendar = Calendar()
    for name, value in (
        ("prodid", "-//tracker//calendar//EN"),
        ("version", "2.0"),
        ("x-wr-calname", "tracker"),
    ):
        calendar.add(name, value)
    for entry in entries:
        calendar.add_component(_event(entry, safe))
    return bytes(calendar.to_ical())


def _event(entry: Entry, safe: Callable[[str], str]) -> Any:
    from icalendar import Event

    event = Event()
    event.add("uid", entry.uid)
    event.add("summary", safe(f"{entry.question}: {entry.title}"))
    event.add("description", safe(entry.text))
    event.add("dtstart", begins(entry.day).date())
    event.add("created", begins(entry.created))
    event.add("dtstamp", begins(entry.changed))
    event.add("last-modified", begins(entry.changed))
    event.add("sequence", entry.revision)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # nobody is busy on that day
    if entry.tags:
        event.add("categories", [safe(tag) for tag in entry.tags])
    if not entry.cancelled:
        event.add_component(_alarm(entry, safe))
    return event


def _alarm(entry: Entry, safe: Callable[[str], str]) -> Any:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", safe(f"{entry.question}: {entry.title}"))
    alarm.add("trigger", BEFORE)
    return alarm
