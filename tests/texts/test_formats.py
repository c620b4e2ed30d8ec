"""Texts from files: what is stored, what is left out, and how what cannot be read is refused."""

from __future__ import annotations

import io
import logging
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import DataError, UsageError
from tracker.texts.document import document
from tracker.texts.formats import read, stream
from tracker.values import sha256

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.texts.document import Document

RIVER = "The river will rise by the end of the week, as “nobody” here had expected before."
TOWN = "The town is preparing for the long-term, and the long-term is wet."
PAGE = f"""<!doctype html><html lang="en"><head><title>On the river | The Gauge</title>
<meta name="author" content="Ana Oda">
<meta property="article:published_time" content="2026-03-02T10:00:00Z">
<style>p {{color: red}}</style><script>var x = "HIDDEN by script";</script></head><body>
<nav><a href="/">Home</a> <a href="/a">About us</a></nav>
<article><h1>On the river</h1><p>{RIVER}</p>
<p style="display: none">HIDDEN from everybody who reads this page, and long enough to count.</p>
<p style="visibility:hidden">HIDDEN from everybody who reads this page, and long enough too.</p>
<p hidden>HIDDEN by an attribute from everybody who reads this page, and long enough too.</p>
<p aria-hidden="true">HIDDEN from everybody who has this page read to them, and long enough.</p>
<template><p>HIDDEN in a template, which nobody sees before a script takes it out.</p></template>
<h2>What to watch</h2><ul><li>Snow in the hills is likely to melt.</li>
<li>Rain&nbsp;may fall &amp; stay.</li></ul><!-- HIDDEN in a comment -->
<p>The dam will <b>hold</b>.</p></article>
<footer>All rights reserved.</footer></body></html>"""

DEEP = "elements within each other more than 250 deep"
MARKED = [  # markup within a paragraph, and its words
    ("a 7<sup>1</sup> % chance", "a 7 % chance"),
    ("a 7<sup><a href='#n'>[12]</a></sup> % chance", "a 7 % chance"),
    ("7<sup>†</sup> % or 8<sup>(a)</sup> % or 9<sup>1, 2</sup> %", "7 % or 8 % or 9 %"),
    ("10<sup>1</sup> % and 1<sup>2</sup>3 %", "10 % and 1 3 %"),
    ("10<sup>2</sup> m<sup>2</sup> and 10<sup>-6</sup> of it", "10² m² and 10⁻⁶ of it"),
    ("the 3<sup>rd</sup> of 2<sup>k+1</sup> days", "the 3rd of 2 k+1 days"),
    ("CO<sub>2</sub> and 4<sub>2</sub>", "CO2 and 4 2"),
    ("it <del>will</del><s>may</s><strike>must</strike>might go", "it might go"),
    ("it will<br>rain<br/>soon", "it will rain soon"),
    ("<q>It <b>will</b> rain</q>, he said", "“It will rain”, he said"),
    ("it <b style='opacity:0.5;font-size:0.9em'>will</b> go", "it will go"),
]
UNSEEN = [
    'style="DISPLAY: None"', 'style="color:red;Visibility:hidden !important"', "HIDDEN",
    'style="font-size:0"', 'style="font-size: 0px"', 'style="opacity: 0.0"', 'aria-hidden="TRUE"',
    'style="position:absolute;left:-9999px"', 'style="text-indent:-9999px"',
    'class="x Visually-Hidden"', "class=sr-only", 'style="text-decoration: line-through"',
]  # fmt: skip

Words = list[tuple[int, int, int, str]]  # x, y from below, size, words


def pdf(pages: list[Words], info: bytes = b"", *, encrypted: bool = False) -> bytes:
    """A small PDF in Helvetica."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", font, b"<< %s >>" % info]
    kids = []
    for page in pages:
        shown = b"".join(
            b"BT /F1 %d Tf %d %d Td (%s) Tj ET\n" % (size, x, y, words.encode("cp1252"))
            for x, y, size, words in page
        )
        parts.append(b"<< /Length %d >>\nstream\n%sendstream" % (len(shown), shown))
        parts.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(parts)
        )
        kids.append(b"%d 0 R" % len(parts))
    parts[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    lock = b"/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>"
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R %s >>\n"
        % (
            len(parts) + 1,
            b"".join(b"%010d 00000 n \n" % place for place in places),
            len(parts) + 1,
            b"/Info 4 0 R " + (lock % (b"11" * 32, b"22" * 32) if encrypted else b""),
        )
        + b"startxref\n%d\n%%%%EOF\n" % len(out)
    )


def block(x: int, top: int, *lines: str) -> Words:
    """Lines of a paragraph, one below the other."""
    return [(x, top - 14 * number, 11, line) for number, line in enumerate(lines)]


def edges(number: int) -> tuple[Words, Words]:
    """What stands on every page."""
    return [(60, 800, 9, "The Gauge, spring")], [(280, 40, 9, f"Page {number} of 2")]


LEFT = block(60, 700, "The river will rise by the end of the", "week. The town is prepar-",
             "ing for the long-", "term, and the long-term is wet.")  # fmt: skip
RIGHT = block(320, 700, "The right column begins here. It may", "snow in the hills, and then it")
NEXT = block(60, 700, "melts. Nobody knows.") + block(60, 640, "It ends here.")


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """A folder for files."""
    return tmp_path


def refused(path: Path, content: bytes | None = None) -> str:
    """How a file is refused."""
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError) as raised:
        read(path)
    (problem,) = raised.value.problems
    assert problem.file == str(path)
    return problem.found


def paragraphs_of(one: Document) -> list[str]:
    """The words of each paragraph."""
    return [paragraph.text for paragraph in one.paragraphs]


@given(st.text(alphabet="aé. \r\n\t\ufeff’\u2028"))
def test_the_stored_text_is_the_file(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Of plain text and Markdown every sign is kept, with the hash of the file's own bytes."""
    path = tmp_path_factory.getbasetemp() / "text.txt"
    path.write_bytes(text.encode())
    if not text.encode().strip():
        assert refused(path).startswith("nothing")
        return
    assert read(path) == document(text)
    assert read(path).sha256 == sha256(text)
    assert list(stream(path)) == list(document(text).paragraphs)


def test_markdown_by_its_name(held: Path) -> None:
    """The name tells the format, and the caller can tell otherwise."""
    path = held / "a.md"
    path.write_text("# River\n\nIt *will* rise.\n", "utf-8")
    assert read(path).paragraphs[0].heading
    assert read(path).paragraphs[1].prose == "It  will  rise."
    assert read(path, format="text").paragraphs[1].prose == "It *will* rise."


def test_a_page_is_its_main_text(held: Path) -> None:
    """Paragraphs, headings and items stay; navigation, scripts and hidden words do not."""
    path = held / "a.html"
    path.write_text(PAGE, "utf-8")
    one = read(path)
    assert paragraphs_of(one)[-5:] == [
        RIVER, "What to watch", "- Snow in the hills is likely to melt.", "- Rain may fall & stay.",
        "The dam will hold.",
    ]  # fmt: skip
    assert "HIDDEN" not in one.text
    assert "About us" not in one.text
    assert [p.text for p in one.paragraphs if p.heading][-1] == "What to watch"
    assert sum(paragraph.item for paragraph in one.paragraphs) == 2
    assert one.sha256 == sha256(one.text)
    hints = one.hints
    assert (hints.title, hints.author, hints.published) == ("On the river", "Ana Oda", "2026-03-02")
    assert read(path) == one


def in_a_page(path: Path, words: str) -> str:
    """How a paragraph of a page is read."""
    path.write_text(f"<html><article><p>{RIVER}</p><p>So {words}.</p><p>{TOWN}</p></article>")
    first, middle, last = paragraphs_of(read(path))
    assert (first, last) == (RIVER, TOWN)
    return middle


@pytest.mark.parametrize(("markup", "words"), MARKED)
def test_signs_of_a_page_do_not_run_together(held: Path, markup: str, words: str) -> None:
    """Notes and what is struck out go, powers stay powers, a break of a line is a blank."""
    assert in_a_page(held / "a.html", markup) == f"So {words}."


@pytest.mark.parametrize("hidden", UNSEEN)
def test_what_is_hidden_is_not_read(held: Path, hidden: str) -> None:
    """In whatever way and letter case."""
    assert in_a_page(held / "a.html", f"it <b {hidden}>never </b>rains") == "So it rains."


def test_a_short_page_is_read_without_its_surroundings(held: Path) -> None:
    """What stands about the text is no part of it, but a header with its title is."""
    (held / "a.html").write_text(
        "<html><nav>Home</nav><header>It will hail.</header>"
        "<header><h1>Of rain</h1></header><p>It will rain.</p>"
        "<aside>It will snow.</aside><footer>It will freeze.</footer></html>"
    )
    assert paragraphs_of(read(held / "a.html")) == ["Of rain", "It will rain."]


def test_a_page_in_another_encoding(held: Path) -> None:
    """A page may state its encoding; a text has none to state."""
    path = held / "a.html"
    path.write_bytes(f"<html><meta charset=cp1252><p>{RIVER} Caf\u00e9.".encode("cp1252"))
    assert read(path).text == f"{RIVER} Café."
    path.write_bytes(b"<p>It will rain. Caf\xe9.")
    assert refused(path) == "byte 20 that is not UTF-8"
    path.write_bytes(b"<p>It will rain.")
    assert read(path).text == "It will rain."


@pytest.mark.parametrize("mixed", [False, True], ids=["by column", "by line"])
def test_a_pdf_is_read_by_column(held: Path, mixed: bool) -> None:
    """Columns in order, words made whole, paragraphs across pages, no headers and footers."""
    first, second = edges(1), edges(2)
    body = sorted(LEFT + RIGHT, key=lambda line: -line[1]) if mixed else LEFT + RIGHT
    path = held / "a.pdf"
    info = b"/Title (On the river) /Author (Ana Oda) /CreationDate (D:20260302)"
    path.write_bytes(pdf([first[0] + body + first[1], second[0] + NEXT + second[1]], info))
    one = read(path)
    assert paragraphs_of(one) == [
        f"The river will rise by the end of the week. {TOWN}",
        "The right column begins here. It may snow in the hills, and then it melts. Nobody knows.",
        "It ends here.",
    ]
    assert (one.hints.title, one.hints.author, one.hints.published) == (
        "On the river", "Ana Oda", None,
    )  # fmt: skip
    assert read(path) == one


def test_a_pdf_keeps_compounds_and_sentences(held: Path) -> None:
    """A common first part keeps its hyphen; a page breaks no sentence, and joins no heading."""
    first = block(60, 700, "The dam is well-", "known, so everybody who lives below it fears the")
    second = block(60, 700, "Oda report. It is out.") + block(
        60, 640, "It may not be self-", "made"
    )
    third = block(60, 700, "What to watch")
    path = held / "a.pdf"
    path.write_bytes(pdf([first, second, third]))
    assert paragraphs_of(read(path)) == [
        "The dam is well-known, so everybody who lives below it fears the Oda report. It is out.",
        "It may not be self-made",
        "What to watch",
    ]


def test_a_pdf_that_cannot_be_read(held: Path) -> None:
    """Encrypted, scanned, broken, cut off."""
    path = held / "a.pdf"
    whole = pdf([LEFT])
    assert refused(path, pdf([LEFT], encrypted=True)) == "an encrypted PDF"
    assert refused(path, pdf([[]])) == "a PDF without text, perhaps pictures of pages"
    assert refused(path, b"%PDF-1.4 nothing else").startswith("a broken PDF")
    assert refused(path, whole[:400]).startswith("a broken PDF")
    assert refused(path, b"It will rain.") == "no PDF"


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.txt", b"", "nothing"),
        ("a.txt", b" \n\t", "nothing but blanks"),
        ("a.txt", b"It will rain\xe9.", "byte 12 that is not UTF-8"),
        ("a.txt", b"\xff\xfeI\0t\0", "a text in UTF-16"),
        ("a.docx", b"PK\x03\x04\0\0", "binary data (byte 4 is zero)"),
        ("a.txt", b"%PDF-1.4\n", "PDF"),
        ("a.txt", b"<!DOCTYPE html><p>It will rain.", "HTML"),
        ("a.md", b"\xef\xbb\xbf <HTML><p>It will rain.", "HTML"),
        ("a.html", b"<html><script>It will rain.</script></html>", "a page without a main text"),
        ("a.html", b"<html>" + b"<div>" * 50_000, DEEP),
        ("a.html", b"<html><p>It will rain.</p>" + b"<div>" * 300 + b"It snows.", DEEP),
        ("a.txt", "It".encode("utf-32"), "a text in UTF-32"),
        ("a.txt", b"\0\0\xfe\xff\0\0\0I", "a text in UTF-32"),
    ],
)
def test_what_holds_no_text_is_refused(held: Path, name: str, content: bytes, found: str) -> None:
    """In one sentence that says what was found."""
    assert refused(held / name, content) == found


def test_what_is_no_file_is_refused(held: Path) -> None:
    """A folder, and nothing at all."""
    assert refused(held) == "a directory"
    assert refused(held / "a.txt") == "no such file or directory"
    with pytest.raises(DataError, match="no such file"):
        list(stream(held / "a.txt"))
    (held / "a.txt").write_bytes(b"It will rain\xe9.")
    with pytest.raises(DataError, match="not UTF-8"):
        list(stream(held / "a.txt"))


@pytest.mark.parametrize("content", [b"It will rain.", PAGE.encode(), pdf([NEXT])])
def test_standard_input_is_told_by_its_content(
    monkeypatch: pytest.MonkeyPatch, held: Path, content: bytes
) -> None:
    """Text, a page or a PDF; as in a file without a telling name."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    (held / "saved").write_bytes(content)
    one = read("-")
    assert one == read(held / "saved")
    assert "<" not in one.text
    assert "%PDF" not in one.text


@pytest.mark.parametrize(
    ("name", "package", "extra"),
    [("a.html", "trafilatura", "html"), ("a.pdf", "pdfminer.pdfdocument", "pdf")],
)
def test_a_missing_package_is_named(
    monkeypatch: pytest.MonkeyPatch, held: Path, name: str, package: str, extra: str
) -> None:
    """What to install, in one sentence."""
    monkeypatch.setitem(sys.modules, package, None)
    (held / name).write_bytes(pdf([NEXT]) if extra == "pdf" else PAGE.encode())
    with pytest.raises(UsageError, match=rf"pip install 'tracker\[{extra}\]'"):
        read(held / name)


def test_libraries_keep_quiet(held: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What they log stays off the terminal, and what others log does not."""
    (held / "a.pdf").write_bytes(pdf([NEXT]).replace(b"/WinAnsiEncoding", b"/Nonsense"))
    before = logging.root.manager.disable
    read(held / "a.pdf")
    assert not caplog.records
    assert logging.root.manager.disable == before
