"""The lexicon: a sound table, whose numbers are those of their sources, and how it is read."""

from __future__ import annotations

import csv
import json
import time
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import UsageError
from tracker.texts.drafts import Reading
from tracker.texts.lexicon import INTENSIFIERS, NEGATIONS, WEAKENERS, Lexicon, _table, modified

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any

LEXICON = Lexicon.load()
TABLES = {
    "mauboussin": "Mauboussin & Mauboussin 2018",
    "capphrase": "CAPphrase (Kucharski 2026)",
    "icd203": "ICD 203",
    "kent": "Kent 1964",
    "ipcc": "IPCC AR5",
    "phia": "UK PHIA yardstick",
}
SHARE = (1.645 - 1.282) / (1.645 - 0.674)  # of the way from the 5th percentile to the quartile


def readings(source: str | None = None) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Entry, profile and reading, for every reading, or those of a source."""
    for entry in LEXICON.entries.values():
        for profile, reading in entry.readings.items():
            if source in {None, reading["source"]}:
                yield entry.id, profile, reading


def tabulated(shared: Path, source: str) -> dict[str, dict[str, str]]:
    """The rows of a source in the table of published words, by phrase."""
    text = (shared / "data/words/verbal_probability.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["phrase"]: row for row in rows if row["source"] == TABLES[source]}


# --- the table -----------------------------------------------------------------------------------


def test_every_reading_is_a_range_with_a_source() -> None:
    """Low, point and high ascend within 0 and 1, and a reading says where it comes from."""
    for entry, profile, reading in readings():
        assert profile in LEXICON.profiles
        assert reading["source"] in LEXICON.sources
        assert bool(reading.get("words")) != bool(reading.get("reason")), (entry, profile)
        assert (reading["source"] == "own") == ("reason" in reading), (entry, profile)
        if reading["point"] is not None:
            assert 0 <= reading["low"] <= reading["point"] <= reading["high"] <= 1, (entry, profile)


def test_what_has_no_number_is_not_scored() -> None:
    """An entry that only orders chances, or leaves them open, has no bounds and no score."""
    for entry, _, reading in readings():
        if reading["point"] is None:
            assert (reading["low"], reading["high"]) == (None, None)
            assert not LEXICON.entry(entry).scorable


def test_each_id_and_each_phrase_stands_once() -> None:
    """No entry hides another, and no phrase is read in two ways."""
    text = json.loads(files("tracker.texts").joinpath("lexicon.json").read_text("utf-8"))
    ids = [row["id"] for row in text["entries"]]
    phrases = [phrase for row in text["entries"] for phrase in row["phrases"]]
    assert len(ids) == len(set(ids)) == len(LEXICON.entries)
    assert len(phrases) == len(set(phrases))
    assert all(entry.phrases and "lay" in entry.readings for entry in LEXICON.entries.values())


def test_every_source_is_used() -> None:
    """No source is named that no number comes from."""
    assert {reading["source"] for _, _, reading in readings()} == set(LEXICON.sources)


def test_survey_medians_are_those_of_the_survey(shared: Path) -> None:
    """Median, 10th and 90th percentile of the pooled answers, to two digits."""
    text = (shared / "data/words/verbal_probability_survey.json").read_text("utf-8")
    survey = {row["phrase"]: row for row in json.loads(text)}
    used = list(readings("survey"))
    assert {reading["words"] for _, _, reading in used} == set(survey)
    for entry, profile, reading in used:
        row = survey[reading["words"]]
        assert profile == "lay"
        assert reading["n"] == row["n"]
        for key, column in (("point", "median"), ("low", "p10"), ("high", "p90")):
            assert reading[key] == pytest.approx(row[column], abs=0.00501), entry


@pytest.mark.parametrize("source", ["mauboussin", "capphrase"])
def test_other_surveys_are_read_between_their_percentiles(shared: Path, source: str) -> None:
    """Where the 10th percentile is not published, it is interpolated on the normal scale."""
    rows = tabulated(shared, source)
    for entry, _, reading in readings(source):
        row = {key: float(rows[reading["words"]][key] or 0) for key in ("low", "q25", "median")}
        top = {key: float(rows[reading["words"]][key]) for key in ("q75", "high")}
        low = row["low"] + SHARE * (row["q25"] - row["low"])
        high = top["high"] - SHARE * (top["high"] - top["q75"])
        said = [100 * reading[key] for key in ("low", "point", "high")]
        assert said == pytest.approx([low, row["median"], high], abs=0.51), entry


@pytest.mark.parametrize("source", ["icd203", "kent", "ipcc", "phia"])
def test_official_bands_are_those_published(shared: Path, source: str) -> None:
    """The bounds are the standard's own; the point is its centre, or the middle."""
    rows = tabulated(shared, source)
    used = list(readings(source))
    assert {profile for _, profile, _ in used} == {source}
    assert len({reading["words"] for _, _, reading in used}) >= 6
    for entry, _, reading in used:
        row = rows[reading["words"]]
        low, high = float(row["low"]) / 100, float(row["high"]) / 100
        point = float(row["median"]) / 100 if row["median"] else (low + high) / 2
        said = [reading[key] for key in ("low", "point", "high")]
        assert said == pytest.approx([low, point, high], abs=5e-5), entry


CHANGED = {"may", "could", "might", "realistic_possibility"}  # surveys have replaced our rules


def test_the_readings_of_the_first_release_stand(shared: Path) -> None:
    """Dossiers read with 2026-11-21.r1 would be read the same now, but for four entries."""
    old = json.loads((shared / "reference/lexicon.json").read_text("utf-8"))["entries"]
    for row in old:
        if row["id"] in CHANGED | {"numeric"}:  # stated numbers are read in stated.py
            continue
        new = LEXICON.entry(row["id"])
        assert (new.cls, new.tier, new.scorable) == (row["cls"], row["tier"], row["scorable"])
        for profile, reading in row["profiles"].items():
            said = [new.readings[profile][key] for key in ("low", "point", "high")]
            was = [reading[key] for key in ("low", "point", "high")]
            assert said == was or said == pytest.approx(was), (row["id"], profile)


# --- reading it ----------------------------------------------------------------------------------


def test_a_profile_that_is_not_there_is_a_usage_error() -> None:
    """The message names those there are."""
    with pytest.raises(UsageError, match=r"'nato'; it has lay, icd203, kent, ipcc, phia"):
        Lexicon.load("nato")


def test_a_reading_names_profile_rule_and_version() -> None:
    """A number from words can be traced to the table that read them."""
    reading = Lexicon.load("icd203").reading("unlikely")
    assert reading == Reading(0.325, 0.2, 0.45, "unlikely", "icd203", LEXICON.version)
    assert Lexicon.load("icd203").name == f"icd203/{LEXICON.version}"
    assert LEXICON.name.startswith("lay/2026-11-21.r")


def test_what_a_profile_does_not_define_is_read_as_lay() -> None:
    """And the reading says so."""
    assert Lexicon.load("ipcc").reading("bare_will") == LEXICON.reading("bare_will")
    assert LEXICON.reading("bare_will").profile == "lay"


def test_modals_are_kept_and_not_scored_unless_asked() -> None:
    """May, could and might have a reading; only a sensitivity run scores it."""
    for modal in ("may", "could", "might"):
        assert not LEXICON.reading(modal).scorable
        assert LEXICON.reading(modal).point == 0.4
        assert LEXICON.reading(modal, scorable=True).scorable


def test_stronger_words_are_read_higher() -> None:
    """A ladder of words keeps its order in every profile."""
    ladder = ["almost_no_chance", "very_unlikely", "unlikely", "about_even", "likely"]
    ladder += ["very_likely", "almost_certain"]
    for profile in LEXICON.profiles:
        lexicon = Lexicon.load(profile)
        own = [reading for reading in map(lexicon.reading, ladder) if reading.profile == profile]
        points = [reading.point or 0 for reading in own]
        assert len(points) >= 4
        assert points == sorted(points)
        assert len(set(points)) == len(points)


def test_the_table_loads_fast() -> None:
    """Under five milliseconds at its best; a command that reads no words waits for nothing."""
    took = []
    for _ in range(5):
        _table.cache_clear()
        begun = time.perf_counter()
        Lexicon.load()
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.005


# --- modifiers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "modifier", "expected"),
    [
        ("likely", "very", (0.8, 0.85, 0.925)),
        ("unlikely", "highly", (0.025, 0.1, 0.17)),
        ("likely", "extremely", (0.9, 0.925, 0.9625)),
        ("likely", "fairly", (0.575, 0.65, 0.7625)),
        ("likely", "not", (0.075, 0.15, 0.2)),
        ("likely", "purple", (0.6, 0.7, 0.85)),
    ],
)
def test_modifiers_move_the_reading(
    entry: str, modifier: str, expected: tuple[float, float, float]
) -> None:
    """Worked by hand from the rule of Mosteller and Youtz."""
    reading = modified(LEXICON.reading(entry), modifier)
    assert (reading.low, reading.point, reading.high) == pytest.approx(expected)


def test_a_modified_reading_says_so() -> None:
    """The rule holds the modifier; a phrase without a number stays as it is."""
    assert modified(LEXICON.reading("likely"), "Very").rule == "very likely"
    assert modified(LEXICON.reading("comparative"), "very") == LEXICON.reading("comparative")


@given(
    st.sampled_from(sorted(LEXICON.entries)),
    st.sampled_from([*INTENSIFIERS, *WEAKENERS, *NEGATIONS]),
)
def test_a_modified_range_is_a_range(entry: str, modifier: str) -> None:
    """Whatever is modified, low, point and high ascend within 0 and 1."""
    reading = modified(LEXICON.reading(entry), modifier)
    if reading.point is not None and reading.low is not None and reading.high is not None:
        assert 0 <= reading.low <= reading.point <= reading.high <= 1
