"""Files: those that ship with tracker, and those it writes, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tracker.errors import DataError, Problem


def write(path: Path, text: str, *, parents: bool = False) -> None:
    """Write a text in UTF-8: beside its place first, then moved there in one step.

    ``parents`` makes the folders that are not there yet.

    Raises DataError where the place cannot be written; what stood there is then untouched.
    """
    try:
        if parents:
            path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
                out.write(text)
            os.chmod(draft, 0o644)  # noqa: PTH101 - mkstemp gave a name
            os.replace(draft, path)  # noqa: PTH105
        except BaseException:
            os.unlink(draft)  # noqa: PTH108
            raise
    except OSError as error:
        raise _no_place(path, error) from None


def folder(path: Path) -> None:
    """Make a folder, for its owner alone, where there is none; raises DataError if that fails."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _no_place(path, error) from None


def _no_place(path: Path, error: OSError) -> DataError:
    found = (error.strerror or str(error)).lower()
    return DataError([Problem(str(path), found, "a place that can be written")])


def bundled(folder: str) -> Path:
    """A folder that ships with tracker: inside the wheel, or beside the package in a checkout.

    >>> bundled("migrations").joinpath("env.py").is_file()
    True
    """
    package = Path(__file__).resolve().parent
    packaged = package / f"_{folder}"
    return packaged if packaged.is_dir() else package.parent / folder
