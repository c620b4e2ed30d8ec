"""The canonical forms of times, probabilities and text, and the types that records use for them.

Times are text in one of two forms: a day, ``2026-03-02``, or an instant in UTC,
``2026-03-02T14:05:00Z``. A day says that the hour is not known; nothing here invents one.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from tracker.errors import UnexpectedError

if TYPE_CHECKING:
    from collections.abc import Callable

BILLION = 1_000_000_000

# --- times ----------------------------------------------------------------------------------


def moment(value: object) -> str:
    """The canonical text of a day or an instant.

    Raises ValueError for a date in no calendar and for a time without a zone.

    >>> moment("2026-03-02T16:05+02:00"), moment(date(2026, 3, 2))
    ('2026-03-02T14:05:00Z', '2026-03-02')
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    text = value.isoformat() if isinstance(value, datetime) else str(value).strip()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return date.fromisoformat(text).isoformat()
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ][0-9:.+Z-]+", text, re.ASCII):
            return _instant(datetime.fromisoformat(text))
    except UnexpectedError:
        raise
    except (ValueError, OverflowError):
        raise UnexpectedError(text, "a date that is in the calendar") from None
    raise UnexpectedError(text, "a date as 2026-03-02 or a time as 2026-03-02T14:05Z")


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise UnexpectedError(value.isoformat(), "a time with its zone, as 2026-03-02T14:05Z")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def is_day(when: str) -> bool:
    """Whether a moment is a whole day."""
    return len(when) == len("2026-03-02")


def begins(when: str) -> datetime:
    """The first instant of a moment.

    >>> begins("2026-03-02")
    datetime.datetime(2026, 3, 2, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if is_day(when):
        return datetime.combine(date.fromisoformat(when), time(), UTC)
    return datetime.fromisoformat(when)


def ends(when: str) -> datetime:
    """The instant at which a moment is over: the next midnight for a day.

    >>> ends("2026-03-02")
    datetime.datetime(2026, 3, 3, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if not is_day(when):
        return begins(when)
    start = begins(when)
    return start + timedelta(days=1) if start.date() < date.max else start


def stamp(when: datetime) -> str:
    """An instant as entries keep it: of fixed width, so that text sorts by time."""
    if when.tzinfo is None:
        raise UnexpectedError(when.isoformat(), "an instant with its zone")
    utc = when.astimezone(UTC).isoformat(timespec="microseconds")
    return utc.replace("+00:00", "Z")


def last_instant(when: str) -> datetime:
    """The last instant of a moment."""
    return ends(when) - timedelta(microseconds=1) if is_day(when) else begins(when)


# --- probabilities --------------------------------------------------------------------------


def probability(value: object) -> float:
    """A probability from a number in [0, 1], a percentage or a fraction.

    It is kept in billionths, so that equal forecasts are equal: 0.1 + 0.2 is the level 0.3.
    Raises ValueError outside [0, 1], and where rounding would turn a chance into a certainty.

    >>> probability("70%"), probability("7/10"), probability(0.1 + 0.2)
    (0.7, 0.7, 0.3)
    """
    exact = _fraction(value)
    if exact is None or not 0 <= exact <= 1:
        percent = exact is not None and exact.denominator == 1 and 1 < exact <= 100  # noqa: PLR2004
        hint = f" ({exact}% is written with its sign)" if percent else ""
        raise UnexpectedError(value, f"a probability from 0 to 1, as 0.7, 70% or 7/10{hint}")
    billionths = round(exact * BILLION)
    if (billionths == 0) != (exact == 0) or (billionths == BILLION) != (exact == 1):
        raise UnexpectedError(value, "0, 1, or at least one billionth away from both")
    return billionths / BILLION


_NUMBER = r"\d{1,12}(?:\.\d{0,20})?|\.\d{1,20}"
_PROBABILITY = re.compile(rf"({_NUMBER})\s*(?:/\s*({_NUMBER})|(%))?", re.ASCII)


def _fraction(value: object) -> Fraction | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float):
        # repr, so that the 0.1 somebody wrote is a tenth and not its binary neighbour
        return Fraction(repr(float(value))) if math.isfinite(value) else None
    written = _PROBABILITY.fullmatch(str(value).strip())
    if written is None:
        return None
    number, of, percent = written.groups()
    if of is None:
        return Fraction(number) / (100 if percent else 1)
    return Fraction(number) / Fraction(of) if Fraction(of) else None


def billionths(value: float) -> int:
    """The integer by which the ledger keeps a probability.

    >>> billionths(0.7)
    700000000
    """
    return round(value * BILLION)


def quantity(value: object) -> float:
    """A finite number; raises ValueError for anything else.

    >>> quantity("1_200.5")
    1200.5
    """
    text = str(value)
    try:
        number = float(text) if text.isascii() else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UnexpectedError(value, "a number")
    return number + 0.0  # no minus zero


# --- text -----------------------------------------------------------------------------------


def sha256(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hex.

    >>> sha256("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def _words(longest: int, *, lines: bool = False) -> Callable[[str], str]:
    """Text that is not blank, of one line or several, and that any terminal may be handed."""

    def check(given: str) -> str:
        text = unicodedata.normalize("NFC", given).strip()
        if not text:
            raise UnexpectedError("nothing", "some text")
        if len(text) > longest:
            raise UnexpectedError(f"{len(text)} characters", f"at most {longest} characters")
        if not lines and any(char in "\n\t\u2028\u2029" for char in text):
            raise UnexpectedError("several lines", "one line of text")
        for char in "" if text.isprintable() else text:  # which has no such signs; most texts
            if unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t":
                raise UnexpectedError(f"U+{ord(char):04X}", "text without control characters")
        return text

    return check


def _written_as_number(value: object) -> object:
    """YAML reads an option named 2026 as a number; a name it is all the same."""
    if isinstance(value, bytes):
        raise UnexpectedError("bytes", "text")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def like_an_id(text: str) -> bool:
    """Whether a text could be the id of a question, and so is not taken for a title.

    >>> like_an_id("q1"), like_an_id("Rain on Sunday?")
    (True, False)
    """
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", text.strip(), re.ASCII) is not None


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise UnexpectedError(text, "an address that starts with http:// or https://")
    return text


def _shares(value: object) -> dict[str, float]:
    """A probability for each option, by name; no option twice, however it is spelt."""
    if not isinstance(value, dict):
        raise UnexpectedError(value, "a probability for each option, by name")
    found: dict[str, float] = {}
    for said, share in value.items():
        name = _name(str(said))
        if name in found:
            raise UnexpectedError(name, "each option once")
        found[name] = probability(share)
    return found


def _bound(value: object) -> object:
    """An end of a reading range: one probability, or one for each option."""
    return _shares(value) if isinstance(value, dict) else probability(value)


def _quantiles(value: object) -> dict[float, float | str]:
    """A number or a date for each level; no level twice."""
    if not isinstance(value, dict):
        raise UnexpectedError(value, "a value for each level")
    found: dict[float, float | str] = {}
    for said, at in value.items():
        level = probability(said)
        if level in found:
            raise UnexpectedError(said, "each level once")
        found[level] = _quantile_value(at)
    return found


def _quantile_value(value: object) -> float | str:
    """A number or a date."""
    if isinstance(value, date) or re.match(r"\d{4}-\d{2}-", str(value), re.ASCII):
        return moment(value)
    return quantity(value)


def _said_as_word(value: object) -> object:
    """An outcome may be written as YAML's true and false, as a number or as a date."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return moment(value)
    if isinstance(value, int | float):
        return str(value)
    if value is None or isinstance(value, str):
        return value
    raise UnexpectedError(type(value).__name__, "a word, a number or a date")


_name = _words(100)
_Written = Annotated[str, BeforeValidator(_written_as_number)]
Text = Annotated[_Written, AfterValidator(_words(20_000, lines=True))]
Line = Annotated[_Written, AfterValidator(_words(500))]
Name = Annotated[_Written, AfterValidator(_name)]
QuestionId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Address = Annotated[Line, AfterValidator(_web_address)]
Moment = Annotated[str, BeforeValidator(moment)]
Probability = Annotated[float, BeforeValidator(probability)]
Probabilities = Annotated[dict[str, float], BeforeValidator(_shares)]
Bound = Annotated[float | dict[str, float], BeforeValidator(_bound)]
Quantiles = Annotated[dict[float, float | str], BeforeValidator(_quantiles)]
Outcome = Annotated[Line, BeforeValidator(_said_as_word)]


def percent(value: float | None) -> str:
    """A probability as it is read aloud, to its last digit.

    >>> percent(0.7), percent(0.025), percent(None)
    ('70 %', '2.5 %', '–')
    """
    if value is None:
        return "–"
    return f"{value * 100:.7f}".rstrip("0").rstrip(".") + " %"


def rounded(value: float | None) -> str:
    """A probability in percent to two decimals; to more where it would seem certain.

    >>> rounded(0.666666667), rounded(0.025), rounded(0.9999996), rounded(1.0), rounded(None)
    ('66.67 %', '2.5 %', '99.99996 %', '100 %', '–')
    """
    edge = min(value, 1 - value) if value is not None else 0.0
    if value is None or edge <= 0:
        return percent(value)
    return percent(round(value, max(4, 1 - math.floor(math.log10(edge)))))
