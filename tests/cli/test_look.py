"""The commands that look: list, show, due, status."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW, ROOT

from tracker import Ledger
from tracker.scoring.explain import Holding
from tracker.views.explain import part

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]
    Clock = Callable[[datetime], None]

DAY = timedelta(days=1)


def log(ledger: Ledger, at: datetime, what: str, probability: float, **more: Any) -> None:
    """Log a forecast of ana, or of the analyst named, at an instant."""
    names = ("analyst", "made", "rationale")
    forecast = {"analyst": "ana", "probability": probability}
    forecast |= {name: more.pop(name) for name in names if name in more}
    ledger.log(what, forecast, recorded=at, question=more)


@pytest.fixture(scope="module")
def four_questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four questions, two analysts, two tags: q1 settled, q2 and q3 open, q4 without a date."""
    file = tmp_path_factory.mktemp("four") / "tracker.db"
    with Ledger.open(file, create=True) as ledger:
        weather, politics = {"tags": ["weather"]}, {"tags": ["politics"]}
        log(ledger, NOW, "Rain on Sunday?", 0.6, resolve_by="2026-11-22", **weather)
        log(ledger, NOW + DAY, "Snow in Advent?", 0.2, resolve_by="2026-12-24", **weather)
        log(ledger, NOW + 2 * DAY, "A new cabinet?", 0.3, resolve_by="2026-11-25", **politics)
        log(ledger, NOW + 3 * DAY, "Peace at last?", 0.1, analyst="ben")
        log(ledger, NOW + 5 * DAY, "q2", 0.4, analyst="ben")
        ledger.resolve("q1", {"outcome": "yes", "known": "2026-11-22"}, recorded=NOW + 5 * DAY)
    return file


@pytest.fixture
def several(run: Run, four_questions: Path, tmp_path: Path, clock: Clock) -> Run:
    """Commands on the ledger with four questions, five days on."""
    shutil.copy(four_questions, tmp_path / "tracker.db")
    clock(NOW + 5 * DAY)
    return run


def ids(ran: Ran) -> list[str]:
    """The ids of the questions in a list."""
    assert ran.code == 0
    return [question["id"] for question in ran.json]


# --- list -----------------------------------------------------------------------------------------


def test_list_shows_each_question_with_its_last_forecasts(several: Run) -> None:
    """One row a question: id, title, what each analyst last said, how it stands, by when."""
    ran = several("list")
    assert (ran.code, ran.err) == (0, "")
    rows = {line.split()[0]: line for line in ran.out.splitlines() if line.strip()[:1] == "q"}
    assert {"q1", "q2", "q3", "q4"} <= set(rows)
    assert "Rain on Sunday?" in rows["q1"]
    assert "ana: 60 %" in rows["q1"]
    assert "yes" in rows["q1"]
    assert "2026-12-24" in rows["q2"]
    assert "ben: 40 %" in ran.out
    assert "open" in rows["q4"]


def test_list_prints_json(several: Run) -> None:
    """Each question with how it stands and the last forecast of each analyst."""
    said = several("list", "--json").json
    assert {
        "id",
        "title",
        "kind",
        "options",
        "unit",
        "criteria",
        "resolve_by",
        "condition",
        "tags",
        "status",
        "outcome",
        "known",
        "forecasts",
        "hidden",
        "latest",
    } == set(said[0])
    assert [f["analyst"] for f in said[1]["latest"]] == ["ana", "ben"]
    assert (said[0]["status"], said[0]["outcome"], said[0]["known"]) == (
        "resolved",
        "yes",
        "2026-11-22",
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", "q1 q2 q3 q4"),
        ("--open", "q2 q3 q4"),
        ("--resolved", "q1"),
        ("--analyst ben", "q2 q4"),
        ("--analyst ana", "q1 q2 q3"),
        ("--tag weather", "q1 q2"),
        ("--tag weather --open", "q2"),
        ("--tag weather --analyst ben", "q2"),
        ("--since 2026-11-23", "q2 q3 q4"),
        ("--since yesterday", "q2"),
        ("--until 2026-11-21", "q1"),
        ("--since 2026-11-22 --until 2026-11-22", "q2"),
        ("--as-of 2026-11-22", "q1 q2"),
        ("--as-of 2026-11-20", ""),
        ("--as-of 2026-11-24 --resolved", ""),
    ],
)
def test_list_is_filtered(several: Run, words: str, expected: str) -> None:
    """Filters choose questions by what was said on them, by whom and when, and how they stand."""
    assert ids(several("list", "--json", *words.split())) == expected.split()


def test_since_today_is_since_the_morning(run: Run) -> None:
    """What was logged earlier today was made since today."""
    assert run("log", "Rain on Sunday?", "-p", "60%", "--made", "2026-11-21T07:00Z").code == 0
    assert ids(run("list", "--json", "--since", "today")) == ["q1"]
    assert ids(run("list", "--json", "--until", "yesterday")) == []


def test_nothing_to_list_is_said_on_stderr(several: Run) -> None:
    """An empty list is no error, and no data."""
    ran = several("list", "--open", "--analyst", "ana", "--until", "2026-11-21")
    assert (ran.code, ran.out) == (0, "")
    assert "no question fits" in ran.err
    assert several("list", "--as-of", "2026-11-20", "--json").json == []


SEEDS_TEXT = ROOT / "seeds" / "prewar-essay.digest.txt"


# --- show -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def one_settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One question: two forecasts of ana, one of ben, settled after four days, two too late."""
    file = tmp_path_factory.mktemp("settled") / "tracker.db"
    with Ledger.open(file, create=True) as ledger:
        log(ledger, NOW, "Rain on Sunday?", 0.6, rationale="clouds")
        log(ledger, NOW + DAY, "q1", 0.8, analyst="ben")
        log(ledger, NOW + 3 * DAY, "q1", 0.8)
        log(ledger, NOW + 4 * DAY + timedelta(hours=1), "q1", 0.99)
        known = {"outcome": "yes", "known": NOW + 4 * DAY}
        ledger.resolve("q1", known, recorded=NOW + 5 * DAY)
        log(ledger, NOW + 6 * DAY, "q1", 0.5, analyst="carla", made=NOW + 2 * DAY)
    return file


@pytest.fixture
def settled(run: Run, one_settled: Path, tmp_path: Path, clock: Clock) -> Run:
    """Commands on the ledger with one settled question."""
    shutil.copy(one_settled, tmp_path / "tracker.db")
    clock(NOW + 6 * DAY)
    return run


def test_show_explains_the_score(settled: Run) -> None:
    """Held times and costs are there, and add up to the score of each analyst."""
    said = settled("show", "q1", "--json").json
    by_analyst: dict[str, list[dict[str, Any]]] = {}
    for forecast in said["forecasts"]:
        by_analyst.setdefault(forecast["analyst"], []).append(forecast)
    first, second, late = by_analyst["ana"]
    assert (first["weight"], second["weight"], late["weight"]) == (0.75, 0.25, 0)
    assert (first["score"], second["score"]) == (pytest.approx(0.16), pytest.approx(0.04))
    assert datetime.fromisoformat(first["until"]) == datetime.fromisoformat(second["made"])
    assert second["until"] == "2026-11-25T12:00:00Z"
    for analyst, forecasts in by_analyst.items():
        counted = [f for f in forecasts if f["weight"]]
        assert sum(f["weight"] for f in counted) == pytest.approx(1)
        assert all(f["cost"] == pytest.approx(f["weight"] * f["score"]) for f in counted)
        assert said["scores"][analyst] == pytest.approx(sum(f["cost"] for f in counted))
        card = settled("score", "--analyst", analyst, "--json").json["overall"]
        assert card["brier"] == pytest.approx(said["scores"][analyst])
    assert said["scores"]["ana"] == pytest.approx(0.13)


@pytest.mark.parametrize(
    ("counting", "score"),
    [("last", 0.04), ("first", 0.16), ("lead:0", 0.04), ("lead:2", 0.16), ("time-weighted", 0.13)],
)
def test_show_counts_as_score_does(settled: Run, counting: str, score: float) -> None:
    """The policy that is named decides which forecast counts, in both commands alike."""
    said = settled("show", "q1", "--counting", counting, "--json").json
    assert said["counting"] == counting
    assert said["scores"]["ana"] == pytest.approx(score)
    card = settled("score", "--analyst", "ana", "--counting", counting, "--json").json
    assert card["overall"]["brier"] == pytest.approx(score)
    assert f"score of ana: {score:.3f}" in settled("show", "q1", "--counting", counting).out


def test_show_prints_history_and_marks(settled: Run) -> None:
    """The table says what was held how long, what it cost, and what was entered too late."""
    out = " ".join(settled("show", "q1").out.split())
    assert out.startswith("q1 Rain on Sunday?")
    assert "outcome: yes, known 2026-11-25 12:00 UTC" in out
    assert "0.160 × 75 % = 0.120" in out
    assert "0.040 × 25 % = 0.010" in out
    assert "until 2026-11-24" in out
    assert "ana: clouds" in out
    assert "score of ana: 0.130" in out
    assert "score of ben: 0.040" in out


@pytest.mark.parametrize(
    ("weight", "said"), [(0.1863, "19 %"), (1, "100 %"), (0.01, "1 %"), (0.0037, "0.37 %")]
)
def test_shares_are_whole_per_cent(weight: float, said: str) -> None:
    """Unless that would say nothing."""
    moments = (datetime(2026, 1, 1), datetime(2026, 1, 3))  # noqa: DTZ001
    holding = Holding(1, "ana", "q1", *moments, weight, 0.49, after_known=False)
    assert f"× {said} =" in part(holding)


def test_show_marks_what_was_entered_late(settled: Run) -> None:
    """A forecast recorded after the outcome was known is marked, in words and JSON."""
    said = settled("show", "q1", "--json").json["forecasts"]
    late = {(f["analyst"], f["probability"]) for f in said if f["late"]}
    assert late == {("carla", 0.5), ("ana", 0.99)}
    words = " ".join(settled("show", "q1", "--analyst", "carla").out.split())
    assert "entered after" in words


def test_show_prints_json(settled: Run) -> None:
    """A question whole: its facts, its forecasts with their part in the score, its resolutions."""
    said = settled("show", "Q1", "--json").json
    assert {"id", "title", "counting", "scale", "scores", "forecasts", "resolutions"} <= set(said)
    assert {
        "entry",
        "analyst",
        "made",
        "recorded",
        "late",
        "withdrawn",
        "source",
        "probability",
        "low",
        "high",
        "phrase",
        "rationale",
        "until",
        "weight",
        "score",
        "cost",
    } <= set(said["forecasts"][0])
    assert {
        "entry",
        "recorded",
        "outcome",
        "status",
        "known",
        "by",
        "note",
        "evidence",
        "reason",
        "retracted",
    } == (set(said["resolutions"][0]))


def test_show_of_an_open_question_has_no_score(several: Run) -> None:
    """Nothing is scored before it is settled; another question is never shown instead."""
    for number, title in ((2, "Snow in Advent?"), (3, "A new cabinet?"), (4, "Peace at last?")):
        said = several("show", number, "--json").json
        assert (said["id"], said["title"]) == (f"q{number}", title)
        assert said["scores"] == {}
        assert {f["cost"] for f in said["forecasts"]} == {None}
        assert "score of" not in several("show", f"q{number}").out


def test_show_as_it_stood(settled: Run) -> None:
    """As of an earlier day there is no outcome, and no forecast made since."""
    said = settled("show", "q1", "--as-of", "2026-11-22", "--json").json
    assert (said["status"], said["known"]) == ("open", None)
    assert [f["analyst"] for f in said["forecasts"]] == ["ana", "ben"]
    ran = settled("show", "q1", "--as-of", "2026-11-20")
    assert (ran.code, ran.out) == (1, "")
    assert "q1" in ran.err


def test_show_of_one_analyst(settled: Run) -> None:
    """With a filter the history is that of the forecasts that pass it."""
    said = settled("show", "q1", "--analyst", "ben", "--json").json
    assert [f["analyst"] for f in said["forecasts"]] == ["ben"]
    assert set(said["scores"]) == {"ben"}


def test_show_prospective_leaves_out_what_was_entered_late(settled: Run) -> None:
    """--prospective drops from the score what was recorded after the outcome was known."""
    assert set(settled("show", "q1", "--json").json["scores"]) == {"ana", "ben", "carla"}
    assert set(settled("show", "q1", "--prospective", "--json").json["scores"]) == {"ana", "ben"}


def test_list_prospective_leaves_out_what_was_entered_late(settled: Run) -> None:
    """A forecast entered after the outcome was known is not among the last ones then."""
    (question,) = settled("list", "--prospective", "--json").json
    assert {f["analyst"]: f["probability"] for f in question["latest"]} == {"ana": 0.8, "ben": 0.8}
    (question,) = settled("list", "--json").json
    assert {f["analyst"] for f in question["latest"]} == {"ana", "ben", "carla"}


def test_show_tells_options_conditions_and_evidence(run: Run) -> None:
    """What a dossier says of a question is all there."""
    for name in ("prewar-essay", "war-article"):
        assert run("add", ROOT / "seeds" / f"{name}.dossier.yaml").code == 0
    ran = run("show", "iran-answer")
    words = " ".join(ran.out.split())
    for said in (
        "limited-symbolic: A limited, symbolic answer",
        "only if us-force-used = yes",
        "deliberate-widening, known 2026-03-02",
        "supports: war-article at 300–410",
        "score of essayist: 0.185",
    ):
        assert said in words
    said_json = run("show", "iran-answer", "--json").json
    assert len(said_json["resolutions"][0]["evidence"]) == 6
    assert sum(f["cost"] or 0 for f in said_json["forecasts"]) == pytest.approx(0.185)


def test_show_prints_the_sentence_with_its_words_marked(run: Run) -> None:
    """Where the words stand, and which carried the probability."""
    words = SEEDS_TEXT.read_text("utf-8")
    assert "would likely follow" in words
    assert run("add", SEEDS_TEXT.with_name("digest.dossier.yaml"), "--text", SEEDS_TEXT).code == 0
    said = " ".join(run("show", "iran-holds-back").out.split())
    assert "essayist, in essay at 1826–1905: “A show of dominance [would likely] follow" in said


def test_show_of_nothing_is_told(several: Run) -> None:
    """An id that is not there is refused."""
    ran = several("show", "q99")
    assert (ran.code, ran.out) == (1, "")
    assert "q99" in ran.err


# --- due ------------------------------------------------------------------------------------------


def test_due_lists_what_is_overdue_first(several: Run, clock: Clock) -> None:
    """Open questions whose day has come, the longest overdue first."""
    clock(NOW + 4 * DAY)
    assert ids(several("due", "--json")) == ["q3"]
    clock(NOW + 60 * DAY)
    assert ids(several("due", "--json")) == ["q3", "q2"]
    ran = several("due")
    assert ran.out.index("q3") < ran.out.index("q2")
    assert "tracker resolve q3" in ran.err


def test_due_looks_ahead(several: Run, clock: Clock) -> None:
    """--within adds what falls due in so many days."""
    clock(NOW)
    assert ids(several("due", "--json")) == []
    assert ids(several("due", "--json", "--within", "3")) == []
    assert ids(several("due", "--json", "--within", "4")) == ["q3"]
    assert ids(several("due", "--json", "--within", "40")) == ["q3", "q2"]


def test_what_is_settled_is_not_due(several: Run, clock: Clock) -> None:
    """A settled question asks for nothing, nor one without a day."""
    clock(NOW + 400 * DAY)
    found = ids(several("due", "--json"))
    assert "q1" not in found
    assert "q4" not in found


def test_due_as_it_stood(several: Run, clock: Clock) -> None:
    """As of a day, what was due on that day."""
    clock(NOW + 100 * DAY)
    assert ids(several("due", "--json", "--as-of", "2026-11-23")) == ["q1"]
    assert ids(several("due", "--json", "--as-of", "2026-11-25")) == ["q1", "q3"]


def test_due_is_filtered(several: Run, clock: Clock) -> None:
    """Filters hold for due too."""
    clock(NOW + 60 * DAY)
    assert ids(several("due", "--json", "--tag", "weather")) == ["q2"]
    assert ids(several("due", "--json", "--analyst", "ben")) == ["q2"]


def test_nothing_due_is_said(several: Run, clock: Clock) -> None:
    """No question due is no error."""
    clock(NOW)
    ran = several("due")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "nothing is due; the next is q3, by Wed 25 Nov 2026\n"


def test_a_question_whose_condition_failed_is_not_due(run: Run, clock: Clock) -> None:
    """What cannot be settled any more does not stay overdue for ever."""
    assert run("log", "Will there be a strike?", "-p", "50%", "--by", "2026-11-25").code == 0
    words = ["-p", "50%", "--by", "2026-11-30", "--if", "q1"]
    assert run("log", "Will there be an answer?", *words).code == 0
    clock(NOW + 30 * DAY)
    assert ids(run("due", "--json")) == ["q1", "q2"]
    assert run("resolve", "q1", "no").code == 0
    assert ids(run("due", "--json")) == []
