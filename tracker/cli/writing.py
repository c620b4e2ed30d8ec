"""What becomes of drafts: a dossier for a person to correct, beside its text."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from tracker.cli.asking import STDIN, InputEndedError, confirmed
from tracker.cli.terminal import talk
from tracker.errors import DataError

if TYPE_CHECKING:
    from tracker.cli.review import Ended
    from tracker.records import Source
    from tracker.texts.document import Document
    from tracker.texts.drafting import Suggestion


@dataclass(frozen=True)
class Place:
    """Where a dossier goes, and its text where that is not the file itself."""

    dossier: Path
    text: Path
    writes_text: bool
    force: bool = False

    @property
    def printed(self) -> bool:
        """Whether the dossier goes to stdout."""
        return str(self.dossier) == STDIN


def name_of(file: Path) -> str:
    """What a text is called after its file."""
    return "text" if str(file) == STDIN else file.stem


def beside(file: Path) -> Path:
    """The dossier of a text, in the same folder."""
    return file.with_name(f"{name_of(file)}.dossier.yaml")


def stem(dossier: Path) -> str:
    """The name of a dossier without its endings."""
    return dossier.name.removesuffix(".yaml").removesuffix(".yml").removesuffix(".dossier")


def place_for(file: Path, output: Path | None, document: Document, *, force: bool) -> Place:
    """Where a dossier goes; a place that is taken is refused before anything is asked."""
    dossier = output or beside(file)
    if str(dossier) == STDIN:
        return _printed(file, document)
    writes = _held(file) != document.text.encode()
    text = dossier.with_name(f"{stem(dossier)}.txt") if writes else file
    if writes and _same(text, file):
        text = dossier.with_name(f"{stem(dossier)}.text.txt")
    if _same(dossier, file) or _same(dossier, text):
        raise typer.BadParameter(f"{dossier} is the text itself", param_hint="-o")
    if not dossier.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {dossier.parent}", param_hint="-o")
    taken = [dossier] if dossier.is_file() else []
    if writes and text.is_file() and _held(text) != document.text.encode():
        taken.append(text)
    free(taken, force=force)
    return Place(dossier, text, writes, force)


def _printed(file: Path, document: Document) -> Place:
    """A dossier on stdout; its text must be a file already."""
    if _held(file) != document.text.encode():
        found = "a dossier on stdout has no place beside it for the words of the text"
        raise typer.BadParameter(f"{found}; name a file", param_hint="-o")
    return Place(Path(STDIN), file, writes_text=False)


def free(taken: list[Path], *, force: bool) -> None:
    """Refuse to write over files that are there already, unless that is asked for."""
    if taken and not force:
        there = " and ".join(map(str, taken))
        raise typer.BadParameter(f"already there: {there}; see --force", param_hint="-o")


def _held(file: Path) -> bytes | None:
    try:
        return None if str(file) == STDIN else file.read_bytes()
    except OSError:
        return None


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def reviewed(
    suggestions: list[Suggestion], source: Source, document: Document, place: Place
) -> Ended:
    """Walk through the suggestions with a person, and write what was accepted."""
    from tracker.cli.review import Walk, walk

    draft = _Draft(source, document, place)
    through = Walk(document.text, source, suggestions, draft.keep)
    ended = walk(through) if suggestions else "through"
    kept = through.kept()
    talk(f"\n{ended}: {len(kept)} of {len(suggestions)} drafts accepted")
    if ended == "input ended":
        talk("the walk was not finished: the answers ended before the drafts did")
    if not kept:
        talk("nothing was written")
    elif ended in {"through", "input ended"} or _wanted(kept, place):
        write_dossier(kept, source, document, draft.place)
    else:
        draft.drop()
    return ended


class _Draft:
    """The dossier while a person walks: what is accepted is on disk, should the walk be killed.

    What was at the place before stays there to the end.
    """

    def __init__(self, source: Source, document: Document, place: Place) -> None:
        self.source, self.document, self.place, self.free = source, document, place, place
        self.own = [file for file in (place.dossier, place.text) if not file.exists()]

    def keep(self, accepted: list[Suggestion]) -> None:
        """Write what is accepted, where no other file is; what cannot be written is said later."""
        if not accepted:
            self.drop()
        elif self.free.dossier in self.own and not self.free.printed:
            with suppress(DataError):
                _put(accepted, self.source, self.document, self.place)
                self.place = replace(self.free, force=True)

    def drop(self) -> None:
        """Leave no trace."""
        if self.place is not self.free:
            for file in self.own:
                file.unlink(missing_ok=True)
            self.place = self.free


def _wanted(kept: list[Suggestion], place: Place) -> bool:
    """Whether to write what was accepted; who interrupts the question wants to keep it."""
    try:
        return confirmed(f"write the {len(kept)} accepted to {place.dossier}?")
    except (InputEndedError, KeyboardInterrupt):
        return True


def write_dossier(
    suggestions: list[Suggestion], source: Source, document: Document, place: Place
) -> None:
    """Write a dossier, and its text where that is not the file itself; say what comes next."""
    from tracker.texts import drafting

    said = _put(suggestions, source, document, place)
    if place.printed:
        print(said, end="")
    else:
        talk(f"written: {place.dossier}" + (f" and {place.text}" if place.writes_text else ""))
    _counted(suggestions)
    blank = [name for name in drafting.BLANK if getattr(source, name) is None]
    if blank:
        talk(f"fill in first: {' and '.join(blank)}, which are blank in it")
    dossier, text = _named(place)
    talk(f"next: correct it, then  tracker add {dossier} --text {text} --keep-text")


def _put(suggestions: list[Suggestion], source: Source, document: Document, place: Place) -> str:
    """Write a dossier, and its text, unless it is to be printed; the dossier."""
    from tracker.files import write
    from tracker.texts import drafting

    hints = [f"{name} {said}" for name, said in _hints(document) if said]
    dossier, text = _named(place)
    content = drafting.dossier(source, suggestions)
    said = drafting.written(content, dossier=dossier, text=text, hints=hints)
    if place.writes_text and _held(place.text) != document.text.encode():
        write(place.text, document.text, new=not place.force)
    if not place.printed:
        write(place.dossier, said, new=not place.force)
    return said


def _named(place: Place) -> tuple[str, str]:
    """A dossier and its text, as they are typed in a command."""
    named = beside(place.text) if place.printed else place.dossier
    return quoted(named), quoted(place.text)


def _counted(suggestions: list[Suggestion]) -> None:
    """Say how much was written, and how much of it wants a look first."""
    questions = {one.question.id for one in suggestions}
    unclear = sum(one.said["attribution"] == "unclear" for one in suggestions)
    marked = f", {unclear} of them of unclear voices" if unclear else ""
    talk(f"questions: {len(questions)}; forecasts: {len(suggestions)}{marked}")


def _hints(document: Document) -> Iterator[tuple[str, Any]]:
    hints = document.hints
    yield from (("title", hints.title), ("author", hints.author), ("published", hints.published))


def quoted(path: Path) -> str:
    """A path as it is typed in a command."""
    return shlex.quote(str(path))
