"""`dotbridge records explain`: did it arrive, and if not, why."""

from __future__ import annotations

import sys

import click
import msgspec

from dotbridge.cli.output import as_json, put_json
from dotbridge.setup.start import start


@click.group()
def command() -> None:
    """Single records."""


@command.command()
@click.argument("key")
@as_json
def explain(key: str, json_: bool) -> None:
    """KEY is an e-mail address, an order number, a SKU, a shop id or a document key."""
    start()
    from dotbridge.reconcile.explain import explain as find

    found = find(key)
    if json_:
        put_json([msgspec.to_builtins(one) for one in found])
    for one in [] if json_ else found:
        click.secho(one.subject, bold=True)
        click.echo(f"  {one.sentence}")
        for at, what in one.timeline:
            click.echo(f"  {at}  {what}")
        for text in one.warnings:
            click.echo(f"  ! {text}")
    if not found:
        click.echo(f"Nothing is known under {key!r}. Run `dotbridge audit` to see whether the shop holds it.", err=True)
        sys.exit(1)
