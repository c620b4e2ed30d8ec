"""Every command where people type it: narrow terminals, no colours, locales without our signs."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from unicodedata import category

import pytest
from typing_desk import cases, typed_into_a_pipe, typed_on_a_terminal
from typing_desk import seen as seen_in

from tracker.cli.terminal import TYPEWRITER

if TYPE_CHECKING:
    from pathlib import Path

    from typing_desk import Shown

pytest.importorskip("pty")

CASES = cases()
ASKED = {name: case["words"] for name, case in CASES.items()}
EXACT = {name for name, case in CASES.items() if case.get("exact")}
WHOLE = re.compile(r"[\w./:-]{30,}|tracker |^\|")  # a hash, a path, a command, a row of Markdown
MOJIBAKE = re.compile("[ÃÂâ][\x80-\xbf]|â€")


@pytest.fixture
def desks(furnished: Path, tmp_path: Path) -> Path:
    """A place for desks of this test's own."""
    (tmp_path / "desk").symlink_to(furnished)
    return tmp_path


def done(seen: dict[str, Shown]) -> None:
    """Every command was typed, did what it should, and never stopped with a traceback."""
    assert list(seen) == list(ASKED)
    assert {name: one.text for name, one in seen.items() if one.code} == {}
    assert {name for name, one in seen.items() if "Traceback" in one.text} == set()


def holding(seen: dict[str, Shown], what: str | re.Pattern[str]) -> dict[str, list[str]]:
    """The lines that hold something, by command."""
    found = {
        name: [row for row in one.text.splitlines() if re.search(what, row)]
        for name, one in seen.items()
    }
    return {name: rows for name, rows in found.items() if rows}


def flat(text: str) -> str:
    """A text without its blanks and lines."""
    return re.sub(r"\s+", "", text)


@pytest.mark.long
@pytest.mark.parametrize("columns", [40, 80])
def test_a_terminal_of_so_many_columns(desks: Path, columns: int) -> None:
    """No line is longer, but for what cannot be broken; nothing is cut off; nothing is coloured."""
    seen = typed_on_a_terminal(desks, ASKED, columns=columns, NO_COLOR="1")
    done(seen)
    assert holding(seen, "\x1b") == {}
    long = {
        name: [row for row in one.text.splitlines() if len(row) > columns and not WHOLE.search(row)]
        for name, one in seen.items()
        if name not in EXACT
    }
    assert {name: rows for name, rows in long.items() if rows} == {}
    for name, case in CASES.items():
        for said in case.get("says", ()):
            assert any(flat(one) in flat(seen[name].text) for one in said.split("|")), (name, said)


@pytest.mark.parametrize(
    "colourless", [{"NO_COLOR": "1"}, {"CLICOLOR": "0"}, {"TERM": "dumb"}], ids=str
)
def test_no_colours_where_none_are_wanted(desks: Path, colourless: dict[str, str]) -> None:
    """Not a single escape code, whichever way it was said; data and talk as ever."""
    some = {name: ASKED[name] for name in ("list", "extract", "evidence", "score", "report")}
    seen = typed_on_a_terminal(desks, some, columns=80, **colourless)
    assert holding(seen, "\x1b") == {}
    assert [one.code for one in seen.values()] == [0] * len(some)


def test_a_pipe_gets_no_escape_codes(desks: Path) -> None:
    """Also where colours are not forbidden; and what signs it gets, a typewriter has too."""
    seen = typed_into_a_pipe(desks, ASKED, encoding="utf-8", LANG="C.UTF-8")
    done(seen)
    assert holding(seen, "\x1b") == {}
    signs = {sign for one in seen.values() for sign in one.text if not sign.isascii()}
    ours = {sign for sign in signs if category(sign) == "Sm" or category(sign)[0] in "PZ"}
    assert ours - set(map(chr, TYPEWRITER)) == set()


APART = {"log": "next: change your mind", "score": "left out: ", "resolve": "next: see how"}


def test_data_on_the_terminal_and_talk_in_a_file(desks: Path) -> None:
    """``2>talk.txt`` leaves the data on the screen, and nothing but talk in the file."""
    some = {name: ASKED[name] for name in APART}
    with (desks / "talk.txt").open("w") as talk:
        seen = typed_on_a_terminal(desks, some, columns=80, talk=talk)
    said = (desks / "talk.txt").read_text("utf-8")
    assert "\x1b" not in said
    for name, talked in APART.items():
        assert talked in said
        assert talked not in seen[name].text
        for wanted in CASES[name]["says"]:
            assert any(flat(one) in flat(seen[name].text) for one in wanted.split("|"))
            assert not any(one in said for one in wanted.split("|") if one not in {"ana", "zo"})


def test_talk_on_the_terminal_and_data_in_a_file(desks: Path) -> None:
    """``>data.txt`` leaves the talk on the screen; the file has no escape codes in it."""
    some = {name: ASKED[name] for name in APART}
    with (desks / "data.txt").open("w") as data:
        shown = typed_on_a_terminal(desks, some, columns=80, data=data)[""].text
    there = seen_in((desks / "data.txt").read_bytes())
    assert holding(there, "\x1b") == {}
    for name, talked in APART.items():
        assert flat(talked) in flat(shown)
        assert talked not in there[name].text
        for wanted in CASES[name]["says"]:
            assert any(flat(one) in flat(there[name].text) for one in wanted.split("|"))


LOCALES: dict[str, tuple[str, dict[str, str]]] = {
    "C": ("ascii", {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    "latin-1": ("latin-1", {"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "latin-1"}),
}


@pytest.mark.parametrize("locale", LOCALES)
def test_a_locale_without_our_signs(desks: Path, locale: str) -> None:
    """Typewriter signs, no question marks for our own, no crash over anybody's title."""
    encoding, environment = LOCALES[locale]
    seen = typed_into_a_pipe(desks, ASKED, encoding="latin-1", **environment)
    done(seen)
    for name, one in seen.items():
        if name not in EXACT:  # those are in UTF-8 wherever they go
            assert not MOJIBAKE.search(one.text), name
            one.text.encode("latin-1").decode(encoding)
    assert "  70 % by ana" in seen["log"].text


@pytest.mark.parametrize("locale", LOCALES)
def test_json_in_a_locale_without_our_signs(desks: Path, locale: str) -> None:
    """It is escaped, and so loses nothing."""
    encoding, environment = LOCALES[locale]
    asked = {name: [*ASKED[name], "--json"] for name in ("list", "show", "extract", "due")}
    seen = typed_into_a_pipe(desks, asked, encoding=encoding, **environment)
    told: dict[str, Any] = {name: json.loads(one.text) for name, one in seen.items()}
    assert "“ŽŽŽ”" in told["list"][-1]["title"]
    assert told["extract"]
