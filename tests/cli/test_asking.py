"""What is ambiguous: a person at the terminal is asked which reading is meant."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tracker.cli.asking import ask, asked
from tracker.cli.dates import read
from tracker.cli.numbers import amount

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Ran

    Run = Callable[..., Ran]
    Person = Callable[..., list[str]]

SATURDAY = datetime(2026, 11, 21, 12, tzinfo=UTC)
LOG = ("log", "Rain on Sunday?")


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Person:
    """Somebody sits at the terminal, and answers; the prompts that are shown."""

    def sits(*answers: str | type[BaseException]) -> list[str]:
        left, prompts = list(answers), list[str]()

        def typed(prompt: str = "") -> str:
            prompts.append(prompt)
            said = left.pop(0)
            if isinstance(said, str):
                return said
            raise said

        for stream in ("stdin", "stdout", "stderr"):
            monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", typed)
        return prompts

    return sits


@pytest.mark.parametrize(
    ("answers", "day"),
    [
        (("1",), "Sat 3 Apr 2027"),
        (("2",), "Thu 4 Mar 2027"),
        (("3", "april", " 2 "), "Thu 4 Mar 2027"),
    ],
)
def test_a_date_is_picked_by_its_number(
    run: Run, person: Person, answers: tuple[str, ...], day: str
) -> None:
    """Anything but one of the numbers is asked again."""
    prompts = person(*answers)
    ran = run(*LOG, "-p", "70%", "--by", "03/04/2027")
    assert ran.code == 0
    assert f"to be settled by {day}" in ran.out
    assert prompts[0] == "03/04/2027: 1) Sat 3 Apr 2027  2) Thu 4 Mar 2027  (Enter: neither) > "
    assert len(prompts) == len(answers)


@pytest.mark.parametrize(("picked", "reads"), [("1", "5 % by ana"), ("2", "50 % by ana")])
def test_a_probability_is_picked(run: Run, person: Person, picked: str, reads: str) -> None:
    """Five per cent, or five in ten."""
    prompts = person(picked)
    assert reads in run(*LOG, "-p", "5").out
    assert prompts == ["5: 1) 5 %  2) 5 in 10, 50 %  (Enter: neither) > "]


def test_each_ambiguity_is_asked_about_in_turn(run: Run, person: Person) -> None:
    """Options, quantities and filters too."""
    person("1", "2")
    ran = run("log", "How many?", "--quantile", "5=1,200")
    assert "5 % below 1.2" in ran.out
    prompts = person("2")
    assert run("list", "--since", "last friday", "--json").code == 0
    assert prompts == ["last friday: 1) Fri 20 Nov 2026  2) Fri 13 Nov 2026  (Enter: neither) > "]
    person("1")
    assert "1200, known" in run("resolve", "q1", "1,200").out


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ("", 2, "2027-04-03 or 2027-03-04"),
        (EOFError, 130, "interrupted"),
        (KeyboardInterrupt, 130, "interrupted"),
    ],
)
def test_who_picks_none_records_nothing(
    run: Run, person: Person, answer: str | type[BaseException], code: int, said: str
) -> None:
    """Enter alone, the end of the input and an interruption leave no ledger behind."""
    person(answer)
    ran = run(*LOG, "-p", "70%", "--by", "03/04/2027")
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert run("list").code == 1


def test_a_reading_that_does_not_fit_is_refused(run: Run, person: Person) -> None:
    """One that was picked, and has not come."""
    person("1")
    ran = run(*LOG, "-p", "70%", "--made", "05/12/2026")
    assert ran.code != 0
    assert "2026-12-05" in ran.err


def test_a_prompt_offers_the_readings_of_an_answer(person: Person) -> None:
    """A question that is asked anyway goes on with which was meant."""
    prompts = person("next friday", "", "soon", "3/4", "2")
    meant = ask("settle by", "", lambda said: read(said, SATURDAY, ahead=True, whole="last"))
    assert meant == "2027-03-04"
    assert [prompt.partition(":")[0] for prompt in prompts] == [
        "settle by", "next friday", "settle by", "settle by", "3/4",
    ]  # fmt: skip
    person("1,200", "1")
    assert asked("outcome > ", amount) == "1200"


def test_without_a_person_nothing_is_asked(run: Run) -> None:
    """A program gets both readings, and a status that says that the command was wrong."""
    ran = run(*LOG, "-p", "5", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "5 may be read as 5 % or 5 in 10, 50 %: write 5% or 5/10" in ran.err
