"""The command that finds forecasts in a text: as a list, as JSON, as a dossier."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from conftest import ROOT
from drafted import LETTER, draft, finding, letter_drafts

from tracker.errors import DataError
from tracker.texts.document import document
from tracker.texts.dossier import loads, read
from tracker.texts.layout.headers import Hints

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]

KEYS = [
    "start", "end", "phrase", "phrase_start", "phrase_end", "tier", "status", "reason",
    "probability", "low", "high", "rule", "attribution", "speaker", "condition", "options",
    "horizon",
]  # fmt: skip
WHO = ("--analyst", "ana", "--published", "2026-03-02")


class Screen(io.StringIO):
    """A stream that a person sits at."""

    def isatty(self) -> bool:
        """It is a terminal."""
        return True


@pytest.fixture
def letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A letter in the folder where commands run, in which five drafts are found."""
    monkeypatch.chdir(tmp_path)
    finding(monkeypatch, letter_drafts())
    file = tmp_path / "letter.txt"
    file.write_text(LETTER, "utf-8")
    return file


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, letter: Path) -> Path:
    """A page from which the letter was drawn out, with what the page says of itself."""
    hints = Hints("A letter", "Jane Doe", "2 March 2026")
    drawn = replace(document(LETTER), hints=hints)
    monkeypatch.setattr("tracker.texts.formats.read", lambda _path, **_: drawn)
    letter.unlink()
    file = tmp_path / "letter.html"
    file.write_text("<p>The letter</p>")
    return file


def typing(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Have a person at the terminal who types these lines."""
    monkeypatch.setattr(sys, "stdin", Screen("".join(f"{line}\n" for line in lines)))
    monkeypatch.setattr("tracker.cli.asking.watched", lambda: True)
    monkeypatch.setattr("tracker.cli.extract.watched", lambda: True)
    monkeypatch.setattr("tracker.cli.asking._prefills", lambda: False)


def test_the_list_shows_what_was_read(run: Run, letter: Path) -> None:
    """Each sentence with its phrase, reading, voice, condition and horizon; drops are counted."""
    ran = run("extract", letter.name, *WHO)
    assert ran.code == 0
    for said in (
        "The dockers [will] vote on Thursday.",
        "“likely”: 70 % (60–85 %); tier A, likely",
        "2026-06-30 (“by the end of June”)",
        "2026-12-31 (no day stated: the end of the year)",
        "other: The minister",
        "40 %, not scored; tier B, may",
        "implicit",
        "4 drafts: 2 the author's, 1 of others, 1 unclear whose",
        "dropped: 1 a habit",
    ):
        assert said in ran.out
    assert "[say]" not in ran.out
    assert "next: tracker extract letter.txt --review" in ran.err
    assert not list(letter.parent.glob("*.yaml"))


def test_dropped_candidates_are_shown_when_asked_for(run: Run, letter: Path) -> None:
    """Each with its reason."""
    ran = run("extract", letter.name, *WHO, "--dropped")
    assert "5 · paragraph 3 · dropped: a habit" in ran.out
    assert "some [say]" in ran.out


def test_json_has_the_keys_of_the_design_first(run: Run, letter: Path) -> None:
    """In that order; dropped candidates are among them, with the reason."""
    ran = run("extract", letter.name, "--json", *WHO)
    assert (ran.code, ran.err) == (0, "")
    assert all(list(one)[: len(KEYS)] == KEYS for one in ran.json)
    assert [one["status"] for one in ran.json] == ["draft"] * 4 + ["dropped"]
    assert [one["reason"] for one in ran.json] == [None] * 4 + ["a habit"]
    first = ran.json[0]
    assert LETTER[first["start"] : first["end"]] == first["sentence"]
    assert LETTER[first["phrase_start"] : first["phrase_end"]] == first["phrase"] == "will"
    assert (first["horizon"], first["horizon_policy"]) == ("2026-12-31", "the end of the year")
    assert ran.out == json.dumps(ran.json, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("as_json", [False, True])
def test_nothing_found_is_said(
    run: Run, letter: Path, monkeypatch: pytest.MonkeyPatch, as_json: bool
) -> None:
    """An empty list, or a sentence; and no dossier is offered."""
    finding(monkeypatch, [])
    ran = run("extract", letter.name, *WHO, *(["--json"] if as_json else []))
    assert ran.code == 0
    assert ran.out == ("[]\n" if as_json else "no forecast found\n")
    assert "next" not in ran.err


@pytest.mark.parametrize(
    ("given", "day"), [((), None), (("--published", "2 March 2026"), "2026-03-02")]
)
def test_horizons_count_from_the_day_of_publication(
    run: Run, letter: Path, monkeypatch: pytest.MonkeyPatch, given: list[str], day: str | None
) -> None:
    """The day that was said, never the day of the file; without one they have none."""
    asked = finding(monkeypatch, [])
    ran = run("extract", letter.name, *given)
    assert [published for _, published in asked()] == [day]
    assert ("no day of publication" in ran.err) == (day is None)


def test_the_dossier_is_what_add_takes(run: Run, letter: Path) -> None:
    """As it is, with its spans checked; the second time there is nothing new."""
    ran = run("extract", letter.name, *WHO, "-o", "letter.dossier.yaml", "--title", "A letter")
    assert (ran.code, ran.out) == (0, "")
    assert "questions: 4; forecasts: 4, 1 of them of unclear voices" in ran.err
    command = "tracker add letter.dossier.yaml --text letter.txt --keep-text"
    assert f"next: correct it, then  {command}" in ran.err
    added = run(*command.split()[1:])
    assert (added.code, added.err) == (0, added.err)
    assert "4 questions, 4 forecasts, 0 resolutions added" in added.out
    assert "nothing new" in run(*command.split()[1:]).out
    ids = [one.id for one in read(letter.with_name("letter.dossier.yaml")).dossier.questions]
    shown = run("show", ids[1], "--json").json
    assert shown["forecasts"][0]["passage"]["quote"].startswith("A settlement is likely")
    assert run("score", "--analyst", "ana").code == 0


def test_two_texts_in_a_ledger_do_not_stand_in_each_others_way(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same phrase alone, of different matters: two questions, and the second is not refused."""
    monkeypatch.chdir(tmp_path)
    for name, who in (("a", "bill"), ("b", "mayor")):
        text = f"Will the {who} go? Almost certainly."
        finding(monkeypatch, [draft(text, "Almost certainly.", "Almost certainly")])
        (tmp_path / f"{name}.txt").write_text(text)
        assert run("extract", f"{name}.txt", *WHO, "-o", f"{name}.yaml").code == 0
        added = run("add", f"{name}.yaml", "--text", f"{name}.txt")
        assert "1 questions, 1 forecasts" in added.out, added.err
        (question,) = read(tmp_path / f"{name}.yaml").dossier.questions
        assert f"after: “Will the {who} go?”" in question.title


@pytest.mark.parametrize("day", ["9999-12-31", "tomorrow"])
def test_a_day_to_come_is_no_day_of_publication(run: Run, letter: Path, day: str) -> None:
    """It is refused in a sentence; a day long ago is not."""
    ran = run("extract", letter.name, "--published", day)
    assert (ran.code, ran.out) == (2, "")
    assert "that has come" in " ".join(ran.err.replace("│", " ").split())
    assert run("extract", letter.name, "--published", "0001-01-01").code == 0


def test_a_day_to_come_is_asked_for_again(
    run: Run, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a person sits there."""
    typing(monkeypatch, "9999-12-31", "2026-03-01", "ana")
    ran = run("extract", page.name, "-o", "letter.dossier.yaml")
    assert "a day that has come" in ran.err
    source = read(page.with_name("letter.dossier.yaml")).dossier.source
    assert source.published == "2026-03-01"


def test_a_place_taken_in_the_meantime_is_refused(
    run: Run, letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several that write one file at once the first has it; --force still writes over it."""
    place = letter.with_name("letter.dossier.yaml")
    found = finding(monkeypatch, letter_drafts())
    monkeypatch.setattr("tracker.cli.writing.free", lambda *_, **__: place.write_text("mine"))
    ran = run("extract", letter.name, *WHO, "-o", place.name)
    assert found()
    assert ran.code == 1
    assert "already there" in ran.err
    assert place.read_text() == "mine"
    assert sorted(file.name for file in letter.parent.iterdir()) == [place.name, letter.name]
    assert run("extract", letter.name, *WHO, "-o", place.name, "--force").code == 0


def test_a_dossier_goes_to_stdout(run: Run, letter: Path) -> None:
    """With the command that adds it once it is a file; not where the words have no file."""
    ran = run("extract", letter.name, *WHO, "-o", "-")
    assert ran.code == 0
    assert "tracker add letter.dossier.yaml --text letter.txt" in ran.out
    assert len(loads(ran.out).dossier.forecasts) == 4
    assert [file.name for file in letter.parent.iterdir()] == ["letter.txt"]


def test_words_drawn_out_have_no_place_beside_stdout(run: Run, page: Path) -> None:
    """So that is refused."""
    ran = run("extract", page.name, *WHO, "-o", "-")
    assert (ran.code, ran.out) == (2, "")


def test_the_author_is_none_of_the_unclear_voices(run: Run, letter: Path) -> None:
    """Or what is doubtful would be booked to the author."""
    who = ("--analyst", "Unclear-in-letter", "--published", "2026-03-02")
    ran = run("extract", letter.name, *who, "-o", "letter.dossier.yaml")
    assert (ran.code, ran.out) == (1, "")
    assert "another handle" in ran.err
    assert not letter.with_name("letter.dossier.yaml").exists()


def test_the_same_text_makes_the_same_bytes(run: Run, letter: Path) -> None:
    """However often."""
    run("extract", letter.name, *WHO, "-o", "a.yaml")
    run("extract", letter.name, *WHO, "-o", "b.yaml")
    first, second = (letter.with_name(name).read_text() for name in ("a.yaml", "b.yaml"))
    assert first.replace("a.yaml", "b.yaml") == second


def test_what_is_not_known_is_left_blank(run: Run, letter: Path) -> None:
    """With nobody to ask; and `tracker add` refuses just those two lines."""
    ran = run("extract", letter.name, "-o", "letter.dossier.yaml")
    assert ran.code == 0
    assert "fill in first: author and published" in ran.err
    refused = run("add", "letter.dossier.yaml")
    assert refused.code == 1
    assert refused.err.count("expected") == 2
    lines = letter.with_name("letter.dossier.yaml").read_text().splitlines()
    for key in ("author", "published"):
        assert f"line {lines.index(f'  {key}:') + 1}, source.{key}: found nothing" in refused.err
    filled = "\n".join(lines).replace("  author:", "  author: ana")
    letter.with_name("letter.dossier.yaml").write_text(
        filled.replace("  published:", "  published: 2026-03-02")
    )
    assert run("add", "letter.dossier.yaml", "--text", "letter.txt").code == 0


def test_a_person_is_asked_for_day_and_author(
    run: Run, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the page says is offered; Enter takes it."""
    typing(monkeypatch, "", "")
    ran = run("extract", page.name, "-o", "letter.dossier.yaml")
    assert ran.code == 0
    assert "published on (Enter alone: not known) [2026-03-02]: author [Jane Doe]: " in ran.err
    source = read(page.with_name("letter.dossier.yaml")).dossier.source
    assert source.author is not None
    assert (source.author.handle, source.published) == ("Jane Doe", "2026-03-02")


def test_an_answer_that_is_no_date_is_asked_for_again(
    run: Run, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what the page says may be set aside."""
    typing(monkeypatch, "soon", "2026-03-01", "ana")
    assert run("extract", page.name, "-o", "letter.dossier.yaml").code == 0
    source = read(page.with_name("letter.dossier.yaml")).dossier.source
    assert (source.author and source.author.handle, source.published) == ("ana", "2026-03-01")


def test_who_goes_away_when_asked_gets_nothing(
    run: Run, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is guessed and nothing written."""
    typing(monkeypatch)
    ran = run("extract", page.name, "-o", "letter.dossier.yaml")
    assert ran.code != 0
    assert ran.err.endswith("interrupted; nothing more was written\n")
    assert not page.with_name("letter.dossier.yaml").exists()


def test_hints_are_never_taken(run: Run, page: Path) -> None:
    """With nobody to confirm them they stand in a comment."""
    assert run("extract", page.name, "-o", "letter.dossier.yaml").code == 0
    said = page.with_name("letter.dossier.yaml").read_text()
    for hint in ("title A letter", "author Jane Doe", "published 2 March 2026"):
        assert f"# The text itself says: {hint}." in said
    with pytest.raises(DataError, match=r"source\.author"):
        read(page.with_name("letter.dossier.yaml"))


def test_a_text_that_was_drawn_out_is_written_beside(run: Run, page: Path) -> None:
    """So that its spans can be checked."""
    ran = run("extract", page.name, *WHO, "-o", "letter.dossier.yaml")
    assert "written: letter.dossier.yaml and letter.txt" in ran.err
    assert page.with_name("letter.txt").read_text() == LETTER
    assert run("add", "letter.dossier.yaml", "--text", "letter.txt").code == 0


@pytest.mark.parametrize("there", ["letter.dossier.yaml", "letter.txt"])
def test_what_is_there_is_not_written_over(run: Run, page: Path, there: str) -> None:
    """A corrected dossier is not lost, nor another text; unless --force is given."""
    place = page.with_name(there)
    place.write_text("mine")
    ran = run("extract", page.name, *WHO, "-o", "letter.dossier.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert there in ran.err
    assert "--force" in ran.err
    assert place.read_text() == "mine"
    assert run("extract", page.name, *WHO, "-o", "letter.dossier.yaml", "--force").code == 0
    assert place.read_text() != "mine"


@pytest.mark.parametrize("output", ["letter.txt", "./letter.txt", "nowhere/letter.yaml"])
def test_no_dossier_goes_over_the_text_or_nowhere(run: Run, letter: Path, output: str) -> None:
    """With or without force."""
    ran = run("extract", letter.name, *WHO, "-o", output, "--force")
    assert ran.code == 2
    assert letter.read_text() == LETTER


@pytest.mark.parametrize("option", ["--url", "--title", "--analyst"])
def test_what_no_record_can_hold_is_refused(run: Run, letter: Path, option: str) -> None:
    """In a sentence, with nothing written."""
    ran = run("extract", letter.name, option, "java\x07script:x", "-o", "letter.dossier.yaml")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: ")
    assert not letter.with_name("letter.dossier.yaml").exists()


def test_signs_that_would_act_on_a_terminal_are_written_out(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the list and in JSON alike."""
    monkeypatch.chdir(tmp_path)
    text = "The \x1b[31mdockers will \u202evote."
    finding(monkeypatch, [draft(text, text, "will")])
    (tmp_path / "letter.txt").write_text(LETTER)
    for given in ([], ["--json"]):
        ran = run("extract", "letter.txt", *given)
        assert ran.code == 0
        assert "\\u001b[31mdockers" in ran.out
        assert "\u202e" not in ran.out
        assert "\x1b" not in ran.out


def test_json_comes_as_it_is_found(
    run: Run, letter: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Element by element: what was printed is not held."""
    printed: list[str] = []

    def slowly() -> Any:
        for one in letter_drafts():
            printed.append(capsys.readouterr().out)
            yield one

    monkeypatch.setattr("tracker.texts.extract.Rules.drafts", lambda *_: slowly())
    monkeypatch.setattr("tracker.texts.formats.LARGE", 1)
    ran = run("extract", letter.name, "--json")
    assert [bool(text) for text in printed] == [False, True, True, True, True]
    assert len(json.loads("".join(printed) + ran.out)) == 5


class Piped(io.TextIOWrapper):
    """A stdin with bytes in it."""

    def __init__(self, text: str) -> None:
        super().__init__(io.BytesIO(text.encode()), encoding="utf-8")


def test_a_text_comes_through_a_pipe(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read as what it is said to be; its dossier is called text, and the words stand beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", Piped("# Rain\n\nIt will *probably* rain.\n"))
    ran = run("extract", "-", "--format", "markdown", *WHO, "--json")
    assert [one["phrase"].endswith("probably") for one in ran.json] == [True]
    monkeypatch.setattr(sys, "stdin", Piped("Rain is likely.\n"))
    assert run("extract", "-", *WHO, "-o", "rain.dossier.yaml").code == 0
    assert (tmp_path / "rain.txt").read_text() == "Rain is likely.\n"
    assert read(tmp_path / "rain.dossier.yaml").dossier.source.name == "text"
    assert run("add", "rain.dossier.yaml", "--text", "rain.txt", "--keep-text").code == 0


def test_a_large_text_is_read_as_a_small_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paragraph by paragraph: the same drafts, and no document is made."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "long.md").write_text("# Rain\n\n" + "It will **rain**.\n\nSnow may fall.\n\n" * 20)
    small = run("extract", "long.md", *WHO, "--json")
    monkeypatch.setattr("tracker.texts.formats.LARGE", 1)
    monkeypatch.setattr("tracker.texts.formats.read", None)
    large = run("extract", "long.md", *WHO, "--json")
    assert large.code == 0, large.err
    assert large.out == small.out
    assert len(large.json) == 40


def test_a_large_text_is_not_held(tmp_path: Path) -> None:
    """Eight times the text takes the same memory, which a document of it would not."""
    most = {}
    for times in (1, 8):
        file = tmp_path / f"{times}.txt"
        file.write_text("The harbour was old.\n\n" * 1_500 * times)
        ran = subprocess.run(
            [sys.executable, "-c", MEASURED, str(file)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert ran.stdout == "[]\n"
        most[times] = int(ran.stderr)
    assert most[8] < most[1] + 2_000  # kilobytes


MEASURED = """
import sys
from tracker.cli.main import main
from tracker.texts import formats
formats.LARGE = 1
sys.argv = ["tracker", "extract", sys.argv[1], "--json"]
try:
    main()
except SystemExit:
    with open("/proc/self/status") as status:  # the peak since this program began
        print(*[line.split()[1] for line in status if line.startswith("VmHWM")], file=sys.stderr)
"""
