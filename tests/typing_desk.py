"""A desk at which every command can be typed: a ledger with something of everything, and files."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conftest import NOW, ROOT
from ledgers import HOUR, everything

from tracker import Ledger
from tracker.ledger import copying
from tracker.ledger.place import Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LETTER = """On the harbour

The dockers will vote on Thursday. A settlement is likely by the end of June.

The minister says that talks may resume, “perhaps in April” – or so it is hoped…
"""
PEACE = "There will be peace by spring."
WEATHER = "Zürich – the paint is dry since Friday. Nobody has seen snow before Advent…"
DOSSIER = """tracker: dossier/1
source: {name: peace, sha256: HASH}
questions: [{id: peace, title: Peace by spring – or “later”?}]
forecasts: [{question: peace, analyst: ana, made: 2026-03-02, probability: SHARE}]
"""
SAID = [("ana", 0.8), ("bob", 0.6), ("ana", 0.3), ("bob", 0.2), ("ana", 0.75), ("bob", 0.9)]


def cases() -> Mapping[str, Any]:
    """What is typed for each command."""
    return tomllib.loads((ROOT / "tests" / "cli" / "every_command.toml").read_text("utf-8"))


def furnish(folder: Path) -> None:
    """Put on an empty desk what the commands need."""
    everything(folder / "t.db")
    with Ledger.open(folder / "t.db") as ledger:
        says: dict[str, Any] = {"analyst": "ana", "probability": 0.9, "phrase": "very likely"}
        due = {"resolve_by": "2026-11-19", "tags": ["weather"], "criteria": "Nobody gets stained."}
        ledger.log("Will the paint dry?", says, recorded=NOW + 5 * HOUR, question=due)
        for number in range(4):
            title = f"Will ship no. {number} – the “{'Ž' * number}” – sail?"
            for analyst, share in SAID[number : number + 2]:
                said = {"analyst": analyst, "probability": share, "phrase": "likely"}
                ledger.log(title, said, recorded=NOW + (5 + number) * HOUR)
            asked = ledger.questions()[-1].question.id
            outcome = {"outcome": "yes" if number % 2 else "no"}
            ledger.resolve(asked, outcome, recorded=NOW + (5 + number) * HOUR)
    copying.backup(Place.of(folder / "t.db"), folder / "monday.db")
    shutil.copy(ROOT / "tests" / "ledger" / "past" / "0001.db", folder / "old.db")
    texts = {"letter": LETTER, "peace": PEACE, "weather": WEATHER}
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    dossier = DOSSIER.replace("HASH", sha256(PEACE.encode()).hexdigest())
    for name, shares in (("peace", "60%"), ("wrong", "170%")):
        (folder / f"{name}.dossier.yaml").write_text(dossier.replace("SHARE", shares), "utf-8")
    rows = [f"{who},{number},{said},{number % 2}" for number, (who, said) in enumerate(SAID)]
    (folder / "table.csv").write_text("analyst,question,probability,outcome\n" + "\n".join(rows))


def held(folder: Path) -> dict[str, str]:
    """All that is on a desk, by its content; what SQLite keeps beside a ledger in use is not."""
    return {
        str(file.relative_to(folder)): sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.name.endswith(("-wal", "-shm"))
    }


# --- in a process of its own, where terminal and locale are what is tried ----------------------

# Types the commands of argv[1], each at a desk of its own, and says before each which it is.
TYPIST = """
import json, os, pathlib, shutil, sys
from datetime import UTC, datetime
from tracker import settings
from tracker.cli import bars
from tracker.cli.main import main
bars.PATIENCE = 60
settings.now = lambda: datetime.fromisoformat(os.environ["NOW"])
asked = json.loads(sys.argv[1])
for name, words in asked.items():
    shutil.copytree("desk", name)
    os.chdir(name)
    print(f"<<{name}>>", flush=True)
    sys.argv = ["tracker", *words]
    try:
        main()
    except SystemExit as ended:
        sys.stdout.flush()
        print(f"<<ended {ended.code or 0}>>", flush=True)
    os.chdir("..")
"""
ENDED = re.compile(r"<<([\w-]+)>>\n(.*?)<<ended (\d+)>>\n", re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """What a person saw of a command: stdout and stderr as they came."""

    code: int
    text: str


def environment(folder: Path, **added: str) -> dict[str, str]:
    """The environment of a process that sees this checkout, and nothing of who runs it."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(paths),
        "HOME": str(folder),
        "NOW": (NOW + 12 * HOUR).isoformat(),
        "TRACKER_ANALYST": "ana",
        "TRACKER_DATABASE_URL": "t.db",
        "TERM": "xterm-256color",
        **added,
    }


def seen(said: bytes, encoding: str = "utf-8") -> dict[str, Shown]:
    """What was seen of each command."""
    text = said.decode(encoding).replace("\r\n", "\n")
    return {name: Shown(int(code), shown) for name, shown, code in ENDED.findall(text)}


def typed_on_a_terminal(
    folder: Path,
    asked: Mapping[str, Sequence[str]],
    *,
    columns: int,
    data: Any = None,
    talk: Any = None,
    **added: str,
) -> dict[str, Shown]:
    """Type commands on a terminal with so many columns, where nobody answers.

    Data or talk go to a file instead where one is given.
    """
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with Path(os.devnull).open() as nobody:
        process = subprocess.Popen(
            [sys.executable, "-c", TYPIST, json.dumps(asked)],
            cwd=folder,
            env=environment(folder, LANG="C.UTF-8", **added),
            stdin=nobody,
            stdout=data or theirs,
            stderr=talk or theirs,
        )
    os.close(theirs)
    said = b""
    with suppress(OSError):  # the other end was closed
        while part := os.read(ours, 65536):
            said += part
    os.close(ours)
    assert process.wait(timeout=60) == 0, said.decode(errors="replace")
    return seen(said) or {"": Shown(0, said.decode())}  # the marks go where the data go


def typed_into_a_pipe(
    folder: Path, asked: Mapping[str, Sequence[str]], *, encoding: str, **added: str
) -> dict[str, Shown]:
    """Type commands whose output is read by a program."""
    ran = subprocess.run(
        [sys.executable, "-c", TYPIST, json.dumps(asked)],
        cwd=folder,
        env=environment(folder, **added),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout.decode(errors="replace")
    return seen(ran.stdout, encoding)
