"""The command compare: two analysts, one with the crowd of all others, or all of them ranked."""

from __future__ import annotations

import itertools
import json
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import NOW
from scipy.stats import t

from tracker import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]
    Clock = Callable[[datetime], None]

DAY = timedelta(days=1)
END = NOW + 10 * DAY
# What ana, ben and cleo said of questions 1 to 12, and what happened. Half-way through question 1
# ben goes up to 0.9; questions 2 and 3 are linked; cleo has no opinion on 11 and 12.
SAID = [
    (0.9, 0.7, 0.5, 1),
    (0.8, 0.6, 0.4, 1),
    (0.2, 0.4, 0.5, 0),
    (0.7, 0.9, 0.6, 1),
    (0.1, 0.3, 0.5, 0),
    (0.6, 0.5, 0.3, 0),
    (0.95, 0.6, 0.5, 1),
    (0.3, 0.3, 0.5, 0),
    (0.85, 0.5, 0.8, 1),
    (0.4, 0.6, 0.5, 0),
    (0.75, 0.6, None, 1),
    (0.2, 0.5, None, 0),
]
# Question 13 has three options: half the sum of squared differences.
OPTIONS = ((0.5**2 + 0.3**2 + 0.2**2) / 2, (0.8**2 + 0.3**2 + 0.5**2) / 2)
CLUSTER = [1, 2, 2, *range(4, 14)]
DESIGN = {"a", "b", "questions", "difference", "interval", "p_value", "anytime", "verdict"}


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirteen shared questions, four that one analyst answered alone, one never at one time."""
    file = tmp_path_factory.mktemp("record") / "tracker.db"
    with Ledger.open(file, create=True) as ledger:
        for number, row in enumerate(SAID, 1):
            linked = ["linked:storm"] if number in {2, 3} else []
            tags = {"tags": ["even" if number % 2 == 0 else "odd", *linked]}
            for who, said in zip(("ana", "ben", "cleo"), row[:3], strict=True):
                if said is not None:
                    what = f"Question number {number}?" if who == "ana" else f"q{number}"
                    forecast = {"analyst": who, "probability": said}
                    new = tags if who == "ana" else None
                    ledger.log(what, forecast, recorded=NOW, question=new)
        sets = {"kind": "options", "options": ["up", "down", "same"]}
        shares = {"up": 0.5, "down": 0.3, "same": 0.2}
        whole = {"analyst": "ana", "probabilities": shares}
        ledger.log("Which way is it?", whole, recorded=NOW, question=sets)
        shares = {"up": 0.2, "down": 0.3, "same": 0.5}
        ledger.log("q13", {"analyst": "ben", "probabilities": shares}, recorded=NOW)
        alone = [("Only ana?", "ana"), ("Only ben?", "ben"), ("Ben too?", "ben"), ("D?", "dora")]
        for title, who in alone:  # q14 to q17
            ledger.log(title, {"analyst": who, "probability": 0.6}, recorded=NOW)
        ledger.log("In turn?", {"analyst": "ana", "probability": 0.6}, recorded=NOW)  # q18
        ledger.log("Still open?", {"analyst": "ana", "probability": 0.6}, recorded=NOW)
        ledger.withdraw("q18", "ana", recorded=NOW + 2 * DAY)
        ledger.log("q18", {"analyst": "ben", "probability": 0.6}, recorded=NOW + 3 * DAY)
        ledger.log("q1", {"analyst": "ben", "probability": 0.9}, recorded=NOW + 5 * DAY)
        outcomes = ["yes" if row[3] else "no" for row in SAID] + ["up"] + ["yes"] * 5
        for number, outcome in enumerate(outcomes, 1):
            ledger.resolve(f"q{number}", {"outcome": outcome, "known": END}, recorded=END)
    return file


@pytest.fixture
def record(run: Run, settled: Path, tmp_path: Path, clock: Clock) -> Run:
    """Commands on the ledger with settled questions, on the day they were settled."""
    shutil.copy(settled, tmp_path / "tracker.db")
    clock(END)
    return run


def briers() -> tuple[Any, Any]:
    """Brier scores of ana and ben on the thirteen shared questions, by hand."""
    of = np.array([[(p - row[3]) ** 2 for p in row[:2]] for row in SAID])
    of[0, 1] = 0.5 * 0.3**2 + 0.5 * 0.1**2  # 0.7 for five days, then 0.9 for five
    both = np.vstack([of, OPTIONS])
    return both[:, 0], both[:, 1]


def words(text: str) -> str:
    """A text without its line breaks and indents."""
    return " ".join(text.split())


# --- two analysts ---------------------------------------------------------------------------------


def test_compare_prints_the_keys_of_the_design(record: Run) -> None:
    """Every key that scripts rely on is there."""
    said = record("compare", "ana", "ben", "--json").json
    assert set(said) >= DESIGN
    assert set(said["anytime"]) >= {"interval", "e_value"}
    assert (said["a"], said["b"], said["questions"]) == ("ana", "ben", 13)


def test_the_difference_is_that_of_the_shared_questions(record: Run) -> None:
    """Scores, who was closer how often, and what is not compared: all by hand."""
    said = record("compare", "ana", "ben", "--json").json
    a, b = briers()
    assert said["score_a"] == pytest.approx(a.mean())
    assert said["score_b"] == pytest.approx(b.mean())
    assert said["difference"] == pytest.approx((a - b).mean())
    assert (said["better_a"], said["better_b"], said["equal"]) == (10, 2, 1)
    assert (said["only_a"], said["only_b"], said["apart"]) == (1, 2, 1)
    assert said["clusters"] == 12


def test_the_interval_is_by_linked_group(record: Run) -> None:
    """The spread of the residuals summed by group, with Student's t on 11 degrees of freedom."""
    said = record("compare", "ana", "ben", "--json").json
    a, b = briers()
    residual = (a - b) - (a - b).mean()
    sums = np.array([residual[np.equal(CLUSTER, one)].sum() for one in sorted(set(CLUSTER))])
    reach = t.ppf(0.95, 11) * np.sqrt(12 / 11 * (sums**2).sum()) / 13
    middle = (a - b).mean()
    assert said["interval"] == pytest.approx([middle - reach, middle + reach])


def test_the_p_value_is_that_of_all_flips_of_signs(record: Run) -> None:
    """Linked questions flip together; of 2^11 flips that many are as far from 0."""
    said = record("compare", "ana", "ben", "--json").json
    a, b = briers()
    sums = [float((a - b)[np.equal(CLUSTER, one)].sum()) for one in sorted(set(CLUSTER))]
    sums = [one for one in sums if abs(one) > 1e-12]
    flips = np.array(list(itertools.product([1, -1], repeat=len(sums)))) @ sums
    assert said["p_value"] == pytest.approx((abs(flips) >= abs(sum(sums)) - 1e-9).mean())


def test_the_anytime_interval_is_wider(record: Run) -> None:
    """What holds however often one looks holds less narrowly; the e-value is no probability."""
    said = record("compare", "ana", "ben", "--json").json
    low, high = said["anytime"]["interval"]
    assert -1 <= low < said["interval"][0] < said["interval"][1] < high <= 1
    assert said["anytime"]["e_value"] > 0


def test_the_other_way_round_is_the_opposite(record: Run) -> None:
    """Difference, interval and counts change sides; the p-value stays."""
    one = record("compare", "ana", "ben", "--json").json
    other = record("compare", "ben", "ana", "--json").json
    assert other["difference"] == pytest.approx(-one["difference"])
    assert other["interval"] == pytest.approx([-bound for bound in reversed(one["interval"])])
    assert other["p_value"] == one["p_value"]
    assert (other["better_a"], other["only_a"]) == (one["better_b"], one["only_b"])


def test_scale_and_rule(record: Run) -> None:
    """On 0-2 all is twice as large; the log score is the mean of -ln, by hand."""
    one = record("compare", "ana", "ben", "--json").json
    two = record("compare", "ana", "ben", "--scale", "0-2", "--json").json
    assert two["difference"] == pytest.approx(2 * one["difference"])
    assert two["interval"] == pytest.approx([2 * bound for bound in one["interval"]])
    assert two["p_value"] == one["p_value"]
    log = record("compare", "ana", "ben", "--rule", "log", "--json").json
    given = [row[0] if row[3] else 1 - row[0] for row in SAID]
    assert log["score_a"] == pytest.approx(-np.log([*given, 0.5]).mean())
    assert log["anytime"] is None  # for the log score has no bound
    spherical = record("compare", "ana", "ben", "--rule", "spherical", "--json").json
    shares = [*([p, 1 - p] for p in given), [0.5, 0.3, 0.2]]
    by_hand = np.mean([1 - share[0] / np.linalg.norm(share) for share in shares])
    assert spherical["score_a"] == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("counting", "first"),
    [("time-weighted", 0.05), ("last", 0.01), ("first", 0.09), ("lead:7", 0.09), ("lead:2", 0.01)],
)
def test_counting(record: Run, counting: str, first: float) -> None:
    """Which of ben's two forecasts on the first question counts changes his score."""
    words = ("compare", "ana", "ben", "--counting", counting, "--json")
    said = record(*words).json
    assert said["counting"] == counting
    _, b = briers()
    assert said["score_b"] == pytest.approx((b.sum() - 0.05 + first) / 13)


def test_the_same_in_words(record: Run) -> None:
    """What a person reads: the table, the facts and the verdict."""
    ran = record("compare", "ana", "ben")
    assert (ran.code, ran.err) == (0, "")
    said = words(ran.out)
    verdict = record("compare", "ana", "ben", "--json").json["verdict"]
    assert said.endswith(verdict)
    assert "closer, shared questions 10 2" in said
    assert "answered alone, not compared 1 2" in said
    facts = "shared questions 13, in 12 linked groups, scored alike on 1; 1 more never at the same"
    assert facts in said
    a, b = briers()
    assert f"{(a - b).mean():+.3f}" in said
    assert "below 0: ana is better" in said


def test_nothing_shared_is_a_sentence(record: Run) -> None:
    """Numbers that do not exist are null, and it is said why."""
    said = record("compare", "ana", "dora", "--json").json
    assert said["questions"] == 0
    none = ("difference", "interval", "p_value", "score_a", "score_b")
    assert {said[name] for name in none} == {None}
    out = words(record("compare", "ana", "dora").out)
    assert out == (
        "Nothing to compare: no settled question that both answered; ana answered 15 alone, dora 1."
    )


def test_filters_choose_what_is_compared(record: Run) -> None:
    """The even ones of the first twelve, of which the fourth and sixth were ben's."""
    said = record("compare", "ana", "ben", "--tag", "even", "--json").json
    a, b = briers()
    assert said["questions"] == 6
    assert said["difference"] == pytest.approx((a - b)[1:12:2].mean())
    assert "6 questions cannot tell luck from skill" in said["verdict"]


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (["ana", "benn"], 1, "no analyst 'benn' in the ledger; did you mean ben?"),
        (["anna"], 1, "no analyst 'anna' in the ledger; did you mean ana?"),
        (["ana", "ana"], 2, "expected two analysts to compare; found ana twice"),
        (["ana", "ben", "cleo"], 2, "unexpected extra argument"),
        (["ana", "--analyst", "ben"], 2, "name analysts as A and B"),
        (["--analyst", "ben"], 2, "name analysts as A and B"),
        (["ana", "ben", "--rule", "peer"], 2, "'peer' is not one of 'brier', 'log'"),
        (["--rule", "log"], 2, "expected brier for a ranking; found log"),
        (["--scale", "0-2"], 2, "expected 0-1 for a ranking; found 0-2"),
        (["ana", "ben", "--counting", "best"], 2, "expected the counting"),
        (["ana", "ben", "--tag", "odds"], 1, "did you mean odd?"),
    ],
)
def test_a_wrong_call_is_a_sentence(record: Run, given: list[str], code: int, said: str) -> None:
    """What is wrong with it, on stderr, and nothing else."""
    ran = record("compare", *given)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("error: ")
    assert ran.err.count("\n") == 1
    assert said in ran.err


def test_an_infinite_log_score_has_no_mean(run: Run, clock: Clock) -> None:
    """Its numbers are null, and whose it is is said."""
    assert run("log", "Rain on Sunday?", "-p", "0").code == 0
    assert run("log", "q1", "-p", "40%", "--analyst", "ben").code == 0
    clock(NOW + DAY)
    assert run("resolve", "q1", "yes").code == 0
    said = run("compare", "ana", "ben", "--rule", "log", "--json").json
    assert (said["difference"], said["score_a"]) == (None, None)
    assert said["score_b"] == pytest.approx(-np.log(0.4))
    assert "infinite" in said["verdict"]
    out = words(run("compare", "ana", "ben", "--rule", "log").out)
    assert "no chance, ana on 1 of 1 shared question." in out


# --- one analyst and the crowd --------------------------------------------------------------------


def crowd(first: float = 0.8) -> Any:
    """Brier scores of the median of ben and cleo on the first ten questions."""
    ben = np.array([first, *(row[1] for row in SAID[1:10])])
    cleo = np.array([row[2] for row in SAID[:10]], dtype=float)
    return ((ben + cleo) / 2 - [row[3] for row in SAID[:10]]) ** 2


@pytest.mark.parametrize(
    ("counting", "first"),
    [("time-weighted", (0.7, 0.9)), ("last", (0.9,)), ("first", (0.7,)), ("lead:7", (0.7,))],
)
def test_alone_an_analyst_is_compared_with_the_crowd(
    record: Run, counting: str, first: tuple[float, ...]
) -> None:
    """The median of the others where there are two of them, as it stood; ben changed half-way."""
    said = record("compare", "ana", "--counting", counting, "--json").json
    assert (said["a"], said["b"], said["questions"]) == ("ana", "crowd (median)", 10)
    assert said["counting"] == counting
    a, _ = briers()
    assert said["score_a"] == pytest.approx(a[:10].mean())
    assert said["score_b"] == pytest.approx(np.mean([crowd(one) for one in first]))
    assert said["clusters"] == 9


def test_the_crowd_is_explained(record: Run) -> None:
    """Who the crowd is, also where there is none; and the policy that was asked for."""
    out = words(record("compare", "ana", "--counting", "last").out)
    assert "answered alone, not compared 5 0" in out  # 11, 12, 13, 14 and 18
    assert "counting last" in out
    assert out.endswith("on questions that two or more of them answered.")
    out = words(record("compare", "dora").out)
    assert out.startswith("Nothing to compare")
    assert out.endswith("on questions that two or more of them answered.")


# --- everybody ------------------------------------------------------------------------------------


def test_all_are_ranked_with_their_own_scores(record: Run) -> None:
    """Each analyst's questions and mean Brier score are their own, by hand."""
    said = record("compare", "--json").json
    assert set(said) == {"counting", "ranking", "crowd", "caution"}
    found = {one["analyst"]: one for one in said["ranking"]["standings"]}
    a, b = briers()
    cleo = [(row[2] - row[3]) ** 2 for row in SAID if row[2] is not None]
    alone = 0.4**2  # 60 % of what came true
    scores = {
        "ana": [*a, alone, alone],
        "ben": [*b, alone, alone, alone],
        "cleo": cleo,
        "dora": [alone],
    }
    assert set(found) == set(scores)
    for name, own in scores.items():
        assert found[name]["questions"] == len(own)
        assert found[name]["score"] == pytest.approx(np.mean(own))
    assert found["cleo"]["against_half"] == pytest.approx(1 - np.mean(cleo) / 0.25)
    assert (found["dora"]["part"], found["dora"]["rank"]) == (2, None)
    assert found["ana"]["rank"] == 1
    assert said["ranking"]["questions"] == 18


def test_the_crowd_table_is_arithmetic(record: Run) -> None:
    """Mean and median of the opinions on fourteen questions, against their average score."""
    said = {one["method"]: one for one in record("compare", "--json").json["crowd"]}
    assert set(said) == {"mean", "median", "trimmed", "geometric odds"}
    opinions = [[p for p in row[:3] if p is not None] for row in SAID] + [[0.6, 0.6]]
    opinions[0][1] = 0.8  # half the time 0.7 and half 0.9
    outcomes = [row[3] for row in SAID] + [1]
    up, down, same = 0.35, 0.3, 0.35
    option = ((1 - up) ** 2 + down**2 + same**2) / 2
    for method, of in (("mean", np.mean), ("median", np.median)):
        scores = [(of(p) - y) ** 2 for p, y in zip(opinions, outcomes, strict=True)]
        assert said[method]["questions"] == 14
        assert said[method]["brier"] == pytest.approx(np.mean([*scores, option]))
    own = [np.mean((np.array(p) - y) ** 2) for p, y in zip(opinions, outcomes, strict=True)]
    average = np.mean([*own, sum(OPTIONS) / 2])
    assert said["mean"]["average"] == pytest.approx(average)
    gain = said["mean"]["brier"] - average
    assert gain < 0
    assert said["mean"]["against_average"] == pytest.approx(gain)


def test_the_ranking_in_words(record: Run) -> None:
    """A row each, what the columns mean, and the verdicts."""
    ran = record("compare")
    assert (ran.code, ran.err) == (0, "")
    said = words(ran.out)
    content = record("compare", "--json").json
    assert content["ranking"]["verdict"] in said
    assert content["ranking"]["reading"] in said
    median = next(one for one in content["crowd"] if one["method"] == "median")
    assert f"{median['verdict']} Everybody is scored over the time they held" in said
    for name in ("ana", "ben", "cleo", "dora"):
        assert name in said
    assert "groups share no questions" in said


def test_more_than_fit_are_shown_when_asked(run: Run, tmp_path: Path, clock: Clock) -> None:
    """Twenty-five of thirty, and how many more; with --all every one."""
    with Ledger.open(tmp_path / "tracker.db", create=True) as ledger:
        for number in range(30):
            said = {"analyst": f"person{number:02d}", "probability": 0.2 + number / 50}
            ledger.log("q1" if number else "Rain on Sunday?", said, recorded=NOW)
        ledger.resolve("q1", {"outcome": "yes", "known": END}, recorded=END)
    clock(END)
    out = run("compare").out
    assert "and 5 more; --all shows them" in out
    assert sum(f"person{number:02d}" in out for number in range(30)) == 25
    out = run("compare", "--all").out
    assert "more; --all" not in out
    assert sum(f"person{number:02d}" in out for number in range(30)) == 30
    assert len(run("compare", "--json").json["ranking"]["standings"]) == 30


@pytest.mark.parametrize("given", [[], ["--json"], ["--all"]])
def test_an_empty_ledger_is_a_sentence(run: Run, tmp_path: Path, given: list[str]) -> None:
    """Nothing to rank yet; not a crash, and no table of nothing."""
    Ledger.open(tmp_path / "tracker.db", create=True).close()
    ran = run("compare", *given)
    assert (ran.code, ran.err) == (0, "")
    assert "Nothing to rank yet: no settled forecast counts." in ran.out
    assert given == ["--json"] or ran.out.count("\n") == 1


@pytest.mark.parametrize("alone", [True, False])
def test_one_question_is_grammatical(run: Run, clock: Clock, *, alone: bool) -> None:
    """One question, one group, one analyst or two."""
    assert run("log", "Rain on Sunday?", "-p", "80%").code == 0
    if not alone:
        assert run("log", "q1", "-p", "60%", "--analyst", "ben").code == 0
    clock(NOW + DAY)
    assert run("resolve", "q1", "yes").code == 0
    out = run("compare").out
    assert "1 questions" not in words(out)
    assert not any(text.startswith(" How") for text in out.splitlines())


# --- terminals ------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [["ana", "ben"], ["ana"], []])
@pytest.mark.parametrize("columns", [40, 80])
def test_a_narrow_terminal(
    record: Run, monkeypatch: pytest.MonkeyPatch, columns: int, given: list[str]
) -> None:
    """Nothing but a table of numbers is wider than the terminal; at 80 columns nothing is."""
    wide = words(record("compare", *given).out)
    monkeypatch.setenv("COLUMNS", str(columns))
    out = record("compare", *given).out
    lines = out.splitlines()
    if columns == 40:  # the first column of a table is never as wide as the name of a fact
        lines = [text for text in lines if not text.startswith(" ") or text.startswith(" " * 18)]
    assert max(map(len, lines)) <= columns
    numbers = [word for word in wide.split() if word[-1:].isdigit() and "." in word]
    assert numbers
    assert all(number in out for number in numbers)


@pytest.mark.parametrize("given", [["ana", "ben"], ["ana"], [], ["--json"]])
def test_plain_signs(record: Run, monkeypatch: pytest.MonkeyPatch, given: list[str]) -> None:
    """Where a terminal knows only ASCII it gets nothing else."""
    monkeypatch.setattr("tracker.cli.terminal.plain", lambda: True)
    out = record("compare", *given).out
    assert out.isascii()
    assert "?" not in out


@pytest.mark.parametrize("given", [["ana", "ben"], ["ana"], ["ana", "dora"], []])
def test_json_is_strict_and_always_the_same(record: Run, given: list[str]) -> None:
    """No NaN, no infinity; the same bytes each time."""
    first = record("compare", *given, "--json")

    def never(constant: str) -> None:
        pytest.fail(f"prints {constant}")

    json.loads(first.out, parse_constant=never)
    assert record("compare", *given, "--json") == first
    assert record("compare", *given) == record("compare", *given)
