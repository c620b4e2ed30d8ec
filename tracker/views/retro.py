"""From a ledger to a retrospective: what is read, counted and scored for its page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tracker.values import begins
from tracker.views.lines import Passages, Scores, line, printed, scores
from tracker.views.stated import PENDING, Stated

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence
    from datetime import datetime

    from tracker.charts.picture import Picture
    from tracker.ledger.kept import KeptQuestion
    from tracker.ledger.stating import Statement
    from tracker.pages.lines import CallLine, Line
    from tracker.pages.retro import Learnt, Read, Retro
    from tracker.pairs import Pairs
    from tracker.scoring.retrospect import Call, Retrospect
    from tracker.views.as_read import Readable
    from tracker.views.lines import Links
    from tracker.views.stated import Told

CALLS = 6  # best and worst
ROUNDING = 1e-9
LINES = 200  # of everything that was said
OTHERS = 12  # of those that stand behind one of them
WAITING = 50  # questions still open
SOURCES = 30
STEPS = 4
SEVERAL = 3  # forecasts on a question before its history is worth a picture


def gather(
    ledger: Readable,
    filters: dict[str, Any],
    *,
    counting: str,
    about: tuple[str, ...],
    now: datetime,
    links: Links | None = None,
    done: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005
) -> Retro:
    """The retrospective of the analyst whom the filters name; ``now`` tells what is overdue.

    ``links`` gives the page of a question or source on the same site as the retrospective: called
    with ``"questions"`` or ``"sources"`` and an id, it gives an address or None.
    """
    from tracker.pages.retro import Retro
    from tracker.scoring.counting import count
    from tracker.scoring.retrospect import retrospect

    pairs, said = ledger.pairs(**filters), ledger.statements(**filters)
    done(1, STEPS)
    counted = count(pairs, counting)
    judged = _judged(counted)
    done(2, STEPS)
    found = _first(retrospect(pairs, counting=counting, calls=len(counted)), _favoured(counted))
    done(3, STEPS)
    weights = dict(zip(counted.forecast.tolist(), counted.weight.tolist(), strict=True))
    stated = Stated(said, weights, frozenset(pairs.forecast.tolist()), now)
    passages = Passages(ledger, as_of=filters.get("as_of"), links=links)
    shown = _read(ledger, filters, stated, found=found, counted=counted, passages=passages)
    handle = str(filters["analyst"])
    name = ledger.analysts()[handle] or handle
    done(4, STEPS)
    return Retro(
        title=name,
        analyst=name,
        handle=handle,
        about=about,
        counting=counting,
        **judged,
        **_found(found),
        late=int(counted.late[counted.starts].sum()),
        **shown.everything(),
        best=shown.calls(found.best),
        worst=shown.calls(found.worst),
        histories=shown.histories(found.worst),
        read=_sources(stated, passages),
        lessons=_lessons(ledger, filters, stated, passages),
    )


def _judged(counted: Pairs) -> dict[str, Any]:
    """What is scored, by the names that a retrospective has for it."""
    from tracker.scoring.calibration import curve_of
    from tracker.scoring.forecasts import chance, sample
    from tracker.scoring.over_time import over_time
    from tracker.scoring.phrases import phrases, summary
    from tracker.scoring.readings import reading_scores
    from tracker.scoring.scorecard import card
    from tracker.scoring.simultaneous import simultaneous_band

    drawn, read = sample(counted), reading_scores(counted)
    spoken = phrases(counted, by_analyst=False)
    return {
        "card": card(drawn),
        "reading_range": _ends(read.kindest, read.harshest) if read.verbal else None,
        "chance": chance(counted),
        "curve": curve_of(drawn.tally, drawn.trials),
        "band": simultaneous_band(drawn.tally, drawn.trials),
        "over_time": over_time(counted),
        "phrases": spoken,
        "phrases_verdict": summary(spoken),
    }


def _ends(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)


def _first(found: Retrospect, favoured: Container[int]) -> Retrospect:
    """The first calls; the best are those that had what happened as their favourite."""
    best = [call for call in found.best if call.forecast in favoured]
    return replace(found, best=tuple(best[:CALLS]), worst=found.worst[:CALLS])


def _favoured(counted: Pairs) -> frozenset[int]:
    """The forecasts that gave what happened at least as much as any other answer."""
    from tracker.scoring.forecasts import given

    if not len(counted):
        return frozenset()
    said, starts = counted.probability, counted.starts
    other = np.where(counted.kind == "binary", 1 - said, 0.0)
    most = np.maximum.reduceat(np.maximum(said, other), starts)
    return frozenset(counted.forecast[starts][given(counted) > most - ROUNDING].tolist())


def _found(found: Retrospect) -> dict[str, Any]:
    return {"bias": found.bias, "sets": found.sets, "updating": found.updating}


def _read(
    ledger: Readable,
    filters: Mapping[str, Any],
    stated: Stated,
    *,
    found: Retrospect,
    counted: Pairs,
    passages: Passages,
) -> _Shown:
    """Read the questions that are shown, and no others, and score the forecasts on them."""
    wanted = {call.question for call in (*found.best, *found.worst)}
    wanted |= {told.main.question for told in stated.told[:LINES]}
    wanted |= {one.question for one in (*stated.newest[:LINES], *stated.open[:WAITING])}
    if (updated := stated.most_updated()) is not None:
        wanted.add(updated)
    ids = tuple(sorted(wanted))
    read = ledger.questions(**{**filters, "question": ids}) if ids else []
    of_them = counted.take(np.isin(counted.question, ids))
    questions = {one.question.id: one for one in read}
    return _Shown(stated, questions, scores(of_them), passages)


@dataclass(frozen=True, eq=False)
class _Shown:
    """What of the statements is shown: their questions by id, their scores by entry."""

    stated: Stated
    questions: Mapping[str, KeptQuestion]
    scores: Mapping[int, Scores]
    passages: Passages

    def everything(self) -> dict[str, Any]:
        """What was said and what is open, by the names that a retrospective has for it."""
        stated = self.stated
        told = stated.told[:LINES]
        behind = sum(len(one.others) for one in told)
        return {
            "counts": stated.counts,
            "lines": self._ordered(self._line(one) for one in stated.newest[:LINES]),
            "told": self._ordered(self._told(one) for one in told),
            "beyond": len(stated.said) - len(told) - behind,
            "said": len(stated.said),
            "waiting": tuple(self._line(one) for one in stated.open[:WAITING]),
            "open": len(stated.open),
            "overdue": sum(stated.status[one.entry] == "overdue" for one in stated.open),
        }

    @staticmethod
    def _ordered(lines: Iterable[Line]) -> tuple[Line, ...]:
        """The newest first; of those made at one time the costliest."""
        found = sorted(lines, key=lambda one: one.entry)
        found.sort(key=lambda one: 0 if one.cost is None else -1 - one.cost)
        return tuple(sorted(found, key=lambda one: begins(one.made), reverse=True))

    def _line(self, one: Statement) -> Line:
        question = self.questions[one.question]
        kept = next(kept for kept in question.forecasts if kept.entry == one.entry)
        status = self.stated.status[one.entry]
        return line(
            question,
            kept,
            scored=self.scores.get(one.entry),
            passages=self.passages,
            status="open" if status in PENDING else status,
            overdue=status == "overdue",
        )

    def _told(self, told: Told) -> Line:
        """A forecast with those that stand behind it."""
        from tracker.pages.lines import Other

        shown = self._line(told.main)
        if not told.others:
            return shown
        kept = {one.entry: one for one in self.questions[told.main.question].forecasts}
        others = tuple(
            Other(one.made, one.phrase, printed(kept[one.entry].forecast))
            for one in told.others[:OTHERS]
        )
        return replace(shown, more=self.stated.more(told), others=others)

    def calls(self, calls: Sequence[Call]) -> tuple[CallLine, ...]:
        """Calls with what was said, and what became of it."""
        from tracker.pages.lines import CallLine

        statements = {one.entry: one for one in self.stated.said} if calls else {}
        parts: dict[str, list[Scores]] = defaultdict(list)
        for part in self.scores.values():
            parts[part.question].append(part)
        found = []
        for call in calls:
            on = parts[call.question]
            whole = sum(part.weight for part in on)
            kind = sum(part.weight * part.kindest for part in on) / whole
            harsh = sum(part.weight * part.harshest for part in on) / whole
            shown = self._line(statements[call.forecast])
            bits = call.surprise, call.gain
            found.append(CallLine(shown, call.forecasts, *bits, call.score, kind, harsh))
        return tuple(found)

    def histories(self, worst: Sequence[Call]) -> tuple[Picture, ...]:
        """How the forecasts ran on the worst call, and where they changed most often."""
        from tracker.views.history import closer_picture_of

        ids = [*(call.question for call in worst[:1]), self.stated.most_updated()]
        found: list[Picture] = []
        for id_ in dict.fromkeys(ids):
            kept = self.questions.get(id_ or "")
            if kept is None or sum(one.forecast is not None for one in kept.forecasts) < SEVERAL:
                continue
            if (picture := closer_picture_of(kept)) is not None:
                name = f"history-{len(found) + 1}"
                found.append(replace(picture, name=name, title=kept.question.title))
        return tuple(found)


def _sources(stated: Stated, passages: Passages) -> tuple[Read, ...]:
    """The sources of the statements, with how many of these could be scored."""
    from tracker.pages.retro import Read

    made: dict[str, list[Statement]] = defaultdict(list)
    for one in stated.said:
        if one.source is not None and not one.withdrawn:
            made[one.source].append(one)
    most = sorted(made, key=lambda name: (-len(made[name]), name))[:SOURCES]
    about = passages.sources
    return tuple(
        Read(
            title=str(about[name]["title"] or name),
            url=about[name]["url"],
            published=about[name]["published"],
            statements=len(made[name]),
            scorable=sum(one.scorable for one in made[name]),
            scored=sum(one.entry in stated.weights for one in made[name]),
            link=passages.links("sources", name),
        )
        for name in most
    )


def _lessons(
    ledger: Readable, filters: Mapping[str, Any], stated: Stated, passages: Passages
) -> tuple[Learnt, ...]:
    """What the analyst learnt from the questions of these forecasts, newest first."""
    from tracker.pages.retro import Learnt

    asked = {one.question for one in stated.said}
    noted = ledger.lessons(str(filters["analyst"]), as_of=filters.get("as_of"))
    return tuple(
        Learnt(one.title, one.question, one.lesson.text, passages.links("questions", one.question))
        for one in noted
        if one.question in asked
    )
