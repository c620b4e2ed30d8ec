"""The demo: the whole idea on two real articles, in a ledger that is thrown away."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.cli.terminal import line, number, paragraph, plain, table, talk, width

if TYPE_CHECKING:
    from tracker.ledger.kept import KeptForecast, KeptQuestion
    from tracker.ledger.ledger import Ledger
    from tracker.pages.page import Line, Record
    from tracker.scoring.explain import Holding

DOSSIERS = ("prewar-essay", "war-article")
ANALYST = "essayist"
SOURCE = "prewar-essay"
LATE = (
    "Every forecast here was entered after its outcome was known; `--prospective` would leave "
    "them all out. A record that is to prove something is kept as it happens."
)
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


def run(output: Path) -> None:
    """Load the seeds, show what they come to, and write the page."""
    from tracker.cli import digests
    from tracker.cli.diagram import draw
    from tracker.files import write
    from tracker.ledger.ledger import Ledger
    from tracker.pages.page import record_page

    with (
        tempfile.TemporaryDirectory(prefix="tracker-demo-") as folder,
        Ledger.open(Path(folder) / "tracker.db", create=True) as ledger,
    ):
        _load(ledger)
        record = _record(ledger)
        others = len(ledger.questions(source=SOURCE)) - len({said.id for said in record.lines})
    paragraph(
        "An essay from before the US-Iran war of 2026, read for its forecasts: "
        f"{len(record.lines)} by its author, {others} that it reports of others and that are kept "
        "under their names. Each is tied to its exact words, and its reading is a range. An "
        "article of 2 March 2026 says what came of them."
    )
    digests.show()
    _said(record)
    _scorecard(record)
    line()
    line(draw(record.curve, width=min(width(), 100), ascii=plain()))
    _misses(record)
    for note in record.notes:
        line()
        paragraph(note)
    write(output, record_page(record), parents=True)
    line()
    line(f"written: {output.resolve()}  (opens in any browser, offline)")
    talk("")
    talk('next: tracker log "Snow in Vienna before Advent" -p 70% --by 2026-11-29')
    talk("      tracker extract ARTICLE --review   finds the forecasts in a text of yours")
    talk("      tracker --help")


def _load(ledger: Ledger) -> None:
    from tracker import settings
    from tracker.files import bundled
    from tracker.texts.dossier import read

    for name in DOSSIERS:
        path = bundled("seeds") / f"{name}.dossier.yaml"
        ledger.add(read(path).dossier, recorded=settings.now())


def _record(ledger: Ledger) -> Record:
    from tracker.pages.page import Record
    from tracker.scoring.calibration import reliability_curve
    from tracker.scoring.counting import count
    from tracker.scoring.explain import explain
    from tracker.scoring.forecasts import chance
    from tracker.scoring.readings import harshest, kindest
    from tracker.scoring.scorecard import scorecard

    everything = ledger.pairs(analyst=ANALYST)
    pairs = count(everything)
    kind, harsh = kindest(pairs), harshest(pairs)
    card = scorecard(pairs)
    held = [
        {holding.forecast: holding for holding in explain(reading)}
        for reading in (everything, kindest(everything), harshest(everything))
    ]
    lines = [
        _line(question, kept, held)
        for question in ledger.questions(analyst=ANALYST)
        for kept in question.forecasts
    ]
    counts: dict[str, int] = {}
    for said in lines:
        counts[said.status] = counts.get(said.status, 0) + 1
    source = ledger.sources()[SOURCE]
    ends = (scorecard(kind).brier, scorecard(harsh).brier)
    return Record(
        title="What the pre-war essay forecast, and what came of it",
        analyst=str(ledger.analysts()[ANALYST]),
        source=str(source["title"]),
        source_note=source["published_note"],
        lines=lines,
        card=card,
        reading_range=None if ends[0] is None or ends[1] is None else (ends[0], ends[1]),
        curve=reliability_curve(pairs),
        chance=chance(pairs),
        counts=counts,
        notes=[LATE, ONE_CRISIS, ONE_WITNESS],
    )


def _line(question: KeptQuestion, kept: KeptForecast, held: list[dict[int, Holding]]) -> Line:
    from tracker.cli.said import reading
    from tracker.pages.page import Line

    said, settled = kept.forecast, question.settled
    at_point, kind, harsh = (reading_of.get(kept.entry) for reading_of in held)
    counts = at_point is not None and at_point.weight > 0
    status = settled.status
    if said is None or not said.scorable:
        status = "not scorable"
    elif status == "resolved":
        status = "settled" if counts else "said again"
    evidence = question.resolutions[-1].resolution.evidence if question.resolutions else ()
    return Line(
        title=question.question.title,
        id=question.question.id,
        kind=question.question.kind,
        phrase=said.phrase if said else None,
        reading=reading(said),
        made=kept.made,
        status=status,
        outcome=settled.outcome,
        known=settled.known,
        cost=at_point.score if at_point and counts else None,
        cost_kindest=kind.score if kind and counts else None,
        cost_harshest=harsh.score if harsh and counts else None,
        rationale=said.rationale if said else None,
        evidence=len(evidence),
    )


def _said(record: Record) -> None:
    """Two lines a forecast: cost, words, reading and outcome; and the question."""
    for status in ("settled", "said again", "open", "condition failed", "not scorable"):
        lines = [said for said in record.lines if said.status == status]
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


def _scorecard(record: Record) -> None:
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


def _misses(record: Record) -> None:
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
