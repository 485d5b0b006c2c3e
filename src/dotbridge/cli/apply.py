"""`dotbridge apply`: the configuration as code."""

from __future__ import annotations

from pathlib import Path

import click

from dotbridge.cli.output import as_json, put_json, put_table
from dotbridge.setup.start import start


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@as_json
def command(file: Path, dry_run: bool, json_: bool) -> None:
    """Apply accounts, connections, websites and settings from FILE; secrets as ${VARIABLE}."""
    start()
    from dotbridge.cli.person import actor
    from dotbridge.jobs.schedule import plan_jobs
    from dotbridge.setup.configuration import apply, read

    changes = apply(read(file.read_text()), actor(), dry_run=dry_run)
    if not dry_run:
        plan_jobs()
    if json_:
        put_json([change._asdict() for change in changes])
    elif changes:
        put_table("Would change" if dry_run else "Changed", ("What", "Before", "After"), changes)
    else:
        click.echo("Nothing changes.")
