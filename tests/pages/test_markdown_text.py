"""Markdown in which what people wrote stays text."""

from __future__ import annotations

import re
from html import unescape
from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tracker.pages.markdown import escaped, link, listing, table

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
SIGNS = "\\`*_{}[]()<>#+-.!|~&:=\"'1a/ \n\t$^@"
TEXTS = st.text(st.sampled_from(SIGNS), max_size=40) | st.text(max_size=40)


def inside(rendered: str, element: str) -> str:
    """The text of the one element that was rendered; fails if there is another in it."""
    found = re.fullmatch(rf"<{element}>(.*)</{element}>\n", rendered, re.DOTALL)
    assert found, rendered
    assert "<" not in found[1], rendered
    return unescape(found[1])


def acts(sign: str) -> bool:
    """Whether a sign controls a screen, or is half of one."""
    return category(sign) in {"Cc", "Cs"}


def shown(text: str) -> str:
    """A text as it is to be read: on one line, without signs that control or turn it."""
    turning = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    kept = (sign for sign in text if sign.isspace() or not (acts(sign) or sign in turning))
    return " ".join("".join(kept).split())


@given(TEXTS)
@example("# heading")
@example("---")
@example("1. one")
@example("12) twelve")
@example("<b>bold</b> &amp; <!-- -->")
@example("[a](javascript:alert(1)) ![i](x)")
@example("    code")
@example("a\n===")
@example("`` ` ``")
@example("\\")
@example("http://example.org and www.example.org")
def test_text_makes_no_element(text: str) -> None:
    """At the beginning of a line, after a bullet and in a cell it is read as it was written."""
    said = escaped(text)
    if not said:
        return
    assert inside(READER.render(said), "p") == shown(text)
    item = READER.render(listing([said]))
    assert re.sub(r"^<ul>\n<li>(.*)</li>\n</ul>\n$", r"\1", item, flags=re.DOTALL) == READER.render(
        said
    ).removeprefix("<p>").removesuffix("</p>\n")
    assert inside(READER.render(f"# {said}"), "h1") == shown(text)


@given(TEXTS)
@example("a|b")
@example("\\|")
@example("\\\\|")
def test_text_stays_in_its_cell(text: str) -> None:
    """A cell holds the text and nothing spills into the next."""
    rendered = READER.render(table(["a", "b"], [[escaped(text, cell=True), "next"]], "lr"))
    cells = re.findall(r"<td[^>]*>(.*?)</td>", rendered, re.DOTALL)
    assert len(cells) == 2
    assert "<" not in cells[0]
    assert unescape(cells[0]) == shown(text)
    assert cells[1] == "next"


@given(TEXTS, st.text(max_size=20))
def test_a_link_leads_where_it_says(text: str, path: str) -> None:
    """An address cannot end its link, and a text without an address makes none."""
    rendered = READER.render(f"see {link(text or 'x', f'https://example.org/{path}')} there")
    found = re.findall(r"<a href=\"([^\"]*)\"[^>]*>", rendered)
    assert len(found) == 1, rendered
    assert found[0].startswith("https://example.org/")
    assert rendered.count("<") == 4
    assert link("a *b*", None) == r"a \*b\*"


def test_a_decimal_point_is_no_numbered_list() -> None:
    """Only a number that would begin a list is escaped."""
    assert (escaped("90.7 %"), escaped("90. one"), escaped("90.")) == (
        "90.7 %",
        r"90\. one",
        r"90\.",
    )


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u202e", "\u2066", "\ud800"])
def test_signs_that_act_are_left_out(sign: str) -> None:
    """Signs that control a screen or turn the direction of reading do not get in."""
    assert escaped(f"a{sign}b") == "ab"
