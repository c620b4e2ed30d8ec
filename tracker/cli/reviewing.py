"""The walk through the open questions that are due: one key settles, ends, moves or skips one."""

from __future__ import annotations

import contextlib
import shlex
import shutil
import sys
from collections import Counter
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.asking import InputEndedError, key, waiting, watched
from tracker.cli.bars import progress
from tracker.cli.filling import HARD
from tracker.cli.look import Within, horizon, listed
from tracker.cli.options import Blind, Wanted, as_seen, ledger
from tracker.cli.terminal import Captured, line, marked, paragraph, plain, remark, talk, when, width

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.ledger.kept import KeptQuestion
    from tracker.ledger.ledger import Ledger

KEYS = "r_resolve · a_annul · e_extend · u_update · s_skip · l_look · ?_help · q_quit"
HELP = """\
  r  resolve: the outcome, when it was known, where it stands; then what there is to learn
  a  annul: the question ends without an outcome, and is never scored
  e  extend: another day to settle it by
  u  update: a new forecast of your own
  s  skip it for now
  l  look: all there is on it
  q  quit
Enter alone settles nothing. What was recorded stays, however the walk ends.
Ctrl-C ends it anywhere."""
DONE = {"r": "resolved", "a": "annulled", "e": "extended", "u": "updated"}
SAID = 5  # forecasts that are shown
CURVES = 8


def review(
    wanted: Wanted,
    within: Within = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every open question, with a day or without.")
    ] = False,
    after: Annotated[
        str | None, typer.Option(metavar="ID", help="Begin with the one after this.")
    ] = None,
    blind: Blind = None,
) -> None:
    """Walk through what is due; one key settles, extends or skips.

    What the ledger learnt something about last comes first. Each answer is kept at once.

    Example: tracker review --within 7d
    """
    from tracker import settings

    if every and within is not None:
        raise typer.BadParameter("--all and --within exclude one another")
    if wanted.as_of and not wanted.json:
        raise typer.BadParameter("the past cannot be reviewed; with --json it can be listed")
    filters = wanted.filters()
    until, now = horizon(within, filters["as_of"]), settings.now()
    with ledger(wanted.db, writable=not wanted.json) as opened:
        with progress("Reading"):
            questions = _chosen(opened.questions(**filters), None if every else until)
        if after is not None:
            questions = _after(questions, opened.question(after).question.id)
        if wanted.json or not (questions and waiting()):
            questions = as_seen(opened, questions, blind=blind, as_of=filters["as_of"])
            listed(questions, as_json=wanted.json, empty="nothing to review")
            if questions and not wanted.json:
                talk("these wait for a review; run it in a terminal, or give it lines to read")
            return
        ids = [one.question.id for one in questions]
        walk(Walk(opened, ids, now, blind, _again(wanted, within, blind, every=every)))


def _chosen(questions: list[KeptQuestion], until: datetime | None) -> list[KeptQuestion]:
    from tracker.views.reviewing import falling_due, newest_first, still_open

    return newest_first(still_open(questions) if until is None else falling_due(questions, until))


def _after(questions: list[KeptQuestion], last: str) -> list[KeptQuestion]:
    """Those that come after one; all of them where it is not there any more."""
    ids = [one.question.id for one in questions]
    return questions[ids.index(last) + 1 :] if last in ids else questions


def _again(wanted: Wanted, within: str | None, blind: bool | None, *, every: bool) -> list[str]:
    """The command as it was typed, as far as it says what is walked."""
    words = ["tracker", "review", *(["--all"] if every else [])]
    words += [] if within is None else ["--within", within]
    words += [] if blind is None else ["--blind" if blind else "--no-blind"]
    for one in fields(wanted):
        value, option = getattr(wanted, one.name), f"--{one.name.replace('_', '-')}"
        if value is not None and value is not False:
            words += [option] if value is True else [option, str(value)]
    return words


@dataclass
class Walk:
    """A walk through questions: what was done with which, and which are left."""

    opened: Ledger
    left: list[str]
    now: datetime
    blind: bool | None
    again: list[str]
    done: Counter[str] = field(default_factory=Counter)
    skipped: str | None = None
    asked: bool = False  # for more than a key

    def __post_init__(self) -> None:
        self.number = len(self.left)

    def did(self, what: str) -> None:
        """Be done with the first that is left."""
        self.done[what] += 1
        self.left.pop(0)


class _Quit(Exception):  # noqa: N818 - nothing went wrong
    """The person has had enough."""


def walk(through: Walk) -> None:
    """Walk until all are seen, or the person stops, goes away or interrupts."""
    try:
        while through.left:
            _one(through, through.left[0])
    except (_Quit, InputEndedError):
        pass
    except KeyboardInterrupt:
        talk("")
        raise
    finally:
        _summed_up(through)
    if through.asked:
        talk("the answers ended in the midst of one, of which nothing was recorded")
        raise typer.Exit(1)


def _one(through: Walk, question: str) -> None:
    """Show a question and do what is asked, until that leads on to the next."""
    kept = through.opened.question(question)
    if kept.settled.status != "open":
        talk(f"{question} is {kept.settled.status} by now")
        through.left.pop(0)
        return
    (kept,) = as_seen(through.opened, [kept], blind=through.blind, as_of=None)
    _show(through, kept)
    while True:
        remark(KEYS.replace("_", HARD))
        pressed = key("> ")
        if pressed == "q":
            raise _Quit
        if pressed == "s":
            through.skipped = question
            through.did("skipped")
            return
        if pressed in DONE and _acted(through, kept, pressed):
            return
        if pressed == "l":
            _look(kept)
        elif pressed not in DONE:
            talk(HELP if pressed == "?" else "  one of these keys:", always=True)


def _acted(through: Walk, kept: KeptQuestion, pressed: str) -> bool:
    """Do what a key stands for; whether something was recorded."""
    from tracker.cli.answering import ACTS, learn
    from tracker.errors import TrackerError

    through.asked = True
    try:
        acted = ACTS[pressed](through.opened, kept)
    except TrackerError as error:
        talk(f"error: {error}", always=True)
        acted = False
    through.asked = False
    if not acted:
        talk("  nothing was recorded")
        return False
    through.did(DONE[pressed])
    if pressed == "r":
        learn(through.opened, kept.question.id)
    return True


def _look(kept: KeptQuestion) -> None:
    """Show all there is on a question, page by page where it is longer than the screen."""
    from tracker.cli.show import show_open

    captured = Captured()
    with contextlib.redirect_stdout(captured):
        show_open(kept)
    text = captured.getvalue()
    if (
        watched()
        and sys.stdout.isatty()
        and text.count("\n") > shutil.get_terminal_size().lines - 2
    ):
        import pydoc

        pydoc.pager(text)
    else:
        print(text, end="")


def _summed_up(through: Walk) -> None:
    done = ", ".join(f"{count} {name}" for name, count in through.done.items())
    left = len(through.left)
    talk(f"{done or 'nothing was recorded'}; {f'{left} left' if left else 'none left'}")
    if left:
        after = ["--after", through.skipped] if through.skipped else []
        talk(f"go on with  {shlex.join([*through.again, *after])}")


# --- what is shown of a question ------------------------------------------------------------------


def _show(through: Walk, kept: KeptQuestion) -> None:
    from tracker.views.blind import hidden
    from tracker.views.reviewing import lateness

    question = kept.question
    line(f"\n[{through.number - len(through.left) + 1} of {through.number}]")
    paragraph(f"{question.id}  {question.title}")
    if any(option.label for option in question.options):
        for option in question.options:
            paragraph(f"{option.name}: {option.label or option.name}", indent="    ")
    elif question.options:
        among = ", ".join(option.name for option in question.options)
        paragraph(f"one of {among}", indent="    ")
    if question.criteria:
        paragraph(f"criteria: {question.criteria}", indent="    ")
    if question.condition:
        paragraph(f"only if {question.condition}", indent="    ")
    day = f"settle by {when(question.resolve_by)}, " if question.resolve_by else ""
    paragraph(f"{day}{lateness(kept, through.now)}", indent="    ")
    for unseen in filter(None, [hidden(kept)]):
        paragraph(unseen, indent="    ")
    _words(kept)
    _said(kept)
    _history(kept, through.now)
    paragraph(
        f"a text on it: tracker evidence FILE --question {question.id} --review", indent="    "
    )


def _words(kept: KeptQuestion) -> None:
    from tracker.views.said import sentences

    for words in list(sentences(kept))[-SAID:]:
        phrase = [(f"[{words.phrase}]", True)] if words.phrase else []
        around = [(f"{words.place}: “{words.before}", False), *phrase, (f"{words.after}”", False)]
        marked(around, indent="    ")


def _said(kept: KeptQuestion) -> None:
    from tracker.views.said import spoken

    earlier = len(kept.forecasts) - SAID
    if earlier > 0:
        paragraph(f"{earlier:,} earlier, which l shows", indent="    ")
    for said in kept.forecasts[-SAID:]:
        paragraph(f"{when(said.made)}  {said.analyst}: {spoken(said.forecast)}", indent="    ")


def _history(kept: KeptQuestion, now: datetime) -> None:
    """A line of signs for each analyst; blanks in it are no place to break a line."""
    from tracker.views.reviewing import curves

    found = curves(kept, now, columns=min(24, width() // 4), ascii_only=plain())
    if len({one.made for one in kept.forecasts}) < 2:  # noqa: PLR2004 - nothing has moved
        return
    wide = max(len(curve.label) for curve in found[:CURVES])
    for curve in found[:CURVES]:
        drawn = f"{curve.label:<{min(wide, 12)}}  {curve.drawn}".replace(" ", HARD)
        moved = curve.first if curve.forecasts == 1 else f"{curve.first} → {curve.last}"
        paragraph(f"{drawn}  {moved.replace(' ', HARD)}", indent="    ")
    if len(found) > CURVES:
        paragraph(f"and {len(found) - CURVES:,} more, which l shows", indent="    ")
