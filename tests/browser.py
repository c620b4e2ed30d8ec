"""Pages as tests see them: parsed, and as a person has them in Chromium, on a phone or a desk.

Chromium is driven by its own protocol over a pipe, which needs no package and leaves the browser
the flags of a reader's: files may not read each other, and a page's policy holds.

References
----------
.. [1] Chrome DevTools Protocol, https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-renderer-backgrounding",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-pipe",
)
# A command reads from 0 and writes to 1, the browser's protocol from 3 and to 4.
ON_A_PIPE = ("sh", "-c", 'exec "$@" 3<&0 4>&1 </dev/null >/dev/null', "sh")
ITS_OWN = "not an origin"  # what the network log calls the initiator of chromium's own requests
PATIENCE = 60  # seconds for any one answer
PHONE, DESK = 390, 1280  # pixels across
DRAWN = """new Promise(done => {
  const until = performance.now() + 2000;
  const plots = [...document.querySelectorAll(".plot")];
  const drawn = () => plots.every(plot => plot.querySelector(".main-svg"));
  const look = () => requestAnimationFrame(() => requestAnimationFrame(() =>
    drawn() || performance.now() > until ? done(drawn()) : look()));
  document.fonts.ready.then(look);
})"""


class Outline(HTMLParser):
    """What a page is made of: its elements with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.text = " ".join(self.text.replace("\u00a0", " ").split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element."""
        self.elements.append((tag, dict(attrs)))
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Keep the words of neighbouring blocks apart."""
        self.text += "" if tag in ("b", "bdi", "q") else " "

    def handle_data(self, data: str) -> None:
        """Keep text that is shown."""
        if self.elements and self.elements[-1][0] not in ("script", "style"):
            self.text += data

    def count(self, tag: str) -> int:
        """How many elements there are of a name."""
        return sum(name == tag for name, _ in self.elements)


def chromium() -> str:
    """The browser; without one the test is skipped, or fails if TRACKER_REQUIRE_ALL is set."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    reason = "no chromium here to open the page (apt-get install chromium)"
    if os.environ.get("TRACKER_REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


class Browser:
    """A headless browser without a network; ends with the ``with`` block, come what may.

    Leaving the block fails if the browser's own log of the network has a request that no tab told
    of.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._log = Path(self._folder.name, "net.json")
        own = (f"--user-data-dir={self._folder.name}/profile", f"--log-net-log={self._log}")
        self._process = subprocess.Popen(
            [*ON_A_PIPE, chromium(), *OPTIONS, *own, "about:blank"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._received = b""
        self._asked = 0
        self._answers: dict[int, dict[str, Any]] = {}
        self._tabs: dict[str, Tab] = {}
        self._told: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        try:
            with suppress(OSError, RuntimeError, subprocess.TimeoutExpired):
                self.ask("Browser.close")
                self._process.wait(PATIENCE / 2)
            self._end()
            if failure[0] is None:
                untold = set(_requests(self._log)) - self._told
                assert not untold, f"no tab told of these requests: {sorted(untold)}"
        finally:
            self._end()
            self._folder.cleanup()

    def _end(self) -> None:
        """Leave no process behind."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]

    @contextmanager
    def open(self, page: Path, *, width: int = DESK, dark: bool = False) -> Iterator[Tab]:
        """A file in a tab of its own, loaded and drawn; below 600 pixels it is a phone's screen."""
        context = self.ask("Target.createBrowserContext")["browserContextId"]
        target = self.ask("Target.createTarget", url="about:blank", browserContextId=context)
        attached = self.ask("Target.attachToTarget", flatten=True, **target)
        session = attached["sessionId"]
        tab = self._tabs[session] = Tab(self, session, page, width)
        try:
            tab.load(dark=dark)
            yield tab
        finally:
            self._told |= set(tab.requests)
            self.ask("Target.disposeBrowserContext", browserContextId=context)
            del self._tabs[session]

    def ask(self, method: str, *, session: str | None = None, **params: Any) -> Any:
        """Give the browser, or one tab, a command, and wait for what comes of it."""
        self._asked += 1
        number = self._asked
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\0")
        self._process.stdin.flush()
        self.wait(lambda: number in self._answers, method)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def wait(self, happened: Callable[[], bool], what: str) -> None:
        """Hear the browser out until something has happened."""
        assert self._process.stdout is not None
        until = time.monotonic() + PATIENCE
        while not happened():
            left = max(until - time.monotonic(), 0)
            if not select.select([self._process.stdout], [], [], left)[0]:
                raise TimeoutError(f"chromium did not do this in {PATIENCE} s: {what}")
            if not (heard := os.read(self._process.stdout.fileno(), 1 << 20)):
                raise RuntimeError(f"chromium ended before this was done: {what}")
            *messages, self._received = (self._received + heard).split(b"\0")
            for message in map(json.loads, messages):
                if "id" in message:
                    self._answers[message["id"]] = message
                elif tab := self._tabs.get(message.get("sessionId", "")):
                    tab.hear(message["method"], message["params"])


class Tab:
    """A page in the browser: what it shows, says and asks for, and hands to do things with it."""

    def __init__(self, browser: Browser, session: str, page: Path, width: int) -> None:
        self.page, self.width = page.resolve(), width
        self.console: list[str] = []
        self.errors: list[str] = []
        self._asked: list[tuple[str, str]] = []
        self._refused: set[str] = set()
        self._browser, self._session = browser, session
        self._loaded = False

    @property
    def requests(self) -> list[str]:
        """Every address that the page asked for and its policy let through, files as well."""
        return [url for number, url in self._asked if number not in self._refused]

    def ask(self, method: str, **params: Any) -> Any:
        """Give this tab a command of the protocol."""
        return self._browser.ask(method, session=self._session, **params)

    def load(self, *, dark: bool) -> None:
        """Open the page on its screen and wait until its figures are drawn."""
        phone = self.width < 600
        screen = {"width": self.width, "height": 844 if phone else 800, "deviceScaleFactor": 1}
        self.ask("Emulation.setDeviceMetricsOverride", mobile=phone, **screen)
        self.ask("Emulation.setTouchEmulationEnabled", enabled=phone)
        self.turn(dark=dark)
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")
        self.ask("Page.navigate", url=self.page.as_uri())
        self._browser.wait(lambda: self._loaded, f"load {self.page}")
        self.evaluate(DRAWN)

    def turn(self, *, dark: bool) -> None:
        """Turn the reader's screen dark or light."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        self.evaluate(DRAWN)

    def hear(self, method: str, params: dict[str, Any]) -> None:
        """Take down what the browser tells of the page."""
        match method:
            case "Page.loadEventFired":
                self._loaded = True
            case "Runtime.consoleAPICalled":
                words = (str(word.get("value", word.get("description"))) for word in params["args"])
                self.console.append(" ".join(words))
            case "Log.entryAdded":
                self.console.append(params["entry"]["text"])
            case "Runtime.exceptionThrown":
                thrown = params["exceptionDetails"]
                self.errors.append(thrown.get("exception", {}).get("description", thrown["text"]))
            case "Network.requestWillBeSent":
                self._asked.append((params["requestId"], params["request"]["url"]))
            case "Network.webSocketCreated":
                self._asked.append((params["requestId"], params["url"]))
            case "Network.loadingFailed" if params.get("blockedReason") == "csp":
                self._refused.add(params["requestId"])

    def evaluate(self, script: str) -> Any:
        """What an expression of JavaScript comes to in the page; a promise is waited for."""
        done = self.ask(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if thrown := done.get("exceptionDetails"):
            raise RuntimeError(thrown.get("exception", {}).get("description", thrown["text"]))
        return done["result"].get("value")

    def press(self, key: str) -> None:
        """Press and release a key, such as Tab or Enter."""
        code = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32}[key]
        text = {"Enter": "\r", " ": " "}.get(key, "")
        about = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.ask("Input.dispatchKeyEvent", type="keyDown", text=text, **about)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **about)

    def screenshot(self, file: Path) -> Path:
        """The whole page as a PNG image, also what is below the screen's edge."""
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": self.width, "height": size["height"], "scale": 1}
        taken = self.ask("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        return _written(file, taken["data"])

    def pdf(self, file: Path) -> Path:
        """The page as it is printed."""
        return _written(file, self.ask("Page.printToPDF", printBackground=True)["data"])


def _written(file: Path, content: str) -> Path:
    file.write_bytes(base64.b64decode(content))
    return file


def _requests(log: Path) -> list[str]:
    """The addresses that pages asked the network for, in order, as chromium's log has them."""
    events = json.loads(log.read_text(encoding="utf-8"))["events"]
    jobs = [event.get("params", {}) for event in events]
    return [job["url"] for job in jobs if job.get("initiator", ITS_OWN) != ITS_OWN and "url" in job]
