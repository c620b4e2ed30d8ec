"""From drafts to a dossier: questions, forecasts and voices, prefilled for a person to correct."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tracker.errors import DataError, Problem
from tracker.records import Analyst, Forecast, Passage, Question, Source, make
from tracker.texts.dossier import loads, sheet
from tracker.texts.wording import (
    NOWHERE,
    Context,
    context,
    criteria,
    event,
    names,
    one_line,
    option_names,
    question_id,
    slug,
    title,
)
from tracker.values import probability, sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.records import Attribution
    from tracker.texts.document import Document
    from tracker.texts.drafts import Draft, Reading

BLANK = ("author", "published")  # what a person may be left to fill in
EVEN = 0.5
FAVOURITE = 0.65  # the share of what is called the most likely, where no reading gives one
UNSAID = "what the text supposes just before (say it in words)"
HEAD = """\
Forecasts found in {name}: drafts, to be corrected here and then added with
  tracker add {dossier} --text {text}
{hints}
What to look at:
- source: {blank}who wrote it, and the day on which it came out. Forecasts that do not say
  otherwise were made by its author, on that day.
- title, criteria: so that a stranger could settle the question. Where two passages ask the same,
  keep one question, and let both forecasts name it.
- resolve_by: the criteria say whether the text names the day or a policy set it.
- analyst: forecasts of others stand under their names. Those of {unclear} may be the
  author's: strike the analyst out and write `attribution: author`, or write whose they are.
- condition: where it is not said in the sentence, put it in words.
- scorable: false where the words commit to no likelihood; such forecasts are kept, not scored.
- What is no forecast: strike out the question and the forecast."""


@dataclass(frozen=True)
class Suggestion:
    """The question and the forecast that a draft suggests.

    ``said`` is what the forecast says, without its question, its analyst and when it was made;
    ``analyst`` is None where that is the author of the source.
    """

    draft: Draft
    question: Question
    said: Mapping[str, Any]
    analyst: Analyst | None
    context: Context = NOWHERE

    @property
    def share(self) -> float | None:
        """The probability: of yes, or of the option that is forecast."""
        shares = self.said.get("probabilities")
        found = next(iter(shares.values())) if shares else self.said.get("probability")
        return None if found is None else float(found)


def suggestions(
    drafts: Iterable[Draft], source: Source, document: Document | None = None
) -> list[Suggestion]:
    """What drafts suggest; no two share an id but those whose own words foresee the same event."""
    found = []
    asked: dict[tuple[str, str], Question] = {}
    known = names(document) if document else frozenset[str]()
    for draft in drafts:
        one = suggest(draft, source, context(draft, document, known) if document else NOWHERE)
        if said := event(draft):
            rest = one.question.model_dump_json(exclude={"id"})
            one = replace(one, question=asked.setdefault((said, rest), one.question))
        found.append(one)
    return _numbered(found)


def suggest(draft: Draft, source: Source, where: Context = NOWHERE) -> Suggestion:
    """The question, the forecast and the voice that a draft suggests; all of it to be corrected."""
    options = option_names(draft)
    day = draft.horizon.day if draft.horizon else None
    asked: dict[str, Any] = {
        "id": question_id(draft, source.sha256, where),
        "title": title(draft, day, where),
        "criteria": criteria(draft.horizon, day, options=options),
        "resolve_by": day,
    }
    if options:
        asked |= {"kind": "ordered" if draft.ordered else "options", "options": options}
    if draft.condition:
        asked["condition"] = one_line(draft.condition_words or "", 500) or UNSAID
    said = {
        **_reading(draft, options),
        "phrase": one_line(draft.phrase, 500) or None,
        "lexicon": f"{draft.reading.profile}/{draft.reading.version}",
        "attribution": draft.attribution,
        "passage": _passage(draft),
        "rationale": _ground(draft),
    }
    voice = _voice(draft.attribution, draft.speaker, source)
    suggestion = Suggestion(draft, make(Question, asked), said, voice, where)
    _forecast(suggestion)
    return suggestion


# --- what is corrected ----------------------------------------------------------------------------


def due(suggestion: Suggestion, day: str | None) -> Suggestion:
    """The suggestion with another day by which it is settled."""
    question, draft = suggestion.question, suggestion.draft
    if day == question.resolve_by:
        return suggestion
    options = [option.name for option in question.options]
    changed: dict[str, Any] = {"resolve_by": day, "criteria": criteria(None, day, options=options)}
    if question.title == title(draft, question.resolve_by, suggestion.context):
        changed["title"] = title(draft, day, suggestion.context)
    return _asked(suggestion, **changed)


def among(suggestion: Suggestion, names: tuple[str, ...], source: Source) -> Suggestion:
    """The suggestion as one of other options, or with none a question of yes or no."""
    return suggest(replace(suggestion.draft, options=names or None), source, suggestion.context)


def called(suggestion: Suggestion, title: str) -> Suggestion:
    """The suggestion with another title for its question."""
    return _asked(suggestion, title=title)


def provided(suggestion: Suggestion, condition: str | None) -> Suggestion:
    """The suggestion with another condition, or none."""
    return _asked(suggestion, condition=condition or None)


def given(suggestion: Suggestion, share: str) -> Suggestion:
    """The suggestion with another probability; the range of the reading goes if it does not fit.

    Raises UnexpectedError for what is no probability.
    """
    point = probability(share)
    said = {key: value for key, value in suggestion.said.items() if key not in _NUMBERS}
    low, high = suggestion.draft.reading.low, suggestion.draft.reading.high
    held = low is not None and high is not None and low <= point <= high
    options = [option.name for option in suggestion.question.options]
    bounds = (low, high) if held else (None, None)
    rationale = "The probability was set by hand."
    said = {**_numbers(point, *bounds, options), **said, "rationale": rationale}
    changed = replace(suggestion, said=said)
    _forecast(changed)
    return changed


def voiced(suggestion: Suggestion, who: str | None, source: Source) -> Suggestion:
    """The suggestion with another analyst: a name, or None for the author of the source."""
    own = who is None or (source.author is not None and who == source.author.handle)
    attribution: Attribution = "author" if own else "other"
    voice = None if own else _voice("other", who, source)
    return replace(suggestion, analyst=voice, said={**suggestion.said, "attribution": attribution})


def unscored(suggestion: Suggestion) -> Suggestion:
    """The suggestion, kept and shown but not scored."""
    return replace(suggestion, said={**suggestion.said, "scorable": False})


def _asked(suggestion: Suggestion, **changed: Any) -> Suggestion:
    values = {**suggestion.question.model_dump(), **changed}
    return replace(suggestion, question=make(Question, values))


# --- the dossier ----------------------------------------------------------------------------------


def source(
    *,
    name: str,
    sha256: str,
    title: str | None = None,
    author: str | None = None,
    published: str | None = None,
    url: str | None = None,
) -> Source:
    """A source as its dossier has it; DataError for what no record can hold."""
    name = one_line(name, 500) or "text"
    taken = {_unnamed(kind, name) for kind in ("unclear", "other")}
    if author is not None and author.strip().casefold() in {handle.casefold() for handle in taken}:
        expected = "another handle: this one stands for voices that are not the author's"
        raise DataError([Problem("author", author, expected)])
    said = {"title": title, "author": author, "published": published, "url": url}
    return make(Source, {"name": name, **said, "sha256": sha256})


def dossier(source: Source, suggestions: Iterable[Suggestion]) -> dict[str, Any]:
    """The content of a dossier; author and day of the source are blank where they are not known."""
    questions: dict[str, Question] = {}
    voices: dict[str, Analyst] = {}
    forecasts = []
    for one in _numbered(suggestions):
        questions[one.question.id] = one.question
        who = {}
        if one.analyst is not None:
            who["analyst"] = voices.setdefault(one.analyst.handle, one.analyst).handle
        forecasts.append({"question": one.question.id, **who, **one.said})
    asked = {key: value for key, value in source if value is not None or key in BLANK}
    asked["author"] = source.author and source.author.handle
    parts = {"analysts": voices.values(), "questions": questions.values(), "forecasts": forecasts}
    return {"source": asked} | {key: tuple(items) for key, items in parts.items() if items}


def _numbered(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """The same suggestions, with an id for each question; one that is taken gets a number."""
    ids: dict[str, str] = {}  # by all that a question says
    taken: set[str] = set()
    last: dict[str, int] = {}
    found = []
    for one in suggestions:
        rest = one.question.model_dump_json()
        if rest not in ids:
            wanted = key = one.question.id
            while key in taken:
                last[wanted] = last.get(wanted, 1) + 1
                key = f"{wanted}-{last[wanted]}"
            taken.add(key)
            ids[rest] = key
        question = one.question.model_copy(update={"id": ids[rest]})
        found.append(replace(one, question=question))
    return found


def written(content: Mapping[str, Any], *, dossier: str, text: str, hints: Sequence[str]) -> str:
    """The YAML text of a dossier, with a head that says what to correct.

    ``dossier`` and ``text`` are how its file and that of the text are called in a command;
    ``hints`` is what the text says of itself. Raises DataError where nothing is left to fill in
    and `tracker add` would refuse it all the same.
    """
    source = content["source"]
    blank = [key for key in BLANK if source[key] is None]
    comment = HEAD.format(
        name=source["name"],
        dossier=dossier,
        text=text,
        hints="".join(f"\nThe text itself says: {hint}." for hint in hints) + "\n" * bool(hints),
        blank="fill in " if blank else "",
        unclear=_unnamed("unclear", source["name"]),
    )
    said = sheet(content, comment=comment)
    if not blank:
        loads(said, dossier)
    return said


# --- numbers and voices ---------------------------------------------------------------------------

_NUMBERS = {"probability", "probabilities", "low", "high", "scorable"}


def _reading(draft: Draft, options: Sequence[str]) -> dict[str, Any]:
    reading = draft.reading
    if options and reading.point is not None and reading.point < EVEN:
        reading = _of_the_other(reading)
    point = FAVOURITE if options and reading.point is None else reading.point
    said = {} if point is None else _numbers(point, reading.low, reading.high, options)
    scored = reading.scorable and point is not None
    return said if scored else {**said, "scorable": False}


def _of_the_other(reading: Reading) -> Reading:
    """Of "not A but B" the words deny A: the reading of B, which is forecast, is the rest."""
    point, low, high = (
        None if value is None else round(1 - value, 9)
        for value in (reading.point, reading.high, reading.low)
    )
    return replace(reading, point=point, low=low, high=high)


def _numbers(
    point: float, low: float | None, high: float | None, options: Sequence[str]
) -> dict[str, Any]:
    """A reading as a forecast has it; on a set the first option has it, the others share."""
    held = {"low": low, "high": high} if low is not None and high is not None else {}
    if not options:
        return {"probability": point, **held}
    rest = options[1:]
    part = math.floor((1 - point) / len(rest) * 1000) / 1000
    parts = dict.fromkeys(rest[:-1], part)
    last = round(1 - point - part * len(parts), 9)
    said: dict[str, Any] = {"probabilities": {options[0]: point, **parts, rest[-1]: last}}
    if low is not None and high is not None:
        least = min(math.floor((1 - high) / len(rest) * 1000) / 1000, part, last)
        most = max(math.ceil((1 - low) / len(rest) * 1000) / 1000, part, last)
        said["low"] = {options[0]: low, **dict.fromkeys(rest, least)}
        said["high"] = {options[0]: high, **dict.fromkeys(rest, most)}
    return said


def _ground(draft: Draft) -> str:
    """On what ground a draft has its number, and who found it where that was not the rules."""
    finder = "" if draft.found_by == "rules" else f" Found by {one_line(draft.found_by, 200)}."
    return f"Read by the rule {draft.reading.rule}.{finder}"


def _passage(draft: Draft) -> Passage:
    """Where a sentence stands, and its words where a record can hold them unchanged."""
    words = draft.sentence
    span = {"start": draft.start, "end": draft.end, "sha256": sha256(words)}
    try:
        return Passage.model_validate({**span, "quote": words})
    except ValueError:  # of words in another normal form, of control signs, of too many
        return Passage.model_validate(span)


def _voice(attribution: Attribution, speaker: str | None, source: Source) -> Analyst | None:
    """Who is accountable: None for the author; never the author where that is not certain."""
    if attribution == "author":
        return None
    name = one_line(speaker or "", 100)
    if attribution == "unclear" or not name:
        who = "Unclear voices" if attribution == "unclear" else "Others, unnamed,"
        return Analyst(
            handle=_unnamed(attribution, source.name), name=f"{who} in {one_line(source.name, 60)}"
        )
    handle = slug(name) or name
    if source.author is not None and handle.casefold() == source.author.handle.casefold():
        handle = f"{handle[:80]}-quoted"  # a namesake, until a person says that it is the author
    return Analyst(handle=handle, name=name)


def _unnamed(attribution: Attribution, source: str) -> str:
    kind = "unclear" if attribution == "unclear" else "others"
    return f"{kind}-in-{slug(source) or one_line(source, 60)}"


def _forecast(suggestion: Suggestion) -> Forecast:
    """The forecast, checked as far as it can be before its author and day are known."""
    unknown = {"question": suggestion.question.id, "analyst": "unknown", "made": "1970-01-01"}
    return make(Forecast, {**unknown, **suggestion.said})
