"""Pages as tests see them: parsed, and as Chromium shows them once it has run their scripts."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ITS_OWN = "not an origin"  # what the network log calls the initiator of chromium's own requests


class Outline(HTMLParser):
    """What a page is made of: its elements with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.text = " ".join(self.text.replace("\u00a0", " ").split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element."""
        self.elements.append((tag, dict(attrs)))
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Keep the words of neighbouring blocks apart."""
        self.text += "" if tag in ("b", "bdi", "q") else " "

    def handle_data(self, data: str) -> None:
        """Keep text that is shown."""
        if self.elements and self.elements[-1][0] not in ("script", "style"):
            self.text += data

    def count(self, tag: str) -> int:
        """How many elements there are of a name."""
        return sum(name == tag for name, _ in self.elements)


class Seen(NamedTuple):
    """What a browser made of a page: its document, what it logged and what it asked the net for."""

    dom: str
    console: list[str]
    requests: list[str]


def chromium() -> str:
    """The browser; without one the test is skipped, or fails if TRACKER_REQUIRE_ALL is set."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    reason = "no chromium here to open the page (apt-get install chromium)"
    if os.environ.get("TRACKER_REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


def render(page: Path, *, dark: bool = False) -> Seen:
    """Open a file without a network, let its scripts end, and say what was seen."""
    browser = chromium()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        log = Path(folder, "net.json")
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--blink-settings=preferredColorScheme={0 if dark else 1}",
            f"--user-data-dir={folder}/profile",
            f"--log-net-log={log}",
            "--enable-logging=stderr",
            "--virtual-time-budget=10000",
            "--dump-dom",
        ]
        done = subprocess.run(
            [browser, *options, page.resolve().as_uri()],
            capture_output=True,
            encoding="utf-8",
            check=True,
            timeout=120,
        )
        console = re.findall(r'CONSOLE(?::\d+|\(\d+\))\] "(.*)", source: ', done.stderr)
        return Seen(done.stdout, console, _requests(log))


def _requests(log: Path) -> list[str]:
    """The addresses that the page asked for, in order; files and data are not on the network."""
    events = json.loads(log.read_text(encoding="utf-8"))["events"]
    jobs = [event.get("params", {}) for event in events]
    return [job["url"] for job in jobs if job.get("initiator", ITS_OWN) != ITS_OWN and "url" in job]
