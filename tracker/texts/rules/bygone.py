"""Forecasts of the past: what was to come, what was expected, what somebody used to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.texts.rules.present import ahead

if TYPE_CHECKING:
    from tracker.texts.rules.case import Case

_UNCHANGED = {"bare_will", "will_not", "no_will", "stated"}  # no auxiliary goes before them


def perfect(case: Case) -> str | None:
    """Modals with a perfect look back: "may have grown", "would have been"."""
    if case.kind in {"possibility", "would"} and case.followed_by("perfect"):
        return "what may or would have been"
    if case.name == "we_doubt" and "would have" in case.after:
        return "what may or would have been"
    if case.kind == "likelihood" and case.followed_by("to_have"):
        return "what may or would have been"
    return None


def was_to_be(case: Case) -> str | None:
    """An auxiliary in the past before the cue, or in it."""
    firm = case.kind in {"likelihood", "idiom", "future"} and case.name not in _UNCHANGED
    if firm and (case.led_by("past_be") or case.begins("past_first")):
        return "what was to be"
    return None


def ability(case: Case) -> str | None:
    """What somebody could or might do then."""
    if case.says("conditional"):
        return None
    told = case.prose.past_before(case.found.start) or case.says("strongly")
    dated = case.says("bygone") or (told and case.led_by("year"))
    if case.name == "could" and dated:
        return "past ability"
    if case.prose.present or case.led_by("telling"):
        return None
    if case.name == "could" and (
        told
        or (case.past_around and case.led_by("somebody"))
        or case.begins("could_not")
        or (case.past_around and case.begins("could_past"))
    ):
        return "past ability"
    if case.name == "might" and case.past_around and not ahead(case.prose):
        return "past ability"
    return None


def would(case: Case) -> str | None:
    """Whether a ``would`` tells what came later, or what used to be."""
    if case.name not in {"conditional_would", "would_not"}:
        return None
    if case.led_by("own_would") and not case.says("if"):
        return "a pledge about one's own conduct"
    if case.says("habit") and not case.says("if"):
        return "a habit of the past"
    if case.begins("history") and not case.says("supposed"):
        return "what was to come, told afterwards"
    known, telling = case.led_by("knowing"), case.led_by("telling")
    supposed = case.prose.present > 0 or case.says("supposed")
    told = (
        case.prose.past_before(case.found.start)
        or case.says("strongly")
        or (case.past_around and case.led_by("somebody"))
    )
    if (
        (case.prose.past and case.led_by("year"))
        or (case.led_by("old_year") and not supposed)
        or (case.says("bygone") and not supposed)
        or (known and (not telling or case.says("bygone") or case.says("had_said")))
        or (told and not known and not telling and not supposed)
        or (case.past_around and case.only_past)
    ):
        return "what was to come, told afterwards"
    return None


def expectation(case: Case) -> str | None:
    """Whether an expectation is one that was held in the past."""
    if case.says("truth"):
        return "tells what came of a forecast"
    firm = case.kind in {"likelihood", "expectation", "future"}
    if (
        (case.kind in {"idiom", "expectation", "likelihood"} and case.followed_by("was_after"))
        or (case.name == "stated" and case.only_past and case.led_by("gave"))
        or (case.name == "stated" and case.led_by("gave_then"))
        or (case.quoted and case.only_past and case.dated)
        or (case.kind != "possibility" and not case.prose.present and case.says("had_expected"))
        or (_settled(case) and (firm or case.kind == "would"))
        or (firm and case.prose.past and case.inside("old_report") and not case.led_by("is_now"))
    ):
        return "an expectation of the past"
    return None


def _settled(case: Case) -> bool:
    """Whether the sentence dates itself to a time gone by."""
    return case.name not in {"bare_will", "will_not"} and case.only_past and case.says("bygone")
