"""The rules by which a record checks itself when it is made."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from strategies import dossiers, forecasts, lines, questions

from tracker.errors import DataError, UnexpectedError
from tracker.records import (
    Analyst,
    Condition,
    Dossier,
    Evidence,
    Forecast,
    Lesson,
    Passage,
    Question,
    Record,
    Resolution,
    Source,
    make,
)
from tracker.values import sha256

HASH = "a" * 64
SAID = {"question": "rain", "analyst": "ana", "made": "2026-03-02"}
SETTLED = {"question": "rain", "known": "2026-03-09"}


def question(**values: Any) -> Question:
    """A question, of which only what matters is said."""
    return Question(**{"id": "rain", "title": "Rain on 9 March?", **values})


def forecast(**values: Any) -> Forecast:
    """A forecast, of which only the distribution is said."""
    return Forecast(**{**SAID, **values})


def resolution(**values: Any) -> Resolution:
    """A resolution, of which only what matters is said."""
    return Resolution(**{**SETTLED, **values})


# --- every record ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Record.__subclasses__(), ids=lambda kind: kind.__name__)
def test_a_record_refuses_keys_it_does_not_know(kind: type[Record]) -> None:
    """A misspelt key is never dropped in silence."""
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        kind.model_validate({"qestion": "rain"})


def test_a_record_does_not_change() -> None:
    """What was written down stays as it was written."""
    said = forecast(probability=0.7)
    with pytest.raises(ValidationError, match="frozen"):
        said.probability = 0.8
    assert said.probability == 0.7


def test_make_collects_every_problem_by_key() -> None:
    """A wrong record is refused whole, with all that is wrong with it."""
    with pytest.raises(DataError) as told:
        make(Forecast, {**SAID, "made": "2026-02-30", "probability": 70, "analyst": "a\nb", "x": 1})
    found = {problem.key: problem.found for problem in told.value.problems}
    assert found == {
        "made": "2026-02-30",
        "probability": "70",
        "analyst": "several lines",
        "x": "1",
    }


def test_make_names_the_record_where_several_keys_disagree() -> None:
    """A rule between keys is a problem of the record."""
    with pytest.raises(DataError, match="forecast: found none; expected a probability") as told:
        make(Forecast, SAID)
    assert told.value.exit_code == 1


def test_make_gives_a_record_of_what_is_right() -> None:
    """The canonical form of every value."""
    assert make(Forecast, {**SAID, "probability": "70%"}) == forecast(probability=0.7)


@pytest.mark.parametrize("handle", ["a\ud800", "a\x1b[2J", "\x00"])
def test_a_refusal_can_be_printed(handle: str) -> None:
    """What no terminal should be handed is not handed to it inside the error message."""
    with pytest.raises(DataError) as told:
        make(Analyst, {"handle": handle})
    assert str(told.value).encode().decode().isprintable()


def test_a_refused_id_is_shown_so_that_it_can_be_printed() -> None:
    """The same where the value is refused for its form and not for its characters."""
    with pytest.raises(DataError) as told:
        make(Question, {"id": "\x1b[2J", "title": "Rain?"})
    assert "\x1b" not in str(told.value)


@given(dossiers())
def test_a_record_survives_its_own_content(dossier: Dossier) -> None:
    """Reading what a record holds gives the same record."""
    assert Dossier.model_validate(dossier.model_dump()) == dossier


# --- sources and passages -------------------------------------------------------------------


@pytest.mark.parametrize("author", ["ana", {"handle": "ana"}, Analyst(handle="ana")])
def test_an_author_may_be_given_by_handle(author: object) -> None:
    """One word is enough for an author whose name does not matter."""
    made = Source.model_validate({"name": "essay", "author": author})
    assert made.author == Analyst(handle="ana")


@pytest.mark.parametrize(
    "url", ["http://example.org", "https://example.org/a?b=c#d", "HTTPS://EXAMPLE.ORG", "http://例え.jp/ä"]
)  # fmt: skip
def test_an_address_of_the_web_is_kept(url: str) -> None:
    """As it was written."""
    assert Source(name="essay", url=url).url == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "file:///etc/passwd",
        "ftp://example.org", "//example.org", "example.org", "mailto:a@example.org", "vbscript:x",
        " javascript:alert(1)", "http:example.org", "http:", "http://", "https:///a", "http://[bad",
        "http://exa\nmple.org", "java\tscript:alert(1)", "",
    ],
)  # fmt: skip
def test_any_other_address_is_refused(url: str) -> None:
    """A page that shows an address as a link must not run it, nor lead nowhere."""
    with pytest.raises(ValidationError):
        Source(name="essay", url=url)


@pytest.mark.parametrize("said", ["A" * 64, "a" * 63, "a" * 65, "g" * 64, HASH + "\n", ""])
def test_a_hash_is_64_hex_digits(said: str) -> None:
    """In lower case, so that equal hashes are equal texts."""
    assert Source(name="essay", sha256=HASH).sha256 == HASH
    with pytest.raises(ValidationError):
        Source(name="essay", sha256=said)


def test_a_passage_is_a_span_with_its_hash() -> None:
    """Offsets alone could not be checked."""
    assert Passage(start=0, end=5, sha256=HASH).end == 5
    with pytest.raises(ValidationError, match="the sha256 of the span, or a quote"):
        Passage(start=0, end=5)


@pytest.mark.parametrize(
    "place",
    [
        {"start": 5, "end": 5},
        {"start": 6, "end": 5},
        {"start": -1, "end": 5},
        {"start": 0},
        {"end": 5},
        {},
        {"start": 0.5, "end": 5},
        {"start": "a", "end": 5},
    ],
)
def test_a_span_begins_before_it_ends(place: dict[str, Any]) -> None:
    """Both ends are said, and hold at least one character."""
    with pytest.raises(ValidationError):
        Passage.model_validate({**place, "sha256": HASH})


def test_a_quote_stands_in_for_the_offsets() -> None:
    """Its hash is made from it."""
    quoted = Passage(quote="  will likely hold ")
    assert quoted.quote == "will likely hold"
    assert quoted.sha256 == sha256("will likely hold")
    assert (quoted.start, quoted.end) == (None, None)


@pytest.mark.parametrize("place", [{"start": 3}, {"end": 3}])
def test_a_quote_has_both_offsets_or_neither(place: dict[str, Any]) -> None:
    """Half a place is none."""
    with pytest.raises(ValidationError, match="start and end, or a quote"):
        Passage.model_validate({**place, "quote": "may"})


@pytest.mark.parametrize("kind", [Passage, Evidence])
def test_a_quote_and_its_hash_must_agree(kind: type[Passage]) -> None:
    """A hash of other words means that one of the two was changed."""
    rest = {"source": "essay"} if kind is Evidence else {}
    right = kind.model_validate({**rest, "quote": "may", "sha256": sha256("may")})
    assert right.sha256 == sha256("may")
    with pytest.raises(ValidationError, match="the hash of the quote"):
        kind.model_validate({**rest, "quote": "may", "sha256": sha256("will")})


def test_the_hash_is_that_of_the_quote_as_it_is_kept() -> None:
    """Decomposed letters are composed when a text is kept; the hash must not be left behind."""
    quoted = Passage(quote="cafe\u0301")
    assert quoted.quote is not None
    assert quoted.sha256 == sha256(quoted.quote)
    assert Passage.model_validate(quoted.model_dump()) == quoted


def test_a_quote_may_be_a_number() -> None:
    """YAML reads a quoted year as a number; its words are "2026" all the same."""
    assert Passage.model_validate({"quote": 2026}).sha256 == sha256("2026")


@pytest.mark.parametrize("stance", ["supports", "refutes", "context"])
def test_evidence_takes_a_stance(stance: str) -> None:
    """One of three."""
    made = Evidence.model_validate({"source": "news", "quote": "It rained.", "stance": stance})
    assert made.stance == stance


def test_evidence_of_another_stance_is_refused() -> None:
    """There is no fourth."""
    with pytest.raises(ValidationError):
        Evidence.model_validate({"source": "news", "quote": "It rained.", "stance": "proves"})


# --- questions ------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["rain", "9-march", "a", "a.b_c-d", "x" * 80])
def test_an_id_can_be_typed(key: str) -> None:
    """Small letters, digits, dots, dashes and underlines."""
    assert question(id=key).id == key


@pytest.mark.parametrize("key", ["", "Rain", "-rain", ".a", "a b", "é", "a/b", "a\n", "x" * 81])
def test_an_id_that_is_hard_to_type_is_refused(key: str) -> None:
    """Nothing that a shell or a file system would take for something else."""
    with pytest.raises(ValidationError):
        question(id=key)


@pytest.mark.parametrize("kind", ["options", "ordered"])
def test_options_may_be_names_or_records(kind: str) -> None:
    """Both forms are the same question, in the same order."""
    made = question(kind=kind, options=["low", {"name": "mid", "label": "In between"}, "high"])
    assert [option.name for option in made.options] == ["low", "mid", "high"]
    assert [option.label for option in made.options] == [None, "In between", None]


@pytest.mark.parametrize(
    "options", [[2026, 2027], [{"name": 2026}, {"name": 2027}], ["2026", "2027"], [2026, "2027"]]
)
def test_an_option_may_be_named_by_a_number(options: list[Any]) -> None:
    """A year is a natural option, and YAML reads it as a number."""
    made = question(kind="options", options=options)
    assert [option.name for option in made.options] == ["2026", "2027"]


@pytest.mark.parametrize("kind", ["options", "ordered"])
@pytest.mark.parametrize("options", [[], ["a"]])
def test_a_choice_needs_two_options(kind: str, options: list[str]) -> None:
    """One option is no question."""
    with pytest.raises(ValidationError, match=f"two options or more for kind {kind}"):
        question(kind=kind, options=options)


@pytest.mark.parametrize("kind", ["binary", "quantity", "date"])
def test_other_kinds_have_no_options(kind: str) -> None:
    """They would be ignored."""
    with pytest.raises(ValidationError, match=f"no options for kind {kind}"):
        question(kind=kind, options=["a", "b"])


@pytest.mark.parametrize("options", [["a", "a"], ["a", " a "], ["é", "e\u0301"], ["Yes", "yes"]])
def test_options_have_different_names(options: list[str]) -> None:
    """Different to a person who names one of them, blanks and capitals aside."""
    with pytest.raises(ValidationError, match="options with different names"):
        question(kind="options", options=options)


@pytest.mark.parametrize("name", ["annulled", "Ambiguous", "condition failed", "condition-failed"])
def test_an_option_is_no_way_to_end_without_an_outcome(name: str) -> None:
    """Settling the question with that word could mean either."""
    with pytest.raises(ValidationError, match="not a way to end without outcome"):
        question(kind="options", options=["low", name])


def test_tags_are_said_once() -> None:
    """Twice the same tag would count the question twice in its group."""
    assert question(tags=["iran", "war"]).tags == ("iran", "war")
    with pytest.raises(ValidationError, match="each tag once"):
        question(tags=["iran", "iran"])


@pytest.mark.parametrize("kind", ["yes-no", "Binary", "", None])
def test_there_are_five_kinds(kind: object) -> None:
    """Another one is refused."""
    with pytest.raises(ValidationError):
        question(kind=kind)


def test_a_condition_is_another_outcome_or_words() -> None:
    """One line of words is enough."""
    assert question(condition="if it is cloudy").condition == Condition(text="if it is cloudy")
    assert question(condition={"question": "clouds"}).condition == Condition(
        question="clouds", outcome="yes"
    )
    assert Condition.model_validate({"question": "clouds", "outcome": False}).outcome == "no"


@pytest.mark.parametrize("said", [{}, {"outcome": "no"}, "", {"question": "Clouds!"}])
def test_a_condition_says_something(said: object) -> None:
    """An outcome of nothing is no condition."""
    with pytest.raises(ValidationError):
        question(condition=said)


@pytest.mark.parametrize(
    ("kind", "said", "read"),
    [
        ("binary", "yes", "yes"),
        ("binary", " Y ", "yes"),
        ("binary", "TRUE", "yes"),
        ("binary", "No", "no"),
        ("binary", "n", "no"),
        ("binary", "false", "no"),
        ("date", "2026-03-02", "2026-03-02"),
        ("date", "2026-03-02T16:05+02:00", "2026-03-02T14:05:00Z"),
    ],
)
def test_an_outcome_is_read_by_kind(kind: str, said: str, read: str) -> None:
    """In the canonical form of its kind."""
    assert question(kind=kind).reads_outcome(said) == read


def test_the_outcome_of_a_quantity_is_a_number() -> None:
    """Equal numbers are equal outcomes, however they are written."""
    asked = question(kind="quantity", unit="mm")
    read = {asked.reads_outcome(said) for said in ("1200", "1_200", "1200.0", "1.2e3", " 1200 ")}
    assert len(read) == 1
    assert float(read.pop()) == 1200


def test_minus_zero_is_the_outcome_zero() -> None:
    """A difference that came to nothing has no sign."""
    asked = question(kind="quantity", unit="mm")
    assert asked.reads_outcome("-0") == asked.reads_outcome("0")


def test_the_outcome_of_a_choice_is_one_of_its_options() -> None:
    """By name, capitals aside."""
    asked = question(kind="ordered", options=["Low", "Mid", "Çeşme"])
    assert asked.reads_outcome(" low ") == "Low"
    assert asked.reads_outcome("ÇEŞME") == "Çeşme"


@given(st.lists(lines(), min_size=2, max_size=4))
def test_every_option_is_read_by_its_own_name(names: list[str]) -> None:
    """No option hides another."""
    try:
        asked = question(kind="options", options=[{"name": name} for name in names])
    except ValidationError:
        return
    assert [asked.reads_outcome(option.name) for option in asked.options] == names


@pytest.mark.parametrize(
    ("kind", "said", "expected"),
    [
        ("binary", "maybe", "yes or no"),
        ("binary", "1", "yes or no"),
        ("quantity", "many", "a number"),
        ("quantity", "inf", "a number"),
        ("date", "2026-02-30", "a date that is in the calendar"),
        ("date", "soon", "a date as 2026-03-02"),
        ("options", "other", "one of low, high"),
        ("ordered", "", "one of low, high"),
    ],
)
def test_an_outcome_of_another_kind_is_refused(kind: str, said: str, expected: str) -> None:
    """The refusal says what is possible."""
    options = ["low", "high"] if kind in {"options", "ordered"} else []
    with pytest.raises(UnexpectedError, match=expected):
        question(kind=kind, options=options).reads_outcome(said)


@given(questions())
def test_a_question_made_anew_from_its_content_is_the_same(made: Question) -> None:
    """Options, condition and tags included."""
    assert Question.model_validate(made.model_dump(exclude_defaults=True)) == made


# --- forecasts ------------------------------------------------------------------------------


def test_a_forecast_has_one_distribution() -> None:
    """Two of them could disagree."""
    with pytest.raises(ValidationError, match="one of probability, probabilities and quantiles"):
        forecast(probability=0.5, probabilities={"a": 0.5, "b": 0.5})
    with pytest.raises(ValidationError, match="one of probability, probabilities and quantiles"):
        forecast(quantiles={0.5: 1}, probabilities={"a": 0.5, "b": 0.5})


def test_a_statement_without_a_number_is_kept_when_it_says_so() -> None:
    """A bare "may" is evidence, and no forecast that can be scored."""
    assert forecast(phrase="may", scorable=False).probability is None
    assert forecast(phrase="may", scorable=False, probability=0.4).probability == 0.4
    with pytest.raises(ValidationError, match="or scorable: false"):
        forecast(phrase="may")


@pytest.mark.parametrize(
    "said",
    [
        {"a": 0.5, "b": 0.5},
        {"a": "1/3", "b": "1/3", "c": "1/3"},
        {"a": 1, "b": 0},
        {"a": 0.333333, "b": 0.333333, "c": 0.333334},
        {2026: 0.7, 2027: 0.3},
    ],
)
def test_probabilities_of_options_sum_to_one(said: dict[Any, Any]) -> None:
    """To a millionth, so that thirds can be written."""
    made = forecast(probabilities=said).probabilities
    assert made is not None
    assert list(made) == [str(name) for name in said]


@pytest.mark.parametrize(
    "said", [{"a": 0.5, "b": 0.4}, {"a": 0.5, "b": 0.50001}, {"a": 0.33, "b": 0.33, "c": 0.33}, {}]
)
def test_probabilities_of_another_sum_are_refused(said: dict[str, float]) -> None:
    """They are never renormalised in silence."""
    with pytest.raises(ValidationError, match="probabilities that sum to 1"):
        forecast(probabilities=said)


@pytest.mark.parametrize("said", [[0.5, 0.5], 0.5, "a: 0.5", None])
@pytest.mark.parametrize("key", ["probabilities", "quantiles"])
def test_a_distribution_is_by_name_or_by_level(key: str, said: object) -> None:
    """Numbers in a row do not say what they are the numbers of."""
    with pytest.raises(ValidationError):
        forecast(**{key: said})


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"probabilities": {"a": 0.4, "a ": 1.0}}, id="an option, blanks aside"),
        pytest.param({"probabilities": {"é": 0.4, "e\u0301": 1.0}}, id="an option, composed"),
        pytest.param({"probabilities": {2026: 0.4, "2026": 1.0}}, id="an option by number"),
        pytest.param({"quantiles": {"10%": 5, 0.1: 7, 0.9: 9}}, id="a level"),
    ],
)
def test_nothing_is_said_twice_in_a_distribution(said: dict[str, Any]) -> None:
    """Of two values for the same option or level, none is dropped in silence."""
    with pytest.raises(ValidationError):
        forecast(**said)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"10%": 5, "1/2": 7, 0.9: "9"}, {0.1: 5.0, 0.5: 7.0, 0.9: 9.0}),
        ({0.9: 9, 0.1: 5}, {0.1: 5.0, 0.9: 9.0}),
        ({0.1: 5, 0.9: 5}, {0.1: 5.0, 0.9: 5.0}),
        ({0.1: "2026-03-02", 0.9: "2026-04-02"}, {0.1: "2026-03-02", 0.9: "2026-04-02"}),
    ],
)
def test_quantiles_do_not_fall_as_their_levels_rise(
    said: dict[Any, Any], kept: dict[float, Any]
) -> None:
    """In whichever order they are written; equal ones are a certainty between two levels."""
    assert forecast(quantiles=said).quantiles == kept


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({0.1: 5, 0.9: 4}, "quantiles that do not fall"),
        ({0.1: "2026-04-02", 0.9: "2026-03-02"}, "quantiles that do not fall"),
        ({0: 5, 0.9: 9}, "between 0 and 1, both left out"),
        ({0.1: 5, 1: 9}, "between 0 and 1, both left out"),
        ({}, "between 0 and 1, both left out"),
        ({0.1: 5, 0.9: "2026-03-02"}, "all numbers or all dates"),
        ({0.1: "2026-02-30"}, "a date that is in the calendar"),
        ({0.1: "many"}, "a number"),
        ({"x": 5}, "a probability from 0 to 1"),
    ],
)
def test_other_quantiles_are_refused(said: dict[Any, Any], expected: str) -> None:
    """With what is wrong with them."""
    with pytest.raises(ValidationError, match=expected):
        forecast(quantiles=said)


def test_quantiles_in_one_second_are_compared_in_time() -> None:
    """Half a second later is later."""
    said = {0.1: "2026-03-02T14:05:00Z", 0.9: "2026-03-02T14:05:00.5Z"}
    assert forecast(quantiles=said).quantiles is not None


@pytest.mark.parametrize("said", [{"low": 0.6}, {"low": 0.7, "high": 0.7}, {"high": "90%"}, {}])
def test_a_reading_range_holds_its_point(said: dict[str, Any]) -> None:
    """Either end may be left open, or fall on the point."""
    made = forecast(probability=0.7, **said)
    assert (made.low or 0) <= 0.7 <= (made.high or 1)  # type: ignore[operator]


@pytest.mark.parametrize(
    "said",
    [
        {"probability": 0.7, "low": 0.71},
        {"probability": 0.7, "high": 0.69},
        {"probability": 0.7, "low": 0.8, "high": 0.6},
        {"probabilities": {"a": 0.7, "b": 0.3}, "low": {"a": 0.6, "b": 0.4}},
        {"probabilities": {"a": 0.7, "b": 0.3}, "high": {"a": 0.6, "b": 0.4}},
    ],
)
def test_a_range_beside_its_point_is_refused(said: dict[str, Any]) -> None:
    """A low above the point, or a high below it."""
    with pytest.raises(ValidationError, match="on its own side of the probability"):
        forecast(**said)


@pytest.mark.parametrize(
    "said",
    [
        {"probability": 0.7, "low": {"a": 0.6}},
        {"probabilities": {"a": 0.7, "b": 0.3}, "low": 0.2},
        {"probabilities": {"a": 0.7, "b": 0.3}, "low": {"a": 0.2}},
        {"probabilities": {"a": 0.7, "b": 0.3}, "high": {"a": 0.8, "c": 0.4}},
        {"quantiles": {0.5: 7}, "low": 0.2},
        {"scorable": False, "low": 0.2},
    ],
)
def test_a_range_has_the_shape_of_its_forecast(said: dict[str, Any]) -> None:
    """One number for one, one an option for options, none for quantiles."""
    with pytest.raises(ValidationError, match=r"of the same shape|for every option"):
        forecast(**said)


@pytest.mark.parametrize("name", ["cafe\u0301", " café ", "2026", 2026])
def test_a_range_knows_an_option_by_every_spelling_that_the_point_does(name: object) -> None:
    """Blanks, composition and numbers make no other option."""
    made = forecast(probabilities={name: 0.5, "b": 0.5}, low={name: 0.4, "b": 0.4})
    assert isinstance(made.low, dict)
    assert made.probabilities is not None
    assert set(made.low) == set(made.probabilities)


@given(forecasts())
def test_a_forecast_made_anew_from_its_content_is_the_same(made: Forecast) -> None:
    """Distribution, range and passage included."""
    assert Forecast.model_validate(made.model_dump(exclude_defaults=True)) == made


# --- resolutions and lessons ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("yes", "yes"),
        (True, "yes"),
        (False, "no"),
        (7, "7"),
        (2.5, "2.5"),
        ("Mid", "Mid"),
        (date(2026, 3, 2), "2026-03-02"),
    ],
)
def test_an_outcome_may_be_a_word_a_number_or_a_date(said: object, kept: str) -> None:
    """YAML's true and false are yes and no."""
    assert resolution(outcome=said).outcome == kept


@pytest.mark.parametrize("said", [["yes"], {"yes": 1}, b"yes", "", None, "a\nb", "a\x00"])
def test_what_is_no_outcome_is_refused(said: object) -> None:
    """A list of one word is not that word, nor its Python spelling."""
    with pytest.raises(ValidationError):
        resolution(outcome=said)


@pytest.mark.parametrize("status", ["annulled", "ambiguous", "condition failed"])
def test_a_question_may_end_without_an_outcome(status: str) -> None:
    """In three ways, and then it has none."""
    assert resolution(status=status).outcome is None
    with pytest.raises(ValidationError, match="an outcome, or a status of annulled"):
        resolution(status=status, outcome="yes")


def test_a_settled_question_has_an_outcome() -> None:
    """Settled is what a resolution says unless it says otherwise."""
    assert resolution(outcome="yes").status == "resolved"
    with pytest.raises(ValidationError, match="an outcome, or a status of annulled"):
        resolution()


def test_another_status_is_refused() -> None:
    """There are no more ways to end than those."""
    with pytest.raises(ValidationError):
        resolution(status="void")


def test_a_lesson_says_something() -> None:
    """Of a question, by somebody."""
    said = {"question": "rain", "analyst": "ana", "text": "Look at the clouds.\nThen say."}
    assert Lesson.model_validate(said).text == said["text"]
    with pytest.raises(ValidationError):
        Lesson.model_validate({**said, "text": " \n "})
