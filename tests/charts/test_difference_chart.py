from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from duels import scored, simulated

from tracker import Pairs
from tracker.charts.difference import difference
from tracker.scoring.difference import difference_path

START, DAY = np.datetime64("2026-03-01T12:00", "us"), np.timedelta64(1, "D")


def dated(differences: Any, days: Any) -> Pairs:
    """A duel with these differences, each question settled on its day."""
    known = START + np.asarray(days) * DAY
    return scored(differences, made=known - DAY, ended=known, known=known)


def test_draws_mean_band_and_no_difference() -> None:
    """Each mark is there once, on the path's own numbers, with n in every hover."""
    path = difference_path(scored([-0.2, 0.1, -0.4]), "ana", "ben")
    band, none, mean = difference(path).figure.data
    assert list(mean.y) == pytest.approx([-0.2, -0.05, -0.5 / 3], abs=1e-6)
    assert list(mean.x) == [1, 2, 3]
    assert list(none.y) == [0, 0]
    assert (max(band.y), min(band.y)) == (1, -1)
    assert [hover.split("<br>")[0] for hover in mean.hovertext] == [
        f"step {n} · n = {n} settled" for n in (1, 2, 3)
    ]


def test_dates_of_settlement_are_the_axis() -> None:
    """Questions settled at one moment are one look."""
    path = difference_path(dated([-0.2, 0.1, -0.4], [5, 2, 5]), "ana", "ben")
    picture = difference(path)
    mean = picture.figure.data[-1]
    assert list(mean.x) == ["2026-03-03T12:00:00", "2026-03-06T12:00:00"]
    assert list(mean.y) == pytest.approx([0.1, -0.5 / 3], abs=1e-6)
    assert [row[:2] for row in picture.table.rows] == [("2026-03-03", "1"), ("2026-03-06", "3")]


def test_why_linked_questions_end_at_another_mean() -> None:
    """Said where questions are linked, and only there."""
    alone, linked = (
        difference(difference_path(scored([-0.2, 0.1, -0.4], cluster=of), "ana", "ben"))
        for of in ([1, 2, 3], [1, 2, 2])
    )
    clause = "Linked questions count as one step, hence another mean"
    assert clause not in alone.description
    assert f"{clause} than where each question counts the same: 2 steps." in linked.description


def test_labels_say_which_direction_is_better_for_whom() -> None:
    """Below 0 a is better; markup in names is shown and not obeyed."""
    pairs = scored([-0.2, 0.1])
    pairs = pairs.take(np.arange(4), analyst=np.repeat(["<b>", "ben"], 2))
    figure = difference(difference_path(pairs, "<b>", "ben")).figure
    assert [note.text for note in figure.layout.annotations] == [
        "mean difference, Brier score, 0-1 scale",
        "above 0: ben is better",
        "below 0: &lt;b&gt; is better",
    ]
    assert "<b>" not in figure.to_json()


def test_words_say_since_when_it_can_be_told() -> None:
    """A steady difference is told from some step on; a small one not yet."""
    path = difference_path(scored([-0.5] * 60), "ana", "ben")
    first = int(np.argmax(path.side < 0)) + 1
    assert f"It has left out 0 since step {first}: ana is better" in difference(path).description
    small = difference(difference_path(scored([-0.1] * 9), "ana", "ben"))
    assert "It holds 0: one who looked after every question cannot tell yet." in small.description


@pytest.mark.parametrize(
    ("pairs", "rule", "words"),
    [
        (scored([]), "brier", "No settled question that both answered"),
        (scored([0.1]), "brier", "Only one shared question is settled"),
        (scored([0.1, 0.2], cluster=[1, 1]), "brier", "All shared questions hang together"),
        (dated([0.1, 0.2], [3, 3]), "brier", "All shared questions were settled at once"),
        (simulated(9, 1), "log", "The log score has no interval that is valid at all times"),
    ],
)
def test_says_what_is_missing(pairs: Pairs, rule: Any, words: str) -> None:
    """Where there is no path the figure says why, and draws nothing."""
    picture = difference(difference_path(pairs, "ana", "ben", rule=rule))
    (note,) = picture.figure.layout.annotations
    assert note.text.replace("<br>", " ") == words
    assert not picture.figure.data
    assert words[1:] in picture.description


def test_long_paths_are_thinned_and_the_bytes_the_same() -> None:
    """Thousands of steps stay a picture; the last step is in it and in the table."""
    once, twice = (difference(difference_path(simulated(3000, 1), "ana", "ben")) for _ in range(2))
    mean = once.figure.data[-1]
    assert len(mean.x) == 500
    assert mean.x[-1] == 3000
    assert len(once.table.rows) == 200
    assert once.table.rows[-1][0] == "step 3,000"
    assert once.table.left_out.startswith("200 of 3,000 steps")
    assert once.figure.to_json() == twice.figure.to_json()


def test_scale_is_named() -> None:
    """The axis names score and scale."""
    path = difference_path(scored([-0.2, 0.1]), "ana", "ben", scale="0-2")
    above = difference(path).figure.layout.annotations[0]
    assert above.text == "mean difference, Brier score, 0-2 scale"


def test_nobody_shares_a_question_with_times() -> None:
    """No step at all, though there are times: the picture says what is missing."""
    when = np.array(["2026-03-01"], dtype="datetime64[D]")
    pairs = Pairs(
        probability=[0.7], outcome=[1], question=[0], analyst=["ana"], made=when, known=when + 1,
        ended=when + 1,
    )  # fmt: skip
    picture = difference(difference_path(pairs, "ana", "ben"))
    (note,) = picture.figure.layout.annotations
    assert note.text.replace("<br>", " ") == "No settled question that both answered"
    assert not picture.table.rows
    assert not picture.how_to_read
