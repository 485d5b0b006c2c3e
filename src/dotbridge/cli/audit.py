"""`dotbridge audit`: every record is accounted for, or named."""

from __future__ import annotations

import sys
from typing import Any

import click

from dotbridge.cli.output import as_json, put_json, put_table
from dotbridge.setup.start import start

_COLUMNS = (
    "shop",
    "accepted",
    "in_flight",
    "rejected",
    "suppressed",
    "excluded",
    "merged",
    "removed",
    "erased",
    "unexplained",
)
#: Shown to people even where they are zero in every row.
_ALWAYS = {"shop", "accepted", "unexplained"}


@click.command()
@click.option("--website", default="", help="Only this website, by code.")
@as_json
def command(website: str, json_: bool) -> None:
    """What each shop holds against what became of it; exit 1 if anything is unexplained."""
    start()
    from dotbridge.jobs.balance import audit_all
    from dotbridge.reconcile.audit import as_json as rows_as_json
    from dotbridge.reconcile.audit import is_balanced

    rows = audit_all(website)
    if json_:
        put_json(rows_as_json(rows))
    elif rows:
        _show(rows)
    else:
        click.echo("No website is connected yet: `dotbridge apply` connects them.")
    if not is_balanced(rows):
        sys.exit(1)


def _show(rows: list[Any]) -> None:
    """The columns that have something to say, so that the table fits a terminal; and what did not reach a shop."""
    from dotbridge.consent.report import complaints

    names = [name for name in _COLUMNS if name in _ALWAYS or any(getattr(row, name) for row in rows)]
    table = [
        (
            row.website,
            row.collection,
            *[getattr(row, name) for name in names],
            "-" if row.dotdigital is None else row.dotdigital,
        )
        for row in rows
    ]
    put_table(
        "Every record", ("Website", "Collection", *[name.replace("_", " ") for name in names], "Dotdigital"), table
    )
    for complaint in complaints():
        click.echo(complaint)
    for row in rows:
        if row.unexplained_ids:
            click.echo(f"unexplained {row.website} {row.collection}: {', '.join(row.unexplained_ids)}")
