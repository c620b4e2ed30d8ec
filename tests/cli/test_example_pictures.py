"""The pictures of the example that the README shows: each stands for the figure of today.

How a drawn picture comes out depends on the browser and its fonts, so none is drawn again to be
compared: ``pictures.json`` says of which figure each is, and what its file holds.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

import pytest
from conftest import NOW, ROOT

from tracker import Ledger
from tracker.charts.image import images, titled
from tracker.charts.theme import DARK, LIGHT, template
from tracker.pages.retro import pictures
from tracker.texts.dossier import read
from tracker.values import sha256
from tracker.views.retro import gather

if TYPE_CHECKING:
    from pathlib import Path

    import plotly.graph_objects as go

PLACE = ROOT / "reports" / "pictures"
REWRITE = bool(os.environ.get("TRACKER_REWRITE_GOLDEN"))  # the tests' own clean it away
ANEW = "draw it anew: TRACKER_REWRITE_GOLDEN=1 pytest tests/cli/test_example_pictures.py"
SHOWN = {"reliability": "Reliability diagram", "phrases": "What the words came to mean"}
PAPERS = {"light": LIGHT, "dark": DARK}


@pytest.fixture
def figures(tmp_path: Path) -> dict[str, go.Figure]:
    """What the retrospective of the example shows, on either paper, by the name of its file."""
    with Ledger.open(tmp_path / "tracker.db", create=True) as ledger:
        for name in ("prewar-essay", "war-article"):
            dossier = read(ROOT / "seeds" / f"{name}.dossier.yaml").dossier
            ledger.add(dossier, recorded=NOW)
        asked = {"analyst": "essayist"}
        found = gather(ledger, asked, counting="time-weighted", about=(), now=NOW)
    about = f"{found.analyst}, {found.card.questions} settled questions"
    return {
        f"{one.name}-{paper}.svg": titled(one.figure, SHOWN[one.name], about).update_layout(
            template=template(palette)
        )
        for one in pictures(found)
        if one.name in SHOWN
        for paper, palette in PAPERS.items()
    }


def draw(figures: dict[str, go.Figure]) -> None:
    """Draw the pictures anew, and note of what."""
    PLACE.mkdir(exist_ok=True)
    known = {}
    for name, svg in zip(figures, images(list(figures.values()), "svg"), strict=True):
        (PLACE / name).write_bytes(svg)
        known[name] = {"figure": sha256(figures[name].to_json()), "file": sha256(svg.decode())}
    (PLACE / "pictures.json").write_text(json.dumps(known, indent=2) + "\n", "utf-8")


def test_the_pictures_of_the_example_are_those_of_today(figures: dict[str, go.Figure]) -> None:
    """Each was drawn of this very figure, is the file that was drawn then, and is small."""
    if REWRITE:
        draw(figures)
    kept = json.loads((PLACE / "pictures.json").read_text("utf-8"))
    assert sorted(kept) == sorted(figures)
    assert sorted(kept) == sorted(file.name for file in PLACE.glob("*.svg"))
    for name, figure in figures.items():
        svg = (PLACE / name).read_text("utf-8")
        assert kept[name] == {"figure": sha256(figure.to_json()), "file": sha256(svg)}, ANEW
        assert len(svg.encode()) < 80_000
        assert "<script" not in svg


def test_the_readme_shows_the_pictures_of_the_example() -> None:
    """Each of them, on both papers, and what stands in for it where it is not seen."""
    text = (ROOT / "README.md").read_text("utf-8")
    shown = re.findall(r'(?:src|srcset)="(reports/pictures/[^"]+)"', text)
    names = [f"{name}-{paper}.svg" for name in SHOWN for paper in PAPERS]
    assert sorted(shown) == sorted(f"reports/pictures/{name}" for name in names)
    assert len(re.findall(r'<img alt="[^"]{40,}"', text)) == len(SHOWN)
