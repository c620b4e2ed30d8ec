"""Corrections: what is taken back, questions asked otherwise, and what second raters judge.

Nothing that was recorded changes: each correction is an entry of its own, by somebody and, where it
takes something back or changes it, with a reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from tracker.errors import LedgerError, UnknownIdError
from tracker.ledger import checks, naming
from tracker.ledger.recording import Recorder
from tracker.ledger.tables import TABLES, AmendmentRow, JudgementRow, RetractionRow
from tracker.ledger.viewing import AMENDED, RETRACTABLE
from tracker.records import Analyst

if TYPE_CHECKING:
    from typing import Any

    from tracker.ledger.kept import KeptQuestion
    from tracker.records import Amendment, Correction, Judgement

INSTEAD = {  # what to do about an entry that cannot be retracted
    "evidence": "retract the resolution that it belongs to",
    "question": "end it with `tracker resolve {key} annulled`, or ask it otherwise with "
    "`tracker amend {key}`",
}


class Corrected(NamedTuple):
    """What became of a correction: the question it bears on, its entry, and whether it was new."""

    question: KeptQuestion
    entry: int
    new: bool


class Corrector(Recorder):
    """Adds corrections to a ledger over one writing connection, at one instant."""

    def retract(self, entry: int, correction: Correction) -> tuple[int, int]:
        """The number of the question that a retracted entry bears on, and the new entry.

        Raises UnknownIdError where there is no such entry, and LedgerError where it cannot be
        retracted or is already.
        """
        kind = self._kind(entry)
        if kind not in RETRACTABLE:
            raise LedgerError(
                f"entry {entry} is {_a(kind)} and stays; {self._instead(kind, entry)}"
            )
        self._not_yet(entry)
        restored = self.reader.retractions.get(entry)
        if restored is not None and restored.supersedes in self.reader.retractions:
            self._not_yet(self.reader.retractions[restored.supersedes].supersedes)
        root, bears = entry, kind
        while bears == "retraction":
            root = self.reader.retractions[root].supersedes
            bears = self._kind(root)
        table = TABLES[bears]
        chosen = select(table.c.question_id).where(table.c.entry_id == root)
        number = int(self.connection.execute(chosen).scalar_one())
        by = self.analyst(Analyst(handle=correction.by))
        new = self.rows.record(
            RetractionRow, supersedes=entry, reason=correction.reason, by_id=by
        ).entry
        return number, new

    def amend(self, amendment: Amendment, reason: str) -> int | None:
        """The entry by which a question is asked otherwise; None where it is asked so already."""
        number = self.questions[amendment.question]
        asked = self.reader.question_rows[number]
        said = {name: getattr(amendment, name) for name in AMENDED}
        new = {n: v for n, v in said.items() if v is not None and v != getattr(asked, n)}
        for other in naming.titled(self.reader, new.get("title", "")):
            if other != number:
                held = self.reader.question_rows[other].key
                self._wrong(
                    "title", new["title"], f"a title that no other question has; {held} has"
                )
        self.done()
        if not new:
            return None
        by = self.analyst(Analyst(handle=amendment.by))
        return self.rows.record(
            AmendmentRow, reason=reason, question_id=number, by_id=by, **new
        ).entry

    def judge(self, judgement: Judgement, reason: str | None) -> tuple[int, bool]:
        """The entry of what a second rater judged, and whether it is new.

        Who judges otherwise than before needs a reason; the same again changes nothing.
        """
        key = judgement.question
        number = self.questions[key]
        if judgement.outcome is not None:
            said = self._outcome(key, judgement.outcome, "outcome")
            judgement = judgement.model_copy(update={"outcome": said})
        if judgement.known is not None:
            self.problems += checks.not_ahead(judgement.known, self.at, "known")
        self.done()
        stands = self._settled(number)[-1:]
        if stands and stands[0][1].by == judgement.by:
            raise LedgerError(
                f"{judgement.by} settled {key}; a second rater is somebody else (--analyst), and "
                f"`tracker resolve {key} OUTCOME --why TEXT` settles it otherwise"
            )
        held = [
            one
            for one in self.reader.judgements([number]).get(number, [])
            if one.judgement.by == judgement.by
        ]
        if held and held[-1].judgement == judgement:
            return held[-1].entry, False
        if held and reason is None:
            earlier = held[-1].judgement
            expected = f"{earlier.outcome or earlier.status}, as {judgement.by} judged it; to "
            expected += "judge otherwise, say --why"
            self._wrong("outcome", judgement.outcome or judgement.status, expected)
            self.done()
        new = self.rows.record(
            JudgementRow,
            supersedes=held[-1].entry if held else None,
            reason=reason,
            question_id=number,
            by_id=self.analyst(Analyst(handle=judgement.by)),
            **judgement.model_dump(include={"status", "outcome", "known", "note"}),
        )
        return new.entry, True

    # --- inside -------------------------------------------------------------------------------

    def _kind(self, entry: int) -> str:
        """The kind of an entry; UnknownIdError where there is none."""
        last = self.rows.last
        if entry not in range(1, last + 1):
            hint = f"its entries are 1 to {last}" if last else "it has none yet"
            hint += "; `tracker show ID` gives those of a question"
            raise UnknownIdError("entry", str(entry), hint=hint)
        table = TABLES["entry"]
        chosen = select(table.c.kind).where(table.c.id == entry)
        return str(self.connection.execute(chosen).scalar_one())

    def _not_yet(self, entry: int) -> None:
        """Make sure that an entry is not retracted."""
        by = self.reader.retracted.get(entry)
        if by is None:
            return
        row = self.reader.retractions[by]
        who = self.reader.analysts[row.by_id]
        raise LedgerError(
            f"entry {entry} is retracted already, {row.recorded[:10]} by {who}: {row.reason}; "
            f"`tracker retract {by} --why TEXT` would restore it"
        )

    def _instead(self, kind: str, entry: int) -> str:
        asked: Any = next(
            (row for row in self.reader.question_rows.values() if row.entry_id == entry), None
        )
        said = INSTEAD.get(
            kind,
            "forecasts, withdrawals, resolutions, lessons, amendments, "
            "judgements and retractions can be retracted",
        )
        return said.format(key=asked.key if asked else "")


def _a(kind: str) -> str:
    said = {
        "question_tag": "a tag on a question",
        "chained": "the end of the entries without chain",
    }
    return said.get(kind, f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}")
