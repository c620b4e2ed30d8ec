"""Evidence in texts: the right passages come first, and where nothing is, that is said."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tracker.errors import DataError
from tracker.texts.document import document
from tracker.texts.dossier import read
from tracker.texts.evidence import occurrence, rank, rarity, wording
from tracker.texts.matching import aliases_of, read_aliases, stem, terms
from tracker.values import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tracker.texts.evidence import Found

    Spans = list[tuple[int, int]]

CASES: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(
    Path(__file__).with_name("evidence_cases.yaml")
)
PAIR = "2026-03-02"  # the day of the later article
ALL = 1000


# --- how well ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measured:
    """Of the questions that a text bears on, the ranks of the first right sentence and paragraph.

    ``near`` and ``far`` are the scores of questions with and without evidence.
    """

    sentences: list[int]
    paragraphs: list[int]
    with_evidence: list[float]
    without: list[float]

    def hits(self, top: int) -> tuple[float, float]:
        """The share of questions with the right sentence, and paragraph, among the first."""
        found = len(self.sentences)
        return (
            sum(rank <= top for rank in self.sentences) / found,
            sum(rank <= top for rank in self.paragraphs) / found,
        )

    @property
    def auc(self) -> float:
        """How often a question with evidence scores higher than one without."""
        pairs = [(a, b) for a in self.with_evidence for b in self.without]
        return sum((a > b) + (a == b) / 2 for a, b in pairs) / len(pairs)


def first(found: Iterable[Any], spans: Spans) -> int:
    """The rank of the first that touches one of the spans."""
    touching = (
        one.rank
        for one in found
        if any(one.start < end and start < one.end for start, end in spans)
    )
    return next(touching, ALL)


def measure(
    text: str, asked: Mapping[str, list[str]], right: Mapping[str, Spans], day: str
) -> Measured:
    """Rank a text for questions of which it is known where the answer stands, if anywhere."""
    found = {one.question: one for one in rank(document(text), asked, published=day, top=ALL)}
    settled = [key for key, spans in right.items() if spans]
    return Measured(
        [first(found[key].passages, right[key]) for key in settled],
        [first(found[key].paragraphs, right[key]) for key in settled],
        [found[key].score for key in settled],
        [found[key].score for key, spans in right.items() if not spans],
    )


def asked(case: dict[str, Any], *names: str) -> dict[str, list[str]]:
    """The questions of an invented text, by number, in the words named."""
    return {
        str(number): [question[name] for name in names]
        for number, question in enumerate(case["questions"])
    }


def right(case: dict[str, Any]) -> dict[str, Spans]:
    """Where the words stand that settle the questions of an invented text."""
    text = case["text"]
    return {
        str(number): [(text.index(w), text.index(w) + len(w)) for w in question["settles"]]
        for number, question in enumerate(case["questions"])
    }


@pytest.mark.parametrize("names", [("claim", "title", "criteria"), ("title", "criteria")])
def test_what_settles_a_question_comes_first_in_news_of_other_kinds(names: tuple[str, ...]) -> None:
    """Invented news of five fields: the sentence is among the first three for nine in ten."""
    found = [measure(c["text"], asked(c, *names), right(c), "2027-09-01") for c in CASES]
    sentences = [rank for one in found for rank in one.sentences]
    paragraphs = [rank for one in found for rank in one.paragraphs]
    assert len(sentences) == 40
    whole = Measured(
        sentences,
        paragraphs,
        [score for one in found for score in one.with_evidence],
        [score for one in found for score in one.without],
    )
    assert whole.hits(1)[0] >= 0.75
    assert min(whole.hits(3)) >= 0.9
    assert whole.auc >= 0.9


def test_an_unrelated_text_has_probably_nothing() -> None:
    """Questions on other texts get the verdict nearly always, those on this one hardly ever."""
    everything = {
        f"{place}.{key}": texts
        for place, case in enumerate(CASES)
        for key, texts in asked(case, "claim", "title", "criteria").items()
    }
    own, others = [], []
    for place, case in enumerate(CASES):
        known = right(case)
        for one in rank(document(case["text"]), everything, published="2027-09-01"):
            at, _, key = one.question.partition(".")
            if at != str(place):
                others.append(one.likely)
            elif known[key]:
                own.append(one.likely)
    assert len(others) == 4 * len(everything)
    assert sum(others) / len(others) <= 0.12
    assert sum(own) / len(own) >= 0.9


@pytest.fixture
def article(shared: Path) -> str:
    """The later of the two articles."""
    (file,) = (shared / "texts").glob("000_*.txt")
    return file.read_bytes().decode("utf-8")


@pytest.fixture
def claims(shared: Path) -> list[dict[str, Any]]:
    """The forecasts of the earlier article, with what the later one says of them."""
    content: list[dict[str, Any]] = json.loads((shared / "texts/annotation_003.json").read_text())
    return content


def spans(claim: dict[str, Any]) -> Spans:
    """The sentences of the later article that speak for or against a claim."""
    evidence = claim["resolution_by_000"]["evidence"]
    return [(one["start"], one["end"]) for one in evidence if one["stance"] != "context"]


@pytest.mark.parametrize(
    ("words", "least"),
    [
        (("claim", "question", "criteria"), (0.8, 0.9)),
        (("claim", "question"), (0.7, 0.8)),
        (("question", "criteria"), (0.7, 0.75)),
    ],
)
def test_the_evidence_of_the_article_pair_is_found(
    article: str,
    claims: list[dict[str, Any]],
    words: tuple[str, ...],
    least: tuple[float, float],
) -> None:
    """The right sentence among three for 70 %, the right paragraph for 80 % of 25 claims."""
    known = {claim["id"]: claim for claim in claims}
    asked = {}
    for key, claim in known.items():
        said = claim["question"]["text"]
        same = next((one for name, one in known.items() if f"as {name})" in said), claim)
        question = same["question"]
        labels = [option["label"] for option in question["options"] or ()]
        criteria = " ".join([question["resolution_criteria"], *labels])
        texts = {"claim": claim["claim"], "question": question["text"], "criteria": criteria}
        asked[key] = [texts[name] for name in words]
    found = measure(article, asked, {key: spans(claim) for key, claim in known.items()}, PAIR)
    assert len(found.sentences) == 25
    sentence, paragraph = found.hits(3)
    assert sentence >= least[0]
    assert paragraph >= least[1]
    assert found.auc >= 0.7


def test_the_evidence_is_found_with_what_the_ledger_holds(
    article: str, claims: list[dict[str, Any]]
) -> None:
    """The same with the questions of the project's own dossier, where claims share questions."""
    dossier = read(ROOT / "seeds" / "prewar-essay.dossier.yaml").dossier
    assert len(dossier.forecasts) == len(claims)
    places: dict[str, Spans] = {question.id: [] for question in dossier.questions}
    for forecast, claim in zip(dossier.forecasts, claims, strict=True):
        places[forecast.question] += spans(claim)
    words = {
        question.id: wording(question, [f for f in dossier.forecasts if f.question == question.id])
        for question in dossier.questions
    }
    found = measure(article, words, places, PAIR)
    assert len(found.sentences) == 21
    sentence, paragraph = found.hits(3)
    assert sentence >= 0.7
    assert paragraph >= 0.8


# --- how --------------------------------------------------------------------------------------


def only(text: str, *words: str, **options: Any) -> Found:
    """What a text has on one question."""
    (found,) = rank(document(text), {"q1": words}, **options)
    return found


def test_a_passage_is_a_span_of_the_stored_text() -> None:
    """Offsets, words and hash belong together, signs that are typed otherwise included."""
    text = " date 2027-01-01 — Rain’s back.\n\n“The mayor resigned,” it said. Nobody wept.\n\n"
    found = only(text, "Will the mayor resign?")
    (passage,) = found.passages
    assert passage.text == text[passage.start : passage.end]
    assert passage.text.startswith("“The mayor resigned")
    assert passage.sha256 == sha256(passage.text)
    assert [text[start:end] for start, end in passage.matched] == ["mayor", "resigned"]
    (paragraph,) = found.paragraphs
    assert (paragraph.paragraph, paragraph.start) == (2, text.index("“"))


@given(st.text(max_size=200), st.lists(st.text(max_size=60), max_size=3))
def test_any_text_and_any_question_can_be_read(text: str, words: list[str]) -> None:
    """Spans lie in the text, ranks count from one, scores fall and the share is one."""
    found = only(text, *words)
    assert 0 <= found.score < 1
    for group in (found.passages, found.paragraphs):
        assert [one.rank for one in group] == list(range(1, len(group) + 1))
        scores = [one.score for one in group]
        assert scores == sorted(scores, reverse=True)
    for passage in found.passages:
        assert passage.text == text[passage.start : passage.end]
        assert passage.matched
        for start, end in passage.matched:
            assert passage.start <= start < end <= passage.end


def test_there_may_be_nothing_to_read_or_to_ask() -> None:
    """An empty text, no questions, and a question of words that all texts have."""
    assert only("", "Rain?").passages == ()
    assert rank(document("Rain fell."), {}) == []
    found = only("It was what it was.", "Will it be?")
    assert (found.score, found.likely, found.passages) == (0, False, ())


def test_words_of_many_questions_weigh_less() -> None:
    """What tells a question from the others decides, not what all of them have."""
    text = "The harbour authority met. The ferry came."
    asked = {f"q{n}": [f"Harbour authority fee {n}?"] for n in range(20)}
    asked["ferry"] = ["Will the ferry come? As the harbour authority has it."]
    found = {one.question: one for one in rank(document(text), asked)}
    assert found["ferry"].passages[0].text == "The ferry came."
    assert only(text, *asked["ferry"]).passages[0].text == "The harbour authority met."


def test_what_has_happened_goes_before_what_may() -> None:
    """Of two sentences with the same words the report comes first, and old years come last."""
    text = "The minister may resign. The minister has resigned. The minister resigned in 2019."
    found = only(text, "Will the minister resign?", published="2027-05-01")
    assert [passage.start for passage in found.passages] == [25, 0, 52]
    assert occurrence("The minister resigned in 2019.", 2027) < occurrence("They resigned.", 2027)
    assert occurrence("They resigned in 2027.", 2027) == occurrence("They resigned.", 2027)


def test_names_that_a_user_holds_for_the_same_are_the_same() -> None:
    """Names of one word or several; what stands in the text is what is marked."""
    text = "The Hellenic Republic left the union."
    words = "Will Greece leave?"
    assert [text[s:e] for s, e in only(text, words).passages[0].matched] == ["left"]
    same = aliases_of([["Athens", "Greece"], ["Greece", "Hellenic Republic"]])
    (passage,) = only(text, words, aliases=same).passages
    assert "Hellenic Republic" in [text[start:end] for start, end in passage.matched]


def test_aliases_are_read_from_a_file(tmp_path: Path) -> None:
    """A name with a list or with one other; groups that share a name are one."""
    file = tmp_path / "aliases.yaml"
    file.write_text("Athens: [Greece, Greek]\nHellas: Greece\n")
    same = read_aliases(file)
    names = {term.name for term in terms("Athens Greece Greek Hellas", same)}
    assert len(names) == 1
    assert [t.name for t in terms("Corinth", same)] == ["corinth"]
    file.write_text("")
    assert read_aliases(file).names == {}


@pytest.mark.parametrize(
    "content",
    [
        "- Athens\n",
        "Athens",
        "Athens: {a: b}\n",
        "Athens: [1]\n",
        "Athens: [",
        "1: [a]\n",
        "[" * 500,
    ],
)
def test_a_file_that_holds_no_aliases_is_refused(tmp_path: Path, content: str) -> None:
    """One sentence names the file, and what should stand in it."""
    file = tmp_path / "aliases.yaml"
    file.write_text(content)
    with pytest.raises(DataError, match=r"Athens: \[Greece, Greek\]"):
        read_aliases(file)


@pytest.mark.parametrize(
    ("content", "said"), [("- Athens\n", "a list"), ("? [a]\n: 1\n", "('a',)")]
)
def test_what_is_wrong_with_aliases_is_said_plainly(
    tmp_path: Path, content: str, said: str
) -> None:
    """No word of the parser's own."""
    file = tmp_path / "aliases.yaml"
    file.write_text(content)
    with pytest.raises(DataError) as caught:
        read_aliases(file)
    assert f"aliases: found {said}" in str(caught.value)
    assert "Commented" not in str(caught.value)


def test_bytes_that_are_no_text_hold_no_aliases(tmp_path: Path) -> None:
    """The same for a file that is not UTF-8."""
    file = tmp_path / "aliases.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match=r"aliases\.yaml"):
        read_aliases(file)


def test_words_are_compared_by_stem_and_case_tells_a_country_from_a_pronoun() -> None:
    """The name US is kept where us is not; 1,300 is 1300, and past tenses meet the present."""
    assert [term.name for term in terms("They told us of US talks")] == ["tell", "US", "talk"]
    assert [term.name for term in terms("1,300 and 1300, 2.9 %")] == ["1300", "1300", "2.9"]
    assert stem("fell") == stem("falls") == stem("fallen")
    assert stem("x" * 5000) == "x" * 5000


OWN = "Yes if what is foreseen comes true by 2026-07-03. Horizon by policy: 120 days after \
publication; the text names none."


@pytest.mark.parametrize(
    ("text", "words", "likely"),
    [
        (
            "Voters rejected the school levy by 212 votes.",
            (
                "Will the school levy be approved by the voters?",
                OWN,
                "Read by the rule about_even.",
            ),
            True,
        ),
        ("We did not resign ourselves.", ("Will Anna Belk resign?",), False),
        ("Anna Belk has left the cabinet.", ("Will Anna Belk resign?",), True),
        ("The votes of Belk were counted again.", ("Will Anna Belk resign?",), True),
        ("It rained.", ("Will it rain?", OWN), True),
        ("In 2026 the horizon was red.", ("Will Anna Belk resign by 2026?", OWN), False),
    ],
)
def test_one_common_word_is_not_enough_and_a_draft_s_own_words_are_none(
    text: str, words: tuple[str, ...], likely: bool
) -> None:
    """Two words, a name, or the only word there is; a policy and a day drown nothing."""
    assert only(text, *words).likely is likely


def test_words_that_the_program_writes_are_left_out() -> None:
    """They change neither score nor passages."""
    text, title = "The levy was rejected on 3 July 2026.", "Will the levy be rejected?"
    assert only(text, title, OWN, "Read by the rule about_even.") == only(text, title)


def test_what_all_questions_share_weighs_next_to_nothing_in_the_share() -> None:
    """A hundred questions with the same dozen words: the two that differ decide."""
    same = "Source according regional office charter annex ledger column final reading binding."
    many = {f"q{n}": [f"Will pier{n} burn{n}?", same] for n in range(400)}
    (found,) = rank(document("Pier7 has burn7."), many, wanted={"q7"})
    assert found.likely
    (other,) = rank(document(same), many, wanted={"q7"})
    assert not other.likely


@pytest.mark.parametrize(
    ("spelt", "plain"),
    [("U.S.", "US"), ("N.A.T.O.", "NATO"), ("A.I.", "AI"), ("U.S.-led", "US-led")],
)
def test_names_spelt_with_dots_are_the_same(spelt: str, plain: str) -> None:
    """Abbreviations are compared without their dots."""
    names = [[term.name for term in terms(f"The {said} talks")] for said in (spelt, plain)]
    assert names[0] == names[1]


def test_many_aliases_are_read_in_no_time() -> None:
    """Sixty thousand names, and a group of as many, take seconds."""
    began = time.process_time()
    pairs = aliases_of([[f"place{n}", f"site{n}"] for n in range(20_000)])
    chain = aliases_of([[f"place{n}", f"place{n + 1}"] for n in range(20_000)])
    assert len({term.name for term in terms("place3 site3 site4", pairs)}) == 2
    assert len(set(chain.names.values())) == 1
    assert time.process_time() - began < 8


def test_only_what_is_wanted_is_given() -> None:
    """The other questions still say which words are common."""
    asked = {"a": ["Rain?"], "b": ["Snow?"], "c": ["Rain and snow?"]}
    found = rank(document("Rain fell."), asked, wanted={"b", "c"})
    assert [one.question for one in found] == ["b", "c"]


def test_top_bounds_what_is_given() -> None:
    """As many passages and paragraphs as wanted, the same ones first."""
    text = "\n".join(f"Rain fell on day {n}." for n in range(30))
    few, many = only(text, "Rain?", top=3), only(text, "Rain?", top=30)
    assert few.passages == many.passages[:3]
    assert few.paragraphs == many.paragraphs[:3]
    assert len(many.passages) == 30


def test_progress_is_told() -> None:
    """Who waits hears how far it is, and that it is done."""
    heard: list[tuple[int, int]] = []
    rank(
        document("Rain fell."),
        {f"q{n}": ["Rain?"] for n in range(250)},
        progress=lambda done, of: heard.append((done, of)),
    )
    assert heard == [(100, 250), (200, 250), (250, 250)]


def test_rarity_falls_and_stays_above_nothing() -> None:
    """A word in every unit weighs little, but is not held against a text."""
    weights = [rarity(units, 50) for units in range(1, 51)]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0


@pytest.mark.parametrize(
    "text",
    ["a" * 2_000_000, "war, " * 400_000, "1,1" * 600_000, "has been " * 200_000, "é’" * 800_000],
)
def test_a_line_without_end_takes_no_time_without_end(text: str) -> None:
    """Two million characters in one sentence are read in seconds of processor time."""
    began = time.process_time()
    only(text, "Will the war end?")
    assert time.process_time() - began < 10


def test_an_article_is_read_for_hundreds_of_questions_at_once() -> None:
    """Eleven thousand characters against 300 questions: well below a second."""
    text = "\n".join(case["text"] for case in CASES)[:11_000]
    words = [
        texts for case in CASES for texts in asked(case, "claim", "title", "criteria").values()
    ]
    many = {f"q{n}": [*words[n % len(words)], f"by day {n}"] for n in range(300)}
    rank(document(text), many)
    began = time.process_time()
    rank(document(text), many)
    assert time.process_time() - began < 1
