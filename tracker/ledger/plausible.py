"""Whether a record can be made of what is recorded: the chain proves that it stayed, no more."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tracker.ledger.faults import tampered
from tracker.values import moment, sha256, stamp

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = {"made", "known", "published", "resolve_by"}


def entry(key: str, recorded: object, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Check an entry, named by ``key``, and what belongs to it; raises TamperedError."""
    _instant(key, recorded)
    options = len(rows.get("option", ()))
    for name, found in rows.items():
        for content in found:
            _row(f"{name} of {key}", content, options=options)


def _instant(key: str, recorded: object) -> None:
    """When an entry was recorded, in the form that entries have, which sorts by time."""
    try:
        right = stamp(datetime.fromisoformat(str(recorded))) == recorded
    except ValueError:
        right = False
    if not right:
        raise tampered(key, f"the time {recorded}", "an instant as 2026-11-21T12:00:00.000000Z")


def _row(key: str, content: dict[str, Any], *, options: int) -> None:
    for name, value in content.items():
        if isinstance(value, float):
            raise tampered(key, f"{name} {value}", "no fraction")
        if name in TIMES and not _is(moment, value):
            raise tampered(key, f"{name} {value}", "a day or an instant")
    if not _is(json.loads, content.get("distribution", "{}")):
        raise tampered(key, f"distribution {content['distribution']}", "JSON")
    quote = content.get("quote")
    if quote is not None and "start" not in content and sha256(quote) != content.get("sha256"):
        raise tampered(key, f"sha256 {content.get('sha256')}", f"{sha256(quote)}, of the quote")
    if (content.get("kind") in {"options", "ordered"}) != (options > 1) and "kind" in content:
        raise tampered(key, f"{options} options", f"those of kind {content['kind']}")


def _is(reads: Callable[[Any], object], value: object) -> bool:
    """Whether a value is in the form that is read, which for a time is the canonical one."""
    try:
        found = reads(value)
    except (TypeError, ValueError):
        return False
    return found == value if isinstance(found, str) else isinstance(found, dict)
