"""The command evaluate: the card of a table, without a ledger."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import NOW, ROOT

from tracker import Ledger, Pairs, score
from tracker.archive import samples
from tracker.archive.panels import panel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]

PANEL = ROOT / "seeds" / "panels" / "midterms-2018.csv"
KEYS = {"counting", "rule", "scale", "overall", "groups", "left_out", "recorded_late"}
OWN = {"engine", "rows", "weightless", "unreadable", "notes"}
OWN |= {"curve", "simultaneous", "statements", "binned", "area_under_curve"}
LEFT_OUT = {"open", "annulled", "ambiguous", "condition_failed", "after_known"}
BY = ("--question", "question", "--by", "analyst")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Three good rows, an open one and a wrong one."""
    file = tmp_path / "table.csv"
    file.write_text(
        "analyst,question,probability,outcome\nana,q1,0.9,1\nana,q2,0.8,1\nben,q1,0.4,yes\n"
        "ben,q3,0.5,\nben,q2,4/5,1\n"
    )
    return file


def agree(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Two cards hold the same numbers and the same sentence."""
    for key, value in other.items():
        assert one[key] == (value if isinstance(value, str) else pytest.approx(value)), key


@pytest.mark.parametrize("engine", ["plain", "duckdb"])
def test_evaluate_prints_the_keys_of_the_design(run: Run, engine: str) -> None:
    """Those of score, and a few of its own."""
    said = run("evaluate", PANEL, *BY, "--engine", engine, "--json").json
    assert set(said) == KEYS | OWN
    assert said["left_out"] == {**dict.fromkeys(LEFT_OUT, 0), "open": 6}
    assert (said["counting"], said["engine"], said["rows"]) == ("as given", engine, 1518)
    assert [group["key"] for group in said["groups"]] == ["classic", "deluxe", "lite"]
    assert {group["by"] for group in said["groups"]} == {"analyst"}
    assert (said["weightless"], said["unreadable"], said["notes"]) == (0, 0, [])


@pytest.mark.parametrize(("rule", "scale"), [("brier", "0-1"), ("brier", "0-2"), ("log", "0-1")])
def test_the_card_is_that_of_the_same_pairs(run: Run, rule: str, scale: str) -> None:
    """From a table or from arrays, the numbers agree to twelve digits."""
    words = ("--rule", rule, "--scale", scale, "--json")
    said = run("evaluate", PANEL, *BY, *words).json
    pairs = panel("midterms-2018")
    cards = {"": said["overall"], **{group["key"]: group for group in said["groups"]}}
    for name, card in cards.items():
        mine = pairs.take(pairs.analyst == name) if name else pairs
        expected = score(mine, rule=rule, scale=scale).as_dict()  # type: ignore[arg-type]
        agree(card, expected)


def test_evaluate_says_it_in_words(run: Run, table: Path) -> None:
    """The card, a row for each group, and what was left out; a wrong row makes the code 1."""
    ran = run("evaluate", table, *BY)
    assert ran.code == 1
    assert "3 on 2 questions, worth 2 independent ones, counting as given" in ran.out
    assert "ana" in ran.out
    assert "left out: still open: 1" in ran.err
    assert "error: 1 of 5 rows cannot be read and were left out:" in ran.err
    assert "line 6, probability: found 4/5; expected a probability from 0 to 1" in ran.err


def test_wrong_rows_do_not_touch_the_json(run: Run, table: Path) -> None:
    """It is printed whole, counts them, and the code is 1."""
    ran = run("evaluate", table, "--json")
    assert (ran.code, ran.json["unreadable"], ran.json["rows"]) == (1, 1, 5)
    assert ran.json["overall"]["brier"] == pytest.approx((0.01 + 0.04 + 0.36) / 3)


def test_more_wrong_rows_than_can_be_named_are_counted(run: Run, tmp_path: Path) -> None:
    """Twenty lines, and how many more."""
    file = tmp_path / "table.csv"
    file.write_text("probability,outcome\n0.5,1\n" + "x,1\n" * 50)
    ran = run("evaluate", file)
    assert ran.code == 1
    assert ran.err.count("found x") == 20
    assert "and 30 more" in ran.err


def test_columns_may_have_any_name(run: Run, tmp_path: Path) -> None:
    """Each is named by its option; percent is said."""
    file = tmp_path / "table.csv"
    file.write_text('Wer;"P (%)";kam;wie oft;Krise\nZoë;70;1;2;x\nZoë;30;0;1;x\n', "utf-8")
    words = ("--probability", "P (%)", "--outcome", "kam", "--weight", "wie oft", "--by", "Wer")
    said = run("evaluate", file, *words, "--percent", "--json").json
    assert said["overall"]["mean_probability"] == pytest.approx((2 * 0.7 + 0.3) / 3)
    assert said["groups"][0]["key"] == "Zoë"
    linked = (*words, "--percent", "--question", "P (%)", "--cluster", "Krise", "--json")
    card = run("evaluate", file, *linked).json["overall"]
    assert (card["questions"], card["brier_interval"]) == (2, None)


def test_a_table_of_nothing_is_a_card_of_nothing(run: Run, tmp_path: Path) -> None:
    """No number, and a sentence."""
    file = tmp_path / "table.csv"
    file.write_text("probability,outcome\n")
    said = run("evaluate", file, "--json").json
    assert said["overall"]["forecasts"] == 0
    assert said["overall"]["brier"] is None
    assert "Nothing to score" in run("evaluate", file).out


@pytest.mark.parametrize("rows", ["0.5,1\n", "0.5,1\n0.5,1\n", "1,0\n0,1\n", "0.3,0\n0.4,0\n"])
def test_few_rows_are_a_card(run: Run, tmp_path: Path, rows: str) -> None:
    """One forecast, one level, one class, certain and wrong."""
    file = tmp_path / "table.csv"
    file.write_text("probability,outcome\n" + rows)
    ran = run("evaluate", file, "--json")
    assert ran.code == 0
    pairs = [row.split(",") for row in rows.split()]
    same = score(
        Pairs(probability=[float(p) for p, _ in pairs], outcome=[int(y) for _, y in pairs])
    )
    expected = same.as_dict()
    agree(ran.json["overall"], expected)


def test_what_cannot_be_read_is_one_sentence(run: Run, tmp_path: Path) -> None:
    """A missing file, a folder, a missing column, and a column of percentages."""
    file = tmp_path / "table.csv"
    file.write_text("p,outcome\n50,1\n")
    for words, message in (
        ([tmp_path / "nowhere.csv"], "no such file"),
        ([tmp_path], "is a directory"),
        ([file], "no column probability; expected one of p, outcome"),
        ([file, "--probability", "p"], "--percent"),
        ([tmp_path / "nowhere.parquet"], "no such file"),
    ):
        ran = run("evaluate", *words)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("error: ")
        assert ran.err.count("\n") == 1
        assert message in ran.err


@pytest.mark.parametrize(("each", "sure"), [(1, "90 %"), (2, "about 90 %")])
def test_what_is_shown_is_introduced_by_its_confidence(
    run: Run, tmp_path: Path, each: int, sure: str
) -> None:
    """Once, before all sentences; in JSON the sentences stand alone."""
    file = tmp_path / "table.csv"
    rows = [f"q{n // each},{0.3 if n % 4 > 1 else 1},1" for n in range(120)]
    file.write_text("question,probability,outcome\n" + "\n".join(rows))
    words = ("evaluate", file, "--question", "question")
    sentence = "The forecasts of 30 % came true more often than said."
    said = " ".join(run(*words).out.split())
    assert f"With {sure} confidence, for all ranges at once: {sentence}" in said
    assert said.count("confidence") == 1
    assert [one["sentence"] for one in run(*words, "--json").json["statements"]] == [sentence]


def test_a_crowded_table_makes_no_claims(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """12 questions with 500 updates each, too many to keep apart: numbers without their luck."""
    file, page = tmp_path / "table.csv", tmp_path / "page.html"
    file.write_text(
        "question,probability,outcome\n"
        + "".join(
            f"q{n % 12},0.{600 + 5 * (n % 12) + n // 12 % 150},{n % 12 % 2}\n" for n in range(6000)
        )
    )
    words = ("evaluate", file, "--question", "question")
    whole = run(*words, "--json").json
    monkeypatch.setattr(samples, "CELLS", 1000)
    said = run(*words, "--json").json
    gone = ["miscalibration_null", "miscalibration_p", "spiegelhalter_z"]
    gone += ["slope_interval", "in_the_large_interval"]
    assert all(whole["overall"][key] is not None for key in gone)
    assert said["overall"] == {**whole["overall"], **dict.fromkeys(gone)}
    bands = {"band_low": None, "band_high": None}
    assert said["curve"] == [{**level, **bands} for level in whole["curve"]]
    assert (said["simultaneous"], said["statements"]) == (None, [])
    assert said["notes"] == [samples.CROWDED]
    ran = run(*words)
    assert "There is no band" in ran.out
    assert "consistency band" not in ran.out
    assert "confidence" not in ran.out
    refused = run(*words, "-o", page)
    assert (refused.code, page.exists()) == (1, False)
    assert "expected a file.json" in refused.err


def test_names_that_act_on_a_terminal_are_shown_inert(run: Run, tmp_path: Path) -> None:
    """A group may be called anything."""
    file = tmp_path / "table.csv"
    file.write_text("probability,outcome,who\n0.5,1,\x1b[31mred\nx\x1b[0m,1,a\n")
    ran = run("evaluate", file, "--by", "who")
    assert "\x1b" not in ran.out + ran.err
    assert "red" in ran.out


@pytest.fixture
def shuffled(tmp_path: Path) -> list[Path]:
    """The same 120 rows in three orders."""
    rng = np.random.default_rng(1)
    rows = [
        f"{who},q{number},{rng.random():.3f},{int(number % 3 == 0)},{rng.random():.2f}"
        for who in ("ana", "ben", "cleo")
        for number in range(40)
    ]
    files = [tmp_path / f"table{order}.csv" for order in range(3)]
    for file in files:
        file.write_text("\n".join(["analyst,question,probability,outcome,weight", *rows]))
        rng.shuffle(rows)
    return files


def numbers(content: Any) -> list[Any]:
    """All that stands in JSON content, in order."""
    if isinstance(content, dict | list):
        inner = content.values() if isinstance(content, dict) else content
        return [one for part in inner for one in numbers(part)]
    return [content]


@pytest.mark.parametrize("engine", ["plain", "duckdb"])
@pytest.mark.parametrize("words", [(), BY, ("--weight", "weight"), (*BY, "--weight", "weight")])
def test_the_order_of_rows_does_not_matter(
    run: Run, shuffled: list[Path], engine: str, words: tuple[str, ...]
) -> None:
    """Not to what is drawn, nor to a sign of what is read; to sums by rounding alone."""
    words = (*words, "--engine", engine)
    assert len({run("evaluate", file, *words).out for file in shuffled}) == 1
    first, *others = [numbers(run("evaluate", file, *words, "--json").json) for file in shuffled]
    for other in others:
        assert len(other) == len(first)
        for one, same in zip(other, first, strict=True):
            assert one == (pytest.approx(same, rel=1e-9) if isinstance(same, float) else same)


@pytest.mark.parametrize("rule", ["baseline", "peer", "relative"])
def test_rules_that_need_times_are_refused(run: Run, table: Path, rule: str) -> None:
    """A table has none."""
    ran = run("evaluate", table, "--rule", rule)
    assert (ran.code, ran.out) == (2, "")
    assert f"'{rule}' is not one of 'brier', 'log', 'spherical'" in ran.err


def test_evaluate_writes_its_numbers(run: Run, table: Path, tmp_path: Path) -> None:
    """A .json file holds what --json prints."""
    file = tmp_path / "curve.json"
    printed = run("evaluate", table, "--json", "-o", file).json
    assert json.loads(file.read_text("utf-8")) == printed


def test_evaluate_writes_a_page(run: Run, table: Path, tmp_path: Path) -> None:
    """A .html file, the same each time, which fetches nothing; other kinds are refused."""
    pages = []
    for name in ("one.html", "two.html"):
        assert str(tmp_path / name) in run("evaluate", table, "-o", tmp_path / name).err
        pages.append((tmp_path / name).read_bytes())
    assert pages[0] == pages[1]
    assert pages[0][:15].lower() == b"<!doctype html>"
    assert b'src="http' not in pages[0]
    ran = run("evaluate", table, "-o", tmp_path / "one.gif")
    assert (ran.code, ran.out) == (2, "")
    assert not (tmp_path / "one.gif").exists()


def test_groups_are_told_one_by_one(run: Run, table: Path) -> None:
    """A sentence each, then the one for all together."""
    said = run("evaluate", table, *BY, "--json").json
    out = " ".join(run("evaluate", table, *BY).out.split())
    for group in said["groups"]:
        assert f"{group['key']}: {group['verdict']}" in out
    assert f"All together: {said['overall']['verdict']}" in out
    assert "All together" not in run("evaluate", table).out


def test_no_ledger_is_made_or_asked_for(run: Run, table: Path, tmp_path: Path) -> None:
    """The command leaves nothing behind."""
    before = set(tmp_path.rglob("*"))
    run("evaluate", table)
    run("evaluate", table, "--engine", "duckdb")
    assert set(tmp_path.rglob("*")) == before


def test_the_same_numbers_as_score(run: Run, tmp_path: Path) -> None:
    """A ledger and a table of its forecasts have one card."""
    lines = ["probability,outcome"]
    with Ledger.open(tmp_path / "tracker.db", create=True) as ledger:
        for number, (probability, outcome) in enumerate(
            [(0.9, "yes"), (0.8, "no"), (0.3, "no")], 1
        ):
            said = {"analyst": "ana", "probability": probability}
            ledger.log(f"Question number {number}?", said, recorded=NOW)
            known = {"outcome": outcome, "known": NOW}
            ledger.resolve(f"q{number}", known, recorded=NOW)
            lines.append(f"{probability},{outcome}")
    file = tmp_path / "table.csv"
    file.write_text("\n".join(lines))
    one = run("evaluate", file, "--json").json["overall"]
    other = run("score", "--json").json["overall"]
    agree(one, other)


def test_standard_input_and_a_stop_in_the_middle(tmp_path: Path) -> None:
    """Rows are taken from a pipe; stopped in the middle, the program says so and leaves nothing."""
    command = [sys.executable, "-m", "tracker", "evaluate", "-", "--json"]
    rows = b"probability,outcome\n" + b"0.5,1\n" * 10
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        command, cwd=tmp_path, env=environment, input=rows, capture_output=True, check=False
    )
    assert json.loads(ran.stdout)["rows"] == 10
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdin=-1, stdout=-1, stderr=-1
    ) as process:
        assert process.stdin
        process.stdin.write(rows * 100_000)  # more than a pipe holds: it is being read
        process.stdin.flush()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 143
        assert process.stdout
        assert process.stderr
        assert process.stdout.read() == b""
        assert process.stderr.read().startswith(b"error: stopped")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("engine", ["plain", "duckdb"])
def test_a_question_with_two_outcomes_is_named(run: Run, tmp_path: Path, engine: str) -> None:
    """Rows on one question share one outcome; where they do not, that is said."""
    file = tmp_path / "table.csv"
    file.write_text(
        "question,probability,outcome\nq1,0.9,1\nq1,0.9,0\nq2,0.2,0\nq2,0.4,0\nq3,1,1\n"
    )
    words = ("evaluate", file, "--question", "question", "--engine", engine)
    said = "1 question has rows with both outcomes; they are taken as they stand"
    assert run(*words, "--json").json["notes"] == [said]
    assert f"note: {said}" in run(*words).err


def test_the_table_is_not_written_over(run: Run, tmp_path: Path) -> None:
    """Not by its own name, nor through a link."""
    file, link = tmp_path / "table.json", tmp_path / "link.json"
    file.write_text("probability,outcome\n0.5,1\n")
    link.symlink_to(file)
    for output in (file, link):
        ran = run("evaluate", file, "--engine", "plain", "-o", output)
        assert ran.code == 2
        assert "is the table, and would be lost" in ran.err
    assert file.read_text() == "probability,outcome\n0.5,1\n"


@pytest.mark.parametrize("engine", ["plain", "duckdb"])
@pytest.mark.parametrize("weight", ["1e308", "1e-300", "-1"])
def test_a_weight_no_computer_can_square(
    run: Run, tmp_path: Path, engine: str, weight: str
) -> None:
    """It is a wrong row, not a traceback, and not a verdict."""
    file = tmp_path / "table.csv"
    file.write_text(f"probability,outcome,weight\n0.5,1,{weight}\n0.5,0,1\n")
    ran = run("evaluate", file, "--weight", "weight", "--engine", engine)
    assert ran.code == 1
    assert "expected 0, or a number from 1e-100 to 1e100" in ran.err
