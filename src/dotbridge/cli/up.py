"""`dotbridge up`: the embedded mode, everything in one process."""

from __future__ import annotations

import signal
import threading
from typing import Self

import click

from dotbridge.cli.console_server import console, console_server
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


class Serving:
    """Workers and console as long as the context lasts; leaving it ends each turn at its next safe point."""

    def __init__(self, port: int, workers: int = 3) -> None:
        from dotbridge.jobs.runner import Runner

        self._stop = threading.Event()
        self._runner = Runner(workers)
        self._server = console_server(console(), "127.0.0.1", port, threads=6)
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
