"""The program as typer's group: a command is loaded when it is called, help is plain text."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from inspect import cleandoc
from typing import Any

import typer
from typer._click.core import ParameterSource
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from tracker.cli.commands import COMMANDS, PANELS

COMPLETING = "_TRACKER_COMPLETE"  # set by a shell that asks what to offer
NARROWEST, WIDEST = 40, 100
NARROW = 60  # columns, below which an option's help stands under its name


class Command(TyperCommand):
    """A command whose options stand in help under their panels."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read what was typed; while it is being typed, without a judgement on it."""
        if not ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        rest = ctx.args = _typed(self, ctx, args)
        return rest

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What stands behind the name of the command in its usage."""
        arguments = [p for p in self.get_params(ctx) if p.param_type_name == "argument"]
        names = [(one.display_name_raw, one.required) for one in arguments]  # type: ignore[attr-defined]
        return ["[OPTIONS]", *(name if needed else f"[{name}]" for name, needed in names)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments and options."""
        _options(self, ctx, formatter)


class Program(TyperGroup):
    """All commands of the table, none of which is loaded before it is asked for."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{**given, "commands": {}})
        self.commands: Any = _Commands()

    def make_context(self, *given: Any, **more: Any) -> Any:
        """As any, with help as wide as the terminal."""
        wide = max(NARROWEST, min(shutil.get_terminal_size().columns, WIDEST))
        return super().make_context(*given, terminal_width=wide, **more)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read what was typed; while it is being typed, without a judgement on it."""
        for param in self.get_params(ctx):
            if param.default is None:  # a flag of typer's: pydantic would be loaded to read that
                param.default = False
        if not ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        rest = _typed(self, ctx, args)
        ctx._protected_args, ctx.args = rest[:1], rest[1:]  # noqa: SLF001 - as a group does
        return rest[1:]

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Commands and options that begin so; no command is loaded for it."""
        from tracker.cli.completion import items

        named = [(name, summary) for name, (_, summary) in COMMANDS.items()]
        params: list[Any] = self.get_params(ctx)
        options = [(name, one.help or "") for one in params for name in one.opts]
        return items(options if incomplete[:1] == "-" else named, incomplete)

    def _main_shell_completion(self, *given: Any, **more: Any) -> None:
        if COMPLETING not in os.environ:
            return
        from tracker.cli.completion import register

        register()
        with suppress(Exception):  # nobody asked for anything: nothing is said
            super()._main_shell_completion(*given, **more)
        sys.exit()

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options of the program, and its commands by panel."""
        longest = 0 if formatter.width < NARROW else max(map(len, COMMANDS))
        for panel, entries in PANELS.items():
            rows = [(name.ljust(longest), summary) for name, (_, summary) in entries.items()]
            _section(formatter, panel, rows)
        _options(self, ctx, formatter)


class _Commands(Mapping[str, Any]):
    """Commands by name, in the order of the table."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = load(name)
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in COMMANDS

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def load(name: str) -> Any:
    """The command of this name; KeyError if there is none."""
    from tracker.cli.options import with_shared

    module, _, function = COMMANDS[name][0].partition(":")
    does = getattr(import_module(f"tracker.cli.{module}"), function or name)
    said, _, example = cleandoc(does.__doc__ or "").rpartition("\n\n")
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name, cls=Command, help=said, epilog=example)(with_shared(does))
    return get_command(alone)


def _typed(command: Any, ctx: Any, args: list[str]) -> list[str]:
    """Take values as they were typed, and give what is left."""
    parser = command.make_parser(ctx)
    waiting = args[-1:] if args[-1:] and args[-1].startswith("-") else []  # for its value
    values, rest, _ = parser.parse_args(args=args[: len(args) - len(waiting)])
    for name, value in values.items():
        if value is not None:
            ctx.params[name] = value
            ctx.set_parameter_source(name, ParameterSource.COMMANDLINE)
    ctx._opt_prefixes.update(parser._opt_prefixes)  # noqa: SLF001 - as any command does
    return list(rest)


def _options(command: Any, ctx: Any, formatter: Any) -> None:
    """Write the arguments and options of a command, those of a panel under its name."""
    sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx)
        if record and param.param_type_name == "argument":
            said = record[1].removesuffix("[required]").rstrip()  # as its usage says
            sections["Arguments"].append((param.display_name_raw, said))
        elif record:
            sections.setdefault(param.rich_help_panel or "Options", []).append(record)
    for heading, rows in sections.items():
        _section(formatter, heading, rows)


def _section(formatter: Any, heading: str, rows: list[tuple[str, str]]) -> None:
    if rows:
        with formatter.section(heading):
            formatter.write_dl(rows, col_max=2 if formatter.width < NARROW else 30)
