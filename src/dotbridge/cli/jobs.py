"""`dotbridge jobs`: what runs, when, and pauses."""

from __future__ import annotations

import datetime as dt

import click

from dotbridge.cli.output import as_json, put_json, put_table
from dotbridge.setup.start import start


@click.group(invoke_without_command=True)
@click.pass_context
@as_json
def command(ctx: click.Context, json_: bool) -> None:
    """List the jobs; `pause` and `resume` them."""
    if ctx.invoked_subcommand:
        return
    start()
    from dotbridge.ledger.models import Job

    rows = [
        {
            "job": job.kind,
            "target": job.website.code if job.website else (job.account.key if job.account else ""),
            "state": job.state,
            "due": _instant(job.due_at),
            "code": job.code,
            "detail": job.detail,
        }
        for job in Job.objects.select_related("website", "account").order_by("kind", "target")
    ]
    if json_:
        put_json(rows)
    else:
        put_table(
            "Jobs",
            ("Job", "For", "State", "Due", "Last problem"),
            [(r["job"], r["target"], r["state"], r["due"], r["code"]) for r in rows],
        )


@command.command()
@click.argument("job")
@click.option("--website", default="", help="Only this website, by code.")
def pause(job: str, website: str) -> None:
    """Pause JOB; a turn under way ends at its next safe point."""
    _set(job, website, paused=True)


@command.command()
@click.argument("job")
@click.option("--website", default="", help="Only this website, by code.")
def resume(job: str, website: str) -> None:
    """Let JOB run again."""
    _set(job, website, paused=False)


def _instant(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).isoformat(timespec="seconds") if at else "now"


def _set(job: str, website: str, *, paused: bool) -> None:
    start()
    from dotbridge.accounts.audit import note
    from dotbridge.cli.person import actor
    from dotbridge.jobs.claim import set_paused
    from dotbridge.jobs.kinds import kind_of

    kind = kind_of(job).name
    changed = set_paused(kind, website, paused=paused)
    note(actor(), "job.paused" if paused else "job.resumed", f"job {kind} {website}".strip(), after={"jobs": changed})
    click.echo(f"{changed} {'paused' if paused else 'resumed'}.")
