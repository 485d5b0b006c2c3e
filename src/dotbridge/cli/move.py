"""`dotbridge move`: this installation into another database."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from dotbridge.cli.output import as_json, put_json
from dotbridge.setup.start import start


@click.command()
@click.option("--to", "url", required=True, help="The empty database: postgresql://user:password@host/name.")
@as_json
def command(url: str, json_: bool) -> None:
    """Take this installation over into another database; nothing is sent again. Stop `dotbridge up` first."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise click.BadParameter("it takes postgresql://user:password@host/name.", param_hint="--to")
    start()
    from django.conf import settings
    from django.utils.module_loading import import_string

    from dotbridge.setup.move import move

    target = import_string(settings.DATABASE_OF)(url, Path(settings.DATA))
    with Console(stderr=True, quiet=json_).status("Moving") as status:
        copied = move(target, lambda table, number: status.update(f"Moving: {table}, {number:,} rows"))
    if json_:
        put_json({"rows": copied})
        return
    click.echo(f"{sum(copied.values()):,} rows of {len(copied)} tables are there. Now set DOTBRIDGE_DATABASE to it.")
    click.echo("The key file and the batch bodies stay where they are; other hosts need both.")
