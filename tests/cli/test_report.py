"""The report: a site whose every link leads somewhere, written whole or not at all."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from browser import Outline
from conftest import NOW, ROOT

from tracker import Ledger, files
from tracker.errors import DataError
from tracker.pages.retro import retro_page
from tracker.records import Dossier, make
from tracker.values import sha256
from tracker.views.gathered import read
from tracker.views.retro import gather

if TYPE_CHECKING:
    from collections.abc import Callable

    from browser import Browser
    from conftest import Ran

    Run = Callable[..., Ran]

EXAMPLE = ROOT / "reports" / "example"
REWRITE = bool(os.environ.get("TRACKER_REWRITE_GOLDEN"))  # the tests' own clean it away
EVIL = "<script>document.title='broken'</script>\"'><img src=x onerror=alert(1)> \u202edesrever"
HOSTILE = [EVIL, "javascript:alert(1)", "</title></style>{{ 7 * 7 }}", "' onclick='alert(1)"]
TEXT = f"{EVIL}\n\nIt will rain, {EVIL} and rain again.\n\njavascript:alert(1)"


def linked(folder: Path) -> list[str]:
    """Every link of a site that leads nowhere: from which page, and where to."""
    pages = {page: page.read_text("utf-8") for page in folder.rglob("*.html")}
    anchors = {
        page: {attrs.get("id") for _, attrs in Outline(text).elements}
        for page, text in pages.items()
    }
    lost = []
    for page, text in pages.items():
        for _, attrs in Outline(text).elements:
            href = attrs.get("href") or attrs.get("src")
            if not href or href == "data:," or href.startswith(("http://", "https://")):
                continue
            parts = urlsplit(href)
            to = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            inside = not parts.scheme and to.is_relative_to(folder.resolve()) and to.is_file()
            if not inside or (parts.fragment and parts.fragment not in anchors[to]):
                lost.append(f"{page.name}: {href}")
    return lost


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def hostile(place: Path) -> None:
    """A ledger in which every text tries to run something, with a text that is kept."""
    start = TEXT.index("It will")
    with Ledger.open(place, create=True) as ledger:
        span = {"start": start, "end": start + 12, "sha256": sha256(TEXT[start : start + 12])}
        around = {"start": 0, "end": len(TEXT), "sha256": sha256(TEXT)}
        asked = [
            {"id": f"q{n}", "title": f"{text} {n}", "criteria": text, "tags": [text]}
            for n, text in enumerate(HOSTILE)
        ]
        said = [
            {"question": f"q{n}", "analyst": who, "made": f"2026-0{month}-01", "probability": 0.7,
             "phrase": who, "rationale": who, "passage": around if month == 1 else span}
            for n in range(len(HOSTILE)) for who in HOSTILE for month in (1, 2)
        ]  # fmt: skip
        proof = [{"source": EVIL, **span}, {"source": EVIL, "quote": EVIL}]
        came = [
            {"question": f"q{n}", "outcome": "yes", "known": "2026-03-01", "note": text, "by": text,
             "evidence": proof} for n, text in enumerate(HOSTILE)
        ]  # fmt: skip
        source = {"name": EVIL, "title": EVIL, "author": EVIL, "sha256": sha256(TEXT)}
        content = {"source": source, "questions": asked, "forecasts": said, "resolutions": came}
        with ledger.adding(NOW) as add:
            add(make(Dossier, content), {EVIL: TEXT})


def test_every_link_leads_somewhere(run: Run, held: Path, tmp_path: Path) -> None:
    """Pages, passages and pages of lists: nothing of the site points out of it or to nothing."""
    assert held.is_file()
    assert run("report", "-o", tmp_path / "out").code == 0
    names = set(contents(tmp_path / "out"))
    assert {"index.html", "page.css", "draw.js", "plotly.min.js", "report.json"} < names
    assert {"analysts/index.html", "questions/index.html", "sources/index.html"} < names
    assert {"questions/snow.html", "questions/where.html", "sources/essay.html"} < names
    assert linked(tmp_path / "out") == []
    source = (tmp_path / "out" / "sources" / "essay.html").read_text("utf-8")
    assert "<mark>𝔖𝔫𝔬𝔴 vor Advent 🌨</mark>" in source


def test_a_link_that_is_lost_is_found(tmp_path: Path) -> None:
    """The walk sees what it is there to see."""
    (tmp_path / "a.html").write_text(
        "<a href='b.html'></a><a href='a.html#x'></a><a href='../c'></a><a id=y href='#y'></a>"
    )
    assert linked(tmp_path) == ["a.html: b.html", "a.html: a.html#x", "a.html: ../c"]


def test_the_same_ledger_gives_the_same_bytes(
    run: Run, held: Path, tmp_path: Path, clock: Callable[..., None]
) -> None:
    """Whenever it is written, and wherever to."""
    assert held.is_file()
    run("report", "-o", tmp_path / "one")
    clock(NOW + timedelta(days=400))
    run("report", "-o", tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_only_pages_with_a_picture_load_plotly(run: Run, held: Path, tmp_path: Path) -> None:
    """Lists and sources have no script at all, and a page is small."""
    assert held.is_file()
    run("report", "-o", tmp_path / "out")
    for page in (tmp_path / "out").rglob("*.html"):
        text = page.read_text("utf-8")
        assert ("plotly.min.js" in text) == ('class="plot"' in text)
        assert len(text) < 100_000


def test_json_says_what_was_written(run: Run, held: Path, tmp_path: Path) -> None:
    """Folder, files, bytes, and the head that the report is tied to."""
    ran = run("report", "-o", tmp_path / "out", "--json")
    written = contents(tmp_path / "out")
    with Ledger.open(held) as ledger:
        head = str(ledger.head())
    size = sum(len(text) for name, text in written.items() if name != "report.json")
    folder = str(tmp_path / "out")
    assert ran.json == {"folder": folder, "files": len(written), "bytes": size, "head": head}
    manifest = json.loads(written["report.json"])
    assert manifest["files"] == sorted(written)
    assert manifest["head"] == head
    assert head in written["index.html"].decode()


def test_filters_choose_what_is_shown(run: Run, tmp_path: Path) -> None:
    """Those of one analyst, with the title asked for, and what was chosen said on the page."""
    run("log", "Rain on Sunday?", "-p", "70%", "--analyst", "ana")
    run("log", "Snow on Monday?", "-p", "20%", "--analyst", "ben", "--by", "2026-11-30")
    run("report", "-o", tmp_path / "out", "--analyst", "ben", "--title", "Ben & co")
    assert set(contents(tmp_path / "out")) & {"questions/q1.html", "questions/q2.html"} == {
        "questions/q2.html"
    }
    text = Outline((tmp_path / "out" / "index.html").read_text("utf-8")).text
    assert "Ben & co analyst ben; counting time-weighted" in text
    assert "Snow on Monday? q2 open by 2026-11-30 ben 20 % 1" in text
    assert "As of 2026-11-21 12:00 UTC" in text


def test_a_ledger_with_nothing_in_it_has_a_report(run: Run, tmp_path: Path) -> None:
    """Nobody, nothing, nowhere: and it says so."""
    Ledger.open(tmp_path / "tracker.db", create=True).close()
    assert run("report", "-o", tmp_path / "out").code == 0
    text = Outline((tmp_path / "out" / "index.html").read_text("utf-8")).text
    assert "Nobody has forecast anything yet." in text
    assert linked(tmp_path / "out") == []


@pytest.mark.parametrize("tag", [None, "weather"])
def test_a_ledger_read_once_tells_the_same_of_an_analyst(held: Path, tag: str | None) -> None:
    """What is cut out of what was read of all is what the ledger has of the one."""
    filters = {"analyst": None, "tag": tag, "source": None, "since": None, "until": None,
               "as_of": None, "prospective": False}  # fmt: skip
    with Ledger.open(held) as ledger:
        found = read(ledger, filters, "time-weighted")
        assert len(found.forecasts) > (tag is None)
        for handle in found.forecasts:
            asked = {**found.asked, "analyst": handle}
            pages = [
                retro_page(gather(one, asked, counting="time-weighted", about=(), now=NOW))
                for one in (ledger, found.read)
            ]
            assert pages[0] == pages[1]


def test_a_source_names_its_author_and_what_was_made_in_it(run: Run, tmp_path: Path) -> None:
    """With a link to the author's page; forecasts without a passage count in the list."""
    hostile(tmp_path / "tracker.db")
    run("report", "-o", tmp_path / "out")
    (name,) = (path for path in (tmp_path / "out/sources").iterdir() if path.stem != "index")
    source = Outline(name.read_text("utf-8"))
    assert any("analysts/" in (attrs.get("href") or "") for tag, attrs in source.elements[:40])
    assert "By <script>" in source.text
    listed = Outline((tmp_path / "out" / "sources" / "index.html").read_text("utf-8")).text
    assert "1 source." in listed
    assert f" {2 * len(HOSTILE) ** 2} {2 * len(HOSTILE)} kept" in listed


def test_nothing_of_what_was_written_runs(browser: Browser, run: Run, tmp_path: Path) -> None:
    """A browser shows each kind of page of a hostile ledger in silence, and asks for nothing."""
    hostile(tmp_path / "tracker.db")
    assert run("report", "-o", tmp_path / "out", "--title", EVIL).code == 0
    assert linked(tmp_path / "out") == []
    for page in (tmp_path / "out").rglob("*.html"):
        outline = Outline(page.read_text("utf-8"))
        assert outline.count("img") == 0
        assert not [a for _, a in outline.elements if any(name.startswith("on") for name in a)]
        assert all(not (a.get("href") or "").startswith("javascript") for _, a in outline.elements)
    shown = [
        tmp_path / "out" / "index.html",
        *(next((tmp_path / "out" / kind).glob("[!ip]*.html"))
          for kind in ("analysts", "questions", "sources")),
    ]  # fmt: skip
    for page in shown:
        with browser.open(page) as tab:
            assert not tab.evaluate("document.title").startswith("broken")
            assert (tab.console, tab.errors) == ([], [])
            assert [ask for ask in tab.requests if "file:" not in ask] == []
            drawn = tab.evaluate("document.querySelector('.main-svg') !== null")
        assert drawn == ('class="plot' in page.read_text("utf-8"))


# --- the folder ----------------------------------------------------------------------------------


def made(folder: Path, text: str) -> None:
    """Write a folder of two files."""
    with files.new_folder(folder, {"title": text}) as put:
        put("index.html", text)
        put("questions/a.html", text)


@pytest.mark.parametrize("there", ["nothing", "an empty folder", "an earlier report"])
def test_a_folder_takes_the_place_of_an_earlier_one(tmp_path: Path, there: str) -> None:
    """And nothing of that is left, nor beside it."""
    place = tmp_path / "reports" / "out"
    if there != "nothing":
        place.mkdir(parents=True)
        place.chmod(0o750)
    if there == "an earlier report":
        with files.new_folder(place, {}) as put:
            put("old/old.html", "old")
    made(place, "new")
    assert set(contents(place)) == {"index.html", "questions/a.html", "report.json"}
    assert not (place / "old").exists()
    assert [path.name for path in place.parent.iterdir()] == ["out"]
    assert there == "nothing" or place.stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize("strange", ["notes.txt", "questions/mine.html", ".git", "link"])
def test_a_folder_with_something_else_in_it_is_refused(tmp_path: Path, strange: str) -> None:
    """In one sentence that names it; nothing is lost."""
    place = tmp_path / "out"
    made(place, "old")
    if strange == "link":
        (place / strange).symlink_to(tmp_path)
    else:
        (place / strange).write_text("mine")
    before = contents(place)
    with pytest.raises(DataError, match=rf"found {re.escape(strange)}, which is no file of an"):
        made(place, "new")
    assert contents(place) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_is_no_folder_is_refused(run: Run, held: Path, tmp_path: Path) -> None:
    """A file, the folder of the ledger, a place that cannot be: exit 1, and all as it was."""
    before = held.read_bytes()
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "file", tmp_path, tmp_path / "file" / "out"):
        ran = run("report", "-o", place)
        assert (ran.code, ran.err.count("\n")) == (1, 1), ran.err
    assert (tmp_path / "file").read_text() == "mine"
    assert held.read_bytes() == before


@pytest.mark.parametrize("place", [".", "..", "../here", "link", "/"])
def test_the_folder_one_stands_in_is_not_replaced(
    run: Run, held: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """The shell would stand in a folder that is gone: code 2, with a remedy; below it is free."""
    assert held.is_file()
    here = tmp_path / "around" / "here"
    here.mkdir(parents=True)
    (here / "link").symlink_to(here)
    monkeypatch.chdir(here)
    ran = run("report", "-o", place)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "name a folder in it: -o site" in ran.err
    assert run("report", "-o", "site").code == 0
    assert (here / "site" / "index.html").is_file()


@pytest.mark.parametrize("manifest", ['{"format": "tracker-report/1", "files": ["../../x"]}', "[]"])
def test_a_manifest_leads_nowhere(tmp_path: Path, manifest: str) -> None:
    """What one names outside of its folder is not touched, and a broken one protects nothing."""
    (tmp_path / "x").write_text("mine")
    place = tmp_path / "a" / "out"
    place.mkdir(parents=True)
    (place / "report.json").write_text(manifest)
    with pytest.raises(DataError):
        made(place, "new")
    assert (tmp_path / "x").read_text() == "mine"


def test_the_folder_it_runs_in_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shell would be left in a folder that is gone."""
    place = tmp_path / "out"
    made(place, "old")
    monkeypatch.chdir(place / "questions")
    with pytest.raises(DataError, match="run it from outside"):
        made(Path(".."), "new")
    assert (place / "index.html").read_text() == "old"


class HalfwayError(Exception):
    """Something that is no error of the system."""


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), HalfwayError()])
def test_a_folder_is_written_whole_or_not_at_all(tmp_path: Path, error: Exception) -> None:
    """Where writing breaks off the old one stays, and no draft is left."""
    place = tmp_path / "out"
    made(place, "old")
    before = contents(place)

    def half() -> None:
        with files.new_folder(place, {}) as put:
            put("index.html", "half")
            raise error

    with pytest.raises((DataError, HalfwayError)):
        half()
    assert contents(place) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_swap_that_fails_halfway_is_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the old one was moved away and the new one cannot come, the old one is put back."""
    place = tmp_path / "out"
    made(place, "old")
    before = contents(place)
    real = Path.rename

    def rename(self: Path, to: Path) -> Path:
        if to == place and (self / "index.html").read_text() == "new":
            raise OSError(39, "Directory not empty")
        return real(self, to)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(DataError):
        made(place, "new")
    assert contents(place) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


WRITER = """
import sys
from pathlib import Path
from tracker.files import new_folder
place, text, times = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for _ in range(times):
    with new_folder(place, {"title": text}) as put:
        for number in range(20):
            put(f"questions/{text}-{number}.html", text * 1000)
        put("index.html", text)
"""


def writer(place: Path, text: str, times: int) -> subprocess.Popen[bytes]:
    """A process that writes a folder some times."""
    command = [sys.executable, "-c", WRITER, str(place), text, str(times)]
    return subprocess.Popen(command, cwd=ROOT)


def whole(place: Path) -> bool:
    """Whether a folder holds the files of one writer, all of them."""
    written = contents(place)
    text = written["index.html"].decode()
    names = {"index.html", "report.json", *(f"questions/{text}-{n}.html" for n in range(20))}
    return set(written) == names


def test_two_at_once_do_not_mix(tmp_path: Path) -> None:
    """Of writers of the same folder each leaves it whole, and nothing beside it."""
    place = tmp_path / "out"
    writers = [writer(place, text, 15) for text in ("a", "b", "c")]
    assert [one.wait(60) for one in writers] == [0, 0, 0]
    assert whole(place)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_kill_leaves_the_old_or_the_new_and_the_next_run_cleans_up(tmp_path: Path) -> None:
    """Whenever it comes: at worst the next run puts the old one back before it writes."""
    place = tmp_path / "out"
    for number in range(6):
        one = writer(place, "k", 10_000)
        time.sleep(0.4 + 0.037 * number)
        one.send_signal(signal.SIGKILL)
        one.wait(10)
        if place.exists():
            assert whole(place)
        left = [path for path in tmp_path.iterdir() if path.name.endswith(".part")]
        assert place.exists() or any((path / "report.json").exists() for path in left) or not left
    assert writer(place, "n", 1).wait(30) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (place / "index.html").read_text() == "n"


# --- the example ---------------------------------------------------------------------------------


def test_the_example_is_what_the_demo_writes(run: Run, tmp_path: Path) -> None:
    """Byte for byte, but for plotly.js; TRACKER_REWRITE_GOLDEN=1 writes it anew."""
    ran = run("demo", "-o", tmp_path / "demo.html", "--report", tmp_path / "example")
    assert ran.code == 0
    written = contents(tmp_path / "example")
    assert linked(tmp_path / "example") == []
    del written["plotly.min.js"]
    if REWRITE:
        shutil.rmtree(EXAMPLE, ignore_errors=True)
        shutil.copytree(tmp_path / "example", EXAMPLE)
        (EXAMPLE / "plotly.min.js").unlink()
    kept = contents(EXAMPLE)
    kept.pop("plotly.min.js", None)  # where somebody completed it
    assert sorted(kept) == sorted(written)
    assert [name for name in kept if kept[name] != written[name]] == []
    assert sum(map(len, kept.values())) < 700_000
