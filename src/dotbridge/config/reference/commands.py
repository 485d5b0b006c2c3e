"""cli.md: every command with its arguments and options, as the command line itself declares them."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import click

from dotbridge import cli
from dotbridge.config.reference.markdown import code, table

_INTRODUCTION = """# Command line

Every command has `--help`. With `--json` it prints one JSON value and nothing else.

| Exit code | Meaning |
|---|---|
| 0 | done |
| 1 | failed, or `audit` found something unexplained |
| 2 | wrong usage |
| 3 | done in part: some records were rejected |
| 4 | a person must change something first |
"""


def page() -> str:
    """The page."""
    return _INTRODUCTION + "".join(_section(name, command) for name, command in commands())


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name: `account check`."""
    for module in pkgutil.iter_modules(cli.__path__):
        command = getattr(import_module(f"{cli.__name__}.{module.name}"), "command", None)
        if command is not None:
            yield from _leaves(module.name, command)


def _leaves(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group) or command.invoke_without_command:
        yield name, command
    if isinstance(command, click.Group):
        for part, child in command.commands.items():
            yield from _leaves(f"{name} {part}", child)


def _section(name: str, command: click.Command) -> str:
    arguments = [one.make_metavar(click.Context(command)) for one in command.params if isinstance(one, click.Argument)]
    usage = " ".join(["dotbridge", name, *arguments])
    rows = [_option(one) for one in command.params if isinstance(one, click.Option) and not one.hidden]
    parts = [f"\n## `{usage}`\n\n{' '.join((command.help or '').split())}\n"]
    if command.epilog:
        parts.append(f"\n{command.epilog}\n")
    return "".join(parts) + (table(("Option", "Meaning"), rows) if rows else "")


def _option(one: click.Option) -> tuple[str, str]:
    value = "" if one.is_flag else f" {one.type.name.upper()}"
    default = f" Without it: {code(one.default)}." if one.show_default else ""
    return code(", ".join([*one.opts, *one.secondary_opts]) + value), f"{one.help or ''}{default}".strip()
