"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from tracker.errors import DataError, Problem

if TYPE_CHECKING:
    from pathlib import Path


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
        found = (error.strerror or str(error)).lower()
        raise DataError([Problem(str(path), found, "a place for the file")]) from None
