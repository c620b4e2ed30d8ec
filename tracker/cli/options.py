"""Options that commands share, and what they stand for."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    get_args,
    get_origin,
    get_type_hints,
)

import typer

from tracker.cli.terminal import silence, talk
from tracker.cli.typed import past

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tracker.ledger.kept import KeptQuestion
    from tracker.ledger.ledger import Ledger

PANEL = "Which forecasts"

Db = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|URL",
        help="The ledger; else TRACKER_DATABASE_URL, else one file in your data folder.",
        show_default=False,
    ),
]
TextFormat = Annotated[
    Literal["text", "markdown", "html", "pdf"] | None,
    typer.Option("--format", help="What the file is, where its name does not say."),
]
Blind = Annotated[
    bool | None,
    typer.Option(
        "--blind/--no-blind",
        help="Hide what others forecast on an open question until yours is in.",
        show_default=False,
    ),
]
Counting = Annotated[
    str | None,
    typer.Option(
        metavar="C",
        help="time-weighted, last, first or lead:DAYS; else as your config file says, else "
        "time-weighted.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Quiet = Annotated[
    bool, typer.Option("-q", "--quiet", help="Say nothing but what was asked for, and errors.")
]


def _filter(*names: str, help: str, metavar: str) -> Any:  # noqa: A002 - typer's word
    return typer.Option(*names, help=help, metavar=metavar, rich_help_panel=PANEL)


@dataclass(frozen=True)
class Wanted:
    """The filters of a reading command, as they were typed."""

    db: Db = None
    json: Json = False
    analyst: Annotated[
        str | None, _filter("--analyst", help="Those of one analyst.", metavar="A")
    ] = None
    tag: Annotated[
        str | None, _filter("--tag", help="Those on questions with this tag.", metavar="T")
    ] = None
    source: Annotated[
        str | None, _filter("--source", help="Those from one source.", metavar="S")
    ] = None
    since: Annotated[
        str | None,
        _filter("--since", help="Those made then or later: 7d, last month.", metavar="DATE"),
    ] = None
    until: Annotated[
        str | None,
        _filter("--until", help="Those made then or earlier: june, Q2 2026.", metavar="DATE"),
    ] = None
    as_of: Annotated[
        str | None,
        _filter("--as-of", help="The ledger as it stood then: yesterday.", metavar="DATE"),
    ] = None
    prospective: Annotated[
        bool,
        typer.Option(
            "--prospective",
            help="Leave out what was recorded after the outcome was known.",
            rich_help_panel=PANEL,
        ),
    ] = False

    def filters(self) -> dict[str, Any]:
        """The filters as the ledger takes them."""
        return dict(self._filters)

    @cached_property
    def _filters(self) -> dict[str, Any]:
        """The same, read once: what is ambiguous is asked about, and told, only once."""
        return {
            "analyst": self.analyst,
            "tag": self.tag,
            "source": self.source,
            "since": past(self.since, "--since"),
            "until": past(self.until, "--until"),
            "as_of": past(self.as_of, "--as-of"),
            "prospective": self.prospective,
        }


def with_shared(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--quiet``, and one that takes ``wanted`` the options of :class:`Wanted`."""
    own = _parameters(command)
    filters = _parameters(Wanted) if own.pop("wanted", None) else {}
    everything = [*own.values(), *filters.values(), *_parameters(_shared).values()]
    parameters = [_completed(parameter) for parameter in everything]

    def run(*, quiet: bool, **given: Any) -> None:
        if filters:
            given["wanted"] = Wanted(**{name: given.pop(name) for name in filters})
        with silence(quiet):
            command(**given)

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    return run


def _completed(parameter: inspect.Parameter) -> inspect.Parameter:
    """The same parameter, whose values a shell may offer where they are names in the ledger."""
    from tracker.cli.completion import VALUES

    kind, *about = get_args(parameter.annotation) or (parameter.annotation,)
    if get_origin(parameter.annotation) is not Annotated or about[0].metavar not in VALUES:
        return parameter
    told = copy(about[0])
    told.autocompletion = VALUES[told.metavar]
    return parameter.replace(annotation=Annotated[kind, told])


def _shared(*, quiet: Quiet = False) -> None:
    """What every command takes."""


def _parameters(of: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    hints = get_type_hints(of, include_extras=True)
    return {
        name: parameter.replace(
            annotation=hints.get(name, Any), kind=inspect.Parameter.KEYWORD_ONLY
        )
        for name, parameter in inspect.signature(of).parameters.items()
    }


@contextmanager
def ledger(db: str | None, *, writable: bool = False, create: bool = False) -> Iterator[Ledger]:
    """The ledger that was named; with ``create`` one is started where there is none."""
    from tracker import settings
    from tracker.ledger.ledger import Ledger
    from tracker.ledger.place import Place

    place = starting(db) if create else settings.database(db)
    path = Place.of(place).path
    new = create and path is not None and not os.path.exists(path)  # noqa: PTH110
    with Ledger.open(place, create=create, writable=writable) as opened:
        if new:
            talk(f"a new ledger: {opened.place}")
        yield opened


def as_seen(
    opened: Ledger, questions: Iterable[KeptQuestion], *, blind: bool | None, as_of: str | None
) -> list[KeptQuestion]:
    """Questions without the forecasts of others that are hidden from who looks."""
    from tracker import settings
    from tracker.views.blind import blinded

    everywhere = settings.blind(blind)
    return blinded(opened, questions, own=settings.analyst(), everywhere=everywhere, as_of=as_of)


def policy(counting: str | None) -> str:
    """The policy by which forecasts count: that given, or that of the config file."""
    from tracker import settings
    from tracker.scoring.counting import check

    return check(settings.counting(counting))


def starting(db: str | None) -> str:
    """The place that was named, where a ledger may be started: the user's own folder is made."""
    from tracker import settings
    from tracker.files import folder

    place = settings.database(db)
    if place == settings.own_database():
        folder(settings.data_folder())
    return place
