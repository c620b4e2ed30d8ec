"""``demo --panel``: ranking, comparison and calibration on real forecasts."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest
from conftest import NOW, ROOT

from tracker import Ledger
from tracker.archive.panels import PANELS
from tracker.cli import market
from tracker.cli.keep import Panel
from tracker.cli.panel import ABOUT
from tracker.scoring.counting import count
from tracker.scoring.scorecard import score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]


def test_every_panel_that_ships_can_be_shown() -> None:
    """The names of the option are those of the seeds, and each is introduced and credited."""
    assert sorted(panel.value for panel in Panel) == sorted(PANELS) == sorted(ABOUT)
    assert all(
        "CC" in about.credit and "seeds/README.md" in about.credit for about in ABOUT.values()
    )


def test_the_midterm_models_are_told_apart(run: Run, tmp_path: Path) -> None:
    """PROVENANCE of the panel: deluxe .02652, classic .03018, lite .03475, 504 called races."""
    ran = run("demo", "--panel", "midterms-2018", "-o", tmp_path / "page.html")
    assert ran.code == 0
    standings = re.findall(r"^ +\d +(\w+) +504 +(0\.\d{3})", ran.out, re.MULTILINE)
    assert standings == [("deluxe", "0.027"), ("classic", "0.030"), ("lite", "0.035")]
    assert "deluxe was closer than classic" in ran.out
    assert "CC BY 4.0" in ran.out
    assert "<html" in (tmp_path / "page.html").read_text()


def test_the_replication_survey_is_ranked_with_its_market(run: Run, tmp_path: Path) -> None:
    """The market's published last prices score .19235 on 103 findings; people share few."""
    ran = run("demo", "--panel", "replication-markets", "-o", tmp_path / "page.json")
    assert ran.code == 0
    assert re.search(r"market +103 +0\.192", ran.out)
    assert "share none" in ran.out
    assert "more; --all shows them" not in ran.out  # an option that the demo has not
    for part in ("SCORECARD", "RANKING", "CROWD", "COMPARISON", "CALIBRATION"):
        assert f"\n{part}" in ran.out


# --- the market as an analyst ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger with the market's prices."""
    place = tmp_path_factory.mktemp("market") / "tracker.db"
    with Ledger.open(place, create=True) as opened:
        added = opened.add(market.dossier(), recorded=NOW)
        assert (added.questions, added.forecasts, added.resolutions) == (103, 1251, 103)
        yield opened


def test_the_market_is_as_right_in_a_ledger_as_it_was_published(ledger: Ledger) -> None:
    """PLOS ONE 16(4) e0248780: the last price was on the right side for 75 of 103 findings."""
    pairs = ledger.pairs(analyst=market.ANALYST)
    last = count(pairs, "last")
    assert len(last) == 103
    assert int(((last.probability > 0.5) == last.outcome).sum()) == 75
    assert score(last).brier == pytest.approx(0.19235, abs=5e-6)
    assert count(pairs).left_out["after_known"] == 0
    assert {tag: len(part) for tag, part in last.group("tag")} == {
        "Psychology (RPP)": 40,
        "Many Labs 2 (ML2)": 24,
        "Economics (EERP)": 18,
        "Nature & Science (SSRP)": 21,
    }


def test_a_finding_is_asked_about_in_words(ledger: Ledger) -> None:
    """Who found it, how it is settled, by when; and two findings of one article are told apart."""
    kept = ledger.question("rpp-1")
    assert kept.question.title == "Will the finding of Richeson & Trawalter (2008) replicate?"
    assert "doi:10.1111/j.1467-9280.2008.02052.x" in (kept.question.criteria or "")
    assert (kept.settled.outcome, kept.settled.known) == ("no", "2015-08-28")
    assert "no later than" in (kept.resolutions[-1].resolution.note or "")
    titles = [one.question.title for one in ledger.questions()]
    assert len(set(titles)) == 103
    assert "Will the finding of Hauser et al. (2007), second of two, replicate?" in titles


def test_what_is_said_of_the_prices_is_what_they_say(ledger: Ledger) -> None:
    """The sentences for the page carry the counts, counted here by hand from the panel."""
    missed, traded, counted, *rest = market.notes(ledger.pairs(analyst=market.ANALYST))
    assert "75 of 103" in missed
    assert (
        "31 findings below 50 %, 28 did not replicate, and none did that was priced below 42 %"
        in missed
    )
    assert "72 above, 25 did not either, 10 of them among the 39 above 75 %" in missed
    assert "Psychology (RPP) 0.262 to 0.228" in traded
    assert "Nature & Science (SSRP) 0.095 to 0.114" in traded
    assert "0.1922 instead of 0.1924" in counted
    assert any("not one person's opinion" in note for note in rest)


def test_the_page_of_the_replications_looks_back_on_their_market(run: Run, tmp_path: Path) -> None:
    """Its calls, its lean by project and its updates; and what a price is."""
    page = tmp_path / "page.html"
    ran = run("demo", "--panel", "replication-markets", "-o", page)
    assert ran.code == 0
    assert f"written: {page}" in ran.err
    text = html.unescape(page.read_text("utf-8"))
    for said in (
        market.TITLE,
        "Will the finding of Huck et al. (2011) replicate?",  # at 92 %, and it did not
        "Psychology (RPP)",
        "75 of 103 findings, as published",
        market.A_PRICE,
        "CC0",
    ):
        assert said in text
    market.write(tmp_path / "again.html", credit=ABOUT["replication-markets"].credit)
    assert (tmp_path / "again.html").read_bytes() == page.read_bytes()


def test_a_panel_is_shown_the_same_every_time(run: Run, tmp_path: Path) -> None:
    """Every draw is seeded."""
    words = ("demo", "--panel", "midterms-2018", "-o", tmp_path / "page.html")
    first, page = run(*words).out, (tmp_path / "page.html").read_bytes()
    assert run(*words).out == first
    assert (tmp_path / "page.html").read_bytes() == page


def test_the_command_that_is_named_next_works(run: Run, tmp_path: Path) -> None:
    """What the demo suggests can be typed as it stands."""
    said = run("demo", "--panel", "midterms-2018", "-o", tmp_path / "page.html").err
    command = said.strip().splitlines()[-1].removeprefix("next: tracker ").split()
    assert str(ROOT / "seeds") in command[1]
    assert run(*command).code == 0


@pytest.mark.parametrize("name", ["", "nobody", "midterms"])
def test_a_panel_that_is_not_there(run: Run, name: str) -> None:
    """The command was wrong, and says which there are."""
    ran = run("demo", "--panel", name)
    assert ran.code == 2
    assert "midterms-2018" in ran.err
