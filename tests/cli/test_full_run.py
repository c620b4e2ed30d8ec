"""The README's walk: an article in, its dossier corrected and added, a later article, settled."""

from __future__ import annotations

import io
import re
import shlex
import sys
from typing import TYPE_CHECKING, Any

import pytest
from conftest import ROOT
from ruamel.yaml import YAML

from tracker.texts.dossier import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]

SEEDS = ROOT / "seeds"
CORRECTED = SEEDS / "digest.dossier.yaml"
KEYS = ("1n", "", "1y", "", "", "1y", "")  # what is typed where evidence is shown
SETTLED = {"iran-holds-back": "no", "strike-at-leaders": "yes", "force": "yes"}
SETTLES = "it has fired at American bases in all the Gulf countries, and the war is spreading."


def walk() -> tuple[list[list[str]], str]:
    """The commands of the README's walk, without ``tracker``, and what the walk shows."""
    text = (ROOT / "README.md").read_text("utf-8")
    section = text.split("## From an article to a track record")[1].split("\n## ")[0]
    blocks = re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL)
    typed = [line for kind, block in blocks if kind == "sh" for line in block.splitlines()]
    shown = "\n".join(block for kind, block in blocks if kind == "text")
    commands = [shlex.split(line, comments=True) for line in typed]
    return [words[1:] for words in commands if words and words[0] == "tracker"], shown


def flat(text: str) -> str:
    """A text without its line breaks, indents and rulers."""
    return " ".join(text.split())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with both texts as the walk calls them."""
    place = tmp_path / "walk"
    place.mkdir()
    monkeypatch.chdir(place)
    for name, digest in (("essay", "prewar-essay"), ("war", "war-article")):
        (place / f"{name}.txt").write_bytes((SEEDS / f"{digest}.digest.txt").read_bytes())
    return place


def corrected(drafted: Path) -> None:
    """Correct a drafted dossier as a person does: four forecasts stay, under better questions."""
    yaml = YAML()
    content: Any = yaml.load(drafted)
    wanted: Any = YAML(typ="rt").load(CORRECTED)
    by_quote = {one["passage"]["quote"]: one["question"] for one in wanted["forecasts"]}
    kept = [one for one in content["forecasts"] if one["passage"]["quote"] in by_quote]
    for one in kept:
        one["question"] = by_quote[one["passage"]["quote"]]
        one.pop("analyst", None)  # what is doubtful in it is the author's
        one["attribution"] = "author"
        if "probabilities" in one:  # a set, of which a question of yes or no asks for the first
            one["probability"] = next(iter(one.pop("probabilities").values()))
            one |= {end: next(iter(one[end].values())) for end in ("low", "high")}
    content["forecasts"], content["questions"] = kept, wanted["questions"]
    content.pop("analysts", None)
    yaml.dump(content, drafted)


def said(dossier: Path) -> list[Any]:
    """What the forecasts of a dossier say, where, and on which question."""
    return [(one.question, one.phrase, one.passage) for one in read(dossier).dossier.forecasts]


def test_an_article_is_followed_to_its_score(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command of the walk does what the README shows; ``show`` has words, outcome, passage."""
    commands, shown = walk()
    assert [words[0] for words in commands] == [
        "extract", "extract", "add", "evidence", "evidence", "show", "score",
    ]  # fmt: skip
    said = []
    for words in commands:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{key}\n" for key in KEYS)))
        ran = run(*words)
        assert ran.code == 0, ran.err
        said.append(ran.out + ran.err)
        if "-o" in words:
            corrected(folder / "essay.dossier.yaml")
    everything = flat("\n".join(said))
    for line in shown.splitlines():
        assert flat(line.removesuffix("…")) in everything, line
    for question, outcome in SETTLED.items():
        assert run("show", question, "--json").json["outcome"] == outcome
    assert run("show", "ground-war-oil", "--json").json["status"] == "open"
    told = flat(run("show", "iran-holds-back").out)
    for part in (
        "A show of dominance [would likely] follow",  # the words
        "70 % (60–85 %)",  # how they are read
        "outcome: no, known 2026-03-02",
        f"supports: war at 262–377 “Iran has answered all the same: {SETTLES}”",
        "score of essayist: 0.490",
    ):
        assert part in told
    assert run("verify").code == 0


def test_the_corrected_dossier_is_what_was_drafted_and_better_questions(
    run: Run, folder: Path
) -> None:
    """Phrases and spans are those that the rules wrote; the questions are new."""
    commands, _ = walk()
    assert run(*commands[1]).code == 0
    corrected(folder / "essay.dossier.yaml")
    assert said(folder / "essay.dossier.yaml") == said(CORRECTED)


def test_the_corrected_dossier_can_be_added_in_place_of_ones_own(run: Run, folder: Path) -> None:
    """Whoever does not want to correct by hand takes the one that ships."""
    ran = run("add", CORRECTED, "--text", folder / "essay.txt", "--keep-text")
    assert "4 questions, 4 forecasts, 0 resolutions added" in ran.out
