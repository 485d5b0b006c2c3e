"""`dotbridge beat`: keeps the schedule and announces due jobs to the broker."""

from __future__ import annotations

import signal
import threading

import click

from dotbridge.cli.engine import engine
from dotbridge.setup.start import start


@click.command()
def command() -> None:
    """Announce due jobs until stopped. A second one stands by and takes over when the first ends."""
    start(level="info")
    from django.conf import settings
    from django.utils.module_loading import import_string

    from dotbridge.jobs.engine import Scheduler
    from dotbridge.jobs.standby import Standby

    engine()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    standby, told = Standby(), [""]

    def active() -> bool:
        now = "At work." if standby.is_active() else "Standing by: another scheduler is at work."
        if now != told[0]:
            told[0] = now
            click.echo(now)
        return now == "At work."

    Scheduler(import_string(settings.WAKER)).run(stop, active)
