"""``python -m tracker`` and the command ``tracker``."""

from __future__ import annotations

import signal
import sys

INTERRUPTED = 128 + signal.SIGINT
STOPPED = 128 + signal.SIGTERM


def run() -> None:
    """Run the program; one that is told to stop leaves nothing half-made behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(STOPPED))
    try:
        from tracker.cli.main import main

        main()
    except KeyboardInterrupt:  # before the program was there to hear it, or while it ended
        _end(INTERRUPTED)
    except SystemExit as ended:
        if ended.code != STOPPED:
            raise
        _end(STOPPED)


def _end(code: int) -> None:
    sys.stderr.write("error: stopped; nothing more was written\n")
    sys.exit(code)


if __name__ == "__main__":
    run()
