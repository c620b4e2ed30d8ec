"""What a shell offers while somebody types: names of the ledger, as each shell takes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import typer
from typer._click.shell_completion import CompletionItem, add_completion_class
from typer._completion_classes import BashComplete, FishComplete, ZshComplete

ENDED = ("annulled", "ambiguous", "condition-failed")
PLAIN = re.compile(r"[^\w@%+=:,./-]")  # what bash would not take for a part of the word
TITLE = re.compile(r"[^\w ,.%?+/-]")  # what means something to zsh, which evaluates it
ACTING = re.compile(r"""["'$`\\();&|<>\s]""")


Offered = list[tuple[str, str]]  # what a shell may put there, and what it means


def _named(what: str) -> Callable[[typer.Context, str], Offered]:
    """What offers the names of something in the ledger that the command is about."""

    def offer(context: typer.Context, start: str) -> Offered:
        return list(_names(context, what, start).items())

    return offer


def _options(context: typer.Context, start: str) -> Offered:
    found = _names(context, "option")
    return [(f"{name}=", said) for name, said in found.items() if name.startswith(start)]


def _outcomes(context: typer.Context) -> Offered:
    binary = "binary" in _names(context, "kind")
    named = dict.fromkeys(("yes", "no"), "") if binary else _names(context, "option")
    return [*named.items(), *((status, "ends it without an outcome") for status in ENDED)]


def _policies() -> list[str]:
    return ["time-weighted", "last", "first", "lead:"]


# By what stands for the value in help.
VALUES: dict[str, Any] = {
    **dict.fromkeys(("ID", "TITLE|ID", "ID[=OUTCOME]"), _named("question")),
    **dict.fromkeys(("A", "B", "ANALYST"), _named("analyst")),
    **dict.fromkeys(("S", "SOURCE"), _named("source")),
    "T": _named("tag"),
    "NAME=P": _options,
    "OUTCOME": _outcomes,
    "C": _policies,
}


def _names(context: typer.Context, what: str, start: str = "") -> dict[str, str]:
    """Names in the ledger; none where anything is in the way."""
    try:
        from tracker import settings
        from tracker.ledger.peeking import names

        given = context.params
        question = str(given.get("question") or given.get("what") or "")
        place = settings.database(given.get("db"))
        return names(place, what, start=start, question=question)
    except Exception:  # noqa: BLE001 - nobody asked for anything: nothing is said
        return {}


class _Bash(BashComplete):
    def format_completion(self, item: Any) -> str:
        return PLAIN.sub(lambda sign: f"\\{sign[0]}", item.value)


class _Zsh(ZshComplete):
    def format_completion(self, item: Any) -> str:
        named = item.value.replace(":", r"\\:")
        return f'"{named}":"{TITLE.sub(" ", item.help)}"' if item.help else f'"{named}"'

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        found = super().get_completions(args, incomplete)
        return [item for item in found if not ACTING.search(item.value)]


class _Fish(FishComplete):
    def format_completion(self, item: Any) -> str:
        return f"{item.value}\t{item.help}" if item.help else str(item.value)


def register() -> None:
    """Let these answer the shells: typer's own load rich, and read titles as its markup."""
    for shell in (_Bash, _Zsh, _Fish):
        add_completion_class(shell, shell.name)


def items(entries: Iterable[tuple[str, str]], start: str) -> list[CompletionItem]:
    """Names and what they mean, of those that begin so."""
    return [CompletionItem(name, help=said) for name, said in entries if name.startswith(start)]
