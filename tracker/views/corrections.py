"""What was corrected of a question: what each entry says, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from tracker.ledger.kept import (
    KeptAmendment,
    KeptForecast,
    KeptJudgement,
    KeptLesson,
    KeptResolution,
    KeptRetraction,
)
from tracker.values import begins
from tracker.views.said import forecast_json, lesson_json, reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tracker.ledger.kept import Kept, KeptQuestion
    from tracker.records import Judgement, Resolution

Item = TypeVar(
    "Item", bound=KeptAmendment | KeptForecast | KeptJudgement | KeptLesson | KeptResolution
)
NAMES = {"title": "title", "criteria": "criteria", "resolve_by": "settle by"}


def whole(kept: KeptQuestion, standing: Iterable[Item], kind: type[Item]) -> list[Item]:
    """What stands of a kind and what was retracted of it, each in its place."""
    found = list(standing)
    found.extend(one for one in kept.retracted if isinstance(one, kind))
    return sorted(found, key=_place)


def _place(one: Kept) -> tuple[Any, int]:
    return (begins(one.made) if isinstance(one, KeptForecast) else 0, one.entry)


def everything(kept: KeptQuestion) -> list[Kept]:
    """All entries on a question, retracted or not, in the order in which they were recorded."""
    parts = (kept.forecasts, kept.resolutions, kept.lessons, kept.judgements, kept.amendments)
    found: list[Kept] = [one for part in parts for one in part]
    return sorted([*found, *kept.retracted], key=lambda one: one.entry)


def described(one: Kept | KeptRetraction) -> str:
    """What an entry says, in a line."""
    if isinstance(one, KeptForecast):
        what = "withdrawal" if one.forecast is None else "forecast"
        said = "" if one.forecast is None else f": {reading(one.forecast)}"
        return f"{what} of {one.analyst}{said}"
    if isinstance(one, KeptLesson):
        return f"lesson of {one.analyst}: {one.text}"
    if isinstance(one, KeptAmendment):
        return f"amendment of {one.amendment.by}: {'; '.join(changes(one))}"
    if isinstance(one, KeptRetraction):
        return f"retraction of entry {one.of} by {one.by}: {one.reason}"
    what = "judgement" if isinstance(one, KeptJudgement) else "resolution"
    settled = one.judgement if isinstance(one, KeptJudgement) else one.resolution
    by = f" of {settled.by}" if settled.by else ""
    return f"{what}{by}: {ended(settled)}"


def ended(said: Resolution | Judgement) -> str:
    """How a question ended, in a word or two."""
    return said.outcome or said.status


def changes(one: KeptAmendment) -> Iterator[str]:
    """What an amendment says, and what was before."""
    for name, before in one.before.items():
        was = f"was {before}" if before else "there was none"
        yield f"{NAMES[name]} {getattr(one.amendment, name)} ({was})"


def mark(kept: KeptQuestion, entry: int) -> str:
    """That an entry is retracted, by whom and why; empty where it stands."""
    done = kept.retraction(entry)
    return f"retracted {done.recorded[:10]} by {done.by}: {done.reason}" if done else ""


def undone(kept: KeptQuestion) -> Iterator[str]:
    """The retractions that are told of nowhere else: those taken back, and those that do so."""
    retractions = {one.entry: one for one in kept.retractions}
    for one in kept.retractions:
        if not one.stands or one.of in retractions:
            yield f"{described(one)} (entry {one.entry}, {one.recorded[:10]})"


def mark_json(kept: KeptQuestion, entry: int) -> dict[str, Any] | None:
    """The retraction of an entry as JSON content; None where it stands."""
    done = kept.retraction(entry)
    if done is None:
        return None
    return {"entry": done.entry, "by": done.by, "recorded": done.recorded, "reason": done.reason}


def history_json(kept: KeptQuestion) -> dict[str, list[dict[str, Any]]]:
    """The history of a question as JSON content; ``retracted`` is null for what stands."""

    def told(one: Kept, said: dict[str, Any]) -> dict[str, Any]:
        return {**said, "retracted": mark_json(kept, one.entry)}

    return {
        "forecasts": [
            told(one, {**forecast_json(one, kept), "reason": one.reason})
            for one in whole(kept, kept.forecasts, KeptForecast)
        ],
        "resolutions": [
            told(one, settling_json(one, one.resolution))
            for one in whole(kept, kept.resolutions, KeptResolution)
        ],
        "lessons": [told(one, lesson_json(one)) for one in whole(kept, kept.lessons, KeptLesson)],
        "judgements": [
            told(one, settling_json(one, one.judgement))
            for one in whole(kept, kept.judgements, KeptJudgement)
        ],
        "amendments": [
            told(one, amendment_json(one)) for one in whole(kept, kept.amendments, KeptAmendment)
        ],
        "retractions": [retraction_json(one) for one in kept.retractions],
    }


def settling_json(
    one: KeptResolution | KeptJudgement, said: Resolution | Judgement
) -> dict[str, Any]:
    """A resolution or a judgement as JSON content."""
    fields = said.model_dump(exclude={"question"})
    return {"entry": one.entry, "recorded": one.recorded, **fields, "reason": one.reason}


def amendment_json(one: KeptAmendment) -> dict[str, Any]:
    """An amendment as JSON content: what it says and what was before, by field."""
    return {
        "entry": one.entry,
        "recorded": one.recorded,
        "by": one.amendment.by,
        "reason": one.reason,
        "changes": {name: getattr(one.amendment, name) for name in one.before},
        "before": dict(one.before),
    }


def retraction_json(one: KeptRetraction) -> dict[str, Any]:
    """A retraction as JSON content."""
    return {
        "entry": one.entry,
        "recorded": one.recorded,
        "by": one.by,
        "reason": one.reason,
        "of": one.of,
        "stands": one.stands,
    }
