"""A server on loopback that answers from a cassette, as a language model's server would.

A cassette is a list of (path, status, body), played in order; a request that is not on it is
answered with 599. Every request is kept.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

CHAT = "/v1/chat/completions"
CASSETTES = Path(__file__).parent / "texts" / "cassettes"

Step = tuple[str, int, Any]


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    body: Any

    @property
    def said(self) -> str:
        """All that its messages say."""
        return "\n".join(str(message["content"]) for message in self.body["messages"])


def completion(content: object, *, finish: str = "stop", **message: object) -> dict[str, Any]:
    """What a chat server says around an answer; what is no text is written as JSON."""
    text = content if isinstance(content, str) or content is None else json.dumps(content)
    said = {"role": "assistant", "content": text, **message}
    return {
        "id": "r",
        "object": "chat.completion",
        "created": 0,
        "model": "replayed",
        "choices": [{"index": 0, "message": said, "finish_reason": finish}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


def cassette(name: str) -> list[Step]:
    """A cassette by the name of its file; what is under ``answer`` is an answer of a model."""
    steps = json.loads((CASSETTES / f"{name}.json").read_text("utf-8"))
    return [
        (
            step["path"],
            step["status"],
            completion(step["answer"]) if "answer" in step else step["body"],
        )
        for step in steps
    ]


@dataclass
class Replay:
    """The server, while it runs: ``with Replay([(CHAT, 200, completion(...))]) as server``."""

    steps: Sequence[Step]
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0  # seconds before each answer
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._waiting = list(self.steps)
        self._ended = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The address under which its models are asked."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def left(self) -> int:
        """How much of the cassette was not played."""
        return len(self._waiting)

    def _next(self, asked: Asked) -> tuple[int, bytes]:
        self.asked.append(asked)
        self._ended.wait(self.wait)
        if not self._waiting or self._waiting[0][0] != asked.path:
            return 599, b'{"error": {"message": "not on the cassette"}}'
        _, status, body = self._waiting.pop(0)
        return status, body if isinstance(body, bytes) else json.dumps(body).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        replay = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = json.loads(self.rfile.read(length) or b"null")
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, answer = replay._next(Asked(self.path, headers, body))
                try:
                    self.send_response(status)
                    defaults = {"Content-Type": "application/json", "Retry-After-Ms": "1"}
                    for name, value in (defaults | replay.headers).items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except OSError:  # the other side has stopped listening
                    self.close_connection = True

            do_GET = do_POST  # noqa: N815 - the same
            do_CONNECT = do_POST  # noqa: N815 - the same

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Say nothing."""

        return Handler
