"""Phrases, drawn: how each is read, and how often it came true."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tracker import Pairs
from tracker.charts.phrases import SHOWN, phrases
from tracker.scoring.phrases import PhraseRecord, summary
from tracker.scoring.phrases import phrases as records

if TYPE_CHECKING:
    import plotly.graph_objects as go


def said(*, by_analyst: bool = True) -> tuple[PhraseRecord, ...]:
    """Twenty times likely, of which a quarter came true, and three times unlikely."""
    pairs = Pairs(
        probability=[0.7] * 20 + [0.2] * 3,
        low=[0.55] * 20 + [0.1] * 3,
        high=[0.8] * 20 + [0.3] * 3,
        outcome=[1] * 5 + [0] * 15 + [0, 0, 1],
        analyst=["ana"] * 23,
        labels={"phrase": ["likely"] * 20 + ["unlikely"] * 3},
    )
    return records(pairs, by_analyst=by_analyst)


def traces(figure: go.Figure) -> dict[str, go.Scatter]:
    """The traces by name."""
    return {trace.name: trace for trace in figure.data}


def test_a_row_is_the_reading_and_what_came_true() -> None:
    """A bar over the range, a stroke at the point, a dot with whiskers; n at the right."""
    found = said()
    picture = phrases(found, summary=summary(found))
    drawn = traces(picture.figure)
    assert drawn["how it is read: the range"].x == (55, 80, None, 10, 30, None)
    assert drawn["… and its point"].x == (70, 20)
    came = drawn["came true, 90 % interval"]
    likely = next(one for one in found if one.phrase == "likely")
    assert came.x == (25,)
    assert came.x[0] + came.error_x.array[0] == pytest.approx(100 * likely.interval[1], abs=0.01)
    assert came.x[0] - came.error_x.arrayminus[0] == pytest.approx(
        100 * likely.interval[0], abs=0.01
    )
    assert [note.text for note in picture.figure.layout.annotations] == ["20", "3", "questions"]
    assert picture.figure.layout.yaxis.ticktext == ("likely<br>ana", "unlikely<br>ana")
    assert picture.table.rows[0][:4] == ("likely", "ana", "20", "70 %")
    assert picture.table.rows[0][-1] == "less often"
    assert summary(found) in picture.description


def test_few_questions_are_faint_with_a_word() -> None:
    """Below ten questions it cannot be told."""
    few = traces(phrases(said()).figure)["below ten questions: cannot tell yet"]
    assert (few.x, few.marker.symbol) == ((33.33,), "circle-open")
    assert few.opacity < 1
    assert few.hovertext[0].startswith("“unlikely” from ana · n = 3 questions<br>read as 20 %")
    assert few.hovertext[0].endswith("cannot tell yet")


def test_the_legend_says_what_the_circle_is_where_all_are_few() -> None:
    """Without a phrase of ten questions too."""
    few = [one for one in said() if one.phrase == "unlikely"]
    drawn = traces(phrases(few).figure)
    assert drawn["came true, 90 % interval"].x == (None,)
    assert drawn["below ten questions: cannot tell yet"].x == (33.33,)


def test_pooled_records_name_nobody() -> None:
    """Over all analysts a row is the phrase alone."""
    picture = phrases(said(by_analyst=False))
    assert picture.figure.layout.yaxis.ticktext == ("likely", "unlikely")
    assert "analyst" not in picture.table.heads


def test_the_phrases_with_most_questions_are_drawn() -> None:
    """Of many, thirty; all are counted."""
    one = said()[0]
    many = [replace(one, phrase=f"p{i}", questions=i) for i in range(300)]
    picture = phrases(many)
    assert len(traces(picture.figure)["… and its point"].x) == SHOWN
    assert "p299<br>ana" in picture.figure.layout.yaxis.ticktext
    assert "How 300 phrases were read" in picture.description
    assert len(picture.table.rows) == 200
    assert "of 300" in picture.table.left_out


def test_nothing_in_words_yet() -> None:
    """Without phrases the picture says so."""
    picture = phrases(())
    said = picture.figure.layout.annotations[0].text
    assert said == "No settled forecast was made in<br>words yet"
    assert picture.table.rows == ()


def test_words_are_text_and_bytes_the_same() -> None:
    """What people wrote is shown and not obeyed."""
    odd = [replace(said()[0], phrase="<b>x</b>\u202e", analyst="<i>y</i>")]
    figure = phrases(odd).figure
    assert figure.layout.yaxis.ticktext == ("&lt;b&gt;x&lt;/b&gt;<br>&lt;i&gt;y&lt;/i&gt;",)
    assert "\u202e" not in str(figure.to_dict())
    assert "<b>" not in str(figure.to_dict())
    assert figure.to_json() == phrases(odd).figure.to_json()
