"""The root of the command line. Each command is one file; it is imported only when it is called."""

from __future__ import annotations

from importlib import import_module

import click

from dotbridge import __version__

COMMANDS = {
    "account": "survey and prepare a Dotdigital account",
    "apply": "apply a whole configuration from a YAML file",
    "audit": "what the shops hold against what became of it",
    "beat": "announce due jobs to the broker",
    "backup": "all rows and bodies in one file",
    "batches": "list batches, release parked ones",
    "bench": "how fast this machine is, against a plain floor",
    "check": "test the connections to the shops",
    "connect": "let a shop tell of its changes",
    "coupons": "coupon codes that end by themselves",
    "demo": "sample shop, sandbox Dotdigital, connector and console",
    "history": "how far the histories of new websites are",
    "jobs": "list, pause and resume jobs",
    "keys": "the keyring",
    "move": "this installation into another database",
    "platforms": "the platforms that dotbridge speaks",
    "records": "did it arrive, and if not, why",
    "restore": "an empty installation from a backup",
    "sandbox": "the Dotdigital sandbox alone",
    "sync": "run one job now",
    "up": "the connector with its console, all in one process",
    "user": "people who may log in",
    "web": "the console alone",
    "worker": "work for the broker",
}


class Lazy(click.Group):
    """Loads a command's module when it is called, so that `--help` needs no database."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"dotbridge.cli.{cmd_name}").command
        command.short_help = COMMANDS[cmd_name]
        return command


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def cli() -> None:
    """dotbridge keeps Dotdigital in step with your shops, with every record accounted for."""
