"""The command by which an assistant keeps forecasts: a server of MCP on stdin and stdout."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.options import Db
from tracker.cli.terminal import talk
from tracker.errors import UsageError

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server

ABOUT = (
    "A ledger of forecasts that keeps the words in which they were made. Nothing in it is changed "
    "or removed: a new opinion is a new forecast. Probabilities are 70%, 0.7 or 7/10; dates "
    "2026-11-29, friday or in 3 months; questions have ids such as q1. Record what people said, "
    "not what you would say for them, and settle a question only on their word or on evidence."
)
ANSWER = {
    "type": "object",
    "properties": {
        "result": {
            "type": ["object", "array"],
            "description": "What the command prints with --json.",
        },
        "remarks": {
            "type": "array",
            "items": {"type": "string"},
            "description": "What it says beside, such as what was left out.",
        },
    },
    "required": ["result", "remarks"],
}


def mcp(
    analyst: Annotated[
        str | None,
        typer.Option(metavar="A", help="Whose forecasts these are; else any can be named."),
    ] = None,
    db: Db = None,
) -> None:
    """Serve the ledger to an assistant, over MCP on stdin and stdout.

    It can log, update, list, show, resolve, score, and do nothing else: no file is read or written
    but the ledger.

    Example: tracker mcp --analyst ana
    """
    from tracker import settings

    if analyst is not None:
        if not analyst.strip():
            raise typer.BadParameter("expected a name; found nothing", param_hint="--analyst")
        settings.act_as(analyst)
    try:
        import anyio
        from mcp.server.stdio import stdio_server
    except ImportError:
        raise UsageError("this needs the MCP SDK: pip install 'tracker[mcp]'") from None
    if sys.stdin is None:
        raise UsageError("standard input is closed; an assistant speaks there")
    _usable(settings.database(db))
    if sys.stdin.isatty():
        talk("serving MCP; an assistant starts this by itself, and Ctrl-D ends it")
    served = server(db=db, signed=analyst is not None)

    async def serve() -> None:
        async with stdio_server() as (incoming, outgoing):
            await served.run(incoming, outgoing, served.create_initialization_options())

    with _ended_by_signals():
        anyio.run(serve)


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """End at once when told to: what reads standard input would wait for the next line.

    What was answered is committed, and what was not is as if it had not been asked.
    """

    def end(number: int, _: object) -> None:
        os._exit(128 + number)

    before = {one: signal.signal(one, end) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _usable(named: str) -> None:
    """Refuse now what every call would be refused for; that there is no ledger yet is no matter."""
    from tracker.errors import NoLedgerError
    from tracker.ledger import database
    from tracker.ledger.place import Place

    with contextlib.suppress(NoLedgerError):
        database.check(Place.of(named), writable=True)


def server(*, db: str | None = None, signed: bool = False) -> Server[Any]:
    """A server whose tools are commands; ``signed`` where one analyst signs for all."""
    import anyio
    from anyio.to_thread import run_sync
    from mcp import types
    from mcp.server.lowlevel import Server
    from mcp.shared.exceptions import MCPError

    import tracker
    from tracker.cli import tools

    one_at_a_time = anyio.Lock()  # they share stdout

    async def listed(context: Any, params: Any) -> types.ListToolsResult:  # noqa: ARG001
        return types.ListToolsResult(tools=[_tool(name, signed=signed) for name in tools.TOOLS])

    async def called(context: Any, params: Any) -> types.CallToolResult:  # noqa: ARG001
        if params.name not in tools.TOOLS:
            known = ", ".join(tools.TOOLS)
            raise MCPError(types.INVALID_PARAMS, f"no tool {params.name!r}; there are {known}")
        async with one_at_a_time:
            return await run_sync(_answer, params.name, params.arguments or {}, db, signed)

    return Server(
        "tracker",
        version=str(tracker.__version__),
        instructions=ABOUT,
        on_list_tools=listed,
        on_call_tool=called,
    )


def _tool(name: str, *, signed: bool) -> Any:
    from mcp import types

    from tracker.cli import tools

    return types.Tool(
        name=name,
        description=tools.TOOLS[name].does,
        input_schema=tools.takes(name, signed=signed),
        output_schema=ANSWER,
        annotations=types.ToolAnnotations(
            read_only_hint=name not in tools.WRITES, destructive_hint=False, open_world_hint=False
        ),
    )


def _answer(name: str, given: dict[str, Any], db: str | None, signed: bool) -> Any:
    import json

    from mcp import types

    from tracker.cli import tools

    try:
        found = tools.use(name, given, db=db, signed=signed)
    except UsageError as error:
        said = types.TextContent(type="text", text=str(error))
        return types.CallToolResult(content=[said], is_error=True)
    text = types.TextContent(type="text", text=json.dumps(found, ensure_ascii=False))
    return types.CallToolResult(content=[text], structured_content=found)
