"""`dotbridge up`: the embedded mode, everything in one process."""

from __future__ import annotations

import signal
import threading
from typing import Any, Self

import click

from dotbridge.cli.codes import PORT_TAKEN
from dotbridge.errors import ConfigError
from dotbridge.setup.start import start


@click.command()
@click.option("--port", default=8321, show_default=True, help="Port of the console on loopback.")
@click.option("--workers", default=3, show_default=True, help="Worker threads.")
def command(port: int, workers: int) -> None:
    """Scheduler, workers and console in one process, until it is stopped (Ctrl-C, SIGTERM)."""
    start(level="info")
    with Serving(port, workers) as serving:
        click.echo(f"Console: {serving.url}")
        serving.wait()


#: Bytes of a request: refused while it is read, before any door sees it.
LARGEST_BODY = 1_000_000


class Serving:
    """Workers and console as long as the context lasts; leaving it ends each turn at its next safe point."""

    def __init__(self, port: int, workers: int = 3) -> None:
        from django.core.wsgi import get_wsgi_application
        from waitress.server import create_server

        from dotbridge.jobs.runner import Runner

        self._stop = threading.Event()
        self._runner = Runner(workers)
        try:
            self._server: Any = create_server(
                get_wsgi_application(),
                host="127.0.0.1",
                port=port,
                threads=6,
                ident=None,
                max_request_body_size=LARGEST_BODY,
            )
        except OSError as error:
            raise ConfigError(PORT_TAKEN, f"It is {port}: {error.strerror}.") from None
        self.url = f"http://127.0.0.1:{self._server.effective_port}/"

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._stop.set())
        self._runner.start()
        threading.Thread(target=self._server.run, name="console", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        click.echo("Stopping: turns end at their next safe point.", err=True)
        self._runner.stop()
        self._server.close()

    def wait(self) -> None:
        """Until someone asks to stop."""
        self._stop.wait()
