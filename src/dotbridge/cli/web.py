"""`dotbridge web`: the console alone, where workers and scheduler run elsewhere."""

from __future__ import annotations

import signal
from typing import Any

import click

from dotbridge.cli.codes import PORT_TAKEN
from dotbridge.errors import ConfigError
from dotbridge.setup.start import start


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8321, show_default=True, help="Port of the console.")
@click.option("--threads", default=6, show_default=True, help="Requests at the same time.")
def command(host: str, port: int, threads: int) -> None:
    """The console until stopped (Ctrl-C, SIGTERM)."""
    start(level="info")
    from django.conf import settings
    from django.utils.module_loading import import_string
    from waitress.server import create_server

    application = import_string(settings.WSGI_APPLICATION)
    try:
        server: Any = create_server(application, host=host, port=port, threads=threads, ident=None)
    except OSError as error:
        raise ConfigError(PORT_TAKEN, f"It is {port}: {error.strerror}.") from None
    signal.signal(signal.SIGTERM, _leave)
    click.echo(f"Console: http://{host}:{server.effective_port}/")
    try:
        server.run()
    finally:
        server.close()


def _leave(*_: object) -> None:
    raise SystemExit(0)
