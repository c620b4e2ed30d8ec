"""Asks the language model that is set up beside the rules, and keeps what it was asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tracker.cli.bars import progress
from tracker.cli.terminal import talk
from tracker.cli.writing import free, stem

if TYPE_CHECKING:
    from tracker.settings import LanguageModel
    from tracker.texts.document import Document
    from tracker.texts.drafts import Draft
    from tracker.texts.lexicon import Lexicon


def record_of(dossier: Path, *, force: bool) -> Path:
    """Where what is asked is kept: beside the dossier; refused where something is there."""
    log = dossier.with_name(f"{stem(dossier)}.model.json")
    free([log] if log.exists() else [], force=force)
    return log


def consulted(
    model: LanguageModel,
    found: list[Draft],
    document: Document,
    *,
    published: str | None,
    lexicon: Lexicon,
    log: Path,
) -> list[Draft]:
    """The drafts of the rules with those of the model; what it was asked and answered is kept.

    Raises DataError where the model answered for no part of the text.
    """
    import json
    from functools import partial

    from tracker import settings
    from tracker.errors import DataError
    from tracker.files import write
    from tracker.texts.days.horizon import horizon
    from tracker.texts.model.merging import merge
    from tracker.texts.model.model import ModelExtractor
    from tracker.texts.reading import reading, whose

    read = partial(reading, lexicon)
    extractor = ModelExtractor(model.url, model.name, read, key=model.key, when=horizon)
    talk(f"asking {model.name} …")
    with progress("Waiting"):
        answers = extractor.ask(document, published)
    if answers.silent:
        raise DataError(answers.unanswered)
    content = {
        "at": settings.now().isoformat(timespec="seconds"),
        "asked": [vars(one) for one in answers.asked],
        "refused": [str(problem) for problem in answers.refused],
        "unanswered": [str(problem) for problem in answers.unanswered],
    }
    write(log, json.dumps(content, indent=2) + "\n")
    talk(f"kept: {log}, what was asked and answered")
    for problem in (*answers.unanswered, *answers.refused):
        talk(str(problem))
    return merge(found, answers.drafts, attribution=whose(document))
