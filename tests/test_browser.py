"""The browser of the tests sees what a page does, and never outlives or hangs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import browser as browsers
import pytest
from browser import Browser

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """<!DOCTYPE html><meta name="viewport" content="width=device-width"><title>A page</title>
<style>body { height: 3000px }</style><a href="#">a link</a><button>a button</button>"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A small page."""
    file = tmp_path / "page.html"
    file.write_text(PAGE, encoding="utf-8")
    return file


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_a_page_is_on_the_screen_that_was_asked_for(
    browser: Browser, page: Path, width: int, *, dark: bool
) -> None:
    """Its width is true, phones' as well, and so is its scheme."""
    looks = "[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]"
    with browser.open(page, width=width, dark=dark) as tab:
        assert tab.evaluate(looks) == [width, dark]
        tab.turn(dark=not dark)
        assert tab.evaluate(looks) == [width, not dark]


def test_what_a_page_says_and_asks_for_is_heard(browser: Browser, page: Path) -> None:
    """Messages, errors that nothing caught, and requests to a network, which fail."""
    page.write_text(
        f"{PAGE}<img src='http://tracker.invalid/x.png'><script>"
        "console.error('seen', 1); setTimeout(() => { throw new Error('bad') })</script>"
    )
    with browser.open(page) as tab:
        assert "seen 1" in tab.console
        assert any("ERR_NAME_NOT_RESOLVED" in message for message in tab.console)
        assert [error.splitlines()[0] for error in tab.errors] == ["Error: bad"]
        assert tab.requests == [page.as_uri(), "http://tracker.invalid/x.png"]


def test_a_request_that_no_tab_told_of_is_a_failure(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser's own log of the network has the last word."""
    page.write_text("<img src='http://tracker.invalid/x.png'>")
    with Browser() as told, told.open(page):
        pass
    monkeypatch.setattr(browsers.Tab, "requests", [])
    with (
        pytest.raises(AssertionError, match=r"no tab told of .*tracker\.invalid/x\.png"),
        Browser() as untold,
        untold.open(page),
    ):
        pass


def test_keys_are_pressed(browser: Browser, page: Path) -> None:
    """Tab goes from one element to the next."""
    with browser.open(page) as tab:
        reached = []
        for _ in range(2):
            tab.press("Tab")
            reached.append(tab.evaluate("document.activeElement.localName"))
    assert reached == ["a", "button"]


def test_a_page_is_kept_as_an_image_and_as_it_is_printed(
    browser: Browser, page: Path, tmp_path: Path
) -> None:
    """The image has the whole page, also what is below the edge of the screen."""
    with browser.open(page, width=390) as tab:
        image = tab.screenshot(tmp_path / "page.png").read_bytes()
        assert image.startswith(b"\x89PNG")
        width, height = (int.from_bytes(image[place : place + 4], "big") for place in (16, 20))
        assert width == 390
        assert height > 3000
        assert tab.pdf(tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def test_a_script_that_fails_is_an_error(browser: Browser, page: Path) -> None:
    """What was to be evaluated and threw is told to whom asked."""
    with browser.open(page) as tab, pytest.raises(RuntimeError, match="ReferenceError"):
        tab.evaluate("missing + 1")


def test_a_page_that_hangs_is_given_up(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for ever, and no browser outlives its block."""
    page.write_text("<script>while (true);</script>")
    with Browser() as opened:
        opened.ask("Browser.getVersion")
        monkeypatch.setattr(browsers, "PATIENCE", 4)
        with pytest.raises(TimeoutError, match="chromium did not do this in 4 s: load"):
            opened.open(page).__enter__()
    assert opened._process.poll() is not None
