"""Chromium, for the tests of pages: what becomes of a file once a browser has run it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ITS_OWN = "not an origin"  # what the network log calls the initiator of chromium's own requests


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
