"""The independent checker, written from the description of the ledger, and `tracker verify`."""

from __future__ import annotations

import ast
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from checker import canonical, check, from_database
from conftest import NOW, ROOT
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from ledgers import ALSO, SAYS, everything
from strategies import lines, paragraphs

from tracker import Ledger, files
from tracker.errors import TrackerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Ran

    Run = Callable[..., Ran]

CHECKER = ROOT / "tests" / "checker.py"
PAST = Path(__file__).parent / "past" / "0001.db"


def heads(file: Path) -> list[str]:
    """Every head there was of a ledger, as the checker has it; ValueError if it finds a fault."""
    with closing(sqlite3.connect(file)) as raw:
        return check(from_database(raw))


def lines_of(file: Path) -> list[str]:
    """The export of a ledger, as the checker would write it."""
    with closing(sqlite3.connect(file)) as raw:
        entries = list(from_database(raw))
    return [canonical({k: v for k, v in entry.items() if v is not None}) for entry in entries]


def checked(*words: object) -> subprocess.CompletedProcess[str]:
    """Run the checker by itself, as a stranger would."""
    command = [sys.executable, "-I", str(CHECKER), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def agree(run: Run, file: Path) -> str:
    """Both find nothing, name one head, and write the same export; the head."""
    ran = run("verify", "--head", "--db", file)
    assert ran.code == 0, ran.err
    head = ran.out.strip()
    assert heads(file)[-1] == head
    exported = run("export", "--db", file)
    assert exported.out.splitlines() == lines_of(file)
    assert check([json.loads(line) for line in exported.out.splitlines()])[-1] == head
    return head


# --- the checker itself --------------------------------------------------------------------------


def test_the_checker_is_short_and_on_its_own() -> None:
    """It is little more than a hundred lines and needs nothing but Python."""
    text = CHECKER.read_text("utf-8")
    assert len(text.splitlines()) <= 105
    imported = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module).split(".")[0])
    assert imported <= sys.stdlib_module_names
    assert "tracker" not in imported


def test_the_example_of_the_description_has_the_hash_that_it_states() -> None:
    """The README's entry is in canonical form, and its hash is the one given below it."""
    text = (ROOT / "tracker" / "ledger" / "README.md").read_text("utf-8")
    found = re.search(r"```json\n(\{.*\})\n```\n\nhas the hash\n`([0-9a-f]{64})`", text)
    assert found is not None
    entry = json.loads(found[1])
    assert canonical(entry) == found[1]
    assert sha256(found[1].encode()).hexdigest() == found[2]
    assert check([{**entry, "hash": found[2]}]) == ["0:" + "0" * 64, f"1:{found[2]}"]


def test_the_checker_as_a_program(tmp_path: Path, run: Run) -> None:
    """It prints the head of a ledger or an export, and goes by a head that was published."""
    file, exported = tmp_path / "tracker.db", tmp_path / "tracker.jsonl"
    everything(file)
    head = run("verify", "--head").out
    assert run("export", "-o", exported).code == 0
    earlier = heads(file)[7]
    for given_file in (file, exported):
        for words in ([], ["--since", earlier], ["--since", head.strip()]):
            ran = checked(given_file, *words)
            assert (ran.returncode, ran.stdout, ran.stderr) == (0, head, "")
        for wrong in ("7:" + "0" * 64, "99" + earlier, "x"):
            ran = checked(given_file, "--since", wrong)
            assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
    for name in ("none.db", ".", "seeds"):
        ran = checked(tmp_path / name)
        assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)


# --- sound ledgers -------------------------------------------------------------------------------


def test_an_empty_ledger(run: Run, tmp_path: Path) -> None:
    """Both give the head of nothing, 64 zeros."""
    file = tmp_path / "tracker.db"
    Ledger.open(file, create=True).close()
    assert agree(run, file) == "0:" + "0" * 64


def test_the_dossiers_of_the_seeds(run: Run, tmp_path: Path) -> None:
    """Both agree on the seeds, one after the other."""
    file = tmp_path / "tracker.db"
    for name in ("prewar-essay", "war-article"):
        assert run("add", files.bundled("seeds") / f"{name}.dossier.yaml").code == 0
        agree(run, file)


def test_every_kind_of_row(run: Run, tmp_path: Path) -> None:
    """Both agree on texts kept, tags put later, what supersedes, corrections and lessons."""
    file = tmp_path / "tracker.db"
    everything(file)
    kinds = {json.loads(line)["kind"] for line in lines_of(file)}
    assert kinds == {
        "amendment",
        "analyst",
        "evidence",
        "forecast",
        "judgement",
        "lesson",
        "passage",
        "question",
        "question_tag",
        "resolution",
        "retraction",
        "source",
        "text",
    }
    agree(run, file)


def test_an_upgraded_ledger(run: Run, tmp_path: Path) -> None:
    """Both agree on what was chained afterwards, and on what was recorded since."""
    file = Path(shutil.copy(PAST, tmp_path / "tracker.db"))
    assert run("upgrade").code == 0
    agree(run, file)
    later = NOW + timedelta(days=3650)
    with Ledger.open(file) as ledger:
        ledger.log("What now?", {"analyst": "ana", "probability": 0.5}, recorded=later)
    agree(run, file)


def test_a_copy_of_a_copy(run: Run, tmp_path: Path) -> None:
    """A backup and what is restored of it have the head of the ledger."""
    everything(tmp_path / "tracker.db")
    head = agree(run, tmp_path / "tracker.db")
    assert run("backup", tmp_path / "backup.db").code == 0
    assert agree(run, tmp_path / "backup.db") == head
    assert run("restore", tmp_path / "backup.db", "--db", tmp_path / "again.db").code == 0
    assert agree(run, tmp_path / "again.db") == head


WRITING = st.one_of(
    lines(40), paragraphs(), st.sampled_from(["𝔘🌨", "e\u0301 é", "\u202eאב\u202c", '\\"/'])
)
ANSWERS = st.integers(1, 10**9 - 1).map(lambda share: share / 10**9)


@st.composite
def recordings(draw: st.DrawFn) -> list[tuple[str, dict[str, Any]]]:
    """Things to record one after the other, by name, with what they need."""
    told = []
    for _ in range(draw(st.integers(1, 7))):
        name = draw(st.sampled_from(["ask", "update", "settle", "withdraw", "tag", "learn"]))
        told.append(
            (
                name,
                {
                    "which": draw(st.integers(1, 3)),
                    "share": draw(ANSWERS),
                    "words": draw(WRITING),
                    "tag": draw(st.sampled_from(["a", "ä", "б", "🌨"])),
                    "outcome": draw(st.sampled_from(["yes", "no"])),
                },
            )
        )
    return told


def record(ledger: Ledger, name: str, said: dict[str, Any], at: Any) -> None:
    """Record one thing, if the ledger takes it."""
    answer = {"analyst": "ana", "probability": said["share"], "rationale": said["words"]}
    key = f"q{said['which']}"
    if name == "ask":
        ledger.log(f"Question at {at:%H%M}?", answer, recorded=at, question={"tags": [said["tag"]]})
    elif name == "update":
        ledger.log(key, answer, recorded=at)
    elif name == "tag":
        ledger.log(key, answer, recorded=at, question={"tags": [said["tag"]]})
    elif name == "settle":
        settled = {"outcome": said["outcome"], "note": said["words"]}
        ledger.resolve(key, settled, recorded=at, reason=said["words"])
    elif name == "withdraw":
        ledger.withdraw(key, "ana", recorded=at, reason=said["words"])
    else:
        ledger.lesson(key, said["words"], analyst="ana", recorded=at)


@how(max_examples=25, deadline=None)
@given(told=recordings())
def test_whatever_is_recorded_both_agree(told: list[tuple[str, dict[str, Any]]]) -> None:
    """After any sequence of recordings there is one head, however it is computed."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "tracker.db")
        with Ledger.open(file, create=True) as ledger:
            ledger.log("A first one?", {"analyst": "ana", "probability": 0.5}, recorded=NOW)
            seen = [str(ledger.head())]
            for number, (name, said) in enumerate(told, 1):
                try:
                    record(ledger, name, said, NOW + timedelta(minutes=number))
                except TrackerError:
                    continue  # there is no such question, or nothing to withdraw
                seen.append(str(ledger.head()))
            assert str(ledger.verify().head) == seen[-1]
            assert list(ledger.export()) == lines_of(file)
        assert set(seen) <= set(heads(file))
        assert heads(file)[-1] == seen[-1]


# --- tampered ledgers ----------------------------------------------------------------------------

WRONG = {
    "a word": "UPDATE lesson SET text = text || '!' WHERE id = 1",
    "nothing for null": "UPDATE analyst SET name = '' WHERE handle = 'bob'",
    "bytes for text": "UPDATE analyst SET handle = CAST(handle AS BLOB) WHERE id = 1",
    "two for true": "UPDATE forecast SET scorable = 2 WHERE id = 1",
    "a half": 'UPDATE passage SET "end" = "end" + 0.5 WHERE id = 1',
    "no text": "UPDATE question SET title = CAST(title || x'ff' AS TEXT) WHERE id = 1",
    "when": "UPDATE entry SET recorded = '2026-11-21T11:59:00.000000Z' WHERE id = 30",
    "why": "UPDATE entry SET reason = 'it was rain' WHERE reason LIKE 'it was hail%'",
    "of what": (
        "UPDATE entry SET supersedes = 4 "
        "WHERE id = (SELECT min(id) FROM entry WHERE supersedes IS NOT NULL)"
    ),
    "a hash": "UPDATE entry SET hash = upper(hash) WHERE id = 4",
    "the head": "UPDATE head SET entry = entry - 1",
    "no head": "DELETE FROM head",
    "a row less": "DELETE FROM option WHERE id = 1",
    "a row more": "INSERT INTO option VALUES (99, 3, 9, 'west', NULL, 6)",
    "a row of no entry": "INSERT INTO question_tag VALUES (2, 3, 99)",
    "an entry less": "DELETE FROM entry WHERE id = 20",
    "a tag's name": "UPDATE tag SET name = 'x' WHERE id = 1",
    "a tag on nothing": "INSERT INTO tag VALUES (99, 'spare')",
    "another number": "UPDATE forecast SET id = 99 WHERE id = 1",
    "a text": "UPDATE text SET text = text || ' ' WHERE id = 1",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound ledger with several rows of every table, made once; copied, never touched."""
    file = tmp_path_factory.mktemp("whole") / "tracker.db"
    everything(file)
    return file


@pytest.mark.parametrize("wrong", WRONG)
def test_both_say_no(run: Run, whole: Path, tmp_path: Path, wrong: str) -> None:
    """What `tracker verify` finds in a rewritten ledger, the checker finds too."""
    file = Path(shutil.copy(whole, tmp_path / "tracker.db"))
    with closing(sqlite3.connect(file)) as raw, raw:
        for (name,) in raw.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        assert raw.execute(WRONG[wrong]).rowcount == 1
    with pytest.raises((ValueError, sqlite3.Error)):
        heads(file)
    ran = run("verify", "--json")
    assert ran.code == 1
    assert "trigger" not in ran.json["fault"]["key"]


@pytest.mark.parametrize(
    "edit",
    [
        (0, '"before":"000', '"before":"001'),
        (3, '"entry":4', '"entry":5'),
        (7, "700000000", "700000001"),
        (7, "700000000", "7e8"),
        (7, '"scorable":true', '"scorable":1'),
        (7, '{"analyst"', '{"x":null,"analyst"'),
        (7, ":", ": "),
        (7, "🌨", "\\ud83c\\udf28"),
        (1, SAYS[:3], "X"),
        (16, ALSO, "other"),
        (9, "\n", ""),
        (9, "{", "["),
    ],
)
def test_the_checker_finds_what_was_changed_in_an_export(
    run: Run, whole: Path, tmp_path: Path, edit: tuple[int, str, str]
) -> None:
    """Another value, another way to write it, a line less or none: one sentence, and no head."""
    line, old, new = edit
    file = tmp_path / "export.jsonl"
    assert run("export", "-o", file, "--db", whole).code == 0
    written = file.read_text("utf-8").splitlines(keepends=True)
    if old in written[line]:
        written[line] = written[line].replace(old, new)
    else:
        del written[line]
    file.write_text("".join(written), "utf-8")
    ran = checked(file)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
