"""What is wrong with a page of ours, as a reader on its screen would find it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from browser import Outline

if TYPE_CHECKING:
    from browser import Tab

LOOKS = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
PRESSES = 60  # of the Tab key; on a longer page the rest are of the same kinds
REACHABLE = """[...document.querySelectorAll(
  "a[href], summary, button, input, [tabindex]:not([tabindex^='-'])")]
  .filter(e => !e.closest("svg") && e.checkVisibility({ visibilityProperty: true }))"""
# An element's looks that may show where the focus is, and a word for the element.
FOCUS = """(() => {
  const looks = e => { const s = getComputedStyle(e); return [s.outlineStyle === "none" ? "" :
    s.outlineStyle + s.outlineWidth, s.boxShadow, s.backgroundColor, s.borderColor,
    s.textDecoration].join(); };
  const e = document.activeElement, focused = looks(e);
  e.blur();
  const changed = looks(e) !== focused;
  e.focus({ preventScroll: true, focusVisible: true });
  return [REACHABLE.indexOf(e), changed];
})()""".replace("REACHABLE", REACHABLE)
START = """document.body.tabIndex = -1, document.body.focus(),
  document.body.removeAttribute("tabindex"), scrollTo(0, 0)"""
NAMES = f"""({REACHABLE}).map(e => `<${{e.localName}}${{e.id ? " id=" + e.id : ""}}> “` +
  e.textContent.trim().replace(/\\s+/g, " ").slice(0, 60) + "”")"""


def faults(tab: Tab, *, folder: Path | None = None) -> list[str]:
    """Every fault of the page in a tab, in words, with the element; none of a good page.

    ``folder`` is the top of the site that the page is of, which it may ask for files; its own
    folder, if none is given.
    """
    looked = tab.evaluate(f"{LOOKS}({tab.width})")
    return [*looked, *_by_keyboard(tab), *_dead_links(tab), *_asked(tab, folder), *_said(tab)]


def _said(tab: Tab) -> list[str]:
    return [f"a message: {words}" for words in tab.console] + [
        f"an error: {words}" for words in tab.errors
    ]


def _asked(tab: Tab, folder: Path | None) -> list[str]:
    """What the page asked for beyond its folder."""
    top = (folder or tab.page.parent).resolve()
    return [
        f"a request beyond the folder: {url[:200]}"
        for url in tab.requests
        if not url.startswith(("data:", "blob:", "about:"))
        and not (url.startswith("file:") and _path(url).is_relative_to(top))
    ]


def _path(url: str) -> Path:
    return Path(unquote(urlsplit(url).path))


def _by_keyboard(tab: Tab) -> list[str]:
    """What the Tab key does not reach, and where the focus cannot be seen."""
    names = tab.evaluate(NAMES)[:PRESSES]
    reached = {}
    tab.evaluate(START)
    for _ in range(len(names) + 2):  # past the end it begins again
        tab.press("Tab")
        place, changed = tab.evaluate(FOCUS)
        reached[place] = changed
    tab.evaluate(START)
    unreached = [name for place, name in enumerate(names) if place not in reached]
    unseen = [name for place, name in enumerate(names) if reached.get(place) is False]
    return [f"the keyboard does not reach: {name}" for name in unreached] + [
        f"the focus cannot be seen: {name}" for name in unseen
    ]


def _dead_links(tab: Tab) -> list[str]:
    """Links to files, or parts of them, that are not there."""
    hrefs = tab.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)")
    dead = []
    for url in sorted({url for url in hrefs if url.startswith("file:")}):
        target, part = _path(url), unquote(urlsplit(url).fragment)
        if not target.is_file():
            dead.append(f"a link to a file that is not there: {target.name}")
        elif part and target != tab.page and part not in _ids(target):
            dead.append(f"a link to a part that is not there: {target.name}#{part}")
    return dead


def _ids(page: Path) -> set[str | None]:
    return {attrs.get("id") for _, attrs in Outline(page.read_text("utf-8")).elements}
