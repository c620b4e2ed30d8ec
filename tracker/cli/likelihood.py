"""How likely somebody finds something, as it is typed: a number, options, quantiles, or words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import typer

from tracker.cli.terminal import talk
from tracker.cli.typed import amount, named, share

ELSEWHERE = "; words go after --phrase, named outcomes after --option, amounts after --quantile"


def of(
    probability: str | None,
    options: list[str] | None,
    quantiles: list[str] | None,
    *,
    phrase: str | None,
    span: str | None,
) -> dict[str, Any]:
    """What a forecast says, with the range of its words; words alone are read by the lexicon."""
    alone = phrase if not (probability or options or quantiles) else None
    said = _read(alone) if alone else distribution(probability, options, quantiles)
    low, high = _range(span)
    return {**said, **({"low": low, "high": high} if span else {})}


def _read(phrase: str) -> dict[str, Any]:
    """A phrase as the lexicon reads it, and said so."""
    from tracker.texts.lexicon import Lexicon
    from tracker.texts.reading import reading
    from tracker.values import percent

    lexicon = Lexicon.load()
    found = reading(lexicon, phrase, phrase)
    if found.point is None or not found.scorable:
        raise typer.BadParameter(
            f"{phrase!r} does not say how likely; say it with -p", param_hint="--phrase"
        )
    talk(f"--phrase: read as {percent(found.point)}, as {lexicon.name} does; -p says otherwise")
    return {
        "probability": found.point,
        "low": found.low,
        "high": found.high,
        "lexicon": lexicon.name,
    }


def distribution(
    probability: str | None, options: list[str] | None, quantiles: list[str] | None
) -> dict[str, Any]:
    """What a forecast says, from what was typed after -p, --option or --quantile."""
    given = [value for value in (probability, options, quantiles) if value]
    if len(given) != 1:
        raise typer.BadParameter(
            "say how likely: -p 70%, or --option NAME=P for each option, or --quantile P=VALUE"
            if not given
            else "-p, --option and --quantile exclude one another"
        )
    if options:
        said = named(options, "--option", "NAME=P, as snow=70%")
        return {
            "probabilities": _whole({name: share(p, "--option") or 0.0 for name, p in said.items()})
        }
    if quantiles:
        said = named(quantiles, "--quantile", "P=VALUE, as 10%=85")
        return {
            "quantiles": {
                share(p, "--quantile"): amount(value, "--quantile") for p, value in said.items()
            }
        }
    try:
        return {"probability": share(probability, "-p")}
    except typer.BadParameter as wrong:
        if re.search(r"[^\W\d_]{2}|\d\s+\d", probability or ""):
            wrong.message += ELSEWHERE
        raise


def _whole(shares: dict[str, float]) -> dict[str, float]:
    """Options as typed; where they leave something over, say how to name it."""
    from tracker.errors import DataError, Problem
    from tracker.records import SUM_TOLERANCE
    from tracker.values import BILLION, percent

    over = 1 - sum(shares.values())
    if abs(over) * BILLION <= SUM_TOLERANCE:
        return shares
    other = f"; name the rest, as other={percent(over)}".replace(" %", "%")
    expected = f"100 %{other if over > 0 else ''}"
    raise DataError([Problem("--option", f"{percent(1 - over)} in all", expected)])


def kind(said: Mapping[str, Any], *, ordered: bool) -> str:
    """The kind of question that a forecast answers."""
    if "probabilities" in said:
        return "ordered" if ordered else "options"
    if ordered:
        raise typer.BadParameter("--ordered goes with --option")
    if "quantiles" in said:
        values = [str(value) for value in said["quantiles"].values()]
        return (
            "date"
            if all(value[:4].isdecimal() and value[4:5] == "-" for value in values)
            else ("quantity")
        )
    return "binary"


def _range(span: str | None) -> tuple[float | None, float | None]:
    if span is None:
        return None, None
    low, dots, high = span.partition("..")
    if not dots:
        raise typer.BadParameter(f"expected LOW..HIGH; found {span}", param_hint="--range")
    return share(low, "--range"), share(high, "--range")
