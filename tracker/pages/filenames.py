"""Names of files for what people named as they liked."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 60  # characters of a name that stay readable
# Names of pages of lists, and of devices on Windows.
TAKEN = re.compile(r"index|page-\d+|con|prn|aux|nul|(com|lpt)\d")


def file_names(texts: Iterable[str]) -> dict[str, str]:
    """A file name, without ending, for each text: readable, safe on any system, each its own.

    A text of small Latin letters, digits, ``-`` and ``_`` keeps its name; any other gets a short
    hash, by which it has the same name in every report.

    >>> file_names(["essay", "Essay", "../etc"])
    {'essay': 'essay', '../etc': 'etc-f7f9121f', 'Essay': 'essay-6bc4fba5'}
    """
    names: dict[str, str] = {}
    used: set[str] = set()
    for text in sorted(set(texts), key=lambda text: (_slug(text) != text, text)):
        slug, digest, length = _slug(text), hashlib.sha256(text.encode()).hexdigest(), 8
        name = slug
        if slug != text or TAKEN.fullmatch(slug):
            name = f"{slug}-{digest[:length]}".lstrip("-")
        while name in used:
            length += 8
            name = f"{slug}-{digest[:length]}".lstrip("-")
        used.add(name)
        names[text] = name
    return names


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain)[:LONGEST].strip("-")
