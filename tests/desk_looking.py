"""Commands that look and judge, typed at random."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from desk import Machine
from hypothesis import strategies as st
from model_scores import MEASURED, SCORED, Filter, card, counted, curve, groups, left_out
from model_times import begins, instant, last_instant
from typed import ANALYSTS, COUNTINGS, TAGS, day_or_instant, seldom

if TYPE_CHECKING:
    from datetime import datetime

    from model import Book

DAY = timedelta(days=1)
ALL_KINDS = (*SCORED, *MEASURED)


class Looking(Machine):
    """Lists, histories and scores, now and as of the past."""

    def some_filter(self, data: st.DataObject) -> tuple[Book, Filter, list[str]]:
        """A filter in words, and the book as it stood, perhaps in the past."""
        near = day_or_instant(self.now)
        wanted = Filter(
            analyst=data.draw(seldom(st.sampled_from(ANALYSTS))),
            tag=data.draw(seldom(st.sampled_from(TAGS))),
            source=data.draw(seldom(st.sampled_from(["article d0", "the radio"]))),
            since=data.draw(seldom(near)),
            until=data.draw(seldom(near)),
            prospective=data.draw(st.booleans()),
        )
        as_of = data.draw(seldom(st.one_of(near, st.sampled_from(sorted(self.past)))))
        words = [*wanted.words(), *(["--as-of", as_of] if as_of else [])]
        return self.as_of(as_of), wanted, words

    def list_some(self, data: st.DataObject) -> None:
        """Filters, and the past."""
        which = data.draw(st.sampled_from(["", "--open", "--resolved"]))
        book, wanted, words = self.some_filter(data)
        words += [which] if which else []
        if not wanted.known(book):
            self.run("list", *words, code=1)
            return
        given = self.run("list", *words, "--json")
        if which == "--resolved":
            self.settled(book, wanted, given)
        else:
            self.listed(book, wanted, given, open_only=which == "--open")

    def settled(self, book: Book, wanted: Filter, given: list[dict[str, Any]]) -> None:
        """What became known in a time, the newest first, with what each last forecast cost."""
        asked = replace(wanted, since=None, until=None)
        found: dict[str, datetime] = {}
        for question, _ in asked.questions(book):
            status, _, known = book.stands(question)
            if status != "open" and known is not None and wanted.within(begins(known)):
                found[question.id] = begins(known)
        newest = sorted(found, key=lambda named: found[named], reverse=True)
        assert [one["id"] for one in given] == newest
        holdings = [one for one in counted(book, asked, "last", ALL_KINDS) if one.weight]
        for one in given:
            costs = {
                holding.said.analyst: float(holding.cost)
                for holding in holdings
                if holding.question.id == one["id"]
            }
            self.agree(one, self.shown(book, one["id"]))
            assert one["costs"] == pytest.approx(costs)

    def due(self, data: st.DataObject) -> None:
        """The open questions whose time has come, the longest overdue first."""
        within = data.draw(st.sampled_from([0, 1, 4, 40]))
        book, wanted, words = self.some_filter(data)
        if not wanted.known(book):
            return
        at = words[words.index("--as-of") + 1] if "--as-of" in words else instant(self.now)
        falling = [
            (begins(question.resolve_by), question.id)
            for question, _ in wanted.questions(book)
            if question.resolve_by and book.stands(question)[0] == "open"
            if begins(question.resolve_by) <= last_instant(at) + within * DAY
        ]
        found = self.run("due", *words, "--within", within, "--json")
        falling.sort(key=lambda one: one[0])
        assert [one["id"] for one in found] == [named for _, named in falling]

    def status(self, _: st.DataObject) -> None:
        """The counts."""
        stands = [self.book.stands(question)[0] for question in self.book.questions.values()]
        due = [
            question
            for question, status in zip(self.book.questions.values(), stands, strict=True)
            if status == "open" and question.resolve_by
            if begins(question.resolve_by) <= self.now
        ]
        counts = {
            "analysts": len(self.book.analysts),
            "sources": len(self.book.sources),
            "questions": len(stands),
            "open": stands.count("open"),
            "due": len(due),
            "forecasts": sum(len(question.said) for question in self.book.questions.values()),
            "entries": self.book.entries,
        }
        self.agree(self.run("status", "--json"), counts)

    def show(self, data: st.DataObject) -> None:
        """A question's whole history, and how its score came about."""
        counting = data.draw(st.sampled_from(COUNTINGS))
        book = self.as_of(data.draw(seldom(st.sampled_from(sorted(self.past)))))
        words = [] if book is self.book else ["--as-of", instant(book.last)]
        named = str(data.draw(st.sampled_from(sorted(book.questions))))
        given = self.run("show", named, "--counting", counting, *words, "--json")
        question = book.questions[named]
        self.agree(given, self.shown(book, named))
        found = counted(book, Filter(), counting, ALL_KINDS)
        held = {each.said.entry: each for each in found if each.question is question}
        for words_, said in zip(given["forecasts"], question.history(), strict=True):
            self.agree(words_, self.spoken(book, named, said))
            one = held.get(said.entry)
            if one is None:
                assert (words_["until"], words_["weight"]) == (None, None)
                continue
            assert begins(words_["until"]) == one.until
            assert words_["weight"] == pytest.approx(float(one.weight))
            assert words_["score"] == pytest.approx(float(one.cost))
        costs: dict[str, float] = {}
        for one in held.values():
            if one.weight:
                cost = float(one.weight * one.cost)
                costs[one.said.analyst] = costs.get(one.said.analyst, 0) + cost
        assert given["scores"] == pytest.approx(costs)
        for words_, item in zip(given["resolutions"], question.settlings, strict=True):
            assert (words_["entry"], words_["reason"]) == (item.entry, item.why)
            assert (words_["status"], words_["outcome"], words_["known"]) == item.stands
            assert (words_["by"], words_["note"]) == (item.by, item.note)
            assert [each["source"] for each in words_["evidence"]] == [s for s, _ in item.evidence]

    def score(self, data: st.DataObject) -> None:
        """Scores are those of the definitions."""
        counting = data.draw(st.sampled_from(COUNTINGS))
        by = data.draw(st.sampled_from(["analyst", "tag", "source", "phrase", "month"]))
        scale = data.draw(st.sampled_from(["0-1", "0-2"]))
        book, wanted, words = self.some_filter(data)
        words += ["--counting", counting, "--scale", scale, "--by", by]
        if not wanted.known(book):
            self.run("score", *words, code=1)
            return
        given = self.run("score", *words, "--json")
        found = counted(book, wanted, counting)
        self.scored(given["overall"], card(found), scale)
        parts = groups(found, by)
        assert [group["key"] for group in given["groups"]] == sorted(parts)
        for group in given["groups"]:
            self.scored(group, card(parts[group["key"]]), scale)
        assert given["left_out"] == left_out(book, wanted, counting)
        assert given["recorded_late"] == sum(each.late for each in found if each.weight)

    def scored(self, given: dict[str, Any], meant: dict[str, Any], scale: str) -> None:
        """A card is that of the model."""
        factor = 2 if scale == "0-2" else 1
        brier = None if meant["brier"] is None else meant["brier"] * factor
        for name, value in {**meant, "brier": brier}.items():
            if value is None:
                assert given[name] is None, name
            else:
                assert given[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name

    def calibration(self, data: st.DataObject) -> None:
        """How often each probability was said and came true."""
        counting = data.draw(st.sampled_from(COUNTINGS))
        book, wanted, words = self.some_filter(data)
        if not wanted.known(book):
            return
        given = self.run("calibration", *words, "--counting", counting, "--json")
        found = counted(book, wanted, counting)
        self.scored(given["card"], card(found), "0-1")
        levels = {one["probability"]: (one["forecasts"], one["events"]) for one in given["curve"]}
        assert levels == curve(found)
