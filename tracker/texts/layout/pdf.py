"""The text of a PDF: columns in order, words whole again, without what stands on every page."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.errors import DataError, Problem, UsageError
from tracker.texts.layout.headers import Hints

if TYPE_CHECKING:
    from collections.abc import Iterator

EDGE = 0.12  # of a page's height, above and below, where headers and footers stand
SHORT = 2  # lines of a header or footer at most
PAGE_NUMBER = re.compile(
    r"\W{0,5}(?:page\s?)?\d{1,4}(?:\s?(?:of|/)\s?\d{1,4})?\W{0,5}", re.IGNORECASE
)
BROKEN = re.compile(r"(\w{1,40})-\n(\w{1,40})")
COMPOUND = {  # first parts that keep their hyphen at the end of a line
    "anti", "co", "e", "ex", "half", "mid", "non", "post", "pre", "self", "semi", "so", "well",
}  # fmt: skip
STOPS = ".!?:;\"'”’)"
LONG = 9  # words of a block that is no heading
BULLET = re.compile(r"[-*+•‣▪●◦·–—]|\(?\w{1,3}[.)]\s")
UNKNOWN = re.compile(r"\(cid:\d{1,6}\)")
LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": "-", "\f": " "}
)


@dataclass(frozen=True)
class _Box:
    """A block of lines on a page; ``edge`` where it stands among headers and footers."""

    page: int
    text: str
    edge: bool

    @property
    def form(self) -> str:
        """What is the same in it on every page."""
        return re.sub(r"\d+", "#", " ".join(self.text.split()))


def extracted(raw: bytes, name: str) -> tuple[str, Hints]:
    """The text of a PDF, a block a paragraph, and the title and author that it states.

    Raises DataError where it is encrypted, broken or holds no text, UsageError where the package
    that reads PDF is not installed.
    """
    try:
        from pdfminer.pdfdocument import PDFPasswordIncorrect
    except ImportError:
        raise UsageError("reading a PDF needs `pip install 'tracker[pdf]'`") from None
    try:
        boxes, hints = _read(raw)
    except PDFPasswordIncorrect:
        raise _wrong(name, "an encrypted PDF", "one that opens without a password") from None
    except Exception as error:  # noqa: BLE001 - fed by strangers, a parser fails in any way
        raise _wrong(name, f"a broken PDF ({type(error).__name__})", "a PDF") from None
    text = "\n\n".join(_joined(_kept(boxes)))
    if not any(map(str.isalpha, UNKNOWN.sub("", text))):
        found = "a PDF without text, perhaps pictures of pages"
        raise _wrong(name, found, "one whose words can be selected; scans need text recognition")
    return text, hints


def _wrong(name: str, found: str, expected: str) -> DataError:
    return DataError([Problem("file", found, expected, "standard input" if name == "-" else name)])


def _read(raw: bytes) -> tuple[list[_Box], Hints]:
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LAParams, LTTextBox
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfparser import PDFParser

    stated: dict[str, Any] = {}
    for part in PDFDocument(PDFParser(io.BytesIO(raw))).info:
        stated |= part
    boxes = [
        _Box(number, box.get_text().translate(LIGATURES).strip(), _at_edge(box, page))
        for number, page in enumerate(extract_pages(io.BytesIO(raw), laparams=LAParams()))
        for box in page
        if isinstance(box, LTTextBox)
    ]
    return [box for box in boxes if box.text], Hints(
        _said(stated, "Title"), _said(stated, "Author")
    )


def _said(stated: dict[str, Any], key: str) -> str | None:
    from pdfminer.utils import decode_text

    value = stated.get(key)
    words = decode_text(value) if isinstance(value, bytes) else ""
    return " ".join(words.split()) or None


def _at_edge(box: Any, page: Any) -> bool:
    short = box.get_text().strip().count("\n") < SHORT
    margin = EDGE * page.height
    return bool(short and (box.y0 > page.y1 - margin or box.y1 < page.y0 + margin))


def _kept(boxes: list[_Box]) -> list[_Box]:
    """Blocks without page numbers, and without what stands at the edge of most pages."""
    pages = len({box.page for box in boxes})
    forms = Counter(form for form, _ in {(box.form, box.page) for box in boxes if box.edge})
    repeated = {form for form, count in forms.items() if count > 1 and 2 * count >= pages}
    return [
        box
        for box in boxes
        if not (box.edge and (box.form in repeated or PAGE_NUMBER.fullmatch(box.text)))
    ]


def _joined(boxes: list[_Box]) -> Iterator[str]:
    """Paragraphs: one that a column or page breaks off goes on in the next block."""
    whole = "\n".join(box.text for box in boxes)
    held, page = "", 0
    for box in boxes:
        goes_on = box.text[0].islower() and held[-1:] not in {"", ".", "!", "?", ":"}
        if held and not goes_on and not (page != box.page and _broken_off(held, box.text)):
            yield _line(held, whole)
            held = ""
        held, page = f"{held}\n{box.text}" if held else box.text, box.page
    if held:
        yield _line(held, whole)


def _broken_off(block: str, following: str) -> bool:
    """Whether the last block of a page goes on in the next one, which begins with a capital."""
    heading = "\n" not in following and following[-1] not in STOPS
    return (
        block[-1] not in STOPS
        and len(block.split()) >= LONG
        and not heading
        and not BULLET.match(block)
        and not BULLET.match(following)
    )


def _line(block: str, whole: str) -> str:
    """A block as one line; a word broken by it keeps a hyphen that it has elsewhere."""

    def mended(found: re.Match[str]) -> str:
        compound = f"{found[1]}-{found[2]}"
        kept = compound in whole or found[1].lower() in COMPOUND
        if kept or not found[2][0].islower():
            return compound
        return found[1] + found[2]

    lines = (line.strip() for line in block.splitlines())
    return " ".join(BROKEN.sub(mended, "\n".join(lines)).split())
