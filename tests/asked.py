"""Forecasts with times on one question, for the scores of platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tracker import Pairs

if TYPE_CHECKING:
    from tracker.scoring.platforms import PlatformScore

OPENED = np.datetime64("2026-09-01T00:00:00", "us")

Said = list[tuple[str, float, float]]
V1: Said = [("u1", 0.9, 0), ("u1", 0.95, 3), ("u2", 0.25, 0), ("u2", 0.2, 2), ("u3", 0.99, 5)]


def at(days: float) -> np.datetime64:
    """A time, in days after the question opened."""
    return OPENED + np.timedelta64(round(days * 86_400_000_000), "us")


def asked(said: Said, days: float, *, happened: bool = True, **columns: Any) -> Pairs:
    """Forecasts (analyst, probability, day) on one question that is known after some days."""
    n = len(said)
    given: dict[str, Any] = {
        "probability": [p for _, p, _ in said],
        "outcome": [happened] * n,
        "analyst": np.array([analyst for analyst, _, _ in said], dtype=np.str_),
        "question": np.array(["q"] * n, dtype=np.str_),
        "made": np.array([at(day) for _, _, day in said], dtype="datetime64[us]"),
        "known": np.array([at(days)] * n, dtype="datetime64[us]"),
        "ended": np.array([at(days)] * n, dtype="datetime64[us]"),
    }
    return Pairs(**{**given, **columns})


def values(scores: list[PlatformScore]) -> dict[str, float | None]:
    """Score by analyst."""
    return {one.analyst: one.score for one in scores}


def covered(scores: list[PlatformScore]) -> dict[str, float]:
    """Coverage by analyst."""
    return {one.analyst: one.coverage for one in scores}
