"""A page in HTML, made ready for reading: only what is seen, and said, without glued signs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 250  # elements within each other: the parser stops, without a word, at 256
UNSAID = {"template", "noscript", "nav", "aside", "footer", "del", "s", "strike"}
UNSEEN = {"visually-hidden", "visuallyhidden", "sr-only", "screen-reader-text"}
UNSEEN_STYLE = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|opacity:[0.]+%?|font-size:[0.]+[a-z%]*"
    r"|(?:left|right|top|text-indent):-\d{3,9}[a-z.]*|text-decoration[a-z-]*:[a-z]*line-through.*?)"
    r"(?:!important)?(?:;|$)"
)
TEXTS = {"article", "main"}  # a header within is of the text, not of the site
NOTE = re.compile(r"\W*(?:\d{1,3}(?:\s*[,–-]\s*\d{1,3}){0,9}|[a-z]|note \w{1,3})?\W*")
ORDINAL = re.compile(r"st|nd|rd|th|er|e|o|º|ª|tm|sm", re.IGNORECASE)
POWER = re.compile(r"[-−+]?\d{1,3}")
BASE = re.compile(r"(?:\b10|\b[kcm]?m)\s?$")
PERCENT = re.compile(r"\s?(?:%|per ?cent)")
RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


def tidied(tree: Any) -> None:
    """Take out of a page what its reader does not see, and set apart what would run together."""
    for node in [node for node in tree.iter() if _unseen(node)]:
        node.drop_tree()
    for node in list(tree.iter("sup", "sub")):
        _set_apart(node)
    for node in list(tree.iter("q")):
        node.text = f"“{node.text or ''}"
        _append(node, "”")
        node.tag = "span"
    for node in list(_single_breaks(tree)):
        _say(node, " ")


def too_deep(tree: Any) -> bool:
    """Whether elements lie so deep in each other that the parser may have left out what follows."""
    return bool(tree.xpath("boolean(" + "/*" * DEEPEST + ")"))


def _unseen(node: Any) -> bool:
    tag = node.tag
    if not isinstance(tag, str) or node.getparent() is None or tag in {"html", "head", "body"}:
        return False
    if tag in UNSAID or "hidden" in node.attrib:
        return True
    if tag == "header" and not _of_the_text(node):
        return True
    style = "".join(node.get("style", "").lower().split())
    return bool(
        node.get("aria-hidden", "").strip().lower() == "true"
        or UNSEEN.intersection(node.get("class", "").lower().split())
        or (style and UNSEEN_STYLE.search(style))
    )


def _of_the_text(node: Any) -> bool:
    """Whether a header is that of the text, not of the site."""
    titled = node.find(".//h1") is not None
    return titled or any(one.tag in TEXTS for one in node.iterancestors())


def _set_apart(node: Any) -> None:
    """A raised or lowered sign: a note goes, a power stays raised, nothing runs into a number."""
    words = node.text_content().strip()
    before, after = _before(node), node.tail or ""
    if node.tag == "sub":
        node.text = f"{' ' * (before[-1:].isdigit() and words[:1].isdigit())}{node.text or ''}"
    elif POWER.fullmatch(words) and BASE.search(before) and not PERCENT.match(after):
        _say(node, words.translate(RAISED))
        return
    elif node.find(".//a") is not None or NOTE.fullmatch(words):
        _say(node, " " * (before[-1:] + after[:1]).isdigit())
        return
    elif not ORDINAL.fullmatch(words):
        _say(node, f" {words} ")
        return
    node.tag = "span"


def _say(node: Any, words: str) -> None:
    node.clear(keep_tail=True)
    node.text, node.tag = words, "span"  # to take an element out takes long among many others


def _append(node: Any, words: str) -> None:
    if len(node):
        node[-1].tail = f"{node[-1].tail or ''}{words}"
    else:
        node.text = f"{node.text or ''}{words}"


def _before(node: Any) -> str:
    """The words just before a node, in its block."""
    previous = node.getprevious()
    if previous is None:
        return str(node.getparent().text or "")
    return str(previous.tail or previous.text_content())


def _single_breaks(tree: Any) -> Iterator[Any]:
    """Breaks of lines within a paragraph: two together begin another one."""
    breaks = list(tree.iter("br"))
    for node in breaks:
        following, previous = node.getnext(), node.getprevious()
        doubled = (_is_break(following) and not (node.tail or "").strip()) or (
            _is_break(previous) and not (previous.tail or "").strip()
        )
        if not doubled:
            yield node


def _is_break(node: Any) -> bool:
    return node is not None and node.tag == "br"
