"""Files: those that ship with tracker, and those it writes, whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from tracker.errors import DataError, Problem

A_DATABASE = b"SQLite format 3\0"  # what a ledger and its backups begin with


def write(path: Path, text: str, *, parents: bool = False, new: bool = False) -> None:
    """Write a text in UTF-8: beside its place first, then moved there in one step.

    A new file is for whom the umask lets read it, an old one keeps its permissions. A link, a
    device or a pipe is written through and not replaced. ``parents`` makes the folders that are
    not there yet; ``new`` refuses a place that is taken, also by who came a moment before.

    Raises DataError where the place cannot be written, or a ledger stands there; what stood there
    is then untouched.
    """
    content = text.encode("utf-8", "replace")  # a tampered ledger may hold what is no text
    try:
        if parents:
            path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and _is_database(path):
            raise DataError([Problem(str(path), "a database", "a place for a file to be written")])
        if path.is_symlink() or (path.exists() and not path.is_file()):
            path.write_bytes(content)
        else:
            _replace(path, content, new=new)
    except FileExistsError:
        problem = Problem(str(path), "a file that is already there", "a free place; see --force")
        raise DataError([problem]) from None
    except OSError as error:
        raise _no_place(path, error) from None


def _is_database(path: Path) -> bool:
    with path.open("rb") as there:
        return there.read(len(A_DATABASE)) == A_DATABASE


def _replace(path: Path, content: bytes, *, new: bool = False) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)  # less the umask
    try:
        with os.fdopen(handle, "wb") as out:
            if path.exists():
                draft.chmod(path.stat().st_mode & 0o777)
            out.write(content)
        if new:
            path.touch(exist_ok=False)  # of several at once, one has the place
        draft.replace(path)
    except BaseException:
        draft.unlink()
        raise


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
