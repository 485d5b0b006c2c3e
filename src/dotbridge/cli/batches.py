"""`dotbridge batches`: what is on the road, and what waits for a person."""

from __future__ import annotations

import click

from dotbridge.cli.output import as_json, put_json, put_table
from dotbridge.setup.start import start


@click.group(invoke_without_command=True)
@click.pass_context
@as_json
def command(ctx: click.Context, json_: bool) -> None:
    """List batches that are not settled; `release` parked ones."""
    if ctx.invoked_subcommand:
        return
    start()
    from dotbridge.ledger.models import EmailImporter
    from dotbridge.ledger.states import OPEN_BATCHES

    rows = [
        {
            "id": batch.pk,
            "collection": batch.collection,
            "transport": batch.transport,
            "state": batch.state,
            "records": batch.records,
            "waits_for": batch.waits_for,
            "code": batch.code,
            "detail": batch.detail,
        }
        for batch in EmailImporter.objects.filter(state__in=OPEN_BATCHES).order_by("priority", "created_at")
    ]
    if json_:
        put_json(rows)
    else:
        table = [(str(r["id"]), r["collection"], r["state"], r["records"], r["waits_for"], r["detail"]) for r in rows]
        put_table("Open batches", ("Batch", "Collection", "State", "Records", "Waits for", "Why"), table)


@command.command()
@click.argument("batch", type=int)
def release(batch: int) -> None:
    """Send a parked BATCH again."""
    start()
    from dotbridge.accounts.audit import note
    from dotbridge.cli.person import actor
    from dotbridge.importer.release import release_parked

    if release_parked(batch):
        note(actor(), "batch.released", f"batch {batch}", before={"state": "parked"}, after={"state": "queued"})
        click.echo("It is sent at the importer's next turn.")
    else:
        raise click.ClickException(f"Batch {batch} is not parked.")
