"""Where commands are typed at random: what they say is held against the model ledger."""

from __future__ import annotations

from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from conftest import NOW
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from model import Book, Refused
from model_times import begins, instant, last_instant
from typed import ANALYSTS, REPORT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from conftest import Ran
    from model import Said
    from model_scores import Filter
    from places import Places
    from typed import Draft


@dataclass(frozen=True)
class Desk:
    """Where the commands are typed: a terminal, a clock, a folder, and places for ledgers."""

    run: Callable[..., Ran]
    clock: Callable[[datetime], None]
    folder: Path
    here: Places
    there: Places
    setenv: Callable[[str, str], None]


class Machine(RuleBasedStateMachine):
    """Commands in any order, each held against the model."""

    numbers = count()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.folder = desk.folder / str(next(self.numbers))
        self.folder.mkdir()
        self.report = self.folder / "report.txt"
        self.report.write_text(REPORT, encoding="utf-8")
        self.book = Book()
        self.past: dict[str, Book] = {}  # the book as it stood, by when it was last written
        self.heads: list[str] = []
        self.drafts: list[Draft] = []
        self.backups: list[Path] = []
        self.now = NOW
        self.written = self.copied = False
        self.place = ""
        self.move(desk.here.new())
        self.time(NOW)

    def teardown(self) -> None:
        """Leave no ledger behind."""
        self.desk.here.drop(self.place)

    def move(self, place: str) -> None:
        """Go on with the ledger at another place."""
        self.place = place
        self.desk.setenv("TRACKER_DATABASE_URL", place)

    def time(self, now: datetime) -> None:
        """Set the clock."""
        self.now = now
        self.desk.clock(now)

    def run(self, *words: object, code: int = 0) -> Any:
        """Run a command that ends with this code; its JSON, or else what it printed."""
        ran = self.desk.run(*words)
        assert ran.code == code, f"{words}: {ran}"
        if code:
            start, error, said = ran.err.partition("error: ")
            remarks = (" is read as ", " has passed already", "a new ledger: ")
            assert all(any(map(line.__contains__, remarks)) for line in start.splitlines()), ran
            assert (ran.out, error, "Traceback" in said) == ("", "error: ", False)
            return error + said
        return ran.json if "--json" in words else ran.out

    @contextmanager
    def trial(self) -> Iterator[Book]:
        """The model as it is if the command is not refused, and as it was if it is."""
        before = deepcopy(self.book)
        self.written = True
        try:
            yield self.book
        except Refused:
            self.book = before
            raise
        if self.book.entries > before.entries:
            self.past[instant(self.book.last)] = deepcopy(self.book)

    # --- what is typed ---

    def signed(self, data: st.DataObject, words: list[str]) -> str:
        """Whose command it is, said by option or by the environment."""
        analyst: str = data.draw(st.sampled_from(ANALYSTS))
        if data.draw(st.booleans()):
            words += ["--analyst", analyst]
        else:
            self.desk.setenv("TRACKER_ANALYST", analyst)
        return analyst

    def some_id(self, data: st.DataObject) -> str:
        """A question there is."""
        return str(data.draw(st.sampled_from(sorted(self.book.questions))))

    # --- what is said ---

    def shown(self, book: Book, named: str) -> dict[str, Any]:
        """A question as JSON."""
        question = book.questions[named]
        status, outcome, known = book.stands(question)
        on = question.condition
        return {
            "id": question.id,
            "title": question.title,
            "kind": question.kind,
            "options": [{"name": name, "label": None} for name in question.options],
            "unit": question.unit,
            "criteria": question.criteria,
            "resolve_by": question.resolve_by,
            "condition": {"question": on[0], "outcome": on[1], "text": None} if on else None,
            "tags": sorted(question.tags),
            "status": status,
            "outcome": outcome,
            "known": known,
        }

    def spoken(self, book: Book, named: str, said: Said) -> dict[str, Any]:
        """A forecast as JSON, as far as the model knows it."""
        found = {
            "entry": said.entry,
            "analyst": said.analyst,
            "made": said.made,
            "recorded": f"{said.recorded:%Y-%m-%dT%H:%M:%S.%f}Z",
            "late": book.late(book.questions[named], said),
            "withdrawn": said.body is None,
            "source": said.source,
        }
        for name, value in (said.body or {}).items():
            if name == "quote":
                found["passage"] = value
            elif name != "source":
                found[name] = _plain(value)
        return found

    def agree(self, given: dict[str, Any], meant: dict[str, Any]) -> None:
        """Every key that the model knows of is as the model has it."""
        if isinstance(given.get("passage"), dict):
            given = {**given, "passage": given["passage"]["quote"]}
        assert {name: given[name] for name in meant} == meant

    def listed(self, book: Book, wanted: Filter, given: Any, *, open_only: bool = False) -> None:
        """A list of questions is that of the model."""
        chosen = [
            (question, said)
            for question, said in wanted.questions(book)
            if not open_only or book.stands(question)[0] == "open"
        ]
        assert [one["id"] for one in given] == [question.id for question, _ in chosen]
        for one, (question, said) in zip(given, chosen, strict=True):
            self.agree(one, {**self.shown(book, question.id), "forecasts": len(said)})
            last = {each.analyst: each for each in said}
            held = [each for each in last.values() if each.body is not None]
            for words, each in zip(one["latest"], held, strict=True):
                self.agree(words, self.spoken(book, question.id, each))

    def as_of(self, when: str | None) -> Book:
        """The book as it stood."""
        if when is None:
            return self.book
        stood = [at for at in self.past if begins(at) <= last_instant(when)]
        return self.past[max(stood, key=begins)] if stood else Book()


def _plain(value: Any) -> Any:
    """A value of the model as JSON has it."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return float(value) if hasattr(value, "numerator") else value
