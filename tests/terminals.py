"""A terminal on which a person types at a command that runs in a process of its own."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from conftest import ROOT

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

PATIENCE = 60.0  # seconds that an answer may take on a busy machine
A_MOMENT = 0.1  # seconds after which no more is shown
UNHEARD = 10.0  # seconds after which Ctrl-C is pressed again
TYPIST = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background ignores it
from datetime import datetime
from tracker import settings
from tracker.cli.main import main
settings.now = lambda: datetime.fromisoformat(os.environ["NOW"])
sys.argv = ["tracker", *sys.argv[1:]]
main()
"""


class Terminal:
    """A terminal of so many columns, with a command typed on it."""

    def __init__(
        self, *words: str, ledger: Path, now: datetime, columns: int = 80, **environment: str
    ) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.command = subprocess.Popen(
            [sys.executable, "-c", TYPIST, *words],
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
                "HOME": str(ledger.parent),
                "LANG": "C.UTF-8",
                "TERM": "xterm-256color",
                "NOW": now.isoformat(),
                "TRACKER_ANALYST": "ana",
                "TRACKER_DATABASE_URL": str(ledger),
                **environment,
            },
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - one thread
        )
        os.close(theirs)
        self.shown = b""
        self.at = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.command.kill()
        self.command.wait()
        self.hang_up()

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.ours, keys.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C; Python's line editor does not hear it at the moment when it begins to wait.

        So whoever sees nothing happen presses it again, as a person would.
        """
        while self._more(A_MOMENT):
            pass
        self.type("\x03")
        if not self._more(UNHEARD) and self.command.poll() is None:
            with suppress(OSError):  # it has just ended
                self.type("\x03")

    def until(self, said: str) -> str:
        """Wait for what is to be shown next; all that was shown until then."""
        wanted, began = said.encode(), time.monotonic()
        while wanted not in self.shown[self.at :]:
            if not self._more(PATIENCE - (time.monotonic() - began)):
                text = self.shown[self.at :].decode(errors="replace")
                raise AssertionError(f"{said!r} was not shown, but {text!r}")
        end = self.shown.index(wanted, self.at) + len(wanted)
        text, self.at = self.shown[self.at : end].decode(errors="replace"), end
        return text

    def ended(self) -> int:
        """Wait for the end of the command; its code."""
        while self._more(PATIENCE):
            pass
        return self.command.wait(timeout=PATIENCE)

    def hang_up(self) -> None:
        """Close the terminal."""
        with suppress(OSError):
            os.close(self.ours)

    def _more(self, patience: float) -> bool:
        """Read on; whether there was more to read."""
        try:
            if not select.select([self.ours], [], [], max(0, patience))[0]:
                return False
            part = os.read(self.ours, 65536)
        except OSError:  # the other end was closed
            return False
        self.shown += part
        return bool(part)
