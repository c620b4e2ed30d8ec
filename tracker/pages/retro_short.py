"""What stands at the top of a retrospective: its numbers, and what a reader takes away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.charts.theme import number, percent
from tracker.pages.lines import likelihood
from tracker.scoring.phrases import NUMBER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.pages.lines import CallLine
    from tracker.pages.retro import Retro
    from tracker.scoring.retrospect import Bias, Updating

KINDS = {"tag": "By tag", "lead": "By lead", "phrase": "By phrase"}
CANNOT_TELL = "cannot tell"
NAMED = 3  # of those that lean one way


@dataclass(frozen=True)
class Tile:
    """A number at the top: what it is, and what to hold it against."""

    value: str
    name: str
    meaning: str


def tiles(retro: Retro) -> list[Tile]:
    """The numbers at the top; none where nothing is settled."""
    card = retro.card
    if card.brier is None:
        return []
    found = [Tile(number(card.brier), "Brier score", _interval(card.brier_interval))]
    if retro.chance is not None:
        found.append(Tile(number(retro.chance), "knowing nothing", "equal chances, same questions"))
    if retro.reading_range is not None and retro.reading_range[0] != retro.reading_range[1]:
        low, high = retro.reading_range
        kindest = f"{number(low)}–{number(high)}"
        found.append(Tile(kindest, "by reading", "kindest to harshest reading of the words"))
    settled = f"{retro.said:,} {plural(retro.said, 'forecast')} in all" if retro.said else ""
    found.append(Tile(f"{card.questions:,}", plural(card.questions, "settled question"), settled))
    return found


def _interval(interval: tuple[float, float] | None) -> str:
    scale = "0-1 scale, lower is better"
    if interval is None:
        return f"{scale}; too little for an interval"
    return f"{scale}; 90 % interval {number(interval[0])} to {number(interval[1])}"


def in_short(retro: Retro) -> list[tuple[str, str]]:
    """What a reader takes away, each with its name."""
    found = []
    if retro.best:
        found.append(("Best call", _call(retro.best[0])))
    if retro.worst:
        found.append(("Worst call", _call(retro.worst[0])))
    if words := _words(retro):
        found.append(("The words", words))
    if leans(retro.bias) and (lean := leaning(retro)):
        found.append(("Lean", lean))
    if retro.updating is not None and retro.updating.questions:
        found.append(("Updates", _updates(retro.updating)))
    return found


def _call(call: CallLine) -> str:
    line = call.line
    mean = f" Ranked by the {call.several}." if call.several else ""
    phrase = f"“{line.phrase}”, read as " if line.phrase else ""
    if line.outcome in ("yes", "no") and line.kind == "binary":
        came = "it happened" if line.outcome == "yes" else "it did not happen"
        return f"{line.title} Said {phrase}{line.shown}; {came}.{mean}"
    given = "–" if line.chances is None else likelihood(line.chances[1])
    equal = "" if call.equal is None else f" where equal chances are {likelihood(call.equal)}"
    return f"{line.title} Said {phrase}{given}{equal} for {line.outcome}, which happened.{mean}"


def _updates(found: Updating) -> str:
    """Whether updating helped, and what the comparison cannot show."""
    spread = ""
    if found.interval is not None:
        low, high = (signed(end) for end in found.interval)
        spread = f"; gain {signed(found.gain)}, 90 % interval {low} to {high}"
    return f"{found.verdict.removesuffix('.')}{spread} (last ones stand nearer the outcome)."


def signed(value: float | None) -> str:
    """A gain with its sign."""
    return "–" if value is None else f"{'+' if round(value, 3) > 0 else ''}{number(value)}"


def _words(retro: Retro) -> str:
    """What the reading of the words does to the score, and to the answer."""
    if retro.reading_range is None or retro.chance is None:
        return ""
    low, high = retro.reading_range
    if number(low) == number(high):
        return ""
    said = f"Read most kindly the same forecasts score {number(low)}, most harshly {number(high)}"
    if low < retro.chance < high:
        return f"{said}: by how the words are read, better or worse than knowing nothing."
    side = "better" if high <= retro.chance else "worse"
    return f"{said}: {side} than knowing nothing either way."


# --- where the forecasts lean ---------------------------------------------------------------------


def leans(bias: Sequence[Bias]) -> bool:
    """Whether anything rests on more than one question."""
    return any(one.questions > 1 for one in bias)


def leaning(retro: Retro) -> str:
    """All yes/no forecasts first, then what of them is shown to lean."""
    whole = entire(retro.bias)
    said = [] if whole is None else [_whole(whole, retro.sets)]
    apart = [one for one in retro.bias if one.by != "all" and not same(one, whole)]
    for verdict in ("less often", "more often"):
        names = [_named(one) for one in apart if one.verdict == verdict]
        if names:
            more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
            listed = f"{', '.join(names[:NAMED])}{more} came true {verdict} than said."
            said.append(f"{listed[:1].upper()}{listed[1:]}")
    if len(said) == (whole is not None):
        kinds = [by for by in KINDS if any(one.by == by and one.questions > 1 for one in apart)]
        if kinds:
            said.append(f"No {_either(kinds)} by itself is shown to lean.")
    return " ".join(said)


def _whole(whole: Bias, sets: int) -> str:
    which = "All yes/no forecasts" if sets else "All forecasts"
    shares = f"{percent(whole.mean_probability, 0)} said, {percent(whole.happened, 0)} happened"
    if whole.verdict == CANNOT_TELL:
        return f"{which}: {shares}; whether they lean cannot be told yet."
    return f"{which}: {shares}; they came true {whole.verdict} than said."


def entire(bias: Sequence[Bias]) -> Bias | None:
    """That of all forecasts."""
    return next((one for one in bias if one.by == "all"), None)


def same(one: Bias, whole: Bias | None) -> bool:
    """Whether something holds all the forecasts, and so says nothing more than they do."""
    return whole is not None and one.forecasts == whole.forecasts


def _either(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _named(one: Bias) -> str:
    if one.by == "lead":
        return f"forecasts made {one.key} ahead"
    return f"“{one.key}”" if one.by == "phrase" and one.key != NUMBER else key(one)


def key(one: Bias) -> str:
    """What a bias is of, as it is said."""
    return "given as a number" if one.by == "phrase" and one.key == NUMBER else one.key


def plural(count: int, one: str, many: str = "") -> str:
    """The word for so many."""
    return one if count == 1 else many or f"{one}s"
