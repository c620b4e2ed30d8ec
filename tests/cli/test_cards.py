"""What score says beyond the card: readings, quantities, platforms' scores, and how it looks."""

from __future__ import annotations

import json
import math
import re
import shutil
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import NOW

from tracker import Ledger, Pairs, score
from tracker.cli import cards

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]
    Clock = Callable[[datetime], None]

DAY = timedelta(days=1)
END = NOW + 10 * DAY
# Questions 1 to 12: ana says "likely" of all, ben 60 % of the first eight, cleo "unlikely" of the
# first six; questions 1 to 3 hang together.
HAPPENED = np.array([1, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1])
STORM = {1, 2, 3}
CLUSTER = np.array([2 if number in STORM else number for number in range(1, 13)])
LIKELY = {"probability": 0.7, "low": 0.55, "high": 0.8, "phrase": "likely"}
UNLIKELY = {"probability": 0.25, "low": 0.1, "high": 0.4, "phrase": "unlikely"}
# Question 13, of options: half the sum of squares; 14, ordered: the mean over the two splits; and
# 17, yes and entered when that was known.
OTHERS = [(0.5**2 + 0.3**2 + 0.2**2) / 2, (0.2**2 + 0.3**2) / 2, 0.1**2]
RULES = ["brier", "log", "spherical", "baseline", "peer", "relative"]
BY = ["analyst", "tag", "source", "phrase", "month", "lead"]


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three analysts on seventeen questions of every kind."""
    file = tmp_path_factory.mktemp("record") / "tracker.db"
    three = {"options": ["up", "same", "down"]}
    with Ledger.open(file, create=True) as ledger:

        def log(number: int, analyst: str, said: dict[str, Any], **question: Any) -> None:
            what = f"Question number {number}?" if question else f"q{number}"
            ledger.log(what, {"analyst": analyst, **said}, recorded=NOW, question=question or None)

        for number in range(1, 13):
            tags = ["weather", *(["linked:storm"] if number in STORM else [])]
            log(number, "ana", LIKELY, tags=tags)
            if number <= 8:
                log(number, "ben", {"probability": 0.6})
            if number <= 6:
                log(number, "cleo", UNLIKELY)
        shares = {"up": 0.5, "same": 0.3, "down": 0.2}
        log(13, "ana", {"probabilities": shares}, kind="options", **three)
        shares = {"up": 0.2, "same": 0.5, "down": 0.3}
        log(14, "ben", {"probabilities": shares}, kind="ordered", **three)
        log(15, "ana", {"quantiles": {0.5: 72}}, kind="quantity", unit="USD")
        log(15, "ben", {"quantiles": {0.5: 90}})
        log(16, "cleo", {"quantiles": {0.5: "2026-11-28"}}, kind="date")
        outcomes = ["yes" if happened else "no" for happened in HAPPENED]
        for number, outcome in enumerate([*outcomes, "up", "same", "80", "2026-12-01"], 1):
            ledger.resolve(f"q{number}", {"outcome": outcome, "known": END}, recorded=END)
        late = {"analyst": "ana", "probability": 0.9, "made": "2026-11-20"}
        ledger.log("Question number 17?", late, recorded=END)
        ledger.resolve("q17", {"outcome": "yes", "known": "2026-11-25"}, recorded=END)
    return file


@pytest.fixture
def record(run: Run, settled: Path, tmp_path: Path, clock: Clock) -> Run:
    """Commands on the ledger with settled questions, on the day they were settled."""
    shutil.copy(settled, tmp_path / "tracker.db")
    clock(END)
    return run


def words(text: str) -> str:
    """A text without its line breaks and indents."""
    return " ".join(text.split())


def squares(likely: Any, sixty: float, unlikely: Any) -> Any:
    """Brier scores of the 26 forecasts on the first twelve questions."""
    said = [(likely, HAPPENED), (sixty, HAPPENED[:8]), (unlikely, HAPPENED[:6])]
    return np.concatenate([(np.asarray(p) - y) ** 2 for p, y in said])


# --- the card -------------------------------------------------------------------------------------


def test_every_kind_has_its_score(record: Run) -> None:
    """29 forecasts on 15 questions; quantities and dates apart."""
    said = record("score", "--json").json
    card = said["overall"]
    assert (card["forecasts"], card["questions"]) == (29, 15)
    assert card["brier"] == pytest.approx(np.mean([*squares(0.7, 0.6, 0.25), *OTHERS]))
    assert said["recorded_late"] == 1


def test_so_many_independent_ones(record: Run) -> None:
    """The spread of single scores over that of the mean, which ana's linked questions widen."""
    values = np.array([*(0.7 - HAPPENED) ** 2, OTHERS[0], OTHERS[2]])
    cluster = np.array([*CLUSTER, 13, 17])
    residual = values - values.mean()
    sums = [residual[cluster == one].sum() for one in set(cluster.tolist())]
    expected = len(values) * (residual**2).sum() / np.square(sums).sum()
    assert expected < 13
    card = record("score", "--analyst", "ana", "--json").json["overall"]
    assert card["effective"] == pytest.approx(expected)
    out = words(record("score", "--analyst", "ana").out)
    assert f"14 on 14 questions, worth {expected:.0f} independent ones, counting" in out


@pytest.mark.parametrize(
    ("alike", "said"),
    [
        (True, "2 on 1 question, worth 1 independent one, counting"),
        (False, "1 on 1 question, coun"),
    ],
)
def test_one_question_is_grammatical(run: Run, clock: Clock, *, alike: bool, said: str) -> None:
    """Neither "1 questions" nor "1 ones" nor "1 outcomes"."""
    assert run("log", "Rain on Sunday?", "-p", "0").code == 0
    if alike:
        assert run("log", "q1", "-p", "30%", "--analyst", "ben").code == 0
    clock(NOW + DAY)
    assert run("resolve", "q1", "yes").code == 0
    out = words(run("score").out)
    assert said in out
    assert "1 outcome had been given no chance at all" in out


# --- readings -------------------------------------------------------------------------------------


def test_what_the_reading_of_words_costs(record: Run) -> None:
    """At the kind end, at the harsh end, and on average over the ranges: all by hand."""
    said = record("score", "--json").json["readings"]
    point = squares(0.7, 0.6, 0.25)
    kind = squares(np.where(HAPPENED, 0.8, 0.55), 0.6, np.where(HAPPENED[:6], 0.4, 0.1))
    harsh = squares(np.where(HAPPENED, 0.55, 0.8), 0.6, np.where(HAPPENED[:6], 0.1, 0.4))
    spread = 12 * 0.15 * 0.1 / 3 + 6 * 0.15 * 0.15 / 3
    assert said["verbal"] == 18
    for name, of, more in (
        ("point", point, 0),
        ("kindest", kind, 0),
        ("harshest", harsh, 0),
        ("expected", point, spread),
    ):
        assert said[name] == pytest.approx((of.sum() + sum(OTHERS) + more) / 29), name
    for scale, by in (("0-1", 1), ("0-2", 2)):
        out = record("score", "--scale", scale).out
        low, high, mean = (by * said[name] for name in ("kindest", "harshest", "expected"))
        expected = f"reading range {low:.3f} to {high:.3f}, expected {mean:.3f} (Brier, 18 read"
        assert expected in words(out)


def test_numbers_alone_have_no_reading(record: Run) -> None:
    """Where nothing was read from words there is no such line, and the four are one."""
    said = record("score", "--analyst", "ben", "--json").json["readings"]
    assert said["verbal"] == 0
    assert said["kindest"] == said["harshest"] == said["expected"] == said["point"]
    assert "reading range" not in record("score", "--analyst", "ben").out


def personally(point: float, low: float, high: float, happened: Any, cluster: Any) -> list[float]:
    """A phrase as its other groups of questions move it; each question weighs 1."""
    firm = point * (1 - point) / ((high - low) / 3.29) ** 2 - 1
    moved = []
    for own in cluster:
        sizes = [int((cluster == one).sum()) for one in set(cluster.tolist()) - {own}]
        trials = sum(sizes) ** 2 / sum(size**2 for size in sizes)
        share = happened[cluster != own].mean()
        moved.append((firm * point + trials * share) / (firm + trials))
    return moved


def test_the_personal_reading_is_that_of_other_questions(record: Run) -> None:
    """Each phrase moves with what came true elsewhere; numbers and option sets stay."""
    likely = personally(0.7, 0.55, 0.8, HAPPENED, CLUSTER)
    unlikely = personally(0.25, 0.1, 0.4, HAPPENED[:6], CLUSTER[:6])
    said = record("score", "--personal", "--json").json
    brier = np.mean([*squares(likely, 0.6, unlikely), *OTHERS])
    assert said["overall"]["brier"] == pytest.approx(brier)
    assert said["personal"] is True
    assert record("score", "--json").json["personal"] is False
    assert "words read as their analyst came to mean them" in words(
        record("score", "--personal").out
    )


# --- rules and platforms --------------------------------------------------------------------------


def test_option_sets_have_no_spherical_parts(record: Run) -> None:
    """The score is there, by hand; its parts are null, and a dash with a reason."""
    said = record("score", "--rule", "spherical", "--json").json
    y = np.concatenate([HAPPENED, HAPPENED[:8], HAPPENED[:6]])
    p = np.repeat([0.7, 0.6, 0.25], [12, 8, 6])
    given = np.where(y, p, 1 - p)
    scores = [*(1 - given / np.hypot(p, 1 - p)), *2 * [1 - 0.5 / math.sqrt(0.38)]]
    scores.append(1 - 0.9 / math.hypot(0.9, 0.1))
    assert said["overall"]["spherical"] == pytest.approx(np.mean(scores))
    assert said["overall"]["miscalibration"] is None
    out = words(record("score", "--rule", "spherical").out)
    assert "spherical parts – (none where there are option sets)" in out
    tagged = record("score", "--rule", "spherical", "--tag", "weather", "--json").json["overall"]
    parts = tagged["miscalibration"] - tagged["discrimination"] + tagged["uncertainty"]
    assert parts == pytest.approx(tagged["spherical"])


def logs() -> dict[str, Any]:
    """The log of what ana, ben and cleo gave to what happened in the first twelve, eight, six."""
    return {
        name: np.log(np.where(HAPPENED[:n], p, 1 - p))
        for name, p, n in (("ana", 0.7, 12), ("ben", 0.6, 8), ("cleo", 0.25, 6))
    }


def means(record: Run, rule: str, *given: str) -> dict[str, Any]:
    """The platform's score of each analyst."""
    found = record("score", "--rule", rule, "--json", *given).json["platform"]
    assert found["rule"] == rule
    assert found["higher_is_better"] is (rule != "relative")
    return {one["analyst"]: one for one in found["analysts"]}


def test_the_baseline_score(record: Run) -> None:
    """100 times 1 + ln p / ln of the number of answers: ana's fourteen, by hand."""
    found = means(record, "baseline")
    three = 1 + math.log(0.5) / math.log(3)
    late = 1 + math.log(0.9) / math.log(2)
    ana = [*(1 + logs()["ana"] / math.log(2)), three, late]
    ben = [*(1 + logs()["ben"] / math.log(2)), three]
    assert found["ana"]["score"] == pytest.approx(100 * np.mean(ana))
    assert found["ben"]["score"] == pytest.approx(100 * np.mean(ben))
    assert (found["ana"]["questions"], found["ana"]["unscored"]) == (14, 0)
    assert found["ana"]["coverage"] == pytest.approx(1)


def test_the_peer_score(record: Run) -> None:
    """100 times the log less the mean log of the others, where there are others."""
    found, said = means(record, "peer"), logs()
    others = [*(said["ben"][:6] + said["cleo"]) / 2, *said["ben"][6:]]
    assert found["ana"]["score"] == pytest.approx(100 * np.mean(said["ana"][:8] - others))
    assert (found["ana"]["questions"], found["ana"]["unscored"]) == (8, 6)
    cleo = said["cleo"] - (said["ana"][:6] + said["ben"][:6]) / 2
    assert found["cleo"]["score"] == pytest.approx(100 * np.mean(cleo))


def test_the_relative_brier_score(record: Run) -> None:
    """On 0-2, less the median of those there: ben is in the middle of three or one of two."""
    found = means(record, "relative")
    ana, ben, cleo = (2 * (p - HAPPENED[:8]) ** 2 for p in (0.7, 0.6, 0.25))
    median = [*np.median([ana, ben, cleo], axis=0)[:6], *((ana + ben) / 2)[6:]]
    assert found["ben"]["score"] == pytest.approx(np.mean(ben - median))
    assert found["cleo"]["score"] == pytest.approx(np.mean(cleo[:6] - median[:6]))


@pytest.mark.parametrize("rule", ["peer", "relative"])
def test_one_analyst_is_compared_with_all(record: Run, rule: str) -> None:
    """With --analyst the score is the same, the card that of the one, and others are not shown."""
    everybody = means(record, rule)
    found = means(record, rule, "--analyst", "ben")
    assert found == {"ben": everybody["ben"]}
    said = record("score", "--rule", rule, "--analyst", "ben", "--json").json
    assert said["overall"]["forecasts"] == 9


@pytest.mark.parametrize("rule", ["baseline", "peer", "relative"])
def test_a_platforms_score_in_words(record: Run, rule: str) -> None:
    """Score and interval with the same number of digits, and which way is better."""
    out = words(record("score", "--rule", rule).out)
    digits = 3 if rule == "relative" else 1
    for name, one in means(record, rule).items():
        ends = (one["score"], *one["interval"])
        numbers = [{f"{end + off:.{digits}f}" for off in (-1e-9, 1e-9)} for end in ends]
        found = re.search(
            rf"{name} (\S+) (\S+) to (\S+) {one['questions']} {one['unscored']} 100 %", out
        )
        assert found
        assert all(said in near for said, near in zip(found.groups(), numbers, strict=True))
    assert ("lower is better, below 0" if rule == "relative" else "HIGHER is better") in out
    assert record("score", "--json").json["platform"] is None


def test_a_log_score_without_bound(run: Run, clock: Clock) -> None:
    """Null in JSON, counted, and explained."""
    assert run("log", "Rain on Sunday?", "-p", "0").code == 0
    clock(NOW + DAY)
    assert run("resolve", "q1", "yes").code == 0
    one = means(run, "baseline")["ana"]
    assert (one["score"], one["infinite"], one["interval"]) == (None, 1, None)
    out = words(run("score", "--rule", "baseline").out)
    assert "ana infinite (1) – 1 0 100 %" in out
    assert "somebody gave no chance to what then happened" in out


# --- quantities and dates -------------------------------------------------------------------------


def test_quantities_have_their_own_cards(record: Run) -> None:
    """Medians cost their distance: 8 and 10 dollars, and 3 days; never in the Brier score."""
    said = {card["unit"]: card for card in record("score", "--json").json["quantities"]}
    assert set(said) == {"USD", "days"}
    assert said["USD"]["crps"] == pytest.approx(9)
    assert (said["USD"]["forecasts"], said["USD"]["questions"]) == (2, 1)
    assert said["days"]["crps"] == pytest.approx(3)
    out = words(record("score").out)
    assert "USD 2 1 9.000" in out
    assert f"days (dates): {said['days']['verdict']}" in out
    assert record("score", "--tag", "weather", "--json").json["quantities"] == []


# --- groups ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", BY)
def test_each_group_has_its_sentence(record: Run, by: str) -> None:
    """A row and a sentence each, then the one for all together."""
    said = record("score", "--by", by, "--json").json
    out = words(record("score", "--by", by).out)
    for group in said["groups"]:
        assert f"{group['key']}: {group['verdict']}" in out
    assert f"All together: {said['overall']['verdict']}" in out
    if by != "tag":  # a question may have two
        assert sum(group["forecasts"] for group in said["groups"]) == 29


def test_groups_hold_their_own(record: Run) -> None:
    """By phrase: the mean of ana's twelve, and of cleo's six."""
    groups = record("score", "--by", "phrase", "--json").json["groups"]
    found = {group["key"]: group for group in groups}
    assert found["likely"]["brier"] == pytest.approx(((0.7 - HAPPENED) ** 2).mean())
    assert found["unlikely"]["brier"] == pytest.approx(((0.25 - HAPPENED[:6]) ** 2).mean())
    assert found["(number)"]["forecasts"] == 11


@pytest.mark.parametrize("people", [12, 13])
def test_many_groups_have_no_sentences(run: Run, tmp_path: Path, clock: Clock, people: int) -> None:
    """Up to twelve are told one by one, more only in the table."""
    with Ledger.open(tmp_path / "tracker.db", create=True) as ledger:
        for number in range(people):
            said = {"analyst": f"person{number:02d}", "probability": 0.7}
            ledger.log("q1" if number else "Rain on Sunday?", said, recorded=NOW)
        ledger.resolve("q1", {"outcome": "yes", "known": END}, recorded=END)
    clock(END)
    out = run("score", "--by", "analyst").out
    assert all(f"person{number:02d}" in out for number in range(people))
    assert ("person05: One question" in out) is (people == 12)


def test_nothing_has_no_tables(run: Run) -> None:
    """No heads without rows."""
    assert run("log", "Rain on Sunday?", "-p", "70%").code == 0
    out = run("score", "--by", "analyst", "--rule", "peer").out
    assert words(out) == "Nothing to score yet: no settled forecast counts."


# --- terminals ------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [*(["--by", by] for by in BY), *(["--rule", r] for r in RULES)])
def test_eighty_columns_are_enough(
    record: Run, monkeypatch: pytest.MonkeyPatch, given: list[str]
) -> None:
    """No line is longer, and no word of a group's name is broken."""
    monkeypatch.setenv("COLUMNS", "80")
    out = record("score", *given).out
    assert max(map(len, out.splitlines())) <= 80
    if given[0] == "--by":
        groups = record("score", *given, "--json").json["groups"]
        assert all(word in out.split() for group in groups for word in group["key"].split())


def test_forty_columns_break_no_number(record: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of numbers may be wider; facts and sentences are not."""
    monkeypatch.setenv("COLUMNS", "40")
    ran = record("score", "--by", "analyst")
    facts = ran.out.split("\n\n")[0]
    assert max(map(len, facts.splitlines())) <= 40
    for group in record("score", "--by", "analyst", "--json").json["groups"]:
        assert f"{group['brier']:.3f}" in ran.out


@pytest.mark.parametrize("rule", RULES)
def test_plain_signs(record: Run, monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    """Where a terminal knows only ASCII it gets nothing else."""
    monkeypatch.setattr("tracker.cli.terminal.plain", lambda: True)
    for given in ([], ["--json"]):
        assert record("score", "--by", "phrase", "--rule", rule, *given).out.isascii()


@pytest.mark.parametrize("rule", RULES)
def test_json_is_strict_and_always_the_same(record: Run, rule: str) -> None:
    """No NaN, no infinity; the same bytes each time."""
    given = ("score", "--by", "analyst", "--rule", rule, "--personal", "--json")
    first = record(*given)

    def never(constant: str) -> None:
        pytest.fail(f"prints {constant}")

    json.loads(first.out, parse_constant=never)
    assert record(*given) == first


def test_intervals_are_drawn_where_there_is_room(
    record: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 100 columns a bar a row on one scale from 0, with the score inside; at 80 none."""
    wide = record("score", "--by", "analyst").out
    rows = [row for row in wide.splitlines() if row.count("●")]
    assert [row.split()[0] for row in rows] == ["ana", "ben", "cleo"]
    start = wide.splitlines()[wide.splitlines().index(rows[0]) - 2].index(" 0  ") + 1
    groups = record("score", "--by", "analyst", "--json").json["groups"]
    places = [row.index("●") - start for row in rows]
    scores = [group["brier"] for group in groups]
    assert sorted(range(3), key=places.__getitem__) == sorted(range(3), key=scores.__getitem__)
    monkeypatch.setenv("COLUMNS", "80")
    assert "●" not in record("score", "--by", "analyst").out


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        ((0.7, 1.9), "slope 1.30   90 % interval 0.70 to 1.90"),
        ((1.1, 1.5), "slope 1.30   90 % interval 1.10 to 1.50   (above 1: not sure enough)"),
        (None, "slope 1.30"),
    ],
)
def test_the_slope_is_judged_where_1_is_outside_its_interval(
    interval: tuple[float, float] | None,
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A slope that may well be 1 is no fault."""
    monkeypatch.setenv("COLUMNS", "120")
    card = score(Pairs(probability=[0.9, 0.2] * 10, outcome=[1, 0, 0, 1] * 5))
    cards.facts(
        replace(card, slope=1.3, slope_interval=interval, spiegelhalter_z=None, sets=True),
        rule="brier",
        scale="0-1",
    )
    out = capsys.readouterr().out
    line = next(line for line in out.splitlines() if line.startswith("calibration"))
    assert " ".join(line.split()) == f"calibration {' '.join(said.split())}"
    assert "option sets have no one base rate" in out
