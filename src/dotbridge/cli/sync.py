"""`dotbridge sync`: one job now, in this process."""

from __future__ import annotations

import sys

import click

from dotbridge.cli.output import as_json, put_json
from dotbridge.jobs.kinds import ALIASES, KINDS
from dotbridge.setup.start import start


@click.command(epilog="Jobs: " + ", ".join([*KINDS, "all"]))
@click.argument("job", type=click.Choice([*KINDS, *ALIASES, "all"]), metavar="JOB")
@click.option("--website", default="", help="Only this website, by code.")
@click.option("--once", is_flag=True, help="One turn of the job, however much is left; `all` always goes to the end.")
@click.option("--full", is_flag=True, help="Compare everything, also what no change column tells.")
@click.option("--dry-run", is_flag=True, help="Read and map as always, then stage and send nothing.")
@as_json
def command(job: str, website: str, once: bool, full: bool, dry_run: bool, json_: bool) -> None:
    """Run JOB now; `all` runs every job until nothing is left to do."""
    start()
    from dotbridge.jobs.once import run_job, run_until_quiet
    from dotbridge.jobs.rehearsal import rehearse

    def tell(kind: str, counts: dict[str, int]) -> None:
        if not json_:
            click.echo(f"{kind:32} {_words(counts)}")

    if dry_run:
        counts = rehearse(job, website)
    elif job == "all":
        counts = run_until_quiet(tell, full=full)
    else:
        counts = run_job(job, website, full=full, once=once)
        tell(job, counts)
    if json_:
        put_json({"job": job, "dry_run": dry_run, "counts": {str(name): count for name, count in counts.items()}})
    if counts["rejected"]:
        sys.exit(3)


def _words(counts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in sorted(counts.items())) or "nothing to do"
