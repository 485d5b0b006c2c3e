"""`dotbridge backup`: all rows and bodies in one file."""

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
    """Write FILE; the key file is not in it and must be kept too. dotbridge may be at work meanwhile."""
    start()
    from dotbridge.setup.backup import backup

    with Console(stderr=True, quiet=json_).status("Writing the backup"):
        written = backup(file)
    if json_:
        put_json({"file": str(file), "rows": written})
    else:
        click.echo(f"{sum(written.values()):,} rows and bodies are in {file}. Keep the key file beside it, elsewhere.")
