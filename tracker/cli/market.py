"""The market of the replications panel as an analyst: its prices are forecasts, day by day."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.cli.bars import progress
from tracker.cli.terminal import percent, talk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.ledger.ledger import Ledger
    from tracker.pages.retro import Retro
    from tracker.pairs import Pairs
    from tracker.records import Dossier

PANEL = "replication-markets"
ANALYST = "market"
TITLE = "What the markets on 103 replications forecast, and what came of it"
PROJECTS = {  # tags, in order of time
    "RPP": "Psychology (RPP)",
    "ML2": "Many Labs 2 (ML2)",
    "EERP": "Economics (EERP)",
    "SSRP": "Nature & Science (SSRP)",
}
CRITERIA = (
    "Yes if the replication found a significant effect in the same direction as the original, as "
    "the project judged it."
)
NAMED = {"said again": "earlier prices"}
HIGH = 0.75  # a price that says with some confidence that a finding will replicate
A_PRICE = (
    "A price is not one person's opinion. It is where people who disagreed stopped trading, and "
    "those who staked most moved it most. It is read here as a chance, as those who ran the "
    "markets read it."
)
FOUR_PROJECTS = (
    "Four projects: the Reproducibility Project: Psychology (RPP, traded in 2012 and 2014), Many "
    "Labs 2 (ML2, 2014), experimental economics (EERP, 2015) and social science in Nature and "
    "Science (SSRP, 2016). The findings of one project were priced by the same people and "
    "replicated by one set of rules: 103 findings are less evidence than their number suggests."
)
DATES = (
    "An update is the last price of a day with trades. When each outcome became known is not in "
    "the data: here it is the day on which the project published its report, and it was known no "
    "later. The prices were entered into this ledger long after that, from the published data."
)


def write(output: Path, *, credit: str) -> None:
    """Write the page that looks back on the market, from a ledger that is thrown away."""
    from tracker import settings
    from tracker.files import write
    from tracker.ledger.ledger import Ledger
    from tracker.pages.retro import retro_page

    with (
        progress("Looking back"),
        tempfile.TemporaryDirectory(prefix="tracker-demo-") as folder,
        Ledger.open(Path(folder) / "tracker.db", create=True) as ledger,
    ):
        ledger.add(dossier(), recorded=settings.now())
        page = retro_page(_retro(ledger, credit))
    write(output, page, parents=True)
    talk(f"written: {output}")


def _retro(ledger: Ledger, credit: str) -> Retro:
    from tracker import settings
    from tracker.views.retro import gather

    found = gather(
        ledger,
        {"analyst": ANALYST},
        counting="last",  # as published, and as the notes explain
        about=("Will a published finding replicate?", "the price at the end of each day", credit),
        now=settings.now(),
    )
    lead, *said = notes(ledger.pairs(analyst=ANALYST))
    counts = {NAMED.get(status, status): count for status, count in found.counts.items()}
    return replace(
        found,
        title=TITLE,
        counts=counts,
        read=(),  # prices were read from no text
        lead=(lead,),
        notes=tuple(said),
        commands=False,
    )


def dossier() -> Dossier:
    """The market's prices and what became of the findings, as a ledger takes them."""
    from tracker.records import Dossier

    found = list(_rows(".findings.csv"))
    outcomes = {row["question"]: row["outcome"] for row in _rows(".csv")}
    return Dossier.model_validate(
        {
            "source": {
                "name": PANEL,
                "title": "Gordon et al., Predicting replicability: data on 103 findings",
                "published": "2021-04-14",
                "published_note": "PLOS ONE 16(4), e0248780; data in the R package pooledmaRket",
                "url": "https://doi.org/10.1371/journal.pone.0248780",
            },
            "analysts": [{"handle": ANALYST, "name": "Replication markets"}],
            "questions": list(_questions(found)),
            "forecasts": [
                {
                    "question": row["question"].lower(),
                    "analyst": ANALYST,
                    "made": row["day"],
                    "probability": row["price"],
                }
                for row in _rows(".prices.csv")
            ],
            "resolutions": [
                {
                    "question": row["question"].lower(),
                    "outcome": "yes" if outcomes[row["question"]] == "1" else "no",
                    "known": row["known"],
                    "note": f"Known no later than the project's report, doi:{row['report']}.",
                }
                for row in found
            ],
        }
    )


def _rows(part: str) -> Iterator[dict[str, str]]:
    from tracker.archive.panels import path

    with path(PANEL).with_suffix(part).open(encoding="utf-8", newline="") as opened:
        yield from csv.DictReader(opened)


def _questions(found: list[dict[str, str]]) -> Iterator[dict[str, object]]:
    """One a finding; of two findings in one article, the first and the second."""
    cited = Counter(row["citation"] for row in found)
    seen: Counter[str] = Counter()
    for row in found:
        finding = citation = row["citation"]
        seen[citation] += 1
        if cited[citation] > 1:
            finding = f"{citation}, {('first', 'second')[seen[citation] - 1]} of two,"
        where = f" The original: doi:{row['doi']}." if row["doi"] else ""
        yield {
            "id": row["question"].lower(),
            "title": f"Will the finding of {finding} replicate?",
            "criteria": CRITERIA + where,
            "resolve_by": row["known"],
            "tags": [PROJECTS[row["question"].partition("-")[0]]],
        }


def notes(pairs: Pairs) -> tuple[str, ...]:
    """What is to be known of these prices, in sentences for the page; ``pairs`` not yet counted."""
    from tracker.scoring.counting import count

    last, first, held = (count(pairs, policy) for policy in ("last", "first", "time-weighted"))
    return (
        _missed(last),
        _traded(first, last),
        _counted(held, last),
        A_PRICE,
        FOUR_PROJECTS,
        DATES,
    )


def _missed(last: Pairs) -> str:
    """On which side the market was wrong."""
    trusted, came = last.probability > 0.5, last.outcome == 1  # noqa: PLR2004
    high = last.probability > HIGH
    right, doubts, trusts = (int(which.sum()) for which in (trusted == came, ~trusted, trusted))
    failed, failed_above, failed_high = (
        int((which & ~came).sum()) for which in (~trusted, trusted, high)
    )
    lowest = percent(int(100 * last.probability[came].min()) / 100)
    return (
        f"The last price was on the right side of 50 % for {right} of {len(last)} findings, as "
        "published. Its doubts were nearly always right, its trust was not: of "
        f"{doubts} findings below 50 %, {failed} did not replicate, and none did that was priced "
        f"below {lowest}; of {trusts} above, {failed_above} did not either, {failed_high} of them "
        f"among the {int(high.sum())} above {percent(HIGH)}."
    )


def _traded(first: Pairs, last: Pairs) -> str:
    """What trading was worth, project by project."""
    start, end = (dict(pairs.group("tag")) for pairs in (first, last))
    said = "; ".join(
        f"{project} {_brier(start[project]):.3f} to {_brier(end[project]):.3f}"
        for project in PROJECTS.values()
    )
    return (
        "Brier scores (0-1 scale, lower is better) from the first day's price to the last: "
        f"{said}. With {min(map(len, end.values()))} to {max(map(len, end.values()))} findings "
        "each, that is hardly enough to tell the projects apart."
    )


def _counted(held: Pairs, last: Pairs) -> str:
    """Why the last price stands for all: what the usual counting would make of it."""
    return (
        "The last price of each finding counts here, as in the publications. Weighted by the time "
        "for which it was held it would have nearly all the weight as well, because ten months to "
        "four years passed between the last trade and the report: the Brier score would be "
        f"{_brier(held):.4f} instead of {_brier(last):.4f}."
    )


def _brier(pairs: Pairs) -> float:
    """The mean Brier score, by weight; 0-1 scale, lower is better."""
    from tracker.scoring.forecasts import forecast_scores

    return float(forecast_scores(pairs)[0] @ pairs.weight / pairs.weight.sum())
