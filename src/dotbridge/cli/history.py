"""`dotbridge history`: how far the histories of new websites are; pause, resume and cancel them."""

from __future__ import annotations

import time
from typing import Any

import click
from rich.console import Console

from dotbridge.cli.output import as_json, put_json, put_table
from dotbridge.setup.start import start

_ONE_WRITER = (
    "One worker reads each history: the ledger is SQLite, which has one writer. On PostgreSQL several share one"
    " (history.workers; docs/how-to/run-distributed.md)."
)


@click.group(invoke_without_command=True)
@click.option("--follow", is_flag=True, help="Show progress bars until every history is read.")
@click.pass_context
@as_json
def command(ctx: click.Context, json_: bool, follow: bool) -> None:
    """Show how far each website's history is; `pause`, `resume` and `cancel` one."""
    if ctx.invoked_subcommand:
        return
    start()
    if follow and not json_:
        _follow()
        return
    rows = _rows()
    if json_:
        put_json(rows)
    else:
        columns = ("Connection", "Website", "State", "Step", "Read", "Of", "Seconds left")
        put_table("Histories", columns, [tuple(map(_shown, row.values())) for row in rows])
        if rows and not _shared():
            Console(highlight=False, markup=False).print(_ONE_WRITER)


@command.command()
@click.argument("website")
def pause(website: str) -> None:
    """Pause the history of WEBSITE; workers end what they read at their next safe point."""
    _set(website, paused=True)


@command.command()
@click.argument("website")
def resume(website: str) -> None:
    """Let the history of WEBSITE go on where it stands."""
    _set(website, paused=False)


@command.command()
@click.argument("website")
def cancel(website: str) -> None:
    """Give the history of WEBSITE up: the website is off, and begins anew when it is applied again."""
    start()
    from dotbridge.cli.person import actor
    from dotbridge.jobs.history import cancel_history

    cancel_history(actor(), website)
    click.echo(f"The history of {website} is given up; what was sent stays. `dotbridge apply` begins it anew.")


def _set(website: str, *, paused: bool) -> None:
    start()
    from dotbridge.accounts.audit import note
    from dotbridge.cli.person import actor
    from dotbridge.jobs.claim import set_paused
    from dotbridge.jobs.history import website_reading

    found = website_reading(website)
    set_paused("history", f"{found.connection.key}/{found.code}", paused=paused)
    note(actor(), "job.paused" if paused else "job.resumed", f"job history {website}")
    click.echo("Paused." if paused else "Resumed.")


def _rows() -> list[dict[str, Any]]:
    from dotbridge.ledger.models import Job

    found = Job.objects.filter(kind="history").select_related("website__connection")
    found = found.order_by("website__connection__key", "website__code")
    return [
        {
            "connection": job.website.connection.key,
            "website": job.website.code,
            "state": "paused" if job.paused else str(job.website.state),
            "phase": job.progress.get("phase", ""),
            "read": job.progress.get("read"),
            "total": job.progress.get("total"),
            "seconds_left": job.progress.get("seconds_left"),
        }
        for job in found
        if job.website is not None
    ]


def _shared() -> bool:
    """Whether several workers may read one history."""
    from django.db import connection

    return connection.vendor == "postgresql"


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _follow() -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as bars:
        tasks: dict[str, Any] = {}
        while rows := [row for row in _rows() if row["state"] == "history"]:
            for row in rows:
                words = f"{row['connection']}/{row['website']}: {row['phase']}"
                if words not in tasks:
                    tasks[words] = bars.add_task(words, total=row["total"])
                bars.update(tasks[words], completed=row["read"] or 0, total=row["total"])
            time.sleep(1.0)
