"""`dotbridge sandbox`: the Dotdigital sandbox alone, for any client."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.option("--port", default=8390, show_default=True, help="Port on loopback; 0 chooses a free one.")
@click.option(
    "--database",
    type=click.Path(path_type=Path),
    default=Path("sandbox.sqlite3"),
    show_default=True,
    help="File that keeps what it holds.",
)
@click.option("--account", "accounts", multiple=True, help="user:password:region; may be given several times.")
def command(port: int, database: Path, accounts: tuple[str, ...]) -> None:
    """Start the Dotdigital sandbox; it prints its address as JSON and runs until it is stopped."""
    import subprocess

    arguments = ["--port", str(port), "--database", str(database)]
    for account in accounts or ("demo:demo:r1",):
        arguments += ["--seed-account", account]
    # A process of its own: the sandbox shares nothing with the product but the machine.
    sys.exit(subprocess.call([sys.executable, "-m", "dotbridge.sandbox.dotdigital", *arguments]))
