"""`dotbridge keys rotate`: a new newest key, and saved secrets sealed with it."""

from __future__ import annotations

import click

from dotbridge.setup.start import start


@click.group()
def command() -> None:
    """The keyring that seals secrets and batch bodies."""


@command.command()
def rotate() -> None:
    """Add a key and seal all saved secrets with it. Old keys stay, for bodies and backups sealed with them."""
    start()
    from dotbridge.accounts.audit import note
    from dotbridge.cli.person import actor
    from dotbridge.ledger.keys import add_key
    from dotbridge.ledger.models import Connection, DotdigitalAccount

    version = add_key()
    for account in DotdigitalAccount.objects.all():
        account.save(update_fields=["password"])
    for connection in Connection.objects.all():
        connection.save(update_fields=["secrets"])
    note(actor(), "keys.rotated", "keyring", after={"version": version})
    click.echo(f"Key {version} is in use. Back the key file up now.")
