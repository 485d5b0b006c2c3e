"""``python -m dotbridge.sandbox.dotdigital``: the sandbox as a process of its own."""

from __future__ import annotations

import gc
import signal
import threading
from pathlib import Path

import click
import orjson

from .accounts import DEMO, Seed
from .server import serve


def _seed(_context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]) -> tuple[Seed, ...]:
    try:
        return tuple(map(Seed.parse, texts)) or (DEMO,)
    except ValueError as fault:
        raise click.BadParameter(str(fault)) from fault


@click.command()
@click.option("--port", default=0, show_default=True, help="Port on 127.0.0.1; 0 takes a free one.")
@click.option(
    "--database",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="SQLite file that holds the state; created when missing.",
)
@click.option(
    "--seed-account",
    "accounts",
    multiple=True,
    callback=_seed,
    metavar="USER:PASSWORD:REGION",
    help=f"Account to create; may be repeated. Without one: {DEMO.user}, region {DEMO.region}.",
)
def main(port: int, database: Path, accounts: tuple[Seed, ...]) -> None:
    """Run a stand-in for Dotdigital; prints one JSON line with its address when it is ready."""
    gc.set_threshold(100_000, 50, 50)  # imports are parsed into millions of short-lived objects without cycles
    database.parent.mkdir(parents=True, exist_ok=True)
    server = serve(port, database, accounts)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    click.echo(orjson.dumps({"url": server.url, "port": server.server_port}).decode())
    stop.wait()
    server.shutdown()
    server.close()


if __name__ == "__main__":
    main()
