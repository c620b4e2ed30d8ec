"""The commands that record: log, resolve and lesson."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW

from tracker import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from conftest import Ran

    Run = Callable[..., Ran]
    Clock = Callable[[datetime], None]

HOUR = timedelta(hours=1)


@pytest.fixture
def rows(tmp_path: Path) -> Callable[[], dict[str, int]]:
    """How many rows each table of the ledger has."""

    def count() -> dict[str, int]:
        with closing(sqlite3.connect(tmp_path / "tracker.db")) as raw:
            tables = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            return {t: raw.execute(f'SELECT count(*) FROM "{t}"').fetchone()[0] for (t,) in tables}

    return count


@pytest.fixture(scope="module")
def one_question(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with one open yes/no question, q1; made once."""
    file = tmp_path_factory.mktemp("one") / "tracker.db"
    said = {"analyst": "ana", "probability": 0.7}
    with Ledger.open(file, create=True) as ledger:
        by = {"resolve_by": "2026-11-29"}
        ledger.log("Rain on Sunday?", said, recorded=NOW, question=by)
    return file


@pytest.fixture
def asked(run: Run, one_question: Path, tmp_path: Path) -> Run:
    """Commands on a ledger with one open yes/no question, q1."""
    shutil.copy(one_question, tmp_path / "tracker.db")
    return run


def forecasts(run: Run, question: str = "q1") -> list[dict[str, Any]]:
    """The forecasts on a question."""
    return list(run("show", question, "--json").json["forecasts"])


# --- log ------------------------------------------------------------------------------------------


def test_log_records_a_forecast_in_one_line(run: Run) -> None:
    """A new question gets an id; what was recorded is said on stdout, what to do next on stderr."""
    ran = run("log", "Rain on Sunday?", "-p", "70%", "--by", "friday", "--why", "a cold front")
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "q1  Rain on Sunday?"
    assert "70 % by ana" in ran.out
    assert "to be settled by Fri 27 Nov 2026" in ran.out
    assert "tracker resolve q1 yes|no" in ran.err
    (kept,) = forecasts(run)
    assert (kept["probability"], kept["rationale"]) == (0.7, "a cold front")
    assert kept["made"].startswith("2026-11-21T12:00")
    assert kept["attribution"] == "author"


def test_log_prints_json(run: Run) -> None:
    """The id is what a script needs; question and forecast are there whole."""
    ran = run("log", "Rain on Sunday?", "-p", "70%", "--tag", "b", "--tag", "a", "--json")
    said = ran.json
    assert {"id", "new", "question", "forecast"} == set(said)
    assert (said["id"], said["new"]) == ("q1", True)
    assert said["question"]["tags"] == ["a", "b"]
    assert said["question"]["status"] == "open"
    assert said["forecast"]["probability"] == 0.7
    assert ran.err == "" or "new ledger" in ran.err


@pytest.mark.parametrize("spelt", ["70%", "0.7", "7/10", ".7", "70 %", "0.70", "70.0%", " 7/10 "])
def test_a_probability_may_be_spelt_in_three_ways(run: Run, spelt: str) -> None:
    """Percent, decimal and fraction are the same number."""
    assert (
        run("log", "Rain on Sunday?", "-p", spelt, "--json").json["forecast"]["probability"] == 0.7
    )


@pytest.mark.parametrize("named", ["q1", "Q1", "1", "rain on sunday?"])
def test_a_second_log_is_an_update(asked: Run, clock: Clock, named: str) -> None:
    """Named by id or by title, the question gets a new forecast; the old one stays."""
    clock(NOW + HOUR)
    ran = asked("log", named, "-p", "80%")
    assert ran.code == 0
    assert "80 % by ana, was 70 %" in ran.out
    assert [kept["probability"] for kept in forecasts(asked)] == [0.7, 0.8]
    assert len(asked("list", "--json").json) == 1


def test_an_update_of_anothers_forecast_is_a_first_forecast(asked: Run) -> None:
    """What was said before is one's own earlier forecast, not another's."""
    ran = asked("log", "q1", "-p", "80%", "--analyst", "ben")
    assert "80 % by ben" in ran.out
    assert "was" not in ran.out


def test_options_of_a_question(run: Run) -> None:
    """Several outcomes, with their probabilities, in the order given."""
    words = ["--option", "west=1/2", "--option", "a=b=30%", "--option", "north=0.2"]
    ran = run("log", "Where will it start?", *words)
    assert ran.code == 0
    assert "west|a=b|north" in ran.err
    said = run("show", "q1", "--json").json
    assert said["kind"] == "options"
    assert [option["name"] for option in said["options"]] == ["west", "a=b", "north"]
    assert said["forecasts"][0]["probabilities"] == {"west": 0.5, "a=b": 0.3, "north": 0.2}


def test_options_in_order(run: Run) -> None:
    """--ordered says that a near miss is better than a far one."""
    words = ["--option", "low=50%", "--option", "middle=50%", "--option", "high=0", "--ordered"]
    assert run("log", "How high will it go?", *words).code == 0
    assert run("show", "q1", "--json").json["kind"] == "ordered"
    assert run("resolve", "q1", "middle").code == 0
    # the mean over two splits of (0.5² and 0²)
    assert run("score", "--json").json["overall"]["brier"] == pytest.approx(0.125)


def test_a_quantity_in_quantiles(run: Run) -> None:
    """10%=60: one chance in ten that it is below 60."""
    words = ["--quantile", "90%=85", "--quantile", "10%=60", "--unit", "USD"]
    ran = run("log", "What will a barrel cost?", *words)
    assert ran.code == 0
    assert "10 % below 60, 90 % below 85" in ran.out
    said = run("show", "q1", "--json").json
    assert (said["kind"], said["unit"]) == ("quantity", "USD")
    assert run("resolve", "q1", "72.5").code == 0
    assert run("score", "--json").json["overall"]["forecasts"] == 0


def test_a_date_in_quantiles(run: Run) -> None:
    """Quantiles that are dates make a question on a date."""
    ran = run("log", "When will it open?", "--quantile", "50%=2027-03-01")
    assert ran.code == 0
    assert run("show", "q1", "--json").json["kind"] == "date"
    assert run("resolve", "q1", "2026-11-20").code == 0


def test_words_alone_are_read_by_the_lexicon(run: Run) -> None:
    """With their range; that they were read, and how, is said."""
    ran = run("log", "Rain on Sunday?", "--phrase", "very likely")
    assert "90 % (75–96 %) “very likely”" in ran.out
    assert "--phrase: read as 90 %, as lay/" in ran.err
    held = run("show", "q1", "--json").json["forecasts"][0]
    assert (held["probability"], held["low"], held["high"]) == (0.9, 0.75, 0.96)
    assert held["lexicon"].startswith("lay/")
    ran = run("log", "q1", "--phrase", "very likely", "--range", "85%..95%")
    assert "90 % (85–95 %) “very likely”" in ran.out


def test_words_and_their_range(run: Run) -> None:
    """The words are kept with what they may mean."""
    ran = run(
        "log", "Rain on Sunday?", "-p", "70%", "--phrase", "very likely", "--range", "60%..0.85"
    )
    assert "70 % (60–85 %) “very likely” by ana" in ran.out
    (kept,) = forecasts(run)
    assert (kept["phrase"], kept["low"], kept["high"]) == ("very likely", 0.6, 0.85)


@pytest.mark.parametrize(("said", "outcome"), [("q1", "yes"), ("q1=no", "no"), ("q1 = NO", "no")])
def test_a_condition(asked: Run, said: str, outcome: str) -> None:
    """--if names a question, and the outcome on which this one counts."""
    assert asked("log", "Floods on Monday?", "-p", "20%", "--if", said).code == 0
    condition = asked("show", "q2", "--json").json["condition"]
    assert (condition["question"], condition["outcome"]) == ("q1", outcome)
    assert f"only if q1 = {outcome}" in asked("show", "q2").out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("Rain -p 70%", 1, "'Rain'"),
        ("q7 -p 70%", 1, "no question 'q7'"),
        ("q1", 2, "say how likely"),
        ("q1 --phrase may", 2, "'may' does not say how likely"),
        ("q1 --phrase 'in the air'", 2, "'in the air' does not say how likely"),
        ("q1 -p 7", 2, "7% or 7/10"),
        ("q1 -p 1.5", 2, "1.5%"),
        ("q1 -p 50-60", 2, "--range 50%..60%"),
        ("q1 -p 101%", 2, "101%"),
        ("q1 -p -0.1", 2, "-0.1"),
        ("q1 -p likely", 2, "found likely; words go after --phrase"),
        ("'New question' -p '55 60 70'", 2, "amounts after --quantile"),
        ("'New question' -p 'ana 60, ben 40'", 2, "named outcomes after --option"),
        ("q1 -p 0.00000000001", 2, "one billionth"),
        ("q1 -p 7/0", 2, "7/0"),
        ("q1 -p 70% --option a=1", 2, "exclude one another"),
        ("q1 -p 70% --quantile 10%=5", 2, "exclude one another"),
        ("q1 -p 70% --ordered", 2, "--ordered goes with --option"),
        ("q1 --option a", 2, "NAME=P"),
        ("q1 --option a=50% --option a=50%", 2, "given twice"),
        ("q1 --option =50% --option b=50%", 2, "NAME=P"),
        ("q1 --option a=50% --option b=50%", 1, "probability, since q1 is of kind binary"),
        ("'New question' --option a=50% --option b=40%", 1, "90 % in all"),
        ("'New question' --option a=100%", 1, "two options or more"),
        ("'New question' --quantile 10%", 2, "P=VALUE"),
        ("'New question' --quantile 10%=5 --quantile 90%=4", 1, "do not fall"),
        (
            "'New question' --quantile 10%=5 --quantile 90%=2027-01-01",
            1,
            "all numbers or all dates",
        ),
        ("'New question' --quantile 0%=5", 1, "between 0 and 1"),
        ("q1 -p 70% --range 80%", 2, "LOW..HIGH"),
        ("q1 -p 70% --range 75%..80%", 1, "own side"),
        ("q1 -p 70% --range 60%..much", 2, "much"),
        ("q1 -p 70% --by 2026-11-30", 1, "2026-11-29"),
        ("'New question' -p 70% --by soon", 2, "soon"),
        ("'New question' -p 70% --by 03/04/2027", 2, "03/04/2027"),
        ("'New question' -p 70% --by 03/04/2027", 2, "Sat 3 Apr 2027 or Thu 4 Mar 2027"),
        ("'New question' -p 70% --by 'next friday'", 2, "2026-11-27 or 2026-12-04"),
        ("'New question' -p 70% --by 2027-02-29", 2, "2027-02-29"),
        ("'New question' -p 70% --by yesterday", 2, "yesterday (Fri 20 Nov 2026)"),
        ("'New question' -p 70% --by '20 November 2026'", 2, "expected a date to come"),
        ("'New question' -p 70% --by '31 Oct 2026' --made 2026-11-01", 2, "a date to come"),
        ("'New question' -p 70% --made 'last month'", 2, "a date of one day, as 20"),
        ("'New question' --quantile 50%=1,200", 2, "1200 or 1.2"),
        ("'New question' --quantile 50%=3m", 2, "3000000 or 3"),
        ("'New question' --quantile 50%=soon", 2, "soon"),
        ("'New question' --quantile '50%=june 2027'", 2, "a date of one day, as 20"),
        (
            "q1 --option a=60% --option b=30%",
            1,
            "90 % in all; expected 100 %; name the rest, as o",
        ),
        ("q1 --option a=60% --option b=60%", 1, "found 120 % in all; expected 100 %"),
        ("'New question' --option a=7 --option b=30%", 2, "7% or 7/10"),
        ("q1 -p 70% --made 2026-12-24", 1, "2026-12-24"),
        ("q1 -p 70% --made tomorrow", 2, "tomorrow"),
        ("'New question' -p 70% --if q9", 1, "q9"),
        ("'New question' -p 70% --if q1=perhaps", 1, "yes or no"),
        ("q1 -p 70% --criteria 'more than 1 mm'", 1, "more than 1 mm"),
        ("'' -p 70%", 1, ""),
        ("'   ' -p 70%", 1, ""),
        ("'Two\nlines of title' -p 70%", 1, "one line"),
        ("'A \x1b[31mred title' -p 70%", 1, "control"),
        (f"'A {'long ' * 101}title' -p 70%", 1, "500"),
        ("q1 -p 70% --analyst 'a\tb'", 1, "analyst"),
        (f"q1 -p 70% --tag {'x' * 101}", 1, "100"),
    ],
)
def test_a_slip_in_log_is_told_and_nothing_is_recorded(
    asked: Run, rows: Callable[[], dict[str, int]], words: str, code: int, said: str
) -> None:
    """The most likely mistakes: a sentence that names the value, a code, and no row more."""
    from shlex import split

    before = rows()
    ran = asked("log", *split(words))
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("error: ")
    assert said in ran.err
    assert rows() == before


def test_a_title_of_one_word_is_told_how_to_become_a_question(asked: Run) -> None:
    """One word is taken for an id; whoever meant a title is told what to do."""
    ran = asked("log", "Hail", "-p", "70%")
    assert ran.code == 1
    assert "'Hail' in the ledger; a new question needs a title of two words" in ran.err


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("by mid-February", "Mon 15 Feb 2027"),
        ("2027-07", "Sat 31 Jul 2027"),
        ("before July", "Wed 30 Jun 2027"),
        ("tomorrow 18:00 UTC", "Sun 22 Nov 2026 18:00 UTC"),
        ("2027-03-02", "Tue 2 Mar 2027"),
    ],
)
def test_the_reading_of_a_date_is_shown_back(run: Run, said: str, day: str) -> None:
    """With its weekday, on stdout; and nothing of it on stderr."""
    ran = run("log", "Rain on Sunday?", "-p", "70%", "--by", said)
    assert ran.out.splitlines()[-1] == f"    to be settled by {day}"
    assert "--by" not in ran.err


def test_a_bare_number_is_percent_and_said_so(run: Run) -> None:
    """On stderr, so that a script reads the same data."""
    ran = run("log", "Rain on Sunday?", "-p", "70", "--range", "60..80%")
    assert "70 % (60–80 %)" in ran.out
    assert ran.err.splitlines()[:2] == [
        "-p: 70 is read as 70 %",
        "--range: 60 is read as 60 %",
    ]
    assert "certain, 100 %" in run("log", "q1", "-p", "1").err
    assert "odds in favour, 66.67 %" in run("log", "q1", "-p", "2:1").err
    assert "is read as" not in run("log", "q1", "-p", "66%").err


def test_odds_are_shown_to_two_decimals_and_kept_to_nine(run: Run) -> None:
    """Nobody reads 66.6666667 %; what is kept and scored has all its digits."""
    assert "    66.67 % by " in run("log", "Rain on Sunday?", "-p", "2:1").out
    assert "    33.33 % by ana, was 66.67 %" in run("log", "q1", "-p", "1/3").out
    kept = run("show", "q1", "--json").json["forecasts"]
    assert [one["probability"] for one in kept] == [0.666666667, 0.333333333]


def test_a_day_that_has_passed_is_taken_where_it_is_written_out(run: Run) -> None:
    """Of an old question entered late; it is due at once, and that the day has passed is said."""
    ran = run("log", "Rain in July", "-p", "70%", "--by", "2026-07-31")
    assert ran.code == 0
    assert "--by: 2026-07-31 has passed already" in ran.err
    assert [one["id"] for one in run("due", "--json").json] == ["q1"]


def test_what_was_said_long_ago_was_to_be_settled_by_then(run: Run) -> None:
    """A forecast that is written down later keeps its date, though that has been."""
    words = ["--made", "2026-07-01", "--by", "2026-08-31"]
    ran = run("log", "Rain in August?", "-p", "70%", *words)
    assert "to be settled by Mon 31 Aug 2026" in ran.out


def test_quantities_are_read_as_people_write_them(run: Run) -> None:
    """Millions and groups of three, in forecasts and outcomes; days in words."""
    words = ["--quantile", "10%=950k", "--quantile", "90%=1.2 million"]
    assert "10 % below 950000, 90 % below 1200000" in run("log", "How many come?", *words).out
    assert "1100000, known" in run("resolve", "q1", "1,100,000").out
    said = run("resolve", "q1", "1.1 million", "--second", "--analyst", "ben", "--json").json
    assert said["agrees"] is True
    ran = run(
        "log", "When will it open?", "--quantile", "50%=friday", "--quantile", "90%=in a month"
    )
    assert "50 % below 2026-11-27, 90 % below 2026-12-21" in ran.out
    assert "2026-11-20, known" in run("resolve", "q2", "yesterday").out


def test_an_outcome_that_is_ambiguous_is_refused(
    run: Run, rows: Callable[[], dict[str, int]]
) -> None:
    """It may be a thousand two hundred, or one and a fifth."""
    run("log", "How many come?", "--quantile", "50%=1000")
    before = rows()
    ran = run("resolve", "q1", "1,200")
    assert (ran.code, ran.out) == (2, "")
    assert "1200 or 1.2" in ran.err
    ran = run("resolve", "q1", "5 or so")
    assert (ran.code, ran.out) == (1, "")
    assert "outcome: found 5 or so; expected a number" in ran.err
    assert rows() == before


@pytest.mark.parametrize(
    ("option", "said", "day"),
    [
        ("--since", "7d", "Sat 14 Nov 2026"),
        ("--since", "last month", "Thu 1 Oct 2026"),
        ("--until", "last month", "Sat 31 Oct 2026"),
        ("--until", "this month", "Sat 21 Nov 2026"),
        ("--as-of", "yesterday", "Fri 20 Nov 2026"),
    ],
)
def test_the_reading_of_a_filter_is_remarked_once(
    asked: Run, option: str, said: str, day: str
) -> None:
    """On stderr, where the command itself shows no date; a date as it is kept needs no remark."""
    ran = asked("score", option, said, "--json")
    assert ran.err.count(f"{option}: {said} is read as {day}") == 1
    assert ran.err.count("is read as") == 1
    assert "is read as" not in asked("score", option, "2026-11-14", "--json").err


def test_made_may_lie_in_the_past(run: Run) -> None:
    """What was said earlier is recorded with its day."""
    assert run("log", "Rain on Sunday?", "-p", "70%", "--made", "3 days ago").code == 0
    assert forecasts(run)[0]["made"] == "2026-11-18"


def test_made_today_is_now(run: Run) -> None:
    """What was said today was said before now."""
    assert run("log", "Rain on Sunday?", "-p", "70%", "--made", "today").code == 0
    assert forecasts(run)[0]["made"] == "2026-11-21T12:00:00Z"


# --- resolve --------------------------------------------------------------------------------------


def test_resolve_settles_and_says_what_it_cost(asked: Run, clock: Clock) -> None:
    """The outcome is recorded, and what each analyst's forecast cost is said."""
    asked("log", "q1", "-p", "10%", "--analyst", "ben")
    clock(NOW + HOUR)
    ran = asked("resolve", "q1", "yes", "--note", "4 mm by noon")
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "q1  Rain on Sunday?"
    assert "yes, known 2026-11-21" in ran.out
    assert "ana: 0.090" in ran.out
    assert "ben: 0.810" in ran.out
    assert "tracker show q1" in ran.err
    (kept,) = asked("show", "q1", "--json").json["resolutions"]
    assert (kept["outcome"], kept["by"], kept["note"]) == ("yes", "ana", "4 mm by noon")


def test_resolve_prints_json(asked: Run) -> None:
    """The question as it stands, and whether that was new."""
    said = asked("resolve", "Q1", "N", "--json").json
    assert {"id", "new", "entry", "question"} == set(said)
    assert (said["id"], said["new"], said["entry"]) == ("q1", True, 4)
    assert (said["question"]["status"], said["question"]["outcome"]) == ("resolved", "no")


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("annulled", "annulled"),
        ("Ambiguous", "ambiguous"),
        ("condition-failed", "condition failed"),
        ("condition failed", "condition failed"),
        ("condition_failed", "condition failed"),
    ],
)
def test_a_question_may_end_without_an_outcome(asked: Run, typed: str, status: str) -> None:
    """Three ways to end that are never scored."""
    ran = asked("resolve", "q1", typed)
    assert ran.code == 0
    assert status in ran.out
    said = asked("show", "q1", "--json").json
    assert (said["status"], said["outcome"], said["scores"]) == (status, None, {})
    left_out = asked("score", "--json").json["left_out"]
    assert left_out[status.replace(" ", "_")] == 1


def test_known_is_when_it_could_first_be_known(asked: Run) -> None:
    """--known says since when the outcome was there; a forecast after that never counts."""
    ran = asked("resolve", "q1", "yes", "--known", "yesterday")
    assert ran.code == 0
    assert "known 2026-11-20" in ran.out
    assert "made after the outcome was known" in ran.out
    assert asked("score", "--json").json["left_out"]["after_known"] == 1


def test_settling_in_the_same_way_changes_nothing(
    asked: Run, clock: Clock, rows: Callable[[], dict[str, int]]
) -> None:
    """The same words a day later are no change of mind: the outcome stands as it was."""
    assert asked("resolve", "q1", "yes").code == 0
    before = rows()
    clock(NOW + 24 * HOUR)
    ran = asked("resolve", "q1", "yes")
    assert ran.code == 0
    assert "nothing was recorded" in ran.out
    assert rows() == before


def test_settling_otherwise_needs_a_reason(
    asked: Run, clock: Clock, rows: Callable[[], dict[str, int]]
) -> None:
    """Another outcome is refused without --why, and recorded with it, the old one kept."""
    assert asked("resolve", "q1", "yes").code == 0
    before = rows()
    clock(NOW + HOUR)
    ran = asked("resolve", "q1", "no")
    assert (ran.code, ran.out) == (1, "")
    assert "--why" in ran.err
    assert rows() == before
    assert asked("resolve", "q1", "no", "--why", "the gauge was broken").code == 0
    said = asked("show", "q1", "--json").json
    assert said["outcome"] == "no"
    assert [item["outcome"] for item in said["resolutions"]] == ["yes", "no"]
    assert said["resolutions"][1]["reason"] == "the gauge was broken"
    assert "because the gauge was broken" in asked("show", "q1").out
    clock(NOW + 2 * HOUR)
    assert asked("resolve", "q1", "yes", "--why", "it was another gauge").code == 0
    assert asked("show", "q1", "--json").json["outcome"] == "yes"


def test_evidence_in_a_file_is_tied_to_its_place(asked: Run, tmp_path: Path) -> None:
    """A quotation from a file is kept with offsets and hash, and the file's own hash."""
    text = "Früh war es trocken. First snow of the year fell at noon.\n"
    file = tmp_path / "weather.txt"
    file.write_text(text, "utf-8")
    quote = "First snow of the year"
    assert asked("resolve", "q1", "yes", "--source", file, "--quote", quote).code == 0
    (evidence,) = asked("show", "q1", "--json").json["resolutions"][0]["evidence"]
    start = text.index(quote)
    assert (evidence["start"], evidence["end"]) == (start, start + len(quote))
    assert evidence["sha256"] == sha256(quote.encode()).hexdigest()
    assert evidence["source"] == str(file)
    assert f"“{quote}”" in asked("show", "q1").out


@pytest.mark.parametrize("source", ["https://example.org/weather", "The Daily Gauge, p. 3"])
def test_evidence_from_elsewhere_is_kept_by_its_words(asked: Run, source: str) -> None:
    """Where there is no text at hand, the words stand for themselves."""
    assert asked("resolve", "q1", "yes", "--source", source, "--quote", "it snowed").code == 0
    (evidence,) = asked("show", "q1", "--json").json["resolutions"][0]["evidence"]
    assert (evidence["source"], evidence["quote"], evidence["start"]) == (source, "it snowed", None)


def test_a_source_with_a_long_name_is_kept_or_refused(asked: Run) -> None:
    """A reference longer than a file name may be is no reason to break off."""
    ran = asked("resolve", "q1", "yes", "--source", "A report " * 40, "--quote", "it snowed")
    assert ran.code in {0, 1}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["q9", "yes"], 1, "no question 'q9'"),
        (["q1", "maybe"], 1, "yes or no"),
        (["q1", "void"], 1, "yes or no"),
        (["q1", "yes", "--known", "2026-12-24"], 1, "2026-12-24"),
        (["q1", "yes", "--known", "tomorrow"], 2, "tomorrow"),
        (["q1", "yes", "--known", "lately"], 2, "lately"),
        (["q1", "yes", "--source", "https://example.org"], 2, "--source and --quote go together"),
        (["q1", "yes", "--quote", "it snowed"], 2, "--source and --quote go together"),
        (["q1", "yes", "--source", "FILE", "--quote", "it rained"], 1, "no such words"),
        (["q1", "yes", "--source", "FILE", "--quote", "it snowed"], 1, "2 times"),
        (["q1", "yes", "--source", "BINARY", "--quote", "it snowed"], 1, "UTF-8"),
        (["q1", "yes", "--source", "https://", "--quote", " "], 1, ""),
    ],
)
def test_a_slip_in_resolve_is_told_and_nothing_is_recorded(  # noqa: PLR0917 - what and where
    asked: Run,
    rows: Callable[[], dict[str, int]],
    words: list[str],
    code: int,
    said: str,
    tmp_path: Path,
) -> None:
    """The most likely mistakes: a sentence, a code, and no row more."""
    (tmp_path / "FILE").write_text("Today it snowed, as yesterday it snowed.")
    (tmp_path / "BINARY").write_bytes(b"it snowed\xff\xfe")
    before = rows()
    named = [str(tmp_path / word) if word in {"FILE", "BINARY"} else word for word in words]
    ran = asked("resolve", *named)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("error: ")
    assert said in ran.err
    assert rows() == before


@pytest.mark.parametrize(
    "words",
    [
        ["log", " ", "-p", "70%"],
        ["log", "q1", "-p", "70%", "--why", " "],
        ["log", "q1", "-p", "70%", "--phrase", " "],
        ["log", "q1", "-p", "70%", "--analyst", " "],
        ["log", "A question", "-p", "70%", "--tag", " "],
        ["log", "A question", "-p", "70%", "--criteria", " "],
        ["log", "How much?", "--quantile", "50%=1", "--unit", " "],
        ["log", "Which one?", "--option", " =50%", "--option", "b=50%"],
        ["resolve", "q1", "yes", "--note", " "],
        ["resolve", "q1", "yes", "--analyst", " "],
        ["resolve", "q1", "yes", "--source", " ", "--quote", "so it was"],
        ["resolve", "q1", "yes", "--source", "gauge", "--quote", " "],
        ["resolve", "q1", "yes"],
        ["resolve", "q1", "no", "--why", " "],
    ],
)
def test_a_blank_never_makes_the_ledger_unreadable(asked: Run, words: list[str]) -> None:
    """Where nothing but a blank was typed, it is refused or left out; what is there stays read."""
    assert asked(*words).code in {0, 1, 2}
    for reading in (["list"], ["show", "q1"], ["score"], ["due"], ["status"]):
        assert asked(*reading).code == 0


def test_near_misses_of_an_id_are_named(run: Run, tmp_path: Path) -> None:
    """An id mistyped is answered with those it may have been."""
    dossier = tmp_path / "d.yaml"
    dossier.write_text(
        "tracker: dossier/1\nsource: {name: s}\nquestions: [{id: oil-price, title: Oil?}]\n"
    )
    assert run("add", dossier).code == 0
    for words in (["log", "oil-prize", "-p", "50%"], ["resolve", "oil-prise", "yes"],
                  ["show", "oilprice"]):  # fmt: skip
        ran = run(*words)
        assert (ran.code, ran.out) == (1, "")
        assert "did you mean oil-price?" in ran.err


def test_a_question_is_named_by_words_of_its_title(asked: Run) -> None:
    """Whoever forgot the id is told it; of many that fit, the newest three."""
    title = asked("show", "q1", "--json").json["title"]
    for words in (["show", title], ["show", title.upper()], ["resolve", title.split()[0], "yes"]):
        ran = asked(*words)
        assert (ran.code, ran.out) == (1, "")
        assert "did you mean q1?" in ran.err
    assert asked("log", title.split()[0], "-p", "1/2").err.endswith(
        "; a new question needs a title of two words or more; did you mean q1?\n"
    )
    for number in range(2, 6):
        assert asked("log", f"Café {number}?", "-p", "1/2").code == 0
    assert "did you mean q3, q4, q5?" in asked("show", "CAFE\N{COMBINING ACUTE ACCENT}").err
    assert "`tracker list` shows" in asked("show", "caf").err
    assert "`tracker list` shows" in asked("show", "?!").err


@pytest.mark.parametrize("typed", ["q1", "Q1", "1", "Q1=yes"])
def test_a_condition_is_named_as_any_question(run: Run, typed: str) -> None:
    """What ``log`` takes for an id, ``--if`` does too."""
    assert run("log", "Rain on Sunday?", "-p", "70%").code == 0
    assert run("log", "Does the roof hold?", "-p", "90%", "--if", typed).code == 0
    assert run("show", "q2", "--json").json["condition"]["question"] == "q1"


# --- lesson ---------------------------------------------------------------------------------


def test_a_lesson_is_kept_and_shown(asked: Run, rows: Callable[[], dict[str, int]]) -> None:
    """Whose it is and what it says; said again, it is not recorded again."""
    ran = asked("lesson", "1", "Look at the\nwind 🌨.", "--analyst", "ben")
    assert ran.code == 0
    assert ran.out == "q1  Rain on Sunday?\n    lesson of ben: Look at the wind 🌨.\n"
    assert "tracker show q1" in ran.err
    before = rows()
    again = asked("lesson", "q1", "Look at the\nwind 🌨.", "--analyst", "ben")
    assert "as before; nothing was recorded" in again.out
    assert rows() == before
    assert "    lesson of ben: Look at the wind 🌨. (entry 5)" in asked("show", "q1").out
    (kept,) = asked("show", "q1", "--json").json["lessons"]
    assert (kept["analyst"], kept["text"]) == ("ben", "Look at the\nwind 🌨.")
    assert asked("show", "q1", "--json", "--as-of", "2026-11-20").code == 1


def test_lesson_prints_json(asked: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The question and the lesson, which is by default of the analyst that is set."""
    monkeypatch.setenv("TRACKER_ANALYST", "zoë")
    said = asked("lesson", "q1", "Wait.", "--json").json
    assert (said["id"], said["new"], said["question"]["id"]) == ("q1", True, "q1")
    assert said["lesson"] | {"entry": 0} == {
        "entry": 0,
        "recorded": "2026-11-21T12:00:00.000000Z",
        "analyst": "zoë",
        "text": "Wait.",
    }
    assert asked("lesson", "q1", "Wait.", "--json").json == {**said, "new": False}


@pytest.mark.parametrize(
    ("words", "told"), [(("q2", "Wait."), "no question 'q2'"), (("q1", " "), "text: found nothing")]
)
def test_a_slip_in_lesson_is_told(asked: Run, words: tuple[str, str], told: str) -> None:
    """In one sentence."""
    ran = asked("lesson", *words)
    assert (ran.code, ran.out) == (1, "")
    assert told in ran.err
