"""The demo on a panel: many analysts on one set of questions, ranked, compared and calibrated.

Where the panel has a market with its prices day by day, the page looks back on that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tracker.cli.bars import progress
from tracker.cli.terminal import line, paragraph, talk

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.pairs import Pairs
    from tracker.scoring.standings import Ranking


class About(NamedTuple):
    """What a panel is about, who made it, and under which licence."""

    about: str
    credit: str


ABOUT = {
    "midterms-2018": About(
        "FiveThirtyEight's three models for the United States midterm elections of 2018: the "
        "chance that the Democrat wins, on the eve of the vote, in 506 races for the House, the "
        "Senate and governor.",
        "Data: FiveThirtyEight, CC BY 4.0; converted, see seeds/README.md.",
    ),
    "replication-markets": About(
        "Will a published finding replicate? Researchers answered for 103 findings of four "
        "replication projects in the social sciences, before the replications were run; a market "
        "traded on the same findings and is one more analyst here.",
        "Data: Gordon et al. 2021, PLOS ONE 16(4) e0248780, CC0; converted, see seeds/README.md.",
    ),
}


def run(name: str, output: Path) -> None:
    """Show the ranking, a comparison and the calibration of a panel, and write the page."""
    from tracker.archive.panels import panel
    from tracker.cli import calibrated, cards, compare, market
    from tracker.scoring.comparison import compare as compared
    from tracker.scoring.counting import count
    from tracker.scoring.crowd import crowd_table
    from tracker.scoring.forecasts import sample
    from tracker.scoring.ranking import rank
    from tracker.scoring.scorecard import card

    with progress("Scoring"):
        given = panel(name)
        pairs = count(given)
        counted = sample(pairs)
        found = calibrated.calibrated(counted, card(counted))
        ranking, crowds = rank(pairs), crowd_table(pairs)
        a, b = _two(ranking, pairs)
        between = compared(given, a, b)
    paragraph(ABOUT[name].about)
    _head("SCORECARD of all analysts together")
    cards.facts(found.card, rule="brier", scale="0-1")
    line()
    paragraph(found.card.verdict)
    _head("RANKING")
    compare.show_ranking(ranking, shown=12, hint="")
    _head("CROWD")
    compare.show_crowd(crowds)
    _head(f"COMPARISON of {a} and {b}")
    compare.show(replace(between, counting="as given"))
    _head("CALIBRATION of all analysts together")
    calibrated.show(found)
    line()
    paragraph(ABOUT[name].credit)
    if name == market.PANEL and output.suffix.lower() != ".json":
        market.write(output, credit=ABOUT[name].credit)
    else:
        title = f"Calibration: {name}"
        calibrated.write([output], found, title=title, subtitle=ABOUT[name].credit, parents=True)
    talk("")
    talk(f"next: tracker evaluate {_file(name)} --question question --by analyst")


def _head(text: str) -> None:
    line()
    line(text)
    line()


def _two(ranking: Ranking, pairs: Pairs) -> tuple[str, str]:
    """The analyst ranked first and, of the others, the one with most questions in common."""
    first = ranking.standings[0].analyst
    asked = {
        one.analyst: set(pairs.question[pairs.analyst == one.analyst].tolist())
        for one in ranking.standings
    }
    others = [one.analyst for one in ranking.standings[1:]]
    return first, max(others, key=lambda name: len(asked[first] & asked[name]))


def _file(name: str) -> str:
    from tracker.archive.panels import path

    return str(path(name))
