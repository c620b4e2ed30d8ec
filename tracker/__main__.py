"""``python -m tracker`` and the command ``tracker``."""

from __future__ import annotations

import signal
import sys

STOPPED = 128 + signal.SIGTERM
INTERRUPTED = 128 + signal.SIGINT


def run() -> None:
    """Run the program; one that is told to stop leaves nothing half-made behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(STOPPED))
    try:
        from tracker.cli.main import main

        main()
    except KeyboardInterrupt:  # before the program was there to hear it, or while it ended
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    run()
