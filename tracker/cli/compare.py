"""The command that compares analysts: two of them, one with the crowd, or all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli import output as files
from tracker.cli.bars import progress
from tracker.cli.cards import fact, span
from tracker.cli.judge import Decomposed, ScaleName, which
from tracker.cli.options import Counting, Wanted, ledger, policy
from tracker.cli.tables import table
from tracker.cli.terminal import data, line, number, paragraph, remark, signed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tracker.charts.picture import Picture
    from tracker.pairs import Pairs
    from tracker.scoring.compared import Comparison
    from tracker.scoring.crowd import CrowdScore
    from tracker.scoring.standings import Ranking, Standing

MEDIAN = "The crowd: the median of all others, on questions that two or more of them answered."
CAUTION = (
    "Everybody is scored over the time they held a forecast; who came later knew more. "
    "--counting lead:30 compares all at one moment."
)
OF_TWO, OF_ALL = ("difference", "murphy"), ("ranking", "plane")  # pictures
SHOWN = 25  # analysts in a ranking, unless all are asked for
STANDING = ("place", "analyst", "ques-\ntions", "Brier", "adjusted", "skill", "places", "q")


def compare(
    wanted: Wanted,
    a: Annotated[
        str | None, typer.Argument(metavar="A", help="An analyst.", show_default=False)
    ] = None,
    b: Annotated[
        str | None,
        typer.Argument(
            metavar="B",
            help="Another; without one, A is compared with the crowd of all others; without both, "
            "everybody is ranked.",
            show_default=False,
        ),
    ] = None,
    rule: Annotated[
        Decomposed, typer.Option(help="The score; a ranking is by brier.")
    ] = Decomposed.brier,
    scale: Annotated[
        ScaleName, typer.Option(help="0-1: 50 % costs 0.25. 0-2: it costs 0.5.")
    ] = ScaleName.one,
    counting: Counting = None,
    everybody: Annotated[
        bool, typer.Option("--all", help=f"Show more than the first {SHOWN} of a ranking.")
    ] = False,
    output: files.Output = None,
    chart: Annotated[str | None, files.chart_option([*OF_TWO, *OF_ALL])] = None,
) -> None:
    """Compare two analysts on what both answered, or rank them all.

    Example: tracker compare --tag weather
    """
    from tracker.scoring.comparison import compare as compared
    from tracker.scoring.standing_crowd import CROWD, beside_crowd

    counting = policy(counting)
    if a is None and rule is not Decomposed.brier:
        message = f"expected brier for a ranking; found {rule.value}"
        raise typer.BadParameter(message, param_hint="--rule")
    if a is None and scale is not ScaleName.one:
        message = f"expected 0-1 for a ranking; found {scale.value}"
        raise typer.BadParameter(message, param_hint="--scale")
    files.check(output, wanted=wanted, chart=chart, charts=OF_TWO if a else OF_ALL)
    pairs = _read(wanted, a, b)
    if a is None:
        _ranked(wanted, pairs, counting, shown=None if everybody else SHOWN, file=(output, chart))
        return
    with_crowd = b is None
    how: dict[str, Any] = {"rule": rule.value, "scale": scale.value}
    with progress("Comparing"):
        if b is None:
            pairs, b = beside_crowd(pairs, a), CROWD
        found = compared(pairs, a, b, counting=counting, **how)
    if wanted.json:
        data(found.as_dict())
    elif not output:
        show(found)
        if with_crowd:
            line()
            paragraph(MEDIAN)
    if output:
        chosen = f"{which(wanted)}; counting {counting}"
        notes = _notes(pairs) + ([MEDIAN] if with_crowd else [])
        about = files.About(f"{a} and {b}", chosen, found.verdict, notes=notes)
        pictures = partial(_of_two, pairs, (a, b), counting, **how)
        files.write(output, found.as_dict(), pictures, about, chart=chart)


def _of_two(pairs: Pairs, names: tuple[str, str], counting: str, **how: Any) -> list[Picture]:
    from tracker.charts.difference import difference
    from tracker.charts.murphy import murphy
    from tracker.scoring.difference import difference_path
    from tracker.scoring.murphy import murphy_of_two

    path = difference_path(pairs, *names, counting=counting, **how)
    return [difference(path), murphy(murphy_of_two(pairs, *names, counting=counting))]


def _read(wanted: Wanted, *names: str | None) -> Pairs:
    from tracker.ledger.naming import among

    with ledger(wanted.db) as opened:
        known = list(opened.analysts())
        for name in (*names, wanted.analyst):
            if name is not None:
                among("analyst", name, known)
        if wanted.analyst is not None:
            raise typer.BadParameter("name analysts as A and B", param_hint="--analyst")
        with progress("Reading"):
            pairs = opened.pairs(**wanted.filters())
    for note in _notes(pairs):
        remark(note)
    return pairs


def _notes(pairs: Pairs) -> list[str]:
    left = pairs.left_out.get("quantities")
    return [f"left out: questions on quantities or dates: {left}"] if left else []


def show(found: Comparison) -> None:
    """Two analysts side by side, the difference, and a plain sentence.

    Example: tracker show q1
    """
    if found.questions:
        score = f"Brier score, {found.scale}" if found.rule == "brier" else f"{found.rule} score"
        heads = ("", found.a, found.b)
        rows = [
            (f"{score}, lower is better", number(found.score_a), number(found.score_b)),
            ("closer, shared questions", f"{found.better_a:,}", f"{found.better_b:,}"),
            ("answered alone, not compared", f"{found.only_a:,}", f"{found.only_b:,}"),
        ]
        table(heads, rows, right=heads[1:])
        line()
        for name, value in _facts(found).items():
            fact(name, value)
        line()
    paragraph(found.verdict)


def _facts(found: Comparison) -> dict[str, str]:
    apart = f"; {found.apart:,} more never at the same time" if found.apart else ""
    linked = f", in {found.clusters:,} linked groups" if found.clusters < found.questions else ""
    alike = f", scored alike on {found.equal:,}" if found.equal else ""
    shared = f"{found.questions:,}{linked}{alike}{apart}, counting {found.counting}"
    facts = {"shared questions": shared}
    if found.difference is not None:
        how = f"below 0: {found.a} is better"
        facts["difference"] = f"{signed(found.difference)}{_span(found.interval, 90)}   ({how})"
    if found.p_value is not None:
        how = "how often chance alone gives as large a difference"
        facts["by luck alone"] = f"p = {found.p_value:.2g}   ({how})"
    if found.anytime is not None:
        how = "however often one looks; coarse where differences are small"
        span = _span(found.anytime.interval, 95)
        facts["at any time"] = f"e-value {found.anytime.e_value:.3g}{span}   ({how})"
    return facts


def _span(interval: tuple[float, float] | None, level: int) -> str:
    if interval is None:
        return ""
    return f"   {level} % interval {signed(interval[0])} to {signed(interval[1])}"


def _ranked(
    wanted: Wanted,
    pairs: Pairs,
    counting: str,
    *,
    shown: int | None,
    file: tuple[Sequence[Path] | None, str | None],
) -> None:
    from tracker.scoring.counting import count
    from tracker.scoring.crowd import crowd_table
    from tracker.scoring.ranking import rank

    with progress("Ranking"):
        counted = count(pairs, counting)
        ranking, crowds = rank(counted), crowd_table(counted)
    apart = pairs.made is not None and not counting.startswith("lead:")
    caution = CAUTION if apart and ranking.standings else None
    crowd = [one.as_dict() for one in crowds]
    content: dict[str, Any] = {"counting": counting, "ranking": ranking.as_dict(), "crowd": crowd}
    content["caution"] = caution
    output, chart = file
    if wanted.json:
        data(content)
    if output:
        chosen = f"{which(wanted)}; counting {counting}"
        notes = [*_notes(pairs), ranking.reading, *([caution] if caution else [])]
        about = files.About("All analysts, ranked", chosen, ranking.verdict, notes=notes)
        files.write(output, content, partial(_of_all, counted, ranking), about, chart=chart)
    if wanted.json or output:
        return
    show_ranking(ranking, shown=shown)
    if any(one.brier for one in crowds):
        line()
        show_crowd(crowds)
    if caution:
        line()
        paragraph(caution)


def _of_all(counted: Pairs, found: Ranking) -> list[Picture]:
    from tracker.charts.plane import plane as drawn
    from tracker.charts.ranking import ranking
    from tracker.scoring.plane import plane

    return [ranking(found), drawn(plane(counted))]


def show_ranking(
    ranking: Ranking, *, shown: int | None = SHOWN, hint: str = "; --all shows them"
) -> None:
    """A table of standings, what the columns mean, and a plain sentence."""
    if ranking.standings:
        grouped = ranking.parts > 1
        heads = [*(["group"] if grouped else []), *STANDING]
        rows = [_standing(one, grouped=grouped) for one in ranking.standings[:shown]]
        table(heads, rows, right=[head for head in heads if head != "analyst"])
        rest = len(ranking.standings) - len(rows)
        if rest:
            line(f"and {rest:,} more{hint}")
        line()
        paragraph(_columns(ranking))
        line()
        _references(ranking, shown)
        line()
        paragraph(f"{_overlap(ranking)}{ranking.reading}")
        line()
    paragraph(ranking.verdict)


def _standing(one: Standing, *, grouped: bool) -> list[str]:
    places = "–" if one.rank_low is None else f"{one.rank_low}–{one.rank_high}"
    return [
        *([str(one.part)] if grouped else []),
        "–" if one.rank is None else str(one.rank),
        one.analyst,
        f"{one.questions:,}",
        number(one.score),
        number(one.adjusted),
        signed(one.skill),
        places,
        "–" if one.q_value is None else f"{one.q_value:.2f}",
    ]


def _references(ranking: Ranking, shown: int | None) -> None:
    """Skill against always saying the same, and against the others."""
    heads = ("skill against", "base rate", "50 %", "crowd", "of questions")
    rows = [
        (
            one.analyst,
            *(
                "–" if against is None else f"{against:+.2f}"
                for against in (one.against_base_rate, one.against_half, one.against_crowd)
            ),
            f"{one.crowd_questions:,}",
        )
        for one in ranking.standings[:shown]
    ]
    table(heads, rows, right=heads[1:])
    line()
    paragraph(
        "1 is perfect, 0 no better, below 0 worse. The base rate is that of the analyst's own "
        "questions, with hindsight; the crowd is the median of the others."
    )


def _columns(ranking: Ranking) -> str:
    groups = " Places are within a group: groups share no questions." if ranking.parts > 1 else ""
    return (
        "Brier: 0-1 scale, lower is better. adjusted: what it would be had everybody answered "
        "every question. skill: difference from the average analyst, shrunk by how little is "
        "known; below 0 is better. places: 90 % of where the analyst may really stand. q: of "
        f"analysts this far from the average, about the share that luck put there.{groups}"
    )


def _overlap(ranking: Ranking) -> str:
    if ranking.median_shared is None:
        return ""
    none = f"; {ranking.apart:,} of {ranking.analyst_pairs:,} pairs share none"
    plural = "" if ranking.median_shared == 1 else "s"
    return (
        f"Overlap: two analysts share {ranking.median_shared:g} question{plural} in the median"
        f"{none if ranking.apart else ''}. "
    )


def show_crowd(crowds: tuple[CrowdScore, ...]) -> None:
    """What pooling all analysts gained, and what sharpening it would have."""
    heads = ("crowd", "questions", "Brier", "90 % interval", "better by", "sharper", "tried on")
    rows = []
    for one in crowds:
        content: dict[str, Any] = one.as_dict()
        tried, better = content["extremized"], content["against_average"]
        rows.append(
            (
                one.method,
                f"{one.questions:,}",
                number(content["brier"]),
                span(content["brier_interval"]),
                signed(None if better is None else -better),
                signed(tried["gain"]),
                f"{tried['questions']:,}",
            )
        )
    table(heads, rows, right=heads[1:])
    line()
    paragraph(
        "better by: than the average analyst. sharper: what moving the crowd away from 50 % would "
        "have gained, by a factor fitted on other questions only, and tried on so many."
    )
    line()
    paragraph(min(crowds, key=lambda one: one.method != "median").verdict)
