"""An assistant keeps forecasts over MCP: it can do what the command line can, and no more."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from conftest import ROOT
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError

from tracker import settings
from tracker.cli import tools
from tracker.cli.assistant import server

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]
    Call = Callable[..., Any]

SNOW = {"title": "Snow in Vienna before Advent?", "probability": "70%"}


class Refused(Exception):  # noqa: N818 - as the tests of commands have it
    """What a tool says where it does not do what it was asked."""


async def told(client: Client, name: str, **given: Any) -> Any:
    """What a tool answers, or as a text why it does not."""
    answer: Any = await client.call_tool(name, given)
    text = answer.content[0].text
    if answer.is_error:
        return str(text)
    assert json.loads(text) == answer.structured_content
    return answer.structured_content


def served(work: Callable[[Client], Awaitable[Any]], **how: Any) -> Any:
    """Let a client of the SDK work with a server in this process."""

    async def main() -> Any:
        async with Client(server(**how)) as client:
            return await work(client)

    return anyio.run(main)


@pytest.fixture
def call(run: Run) -> Call:
    """Call one tool, on the ledger of this test."""
    del run  # which names the ledger and sets the clock

    def one(name: str, signed: bool = False, **given: Any) -> Any:
        answer = served(lambda client: told(client, name, **given), signed=signed)
        if isinstance(answer, str):
            raise Refused(answer)
        return answer["result"]

    return one


def test_each_tool_is_a_command_with_arguments_of_its_own() -> None:
    """Every argument is described, and none but those of the command is taken."""
    listed = served(lambda client: client.list_tools()).tools
    names = ["log", "update", "list", "show", "resolve", "due", "score", "lesson"]
    assert [tool.name for tool in listed] == names
    for tool in listed:
        assert tool.description
        assert tool.output_schema["required"] == ["result", "remarks"]
        assert tool.annotations.read_only_hint is (tool.name not in tools.WRITES)
        assert tool.input_schema["additionalProperties"] is False
        assert all(one["description"] for one in tool.input_schema["properties"].values())
    score = listed[names.index("score")].input_schema
    assert score["properties"]["scale"]["enum"] == ["0-1", "0-2"]
    assert set(score["properties"]) >= {"by", "counting", "as_of", "prospective"}
    assert listed[0].input_schema["properties"]["option"]["type"] == "array"


def test_no_tool_names_a_file() -> None:
    """Neither the ledger, nor a file to write, nor a local source is an assistant's to choose."""
    for name, tool in tools.TOOLS.items():
        assert not {"db", "output", "json", "text"} & set(tool.options), name


def test_a_forecast_goes_from_log_to_lesson(call: Call, run: Run) -> None:
    """Log, update, list, show, due, resolve, score, lesson; what commands then say is the same."""
    logged = call("log", **SNOW, by="2026-11-29", tag=["weather"], why="cold front")
    assert (logged["id"], logged["new"], logged["forecast"]["probability"]) == ("q1", True, 0.7)
    assert call("update", id="q1", probability=0.85)["forecast"]["probability"] == 0.85
    assert call("list", open=True, tag="weather") == run("list", "--json").json
    assert [one["id"] for one in call("due", within=30)] == ["q1"]
    settled = call(
        "resolve", id="q1", outcome="yes", source="https://example.org/w", quote="first snow"
    )
    assert settled["question"]["outcome"] == "yes"
    assert call("score", counting="last") == run("score", "--counting", "last", "--json").json
    assert call("lesson", id="q1", text="A cold front is snow.")["new"] is True
    shown = call("show", id="q1")
    assert shown == run("show", "q1", "--json").json
    assert [one["probability"] for one in shown["forecasts"]] == [0.7, 0.85]
    assert run("verify").code == 0


def test_remarks_stand_beside_the_result(run: Run) -> None:
    """What a command says on stderr is not lost."""
    assert run("log", "Rain on Sunday?", "-p", "40%").code == 0
    answer = served(lambda client: told(client, "score"))
    assert answer["remarks"] == ["left out: questions still open: 1"]


@pytest.mark.parametrize(
    "title",
    [
        "--db=elsewhere.db and more",
        "-p 70%",
        "-- what?",
        "Schnee ❄ 𝔖, גשם; 雪 \u202e?",
        'say "yes" \\ or \' $HOME `ls`; then no',
        "@file.txt or * or ~?",
    ],
)
def test_a_value_stays_a_value(call: Call, tmp_path: Path, title: str) -> None:
    """Whatever it looks like: title, reason and tag come back as they were given."""
    said = {"probability": "70%", "why": title, "tag": ["--open", "ünï"]}
    assert call("log", title=title, **said)["question"]["title"] == " ".join(title.split())
    (kept,) = call("list")
    assert kept["tags"] == sorted(said["tag"])
    assert kept["latest"][0]["rationale"].split() == title.split()
    assert sorted(file.name for file in tmp_path.glob("*.db")) == ["tracker.db"]


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("log", {"titel": "Rain on Sunday?"}, "'title' is a required property; Additional prop"),
        ("log", {"title": "Rain on Sunday?"}, "say how likely"),
        ("log", {**SNOW, "probability": 7}, "7 may be read as 7 %"),
        ("log", {**SNOW, "probability": True}, "probability: True is not of type"),
        ("log", {**SNOW, "option": ["a=1"]}, "exclude one another"),
        ("log", {**SNOW, "tag": "weather"}, "tag: 'weather' is not of type 'array'"),
        ("log", {**SNOW, "by": "31 june"}, "31 june"),
        ("log", {**SNOW, "title": "q1"}, "expected a title of two words or more; found q1"),
        ("log", {**SNOW, "title": "a\0b c"}, "found U+0000"),
        ("log", {**SNOW, "db": "other.db"}, "'db' was unexpected"),
        ("update", {"id": "Rain on Sunday?", "probability": 0.1}, "expected the id of a question"),
        ("update", {"id": "q9", "probability": 0.1}, "no question 'q9' in the ledger"),
        ("show", {"id": "q9"}, "no question 'q9' in the ledger"),
        ("show", {"id": "q1", "output": "q1.html"}, "'output' was unexpected"),
        ("list", {"analyst": "anna"}, "did you mean ana?"),
        ("due", {"within": "soon"}, "soon"),
        ("resolve", {"id": "q1", "outcome": "maybe"}, "expected yes or no"),
        ("resolve", {"id": "q1"}, "'outcome' is a required property"),
        ("resolve", {"id": "q1", "outcome": "yes", "source": "/etc/passwd"}, "does not match"),
        ("score", {"scale": "0-3"}, "'0-3' is not one of"),
        ("score", {"counting": "all"}, "expected the counting"),
        ("lesson", {"id": "q1", "text": "-"}, "standard input, which is closed"),
        ("lesson", {"id": "q1", "text": " "}, "expected"),
    ],
)
def test_a_mistake_is_told_in_the_sentence_of_the_command(
    call: Call, asked: Run, name: str, given: dict[str, Any], said: str
) -> None:
    """As the error of the tool; nothing is recorded then."""
    before = asked("verify", "--head").out
    with pytest.raises(Refused) as refused:
        call(name, **given)
    assert said in str(refused.value)
    assert not str(refused.value).startswith("error: ")
    assert asked("verify", "--head").out == before


def test_an_unknown_tool_is_refused(run: Run) -> None:
    """With those that there are, as the protocol has it."""
    del run

    async def wrong(client: Client) -> str:
        try:
            return str(await told(client, "retract"))
        except MCPError as error:
            return error.message

    assert served(wrong).startswith("no tool 'retract'; there are log, update, list")


def test_without_a_ledger_the_way_to_one_is_told(call: Call) -> None:
    """Reading tells how to start; logging starts one."""
    with pytest.raises(Refused, match="no ledger at"):
        call("list")
    assert call("log", **SNOW)["id"] == "q1"


def test_calls_at_once_are_all_answered(run: Run) -> None:
    """Twenty at a time: each gets its own answer, and every forecast is kept."""

    async def at_once(client: Client) -> dict[str, str]:
        found: dict[str, str] = {}

        async def one(title: str) -> None:
            answer = await told(client, "log", title=title, probability=0.5)
            found[title] = answer["result"]["question"]["title"]

        async with anyio.create_task_group() as group:
            for number in range(20):
                group.start_soon(one, f"Question number {number}?")
        return found

    found = served(at_once)
    assert {title == kept for title, kept in found.items()} == {True}
    assert len(run("list", "--json").json) == len(found) == 20


def test_one_may_sign_for_all(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the server was given an analyst, no tool that writes takes another."""
    monkeypatch.setenv("TRACKER_ANALYST", "zoë")
    assert call("log", signed=True, **SNOW)["forecast"]["analyst"] == "zoë"
    with pytest.raises(Refused, match="'analyst' was unexpected"):
        call("update", signed=True, id="q1", probability=0.1, analyst="ben")
    assert call("list", signed=True, analyst="zoë")[0]["id"] == "q1"
    assert call("update", id="q1", probability=0.1, analyst="ben")["forecast"]["analyst"] == "ben"


def test_what_others_said_stays_hidden(call: Call) -> None:
    """``blind`` hides it as the command does."""
    call("log", **SNOW, analyst="ben", blind=True)
    assert (call("list")[0]["hidden"], call("list")[0]["latest"]) == (1, [])
    assert call("show", id="q1", blind=False)["forecasts"] == []


def test_nobody_is_asked_and_nothing_else_is_printed(
    call: Call, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Data and talk go into the answer; standard streams are as they were afterwards."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    call("log", **SNOW)
    with pytest.raises(Refused):
        call("show", id="q9")
    assert (sys.stdin, sys.stdout, sys.stderr) == streams
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys, "stdin", None)
    call("list")
    assert sys.stdin is None


def test_over_a_pipe_it_is_the_same(tmp_path: Path) -> None:
    """As an assistant starts it: a process of its own, with the analyst fixed."""
    place = tmp_path / "piped.db"
    words = ["-m", "tracker", "mcp", "--analyst", "zoë", "--db", str(place)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    how = StdioServerParameters(command=sys.executable, args=words, env=environment, cwd=tmp_path)

    async def main() -> None:
        async with Client(how) as client:
            assert client.server_info
            assert client.server_info.name == "tracker"
            assert "ledger of forecasts" in str(client.instructions)
            assert len((await client.list_tools()).tools) == len(tools.TOOLS)
            logged = await told(client, "log", **{**SNOW, "title": "Schnee ❄ vor Advent?"})
            assert logged["result"]["forecast"]["analyst"] == "zoë"
            assert logged["remarks"] == [f"a new ledger: {place}"]
            assert "no question 'q9'" in await told(client, "update", id="q9", probability=0.5)
            await told(client, "resolve", id="q1", outcome="yes")
            assert (await told(client, "score"))["result"]["overall"]["forecasts"] == 1

    anyio.run(main)
    assert place.is_file()


def test_it_ends_when_nobody_speaks_any_more(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the end of its input it is done; whose forecasts these are is set for all it does."""
    nothing = io.TextIOWrapper(io.BufferedReader(io.BytesIO()))
    monkeypatch.setattr(sys, "stdin", nothing)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO()))
    ran = run("mcp", "--analyst", "zoë")
    assert (ran.code, ran.err) == (0, "")
    assert settings.analyst() == "zoë"


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_it_is_told_to(tmp_path: Path, stop: signal.Signals) -> None:
    """At once, though nobody closes its input and says no more."""
    words = [sys.executable, "-m", "tracker", "mcp", "--db", str(tmp_path / "t.db")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=tmp_path
    ) as served:
        assert served.stdin
        assert served.stdout
        hello = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        served.stdin.write(json.dumps(hello).encode() + b"\n")
        served.stdin.flush()
        served.stdout.readline()  # it serves
        served.send_signal(stop)
        assert served.wait(timeout=60) == 128 + stop


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--analyst", " "], "expected a name; found nothing"),
        (["--db", "mysql://host/name"], "found one of mysql"),
        (["--db", ""], "expected a file or a database URL"),
    ],
)
def test_a_wrong_call_is_refused_at_once(run: Run, words: list[str], said: str) -> None:
    """Before an assistant is served."""
    ran = run("mcp", *words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_without_the_extra_it_says_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence, and the code of a wrong call."""
    monkeypatch.setitem(sys.modules, "mcp.server.stdio", None)
    ran = run("mcp")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "error: this needs the MCP SDK: pip install 'tracker[mcp]'\n"
