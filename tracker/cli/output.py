"""What commands that judge write with ``-o FILE``: a page, a picture or the numbers."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.bars import progress
from tracker.cli.options import Wanted
from tracker.cli.terminal import steady, talk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tracker.charts.picture import Picture
    from tracker.scoring.scorecard import Scorecard

    Pictures = Callable[[], Sequence[Picture]]

IMAGES = (".png", ".svg")
FILES = (".html", *IMAGES, ".json")
Output = Annotated[
    list[Path] | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Write a page (.html), a picture (.png, .svg) or the numbers (.json); may be "
        "repeated.",
        show_default=False,
    ),
]


def chart_option(names: Sequence[str]) -> Any:
    """The option of a command with several pictures."""
    said = f"Which picture a .png or .svg holds: {', '.join(names)}; else the first."
    return typer.Option("--chart", metavar="NAME", help=said, show_default=False)


@dataclass(frozen=True)
class About:
    """What a page says around its pictures, and an image above its one.

    ``beside`` is said after the verdict. ``page`` makes a page of another kind.
    """

    title: str
    subtitle: str
    verdict: str
    beside: str | None = None
    card: Scorecard | None = None
    notes: Sequence[str] = ()
    scale: Any = "0-1"
    page: Callable[[], str] | None = None


def check(
    outputs: Sequence[Path] | None,
    *,
    table: str | None = None,
    wanted: Wanted | None = None,
    chart: str | None = None,
    charts: Sequence[str] = (),
    kinds: Sequence[str] = FILES,
    hint: str = "",
) -> None:
    """Refuse, before any work is done, what could not be written.

    A file that is named twice, or of none of the ``kinds`` (then the ``hint`` is said), one in the
    folder of a report, the very ``table`` or ledger that is read, a picture that the command does
    not have, an image where none can be drawn.
    """
    images = [file for file in outputs or () if file.suffix.lower() in IMAGES]
    if chart is not None and chart not in charts:
        expected = f"expected {' or '.join(charts)}; found {chart}"
        raise typer.BadParameter(expected, param_hint="--chart")
    if chart is not None and not images:
        raise typer.BadParameter("chooses the picture of -o FILE.png or .svg", param_hint="--chart")
    what, read = ("ledger", _ledger(wanted)) if wanted else ("table", _file(table))
    for number, file in enumerate(outputs or ()):
        if file.suffix.lower() not in kinds:
            *others, last = (f"file{kind}" for kind in kinds)
            among = f"{', '.join(others)} or {last}" if others else last
            expected = f"expected a {among}{hint}"
            raise _refused(f"{expected}; found {file}")
        if read and _same(file, read):
            raise _refused(f"{file} is the {what}, and would be lost")
        if any(_same(file, other) for other in (outputs or ())[:number]):
            raise _refused(f"{file} is named twice; name each file once")
        _not_of_a_report(file)
    if images:
        from tracker.charts.image import ready

        ready()


def _not_of_a_report(file: Path) -> None:
    from tracker.files import report_around

    around = report_around(file)
    if around is not None:
        message = f"{file} is in a report, which 'tracker report' writes whole; name another folder"
        raise _refused(message)


def _refused(message: str) -> typer.BadParameter:
    return typer.BadParameter(message, param_hint="-o")


def _same(one: Path, other: Path) -> bool:
    """Whether two names are of one file, which need not be there yet."""
    if one.exists() and other.exists():
        return one.samefile(other)
    return os.path.realpath(one) == os.path.realpath(other)


def write(
    outputs: Sequence[Path],
    numbers: Any,
    pictures: Pictures,
    about: About,
    *,
    chart: str | None = None,
    parents: bool = False,
) -> None:
    """Write the page, the picture or the numbers, as the name of each file says.

    ``numbers`` is what ``--json`` prints; ``pictures`` is asked once, and only where they are
    needed. Raises TrackerError where an image cannot be drawn: nothing is written then; DataError
    where a place cannot be written, which is then untouched.
    """
    from tracker import files

    drawn = cache(pictures)
    contents: list[str | bytes] = []
    with progress("Drawing"):
        for file in outputs:
            kind = file.suffix.lower()
            if kind == ".json":
                contents.append(as_text(numbers))
            elif kind == ".html":
                contents.append(about.page() if about.page else _page(drawn(), about))
            else:
                contents.append(_image(kind, drawn(), about, chart))
    for file, content in zip(outputs, contents, strict=True):
        files.write(file, content, parents=parents)
        talk(f"written: {file}")


def as_text(numbers: Any) -> str:
    """Numbers as a file of JSON."""
    return json.dumps(steady(numbers), ensure_ascii=False, indent=2) + "\n"


def _page(pictures: Sequence[Picture], about: About) -> str:
    from tracker.pages.charts import chart_page

    return chart_page(
        pictures,
        title=about.title,
        subtitle=about.subtitle,
        verdict=about.verdict,
        beside=about.beside,
        card=about.card,
        notes=about.notes,
        scale=about.scale,
    )


def _image(kind: str, pictures: Sequence[Picture], about: About, chart: str | None) -> bytes:
    from tracker.charts.image import image, titled

    picture = next((one for one in pictures if one.name == chart), pictures[0])
    figure = titled(picture.figure, about.title, f"{picture.title}; {about.subtitle}")
    return image(figure, "svg" if kind == ".svg" else "png")


def _file(table: str | None) -> Path | None:
    return Path(table.partition("::")[0]) if table else None


def _ledger(wanted: Wanted) -> Path | None:
    """The file of the ledger that is read, if it is one."""
    from tracker import settings
    from tracker.ledger.place import Place

    return Place.of(settings.database(wanted.db)).path
