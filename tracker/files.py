"""Files: those that ship with tracker, and those it writes, whole or not at all."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.errors import DataError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

A_DATABASE = b"SQLite format 3\0"  # what a ledger and its backups begin with
MANIFEST = "report.json"  # names the files of a folder that tracker wrote, and may replace
FORMAT = "tracker-report/1"
PART = ".part"  # ends the name of a folder in the making


def write(path: Path, text: str | bytes, *, parents: bool = False, new: bool = False) -> None:
    """Write a text (in UTF-8) or bytes: beside its place first, then moved there in one step.

    A new file is for whom the umask lets read it, an old one keeps its permissions. A link, a
    device or a pipe is written through and not replaced. ``parents`` makes the folders that are
    not there yet; ``new`` refuses a place that is taken, also by who came a moment before.

    Raises DataError where the place cannot be written, or a ledger stands there; what stood there
    is then untouched.
    """
    content = text
    if isinstance(content, str):
        content = content.encode("utf-8", "replace")  # a tampered ledger may hold what is no text
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


# --- whole folders --------------------------------------------------------------------------------


@contextmanager
def new_folder(path: Path, about: Mapping[str, Any]) -> Iterator[Callable[[str, str], None]]:
    """Write a folder whole or not at all; what is given takes the name and text of a file of it.

    The files go into a fresh folder beside ``path``, which takes its place in one step at the end.
    There may be nothing yet, an empty folder, or one that was written so before: its manifest, with
    what is said in ``about``, names every file in it. Raises DataError for any other, and where the
    place cannot be written; what stood there is then untouched.
    """
    path = path.resolve()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft, held = _begin(path)
    except OSError as error:
        raise _no_place(path, error) from None
    names = [MANIFEST]

    def put(name: str, text: str) -> None:
        file = draft / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text.encode("utf-8", "replace"))
        names.append(name)

    try:
        yield put
        manifest = {"format": FORMAT, **about, "files": sorted(names)}
        put(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
        with _alone(path.parent):
            _replaceable(path)
            _swap(draft, path)
    except OSError as error:
        raise _no_place(path, error) from None
    finally:
        _discard(draft)
        os.close(held)


def _replaceable(path: Path) -> None:
    """Raise DataError unless the folder is absent, empty, or its manifest names all files."""
    if not path.name or (path.exists() and not path.is_dir()):
        raise DataError([Problem(str(path), "no folder", "a folder, or a free place for one")])
    if _stands_in(path):
        found = "the folder in which this runs"
        raise DataError(
            [Problem(str(path), found, "one that can be replaced: run it from outside")]
        )
    foreign = next(_foreign(path, _listed(path)), None)
    if foreign is not None:
        found = f"{foreign}, which is no file of an earlier report"
        raise DataError([Problem(str(path), found, "an empty folder, an earlier report or none")])


def _stands_in(path: Path) -> bool:
    """Whether this process runs in a folder; who started it would be left in one that is gone."""
    try:
        return Path.cwd().is_relative_to(path)
    except OSError:  # it is gone already
        return False


def _listed(path: Path) -> set[str]:
    """The files that the manifest of a folder names; none where there is no manifest."""
    try:
        manifest = json.loads((path / MANIFEST).read_bytes())
        return set(manifest["files"]) if manifest["format"] == FORMAT else set()
    except (OSError, ValueError, TypeError, LookupError):
        return set()


def report_around(path: Path) -> Path | None:
    """The folder of a report in which a file stands, or would; None where there is none."""
    around = Path(os.path.realpath(path)).parents
    return next((folder for folder in around if _listed(folder)), None)


def _foreign(path: Path, listed: set[str]) -> Iterator[str]:
    """What stands in a folder and is not listed, from its top."""
    for folder, inner, files in os.walk(path):
        for name in sorted([*files, *(name for name in inner if Path(folder, name).is_symlink())]):
            within = Path(folder, name).relative_to(path).as_posix()
            if within not in listed:
                yield within


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold up others who would begin or end a draft in a folder at the same time."""
    held = _hold(folder, wait=True)
    try:
        yield
    finally:
        os.close(held)


def _begin(path: Path) -> tuple[Path, int]:
    """A fresh folder beside another, for whom that one is for, and the lock on it."""
    with _alone(path.parent):
        _replaceable(path)
        _clear(path)
        draft = _beside(path)
        draft.mkdir()
        if path.is_dir():
            draft.chmod(path.stat().st_mode & 0o777)
        return draft, _hold(draft)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")


def _hold(folder: Path, *, wait: bool = False) -> int:
    """A lock on a folder that ends with the process at the latest.

    Raises BlockingIOError where another has it, unless it is to be waited for.
    """
    import fcntl  # not everywhere

    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(held)
        raise
    return held


def _clear(path: Path) -> None:
    """Remove what earlier writers of this folder left when they were killed."""
    ours = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{8}}{PART}")
    for left in sorted(path.parent.iterdir()):
        if ours.fullmatch(left.name) is None or left.is_symlink() or not left.is_dir():
            continue
        try:
            held = _hold(left)
        except BlockingIOError:
            continue  # its writer is at work
        if not path.exists() and (left / MANIFEST).is_file():
            left.rename(path)  # they were killed in the middle of the swap
        else:
            _discard(left)
        os.close(held)


def _swap(draft: Path, path: Path) -> None:
    """Put a draft in the place of a folder, and remove that; where it fails, put it back."""
    aside = _beside(path)
    if path.exists():
        path.rename(aside)
    try:
        draft.rename(path)
    finally:
        if not path.exists() and aside.exists():
            aside.rename(path)
        _discard(aside)


def _discard(path: Path) -> None:
    """Remove a folder: a draft whole, what was once in use but for the files it does not name."""
    listed = _listed(path)
    if not listed:
        shutil.rmtree(path, ignore_errors=True)
        return
    for folder, inner, files in os.walk(path, topdown=False):
        for name in files:
            file = Path(folder, name)
            if file.relative_to(path).as_posix() in listed:
                file.unlink(missing_ok=True)
        for name in inner:
            with suppress(OSError):  # not empty
                Path(folder, name).rmdir()
    with suppress(OSError):
        path.rmdir()


def bundled(folder: str) -> Path:
    """A folder that ships with tracker: inside the wheel, or beside the package in a checkout.

    >>> bundled("migrations").joinpath("env.py").is_file()
    True
    """
    package = Path(__file__).resolve().parent
    packaged = package / f"_{folder}"
    return packaged if packaged.is_dir() else package.parent / folder
