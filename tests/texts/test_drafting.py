"""From drafts to a dossier: what is asked, whose it is, and that the ledger takes it."""

from __future__ import annotations

import re
import time
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW
from drafted import LETTER, SUMMER, draft, letter_drafts, likely
from hypothesis import given as drawn
from hypothesis import strategies as st

from tracker import Ledger
from tracker.errors import DataError, UnexpectedError
from tracker.texts import drafting
from tracker.texts.document import document
from tracker.texts.dossier import check_spans, loads, read
from tracker.texts.drafts import Draft, Horizon
from tracker.texts.wording import NONE
from tracker.values import sha256

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.records import Dossier, Source

SOURCE = drafting.source(name="letter", sha256=sha256(LETTER), author="ana", published="2026-03-02")


def text_of(drafts: list[Draft], source: Source = SOURCE, **changed: Any) -> str:
    """The YAML text of the dossier of some drafts."""
    content = drafting.dossier(source, drafting.suggestions(drafts, source))
    said = {"dossier": "letter.dossier.yaml", "text": "letter.txt", "hints": [], **changed}
    return drafting.written(content, **said)


def dossier(drafts: list[Draft], source: Source = SOURCE) -> Dossier:
    """The dossier of some drafts, read back from its text."""
    return loads(text_of(drafts, source)).dossier


def only(sentence: str, phrase: str, **changed: Any) -> drafting.Suggestion:
    """What one draft suggests."""
    return drafting.suggest(draft(sentence, sentence, phrase, **changed), SOURCE)


def test_a_draft_becomes_a_question_and_a_forecast() -> None:
    """The question asks for the event; words, reading and passage go with the forecast."""
    found = dossier(letter_drafts()[1:2])
    (question,), (forecast,) = found.questions, found.forecasts
    assert question.title == "Will it happen by 2026-06-30: “A settlement is … by the end of June”?"
    assert re.fullmatch("settlement-end-june-[0-9a-f]{4}", question.id)
    assert question.resolve_by == "2026-06-30"
    assert question.criteria is not None
    assert "“by the end of June”" in question.criteria
    assert (forecast.analyst, forecast.made, forecast.attribution) == (
        "ana",
        "2026-03-02",
        "author",
    )
    assert (forecast.probability, forecast.low, forecast.high) == (0.7, 0.6, 0.85)
    assert (forecast.phrase, forecast.lexicon) == ("likely", "lay/2026.1")
    assert forecast.rationale == "Read by the rule likely."
    assert forecast.passage is not None
    assert forecast.passage.quote == LETTER[forecast.passage.start : forecast.passage.end]


def test_day_and_author_stand_once() -> None:
    """Corrected at the source, they are corrected for every forecast."""
    said = text_of(letter_drafts()[:2])
    assert said.count("2026-03-02") == 1
    corrected = said.replace("2026-03-02", "2026-03-01").replace("author: ana", "author: Ana Oda")
    assert {(one.analyst, one.made) for one in loads(corrected).dossier.forecasts} == {
        ("Ana Oda", "2026-03-01")
    }


@pytest.mark.parametrize(
    ("attribution", "speaker", "handle", "name"),
    [
        ("author", None, "ana", None),
        ("author", "Ana", "ana", None),
        ("other", "São Tomé’s minister", "sao-tomes-minister", "São Tomé’s minister"),
        ("other", "الوزير", "الوزير", "الوزير"),
        ("other", "Ana", "ana-quoted", "Ana"),
        ("other", None, "others-in-letter", "Others, unnamed, in letter"),
        ("unclear", None, "unclear-in-letter", "Unclear voices in letter"),
        ("unclear", "Ana", "unclear-in-letter", "Unclear voices in letter"),
    ],
)
def test_nothing_doubtful_is_booked_to_the_author(
    attribution: Any, speaker: str | None, handle: str, name: str | None
) -> None:
    """Only what is the author's for certain; a namesake is another until a person says so."""
    one = replace(letter_drafts()[0], attribution=attribution, speaker=speaker)
    found = dossier([one])
    assert found.forecasts[0].analyst == handle
    assert {analyst.handle: analyst.name for analyst in found.analysts}.get(handle) == name


def test_what_commits_to_no_likelihood_is_not_scored() -> None:
    """A bare modal keeps its reading; what only orders chances has none."""
    may = dossier(letter_drafts()[2:3]).forecasts[0]
    assert (may.scorable, may.probability) == (False, 0.4)
    ordering = dossier([replace(letter_drafts()[0], reading=likely(None))]).forecasts[0]
    assert (ordering.scorable, ordering.probability) == (False, None)


def test_a_condition_is_kept_in_words() -> None:
    """Those of the text, or a note that they are to be found."""
    said = replace(
        letter_drafts()[0], condition="explicit", condition_words="if the\n owners agree"
    )
    (question,) = dossier([said]).questions
    assert str(question.condition) == "if the owners agree"
    (question,) = dossier(letter_drafts()[2:3]).questions
    assert str(question.condition) == drafting.UNSAID


def test_an_option_set_has_an_option_for_the_rest() -> None:
    """The winner has the reading's share, the others share the rest, and all sum to one."""
    text = "A truce is most likely, not a treaty or a war."
    one = draft(
        text, text, "most likely", reading=likely(None), options=("a truce", "a treaty", "a war")
    )
    found = dossier([one])
    assert found.questions[0].kind == "options"
    assert [option.name for option in found.questions[0].options][-1] == NONE
    shares = found.forecasts[0].probabilities
    assert shares is not None
    assert shares["a truce"] == drafting.FAVOURITE
    assert sum(shares.values()) == pytest.approx(1)
    assert max(list(shares.values())[1:]) - min(list(shares.values())[1:]) < 0.003
    ordered = dossier([replace(one, ordered=True, reading=likely(0.7))])
    assert ordered.questions[0].kind == "ordered"
    low, high = ordered.forecasts[0].low, ordered.forecasts[0].high
    assert isinstance(low, dict)
    assert isinstance(high, dict)
    assert (low["a truce"], high["a truce"]) == (0.6, 0.85)


@drawn(
    point=st.floats(0, 1),
    spread=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    options=st.lists(
        st.sampled_from(["a", "A", "annulled", "none of these", "b" * 300, "\x07", " c\nd", "é"]),
        min_size=1,
        max_size=8,
    ),
)
def test_any_reading_of_any_set_is_a_forecast(
    point: float, spread: tuple[float, float], options: list[str]
) -> None:
    """Odd names, the same name twice, certainties, many options."""
    point = round(point, 6)
    reading = likely(point, low=round(point * spread[0], 6), high=max(point, round(spread[1], 6)))
    found = dossier(
        [draft("It will.", "It will.", "will", reading=reading, options=tuple(options))]
    )
    if found.questions[0].kind == "options":
        assert found.forecasts[0].probabilities is not None
    else:
        assert found.forecasts[0].probability == point


def test_the_same_sentence_twice_is_one_question() -> None:
    """So that it counts once; each forecast keeps its own passage."""
    said = "Heavy rain in the northern valleys is likely."
    first = draft(said, said, "likely")
    start = len(said) + 1
    moved = replace(
        first,
        start=start,
        end=start + first.end,
        phrase_start=start + first.phrase_start,
        phrase_end=start + first.phrase_end,
    )
    found = dossier([first, moved])
    assert len(found.questions) == 1
    starts = [one.passage.start for one in found.forecasts if one.passage]
    assert starts == [0, start]


@pytest.mark.parametrize(
    ("text", "sentences", "phrase"),
    [
        ("Will the bill pass? Yes.\n\nWill he go? Yes.", ("Yes.", "Yes."), "Yes"),
        (
            "The fund is ailing. It will close.\n\nThe school is ailing. It will close.",
            ("It will close.", "It will close."),
            "will",
        ),
        ("Rain is likely. And: Rain is likely.", ("Rain is likely.", "Rain is likely."), "likely"),
    ],
)
def test_what_needs_other_words_to_be_known_is_a_question_of_its_own(
    text: str, sentences: tuple[str, ...], phrase: str
) -> None:
    """In one text or two: a pronoun, a phrase alone or few words do not say what is meant."""
    first = draft(text, sentences[0], phrase)
    step = text.rindex(sentences[1]) - first.start
    moved = replace(
        first,
        start=first.start + step,
        end=first.end + step,
        phrase_start=first.phrase_start + step,
        phrase_end=first.phrase_end + step,
        paragraph=text.count("\n\n") + 1,
    )
    asked = [one.question for one in drafting.suggestions([first, moved], SOURCE, document(text))]
    assert len({question.id for question in asked}) == 2
    if text.count(". ") + text.count("? ") > 1:
        assert len({question.title for question in asked}) == 2, asked


def test_texts_do_not_share_questions() -> None:
    """The same words elsewhere are another text's question; the same text always has its own."""
    said = "The council will approve the harbour tunnel."
    one = draft(said, said, "will")
    ids = [
        drafting.suggest(one, drafting.source(name=name, sha256=sha256(name))).question.id
        for name in ("a", "b", "a")
    ]
    assert ids[0] != ids[1]
    assert ids[0] == ids[2]
    assert ids[0].startswith("council-approve-harbour-tunnel-")


@pytest.mark.parametrize(
    ("text", "said", "horizon", "asked"),
    [
        (
            "The school is in trouble. It will close.",
            "It will close.",
            None,
            "Will it happen: “It … close” (after: “The school is in trouble”)?",
        ),
        (
            "The bill will pass by June 2026.",
            "The bill will pass by June 2026.",
            Horizon("2026-06-30", "by June 2026"),
            "Will the bill pass by 2026-06-30?",
        ),
        (
            "The bill will pass this year.",
            "The bill will pass this year.",
            Horizon("2026-12-31", "this year"),
            "Will the bill pass this year, by 2026-12-31?",
        ),
        (
            "The **bill** will [pass](http://a.example/b), *soon*.",
            "The **bill** will [pass](http://a.example/b), *soon*.",
            None,
            "Will the bill pass, soon?",
        ),
        (
            "They all went. Tehran will talk.",
            "Tehran will talk.",
            None,
            "Will it happen: “Tehran … talk”?",
        ),
        (
            "They went, and Tehran knew. Tehran will talk.",
            "Tehran will talk.",
            None,
            "Will Tehran talk?",
        ),
        ("\u202bThe bill will pass.", "\u202bThe bill will pass.", None, "Will the bill pass?"),
    ],
)
def test_a_stranger_can_tell_what_is_asked(
    text: str, said: str, horizon: Horizon | None, asked: str
) -> None:
    """With the sentence before, one date, plain signs, and capitals for names alone."""
    one = draft(text, said, "will", horizon=horizon)
    read_as = document(text, markup="markdown")
    (found,) = drafting.suggestions([one], SOURCE, read_as)
    assert found.question.title == asked


def test_two_drafts_in_a_sentence_are_two_questions() -> None:
    """With titles that differ, and ids that do."""
    text = "Rain is likely, and rain is likely to last."
    one = draft(text, text, "likely", horizon=SUMMER)
    other = replace(one, phrase_start=text.rindex("likely"), phrase_end=text.rindex("likely") + 6)
    asked = dossier([one, other]).questions
    assert len({question.id for question in asked}) == 2
    assert len({question.title for question in asked}) == 2


def test_ids_are_unique_and_the_same_every_time() -> None:
    """A thousand drafts with the same words and different days."""
    days = [f"{2030 + number // 12}-{number % 12 + 1:02d}-01" for number in range(1000)]
    text = "A settlement is likely."
    drafts = [draft(text, text, "likely", horizon=Horizon(day)) for day in days]
    source = drafting.source(name="letter", sha256=sha256(text))
    begun = time.perf_counter()
    suggested = drafting.suggestions(drafts, source)
    assert time.perf_counter() - begun < 5
    ids = [one.question.id for one in suggested]
    assert len(set(ids)) == 1000
    assert ids[:2] + ids[-1:] == [ids[0], f"{ids[0]}-2", f"{ids[0]}-1000"]
    assert [one.question.id for one in drafting.suggestions(drafts, source)] == ids


@pytest.mark.parametrize(
    ("sentence", "phrase", "asked"),
    [
        ("Bo Li may choose a truce.", "may", "Will Bo Li choose a truce?"),
        ("OPEC may choose a truce.", "may", "Will OPEC choose a truce?"),
        ("But the aim would not be peace.", "would not", "Will the aim be peace?"),
        ("A vote in May is very unlikely to pass.", "very unlikely to", "Will a vote in May pass?"),
        ("There will soon be rain.", "will soon", "Will there be rain?"),
        # Where the form leaves a doubt, the words stand as they are.
        ("It would likely rain.", "likely", "Will it happen: “It would … rain”?"),
        ("Population will fall.", "will", "Will it happen: “Population … fall”?"),
        (
            "The pigs will fly before it ends.",
            "will fly",
            "Will it happen: “The pigs … before it ends”?",
        ),
        ("Few will come to the vote.", "will", "Will it happen: “Few … come to the vote”?"),
        ("None of it is likely to hold.", "likely to", "Will it happen: “None of it is … hold”?"),
        ("She says that it will rain.", "will", "Will it happen: “She says that it … rain”?"),
        ("In May it will rain.", "will", "Will it happen: “In May it … rain”?"),
        ("It will rain and it will snow.", "will", "Will it happen: “It … rain and it will snow”?"),
        ("It would have rained hard.", "would", "Will it happen: “It … have rained hard”?"),
        ("That is unlikely.", "unlikely", "Will it happen: “That is unlikely”?"),
    ],
)
def test_what_is_asked(sentence: str, phrase: str, asked: str) -> None:
    """A question where a sentence has the form of one; else its words, without the likelihood."""
    assert only(sentence, phrase).question.title == asked


def test_not_a_but_b_forecasts_b() -> None:
    """What the words deny is the other option: the reading is turned round."""
    text = "It would not be a war but a truce."
    read_as = likely(0.15, low=0.04, high=0.35)
    one = draft(text, text, "would not", reading=read_as, options=("a truce", "a war"))
    (forecast,) = dossier([one]).forecasts
    assert forecast.probabilities is not None
    assert isinstance(forecast.low, dict)
    assert (forecast.low["a truce"], forecast.probabilities["a truce"]) == (0.65, 0.85)
    assert forecast.probabilities["a war"] == 0.075


@pytest.mark.parametrize(
    ("sentence", "phrase"),
    [
        ("Q1 will.", "will"),
        ("7 will.", "will"),
        ("من المرجح أن يتم الاتفاق قريبا.", "المرجح"),
        ("\u202eIt will \u2066turn\u2069 round.", "will"),
        ("和平可能会到来。" * 200, "可能"),
        (f"{'w' * 3000} will {'x' * 3000}.", "will"),
        ("It will, " + "and so on, " * 5000 + "end.", "will"),
        ("A bell\x07 will\x00 ring\x1b[31m.", "will"),
        ("  It will\u2028break \u00a0 here.\t", "will"),
        (unicodedata.normalize("NFD", "São Tomé will vote."), "will"),
        ("will", "will"),
        ("It will: 'yes' # \"no\" {x} [y] & *z", "will"),
        ("The line is wrapped\nand will\nend.", "will"),
        ("x" * 30_000 + " will", "will"),
    ],
)
def test_any_sentence_can_be_drafted(sentence: str, phrase: str) -> None:
    """Other scripts, control signs, one long word, two lines: the dossier reads back."""
    one = draft(sentence, sentence, phrase, horizon=SUMMER, speaker=sentence, attribution="other")
    found = dossier([one])
    assert "2026-06-30" in found.questions[0].title
    assert found.questions[0].id not in {"q1", "7"}
    passage = found.forecasts[0].passage
    assert passage is not None
    assert passage.sha256 == sha256(sentence)
    assert passage.quote in {None, sentence}


@drawn(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=12), st.text(max_size=60))
def test_whatever_the_words_the_dossier_reads_back(before: str, phrase: str, after: str) -> None:
    """Any text at all around any phrase, quoted or not."""
    try:
        sentence = f"{before}{phrase}{after}"
        sentence.encode()
    except UnicodeEncodeError:
        return
    one = draft(sentence, sentence, phrase, condition="explicit", condition_words=after)
    one = replace(one, phrase_start=len(before), phrase_end=len(before) + len(phrase))
    (forecast,) = dossier([one]).forecasts
    assert forecast.passage is not None
    assert forecast.passage.sha256 == sha256(sentence)


def test_a_phrase_that_is_not_in_its_sentence_leaves_the_sentence_whole() -> None:
    """An extractor's slip costs no question."""
    one = replace(letter_drafts()[0], phrase_start=0, phrase_end=3)
    assert "The dockers will vote on Thursday" in drafting.suggest(one, SOURCE).question.title


def test_what_is_not_known_is_left_blank_and_refused_by_line() -> None:
    """A dossier without day and author names just those two lines when it is read."""
    said = text_of(letter_drafts(), drafting.source(name="letter", sha256=sha256(LETTER)))
    with pytest.raises(DataError) as told:
        loads(said)
    found = {problem.key: problem.line for problem in told.value.problems}
    lines = said.splitlines()
    assert set(found) == {"source.author", "source.published"}
    assert [lines[(line or 0) - 1] for line in found.values()] == ["  author:", "  published:"]


def test_the_head_says_what_the_text_says_of_itself() -> None:
    """It is offered in a comment, and never taken."""
    bare = drafting.source(name="letter", sha256=sha256(LETTER))
    said = text_of(letter_drafts(), bare, hints=["author Jane Doe"])
    assert "# The text itself says: author Jane Doe." in said
    assert "  author:\n" in said


@pytest.mark.parametrize("drafts", [[], letter_drafts()])
def test_the_ledger_takes_it_as_it_is(drafts: list[Draft], tmp_path: Path) -> None:
    """Also where nothing was found; every span fits the text."""
    file, text = tmp_path / "letter.dossier.yaml", tmp_path / "letter.txt"
    file.write_text(text_of([one for one in drafts if not one.reason]), "utf-8")
    text.write_text(LETTER, "utf-8")
    taken = read(file)
    check_spans([taken], text)
    with Ledger.open(tmp_path / "tracker.db", create=True) as ledger:
        added = ledger.add(taken.dossier, recorded=NOW)
        assert added.forecasts == (4 if drafts else 0)
        assert not ledger.add(taken.dossier, recorded=NOW).forecasts


# --- corrections ----------------------------------------------------------------------------------


def test_another_day_changes_the_title_that_was_not_touched() -> None:
    """One that was written by hand stays as it is."""
    one = only("Rain is likely.", "likely", horizon=SUMMER)
    later = drafting.due(one, "2026-07-31")
    assert later.question.resolve_by == "2026-07-31"
    assert "2026-07-31" in later.question.title
    assert "June" not in str(later.question.criteria)
    by_hand = drafting.due(drafting.called(one, "Rain?"), "2026-07-31")
    assert by_hand.question.title == "Rain?"
    assert drafting.due(one, "2026-06-30") == one


@pytest.mark.parametrize(
    ("share", "kept"), [("80%", {"low": 0.6, "high": 0.85}), ("20 %", {}), ("7/10", None)]
)
def test_another_probability(share: str, kept: dict[str, float] | None) -> None:
    """The range stays where it holds the number."""
    changed = drafting.given(only("Rain is likely.", "likely"), share)
    held = {key: changed.said[key] for key in ("low", "high") if key in changed.said}
    assert held == ({"low": 0.6, "high": 0.85} if kept is None else kept)


def test_a_number_makes_a_statement_scorable() -> None:
    """Where the words gave none, and a person does."""
    one = only("Rain may come.", "may", reading=likely(None, scorable=False))
    assert one.said["scorable"] is False
    assert drafting.given(one, "30%").said.get("scorable", True)
    assert drafting.unscored(drafting.given(one, "30%")).said["scorable"] is False
    with pytest.raises(UnexpectedError):
        drafting.given(one, "often")


def test_another_voice() -> None:
    """The author by name or by saying nothing; anybody else as another."""
    one = only("Rain is likely.", "likely", attribution="unclear")
    for who in (None, "ana"):
        own = drafting.voiced(one, who, SOURCE)
        assert (own.analyst, own.said["attribution"]) == (None, "author")
    other = drafting.voiced(one, "Bo Li", SOURCE)
    assert other.analyst is not None
    assert (other.analyst.handle, other.said["attribution"]) == ("bo-li", "other")


def test_another_condition() -> None:
    """Put in words, or struck out."""
    one = drafting.provided(only("Rain is likely.", "likely"), "if the wind turns")
    assert str(one.question.condition) == "if the wind turns"
    assert drafting.provided(one, "").question.condition is None
    with pytest.raises(DataError, match="title"):
        drafting.called(one, " ")
