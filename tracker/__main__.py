"""``python -m tracker`` and the command ``tracker``."""

from __future__ import annotations

import gc
import os
import signal
import sys

INTERRUPTED = 128 + signal.SIGINT
STOPPED = 128 + signal.SIGTERM


def run() -> None:
    """Run the program; one that is told to stop leaves nothing half-made behind."""
    gc.set_threshold(200_000, 20, 20)  # what is loaded stays: to look for garbage in it takes long
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it would search all packages
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(STOPPED))
    try:
        from tracker.cli.main import main

        main()
    except KeyboardInterrupt:  # before the program was there to hear it, or while it ended
        _end(INTERRUPTED)
    except SystemExit as ended:
        if ended.code == STOPPED:
            _end(STOPPED)
        _leave(ended.code)
        raise


def _end(code: int) -> None:
    sys.stderr.write("error: stopped; nothing more was written\n")
    sys.exit(code)


def _leave(code: object) -> None:
    """End at once, where nothing is left to be done: taking the program apart takes long.

    What was said has been written by then, and ledgers are closed.
    """
    import atexit
    import threading

    if threading.active_count() > 1 or not isinstance(code, int):
        return
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    atexit._run_exitfuncs()  # noqa: SLF001 - nothing public does
    os._exit(code)


if __name__ == "__main__":
    run()
