"""Commands that keep: what they say, what they leave, and on both engines."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from conftest import NOW, ROOT
from places import ENGINES, counts, plain

from tracker import Ledger
from tracker.ledger.chain import BEFORE_ALL
from tracker.records import Source
from tracker.texts.dossier import read
from tracker.values import sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from conftest import Ran
    from places import Places

    Run = Callable[..., Ran]

SEEDS = ROOT / "seeds"


@pytest.fixture(scope="module")
def filled(places: Places) -> str:
    """The place of a ledger with something of everything, on either engine; to be copied only."""
    place = places.new(places.empty)
    with Ledger.open(place) as ledger:
        for name in ("prewar-essay", "war-article"):
            ledger.add(read(SEEDS / f"{name}.dossier.yaml").dossier, recorded=NOW)
        for share, tag in ((0.7, "w"), (0.8, "alps")):
            said = {"analyst": "ana", "probability": share}
            ledger.log("Snow in Vienna – ❄ ﷽", said, recorded=NOW, question={"tags": (tag,)})
        weather = {"source": "s", "quote": "snow"}
        told = {"outcome": "yes", "evidence": [weather]}
        ledger.resolve("q35", told, recorded=NOW, source=Source(name="s"))
        ledger.resolve("q35", {"outcome": "no"}, recorded=NOW, reason="it was hail")
        ledger.withdraw("q35", "ana", recorded=NOW, reason="no longer sure")
    return place


@pytest.fixture
def held(places: Places, filled: str) -> Iterator[str]:
    """A ledger with something of everything, of this test's own."""
    with places.lent(filled) as place:
        yield place


def export(run: Run, place: object) -> str:
    """What a ledger holds, entry for entry."""
    ran = run("export", "--db", place)
    assert ran.code == 0
    return ran.out


# --- verify --------------------------------------------------------------------------------------


def test_verify_says_what_it_proved(run: Run, held: str) -> None:
    """How many entries, the head, and that no text was at hand; exit 0."""
    ran = run("verify", "--db", held)
    entries = counts(held)["entry"]
    assert ran.code == 0
    assert f"entries  {entries}, each as it was recorded" in ran.out
    assert "no text is kept or was given" in ran.out
    assert "verify --head" in ran.err


def test_verify_gives_its_facts_as_json(run: Run, held: str) -> None:
    """``--json`` has the head, the counts, and no fault."""
    said = run("verify", "--json", "--db", held).json
    assert said["sound"] is True
    assert said["fault"] is None
    assert said["entries"] == counts(held)["entry"]
    assert said["head"] == run("verify", "--head", "--db", held).out.strip()
    assert said["chained"] == 0


def test_an_empty_ledger_has_a_head_too(run: Run, place: str) -> None:
    """Nothing recorded is a state that can be published as well, and that everything extends."""
    head = run("verify", "--head", "--db", place).out.strip()
    assert head == f"0:{BEFORE_ALL}"
    assert run("log", "Rain on Sunday?", "-p", "70%", "--db", place).code == 0
    assert run("verify", "--since", head, "--db", place).code == 0


def test_a_ledger_extends_its_earlier_heads(
    run: Run, place: str, clock: Callable[[datetime], None]
) -> None:
    """Each head that was published is extended by what came after, and by nothing else."""
    heads = [run("verify", "--head", "--db", place).out.strip()]
    for number in range(4):
        clock(NOW + timedelta(days=number))
        assert run("log", f"Question number {number}?", "-p", "70%", "--db", place).code == 0
        heads.append(run("verify", "--head", "--db", place).out.strip())
    assert len(set(heads)) == 5
    for head in heads:
        ran = run("verify", "--since", head, "--db", place)
        assert ran.code == 0
        assert f"extends entry {head.partition(':')[0]} as it was published" in ran.out
    entry, _, digest = heads[2].partition(":")
    forged = f"{entry}:{digest[:-1]}{'0' if digest[-1] != '0' else '1'}"
    ran = run("verify", "--since", forged, "--db", place)
    assert ran.code == 1
    assert f"entry {entry}" in ran.err
    assert "rewritten" in ran.err
    ran = run("verify", "--since", f"999:{digest}", "--db", place)
    assert ran.code == 1
    assert "cut off, or an old copy was put back" in ran.err


@pytest.mark.parametrize(
    "head", ["", "42", "42:xyz", f"-1:{BEFORE_ALL}", f"1:{'A' * 64}", "１:" + "0" * 64]
)
def test_a_head_that_is_none_is_a_wrong_command(run: Run, head: str) -> None:
    """What is no head is refused before anything is looked at."""
    ran = run("verify", "--since", head)
    assert ran.code == 2
    assert "a head as `tracker verify --head` prints it" in ran.err
    assert ran.err.count("\n") == 1


def test_verify_checks_spans_against_texts(run: Run, place: str, tmp_path: Path) -> None:
    """A text at hand is checked by its hash and its spans; one that was edited is named."""
    text, dossier = essay(tmp_path)
    assert run("add", dossier, "--db", place).code == 0
    ran = run("verify", "--text", text, "--db", place)
    assert ran.code == 0
    assert "spans    1, each as its text has it, in 1 texts" in ran.out
    text.write_text(text.read_text("utf-8").replace("peace", "truce"), "utf-8")
    ran = run("verify", "--text", text, "--db", place)
    assert ran.code == 1
    assert str(text) in ran.err
    assert "the text of a source" in ran.err


def test_a_kept_text_is_verified_without_the_file(run: Run, place: str, tmp_path: Path) -> None:
    """A text that the ledger keeps is there in every copy, and checked each time."""
    text, dossier = essay(tmp_path)
    assert run("add", dossier, "--text", text, "--keep-text", "--db", place).code == 0
    entries = counts(place)["entry"]
    assert run("add", dossier, "--text", text, "--keep-text", "--db", place).code == 0
    assert counts(place)["entry"] == entries
    text.unlink()
    assert run("verify", "--json", "--db", place).json["spans"] == 1
    kept = tmp_path / "kept.db"
    assert run("backup", kept, "--db", place).code == 0
    assert run("verify", "--json", "--db", kept).json["texts"] == 1


def test_a_span_is_checked_against_a_kept_text(run: Run, place: str, tmp_path: Path) -> None:
    """A later dossier on a source whose text is kept may not claim other words."""
    text, dossier = essay(tmp_path)
    assert run("add", dossier, "--text", text, "--keep-text", "--db", place).code == 0
    head = run("verify", "--head", "--db", place).out
    wrong = dossier.read_text("utf-8").replace("start: 0", "start: 1").replace("0.7", "0.6")
    dossier.write_text(wrong, "utf-8")
    ran = run("add", dossier, "--db", place)
    assert ran.code == 1
    assert "forecasts[0].passage.sha256" in ran.err
    assert run("verify", "--head", "--db", place).out == head


def test_keeping_a_text_needs_the_text(run: Run, tmp_path: Path) -> None:
    """``--keep-text`` without ``--text`` is a wrong command."""
    _, dossier = essay(tmp_path)
    ran = run("add", dossier, "--keep-text")
    assert ran.code == 2
    assert "--text" in ran.err


def essay(folder: Path) -> tuple[Path, Path]:
    """A text and the dossier of its one forecast."""
    words = "There will be peace by spring. 🕊 So I hope."
    text = folder / "essay.txt"
    text.write_bytes(words.encode())
    dossier = folder / "essay.dossier.yaml"
    dossier.write_text(
        "tracker: dossier/1\n"
        f"source: {{name: essay, sha256: {sha256(words)}}}\n"
        "questions:\n  - {id: peace, title: Will there be peace by spring?}\n"
        "forecasts:\n  - {question: peace, analyst: ana, made: 2026-11-01, probability: 0.7,\n"
        f"     passage: {{start: 0, end: 30, sha256: {sha256(words[:30])}}}}}\n",
        "utf-8",
    )
    return text, dossier


# --- export --------------------------------------------------------------------------------------


def test_an_export_has_every_entry(run: Run, held: str, tmp_path: Path) -> None:
    """One line an entry, each with its number, its hash and that of the line before."""
    lines = [json.loads(line) for line in export(run, held).splitlines()]
    assert [line["entry"] for line in lines] == list(range(1, counts(held)["entry"] + 1))
    assert [line["before"] for line in lines] == [BEFORE_ALL, *(line["hash"] for line in lines)][
        :-1
    ]
    file = tmp_path / "out.jsonl"
    assert run("export", "-o", file, "--format", "jsonl", "--db", held).code == 0
    assert file.read_text("utf-8") == export(run, held)


def test_an_export_where_nothing_can_be_written(run: Run, held: str, tmp_path: Path) -> None:
    """A place that cannot be written is one sentence."""
    ran = run("export", "-o", tmp_path / "nowhere" / "out.jsonl", "--db", held)
    assert ran.code == 1
    assert ran.err.count("\n") == 1


# --- backup, restore, copy -----------------------------------------------------------------------


def test_a_backup_is_the_ledger(run: Run, held: str, tmp_path: Path) -> None:
    """One private file, verified, that gives the same entries and the same head."""
    kept = tmp_path / "kept.db"
    ran = run("backup", kept, "--db", held)
    assert ran.code == 0
    assert "verified" in ran.out
    assert run("verify", "--head", "--db", held).out.strip() in ran.out
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob("*kept*")] == ["kept.db"]
    assert export(run, kept) == export(run, held)


def test_a_later_backup_takes_the_place_of_an_earlier(run: Run, held: str, tmp_path: Path) -> None:
    """The same name can be used every night."""
    kept = tmp_path / "kept.db"
    assert run("backup", kept, "--db", held).code == 0
    assert run("log", "One more question?", "-p", "70%", "--db", held).code == 0
    assert run("backup", kept, "--db", held).code == 0
    assert export(run, kept) == export(run, held)


def test_a_backup_takes_nobody_elses_place(run: Run, held: str, tmp_path: Path) -> None:
    """A file that is no ledger, and a ledger that this one does not extend, stay as they are."""
    notes, other = tmp_path / "notes.txt", tmp_path / "other.db"
    notes.write_text("mine\n" * 100)
    assert run("log", "Another ledger's question?", "-p", "10%", "--db", other).code == 0
    for place in (notes, other):
        before = place.read_bytes()
        ran = run("backup", place, "--db", held)
        assert ran.code == 1
        assert ran.err.count("\n") == 1
        assert place.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} - {"home"} == {"notes.txt", "other.db"}


def test_a_backup_while_others_write(run: Run, place: str, tmp_path: Path) -> None:
    """A copy of a ledger in use is one instant of it."""
    with Ledger.open(place) as ledger:
        for number in range(20):
            said = {"analyst": "ana", "probability": 0.7}
            ledger.log(f"Question {number} of many?", said, recorded=NOW)
            if number % 5 == 0:
                assert run("backup", tmp_path / f"{number}.db", "--db", place).code == 0
    for number in (0, 5, 10, 15):
        assert counts(tmp_path / f"{number}.db")["forecast"] == number + 1


@pytest.mark.parametrize("to", ENGINES)
def test_a_ledger_is_the_same_on_every_engine(
    run: Run, held: str, to: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Copied from one engine to the other, entries and head are the same to the byte."""
    target: str
    if to == "sqlite":
        target = str(tmp_path / "copied.db")
    else:
        databases = request.getfixturevalue("databases")
        target = databases.new()
    ran = run("copy", held, target)
    assert ran.code == 0
    assert "verified" in ran.out
    assert export(run, target) == export(run, held)
    for words in (["score", "--by", "analyst"], ["list"], ["verify"]):
        there = run(*words, "--json", "--db", target).json
        here = run(*words, "--json", "--db", held).json
        if words == ["verify"]:
            there["ledger"] = here["ledger"]
        assert there == here
    assert run("log", "It goes on there?", "-p", "15%", "--tag", "new", "--db", target).code == 0
    head = run("verify", "--head", "--db", held).out.strip()
    assert run("verify", "--since", head, "--db", target).code == 0


def test_a_restored_ledger_goes_on(run: Run, held: str, places: Places, tmp_path: Path) -> None:
    """From a backup a ledger is made on either engine, which then takes new forecasts."""
    kept, again = tmp_path / "kept.db", places.new()
    assert run("backup", kept, "--db", held).code == 0
    ran = run("restore", kept, "--json", "--db", again)
    assert ran.code == 0
    assert ran.json["head"] == run("verify", "--head", "--db", held).out.strip()
    assert run("log", "And on it goes?", "-p", "70%", "--db", again).code == 0
    assert run("verify", "--since", ran.json["head"], "--db", again).code == 0


def test_restoring_refuses_to_overwrite(run: Run, held: str, tmp_path: Path) -> None:
    """Where there is a ledger, a restore changes nothing."""
    kept = tmp_path / "kept.db"
    assert run("backup", kept, "--db", held).code == 0
    before = export(run, held)
    ran = run("restore", kept, "--db", held)
    assert ran.code == 1
    assert "there is a ledger at" in ran.err
    assert export(run, held) == before


def test_what_is_no_backup_is_not_restored(run: Run, tmp_path: Path) -> None:
    """A missing file, notes, or a tampered backup: one sentence, and nothing is made."""
    notes, forged = tmp_path / "notes.txt", tmp_path / "forged.db"
    notes.write_text("mine\n" * 100)
    assert run("log", "A question of old?", "-p", "10%", "--db", forged).code == 0
    with closing(sqlite3.connect(forged)) as raw, raw:
        raw.execute("DROP TRIGGER forecast_no_update")
        raw.execute("UPDATE forecast SET probability = 990000000")
    for place in (tmp_path / "nothing.db", notes, forged):
        ran = run("restore", place, "--db", tmp_path / "again.db")
        assert ran.code == 1
        assert ran.err.count("\n") == 1
        assert not list(tmp_path.glob("*again.db*"))


def test_the_users_own_ledger_is_restored_into_a_new_folder(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a new machine the folder of the ledger is made, as ``log`` makes it."""
    kept = tmp_path / "kept.db"
    assert run("log", "A question of old?", "-p", "10%").code == 0
    assert run("backup", kept).code == 0
    monkeypatch.delenv("TRACKER_DATABASE_URL")
    assert run("restore", kept).code == 0
    assert run("list", "--json").json[0]["id"] == "q1"


def test_a_ledger_is_not_backed_up_over_itself(run: Run, tmp_path: Path) -> None:
    """The ledger's own file, by whatever name, is no place for its backup."""
    assert run("log", "A question of old?", "-p", "10%").code == 0
    (tmp_path / "link.db").symlink_to(tmp_path / "tracker.db")
    before = (tmp_path / "tracker.db").stat().st_ino
    for name in ("tracker.db", "link.db", "../" + tmp_path.name + "/tracker.db"):
        ran = run("backup", tmp_path / name)
        assert ran.code == 1
        assert "is the ledger itself" in ran.err
    assert (tmp_path / "tracker.db").stat().st_ino == before


def test_a_copy_of_a_disarmed_ledger_refuses_again(run: Run, held: str, tmp_path: Path) -> None:
    """Where somebody dropped the triggers and changed nothing, a copy has them."""
    if "://" in held:
        with plain(held).begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER forecast_append_only ON forecast")
    else:
        with closing(sqlite3.connect(held)) as raw, raw:
            raw.execute("DROP TRIGGER forecast_no_update")
    ran = run("verify", "--db", held)
    assert ran.code == 1
    assert "trigger forecast_" in ran.err
    assert "`tracker copy`" in ran.err
    assert run("copy", held, tmp_path / "armed.db").code == 0
    assert run("verify", "--db", tmp_path / "armed.db").code == 0


def test_an_empty_ledger_is_no_obstacle_to_a_restore(
    run: Run, held: str, empty_place: str, tmp_path: Path
) -> None:
    """What a refused first command left behind holds nothing that could be lost."""
    refused = run("log", "Will it snow?", "-p", "70%", "--if", "nowhere", "--db", empty_place)
    assert refused.code == 1
    assert run("backup", tmp_path / "kept.db", "--db", held).code == 0
    assert run("restore", tmp_path / "kept.db", "--db", empty_place).code == 0
    assert export(run, empty_place) == export(run, held)
