"""The first five minutes of one who was told only ``tracker --help``, typed in a terminal.

What is seen is kept in ``tests/golden/first_five_minutes.txt``: what it looks like is read there.
Where a change is meant, TRACKER_REWRITE_GOLDEN=1 writes it anew.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import NOW, ROOT, missing

if TYPE_CHECKING:
    from collections.abc import Iterator

REWRITE = bool(os.environ.get("TRACKER_REWRITE_GOLDEN"))  # the tests' own clean it away
GOLDEN = ROOT / "tests" / "golden" / "first_five_minutes.txt"
HOME = "/home/newcomer"  # as long as the real one, so that lines break as they do
PATIENCE = 60.0  # seconds that an answer may take on a busy machine
PROMPT = "$"
# The clock stands at NOW, and a minute further with each command: scores hang on how long a
# forecast was held.
TRACKER = """
import os, sys
from datetime import datetime, timedelta
from pathlib import Path
from tracker import settings
from tracker.cli.main import main
clock = Path(os.environ["HOME"], ".minutes")
minutes = int(clock.read_text()) + ("_TRACKER_COMPLETE" not in os.environ)
clock.write_text(str(minutes))
now = datetime.fromisoformat(os.environ["NOW"]) + timedelta(minutes=minutes)
settings.now = lambda: now
sys.argv[0] = "tracker"
main()
"""
# A line, after which the prompt comes; or what is typed with the end of the screen that then comes.
WALK: tuple[str | tuple[str, str], ...] = (
    "tracker --help",
    'tracker log "Snow in Vienna before Advent" -p 70% --by friday',
    'tracker log "Who wins the seat?" --option Red=60% --option Blue=30% --by "end of Q1"',
    "<Up> --option other=10%",
    'tracker log "Visitors at the fair" --quantile 10%=850 --quantile 90%=1.3k --by "in 3 months"',
    'tracker log "When does the bridge open?" --quantile 50%="may 2027"',
    'tracker log "When does the bridge open?" --quantile 10%=2027-05-01 --quantile 90%=2027-09-30',
    'tracker amend q4 --by "end of 2027" --why "it had no day"',
    'tracker log "Will talks resume?" --analyst columnist --phrase "very likely" -p 85% --by today',
    "tracker update q1 -p 80",
    "tracker log q1 -p 80",
    "tracker log q2 --option Red=70% --option Blue=20% --option other=10%",
    "tracker log q3 --quantile 10%=8500 --quantile 90%=13000",
    "tracker retract q3",
    'tracker retract 16 --why "a zero too many"',
    "tracker due",
    ("tracker review<Enter>", ">"),
    ("r", "outcome >"),
    ("yes<Enter>", "known since, Enter: now >"),
    ("<Enter>", "source, Enter: none >"),
    ("<Enter>", "lesson, Enter: none >"),
    "He meant what he said.",
    "tracker due",
    "tracker resolve q1 yes",
    "tracker resolve q2 red",
    'tracker lesson q1 "A cold front is not yet snow."',
    "tracker list",
    "tracker show q1",
    "tracker list --resolved --since 7d",
    "tracker score",
    "tracker calibration",
    "tracker --install-completion",
    "exec bash",
    ("tracker resolve q<Tab><Tab>", "$ tracker resolve q"),
    ("2 R<Tab>", "$ tracker resolve q2 Red"),
)


class Screen:
    """A terminal of 80 by 24 in tmux, with a shell in an empty folder of an empty home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        for folder in ("bin", "work"):
            (home / folder).mkdir()
        (home / ".bashrc").write_text(f"PS1='{PROMPT} '; unset HISTFILE\n")
        (home / ".minutes").write_text("0")
        program, does = home / "bin" / "tracker", home / "bin" / "clocked.py"
        does.write_text(TRACKER)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{does}" "$@"\n')
        program.chmod(0o755)
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", "80", "-y", "24", "bash")
        self._until(PROMPT, alone=True)

    def typed(self, keys: str, *, until: str) -> str:
        """Type on a screen that is cleared where a command begins; what is then seen."""
        if self._lines()[-1:] == [PROMPT]:
            self._tmux("send-keys", "C-l")
            self._until(PROMPT, alone=True)
        for text, key in re.findall(r"([^<]+)|<(\w+)>", keys):
            self._tmux("send-keys", *(["-l", "--", text] if text else [key]))
        return self._until(until)

    def close(self) -> None:
        """End the terminal, and all that runs in it."""
        self._tmux("kill-server")

    def _lines(self) -> list[str]:
        return self._tmux("capture-pane", "-p").rstrip().split("\n")

    def _until(self, end: str, *, alone: bool = False) -> str:
        """What is seen once the screen ends with a line, below others or alone."""
        until = time.monotonic() + PATIENCE
        while True:
            lines = self._lines()
            if lines[-1] == end and (len(lines) == 1) == alone:
                return "\n".join(lines).replace(str(self.home), HOME)
            if time.monotonic() > until:
                raise AssertionError(f"{end!r} did not come, but:\n" + "\n".join(lines))
            time.sleep(0.02)

    def _tmux(self, *words: str) -> str:
        ran = subprocess.run(
            ["tmux", "-L", "tracker", *words],
            cwd=self.home / "work",
            env={
                "PATH": f"{self.home / 'bin'}{os.pathsep}{os.environ['PATH']}",
                "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
                "HOME": str(self.home),
                "TMUX_TMPDIR": str(self.home),  # where its socket is: a server of our own
                "LOGNAME": "ana",
                "LANG": "C.UTF-8",
                "TZ": "UTC",
                "TERM": "xterm-256color",
                "NOW": NOW.isoformat(),
            },
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=True,
        )
        return ran.stdout


@pytest.fixture
def screen() -> Iterator[Screen]:
    """A terminal that nobody has used; its home has a name of one length."""
    for needed in ("tmux", "bash"):
        if shutil.which(needed) is None:
            missing(f"{needed} (apt-get install {needed})")
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="n", ignore_cleanup_errors=True) as home:
        terminal = Screen(Path(home))
        try:
            yield terminal
        finally:
            terminal.close()


@pytest.mark.long
def test_what_a_newcomer_sees(screen: Screen) -> None:
    """Five forecasts, two updates, three outcomes, a calibration table; slips on the way."""
    seen = []
    for step in WALK:
        keys, until = (f"{step}<Enter>", PROMPT) if isinstance(step, str) else step
        shown = screen.typed(keys, until=until)
        if not until.endswith(">"):  # a walk is kept as it stands at its end
            seen.append(shown)
    text = "".join(f"{one}\n{'═' * 80}\n" for one in seen)
    if REWRITE:
        GOLDEN.write_text(text, "utf-8")
    assert text.split("\n") == GOLDEN.read_text("utf-8").split("\n")
