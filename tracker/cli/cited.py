"""A source that is cited on the command line, and the words in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tracker.errors import DataError, Problem
from tracker.records import Source, make
from tracker.values import sha256

TEXTS = {".txt", ".md", ".html", ".htm", ".pdf"}


def cited(source: str, quote: str) -> tuple[Source, list[dict[str, Any]]]:
    """A source and one passage of it: by offsets where it is a file, else by its words.

    Raises DataError where the words do not stand in the file, or stand there more than once.
    """
    file = Path(source)
    if not os.path.isfile(source):  # noqa: PTH113 - a name too long for a file is no file
        address = source if source.startswith(("http://", "https://")) else None
        if address is None and ("/" in source or file.suffix in TEXTS):
            raise DataError([Problem("--source", f"{source}, where no file is", "a file")])
        document = make(Source, {"name": source, "url": address})
        return document, [{"source": document.name, "quote": quote}]
    try:
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise DataError([Problem("--source", f"{file}, not a text in UTF-8", "a text")]) from None
    words, times = quote.strip(), text.count(quote.strip())
    if times != 1:
        found = "no such words" if not times else f"these words {times} times"
        raise DataError([Problem("--quote", f"{found} in {file}", "words that stand there once")])
    start = text.index(words)
    digest = sha256(text)
    document = make(Source, {"name": str(file), "sha256": digest})
    span = {"start": start, "end": start + len(words), "quote": words}
    return document, [{"source": document.name, **span}]
