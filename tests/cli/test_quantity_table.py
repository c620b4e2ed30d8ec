"""What the terminal says of numbers and dates: the table of cards, and the cost of a forecast."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tracker.charts.theme import amount
from tracker.cli.quantities import as_json, show
from tracker.quantities import Quantities
from tracker.scoring.quantity_card import quantity_cards

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Ran

    Run = Callable[..., Ran]

THREE = [0.1, 0.5, 0.9]


def several() -> Quantities:
    """Dates, dollars by two sets of levels, and numbers without a unit."""
    levels = [[0.5], *[THREE] * 2, [0.1, 0.9], *[THREE] * 2]
    return Quantities(
        levels=levels,
        values=[[20789.0], [60, 72.5, 85], [1e6, 2e6, 3e6], [1, 2], [1, 2, 3], [4, 5, 6]],
        outcome=[20800, 80, 2.5e6, 9, 2, 9],
        kind=["date", *["quantity"] * 5],
        unit=["days", "USD", "USD", "USD", "", ""],
    )


def test_the_table_fits_a_narrow_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A row a unit, a row an interval, a sentence each; no line longer than 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    show(quantity_cards(several()))
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= 80
    text = " ".join(said.split())
    assert "days 1 1 11.00 –" in text
    assert "USD 80 % 2 3 67 %" in text
    assert "days (dates): One question is no record" in text
    assert "USD: Cannot tell yet: 2 of 3 outcomes fell inside the 80 % intervals" in text
    assert "WIS of the 2 forecasts that name 10 %, 50 %, 90 %." in text
    assert (
        "The forecasts name 2 different sets of levels: for the same knowledge fewer levels cost"
        in text
    )
    assert "(no unit): Cannot tell yet: 1 of 2" in text
    assert "No unit was named, so distances on several questions are not averaged." in text


def test_one_card_speaks_without_its_unit(capsys: pytest.CaptureFixture[str]) -> None:
    """Where there is no other, the sentence stands alone; a median alone has no interval table."""
    show(quantity_cards(several().take([0])))  # type: ignore[arg-type]
    said = capsys.readouterr().out
    assert "\nOne question is no record" in said
    assert "mean width" not in said


def test_no_cards_print_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A ledger without numbers and dates hears nothing of them."""
    show(())
    assert capsys.readouterr() == ("", "")
    assert as_json(()) == []


def test_cards_are_json() -> None:
    """Lists and numbers, with null for what does not exist."""
    said = json.loads(json.dumps(as_json(quantity_cards(several())), allow_nan=False))
    assert [(card["kind"], card["unit"]) for card in said] == [
        ("date", "days"),
        ("quantity", ""),
        ("quantity", "USD"),
    ]
    assert said[1]["crps"] is None
    assert said[2]["wis"]["levels"] == THREE
    assert said[2]["intervals"][0]["interval"] == pytest.approx([0.1354, 0.9830], abs=1e-4)


@pytest.mark.parametrize(
    ("value", "spelt"),
    [(0.0, "0"), (12.34567, "12.35"), (9.99999, "10.000"), (1234567.0, "1,234,567"),
     (1e-5, "1.000e-05"), (1e300, "1.000e+300"), (-0.5, "-0.5000"), (None, "–"),
     (float("nan"), "–"), (float("inf"), "–")],
)  # fmt: skip
def test_amounts_of_any_size(value: float | None, spelt: str) -> None:
    """Four digits, or as many as stand before the point."""
    assert amount(value) == spelt


# --- show -----------------------------------------------------------------------------------------


@pytest.fixture
def settled(run: Run) -> Run:
    """Commands on a ledger with a barrel's price, settled, and the day of an opening."""

    def log(*words: Any) -> None:
        ran = run("log", *words)
        assert ran.code == 0, ran.err

    both = ("--quantile", "10%=60", "--quantile", "90%=80", "--unit", "USD")
    log("What will a barrel cost?", *both, "--analyst", "ana", "--made", "2026-11-01")
    log("q1", "--quantile", "50%=75", "--analyst", "ana", "--made", "2026-11-06")
    log("q1", "--quantile", "90%=90", "--analyst", "ben", "--made", "2026-11-06")
    log("When will it open?", "--quantile", "50%=2026-11-12", "--made", "2026-11-01")
    assert run("resolve", "q1", "70", "--known", "2026-11-10").code == 0
    assert run("resolve", "q2", "2026-11-15", "--known", "2026-11-15").code == 0
    return run


def test_show_says_what_a_number_cost(settled: Run) -> None:
    """CRPS of each forecast by the time it was held, in the unit."""
    ran = settled("show", "q1")
    assert ran.code == 0
    text = " ".join(ran.out.split())
    assert "2.067 × 50 % = 1.033" in text  # 2 × 10 × (0.1² + 0.1 × 0.5 + 0.5²) / 3
    assert "5.000 × 50 % = 2.500" in text
    assert "(CRPS in USD, lower is better; counting time-weighted)" in text
    assert "no CRPS" in text
    assert "score of ben: –" in text


def test_show_says_what_a_date_cost(settled: Run) -> None:
    """In days."""
    text = " ".join(settled("show", "q2").out.split())
    assert "3.000 × 100 % = 3.000" in text
    assert "score of ana: 3.000 (CRPS in days, lower is better" in text


def test_show_of_a_number_as_json(settled: Run) -> None:
    """The rule, the unit, and null for what does not exist; a forecast that does not count too."""
    said = settled("show", "q1", "--json").json
    assert (said["rule"], said["scale"]) == ("crps", "USD")
    assert said["scores"] == {"ana": pytest.approx((2 * 3.1 / 3 + 5) / 2), "ben": None}
    first, second, other = said["forecasts"]
    assert (second["score"], second["weight"], second["cost"]) == (5, 0.5, 2.5)
    assert (other["score"], other["cost"]) == (None, None)
    assert first["cost"] + second["cost"] == pytest.approx(said["scores"]["ana"])
    last = settled("show", "q1", "--json", "--counting", "last").json
    assert last["scores"]["ana"] == 5
    dated = settled("show", "q2", "--json").json
    assert (dated["rule"], dated["scale"], dated["scores"]) == ("crps", "days", {"ana": 3})
