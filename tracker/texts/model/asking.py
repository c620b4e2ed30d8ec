"""The one place that reaches for a network: asks a language model's server what it is given.

Only the server that is named is asked: redirects, proxies and what the environment says of other
services are not followed. What comes back is text to check, never an instruction.
"""

from __future__ import annotations

import asyncio
import re
import warnings
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tracker.errors import UsageError, shown
from tracker.texts.model.prompt import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_ai import Agent

LARGEST = 1_000_000  # bytes of an answer
RETRIES = 2  # further tries after a fault of the server, and after an answer of the wrong form
HEADERS = {"host", "accept", "connection", "content-type", "content-length"}
HOPELESS = {401, 403, 404, 407}  # the next request would meet the same


@dataclass(frozen=True)
class Server:
    """Which model is asked, where, and for how many seconds at most."""

    url: str
    name: str
    key: str | None = field(default=None, repr=False)
    seconds: float = 300.0


@dataclass(frozen=True)
class Reply:
    """What became of one question: all that came back, what the model found, or why nothing."""

    raw: tuple[str, ...]
    found: tuple[object, ...] = ()
    fault: str | None = None
    hopeless: bool = False


def ask(server: Server, instructions: str, blocks: Iterable[str]) -> list[Reply]:
    """Ask a model the same of one block after the other.

    Stops after a fault that the next question would meet as well. Raises UsageError where the
    library is not installed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library's, on settings that a model does not take
        try:
            import pydantic_ai.models.openai  # noqa: F401 - to say at once that it is missing
        except ImportError:
            said = "a language model needs more than is installed: pip install 'tracker[llm]'"
            raise UsageError(said) from None
        return asyncio.run(_ask_each(server, instructions, blocks))


async def _ask_each(server: Server, instructions: str, blocks: Iterable[str]) -> list[Reply]:
    from httpx2 import AsyncClient

    replies: list[Reply] = []
    guard = _guard(server)
    async with AsyncClient(transport=guard, trust_env=False, timeout=server.seconds) as client:
        agent = _agent(server, instructions, client)
        for block in blocks:
            replies.append(await _ask(server, agent, guard, block))
            if replies[-1].hopeless:
                break
    return replies


async def _ask(server: Server, agent: Agent[object, Answer], guard: Any, block: str) -> Reply:
    from pydantic_ai import UsageLimits

    guard.fault, guard.raw = None, []
    limits = UsageLimits(request_limit=RETRIES + 1)
    try:
        async with asyncio.timeout(server.seconds):
            answered = await agent.run(block, usage_limits=limits)
    except Exception as error:  # noqa: BLE001 - fed by strangers, the library fails in any way
        fault, hopeless = _fault(server, error, guard.fault)
        return Reply(tuple(guard.raw), fault=fault, hopeless=hopeless)
    return Reply(tuple(guard.raw), tuple(answered.output.forecasts))


def _agent(server: Server, instructions: str, client: Any) -> Agent[object, Answer]:
    from openai import AsyncOpenAI
    from pydantic_ai import Agent, ModelSettings, PromptedOutput
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    sdk = AsyncOpenAI(
        base_url=server.url,
        api_key="none",  # else it would look for one; the guard has the key that is sent
        http_client=client,
        max_retries=RETRIES,
        timeout=server.seconds,
    )
    agent = Agent(
        OpenAIChatModel(
            server.name, provider=OpenAICompatibleProvider("tracker", openai_client=sdk)
        ),
        output_type=PromptedOutput(Answer, template=False),
        instructions=instructions,
        model_settings=ModelSettings(temperature=0.0),
        retries=RETRIES,
    )
    agent.instrument = False  # no telemetry, whatever the process has set up
    return agent


def _guard(server: Server) -> Any:
    """What stands between library and server: sends no more, and takes no more, than is meant."""
    import httpx2

    class Guard(httpx2.AsyncHTTPTransport):
        def __init__(self) -> None:
            super().__init__(trust_env=False)
            self.fault: str | None = None
            self.raw: list[str] = []

        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            sent = {k: v for k, v in request.headers.items() if k.lower() in HEADERS}
            sent |= {"User-Agent": "tracker", "Accept-Encoding": "identity"}
            if server.key:
                sent["Authorization"] = f"Bearer {server.key}"
            request.headers = httpx2.Headers(sent)
            answer = await super().handle_async_request(request)
            try:
                body = await self._body(answer)
            finally:
                await answer.aclose()
            if self.fault:
                return httpx2.Response(HTTPStatus.BAD_REQUEST, json={})  # which is not retried
            kept = {"content-type", "retry-after", "retry-after-ms"}
            said = _without_key(server, body.decode("utf-8", "replace"))
            self.raw.append(said)
            headers = {k: v for k, v in answer.headers.items() if k.lower() in kept}
            content = said.encode()
            return httpx2.Response(answer.status_code, headers=headers, content=content)

        async def _body(self, answer: httpx2.Response) -> bytes:
            body = bytearray()
            if answer.is_redirect:
                self.fault = f"a redirect, status {answer.status_code}, which is not followed"
                return b""
            async for part in answer.stream:  # type: ignore[union-attr]
                body += part
                if len(body) > LARGEST:
                    self.fault = f"an answer of more than {LARGEST:,} bytes"
                    return b""
            return bytes(body)

    return Guard()


def _without_key(server: Server, text: str) -> str:
    """A text as it may be shown and kept, should the server say the key back, escaped or not."""
    if not server.key:
        return text
    signs = (rf"\\{{0,4}}(?:{re.escape(sign)}|(?i:u{ord(sign):04x}))" for sign in server.key)
    return re.sub("".join(signs), "…", text)


def _fault(server: Server, error: Exception, guarded: str | None) -> tuple[str, bool]:
    """What went wrong, in words, and whether asking on would be in vain."""
    from pydantic_ai import exceptions as faults

    host = urlsplit(server.url).netloc.rpartition("@")[2]
    if guarded:
        return f"{guarded}, from {host}", "redirect" in guarded
    if isinstance(error, faults.ModelHTTPError):
        said = _without_key(server, _message(error.body))
        status = f"status {error.status_code} from {host}"
        return status + (f", {shown(said)}" if said else ""), error.status_code in HOPELESS
    kinds: list[tuple[type[BaseException] | tuple[type[BaseException], ...], str]] = [
        (
            (TimeoutError, faults.ModelTimeoutError),
            f"no answer from {host} within {server.seconds:g} seconds",
        ),
        (faults.ModelConnectionError, f"no connection to {host}"),
        (faults.ContentFilterError, "a refusal"),
        (faults.OutputTokenLimitExceeded, "an answer that was cut off before its end"),
        (Exception, "an answer that is not of the form asked for"),
    ]
    said = next(said for kind, said in kinds if isinstance(error, kind))
    return said, said.startswith("no connection")


def _message(body: object) -> str:
    """What a server says of its fault, in one line without markup."""
    said = body.get("message") if isinstance(body, dict) else body
    return " ".join(re.sub(r"<[^<>]*>", " ", said).split()) if isinstance(said, str) else ""
