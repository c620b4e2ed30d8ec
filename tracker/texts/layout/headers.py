"""What a text says of itself at its head: title, author, day of publication.

Offered to a person, never taken: such a line can be old, wrong, or about something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
DAY = (
    rf"(?:\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]\d{{2}}:\d{{2}}\S{{0,12}})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? {MONTH},? \d{{4}}|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})"
)
PERSON = (
    r"[A-Z][\w'.-]{0,30}(?: (?:(?:van|von|de|der|den|bin|al|da|di|la) )?[A-Z][\w'.-]{0,30}){1,3}"
)
PEOPLE = rf"{PERSON}(?:(?:, | and | & ){PERSON}){{0,3}}"
BREAK = r"\s{0,9}(?:[|,;.·-]\s{0,9})?"
PUBLISHED = r"(?:date|dated|published|posted|updated|last updated)(?: on)?\s?:?\s{1,9}"
BYLINE = rf"(?:[Bb]y\s|[Aa]uthors?\s?:\s{{0,9}}|BY\s)\s?(?P<author>{PEOPLE})"

AHEAD = re.compile(
    rf"\s{{0,40}}{PUBLISHED}(?P<day>{DAY})(?!\w){BREAK}", re.IGNORECASE
)  # with a text after it
ALONE = re.compile(
    rf"\s{{0,40}}(?:{BYLINE}{BREAK})?(?:(?i:{PUBLISHED})?(?P<day>(?i:{DAY})){BREAK})?\s{{0,40}}$"
)
TITLE = re.compile(r"\s{0,40}[Tt]itle\s?:\s{1,9}")
MATTER = re.compile(r"(title|author|date|published) ?: {0,9}([^\n]{1,500})", re.IGNORECASE)
FRONT = 10_000  # characters in which front matter is looked for
LINES = 8  # paragraphs at the head that may be lines of a header


@dataclass(frozen=True)
class Hints:
    """Title, author and day of publication, in the words of the text or page itself."""

    title: str | None = None
    author: str | None = None
    published: str | None = None


def header(prose: str, number: int) -> tuple[int, Hints]:
    """How much of a paragraph is a header, and what it says; ``number`` counts paragraphs from 1.

    A text may follow a header in its first line; after that, headers are whole lines.

    >>> header("Published: 2 March 2026 Rain fell.", 1)
    (24, Hints(title=None, author=None, published='2 March 2026'))
    >>> header("By March 2026 rain will fall.", 1)[0]
    0
    """
    if number > LINES or not prose.strip():
        return 0, Hints()
    alone = ALONE.match(prose)
    if alone:
        return len(prose), Hints(None, alone["author"], alone["day"])
    title = TITLE.match(prose)
    if title:
        return title.end(), Hints(prose[title.end() :].strip())
    ahead = AHEAD.match(prose) if number == 1 else None
    return (ahead.end(), Hints(None, None, ahead["day"])) if ahead else (0, Hints())


def front_matter(text: str) -> Hints:
    """What the block between lines of dashes at the top of a Markdown text says."""
    if not text.startswith("---"):
        return Hints()
    said: dict[str, str] = {}
    for line in text[:FRONT].splitlines()[1:]:
        if line.strip() in {"---", "..."}:
            break
        found = MATTER.match(line)
        if found and (value := found[2].strip(" \"'")):
            said.setdefault(found[1].lower(), value)
    return Hints(said.get("title"), said.get("author"), said.get("date", said.get("published")))
