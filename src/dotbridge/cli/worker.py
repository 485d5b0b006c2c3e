"""`dotbridge worker`: takes turns of jobs for messages of the broker, in as many processes as wanted."""

from __future__ import annotations

import sys

import click

from dotbridge.cli.engine import engine
from dotbridge.jobs.kinds import LANES
from dotbridge.setup.start import start


@click.command()
@click.option("--processes", default=2, show_default=True, help="Turns at the same time.")
@click.option("--lanes", default=",".join(LANES), show_default=True, help="Which jobs: live, bulk, upkeep.")
def command(processes: int, lanes: str) -> None:
    """Work for the broker until stopped (SIGTERM): turns then end at their next safe point."""
    chosen = [lane.strip() for lane in lanes.split(",") if lane.strip()]
    if not chosen or set(chosen) - set(LANES):
        raise click.BadParameter(f"it takes some of {', '.join(LANES)}.", param_hint="--lanes")
    start(level="info")
    from django.db import connections

    app = engine()
    connections.close_all()  # the pool's processes are copies of this one and must not share its session
    worker = app.Worker(
        queues=chosen,
        concurrency=processes,
        pool_cls="prefork",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        loglevel="WARNING",
        quiet=True,
    )
    click.echo(f"Working for {', '.join(chosen)} in {processes} processes.")
    worker.start()
    sys.exit(worker.exitcode or 0)
