"""Words for who can have a view, and for what ends the noun phrase that names them."""

from __future__ import annotations

import re

from tracker.texts.patterns import table


def words(text: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(text.split())


def listed(name: str) -> frozenset[str]:
    """A list of words of the table."""
    return words(table("voices")["words"][name])


AGENTS = listed("agents")
# What people write and compute: it says what they think.
SOURCES = listed("sources")
# What shows something without thinking it: "history suggests" is the author speaking.
ABSTRACT = listed("abstract")
TIMES = listed("times")
NEVER = words(
    """
    per cent percent percentage point points % million billion trillion bn
    """
)
DETERMINERS = listed("determiners")
LEADING = listed("leading")
LINKS = listed("links")
STOPS = listed("stops")
NAME_PARTS = words("de van von der den la le al bin ibn of and")
MANY = re.compile(
    r"(?:(?:ist|ologist|ian|eer|crat|wright|keeper|maker|grower|owner|planner"
    r"|watcher|builder|worker|manager|dealer|holder|writer|reader|seeker|setter"
    r"|monger|brewer|breeder|herder|fisher|miller|baker|logger|rancher|skipper"
    r"|master)s|[a-z]{3,20}(?:er|or)s?|men|women|[a-z]{3,20}ist|ologist|keeper"
    r"|wright|maker|owner|worker|monger|crat)$"
)
LOOSE = STOPS | NEVER | TIMES | LINKS | LEADING
BEFORE_THE = LINKS | DETERMINERS | {"by"}
AHEAD = LEADING | TIMES
INTRO = LINKS | LEADING
INTRODUCES = INTRO | DETERMINERS | TIMES
BREAKS = STOPS | LINKS
IN_NAMES = LINKS | NAME_PARTS
NOBODYS = (ABSTRACT | NEVER | TIMES | DETERMINERS | words("first second third")) - words(
    "some many several most one both two three four"
)
THINGS = listed("things")
RELATIVE = words("who whom whose which")
SPOKE = words(
    """
    spoke talked met know knew asked interviewed polled trust consulted
    """
)
ALONE = words(
    "polled surveyed asked quoted interviewed contacted alike alone themselves itself himself"
    " herself here now both all each"
)
DONE_BY = words("seen written drawn led run sent")
