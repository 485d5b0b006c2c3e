"""`dotbridge web`: the console alone, where workers and scheduler run elsewhere."""

from __future__ import annotations

import signal

import click

from dotbridge.cli.console_server import console, console_server
from dotbridge.setup.start import start


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8321, show_default=True, help="Port of the console.")
@click.option("--threads", default=6, show_default=True, help="Requests at the same time.")
def command(host: str, port: int, threads: int) -> None:
    """The console until stopped (Ctrl-C, SIGTERM)."""
    start(level="info")
    server = console_server(console(), host, port, threads)
    signal.signal(signal.SIGTERM, _leave)
    click.echo(f"Console: http://{host}:{server.effective_port}/")
    try:
        server.run()
    finally:
        server.close()


def _leave(*_: object) -> None:
    raise SystemExit(0)
