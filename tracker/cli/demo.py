"""The demo: the whole idea on two real articles, in a ledger that is thrown away."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.cli.bars import progress
from tracker.cli.tables import table
from tracker.cli.terminal import line, number, paragraph, plain, talk, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.ledger.ledger import Ledger
    from tracker.pages.lines import Line
    from tracker.pages.retro import Retro

TITLE = "What the pre-war essay forecast, and what came of it"
DOSSIERS = ("prewar-essay", "war-article")
ANALYST = "essayist"
SOURCE = "prewar-essay"
AFTER = "Every forecast here was entered after its outcome was known"
HAPPENS = "A record that is to prove something is kept as it happens."
LATE = f"{AFTER}; `--prospective` would leave them all out. {HAPPENS}"
HEADS = {
    "settled": "Brier score, words, how they are read, what happened",
    "said again": "another wording of a bet above; the last one counts",
    "open": "not settled by the article",
    "condition failed": "what they depend on did not come about",
    "not scorable": "kept, but they commit to no likelihood of their own",
}
ONE_CRISIS = (
    "These questions are not independent: they hang on one crisis, so there is less evidence here "
    "than their number suggests."
)
ONE_WITNESS = (
    "The outcomes rest on one article, whose author takes sides; a second source should stand "
    "beside each before anything is concluded about the analyst."
)


def run(output: Path, report: Path | None = None) -> None:
    """Load the seeds, show what they come to, and write the page, and a whole report if asked."""
    from tracker.cli import digests
    from tracker.cli.diagram import draw
    from tracker.files import write
    from tracker.ledger.ledger import Ledger
    from tracker.pages.retro import retro_page

    with (
        progress("Looking back"),
        tempfile.TemporaryDirectory(prefix="tracker-demo-") as folder,
        Ledger.open(Path(folder) / "tracker.db", create=True) as ledger,
    ):
        _load(ledger)
        record = _record(ledger)
        asked = [kept.question.id for kept in ledger.questions(analyst=ANALYST)]
        others = len(ledger.questions(source=SOURCE)) - len({said.id for said in record.lines})
        if report is not None:
            write_report(ledger, report)
    paragraph(
        "An essay from before the US-Iran war of 2026, read for its forecasts: "
        f"{len(record.lines)} by its author, {others} that it reports of others and that are kept "
        "under their names. Each is tied to its exact words, and its reading is a range. An "
        "article of 2 March 2026 says what came of them."
    )
    digests.show()
    _said(sorted(record.lines, key=lambda said: (asked.index(said.id), said.entry)))
    _scorecard(record)
    line()
    line(draw(record.curve, width=min(width(), 100), ascii=plain()))
    _misses(record)
    for note in record.notes:
        line()
        paragraph(note)
    notes = (f"{AFTER}. {HAPPENS}", *record.notes[1:])
    write(output, retro_page(replace(record, notes=notes, commands=False)), parents=True)
    line()
    for page in (output, *(() if report is None else (report / "index.html",))):
        line(f"written: {page.resolve()}  (opens in any browser, offline)")
    talk("")
    talk('next: tracker log "Snow in Vienna before Advent" -p 70% --by 2026-11-29')
    talk("      tracker extract ARTICLE --review   finds the forecasts in a text of yours")
    talk("      tracker --help")


def write_report(ledger: Ledger, folder: Path) -> None:
    """Write the track record of the ledger."""
    from tracker.cli.options import Wanted
    from tracker.cli.report import write

    title = "Track record: two articles on the US-Iran crisis"
    write(ledger, folder, title=title, filters=Wanted().filters(), counting="time-weighted")


def _load(ledger: Ledger) -> None:
    from tracker import settings
    from tracker.files import bundled
    from tracker.texts.dossier import read

    for name in DOSSIERS:
        path = bundled("seeds") / f"{name}.dossier.yaml"
        ledger.add(read(path).dossier, recorded=settings.now())


def _record(ledger: Ledger) -> Retro:
    """The retrospective of the essay's author."""
    from tracker import settings
    from tracker.views.retro import gather

    about = ledger.sources()[SOURCE]
    name = ledger.analysts()[ANALYST]
    said = f"Forecasts by the {str(name)[:1].lower()}{str(name)[1:]}"
    found = gather(
        ledger,
        {"analyst": ANALYST},
        counting="time-weighted",
        about=(said, str(about["title"]), str(about["published_note"]).rstrip(".")),
        now=settings.now(),
    )
    notes = (LATE, ONE_CRISIS, ONE_WITNESS)
    return replace(found, title=TITLE, notes=notes)


def _said(everything: Sequence[Line]) -> None:
    """Two lines a forecast: cost, words, reading and outcome; and the question."""
    for status in ("settled", "said again", "open", "condition failed", "not scorable"):
        lines = [said for said in everything if said.status == status]
        if not lines:
            continue
        line()
        line(f"{status.upper()} ({HEADS[status]})")
        for said in lines:
            cost = "" if said.cost is None else number(said.cost)
            came = f" → {said.outcome}" if said.outcome else ""
            line(f"  {cost:>5}  “{said.phrase}” · {_short(said)}{came}")
            paragraph(said.title, indent=" " * 9)


def _short(said: Line) -> str:
    """The reading in one line: of an option set, the option that was given most."""
    options = said.reading.split(", ")
    if len(options) == 1:
        return said.reading
    most = max(options, key=lambda option: float(option.removesuffix(" %").rsplit(" ", 1)[1]))
    return f"{most}, of {len(options)}"


def _scorecard(record: Retro) -> None:
    card = record.card
    low, high = record.reading_range or (None, None)
    interval = card.brier_interval or (None, None)
    line()
    line(f"SCORECARD of the {record.analyst.lower()}: {card.questions} questions settled")
    line()
    identity = "   (score = miscalibration - discrimination + uncertainty)"
    facts = {
        "Brier score": f"{number(card.brier)}   (0-1 scale, lower is better)",
        "  equal chances": f"{number(record.chance)}   (always 50 %; among options, each the same)",
        "  reading range": f"{number(low)} to {number(high)}   (kindest to harshest reading of the "
        "words)",
        "  90 % interval": f"{number(interval[0])} to {number(interval[1])}   (by question)",
        "  miscalibration": number(card.miscalibration),
        "  discrimination": number(card.discrimination),
        "  uncertainty": number(card.uncertainty) + identity,
        "log score": f"{number(card.log)}   (natural log, lower is better)",
    }
    for name, value in facts.items():
        line(f"{name:<17} {value}")
    line()
    paragraph(card.verdict)


def _misses(record: Retro) -> None:
    costly = sorted(
        (said for said in record.lines if said.cost), key=lambda said: (-(said.cost or 0), said.id)
    )
    rows = [
        (
            number(said.cost),
            f"{number(said.cost_kindest)}–{number(said.cost_harshest)}",
            f"“{said.phrase}”",
            f"{said.title} {said.reading} – {said.outcome}",
        )
        for said in costly[:3]
    ]
    line()
    line("THE WORST MISSES, and what the kindest and the harshest reading would have cost")
    table(("Brier", "range", "words", "question, reading and outcome"), rows, right=("Brier",))
