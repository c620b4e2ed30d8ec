"""``demo --panel``: ranking, comparison and calibration on real forecasts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from tracker.archive.panels import PANELS
from tracker.cli.keep import Panel
from tracker.cli.panel import ABOUT

if TYPE_CHECKING:
    from collections.abc import Callable
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
