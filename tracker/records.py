"""What people write down: frozen, validated, without keys or tables.

A record checks itself when it is made; whether it fits what the ledger already holds (does this
question exist, has it this option) is the ledger's to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from tracker.errors import DataError, Problem, UnexpectedError
from tracker.values import (
    BILLION,
    Address,
    Bound,
    Line,
    Moment,
    Name,
    Outcome,
    Probabilities,
    Probability,
    Quantiles,
    QuestionId,
    Sha256,
    Text,
    begins,
    billionths,
    moment,
    quantity,
    sha256,
)

ENDED = ("annulled", "ambiguous", "condition failed")
SUM_TOLERANCE = 1000  # billionths by which the probabilities of an option set may miss 1
LAST = 2**31 - 1  # the largest whole number that every engine keeps in a column of them

Kind = Literal["binary", "options", "ordered", "quantity", "date"]
Status = Literal["resolved", "annulled", "ambiguous", "condition failed"]
Attribution = Literal["author", "other", "unclear"]
Stance = Literal["supports", "refutes", "context"]


class Record(BaseModel):
    """A frozen record that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


Made = TypeVar("Made", bound=Record)


def make(kind: type[Made], values: Mapping[str, Any]) -> Made:
    """A record from loose values; raises DataError with every problem, named by key."""
    try:
        return kind.model_validate(dict(values))
    except ValidationError as error:
        problems = []
        for fault in error.errors():
            cause = fault.get("ctx", {}).get("error")
            key = str(fault["loc"][0]) if fault["loc"] else kind.__name__.lower()
            if isinstance(cause, UnexpectedError):
                problems.append(Problem(key, cause.found, cause.expected))
            else:
                expected = fault["msg"].removeprefix("Input should be ")
                problems.append(Problem(key, UnexpectedError(fault["input"], "").found, expected))
        raise DataError(problems) from None


class Analyst(Record):
    """Who is accountable for a forecast: a person, an organisation, a model or a crowd."""

    handle: Name
    name: Name | None = None


class Source(Record):
    """A document that forecasts or evidence stand in; kept by its hash."""

    name: Line
    title: Line | None = None
    author: Analyst | None = None
    published: Moment | None = None
    published_note: Text | None = None
    url: Address | None = None
    sha256: Sha256 | None = None

    @model_validator(mode="before")
    @classmethod
    def _author_by_handle(cls, values: Any) -> Any:
        if isinstance(values, dict) and isinstance(values.get("author"), str):
            return {**values, "author": {"handle": values["author"]}}
        return values

    @field_validator("author", "published", mode="before")
    @classmethod
    def _wanted_by_forecasts(cls, value: Any) -> Any:
        """Nothing, where the forecasts of the source leave it to the source to say."""
        if isinstance(value, UnexpectedError):
            raise value
        return value


class Passage(Record):
    """A span of a source: ``str`` offsets in its text, and the SHA-256 of the span in UTF-8.

    Where the text is not at hand the words themselves stand in for the offsets, as ``quote``.
    """

    start: int | None = Field(default=None, ge=0, le=LAST)
    end: int | None = Field(default=None, gt=0, le=LAST)
    sha256: Sha256 | None = None
    quote: Text | None = None

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if self.quote is not None:
            own = sha256(self.quote)
            if self.sha256 not in {None, own}:
                raise UnexpectedError(self.sha256, f"the hash of the quote, {own}")
            self.__dict__["sha256"] = own  # derived: the record is still in the making
        if self.sha256 is None:
            raise UnexpectedError("nothing", "the sha256 of the span, or a quote")
        if self.start is None or self.end is None:
            if self.quote is None or (self.start, self.end) != (None, None):
                raise UnexpectedError("one of them or none", "start and end, or a quote")
        elif self.end <= self.start:
            raise UnexpectedError(f"end {self.end}", f"an end after the start {self.start}")
        return self


class Option(Record):
    """One of the answers of an options or ordered question."""

    name: Name
    label: Line | None = None


class Condition(Record):
    """What must hold for a question to count: another question's outcome, or words alone."""

    question: QuestionId | None = None
    outcome: Outcome = "yes"
    text: Line | None = None

    @model_validator(mode="before")
    @classmethod
    def _by_words(cls, values: Any) -> Any:
        return {"text": values} if isinstance(values, str) else values

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.question is None and self.text is None:
            raise UnexpectedError("neither", "a question or a text")
        return self

    def __str__(self) -> str:
        linked = f"{self.question} = {self.outcome}" if self.question else None
        return ": ".join(said for said in (linked, self.text) if said)


class Question(Record):
    """What will be settled, with criteria and a date."""

    id: QuestionId
    title: Line
    kind: Kind = "binary"
    options: tuple[Option, ...] = ()
    unit: Name | None = None
    criteria: Text | None = None
    resolve_by: Moment | None = None
    condition: Condition | None = None
    tags: tuple[Name, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _options_by_name(cls, values: Any) -> Any:
        if isinstance(values, dict) and isinstance(values.get("options"), list | tuple):
            named = [{"name": o} if isinstance(o, str | int) else o for o in values["options"]]
            return {**values, "options": named}
        return values

    @model_validator(mode="after")
    def _options_fit_kind(self) -> Self:
        names = [option.name for option in self.options]
        if self.kind in {"options", "ordered"}:
            if len(names) < 2:  # noqa: PLR2004 - one option is no question
                raise UnexpectedError(len(names), f"two options or more for kind {self.kind}")
        elif names:
            raise UnexpectedError(", ".join(names), f"no options for kind {self.kind}")
        if len({name.casefold() for name in names}) < len(names):
            raise UnexpectedError(", ".join(names), "options with different names")
        taken = [name for name in names if name.casefold().replace("-", " ") in ENDED]
        if taken:
            raise UnexpectedError(taken[0], "an option that is not a way to end without outcome")
        if len(set(self.tags)) < len(self.tags):
            raise UnexpectedError(", ".join(self.tags), "each tag once")
        return self

    def reads_outcome(self, said: str) -> str:
        """The canonical form of an outcome of this question; ValueError if it is none.

        >>> Question(id="q1", title="Rain?").reads_outcome("Y")
        'yes'
        """
        said = said.strip()
        if self.kind == "binary":
            word = {"y": "yes", "true": "yes", "n": "no", "false": "no"}.get(
                said.lower(), said.lower()
            )
            if word in {"yes", "no"}:
                return word
            raise UnexpectedError(said, "yes or no")
        if self.kind == "quantity":
            return repr(quantity(said)).removesuffix(".0")
        if self.kind == "date":
            return moment(said)
        for option in self.options:
            if said.casefold() == option.name.casefold():
                return option.name
        raise UnexpectedError(said, f"one of {', '.join(o.name for o in self.options)}")


class Forecast(Record):
    """One analyst's probability, or distribution, on one question at one time.

    ``probability`` is for binary questions, ``probabilities`` (by option) for options and ordered
    ones, ``quantiles`` (value by level) for quantities and dates. ``low`` and ``high`` bound the
    reading where it was read from words, for each option where there are options. A statement
    that commits to no likelihood is kept with ``scorable`` false, with or without a reading.
    """

    question: QuestionId
    analyst: Name
    made: Moment
    probability: Probability | None = None
    probabilities: Probabilities | None = None
    quantiles: Quantiles | None = None
    low: Bound | None = None
    high: Bound | None = None
    phrase: Line | None = None
    lexicon: Name | None = None
    attribution: Attribution = "unclear"
    passage: Passage | None = None
    rationale: Text | None = None
    scorable: bool = True

    @model_validator(mode="after")
    def _one_distribution(self) -> Self:
        given = [d for d in (self.probability, self.probabilities, self.quantiles) if d is not None]
        if len(given) > 1:
            raise UnexpectedError(
                f"{len(given)} of them", "one of probability, probabilities and quantiles"
            )
        if not given and self.scorable:
            raise UnexpectedError(
                "none", "a probability, probabilities or quantiles, or scorable: false"
            )
        return self

    @model_validator(mode="after")
    def _probabilities_sum_to_one(self) -> Self:
        if self.probabilities is not None:
            total = sum(billionths(share) for share in self.probabilities.values())
            if abs(total - BILLION) > SUM_TOLERANCE:
                found = f"a sum of {total / BILLION:.9g}"
                raise UnexpectedError(found, "probabilities that sum to 1")
        return self

    @model_validator(mode="after")
    def _quantiles_ascend(self) -> Self:
        if self.quantiles is None:
            return self
        levels = sorted(self.quantiles)
        if not levels or levels[0] <= 0 or levels[-1] >= 1:
            raise UnexpectedError(levels, "quantile levels between 0 and 1, both left out")
        values = [self.quantiles[level] for level in levels]
        if len({type(value) for value in values}) > 1:
            raise UnexpectedError("a mixture", "quantiles that are all numbers or all dates")
        order: Any = begins if isinstance(values[0], str) else None
        if values != sorted(values, key=order):
            raise UnexpectedError(values, "quantiles that do not fall as their levels rise")
        return self

    @model_validator(mode="after")
    def _range_holds_point(self) -> Self:
        points = self.probabilities if self.probabilities is not None else self.probability
        for name, bound, sign in (("low", self.low, 1), ("high", self.high, -1)):
            if bound is None:
                continue
            pairs = _aligned(points, bound, name)
            if any(sign * edge > sign * point for point, edge in pairs):
                raise UnexpectedError(bound, f"a {name} on its own side of the probability")
        return self


def _aligned(points: Any, bound: Any, name: str) -> list[tuple[float, float]]:
    """Point and bound, option by option; ValueError where the two have not the same shape."""
    if isinstance(points, dict) and isinstance(bound, dict):
        if set(points) != set(bound):
            raise UnexpectedError(
                f"{name} for {', '.join(bound)}", f"{name} for every option, as in probabilities"
            )
        return [(points[option], bound[option]) for option in points]
    if points is None or isinstance(points, dict) or isinstance(bound, dict):
        raise UnexpectedError(bound, f"a {name} of the same shape as the forecast")
    return [(points, bound)]


class Evidence(Passage):
    """A passage of a source that bears on an outcome."""

    source: Line
    stance: Stance = "supports"


def _fits(outcome: str | None, status: str) -> None:
    """Make sure that there is an outcome exactly where a question ended with one."""
    if (status == "resolved") == (outcome is None):
        raise UnexpectedError(
            f"outcome {outcome} with status {status}",
            "an outcome, or a status of annulled, ambiguous or condition failed",
        )


class Resolution(Record):
    """The act of settling a question: an outcome, or one of three ways to end without."""

    question: QuestionId
    outcome: Outcome | None = None
    status: Status = "resolved"
    known: Moment
    by: Name | None = None
    note: Text | None = None
    evidence: tuple[Evidence, ...] = ()

    @model_validator(mode="after")
    def _outcome_fits_status(self) -> Self:
        _fits(self.outcome, self.status)
        return self


class Judgement(Record):
    """How a second rater would settle a question, beside the resolution that stands."""

    question: QuestionId
    by: Name
    outcome: Outcome | None = None
    status: Status = "resolved"
    known: Moment | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _outcome_fits_status(self) -> Self:
        _fits(self.outcome, self.status)
        return self


class Amendment(Record):
    """A question asked otherwise from now on; what is None stays as it was."""

    question: QuestionId
    by: Name
    title: Line | None = None
    criteria: Text | None = None
    resolve_by: Moment | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.title, self.criteria, self.resolve_by) == (None, None, None):
            raise UnexpectedError("nothing", "a title, criteria or a date to settle it by")
        return self


class Lesson(Record):
    """What a person learnt from a settled question."""

    question: QuestionId
    analyst: Name
    text: Text


class Reason(Record):
    """Why something that was recorded is superseded."""

    reason: Text | None = None


class Correction(Record):
    """Who takes back or changes what was recorded, and why."""

    by: Name
    reason: Text


class Dossier(Record):
    """The forecasts and outcomes of one source, as a person has checked them.

    A forecast that does not say when it was made, or by whom, was made on the day on which the
    source was published, by its author.
    """

    source: Source
    analysts: tuple[Analyst, ...] = ()
    questions: tuple[Question, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    resolutions: tuple[Resolution, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _empty_lists(cls, values: Any) -> Any:
        """A key with nothing after it holds nothing."""
        if not isinstance(values, dict):
            return values
        return {k: v for k, v in values.items() if v is not None or k == "source"}

    @model_validator(mode="before")
    @classmethod
    def _as_the_source_says(cls, values: Any) -> Any:
        said = values.get("source") if isinstance(values, dict) else None
        source = dict(said) if isinstance(said, dict | Source) else None
        forecasts = values.get("forecasts") if source is not None else None
        if source is None or not isinstance(forecasts, list | tuple):
            return values
        for name, key, wanted in (
            ("made", "published", "the day on which the source was published"),
            ("analyst", "author", "the author of the source"),
        ):
            lacking = [_lacks(forecast, name) for forecast in forecasts]
            if key not in source or not any(lacking):
                continue
            if source[key] is None:
                expected = f"{wanted}, or the key {name} in each forecast"
                source[key] = UnexpectedError("nothing", expected)
            taken = _taken(key, source[key])
            forecasts = [
                {**forecast, name: taken} if lacks else forecast
                for forecast, lacks in zip(forecasts, lacking, strict=True)
            ]
        return {**values, "source": source, "forecasts": forecasts}


def _lacks(forecast: Any, name: str) -> bool:
    return isinstance(forecast, dict) and forecast.get(name) is None


def _taken(key: str, said: Any) -> str:
    """What forecasts take over from their source; a stopgap where that is wrong and refused."""
    try:
        source = make(Source, {"name": "source", key: said})
    except DataError:
        return "1970-01-01"
    return source.author.handle if source.author else str(source.published)
