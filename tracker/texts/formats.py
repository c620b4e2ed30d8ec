"""Texts from files: plain text, Markdown, HTML and PDF.

Of plain text and Markdown the stored text is the file's own, sign for sign; of a page or a PDF it
is the extracted text. What a file says of title, author and day goes to the document's hints; the
file's clock is never asked.
"""

from __future__ import annotations

import logging
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tracker.errors import DataError, Problem, UsageError
from tracker.texts.document import document, paragraphs
from tracker.texts.layout.headers import Hints
from tracker.texts.layout.web import DEEPEST, tidied, too_deep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.texts.document import Document, Markup, Paragraph

Format = Literal["text", "markdown", "html", "pdf"]
EXTENSIONS: dict[str, Format] = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".pdf": "pdf",
}  # fmt: skip
START = 1_024  # bytes in which it shows what a file is
LARGE = 1_000_000  # bytes of a text that is better not held whole
MARKUPS: dict[str, Markup] = {"text": "plain", "markdown": "markdown"}
PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,200}(?:<\?xml|<!doctype html|<html)", re.IGNORECASE)
CHARSET = re.compile(rb"<meta[^>]{1,200}?charset=[\"']?([\w-]{2,40})", re.IGNORECASE)
TAG = re.compile(r"<(?:html|body)\b", re.IGNORECASE)
# Dates from what the page states alone: looking for others in its words depends on the day.
DATES = {"extensive_search": False, "original_date": True, "max_date": "9999-12-31"}


def read(path: Path | str, *, format: Format | None = None) -> Document:  # noqa: A002 - the word
    """Read a text from a file, or from standard input where the path is ``-``.

    The format is told by the name and, where that says nothing, by the content.

    Raises DataError where the file holds no text that can be read, and UsageError where its
    format needs a package that is not installed.
    """
    name = str(path)
    raw = _bytes(name)
    kind = format or _format(name, raw)
    if not raw.strip():
        raise _wrong(name, "nothing" if not raw else "nothing but blanks", "a text")
    if kind == "pdf":
        from tracker.texts.layout.pdf import extracted

        with _quiet():
            text, hints = extracted(raw, name)
        return document(text, hints=hints)
    if kind == "html":
        with _quiet():
            text, hints = _page(_decoded(raw, name, page=True), name)
        return document(text, hints=hints)
    return document(_decoded(raw, name), markup=MARKUPS[kind])


def stream(path: Path | str, *, markup: Markup = "plain") -> Iterator[Paragraph]:
    """The paragraphs of a file of plain text or Markdown of any size, in constant memory.

    Raises DataError where the file cannot be read, or is not UTF-8.
    """
    name = str(path)
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            yield from paragraphs(iter(lambda: file.read(65_536), ""), markup=markup)
    except OSError as error:
        raise _unreadable(name, error) from None
    except UnicodeDecodeError:
        raise _wrong(name, "bytes that are not UTF-8", "a text in UTF-8") from None


def lazily(path: Path | str, *, format: Format | None = None) -> Iterator[Paragraph] | None:  # noqa: A002
    """The paragraphs of a large file of plain text or Markdown, as :func:`stream` gives them.

    None for what is small, or must be read whole.
    """
    name = str(path)
    try:
        if name == "-" or Path(path).stat().st_size < LARGE:
            return None
        with Path(path).open("rb") as file:
            start = file.read(START)
    except OSError as error:
        raise _unreadable(name, error) from None
    kind = format or _format(name, start)
    return stream(path, markup=MARKUPS[kind]) if kind in MARKUPS and b"\0" not in start else None


def _bytes(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise _unreadable(name, error) from None


def _unreadable(name: str, error: OSError) -> DataError:
    found = (error.strerror or str(error)).lower().removeprefix("is ")
    return _wrong(name, found, "a file that can be read")


def _wrong(name: str, found: str, expected: str) -> DataError:
    return DataError([Problem("file", found, expected, "standard input" if name == "-" else name)])


def _format(name: str, raw: bytes) -> Format:
    """The format of a file by its name, which its content must not belie."""
    start = raw[:START]
    shown: Format | None = "pdf" if b"%PDF-" in start else "html" if PAGE.match(start) else None
    named = None if name == "-" else EXTENSIONS.get(Path(name).suffix.lower())
    if named == "pdf" and shown != "pdf":
        raise _wrong(name, "no PDF", "a PDF, as its name says; or name the format")
    if named and shown and named != shown:
        raise _wrong(name, shown.upper(), f"{named}, as its name says; or name the format")
    return named or shown or "text"


def _decoded(raw: bytes, name: str, *, page: bool = False) -> str:
    """Bytes as text in UTF-8, or in the encoding that a page states."""
    if raw.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        raise _wrong(name, "a text in UTF-32", "a text in UTF-8")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _wrong(name, "a text in UTF-16", "a text in UTF-8")
    if (zero := raw.find(0)) >= 0:
        raise _wrong(name, f"binary data (byte {zero} is zero)", "text, Markdown, HTML or PDF")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        stated = CHARSET.search(raw[:START]) if page else None
        if stated:
            try:
                return raw.decode(stated[1].decode())
            except (LookupError, ValueError):
                pass
        raise _wrong(name, f"byte {error.start} that is not UTF-8", "a text in UTF-8") from None


def _page(page: str, name: str) -> tuple[str, Hints]:
    """The main text of a page, a paragraph a block, and what the page says of itself."""
    try:
        import trafilatura
    except ImportError:
        raise UsageError("reading a web page needs `pip install 'tracker[html]'`") from None
    try:
        tree = trafilatura.load_html(page if TAG.search(page) else f"<html><body>{page}")
        deep = tree is not None and too_deep(tree)
        if tree is not None:
            tidied(tree)
        found = (
            None
            if deep
            else trafilatura.bare_extraction(
                tree, include_comments=False, with_metadata=True, date_extraction_params=DATES
            )
        )
    except Exception as error:  # noqa: BLE001 - fed by strangers, a parser fails in any way
        raise _wrong(name, f"a broken page ({type(error).__name__})", "a page in HTML") from None
    if deep:
        wrong = f"elements within each other more than {DEEPEST} deep"
        raise _wrong(name, wrong, "a page that is nested less deeply")
    lines = [line.strip() for line in str(getattr(found, "text", "") or "").splitlines()]
    if not any(lines):
        raise _wrong(name, "a page without a main text", "a page with an article")
    said = [getattr(found, key, None) or None for key in ("title", "author", "date")]
    return "\n\n".join(filter(None, lines)), Hints(*said)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the talk of libraries, who speak of their own insides, off the terminal."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
