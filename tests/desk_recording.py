"""Commands that record, typed at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from desk import Machine
from hypothesis import strategies as st
from model import Refused
from typed import (
    ANALYSTS,
    QUOTES,
    TAGS,
    TITLES,
    added,
    asking,
    drafts,
    forecasts,
    outcomes,
    seldom,
    times,
)

from tracker import Ledger
from tracker.errors import LedgerError

if TYPE_CHECKING:
    from model import Asked
    from typed import Draft


class Recording(Machine):
    """Forecasts, resolutions, withdrawals, dossiers, and slips of the pen."""

    def log(self, data: st.DataObject, what: str, fit: Asked | None = None) -> None:
        """Log a forecast on what is named, in a form that fits a question, or in any."""
        said = data.draw(forecasts(fit))
        words, asked = data.draw(asking(self.book, self.now) if " " in what else st.just(([], {})))
        if " " not in what and data.draw(st.booleans()):
            tag = data.draw(st.sampled_from(TAGS))
            words, asked = ["--tag", tag], {"tags": {tag}}
        made = data.draw(seldom(times(self.now)))
        words = [*words, *(["--made", made[0]] if made else [])]
        about = {"kind": said.kind, "options": said.options, **asked}
        analyst = self.signed(data, words)
        command = ["log", what, *said.words, *words, "--json"]
        try:
            with self.trial() as book:
                kept, new = book.log(
                    self.now, what, said.body, about, analyst, made[1] if made else None
                )
        except Refused:
            self.run(*command, code=1)
            return
        ran = self.run(*command)
        assert ran["new"] == new
        assert ran["forecast"]["entry"] == kept.entry
        question = self.book.questions[ran["id"]]
        assert kept in question.said
        assert ran["question"] == self.shown(self.book, question.id)

    def begin(self, data: st.DataObject) -> None:
        """Look where nothing is, then start the ledger."""
        assert "no ledger at" in self.run("list", code=1)
        assert self.run("status", "--json")["exists"] is False
        for title in TITLES:
            self.log(data, title)
        while not self.book.questions:
            self.log_by_title(data)

    def log_by_title(self, data: st.DataObject) -> None:
        """A title asks a new question, or names an open one."""
        title = data.draw(st.sampled_from(TITLES))
        self.log(data, title.upper() if data.draw(st.booleans()) else title)

    def log_by_id(self, data: st.DataObject) -> None:
        """An id names a question, open or not."""
        named = self.some_id(data)
        typed = data.draw(st.sampled_from([named, named.upper(), named.removeprefix("q")]))
        fit = None if data.draw(st.integers(0, 9)) == 0 else self.book.questions[named]
        self.log(data, typed, fit)

    def resolve(self, data: st.DataObject) -> None:
        """Settle a question, in any of the ways, for the first time or again."""
        named = self.some_id(data)
        asked = self.book.questions[named]
        said = data.draw(outcomes(asked))
        if data.draw(st.booleans()) and asked.settlings:  # as it was settled once already
            held = data.draw(st.sampled_from(asked.settlings))
            said = held.outcome or held.status.replace(" ", "-")
            known = data.draw(st.sampled_from([None, (held.known, held.known)]))
        else:
            known = data.draw(seldom(times(self.now)))
        note = data.draw(seldom(st.just("as the office says")))
        why = data.draw(seldom(st.just("a slip of the pen")))
        sources = ["https://example.org/w?a=b#c", "the radio", str(self.report), "article d0"]
        source = data.draw(seldom(st.sampled_from(sources)))
        quoted = ((source, data.draw(st.sampled_from(QUOTES))),) if source else ()
        words = ["resolve", named, said, *(["--known", known[0]] if known else [])]
        words += [*(["--note", note] if note else []), *(["--why", why] if why else [])]
        for place, quote in quoted:
            words += ["--source", place, "--quote", quote]
        by = self.signed(data, words)
        meant = said.replace("-", " ") if said == "condition-failed" else said
        try:
            with self.trial() as book:
                given = (known[1] if known else None, by, note, quoted, why)
                new = book.resolve(self.now, named, meant, *given)
        except Refused:
            self.run(*words, "--json", code=1)
            return
        ran = self.run(*words, "--json")
        assert ran["new"] == new
        assert ran["question"] == self.shown(self.book, named)

    def withdraw(self, data: st.DataObject) -> None:
        """Hold a forecast no longer, through the library."""
        analyst = data.draw(st.sampled_from(ANALYSTS))
        named = self.some_id(data)
        with Ledger.open(self.place) as ledger:
            try:
                with self.trial() as book:
                    entry = book.withdraw(self.now, named, analyst).entry
            except Refused:
                with pytest.raises(LedgerError):
                    ledger.withdraw(named, analyst, recorded=self.now)
            else:
                assert ledger.withdraw(named, analyst, recorded=self.now, reason="?") == entry

    def add(self, *given: Draft) -> None:
        """Add dossiers, all or none."""
        words = ["add", *(draft.file for draft in given), "--json"]
        try:
            with self.trial() as book:
                for draft in given:
                    added(book, self.now, draft)
        except Refused:
            self.run(*words, code=1)
        else:
            self.run(*words)

    def add_dossier(self, data: st.DataObject) -> None:
        """Add a new dossier, alone or after one that was there before."""
        file = self.folder / f"d{len(self.drafts)}.dossier.yaml"
        draft = data.draw(drafts(self.book, self.now, file))
        draft.write()
        before = data.draw(st.sampled_from([[], self.drafts[-1:]]))
        self.drafts.append(draft)
        self.add(*before, draft)

    def add_dossier_again(self, data: st.DataObject) -> None:
        """Add a dossier that was added or refused before."""
        if self.drafts:
            self.add(data.draw(st.sampled_from(self.drafts)))

    def slip(self, data: st.DataObject) -> None:
        """A command that is wrong in itself is refused with the code that says so."""
        q = self.some_id(data)
        wrong: list[tuple[int, list[Any]]] = [
            (2, ["log", q]),
            (2, ["log", q, "-p", "7"]),
            (2, ["log", q, "-p", "1.1"]),
            (2, ["log", q, "-p", "0.00000000001%"]),
            (2, ["log", q, "-p", "70%", "--option", "Red=30%"]),
            (2, ["log", q, "-p", "70%", "--range", "60%"]),
            (1, ["log", q, "-p", "70%", "--range", "80%..90%"]),
            (1, ["log", "Is it?", "--option", "Red=30%", "--option", "Blue=60%"]),
            (2, ["log", "Is it?", "--option", "Red=30%", "--option", "Red=70%"]),
            (1, ["log", "Is it?", "-p", "1/2", "--if", "nowhere"]),
            (1, ["log", "Is it?", "-p", "1/2", "--tag", "a", "--tag", "a"]),
            (2, ["log", "Is it?", "-p", "1/2", "--by", "2026-02-30"]),
            (2, ["log", "Is it?", "-p", "1/2", "--made", "tomorrow"]),
            (2, ["log", "Is it?", "-p", "1/2", "--by", "yesterday"]),
            (1, ["log", "nowhere", "-p", "1/2"]),
            (1, ["resolve", "nowhere", "yes"]),
            (2, ["resolve", q, "yes", "--quote", "it rained"]),
            (1, ["resolve", q, "yes", "--source", self.report, "--quote", "it snowed"]),
            (1, ["add", self.folder / "none.yaml"]),
        ]
        code, words = data.draw(st.sampled_from(wrong))
        self.written = True
        self.run(*words, code=code)
