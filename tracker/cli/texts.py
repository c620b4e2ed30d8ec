"""Commands for texts: extract, add."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.asking import standard_input
from tracker.cli.bars import progress
from tracker.cli.options import Db, Json, ledger
from tracker.cli.terminal import data, line, talk


def add(
    dossiers: Annotated[
        list[Path], typer.Argument(metavar="DOSSIER…", help="Dossier files; - for stdin.")
    ],
    text: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="The text of a source: its spans are checked first."),
    ] = None,
    keep_text: Annotated[
        bool, typer.Option("--keep-text", help="Keep the texts given with --text in the ledger.")
    ] = False,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Add dossiers, all of them or none.

    Adding one twice is the same as once.

    Example: tracker add essay.dossier.yaml --text essay.txt
    """
    from tracker import settings
    from tracker.errors import DataError
    from tracker.texts.dossier import check_spans, read

    if keep_text and not text:
        raise typer.BadParameter("expected --text FILE with it", param_hint="--keep-text")
    standard_input(*dossiers, *(text or []))
    with progress("Reading") as came:
        written = []
        for path in dossiers:
            written.append(read(path))
            came(len(written), len(dossiers))
    texts: dict[str, str] = {}
    for path in text or []:
        texts |= check_spans(written, path)
    done = []
    with (
        ledger(db, writable=True, create=True) as opened,
        progress("Adding") as came,
        opened.adding(settings.now()) as add_one,
    ):
        for dossier in written:
            try:
                done.append((dossier, add_one(dossier.dossier, texts if keep_text else {})))
                came(len(done), len(written))
            except DataError as error:
                located = [dossier.locate(problem) for problem in error.problems]
                raise DataError(located, what=dossier.file) from None
    for dossier, added in done if not as_json else ():
        new = f"{added.questions} questions, {added.forecasts} forecasts, "
        new += f"{added.resolutions} resolutions"
        line(f"{dossier.file}: " + (f"{new} added" if added else "nothing new"))
    if as_json:
        data([{"file": dossier.file, **vars(added)} for dossier, added in done])
    else:
        talk("next: tracker list   or   tracker score")
