"""The ranking, drawn: a row an analyst, a place, and the places it could as well be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tracker import Pairs
from tracker.charts.ranking import ROWS, SHOWN, ranking
from tracker.scoring.ranking import rank
from tracker.scoring.standings import Standing

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from tracker.scoring.standings import Ranking


def panel(analysts: int, questions: int, prefix: str = "a") -> dict[str, Any]:
    """Analysts who all answered the same questions, the first the best."""
    rng = np.random.default_rng(5)
    came = np.tile(rng.integers(0, 2, questions), analysts)
    noise = np.repeat(np.linspace(0.1, 0.45, analysts), questions)
    said = np.abs(came - noise * rng.random(analysts * questions) * 2).clip(0, 1)
    return {
        "probability": said,
        "outcome": came,
        "question": [f"{prefix}{i}" for i in np.tile(np.arange(questions), analysts)],
        "analyst": [f"{prefix}{i:02}" for i in np.repeat(np.arange(analysts), questions)],
    }


def placed(names: list[str], **others: Any) -> Ranking:
    """A ranking of names in that order, each sure to within a place."""
    empty = rank(Pairs(probability=[], outcome=[]))
    many = len(names)
    standings = tuple(
        Standing(
            **{
                "analyst": name, "questions": 20, "shared": 15, "clusters": 15, "part": 1,
                "score": 0.2, "interval": (0.1, 0.3), "skill": -0.01, "skill_error": 0.02,
                "rank": place, "rank_low": max(place - 1, 1), "rank_high": min(place + 1, many),
                "best": 0.5, "against_base_rate": None, "against_half": None,
                "against_crowd": None, "crowd_questions": 0, **others,
            }
        )
        for place, name in enumerate(names, 1)
    )  # fmt: skip
    return replace(empty, standings=standings, analysts=many, parts=1)


def traces(figure: go.Figure) -> dict[str, go.Scatter]:
    """The traces by name."""
    return {trace.name: trace for trace in figure.data}


def test_rows_are_places_with_intervals_best_at_the_top() -> None:
    """The marker is at the place, the line over the places it could be, n at the right."""
    result = rank(Pairs(**panel(5, 20)))
    picture = ranking(result)
    drawn = traces(picture.figure)
    assert drawn["place"].x == tuple(one.rank for one in result.standings)
    assert drawn["place"].y == (0, 1, 2, 3, 4)
    assert picture.figure.layout.yaxis.range == (4.5, -0.5)
    lines = drawn["places it could be, with 90 %"]
    first = result.standings[0]
    assert lines.x[:2] == pytest.approx([(first.rank_low or 0) - 0.2, (first.rank_high or 0) + 0.2])
    notes = [note.text for note in picture.figure.layout.annotations]
    assert notes == ["20"] * 5 + ["questions"]
    assert result.verdict in picture.description
    assert picture.table.rows[0][:2] == (first.analyst, f"{first.rank}")


def test_the_hover_has_skill_and_n() -> None:
    """Pointing at a place shows how much better, with what spread, on how many questions."""
    hover = traces(ranking(placed(["ana", "bob"])).figure)["place"].hovertext[0]
    assert hover.startswith(
        "ana · place 1, with 90 % 1 to 2<br>n = 20 questions, 15 of them shared"
    )
    assert "skill −0.010 ± 0.020" in hover


def test_few_shared_questions_make_a_hollow_place() -> None:
    """Nine questions in common are too few, whatever else was answered."""
    drawn = traces(ranking(placed(["ana", "bob"], questions=50, clusters=9)).figure)
    assert "place" not in drawn
    assert drawn["below ten shared questions"].marker.symbol == "circle-open"
    assert "cannot tell yet" in drawn["below ten shared questions"].hovertext[0]


def test_at_most_thirty_rows_and_the_rest_is_counted() -> None:
    """The height grows with the rows; what is not drawn is said."""
    few, many = ranking(placed(["a", "b"])), ranking(placed([f"a{i}" for i in range(300)]))
    assert len(traces(many.figure)["place"].x) == SHOWN
    assert many.figure.layout.height - few.figure.layout.height == 28 * 26
    assert "270 more are not drawn" in many.description
    assert len(many.table.rows) == ROWS
    assert "of 300" in many.table.left_out


def test_groups_that_share_no_question_are_named() -> None:
    """Each group begins a list of its own, with its own first place."""
    one, two = panel(3, 12), panel(2, 12, "b")
    both: dict[str, Any] = {name: [*one[name], *two[name]] for name in one}
    picture = ranking(rank(Pairs(**both)))
    names = picture.figure.layout.yaxis.ticktext
    assert [name for name in names if name.startswith("group")] == ["group 1", "group 2"]
    assert len(names) == 7
    assert "2 groups that share no question" in picture.description
    assert picture.table.rows[-1][-1] == "2"


def test_without_places_it_says_why() -> None:
    """Nobody at all, or nobody to compare with."""
    nobody = ranking(rank(Pairs(probability=[], outcome=[])))
    assert nobody.figure.layout.annotations[0].text == "No settled forecasts yet"
    alone = ranking(rank(Pairs(probability=[0.7, 0.2], outcome=[1, 0], analyst=["a", "a"])))
    said = alone.figure.layout.annotations[0].text.replace("<br>", " ")
    assert "no two analysts share a question" in said
    assert alone.table.rows[0][:2] == ("a", "–")


def test_names_are_text_and_cut_and_bytes_the_same() -> None:
    """Markup is shown, signs that turn the direction are dropped, a long name is cut."""
    result = placed(["<b>x</b>\u202e", "x" * 90, "شركة"])
    figure = ranking(result).figure
    assert figure.layout.yaxis.ticktext[0] == "&lt;b&gt;x&lt;/b&gt;"
    assert figure.layout.yaxis.ticktext[1] == "x" * 17 + "…"
    assert "\u202e" not in str(figure.to_dict())
    assert figure.to_json() == ranking(result).figure.to_json()
