"""`dotbridge restore`: an empty installation from a backup."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from dotbridge.cli.output import as_json, put_json
from dotbridge.setup.start import start


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@as_json
def command(file: Path, json_: bool) -> None:
    """Fill this empty installation from FILE. Engagement stays paused until `dotbridge account resume-engagement`."""
    start()
    from dotbridge.accounts.audit import note
    from dotbridge.cli.person import actor
    from dotbridge.setup.backup import restore

    with Console(stderr=True, quiet=json_).status("Restoring"):
        restored = restore(file)
    note(actor(), "installation.restored", "installation", after={"rows": sum(restored.values())})
    if json_:
        put_json({"rows": restored})
        return
    click.echo(f"{sum(restored.values()):,} rows and bodies are back.")
    click.echo("Nobody is written to until you run `dotbridge account resume-engagement`.")
